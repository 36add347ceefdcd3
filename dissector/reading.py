"""A capture from its bytes to PDUs and events, in one place for every command and for programs.

Strategy: batches go through one `Streams`; what it tells is passed on as it comes. Nothing is collected here, so
memory does not grow with the capture.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from .association import Association, Associations, Told
from .capture import Capture
from .decode import Field, decode, decode_command_set, decode_pdu
from .dimse import Message
from .pdu import Pdu
from .standard.pdus import STRUCTURES
from .standard.structure import Structure
from .stream import Begun, Event, Streams

if TYPE_CHECKING:
    from .rules import Finding, Judge


def events(
    capture: Capture, port_numbers: Iterable[int] = (), keep_bytes: bool = False, streams: Streams | None = None,
) -> Iterator[Pdu | Event | Begun]:  # fmt: skip
    """Everything that happens in a capture, in the order in which it is known."""
    streams = streams or Streams(port_numbers, keep_bytes)
    return chain(chain.from_iterable(map(streams.feed, capture.batches())), _finish(streams))


def _finish(streams: Streams) -> Iterator[Pdu | Event | Begun]:
    """What was left, when everything has been read."""
    yield from streams.finish()


class Reading:
    """A capture, opened: iterate it once, as `associations()`, `messages()`, `pdus()` or all of them in order.

    Arguments: `path`, a file or '-', or a `Capture` that is open already; `ports`, TCP ports to take for DICOM besides
    the usual ones; `keep_bytes`, keep the bytes of every PDU so that it can be decoded; `keep_data`, keep so many bytes
    of each data set, from its start, in its message; `first_association`, the number of the first association;
    `checksums`, leave out segments whose checksum is wrong; `telling_pdus`, when it is iterated, tell the PDUs too.
    Raises `CaptureFormatError` when the file is no capture.

    Everything is lazy: an association is given when it has ended, a message when its last fragment is there, and
    nothing is kept of what has been given.
    """

    def __init__(
        self, path: str | Capture, *, ports: Iterable[int] = (), keep_bytes: bool = False, keep_data: int = 0,
        first_association: int = 1, checksums: bool = False, telling_pdus: bool = True,
    ) -> None:  # fmt: skip
        self.telling_pdus = telling_pdus
        self.capture = Capture(path) if isinstance(path, str) else path
        self.streams = Streams(ports, keep_bytes, keep_data, first_association, checksums)
        self.tracker = Associations(keep_data > 0 or keep_bytes)
        self.judge: Judge | None = None
        """Judges while reading, when `judging` was called."""

    def __enter__(self) -> Reading:
        return self

    def __exit__(self, *_: object) -> None:
        self.capture.close()

    def judging(self, first_finding: int = 1, whole_data_sets: bool = False) -> Reading:
        """Judge while reading: findings come too, each after the association that it is about. `whole_data_sets`: read
        data sets to their end, which takes a reading that keeps them."""
        from .rules import Judge

        self.judge = Judge(self.tracker, self.streams, self.capture, first_finding, whole_data_sets)
        return self

    def __iter__(self) -> Iterator[Pdu | Message | Association | Finding]:
        """PDUs (if asked for), messages, associations and findings, in the order in which they are known."""
        tracker, judge, telling_pdus = self.tracker, self.judge, self.telling_pdus
        for event in events(self.capture, streams=self.streams):
            known = tracker.take(event)  # before the PDU is told, so that its association is known to whoever gets it
            if isinstance(event, Pdu):
                if telling_pdus:
                    yield event
                if judge is not None:
                    judge.pdu(event)
                if not known:
                    continue
            if judge is None:
                yield from known
                continue
            for each in known:
                if isinstance(each, Message):
                    judge.message(each)
                    yield each
                else:
                    yield from _judged(each, judge)
            if not isinstance(event, Pdu):
                yield from judge.event(event)
        for each in tracker.finish():
            yield from _judged(each, judge)
        if judge is not None:
            yield from judge.finish()

    def pdus(self) -> Iterator[Pdu]:
        """The PDUs."""
        # Loops, not generator expressions: compiled, those are lists, and all of the capture would be held.
        for each in events(self.capture, streams=self.streams):
            if isinstance(each, Pdu):
                yield each

    def messages(self) -> Iterator[Message]:
        """The messages; `message.association` is theirs."""
        for each in self:
            if isinstance(each, Message):
                yield each

    def associations(self) -> Iterator[Association]:
        """The associations, when they have ended."""
        for each in self:
            if isinstance(each, Association):
                yield each


def _judged(told: Told, judge: Judge | None) -> Iterator[Told | Finding]:
    """A message or an association, and what the judge says of it."""
    if judge is not None and isinstance(told, Message):
        judge.message(told)
    yield told
    if judge is not None and isinstance(told, Association):
        yield from judge.association(told)


def open_capture(
    path: str, *, ports: Iterable[int] = (), keep_bytes: bool = False, keep_data: int = 0, checksums: bool = False
) -> Reading:
    """Open a capture file for reading; see `Reading`."""
    return Reading(path, ports=ports, keep_bytes=keep_bytes, keep_data=keep_data, checksums=checksums)


def sender(pdu: Pdu) -> str:
    """'requestor' or 'acceptor': who sent a PDU."""
    return "requestor" if pdu.from_requestor else "acceptor"


def decode_located(pdu: Pdu) -> Field:
    """Decode a PDU whose bytes were kept."""
    return decode_pdu(pdu.body or b"", cut=pdu.cut, missing=pdu.missing)


def structures_in(data: bytes) -> Iterator[tuple[Field, int, bytes]]:
    """What bytes without a capture hold, told by how they start: PDUs one after the other, one item or sub-item, or a
    command set. Yields the root field, where it starts, and its bytes."""
    if data[:4] == bytes(4) and len(data) >= 8:
        yield decode_command_set(data), 0, data
        return
    item = _ITEMS.get(data[0]) if data else None
    if item is not None:
        yield decode(item, data), 0, data
        return
    start = 0
    while start < len(data):
        length = int.from_bytes(data[start + 2 : start + 6], "big") if len(data) - start >= 6 else 0
        end = start + 6 + length
        follows = end < len(data) and 1 <= data[end] <= 7
        piece = data[start:end] if follows else data[start:]
        yield decode_pdu(piece), start, piece
        start += len(piece)


_ITEMS: dict[int, Structure] = {}
for _structure in STRUCTURES.values():
    if _structure.code is not None and _structure.fields[0].name == "item_type":
        _ITEMS.setdefault(_structure.code, _structure)
