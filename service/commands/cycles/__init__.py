"""The year as HR runs it: cycles made, opened, extended and closed; the office calendar loaded and confirmed.

A cycle has no case, so what happens to it is an event of its register; what it does to a case is that case's event.
"""

from service.commands.cycles.closures import confirm_year, load_year, set_calendar_days
from service.commands.cycles.extending import extend_cycle
from service.commands.cycles.filling import create_cases
from service.commands.cycles.making import close_cycle, create_cycle, open_cycle

__all__ = [
    "close_cycle", "confirm_year", "create_cases", "create_cycle", "extend_cycle", "load_year", "open_cycle",
    "set_calendar_days",
]
