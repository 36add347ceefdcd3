"""tshark's reading of a capture, through pyshark, beside ours: PDU by PDU and field by field.

Strategy: the capture is read once by us and once by tshark, with the preferences without which it cannot be compared:
segments out of order are put in order, each port where we recognised DICOM is dissected as DICOM, each tag is a field.
Both readings become the same kind of data, per direction the PDUs and the command sets, each
with its fields by tshark's name and their place. PDUs are paired by their head and frame, command sets by what they
are; then every field is held against the one of the same name at the same place. What differs is looked up among the
known errors of that version of tshark (`known_errors`); what is not found there is unexplained.

Data sets are not compared: of a P-DATA-TF the heads of its fragments, and the command sets.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
from bisect import bisect_right
from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import cache
from typing import Any, NamedTuple

from .decode import Field, decode_command_set, is_secret
from .dimse import Message
from .errors import CaptureFormatError, MissingTool
from .known_errors import KNOWN_ERRORS, KNOWN_VERSIONS, Context, Difference, OurCommand, OurPdu, Version
from .pdu import Pdu
from .reading import Reading, decode_located, sender
from .rules.connections import is_client_hello
from .standard.commands import COMMAND_BY_CODE, ELEMENT_BY_NAME, ELEMENT_BY_TAG, RESPONSE_BIT
from .standard.pdus import PDU_NAMES, STRUCTURES
from .standard.structure import BYTES, TAGS, UID, UID_PADDED, UINT, UINT_LE, Structure
from .standard.tshark import FIELDS, TAG, VALUE_LENGTH, VALUES, row
from .stream import endpoint, ports
from .wiretext import tag_text, visible

PREFERENCES = ("-o", "tcp.reassemble_out_of_order:TRUE", "-o", "dicom.tag_tree:TRUE")
ARGUMENTS = (*PREFERENCES, "-Y", "dicom.pdu.type", "-J", "ip ipv6 tcp dicom")
"""Only frames in which a PDU ends; only the layers that are read here."""
MAXIMUM_ALIGNED = 10_000_000
"""Pairs of command sets that are tried at the most; beyond it, all from the first difference on differs."""
MASKED = "masked"

Direction = tuple[str, str]
"""Sender and receiver as 'ip:port'."""


class Told(NamedTuple):
    """A field as one of the two tells it."""

    row: str
    """The key in `standard.tshark.FIELDS`; 'command.' and the element's name for one of a command set."""
    title: str
    start: int
    end: int
    kind: str
    value: Any
    """In the same terms on both sides: int, or text without padding."""
    raw: str
    """Its bytes in hexadecimal."""
    secret: bool = False


Place = tuple[str, int]
"""tshark's name of a field, and where it starts in its PDU or command set."""


class TheirPdu(NamedTuple):
    """A PDU as tshark tells it."""

    pdu_type: int
    length: int
    frame: int
    fields: dict[Place, Any]
    """pyshark's field, by name and place."""


class TheirCommand(NamedTuple):
    """A command set as tshark tells it: its elements by their place, each its tag, length and value (bytes in
    hexadecimal, and as shown)."""

    key: CommandKey
    frame: int
    elements: dict[int, tuple[int, int, str, str]]


class CommandKey(NamedTuple):
    """What a message is told apart by."""

    field: int
    message_id: int | None
    """Of a response: the one responded to; of a C-CANCEL-RQ: the one being cancelled."""
    status: int | None

    def __str__(self) -> str:
        known = COMMAND_BY_CODE.get(self.field)
        name = known.name if known else f"{self.field:04X}H"
        status = "" if self.status is None else f" {self.status:04X}H"
        return f"{name} {'?' if self.message_id is None else self.message_id}{status}"


