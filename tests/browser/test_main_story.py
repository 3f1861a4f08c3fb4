"""The main story in Chromium: a work plan from the first sign-in to force, with script and without.

A newcomer writes it, the performance team endorses it, the rater approves it from a mail on a phone, HR and an auditor
look on. Also: signing in by mail, and the way back after a return.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from service.commands.opening import open_case
from service.models import Case, Event, Person
from service.runut import Runut
from service.signin import hash_password
from tests.browser.conftest import DESK, PHONE
from tests.factories import REASON, Org, create_organisation, create_plan
from tests.post_office import address, carry, link_in, newest_to
from tests.smtp_sink import SmtpSink

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

Opener = Callable[..., "BrowserContext"]
PASSWORD = "kata sandi yang panjang sekali"
OF_THE_SUPERIOR = "Tersedianya air minum layak di 40 sekolah"
OF_THE_OFFICE = "Menurunnya kasus diare balita di wilayah binaan"
OF_MY_OWN = "Tersedianya peta sanitasi 12 desa"
EXPECTATION = "Menjawab keluhan warga dalam dua hari kerja"
ANNEX = {
    "resources": "Dua alat uji air\nSatu kendaraan roda dua",
    "accountability": "Laporan bulanan kepada Kepala Bidang",
    "consequences": "Target yang tidak tercapai dibahas dalam dialog kinerja",
}
PARTS = ("Data saya", "Hasil kerja", "Perilaku kerja", "Lampiran", "Periksa dan ajukan")


@pytest.fixture
def org(runut: Runut, served: str) -> Org:
    """The regency with the superior's plan in force; everybody who signs in here has a password."""
    assert served
    org = create_organisation(runut)
    case = open_case(runut, org.actor("rater"), "work_plan", document=org.example("rater"))["case"]
    for label, action in (("rater", "submit"), ("perf_team", "endorse"), ("rater_superior", "approve")):
        case = org.act(label, case, action)["case"]
    assert case["state"] == "in_force"
    hashed = hash_password(PASSWORD)
    with runut.database.write() as connection:
        for label in ("newcomer", "employee", "perf_team", "hr", "auditor"):
            connection.execute(update(Person).where(Person.id == org.people[label]).values(password_hash=hashed))
    carry(runut)
    return org


