"""Bytes and a `Structure` in, a tree of `Field` out: the decoder, and the only one.

Strategy: the tables of `standard/` are read as a program. Each structure is compiled once into steps: runs of fields
of known size are read by one precompiled `struct.Struct`, the rest one by one. Three promises hold for any bytes:

- it never raises: what is wrong becomes a `Problem` on the field where it shows;
- the leaves tile the input: no gap, no overlap, joined they are the input; what could not be read is an
  `undecoded` leaf;
- depth is bounded by the tables: only items that a table allows at a place are looked into.

Bytes that were not captured may be named (`missing`, `captured`): no value is ever read from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from struct import Struct
from typing import Any, NamedTuple

from .standard import problems
from .standard.application_information import choose_application_information
from .standard.commands import COMMAND_SET_STRUCTURES
from .standard.pdus import (
    ITEM_CODES, MISPLACED_ITEM, PDU_STRUCTURES, SECRET_ITEM_CODES, STRUCTURES, UNDECODED, UNKNOWN_ITEM, UNKNOWN_PDU,
)  # fmt: skip
from .standard.problems import ProblemKind
from .standard.structure import (
    AE_TITLE, BYTES, ITEMS, REST, TAG, TAGS, TEXT, UID, UID_PADDED, UINT, UINT_LE, UTF8, Allowed, FieldSpec,
    Reference, Structure, hexadecimal,
)  # fmt: skip


class Problem(NamedTuple):
    """Something wrong with a field: a code of the catalogue of findings, and a sentence with its values."""

    code: str
    text: str
    values: Mapping[str, object]

    def __str__(self) -> str:
        return self.text.format_map(self.values)


class Field:
    """One decoded range of bytes.

    `spec` is the row (`FieldSpec`) or table (`Structure`) of the standard; `start` and `end` are half-open positions
    in the bytes that were decoded; `value` is int, str, bytes, a tuple of ints (tags) or None (it has children, or it
    was not captured); `children` and `problems` are sequences, empty for most fields.
    """

    __slots__ = ("spec", "start", "end", "value", "children", "problems")

    def __init__(
        self, spec: FieldSpec | Structure, start: int, end: int, value: Any = None,
        children: Sequence[Field] = (), problems: tuple[Problem, ...] = (),
    ) -> None:  # fmt: skip
        self.spec = spec
        self.start = start
        self.end = end
        self.value = value
        self.children = children
        self.problems = problems

    @property
    def name(self) -> str:
        """The snake_case name of the row or table."""
        return self.spec.key if isinstance(self.spec, Structure) else self.spec.name

    def child(self, name: str) -> Field | None:
        """The first child of that name, or None."""
        return next((child for child in self.children if child.name == name), None)

    def named(self, name: str) -> Iterator[Field]:
        """All children of that name, in order."""
        return (child for child in self.children if child.name == name)

    def walk(self) -> Iterator[Field]:
        """This field and all below it, in the order of their bytes."""
        yield self
        for child in self.children:
            yield from child.walk()

    def leaves(self) -> Iterator[Field]:
        """The fields without children below this one (or itself); they tile its range."""
        return (field for field in self.walk() if not field.children)

    def all_problems(self) -> Iterator[tuple[Field, Problem]]:
        """Every problem in this tree with the field that it stands on."""
        return ((field, problem) for field in self.walk() for problem in field.problems)

    def __repr__(self) -> str:
        return f"<Field {self.name} {self.start}-{self.end} {self.value!r}>"


COMMAND_SET = Structure(
    "command_set", "Command Set", "What is to be done, or what came of it: the elements of group 0000H.",
    Reference("PS3.7", "6.3.1"),
    (FieldSpec("command_elements", "Command Elements", REST, ITEMS, "Elements in the order of their tags.",
               allowed=tuple(Allowed(key) for key in COMMAND_SET_STRUCTURES)),),
)  # fmt: skip

MAXIMUM_FIELDS = 200_000
"""How many fields one call makes at the most; the rest stays undecoded. An association PDU of 1 MiB stays below."""


def decode_pdu(data: bytes, *, cut: bool = False, missing: Sequence[tuple[int, int]] = ()) -> Field:
    """Decode one PDU of any type, from its first byte.

    `data` holds the PDU; bytes after the end that PDU-length gives become an `undecoded` leaf. `cut` says that
    the capture ended early: then `data` is what there is, and lengths that point beyond it are not called wrong but not
    captured. `missing` are half-open ranges of `data` that were not captured; nothing is read from them.
    Returns the root field; its leaves tile `data`. Never raises on any bytes.

    Reference: PS3.8 9.3
    """
    structure = PDU_STRUCTURES.get(data[0], UNKNOWN_PDU) if data else UNKNOWN_PDU
    return decode(structure, data, cut=cut, missing=missing)


def decode(
    structure: Structure, data: bytes, *, cut: bool = False, missing: Sequence[tuple[int, int]] = (),
) -> Field:  # fmt: skip
    """Decode `data` as `structure`, which stands at its start; see `decode_pdu`."""
    decoder = _Decoder(data, missing, cut)
    decoder.answer = structure.key in ("a_associate_ac", "user_information_ac")
    root = decoder.structure(structure, 0, len(data), _FAR if cut else len(data))
    if structure is UNKNOWN_PDU and data:
        _add(root, problems.PDU_TYPE_UNKNOWN, value=hexadecimal(data[0]))
    if root.end < len(data):
        rest = Field(UNDECODED, root.end, len(data), data[root.end :])
        _add(rest, problems.PDU_TRAILING, count=len(data) - root.end)
        root.children = [*root.children, rest]
        root.end = len(data)
    return root


def decode_command_set(data: bytes, *, cut: bool = False, missing: Sequence[tuple[int, int]] = ()) -> Field:
    """Decode a whole command set (PS3.7 6.3.1), gathered from its fragments; `cut` when its end was not captured."""
    return decode(COMMAND_SET, data, cut=cut, missing=missing)


_FAR = 1 << 62


def _add(field: Field, kind: ProblemKind, **values: object) -> None:
    field.problems = (*field.problems, Problem(kind.code, kind.text, values))


# ------------------------------------------------------------------------------------------- structures, compiled

_FORMATS = {(UINT, 1): "B", (UINT, 2): "H", (UINT, 4): "I"}


class _Run(NamedTuple):
    """Fields of known size that follow each other: read by one `Struct`."""

    struct: Struct
    size: int
    parts: tuple[tuple[FieldSpec, int, int, bool], ...]
    """Each row with its start and end within the run, and whether its raw value needs converting or checking."""


class _Plan(NamedTuple):
    steps: tuple[_Run | FieldSpec, ...]
    length_code: str
    """The finding to which a wrong length in this structure belongs."""


_plans: dict[int, tuple[Structure, _Plan]] = {}
"""By identity: keys need not be unique, and the structure is held so that its identity stays its own."""


def _needs_look(spec: FieldSpec) -> bool:
    if spec.kind == UINT:
        return spec.odd or spec.fixed is not None and not spec.reserved and spec.name.endswith("length")
    return spec.kind != BYTES


def _plan(structure: Structure) -> _Plan:
    known = _plans.get(id(structure))
    if known is None:
        known = _plans[id(structure)] = (structure, _compile(structure))
    return known[1]


def _compile(structure: Structure) -> _Plan:
    steps: list[_Run | FieldSpec] = []
    run: list[FieldSpec] = []

    def close_run() -> None:
        if run:
            position, parts, code = 0, [], ">"
            for spec in run:
                assert isinstance(spec.size, int)
                parts.append((spec, position, position + spec.size, _needs_look(spec)))
                position += spec.size
                code += _FORMATS.get((spec.kind, spec.size), f"{spec.size}s")
            steps.append(_Run(Struct(code), position, tuple(parts)))
            run.clear()

    for spec in structure.fields:
        if isinstance(spec.size, int):
            run.append(spec)
            if spec.name == structure.length_field:
                close_run()
        else:
            close_run()
            steps.append(spec)
    close_run()
    length_code = {
        "pdu_length": "pdu.length-wrong",
        "value_length": "message.command-malformed",
    }.get(structure.length_field, "item.length-wrong")
    if structure.key == "presentation_data_value":
        length_code = "message.fragment-malformed"
    return _Plan(tuple(steps), length_code)


class _Dispatch(NamedTuple):
    """How the items of one sequence are told apart."""

    by_code: Mapping[int, Structure]
    only: Structure | None
    """The structure of a sequence whose items carry no type."""
    tags: bool
    """The items are command elements: the code is a tag."""


_dispatches: dict[int, _Dispatch] = {}


def _dispatch(spec: FieldSpec) -> _Dispatch:
    dispatch = _dispatches.get(id(spec))
    if dispatch is None:
        structures = [STRUCTURES.get(a.structure) or COMMAND_SET_STRUCTURES[a.structure] for a in spec.allowed]
        by_code = {structure.code: structure for structure in structures if structure.code is not None}
        tags = structures[0].fields[0].kind == TAG
        only = None if tags or by_code else structures[0]
        dispatch = _dispatches[id(spec)] = _Dispatch(by_code, only, tags)
    return dispatch


_TAG_AND_LENGTH = Struct("<HHI")
_UNKNOWN_ELEMENT = COMMAND_SET_STRUCTURES["command_element_unknown"]
_SECRET_REST = FieldSpec(UNDECODED.name, UNDECODED.title, REST, BYTES, UNDECODED.explanation, secret=True)
_SECRET_MISPLACED = Structure(
    MISPLACED_ITEM.key, MISPLACED_ITEM.title, MISPLACED_ITEM.explanation, MISPLACED_ITEM.reference,
    (*MISPLACED_ITEM.fields[:-1], _SECRET_REST), None, "item_length",
)  # fmt: skip


class _Decoder:
    """One call's bytes, and what of them was not captured."""

    def __init__(self, data: bytes, missing: Sequence[tuple[int, int]], cut: bool) -> None:
        self.data = data
        self.holes = tuple(missing)
        self.cut = cut
        self.budget = MAXIMUM_FIELDS
        self.answer = False
        """What is decoded is an A-ASSOCIATE-AC, or the user information of one."""

    def missing(self, start: int, end: int) -> int:
        """How many bytes of a range were not captured."""
        return sum(max(0, min(end, last) - max(start, first)) for first, last in self.holes)

    # -------------------------------------------------------------------------------------- one structure

    def structure(self, structure: Structure, start: int, end: int, reach: int) -> Field:
        """Decode one structure at `start`. `end` is where the bytes of its container end; `reach` is where the
        container says that it ends, which is later when the capture was cut."""
        plan = _plan(structure)
        node = Field(structure, start, end)
        children: list[Field] = []
        node.children = children
        position = start
        self.budget -= len(structure.fields) + 1
        for step in plan.steps:
            if isinstance(step, _Run):
                if end - position < step.size or self.holes or self.budget < 0:
                    position, end, reach, go_on = self.slowly(node, children, plan, step, position, end, reach)
                    if not go_on:
                        break
                    continue
                values = step.struct.unpack_from(self.data, position)
                for (spec, first, last, look), value in zip(step.parts, values, strict=True):
                    field = Field(spec, position + first, position + last, value)
                    children.append(field)
                    if look:
                        self.convert(field, spec, plan)
                    if spec.name == structure.length_field:
                        end, reach = self.limit(field, plan, end, reach)
                position += step.size
            else:
                position, go_on = self.variable(node, children, plan, step, position, end, reach)
                if not go_on:
                    break
        if position < end:
            rest = Field(_rest_spec(structure), position, end, self.data[position:end])
            if not children or not children[-1].problems:
                rest.problems = (
                    Problem(plan.length_code, problems.LENGTH_LEFT_OVER, {"count": end - position}),
                )  # fmt: skip
            children.append(rest)
        node.end = end
        return node

    def limit(self, field: Field, plan: _Plan, end: int, reach: int) -> tuple[int, int]:
        """The end that a length field gives to its structure, held against the end of its container."""
        claimed = field.end + field.value
        if claimed <= end:
            return claimed, claimed
        available = end - field.end
        values = {"name": field.spec.title, "claimed": field.value, "available": available}
        if claimed <= reach:
            if not self.cut_said(field):
                _add(field, problems.CUT_SHORT, **values)
        else:
            field.problems += (Problem(plan.length_code, problems.LENGTH_OVERRUNS, values),)
        return end, max(end, min(claimed, reach))

    @staticmethod
    def cut_said(field: Field) -> bool:
        return any(problem.code == problems.CUT_SHORT.code for problem in field.problems)

    def slowly(
        self, node: Field, children: list[Field], plan: _Plan, run: _Run, position: int, end: int, reach: int,
    ) -> tuple[int, int, int, bool]:  # fmt: skip
        """A run of fields, one by one: the bytes end inside it, or some were not captured."""
        structure = node.spec
        assert isinstance(structure, Structure)
        for spec, first, last, _ in run.parts:
            size = last - first
            if self.budget < 0 or end - position < size:
                if spec.optional and position == end:
                    return position, end, reach, False
                self.short(node, children, plan, spec, size, position, end, reach)
                return end, end, reach, False
            field = Field(spec, position, position + size)
            children.append(field)
            position += size
            gone = self.missing(field.start, field.end)
            if gone:
                _add(field, problems.NOT_CAPTURED, count=gone)
                if spec.name == structure.length_field:
                    return position, end, reach, False
                continue
            field.value = self.number_or_bytes(spec, field.start, field.end)
            self.convert(field, spec, plan)
            if spec.name == structure.length_field:
                end, reach = self.limit(field, plan, end, reach)
        return position, end, reach, True

    def short(
        self, node: Field, children: list[Field], plan: _Plan, spec: FieldSpec, size: int, position: int, end: int,
        reach: int,
    ) -> None:  # fmt: skip
        """The structure ends inside a field: what is left becomes an undecoded leaf, and the problem stands there,
        or on the structure where nothing is left."""
        structure = node.spec
        assert isinstance(structure, Structure)
        if position < end:
            at = Field(_rest_spec(structure), position, end, self.data[position:end])
            children.append(at)
        else:
            at = node
        values = {"name": spec.title, "available": max(0, end - position), "needed": size}
        code = problems.NOT_CAPTURED.code if reach >= position + size and reach > end else plan.length_code
        at.problems += (Problem(code, problems.LENGTH_ENDS_INSIDE, values),)

    def number_or_bytes(self, spec: FieldSpec, start: int, end: int) -> Any:
        piece = self.data[start:end]
        return int.from_bytes(piece, "big") if spec.kind == UINT else piece

    # -------------------------------------------------------------------------------------- one field

    def variable(
        self, node: Field, children: list[Field], plan: _Plan, spec: FieldSpec, position: int, end: int, reach: int,
    ) -> tuple[int, bool]:  # fmt: skip
        """A field whose size is given by an earlier one, or which takes the rest."""
        if spec.size == REST:
            stop = end
        else:
            counter = node.child(str(spec.size))
            if counter is None or counter.value is None:
                return position, False
            if counter.value > end - position:
                self.short(node, children, plan, spec, counter.value, position, end, reach)
                return end, False
            stop = position + counter.value
        if spec.kind == ITEMS:
            quiet = spec.significant_when is not None and not _holds(node, spec.significant_when)
            last = reach if spec.size == REST else stop
            self.items(node, children, spec, position, stop, last, quiet)
            return stop, True
        if position == stop and spec.reserved:
            return stop, True
        field = Field(spec, position, stop)
        children.append(field)
        gone = self.missing(position, stop)
        if gone:
            _add(field, problems.NOT_CAPTURED, count=gone)
        if spec.choose and not gone:
            field.children = self.chosen(node, spec, position, stop, reach)
        if not field.children:
            field.value = self.data[position:stop]
            if gone:
                field.value = None
            else:
                self.convert(field, spec, plan)
                if spec.size == REST and reach > end:
                    field.problems = ()  # cut short by the capture: not to be judged
        if plan.length_code == "message.fragment-malformed" and (stop - position) % 2 and reach <= end:
            _add(field, problems.FRAGMENT_ODD, count=stop - position)
        return stop, True

    def chosen(self, node: Field, spec: FieldSpec, start: int, end: int, reach: int) -> Sequence[Field]:
        """The children of a field whose structure its content or an earlier field picks; none where there is none."""
        if spec.choose == "application_information":
            uid = node.child("sop_class_uid")
            side = choose_application_information(uid.value if uid is not None else "", self.answer)
            if side is None or start == end:
                return ()
            return self.structure(side, start, end, end).children
        header = node.child("message_control_header")
        if header is None or header.value is None or not header.value & 1 or self.data[start : start + 4] != bytes(4):
            return ()
        children: list[Field] = []
        whole = bool(header.value & 2) and reach <= end
        holder = Field(COMMAND_SET, start, end)
        self.items(holder, children, COMMAND_SET.fields[0], start, end, end if whole else _FAR, False)
        return children

    def convert(self, field: Field, spec: FieldSpec, plan: _Plan) -> None:
        """Turn the raw value of a leaf into the one its kind asks for, and hold it against the standard."""
        kind, value = spec.kind, field.value
        if kind == UINT:
            if spec.fixed is not None and value != spec.fixed and not spec.reserved:
                if spec.name.endswith("length"):
                    values = {"name": spec.title, "value": value, "fixed": spec.fixed}
                    field.problems += (Problem(plan.length_code, problems.LENGTH_FIXED, values),)
            elif spec.odd and not value & 1:
                _add(field, problems.CONTEXT_ID_EVEN, value=value)
        elif kind == UID or kind == UID_PADDED:
            field.value, field.problems = read_uid(value, kind == UID_PADDED)
        elif kind == AE_TITLE:
            field.value = value.decode("latin-1")
            fault = ae_title_fault(value)
            if fault is not None and (fault is not problems.AE_TITLE_BLANK or spec.size == 16):
                _add(field, fault)
        elif kind == TEXT:
            field.value = value.decode("latin-1")
        elif kind == UTF8:
            field.value = value.decode("utf-8", "backslashreplace")
        elif kind == UINT_LE:
            if spec.name == "value" and len(value) not in (2, 4):
                return
            field.value = int.from_bytes(value, "little")
        elif kind == TAG:
            field.value = _tag(value, 0)
        elif kind == TAGS and len(value) % 4 == 0:
            field.value = tuple(_tag(value, at) for at in range(0, len(value), 4))

    # -------------------------------------------------------------------------------------- sequences of items

    def items(
        self, parent: Field, children: list[Field], spec: FieldSpec, start: int, end: int, reach: int, quiet: bool,
    ) -> None:  # fmt: skip
        """Items one after the other, to the end; they become children of the structure that holds them."""
        dispatch = _dispatch(spec)
        if dispatch.tags:
            self.elements(children, dispatch, start, end, reach)
            return
        data, position = self.data, start
        seen: dict[str, int] = {}
        while position < end:
            if self.budget < 0 or (self.holes and self.missing(position, min(position + 4, end))):
                children.append(Field(_rest_spec(parent.spec), position, end, data[position:end]))
                break
            structure = dispatch.only
            code = data[position]
            if structure is None:
                structure = dispatch.by_code.get(code)
            problem = None
            if structure is None:
                if code in ITEM_CODES:
                    structure = _SECRET_MISPLACED if code in SECRET_ITEM_CODES else MISPLACED_ITEM
                    problem = problems.ITEM_MISPLACED
                else:
                    structure, problem = UNKNOWN_ITEM, problems.ITEM_UNKNOWN
            item = self.structure(structure, position, end, reach)
            if problem is not None:
                _add(item, problem, value=hexadecimal(code))
            if quiet:
                for field in item.walk():
                    field.problems = ()
            children.append(item)
            seen[structure.key] = seen.get(structure.key, 0) + 1
            position = item.end
        if quiet:
            return
        for allowed in spec.allowed:
            count = seen.get(allowed.structure, 0)
            structure = STRUCTURES[allowed.structure]
            if count < allowed.minimum and reach <= end and position >= end and not self.missing(start, end):
                kind: ProblemKind = problems.ITEM_MISSING
            elif allowed.maximum is not None and count > allowed.maximum:
                kind = problems.ITEM_REPEATED
            else:
                continue
            if structure.code is None:
                _add(parent, problems.PDV_MISSING)
            else:
                _add(parent, kind, name=structure.title, value=hexadecimal(structure.code), count=count)

    def elements(self, children: list[Field], dispatch: _Dispatch, start: int, end: int, reach: int) -> None:
        """The elements of a command set: they must stand in the order of their tags, each once."""
        position, previous = start, -1
        while position < end:
            if end - position < 4 or self.budget < 0 or (self.holes and self.missing(position, position + 4)):
                rest = Field(UNDECODED, position, end, self.data[position:end])
                values = {"name": "Tag", "available": end - position, "needed": 4}
                code = problems.NOT_CAPTURED.code if reach > end else problems.COMMAND_ORDER.code
                rest.problems = (Problem(code, problems.LENGTH_ENDS_INSIDE, values),)
                children.append(rest)
                return
            tag = _tag(self.data, position)
            element = self.structure(dispatch.by_code.get(tag, _UNKNOWN_ELEMENT), position, end, reach)
            children.append(element)
            value = element.child("value")
            if tag >> 16:
                _add(element, problems.COMMAND_FOREIGN)
            elif tag < previous:
                _add(element, problems.COMMAND_ORDER)
            elif tag == previous:
                _add(element, problems.COMMAND_REPEATED)
            if value is not None:
                self.element_value(element, value, end, reach)
            position = element.end
            if not tag >> 16:
                previous = max(tag, previous)

    @staticmethod
    def element_value(element: Field, value: Field, end: int, reach: int) -> None:
        """Hold an element's value against its value representation, and the group length against the command set."""
        spec, size = value.spec, value.end - value.start
        assert isinstance(spec, FieldSpec)
        if size % 2:
            _add(value, problems.COMMAND_ODD, count=size)
        needed = 4 if element.spec.title == "Command Group Length" else 2
        if spec.kind == UINT_LE and isinstance(value.value, bytes) or spec.kind == TAGS and size % 4:
            needed = 4 if spec.kind == TAGS else needed
            _add(value, problems.COMMAND_VALUE_SIZE, name=element.spec.title, count=size, needed=needed)
        elif element.name == "command_group_length" and reach <= end and value.value != end - value.end:
            _add(value, problems.COMMAND_GROUP_LENGTH, claimed=value.value, available=end - value.end)


