"""The one table from what went wrong to how HTTP says it: problem+json for the API (RFC 9457), a page for people."""

from typing import Any

from flask import Response, jsonify, request

from service import errors
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
