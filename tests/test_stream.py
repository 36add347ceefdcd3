"""Streams: whatever the network did to the segments, the PDUs are the same, and no byte is invented."""

from __future__ import annotations

import io
import random
from collections import deque
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dissector import stream as stream_module
from dissector.capture import Batch, Capture
from dissector.compiling import compiled
from dissector.pdu import Fragment, Pdu
from dissector.stream import Begun, Event, Stream, Streams, endpoint, reversed_key
from tests.transcript import (
    ACK, FIN, PSH, RELEASE_RP, RELEASE_RQ, RST, SYN, Packet, Talk, abort, answered, associate_ac, associate_rq, batches,
    echo_rq, echo_rsp, p_data, pcap, pdu, pdv,
)  # fmt: skip

PIXELS = bytes(range(256)) * 64
CLIENT_SAYS = [
    associate_rq(), p_data(pdv(1, 3, echo_rq())), p_data(pdv(1, 0, PIXELS[:5000]), pdv(1, 2, PIXELS[:3000])),
    p_data(pdv(1, 0, PIXELS)), RELEASE_RQ,
]  # fmt: skip
SERVER_SAYS = [associate_ac(), p_data(pdv(1, 3, echo_rsp())), RELEASE_RP]


def run(packets: list[Packet], size: int = 50, **options: object) -> list[object]:
    streams = Streams(**options)  # type: ignore[arg-type]
    events: list[object] = []
    for batch in batches(packets, size):
        events += streams.feed(batch)
    return events + streams.finish()


def pdus(events: list[object]) -> list[Pdu]:
    return [event for event in events if isinstance(event, Pdu)]


def bodies(events: list[object], from_client: bool) -> list[bytes | None]:
    return [each.body for each in pdus(events) if each.stream.from_client == from_client]  # type: ignore[attr-defined]


def conversation(**where: object) -> Talk:
    talk = Talk(**where).open()  # type: ignore[arg-type]
    talk.client(CLIENT_SAYS[0]).server(SERVER_SAYS[0]).client(*CLIENT_SAYS[1:4]).server(SERVER_SAYS[1])
    return talk.client(CLIENT_SAYS[4]).server(SERVER_SAYS[2]).close()


