"""The WSGI entry of a web process: settings from the environment, one Runut, one application."""

from config.settings import from_environment
from service.app import create_app
from service.runut import Runut

app = create_app(Runut.start(from_environment()))
