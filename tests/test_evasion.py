"""What the reassembly literature knows, a crafted conversation for each trick: docs/evasion.md has the choices.

Strategy: one honest conversation, a C-ECHO. Each trick puts in what a receiver does not take (or takes differently),
and the test says what is read all the same, and what is told. An honest twin of the trick is told nothing.

Reference: Ptacek and Newsham 1998; Paxson and Shankar 2003; RFC 793, 5722, 5961, 7413, 9293
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from dissector.cli import main
from dissector.dimse import Message
from dissector.pdu import Pdu
from dissector.reading import Reading
from dissector.rules import Finding
from dissector.views.findings import detail

from .transcript import (
    ACK, FIN, PSH, RELEASE_RP, RELEASE_RQ, RST, SYN, Packet, Talk, abort, associate_ac, associate_rq, echo_rq,
    echo_rsp, p_data, pcap, pdv,
)  # fmt: skip

URG = 32
ASKED, ANSWERED = p_data(pdv(1, 3, echo_rq())), p_data(pdv(1, 3, echo_rsp()))
AMBIGUOUS, CONFLICT, CHECKSUM = (
    "transport.ambiguous-segments", "transport.conflicting-overlap", "transport.checksum-wrong",
)  # fmt: skip


def honest(**where: object) -> Talk:
    """A C-ECHO from the handshake to the end."""
    talk = Talk(**where).open().client(associate_rq()).server(associate_ac())  # type: ignore[arg-type]
    return talk.client(ASKED).server(ANSWERED).client(RELEASE_RQ).server(RELEASE_RP).close()


ECHO_END = len(ASKED)
REQUEST, ECHO = 3, 7
"""Where the packets with the A-ASSOCIATE-RQ and the C-ECHO-RQ stand in it."""


AFTERWARDS = ["P-DATA-TF", "P-DATA-TF", "A-RELEASE-RQ", "A-RELEASE-RP"]
"""What comes after the negotiation. Whoever begins in the middle sees the two sides in another order."""


class Told:
    """What is told of packets."""

    def __init__(self, packets: list[Packet], folder: Path, **options: bool) -> None:
        self.path = folder / "evasion.pcap"
        self.path.write_bytes(pcap(in_time(packets)))
        with Reading(str(self.path), keep_data=2048, **options).judging() as reading:  # type: ignore[arg-type]
            told = list(reading)
        self.names = [each.name for each in told if isinstance(each, Pdu)]
        self.messages = [each for each in told if isinstance(each, Message)]
        self.findings = {(each.code, each.variant): each for each in told if isinstance(each, Finding)}
        self.codes = {code for code, _ in self.findings}

    @property
    def whole(self) -> bool:
        """Whether the conversation was read from beginning to end."""
        return self.names == [
            "A-ASSOCIATE-RQ", "A-ASSOCIATE-AC", "P-DATA-TF", "P-DATA-TF", "A-RELEASE-RQ", "A-RELEASE-RP",
        ] and [each.message_id for each in self.messages] == [1, 1]  # fmt: skip


def in_time(packets: list[Packet]) -> list[Packet]:
    """Packets a millisecond apart, in their order."""
    return [replace(packet, time=1_700_000_000_000_000_000 + at * 1_000_000) for at, packet in enumerate(packets)]


def tricked(payload: bytes = b"", ahead: int = 0, instead: bool = False, at: int = ECHO, **changes: object) -> Talk:
    """The conversation with one more packet (or another one instead): the one that stands there, changed."""
    talk = honest()
    true = talk.packets[at]
    fake = replace(true, payload=payload, sequence=true.sequence + ahead, **changes)  # type: ignore[arg-type]
    talk.packets = in_time([*talk.packets[:at], fake, *talk.packets[at + instead :]])
    return talk


def fragmented(lie: bytes) -> Talk:
    """The C-ECHO-RQ in three IP fragments that overlap; the second one has it from `lie`."""
    talk = honest()
    true = talk.packets[ECHO]
    body, other = true.frame()[34:], replace(true, payload=lie).frame()[34:]
    pieces = [
        replace(true, payload=data[first:last], fragment=(first, last is not None), identity=77)
        for first, last, data in ((0, 64, body), (32, 104, other), (64, None, body))
    ]
    talk.packets = in_time([*talk.packets[:ECHO], *pieces, *talk.packets[ECHO + 1 :]])
    return talk


def summed(talk: Talk, *without: int) -> Talk:
    """A conversation with its checksums filled in, but for some packets."""
    talk.packets = [replace(packet, checksums=at not in without) for at, packet in enumerate(talk.packets)]
    return talk


def fragment_summed(right: bool) -> Talk:
    """The C-ECHO-RQ in two fragments; before them one more, whose header has a right checksum or a wrong one."""
    talk = summed(honest())
    true, body = talk.packets[ECHO], talk.packets[ECHO].frame()[34:]
    pieces = [replace(true, payload=body[:64], fragment=(0, True)),
              replace(true, payload=body[64:], fragment=(64, False))]
    first = pieces[0] if right else replace(pieces[0], payload=bytes(64), checksums=False)
    talk.packets = in_time([*talk.packets[:ECHO], first, *pieces, *talk.packets[ECHO + 1 :]])
    return talk


def test_the_honest_conversation_is_told_nothing(tmp_path: Path) -> None:
    told = Told(honest().packets, tmp_path)
    assert told.whole
    assert told.codes <= {"security.cleartext-data"}


# ------------------------------------------------------------------------------------------------ overlap

FAKE = p_data(pdv(1, 3, echo_rq(9)))
"""As long as the true request, with another Message ID."""


def parts(original: Packet, first: int, last: int, payload: bytes) -> Packet:
    """A segment of a range of another one's bytes."""
    return replace(original, sequence=original.sequence + first, payload=payload[first:last])


