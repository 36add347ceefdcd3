"""The command `dissector`: arguments in, a view out, an exit status.

Strategy: every command imports what it needs when it runs, so that `--help` and `dump` stay light. Errors of ours are
one line on standard error and status 2; a closed pipe is no error; Ctrl-C ends cleanly with 130.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from . import __version__
from .errors import DissectorError, UsageError

if TYPE_CHECKING:
    from .capture import Capture
    from .pdu import Pdu
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
        "read", parents=[common, ported], help="associations and their PDUs",
        description="List the associations of captures and the PDUs that went.",
    )  # fmt: skip
    read.add_argument("captures", nargs="+", metavar="CAPTURE", help="pcap or pcapng, plain, gzip or zstd; - is standard input")
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
    from .link import link_type_name
    from .pdu import Pdu
    from .reading import events
    from .stream import Streams

    streams = Streams(options.port, keep_bytes=True)
    for event in events(capture, streams=streams):
        if isinstance(event, Pdu):
            yield event
    for link_type, count in streams.link.unsupported.items():
        _complain(f"{capture.path}: {count} frames of link type {link_type_name(link_type)} cannot be read")
    if capture.damage:
        _complain(f"{capture.path}: {capture.damage}; what stands before it was read")


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
            if wanted not in (None, pdu.name):
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
    from .capture import Capture
    from .reading import sender
    from .stream import endpoint

    status = DONE
    for path in options.captures:
        try:
            with Capture(path) as capture:
                for pdu in _pdus(capture, options):
                    address = pdu.stream.address  # type: ignore[attr-defined]
                    print(
                        f"association {pdu.association}  PDU {pdu.number:<5} {pdu.name:15} {sender(pdu):9} "
                        f"{pdu.end - pdu.start:>8} bytes  frame {pdu.first_frame:<6} "
                        f"{endpoint(address)} -> {endpoint(address, False)}"
                    )  # fmt: skip
        except DissectorError as error:
            _complain(str(error))
            status = WRONG_USAGE
    return status


COMMANDS = {"read": _read, "dump": _dump, "explain": _explain}
