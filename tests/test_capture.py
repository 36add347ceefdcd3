"""Captures give their frames, exactly: from a file or a pipe, in every format, whole, cut or damaged."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dissector import capture as capture_module
from dissector.capture import MAXIMUM_COMMENTS, MAXIMUM_RECORD_BYTES, Capture, Comment
from dissector.compiling import compiled
from dissector.errors import CaptureFormatError, DissectorError, MissingTool

from . import builders as make

SECOND = 1_000_000_000
ORDERS = pytest.mark.parametrize("order", ["<", ">"], ids=["little-endian", "big-endian"])
Told = tuple[int, bytes, int, int, int]
"""Number, bytes, length on the wire, nanoseconds, link type."""


class Dribble(io.RawIOBase):
    """A stream that gives a few bytes at a time, as a pipe may."""

    def __init__(self, data: bytes, step: int = 7) -> None:
        self.data, self.at, self.step = data, 0, step

    def read(self, size: int = -1) -> bytes:
        count = min(self.step, size if size >= 0 else self.step)
        piece = self.data[self.at : self.at + count]
        self.at += len(piece)
        return piece


def frames_of(capture: Capture) -> list[Told]:
    told: list[Told] = []
    for batch in capture.batches():
        assert batch.frames, "an empty batch"
        for index, frame in enumerate(batch.frames):
            start, captured, wire, time, link_type = frame
            data = batch.data[start : start + captured]
            assert len(data) == captured
            told.append((batch.number + index, data, wire, time, link_type))
    assert [number for number, *_ in told] == list(range(1, len(told) + 1))
    assert capture.frame_count == len(told)
    assert capture.byte_count == sum(len(data) for _, data, *_ in told)
    assert capture.first_time == (told[0][3] if told else None)
    assert capture.last_time == (told[-1][3] if told else None)
    assert capture.cut_frames == sum(len(data) < wire for _, data, wire, *_ in told)
    assert capture.complete == (not capture.damage)
    return told


@pytest.fixture
def read(tmp_path: Path) -> Iterator[Callable[[bytes], tuple[list[Told], Capture]]]:
    """Reads bytes from a file, and makes sure that a stream gives the same."""

    def both(data: bytes) -> tuple[list[Told], Capture]:
        path = tmp_path / "capture"
        path.write_bytes(data)
        with Capture(str(path)) as from_file, Capture("stream", io.BytesIO(data)) as from_stream:
            told = frames_of(from_file)
            assert frames_of(from_stream) == told
            assert from_stream.damage == from_file.damage
            assert from_stream.comments == from_file.comments
            assert from_file.total_bytes == len(data)
            if from_file.complete:
                assert from_file.bytes_read == len(data)
            return told, from_file

    yield both


Read = Callable[[bytes], tuple[list[Told], Capture]]

# ------------------------------------------------------------------------------------------------ pcap


@ORDERS
@pytest.mark.parametrize("nanoseconds", [False, True], ids=["microseconds", "nanoseconds"])
@pytest.mark.parametrize("link_type", [0, 1, 113, 276])
def test_pcap(read: Read, order: str, nanoseconds: bool, link_type: int) -> None:
    data = make.pcap_header(order, nanoseconds, link_type)
    last = 999_999_999 if nanoseconds else 999_999
    data += make.pcap_record(b"first", 1_700_000_000, 1, order=order)
    data += make.pcap_record(b"", 0, 0, order=order)
    data += make.pcap_record(b"third", 0xFFFFFFFF, last, wire=1500, order=order)
    unit = 1 if nanoseconds else 1000
    told, capture = read(data)
    assert told == [
        (1, b"first", 5, 1_700_000_000 * SECOND + unit, link_type),
        (2, b"", 0, 0, link_type),
        (3, b"third", 1500, 0xFFFFFFFF * SECOND + last * unit, link_type),
    ]
    assert (capture.format, capture.complete, capture.damage, capture.cut_frames) == ("pcap", True, "", 1)


def test_the_link_type_may_come_with_the_length_of_the_frame_check_sequence(read: Read) -> None:
    data = make.pcap_header(link_type=0x24000000 | 1) + make.pcap_record(b"frame")
    assert read(data)[0][0][4] == 1


@ORDERS
def test_a_pcap_cut_at_every_byte(read: Read, order: str) -> None:
    frames = [b"first", b"", b"third frame"]
    data = make.pcap(frames, order)
    ends = [24]
    for frame in frames:
        ends.append(ends[-1] + 16 + len(frame))
    whole = read(data)[0]
    assert [told[1] for told in whole] == frames
    for size in range(4, len(data)):
        told, capture = read(data[:size])
        there = max(sum(end <= size for end in ends) - 1, 0)
        assert told == whole[:there]
        assert capture.complete == (size in ends)
        if size < 24:
            assert capture.damage == "the file ends inside its header"
        elif size not in ends:
            assert capture.damage == f"cut short inside the record of frame {there + 1}"


@pytest.mark.parametrize("claimed", [MAXIMUM_RECORD_BYTES, 0x7FFFFFFF, 0xFFFFFFFF])
def test_an_absurd_length_of_a_record_is_damage(read: Read, claimed: int) -> None:
    data = make.pcap([b"good"]) + make.pcap_record(b"bad", captured=claimed) + make.pcap_record(b"lost")
    told, capture = read(data)
    assert [frame[1] for frame in told] == [b"good"]
    assert capture.damage == f"damaged: the record of frame 2 claims {claimed} bytes"


def test_a_long_record_that_the_file_does_not_have_is_a_cut(read: Read) -> None:
    told, capture = read(make.pcap([b"good"]) + make.pcap_record(b"bad", captured=30_000_000))
    assert len(told) == 1
    assert capture.damage == "cut short inside the record of frame 2"


def test_records_larger_than_a_chunk_and_across_chunks(read: Read) -> None:
    frames = [
        bytes([index]) * size for index, size in enumerate([5, 300_000, 1, 262_144, 0, 700_000, 262_127, 100_000, 9])
    ]
    told, capture = read(make.pcap(frames))
    assert [frame[1] for frame in told] == frames
    assert capture.complete
    packets = [make.enhanced(frame, comments=["wide"]) for frame in frames]
    told, capture = read(make.section() + make.interface() + b"".join(packets))
    assert [frame[1] for frame in told] == frames
    assert capture.comments == [Comment(number, "wide") for number in range(1, len(frames) + 1)]


def test_a_header_without_frames(read: Read) -> None:
    for data, kind in (
        (make.pcap([]), "pcap"),
        (make.section() + make.interface(), "pcapng"),
        (make.section(), "pcapng"),
    ):
        told, capture = read(data)
        assert (told, capture.format, capture.complete) == ([], kind, True)


# ------------------------------------------------------------------------------------------------ pcapng


@ORDERS
def test_every_kind_of_block(read: Read, order: str) -> None:
    data = b"".join([
        make.section(order, "all of it"), make.interface(make.ETHERNET, order=order, name="eth0"),
        make.unknown_block(order), make.name_resolution(order),
        make.enhanced(b"enhanced", 1_700_000_000_123_456, order=order, comments=["one", "zwei \u4e09"]),
        make.custom(order), make.interface(make.RAW, order=order, resolution=9),
        make.enhanced(b"nano", 1_700_000_000_123_456_789, 1, wire=1500, order=order),
        make.decryption_secrets(order), make.obsolete(b"obsolete", 5, 1, order, ["old"]),
        make.simple(b"simple", order=order), make.enhanced(b"", 7, order=order),
        make.statistics(0, 3, 4, order),
    ])  # fmt: skip
    told, capture = read(data)
    assert told == [
        (1, b"enhanced", 8, 1_700_000_000_123_456_000, make.ETHERNET),
        (2, b"nano", 1500, 1_700_000_000_123_456_789, make.RAW),
        (3, b"obsolete", 8, 5, make.RAW),
        (4, b"simple", 6, 5, make.ETHERNET),
        (5, b"", 0, 7000, make.ETHERNET),
    ]
    assert capture.comments == [
        Comment(None, "all of it"), Comment(1, "one"), Comment(1, "zwei \u4e09"), Comment(3, "old"),
    ]  # fmt: skip
    assert (capture.format, capture.complete, capture.dropped_frames) == ("pcapng", True, 7)


def test_sections_have_their_own_byte_order_and_interfaces(read: Read) -> None:
    data = b""
    for order, link_type in (("<", make.ETHERNET), (">", make.RAW), ("<", make.SLL2)):
        data += make.section(order, f"section {order}") + make.interface(link_type, order=order)
        data += make.enhanced(b"x" * link_type, 1_000_000, order=order)
    told, capture = read(data)
    assert [(len(frame), link_type) for _, frame, _, _, link_type in told] == [(1, 1), (101, 101), (276, 276)]
    assert [time for *_, time, _ in told] == [SECOND] * 3
    assert capture.comments == [Comment(None, f"section {order}") for order in "<><"]
    told, capture = read(data + make.section() + make.enhanced(b"of no interface"))
    assert len(told) == 3
    assert capture.damage == "damaged: the block of frame 4 does not fit together"


@pytest.mark.parametrize(
    ("resolution", "offset_seconds", "ticks", "time"),
    [
        (None, None, 1_234_567, 1_234_567_000),
        (None, 1_600_000_000, 1, 1_600_000_000 * SECOND + 1000),
        (0, None, 1_700_000_000, 1_700_000_000 * SECOND),
        (3, None, 1_700_000_000_001, 1_700_000_000_001_000_000),
        (9, -10, 1_700_000_000_123_456_789, 1_699_999_990_123_456_789),
        (12, None, 1_700_000_000_123_456_789, 1_700_000_000_123_456),
        (0x80, None, 1_700_000_000, 1_700_000_000 * SECOND),
        (0x80 | 10, None, 1024 * 5 + 512, 5 * SECOND + 500_000_000),
        (0x80 | 32, None, (1_700_000_000 << 32) + (1 << 31), 1_700_000_000 * SECOND + 500_000_000),
        (0x80 | 30, 2, (7 << 30) + 1, 9 * SECOND),
        (0xFF, None, (1 << 64) - 1, 0),
        (127, None, (1 << 64) - 1, 0),
    ],
)
def test_resolutions_and_offsets_of_time(
    read: Read, resolution: int | None, offset_seconds: int | None, ticks: int, time: int
) -> None:
    head = make.section() + make.interface(resolution=resolution, offset_seconds=offset_seconds)
    told, _ = read(head + make.enhanced(b"x", ticks) + make.obsolete(b"y", ticks))
    assert [frame[3] for frame in told] == [time, time]


def test_a_simple_packet_is_as_long_as_wire_snaplen_and_block_say(read: Read) -> None:
    head = make.section() + make.interface(snaplen=6)
    told, capture = read(head + make.simple(b"123456", wire=1500) + make.simple(b"123") + make.simple(b"12345", wire=6))
    assert [(data, wire) for _, data, wire, *_ in told] == [(b"123456", 1500), (b"123", 3), (b"12345\0", 6)]
    assert capture.cut_frames == 1


def test_a_simple_packet_has_the_time_of_the_frame_before_it(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    data = make.section() + make.interface() + make.simple(b"first") + make.enhanced(b"x", 5) + make.simple(b"last")
    for size in (1, 100, 256 * 1024):
        monkeypatch.setattr(capture_module, "CHUNK_BYTES", size)
        assert [frame[3] for frame in read(data)[0]] == [0, 5000, 5000]


def test_drops_are_counted_from_the_beginning_in_each_block(read: Read) -> None:
    head = make.section() + make.interface() + make.interface()
    data = head + make.statistics(0, 5, 1) + make.statistics(0, 8, 2) + make.statistics(1, system_drops=100)
    assert read(data)[1].dropped_frames == 110
    data += make.section() + make.interface() + make.statistics(0, 1) + make.statistics(9, 50) + make.block(5, b"")
    _, capture = read(data)
    assert (capture.dropped_frames, capture.complete) == (111, True)


@ORDERS
def test_a_pcapng_cut_at_every_byte(read: Read, order: str) -> None:
    blocks = [
        make.section(order, "here"), make.interface(order=order), make.enhanced(b"first", 1, order=order, comments=["c"]),  # noqa: E501
        make.unknown_block(order), make.simple(b"second", order=order), make.statistics(0, 1, order=order),
    ]  # fmt: skip
    whole = read(b"".join(blocks))[0]
    assert len(whole) == 2
    ends = [sum(map(len, blocks[: count + 1])) for count in range(len(blocks))]
    packets = [ends[2], ends[4]]
    data = b"".join(blocks)
    for size in range(4, len(data)):
        told, capture = read(data[:size])
        there = sum(end <= size for end in packets)
        assert told == whole[:there]
        assert capture.complete == (size in ends)
        if size not in ends:
            assert capture.damage == f"cut short inside the block after frame {there}"


@pytest.mark.parametrize(
    ("bad", "damage"),
    [
        (struct.pack("<III", 6, 8, 8), "claims 8 bytes"),
        (struct.pack("<III", 6, 33, 0) + bytes(21), "claims 33 bytes"),
        (struct.pack("<III", 6, 0xFFFFFFFC, 0), "claims 4294967292 bytes"),
        (make.enhanced(b"x", captured=5000), "the block of frame 3 does not fit together"),
        (make.enhanced(b"x", which=1), "the block of frame 3 does not fit together"),
        (make.obsolete(b"x", which=1), "the block of frame 3 does not fit together"),
        (make.block(0x0A0D0D0A, b"not the magic   "), "a section header without its byte-order magic"),
    ],
)
def test_nothing_behind_a_damaged_block_is_told(
    read: Read, bad: bytes, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the size of a chunk: what stands behind damage cannot be trusted."""
    data = make.section() + make.interface() + make.enhanced(b"1") + make.enhanced(b"2") + bad + make.enhanced(b"lost")
    for size in (1, 256 * 1024):
        monkeypatch.setattr(capture_module, "CHUNK_BYTES", size)
        told, capture = read(data)
        assert [frame[1] for frame in told] == [b"1", b"2"]
        assert damage in capture.damage and not capture.complete


