"""Every code and every wording of the catalogue: a stream that raises it, and one that only just does not.

Strategy: one table. A row says which code and variant a conversation raises, and by how little its near miss differs:
one byte, one second, one order of events. The tests below fail when a code of the catalogue has no near miss, a
variant has no conversation that raises it, or a piece of evidence does not lie in the frame that it names.
"""

from __future__ import annotations

import gzip
import re
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from dissector.cli import main
from dissector.rules import Finding
from dissector.standard.findings import FINDINGS
from dissector.views.findings import detail

from . import test_evasion as evasion
from . import test_rules_messages as messages
from . import test_rules_negotiation as negotiation
from . import test_rules_transport as transport
from .judging import judge_file
from .test_evidence import Wire, wrong
from .test_rules_messages import (
    BIG, CT, EXPLICIT, FIND, GET, INSTANCE, MOVE, MR, head, opened, released, request, response, role, store_rq, whole,
)  # fmt: skip
from .test_rules_negotiation import TWO, answered_by, asked, waited
from .test_rules_transport import (
    ECHO, ECHO_DONE, dropped, from_side, guesses, healthy, hello, identity, probe, refusal, server_hello, session,
    silent, stalled, together, transfer,
)  # fmt: skip
from .transcript import (
    ACK, FIN, RELEASE_RP, RELEASE_RQ, VERIFICATION, Talk, abort, answered, associate_ac, associate_rj,
    associate_rq, command, echo_rq, echo_rsp, element, item, p_data, pdu, pdv, proposed, uid, us, user_information,
)  # fmt: skip

Stream = Callable[[], Talk | bytes]
"""A conversation, or the bytes of a capture file."""


class Row(NamedTuple):
    """What raises a finding, and what comes close to it."""

    code: str
    variant: str
    raises: Stream
    near_miss: Stream | None = None
    difference: str = ""
    """By what the near miss differs."""
    checksums: bool = False
    """Read with --checksums."""


def kept(talk: Talk, *, without: tuple[int, ...] = (), upto: int | None = None, after: int = 0) -> Talk:
    """A conversation of which only some frames were captured, by their numbers."""
    talk.packets = [packet for number, packet in enumerate(talk.packets, 1)
                    if number not in without and number > after and (upto is None or number <= upto)]  # fmt: skip
    return talk


def cut(talk: Talk, size: int) -> Talk:
    """A conversation captured with frames of at most `size` bytes."""
    talk.packets = [replace(packet, captured=size) for packet in talk.packets]
    return talk


def longest(talk: Talk) -> int:
    """The size of the longest frame."""
    return max(len(packet.frame()) for packet in talk.packets)


def doubled(talk: Talk, nanoseconds: int) -> Talk:
    """Every frame again, so much later."""
    talk.packets = [each for packet in talk.packets
                    for each in (packet, replace(packet, time=packet.time + nanoseconds))]  # fmt: skip
    return talk


def changed(data: bytes, at: int, new: bytes) -> bytes:
    """Bytes with some of them replaced."""
    return data[:at] + new + data[at + len(new) :]


def talk_with(request_bytes: bytes | None = None, answer: bytes | None = None) -> Talk:
    return negotiation.talk_with(request_bytes, answer)


def rejected(*three: int) -> Talk:
    """An association rejected with result, source, reason."""
    return Talk().open().client(associate_rq()).server(associate_rj(*three)).close()


def identified(kind: int, *reject: int) -> Talk:
    """The same with a user identity."""
    return Talk().open().client(identity(kind, b"USER")).server(associate_rj(*reject)).close()


def one_answer(result: int) -> Talk:
    """Two contexts, the second one answered with a result."""
    return answered_by(associate_ac(answered(1), answered(3, result, messages.EXPLICIT)), *TWO)


def listener(talk: Talk, server: Callable[[Talk], Talk]) -> Talk:
    """What a server does with a TLS ClientHello."""
    return server(talk.open().client(hello()))


def hung_up(talk: Talk, side: int) -> Talk:
    """FIN from one side first."""
    return talk.send(side, flags=FIN | ACK).send(1 - side, flags=FIN | ACK).send(side)


def store(status: int = 0, data: bytes | None = None, context: int = 1, said: bytes | None = None,
          transfer_syntax: bytes = messages.IMPLICIT) -> Talk:  # fmt: skip
    """One C-STORE and its response."""
    talk = opened(CT, transfer=transfer_syntax)
    talk.client(whole(context, said or store_rq(), head() if data is None else data))
    return released(talk.server(whole(1, response(1, CT, status))))


def twice(first: int, second: int) -> Talk:
    """Two C-STORE with these statuses."""
    talk = opened(CT)
    for message_id, status in ((1, first), (2, second)):
        talk.client(whole(1, store_rq(message_id), head()))
        talk.server(whole(1, response(1, CT, status, message_id=message_id)))
    return released(talk)


