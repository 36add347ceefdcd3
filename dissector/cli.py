"""The command `dissector`: arguments in, a view out, an exit status.

Strategy: every command imports what it needs when it runs, so that `--help` and `dump` stay light. Errors of ours are
one line on standard error and status 2; a closed pipe is no error; Ctrl-C ends cleanly with 130.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from . import __version__
from .errors import DissectorError, UsageError
from .filter_keys import FILTER_KEYS

if TYPE_CHECKING:
    from .capture import Capture
    from .dimse import Message
    from .live import Live
    from .pdu import Pdu
    from .reading import Reading
    from .rules import Finding
    from .selection import Selection
    from .stream import Streams
    from .views.hexdump import Line, Options, Subject

DONE, FOUND_ERROR, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130
FOUND_DIFFERENCE = 1


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns its exit status (see `dissector --help`)."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        status = _run(words)
        sys.stdout.flush()
        return status
    except DissectorError as error:
        complain(str(error))
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
    if words and words[0] not in COMMANDS and words[0] not in ("-h", "--help", "--version"):
        words.insert(0, "read")
    if not words:
        parser.print_help(sys.stderr)
        return WRONG_USAGE
    options = parser.parse_args(words)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    return int(COMMANDS[options.command](options))


def complain(text: str) -> None:
    print(f"dissector: {text}", file=sys.stderr)


# ------------------------------------------------------------------------------------------------ arguments


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> Any:
        self.exit(WRONG_USAGE, f"dissector: {message} (try: {self.prog} --help)\n")


class _Version(argparse.Action):
    """Says which version this is; only then it is looked up whether it is compiled."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from .compiling import compiled

        print(f"dissector {__version__} ({'compiled' if compiled() else 'plain Python'})")
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="dissector",
        description="Dissect DICOM network traffic: every byte named, every message told, in English and Chinese.",
        epilog="`dissector CAPTURE` is short for `dissector read CAPTURE`. "
        "Exit status: 0 done, 1 `check` found an error or `compare` a difference that nothing explains, 2 wrong usage "
        "or unreadable input.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version, and whether it is compiled")
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
    ported.add_argument(
        "--checksums", action="store_true",
        help="verify the checksums of IPv4 headers and TCP segments, and leave out segments where one is wrong, as a "
        "receiver does; not done by itself, because in a capture made on the sending machine they are all wrong: its "
        "network card fills them in after the capture (checksum offloading)",
    )  # fmt: skip
    shown = _Parser(add_help=False)
    shown.add_argument("--reference", action="store_true", help="add the clause of the standard to each field")
    shown.add_argument("--explain", action="store_true", help="add a sentence of explanation to each field")
    shown.add_argument("--mask", action="store_true",
                       help="dots for values that identify somebody (PS3.15 basic profile)")  # fmt: skip
    shown.add_argument("--full", action="store_true", help="do not fold long runs of bytes")

    chosen = _Parser(add_help=False)
    chosen.add_argument("--ignore", action="append", default=[], metavar="CODE",
                        help="leave out findings of this code or prefix (association.*; repeatable)")  # fmt: skip
    chosen.add_argument("--only", action="append", default=[], metavar="CODE",
                        help="only findings of this code or prefix (repeatable)")  # fmt: skip

    several = _Parser(add_help=False)
    several.add_argument("captures", nargs="+", metavar="CAPTURE",
                         help="pcap or pcapng, plain, gzip or zstd; - is standard input")  # fmt: skip
    several.add_argument("--separate", action="store_true",
                         help="do not join the files that one capture point wrote in turn")  # fmt: skip
    several.add_argument("--jobs", type=_positive, default=1, metavar="N",
                         help="read so many independent captures at the same time")  # fmt: skip

    read = commands.add_parser(
        "read", parents=[common, ported, chosen, several],
        help="associations, their messages, how they ended: the main job",
        description="Tell what happened in captures: who called whom, what was negotiated, which messages went, how "
        "long each took, how it ended.",
        epilog="--filter terms (all must hold; commas list alternatives): " + _filter_keys(),
    )  # fmt: skip
    detail = read.add_mutually_exclusive_group()
    detail.add_argument("-v", "--verbose", action="store_true", help="add detail")
    detail.add_argument("-q", "--quiet", action="store_true", help="one line per association")
    read.add_argument("--mask", action="store_true",
                      help="mask user names, and identifying values of queries and responses (with -v)")  # fmt: skip
    read.add_argument("--all", action="store_true", help="do not fold runs of alike messages")
    read.add_argument("--pdus", action="store_true", help="with --json: a record for every PDU too")
    read.add_argument("--filter", action="append", default=[], metavar="KEY=VALUE", help="show only these (repeatable)")
    read.add_argument(
        "--style", choices=("plain", "dcmtk", "dcmtk-requestor", "dcmtk-acceptor"), default="plain",
        help="as the log of DCMTK's tools shows associations, to compare with it: told from outside, or word for word "
        "as the requestor or the acceptor logs it",
    )  # fmt: skip
    live = commands.add_parser(
        "live", parents=[common, ported, chosen], help="as read, while it happens, from an interface",
        description="Show associations while they happen: on a terminal a table of those that are open, and what has "
        "ended above it. Ctrl-C ends it.",
        epilog="--filter terms are those of `read`.",
    )  # fmt: skip
    live.add_argument("-i", "--interface", required=True, metavar="INTERFACE",
                      help="what to capture; `dissector interfaces` lists them")  # fmt: skip
    live.add_argument("--engine", choices=("tcpdump", "dumpcap", "scapy"),
                      help="what captures (default: the first that is there and has the right to)")  # fmt: skip
    live.add_argument("--any-port", action="store_true", help="capture all TCP ports, and recognise DICOM on any")
    live.add_argument("--filter-capture", metavar="FILTER",
                      help="a capture filter of your own, in libpcap's syntax, instead of the DICOM ports")  # fmt: skip
    live.add_argument("-w", "--write", metavar="FILE", help="keep the capture in this file, as pcapng")
    live.add_argument("--rotate", type=_size, metavar="SIZE", help="with -w: begin another file after 100MB, 1GB, ...")
    live.add_argument("--keep", type=_positive, metavar="N", help="with --rotate: only the last N files")
    live.add_argument("--count", type=_positive, metavar="N", help="end after N frames")
    live.add_argument("--duration", type=_seconds, metavar="SECONDS", help="end after this time (30, 90s, 5m, 8h)")
    live.add_argument("--dump", action="store_true", help="print each PDU annotated as it arrives")
    how = live.add_mutually_exclusive_group()
    how.add_argument("-v", "--verbose", action="store_true", help="add detail")
    how.add_argument("-q", "--quiet", action="store_true", help="one line per association")
    live.add_argument("--all", action="store_true", help="do not fold runs of alike messages")
    live.add_argument("--mask", action="store_true", help="mask identifying values (with -v or --dump)")
    live.add_argument("--pdus", action="store_true", help="with --json: a record for every PDU too")
    live.add_argument("--filter", action="append", default=[], metavar="KEY=VALUE", help="show only these (repeatable)")
    live.set_defaults(style="plain", reference=False, explain=False, full=False)
    commands.add_parser(
        "interfaces", parents=[common], help="what can be captured here",
        description="List the network interfaces, their addresses, and whether they are up.",
    )  # fmt: skip
    check = commands.add_parser(
        "check", parents=[common, ported, chosen, several], help="findings only; exit status 1 when one is an error",
        description="Say what is wrong in captures, and what to do about it. The exit status is 1 when a finding is an "
        "error.",
    )  # fmt: skip
    check.add_argument("--data-sets", action="store_true", help="read data sets to their end, not only their heads")
    check.add_argument("-v", "--verbose", action="store_true", help="add the clause, and what to do about notes too")
    findings = commands.add_parser(
        "findings", parents=[common], help="the catalogue: every code, or one explained",
        description="List every finding that there can be, or explain one: what it means, how a capture proves it, "
        "what to do.",
    )  # fmt: skip
    findings.add_argument("code", nargs="?", metavar="CODE", help="such as association.rejected; a prefix lists")
    dump = commands.add_parser(
        "dump", parents=[common, ported, shown], help="annotated hex dump of the PDUs of a capture",
        description="Show every byte of every PDU with its position, name, value and meaning.",
    )  # fmt: skip
    dump.add_argument("capture", metavar="CAPTURE", help="pcap or pcapng, plain, gzip or zstd; - is standard input")
    dump.add_argument("--association", type=_positive, metavar="N", help="only association N")
    dump.add_argument("--pdu", type=_positive, metavar="N", help="only PDU N within its association")
    dump.add_argument("--finding", type=_positive, metavar="N",
                      help="only the PDUs that prove finding N of `read`, with those bytes marked")  # fmt: skip
    dump.add_argument("--type", metavar="TYPE", help="only PDUs of this type, such as A-ASSOCIATE-RQ")
    export = commands.add_parser(
        "export", parents=[common, ported], help="the transferred objects as DICOM files",
        description="Write every object that travelled (C-STORE, in sub-operations of C-GET and C-MOVE too) as a DICOM "
        "file, its data set byte for byte as transferred, with a manifest (manifest.jsonl). A name that is taken is "
        "never written over.",
    )  # fmt: skip
    export.add_argument("capture", metavar="CAPTURE", help="pcap or pcapng, plain, gzip or zstd; - is standard input")
    export.add_argument("-d", "--directory", required=True, metavar="FOLDER", help="where to; made if it is not there")
    export.add_argument("--incomplete", action="store_true", help="also what was captured of incomplete objects")
    export.add_argument("--identifiers", action="store_true",
                        help="also queries and responses, in the DICOM JSON model (identifiers.jsonl)")  # fmt: skip
    dump.add_argument("--data-sets", action="store_true",
                      help="the data sets of the messages instead, element by element")  # fmt: skip
    dump.add_argument("--message", type=_positive, metavar="N", help="with --data-sets: only message N")
    dump.add_argument("--format", choices=("text", "html", "svg"), default="text",
                      help="one PDU or data set as a figure to pass on: an HTML table or a picture; values that "
                      "identify somebody are masked in it unless --show-values, credentials always")  # fmt: skip
    dump.add_argument("-o", "--output", metavar="FILE", help="where a figure goes (default: standard output)")
    dump.add_argument("--show-values", action="store_true", help="do not mask identifying values in a figure")
    dump.add_argument("--dark", action="store_true", help="with --format svg: on a dark ground, for dark slides")
    page = commands.add_parser(
        "page", parents=[common, ported], help="the teaching page: one HTML file that works offline",
        description="Make one HTML file that tells a capture as a story and shows every byte of it: it needs no "
        "network, opens from a disk and can be mailed. Values that identify somebody are masked unless --show-values; "
        "credentials always are.",
    )  # fmt: skip
    page.add_argument("capture", metavar="CAPTURE", help="pcap or pcapng, plain, gzip or zstd; - is standard input")
    page.add_argument("-o", "--output", required=True, metavar="FILE.html", help="where to; - is standard output")
    page.add_argument("--show-values", action="store_true", help="do not mask values that identify somebody")
    page.add_argument("--max-bytes", type=_bytes, default=512, metavar="N",
                      help="fold fields longer than this (default: 512)")  # fmt: skip
    compare = commands.add_parser(
        "compare", parents=[common, ported], help="second opinion: tshark's reading beside ours",
        description="Read a capture with tshark too, and hold both readings against each other, PDU by PDU and field "
        "by field (data sets are not compared). What is known of tshark is named and explained. The exit status is 1 "
        "when a difference has no explanation.",
    )  # fmt: skip
    compare.add_argument("capture", metavar="CAPTURE", help="pcap or pcapng, plain or compressed; a file")
    explain = commands.add_parser(
        "explain", parents=[common, shown], help="the same for bytes given as hexadecimal",
        description="Annotate bytes given as hexadecimal: PDUs, one item, or a command set. Spaces, 0x, C arrays and "
        "the dumps of common tools are understood.",
    )  # fmt: skip
    explain.add_argument("hex", nargs="*", metavar="HEX", help="the bytes; standard input when there are none")
    return parser


