"""The annotated hex dump: every byte of a PDU with its position, its name, its value and what that means.

Strategy: the field tree is laid out as lines of styled spans; a line is then plain text, or coloured through rich on
a terminal. Leaves tile the PDU, so a dump shows each byte exactly once. Long runs are folded, never cut: the fold
says how much it holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ..decode import Field, decode_pdu, is_secret
from ..standard.structure import Structure
from ..standard.zh import translate
from . import words

BYTES_PER_LINE = 8
NARROW_BYTES_PER_LINE, NARROW = 4, 60
"""Below this many columns, fewer bytes stand on a line."""
FOLD_OVER_LINES = 8
"""A leaf of more lines than this is folded to its first and last lines."""
FIRST_LINES, LAST_LINES = 4, 1
FOLD = ".."
"""What stands for the bytes of a fold."""
WIDEST_NAME = 44
MASKED_LENGTH = 256
"""Dots at the most for a masked value."""
DEFAULT_WIDTH = 80
MINIMUM_TEXT_WIDTH = 20


@dataclass(frozen=True, slots=True)
class Options:
    """How to show: `lang` 'en' or 'zh', `width` in columns, and what to add."""

    lang: str = "en"
    width: int = DEFAULT_WIDTH
    reference: bool = False
    explain: bool = False
    full: bool = False
    show_secrets: bool = False
    mask: bool = False
    """Dots for values that identify (PS3.15)."""


class Span(NamedTuple):
    """A piece of a line; `style` is a word that a renderer turns into a colour: 'position', 'depth0'.., 'value',
    'meaning', 'problem', 'note'."""

    text: str
    style: str


Line = list[Span]


class Tree(NamedTuple):
    """A field tree over its bytes: `missing` are the ranges of `data` that were not captured, `marked` ones to point
    at; `note` stands above it."""

    root: Field
    data: bytes
    missing: Sequence[tuple[int, int]] = ()
    marked: Sequence[tuple[int, int]] = ()
    note: str = ""


class Subject(NamedTuple):
    """What is dumped, a PDU or a data set: which one it is, where it came from, what is to be said of the whole of it,
    and its bytes. Texts are in the language asked for."""

    title: str
    origin: str
    remarks: Sequence[str]
    trees: Sequence[Tree]


class Row(NamedTuple):
    """A line's worth of bytes: their position, themselves in hexadecimal and as letters. A fold has the sentence that
    says how many are left out instead of letters."""

    position: str
    hexadecimal: str
    letters: str
    is_fold: bool = False


class Content(NamedTuple):
    """All that is told of a leaf: `letters` says that its rows' letters take the place of a value, `cover` is what
    stands for its bytes where they must not be shown."""

    value: str
    meaning: str
    rows: list[Row]
    letters: bool
    cover: str


def subject_lines(subject: Subject, options: Options) -> list[Line]:
    """A subject as the lines of an annotated dump with its heading, and an empty line after it."""
    lines = [[Span(part, "head")] for part in wrap(subject.title, options.width)]
    lines += [[Span(part, "note")] for part in wrap(subject.origin, options.width)]
    lines += [[Span(f"! {remark}", "problem")] for remark in subject.remarks]
    for tree in subject.trees:
        if tree.note:
            lines.append([Span(tree.note, "note")])
        lines += annotate(tree.root, tree.data, options, tree.missing, tree.marked)
    lines.append([])
    return lines


def annotate_bytes(data: bytes, lang: str = "en", width: int = DEFAULT_WIDTH, **more: bool) -> str:
    """The annotated dump of one PDU given as bytes, as plain text; `more` are the flags of `Options`."""
    return "\n".join(map(plain, annotate(decode_pdu(data), data, Options(lang, width, **more))))


def plain(line: Line) -> str:
    """A line without colours."""
    return "".join(span.text for span in line).rstrip()


def part_of(part: Field, root: Field, data: bytes, options: Options) -> Iterator[Line]:
    """The lines of one structure of a tree, with its positions in the whole."""
    layout = Layout(Tree(root, data), options)
    yield from layout.field(part, _parents(part, root))


def _parents(part: Field, root: Field) -> list[Field]:
    """The fields above one, the root first."""
    for child in root.children:
        if child is part:
            return [root]
        if child.start <= part.start and part.end <= child.end and child.children:
            above = _parents(part, child)
            if above:
                return [root, *above]
    return []


def annotate(
    root: Field, data: bytes, options: Options, missing: Sequence[tuple[int, int]] = (),
    marked: Sequence[tuple[int, int]] = (),
) -> Iterator[Line]:  # fmt: skip
    """The lines of a field tree over its bytes; `missing` are ranges of `data` that were not captured, `marked` ones to
    point at."""
    yield from Layout(Tree(root, data, missing, marked), options).field(root, [])


class Layout:
    """Decides what is told of each field of a tree, and how that is laid out as lines."""

    def __init__(self, tree: Tree, options: Options) -> None:
        self.data = tree.data
        self.options = options
        self.lang = options.lang
        self.missing = tree.missing
        self.marked = tree.marked
        self.digits = 4 if len(tree.data) <= 0x10000 else 8
        self.hex_column = self.digits + 2
        self.per_line = BYTES_PER_LINE if options.width >= NARROW else NARROW_BYTES_PER_LINE
        self.step = "  " if options.width >= NARROW else " "
        self.text_column = self.hex_column + 3 * self.per_line + 1
        self.text_width = max(options.width - self.text_column, MINIMUM_TEXT_WIDTH)
        self.name_width = min(self.text_width // 2, WIDEST_NAME)

    def field(self, field: Field, parents: list[Field]) -> Iterator[Line]:
        depth = len(parents)
        if field.children:
            yield from self.heading(field, depth)
            for child in field.children:
                yield from self.field(child, [*parents, field])
        elif isinstance(field.spec, Structure):
            yield from self.heading(field, depth)
        else:
            yield from self.leaf(field, parents)

    def heading(self, field: Field, depth: int) -> Iterator[Line]:
        """The line above the fields of a structure: no byte stands on it."""
        size = field.end - field.start
        text = f"{self.step * depth}{words.title(field, self.lang)}"
        length = f"{size} {translate('bytes', self.lang)}"
        for index, part in enumerate(wrap(f"{text}  {length}", self.options.width - self.hex_column)):
            position = f"{self.position(field)}  " if index == 0 else " " * self.hex_column
            yield [Span(position, "position"), Span(part, f"depth{depth % 6}")]
        yield from self.notes(field, depth)

    def content(self, field: Field, parents: list[Field]) -> Content:
        """What is told of a leaf, masked where it has to be."""
        parent = parents[-1] if parents else None
        show = self.options.show_secrets
        secret = is_secret(field, parent) and not show
        dotted = self.options.mask and words.masked(field, parents)
        value = words.value_text(field, parent, lang=self.lang, show_secrets=show, full=self.options.full)
        meaning = words.meaning_text(field, parents, lang=self.lang, show_secrets=show)
        if dotted:
            value, meaning = "." * min(field.end - field.start, MASKED_LENGTH), ""
        cover = "*" if secret else "." if dotted else ""
        rows = list(self.rows(field, cover)) or [Row(self.position(field), "", "")]
        if field.start == field.end:
            value, meaning = translate("empty", self.lang), ""
        letters = not (value or meaning) and (
            words.is_bytes(field) or any(char.isalnum() for row in rows for char in row.letters)
        )
        return Content(value, meaning, rows, letters, cover)

    def leaf(self, field: Field, parents: list[Field]) -> Iterator[Line]:
        depth = len(parents)
        value, meaning, rows, show_letters, _ = self.content(field, parents)
        indent = self.step * min(depth, 4)
        left = [indent + part for part in
                wrap(translate(field.spec.title, self.lang), self.name_width - len(indent) - 1)]  # fmt: skip
        right_width = self.text_width - self.name_width
        right = [(part, "value") for part in wrap(value, right_width)] if value else []
        if meaning:
            if right and cells(right[-1][0]) + 2 + cells(meaning) <= right_width:
                right[-1] = (f"{right[-1][0]}  {meaning}", "value")
            else:
                right += [(part, "meaning") for part in wrap(meaning, right_width)]
        fold = next((index for index, row in enumerate(rows) if row.is_fold), 0)
        if fold and fold < len(right):
            right.insert(fold, ("", "value"))
        if fold and fold < len(left):
            left.insert(fold, "")
        count = max(len(rows), len(left), 0 if show_letters else len(right))
        for index in range(count):
            position, hexadecimal, letters, is_fold = rows[index] if index < len(rows) else Row("", "", "")
            if is_fold:
                for part in wrap(f"{FOLD} {letters}", self.options.width - self.hex_column):
                    yield [Span(" " * self.hex_column, "position"), Span(part, "note")]
                continue
            line = [
                Span(position.ljust(self.hex_column), "position"),
                Span(hexadecimal.ljust(3 * self.per_line + 1), f"depth{depth % 6}"),
            ]
            name = left[index] if index < len(left) else ""
            if show_letters:
                text, style = letters, "value"
            else:
                text, style = right[index] if index < len(right) else ("", "value")
            if text:
                name = pad(name, self.name_width)
            line += [Span(name, f"depth{depth % 6}"), Span(text, style)]
            yield line
        yield from self.notes(field, depth)

    def position(self, field: Field) -> str:
        """Where a field starts, in hexadecimal."""
        return f"{field.start:0{self.digits}X}"

    def rows(self, field: Field, cover: str) -> Iterator[Row]:
        """The bytes of a field, covered where they must not be shown; long runs folded."""
        size = field.end - field.start
        lines = -(-size // self.per_line)
        folded = lines > FOLD_OVER_LINES and not self.options.full and words.is_folded(field)
        for line in range(lines):
            if folded and line == FIRST_LINES:
                count = (lines - FIRST_LINES - LAST_LINES) * self.per_line
                text = translate("{count} bytes folded; --full shows them", self.lang).format(count=count)
                yield Row("", FOLD, text, True)
                continue
            if folded and FIRST_LINES < line < lines - LAST_LINES:
                continue
            start = field.start + line * self.per_line
            end = min(start + self.per_line, field.end)
            pairs = [self.pair(at, cover) for at in range(start, end)]
            text = "".join(self.letter(at, cover) for at in range(start, end))
            pointer = ">" if any(first < end and last > start for first, last in self.marked) else ""
            yield Row(f"{start:0{self.digits}X}{pointer}", " ".join(pairs), f"|{text}|")

    def pair(self, at: int, cover: str) -> str:
        if any(first <= at < last for first, last in self.missing):
            return "--"
        return 2 * cover if cover else f"{self.data[at]:02X}"

    def letter(self, at: int, cover: str) -> str:
        if any(first <= at < last for first, last in self.missing):
            return " "
        return cover if cover else chr(self.data[at]) if 0x20 <= self.data[at] < 0x7F else "."

    def notes(self, field: Field, depth: int) -> Iterator[Line]:
        """Below a field: what is wrong with it, and on request its clause and its sentence."""
        column = self.text_column + 2 * min(depth, 4)
        indent = " " * min(column, max(self.options.width - MINIMUM_TEXT_WIDTH, 0))
        width = max(self.options.width - len(indent), MINIMUM_TEXT_WIDTH)
        for code, text in words.problem_texts(field, self.lang):
            for index, part in enumerate(wrap(f"{text} [{code}]", width - 2)):
                yield [Span(indent + ("! " if index == 0 else "  ") + part, "problem")]
        if self.options.explain:
            for part in wrap(translate(field.spec.explanation, self.lang), width):
                yield [Span(indent + part, "note")]
        if self.options.reference and field.spec.reference is not None:
            for part in wrap(f"[{field.spec.reference}]", width):
                yield [Span(indent + part, "note")]


# ------------------------------------------------------------------------------------------------ widths and colours


def cells(text: str) -> int:
    """How many columns a text takes: Chinese characters take two."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth

    return max(int(wcswidth(text)), 0)