class Ours:
    """Our reading of a capture."""

    def __init__(self, path: str, port_numbers: Iterable[int] = ()) -> None:
        self.pdus: dict[Direction, list[OurPdu]] = defaultdict(list)
        self.commands: dict[Direction, list[OurCommand]] = defaultdict(list)
        self.server_ports = set(port_numbers)
        messages: list[Message] = []
        self._open_elements: set[int] = set()
        """The messages whose data set ends inside an element, by identity."""
        with Reading(path, ports=port_numbers, keep_bytes=True) as reading:
            for each in reading:
                if isinstance(each, Pdu):
                    self._pdu(each)
                elif isinstance(each, Message) and each.command_field is not None:
                    if _has_open_element(each):
                        self._open_elements.add(id(each))
                    each.data = []  # data sets are not compared
                    messages.append(each)
        for pdus in self.pdus.values():
            pdus.sort(key=lambda pdu: (pdu.connection, pdu.start))  # ports may be used again
        starts = {way: [(pdu.connection, pdu.start) for pdu in pdus] for way, pdus in self.pdus.items()}
        open_element: set[int] = set()
        for message in messages:
            after = message.association.number in open_element
            self._command(message, starts, after)
            open_element.discard(message.association.number)
            if id(message) in self._open_elements:
                open_element.add(message.association.number)

    def _pdu(self, pdu: Pdu) -> None:
        address = pdu.stream.address  # type: ignore[attr-defined]
        connection = pdu.stream.connection  # type: ignore[attr-defined]
        self.server_ports.add(ports(connection.server.address)[0])
        root = decode_located(pdu)
        self.pdus[endpoint(address), endpoint(address, False)].append(OurPdu(
            None if pdu.nonsense else pdu.pdu_type, pdu.length, pdu.start, pdu.end, pdu.first_frame, pdu.last_frame,
            connection.number, pdu.association, pdu.number, sender(pdu) if pdu.roles_known else None,
            tuple((each.context_id, each.header, each.length) for each in pdu.fragments), bool(pdu.missing),
            bool(pdu.missing or pdu.stream.missed), pdu.complete, pdu.length_wrong,
            frozenset(problem.code for _, problem in root.all_problems()), pdu.resumed_after >= 0,
            {} if pdu.nonsense else _our_fields(root, pdu.body or b""),
            is_client_hello(connection.client.first_bytes),
        ))  # fmt: skip

    def _command(self, message: Message, starts: dict[Direction, list[tuple[int, int]]], after: bool) -> None:
        of = message.association
        direction = (of.client, of.server) if message.from_requestor else (of.server, of.client)
        at = bisect_right(starts[direction], (of.connection.number, message.start)) - 1
        assert message.command_field is not None
        self.commands[direction].append(OurCommand(
            CommandKey(message.command_field, message.message_id, message.status_code), at, message.context_id,
            message.transfer_syntax, of.number, message.number, self.pdus[direction][at].sender, message.first_frame,
            message.command_set, message.fault is not None, _last_of_command(self.pdus[direction], at),
            after,
        ))  # fmt: skip


def _has_open_element(message: Message) -> bool:
    """Whether a data set cannot be read to its end; of a long one that is not looked for."""
    if not 0 < message.data_set_bytes <= MAXIMUM_READ:
        return False
    from .dataset import annotate_data_set

    root = annotate_data_set(b"".join(message.data), message.transfer_syntax)
    return any(problem.code == MALFORMED for _, problem in root.all_problems())


def _last_of_command(pdus: Sequence[OurPdu], at: int) -> int:
    """The index of the PDU with the last fragment of a command set that starts in the one at `at`."""
    last = COMMAND_FRAGMENT | LAST_FRAGMENT
    ends = (index for index in range(at, min(at + MAXIMUM_FRAGMENTS, len(pdus)))
            if any(header & last == last for _, header, _ in pdus[index].fragments))  # fmt: skip
    return next(ends, at)


