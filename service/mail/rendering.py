"""Words into mail: templates in two languages, with every value from outside made harmless before it is placed.

HTML is always escaped (a bare Jinja environment escapes nothing, Flask's only `*.html`). In both forms values lose
control and bidirectional characters, are cut, and addresses in them are shown so that no mail program links them.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import css_inline
from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

import workflows
from workflows import dates
from workflows.kit import Text

_TEMPLATES = Path(__file__).parents[1] / "templates" / "mail"
_OF_WORKFLOWS = Path(workflows.__file__).parent / "templates"
_LONGEST_VALUE = 160
_DIRECTIVE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_PLACEHOLDER = re.compile(r"XJINJA(\d+)X")
_LOOKS_LIKE_A_DOMAIN = re.compile(
    r"www\."
    r"|(?<![\w.-])[\w-]{3,}(?:\.[\w-]+)*\.[^\W\d_]{2,}"  # not S.Farm.Apt or M.Si: titles begin with one letter or two
    r"|\w\.(?:com|net|org|info|biz|xyz|top|site|online|app|dev|link|click|shop|id|co|ru|cn)\b"
    r"|\w\.\w\S*/",
    re.IGNORECASE,
)
_BLANK_LINES = re.compile(r"\n{3,}")


class Ours(str):
    """Text of the operator or of this program: a link, a number, our domain. Only escaped, never changed."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail's words: its subject and the same content as text and as HTML."""

    subject: str
    text: str
    html: str


def render(names: tuple[str, ...], values: Mapping[str, Any], subject_values: Mapping[str, Any]) -> Rendered:
    """The first template of `names` that exists, filled in; the subject sees `subject_values` only.

    Raises jinja2.TemplateError when there is none or when it names a value that is missing.
    """
    text, html = _environments()
    subject = text.select_template([f"{name}.subject.txt" for name in names]).render(subject_values)
    plain = text.select_template([f"{name}.txt" for name in names]).render(values)
    return Rendered(
        subject=subject.strip(),
        text=_BLANK_LINES.sub("\n\n", plain).strip() + "\n",
        html=html.select_template([f"{name}.html" for name in names]).render(values),
    )


def harmless(value: object) -> Ours:
    """A value from outside as it may be shown: one line, no invisible characters, cut, addresses not linkable."""
    kept = "".join(_visible(character) for character in unicodedata.normalize("NFC", str(value)))
    words = " ".join(_unlinkable(word) for word in kept.split())
    return Ours(words if len(words) <= _LONGEST_VALUE else words[: _LONGEST_VALUE - 1] + "…")


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Zl", "Zp"):
        return " "
    return "" if category in ("Cf", "Cs", "Co", "Cn") else character


def _unlinkable(word: str) -> str:
    if "://" in word or "@" in word or _LOOKS_LIKE_A_DOMAIN.search(word):
        return word.replace("://", "[:]//").replace("@", "[at]").replace(".", "[.]")
    return word


@cache
def _environments() -> tuple[Environment, Environment]:
    """(text, HTML), made once per process."""
    files = ChoiceLoader([FileSystemLoader(_OF_WORKFLOWS), FileSystemLoader(_TEMPLATES)])
    text = Environment(loader=files, autoescape=False, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)  # noqa: S701  # plain text
    html = Environment(loader=_Styled(files), autoescape=True, undefined=StrictUndefined)
    for environment in (text, html):
        environment.finalize = _placed
        environment.globals["t"] = _t
        environment.filters.clear()  # above all `safe`, with which a template could switch escaping off
        environment.filters |= {
            "day": _dated(dates.day),
            "weekday_day": _dated(dates.weekday_day),
            "moment": _moment,
            "words": _in_language,
        }
    return text, html


def _placed(value: Any) -> Any:
    """What is put into the page for a value: ours as it is, everything else made harmless. Escaping follows."""
    if isinstance(value, Ours | StrictUndefined) or hasattr(value, "__html__"):
        return value
    return harmless(value)


@pass_context
def _t(context: Context, indonesian: str, english: str, **values: Any) -> Ours:
    """The sentence in the reader's language, with `{named}` values filled in."""
    sentence = Text(indonesian, english).to(context["locale"])
    return Ours(sentence.format(**{name: _in_language(context, value) for name, value in values.items()}))


@pass_context
def _in_language(context: Context, value: Any) -> Any:
    """A sentence in the reader's language; a name inside it is still somebody's own text."""
    return _placed(value.to(context["locale"]) if isinstance(value, Text) else value)


@pass_context
def _moment(context: Context, at: datetime) -> Ours:
    return Ours(dates.moment(at, context["zone"]).to(context["locale"]))


def _dated(words: Callable[[date], Text]) -> Callable[..., Ours]:
    @pass_context
    def in_words(context: Context, on: date) -> Ours:
        civil = on.astimezone(context["zone"]).date() if isinstance(on, datetime) else on
        return Ours(words(civil).to(context["locale"]))

    return in_words


class _Styled(BaseLoader):
    """Templates with the stylesheet written into their elements, once when a template is loaded and not per mail."""

    def __init__(self, files: BaseLoader) -> None:
        self._files = files
        self._css = (_TEMPLATES / "mail.css").read_text(encoding="utf-8")

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:
        source, filename, is_current = self._files.get_source(environment, template)
        return self._styled(source), filename, is_current

    def _styled(self, source: str) -> str:
        directives: list[str] = []

        def hide(found: re.Match[str]) -> str:
            directives.append(found[0])
            return f"XJINJA{len(directives) - 1}X"

        hidden = _DIRECTIVE.sub(hide, source)
        if "<html" in hidden:
            styled = css_inline.inline(hidden, extra_css=self._css, load_remote_stylesheets=False)
        else:
            styled = css_inline.inline_fragment(hidden, self._css, load_remote_stylesheets=False)
        return _PLACEHOLDER.sub(lambda found: directives[int(found[1])], styled)