def pad(text: str, width: int) -> str:
    """Fill up with spaces to a number of columns, at least one."""
    return text + " " * max(width - cells(text), 1)


def wrap(text: str, width: int) -> list[str]:
    """Break a text into lines of at most `width` columns: at spaces and hyphens, long words anywhere."""
    width = max(width, 4)
    if cells(text) <= width:
        return [text]
    lines: list[str] = []
    line = indent = text[: len(text) - len(text.lstrip(" "))]
    for piece in _pieces(text.lstrip(" "), width - len(indent)):
        if cells(line) + cells(piece.rstrip(" ")) > width and line.strip():
            lines.append(line.rstrip(" "))
            line = indent
        line += piece.lstrip(" ") if line == indent else piece
    return [*lines, line.rstrip(" ")] if line.strip() else lines


def _pieces(text: str, width: int) -> Iterator[str]:
    """Where a line may be broken: after spaces and hyphens, between Chinese characters (never before closing
    punctuation), after the dots of a UID, and inside what is too long."""
    piece = ""
    for char, following in zip(text, [*text[1:], ""], strict=True):
        if piece and cells(piece) + cells(char) > width:
            yield piece
            piece = ""
        piece += char
        wide = cells(char) == 2 or bool(following) and cells(following) == 2
        if char in " -" or wide and char not in _OPENING and following not in _CLOSING:
            yield piece
            piece = ""
    if piece:
        yield piece


