"""pcap and pcapng, from a file or a pipe, plain or compressed, as batches of frames.

Strategy: read 256 KiB at a time and walk the records in it. From a file the next read starts at the first unfinished
record, so nothing is ever put together again; from a pipe the unfinished rest is carried over. A batch keeps its
chunk; nobody copies a payload here. Of a pcap not even the frames are listed: whoever reads them walks the records.
(Measured: chunks of `bytes` beat mmap, for they stay in the cache and cause no page faults.)

A capture is cut short, or damaged in the middle: what is there is given, and `complete` is False.
"""

from __future__ import annotations

import os
import stat
import sys
import zlib
from collections.abc import Iterator
from struct import Struct
from typing import Any, BinaryIO, Final, NamedTuple

from .compiling import mypyc_attr
from .errors import CaptureFormatError, MissingTool
from .heads import RECORD_HEAD_BYTES

CHUNK_BYTES = 256 * 1024
"""How much is read at a time."""
MAXIMUM_RECORD_BYTES = 64 * 1024 * 1024
"""A record or block that claims more than this is damage, not a frame."""
MAXIMUM_COMMENTS = 10_000
"""How many comments of a capture are kept."""


Frame = tuple[int, int, int, int, int]
"""One captured frame: where its bytes start in the chunk of its batch, bytes captured, bytes on the wire, nanoseconds
since the epoch, link type. A plain tuple, for there are hundreds of thousands in a capture."""


_TIME: Final = 3
"""Where the time stands in a frame."""


_READ_RECORD: Final = {order: Struct(order + "IIII").unpack_from for order in "<>"}
"""By byte order: the head of a record, which is seconds, their fraction, bytes captured, bytes on the wire."""


class Records(NamedTuple):
    """How the frames of a pcap stand in its bytes: one record after the other, each a head and what was captured."""

    order: str
    """'<' or '>', the byte order of the heads."""
    unit: int
    """Nanoseconds in one of the fraction of a second."""
    link_type: int

    def frame(self, data: bytes, position: int) -> Frame:
        """The frame whose record stands at `position`; all of its head must be there."""
        seconds, fraction, captured, wire = _READ_RECORD[self.order](data, position)
        return (
            position + RECORD_HEAD_BYTES, captured, wire, seconds * 1_000_000_000 + fraction * self.unit, self.link_type
        )  # fmt: skip

    def needed(self, data: bytes, position: int) -> int:
        """How many bytes the record at `position` takes, as far as can be told: those of its head when it is cut."""
        if len(data) - position < RECORD_HEAD_BYTES:
            return RECORD_HEAD_BYTES
        return RECORD_HEAD_BYTES + self.frame(data, position)[1]


