"""Findings on connections, on the capture, and on what others can read: each with a near miss."""

from __future__ import annotations

import gzip
import io
import struct
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from string import Formatter

import pytest

from dissector.association import Associations
from dissector.capture import Capture
from dissector.rules import Finding, Judge
from dissector.rules.connections import MAXIMUM_GATHERED, protocol_of, read_hello
from dissector.stream import Streams

from .judging import judge_file, judge_talk
from .transcript import (
    ACK, FIN, RELEASE_RP, RELEASE_RQ, RST, SYN, Packet, Talk, abort, associate_ac, associate_rj, associate_rq, echo_rq,
    echo_rsp, item, p_data, pcap, pdv, user_information,
)  # fmt: skip

CAPTURES = Path(__file__).parent.parent / "captures"
SECOND = 1_000_000_000
OWN = ("capture.", "transport.", "security.")

ECHO = p_data(pdv(1, 3, echo_rq()))
ECHO_DONE = p_data(pdv(1, 3, echo_rsp()))


def hello(host: bytes = b"") -> bytes:
    """A TLS ClientHello."""
    name = struct.pack("!HBH", len(host) + 3, 0, len(host)) + host
    extensions = struct.pack("!HH", 0, len(name)) + name if host else b""
    extensions += struct.pack("!HHBHH", 43, 5, 4, 0x0304, 0x0303)
    body = b"\x03\x03" + bytes(32) + b"\0" + b"\0\x02\x13\x01" + b"\x01\0"
    body += struct.pack("!H", len(extensions)) + extensions
    return b"\x16\x03\x01" + struct.pack("!H", len(body) + 4) + b"\x01" + len(body).to_bytes(3, "big") + body


def server_hello(version: int = 0x0304) -> bytes:
    """A TLS ServerHello."""
    extensions = struct.pack("!HHH", 43, 2, version)
    body = b"\x03\x03" + bytes(32) + b"\0" + b"\x13\x01\0" + struct.pack("!H", len(extensions)) + extensions
    return b"\x16\x03\x03" + struct.pack("!H", len(body) + 4) + b"\x02" + len(body).to_bytes(3, "big") + body


def healthy(talk: Talk | None = None) -> Talk:
    """An association with one C-ECHO, from handshake to FIN."""
    talk = (talk or Talk()).open().client(associate_rq()).server(associate_ac())
    return talk.client(ECHO).server(ECHO_DONE).client(RELEASE_RQ).server(RELEASE_RP).close()


def wait(talk: Talk, nanoseconds: int) -> Talk:
    talk.time += nanoseconds
    return talk


def together(*talks: Talk) -> Talk:
    """Several conversations in the order of their times."""
    joined = Talk()
    joined.packets = sorted((packet for talk in talks for packet in talk.packets), key=lambda packet: packet.time)
    return joined


def retimed(talk: Talk, step: int) -> Talk:
    talk.packets = [replace(packet, time=number * step) for number, packet in enumerate(talk.packets)]
    return talk


def own(findings: Sequence[Finding]) -> dict[str, Finding]:
    """Those of this file's rules by code, without the note that data was in the clear."""
    found = [each for each in findings if each.code.startswith(OWN) and each.code != "security.cleartext-data"]
    assert len({(each.code, each.client, each.values.get("who")) for each in found}) == len(found), "told twice"
    return {each.code: each for each in found}


def said(finding: Finding) -> str:
    """The detail, with every blank filled."""
    text = finding.kind.details[finding.variant]
    blanks = {name for _, name, _, _ in Formatter().parse(text) if name}
    missing = [name for name in blanks if finding.values.get(name) in (None, "")]
    assert not missing, (finding.code, missing)
    values = {key: ", ".join(value) if isinstance(value, list) else value for key, value in finding.values.items()}
    return text.format_map(values)


def only(talk: Talk, code: str) -> Finding:
    """The finding of a code, in a conversation that has no other of these rules."""
    found = own(judge_talk(talk))
    assert list(found) == [code], found
    said(found[code])
    return found[code]


def test_a_healthy_association_has_none() -> None:
    assert not own(judge_talk(healthy()))
    assert not own(judge_talk(healthy(Talk(server=("10.0.0.2", 4242)))))


# Getting connected


def refusal(number: int = 0, client: str = "10.0.0.1", server: tuple[str, int] = ("10.0.0.2", 11112)) -> Talk:
    talk = Talk((client, 40000 + number), server, client_isn=1000 + number, time=(1 + number) * SECOND)
    return talk.send(0, flags=SYN).send(1, flags=RST | ACK)


