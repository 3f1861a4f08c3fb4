"""Importing HR data from CSV and XLSX: units, posts, people, appointments, raters and leavers; all rows or none."""