OVERLAPS: dict[str, Callable[[Packet], list[Packet]]] = {
    # Which of two versions counts: first (Windows), last, by the offset of the earlier segment (BSD, Linux, Solaris).
    "the same place twice": lambda true: [true, replace(true, payload=FAKE)],
    "before its turn twice": lambda true: [
        parts(true, 20, len(ASKED), ASKED), parts(true, 20, len(ASKED), FAKE), parts(true, 0, 20, ASKED)],
    "starting earlier": lambda true: [
        parts(true, 40, 80, ASKED), parts(true, 20, 80, FAKE), parts(true, 0, 20, ASKED),
        parts(true, 20, 40, ASKED), parts(true, 80, len(ASKED), ASKED)],
    "ending later": lambda true: [
        parts(true, 20, 60, ASKED), parts(true, 20, len(ASKED), FAKE), parts(true, 0, 20, ASKED),
        parts(true, 60, len(ASKED), ASKED)],
    "around": lambda true: [
        parts(true, 60, 70, ASKED), parts(true, 20, len(ASKED), FAKE), parts(true, 0, 20, ASKED),
        parts(true, 20, len(ASKED), ASKED)],
    "within": lambda true: [
        parts(true, 20, len(ASKED), ASKED), parts(true, 40, len(ASKED), FAKE), parts(true, 0, 20, ASKED)],
}  # fmt: skip


@pytest.mark.parametrize("kind", OVERLAPS)
def test_the_bytes_captured_first_are_kept_and_others_are_told(kind: str, tmp_path: Path) -> None:
    talk = honest()
    true = talk.packets[ECHO]
    segments = OVERLAPS[kind](true)
    told = Told([*talk.packets[:ECHO], *segments, *talk.packets[ECHO + 1 :]], tmp_path)
    assert (CONFLICT, "") in told.findings
    first: dict[int, int] = {}
    for packet in segments:
        for at, byte in enumerate(packet.payload, packet.sequence):
            first.setdefault(at, byte)
    kept = bytes(first[at] for at in sorted(first))
    with Reading(str(told.path), keep_bytes=True) as reading:
        assert [pdu.body for pdu in reading.pdus()][2] == kept
    honest_twin = [replace(each, payload=ASKED[each.sequence - true.sequence :][: len(each.payload)])
                   for each in segments]  # fmt: skip
    assert Told([*talk.packets[:ECHO], *honest_twin, *talk.packets[ECHO + 1 :]], tmp_path).codes.isdisjoint(
        {CONFLICT, AMBIGUOUS})  # fmt: skip