def test_refused() -> None:
    finding = only(refusal(), "transport.refused")
    assert (finding.severity, finding.count, finding.client, finding.server) == (
        "error", 1, "10.0.0.1:40000", "10.0.0.2:11112",
    )  # fmt: skip
    assert finding.evidence[0].frame == 2
    assert said(finding) == "10.0.0.1:40000 tried to connect to 10.0.0.2:11112 and was refused."


def test_refused_again_and_again_is_one_finding() -> None:
    finding = only(together(*map(refusal, range(4))), "transport.refused")
    assert finding.count == 4 and [each.frame for each in finding.evidence] == [2, 4, 6, 8]
    assert said(finding) == "10.0.0.1 tried 4 times within 3 s to connect to 10.0.0.2:11112 and was refused each time."


def test_refused_elsewhere_is_not_our_business() -> None:
    assert not own(judge_talk(refusal(server=("10.0.0.2", 445))))


def test_a_scan_of_ports_is_no_failure() -> None:
    ports = (21, 22, 80, 104, 443, 2761, 2762, 11112)
    scan = [refusal(number, server=("10.0.0.2", port)) for number, port in enumerate(ports)]
    assert not own(judge_talk(together(*scan)))
    victim = refusal(50, client="10.0.0.9", server=("10.0.0.2", 104))
    assert list(own(judge_talk(together(*scan, victim)))) == ["transport.refused"], "others may well have failed"


def test_a_scan_of_hosts_is_no_failure() -> None:
    scan = [refusal(number, server=(f"10.0.1.{number}", 104)) for number in range(20)]
    assert not own(judge_talk(together(*scan)))
    assert len([each for each in judge_talk(together(*scan[:4])) if each.code == "transport.refused"]) == 4


def test_many_hosts_are_remembered_up_to_a_cap() -> None:
    talks = [refusal(n, f"10.{n % 200}.{n // 200}.1", (f"10.{n % 200}.{n // 200}.2", 104)) for n in range(700)]
    findings = [each for each in judge_talk(together(*talks)) if each.code == "transport.refused"]
    assert len(findings) == MAXIMUM_GATHERED


def silent(*times: float, until: float = 0) -> Talk:
    """SYNs at these seconds, then other traffic until the end of the capture."""
    talk = Talk()
    for time in times:
        talk.time, talk.next[0] = int((1 + time) * SECOND), 1000
        talk.send(0, flags=SYN)
    other = Talk(("10.0.0.7", 5000), ("10.0.0.8", 445), time=int((1 + until) * SECOND)).send(0, b"x")
    return together(talk, other) if until else talk


def test_no_answer() -> None:
    finding = only(silent(0, 1, 3), "transport.no-answer")
    assert finding.count == 3 and finding.evidence[0].frame == 1
    assert said(finding) == (
        "10.0.0.1 asked 10.0.0.2:11112 for a connection and got no reply within 3 s (attempts: 3)."
    )


def test_no_answer_to_a_single_syn() -> None:
    assert only(silent(0, until=10), "transport.no-answer").values["time"] == "10 s"
    assert not own(judge_talk(silent(0))), "the capture ends at once"
    assert not own(judge_talk(silent(0, until=1)))
    assert not own(judge_talk(silent(0, 0.001))), "captured twice"


def test_an_answer_that_was_not_captured_is_an_answer() -> None:
    went_on = Talk().send(0, flags=SYN).send(0, associate_rq(), step=5 * SECOND).send(0, ECHO)
    assert "transport.no-answer" not in own(judge_talk(went_on))


