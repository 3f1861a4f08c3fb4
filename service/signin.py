"""Who is asking: an API key, a session cookie, a password or a mailed link, each answered with an Actor."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, func, insert, or_, select, text, update

from service.actor import Actor
from service.codes import check_code, check_token, find_slip, find_token, use_slip
from service.errors import NotSignedIn, TooMany
from service.ids import is_id, new_id, new_secret
from service.models import ApiKey, Delivery, OneTimeCode, Person, Session, SignInFailure
from service.runut import Present, Pulse, Runut, pulse_of
from service.telling import LANE_CODES, delivery
from workflows.kit import Text

KEY_PREFIX = "rnk_"
SESSION_LIFE = timedelta(hours=10)
SESSION_IDLE = timedelta(hours=2)
_FAILURES, _WINDOW = 10, timedelta(minutes=15)
_LINKS_PER_HOUR = 5
_CODE_LIFE = timedelta(minutes=30)

NOT_SIGNED_IN = Text("Masuk terlebih dahulu.", "Sign in first.")
_WRONG = Text(
    "Surel, NIP, atau kata sandi tidak cocok. Periksa ketikan, atau minta tautan masuk lewat surel.",
    "The address, NIP or password does not fit. Check what you typed, or ask for a sign-in link by mail.",
)
_CODE_WRONG = Text(
    "Kode tidak cocok. Periksa angka di surel terakhir, atau minta kode baru.",
    "The code does not fit. Check the digits in the latest mail, or ask for a new code.",
)
_CODE_EXPIRED = Text(
    "Kode ini sudah lewat waktunya. Minta kode baru.", "This code is too old. Ask for a new one."
)
_CODE_EXHAUSTED = Text(
    "Kode ini sudah dicoba lima kali dan tidak berlaku lagi. Minta kode baru.",
    "This code was tried five times and is no longer valid. Ask for a new one.",
)
_SLIP_WRONG = Text(
    "NIP dan kode di kertas tidak cocok, atau kodenya sudah dipakai atau lewat 14 hari. Mintalah lembar baru kepada "
    "kepegawaian.",
    "NIP and code do not fit, or the code was used or is older than 14 days. Ask HR for a new slip.",
)
_CURRENT_WRONG = Text("Kata sandi sekarang tidak cocok.", "The present password does not fit.")
_TOO_MANY = Text(
    "Terlalu banyak percobaan. Coba lagi {minutes} menit lagi, atau masuk dengan tautan surel.",
    "Too many attempts. Try again in {minutes} minutes, or sign in with a mailed link.",
)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who came through the door, and the instant at which he did."""

    actor: Actor
    pulse: Pulse
    session_id: str | None = None


def keyed_hash(secret: bytes, value: str) -> str:
    """What is stored of a secret that people carry: HMAC-SHA256 under the service's own key."""
    return hmac.new(secret, value.encode(), hashlib.sha256).hexdigest()


def by_api_key(runut: Runut, connection: Connection, key: str) -> Visitor:
    """The person of a bearer key, with the pulse; one statement. Raises NotSignedIn."""
    row = connection.execute(
        _statement(runut.pulse_columns, "api_keys", "key_hash = :hash AND revoked_at IS NULL"),
        {"hash": keyed_hash(runut.settings.secret_key, key)},
    ).one()
    if row.person_id is None or row.locked_at is not None:
        raise NotSignedIn(Text("Kunci API ini tidak berlaku.", "This API key is not valid."))
    return Visitor(Actor(_uuid(row.person_id), "api", "api-key", row.locale), pulse_of(row))


def by_session(runut: Runut, connection: Connection, token: str) -> Visitor | None:
    """The person of a session cookie, with the pulse; one statement. None when the session is over."""
    row = connection.execute(
        _statement(runut.pulse_columns, "sessions", "token_hash = :hash AND ended_at IS NULL"),
        {"hash": keyed_hash(runut.settings.secret_key, token)},
    ).one()
    pulse = pulse_of(row)
    if row.person_id is None or row.locked_at is not None or pulse.now >= _instant(row.expires_at):
        return None
    return Visitor(Actor(_uuid(row.person_id), "page", "session", row.locale), pulse, _uuid(row.key_id))


def begin_session(runut: Runut, connection: Connection, person_id: str, now: datetime) -> str:
    """A new session's token for the cookie; the table keeps its keyed hash only."""
    token = new_secret()
    connection.execute(
        insert(Session).values(
            id=new_id(), token_hash=keyed_hash(runut.settings.secret_key, token), person_id=person_id, created_at=now,
            seen_at=now, expires_at=now + SESSION_LIFE, ended_at=None,
        )
    )
    return token