def test_an_orderly_conversation_gives_its_pdus_with_their_frames() -> None:
    talk = conversation()
    events = run(talk.packets, keep_bytes=True)
    assert bodies(events, True) == CLIENT_SAYS
    assert bodies(events, False) == SERVER_SAYS
    request = pdus(events)[0]
    assert (request.first_frame, request.last_frame, request.frames) == (4, 4, [(4, 0, len(CLIENT_SAYS[0]))])
    big = pdus(events)[4]
    assert big.frames[0][0] < big.frames[-1][0] and big.frames[-1][2] == len(CLIENT_SAYS[3])
    assert [end for _, _, end in big.frames[:-1]] == [start for _, start, _ in big.frames[1:]]
    assert all(each.complete and not each.missing for each in pdus(events))
    kinds = [event.kind for event in events if isinstance(event, Event)]
    assert kinds == ["open", "fin", "fin", "end"]
    begun = [event for event in events if isinstance(event, Begun)]
    assert [(each.association, each.requested, each.frame) for each in begun] == [(1, True, 4)]


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_segmentation_order_and_duplication_gives_the_same_pdus(data: st.DataObject) -> None:
    seed = data.draw(st.integers(0, 2**32))
    isn = data.draw(st.sampled_from([0, 1000, 2**32 - 1, 2**32 - 5000, 2**31 - 100]))
    rng = random.Random(seed)
    stream = b"".join(CLIENT_SAYS)
    packets = [Packet((b"\x0a\0\0\x01", 40000), (b"\x0a\0\0\x02", 104), isn, 0, SYN)]
    segments = []
    at = 0
    while at < len(stream):
        length = rng.choice([1, 3, 60, 500, 1400, 9000])
        segments.append(replace(packets[0], sequence=isn + 1 + at, flags=ACK, payload=stream[at : at + length]))
        if rng.random() < 0.2:  # overlapping what came before and what comes after
            first = max(0, at - rng.randrange(700))
            last = at + rng.randrange(700)
            segments.append(replace(packets[0], sequence=isn + 1 + first, flags=ACK, payload=stream[first:last]))
        if rng.random() < 0.1:
            segments.append(segments[-1])
        at += length
    if data.draw(st.booleans()):
        rng.shuffle(segments)
    else:
        for _ in range(len(segments) // 4):
            i, j = rng.randrange(len(segments)), rng.randrange(len(segments))
            segments[i], segments[j] = segments[j], segments[i]
    found = run(packets + segments, rng.choice([1, 7, 50, 500]), keep_bytes=True)
    assert bodies(found, True) == CLIENT_SAYS
    assert all(not each.missing and each.complete for each in pdus(found))
    assert all(each.stream.conflict_count == 0 for each in pdus(found))  # type: ignore[attr-defined]


def facts(events: list[object]) -> list[object]:
    """What the quick and the careful path must agree about."""
    told: list[object] = []
    for event in events:
        if isinstance(event, Pdu):
            told.append((event.name, event.start, event.end, event.first_frame, event.last_frame, event.first_time,
                         event.last_time, event.complete, event.missing, event.association, event.number,
                         [(f.context_id, f.header, f.length, f.start, f.data) for f in event.fragments]))  # fmt: skip
        elif isinstance(event, Event):
            told.append((event.kind, event.from_client, event.frame))
    return told


@given(st.integers(0, 2**32), st.sampled_from([100, 1400, 9000]), st.booleans())
@settings(max_examples=60, deadline=None)
def test_the_quick_path_equals_the_careful_path(seed: int, segment: int, disturbed: bool) -> None:
    rng = random.Random(seed)
    talk = Talk().open()
    for each in CLIENT_SAYS:
        talk.client(each, segment=segment)
        talk.server(*(SERVER_SAYS[:1] if rng.random() < 0.3 else []))
    packets = talk.packets
    if disturbed:
        for _ in range(rng.randrange(8)):
            i = rng.randrange(3, len(packets))
            packets.insert(rng.randrange(3, len(packets)), packets[i] if rng.random() < 0.5 else packets.pop(i))
    quick = run(packets, 50)
    careful = run([replace(packet, vlan=True) for packet in packets], 50)
    assert facts(quick) == facts(careful) == facts(run_in_place(packets, rng.choice([700, 3000, 1 << 20])))


def run_in_place(packets: list[Packet], chunk: int) -> list[object]:
    """The events of packets whose records are read where they stand, in a pcap that comes in chunks."""
    streams = Streams()
    events: list[object] = []
    capture = Capture("pcap", Chunks(pcap(packets), chunk))
    for batch in capture.batches():
        assert batch.in_place
        events += streams.feed(batch)
    assert (capture.frame_count, capture.complete) == (len(packets), True)
    return [*events, *streams.finish()]


class Chunks(io.BytesIO):
    """A stream that gives so many bytes at a time."""

    def __init__(self, data: bytes, size: int) -> None:
        super().__init__(data)
        self.size = size

    def read1(self, size: int | None = -1, /) -> bytes:
        return self.read(self.size)


def every_fact(pdu: Pdu) -> dict[str, object]:
    """All that a PDU holds, but for its stream, and what only says how it was read."""
    facts = {name: getattr(pdu, name) for name in Pdu.__slots__ if name != "stream"}
    return facts | {"fragments": [[getattr(each, name) for name in Fragment.__slots__] for each in pdu.fragments]}


FRAGMENTS = st.builds(pdv, st.sampled_from([1, 3]), st.integers(0, 3), st.binary(max_size=40))
SPOILT = st.sampled_from([b"\4\0\0\0\0\6\0\0\0\3\1\3", b"\4\0\0\0\0\7\0\0\0\2\1\3x", b"\4\0\0\0\0\1\0", RELEASE_RQ])


@pytest.mark.skipif(compiled(), reason="compiled classes let nothing be replaced; both builds are held equal")
@given(
    st.lists(st.one_of(st.lists(FRAGMENTS, max_size=3).map(lambda each: p_data(*each)), SPOILT), max_size=8),
    st.sampled_from([1, 7, 19, 40, 9000]), st.sampled_from([0, 5, 2048]), st.booleans(),
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_usual_pdus_are_read_as_piece_by_piece(says: list[bytes], segment: int, keep_data: int, lost: bool) -> None:
    talk = Talk().open().client(associate_rq()).server(associate_ac()).client(b"".join(says), segment=segment)
    packets = talk.packets
    if lost and len(packets) > 7:
        del packets[6]
    quick = pdus(run(packets, keep_data=keep_data))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stream, "_usual_pdus", lambda *_: 0)
        careful = pdus(run(packets, keep_data=keep_data))
    assert [every_fact(each) for each in quick] == [every_fact(each) for each in careful]


def test_missing_bytes_inside_a_fragment_are_a_gap_with_its_exact_range() -> None:
    talk = Talk().open().client(CLIENT_SAYS[0]).server(SERVER_SAYS[0]).client(CLIENT_SAYS[3], RELEASE_RQ)
    lost = next(i for i, packet in enumerate(talk.packets) if len(packet.payload) == 1400 and i > 12)
    start = talk.packets[lost].sequence - 1001 - len(CLIENT_SAYS[0])
    del talk.packets[lost]
    found = pdus(run(talk.packets, keep_bytes=True))
    hurt = found[2]
    assert hurt.missing == [(start, start + 1400)]
    assert hurt.body is not None and len(hurt.body) == len(CLIENT_SAYS[3])
    assert hurt.body[:start] == CLIENT_SAYS[3][:start]
    assert hurt.body[start + 1400 :] == CLIENT_SAYS[3][start + 1400 :]
    assert found[-1].body == RELEASE_RQ
    assert hurt.stream.missed == 1400


@pytest.mark.parametrize("lost", range(3, 40, 2))
def test_after_any_lost_segment_reading_resumes_and_invents_nothing(lost: int) -> None:
    talk = Talk().open().client(CLIENT_SAYS[0]).server(SERVER_SAYS[0])
    sent = [p_data(pdv(1, 0, PIXELS[i * 7 : i * 7 + 2000])) for i in range(20)]
    talk.client(*sent, RELEASE_RQ, segment=1100)
    if lost >= len(talk.packets) or not talk.packets[lost].payload:
        pytest.skip("no data in that frame")
    del talk.packets[lost]
    stream = b"".join([CLIENT_SAYS[0], *sent, RELEASE_RQ])
    for each in pdus(run(talk.packets, keep_bytes=True)):
        if each.stream.from_client:  # type: ignore[attr-defined]
            assert each.body is not None
            expected = bytearray(stream[each.start : each.end])
            for first, last in each.missing:
                expected[first:last] = bytes(last - first)
            assert each.body == expected[: len(each.body)]
            if len(each.body) < len(expected):
                assert each.missing[-1] == (len(each.body), len(expected))
    assert pdus(run(talk.packets))[-1].name == "A-RELEASE-RQ"


@pytest.mark.parametrize("cut", [1, 5, 6, 100, 300, 1000, 5000, 8100, 20000])
def test_a_start_in_the_middle_is_read_from_the_next_confirmed_head(cut: int) -> None:
    stream = b"".join([*CLIENT_SAYS[:4], *CLIENT_SAYS[1:3], RELEASE_RQ])
    ends = [sum(map(len, [*CLIENT_SAYS[:4], *CLIENT_SAYS[1:3], RELEASE_RQ][:i])) for i in range(8)]
    first = Packet((b"\x0a\0\0\x01", 40000), (b"\x0a\0\0\x02", 104), 5000, 1, ACK)
    packets = [
        replace(first, sequence=5000 + at, payload=stream[at : at + 1000]) for at in range(cut, len(stream), 1000)
    ]
    found = pdus(run(packets, keep_bytes=True))
    expected = [at for at in ends[:-1] if at >= cut]
    assert [each.start + cut for each in found] == expected
    assert found[0].resumed_after == (0 if expected[0] > cut else -1) or found[0].start == 0


def test_overlap_with_other_bytes_is_a_conflict_and_the_first_win() -> None:
    talk = Talk().open().client(CLIENT_SAYS[0]).server(SERVER_SAYS[0]).client(*CLIENT_SAYS[2:4])
    index = next(i for i, packet in enumerate(talk.packets) if len(packet.payload) == 1400 and i > 9)
    victim = talk.packets[index]
    forged = replace(victim, payload=victim.payload[:700] + b"FORGED" + victim.payload[706:])
    talk.packets.insert(index + 3, forged)
    for options in ({"keep_bytes": True}, {}):
        events = run(talk.packets, **options)
        stream = pdus(events)[0].stream
        assert stream.conflict_count == 1  # type: ignore[attr-defined]
        assert stream.conflicts[0].later[:6] == b"FORGED"  # type: ignore[attr-defined]
        if options:
            assert bodies(events, True) == [CLIENT_SAYS[0], *CLIENT_SAYS[2:4]]


def test_keep_alive_probes_and_duplicates_are_no_conflict() -> None:
    talk = Talk().open().client(CLIENT_SAYS[0]).server(SERVER_SAYS[0])
    probe = replace(talk.packets[-1], sequence=talk.next[0] - 1, payload=b"\0")
    talk.packets += [probe, probe]
    talk.client(CLIENT_SAYS[1])
    doubled = [packet for packet in talk.packets for _ in range(2)]
    events = run(doubled, keep_bytes=True)
    assert bodies(events, True) == CLIENT_SAYS[:2]
    assert pdus(events)[0].stream.conflict_count == 0  # type: ignore[attr-defined]


def test_the_same_ports_again_are_another_connection() -> None:
    first = conversation(client_isn=1000, server_isn=2000)
    second = conversation(client_isn=700_000, server_isn=800_000)
    without_end = [p for p in first.packets if not p.flags & FIN]
    for packets in (first.packets + second.packets, without_end + second.packets):
        events = run(packets, keep_bytes=True)
        assert bodies(events, True) == CLIENT_SAYS * 2
        assert sorted({each.association for each in pdus(events)}) == [1, 2]


def test_two_associations_on_one_connection_are_numbered_apart() -> None:
    talk = Talk().open()
    for _ in range(2):
        talk.client(CLIENT_SAYS[0]).server(SERVER_SAYS[0]).client(RELEASE_RQ).server(RELEASE_RP)
    found = pdus(run(talk.packets))
    assert [(each.association, each.number) for each in found] == [(a, n) for a in (1, 2) for n in range(1, 5)]


def test_reset_ends_and_late_segments_do_not_reopen() -> None:
    talk = Talk().open().client(CLIENT_SAYS[0]).server(SERVER_SAYS[0])
    talk.send(0, CLIENT_SAYS[3][:1000], ACK | PSH).reset(1).send(0, b"late", ACK | PSH)
    events = run(talk.packets, keep_bytes=True)
    assert [event.kind for event in events if isinstance(event, Event)] == ["open", "reset", "end"]
    cut = pdus(events)[-1]
    assert (cut.name, cut.complete, cut.body) == ("P-DATA-TF", False, CLIENT_SAYS[3][:1000])


def test_a_refused_connection_is_told() -> None:
    talk = Talk().send(0, flags=SYN).send(1, flags=RST | ACK)
    assert [event.kind for event in run(talk.packets) if isinstance(event, Event)] == ["refused", "end"]


def test_what_is_not_dicom_gives_no_pdu() -> None:
    http = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    tls = bytes.fromhex("1603010200010001fc0303") + bytes(200)
    noise = random.Random(4).randbytes(8000)
    for port in (104, 11112, 8080):
        for said in (http, tls, noise):
            talk = Talk(server=("10.0.0.2", port)).open().client(said).server(said[::-1]).close()
            assert pdus(run(talk.packets, keep_bytes=True)) == []


def test_an_association_is_recognised_on_any_port_and_any_version() -> None:
    for version in (1, 0, 2, 0xFFFF):
        talk = Talk(server=("10.0.0.2", 55555)).open().client(associate_rq(version=version)).server(SERVER_SAYS[0])
        assert [each.name for each in pdus(run(talk.packets))] == ["A-ASSOCIATE-RQ", "A-ASSOCIATE-AC"]
    alone = Talk(server=("10.0.0.2", 55555)).open().client(CLIENT_SAYS[1]).close()
    assert pdus(run(alone.packets)) == []
    assert len(pdus(run(alone.packets, port_numbers=[55555]))) == 1


def test_snaplen_cuts_become_gaps_not_zeros() -> None:
    talk = conversation()
    packets = [replace(packet, captured=96) for packet in talk.packets]
    found = pdus(run(packets, keep_bytes=True))
    request = found[0]
    assert request.name == "A-ASSOCIATE-RQ" and request.complete
    assert request.missing == [(96 - 54, len(CLIENT_SAYS[0]))]
    assert request.body is not None and request.body[:42] == CLIENT_SAYS[0][:42]


def test_an_unknown_pdu_type_is_told_and_reading_goes_on() -> None:
    odd = pdu(0x42, b"what is this")
    talk = Talk().open().client(CLIENT_SAYS[0]).server(SERVER_SAYS[0]).client(odd, CLIENT_SAYS[1], RELEASE_RQ)
    found = [each for each in pdus(run(talk.packets, keep_bytes=True)) if each.stream.from_client]  # type: ignore[attr-defined]
    assert [each.name for each in found] == ["A-ASSOCIATE-RQ", "unknown", "P-DATA-TF", "A-RELEASE-RQ"]
    assert found[1].body == odd and found[1].nonsense


def test_a_length_of_four_gigabytes_holds_nothing() -> None:
    head = b"\x04\0\xff\xff\xff\xff\xff\xff\xff\xfb\x01\x00"
    talk = Talk().open().client(CLIENT_SAYS[0]).server(SERVER_SAYS[0]).client(head + PIXELS * 8)
    streams = Streams()
    for batch in talk.batches():
        deque(streams.feed(batch), maxlen=0)
    assert streams.waiting_bytes == 0
    flow = next(iter(streams.flows.values())).connection.client
    assert len(flow.held) < 100 and not flow.pieces


def test_out_of_order_bytes_are_capped_and_the_gap_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_module, "MAXIMUM_WAITING_BYTES", 20_000)
    talk = Talk().open().client(CLIENT_SAYS[0]).server(SERVER_SAYS[0]).client(*[CLIENT_SAYS[3]] * 6, RELEASE_RQ)
    index = next(i for i, packet in enumerate(talk.packets) if len(packet.payload) == 1400 and i > 9)
    packets = [packet for i, packet in enumerate(talk.packets) if i != index and (packet.payload or i < 9)]
    streams = Streams()
    for batch in batches(packets, 5):
        deque(streams.feed(batch), maxlen=0)
        assert streams.waiting_bytes < 40_000
    found = pdus(run(packets))
    assert found[-1].name == "A-RELEASE-RQ"
    assert pdus(run(packets))[0].stream.missed == 1400


