"""A released edition never changes: cases finish under the rules they began with."""

import json
from pathlib import Path

import pytest

import workflows
from workflows.kit import Workflow

PINNED: dict[str, dict[str, str]] = json.loads((Path(__file__).parent / "editions.json").read_text())


@pytest.mark.parametrize("workflow", workflows.all_workflows(), ids=lambda w: f"{w.name}-{w.edition}")
def test_an_edition_keeps_the_rules_it_was_released_with(workflow: Workflow) -> None:
    pinned = PINNED.get(workflow.name, {}).get(workflow.edition)
    assert workflow.fingerprint == pinned, (
        f"The rules of {workflow.name} differ from the released edition {workflow.edition}. "
        "Give the changed table a new edition, keep the old file, and pin the new fingerprint in editions.json."
    )


def test_no_released_edition_disappears() -> None:
    known = {(workflow.name, workflow.edition) for workflow in workflows.all_workflows()}
    assert {(name, edition) for name, editions in PINNED.items() for edition in editions} <= known
