"""`export`, `compare` and `findings`: commands of a few lines, whose work is done elsewhere."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from .opening import WHOLE_BYTES, open_reading
from .terminal import DONE, FOUND_DIFFERENCE, coloured, columns, complain, progress, remarks

if TYPE_CHECKING:
    from ..capture import Capture


def export_command(options: argparse.Namespace) -> int:
    from ..export import Exporter
    from ..jsonlines import json_line

    def tell(record: dict[str, Any]) -> None:
        print(json_line(record))

    with open_reading(options.capture, options, keep_data=WHOLE_BYTES) as reading:
        exporter = Exporter(options.directory, options.incomplete, options.identifiers, tell if options.json else None)
        with progress(reading.capture), exporter:
            for message in reading.messages():
                exporter.message(message)
        remarks(reading.capture, reading.streams)
    if not options.json:
        print(exporter.summary())
    return DONE


def compare_command(options: argparse.Namespace) -> int:
    from ..jsonlines import json_line
    from ..second_opinion import Comparison
    from ..views import comparison, hexdump

    if options.capture == "-":
        raise UsageError("compare reads the capture twice: give it as a file")
    if options.checksums:
        raise UsageError("compare cannot leave out segments with wrong checksums: tshark dissects them all the same")
    found = Comparison(options.capture, options.port, options.show_secrets, _comparing)
    if options.json:
        for record in comparison.records(found, options.lang):
            print(json_line(record))
    else:
        width = min(columns(options), 120)
        hexdump.write(comparison.lines(found, options.lang, width), sys.stdout, coloured(options), width)
    return FOUND_DIFFERENCE if found.unexplained else DONE


LARGE_BYTES = 40_000_000
"""A capture of so many bytes takes minutes to compare."""


def _comparing(capture: Capture) -> Any:
    """What is said before a capture is compared, and shown meanwhile."""
    size = capture.total_bytes or 0
    if size > LARGE_BYTES:
        complain(f"{capture.path} has {size // 10**6} MB: for each, tshark takes 3 to 10 seconds and 4 to 8 MB of "
                 "memory; Ctrl-C ends it")  # fmt: skip
    return progress(capture)


def findings_command(options: argparse.Namespace) -> int:
    from ..jsonlines import json_line
    from ..standard.findings import FINDINGS
    from ..views import findings, hexdump

    width, colour = min(columns(options), 120), coloured(options)
    exact = FINDINGS.get(options.code)
    prefix = (options.code or "").rstrip("*")
    kinds = [exact] if exact else [kind for code, kind in FINDINGS.items() if code.startswith(prefix)]
    if not kinds:
        raise UsageError(f"no finding has the code {options.code!r}; `dissector findings` lists them")
    if options.json:
        for kind in kinds:
            print(json_line(findings.kind_record(kind, options.lang)))
    elif len(kinds) == 1:
        hexdump.write(findings.explained(kinds[0], options.lang, width), sys.stdout, colour, width)
    else:
        hexdump.write(findings.catalogue(kinds, options.lang, width), sys.stdout, colour, width)
    return DONE
