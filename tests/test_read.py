"""`dissector read` against what the peers themselves knew, and the fields that no log tells."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dissector.cli import main
from dissector.reading import Reading
from dissector.views.text import duration, size

from .transcript import (
    VERIFICATION, Talk, answered, associate_ac, associate_rq, echo_rq, item, p_data, pdv, proposed, user_information,
)  # fmt: skip

CAPTURES = Path(__file__).parents[1] / "captures"
TRUTHS = sorted(CAPTURES.glob("*.truth.json"))
PARTIAL = {
    "cut-short": "the file ends early", "mid-association": "it starts late", "missing-segment": "bytes are missing",
    "one-direction": "the answers are missing", "snaplen-96": "frames were cut", "tls": "encrypted",
}  # fmt: skip


def records(name: str, *more: str, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    assert main(["read", "--json", *more, str(next(CAPTURES.glob(f"{name}.pcap*")))]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def text(name: str, *more: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["read", *more, str(next(CAPTURES.glob(f"{name}.pcap*")))]) == 0
    return capsys.readouterr().out


def of(out: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [record for record in out if record["record"] == kind]


def differences(want: Any, got: Any, where: str) -> Iterator[str]:
    """What in `want` (nulls aside) is otherwise in `got`."""
    if isinstance(want, dict):
        for key, value in want.items():
            if value is not None and key not in ("messages", "negotiation", "user_identity", "notes"):
                yield from differences(value, got.get(key) if isinstance(got, dict) else None, f"{where}.{key}")
    elif isinstance(want, list) and isinstance(got, list) and len(want) == len(got):
        for index, (w, g) in enumerate(zip(want, got, strict=True)):
            yield from differences(w, g, f"{where}[{index}]")
    elif want is not None and want != got:
        yield f"{where}: {want!r} expected, {got!r} found"


def as_told(message: dict[str, Any]) -> dict[str, Any]:
    """The peers name requested classes and instances as affected ones."""
    told = dict(message)
    for what in ("class", "instance"):
        if told.get(f"affected_sop_{what}_uid") is None:
            told[f"affected_sop_{what}_uid"] = told.get(f"requested_sop_{what}_uid")
    return told


TOLD_BY_PEERS = ("command", "message_id", "status", "affected_sop_class_uid", "affected_sop_instance_uid",
                 "has_data_set", "presentation_context_id")  # fmt: skip


@pytest.mark.parametrize("path", [path for path in TRUTHS if path.name.split(".")[0] not in PARTIAL],
                         ids=lambda path: path.name.split(".")[0])  # fmt: skip
def test_associations_and_messages_as_the_peers_knew_them(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    truth = json.loads(path.read_text())
    out = records(path.name.removesuffix(".truth.json"), capsys=capsys)
    found = sorted(of(out, "association"), key=lambda record: record["association"])
    assert len(found) == len(truth["associations"])
    for want in truth["associations"]:
        scored = [(list(differences(want, got, "association")), got) for got in found]
        faults, got = min(scored, key=lambda pair: len(pair[0]))
        assert not faults
        found.remove(got)
        mine = [as_told(m) for m in of(out, "message") if m["association"] == got["association"]]
        for side in ("requestor", "acceptor"):
            sent = [m for m in want["messages"] if m["from"] == side]
            seen = [m for m in mine if m["from"] == side]
            assert len(sent) == len(seen)
            for w, g in zip(sent, seen, strict=True):
                assert {k: v for k, v in w.items() if k in TOLD_BY_PEERS and v is not None}.items() <= g.items()
                assert g["complete"]


@pytest.mark.parametrize("name", sorted(PARTIAL))
def test_partial_captures_tell_what_is_there_and_invent_nothing(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    truth = json.loads((CAPTURES / f"{name}.truth.json").read_text())
    out = records(name, capsys=capsys)
    sent = [m for association in truth["associations"] for m in association["messages"]]
    assert len(of(out, "association")) == (0 if name == "tls" else len(truth["associations"]))
    seen = of(out, "message")
    assert len(seen) <= len(sent)
    commands = [m["command"] for m in sent]
    for message in seen:
        assert message["command"] is None or message["command"] in commands
    expected = {"missing-segment": 1448, "snaplen-96": None, "cut-short": 0, "mid-association": 0, "one-direction": 0}
    for association in of(out, "association"):
        if expected.get(name) is not None and name != "missing-segment":
            assert association["missing_bytes"] == expected[name]
        elif name != "tls":
            assert association["missing_bytes"] > 0
    assert of(out, "capture_end")[0]["complete"] is (name != "cut-short")


def test_negotiation_of_both_sides(capsys: pytest.CaptureFixture[str]) -> None:
    truth = json.loads((CAPTURES / "negotiation.truth.json").read_text())["associations"][0]["negotiation"]
    (association,) = of(records("negotiation", capsys=capsys), "association")
    for side, hexadecimal in (("requestor", "requestor_hex"), ("acceptor", "acceptor_hex")):
        party = association[side]
        invoked, performed = truth["asynchronous_operations_window"][side]
        assert party["asynchronous_operations_window"] == {"invoked": invoked, "performed": performed}
        assert party["extended_negotiation"] == [
            {"sop_class_uid": each["sop_class_uid"], "information": each[hexadecimal]}
            for each in truth["sop_class_extended"]
        ]
    assert association["requestor"]["common_extended_negotiation"] == truth["sop_class_common_extended"]
    assert association["acceptor"]["common_extended_negotiation"] == []
    ct = next(c for c in association["presentation_contexts"] if c["abstract_syntax"].endswith(".1.1.2"))
    assert ct["requestor_role"] == {"scu": 1, "scp": 1} and ct["acceptor_role"] == {"scu": 1, "scp": 1}
    others = [c for c in association["presentation_contexts"] if c is not ct]
    assert all(c["requestor_role"] == {"scu": None, "scp": None} for c in others)


@pytest.mark.parametrize("characters", [-1, 1 << 20], ids=["told anew", "remembered"])
def test_contexts_are_told_by_their_own_negotiation(
    characters: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Requests that are alike, answers that are not; twice each, and with roles."""
    monkeypatch.setattr("dissector.views.records.MAXIMUM_TOLD_CHARACTERS", characters)
    roles = user_information(16384, item(0x54, b"\0\x11" + VERIFICATION + b"\1\0"))
    talk = b""
    for number, (result, user) in enumerate([(0, None), (3, None), (0, None), (0, roles), (3, roles), (0, roles)] * 2):
        said = {} if user is None else {"user": user}
        each = Talk(("10.0.0.1", 40_000 + number)).open().client(associate_rq(proposed(1), **said))
        talk += each.server(associate_ac(answered(1, result))).close().pcap()[24 * (number > 0) :]
    path = tmp_path / "alike.pcap"
    path.write_bytes(talk)
    assert main(["read", "--json", str(path)]) == 0
    told = of([json.loads(line) for line in capsys.readouterr().out.splitlines()], "association")
    contexts = [each["presentation_contexts"][0] for each in told]
    assert [each["result"] for each in contexts] == [0, 3, 0] * 4
    assert [each["requestor_role"]["scu"] for each in contexts] == [None, None, None, 1, 1, 1] * 2


