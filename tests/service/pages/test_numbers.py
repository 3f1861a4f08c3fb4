import pytest

from service.pages.numbers import shown_number, typed_number


@pytest.mark.parametrize(
    ("typed", "locale", "kept"),
    [
        ("12", "id", "12"),
        (" 1.200 ", "id", "1200"),
        ("1.200,5", "id", "1200.5"),
        ("96,2", "id", "96.2"),
        ("96.2", "id", "96.2"),
        ("1,200", "en", "1200"),
        ("1.200", "en", "1.200"),
        ("1 200", "en", "1200"),
        ("96,2", "en", "96.2"),
        ("-3", "id", "-3"),
        ("sepuluh", "id", "sepuluh"),
        ("", "id", ""),
    ],
)
def test_numbers_are_understood_in_the_way_the_reader_writes_them(typed: str, locale: str, kept: str) -> None:
    assert typed_number(typed, locale) == kept


@pytest.mark.parametrize("stored", ["0", "12", "1200", "96.2", "1200000.25", "-0.5", "-1200"])
@pytest.mark.parametrize("locale", ["id", "en"])
def test_a_number_that_is_shown_is_understood_again(stored: str, locale: str) -> None:
    assert typed_number(shown_number(stored, locale), locale) == stored


def test_a_text_that_is_no_number_is_shown_as_it_is() -> None:
    assert shown_number("sepuluh", "id") == "sepuluh"
