"""Rules about messages, data sets and time: each with a conversation that raises it and a near miss that does not."""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from dataclasses import replace
from string import Formatter

import pytest

from dissector.rules import Finding
from dissector.views.findings import detail

from .judging import judge_talk
from .transcript import (
    RELEASE_RP, RELEASE_RQ, Talk, abort, answered, associate_ac, associate_rq, command, echo_rq, echo_rsp, element,
    item, p_data, pdu, pdv, proposed, uid, us, user_information,
)  # fmt: skip

CT, MR = b"1.2.840.10008.5.1.4.1.1.2", b"1.2.840.10008.5.1.4.1.1.4"
FIND, MOVE, GET = (b"1.2.840.10008.5.1.4.1.2.2." + end for end in (b"1", b"2", b"3"))
COMMITMENT = b"1.2.840.10008.1.20.1"
EXPLICIT, BIG, DEFLATED = (b"1.2.840.10008.1.2." + end for end in (b"1", b"2", b"1.99"))
IMPLICIT, INSTANCE = b"1.2.840.10008.1.2", b"1.2.3.4.5"
MILLISECOND = 1_000_000


def opened(*abstract: bytes, transfer: bytes = IMPLICIT, asking: bytes = b"", granting: bytes = b"") -> Talk:
    """An association with a context for each abstract syntax, 1, 3, 5 ..., all accepted."""
    contexts = [(2 * at + 1, each) for at, each in enumerate(abstract or (b"1.2.840.10008.1.1",))]
    request = associate_rq(*(proposed(number, each, transfer) for number, each in contexts),
                           user=user_information(16384, asking))  # fmt: skip
    answer = associate_ac(*(answered(number, 0, transfer) for number, _ in contexts),
                          user=user_information(16384, granting))  # fmt: skip
    return Talk().open().client(request).server(answer)


def released(talk: Talk) -> Talk:
    return talk.client(RELEASE_RQ).server(RELEASE_RP).close()


def role(sop_class: bytes, scu: int, scp: int) -> bytes:
    """A 54H sub-item."""
    return item(0x54, struct.pack("!H", len(sop_class)) + sop_class + bytes((scu, scp)))


def request(field: int, sop_class: bytes, *more: bytes, message_id: int = 1, data: bool = True) -> bytes:
    return command(uid(2, sop_class), us(0x100, field), us(0x110, message_id), us(0x800, 1 if data else 0x101), *more)


def response(field: int, sop_class: bytes, status: int, *more: bytes, message_id: int = 1, data: bool = False) -> bytes:
    return command(uid(2, sop_class), us(0x100, field | 0x8000), us(0x120, message_id),
                   us(0x800, 1 if data else 0x101), us(0x900, status), *more)  # fmt: skip


def store_rq(message_id: int = 1, sop_class: bytes = CT, instance: bytes = INSTANCE) -> bytes:
    return request(0x01, sop_class, uid(0x1000, instance), message_id=message_id)


def head(sop_class: bytes = CT, instance: bytes = INSTANCE, explicit: bool = False, order: str = "<") -> bytes:
    """The first elements of a data set."""
    out = b""
    for number, value in ((0x16, sop_class), (0x18, instance), (0x20, b"20200101")):
        value += b"\0" * (len(value) % 2)
        if explicit:
            out += struct.pack(order + "HH2sH", 8, number, b"DA" if number == 0x20 else b"UI", len(value)) + value
        else:
            out += struct.pack(order + "HHI", 8, number, len(value)) + value
    return out


def whole(context: int, command_set: bytes, data: bytes | None = None) -> bytes:
    """A message in one PDU."""
    return p_data(pdv(context, 3, command_set), *([] if data is None else [pdv(context, 2, data)]))


def stored(talk: Talk, data: bytes, context: int = 1, said: bytes | None = None) -> Talk:
    talk.client(whole(context, said or store_rq(), data)).server(whole(context, response(0x01, CT, 0)))
    return released(talk)


def found(talk: Talk, code: str) -> list[Finding]:
    """The findings of one code, with every blank of their sentences filled."""
    chosen = [each for each in judge_talk(talk) if each.code == code]
    for each in chosen:
        template = each.kind.details[each.variant]
        blanks = {name for _, name, _, _ in Formatter().parse(template) if name}
        assert blanks <= set(each.values), f"{blanks - set(each.values)} of {code} {each.variant!r}"
        assert "{" not in detail(each) and "None" not in detail(each) and "{" not in detail(each, "zh")
        assert each.evidence
    return chosen


