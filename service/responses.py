"""The one table from what went wrong to how HTTP says it: problem+json for the API (RFC 9457), a page for people."""

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify, request
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from service import errors
from workflows.fields import shape_problems
from workflows.kit import Text

STATUS: dict[type[errors.ServiceError], tuple[int, Text]] = {
    errors.NotSignedIn: (401, Text("Belum masuk", "Not signed in")),
    errors.NotFound: (404, Text("Tidak ditemukan", "Not found")),
    errors.UnknownAction: (404, Text("Tindakan tidak dikenal", "Unknown action")),
    errors.NotAvailable: (409, Text("Belum dapat dilakukan", "Not available now")),
    errors.NotYours: (403, Text("Bukan wewenang Anda", "Not yours to do")),
    errors.AssuranceTooLow: (403, Text("Perlu masuk", "Sign-in needed")),
    errors.Refused: (409, Text("Belum lengkap", "Something is missing")),
    errors.InvalidInput: (422, Text("Isian belum benar", "Invalid input")),
    errors.KeyReused: (422, Text("Kunci sudah dipakai", "Key already used")),
    errors.VersionMissing: (428, Text("Versi belum disebut", "Version missing")),
    errors.CaseMovedOn: (412, Text("Kasus sudah berubah", "The case has changed")),
    errors.Exists: (409, Text("Sudah ada", "Already there")),
    errors.Conflict: (409, Text("Bertentangan", "Conflict")),
    errors.TooMany: (429, Text("Terlalu banyak", "Too many requests")),
    errors.LinkUnknown: (404, Text("Tautan tidak dikenal", "Unknown link")),
    errors.LinkDead: (410, Text("Tautan tidak berlaku", "Link no longer valid")),
}


# Status of what Flask itself refuses: (code, title, detail)
_HTTP: Mapping[int, tuple[str, Text, Text]] = {
    400: (
        "bad-request", Text("Permintaan tidak terbaca", "Unreadable request"),
        Text("Isi permintaan bukan JSON yang sah.", "The body is no valid JSON."),
    ),
    404: (
        "not-found", Text("Tidak ditemukan", "Not found"),
        Text(
            "Alamat ini tidak ada. Semua alamat: /api/v1/openapi.json.",
            "There is no such address. All of them: /api/v1/openapi.json.",
        ),
    ),
    405: (
        "method-not-allowed", Text("Metode tidak tersedia", "Method not allowed"),
        Text(
            "Alamat ini tidak menerima metode itu; lihat kepala Allow.",
            "This address does not take that method; see the header Allow.",
        ),
    ),
    413: (
        "too-large", Text("Terlalu besar", "Too large"),
        Text("Isi permintaan terlalu besar; paling banyak 2 MiB.", "The body is too large; at most 2 MiB."),
    ),
    415: (
        "unsupported-media-type", Text("Bukan JSON", "Not JSON"),
        Text(
            "Kirim isi sebagai JSON, dengan Content-Type: application/json.",
            "Send the body as JSON, with Content-Type: application/json.",
        ),
    ),
    422: (
        "invalid", Text("Isian belum benar", "Invalid input"),
        Text("Ada parameter yang belum benar.", "Some parameters are not right."),
    ),
}


def status_of(error: errors.ServiceError) -> tuple[int, Text]:
    """(HTTP status, title) of an error; the nearest class of the table decides."""
    for kind in type(error).__mro__:
        if kind in STATUS:
            return STATUS[kind]
    return 500, Text("Kesalahan", "Error")


def problem(status: int, title: str, detail: str, code: str, **extra: Any) -> Response:
    """An RFC 9457 problem as the answer of the API."""
    body = {"type": f"/problems/{code}", "title": title, "status": status, "detail": detail, "code": code,
            "reasons": [], "instance": request.path} | extra
    response = jsonify(body)
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response


def http_problem(error: HTTPException, locale: str) -> Response:
    """The problem that an HTTP error is; a query that a schema refused names its parameters (`query.limit`)."""
    status = error.code or 500
    locale = request.accept_languages.best_match(["id", "en"]) or locale
    words = Text(error.name, error.name), Text(error.description or error.name, error.description or error.name)
    code, title, detail = _HTTP.get(status, ("error", *words))
    extra: dict[str, Any] = {}
    data = getattr(error, "data", None)
    if isinstance(data, dict) and "messages" in data:
        found = shape_problems(ValidationError(data["messages"]))
        extra["errors"] = [{"path": wrong.path, "message": wrong.message.to(locale)} for wrong in found]
    response = problem(status, title.to(locale), detail.to(locale), code, **extra)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return response


def problem_of(error: errors.ServiceError, locale: str) -> Response:
    """The problem that an error of the service is."""
    status, title = status_of(error)
    extra = dict(error.extra)
    if isinstance(error, errors.InvalidInput):
        extra["errors"] = [{"path": field.path, "message": field.message.to(locale)} for field in error.fields]
    response = problem(
        status, title.to(locale), error.detail.to(locale), error.code,
        reasons=[reason.to(locale) for reason in error.reasons], **extra,
    )
    if isinstance(error, errors.TooMany):
        response.headers["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, errors.NotSignedIn):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
