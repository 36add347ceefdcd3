"""`dissector read` for a person in a hurry: one block per association, one line per message, long runs folded.

Strategy: messages arrive while their association is still going on, and several associations may go on at once; each
collects its own rows and is printed as one block when it has ended. Rows are folded while they are collected: a
message joins the last group of its kind nearby, so 500 C-STOREs take two lines and no memory.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..association import Answer, Association, Context
from ..capture import Comment
from ..dimse import Message
from ..standard.commands import COMMAND_BY_NAME
from ..standard.pdus import CONTEXT_RESULTS, USER_IDENTITY_TYPES
from ..standard.uids import name as uid_name
from ..standard.zh import translate
from ..wiretext import visible
from .hexdump import Line, Span, cells, pad, wrap
from .words import problem_text

FOLD_OVER = 3
"""More messages of a kind than this, one after the other, become one line."""
PATTERN = 4
"""How many kinds of messages may take turns and still be folded."""
MAXIMUM_GROUPS = 2000
"""Groups told apart in one association; what comes after them is counted by its command."""
MAXIMUM_GROUPS_IN_ALL = 4000
"""The same over all associations that go on at once."""
MAXIMUM_COMMAND_BYTES = 1024 * 1024
"""What the command sets of the messages that stand for these groups may have in all."""
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
    mask: bool = False


@dataclass(slots=True)
class _Group:
    """Messages of one kind, one after the other or taking turns with others."""

    kind: tuple[object, ...]
    first: Message
    last_time: int
    count: int = 0
    bytes: int = 0
    rows: list[tuple[tuple[int, int], Line]] = field(default_factory=list)
    """With their places: time, then order."""
    slowest: float = -1.0
    slowest_number: int = 0
    total_seconds: float = 0.0
    timed: int = 0


def _command_bytes(group: _Group) -> int:
    """Of the command sets that a group holds: of its first message, and of the request that this answers."""
    request = group.first.request
    return len(group.first.command_set) + (len(request.command_set) if request is not None else 0)


@dataclass(slots=True)
class _Collected:
    """What was collected of an association that is not yet told."""

    used: set[int] = field(default_factory=set)
    """The contexts that its messages used."""
    groups: list[_Group] = field(default_factory=list)
    further: dict[tuple[object, ...], _Group] = field(default_factory=dict)
    """Of those `groups` the ones that count messages by their command."""


class TextView:
    """Collects messages, gives the lines of an association when it is told."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.lang = options.lang
        self._collected: dict[int, _Collected] = {}
        self._group_count = 0
        self._command_bytes = 0
        self._places = 0

    def message(self, message: Message) -> None:
        """Take a message of an association that is not yet told."""
        if self.options.quiet:
            return
        number = message.association.number
        collected = self._collected.get(number)
        if collected is None:
            collected = self._collected[number] = _Collected()
        collected.used.add(message.context_id)
        groups = collected.groups
        about = message.request or message
        kind: tuple[object, ...] = (
            message.command, message.from_requestor, about.sop_class_uid, about.context_id, message.status_code,
            message.complete,
        )  # fmt: skip
        full = (
            len(groups) >= MAXIMUM_GROUPS or self._group_count >= MAXIMUM_GROUPS_IN_ALL
            or self._command_bytes > MAXIMUM_COMMAND_BYTES
        )
        if full and not self.options.unfold:
            kind = (message.command, message.from_requestor, "and so on")  # hardly two alike: count them by command
            group = collected.further.get(kind)
        else:
            group = next((each for each in groups[-PATTERN:] if each.kind == kind), None)
        if group is None:
            group = _Group(kind, message, message.last_time)
            groups.append(group)
            self._group_count += 1
            self._command_bytes += _command_bytes(group)
            if full:
                collected.further[kind] = group
        group.count += 1
        group.last_time = message.last_time
        group.bytes += message.data_set_bytes
        if message.request is not None:
            waited = (message.last_time - message.request.last_time) / 1e9
            group.timed += 1
            group.total_seconds += waited
            if waited > group.slowest:
                group.slowest, group.slowest_number = waited, message.number
        if self.options.unfold or group.count <= FOLD_OVER:
            self._places += 1
            place = (message.first_time, self._places)
            group.rows += [(place, line) for line in self._row(message)]

    def association(self, association: Association) -> Iterator[Line]:
        """The block of an association that has ended."""
        if self.options.quiet:  # nothing was collected
            yield from self._head(association)
            return
        collected = self._collected.pop(association.number, _Collected())
        groups, used = collected.groups, collected.used
        self._group_count -= len(groups)
        self._command_bytes -= sum(map(_command_bytes, groups))
        yield from self._head(association)
        yield from self._negotiation(association, used)
        rows: list[tuple[tuple[int, int], Line]] = []
        for group in groups:
            if group.count <= FOLD_OVER or self.options.unfold:
                rows += group.rows
            else:
                rows += [(group.rows[0][0], line) for line in self._folded(group)]
        rows.sort(key=lambda row: row[0])
        yield from (line for _, line in rows)
        if association.unfinished:
            yield self._note(self._unfinished(association))
        if self.options.detail:
            yield from self._times(association)
        yield []

    # ------------------------------------------------------------------------------ the head and the negotiation

    def _head(self, association: Association) -> Iterator[Line]:
        calling, called = (
            self._say("none" if association.requested and not association.missing_bytes else "not captured")
            if title is None else title or "''"
            for title in (association.calling_ae_title, association.called_ae_title)
        )
        when = clock(association.start_time, self.options.detail)
        sent = association.requestor.bytes + association.acceptor.bytes
        outcome = self.outcome(association)
        facts = f"{duration(association.end_time - association.start_time)}  {size(sent, self.lang)}"
        if self.options.quiet:
            count = association.message_count
            facts += "  " + self._say("{count} message" if count == 1 else "{count} messages", count=count)
            if association.rejection is not None:
                facts += "  " + self._meaning(association.rejection.meaning.rpartition(", ")[2])
        head = f"{association.number:>3}  {when}  {calling} -> {called}  "
        line = [Span(head, "title"), Span(outcome, f"outcome-{association.outcome}"), Span(f"  {facts}", "note")]
        if self.options.quiet or sum(cells(span.text) for span in line) <= self.options.width:
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
            begun = association.connection.syn_time is not None
            yield self._note(self._say("no A-ASSOCIATE-RQ came before its first PDU" if begun else
                                       "the capture starts in its middle"))  # fmt: skip
        if association.missing_bytes:
            yield self._note(self._say("{count} bytes were not captured", count=association.missing_bytes))

    def outcome(self, association: Association) -> str:
        """How an association ended, in words."""
        text = self._say(association.outcome)
        if association.outcome_inferred:
            text = self._say("{outcome}, probably {inferred}", outcome=text,
                             inferred=self._say(association.outcome_inferred))  # fmt: skip
        elif association.ended_by and association.outcome in ("aborted", "closed", "reset"):
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
        offered: list[str] = []
        for context, answer in rows[: None if self.options.detail else 40]:
            name = "''" if context.abstract_syntax == "" else short_name(context.abstract_syntax)
            name = name or self._say("never proposed")
            if answer is None:
                result, style = self._no_answer(association)
            elif answer.result == 0:
                result, style = syntax_name(answer.transfer_syntax) or "", "value"
            else:
                result = self._meaning(CONTEXT_RESULTS.get(answer.result or 0, "not listed in the standard"))
                style = "problem"
            before = offered
            offered = [
                each or "" for each in context.transfer_syntaxes if answer is None or each != answer.transfer_syntax
            ]
            lines = wrap(name, width // 2)
            results = wrap(result, width - width // 2 - 1) if result else [""]
            for index in range(max(len(lines), len(results))):
                left = lines[index] if index < len(lines) else ""
                right = results[index] if index < len(results) else ""
                number = f"{context.id:>8}  " if index == 0 else " " * 10
                yield [Span(number, "position"), Span(pad(left, width // 2) if right else left, "depth1"),
                       Span(right, style)]  # fmt: skip
            if offered and offered != before and (self.options.detail or answer is None or answer.result):
                names = ", ".join(syntax_name(each) or "''" for each in offered)
                for part in wrap(self._say("offered: {names}", names=names), width - 2):
                    yield [Span(" " * 12 + part, "note")]
            roles = self._roles(association, context)
            if roles:
                yield [Span(" " * 12 + roles, "note")]

    def _no_answer(self, association: Association) -> tuple[str, str]:
        """Why a context has no answer."""
        if association.outcome == "rejected":
            return "", "note"
        if association.acceptor.side is not None or association.outcome == "aborted" or association.acceptor.pdus:
            return self._say("not answered"), "problem"
        return self._say("no answer captured"), "note"

    def _unfinished(self, association: Association) -> str:
        """What became of requests without a final response."""
        count = association.unfinished
        if association.acceptor.side is None and not association.acceptor.pdus:
            return self._say("responses to {count} of its requests were not captured", count=count)
        if association.outcome == "open":
            return self._say("{count} of its requests had no final response when the capture ended", count=count)
        return self._say("{count} of its requests had no final response", count=count)

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
            pdus = self._say("{count} PDU" if party.pdus == 1 else "{count} PDUs", count=party.pdus)
            facts = [size(party.bytes, self.lang), pdus]
            if side is not None:
                maximum = side.maximum_length
                if maximum is not None:
                    limit = self._say("no limit") if maximum == 0 else str(maximum)
                    facts.append(self._say("maximum length {limit}", limit=limit))
                facts += [each for each in (side.implementation_version_name, side.implementation_class_uid) if each]
                if side.window is not None:
                    facts.append(self._say("asynchronous window: {invoked} invoked, {performed} performed",
                                           invoked=side.window[0], performed=side.window[1]))  # fmt: skip
                for uid, information in side.extended:
                    facts.append(self._say("extended negotiation for {name}: {information}",
                                           name=syntax_name(uid), information=information))  # fmt: skip
                if side.identity is not None:
                    kind, user, asked = side.identity
                    meaning = self._meaning(USER_IDENTITY_TYPES.get(kind, "reserved"))
                    facts.append(self._say("user identity of type {kind} ({meaning})", kind=kind, meaning=meaning))
                    if user is not None:
                        shown = "." * len(user) if self.options.mask else user
                        facts.append(self._say("user name '{user}'", user=shown))
                    if asked:
                        facts.append(self._say("response requested"))
                if side.identity_answered:
                    facts.append(self._say("user identity confirmed"))
                for uid, service, related in side.common:
                    names = ", ".join(short_name(each) for each in related) or "-"
                    text = "{name} belongs to {service}, can be taken for {names}"
                    facts.append(self._say(text, name=short_name(uid), service=syntax_name(service), names=names))
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
            share = f" ({round(100 * negotiation / total)} %)" if total > 0 else ""
            parts.append(self._say("negotiation {time}", time=duration(negotiation)) + share)
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
        inside = "  " if message.parent or message.request and message.request.parent else ""
        left = f"     {when:>9}  {arrow} {inside}{message.command or self._say('command unknown')}"
        number = "" if message.message_id is None else f" {message.message_id}"
        yield from self._two_columns(pad(left + number, 38), *self.what(message), message)
        if self.options.detail:
            yield from self._detail(message)

    def _detail(self, message: Message) -> Iterator[Line]:
        """Where to find a message again, and what else it says."""
        if message.first_frame == message.last_frame:
            frames = self._say("frame {frames}", frames=message.first_frame)
        else:
            frames = self._say("frames {frames}", frames=f"{message.first_frame}-{message.last_frame}")
        parts = [self._say("message {number}", number=message.number), frames,
                 self._say("context {context}", context=message.context_id)]  # fmt: skip
        if message.has_data_set and message.transfer_syntax:
            parts.append(syntax_name(message.transfer_syntax))
        if message.sop_instance_uid:
            parts.append(message.sop_instance_uid)
        for part in wrap(", ".join(parts), self.options.width - 22):
            yield [Span(" " * 22 + part, "note")]
        identifier = self._identifier(message)
        for part in wrap(identifier, self.options.width - 22) if identifier else ():
            yield [Span(" " * 22 + part, "value")]

    def _identifier(self, message: Message) -> str:
        """A query's keys, or a response's identifier, in one line; empty for objects and where nothing was kept."""
        if not message.data or not (message.command or "").startswith(("C-FIND", "C-MOVE", "C-GET")):
            return ""
        from ..summary import summary

        kept = b"".join(message.data)
        cut = not message.complete or len(kept) < message.data_set_bytes
        syntax = message.transfer_syntax
        return summary(kept, syntax, holes=message.holes, cut=cut, mask=self.options.mask, lang=self.lang)

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

    def what(self, message: Message) -> tuple[str, str, str]:
        """What a message is about, the style for it, and its response time."""
        parts = []
        style = "value"
        right = ""
        if message.is_request:
            name = short_name(message.sop_class_uid)
            if name:
                parts.append(name)
            for kind in ("event", "action"):
                number = message.number_of(f"{kind}_type_id")
                if number is not None:
                    parts.append(self._say(f"{kind} type {{number}}", number=number))
            destination = message.text_of("move_destination")
            if destination is not None:
                parts.append(self._say("to {destination}", destination=destination))
        else:
            status = message.status
            if status is not None:
                style = f"status-{status.category}"
                parts.append(f"{translate(status.category, self.lang)} {message.status_code or 0:04X}H")
                if status.category not in ("success", "pending"):
                    parts.append(translate(status.meaning, self.lang))
            comment = message.text_of("error_comment")
            if comment:
                parts.append(f"'{comment}'")
            parts += self._counters(message)
            if message.request is not None:
                right = duration(message.first_time - message.request.last_time)
        if message.has_data_set:
            parts.append(size(message.data_set_bytes, self.lang))
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
        text, style, _ = self.what(message)
        parts = [text.partition(", ")[0]] if text else []
        if not message.is_request and message.status is not None and message.status.category != "success":
            parts = [f"{translate(message.status.category, self.lang)} {message.status_code or 0:04X}H"]
        if group.bytes:
            parts.append(size(group.bytes, self.lang))
        span = (group.last_time - message.first_time) / 1e9
        if message.is_request and span > 0:
            parts.append(self._say("{rate} a second", rate=f"{group.count / span:.3g}"))
            if group.bytes:
                parts.append(f"{size(group.bytes / span, self.lang)}/s")
        right = ""
        if group.timed and group.slowest >= 0 and not (message.status and message.status.category == "pending"):
            parts.append(self._say("slowest {time} (message {number})", time=duration(int(group.slowest * 1e9)),
                                   number=group.slowest_number))  # fmt: skip
            mean = duration(int(group.total_seconds / group.timed * 1e9))
            right = self._say("mean {time}", time=mean)
        yield from self._two_columns(left, ", ".join(parts), style, right, None)

    # ------------------------------------------------------------------------------ words

    def _note(self, text: str, indent: int = 5) -> Line:
        return [Span(" " * indent + "! " + text, "problem")] if indent != 7 else [Span(" " * 10 + text, "note")]

    def _meaning(self, text: str) -> str:
        return ", ".join(translate(part, self.lang) for part in text.split(", "))

    def _say(self, text: str, **values: object) -> str:
        return translate(text, self.lang).format(**values) if values else translate(text, self.lang)


def requested(association: Association, lang: str) -> Line:
    """The line that says that an association is being asked for."""
    calling, called = (title or "''" for title in (association.calling_ae_title, association.called_ae_title))
    text = translate("{calling} asks {called} for an association", lang).format(calling=calling, called=called)
    way = f"  {association.client} -> {association.server}"
    return [Span(f"{association.number:>3}  {clock(association.start_time)}  {text}", "title"), Span(way, "note")]


def comments(kept: Sequence[Comment], lang: str, width: int) -> Iterator[Line]:
    """The comments that somebody put into the capture."""
    for comment in kept:
        where = translate("comment on the capture", lang)
        if comment.frame is not None:
            where = translate("comment on frame {frame}", lang).format(frame=comment.frame)
        for part in wrap(f"{where}: {visible(comment.text)}", width):
            yield [Span(part, "note")]


# ------------------------------------------------------------------------------------------------ amounts and names


def syntax_name(uid: str | None) -> str:
    """The name of a UID, or the UID itself."""
    return "" if uid is None else uid_name(uid) or uid


_LONG = ((" Information Model", ""), ("Query/Retrieve", "Q/R"), (" SOP Class", ""))


def short_name(uid: str | None) -> str:
    """The name of a SOP class without what only makes it long."""
    name = syntax_name(uid)
    for long, short in _LONG:
        name = name.replace(long, short)
    return name


def size(count: float, lang: str = "en") -> str:
    """'512 bytes', '5.2 KB', '1.4 GB': powers of 1000."""
    if count < 1000:
        return f"{count:.0f} {translate('bytes', lang)}"
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
    text = moment.isoformat(" ", "seconds")
    return f"{text}.{nanoseconds % 1_000_000_000 // 1000:06d}" if fine else text


def command_title(name: str, lang: str) -> str:
    """A command by its name, in Chinese with the name."""
    return translate(name, lang) if name in COMMAND_BY_NAME else name