def probe(number: int = 0, side: int = 0, flags: int = FIN | ACK) -> Talk:
    talk = Talk(("10.0.0.1", 40000 + number), client_isn=1000 + number, time=(1 + number) * SECOND).open()
    wait(talk, SECOND // 2).send(side, flags=flags)
    return talk if flags & RST else talk.send(1 - side, flags=flags).send(side)


def test_no_pdu() -> None:
    finding = only(probe(), "transport.no-pdu")
    assert (finding.severity, finding.count, finding.evidence[0].frame) == ("note", 1, 4)
    assert said(finding).startswith("10.0.0.1:40000 connected to 10.0.0.2:11112 and left after 502 ms without")
    assert only(probe(flags=RST | ACK), "transport.no-pdu").variant == ""


def test_no_pdu_and_the_server_closes() -> None:
    for flags in (FIN | ACK, RST | ACK):
        finding = only(probe(side=1, flags=flags), "transport.no-pdu")
        assert "sent nothing; the server closed the connection after 502 ms" in said(finding)


def test_health_checks_are_one_finding() -> None:
    finding = only(together(*(probe(number) for number in range(20))), "transport.no-pdu")
    assert said(finding) == "10.0.0.1 connected to 10.0.0.2:11112 20 times without sending any DICOM."
    assert len(finding.evidence) == 8


def test_a_connection_that_is_still_open_may_yet_speak() -> None:
    assert not own(judge_talk(Talk().open()))


# What is spoken


def test_tls() -> None:
    talk = Talk().open().client(hello(b"pacs.example")).server(server_hello()).client(b"\x17\x03\x03\0\x10" + bytes(16))
    finding = only(talk.close(), "transport.tls")
    assert (finding.severity, finding.evidence[0].frame, finding.evidence[0].stream_offset) == ("note", 6, 0)
    assert said(finding) == (
        "10.0.0.1:40000 and 10.0.0.2:11112 speak TLS 1.3; the caller asked for the host name pacs.example. The content "
        "is encrypted and was not read."
    )


def test_tls_without_a_host_name_in_small_segments() -> None:
    talk = Talk().open().client(hello(), segment=20).server(server_hello(0x0303), segment=20).close()
    assert "speak TLS 1.2; the content" in said(only(talk, "transport.tls"))


def test_tls_on_another_port_is_not_our_business() -> None:
    talk = Talk(server=("10.0.0.2", 443)).open().client(hello()).server(server_hello()).close()
    assert not own(judge_talk(talk))


def test_tls_to_plain_and_the_server_aborts() -> None:
    talk = Talk().open().client(hello(b"pacs")).server(abort(2, 1)).send(1, flags=FIN | ACK).send(0, flags=FIN | ACK)
    finding = own(judge_talk(talk.send(1)))["transport.tls-to-plain"]
    assert finding.severity == "error" and finding.evidence[0].frame == 4
    number = int.from_bytes(hello(b"pacs")[2:6], "big")
    assert f"type 16H and PDU-length {number};" in said(finding) and "for the host name pacs to" in said(finding)


@pytest.mark.parametrize(("said", "code"), [
    (hello(), "transport.tls-to-plain"), (b"GET / HTTP/1.1\r\n\r\n", "transport.not-dicom"),
    (b"SSH-2.0-x\r\n", "transport.not-dicom"), (bytes(range(200, 230)), "transport.not-dicom"),
])  # fmt: skip
def test_an_abort_that_answers_no_dicom_has_its_cause_told_instead(said: bytes, code: str) -> None:
    talk = Talk().open().client(said).server(abort(2, 1)).send(1, flags=FIN | ACK).send(0, flags=FIN | ACK).send(1)
    assert [each.code for each in judge_talk(talk)] == [code]


@pytest.mark.parametrize("how", ["closed", "reset", "waited"])
def test_tls_to_plain_and_the_server_says_nothing(how: str) -> None:
    talk = Talk().open().client(hello())
    if how == "closed":
        talk.send(1, flags=FIN | ACK).send(0, flags=FIN | ACK).send(1)
    elif how == "reset":
        talk.reset(1)
    else:
        wait(talk, 10 * SECOND).close()
    assert only(talk, "transport.tls-to-plain").variant == ""


def test_a_client_that_leaves_at_once_proves_nothing() -> None:
    finding = only(Talk().open().client(hello()).close(), "transport.not-dicom")
    assert finding.severity == "note" and "speaks TLS to" in said(finding)
    assert only(Talk().open().client(hello()), "transport.not-dicom"), "nor does the end of the capture"


def test_not_dicom() -> None:
    talk = Talk().open().client(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").server(b"HTTP/1.1 404 Not Found\r\n\r\n").close()
    finding = only(talk, "transport.not-dicom")
    assert said(finding) == "10.0.0.1:40000 speaks HTTP to 10.0.0.2:11112, a port taken for DICOM."
    assert finding.evidence[0].frame == 4


def test_not_dicom_and_the_server_speaks_first() -> None:
    finding = only(Talk().open().server(b"SSH-2.0-OpenSSH_9.6\r\n").close(), "transport.not-dicom")
    assert said(finding) == "10.0.0.2:11112, a port taken for DICOM, speaks SSH to 10.0.0.1:40000."


def test_not_dicom_and_nobody_knows_what() -> None:
    finding = only(Talk().open().client(bytes(range(200, 230))).close(), "transport.not-dicom")
    assert "begins with C8 C9 CA CB CC CD CE CF, which is no PDU" in said(finding)


def test_not_dicom_again_and_again_is_one_finding() -> None:
    talks = [
        Talk(("10.0.0.1", 40000 + number), time=(1 + number) * SECOND).open().client(b"GET / HTTP/1.1\r\n\r\n").close()
        for number in range(5)
    ]
    finding = only(together(*talks), "transport.not-dicom")
    assert finding.count == 5 and said(finding).startswith("10.0.0.1 speaks HTTP")


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"\x0bMSH|^~\\&|", "HL7 (MLLP)"), (b"\0\0\0\x45\xffSMBr", "SMB"), (b"\x03\0\0\x13\x0e\xe0\0\0", "RDP"),
     (b"PROXY TCP4 1.2.3.4", "PROXY protocol"), (b"SSH-2.0-x", "SSH"), (hello(), "TLS"), (associate_rq(), ""),
     (associate_rj(), ""), (b"", "")],
)  # fmt: skip
def test_protocols(data: bytes, name: str) -> None:
    assert protocol_of(data) == name


