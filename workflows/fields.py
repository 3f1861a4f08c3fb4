"""Form fields whose errors speak both languages and whose text is clean: what reaches a document can be printed,
mailed and compared byte by byte. Errors are lists of `Text`; `shape_problems` flattens them for people."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar, Self

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from workflows.kit import Problem, Text

# Bidirectional controls can make a text read differently from what it says; zero-width ones make blank text look long.
_INVISIBLE = dict.fromkeys(
    [0x061C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF],
)
_UNPRINTABLE = {"Cc", "Cs", "Zl", "Zp"}
REQUIRED = Text("Wajib diisi.", "This is required.")


class Labelled(StrEnum):
    """A code of the forms with its label in both languages: `NAME = "CODE", "label", "label"`."""

    label: Text

    def __new__(cls, code: str, label_id: str = "", label_en: str = "") -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = Text(label_id, label_en)
        return member


class Bilingual(fields.Field[Any]):
    """A field whose error messages are sentences in both languages."""

    words: ClassVar[Mapping[str, Text]] = {
        "required": REQUIRED,
        "null": Text("Tidak boleh null.", "This may not be null."),
    }

    def make_error(self, key: str, **kwargs: Any) -> ValidationError:
        """The error called `key`, as a sentence."""
        return ValidationError([{**Bilingual.words, **self.words}[key]])


class CleanText(Bilingual, fields.String):
    """Text in NFC, trimmed, without invisible controls; `lines` allows line breaks (CRLF of HTML forms becomes LF).

    Refuses other control characters and `=?`, which opens an encoded word in a mail header (RFC 2047).
    """

    words: ClassVar[Mapping[str, Text]] = {"invalid": Text("Harus berupa teks.", "This must be text.")}

    def __init__(self, *, most: int, least: int = 0, lines: bool = False, **options: Any) -> None:
        if not options.get("required"):
            options.setdefault("load_default", "")
        options["validate"] = [_Length(least or None, most), *options.get("validate", ())]
        super().__init__(**options)
        self.lines = lines

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        return clean(value, lines=self.lines)


class Identifier(CleanText):
    """A random or readable id inside a document: 1 to 36 letters, digits and hyphens."""

    def __init__(self, **options: Any) -> None:
        wrong = Text("Pakai 1–36 huruf, angka, atau tanda hubung.", "Use 1 to 36 letters, digits or hyphens.")
        super().__init__(most=36, validate=[_Matches("^[A-Za-z0-9-]{1,36}$", wrong)], **options)


class DecimalText(CleanText):
    """A decimal number as text, because canonical JSON has no exact fractions; may be empty while unfinished."""

    def __init__(self, **options: Any) -> None:
        wrong = Text("Tulis angka, misalnya 12 atau 96,2.", "Write a number, for example 12 or 96.2.")
        super().__init__(most=20, validate=[_Matches(r"^(-?[0-9]{1,12}(\.[0-9]{1,6})?)?$", wrong)], **options)


class IsoDate(CleanText):
    """A calendar date as ISO 8601 text (`2026-01-31`); null only where a default of None says so."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("metadata", {"format": "date"})
        super().__init__(most=10, validate=[_is_date], **options)


class YesNo(Bilingual, fields.Boolean):
    """true or false."""

    words: ClassVar = {"invalid": Text("Harus true atau false.", "This must be true or false.")}


class Choice(CleanText):
    """One of a closed list of codes."""

    def __init__(self, codes: Iterable[str], **options: Any) -> None:
        super().__init__(most=60, validate=[_OneOf([str(code) for code in codes])], **options)


class ListOf(Bilingual, fields.List[Any]):
    """A list of at most `most` items; empty when not given."""

    words: ClassVar[Mapping[str, Text]] = {"invalid": Text("Harus berupa daftar.", "This must be a list.")}

    def __init__(self, item: fields.Field[Any], *, most: int = 50, **options: Any) -> None:
        if not options.get("required"):
            options.setdefault("load_default", list)
        super().__init__(item, validate=_Length(None, most), **options)


