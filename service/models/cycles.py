"""The year as data: cycles with their dates, closed days, the values of rules, strategic goals."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.models.base import Base, Json, instant, long_text, short_text, uuid_pk, uuid_ref, word


class Cycle(Base):
    """A planning or evaluation period; `dates` maps plan_submit, plan_default, report, rate, end to ISO dates."""

    __tablename__ = "cycles"
    __table_args__ = (UniqueConstraint("kind", "year", "period", "unit_id"),)
    id: Mapped[uuid_pk]
    kind: Mapped[word] = mapped_column(comment="ANNUAL, QUARTER or MONTH")
    year: Mapped[int]
    period: Mapped[int] = mapped_column(default=0, comment="quarter 1-4, month 1-12, 0 for the year")
    unit_id: Mapped[uuid_ref | None] = mapped_column(ForeignKey("units.id"), comment="None: the whole government")
    reviewed: Mapped[bool] = mapped_column(default=True)
    dates: Mapped[dict[str, str]] = mapped_column(Json)
    opened_at: Mapped[instant | None]
    closed_at: Mapped[instant | None]


class CalendarDay(Base):
    """A day on which the offices are closed; a year counts as loaded when `calendar_years` says so."""

    __tablename__ = "calendar_days"
    on: Mapped[date] = mapped_column("on_date", primary_key=True)
    kind: Mapped[word] = mapped_column(comment="HOLIDAY, JOINT_LEAVE or LOCAL")
    name: Mapped[short_text]


class CalendarYear(Base):
    """A year whose closed days are loaded; provisional until HR confirms it against the decree."""

    __tablename__ = "calendar_years"
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    provisional: Mapped[bool]
    basis: Mapped[short_text] = mapped_column(comment="decree, or the source of the proposal")


class RuleValue(Base):
    """What the office confirmed for one rule of `workflows.rules`; without a row the rule has its default."""

    __tablename__ = "rule_values"
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[word] = mapped_column(comment="a whole number in digits, or the name of a choice")
    letter_number: Mapped[short_text]
    confirmed_by: Mapped[uuid_ref | None] = mapped_column(
        ForeignKey("people.id"), comment="None: an operator at the command line"
    )
    confirmed_at: Mapped[instant]


class StrategicGoal(Base):
    """A node of the plan tree: RPJMD goal, Renstra objective, performance agreement."""

    __tablename__ = "strategic_goals"
    __table_args__ = (Index("ix_strategic_goals_of_unit", "unit_id", "year"),)
    id: Mapped[uuid_pk]
    level: Mapped[word] = mapped_column(comment="RPJMD, RENSTRA or PK")
    parent_id: Mapped[uuid_ref | None] = mapped_column(ForeignKey("strategic_goals.id"))
    unit_id: Mapped[uuid_ref | None] = mapped_column(ForeignKey("units.id"), comment="the office that owns it")
    year: Mapped[int]
    statement: Mapped[long_text]
    indicator: Mapped[short_text] = mapped_column(default="")
    target: Mapped[short_text] = mapped_column(default="")
