"""More employees than anybody can name, to see how the service carries an office of thousands."""

import random
from collections.abc import Mapping
from datetime import date
from typing import Any

from service.commands.people import Change
from service.demo.people import MAIL_DOMAIN
from service.ids import new_id, new_person_id
from service.models import Person, Position, Unit
from service.models.authority import Appointment
from service.texts import new_text_key

_FIRST = (
    "Adi", "Ayu", "Bima", "Dian", "Edi", "Endah", "Galih", "Hani", "Indra", "Intan", "Jaya", "Kartika", "Lia", "Mega",
    "Nanda", "Okta", "Prita", "Rani", "Surya", "Tari", "Wira", "Yani", "Zaki", "Zahra",
)  # fmt: skip
_LAST = (
    "Abstrak", "Bayang", "Cermin", "Duga", "Elusif", "Fiksi", "Gagasan", "Hayal", "Imaji", "Kias", "Lambang", "Maya",
    "Nisbi", "Patokan", "Rupa", "Sandaran", "Teori", "Wujud",
)  # fmt: skip
_TITLES = ("Pengelola Data", "Analis Program", "Penata Layanan", "Pengadministrasi Umum", "Penyuluh Lapangan")
_GRADES = (("Pengatur", "II/c"), ("Penata Muda", "III/a"), ("Penata", "III/c"))
PER_UNIT = 40


def add_crowd(
    change: Change, units: Mapping[str, str], positions: Mapping[str, str], people: int, seed: int, *, first: int = 0,
    since: date | None = None,
) -> list[str]:
    """Enters `people` employees in sections of 40 under the offices, each section with a head who rates it, and
    answers their ids; the head of a section comes before the others.

    `first` is where the counting begins, a multiple of 40; `since` is their first day, last New Year unless said.
    """
    draw = random.Random(seed)  # noqa: S311 - a repeatable demo, nothing secret
    since = since or date(change.today.year - 1, 1, 1)
    offices = [("1002", "KADINKES"), ("1003", "KADISDIK"), ("1004", "KABKPSDM"), ("1006", "KABAPPEDA")]
    rows: dict[str, list[dict[str, Any]]] = {"units": [], "positions": [], "people": [], "appointments": []}
    head = unit_id = ""
    for place in range(first, first + people):
        if place % PER_UNIT == 0:
            section = place // PER_UNIT + 1
            office, above = offices[section % len(offices)]
            unit_id, head = new_id(), ""
            rows["units"].append(
                {"id": unit_id, "code": f"{office}9{section:04d}", "name": f"Seksi Pelayanan {section}",
                 "parent_id": units[office]}
            )
        post_id = new_id()
        rows["positions"].append(
            {
                "id": post_id, "code": f"W{place + 1:06d}", "unit_id": unit_id,
                "title": draw.choice(_TITLES) if head else f"Kepala Seksi Pelayanan {place // PER_UNIT + 1}",
                "post_class": "PELAKSANA" if head else "PENGAWAS", "reports_to_id": head or positions[above],
            }
        )
        head = head or post_id
        _add_person(rows, draw, post_id, place, since)
    for model, name in ((Unit, "units"), (Position, "positions"), (Person, "people"), (Appointment, "appointments")):
        change.add(model, rows[name])
    return [row["id"] for row in rows["people"]]


def _add_person(
    rows: dict[str, list[dict[str, Any]]], draw: random.Random, post_id: str, place: int, since: date
) -> None:
    person_id, (rank, grade) = new_person_id(), draw.choice(_GRADES)
    rows["people"].append(
        {
            "id": person_id, "nip": f"1900{place % 12 + 1:02d}{place // 12 % 28 + 1:02d}{2000 + place // 336 % 20}061"
            f"{place // 6720 + 100:03d}",
            "name": f"{draw.choice(_FIRST)} {draw.choice(_LAST)}", "rank": rank, "grade": grade,
            "email": f"pegawai.{place + 1:06d}@{MAIL_DOMAIN}", "locale": "id", "political": False,
            "password_hash": None, "locked_at": None, "text_key": new_text_key(),
        }
    )
    rows["appointments"].append(
        {
            "id": new_id(), "person_id": person_id, "position_id": post_id, "kind": "DEFINITIVE",
            "order_number": f"SK 821/{place + 1000}", "starts_on": since, "ends_on": None,
        }
    )
