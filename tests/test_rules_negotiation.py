"""Rules on PDUs and items, on the negotiation, on states and on how an association ended: each with a near miss."""

from __future__ import annotations

import struct
from dataclasses import replace
from pathlib import Path

import pytest

from dissector.rules import Finding
from dissector.views.findings import detail

from .judging import judge_file, judge_talk
from .transcript import (
    IMPLICIT_LITTLE, RELEASE_RP, RELEASE_RQ, VERIFICATION, Talk, abort, answered, associate_ac,
    associate_rj, associate_rq, command, echo_rq, echo_rsp, item, p_data, pdu, pdv, proposed, uid, us, user_information,
)  # fmt: skip

CORPUS = Path(__file__).resolve().parent.parent.parent / "shared" / "corpus"
SECOND = 1_000_000_000
CT, EXPLICIT_LITTLE = b"1.2.840.10008.5.1.4.1.1.2", b"1.2.840.10008.1.2.1"
ECHO = p_data(pdv(1, 3, echo_rq()))
ECHO_DONE = p_data(pdv(1, 3, echo_rsp()))
STORE = command(uid(2, CT), us(0x100, 1), us(0x110, 7), us(0x700, 0), us(0x800, 0), uid(0x1000, b"1.2.3"))

MINE = {
    "item.length-wrong", "item.unexpected", "item.unknown", "item.missing", "item.repeated", "pdu.unknown-type",
    "pdu.length-wrong", "pdu.exceeds-maximum-length", "pdu.resynchronised", "association.context-id-even",
    "association.ae-title-blank", "association.ae-title-malformed", "association.uid-malformed",
    "association.no-context-accepted", "association.context-refused", "association.context-id-repeated",
    "association.context-unanswered", "association.context-not-proposed", "association.transfer-syntax-not-proposed",
    "association.transfer-syntax-repeated", "association.protocol-version", "association.application-context",
    "association.scanner", "association.rejected", "association.aborted", "association.no-answer",
    "association.unfinished", "association.release-collision", "association.state", "transport.reset",
    "transport.closed-without-release",
}  # fmt: skip


def mine(findings: list[Finding]) -> list[Finding]:
    """The findings of the rules under test."""
    return [each for each in findings if each.code in MINE]


def of(talk: Talk, code: str) -> list[Finding]:
    """The findings of one code on a conversation."""
    return [each for each in judge_talk(talk) if each.code == code]


def codes(talk: Talk) -> list[str]:
    """The codes of the rules under test that a conversation raises."""
    return [each.code for each in mine(judge_talk(talk))]


def only(talk: Talk, code: str) -> Finding:
    """The one finding of a code; nothing else of these rules may be found."""
    found = mine(judge_talk(talk))
    assert [each.code for each in found] == [code]
    return found[0]


def says(finding: Finding) -> str:
    """The detail; every blank has its value."""
    return finding.kind.details[finding.variant].format_map(finding.values)


def proof(finding: Finding, index: int = 0) -> tuple[int | None, str | None, int | None, int | None]:
    """Frame, sender, stream offset and length of a piece of evidence."""
    evidence = finding.evidence[index]
    return evidence.frame, evidence.sender, evidence.stream_offset, evidence.length


def talk_with(request: bytes | None = None, answer: bytes | None = None) -> Talk:
    """A handshake and a negotiation; the request is in frame 4, the answer in frame 6."""
    return Talk().open().client(request or associate_rq()).server(answer or associate_ac())


def released(talk: Talk) -> Talk:
    """The same, released in good order."""
    return talk.client(RELEASE_RQ).server(RELEASE_RP).close()


def asked(request: bytes) -> Talk:
    """A released association that began with this request."""
    return released(talk_with(request))


def answered_by(answer: bytes, *contexts: bytes) -> Talk:
    """A released association with this answer."""
    return released(talk_with(associate_rq(*contexts), answer))


def waited(talk: Talk, seconds: float) -> Talk:
    """Time passes."""
    talk.time += int(seconds * SECOND)
    return talk