def test_open_connections_are_capped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_module, "MAXIMUM_CONNECTIONS", 20)
    monkeypatch.setattr(stream_module, "MAXIMUM_ENDED_CONNECTIONS", 10)
    streams = Streams()
    for number in range(200):
        talk = Talk(client=("10.0.0.1", 10_000 + number)).open().client(CLIENT_SAYS[0])
        for batch in talk.batches():
            deque(streams.feed(batch), maxlen=0)
        assert len(streams.flows) <= 42 and len(streams.ended) <= 22
    assert streams.connections_given_up >= 179


def test_a_one_direction_capture_still_gives_its_pdus() -> None:
    packets = [packet for packet in conversation().packets if packet.source[1] == 40000]
    assert bodies(run(packets, keep_bytes=True), True) == CLIENT_SAYS


@pytest.mark.skipif(compiled(), reason="compiled classes cannot be pickled")
def test_state_between_batches_can_be_pickled() -> None:
    import pickle

    talk = conversation()
    whole = facts(run(talk.packets, 9))
    streams = Streams()
    events: list[object] = []
    for batch in talk.batches(9):
        events += streams.feed(batch)
        streams = pickle.loads(pickle.dumps(streams))
    told = facts([*events, *streams.finish()])
    assert told == whole


def test_endpoints_are_written_as_people_write_them() -> None:
    v4 = bytes([10, 0, 0, 1, 10, 0, 0, 2]) + (40000).to_bytes(2, "big") + (104).to_bytes(2, "big")
    assert (endpoint(v4), endpoint(v4, False)) == ("10.0.0.1:40000", "10.0.0.2:104")
    v6 = bytes(15) + b"\x01" + bytes(15) + b"\x02" + b"\x00\x68\x9c\x40"
    assert endpoint(v6) == "[::1]:104"
    assert reversed_key(reversed_key(v6)) == v6 and endpoint(reversed_key(v6), False) == "[::1]:104"


