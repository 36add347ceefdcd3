"""Several captures: files of one capture point are one capture, and what is read in parallel is told the same."""

from __future__ import annotations

import json
import os
import pickle
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dissector.association import Association
from dissector.capture import Batch, Capture
from dissector.cli import main
from dissector.compiling import compiled
from dissector.dimse import Message
from dissector.joining import JoinedCapture, joined, look, series
from dissector.pdu import Pdu
from dissector.reading import Reading
from dissector.recording import Recording
from dissector.rules import Finding
from dissector.views import findings, records

CAPTURES = Path(__file__).parent.parent / "captures"
CUT = ("echo", "missing-segment", "ipv4-fragments", "out-of-order", "release-collision", "cut-short", "snaplen-96")


def told(capture: Capture) -> list[dict[str, Any]]:
    """The records of a capture, without the names of files."""
    with Reading(capture, keep_data=2048) as reading:
        return [_record(each) for each in reading.judging()]


def _record(each: object) -> dict[str, Any]:
    if isinstance(each, Pdu):
        return records.pdu(each)
    if isinstance(each, Message):
        return records.message(each)
    if isinstance(each, Association):
        return records.association(each)
    assert isinstance(each, Finding)
    return findings.record(each)


def pcap_pieces(path: Path) -> tuple[bytes, list[bytes]]:
    """The header of a little-endian pcap, and its records; a record cut short is the last one."""
    data = path.read_bytes()
    assert data[:4] == b"\xd4\xc3\xb2\xa1"
    pieces, at = [], 24
    while at < len(data):
        length = 16 + struct.unpack_from("<I", data, at + 8)[0] if len(data) - at >= 16 else 16
        pieces.append(data[at : at + length])
        at += length
    return data[:24], pieces


@pytest.mark.parametrize("name", CUT)
def test_a_capture_cut_at_any_frame_gives_the_same_records(name: str, tmp_path: Path) -> None:
    header, pieces = pcap_pieces(CAPTURES / f"{name}.pcap")
    whole = told(Capture(str(CAPTURES / f"{name}.pcap")))
    files = [str(tmp_path / f"cut-0000{number}.pcap") for number in (1, 2)]
    for cut in range(len(pieces) + 1):
        for file, part in zip(files, (pieces[:cut], pieces[cut:]), strict=True):
            Path(file).write_bytes(header + b"".join(part))
        capture = JoinedCapture(files)
        got = told(capture)
        if name == "cut-short":  # how much of the last record is there counts within its file
            got, want = [[r for r in each if r.get("code") != "capture.cut-short"] for each in (got, whole)]
            assert not capture.complete and "cut short" in capture.damage
        else:
            want = whole
        assert got == want, f"cut before frame {cut + 1}"
        assert capture.frame_count == len(pieces) - (name == "cut-short")


@pytest.mark.skipif(compiled(), reason="compiled classes cannot be pickled")
@pytest.mark.parametrize("name", CUT)
def test_a_pickled_copy_of_the_state_goes_on_in_its_place(name: str) -> None:
    path = str(CAPTURES / f"{name}.pcap")
    reading = Reading(path, keep_data=2048).judging()
    with reading:
        state = (reading.streams, reading.tracker, reading.judge)
        got: list[dict[str, Any]] = []
        for batch in reading.capture.batches():
            for index, frame in enumerate(batch.frames):
                streams, tracker, judge = pickle.loads(pickle.dumps(state))
                one = Batch(batch.data, [frame], batch.number + index, frame[1])
                got += _take(streams.feed(one), tracker, judge)
                state = (streams, tracker, judge)
        streams, tracker, judge = state
        got += _take(streams.finish(), tracker, judge)
        for each in tracker.finish():
            got.append(_record(each))
            if isinstance(each, Association):
                got += map(_record, judge.association(each))
        judge.capture = reading.capture
        got += map(_record, judge.finish())
    assert got == told(Capture(path))


def _take(events: Iterator[Any], tracker: Any, judge: Any) -> list[dict[str, Any]]:
    """As `Reading` does it, one event at a time."""
    out = []
    for event in events:
        known = list(tracker.take(event))
        if isinstance(event, Pdu):
            out.append(_record(event))
            out += map(_record, judge.event(event))
        for each in known:
            if isinstance(each, Message):
                judge.message(each)
            out.append(_record(each))
            if isinstance(each, Association):
                out += map(_record, judge.association(each))
        if not isinstance(event, Pdu):
            out += map(_record, judge.event(event))
    return out


# ------------------------------------------------------------------------------------------------ what belongs together


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a-00001.pcapng", "a-00002.pcapng", True),
        ("a_00009_20260101120000.pcapng", "a_00010_20260101130000.pcapng", True),
        ("x.pcap", "x.pcap1", True), ("x.pcap01", "x.pcap12", True), ("x.pcap1.gz", "x.pcap2.gz", True),
        ("t-20260101-120000.pcap", "t-20260101-130000.pcap", True), ("t.1767600000.pcap", "t.1767603600.pcap", True),
        ("t-2026-01-01_12:00:00.pcap", "t-2026-01-01_13:00:00.pcap", True), ("host1.pcap", "host2.pcap", False),
        ("a-00001.pcap", "b-00002.pcap", False), ("one/a-00001.pcap", "other/a-00002.pcap", False),
        ("a-00001.pcap", "a-00002.pcapng", False), ("day1.pcap", "day2.pcap", False),
    ],
)  # fmt: skip
def test_names_of_files_that_take_turns(one: str, other: str, same: bool) -> None:
    assert (series(one) == series(other)) is same


