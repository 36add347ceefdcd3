"""Messages from fragments, in every way that peers cut and mix them; pairing; what is remembered when it is wrong."""

from __future__ import annotations

from dissector.association import Association, Associations
from dissector.dimse import Message, read_command_set
from dissector.pdu import Pdu
from dissector.standard.commands import COMMANDS
from dissector.stream import Begun, Event, Streams
from tests.transcript import (
    RELEASE_RP, RELEASE_RQ, Talk, abort, associate_ac, associate_rj, associate_rq, command, echo_rq, echo_rsp, p_data,
    pdv, proposed, uid, us,
)  # fmt: skip

FIND = b"1.2.840.10008.5.1.4.1.2.2.1"


def told(talk: Talk, keep_data: int = 0) -> list[Message | Association]:
    streams, associations = Streams(keep_data=keep_data), Associations(keep_data > 0)
    out: list[Message | Association] = []
    for batch in talk.batches():
        for event in streams.feed(batch):
            out += associations.take(event)
    for event in streams.finish():
        out += associations.take(event)
    return [*out, *associations.finish()]


def messages(talk: Talk, **options: int) -> list[Message]:
    return [each for each in told(talk, **options) if isinstance(each, Message)]


def opened() -> Talk:
    return Talk().open().client(associate_rq()).server(associate_ac())


def find_rq(message_id: int) -> bytes:
    return command(uid(2, FIND), us(0x100, 0x20), us(0x110, message_id), us(0x700, 0), us(0x800, 1))


def find_rsp(message_id: int, status: int) -> bytes:
    return command(uid(2, FIND), us(0x100, 0x8020), us(0x120, message_id), us(0x800, 1 if status == 0xFF00 else 0x101),
                   us(0x900, status))  # fmt: skip


CANCEL = command(us(0x100, 0xFFF), us(0x120, 7), us(0x800, 0x101))


def test_a_cancel_between_the_fragments_of_a_response_is_just_another_message() -> None:
    talk = opened().client(p_data(pdv(1, 3, find_rq(7))), p_data(pdv(1, 2, b"keys")))
    response = find_rsp(7, 0xFF00)
    talk.server(p_data(pdv(1, 1, response[:30]))).client(p_data(pdv(1, 3, CANCEL)))
    talk.server(p_data(pdv(1, 3, response[30:])))
    talk.server(p_data(pdv(1, 0, b"id"))).client(RELEASE_RQ).server(p_data(pdv(1, 2, b"entifier")), RELEASE_RP)
    found = messages(talk)
    assert [m.command for m in found] == ["C-FIND-RQ", "C-CANCEL-RQ", "C-FIND-RSP"]
    assert all(m.complete and not m.remarks for m in found)
    assert (found[1].message_id, found[2].message_id) == (7, 7)
    assert found[2].request is found[0] and found[0].cancelled
    assert found[2].data_set_bytes == 10


