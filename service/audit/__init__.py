"""Proof: that the log is whole and fits what is stored, and that the data keep the promises of the service."""
