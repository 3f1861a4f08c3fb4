"""A small regency to write stories about, and cases walked to where a story begins. All people are fictional.

People are called by label: `employee` (Sari), `newcomer` and `peer` beside her, `rater` (Rahmat), `rater_superior`
(dr. Cut), `ppk` (the Bupati), `perf_team`, `perf_team2`, `hr`, `hr2`, `auditor`, `planner`, `outsider` in another
office, and `plh`, who may act for the rater only once `appoint_plh` says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, text
from werkzeug.test import TestResponse

import workflows
from service import counters
from service.actor import Actor
from service.commands.acting import act
from service.commands.opening import open_case, unopened
from service.commands.saving import save
from service.ids import new_id
from service.models.authority import Delegation
from service.runut import Runut
from service.signin import new_api_key
from service.surroundings import context_of
from tests.regency import NEW_YEAR as NEW_YEAR
from tests.regency import Regency, insert_regency

MONDAY = "2026-01-19T09:00:00+07:00"
REASON = "Alasan yang cukup panjang untuk dicatat."
LETTER = {
    "reason": REASON,
    "legal_basis": {"kind": "LETTER", "number": "800/12/2026", "date": "2026-01-19", "title": "Surat kepegawaian"},
}

# Where a plan may stand: who did what to bring it there from `draft`
_Way = tuple[tuple[str, str, Mapping[str, Any]], ...]
_TO_APPROVAL: _Way = (("employee", "submit", {}), ("perf_team", "endorse", {}))
_WAYS: Mapping[str, _Way] = {
    "draft": (),
    "in_review": _TO_APPROVAL[:1],
    "in_approval": _TO_APPROVAL,
    "returned": (*_TO_APPROVAL, ("rater", "return", {"reason": REASON})),
    "in_dispute": (*_TO_APPROVAL, ("rater", "dispute", {"reason": REASON})),
    "in_force": (*_TO_APPROVAL, ("rater", "approve", {})),
    "closed": (*_TO_APPROVAL, ("rater", "approve", {}), ("hr", "close", LETTER)),
    "cancelled": (("employee", "cancel", {"reason": REASON}),),
    "exempt": (("hr", "exempt", LETTER),),
}


@dataclass(frozen=True)
class Org(Regency):
    """The regency in one service: ids by label, and people who do things."""

    runut: Runut

    @cached_property
    def app(self) -> Flask:
        """The web application on this service; imported only by the tests that use it."""
        from service.app import create_app

        return create_app(self.runut)

    def actor(self, label: str) -> Actor:
        """The person as the API knows him."""
        return Actor(self.people[label], "api", "api-key")

    def act(self, label: str, case: Mapping[str, Any], action: str, **given: Any) -> dict[str, Any]:
        """The receipt for what the person did to the case as he saw it. Raises what the command raises."""
        return act(self.runut, self.actor(label), case["id"], action, given, if_match=case["version"])

    def save(self, label: str, case: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
        """The receipt for a new text of the case. Raises what the command raises."""
        return save(self.runut, self.actor(label), case["id"], document, if_match=case["version"])

    def example(self, label: str, workflow: str = "work_plan") -> dict[str, Any]:
        """A document for that person that passes every rule."""
        rules = workflows.get(workflow)
        with self.runut.database.read() as connection:
            present = self.runut.present(connection)
            file = unopened(connection, present, rules, self.people[label], self.cycle_id)
            return rules.example(context_of(connection, file))


def create_organisation(runut: Runut, *, now: str | None = MONDAY) -> Org:
    """The regency in an empty database, on Monday 19 January 2026 at nine (None: at the real time)."""
    with runut.database.write() as connection:
        regency = insert_regency(connection)
    if now:
        set_now(runut, now)
    return Org(**vars(regency), runut=runut)


def set_now(runut: Runut, now: str) -> None:
    """Moves the service's clock to an ISO instant; it goes on from there."""
    with runut.database.write() as connection:
        ahead = datetime.fromisoformat(now) - runut.pulse(connection).now
        milliseconds = -(-ahead // timedelta(milliseconds=1))  # rounded up: never before the wished instant
        connection.execute(
            text("UPDATE clock_offset SET milliseconds = milliseconds + :ahead"), {"ahead": milliseconds}
        )


def create_plan(
    org: Org, state: str = "draft", *, label: str = "employee", document: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The person's work plan in `state`, walked there by the real commands; answers the case as last told."""
    document = org.example(label) if document is None else document
    case: dict[str, Any] = open_case(org.runut, org.actor(label), "work_plan", document=document)["case"]
    for who, action, given in _WAYS[state]:
        case = org.act(label if who == "employee" else who, case, action, **given)["case"]
    assert case["state"] == state
    return case


def appoint_plh(org: Org, starts_on: date = date(2026, 1, 18), ends_on: date = date(2026, 2, 16)) -> str:
    """The id of the delegation by which `plh` acts for the rater on those days."""
    with org.runut.database.write() as connection:
        delegation_id = new_id()
        connection.execute(
            insert(Delegation).values(
                id=delegation_id, from_person_id=org.people["rater"], to_person_id=org.people["plh"],
                position_id=org.positions["kabid"], kind="PLH", order_number="SP/7/2026", order_date=starts_on,
                starts_on=starts_on, ends_on=ends_on, scope=["approve", "rate", "decide"],
            )
        )
        counters.bump(connection, counters.ORGANISATION)
    return delegation_id


@dataclass
class Api:
    """One person's API client: a bearer key on every call, JSON both ways."""

    client: FlaskClient
    key: str

    def get(self, path: str, **headers: str) -> TestResponse:
        return self._call("get", path, headers)

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        return self._call("post", path, headers, json={} if body is None else body)

    def put(self, path: str, body: Any, **headers: str) -> TestResponse:
        return self._call("put", path, headers, json=body)

    def _call(self, method: str, path: str, headers: Mapping[str, str], **kwargs: Any) -> TestResponse:
        """`if_match="3"` becomes the header If-Match: "3"."""
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        if "If-Match" in named:
            named["If-Match"] = f'"{named["If-Match"]}"'
        named["Authorization"] = f"Bearer {self.key}"
        response: TestResponse = getattr(self.client, method)(f"/api/v1{path}", headers=named, **kwargs)
        return response


def api(org: Org, label: str) -> Api:
    """The API as this person reaches it, with a new key."""
    with org.runut.database.write() as connection:
        now = org.runut.pulse(connection).now
        key = new_api_key(org.runut, connection, org.people[label], "test", now)
    return Api(org.app.test_client(), key)