def one(talk: Talk, code: str) -> Finding:
    (finding,) = found(talk, code)
    return finding


def alarms(talk: Talk) -> list[str]:
    """What is not a note."""
    return sorted(each.code for each in judge_talk(talk) if each.severity != "note")


# ---------------------------------------------------------------------------------------------- how they are cut


def test_odd_fragments_of_one_side_are_one_finding() -> None:
    said = echo_rq()
    talk = opened().client(p_data(pdv(1, 1, said[:3])), p_data(pdv(1, 3, said[3:]))).server(whole(1, echo_rsp()))
    finding = one(released(talk), "message.fragment-malformed")
    assert (finding.count, finding.variant) == (2, "several")
    start = len(associate_rq()) + 6
    assert (finding.evidence[0].stream_offset, finding.evidence[0].length) == (start, 9)
    assert "2 message fragments from the requestor are malformed; the first, in frame 8" in detail(finding)
    assert "an odd number of bytes (3)" in detail(finding)


def test_a_value_too_short_for_its_header() -> None:
    talk = opened().client(pdu(4, struct.pack("!I", 1) + b"\1"), whole(1, echo_rq())).server(whole(1, echo_rsp()))
    finding = one(released(talk), "message.fragment-malformed")
    assert (finding.count, finding.evidence[0].length) == (1, 4)
    assert detail(finding).endswith("a presentation data value is too short for its header.")


def test_a_command_set_whose_last_fragment_never_came() -> None:
    talk = opened().client(p_data(pdv(1, 1, echo_rq(1))), whole(1, echo_rq(2))).server(whole(1, echo_rsp(2)))
    finding = one(released(talk), "message.fragment-malformed")
    assert "the command set has no last fragment" in detail(finding) and finding.evidence[0].frame == 8
    assert alarms(talk) == ["message.fragment-malformed"]


def test_fragments_of_two_contexts_mixed() -> None:
    talk = opened(CT, MR).client(p_data(pdv(1, 3, store_rq())), p_data(pdv(3, 3, store_rq(2, MR)), pdv(3, 2, head(MR))))
    talk.client(p_data(pdv(1, 2, head()))).server(whole(3, response(1, MR, 0, message_id=2)))
    assert "a fragment of context 3 came before" in detail(one(released(talk), "message.fragment-malformed"))
    assert not found(talk, "message.command-malformed"), "one cause, one finding"


def test_fragments_in_any_lawful_shape_are_no_finding() -> None:
    said, data = store_rq(), head()
    pieces = pdv(1, 1, said[:20]), pdv(1, 3, said[20:]), pdv(1, 0, data[:10]), pdv(1, 0, data[10:])
    talk = opened(CT).client(p_data(*pieces), p_data(pdv(1, 2, b"")))
    assert alarms(released(talk.server(whole(1, response(1, CT, 0))))) == []


COMMANDS = [
    (echo_rq()[:8] + struct.pack("<I", 99) + echo_rq()[12:], "command", "Command Group Length says 99"),
    (command(us(0x110, 1), us(0x800, 0x101)), "", "no Command Field (0000,0100)"),
    (command(us(0x100, 0x7777), us(0x110, 1), us(0x800, 0x101)), "unknown", "7777H"),
    (echo_rq()[12:], "command", "no Command Group Length (0000,0000)"),
    (echo_rq() + b"\0\0\0\x0a", "command", "4 bytes are left over"),
    (command(us(0x100, 0x30), us(0x110, 1)), "command", "no Command Data Set Type"),
]


@pytest.mark.parametrize(("said", "variant", "words"), COMMANDS, ids=[each[2] for each in COMMANDS])
def test_command_sets_that_are_wrong(said: bytes, variant: str, words: str) -> None:
    finding = one(released(opened().client(whole(1, said)).server(whole(1, echo_rsp()))), "message.command-malformed")
    assert (finding.variant, finding.count, finding.evidence[0].frame) == (variant, 1, 8)
    assert words in detail(finding)


