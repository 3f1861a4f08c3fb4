"""The rules that the office may set: their values, what they rest on, who confirmed them, and what a change reaches."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

import workflows
from service.models import Case, WorkItem
from service.runut import Present
from service.views import when
from workflows.kit import Locale, Text
from workflows.rule import Mark, Reach, Rule, Used
from workflows.rules import RULES

_WORKING_DAYS = re.compile(r"([1-9][0-9]{0,2})wd")
_EVALUATIONS = ("evaluation", "appeal")
MARKS: Mapping[Mark, Text] = {
    Mark.LAW: Text("Peraturan", "Law"),
    Mark.RECALLED: Text("Perlu dicocokkan", "To be checked"),
    Mark.LOCAL_POLICY: Text("Kebijakan instansi", "Local policy"),
}
USES: Mapping[Used, Text] = {
    Used.NOW: Text("Berlaku sekarang", "In use"),
    Used.EVALUATION: Text("Dipakai mulai modul evaluasi", "Used from the evaluation module on"),
}
_EFFECTS: Mapping[Reach, Text] = {
    Reach.DEADLINES: Text(
        "{cases} kasus terbuka mempunyai tenggat, menunggu {people} orang. Pengingat berikutnya mengikuti nilai yang "
        "baru; tenggatnya sendiri tidak bergeser dan yang sudah terkirim tidak ditarik.",
        "{cases} open cases have a deadline and wait for {people} people. Their next reminders follow the new value; "
        "the deadlines themselves do not move, and what was sent stays sent.",
    ),
    Reach.EVALUATIONS: Text(
        "{cases} evaluasi dan keberatan sedang terbuka. Tenggat yang sudah diumumkan tidak dimajukan.",
        "{cases} evaluations and objections are open. No deadline that was announced comes earlier.",
    ),
    Reach.NONE: Text("Tidak menyentuh kasus yang terbuka.", "This touches no open case."),
}


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change of a rule reaches among the open cases, as numbers and as a sentence."""

    cases: int
    people: int
    sentence: Text


def effect_of(connection: Connection, rule: Rule) -> Effect:
    """The effect of a change of this rule now; the check page and the event say the same."""
    cases = people = 0
    if rule.reach is Reach.DEADLINES:
        row = connection.execute(
            select(func.count(WorkItem.case_id.distinct()), func.count(WorkItem.person_id.distinct()))
            .join(Case, Case.id == WorkItem.case_id)
            .where(WorkItem.done_at.is_(None), WorkItem.due_at.is_not(None), Case.held_at.is_(None))
        ).one()
        cases, people = row[0], row[1]
    elif rule.reach is Reach.EVALUATIONS:
        cases = connection.scalar(
            select(func.count()).select_from(Case).where(Case.workflow.in_(_EVALUATIONS), Case.stage != "done")
        ) or 0
    return Effect(cases, people, _EFFECTS[rule.reach].format(cases=cases, people=people))


def rule_views(present: Present, locale: Locale) -> list[dict[str, Any]]:
    """All rules in the order in which people read them."""
    return [rule_view(present, rule, locale) for rule in RULES.values()]


def rule_view(present: Present, rule: Rule, locale: Locale) -> dict[str, Any]:
    """One rule with its value, its source and who confirmed it and when."""
    value, setting = present.rules.value(rule.key), present.rules.settings.get(rule.key)
    person_id = setting and setting.confirmed_by
    return {
        "key": rule.key,
        "title": rule.title.to(locale),
        "effect": rule.effect.to(locale),
        "value": value,
        "value_in_words": rule.in_words(value).to(locale),
        "default": rule.default,
        "default_in_words": rule.in_words(rule.default).to(locale),
        "allowed": list(rule.choices) or {"least": rule.least, "most": rule.most},
        "mark": rule.mark.value,
        "source": rule.source.to(locale),
        "used": rule.used.value,
        "confirmed": setting is not None,
        "letter_number": setting and setting.letter_number,
        "confirmed_by": (
            {"id": person_id, "name": present.organisation.person(person_id).name} if person_id else None
        ),
        "confirmed_at": when(setting.confirmed_at) if setting else None,
    }


def days_of_states(locale: Locale) -> list[dict[str, str]]:
    """How many working days each state gives. The edition of the table fixes them: open cases keep what they have."""
    return [
        {
            "workflow": workflow.title.to(locale),
            "edition": workflow.edition,
            "state": state.label.to(locale),
            "days": found[1],
        }
        for workflow in workflows.all_workflows()
        for state in workflow.states
        if (found := _WORKING_DAYS.fullmatch(state.due or ""))
    ]
