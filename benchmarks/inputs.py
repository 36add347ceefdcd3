"""The captures of the benchmarks, made from the recordings in seeds/: many associations, several at once.

Strategy: every association of an input is a real recorded one with another client (address and port), later times and,
where the input wants it, another calling AE title and other maximum lengths; checksums follow. `ASSOCIATIONS_AT_ONCE`
copies run interleaved, frame by frame in the order of time, as on the port of a busy archive. Frames are written as
they are made, so an input may be larger than memory.

    python benchmarks/inputs.py NAME [-o FILE] [--megabytes N | --associations N]
"""

from __future__ import annotations

import argparse
import gzip
import random
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from pathlib import Path
from typing import BinaryIO

SEEDS = Path(__file__).resolve().parent / "seeds"
ASSOCIATIONS_AT_ONCE = 8
START_SECONDS = 1_767_600_000
MICROSECONDS = 1_000_000
_RECORD = struct.Struct("<IIII")
_ETHERNET_BYTES = 14
_ADDRESSES_AT, _PORTS_AT, _CHECKSUM_AT = _ETHERNET_BYTES + 12, _ETHERNET_BYTES + 20, _ETHERNET_BYTES + 36
_FIRST_TITLE_AT = 26
"""Where the calling AE title stands in an A-ASSOCIATE-RQ."""
_MAXIMUM_LENGTH = b"\x51\x00\x00\x04"
"""The head of the sub-item with the maximum length."""
MAXIMUM_REORDER_DISTANCE = 3
RETRANSMISSION_MICROSECONDS = 200_000


@dataclass(frozen=True)
class Input:
    """What a capture is made of: seeds that take turns, and how much of them."""

    seeds: tuple[str, ...]
    about: str
    megabytes: int = 0
    associations: int = 0
    differing: bool = False
    """Every association has another calling AE title, and both of its sides another maximum length: in front of the
    contexts and behind them the bytes are others."""
    dirty: float = 0.0
    """The share of data segments that come out of order, and of those that are sent twice."""


INPUTS = {
    "bulk": Input(("store",), "C-STORE of 512x512x16 CT in Ethernet frames of 1514 bytes", megabytes=500),
    "chatty": Input(("find", "echo"), "C-FIND with 50 responses, and C-ECHO, taking turns", associations=5000),
    "dirty": Input(("store",), "as bulk, 1 % out of order and 1 % sent twice", megabytes=110, dirty=0.01),
    "contexts": Input(("contexts",), "associations of 128 contexts, all different", associations=2000, differing=True),
    "loopback": Input(("loopback",), "C-STORE over loopback, frames of 64 KB", megabytes=500),
    "small": Input(("find", "echo", "contexts"), "a capture of some 50 KB", associations=4),
}


class Seed:
    """A recorded association: its frames, with what must change in a copy."""

    def __init__(self, name: str) -> None:
        data = gzip.decompress((SEEDS / f"{name}.pcap.gz").read_bytes())
        self.frames: list[tuple[int, bytes, bool, int]] = []
        """Microseconds from the first frame, the frame, whether the client sent it, bytes of payload."""
        at, first, client = 24, -1, b""
        while at < len(data):
            seconds, micros, length, _ = _RECORD.unpack_from(data, at)
            frame = data[at + 16 : at + 16 + length]
            at += 16 + length
            time = seconds * MICROSECONDS + micros
            if first < 0:
                first, client = time, frame[_ADDRESSES_AT : _ADDRESSES_AT + 4] + frame[_PORTS_AT : _PORTS_AT + 2]
            sender = frame[_ADDRESSES_AT : _ADDRESSES_AT + 4] + frame[_PORTS_AT : _PORTS_AT + 2]
            total = int.from_bytes(frame[_ETHERNET_BYTES + 2 : _ETHERNET_BYTES + 4], "big")
            payload = total - 20 - (frame[_PORTS_AT + 12] >> 4) * 4
            self.frames.append((time - first, frame, sender == client, payload))
        self.bytes = sum(len(frame) + 16 for _, frame, _, _ in self.frames)
        self.duration = self.frames[-1][0]

    def copy(self, number: int, differing: bool) -> list[tuple[int, bytes, int]]:
        """The frames of one more association: microseconds from its start, frame, bytes of payload."""
        address = bytes((10, 1 + (number >> 14 & 0x7F), number >> 8 & 0x3F, 1 + number % 250))
        port = (20_000 + number % 40_000).to_bytes(2, "big")
        out = []
        for time, frame, from_client, payload in self.frames:
            changed = bytearray(frame)
            address_at = _ADDRESSES_AT if from_client else _ADDRESSES_AT + 4
            port_at = _PORTS_AT if from_client else _PORTS_AT + 2
            old = bytes(changed[address_at : address_at + 4]) + bytes(changed[port_at : port_at + 2])
            changed[address_at : address_at + 4] = address
            changed[port_at : port_at + 2] = port
            _follow(changed, _CHECKSUM_AT, old, address + port)
            _follow(changed, _ETHERNET_BYTES + 10, old[:4], address)
            start = _PORTS_AT + (frame[_PORTS_AT + 12] >> 4) * 4
            if differing and from_client and payload > 74 and changed[start] == 1:
                _change(changed, start + _FIRST_TITLE_AT, b"SENDER%06d    " % number)
            place = changed.find(_MAXIMUM_LENGTH, start) if differing and payload else -1
            if place >= 0:
                at = place + len(_MAXIMUM_LENGTH)
                at += at % 2  # its first two bytes, or those in the middle: at an even place, so that it stays large
                _change(changed, at, (64 + number).to_bytes(2, "big"))
            out.append((time, bytes(changed), payload))
        return out


