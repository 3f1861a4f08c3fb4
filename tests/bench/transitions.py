"""Transitions over HTTP, sign-in and idempotency included, beside the same number of rows written by pgbench."""

import http.client
import json
import re
import statistics
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import insert

from config.settings import from_environment
from service import counters
from service.actor import Actor
from service.commands.opening import open_case
from service.ids import new_id, new_person_id, new_secret
from service.models import Person, Position
from service.models.authority import Appointment
from service.runut import Runut
from service.signin import new_api_key
from service.texts import new_text_key
from tests import databases
from tests.bench.serving import Served, serving
from tests.factories import NEW_YEAR, Org, create_organisation
from tests.servers import PrivatePostgresql, free_ports, libpq

CLIENTS, CASES_EACH = 8, 8
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Round:
    """One turn of each: transactions per second of pgbench and of the service, the service's answer times, and the
    processor time of its web processes per answer."""

    ceiling: float
    served: float
    median_ms: float
    p95_ms: float
    cpu_ms: float

    @property
    def ratio(self) -> float:
        """The service's share of what the bare database does."""
        return self.served / self.ceiling


@dataclass
class Ours:
    """A case that a client moves back and forth, and the key of its owner."""

    path: str
    key: str
    version: int
    state: str = "draft"


def measure(rounds: int, seconds: int) -> list[Round]:
    """`rounds` turns of pgbench and of the service, each `seconds` long."""
    with (
        PrivatePostgresql(durable=True) as server,
        databases.postgresql_template(server.url) as template,
        databases.postgresql_copy(server.url, template) as url,
    ):
        _prepare_pgbench(server.url)
        home = server.directory / "home"
        home.mkdir()
        environ = {
            "RUNUT_ENV": "test", "RUNUT_HOME": str(home), "RUNUT_DATABASE_URL": url,
            "RUNUT_SECRET_KEY": new_secret(), "RUNUT_LINK_PEPPER": new_secret(),
            "RUNUT_BROKER_URL": "amqp://127.0.0.1:1//",
        }
        cases = _prepare_cases(environ)
        with serving("web", environ, free_ports(1)[0]) as served:
            _load(served.address, cases, 2)
            return [_round(server.url, served, cases, seconds) for _ in range(rounds)]


def _round(server_url: str, web: Served, cases: list[list[Ours]], seconds: int) -> Round:
    ceiling = _pgbench(server_url, seconds)
    before_s = web.cpu_s()
    times = sorted(_load(web.address, cases, seconds))
    return Round(
        ceiling=ceiling,
        served=len(times) / seconds,
        median_ms=statistics.median(times) * 1000,
        p95_ms=times[int(len(times) * 0.95)] * 1000,
        cpu_ms=(web.cpu_s() - before_s) / len(times) * 1000,
    )


def _prepare_pgbench(server_url: str) -> None:
    subprocess.run(
        ["psql", "-q", "-v", "ON_ERROR_STOP=1", "-d", libpq(server_url), "-f", str(HERE / "schema.sql")],
        check=True, capture_output=True,
    )


def _pgbench(server_url: str, seconds: int) -> float:
    newest = max(Path("/usr/lib/postgresql").glob("*/bin/pgbench"), default=Path("pgbench"))
    done = subprocess.run(
        [str(newest), "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "2", "-T", str(seconds), "-f",
         str(HERE / "transition.sql"), libpq(server_url)],
        check=True, capture_output=True, text=True,
    )
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    assert found, done.stdout
    return float(found[1])


def _prepare_cases(environ: dict[str, str]) -> list[list[Ours]]:
    runut = Runut.start(from_environment(environ))
    org = create_organisation(runut)
    people = _employees(org, CLIENTS * CASES_EACH)
    document = org.example("employee")
    cases = []
    with runut.database.write() as connection:
        keys = [new_api_key(runut, connection, person, "bench", runut.pulse(connection).now) for person in people]
    for person, key in zip(people, keys, strict=True):
        case = open_case(runut, Actor(person, "api", "api-key"), "work_plan", document=document)["case"]
        cases.append(Ours(f"/api/v1/cases/{case['id']}/actions/", key, case["version"]))
    runut.database.close()
    return [cases[start::CLIENTS] for start in range(CLIENTS)]


def _employees(org: Org, number: int) -> list[str]:
    ids = [new_person_id() for _ in range(number)]
    posts = [new_id() for _ in range(number)]
    with org.runut.database.write() as connection:
        connection.execute(insert(Position), [
            {"id": post, "code": f"bench-{i}", "title": "Nutrisionis", "unit_id": org.units["kesmas"],
             "post_class": "FUNGSIONAL", "reports_to_id": org.positions["kabid"]}
            for i, post in enumerate(posts)
        ])
        connection.execute(insert(Person), [
            {"id": person, "nip": f"1900{i:014d}", "name": f"Pegawai {i}", "rank": "Penata", "grade": "III/c",
             "email": f"bench{i}@contoh.example", "locale": "id", "political": False, "text_key": new_text_key()}
            for i, person in enumerate(ids)
        ])
        connection.execute(insert(Appointment), [
            {"id": new_id(), "person_id": person, "position_id": post, "kind": "DEFINITIVE", "order_number": "",
             "starts_on": NEW_YEAR}
            for person, post in zip(ids, posts, strict=True)
        ])
        counters.bump(connection, counters.ORGANISATION)
    return ids


def _load(address: str, cases: list[list[Ours]], seconds: int) -> list[float]:
    """Each client's cases go back and forth between draft and review until the time is over; seconds per answer."""
    until = time.monotonic() + seconds
    barrier = threading.Barrier(CLIENTS)

    def client(mine: list[Ours]) -> list[float]:
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
        barrier.wait()
        times: list[float] = []
        while time.monotonic() < until:
            case = mine[len(times) % len(mine)]
            began = time.perf_counter()
            answer = _move(connection, case)
            times.append(time.perf_counter() - began)
            case.version, case.state = answer["case"]["version"], answer["case"]["state"]
        connection.close()
        return times

    with ThreadPoolExecutor(CLIENTS) as pool:
        return [took for times in pool.map(client, cases) for took in times]


def _move(connection: http.client.HTTPConnection, case: Ours) -> Any:
    action = "submit" if case.state == "draft" else "recall"
    connection.request("POST", case.path + action, body="{}", headers={
        "Authorization": f"Bearer {case.key}", "If-Match": f'"{case.version}"', "Content-Type": "application/json",
        "Idempotency-Key": f"{action}-{case.version}",
    })
    response = connection.getresponse()
    body = json.loads(response.read())
    assert response.status == 200, body
    return body