def test_a_hello_may_be_cut_anywhere() -> None:
    whole = hello(b"pacs.example")
    assert read_hello(whole).host == "pacs.example"
    for size in range(len(whole)):
        read_hello(whole[:size])
        read_hello(whole[:size] + b"\xff" * 40)
        read_hello(server_hello()[:size])


# How well it went


def transfer(*again: int, segments: int = 200) -> Talk:
    """A C-ECHO with a long data set in `segments` segments, some of which are sent again a while later."""
    talk = Talk().open().client(associate_rq()).server(associate_ac())
    first = len(talk.packets)
    data = p_data(pdv(1, 3, echo_rq())) + p_data(pdv(1, 2, bytes(1000 * segments)))
    talk.client(data, segment=1000).server(ECHO_DONE).client(RELEASE_RQ).server(RELEASE_RP)
    for index in again:
        talk.packets.append(replace(talk.packets[first + 2 * index], time=talk.time))
        wait(talk, SECOND)
    return retimed(talk.close(), 100_000_000)


def test_retransmissions() -> None:
    finding = own(judge_talk(transfer(*range(3, 13))))["transport.retransmissions"]
    assert finding.severity == "warning" and finding.count == 10
    text = said(finding)
    assert "10 segments were sent again (4." in text and text.endswith("most of them from requestor to acceptor.")
    first = len(transfer().packets) - 3
    assert finding.evidence[0].frame == first + 1 and finding.evidence[0].sender == "requestor"


def test_a_few_retransmissions_are_none() -> None:
    for talk in (transfer(3, 4, 5, 6), transfer(*range(3, 9), segments=1000)):  # too few, too small a share
        assert "transport.retransmissions" not in own(judge_talk(talk))


def window(talk: Talk, seconds: float) -> Talk:
    """The server announces a full buffer, and room again after a while."""
    talk.send(1)
    talk.packets[-1] = replace(talk.packets[-1], window=0)
    return wait(talk, int(seconds * SECOND))


def stalled(*seconds: float) -> Talk:
    talk = Talk().open().client(associate_rq()).server(associate_ac()).client(ECHO)
    for each in seconds:
        window(talk, each).send(1)
    return talk.server(ECHO_DONE).client(RELEASE_RQ).server(RELEASE_RP).close()


def test_zero_window() -> None:
    finding = only(stalled(0.5, 1.5), "transport.zero-window")
    assert finding.count == 2 and finding.evidence[0].frame == 10 and finding.evidence[0].sender == "acceptor"
    assert said(finding) == (
        "The acceptor announced a full receive buffer (periods: 2); the other side had to wait 2 s in all."
    )


def test_zero_window_that_stays() -> None:
    talk = Talk().open().client(associate_rq()).server(associate_ac()).client(ECHO)
    window(talk, 2).send(0, flags=RST | ACK)
    assert own(judge_talk(talk))["transport.zero-window"].values["time"] == "2 s"


def test_a_full_buffer_for_a_moment_is_everyday_business() -> None:
    assert not own(judge_talk(stalled(0.001, 0.002)))
    assert not own(judge_talk(stalled(0.056)))
    assert own(judge_talk(stalled(0.056, 0.056)))


def overlapping(change: bytes | None, size: int = 40) -> Talk:
    """The A-ASSOCIATE-RQ's last bytes are sent again, with a change."""
    talk = Talk().open().client(associate_rq())
    packet = talk.packets[3]
    at = len(packet.payload) - size
    payload = packet.payload[at:] if change is None else change
    talk.packets.append(replace(packet, sequence=packet.sequence + at, payload=payload, time=talk.time))
    return retimed(talk.server(associate_ac()).client(RELEASE_RQ).server(RELEASE_RP).close(), 100_000_000)


