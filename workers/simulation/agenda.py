"""What somebody will do on which working day; one entry per case at a time."""

from dataclasses import dataclass, field


@dataclass
class Agenda:
    """Entries by working day of the year. A new entry for a case takes the place of the one before."""

    _days: dict[int, list[str]] = field(default_factory=dict)
    _of: dict[str, int] = field(default_factory=dict)

    def put(self, case: str, day: int) -> None:
        """Somebody looks at the case on that day."""
        self._of[case] = day
        self._days.setdefault(day, []).append(case)

    def take(self, day: int) -> list[str]:
        """The cases that are looked at on that day, in the order of their numbers."""
        due = sorted({case for case in self._days.pop(day, ()) if self._of.get(case) == day})
        for case in due:
            del self._of[case]
        return due

    def is_empty(self, day: int) -> bool:
        """Whether nobody looks at anything on that day."""
        return not any(self._of.get(case) == day for case in self._days.get(day, ()))