def test_a_data_set_without_a_command_is_said_only_where_nothing_is_missing() -> None:
    stray = p_data(pdv(1, 2, b"data"))
    assert "without a command set" in detail(one(released(opened(CT).client(stray)), "message.command-malformed"))
    middle = Talk()
    middle.client(stray).client(whole(1, echo_rq())).server(whole(1, echo_rsp()))
    assert not found(released(middle), "message.command-malformed")


def test_data_sets_that_never_came_or_came_unannounced() -> None:
    never = opened(CT).client(p_data(pdv(1, 3, store_rq())), whole(1, store_rq(2), head()))
    never.server(whole(1, response(1, CT, 0, message_id=2)))
    finding = one(released(never), "message.data-set-missing")
    assert detail(finding) == "C-STORE-RQ 1 from the requestor announces a data set that never came."
    assert "message.fragment-malformed" not in alarms(never)

    at_the_end = released(opened(CT).client(p_data(pdv(1, 3, store_rq()))))
    assert one(at_the_end, "message.data-set-missing").evidence[0].frame == 8

    stray = opened().client(whole(1, echo_rq(), b"data")).server(whole(1, echo_rsp()))
    finding = one(released(stray), "message.data-set-missing")
    assert finding.variant == "unannounced" and "announces no data set, but one came" in detail(finding)
    assert alarms(stray) == ["message.data-set-missing"]


def test_a_data_set_that_an_abort_cut_off_is_not_called_missing() -> None:
    talk = opened(CT).client(p_data(pdv(1, 3, store_rq()))).server(abort()).close()
    assert not found(talk, "message.data-set-missing")


def test_a_message_that_never_ended() -> None:
    talk = released(opened(CT).client(p_data(pdv(1, 3, store_rq()), pdv(1, 0, head()))))
    finding = one(talk, "message.incomplete")
    assert finding.variant == "" and finding.values["all_names"] == ["C-STORE-RQ 1"]
    assert f"{len(head())} bytes of its data set came" in detail(finding)
    aborted = judge_talk(opened(CT).client(p_data(pdv(1, 3, store_rq()), pdv(1, 0, head()))).server(abort()).close())
    assert "message.incomplete" not in {each.code for each in aborted}, "the abort explains it"
    assert any("C-STORE-RQ 1" in each.consequences for each in aborted)


def test_missing_bytes_are_explained_by_the_gap_and_nothing_else_is_made_of_it() -> None:
    data = head() + bytes(8000)
    talk = opened(CT).client(p_data(pdv(1, 3, store_rq()), pdv(1, 2, data))).server(whole(1, response(1, CT, 0)))
    talk.client(whole(1, store_rq(2), head())).server(whole(1, response(1, CT, 0, message_id=2)))
    released(talk)
    del talk.packets[10]
    told = judge_talk(talk)
    assert {each.code for each in told if each.code.startswith(("message.", "data-set."))} <= {"message.incomplete"}


# ---------------------------------------------------------------------------------------------- what was agreed on


def test_contexts_that_were_not_accepted() -> None:
    refusing = Talk().open().client(associate_rq(proposed(1), proposed(3, CT), proposed(5, MR)))
    refusing.server(associate_ac(answered(1), answered(3, 3)))
    refusing.client(whole(3, store_rq(), head()), whole(3, store_rq(2), head()), whole(99, echo_rq(3)))
    refusing.client(whole(5, store_rq(4, MR), head(MR)))
    refused, strange, unanswered = found(released(refusing), "message.context-not-accepted")
    assert (refused.count, refused.variant, refused.evidence[0].frame) == (2, "refused", 8)
    assert "context 3 (CT Image Storage), which was refused: abstract-syntax-not-supported" in detail(refused)
    assert (strange.variant, strange.values["context"]) == ("not-proposed", 99)
    assert (unanswered.variant, unanswered.values["context"]) == ("", 5)
    assert not found(refusing, "message.no-response"), "a consequence"


def test_contexts_are_not_judged_without_both_sides_of_the_negotiation() -> None:
    talk = Talk().open().client(associate_rq(), whole(99, echo_rq()))
    assert not found(talk.close(), "message.context-not-accepted")


