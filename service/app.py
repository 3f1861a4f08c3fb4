"""The Flask application: the only place that wires the web edge together."""

from typing import Any

import orjson
from flask import Flask, Response, g, request
from flask.json.provider import JSONProvider
from flask_babel import Babel
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from service import api, errors, health, pages
from service.responses import http_problem, problem, problem_of
from service.runut import Runut
from workflows.calendar import CalendarEnds

MAX_BODY_BYTES = 2 * 1024 * 1024


class _Json(JSONProvider):
    """JSON by orjson: the service answers with plain values only, and long lists of them."""

    def dumps(self, obj: Any, **_options: Any) -> str:
        """The value as JSON text."""
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **_options: Any) -> Any:
        """The value of a JSON text. Raises ValueError."""
        return orjson.loads(s)

    def response(self, *args: Any, **values: Any) -> Response:
        """The value as the body of an answer."""
        return Response(orjson.dumps(self._prepare_response_obj(args, values)), mimetype="application/json")


def create_app(runut: Runut) -> Flask:
    """The web application of one process: API, pages and health, on the given service."""
    app = Flask(__name__)
    app.json = _Json(app)
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        TRUSTED_HOSTS=None,
        BABEL_DEFAULT_LOCALE=runut.settings.locale,
        BABEL_DEFAULT_TIMEZONE=runut.settings.timezone.key,
    )
    app.extensions["runut"] = runut
    if hops := runut.settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    Babel(app, locale_selector=lambda: getattr(g, "locale", runut.settings.locale))
    health.register(app, runut)
    api.register(app, runut)
    pages.register(app, runut)
    _register_errors(app)
    return app


def _register_errors(app: Flask) -> None:
    @app.errorhandler(errors.ServiceError)
    def service_error(error: errors.ServiceError) -> Any:
        if _is_api():
            return problem_of(error, getattr(g, "locale", "id"))
        return pages.error_page(error)

    @app.errorhandler(CalendarEnds)
    def calendar_ends(error: CalendarEnds) -> Any:
        return service_error(errors.Refused(error.message, extra={"year": error.year}))

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Any:
        if _is_api():
            return http_problem(error, getattr(g, "locale", "id"))
        return pages.http_error_page(error)

    @app.errorhandler(OperationalError)
    @app.errorhandler(PoolTimeout)
    @app.errorhandler(DBAPIError)
    def database_error(error: Exception) -> Any:
        app.logger.error("database unavailable: %s", type(error).__name__)
        if _is_api():
            response = problem(503, "Service unavailable", "The database does not answer. Try again shortly; with the "
                               "same Idempotency-Key nothing is done twice.", "unavailable")
            response.headers["Retry-After"] = "5"
            return response
        return pages.unavailable_page()


def _is_api() -> bool:
    return request.path.startswith("/api/")