def test_nothing_is_wrong_with_a_healthy_association() -> None:
    assert codes(released(talk_with().client(ECHO).server(ECHO_DONE))) == []


# Items


def test_length_of_an_item_is_wrong() -> None:
    request = bytearray(associate_rq())
    request[101:103] = struct.pack("!H", 9000)
    finding = only(asked(bytes(request)), "item.length-wrong")
    assert proof(finding) == (4, "requestor", 101, 2)
    assert says(finding).startswith("The Presentation Context Item (20H) from the requestor says it has 9000 bytes")


def test_length_of_a_fixed_item_is_wrong() -> None:
    user = item(0x50, item(0x51, bytes(3)) + item(0x52, b"1.2.3.4"))
    finding = only(asked(associate_rq(user=user)), "item.length-wrong")
    assert finding.variant == "problem" and "Maximum Length" in says(finding)


def test_item_in_the_wrong_place() -> None:
    user = user_information(16384, item(0x40, IMPLICIT_LITTLE))
    finding = only(asked(associate_rq(user=user)), "item.unexpected")
    assert says(finding) == (
        "The requestor sent an item of type 40H inside User Information Item (50H), where it may not stand."
    )


def test_unknown_item() -> None:
    finding = only(asked(associate_rq(user=user_information(16384, item(0x99, b"ABCD")))), "item.unknown")
    assert "type 99H inside User Information Item (50H)" in says(finding)
    assert finding.count == 1 and proof(finding)[3] == 8


def test_missing_items_of_one_place_are_one_finding() -> None:
    finding = only(asked(associate_rq(user=item(0x50, b""))), "item.missing")
    assert says(finding) == (
        "The User Information Item (50H) from the requestor lacks what it must hold: "
        "Maximum Length Sub-Item (51H), Implementation Class UID Sub-Item (52H)."
    )


def test_repeated_item() -> None:
    user = user_information(16384, item(0x51, bytes(4)))
    finding = only(asked(associate_rq(user=user)), "item.repeated")
    assert "holds Maximum Length Sub-Item (51H) 2 times" in says(finding)


def test_even_context_id() -> None:
    answer = associate_ac(answered(1), answered(2))
    finding = only(answered_by(answer, proposed(1), proposed(2)), "association.context-id-even")
    assert proof(finding)[3] == 1, "who answers it is not to blame"
    assert says(finding).endswith("ID 2 for Verification SOP Class.")


def test_blank_ae_title() -> None:
    finding = only(asked(associate_rq(calling=b"")), "association.ae-title-blank")
    assert says(finding).startswith("Calling-AE-title is all spaces") and proof(finding) == (4, "requestor", 26, 16)


@pytest.mark.parametrize(
    ("title", "variant", "shown"),
    [
        (b"PACS".ljust(16, b"\0"), "nul", "PACS\\x00"), (b"PACS\0\0\0\0OLDNAME\0", "garbage", "\\x00OLDNAME"),
        (b"M\xfcnchen", "", "M\\xFCnchen"), (b"A\x1b[31m", "", "A\\x1B[31m"), (b"A\\B", "", "A\\x5CB"),
    ],
)  # fmt: skip
def test_malformed_ae_title(title: bytes, variant: str, shown: str) -> None:
    finding = only(asked(associate_rq(called=title)), "association.ae-title-malformed")
    assert finding.variant == variant and proof(finding) == (4, "requestor", 10, 16)
    assert shown in says(finding) and "\0" not in says(finding) and "\x1b" not in says(finding)


def test_malformed_uid() -> None:
    finding = only(asked(associate_rq(proposed(1, VERIFICATION + b"\0"))), "association.uid-malformed")
    assert says(finding) == (
        "The requestor sent a malformed UID as Abstract-syntax-name, '1.2.840.10008.1.1\\x00': it is padded."
    )
    assert proof(finding)[3] == 18


