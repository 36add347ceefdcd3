"""Every link layer gives the TCP segment in it; fragments are put together; no bytes can make it fail."""

from __future__ import annotations

import itertools
import struct
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dissector.link import (
    LINK_TYPES, MAXIMUM_FRAGMENTED_DATAGRAMS, MAXIMUM_FRAGMENTS, LinkReader, Segment, link_type_name,
)  # fmt: skip

from . import builders as make

PAYLOAD = b"\x01\x00\x00\x00\x00\xcd what a peer said"
V4 = make.ipv4(make.tcp(PAYLOAD))
V6 = make.ipv6(make.tcp(PAYLOAD))
IPV6_TYPE = 0x86DD


def read(
    frame: bytes, link_type: int = make.ETHERNET, wire: int | None = None, reader: LinkReader | None = None
) -> Segment | None:
    """The segment in a frame that stands somewhere inside a chunk, between bytes that are not its own."""
    before, after = b"\x45\x00" * 13, b"\xaa" * 50
    wire = len(frame) if wire is None else wire
    return (reader or LinkReader()).segment(before + frame + after, len(before), len(frame), wire, link_type)


def payload(segment: Segment | None) -> bytes:
    assert segment is not None
    return segment.data[segment.start : segment.end]


FRAMES: dict[str, tuple[int, bytes, int]] = {
    "Ethernet": (make.ETHERNET, make.ethernet(V4), 4),
    "Ethernet, IPv6": (make.ETHERNET, make.ethernet(V6, IPV6_TYPE), 6),
    "VLAN": (make.ETHERNET, make.ethernet(V4, tags=[(0x8100, 5)]), 4),
    "QinQ": (make.ETHERNET, make.ethernet(V4, tags=[(0x88A8, 5), (0x8100, 6)]), 4),
    "three tags, IPv6": (make.ETHERNET, make.ethernet(V6, IPV6_TYPE, [(0x9100, 1), (0x9200, 2), (0x8100, 3)]), 6),
    "SLL": (make.SLL, make.sll(V4), 4),
    "SLL, IPv6": (make.SLL, make.sll(V6, IPV6_TYPE), 6),
    "SLL, VLAN": (make.SLL, make.sll(V4, tags=[(0x8100, 5)]), 4),
    "SLL2": (make.SLL2, make.sll2(V4), 4),
    "SLL2, IPv6": (make.SLL2, make.sll2(V6, IPV6_TYPE), 6),
    "SLL2, VLAN": (make.SLL2, make.sll2(V4, tags=[(0x8100, 5)]), 4),
    "SLL2, QinQ": (make.SLL2, make.sll2(V6, IPV6_TYPE, [(0x88A8, 5), (0x8100, 6)]), 6),
    "NULL, little-endian": (make.NULL, make.null(V4), 4),
    "NULL, big-endian": (make.NULL, make.null(V4, order=">"), 4),
    "NULL, IPv6 of OpenBSD": (make.NULL, make.null(V6, 24), 6),
    "NULL, IPv6 of FreeBSD": (make.NULL, make.null(V6, 28, ">"), 6),
    "NULL, IPv6 of macOS": (make.NULL, make.null(V6, 30), 6),
    "LOOP": (make.LOOP, make.null(V4, order=">"), 4),
    "LOOP, IPv6": (make.LOOP, make.null(V6, 24, ">"), 6),
    "RAW": (make.RAW, V4, 4),
    "RAW, IPv6": (make.RAW, V6, 6),
    "RAW of BSD": (make.RAW_BSD, V4, 4),
    "RAW of OpenBSD": (make.RAW_OPENBSD, V6, 6),
    "IPv4": (make.IPV4, V4, 4),
    "IPv6": (make.IPV6, V6, 6),
    "IPv4 options": (make.ETHERNET, make.ethernet(make.ipv4(make.tcp(PAYLOAD), header_options=b"\x01" * 8)), 4),
    "IPv4 and TCP options": (
        make.RAW, make.ipv4(make.tcp(PAYLOAD, header_options=b"\x01" * 40), header_options=b"\x01" * 40), 4,
    ),
    "hop-by-hop": (make.RAW, make.ipv6(make.ipv6_extension(6) + make.tcp(PAYLOAD), following=0), 6),
    "hop-by-hop, routing, destination": (
        make.RAW,
        make.ipv6(
            make.ipv6_extension(43) + make.ipv6_extension(60, 2) + make.ipv6_extension(6, 1) + make.tcp(PAYLOAD),
            following=0,
        ),
        6,
    ),
    "authentication": (make.RAW, make.ipv6(make.ipv6_authentication(6) + make.tcp(PAYLOAD), following=51), 6),
    "atomic fragment": (make.RAW, make.ipv6(make.ipv6_fragment(6) + make.tcp(PAYLOAD), following=44), 6),
}  # fmt: skip


