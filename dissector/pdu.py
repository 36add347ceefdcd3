"""One direction of a TCP connection, byte after byte, cut into PDUs: located, their bodies not yet decoded.

Strategy: a state machine that takes bytes in whatever pieces they come and holds only what it needs. Inside a
fragment that nobody reads (pixel data, mostly) it holds nothing: `skip` counts the bytes that may pass unseen, and
the loop over the frames (`stream`) lowers it without a call. All else goes through `take`, `gap` and `finish`.

When the place of the next PDU head is lost (the capture starts in the middle, bytes are missing, a length lies), it
hunts: it holds bytes until a head is found that a chain of following heads confirms, then reads on from there.
Nothing here raises on any bytes; every buffer has a named cap.

Reference: PS3.8 9.3
"""

from __future__ import annotations

from struct import Struct
from typing import Final

from .heads import HEADS_BYTES, usual_heads
from .standard.pdus import (
    A_ABORT, A_ASSOCIATE_AC, A_ASSOCIATE_RJ, A_ASSOCIATE_RQ, A_RELEASE_RP, A_RELEASE_RQ, P_DATA_TF, PDU_STRUCTURES,
)  # fmt: skip

MAXIMUM_ASSOCIATION_PDU_BYTES = 1024 * 1024
"""An association PDU that claims more is nonsense: 128 contexts with 100 transfer syntaxes each need 400 KiB."""
MAXIMUM_KEPT_PDU_BYTES = 64 * 1024 * 1024
"""How much of one PDU is kept when all bytes are kept."""
MAXIMUM_COMMAND_BYTES_PER_PDU: Final = 64 * 1024
"""How much of the command fragments of one PDU is kept; a real command set has a few hundred bytes."""
MAXIMUM_FRAGMENTS_PER_PDU = 65_536
"""After so many presentation data values the rest of a PDU is passed over."""
MAXIMUM_HUNTED_BYTES = 1024 * 1024
"""How much is held while hunting for a PDU head; then the older half is given up."""
MAXIMUM_CANDIDATES = 4096
"""How many heads may wait for their confirmation while hunting."""
MAXIMUM_PLACEHOLDER_BYTES = 64 * 1024
"""When more than this of an association PDU is missing, it is given only up to its first missing byte: placeholders
cost the sender nothing, and us memory."""
MAXIMUM_HOLE_BYTES = 1024 * 1024
"""A gap longer than this inside a PDU ends the PDU."""
CONFIRMING_HEADS = 2
"""How many heads must follow a PDU head that is found by hunting."""

HEAD_BYTES: Final = 6
PDV_HEAD_BYTES: Final = 6
REQUEST_HEAD_BYTES: Final = 75
"""Up to the type of the first item: enough to recognise an A-ASSOCIATE-RQ anywhere."""
_APPLICATION_CONTEXT = 0x10

# Derived from the tables: type, reserved, length of a PDU; length, context ID, control header of a PDV.
pdu_head: Final = Struct(">BxI").unpack_from
pdv_head: Final = Struct(">IBB").unpack_from

# States of a reader: what the next byte is.
START: Final = 0
HEAD: Final = 1
BODY: Final = 2
PDV_LENGTH: Final = 3
PDV_HEAD: Final = 4
FRAGMENT: Final = 5
REST_OF_PDU: Final = 6
HUNT: Final = 7
IGNORE: Final = 8


class Fragment:
    """One presentation data value."""

    __slots__ = ("context_id", "header", "length", "start", "data", "missing")

    def __init__(
        self, context_id: int, header: int, length: int, start: int, data: bytes | None,
        missing: tuple[tuple[int, int], ...] = (),
    ) -> None:  # fmt: skip
        self.context_id = context_id
        self.header = header
        """The message control header: bit 0 command, bit 1 last."""
        self.length = length
        """Bytes of the fragment, the two before it not counted."""
        self.start = start
        """Where it starts within its PDU."""
        self.data = data
        """None where nobody wanted it."""
        self.missing = missing
        """Half-open ranges of the fragment that were not captured."""