def test_malformed_uids_of_one_side_are_one_finding() -> None:
    padded = IMPLICIT_LITTLE + b"\0"
    request = associate_rq(proposed(1, VERIFICATION + b" ", padded))
    finding = only(released(talk_with(request, associate_ac(answered(1, 0, padded)))), "association.uid-malformed")
    assert finding.count == 2 and finding.variant == "several", (
        "a UID given back as it came is no fault of the acceptor"
    )
    assert says(finding).startswith("The requestor sent 2 malformed UIDs; the first is Abstract-syntax-name")


# PDUs


def test_truncated_request() -> None:
    request = pdu(1, associate_rq()[6:26])
    found = of(Talk().open().client(request).server(associate_rj(1, 2, 1)).close(), "pdu.length-wrong")
    assert len(found) == 1 and proof(found[0])[:2] == (4, "requestor")
    assert "In A-ASSOCIATE-RQ from the requestor: ends inside Calling-AE-title" in says(found[0])


def test_length_of_a_short_pdu() -> None:
    found = of(talk_with().client(pdu(5, bytes(6))).server(RELEASE_RP).close(), "pdu.length-wrong")
    assert len(found) == 1 and says(found[0]).startswith("In A-RELEASE-RQ from the requestor")


def test_pdu_reaches_into_the_next_one() -> None:
    long = bytearray(ECHO)
    long[2:6] = struct.pack("!I", len(ECHO) - 6 + 40)
    talk = released(talk_with().client(bytes(long)).client(ECHO, ECHO).server(ECHO_DONE, ECHO_DONE))
    found = of(talk, "pdu.length-wrong")
    assert [each.values["value"] - each.values["expected"] for each in found] == [40]
    assert proof(found[0]) == (8, "requestor", len(associate_rq()) + 2, 4)


def test_pdu_ends_inside_its_value() -> None:
    short = bytearray(ECHO)
    short[2:6] = struct.pack("!I", len(ECHO) - 6 - 10)
    talk = released(talk_with().client(bytes(short)).client(ECHO, ECHO).server(ECHO_DONE, ECHO_DONE))
    found = {each.code: each for each in mine(judge_talk(talk))}
    assert set(found) == {"pdu.length-wrong", "pdu.resynchronised"}, "no PDU of unknown type: it has a cause"
    assert found["pdu.length-wrong"].values["expected"] - found["pdu.length-wrong"].values["value"] == 10
    assert says(found["pdu.resynchronised"]).startswith("10 bytes from the requestor were skipped; reading resumed at")


def test_absurd_length() -> None:
    talk = talk_with().client(struct.pack("!BBI", 5, 0, 0x7FFFFFFF) + bytes(30)).close()
    finding = of(talk, "pdu.length-wrong")[0]
    assert finding.variant == "absurd" and "A-RELEASE-RQ" in says(finding) and "2147483647" in says(finding)


def test_unknown_pdu() -> None:
    finding = only(released(talk_with().client(pdu(8, b"ABCD"))), "pdu.unknown-type")
    assert says(finding) == "The requestor sent a PDU of type 08H in frame 8; only 01H to 07H exist."
    assert proof(finding) == (8, "requestor", len(associate_rq()), 1)


@pytest.mark.parametrize(("said", "words"), [
    (b"HTTP/1.1 400 Bad Request\r\n\r\n", "HTTP, not like DICOM. Taken for a PDU it has type 48H and"),
    (b"\x15\x03\x01\0\2\2\x46", "TLS, not like DICOM. Taken for a PDU it has type 15H and PDU-length 16777730;"),
    (b"SSH-2.0-OpenSSH_9.6\r\n", "SSH, not like DICOM"),
])  # fmt: skip
def test_a_server_of_another_protocol(said: bytes, words: str) -> None:
    finding = only(talk_with(None, said).close(), "pdu.unknown-type")
    assert f"What the acceptor sent in frame 6 looks like {words}" in says(finding)


def test_start_in_the_middle_is_no_resynchronisation() -> None:
    talk = Talk().client(bytes(500) + ECHO + ECHO + ECHO + RELEASE_RQ).server(ECHO_DONE * 3 + RELEASE_RP).close()
    assert "pdu.resynchronised" not in codes(talk)


