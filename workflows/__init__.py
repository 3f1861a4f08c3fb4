"""The rules: every workflow of the office, found by looking into this package.

A module here that defines WORKFLOW is a workflow; nothing else has to be registered.
"""

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workflows.kit import Workflow


def get(name: str, edition: str | None = None) -> "Workflow":
    """The workflow called `name`, its newest edition unless one is named. Raises KeyError when there is none."""
    if edition is not None:
        return _registry()[name, edition]
    editions = [workflow for workflow in all_workflows() if workflow.name == name]
    if not editions:
        raise KeyError(name)
    return editions[-1]


def all_workflows() -> "tuple[Workflow, ...]":
    """Every edition of every workflow, by name and then from the oldest edition to the newest."""
    return tuple(_registry().values())


@cache
def _registry() -> "Mapping[tuple[str, str], Workflow]":
    # Imported on first use: the modules themselves import from this package.
    modules = [import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__)]
    found = [module.WORKFLOW for module in modules if hasattr(module, "WORKFLOW")]
    registry: dict[tuple[str, str], Workflow] = {}
    for workflow in sorted(found, key=lambda workflow: (workflow.name, _age(workflow.edition))):
        key = (workflow.name, workflow.edition)
        if key in registry:
            raise import_module(f"{__name__}.kit").InvalidWorkflow(f"workflow {key[0]} has edition {key[1]} twice")
        registry[key] = workflow
    return registry


def _age(edition: str) -> list[int]:
    """Orders `2026.9` before `2026.10`."""
    return [int(part) for part in edition.split(".")]
