"""Presentation data values to DIMSE messages: one gatherer per direction of an association.

Strategy: a direction is a sequence of messages, each a command set and perhaps a data set, cut into fragments. The
two directions never meet here, so a C-CANCEL between the fragments of a response is just another message. Command
sets are read by one loop derived from the table of elements; their full field tree is made only when somebody looks.
What does not fit (data without a command, a command before the last message is complete, another context in between)
is remembered on the message, and gathering goes on.

Reference: PS3.8 Annex E, PS3.7 6.3
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct, pack
from typing import Any, Final, NamedTuple

from .decode import Problem
from .pdu import HEAD_BYTES, PDV_HEAD_BYTES, Fragment, Pdu
from .remembering import remember_short
from .standard import problems
from .standard.commands import COMMAND_BY_CODE, ELEMENT_BY_TAG, KIND_BY_VR, NO_DATA_SET, RESPONSE_BIT
from .standard.problems import ProblemKind
from .standard.statuses import Status, status
from .standard.structure import AE_TITLE, TAGS, TEXT, UID_PADDED, UINT_LE
from .wiretext import ae_title, bytes_text, tag_text, uid_text

MAXIMUM_COMMAND_SET_BYTES = 64 * 1024
"""A command set that grows beyond this is not gathered any further."""
MAXIMUM_TEXT_BYTES = 256
"""Of a text in a command set so much is read, and that there is more is shown; the standard allows 64."""
HEAD_OF_GROUP_LENGTH = 12
"""Bytes of a command set that Command Group Length does not count: its own element."""
LONGEST_UID_BYTES = 64
MAXIMUM_UIDS = 4096
"""UIDs of up to so many bytes are remembered, so many of them; then all are let go."""
MAXIMUM_COMMAND_SETS = 1024
"""Command sets of up to so many bytes are remembered, so many of them; then all are let go."""
LONGEST_COMMAND_SET_BYTES = 256
MAXIMUM_REMARKS = 16
"""Remarks kept per message."""

_ELEMENT_HEAD: Final = Struct("<HHI").unpack_from
_SHORT: Final = Struct("<H").unpack_from


def _readers() -> dict[int, tuple[str, str]]:
    """Tag within group 0000H -> the name of the element and the kind of its value, from the table."""
    return {tag: (element.name, KIND_BY_VR[element.vr]) for tag, element in ELEMENT_BY_TAG.items()}


_READERS: Final = _readers()
_NUMBER_HEADS: Final = {
    pack("<HHI", 0, tag, 2): name for tag, (name, kind) in _READERS.items() if kind == UINT_LE
}  # fmt: skip
"""Tag and length of the elements that are a number of two bytes -> their names: more than half of all elements, read
in a third of the time that the others take."""
_uids: Final[dict[bytes, str]] = {}
"""UIDs by their bytes: the same few come again and again."""


def read_command_set(data: bytes) -> tuple[dict[str, Any], Problem | None]:
    """The elements of a command set by their snake_case names, and what stopped the reading, if anything did.

    Values: int, str (UIDs and AE titles without padding), a tuple of tags, or bytes where the value does not fit its
    representation; names of unknown elements are their tags. The first of repeated elements counts.

    Reference: PS3.7 6.3.1
    """
    elements: dict[str, Any] = {}
    at, end = 0, len(data)
    while at < end:
        if end - at < 8:
            return elements, _problem(problems.COMMAND_LEFT_OVER, count=end - at)
        short = _NUMBER_HEADS.get(data[at : at + 8])
        if short is not None and end - at >= 10:
            if short not in elements:
                elements[short] = data[at + 8] | data[at + 9] << 8
            at += 10
            continue
        group, number, length = _ELEMENT_HEAD(data, at)
        at += 8
        if length > end - at:
            tag = tag_text(group << 16 | number)
            return elements, _problem(problems.COMMAND_OVERRUN, tag=tag, count=length - end + at)
        known = None if group else _READERS.get(number)
        value: Any
        if known is None:
            name, value = tag_text(group << 16 | number), data[at : at + length]
        else:
            name, kind = known
            value = _value(kind, data[at : at + length])
        if name not in elements:
            elements[name] = value
        at += length
    return elements, None


def _problem(kind: ProblemKind, **values: object) -> Problem:
    return Problem(kind.code, kind.text, values)


def _value(kind: str, raw: bytes) -> Any:
    if kind == UINT_LE:
        return int.from_bytes(raw, "little") if len(raw) in (2, 4) else raw
    if kind == UID_PADDED and len(raw) <= LONGEST_UID_BYTES:
        uid = _uids.get(raw)
        if uid is None:
            uid = uid_text(raw.decode("latin-1"))
            remember_short(_uids, raw, uid, MAXIMUM_UIDS, LONGEST_UID_BYTES)
        return uid
    if kind in (UID_PADDED, AE_TITLE, TEXT):
        more = "…" if len(raw) > MAXIMUM_TEXT_BYTES else ""
        text = raw[:MAXIMUM_TEXT_BYTES].decode("latin-1")
        if kind == UID_PADDED:
            return uid_text(text) + more
        return (ae_title(text) if kind == AE_TITLE else bytes_text(text.strip(" \0"))) + more
    if kind == TAGS and len(raw) % 4 == 0:
        return tuple(_SHORT(raw, at)[0] << 16 | _SHORT(raw, at + 2)[0] for at in range(0, len(raw), 4))
    return raw


class Said(NamedTuple):
    """What a command set says: its elements, and those of them that every message is asked for."""

    elements: dict[str, Any]
    fault: Problem | None
    command_field: int | None
    command: str | None
    is_request: bool
    message_id: int | None
    sop_class_uid: str | None
    status_code: int | None
    announces_data_set: bool | None
    sound: bool
    """Its command is known, and its Command Group Length is right."""


_said: Final[dict[bytes, Said]] = {}
"""By its bytes: the responses of a query are all the same, and reading one takes as long as all else about it."""


def said_by(data: bytes) -> Said:
    """What a command set says."""
    said = _said.get(data)
    if said is not None:
        return said
    elements, fault = read_command_set(data)
    field, command, is_request = _number(elements, "command_field"), None, True
    if field is not None:
        known = COMMAND_BY_CODE.get(field)
        command = known.name if known else f"{field:04X}H"
        is_request = not field & RESPONSE_BIT
    own = _number(elements, "message_id") if is_request else None
    kind = _number(elements, "command_data_set_type")
    said = Said(
        elements, fault, field, command, is_request,
        own if own is not None else _number(elements, "message_id_being_responded_to"),
        _text(elements, "affected_sop_class_uid") or _text(elements, "requested_sop_class_uid"),
        None if is_request else _number(elements, "status"),
        None if kind is None else kind != NO_DATA_SET,
        field in COMMAND_BY_CODE and elements.get("command_group_length") == len(data) - HEAD_OF_GROUP_LENGTH,
    )  # fmt: skip
    remember_short(_said, data, said, MAXIMUM_COMMAND_SETS, LONGEST_COMMAND_SET_BYTES)
    return said


def _number(elements: dict[str, Any], name: str) -> int | None:
    value = elements.get(name)
    return value if isinstance(value, int) else None


def _text(elements: dict[str, Any], name: str) -> str | None:
    value = elements.get(name)
    return value if isinstance(value, str) else None


class Message:
    """One DIMSE message: what its command set says, how large its data set was, when it went, what it belongs to."""

    __slots__ = (
        "number", "from_requestor", "context_id", "command_set", "elements", "fault", "pdvs", "data_set_bytes",
        "data", "first_frame", "last_frame", "first_time", "last_time", "complete", "has_data_set", "remarks",
        "request", "responses", "first_response_time", "parent", "transfer_syntax", "missing", "association",
        "holes", "data_frames", "final", "cancelled", "inferred_transfer_syntax", "start", "first_end",
        "command_field", "command", "is_request", "message_id", "sop_class_uid", "status_code", "announces_data_set",
        "sound", "weighed",
    )  # fmt: skip

    def __init__(self, from_requestor: bool, context_id: int, pdu: Pdu) -> None:
        self.association: Any = None
        self.number = 0
        """From 1 within its association, in the order told; 0 until then."""
        self.from_requestor = from_requestor
        self.context_id = context_id
        self.command_set = b""
        """The bytes of the command set, gathered from its fragments."""
        self.elements: dict[str, Any] = {}
        """What the command set says, by the names of `standard.commands`. It may be shared with messages of the same
        bytes; `say` takes the attributes below from it."""
        self.command_field: int | None = None
        """The number of the command, or None when its command set is missing."""
        self.command: str | None = None
        """'C-STORE-RQ' and so on; None when unknown."""
        self.is_request = True
        """Whether this asks for something (C-CANCEL does); what is unknown is taken for a request."""
        self.message_id: int | None = None
        """Its Message ID; of a response the one responded to, of a C-CANCEL-RQ the one being cancelled."""
        self.sop_class_uid: str | None = None
        """The SOP class that it is about: affected or requested."""
        self.status_code: int | None = None
        """The status of a response."""
        self.announces_data_set: bool | None = None
        """Whether its Command Data Set Type says that a data set follows; None when it says nothing."""
        self.sound = False
        """Its command is known, and its Command Group Length is right."""
        self.fault: Problem | None = None
        """Why the command set could not be read to its end."""
        self.pdvs = 0
        self.data_set_bytes = 0
        """Bytes of data set fragments that were captured."""
        self.missing = 0
        """Bytes between its first and last fragment that were not."""
        self.data: list[bytes] = []
        """Fragments of the data set, as far as they were kept."""
        self.holes: list[tuple[int, int]] = []
        """Half-open ranges of the data set that were not captured. Where whole PDUs are missing, nobody knows how many
        of their bytes were its own: then only the start of a range, and what stands before it, is certain."""
        self.data_frames: list[tuple[int, int, int]] = []
        """Which bytes of the data set came from which frame, where PDUs keep that: frame, start, end."""
        self.first_frame = self.last_frame = pdu.first_frame
        self.first_time = self.last_time = pdu.first_time
        self.start = self.first_end = pdu.start
        """Stream offsets of its first fragment: where its head starts, and where it ends. In a PDU of several frames
        the range begins with the PDU, for the frame that a fragment starts in is not kept."""
        self.complete = False
        self.has_data_set = False
        self.remarks: list[Problem] = []
        """What does not fit the rules of fragmentation."""
        self.request: Message | None = None
        """Of a response: its request."""
        self.responses = 0
        self.first_response_time: int | None = None
        self.parent: Message | None = None
        """Of a C-STORE inside a C-GET: that C-GET."""
        self.transfer_syntax: str | None = None
        """As accepted for its context; `inferred_transfer_syntax` is read off the bytes where that is not known."""
        self.inferred_transfer_syntax: str | None = None
        self.final = False
        """Of a request: its last response has come."""
        self.cancelled = False
        self.weighed = 0
        """What was counted for it when it was opened, by estimate; its data may be taken away before it is closed."""

    # ------------------------------------------------------------------------------ what the command set says

    def say(self, command_set: bytes) -> None:
        """Its command set is there."""
        self.command_set = command_set
        (
            self.elements, self.fault, self.command_field, self.command, self.is_request, self.message_id,
            self.sop_class_uid, self.status_code, self.announces_data_set, self.sound,
        ) = said_by(command_set)  # fmt: skip

    def number_of(self, name: str) -> int | None:
        """An element that is a number, or None."""
        return _number(self.elements, name)

    def text_of(self, name: str) -> str | None:
        """An element that is text, or None."""
        return _text(self.elements, name)

    @property
    def sop_instance_uid(self) -> str | None:
        """The SOP instance that it is about: affected or requested."""
        return self.text_of("affected_sop_instance_uid") or self.text_of("requested_sop_instance_uid")

    @property
    def status(self) -> Status | None:
        """What its status means, in the words of its service class."""
        code = self.status_code
        if code is None:
            return None
        uid = self.sop_class_uid or (self.request.sop_class_uid if self.request else None)
        if uid is None and self.association is not None:
            uid = self.association.abstract_syntax(self.context_id)
        return status(code, self.command or "", uid)

    def __repr__(self) -> str:
        frames = f"{self.first_frame}-{self.last_frame}"
        return f"<Message {self.number} {self.command} id {self.message_id} frames {frames}>"


class Gatherer:
    """Puts the fragments of one direction together; give it PDUs, get the messages they complete."""

    def __init__(self, from_requestor: bool, keep_data: bool = False) -> None:
        self.from_requestor = from_requestor
        self.keep_data = keep_data
        self.current: Message | None = None
        self.pieces: list[bytes] = []
        self.gathered = 0
        self.command_done = False
        self.reached = 0
        """Stream offset up to which bytes were read, or known to be missing."""

    def take(self, pdu: Pdu) -> list[Message]:
        """The messages whose last fragment stands in this PDU."""
        if pdu.plain:
            self.reached = pdu.end
            taken = self._usual(pdu, pdu.fragments[0])
            if taken is not None:
                return taken
        if pdu.resumed_after >= 0:
            self._lost(pdu.start - max(pdu.resumed_after, self.reached))
        self.reached = pdu.end
        told: list[Message] = []
        read = HEAD_BYTES
        for fragment in pdu.fragments:
            read = fragment.start + fragment.length
            if fragment.length >= 0:
                self._fragment(pdu, fragment, told)
            elif self.current is not None:
                self._remark(self.current, problems.FRAGMENT_TOO_SHORT)
        if pdu.end - pdu.start - read >= PDV_HEAD_BYTES:
            self._lost(pdu.end - pdu.start - read)
        return told

    def _usual(self, pdu: Pdu, fragment: Fragment) -> list[Message] | None:
        """Take the fragment of a plain PDU if it is what nearly all are: a whole command set where a message may begin,
        or a piece of a data set where one may go on; None if it is not. It does what `_fragment` does with these, in
        half of the time; a property test holds the two together."""
        message, header, data = self.current, fragment.header, fragment.data
        if message is None:
            if header != _WHOLE_COMMAND or data is None or len(data) != fragment.length:
                return None
            message = Message(self.from_requestor, fragment.context_id, pdu)
            if pdu.first_frame == pdu.last_frame:
                message.start += HEAD_BYTES
            message.first_end = pdu.end
            message.pdvs = 1
            self.pieces = [data]
            self._finish_command(message, True)
        elif header & 1 or message.context_id != fragment.context_id or not self.command_done:
            return None
        else:
            message.pdvs += 1
            message.has_data_set = True
            message.data_set_bytes += fragment.length
            if data and self.keep_data:
                message.data.append(data)
        message.last_frame, message.last_time = pdu.last_frame, pdu.last_time
        if message.announces_data_set if header & 1 else not header & 2:
            self.current = message
            return _NO_MESSAGES
        message.complete = message.missing == 0 and bool(message.elements) and not message.fault
        self.current = None
        return [message]

    def _lost(self, count: int) -> None:
        """So many bytes between PDUs, or at the end of one, could not be read as fragments: there may have been some of
        the present message among them."""
        message = self.current
        if message is None or count <= 0:
            return
        message.missing += count
        if self.command_done:
            self._hole(message, count)

    @staticmethod
    def _hole(message: Message, count: int) -> None:
        """The next bytes of the data set are missing."""
        start = message.data_set_bytes + sum(last - first for first, last in message.holes)
        message.holes.append((start, start + count))

    def _fragment(self, pdu: Pdu, fragment: Fragment, told: list[Message]) -> None:
        """Take one fragment; `told` gets the messages that have come to their end."""
        context_id, header, length, start, data = (
            fragment.context_id, fragment.header, fragment.length, fragment.start, fragment.data
        )  # fmt: skip
        is_command, is_last = bool(header & 1), bool(header & 2)
        message = self.current
        if message is not None:
            wrong = None
            if message.context_id != context_id:
                wrong = problems.FRAGMENT_OTHER_CONTEXT
            elif is_command and self.command_done:
                wrong = problems.COMMAND_BEFORE_DATA_END
            elif is_command and self.gathered and (data or b"")[:8] == _GROUP_LENGTH:
                wrong = problems.COMMAND_NOT_ENDED
            if wrong is not None:
                said = {"context": context_id} if wrong is problems.FRAGMENT_OTHER_CONTEXT else {}
                self._remark(message, wrong, **said)
                told.append(self._give_up())
                message = None
        end = start + length
        if message is None:
            message = self.current = Message(self.from_requestor, context_id, pdu)
            self.pieces, self.gathered, self.command_done = [], 0, False
            if pdu.first_frame == pdu.last_frame:
                message.start += start - PDV_HEAD_BYTES
            message.first_end = min(pdu.start + end, pdu.end)
            if not is_command:
                self.command_done = True
                self._remark(message, problems.DATA_WITHOUT_COMMAND)
        message.pdvs += 1
        message.last_frame, message.last_time = pdu.last_frame, pdu.last_time
        present, lost = length, 0
        if pdu.missing or end > pdu.end - pdu.start:
            lost = sum(max(0, min(last, end) - max(first, start)) for first, last in pdu.missing)
            present = max(0, min(end, pdu.end - pdu.start) - start) - lost
            message.missing += max(0, length - present)
        if length % 2:
            self._remark(message, problems.FRAGMENT_ODD, count=length)
        if is_command:
            self._command(message, fragment, is_last, present == length, pdu)
            if not (self.command_done and not message.announces_data_set):
                return
        else:
            if not self.command_done:
                self._remark(message, problems.DATA_INSIDE_COMMAND)
                self._finish_command(message, False)
            self._data(message, fragment, present, lost, pdu)
            if not (is_last and (present == length or lost > 0)):
                return
        message.complete = message.missing == 0 and bool(message.elements) and not message.fault
        self.current = None
        told.append(message)

    def _command(self, message: Message, fragment: Fragment, is_last: bool, whole: bool, pdu: Pdu) -> None:
        if fragment.data is not None and self.gathered <= MAXIMUM_COMMAND_SET_BYTES:
            self.pieces.append(fragment.data)
            self.gathered += len(fragment.data)
        elif fragment.data:
            pdu.stream.limit("MAXIMUM_COMMAND_SET_BYTES", MAXIMUM_COMMAND_SET_BYTES)
        if is_last:
            self._finish_command(message, whole)

    def _finish_command(self, message: Message, whole: bool) -> None:
        message.say(self.pieces[0] if len(self.pieces) == 1 else b"".join(self.pieces))
        if message.missing:
            message.fault = _problem(problems.NOT_CAPTURED, count=message.missing)
        elif not whole and not message.fault:
            message.fault = _problem(problems.COMMAND_CUT)
        self.pieces = []
        self.command_done = True
        if message.announces_data_set is None and message.elements:
            message.fault = message.fault or _problem(problems.COMMAND_NO_DATA_SET_TYPE)

    def _data(self, message: Message, fragment: Fragment, present: int, lost: int, pdu: Pdu) -> None:
        before = message.data_set_bytes
        if message.holes:
            before += sum(end - start for start, end in message.holes)
        message.has_data_set = True
        message.data_set_bytes += present
        if fragment.missing or present < fragment.length:
            message.holes += [(before + start, before + end) for start, end in fragment.missing]
            seen = present + sum(end - start for start, end in fragment.missing)
            if seen < fragment.length:
                message.holes.append((before + seen, before + fragment.length))
        if self.keep_data and fragment.data:
            message.data.append(fragment.data)
            if pdu.frames:
                move, stop = before - fragment.start, fragment.start + fragment.length
                message.data_frames += [
                    (frame, max(start, fragment.start) + move, min(end, stop) + move)
                    for frame, start, end in pdu.frames if start < stop and end > fragment.start
                ]  # fmt: skip

    def _give_up(self) -> Message:
        """The present message as far as it came."""
        message = self.current
        assert message is not None
        self.current = None
        if not self.command_done:
            self._finish_command(message, False)
        message.complete = False
        return message

    def finish(self) -> Iterator[Message]:
        """No more fragments will come: the message that is under way, unfinished."""
        if self.current is not None:
            yield self._give_up()

    @staticmethod
    def _remark(message: Message, kind: ProblemKind, **values: object) -> None:
        problem = _problem(kind, **values)
        if len(message.remarks) < MAXIMUM_REMARKS and problem not in message.remarks:
            message.remarks.append(problem)


_WHOLE_COMMAND: Final = 0b11
"""The message control header of a command fragment that is the last one."""
_NO_MESSAGES: Final[list[Message]] = []
_GROUP_LENGTH: Final = b"\0\0\0\0\4\0\0\0"
"""How a command set starts: the tag of Command Group Length, and its length of 4."""
