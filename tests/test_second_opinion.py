"""Every capture: tshark and we tell the same PDUs, command sets and fields, but for what is known of tshark.

Strategy: each capture is a test of its own, so that xdist can spread them; each is read once by us and once by tshark,
by `second_opinion`, as `dissector compare` does it. Where the two differ, the capture is listed with the known errors
that explain it, how often each shows, and what the bytes say; an answer that changes, or a difference that is gone,
fails as loudly as a new one. So a known error cannot hide one of ours.
"""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dissector import second_opinion
from dissector.cli import main
from dissector.known_errors import KNOWN_ERRORS, KNOWN_VERSIONS
from dissector.second_opinion import Comparison, Count, agreement, paired
from dissector.standard.pdus import STRUCTURES
from dissector.standard.tshark import FIELDS, WITHOUT_ROW, row
from dissector.standard.zh import ZH
from dissector.views.hexdump import cells

from . import tshark
from .captures import CAPTURES, FOLDERS, ROOT
from .misreadings import AGREED, MISREADINGS, begun, echoed
from .transcript import Talk

ECHO, MISSING, IDENTITY = (str(ROOT / "captures" / f"{name}.pcap")
                           for name in ("echo", "missing-segment", "user-identity"))  # fmt: skip


@pytest.fixture(autouse=True)
def installed() -> None:
    """These tests ask tshark."""
    tshark.path()


class Disagreement(NamedTuple):
    """One capture that tshark and we read differently."""

    told: str
    """The known errors that explain it, with how many of what differ."""
    reason: str = ""
    """What the bytes say, where the words of the known error do not."""


