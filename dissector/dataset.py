"""Data sets as field trees: where each element stands is found here, what it is called and means is pydicom's.

Strategy: one walk over element heads gives positions and never raises; it is a generator, and every node makes its
children when somebody asks for them, so that the first elements of a big data set cost what they are. Only what has
no length of its own (undefined length) is walked to find its end. Values are converted when their leaf is made. Names,
value representations, multiplicities and private dictionaries, character sets and conversions are pydicom's.

The promises are those of `decode`: no bytes make this raise; the leaves tile the bytes; depth and number are bounded;
nothing is read from bytes that were not captured.

Reference: PS3.5 6 and 7
"""

from __future__ import annotations

import re
import warnings
import zlib
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from math import isfinite
from struct import Struct
from typing import Any, NamedTuple

from pydicom import charset, datadict, values
from pydicom.valuerep import TEXT_VR_DELIMS

from .decode import Field, Problem
from .lazyfields import Lazy, Leaf, Node
from .standard import datasets as told
from .standard import problems, uids
from .standard.datasets import (
    ELEMENT_TEXT, EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE, ITEM, ITEM_DELIMITER, NUMBERS, REPRESENTATIONS,
    SEQUENCE_DELIMITER, UNDEFINED_LENGTH, VALUE_ROWS, Representation,
)  # fmt: skip
from .standard.pdus import UNDECODED
from .standard.structure import AE_TITLE, BYTES, TAGS, UID_PADDED, UINT, UINT_LE, Structure
from .valuerules import allows, check_text, problem
from .wiretext import bytes_text, uid_text, visible

MAXIMUM_DEPTH = 32
"""Sequences within sequences that are looked into."""
MAXIMUM_ELEMENTS = 200_000
"""Elements, items and delimiters that one tree holds at the most; the rest stays undecoded."""
MAXIMUM_INFLATED_BYTES = 64 * 1024 * 1024
"""A deflated data set is not inflated any further."""
INFERRING_ELEMENTS = 64
"""How many elements are looked at to tell a transfer syntax from the bytes."""

_FAR = 1 << 62
_ENCODINGS = ("iso8859",)
_PREAMBLE_BYTES = 132


class Syntax(NamedTuple):
    """What a transfer syntax says of elements."""

    explicit: bool
    little: bool
    deflated: bool = False


_IMPLICIT = Syntax(False, True)
_SYNTAXES = {
    IMPLICIT_LITTLE: _IMPLICIT, EXPLICIT_LITTLE: Syntax(True, True), EXPLICIT_BIG: Syntax(True, False),
    told.DEFLATED: Syntax(True, True, True),
}  # fmt: skip
_HEADS = {True: Struct("<HHI").unpack_from, False: Struct(">HHI").unpack_from}
_SHORTS = {True: Struct("<H").unpack_from, False: Struct(">H").unpack_from}
_LONGS = {True: Struct("<I").unpack_from, False: Struct(">I").unpack_from}
_REPRESENTATION_BYTES = {code.encode(): each for code, each in REPRESENTATIONS.items()}
_TEXTS = frozenset(code for code, each in REPRESENTATIONS.items() if not each.unit and code != "SQ")


def syntax_of(uid: str | None) -> Syntax | None:
    """What is known of a transfer syntax; None for one that is neither DICOM's nor known otherwise."""
    if uid is None:
        return None
    if uid in told.DEFLATED_SYNTAXES:
        return _SYNTAXES[told.DEFLATED]
    if uid in told.IMPLICIT_SYNTAXES:
        return _IMPLICIT
    return _SYNTAXES.get(uid) or (_SYNTAXES[EXPLICIT_LITTLE] if uid.startswith("1.2.840.10008.1.2.") else None)


# ------------------------------------------------------------------------------------------- what pydicom knows


class _Known(NamedTuple):
    """What the dictionaries say of a tag."""

    structure: Structure
    representation: str
    """As printed: 'PN', 'US or SS', 'UN' where nothing is known."""
    multiplicity: str
    listed: bool
    """In the data dictionary of the standard."""


@lru_cache(16384)
def _known(tag: int, creator: str) -> _Known:
    group, number = tag >> 16, tag & 0xFFFF
    key, title, explanation, representation, multiplicity = "", "", "", "UN", ""
    listed = False
    if number == 0:
        key, title, representation, multiplicity = "group_length", told.GROUP_LENGTH, "UL", "1"
    elif group % 2 and 0x10 <= number <= 0xFF:
        key, title, representation, multiplicity = "private_creator", told.PRIVATE_CREATOR, "LO", "1"
    elif group % 2:
        key, title = "private_element", told.PRIVATE_ELEMENT
        if creator:
            try:
                representation, multiplicity, name, _ = datadict.get_private_entry(tag, creator)
                title = name or title
            except KeyError:
                pass
            title = f"{title} [{visible(creator)}]"
    else:
        try:
            representation, multiplicity, title, _, keyword = datadict.get_entry(tag)
            key, listed = _snake_case(keyword), True
        except KeyError:
            key, title = "unknown_element", told.UNKNOWN_ELEMENT
    for start in (told.GROUP_LENGTH, told.PRIVATE_CREATOR, told.UNKNOWN_ELEMENT):
        explanation = told.EXPLANATIONS[start] if title == start else explanation
    if not explanation:
        explanation = told.EXPLANATIONS[told.PRIVATE_ELEMENT if group % 2 else ""]
    structure = Structure(key or "element", title or told.UNKNOWN_ELEMENT, explanation, told.ELEMENT_REFERENCE, (),
                          tag, "value_length")  # fmt: skip
    return _Known(structure, representation, multiplicity, listed)