@pytest.mark.parametrize("name", FRAMES)
def test_every_link_layer_and_header_gives_the_segment(name: str) -> None:
    link_type, frame, version = FRAMES[name]
    segment = read(frame, link_type)
    assert segment is not None
    assert payload(segment) == PAYLOAD
    assert segment.length == len(PAYLOAD)
    assert segment.key == make.key(version)
    assert (segment.sequence, segment.acknowledgement, segment.flags, segment.window) == (1000, 2000, 0x18, 512)
    assert segment.options == (b"\x01" * 40 if "TCP options" in name else b"")


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_cut_anywhere_gives_what_is_there_and_what_was(name: str) -> None:
    link_type, frame, _ = FRAMES[name]
    for size in range(len(frame)):
        segment = read(frame[:size], link_type, wire=len(frame))
        if segment is None:
            assert size < len(frame) - len(PAYLOAD)
        else:
            assert payload(segment) == PAYLOAD[: max(size - (len(frame) - len(PAYLOAD)), 0)]
            assert segment.length == len(PAYLOAD)
            assert segment.sequence == 1000
    whole_header = read(frame[: len(frame) - len(PAYLOAD)], link_type, wire=len(frame))
    assert whole_header is not None and whole_header.start == whole_header.end


def test_every_link_type_that_is_named_as_read_is_read() -> None:
    assert {link_type for link_type, _, _ in FRAMES.values()} == set(LINK_TYPES)


@pytest.mark.parametrize(("packet", "ethertype"), [(make.ipv4(make.tcp()), 0x0800), (make.ipv6(make.tcp()), IPV6_TYPE)])
def test_padding_is_no_payload(packet: bytes, ethertype: int) -> None:
    segment = read(make.ethernet(packet, ethertype, pad=100))
    assert segment is not None
    assert (payload(segment), segment.length) == (b"", 0)
    short = read(make.ethernet(make.ipv4(make.tcp(b"ab")), pad=60))
    assert short is not None
    assert (payload(short), short.length) == (b"ab", 2)


def test_a_total_length_of_zero_means_up_to_the_end_of_the_frame() -> None:
    """What a network card is to cut into packets later (TSO) is captured with total length 0."""
    for frame in (
        make.ethernet(make.ipv4(make.tcp(PAYLOAD * 5000), total=0)),
        make.ethernet(make.ipv6(make.tcp(PAYLOAD * 5000), length=0), IPV6_TYPE),
    ):
        segment = read(frame)
        assert segment is not None
        assert payload(segment) == PAYLOAD * 5000
        cut = read(frame[:200], wire=len(frame))
        assert cut is not None and cut.length == len(PAYLOAD) * 5000
        assert cut.data[cut.end - 1 : cut.end] == frame[199:200]


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        make.ethernet(make.ipv4(b"x" * 40, protocol=make.UDP)),
        make.ethernet(make.ipv6(b"x" * 40, following=make.UDP), IPV6_TYPE),
        make.ethernet(make.ipv6(b"x" * 40, following=59), IPV6_TYPE),
        make.ethernet(b"\0\1\x08\0\6\4\0\1" + bytes(20), 0x0806),
        make.ethernet(V6),
        make.ethernet(V4, IPV6_TYPE),
        make.ethernet(b"\x44" + V4[1:]),
        make.ethernet(make.ipv4(make.tcp(PAYLOAD), total=19)),
        make.ethernet(make.ipv4(make.tcp(PAYLOAD), total=39)),
        make.ethernet(make.ipv4(make.tcp(PAYLOAD)[:12] + b"\x40" + make.tcp(PAYLOAD)[13:])),
        make.ethernet(make.ipv4(make.tcp(header_options=bytes(20)), total=45)),
        make.ethernet(b"", 0x8100, tags=[(0x8100, 1)] * 20),
    ],
    ids=[
        "empty", "UDP", "UDP over IPv6", "no next header", "ARP", "IPv6 as IPv4", "IPv4 as IPv6", "IHL 4",
        "total shorter than IP header", "total shorter than TCP header", "data offset 4", "total within TCP options",
        "nothing but tags",
    ],
)  # fmt: skip
def test_what_is_no_tcp_gives_nothing(frame: bytes) -> None:
    assert read(frame) is None


