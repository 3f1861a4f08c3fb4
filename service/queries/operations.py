"""How the service is doing: what waits to leave, and when its processes last did their round."""

from typing import Any

from sqlalchemy import func, select

from service.models import Delivery, Heartbeat
from service.runut import Runut

_OPEN = ("PENDING", "RETRY", "LEASED")


def lags(runut: Runut) -> dict[str, Any]:
    """Numbers for /metrics and /api/v1/status; seconds where the name says so. Never a reason not to serve."""
    with runut.database.read() as connection:
        now = runut.pulse(connection).now
        waiting, oldest = connection.execute(
            select(func.count(), func.min(Delivery.next_at)).where(Delivery.state.in_(_OPEN), Delivery.next_at <= now)
        ).one()
        dead = connection.scalar(select(func.count()).where(Delivery.state == "DEAD"))
        beats = {row.kind: row.at for row in connection.execute(select(Heartbeat.kind, Heartbeat.at))}
    return {
        "deliveries_waiting": waiting,
        "oldest_delivery_s": (now - oldest).total_seconds() if oldest else 0.0,
        "deliveries_dead": dead or 0,
        **{f"last_{kind}_s": (now - at).total_seconds() for kind, at in sorted(beats.items())},
    }
