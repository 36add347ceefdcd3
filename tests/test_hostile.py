"""Peers that mean harm: memory follows caps, work follows size, and nothing printed is obeyed by a terminal.

Strategy: what must not grow is shown small: with the caps made small too, five times as many associations may not take
much more, and each cap is held against what would exceed it. Nothing is timed; work is counted.
"""

from __future__ import annotations

import gc
import json
import struct
import tracemalloc
import unicodedata
from collections import deque
from pathlib import Path
from typing import Any

import pytest

from dissector import association as association_module
from dissector import capture, dimse, negotiation, remembering, stream
from dissector import pdu as pdu_module
from dissector.association import Association
from dissector.cli import main
from dissector.decode import decode_pdu
from dissector.dimse import Message
from dissector.pdu import Pdu
from dissector.reading import Reading
from dissector.remembering import Remembered, RememberedOfTwo
from dissector.rules import Finding, items
from dissector.stream import Streams
from dissector.views import text

from .hostile import (
    FAULTS, OBEYED, hole_in_request, nested, obeyed_everywhere, own_uid, request, talk_of, with_fault,
)  # fmt: skip
from .transcript import (
    Packet, Talk, answered, associate_ac, associate_rq, command, echo_rq, echo_rsp, element, item, p_data, pcap, pdu,
    pdv, proposed, uid, us,
)  # fmt: skip


def written(folder: Path, *talks: Talk) -> str:
    """A capture of conversations, one after the other."""
    packets: list[Packet] = [packet for talk in talks for packet in talk.packets]
    path = folder / "hostile.pcap"
    path.write_bytes(pcap(packets))
    return str(path)


def judged(path: str) -> list[Any]:
    """All that a capture gives, findings included."""
    with Reading(path, keep_data=2048) as reading:
        return list(reading.judging())


def codes(told: list[Any]) -> set[str]:
    return {each.code for each in told if isinstance(each, Finding)}


# ------------------------------------------------------------------------------------------------ what is printed

COMMANDS = (
    "read", "read -v", "read -q", "read --all -v", "read --json --pdus", "read --style dcmtk", "read --lang zh -v",
    "check", "check -v", "check --data-sets", "check --json", "check --lang zh", "dump", "dump --lang zh",
    "dump --full --explain --reference --show-secrets", "dump --json --show-secrets", "dump --data-sets",
    "dump --data-sets --json", "dump --finding 1",
)  # fmt: skip


@pytest.fixture(scope="module")
def obeyed(tmp_path_factory: pytest.TempPathFactory) -> str:
    return written(tmp_path_factory.mktemp("obeyed"), obeyed_everywhere(), *map(with_fault, range(2, len(FAULTS) + 2)))


@pytest.mark.parametrize("line", COMMANDS)
def test_nothing_printed_is_obeyed_by_a_terminal(line: str, obeyed: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*line.split(), "--no-color", obeyed]) in (0, 1)
    printed = capsys.readouterr()
    assert len(printed.out) > 1000
    for char in printed.out + printed.err:
        assert char == "\n" or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp"), f"U+{ord(char):04X}"


def test_records_lose_nothing_by_it(obeyed: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["dump", "--json", "--type", "A-ASSOCIATE-RQ", "--association", "1", obeyed])
    fields = json.loads(capsys.readouterr().out)["fields"]["children"]
    title = next(each["value"] for each in fields if each["name"] == "called_ae_title")
    assert title == OBEYED[:16].decode("latin-1")


# ------------------------------------------------------------------------------------------------ lengths and depth


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (struct.pack("!BBIIBB", 4, 0, 0xFFFFFFFF, 0xFFFFFFFF, 1, 3) + bytes(50), None),
        (struct.pack("!BBIIBB", 4, 0, 56, 0xFFFFFFFF, 1, 3) + bytes(50), "message.fragment-malformed"),
        (b"\x01\0\xff\xff\xff\xff" + bytes(200), "pdu.length-wrong"),
        (b"\x05\0\xff\xff\xff\xff" + bytes(4), "pdu.length-wrong"),
    ],
)
def test_lengths_of_4_gb(sent: bytes, code: str | None, tmp_path: Path) -> None:
    path = written(tmp_path, talk_of(1).open().client(associate_rq()).server(associate_ac()).client(sent).close())
    told = judged(path)
    assert any(isinstance(each, Association) for each in told)
    assert code is None or code in codes(told)
    for line in ("read -v", "dump --full", "check"):
        assert main([*line.split(), path]) in (0, 1)


def test_items_with_lengths_beyond_all() -> None:
    raw = pdu(1, associate_rq()[6:74] + b"\x10\0\xff\xff1.2")
    assert b"".join(raw[leaf.start : leaf.end] for leaf in decode_pdu(raw).leaves()) == raw


