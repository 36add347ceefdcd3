"""`dissector read` for a person in a hurry: one block per association, one line per message, long runs folded.

Strategy: messages arrive while their association is still going on, and several associations may go on at once; each
collects its own rows and is printed as one block when it has ended. Rows are folded while they are collected: a
message joins the last group of its kind nearby, so 500 C-STOREs take two lines and no memory.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..association import Answer, Association, Context
from ..dimse import Message
from ..standard.commands import COMMAND_BY_NAME
from ..standard.pdus import CONTEXT_RESULTS, USER_IDENTITY_TYPES
from ..standard.uids import name as uid_name
from ..standard.zh import translate
from .hexdump import Line, Span, cells, pad, wrap
from .words import problem_text

FOLD_OVER = 3
"""More messages of a kind than this, one after the other, become one line."""
PATTERN = 6
"""How many kinds of messages may take turns and still be folded."""
CONTEXTS_SHOWN = 12
"""Accepted contexts beyond this are counted, not listed, unless messages used them."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to show: `width` in columns; `unfold` every message; `detail` (-v); `quiet` (-q): a line per association."""

    lang: str = "en"
    width: int = 80
    unfold: bool = False
    detail: bool = False
    quiet: bool = False


@dataclass(slots=True)
class _Group:
    """Messages of one kind, one after the other or taking turns with others."""

    kind: tuple[object, ...]
    place: int
    first: Message
    last: Message
    count: int = 0
    bytes: int = 0
    rows: list[tuple[int, Line]] = field(default_factory=list)
    slowest: float = -1.0
    slowest_number: int = 0
    total_seconds: float = 0.0
    timed: int = 0


