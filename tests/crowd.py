"""More people than the regency's, for tests that need many mails at once, and their plans over the wire."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import insert

from service import counters
from service.ids import new_id, new_person_id
from service.models import Person
from service.models.authority import Appointment
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
