import json
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from config.settings import Settings
from service.cli import COMMANDS
from service.runut import Runut
from service.signin import by_api_key

Call = Callable[..., Result]


@pytest.fixture
def call(settings: Settings, environ: dict[str, str]) -> Call:
    """Runs one command line on the test's database."""
    program = click.Group(commands={command.name or "": command for command in COMMANDS})
    env = {**environ, "RUNUT_DATABASE_URL": settings.database_url}
    return lambda *words: CliRunner().invoke(program, words, env=env)


def test_an_empty_database_becomes_a_verified_demo(call: Call, runut: Runut) -> None:
    assert call("db", "upgrade").output.startswith("schema at 2026")
    assert "is loaded" in call("demo", "load").output
    assert "nothing has changed" in call("demo", "load").output
    accounts = json.loads(call("demo", "accounts", "--json").output)
    assert {"label", "person_id", "name", "email", "password", "api_key", "roles"} == accounts[0].keys()
    assert call("audit", "verify").exit_code == 0
    assert call("fsck").exit_code == 0
    assert call("workflows", "check").exit_code == 0

    with runut.database.write() as connection:
        connection.execute(text("UPDATE cases SET state = 'lost' WHERE number LIKE '%1'"))
    for words in (("audit", "verify"), ("workflows", "check")):
        assert call(*words).exit_code == 1


def test_db_current_says_when_the_schema_is_behind(call: Call) -> None:
    assert call("db", "current").exit_code == 0
    assert call("db", "downgrade", "base").output.strip() == "schema at base"
    assert call("db", "current").exit_code == 1
    assert call("demo", "accounts").exit_code == 1


def test_the_first_officer_is_entered_and_gets_a_key_once(call: Call, runut: Runut) -> None:
    assert call("people", "grant", "ratna@muara.example", "--role", "hr").exit_code == 1
    assert call("people", "grant", "ratna@muara.example", "--role", "hr", "--name", "Ratna Contohwati").exit_code == 0
    assert "already" in call("people", "grant", "ratna@muara.example", "--role", "hr").output

    key = call("keys", "create", "--person", "ratna@muara.example").output.strip()

    with runut.database.read() as connection:
        visitor = by_api_key(runut, connection, key)
        organisation = runut.present(connection).organisation
    assert visitor.actor.person_id and organisation.people[visitor.actor.person_id].name == "Ratna Contohwati"


def test_an_import_reports_rows_and_fails_as_a_whole(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "pegawai.csv"
    file.write_text("nip;nama;surel\n190003032010012777;Wati;wati@muara.example\n1,9E+17;Budi;budi@muara.example\n")

    result = call("people", "import", str(file))

    assert result.exit_code == 1
    assert "row 3, nip: Excel destroyed this NIP" in result.output
    assert "Nothing was imported" in result.output


def test_the_clock_moves_forward_only(call: Call) -> None:
    assert call("clock", "set", "2090-01-01T08:00").output.splitlines()[-1].startswith("2090-01-01T08:00")
    assert call("clock", "advance", "1d").output.splitlines()[-1].startswith("2090-01-02T08:00")
    assert call("clock", "show").output.startswith("2090-01-02T08:00")
    assert call("clock", "set", "2090-01-01").exit_code == 1


def test_the_outbox_is_told_by_state(call: Call) -> None:
    assert call("outbox", "status").output.strip() == "There are no deliveries."
    assert call("outbox", "retry").output.startswith("0 deliveries")
    assert call("outbox", "release").output.startswith("0 deliveries")


def test_workflows_are_shown_as_mermaid(call: Call) -> None:
    assert "work_plan" in call("workflows", "list").output
    assert call("workflows", "show", "work_plan").output.startswith("stateDiagram-v2")
    assert "approve" in call("workflows", "show", "work_plan", "--table").output
    assert call("workflows", "show", "nothing").exit_code == 1


def test_the_doctor_finds_a_healthy_service_and_names_what_is_wrong(call: Call) -> None:
    assert call("doctor").exit_code == 0
    result = call("doctor", "--mail", "budi@muara.example")
    assert result.exit_code == 1 and "WRONG test mail" in result.output


def test_wrong_settings_are_one_message_with_every_problem(call: Call, environ: dict[str, str]) -> None:
    environ |= {"RUNUT_PORT": "x"}
    program = click.Group(commands={command.name or "": command for command in COMMANDS})

    result = CliRunner().invoke(program, ["fsck"], env={**environ, "RUNUT_ENV": "moon"})

    assert result.exit_code == 1
    assert "RUNUT_ENV" in result.output and "RUNUT_PORT" in result.output


def test_files_are_imported_together_with_a_bar_and_a_list_of_what_changes(call: Call, tmp_path: Path) -> None:
    units, people = tmp_path / "unor.csv", tmp_path / "pegawai.csv"
    units.write_text("unor_id;unor\nX-1;Bidang Contoh\n")
    people.write_text("nip;nama;surel\n190003032010012777;Wati;wati@muara.example\n")

    dry = call("people", "import", str(units), str(people), "--dry-run")
    done = call("people", "import", str(units), str(people))
    again = call("people", "import", str(units), str(people))
    people.write_text("nip;nama;surel\n190003032010012777;Wati Umpama;wati@muara.example\n")
    changed = call("people", "import", str(people), "--dry-run")

    assert [result.exit_code for result in (dry, done, again, changed)] == [0, 0, 0, 0]
    assert "This was a dry run" in dry.output and "units: 1 new" in dry.output and "people: 1 new" in dry.output
    assert done.output.rstrip().endswith("Imported.") and "imported before" not in done.output
    assert "These files were imported before, as IMPOR-" in again.output and "1 the same" in again.output
    assert "row 2: changed; nama: Wati → Wati Umpama" in changed.output
    assert "Checking rows" in done.output
