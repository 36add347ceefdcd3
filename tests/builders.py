"""Makes the bytes of captures and frames for tests: every variant of pcap and pcapng, link layers, IP and TCP.

Strategy: one small function per header, joined with `+`; what a test does not name gets a harmless value, so that a
test says only what it is about. Nothing here imports the program: the formats are written down a second time, from
their specifications.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

CAPTURES = Path(__file__).resolve().parent.parent / "captures"

ETHERNET, RAW_BSD, RAW_OPENBSD, RAW, NULL, LOOP, SLL, SLL2, IPV4, IPV6 = 1, 12, 14, 101, 0, 108, 113, 276, 228, 229
TCP, UDP = 6, 17

PCAP_MAGICS = {("<", False): 0xA1B2C3D4, (">", False): 0xA1B2C3D4, ("<", True): 0xA1B23C4D, (">", True): 0xA1B23C4D}


def missing(reason: str) -> None:
    """Something outside is not there: a reason to skip here, a failure where the tests are to be complete."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


# ------------------------------------------------------------------------------------------------ pcap


def pcap_header(order: str = "<", nanoseconds: bool = False, link_type: int = ETHERNET, snaplen: int = 262144) -> bytes:
    return struct.pack(order + "IHHiIII", PCAP_MAGICS[order, nanoseconds], 2, 4, 0, 0, snaplen, link_type)


def pcap_record(
    data: bytes,
    seconds: int = 0,
    fraction: int = 0,
    wire: int | None = None,
    order: str = "<",
    captured: int | None = None,
) -> bytes:
    """`captured` is a lie about the length when given."""
    captured = len(data) if captured is None else captured
    return struct.pack(order + "IIII", seconds, fraction, captured, len(data) if wire is None else wire) + data


def pcap(
    frames: Iterable[bytes],
    order: str = "<",
    nanoseconds: bool = False,
    link_type: int = ETHERNET,
    seconds: int = 1_700_000_000,
) -> bytes:
    """Frames a second apart, the fraction being the number of the frame."""
    return pcap_header(order, nanoseconds, link_type) + b"".join(
        pcap_record(frame, seconds + index, index + 1, order=order) for index, frame in enumerate(frames)
    )


# ------------------------------------------------------------------------------------------------ pcapng


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def option(code: int, value: bytes, order: str = "<") -> bytes:
    return struct.pack(order + "HH", code, len(value)) + padded(value)


def options(pairs: Sequence[tuple[int, bytes]], order: str = "<") -> bytes:
    """A list of options with its end; nothing when there are none."""
    return b"".join(option(*pair, order) for pair in pairs) + (bytes(4) if pairs else b"")


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    body = padded(body)
    length = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + length + body + length


def section(order: str = "<", comment: str = "", length: int = -1) -> bytes:
    body = struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, length)
    return block(0x0A0D0D0A, body + options([(1, comment.encode())] if comment else [], order), order)


def interface(
    link_type: int = ETHERNET,
    snaplen: int = 0,
    order: str = "<",
    resolution: int | None = None,
    offset_seconds: int | None = None,
    name: str = "",
) -> bytes:
    pairs = [(2, name.encode())] if name else []
    if resolution is not None:
        pairs.append((9, bytes([resolution])))
    if offset_seconds is not None:
        pairs.append((14, struct.pack(order + "q", offset_seconds)))
    return block(1, struct.pack(order + "HHI", link_type, 0, snaplen) + options(pairs, order), order)


def enhanced(
    data: bytes,
    ticks: int = 0,
    which: int = 0,
    wire: int | None = None,
    order: str = "<",
    comments: Sequence[str] = (),
    captured: int | None = None,
) -> bytes:
    head = struct.pack(
        order + "IIIII",
        which,
        ticks >> 32,
        ticks & 0xFFFFFFFF,
        len(data) if captured is None else captured,
        len(data) if wire is None else wire,
    )
    pairs = [(1, comment.encode()) for comment in comments]
    return block(6, head + padded(data) + options(pairs, order), order)


def simple(data: bytes, wire: int | None = None, order: str = "<") -> bytes:
    return block(3, struct.pack(order + "I", len(data) if wire is None else wire) + data, order)


def obsolete(data: bytes, ticks: int = 0, which: int = 0, order: str = "<", comments: Sequence[str] = ()) -> bytes:
    head = struct.pack(order + "HHIIII", which, 0, ticks >> 32, ticks & 0xFFFFFFFF, len(data), len(data))
    return block(2, head + padded(data) + options([(1, comment.encode()) for comment in comments], order), order)


def statistics(
    which: int = 0, interface_drops: int | None = None, system_drops: int | None = None, order: str = "<"
) -> bytes:
    pairs = [
        (code, struct.pack(order + "Q", count))
        for code, count in ((5, interface_drops), (7, system_drops))
        if count is not None
    ]
    return block(5, struct.pack(order + "III", which, 0, 0) + options(pairs, order), order)


def name_resolution(order: str = "<") -> bytes:
    record = struct.pack(order + "HH", 1, 9) + padded(bytes([192, 0, 2, 1]) + b"host\0") + bytes(4)
    return block(4, record, order)