def test_conflicting_overlap() -> None:
    finding = only(overlapping(bytes(40)), "transport.conflicting-overlap")
    at = len(associate_rq()) - 40
    evidence = finding.evidence[0]
    assert (evidence.frame, evidence.sender, evidence.stream_offset, evidence.length) == (6, "requestor", at, 40)
    assert "first" in evidence.what and "later 00" in evidence.what, "both versions"
    assert said(finding) == (
        f"Frame 6 repeats 40 bytes of the requestor with different content, at bytes {at}-{at + 39} of its stream; the "
        "first version was kept."
    )


def test_the_same_bytes_again_do_not_conflict() -> None:
    assert not own(judge_talk(overlapping(None)))
    assert not own(judge_talk(overlapping(b"\0", size=1))), "a keep-alive probe"


def test_recorded_overlaps() -> None:
    finding = own(judge_file(CAPTURES / "conflicting-overlap.pcap"))["transport.conflicting-overlap"]
    evidence = finding.evidence[0]
    assert (evidence.frame, evidence.stream_offset, evidence.length) == (20, 9726, 1448)
    assert "transport.conflicting-overlap" not in own(judge_file(CAPTURES / "overlap.pcap"))


# The capture


def judged(data: bytes, tmp_path: Path) -> dict[str, Finding]:
    (tmp_path / "capture.pcap").write_bytes(data)
    return own(judge_file(tmp_path / "capture.pcap"))


def test_cut_short(tmp_path: Path) -> None:
    data = healthy().pcap()
    last = healthy().packets[-1].frame()
    finding = judged(data[:-10], tmp_path)["capture.cut-short"]
    frames = len(healthy().packets)
    assert finding.evidence[0].frame == frames - 1
    assert said(finding) == (
        f"The last record, frame {frames}, announces {len(last)} bytes; the file holds {len(last) - 10} of them."
    )
    assert "inside the head of a record" in said(judged(data[: -len(last) - 5], tmp_path)["capture.cut-short"])
    assert "capture.cut-short" not in judged(data[: -len(last) - 16], tmp_path), "between two records"


def test_cut_short_and_compressed(tmp_path: Path) -> None:
    finding = judged(gzip.compress(healthy().pcap())[:-60], tmp_path)["capture.cut-short"]
    assert said(finding).startswith("The compressed file ends early; frame ")


def test_cut_short_inside_something_complete(tmp_path: Path) -> None:
    finding = judged(gzip.compress(healthy().pcap()[:-10]), tmp_path)["capture.cut-short"]
    assert said(finding).startswith("The compressed file ends early; frame ")


def test_cut_short_in_a_pipe() -> None:
    """How much is missing is not known any more, and not guessed."""
    data, streams = healthy().pcap()[:-10], Streams()
    with Capture("-", io.BytesIO(data)) as capture:
        for batch in capture.batches():
            deque(streams.feed(batch), maxlen=0)
        (finding,) = Judge(Associations(), streams, capture).finish()
    assert finding.code == "capture.cut-short" and "announces ? bytes" in said(finding)


def test_cut_short_in_every_place(tmp_path: Path) -> None:
    for path in ("echo.pcap", "echo-ipv6.pcapng"):
        data = (CAPTURES / path).read_bytes()
        for size in range(len(data) - 1, len(data) - 400, -7):
            finding = judged(data[:size], tmp_path).get("capture.cut-short")
            if finding is not None:
                said(finding)
                assert finding.variant == "header" or int(finding.values["size"]) < int(finding.values["expected"])


def test_damage(tmp_path: Path) -> None:
    data = bytearray(healthy().pcap())
    data[24 + 8 : 24 + 12] = b"\xff\xff\xff\x7f"
    finding = judged(bytes(data), tmp_path)["capture.cut-short"]
    assert "frame 1, announces 2147483647 bytes" in said(finding) and finding.evidence[0].frame is None


def test_snaplen() -> None:
    talk = healthy()
    talk.packets = [replace(packet, captured=96) for packet in talk.packets]
    finding = only(talk, "capture.snaplen")
    cut = [number for number, packet in enumerate(talk.packets, 1) if len(packet.frame()) > 96]
    assert finding.count == len(cut) and finding.evidence[0].frame == cut[0] and finding.association is None
    size = len(talk.packets[cut[0] - 1].frame())
    assert said(finding) == (
        f"{len(cut)} frames are stored shorter than they were on the wire; the first is frame {cut[0]}, with 96 of "
        f"{size} bytes."
    )


