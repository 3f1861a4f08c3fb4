"""The link epoch: a number outside the database that a restore raises, so that links older than it open nothing."""

from config.settings import Settings

_FIRST = 1


def link_epoch(settings: Settings) -> int:
    """The epoch that new links get and that links must have to be alive; 1 until a restore writes a file.

    Raises ValueError when the file holds no number.
    """
    file = settings.home / "keys" / "link_epoch"
    return int(file.read_text(encoding="ascii")) if file.exists() else _FIRST