def echoed(*answers: bytes, said: bytes | None = None) -> Talk:
    """A C-ECHO-RQ and what comes back."""
    talk = opened().client(whole(1, said or echo_rq()))
    for each in answers:
        talk.server(whole(1, each))
    return released(talk)


def retrieved(done: int, stores: int, failed: int = 0, status: int = 0) -> Talk:
    """A C-GET with so many objects, and its counters."""
    both = role(CT, 0, 1)
    talk = opened(GET, CT, asking=both, granting=both).client(whole(1, request(0x10, GET), b"keys"))
    for number in range(stores):
        talk.server(whole(3, store_rq(7 + number), head()))
        talk.client(whole(3, response(1, CT, 0, message_id=7 + number)))
    counters = [us(0x1021, done), us(0x1022, failed), us(0x1023, 0)]
    return released(talk.server(whole(1, response(0x10, GET, status, *counters))))


def moved_to(destination: bytes, delivered: bool) -> Talk:
    """A C-MOVE to somebody, with or without its association."""
    talk = opened(MOVE).client(whole(1, request(0x21, MOVE, element(0x600, destination)), b"keys"))
    delivery = Talk(("10.0.0.2", 50000), ("10.0.0.1", 11112), time=talk.time).open()
    delivery.client(associate_rq(proposed(1, CT), called=destination)).server(associate_ac())
    delivery.client(whole(1, store_rq(), head())).server(whole(1, response(1, CT, 0)))
    talk.time = released(delivery).time
    counters = [us(0x1021, 1), us(0x1022, 0), us(0x1023, 0)]
    released(talk.server(whole(1, response(0x21, MOVE, 0, *counters))))
    return together(talk, delivery) if delivered else talk


def found_pending(final: bool) -> Talk:
    """A C-FIND with a pending response."""
    talk = opened(FIND).client(whole(1, request(0x20, FIND), b"keys"))
    talk.server(whole(1, response(0x20, FIND, 0xFF00, data=True), b"id"))
    return released(talk.server(whole(1, response(0x20, FIND, 0))) if final else talk)


def cut_in_the_middle(last: bool) -> Talk:
    """A C-STORE whose last fragment comes, or does not."""
    talk = opened(CT).client(p_data(pdv(1, 3, store_rq())), p_data(pdv(1, 0, head()[:40])))
    if last:
        talk.client(p_data(pdv(1, 2, head()[40:]))).server(whole(1, response(1, CT, 0)))
    return talk


def aborted(source: int, reason: int, seconds: float = 0) -> Talk:
    return waited(talk_with().client(ECHO), seconds).server(abort(source, reason)).close()


def long_pdus(limit: int) -> Talk:
    return negotiation.released(talk_with(None, associate_ac(user=user_information(limit))).client(ECHO)
                                .server(ECHO_DONE))  # fmt: skip


def short_or_long(by: int) -> Talk:
    """A P-DATA-TF whose PDU-length is so much more than its content."""
    wrong_length = changed(ECHO, 2, struct.pack("!I", len(ECHO) - 6 + by))
    return negotiation.released(talk_with().client(wrong_length).client(ECHO, ECHO).server(ECHO_DONE * 2))


def absurd(length: int) -> Talk:
    return talk_with().client(struct.pack("!BBI", 5, 0, length) + bytes(4)).server(RELEASE_RP).close()


def lost() -> Talk:
    """A P-DATA-TF's head is not captured, and behind it nothing is a PDU."""
    talk = talk_with().client(ECHO).client(ECHO + bytes(200), segment=40).close()
    return kept(talk, without=(10,))


def versions(version: int) -> Talk:
    return asked(associate_rq(version=version))


def user(*sub_items: bytes) -> Talk:
    return asked(associate_rq(user=item(0x50, b"".join(sub_items))))


MAXIMUM, IMPLEMENTATION = item(0x51, struct.pack("!I", 16384)), item(0x52, b"1.2.3.4")
CONTEXT_LENGTH_AT = 101
"""Where the length of the presentation context stands in `associate_rq()`."""


def context_length(more: int) -> Talk:
    data = associate_rq()
    length = int.from_bytes(data[CONTEXT_LENGTH_AT : CONTEXT_LENGTH_AT + 2], "big")
    return asked(changed(data, CONTEXT_LENGTH_AT, struct.pack("!H", length + more)))


def retimed_collision(order: str) -> Talk:
    """Who asks for release and who answers: 'c' the client, 's' the server, in capitals the answer."""
    talk = talk_with()
    for letter in order:
        side = talk.client if letter in "cC" else talk.server
        side(RELEASE_RQ if letter.islower() else RELEASE_RP)
    return talk.close()


def unacknowledged(late: bool) -> Talk:
    """A segment that was not captured in its place, and that nobody acknowledges any more."""
    talk = dropped()
    gone = talk.packets[9]
    talk.packets = [replace(packet, acknowledgement=min(packet.acknowledgement, gone.sequence))
                    if packet.source == gone.destination else packet for packet in talk.packets]  # fmt: skip
    talk.packets[9:12] = [talk.packets[11], gone] if late else [talk.packets[11]]
    return talk