def test_another_sop_class_than_the_context_stands_for() -> None:
    talk = opened(CT).client(whole(1, store_rq(1, MR), head(MR))).server(whole(1, response(1, MR, 0)))
    finding = one(released(talk), "message.sop-class-mismatch")
    assert detail(finding) == ("C-STORE-RQ 1 from the requestor names MR Image Storage, but presentation context 1 "
                               "stands for CT Image Storage.")  # fmt: skip
    assert finding.count == 1, "the response only repeats it"


@pytest.mark.parametrize(("agreed", "named"), [
    (b"1.2.840.10008.5.1.1.9", b"1.2.840.10008.5.1.1.1"),
    (b"1.2.840.10008.5.1.1.18", b"1.2.840.10008.5.1.1.16"),
    (b"1.2.840.10008.5.1.1.9", b"1.2.840.10008.5.1.1.23"),
    (b"1.2.840.10008.5.1.4.34.6.3", b"1.2.840.10008.5.1.4.34.6.1"),
    (b"1.2.840.10008.5.1.4.32", b"1.2.840.10008.5.1.4.32.2"),
    (b"1.2.276.0.1.2.3", b"1.2.276.0.1.2.3.4"),
])  # fmt: skip
def test_what_a_context_carries_is_no_mismatch(agreed: bytes, named: bytes) -> None:
    talk = opened(agreed).client(whole(1, request(0x140, named, data=False)))
    assert alarms(released(talk.server(whole(1, response(0x140, named, 0))))) == []


def got(asking: bytes = b"", granting: bytes = b"") -> Talk:
    """A C-GET with one object."""
    talk = opened(GET, CT, asking=asking, granting=granting).client(whole(1, request(0x10, GET), b"keys"))
    talk.server(whole(3, store_rq(7), head())).client(whole(3, response(1, CT, 0, message_id=7)))
    counters = [us(0x1020 + at, value) for at, value in ((1, 1), (2, 0), (3, 0))]
    return released(talk.server(whole(1, response(0x10, GET, 0, *counters))))


def test_objects_of_a_c_get_need_the_scp_role() -> None:
    finding = one(got(), "association.role-missing")
    assert (finding.variant, finding.values["name"]) == ("", "CT Image Storage")
    assert one(got(role(CT, 0, 1)), "association.role-missing").variant == "not-granted"
    assert one(got(role(CT, 0, 1), role(CT, 0, 0)), "association.role-missing").variant == "not-granted"
    assert alarms(got(role(CT, 0, 1), role(CT, 0, 1))) == []


def test_event_reports_come_from_the_scp() -> None:
    event = request(0x100, COMMITMENT, uid(0x1000, INSTANCE), us(0x1002, 1))
    answer = response(0x100, COMMITMENT, 0)
    assert alarms(released(opened(COMMITMENT).server(whole(1, event, b"data")).client(whole(1, answer)))) == []
    back = {"asking": role(COMMITMENT, 0, 1), "granting": role(COMMITMENT, 0, 1)}
    assert alarms(released(opened(COMMITMENT, **back).client(whole(1, event, b"data")).server(whole(1, answer)))) == []
    finding = one(released(opened(COMMITMENT).client(whole(1, event, b"data")).server(whole(1, answer))),
                  "association.role-missing")  # fmt: skip
    assert finding.values["command"] == "N-EVENT-REPORT-RQ" and finding.values["who"] == "requestor"


# ---------------------------------------------------------------------------------------------- how they are answered


@pytest.mark.parametrize(("status", "variant", "words"), [
    (0xA700, "resources", "no resources left (A700H). The responding side says that it is out of"),
    (0xA900, "mismatch", "lacks something that CT Image Storage requires"),
    (0xC123, "not-understood", "could not read or process the data set"),
    (0x0122, "sop-class", "accepted the presentation context for CT Image Storage"),
    (0x0124, "not-authorised", "allow ECHOSCU this operation"),
    (0x0111, "duplicate", "already has an object with this UID"),
    (0x0110, "", "C-STORE-RQ 1 failed:"),
    (0x9999, "", "not a status code of the standard"),
])  # fmt: skip
def test_failures_by_status(status: int, variant: str, words: str) -> None:
    told = element(0x902, b"disk full ")
    tags = element(0x901, struct.pack("<HH", 0x10, 0x20))
    talk = opened(CT).client(whole(1, store_rq(), head())).server(whole(1, response(1, CT, status, tags, told)))
    finding = one(released(talk), "message.failed")
    assert (finding.variant, finding.count, finding.evidence[0].frame) == (variant, 1, 10)
    assert words in detail(finding) and "The error comment says: 'disk full'." in detail(finding)
    assert "Offending elements: (0010,0020)." in detail(finding)


