"""A served application and pages in a real browser: what `Origin` a browser sends only a browser can show."""

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from waitress.server import create_server

from service.app import create_app
from service.runut import Runut
from tests.servers import free_ports
from tests.smtp_sink import SmtpSink

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}


@pytest.fixture
def environ(environ: dict[str, str], smtp_sink: SmtpSink) -> dict[str, str]:
    """The service listens on a free port, which is its public address too, and mails to the sink."""
    (port,) = free_ports(1)
    return {**environ, "RUNUT_PORT": str(port), "RUNUT_SMTP_URL": smtp_sink.url}


@pytest.fixture
def served(runut: Runut) -> Iterator[str]:
    """The address of the running application."""
    server = create_server(create_app(runut), host="127.0.0.1", port=runut.settings.port, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield runut.settings.base_url
    server.close()
    thread.join(5)


@pytest.fixture
def open_context(chromium: "Browser") -> Iterator[Callable[..., "BrowserContext"]]:
    """Opens a browser context of its own: `open_context(script=False, size=PHONE)`."""
    contexts: list[BrowserContext] = []

    def opened(*, script: bool = True, size: dict[str, int] = PHONE, locale: str = "id-ID") -> "BrowserContext":
        context = chromium.new_context(
            java_script_enabled=script, viewport=size, locale=locale,  # type: ignore[arg-type]
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context

    yield opened
    for context in contexts:
        context.close()
