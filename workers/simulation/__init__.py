"""A synthetic year on a scratch database: drawn people, the real commands, the real clock's tick, mails that are made
and counted but not sent."""

from workers.simulation.figures import Figures
from workers.simulation.run import simulate

__all__ = ["Figures", "simulate"]
