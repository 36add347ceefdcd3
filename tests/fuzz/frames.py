"""Changing a pcap with some sense: whole frames, or bytes inside of one, so that most of it is still read."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable

HEAD, RECORD = 24, 16


def records_of(data: bytes) -> tuple[bytes, list[bytes]]:
    """The head of a little-endian pcap and its records; no records where it is none."""
    records, at = [], HEAD
    while data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") and at + RECORD <= len(data):
        length = struct.unpack_from("<I", data, at + 8)[0]
        records.append(data[at : at + RECORD + length])
        at += RECORD + length
    return data[:HEAD], records


def changed_frames(data: bytes, size: int, seed: int, change: Callable[[bytes, int], bytes]) -> bytes:
    """A capture with something changed; `change(data, size)` changes bytes without sense, and is used now and then."""
    chance = random.Random(seed)
    head, records = records_of(data)
    if not records or chance.random() < 0.1:
        return change(data, size)
    for _ in range(chance.choice((1, 1, 2, 4))):
        at, what = chance.randrange(len(records)), chance.random()
        other = chance.randrange(len(records))
        if what < 0.08 and len(records) > 1:
            del records[at]
        elif what < 0.16:
            records.insert(other, records[at])
        elif what < 0.24:
            records[at], records[other] = records[other], records[at]
        else:
            record = records[at]
            # Most changes go into the payload (from byte 54 of a plain Ethernet frame), some into the headers.
            first = RECORD + (54 if len(record) > RECORD + 54 and what < 0.8 else 0)
            body = change(record[first:], max(len(record) - first, 1))
            if chance.random() < 0.8:
                body = (body + record[first + len(body) :])[: len(record) - first]  # the lengths before it stay true
            body = record[RECORD:first] + body
            records[at] = record[:8] + struct.pack("<II", len(body), len(body)) + body
    return (head + b"".join(records))[:size]
