"""`dump`, `explain` and `page`: bytes with their names, in the terminal, as a figure, as a page."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from .opening import HEAD_BYTES, open_reading
from .terminal import DONE, coloured, columns, complain, progress, remarks, write_text

if TYPE_CHECKING:
    from ..capture import Capture
    from ..dimse import Message
    from ..pdu import Pdu
    from ..rules import Finding
    from ..views.hexdump import Options, Subject


def view_of(options: argparse.Namespace) -> Options:
    from ..views.hexdump import DEFAULT_WIDTH, Options

    figure = _is_figure(options)
    # A figure does not depend on the terminal at which it is made.
    width = options.width or DEFAULT_WIDTH if figure else columns(options)
    mask = not options.show_values if figure else options.mask
    return Options(
        options.lang, min(width, 120), options.reference, options.explain, options.full, options.show_secrets, mask,
    )  # fmt: skip


def _is_figure(options: argparse.Namespace) -> bool:
    return bool(options.command == "dump" and options.format != "text")


def _pdus(capture: Capture, options: argparse.Namespace) -> Iterator[Pdu]:
    """The PDUs of a capture with their bytes; at the end, what the reader of the file has to say."""
    from ..pdu import Pdu
    from ..reading import events
    from ..stream import Streams

    streams = Streams(options.port, keep_bytes=True, checksums=options.checksums)
    for event in events(capture, streams=streams):
        if isinstance(event, Pdu):
            yield event
    remarks(capture, streams)


def dump_command(options: argparse.Namespace) -> int:
    _check_figure(options)
    out = _Dumped(options)
    if options.data_sets:
        return _dump_data_sets(options, out)
    from ..capture import Capture
    from ..views import pdus

    wanted = options.type.upper() if options.type else None
    if wanted:
        _check_type(wanted)
    finding = _finding(options) if options.finding else None
    with Capture(options.capture) as capture:
        for pdu in _pdus(capture, options):
            marked = () if finding is None else pdus.marks(finding, pdu)
            if finding is not None and not marked:
                continue
            if options.association not in (None, pdu.association) or options.pdu not in (None, pdu.number):
                continue
            if wanted not in (None, pdu.name.upper()):
                continue
            out.add(pdus, pdu, marked)
    if finding is not None and not out.count and not options.json:
        frames = ", ".join(str(each.frame) for each in finding.evidence if each.frame)
        narrowed = options.association or options.pdu or wanted
        what = "does not show in the PDUs asked for" if narrowed else "shows in no PDU"
        out.nothing(f"finding {options.finding} {what}" + (f"; see frame {frames}" if frames else ""))
    elif not out.count and (options.association or options.pdu or wanted):
        raise UsageError(f"{options.capture}: no such PDU")
    elif not out.count and not options.json:
        out.nothing(f"{options.capture}: no DICOM PDU found; --port N names a port to look at")
    out.finish()
    return DONE


def _check_figure(options: argparse.Namespace) -> None:
    """Options that would have no effect, or one that nobody can have meant."""
    if options.dark and options.format != "svg":
        raise UsageError("--dark goes with --format svg")
    if options.message and not options.data_sets:
        raise UsageError("--message goes with --data-sets")
    if options.data_sets and (options.pdu or options.type):
        raise UsageError("--pdu and --type choose PDUs; with --data-sets it is --message")
    if options.finding and options.data_sets:
        raise UsageError("--finding chooses PDUs, not data sets")
    if not _is_figure(options):
        if options.output:
            raise UsageError("-o goes with --format html or svg; the text goes to standard output")
        return
    if options.json:
        raise UsageError("--json goes with neither --format html nor --format svg")
    if options.show_secrets:
        raise UsageError("a figure is made to be passed on: credentials are always masked in it")
    if options.mask and options.show_values:
        raise UsageError("--mask and --show-values contradict each other")


class _Dumped:
    """Writes what `dump` has chosen: as text or records at once, as a figure when it is known to be the only one."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.view = view_of(options)
        self.count = 0
        self.colour = coloured(options)
        self.figure: Subject | None = None

    def add(self, room: Any, chosen: Pdu | Message, *marked: object) -> None:
        """A PDU or a message with its data set; `room` is the module of the views that shows it."""
        from ..jsonlines import json_line
        from ..views import hexdump

        self.count += 1
        if self.options.json:
            print(json_line(room.dump_record(chosen, self.view)))
            return
        subject = room.subject(chosen, self.view.lang, *marked)
        if not _is_figure(self.options):
            hexdump.write(hexdump.subject_lines(subject, self.view), sys.stdout, self.colour, self.view.width)
        elif self.figure is None:
            self.figure = subject
        else:
            choice = "--association N --message N" if self.options.data_sets else "--association N --pdu N"
            raise UsageError(f"a figure shows one of them, and more than one fits: choose with {choice}")

    def nothing(self, why: str) -> None:
        """Nothing was found: no figure can be made of that, but an empty dump is one."""
        if _is_figure(self.options):
            raise UsageError(why)
        complain(why)

    def finish(self) -> None:
        """Write the figure, if one was asked for."""
        if self.figure is None:
            return
        from ..views.figure import subject_html, subject_svg

        if self.options.format == "svg":
            text = subject_svg(self.figure, self.view, self.options.dark)
        else:
            text = subject_html(self.figure, self.view)
        write_text(self.options.output or "-", text, self.options.capture)


