"""Importing a real organisation into a running service: fast, watched, whole whoever dies, and harmless to others."""

import os
import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from config.settings import from_environment
from service.models import Import, Job, Person, Register
from service.runut import Runut
from service.signin import begin_session, new_api_key
from tests import spreadsheets
from tests.afterwards import check_log
from tests.chaos.test_worker_kill import LEASES_ARE_OVER
from tests.factories import Org, create_organisation
from tests.fleet import Fleet, Process, until
from tests.mailing import wait
from tests.servers import free_ports
from tests.wire import Answer, Wire

LONG = os.environ.get("RUNUT_CHAOS") == "long"
PEOPLE = 5000 if LONG else 500
WITHIN_S, REFUSED_WITHIN_S, ANSWERS_WITHIN_S = 60, 5, 3
DYING = Path(__file__).with_name("dying_importer.py")
HOSTILE = (
    spreadsheets.zip_bomb, spreadsheets.many_columns_xlsx, spreadsheets.many_columns_csv, spreadsheets.many_texts,
    spreadsheets.outside_entity, spreadsheets.laughing_entities, spreadsheets.nested_zip, spreadsheets.external_link,
)


@dataclass
class Hr:
    """An HR officer at a running service: by API key for imports, by session for pages."""

    org: Org
    wire: Wire
    key: str
    slowest_s: float = 0
    pages: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)

    def call(self, method: str, path: str, *args: Any) -> Answer:
        answer: Answer = getattr(self.wire, method)(
            f"/api/v1{path}", *args, headers={"Authorization": f"Bearer {self.key}"}
        )
        return answer

    def upload(self, *files: bytes) -> str:
        """The path of a new import of these files."""
        answer = self.call("upload", "/imports", files)
        assert answer.status_code == 201, answer.data
        return f"/imports/{answer.json['id']}"

    def until_state(self, path: str, *states: str, timeout_s: float = WITHIN_S) -> dict[str, Any]:
        """The import once it is in one of these states and its job is over."""
        def ended() -> dict[str, Any] | None:
            view: dict[str, Any] = self.call("get", path).json
            return view if view["state"] in states and view["job"]["state"] not in ("WAITING", "RUNNING") else None

        found = until(ended, timeout_s, lambda: self.call("get", path).json)
        assert found is not None
        return found

    @contextmanager
    def reading_pages(self) -> Iterator[None]:
        """Opens the list of people and the health page all the time, and measures the slowest answer."""
        def read() -> None:
            while not self._stop.is_set():
                for path in ("/people", "/healthz"):
                    answer = self.wire.get(path)
                    assert answer.status_code == 200
                    self.slowest_s, self.pages = max(self.slowest_s, answer.seconds), self.pages + 1
                time.sleep(0.05)

        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        try:
            yield
        finally:
            self._stop.set()
            reader.join(30)


@pytest.fixture
def env(environ: dict[str, str], database_url: str) -> dict[str, str]:
    """The environment of `runut up` on each of the two databases."""
    web, inbox = free_ports(2)
    return {
        **environ, "RUNUT_PORT": str(web), "RUNUT_INBOX_PORT": str(inbox), "RUNUT_DATABASE_URL": database_url,
        "RUNUT_BROKER_URL": "memory://",
    }


@pytest.fixture
def hr(env: dict[str, str]) -> Iterator[Hr]:
    settings = from_environment(env)
    runut = Runut.start(settings)
    org = create_organisation(runut)
    with runut.database.write() as connection:
        now = runut.pulse(connection).now
        key = new_api_key(runut, connection, org.people["hr"], "test", now)
        session = begin_session(runut, connection, org.people["hr"], now)
    yield Hr(org, Wire(settings.port, settings.domain, cookies={"runut_session": (session, "/")}), key)
    runut.database.close()


def people(org: Org) -> int:
    with org.runut.database.read() as connection:
        return connection.scalar(select(func.count()).select_from(Person)) or 0


def book(number: int) -> bytes:
    return spreadsheets.workbook(spreadsheets.office(number))