def test_what_a_peer_wrote_stays_as_it_wrote_it_in_both_languages() -> None:
    talk = opened(CT).client(whole(1, store_rq(), head()))
    talk.server(whole(1, response(1, CT, 0xA700, element(0x902, b"full, at last "))))
    assert "full, at last" in detail(one(released(talk), "message.failed"), "zh")


def test_equal_failures_and_warnings_are_one_finding_each() -> None:
    talk = opened(CT)
    for message_id, status in enumerate((0xA700, 0xB000, 0xA700, 0xB000, 0xC000), 1):
        talk.client(whole(1, store_rq(message_id), head()))
        talk.server(whole(1, response(1, CT, status, message_id=message_id)))
    failed, other = found(released(talk), "message.failed")
    assert (failed.count, failed.variant, other.count) == (2, "repeated", 1)
    assert "2 operations of the kind C-STORE-RQ failed" in detail(failed) and "message ID 1" in detail(failed)
    warned = one(talk, "message.warned")
    assert (warned.count, warned.variant) == (2, "repeated")


@pytest.mark.parametrize("final", [0x0000, 0xFE00])
def test_pending_and_cancelled_is_neither_failed_nor_warned(final: int) -> None:
    talk = opened(FIND).client(whole(1, request(0x20, FIND), b"keys"))
    for status in (0xFF00, 0xFF01):
        talk.server(whole(1, response(0x20, FIND, status, data=True), b"id"))
    assert alarms(released(talk.server(whole(1, response(0x20, FIND, final))))) == []


def moved(status: int, *counters: int, pending: int = 0) -> Talk:
    """A C-MOVE; counters: completed, failed, warning."""
    talk = opened(MOVE).client(whole(1, request(0x21, MOVE, element(0x600, b"DEST")), b"keys"))
    if pending:
        talk.server(whole(1, response(0x21, MOVE, 0xFF00, us(0x1020, 0), us(0x1021, pending))))
    numbers = [us(0x1021 + at, value) for at, value in enumerate(counters)]
    return released(talk.server(whole(1, response(0x21, MOVE, status, *numbers))))


def test_moves() -> None:
    unknown = one(moved(0xA801), "message.move-destination-unknown")
    assert "does not know the move destination 'DEST' of C-MOVE-RQ 1" in detail(unknown)
    assert alarms(moved(0xA801)) == ["message.move-destination-unknown"]

    nothing = one(moved(0, 0, 0, 0), "message.move-without-delivery")
    assert nothing.variant == "" and "C-MOVE-RQ 1 to 'DEST' ended with success and 0 completed" in detail(nothing)
    for talk in (moved(0, 3, 0, 0), moved(0), moved(0, 0, 0, 0, pending=3), moved(0xFE00, 0, 0, 0)):
        assert alarms(talk) == []

    failed = one(moved(0xB000, 7, 2, 1), "message.sub-operations-failed")
    assert detail(failed) == "C-MOVE-RQ 1 to 'DEST': 2 of 10 sub-operations failed (B000H)."
    assert alarms(moved(0xB000, 7, 2, 1)) == ["message.sub-operations-failed"], "not a warning besides"
    assert alarms(moved(0xB000, 7, 0, 1)) == ["message.warned"]
    assert alarms(moved(0xA702, 0, 4, 0)) == ["message.sub-operations-failed"]
    assert alarms(moved(0xC000, 1, 1, 0)) == ["message.sub-operations-failed"], "one cause"
    assert alarms(moved(0xC000, 0, 0, 0)) == ["message.failed"]


def test_counters_of_a_c_get_that_claim_more_than_was_sent() -> None:
    talk = opened(GET).client(whole(1, request(0x10, GET), b"keys"))
    talk.server(whole(1, response(0x10, GET, 0, us(0x1021, 4), us(0x1022, 0), us(0x1023, 1))))
    finding = one(released(talk), "message.sub-operations-failed")
    assert detail(finding) == ("C-GET-RQ 1: the counters of sub-operations do not add up; they say 5, but 0 C-STORE "
                               "were seen.")  # fmt: skip