@pytest.mark.parametrize("limit", [0, len(ECHO) - 6, 16384])
def test_maximum_length_is_kept(limit: int) -> None:
    answer = associate_ac(user=user_information(limit))
    assert codes(released(talk_with(None, answer).client(ECHO).server(ECHO_DONE))) == []


def test_maximum_length_is_exceeded() -> None:
    answer = associate_ac(user=user_information(64))
    finding = only(
        released(talk_with(None, answer).client(ECHO, ECHO).server(ECHO_DONE * 2)), "pdu.exceeds-maximum-length"
    )
    assert finding.count == 2 and proof(finding) == (8, "requestor", len(associate_rq()) + 2, 4)
    assert f"of up to {len(ECHO) - 6} bytes, but the other side takes at most 64 (too long: 2; first in frame 8)" in (
        says(finding)
    )


def test_maximum_length_holds_in_the_other_direction() -> None:
    request = associate_rq(user=user_information(64))
    finding = only(released(talk_with(request).client(ECHO).server(ECHO_DONE)), "pdu.exceeds-maximum-length")
    assert says(finding).startswith("The acceptor sent")


# Negotiation

TWO = (proposed(1), proposed(3, CT, EXPLICIT_LITTLE))


def test_no_context_accepted() -> None:
    answer = associate_ac(answered(1, 3), answered(3, 4))
    finding = only(answered_by(answer, *TWO), "association.no-context-accepted")
    assert "Verification SOP Class (result 3), CT Image Storage (result 4)" in says(finding)
    assert proof(finding)[:2] == (6, "acceptor") and finding.count == 2


def test_some_contexts_refused() -> None:
    answer = associate_ac(answered(1), answered(3, 3), answered(5, 3), answered(7, 4))
    contexts = (*TWO, proposed(5, CT), proposed(7, CT))
    found = mine(judge_talk(answered_by(answer, *contexts)))
    assert [(each.variant, each.count) for each in found] == [("abstract-syntax", 2), ("transfer-syntaxes", 1)]
    assert "SOP classes of 2 of 4 presentation contexts (result 3): CT Image Storage." in says(found[0])
    assert all(each.code == "association.context-refused" for each in found) and len(found[0].evidence) == 2


def test_context_id_used_twice() -> None:
    contexts = (proposed(1), proposed(1, CT, EXPLICIT_LITTLE), proposed(3))
    answer = associate_ac(answered(1), answered(1, 0, EXPLICIT_LITTLE), answered(3))
    finding = only(answered_by(answer, *contexts), "association.context-id-repeated")
    assert finding.count == 2 == len(finding.evidence) and proof(finding)[1] == "requestor"
    assert says(finding).endswith("ID 1 2 times: Verification SOP Class, CT Image Storage.")


def test_context_without_an_answer() -> None:
    finding = only(answered_by(associate_ac(answered(1)), *TWO), "association.context-unanswered")
    assert says(finding).endswith("left 1 of 2 presentation contexts unanswered: CT Image Storage.")
    assert proof(finding)[:2] == (4, "requestor")


def test_context_nobody_proposed() -> None:
    finding = only(answered_by(associate_ac(answered(1), answered(9))), "association.context-not-proposed")
    assert says(finding).endswith("not proposed: 9.") and proof(finding)[:2] == (6, "acceptor")


def test_transfer_syntax_nobody_offered() -> None:
    answer = associate_ac(answered(1), answered(3, 0, IMPLICIT_LITTLE))
    finding = only(answered_by(answer, *TWO), "association.transfer-syntax-not-proposed")
    assert "context 3 (CT Image Storage) in Implicit VR Little Endian" in says(finding)
    assert says(finding).endswith("offered were: Explicit VR Little Endian.")


def test_transfer_syntax_of_a_refused_context_means_nothing() -> None:
    answer = associate_ac(answered(1), answered(3, 4, b"1.2.3"))
    assert codes(answered_by(answer, *TWO)) == ["association.context-refused"]