def custom(order: str = "<") -> bytes:
    return block(0x0BAD, struct.pack(order + "I", 32473) + b"made up", order)


def decryption_secrets(order: str = "<") -> bytes:
    return block(10, struct.pack(order + "II", 0x544C534B, 8) + b"made up!", order)


def unknown_block(order: str = "<") -> bytes:
    return block(0x7FFF0001, b"of no known kind", order)


# ------------------------------------------------------------------------------------------------ link layers


def ethernet(payload: bytes, ethertype: int = 0x0800, tags: Sequence[tuple[int, int]] = (), pad: int = 0) -> bytes:
    """`tags` are (type, VLAN), outermost first; `pad` fills up to so many bytes."""
    head = bytes.fromhex("020000000001 020000000002")
    head += b"".join(struct.pack("!HH", tag, vlan) for tag, vlan in tags)
    frame = head + struct.pack("!H", ethertype) + payload
    return frame + b"\xee" * (pad - len(frame))


def sll(payload: bytes, ethertype: int = 0x0800, tags: Sequence[tuple[int, int]] = ()) -> bytes:
    """With tags, the first stands where the ethertype would."""
    return struct.pack("!HHH8s", 0, 1, 6, b"\2\0\0\0\0\1") + _after_tags(payload, ethertype, tags)


def sll2(payload: bytes, ethertype: int = 0x0800, tags: Sequence[tuple[int, int]] = ()) -> bytes:
    types = [tag for tag, _ in tags] + [ethertype]
    rest = b"".join(struct.pack("!HH", vlan, following) for (_, vlan), following in zip(tags, types[1:], strict=True))
    return struct.pack("!HHIHBB8s", types[0], 0, 3, 1, 0, 6, b"\2\0\0\0\0\1") + rest + payload


def _after_tags(payload: bytes, ethertype: int, tags: Sequence[tuple[int, int]]) -> bytes:
    return b"".join(struct.pack("!HH", *tag) for tag in tags) + struct.pack("!H", ethertype) + payload


def null(payload: bytes, family: int = 2, order: str = "<") -> bytes:
    return struct.pack(order + "I", family) + payload


# ------------------------------------------------------------------------------------------------ IP and TCP


def address(text: str) -> bytes:
    import ipaddress

    return ipaddress.ip_address(text).packed


def ipv4(
    payload: bytes,
    source: str = "192.0.2.1",
    destination: str = "192.0.2.2",
    protocol: int = TCP,
    header_options: bytes = b"",
    total: int | None = None,
    identity: int = 7,
    offset: int = 0,
    more: bool = False,
) -> bytes:
    """`offset` is in bytes; `total` is a lie about the length when given."""
    header = 20 + len(header_options)
    assert header % 4 == 0 and offset % 8 == 0
    return (
        struct.pack(
            "!BBHHHBBH4s4s",
            0x40 | header // 4,
            0,
            header + len(payload) if total is None else total,
            identity,
            offset // 8 | (0x2000 if more else 0),
            64,
            protocol,
            0,
            address(source),
            address(destination),
        )
        + header_options
        + payload
    )


def ipv6(
    payload: bytes,
    source: str = "2001:db8::1",
    destination: str = "2001:db8::2",
    following: int = TCP,
    length: int | None = None,
) -> bytes:
    """`payload` with its extension headers, the first of which is of the kind `following`."""
    return (
        struct.pack(
            "!IHBB16s16s",
            0x60000000,
            len(payload) if length is None else length,
            following,
            64,
            address(source),
            address(destination),
        )
        + payload
    )


def ipv6_extension(following: int, units: int = 0) -> bytes:
    """Hop-by-hop, routing or destination options, of 8 bytes and `units` times 8 more."""
    return bytes([following, units]) + bytes(6 + 8 * units)


def ipv6_authentication(following: int, words: int = 4) -> bytes:
    return bytes([following, words]) + bytes((words + 2) * 4 - 2)


def ipv6_fragment(following: int, offset: int = 0, more: bool = False, identity: int = 7) -> bytes:
    assert offset % 8 == 0
    return struct.pack("!BBHI", following, 0, offset | more, identity)


def tcp(
    payload: bytes = b"",
    source: int = 40000,
    destination: int = 11112,
    sequence: int = 1000,
    acknowledgement: int = 2000,
    flags: int = 0x18,
    window: int = 512,
    header_options: bytes = b"",
) -> bytes:
    header = 20 + len(header_options)
    assert header % 4 == 0
    return (
        struct.pack(
            "!HHIIHHHH", source, destination, sequence, acknowledgement, header // 4 << 12 | flags, window, 0, 0
        )
        + header_options
        + payload
    )


def key(version: int = 4, source: int = 40000, destination: int = 11112) -> bytes:
    """The key of the segments that the defaults above make."""
    addresses = ("192.0.2.1", "192.0.2.2") if version == 4 else ("2001:db8::1", "2001:db8::2")
    return b"".join(map(address, addresses)) + struct.pack("!HH", source, destination)
