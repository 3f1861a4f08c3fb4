"""Words of lists about cases: stages as columns, states of all workflows by name."""

from collections.abc import Mapping
from functools import cache

import workflows
from workflows.kit import Text

STAGES: Mapping[str, Text] = {
    "draft": Text("Disusun", "Drafting"),
    "review": Text("Reviu", "Review"),
    "approval": Text("Keputusan", "Decision"),
    "appeal": Text("Sengketa", "Dispute"),
    "done": Text("Selesai", "Done"),
}


@cache
def state_labels() -> Mapping[str, Text]:
    """Every state's name with its label, in the order of the tables; workflows that share a name share the first label.
    """
    labels: dict[str, Text] = {}
    for workflow in workflows.all_workflows():
        for state in workflow.states:
            labels.setdefault(state.name, state.label)
    return labels


@cache
def workflow_titles() -> Mapping[str, Text]:
    """Every workflow's name with its title."""
    return {workflow.name: workflow.title for workflow in workflows.all_workflows()}