def test_transfer_syntax_offered_twice() -> None:
    twice = proposed(1, VERIFICATION, IMPLICIT_LITTLE, IMPLICIT_LITTLE)
    finding = only(asked(associate_rq(twice)), "association.transfer-syntax-repeated")
    assert says(finding).endswith("more than once in presentation context 1 (Verification SOP Class).")
    both = associate_rq(twice, proposed(3, CT, IMPLICIT_LITTLE, IMPLICIT_LITTLE))
    finding = only(released(talk_with(both, associate_ac(answered(1), answered(3)))),
                   "association.transfer-syntax-repeated")  # fmt: skip
    assert finding.variant == "several" and "in 2 presentation contexts" in says(finding)


@pytest.mark.parametrize(("version", "variant"), [(3, ""), (2, "bit-0"), (0, "bit-0")])
def test_protocol_version(version: int, variant: str) -> None:
    finding = only(asked(associate_rq(version=version)), "association.protocol-version")
    assert finding.variant == variant and f"{version:04X}H" in says(finding)
    assert proof(finding) == (4, "requestor", 6, 2)


def test_application_context() -> None:
    other = associate_rq().replace(b"1.2.840.10008.3.1.1.1", b"1.2.840.10008.3.1.1.9")
    finding = only(asked(other), "association.application-context")
    assert "'1.2.840.10008.3.1.1.9'; it should be 1.2.840.10008.3.1.1.1" in says(finding)
    assert proof(finding) == (4, "requestor", 74, 25)


def nmap_request(reserved: bytes) -> bytes:
    """What nselib/dicom.lua of Nmap sends; echoscu of DCMTK 3.6.2 but for the reserved bytes."""
    user = item(0x50, item(0x51, struct.pack("!I", 0x4000)) + item(0x52, b"1.2.276.0.7230010.3.0.3.6.2")
                + item(0x55, b"OFFIS_DCMTK_362"))  # fmt: skip
    request = bytearray(associate_rq(user=user))
    request[42:74] = reserved
    return bytes(request)


def test_scanner() -> None:
    finding = only(asked(nmap_request(b"0" + bytes(31))), "association.scanner")
    assert "looks like that of Nmap" in says(finding) and proof(finding) == (4, "requestor", 42, 32)
    assert codes(asked(nmap_request(bytes(32)))) == [], "an honest echoscu"


# How it ended


@pytest.mark.parametrize(
    ("reject", "variant", "words"),
    [
        ((1, 1, 7), "called", "does not know the called AE title 'ANY-SCP'"),
        ((1, 1, 3), "calling", "the calling AE title 'ECHOSCU'"),
        ((1, 1, 2), "application-context", "'1.2.840.10008.3.1.1.1'"), ((1, 2, 2), "protocol-version", "0001H"),
        ((2, 3, 1), "congestion", "rejected for the moment by the service provider (presentation), reason 1"),
        ((2, 3, 2), "limit", "a limit of its own"), ((1, 1, 1), "no-reason", "gave no reason"),
        ((9, 8, 7), "", "undefined (9) by undefined (8), reason 7"),
    ],
)  # fmt: skip
def test_rejected(reject: tuple[int, int, int], variant: str, words: str) -> None:
    finding = only(Talk().open().client(associate_rq()).server(associate_rj(*reject)).close(), "association.rejected")
    assert finding.variant == variant and words in says(finding) and proof(finding) == (6, "acceptor", 7, 3)


def test_rejected_because_of_the_identity() -> None:
    identity = item(0x58, b"\2\0" + struct.pack("!H", 4) + b"USER" + struct.pack("!H", 6) + b"SECRET")
    request = associate_rq(user=user_information(16384, identity))
    finding = only(Talk().open().client(request).server(associate_rj(1, 2, 1)).close(), "association.rejected")
    assert finding.variant == "identity" and "of type 2" in says(finding) and "SECRET" not in str(finding.values)


