"""A capture as the data of a page: what the browser draws, small enough to be mailed.

Strategy: the browser decodes nothing and decides nothing. Field trees and texts come in the small form of `pagenodes`;
here PDUs become rows, messages and findings are tied to them, long runs are folded, and what a timeline draws is
gathered while reading. Nothing that identifies a person enters the data unless it was asked for.

Whatever grows with the capture is bounded by the names below; what they leave out is counted, and the page says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from .. import __version__
from ..association import Answer, Association, Context
from ..dimse import Message
from ..pdu import Fragment, Pdu
from ..reading import Reading, decode_located
from ..rules import Finding
from ..standard.pdus import CONTEXT_RESULTS, P_DATA_TF
from ..wiretext import visible
from . import datasets, findings, ladder, records
from .pagenodes import Nodes, Texts
from .pdus import marks
from .stories import command_story, story
from .text import Options as TextOptions
from .text import TextView, short_name, syntax_name

MAXIMUM_ROWS = 20_000
"""PDUs listed one by one, and messages; the others are counted with their association."""
MAXIMUM_ASSOCIATIONS = 2_000
"""Associations told; further ones are counted."""
MAXIMUM_FINDINGS = 2_000
PDU_BUDGET, DATA_SET_BUDGET = 4_000_000, 2_000_000
"""About so many characters of annotated PDUs and data sets; those that come after them are listed without."""
RUN_HEAD, RUN_TAIL = 2, 3
"""Of a run of P-DATA-TF PDUs that carry nothing but the middle of one data set, so many are listed."""
MAXIMUM_CONTEXT_LISTS = 100
"""Different lists of presentation contexts that are told."""
COLUMNS = 200
"""Columns of a timeline."""
MAXIMUM_RESPONSES = 1_000
"""Response times drawn one by one for an association."""
FRAMES_TOLD = 64
"""Frames of one PDU that are named with the bytes that each brought."""
BUSY_BYTES, BUSY_MESSAGES = 100_000, 20
"""An association that carries this much, in bytes or messages, has a timeline."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a page is made: its first language, whether identifying values stay, and how many bytes of one long field
    are embedded."""

    lang: str = "en"
    show_values: bool = False
    maximum_bytes: int = 512


class Row:
    """A PDU in the list, or a run of them."""

    __slots__ = ("pdu", "document", "first", "last", "count", "bytes", "messages", "commands", "gone", "end")

    def __init__(self, pdu: Pdu) -> None:
        self.pdu = pdu
        """Once its bytes are in a document, a copy without them."""
        self.document = -1
        self.first = self.last = pdu.number
        self.count = 1
        self.bytes = pdu.end - pdu.start
        self.end = pdu.end
        """The stream offset after its last PDU."""
        self.messages: list[int] = []
        """Numbers of the messages that it carries parts of."""
        self.commands: list[int] = []
        """Texts that tell the commands that begin in it."""
        self.gone = False
        """It has become part of a run."""

    def absorb(self, other: Row) -> None:
        """Become a run with one more PDU at its end."""
        if self.count == 1:
            self.pdu = _without_bytes(self.pdu)
        self.last, self.end = other.last, other.end
        self.count += other.count
        self.bytes += other.bytes
        self.pdu.last_frame, self.pdu.last_time = other.pdu.last_frame, other.pdu.last_time
        other.gone = True


class _Gathered:
    """What has been read of an association that is not yet told."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.gone = 0
        self.middle: dict[bool, list[Row]] = {True: [], False: []}
        """By sender: the present run of rows with the middle of a data set."""
        self.unclaimed: dict[bool, list[Row]] = {True: [], False: []}
        """By sender: P-DATA-TF rows whose message is not complete yet."""
        self.messages: list[tuple[dict[str, Any], tuple[object, ...]]] = []
        """Records of messages with what makes two of them alike."""
        self.used: set[int] = set()
        self.left_out = 0
        self.traffic = Traffic()