def test_snaplen_explains_once_what_it_took_away() -> None:
    second = healthy(Talk(("10.0.0.1", 40001)))
    second.packets = [replace(packet, time=packet.time + SECOND) for packet in second.packets]
    talk = together(healthy(), second)
    talk.packets = [replace(packet, captured=120) for packet in talk.packets]
    codes = [each.code for each in judge_talk(talk)]
    assert codes.count("capture.snaplen") == 1 and "message.incomplete" not in codes


def test_snaplen_that_cuts_nothing() -> None:
    talk = healthy()
    talk.packets = [replace(packet, captured=2000) for packet in talk.packets]
    assert not own(judge_talk(talk))


def dropped(*frames: int) -> Talk:
    """A long A-ASSOCIATE-RQ and a C-ECHO in small segments, without these frames."""
    talk = Talk().open().client(associate_rq()).server(associate_ac()).client(ECHO, ECHO, segment=20)
    talk.server(ECHO_DONE).client(RELEASE_RQ).server(RELEASE_RP).close()
    talk.packets = [packet for number, packet in enumerate(talk.packets, 1) if number not in frames]
    return talk


def test_missing_bytes() -> None:
    start = len(associate_rq()) + 20
    finding = only(dropped(10), "capture.missing-bytes")
    assert (finding.count, finding.severity, finding.association) == (1, "warning", 1)
    evidence = finding.evidence[0]
    assert (evidence.sender, evidence.stream_offset, evidence.length) == ("requestor", start, 20)
    assert said(finding) == (
        f"20 bytes that the requestor sent are not in the capture: bytes {start}-{start + 19} of its stream. The other "
        "side acknowledged them, so they were lost in capturing, not on the way."
    )


def test_missing_bytes_in_several_places() -> None:
    finding = only(dropped(10, 14), "capture.missing-bytes")
    assert finding.count == 2 and [each.length for each in finding.evidence] == [20, 20]
    assert "40 bytes that the requestor sent" in said(finding) and "several places" in said(finding)


def test_nothing_is_missing_but_an_acknowledgement() -> None:
    assert not own(judge_talk(dropped(11)))


def test_missing_bytes_at_the_end_of_a_side() -> None:
    talk = healthy()
    talk.packets = [packet for packet in talk.packets if packet.payload != RELEASE_RP]
    finding = own(judge_talk(talk))["capture.missing-bytes"]
    assert finding.values["who"] == "acceptor" and finding.values["count"] == 10


def middle() -> Talk:
    talk = healthy()
    talk.packets = talk.packets[7:]
    return talk


def test_starts_mid_association() -> None:
    finding = only(middle(), "capture.starts-mid-association")
    assert finding.evidence[0].frame == 1 and finding.evidence[0].stream_offset == 0
    assert said(finding) == (
        "The first PDU between 10.0.0.1:40000 and 10.0.0.2:11112 in this capture is P-DATA-TF, in frame 1; no "
        "A-ASSOCIATE-RQ came before it."
    )


def test_a_missing_handshake_alone_is_no_middle() -> None:
    talk = healthy()
    talk.packets = talk.packets[3:]
    assert not own(judge_talk(talk))


def test_ends_mid_association() -> None:
    talk = Talk().open().client(associate_rq()).server(associate_ac())
    finding = only(talk, "capture.ends-mid-association")
    assert finding.variant == "" and "last frame of the capture, 7." in said(finding)
    finding = only(talk.client(ECHO), "capture.ends-mid-association")
    assert said(finding).endswith("still open in the last frame of the capture, 9; not finished by then: C-ECHO-RQ 1.")
    assert finding.evidence[0].frame == 8 and not finding.consequences


@pytest.mark.parametrize("ending", [
    lambda talk: talk.server(associate_rj()), lambda talk: talk.server(associate_ac()).client(abort()),
    lambda talk: talk.server(associate_ac()).client(RELEASE_RQ).server(RELEASE_RP),
    lambda talk: talk.server(associate_ac()).reset(),
])  # fmt: skip
def test_an_association_that_has_ended_is_not_open(ending: Callable[[Talk], Talk]) -> None:
    talk = ending(Talk().open().client(associate_rq()))
    assert "capture.ends-mid-association" not in own(judge_talk(talk))


