"""A PDU or a data set as a figure for a slide or a document: an SVG picture of the dump, or an HTML table.

Strategy: both show what the annotated dump shows, in the same words; the picture draws its lines, the table takes its
fields. A figure is passed on by itself: it needs no font, style or script from anywhere, and whoever makes it sees to
it that the options mask what must not be seen (`hexdump.Options.mask`).
"""

from __future__ import annotations

import io
import re
from collections.abc import Container, Iterable, Iterator, Sequence
from html import unescape
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape

from ..decode import Field
from ..standard.structure import FieldSpec, Reference, Structure
from ..standard.zh import translate
from . import words
from .hexdump import STYLES, Layout, Line, Options, Span, Subject, Tree, cells, subject_lines, wrap
from .records import reference_of

# ------------------------------------------------------------------------------------------------ SVG

_FORMAT = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{width}} {{height}}" xml:lang="{language}">
<title>{title}</title>
<style>
.{{unique_id}}-matrix {{{{
font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, "Noto Sans Mono CJK SC", "Microsoft YaHei",
"PingFang SC", monospace;
font-size: {{char_height}}px; white-space: pre;
}}}}
{{styles}}
</style>
<rect width="{{width}}" height="{{height}}" rx="8" fill="{background}"/>
<g transform="translate(9 24)">
{{backgrounds}}
<g class="{{unique_id}}-matrix">
{{matrix}}
</g>
</g>
</svg>
"""
"""What rich fills in; unlike its own template it asks no other host for a font, and draws no window."""

_LIGHT = (
    (255, 255, 255), (17, 17, 17),
    [(17, 17, 17), (179, 0, 27), (17, 99, 41), (122, 78, 0), (11, 75, 168), (130, 39, 138), (0, 95, 107), (90, 90, 90)],
)  # fmt: skip
_DARK = (
    (22, 24, 29), (236, 238, 241),
    [(90, 94, 102), (255, 138, 138), (126, 211, 133), (232, 193, 94), (133, 178, 255), (226, 158, 232), (108, 208, 222),
     (236, 238, 241)],
)  # fmt: skip
"""Background, foreground and the colours of a terminal; each text has a contrast of at least 4.5 to 1."""

_TEXT = re.compile(r' x="([^"]*)" y="([^"]*)" textLength="([^"]*)" clip-path="[^"]*">([^<]*)</text>')


def svg(lines: Iterable[Line], title: str, lang: str, width: int, dark: bool = False, name: str = "dump") -> str:
    """Lines as a picture `width` columns wide; `name` begins the classes of its style sheet, so that several pictures
    can stand in one document."""
    from rich.console import Console
    from rich.terminal_theme import TerminalTheme
    from rich.text import Text

    theme = TerminalTheme(*(_DARK if dark else _LIGHT))
    console = Console(
        record=True, width=width, file=io.StringIO(), force_terminal=True, color_system="standard", no_color=False,
        legacy_windows=False, _environ={},
    )  # fmt: skip
    for line in lines:
        pieces = [(piece, STYLES.get(span.style, "")) for span in line for piece in _even(span.text)]
        console.print(Text.assemble(*pieces), soft_wrap=True)
    template = _FORMAT.format(
        title=escape(title).replace("{", "{{").replace("}", "}}"), language=_language(lang),
        background=theme.background_color.hex,
    )  # fmt: skip
    return _TEXT.sub(_placed, console.export_svg(title="", theme=theme, code_format=template, unique_id=name))


def _even(text: str) -> Iterator[str]:
    """A text in pieces whose characters are all equally wide, so that each piece can be placed on the grid."""
    if text.isascii():
        yield text
        return
    for _, piece in groupby(text, key=lambda char: cells(char) == 2):
        yield "".join(piece)


def _placed(match: re.Match[str]) -> str:
    """rich gives every character one column; Chinese ones take two, and each of them gets its place. Nothing needs
    clipping, as lines hold their width."""
    start, height, length, content = match.groups()
    text = unescape(content)
    if cells(text) == len(text):
        return f' x="{start}" y="{height}" textLength="{length}">{content}</text>'
    column = float(length) / len(text)
    places = " ".join(f"{float(start) + 2 * column * index:g}" for index in range(len(text)))
    return f' x="{places}" y="{height}">{content}</text>'


def subject_svg(subject: Subject, options: Options, dark: bool = False) -> str:
    """A subject as a picture of its annotated dump, with what its masks stand for."""
    lines = subject_lines(subject, options)
    covers = {each["cover"] for tree in subject.trees for each in _entries(tree, options)}
    for text in _legend(covers, options):
        lines += [[Span(part, "note")] for part in wrap(text, options.width)]
    if not lines[-1]:
        lines.pop()
    return svg(lines, subject.title, options.lang, options.width, dark)


# ------------------------------------------------------------------------------------------------ HTML


def subject_html(subject: Subject, options: Options) -> str:
    """A subject as one HTML document with a table: no script, nothing from elsewhere."""
    from .page import environment, joined, policy

    style = joined(("dump.css",))
    trees = [(tree.note, list(_entries(tree, options))) for tree in subject.trees]
    covers = {each["cover"] for _, entries in trees for each in entries}
    return environment().get_template("dump.html").render(
        language=_language(options.lang), say=lambda text: translate(text, options.lang), subject=subject,
        policy=policy(style), style=style, trees=trees, legend=_legend(covers, options),
    )  # fmt: skip


LEGEND = {
    ".": "Dots stand for values that identify somebody.",
    "*": "Asterisks stand for passcodes, tickets and tokens.",
    "-": "Two hyphens stand for a byte that was not captured.",
}
"""What stands for bytes that are not shown."""


def _legend(covers: Container[str], options: Options) -> list[str]:
    return [translate(text, options.lang) for cover, text in LEGEND.items() if cover in covers]


DEEPEST = 8
"""Nesting is shown by indentation down to this depth."""


def _entries(tree: Tree, options: Options) -> Iterator[dict[str, Any]]:
    """A row of the table for each structure and each leaf, in order."""
    layout = Layout(tree, options)

    def below(field: Field, parents: list[Field]) -> Iterator[dict[str, Any]]:
        spec = field.spec
        entry: dict[str, Any] = {
            "depth": min(len(parents), DEEPEST), "position": layout.position(field),
            "title": words.title(field, options.lang), "size": field.end - field.start,
            "problems": [text for _, text in words.problem_texts(field, options.lang)], "cover": "",
            "is_structure": bool(field.children) or isinstance(spec, Structure), "clause": _clause(field, parents),
            "explanation": "", "reserved": isinstance(spec, FieldSpec) and spec.reserved,
        }  # fmt: skip
        if options.explain or entry["reserved"]:
            entry["explanation"] = translate(spec.explanation, options.lang)
        if not entry["is_structure"]:
            content = layout.content(field, parents)
            entry.update(content._asdict())
            if content.cover == ".":  # its bytes are dots already
                entry["value"] = translate("masked", options.lang)
            if not content.cover and any(row.hexadecimal.startswith("--") for row in content.rows):
                entry["cover"] = "-"
            entry["marked"] = any(row.position.endswith(">") for row in content.rows)
        yield entry
        for child in field.children:
            yield from below(child, [*parents, field])

    return below(tree.root, [])


def _clause(field: Field, parents: Sequence[Field]) -> Reference | None:
    """The clause to link to: that of a structure, and of a leaf where it has another one."""
    own = field.spec.reference
    above = reference_of(parents[-1].spec, parents[:-1]) if parents and not field.children else None
    return own if own != above else None


def _language(lang: str) -> str:
    return "zh-Hans" if lang == "zh" else "en"
