"""Proposals for a year's closed days: 2026 by the joint decree, others as the `holidays` library expects them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import holidays

_DECREE = "SKB Menteri Agama 1497/2025, Menteri Ketenagakerjaan 2/2025, Menteri PANRB 5/2025"
_PROPOSAL = "Perkiraan pustaka holidays {version}; belum ada keputusan bersama menteri"
_DECREED = 2026
_HOLIDAYS_2026 = {
    "01-01": "Tahun Baru Masehi",
    "01-16": "Isra Mikraj Nabi Muhammad",
    "02-17": "Tahun Baru Imlek",
    "03-19": "Hari Suci Nyepi",
    "03-21": "Hari Raya Idul Fitri",
    "03-22": "Hari kedua Idul Fitri",
    "04-03": "Wafat Yesus Kristus",
    "04-05": "Kebangkitan Yesus Kristus",
    "05-01": "Hari Buruh Internasional",
    "05-14": "Kenaikan Yesus Kristus",
    "05-27": "Hari Raya Idul Adha",
    "05-31": "Hari Raya Waisak",
    "06-01": "Hari Lahir Pancasila",
    "06-16": "Tahun Baru Islam",
    "08-17": "Hari Kemerdekaan Republik Indonesia",
    "08-25": "Maulid Nabi Muhammad",
    "12-25": "Hari Raya Natal",
}
_JOINT_LEAVE_2026 = {
    "02-16": "Cuti bersama Tahun Baru Imlek",
    "03-18": "Cuti bersama Hari Suci Nyepi",
    "03-20": "Cuti bersama Idul Fitri",
    "03-23": "Cuti bersama Idul Fitri",
    "03-24": "Cuti bersama Idul Fitri",
    "05-15": "Cuti bersama Kenaikan Yesus Kristus",
    "05-28": "Cuti bersama Idul Adha",
    "12-24": "Cuti bersama Hari Raya Natal",
}


def year_row(year: int) -> dict[str, Any]:
    """The row of `calendar_years`: which decree the year rests on, or that it is provisional."""
    if year == _DECREED:
        return {"year": year, "provisional": False, "basis": _DECREE}
    return {"year": year, "provisional": True, "basis": _PROPOSAL.format(version=holidays.__version__)}


def day_rows(year: int) -> list[dict[str, Any]]:
    """The rows of `calendar_days` of a year."""
    if year == _DECREED:
        return [
            {"on_date": date.fromisoformat(f"{year}-{day}"), "kind": kind, "name": name}
            for kind, days in (("HOLIDAY", _HOLIDAYS_2026), ("JOINT_LEAVE", _JOINT_LEAVE_2026))
            for day, name in days.items()
        ]
    national, joint = _expected(year, "public"), _expected(year, "government")
    rows = [{"on_date": on, "kind": "HOLIDAY", "name": name[:300]} for on, name in national]
    known = {row["on_date"] for row in rows}
    return rows + [
        {"on_date": on, "kind": "JOINT_LEAVE", "name": name[:300]} for on, name in joint if on not in known
    ]


def _expected(year: int, category: str) -> Iterable[tuple[date, str]]:
    found = holidays.country_holidays("ID", years=year, language="id", categories=category)
    return sorted(found.items())
