"""Data of a size that no demo tells by hand: plans of many people and years, written in bulk and yet by the rules."""

from service.demo.bulk.loading import Loaded, load_bulk

__all__ = ["Loaded", "load_bulk"]
