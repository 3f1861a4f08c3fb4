"""`runut worker` that dies, as if it had run out of memory, when it makes the mail that POISON names."""

import os
import sys
from typing import Any

from workers import mail
from workers.cli import main

_make = mail.letter_bytes


def _deadly(runut: Any, present: Any, letter: Any) -> bytes:
    if str(letter.row["id"]) == os.environ["POISON"]:
        os._exit(137)
    return _make(runut, present, letter)


mail.letter_bytes = _deadly
sys.argv = ["runut", "worker", "--threads", "8"]
main()
