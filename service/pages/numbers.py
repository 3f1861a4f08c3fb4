"""Decimal numbers as people of either language write and read them; documents keep `1200` and `96.2`."""

import re

_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_GROUPED = {
    "id": re.compile(r"-?[0-9]{1,3}(\.[0-9]{3})+(,[0-9]+)?"),
    "en": re.compile(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?"),
}
_COMMA = re.compile(r"-?[0-9]+,[0-9]+")


def typed_number(text: str, locale: str) -> str:
    """The number as a document keeps it: `1.200` typed in Indonesian is `1200`, `96,2` is `96.2`.

    A text that is no number comes back as it is, so that it can be shown again with what is wrong.
    """
    given = text.strip().replace(" ", "")
    if _GROUPED[locale].fullmatch(given):
        given = given.replace("." if locale == "id" else ",", "")
    if _COMMA.fullmatch(given):
        given = given.replace(",", ".")
    return given if _PLAIN.fullmatch(given) else text.strip()


def shown_number(stored: str, locale: str) -> str:
    """A stored number in the reader's way: `1200` is `1.200` in Indonesian and `1,200` in English."""
    if not _PLAIN.fullmatch(stored):
        return stored
    whole, _, fraction = stored.partition(".")
    grouped = f"{int(whole):,}"
    if whole.startswith("-") and not grouped.startswith("-"):
        grouped = f"-{grouped}"
    if locale == "en":
        return f"{grouped}.{fraction}" if fraction else grouped
    grouped = grouped.replace(",", ".")
    return f"{grouped},{fraction}" if fraction else grouped