def reported(by_requestor: bool) -> Talk:
    """An N-EVENT-REPORT of storage commitment."""
    event = whole(1, request(0x100, messages.COMMITMENT, uid(0x1000, INSTANCE), us(0x1002, 1)), b"data")
    answer = whole(1, response(0x100, messages.COMMITMENT, 0))
    talk = opened(messages.COMMITMENT)
    return released(talk.client(event).server(answer) if by_requestor else talk.server(event).client(answer))


def on_context(context: int, result: int | None) -> Talk:
    """A C-STORE-RQ on a context; context 3 was answered with this result."""
    answers = [answered(1)] + ([] if result is None else [answered(3, result)])
    talk = Talk().open().client(associate_rq(proposed(1), proposed(3, CT))).server(associate_ac(*answers))
    return released(talk.client(whole(context, store_rq(), head())).server(whole(context, response(1, CT, 0))))


def fragmented(*ends: int) -> Talk:
    """A C-ECHO-RQ in fragments with these ends."""
    said, pieces = echo_rq(), []
    for start, end in zip((0, *ends), (*ends, None), strict=True):
        pieces.append(p_data(pdv(1, 3 if end is None else 1, said[start:end])))
    return released(opened().client(*pieces).server(whole(1, echo_rsp())))


def empty_fragment(length: int) -> Talk:
    """A C-ECHO-RQ after an empty fragment whose Item-length is this."""
    talk = opened().client(p_data(struct.pack("!I", length) + bytes((1, 1))[:length]))
    return released(talk.client(whole(1, echo_rq())).server(whole(1, echo_rsp())))


def impatient(count: int) -> Talk:
    """A requestor that does not wait for the answer to its request, but sends so many PDUs."""
    return Talk().open().client(associate_rq()).client(*[ECHO] * count)


def commented(count: int) -> bytes:
    """A pcapng with so many comments, and no frame."""
    option = struct.pack("<HH4s", 1, 4, b"note")
    length = 28 + len(option) * count
    head = struct.pack("<IIIHHq", 0x0A0D0D0A, length, 0x1A2B3C4D, 1, 0, -1)
    return head + option * count + struct.pack("<I", length)


def echoed_well() -> Talk:
    """What it should be."""
    return echoed(echo_rsp())


