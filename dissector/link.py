"""From a frame to its TCP segment: link layers, tags, IPv4 and IPv6, fragments.

Strategy: `stream` reads the plain case (untagged IPv4 without options) itself with one unpack; everything else comes
here and is read step by step. Lengths come from the IP header, so that Ethernet padding is no payload; what the
capture cut off is known to be missing, not absent.
"""

from __future__ import annotations

from collections.abc import Callable
from struct import Struct
from typing import Final

ETHERNET, RAW_BSD, RAW, NULL, LOOP, SLL, SLL2, IPV4, IPV6 = 1, 12, 101, 0, 108, 113, 276, 228, 229
LINK_TYPES = {
    ETHERNET: "Ethernet", RAW_BSD: "raw IP", 14: "raw IP", RAW: "raw IP", NULL: "BSD loopback",
    LOOP: "OpenBSD loopback", SLL: "Linux cooked v1", SLL2: "Linux cooked v2", IPV4: "raw IPv4", IPV6: "raw IPv6",
}  # fmt: skip
"""The link types that are read."""
OTHER_LINK_TYPES = {
    6: "IEEE 802.5 Token Ring", 9: "PPP", 50: "PPP in HDLC framing", 51: "PPPoE", 104: "Cisco HDLC",
    105: "IEEE 802.11 wireless", 119: "Prism wireless", 127: "radiotap wireless", 147: "user 0", 162: "user 15",
    187: "Bluetooth H4", 189: "USB (Linux)", 192: "PPI", 195: "IEEE 802.15.4", 201: "Bluetooth H4 with direction",
    220: "USB (Linux, mmapped)", 239: "NFLOG", 249: "USBPcap", 253: "Netlink", 272: "Apple IOUSBHost",
}  # fmt: skip
"""Names of some that are not, for telling so."""

MAXIMUM_FRAGMENTED_DATAGRAMS = 256
"""How many IP datagrams may be waiting for fragments at once; the oldest is given up first."""
FRAGMENT_PATIENCE_SECONDS = 60
"""Fragments further apart than this are of different datagrams (RFC 791 and 8200 give up after 15 and 60 seconds)."""
MAXIMUM_FRAGMENTS = 128
"""How many fragments one datagram may have."""
MAXIMUM_FRAGMENT_BYTES = 128 * 1024
"""How many bytes one datagram may hold: twice what its length field can say, for fragments that overlap."""

TCP: Final = 6
_TAGS = (0x8100, 0x88A8, 0x9100, 0x9200)
_ETHERTYPE_IPV4, _ETHERTYPE_IPV6 = 0x0800, 0x86DD
_IPV6_EXTENSIONS = (0, 43, 60, 135, 139, 140)
_IPV6_FRAGMENT, _IPV6_AUTHENTICATION = 44, 51
_NULL_IPV6 = (24, 28, 30)
"""The value of AF_INET6 on the BSDs and on macOS."""

_tcp_head: Final = Struct("!HHIIHH").unpack_from

FIN: Final = 1
SYN: Final = 2
RST: Final = 4
ACK: Final = 16
URG: Final = 32


class Segment:
    """One TCP segment. `data[start:end]` is its captured payload; `length` is what it held on the wire."""

    __slots__ = (
        "key", "sequence", "acknowledgement", "flags", "window", "data", "start", "end", "length", "options",
        "identity", "checksum_wrong", "contradicted",
    )  # fmt: skip

    def __init__(
        self, key: bytes, sequence: int, acknowledgement: int, flags: int, window: int, data: bytes, start: int,
        end: int, length: int, options: bytes, identity: int = -1, checksum_wrong: bool = False, contradicted: int = 0,
    ) -> None:  # fmt: skip
        self.key = key
        """Source and destination address, source and destination port, as on the wire: 12 or 36 bytes."""
        self.sequence = sequence
        self.acknowledgement = acknowledgement
        self.flags = flags
        self.window = window
        self.data = data
        self.start = start
        self.end = end
        self.length = length
        self.options = options
        self.identity = identity
        """The identification of its IPv4 packet, -1 for IPv6: a frame captured twice has the same."""
        self.checksum_wrong = checksum_wrong
        """The checksum of its IPv4 header or its own is wrong; only looked at when asked to."""
        self.contradicted = contradicted
        """On how many bytes the IP fragments that it was put together from disagree."""