def test_contexts_and_abort_helpers_make_valid_pdus() -> None:
    from dissector.decode import decode_pdu

    for raw in (associate_rq(), associate_ac(answered(1, 3)), abort(2, 1), p_data(pdv(1, 3, echo_rq()))):
        assert list(decode_pdu(raw).all_problems()) == []


# ------------------------------------------------------------------------------------------------ under attack


def opened(**where: object) -> Talk:
    return Talk(**where).open().client(CLIENT_SAYS[0]).server(SERVER_SAYS[0])  # type: ignore[arg-type]


@pytest.mark.parametrize("said", [b"H", b"HELLO", b"\x04\0\0", b"\x01\0\0\0"])
def test_a_few_bytes_on_a_dicom_port_are_no_pdu(said: bytes) -> None:
    assert pdus(run(Talk().open().client(said).close().packets)) == []


@pytest.mark.parametrize("segment", [1, 2, 7, 8, 66])
def test_hunting_finds_the_same_heads_in_any_segmentation(segment: int) -> None:
    junk = pdu(0, bytes(range(100, 150)))
    found = pdus(run(opened().client(junk + RELEASE_RQ, segment=segment).packets, keep_bytes=True))
    assert [each.body for each in found[2:]] == [junk, RELEASE_RQ]


def test_a_pdu_length_that_is_too_long_ends_where_the_next_head_stands() -> None:
    honest = p_data(pdv(1, 3, b"b" * 68))
    lying = honest[:2] + (len(honest) + 34).to_bytes(4, "big") + honest[6:]
    for segment in (1400, 3, 1):
        found = pdus(run(opened().client(lying + honest + RELEASE_RQ, segment=segment).packets, keep_bytes=True))[2:]
        assert [each.body for each in found] == [lying, honest, RELEASE_RQ]
        assert [each.length_wrong for each in found] == [True, False, False]
        assert found[0].end == found[1].start and found[0].frames[-1][2] == len(lying)


