"""Through a mail link: opening the request, deciding on it, asking for a fresh link."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select

from service import links
from service.actor import Actor, LinkUse
from service.authority.words import ROLES
from service.canonical import parse
from service.casefile import CaseFile, load_case
from service.commands.acting import act
from service.commands.commanding import COMMANDS, command
from service.commands.moving import Answer
from service.errors import Conflict, LinkDead, LinkUnknown, NotYours, ServiceError, TooMany
from service.ids import new_id
from service.links import Link
from service.models import Delivery, Event
from service.runut import Present, Runut
from service.sentences import predicate
from service.telling import LANE_REQUESTS, delivery
from workflows.dates import moment
from workflows.kit import Locale, Role, Text

FRESH_PER_HOUR = 3

_UNKNOWN = Text(
    "Tautan ini tidak dikenal. Periksa apakah seluruh alamat tersalin, atau masuk ke Runut dengan alamat surel Anda.",
    "This link is not known. Check that the whole address was copied, or sign in to Runut with your mail address.",
)
_EXPIRED = Text(
    "Tautan ini sudah tidak berlaku, tetapi permintaannya masih menunggu Anda.",
    "This link has expired, but the request still waits for you.",
)
_ON_HOLD = Text(
    "Selama kasus ditahan tidak ada yang perlu Anda lakukan; bila dilanjutkan dan masih menunggu Anda, Anda menerima "
    "surel baru.",
    "While the case is on hold there is nothing for you to do; if it goes on and still waits for you, you get a new "
    "mail.",
)
_NOTHING_LEFT = Text("Tidak ada lagi yang perlu Anda lakukan.", "There is nothing left for you to do.")
_OTHER_DECISION = Text(
    "Permintaan ini sudah Anda putuskan dengan cara lain; keputusan kedua tidak dicatat.",
    "You have already decided this request differently; the second decision was not recorded.",
)


@dataclass(frozen=True, slots=True)
class Request:
    """One request behind a link: the link, its case as it is now, and how the person comes to it."""

    link: Link
    file: CaseFile

    @property
    def person_id(self) -> str:
        """Whom the mail was sent to."""
        return str(self.link.row["person_id"])

    @property
    def role(self) -> Role:
        """In which capacity he was asked."""
        return Role(self.link.row["role"])

    @property
    def is_as_mailed(self) -> bool:
        """Whether the case is still as it was mailed: a link that died all the same was taken from this person."""
        return bool(self.file.row["version"] == self.link.row["case_version"])

    @property
    def still_waits(self) -> bool:
        """Whether the case still waits for this very person in this capacity; not while it is on hold."""
        awaited = {holder.person_id for holder in self.file.waiting()}
        return self.file.awaited is self.role and self.person_id in awaited and not self.is_on_hold

    @property
    def is_on_hold(self) -> bool:
        """Whether HR stopped the case for a while; whoever is awaited gets a new mail when it goes on."""
        return self.file.row["held_at"] is not None


def request_of(runut: Runut, connection: Connection, present: Present, handle: str) -> Request:
    """The request behind a handle, alive or dead. Raises LinkUnknown. Nothing changes."""
    link = links.find(connection, runut.settings.link_pepper, handle)
    if link is None:
        raise LinkUnknown(_UNKNOWN)
    return Request(link, load_case(connection, present, link.row["case_id"]))


def open_request(runut: Runut, handle: str, opening_id: str, epoch: int) -> Request:
    """Remembers that a person opened the request in this browser. Raises LinkUnknown, LinkDead."""
    with runut.database.write() as connection:
        present = runut.present(connection)
        request = request_of(runut, connection, present, handle)
        check_alive(connection, request, epoch)
        if links.opening(connection, opening_id) is None:
            links.open_link(connection, request.link, opening_id, request.file.row, present.now)
    return request


def check_alive(connection: Connection, request: Request, epoch: int) -> None:
    """Raises LinkDead with what happened, when the link opens nothing any more."""
    if request.link.is_alive(request.file.present.now, epoch):
        return
    waits = request.still_waits
    left = _ON_HOLD if request.is_on_hold else _EXPIRED if waits else _NOTHING_LEFT
    detail = left
    if not waits or request.link.row["dead_at"] is not None:
        what = what_happened(connection, request)
        detail = Text(f"{what.id} {left.id}", f"{what.en} {left.en}")
    own = request.link.row["event_id"]
    raise LinkDead(detail, str(request.link.row["dead_because"] or "expired"), {"waits": waits, "event_id": own})


def decide(
    runut: Runut, request: Request, opening: Mapping[str, Any], action: str, given: Mapping[str, Any], locale: Locale
) -> Answer | str:
    """Takes the decision and answers its receipt; the id of the event when this very decision was taken before.

    Raises Conflict for another decision after one, CaseMovedOn when the text changed since it was shown, NotYours
    when the capacity is lost, and what act() raises.
    """
    decided = opening["event_id"] or request.link.row["event_id"]
    if decided:
        with runut.database.read() as connection:
            before = connection.execute(select(Event.type).where(Event.id == decided)).scalar_one()
        if before.endswith(f".{action}"):
            return str(decided)
        raise Conflict(_OTHER_DECISION, extra={"event_id": decided})
    actor = Actor(
        person_id=request.person_id,
        channel="link",
        assurance="link",
        locale=locale,
        link=LinkUse(
            link_id=request.link.id,
            opening_id=opening["id"],
            case_id=request.file.id,
            case_version=request.link.row["case_version"],
            document_sha256=request.link.row["document_sha256"],
            role=request.role,
            actions=frozenset(request.link.row["actions"]),
        ),
    )
    try:
        take = command if action in COMMANDS else act
        return take(runut, actor, request.file.id, action, given, if_match=request.link.row["case_version"])
    except ServiceError:
        _check_capacity(request)
        with runut.database.write() as connection:
            links.keep_typed(connection, opening["id"], {key: str(value) for key, value in given.items()})
        raise


def send_fresh(runut: Runut, handle: str) -> bool:
    """Mails a new link to the stored address, when the request still waits for that person.

    False when nothing is left to do. Raises LinkUnknown, TooMany after three in an hour.
    """
    with runut.database.write() as connection:
        present = runut.present(connection)
        request = request_of(runut, connection, present, handle)
        if not request.still_waits:
            return False
        recent = connection.scalar(
            select(func.count()).where(
                Delivery.person_id == request.person_id, Delivery.case_id == request.file.id,
                Delivery.dedupe.like("fresh %"), Delivery.created_at > present.now - timedelta(hours=1),
            )
        )
        if (recent or 0) >= FRESH_PER_HOUR:
            raise TooMany(
                Text(
                    "Tautan baru sudah dikirim beberapa kali. Periksa kotak masuk Anda, atau coba lagi satu jam lagi.",
                    "Fresh links were sent several times. Check your mailbox, or try again in an hour.",
                ),
                retry_after_s=3600,
            )
        connection.execute(
            insert(Delivery).values(
                delivery(
                    dedupe=f"fresh {new_id()}", rule="asked", person_id=request.person_id, now=present.now,
                    lane=LANE_REQUESTS, case_id=request.file.id, action="fresh", role=request.role.value,
                    version=request.file.row["version"],
                )
            )
        )
    runut.wake()
    return True


def _check_capacity(request: Request) -> None:
    if request.role not in request.file.held_by(request.person_id):
        raise NotYours(
            Text(
                "Anda tidak lagi memegang wewenang untuk kasus ini, sehingga keputusan Anda tidak dicatat. "
                "Permintaan ini sudah dialihkan.",
                "You no longer hold the authority for this case, so your decision was not recorded. The request has "
                "been passed on.",
            )
        ) from None


def what_happened(connection: Connection, request: Request) -> Text:
    """What ended the link, when, and in which capacity; never who."""
    dead_at = request.link.row["dead_at"]
    if dead_at is None:
        return _EXPIRED
    ended = connection.execute(
        select(Event.type, Event.at, Event.canonical)
        .where(Event.case_id == request.file.id, Event.at == dead_at)
        .order_by(Event.position)
    ).first()
    at = moment(dead_at, request.file.present.organisation.zone)
    if ended is None:
        return Text(f"Tautan ini dimatikan pada {at.id}.", f"This link was ended on {at.en}.")
    capacity = ROLES[Role(parse(ended.canonical)["capacity"])]
    did = predicate(ended.type, request.file.workflow)
    return Text(
        f"{capacity.id.capitalize()} {did.id} pada {at.id}.", f"{capacity.en.capitalize()} {did.en} on {at.en}."
    )