def test_null_of_another_family_gives_nothing() -> None:
    assert read(make.null(V4, 7), make.NULL) is None
    assert read(b"\2\0\0", make.NULL) is None


def test_a_link_type_that_cannot_be_read_is_counted_and_named() -> None:
    reader = LinkReader()
    for link_type in (105, 105, 4242, 105):
        assert read(make.ethernet(V4), link_type, reader=reader) is None
    assert reader.unsupported == {105: 3, 4242: 1}
    assert link_type_name(105) == "IEEE 802.11 wireless (105)"
    assert link_type_name(4242) == "a link type without a name here (4242)"
    assert link_type_name(make.SLL2) == "Linux cooked v2 (276)"


# ------------------------------------------------------------------------------------------------ fragments

DATAGRAM = make.tcp(bytes(range(200)), header_options=b"\x01" * 4)
Fragmenter = Callable[..., bytes]


def v4_fragment(start: int, end: int, data: bytes = DATAGRAM, identity: int = 7) -> bytes:
    return make.ethernet(make.ipv4(data[start:end], offset=start, more=end < len(data), identity=identity))


def v6_fragment(start: int, end: int, data: bytes = DATAGRAM, identity: int = 7) -> bytes:
    head = make.ipv6_fragment(6, start, end < len(data), identity)
    return make.ethernet(make.ipv6(make.ipv6_extension(44) + head + data[start:end], following=0), IPV6_TYPE)


BOTH = pytest.mark.parametrize(("fragment", "version"), [(v4_fragment, 4), (v6_fragment, 6)], ids=["IPv4", "IPv6"])


def feed(frames: list[bytes], reader: LinkReader | None = None) -> list[Segment]:
    reader = reader or LinkReader()
    return [segment for frame in frames if (segment := read(frame, reader=reader)) is not None]


@BOTH
def test_fragments_in_any_order(fragment: Fragmenter, version: int) -> None:
    pieces = [fragment(0, 8), fragment(8, 64), fragment(64, 136), fragment(136, len(DATAGRAM))]
    for order in itertools.permutations(pieces):
        (segment,) = feed(list(order))
        assert payload(segment) == bytes(range(200))
        assert (segment.key, segment.sequence, segment.length) == (make.key(version), 1000, 200)
        assert segment.options == b"\x01" * 4


@BOTH
def test_fragments_doubled_and_overlapping(fragment: Fragmenter, version: int) -> None:
    end = len(DATAGRAM)
    pieces = [fragment(0, 64), fragment(0, 64), fragment(48, 120), fragment(96, end), fragment(96, end)]
    for order in itertools.permutations(pieces):
        segments = feed(list(order))
        assert [payload(segment) for segment in segments] == [bytes(range(200))]


@BOTH
def test_a_fragment_of_the_same_place_that_is_longer_is_no_duplicate(fragment: Fragmenter, version: int) -> None:
    segments = feed([fragment(0, 8), fragment(0, 64), fragment(64, len(DATAGRAM))])
    assert [payload(segment) for segment in segments] == [bytes(range(200))]


@BOTH
def test_where_fragments_differ_the_first_bytes_captured_win(fragment: Fragmenter, version: int) -> None:
    other = DATAGRAM[:40] + b"\xff" * (len(DATAGRAM) - 40)
    (segment,) = feed([fragment(64, 136), fragment(0, 104, other), fragment(104, len(DATAGRAM), other)])
    expected = DATAGRAM[24:40] + b"\xff" * 24 + DATAGRAM[64:136] + b"\xff" * (len(DATAGRAM) - 136)
    assert payload(segment) == expected


@BOTH
def test_datagrams_that_take_turns_are_kept_apart(fragment: Fragmenter, version: int) -> None:
    other = make.tcp(b"z" * 100, sequence=5)
    segments = feed(
        [fragment(0, 80), fragment(0, 80, other, 8), fragment(80, 120, other, 8), fragment(80, len(DATAGRAM))]
    )
    assert [payload(segment) for segment in segments] == [b"z" * 100, bytes(range(200))]


@BOTH
def test_a_fragment_cut_by_the_capture_never_makes_a_datagram(fragment: Fragmenter, version: int) -> None:
    reader = LinkReader()
    first = fragment(0, 104)
    assert read(first[:-1], wire=len(first), reader=reader) is None
    assert read(fragment(104, len(DATAGRAM)), reader=reader) is None
    again = read(first, reader=reader)
    assert payload(again) == bytes(range(200))


