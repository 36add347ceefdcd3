"""Small captures that show what is known of tshark, built byte by byte: for each of the known errors at least one.

`told` is what `dissector compare` tells of a capture: the known errors that explain it, with how many of what differ.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from .transcript import (
    IMPLICIT_LITTLE, RELEASE_RP, RELEASE_RQ, Talk, abort, answered, associate_ac, associate_rq, command, echo_rq,
    echo_rsp, item, p_data, pdu, pdv, proposed, uid, us, user_information,
)  # fmt: skip

DATA, COMMAND, LAST_DATA, LAST_COMMAND = 0, 1, 2, 3
"""Message control headers (PS3.8 E.2)."""
CT_IMAGE, FIND = b"1.2.840.10008.5.1.4.1.1.2", b"1.2.840.10008.5.1.4.1.2.1.1"
EXPLICIT_LITTLE, DEFLATED, JPEG = b"1.2.840.10008.1.2.1", b"1.2.840.10008.1.2.1.99", b"1.2.840.10008.1.2.4.50"
LOOPBACK = bytes((127, 0, 0, 1))


class Misreading(NamedTuple):
    """A conversation that tshark and we read differently."""

    told: str
    talk: Callable[[], Talk]


def begun(transfer: bytes = IMPLICIT_LITTLE, abstract: bytes = CT_IMAGE, request: bytes = b"") -> Talk:
    """An open association with one presentation context."""
    return (
        Talk().open().client(request or associate_rq(proposed(1, abstract, transfer)))
        .server(associate_ac(answered(1, transfer=transfer)))
    )  # fmt: skip


def ended(talk: Talk) -> Talk:
    """The association is released."""
    return talk.client(RELEASE_RQ).server(RELEASE_RP).close()


def whole(header: int, message: bytes) -> bytes:
    """A P-DATA-TF with one fragment, on context 1."""
    return p_data(pdv(1, header, message))


def echoed(talk: Talk, message_id: int = 2) -> Talk:
    """A C-ECHO and its answer, so that something follows."""
    return talk.client(whole(LAST_COMMAND, echo_rq(message_id))).server(whole(LAST_COMMAND, echo_rsp(message_id)))


def claiming(whole_pdu: bytes, more: int) -> bytes:
    """A PDU whose length says so many bytes more than it has."""
    return whole_pdu[:2] + struct.pack("!I", len(whole_pdu) - 6 + more) + whole_pdu[6:]


STORE_RQ = command(uid(2, CT_IMAGE), us(0x100, 1), us(0x110, 1), us(0x700, 0), us(0x800, 1), uid(0x1000, b"1.2.3.4.5"))
STORE_RSP = command(uid(2, CT_IMAGE), us(0x100, 0x8001), us(0x120, 1), us(0x800, 0x101), us(0x900, 0))
FIND_RQ = command(uid(2, FIND), us(0x100, 0x20), us(0x110, 1), us(0x700, 0), us(0x800, 1))
PENDING = command(uid(2, FIND), us(0x100, 0x8020), us(0x120, 1), us(0x800, 1), us(0x900, 0xFF00))
CANCEL = command(us(0x100, 0xFFF), us(0x120, 1), us(0x800, 0x101))
CANCELLED = command(uid(2, FIND), us(0x100, 0x8020), us(0x120, 1), us(0x800, 0x101), us(0x900, 0xFE00))


def implicit(tag: int, value: bytes) -> bytes:
    """A data element, Implicit VR Little Endian."""
    return struct.pack("<HHI", tag >> 16, tag & 0xFFFF, len(value)) + value


def explicit(tag: int, vr: bytes, value: bytes, undefined: bool = False) -> bytes:
    """A data element, Explicit VR Little Endian; of those VRs that have a length of four bytes, but UI."""
    head = struct.pack("<HH2s", tag >> 16, tag & 0xFFFF, vr)
    length = (
        struct.pack("<H", len(value)) if vr == b"UI" else struct.pack("<HI", 0, -undefined & 0xFFFFFFFF or len(value))
    )
    return head + length + value


PATIENT = implicit(0x00100010, b"Doe^John") + implicit(0x00100020, b"12345678")
INSTANCE = explicit(0x00080018, b"UI", b"1.2.3.4.5\0")
PIXELS = explicit(0x7FE00010, b"OW", bytes(2000))
FRAGMENTS = b"".join(implicit(tag, value) for tag, value in (
    (0xFFFEE000, b""), (0xFFFEE000, bytes(10)), (0xFFFEE0DD, b"")))  # fmt: skip
COMPRESSED = explicit(0x7FE00010, b"OB", FRAGMENTS, undefined=True)


def stored(transfer: bytes, *fragments: bytes) -> Talk:
    """A C-STORE of a data set in fragments, each in a frame, and its response."""
    talk = begun(transfer).client(whole(LAST_COMMAND, STORE_RQ))
    for fragment in fragments[:-1]:
        talk.client(whole(DATA, fragment))
    return ended(talk.client(whole(LAST_DATA, fragments[-1])).server(whole(LAST_COMMAND, STORE_RSP)))


def deflated(data: bytes) -> bytes:
    """PS3.5 A.5, padded."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    packed = packer.compress(data) + packer.flush()
    return packed + bytes(len(packed) % 2)