DISAGREEMENTS = {
    "cut-short.pcap": Disagreement(
        "whole-pdus-only: 1 pdu",
        "The file ends inside the P-DATA-TF that begins in frame 9, after 11,426 of its 16,384 bytes. We tell what"
        " there is of it, as not complete; tshark tells whole PDUs only.",
    ),
    "missing-segment.pcap": Disagreement(
        "waits-for-missing-bytes: 3 pdu",
        "One segment of 1,448 bytes is missing before frame 17. tshark waits for it to the end and tells nothing "
        "more of the requestor; its P-DATA-TF in frames 9 to 22 (but for the hole) and 24 to 28 and its "
        "A-RELEASE-RQ in frame 34 are in the capture.",
    ),
    "snaplen-96.pcap": Disagreement(
        "cut-pdu-not-read: 1 a_associate_ac.reserved_11_26, 1 called_ae_title, 2 protocol_version; "
        "waits-for-missing-bytes: 4 pdu",
        "Of every frame 96 bytes were captured: 30 bytes of TCP payload. tshark stops at the first PDU that is "
        "longer. The heads of the P-DATA-TF in frames 8 and 12 were captured, and the A-RELEASE-RQ and -RP in "
        "frames 16 and 17 even as a whole. The second P-DATA-TF of the requestor begins in what was cut from frame"
        " 10: nobody can see it.",
    ),
    "store-variety.pcap": Disagreement(
        "element-carried-over: 3 command",
        "The responses in frames 22, 27 and 32 are to images in RLE Lossless, JPEG Baseline and Deflated Explicit "
        "VR. Their bytes are those of frame 17, which tshark reads, but for context and Message ID: 00 00 00 00 04"
        " 00 00 00 .. 00 00 00 01 02 00 00 00 01 80. tshark reads the compressed pixel data and the deflated bytes "
        "before them as elements, ends inside one, and goes on with that in the response: 'Command', first tag "
        "(def1,e5d9), 'Early termination of tag'.",
    ),
    "user-identity.pcap": Disagreement(
        "empty-secondary-field: 3 secondary_field, 3 secondary_field_length; not-ascii: 1 primary_field",
    ),
    "abort_by_provider.pcap": Disagreement(
        "unknown-pdu-skipped: 1 pdu",
        "Frame 8 holds a PDU of type 99H and of length 5, which the acceptor answers with its A-ABORT. tshark "
        "passes over unknown types in silence.",
    ),
    "gap_one_segment.pcap": Disagreement(
        "waits-for-missing-bytes: 1 command, 6 pdu",
        "As missing-segment.pcap: 1,448 bytes are missing before frame 18, inside the first P-DATA-TF with data. "
        "Five P-DATA-TF and the A-RELEASE-RQ in frame 59 are lost to tshark; the same association with every "
        "segment (veth_store.pcap) has them. 1,448 bytes are missing before frame 18, inside the first data set. "
        "tshark waits for them to the end and tells nothing more of the requestor. Frame 45 is the head of the "
        "second command (04 00 00 00 00 92, context 5, last fragment of a command), frame 46 begins with its 142 "
        "bytes: Command Field 01 00, Message ID 02 00. The acceptor answers it with status 0000H in frames 55 to "
        "57, and its log has both.",
    ),
    "hard_lost.pcap": Disagreement(
        "waits-for-missing-bytes: 1 pdu",
        "As missing-segment.pcap: 1,460 bytes are missing before frame 9. The P-DATA-TF of 9,122 bytes in frames 7"
        " to 12 is there but for them, and the acceptor acknowledges all of it.",
    ),
    "hard_unknown_pdu.pcap": Disagreement(
        "unknown-pdu-skipped: 1 pdu",
        "Frame 6 holds a PDU of type 08H and of length 4, which the acceptor answers with an A-ABORT, unrecognized"
        " PDU. tshark passes over unknown types in silence.",
    ),
    "mal_ae_newline_escape.pcap": Disagreement(
        "not-ascii: 1 called_ae_title, 1 calling_ae_title",
    ),
    "mal_item_overrun.pcap": Disagreement(
        "stops-at-wrong-item-length: 1 abstract_syntax_name, 1 presentation_context_id, 3 item_length, 3 item_type",
    ),
    "mal_nonascii_ae.pcap": Disagreement(
        "not-ascii: 1 calling_ae_title",
    ),
    "mal_pdu_len_too_long.pcap": Disagreement(
        "loses-its-place: 1 command, 1 pdu",
        "The P-DATA-TF in frame 8 says 114, but its one PDV ends after 74 bytes, and frame 10 begins with the head"
        " of the next P-DATA-TF (04 00 00 00 00 4A). tshark swallows 40 bytes of it, calls both malformed, and "
        "goes on in frame 12 only because that begins with a PDU. The PDU-length in frame 8 says 114, but its one "
        "PDV ends after 74 bytes, and frame 10 is a whole P-DATA-TF: 04 00 00 00 00 4A, Command Field 30 00, "
        "Message ID 02 00. tshark takes its first 40 bytes for the rest of the PDU before and calls both "
        "malformed. A peer that goes by the length alone does not see the second request either; it is in the "
        "capture all the same.",
    ),
    "mal_pdu_len_too_short.pcap": Disagreement(
        "loses-its-place: 1 command, 3 pdu; overrunning-fragment-left-out: 1 command, 1 message_control_header, 1 "
        "presentation_data_value.presentation_context_id",
        "The P-DATA-TF in frame 8 says 64, but 74 bytes follow. The ten that are left over (00 00 00 08 02 ..) are"
        " no PDU: we tell of them as unknown and find the P-DATA-TF in frame 10 and the A-RELEASE-RQ in frame 12. "
        "tshark takes them for a head that announces half a megabyte, and waits for that. The PDU-length in frame "
        "8 says 64, its PDV-length 70. The 58 bytes of the command set that are inside the PDU end with Message ID"
        " 01 00, so we tell the C-ECHO-RQ as not complete; tshark drops the PDV ('Invalid PDV length') and takes "
        "the ten bytes that are left over for a PDU head that announces half a megabyte. Frame 10 is a whole "
        "P-DATA-TF with the second C-ECHO-RQ.",
    ),
    "mal_pdv_len_0.pcap": Disagreement(
        "empty-fragment-invalid: 1 message_control_header, 1 presentation_data_value.presentation_context_id; "
        "short-fragment-left-out: 1 presentation_data_value.presentation_context_id",
        "The PDV-lengths in frames 8, 10 and 12 are 0, 1 and 2, and tshark calls all three too small. Of the first "
        "there is nothing to tell, of the second a context ID, and the third is a whole fragment of no bytes.",
    ),
    "mal_pdv_unknown_ctx.pcap": Disagreement(
        "reserved-flag-bits: 1 message_control_header",
    ),
    "mal_unknown_items.pcap": Disagreement(
        "unknown-item-skipped: 1 item_length, 1 item_type",
    ),
    "mid_no_assoc.pcap": Disagreement(
        "loses-its-place: 1 command, 6 pdu",
        "The capture begins inside a P-DATA-TF of the requestor, whose next head stands 142 bytes into frame 1. "
        "tshark takes those bytes for a head and never comes back; the acceptor's side, which begins with a head, "
        "it reads. The capture begins with the last 142 bytes of a P-DATA-TF of the requestor. tshark takes them "
        "for a PDU head and never comes back. Frame 38 is the head of the second command, frame 39 begins with it:"
        " Command Field 01 00, Message ID 02 00; its response, in frames 48 to 50, tshark tells too. (Those first "
        "142 bytes are the first C-STORE-RQ, without its PDU head: neither of us tells it.)",
    ),
    "neg_user_identity_1.pcap": Disagreement(
        "empty-secondary-field: 1 secondary_field, 1 secondary_field_length",
    ),
    "neg_user_identity_3.pcap": Disagreement(
        "empty-secondary-field: 1 secondary_field, 1 secondary_field_length; not-ascii: 1 primary_field",
    ),
    "neg_user_identity_4.pcap": Disagreement(
        "empty-secondary-field: 1 secondary_field, 1 secondary_field_length",
    ),
    "pdv_empty_last_pynd.pcap": Disagreement(
        "empty-fragment-invalid: 1 command, 1 message_control_header, 1 "
        "presentation_data_value.presentation_context_id",
        "Frame 14 ends the data set with a last fragment of no bytes (00 00 00 02 01 02). PS3.8 E.1 asks for an "
        "even number, which 0 is, and pynetdicom takes it. tshark calls the PDV-length of 2 'too small', so for it"
        " the data set never ends; and as it gathers the fragments by IP addresses, which on loopback are the same, "
        "it puts the 142 bytes of the response in frame 16 (Command Field 01 80, Status 00 00) behind the 38,870 "
        "of the data set and reads all of it as one.",
    ),
    "pdv_odd_fragments_abort.pcap": Disagreement(
        "odd-fragment-left-out: 1 command, 2 message_control_header, 2 "
        "presentation_data_value.presentation_context_id",
        "The command set comes in fragments of 1, 6, 53 and 82 bytes (frames 8 to 11). PS3.8 E.1 does not allow "
        "the odd ones, and the acceptor aborts; but put together they are a whole C-STORE-RQ. tshark leaves the "
        "odd ones out, reads only the other two, and does not come to the Command Field.",
    ),
    "planted_odd_pdv.pcap": Disagreement(
        "odd-fragment-left-out: 1 message_control_header, 1 presentation_data_value.presentation_context_id",
    ),
    "planted_zwsp_uid.pcap": Disagreement(
        "not-ascii: 1 abstract_syntax_name",
    ),
    "store_variety_pynd_dcmtk.pcap": Disagreement(
        "element-carried-over: 6 command",
        "As store-variety.pcap: the six responses in frames 36 to 38, 44 to 46, 52 to 54, 60 to 62, 68 to 70 and "
        "76 to 78 are on contexts with Deflated Explicit VR, JPEG 2000, RLE, JPEG-LS and two kinds of JPEG. "
        "storescp's log has all 13.",
    ),
    "truncated_file.pcap": Disagreement(
        "whole-pdus-only: 1 pdu",
        "As cut-short.pcap: the file ends inside the P-DATA-TF that begins in frame 24.",
    ),
    "veth_snap96.pcap": Disagreement(
        "cut-pdu-not-read: 1 a_associate_ac.reserved_11_26, 1 called_ae_title, 2 protocol_version; "
        "waits-for-missing-bytes: 5 pdu",
        "As snaplen-96.pcap: the heads of the P-DATA-TF in frames 8, 42 and 56 were captured, the A-RELEASE-RQ and"
        " -RP in frames 60 and 61 even as a whole.",
    ),
}  # fmt: skip
"""All looked at with tshark 4.0: its text and its fields beside the bytes."""


