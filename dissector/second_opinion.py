"""tshark's reading of a capture, through pyshark, beside ours: PDU by PDU and field by field.

Strategy: a first, quick reading finds the ports where DICOM is spoken. Then the capture is read by us and by tshark at
the same time, with the preferences without which it cannot be compared: segments out of order are put in order, each of
those ports is dissected as DICOM, each tag is a field. Both readings become the same kind of data, per direction the
PDUs and the command sets, each with its fields by tshark's name and their place. PDUs are paired by their head and
frame, command sets by what they are; then every field is held against the one of the same name at the same place. What
differs is looked up among the known errors of that version of tshark (`known_errors`); what is not found there is
unexplained.

What both have told alike up to some frame is compared then and let go of, and so is what has ended: memory follows what
is open or differs, not the capture.

Data sets are not compared: of a P-DATA-TF the heads of its fragments, and the command sets.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import warnings
from bisect import bisect_right
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Generator, Hashable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from difflib import SequenceMatcher
from functools import cache, partial
from typing import Any, NamedTuple

from .capture import Capture
from .decode import Field, decode_command_set, is_secret
from .dimse import Message
from .errors import CaptureFormatError, MissingTool
from .known_errors import (
    KNOWN_ERRORS, KNOWN_VERSIONS, RECENT_PDUS, UNCOMPRESSED, Context, Difference, OurCommand, OurPdu, Version, lasting,
)  # fmt: skip
from .pdu import Pdu
from .reading import Reading, decode_located, sender
from .rules.connections import is_client_hello
from .standard import datasets
from .standard.commands import COMMAND_BY_CODE, ELEMENT_BY_NAME, ELEMENT_BY_TAG, RESPONSE_BIT
from .standard.pdus import PDU_NAMES, STRUCTURES
from .standard.structure import BYTES, TAGS, UID, UID_PADDED, UINT, UINT_LE, Structure
from .standard.tshark import FIELDS, TAG, VALUE_LENGTH, VALUES, row
from .stream import Connection, endpoint, ports
from .wiretext import tag_text, visible

PREFERENCES = ("-o", "tcp.reassemble_out_of_order:TRUE", "-o", "dicom.tag_tree:TRUE")
ARGUMENTS = (*PREFERENCES, "-Y", "dicom.pdu.type", "-J", "ip ipv6 tcp dicom")
"""Only frames in which a PDU ends; only the layers that are read here."""
MAXIMUM_ALIGNED = 10_000_000
"""Pairs of command sets that are tried at the most; beyond it, all from the first difference on differs."""
MASKED = "masked"
HELD_PDUS = 4000
"""So many PDUs are held before it is looked which of them can be compared."""
KEPT_OF_DATA_SET = 65536
"""So much of each data set is kept to explain what tshark makes of the command set after it."""
UNKNOWN_VRS = ("SV", "UV", "OV")
"""Those of PS3.5 6.2 that tshark does not know."""
ENDS_INSIDE = frozenset(
    each.text for each in (datasets.ENDS_INSIDE, datasets.LENGTH_OVERRUNS, datasets.NOT_ENDED, datasets.VR_INVALID)
)
QUIET_FRAMES = 2000
"""A connection that ended so many frames ago is compared, whatever both told of it."""

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


class Held:
    """What both tell of one direction, as far as it has not been compared yet."""

    def __init__(self) -> None:
        self.pdus: list[OurPdu] = []
        self.messages: list[tuple[CommandKey, Message]] = []
        self.theirs: dict[int, tuple[list[TheirPdu], list[TheirCommand]]] = {}
        """By tshark's number of the TCP stream."""
        self.lasting: dict[Hashable, OurPdu] = {}
        """What has been compared, but explains what tshark does later: one PDU for each reason."""
        self.recent: deque[OurPdu] = deque(maxlen=RECENT_PDUS)
        """The last ones that have been compared."""

    def in_order(self) -> tuple[list[OurPdu], list[TheirPdu], list[TheirCommand]]:
        """Connection after connection (ports may be used again), each from its beginning."""
        self.pdus.sort(key=lambda pdu: (pdu.connection, pdu.start))
        theirs = [each for _, each in sorted(self.theirs.items())]
        return self.pdus, [pdu for pdus, _ in theirs for pdu in pdus], [one for _, some in theirs for one in some]

    def commands(self) -> list[OurCommand]:
        """Our command sets, beside the PDUs in order."""
        if not self.pdus:
            return []
        starts = [(pdu.connection, pdu.start) for pdu in self.pdus]
        found = []
        for key, message in self.messages:
            of = message.association
            at = max(bisect_right(starts, (of.connection.number, message.start)) - 1, 0)
            found.append(OurCommand(
                key, at, message.context_id, message.transfer_syntax, of.number, message.number, self.pdus[at].sender,
                message.first_frame, message.command_set, message.fault is not None, _last_of_command(self.pdus, at),
                message.last_frame, partial(_is_odd, message.transfer_syntax, b"".join(message.data)),
            ))  # fmt: skip
        return found

    def is_alike(self) -> bool:
        """Whether both tell the same PDUs and command sets, and none of these is unfinished."""
        pdus, their_pdus, their_commands = self.in_order()
        fragments = [(context_id, header) for pdu in pdus for context_id, header, _ in pdu.fragments]
        finished = sum(header & LAST_OF_COMMAND == LAST_OF_COMMAND for _, header in fragments)
        return (
            finished == len(self.messages) and all(header & LAST_FRAGMENT for header in dict(fragments).values())
            and [(each.pdu_type, each.length) for each in pdus] == [(each.pdu_type, each.length) for each in their_pdus]
            and [key for key, _ in self.messages] == [each.key for each in their_commands]
        )  # fmt: skip

    def let_go(self) -> None:
        """All of it has been compared."""
        for pdu in self.pdus:
            for key in lasting(pdu):
                self.lasting.setdefault(key, pdu._replace(fields={}))
        self.recent += [pdu._replace(fields={}) for pdu in self.pdus[-RECENT_PDUS:]]
        self.pdus, self.messages, self.theirs = [], [], {}

    @property
    def earlier(self) -> list[OurPdu]:
        """What has been compared, as far as it is kept."""
        return [*self.lasting.values(), *self.recent]

    def __len__(self) -> int:
        return len(self.pdus) + sum(len(pdus) for pdus, _ in self.theirs.values())


