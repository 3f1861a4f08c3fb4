"""Addresses that get no mail because HR said so: they bounce, or they are somebody else's."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from service.models import SuppressedAddress
from service.runut import Present
from service.signin import keyed_hash

STOPPED = "HR stopped mail to this address"
"""What the ledger keeps as the answer of such a mail."""
NO_MAILBOX = "tidak mempunyai alamat surel"
"""What the ledger keeps as the answer of a mail to somebody without an address; he gets a printed notice."""


def address_hash(pepper: bytes, address: str) -> str:
    """What is kept of an address: enough to recognise it, not to read it."""
    return keyed_hash(pepper, f"address {address}")


def stopped_since(
    connection: Connection, pepper: bytes, present: Present, people: Iterable[str]
) -> Mapping[str, datetime]:
    """Those of these people whose present address gets no mail, each with the instant since when. One statement."""
    known = present.organisation.people
    hashes = {address_hash(pepper, known[p].email): p for p in people if p in known and known[p].email}
    if not hashes:
        return {}
    table = SuppressedAddress
    rows = connection.execute(
        select(table.address_hash, table.since_at).where(table.address_hash.in_(list(hashes)))
    )
    return {hashes[row.address_hash]: row.since_at for row in rows}
