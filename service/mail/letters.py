"""From a row of the outbox to a mail: who gets it, whether it still holds, and what it says.

First everything is read and judged (`draft`), then the secret it carries is made (`finish`), in a transaction of its
own just before sending: neither link nor code exists anywhere but in the mail.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select

from service import codes, links
from service.authority import Person
from service.authority.words import ROLES
from service.blockers import hands_of
from service.canonical import parse
from service.casefile import CaseFile, load_case
from service.epoch import link_epoch
from service.mail.letter import Letter, Obsolete, UnknownRule, capacity_of, held, noun
from service.mail.messages import Envelope, Link, message_bytes
from service.mail.rendering import Ours, render
from service.mail.summaries import summary
from service.models import Case, Event
from service.runut import Present, Runut
from service.sentences import COMMAND_PASTS
from service.telling import OUTSIDERS, asks_by_link, is_decided_by_mail
from workflows.kit import Action, Role, Stage, Text

_UPDATED = Text("memperbarui kasus ini", "updated this case")
_SYSTEM = Text("Sistem", "The system")


def draft(connection: Connection, runut: Runut, present: Present, row: Mapping[str, Any]) -> Letter:
    """The mail of this row as of now. Raises Obsolete, UnknownRule."""
    person = present.organisation.people.get(str(row["person_id"]))
    if person is None or person.locked:
        raise Obsolete("the recipient's account is locked")
    write = _RULES.get(row["rule"])
    if write is None:
        raise UnknownRule(f"no mail is known for the rule {row['rule']}")
    letter = write(connection, present, row, person)
    return replace(letter, values={**_common(runut, person), **letter.values})


def finish(connection: Connection, runut: Runut, present: Present, letter: Letter) -> Letter:
    """The same mail with its link and its code, whose hashes are now stored. Raises Obsolete."""
    pepper, base_url = runut.settings.link_pepper, runut.settings.base_url
    person_id, values, path = letter.person.id, dict(letter.values), letter.path
    if letter.file and letter.role:
        file = letter.file
        handle = links.mint(
            connection, pepper, delivery_id=str(letter.row["id"]), case=file.row, person_id=person_id,
            role=letter.role.value,
            actions=sorted(asks_by_link(file.workflow.steps_from(file.state.name, [letter.role]), letter.role)),
            now=present.now, calendar=present.calendar, epoch=link_epoch(runut.settings),
        )
        path = f"/a/{handle}"
    elif letter.row["rule"] in ("signin", "code"):
        try:
            token, code = codes.issue(connection, pepper, letter.row["details"]["code_id"], present.now)
        except codes.CodeGone:
            raise Obsolete("the code is no longer asked for") from None
        values |= {"code": Ours(code), "until": present.now + codes.LIFE}
        path = f"/signin/{token}" if letter.row["rule"] == "signin" else None
    link = Link(f"{base_url}{path}", person_id) if path else None
    values |= {"link": Ours(link.url) if link else None, "by_link": letter.file is not None}
    return replace(letter, values=values, link=link)


def letter_bytes(runut: Runut, present: Present, letter: Letter) -> bytes:
    """The finished mail as it goes over the wire. Raises Unmailable, jinja2.TemplateError."""
    envelope = Envelope(
        delivery_id=str(letter.row["id"]),
        person_id=str(letter.row["person_id"]),
        address=letter.person.email,
        at=present.now,
        link=letter.link,
        purpose="code" if letter.row["rule"] == "code" else None,
    )
    subject = {"locale": letter.person.locale, **letter.subject}
    return message_bytes(runut.settings, envelope, render(letter.names, letter.values, subject))


def _common(runut: Runut, person: Person) -> dict[str, Any]:
    settings = runut.settings
    return {
        "locale": person.locale,
        "zone": settings.timezone,
        "name": person.name,
        "agency": Ours(settings.agency),
        "domain": Ours(settings.domain),
        "help_contact": Ours(settings.help_contact),
        "help_hours": Ours(settings.help_hours),
    }


def _asked(connection: Connection, present: Present, row: Mapping[str, Any], person: Person) -> Letter:
    file = load_case(connection, present, str(row["case_id"]))
    if file.row["version"] != row["details"]["version"]:
        raise Obsolete("the case moved on before the mail was sent")
    role, holder = held(file, row, person)
    if file.awaited is not role:
        raise Obsolete("the recipient is not asked now")
    letter = _about(connection, present, row, person, file, "asked", capacity_of(present, role, holder))
    if file.row["blocked_by"] is not None:
        letter = replace(letter, subject={**letter.subject, "stage": Stage.DRAFT.value})
    if not is_decided_by_mail(file.workflow.steps_from(file.state.name, [role]), role):
        return replace(letter, path=f"/cases/{file.number}")
    return replace(letter, file=file, role=role)


def _told(connection: Connection, present: Present, row: Mapping[str, Any], person: Person) -> Letter:
    file = load_case(connection, present, str(row["case_id"]))
    capacity = OUTSIDERS.get(row["details"]["role"])
    if capacity is None:
        capacity = capacity_of(present, *held(file, row, person))
    letter = _about(connection, present, row, person, file, "told", capacity)
    return replace(letter, path=f"/cases/{file.number}")


def _about(
    connection: Connection, present: Present, row: Mapping[str, Any], person: Person, file: CaseFile, kind: str,
    capacity: Text,
) -> Letter:
    """What a mail about one case says: what happened, by whom, whose case it is and until when it waits."""
    organisation, action, role = present.organisation, row["details"]["action"], row["details"]["role"]
    words: Action | None = file.workflow.actions.get(action)
    event = connection.execute(
        select(Event.actor_id, Event.at, Event.canonical).where(Event.id == row["event_id"])
    ).one_or_none()
    actor = organisation.people.get(event.actor_id) if event and event.actor_id else None
    acted_as = parse(event.canonical)["capacity"] if event else None
    subject = organisation.people.get(file.row["subject_id"])
    post = organisation.positions.get(file.row["post_id"])
    place = file.workflow.name
    constants = {
        "number": Ours(file.number), "thing": noun(file.workflow.title), "stage": file.state.stage.value,
    }
    return Letter(
        row=row,
        person=person,
        names=(f"{place}/mail/{action}.{role}", f"{place}/mail/{action}", f"{kind}.{action}", kind),
        subject=constants,
        values={
            **constants,
            "title": file.workflow.title,
            "state": file.state.label,
            "capacity": capacity,
            "due": file.row["due_at"],
            "missing": hands_of(file).missing if file.row["blocked_by"] else None,
            "actor": actor.name if actor else None,
            "actor_role": ROLES[Role(acted_as)] if acted_as else _SYSTEM,
            "past": words.past if words else COMMAND_PASTS.get(action, _UPDATED),
            "at": event.at if event else None,
            "has_reason": any(step.needs_reason for step in file.workflow.steps if step.action == action),
            "subject_name": None if file.row["subject_id"] == person.id or subject is None else subject.name,
            "subject_post": post.title if post else "",
        },
    )


def _code(connection: Connection, present: Present, row: Mapping[str, Any], person: Person) -> Letter:
    number = None
    if row["case_id"] is not None:
        number = connection.scalar(select(Case.number).where(Case.id == row["case_id"]))
    values = {"number": Ours(number) if number else None}
    return Letter(row=row, person=person, names=(row["rule"],), subject={}, values=values)


_RULES: Mapping[str, Callable[[Connection, Present, Mapping[str, Any], Person], Letter]] = {
    "asked": _asked, "told": _told, "digest": summary, "signin": _code, "code": _code,
}
