"""Independent captures, read at the same time: the output is the same as that of reading them one after the other.

Strategy: each capture is told by a process of its own into a file, and the files are copied to the output in the order
of the arguments. Numbers run on over captures, so a process must know what came before: how many associations there
are is counted first, which takes a fraction of the time for nothing is judged or told; findings are numbered from a
random number that no capture can hold, and get their own when they are copied.
"""

from __future__ import annotations

import argparse
import re
import secrets
import shutil
import sys
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from .errors import DissectorError

if TYPE_CHECKING:
    from .cli.telling import Chosen

_FINDINGS_OF_ONE = 10**9
"""More findings than this no capture has: the digits that tell them apart."""


class _Told(NamedTuple):
    """What a process says besides the output."""

    status: int
    associations: int
    findings: int
    """How many there were, wanted or not."""
    wanted: int
    """Of those that were asked for."""
    severities: dict[str, int]
    """The same by severity."""


def tell_in_parallel(
    options: argparse.Namespace, captures: list[list[str]], chosen: Chosen
) -> tuple[int, int]:
    """As `cli.telling.tell` for each capture in turn, `options.jobs` of them at a time."""
    from .cli.terminal import coloured, columns

    options.coloured, options.width = coloured(options), columns(options)
    base = (1 + secrets.randbelow(10**9)) * _FINDINGS_OF_ONE
    mark = re.compile(rb"(?<!\d)" + str(base // _FINDINGS_OF_ONE).encode() + rb"\d{9}(?!\d)")
    status = associations = 0
    with TemporaryDirectory(prefix="dissector-") as folder, ProcessPoolExecutor(options.jobs) as pool:
        outputs = [Path(folder, str(index)) for index in range(len(captures))]
        counts = list(pool.map(_count, [options] * len(captures), captures))
        starts = [1 + sum(counts[:index]) for index in range(len(captures))]
        running: list[Future[_Told]] = [
            pool.submit(_tell, options, files, first, base, str(output))
            for files, first, output in zip(captures, starts, outputs)
        ]
        for index, future in enumerate(running):
            told = future.result()
            if starts[index] != associations + 1:
                # One before it had more or fewer associations when judged: rare, and then it is told anew.
                told = _tell(options, captures[index], associations + 1, base, str(outputs[index]))
            _copy(outputs[index], mark, chosen.next_number - base)
            status = told.status or status
            associations += told.associations
            chosen.next_number += told.findings
            chosen.count += told.wanted
            for severity, number in told.severities.items():
                chosen.severities[severity] += number
            outputs[index].unlink()
    return status, associations


def _count(options: argparse.Namespace, files: list[str]) -> int:
    """How many associations there are in a capture; none where it cannot be read."""
    from .cli.opening import HEAD_BYTES, opened
    from .reading import events
    from .stream import Streams

    streams = Streams(options.port, keep_data=HEAD_BYTES)
    try:
        with opened(files) as capture:
            for _ in events(capture, streams=streams):
                pass
    except DissectorError:
        return 0
    return streams.next_association - 1


def _tell(options: argparse.Namespace, files: list[str], first_association: int, base: int, output: str) -> _Told:
    """Tell one capture into a file, and beside it what goes to standard error."""
    from .cli.telling import Chosen, tell

    chosen = Chosen(options)
    chosen.next_number = base
    with open(output, "w", encoding="utf-8", errors="backslashreplace") as out, open(
        output + "-errors", "w", encoding="utf-8", errors="backslashreplace"
    ) as errors:
        with redirect_stdout(out), redirect_stderr(errors):
            status, associations = tell(options, files, chosen, first_association)
    return _Told(status, associations, chosen.next_number - base, chosen.count, chosen.severities)


def _copy(output: Path, mark: re.Pattern[bytes], move: int) -> None:
    """Copy what was told, each finding with its own number."""
    number: Callable[[re.Match[bytes]], bytes] = lambda found: str(int(found[0]) + move).encode()  # noqa: E731
    sys.stdout.flush()
    with output.open("rb") as lines:
        binary = getattr(sys.stdout, "buffer", None)
        for line in lines:
            moved = mark.sub(number, line)
            if binary is not None:
                binary.write(moved)
            else:
                sys.stdout.write(moved.decode())
    with output.with_name(output.name + "-errors").open(encoding="utf-8") as errors:
        shutil.copyfileobj(errors, sys.stderr)