@pytest.mark.slow
@pytest.mark.timeout(0 if LONG else 120)
def test_a_large_office_is_imported_within_a_minute_with_progress_while_pages_answer(
    env: dict[str, str], hr: Hr, tmp_path: Path
) -> None:
    content, before, seen = book(PEOPLE), people(hr.org), list[int]()
    with Fleet(tmp_path, env) as fleet:
        fleet.start("up").ready()
        began_s = time.monotonic()
        with hr.reading_pages():
            path = hr.upload(content)
            _watch(hr, path, seen, "CHECKED")
            checked_s = time.monotonic() - began_s
            assert hr.call("post", f"{path}/apply").status_code == 202
            _watch(hr, path, seen, "APPLIED")
        took_s = time.monotonic() - began_s
        view = hr.call("get", path).json
    print(f"{PEOPLE} people, {view['rows']} rows: checked after {checked_s:.1f} s, applied after {took_s:.1f} s; "
          f"progress {sorted(set(seen))}; {hr.pages} pages meanwhile, the slowest {hr.slowest_s:.2f} s")
    assert took_s < WITHIN_S and hr.slowest_s < ANSWERS_WITHIN_S and hr.pages > 2
    assert people(hr.org) == before + PEOPLE and view["new"] == view["rows"]
    if LONG:  # a short one may be over between two looks
        assert any(0 < done < view["rows"] for done in seen), "progress is told while it goes"
    check_log(hr.org.runut)


def _watch(hr: Hr, path: str, seen: list[int], state: str) -> None:
    def ended() -> bool:
        view = hr.call("get", path).json
        seen.append(view["job"]["done"])
        assert view["job"]["state"] != "FAILED" and view["state"] != "FAILED", view
        return bool(view["state"] == state and view["job"]["state"] == "DONE")

    until(ended, WITHIN_S, lambda: hr.call("get", path).json)


@pytest.mark.slow
@pytest.mark.timeout(0 if LONG else 120)
def test_hostile_spreadsheets_are_refused_in_seconds_while_pages_answer(
    env: dict[str, str], hr: Hr, tmp_path: Path
) -> None:
    contents = {make.__name__: make() for make in HOSTILE}
    took: dict[str, float] = {}
    with Fleet(tmp_path, env) as fleet:
        fleet.start("up").ready()
        with hr.reading_pages():
            for name, content in contents.items():
                began_s = time.monotonic()
                view = hr.until_state(hr.upload(content), "FAILED")
                took[name] = time.monotonic() - began_s
                assert view["report"]["problems"][0]["suggestion"]["id"], name
    print(f"{ {name: round(seconds, 1) for name, seconds in took.items()} }, {hr.pages} pages meanwhile, "
          f"the slowest {hr.slowest_s:.2f} s")
    assert max(took.values()) < REFUSED_WITHIN_S and hr.slowest_s < ANSWERS_WITHIN_S


@pytest.mark.slow
@pytest.mark.timeout(0 if LONG else 120)
def test_an_import_whose_worker_dies_in_the_middle_is_done_whole_and_once(
    env: dict[str, str], hr: Hr, tmp_path: Path
) -> None:
    moments = tmp_path / "moments"
    moments.write_text("checking applying")
    content, before = book(500), people(hr.org)
    with Fleet(tmp_path, env) as fleet:
        up = fleet.run([sys.executable, str(DYING), "up"], "up", DIES_AT=str(moments))
        up.ready()
        path = hr.upload(content)
        _dies(up)
        assert (people(hr.org), _states(hr.org)) == (before, ["UPLOADED"])

        _goes_on(up, hr.org)
        hr.until_state(path, "CHECKED")
        assert hr.call("post", f"{path}/apply").status_code == 202
        _dies(up)
        assert (people(hr.org), _states(hr.org)) == (before, ["CHECKED"]), "nothing is half applied"

        _goes_on(up, hr.org)
        view = hr.until_state(path, "APPLIED")
        assert moments.read_text() == ""
    assert people(hr.org) == before + 500 and view["new"] == view["rows"]
    with hr.org.runut.database.read() as connection:
        jobs = "".join(str(tuple(row)) for row in connection.execute(select(Job.details, Job.memo, Job.result)))
        for told in (up.log.read_text(), jobs):
            assert not re.search(r"Pegawai Contoh|@contoh\.example|\b19[0-9]{16}\b", told), "people stay out of it"
        assert connection.scalar(select(Register.position).where(Register.name == "PEGAWAI-2026")) == 1
    check_log(hr.org.runut)


def _dies(up: Process) -> None:
    assert up.wait(30) == 137, up.said()


def _goes_on(up: Process, org: Org) -> None:
    wait(org.runut, LEASES_ARE_OVER)
    up.start().ready()


def _states(org: Org) -> list[str]:
    with org.runut.database.read() as connection:
        return list(connection.scalars(select(Import.state)))
