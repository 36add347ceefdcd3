"""Frames to streams: one loop over the frames, one state machine per direction of each TCP connection.

Strategy: almost every frame of a DICOM capture is an in-order segment inside the body of a P-DATA-TF. For that case
the loop reads two heads, that of the record and that of the packet, looks up the flow by its raw addresses and ports,
compares the sequence number with the one expected, and lowers a counter: nothing is copied. Anything else (loss,
reordering, overlap, the first and last segments, other link layers) takes the careful path of the same state machine,
`Stream.segment`; a property test holds the two together.

Bytes that were not captured are a gap with its exact length. A gap is only called one when it cannot be filled any
more: the connection ended, the peer has acknowledged it and traffic went on for a while, or too much is waiting
behind it. Where segments overlap, the bytes captured first win, and different ones are remembered.

State is plain objects, so that it can be pickled between batches. Every table that traffic can grow has a named cap.
"""

from __future__ import annotations

from bisect import insort
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from .capture import Batch, Frame
from .heads import PLAIN_BYTES, RECORD_HEAD_BYTES, plain_head, record_head
from .link import ACK, ETHERNET, FIN, RST, SLL, SYN, TCP, URG, LinkReader, Segment
from .pdu import (
    HEAD, HEAD_BYTES, HUNT, IGNORE, MAXIMUM_HUNTED_BYTES, REQUEST_HEAD_BYTES, START, Pdu, PduReader, head_stands,
    pdu_head, request_stands,
)  # fmt: skip
from .standard.pdus import (
    A_ABORT, A_ASSOCIATE_AC, A_ASSOCIATE_RJ, A_ASSOCIATE_RQ, A_RELEASE_RP, A_RELEASE_RQ, P_DATA_TF,
)  # fmt: skip

DICOM_PORTS = (104, 11112, 2761, 2762)
"""Where DICOM is expected: well known, registered, and the two of secure DICOM (PS3.8 9.1.1, PS3.15 B)."""

MAXIMUM_WAITING_BYTES = 4 * 1024 * 1024
"""Out-of-order bytes held per direction; when more come, the gap before them is given up."""
MAXIMUM_WAITING_SEGMENTS = 8192
"""The same in segments, so that tiny ones cannot make it slow."""
MAXIMUM_TOTAL_WAITING_BYTES = 64 * 1024 * 1024
"""Out-of-order bytes held over all connections."""
PATIENCE_SEGMENTS = 256
"""A gap that the receiver has acknowledged is given up when so many further segments did not fill it."""
MAXIMUM_SEQUENCE_LEAP = 1 << 24
"""A segment further ahead than this is taken for a stray one, unless the next one follows it: then that is missing."""
RESET_WINDOW = 1 << 20
"""How far from the expected sequence number a reset may be to count."""
MAXIMUM_CONNECTIONS = 12_288
"""Open connections; when more come, the one that was silent longest is given up."""
MAXIMUM_OPEN_BYTES = 48 * 1024 * 1024
"""What open connections may take in all, by the estimates below; when it is more, those silent longest are given up."""
CONNECTION_BYTES = 3 * 1024
"""What a connection takes before anything is held of it (measured)."""
ASSOCIATION_BYTES = 6 * 1024
"""What an association takes besides, with what its judge remembers (measured)."""
NEGOTIATION_FACTOR = 8
"""How many times its bytes an A-ASSOCIATE-RQ or A-ASSOCIATE-AC takes, once read."""
MAXIMUM_ENDED_CONNECTIONS = 1024
"""Ended connections remembered, so that late segments do not open them again."""
MAXIMUM_CONFLICTS = 16
"""Conflicting overlaps remembered per direction; the count goes on."""
CONFLICT_BYTES = 16
"""Bytes remembered of each version, from the first that differs."""
RECENT_FRAMES, RECENT_BYTES = 4096, 4 * 1024 * 1024
"""How far back frames are kept to hold a retransmission against the bytes captured first: so many frames, and about so
many of their bytes. Both are counted from the frame, so that it does not matter how frames come in batches."""
LINGERING_FRAMES = 4096
"""A connection that both sides have closed, with bytes missing, ends so many frames later: they will not come."""
DUPLICATE_NANOSECONDS = 50_000_000
"""The same IP packet again within this time was captured twice, not sent twice."""
MAXIMUM_LOOKS_BACK, LOOKS_BACK_A_FRAME = 65_536, 64
"""How many frames comparisons may look at together; with every frame that is read there may be some more."""
MAXIMUM_COUNTED_BYTES: Final = 64 * 1024
"""Who keeps more than this of each data set wants them whole, and gets them."""
HUNT_BYTES_WHEN_MANY = 64 * 1024
MANY_CONNECTIONS = 256
"""With more open connections than this, less is held while hunting."""
MAXIMUM_WATCHED_HOSTS = 1024
"""Hosts whose right and wrong checksums are counted."""
FAST_OPEN_OPTIONS = (b"\x22", b"\xfe\x04\xf9\x89", b"\xfd\x04\xf9\x89")
"""What stands in the options of a SYN that may carry data: the kind of TCP Fast Open, and its experimental ones."""
ODD = ("urgent", "syn-data", "syn", "reset", "fin", "outside", "after-end")
"""Kinds of segments that receivers take differently, or not at all: urgent data; data in a SYN; a SYN, a reset, a FIN
where there should be none; segments outside of the window; data after the end. See docs/evasion.md."""
MAXIMUM_IGNORED_START_BYTES = 512
"""First bytes of a stream that is not DICOM, kept to say what it is."""

_ENDS = (A_ASSOCIATE_RJ, A_RELEASE_RQ, A_RELEASE_RP, A_ABORT)
_SEQUENCE_MASK: Final = 0xFFFFFFFF
_HALF: Final = 1 << 31

_ETHERTYPE_IPV4: Final = 0x0800
_IPV4_PLAIN: Final = 0x45
"""IP version and length of header without options."""
_WHOLE_TCP: Final = 0x3FFF00FF
"""Of fragment, time to live and protocol: what is the protocol alone where a packet is no fragment."""
_FAR: Final = 1 << 62
_NO_FRAMES: Final[list[Frame]] = []
_ETHERTYPE_AT: Final = {ETHERNET: 12, SLL: 14}


class Conflict(NamedTuple):
    """A retransmission that carried other bytes than those captured first."""

    stream_offset: int
    length: int
    differs: int
    """Stream offset of the first byte that is another one."""
    first: bytes
    """What was captured first from there on, and what came later: a few bytes of each."""
    later: bytes
    frame: int


class Waiting(NamedTuple):
    """A segment that came before its turn; `data` None: known to have been cut off by the capture."""

    offset: int
    length: int
    data: bytes | None
    frame: int
    time: int