def test_addresses_and_ports_used_again_are_not_the_end_of_the_capture() -> None:
    again = healthy(Talk(client_isn=500_000, time=1_700_000_100_000_000_000))
    talk = Talk().open().client(associate_rq()).server(associate_ac())
    talk.packets += again.packets
    assert "capture.ends-mid-association" not in own(judge_talk(talk))


def from_side(talk: Talk, side: int) -> Talk:
    talk.packets = [packet for packet in talk.packets if packet.source == talk.ends[side]]
    return talk


@pytest.mark.parametrize(("side", "direction"), [(0, "from requestor to acceptor"), (1, "from acceptor to requestor")])
def test_one_direction(side: int, direction: str) -> None:
    finding = only(from_side(healthy(), side), "capture.one-direction")
    assert finding.values["direction"] == direction and f"only the traffic {direction} was captured" in said(finding)


def test_a_silent_server_was_captured() -> None:
    talk = Talk().open().client(associate_rq()).close()
    assert "capture.one-direction" not in own(judge_talk(talk))
    lonely = Talk().send(0, flags=SYN).send(0, associate_rq())
    assert "capture.one-direction" not in own(judge_talk(lonely)), "nothing shows that there was an answer"


def test_the_middle_of_a_message_shows_no_second_direction() -> None:
    """Acknowledgements without data are not remembered, so silence proves nothing while one request is under way."""
    talk = Talk().client(p_data(pdv(1, 3, echo_rq())), *[p_data(pdv(1, 0, bytes(100)))] * 3, segment=90)
    assert "capture.one-direction" not in own(judge_talk(talk))


def test_duplicate_frames() -> None:
    talk = healthy()
    talk.packets = [each for packet in talk.packets for each in (packet, replace(packet, time=packet.time + 1000))]
    finding = only(talk, "capture.duplicate-frames")
    assert finding.severity == "note" and finding.count == 6 and finding.evidence[0].frame == 8
    assert said(finding) == "6 frames are copies of earlier ones; the first is frame 8."


def test_what_is_sent_again_is_no_duplicate() -> None:
    talk = transfer(*range(3, 13))
    assert "capture.duplicate-frames" not in own(judge_talk(talk))


# Security


def identity(kind: int, primary: bytes = b"alice", secondary: bytes = b"") -> bytes:
    body = bytes((kind, 0)) + struct.pack("!H", len(primary)) + primary + struct.pack("!H", len(secondary)) + secondary
    return associate_rq(user=user_information(16384, item(0x58, body)))


def session(request: bytes, answer: bytes | None = None, number: int = 0, client: str = "10.0.0.1") -> Talk:
    talk = Talk((client, 40000 + number), time=(1 + number) * SECOND).open().client(request)
    if answer is not None:
        return talk.server(answer).close()
    return talk.server(associate_ac()).client(RELEASE_RQ).server(RELEASE_RP).close()


def test_cleartext_credentials_whose_reserved_byte_is_not_zero() -> None:
    request = identity(2, b"alice", b"geheim").replace(b"\x58\x00", b"\x58\x01")
    only(session(request), "security.cleartext-credentials")


@pytest.mark.parametrize("kind", [2, 3, 4, 5])
def test_cleartext_credentials(kind: int) -> None:
    request = identity(kind, b"alice", b"geheim" if kind == 2 else b"")
    finding = only(session(request), "security.cleartext-credentials")
    at = request.index(b"\x58\x00")
    evidence = finding.evidence[0]
    assert (evidence.frame, evidence.sender, evidence.stream_offset) == (4, "requestor", at)
    assert evidence.length == len(request) - at
    text = said(finding)
    assert text.startswith("ECHOSCU at 10.0.0.1:40000 sent credentials to 10.0.0.2:11112 without TLS: user identity")
    assert f"type {kind} (" in text
    assert "geheim" not in text and "alice" not in repr(finding.values) and "geheim" not in repr(finding.values)


def test_a_mere_user_name_is_no_secret() -> None:
    assert not own(judge_talk(session(identity(1))))
    assert not own(judge_talk(session(identity(2)))), "an empty passcode"
    assert not own(judge_talk(session(identity(9)))), "an unknown type"
    assert not own(judge_talk(session(associate_rq(calling=b"X\x00Y"))))


def test_credentials_are_told_once_per_client_and_server() -> None:
    talks = [session(identity(2, b"alice", b"geheim"), number=number) for number in range(4)]
    talks.append(session(identity(2, b"bob", b"geheim"), number=9, client="10.0.0.5"))
    found = [each for each in judge_talk(together(*talks)) if each.code == "security.cleartext-credentials"]
    assert [(each.association, each.client) for each in found] == [(1, "10.0.0.1:40000"), (5, "10.0.0.5:40009")]