@pytest.mark.parametrize(
    ("source", "reason", "variant", "words"),
    [(0, 0, "user", "The application of the acceptor"), (2, 1, "provider", "unrecognized-PDU (source 2, reason 1)"),
     (1, 0, "", "reserved")],
)  # fmt: skip
def test_aborted(source: int, reason: int, variant: str, words: str) -> None:
    finding = only(talk_with().client(ECHO).server(abort(source, reason)).close(), "association.aborted")
    assert finding.variant == variant and words in says(finding)
    assert proof(finding)[1:] == ("acceptor", len(associate_ac()) + 8, 2)
    assert finding.values["before"] == "C-ECHO-RQ 1, from requestor to acceptor"
    assert finding.consequences == ["C-ECHO-RQ 1"] or not finding.consequences


def test_aborted_after_waiting() -> None:
    finding = only(waited(talk_with().client(ECHO), 30).client(abort()).close(), "association.aborted")
    assert finding.variant == "timeout" and "after 30 s without an answer to C-ECHO-RQ 1" in says(finding)


@pytest.mark.parametrize(("seconds", "timer"), [(28, None), (30, 30), (31, 30), (33, None), (60, 60)])
def test_the_length_of_a_usual_timer_is_said_as_likely(seconds: float, timer: int | None) -> None:
    for talk in (
        waited(Talk().open().client(associate_rq()), seconds).close(), waited(talk_with(), seconds).close(),
        waited(talk_with(), seconds).client(abort()).close(), waited(talk_with(), seconds).reset(),
    ):
        (finding,) = mine(judge_talk(talk))
        assert finding.values.get("timer") == timer
        assert ("has probably run out" in detail(finding)) is (timer is not None)


def test_no_answer() -> None:
    finding = only(waited(Talk().open().client(associate_rq()), 5).close(), "association.no-answer")
    assert "after 5 s the requestor ended it (closed)" in says(finding) and proof(finding)[:3] == (4, "requestor", 0)
    assert codes(waited(Talk().open().client(associate_rq()), 5).client(abort()).close()) == ["association.no-answer"]
    assert codes(waited(Talk().open().client(associate_rq()), 5).reset()) == ["association.no-answer"]


def test_no_answer_while_the_capture_lasts() -> None:
    talk = waited(Talk().open().client(associate_rq()), 60).send(1)
    assert only(talk, "association.no-answer").variant == "open"
    assert codes(Talk().open().client(associate_rq())) == [], "the capture ends too early to tell"


def test_answer_that_was_not_captured_is_an_answer() -> None:
    talk = released(talk_with())
    talk.packets = [each for each in talk.packets if each.source[1] == 40000]
    assert codes(talk) == []


def test_reset() -> None:
    finding = only(waited(talk_with().client(ECHO).server(ECHO_DONE), 1).reset(1), "transport.reset")
    assert says(finding).startswith("The acceptor reset the connection") and "1 s after the last PDU" in says(finding)
    assert finding.evidence[0].frame == 12 and finding.values["before"] == "C-ECHO-RSP 1, from acceptor to requestor"
    idle = only(waited(talk_with().client(ECHO).server(ECHO_DONE), 60).reset(), "transport.reset")
    assert idle.variant == "idle" and "after 60 s of silence" in says(idle)
    assert codes(talk_with().client(RELEASE_RQ).server(RELEASE_RP).reset()) == []


def test_closed() -> None:
    finding = only(talk_with().client(ECHO).server(ECHO_DONE).close(), "transport.closed-without-release")
    assert says(finding).startswith("The requestor closed the connection") and finding.variant == ""
    idle = only(waited(talk_with().client(ECHO).server(ECHO_DONE), 30).close(), "transport.closed-without-release")
    assert idle.variant == "idle" and "a timeout is likely" in says(idle)
    assert codes(talk_with().client(ECHO).server(ECHO_DONE)) == [], "still open"