def test_10000_nested_items(tmp_path: Path) -> None:
    deep = nested(10_000)
    path = written(tmp_path, talk_of(1).open().client(associate_rq(deep, user=deep)).server(associate_ac()).close())
    assert codes(judged(path))
    whole = associate_rq(deep, user=deep)
    assert b"".join(whole[leaf.start : leaf.end] for leaf in decode_pdu(whole).leaves()) == whole
    for line in ("read -v", "read --json", "dump", "check"):
        assert main([*line.split(), path]) in (0, 1)


# ------------------------------------------------------------------------------------------------ work


@pytest.fixture
def decodings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the PDUs that are decoded while a capture is read and judged."""
    sizes: list[int] = []

    def counted(data: bytes, **options: Any) -> Any:
        sizes.append(len(data))
        return decode_pdu(data, **options)

    for module in (negotiation, items):
        monkeypatch.setattr(module, "decode_pdu", counted)
    return sizes


def test_a_large_negotiation_is_read_once_by_each_who_asks(decodings: list[int], tmp_path: Path) -> None:
    contexts = [proposed(1 + 2 * i & 255, own_uid(i), own_uid(i + 1)) for i in range(2000)]
    answers = [answered(1 + 2 * i & 255, i % 5, own_uid(i + 7)) for i in range(4000)]
    talk = talk_of(1).open().client(associate_rq(*contexts)).server(associate_ac(*answers))
    path = written(tmp_path, talk.close())
    with Reading(path, keep_data=2048) as reading:
        told = list(reading.judging())
    assert len([size for size in decodings if size > 64 * 1024]) == 4  # two PDUs, by the tracker and by the rules
    assert {"association.context-id-repeated", "association.transfer-syntax-not-proposed"} <= codes(told)
    repeated = next(each for each in told if getattr(each, "code", "") == "association.context-id-repeated")
    assert repeated.count == 2000


def test_what_is_remembered_of_a_large_pdu_is_small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(items, "_contents", Remembered())
    talks = [talk_of(i).open().client(request(i, b"\x77\0\0\0" * 400)).server(associate_ac()).close() for i in range(4)]
    judged(written(tmp_path, *talks))
    known = list(items._contents._values.values())
    assert len(known) == 4
    for content in known:
        assert len(content.problems) <= items.MAXIMUM_PROBLEMS
        for place in content.problems:  # a tree would hold on to every field of its PDU
            assert not (place.field.children or place.inside.children or place.around.children)


# ------------------------------------------------------------------------------------------------ memory


def peak(path: str) -> int:
    """The most memory that reading and judging a capture takes; nothing of what it gives is kept. Connections and their
    streams refer to each other: what is measured must not depend on when the collector comes."""
    tracemalloc.start()
    with Reading(path, keep_data=2048) as reading:
        view = text.TextView(text.Options())
        for each in reading.judging():
            if isinstance(each, Message):
                view.message(each)
            elif isinstance(each, Association):
                for _ in view.association(each):
                    pass
                if each.number % 50 == 0:
                    gc.collect()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def test_associations_with_a_fault_each_are_forgotten(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(capture, "CHUNK_BYTES", 16_384)
    monkeypatch.setattr(stream, "RECENT_FRAMES", 100)
    monkeypatch.setattr(stream, "LINGERING_FRAMES", 100)
    monkeypatch.setattr(stream, "MAXIMUM_ENDED_CONNECTIONS", 20)
    monkeypatch.setattr(stream, "MAXIMUM_OPEN_BYTES", 150_000)
    monkeypatch.setattr(remembering, "MAXIMUM_VALUES", 10)
    monkeypatch.setattr("dissector.decode._UID_CACHE_SIZE", 50)
    monkeypatch.setattr(negotiation, "MAXIMUM_REMEMBERED", 20)
    monkeypatch.setattr(dimse, "MAXIMUM_UIDS", 20)
    monkeypatch.setattr("dissector.rules.security.MAXIMUM_GUESSERS", 20)
    monkeypatch.setattr("dissector.rules.once.MAXIMUM_REMEMBERED", 20)
    monkeypatch.setattr("dissector.rules.connections.MAXIMUM_GATHERED", 20)
    monkeypatch.setattr("dissector.rules.connections.MAXIMUM_SCANNED", 20)
    small = written(tmp_path, *map(with_fault, range(200)))
    peak(small)  # what is made once, whatever is read
    few, many = peak(small), peak(written(tmp_path, *map(with_fault, range(1000))))
    assert many < 3 * few + 500_000, (few, many)  # of five times as many; what other tests left behind counts too


def opened(number: int) -> Talk:
    """An association with two open requests that does not end."""
    talk = talk_of(3 * number).open().client(request(number)).server(associate_ac())
    return talk.client(p_data(pdv(1, 3, echo_rq(1)))).client(p_data(pdv(1, 3, echo_rq(2))))


@pytest.mark.parametrize("made", [opened, lambda number: hole_in_request(3 * number, 300_000)])
def test_open_connections_are_given_up_by_what_they_take(
    made: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(stream, "MAXIMUM_OPEN_BYTES", 1_000_000)
    streams = Streams(keep_data=2048)
    for number in range(100):
        for batch in made(number).batches(1):
            deque(streams.feed(batch), maxlen=0)
            assert streams.open_bytes <= 1_000_000
            assert sum(len(each.held) for each in streams.flows.values()) <= 1_000_000
    assert streams.connections_given_up and len(streams.flows) > 2
    streams.finish()
    assert streams.open_bytes == 0


def test_placeholders_are_not_given_on() -> None:
    streams = Streams()
    told: list[Any] = []
    for batch in hole_in_request(1, 300_000).batches():
        told += streams.feed(batch)
    told += streams.finish()
    cut = next(each for each in told if isinstance(each, Pdu))
    assert len(cut.body or b"") < pdu_module.MAXIMUM_PLACEHOLDER_BYTES and cut.cut
    assert cut.end - cut.start > 300_000


def test_open_requests_have_one_cap(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(association_module, "MAXIMUM_OPEN_REQUEST_BYTES", 200_000)
    talks = []
    for number in range(4):
        talk = talk_of(3 * number).open().client(request(number)).server(associate_ac())
        for message_id in range(100):
            talk.client(p_data(pdv(1, 3, echo_rq(message_id))))
        for message_id in range(100):
            talk.server(p_data(pdv(1, 3, echo_rsp(message_id))))
        talks.append(talk)
    path = written(tmp_path, *talks)
    most = 0
    with Reading(path) as reading:
        for each in reading.judging():
            most = max(most, sum(len(open_one.open) for open_one in reading.tracker.current.values()))
            assert not isinstance(each, Finding) or each.code != "message.response-unexpected"
    assert 20 < most <= 200_000 // association_module.OPEN_REQUEST_BYTES


def test_groups_of_messages_have_one_cap(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(text, "MAXIMUM_GROUPS_IN_ALL", 20)
    view = text.TextView(text.Options())
    talks = []
    for number in range(5):
        talk = talk_of(3 * number).open().client(request(number)).server(associate_ac())
        for message_id in range(40):
            about = uid(2, own_uid(message_id))
            asked = command(about, us(0x100, 0x30), us(0x110, message_id), us(0x800, 0x101))
            talk.client(p_data(pdv(1, 3, asked)))
        talks.append(talk)
    shown: list[str] = []
    with Reading(written(tmp_path, *talks)) as reading:
        for each in reading:
            if isinstance(each, Message):
                view.message(each)
                assert sum(len(every.groups) for every in view._collected.values()) <= 20 + 5
            elif isinstance(each, Association):
                shown += ["".join(span.text for span in line) for line in view.association(each)]
    assert any("C-ECHO-RQ x 40" in line for line in shown)
    assert view._group_count == view._command_bytes == 0


def test_texts_of_command_sets_are_read_up_to_a_length(tmp_path: Path) -> None:
    asked = command(uid(2, b"1.2"), us(0x100, 0x21), us(0x110, 1), element(0x600, b"\xff" * 20_000), us(0x800, 0x101))
    talk = talk_of(1).open().client(associate_rq()).server(associate_ac()).client(p_data(pdv(1, 3, asked)))
    with Reading(written(tmp_path, talk)) as reading:
        message = next(reading.messages())
    assert message.text_of("move_destination") == "\\xFF" * 256 + "…"


def test_what_is_remembered_has_two_caps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "MAXIMUM_VALUES", 4)
    monkeypatch.setattr(remembering, "MAXIMUM_BYTES", 100)
    known: Remembered[int] = Remembered()
    for number in range(10):
        known.keep(bytes((number,)), number)
        assert known.get(b"\0") == 0  # asked for every time, so it stays
    assert known.get(b"\1") is None and known.get(b"\x09") == 9
    known.keep(bytes(200), 1)
    known.keep(bytes(201), 2)
    assert known.get(bytes(200)) == 1 and known.get(bytes(201)) == 2 and known.get(b"\0") is None
    assert item(0x10, b"") not in known._values


def test_what_is_remembered_of_two_objects_is_of_these_and_no_others() -> None:
    known: RememberedOfTwo[int] = RememberedOfTwo(4)
    for number in range(100):
        first, second = [number], [number]
        assert known.get(first, second) is None  # though it may have the place in memory of one let go of before
        known.keep(first, second, number)
        assert known.get(first, second) == number and known.get(second, first) is None
    assert len(known._values) <= 4


def test_connections_closed_with_bytes_missing_do_not_linger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "LINGERING_FRAMES", 30)
    streams, kinds = Streams(), []
    for number in (18, 38, 58, 78, 98):  # the fault with missing bytes
        for batch in with_fault(number).batches():
            batch.number += number * 10
            kinds += [each.kind for each in streams.feed(batch) if isinstance(each, stream.Event)]
    assert kinds.count("end") == 4 and len(streams.flows) == 2 and len(streams.lingering) == 1