def _snake_case(keyword: str) -> str:
    """'SOPClassUID' -> 'sop_class_uid'."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", keyword).lower()


def name_of(tag: int) -> str:
    """The keyword of an attribute, 'PatientName'; its tag where it has none."""
    return datadict.keyword_for_tag(tag) or f"({tag >> 16:04X},{tag & 0xFFFF:04X})"


def representation_of(tag: int) -> str:
    """The VR of an attribute as the dictionary prints it; 'UN' where it does not know it."""
    return _known(tag, "").representation


def _representation(printed: str, tag: int, signed: bool, implicit: bool) -> str:
    """One VR out of those that the dictionary allows, as PS3.5 8.2 and Annex A have it for implicit VR."""
    if len(printed) == 2:
        return printed if printed in REPRESENTATIONS else "UN"
    if "SS" in printed and "US" in printed:
        return "SS" if signed else "US"
    if "OW" in printed:
        return "OW" if implicit else "OB"
    return printed[:2] if printed[:2] in REPRESENTATIONS else "UN"


# ------------------------------------------------------------------------------------------- character sets and values


@lru_cache(256)
def _encodings(raw: bytes) -> tuple[str, ...]:
    """The codecs of a Specific Character Set, as pydicom names them."""
    terms = [term.strip(" \0") for term in raw.decode("latin-1").split("\\")]
    usable = [term if _is_term(term) else "" for term in terms]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return tuple(charset.convert_encodings(usable)) or _ENCODINGS
        except (LookupError, ValueError):
            return _ENCODINGS


def _is_term(term: str) -> bool:
    """Defined, or one of the misspellings that pydicom reads."""
    return term in charset.python_encoding or bool(re.fullmatch(r"ISO[^\\]IR [0-9]+|ISO.2022.IR.[0-9]+", term))


def _text(raw: bytes, encodings: tuple[str, ...]) -> tuple[str, bool]:
    """The characters of a value, and whether all of its bytes were some."""
    if b"\x1b" not in raw:
        try:
            return raw.decode(encodings[0]), True
        except (UnicodeError, LookupError):
            return raw.decode(encodings[0], "replace"), False
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            text = charset.decode_bytes(raw, encodings, TEXT_VR_DELIMS)
        except (UnicodeError, LookupError, ValueError):
            return raw.decode("latin-1"), False
    return text, not said


def _value_text(raw: bytes, vr: str, encodings: tuple[str, ...]) -> str:
    """A text value without its padding."""
    text = _text(raw, encodings)[0] if REPRESENTATIONS[vr].character_set else raw.decode("latin-1")
    return text.rstrip(" \0")


def _numbers(raw: bytes, little: bool, letter: str) -> Any:
    """The numbers of a value: one int, or a list; what is no number for JSON (infinite) as text."""
    found = values.convert_numbers(raw, little, letter)
    if isinstance(found, int):
        return found
    if isinstance(found, float):
        return found if isfinite(found) else str(found)
    if letter in "fd" and not isinstance(found, str):
        return [each if isfinite(each) else str(each) for each in found]
    return list(found)


class DataSet(Field):
    """The root of a data set's tree.

    `data` are the bytes that all positions count in: those given, or, of a deflated data set, the inflated ones;
    then `compressed` is a tree of its own over the bytes given. `transfer_syntax` is the one it was read in (a UID),
    `inferred` whether the bytes told it.
    """

    __slots__ = ("data", "compressed", "transfer_syntax", "inferred")

    def __init__(self, data: bytes, transfer_syntax: str, inferred: bool) -> None:
        super().__init__(told.DATA_SET, 0, len(data))
        self.data = data
        self.compressed: Field | None = None
        self.transfer_syntax = transfer_syntax
        self.inferred = inferred


# ------------------------------------------------------------------------------------------- the walk


class _Scope(NamedTuple):
    """What elements take from those before them."""

    encodings: tuple[str, ...] = _ENCODINGS
    named: bool = False
    """A Specific Character Set was given."""
    creators: Mapping[int, str] = {}
    """The first tags of the blocks of private elements in the present group -> their creators."""
    signed: bool = False


class _Head(NamedTuple):
    """The head of an element as it stands in the bytes."""

    tag: int
    vr: str
    """As written; empty in implicit VR."""
    start: int
    value_start: int
    length: int
    wide: bool
    """A VR with two reserved bytes after it."""
    found: tuple[Problem, ...]


class Element(Field):
    """One element: where it stands is known; its leaves are made on demand."""

    __slots__ = ("head", "vr", "scope", "_known", "_place", "_children")
    _children: Sequence[Field] | None

    def __init__(
        self, known: _Known, end: int, found: tuple[Problem, ...], head: _Head, vr: str, scope: _Scope, place: _Place,
    ) -> None:  # fmt: skip
        self.spec = known.structure
        self.start = head.start
        self.end = end
        self.value = None
        self.problems = found
        self.head = head
        self.vr = vr
        """The VR that its value is read with."""
        self.scope = scope
        self._known = known
        self._place = place
        self._children = None

    @property
    def tag(self) -> int:
        """Group and element number."""
        return self.head.tag

    @property
    def value_start(self) -> int:
        """Where its value starts."""
        return self.head.value_start

    @property
    def children(self) -> Sequence[Field]:
        if self._children is None:
            self._children = self._place.walk.leaves(self, self._known, self._place)
        return self._children

    @children.setter
    def children(self, children: Sequence[Field]) -> None:
        self._children = children


class _Place(NamedTuple):
    """What the elements of one data set or item have in common."""

    walk: _Walk
    end: int
    reach: int
    syntax: Syntax
    depth: int


class _Walk:
    """One data set's bytes."""

    def __init__(
        self, data: bytes, holes: Sequence[tuple[int, int]], cut: bool, budget: int, query: bool,
        identity: Mapping[int, str],
    ) -> None:  # fmt: skip
        self.data = data
        self.holes = sorted(holes)
        self.cut = cut
        self.limit = self.budget = budget
        self.query = query
        self.identity = identity

    def missing(self, start: int, end: int) -> int:
        """How many bytes of a range were not captured."""
        if not self.holes:
            return 0
        first = max(0, bisect_left(self.holes, (start, 0)) - 1)
        last = bisect_left(self.holes, (end, 0))
        return sum(max(0, min(end, stop) - max(start, begin)) for begin, stop in self.holes[first:last])

    def rest(self, start: int, end: int, *found: Problem) -> Field:
        return Leaf(UNDECODED, start, end, lambda: self.data[start:end], found)

    def too_short(self, name: str, start: int, end: int, reach: int, needed: int) -> Field:
        blanks = {"name": name, "available": end - start, "needed": needed}
        if reach > end:
            return self.rest(start, end, Problem(problems.NOT_CAPTURED.code, problems.LENGTH_ENDS_INSIDE, blanks))
        return self.rest(start, end, problem(told.ENDS_INSIDE, **blanks))

    # -------------------------------------------------------------------------------------- elements

    def elements(
        self, start: int, end: int, reach: int, scope: _Scope, syntax: Syntax, depth: int, delimited: bool,
    ) -> Iterator[Field]:  # fmt: skip
        """The elements of one data set, which ends at `end`, or at a delimiter if it is an item of undefined length.
        `reach` is where it says that it ends: beyond `end` when the capture was cut."""
        position, previous = start, -1
        place = _Place(self, end, reach, syntax, depth)
        while position < end:
            if end - position < 8:
                yield self.too_short("Tag and Value Length", position, end, reach, 8)
                return
            if self.holes and (gone := self.missing(position, position + 8)):
                yield self.rest(position, end, problem(problems.NOT_CAPTURED, count=gone))
                return
            if self.budget <= 0:
                yield self.rest(position, end, problem(told.TOO_MANY, limit=self.limit))
                return
            self.budget -= 1
            group, number = _HEADS[syntax.little](self.data, position)[:2]
            tag = group << 16 | number
            if tag in told.DELIMITERS:
                if delimited and tag == SEQUENCE_DELIMITER:
                    return
                delimiter = self.delimiter(tag, position, syntax, misplaced=not (delimited and tag == ITEM_DELIMITER))
                yield delimiter
                position = delimiter.end
                if delimited and tag == ITEM_DELIMITER:
                    return
                continue
            head = self.head(tag, position, end, reach, syntax)
            if isinstance(head, Field):
                yield head
                return
            found = list(head.found)
            if tag <= previous:
                found.append(problem(told.TAG_ORDER if tag < previous else told.TAG_REPEATED))
            if group in told.FOREIGN_GROUPS:
                found.append(problem(told.GROUP_FOREIGN, group=f"{group:04X}H"))
            element = self.element(head, tuple(found), scope, place)
            yield element
            scope = self.learn(element, scope)
            position, previous = element.end, max(previous, tag)

    def delimiter(self, tag: int, position: int, syntax: Syntax, misplaced: bool) -> Field:
        """A tag of group FFFEH with its length, and nothing else."""
        length = _LONGS[syntax.little](self.data, position + 4)[0]
        found = []
        if misplaced:
            found.append(problem(told.DELIMITER_MISPLACED))
        elif length:
            found.append(problem(told.DELIMITER_LENGTH, claimed=length))
        leaves = self.tag_and_length(tag, length, position, syntax, length == UNDEFINED_LENGTH)
        return Field(told.DELIMITERS[tag], position, position + 8, None, leaves, tuple(found))

    @staticmethod
    def tag_and_length(tag: int, length: int, start: int, syntax: Syntax, undefined: bool) -> list[Field]:
        row = told.UNDEFINED_ROWS[syntax.little] if undefined else told.LENGTH_ROWS[4, syntax.little]
        return [Field(told.TAG_ROW, start, start + 4, tag), Field(row, start + 4, start + 8, length)]

    def head(self, tag: int, start: int, end: int, reach: int, syntax: Syntax) -> _Head | Field:
        """The head of the element at `start`, of which eight bytes are there; or what is left, undecoded."""
        data = self.data
        if not syntax.explicit:
            return _Head(tag, "", start, start + 8, _LONGS[syntax.little](data, start + 4)[0], False, ())
        letters = data[start + 4 : start + 6]
        known = _REPRESENTATION_BYTES.get(letters)
        if known is not None and not known.wide:
            return _Head(tag, known.code, start, start + 8, _SHORTS[syntax.little](data, start + 6)[0], False, ())
        found: tuple[Problem, ...] = ()
        if known is None:
            if not (letters.isalpha() and letters.isupper() and data[start + 6 : start + 8] == b"\0\0"):
                length = _LONGS[syntax.little](data, start + 4)[0]
                if length <= end - start - 8 and _known(tag, "").listed:
                    return _Head(tag, "", start, start + 8, length, False, (problem(told.VR_ABSENT),))
                return self.rest(start, end, problem(told.VR_INVALID))
            found = (problem(told.VR_UNDEFINED, vr=letters.decode("latin-1")),)
        if end - start < 12:
            return self.too_short("Value Length", start, end, reach, 12)
        if self.holes and (gone := self.missing(start, start + 12)):
            return self.rest(start, end, problem(problems.NOT_CAPTURED, count=gone))
        return _Head(tag, letters.decode("latin-1"), start, start + 12, _LONGS[syntax.little](data, start + 8)[0],
                     True, found)  # fmt: skip

    def element(self, head: _Head, found: tuple[Problem, ...], scope: _Scope, place: _Place) -> Element:
        """One element, with its end; walked into only where a delimiter ends it."""
        tag = head.tag
        creator = scope.creators.get(tag & 0xFFFFFF00, "") if tag >> 16 & 1 else ""
        known = _known(tag, creator)
        vr = head.vr if head.vr in REPRESENTATIONS else "UN"
        if vr == "UN":
            vr = _representation(known.representation, tag, scope.signed, not head.vr)
        if head.length == UNDEFINED_LENGTH and (not head.vr or head.wide):
            return self.undefined(head, found, scope, place, known, vr)
        return Element(known, min(head.value_start + head.length, place.end), found, head, vr, scope, place)

    def undefined(
        self, head: _Head, found: tuple[Problem, ...], scope: _Scope, place: _Place, known: _Known, vr: str,
    ) -> Element:  # fmt: skip
        """An element of undefined length: a sequence, or encapsulated pixel data; walked to its delimiter."""
        _, end, reach, syntax, depth = place
        start = stop = head.value_start
        framed = vr in ("OB", "OW") or head.tag == told.PIXEL_DATA
        if not framed and vr not in ("SQ", "UN") and head.vr not in ("UN", ""):
            found += (problem(told.UNDEFINED_NOT_ALLOWED, vr=head.vr),)
            framed = self.data[start : start + 4] == (b"\xfe\xff\x00\xe0" if syntax.little else b"\xff\xfe\xe0\x00")
        vr = vr if framed else "SQ"
        leaves = self.head_leaves(head, known, syntax, True)
        last = leaves[-1]
        if depth >= MAXIMUM_DEPTH:
            leaves.append(self.rest(start, end, problem(told.TOO_DEEP, limit=MAXIMUM_DEPTH)))
        elif framed:
            leaves += self.fragments(start, end, reach, syntax)
        else:
            inner = _IMPLICIT if head.vr == "UN" else syntax
            leaves += self.items(start, end, reach, scope, inner, depth + 1, True)
        if leaves[-1] is not last:
            stop = leaves[-1].end
        if leaves[-1].spec is not told.SEQUENCE_END and leaves[-1].spec is not UNDECODED:
            last.problems += (self.not_ended(told.SEQUENCE_END, stop, end, reach),)
        element = Element(known, stop, found, head, vr, scope, place)
        element.children = leaves
        return element

    def leaves(self, element: Element, known: _Known, place: _Place) -> Sequence[Field]:
        """The children of an element of known length."""
        _, end, reach, syntax, depth = place
        head, start, stop = element.head, element.head.value_start, element.end
        leaves = self.head_leaves(head, known, syntax, False)
        self.overrun(leaves[-1], head.length, end, reach)
        if element.vr != "SQ":
            leaves.append(self.value(element, known, head, syntax, head.length))
            return leaves
        if depth >= MAXIMUM_DEPTH and stop > start:
            leaves.append(self.rest(start, stop, problem(told.TOO_DEEP, limit=MAXIMUM_DEPTH)))
            return leaves
        inner = _IMPLICIT if head.vr == "UN" else syntax
        far = max(stop, min(start + head.length, reach))
        return Lazy(chain(leaves, self.items(start, stop, far, element.scope, inner, depth + 1, False)))

    def not_ended(self, structure: Structure, stop: int, end: int, reach: int) -> Problem:
        """An undefined length without its delimiter: not captured, or never sent."""
        if reach > end and stop >= end:
            return problem(problems.NOT_CAPTURED, count=8)
        return problem(told.NOT_ENDED, name=structure.title)

    def head_leaves(self, head: _Head, known: _Known, syntax: Syntax, undefined: bool) -> list[Field]:
        start, at = head.start, head.start + 4
        leaves = [Field(told.TAG_ROW, start, at, head.tag)]
        if head.vr:
            found: tuple[Problem, ...] = ()
            if known.listed and head.vr not in known.representation and head.vr in REPRESENTATIONS and head.vr != "UN":
                found = (problem(told.VR_OTHER, vr=head.vr, expected=known.representation),)
            leaves.append(Field(told.VR_ROW, at, at + 2, head.vr, (), found))
            at += 2
            if head.wide:
                leaves.append(Field(told.RESERVED_ROW, at, at + 2, int.from_bytes(self.data[at : at + 2], "big")))
                at += 2
        size = head.value_start - at
        row = told.UNDEFINED_ROWS[syntax.little] if undefined else told.LENGTH_ROWS[size, syntax.little]
        leaves.append(Field(row, at, head.value_start, head.length))
        return leaves

    def learn(self, element: Element, scope: _Scope) -> _Scope:
        """What the elements after this one take from it."""
        tag = element.tag
        if tag >> 16 & 1:
            if 0x10 <= tag & 0xFFFF <= 0xFF and not self.missing(element.value_start, element.end):
                creator = self.data[element.value_start : min(element.end, element.value_start + 64)]
                text = _value_text(creator, "LO", scope.encodings).strip()
                known = scope.creators if next(iter(scope.creators), 0) >> 16 == tag >> 16 else {}
                return scope._replace(creators={**known, (tag & 0xFFFF0000) | (tag & 0xFF) << 8: text})
        elif tag == told.SPECIFIC_CHARACTER_SET or tag == told.PIXEL_REPRESENTATION:
            if self.missing(element.value_start, element.end):
                return scope
            raw = self.data[element.value_start : min(element.end, element.value_start + 1024)]
            if tag == told.PIXEL_REPRESENTATION:
                return scope._replace(signed=b"\1" in raw)
            return scope._replace(encodings=_encodings(raw), named=bool(raw.strip(b" \0")))
        return scope

    # -------------------------------------------------------------------------------------- items and fragments

    def items(
        self, start: int, end: int, reach: int, scope: _Scope, syntax: Syntax, depth: int, delimited: bool,
    ) -> Iterator[Field]:  # fmt: skip
        """The items of a sequence, to its end or delimiter."""
        scope = scope._replace(creators={})
        return self.opened(
            start, end, reach, syntax, delimited,
            lambda position, length: self.item(position, length, end, reach, scope, syntax, depth),
        )  # fmt: skip

    def opened(
        self, start: int, end: int, reach: int, syntax: Syntax, delimited: bool, read: Callable[[int, int], Field],
    ) -> Iterator[Field]:  # fmt: skip
        """What is told in items one after the other, to its end or delimiter; `read` makes one of its position and
        length."""
        position = start
        while position < end:
            opened = self.item_head(position, end, reach, syntax)
            if isinstance(opened, Field):
                yield opened
                return
            tag, length = opened
            if tag != ITEM:
                misplaced = tag != SEQUENCE_DELIMITER or not delimited
                yield self.delimiter(tag, position, syntax, misplaced)
                if not misplaced:
                    return
                position += 8
                continue
            item = read(position, length)
            yield item
            position = item.end

    def item_head(self, position: int, end: int, reach: int, syntax: Syntax) -> tuple[int, int] | Field:
        """Tag and length of an item or a delimiter; or what is left, undecoded."""
        if end - position < 8:
            return self.too_short("Tag and Value Length", position, end, reach, 8)
        if self.holes and (gone := self.missing(position, position + 8)):
            return self.rest(position, end, problem(problems.NOT_CAPTURED, count=gone))
        if self.budget <= 0:
            return self.rest(position, end, problem(told.TOO_MANY, limit=self.limit))
        self.budget -= 1
        group, number, length = _HEADS[syntax.little](self.data, position)
        tag = group << 16 | number
        if tag not in told.DELIMITERS:
            return self.rest(position, end, problem(told.ITEM_EXPECTED))
        return tag, length

    def item(
        self, start: int, length: int, end: int, reach: int, scope: _Scope, syntax: Syntax, depth: int,
    ) -> Field:  # fmt: skip
        if length == UNDEFINED_LENGTH:
            leaves = self.tag_and_length(ITEM, length, start, syntax, True)
            inside = list(self.elements(start + 8, end, reach, scope, syntax, depth, True))
            stop = inside[-1].end if inside else start + 8
            if not inside or inside[-1].spec is not told.ITEM_END and inside[-1].spec is not UNDECODED:
                leaves[1].problems += (self.not_ended(told.ITEM_END, stop, end, reach),)
            return Field(told.ITEM_STRUCTURE, start, stop, None, [*leaves, *inside])
        stop = min(start + 8 + length, end)

        def make() -> Sequence[Field]:
            leaves = self.tag_and_length(ITEM, length, start, syntax, False)
            self.overrun(leaves[1], length, end, reach)
            far = max(stop, min(start + 8 + length, reach))
            return Lazy(chain(leaves, self.elements(start + 8, stop, far, scope, syntax, depth, False)))

        return Node(told.ITEM_STRUCTURE, start, stop, make)

    def overrun(self, row: Field, length: int, end: int, reach: int) -> None:
        """A length that points beyond what encloses it."""
        available = end - row.end
        if length <= available:
            return
        if reach > end and row.end + length <= reach:
            blanks = {"name": "Value Length", "claimed": length, "available": available}
            row.problems += (problem(problems.CUT_SHORT, **blanks),)
        else:
            row.problems += (problem(told.LENGTH_OVERRUNS, claimed=length, available=available),)

    def fragments(self, start: int, end: int, reach: int, syntax: Syntax) -> Iterator[Field]:
        """Encapsulated pixel data: the offset table and the fragments, to the delimiter.

        Reference: PS3.5 A.4
        """
        return self.opened(
            start, end, reach, syntax, True,
            lambda position, length: self.fragment(position, length, end, reach, syntax, position == start),
        )  # fmt: skip

    def fragment(self, start: int, length: int, end: int, reach: int, syntax: Syntax, first: bool) -> Field:
        body, stop = start + 8, min(start + 8 + length, end)
        leaves = self.tag_and_length(ITEM, length, start, syntax, False)
        self.overrun(leaves[1], length, end, reach)
        found: tuple[Problem, ...] = ()
        gone = self.missing(body, stop)
        if gone:
            found = (problem(problems.NOT_CAPTURED, count=gone),)
        elif length % 2 and stop == body + length:
            found = (problem(told.ODD, count=length),)
        data = self.data
        make: Callable[[], Any] = (lambda: None) if gone else lambda: data[body:stop]
        row = told.FRAGMENT_ROW
        if first and not gone and length % 4 == 0:
            row = told.OFFSETS_ROW
            make = lambda: _offsets(data[body : stop - (stop - body) % 4], syntax.little)  # noqa: E731
        leaves.append(Leaf(row, body, stop, make, found))
        return Field(told.OFFSET_TABLE if first else told.FRAGMENT, start, stop, None, leaves)

    # -------------------------------------------------------------------------------------- values

    def value(self, element: Element, known: _Known, head: _Head, syntax: Syntax, length: int) -> Field:
        """The leaf of a value, converted, and held against its value representation."""
        start, end, vr, data = element.value_start, element.end, element.vr, self.data
        if gone := self.missing(start, end):
            return Field(VALUE_ROWS[BYTES], start, end, None, (), (problem(problems.NOT_CAPTURED, count=gone),))
        if end - start < length:
            # Not all of it is there: it is neither judged nor, beyond what the capture lacks, taken for a value.
            if not self.cut:
                return self.rest(start, end)
            if vr not in _TEXTS:
                return Leaf(VALUE_ROWS[BYTES], start, end, lambda: data[start:end])
        each = REPRESENTATIONS[vr]
        little = syntax.little or head.vr == "UN"
        if vr in _TEXTS:
            return self.text_value(element, known, each, end - start == length)
        found = []
        size = end - start
        if size % 2:
            found.append(problem(told.ODD, count=size))
        if each.unit and size % each.unit:
            found.append(problem(told.UNIT, count=size, needed=each.unit, vr=vr))
        elif not each.wide or each.number:
            found += self.multiplicity(size // each.unit, known, vr)
        if vr == "UL" and element.tag & 0xFFFF == 0 and size == 4:
            claimed = _LONGS[little](data, start)[0]
            if claimed > len(data) - end and not self.cut:
                found.append(problem(told.GROUP_LENGTH_WRONG, count=claimed - len(data) + end))
        row, make = VALUE_ROWS[BYTES], lambda: data[start:end]
        if size and not size % max(each.unit, 1):
            if vr == "AT":
                row, make = VALUE_ROWS[TAGS], lambda: _tags(data[start:end], little)  # type: ignore[assignment,return-value]
            elif each.number:
                row = VALUE_ROWS[NUMBERS]
                if size == each.unit and each.number not in "fd":
                    row = VALUE_ROWS[UINT_LE if little else UINT]
                make = lambda: _numbers(data[start:end], little, each.number)  # noqa: E731
        return Leaf(row, start, end, make, tuple(found))

    def text_value(self, element: Element, known: _Known, each: Representation, whole: bool) -> Field:
        start, end, vr, scope = element.value_start, element.end, element.vr, element.scope
        raw = self.data[start:end]
        found: list[Problem] = []
        understood = True
        if each.character_set:
            text, understood = _text(raw, scope.encodings)
        else:
            text = raw.decode("latin-1")
        stripped = text.rstrip("\0" if vr == "UI" else " \0")
        if whole:
            if (end - start) % 2:
                found.append(problem(told.ODD, count=end - start))
            if not understood:
                found.append(problem(told.NOT_IN_SET))
            elif not raw.isascii() and not scope.named:
                found.append(problem(told.NO_SET if each.character_set else told.CONTROL, vr=vr))
            if vr != "UI" and raw.endswith(b"\0"):
                found.append(problem(told.NUL_PADDED, vr=vr))
            parts = [stripped] if each.single else stripped.split("\\")
            if stripped or len(parts) > 1:
                found += self.multiplicity(len(parts), known, vr)
            for check in check_text(parts, each, self.query):
                if check not in found:
                    found.append(check)
            if element.tag == told.SPECIFIC_CHARACTER_SET and not all(
                part.strip() in charset.python_encoding for part in parts
            ):
                found.append(problem(told.SET_UNKNOWN))
            other = self.identity.get(element.tag)
            if other is not None and other != uid_text(stripped):
                found.append(problem(told.IDENTITY, other=other))
        row = VALUE_ROWS[ELEMENT_TEXT]
        if vr == "UI" and "\\" not in stripped:
            row = VALUE_ROWS[UID_PADDED]
        elif vr == "AE" and "\\" not in stripped:
            row = VALUE_ROWS[AE_TITLE]
        return Field(row, start, end, stripped, (), tuple(found))

    def multiplicity(self, count: int, known: _Known, vr: str) -> list[Problem]:
        """How many values there are, held against the dictionary; a query may list UIDs (PS3.4 C.2.2.2.2)."""
        if not count or not known.multiplicity or self.query and vr == "UI":
            return []
        return [] if allows(known.multiplicity, count) else [
            problem(told.MULTIPLICITY, count=count, expected=known.multiplicity)
        ]  # fmt: skip


def _offsets(raw: bytes, little: bool) -> Any:
    found = _numbers(raw, little, "L") if raw else []
    return found if isinstance(found, list) else [found]


def _tags(raw: bytes, little: bool) -> tuple[int, ...]:
    """The tags of a value."""
    found = _numbers(raw, little, "H")
    return tuple(group << 16 | number for group, number in zip(found[::2], found[1::2], strict=True))


# ------------------------------------------------------------------------------------------- which transfer syntax


def _reads(data: bytes, syntax: Syntax, cut: bool) -> bool:
    """Whether the first elements make sense in a syntax: tags ascend, representations exist, lengths fit."""
    position, previous, end = 0, 0x0001FFFF, len(data)
    head = _HEADS[syntax.little]
    for count in range(INFERRING_ELEMENTS):
        if position == end:
            return count > 0
        if end - position < 8:
            return cut and count > 0
        group, number, length = head(data, position)
        tag = group << 16 | number
        if tag <= previous or group in (0xFFFE, 0xFFFF):
            return False
        position += 8
        if syntax.explicit:
            known = _REPRESENTATION_BYTES.get(data[position - 4 : position - 2])
            if known is None:
                return False
            if known.wide:
                if end - position < 4:
                    return cut and count > 0
                length = _LONGS[syntax.little](data, position)[0]
                position += 4
            else:
                length = _SHORTS[syntax.little](data, position - 2)[0]
        elif count == 0 and not group & 1 and not _known(tag, "").listed and number:
            return False
        if length == UNDEFINED_LENGTH:
            if end - position < 8:
                return cut
            group, number, _ = head(data, position)
            return group << 16 | number in (ITEM, SEQUENCE_DELIMITER)
        if length > end - position:
            # In a data set that is cut this may be its last element, unless the length is the letters of a VR.
            letters = data[position - 4 : position - 2]
            return cut and _known(tag, "").listed and (syntax.explicit or letters not in _REPRESENTATION_BYTES)
        position += length
        previous = tag
    return True


_CANDIDATES = (EXPLICIT_LITTLE, IMPLICIT_LITTLE, EXPLICIT_BIG)


def infer_transfer_syntax(data: bytes, *, cut: bool = False) -> str | None:
    """The transfer syntax that the first elements tell: explicit or implicit VR little endian, explicit VR big endian,
    or deflated; None where they make sense in none of them (or there are none). `cut`: not all bytes are there.

    Encapsulated pixel data is not told apart from native: the elements are written alike.
    """
    for uid in _CANDIDATES:
        if _reads(data, _SYNTAXES[uid], cut):
            return uid
    head = _inflate(data, 65536)[0] if data else b""
    return told.DEFLATED if head and _reads(head, _SYNTAXES[EXPLICIT_LITTLE], True) else None


def misread(data: bytes, transfer_syntax_uid: str, *, cut: bool = False) -> str | None:
    """The transfer syntax in which a data set reads, when it does not in the one given; None when it does, or in
    none."""
    syntax = syntax_of(transfer_syntax_uid)
    if syntax is None or not data:
        return None
    if syntax.deflated:
        head = _inflate(data, 65536)[0]
        if head and _reads(head, syntax, True):
            return None
    elif _reads(data, syntax, cut):
        return None
    found = infer_transfer_syntax(data, cut=cut)
    return found if found is not None and syntax_of(found) != syntax else None


def _inflate(data: bytes, limit: int) -> tuple[bytes, int, bool, bool]:
    """Inflated bytes up to a limit, how many were consumed, whether the end was reached, and whether it went well."""
    machine = zlib.decompressobj(-zlib.MAX_WBITS)
    pieces, total, fed, step = [], 0, 0, 65536
    try:
        while fed < len(data) and total < limit and not machine.eof:
            piece = machine.decompress(data[fed : fed + step], limit - total)
            fed += step
            while piece:
                pieces.append(piece)
                total += len(piece)
                piece = machine.decompress(machine.unconsumed_tail, limit - total) if total < limit else b""
    except zlib.error:
        return b"".join(pieces), min(fed, len(data)), False, False
    used = min(fed, len(data)) - len(machine.unused_data) - len(machine.unconsumed_tail)
    return b"".join(pieces), used, machine.eof, True


# ------------------------------------------------------------------------------------------- the tree


def annotate_data_set(
    data: bytes, transfer_syntax_uid: str | None, *, holes: Sequence[tuple[int, int]] = (), cut: bool = False,
    query: bool = False, limit_elements: int = MAXIMUM_ELEMENTS, sop_class_uid: str | None = None,
    sop_instance_uid: str | None = None,
) -> DataSet:  # fmt: skip
    """The field tree of a data set, as it was gathered from its fragments.

    Arguments: `data`, its bytes; `transfer_syntax_uid`, as accepted, or None to infer it from the bytes; `holes`,
    half-open ranges of `data` that were not captured; `cut`, its end was not captured; `query`, it is the identifier
    of a C-FIND, C-GET or C-MOVE request, whose values may hold wildcards, ranges and lists of UIDs; `limit_elements`,
    how many elements are walked at the most; `sop_class_uid`, `sop_instance_uid`, what the command set of a C-STORE
    says, to hold the data set against.

    Returns the root; its leaves tile `root.data`, and children are made when asked for. Never raises on any bytes.

    Reference: PS3.5 7
    """
    syntax = syntax_of(transfer_syntax_uid)
    unfinished = cut or bool(holes)
    known_start = data[: holes[0][0]] if holes else data
    found: tuple[Problem, ...] = ()
    used = transfer_syntax_uid
    if syntax is None:
        used = infer_transfer_syntax(known_start, cut=unfinished) or EXPLICIT_LITTLE
    elif known_start:
        other = misread(known_start, transfer_syntax_uid or "", cut=unfinished)
        if other is not None:
            found = (problem(told.SYNTAX_WRONG, negotiated=_name(transfer_syntax_uid), found=_name(other)),)
            used = other
    assert used is not None
    syntax = syntax_of(used) or _SYNTAXES[EXPLICIT_LITTLE]
    compressed: Field | None = None
    if syntax.deflated:
        compressed, inflated, cut = _inflated(data, known_start, unfinished)
        data, holes = inflated, ()
    said = {told.SOP_CLASS_UID: sop_class_uid, told.SOP_INSTANCE_UID: sop_instance_uid}
    identity = {tag: uid for tag, uid in said.items() if uid is not None}
    root = DataSet(data, used, used != transfer_syntax_uid)
    root.compressed = compressed
    root.problems = found
    walk = _Walk(data, holes, cut, limit_elements, query, identity)
    root.children = Lazy(_top(walk, len(data), _FAR if cut else len(data), syntax))
    return root


def _top(walk: _Walk, end: int, reach: int, syntax: Syntax) -> Iterator[Field]:
    start = 0
    if walk.data[_PREAMBLE_BYTES - 4 : _PREAMBLE_BYTES] == b"DICM" and not walk.missing(0, _PREAMBLE_BYTES):
        start = _PREAMBLE_BYTES
        yield walk.rest(0, start, problem(told.PREAMBLE))
    yield from walk.elements(start, end, reach, _Scope(), syntax, 0, False)


def _name(uid: str | None) -> str:
    return uids.name(uid or "") or bytes_text(uid or "")


def _inflated(data: bytes, known: bytes, unfinished: bool) -> tuple[Field, bytes, bool]:
    """The tree over deflated bytes, what they inflate to, and whether that is cut."""
    inflated, used, ended, well = _inflate(known, MAXIMUM_INFLATED_BYTES)
    end = len(data)
    leaf = Leaf(told.COMPRESSED_ROW, 0, end, lambda: data)
    leaves: list[Field] = [leaf]
    cut = False
    if not well:
        leaf.problems = (problem(told.INFLATE_FAULT, count=len(inflated)),)
        cut = True
    elif len(inflated) >= MAXIMUM_INFLATED_BYTES:
        leaf.problems = (problem(told.INFLATE_TOO_MUCH, limit=MAXIMUM_INFLATED_BYTES),)
        cut = True
    elif not ended:
        cut = True
        gone = len(data) - len(known)
        kind = problems.NOT_CAPTURED if unfinished else told.INFLATE_FAULT
        leaf.problems = (problem(kind, count=gone if unfinished else len(inflated)),)
    elif used < end and (end - used > 1 or data[used:] != b"\0"):
        leaf.end = used
        leaf.value = data[:used]
        leaves.append(Field(UNDECODED, used, end, data[used:], (), (problem(told.INFLATE_REST, count=end - used),)))
    return Field(told.COMPRESSED, 0, end, None, leaves), inflated, cut


# ------------------------------------------------------------------------------------------- reading without a tree


def elements_of(
    data: bytes, transfer_syntax_uid: str | None, *, holes: Sequence[tuple[int, int]] = (), cut: bool = True,
) -> Iterator[tuple[Element, bytes]]:  # fmt: skip
    """The elements at the top, each with the bytes of the whole data set; nothing is made below them."""
    root = annotate_data_set(data, transfer_syntax_uid, holes=holes, cut=cut)
    return ((each, root.data) for each in root.children if isinstance(each, Element))


def read_head(
    data: bytes, transfer_syntax_uid: str | None, upto: int = told.SOP_INSTANCE_UID, *,
    holes: Sequence[tuple[int, int]] = (), cut: bool = True,
) -> dict[int, bytes]:  # fmt: skip
    """Tag -> the bytes of its value, of the elements at the top up to and with `upto`; sequences, and what was not
    captured to its end, are left out. Nothing behind `upto` is looked at."""
    found: dict[int, bytes] = {}
    for element, whole in elements_of(data, transfer_syntax_uid, holes=holes, cut=cut):
        if element.tag > upto:
            break
        gone = any(first < element.end and last > element.value_start for first, last in holes)
        if element.vr != "SQ" and not gone:
            found.setdefault(element.tag, whole[element.value_start : element.end])
    return found


def sop_uids(
    data: bytes, transfer_syntax_uid: str | None, *, holes: Sequence[tuple[int, int]] = (),
) -> tuple[str | None, str | None]:  # fmt: skip
    """SOP Class UID and SOP Instance UID that a data set says it has; None where it does not say."""
    head = read_head(data, transfer_syntax_uid, holes=holes)
    found = [head.get(tag) for tag in (told.SOP_CLASS_UID, told.SOP_INSTANCE_UID)]
    first, second = (None if raw is None else uid_text(raw.decode("latin-1")) for raw in found)
    return first, second


def element_values(
    data: bytes, transfer_syntax_uid: str | None, tags: Iterable[int], *, holes: Sequence[tuple[int, int]] = (),
) -> dict[int, str]:  # fmt: skip
    """The values of elements at the top as text; those that are there and no sequences."""
    wanted = set(tags)
    last = max(wanted, default=0)
    found: dict[int, str] = {}
    for element, whole in elements_of(data, transfer_syntax_uid, holes=holes):
        if element.tag > last:
            break
        if element.tag in wanted and element.vr != "SQ":
            found.setdefault(element.tag, plain_value(element, whole))
    return found


def plain_value(element: Element, data: bytes) -> str:
    """The value of an element as text, safe to print: numbers and values separated by backslashes."""
    if element.vr in _TEXTS:
        raw = data[element.value_start : element.end]
        return shown_text(_value_text(raw, element.vr, element.scope.encodings))
    value = element.children[-1].value if element.children else None
    if isinstance(value, bytes):
        return f"{len(value)} bytes" if value else ""
    if isinstance(value, tuple):
        return "\\".join(f"({tag >> 16:04X},{tag & 0xFFFF:04X})" for tag in value)
    return "\\".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


def shown_text(text: str) -> str:
    """Text of a data set made safe to print; the backslashes that separate values stay."""
    return "\\".join(map(visible, text.split("\\")))
