"""More people than the regency's, for tests that need many mails at once, and their plans over the wire."""

import http.client
import secrets
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import insert, select

from service import counters
from service.ids import new_id, new_person_id
from service.models import Event, Person
from service.models.authority import Appointment
from service.runut import Runut
from service.signin import new_api_key
from tests.factories import Api, Org
from tests.wire import Wire, api_at


def add_employees(org: Org, count: int) -> list[str]:
    """Enters so many employees below the rater and answers their labels: `e1`, `e2`, …"""
    labels = [f"e{number}" for number in range(1, count + 1)]
    ids = {label: new_person_id() for label in labels}
    people = [
        {
            "id": ids[label], "nip": f"19020202{number:010d}", "name": f"Pegawai Rekaan {number}",
            "rank": "Penata Muda", "grade": "III/a", "locale": "id", "email": f"{label}@muara.example",
            "political": False, "text_key": bytes(32),
        }
        for number, label in enumerate(labels, start=1)
    ]
    appointments = [
        {
            "id": new_id(), "person_id": ids[label], "position_id": org.positions["nutritionist"], "kind": "DEFINITIVE",
            "order_number": "SK/2/2025", "starts_on": date(2025, 1, 1), "ends_on": None,
        }
        for label in labels
    ]
    with org.runut.database.write() as connection:
        connection.execute(insert(Person), people)
        connection.execute(insert(Appointment), appointments)
        counters.bump(connection, counters.ORGANISATION)
    org.people.update(ids)  # type: ignore[attr-defined]  # a dict like every mapping of the regency
    return labels


def apis(org: Org, client: Wire, labels: Iterable[str]) -> dict[str, Api]:
    """API clients over the wire, each with a new key, by label."""
    with org.runut.database.write() as connection:
        now = org.runut.pulse(connection).now
        keys = {label: new_api_key(org.runut, connection, org.people[label], "test", now) for label in labels}
    return {label: api_at(client, key) for label, key in keys.items()}


def ask_for_approval(employee: Api, team: Api) -> list[Any]:
    """Opens, submits and endorses the employee's plan; answers what the server said, each time with success."""
    document = employee.get("/workflows/work_plan/example").json["document"]
    opened = employee.post("/cases", {"workflow": "work_plan", "document": document})
    assert opened.status_code == 201, opened.data
    path, version, answers = f"/cases/{opened.json['id']}/actions", opened.json["version"], [opened]
    for api, action in ((employee, "submit"), (team, "endorse")):
        answers.append(api.post(f"{path}/{action}", if_match=str(version)))
        assert answers[-1].status_code == 200, answers[-1].data
        version = answers[-1].json["case"]["version"]
    return answers


@dataclass
class Client:
    """Somebody whose plan is submitted, endorsed and taken back, over and over, under a new idempotency key each time.

    `answered` holds the event of every 200; `unknown` counts requests without a clear answer, which were repeated
    under the same key until there was one; `odd` is what nobody could expect.
    """

    api: Api
    team: Api
    case: dict[str, Any]
    answered: list[str] = field(default_factory=list)
    unknown: int = 0
    odd: list[str] = field(default_factory=list)
    last_s: float = 0

    def run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            receipt = self._act(*self._next(), secrets.token_hex(8))
            if receipt is None:
                return
            self.answered.append(receipt["event_id"])
            self.case = receipt["case"]
            self.last_s = time.monotonic()

    def log(self, runut: Runut) -> list[str]:
        """The ids of what was done to the case after it was opened, in order."""
        with runut.database.read() as connection:
            events = select(Event.id).where(Event.case_id == self.case["id"]).order_by(Event.position)
            return list(connection.scalars(events))[1:]

    def _next(self) -> tuple[Api, str]:
        match self.case["state"]:
            case "draft":
                return self.api, "submit"
            case "in_review":
                return self.team, "endorse"
            case _:
                return self.api, "recall"

    def _act(self, api: Api, action: str, key: str) -> dict[str, Any] | None:
        """The receipt, however many attempts it takes; None when the answer is one that nobody could expect."""
        path, deadline_s = f"/cases/{self.case['id']}/actions", time.monotonic() + 30
        while time.monotonic() < deadline_s:
            try:
                answer = api.post(f"{path}/{action}", if_match=str(self.case["version"]), idempotency_key=key)
            except (OSError, http.client.HTTPException):
                answer = None
            if answer is not None and answer.status_code == 200:
                receipt: dict[str, Any] = answer.json
                return receipt
            if answer is not None and answer.status_code != 503 and answer.json["code"] != "in-progress":
                self.odd.append(f"{action} {answer.status_code} {answer.data[:300]!r}")
                return None
            self.unknown += 1
            time.sleep(0.05)
        self.odd.append(f"{action}: no answer in 30 s")
        return None


def all_go_on(clients: list[Client], seconds: float) -> bool:
    """Whether every client has just got an answer and at least `seconds` have passed since this was first asked."""
    began_s = time.monotonic()
    while time.monotonic() - began_s < seconds:
        if any(client.odd for client in clients):
            return True
        time.sleep(0.02)
    return all(client.last_s > began_s for client in clients)