def told(comparison: Comparison) -> str:
    """What differs, by known error: 'loses-its-place: 1 command, 6 pdu'."""
    by_error: dict[str, Counter[str]] = {}
    for each in comparison.differences:
        by_error.setdefault(each.known.name if each.known else "unexplained", Counter())[each.row] += 1
    parts = ((name, ", ".join(sorted(f"{count} {what}" for what, count in rows.items()))) for name, rows in
             sorted(by_error.items()))  # fmt: skip
    return "; ".join(f"{name}: {rows}" for name, rows in parts)


@pytest.mark.parametrize("name", CAPTURES)
def test_the_same_as_tshark(name: str) -> None:
    comparison = Comparison(str(CAPTURES[name]))
    assert comparison.version_is_known, "look at every capture with this version, then list it"
    unexplained = [each for each in comparison.differences if each.known is None]
    assert unexplained == []
    assert told(comparison) == (DISAGREEMENTS[name].told if name in DISAGREEMENTS else "")


def compared(folder: Path, talk: Talk) -> Comparison:
    """A conversation as a capture, compared."""
    path = folder / "misreading.pcap"
    path.write_bytes(talk.pcap())
    return Comparison(str(path))


@pytest.mark.parametrize("name", MISREADINGS)
def test_misreadings(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is told as listed; what is let go of early, to bound memory, changes nothing that is told later; and without
    the known error that is named first, nothing else explains it."""
    listed = MISREADINGS[name]
    comparison = compared(tmp_path, listed.talk())
    assert told(comparison) == listed.told
    assert comparison.unexplained == 0
    with monkeypatch.context() as patch:
        patch.setattr(second_opinion, "HELD_PDUS", 0)
        patch.setattr(second_opinion, "QUIET_FRAMES", 0)
        bit_by_bit = compared(tmp_path, listed.talk())
    assert (told(bit_by_bit), bit_by_bit.agreed) == (listed.told, comparison.agreed)
    others = [each for each in KNOWN_ERRORS if each.name != names(listed.told)[0]]
    monkeypatch.setattr(second_opinion, "KNOWN_ERRORS", others)
    assert compared(tmp_path, listed.talk()).unexplained


@pytest.mark.parametrize("name", AGREED)
def test_what_agrees(name: str, tmp_path: Path) -> None:
    comparison = compared(tmp_path, AGREED[name]())
    assert comparison.differences == []
    assert comparison.agreed["pdu"] >= 3


def test_the_preferences_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """By default tshark loses what follows a segment out of order, and shows no elements as fields."""
    monkeypatch.setattr(second_opinion, "ARGUMENTS", second_opinion.ARGUMENTS[len(second_opinion.PREFERENCES) :])
    comparison = Comparison(str(CAPTURES["out-of-order.pcap"]))
    assert comparison.counts()["pdu"].unexplained
    assert comparison.agreed["command"] == 0


def names(told: str) -> list[str]:
    """The known errors that are told of."""
    return re.findall(r"([a-z-]+): ", told)


def test_every_known_error_is_reproduced() -> None:
    """By what is built here, and named first there; captures may have them, too."""
    known = {each.name for each in KNOWN_ERRORS}
    assert {names(listed.told)[0] for listed in MISREADINGS.values()} == known
    assert {name for listed in DISAGREEMENTS.values() for name in names(listed.told)} <= known
    for name in DISAGREEMENTS:
        assert name in CAPTURES or not FOLDERS[1].is_dir(), f"{name} is listed, but there is no such capture"


# ------------------------------------------------------------------------------------------------ the tables


def test_every_name_in_the_mapping_is_a_row_of_the_standard() -> None:
    found = {row(structure, spec) for structure in STRUCTURES.values() for spec in structure.fields}
    from dissector.standard.application_information import APPLICATION_INFORMATION

    found |= {row(structure, spec) for structure in APPLICATION_INFORMATION.values() for spec in structure.fields}
    assert found - {None} == set(FIELDS)


def test_every_field_of_associations_that_tshark_has_is_mapped() -> None:
    run = subprocess.run(["tshark", "-G", "fields"], capture_output=True, text=True, check=True)
    names = {columns[2]: columns[3] for columns in (line.split("\t") for line in run.stdout.splitlines())
             if columns[0] == "F" and columns[2].startswith("dicom.")}  # fmt: skip
    associations = ("dicom.assoc", "dicom.actx", "dicom.pctx", "dicom.userinfo", "dicom.max", "dicom.pd")
    wanted = {name for name in names if name.startswith(associations) and "fragment" not in name
              and "reassembled" not in name and not name.endswith(".invalid")}  # fmt: skip
    assert wanted == {*FIELDS.values(), *WITHOUT_ROW}


def test_known_errors_are_named_once_have_versions_and_are_told_in_chinese() -> None:
    assert len({each.name for each in KNOWN_ERRORS}) == len(KNOWN_ERRORS)
    for each in KNOWN_ERRORS:
        assert each.first <= each.last
        assert any(each.first <= version <= each.last for version in KNOWN_VERSIONS), each.name
        assert each.title in ZH and each.explanation in ZH, each.name


def test_pairs() -> None:
    assert paired([1, 2, 3], [1, 3]) == [(0, 0), (1, None), (2, 1)]
    assert paired([1, 1, 1], [1, 1], [5, 6, 7], [6, 7]) == [(0, None), (1, 0), (2, 1)]
    assert paired([1, 2], [2, 1]) in ([(0, 1), (1, None), (None, 0)], [(0, None), (1, 0), (None, 1)])
    assert paired([], [4]) == [(None, 0)]


# ------------------------------------------------------------------------------------------------ the command


@pytest.mark.parametrize("held", [second_opinion.HELD_PDUS, 0])
def test_full_agreement(held: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(second_opinion, "HELD_PDUS", held)
    assert main(["compare", ECHO]) == 0
    assert "87 agree; 0 differ as known of tshark; 0 differ without explanation" in capsys.readouterr().out


def test_a_mistake_of_ours_is_not_explained(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    value = second_opinion._our_value
    monkeypatch.setattr(
        second_opinion, "_our_value", lambda field: 7 if field.name == "maximum_length_received" else value(field)
    )
    assert main(["compare", ECHO, "--json"]) == 1
    *differences, summary = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(each["record"], each["field"], each["tshark_field"], each["ours"], each["tshark"], each["known_error"])
            for each in differences] == [
        ("difference", "maximum_length_received", "dicom.max_pdu_len", "7", "16384", None)] * 2  # fmt: skip
    assert (summary["record"], summary["differences"], summary["unexplained"]) == ("comparison", 2, 2)
    counted = next(each for each in summary["fields"] if each["field"] == "maximum_length_received")
    assert (counted["agree"], counted["known"], counted["unexplained"]) == (0, 0, 2)


def test_an_unknown_version_is_said_and_nothing_is_explained(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(second_opinion, "_version", lambda path: (9, 9))
    assert main(["compare", MISSING]) == 1
    said = capsys.readouterr().out
    assert "tshark 9.9 beside" in said
    assert "This version of tshark is not one that we have looked at" in said
    assert "waits-for-missing-bytes" not in said


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_readable_at_80_columns(lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (MISSING, IDENTITY):
        assert main(["compare", path, "--lang", lang]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert max(map(cells, lines)) <= 80 + len(str(ROOT))
        assert max(map(cells, lines[2:])) <= 80


def test_secrets_are_masked(capsys: pytest.CaptureFixture[str]) -> None:
    truth = json.loads((ROOT / "captures" / "user-identity.truth.json").read_text())
    said = ""
    for more in ([], ["--json"]):
        main(["compare", IDENTITY, *more])
        said += capsys.readouterr().out
    assert "masked" in said
    for association in truth["associations"]:
        identity = association["user_identity"]
        hidden = [identity["secondary_field_hex"], *([identity["primary_field_hex"]] if identity["type"] > 2 else [])]
        for secret in filter(None, hidden):
            assert secret not in said
            assert bytes.fromhex(secret).decode("latin-1") not in said


def one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What a command complains of, with status 2 and nothing on standard output."""
    assert main(["compare", *arguments]) == 2
    out, complaint = capsys.readouterr()
    assert out == "" and complaint.count("\n") == 1
    return complaint


def test_wrong_usage_and_missing_tools_are_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "give it as a file" in one_line(["-"], capsys)
    assert "checksums" in one_line([ECHO, "--checksums"], capsys)
    assert "not a capture" in one_line([str(ROOT / "README.md")], capsys)
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "pyshark", None)
        assert "pip install pyshark" in one_line([ECHO], capsys)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert "apt-get install tshark" in one_line([ECHO], capsys)


