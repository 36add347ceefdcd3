"""The arguments of every command, and what may stand in them."""

from __future__ import annotations

import argparse
import re
from typing import Any

from .. import __version__
from ..filter_keys import FILTER_KEYS
from .terminal import WRONG_USAGE


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> Any:
        self.exit(WRONG_USAGE, f"dissector: {message} (try: {self.prog} --help)\n")


class _Version(argparse.Action):
    """Says which version this is; only then it is looked up whether it is compiled."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from ..compiling import compiled

        print(f"dissector {__version__} ({'compiled' if compiled() else 'plain Python'})")
        parser.exit()


def parser() -> argparse.ArgumentParser:
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
        "explain", parents=[common, shown], help="the annotated dump of bytes given as hexadecimal",
        description="Annotate bytes given as hexadecimal: PDUs, one item, or a command set. Spaces, 0x, C arrays and "
        "the dumps of common tools are understood.",
    )  # fmt: skip
    explain.add_argument("hex", nargs="*", metavar="HEX", help="the bytes; standard input when there are none, or -")
    return parser


def _filter_keys() -> str:
    return "; ".join(f"{key}= {meaning}" for key, meaning in FILTER_KEYS.items())


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no number") from None


def _positive(text: str) -> int:
    number = _number(text)
    if number < 1:
        raise argparse.ArgumentTypeError("numbers count from 1")
    return number


def _bytes(text: str) -> int:
    number = _number(text)
    if not 16 <= number <= 1 << 24:
        raise argparse.ArgumentTypeError("between 16 bytes and 16 MiB")
    return number


def _width(text: str) -> int:
    number = _number(text)
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
    number = _number(text)
    if not 1 <= number <= 65535:
        raise argparse.ArgumentTypeError("a TCP port is between 1 and 65535")
    return number