def test_a_second_syn_of_the_same_number_changes_nothing() -> None:
    talk = Talk().open().client(CLIENT_SAYS[0])
    talk.packets.append(talk.packets[0])
    talk.server(SERVER_SAYS[0]).client(RELEASE_RQ)
    assert {each.association for each in pdus(run(talk.packets))} == {1}


@pytest.mark.parametrize("cut", range(1, 230, 3))
def test_both_sides_from_the_middle_give_no_nonsense(cut: int) -> None:
    one = p_data(pdv(1, 3, b"x" * 200))
    client, server = CLIENT_SAYS[0] + one * 5 + RELEASE_RQ, SERVER_SAYS[0] + one * 5 + RELEASE_RP
    start = len(CLIENT_SAYS[0])
    first = Packet((b"\x0a\0\0\x01", 40000), (b"\x0a\0\0\x02", 104), 0, 0, ACK)
    back = Packet(first.destination, first.source, 0, 0, ACK)
    packets = [replace(first, sequence=at, payload=client[at : at + 30]) for at in range(start, len(client), 30)]
    packets += [replace(back, sequence=at, payload=server[at : at + 30]) for at in range(cut, len(server), 30)]
    found = pdus(run(packets, keep_bytes=True))
    assert not any(each.nonsense for each in found)
    assert found[-1].body == RELEASE_RP
    assert [each.body for each in found if each.stream.from_client][-1] == RELEASE_RQ  # type: ignore[attr-defined]


