"""`check`, `findings`, findings in `read`: what the commands do with what the rules say."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from dissector.cli import main
from dissector.standard.examples import DATA_SET_SYNTAX, EXAMPLES
from dissector.standard.findings import FINDINGS
from tests import vectors
from tests.captures import CAPTURES as ALL_CAPTURES
from tests.judging import judge_file
from tests.transcript import (
    RELEASE_RP, RELEASE_RQ, Talk, abort, answered, associate_ac, associate_rj, associate_rq, command, p_data, pdv,
    proposed, uid, us, user_information,
)  # fmt: skip

CAPTURES = Path(__file__).parents[1] / "captures"
REJECTED = str(CAPTURES / "rejected-called-ae.pcap")
HEALTHY = [str(CAPTURES / f"{name}.pcap") for name in ("echo", "move", "get-roles", "mpps", "store-variety")]


def out(capsys: pytest.CaptureFixture[str], *command: str, status: int = 0) -> str:
    assert main(list(command)) == status
    return capsys.readouterr().out


def test_an_error_sets_the_status_and_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    text = out(capsys, "check", REJECTED, status=1)
    assert "association.rejected" in text and "'NOT-THERE'" in text
    assert "administrator" in text.replace("\n", " ")
    assert re.search(r"1 association, 1 error, \d+ warnings?, \d+ notes?", text)


def test_healthy_traffic_has_no_error_and_no_warning(capsys: pytest.CaptureFixture[str]) -> None:
    for path in HEALTHY:
        findings = [json.loads(line) for line in out(capsys, "check", "--json", path).splitlines()]
        calm = {"transport.delayed-ack-stall"}
        assert {f["code"] for f in findings if f["severity"] != "note"} <= calm, path


def test_only_and_ignore_take_codes_and_prefixes(capsys: pytest.CaptureFixture[str]) -> None:
    assert "association.rejected" not in out(capsys, "check", "--ignore", "association.*", REJECTED)
    assert "association.rejected" not in out(capsys, "check", "--only", "transport.*", REJECTED)
    only = out(capsys, "check", "--only", "association.rejected", REJECTED, status=1)
    assert only.count("[") == 1
    assert main(["check", "--only", "no.such", REJECTED]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_unreadable_input_outranks_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", REJECTED, str(CAPTURES / "nothing.pcap")]) == 2
    told = capsys.readouterr()
    assert "association.rejected" in told.out and "nothing.pcap" in told.err


def test_findings_stand_with_their_association_in_read(capsys: pytest.CaptureFixture[str]) -> None:
    text = out(capsys, "read", REJECTED)
    assert text.index("rejected") < text.index("[association.rejected]")
    records = [json.loads(line) for line in out(capsys, "read", "--json", REJECTED).splitlines()]
    kinds = [record["record"] for record in records]
    assert kinds[0] == "capture" and kinds[-1] == "capture_end"
    assert kinds.index("association") < kinds.index("finding")
    assert records[-1]["findings"] == kinds.count("finding")
    finding = records[kinds.index("finding")]
    assert (finding["finding"], finding["association"], finding["severity"]) == (1, 1, "error")
    assert finding["evidence"][0]["from"] == "acceptor" and finding["evidence"][0]["frame"] > 0


def test_the_bytes_that_prove_a_finding_are_marked(capsys: pytest.CaptureFixture[str]) -> None:
    text = out(capsys, "dump", "--finding", "1", REJECTED)
    assert "A-ASSOCIATE-RJ" in text and re.search(r"^[0-9A-F]{4}> ", text, re.M)
    assert main(["dump", "--finding", "99", REJECTED]) == 2


def test_the_catalogue_lists_and_explains_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    listed = out(capsys, "findings")
    assert all(code in listed for code in FINDINGS)
    for lang in ("en", "zh"):
        for code in FINDINGS:
            text = out(capsys, "findings", code, "--lang", lang)
            assert code in text and len(text.splitlines()) > 8
    assert main(["findings", "no.such"]) == 2


def test_examples_are_those_of_the_vectors_and_show_their_finding(capsys: pytest.CaptureFixture[str]) -> None:
    for code, example in EXAMPLES.items():
        vector = vectors.read(vectors.FOLDER / f"{example.vector}.txt")
        assert bytes.fromhex(example.data) == vector.data and example.kind == vector.about.get("kind", "pdu")
        assert example.kind != "data_set" or vector.about["transfer_syntax"] == DATA_SET_SYNTAX
        text = out(capsys, "findings", code)
        assert "An example" in text and re.search(r"^[0-9A-F]{4}  ", text, re.M)
        if any(problem.code == code for _, problem in vector.decoded().all_problems()):
            assert f"[{code}]" in text.replace("\n", "").replace(" ", "")


def test_only_what_is_no_matter_of_a_few_bytes_has_no_example() -> None:
    without = {code for code in FINDINGS if code not in EXAMPLES and not code.startswith(("capture.", "transport."))}
    assert without == {
        "pdu.resynchronised", "association.no-answer", "association.state", "association.unfinished",
        "message.no-response", "message.incomplete", "security.cleartext-data", "security.ae-title-guessing",
        "performance.small-pdu", "performance.waiting",
    }, "it takes time, order or quantity to show these"  # fmt: skip


def test_data_sets_are_read_to_their_end_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ct = b"1.2.840.10008.5.1.4.1.1.2"

    def explicit(tag: str, vr: bytes, value: bytes) -> bytes:
        return bytes.fromhex(tag) + vr + len(value).to_bytes(2, "little") + value

    head = explicit("08001600", b"UI", ct + b"\0") + explicit("08001800", b"UI", b"1.2.3\0")
    whole = head + explicit("10001000", b"PN", b"SYNTHETIC^ONE ")
    request = command(uid(2, ct), us(0x100, 1), us(0x110, 1), us(0x700, 0), us(0x800, 1), uid(0x1000, b"1.2.3"))
    response = command(uid(2, ct), us(0x100, 0x8001), us(0x120, 1), us(0x800, 0x101), us(0x900, 0))
    for data_set, found in ((whole, False), (whole[:-4], True), (whole + b"\x10\0\x20\0?!", True)):
        talk = Talk().open().client(associate_rq(proposed(1, ct, b"1.2.840.10008.1.2.1")))
        talk.server(associate_ac(answered(1, 0, b"1.2.840.10008.1.2.1")))
        talk.client(p_data(pdv(1, 3, request)), p_data(pdv(1, 2, data_set + b"\0" * (len(data_set) % 2))))
        talk.server(p_data(pdv(1, 3, response))).client(RELEASE_RQ).server(RELEASE_RP).close()
        path = tmp_path / "store.pcap"
        path.write_bytes(talk.pcap())
        assert "data-set.malformed" not in out(capsys, "check", str(path))
        text = out(capsys, "check", "--data-sets", str(path), status=int(found))
        assert ("data-set.malformed" in text) is found


def test_findings_in_chinese_have_no_blanks_left(capsys: pytest.CaptureFixture[str]) -> None:
    for path in sorted(CAPTURES.glob("*.pcap")):
        for lang in ("en", "zh"):
            main(["check", "--json", "--lang", lang, str(path)])
            for line in capsys.readouterr().out.splitlines():
                record = json.loads(line)
                assert not re.search(r"\{\w+\}", record["detail"]), (path.name, record["code"], record["detail"])


def interleaved(tmp_path: Path) -> str:
    """A connection that speaks once more after its end, when another association has come and gone."""
    first = Talk().open().client(associate_rq()).server(associate_ac()).client(RELEASE_RQ).server(RELEASE_RP)
    second = Talk(("10.0.0.1", 40001), time=first.time).open().client(associate_rq()).server(associate_rj()).close()
    first.time = second.time
    first.packets += second.packets
    path = tmp_path / "interleaved.pcap"
    path.write_bytes(first.client(p_data(pdv(1, 3, command(us(0x100, 0x30))))).close().pcap())
    return str(path)


def test_a_finding_that_comes_late_names_its_association(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = interleaved(tmp_path)
    text = out(capsys, "read", "--only", "association.*", path)
    rejected, late = text.index("[association.rejected]"), text.index("[association.state]")
    assert rejected < text.index("Association 1  10.0.0.1:40000 -> 10.0.0.2:11112", rejected) < late
    assert text.rstrip().endswith("2 associations, 2 errors, 0 warnings, 0 notes")


def test_a_code_is_not_the_beginning_of_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "tls.pcap"
    talk = Talk().open().client(bytes.fromhex(EXAMPLES["transport.tls-to-plain"].data)).server(abort(2, 1)).close()
    path.write_bytes(talk.pcap())
    assert "[transport.tls-to-plain]" in out(capsys, "check", "--ignore", "transport.tls", str(path), status=1)
    assert "[transport.tls-to-plain]" not in out(capsys, "check", "--ignore", "transport.tls*", str(path))
    assert "[transport.tls-to-plain]" not in out(capsys, "check", "--ignore", "transport", str(path))
    path.write_bytes(Talk().open().client(bytes.fromhex(EXAMPLES["transport.tls-to-plain"].data)).reset(1).pcap())
    assert out(capsys, "read", str(path)).endswith("\n0 associations, 1 error, 0 warnings, 0 notes\n")


@pytest.mark.parametrize(("captures", "status"), [
    (["echo"], 0), (["rejected-called-ae"], 1), (["rejected-called-ae", "echo"], 1), (["no-such"], 2),
    (["no-such", "rejected-called-ae"], 2), (["rejected-called-ae", "no-such"], 2),
])  # fmt: skip
def test_exit_statuses(captures: list[str], status: int, capsys: pytest.CaptureFixture[str]) -> None:
    out(capsys, "check", *(str(CAPTURES / f"{name}.pcap") for name in captures), status=status)


def test_secrets_stay_masked_in_all_that_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    identity = b"\2\0" + b"\0\5alice" + b"\0\6geheim"
    user = user_information(16384, b"\x58\0" + len(identity).to_bytes(2, "big") + identity)
    for answer in (associate_rj(1, 2, 1), associate_ac(answered(1, 3))):
        path = tmp_path / "identity.pcap"
        path.write_bytes(Talk().open().client(associate_rq(user=user)).server(answer).close().pcap())
        kinds = [json.loads(line) for line in out(capsys, "check", "--json", str(path), status=1).splitlines()]
        number = next(each["finding"] for each in kinds if each["code"] == "security.cleartext-credentials")
        told = [json.dumps(kinds), out(capsys, "read", "-v", str(path)), out(capsys, "read", "--json", str(path)),
                out(capsys, "dump", "--finding", str(number), str(path))]  # fmt: skip
        for text in told:
            assert "geheim" not in text and "67 65 68 65 69 6D" not in text and "67656865696d" not in text


def test_worst_comes_first_within_an_association() -> None:
    rank = ("error", "warning", "note").index
    for path in ALL_CAPTURES.values():
        ranks: dict[int, list[int]] = {}
        for finding in judge_file(path):
            if finding.association is not None:
                ranks.setdefault(finding.association, []).append(rank(finding.severity))
        assert all(each == sorted(each) for each in ranks.values()), path.name


def test_of_several_captures_each_finding_says_which(capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(CAPTURES / f"{name}.pcap") for name in ("echo", "rejected-called-ae")]
    assert main(["check", "--json", *files]) == 1
    assert [json.loads(line)["file"] for line in capsys.readouterr().out.splitlines()] == [files[1]]
    assert main(["check", *files]) == 1
    told = capsys.readouterr().out
    assert told.startswith(f"{files[1]}:\n\nAssociation 2 ")
    assert told.endswith("2 associations, 1 error, 0 warnings, 0 notes\n")


@pytest.mark.parametrize("command", ["check", "read"])
def test_a_capture_of_which_nothing_can_be_read_is_no_clean_one(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = bytearray((CAPTURES / "echo.pcap").read_bytes())
    data[20:24] = (147).to_bytes(4, "little")
    path = tmp_path / "unknown.pcap"
    path.write_bytes(data)
    assert main([command, str(path)]) == 2
    told = capsys.readouterr()
    assert "frames of link type user 0 (147) cannot be read" in told.err and "0 errors" not in told.out