def test_requests_without_a_response() -> None:
    finding = one(released(opened().client(whole(1, echo_rq()))), "message.no-response")
    assert detail(finding).startswith("C-ECHO-RQ 1 from the requestor was never answered; the association ended")
    assert detail(finding).endswith("ms later (released).") and finding.evidence[0].frame == 8

    several = one(released(opened().client(*(whole(1, echo_rq(each)) for each in range(1, 9)))), "message.no-response")
    assert (several.count, several.variant) == (8, "several")
    assert "C-ECHO-RQ 1, C-ECHO-RQ 2, C-ECHO-RQ 3, C-ECHO-RQ 4, C-ECHO-RQ 5, ...;" in detail(several)

    talk = opened(FIND).client(whole(1, request(0x20, FIND), b"keys"))
    talk.server(*(whole(1, response(0x20, FIND, 0xFF00, data=True), b"id") for _ in range(3)))
    assert "got 3 pending responses, but no final one" in detail(one(released(talk), "message.no-response"))


def test_requests_whose_silence_is_no_finding() -> None:
    aborted = judge_talk(opened().client(whole(1, echo_rq())).server(abort()).close())
    assert "message.no-response" not in {each.code for each in aborted}
    cancelled = opened(FIND).client(whole(1, request(0x20, FIND), b"keys"))
    cancelled.client(whole(1, command(us(0x100, 0xFFF), us(0x120, 1), us(0x800, 0x101))))
    assert not found(released(cancelled), "message.no-response")
    one_way = opened().client(whole(1, echo_rq()), RELEASE_RQ)
    one_way.packets = [each for each in one_way.packets if each.source == one_way.ends[0]]
    assert not found(one_way, "message.no-response")


def test_responses_that_nobody_waits_for() -> None:
    stray = opened().client(whole(1, echo_rq())).server(whole(1, echo_rsp()), whole(1, echo_rsp(9)))
    finding = one(released(stray), "message.response-unexpected")
    assert detail(finding) == "C-ECHO-RSP from the acceptor answers message ID 9, but no request with this ID is open."
    twice = opened().client(whole(1, echo_rq())).server(whole(1, echo_rsp())).server(whole(1, echo_rsp()))
    assert one(released(twice), "message.response-unexpected").variant == "second"
    other = opened(FIND).client(whole(1, request(0x20, FIND), b"keys")).server(whole(1, echo_rsp()))
    other.server(whole(1, response(0x20, FIND, 0)))
    finding = one(released(other), "message.response-unexpected")
    assert finding.variant == "kind" and "the request with this ID is C-FIND-RQ" in detail(finding)


def test_a_refusal_before_the_end_of_the_data_set_is_its_response() -> None:
    talk = opened(CT).client(p_data(pdv(1, 3, store_rq()), pdv(1, 0, head()))).server(whole(1, response(1, CT, 0xA700)))
    assert alarms(released(talk.client(p_data(pdv(1, 2, bytes(10)))))).count("message.failed") == 1
    assert not found(talk, "message.response-unexpected") and not found(talk, "message.no-response")


def test_responses_are_not_called_unexpected_where_requests_were_not_captured() -> None:
    talk = opened().client(whole(1, echo_rq(1))).server(whole(1, echo_rsp(1)))
    talk.client(whole(1, echo_rq(2))).server(whole(1, echo_rsp(2)))
    released(talk)
    middle = Talk()
    middle.packets = talk.packets[9:]
    assert not found(middle, "message.response-unexpected")
    lost = Talk()
    lost.packets = [each for at, each in enumerate(talk.packets) if at != 11]
    assert not found(lost, "message.response-unexpected")


# ---------------------------------------------------------------------------------------------- data sets


def test_data_sets_that_are_another_object_than_their_command_says() -> None:
    first, second = found(stored(opened(CT), head(MR, b"1.2.3.9")), "data-set.identity-mismatch")
    assert detail(first) == (f"SOP Class UID is {MR.decode()} in the data set of C-STORE-RQ 1, but {CT.decode()} in "
                             "its command set.")  # fmt: skip
    assert (second.values["name"], second.values["value"]) == ("SOP Instance UID", "1.2.3.9")


