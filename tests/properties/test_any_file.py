"""Whatever a file says, the import answers with a report: never an error of ours, never a change by a dry run."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from service.actor import Actor
from service.models import Person, Position, Unit
from service.people_import import reading
from service.people_import.columns import TOLD_APART
from service.people_import.importing import import_files
from service.runut import Runut
from service.spreadsheets import asking, child
from service.spreadsheets.budgets import Refused
from tests.factories import Org, create_organisation

OPERATOR = Actor(None, "cli", "system")
WORDS = st.sampled_from([
    "", "190002022000011002", "190003032010012777", "1,9E+17", "kabid", "kesmas", "dinkes", "X", "Plt", "PENSIUN",
    "AKTIF", "2026-01-19", "19-01-2026", "2026-02-30", "rater@muara.example", "a@b.example", "=A1", "JPT PRATAMA",
    "SK 1", "\ufeff",
])
CELLS = st.one_of(WORDS, WORDS, st.text(max_size=12).filter(lambda text: "\x00" not in text))
HEADERS = st.sampled_from([
    [synonyms[-1] for synonyms in {**kind.required, **kind.optional}.values()] for kind in TOLD_APART
])


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """A CSV of one of the kinds with plausible and impossible cells, or any bytes at all."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=200))
    header = draw(HEADERS)
    rows = draw(st.lists(st.lists(CELLS, min_size=1, max_size=len(header) + 1), max_size=6))
    quoted = [";".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in (header, *rows)]
    return "\n".join(quoted).encode("utf-8", "surrogatepass")


def read_here(contents: Sequence[bytes]) -> tuple[list[asking.Sheet], list[asking.Finding]]:
    """What the parsing process would say, without starting one for each of thousands of files."""
    said, budget = list[str](), child.Budget()
    for place, content in enumerate(contents):
        try:
            for line in child.read(content, budget):
                said.append(json.dumps({"file": place, **line} if isinstance(line, dict) else line))
        except Refused as refusal:
            said.append(json.dumps({"file": place, "refused": refusal.code, "row": refusal.row}))
    return asking._read("\n".join(said).encode(), ended=True, killed=False)


def test_any_file_is_answered_with_a_report(runut: Runut, monkeypatch: pytest.MonkeyPatch) -> None:
    org = create_organisation(runut)
    monkeypatch.setattr(reading, "read_sheets", read_here)
    before = counts(org)

    @settings(suppress_health_check=list(HealthCheck))
    @given(st.lists(files(), min_size=1, max_size=3))
    def answered(contents: list[bytes]) -> None:
        report = import_files(runut, OPERATOR, contents, dry_run=True)
        assert report.problems or report.sheets
        assert all(p.message.id and p.message.en and p.row >= 1 for p in (*report.problems, *report.notices))
        assert sum(report.total(name) for name in ("new", "changed", "same", "leaving")) <= report.rows
        report.as_json()

    answered()
    assert counts(org) == before


def test_what_is_checked_without_problems_is_applied_and_says_nothing_new_afterwards(
    runut: Runut, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_organisation(runut)
    monkeypatch.setattr(reading, "read_sheets", read_here)
    applied = 0

    @settings(suppress_health_check=list(HealthCheck))
    @given(plausible())
    def applied_once(content: bytes) -> None:
        nonlocal applied
        if import_files(runut, OPERATOR, [content]).problems:
            return
        applied += 1
        again = import_files(runut, OPERATOR, [content], dry_run=True)
        assert again.problems == [] and again.total("same") == again.rows, again

    applied_once()
    assert applied > 10


@st.composite
def plausible(draw: st.DrawFn) -> bytes:
    """A CSV in which most rows can be taken."""
    nip = st.sampled_from(["190002022000011002", "190004042000011004", "190003032010012777", "190003032010012778"])
    post = st.sampled_from(["nutritionist", "sanitarian", "midwife", "analyst", "kabid"])
    day = st.sampled_from(["", "2025-12-01", "2026-01-19", "2026-03-01"])
    order = st.sampled_from(["", "SK 1", "SK 2"])
    kinds = {
        "unor_id;unor;induk_id": (st.sampled_from("XYZ"), st.sampled_from("AB"), st.sampled_from(["", "dinkes", "X"])),
        "jabatan_id;jabatan;unor_id;jenis_jabatan;atasan_jabatan_id": (
            st.sampled_from(["J1", "J2", "analyst"]), st.sampled_from("AB"), st.just("dinkes"), st.just("PELAKSANA"),
            st.sampled_from(["", "kadis", "J1"]),
        ),
        "nip;nama;surel;pangkat;jabatan_id;mulai": (
            nip, st.sampled_from(["Ali", "Budi"]), st.sampled_from(["", "a@b.example", "b@b.example"]),
            st.sampled_from(["", "Penata"]), st.one_of(st.just(""), post), day,
        ),
        "nip;jabatan_id;jenis;nomor_sk;mulai;selesai": (
            nip, post, st.sampled_from(["", "PLT"]), order, day, st.sampled_from(["", "2026-12-31"]),
        ),
        "nip;penilai_jabatan_id;dasar_hukum;mulai": (nip, st.sampled_from(["kadis", "kabid"]), st.just("SK 1"), day),
    }
    header, cells = draw(st.sampled_from(list(kinds.items())))
    rows = draw(st.lists(st.tuples(*cells), min_size=1, max_size=3, unique_by=lambda row: row[0]))
    return "\n".join([header, *(";".join(row) for row in rows)]).encode()


def counts(org: Org) -> list[int]:
    with org.runut.database.read() as connection:
        return [connection.scalar(select(func.count()).select_from(model)) or 0 for model in (Person, Position, Unit)]