class PageData:
    """Collects what a page shows of a capture: `read`, then `record` is the whole of it, ready for JSON."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.texts = Texts()
        self.nodes = Nodes(self.texts, options.show_values, options.maximum_bytes)
        self.documents: list[dict[str, Any]] = []
        self.contexts: list[list[dict[str, Any]]] = []
        """Lists of presentation contexts with their answers, each different one once."""
        self._contexts_of: dict[tuple[object, ...], int] = {}
        self.capture: dict[str, Any] = {}
        self.associations: dict[int, dict[str, Any]] = {}
        self.findings: list[dict[str, Any]] = []
        self.left_out = dict.fromkeys(
            ("associations", "pdus", "messages", "findings", "annotated_pdus", "data_sets"), 0
        )
        self._documents: dict[tuple[bytes, tuple[tuple[int, int], ...], bool], int] = {}
        self._data_sets_spent = self._pdus_spent = 0
        self._row_count = 0
        self._gathered: dict[int, _Gathered] = {}
        self._rows: dict[int, list[Row]] = {}
        """By association, for the findings that come after it."""
        self._views = {lang: TextView(TextOptions(lang, mask=not options.show_values)) for lang in ("en", "zh")}

    def read(self, reading: Reading) -> None:
        """Take all of a capture; the reading judges and keeps the bytes of PDUs."""
        for each in reading:
            if isinstance(each, Pdu):
                self._pdu(each)
            elif isinstance(each, Message):
                self._message(each)
            elif isinstance(each, Association):
                self._association(each)
            else:
                self._finding(each)
        source = reading.capture
        end = records.capture_end(
            source, tcp_connections=reading.streams.connection_count, associations=reading.tracker.count,
            messages=reading.tracker.message_count, findings=len(self.findings) + self.left_out["findings"],
        )  # fmt: skip
        self.capture = {
            **end, "file": visible(PurePath(source.path).name), "format": source.format,
            "damage": visible(source.damage or ""),
        }  # fmt: skip

    def record(self) -> dict[str, Any]:
        """The data of the page."""
        left_out = {**self.left_out, "folded_bytes": self.nodes.folded_bytes, "masked_bytes": self.nodes.masked_bytes}
        return {
            "schema": 1, "version": __version__, "language": self.options.lang, "masked": not self.options.show_values,
            "maximum_bytes": self.options.maximum_bytes, "capture": self.capture, "left_out": left_out,
            "associations": [self.associations[number] for number in sorted(self.associations)],
            "contexts": self.contexts, "findings": self.findings, "documents": self.documents,
            "specs": self.nodes.specs, "nodes": self.nodes.nodes, "texts": self.texts.pairs,
        }  # fmt: skip

    # ------------------------------------------------------------------------------ PDUs

    def _pdu(self, pdu: Pdu) -> None:
        gathered = self._gathered.setdefault(pdu.association, _Gathered())
        gathered.traffic.add(pdu.last_time, pdu.end - pdu.start, pdu.from_requestor)
        if self._row_count >= MAXIMUM_ROWS or len(self.associations) >= MAXIMUM_ASSOCIATIONS:
            gathered.left_out += 1
            self.left_out["pdus"] += 1
            return
        row = Row(pdu)
        gathered.rows.append(row)
        self._row_count += 1
        sender = pdu.from_requestor
        if pdu.pdu_type == P_DATA_TF and not pdu.nonsense:
            gathered.unclaimed[sender].append(row)
        if _is_middle(pdu):
            self._join_run(gathered, row)
        else:
            self._end_run(gathered, sender)
            self._settle(row)

    def _join_run(self, gathered: _Gathered, row: Row) -> None:
        """One more PDU with the middle of a data set: all but the first and last ones of a run become one row."""
        run = gathered.middle[row.pdu.from_requestor]
        run.append(row)
        if len(run) <= RUN_HEAD:
            self._settle(row)
        if len(run) > RUN_HEAD + 1 + RUN_TAIL:
            run[RUN_HEAD].absorb(run.pop(RUN_HEAD + 1))
            self._row_count -= 1
            gathered.gone += 1
            if gathered.gone > 1000:
                gathered.rows, gathered.gone = [each for each in gathered.rows if not each.gone], 0
                for rows in gathered.unclaimed.values():
                    rows[:] = [each for each in rows if not each.gone]

    def _end_run(self, gathered: _Gathered, sender: bool) -> None:
        for row in gathered.middle[sender][RUN_HEAD:]:
            self._settle(row)
        gathered.middle[sender] = []

    def _settle(self, row: Row) -> None:
        """A row that will not become part of a run any more: its bytes go into a document."""
        pdu = row.pdu
        if row.count == 1:
            row.document = self._pdu_document(pdu)
            row.pdu = _without_bytes(pdu)

    def _pdu_document(self, pdu: Pdu) -> int:
        key = (pdu.body or b"", tuple(pdu.missing), pdu.cut)
        known = self._documents.get(key)
        if known is not None:
            return known
        if self._pdus_spent > PDU_BUDGET:
            self.left_out["annotated_pdus"] += 1
            return -1
        before = self.nodes.spent
        self.documents.append(self.nodes.document(decode_located(pdu), key[0], pdu.missing))
        self._pdus_spent += self.nodes.spent - before
        if len(key[0]) <= 512:
            self._documents[key] = len(self.documents) - 1
        return len(self.documents) - 1

    # ------------------------------------------------------------------------------ messages

    def _message(self, message: Message) -> None:
        number = message.association.number
        gathered = self._gathered.setdefault(number, _Gathered())
        gathered.used.add(message.context_id)
        if message.request is not None and message.association.roles_known:
            gathered.traffic.response(message)
        rows = gathered.unclaimed[message.from_requestor]
        carried = [row for row in rows if row.pdu.first_frame <= message.last_frame and not row.gone]
        # The PDU that ends a message may begin the next one, which then claims it too.
        gathered.unclaimed[message.from_requestor] = rows[-1:] if rows and len(rows[-1].pdu.fragments) > 1 else []
        for row in carried:
            row.messages.append(message.number)
        if carried:
            carried[0].commands.append(self.texts.say(*command_story(message)))
        if len(gathered.messages) + self.left_out["messages"] >= MAXIMUM_ROWS or gathered.left_out:
            self.left_out["messages"] += 1
            return
        kind = (message.command, message.from_requestor, message.status_code, message.complete, message.sop_class_uid)
        gathered.messages.append((self._message_record(message), kind))

    def _message_record(self, message: Message) -> dict[str, Any]:
        what = {lang: view.what(message)[0] for lang, view in self._views.items()}
        status = message.status
        record: dict[str, Any] = {
            "message": message.number, "command": message.command, "id": message.message_id,
            "from_requestor": message.from_requestor, "context": message.context_id,
            "about": self.texts.pair(what["en"], what["zh"]), "time": message.first_time, "end": message.last_time,
            "bytes": message.data_set_bytes, "frames": [message.first_frame, message.last_frame],
        }  # fmt: skip
        if status is not None:
            record["category"] = status.category
        if message.is_request:
            record["request"] = True
        if not message.complete:
            record["incomplete"] = True
        if message.request is not None:
            record["responds_to"] = message.request.number
            record["response_seconds"] = records.seconds(message.first_time - message.request.last_time)
        if message.has_data_set:
            record["data_set"] = self._data_set_document(message)
            record["syntax"] = self.texts.say(syntax_name(message.transfer_syntax or message.inferred_transfer_syntax))
        return record

    def _data_set_document(self, message: Message) -> int:
        if self._data_sets_spent > DATA_SET_BUDGET:
            self.left_out["data_sets"] += 1
            return -1
        before = self.nodes.spent
        root, _ = datasets.tree(message)
        holes = message.holes if root.compressed is None else []
        self.documents.append(self.nodes.document(root, root.data, holes))
        self._data_sets_spent += self.nodes.spent - before
        return len(self.documents) - 1

    # ------------------------------------------------------------------------------ associations

    def _association(self, of: Association) -> None:
        gathered = self._gathered.pop(of.number, None) or _Gathered()
        if len(self.associations) >= MAXIMUM_ASSOCIATIONS:
            self.left_out["associations"] += 1
            return
        for sender in (True, False):
            self._end_run(gathered, sender)
        rows = _by_time([row for row in gathered.rows if not row.gone])
        self._rows[of.number] = rows
        outcome = {lang: view.outcome(of) for lang, view in self._views.items()}
        record = records.association(of)
        busy = of.requestor.bytes + of.acceptor.bytes >= BUSY_BYTES or of.message_count >= BUSY_MESSAGES
        connection, over = of.connection, of.rejection or of.abort
        self.associations[of.number] = {
            **{key: record[key] for key in (
                "association", "client", "server", "calling_ae_title", "called_ae_title", "outcome", "ended_by",
                "first_frame", "last_frame", "requestor", "acceptor", "messages", "missing_bytes", "caused_by",
                "timing", "start_time", "end_time")},
            "outcome_text": self.texts.pair(outcome["en"], outcome["zh"]),
            "requested": of.requested, "roles_known": of.roles_known, "left_out": gathered.left_out,
            "meaning": self.texts.meaning(over.meaning) if over else -1,
            "opened": None if connection.syn_time is None else (connection.syn_time - of.start_time) / 1e9,
            "closed": _closed(of),
            "contexts": self._contexts(of, frozenset(gathered.used)),
            "rows": _table([self._row_record(row, of) for row in rows]),
            "message_list": _table([_relative(each, of.start_time) for each, _ in gathered.messages]),
            "ladder": self._ladder(rows, gathered),
            "timeline": gathered.traffic.record(of) if busy else None,
            "findings": [],
        }  # fmt: skip

    def _contexts(self, of: Association, used: frozenset[int]) -> int:
        """The number of the list of contexts: most associations of a device propose the same ones."""
        listed = tuple(of.contexts())
        number = self._contexts_of.get((listed, used))
        if number is None:
            number = self._contexts_of[listed, used] = len(self.contexts)
            if len(self.contexts) < MAXIMUM_CONTEXT_LISTS:
                self.contexts.append([self._context(context, answer, used) for context, answer in listed])
            else:
                number = self._contexts_of[listed, used] = -1
        return number

    def _context(self, context: Context, answer: Answer | None, used: frozenset[int]) -> dict[str, Any]:
        accepted = answer is not None and answer.result == 0
        result = "" if answer is None else CONTEXT_RESULTS.get(answer.result or 0, "not listed in the standard")
        syntax = context.abstract_syntax
        return {
            "id": context.id, "abstract_syntax": syntax, "name": self.texts.say(short_name(syntax) or "never proposed"),
            "offered": [self.texts.say(syntax_name(each) or "''") for each in context.transfer_syntaxes],
            "accepted": accepted, "result": self.texts.say("not answered" if answer is None else result),
            "transfer_syntax": self.texts.say(syntax_name(answer.transfer_syntax)) if answer and accepted else -1,
            "used": context.id in used,
        }  # fmt: skip

    def _row_record(self, row: Row, of: Association) -> dict[str, Any]:
        pdu = row.pdu
        record: dict[str, Any] = {
            "pdu": row.first, "type": pdu.name, "from_requestor": of.from_requestor(pdu), "bytes": row.bytes,
            "time": (pdu.first_time - of.start_time) / 1e9, "offset": pdu.start,
            "frames": [pdu.first_frame, pdu.last_frame],
        }  # fmt: skip
        if row.messages:
            record["messages"] = row.messages
        if row.count > 1:
            return {**record, "run": row.count, "last": row.last}
        if row.document >= 0:
            record["document"] = row.document
        pieces = pdu.frames
        if len({frame for frame, _, _ in pieces}) > 1:
            record["pieces"] = [list(each) for each in pieces[:FRAMES_TOLD]]
        record["story"] = [*row.commands, *(self.texts.say(*each) for each in story(pdu, of, bool(row.commands)))]
        return record

    def _ladder(self, rows: list[Row], gathered: _Gathered) -> list[list[Any]]:
        """Arrows and folds in order: ['pdu', index of the row], ['message', index of the message],
        ['fold', arrows left out, how many take turns, kinds], ['quiet', seconds]."""
        arrows: list[tuple[int, list[Any], tuple[object, ...]]] = []
        for index, row in enumerate(rows):
            if row.pdu.pdu_type != P_DATA_TF or row.pdu.nonsense or not row.messages:
                arrows.append((row.pdu.first_time, ["pdu", index], (row.pdu.name, row.pdu.from_requestor)))
        for index, (record, kind) in enumerate(gathered.messages):
            arrows.append((record["time"], ["message", index], kind))
        arrows.sort(key=lambda arrow: arrow[0])
        out: list[list[Any]] = []
        hidden = {fold.first: fold for fold in ladder.folds([kind for _, _, kind in arrows])}
        at, before = 0, arrows[0][0] if arrows else 0
        while at < len(arrows):
            fold = hidden.get(at)
            if fold is not None:
                names = [str(kind[0] or "?") for _, _, kind in arrows[fold.first : fold.first + fold.period]]
                out.append(["fold", fold.end - fold.first, fold.period, names])
                at, before = fold.end, arrows[fold.end - 1][0]
                continue
            time, arrow, _ = arrows[at]
            if time - before >= ladder.QUIET_NANOSECONDS:
                out.append(["quiet", (time - before) / 1e9])
            out.append(arrow)
            at, before = at + 1, time
        return out

    # ------------------------------------------------------------------------------ findings

    def _finding(self, finding: Finding) -> None:
        if len(self.findings) >= MAXIMUM_FINDINGS:
            self.left_out["findings"] += 1
            return
        mask = not self.options.show_values
        detail = (findings.detail(finding, lang, mask) for lang in ("en", "zh"))
        kind = finding.kind
        record: dict[str, Any] = {
            "finding": finding.number, "code": finding.code, "severity": finding.severity,
            "title": self.texts.say(kind.title), "detail": self.texts.pair(*detail),
            "remedy": self.texts.say(kind.remedy), "association": finding.association, "message": finding.message,
            "client": finding.client, "server": finding.server, "count": finding.count,
            "frames": sorted({each.frame for each in finding.evidence if each.frame is not None}),
        }  # fmt: skip
        if kind.reference:
            record["reference"], record["url"] = str(kind.reference), kind.reference.url
        record["places"] = list(self._places(finding))
        self.findings.append(record)
        if finding.association in self.associations:
            self.associations[finding.association]["findings"].append(len(self.findings) - 1)

    def _places(self, finding: Finding) -> Iterator[list[Any]]:
        """Where its evidence stands: [index of the row, start, end within the PDU], or the row and nulls for a run."""
        for index, row in enumerate(self._rows.get(finding.association or 0, ())):
            for start, end in marks(finding, row.pdu):
                whole = row.count > 1 or (start, end) == (0, row.bytes)
                yield [index, None, None] if whole else [index, start, min(end, row.bytes)]


def _without_bytes(pdu: Pdu) -> Pdu:
    """A copy of a PDU that holds no bytes; others may still want those of the PDU itself."""
    light = copy(pdu)
    light.body = None
    light.fragments = [
        Fragment(each.context_id, each.header, each.length, each.start, None, each.missing) for each in pdu.fragments
    ]  # fmt: skip
    return light


def _is_middle(pdu: Pdu) -> bool:
    """Whether a PDU carries nothing but the middle of one data set."""
    if len(pdu.fragments) != 1 or pdu.missing or pdu.resumed_after >= 0 or pdu.nonsense or not pdu.complete:
        return False
    fragment = pdu.fragments[0]
    return not fragment.header & 3 and fragment.length > 0


def _by_time(rows: list[Row]) -> list[Row]:
    """Rows in the order in which they were sent; those of one sender stay in the order of its stream. (PDUs behind
    missing bytes are read late.)"""
    latest = {True: 0, False: 0}
    times = {}
    for row in rows:
        sender = row.pdu.from_requestor
        times[id(row)] = latest[sender] = max(latest[sender], row.pdu.first_time)
    return sorted(rows, key=lambda row: times[id(row)])


def _closed(of: Association) -> dict[str, Any] | None:
    """How TCP ended, when that was seen before the association was told: `by_client`, `reset`, and `seconds` since the
    first PDU."""
    connection = of.connection
    if connection.how == "reset" and connection.reset_by_client is not None:
        seconds = (connection.last_time - of.start_time) / 1e9
        return {"by_client": connection.reset_by_client, "reset": True, "seconds": seconds}
    if connection.fin_by_client is None:
        return None
    seconds = (connection.fin_time - of.start_time) / 1e9
    return {"by_client": connection.fin_by_client, "reset": False, "seconds": seconds}


def _table(found: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Records as a table: the names of their keys once, and a row for each, null where it has none, its empty end left
    off."""
    keys = list(dict.fromkeys(key for each in found for key in each))
    rows = []
    for each in found:
        row = [each.get(key) for key in keys]
        while row and row[-1] is None:
            row.pop()
        rows.append(row)
    return {"keys": keys, "rows": rows}