class Pdu:
    """A PDU, located: where it stands in its stream, and which frames it came in. Not decoded."""

    __slots__ = (
        "stream", "pdu_type", "length", "start", "end", "first_frame", "last_frame", "first_time", "last_time",
        "fragments", "body", "missing", "frames", "complete", "resumed_after", "nonsense", "length_wrong",
        "connection", "association", "number", "from_requestor", "own_waits", "other_waits", "missed",
        "roles_known", "plain",
    )  # fmt: skip

    def __init__(self, stream: PduReader, pdu_type: int, length: int, start: int, frame: int, time: int) -> None:
        self.stream = stream
        self.pdu_type = pdu_type
        self.length = length
        """The PDU-length field."""
        self.start = start
        """Stream offset of its first byte; `end` is that after its last one seen."""
        self.end = start
        self.first_frame = self.last_frame = frame
        self.first_time = self.last_time = time
        self.fragments: list[Fragment] = []
        self.body: bytes | None = None
        """All its bytes, head included, if they were kept (always for PDUs other than P-DATA-TF)."""
        self.missing: list[tuple[int, int]] = []
        """Half-open ranges within the PDU that were not captured."""
        self.frames: list[tuple[int, int, int]] = []
        """With kept bytes: (frame, start, end), the range of the PDU that came in each frame."""
        self.complete = False
        """Every byte that PDU-length announces was seen or is known to be missing inside."""
        self.resumed_after = -1
        """The stream offset where the reading had been lost before this PDU; -1 if it was not."""
        self.plain = False
        """A P-DATA-TF that came whole, where it was expected, and holds one fragment of even length: nothing can be
        wrong with how it is put together. Others may be just as well, but have to be looked at."""
        self.nonsense = False
        """Not a PDU as the standard has them: an unknown type, or bytes where a head should be."""
        self.length_wrong = False
        """PDU-length is longer than the PDU: another PDU's head stands inside."""
        self.from_requestor = True
        """The requestor sent it; when the A-ASSOCIATE-RQ was not captured, the client, which may be a guess."""
        self.roles_known = True
        """Who is requestor is known, by the A-ASSOCIATE-RQ or the handshake."""
        self.own_waits = self.other_waits = False
        """When it was told: whether bytes of its own or of the other direction were waiting behind missing ones."""
        self.missed = 0
        """Bytes of both directions of its connection that were not captured, up to here."""
        self.connection = 0
        """The number of its connection, from 1; of its association; and its own number within that."""
        self.association = 0
        self.number = 0

    @property
    def name(self) -> str:
        """'A-ASSOCIATE-RQ' and so on; 'unknown' for a type that the standard does not define."""
        structure = PDU_STRUCTURES.get(self.pdu_type)
        return structure.title if structure and not self.nonsense else "unknown"

    @property
    def cut(self) -> bool:
        """Its body ends before it does, because the rest was not captured (or not kept): not a length that lied."""
        return not (self.complete or self.length_wrong) or len(self.body or b"") < self.end - self.start

    def __repr__(self) -> str:
        return f"<Pdu {self.name} {self.start}-{self.end} frames {self.first_frame}-{self.last_frame}>"


