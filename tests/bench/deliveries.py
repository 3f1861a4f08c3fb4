"""From the answer to a decision to its mail at an SMTP server, on an idle service in its embedded form."""

import http.client
import json
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

from config.settings import from_environment
from service.ids import new_secret
from service.runut import Runut
from service.schema import upgrade
from service.signin import new_api_key
from tests.bench.serving import serving
from tests.factories import create_organisation, create_plan
from tests.servers import free_ports
from tests.smtp_sink import smtp_sink

_PAUSE_S = 0.3


def measure(mails: int) -> list[float]:
    """Seconds from the answer of each of `mails` transitions to the arrival of the mail it caused."""
    with smtp_sink() as sink, tempfile.TemporaryDirectory(prefix="runut-bench-") as home:
        port, inbox = free_ports(2)
        environ = {
            "RUNUT_ENV": "test", "RUNUT_HOME": home, "RUNUT_SMTP_URL": sink.url, "RUNUT_INBOX_PORT": str(inbox),
            "RUNUT_SECRET_KEY": new_secret(), "RUNUT_LINK_PEPPER": new_secret(),
            "RUNUT_DATABASE_URL": f"sqlite:///{Path(home) / 'runut.db'}",
        }
        case, key = _prepare(environ)
        with serving("up", environ, port) as served:
            connection = http.client.HTTPConnection(urlsplit(served.address).netloc, timeout=30)
            sink.wait_for(1)
            waits = []
            for number in range(mails):
                time.sleep(_PAUSE_S)
                before = len(sink.mails)
                _remind(connection, case, key, number)
                answered = time.perf_counter()
                sink.wait_for(before + 1)
                waits.append(time.perf_counter() - answered)
            return waits


def _prepare(environ: dict[str, str]) -> tuple[dict[str, object], str]:
    runut = Runut.start(from_environment(environ))
    upgrade(runut.database)
    org = create_organisation(runut)
    case = create_plan(org, "in_approval")
    with runut.database.write() as connection:
        key = new_api_key(runut, connection, org.people["hr"], "bench", runut.pulse(connection).now)
    runut.database.close()
    return case, key


def _remind(connection: http.client.HTTPConnection, case: dict[str, object], key: str, number: int) -> None:
    connection.request("POST", f"/api/v1/cases/{case['id']}/actions/remind", body="{}", headers={
        "Authorization": f"Bearer {key}", "If-Match": f'"{case["version"]}"', "Idempotency-Key": f"remind-{number}",
    })
    response = connection.getresponse()
    body = response.read()
    assert response.status == 200, json.loads(body)
