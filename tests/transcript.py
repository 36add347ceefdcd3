"""Crafted TCP conversations that read like a transcript, as frames or as a pcap.

    talk = Talk().open()
    talk.client(request).server(answer).close()
    talk.batches()      # what `Streams.feed` takes
    talk.pcap()         # the bytes of a capture file

Every method adds frames; `frames` may be cut, swapped, doubled and dropped before they are given out.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass, replace

from dissector.capture import Batch

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
MASK = 0xFFFFFFFF


@dataclass(frozen=True)
class Packet:
    """One TCP segment with all that a frame needs."""

    source: tuple[bytes, int]
    destination: tuple[bytes, int]
    sequence: int
    acknowledgement: int
    flags: int
    payload: bytes = b""
    window: int = 65535
    time: int = 0
    vlan: bool = False
    captured: int | None = None
    options: bytes = b""
    """TCP options, padded to words."""
    time_to_live: int = 64
    urgent: int = 0
    """The urgent pointer."""
    checksums: bool = False
    """Whether checksums are filled in; otherwise they are left zero, as before a network card fills them in."""
    fragment: tuple[int, bool] | None = None
    """Of a packet that is an IP fragment: where it stands, and whether more follow; then the payload is all of it."""
    identity: int = 1

    def frame(self) -> bytes:
        """The bytes of an Ethernet frame."""
        tcp = struct.pack(
            "!HHIIHHHH", self.source[1], self.destination[1], self.sequence & MASK, self.acknowledgement & MASK,
            5 + len(self.options) // 4 << 12 | self.flags, self.window, 0, self.urgent,
        ) + self.options + self.payload  # fmt: skip
        if self.checksums:
            pseudo_header = self.source[0] + self.destination[0] + struct.pack("!HH", 6, len(tcp))
            tcp = tcp[:16] + struct.pack("!H", checksum(pseudo_header + tcp)) + tcp[18:]
        flags = 0x4000
        if self.fragment is not None:
            at, more = self.fragment
            flags, tcp = at // 8 | 0x2000 * more, self.payload
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), self.identity, flags, self.time_to_live, 6, 0,
                         self.source[0], self.destination[0])  # fmt: skip
        if self.checksums:
            ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
        tag = b"\x81\x00\x00\x07" if self.vlan else b""
        return bytes(12) + tag + b"\x08\x00" + ip + tcp


class Talk:
    """A conversation between a client and a server."""

    def __init__(
        self, client: tuple[str, int] = ("10.0.0.1", 40000), server: tuple[str, int] = ("10.0.0.2", 11112),
        client_isn: int = 1000, server_isn: int = 900_000, time: int = 1_700_000_000_000_000_000,
    ) -> None:  # fmt: skip
        self.ends = (_end(client), _end(server))
        self.next = [client_isn, server_isn]
        self.time = time
        self.packets: list[Packet] = []

    def send(self, side: int, payload: bytes = b"", flags: int = ACK, step: int = 1_000_000) -> Talk:
        """One segment from the client (0) or the server (1)."""
        self.packets.append(
            Packet(self.ends[side], self.ends[1 - side], self.next[side], self.next[1 - side] if flags & ACK else 0,
                   flags, payload, time=self.time)
        )  # fmt: skip
        self.next[side] = self.next[side] + len(payload) + bool(flags & (SYN | FIN)) & MASK
        self.time += step
        return self

    def open(self) -> Talk:
        """SYN, SYN/ACK, ACK."""
        return self.send(0, flags=SYN).send(1, flags=SYN | ACK).send(0)

    def client(self, *payloads: bytes, segment: int = 1400) -> Talk:
        """Data from the client, in segments, each acknowledged."""
        return self._data(0, payloads, segment)

    def server(self, *payloads: bytes, segment: int = 1400) -> Talk:
        """Data from the server, in segments, each acknowledged."""
        return self._data(1, payloads, segment)

    def _data(self, side: int, payloads: Iterable[bytes], segment: int) -> Talk:
        data = b"".join(payloads)
        for start in range(0, len(data), segment):
            self.send(side, data[start : start + segment], ACK | PSH).send(1 - side)
        return self

    def close(self) -> Talk:
        """FIN from both."""
        return self.send(0, flags=FIN | ACK).send(1, flags=FIN | ACK).send(0)

    def reset(self, side: int = 0) -> Talk:
        """RST from one of them."""
        return self.send(side, flags=RST | ACK)

    def tagged(self) -> Talk:
        """The same with a VLAN tag on every frame: they take the careful path."""
        self.packets = [replace(packet, vlan=True) for packet in self.packets]
        return self

    def batches(self, size: int = 50) -> list[Batch]:
        """What the reader of a capture would give."""
        return batches(self.packets, size)

    def pcap(self) -> bytes:
        """A capture file."""
        return pcap(self.packets)


def checksum(data: bytes) -> int:
    """The Internet checksum, word by word as RFC 1071 has it."""
    total = 0
    for (word,) in struct.iter_unpack("!H", data + b"\0" * (len(data) % 2)):
        total += word
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def batches(packets: list[Packet], size: int = 50) -> list[Batch]:
    """Frames in batches of `size`."""
    out = []
    for first in range(0, len(packets), size):
        data, frames = b"", []
        for packet in packets[first : first + size]:
            raw = packet.frame()
            captured = len(raw) if packet.captured is None else min(packet.captured, len(raw))
            frames.append((len(data), captured, len(raw), packet.time, 1))
            data += raw[:captured]
        out.append(Batch(data, frames, first + 1, len(data)))
    return out


def pcap(packets: list[Packet]) -> bytes:
    """A pcap file of Ethernet frames."""
    out = bytearray(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
    for packet in packets:
        raw = packet.frame()
        kept = raw if packet.captured is None else raw[: packet.captured]
        out += struct.pack("<IIII", packet.time // 10**9, packet.time % 10**9 // 1000, len(kept), len(raw)) + kept
    return bytes(out)


def _end(address: tuple[str, int]) -> tuple[bytes, int]:
    return bytes(map(int, address[0].split("."))), address[1]


# ------------------------------------------------------------------------------------------------ PDUs


def item(code: int, body: bytes) -> bytes:
    """An item or sub-item."""
    return struct.pack("!BBH", code, 0, len(body)) + body


def pdu(code: int, body: bytes) -> bytes:
    """A PDU."""
    return struct.pack("!BBI", code, 0, len(body)) + body


def user_information(maximum: int = 16384, *more: bytes) -> bytes:
    """A user information item with the two mandatory sub-items."""
    return item(0x50, item(0x51, struct.pack("!I", maximum)) + item(0x52, b"1.2.3.4") + b"".join(more))


VERIFICATION, IMPLICIT_LITTLE = b"1.2.840.10008.1.1", b"1.2.840.10008.1.2"


def proposed(context_id: int, abstract: bytes = VERIFICATION, *transfer: bytes) -> bytes:
    """A proposed presentation context."""
    syntaxes = b"".join(item(0x40, uid) for uid in transfer or (IMPLICIT_LITTLE,))
    return item(0x20, bytes((context_id, 0, 0, 0)) + item(0x30, abstract) + syntaxes)


def answered(context_id: int, result: int = 0, transfer: bytes = IMPLICIT_LITTLE) -> bytes:
    """An answered presentation context."""
    return item(0x21, bytes((context_id, 0, result, 0)) + item(0x40, transfer))


def associate_rq(
    *contexts: bytes, called: bytes = b"ANY-SCP", calling: bytes = b"ECHOSCU", user: bytes | None = None,
    version: int = 1,
) -> bytes:  # fmt: skip
    """An A-ASSOCIATE-RQ."""
    fixed = struct.pack("!HH16s16s32s", version, 0, called.ljust(16), calling.ljust(16), b"")
    items = item(0x10, b"1.2.840.10008.3.1.1.1") + b"".join(contexts or (proposed(1),))
    return pdu(1, fixed + items + (user_information() if user is None else user))


def associate_ac(*contexts: bytes, user: bytes | None = None) -> bytes:
    """An A-ASSOCIATE-AC."""
    fixed = struct.pack("!HH16s16s32s", 1, 0, b"ANY-SCP".ljust(16), b"ECHOSCU".ljust(16), b"")
    items = item(0x10, b"1.2.840.10008.3.1.1.1") + b"".join(contexts or (answered(1),))
    return pdu(2, fixed + items + (user_information() if user is None else user))


def associate_rj(result: int = 1, source: int = 1, reason: int = 7) -> bytes:
    """An A-ASSOCIATE-RJ."""
    return pdu(3, bytes((0, result, source, reason)))


def pdv(context_id: int, header: int, fragment: bytes) -> bytes:
    """A presentation data value."""
    return struct.pack("!IBB", len(fragment) + 2, context_id, header) + fragment


def p_data(*values: bytes) -> bytes:
    """A P-DATA-TF of presentation data values."""
    return pdu(4, b"".join(values))


def abort(source: int = 0, reason: int = 0) -> bytes:
    """An A-ABORT."""
    return pdu(7, bytes((0, 0, source, reason)))


RELEASE_RQ, RELEASE_RP = pdu(5, bytes(4)), pdu(6, bytes(4))


def element(tag: int, value: bytes) -> bytes:
    """A command element, (0000,tag)."""
    return struct.pack("<HHI", 0, tag, len(value)) + value


def us(tag: int, value: int) -> bytes:
    """A command element of one unsigned short."""
    return element(tag, struct.pack("<H", value))


def uid(tag: int, value: bytes) -> bytes:
    """A command element with a UID, padded."""
    return element(tag, value + b"\0" * (len(value) % 2))


def command(*elements: bytes) -> bytes:
    """A command set with its group length."""
    body = b"".join(elements)
    return element(0, struct.pack("<I", len(body))) + body


def echo_rq(message_id: int = 1) -> bytes:
    """A C-ECHO-RQ command set."""
    return command(uid(2, VERIFICATION), us(0x100, 0x30), us(0x110, message_id), us(0x800, 0x101))


def echo_rsp(message_id: int = 1, status: int = 0) -> bytes:
    """A C-ECHO-RSP command set."""
    return command(uid(2, VERIFICATION), us(0x100, 0x8030), us(0x120, message_id), us(0x800, 0x101), us(0x900, status))
