"""Queries: every reading of the system, one noun each; they change nothing."""
