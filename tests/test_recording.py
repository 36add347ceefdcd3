"""Recordings: what is written is what came, in files that are whole at any moment."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dissector.capture import Batch, Capture
from dissector.errors import RecordingFailed
from dissector.recording import Recording

from . import builders as make

TIME = 1_700_000_000_123_456_789


def batch(*payloads: bytes, link_type: int = make.ETHERNET, time: int = TIME) -> Batch:
    frames, position = [], 0
    for number, payload in enumerate(payloads):
        frames.append((position, len(payload), len(payload) + number, time + number, link_type))
        position += len(payload)
    return Batch(b"".join(payloads), frames, 1, position)


def recording(path: Path, rotate: int = 0, keep: int = 0) -> Recording:
    begun = Recording(str(path), rotate, keep)
    begun.begin()
    return begun


def frames_of(path: Path) -> list[tuple[bytes, int, int, int]]:
    with Capture(str(path)) as capture:
        found = [
            (each.data[start : start + captured], wire, time, link_type)
            for each in capture.batches() for start, captured, wire, time, link_type in each.frames
        ]  # fmt: skip
        assert capture.complete and not capture.damage
        return found


def test_frames_come_back_as_they_were(tmp_path: Path) -> None:
    out = recording(tmp_path / "x.pcapng")
    out.write(batch(b"", b"a", b"bc", b"def", b"ghij", bytes(70_000)))
    out.write(batch(b"raw", link_type=make.RAW, time=TIME + 10))
    out.close()
    assert frames_of(tmp_path / "x.pcapng") == [
        *((data, len(data) + number, TIME + number, make.ETHERNET)
          for number, data in enumerate([b"", b"a", b"bc", b"def", b"ghij", bytes(70_000)])),
        (b"raw", 3, TIME + 10, make.RAW),
    ]  # fmt: skip
    assert (out.frames, out.told()) == (7, str(tmp_path / "x.pcapng"))


@pytest.mark.parametrize("name", ["store-veth.pcap", "echo-ipv6.pcapng", "echo-any-sll2.pcap"])
def test_a_capture_written_again_is_the_same(tmp_path: Path, name: str) -> None:
    out = recording(tmp_path / "x.pcapng")
    with Capture(str(make.CAPTURES / name)) as capture:
        for each in capture.batches():
            out.write(each)
            assert len(frames_of(tmp_path / "x.pcapng")) == out.frames, "whole after every batch"
    out.close()
    assert frames_of(tmp_path / "x.pcapng") == frames_of(make.CAPTURES / name)


def test_files_take_turns_and_the_oldest_go(tmp_path: Path) -> None:
    out = recording(tmp_path / "x.pcapng", rotate=10_000, keep=3)
    for number in range(10):
        out.write(batch(*[bytes([number]) * 900] * 5))
    out.close()
    files = sorted(tmp_path.iterdir())
    assert [each.name for each in files] == [f"x-0000{number}.pcapng" for number in (3, 4, 5)]
    assert all(each.stat().st_size <= 10_000 for each in files)
    assert out.told() == f"{files[0]} to {files[-1]} (3 files)"
    kept = [frame for each in files for frame in frames_of(each)]
    assert kept[-1][0] == bytes([9]) * 900 and out.frames == 50
    assert len(kept) == 50 - 2 * 10, "ten frames a file, none lost between two"


def test_a_frame_larger_than_a_file_gets_one_of_its_own(tmp_path: Path) -> None:
    out = recording(tmp_path / "x.pcapng", rotate=10_000)
    out.write(batch(b"a", bytes(20_000), bytes(20_000), b"b"))
    out.close()
    assert [len(frames_of(each)) for each in sorted(tmp_path.iterdir())] == [1, 1, 1, 1]


def test_dropped_frames_stand_in_the_file_in_which_they_are_missing(tmp_path: Path) -> None:
    out = recording(tmp_path / "x.pcapng", rotate=10_000)
    for dropped in (0, 5, 7):
        out.dropped = dropped
        out.write(batch(bytes(9_000)))
    out.close()
    told = []
    for path in sorted(tmp_path.iterdir()):
        with Capture(str(path)) as capture:
            assert sum(len(each.frames) for each in capture.batches()) == 1
            told.append(capture.dropped_frames)
    assert told == [5, 2, 0], "what is known when a file ends"


def test_what_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(RecordingFailed, match="cannot be written"):
        recording(tmp_path / "nowhere" / "x.pcapng")
    if os.path.exists("/dev/full"):
        with pytest.raises(RecordingFailed, match="writing stopped after 0 bytes"):
            recording(Path("/dev/full"))


def test_a_full_disk_leaves_whole_frames(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = recording(tmp_path / "x.pcapng")
    out.write(batch(b"first"))
    write, left = os.write, [10]

    def full(descriptor: int, data: bytes) -> int:
        """Takes ten bytes more, and then no more."""
        if not left:
            raise OSError(28, "No space left on device")
        return write(descriptor, data[: left.pop()])

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(RecordingFailed, match=r"writing stopped after \d+ bytes \(No space left on device\)"):
        out.write(batch(b"second"))
    out.close()
    assert [data for data, *_ in frames_of(tmp_path / "x.pcapng")] == [b"first"]