def end_session(connection: Connection, session_id: str, now: datetime) -> None:
    """Ends one session; the cookie is worthless from now on."""
    connection.execute(update(Session).where(Session.id == session_id).values(ended_at=now))


def by_password(runut: Runut, name: str, password: str, network: str) -> tuple[str, str]:
    """(person id, session token) for an address or NIP with its password.

    Raises NotSignedIn with one sentence for every cause, TooMany after 10 failures per account and network in 15
    minutes.
    """
    account = keyed_hash(runut.settings.secret_key, name.strip().lower())
    with runut.database.read() as connection:
        now = runut.pulse(connection).now
        _check_failures(connection, account, network, now)
        person = _person_called(connection, name)
    fits = _fits(person and person.password_hash, password)
    with runut.database.write() as connection:
        if person is None or not fits or person.locked_at is not None:
            connection.execute(insert(SignInFailure).values(id=new_id(), account_hash=account, network=network, at=now))
        else:
            return person.id, begin_session(runut, connection, person.id, now)
    raise NotSignedIn(_WRONG)


def send_link(runut: Runut, name: str, next_path: str) -> str:
    """Mails a sign-in link and code to the stored address, when there is one; says nothing about whether there is.

    Answers the id of the request, which belongs to the browser that asked: only there its code works.
    """
    code_id = new_id()
    with runut.database.write() as connection:
        now = runut.pulse(connection).now
        person = _person_called(connection, name)
        if person is None or person.locked_at is not None:
            return code_id
        recent = connection.scalar(
            select(func.count()).where(
                OneTimeCode.person_id == person.id, OneTimeCode.purpose == "signin",
                OneTimeCode.created_at > now - timedelta(hours=1),
            )
        )
        if (recent or 0) >= _LINKS_PER_HOUR:
            return code_id
        connection.execute(
            insert(OneTimeCode).values(
                id=code_id, purpose="signin", person_id=person.id, binding="", next_path=next_path, tries=0,
                created_at=now, expires_at=now + _CODE_LIFE,
            )
        )
        row = delivery(
            dedupe=f"signin {code_id}", rule="signin", person_id=person.id, now=now, lane=LANE_CODES,
            expires_at=now + _CODE_LIFE, code_id=code_id,
        )
        connection.execute(insert(Delivery).values(row))
    runut.wake()
    return code_id


def by_token(runut: Runut, token: str) -> tuple[str, str] | None:
    """(session token, page asked for) for the secret of a mailed link, which is thereby used; None when it is over."""
    with runut.database.write() as connection:
        now = runut.pulse(connection).now
        row = check_token(connection, runut.settings.link_pepper, token, now)
        return _admitted(runut, connection, row, now) if row else None


def by_code(runut: Runut, code_id: str, code: str) -> tuple[str, str]:
    """(session token, page asked for) for a mailed code, typed where it was asked for.

    Raises NotSignedIn when it does not fit or is over, TooMany after five tries.
    """
    if not is_id(code_id):
        raise NotSignedIn(_CODE_WRONG)
    with runut.database.write() as connection:
        now = runut.pulse(connection).now
        checked = check_code(connection, runut.settings.link_pepper, code_id, code, now, binding="")
        admitted = _admitted(runut, connection, checked.row, now) if checked.row else None
    if admitted:
        return admitted
    if checked.outcome == "exhausted":
        raise TooMany(_CODE_EXHAUSTED, retry_after_s=60)
    raise NotSignedIn(_CODE_EXPIRED if checked.outcome == "expired" else _CODE_WRONG)


def by_slip(runut: Runut, name: str, code: str, network: str) -> tuple[str, str]:
    """(person id, session token) for a code on paper, typed with the NIP of whom it was printed for (his name where he
    has none). Once; his password, if he had one, is thereby forgotten and he sets a new one.

    Raises NotSignedIn with one sentence for every cause, TooMany as by_password does.
    """
    account = keyed_hash(runut.settings.secret_key, name.strip().lower())
    with runut.database.write() as connection:
        now, pepper = runut.pulse(connection).now, runut.settings.link_pepper
        _check_failures(connection, account, network, now)
        slip = find_slip(connection, pepper, code, now)
        person = connection.execute(select(*_OF_SLIP).where(Person.id == slip["person_id"])).one() if slip else None
        fits = person is not None and person.locked_at is None and _is_called(person, name)
        if person is not None and fits and use_slip(connection, pepper, code, now):
            connection.execute(update(Person).where(Person.id == person.id).values(password_hash=None))
            return person.id, begin_session(runut, connection, person.id, now)
        connection.execute(insert(SignInFailure).values(id=new_id(), account_hash=account, network=network, at=now))
    raise NotSignedIn(_SLIP_WRONG)