class Stream(PduReader):
    """One direction of a connection: puts segments in order and feeds the reader that it is."""

    __slots__ = (
        "connection", "from_client", "next", "seen_syn", "first_number", "begun", "waiting", "waiting_bytes", "fin_at",
        "acknowledged", "impatience", "segments", "retransmitted", "reordered", "conflicts", "conflict_count",
        "first_bytes", "address", "gaps", "other", "odd", "top", "end_sequence", "early",
        "initial", "far", "quick", "zero_since", "zero_windows", "zero_window_time", "duplicated", "first_duplicate",
        "longest",
        "first_bytes_frame", "cut", "first_retransmission", "first_zero_window", "weighed",
    )  # fmt: skip

    def __init__(self, connection: Connection, from_client: bool, address: bytes) -> None:
        table = connection.table
        PduReader.__init__(self, table.keep_bytes, table.keep_data)
        self.connection = connection
        self.from_client = from_client
        self.address = address
        """The key of its segments: who sends, who receives."""
        self.next = -1
        """The sequence number expected next; before the first one, a number that none is equal to."""
        self.seen_syn = False
        """Where it starts is known: by its SYN, or by what acknowledges it."""
        self.first_number = -1
        """The sequence number of its first byte, where only an acknowledgement tells it."""
        self.begun = False
        self.waiting: list[Waiting] = []
        """Segments before their turn, by offset, not overlapping what has been taken."""
        self.waiting_bytes = 0
        self.fin_at = -1
        """Stream offset of the end that a FIN gave, or -1."""
        self.acknowledged = -1
        """Stream offset up to which the other side has acknowledged, or -1."""
        self.impatience = 0
        self.segments = 0
        """Segments with data that took the careful path; with `retransmitted`, `reordered` for the share of loss."""
        self.retransmitted = 0
        self.reordered = 0
        self.odd: dict[str, tuple[int, int]] | None = None
        """What receivers may take differently than it is taken here, by kinds of `ODD`: how often, and the first
        frame. None, as nearly always: there were none."""
        self.end_sequence = -1
        """The sequence number behind its last byte, as the RST or FIN says that ended the connection; -1: none did."""
        self.early: tuple[Segment, int, int] | None = None
        """A SYN with data, its frame and time: whether the data count, the answer tells."""
        self.conflicts: list[Conflict] = []
        self.conflict_count = 0
        self.first_bytes = b""
        """The start of a stream of a DICOM port that is not DICOM."""
        self.first_bytes_frame = 0
        """The frame in which they begin."""
        self.cut = 0
        """Bytes missing because their frames were cut off when captured."""
        self.gaps: list[tuple[int, int, int]] = []
        """Stream offset, length and the frame at which each of the first gaps was noticed."""
        self.other: Stream = self
        self.top = 0
        """The highest stream offset seen, for the acceptance of a reset."""
        self.initial = 0
        """The sequence number before the first byte."""
        self.far = -1
        """The sequence number that would follow a segment that was far ahead; -1 when there was none."""
        self.zero_since = 0
        """When this side announced that its receive buffer is full; 0 when it is not."""
        self.zero_windows = 0
        self.zero_window_time = 0
        """How often that was, and for how long in all (nanoseconds)."""
        self.first_zero_window = 0
        """The frame of the first time; likewise of the first segment that was sent again."""
        self.first_retransmission = 0
        self.duplicated = 0
        """Segments that were captured twice: the same IP packet, not a retransmission."""
        self.first_duplicate = 0
        """The frame of the first of them."""
        self.longest = 0
        """The longest payload that took the careful path: what a full segment holds."""
        self.weighed = 0
        """The bytes held that its connection has been charged for."""
        self.quick = 0
        """`skip`, while the loop over the frames may lower it by itself: nothing waits, and nobody wants the bytes, or
        all of them are wanted (`wanted` is the same)."""

    # ---------------------------------------------------------------------------------- what the reader asks

    def emit(self, pdu: Pdu) -> None:
        connection, other = self.connection, self.other
        if not connection.association:
            if pdu.nonsense and not other.recognised():
                return
            connection.begin_association(self, pdu, False)
        requestor = connection.requestor
        if pdu.pdu_type != P_DATA_TF and not pdu.nonsense:
            connection.over = connection.over or pdu.pdu_type in _ENDS
            if pdu.pdu_type <= A_ASSOCIATE_AC:
                connection.weigh(NEGOTIATION_FACTOR * len(pdu.body or b""))
        connection.answer_first = requestor is None and connection.pdu_count == 0 and (
            pdu.pdu_type in (A_ASSOCIATE_AC, A_ASSOCIATE_RJ))  # fmt: skip
        pdu.own_waits, pdu.missed = bool(self.waiting) or self.state == HUNT, self.missed + other.missed
        pdu.other_waits = bool(other.waiting) or other.state == HUNT
        pdu.connection, pdu.association = connection.number, connection.association
        connection.pdu_count += 1
        pdu.number = connection.pdu_count
        pdu.roles_known = connection.client_known
        pdu.from_requestor = self.from_client if requestor is None else self is requestor
        connection.table.events.append(pdu)

    def requested(self, pdu: Pdu) -> None:
        connection = self.connection
        if connection.answer_first:
            connection.begin_association(self, pdu, True, again=True)  # captured after its answer
        elif connection.over or connection.requestor is None or connection.missed() != connection.missed_before:
            connection.begin_association(self, pdu, True)

    def limit(self, name: str, value: int) -> None:
        if self.connection.association:  # what is no DICOM loses nothing
            self.connection.table.limit(name, value, self.frame)

    def hunt_limit(self) -> int:
        many = len(self.connection.table.flows) > 2 * MANY_CONNECTIONS
        return HUNT_BYTES_WHEN_MANY if many else MAXIMUM_HUNTED_BYTES

    def settle(self) -> None:
        """Take over from the loop over the frames: make `skip` and `position` true again."""
        if self.quick:
            self.skip, self.quick = self.quick, 0
        PduReader.settle(self)

    def arm(self) -> None:
        """Let the loop over the frames pass bytes by itself, if nothing speaks against it."""
        if self.skip and not (self.keep_bytes or self.waiting or self.other.waiting):
            if not self.wanted or self.wanted == self.skip:
                self.quick = self.skip

    def waits(self) -> bool:
        """Whether there are bytes that could not be read yet, because others before them are missing."""
        return bool(self.waiting) or self.state == HUNT

    def answers(self, data: bytes, start: int, end: int) -> bool:
        if data[start] not in (A_ASSOCIATE_AC, A_ASSOCIATE_RJ, A_ABORT) or self.connection.requestor is not self.other:
            return False
        return self.connection.pdu_count <= 1 and head_stands(data[start : min(end, start + REQUEST_HEAD_BYTES)], 0) > 0

    def recognised(self) -> bool:
        """Whether this direction is being read as DICOM."""
        return self.state != START and self.state != IGNORE

    def recognise(self, final: bool) -> None:
        """DICOM or not, from the first bytes of the stream.

        A request is recognised on any port by its first 75 bytes. On a DICOM port any PDU head will do, for the
        capture may show one direction only; without a handshake the stream may have started anywhere, so we hunt.
        """
        held, connection = self.held, self.connection
        if self.other.recognised() and connection.association:
            self.begin(HEAD if self._starts_here() else HUNT)
        elif request_stands(held) or final and self._short_request():
            self.begin(HEAD)
        elif held[0] == A_ASSOCIATE_RQ and len(held) < REQUEST_HEAD_BYTES and not final and self._may_be_request():
            self.need = REQUEST_HEAD_BYTES
        elif connection.expected:
            if self._head_on_dicom_port():
                self.begin(HEAD)
            elif len(held) < 12 and not final:
                self.need = 12
            elif self.seen_syn:
                self._ignore()
            else:
                self.begin(HUNT)
        elif len(held) < 12 and not final:
            self.need = 12
        elif head_stands(held, 0) > 0 and not final and len(held) < 4096:
            self.need = len(held) + 1  # an answer captured before its request
        else:
            self._ignore()

    def _short_request(self) -> bool:
        """Whether what there is of the first 75 bytes can only be a request: the capture cut the rest off."""
        held = self.held
        if len(held) < 26 or held[0] != A_ASSOCIATE_RQ or held[1]:
            return False
        length = pdu_head(held)[1]
        name = bytes(held[10:26])
        return 68 < length < 1 << 20 and name.isascii() and name.decode().isprintable() and not any(held[8:10])

    def _may_be_request(self) -> bool:
        pdu_type, length = pdu_head(self.held)
        return length < 1 << 20 and (length >= 68 or not self.connection.expected)

    def _head_on_dicom_port(self) -> bool:
        """Whether the stream starts with a PDU head; a request shorter than the fixed part is one too, only wrong."""
        held = self.held
        if head_stands(held, 0) > 0:
            return True
        if len(held) < HEAD_BYTES:
            return False
        pdu_type, length = pdu_head(held)
        return pdu_type == A_ASSOCIATE_RQ and held[1] == 0 and 0 < length < 1 << 20 and self.seen_syn

    def _ignore(self) -> None:
        self.first_bytes = bytes(self.held[:MAXIMUM_IGNORED_START_BYTES])
        self.first_bytes_frame = self.held_from[0][1] if self.held_from else self.frame
        self.begin(IGNORE)

    def recognise_after_gap(self) -> None:
        if not (self.connection.expected or self.connection.association):
            self.state = IGNORE

    def _starts_here(self) -> bool:
        """Whether the bytes held are the start of this direction: its SYN was seen, or they answer a request."""
        return self.seen_syn or self.connection.requestor is self.other and head_stands(self.held, 0) > 0

    def now_dicom(self) -> None:
        """The other direction turned out to be DICOM."""
        if self.state == START and self.held:
            self.begin(HEAD if self._starts_here() else HUNT)
        elif self.state == START and self.seen_syn:
            self.state, self.need = HEAD, HEAD_BYTES
        elif self.state == IGNORE:
            self.state, self.need = HEAD if self.position == 0 and self.seen_syn else HUNT, HEAD_BYTES
            self.lost_at, self.hunt_scan, self.candidates = self.position if self.position else -1, 0, []

    def note_odd(self, kind: str, frame: int) -> None:
        """One more segment of a kind of `ODD`."""
        self.odd = self.odd or {}
        count, first = self.odd.get(kind, (0, frame))
        self.odd[kind] = (count + 1, first)

    def forget_odd(self, kind: str) -> None:
        """The segments of this kind have been explained."""
        if self.odd:
            self.odd.pop(kind, None)

    def weigh(self) -> None:
        """Charge the connection for the bytes held now. Readers that keep whole PDUs or data sets were asked to."""
        held = len(self.held) + (self.kept if self.keep_data <= MAXIMUM_COUNTED_BYTES and not self.keep_bytes else 0)
        if held != self.weighed:
            self.connection.weigh(held - self.weighed)
            self.weighed = held

    # ---------------------------------------------------------------------------------- segments

    def segment(self, segment: Segment, frame: int, time: int) -> None:
        """Take a segment of any kind: in order, early, late, overlapping, with SYN or FIN."""
        sequence, flags, length = segment.sequence, segment.flags, segment.length
        if flags & SYN:
            if not self.begun:
                self.initial, self.next = sequence, sequence + 1 & _SEQUENCE_MASK
                self.begun = self.seen_syn = True
            if length and not self.early and self.position == 0:
                self.early = (segment, frame, time)
            return
        if self.early is not None and length:
            self.answer_early(sequence)  # the answer to the SYN was not captured: what is sent next tells too
        if not self.begun:
            if not length and not flags & FIN:
                return
            self.begun = True
            first = sequence
            if self.first_number >= 0 and sequence - self.first_number & _SEQUENCE_MASK <= MAXIMUM_SEQUENCE_LEAP:
                first, self.seen_syn = self.first_number, True
            self.initial, self.next = first - 1 & _SEQUENCE_MASK, first
        self.settle()
        distance = ((sequence - self.next + _HALF) & _SEQUENCE_MASK) - _HALF
        if distance > MAXIMUM_SEQUENCE_LEAP and sequence != self.far or distance < -MAXIMUM_SEQUENCE_LEAP:
            if length or flags & FIN:
                self.note_odd("outside", frame)
                self.far = sequence + length & _SEQUENCE_MASK
            return
        if self.far == sequence and length and distance > MAXIMUM_SEQUENCE_LEAP:
            self.forget_odd("outside")  # it was no stray one: what lies between is missing
        offset = self.position + distance
        if not flags & (SYN | RST):
            self._window(segment.window, frame, time)
        if flags & URG and length:
            self.note_odd("urgent", frame)
        if length:
            self._count(offset, length)
            if 0 <= self.fin_at < offset + length and length > 1:  # one byte may be a keep-alive probe
                self.note_odd("fin", frame)
                self.fin_at = -1
            if distance == 0 and not self.waiting:
                self._in_order(segment.data, segment.start, segment.end, length, frame, time)
            else:
                self._careful(segment, offset, frame, time)
        if flags & FIN:
            self._fin(offset + length, frame)
        self.arm()

    def _fin(self, end: int, frame: int) -> None:
        """A FIN behind the byte before `end`. One in order is believed; another one as long as there is none."""
        if end != self.fin_at >= 0:
            self.note_odd("fin", frame)
        if end == self.position or end > self.position and self.fin_at < 0:
            self.fin_at = end

    def answer_early(self, acknowledgement: int) -> None:
        """Data came with the SYN; the first acknowledgement, or the sequence number of what is sent next, tells whether
        the receiver took them. Most do not, but for those who agreed on it before (TCP Fast Open, RFC 7413)."""
        if self.early is None:
            return
        (segment, frame, time), self.early = self.early, None
        if not any(kind in segment.options for kind in FAST_OPEN_OPTIONS):
            self.note_odd("syn-data", frame)
        if acknowledgement == self.initial + 1 + segment.length & _SEQUENCE_MASK and self.position == 0:
            self._count(0, segment.length)
            self._wait(0, segment.data[segment.start : segment.end], segment.length, frame, time)
            self._drain()

    def _window(self, window: int, frame: int, time: int) -> None:
        """Watch for a receive buffer that is full."""
        if not window and not self.zero_since:
            self.first_zero_window = self.first_zero_window or frame
            self.zero_since, self.zero_windows = time, self.zero_windows + 1
        elif window and self.zero_since:
            self.zero_window_time += max(0, time - self.zero_since)
            self.zero_since = 0

    def segment_count(self) -> int:
        """About how many segments with data this side sent: those in the quick path are not counted one by one."""
        return max(self.segments, self.position // max(self.longest, 1))

    def in_turn(self, data: bytes, start: int, end: int, frame: int, time: int, window: int) -> None:
        """A whole segment with data and without flags that comes when its turn is, and no segment waits for it."""
        self.settle()
        length = end - start
        if not window or self.zero_since:
            self._window(window, frame, time)
        self._count(self.position, length)
        self._in_order(data, start, end, length, frame, time)
        self.arm()
        connection = self.connection
        connection.last_frame, connection.last_time = frame, time
        self.weigh()

    def _count(self, offset: int, length: int) -> None:
        """One more segment with data."""
        self.far = -1
        if length > self.longest:
            self.longest = length
        if offset + length > self.top:
            self.top = offset + length
        self.segments += 1

    def _in_order(self, data: bytes, start: int, end: int, length: int, frame: int, time: int) -> None:
        """Hand on the bytes of a segment whose turn it is; of its `length` bytes some may not have been captured."""
        offset = self.position
        self._advance(length)
        self.take(data, start, end, frame, time)
        if self.state == IGNORE and self.connection.expected:
            self._keep_start(data, start, end, offset)
        if end - start < length:
            self.cut += length - (end - start)
            self._gap(length - (end - start), frame)

    def _keep_start(self, data: bytes, start: int, end: int, offset: int) -> None:
        """More of the first bytes of a stream that is not DICOM, as long as none before them are missing."""
        kept = len(self.first_bytes)
        first = start + kept - offset
        last = min(end, start + MAXIMUM_IGNORED_START_BYTES - offset)
        if kept and start <= first < last:
            self.first_bytes += data[first:last]

    def _advance(self, length: int) -> None:
        self.next = self.next + length & _SEQUENCE_MASK

    def _gap(self, length: int, frame: int) -> None:
        if len(self.gaps) < MAXIMUM_CONFLICTS:
            self.gaps.append((self.position, length, frame))
        self.gap(length)

    def _careful(self, segment: Segment, offset: int, frame: int, time: int) -> None:
        """A segment out of turn: cut off what has been taken, keep the rest until its turn comes."""
        data, start, end, length = segment.data, segment.start, segment.end, segment.length
        if offset < self.position:
            old = min(self.position - offset, length)
            self._compare(segment, offset, old, frame, time)
            if old == length:
                return
            offset, start, length = offset + old, min(start + old, end), length - old
        elif offset > self.position and not any(w.offset <= offset < w.offset + w.length for w in self.waiting[-1:]):
            self.reordered += 1
        self._wait(offset, data[start:end], length, frame, time)
        self._drain()
        if self.waiting:
            self.other.settle()  # its acknowledgements are looked at from now on
        if self.waiting:
            if self.waiting_bytes > MAXIMUM_WAITING_BYTES:
                self._too_much_waits("MAXIMUM_WAITING_BYTES", MAXIMUM_WAITING_BYTES, frame)
            elif len(self.waiting) > MAXIMUM_WAITING_SEGMENTS:
                self._too_much_waits("MAXIMUM_WAITING_SEGMENTS", MAXIMUM_WAITING_SEGMENTS, frame)
            elif self.connection.table.waiting_bytes > MAXIMUM_TOTAL_WAITING_BYTES:
                self._too_much_waits("MAXIMUM_TOTAL_WAITING_BYTES", MAXIMUM_TOTAL_WAITING_BYTES, frame)

    def _too_much_waits(self, name: str, value: int, frame: int) -> None:
        """A limit on what waits is reached: what it waits for is given up."""
        if self.connection.association:
            self.connection.table.limit(name, value, frame)
        self.give_up_gap(frame)

    def _wait(self, offset: int, data: bytes, length: int, frame: int, time: int) -> None:
        """Hold a segment in the list, without what the list already has; the first bytes captured win."""
        captured = len(data)
        fresh: list[tuple[int, int]] = []
        at, end = offset, offset + length
        waiting = self.waiting
        index = _first_reaching(waiting, offset)
        while index < len(waiting) and waiting[index].offset < end:
            each = waiting[index]
            if each.offset > at:
                fresh.append((at, each.offset))
            first, last = max(each.offset, offset), min(each.offset + each.length, end)
            if each.data is not None and first < last:
                mine = data[first - offset : last - offset]
                theirs = each.data[first - each.offset : last - each.offset]
                self._note_overlap(first, theirs, mine, frame)
            at = max(at, each.offset + each.length)
            index += 1
        if at < end:
            fresh.append((at, end))
        for first, last in fresh:
            split = min(last, max(first, offset + captured))
            if split > first:
                self._insert(Waiting(first, split - first, data[first - offset : split - offset], frame, time))
            if last > split:
                self._insert(Waiting(split, last - split, None, frame, time))

    def _insert(self, piece: Waiting) -> None:
        insort(self.waiting, piece, key=_offset_of)
        held = 0 if piece.data is None else len(piece.data)
        self.waiting_bytes += held
        self.connection.table.waiting_bytes += held

    def _drain(self) -> None:
        """Take all waiting segments whose turn has come."""
        waiting = self.waiting
        while waiting and waiting[0].offset <= self.position:
            piece = waiting.pop(0)
            self.impatience = 0
            self._advance(piece.length)
            if piece.data is None:
                self.cut += piece.length
                self._gap(piece.length, piece.frame)
            else:
                self.waiting_bytes -= len(piece.data)
                self.connection.table.waiting_bytes -= len(piece.data)
                self.take(piece.data, 0, len(piece.data), piece.frame, piece.time)
            self.settle()

    def give_up_gap(self, frame: int) -> None:
        """The bytes before the first waiting segment will not come any more."""
        if self.waiting:
            self.settle()
            missing = self.waiting[0].offset - self.position
            self._advance(missing)
            self._gap(missing, self.waiting[0].frame)
            self.settle()
            self._drain()

    def _compare(self, segment: Segment, offset: int, old: int, frame: int, time: int) -> None:
        """Hold bytes that came again against those taken first."""
        if segment.length == 1 and old == 1 and offset == self.position - 1:
            return  # a keep-alive probe: its one byte means nothing
        later = segment.data[segment.start : min(segment.start + old, segment.end)]
        first = self.connection.table.captured_before(self.address, segment.sequence, len(later), frame)
        for at, piece, _, _ in first:
            self._note_overlap(offset + at, piece, later[at : at + len(piece)], frame)
        if any(identity == segment.identity >= 0 and time - when < DUPLICATE_NANOSECONDS
               for _, _, identity, when in first):  # fmt: skip
            self.duplicated += 1
            self.first_duplicate = self.first_duplicate or frame
        else:
            self.retransmitted += 1
            self.first_retransmission = self.first_retransmission or frame

    def _note_overlap(self, offset: int, first: bytes, later: bytes, frame: int) -> None:
        if first[: len(later)] == later[: len(first)]:
            return
        self.conflict_count += 1
        if len(self.conflicts) < MAXIMUM_CONFLICTS:
            at = next(index for index, (one, other) in enumerate(zip(first, later, strict=False)) if one != other)
            self.conflicts.append(
                Conflict(offset, min(len(first), len(later)), offset + at, bytes(first[at : at + CONFLICT_BYTES]),
                         bytes(later[at : at + CONFLICT_BYTES]), frame)
            )  # fmt: skip

    def acknowledge(self, acknowledgement: int, frame: int) -> None:
        """The other side says that it has all before this sequence number: what is missing was not captured."""
        if self.early is not None:
            self.answer_early(acknowledgement)
        if not self.begun and self.other.seen_syn and not self.other.position:
            # Its SYN was not captured (yet). Who has said nothing acknowledges just that: in DICOM nobody else speaks
            # first.
            self.first_number = acknowledgement
        if not self.waiting or not self.begun:
            return
        self.settle()
        distance = ((acknowledgement - self.next + _HALF) & _SEQUENCE_MASK) - _HALF
        self.acknowledged = max(self.acknowledged, self.position + distance)
        if self.acknowledged >= self.waiting[0].offset:
            self.impatience += 1
            if self.impatience > PATIENCE_SEGMENTS:
                self.give_up_gap(frame)
                self.impatience = 0

    def end(self, frame: int) -> None:
        """Nothing more will come: fill in the gaps and give what is there."""
        if self.early is not None:
            self.answer_early(-1)
        while self.waiting:
            self.give_up_gap(frame)
        self.settle()
        if self.fin_at > self.position:
            self._gap(self.fin_at - self.position, frame)
        self.finish()

    def ended(self) -> bool:
        """Whether a FIN was seen and everything before it was taken."""
        self.settle()
        return self.fin_at >= 0 and self.position >= self.fin_at


def _offset_of(piece: Waiting) -> int:
    return piece.offset


def _first_reaching(waiting: list[Waiting], offset: int) -> int:
    """The index of the first waiting piece that ends after `offset`."""
    low, high = 0, len(waiting)
    while low < high:
        middle = (low + high) // 2
        if waiting[middle].offset + waiting[middle].length <= offset:
            low = middle + 1
        else:
            high = middle
    return low


class Connection:
    """A TCP connection: two streams, and what was seen of its beginning and its end."""

    __slots__ = (
        "table", "number", "client", "server", "expected", "association", "pdu_count", "handshake", "syn_frame",
        "syn_time", "answered_time", "first_frame", "first_time", "last_frame", "last_time", "how", "ended_frame",
        "reset_by_client", "syn_count", "client_known",
        "requestor", "over", "missed_before", "answer_first",
        "fin_by_client", "fin_frame", "fin_time", "open_bytes", "held_syn", "after_end",
    )  # fmt: skip

    def __init__(self, table: Streams, key: bytes, frame: int, time: int) -> None:
        self.table = table
        self.open_bytes = 0
        """What it takes, by estimate, as long as it is open."""
        self.number = 0
        self.association = 0
        """The number of the association that PDUs belong to now; 0 before the first."""
        self.pdu_count = 0
        self.handshake = False
        self.client_known = False
        self.syn_frame = 0
        self.syn_time: int | None = None
        self.answered_time: int | None = None
        self.syn_count = 0
        self.first_frame = self.last_frame = frame
        self.first_time = self.last_time = time
        self.how = ""
        """How it ended: '', 'closed', 'reset', 'refused'."""
        self.ended_frame = 0
        self.reset_by_client: bool | None = None
        self.fin_by_client: bool | None = None
        """Who closed first; None when nobody did. With the frame of that FIN, and its time."""
        self.fin_frame = self.fin_time = 0
        self.held_syn: tuple[Segment, int, int] | None = None
        """A SYN within the open connection, its frame and time: whether it begins another one, what follows tells."""
        self.after_end = 0
        """The frame in which a connection went on that had ended, and that this one continues; 0: it does not."""
        self.requestor: Stream | None = None
        """Who sent the A-ASSOCIATE-RQ of the present association; None when that was not captured."""
        self.over = False
        """The present association has ended, or was asked to: another A-ASSOCIATE-RQ begins another one."""
        self.missed_before = 0
        self.answer_first = False
        """All that was seen of the present association is an answer to its A-ASSOCIATE-RQ."""
        source, destination = ports(key)
        self.expected = source in table.ports or destination in table.ports
        """One of its ports is a DICOM port."""
        self.client = Stream(self, True, key)
        self.server = Stream(self, False, reversed_key(key))
        self.client.other, self.server.other = self.server, self.client
        if source in table.ports and destination not in table.ports:
            self.turn_round()

    def turn_round(self) -> None:
        """The other side is the client."""
        self.client, self.server = self.server, self.client
        self.client.from_client, self.server.from_client = True, False

    def begin_association(self, stream: Stream, pdu: Pdu, requested: bool, again: bool = False) -> None:
        """A new A-ASSOCIATE-RQ, or PDUs from the middle: the next association has begun; or (`again`) the request of
        the present one has come after its answer."""
        if requested and not self.client_known and not stream.from_client:
            self.turn_round()
        self.client_known = self.client_known or requested
        self.requestor = stream if requested else None
        self.over = False
        # What is missing from the beginning of a connection is missing from its first association: its request, mostly.
        own = self.handshake and not self.association and not requested
        self.missed_before = 0 if own else self.missed()
        self.answer_first = False
        if not again:
            self.association = self.table.next_association
            self.table.next_association += 1
            self.pdu_count = 0
            self.weigh(CONNECTION_BYTES + ASSOCIATION_BYTES - self.open_bytes)
            stream.weighed = stream.other.weighed = 0
        self.table.events.append(Begun(self.association, self, stream, pdu.first_frame, pdu.first_time, requested,
                                       self.missed_before))  # fmt: skip
        stream.other.now_dicom()
        stream.other.weigh()

    def weigh(self, count: int) -> None:
        """It takes so many bytes more, by estimate."""
        if not self.how and self.number:
            self.open_bytes += count
            self.table.open_bytes += count

    def last_seen(self) -> int:
        """The last frame with a segment of it."""
        return max(self.last_frame, self.client.frame, self.server.frame)

    def missed(self) -> int:
        """Bytes of both directions that were not captured so far."""
        return self.client.missed + self.server.missed

    def end(self, how: str, frame: int) -> None:
        """It is over; give what the streams still hold."""
        if not self.how:
            self.how, self.ended_frame = how, frame
        for stream in (self.client, self.server):
            stream.end(frame)


class Event:
    """Something that happened to a connection: 'open' (SYN answered), 'fin', 'reset', 'refused', 'end'."""

    __slots__ = ("kind", "connection", "from_client", "frame", "time", "missed")

    def __init__(
        self, kind: str, connection: Connection, from_client: bool, frame: int, time: int, missed: int
    ) -> None:  # fmt: skip
        self.kind = kind
        self.connection = connection
        self.from_client = from_client
        self.frame = frame
        self.time = time
        self.missed = missed
        """Bytes of both directions that were not captured, up to here."""


class Begun:
    """An association begins on a connection."""

    __slots__ = ("association", "connection", "requestor", "frame", "time", "requested", "missed")

    def __init__(
        self, association: int, connection: Connection, requestor: Stream, frame: int, time: int, requested: bool,
        missed: int,
    ) -> None:  # fmt: skip
        self.association = association
        self.connection = connection
        self.requestor = requestor
        self.frame = frame
        self.time = time
        self.requested = requested
        """Its A-ASSOCIATE-RQ was seen; otherwise the capture starts in its middle."""
        self.missed = missed
        """Bytes of both directions that were not captured before it."""


def ports(key: bytes) -> tuple[int, int]:
    """Source and destination port of a flow key."""
    return int.from_bytes(key[-4:-2], "big"), int.from_bytes(key[-2:], "big")


def reversed_key(key: bytes) -> bytes:
    """The key of the other direction."""
    half = (len(key) - 4) // 2
    return key[half : 2 * half] + key[:half] + key[-2:] + key[-4:-2]


def endpoint(key: bytes, source: bool = True) -> str:
    """'10.0.0.1:104' or '[fe80::1]:104': the sender of a flow key, or its receiver."""
    half = (len(key) - 4) // 2
    address = key[:half] if source else key[half : 2 * half]
    port = ports(key)[0 if source else 1]
    if half == 4:
        return f"{address[0]}.{address[1]}.{address[2]}.{address[3]}:{port}"
    import ipaddress

    return f"[{ipaddress.ip_address(address)}]:{port}"


class Checksums:
    """The segments of one sender whose checksums were looked at."""

    __slots__ = ("right", "wrong", "first_wrong")

    def __init__(self) -> None:
        self.right = self.wrong = 0
        self.first_wrong = 0
        """The first frame with a wrong one."""


def _goes_on(ended: Connection, segment: Segment) -> bool:
    """Whether a segment continues a connection that has ended: its sender sends more than the end that it gave, or more
    after what it sent behind its reset was acknowledged. Late segments, sent again or overtaken by the end, do not
    reach beyond it, and nobody who took a reset acknowledges anything."""
    stream = ended.client if ended.client.address == segment.key else ended.server
    if segment.flags & RST:
        return False
    if segment.flags & ACK and stream.other.end_sequence >= 0:
        distance = ((segment.acknowledgement - stream.other.next + _HALF) & _SEQUENCE_MASK) - _HALF
        if 0 < distance <= RESET_WINDOW and ended.how == "reset":
            stream.other.acknowledged = stream.other.position + distance
    if segment.length < 2 or stream.end_sequence < 0:
        return False
    last = segment.sequence + segment.length
    beyond = ((last - stream.end_sequence + _HALF) & _SEQUENCE_MASK) - _HALF
    if ended.how == "reset" and stream.acknowledged > stream.position:
        fresh = ((last - stream.next + _HALF) & _SEQUENCE_MASK) - _HALF
        beyond = max(beyond, fresh - (stream.acknowledged - stream.position))
    return 0 < beyond <= RESET_WINDOW


class Streams:
    """All connections of a capture. `feed` takes a batch and returns what happened; `finish` what was left.

    Arguments: `port_numbers` are taken for DICOM besides the usual ones; `keep_bytes` keeps all bytes of all PDUs
    (for dumps); `keep_data` keeps so many bytes of each data set, from its start; associations are numbered from
    `first_association`; `checksums` leaves out segments whose checksum is wrong, as a receiver does.
    """

    def __init__(
        self, port_numbers: Iterable[int] = (), keep_bytes: bool = False, keep_data: int = 0,
        first_association: int = 1, checksums: bool = False,
    ) -> None:  # fmt: skip
        self.ports = frozenset((*DICOM_PORTS, *port_numbers))
        self.keep_bytes = keep_bytes
        self.keep_data = keep_data
        self.link = LinkReader(checksums)
        self.checksums: dict[bytes, Checksums] = {}
        """By the address of the sender."""
        self.flows: dict[bytes, Stream] = {}
        self.ended: OrderedDict[bytes, Connection] = OrderedDict()
        self.events: list[Pdu | Event | Begun] = []
        self.next_association = first_association
        self.connection_count = 0
        self.waiting_bytes = 0
        self.open_bytes = 0
        """What all open connections take, by estimate."""
        self.recent: deque[Batch] = deque()
        self.recent_frames = self.recent_bytes = 0
        self.looks_left = MAXIMUM_LOOKS_BACK
        self.looked_at = 0
        """The frame of the last comparison."""
        self.frame = self.time = 0
        """The last frame that was read, and its time."""
        self._heads = (-1, 0, 0, _FAR)
        """See `_heads_of`."""
        self.finished = False
        """The capture has ended."""
        self.lingering: deque[tuple[int, Connection]] = deque()
        """Connections that both sides have closed although bytes are missing, with the frame of the second FIN."""
        self.connections_given_up = 0
        self.limits: dict[str, tuple[int, int, int]] = {}
        """Limits that were reached, by the names of their constants: their value, how often, and the first frame."""
        self.first_wrong_fragment = 0
        """The first frame with an IP fragment that was left out for its checksum."""
        self.first_cut: tuple[int, int, int] | None = None
        """The first frame that was cut off when captured: its number, bytes captured, bytes on the wire."""

    def limit(self, name: str, value: int, frame: int) -> None:
        """A limit was reached once more."""
        _, count, first = self.limits.get(name, (value, 0, frame))
        self.limits[name] = (value, count + 1, first)

    def feed(self, batch: Batch) -> Iterator[Pdu | Event | Begun]:
        """Read a batch of frames: what happens, as it happens. Nothing has been read beyond the frame of an event when
        it is told, so what is made of it does not depend on how frames come in batches."""
        self._remember(batch)
        batch.begin()
        number = batch.number - 1
        while True:
            number = self._read(batch, number)
            if not self.events:
                break
            told, self.events = self.events, []
            yield from told
        if batch.in_place:
            batch.read_to(batch.position, number, self.time)
        batch.finish()
        self.recent_frames += batch.count
        self.recent_bytes += batch.captured_bytes

    def _read(self, batch: Batch, number: int) -> int:
        """Read frames, the first of them the one after `number`, until something happens or they are through; returns
        the number of the last one read."""
        data, position, time, flows = batch.data, batch.position, self.time, self.flows
        records, in_place = batch.records, batch.in_place
        second, second_began = -1, 0
        known_link_type, at, ip, needed = self._heads
        if in_place and records is not None:
            frames, limit, unit, link_type = _NO_FRAMES, len(data), records.unit, records.link_type
            if link_type != known_link_type:
                known_link_type, at, ip, needed = self._heads_of(link_type)
        else:
            frames, unit = batch.frames, 0
            limit = len(frames)
        while True:
            if in_place:
                start = position + RECORD_HEAD_BYTES
                if start > limit:
                    break
                seconds, fraction, captured, wire = record_head(data, position)
                end = start + captured
                if end > limit:
                    break
                if seconds != second:  # the same in thousands of frames, and a large product takes its time
                    second, second_began = seconds, seconds * 1_000_000_000
                position, time = end, second_began + fraction * unit
            else:
                if position == limit:
                    break
                start, captured, wire, time, link_type = frames[position]
                position += 1
                if link_type != known_link_type:
                    known_link_type, at, ip, needed = self._heads_of(link_type)
            number += 1
            if needed <= captured == wire:
                (
                    ethertype, version, total, fragment_protocol, key, sequence, offset_flags, window
                ) = plain_head(data, start + at)  # fmt: skip
                if (
                    ethertype == _ETHERTYPE_IPV4 and version == _IPV4_PLAIN
                    and fragment_protocol & _WHOLE_TCP == TCP and not offset_flags & 0x27
                ):  # fmt: skip
                    stream = flows.get(key)
                    if stream is not None:
                        length = total - (offset_flags >> 12 << 2) - 20
                        if length > 0 and sequence == stream.next and ip + total <= captured:
                            if length < stream.quick:
                                # The quick path: inside a fragment, in order.
                                if stream.wanted:
                                    end = start + ip + total
                                    stream.pieces.append(data[end - length : end])
                                    stream.wanted -= length
                                stream.quick -= length
                                stream.next = sequence + length & 0xFFFFFFFF
                                stream.frame = number
                                stream.time = time
                                continue
                            if stream.fin_at < 0 and not (stream.waiting or stream.other.waiting):
                                # In order, and nothing waits: the bytes go to the reader without a detour.
                                end = start + ip + total
                                stream.in_turn(data, end - length, end, number, time, window)
                                if self.open_bytes > MAXIMUM_OPEN_BYTES:
                                    self._give_up_some(number)
                                if self.events:
                                    break
                                continue
                        elif (
                            length == 0 and window and not stream.zero_since and not stream.other.waiting
                            and (stream.other.begun or stream.position)
                        ):  # fmt: skip
                            continue  # an acknowledgement, and nothing waits for one
            if captured < wire:
                batch.cut_frames += in_place
                self.first_cut = self.first_cut or (number, captured, wire)
            segment = self.link.segment(data, start, captured, wire, link_type, time)
            if segment is not None:
                self._segment(segment, number, time)
                if self.events:
                    break
            elif self.link.reached or self.link.fragments_wrong:
                self.first_wrong_fragment = self.first_wrong_fragment or number * bool(self.link.fragments_wrong)
                while self.link.reached:
                    self.limit(*self.link.reached.pop(), number)
        batch.position = position
        self.frame, self.time = number, time
        return number

    def _heads_of(self, link_type: int) -> tuple[int, int, int, int]:
        """From now on frames have this link type: the type, where their ethertype and IP header stand, and how many
        bytes `plain_head` needs of them, which is more than any has where it cannot read them."""
        at = _ETHERTYPE_AT.get(link_type, 0)
        self._heads = (link_type, at, at + 2, at + PLAIN_BYTES if at and not self.link.checksums else _FAR)
        return self._heads

    def _remember(self, batch: Batch) -> None:
        """Keep a batch for looking back, and let go of those that no look reaches any more."""
        recent = self.recent
        while len(recent) > 0 and (
            self.recent_frames - recent[0].count >= RECENT_FRAMES
            or self.recent_bytes - recent[0].captured_bytes >= RECENT_BYTES
        ):
            gone = recent.popleft()
            self.recent_frames -= gone.count
            self.recent_bytes -= gone.captured_bytes
        recent.append(batch)

    def finish(self) -> list[Pdu | Event | Begun]:
        """The capture has ended; what happened that was still waiting for more."""
        self.finished = True
        self.events = []
        for stream in list(self.flows.values()):
            held = stream.connection.held_syn
            if held is not None and max(stream.frame, stream.other.frame) <= held[1]:
                self._close_for(stream.connection, *held)  # no data came after it
        for stream in list(self.flows.values()):
            if stream.from_client and stream.connection.how == "":
                self._close(stream.connection, "", self.frame)
        for connection in list(self.ended.values()):
            connection.end("", self.frame)
        self.flows.clear()
        self.ended.clear()
        return self.events

    # ---------------------------------------------------------------------------------- the careful path

    def _segment(self, segment: Segment, number: int, time: int) -> None:
        while self.lingering and self.lingering[0][0] + LINGERING_FRAMES < number:
            _, closed = self.lingering.popleft()
            if self.flows.get(closed.client.address) is closed.client:
                self._close(closed, "closed", number)
        stream = self.flows.get(segment.key)
        flags = segment.flags
        if self.link.checksums and not self._checksum(segment, stream, number):
            return
        if stream is not None and stream.connection.held_syn is not None:
            stream = self._begun_anew(segment, stream)
        if stream is None or flags & SYN:
            stream = self._flow(segment, stream, number, time)
            if stream is None:
                return
        connection = stream.connection
        connection.last_frame, connection.last_time = number, time
        if flags & SYN:
            self._handshake(connection, stream, flags, number, time)
        if flags & RST:
            self._reset(connection, stream, segment, number, time)
            return
        if segment.contradicted:
            stream.note_odd("fragments", number)
        stream.segment(segment, number, time)
        if flags & ACK:
            stream.other.acknowledge(segment.acknowledgement, number)
        stream.weigh()
        stream.other.weigh()
        if flags & FIN:
            if connection.fin_by_client is None:
                connection.fin_by_client, connection.fin_frame, connection.fin_time = stream.from_client, number, time
            self.events.append(Event("fin", connection, stream.from_client, number, time, connection.missed()))
        if stream.fin_at >= 0 and stream.other.fin_at >= 0:
            if stream.ended() and stream.other.ended():
                self._close(connection, "closed", number)
            elif flags & FIN and len(self.lingering) < MAXIMUM_CONNECTIONS:
                self.lingering.append((number, connection))
        if self.open_bytes > MAXIMUM_OPEN_BYTES:
            self._give_up_some(number)

    def _flow(self, segment: Segment, stream: Stream | None, number: int, time: int) -> Stream | None:
        """The stream of a segment: a known one, one that ended, or a new one."""
        key, flags = segment.key, segment.flags
        if stream is not None:
            if stream.begun:
                if segment.sequence == stream.initial:
                    return stream
            elif flags & ACK or stream.other.seen_syn or not stream.other.begun:
                return stream
            if self._hold(segment, stream, number, time):
                return None
            self._close(stream.connection, "", number)  # the same addresses and ports, used again
        elif not flags & SYN:
            ended = self.ended.get(key)
            if ended is not None and _goes_on(ended, segment):
                return self._continue(ended, segment, number, time)
            if ended is not None or flags & RST and not segment.length:
                return self._late(ended, segment, number, time)
        return self._open(key, number, time)

    def _open(self, key: bytes, number: int, time: int) -> Stream:
        """A new connection; the stream with this key."""
        self._forget(key)
        if len(self.flows) >= 2 * MAXIMUM_CONNECTIONS:
            self._give_up_some(number)
        connection = Connection(self, key, number, time)
        self.connection_count += 1
        connection.number = self.connection_count
        connection.weigh(CONNECTION_BYTES)
        stream = connection.client if connection.client.address == key else connection.server
        self.flows[key] = stream
        self.flows[stream.other.address] = stream.other
        return stream

    def _hold(self, segment: Segment, stream: Stream, number: int, time: int) -> bool:
        """Whether a SYN on an open connection is held until it is known to begin another one. By itself it proves
        nothing: the receiver ignores it (RFC 5961 4), and who believes it can be made to lose the connection."""
        connection = stream.connection
        stream.settle()
        going_on = connection.handshake or stream.position or stream.other.position
        if not going_on or stream.fin_at >= 0 or stream.other.fin_at >= 0 or not stream.other.begun:
            return False
        connection.held_syn = connection.held_syn or (segment, number, time)
        stream.note_odd("syn", number)
        return True

    def _begun_anew(self, segment: Segment, stream: Stream) -> Stream | None:
        """The stream of a segment of a connection in which a SYN is held: it may show that the SYN was a true one,
        because it answers it or follows it."""
        connection = stream.connection
        assert connection.held_syn is not None
        held, number, time = connection.held_syn
        after = held.sequence + 1 & _SEQUENCE_MASK
        if segment.flags & ACK and segment.acknowledgement == after and held.key != segment.key:
            true = bool(segment.flags & (SYN | RST) or held.flags & ACK and self._is_far(held))
        else:
            true = held.key == segment.key and segment.sequence == after and self._is_far(held)
        if not true:
            return stream
        self._close_for(connection, held, number, time)
        return self.flows.get(segment.key)

    def _is_far(self, held: Segment) -> bool:
        """Whether a SYN's sequence number is not one that the open connection itself may come to."""
        stream = self.flows[held.key]
        stream.settle()
        return abs(((held.sequence - stream.next + _HALF) & _SEQUENCE_MASK) - _HALF) > RESET_WINDOW

    def _close_for(self, connection: Connection, held: Segment, number: int, time: int) -> None:
        """The connection was over when this SYN came, and another one began with it."""
        connection.held_syn = None
        for stream in (connection.client, connection.server):
            stream.forget_odd("syn")
        self._close(connection, "", number)
        self._open(held.key, number, time)
        self._segment(held, number, time)

    def _continue(self, ended: Connection, segment: Segment, number: int, time: int) -> Stream:
        """A connection goes on that had ended, so its end was none: go on reading, from the middle."""
        stream = self._open(segment.key, number, time)
        connection = stream.connection
        connection.expected = connection.expected or ended.expected or bool(ended.association)
        connection.after_end = number
        if ended.client.address != connection.client.address:
            connection.turn_round()
        stream.note_odd("after-end", number)
        return stream

    def _checksum(self, segment: Segment, stream: Stream | None, number: int) -> bool:
        """Whether the checksums of a segment are right; they are counted by sender."""
        key = segment.key
        if stream is None and self.ports.isdisjoint(ports(key)):
            return not segment.checksum_wrong
        sender = key[: (len(key) - 4) // 2]
        counts = self.checksums.get(sender)
        if counts is None:
            counts = Checksums()
            if len(self.checksums) < MAXIMUM_WATCHED_HOSTS:
                self.checksums[sender] = counts
            else:
                self.limit("MAXIMUM_WATCHED_HOSTS", MAXIMUM_WATCHED_HOSTS, number)
        if not segment.checksum_wrong:
            counts.right += 1
            return True
        counts.wrong += 1
        counts.first_wrong = counts.first_wrong or number
        return False

    def _late(self, connection: Connection | None, segment: Segment, number: int, time: int) -> Stream | None:
        """A segment after the end: it may still fill a gap."""
        if connection is None:
            return None
        stream = connection.client if connection.client.address == segment.key else connection.server
        if stream.waiting and segment.length:
            stream.segment(segment, number, time)
        return None

    def _handshake(self, connection: Connection, stream: Stream, flags: int, number: int, time: int) -> None:
        if flags & ACK:
            if not connection.client_known and stream.from_client:
                connection.turn_round()
            connection.client_known = True
            if connection.answered_time is None:
                connection.answered_time = time
                connection.handshake = True
                self.events.append(Event("open", connection, False, number, time, 0))
        else:
            if not connection.client_known and not stream.from_client:
                connection.turn_round()
            connection.client_known = True
            connection.syn_count += 1
            if connection.syn_time is None:
                connection.syn_time, connection.syn_frame = time, number

    def _reset(self, connection: Connection, stream: Stream, segment: Segment, number: int, time: int) -> None:
        stream.settle()
        distance = ((segment.sequence - stream.next + _HALF) & _SEQUENCE_MASK) - _HALF
        if stream.begun and not -RESET_WINDOW <= distance <= max(0, stream.top - stream.position) + RESET_WINDOW:
            # A client whose SYN met what is left of an earlier connection resets that one (RFC 9293 3.10.7.3).
            if connection.handshake or connection.syn_time is None or not stream.from_client:
                stream.note_odd("reset", number)
            return
        stream.end_sequence = segment.sequence
        refused = not connection.handshake and connection.syn_time is not None and not stream.from_client
        connection.reset_by_client = stream.from_client
        kind = "refused" if refused else "reset"
        self.events.append(Event(kind, connection, stream.from_client, number, time, connection.missed()))
        self._close(connection, kind, number)

    def _close(self, connection: Connection, how: str, frame: int) -> None:
        """The connection is over: give what it holds, keep it for a while among the ended."""
        for stream in (connection.client, connection.server):
            if self.flows.get(stream.address) is stream:
                del self.flows[stream.address]
            if how == "closed":
                stream.end_sequence = stream.next
        connection.end(how, frame)
        self.open_bytes -= connection.open_bytes
        connection.open_bytes = 0
        self.events.append(Event("end", connection, False, frame, connection.last_time, connection.missed()))
        for stream in (connection.client, connection.server):
            self.ended[stream.address] = connection
        while len(self.ended) > 2 * MAXIMUM_ENDED_CONNECTIONS:
            self.ended.popitem(last=False)

    def _forget(self, key: bytes) -> None:
        self.ended.pop(key, None)
        self.ended.pop(reversed_key(key), None)

    def _give_up_some(self, frame: int) -> None:
        """Too many connections are open, or they take too much: let go of those that were silent longest, many at once,
        but never of the one that speaks now."""
        connections = {stream.connection.number: stream.connection for stream in self.flows.values()}
        silent = sorted(connections.values(), key=Connection.last_seen)[:-1]
        left, bytes_left = len(connections) * 7 // 8, MAXIMUM_OPEN_BYTES * 7 // 8
        for given_up, oldest in enumerate(silent):
            enough = len(connections) - given_up <= max(left, 1)
            if self.open_bytes <= bytes_left and (enough or len(connections) < MAXIMUM_CONNECTIONS):
                break
            self.connections_given_up += 1
            if oldest.association:
                large = self.open_bytes > bytes_left
                self.limit("MAXIMUM_OPEN_BYTES" if large else "MAXIMUM_CONNECTIONS",
                           MAXIMUM_OPEN_BYTES if large else MAXIMUM_CONNECTIONS, frame)  # fmt: skip
            self._close(oldest, "", frame)

    # ---------------------------------------------------------------------------------- looking back

    def captured_before(
        self, key: bytes, sequence: int, length: int, frame: int
    ) -> list[tuple[int, bytes, int, int]]:
        """Bytes of a flow as captured in recent frames: (place from `sequence`, bytes, identification of the IP packet,
        time), the last such frames first until the range is covered or the frames kept are through."""
        found: list[tuple[int, bytes, int, int]] = []
        open_ranges, frames, count = [(0, length)], 0, 0
        self.looks_left = min(self.looks_left + LOOKS_BACK_A_FRAME * (frame - self.looked_at), MAXIMUM_LOOKS_BACK)
        self.looked_at = frame
        both_ports = key[-4:]
        link = LinkReader(self.link.checksums)  # not ours: looking back must not disturb the fragments that wait
        for batch in reversed(self.recent):
            data = batch.data
            for start, captured, wire, when, link_type in reversed(batch.frames[: max(frame - batch.number, 0)]):
                frames += 1
                count += captured
                self.looks_left -= 1
                if self.looks_left < 0:
                    self.limit("MAXIMUM_LOOKS_BACK", MAXIMUM_LOOKS_BACK, frame)
                    return found
                if frames > RECENT_FRAMES or count > RECENT_BYTES:
                    return found
                if data.find(both_ports, start, start + min(captured, 120)) < 0:
                    continue
                segment = link.segment(data, start, captured, wire, link_type)
                if segment is None or segment.key != key or segment.end == segment.start:
                    continue
                if segment.checksum_wrong:
                    continue
                at = ((segment.sequence - sequence + _HALF) & _SEQUENCE_MASK) - _HALF
                left: list[tuple[int, int]] = []
                for first, last in open_ranges:
                    low, high = max(first, at), min(last, at + segment.end - segment.start)
                    if low >= high:
                        left.append((first, last))
                        continue
                    piece = segment.data[segment.start + low - at : segment.start + high - at]
                    found.append((low, piece, segment.identity, when))
                    left += [each_range for each_range in ((first, low), (high, last)) if each_range[0] < each_range[1]]
                open_ranges = left
                if not open_ranges:
                    return found
        return found