def test_an_ip_length_beyond_the_frame_is_bytes_not_captured_on_both_paths() -> None:
    big = p_data(pdv(1, 2, bytes(3000)))
    told = []
    for vlan in (False, True):
        talk = opened().client(big[:12])
        talk.send(0, b"y" * 1100).send(0, big[12 + 1100 :])
        packets = [replace(packet, vlan=vlan) for packet in talk.packets]
        out = []
        for batch in batches(packets):
            data = bytearray(batch.data)
            frames = list(batch.frames)
            for index, frame in enumerate(frames):
                start, captured, _, time, link_type = frame
                if b"y" * 100 in data[start : start + captured]:
                    cut = captured - 1000  # the frame is shorter than its IP header says
                    frames[index] = (start, cut, cut, time, link_type)
            out.append(Batch(batch.data, frames, batch.number, batch.captured_bytes))
        streams, events = Streams(), []
        for batch in out:
            events += streams.feed(batch)
        told.append(pdus([*events, *streams.finish()])[-1].missing)
    assert told[0] == told[1] == [(112, 1112)]


def test_resets_and_fins_that_are_far_off_do_not_end_a_connection() -> None:
    talk = opened()
    stray = talk.packets[-1]
    for forged in (
        replace(stray, source=talk.ends[0], destination=talk.ends[1], sequence=talk.next[0] + 10**8, flags=RST),
        replace(stray, source=talk.ends[0], destination=talk.ends[1], sequence=1005, flags=FIN | ACK),
        replace(stray, source=talk.ends[1], destination=talk.ends[0], sequence=900_002, flags=FIN | ACK),
        replace(stray, source=talk.ends[0], destination=talk.ends[1], sequence=talk.next[0] + 2**29, payload=b"far"),
    ):
        talk.packets.append(forged)
    talk.client(*CLIENT_SAYS[1:])
    events = run(talk.packets, keep_bytes=True)
    assert bodies(events, True) == CLIENT_SAYS
    assert pdus(events)[0].stream.missed == 0