def _our_fields(root: Field, body: bytes) -> dict[Place, Told]:
    """The fields of a PDU that tshark has names for."""
    found: dict[Place, Told] = {}

    def below(field: Field, parent: Field | None, structure: Structure | None) -> None:
        if isinstance(field.spec, Structure):
            structure, parent = field.spec, field
        elif field.value is not None:
            key = row(structure, field.spec)
            if key is not None:
                found[FIELDS[key], field.start] = Told(
                    key, field.spec.title, field.start, field.end, field.spec.kind, _our_value(field),
                    body[field.start : field.end].hex(), is_secret(field, parent),
                )  # fmt: skip
        for child in field.children:
            below(child, parent, structure)

    below(root, None, None)
    return found


def _our_value(field: Field) -> Any:
    """A value in the terms of a comparison."""
    value = field.value
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if isinstance(value, tuple):
        value = ", ".join(map(tag_text, value))
    return value.strip(PADDING) if isinstance(value, str) else value


PADDING = " \0"
MALFORMED = "data-set.malformed"
MAXIMUM_READ = 65536
"""Bytes of a data set that is read for where it ends."""
COMMAND_FRAGMENT, LAST_FRAGMENT = 1, 2
MAXIMUM_FRAGMENTS = 1000
"""PDUs that are looked through for the last fragment of a command set."""

# ------------------------------------------------------------------------------------------------ tshark


def version() -> Version:
    """The version of tshark that is installed. Raises `MissingTool` when there is none, or no pyshark."""
    return _version(tshark_path())


def tshark_path() -> str:
    """Where tshark is. Raises `MissingTool`."""
    found = shutil.which("tshark")
    if found is None:
        raise MissingTool("tshark is not installed: no second opinion can be asked for (apt-get install tshark)")
    return found


@cache
def _version(path: str) -> Version:
    told = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"(\d+)\.(\d+)", told)
    return (int(found[1]), int(found[2])) if found else (0, 0)


class Theirs:
    """tshark's reading of a capture, with every one of the ports taken for DICOM."""

    def __init__(self, path: str, port_numbers: Iterable[int]) -> None:
        self.pdus: dict[Direction, list[TheirPdu]] = defaultdict(list)
        self.commands: dict[Direction, list[TheirCommand]] = defaultdict(list)
        connections: dict[Direction, dict[int, tuple[list[TheirPdu], list[TheirCommand]]]] = defaultdict(dict)
        for packet in _packets(path, port_numbers):
            pdus, commands = connections[_direction(packet)].setdefault(int(packet.tcp.stream), ([], []))
            for layer in packet.get_multiple_layers("dicom"):
                if layer.get_field("dicom.pdu.type") is not None:
                    pdus.append(_their_pdu(layer, int(packet.number)))
                    commands += _their_commands(layer, int(packet.number))
        for direction, numbered in connections.items():
            for _, (pdus, commands) in sorted(numbered.items()):  # ports may be used again
                self.pdus[direction] += pdus
                self.commands[direction] += commands


def _packets(path: str, port_numbers: Iterable[int]) -> Iterator[Any]:
    """The frames in which tshark sees a PDU end, as pyshark gives them. pyshark needs an event loop of its own, and
    kills tshark as soon as its output has ended, so that a run that went well may be taken for a crash: it is let end
    by itself."""
    try:
        import pyshark
    except ImportError:
        what = "pyshark is not installed: no second opinion can be asked for (pip install pyshark)"
        raise MissingTool(what) from None

    class Capture(pyshark.FileCapture):  # type: ignore[misc]
        status: int | None = None

        async def _cleanup_subprocess(self, process: asyncio.subprocess.Process) -> None:
            if not self._eof_reached and process.returncode is None:
                process.kill()
            self.status = await process.wait()

    loop = asyncio.new_event_loop()
    try:
        packets = Capture(
            path, keep_packets=False, eventloop=loop, custom_parameters=list(ARGUMENTS), tshark_path=tshark_path(),
            decode_as={f"tcp.port=={number}": "dicom" for number in port_numbers},
        )  # fmt: skip
        with packets:
            yield from packets
    finally:
        loop.close()
    complaint = packets._last_error_line or ""
    if packets.status != 0 and "cut short" not in complaint:
        raise CaptureFormatError(f"{path}: tshark could not read it (status {packets.status}): {visible(complaint)}")


