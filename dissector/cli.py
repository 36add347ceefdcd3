"""The command `dissector`: arguments in, a view out, an exit status.

Strategy: every command imports what it needs when it runs, so that `--help` and `dump` stay light. Errors of ours are
one line on standard error and status 2; a closed pipe is no error; Ctrl-C ends cleanly with 130.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from . import __version__
from .errors import DissectorError, UsageError

if TYPE_CHECKING:
    from .capture import Capture
    from .pdu import Pdu
    from .reading import Reading
    from .selection import Selection
    from .stream import Streams
    from .views.hexdump import Options

DONE, FOUND_ERROR, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns its exit status (see `dissector --help`)."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        status = _run(words)
        sys.stdout.flush()
        return status
    except DissectorError as error:
        _complain(str(error))
        return WRONG_USAGE
    except BrokenPipeError:
        # The reader has gone (`| head`): that is its right. Standard output is pointed away so that Python does not
        # complain when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(words: list[str]) -> int:
    parser = _parser()
    if words and words[0] not in COMMANDS and not (words[0].startswith("-") and words[0] != "-"):
        words.insert(0, "read")
    if not words:
        parser.print_help(sys.stderr)
        return WRONG_USAGE
    options = parser.parse_args(words)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    return int(COMMANDS[options.command](options))


def _complain(text: str) -> None:
    print(f"dissector: {text}", file=sys.stderr)


# ------------------------------------------------------------------------------------------------ arguments


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> Any:
        self.exit(WRONG_USAGE, f"dissector: {message} (try: {self.prog} --help)\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="dissector",
        description="Dissect DICOM network traffic: every byte named, every message told, in English and Chinese.",
        epilog="`dissector CAPTURE` is short for `dissector read CAPTURE`. "
        "Exit status: 0 done, 2 wrong usage or unreadable input.",
    )
    parser.add_argument("--version", action="version", version=f"dissector {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=_Parser)

    common = _Parser(add_help=False)
    common.add_argument("--lang", choices=("en", "zh"), default="en", help="the language of words for people")
    common.add_argument("--json", action="store_true", help="records for programs, one JSON object a line")
    common.add_argument("--no-color", "--no-colour", action="store_true", help="no colours, whatever the terminal can")
    common.add_argument("--show-secrets", action="store_true", help="do not mask passcodes, tickets and tokens")
    common.add_argument("--width", type=_width, metavar="COLUMNS", help="the width of lines (default: the terminal's)")
    ported = _Parser(add_help=False)
    ported.add_argument(
        "--port", type=_port, action="append", default=[], metavar="N",
        help="take this TCP port for DICOM besides 104, 11112, 2761, 2762 and what is recognised (repeatable)",
    )  # fmt: skip
    shown = _Parser(add_help=False)
    shown.add_argument("--reference", action="store_true", help="add the clause of the standard to each field")
    shown.add_argument("--explain", action="store_true", help="add a sentence of explanation to each field")
    shown.add_argument("--full", action="store_true", help="do not fold long runs of bytes")

    read = commands.add_parser(
        "read", parents=[common, ported], help="associations, their messages, how they ended: the main job",
        description="Tell what happened in captures: who called whom, what was negotiated, which messages went, how "
        "long each took, how it ended.",
        epilog="--filter terms (all must hold; commas list alternatives): " + _filter_keys(),
    )  # fmt: skip
    read.add_argument(
        "captures", nargs="+", metavar="CAPTURE", help="pcap or pcapng, plain, gzip or zstd; - is standard input"
    )
    detail = read.add_mutually_exclusive_group()
    detail.add_argument("-v", "--verbose", action="store_true", help="add detail")
    detail.add_argument("-q", "--quiet", action="store_true", help="one line per association")
    read.add_argument("--all", action="store_true", help="do not fold runs of alike messages")
    read.add_argument("--pdus", action="store_true", help="with --json: a record for every PDU too")
    read.add_argument("--filter", action="append", default=[], metavar="KEY=VALUE", help="show only these (repeatable)")
    read.add_argument(
        "--style", choices=("plain", "dcmtk", "dcmtk-requestor", "dcmtk-acceptor"), default="plain",
        help="as the log of DCMTK's tools shows associations, to compare with it: told from outside, or word for word "
        "as the requestor or the acceptor logs it",
    )  # fmt: skip
    dump = commands.add_parser(
        "dump", parents=[common, ported, shown], help="annotated hex dump of the PDUs of a capture",
        description="Show every byte of every PDU with its position, name, value and meaning.",
    )  # fmt: skip
    dump.add_argument("capture", metavar="CAPTURE", help="pcap or pcapng, plain, gzip or zstd; - is standard input")
    dump.add_argument("--association", type=_positive, metavar="N", help="only association N")
    dump.add_argument("--pdu", type=_positive, metavar="N", help="only PDU N within its association")
    dump.add_argument("--type", metavar="TYPE", help="only PDUs of this type, such as A-ASSOCIATE-RQ")
    explain = commands.add_parser(
        "explain", parents=[common, shown], help="the same for bytes given as hexadecimal",
        description="Annotate bytes given as hexadecimal: PDUs, one item, or a command set. Spaces, 0x, C arrays and "
        "the dumps of common tools are understood.",
    )  # fmt: skip
    explain.add_argument("hex", nargs="*", metavar="HEX", help="the bytes; standard input when there are none")
    return parser


def _filter_keys() -> str:
    return "; ".join(f"{key}= {meaning}" for key, meaning in FILTER_KEYS.items())


FILTER_KEYS = {
    "ae": "calling or called AE title",
    "calling": "calling AE title",
    "called": "called AE title",
    "address": "IP address, or ip:port, of either side",
    "outcome": "released, rejected, aborted, closed, reset or open",
    "after": "began at this time or later (2026-11-22T13:45, or 13:45 on the first day of the capture)",
    "before": "began before this time",
    "command": "C-STORE, C-FIND-RSP, ... (without -RQ or -RSP: both)",
    "status": "success, warning, failure, pending, cancel, or a code such as A700",
    "sop": "SOP class, by its UID or part of its name",
}
"""What `--filter` understands; `selection` does the work."""


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("numbers count from 1")
    return number


def _width(text: str) -> int:
    number = int(text)
    if not 40 <= number <= 1000:
        raise argparse.ArgumentTypeError("between 40 and 1000 columns")
    return number


def _port(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError("a TCP port is between 1 and 65535")
    return number


def _coloured(options: argparse.Namespace) -> bool:
    return sys.stdout.isatty() and not options.no_color and not os.environ.get("NO_COLOR")


def _columns(options: argparse.Namespace) -> int:
    if options.width:
        return int(options.width)
    if not sys.stdout.isatty():
        return 80
    return max(40, shutil.get_terminal_size().columns)


def _view(options: argparse.Namespace) -> Options:
    from .views.hexdump import Options

    return Options(
        options.lang, min(_columns(options), 120), options.reference, options.explain, options.full,
        options.show_secrets,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ commands


def _pdus(capture: Capture, options: argparse.Namespace) -> Iterator[Pdu]:
    """The PDUs of a capture with their bytes; at the end, what the reader of the file has to say."""
    from .pdu import Pdu
    from .reading import events
    from .stream import Streams

    streams = Streams(options.port, keep_bytes=True)
    for event in events(capture, streams=streams):
        if isinstance(event, Pdu):
            yield event
    _remarks(capture, streams)


def _dump(options: argparse.Namespace) -> int:
    from .capture import Capture
    from .views import hexdump, records
    from .views.pdus import dump_lines, dump_record

    view = _view(options)
    wanted = options.type.upper() if options.type else None
    if wanted:
        _check_type(wanted)
    colour = _coloured(options)
    found = 0
    with Capture(options.capture) as capture:
        for pdu in _pdus(capture, options):
            if options.association not in (None, pdu.association) or options.pdu not in (None, pdu.number):
                continue
            if wanted not in (None, pdu.name.upper()):
                continue
            found += 1
            if options.json:
                print(records.line(dump_record(pdu, view)))
            else:
                hexdump.write(dump_lines(pdu, view), sys.stdout, colour, view.width)
    if not found and (options.association or options.pdu or wanted):
        raise UsageError(f"{options.capture}: no such PDU")
    if not found and not options.json:
        _complain(f"{options.capture}: no DICOM PDU found; --port N names a port to look at")
    return DONE


def _check_type(name: str) -> None:
    from .standard.pdus import PDU_NAMES

    if name not in PDU_NAMES.values() and name != "UNKNOWN":
        raise UsageError(f"no PDU type {name!r}; there are {', '.join(PDU_NAMES.values())}")


def _explain(options: argparse.Namespace) -> int:
    from .hexinput import parse_hex
    from .reading import structures_in
    from .views import hexdump, records

    if options.hex:
        text = " ".join(options.hex)
    else:
        if sys.stdin.isatty():
            _complain("reading hexadecimal from standard input; end with Ctrl-D")
        text = sys.stdin.buffer.read().decode("utf-8", "replace")
    data = parse_hex(text)
    view = _view(options)
    for root, start, piece in structures_in(data):
        if options.json:
            record = records.dissection(
                root, association=None, number=None, sender=None, pdu_type=root.spec.title, stream_offset=start,
                frames=(), lang=options.lang, show_secrets=options.show_secrets,
            )  # fmt: skip
            print(records.line(record))
        else:
            hexdump.write([*hexdump.annotate(root, piece, view), []], sys.stdout, _coloured(options), view.width)
    return DONE


def _read(options: argparse.Namespace) -> int:
    from .reading import Reading
    from .selection import Selection

    if options.pdus and not options.json:
        raise UsageError("--pdus goes with --json")
    if options.style != "plain" and (options.json or options.quiet):
        raise UsageError("--style goes neither with --json nor with -q")
    selection = Selection(options.filter)
    status, associations = DONE, 0
    for path in options.captures:
        try:
            with Reading(path, ports=options.port, first_association=associations + 1) as reading:
                with _progress(reading.capture):
                    show = _read_records if options.json else _read_text
                    show(reading, selection, options)
                associations += reading.tracker.count
                _remarks(reading.capture, reading.streams)
        except DissectorError as error:
            _complain(str(error))
            status = WRONG_USAGE
    return status


def _read_records(reading: Reading, selection: Selection, options: argparse.Namespace) -> None:
    """Records, each as soon as it is known; with a filter, those of an association when it has ended."""
    from .association import Association
    from .dimse import Message
    from .views import records

    print(records.line(records.capture(reading.capture)), flush=True)
    held: dict[int, list[str]] = {}
    chosen: dict[int, bool] = {}
    for each in reading:
        if isinstance(each, Association):
            line = records.line(records.association(each))
            if not selection:
                print(line)
            elif selection.association(each) and (not selection.message_tests or chosen.get(each.number)):
                print(*held.get(each.number, ()), line, sep="\n")
            held.pop(each.number, None)
            chosen.pop(each.number, None)
            continue
        if isinstance(each, Message):
            number, line = each.association.number, records.line(records.message(each))
            if selection and not selection.message(each):
                continue
            chosen[number] = True
        elif options.pdus:
            number, line = each.association, records.line(records.pdu(each))
        else:
            continue
        if selection:
            held.setdefault(number, []).append(line)
        else:
            print(line)
    end = records.capture_end(
        reading.capture, tcp_connections=reading.streams.connection_count, associations=reading.tracker.count,
        messages=reading.tracker.message_count, findings=0,
    )  # fmt: skip
    print(records.line(end))


def _read_text(reading: Reading, selection: Selection, options: argparse.Namespace) -> None:
    """A block for each association, when it has ended."""
    from .association import Association
    from .dimse import Message
    from .views import hexdump, text

    width = min(_columns(options), 160)
    view: Any
    if options.style == "plain":
        view = text.TextView(text.Options(options.lang, width, options.all, options.verbose, options.quiet))
    else:
        from .views import dcmtk

        view = dcmtk.LogView(options.style.partition("-")[2] or None)
    colour = _coloured(options)
    chosen: set[int] = set()
    count = 0
    for each in reading:
        if isinstance(each, Message):
            if not selection or selection.message(each):
                chosen.add(each.association.number)
                view.message(each)
        elif isinstance(each, Association):
            lines = view.association(each)
            shown = selection.association(each) and (not selection.message_tests or each.number in chosen)
            chosen.discard(each.number)
            if not shown:
                deque(lines, maxlen=0)  # the view lets go of what it holds
                continue
            count += 1
            hexdump.write(lines, sys.stdout, colour, width)
            sys.stdout.flush()
    if not count:
        _complain(f"{reading.capture.path}: no DICOM association" + (" that fits" if selection else " found"))


def _progress(capture: Capture) -> Any:
    """A progress bar on standard error, on a terminal, when it takes more than a second."""
    from contextlib import nullcontext

    if capture.total_bytes is None or capture.total_bytes < 50_000_000 or not sys.stderr.isatty():
        return nullcontext()
    from .views.progress import bar

    return bar(capture)


def _remarks(capture: Capture, streams: Streams) -> None:
    """What the reader of the file has to say at its end."""
    from .link import link_type_name

    for link_type, count in streams.link.unsupported.items():
        _complain(f"{capture.path}: {count} frames of link type {link_type_name(link_type)} cannot be read")
    if capture.damage:
        _complain(f"{capture.path}: {capture.damage}; what stands before it was read")


COMMANDS = {"read": _read, "dump": _dump, "explain": _explain}
