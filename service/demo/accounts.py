"""The demo accounts: who can sign in. Secrets are derived from the service's own, so that they stay the same."""

import base64
import hashlib
import hmac
from typing import Any

from sqlalchemy import select

from service.demo.people import POSTS, Post
from service.errors import Refused
from service.models import Person
from service.runut import Runut
from workflows.kit import Text

LABELS = (
    "employee", "newcomer", "rater", "rater_superior", "perf_team", "perf_team2", "hr", "hr2", "auditor", "planner",
    "peer", "peer1", "peer2", "peer3", "peer4", "peer5", "peer6", "plh", "outsider", "head", "ppk", "subordinate",
)  # fmt: skip
_ROLES = {
    "employee": "EMPLOYEE", "newcomer": "EMPLOYEE", "subordinate": "EMPLOYEE", "outsider": "EMPLOYEE",
    "rater": "RATER", "plh": "RATER", "rater_superior": "RATER_SUPERIOR", "head": "RATER", "ppk": "RATER",
    "perf_team": "PERF_TEAM", "perf_team2": "PERF_TEAM", "hr": "HR", "hr2": "HR", "auditor": "AUDITOR",
    "planner": "PLANNER",
}  # fmt: skip
_PRODUCTION = Text(
    "Data dan akun peragaan hanya ada bila RUNUT_ENV=demo atau test.",
    "Demo data and accounts exist under RUNUT_ENV=demo or test only.",
)


def accounts(runut: Runut) -> list[dict[str, Any]]:
    """Who can sign in to the demo: label, person_id, name, email, password, api_key, roles; none before it is loaded.

    Raises Refused in production.
    """
    check_demo(runut)
    posts = {post.label: post for post in POSTS if post.label}
    with runut.database.read() as connection:
        rows = connection.execute(select(Person.email, Person.id, Person.name))
        known = {row.email: row for row in rows.all()}
    return [
        {
            "label": label,
            "person_id": known[post.email].id,
            "name": known[post.email].name,
            "email": post.email,
            "password": password_of(runut, post),
            "api_key": api_key_of(runut, post),
            "roles": [_ROLES.get(label, "PEER")],
        }
        for label in LABELS
        for post in [posts[label]]
        if post.email in known
    ]


def password_of(runut: Runut, post: Post) -> str:
    """The account's password: 80 bits, easy to type."""
    letters = base64.b32encode(_derived(runut, f"demo password {post.label}")[:10]).decode().lower()
    return "-".join(letters[place : place + 4] for place in range(0, 16, 4))


def api_key_of(runut: Runut, post: Post) -> str:
    """The account's bearer key."""
    return "rnk_" + base64.urlsafe_b64encode(_derived(runut, f"demo api key {post.label}")).decode().rstrip("=")


def check_demo(runut: Runut) -> None:
    """Raises Refused in production."""
    if runut.settings.environment == "production":
        raise Refused(_PRODUCTION)


def _derived(runut: Runut, what: str) -> bytes:
    return hmac.new(runut.settings.secret_key, what.encode(), hashlib.sha256).digest()