@pytest.mark.parametrize(("transfer", "data"), [
    (IMPLICIT, head()),
    (IMPLICIT, head()[: len(head()) - 16]),
    (IMPLICIT, struct.pack("<HHI", 8, 5, 10) + b"ISO_IR 100" + head()),
    (IMPLICIT, struct.pack("<HHI", 8, 5, 4000) + bytes(4000) + head()),
    (IMPLICIT, struct.pack("<HHI", 8, 8, 4) + b"A\\B " + struct.pack("<HHI", 16, 16, 2) + b"X "),
    (EXPLICIT, head(explicit=True)),
    (BIG, head(explicit=True, order=">")),
    (b"1.2.840.10008.1.2.4.50", head(explicit=True)),
    (b"1.2.276.0.99", b"nobody knows"),
    (DEFLATED, zlib.compress(head(explicit=True) * 20, wbits=-15)),
])  # fmt: skip
def test_data_sets_as_agreed(transfer: bytes, data: bytes) -> None:
    assert alarms(stored(opened(CT, transfer=transfer), data)) == []


@pytest.mark.parametrize(("transfer", "data", "name"), [
    (IMPLICIT, head(explicit=True), "Explicit VR Little Endian"),
    (EXPLICIT, head(), "Implicit VR Little Endian"),
    (EXPLICIT, head(explicit=True, order=">"), "Explicit VR Big Endian"),
    (DEFLATED, head(explicit=True), "Explicit VR Little Endian"),
])  # fmt: skip
def test_data_sets_in_another_transfer_syntax(transfer: bytes, data: bytes, name: str) -> None:
    talk = stored(opened(CT, transfer=transfer), data)
    finding = one(talk, "data-set.transfer-syntax-wrong")
    assert (finding.count, finding.evidence[0].frame, finding.values["context"]) == (1, 8, 1)
    assert f"is in {name}" in detail(finding)
    assert [code for code in alarms(talk) if code.startswith("data-set")] == ["data-set.transfer-syntax-wrong"]


def test_data_sets_that_cannot_be_read() -> None:
    broken = head(explicit=True)[:-16] + b"\xff" * 30
    good = stored(opened(CT, transfer=EXPLICIT), broken)
    assert not found(good, "data-set.malformed"), "what stands behind the SOP Instance UID is not looked at"
    start = b"\x08\0\x05\0CS\x02\0A "
    talk = stored(opened(CT, transfer=EXPLICIT), start + b"\x08\0\x08\0" + b"\xff" * 34)
    finding = one(talk, "data-set.malformed")
    assert "cannot be read as Explicit VR Little Endian from its byte 10 on" in detail(finding)
    assert [code for code in alarms(talk) if code.startswith("data-set")] == ["data-set.malformed"]


def test_data_sets_with_missing_bytes_are_not_judged() -> None:
    talk = stored(opened(CT), struct.pack("<HHI", 8, 5, 1500) + bytes(1500) + head(MR) + bytes(4000))
    del talk.packets[7]
    assert not [code for code in alarms(talk) if code.startswith("data-set")]


