"""The stream machine: segments in any order, any overlap, lost, cut, doubled, contradicting, with any flags.

Invariant: nothing raises, and no byte is invented: every byte of a PDU that is told was sent at that place of its
stream (in one of the versions sent), or its place is told as missing. PDUs of a stream follow each other without
overlapping; frames and times that are told exist; the quick path and the careful path tell the same; buffers are empty
at the end. Without loss and contradiction the PDUs told are exactly those sent.
"""

from __future__ import annotations

from dataclasses import replace

from dissector.pdu import Pdu
from dissector.stream import Event, Stream, Streams

from ..transcript import (
    ACK, FIN, PSH, RELEASE_RP, RELEASE_RQ, RST, SYN, Packet, Talk, answered, associate_ac, associate_rq, batches,
    echo_rq, echo_rsp, p_data, pdv, proposed,
)  # fmt: skip
from .promises import bounded

PIXELS = bytes(range(256)) * 8
SAID = (
    associate_rq(proposed(1)) + p_data(pdv(1, 3, echo_rq())) + p_data(pdv(1, 0, PIXELS), pdv(1, 2, PIXELS[:333]))
    + p_data(pdv(1, 1, echo_rq(2)[:30]), pdv(1, 3, echo_rq(2)[30:])) + RELEASE_RQ,
    associate_ac(answered(1)) + p_data(pdv(1, 3, echo_rsp())) + p_data(pdv(1, 3, echo_rsp(2))) + RELEASE_RP,
)  # fmt: skip
"""What the two sides say."""
OTHER = tuple(bytes(byte ^ 0xFF for byte in said) for said in SAID)
"""What they never said: what contradicting segments carry."""
FIRST = (1001, 0xFFFF_FF00)
"""Their first sequence numbers; those of the server come round."""
BYTES_PER_SEGMENT = 6