@pytest.mark.parametrize(
    ("script", "size"), [(True, DESK), (False, PHONE)], ids=["script-desk", "no-script-phone"]
)
def test_a_plan_comes_from_the_first_sign_in_to_force(
    org: Org, smtp_sink: SmtpSink, served: str, open_context: Opener, script: bool, size: dict[str, int]
) -> None:
    def visit(label: str) -> "Page":
        return signed_in(org, served, open_context, label, script=script, size=size)

    number = write_and_submit(visit("newcomer"))
    endorse(visit("perf_team"), number)
    carry(org.runut)
    approve(org, smtp_sink, served, open_context, script)
    assert history(org, number) == ["open", "save", "submit", "endorse", "approve"]
    the_employee_hears_of_it(org, smtp_sink, number)
    hr_sees_where_it_stands(visit("hr"), number)
    the_auditor_sees_who_did_what(visit("auditor"), number)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_mail_signs_in_by_link_on_another_device_and_by_code_where_it_was_asked_for(
    org: Org, smtp_sink: SmtpSink, served: str, open_context: Opener, script: bool
) -> None:
    asking = open_context(script=script).new_page()
    asking.goto(f"{served}/goals")
    asking.get_by_label("NIP atau surel dinas").fill(address(org, "planner"))
    asking.get_by_role("button", name="Kirim tautan dan kode").click()
    asking.get_by_text("surel sudah dikirim").wait_for()
    carry(org.runut)
    mail = newest_to(org, smtp_sink, "planner").text

    phone = open_context(script=script).new_page()
    phone.goto(served + link_to_sign_in(mail))
    phone.get_by_role("button", name="Masuk").click()
    phone.get_by_role("heading", name="Sasaran strategis").wait_for()

    asking.get_by_role("button", name="Kirim tautan dan kode").wait_for()
    asking.get_by_label("NIP atau surel dinas").fill(address(org, "planner"))
    asking.get_by_role("button", name="Kirim tautan dan kode").click()
    asking.get_by_text("surel sudah dikirim").wait_for()
    carry(org.runut)
    asking.get_by_label("Kode dari surel").fill("00000000")
    asking.get_by_role("button", name="Masuk dengan kode").click()
    asking.get_by_text("Ada yang perlu diperbaiki").wait_for()
    asking.get_by_label("Kode dari surel").fill(code_in(newest_to(org, smtp_sink, "planner").text))
    asking.get_by_role("button", name="Masuk dengan kode").click()
    asking.get_by_role("heading", name="Sasaran strategis").wait_for()
    assert asking.url == f"{served}/goals"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_returned_plan_goes_straight_back_to_the_rater_once_revised(
    org: Org, smtp_sink: SmtpSink, served: str, open_context: Opener, script: bool
) -> None:
    number = create_plan(org, "in_approval")["number"]
    carry(org.runut)
    rater = open_context(script=script).new_page()
    rater.goto(served + link_in(newest_to(org, smtp_sink, "rater")))
    rater.get_by_role("button", name="Buka").click()
    rater.locator("summary", has_text="Kembalikan untuk diperbaiki").click()
    rater.get_by_role("button", name="Kembalikan untuk diperbaiki").click()
    rater.get_by_text("Tuliskan atau pilih sekurang-kurangnya satu alasan").first.wait_for()
    rater.get_by_label("Apa yang perlu diperbaiki?").fill(REASON)
    rater.get_by_role("button", name="Kembalikan untuk diperbaiki").click()
    rater.get_by_text("Keputusan Anda tersimpan").first.wait_for()
    carry(org.runut)
    assert number in newest_to(org, smtp_sink, "employee").text

    page = signed_in(org, served, open_context, "employee", script=script, size=PHONE)
    page.get_by_role("link", name="Lanjutkan", exact=True).click()
    page.get_by_text(REASON).wait_for()
    page.get_by_role("link", name="Lampiran", exact=True).click()
    page.get_by_label("3. Konsekuensi").fill("Dibahas setiap triwulan")
    page.get_by_role("button", name="Simpan lampiran").click()
    page.get_by_role("link", name="Periksa dan ajukan", exact=True).click()
    page.get_by_text("Diteruskan kepada: Rahmat Rekaan").wait_for()
    page.get_by_role("button", name="Ajukan rencana").click()
    page.get_by_text("Rencana sudah diajukan").first.wait_for()
    assert history(org, number)[-3:] == ["return", "save", "submit"]

    carry(org.runut)
    rater.goto(served + link_in(newest_to(org, smtp_sink, "rater")))
    rater.get_by_role("button", name="Buka").click()
    rater.get_by_text("Dibahas setiap triwulan").first.wait_for()
    rater.get_by_role("button", name="Tetapkan rencana kerja").click()
    rater.get_by_text("Keputusan Anda tersimpan").first.wait_for()
    assert history(org, number)[-1] == "approve"


def write_and_submit(page: "Page") -> str:
    """The newcomer writes the plan, reads what is missing, completes and submits it; answers its number."""
    page.get_by_role("button", name="Mulai").click()
    page.get_by_role("heading", name="Menyusun rencana kerja 2026").wait_for()
    number = page.url.split("/")[-2]
    assert [link.inner_text() for link in page.locator(".tasks a").all()] == list(PARTS)
    page.get_by_role("link", name="Periksa dan ajukan").click()
    page.get_by_text("Harus diperbaiki").first.wait_for()
    assert page.get_by_role("button", name="Ajukan rencana").count() == 0
    page.get_by_role("link", name="Bagian rencana").click()

    page.get_by_role("link", name="Data saya").first.click()
    page.get_by_text("Rahmat Rekaan, SKM").wait_for()
    page.get_by_role("link", name="Benar, lanjut ke hasil kerja").click()
    write_results(page)
    write_behaviour_and_annex(page)

    page.get_by_role("link", name="Periksa dan ajukan").first.click()
    fix_the_last_problem(page)
    for text in (OF_THE_SUPERIOR, OF_THE_OFFICE, OF_MY_OWN, EXPECTATION, "Dua alat uji air"):
        assert page.get_by_text(text).count(), text
    page.get_by_role("button", name="Ajukan rencana").click()
    page.get_by_text("Rencana sudah diajukan").first.wait_for()
    return number