def test_pydicom_is_not_loaded_for_healthy_traffic() -> None:
    code = (
        "import sys; from tests.judging import judge_file; judge_file('captures/store-variety.pcap')\n"
        "assert 'pydicom' not in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).returncode == 0


# ---------------------------------------------------------------------------------------------- time


def sent_to(limit: int, size: int) -> Talk:
    """An object sent to a receiver that allows so much."""
    talk = Talk().open().client(associate_rq(proposed(1, CT)))
    talk.server(associate_ac(answered(1), user=user_information(limit)))
    data = head() + bytes(size)
    pieces = [data[at : at + limit - 6] for at in range(0, len(data), limit - 6)]
    pdus = (p_data(pdv(1, 2 if at + 1 == len(pieces) else 0, each)) for at, each in enumerate(pieces))
    talk.client(p_data(pdv(1, 3, store_rq()))).client(*pdus, segment=1460)
    return released(talk.server(whole(1, response(1, CT, 0))))


def test_small_pdus_are_told_of_when_they_cost_something() -> None:
    finding = one(sent_to(4096, 1_000_000), "performance.small-pdu")
    assert finding.count == 1 and finding.values["count"] > 245 and finding.values["limit"] == 4096
    assert "The acceptor takes PDUs of at most 4096 bytes" in detail(finding)
    assert "0.29 % of overhead" in detail(finding)
    assert not found(sent_to(4096, 500_000), "performance.small-pdu")
    assert not found(sent_to(16382, 1_000_000), "performance.small-pdu")


def echoes(count: int, answer_after: int, next_after: int, window: bytes = b"") -> Talk:
    """C-ECHO one at a time; times in milliseconds."""
    talk = opened(asking=window, granting=window)
    for message_id in range(1, count + 1):
        talk.client(whole(1, echo_rq(message_id)))
        talk.time += answer_after * MILLISECOND
        talk.server(whole(1, echo_rsp(message_id)))
        talk.time += next_after * MILLISECOND
    return released(talk)


def test_waiting_one_message_at_a_time() -> None:
    finding = one(echoes(25, 300, 100), "performance.waiting")
    assert finding.values["count"] == 25 and finding.variant == ""
    assert "75 % of 10.1 s were spent waiting for responses to 25 messages sent one at a time" in detail(finding)
    assert "receiver 74 %, sender 25 %" in detail(finding)
    window = item(0x53, struct.pack("!HH", 8, 1))
    assert "window of 8 was negotiated" in detail(one(echoes(25, 300, 100, window), "performance.waiting"))
    for few_short_or_busy in (echoes(19, 300, 100), echoes(25, 100, 10), echoes(25, 300, 400)):
        assert not found(few_short_or_busy, "performance.waiting")


def halting(waits: list[int], size: int = 300, far: int = 0, again: bool = False, port: int = 40000,
            idle: int = 0) -> Talk:  # fmt: skip
    """Messages whose last segment comes so many milliseconds after the first one; then so many seconds of silence."""
    talk = Talk(("10.0.0.1", port)).send(0, flags=2)
    talk.time += far * MILLISECOND
    talk.send(1, flags=18).send(0).client(associate_rq(proposed(1, FIND))).server(associate_ac())
    for message_id, wait in enumerate(waits, 1):
        said = whole(1, request(0x20, FIND, message_id=message_id), bytes(size))
        talk.send(0, said[:100], step=wait * MILLISECOND).send(0, said[100:])
        if again and message_id == 1:
            talk.time += 200 * MILLISECOND
            talk.packets.append(replace(talk.packets[-1], time=talk.time))
        talk.server(whole(1, response(0x20, FIND, 0, message_id=message_id)))
    talk.time += idle * 1000 * MILLISECOND
    return released(talk)


def after_another(*talks: Talk) -> Talk:
    """Conversations one after the other in one capture."""
    whole_talk = Talk()
    for talk in talks:
        later = whole_talk.packets[-1].time + MILLISECOND - talk.packets[0].time if whole_talk.packets else 0
        whole_talk.packets += [replace(packet, time=packet.time + later) for packet in talk.packets]
    return whole_talk


def test_delayed_acknowledgements() -> None:
    finding = one(halting([40, 44, 48, 0, 40] * 6), "transport.delayed-ack-stall")
    assert finding.count == 24 and finding.evidence[0].stream_offset == len(associate_rq(proposed(1, FIND)))
    assert "24 waits of about 40 ms, 1.03 s in all: 9" in detail(finding)
    assert "5 waits of about 200 ms, 1 s in all" in detail(one(halting([200] * 5), "transport.delayed-ack-stall"))


def test_delayed_acknowledgements_add_up_and_are_told_once() -> None:
    talks = [halting([40] * 5, port=40000 + number) for number in range(12)]
    finding = one(after_another(*talks), "transport.delayed-ack-stall")
    assert finding.association == 5 and finding.count == 25  # 25 x 40 ms are the first second
    assert detail(finding).startswith("In 5 associations between these hosts up to this one, the requestor held back")


@pytest.mark.parametrize("talk", [
    halting([40] * 24), halting([80] * 50), halting([10] * 99), halting([40] * 50, size=8000),
    halting([40] * 50, far=45), halting([200] * 9, again=True), halting([40] * 30, idle=60),
], ids=["under a second", "slower", "faster", "large", "far", "sent again", "does not matter"])  # fmt: skip
def test_waits_of_another_kind(talk: Talk) -> None:
    assert not found(talk, "transport.delayed-ack-stall")
