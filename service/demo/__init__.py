"""A regency to try everything in: fictional people, offices, goals and plans, made by the real commands."""

from service.demo.accounts import accounts
from service.demo.loading import load

__all__ = ["accounts", "load"]