def test_a_copy_that_does_not_reach_the_receiver(tmp_path: Path) -> None:
    """A segment with a short time to live comes first; the receiver sees only the true one behind it."""
    told = Told(tricked(FAKE, time_to_live=1).packets, tmp_path)
    finding = told.findings[CONFLICT, ""]
    assert "first 09" in finding.evidence[0].what and "later 01" in finding.evidence[0].what  # both versions


def test_overlapping_ip_fragments(tmp_path: Path) -> None:
    """Linux and RFC 5722 drop such a datagram, BSD keeps the first, others the last."""
    assert (CONFLICT, "fragments") in Told(fragmented(FAKE).packets, tmp_path).findings
    twin = Told(fragmented(ASKED).packets, tmp_path)
    assert twin.whole and CONFLICT not in twin.codes


# ------------------------------------------------------------------------------------------------ checksums


def test_a_segment_with_a_wrong_checksum(tmp_path: Path) -> None:
    """Without --checksums the lie is read, and the contradiction told; with it, it is left out."""
    packets = summed(honest()).packets
    packets.insert(ECHO, replace(packets[ECHO], payload=FAKE, checksums=False))
    told = Told(packets, tmp_path)
    assert told.messages[0].message_id == 9 and CONFLICT in told.codes and CHECKSUM not in told.codes
    checked = Told(packets, tmp_path, checksums=True)
    assert checked.whole and CONFLICT not in checked.codes
    finding = checked.findings[CHECKSUM, ""]
    assert (finding.count, finding.evidence[0].frame) == (1, ECHO + 1)
    assert "from 10.0.0.1 " in detail(finding)


@pytest.mark.parametrize("vlan", [False, True])
def test_right_checksums_change_nothing(vlan: bool, tmp_path: Path) -> None:
    packets = [replace(packet, vlan=vlan) for packet in summed(honest()).packets]
    assert Told(packets, tmp_path, checksums=True).whole
    assert CHECKSUM not in Told(packets, tmp_path, checksums=True).codes


