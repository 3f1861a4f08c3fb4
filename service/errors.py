"""What can go wrong for a person, with a stable code and sentences; HTTP statuses are given in service.responses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflows.kit import Text


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field: its dotted path and a sentence."""

    path: str
    message: Text


class ServiceError(Exception):
    """Base of all errors that are a person's business. `detail` says what happened and what to do next."""

    code = "error"

    def __init__(self, detail: Text, *, reasons: Sequence[Text] = (), extra: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"{self.code}: {detail.en}")
        self.detail = detail
        self.reasons = tuple(reasons)
        self.extra = dict(extra or {})


class NotSignedIn(ServiceError):
    """Nobody, or nobody known, is asking."""

    code = "not-signed-in"


class NotFound(ServiceError):
    """There is no such thing, or the person may not see it; the two are never told apart."""

    code = "not-found"


class UnknownAction(ServiceError):
    """The workflow has no action of that name."""

    code = "unknown-action"


class NotAvailable(ServiceError):
    """The action exists, but not from the present state."""

    code = "not-available"


class NotYours(ServiceError):
    """Somebody else's step; `extra["who_may"]` says whose."""

    code = "not-yours"


class AssuranceTooLow(ServiceError):
    """The step asks for a stronger proof of who is deciding."""

    code = "assurance"


class Refused(ServiceError):
    """The step is yours, but something is missing; the reasons say what."""

    code = "refused"


class InvalidInput(ServiceError):
    """Fields that cannot be taken; `fields` names each."""

    code = "invalid"

    def __init__(self, detail: Text, fields: Sequence[FieldError]) -> None:
        super().__init__(detail)
        self.fields = tuple(fields)


class KeyReused(ServiceError):
    """The same idempotency key came with another body."""

    code = "idempotency-key-reused"


class VersionMissing(ServiceError):
    """The request does not say which version it means."""

    code = "version-missing"


class CaseMovedOn(ServiceError):
    """The case is no longer at the version that the request means; nothing was done."""

    code = "moved-on"


class Exists(ServiceError):
    """There is already one; `extra["url"]` leads to it."""

    code = "exists"


class Conflict(ServiceError):
    """The change contradicts something that is already there."""

    code = "conflict"


class TooMany(ServiceError):
    """Too many attempts; `retry_after_s` says when to come back."""

    code = "too-many"

    def __init__(self, detail: Text, retry_after_s: int) -> None:
        super().__init__(detail)
        self.retry_after_s = retry_after_s


class LinkUnknown(ServiceError):
    """A handle that was never issued."""

    code = "link-unknown"


class LinkDead(ServiceError):
    """A link that no longer opens anything; `reason` says why, as a code."""

    code = "link-dead"

    def __init__(self, detail: Text, reason: str, extra: Mapping[str, Any] | None = None) -> None:
        super().__init__(detail, extra=extra)
        self.reason = reason
