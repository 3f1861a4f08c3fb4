"""Is this process alive, can it serve, and how far behind is what happens later."""

from typing import Any

from flask import Flask, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from service.db import is_reachable
from service.queries.operations import lags
from service.runut import Runut
from service.schema import is_current


def register(app: Flask, runut: Runut) -> None:
    """Adds /healthz, /readyz and /metrics."""

    @app.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @app.get("/readyz")
    def readyz() -> Any:
        reasons = unready(runut)
        return jsonify({"ready": not reasons, "reasons": reasons}), 503 if reasons else 200

    @app.get("/metrics")
    def metrics() -> Response:
        registry = CollectorRegistry()
        for name, value in lags(runut).items():
            if isinstance(value, int | float):
                Gauge(f"runut_{name}", f"{name.replace('_', ' ')}", registry=registry).set(value)
        return Response(generate_latest(registry), mimetype=CONTENT_TYPE_LATEST)


def unready(runut: Runut) -> list[str]:
    """Why this process cannot serve; empty when it can."""
    try:
        is_reachable(runut.database)
        if not is_current(runut.database):
            return ["the database schema is not at the newest version: run `runut db upgrade`"]
    except SQLAlchemyError as error:
        return [f"the database does not answer ({type(error).__name__})"]
    return []