def test_each_bit_counts(tmp_path: Path) -> None:
    """A checksum finds every single changed bit of the segment and of the IPv4 header."""
    from dissector.link import ETHERNET, LinkReader

    frame = replace(honest().packets[ECHO], checksums=True).frame()
    for at in range(14 * 8, len(frame) * 8):
        damaged = bytearray(frame)
        damaged[at // 8] ^= 1 << at % 8
        for data, wrong in ((frame, False), (bytes(damaged), True)):
            segment = LinkReader(checksums=True).segment(data, 0, len(data), len(data), ETHERNET)
            assert segment is None or segment.checksum_wrong == wrong, at


def test_offloading_is_recognised(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = Told(honest().packets, tmp_path, checksums=True)
    assert (CHECKSUM, "all") in told.findings and not told.names
    assert "read again without --checksums" in detail(told.findings[CHECKSUM, "all"])
    assert main(["check", "--checksums", "--no-color", str(told.path)]) == 0
    assert main(["read", "--checksums", "--no-color", str(told.path)]) == 0
    assert main(["dump", "--checksums", str(told.path)]) == 0
    assert "wrong checksums were left out" in capsys.readouterr().err


def test_a_fragment_with_a_wrong_header(tmp_path: Path) -> None:
    told = Told(fragment_summed(False).packets, tmp_path, checksums=True)
    assert told.whole and (CHECKSUM, "fragments") in told.findings


# ------------------------------------------------------------------------------------------------ flags and numbers


def test_urgent_data(tmp_path: Path) -> None:
    """A receiver takes the byte before the urgent pointer out of the stream, or not (SO_OOBINLINE): it is left."""
    told = Told(tricked(ASKED, instead=True, flags=ACK | PSH | URG, urgent=1).packets, tmp_path)
    assert told.whole and (AMBIGUOUS, "urgent") in told.findings


@pytest.mark.parametrize("vlan", [False, True])
def test_a_reset_outside_of_the_window(vlan: bool, tmp_path: Path) -> None:
    told = Told([replace(each, vlan=vlan) for each in tricked(ahead=1 << 24, flags=RST).packets], tmp_path)
    assert told.whole and (AMBIGUOUS, "reset") in told.findings


def test_a_reset_of_what_is_left_of_an_earlier_connection_is_no_trick(tmp_path: Path) -> None:
    """The ports are used again while the server is still in TIME-WAIT: it answers the SYN with the acknowledgement that
    it owes the old connection, and the client resets that (RFC 9293 3.10.7.3, 3.6.1)."""
    old = honest()
    new = Talk(client_isn=1 << 30, server_isn=1 << 29, time=old.time + 10**9).send(0, flags=SYN)
    stale = Packet(new.ends[1], new.ends[0], old.next[1], old.next[0], ACK, time=new.time)
    reset = Packet(new.ends[0], new.ends[1], old.next[0], 0, RST, time=new.time)
    begun = Talk(client_isn=1 << 30, server_isn=1 << 29, time=new.time).open()
    begun.client(associate_rq()).server(associate_ac()).client(RELEASE_RQ).server(RELEASE_RP).close()
    told = Told([*old.packets, *new.packets, stale, reset, *begun.packets], tmp_path)
    assert AMBIGUOUS not in told.codes
    assert told.names[-4:] == ["A-ASSOCIATE-RQ", "A-ASSOCIATE-AC", "A-RELEASE-RQ", "A-RELEASE-RP"]


@pytest.mark.parametrize("ahead", [0, 30_000])
def test_a_reset_inside_of_the_window_that_was_none(ahead: int, tmp_path: Path) -> None:
    """It may have been forged, or have died on the way: when its sender goes on, reading does."""
    told = Told(tricked(ahead=ahead, flags=RST).packets, tmp_path)
    missed = [] if ahead == 0 else ["P-DATA-TF", "P-DATA-TF"]  # it goes on once the receiver has acknowledged some
    assert sorted(told.names[2:] + missed) == sorted(AFTERWARDS)
    assert (AMBIGUOUS, "after-end") in told.findings
    assert "transport.reset" in told.codes


def test_a_true_reset_is_no_trick(tmp_path: Path) -> None:
    """What was under way when the reset came, of either side, and what is sent again, does not reach beyond it."""
    talk = Talk().open().client(associate_rq()).server(associate_ac()).client(ASKED)
    late = talk.packets[ECHO]
    talk.send(0, flags=RST)
    told = Told([*talk.packets, late, replace(talk.packets[5], payload=ANSWERED)], tmp_path)
    assert AMBIGUOUS not in told.codes and "transport.reset" in told.codes


def test_a_syn_inside_of_a_connection(tmp_path: Path) -> None:
    """Receivers answer with a challenge acknowledgement and go on (RFC 5961 4); so do we."""
    for distance in (5_000_000, 100, -1):
        told = Told(tricked(ahead=distance, flags=SYN).packets, tmp_path)
        assert told.whole and (AMBIGUOUS, "syn") in told.findings


@pytest.mark.parametrize("answer", ["handshake", "refusal", "data", "nothing"])
def test_the_same_ports_used_again_are_another_connection(answer: str, tmp_path: Path) -> None:
    """The first one's end was not captured; what follows shows that the SYN was a true one."""
    first = Talk().open().client(associate_rq()).server(associate_ac())
    second = honest(client_isn=70_000_000, server_isn=5_000)
    if answer == "refusal":
        second = Talk(client_isn=70_000_000).send(0, flags=SYN)
        second.next[1] = 0
        second.send(1, flags=RST | ACK)
    elif answer == "data":
        second.packets = [packet for packet in second.packets if packet.source[1] != 11112]
    elif answer == "nothing":
        second.packets = second.packets[:1]
    told = Told(first.packets + second.packets, tmp_path)
    assert AMBIGUOUS not in told.codes
    if answer in ("handshake", "data"):
        assert told.names.count("A-ASSOCIATE-RQ") == 2 and told.names.count("A-RELEASE-RQ") == 1
    if answer == "refusal":
        assert "transport.refused" in told.codes


def test_a_fin_where_there_is_no_end(tmp_path: Path) -> None:
    for distance in (0, 500):
        told = Told(tricked(ahead=distance, flags=FIN | ACK).packets, tmp_path)
        assert told.whole and (AMBIGUOUS, "fin") in told.findings
        assert "capture.missing-bytes" not in told.codes
    talk = honest()
    twice = [*talk.packets, talk.packets[-3], talk.packets[-2]]
    assert AMBIGUOUS not in Told(twice, tmp_path).codes  # the true one sent again


def test_a_connection_that_goes_on_after_both_fins(tmp_path: Path) -> None:
    talk = Talk().open().client(associate_rq()).server(associate_ac())
    for side in (0, 1):
        talk.send(side, flags=FIN | ACK)
    for side in (0, 1):
        talk.next[side] -= 1
    talk.client(ASKED).server(ANSWERED).client(RELEASE_RQ).server(RELEASE_RP).close()
    told = Told(talk.packets, tmp_path)
    assert sorted(told.names[2:]) == sorted(AFTERWARDS)
    assert (AMBIGUOUS, "after-end") in told.findings


def test_segments_outside_of_the_window(tmp_path: Path) -> None:
    for distance in (1 << 25, -(1 << 25), 1 << 31):
        told = Told(tricked(abort(), distance).packets, tmp_path)
        assert told.whole and (AMBIGUOUS, "") in told.findings


def test_a_segment_ahead_of_its_turn_that_lies(tmp_path: Path) -> None:
    """Beyond the receiver's window, but not far: it is held, and contradicted by the true one."""
    told = Told(tricked(abort() * 3, len(ASKED)).packets, tmp_path)
    assert CONFLICT in told.codes


FAST_OPEN = b"\x22\x0a\x01\x02\x03\x04\x05\x06\x07\x08\x01\x01"


@pytest.mark.parametrize("taken", [True, False])
@pytest.mark.parametrize("options", [b"", FAST_OPEN])
def test_data_in_a_syn(taken: bool, options: bytes, tmp_path: Path) -> None:
    """The answer to the SYN tells whether the receiver took them."""
    talk = honest()
    request = talk.packets[REQUEST]
    syn, answer = talk.packets[:2]
    early = replace(syn, payload=associate_rq() if taken else associate_rq(called=b"LIE"), options=options)
    packets = [early, answer, *talk.packets[2:]]
    if taken:
        packets[1] = replace(answer, acknowledgement=answer.acknowledgement + len(request.payload))
        del packets[REQUEST]
    told = Told(packets, tmp_path)
    assert told.whole and CONFLICT not in told.codes
    assert ((AMBIGUOUS, "syn-data") in told.findings) == (not options)


def test_data_in_a_syn_whose_answer_was_not_captured(tmp_path: Path) -> None:
    talk = honest()
    early = replace(talk.packets[0], payload=associate_rq())
    client = [packet for packet in talk.packets[2:] if packet.source == early.source and packet.payload]
    assert Told([early, *client[1:]], tmp_path).names[:2] == ["A-ASSOCIATE-RQ", "P-DATA-TF"]
    lie = replace(early, payload=associate_rq(called=b"LIE"))
    with Reading(str(Told([lie, *client], tmp_path).path)) as reading:
        assert [each.called_ae_title for each in reading.associations()] == ["ANY-SCP"]
