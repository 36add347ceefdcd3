"""`live` and `interfaces`: what `read` and `dump` show, while it happens."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..errors import UsageError
from .dumping import view_of
from .opening import HEAD_BYTES, open_reading
from .telling import Chosen, blocks, read_records
from .terminal import DONE, INTERRUPTED, coloured, columns, complain

if TYPE_CHECKING:
    from ..live import Live
    from ..reading import Reading
    from ..selection import Selection


def live_command(options: argparse.Namespace) -> int:
    from .. import dataset, rules  # noqa: F401 - loaded before frames come, not when the first record is due
    from ..live import Live, port_filter
    from ..recording import Recording

    if options.pdus and not options.json:
        raise UsageError("--pdus goes with --json")
    if (options.rotate or options.keep) and not options.write:
        raise UsageError("--rotate and --keep go with -w FILE")
    if options.keep and not options.rotate:
        raise UsageError("--keep goes with --rotate")
    if options.write == "-":
        raise UsageError("-w takes the name of a file; --json streams records")
    if options.dump and options.json and options.pdus:
        raise UsageError("--dump and --pdus do not go together")
    if options.json or options.dump or not sys.stdout.isatty():
        sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # each record leaves as it is known
    recording = Recording(options.write, options.rotate or 0, options.keep or 0) if options.write else None
    wanted = options.filter_capture or port_filter(options.interface, options.port, options.any_port)
    with (
        _Ending(options.duration) as ending,
        Live(options.interface, options.engine, wanted, options.count or 0, recording, _tell_dropped) as live,
    ):
        ending.watch(live)
        complain(f"capturing on {live.interface} with {live.engine}; Ctrl-C ends it")
        reading = open_reading(live.capture, options, keep_bytes=options.dump, keep_data=HEAD_BYTES)
        _show_live(reading, options)
        complain(_live_summary(live, reading))
        live.finish()
    return DONE


def _show_live(reading: Reading, options: argparse.Namespace) -> None:
    """What `read` shows, while it happens."""
    from ..selection import Selection
    from ..views import hexdump

    selection, chosen = Selection(options.filter), Chosen(options)
    if options.dump:
        _dump_live(reading, options)
        return
    reading.judging()
    if options.json:
        read_records(reading, selection, chosen, options)
        return
    width, colour = min(columns(options), 160), coloured(options)
    if sys.stdout.isatty():
        from ..views.livetable import LiveTable

        with LiveTable(reading.tracker, reading.capture, options.lang, colour) as table:
            for lines in blocks(reading, reading, selection, chosen, options):
                table.write(lines)
        return
    for lines in blocks(reading, _announced(reading, selection, options), selection, chosen, options):
        hexdump.write(lines, sys.stdout, colour, width)


def _announced(reading: Reading, selection: Selection, options: argparse.Namespace) -> Iterator[object]:
    """What a reading tells; where there is no table to see it in, a line when an association is requested."""
    from ..pdu import Pdu
    from ..standard.pdus import A_ASSOCIATE_RQ
    from ..views import hexdump, text

    width, colour = min(columns(options), 160), coloured(options)
    for each in reading:
        if isinstance(each, Pdu) and each.pdu_type == A_ASSOCIATE_RQ and not each.nonsense:
            association = reading.tracker.open_association(each.association)
            if association is not None and selection.association(association):
                hexdump.write([text.requested(association, options.lang)], sys.stdout, colour, width)
        yield each


def _dump_live(reading: Reading, options: argparse.Namespace) -> None:
    """Each PDU annotated as it arrives."""
    from ..jsonlines import json_line
    from ..views import hexdump, pdus

    view, colour = view_of(options), coloured(options)
    for pdu in reading.pdus():
        if options.json:
            print(json_line(pdus.dump_record(pdu, view)))
        else:
            lines = hexdump.subject_lines(pdus.subject(pdu, options.lang), view)
            hexdump.write(lines, sys.stdout, colour, view.width)


class _Ending:
    """While it is entered: Ctrl-C, a signal to end, and the end of the time let a capture end in good order; a second
    Ctrl-C leaves at once."""

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        self.live: Live | None = None
        self.signals = 0

    def __enter__(self) -> _Ending:
        import signal

        self.before = [(number, signal.signal(number, self._signalled)) for number in (signal.SIGINT, signal.SIGTERM)]
        return self

    def __exit__(self, *_: object) -> None:
        import signal

        for number, handler in self.before:
            signal.signal(number, handler)

    def watch(self, live: Live) -> None:
        """The capture has begun: this is what is to be ended."""
        import threading

        self.live = live
        if self.seconds:
            timer = threading.Timer(self.seconds, live.stop)
            timer.daemon = True
            timer.start()

    def _signalled(self, *_: object) -> None:
        if self.live is None:
            raise KeyboardInterrupt
        self.signals += 1
        if self.signals > 1:
            self.live.abandon()
            if sys.stdout.isatty():
                os.write(sys.stdout.fileno(), _SHOW_CURSOR)
            os._exit(INTERRUPTED)
        self.live.stop()


_SHOW_CURSOR = b"\x1b[?25h"
"""What a terminal is told when the table that hid its cursor is left at once."""


def _tell_dropped(total: int) -> None:
    complain(f"the kernel has dropped {total} frames so far: what they held shows as missing bytes")


def _live_summary(live: Live, reading: Reading) -> str:
    """What was captured, for the end."""
    words = f"{reading.capture.frame_count} frames captured, {live.dropped} dropped by the kernel"
    if live.recording is None:
        return words
    return f"{words}; {live.recording.frames} written to {live.recording.told()}"


def interfaces_command(options: argparse.Namespace) -> int:
    from ..jsonlines import json_line
    from ..live import interfaces

    found = interfaces()
    for each in found:
        if options.json:
            print(json_line({"record": "interface", "name": each.name, "addresses": list(each.addresses),
                                "up": each.is_up}))  # fmt: skip
        else:
            widest = max(len(other.name) for other in found)
            state = "up" if each.is_up else "down"
            print(f"{each.name:{widest}}  {state:4}  {', '.join(each.addresses)}".rstrip())
    return DONE