def is_link_usable(runut: Runut, token: str) -> bool:
    """Whether the secret of a mailed link would sign in now; nothing changes."""
    with runut.database.read() as connection:
        now = runut.pulse(connection).now
        return find_token(connection, runut.settings.link_pepper, token, now) is not None


def roles_of(present: Present, person_id: str) -> list[str]:
    """The person's standing roles today, sorted."""
    today = present.calendar.civil_date(present.now)
    return sorted(present.organisation.roles_of(person_id, today))


def new_api_key(runut: Runut, connection: Connection, person_id: str, label: str, now: datetime, key: str = "") -> str:
    """A new bearer key for the API, returned once; the table keeps its keyed hash only."""
    key = key or KEY_PREFIX + new_secret()
    connection.execute(
        insert(ApiKey).values(
            id=new_id(), key_hash=keyed_hash(runut.settings.secret_key, key), person_id=person_id, label=label,
            created_at=now, revoked_at=None,
        )
    )
    return key


def hash_password(password: str) -> str:
    """The password as argon2id (RFC 9106) keeps it."""
    return _hasher().hash(password)


_OF_SLIP = (Person.id, Person.nip, Person.name, Person.locked_at)


def _is_called(person: Any, name: str) -> bool:
    given = " ".join(name.split()).casefold()
    return hmac.compare_digest(given.encode(), (person.nip or person.name).casefold().encode())


def has_password(connection: Connection, person_id: str) -> bool:
    """Whether the person has set a password."""
    return connection.scalar(select(Person.password_hash).where(Person.id == person_id)) is not None


def set_password(runut: Runut, person_id: str, session_id: str, current: str, new: str) -> None:
    """Gives the person a new password; his other sessions end. Raises NotSignedIn when the present one does not fit."""
    with runut.database.read() as connection:
        stored = connection.scalar(select(Person.password_hash).where(Person.id == person_id))
    if stored is not None and not _fits(stored, current):
        raise NotSignedIn(_CURRENT_WRONG)
    hashed = hash_password(new)
    with runut.database.write() as connection:
        now = runut.pulse(connection).now
        connection.execute(update(Person).where(Person.id == person_id).values(password_hash=hashed))
        others = (Session.person_id == person_id, Session.id != session_id, Session.ended_at.is_(None))
        connection.execute(update(Session).where(*others).values(ended_at=now))


def _admitted(runut: Runut, connection: Connection, row: Any, now: datetime) -> tuple[str, str] | None:
    locked = connection.scalar(select(Person.locked_at).where(Person.id == row["person_id"]))
    if row["purpose"] != "signin" or locked is not None:
        return None
    return begin_session(runut, connection, row["person_id"], now), row["next_path"]


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


@cache
def _nobodys_hash() -> str:
    return _hasher().hash("nobody has this password")


def _fits(stored: str | None, password: str) -> bool:
    """Whether the password fits; takes the same time when there is nobody or no password to fit."""
    try:
        return _hasher().verify(stored or _nobodys_hash(), password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def _person_called(connection: Connection, name: str) -> Any:
    given = name.strip().lower()
    columns = (Person.id, Person.password_hash, Person.locked_at)
    return connection.execute(select(*columns).where(or_(Person.email == given, Person.nip == given))).first()


def _check_failures(connection: Connection, account: str, network: str, now: datetime) -> None:
    failures = connection.execute(
        select(func.count(), func.min(SignInFailure.at)).where(
            SignInFailure.account_hash == account, SignInFailure.network == network, SignInFailure.at > now - _WINDOW
        )
    ).one()
    if failures[0] >= _FAILURES:
        wait = max(1, int((_instant(failures[1]) + _WINDOW - now).total_seconds()))
        raise TooMany(_TOO_MANY.format(minutes=-(-wait // 60)), retry_after_s=wait)


@cache
def _statement(pulse_columns: str, table: str, condition: str) -> Any:
    """Pulse and person in one statement, from `table` by its keyed hash."""
    expires_at = "NULL AS expires_at" if table == "api_keys" else f"{table}.expires_at"
    return text(
        f"SELECT {pulse_columns}, {table}.person_id, {table}.id AS key_id, {expires_at}, "  # noqa: S608 - our own constants
        f"people.locked_at, people.locale FROM clock_offset LEFT JOIN {table} ON {condition} "
        f"LEFT JOIN people ON people.id = {table}.person_id"
    )


def _uuid(value: Any) -> str:
    """A uuid column read by plain SQL, as the text the rest of the service uses."""
    raw = str(value)
    return raw if "-" in raw else f"{raw[:8]}-{raw[8:12]}-{raw[12:16]}-{raw[16:20]}-{raw[20:]}"


def _instant(value: Any) -> datetime:
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
