"""The JSON API under /api/v1: the same commands and queries as the pages, with problem+json for what goes wrong."""

from flask import Flask, Response, request
from flask_smorest import Api

from service.api import admin, cases, imports, jobs, log, meta, remedies, rules, year
from service.runut import Runut

_OPTIONS = {
    "API_TITLE": "Runut",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": "/api/v1",
    "OPENAPI_JSON_PATH": "openapi.json",
    "API_SPEC_OPTIONS": {
        "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
        "security": [{"key": []}],
        "info": {"description": "Workflow and approval service for the performance management of civil servants."},
    },
}


def register(app: Flask, runut: Runut) -> None:
    """Adds the API's routes and its OpenAPI 3.1 description."""
    app.config.update(_OPTIONS)
    api = Api(app)
    for module in (meta, cases, log, admin, year, jobs, imports, rules, remedies):
        api.register_blueprint(module.blueprint)
    app.after_request(_keep_nothing)


def _keep_nothing(response: Response) -> Response:
    """Answers of the API tell about people: no cache keeps them unless one says otherwise."""
    if request.path.startswith("/api/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response