def test_many_values_in_a_pdu_and_commands_over_many_pdus() -> None:
    request = echo_rq(5)
    talk = opened().client(p_data(*(pdv(1, 1, request[at : at + 2]) for at in range(0, len(request) - 2, 2))),
                           p_data(pdv(1, 3, request[-2:]), pdv(1, 3, echo_rq(6))))  # fmt: skip
    found = messages(talk)
    counted = [(m.command, m.message_id, m.pdvs) for m in found]
    assert counted == [("C-ECHO-RQ", 5, len(request) // 2), ("C-ECHO-RQ", 6, 1)]


def test_command_and_data_in_one_pdu_and_an_empty_last_fragment() -> None:
    talk = opened().client(p_data(pdv(1, 3, find_rq(1)), pdv(1, 0, b"ab"), pdv(1, 0, b"cd"), pdv(1, 2, b"")))
    (found,) = messages(talk, keep_data=100)
    assert (found.complete, found.pdvs, found.data_set_bytes, b"".join(found.data)) == (True, 4, 4, b"abcd")


def test_what_does_not_fit_is_remarked_and_gathering_goes_on() -> None:
    cases = [
        (p_data(pdv(1, 2, b"data")), "message.command-malformed", None),
        (p_data(pdv(1, 1, echo_rq()[:20]), pdv(1, 3, echo_rq())), "message.fragment-malformed", None),
        (p_data(pdv(1, 3, find_rq(1)), pdv(1, 3, echo_rq())), "message.fragment-malformed", "C-FIND-RQ"),
        (p_data(pdv(1, 1, echo_rq()[:20]), pdv(3, 3, echo_rq())), "message.fragment-malformed", None),
        (p_data(pdv(1, 1, echo_rq()[:12]), pdv(1, 2, b"data")), "message.fragment-malformed", None),
    ]
    for said, code, name in cases:
        found = messages(opened().client(said).client(p_data(pdv(1, 3, echo_rq(99)))))
        assert [problem.code for problem in found[0].remarks] == [code]
        assert found[0].command == name and not found[0].complete
        assert (found[-1].command, found[-1].message_id, found[-1].complete) == ("C-ECHO-RQ", 99, True)


def test_command_sets_that_cannot_be_read_to_their_end_keep_what_they_have() -> None:
    elements, fault = read_command_set(echo_rq(9)[:-3])
    assert elements["message_id"] == 9 and fault is not None and fault.code == "message.command-malformed"
    elements, fault = read_command_set(us(0x110, 7) + us(0x100, 0x30) + us(0x110, 8) + bytes(5))
    assert (elements["message_id"], elements["command_field"]) == (7, 0x30)
    assert fault is not None and "5 bytes" in str(fault)
    private = read_command_set(b"\x09\0\x10\0\2\0\0\0ab" + us(0x900, 1))[0]
    assert private == {"(0009,0010)": b"ab", "status": 1}


def test_all_23_commands_and_the_unknown_are_named() -> None:
    assert len(COMMANDS) == 23
    talk = opened()
    for each in COMMANDS:
        talk.client(p_data(pdv(1, 3, command(us(0x100, each.code), us(0x800, 0x101)))))
    talk.client(p_data(pdv(1, 3, command(us(0x100, 0x7777), us(0x800, 0x101)))))
    assert [m.command for m in messages(talk)] == [*(each.name for each in COMMANDS), "7777H"]


def test_pending_responses_belong_to_one_request_and_ids_may_be_used_again() -> None:
    talk = opened()
    for _ in range(2):
        talk.client(p_data(pdv(1, 3, find_rq(1)), pdv(1, 2, b"keys")))
        for status in (0xFF00, 0xFF00, 0):
            fragments = [pdv(1, 3, find_rsp(1, status)), *([pdv(1, 2, b"id")] if status else [])]
            talk.server(p_data(*fragments))
    found = messages(talk)
    assert [m.request.number if m.request else None for m in found] == [None, 1, 1, 1, None, 5, 5, 5]
    assert [m.responses for m in found if m.is_request] == [3, 3] and found[0].final


def test_the_same_id_in_both_directions_is_two_requests() -> None:
    talk = opened().client(p_data(pdv(1, 3, echo_rq(1)))).server(p_data(pdv(1, 3, echo_rq(1))))
    talk.client(p_data(pdv(1, 3, echo_rsp(1)))).server(p_data(pdv(1, 3, echo_rsp(1))))
    found = messages(talk)
    assert [m.request.number if m.request else None for m in found] == [None, None, 2, 1]


def outcomes(talk: Talk) -> list[tuple[str, str | None]]:
    return [(each.outcome, each.ended_by) for each in told(talk) if isinstance(each, Association)]


def test_outcomes_and_who_ended_it() -> None:
    assert outcomes(opened().client(RELEASE_RQ).server(RELEASE_RP).close()) == [("released", "requestor")]
    assert outcomes(opened().server(RELEASE_RQ).client(RELEASE_RP).close()) == [("released", "acceptor")]
    collision = opened().client(RELEASE_RQ).server(RELEASE_RQ).client(RELEASE_RP).server(RELEASE_RP).close()
    assert outcomes(collision) == [("released", "requestor")]
    assert outcomes(Talk().open().client(associate_rq()).server(associate_rj()).close()) == [("rejected", "acceptor")]
    assert outcomes(opened().server(abort(2, 1)).close()) == [("aborted", "acceptor")]
    assert outcomes(opened().client(abort())) == [("aborted", "requestor")]
    assert outcomes(opened().close()) == [("closed", "requestor")]
    assert outcomes(opened().reset(1)) == [("reset", "acceptor")]
    assert outcomes(opened()) == [("open", None)]
    twice = opened().client(RELEASE_RQ).server(RELEASE_RP).client(associate_rq()).server(associate_rj())
    assert outcomes(twice) == [("released", "requestor"), ("rejected", "acceptor")]


def test_a_second_request_inside_an_association_opens_no_other() -> None:
    assert len(outcomes(opened().client(associate_rq(), RELEASE_RQ).server(RELEASE_RP).close())) == 1


def test_reject_and_abort_in_words() -> None:
    rejected = next(each for each in told(Talk().open().client(associate_rq()).server(associate_rj(1, 1, 7)))
                    if isinstance(each, Association))  # fmt: skip
    assert rejected.rejection is not None
    assert rejected.rejection.meaning == "rejected-permanent, DICOM UL service-user, called-AE-title-not-recognized"
    aborted = next(each for each in told(opened().server(abort(2, 6))) if isinstance(each, Association))
    assert aborted.abort is not None and aborted.abort.meaning.endswith("invalid-PDU-parameter value")


def test_contexts_answered_but_never_proposed_follow() -> None:
    from tests.transcript import answered

    talk = Talk().open().client(associate_rq(proposed(1), proposed(3)))
    talk.server(associate_ac(answered(1), answered(9, 3)))
    (association,) = (each for each in told(talk) if isinstance(each, Association))
    listed = [(c.id, c.abstract_syntax, a.result if a else None) for c, a in association.contexts()]
    assert listed == [(1, "1.2.840.10008.1.1", 0), (3, "1.2.840.10008.1.1", None), (9, None, 3)]


def test_memory_follows_what_is_open_not_what_is_past() -> None:
    streams, associations = Streams(), Associations()
    for number in range(300):
        talk = Talk(client=("10.0.0.1", 10_000 + number)).open().client(associate_rq()).server(associate_ac())
        talk.client(p_data(pdv(1, 3, echo_rq()))).server(p_data(pdv(1, 3, echo_rsp())))
        talk.client(RELEASE_RQ).server(RELEASE_RP).close()
        for batch in talk.batches():
            for event in streams.feed(batch):
                list(associations.take(event))
        assert not streams.flows and not associations.current
    assert associations.count == 300 and len(streams.ended) <= 2048
    assert all(isinstance(each, Pdu | Event | Begun) for each in streams.events)


def test_what_an_open_request_takes_is_given_back_though_its_data_were_taken_away() -> None:
    talk = opened()
    for number in range(1, 5):
        talk.client(p_data(pdv(1, 3, find_rq(number)))).client(p_data(pdv(1, 2, b"keys" * 1000)))
        if number < 4:
            talk.server(p_data(pdv(1, 3, find_rsp(number, 0))))
    streams, associations = Streams(keep_data=10_000), Associations(True)
    most = 0
    for batch in talk.close().batches():
        for event in streams.feed(batch):
            for each in associations.take(event):
                if isinstance(each, Message):
                    most = max(most, associations._open_bytes)
                    each.data = []  # as those do who write it to a file
    assert 4000 < most < 8000 and associations._open_bytes == 0