class Batch:
    """Frames that were read together: a list of them, or the records of a pcap.

    Arguments: `data`, the bytes that they stand in; `frames`; `number`, that of the first one, from 1 within the
    capture; `captured_bytes`, those of its frames. Of a pcap, instead of frames and bytes: `records`, how to read them,
    and `start`, where the first one stands in `data`. Those frames are listed when somebody asks for them. The loop
    over the frames does not, for it reads little-endian records where they stand (`in_place`) and says how far it came;
    that saves the list, a quarter of the time from file to PDUs when compiled.
    """

    __slots__ = (
        "data", "number", "records", "start", "in_place", "position", "end", "count", "captured_bytes", "cut_frames",
        "last_time", "_frames",
    )  # fmt: skip

    def __init__(
        self, data: bytes, frames: list[Frame] | None, number: int, captured_bytes: int = 0,
        records: Records | None = None, start: int = 0,
    ) -> None:  # fmt: skip
        self.data = data
        self.number = number
        self.records = records
        self.start = start
        self.in_place = records is not None and records.order == "<"
        self.position = 0
        """For the loop over the frames: where it goes on, in `data` if it reads in place, or else in the list."""
        self.end = start
        """Of records: where those end that are whole. This and what follows is known when they have been read."""
        self.count = 0 if frames is None else len(frames)
        self.captured_bytes = captured_bytes
        self.cut_frames = 0
        """Frames of which less was captured than was on the wire; whoever makes a list counts them himself."""
        self.last_time = frames[-1][_TIME] if frames else 0
        self._frames = frames

    @property
    def frames(self) -> list[Frame]:
        """The frames, in order."""
        if self._frames is None:
            self._frames = self._listed()
        return self._frames

    @property
    def first_time(self) -> int:
        """The time of its first frame."""
        return self.frames[0][_TIME] if self.records is None else self.records.frame(self.data, self.start)[_TIME]

    def _listed(self) -> list[Frame]:
        """The frames of all records that are whole."""
        records = self.records
        assert records is not None
        frames: list[Frame] = []
        data, position, limit, unit, link_type = self.data, self.start, len(self.data), records.unit, records.link_type
        read_record = _READ_RECORD[records.order]
        while position + RECORD_HEAD_BYTES <= limit:
            seconds, fraction, captured, wire = read_record(data, position)
            position += RECORD_HEAD_BYTES
            if captured > limit - position:
                break
            frames.append((position, captured, wire, seconds * 1_000_000_000 + fraction * unit, link_type))
            position += captured
        return frames

    def begin(self) -> None:
        """The loop over the frames begins."""
        self.position, self.cut_frames = self.start if self.in_place else 0, 0

    def read_to(self, end: int, number: int, time: int) -> None:
        """All records have been read, up to `end`; number and time of the last one's frame."""
        self.end, self.last_time, self.count = end, time, number + 1 - self.number
        self.captured_bytes = end - self.start - RECORD_HEAD_BYTES * self.count

    def finish(self) -> None:
        """See that its records have been read: whoever got it may have looked at `frames`, or at nothing."""
        if self.records is not None and not self.count:
            frames = self.frames
            start, captured, _, time, _ = frames[-1]
            self.read_to(start + captured, self.number + len(frames) - 1, time)
            self.cut_frames = len([each for each in frames if each[1] < each[2]])


class Interface(NamedTuple):
    """Where frames of a pcapng section came from."""

    link_type: int
    snaplen: int
    units_per_second: int
    offset_seconds: int
    name: str


class Comment(NamedTuple):
    """A comment kept in a pcapng: `frame` is None for one on the whole section."""

    frame: int | None
    text: str


_PCAP_MAGICS = {
    b"\xd4\xc3\xb2\xa1": ("<", 1000), b"\xa1\xb2\xc3\xd4": (">", 1000),
    b"\x4d\x3c\xb2\xa1": ("<", 1), b"\xa1\xb2\x3c\x4d": (">", 1),
}  # fmt: skip
_PCAP_LINK_TYPE = 0x03FFFFFF
"""What is left of the link type without the length of the frame check sequence and the bit that it is given."""
_PCAPNG_MAGIC = b"\x0a\x0d\x0d\x0a"
_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"

_SECTION_HEADER = 0x0A0D0D0A
"""The same in either byte order."""
_INTERFACE_DESCRIPTION, _OBSOLETE_PACKET, _SIMPLE_PACKET, _STATISTICS, _ENHANCED_PACKET = 1, 2, 3, 5, 6
_READ_BLOCK: Final = {order: Struct(order + "II").unpack_from for order in "<>"}
"""By byte order: type and length of a block; of an enhanced packet block what follows: interface, the two halves of the
time, bytes captured, bytes on the wire."""
_READ_PACKET: Final = {order: Struct(order + "IIIII").unpack_from for order in "<>"}
_OPTION_COMMENT, _OPTION_NAME, _OPTION_TSRESOL, _OPTION_TSOFFSET = 1, 2, 9, 14
_OPTION_DROPS = (5, 7)
"""isb_ifdrop and isb_osdrop: frames that the interface and the system lost."""


