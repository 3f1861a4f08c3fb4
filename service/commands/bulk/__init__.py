"""One command for many cases: checked without doing anything, then done by a job, each case by itself."""

from service.commands.bulk.checking import (
    ACTIONS,
    MOST_CASES,
    Check,
    Item,
    check,
    command_of,
    offices_of,
    sentence_of,
)
from service.commands.bulk.doing import again, do_bulk, forget, prepare, start
from service.commands.rehearsing import Mails

__all__ = [
    "ACTIONS", "MOST_CASES", "Check", "Item", "Mails", "again", "check", "command_of", "do_bulk", "forget",
    "offices_of", "prepare", "sentence_of", "start",
]