class LinkReader:
    """Reads frames of any link type; holds IP fragments until their datagram is whole.

    `checksums`: look at the checksums of IPv4 headers and TCP segments. A fragment whose header is wrong is left out,
    a segment is marked. What was not captured whole cannot be checked, and passes.
    """

    def __init__(self, checksums: bool = False) -> None:
        self.checksums = checksums
        self.fragments_wrong = 0
        """Fragments left out, because the checksum of their header is wrong."""
        self.unsupported: dict[int, int] = {}
        """Link types that cannot be read, with how many frames had them."""
        self.fragments_given_up = 0
        self.reached: list[tuple[str, int]] = []
        """Limits that were reached, by name, with their values; whoever knows the frame takes them."""
        self._waiting: dict[bytes, _Datagram] = {}
        self._now = 0

    def segment(
        self, data: bytes, start: int, captured: int, wire: int, link_type: int, time: int = 0
    ) -> Segment | None:
        """The TCP segment in a frame, or None where there is none (or not yet all of it). `time` is the frame's, in
        nanoseconds: fragments do not wait for ever."""
        self._now = time
        end = start + captured
        reader = _READERS.get(link_type)
        if reader is None:
            self.unsupported[link_type] = self.unsupported.get(link_type, 0) + 1
            return None
        ethertype, at = reader(data, start, end)
        if ethertype == _ETHERTYPE_IPV4:
            return self._ipv4(data, at, end, start + wire)
        if ethertype == _ETHERTYPE_IPV6:
            return self._ipv6(data, at, end, start + wire)
        return None

    def _ipv4(self, data: bytes, at: int, end: int, wire_end: int) -> Segment | None:
        if end - at < 20 or data[at] >> 4 != 4:
            return None
        header = (data[at] & 15) * 4
        if header < 20 or end - at < header or data[at + 9] != TCP:
            return None
        total = data[at + 2] << 8 | data[at + 3]
        ip_end = at + total if total else wire_end  # 0: cut into packets by the network card after the capture point
        if total and total < header:
            return None
        flags_offset = data[at + 6] << 8 | data[at + 7]
        addresses = data[at + 12 : at + 20]
        wrong = self.checksums and _sum(data[at : at + header]) != 0xFFFF
        if flags_offset & 0x3FFF:
            if wrong:
                self.fragments_wrong += 1
                return None
            identity = addresses + data[at + 4 : at + 6]
            body = data[at + header : min(end, ip_end)]
            return self._fragment(
                identity, addresses, (flags_offset & 0x1FFF) * 8, bool(flags_offset & 0x2000), body,
                ip_end - at - header,
            )  # fmt: skip
        identification = data[at + 4] << 8 | data[at + 5]
        return self._tcp(addresses, data, at + header, min(end, ip_end), ip_end, identification, wrong)

    def _ipv6(self, data: bytes, at: int, end: int, wire_end: int) -> Segment | None:
        if end - at < 40 or data[at] >> 4 != 6:
            return None
        payload = data[at + 4] << 8 | data[at + 5]
        ip_end = at + 40 + payload if payload else wire_end
        addresses = data[at + 8 : at + 40]
        following, at = data[at + 6], at + 40
        while following != TCP:
            if end - at < 8:
                return None
            if following in _IPV6_EXTENSIONS:
                following, at = data[at], at + (data[at + 1] + 1) * 8
            elif following == _IPV6_AUTHENTICATION:
                following, at = data[at], at + (data[at + 1] + 2) * 4
            elif following == _IPV6_FRAGMENT:
                offset_flags = data[at + 2] << 8 | data[at + 3]
                if offset_flags & 0xFFF9:
                    if data[at] != TCP:
                        return None
                    identity = addresses + data[at + 4 : at + 8]
                    body = data[at + 8 : min(end, ip_end)]
                    return self._fragment(
                        identity, addresses, offset_flags & 0xFFF8, bool(offset_flags & 1), body, ip_end - at - 8
                    )
                following, at = data[at], at + 8
            else:
                return None
        return self._tcp(addresses, data, at, min(end, ip_end), ip_end)

    def _tcp(
        self, addresses: bytes, data: bytes, at: int, end: int, wire_end: int, identity: int = -1, wrong: bool = False,
        contradicted: int = 0,
    ) -> Segment | None:  # fmt: skip
        """The segment that stands at `at`; `wrong`, the checksum of its packet is."""
        if end - at < 20:
            return None  # the TCP header itself was cut off
        source, destination, sequence, acknowledgement, offset_flags, window = _tcp_head(data, at)
        header = (offset_flags >> 12) * 4
        if header < 20 or wire_end < at + header:
            return None
        if self.checksums and not wrong and end == wire_end:
            pseudo_header = addresses + (TCP.to_bytes(2, "big") + (end - at).to_bytes(2, "big"))
            wrong = _sum(pseudo_header + data[at:end]) != 0xFFFF
        start = min(at + header, end)
        return Segment(
            addresses + data[at : at + 4], sequence, acknowledgement, offset_flags & 0x1FF, window, data, start, end,
            wire_end - at - header, data[at + 20 : start], identity, wrong, contradicted,
        )  # fmt: skip

    def _fragment(
        self, identity: bytes, addresses: bytes, offset: int, more: bool, body: bytes, length: int
    ) -> Segment | None:
        """Keep a fragment; the segment when its datagram is whole. The first bytes captured win."""
        if len(body) < length:
            return None  # cut by snaplen: the datagram can never be put together
        datagram = self._waiting.get(identity)
        if datagram is not None and self._now - datagram.since > FRAGMENT_PATIENCE_SECONDS * 1_000_000_000:
            del self._waiting[identity]  # the identity has come round again
            self.fragments_given_up += 1
            datagram = None
        if datagram is None:
            if len(self._waiting) >= MAXIMUM_FRAGMENTED_DATAGRAMS:
                self._waiting.pop(next(iter(self._waiting)))
                self.fragments_given_up += 1
                self.reached.append(("MAXIMUM_FRAGMENTED_DATAGRAMS", MAXIMUM_FRAGMENTED_DATAGRAMS))
            datagram = self._waiting[identity] = _Datagram(self._now)
        whole = datagram.add(offset, more, body)
        if whole is None:
            many, large = len(datagram.pieces) > MAXIMUM_FRAGMENTS, datagram.held > MAXIMUM_FRAGMENT_BYTES
            if many or large:
                self.reached += [("MAXIMUM_FRAGMENTS", MAXIMUM_FRAGMENTS)] * many
                self.reached += [("MAXIMUM_FRAGMENT_BYTES", MAXIMUM_FRAGMENT_BYTES)] * large
                del self._waiting[identity]
                self.fragments_given_up += 1
            return None
        del self._waiting[identity]
        return self._tcp(addresses, whole, 0, len(whole), len(whole), contradicted=datagram.contradicted(whole))


