import pytest

from workflows.addresses import is_role_address, mailbox


@pytest.mark.parametrize("address", [
    "kepegawaian@muara.example", "dinas.kesehatan@muara.example", "admin@muara.example", "admin2@muara.example",
    "dinaskesehatan@muara.example", "Info+skp@muara.example", "puskesmasbaru@muara.example", "tu-smp1@muara.example",
    "uptd_pasar@muara.example",
])
def test_the_address_of_a_desk_is_recognised(address: str) -> None:
    assert is_role_address(address)


@pytest.mark.parametrize("address", [
    "sari.misal@muara.example", "pegawai.000123@muara.example", "tuti@muara.example", "adminah@muara.example",
    "umumiyah@muara.example", "timotius@muara.example",
    "190003032000012003@muara.example", "hermawan@muara.example",
])
def test_the_address_of_a_person_is_not(address: str) -> None:
    assert not is_role_address(address)


def test_two_addresses_with_tags_lead_to_one_mailbox() -> None:
    assert mailbox("Sari+skp@Muara.example") == mailbox("sari@muara.example")
    assert mailbox("sari@muara.example") != mailbox("sari@seberang.example")
