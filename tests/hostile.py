"""Transcripts of peers that mean harm, or are broken: one fault for each number, in so many kinds.

    for number in range(100_000):
        talk = with_fault(number)
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from .transcript import (
    ACK, FIN, PSH, RELEASE_RP, RELEASE_RQ, RST, SYN, Talk, abort, answered, associate_ac, associate_rj, associate_rq,
    command, echo_rq, echo_rsp, element, item, p_data, pdu, pdv, proposed, uid, us, user_information,
)  # fmt: skip

OBEYED = (
    b"\x1b[31m\x1b]0;owned\x07\r\n\x08\x7f\x00\x9b2J\x85"  # escape sequences, raw control bytes of both sets
    b"\xc2\x9b\xc2\x85\xe2\x80\xae\xe2\x81\xa6\xe2\x80\x8f\xd8\x9c"  # the same as UTF-8, and what turns text round
    b"\xe2\x80\xa8\xef\xbb\xbf\xf3\xa0\x80\x81"  # a line separator, what has no width, a tag
)
"""What a terminal would obey, or show as something else than it is."""

STORAGE = b"1.2.840.10008.5.1.4.1.1.2"


def talk_of(number: int) -> Talk:
    """A conversation between two hosts that no other number has."""
    client = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}", 1024 + number * 7 % 60000
    server = f"11.0.{number % 200}.1", (11112, 104, 4242)[number % 3]
    return Talk(client, server, time=1_700_000_000_000_000_000 + number * 50_000_000)


def request(number: int, *contexts: bytes, user: bytes | None = None) -> bytes:
    """An A-ASSOCIATE-RQ that no other number has."""
    return associate_rq(*contexts, called=b"AE%d" % number, calling=b"C%d" % number, user=user)


def own_uid(number: int) -> bytes:
    """A UID that no other number has."""
    return b"1.2.%d.%d" % (number, number * 31)


Fault = Callable[[Talk, int], object]


def _missing(talk: Talk, number: int) -> None:
    talk.client(request(number)).server(associate_ac()).client(p_data(pdv(1, 3, echo_rq())))
    del talk.packets[5]


FAULTS: tuple[Fault, ...] = (
    lambda talk, n: talk.client(request(n)).server(associate_rj(1, 1 + n % 3, n % 9)),
    lambda talk, n: talk.client(request(n)).server(abort(n % 3, n % 7)),
    lambda talk, n: talk.client(request(n, proposed(2), proposed(4, own_uid(n)))).server(
        associate_ac(answered(2), answered(4))).reset(n & 1),
    lambda talk, n: talk.client(pdu(1, request(n)[6:-20])).server(associate_ac()),
    lambda talk, n: talk.client(request(n, user=b"")).server(associate_ac(user=b"")).client(RELEASE_RQ),
    lambda talk, n: talk.client(request(n)).reset(1),
    lambda talk, n: talk.client(associate_rq(called=OBEYED[:16], calling=b"\x1b[%dm" % n)).server(associate_rj()),
    lambda talk, n: talk.client(request(n)).server(associate_ac()).client(p_data(pdv(1, 3, echo_rq(n % 999)))).server(
        p_data(pdv(1, 3, echo_rsp(n % 999 + 1)))).client(RELEASE_RQ).server(RELEASE_RP),
    lambda talk, n: talk.client(request(n)).server(associate_ac()).client(p_data(pdv(3, 3, echo_rq()))),
    lambda talk, n: talk.client(request(n)).server(associate_ac()).client(p_data(pdv(1, 3, echo_rq()))).server(
        p_data(pdv(1, 3, echo_rsp(1, 0x110 + n % 5)))).server(abort(2, n % 7)),
    lambda talk, n: talk.client(request(n), pdu(9, bytes(20)), b"\x04\0\xff\xff\xff\xff"),
    lambda talk, n: talk.client(request(n)).server(associate_ac()).client(
        struct.pack("!BBIIBB", 4, 0, 0xFFFFFFF0, 0xFFFFFFEA, 1, 3) + bytes(100)).reset(),
    lambda talk, n: talk.client(request(n, proposed(1, own_uid(n), own_uid(n + 1), own_uid(n + 1)))).server(
        associate_ac(answered(1, 0, own_uid(n + 9)))),
    lambda talk, n: talk.client(b"\x16\x03\x01\x02\0\x01" + bytes(100)),
    lambda talk, n: talk.client(b"GET / HTTP/1.1\r\nHost: %d\r\n\r\n" % n),
    lambda talk, n: talk.client(request(n, user=user_information(16384, item(0x58, b"\2\1\0\4user\0\4pass")))).server(
        associate_ac()).client(RELEASE_RP),
    lambda talk, n: talk.send(1, flags=RST | ACK),
    lambda talk, n: None,
    _missing,
    lambda talk, n: talk.client(request(n)).server(associate_ac()).client(
        p_data(pdv(1, 1, b"\0\0\x10\0\xff\xff\xff\xff" + own_uid(n)))).server(RELEASE_RQ).client(RELEASE_RQ),
)  # fmt: skip
"""Every kind of fault, from the open connection on."""


def with_fault(number: int) -> Talk:
    """A connection with one fault, opened and closed."""
    talk = talk_of(number).open()
    FAULTS[number % len(FAULTS)](talk, number)
    return talk if talk.packets[-1].flags & (FIN | SYN | RST) else talk.close()


def nested(depth: int) -> bytes:
    """Items in items, as far as a length of two bytes allows."""
    body = b""
    for level in range(depth):
        body = item((0x20, 0x50, 0x30, 0x10)[level % 4], body[:65_000])
    return body


def obeyed_everywhere() -> Talk:
    """A conversation that has what a terminal would obey in every text that a peer can send."""
    size = struct.pack("!H", len(OBEYED))
    counted, even = size + OBEYED, OBEYED + b" " * (len(OBEYED) % 2)
    user = item(0x50, b"".join((
        item(0x51, struct.pack("!I", 16384)), item(0x52, OBEYED), item(0x54, counted + b"\1\1"), item(0x55, OBEYED),
        item(0x56, counted + OBEYED), item(0x58, b"\2\1" + counted + counted),
        item(0x57, counted + counted + struct.pack("!H", len(counted)) + counted), item(0x77, OBEYED),
    )))  # fmt: skip
    talk = talk_of(1).open().client(
        associate_rq(proposed(1), proposed(3, OBEYED, OBEYED), proposed(5, STORAGE), called=OBEYED[:16],
                     calling=OBEYED[14:30], user=user)
    ).server(
        associate_ac(answered(1, 0, OBEYED), answered(3, 0, OBEYED), answered(5),
                     user=user_information(16384, item(0x55, OBEYED), item(0x59, counted)))
    )  # fmt: skip
    data_set = b"".join(struct.pack("<HHI", group, number, len(even)) + even
                        for group, number in ((8, 0x16), (8, 0x18), (0x10, 0x10)))  # fmt: skip
    for message_id, context_id, request_field, elements, status in (
        (1, 1, 0x30, [], 0x110), (2, 5, 1, [uid(0x1000, OBEYED), element(0x1030, even), us(0x1031, 3)], 0xC123),
        (3, 1, 0x21, [element(0x600, even)], 0xA801),
    ):  # fmt: skip
        kind, about = us(0x100, request_field), uid(2, STORAGE if context_id == 5 else OBEYED)
        asked = command(about, kind, us(0x110, message_id), *elements, us(0x800, 1 if context_id == 5 else 0x101))
        talk.client(p_data(pdv(context_id, 3, asked)))
        if context_id == 5:
            talk.client(p_data(pdv(context_id, 2, data_set)))
        told = command(about, us(0x100, request_field | 0x8000), us(0x120, message_id), us(0x800, 0x101),
                       us(0x900, status), element(0x901, even), element(0x902, even))  # fmt: skip
        talk.server(p_data(pdv(context_id, 3, told)))
    return talk.client(RELEASE_RQ).server(RELEASE_RP).close()


def hole_in_request(number: int, size: int) -> Talk:
    """An A-ASSOCIATE-RQ of which so many bytes were cut off when captured, and which does not end."""
    from dataclasses import replace

    talk, whole = talk_of(number).open(), request(number)
    talk.send(0, whole[:2] + struct.pack("!I", size + 2000) + whole[6:100], ACK | PSH)
    for start in range(0, size, 60_000):
        talk.send(0, bytes(min(60_000, size - start)), ACK | PSH)
        talk.packets[-1] = replace(talk.packets[-1], captured=54)
    return talk