def found() -> Talk:
    """A C-FIND-RQ."""
    return begun(abstract=FIND).client(whole(LAST_COMMAND, FIND_RQ), whole(LAST_DATA, PATIENT))


def on_loopback(talk: Talk) -> Talk:
    """Both ends have the same address."""
    talk.packets = [replace(packet, source=(LOOPBACK, packet.source[1]), destination=(LOOPBACK, packet.destination[1]))
                    for packet in talk.packets]  # fmt: skip
    return talk


def not_captured() -> Talk:
    """A C-STORE of which one segment is missing."""
    talk = begun().client(whole(LAST_COMMAND, STORE_RQ), whole(LAST_DATA, implicit(0x7FE00010, bytes(6000))))
    del talk.packets[-6]
    return ended(talk.server(whole(LAST_COMMAND, STORE_RSP)))


def cut(talk: Talk) -> Talk:
    """Of each frame only the first 96 bytes are in the capture."""
    talk.packets = [replace(packet, captured=96) for packet in talk.packets]
    return talk


def unfinished() -> Talk:
    """The capture ends inside a PDU."""
    talk = begun().client(whole(LAST_COMMAND, STORE_RQ), whole(LAST_DATA, bytes(4000)))
    del talk.packets[-4:]
    return talk


def negotiated(*items: bytes, calling: bytes = b"ECHOSCU") -> Talk:
    """An association with more user information, or another AE title."""
    return ended(begun(request=associate_rq(user=user_information(16384, *items), calling=calling)))


def proposing(*contexts: bytes) -> Talk:
    return ended(begun(request=associate_rq(*contexts)))


def identity(kind: int, primary: bytes) -> bytes:
    """A user identity sub-item without secondary field (PS3.7 D.3.3.7)."""
    return item(0x58, struct.pack("!BBH", kind, 1, len(primary)) + primary + bytes(2))


