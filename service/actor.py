"""Who is doing something, by which channel, and how well that is proven."""

from dataclasses import dataclass

from workflows.kit import Locale, Role


@dataclass(frozen=True, slots=True)
class LinkUse:
    """A mail link that is being used: what it is bound to. Acting by it is limited to exactly that."""

    link_id: str
    opening_id: str
    case_id: str
    case_version: int
    document_sha256: str
    role: Role
    actions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Actor:
    """A person (or the clock) at work. `channel` is page, api, link, paper, clock, cli or import; `assurance` is
    session, api-key, link, link+code, paper or system, and goes into the log as it is."""

    person_id: str | None
    channel: str
    assurance: str
    locale: Locale = "id"
    link: LinkUse | None = None

    @property
    def is_signed_in(self) -> bool:
        """Whether the person proved who he is beyond holding a link."""
        return self.assurance in ("session", "api-key")


CLOCK = Actor(person_id=None, channel="clock", assurance="system")
