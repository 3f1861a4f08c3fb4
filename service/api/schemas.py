"""Shapes of requests that are not a step's input."""

from marshmallow import ValidationError, fields, validate

import workflows
from workflows.fields import Strict
from workflows.kit import Text

DELIVERY_STATES = (
    "PENDING", "LEASED", "RETRY", "ACCEPTED", "BOUNCED", "REFUSED", "DEAD", "HELD", "EXPIRED", "CANCELLED",
    "SUPPRESSED", "GATHERED", "SUMMED",
)


def _known_workflow(name: str) -> None:
    if name not in {workflow.name for workflow in workflows.all_workflows()}:
        raise ValidationError([Text("Alur kerja ini tidak ada.", "There is no such workflow.")])


def _known_state(name: str) -> None:
    if name not in {state.name for workflow in workflows.all_workflows() for state in workflow.states}:
        raise ValidationError([Text("Keadaan ini tidak ada.", "There is no such state.")])


class PagedQuery(Strict):
    """`?limit=50&cursor=…`"""

    limit = fields.Integer(load_default=50, strict=False, validate=validate.Range(1, 500))
    cursor = fields.String(load_default=None, validate=validate.Length(max=500))


class CaseQuery(PagedQuery):
    """`?stage=approval&overdue=true`"""

    workflow = fields.String(load_default=None, validate=_known_workflow)
    state = fields.String(load_default=None, validate=_known_state)
    stage = fields.String(
        load_default=None, validate=validate.OneOf(["draft", "review", "approval", "appeal", "done"])
    )
    unit = fields.UUID(load_default=None)
    cycle = fields.UUID(load_default=None)
    subject = fields.UUID(load_default=None)
    waits_for_me = fields.Boolean(load_default=False)
    overdue = fields.Boolean(load_default=False)
    q = fields.String(load_default=None, validate=validate.Length(max=100))


class OpenCase(Strict):
    """`{"workflow": "work_plan"}`"""

    workflow = fields.String(required=True)
    cycle_id = fields.UUID(load_default=None, allow_none=True)
    subject_id = fields.UUID(load_default=None, allow_none=True)
    parent_id = fields.UUID(load_default=None, allow_none=True)
    document = fields.Dict(load_default=None, allow_none=True)
    carry_over = fields.Boolean(load_default=False)


class TakeOver(Strict):
    """`{"over": "<person id>"}`: from whom a case of a queue is taken over; `{}` takes a free one."""

    over = fields.UUID(load_default=None, allow_none=True)


class EventQuery(Strict):
    """`?type=work_plan.approve&after=120`; `after` is the `leaf_index` (or `seq`) of the last event seen."""

    after = fields.Integer(load_default=None)
    cursor = fields.Integer(load_default=None)
    type = fields.String(load_default=None)
    actor = fields.UUID(load_default=None)
    case = fields.String(load_default=None)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 500))


class DeliveryQuery(PagedQuery):
    """`?case=SKP-2026-000123&state=DEAD`"""

    case = fields.String(load_default=None)
    state = fields.String(load_default=None, validate=validate.OneOf(DELIVERY_STATES))
    person = fields.UUID(load_default=None)


class BoardQuery(Strict):
    """`?cycle=…&unit=…`"""

    cycle = fields.UUID(load_default=None)
    unit = fields.UUID(load_default=None)


class DiffQuery(Strict):
    """`?from=3&to=5`"""

    from_ = fields.Integer(required=True, data_key="from")
    to = fields.Integer(required=True)


class ExampleQuery(Strict):
    """`?subject_id=…`, or `?action=approve&case_id=…`"""

    subject_id = fields.UUID(load_default=None)
    parent_id = fields.UUID(load_default=None)
    action = fields.String(load_default=None)
    case_id = fields.String(load_default=None)