def _direction(packet: Any) -> Direction:
    """'ip:port' of the sender and of the receiver, by the innermost IP header."""
    network = [layer for layer in packet.layers if layer.layer_name in ("ip", "ipv6")][-1]
    source, destination = (f"[{each}]" if ":" in each else str(each) for each in (network.src, network.dst))
    return f"{source}:{packet.tcp.srcport}", f"{destination}:{packet.tcp.dstport}"


def _all(layer: Any, name: str) -> list[Any]:
    container = layer.get_field(name)
    return [] if container is None else list(container.all_fields)


_NAMES = tuple(dict.fromkeys(FIELDS.values()))


def _their_pdu(layer: Any, frame: int) -> TheirPdu:
    head, length = _all(layer, "dicom.pdu.type")[0], _all(layer, "dicom.pdu.len")
    start = int(head.pos)
    fields = {(name, int(each.pos) - start): each for name in _NAMES for each in _all(layer, name)}
    return TheirPdu(int(head.show, 16), int(length[0].show) if length else -1, frame, fields)


def _their_commands(layer: Any, frame: int) -> Iterator[TheirCommand]:
    """The command sets that tshark shows in a PDU. pyshark gives the fields by name, each list in the order of the
    bytes; so what belongs to a tag is found by its place: the length 4 bytes after it, the value 8. A set ends where
    the tags do not go up, or at a tag of another group."""
    values = {name: deque(_all(layer, name)) for name in (VALUE_LENGTH, *VALUES)}
    elements: dict[int, tuple[int, int, str, str]] = {}
    base, last = 0, -1
    for each in _all(layer, TAG):
        tag, place = int(each.show, 16), int(each.pos)
        if tag > 0xFFFF or tag <= last:
            yield from _their_command(elements, frame)
            elements, last = {}, -1
        if tag > 0xFFFF:
            continue
        base, last = place if not elements else base, tag
        length = _take(values[VALUE_LENGTH], place + 4)
        size = int(length.show) if length is not None else -1
        elements[place - base] = (tag, size, *_their_element(values, place + 8, size))
    yield from _their_command(elements, frame)


def _their_element(values: dict[str, deque[Any]], place: int, size: int) -> tuple[str, str]:
    """The value of an element at a place: its bytes in hexadecimal, and as shown. Of a list each value is a field."""
    for name in VALUES:
        value = _take(values[name], place)
        if value is not None:
            found = [value]
            while values[name] and found[-1].pos != values[name][0].pos and int(values[name][0].pos) < place + size:
                found.append(values[name].popleft())
            return "".join(each.raw_value or "" for each in found), ", ".join(each.show or "" for each in found)
    return "", ""


def _take(fields: deque[Any], place: int) -> Any:
    """The next field at a place; those before it are done with. Where there is none, nothing is taken."""
    at = next((index for index, each in enumerate(fields) if int(each.pos) == place), None)
    if at is None:
        return None
    for _ in range(at):
        fields.popleft()
    return fields.popleft()


def _their_command(elements: dict[int, tuple[int, int, str, str]], frame: int) -> Iterator[TheirCommand]:
    """A command set, if tshark shows what command it is."""
    numbers = {tag: show for tag, _, _, show in elements.values()}

    def number(name: str) -> int | None:
        shown = numbers.get(ELEMENT_BY_NAME[name].tag, "")
        return int(shown) if shown.isdecimal() else None

    field = number("command_field")
    if field is None:
        return
    own = None if field & RESPONSE_BIT else number("message_id")
    message_id = own if own is not None else number("message_id_being_responded_to")
    yield TheirCommand(CommandKey(field, message_id, number("status")), frame, elements)


