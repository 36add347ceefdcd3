"""The tools of the benchmarks: their inputs are always the same valid captures, and they notice who skips work."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "benchmarks"))
import inputs  # type: ignore[import-not-found]  # noqa: E402
import run as bench  # type: ignore[import-not-found]  # noqa: E402

from dissector.reading import Reading  # noqa: E402


def made(name: str) -> bytes:
    out = io.BytesIO()
    what = inputs.INPUTS[name]
    inputs.write(what, out, 3 if what.megabytes else 0, min(9, what.associations))
    return out.getvalue()


def frames(data: bytes) -> list[tuple[float, bytes]]:
    found, at = [], 24
    while at < len(data):
        seconds, micros, length, wire = struct.unpack_from("<IIII", data, at)
        assert length == wire
        found.append((seconds + micros / 1e6, data[at + 16 : at + 16 + length]))
        at += 16 + length
    return found


def ones_sum(data: bytes) -> int:
    total = sum(struct.unpack(f"!{len(data) // 2}H", data[: len(data) // 2 * 2]))
    total += data[-1] << 8 if len(data) % 2 else 0
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


@pytest.mark.parametrize("name", inputs.INPUTS)
def test_inputs_are_the_same_each_time_and_in_order_of_time(name: str) -> None:
    data = made(name)
    assert data == made(name)
    times = [time for time, _ in frames(data)]
    assert times == sorted(times) or inputs.INPUTS[name].dirty


@pytest.mark.parametrize("name", [name for name in inputs.INPUTS if name != "loopback"])
def test_checksums_follow_the_new_addresses(name: str) -> None:
    """Those of IP always; those of TCP as right or wrong as in the recording: some senders leave them to hardware."""
    for seed_name in inputs.INPUTS[name].seeds:
        seed = inputs.Seed(seed_name)
        for (_, old, _, _), (_, new, _) in zip(seed.frames, seed.copy(7, inputs.INPUTS[name].differing), strict=True):
            assert ones_sum(new[14:34]) == 0xFFFF
            assert old[14 + 12 :] != new[14 + 12 :]
            assert tcp_sum(old) == tcp_sum(new)


def tcp_sum(frame: bytes) -> int:
    segment = frame[34 : 14 + int.from_bytes(frame[16:18], "big")]
    return ones_sum(frame[26:34] + struct.pack("!HH", 6, len(segment)) + segment)


@pytest.mark.parametrize("name", inputs.INPUTS)
def test_every_association_of_an_input_is_whole(name: str, tmp_path: Path) -> None:
    path = tmp_path / "made.pcap"
    path.write_bytes(made(name))
    with Reading(str(path)) as reading:
        found = list(reading.associations())
    assert found and {each.outcome for each in found} == {"released"}
    assert all(each.missing_bytes == 0 for each in found)
    assert len({each.client for each in found}) == len(found)
    if inputs.INPUTS[name].differing:
        assert len({each.calling_ae_title for each in found}) == len(found)
        for sides in ([each.requestor.side for each in found], [each.acceptor.side for each in found]):
            assert len({side.maximum_length for side in sides if side is not None}) == len(found)


def test_commands_are_counted_from_the_fields_of_tshark() -> None:
    lines = [
        "0x01\t\t\n", "0x02\t\t\n",
        "0x04\t0x00000000,0x00000002,0x00000100,0x00000110,0x00000800\t48,1,257\n",
        "0x04,0x04\t0x00000000,0x00000100,0x00000120,0x00000800,0x00000900,0x00080052\t0x8020,1,1,0xff00\n",
    ]  # fmt: skip
    found = bench.counted_by_tshark(iter(lines))
    assert found.pdus == {"A-ASSOCIATE-RQ": 1, "A-ASSOCIATE-AC": 1, "P-DATA-TF": 3}
    assert found.commands == {"C-ECHO-RQ": 1, "C-FIND-RSP": 1}


def test_who_finds_less_fails_the_run() -> None:
    whole = bench.Found({"P-DATA-TF": 3}, {"C-ECHO-RQ": 1})
    bench.hold_together("x", {"one": whole, "other": whole})
    for less in (bench.Found({"P-DATA-TF": 2}, whole.commands), bench.Found(whole.pdus, {})):
        with pytest.raises(bench.BenchmarkFailed, match="different"):
            bench.hold_together("x", {"one": whole, "other": less})


def test_a_command_is_measured_by_itself_and_its_failure_is_told() -> None:
    small = bench.measure([sys.executable, "-I", "-S", "-c", "pass"])
    large = bench.measure([sys.executable, "-I", "-S", "-c", "x = bytes(range(256)) * 400_000; sum(range(10**6))"])
    assert 0 < small.seconds and small.peak_bytes < 60 << 20 < 90 << 20 < large.peak_bytes
    with pytest.raises(bench.BenchmarkFailed, match="no such luck"):
        bench.measure([sys.executable, "-c", "raise SystemExit('no such luck')"])


def test_a_try_runs_and_says_what_was_found() -> None:
    ran = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "run.py"), "--quick", "--only", "small"], capture_output=True,
        text=True, timeout=300,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert "| plain | `read -q` |" in ran.stdout and "1 C-ECHO-RQ" in ran.stdout