def test_identity_is_told_and_its_secret_is_nowhere(capsys: pytest.CaptureFixture[str]) -> None:
    truth = json.loads((CAPTURES / "user-identity.truth.json").read_text())["associations"]
    out = records("user-identity", capsys=capsys)
    for want, got in zip(truth, of(out, "association"), strict=True):
        identity = want["user_identity"]
        assert got["user_identity"]["type"] == identity["type"]
        assert got["user_identity"]["positive_response_requested"] is identity["positive_response_requested"]
        assert got["user_identity"]["server_response"] is (identity["server_response_hex"] is not None)
        name = bytes.fromhex(identity["primary_field_hex"]).decode("latin-1")
        assert got["user_identity"]["primary_field"] == (name if identity["type"] in (1, 2) else "masked")
    everything = json.dumps(out) + text("user-identity", "-v", "--all", capsys=capsys)
    for want in truth:
        identity = want["user_identity"]
        secrets = [identity["secondary_field_hex"], identity["server_response_hex"]]
        if identity["type"] > 2:
            secrets.append(identity["primary_field_hex"])
        for secret in filter(None, secrets):
            assert secret not in everything
            assert bytes.fromhex(secret).decode("latin-1") not in everything


def test_sub_operations_of_a_move_and_of_a_get(capsys: pytest.CaptureFixture[str]) -> None:
    moved = [m for m in of(records("move", capsys=capsys), "message") if m["command"] == "C-MOVE-RSP"]
    assert [m["sub_operations"]["completed"] for m in moved] == [1, 2, 2]
    assert [m["sub_operations"]["remaining"] for m in moved][0] == 1
    assert [m["status_category"] for m in moved] == ["pending", "pending", "success"]
    got = of(records("get-roles", capsys=capsys), "message")
    get = next(m for m in got if m["command"] == "C-GET-RQ")
    stores = [m for m in got if m["command"] == "C-STORE-RQ"]
    assert len(stores) == 2 and {m["from"] for m in stores} == {"acceptor"}
    assert all(m["sub_operation_of"] == get["message"] for m in stores)
    assert {m["responds_to"] for m in got if m["command"] == "C-GET-RSP"} == {get["message"]}