def _their_value(kind: str, shown: str) -> Any:
    """What tshark shows, in the terms of a comparison. It writes the name of a UID before or behind it."""
    if kind in (UINT, UINT_LE):
        try:
            return int(shown, 0)
        except ValueError:
            return shown
    if kind in (UID, UID_PADDED):
        if found := re.fullmatch(r"([\d.]+) \(.*\)|.*\(([\d.]+)\)", shown):
            return found[1] or found[2]
    return shown.strip(PADDING)


# ------------------------------------------------------------------------------------------------ side by side


class Count(NamedTuple):
    """How often a row was compared, and with what outcome."""

    agree: int = 0
    known: int = 0
    unexplained: int = 0


class Comparison:
    """Both readings of a capture, and where they differ.

    Arguments: `path`, a capture file; `port_numbers`, ports to take for DICOM besides those recognised;
    `show_secrets`, whether credentials may stand in the differences. Raises `MissingTool` without tshark or pyshark,
    `CaptureFormatError` when either cannot read the file.
    """

    def __init__(self, path: str, port_numbers: Iterable[int] = (), show_secrets: bool = False) -> None:
        self.path = path
        self.version = version()
        self.version_is_known = self.version in KNOWN_VERSIONS
        self.show_secrets = show_secrets
        self.differences: list[Difference] = []
        self.agreed: Counter[str] = Counter()
        self.titles: dict[str, str] = {PDU: PDU, COMMAND: COMMAND}
        ours = Ours(path, port_numbers)
        theirs = Theirs(path, sorted(ours.server_ports))
        self.server_ports = sorted(ours.server_ports)
        for direction in sorted(ours.pdus.keys() | theirs.pdus.keys()):
            self._direction(ours, theirs, direction)
        self.differences.sort(key=_worst_first)

    def _direction(self, ours: Ours, theirs: Theirs, direction: Direction) -> None:
        """The PDUs and the command sets of one direction."""
        our_pdus, their_pdus = ours.pdus.get(direction, []), theirs.pdus.get(direction, [])
        others = ours.pdus.get((direction[1], direction[0]), [])
        pairs = paired(
            [(each.pdu_type, each.length) for each in our_pdus], [(each.pdu_type, each.length) for each in their_pdus],
            [each.last_frame for each in our_pdus], [each.frame for each in their_pdus],
        )  # fmt: skip
        told = frozenset(one for one, other in pairs if one is not None and other is not None)
        for one, other in pairs:
            our = our_pdus[one] if one is not None else None
            their = their_pdus[other] if other is not None else None
            context = _Where(self, our_pdus, -1 if one is None else one, told, our, others, their.frame if their else 0)
            if our is not None and their is not None:
                self.agreed[PDU] += 1
                self._fields(context, our.fields, their.fields)
            else:
                context.differ(PDU, PDU, None, _pdu_text(our), _pdu_text(their))
        our_commands, their_commands = ours.commands.get(direction, []), theirs.commands.get(direction, [])
        pairs = paired(
            [each.key for each in our_commands], [each.key for each in their_commands],
            [our_pdus[each.last_pdu].last_frame for each in our_commands], [each.frame for each in their_commands],
        )  # fmt: skip
        for one, other in pairs:
            command = our_commands[one] if one is not None else None
            answer = their_commands[other] if other is not None else None
            at = -1 if command is None else command.pdu
            our = our_pdus[at] if at >= 0 else None
            context = _Where(self, our_pdus, at, told, our, others, answer.frame if answer else 0, command)
            if command is not None and answer is not None:
                self.agreed[COMMAND] += 1
                self._elements(context, command, answer)
            else:
                context.differ(COMMAND, COMMAND, None, None if command is None else str(command.key),
                               None if answer is None else str(answer.key))  # fmt: skip

    def _fields(self, context: _Where, ours: dict[Place, Told], theirs: dict[Place, Any]) -> None:
        """The fields of a PDU that both tell."""
        for place in sorted(ours.keys() | theirs.keys(), key=lambda place: (place[1], place[0])):
            told, shown = ours.get(place), theirs.get(place)
            if told is None:
                key, title, secret = _ROWS[place[0]]
                context.differ(key, title, place[1], None, visible(theirs[place].show or ""), secret)
                continue
            value = None if shown is None else _their_value(told.kind, shown.show or "")
            if shown is not None and value == told.value and (shown.raw_value or "") == told.raw:
                self.agreed[told.row] += 1
                self.titles.setdefault(told.row, told.title)
            else:
                same = shown is not None and (shown.raw_value or "") == told.raw
                context.differ(told.row, told.title, place[1], _text(told.value),
                               None if value is None else _text(value), told.secret, same)  # fmt: skip

    def _elements(self, context: _Where, command: OurCommand, answer: TheirCommand) -> None:
        """The elements of a command set that both tell: tag, length, bytes and what is shown of the value."""
        data = command.command_set
        ours = {}
        for element in decode_command_set(data, cut=command.incomplete).walk():
            tag, length, value = (element.child(name) for name in ("tag", "value_length", "value"))
            if tag is not None and length is not None:
                ours[element.start] = (tag.value, length.value, value, element)
        for place in sorted(ours.keys() | answer.elements.keys()):
            our, their = ours.get(place), answer.elements.get(place)
            number = our[0] if our is not None else their[0] if their is not None else 0
            known = ELEMENT_BY_TAG.get(number)
            key = f"command.{known.name}" if known else "command.unknown_element"
            title = known.title if known else tag_text(number)
            value, same = None if our is None or our[2] is None else our[2], False
            if our is not None and their is not None and our[:2] == their[:2]:
                raw = data[value.start : value.end].hex() if value is not None else ""
                kind = value.spec.kind if value is not None and not isinstance(value.spec, Structure) else BYTES
                shown = _their_value(kind, their[3])
                same = raw == their[2]
                is_same = same and (value is None or kind in (TAGS, BYTES) or _our_value(value) == shown)
                if is_same:
                    self.agreed[key] += 1
                    self.titles.setdefault(key, title)
                    continue
            context.differ(
                key, title, place, None if our is None else _text("" if value is None else _our_value(value)),
                None if their is None else _text(their[3]), same_bytes=same,
            )  # fmt: skip

    @property
    def unexplained(self) -> int:
        """How many differences no known error explains."""
        return sum(each.known is None for each in self.differences)

    @property
    def known(self) -> Counter[str]:
        """How many differences each known error explains, by its name."""
        return Counter(each.known.name for each in self.differences if each.known is not None)

    def counts(self) -> dict[str, Count]:
        """Per row: how often both tell the same, and how often they do not."""
        return counted(self.agreed, self.differences)