def test_a_new_syn_ack_alone_begins_another_connection() -> None:
    second = conversation(client_isn=5_000_000, server_isn=7_000_000)
    events = run(opened().packets + second.packets[1:], keep_bytes=True)
    assert bodies(events, True) == [CLIENT_SAYS[0], *CLIENT_SAYS]
    assert bodies(events, False) == [SERVER_SAYS[0], *SERVER_SAYS]


def test_an_answer_captured_before_its_request_is_of_the_same_association() -> None:
    talk = Talk().open().client(CLIENT_SAYS[0]).server(SERVER_SAYS[0]).client(RELEASE_RQ)
    talk.packets[3], talk.packets[5] = talk.packets[5], talk.packets[3]
    found = pdus(run(talk.packets))
    assert [(each.name, each.association) for each in found] == [
        ("A-ASSOCIATE-AC", 1), ("A-ASSOCIATE-RQ", 1), ("A-RELEASE-RQ", 1)
    ]  # fmt: skip


def test_pixels_that_look_like_a_head_do_not_stop_the_hunt() -> None:
    labels = b"\4\0\5\0\2\0\3\0\1\0\1\0" * 1000
    hurt = p_data(pdv(1, 2, labels))
    rest = [p_data(pdv(1, 3, b"%05d" % number * 20)) for number in range(300)]
    talk = opened()
    talk.next[0] += 1000
    talk.client(hurt[1000:], *rest, RELEASE_RQ, segment=1000)
    found = [each for each in pdus(run(talk.packets)) if each.stream.from_client]  # type: ignore[attr-defined]
    assert len(found) == 1 + len(rest) + 1