def _rest_spec(structure: FieldSpec | Structure) -> FieldSpec:
    """The undecoded leaf inside a structure: masked where the structure can hold a credential."""
    if isinstance(structure, Structure) and any(spec.secret for spec in structure.fields):
        return _SECRET_REST
    return UNDECODED


def _holds(node: Field, condition: tuple[str, tuple[int, ...]]) -> bool:
    """Whether an earlier field of this structure has one of the values named."""
    name, values = condition
    field = node.child(name)
    return field is not None and field.value in values


# ------------------------------------------------------------------------------------------- values

_AE_TITLE = re.compile(rb"[\x20-\x5b\x5d-\x7e]*")
_UID = re.compile(rb"(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))*")
_UID_CACHE_SIZE = 4096
_uids: dict[tuple[bytes, bool], tuple[str, tuple[Problem, ...]]] = {}


def ae_title_fault(value: bytes) -> ProblemKind | None:
    """What is wrong with an AE title, spaces around it included."""
    if not value.strip(b" "):
        return problems.AE_TITLE_BLANK
    return None if _AE_TITLE.fullmatch(value) else problems.AE_TITLE_MALFORMED


def read_uid(value: bytes, padded: bool) -> tuple[str, tuple[Problem, ...]]:
    """The text of a UID as captured, and what is wrong with it; remembered, for the same few come again and again."""
    known = _uids.get((value, padded))
    if known is None:
        body = value[:-1] if padded and value.endswith(b"\0") and len(value) % 2 == 0 else value
        text = body.decode("latin-1")
        why = _uid_fault(body)
        found: tuple[Problem, ...] = ()
        if why and not (padded and not body):
            kind = problems.UID_MALFORMED
            found = (Problem(kind.code, kind.text, {"why": problems.UID_REASONS[why]}),)
        if len(_uids) >= _UID_CACHE_SIZE:
            _uids.clear()
        known = _uids[value, padded] = (text, found)
    return known