def counted(agreed: Counter[str], differences: Iterable[Difference]) -> dict[str, Count]:
    """The counts per row, in the order of PDUs, command sets, and what stands in them."""
    known: Counter[str] = Counter()
    unexplained: Counter[str] = Counter()
    for each in differences:
        (unexplained if each.known is None else known)[each.row] += 1
    rows = {PDU: 0, COMMAND: 0, **FIELDS, **dict.fromkeys(sorted({*agreed, *known, *unexplained}))}
    return {key: Count(agreed[key], known[key], unexplained[key]) for key in rows
            if agreed[key] or known[key] or unexplained[key]}  # fmt: skip


def agreement(comparisons: Iterable[Comparison]) -> dict[str, Count]:
    """The counts per row over many captures: the figures of the documentation."""
    agreed: Counter[str] = Counter()
    differences: list[Difference] = []
    for each in comparisons:
        agreed += each.agreed
        differences += each.differences
    return counted(agreed, differences)


PDU, COMMAND = "pdu", "command"


class _Where(NamedTuple):
    """The place of a difference, so that it can be told and explained."""

    comparison: Comparison
    pdus: Sequence[OurPdu]
    at: int
    told: frozenset[int]
    pdu: OurPdu | None
    others: Sequence[OurPdu]
    frame: int
    command: OurCommand | None = None

    def differ(
        self, key: str, title: str, start: int | None, ours: str | None, tshark: str | None, secret: bool = False,
        same_bytes: bool = False,
    ) -> None:  # fmt: skip
        """Note a difference, with the known error that explains it, if one does."""
        if secret and not self.comparison.show_secrets:
            ours, tshark = (None if each is None else MASKED for each in (ours, tshark))
        pdu, command = self.pdu, self.command
        frame = self.frame or (command.first_frame if command else pdu.first_frame if pdu else 0)
        difference = Difference(
            key, title, pdu.association if pdu else None, pdu.number if pdu else None,
            command.message if command else None, pdu.sender if pdu else None, frame, start, ours, tshark,
            same_bytes,
        )  # fmt: skip
        context = Context(difference, self.pdus, self.at, self.told, self.others, command)
        difference.known = next((each for each in KNOWN_ERRORS if each.first <= self.comparison.version <= each.last
                                 and each.is_it(context)), None)  # fmt: skip
        self.comparison.differences.append(difference)
        self.comparison.titles.setdefault(key, title)


