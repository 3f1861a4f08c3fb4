"""Commands: every change of the system, one verb each. Each is one transaction; nothing else writes."""