ROWS = [
    # The capture
    Row("capture.cut-short", "", lambda: healthy().pcap()[:-1], lambda: healthy().pcap(), "one byte of the file"),
    Row("capture.cut-short", "header", lambda: healthy().pcap()[: -len(healthy().packets[-1].frame()) - 1],
        lambda: healthy().pcap()[: -len(healthy().packets[-1].frame()) - 16], "it ends between two records"),
    Row("capture.cut-short", "compressed", lambda: gzip.compress(healthy().pcap())[:-60]),
    Row("capture.snaplen", "", lambda: cut(healthy(), longest(healthy()) - 1),
        lambda: cut(healthy(), longest(healthy())), "one byte of one frame"),
    Row("capture.missing-bytes", "acknowledged", lambda: dropped(10), lambda: dropped(11),
        "an acknowledgement instead"),
    Row("capture.missing-bytes", "several", lambda: dropped(10, 14)),
    Row("capture.missing-bytes", "", lambda: unacknowledged(False), lambda: unacknowledged(True),
        "the segment comes later instead of never"),
    Row("capture.starts-mid-association", "", lambda: kept(healthy(), after=7), lambda: kept(healthy(), after=3),
        "only the handshake is missing"),
    Row("capture.ends-mid-association", "", lambda: Talk().open().client(associate_rq()).server(associate_ac()),
        lambda: Talk().open().client(associate_rq()).server(associate_ac()).client(abort()), "the last PDU"),
    Row("capture.ends-mid-association", "outstanding", lambda: talk_with().client(ECHO),
        lambda: talk_with().client(ECHO).reset(), "one more frame"),
    Row("capture.one-direction", "", lambda: from_side(healthy(), 0), lambda: kept(healthy(), without=(6, 10, 14)),
        "its handshake is there"),
    Row("capture.duplicate-frames", "", lambda: doubled(healthy(), 1000), lambda: doubled(healthy(), 60_000_000),
        "sent again 60 ms later instead of captured again at once"),
    Row("capture.limit-reached", "", lambda: impatient(65), lambda: impatient(64), "one PDU"),
    Row("capture.limit-reached", "placeless", lambda: commented(10_001), lambda: commented(10_000), "one comment"),
    # Transport
    Row("transport.refused", "", refusal, lambda: refusal(server=("10.0.0.2", 11113)), "one port further"),
    Row("transport.refused", "repeated", lambda: together(refusal(0), refusal(1))),
    Row("transport.no-answer", "", lambda: silent(0, until=3), lambda: silent(0, until=2.9), "a tenth of a second"),
    Row("transport.no-pdu", "", probe, Talk().open, "not closed yet"),
    Row("transport.no-pdu", "server", lambda: probe(side=1), lambda: hung_up(Talk().open().client(abort()), 1),
        "ten bytes of DICOM"),
    Row("transport.no-pdu", "repeated", lambda: together(probe(0), probe(1))),
    Row("transport.reset", "", lambda: talk_with().client(RELEASE_RQ).reset(1),
        lambda: talk_with().client(RELEASE_RQ).server(RELEASE_RP).reset(1), "the release was answered before it"),
    Row("transport.reset", "idle", lambda: waited(talk_with(), 26).reset(1)),
    Row("transport.closed-without-release", "", lambda: hung_up(talk_with(), 0),
        lambda: hung_up(talk_with().client(abort()), 0), "an A-ABORT before it"),
    Row("transport.closed-without-release", "idle", lambda: hung_up(waited(talk_with(), 26), 0)),
    Row("transport.tls", "", lambda: listener(Talk(), lambda talk: talk.server(server_hello()).close()),
        lambda: listener(Talk(), lambda talk: talk.server(b"\x17" + server_hello()[1:]).close()), "one byte"),
    Row("transport.tls", "host",
        lambda: Talk().open().client(hello(b"pacs.example")).server(server_hello()).close()),
    Row("transport.tls-to-plain", "", lambda: listener(Talk(), lambda talk: hung_up(talk, 1)),
        lambda: listener(Talk(), lambda talk: hung_up(talk, 0)), "the client leaves, not the server"),
    Row("transport.tls-to-plain", "host", lambda: hung_up(Talk().open().client(hello(b"pacs.example")), 1)),
    Row("transport.not-dicom", "", lambda: Talk().open().client(b"GET / HTTP/1.1\r\n\r\n").close(),
        lambda: Talk(server=("10.0.0.2", 80)).open().client(b"GET / HTTP/1.1\r\n\r\n").close(), "the port"),
    Row("transport.not-dicom", "server", lambda: Talk().open().server(b"SSH-2.0-OpenSSH_9.6\r\n").close()),
    Row("transport.not-dicom", "unknown", lambda: Talk().open().client(b"\x09" + associate_rq()[1:]).close(),
        lambda: Talk().open().client(associate_rq()).close(), "one byte"),
    Row("transport.retransmissions", "", lambda: transfer(*range(3, 8)), lambda: transfer(*range(3, 7)),
        "five segments, four"),
    Row("transport.zero-window", "", lambda: stalled(0.1), lambda: stalled(0.098), "2 ms"),
    Row("transport.conflicting-overlap", "", lambda: transport.overlapping(b"\1" * 40),
        lambda: transport.overlapping(None), "the same bytes again"),
    Row("transport.conflicting-overlap", "fragments", lambda: evasion.fragmented(evasion.FAKE),
        lambda: evasion.fragmented(evasion.ASKED), "the same bytes in both fragments"),
    Row("transport.ambiguous-segments", "", lambda: evasion.tricked(abort(), 1 << 25),
        lambda: evasion.tricked(abort(), evasion.ECHO_END), "not so far"),
    Row("transport.ambiguous-segments", "urgent", lambda: evasion.tricked(evasion.ASKED, instead=True, flags=ACK | 32),
        lambda: evasion.tricked(evasion.ASKED, instead=True, flags=ACK | 64), "one bit of the flags"),
    Row("transport.ambiguous-segments", "syn-data", lambda: evasion.tricked(abort(), at=0, instead=True),
        lambda: evasion.tricked(abort(), at=0, instead=True, options=evasion.FAST_OPEN), "the option"),
    Row("transport.ambiguous-segments", "syn", lambda: evasion.tricked(ahead=5_000_000, flags=2),
        lambda: kept(evasion.tricked(ahead=5_000_000, flags=2), upto=8), "nothing comes after it"),
    Row("transport.ambiguous-segments", "reset", lambda: evasion.tricked(ahead=(1 << 20) + 1, flags=4),
        lambda: evasion.tricked(ahead=1 << 20, flags=4, at=-1), "inside of the window, at the end"),
    Row("transport.ambiguous-segments", "fin", lambda: evasion.tricked(flags=FIN | ACK),
        lambda: evasion.tricked(flags=FIN | ACK, at=-3), "where the true one is"),
    Row("transport.ambiguous-segments", "after-end", lambda: evasion.tricked(flags=4),
        lambda: kept(evasion.tricked(flags=4), upto=8), "it does not go on"),
    Row("transport.checksum-wrong", "", lambda: evasion.summed(evasion.tricked(evasion.FAKE), evasion.ECHO),
        lambda: evasion.summed(evasion.tricked(evasion.ASKED)), "one checksum", True),
    Row("transport.checksum-wrong", "all", lambda: evasion.summed(evasion.honest(), 0, 2, 3, 6, 7, 10, 11, 14, 15, 17),
        checksums=True),
    Row("transport.checksum-wrong", "fragments", lambda: evasion.fragment_summed(False),
        lambda: evasion.fragment_summed(True), "the checksum of its header", True),
    Row("transport.delayed-ack-stall", "", lambda: messages.halting([40] * 25),
        lambda: messages.halting([40] * 24), "one wait: a second in all, or less"),
    Row("transport.delayed-ack-stall", "several",
        lambda: messages.after_another(*(messages.halting([40] * 13, port=40_000 + number) for number in range(2)))),
    # PDUs
    Row("pdu.unknown-type", "", lambda: negotiation.released(talk_with().client(pdu(8, bytes(4)))),
        lambda: negotiation.released(talk_with().client(pdu(7, bytes(4)))), "one bit"),
    Row("pdu.unknown-type", "protocol", lambda: talk_with(None, b"HTTP/1.1 400 Bad Request\r\n\r\n").close(),
        lambda: talk_with(None, abort()).close(), "an A-ABORT instead"),
    Row("pdu.length-wrong", "", lambda: short_or_long(40), lambda: short_or_long(0), "the length"),
    Row("pdu.length-wrong", "absurd", lambda: absurd(0x7FFFFFFF), lambda: absurd(4), "the length"),
    Row("pdu.length-wrong", "problem", lambda: talk_with().client(pdu(5, bytes(5))).server(RELEASE_RP).close(),
        lambda: talk_with().client(pdu(5, bytes(4))).server(RELEASE_RP).close(), "one byte"),
    Row("pdu.exceeds-maximum-length", "", lambda: long_pdus(len(ECHO) - 7), lambda: long_pdus(len(ECHO) - 6),
        "one byte"),
    Row("pdu.resynchronised", "", lambda: short_or_long(-10), lambda: short_or_long(0), "the length"),
    Row("pdu.resynchronised", "lost", lost),
    # Items
    Row("item.length-wrong", "", lambda: context_length(9000), lambda: context_length(0), "the length"),
    Row("item.length-wrong", "problem", lambda: user(item(0x51, bytes(3)), IMPLEMENTATION),
        lambda: user(item(0x51, bytes(4)), IMPLEMENTATION), "one byte"),
    Row("item.unexpected", "", lambda: user(MAXIMUM, IMPLEMENTATION, item(0x40, messages.IMPLICIT)),
        lambda: user(MAXIMUM, IMPLEMENTATION, item(0x55, b"NAME")), "another type"),
    Row("item.unknown", "", lambda: user(MAXIMUM, IMPLEMENTATION, item(0x5A, bytes(4))),
        lambda: user(MAXIMUM, IMPLEMENTATION, item(0x53, bytes(4))), "one byte: the type"),
    Row("item.missing", "", lambda: user(MAXIMUM), lambda: user(MAXIMUM, IMPLEMENTATION), "one sub-item"),
    Row("item.repeated", "", lambda: user(MAXIMUM, IMPLEMENTATION, MAXIMUM), lambda: user(MAXIMUM, IMPLEMENTATION),
        "one sub-item"),
    # Associations
    Row("association.rejected", "called", lambda: rejected(1, 1, 7),
        lambda: Talk().open().client(associate_rq()).server(abort(2, 7)).close(), "an A-ABORT instead"),
    Row("association.rejected", "calling", lambda: rejected(1, 1, 3)),
    Row("association.rejected", "application-context", lambda: rejected(1, 1, 2)),
    Row("association.rejected", "protocol-version", lambda: rejected(1, 2, 2)),
    Row("association.rejected", "congestion", lambda: rejected(2, 3, 1)),
    Row("association.rejected", "limit", lambda: rejected(2, 3, 2)),
    Row("association.rejected", "no-reason", lambda: rejected(1, 1, 1)),
    Row("association.rejected", "identity", lambda: identified(1, 1, 2, 1)),
    Row("association.rejected", "", lambda: rejected(1, 1, 9)),
    Row("association.aborted", "user", lambda: aborted(0, 0), lambda: talk_with().client(ECHO).server(ECHO_DONE)
        .client(RELEASE_RQ).server(RELEASE_RP).server(abort()).close(), "the abort comes after the release"),
    Row("association.aborted", "provider", lambda: aborted(2, 1)),
    Row("association.aborted", "", lambda: aborted(1, 0)),
    Row("association.aborted", "timeout", lambda: waited(talk_with().client(ECHO), 10).client(abort()).close()),
    Row("association.no-answer", "", lambda: waited(Talk().open().client(associate_rq()), 5).close(),
        lambda: waited(Talk().open().client(associate_rq()), 5).server(abort()).close(), "ten bytes from the server"),
    Row("association.no-answer", "open", lambda: waited(Talk().open().client(associate_rq()), 30).send(1),
        lambda: waited(Talk().open().client(associate_rq()), 29).send(1), "one second"),
    Row("association.no-context-accepted", "",
        lambda: answered_by(associate_ac(answered(1, 3), answered(3, 3)), *TWO),
        lambda: answered_by(associate_ac(answered(1, 0), answered(3, 3)), *TWO), "one byte: a result"),
    Row("association.context-refused", "user", lambda: one_answer(1), lambda: one_answer(0), "one byte: the result"),
    Row("association.context-refused", "no-reason", lambda: one_answer(2)),
    Row("association.context-refused", "abstract-syntax", lambda: one_answer(3)),
    Row("association.context-refused", "transfer-syntaxes", lambda: one_answer(4)),
    Row("association.context-refused", "", lambda: one_answer(5)),
    Row("association.context-id-even", "", lambda: answered_by(associate_ac(answered(2)), proposed(2)),
        lambda: answered_by(associate_ac(answered(3)), proposed(3)), "one bit"),
    Row("association.context-id-repeated", "",
        lambda: answered_by(associate_ac(answered(1), answered(1)), proposed(1), proposed(1)),
        lambda: answered_by(associate_ac(answered(1), answered(3)), proposed(1), proposed(3)), "one byte: the ID"),
    Row("association.context-unanswered", "", lambda: answered_by(associate_ac(answered(1)), proposed(1), proposed(3)),
        lambda: answered_by(associate_ac(answered(1)), proposed(1), proposed(2)), "an even ID is no proposal"),
    Row("association.context-not-proposed", "",
        lambda: answered_by(associate_ac(answered(1), answered(3)), proposed(1)),
        lambda: answered_by(associate_ac(answered(1), answered(3)), proposed(1), proposed(3)), "it was proposed"),
    Row("association.transfer-syntax-not-proposed", "",
        lambda: answered_by(associate_ac(answered(1, 0, EXPLICIT)), proposed(1)),
        lambda: answered_by(associate_ac(answered(1, 0, EXPLICIT)), proposed(1, VERIFICATION, messages.IMPLICIT,
                                                                             EXPLICIT)), "it was offered too"),
    Row("association.transfer-syntax-repeated", "",
        lambda: asked(associate_rq(proposed(1, VERIFICATION, EXPLICIT, messages.IMPLICIT, EXPLICIT))),
        lambda: asked(associate_rq(proposed(1, VERIFICATION, EXPLICIT, messages.IMPLICIT, BIG))), "one digit"),
    Row("association.transfer-syntax-repeated", "several",
        lambda: answered_by(associate_ac(answered(1), answered(3)),
                            *(proposed(number, VERIFICATION, *[messages.IMPLICIT] * 2) for number in (1, 3)))),
    Row("association.ae-title-blank", "", lambda: asked(associate_rq(calling=b"")),
        lambda: asked(associate_rq(calling=b"               X")), "one character"),
    Row("association.ae-title-malformed", "", lambda: asked(associate_rq(called=b"A\x7fB")),
        lambda: asked(associate_rq(called=b"A~B")), "one byte, one less"),
    Row("association.ae-title-malformed", "nul", lambda: asked(associate_rq(called=b"PACS" + bytes(12))),
        lambda: asked(associate_rq(called=b"PACS" + b" " * 12)), "spaces"),
    Row("association.ae-title-malformed", "garbage", lambda: asked(associate_rq(called=b"PACS\0OLD"))),
    Row("association.uid-malformed", "", lambda: asked(associate_rq(proposed(1, b"1.2.840.10008.01.1"))),
        lambda: asked(associate_rq(proposed(1, b"1.2.840.10008.0.1"))), "a zero with a digit behind it"),
    Row("association.uid-malformed", "several",
        lambda: asked(associate_rq(proposed(1, VERIFICATION + b"\0", messages.IMPLICIT + b"\0")))),
    Row("association.protocol-version", "", lambda: versions(3), lambda: versions(1), "one bit"),
    Row("association.protocol-version", "bit-0", lambda: versions(0)),
    Row("association.application-context", "",
        lambda: asked(associate_rq().replace(b".3.1.1.1\x20", b".3.1.1.2\x20")), lambda: asked(associate_rq()),
        "one digit"),
    Row("association.role-missing", "", lambda: messages.got(role(CT, 0, 0), role(CT, 0, 1)),
        lambda: messages.got(role(CT, 0, 1), role(CT, 0, 1)), "one byte of the request"),
    Row("association.role-missing", "not-granted", lambda: messages.got(role(CT, 0, 1), role(CT, 0, 0)),
        lambda: messages.got(role(CT, 0, 1), role(CT, 0, 1)), "one byte of the answer"),
    Row("association.role-missing", "event", lambda: reported(True), lambda: reported(False), "the other side reports"),
    Row("association.state", "", lambda: retimed_collision("S"), lambda: retimed_collision("cS"),
        "an A-RELEASE-RQ before it"),
    Row("association.state", "after-end",
        lambda: talk_with().client(RELEASE_RQ).server(RELEASE_RP).client(ECHO).close(),
        lambda: talk_with().client(ECHO).client(RELEASE_RQ).server(RELEASE_RP).close(), "the order of two PDUs"),
    Row("association.release-collision", "", lambda: retimed_collision("csCS"), lambda: retimed_collision("cS"),
        "only one of them asks"),
    Row("association.unfinished", "", lambda: released(cut_in_the_middle(False)),
        lambda: released(cut_in_the_middle(True)), "the last fragment"),
    Row("association.scanner", "", lambda: asked(negotiation.nmap_request(b"0" + bytes(31))),
        lambda: asked(negotiation.nmap_request(bytes(32))), "one reserved byte"),
    # Messages
    Row("message.context-not-accepted", "refused", lambda: on_context(3, 1), lambda: on_context(3, 0),
        "one byte: the result"),
    Row("message.context-not-accepted", "not-proposed", lambda: on_context(5, 0), lambda: on_context(3, 0),
        "one byte: the context ID"),
    Row("message.context-not-accepted", "", lambda: on_context(3, None)),
    Row("message.fragment-malformed", "", lambda: empty_fragment(1), lambda: empty_fragment(2), "one byte"),
    Row("message.fragment-malformed", "several", lambda: fragmented(11), lambda: fragmented(12), "one byte"),
    Row("message.command-malformed", "command", lambda: echoed(echo_rsp(), said=changed(echo_rq(), 8, b"\x39")),
        echoed_well, "one byte: the group length"),
    Row("message.command-malformed", "", lambda: echoed(echo_rsp(), said=command(us(0x110, 1), us(0x800, 0x101))),
        echoed_well, "the Command Field"),
    Row("message.command-malformed", "unknown",
        lambda: echoed(said=command(uid(2, VERIFICATION), us(0x100, 0x31), us(0x110, 1), us(0x800, 0x101))),
        echoed_well, "one bit of the Command Field"),
    Row("message.data-set-missing", "",
        lambda: released(opened(CT).client(p_data(pdv(1, 3, store_rq())))),
        lambda: opened(CT).client(p_data(pdv(1, 3, store_rq()))).server(abort()).close(), "aborted, not released"),
    Row("message.data-set-missing", "unannounced",
        lambda: released(opened().client(whole(1, echo_rq(), b"data")).server(whole(1, echo_rsp()))),
        echoed_well, "no data set"),
    Row("message.sop-class-mismatch", "", lambda: store(said=store_rq(1, MR), data=head(MR)),
        lambda: store(said=store_rq(1, CT), data=head(CT)), "one digit"),
    *(Row("message.failed", variant, lambda status=status: store(status), lambda: store(0xB000), "a warning status")
      for status, variant in ((0xA700, "resources"), (0xA900, "mismatch"), (0xC000, "not-understood"),
                              (0x0122, "sop-class"), (0x0124, "not-authorised"), (0x0111, "duplicate"), (0x0110, ""))),
    Row("message.failed", "repeated", lambda: twice(0xA700, 0xA700)),
    Row("message.warned", "", lambda: store(0xB000), lambda: store(0), "the status"),
    Row("message.warned", "repeated", lambda: twice(0xB000, 0xB000)),
    Row("message.move-destination-unknown", "", lambda: messages.moved(0xA801), lambda: messages.moved(0xA802),
        "one bit of the status"),
    Row("message.move-without-delivery", "", lambda: messages.moved(0, 0, 0, 0), lambda: messages.moved(0, 1, 0, 0),
        "one completed"),
    Row("message.move-without-delivery", "elsewhere", lambda: moved_to(b"ECHOSCU", False),
        lambda: moved_to(b"ECHOSCU", True), "the association is there"),
    Row("message.sub-operations-failed", "", lambda: retrieved(1, 1, failed=1, status=0xB000),
        lambda: retrieved(1, 1, failed=0), "the counter"),
    Row("message.sub-operations-failed", "destination", lambda: messages.moved(0xB000, 7, 1, 0),
        lambda: messages.moved(0xB000, 7, 0, 1), "warning instead of failed"),
    Row("message.sub-operations-failed", "counters", lambda: retrieved(2, 1), lambda: retrieved(1, 1), "one C-STORE"),
    Row("message.no-response", "", echoed, lambda: echoed(echo_rsp()), "the response"),
    Row("message.no-response", "pending", lambda: found_pending(False), lambda: found_pending(True),
        "the final response"),
    Row("message.no-response", "several",
        lambda: released(opened().client(whole(1, echo_rq(1)), whole(1, echo_rq(2))))),
    Row("message.response-unexpected", "", lambda: echoed(echo_rsp(), echo_rsp(2)), lambda: echoed(echo_rsp()),
        "one response"),
    Row("message.response-unexpected", "second", lambda: echoed(echo_rsp(), echo_rsp())),
    Row("message.response-unexpected", "kind",
        lambda: echoed(response(0x20, FIND, 0), echo_rsp())),
    Row("message.incomplete", "", lambda: released(cut_in_the_middle(False)),
        lambda: released(cut_in_the_middle(True)), "the last fragment"),
    # Data sets
    Row("data-set.malformed", "",
        lambda: store(transfer_syntax=EXPLICIT, data=head(explicit=True).replace(b"UI", b"U\xff", 1)),
        lambda: store(transfer_syntax=EXPLICIT, data=head(explicit=True)), "one byte"),
    Row("data-set.transfer-syntax-wrong", "", lambda: store(transfer_syntax=EXPLICIT, data=head()),
        lambda: store(transfer_syntax=EXPLICIT, data=head(explicit=True)), "how it is written"),
    Row("data-set.identity-mismatch", "", lambda: store(data=head(instance=INSTANCE[:-1] + b"6")),
        lambda: store(data=head()), "one digit"),
    # Security
    Row("security.cleartext-credentials", "", lambda: session(identity(2, b"alice", b"x")),
        lambda: session(identity(1, b"alice", b"x")), "one byte: the type"),
    Row("security.cleartext-data", "", store, lambda: echoed(echo_rsp()), "a C-ECHO"),
    Row("security.ae-title-guessing", "", lambda: together(*guesses(5)), lambda: together(*guesses(4)),
        "five titles, four"),
    Row("security.ae-title-guessing", "accepted",
        lambda: together(*guesses(5), session(associate_rq(called=b"OPEN"), None, 8))),
    # Performance
    Row("performance.small-pdu", "", lambda: messages.sent_to(15_998, 1_000_000),
        lambda: messages.sent_to(16_000, 1_000_000), "two bytes"),
    Row("performance.waiting", "", lambda: messages.echoes(20, 300, 100), lambda: messages.echoes(19, 300, 100),
        "one message"),
    Row("performance.waiting", "window",
        lambda: messages.echoes(20, 300, 100, item(0x53, struct.pack("!HH", 8, 1)))),
]  # fmt: skip

