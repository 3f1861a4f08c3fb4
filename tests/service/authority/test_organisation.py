"""What the organisation answers about people, posts and units."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

NOON = datetime(2026, 1, 19, 5, 0, tzinfo=UTC)
ON = date(2026, 1, 19)
DAY = timedelta(days=1)


def test_the_way_up_ends_at_the_top(office: Any) -> None:
    assert [unit.id for unit in office.organisation().unit_path("seksi")] == ["seksi", "bidang", "dinas", "kabupaten"]
    assert office.organisation().unit_path("nowhere") == office.organisation().unit_path(None) == ()


def test_the_way_up_ends_when_units_contain_each_other(office: Any) -> None:
    organisation = office.unit("u", "v").unit("v", "u").organisation()
    assert [unit.id for unit in organisation.unit_path("u")] == ["u", "v"]


def test_the_way_up_is_bounded(office: Any) -> None:
    for n in range(100):
        office.unit(f"n{n}", f"n{n + 1}")
    assert len(office.organisation().unit_path("n0")) == 64


def test_the_main_post_is_the_definitive_one(office: Any) -> None:
    organisation = office.appoint("rahmat", "kadis", "PLT", since=date(2025, 1, 1)).organisation()
    assert [position.id for position in organisation.positions_of("rahmat", NOON)] == ["kabid", "kadis"]
    post = organisation.post_of("rahmat", ON)
    assert post is not None
    assert (post[0].id, post[1].id) == ("kabid", "bidang")
    assert organisation.post_of("budi", ON) is None


def test_after_a_transfer_the_newer_post_is_the_main_one(office: Any) -> None:
    organisation = office.appoint("sari", "kabid", since=ON).organisation()
    assert [p.id for p in organisation.positions_of("sari", NOON)] == ["kabid", "staf"]


def test_the_rater_is_assigned_to_the_person_then_to_the_post_then_above(office: Any) -> None:
    assert office.organisation().rater_position_for("sari", "staf", ON) == "kabid"
    assert office.assign("kadis", position="staf").organisation().rater_position_for("sari", "staf", ON) == "kadis"
    assert office.assign("bupati", person="sari").organisation().rater_position_for("sari", "staf", ON) == "bupati"


def test_an_assignment_counts_on_its_days_only_and_the_newest_wins(office: Any) -> None:
    office.assign("bupati", person="sari", until=ON).assign("kadis", person="sari", since=ON)
    organisation = office.organisation()
    assert organisation.rater_position_for("sari", "staf", ON - DAY) == "bupati"
    assert organisation.rater_position_for("sari", "staf", ON) == "kadis"


def test_the_top_has_no_superior_unless_one_is_assigned(office: Any) -> None:
    assert office.organisation().superior_position_for("bupati", ON) is None
    assert office.organisation().superior_position_for("nowhere", ON) is None
    assert office.assign("bupati", position="kabid").organisation().superior_position_for("kabid", ON) == "bupati"


def test_standing_rights_count_while_they_last_and_he_is_not_locked(office: Any) -> None:
    office.grant("budi", "hr", until=ON).grant("budi", "admin").grant("budi", "auditor", since=ON + DAY)
    assert office.organisation().roles_of("budi", ON) == {"hr", "admin"}
    assert office.organisation().roles_of("budi", ON + DAY) == {"admin", "auditor"}
    assert office.lock("budi").organisation().roles_of("budi", ON) == frozenset()


def test_a_substitute_sees_the_post_while_the_chain_lasts(office: Any) -> None:
    office.delegate("rahmat", "budi", "kabid").delegate("budi", "dewi", "kabid", until=ON)
    organisation = office.organisation()
    assert organisation.visible_positions("dewi", NOON) == {"kabid"}
    assert organisation.visible_positions("dewi", NOON + DAY) == frozenset()
    assert office.lock("budi").organisation().visible_positions("dewi", NOON) == frozenset()
    assert organisation.visible_positions("rahmat", NOON) == {"kabid"}


def test_a_team_serves_the_units_below_that_have_no_team(office: Any) -> None:
    office.unit("sub", "seksi").unit("other", "dinas").team("budi", "dinas").team("dewi", "seksi")
    organisation = office.organisation()
    assert organisation.team_units("budi", NOON) == {"dinas", "bidang", "other"}
    assert organisation.team_units("dewi", NOON) == {"seksi", "sub"}
    assert office.lock("dewi").organisation().team_units("budi", NOON) == {"dinas", "bidang", "other", "seksi", "sub"}


def test_hr_is_nobodys_team(office: Any) -> None:
    assert office.grant("budi", "hr").organisation().team_units("budi", NOON) == frozenset()


def test_everything_he_holds_is_told_with_its_end(office: Any) -> None:
    office.delegate("rahmat", "cut", "kabid").team("cut", "dinas").grant("cut", "planner")
    capacities = office.organisation().capacities("cut", NOON)
    assert [(c.kind, c.position_id or c.unit_id, c.on_behalf_of, c.ends_on) for c in capacities] == [
        ("DEFINITIVE", "kadis", None, None),
        ("PLH", "kabid", "rahmat", date(2026, 2, 3)),
        ("PERF_TEAM", "dinas", None, None),
        ("PLANNER", None, None, None),
    ]
    assert [c.explanation.en for c in capacities] == [
        "Cut, Kepala Dinas",
        "Cut, as Plh of Rahmat (Kepala Bidang) until 3 February 2026, order SP/7",
        "Cut, performance team of Dinas",
        "Cut, planner",
    ]
    assert office.lock("cut").organisation().capacities("cut", NOON) == ()