def test_each_kind_of_credentials_is_told() -> None:
    """A passcode that was told does not hide a ticket or a token between the same two hosts."""
    kinds = (2, 3, 2, 4, 3, 5)
    talks = [session(identity(kind, b"alice", b"geheim"), number=number) for number, kind in enumerate(kinds)]
    found = [each for each in judge_talk(together(*talks)) if each.code == "security.cleartext-credentials"]
    assert [(each.association, each.values["value"]) for each in found] == [(1, 2), (2, 3), (4, 4), (6, 5)]
    recorded = judge_file(CAPTURES / "user-identity.pcap")
    assert [each.association for each in recorded if each.code == "security.cleartext-credentials"] == [2, 3, 4]


def test_cleartext_data() -> None:
    findings = [each for each in judge_file(CAPTURES / "store-variety.pcap") if each.code == "security.cleartext-data"]
    assert len(findings) == 1 and findings[0].severity == "note" and findings[0].count == 1
    assert said(findings[0]) == (
        "Data sets travelled without TLS, first between 127.0.0.1:42257 and 127.0.0.1:11112 (associations: 1)."
    )
    assert findings[0].evidence[0].frame is not None and findings[0].evidence[0].sender == "requestor"


def test_a_c_echo_holds_no_data() -> None:
    assert "security.cleartext-data" not in {each.code for each in judge_talk(healthy())}


def guesses(count: int, answer: bytes | None = None, same: int = 1, calling: bool = False) -> list[Talk]:
    """Associations with one title after another."""
    names = [f"PACS{number // same}".encode() for number in range(count)]
    requests = [associate_rq(calling=name) if calling else associate_rq(called=name) for name in names]
    return [session(request, answer or associate_rj(), number) for number, request in enumerate(requests)]


@pytest.mark.parametrize("calling", [False, True])
def test_ae_title_guessing(calling: bool) -> None:
    finding = own(judge_talk(together(*guesses(6, calling=calling))))["security.ae-title-guessing"]
    assert (finding.severity, finding.count, finding.server) == ("warning", 6, "10.0.0.2:11112")
    assert [each.frame for each in finding.evidence][:2] == [4, 14]
    assert said(finding) == (
        "10.0.0.1 tried 6 different AE titles at 10.0.0.2:11112 within 5 s: 'PACS0', 'PACS1', 'PACS2', 'PACS3', "
        "'PACS4', 'PACS5'."
    )


def test_ae_title_guessing_that_is_let_in() -> None:
    talk = together(*guesses(7), session(associate_rq(called=b"OPEN"), None, 8))
    finding = own(judge_talk(talk))["security.ae-title-guessing"]
    assert "and was let in with 'OPEN'" in said(finding)


def test_what_is_no_guessing() -> None:
    def found(*talks: Talk) -> bool:
        return "security.ae-title-guessing" in own(judge_talk(together(*talks)))

    assert not found(*guesses(4)), "too few"
    assert not found(*guesses(20, same=10)), "the same titles again and again"
    assert not found(*[session(associate_rq(called=f"P{n}".encode()), None, n) for n in range(9)]), "all accepted"
    assert not found(*guesses(6, associate_rj(2, 3, 1))), "congestion is not about titles"
    slow = [wait_all(talk, 3600 * SECOND * number) for number, talk in enumerate(guesses(6))]
    assert not found(*slow), "over hours"


def wait_all(talk: Talk, nanoseconds: int) -> Talk:
    talk.packets = [replace(packet, time=packet.time + nanoseconds) for packet in talk.packets]
    return talk


# What the streams keep for it


def test_first_bytes_are_kept_of_dicom_ports_only() -> None:
    for port, kept in ((11112, 512), (445, 12)):
        streams = Streams()
        talk = Talk(server=("10.0.0.2", port)).open().client(b"GET " + bytes(range(256)) * 8, segment=100)
        for batch in talk.batches():
            deque(streams.feed(batch), maxlen=0)
        stream = next(each for each in streams.flows.values() if each.from_client)
        assert len(stream.first_bytes) == kept
        assert (b"GET " + bytes(range(256)) * 8).startswith(stream.first_bytes)


def test_packets_of_both_directions_make_the_file() -> None:
    packets: list[Packet] = healthy().packets
    assert pcap(packets).startswith(b"\xd4\xc3\xb2\xa1")