def write_results(page: "Page") -> None:
    """One result from the superior's, one from the office's goals, one additional of the writer's own with a gap."""
    superior = page.locator("li", has_text="Rahmat Rekaan").get_by_role("link", name="Buat hasil")
    superior.first.click()
    fill_result(page, OF_THE_SUPERIOR, ("Sekolah dengan air layak", "QUANTITY", "40", "sekolah"))
    page.get_by_role("button", name="Tambah indikator").click()
    fill_indicator(page, 1, ("Sampel air memenuhi syarat", "QUALITY", "97,5", "%"))
    page.get_by_role("button", name="Simpan", exact=True).click()
    page.get_by_role("heading", name=OF_THE_SUPERIOR).wait_for()

    page.locator("summary", has_text="Mulai dari hasil atasan").click()
    page.locator("li", has_text="Menurunnya prevalensi stunting balita").get_by_role("link", name="Buat hasil").click()
    fill_result(page, OF_THE_OFFICE, ("Kasus diare balita", "QUANTITY", "120", "kasus"))
    page.get_by_role("button", name="Simpan dan tambah lagi").click()

    page.get_by_text("Hasil sebelumnya tersimpan").wait_for()
    page.get_by_label("Rencana hasil kerja", exact=True).fill(OF_MY_OWN)
    page.locator("[name=kind][value=ADDITIONAL]").check()
    page.locator("summary", has_text="Penugasan dari pejabat lain").click()
    page.get_by_label("Penugasan dari").fill("Kepala Dinas Pendidikan")
    page.get_by_role("button", name="Simpan", exact=True).click()
    page.get_by_role("heading", name=OF_MY_OWN).wait_for()
    page.get_by_role("link", name="Lanjut ke perilaku kerja").click()


def fill_result(page: "Page", statement: str, indicator: tuple[str, str, str, str]) -> None:
    """A result with one indicator; what it supports was chosen on the page before."""
    assert page.locator("input[name=parent]:checked").get_attribute("value")
    page.get_by_label("Rencana hasil kerja", exact=True).fill(statement)
    fill_indicator(page, 0, indicator)


def fill_indicator(page: "Page", place: int, indicator: tuple[str, str, str, str]) -> None:
    """Text, aspect, target and unit of one indicator."""
    text, aspect, target, unit = indicator
    page.locator(f"[name='indicators.{place}.text']").fill(text)
    page.locator(f"[name='indicators.{place}.aspect']").select_option(aspect)
    page.locator(f"[name='indicators.{place}.target']").fill(target)
    page.locator(f"[name='indicators.{place}.unit']").fill(unit)


def write_behaviour_and_annex(page: "Page") -> None:
    """A special expectation on one of the seven rows, and the three lists."""
    rows = page.get_by_label("Ekspektasi khusus pimpinan")
    assert rows.count() == 7
    rows.first.fill(EXPECTATION)
    page.get_by_role("button", name="Simpan perilaku kerja").click()
    page.get_by_text("7 nilai, 1 ekspektasi khusus").wait_for()
    page.get_by_role("link", name="Lampiran", exact=True).click()
    for part, text in ANNEX.items():
        page.locator(f"[name='annex.{part}']").fill(text)
    page.get_by_role("button", name="Simpan lampiran").click()


def fix_the_last_problem(page: "Page") -> None:
    """The check page says in a sentence what is missing, and leads to the field."""
    problem = page.locator(".problems li", has_text="Harus diperbaiki").filter(has_text="Hasil 3")
    problem.first.get_by_role("link", name="Perbaiki").click()
    fill_indicator(page, 0, ("Peta desa", "QUANTITY", "12", "peta"))
    page.get_by_role("button", name="Simpan", exact=True).click()
    page.get_by_role("link", name="Bagian rencana").click()
    page.get_by_role("link", name="Periksa dan ajukan").first.click()
    assert page.locator(".problems li", has_text="Harus diperbaiki").count() == 0


def endorse(page: "Page", number: str) -> None:
    """The performance team finds the plan in its queue and passes it on."""
    page.locator("tr", has_text=number).get_by_role("link").first.click()
    page.get_by_text(OF_MY_OWN).wait_for()
    page.get_by_role("button", name="Teruskan kepada penilai").click()
    page.get_by_text(re.compile("tersimpan")).first.wait_for()