def test_associations_that_others_caused(capsys: pytest.CaptureFixture[str]) -> None:
    for name, cause in (("move", "C-MOVE-RQ"), ("storage-commitment", "N-ACTION-RQ")):
        out = records(name, capsys=capsys)
        first, second = sorted(of(out, "association"), key=lambda record: record["association"])
        assert first["caused_by"] is None
        message = next(m for m in of(out, "message") if m["command"] == cause)
        assert second["caused_by"] == {"association": message["association"], "message": message["message"]}


def test_times_are_those_of_the_frames(capsys: pytest.CaptureFixture[str]) -> None:
    out = records("c-store-associate-11112", "--pdus", capsys=capsys)
    (association,) = of(out, "association")
    request, response = of(out, "message")
    pdus = of(out, "pdu")
    timing = association["timing"]
    assert association["start_time"] == pdus[0]["time"] and association["end_time"] >= pdus[-1]["time"]
    assert timing["total_seconds"] == pytest.approx(association["end_time"] - association["start_time"], abs=2e-6)
    assert 0 < timing["connect_seconds"] < 0.01
    assert timing["negotiation_seconds"] == pytest.approx(pdus[1]["time"] - pdus[0]["time"], abs=2e-6)
    assert response["responds_to"] == request["message"]
    assert response["response_seconds"] == pytest.approx(response["start_time"] - request["end_time"], abs=2e-6)
    parts = sum(timing[f"{name}_seconds"] for name in ("negotiation", "transfer", "waiting", "idle"))
    assert parts == pytest.approx(timing["total_seconds"], abs=1e-5)


def test_roles_are_not_guessed_from_the_middle(capsys: pytest.CaptureFixture[str]) -> None:
    out = records("mid-association", capsys=capsys)
    (association,) = of(out, "association")
    assert association["calling_ae_title"] is None and association["requestor"]["maximum_length"] is None
    for message in of(out, "message"):
        assert message["from"] is None and message["from_inferred"] in ("requestor", "acceptor")
    one_way = of(records("one-direction", capsys=capsys), "association")[0]
    assert (one_way["outcome"], one_way["outcome_inferred"]) == ("closed", "released")
    assert all(context["result"] is None for context in one_way["presentation_contexts"])


def test_statuses_in_the_words_of_their_service_class() -> None:
    from dissector.standard.statuses import status

    storage, move = status(0xA700, "C-STORE-RSP", "1.2.840.10008.5.1.4.1.1.2"), status(
        0xA701, "C-MOVE-RSP", "1.2.840.10008.5.1.4.1.2.1.2"
    )
    assert (storage.meaning, storage.category) == ("no resources left", "failure")
    assert "count the matches" in move.meaning and move.category == "failure"


def test_captures_count_on_and_unreadable_ones_do_not_stop(capsys: pytest.CaptureFixture[str]) -> None:
    names = [str(CAPTURES / "echo.pcap"), str(CAPTURES / "README.md"), str(CAPTURES / "move.pcap")]
    assert main(["read", "--json", *names]) == 2
    told = capsys.readouterr()
    assert "README.md" in told.err and len(told.err.splitlines()) == 1
    numbers = [r["association"] for r in map(json.loads, told.out.splitlines()) if r["record"] == "association"]
    assert sorted(numbers) == [1, 2, 3]


@pytest.mark.parametrize(
    ("term", "shown"),
    [
        ("calling=MOVESCU", 1), ("ae=QRSCP", 2), ("called=NOBODY", 0), ("address=127.0.0.1", 2),
        ("address=10.0.0.1", 0), ("command=C-STORE", 1), ("command=C-MOVE-RSP", 1), ("status=pending", 1),
        ("status=0000", 2), ("sop=ct image", 1), ("sop=1.2.840.10008.5.1.4.1.2.1.2", 1), ("outcome=released", 2),
        ("outcome=rejected,aborted", 0), ("after=2000-01-01", 2), ("before=2000-01-01T12:00", 0), ("after=00:00", 2),
    ],
)  # fmt: skip
def test_filters(term: str, shown: int, capsys: pytest.CaptureFixture[str]) -> None:
    out = records("move", "--filter", term, capsys=capsys)
    assert len(of(out, "association")) == shown
    assert main(["read", "-q", "--filter", term, str(CAPTURES / "move.pcap")]) == 0
    assert len(capsys.readouterr().out.splitlines()) == shown