def _filter_keys() -> str:
    return "; ".join(f"{key}= {meaning}" for key, meaning in FILTER_KEYS.items())


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("numbers count from 1")
    return number


def _bytes(text: str) -> int:
    number = int(text)
    if not 16 <= number <= 1 << 24:
        raise argparse.ArgumentTypeError("between 16 bytes and 16 MiB")
    return number


def _width(text: str) -> int:
    number = int(text)
    if not 40 <= number <= 1000:
        raise argparse.ArgumentTypeError("between 40 and 1000 columns")
    return number


def _size(text: str) -> int:
    """'100MB', '1GB', '500000'."""
    found = re.fullmatch(r"(\d+)\s*([kKmMgG]?)[bB]?", text.strip())
    number = int(found[1]) * {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}[found[2].lower()] if found else 0
    if number < 10_000:
        raise argparse.ArgumentTypeError("a size such as 100MB, of at least 10KB")
    return number


def _seconds(text: str) -> float:
    """'30', '90s', '5m', '8h'."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smh]?)", text.strip())
    number = float(found[1]) * {"": 1, "s": 1, "m": 60, "h": 3600}[found[2]] if found else 0
    if not 0 < number <= 10**7:
        raise argparse.ArgumentTypeError("a time such as 30, 90s, 5m or 8h")
    return number


def _port(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError("a TCP port is between 1 and 65535")
    return number


def coloured(options: argparse.Namespace) -> bool:
    if getattr(options, "coloured", None) is not None:  # decided already, for output that is written elsewhere first
        return bool(options.coloured)
    return sys.stdout.isatty() and not options.no_color and not os.environ.get("NO_COLOR")


def columns(options: argparse.Namespace) -> int:
    if options.width:
        return int(options.width)
    if not sys.stdout.isatty():
        return 80
    return max(40, shutil.get_terminal_size().columns)


def _view(options: argparse.Namespace) -> Options:
    from .views.hexdump import DEFAULT_WIDTH, Options

    figure = _is_figure(options)
    # A figure does not depend on the terminal at which it is made.
    width = options.width or DEFAULT_WIDTH if figure else columns(options)
    mask = not options.show_values if figure else options.mask
    return Options(
        options.lang, min(width, 120), options.reference, options.explain, options.full, options.show_secrets, mask,
    )  # fmt: skip


def _is_figure(options: argparse.Namespace) -> bool:
    return bool(options.command == "dump" and options.format != "text")


# ------------------------------------------------------------------------------------------------ commands


def _reading(source: str | Capture, options: argparse.Namespace, **more: Any) -> Reading:
    """A capture, opened as the options that all commands share have it."""
    from .reading import Reading

    return Reading(source, ports=options.port, checksums=options.checksums, **more)


def _pdus(capture: Capture, options: argparse.Namespace) -> Iterator[Pdu]:
    """The PDUs of a capture with their bytes; at the end, what the reader of the file has to say."""
    from .pdu import Pdu
    from .reading import events
    from .stream import Streams

    streams = Streams(options.port, keep_bytes=True, checksums=options.checksums)
    for event in events(capture, streams=streams):
        if isinstance(event, Pdu):
            yield event
    _remarks(capture, streams)


def _dump(options: argparse.Namespace) -> int:
    _check_figure(options)
    out = _Dumped(options)
    if options.data_sets:
        return _dump_data_sets(options, out)
    from .capture import Capture
    from .views import pdus

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
        out.nothing(f"finding {options.finding} shows in no PDU" + (f"; see frame {frames}" if frames else ""))
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
        self.view = _view(options)
        self.count = 0
        self.colour = coloured(options)
        self.figure: Subject | None = None

    def add(self, room: Any, chosen: Pdu | Message, *marked: object) -> None:
        """A PDU or a message with its data set; `room` is the module of the views that shows it."""
        from .views import hexdump, records

        self.count += 1
        if self.options.json:
            print(records.line(room.dump_record(chosen, self.view)))
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
        from .views.figure import subject_html, subject_svg

        if self.options.format == "svg":
            text = subject_svg(self.figure, self.view, self.options.dark)
        else:
            text = subject_html(self.figure, self.view)
        _write_text(self.options.output or "-", text)


def _finding(options: argparse.Namespace) -> Finding:
    """The finding of a number, told above what proves it."""
    from .rules import Finding
    from .views import findings, hexdump

    if options.capture == "-":
        raise UsageError("--finding reads the capture twice: give it as a file")
    with _reading(options.capture, options, keep_data=HEAD_BYTES) as reading:
        for each in reading.judging():
            if isinstance(each, Finding) and each.number == options.finding:
                if not options.json and not _is_figure(options):
                    width = min(columns(options), 120)
                    lines = [*findings.place(each, options.lang), *findings.lines([each], options.lang, width, 0, True)]
                    hexdump.write([*lines, []], sys.stdout, coloured(options), width)
                return each
    raise UsageError(f"{options.capture}: there is no finding {options.finding}")


def _dump_data_sets(options: argparse.Namespace, out: _Dumped) -> int:
    from .views import datasets

    with _reading(options.capture, options, keep_bytes=True) as reading:
        for message in reading.messages():
            if not message.has_data_set or options.association not in (None, message.association.number):
                continue
            if options.message not in (None, message.number):
                continue
            out.add(datasets, message)
        _remarks(reading.capture, reading.streams)
    if not out.count and _is_figure(options):
        raise UsageError(f"{options.capture}: no such data set")
    out.finish()
    return DONE


def _page(options: argparse.Namespace) -> int:
    from .views.page import render
    from .views.pagedata import Options, PageData

    if options.json:
        raise UsageError("page has no records; `dissector read --json` gives them")
    if options.show_secrets:
        raise UsageError("a page is made to be passed on: credentials are always masked in it")
    data = PageData(Options(options.lang, options.show_values, options.max_bytes))
    with _reading(options.capture, options, keep_bytes=True) as reading:
        with _progress(reading.capture):
            data.read(reading.judging())
        _remarks(reading.capture, reading.streams, judged=True)
    _write_text(options.output, render(data.record()))
    return DONE


def _write_text(path: str, text: str) -> None:
    """A whole file, or standard output for '-'; a file is complete or not there."""
    if path == "-":
        sys.stdout.write(text)
        return
    part = f"{path}.part"
    try:
        with open(part, "w", encoding="utf-8") as out:
            out.write(text)
        os.replace(part, path)
    except OSError as error:
        with suppress(OSError):
            os.unlink(part)
        raise UsageError(f"{path}: {error.strerror}") from None


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
            complain("reading hexadecimal from standard input; end with Ctrl-D")
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
            hexdump.write([*hexdump.annotate(root, piece, view), []], sys.stdout, coloured(options), view.width)
    return DONE


def _read(options: argparse.Namespace) -> int:
    from .selection import Selection

    if options.pdus and not options.json:
        raise UsageError("--pdus goes with --json")
    if options.style != "plain" and (options.json or options.quiet):
        raise UsageError("--style goes neither with --json nor with -q")
    Selection(options.filter)  # one that makes no sense is told before anything is read
    return _tell_all(options, Chosen(options))[0]


def _tell_read(reading: Reading, chosen: Chosen, options: argparse.Namespace) -> None:
    from .selection import Selection

    show = _read_records if options.json else _read_text
    show(reading, Selection(options.filter), chosen, options)


HEAD_BYTES = 2048
"""How much of each data set is kept for judging: enough to reach SOP Instance UID."""
WHOLE_BYTES = 1 << 40
"""All of it."""


class Chosen:
    """Which findings are wanted (`--only`, `--ignore`). Numbers run on over all captures and are the same whichever are
    wanted: `dump --finding` finds them."""

    def __init__(self, options: argparse.Namespace) -> None:
        from .standard.findings import FINDINGS

        self.only = [self._pattern(code) for code in options.only]
        self.ignore = [self._pattern(code) for code in options.ignore]
        for pattern in (*self.only, *self.ignore):
            if not any(fnmatchcase(code, pattern) for code in FINDINGS):
                raise UsageError(f"no finding has the code {pattern!r}; `dissector findings` lists them")
        self.count = 0
        self.next_number = 1
        self.severities: dict[str, int] = {"error": 0, "warning": 0, "note": 0}

    @staticmethod
    def _pattern(code: str) -> str:
        """A pattern for codes: itself, a prefix with a star, or a group by its name alone ('transport')."""
        return code if "." in code or code.endswith("*") else f"{code}.*"

    def wants(self, finding: Finding) -> bool:
        """Whether a finding is wanted; if so it is counted."""
        code = finding.code
        if self.only and not any(fnmatchcase(code, pattern) for pattern in self.only):
            return False
        if any(fnmatchcase(code, pattern) for pattern in self.ignore):
            return False
        self.count += 1
        self.severities[finding.severity] += 1
        return True

    def read(self, reading: Reading) -> None:
        """A capture has been read: the numbers of the next one run on."""
        if reading.judge is not None:
            self.next_number = reading.judge.next_finding


def _check(options: argparse.Namespace) -> int:
    from .views import findings, hexdump

    chosen = Chosen(options)
    status, associations = _tell_all(options, chosen)
    if not options.json:
        summary = findings.summary(associations, chosen.severities, options.lang)
        hexdump.write([summary], sys.stdout, coloured(options), min(columns(options), 120))
    if status == DONE and chosen.severities["error"]:
        return FOUND_ERROR
    return status


def _tell_check(reading: Reading, chosen: Chosen, options: argparse.Namespace) -> None:
    from .rules import Finding
    from .views import findings, hexdump, records

    width, colour = min(columns(options), 120), coloured(options)
    for each in reading:
        if not isinstance(each, Finding) or not chosen.wants(each):
            continue
        if options.json:
            print(records.line(findings.record(each, options.lang)))
        else:
            shown = findings.lines([each], options.lang, width, 0, options.verbose)
            hexdump.write([*findings.place(each, options.lang), *shown], sys.stdout, colour, width)


# ------------------------------------------------------------------------------------------------ several captures


def _tell_all(options: argparse.Namespace, chosen: Chosen) -> tuple[int, int]:
    """Tell one capture after the other, with numbers that run on: the status, and how many associations there were."""
    from .joining import joined

    captures = [[path] for path in options.captures] if options.separate else joined(options.captures)
    for files in captures:
        if len(files) > 1:
            complain(f"read as one capture: {files[0]} to {files[-1]} ({len(files)} files); --separate undoes it")
    if options.jobs > 1 and len(captures) > 1:
        from .jobs import tell_in_parallel

        return tell_in_parallel(options, captures, chosen)
    status, associations = DONE, 0
    for files in captures:
        failed, count = tell(options, files, chosen, associations + 1)
        status, associations = failed or status, associations + count
    return status, associations


def tell(options: argparse.Namespace, files: list[str], chosen: Chosen, first_association: int) -> tuple[int, int]:
    """Print what `read` or `check` tells of one capture: its status, and how many associations it had."""

    whole = options.command == "check" and options.data_sets
    kept = WHOLE_BYTES if whole else HEAD_BYTES
    show = _tell_check if options.command == "check" else _tell_read
    try:
        with _reading(opened(files), options, keep_data=kept, first_association=first_association) as reading:
            reading.judging(chosen.next_number, whole)
            with _progress(reading.capture):
                show(reading, chosen, options)
            chosen.read(reading)
            _remarks(reading.capture, reading.streams, judged=True)
            return DONE, reading.tracker.count
    except DissectorError as error:
        complain(str(error))
        return WRONG_USAGE, 0


def opened(files: list[str]) -> Capture:
    from .capture import Capture
    from .joining import JoinedCapture

    return JoinedCapture(files) if len(files) > 1 else Capture(files[0])


def _export(options: argparse.Namespace) -> int:
    from .export import Exporter
    from .views import records

    with _reading(options.capture, options, keep_data=WHOLE_BYTES) as reading:
        exporter = Exporter(options.directory, options.incomplete, options.identifiers)
        with _progress(reading.capture), exporter:
            for message in reading.messages():
                record = exporter.message(message)
                if record is not None and options.json:
                    print(records.line(record))
        _remarks(reading.capture, reading.streams)
    if not options.json:
        print(exporter.summary())
    return DONE


def _live(options: argparse.Namespace) -> int:
    from . import dataset, rules  # noqa: F401 - loaded before frames come, not when the first record is due
    from .live import Live, port_filter
    from .recording import Recording

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
        reading = _reading(live.capture, options, keep_bytes=options.dump, keep_data=HEAD_BYTES)
        _show_live(reading, options)
        complain(_live_summary(live, reading))
        live.finish()
    return DONE


def _show_live(reading: Reading, options: argparse.Namespace) -> None:
    """What `read` shows, while it happens."""
    from .selection import Selection
    from .views import hexdump

    selection, chosen = Selection(options.filter), Chosen(options)
    if options.dump:
        _dump_live(reading, options)
        return
    reading.judging()
    if options.json:
        _read_records(reading, selection, chosen, options)
        return
    width, colour = min(columns(options), 160), coloured(options)
    if sys.stdout.isatty():
        from .views.livetable import LiveTable

        with LiveTable(reading.tracker, reading.capture, options.lang, colour) as table:
            for lines in _blocks(reading, reading, selection, chosen, options):
                table.write(lines)
        return
    for lines in _blocks(reading, _announced(reading, selection, options), selection, chosen, options):
        hexdump.write(lines, sys.stdout, colour, width)


def _announced(reading: Reading, selection: Selection, options: argparse.Namespace) -> Iterator[object]:
    """What a reading tells; where there is no table to see it in, a line when an association is requested."""
    from .pdu import Pdu
    from .standard.pdus import A_ASSOCIATE_RQ
    from .views import hexdump, text

    width, colour = min(columns(options), 160), coloured(options)
    for each in reading:
        if isinstance(each, Pdu) and each.pdu_type == A_ASSOCIATE_RQ and not each.nonsense:
            association = reading.tracker.open_association(each.association)
            if association is not None and selection.association(association):
                hexdump.write([text.requested(association, options.lang)], sys.stdout, colour, width)
        yield each


def _dump_live(reading: Reading, options: argparse.Namespace) -> None:
    """Each PDU annotated as it arrives."""
    from .views import hexdump, pdus, records

    view, colour = _view(options), coloured(options)
    for pdu in reading.pdus():
        if options.json:
            print(records.line(pdus.dump_record(pdu, view)))
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


def _interfaces(options: argparse.Namespace) -> int:
    from .live import interfaces
    from .views import records

    found = interfaces()
    for each in found:
        if options.json:
            print(records.line({"record": "interface", "name": each.name, "addresses": list(each.addresses),
                                "up": each.is_up}))  # fmt: skip
        else:
            widest = max(len(other.name) for other in found)
            state = "up" if each.is_up else "down"
            print(f"{each.name:{widest}}  {state:4}  {', '.join(each.addresses)}".rstrip())
    return DONE


def _compare(options: argparse.Namespace) -> int:
    from .second_opinion import Comparison
    from .views import comparison, hexdump, records

    if options.capture == "-":
        raise UsageError("compare reads the capture twice: give it as a file")
    if options.checksums:
        raise UsageError("compare cannot leave out segments with wrong checksums: tshark dissects them all the same")
    found = Comparison(options.capture, options.port, options.show_secrets, _comparing)
    if options.json:
        for record in comparison.records(found, options.lang):
            print(records.line(record))
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
    return _progress(capture)


def _findings(options: argparse.Namespace) -> int:
    from .standard.findings import FINDINGS
    from .views import findings, hexdump, records

    width, colour = min(columns(options), 120), coloured(options)
    exact = FINDINGS.get(options.code)
    prefix = (options.code or "").rstrip("*")
    kinds = [exact] if exact else [kind for code, kind in FINDINGS.items() if code.startswith(prefix)]
    if not kinds:
        raise UsageError(f"no finding has the code {options.code!r}; `dissector findings` lists them")
    if options.json:
        for kind in kinds:
            print(records.line(findings.kind_record(kind, options.lang)))
    elif len(kinds) == 1:
        hexdump.write(findings.explained(kinds[0], options.lang, width), sys.stdout, colour, width)
    else:
        hexdump.write(findings.catalogue(kinds, options.lang, width), sys.stdout, colour, width)
    return DONE


def _read_records(
    reading: Reading, selection: Selection, chosen: Chosen, options: argparse.Namespace
) -> None:
    """Records, each as soon as it is known; with a filter, those of an association when it has ended."""
    from .association import Association
    from .dimse import Message
    from .pdu import Pdu
    from .rules import Finding
    from .views import findings, records

    print(records.line(records.capture(reading.capture)), flush=True)
    held: dict[int, list[str]] = {}
    fitting: dict[int, bool] = {}
    hidden: set[int] = set()
    before = chosen.count
    for each in reading:
        if isinstance(each, Association):
            line = records.line(records.association(each, options.mask))
            if not selection:
                print(line)
            elif selection.association(each) and (not selection.message_tests or fitting.get(each.number)):
                print(*held.get(each.number, ()), line, sep="\n")
            else:
                hidden.add(each.number)
            held.pop(each.number, None)
            fitting.pop(each.number, None)
            continue
        if isinstance(each, Finding):
            if each.association not in hidden and chosen.wants(each):
                print(records.line(findings.record(each, options.lang, options.mask)))
            continue
        if isinstance(each, Message):
            number, line = each.association.number, records.line(records.message(each))
            if selection and not selection.message(each):
                continue
            fitting[number] = True
        elif options.pdus and isinstance(each, Pdu):
            number, line = each.association, records.line(records.pdu(each))
        else:
            continue
        if selection:
            held.setdefault(number, []).append(line)
        else:
            print(line)
    end = records.capture_end(
        reading.capture, tcp_connections=reading.streams.connection_count, associations=reading.tracker.count,
        messages=reading.tracker.message_count, findings=chosen.count - before,
    )  # fmt: skip
    print(records.line(end))


def _read_text(reading: Reading, selection: Selection, chosen: Chosen, options: argparse.Namespace) -> None:
    """A block for each association, when it has ended, with its findings."""
    from .views import hexdump

    width, colour = min(columns(options), 160), coloured(options)
    for lines in _blocks(reading, reading, selection, chosen, options):
        hexdump.write(lines, sys.stdout, colour, width)
        sys.stdout.flush()


def _blocks(
    reading: Reading, told: Iterable[object], selection: Selection, chosen: Chosen, options: argparse.Namespace
) -> Iterator[Iterable[Line]]:
    """What `read` shows of what a reading tells, a block of lines at a time; at last the line that sums up."""
    from .association import Association
    from .dimse import Message
    from .rules import Finding
    from .views import findings, text

    width = min(columns(options), 160)
    view: Any
    if options.style == "plain":
        how = text.Options(options.lang, width, options.all, options.verbose, options.quiet, options.mask)
        view = text.TextView(how)
    else:
        from .views import dcmtk

        view = dcmtk.LogView(options.style.partition("-")[2] or None, options.mask)
    fitting: set[int] = set()
    hidden: set[int] = set()
    count = 0
    last: int | None = None
    severities = dict(chosen.severities)
    for each in told:
        if isinstance(each, Message):
            if not selection or selection.message(each):
                fitting.add(each.association.number)
                view.message(each)
        elif isinstance(each, Finding):
            if each.association in hidden or not chosen.wants(each) or options.quiet:
                continue
            shown = findings.lines([each], options.lang, width, 5, options.verbose, options.mask)
            # What shows only at the end of a connection may come when another association has been told.
            where = [] if each.association == last else findings.place(each, options.lang)
            last = each.association
            yield [*where, *shown, []]
        elif isinstance(each, Association):
            lines = view.association(each)
            fits = selection.association(each) and (not selection.message_tests or each.number in fitting)
            fitting.discard(each.number)
            if not fits:
                hidden.add(each.number)
                deque(lines, maxlen=0)  # the view lets go of what it holds
                continue
            count, last = count + 1, each.number
            yield lines
    if not count:
        complain(f"{reading.capture.path}: no DICOM association" + (" that fits" if selection else " found"))
    if options.verbose:
        yield text.comments(reading.capture.comments, options.lang, width)
    new = {severity: number - severities[severity] for severity, number in chosen.severities.items()}
    if any(new.values()) and not options.quiet:
        yield [findings.summary(count, new, options.lang)]


def _progress(capture: Capture) -> Any:
    """A progress bar on standard error, on a terminal, when it takes more than a second."""
    from contextlib import nullcontext

    if capture.total_bytes is None or not sys.stderr.isatty():
        return nullcontext()
    from .views.progress import bar

    return bar(capture)


def _remarks(capture: Capture, streams: Streams, judged: bool = False) -> None:
    """What the reader of the file has to say at its end; where it was `judged`, findings have told of limits and
    checksums."""
    from .link import link_type_name
    from .standard.limits import BY_NAME

    for link_type, count in streams.link.unsupported.items():
        complain(f"{capture.path}: {count} frames of link type {link_type_name(link_type)} cannot be read")
    if capture.dropped_frames:
        complain(f"{capture.path}: {capture.dropped_frames} frames were dropped while capturing: what they held shows "
                  "as missing bytes")  # fmt: skip
    for name, (value, _, frame) in () if judged else streams.limits.items():
        complain(f"{capture.path}: {name} ({value}) was reached in frame {frame}: {BY_NAME[name].lost}")
    wrong = 0 if judged else sum(each.wrong for each in streams.checksums.values())
    if wrong:
        complain(f"{capture.path}: {wrong} segments with wrong checksums were left out; `dissector check` tells more")
    if capture.damage:
        complain(f"{capture.path}: {capture.damage}; what stands before it was read")


COMMANDS = {"read": _read, "dump": _dump, "explain": _explain, "check": _check, "findings": _findings,
            "export": _export, "page": _page, "live": _live, "interfaces": _interfaces,
            "compare": _compare}  # fmt: skip
