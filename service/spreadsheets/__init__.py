"""Reading spreadsheets from strangers: budgets before parsing, parsing in a process that may die.

This package's process side (`child`, `delimited`, `workbook`) imports nothing but budgets and the parsing library, so
that it starts at once and holds nothing worth stealing. `asking` is the service's side.
"""