def test_a_large_capture_is_said_before_it_is_begun(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("dissector.cli.asking.LARGE_BYTES", 100)
    assert main(["compare", ECHO]) == 0
    out, complaint = capsys.readouterr()
    assert "87 agree" in out
    assert f"{ECHO} has 0 MB" in complaint and complaint.count("\n") == 1


@pytest.mark.parametrize("name", ["tls", "http"])
def test_no_dicom_is_said(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", str(ROOT / "captures" / f"{name}.pcap")]) == 0
    assert "Neither finds DICOM" in capsys.readouterr().out


def test_a_failing_tshark_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing = tmp_path / "tshark"
    failing.write_text('#!/bin/sh\ncase "$1" in *v*) echo "TShark (Wireshark) 4.0.17"; exit;; esac\nexit 3\n')
    failing.chmod(0o755)
    monkeypatch.setattr(second_opinion, "tshark_path", lambda: str(failing))
    assert one_line([ECHO], capsys).endswith("tshark could not read it (status 3)\n")


def test_an_interrupt_is_one_whatever_fails_after_it() -> None:
    def fails(first: type[BaseException]) -> BaseException:
        """What comes out where cleaning up after the first failure fails, and then once more."""
        try:
            try:
                raise first
            finally:
                try:
                    [].pop()
                finally:
                    {}.popitem()
        except KeyError as error:
            return error

    assert second_opinion._interrupted(fails(KeyboardInterrupt))
    assert not second_opinion._interrupted(fails(OSError))


def test_interrupted(tmp_path: Path) -> None:
    """Ctrl-C while tshark still has much to say: no complaint, nobody waits, and tshark is gone."""
    talk = begun()
    for _ in range(4000):
        echoed(talk)
    path = tmp_path / "long.pcap"
    path.write_bytes(talk.pcap())
    command = [sys.executable, "-m", "dissector", "compare", str(path)]
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, text=True,
                           preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler))  # fmt: skip
    time.sleep(2.5)
    run.send_signal(signal.SIGINT)
    out, complaint = run.communicate(timeout=tshark.SECONDS)
    assert (run.returncode, out, complaint.strip()) == (130, "", "")


def test_agreement_over_many() -> None:
    counts: dict[str, Any] = agreement([Comparison(ECHO), Comparison(MISSING)])
    assert counts["pdu"] == Count(11, 3, 0)
    assert counts["command"] == Count(4, 0, 0)
    assert list(counts)[:3] == ["pdu", "command", "pdu_type"]
