"""Importing people, units, posts and rater assignments from CSV: a report per row; all rows or none."""

from service.people_import.importing import import_file
from service.people_import.report import Problem, Report

__all__ = ["Problem", "Report", "import_file"]
