"""Where plans stand and how they came there: drawn by seed, with the instants of working days."""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

from service.demo.bulk.lives import Deed
from workflows.kit import Role

_E, _T, _R, _S, _HR = Role.EMPLOYEE, Role.PERF_TEAM, Role.RATER, Role.RATER_SUPERIOR, Role.HR
_Way = tuple[tuple[Role, str], ...]
_SUBMITTED: _Way = ((_E, "submit"),)
_ENDORSED: _Way = (*_SUBMITTED, (_T, "endorse"))
_RETURNED: _Way = (*_ENDORSED, (_R, "return"))
_IN_FORCE: _Way = (*_ENDORSED, (_R, "approve"))
_SECOND: _Way = (*_RETURNED, (_E, "submit"), (_R, "approve"))
_DISPUTED: _Way = (*_ENDORSED, (_R, "dispute"))

# (how many of a hundred, the way)
THIS_YEAR: tuple[tuple[int, _Way], ...] = (
    (10, ()), (8, _SUBMITTED), (11, _ENDORSED), (4, _RETURNED), (3, (*_SUBMITTED, (_T, "return"))), (2, _DISPUTED),
    (43, _IN_FORCE), (9, _SECOND), (2, (*_DISPUTED, (_S, "settle"))), (3, (*_IN_FORCE, (_E, "amend"))),
    (2, ((_E, "cancel"),)), (2, ((_HR, "exempt"),)), (1, (*_IN_FORCE, (_HR, "close"))),
)  # fmt: skip
EARLIER_YEARS: tuple[tuple[int, _Way], ...] = (
    (78, (*_IN_FORCE, (_HR, "close"))), (16, (*_SECOND, (_HR, "close"))), (4, ((_E, "cancel"),)),
    (2, ((_HR, "exempt"),)),
)  # fmt: skip
LEADERS = ((100, _IN_FORCE),)

_REASONS = (
    "Target indikator belum terukur. Mohon cantumkan satuan dan angkanya.",
    "Hasil kerja belum selaras dengan sasaran unit kerja.",
    "Uraian masih berupa kegiatan; tuliskan hasil yang ingin dicapai.",
    "Ada perubahan tugas sehingga rencana perlu disesuaikan.",
)


def draw_way(draw: random.Random, fates: Sequence[tuple[int, _Way]]) -> _Way:
    """One of the ways, each as likely as its share."""
    totals = list(accumulate(share for share, _ in fates))
    place = draw.random() * totals[-1]
    return next(way for total, (_, way) in zip(totals, fates, strict=True) if place < total)


def deeds_of(draw: random.Random, way: _Way, instants: Sequence[datetime]) -> list[Deed]:
    """The way's steps at the instants, one after the other."""
    return [
        Deed(at, role, action, _given(draw, action))
        for (role, action), at in zip(way, instants, strict=True)
    ]


def draw_instants(draw: random.Random, days: Sequence[datetime], count: int) -> list[datetime]:
    """`count` rising instants of office hours on these mornings."""
    if count > len(days):
        raise ValueError("there are more steps than working days")
    return [days[place] + timedelta(seconds=draw.randrange(8 * 3600)) for place in _places(draw, len(days), count)]


def _places(draw: random.Random, days: int, count: int) -> list[int]:
    """Rising places that lie close together, beginning anywhere."""
    strides = [draw.randint(1, 3) for _ in range(count - 1)]
    while sum(strides) >= days:
        strides[strides.index(max(strides))] -= 1
    start = draw.randrange(days - sum(strides))
    return [start + done for done in accumulate(strides, initial=0)]


def _given(draw: random.Random, action: str) -> Mapping[str, Any]:
    if action in ("submit", "endorse", "approve"):
        return {}
    given: dict[str, Any] = {"reason": draw.choice(_REASONS)}
    if action in ("exempt", "close", "amend"):
        number = f"800/{draw.randrange(1, 2000)}/{draw.randrange(2020, 2027)}"
        given["legal_basis"] = {"kind": "LETTER", "number": number, "date": "2026-01-05", "title": "Surat kepegawaian"}
    return given