class TextView:
    """Collects messages, gives the lines of an association when it is told."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.lang = options.lang
        self._groups: dict[int, list[_Group]] = {}
        self._used: dict[int, set[int]] = {}
        self._places = 0

    def message(self, message: Message) -> None:
        """Take a message of an association that is not yet told."""
        number = message.association.number
        self._used.setdefault(number, set()).add(message.context_id)
        if self.options.quiet:
            return
        groups = self._groups.setdefault(number, [])
        status = message.status
        kind = (
            message.command, message.from_requestor, message.sop_class_uid if message.is_request else None,
            message.status_code, message.complete, status.category if status else None,
        )  # fmt: skip
        group = next((each for each in groups[-PATTERN:] if each.kind == kind), None)
        if group is None:
            self._places += 1
            group = _Group(kind, self._places, message, message)
            groups.append(group)
        group.count += 1
        group.last = message
        group.bytes += message.data_set_bytes
        if message.request is not None:
            waited = (message.first_time - message.request.last_time) / 1e9
            group.timed += 1
            group.total_seconds += waited
            if waited > group.slowest:
                group.slowest, group.slowest_number = waited, message.number
        if self.options.unfold or group.count <= FOLD_OVER:
            self._places += 1
            group.rows += [(self._places, line) for line in self._row(message)]

    def association(self, association: Association) -> Iterator[Line]:
        """The block of an association that has ended."""
        groups = self._groups.pop(association.number, [])
        used = self._used.pop(association.number, set())
        yield from self._head(association)
        if self.options.quiet:
            return
        yield from self._negotiation(association, used)
        rows: list[tuple[int, Line]] = []
        for group in groups:
            if group.count <= FOLD_OVER or self.options.unfold:
                rows += group.rows
            else:
                rows += [(group.rows[0][0], line) for line in self._folded(group)]
        rows.sort(key=lambda row: row[0])
        yield from (line for _, line in rows)
        if association.unfinished:
            yield self._note(self._say("{count} requests were never answered", count=association.unfinished))
        if self.options.detail:
            yield from self._times(association)
        yield []

    # ------------------------------------------------------------------------------ the head and the negotiation

    def _head(self, association: Association) -> Iterator[Line]:
        unknown = self._say("not captured")
        calling, called = association.calling_ae_title or unknown, association.called_ae_title or unknown
        when = clock(association.start_time, self.options.detail)
        sent = association.requestor.bytes + association.acceptor.bytes
        outcome = self._outcome(association)
        facts = f"{duration(association.end_time - association.start_time)}  {size(sent)}"
        if self.options.quiet:
            facts += "  " + self._say("{count} messages", count=association.message_count)
        head = f"{association.number:>3}  {when}  {calling} -> {called}  "
        line = [Span(head, "title"), Span(outcome, f"outcome-{association.outcome}"), Span(f"  {facts}", "note")]
        if sum(cells(span.text) for span in line) <= self.options.width:
            yield line
        else:
            yield line[:1]
            yield [Span("     ", "note"), *line[1:]]
        if self.options.quiet:
            return
        way = f"     {association.client} -> {association.server}"
        if association.caused_by is not None:
            way += "  " + self._say("caused by message {message} of association {association}",
                                    association=association.caused_by[0], message=association.caused_by[1])  # fmt: skip
        for part in wrap(way, self.options.width):
            yield [Span(part, "note")]
        if not association.requested:
            yield self._note(self._say("the capture starts in its middle"))
        if association.missing_bytes:
            yield self._note(self._say("{count} bytes were not captured", count=association.missing_bytes))

    def _outcome(self, association: Association) -> str:
        text = self._say(association.outcome)
        if association.ended_by and association.outcome in ("aborted", "closed", "reset"):
            text = self._say("{outcome} by the {side}", outcome=text, side=self._say(association.ended_by))
        return text

    def _negotiation(self, association: Association, used: set[int]) -> Iterator[Line]:
        if association.rejection:
            for part in wrap("     " + self._meaning(association.rejection.meaning), self.options.width):
                yield [Span(part, "outcome-rejected")]
        if association.abort:
            for part in wrap("     " + self._meaning(association.abort.meaning), self.options.width):
                yield [Span(part, "outcome-aborted")]
        if self.options.detail:
            yield from self._parties(association)
        contexts = list(association.contexts())
        shown = [pair for pair in contexts if self._worth_showing(pair, used, len(contexts))]
        if shown:
            yield from self._context_table(association, shown)
        hidden = len(contexts) - len(shown)
        if hidden:
            yield self._note(self._say("and {count} accepted contexts that were not used", count=hidden), 7)

    def _worth_showing(self, pair: tuple[Context, Answer | None], used: set[int], count: int) -> bool:
        context, answer = pair
        accepted = answer is not None and answer.result == 0
        return self.options.detail or count <= CONTEXTS_SHOWN or context.id in used or not accepted

    def _context_table(self, association: Association, rows: list[tuple[Context, Answer | None]]) -> Iterator[Line]:
        """Context, abstract syntax, what was proposed and accepted, the result."""
        width = self.options.width - 11
        for context, answer in rows[: None if self.options.detail else 40]:
            name = syntax_name(context.abstract_syntax) or self._say("never proposed")
            if answer is None:
                rejected = association.outcome == "rejected"
                result = "" if rejected else self._say("not answered")
                style = "note" if rejected else "problem"
            elif answer.result == 0:
                result, style = syntax_name(answer.transfer_syntax) or "", "value"
            else:
                result = self._meaning(CONTEXT_RESULTS.get(answer.result or 0, "not listed in the standard"))
                style = "problem"
            offered = [each for each in context.transfer_syntaxes if answer is None or each != answer.transfer_syntax]
            lines = wrap(name, width // 2)
            results = wrap(result, width - width // 2 - 1) if result else [""]
            for index in range(max(len(lines), len(results))):
                left = lines[index] if index < len(lines) else ""
                right = results[index] if index < len(results) else ""
                number = f"{context.id:>8}  " if index == 0 else " " * 10
                yield [Span(number, "position"), Span(pad(left, width // 2) if right else left, "depth1"),
                       Span(right, style)]  # fmt: skip
            if offered and (self.options.detail or answer is None or answer.result):
                names = ", ".join(syntax_name(each) or "''" for each in offered)
                for part in wrap(self._say("offered: {names}", names=names), width - 2):
                    yield [Span(" " * 12 + part, "note")]
            roles = self._roles(association, context)
            if roles:
                yield [Span(" " * 12 + roles, "note")]

    def _roles(self, association: Association, context: Context) -> str:
        """What role selection asked and granted, where it was used."""
        asked = association.role(context.abstract_syntax, True)
        if asked == (None, None):
            return ""
        granted = association.role(context.abstract_syntax, False)
        names = ("SCU", "SCP")
        wanted = "+".join(name for name, value in zip(names, asked, strict=True) if value) or "-"
        given = "+".join(name for name, value in zip(names, granted, strict=True) if value) or "-"
        return self._say("roles of the requestor: asked {wanted}, granted {given}", wanted=wanted, given=given)

    def _parties(self, association: Association) -> Iterator[Line]:
        for title, party in (("requestor", association.requestor), ("acceptor", association.acceptor)):
            side = party.side
            facts = [size(party.bytes), self._say("{count} PDUs", count=party.pdus)]
            if side is not None:
                maximum = side.maximum_length
                if maximum is not None:
                    limit = self._say("no limit") if maximum == 0 else str(maximum)
                    facts.append(self._say("maximum length {limit}", limit=limit))
                facts += [each for each in (side.implementation_version_name, side.implementation_class_uid) if each]
                if side.window is not None:
                    facts.append(self._say("asynchronous window {invoked}/{performed}", invoked=side.window[0],
                                           performed=side.window[1]))  # fmt: skip
                for uid, information in side.extended:
                    facts.append(self._say("extended negotiation for {name}: {information}",
                                           name=syntax_name(uid), information=information))  # fmt: skip
                if side.identity is not None:
                    kind = self._meaning(USER_IDENTITY_TYPES.get(side.identity[0], str(side.identity[0])))
                    user = f" '{side.identity[1]}'" if side.identity[1] is not None else ""
                    facts.append(self._say("user identity: {kind}{user}", kind=kind, user=user))
            for index, part in enumerate(wrap(", ".join(facts), self.options.width - 18)):
                label = self._say(title) if index == 0 else ""
                yield [Span("     " + pad(label, 12), "note"), Span(part, "note")]

    def _times(self, association: Association) -> Iterator[Line]:
        """Where the time went, as far as the capture shows it."""
        total = association.end_time - association.start_time
        connection = association.connection
        parts = []
        if connection.syn_time is not None and connection.answered_time is not None:
            parts.append(self._say("connection {time}", time=duration(connection.answered_time - connection.syn_time)))
        negotiation = 0
        if association.request_time is not None and association.answer_time is not None:
            negotiation = association.answer_time - association.request_time
            parts.append(self._say("negotiation {time}", time=duration(negotiation)))
        if total > 0 and association.message_count:
            idle = max(0, total - negotiation - association.transfer_time - association.waiting_time)
            for text, value in (("transfer {time} ({share} %)", association.transfer_time),
                                ("waiting for responses {time} ({share} %)", association.waiting_time),
                                ("neither side sent for {time} ({share} %)", idle)):  # fmt: skip
                parts.append(self._say(text, time=duration(value), share=round(100 * value / total)))
        for part in wrap(", ".join(parts), self.options.width - 6):
            yield [Span("     " + part, "note")]

    # ------------------------------------------------------------------------------ messages

    def _row(self, message: Message) -> Iterator[Line]:
        of: Association = message.association
        when = f"+{(message.first_time - of.start_time) / 1e9:.3f}"
        arrow = "->" if message.from_requestor else "<-"
        left = f"     {when:>9}  {arrow} {message.command or self._say('command unknown')}"
        number = "" if message.message_id is None else f" {message.message_id}"
        if message.parent is not None:
            left = f"     {when:>9}  {arrow}   {message.command}"
        yield from self._two_columns(pad(left + number, 38), *self._what(message), message)

    def _two_columns(self, left: str, text: str, style: str, right: str, message: Message | None) -> Iterator[Line]:
        width = self.options.width - cells(left) - (cells(right) + 2 if right else 0)
        parts = wrap(text, max(width, 16)) if text else [""]
        for index, part in enumerate(parts):
            if index == 0:
                line = [Span(left, "depth0" if left.find("->") > 0 else "depth3"), Span(part, style)]
                if right:
                    gap = max(2, self.options.width - cells(left) - cells(part) - cells(right))
                    line.append(Span(" " * gap + right, "note"))
                yield line
            else:
                yield [Span(" " * cells(left), "note"), Span(part, style)]
        if message is not None:
            for problem in [*message.remarks, *([message.fault] if message.fault else [])]:
                yield self._note(problem_text(problem, self.lang), cells(left))

    def _what(self, message: Message) -> tuple[str, str, str]:
        """What a message is about, the style for it, and its response time."""
        parts = []
        style = "value"
        right = ""
        if message.is_request:
            name = syntax_name(message.sop_class_uid)
            if name:
                parts.append(name)
            destination = message.text_of("move_destination")
            if destination is not None:
                parts.append(self._say("to {destination}", destination=destination))
        else:
            status = message.status
            if status is not None:
                style = f"status-{status.category}"
                parts.append(f"{translate(status.category, self.lang)} {message.status_code or 0:04X}H")
                if status.category != "success":
                    parts.append(translate(status.meaning, self.lang))
            comment = message.text_of("error_comment")
            if comment:
                parts.append(f"'{comment}'")
            parts += self._counters(message)
            if message.request is not None:
                right = duration(message.first_time - message.request.last_time)
        if message.has_data_set:
            parts.append(size(message.data_set_bytes))
        if not message.complete:
            parts.append(self._say("incomplete"))
            style = "problem"
        return ", ".join(parts), style, right

    def _counters(self, message: Message) -> list[str]:
        names = ("remaining", "completed", "failed", "warning")
        counts = [(name, message.number_of(f"number_of_{name}_suboperations")) for name in names]
        return [f"{count} {self._say(name)}" for name, count in counts if count]

    def _folded(self, group: _Group) -> Iterator[Line]:
        """Many messages of a kind as one line: how many, how much, how fast, the slowest."""
        message = group.first
        of: Association = message.association
        when = f"+{(message.first_time - of.start_time) / 1e9:.3f}"
        arrow = "->" if message.from_requestor else "<-"
        left = pad(f"     {when:>9}  {arrow} {message.command or '?'} x {group.count}", 38)
        text, style, _ = self._what(message)
        parts = [text.partition(", ")[0]] if text else []
        if not message.is_request and message.status is not None and message.status.category != "success":
            parts = [f"{translate(message.status.category, self.lang)} {message.status_code or 0:04X}H"]
        if group.bytes:
            parts.append(size(group.bytes))
        span = (group.last.last_time - message.first_time) / 1e9
        if message.is_request and span > 0:
            parts.append(self._say("{rate} a second", rate=f"{group.count / span:.3g}"))
            if group.bytes:
                parts.append(f"{size(group.bytes / span)}/s")
        right = ""
        if group.timed and group.slowest >= 0 and not (message.status and message.status.category == "pending"):
            parts.append(self._say("slowest {time} (message {number})", time=duration(int(group.slowest * 1e9)),
                                   number=group.slowest_number))  # fmt: skip
            right = "~" + duration(int(group.total_seconds / group.timed * 1e9))
        yield from self._two_columns(left, ", ".join(parts), style, right, None)

    # ------------------------------------------------------------------------------ words

    def _note(self, text: str, indent: int = 5) -> Line:
        return [Span(" " * indent + "! " + text, "problem")] if indent != 7 else [Span(" " * 10 + text, "note")]

    def _meaning(self, text: str) -> str:
        return ", ".join(translate(part, self.lang) for part in text.split(", "))

    def _say(self, text: str, **values: object) -> str:
        return translate(text, self.lang).format(**values) if values else translate(text, self.lang)


# ------------------------------------------------------------------------------------------------ amounts and names


def syntax_name(uid: str | None) -> str:
    """The name of a UID, or the UID itself."""
    return "" if uid is None else uid_name(uid) or uid


def size(count: float) -> str:
    """'512 bytes', '5.2 KB', '1.4 GB': powers of 1000."""
    if count < 1000:
        return f"{count:.0f} bytes"
    for unit in ("KB", "MB", "GB", "TB"):
        count /= 1000
        if count < 999.5:
            return f"{count:.3g} {unit}"
    return f"{count:.0f} TB"


def duration(nanoseconds: int) -> str:
    """'0.2 ms', '21 ms', '3.2 s', '2 min 5 s'."""
    seconds = nanoseconds / 1e9
    if seconds < 0.9995:
        return f"{seconds * 1000:.3g} ms"
    if seconds < 59.5:
        return f"{seconds:.3g} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def clock(nanoseconds: int, fine: bool = False) -> str:
    """Local date and time."""
    moment = datetime.datetime.fromtimestamp(nanoseconds // 1_000_000_000)
    text = moment.strftime("%Y-%m-%d %H:%M:%S")
    return f"{text}.{nanoseconds % 1_000_000_000 // 1000:06d}" if fine else text


def command_title(name: str, lang: str) -> str:
    """A command by its name, in Chinese with the name."""
    return translate(name, lang) if name in COMMAND_BY_NAME else name