def _worst_first(difference: Difference) -> tuple[Any, ...]:
    """Unexplained before explained, whole PDUs before command sets before fields, then by frame."""
    size = {PDU: 0, COMMAND: 1}.get(difference.row, 2)
    return difference.known is not None, size, difference.frame, difference.start or 0


def _pdu_text(pdu: OurPdu | TheirPdu | None) -> str | None:
    """'P-DATA-TF, 74 bytes'"""
    if pdu is None:
        return None
    return f"{PDU_NAMES.get(pdu.pdu_type or 0, 'unknown')} {pdu.length}"


def _text(value: Any) -> str:
    return visible(str(value))


def _rows() -> dict[str, tuple[str, str, bool]]:
    """tshark's name -> the row that it tells, its title, and whether it may hold a credential."""
    found: dict[str, tuple[str, str, bool]] = {}
    for structure in STRUCTURES.values():
        for spec in structure.fields:
            key = row(structure, spec)
            if key is not None:
                found.setdefault(FIELDS[key], (key, spec.title, spec.secret))
    return {name: found.get(name, (key, key, True)) for key, name in FIELDS.items()}


_ROWS = _rows()


def paired(
    ours: Sequence[Hashable], theirs: Sequence[Hashable], our_frames: Sequence[int] = (),
    their_frames: Sequence[int] = (),
) -> list[tuple[int | None, int | None]]:  # fmt: skip
    """Which one of ours is which one of theirs, by index; None where the other has none. First those that are alike and
    in the same frame, if frames are given; what is left is paired in order."""
    found: list[tuple[int | None, int | None]] = []
    left = list(range(len(theirs)))
    rest = list(range(len(ours)))
    if our_frames:
        waiting: dict[tuple[Hashable, int], deque[int]] = defaultdict(deque)
        for index, key in enumerate(theirs):
            waiting[key, their_frames[index]].append(index)
        rest = []
        for index, key in enumerate(ours):
            same = waiting[key, our_frames[index]]
            if same:
                found.append((index, same.popleft()))
            else:
                rest.append(index)
        left = sorted(index for each in waiting.values() for index in each)
    first = 0
    while first < min(len(rest), len(left)) and ours[rest[first]] == theirs[left[first]]:
        found.append((rest[first], left[first]))
        first += 1
    rest, left = rest[first:], left[first:]
    if rest and left and len(rest) * len(left) <= MAXIMUM_ALIGNED:
        matcher = SequenceMatcher(None, [ours[each] for each in rest], [theirs[each] for each in left], False)
        for one, other, size in reversed(matcher.get_matching_blocks()):
            found += zip(rest[one : one + size], left[other : other + size], strict=True)
            del rest[one : one + size], left[other : other + size]
    found += [(index, None) for index in rest] + [(None, index) for index in left]
    return sorted(found, key=lambda pair: (pair[0] is None, pair[0] or 0, pair[1] or 0))
