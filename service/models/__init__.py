"""All tables; importing this package makes them known to the metadata."""

from service.models.access import ActionLink, ApiKey, IdempotencyKey, OneTimeCode, Opening, Session, SignInFailure
from service.models.base import Base
from service.models.bulk import BulkAction, BulkItem
from service.models.cases import Autosave, Case, CaseDocument, Claim, Counter, PlannedResult, Timer, WorkItem
from service.models.cycles import CalendarDay, CalendarYear, Cycle, RuleValue, StrategicGoal
from service.models.events import Event, EventText, Register, RegisterEntry
from service.models.imports import Import
from service.models.operations import ClockOffset, Heartbeat, Job, JobItem
from service.models.outbox import Delivery, MailDay, MailPace, SuppressedAddress
from service.models.papers import AssistedEntry, Attachment, PrintedNotice
from service.models.people import Person, Position, RoleGrant, Unit
from service.models.requests import CorrectionRequest

__all__ = [
    "ActionLink", "ApiKey", "AssistedEntry", "Attachment", "Autosave", "Base", "BulkAction", "BulkItem",
    "CalendarDay", "CalendarYear", "Case", "CaseDocument", "Claim", "ClockOffset", "CorrectionRequest", "Counter",
    "Cycle", "Delivery", "Event", "EventText", "Heartbeat", "IdempotencyKey", "Import", "Job", "JobItem", "MailDay",
    "MailPace", "OneTimeCode", "Opening", "Person", "PlannedResult", "Position", "PrintedNotice", "Register",
    "RegisterEntry", "RoleGrant", "RuleValue", "Session", "SignInFailure", "StrategicGoal", "SuppressedAddress",
    "Timer", "Unit", "WorkItem",
]
