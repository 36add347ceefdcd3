"""Field trees, texts and bytes in the small form in which a page holds them: each equal thing once.

Strategy: a node is `[spec, length, value, meaning, flags, children, problems]` with its empty end left off; `spec`,
`value` and `meaning` are numbers into tables (-1: none), children are numbers of nodes. No position stands in a node:
leaves tile their parent, so lengths are enough, and equal fields of different PDUs are the same node. A document is a
tree with the bytes that may be shown; bytes that are masked, folded or were not captured are not in it.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from ..decode import Field, is_secret
from ..standard.structure import FieldSpec, Reference, Structure
from ..standard.zh import translate
from . import words
from .records import reference_of
from .stories import ACCEPTOR, REQUESTOR

MASKED, SECRET, BYTES_ONLY = 1, 2, 4
"""Flags of a node: an identifying value left out; a credential left out; bytes that are no number and no text."""
MAXIMUM_FIELDS = 20_000
"""Fields shown of one PDU or data set; an A-ASSOCIATE-RQ of 128 contexts has some 3,000."""
LONGEST_TEXT = 300
"""Characters of a value; its bytes tell the rest."""
TAIL_BYTES = 16
"""Of a long field, the first bytes and so many of its last are embedded."""

LEFT_OUT = FieldSpec(
    "fields_left_out", "Fields left out", "rest", "bytes",
    "This page holds only so many fields of one PDU or data set; `dissector dump` shows all of them.",
)  # fmt: skip


class Texts:
    """Every text once, as itself where both languages say the same, else as [English, Chinese]."""

    def __init__(self) -> None:
        self.pairs: list[str | list[str]] = []
        self._number: dict[tuple[str, str], int] = {}

    def pair(self, english: str, chinese: str) -> int:
        """The number of a text given in both languages; -1 for an empty one."""
        if not english and not chinese:
            return -1
        number = self._number.setdefault((english, chinese), len(self.pairs))
        if number == len(self.pairs):
            self.pairs.append(english if english == chinese else [english, chinese])
        return number

    def say(self, text: str, values: Mapping[str, object] | None = None) -> int:
        """The number of a text that is translated, its blanks filled. What the standard calls something is translated
        too; what a peer wrote, such as an AE title, stays as it is."""
        filled = []
        for lang in ("en", "zh"):
            spoken = translate(text, lang)
            if values:
                spoken = spoken.format_map({key: _word(key, value, lang) for key, value in values.items()})
            filled.append(spoken)
        return self.pair(*filled)

    def meaning(self, text: str) -> int:
        """The number of what the standard says in several parts, such as why an association was rejected."""
        return self.pair(*(_meaning(text, lang) for lang in ("en", "zh")))


def _word(key: str, value: object, lang: str) -> object:
    if key in ("meaning", "status"):
        return _meaning(str(value), lang)
    return translate(value, lang) if value in (REQUESTOR, ACCEPTOR) else value


def _meaning(text: str, lang: str) -> str:
    return ", ".join(translate(part, lang) for part in text.split(", "))


class Nodes:
    """The tables of specs and nodes, and what was left out while they were filled."""

    def __init__(self, texts: Texts, show_values: bool, maximum_bytes: int) -> None:
        self.texts = texts
        self.show_values = show_values
        self.maximum_bytes = maximum_bytes
        self.specs: list[dict[str, Any]] = []
        self.nodes: list[list[Any]] = []
        self.folded_bytes = self.masked_bytes = 0
        self.spent = 0
        """About how many characters of JSON the nodes and documents take."""
        self._spec_of: dict[tuple[int, object], tuple[object, int]] = {}
        """By identity, the row itself beside its number so that its identity stays its own."""
        self._node_of: dict[tuple[Any, ...], int] = {}
        self._left = 0

    def document(self, root: Field, data: bytes, missing: Sequence[tuple[int, int]] = ()) -> dict[str, Any]:
        """A tree and the bytes that may be shown: `root` a node, `length`, `runs` the half-open ranges of the bytes
        in `bytes` (base64, joined), `missing` the ranges that were not captured."""
        self._left = MAXIMUM_FIELDS
        runs: list[list[int]] = []
        number = self._node(root, [], runs)
        present = list(_without(runs, missing))
        kept = b64encode(b"".join(data[start:end] for start, end in present)).decode("ascii")
        self.spent += len(kept) + 60 + 12 * len(present)
        document: dict[str, Any] = {"root": number, "length": root.end - root.start, "bytes": kept}
        if present != [[0, root.end]]:
            document["runs"] = present
        # Of a PDU that the capture cuts short the end is in no field: the tree stands for what there is.
        holes = [[start, min(end, root.end)] for start, end in missing if start < root.end]
        if holes:
            document["missing"] = holes
        return document

    def _node(self, field: Field, parents: list[Field], runs: list[list[int]]) -> int:
        """The number of the node for a field and all below it; the ranges of its bytes that may be shown go to
        `runs`."""
        self._left -= 1
        children: list[int] = []
        value = meaning = -1
        flags = 0
        if field.children:
            below = [*parents, field]
            for child in field.children:
                if self._left <= 0:
                    children.append(self._add((self._spec(LEFT_OUT, []), field.end - child.start)))
                    self.folded_bytes += field.end - child.start
                    break
                children.append(self._node(child, below, runs))
        else:
            value, meaning, flags = self._leaf(field, parents, runs)
        problems = tuple((code, self.texts.pair(english, chinese)) for (code, english), (_, chinese) in
                         zip(words.problem_texts(field), words.problem_texts(field, "zh"), strict=True))  # fmt: skip
        spec, length = self._spec(field.spec, parents), field.end - field.start
        return self._add((spec, length, value, meaning, flags, tuple(children), problems))

    def _add(self, key: tuple[Any, ...]) -> int:
        number = self._node_of.get(key)
        if number is None:
            number = self._node_of[key] = len(self.nodes)
            node = [*key]
            while node and node[-1] in (-1, 0, ()) and len(node) > 2:
                node.pop()
            self.nodes.append(node)
            self.spent += 12 + 5 * len(node) + (6 * len(key[5]) if len(key) > 5 else 0)
        return number

    def _leaf(self, field: Field, parents: list[Field], runs: list[list[int]]) -> tuple[int, int, int]:
        """Value, meaning and flags of a leaf."""
        parent = parents[-1] if parents else None
        length = field.end - field.start
        if is_secret(field, parent):
            self.masked_bytes += length
            return self.texts.say("masked") if length else -1, -1, SECRET
        if not self.show_values and words.masked(field, parents):
            self.masked_bytes += length
            return self.texts.say("masked") if length else -1, -1, MASKED
        limit = self.maximum_bytes
        if length <= limit + TAIL_BYTES:
            _extend(runs, field.start, field.end)
        else:
            _extend(runs, field.start, field.start + limit)
            _extend(runs, field.end - TAIL_BYTES, field.end)
            self.folded_bytes += length - limit - TAIL_BYTES
        value = self._shortened(*(words.value_text(field, parent, lang=lang, full=False) for lang in ("en", "zh")))
        meaning = self.texts.pair(*(words.meaning_text(field, parents, lang=lang) for lang in ("en", "zh")))
        if value >= 0:
            self.spent += 8
        return value, meaning, BYTES_ONLY if words.is_bytes(field) else 0

    def _shortened(self, english: str, chinese: str) -> int:
        cut = [text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…" for text in (english, chinese)]
        return self.texts.pair(*cut)

    def _spec(self, spec: FieldSpec | Structure, parents: Sequence[Field]) -> int:
        where = reference_of(spec, parents)
        known = self._spec_of.get((id(spec), where))
        if known is None:
            record: dict[str, Any] = {
                "name": spec.key if isinstance(spec, Structure) else spec.name,
                "title": self.texts.pair(*(words.spec_title(spec, lang) for lang in ("en", "zh"))),
                "explanation": self.texts.say(spec.explanation),
            }  # fmt: skip
            if isinstance(where, Reference):
                record["reference"], record["url"] = str(where), where.url
            if isinstance(spec, FieldSpec) and spec.reserved:
                record["reserved"] = True
                if spec.fixed == 0:
                    record["zero"] = True
            known = self._spec_of[id(spec), where] = (spec, len(self.specs))
            self.specs.append(record)
        return known[1]


def _extend(runs: list[list[int]], start: int, end: int) -> None:
    if start == end:
        return
    if runs and runs[-1][1] == start:
        runs[-1][1] = end
    else:
        runs.append([start, end])


def _without(runs: Sequence[list[int]], holes: Sequence[tuple[int, int]]) -> list[list[int]]:
    """The parts of ascending half-open ranges that are in none of `holes`."""
    left: list[list[int]] = []
    for start, end in runs:
        for first, last in holes:
            if last <= start or first >= end:
                continue
            if first > start:
                left.append([start, first])
            start = last
        if start < end:
            left.append([start, end])
    return left