class Part(Bilingual, fields.Nested):
    """A part of a document with a schema of its own."""


class Strict(Schema):
    """A schema that refuses what it does not know."""

    error_messages: ClassVar[dict[str, Any]] = {  # type: ignore[misc]  # marshmallow declares it on the instance
        "unknown": Text("Isian ini tidak dikenal.", "This field is not known."),
        "type": Text("Harus berupa objek.", "This must be an object."),
    }

    class Meta:
        unknown = RAISE


def clean(value: str, *, lines: bool = False) -> str:
    """`value` as documents keep it (see CleanText). Raises ValidationError."""
    if lines:
        value = value.replace("\r\n", "\n")
    value = unicodedata.normalize("NFC", value.replace("\t", " ").translate(_INVISIBLE)).strip()
    for character in value:
        if unicodedata.category(character) in _UNPRINTABLE and not (lines and character == "\n"):
            raise ValidationError([_CONTROL.format(code=f"U+{ord(character):04X}")])
    if "=?" in value:
        raise ValidationError([_ENCODED_WORD])
    return value


def duplicates(values: Sequence[str]) -> list[int]:
    """The places of values that stood earlier in the list."""
    return [place for place, value in enumerate(values) if value in values[:place]]


def shape_problems(error: ValidationError) -> list[Problem]:
    """A schema's errors as problems with dotted paths (`results.0.statement`) and the code SHAPE."""
    return [Problem("SHAPE", path, "E", message) for path, message in _flat(error.messages, ())]


def _flat(messages: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Text]]:
    if isinstance(messages, Mapping):
        for key, below in messages.items():
            yield from _flat(below, path if key == "_schema" else (*path, str(key)))
    elif isinstance(messages, list):
        for below in messages:
            yield from _flat(below, path)
    else:
        yield ".".join(path), messages if isinstance(messages, Text) else Text(str(messages), str(messages))


_CONTROL = Text(
    "Ada karakter yang tidak dapat dicetak ({code}); hapus, lalu ketik ulang bagian itu.",
    "There is an unprintable character ({code}); delete it and type that part again.",
)
_ENCODED_WORD = Text(
    "Rangkaian tanda =? tidak dapat disimpan; tulis dengan cara lain.", "=? cannot be stored; rephrase."
)
_TOO_LONG = Text("Paling banyak {most}; sekarang {length}.", "At most {most}; now {length}.")
_TOO_SHORT = Text("Sekurang-kurangnya {least}; sekarang {length}.", "At least {least}; now {length}.")
_NOT_LISTED = Text("Pilih salah satu: {codes}.", "Choose one of: {codes}.")
_NO_DATE = Text("Tulis tanggal sebagai tahun-bulan-hari, misalnya 2026-01-31.", "Write the date like 2026-01-31.")


class _Length(validate.Length):
    def __call__(self, value: Any) -> Any:
        length = len(value)
        if self.max is not None and length > self.max:
            raise ValidationError([_TOO_LONG.format(most=self.max, length=length)])
        if self.min is not None and length < self.min:
            raise ValidationError([_TOO_SHORT.format(least=self.min, length=length)])
        return value


class _OneOf(validate.OneOf):
    def __call__(self, value: Any) -> Any:
        if value not in self.choices:
            raise ValidationError([_NOT_LISTED.format(codes=", ".join(self.choices))])
        return value


class _Matches(validate.Regexp):
    def __init__(self, pattern: str, wrong: Text) -> None:
        super().__init__(pattern)
        self.wrong = wrong

    def __call__(self, value: Any) -> Any:
        if not self.regex.match(value):
            raise ValidationError([self.wrong])
        return value


def _is_date(value: str) -> str:
    try:
        if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            date.fromisoformat(value)
            return value
    except ValueError:
        pass
    raise ValidationError([_NO_DATE])
