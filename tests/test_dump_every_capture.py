"""Every capture: every dump accounts for every byte, as text, as records, and through a pipe.

Strategy: each capture is read once in this process and three times by `dissector dump`; the programs run side by side.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dissector.capture import Capture
from dissector.pdu import Pdu
from dissector.reading import events, sender
from dissector.stream import Streams

from .captures import CAPTURES, PATHS, ROOT

pytestmark = pytest.mark.xdist_group("dumps of every capture")
"""Every capture is dumped in one worker."""


class Asked(NamedTuple):
    """What is known of a capture, or will be."""

    ours: list[Pdu]
    text: Future[subprocess.CompletedProcess[bytes]]
    json: Future[subprocess.CompletedProcess[bytes]]
    piped: Future[subprocess.CompletedProcess[bytes]]


@pytest.fixture(scope="module")
def asked(request: pytest.FixtureRequest) -> Iterator[dict[str, Asked]]:
    """Every capture that a selected test is about, handed to all programs at once."""
    wanted = {item.callspec.params.get("name") for item in request.session.items if hasattr(item, "callspec")}
    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        answers = {}
        for name, path in CAPTURES.items():
            if name not in wanted:
                continue
            ours = read(path)
            answers[name] = Asked(
                ours, pool.submit(dump, path), pool.submit(dump, path, "--json"),
                pool.submit(dump, path, "--json", piped=True),
            )  # fmt: skip
        yield answers
        pool.shutdown(cancel_futures=True)


def read(path: Path) -> list[Pdu]:
    """The PDUs that we find, with their bytes."""
    with Capture(str(path)) as capture:
        found = events(capture, streams=Streams(keep_bytes=True))
        return [each for each in found if isinstance(each, Pdu)]


def dump(path: Path, *options: str, piped: bool = False) -> subprocess.CompletedProcess[bytes]:
    """`dissector dump` of a capture, by name or through a pipe."""
    command = [sys.executable, "-m", "dissector", "dump", *options, "-" if piped else str(path)]
    given = path.read_bytes() if piped else None
    return subprocess.run(command, input=given, capture_output=True, cwd=ROOT, timeout=120)


def leaves(field: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The fields below which there are none, in order."""
    if not field["children"]:
        yield field
    for child in field["children"]:
        yield from leaves(child)


def records(run: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run.stdout.decode().splitlines()]


def assert_done(run: subprocess.CompletedProcess[bytes]) -> None:
    said = run.stderr.decode()
    assert run.returncode == 0, said
    assert "Traceback" not in said, said


def test_names_are_unique() -> None:
    assert len(PATHS) == len(CAPTURES) > 0


# ------------------------------------------------------------------------------------------------ dumps


@pytest.mark.parametrize("name", CAPTURES)
def test_dump_as_text(name: str, asked: dict[str, Asked]) -> None:
    run = asked[name].text.result()
    assert_done(run)
    headings = [line for line in run.stdout.decode().splitlines() if " of association " in line]
    assert len(headings) == len(asked[name].ours)


@pytest.mark.parametrize("name", CAPTURES)
def test_dump_as_records_accounts_for_every_byte(name: str, asked: dict[str, Asked]) -> None:
    run = asked[name].json.result()
    assert_done(run)
    found = records(run)
    assert len(found) == len(asked[name].ours)
    for record, pdu in zip(found, asked[name].ours, strict=True):
        length = pdu.end - pdu.start
        where = f"PDU {pdu.number} of association {pdu.association}"
        assert (record["association"], record["pdu"], record["from"], record["pdu_type"], record["stream_offset"]) == (
            pdu.association, pdu.number, sender(pdu) if pdu.roles_known else None, pdu.name, pdu.start
        )  # fmt: skip
        tail = sum(last - first for first, last in pdu.missing if last == length and first >= len(pdu.body or b""))
        kept = length - tail  # the last bytes of a PDU that were not captured are in no body
        assert len(pdu.body or b"") == kept, where
        at = 0
        for leaf in leaves(record["fields"]):
            assert leaf["start"] == at <= leaf["end"], f"{where}: {leaf['name']}"
            at = leaf["end"]
        assert (record["fields"]["start"], record["fields"]["end"], at) == (0, kept, kept), where
        came = [(frame["start"], frame["end"]) for frame in record["frames"]]
        assert all(first < last for first, last in [*came, *pdu.missing]), where
        at = 0
        for first, last in sorted([*came, *pdu.missing]):
            assert first == at, f"{where}: bytes {at} to {first} came in no frame, or in two"
            at = last
        assert at == length, where
        assert came == sorted(came), where
        numbers = [frame["frame"] for frame in record["frames"]]
        assert numbers and min(numbers) > 0, where


@pytest.mark.parametrize("name", CAPTURES)
def test_dump_through_a_pipe(name: str, asked: dict[str, Asked]) -> None:
    piped = asked[name].piped.result()
    assert_done(piped)
    assert piped.stdout == asked[name].json.result().stdout


@pytest.mark.parametrize("name", CAPTURES)
def test_pdus_of_a_stream_do_not_overlap(name: str, asked: dict[str, Asked]) -> None:
    ends: dict[int, int] = {}
    for pdu in asked[name].ours:
        assert pdu.start >= ends.get(id(pdu.stream), 0), f"PDU {pdu.number} of association {pdu.association}"
        ends[id(pdu.stream)] = pdu.end
