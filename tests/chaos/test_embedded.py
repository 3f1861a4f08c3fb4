"""`runut up` on its own file, killed again and again under load: what was answered stays and every mail arrives."""

import os
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from config.settings import Settings, from_environment
from service.runut import Runut
from tests.afterwards import check_log, check_mails, hurry, states
from tests.crowd import Client, add_employees, all_go_on, apis
from tests.databases import prepare_schema
from tests.factories import create_organisation, create_plan
from tests.fleet import Fleet
from tests.servers import free_ports
from tests.smtp_sink import Received
from tests.wire import Wire

LONG = os.environ.get("RUNUT_CHAOS") == "long"
KILLS, LOAD_S, CLIENTS = (20, 4.0, 8) if LONG else (4, 1.0, 4)
READY_WITHIN_S, STOPS_WITHIN_S = 15, 10


@pytest.fixture
def embedded(environ: dict[str, str]) -> dict[str, str]:
    """The environment of an embedded service on ports of its own, with the schema in its file."""
    web, inbox = free_ports(2)
    env = {**environ, "RUNUT_PORT": str(web), "RUNUT_INBOX_PORT": str(inbox)}
    prepare_schema(from_environment(env).database_url)
    return env


@pytest.mark.slow
@pytest.mark.timeout(0 if LONG else 120)
def test_a_killed_service_goes_on_where_it_stopped(embedded: dict[str, str], tmp_path: Path) -> None:
    settings = from_environment(embedded)
    runut = Runut.start(settings)
    org = create_organisation(runut)
    labels = add_employees(org, CLIENTS)
    cases = {label: create_plan(org, label=label) for label in labels}
    people = apis(org, Wire(settings.port, settings.domain, timeout_s=20, deaf_every=7), [*labels, "perf_team"])
    clients = [Client(people[label], people["perf_team"], cases[label]) for label in labels]
    stop, ready = threading.Event(), list[float]()
    with Fleet(tmp_path, embedded) as fleet:
        up = fleet.start("up")
        ready.append(up.ready())
        second = fleet.call("up")
        assert second.returncode != 0 and f"process {up.pid}" in second.stderr, second.stderr
        threads = [threading.Thread(target=client.run, args=(stop,), daemon=True) for client in clients]
        for thread in threads:
            thread.start()
        try:
            for _kill in range(KILLS):
                all_go_on(clients, LOAD_S)
                up.kill()
                ready.append(up.start().ready())
        finally:
            all_go_on(clients, LOAD_S)
            stop.set()
            for thread in threads:
                thread.join(40)
        assert [client.odd for client in clients if client.odd] == []
        hurry(runut, 60)
        mails = inbox(settings)
        twice = check_mails(runut, mails)
        acts, unclear = sum(len(client.answered) for client in clients), sum(client.unknown for client in clients)
        print(f"{KILLS} kills, {acts} answered, {unclear} unclear and repeated, {len(mails)} mails, {twice} twice, "
              f"ready after {', '.join(f'{seconds:.1f}' for seconds in ready)} s, {states(runut)}")
        assert max(ready) < READY_WITHIN_S
        for client in clients:
            assert client.log(runut) == client.answered
        assert set(states(runut)) <= {"ACCEPTED", "CANCELLED", "GATHERED", "PENDING", "SUMMED"}
        check_log(runut)
        began_s = time.monotonic()
        up.terminate()
        assert up.wait(STOPS_WITHIN_S) == 0, up.said()
        print(f"stopped after {time.monotonic() - began_s:.1f} s")
    runut.database.close()


def inbox(settings: Settings) -> list[Received]:
    """The mails in the local inbox, oldest first."""
    items = Wire(settings.inbox_port, f"127.0.0.1:{settings.inbox_port}").get("/api/messages").json["items"]
    return [Received(item["from"], item["to"][0], _as_bytes(item["headers"])) for item in reversed(items)]


def _as_bytes(headers: Mapping[str, str]) -> bytes:
    wanted = ("Message-ID", "X-Runut-Delivery")
    return "".join(f"{name}: {headers[name]}\r\n" for name in wanted).encode() + b"\r\n"
