"""The WSGI entry of a web process: settings from the environment, one Runut, one application."""

from config.logging import configure_logging
from config.settings import from_environment
from service.app import create_app
from service.runut import Runut
from service.wake import Notifier

settings = from_environment()
configure_logging(settings.log_format)
runut = Runut.start(settings)
if runut.database.is_postgresql:
    runut.wake = Notifier(runut.database.url)
app = create_app(runut)