def test_holes_are_not_held_as_zeros() -> None:
    talk = opened()
    for number in range(40):
        talk.client((b"\x04\0\xff\xff\xff\xff" if not number else b"") + ((1 << 20) + 2).to_bytes(4, "big") + b"\1\1")
        talk.next[0] += 1 << 20
    found = pdus(run(talk.packets))
    assert sum(len(fragment.data or b"") for each in found for fragment in each.fragments) < 1 << 21


def test_a_request_on_any_port_is_recognised_even_when_the_connection_began_otherwise() -> None:
    talk = Talk(server=("10.0.0.2", 55555))
    talk.client(b"the end of something that was going on before the capture began").server(b"as was this" * 9)
    talk.client(CLIENT_SAYS[0]).server(SERVER_SAYS[0]).client(RELEASE_RQ).server(RELEASE_RP)
    found = pdus(run(talk.packets))
    assert [each.name for each in found] == ["A-ASSOCIATE-RQ", "A-ASSOCIATE-AC", "A-RELEASE-RQ", "A-RELEASE-RP"]


@pytest.mark.parametrize("flags", [ACK, ACK | FIN, ACK | RST])
@pytest.mark.parametrize("said", [b"", bytes(100), p_data(pdv(1, 0, b"ab"))], ids=["nothing", "bytes", "a PDU"])
@pytest.mark.parametrize("far", [5_000_000, 200_000, 3000, -3000, -200_000, -5_000_000])
def test_a_late_segment_of_an_earlier_connection_hides_nothing(far: int, said: bytes, flags: int) -> None:
    """The same ports again: what the server still said of the connection before them stands before the SYN."""
    talk = Talk().open().client(associate_rq()).server(associate_ac()).client(RELEASE_RQ).close()
    answer = talk.packets[1]
    late = replace(answer, sequence=answer.sequence + far, flags=flags, payload=said, time=talk.packets[0].time - 1000)
    assert [each.name for each in pdus(run([late, *talk.packets]))][-3:] == [
        "A-ASSOCIATE-RQ", "A-ASSOCIATE-AC", "A-RELEASE-RQ",
    ]  # fmt: skip


@pytest.mark.parametrize("captured", [None, 96])
def test_the_first_acknowledgement_tells_where_the_other_side_starts(captured: int | None) -> None:
    """The SYN/ACK was not captured: the answer is read all the same, and in its turn, were it cut off or not."""
    talk = Talk().open().client(associate_rq()).server(associate_ac()).client(RELEASE_RQ).server(RELEASE_RP).close()
    packets = [replace(packet, captured=captured) for packet in talk.packets]
    del packets[1]
    assert [each.name for each in pdus(run(packets))] == [
        "A-ASSOCIATE-RQ", "A-ASSOCIATE-AC", "A-RELEASE-RQ", "A-RELEASE-RP",
    ]  # fmt: skip
    answer = next(index for index, packet in enumerate(packets) if packet.payload[:1] == b"\2")
    lost = [each for each in run(packets[:answer] + packets[answer + 1 :]) if isinstance(each, Pdu)]
    assert [each.name for each in lost] == ["A-ASSOCIATE-RQ", "A-RELEASE-RQ", "A-RELEASE-RP"]
    assert lost[-1].stream.missed == len(associate_ac()), "how much is missing is known too"
