"""HR's notice that somebody cannot decide: who, why, whom he proposes, and one click to re-route."""

from typing import Any

from sqlalchemy import Connection

from service.authority.words import ROLES
from service.casefile import CaseFile
from service.pages.filters import address
from service.pages.web import translate, words
from service.queries.declines import Declined, declines, takeover
from workflows.dates import day
from workflows.kit import Role, Text

_UNKNOWN = Text("sebabnya sudah dihapus", "the ground was erased")
_LETTER = Text("Pernyataan tidak dapat memutuskan", "Declaration of being unable to decide")


def hr_notice(connection: Connection, file: CaseFile, officer_id: str) -> dict[str, Any] | None:
    """What an HR officer sees of declarations that still stand: who, why, whom he proposes, and the letter filled in.

    None when nobody declined, and for everybody who is no HR officer in this case.
    """
    if officer_id not in {officer.person_id for officer in file.holders(Role.HR)}:
        return None
    said = declines(connection, file)
    if not said:
        return None
    target = takeover(file, said, officer_id)
    role = file.state.waits_for
    return {
        "number": file.number,
        "version": file.row["version"],
        "subject": file.present.organisation.person(file.row["subject_id"]).name,
        "said": [_said(file, one) for one in said],
        "waits": [words(holder.explanation) for holder in file.waiting()],
        "target": target and {
            "id": target.person_id, "name": file.present.organisation.person(target.person_id).name,
            "how": _as_what(file.present.organisation.person(target.person_id).name, words(target.explanation)),
        },
        "letter": _letter(file, said[0]),
        "can_reroute": role in (Role.RATER, Role.RATER_SUPERIOR),
    }


def _as_what(name: str, explanation: str) -> str:
    """`NAME (post, role)`."""
    rest = explanation.removeprefix(f"{name}, ")
    return name if rest == explanation else f"{name} ({rest})"


def _said(file: CaseFile, one: Declined) -> dict[str, Any]:
    organisation = file.present.organisation
    name = organisation.person(one.person_id).name
    substitute = organisation.people.get(one.substitute_id or "")
    away = ""
    if one.first_on or one.last_on:
        away = translate(
            "dari {first} sampai {last}", "from {first} until {last}",
            first=words(day(one.first_on)) if one.first_on else translate("sekarang", "now"),
            last=words(day(one.last_on)) if one.last_on else translate("belum tahu", "not known yet"),
        )
    return {
        "name": name,
        "ground": words(one.ground.label if one.ground else _UNKNOWN),
        "at": one.at,
        "away": away,
        "note": one.note,
        "substitute": substitute and substitute.name,
        "plh_href": _plh_href(one) if substitute else "",
    }


def _plh_href(one: Declined) -> str:
    """HR's form of a delegation, filled in with what was proposed; ids and days only, never names."""
    terms = {"to": one.substitute_id, "from": one.first_on, "until": one.last_on}
    given = {name: str(value) for name, value in terms.items() if value}
    return address(f"/people/{one.person_id}", given) + "#record"


def _letter(file: CaseFile, one: Declined) -> dict[str, str]:
    """Reason and legal basis of the re-routing: the declaration itself, by case number and place in its log."""
    role = ROLES[file.state.waits_for] if file.state.waits_for else Text("", "")
    ground = one.ground.label if one.ground else _UNKNOWN
    told = Text(
        f"Pernyataan {role.id}: {ground.id[:1].lower()}{ground.id[1:]}.",
        f"Declaration of the {role.en}: {ground.en[:1].lower()}{ground.en[1:]}.",
    )
    on = file.present.calendar.civil_date(one.at).isoformat()
    return {
        "reason": words(told), "legal_basis.kind": words(_LETTER),
        "legal_basis.number": f"{file.number}/{one.position}", "legal_basis.date": on, "legal_basis.title": words(told),
    }