class PduReader:
    """The state machine. Subclasses say what to do with a PDU (`emit`) and with the head of a request."""

    __slots__ = (
        "state", "skip", "skip_end", "position", "held", "held_from", "need", "pdu", "pdu_end", "pieces", "wanted",
        "fragment_head", "fragment_start", "holes", "keep_bytes", "keep_data", "data_left", "kept",
        "hunt_scan", "candidates", "lost_at", "lying", "frame", "time", "missed", "before",
    )  # fmt: skip

    def __init__(self, keep_bytes: bool = False, keep_data: int = 0) -> None:
        self.state = START
        self.skip = 0
        """Bytes of the present fragment still to come: lowered by the loop over the frames."""
        self.skip_end = 0
        self.position = 0
        """Stream offset of the next byte; while a fragment passes, `skip_end - skip` is."""
        self.held = bytearray()
        """Bytes gathered for the present state, and (offset, frame, time) of each piece of them."""
        self.held_from: list[tuple[int, int, int]] = []
        self.need = HEAD_BYTES
        self.pdu: Pdu | None = None
        self.pdu_end = 0
        self.pieces: list[bytes] = []
        """Bytes kept: of the whole PDU with `keep_bytes`, else of the present fragment."""
        self.wanted = 0
        """How many more bytes of the present fragment to keep."""
        self.fragment_head = (0, 0, 0)
        self.fragment_start = 0
        self.holes: list[tuple[int, int]] = []
        self.keep_bytes = keep_bytes
        """Keep every byte of every PDU (for dumps)."""
        self.keep_data = keep_data
        """How many bytes of each data set to keep, from its start."""
        self.data_left = keep_data
        """How many more of the present one."""
        self.kept = 0
        """Bytes of the present PDU kept so far."""
        self.hunt_scan = 0
        """Up to where the bytes held have been looked through for heads; those that wait for confirmation, with the
        number of bytes that must be held before they are looked at again."""
        self.candidates: list[tuple[int, int]] = []
        self.lost_at = -1
        self.lying = False
        """The place was lost to bytes that are no PDU, not to bytes that are missing."""
        self.frame = 0
        self.time = 0
        self.before = (0, 0)
        """Frame and time of the last byte before the present PDV."""
        self.missed = 0
        """Bytes of this direction that were not captured."""

    # ---------------------------------------------------------------------------------- for subclasses

    def emit(self, pdu: Pdu) -> None:
        """A PDU is there, whole or as far as it goes."""
        raise NotImplementedError

    def limit(self, name: str, value: int) -> None:
        """A limit was reached: the name of its constant, and its value."""

    def requested(self, pdu: Pdu) -> None:
        """The head of an A-ASSOCIATE-RQ was read."""

    def answers(self, data: bytes, start: int, end: int) -> bool:
        """While hunting: whether the answer to a request starts here, so that no further head need confirm it."""
        return False

    def request_in_ignored(self, data: bytes, start: int, end: int) -> bool:
        """Whether an A-ASSOCIATE-RQ starts here in a stream that was not DICOM so far: all of its head must be there,
        and its AE titles must be printable."""
        if end - start < REQUEST_HEAD_BYTES or data[start + 1] or not request_stands(data, start):
            return False
        titles = data[start + 10 : start + 42]
        return titles.isascii() and titles.decode().isprintable()

    def recognise(self, final: bool) -> None:
        """In START, with `held` bytes: call `begin` with HEAD, HUNT or IGNORE, or raise `need` and wait."""
        raise NotImplementedError

    # ---------------------------------------------------------------------------------- bytes come in

    def settle(self) -> None:
        """Make `position` true again after the loop has lowered `skip`."""
        if self.state == FRAGMENT or self.state == REST_OF_PDU:
            self.position = self.skip_end - self.skip

    def take(self, data: bytes, start: int, end: int, frame: int, time: int) -> None:
        """Read on with `data[start:end]`, which came in `frame` (number) at `time` (nanoseconds). `position` must be
        true (see `settle`)."""
        self.frame, self.time = frame, time
        while start < end:
            state, left = self.state, end - start
            if (self.skip <= left if state == FRAGMENT else state == HEAD and left >= HEADS_BYTES) and (
                next_one := self._usual_pdus(data, start, end)
            ):
                start = next_one
            elif state == FRAGMENT or state == REST_OF_PDU:
                count = min(self.skip, left)
                if self.wanted:
                    kept = min(count, self.wanted)
                    self.pieces.append(data[start : start + kept])
                    self.wanted -= kept
                self._note(count)
                self.skip -= count
                self.position += count
                start += count
                if self.skip == 0:
                    self._end_of_fragment()
            elif state == IGNORE:
                if data[start] == A_ASSOCIATE_RQ and self.request_in_ignored(data, start, end):
                    self.state, self.need = HEAD, HEAD_BYTES
                    continue
                self.position += left
                return
            elif state == HUNT:
                if not self.held and self.answers(data, start, end):
                    self.state, self.need = HEAD, HEAD_BYTES
                    continue
                self._hold(data, start, end)
                self._hunt(False)
                return
            else:
                count = min(self.need - len(self.held), left)
                self._hold(data, start, start + count)
                start += count
                if len(self.held) >= self.need:
                    self._enough()

    def _usual_pdus(self, data: bytes, start: int, end: int) -> int:
        """Read P-DATA-TF PDUs that hold one fragment, as nearly all of them do: the end of one that began earlier,
        those that are all there, and the head of the one that is not. Where the first other one starts, or 0 if there
        is none of these. It does what the states do one after the other, in a fifth of their time; a property test
        holds the two together."""
        if self.held or self.keep_bytes:
            return 0
        first, frame = start, self.frame
        pdu = self.pdu
        if pdu is not None:
            context_id, header, body = self.fragment_head
            if body != pdu.length - PDV_HEAD_BYTES or pdu.fragments or self.holes:
                return 0
            if self.wanted:
                self.pieces.append(data[start : start + self.wanted])
            kept = None
            if self.pieces or header & 1:
                kept, self.pieces = b"".join(self.pieces), []
            pdu.fragments.append(Fragment(context_id, header, body, HEADS_BYTES, kept))
            if frame > pdu.last_frame:
                pdu.last_frame, pdu.last_time = frame, self.time
            elif frame < pdu.first_frame:
                pdu.first_frame, pdu.first_time = frame, self.time
            start += self.skip
            self.pdu = None
            self.state, self.need, self.skip, self.wanted = HEAD, HEAD_BYTES, 0, 0
            self.position = pdu.end = self.pdu_end
            pdu.complete = True
            pdu.plain = pdu.resumed_after < 0 and not body & 1
            self.emit(pdu)
        while end - start >= HEADS_BYTES:
            pdu_type, length, pdv_length, context_id, header = usual_heads(data, start)
            body = length - PDV_HEAD_BYTES
            if (
                pdu_type != P_DATA_TF or pdv_length != length - 4 or body < 0
                or header & 1 and body > MAXIMUM_COMMAND_BYTES_PER_PDU
            ):  # fmt: skip
                break
            pdu = Pdu(self, pdu_type, length, self.position, frame, self.time)
            pdu.resumed_after, self.lost_at, self.lying = self.lost_at, -1, False
            start += HEADS_BYTES
            self.position += HEADS_BYTES
            if header & 1:
                wanted, self.kept, self.data_left = body, body, self.keep_data
            else:
                wanted, self.kept = min(body, self.data_left), 0
                self.data_left = self.keep_data if header & 2 else self.data_left - wanted
            if body > end - start:
                self.pdu, self.pdu_end = pdu, self.position + body
                self.fragment_head, self.fragment_start = (context_id, header, body), self.position
                self.state, self.skip, self.skip_end = FRAGMENT, body, self.pdu_end
                self.wanted = wanted
                if self.holes:
                    self.holes = []
                return start
            kept = data[start : start + wanted] if wanted == body or wanted else None
            pdu.fragments.append(Fragment(context_id, header, body, HEADS_BYTES, kept))
            start += body
            self.position = pdu.end = self.pdu_end = self.position + body
            pdu.complete = True
            pdu.plain = pdu.resumed_after < 0 and not body & 1
            self.emit(pdu)
        return start if start > first else 0

    def _hold(self, data: bytes, start: int, end: int) -> None:
        """Gather bytes, and where they came from."""
        if self.pdu is not None:
            self._note(end - start)
        elif not self.held_from or self.held_from[-1][1] != self.frame:
            self.held_from.append((self.position, self.frame, self.time))
        self.held += data[start:end]
        self.position += end - start

    def _note(self, count: int) -> None:
        """The next `count` bytes of the present PDU came in the present frame."""
        pdu = self.pdu
        assert pdu is not None
        if self.frame > pdu.last_frame:
            pdu.last_frame, pdu.last_time = self.frame, self.time
        elif self.frame < pdu.first_frame:
            pdu.first_frame, pdu.first_time = self.frame, self.time
        if self.keep_bytes or self.state == BODY:
            start = self.position - pdu.start
            frames = pdu.frames
            if frames and frames[-1][0] == self.frame and frames[-1][2] == start:
                frames[-1] = (self.frame, frames[-1][1], start + count)
            else:
                frames.append((self.frame, start, start + count))

    def gap(self, length: int) -> None:
        """The next `length` bytes were not captured."""
        self.settle()
        self.missed += length
        if self.state == START and self.held:
            self.recognise(True)
        while length > 0:
            pdu, state = self.pdu, self.state
            if pdu is None or self.position + length > self.pdu_end or length > MAXIMUM_HOLE_BYTES:
                self._lose(length)
                return
            here = self.position - pdu.start
            if state == BODY:
                pdu.missing.append((here, here + length))
                self.held += bytes(length)  # a placeholder: `missing` says that nothing may be read from it
                self.position += length
                if len(self.held) >= self.need:
                    self._enough()
                return
            if state != FRAGMENT and state != REST_OF_PDU:  # inside a PDV head: where the next one stands is not known
                self._pass_over_rest()
                continue
            count = min(self.skip, length)
            pdu.missing.append((here, here + count))
            self.holes.append((self.position - self.fragment_start, self.position - self.fragment_start + count))
            if self.keep_bytes:
                kept = min(count, self.wanted)
                self.pieces.append(bytes(kept))  # a placeholder: `missing` says that nothing may be read from it
                self.wanted -= kept
            else:
                self.wanted = 0  # what is kept of a fragment ends at its first gap
            self.skip -= count
            self.position += count
            length -= count
            if self.skip == 0:
                self._end_of_fragment()

    def finish(self) -> None:
        """No more bytes will come: give what is there."""
        self.settle()
        if self.state == START and self.held:
            self.recognise(True)
        if self.state == HUNT:
            self._hunt(True)
        if self.pdu is not None:
            self._close_pdu(False)
        elif self.state == HEAD and self.held:
            self.lying = True
            self._nonsense_pdu(bytes(self.held), self.held_from)
        self.held.clear()
        self.held_from = []

    def begin(self, state: int) -> None:
        """Go to HEAD, HUNT or IGNORE with the bytes held so far, which are read again there."""
        held, came_from = bytes(self.held), self.held_from
        self.held.clear()
        self.held_from = []
        self.position -= len(held)
        self.state, self.need = state, HEAD_BYTES
        if state == HUNT:
            self._start_hunting()
            if self.lost_at < 0:
                self.lost_at = self.position
        self._replay(held, self.position, came_from)

    def _start_hunting(self) -> None:
        self.state, self.hunt_scan, self.candidates = HUNT, 0, []

    def _replay(self, data: bytes, at: int, came_from: list[tuple[int, int, int]]) -> None:
        """Take bytes again that were held, each piece from the frame that it came in."""
        for index, (offset, frame, time) in enumerate(came_from):
            first = max(offset - at, 0)
            last = came_from[index + 1][0] - at if index + 1 < len(came_from) else len(data)
            if first < last:
                self.take(data, first, last, frame, time)

    # ---------------------------------------------------------------------------------- heads and fragments

    def _enough(self) -> None:
        """`held` has the bytes that the state asked for."""
        state = self.state
        if state == HEAD:
            self._pdu_head()
        elif state == PDV_LENGTH:
            self._pdv_length()
        elif state == PDV_HEAD:
            self._pdv_head()
        elif state == BODY:
            self._close_pdu(True)
        else:
            self.recognise(False)

    def _pdu_head(self) -> None:
        pdu_type, length = pdu_head(self.held)
        known = A_ASSOCIATE_RQ <= pdu_type <= A_ABORT
        if not known or (pdu_type != P_DATA_TF and length > MAXIMUM_ASSOCIATION_PDU_BYTES):
            self.lying = True
            self.begin(HUNT)
            return
        _, frame, time = self.held_from[0]
        pdu = self.pdu = Pdu(self, pdu_type, length, self.position - HEAD_BYTES, frame, time)
        self.kept = 0
        pdu.resumed_after, self.lost_at, self.lying = self.lost_at, -1, False
        self.pdu_end = self.position + length
        if self.keep_bytes or pdu_type != P_DATA_TF:
            ends = [offset for offset, _, _ in self.held_from[1:]] + [self.position]
            pdu.frames = [
                (came, max(offset, pdu.start) - pdu.start, end - pdu.start)
                for (offset, came, _), end in zip(self.held_from, ends, strict=True)
            ]  # fmt: skip
        pdu.first_frame = min(pdu.first_frame, self.frame)
        pdu.last_frame, pdu.last_time = max((pdu.last_frame, pdu.last_time), (self.frame, self.time))
        self.held_from = []
        if pdu_type == A_ASSOCIATE_RQ:
            self.requested(pdu)
        if pdu_type == P_DATA_TF:
            if self.keep_bytes:
                self.pieces = [bytes(self.held)]
            self.held.clear()
            self._next_pdv()
        else:
            self.state, self.need = BODY, HEAD_BYTES + length
            if length == 0:
                self._close_pdu(True)

    def _next_pdv(self) -> None:
        """After a PDU head or a fragment: the length of the next PDV, or the end of the PDU."""
        pdu = self.pdu
        assert pdu is not None
        left = self.pdu_end - self.position
        if left == 0:
            self._close_pdu(True)
        elif left < 4 or len(pdu.fragments) >= MAXIMUM_FRAGMENTS_PER_PDU:
            if left >= 4:
                self.limit("MAXIMUM_FRAGMENTS_PER_PDU", MAXIMUM_FRAGMENTS_PER_PDU)
            self._pass_over_rest()
        else:
            self.state, self.need = PDV_LENGTH, 4
            self.before = (pdu.last_frame, pdu.last_time)

    def _pdv_length(self) -> None:
        pdu, held = self.pdu, self.held
        assert pdu is not None
        length = int.from_bytes(held, "big")
        left = self.pdu_end - self.position
        if length > left and A_ASSOCIATE_RQ <= held[0] <= A_ABORT and held[1] == 0:
            self._head_inside()
        elif length < 2 or left < 2:
            pdu.fragments.append(Fragment(0, 0, length - 2, self.position - pdu.start, b""))
            self._keep_held()
            if length == 1 and left:
                self.skip = 1
                self._pass_over(1)
            elif length < 2:
                self._next_pdv()
            else:
                self._pass_over_rest()
        else:
            self.state, self.need = PDV_HEAD, PDV_HEAD_BYTES

    def _head_inside(self) -> None:
        """Four bytes that should be the length of a PDV look like the head of a PDU: PDU-length may be too long. The
        PDU ends before them, and hunting from here tells."""
        pdu = self.pdu
        assert pdu is not None
        held = bytes(self.held)
        self.held.clear()
        self.position -= len(held)
        came_from = [(self.position, self.frame, self.time)]
        if self.keep_bytes:
            end = self.position - pdu.start
            inside = [(frame, max(first, end), last) for frame, first, last in pdu.frames if last > end]
            came_from = [(pdu.start + first, frame, self.time) for frame, first, _ in inside]
            pdu.frames = [(frame, first, min(last, end)) for frame, first, last in pdu.frames if first < end]
        pdu.last_frame, pdu.last_time = self.before
        pdu.length_wrong = True
        start = self.position
        self._close_pdu(False)
        self.lost_at, self.lying = start, True
        self._start_hunting()
        self._replay(held, start, came_from)

    def _pdv_head(self) -> None:
        length, context_id, header = pdv_head(self.held)
        self._keep_held()
        body = min(length - 2, self.pdu_end - self.position)
        self.fragment_head = (context_id, header, length - 2)
        self.fragment_start = self.position
        self.state, self.skip, self.skip_end = FRAGMENT, body, self.position + body
        self.holes = []
        if self.keep_bytes:
            self.wanted = self._kept_room(body)
        else:
            self.pieces = []
            if header & 1:
                self.wanted, self.data_left = self._room(body, MAXIMUM_COMMAND_BYTES_PER_PDU), self.keep_data
                if self.wanted < body:
                    self.limit("MAXIMUM_COMMAND_BYTES_PER_PDU", MAXIMUM_COMMAND_BYTES_PER_PDU)
            else:
                self.wanted = min(body, self.data_left)
                self.data_left = self.keep_data if header & 2 else self.data_left - self.wanted
        if body == 0:
            self._end_of_fragment()

    def _room(self, count: int, limit: int) -> int:
        """How many of `count` bytes may still be kept of the present PDU."""
        count = max(0, min(count, limit - self.kept))
        self.kept += count
        return count

    def _kept_room(self, count: int) -> int:
        """The same where all bytes are kept."""
        room = self._room(count, MAXIMUM_KEPT_PDU_BYTES)
        if room < count:
            self.limit("MAXIMUM_KEPT_PDU_BYTES", MAXIMUM_KEPT_PDU_BYTES)
        return room

    def _keep_held(self) -> None:
        if self.keep_bytes:
            self.pieces.append(bytes(self.held))
        self.held.clear()

    def _end_of_fragment(self) -> None:
        if self.state == FRAGMENT:
            self._close_fragment()
        self._next_pdv()

    def _close_fragment(self) -> None:
        """Write down the present fragment as far as it came."""
        pdu = self.pdu
        assert pdu is not None
        context_id, header, length = self.fragment_head
        data = None
        if not self.keep_bytes:
            data = b"".join(self.pieces) if self.pieces or length == 0 or header & 1 else None
            self.pieces = []
        start = self.fragment_start - pdu.start
        pdu.fragments.append(Fragment(context_id, header, length, start, data, tuple(self.holes)))

    def _pass_over_rest(self) -> None:
        """What is left of the PDU cannot be read as PDVs."""
        self._keep_held()
        self._pass_over(self.pdu_end - self.position)

    def _pass_over(self, count: int) -> None:
        self.state, self.skip, self.skip_end = REST_OF_PDU, count, self.position + count
        self.wanted = self._kept_room(count) if self.keep_bytes else 0
        self.fragment_start, self.holes = self.position, []
        if count == 0:
            self._next_pdv()

    def _close_pdu(self, complete: bool, end: int = -1) -> None:
        """The present PDU is over; `end` is given when its last bytes, up to there, were not captured."""
        pdu = self.pdu
        assert pdu is not None
        if self.state == FRAGMENT and self.skip:
            self._close_fragment()
        if pdu.pdu_type == P_DATA_TF:
            if self.keep_bytes:
                self._keep_held()
                pdu.body = body = b"".join(self.pieces)
                self.pieces = []
                for each in pdu.fragments:
                    if each.data is None:
                        each.data = body[each.start : each.start + each.length]
        else:
            lost = sum(last - first for first, last in pdu.missing)
            pdu.body = bytes(self.held[: pdu.missing[0][0]] if lost > MAXIMUM_PLACEHOLDER_BYTES else self.held)
        self.held.clear()
        pdu.end = max(end, self.position)
        if pdu.end > self.position:
            pdu.missing.append((self.position - pdu.start, pdu.end - pdu.start))
        pdu.complete = complete
        if len(pdu.fragments) == 1 and not (self.keep_bytes or pdu.missing or pdu.length & 1):
            whole = 0 <= pdu.fragments[0].length == pdu.length - PDV_HEAD_BYTES
            pdu.plain = complete and pdu.resumed_after < 0 and whole
        if self.frame > pdu.last_frame and not complete and not pdu.length_wrong:
            pdu.last_frame, pdu.last_time = self.frame, self.time
        self.pdu = None
        self.state, self.need = HEAD, HEAD_BYTES
        self.wanted = self.skip = 0
        self.emit(pdu)

    # ---------------------------------------------------------------------------------- lost, and found again

    def _lose(self, length: int) -> None:
        """After `length` bytes that were not captured nobody knows where the next head stands: hunt for it."""
        if self.state == START or self.state == IGNORE:
            self.held.clear()
            self.held_from = []
            self.position += length
            if self.state == START:
                self.lost_at = self.position
                self._start_hunting()
                self.recognise_after_gap()
            return
        if self.state == HUNT:
            self._hunt(True)  # what stands before the gap must explain itself
        if self.state != HUNT:
            lost_at = self.position
            pdu, end = self.pdu, self.pdu_end
            if pdu is not None:
                self._close_pdu(False, end if self.position + length >= end else self.position)
            if self.lost_at < 0:
                self.lost_at = lost_at
        self.held.clear()
        self.held_from = []
        self.position += length
        self.lying = False
        self._start_hunting()

    def recognise_after_gap(self) -> None:
        """The very first bytes were not captured; subclasses may give up here."""

    def _hunt(self, final: bool) -> None:
        """Look for a head in the bytes held; go on reading there, or wait for more. A head that waits for its
        confirmation does not keep later ones from being found: pixels can look like a head of any length."""
        held = self.held
        waiting: list[tuple[int, int]] = []
        for at, needed in self.candidates:
            verdict, needed = (_WAIT, needed) if needed > len(held) and not final else _chain(held, at, final)
            if verdict == _YES:
                self._resume(at)
                return
            if verdict == _WAIT:
                waiting.append((at, needed))
        at = self.hunt_scan
        while True:
            at = _next_candidate(held, at)
            if at >= len(held):
                break
            verdict, needed = _chain(held, at, final)
            if verdict == _YES:
                self._resume(at)
                return
            if verdict == _WAIT and len(waiting) < MAXIMUM_CANDIDATES:
                waiting.append((at, needed))
            elif verdict == _WAIT:
                self.limit("MAXIMUM_CANDIDATES", MAXIMUM_CANDIDATES)
            at += 1
        self.hunt_scan, self.candidates = at, waiting
        if final:
            self._give_up(len(held))
        elif len(held) > (limit := self.hunt_limit()):
            self.limit("MAXIMUM_HUNTED_BYTES" if limit == MAXIMUM_HUNTED_BYTES else "HUNT_BYTES_WHEN_MANY", limit)
            self._give_up(len(held) // 2)

    def hunt_limit(self) -> int:
        """How many bytes may be held while hunting."""
        return MAXIMUM_HUNTED_BYTES

    def _resume(self, at: int) -> None:
        """A confirmed head stands at `at` of the bytes held."""
        data, came_from, start = bytes(self.held), self.held_from, self.position - len(self.held)
        self.held.clear()
        self.held_from = []
        self.position = start + at
        if at:
            self._nonsense_pdu(data[:at], came_from)
        self.state, self.need = HEAD, HEAD_BYTES
        pieces = [(max(offset, start + at), frame, time) for offset, frame, time in came_from]
        starts = [piece for index, piece in enumerate(pieces)
                  if index + 1 == len(pieces) or came_from[index + 1][0] > start + at]  # fmt: skip
        self._replay(data[at:], start + at, starts)

    def _give_up(self, count: int) -> None:
        """Let go of the first `count` bytes held: they are no PDU."""
        start = self.position - len(self.held)
        self._nonsense_pdu(bytes(self.held[:count]), self.held_from)
        del self.held[:count]
        self.hunt_scan = max(0, self.hunt_scan - count)
        self.candidates = [(at - count, needed - count) for at, needed in self.candidates if at >= count]
        at = start + count
        later = [piece for piece in self.held_from if piece[0] > at]
        earlier = [piece for piece in self.held_from if piece[0] <= at]
        if earlier and self.held:
            later.insert(0, (at, *earlier[-1][1:]))
        self.held_from = later

    def _nonsense_pdu(self, data: bytes, came_from: list[tuple[int, int, int]]) -> None:
        """Tell of bytes that stand where a PDU should: an unknown PDU type, a length that lied."""
        if not data or not came_from or not self.lying:
            return
        start = came_from[0][0]
        length = pdu_head(data)[1] if len(data) >= HEAD_BYTES else len(data)
        pdu = Pdu(self, data[0], length, start, came_from[0][1], came_from[0][2])
        pdu.end = start + len(data)
        pdu.nonsense = True
        pdu.complete = len(data) == HEAD_BYTES + length
        pdu.body = data
        pdu.resumed_after, self.lost_at = self.lost_at, start
        inside = [piece for piece in came_from if piece[0] < pdu.end]
        ends = [offset for offset, _, _ in inside[1:]] + [pdu.end]
        pdu.frames = [(frame, offset - start, end - start)
                      for (offset, frame, _), end in zip(inside, ends, strict=True)]  # fmt: skip
        came = [(frame, time) for _, frame, time in inside]  # not in their order, where segments were not
        (pdu.first_frame, pdu.first_time), (pdu.last_frame, pdu.last_time) = min(came), max(came)
        self.emit(pdu)


# ---------------------------------------------------------------------------------------- what a PDU head looks like

_NO, _WAIT, _YES = range(3)
_ALWAYS_TEN_BYTES = (A_ASSOCIATE_RJ, A_RELEASE_RQ, A_RELEASE_RP, A_ABORT)


def _short_body_fits(pdu_type: int, body: bytes | bytearray) -> bool:
    """Whether the four bytes after the head fit one of the PDUs that are always ten bytes long."""
    if pdu_type == A_ASSOCIATE_RJ:
        return body[0] == 0 and body[1] in (1, 2) and body[2] in (1, 2, 3)
    if pdu_type == A_ABORT:
        return body[:2] == b"\0\0" and body[2] in (0, 1, 2)
    return body == bytes(4)


def head_stands(data: bytes | bytearray, at: int) -> int:
    """The end of the PDU whose head stands at `at` by all that can be seen of it, or -1.

    Needs 12 bytes, or the 10 of a short PDU; strict, for it must not take pixels for a PDU.
    """
    if len(data) - at < 10:
        return -1
    pdu_type, length = pdu_head(data, at)
    if not A_ASSOCIATE_RQ <= pdu_type <= A_ABORT or data[at + 1]:
        return -1
    if pdu_type == P_DATA_TF:
        if len(data) - at < HEAD_BYTES + PDV_HEAD_BYTES or length < 6:
            return -1
        pdv_length, context_id, header = pdv_head(data, at + HEAD_BYTES)
        fits = 2 <= pdv_length <= length - 4 and context_id & 1 and header <= 3
        return at + HEAD_BYTES + length if fits else -1
    if pdu_type in _ALWAYS_TEN_BYTES:
        return at + 10 if length == 4 and _short_body_fits(pdu_type, data[at + 6 : at + 10]) else -1
    fits = 68 <= length <= MAXIMUM_ASSOCIATION_PDU_BYTES and data[at + 7] & 1
    if fits and len(data) - at >= REQUEST_HEAD_BYTES and length > 68:
        fits = data[at + 74] == _APPLICATION_CONTEXT
    return at + HEAD_BYTES + length if fits else -1


def request_stands(data: bytes | bytearray, at: int = 0) -> bool:
    """Whether an A-ASSOCIATE-RQ of any protocol version starts here: the first 75 bytes tell.

    Reference: PS3.8 9.3.2
    """
    if len(data) - at < REQUEST_HEAD_BYTES or data[at] != A_ASSOCIATE_RQ:
        return False
    length = pdu_head(data, at)[1]
    return 68 < length <= MAXIMUM_ASSOCIATION_PDU_BYTES and data[at + 74] == _APPLICATION_CONTEXT


def _next_candidate(data: bytearray, at: int) -> int:
    """The next place where a PDU head could stand: a type from 1 to 7, then a zero; the end when there is none."""
    while True:
        zero = data.find(0, at + 1)
        if zero < 0:
            last = len(data) - 1
            return last if last >= at and 1 <= data[last] <= 7 else len(data)
        if 1 <= data[zero - 1] <= 7:
            return zero - 1
        at = zero


def _chain(data: bytearray, at: int, final: bool) -> tuple[int, int]:
    """Whether the head at `at` is confirmed by the heads that follow it; when it must wait, for how many bytes."""
    count = 0
    while True:
        left = len(data) - at
        needed = _bytes_to_tell(data, at)
        if left < needed:
            if final:
                return (_YES if count else _NO), 0
            return _WAIT, at + needed
        end = head_stands(data, at)
        if end < 0:
            return _NO, 0
        count += 1
        if count > CONFIRMING_HEADS:
            return _YES, 0
        if end > len(data):
            if not final:
                return _WAIT, end + 1
            return (_YES if count > 1 or data[at] in (A_ASSOCIATE_RQ, A_ASSOCIATE_AC) else _NO), 0
        at = end


def _bytes_to_tell(data: bytearray, at: int) -> int:
    """How many bytes it takes to tell a head that may stand at `at`."""
    pdu_type = data[at] if at < len(data) else 0
    if pdu_type in (A_ASSOCIATE_RQ, A_ASSOCIATE_AC):
        return REQUEST_HEAD_BYTES
    return 10 if pdu_type in _ALWAYS_TEN_BYTES else HEAD_BYTES + PDV_HEAD_BYTES