def _finding(options: argparse.Namespace) -> Finding:
    """The finding of a number, told above what proves it."""
    from ..rules import Finding
    from ..views import findings, hexdump

    if options.capture == "-":
        raise UsageError("--finding reads the capture twice: give it as a file")
    with open_reading(options.capture, options, keep_data=HEAD_BYTES) as reading:
        for each in reading.judging():
            if isinstance(each, Finding) and each.number == options.finding:
                if not options.json and not _is_figure(options):
                    width = min(columns(options), 120)
                    lines = [*findings.place(each, options.lang), *findings.lines([each], options.lang, width, 0, True)]
                    hexdump.write([*lines, []], sys.stdout, coloured(options), width)
                return each
    raise UsageError(f"{options.capture}: there is no finding {options.finding}")


def _dump_data_sets(options: argparse.Namespace, out: _Dumped) -> int:
    from ..views import datasets

    with open_reading(options.capture, options, keep_bytes=True) as reading:
        for message in reading.messages():
            if not message.has_data_set or options.association not in (None, message.association.number):
                continue
            if options.message not in (None, message.number):
                continue
            out.add(datasets, message)
        remarks(reading.capture, reading.streams)
    if not out.count and (_is_figure(options) or options.message):
        raise UsageError(f"{options.capture}: no such data set")
    if not out.count and not options.json:
        out.nothing(f"{options.capture}: no data set found")
    out.finish()
    return DONE


def page_command(options: argparse.Namespace) -> int:
    from ..views.page import render
    from ..views.pagedata import Options, PageData

    if options.json:
        raise UsageError("page has no records; `dissector read --json` gives them")
    if options.show_secrets:
        raise UsageError("a page is made to be passed on: credentials are always masked in it")
    data = PageData(Options(options.lang, options.show_values, options.max_bytes))
    with open_reading(options.capture, options, keep_bytes=True) as reading:
        with progress(reading.capture):
            data.read(reading.judging())
        remarks(reading.capture, reading.streams, judged=True)
    if not reading.tracker.count:
        complain(f"{options.capture}: no DICOM association found")
    write_text(options.output, render(data.record()), options.capture)
    return DONE


def _check_type(name: str) -> None:
    from ..standard.pdus import PDU_NAMES

    if name not in PDU_NAMES.values() and name != "UNKNOWN":
        raise UsageError(f"no PDU type {name!r}; there are {', '.join(PDU_NAMES.values())}")


def explain_command(options: argparse.Namespace) -> int:
    from ..hexinput import parse_hex
    from ..jsonlines import json_line
    from ..reading import structures_in
    from ..views import hexdump, records

    if options.hex and options.hex != ["-"]:
        text = " ".join(options.hex)
    else:
        if sys.stdin.isatty():
            complain("reading hexadecimal from standard input; end with Ctrl-D")
        text = sys.stdin.buffer.read().decode("utf-8", "replace")
    data = parse_hex(text)
    view = view_of(options)
    for root, start, piece in structures_in(data):
        if options.json:
            record = records.dissection(
                root, association=None, number=None, sender=None, pdu_type=root.spec.title, stream_offset=start,
                frames=(), lang=options.lang, show_secrets=options.show_secrets,
            )  # fmt: skip
            print(json_line(record))
        else:
            hexdump.write([*hexdump.annotate(root, piece, view), []], sys.stdout, coloured(options), view.width)
    return DONE