def test_released_in_the_middle_of_a_message() -> None:
    contexts = associate_rq(proposed(1, CT))
    talk = talk_with(contexts).client(p_data(pdv(1, 3, STORE)), p_data(pdv(1, 0, bytes(100))))
    finding = only(released(talk), "association.unfinished")
    assert says(finding).endswith("(released) before this was finished: C-STORE-RQ 7 (requestor).")
    assert finding.values["all_names"] == ["C-STORE-RQ 7"]


def test_request_without_a_response_is_another_finding() -> None:
    assert codes(released(talk_with().client(ECHO))) == []


def test_release_collision() -> None:
    talk = talk_with().client(RELEASE_RQ).server(RELEASE_RQ).client(RELEASE_RP).server(RELEASE_RP).close()
    finding = only(talk, "association.release-collision")
    assert finding.count == 1 and [proof(finding, each)[1] for each in (0, 1)] == ["requestor", "acceptor"]
    assert says(finding).endswith("outcome: released.")


# States


def test_second_request_inside_an_association() -> None:
    found = of(talk_with().client(associate_rq()).server(abort(2, 2)).close(), "association.state")
    assert [each.variant for each in found] == [""] and proof(found[0])[:3] == (8, "requestor", len(associate_rq()))
    assert "sent A-ASSOCIATE-RQ in state Sta6" in says(found[0]) and "Sta6: AA-8" in says(found[0])


def test_data_before_the_answer() -> None:
    talk = Talk().open().client(associate_rq()).client(ECHO).server(associate_ac()).server(ECHO_DONE)
    finding = only(released(talk), "association.state")
    assert "sent P-DATA-TF in state Sta5" in says(finding)


def test_data_after_the_end() -> None:
    talk = talk_with().client(RELEASE_RQ).server(RELEASE_RP).client(ECHO).close()
    finding = only(talk, "association.state")
    assert finding.variant == "after-end" and proof(finding)[:2] == (12, "requestor")
    assert says(finding) == "The requestor sent P-DATA-TF in frame 12 after the association had ended."


def test_data_after_asking_for_release() -> None:
    finding = only(talk_with().client(RELEASE_RQ).client(ECHO).server(RELEASE_RP).close(), "association.state")
    assert "in state Sta7" in says(finding)


def test_crossing_is_allowed() -> None:
    talk = talk_with().client(ECHO).client(RELEASE_RQ).server(ECHO_DONE).server(RELEASE_RP).close()
    assert "association.state" not in codes(talk)
    talk = talk_with().client(ECHO).client(abort()).server(ECHO_DONE).close()
    assert "association.state" not in codes(talk)


def test_release_answered_without_being_asked() -> None:
    """It releases nothing: the connection is closed without a release."""
    found = {each.code: each for each in mine(judge_talk(talk_with().server(RELEASE_RP).close()))}
    assert set(found) == {"association.state", "transport.closed-without-release"}
    assert "The acceptor sent A-RELEASE-RP in state Sta6" in says(found["association.state"])


@pytest.mark.parametrize(("out_of_place", "who"), [
    # It rejects its own request, and releases what is not there.
    (Talk().open().client(associate_rq()).client(associate_rj()).server(abort(2, 2)), "requestor"),
    (Talk().open().client(associate_rq()).client(RELEASE_RP).server(abort(2, 2)), "requestor"),
    (talk_with().server(associate_rj()).client(abort(2, 2)), "acceptor"),  # after it has accepted
    (talk_with().server(RELEASE_RP).client(abort(2, 2)), "acceptor"),
])  # fmt: skip
def test_what_may_not_stand_there_ends_nothing(out_of_place: Talk, who: str) -> None:
    """PS3.8 Table 9-10, Evt4 and Evt13: the A-ABORT that has to answer it ends the association. pynetdicom's own tests
    send all of these."""
    found = {each.code: each for each in mine(judge_talk(out_of_place.close()))}
    assert set(found) == {"association.state", "association.aborted"}
    assert says(found["association.state"]).startswith(f"The {who} sent ")
    other = "acceptor" if who == "requestor" else "requestor"
    assert f"of the {other} aborted" in says(found["association.aborted"])


