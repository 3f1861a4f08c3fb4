"""What people who wait should know about the service itself: mail that does not leave, a clock that stands still."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from service.pages.web import translate

_LATE_S, _SILENT_S = 120, 300
_IN_HOURS, _IN_DAYS = 120, 48


def warnings(lag: Mapping[str, Any]) -> list[dict[str, str]]:
    """Banners for HR: {tone, title, text} and, where something can be done, {href, label}."""
    found = []
    if lag["oldest_delivery_s"] > _LATE_S:
        found.append(_mail_is_held_up(lag))
    if lag["deliveries_dead"]:
        found.append(_mails_failed(lag["deliveries_dead"]))
    if lag.get("last_beat_s", 0) > _SILENT_S:
        found.append(_clock_stands_still(lag["last_beat_s"]))
    return found


def _mail_is_held_up(lag: Mapping[str, Any]) -> dict[str, str]:
    count, ago = lag["deliveries_waiting"], _ago(lag["oldest_delivery_s"])
    return {
        "tone": "danger",
        "title": translate("Pengiriman surel tertahan", "Mail is not going out"),
        "text": translate(
            "{n} kiriman menunggu, yang terlama {ago}. Keputusan tetap tersimpan; surel berangkat begitu pulih.",
            "{n} deliveries wait, the oldest for {ago}. Decisions are kept; mail leaves once it works again.",
            n=count, ago=ago,
        ),
        "href": "/deliveries?state=PENDING",
        "label": translate("Lihat surel yang menunggu", "See the waiting mails"),
    }


def _mails_failed(count: int) -> dict[str, str]:
    return {
        "tone": "warning",
        "title": translate("Ada surel yang gagal", "Some mails have failed"),
        "text": translate(
            "{n} kiriman tidak berhasil dan perlu dilihat.", "{n} deliveries failed and need a look.", n=count
        ),
        "href": "/deliveries?state=DEAD",
        "label": translate("Lihat dan kirim ulang", "Look and send again"),
    }


def _clock_stands_still(silent_s: float) -> dict[str, str]:
    return {
        "tone": "warning",
        "title": translate("Pengingat dan tenggat berhenti diperiksa", "Reminders and deadlines are not being checked"),
        "text": translate(
            "Jam layanan terakhir bekerja {ago} lalu. Angka di halaman ini tetap benar.",
            "The service's clock last worked {ago} ago. The numbers on this page are still right.",
            ago=_ago(silent_s),
        ),
    }


def _ago(seconds: float) -> str:
    minutes = timedelta(seconds=seconds) // timedelta(minutes=1)
    if minutes < _IN_HOURS:
        return translate("{n} menit", "{n} minutes", n=minutes)
    hours = minutes // 60
    if hours < _IN_DAYS:
        return translate("{n} jam", "{n} hours", n=hours)
    return translate("{n} hari", "{n} days", n=hours // 24)