@mypyc_attr(allow_interpreted_subclasses=True)
class Capture:
    """An opened capture; iterate `batches()` once.

    Arguments: `path`, a file name, or '-' for standard input; or `stream`, something with `read(n)`. Raises
    `CaptureFormatError` (no capture, a folder, missing, not readable) and `MissingTool` (a zstd file without the
    `zstandard` package). Facts below are final when `batches()` has ended.
    """

    def __init__(self, path: str, stream: BinaryIO | None = None) -> None:
        self.path = path
        self.files = [path]
        """What it is read from; more than one where several files are read as one capture."""
        self.format = ""
        """'pcap' or 'pcapng'."""
        self.frame_count = 0
        self.byte_count = 0
        """Bytes of frames, as captured."""
        self.first_time: int | None = None
        self.last_time: int | None = None
        self.complete = True
        self.damage = ""
        """What is wrong with the file, in words; empty when nothing is."""
        self.dropped_frames = 0
        """Frames that the capturing system says it lost."""
        self.cut_frames = 0
        """Frames of which less was captured than was on the wire."""
        self.comments: list[Comment] = []
        self.comments_left_out = 0
        """How many more there are."""
        self.interfaces: list[Interface] = []
        """Of the present section of a pcapng, as far as it has been read."""
        self.bytes_read = 0
        """Bytes of the file consumed so far, before decompression: for progress."""
        self.total_bytes: int | None = None
        """The size of the file, where known."""
        self._section = 0
        self._drops: dict[tuple[int, int], int] = {}
        self._source = _open(path, self) if stream is None else _Pipe(stream, self)
        try:
            self._recognise()
        except BaseException:
            self.close()
            raise

    def _recognise(self) -> None:
        """Look at the first bytes: how the capture is compressed, and its format."""
        path, head = self.path, self._source.peek(4)
        if head[:2] == _GZIP_MAGIC:
            self._source = _Pipe(_Inflated(self._source, _Gzip), self, counts=False)
        elif _is_zstd(head) and len(head) == 4:
            self._source = _Pipe(_Inflated(self._source, _zstd_decompressor(path)), self, counts=False)
        head = self._source.peek(4)
        if head in _PCAP_MAGICS:
            self.format = "pcap"
            self._order, self._unit = _PCAP_MAGICS[head]
        elif head == _PCAPNG_MAGIC:
            self.format = "pcapng"
        elif self.damage:
            raise CaptureFormatError(f"{path}: {self.damage}, before the header of the capture")
        elif not head:
            raise CaptureFormatError(f"{path}: the file is empty")
        else:
            raise CaptureFormatError(f"{path}: not a capture (neither pcap nor pcapng)")

    def __enter__(self) -> Capture:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the facts stay."""
        self._source.close()

    def batches(self) -> Iterator[Batch]:
        """The frames, in order, some hundred at a time. The facts are those of the frames before a batch."""
        walk = self._pcap() if self.format == "pcap" else self._pcapng()
        for batch in walk:
            yield batch
            batch.finish()
            if self.first_time is None:
                self.first_time = batch.first_time
            self.last_time = batch.last_time
            self.frame_count += batch.count
            self.byte_count += batch.captured_bytes
            self.cut_frames += batch.cut_frames

    def _stop(self, why: str) -> None:
        self.complete = False
        self.damage = self.damage or why

    # ------------------------------------------------------------------------------------------ pcap

    def _pcap(self) -> Iterator[Batch]:
        source = self._source
        data = source.first(24)
        if len(data) < 24:
            self._stop("the file ends inside its header")
            return
        link_type = Struct(self._order + "I").unpack_from(data, 20)[0] & _PCAP_LINK_TYPE
        records = Records(self._order, self._unit, link_type)
        position = 24
        while True:
            needed = records.needed(data, position)
            if position + needed <= len(data):
                batch = Batch(data, None, self.frame_count + 1, records=records, start=position)
                yield batch
                position = batch.end
                needed = records.needed(data, position)
            if needed > MAXIMUM_RECORD_BYTES:
                self._stop(f"damaged: the record of frame {self.frame_count + 1} claims {needed - 16} bytes")
                return
            data, more = source.after(position, needed)
            position = 0
            if not more:
                if data:
                    self._stop(f"cut short inside the record of frame {self.frame_count + 1}")
                return

    # ------------------------------------------------------------------------------------------ pcapng

    def _pcapng(self) -> Iterator[Batch]:
        source = self._source
        data = source.first(12)
        order = "<"
        position = 0
        interfaces = self.interfaces
        while True:
            frames: list[Frame] = []
            limit = len(data)
            needed = 12
            while position + 12 <= limit:
                kind, length = _READ_BLOCK[order](data, position)
                if kind == _SECTION_HEADER:
                    magic = data[position + 8 : position + 12]
                    if magic not in (b"\x4d\x3c\x2b\x1a", b"\x1a\x2b\x3c\x4d"):
                        self._stop("damaged: a section header without its byte-order magic")
                        break
                    order = "<" if magic == b"\x4d\x3c\x2b\x1a" else ">"
                    kind, length = _READ_BLOCK[order](data, position)
                if length < 12 or length % 4 or length > MAXIMUM_RECORD_BYTES:
                    self._stop(f"damaged: a block after frame {self.frame_count + len(frames)} claims {length} bytes")
                    break
                end = position + length
                if end > limit:
                    needed = length
                    break
                if not self._block(data, position, end - 4, kind, order, interfaces, frames):
                    break
                position = end
            if frames:
                yield Batch(data, frames, self.frame_count + 1, sum([each[1] for each in frames]))
            if self.damage:
                return
            data, more = source.after(position, needed)
            position = 0
            if not more:
                if data:
                    self._stop(f"cut short inside the block after frame {self.frame_count}")
                return

    def _block(
        self, data: bytes, start: int, end: int, kind: int, order: str, interfaces: list[Interface],
        frames: list[Frame],
    ) -> bool:  # fmt: skip
        """Read one block, False when it is damaged; `start` is its first byte, `end` that of its trailing length."""
        number = self.frame_count + len(frames) + 1
        if kind == _ENHANCED_PACKET and end - start >= 28:
            which, high, low, captured, wire = _READ_PACKET[order](data, start + 8)
            body = start + 28
        elif kind == _SIMPLE_PACKET and end - start >= 12:
            which, high, low = 0, 0, 0
            (wire,) = Struct(order + "I").unpack_from(data, start + 8)
            snaplen = interfaces[0].snaplen if interfaces else 0
            captured = min(wire, end - start - 12, snaplen or wire)
            body = start + 12
        elif kind == _OBSOLETE_PACKET and end - start >= 28:
            which, _, high, low, captured, wire = Struct(order + "HHIIII").unpack_from(data, start + 8)
            body = start + 28
        else:
            self._other_block(data, start, end, kind, order, interfaces)
            return True
        if captured > end - body or which >= len(interfaces):
            self._stop(f"damaged: the block of frame {number} does not fit together")
            return False
        interface = interfaces[which]
        ticks = high << 32 | low
        if kind == _SIMPLE_PACKET:
            time = frames[-1][_TIME] if frames else self.last_time or 0  # it has none of its own
        else:
            units = interface.units_per_second
            time = (ticks // units + interface.offset_seconds) * 1_000_000_000 + ticks % units * 1_000_000_000 // units
        frames.append((body, captured, wire, time, interface.link_type))
        if captured < wire:
            self.cut_frames += 1
        padded = body + captured + (-captured & 3)
        if padded < end and kind != _SIMPLE_PACKET:
            self._keep_comments(data, padded, end, order, number)
        return True

    def _other_block(
        self, data: bytes, start: int, end: int, kind: int, order: str, interfaces: list[Interface]
    ) -> None:
        if data[start : start + 4] == _PCAPNG_MAGIC:
            interfaces.clear()
            self._section += 1
            self._keep_comments(data, start + 24, end, order, None)
        elif kind == _INTERFACE_DESCRIPTION and end - start >= 16:
            link_type, _, snaplen = Struct(order + "HHI").unpack_from(data, start + 8)
            units, offset, name = 1_000_000, 0, ""
            for code, value in _options(data, start + 16, end, order):
                if code == _OPTION_TSRESOL and value:
                    exponent = value[0] & 0x7F
                    units = 1 << exponent if value[0] & 0x80 else 10**exponent
                elif code == _OPTION_TSOFFSET and len(value) == 8:
                    (offset,) = Struct(order + "q").unpack(value)
                elif code == _OPTION_NAME:
                    name = value.decode("utf-8", "replace")
            interfaces.append(Interface(link_type, snaplen, units, offset, name))
        elif kind == _STATISTICS and end - start >= 20:
            which = Struct(order + "I").unpack_from(data, start + 8)[0]
            drops = 0
            for code, value in _options(data, start + 20, end, order):
                if code in _OPTION_DROPS and len(value) == 8:
                    drops += Struct(order + "Q").unpack(value)[0]
            if which < len(interfaces):  # each block counts from the beginning: the last one of an interface tells
                self.dropped_frames += drops - self._drops.get((self._section, which), 0)
                self._drops[self._section, which] = drops

    def _keep_comments(self, data: bytes, start: int, end: int, order: str, frame: int | None) -> None:
        for code, value in _options(data, start, end, order):
            if code != _OPTION_COMMENT:
                continue
            if len(self.comments) < MAXIMUM_COMMENTS:
                self.comments.append(Comment(frame, value.decode("utf-8", "replace")))
            else:
                self.comments_left_out += 1


def _options(data: bytes, start: int, end: int, order: str) -> Iterator[tuple[int, bytes]]:
    """The options of a pcapng block; a broken list ends early."""
    head = Struct(order + "HH")
    while start + 4 <= end:
        code, length = head.unpack_from(data, start)
        if code == 0 or start + 4 + length > end:
            return
        yield code, data[start + 4 : start + 4 + length]
        start += 4 + length + (-length & 3)


# ------------------------------------------------------------------------------------------------ where bytes come from


class _File:
    """A plain file, read by position: an unfinished record is simply read again."""

    def __init__(self, descriptor: int, capture: Capture) -> None:
        self.descriptor = descriptor
        self.capture = capture
        self.position = 0

    def at(self, position: int, count: int) -> bytes:
        try:
            return os.pread(self.descriptor, count, position)
        except OSError as error:
            raise CaptureFormatError(f"{self.capture.path}: cannot be read ({error.strerror or error})") from None

    def peek(self, count: int) -> bytes:
        return self.at(0, count)

    def first(self, needed: int) -> bytes:
        return self.at(0, max(needed, CHUNK_BYTES))

    def after(self, consumed: int, needed: int) -> tuple[bytes, bool]:
        """The bytes after `consumed` ones of the last chunk, and whether they hold the `needed` ones."""
        self.position += consumed
        self.capture.bytes_read = self.position
        data = self.at(self.position, max(needed, CHUNK_BYTES))
        return data, len(data) >= needed

    def read(self, count: int) -> bytes:
        data = self.at(self.position, count)
        self.position += len(data)
        self.capture.bytes_read = self.position
        return data

    def close(self) -> None:
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


class _Pipe:
    """Anything that is read once: the unfinished rest is carried over."""

    def __init__(self, stream: Any, capture: Capture, counts: bool = True) -> None:
        self.stream = stream
        self.capture = capture
        self.counts = counts
        self.held = b""
        self.read_some = getattr(stream, "read1", stream.read)

    def some(self) -> bytes:
        """What there is, at most a chunk; empty at the end."""
        try:
            data: bytes = self.read_some(CHUNK_BYTES)
        except OSError as error:
            raise CaptureFormatError(f"{self.capture.path}: cannot be read ({error.strerror or error})") from None
        if self.counts:
            self.capture.bytes_read += len(data)
        return data

    def more(self) -> bool:
        data = self.some()
        self.held = self.held + data if self.held else data
        return bool(data)

    def peek(self, count: int) -> bytes:
        while len(self.held) < count and self.more():
            pass
        return self.held[:count]

    def first(self, needed: int) -> bytes:
        self.peek(needed)
        return self.held

    def after(self, consumed: int, needed: int) -> tuple[bytes, bool]:
        pieces = [self.held[consumed:], self.some()]
        size = len(pieces[0]) + len(pieces[1])
        while pieces[-1] and size < needed:
            pieces.append(self.some())
            size += len(pieces[-1])
        self.held = b"".join(pieces)
        return self.held, bool(pieces[-1])

    def read(self, count: int) -> bytes:
        if not self.held and not self.more():
            return b""
        data, self.held = self.held[:count], self.held[count:]
        return data

    def close(self) -> None:
        if sys.stdin is None or self.stream is not sys.stdin.buffer:
            self.stream.close()


class _Inflated:
    """A compressed source as a stream of plain bytes, a piece at a time, so that a high ratio does not fill memory."""

    def __init__(self, source: _File | _Pipe, make: Any) -> None:
        self.source = source
        self.capture = source.capture
        self.make = make
        self.engine = make()
        self.input = b""
        self.at = 0
        self.ended = False

    def read(self, count: int) -> bytes:
        while not self.ended:
            if self.engine.eof and not self.again() or self.at == len(self.input) and not self.fill():
                self.ended = True
                if not self.engine.eof:
                    self.capture._stop("cut short inside its compressed data")
                break
            try:
                data, used = self.engine.take(self.input, self.at, count)
            except (zlib.error, ValueError) as error:
                self.ended = True
                self.capture._stop(f"damaged inside its compressed data ({error})")
                return bytes(self.engine.salvaged)
            self.at += used
            if data:
                return bytes(data)
        return b""

    def fill(self) -> bool:
        more = self.source.read(CHUNK_BYTES)
        self.input, self.at = self.input[self.at :] + more, 0
        return bool(more)

    def again(self) -> bool:
        """Whether another member or frame follows one that is complete; zeros between and after them are padding."""
        while True:
            rest = self.input[self.at :].lstrip(b"\0")
            self.at = len(self.input) - len(rest)
            if len(rest) < 4 and self.fill():
                continue
            if rest and self.engine.starts(rest[:4]):
                self.engine = self.make()
                return True
            if rest:
                self.capture._stop("something else follows its compressed data")
            return False

    def close(self) -> None:
        self.source.close()


class _Gzip:
    """One member of a gzip file. `take` gives plain bytes and how many compressed ones they took."""

    piece_bytes = 64 * 1024

    def __init__(self) -> None:
        self.engine = zlib.decompressobj(wbits=31)
        self.eof = False
        self.salvaged = b""

    @staticmethod
    def starts(head: bytes) -> bool:
        return head.startswith(_GZIP_MAGIC[: len(head)])

    def take(self, data: bytes, at: int, count: int) -> tuple[bytes, int]:
        piece = data[at : at + self.piece_bytes]
        before = self.engine.copy()
        try:
            out = self.engine.decompress(piece, count)
        except zlib.error:
            self.salvage(before, piece)
            raise
        self.eof = self.engine.eof
        return out, len(piece) - len(self.engine.unused_data if self.eof else self.engine.unconsumed_tail)

    def salvage(self, engine: Any, piece: bytes) -> None:
        """Keep what a damaged piece gives up to the damage: zlib itself throws it away."""
        size = len(piece)
        while size := size // 2:
            trial = engine.copy()
            try:
                self.salvaged += trial.decompress(piece[:size])
            except zlib.error:
                continue
            engine, piece = trial, piece[size:]
            size = len(piece) + 1


def _is_zstd(head: bytes) -> bool:
    """Whether bytes are the start of a zstd frame, or of one to be skipped."""
    return head.startswith(_ZSTD_MAGIC[: len(head)]) or (
        head[:1] != b"" and head[0] & 0xF0 == 0x50 and head[1:].startswith(b"\x2a\x4d\x18"[: len(head) - 1])
    )


def _zstd_decompressor(path: str) -> Any:
    """What reads one frame, when the package is there that can."""
    try:
        import zstandard  # noqa: F401
    except ImportError:
        raise MissingTool(f"{path}: compressed with zstd; install the Python package 'zstandard' to read it") from None
    return _Zstd


class _Zstd:
    """One frame of a zstd file, as `_Gzip`. All of a piece is decompressed at once, 64 MiB at the very most."""

    piece_bytes = 2 * 1024

    def __init__(self) -> None:
        import zstandard

        self.engine: Any = zstandard.ZstdDecompressor().decompressobj()
        self.failure: Any = zstandard.ZstdError
        self.eof = False
        self.salvaged = b""

    @staticmethod
    def starts(head: bytes) -> bool:
        return _is_zstd(head)

    def take(self, data: bytes, at: int, count: int) -> tuple[bytes, int]:
        piece = data[at : at + self.piece_bytes]
        try:
            out: bytes = self.engine.decompress(piece)
        except self.failure as error:
            raise ValueError(str(error)) from None
        self.eof = self.engine.eof
        return out, len(piece) - (len(self.engine.unused_data) if self.eof else 0)


def _open(path: str, capture: Capture) -> _File | _Pipe:
    if path == "-":
        if sys.stdin is None:
            raise CaptureFormatError("-: there is no standard input")
        return _Pipe(sys.stdin.buffer, capture)
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise CaptureFormatError(f"{path}: {_why(error)}") from None
    status = os.fstat(descriptor)
    if stat.S_ISDIR(status.st_mode):
        os.close(descriptor)
        raise CaptureFormatError(f"{path}: is a folder, not a capture")
    if stat.S_ISREG(status.st_mode):
        capture.total_bytes = status.st_size
        return _File(descriptor, capture)
    return _Pipe(os.fdopen(descriptor, "rb", buffering=0), capture)


def _why(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, PermissionError):
        return "no permission to read it"
    return (error.strerror or str(error)).lower()
