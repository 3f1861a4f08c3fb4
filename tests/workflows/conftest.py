"""A plan's surroundings to write sentences about: Sari, nutritionist, rated by Rahmat, head of division (fictional)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from workflows.context import Context, ParentResult, PersonCard

SARI = PersonCard(
    name="Sari Misal, A.Md.Gz",
    nip="190003032000012003",
    rank="Penata Muda",
    grade="III/a",
    post="Nutrisionis Terampil",
    unit="Bidang Kesehatan Masyarakat",
    post_class="FUNCTIONAL",
)
RAHMAT = PersonCard(
    name="Rahmat Rekaan, SKM",
    nip="190002022000011002",
    rank="Pembina",
    grade="IV/a",
    post="Kepala Bidang Kesehatan Masyarakat",
    unit="Dinas Kesehatan",
    post_class="ADMINISTRATOR",
)
B1 = ParentResult("RESULT", "b1", "Meningkatnya cakupan pemantauan tumbuh kembang balita", "D/S: 85 %", RAHMAT.name)


@pytest.fixture
def make_context() -> Callable[..., Context]:
    """Sari's surroundings in 2026, with what the test changes: `subject={"nip": ""}` alters her card."""

    def make(subject: dict[str, Any] | None = None, rater: dict[str, Any] | None = None, **changes: Any) -> Context:
        context = Context(
            subject=replace(SARI, **(subject or {})),
            rater=replace(RAHMAT, **(rater or {})),
            starts_on=date(2026, 1, 1),
            ends_on=date(2026, 12, 31),
            parents=[B1],
        )
        return replace(context, **changes)

    return make


@pytest.fixture
def context(make_context: Callable[..., Context]) -> Context:
    """Sari's surroundings as they should be."""
    return make_context()