WORDINGS = {(kind.code, variant) for kind in FINDINGS.values() for variant in kind.details}


def judged(stream: Stream, folder: Path, checksums: bool = False) -> tuple[list[Finding], Wire | None]:
    """The findings on a stream; where its frames are to be looked at, also what they hold."""
    made = stream()
    path = folder / "crafted.pcap"
    path.write_bytes(made if isinstance(made, bytes) else made.pcap())
    return judge_file(path, checksums), None if isinstance(made, bytes) else Wire(path)


def name(row: Row) -> str:
    return f"{row.code} {row.variant}".strip()


def test_every_wording_of_the_catalogue_is_raised_by_a_row() -> None:
    assert {(row.code, row.variant) for row in ROWS} == WORDINGS


def test_every_code_of_the_catalogue_has_a_near_miss() -> None:
    assert {row.code for row in ROWS if row.near_miss is not None} == set(FINDINGS)
    assert all(bool(row.difference) == (row.near_miss is not None) for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_raises(row: Row, tmp_path: Path) -> None:
    findings, wire = judged(row.raises, tmp_path, row.checksums)
    found = [each for each in findings if (each.code, each.variant) == (row.code, row.variant)]
    assert len(found) == 1, [(each.code, each.variant) for each in findings]
    for each in findings:
        for lang in ("en", "zh"):
            text = detail(each, lang)
            assert "{" not in text and "None" not in text and "''" not in text, text
        assert each.evidence or each.code == "capture.cut-short", each
        if wire is not None:
            assert not [fault for proof in each.evidence for fault in [wrong(each, proof, wire)] if fault], each


PLACELESS = ("capture.", "transport.", "pdu.resynchronised lost")
"""What is said of frames, connections and holes need not show inside a PDU."""


@pytest.mark.parametrize("row", [row for row in ROWS if not name(row).startswith(PLACELESS)], ids=name)
def test_dump_marks_the_evidence(row: Row, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    findings, _ = judged(row.raises, tmp_path)
    path = str(tmp_path / "crafted.pcap")
    for each in findings:
        if (each.code, each.variant) == (row.code, row.variant):
            assert main(["dump", "--finding", str(each.number), path]) == 0
            text = capsys.readouterr().out
            marked = re.findall(r"^[0-9A-F]{4,}> ", text, re.M)
            assert marked and f"[{row.code}]" in text


@pytest.mark.parametrize("row", [row for row in ROWS if row.near_miss is not None], ids=name)
def test_spares(row: Row, tmp_path: Path) -> None:
    assert row.near_miss is not None
    findings, _ = judged(row.near_miss, tmp_path, row.checksums)
    found = [each for each in findings if each.code == row.code]
    assert not found, [detail(each) for each in found]