def split(name: str, folder: Path, cuts: list[int], pattern: str = "part-{:05}.pcap") -> list[str]:
    """A capture in several files."""
    header, pieces = pcap_pieces(CAPTURES / f"{name}.pcap")
    files = []
    for number, (first, last) in enumerate(zip([0, *cuts], [*cuts, len(pieces)], strict=True), 1):
        file = folder / pattern.format(number)
        file.write_bytes(header + b"".join(pieces[first:last]))
        files.append(str(file))
    return files


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(list(arguments))
    out, err = capsys.readouterr()
    return status, out, err


def test_rotated_files_are_one_capture_in_order_of_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = split("move", tmp_path, [10, 25])
    status, out, err = run(capsys, "read", "--json", files[2], files[0], files[1])
    assert status == 0 and err == (
        f"dissector: read as one capture: {files[0]} to {files[2]} (3 files); --separate undoes it\n"
    )
    got = [json.loads(line) for line in out.splitlines()]
    whole = [json.loads(line) for line in run(capsys, "read", "--json", str(CAPTURES / "move.pcap"))[1].splitlines()]
    assert got[0] == {"record": "capture", "file": files[0], "files": files, "format": "pcap"}
    assert got[1:-1] == whole[1:-1]
    assert {**got[-1], "file": 0, "files": 0} == {**whole[-1], "file": 0, "files": 0}
    status, out, err = run(capsys, "read", "--json", "--separate", *files)
    got = [json.loads(line) for line in out.splitlines()]
    assert status == 0 and not err
    assert [r["file"] for r in got if r["record"] == "capture"] == files
    status, out, err = run(capsys, "check", *files)
    assert len(err.splitlines()) == 1 and out == run(capsys, "check", str(CAPTURES / "move.pcap"))[1]


def test_what_does_not_fit_together_is_read_by_itself(tmp_path: Path) -> None:
    one, other = split("move", tmp_path, [20])
    assert joined([other, one]) == [[one, other]]
    absent = str(tmp_path / "part-00009.pcap")
    assert joined([one, absent, other]) == [[one, other], [absent]]
    assert joined(["-", one]) == [["-"], [one]]
    assert joined([one, one]) == [[one], [one]]
    overlapping = tmp_path / "part-00003.pcap"
    overlapping.write_bytes(Path(one).read_bytes())
    header, pieces = pcap_pieces(Path(one))
    late = struct.pack("<II", *[value + step for value, step in zip(struct.unpack_from("<II", pieces[-1]), (5, 0))])
    Path(one).write_bytes(header + b"".join(pieces[:-1]) + late + pieces[-1][8:])
    assert [one, str(overlapping)] not in joined([one, str(overlapping)])
    overlapping.write_bytes((CAPTURES / "raw-ip.pcap").read_bytes())
    assert len(joined([one, str(overlapping)])) == 2


def test_our_own_rotated_recordings_are_joined(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recording = Recording(str(tmp_path / "kept.pcapng"), rotate_bytes=2000)
    recording.begin()
    with Capture(str(CAPTURES / "move.pcap")) as capture:
        for batch in capture.batches():
            recording.write(batch)
    recording.close()
    files = sorted(str(path) for path in tmp_path.iterdir())
    assert len(files) > 3 and joined(files) == [files]
    part = look(files[0])
    assert part is not None and part.last_time is not None and part.last_time >= part.first_time
    assert told(JoinedCapture(files)) == told(Capture(str(CAPTURES / "move.pcap")))


# ------------------------------------------------------------------------------------------------ in parallel


@pytest.mark.parametrize(
    "command",
    [("read",), ("read", "-q"), ("read", "-v", "--lang", "zh"), ("read", "--json", "--pdus"), ("check",),
     ("check", "--json"), ("check", "-v", "--ignore", "capture.*"), ("read", "--filter", "outcome=released")],
)  # fmt: skip
def test_in_parallel_all_is_told_as_one_after_the_other(
    command: tuple[str, ...], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    names = ("echo", "aborted", "no-such-file", "move", "cut-short", "negotiation", "missing-segment")
    files = [str(CAPTURES / f"{name}.pcap") for name in names] + split("user-identity", tmp_path, [20])
    status = main([*command, *files])
    one_by_one = capfd.readouterr()
    assert main([*command, "--jobs", "2", *files]) == status == 2
    at_once = capfd.readouterr()
    assert at_once.out == one_by_one.out
    assert at_once.err == one_by_one.err


def test_jobs_leave_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    files = [str(CAPTURES / name) for name in ("echo.pcap", "move.pcap")]
    assert main(["read", "-q", "--jobs", "2", *files]) == 0
    assert os.listdir(tmp_path) == []