@BOTH
def test_waiting_datagrams_are_capped_oldest_first(fragment: Fragmenter, version: int) -> None:
    reader = LinkReader()
    for identity in range(MAXIMUM_FRAGMENTED_DATAGRAMS + 1):
        assert read(fragment(0, 104, identity=identity), reader=reader) is None
    assert reader.fragments_given_up == 1
    rest = [fragment(104, len(DATAGRAM), identity=identity) for identity in (0, 1, MAXIMUM_FRAGMENTED_DATAGRAMS)]
    assert read(rest[0], reader=reader) is None
    assert reader.fragments_given_up == 2  # identity 0 waits anew, and 1 had to go for it
    assert read(rest[1], reader=reader) is None
    assert payload(read(rest[2], reader=reader)) == bytes(range(200))


@BOTH
def test_a_datagram_of_too_many_fragments_is_given_up(fragment: Fragmenter, version: int) -> None:
    reader = LinkReader()
    data = make.tcp(bytes(8 * (MAXIMUM_FRAGMENTS + 10)))
    for index in range(1, MAXIMUM_FRAGMENTS + 2):
        assert read(fragment(index * 8, index * 8 + 8, data), reader=reader) is None
    assert reader.fragments_given_up == 1
    assert not reader._waiting


@BOTH
def test_the_bytes_that_wait_for_one_datagram_are_bounded(fragment: Fragmenter, version: int) -> None:
    reader = LinkReader()
    data = make.tcp(bytes(60000))
    for index in range(64):
        read(fragment(8 * index, 50000 + 8 * index, data), reader=reader)
        assert sum(len(piece) for waiting in reader._waiting.values() for _, piece in waiting.pieces) <= 200_000
    assert reader.fragments_given_up >= 20


def test_a_fragment_of_something_else_is_left_alone() -> None:
    reader = LinkReader()
    assert read(make.ethernet(make.ipv4(bytes(64), protocol=make.UDP, more=True)), reader=reader) is None
    head = make.ipv6_fragment(make.UDP, 0, True)
    assert read(make.ethernet(make.ipv6(head + bytes(64), following=44), IPV6_TYPE), reader=reader) is None
    assert not reader._waiting


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_cover_of_a_datagram_in_any_order_gives_it(data: st.DataObject) -> None:
    body = make.tcp(data.draw(st.binary(max_size=300)))
    cuts = sorted({0, *data.draw(st.lists(st.integers(0, len(body) // 8), max_size=8))})
    bounds = [(cut * 8, following * 8) for cut, following in zip(cuts, [*cuts[1:], -1], strict=True)]
    pieces = [v4_fragment(start, len(body) if end < 0 else end, body) for start, end in bounds]
    pieces += data.draw(st.lists(st.sampled_from(pieces), max_size=4))
    if len(bounds) == 1:
        pieces = pieces[:1]
    segments = feed(data.draw(st.permutations(pieces)))
    assert segments and payload(segments[0]) == body[20:]


# ------------------------------------------------------------------------------------------------ never raises


@given(
    st.sampled_from(sorted(LINK_TYPES)), st.sampled_from(sorted(FRAMES)), st.integers(0, 70), st.binary(max_size=40),
    st.lists(st.tuples(st.integers(0, 90), st.integers(0, 255)), max_size=6), st.integers(0, 200),
)  # fmt: skip
@settings(max_examples=400, deadline=None)
def test_damaged_frames_never_raise(
    link_type: int, name: str, keep: int, tail: bytes, changes: list[tuple[int, int]], wire: int
) -> None:
    frame = bytearray(FRAMES[name][1][:keep] + tail)
    for at, value in changes:
        if at < len(frame):
            frame[at] = value
    for chosen in (link_type, FRAMES[name][0]):
        segment = read(bytes(frame), chosen, wire=wire)
        if segment is not None:
            assert segment.start <= segment.end <= len(segment.data)
            assert segment.end - segment.start <= segment.length
            assert len(segment.key) in (12, 36)


@given(st.sampled_from(sorted(LINK_TYPES)), st.lists(st.binary(max_size=120), max_size=5))
@settings(max_examples=200, deadline=None)
def test_random_bytes_never_raise(link_type: int, frames: list[bytes]) -> None:
    reader = LinkReader()
    for frame in frames:
        for head in (b"", struct.pack("!H", 0x0800)):
            read(head + frame, link_type, reader=reader)