def _change(frame: bytearray, at: int, new: bytes) -> None:
    """Change bytes of the TCP payload; the checksum follows."""
    if (at - _PORTS_AT) % 2:
        raise ValueError("what changes does not stand at an even place: its checksum cannot follow")
    old = bytes(frame[at : at + len(new)])
    frame[at : at + len(new)] = new
    _follow(frame, _CHECKSUM_AT, old, new)


def _follow(frame: bytearray, at: int, old: bytes, new: bytes) -> None:
    """Let a checksum follow a change of bytes at even places.

    Reference: RFC 1624
    """
    total = ~int.from_bytes(frame[at : at + 2], "big") & 0xFFFF
    for index in range(0, len(old), 2):
        total += ~int.from_bytes(old[index : index + 2], "big") & 0xFFFF
        total += int.from_bytes(new[index : index + 2], "big")
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    frame[at : at + 2] = (~total & 0xFFFF).to_bytes(2, "big")


def associations(what: Input, megabytes: int = 0, count: int = 0) -> Iterator[list[tuple[int, bytes, int]]]:
    """The associations of an input one after the other, each with its times from its own start."""
    seeds = [Seed(name) for name in what.seeds]
    limit = (megabytes or what.megabytes) * 1_000_000
    written = number = 0
    while written < limit if limit else number < (count or what.associations):
        seed = seeds[number % len(seeds)]
        yield seed.copy(number, what.differing)
        written += seed.bytes
        number += 1


def interleaved(sources: Iterator[list[tuple[int, bytes, int]]]) -> Iterator[tuple[int, bytes, int]]:
    """Frames of several associations at once in the order of time: microseconds, frame, bytes of payload. Each place
    of `ASSOCIATIONS_AT_ONCE` starts the next association when its last one has ended."""
    waiting: list[tuple[int, int, int, int, list[tuple[int, bytes, int]]]] = []
    serial = 0

    def start(time: int) -> None:
        nonlocal serial
        frames = next(sources, None)
        if frames:
            serial += 1
            heappush(waiting, (time, serial, 0, time, frames))

    for place in range(ASSOCIATIONS_AT_ONCE):
        start(place * 1000)
    while waiting:
        time, serial_of, index, base, frames = heappop(waiting)
        _, frame, payload = frames[index]
        yield time, frame, payload
        if index + 1 < len(frames):
            heappush(waiting, (base + frames[index + 1][0], serial_of, index + 1, base, frames))
        else:
            start(time + 500)


def dirtied(frames: Iterator[tuple[int, bytes, int]], share: float) -> Iterator[tuple[int, bytes, int]]:
    """Some data segments late by a few frames, some sent again after a while, always the same ones."""
    chance = random.Random(104)
    late: list[tuple[int, int, bytes, int]] = []
    count = 0
    for time, frame, payload in frames:
        count += 1
        if payload > 1000 and chance.random() < share:
            heappush(late, (count + chance.randint(1, MAXIMUM_REORDER_DISTANCE), time, frame, payload))
            continue
        yield time, frame, payload
        while late and late[0][0] <= count:
            _, _, again, size = heappop(late)
            yield time, again, size
        if payload > 1000 and chance.random() < share:
            heappush(late, (count + chance.randint(20, 60), time, frame, payload))
    while late:
        _, then, again, size = heappop(late)
        yield then, again, size


def write(what: Input, out: BinaryIO, megabytes: int = 0, count: int = 0) -> None:
    """Write the capture of an input."""
    out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, 1))
    frames = interleaved(associations(what, megabytes, count))
    if what.dirty:
        frames = dirtied(frames, what.dirty)
    pieces, size = [], 0
    for time, frame, _ in frames:
        seconds, micros = divmod(time, MICROSECONDS)
        pieces += (_RECORD.pack(START_SECONDS + seconds, micros, len(frame), len(frame)), frame)
        size += len(frame)
        if size > 1 << 20:
            out.write(b"".join(pieces))
            pieces, size = [], 0
    out.write(b"".join(pieces))


def main() -> None:
    """Make one input."""
    parser = argparse.ArgumentParser(description="Make a capture of the benchmarks from the recorded seeds.")
    parser.add_argument("name", choices=INPUTS)
    parser.add_argument("-o", "--output", metavar="FILE", help="where to (default: standard output)")
    parser.add_argument("--megabytes", type=int, default=0)
    parser.add_argument("--associations", type=int, default=0)
    options = parser.parse_args()
    try:
        if options.output:
            with open(options.output, "wb") as out:
                write(INPUTS[options.name], out, options.megabytes, options.associations)
        else:
            write(INPUTS[options.name], sys.stdout.buffer, options.megabytes, options.associations)
    except BrokenPipeError:
        sys.stderr.close()


if __name__ == "__main__":
    main()