class _Datagram:
    """The fragments of one IP datagram so far."""

    __slots__ = ("held", "pieces", "since", "total")

    def __init__(self, since: int) -> None:
        self.since = since
        self.pieces: list[tuple[int, bytes]] = []
        """Where fragments start and their bytes, as they came."""
        self.held = 0
        self.total = -1

    def add(self, offset: int, more: bool, body: bytes) -> bytes | None:
        if (offset, body) not in self.pieces:
            self.pieces.append((offset, body))
            self.held += len(body)
        if not more and self.total < 0:
            self.total = offset + len(body)
        if self.total < 0:
            return None
        reached = 0
        for start, piece in sorted(self.pieces):
            if start > reached:
                break
            reached = max(reached, start + len(piece))
        if reached < self.total:
            return None
        whole = bytearray(reached)
        for start, piece in reversed(self.pieces):
            if start < reached:
                whole[start : start + len(piece)] = piece
        return bytes(whole[: self.total])

    def contradicted(self, whole: bytes) -> int:
        """How many bytes of the pieces are not those that the datagram was put together from."""
        return sum(
            one != other
            for start, piece in self.pieces if whole[start : start + len(piece)] != piece[: len(whole) - start]
            for one, other in zip(piece, whole[start : start + len(piece)], strict=False)
        )  # fmt: skip


def _sum(data: bytes) -> int:
    """The ones' complement sum of 16-bit words, as in RFC 1071: 0xFFFF over what a right checksum covers. The whole as
    one number does it, for 2 ** 16 leaves 1 when divided by 0xFFFF."""
    if len(data) & 1:
        data += b"\0"
    value = int.from_bytes(data, "big")
    return value % 0xFFFF or (0xFFFF if value else 0)


# ------------------------------------------------------------------------------------------------ link layers


def _tagged(data: bytes, at: int, end: int) -> tuple[int, int]:
    """The type and place of what follows any number of VLAN tags; `at` is the place of the first type."""
    while end - at >= 2:
        ethertype = data[at] << 8 | data[at + 1]
        if ethertype not in _TAGS:
            return ethertype, at + 2
        at += 4
    return 0, end


def _ethernet(data: bytes, start: int, end: int) -> tuple[int, int]:
    return _tagged(data, start + 12, end)


def _sll(data: bytes, start: int, end: int) -> tuple[int, int]:
    return _tagged(data, start + 14, end)


def _sll2(data: bytes, start: int, end: int) -> tuple[int, int]:
    if end - start < 20:
        return 0, end
    ethertype = data[start] << 8 | data[start + 1]
    if ethertype in _TAGS:  # the tag's other half opens the payload
        return _tagged(data, start + 22, end)
    return ethertype, start + 20


def _raw(data: bytes, start: int, end: int) -> tuple[int, int]:
    version = data[start] >> 4 if start < end else 0
    return (_ETHERTYPE_IPV4 if version == 4 else _ETHERTYPE_IPV6 if version == 6 else 0), start


def _null(data: bytes, start: int, end: int) -> tuple[int, int]:
    """The address family in the byte order of the capturing machine, or (LOOP) of the network."""
    if end - start < 4:
        return 0, end
    family = max(data[start], data[start + 3])
    return (_ETHERTYPE_IPV4 if family == 2 else _ETHERTYPE_IPV6 if family in _NULL_IPV6 else 0), start + 4


_READERS: dict[int, Callable[[bytes, int, int], tuple[int, int]]] = {
    ETHERNET: _ethernet, SLL: _sll, SLL2: _sll2, RAW: _raw, RAW_BSD: _raw, 14: _raw, IPV4: _raw, IPV6: _raw,
    NULL: _null, LOOP: _null,
}  # fmt: skip


def link_type_name(link_type: int) -> str:
    """The name of a link type, with its number."""
    name = LINK_TYPES.get(link_type) or OTHER_LINK_TYPES.get(link_type, "a link type without a name here")
    return f"{name} ({link_type})"
