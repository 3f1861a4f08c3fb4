"""Valid examples of what actions ask for, so that a client can learn by trying."""

from datetime import timedelta
from typing import Any

from service.runut import Present
from workflows.kit import Workflow

_REASON = "Target hasil kerja 2 belum terukur; mohon cantumkan satuan dan angkanya."


def example_input(workflow: Workflow, action: str, present: Present) -> dict[str, Any]:
    """An input that the action takes; `{}` when it asks for nothing."""
    names = next((step.input for step in workflow.steps if step.action == action), ())
    today = present.calendar.civil_date(present.now)
    values: dict[str, Any] = {
        "reason": _REASON,
        "legal_basis": {
            "kind": "SK", "number": "800/12/2026", "date": today.isoformat(), "title": "Perubahan rencana kerja"
        },
        "ends_on": (today + timedelta(days=30)).isoformat(),
    }
    return {name: values[name] for name in names}
