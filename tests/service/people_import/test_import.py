from typing import Any

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import DBAPIError

from service.actor import Actor
from service.casefile import load_case
from service.errors import NotYours
from service.ids import new_person_id
from service.models import Person, Position, Unit
from service.people_import.importing import import_files
from service.people_import.report import Report
from service.runut import Runut
from service.views import waits_for
from tests.factories import Org, create_organisation, create_plan

OPERATOR = Actor(None, "cli", "system")
PEOPLE = "nip;nama;surel;pangkat;gol\n190003032010012777;Wati Umpamanya;wati@muara.example;Penata;III/c\n"


@pytest.fixture
def org(runut: Runut) -> Org:
    return create_organisation(runut)


def _import(org: Org, *texts: str, **options: Any) -> Report:
    return import_files(org.runut, OPERATOR, [text.encode() for text in texts], **options)


def _counts(report: Report) -> tuple[int, int, int, int]:
    """New, changed, same, and how many problems."""
    return report.total("new"), report.total("changed"), report.total("same"), len(report.problems)


def _count(org: Org, model: Any) -> int:
    with org.runut.database.read() as connection:
        return connection.scalar(select(func.count()).select_from(model)) or 0


def test_people_are_entered_once_and_told_apart_by_their_nip(org: Org) -> None:
    first, second = _import(org, PEOPLE), _import(org, PEOPLE)
    third = _import(org, PEOPLE.replace("III/c", "III/d"))

    assert [_counts(report) for report in (first, second, third)] == [(1, 0, 0, 0), (0, 0, 1, 0), (0, 1, 0, 0)]


def test_a_dry_run_tells_what_would_happen_and_changes_nothing(org: Org) -> None:
    before = _count(org, Person)

    report = _import(org, PEOPLE, dry_run=True)

    assert (_counts(report), _count(org, Person)) == ((1, 0, 0, 0), before)


def test_one_wrong_row_stops_the_whole_file_and_every_problem_is_told(org: Org) -> None:
    before = _count(org, Person)

    report = _import(org, PEOPLE + "1.90003E+17;Budi;BUDI@muara.example;;\n190003032010012779;Ali;bukan surel;;\n")

    assert [(p.row, p.column) for p in report.problems] == [(3, "nip"), (4, "surel")]
    assert "Excel" in report.problems[0].message.en
    assert _count(org, Person) == before


@pytest.mark.parametrize("nip", ["'190003032010012777", '="190003032010012777"', "19000303 201001 2 777"])
def test_a_nip_kept_from_excel_is_read(org: Org, nip: str) -> None:
    quoted = '"' + nip.replace('"', '""') + '"'

    assert _counts(_import(org, f"NIP,Nama,Email\n{quoted},Wati,wati@muara.example\n")) == (1, 0, 0, 0)


def test_a_rounded_nip_is_noticed(org: Org) -> None:
    report = _import(org, "nip,nama,email\n190003032010012000,Wati,wati@muara.example\n")

    assert "Excel" in report.problems[0].message.en


def test_units_and_posts_come_in_any_order_with_what_stands_above_them(org: Org) -> None:
    units = "﻿unor_id,unor,induk_id\n200101,Seksi Baru,2001\n2001,Dinas Baru,kabupaten\n"
    posts = (
        "jabatan_id;jabatan;unor_id;jenis_jabatan;atasan_jabatan_id\n"
        "S-1;Analis Baru;200101;Pelaksana;S-0\nS-0;Kepala Dinas Baru;2001;JPT Pratama;bupati\n"
    )

    assert [_counts(_import(org, text)) for text in (units, posts)] == [(2, 0, 0, 0), (2, 0, 0, 0)]
    with org.runut.database.read() as connection:
        present = org.runut.present(connection)
        post = connection.execute(select(Position.id).where(Position.code == "S-1")).scalar_one()
    assert [position.title for position in present.organisation.positions_upward(post)] == [
        "Analis Baru", "Kepala Dinas Baru", "Bupati Muara Contoh",
    ]  # fmt: skip


def test_units_that_stand_below_themselves_are_refused(org: Org) -> None:
    report = _import(org, "unor_id,unor,induk_id\nA,Satu,B\nB,Dua,A\n")

    assert report.problems and _count(org, Unit) == len(org.units)


def test_a_person_is_moved_to_the_post_of_the_file(org: Org) -> None:
    text = (
        "nip;nama;surel;kode_jabatan;tmt\n"
        "190004042000011004;Budi Umpama, A.Md.KL;newcomer@muara.example;midwife;2026-01-19\n"
    )

    assert [_counts(_import(org, text)) for _ in range(2)] == [(0, 1, 0, 0), (0, 0, 1, 0)]
    with org.runut.database.read() as connection:
        present = org.runut.present(connection)
        today = present.calendar.civil_date(present.now)
        post = present.organisation.post_of(org.people["newcomer"], today)
    assert post is not None and post[0].id == org.positions["midwife"]


def test_a_rater_named_by_the_file_gets_the_open_case(org: Org) -> None:
    case = create_plan(org, "in_approval")
    text = "nip;penilai_jabatan_id;dasar_hukum\n190003032000012003;disease_control;SK 12/2026\n"

    assert [_counts(_import(org, text)) for _ in range(2)] == [(1, 0, 0, 0), (0, 0, 1, 0)]
    with org.runut.database.read() as connection:
        file = load_case(connection, org.runut.present(connection), case["id"])
        assert [w["person"]["id"] for w in waits_for(file)] == [org.people["plh"]]


def test_cells_have_a_length_and_dates_one_form(org: Org) -> None:
    rows = f"190003032010012777;{'a' * 1001};wati@muara.example;midwife;19-01-2026\n"

    report = _import(org, "nip;nama;surel;kode_jabatan;tmt\n" + rows)

    assert [(p.column, p.suggestion.en) for p in report.problems] == [
        ("nama", "Shorten it."), ("tmt", "Do you mean 2026-01-19?"),
    ]  # fmt: skip


def test_only_hr_imports(org: Org) -> None:
    with pytest.raises(NotYours):
        import_files(org.runut, org.actor("employee"), [PEOPLE.encode()])


def test_an_error_of_the_database_names_nobody(org: Org) -> None:
    row = {"id": new_person_id(), "name": "Wati Rahasia", "nip": "190003032000012003", "text_key": b"k"}
    with pytest.raises(DBAPIError) as error, org.runut.database.write() as connection:
        connection.execute(insert(Person).values(row))

    assert "Wati" not in str(error.value)


def test_progress_is_told_while_the_rows_are_looked_at(org: Org) -> None:
    told = list[tuple[int, int]]()
    rows = [f"u{number};Unit {number};" for number in range(1200)]

    _import(org, "\n".join(["unor_id;unor;induk_id", *rows]), progress=lambda done, total: told.append((done, total)))

    assert told[0] == (0, 1200) and told[-1] == (1200, 1200)
    assert any(0 < done < 1200 for done, _ in told) and told == sorted(told)