class Conversation:
    """Both directions between two endpoints."""

    def __init__(self) -> None:
        self.held: dict[Direction, Held] = defaultdict(Held)
        self.connections: dict[int, Connection] = {}
        """Those that PDUs belong to, by our number."""
        self.last: dict[tuple[int, int], OurCommand] = {}
        """Of what has been compared, the last message of each association and context."""

    def has_ended(self, frame: int) -> bool:
        """Whether nothing is to come any more."""
        ends = [each.ended_frame for each in self.connections.values()]
        return bool(ends) and all(0 < end < frame - QUIET_FRAMES for end in ends)


def _our_pdu(pdu: Pdu) -> OurPdu:
    connection = pdu.stream.connection  # type: ignore[attr-defined]
    root = decode_located(pdu)
    return OurPdu(
        None if pdu.nonsense else pdu.pdu_type, pdu.length, pdu.start, pdu.end, pdu.first_frame, pdu.last_frame,
        connection.number, pdu.association, pdu.number, sender(pdu) if pdu.roles_known else None,
        tuple((each.context_id, each.header, each.length) for each in pdu.fragments), bool(pdu.missing),
        bool(pdu.missing or pdu.stream.missed), pdu.complete, pdu.length_wrong,
        frozenset(problem.code for _, problem in root.all_problems()), pdu.resumed_after >= 0,
        {} if pdu.nonsense else _our_fields(root, pdu.body or b""), is_client_hello(connection.client.first_bytes),
    )  # fmt: skip


def _is_odd(transfer_syntax: str | None, data: bytes) -> bool:
    """Whether tshark ends inside an element of a data set, by what is kept of that."""
    from .dataset import Element, annotate_data_set

    if not data or transfer_syntax is None:
        return False
    if transfer_syntax not in UNCOMPRESSED:
        return True
    for field in annotate_data_set(data, transfer_syntax, cut=len(data) >= KEPT_OF_DATA_SET).walk():
        if isinstance(field, Element) and field.head.vr in UNKNOWN_VRS:
            return True
        if any(problem.text in ENDS_INSIDE for problem in field.problems):
            return True
    return False


def server_ports(path: str, port_numbers: Iterable[int] = ()) -> list[int]:
    """The TCP ports of a capture where DICOM is spoken, and those given."""
    found = set(port_numbers)
    with Reading(path, ports=found) as reading:
        found = {ports(pdu.stream.connection.server.address)[0] for pdu in reading.pdus()}  # type: ignore[attr-defined]
    return sorted(found.union(port_numbers))


