import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from config.logging import configure_logging

SECRETS = [
    "rnt_" + "a" * 43,
    "http://127.0.0.1:8000/signin/" + "b" * 43,
    "190002022000011002",
    "48217705",
    "sari@muara.example",
    "amqp://guest:secret@localhost",
]


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logging("json", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_never_reaches_a_line(stream: io.StringIO, secret: str) -> None:
    structlog.get_logger().warning(f"saw {secret}", value=secret, many=[{"inner": secret}])
    logging.getLogger("anything").warning("saw %s", secret)
    try:
        raise ValueError(secret)
    except ValueError:
        logging.getLogger("anything").exception("failed")
    assert secret.rpartition("/")[2] not in stream.getvalue()
    assert len(stream.getvalue().splitlines()) == 3


def test_ids_stay_readable(stream: io.StringIO) -> None:
    structlog.get_logger().info("sent", delivery_id="01920394-1111-7250-8888-123456789012", number="SKP-2026-000123")
    line = json.loads(stream.getvalue())
    assert line["delivery_id"] == "01920394-1111-7250-8888-123456789012" and line["number"] == "SKP-2026-000123"


def test_a_value_cannot_begin_a_new_line(stream: io.StringIO) -> None:
    configure_logging("text", stream)
    structlog.get_logger().warning("named", name="Budi\r\n2026-01-19 [critical] all is lost\x1b[31m")
    assert len(stream.getvalue().splitlines()) == 1 and "\x1b" not in stream.getvalue()


def test_libraries_are_quiet(stream: io.StringIO) -> None:
    logging.getLogger("transitions.core").info("moved")
    logging.getLogger("celery.worker").info("received")
    assert stream.getvalue() == ""