_OPENING, _CLOSING = "（《", ("，", "。", "；", "：", "、", "）", "》")


STYLES = {
    "position": "dim", "value": "bold", "meaning": "italic", "problem": "bold red", "note": "dim",
    "head": "bold reverse", "depth0": "cyan", "depth1": "green", "depth2": "yellow", "depth3": "magenta",
    "depth4": "blue", "depth5": "cyan", "title": "bold", "outcome-released": "bold green",
    "outcome-rejected": "bold red", "outcome-aborted": "bold red", "outcome-reset": "bold red",
    "outcome-closed": "bold yellow", "outcome-open": "bold yellow", "status-success": "green",
    "status-warning": "bold yellow", "status-failure": "bold red", "status-pending": "cyan", "status-cancel": "yellow",
}  # fmt: skip
"""The colours of a terminal, by nesting."""


def write(lines: Iterable[Line], stream: object, colour: bool, width: int) -> None:
    """Print lines; with `colour` through rich."""
    if not colour:
        for line in lines:
            print(plain(line), file=stream)  # type: ignore[call-overload]
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, width=max(width, 20), highlight=False, force_terminal=True)  # type: ignore[arg-type]
    for line in lines:
        text = Text.assemble(*((span.text, STYLES.get(span.style, "")) for span in line))
        text.rstrip()
        console.print(text, soft_wrap=True)