def test_missing_answer_is_no_violation() -> None:
    talk = released(talk_with().client(ECHO).server(ECHO_DONE))
    del talk.packets[5]
    assert "association.state" not in codes(talk)


# The corpus


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not beside this repository")
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("abort_by_provider", {"association.aborted", "pdu.unknown-type", "association.state"}),
        ("hard_unknown_pdu", {"association.aborted", "pdu.unknown-type"}), ("one_direction_rq", set()),
        ("release_collision", {"association.release-collision"}), ("mid_no_assoc", set()),
        ("planted_release_collision", {"association.release-collision"}), ("two_interleaved", set()),
        ("planted_pdata_over_max", {"pdu.exceeds-maximum-length"}), ("rj_all_codes", {"association.rejected"}),
        ("planted_ctx_rejected", {"association.no-context-accepted"}), ("port_reuse_same_4tuple", set()),
        ("mal_assoc_no_answer", {"association.no-answer"}), ("gap_one_segment", set()), ("out_of_order", set()),
        ("rst_mid_data", {"transport.reset"}), ("get_roles", set()), ("impaired_harsh_tx", set()),
    ],
)  # fmt: skip
def test_corpus(name: str, expected: set[str]) -> None:
    found = mine(judge_file(CORPUS / f"{name}.pcap"))
    assert {each.code for each in found} == expected
    for each in found:
        assert "{" not in says(each)


def test_a_context_refused_beside_one_accepted_for_the_same_sop_class_is_not_told() -> None:
    talk = Talk().open().client(associate_rq(proposed(1), proposed(3, VERIFICATION, b"1.2.840.10008.1.2.1")))
    talk.server(associate_ac(answered(1), answered(3, 4))).client(RELEASE_RQ).server(RELEASE_RP).close()
    assert "association.context-refused" not in {finding.code for finding in judge_talk(talk)}


ECHO_FAILED = ECHO_DONE.replace(us(0x900, 0), us(0x900, 0x0110))
WORKLIST, FIND = b"1.2.840.10008.5.1.4.31", b"1.2.840.10008.5.1.4.1.2.2.1"


def echoed(*contexts: bytes, port: int = 40000, done: bytes = ECHO_DONE) -> Talk:
    """A C-ECHO on the first context; the others are refused for their abstract syntax."""
    refused = [answered(1 + 2 * number, 3) for number in range(1, len(contexts))]
    talk = Talk(("10.0.0.1", port)).open().client(associate_rq(*contexts)).server(associate_ac(answered(1), *refused))
    return released(talk.client(ECHO).server(done))


def test_models_refused_to_a_query_client_that_did_its_work_are_not_told() -> None:
    assert not of(echoed(proposed(1), proposed(3, FIND), proposed(5, WORKLIST)), "association.context-refused")


@pytest.mark.parametrize("talk", [
    echoed(proposed(1), proposed(3, WORKLIST), proposed(5, CT)),
    echoed(proposed(1), proposed(3, b"1.2.840.10008.3.1.2.3.3")),
    answered_by(associate_ac(answered(1), answered(3, 3)), proposed(1), proposed(3, WORKLIST)),
    echoed(proposed(1), proposed(3, WORKLIST), done=ECHO_FAILED),
], ids=["images", "performed step", "nothing done", "nothing succeeded"])  # fmt: skip
def test_a_refusal_that_may_matter_is_told(talk: Talk) -> None:
    (finding,) = of(talk, "association.context-refused")
    assert finding.count == finding.values["count"] > 0


def test_the_same_refusal_is_told_once_for_two_hosts() -> None:
    talks = [echoed(proposed(1), proposed(3, CT), port=40000 + number) for number in range(3)]
    talks.append(echoed(proposed(1), proposed(3, b"1.2.840.10008.5.1.4.1.1.4"), port=40010))
    every = Talk()
    for number, talk in enumerate(talks):
        every.packets += [replace(packet, time=packet.time + number * SECOND) for packet in talk.packets]
    assert [each.association for each in of(every, "association.context-refused")] == [1, 4]