def test_a_broken_list_of_options_ends_early(read: Read) -> None:
    good, cut = make.option(1, b"kept"), struct.pack("<HH", 1, 400) + b"cut!"
    body = struct.pack("<IIIII", 0, 0, 1, 4, 4) + b"data" + good + cut
    told, capture = read(make.section() + make.interface() + make.block(6, body))
    assert (len(told), capture.comments, capture.complete) == (1, [Comment(1, "kept")], True)


def test_comments_are_capped_and_never_fail(read: Read) -> None:
    data = make.section() + make.interface() + make.enhanced(b"x", comments=["c"] * (MAXIMUM_COMMENTS + 50))
    assert len(read(data)[1].comments) == MAXIMUM_COMMENTS
    body = struct.pack("<IIIII", 0, 0, 1, 4, 4) + b"data" + make.options([(1, b"\xff\xfe bad")])
    assert read(make.section() + make.interface() + make.block(6, body))[1].comments == [Comment(1, "\ufffd\ufffd bad")]


# ------------------------------------------------------------------------------------------------ compressed

PLAIN = make.pcap([bytes([index % 251]) * (index * 40) for index in range(90)])
"""Long enough to be in several pieces of compressed input when it does not compress."""
NOISE = make.pcap([os.urandom(60_000) for _ in range(8)])


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
@pytest.mark.parametrize("data", [PLAIN, NOISE], ids=["dense", "noise"])
def test_compressed(
    read: Read, compress: Callable[[bytes], bytes], data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = read(data)[0]
    for parts in (1, 2, 5):
        step = -(-len(data) // parts)
        members = b"".join(compress(data[at : at + step]) for at in range(0, len(data), step))
        told, capture = read(members)
        assert told == plain
        assert capture.complete
    for size in (37, 1000):
        monkeypatch.setattr(capture_module, "CHUNK_BYTES", size)
        if data is PLAIN:
            assert read(members)[0] == plain


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
def test_compressed_and_cut_or_followed_by_something(
    read: Read, compress: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = read(PLAIN)[0]
    packed = compress(PLAIN)
    for size in (65536, 7):
        monkeypatch.setattr(capture_module, "CHUNK_BYTES", size)
        told, capture = read(packed + bytes(1000))
        assert (told, capture.complete) == (plain, True)
        for garbage in (b"something else", b"\x1f", b"\x28\xb5", b"\0\0x"):
            told, capture = read(packed + garbage)
            assert (told, capture.complete) == (plain, False)
    monkeypatch.undo()
    told, capture = read(packed[:-1])
    assert told == plain if compress is gzip.compress else len(told) > 70 and told == plain[: len(told)]
    assert capture.damage == "cut short inside its compressed data"
    for size in range(8, len(packed), 61):
        try:
            told, capture = read(packed[:size])
        except CaptureFormatError as error:
            assert str(error).endswith("cut short inside its compressed data, before the header of the capture")
        else:
            assert told == plain[: len(told)]
            assert not capture.complete


def test_of_damaged_gzip_what_stands_before_the_damage_is_told(read: Read) -> None:
    plain, packed = read(NOISE)[0], bytearray(gzip.compress(NOISE, 0))
    packed[-6] ^= 0xFF  # its check sum
    told, capture = read(bytes(packed))
    assert told == plain
    assert "damaged inside its compressed data" in capture.damage and "\n" not in capture.damage
    packed = bytearray(gzip.compress(NOISE, 0))  # stored in blocks: one in the middle gets a kind that there is not
    told, capture = read(bytes(packed[:200_000]) + b"\xff" * 200_000)
    assert [len(data) for _, data, *_ in told[:3]] == [60_000] * 3
    assert told[:3] == plain[:3] and not capture.complete


def test_zstd_frames_to_be_skipped(read: Read) -> None:
    skipped = b"\x53\x2a\x4d\x18" + struct.pack("<I", 5) + b"notes"
    plain = read(PLAIN)[0]
    half = len(PLAIN) // 2
    data = skipped + zstandard.compress(PLAIN[:half]) + skipped * 2 + zstandard.compress(PLAIN[half:]) + skipped
    told, capture = read(data)
    assert (told, capture.complete) == (plain, True)


def test_damaged_zstd_is_said(read: Read) -> None:
    packed = bytearray(zstandard.ZstdCompressor(write_checksum=True).compress(NOISE))
    packed[-1] ^= 0xFF
    told, capture = read(bytes(packed))
    assert told == read(NOISE)[0][: len(told)] and len(told) >= 6
    assert "damaged inside its compressed data" in capture.damage


@pytest.mark.skipif(compiled(), reason="compiled code remembers what it has imported")
def test_zstd_without_its_package_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(MissingTool, match="'zstandard'"):
        Capture("x", io.BytesIO(zstandard.compress(PLAIN)))


def test_compressed_nothing_and_compressed_text() -> None:
    with pytest.raises(CaptureFormatError, match="x: the file is empty"):
        Capture("x", io.BytesIO(gzip.compress(b"")))
    with pytest.raises(CaptureFormatError, match="x: not a capture"):
        Capture("x", io.BytesIO(gzip.compress(b"some text")))


def test_a_little_compressed_data_does_not_fill_memory() -> None:
    packed = gzip.compress(make.pcap([bytes(60_000)] * 500), 1)
    assert len(packed) < 256 * 1024
    with Capture("x", io.BytesIO(packed)) as capture:
        sizes = [len(batch.data) for batch in capture.batches()]
    assert capture.frame_count == 500
    assert max(sizes) <= 2 * 256 * 1024


# ------------------------------------------------------------------------------------------------ pipes


@pytest.mark.parametrize(
    "data",
    [
        PLAIN,
        make.section() + make.interface() + b"".join(make.enhanced(bytes(index), index) for index in range(60)),
        gzip.compress(PLAIN), zstandard.compress(PLAIN),
    ],
    ids=["pcap", "pcapng", "gzip", "zstd"],
)  # fmt: skip
def test_a_pipe_with_writes_of_any_size(read: Read, data: bytes) -> None:
    plain = read(data)[0]
    for step in (1, 7, 16, 1000):
        with Capture("pipe", Dribble(data, step)) as capture:  # type: ignore[arg-type]
            assert frames_of(capture) == plain
            assert capture.total_bytes is None
            assert capture.bytes_read == len(data)
    reading, writing = os.pipe()

    def write() -> None:
        with os.fdopen(writing, "wb", buffering=0) as stream:
            for at in range(0, len(data), 997):
                stream.write(data[at : at + 997])

    thread = threading.Thread(target=write)
    thread.start()
    with Capture("pipe", os.fdopen(reading, "rb")) as capture:
        assert frames_of(capture) == plain
    thread.join()


def test_frames_leave_a_pipe_as_soon_as_they_are_there() -> None:
    reading, writing = os.pipe()
    os.write(writing, make.pcap([b"first"]))
    with Capture("pipe", os.fdopen(reading, "rb")) as capture:
        batches = capture.batches()
        assert len(next(batches).frames) == 1
        os.write(writing, make.pcap_record(b"second"))
        assert next(batches).number == 2
        os.close(writing)
        assert list(batches) == []


def test_a_named_pipe(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    thread = threading.Thread(target=path.write_bytes, args=(PLAIN,))
    thread.start()
    with Capture(str(path)) as capture:
        assert len(frames_of(capture)) == 90
    thread.join()


def test_a_large_record_from_a_pipe_takes_linear_time() -> None:
    data = make.pcap_header() + make.pcap_record(bytes(30_000_000))
    copied = 0
    with Capture("pipe", Dribble(data, 32_768)) as capture:  # type: ignore[arg-type]
        for batch in capture.batches():
            copied += len(batch.data)
    assert capture.frame_count == 1
    assert copied < 31_000_000


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    class Standard:
        buffer = io.BytesIO(PLAIN)

    monkeypatch.setattr(sys, "stdin", Standard)
    with Capture("-") as capture:
        assert len(frames_of(capture)) == 90
    assert not Standard.buffer.closed
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(CaptureFormatError, match="there is no standard input"):
        Capture("-")


# ------------------------------------------------------------------------------------------------ not a capture


def open_files() -> int:
    return len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"\xd4\xc3\xb2", "not a capture (neither pcap nor pcapng)"),
        (b"some text\n", "not a capture (neither pcap nor pcapng)"),
        (b"\x1f\x8b some text", "damaged inside its compressed data"),
        (b"\x1f\x8b", "cut short inside its compressed data, before the header of the capture"),
        (zstandard.compress(PLAIN)[:10], "cut short inside its compressed data, before the header of the capture"),
        (b"\x28\xb5\x2f\xfd" + b"\xff" * 40, "damaged inside its compressed data"),
    ],
)
def test_not_a_capture(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    before = open_files()
    with pytest.raises(CaptureFormatError) as caught:
        Capture(str(path))
    assert str(caught.value).startswith(f"{path}: {message}")
    assert "\n" not in str(caught.value)
    assert open_files() == before


def test_a_folder_and_a_missing_file(tmp_path: Path) -> None:
    before = open_files()
    with pytest.raises(CaptureFormatError, match="is a folder, not a capture"):
        Capture(str(tmp_path))
    with pytest.raises(CaptureFormatError, match="there is no such file"):
        Capture(str(tmp_path / "nowhere"))
    with pytest.raises(CaptureFormatError, match="not a directory"):
        (tmp_path / "file").write_bytes(b"")
        Capture(str(tmp_path / "file" / "below"))
    assert open_files() == before


def test_a_file_that_cannot_be_read_is_one_line() -> None:
    if not os.path.exists("/proc/self/mem"):
        pytest.skip("no file here that opens and does not read")
    with pytest.raises(CaptureFormatError, match=r"^/proc/self/mem: cannot be read \("):
        Capture("/proc/self/mem")


def test_no_permission(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_bytes(PLAIN)
    path.chmod(0)
    if os.geteuid() != 0:
        with pytest.raises(CaptureFormatError, match="no permission to read it"):
            Capture(str(path))
        return
    # What root may not do is nothing: a child gives its rights up, once everything is imported.
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.chdir(tmp_path)
            os.setuid(65534)
            Capture("secret")
        except CaptureFormatError as error:
            status = 0 if str(error) == "secret: no permission to read it" else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


# ------------------------------------------------------------------------------------------------ against others


@pytest.mark.parametrize("file_format", ["pcap", "nsecpcap", "pcapng"])
@pytest.mark.parametrize("name", ["store-veth.pcap", "echo-nanoseconds.pcap", "echo-any-sll2.pcap", "snaplen-96.pcap"])
def test_what_editcap_writes_is_what_we_read(tmp_path: Path, name: str, file_format: str) -> None:
    if shutil.which("editcap") is None:
        make.missing("editcap (of Wireshark) is not installed")
    path = tmp_path / "converted"
    subprocess.run(["editcap", "-F", file_format, make.CAPTURES / name, path], check=True, capture_output=True)
    with Capture(str(make.CAPTURES / name)) as original, Capture(str(path)) as converted:
        expected = frames_of(original)
        told = frames_of(converted)
    assert len(expected) > 8 and converted.complete
    if file_format == "pcap":
        expected = [(number, data, wire, time // 1000 * 1000, kind) for number, data, wire, time, kind in expected]
    assert told == expected
    assert converted.format == ("pcapng" if file_format == "pcapng" else "pcap")


def test_what_editcap_says_of_comments() -> None:
    with Capture(str(make.CAPTURES / "echo-ipv6.pcapng")) as capture:
        assert len(frames_of(capture)) > 8
    section = [comment for comment in capture.comments if comment.frame is None]
    packets = [comment for comment in capture.comments if comment.frame is not None]
    assert len(section) == 1 and len(packets) == 2
    assert all(comment.text for comment in capture.comments)


@pytest.mark.parametrize("name", ["echo-gzip.pcap.gz", "echo-zstd.pcap.zst", "echo.pcap", "echo-ipv6.pcapng"])
def test_recorded_captures_are_complete(name: str) -> None:
    with Capture(str(make.CAPTURES / name)) as capture:
        told = frames_of(capture)
    assert capture.complete and len(told) > 8
    assert capture.bytes_read == capture.total_bytes


# ------------------------------------------------------------------------------------------------ properties

FRAMES = st.lists(st.binary(max_size=60), max_size=12)


def told_in_chunks(data: bytes, size: int, path: Path | None) -> tuple[list[Told], str, int]:
    before = capture_module.CHUNK_BYTES
    capture_module.CHUNK_BYTES = size
    try:
        if path is not None:
            path.write_bytes(data)
            capture = Capture(str(path))
        else:
            capture = Capture("pipe", Dribble(data, size))  # type: ignore[arg-type]
        with capture:
            return frames_of(capture), capture.damage, capture.dropped_frames
    finally:
        capture_module.CHUNK_BYTES = before


def blocks(order: str) -> st.SearchStrategy[bytes]:
    data, ticks = st.binary(max_size=40), st.integers(0, 1 << 62)
    return st.lists(
        st.one_of(
            st.builds(make.enhanced, data, ticks, order=st.just(order), comments=st.lists(st.text(max_size=5), max_size=2)),  # noqa: E501
            st.builds(make.simple, data, order=st.just(order)),
            st.builds(make.obsolete, data, ticks, order=st.just(order)),
            st.builds(
                make.interface, st.sampled_from([1, 101]), st.integers(0, 50), order=st.just(order),
                resolution=st.one_of(st.none(), st.integers(0, 255)),
            ),
            st.builds(make.statistics, st.integers(0, 2), st.integers(0, 9), order=st.just(order)),
            st.just(make.unknown_block(order)), st.just(make.custom(order)),
        ),
        max_size=10,
    ).map(lambda parts: make.section(order) + make.interface(order=order) + b"".join(parts))  # fmt: skip


@given(FRAMES, st.sampled_from("<>"), st.booleans(), st.integers(1, 200), st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pcap_is_the_same_in_chunks_of_any_size_from_file_or_pipe(
    tmp_path: Path, frames: list[bytes], order: str, nanoseconds: bool, size: int, data: st.DataObject
) -> None:
    whole = make.pcap(frames, order, nanoseconds)
    raw = whole[: data.draw(st.integers(4, len(whole)))] + data.draw(st.binary(max_size=20))
    expected = told_in_chunks(raw, 256 * 1024, tmp_path / "file")
    assert told_in_chunks(raw, size, tmp_path / "file") == expected
    assert told_in_chunks(raw, size, None) == expected


@given(st.sampled_from("<>").flatmap(blocks), st.integers(1, 200), st.data())
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pcapng_is_the_same_in_chunks_of_any_size_from_file_or_pipe(
    tmp_path: Path, whole: bytes, size: int, data: st.DataObject
) -> None:
    raw = bytearray(whole)
    for at, value in data.draw(st.lists(st.tuples(st.integers(12, len(raw) - 1), st.integers(0, 255)), max_size=3)):
        raw[at] = value
    expected = told_in_chunks(bytes(raw), 256 * 1024, tmp_path / "file")
    assert told_in_chunks(bytes(raw), size, tmp_path / "file") == expected
    assert told_in_chunks(bytes(raw), size, None) == expected


HEADS = [
    make.pcap_header(), make.pcap_header(">", True), make.section(), make.section(">") + make.interface(order=">"),
    make.section() + make.interface(), b"\x1f\x8b\x08\0\0\0\0\0\0\3", b"\x28\xb5\x2f\xfd", gzip.compress(PLAIN)[:400],
    zstandard.compress(PLAIN)[:400], b"",
]  # fmt: skip


@given(st.sampled_from(HEADS), st.lists(st.binary(max_size=60), max_size=4).map(b"".join))
@settings(max_examples=300, deadline=None)
def test_anything_after_a_valid_start_raises_nothing_but_our_errors(head: bytes, tail: bytes) -> None:
    try:
        with Capture("x", io.BytesIO(head + tail)) as capture:
            frames_of(capture)
    except DissectorError as error:
        assert "\n" not in str(error)


def block_like(order: str) -> st.SearchStrategy[bytes]:
    return st.builds(
        lambda kind, body: make.block(kind, body, order), st.sampled_from([1, 2, 3, 4, 5, 6, 10, 0x0A0D0D0A]),
        st.binary(max_size=48),
    )  # fmt: skip


@given(st.sampled_from("<>").flatmap(lambda order: st.tuples(st.just(order), st.lists(block_like(order), max_size=6))))
@settings(max_examples=300, deadline=None)
def test_blocks_of_random_content_never_raise(parts: tuple[str, list[bytes]]) -> None:
    order, content = parts
    with Capture("x", io.BytesIO(make.section(order) + make.interface(order=order) + b"".join(content))) as capture:
        frames_of(capture)