def _last_of_command(pdus: Sequence[OurPdu], at: int) -> int:
    """The index of the PDU with the last fragment of a command set that starts in the one at `at`."""
    ends = (index for index in range(at, min(at + MAXIMUM_FRAGMENTS, len(pdus)))
            if any(header & LAST_OF_COMMAND == LAST_OF_COMMAND for _, header, _ in pdus[index].fragments))  # fmt: skip
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
LAST_FRAGMENT, LAST_OF_COMMAND = 2, 3
"""Bits of a message control header (PS3.8 E.2)."""
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


def _packets(path: str, port_numbers: Iterable[int]) -> Generator[Any, None, None]:
    """The frames in which tshark sees a PDU end, as pyshark gives them. pyshark needs an event loop of its own, and
    kills tshark as soon as its output has ended, so that a run that went well may be taken for a crash: it is let end
    by itself."""

    class FileCapture(_pyshark().FileCapture):  # type: ignore[misc]
        status: int | None = None

        def _created_new_process(self, parameters: Any, process: asyncio.subprocess.Process, **_: Any) -> None:
            self._running_processes.add(process)  # and no exception when it has ended already

        async def _cleanup_subprocess(self, process: asyncio.subprocess.Process) -> None:
            if not self._eof_reached:
                process._transport.close()  # type: ignore[attr-defined]  # kills; with unread output `wait` would hang
            self.status = await process.wait()

    loop = asyncio.new_event_loop()
    # What is left undone after Ctrl-C is nobody's concern.
    loop.set_exception_handler(lambda *_: None)
    warnings.filterwarnings("ignore", r"coroutine '\w+\.get_packets_from_stream' was never awaited", RuntimeWarning)
    try:
        packets = FileCapture(
            path, keep_packets=False, eventloop=loop, custom_parameters=list(ARGUMENTS), tshark_path=tshark_path(),
            decode_as={f"tcp.port=={number}": "dicom" for number in port_numbers},
        )  # fmt: skip
        with packets:
            yield from packets
    except RuntimeError as error:
        if not _interrupted(error):
            raise
        # Where Ctrl-C stopped the loop itself, what pyshark does in it afterwards fails.
        raise KeyboardInterrupt from None
    finally:
        loop.close()
    complaint = packets._last_error_line or ""
    if packets.status != 0 and "cut short" not in complaint:
        what = f"{path}: tshark could not read it (status {packets.status})"
        raise CaptureFormatError(f"{what}: {visible(complaint)}" if complaint else what)


