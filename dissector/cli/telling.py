"""`read` and `check`: associations, messages and findings of one capture or several, as text and as records."""

from __future__ import annotations

import argparse
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from ..errors import DissectorError, UsageError
from ..wiretext import visible
from .opening import HEAD_BYTES, WHOLE_BYTES, open_reading, opened
from .terminal import DONE, FOUND_ERROR, WRONG_USAGE, coloured, columns, complain, progress, remarks

if TYPE_CHECKING:
    from ..reading import Reading
    from ..rules import Finding
    from ..selection import Selection
    from ..views.hexdump import Line


def read_command(options: argparse.Namespace) -> int:
    from ..selection import Selection

    if options.pdus and not options.json:
        raise UsageError("--pdus goes with --json")
    if options.style != "plain" and (options.json or options.quiet):
        raise UsageError("--style goes neither with --json nor with -q")
    Selection(options.filter)  # one that makes no sense is told before anything is read
    return _tell_all(options, Chosen(options))[0]


def _tell_read(reading: Reading, chosen: Chosen, options: argparse.Namespace) -> None:
    from ..selection import Selection

    show = read_records if options.json else _read_text
    show(reading, Selection(options.filter), chosen, options)


class Chosen:
    """Which findings are wanted (`--only`, `--ignore`). Numbers run on over all captures and are the same whichever are
    wanted: `dump --finding` finds them."""

    def __init__(self, options: argparse.Namespace) -> None:
        from ..standard.findings import FINDINGS

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


def check_command(options: argparse.Namespace) -> int:
    from ..views import findings, hexdump

    chosen = Chosen(options)
    status, associations = _tell_all(options, chosen)
    if not options.json and (status == DONE or associations):  # of what could not be read nothing is summed up
        summary = findings.summary(associations, chosen.severities, options.lang)
        hexdump.write([summary], sys.stdout, coloured(options), min(columns(options), 120))
    if status == DONE and chosen.severities["error"]:
        return FOUND_ERROR
    return status


def _tell_check(reading: Reading, chosen: Chosen, options: argparse.Namespace) -> None:
    from ..jsonlines import json_line
    from ..rules import Finding
    from ..views import findings, hexdump

    width, colour = min(columns(options), 120), coloured(options)
    where = {"file": reading.capture.path} if options.several else {}
    for number, each in enumerate(each for each in reading if isinstance(each, Finding) and chosen.wants(each)):
        if options.json:
            print(json_line(findings.record(each, options.lang) | where))
        else:
            if not number:
                _name(reading, options)
            shown = findings.lines([each], options.lang, width, 0, options.verbose)
            hexdump.write([*findings.place(each, options.lang), *shown], sys.stdout, colour, width)


def _tell_all(options: argparse.Namespace, chosen: Chosen) -> tuple[int, int]:
    """Tell one capture after the other, with numbers that run on: the status, and how many associations there were."""
    from ..joining import joined

    captures = [[path] for path in options.captures] if options.separate else joined(options.captures)
    options.several = len(captures) > 1
    for files in captures:
        if len(files) > 1:
            complain(f"read as one capture: {files[0]} to {files[-1]} ({len(files)} files); --separate undoes it")
    if options.jobs > 1 and len(captures) > 1:
        from ..jobs import tell_in_parallel

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
        with open_reading(
            opened(files), options, keep_data=kept, first_association=first_association,
            telling_pdus=getattr(options, "pdus", False),
        ) as reading:  # fmt: skip
            reading.judging(chosen.next_number, whole)
            with progress(reading.capture):
                show(reading, chosen, options)
            chosen.read(reading)
            remarks(reading.capture, reading.streams, judged=True)
            return WRONG_USAGE if _is_unread(reading) else DONE, reading.tracker.count
    except DissectorError as error:
        complain(str(error))
        return WRONG_USAGE, 0


def _is_unread(reading: Reading) -> bool:
    """Whether not one frame could be read, though there are some: damaged from the start, or a link type that is not
    known. What is found in it then, nothing, says nothing about it."""
    count = reading.capture.frame_count
    return not count and bool(reading.capture.damage) or 0 < count == sum(reading.streams.link.unsupported.values())


def _name(reading: Reading, options: argparse.Namespace) -> None:
    """Say which of several captures is told of."""
    if options.several:
        print(f"{visible(reading.capture.path)}:\n")


def read_records(
    reading: Reading, selection: Selection, chosen: Chosen, options: argparse.Namespace
) -> None:
    """Records, each as soon as it is known; with a filter, those of an association when it has ended."""
    from ..association import Association
    from ..dimse import Message
    from ..jsonlines import json_line
    from ..pdu import Pdu
    from ..rules import Finding
    from ..views import findings, records

    print(json_line(records.capture(reading.capture)), flush=True)
    held: dict[int, list[str]] = {}
    fitting: dict[int, bool] = {}
    hidden: set[int] = set()
    before = chosen.count
    for each in reading:
        if isinstance(each, Association):
            line = json_line(records.association(each, options.mask))
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
                print(json_line(findings.record(each, options.lang, options.mask)))
            continue
        if isinstance(each, Message):
            number, line = each.association.number, json_line(records.message(each))
            if selection and not selection.message(each):
                continue
            fitting[number] = True
        elif options.pdus and isinstance(each, Pdu):
            number, line = each.association, json_line(records.pdu(each))
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
    print(json_line(end))


def _read_text(reading: Reading, selection: Selection, chosen: Chosen, options: argparse.Namespace) -> None:
    """A block for each association, when it has ended, with its findings."""
    from ..views import hexdump

    width, colour = min(columns(options), 160), coloured(options)
    _name(reading, options)
    for lines in blocks(reading, reading, selection, chosen, options):
        hexdump.write(lines, sys.stdout, colour, width)
        sys.stdout.flush()


def blocks(
    reading: Reading, told: Iterable[object], selection: Selection, chosen: Chosen, options: argparse.Namespace
) -> Iterator[Iterable[Line]]:
    """What `read` shows of what a reading tells, a block of lines at a time; at last the line that sums up."""
    from ..association import Association
    from ..dimse import Message
    from ..rules import Finding
    from ..views import findings, text

    width = min(columns(options), 160)
    view: Any
    if options.style == "plain":
        how = text.Options(options.lang, width, options.all, options.verbose, options.quiet, options.mask)
        view = text.TextView(how)
    else:
        from ..views import dcmtk

        view = dcmtk.LogView(options.style.partition("-")[2] or None, options.mask)
    fitting: set[int] = set()
    hidden: set[int] = set()
    count = 0
    last: int | None = None
    severities = dict(chosen.severities)
    selecting = bool(selection)
    for each in told:
        if isinstance(each, Message):
            if not selecting or selection.message(each):
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