OVERRUNNING = proposed(1)[:2] + struct.pack("!H", 500) + proposed(1)[4:]
CLIENT_HELLO = b"\x16\x03\x01\x00\x2a\x01\x00\x00\x26\x03\x03" + bytes(36)
FRAGMENT = pdv(1, LAST_COMMAND, echo_rq())
MISREADINGS: dict[str, Misreading] = {
    "the capture ends inside a PDU": Misreading("whole-pdus-only: 1 pdu", unfinished),
    "a segment is missing": Misreading("waits-for-missing-bytes: 2 pdu", not_captured),
    "frames were cut short": Misreading(
        "cut-pdu-not-read: 1 a_associate_ac.reserved_11_26, 1 a_associate_ac.reserved_27_42, 1 called_ae_title, "
        "1 calling_ae_title, 2 message_control_header, 2 presentation_data_value.item_length, 2 "
        "presentation_data_value.presentation_context_id, 2 protocol_version; waits-for-missing-bytes: 2 pdu",
        lambda: cut(ended(echoed(begun()))),
    ),
    "a PDU of unknown type": Misreading(
        "unknown-pdu-skipped: 1 pdu", lambda: begun().client(pdu(0x99, b"hello")).server(abort(2, 1)).close()
    ),
    "a P-DATA-TF without an item": Misreading("short-pdu-skipped: 1 pdu", lambda: ended(begun().client(p_data()))),
    "an A-ABORT that is too short": Misreading(
        "short-pdu-skipped: 1 pdu", lambda: begun().client(pdu(7, bytes(3))).close()
    ),
    "a PDU whose length says too much": Misreading(
        "loses-its-place: 1 pdu",
        lambda: ended(echoed(echoed(begun().client(claiming(whole(LAST_COMMAND, echo_rq()), 40))))),
    ),
    "a PDU whose length says too little": Misreading(
        "loses-its-place: 1 command, 3 pdu; overrunning-fragment-left-out: 1 command, 1 message_control_header, "
        "1 presentation_data_value.presentation_context_id",
        lambda: ended(echoed(begun().client(claiming(whole(LAST_COMMAND, echo_rq()), -10)))),
    ),
    "a fragment longer than its PDU": Misreading(
        "overrunning-fragment-left-out: 1 command, 1 message_control_header, 1 "
        "presentation_data_value.item_length, 1 presentation_data_value.presentation_context_id",
        lambda: ended(echoed(begun().client(p_data(struct.pack("!I", len(FRAGMENT) + 6) + FRAGMENT[4:])))),
    ),
    "fragments of odd length": Misreading(
        "odd-fragment-left-out: 1 command, 2 message_control_header, 2 presentation_data_value.presentation_context_id",
        lambda: ended(begun().client(whole(COMMAND, echo_rq()[:33]), whole(LAST_COMMAND, echo_rq()[33:]))),
    ),
    "a fragment too short for its own head": Misreading(
        "short-fragment-left-out: 1 presentation_data_value.presentation_context_id",
        lambda: ended(echoed(begun().client(p_data(struct.pack("!IB", 1, 1))))),
    ),
    "an empty last fragment": Misreading(
        "empty-fragment-invalid: 1 message_control_header, 1 presentation_data_value.presentation_context_id",
        lambda: stored(EXPLICIT_LITTLE, INSTANCE + PIXELS, b""),
    ),
    "an empty last fragment, on loopback": Misreading(
        "empty-fragment-invalid: 1 command, 1 message_control_header, 1 "
        "presentation_data_value.presentation_context_id",
        lambda: on_loopback(stored(EXPLICIT_LITTLE, INSTANCE + PIXELS, b"")),
    ),
    "an element of VR SV": Misreading(
        "element-carried-over: 1 command",
        lambda: stored(EXPLICIT_LITTLE, INSTANCE + explicit(0x00720082, b"SV", bytes(8))),
    ),
    "an element of VR UV": Misreading(
        "element-carried-over: 1 command",
        lambda: stored(EXPLICIT_LITTLE, INSTANCE + explicit(0x00720083, b"UV", bytes(8))),
    ),
    "an element of VR OV": Misreading(
        "element-carried-over: 1 command",
        lambda: stored(EXPLICIT_LITTLE, INSTANCE + explicit(0x00720081, b"OV", bytes(8))),
    ),
    "compressed pixel data": Misreading("element-carried-over: 1 command", lambda: stored(JPEG, INSTANCE + COMPRESSED)),
    "a deflated data set": Misreading("element-carried-over: 1 command", lambda: stored(DEFLATED, deflated(INSTANCE))),
    "a data set that ends inside an element": Misreading(
        "element-carried-over: 1 command", lambda: stored(IMPLICIT_LITTLE, PATIENT[:-4])
    ),
    "a data set with a value representation that is none": Misreading(
        "element-carried-over: 1 command",
        lambda: stored(EXPLICIT_LITTLE, b"\x08\0\x01\0@@\0\0\0\0\0\x08\0I"),
    ),
    "a command set that is followed by zeros": Misreading(
        "element-carried-over: 1 command",
        lambda: ended(
            begun().client(whole(LAST_COMMAND, echo_rq() + bytes(4))).server(whole(LAST_COMMAND, echo_rsp()))
        ),
    ),
    "a C-CANCEL-RQ between the fragments of a response": Misreading(
        "sides-mixed-up: 1 command",
        lambda: ended(
            found()
            .server(whole(LAST_COMMAND, PENDING), whole(DATA, PATIENT[:12]))
            .client(whole(LAST_COMMAND, CANCEL))
            .server(whole(LAST_DATA, PATIENT[12:]), whole(LAST_COMMAND, CANCELLED))
        ),
    ),
    "a C-CANCEL-RQ between the fragments of a command set": Misreading(
        "sides-mixed-up: 1 command",
        lambda: ended(
            found()
            .server(whole(COMMAND, PENDING[:40]))
            .client(whole(LAST_COMMAND, CANCEL))
            .server(whole(LAST_COMMAND, PENDING[40:]), whole(LAST_DATA, PATIENT), whole(LAST_COMMAND, CANCELLED))
        ),
    ),
    "a presentation context longer than its PDU": Misreading(
        "stops-at-wrong-item-length: 1 abstract_syntax_name, 1 presentation_context_id, 1 transfer_syntax_name, "
        "4 item_length, 4 item_type",
        lambda: proposing(OVERRUNNING),
    ),
    "an item of unknown type": Misreading(
        "unknown-item-skipped: 1 item_length, 1 item_type", lambda: proposing(proposed(1), item(0x60, b"what"))
    ),
    "a user identity without a passcode": Misreading(
        "empty-secondary-field: 1 secondary_field, 1 secondary_field_length",
        lambda: negotiated(identity(1, b"somebody")),
    ),
    "an AE title in Latin-1": Misreading("not-ascii: 1 calling_ae_title", lambda: negotiated(calling=b"G\xc4STE")),
    "an error comment in Latin-1": Misreading(
        "not-ascii: 1 command.error_comment",
        lambda: ended(
            begun()
            .client(whole(LAST_COMMAND, echo_rq()))
            .server(
                whole(
                    LAST_COMMAND,
                    command(
                        uid(2, CT_IMAGE),
                        us(0x100, 0x8030),
                        us(0x120, 1),
                        us(0x800, 0x101),
                        us(0x900, 0x110),
                        uid(0x902, b"f\xfcr"),
                    ),
                )
            )
        ),
    ),
    "a Kerberos ticket with a secondary field": Misreading(
        "secondary-field-of-others: 1 secondary_field, 1 secondary_field_length",
        lambda: negotiated(item(0x58, struct.pack("!BBH4sH4s", 3, 1, 4, b"tick", 4, b"more"))),
    ),
    "a client that speaks TLS to a server that does not": Misreading(
        "taken-for-tls: 2 pdu", lambda: Talk().open().client(CLIENT_HELLO).server(abort()).server(abort(2, 2)).close()
    ),
    "a response after an A-ABORT": Misreading(
        "after-the-end: 1 command",
        lambda: begun().client(abort()).server(whole(LAST_COMMAND, echo_rsp())).close(),
    ),
    "AE titles with characters that differ from country to country": Misreading(
        "national-characters: 1 called_ae_title, 1 calling_ae_title",
        lambda: ended(begun(request=associate_rq(proposed(1), calling=b"back\\slash", called=b"A#1@B"))),
    ),
    "reserved bits in a message control header": Misreading(
        "reserved-flag-bits: 1 message_control_header", lambda: ended(begun().client(whole(0xF3, echo_rq())))
    ),
}

AGREED: dict[str, Callable[[], Talk]] = {
    "a protocol version other than 1": lambda: ended(echoed(begun(request=associate_rq(version=2)))),
    "a transfer syntax without a name": lambda: stored(b"1.2.3.4.5", INSTANCE),
    "a compressed transfer syntax, and no data set": lambda: ended(echoed(begun(JPEG))),
    "several PDUs in a frame": lambda: ended(
        begun()
        .client(whole(LAST_COMMAND, echo_rq(1)) + whole(LAST_COMMAND, echo_rq(2)))
        .server(whole(LAST_COMMAND, echo_rsp(1)) + whole(LAST_COMMAND, echo_rsp(2)))
    ),
    "an A-ABORT of the acceptor": lambda: begun().server(abort(2, 2)).close(),
    "sub-items that tshark has no names for": lambda: negotiated(
        item(0x57, bytes(6)), item(0x59, b"\0\4abcd"), item(0x56, b"\0\x19" + CT_IMAGE + b"\1\0\0\0")
    ),
}
"""What is said to be wrong with tshark, too, but not with what is compared: its words, what it shows in its list of
frames, what it makes of it with other preferences."""