def _relative(record: dict[str, Any], start: int) -> dict[str, Any]:
    """A message's record with its times in seconds from the start of its association."""
    return {**record, "time": (record["time"] - start) / 1e9, "end": (record["end"] - start) / 1e9}


class Traffic:
    """Bytes by time and by sender, and response times, in bounded memory: when there are too many points, every two
    neighbours become one."""

    def __init__(self) -> None:
        self.points: list[tuple[int, int, int]] = []
        """Time, bytes from the requestor, bytes from the acceptor."""
        self.responses: list[tuple[int, int, int]] = []
        """Time, nanoseconds, number of the message."""
        self.keep_every = 1
        self.response_count = 0

    def add(self, time: int, count: int, from_requestor: bool) -> None:
        """So many bytes, sent at a time."""
        self.points.append((time, count, 0) if from_requestor else (time, 0, count))
        if len(self.points) >= 16 * COLUMNS:
            pairs = zip(self.points[::2], self.points[1::2])
            self.points = [(first[0], first[1] + second[1], first[2] + second[2]) for first, second in pairs]

    def response(self, message: Message) -> None:
        """A response, with the request that it answers."""
        assert message.request is not None
        self.response_count += 1
        if self.response_count % self.keep_every:
            return
        self.responses.append((message.first_time, message.first_time - message.request.last_time, message.number))
        if len(self.responses) > 2 * MAXIMUM_RESPONSES:
            self.responses = self.responses[::2]
            self.keep_every *= 2

    def record(self, of: Association) -> dict[str, Any]:
        """`seconds` of one column; `requestor` and `acceptor`, bytes a column; `responses`, [seconds since the start,
        seconds waited, message]; `kept_every`, 2 when only every second response is among them, and so on."""
        width = max((of.end_time - of.start_time) / COLUMNS, 1.0)
        columns = {True: [0] * COLUMNS, False: [0] * COLUMNS}
        for time, from_requestor, from_acceptor in self.points:
            column = min(max(int((time - of.start_time) / width), 0), COLUMNS - 1)
            columns[True][column] += from_requestor
            columns[False][column] += from_acceptor
        return {
            "seconds": width / 1e9, "requestor": columns[True], "acceptor": columns[False],
            "responses": [[(time - of.start_time) / 1e9, waited / 1e9, number] for time, waited, number in
                          self.responses], "kept_every": self.keep_every,
        }  # fmt: skip
