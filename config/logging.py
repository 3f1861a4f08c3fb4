"""Logs: one line per thing that happened, as JSON or for a terminal, without secrets and personal data.

What looks like a handle, a code, a NIP or a mail address is replaced in every value, whoever wrote it.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Literal, TextIO

import structlog

_SECRETS = re.compile(
    r"rnt_[\w-]+"  # handle of a mail link
    r"|/(?:a|signin|f)/[\w-]{16,}"  # address with a secret
    r"|(?<![\w-])\d{18}(?![\w-])"  # NIP
    r"|(?<![\w-])\d{8}(?![\w-])"  # one-time code
    r"|[^\s@<>\"']+@[^\s@<>\"']+"  # mail address, or user and password of a URL
)
_REMOVED = "[removed]"
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_TRACEBACK = "exception"
_QUIET = ("transitions", "celery", "kombu", "amqp", "aiosmtpd", "mail.log", "waitress", "alembic", "werkzeug")
_SILENT = ("kombu.connection",)  # says that memory:// has no host name


def configure_logging(log_format: Literal["json", "text"], stream: TextIO = sys.stderr) -> None:
    """Sends the logs of this process, ours and those of libraries, to `stream`."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        without_secrets,
    ]
    as_lines: Any = (
        structlog.processors.JSONRenderer()
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=stream.isatty())
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, as_lines],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.ERROR)


def without_secrets(_logger: Any, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The entry with every value cleaned and on one line; ids (UUIDs) stay, a traceback keeps its lines."""
    for name, value in entry.items():
        if name == _TRACEBACK:
            entry[name] = "\n".join(_clean(line) for line in str(value).split("\n"))
        elif not name.startswith("_"):  # underscores: what structlog itself keeps there
            entry[name] = _clean(value)
    return entry


def _clean(value: Any) -> Any:
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return _REMOVED if _SECRETS.fullmatch(str(value)) else value
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(item) for item in value]
    return _CONTROLS.sub(" ", _SECRETS.sub(_REMOVED, str(value)))