def _interrupted(error: BaseException | None) -> bool:
    """Whether Ctrl-C came before whatever went wrong then."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None


def _pyshark() -> Any:
    """The module. Raises `MissingTool`."""
    try:
        import pyshark
    except ImportError:
        what = "pyshark is not installed: no second opinion can be asked for (pip install pyshark)"
        raise MissingTool(what) from None
    return pyshark


def _direction(packet: Any) -> Direction:
    """'ip:port' of the sender and of the receiver, by the innermost IP header."""
    network = [layer for layer in packet.layers if layer.layer_name in ("ip", "ipv6")][-1]
    source, destination = (f"[{each}]" if ":" in each else str(each) for each in (network.src, network.dst))
    return f"{source}:{packet.tcp.srcport}", f"{destination}:{packet.tcp.dstport}"


def _all(layer: Any, name: str) -> list[Any]:
    container = layer._all_fields.get(name)  # `get_field` tries every spelling of a name that is not there: slow
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
    `show_secrets`, whether credentials may stand in the differences; `progress`, what surrounds the reading of the open
    capture. Raises `MissingTool` without tshark or pyshark, `CaptureFormatError` when either cannot read the file.
    """

    def __init__(
        self, path: str, port_numbers: Iterable[int] = (), show_secrets: bool = False,
        progress: Callable[[Capture], AbstractContextManager[None]] = lambda _: nullcontext(),
    ) -> None:  # fmt: skip
        self.path = path
        self.version = version()
        self.version_is_known = self.version in KNOWN_VERSIONS
        self.show_secrets = show_secrets
        self.differences: list[Difference] = []
        self.agreed: Counter[str] = Counter()
        self.titles: dict[str, str] = {PDU: PDU, COMMAND: COMMAND}
        self._conversations: dict[tuple[str, ...], Conversation] = defaultdict(Conversation)
        _pyshark()
        self.server_ports = server_ports(path, port_numbers)
        with (
            Reading(path, ports=port_numbers, keep_bytes=True) as reading, progress(reading.capture),
            closing(_packets(path, self.server_ports)) as packets,
        ):  # fmt: skip
            self._read(reading, packets)
        for conversation in self._conversations.values():
            self._conversation(conversation)
        del self._conversations
        self.differences.sort(key=_worst_first)

    def _read(self, reading: Reading, packets: Iterator[Any]) -> None:
        """Both readings, side by side."""
        held, most = 0, HELD_PDUS
        ahead = None
        for each in reading:
            if isinstance(each, Pdu):
                self._ours(each)
                held += 2
            elif isinstance(each, Message) and each.command_field is not None:
                self._our_message(each)
            if held > most:
                ahead = self._theirs(packets, reading.streams.frame, ahead)
                held = self._settle(reading.streams.frame)
                most = HELD_PDUS if held < HELD_PDUS // 2 else 2 * held
        self._theirs(packets, None, ahead)

    def _held(self, direction: Direction) -> Held:
        return self._conversations[tuple(sorted(direction))].held[direction]

    def _ours(self, pdu: Pdu) -> None:
        address = pdu.stream.address  # type: ignore[attr-defined]
        connection = pdu.stream.connection  # type: ignore[attr-defined]
        direction = endpoint(address), endpoint(address, False)
        self._held(direction).pdus.append(_our_pdu(pdu))
        self._conversations[tuple(sorted(direction))].connections[connection.number] = connection

    def _our_message(self, message: Message) -> None:
        of = message.association
        direction = (of.client, of.server) if message.from_requestor else (of.server, of.client)
        key = CommandKey(message.command_field or 0, message.message_id, message.status_code)
        message.data = [b"".join(message.data)[:KEPT_OF_DATA_SET]]
        self._held(direction).messages.append((key, message))

    def _theirs(self, packets: Iterator[Any], until: int | None, ahead: Any) -> Any:
        """What tshark tells up to a frame, or all; the first packet after it."""
        packet = ahead or next(packets, None)
        while packet is not None and (until is None or int(packet.number) <= until):
            pdus, commands = self._held(_direction(packet)).theirs.setdefault(int(packet.tcp.stream), ([], []))
            for layer in packet.get_multiple_layers("dicom"):
                if _all(layer, "dicom.pdu.type"):
                    pdus.append(_their_pdu(layer, int(packet.number)))
                    commands += _their_commands(layer, int(packet.number))
            packet = next(packets, None)
        return packet

    def _settle(self, frame: int) -> int:
        """Compare what can be; how many PDUs are left."""
        left = 0
        for ends, conversation in list(self._conversations.items()):
            ended = conversation.has_ended(frame)
            if ended or all(each.is_alike() for each in conversation.held.values()):
                self._conversation(conversation)
            if ended:
                del self._conversations[ends]
            left += sum(map(len, conversation.held.values()))
        return left

    def _conversation(self, conversation: Conversation) -> None:
        """All that is held of both directions."""
        sides = [_Side(held) for _, held in sorted(conversation.held.items())]
        previous: dict[int, tuple[OurCommand, bool]] = {}
        last = {key: (command, True) for key, command in conversation.last.items()}
        ours = ((command, side.is_told(index)) for side in sides for index, command in enumerate(side.our_commands))
        for command, is_told in sorted(ours, key=lambda each: each[0].first_frame):
            key = command.association, command.context_id
            if key in last:
                previous[id(command)] = last[key]
            last[key] = command, is_told
        for side in sides:
            others = [pdu for other in sides if other is not side for pdu in (*other.earlier, *other.our_pdus)]
            self._side(side, others, previous)
        conversation.last = {key: command for key, (command, _) in last.items()}
        for held in conversation.held.values():
            held.let_go()

    def _side(self, side: _Side, others: Sequence[OurPdu], previous: dict[int, tuple[OurCommand, bool]]) -> None:
        """The PDUs and the command sets of one direction."""
        our_pdus = side.our_pdus
        told = frozenset(one for one, other in side.pdu_pairs if one is not None and other is not None)
        for one, other in side.pdu_pairs:
            our = our_pdus[one] if one is not None else None
            their = side.their_pdus[other] if other is not None else None
            context = _Where(self, our_pdus, -1 if one is None else one, told, our, side.earlier, others,
                             their.frame if their else 0)  # fmt: skip
            if our is not None and their is not None:
                self.agreed[PDU] += 1
                self._fields(context, our.fields, their.fields)
            else:
                context.differ(PDU, PDU, None, _pdu_text(our), _pdu_text(their))
        for one, other in side.command_pairs:
            command = side.our_commands[one] if one is not None else None
            answer = side.their_commands[other] if other is not None else None
            at = -1 if command is None else command.pdu
            context = _Where(self, our_pdus, at, told, our_pdus[at] if at >= 0 else None, side.earlier, others,
                             answer.frame if answer else 0, command, *previous.get(id(command), ()))  # fmt: skip
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
                same = shown is not None and shown.raw_value == told.raw and isinstance(told.value, str)
                context.differ(told.row, told.title, place[1], _text(told.value), None if value is None else
                               _text(value), told.secret, bytes.fromhex(told.raw) if same else b"")  # fmt: skip

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
            value = None if our is None or our[2] is None else our[2]
            text = b""
            if our is not None and their is not None and our[:2] == their[:2]:
                raw = data[value.start : value.end].hex() if value is not None else ""
                kind = value.spec.kind if value is not None and not isinstance(value.spec, Structure) else BYTES
                shown = _their_value(kind, their[3])
                is_same = raw == their[2] and (value is None or kind in (TAGS, BYTES) or _our_value(value) == shown)
                if is_same:
                    self.agreed[key] += 1
                    self.titles.setdefault(key, title)
                    continue
                if value is not None and raw == their[2] and isinstance(_our_value(value), str):
                    text = data[value.start : value.end]
            context.differ(
                key, title, place, None if our is None else _text("" if value is None else _our_value(value)),
                None if their is None else _text(their[3]), text=text,
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


class _Side:
    """What is held of one direction, paired."""

    def __init__(self, held: Held) -> None:
        self.our_pdus, self.their_pdus, self.their_commands = held.in_order()
        self.our_commands = held.commands()
        self.earlier = held.earlier
        self.pdu_pairs = paired(
            [(each.pdu_type, each.length) for each in self.our_pdus],
            [(each.pdu_type, each.length) for each in self.their_pdus],
            [each.last_frame for each in self.our_pdus], [each.frame for each in self.their_pdus],
        )  # fmt: skip
        self.command_pairs = paired(
            [each.key for each in self.our_commands], [each.key for each in self.their_commands],
            [self.our_pdus[each.last_pdu].last_frame for each in self.our_commands],
            [each.frame for each in self.their_commands],
        )  # fmt: skip
        self._told = {one for one, other in self.command_pairs if other is not None}

    def is_told(self, index: int) -> bool:
        """Whether tshark tells this command set of ours."""
        return index in self._told


class _Where(NamedTuple):
    """The place of a difference, so that it can be told and explained."""

    comparison: Comparison
    pdus: Sequence[OurPdu]
    at: int
    told: frozenset[int]
    pdu: OurPdu | None
    earlier: Sequence[OurPdu]
    others: Sequence[OurPdu]
    frame: int
    command: OurCommand | None = None
    previous: OurCommand | None = None
    previous_told: bool = True

    def differ(
        self, key: str, title: str, start: int | None, ours: str | None, tshark: str | None, secret: bool = False,
        text: bytes = b"",
    ) -> None:  # fmt: skip
        """Note a difference, with the known error that explains it, if one does."""
        if secret and not self.comparison.show_secrets:
            ours, tshark = (None if each is None else MASKED for each in (ours, tshark))
        pdu, command = self.pdu, self.command
        frame = self.frame or (command.first_frame if command else pdu.first_frame if pdu else 0)
        difference = Difference(
            key, title, pdu.association if pdu else None, pdu.number if pdu else None,
            command.message if command else None, pdu.sender if pdu else None, frame, start, ours, tshark,
            text,
        )  # fmt: skip
        context = Context(difference, self.pdus, self.at, self.told, self.earlier, self.others, command, self.previous,
                          self.previous_told)  # fmt: skip
        difference.known = next((each for each in KNOWN_ERRORS if each.first <= self.comparison.version <= each.last
                                 and each.is_it(context)), None)  # fmt: skip
        self.comparison.differences.append(difference)
        self.comparison.titles.setdefault(key, title)


def _worst_first(difference: Difference) -> tuple[Any, ...]:
    """Unexplained before explained, whole PDUs before command sets before fields, then by frame."""
    size = {PDU: 0, COMMAND: 1}.get(difference.row, 2)
    return difference.known is not None, size, difference.frame, difference.start or 0


def _pdu_text(pdu: OurPdu | TheirPdu | None) -> str | None:
    """'P-DATA-TF, PDU-length 74'"""
    if pdu is None:
        return None
    return f"{PDU_NAMES.get(pdu.pdu_type or 0, 'unknown')}, PDU-length {pdu.length}"


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
