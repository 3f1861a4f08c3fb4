"""What single rows do and what is wrong with them, by the words that HR reads."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from service.actor import Actor
from service.authority import Organisation
from service.casefile import load_case
from service.models import ActionLink, Delivery, Event, Person, Session
from service.people_import.importing import check_files, import_files, write_plan
from service.people_import.report import Report
from service.runut import Runut
from service.signin import begin_session
from service.views import waits_for
from tests import spreadsheets
from tests.afterwards import check_log
from tests.factories import Org, create_organisation, create_plan
from tests.post_office import carry
from tests.smtp_sink import SmtpSink

OPERATOR = Actor(None, "cli", "system")
RATER, PLH, NEWCOMER, HR, HR2 = (
    "190002022000011002", "190008082000011008", "190004042000011004", "190009092000012009", "190010102000011010"
)
NIP = "190003032010012777"


@pytest.fixture
def environ(environ: dict[str, str], smtp_sink: SmtpSink) -> dict[str, str]:
    return {**environ, "RUNUT_SMTP_URL": smtp_sink.url}


@pytest.fixture
def org(runut: Runut) -> Org:
    return create_organisation(runut)


def load(org: Org, *texts: str, actor: Actor = OPERATOR, **options: Any) -> Report:
    return import_files(org.runut, actor, [text.encode() for text in texts], **options)


def wrong(report: Report) -> list[tuple[int, str, str]]:
    """(row, column, the first words) of each problem."""
    return [(p.row, p.column, " ".join(p.message.en.split()[:4])) for p in report.problems]


def outcomes(report: Report) -> dict[str, int]:
    return {name: report.total(name) for name in ("new", "changed", "same", "leaving") if report.total(name)}


def now(org: Org) -> Organisation:
    with org.runut.database.read() as connection:
        return org.runut.present(connection).organisation


def post_of(org: Org, label: str) -> str:
    found = now(org).post_of(org.people[label], date(2026, 1, 19))
    return found[0].id if found else ""


# ── leaving


def test_a_leaver_is_locked_and_his_authority_ends_while_his_successor_is_told(org: Org) -> None:
    case = create_plan(org, "in_approval")
    carry(org.runut)
    with org.runut.database.write() as connection:
        begin_session(org.runut, connection, org.people["rater"], org.runut.pulse(connection).now)

    report = load(org, f"nip;status;tanggal_berhenti\n{RATER};PENSIUN;2026-01-18\n")

    assert outcomes(report) == {"leaving": 1} and report.problems == []
    with org.runut.database.read() as connection:
        locked = connection.scalar(select(Person.locked_at).where(Person.nip == RATER))
        open_sessions = select(func.count()).where(Session.person_id == org.people["rater"], Session.ended_at.is_(None))
        live = select(func.count()).where(ActionLink.person_id == org.people["rater"], ActionLink.dead_at.is_(None))
        assert locked is not None and connection.scalar(open_sessions) == connection.scalar(live) == 0
        file = load_case(connection, org.runut.present(connection), case["id"])
        assert [w["person"]["id"] for w in waits_for(file)] == [org.people["rater_superior"]]
        told = select(func.count()).where(
            Delivery.person_id == org.people["rater_superior"], Delivery.case_id == case["id"]
        )
        assert connection.scalar(told)
        types = connection.scalars(select(Event.type).order_by(Event.seq)).all()
    assert types[-2:] == ["case.authority", "people.import"]
    assert load(org, f"nip;status\n{RATER};PENSIUN\n").total("same") == 1, "a second time says nothing new"
    check_log(org.runut)


@pytest.mark.parametrize(
    ("status", "on", "leaves"),
    [
        ("BERHENTI", "", True), ("Meninggal Dunia", "", True), ("retired", "", True), ("PENSIUN", "2026-01-19", True),
        ("PENSIUN", "2026-06-01", False), ("AKTIF", "2025-01-01", False), ("PNS", "", False), ("", "2026-01-01", True),
        ("", "2026-06-01", False), ("Pemberhentian Sementara", "", False),
    ],
)
def test_who_leaves_is_told_by_status_and_date(org: Org, status: str, on: str, leaves: bool) -> None:
    report = load(org, f"nip;nama;surel;status;tmt_pensiun\n{NEWCOMER};Budi Umpama, A.Md.KL;;{status};{on}\n")

    assert outcomes(report) == ({"leaving": 1} if leaves else {"same": 1})


def test_a_leaver_that_nobody_knows_is_not_entered(org: Org) -> None:
    assert outcomes(load(org, f"nip;status\n{NIP};BERHENTI\n")) == {"same": 1}


def test_an_unknown_status_is_asked_about_and_not_repeated(org: Org) -> None:
    report = load(org, f"nip;status\n{NEWCOMER};Siti Rahasia\n")

    assert wrong(report) == [(2, "status", "This status is not")]
    assert "Rahasia" not in str(report.as_json())


def test_the_last_hr_officers_do_not_leave_together(org: Org) -> None:
    report = load(org, f"nip;status\n{HR};BERHENTI\n{HR2};BERHENTI\n")

    assert wrong(report) == [(2, "nip", "After this import no"), (3, "nip", "After this import no")]
    assert outcomes(load(org, f"nip;status\n{HR};BERHENTI\n")) == {"leaving": 1}


def test_an_officer_does_not_change_his_own_authority_by_a_file(org: Org) -> None:
    hr = org.actor("hr")
    for text in (
        f"nip;status\n{HR};BERHENTI\n", f"nip;jabatan_id;mulai\n{HR};analyst;2026-01-19\n",
        f"nip;nama;surel\n{HR};Ratna Contohwati, S.Psi;other@muara.example\n",
        f"nip;penilai_jabatan_id;dasar_hukum\n{HR};kadis;SK 1\n",
    ):
        assert [problem[2] for problem in wrong(load(org, text, actor=hr))] == ["This row changes your"], text
    assert load(org, f"nip;nama;surel\n{HR};Ratna Contohwati, S.Psi, M.Si;\n", actor=hr).total("changed") == 1


def test_whoever_has_left_gets_nothing_new(org: Org) -> None:
    load(org, f"nip;status\n{NEWCOMER};BERHENTI\n")

    person = load(org, f"nip;nama;surel\n{NEWCOMER};Budi Umpama, A.Md.KL;newcomer@muara.example\n")
    post = load(org, f"nip;jabatan_id\n{NEWCOMER};analyst\n")

    assert wrong(person) == [(2, "nip", "This person has left")] == wrong(post)


# ── posts


def test_a_leading_post_has_one_definitive_holder(org: Org) -> None:
    taken = load(org, f"nip;jabatan_id;mulai\n{PLH};kabid;2026-01-19\n")
    exchanged = load(
        org, f"nip;jabatan_id;mulai;nomor_sk\n{PLH};kabid;2026-01-19;SK 9\n{RATER};disease_control;2026-01-19;SK 9\n"
    )

    assert wrong(taken) == [(2, "jabatan_id", "This post is held")]
    assert outcomes(exchanged) == {"new": 2} and exchanged.problems == []
    assert (post_of(org, "rater"), post_of(org, "plh")) == (org.positions["disease_control"], org.positions["kabid"])


def test_a_plt_is_entered_for_a_vacant_post_only(org: Org) -> None:
    plt = f"nip;jabatan_id;jenis;nomor_sk;mulai;selesai\n{PLH};kabid;Plt;SP 1;2026-01-19;2026-03-31\n"
    assert wrong(load(org, plt)) == [(2, "jabatan_id", "This post is held")]

    load(org, f"nip;status\n{RATER};MENINGGAL\n")

    assert outcomes(load(org, plt)) == {"new": 1} and outcomes(load(org, plt)) == {"same": 1}
    acting = now(org).acting(org.positions["kabid"], date(2026, 1, 19))
    assert [(how.person_id, how.kind) for how in acting] == [(org.people["plh"], "PLT")]


def test_an_appointment_is_changed_where_the_file_says_otherwise(org: Org) -> None:
    text = f"nip;jabatan_id;nomor_sk;mulai;selesai\n{NEWCOMER};sanitarian;SK/2/2026;2025-01-01;2026-12-31\n"

    report = load(org, text)

    assert [d.fields for d in report.differences] == [
        (("nomor_sk", "SK/1/2025", "SK/2/2026"), ("selesai", "", "2026-12-31")),
    ]  # fmt: skip
    assert outcomes(load(org, text)) == {"same": 1}


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (f"{NIP};analyst;;;;", "nip", "Nobody has this NIP."),
        (f"{PLH};nowhere;;;;", "jabatan_id", "There is no post"),
        (f"{PLH};analyst;Plh;;;", "jenis", "This kind of appointment"),
        (f"{PLH};analyst;;;2026-02-30;", "mulai", ""),
        (f"{PLH};analyst;;;2026-02-01;2026-01-01", "selesai", "The last day is"),
    ],
)
def test_an_appointment_that_cannot_be_is_named(org: Org, row: str, column: str, words: str) -> None:
    report = load(org, f"nip;jabatan_id;jenis;nomor_sk;mulai;selesai\n{row}\n")

    ((number, title, said),) = wrong(report)
    assert (number, title) == (2, column) and said.startswith(words)


# ── people


def test_a_person_without_a_nip_is_known_by_his_address(org: Org) -> None:
    report = load(org, f"nip;nama;surel\n{NIP};Teuku Fiktif;PPK@muara.example\n")

    assert outcomes(report) == {"changed": 1}
    assert report.differences[0].fields == (("nip", "", "…2777"),)


def test_titles_in_columns_of_their_own_make_the_whole_name(org: Org) -> None:
    load(org, f"NIP BARU,GELAR DEPAN,NAMA,GELAR BLK,EMAIL\n{NIP},dr.,Wati,Sp.A,w@muara.example\n")

    with org.runut.database.read() as connection:
        assert connection.scalar(select(Person.name).where(Person.nip == NIP)) == "dr. Wati, Sp.A"


@pytest.mark.parametrize(
    "name",
    ["Oe", "Suharto", "D'Artagnan", "محمد", "H. Ṣāliḥ", "Dr. H. Abd. Rahman bin Abdullah, S.Sos., M.Si", "A" * 120],
)
def test_names_are_kept_as_they_are(org: Org, name: str) -> None:
    assert load(org, f'nip;nama;surel\n{NIP};"{name}";w@muara.example\n').problems == []
    with org.runut.database.read() as connection:
        assert connection.scalar(select(Person.name).where(Person.nip == NIP)) == name


@pytest.mark.parametrize("name", ["Sаri", "A\u0007", "=?utf-8?q?x?="])
def test_names_that_deceive_are_refused(org: Org, name: str) -> None:
    assert [p.column for p in load(org, f"nip;nama;surel\n{NIP};{name};w@muara.example\n").problems] == ["nama"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([f"{NIP};Wati;w@m.example", f"{NIP};Wati;v@m.example"], [(3, "nip", "This row repeats row")]),
        ([f"{NIP};Wati;rater@muara.example"], [(2, "surel", "This address is somebody")]),
        ([f"{NIP};Wati;w@m.example", "190003032010012778;Ali;w@m.example"], [(3, "surel", "This address is somebody")]),
        (["12345;Wati;w@m.example"], [(2, "nip", "A NIP has 18")]),
        ([f"{NIP};;w@m.example"], [(2, "nama", "At least 1; now")]),
        ([f"{NIP};Wati;wati"], [(2, "surel", "Write the address in")]),
        ([f"{NIP};Wati;w@m.example;more"], [(2, "", "This row has more")]),
        ([f"{NIP};@SUM(A1);w@m.example"], [(2, "nama", "This cell holds a")]),
    ],
)
def test_a_person_that_cannot_be_is_named(org: Org, rows: list[str], expected: list[tuple[int, str, str]]) -> None:
    report = load(org, "nip;nama;surel\n" + "\n".join(rows) + "\n")

    assert wrong(report) == expected
    assert NIP not in str(report.as_json()), "a report never holds a whole NIP"


def test_a_person_without_a_mailbox_is_entered_without_one(org: Org) -> None:
    text = f"nip;nama;surel\n{NIP};Wati;\n"

    assert [outcomes(load(org, text)) for _ in range(2)] == [{"new": 1}, {"same": 1}]


def test_an_address_may_pass_from_one_to_another_in_one_file(org: Org) -> None:
    report = load(org, (
        f"nip;nama;surel\n{NEWCOMER};Budi Umpama, A.Md.KL;budi@muara.example\n"
        f"{NIP};Wati;newcomer@muara.example\n"
    ))

    assert outcomes(report) == {"new": 1, "changed": 1} and report.problems == []


# ── units, posts, sheets


def test_a_tree_that_would_stand_below_itself_is_refused(org: Org) -> None:
    assert wrong(load(org, "unor_id;unor;induk_id\ndinkes;Dinas Kesehatan;kesmas\n")) == [
        (2, "induk_id", "It would stand below"),
    ]  # fmt: skip
    posts = "jabatan_id;jabatan;unor_id;jenis_jabatan;atasan_jabatan_id\n"
    assert wrong(load(org, posts + "kadis;Kepala Dinas Kesehatan;dinkes;JPT PRATAMA;kabid\n")) == [
        (2, "atasan_jabatan_id", "It would stand below"),
    ]  # fmt: skip


def test_codes_that_stand_twice_or_nowhere_are_named(org: Org) -> None:
    report = load(org, "unor_id;unor;induk_id\nX;Satu;\nX;Dua;\nY;Tiga;nowhere\n")

    assert wrong(report) == [(3, "unor_id", "This row repeats row"), (4, "induk_id", "There is no unit")]


def test_a_workbook_of_all_kinds_is_imported_in_the_order_in_which_they_build_on_each_other(org: Org) -> None:
    sheets = dict(reversed(spreadsheets.office(24).items())) | {"Petunjuk": [("Isi lembar lain.",)]}

    report = import_files(org.runut, OPERATOR, [spreadsheets.workbook(sheets)])

    assert report.problems == []
    assert report.kinds == ["units", "positions", "people", "appointments", "raters"][: len(report.kinds)]
    assert {notice.sheet for notice in report.notices} == {"Petunjuk", "Penilai"}
    assert outcomes(report) == {"new": 3 + 24 + 24 + 24}


def test_several_files_are_one_import_and_say_which_one_is_wrong(org: Org) -> None:
    before = len(now(org).units)
    report = load(org, "unor_id;unor\nX;Satu\n", f"nip;nama;surel\n{NIP};Wati;nothing\n")

    assert [(p.sheet, p.row) for p in report.problems] == [("#2", 2)]
    assert len(now(org).units) == before, "the file that was right is not imported either"


def test_a_sheet_that_lacks_a_column_is_told_which(org: Org) -> None:
    report = load(org, f"nip;nama;jabatan\n{NIP};Wati;Analis\n")

    assert "People" in report.problems[0].message.en and "surel" in report.problems[0].message.en


def test_titles_above_the_header_are_passed_over(org: Org) -> None:
    report = load(org, f"DAFTAR PEGAWAI 2026\n\nNIP;Nama;Surel\n{NIP};Wati;w@muara.example\n")

    assert outcomes(report) == {"new": 1} and report.differences[0].row == 4


def test_an_order_about_the_rater_needs_whom_it_is_about(org: Org) -> None:
    report = load(org, "nip;penilai_jabatan_id;dasar_hukum\n;kadis;SK 1\n")

    assert wrong(report) == [(2, "nip", "Fill in a NIP")]


def test_people_changed_meanwhile_are_planned_again_inside_the_transaction(org: Org) -> None:
    text = f"nip;nama;surel\n{NIP};Wati;w@muara.example\n"
    reading, plan = check_files(org.runut, OPERATOR, [text.encode()])
    load(org, "nip;nama;surel\n190003032010012778;Ali;ali@muara.example\n")

    again, written = write_plan(org.runut, reading, plan, "IMPOR")
    assert written and again is not plan

    reading, plan = check_files(org.runut, OPERATOR, [text.replace("Wati", "Wati B").encode()])
    load(org, text.replace("Wati", "Wati C"))
    again, written = write_plan(org.runut, reading, plan, "IMPOR")
    assert not written and again.report.differences[0].fields == (("nama", "Wati C", "Wati B"),)