def _uid_fault(value: bytes) -> str:
    if not value:
        return "empty"
    if not _UID.fullmatch(value):
        if value.rstrip(b"\0 ") != value and _UID.fullmatch(value.rstrip(b"\0 ")):
            return "padded"
        if value.strip(b"0123456789."):
            return "characters"
        return "component" if b".." in value or value[:1] == b"." or value[-1:] == b"." else "zero"
    return "long" if len(value) > 64 else ""


def _tag(data: bytes, at: int) -> int:
    """A tag of a command set as one number, group first."""
    return data[at + 1] << 24 | data[at] << 16 | data[at + 3] << 8 | data[at + 2]


# ------------------------------------------------------------------------------------------- what a value means


def meaning(field: Field, parent: Field | None) -> str:
    """What the standard says that a value means, in English; empty where it says nothing.

    `parent` is the field's parent, for values whose meaning depends on an earlier field.
    """
    spec = field.spec
    if isinstance(spec, Structure) or not isinstance(field.value, int):
        return ""
    values = spec.values
    if spec.value_tables is not None and parent is not None:
        key = parent.child(spec.values_by)
        values = spec.value_tables.get(key.value) if key is not None else None
        if values is None:
            return ""
    if spec.bits:
        return ", ".join(
            bit.values[part] if (part := (field.value & bit.mask) // (bit.mask & -bit.mask)) in bit.values
            else f"{bit.title} {hexadecimal(part)}"
            for bit in spec.bits if part_is_told(bit.values, field.value & bit.mask)
        )  # fmt: skip
    if values is None:
        return ""
    return values.get(field.value, "not listed in the standard")


def part_is_told(values: Mapping[int, str], bits: int) -> bool:
    """Reserved bits are only worth a word when they are set."""
    return bits != 0 or len(values) > 1


def is_secret(field: Field, parent: Field | None) -> bool:
    """Whether a leaf holds a credential that is not to be shown."""
    spec = field.spec
    if isinstance(spec, Structure) or not spec.secret:
        return False
    return spec.public_when is None or parent is None or not _holds(parent, spec.public_when)