def packets_of(data: bytes) -> tuple[list[Packet], bool]:
    """Six bytes a segment: side and flags, kind, offset (2), length, window. Whether anything contradicts."""
    talk = Talk(client_isn=FIRST[0] - 1, server_isn=FIRST[1] - 1)
    if data[:1] and data[0] & 1:
        talk.open()
    packets, lied = talk.packets, False
    ends = talk.ends
    for at in range(1, len(data) - BYTES_PER_SEGMENT + 1, BYTES_PER_SEGMENT):
        first, kind, high, low, length, window = data[at : at + BYTES_PER_SEGMENT]
        side = first & 1
        said = SAID[side]
        offset = (high << 8 | low) % (len(said) + 1)
        size = length * 8 if kind & 1 else length
        flags = ACK
        source = said
        if kind >> 4 == 15:
            flags |= (FIN, SYN, RST, SYN | FIN)[kind >> 2 & 3]
        elif kind >> 4 == 14:
            source, lied = OTHER[side], True
        sequence = FIRST[side] + offset
        if kind >> 4 == 13:
            sequence += (1 << 25, -(1 << 25), 1 << 31, 1 << 19)[kind >> 2 & 3]  # outside of any window
            lied = True
        packet = Packet(
            ends[side], ends[1 - side], sequence, FIRST[1 - side] + window * 64, flags | PSH,
            source[offset : offset + size], window=window * 200, time=talk.time + at * 1_000_000,
        )  # fmt: skip
        if first & 0x80:
            packet = replace(packet, captured=54 + size // 2)
        packets.append(packet)
    return packets, lied


def told(packets: list[Packet], size: int, **options: bool) -> tuple[list[object], Streams]:
    """What the streams tell."""
    streams = Streams(**options)  # type: ignore[arg-type]
    events: list[object] = []
    for batch in batches(packets, size):
        events += streams.feed(batch)
    return events + streams.finish(), streams


def facts(events: list[object]) -> list[object]:
    """What must not depend on the path."""
    return [
        (each.name, each.start, each.end, each.first_frame, each.last_frame, each.complete, tuple(each.missing),
         each.association, each.number) if isinstance(each, Pdu) else (each.kind, each.from_client, each.frame)
        for each in events if isinstance(each, Pdu | Event)
    ]  # fmt: skip


def bytes_sent(packets: list[Packet]) -> dict[tuple[bytes, int], set[int]]:
    """By sender and sequence number: the bytes that were captured there."""
    sent: dict[tuple[bytes, int], set[int]] = {}
    for packet in packets:
        payload = packet.payload if packet.captured is None else packet.payload[: max(0, packet.captured - 54)]
        first = packet.sequence + bool(packet.flags & SYN)
        for index, byte in enumerate(payload):
            sent.setdefault((packet.source[0], first + index & 0xFFFFFFFF), set()).add(byte)
    return sent


def check(data: bytes) -> None:
    """A byte of options, then segments."""
    with bounded(len(data)):
        packets, lied = packets_of(data)
        options = data[0] if data else 0
        events, streams = told(packets, 1 + options % 7, keep_bytes=True)
        assert streams.waiting_bytes == 0 and streams.open_bytes == 0 and not streams.flows
        sent = bytes_sent(packets)
        ends: dict[int, int] = {}
        for event in events:
            if not isinstance(event, Pdu):
                continue
            stream = event.stream
            assert isinstance(stream, Stream)
            assert 0 <= event.start <= event.end
            assert event.start >= ends.get(id(stream), 0), "two PDUs in one place"
            ends[id(stream)] = event.end
            assert 1 <= event.first_frame <= event.last_frame <= len(packets)
            missing = {place for first, last in event.missing for place in range(first, last)}
            first = stream.initial + 1 + event.start
            for place, byte in enumerate(event.body or b""):
                if place not in missing:
                    assert byte in sent.get((stream.address[:4], first + place & 0xFFFFFFFF), ()), (
                        f"{byte:02X} at {place} of {event} was not sent")  # fmt: skip
        careful = told([replace(packet, vlan=True, captured=None if packet.captured is None else packet.captured + 4)
                        for packet in packets], 50)[0]  # fmt: skip
        quick = told(packets, 50)[0]
        assert facts(quick) == facts(careful), "the quick and the careful path differ"
        if not lied and options & 1:
            _as_sent(events)


def _as_sent(events: list[object]) -> None:
    """Where nothing contradicts: whole PDUs without holes, at the places where they were sent, are those sent."""
    for event in events:
        if isinstance(event, Pdu) and event.complete and not event.missing and not event.nonsense:
            stream = event.stream
            assert isinstance(stream, Stream)
            side = 0 if stream.address[:4] == b"\x0a\0\0\x01" else 1
            if stream.initial + 1 & 0xFFFFFFFF == FIRST[side]:
                assert event.body == SAID[side][event.start : event.end], f"{event} was not sent so"


def seeds() -> list[bytes]:
    """The conversation in order, backwards, doubled, with segments lost and contradicted."""
    def segment(side: int, offset: int, length: int, kind: int = 1) -> bytes:
        return bytes((side, kind, offset >> 8, offset & 255, length, 200))

    steps = [segment(side, at, 25) for side in (0, 1) for at in range(0, len(SAID[side]), 200)]
    orders = [steps, steps[::-1], [each for each in steps for _ in range(2)], steps[::2], steps[:3] + steps[5:]]
    contradicted = [(each, segment(each[0], each[2] << 8 | each[3], 3, 0xE1)) for each in steps]
    orders.append([each for both in contradicted for each in both])
    orders.append([*steps, segment(0, len(SAID[0]), 0, 0xF0), segment(1, len(SAID[1]), 0, 0xF0)])
    orders.append([*steps[:4], segment(0, 900, 0, 0xF8), *steps[4:]])
    orders.append([segment(0, at, 200, 0) for at in range(0, len(SAID[0]), 100)])
    return [bytes((start,)) + b"".join(order) for order in orders for start in (0, 1)]