@pytest.mark.parametrize(
    "term", ["nonsense", "colour=red", "outcome=", "outcome=gone", "status=XYZ", "after=noon", "command=FOO"]
)
def test_filters_that_make_no_sense(term: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["read", "--filter", term, str(CAPTURES / "echo.pcap")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_long_runs_fold_and_all_unfolds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from tests.transcript import (
        RELEASE_RP, RELEASE_RQ, Talk, associate_ac, associate_rq, echo_rq, echo_rsp, p_data, pdv,
    )  # fmt: skip

    talk = Talk().open().client(associate_rq()).server(associate_ac())
    for number in range(1, 501):
        talk.client(p_data(pdv(1, 3, echo_rq(number)))).server(p_data(pdv(1, 3, echo_rsp(number))))
    talk.client(RELEASE_RQ).server(RELEASE_RP).close()
    path = tmp_path / "many.pcap"
    path.write_bytes(talk.pcap())
    assert main(["read", str(path)]) == 0
    folded = capsys.readouterr().out
    assert "C-ECHO-RQ x 500" in folded and "C-ECHO-RSP x 500" in folded and "slowest" in folded
    assert len(folded.splitlines()) < 12
    assert main(["read", "--all", str(path)]) == 0
    assert capsys.readouterr().out.count("C-ECHO-RSP") == 500


def test_amounts() -> None:
    assert [size(n) for n in (0, 999, 5200, 262_000_000)] == ["0 bytes", "999 bytes", "5.2 KB", "262 MB"]
    assert size(512, "zh") == "512 字节"
    assert [duration(n) for n in (500_000, 21_000_000, 3_200_000_000, 125_000_000_000)] == [
        "0.5 ms", "21 ms", "3.2 s", "2 min 5 s"
    ]  # fmt: skip


def test_one_and_several_are_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    request = p_data(pdv(1, 3, echo_rq()))
    talk = Talk().open().client(associate_rq()).server(associate_ac()).client(request).close()
    path = tmp_path / "one.pcap"
    path.write_bytes(talk.pcap())
    for words, lang, found in (
        (("-q",), "en", ("  1 message\n",)),
        (("-v",), "en", (" message 1, frame 8, context 1", " 1 PDU, ", " 2 PDUs, ")),
        (("-q",), "zh", ("  1条消息\n",)),
        (("-v",), "zh", ("帧8", " 1个PDU")),
    ):
        assert main(["read", *words, "--lang", lang, str(path)]) == 0
        shown = capsys.readouterr().out
        assert all(each in shown for each in found), shown
    assert "  2 messages\n" in text("echo", "-q", capsys=capsys)
    assert " message 1, frames 8-29, " in text("store-veth", "-v", capsys=capsys)


def test_comments_in_the_capture_are_shown_with_v(capsys: pytest.CaptureFixture[str]) -> None:
    plain, detailed = text("echo-ipv6", capsys=capsys), text("echo-ipv6", "-v", capsys=capsys)
    assert "comment on" not in plain
    assert detailed.count("comment on frame") == 2 and detailed.count("comment on the capture") == 1


@pytest.mark.parametrize("ask", [Reading.pdus, Reading.messages, Reading.associations], ids=lambda ask: ask.__name__)
def test_what_is_known_is_told_before_the_rest_is_read(
    ask: Callable[[Reading], Iterator[object]], tmp_path: Path
) -> None:
    talk = Talk().open().client(associate_rq()).server(associate_ac()).client(p_data(pdv(1, 3, echo_rq()))).close()
    later = Talk(client=("10.0.0.3", 40000)).open().client(associate_rq()).server(associate_ac())
    for _ in range(100):
        later.client(p_data(pdv(1, 0, bytes(16_000))), segment=1400)
    talk.packets += later.packets
    path = tmp_path / "long.pcap"
    path.write_bytes(talk.pcap())
    with Reading(str(path)) as reading:
        told = ask(reading)
        next(told)
        assert reading.capture.frame_count < len(talk.packets) / 2