def approve(org: Org, sink: SmtpSink, served: str, open_context: Opener, script: bool) -> None:
    """The rater has one mail with one link, and needs three taps on a phone."""
    asked = [mail for mail in sink.to(address(org, "rater")) if "persetujuan rencana kerja" in mail.message["Subject"]]
    assert len(asked) == 1, [mail.message["Subject"] for mail in asked]
    page = open_context(script=script, size=PHONE).new_page()
    page.goto(served + link_in(asked[0]))
    page.get_by_role("button", name="Buka").click()
    page.locator("summary", has_text="Baca seluruh naskah").click()
    page.get_by_text(OF_MY_OWN).first.wait_for()
    page.get_by_role("button", name="Tetapkan rencana kerja").click()
    page.get_by_text("Keputusan Anda tersimpan").first.wait_for()


def the_employee_hears_of_it(org: Org, sink: SmtpSink, number: str) -> None:
    """One mail says that the plan is in force; after it nothing is due."""
    assert carry(org.runut) == 1
    mail = newest_to(org, sink, "newcomer")
    assert number in mail.text and "ditetapkan" in mail.text.lower()
    assert carry(org.runut) == 0


def hr_sees_where_it_stands(page: "Page", number: str) -> None:
    """The board counts it; the list finds it by a filter."""
    follow_menu(page, "Papan kasus")
    page.get_by_text(re.compile("2 rencana berlaku")).wait_for()
    page.get_by_role("link", name="Ditetapkan").first.click()
    page.get_by_role("link", name=number).wait_for()
    follow_menu(page, "Kasus")
    page.locator("summary", has_text="Cari dan saring").click()
    page.get_by_label("Nama pegawai atau nomor kasus").fill("Budi Umpama")
    page.get_by_label("Tahap").select_option(label="Selesai")
    page.get_by_role("button", name="Terapkan").click()
    page.get_by_text("1 kasus.").wait_for()
    page.get_by_role("link", name=number).click()
    page.get_by_text("Ditetapkan").first.wait_for()


def the_auditor_sees_who_did_what(page: "Page", number: str) -> None:
    """The log names everybody who acted in the case, and the check proves it."""
    follow_menu(page, "Jejak audit")
    page.locator("summary", has_text="Saring peristiwa").click()
    page.get_by_label("Nomor kasus").fill(number)
    page.get_by_role("button", name="Terapkan").click()
    page.locator(".chips", has_text=number).wait_for()
    told = " ".join(page.locator(".trace").all_inner_texts())
    for name in ("Budi Umpama", "Hasan Perandaian", "Rahmat Rekaan"):
        assert name in told
    page.get_by_role("button", name="Periksa sekarang").click()
    page.get_by_text("Terbukti: jejak ini utuh.").wait_for()


def signed_in(
    org: Org, served: str, open_context: Opener, label: str, *, script: bool, size: dict[str, int]
) -> "Page":
    """The front page of this person in a browser of his own, after signing in with his password."""
    page = open_context(script=script, size=size).new_page()
    page.goto(served)
    page.get_by_label("NIP atau surel dinas").fill(address(org, label))
    page.locator("summary", has_text="Masuk dengan kata sandi").click()
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.get_by_role("heading", name="Pekerjaan saya").wait_for()
    return page


def follow_menu(page: "Page", label: str) -> None:
    """A link of the main menu, which is folded on a phone."""
    menu = page.locator("summary", has_text="Menu")
    if menu.is_visible():
        menu.click()
    page.locator("a", has_text=re.compile(f"^{label}$")).locator("visible=true").first.click()


def history(org: Org, number: str) -> list[str]:
    """What happened to the case, in order; saves in a row count once."""
    with org.runut.database.read() as connection:
        found = select(Event.type).join(Case, Case.id == Event.case_id).where(Case.number == number)
        types = connection.scalars(found.order_by(Event.position)).all()
    actions = [type.partition(".")[2] for type in types]
    return [action for place, action in enumerate(actions) if place == 0 or action != actions[place - 1]]


def link_to_sign_in(mail: str) -> str:
    """The path of the link in a sign-in mail."""
    found = re.search(r"(/signin/[A-Za-z0-9_-]+)", mail)
    assert found, mail
    return found[1]


def code_in(mail: str) -> str:
    """The eight digits that stand alone on a line."""
    found = re.search(r"^\s*(\d{4} ?\d{4})\s*$", mail, re.MULTILINE)
    assert found, mail
    return found[1]
