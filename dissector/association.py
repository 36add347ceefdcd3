"""PDUs to associations: who proposed what to whom, which messages went, how it ended, and what belongs together.

Strategy: `Associations.take` is given what `stream` tells, one event at a time, and yields messages and associations
as soon as they are known. An association holds its open requests and nothing of finished ones, so memory follows what
is open, not what is past. What was negotiated is told by `negotiation`.

What cannot be known from the capture is None; what is guessed is marked as inferred.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterator
from typing import NamedTuple

from .dimse import Gatherer, Message
from .negotiation import Answer as Answer
from .negotiation import Context as Context
from .negotiation import Side as Side
from .negotiation import side_of
from .pdu import Pdu
from .standard.pdus import (
    A_ABORT, A_ASSOCIATE_AC, A_ASSOCIATE_RJ, A_ASSOCIATE_RQ, A_RELEASE_RP, A_RELEASE_RQ, ABORT_REASONS, ABORT_SOURCES,
    P_DATA_TF, REJECT_REASONS, REJECT_RESULTS, REJECT_SOURCES,
)  # fmt: skip
from .standard.statuses import PENDING
from .stream import Begun, Connection, Event, Stream, endpoint

MAXIMUM_OPEN_REQUESTS = 4096
"""Requests without a final response that one association keeps; older ones are let go."""
MAXIMUM_OPEN_REQUEST_BYTES = 12 * 1024 * 1024
"""What the open requests of all associations may take, by estimate; then half of the longest list is let go."""
OPEN_REQUEST_BYTES = 2048
"""What an open request takes, besides its command set, as bytes and elements, and what was kept of its data set."""
COMMAND_SETS_HELD = 12
"""How many times its largest command set an association may hold: in its first and last messages, with elements."""
SHORT_LIST = 16
"""An association with fewer open requests than this keeps them when there are too many in all."""
MAXIMUM_DEFERRED = 1024
"""PDUs that may wait for the other direction's missing bytes."""
CAUSES_REMEMBERED = 512
"""C-MOVE requests, and requests for storage commitment, that may have caused an association."""

STORAGE_COMMITMENT = "1.2.840.10008.1.20.1"
CALLBACK_SECONDS = 3600
"""For how long after its end a C-MOVE or a commitment request may be the cause of an association."""


class Rejection(NamedTuple):
    """The three bytes of an A-ASSOCIATE-RJ, and what they mean."""

    result: int | None
    source: int | None
    reason: int | None
    meaning: str


class Abort(NamedTuple):
    """The two bytes of an A-ABORT, and what they mean."""

    source: int | None
    reason: int | None
    meaning: str


class Party:
    """One side of an association: what it said of itself, and how much it sent."""

    __slots__ = ("side", "bytes", "pdus")

    def __init__(self) -> None:
        self.side: Side | None = None
        self.bytes = 0
        self.pdus = 0


class Association:
    """An association, from its A-ASSOCIATE-RQ (or the first PDU that was captured) to its end."""

    __slots__ = (
        "number", "connection", "requestor_stream", "requested", "roles_known", "start_time", "end_time",
        "first_frame", "last_frame", "requestor", "acceptor", "request_time", "answer_time", "outcome", "ended_by",
        "rejection", "abort", "gatherers", "message_count", "open", "release_asked", "release_answers", "asked_by",
        "told", "passed_over",
        "deferred", "caused_by", "missed_before", "missed", "transfer_time", "waiting_time", "covered", "over",
        "move_originators", "first_messages", "unfinished",
        "outcome_inferred", "let_go", "open_gets", "largest_command", "missed_when_told",
    )  # fmt: skip

    def __init__(self, begun: Begun, keep_data: bool) -> None:
        self.number = begun.association
        self.connection: Connection = begun.connection
        self.requested = begun.requested
        """Its A-ASSOCIATE-RQ is in the capture."""
        self.requestor_stream: Stream = begun.requestor if begun.requested else begun.connection.client
        self.roles_known = begun.requested or begun.connection.client_known
        """Who is requestor is known, not guessed from the ports."""
        self.start_time = self.end_time = begun.time
        self.first_frame = self.last_frame = begun.frame
        self.requestor, self.acceptor = Party(), Party()
        self.request_time: int | None = None
        self.answer_time: int | None = None
        self.outcome = "open"
        """'released', 'rejected', 'aborted', 'closed', 'reset' or 'open'."""
        self.outcome_inferred: str | None = None
        """What the outcome will have been, where only one direction was captured."""
        self.ended_by: str | None = None
        self.rejection: Rejection | None = None
        self.abort: Abort | None = None
        self.gatherers = (Gatherer(True, keep_data), Gatherer(False, keep_data))
        self.message_count = 0
        self.open: OrderedDict[tuple[bool, int | None], Message] = OrderedDict()
        """Requests by who sent them and their Message ID, until their final response."""
        self.largest_command = 0
        """Bytes of its largest command set so far."""
        self.let_go = False
        """There were too many of them: some are not among them any more."""
        self.open_gets: tuple[OrderedDict[int | None, Message], ...] = (OrderedDict(), OrderedDict())
        """The C-GETs among them, by Message ID: those of the acceptor, those of the requestor."""
        self.release_asked: list[bool] = []
        """Who asked for release (True: the requestor), in order."""
        self.asked_by = [False, False]
        """Whether the acceptor and the requestor are among them."""
        self.release_answers = [0, 0]
        """A-RELEASE-RPs of the acceptor and of the requestor, whether they answer anything or not."""
        self.passed_over = False
        """Bytes that are no PDU, or a wrong length: a PDU may have been read over."""
        self.over = False
        """By its PDUs it has ended; later PDUs without a new request are remarks on it."""
        self.told = False
        self.deferred: list[Pdu] = []
        self.caused_by: tuple[int, int] | None = None
        self.missed_before = self.missed = begun.missed
        self.missed_when_told = -1
        """`missed` when the association was told; more may turn out to be missing by the end of its connection."""
        self.transfer_time = self.waiting_time = 0
        self.covered = begun.time
        self.move_originators: set[tuple[str | None, int | None]] = set()
        self.first_messages: list[Message] = []
        self.unfinished = 0

    def requested_late(self, begun: Begun) -> None:
        """Its A-ASSOCIATE-RQ was captured after the answer: now it is known who is who."""
        if self.requestor_stream is not begun.requestor:
            self.requestor, self.acceptor = self.acceptor, self.requestor
            self.requestor_stream = begun.requestor
        self.requested = self.roles_known = True

    @property
    def client(self) -> str:
        """'ip:port' of the requestor."""
        return endpoint(self.requestor_stream.address)

    @property
    def server(self) -> str:
        """'ip:port' of the acceptor."""
        return endpoint(self.requestor_stream.address, False)

    @property
    def calling_ae_title(self) -> str | None:
        """Who calls, without the spaces around it."""
        return self.requestor.side.calling_ae_title if self.requestor.side else None

    @property
    def called_ae_title(self) -> str | None:
        """Who is called, without the spaces around it."""
        return self.requestor.side.called_ae_title if self.requestor.side else None

    @property
    def missing_bytes(self) -> int:
        """Bytes of both directions that were not captured."""
        return self.missed - self.missed_before

    def contexts(self) -> Iterator[tuple[Context, Answer | None]]:
        """The contexts in order of proposal with their answers; then those answered but never proposed."""
        proposed = self.requestor.side.contexts if self.requestor.side else ()
        answers = self.acceptor.side.answers if self.acceptor.side else {}
        for context in proposed:
            yield context, answers.get(context.id)
        known = self.requestor.side.by_id if self.requestor.side else {}
        for context_id, answer in answers.items():
            if context_id not in known:
                yield Context(context_id, None, ()), answer

    def abstract_syntax(self, context_id: int) -> str | None:
        """The abstract syntax that was proposed for a context, or None."""
        context = self.requestor.side.by_id.get(context_id) if self.requestor.side else None
        return context.abstract_syntax if context is not None else None

    def transfer_syntax(self, context_id: int) -> str | None:
        """The transfer syntax that was accepted for a context, or None."""
        side = self.acceptor.side
        answer = side.answers.get(context_id) if side else None
        return answer.transfer_syntax if answer is not None and answer.result == 0 else None

    def role(self, sop_class_uid: str | None, of_requestor: bool) -> tuple[int | None, int | None]:
        """SCU and SCP role for a SOP class as one side sent them in role selection; None where it did not."""
        side = (self.requestor if of_requestor else self.acceptor).side
        return side.roles.get(sop_class_uid or "", (None, None)) if side else (None, None)

    def from_requestor(self, pdu: Pdu) -> bool:
        """Whether the requestor sent a PDU."""
        return pdu.stream is self.requestor_stream

    def __repr__(self) -> str:
        return f"<Association {self.number} {self.calling_ae_title} -> {self.called_ae_title} {self.outcome}>"


Told = Message | Association


class Associations:
    """Takes what `stream` tells, tells messages and associations in the order in which they are known.

    `keep_data`: messages keep the bytes of their data sets, as far as the streams kept them.
    """

    def __init__(self, keep_data: bool = False) -> None:
        self.keep_data = keep_data
        self.current: dict[int, Association] = {}
        """The association that each connection (by its number) is in."""
        self.count = 0
        self.message_count = 0
        self._open_bytes = 0
        self._causes: deque[_Cause] = deque(maxlen=CAUSES_REMEMBERED)

    def take(self, event: Pdu | Event | Begun) -> list[Told]:
        """One event; what it makes known."""
        told: list[Told] = []
        if isinstance(event, Pdu):
            association = self.current.get(event.connection)
            if association is None:
                return told
            if event.plain and not (event.other_waits or association.deferred or association.over):
                self._take_pdu(association, event, told)
            else:
                self._pdu(association, event, told)
        elif isinstance(event, Begun):
            self._begin(event, told)
        else:
            association = self.current.get(event.connection.number)
            if association is not None:
                self._event(association, event, told)
        return told

    def finish(self) -> Iterator[Told]:
        """The capture has ended: associations that are still open."""
        for association in list(self.current.values()):
            told: list[Told] = []
            self._tell(association, told)
            yield from told
        self.current.clear()

    def open_association(self, number: int) -> Association | None:
        """The association of a number, while its connection is open."""
        return next((each for each in self.current.values() if each.number == number), None)

    # ------------------------------------------------------------------------------ beginning and end

    def _begin(self, begun: Begun, told: list[Told]) -> None:
        previous = self.current.get(begun.connection.number)
        if previous is not None and previous.number == begun.association:
            previous.requested_late(begun)
            return
        if previous is not None:
            self._tell(previous, told)
        self.count += 1
        self.current[begun.connection.number] = Association(begun, self.keep_data)

    def _event(self, association: Association, event: Event, told: list[Told]) -> None:
        association.missed = max(association.missed, event.missed)
        by = "requestor" if event.from_client == association.requestor_stream.from_client else "acceptor"
        if event.kind in ("fin", "reset") and not association.over:
            association.end_time, association.last_frame = event.time, event.frame
        if event.kind == "fin" and association.outcome == "open" and association.ended_by is None:
            association.ended_by = by
        elif event.kind == "reset" and association.outcome == "open":
            association.outcome, association.ended_by = "reset", by
        elif event.kind == "end":
            if association.outcome == "open" and association.ended_by is not None:
                association.outcome = "closed"
                if association.release_asked and not self._seen(association, not association.release_asked[0]):
                    association.outcome_inferred = "released"  # the answer went where nobody captured
            self._tell(association, told)
            self.current.pop(event.connection.number, None)

    @staticmethod
    def _seen(association: Association, requestor: bool) -> bool:
        """Whether anything of one side was captured."""
        return (association.requestor if requestor else association.acceptor).pdus > 0

    def _tell(self, association: Association, told: list[Told]) -> None:
        """The association has ended: what was under way, then the association itself."""
        if association.told:
            return
        self._deferred(association, told)
        for gatherer in association.gatherers:
            for message in gatherer.finish():
                told.append(self._number(association, message))
        if association.outcome == "open":
            association.ended_by = None
        if association.outcome == "open" and self._answers(association):
            self._released(association)
        association.unfinished = sum(1 for message in association.open.values() if not message.cancelled)
        association.caused_by = self._cause(association)
        association.told = True
        association.missed_when_told = association.missed
        self._open_bytes -= sum([each.weighed for each in association.open.values()])
        told.append(association)

    # ------------------------------------------------------------------------------ PDUs

    def _pdu(self, association: Association, pdu: Pdu, told: list[Told]) -> None:
        """A PDU, or those that waited. A response whose request is still behind missing bytes waits until they have
        come or are given up, so that it can be paired."""
        deferred = association.deferred
        if pdu.other_waits and (deferred or pdu.pdu_type == P_DATA_TF):
            if len(deferred) < MAXIMUM_DEFERRED:
                deferred.append(pdu)
                return
            association.connection.table.limit("MAXIMUM_DEFERRED", MAXIMUM_DEFERRED, pdu.last_frame)
        if deferred and pdu.stream is deferred[0].stream:
            self._deferred(association, told)
        self._take_pdu(association, pdu, told)
        if pdu.own_waits or pdu.other_waits:
            return
        if association.deferred:
            self._deferred(association, told)
        if association.over:
            self._tell(association, told)

    def _deferred(self, association: Association, told: list[Told]) -> None:
        """The PDUs that waited for the other direction."""
        pdus, association.deferred = association.deferred, []
        for pdu in pdus:
            self._take_pdu(association, pdu, told)

    def _take_pdu(self, association: Association, pdu: Pdu, told: list[Told]) -> None:
        if association.told:
            return
        if pdu.missed > association.missed:
            association.missed = pdu.missed
        from_requestor = pdu.stream is association.requestor_stream
        party = association.requestor if from_requestor else association.acceptor
        party.bytes += pdu.end - pdu.start
        party.pdus += 1
        if pdu.last_time > association.end_time:
            association.end_time = pdu.last_time
        if pdu.first_time < association.start_time:
            association.start_time = pdu.first_time
        if pdu.first_frame < association.first_frame:
            association.first_frame = pdu.first_frame
        if pdu.last_frame > association.last_frame:
            association.last_frame = pdu.last_frame
        kind = 0 if pdu.nonsense else pdu.pdu_type
        if not kind or pdu.length_wrong or pdu.resumed_after >= 0:
            association.passed_over = True
        if kind == P_DATA_TF:
            for message in association.gatherers[not from_requestor].take(pdu):
                told.append(self._number(association, message))
        elif kind == A_ASSOCIATE_RQ:
            if association.requestor.side is None:
                association.requestor.side = side_of(pdu)
                association.request_time = pdu.first_time
        elif kind == A_ASSOCIATE_AC:
            if association.acceptor.side is None:
                association.acceptor.side = side_of(pdu)
                association.answer_time = pdu.last_time
                association.covered = max(association.covered, pdu.last_time)
        elif kind == A_ASSOCIATE_RJ:
            if _may_reject(association, from_requestor):
                self._end(association, "rejected", from_requestor)
                association.answer_time = pdu.last_time
                association.rejection = _rejection(pdu)
        elif kind == A_ABORT:
            self._end(association, "aborted", from_requestor)
            association.abort = _abort(pdu)
        elif kind == A_RELEASE_RQ:
            association.release_asked.append(from_requestor)
            association.asked_by[from_requestor] = True
            self._answered(association)
        elif kind == A_RELEASE_RP:
            association.release_answers[from_requestor] += 1
            self._answered(association)

    @staticmethod
    def _end(association: Association, outcome: str, by_requestor: bool) -> None:
        association.over = True
        if association.outcome == "open":
            association.outcome = outcome
            association.ended_by = "requestor" if by_requestor else "acceptor"

    def _answered(self, association: Association) -> None:
        """Whether every A-RELEASE-RQ is answered; the answer may be told first where one direction is behind."""
        if self._answers(association) >= max(1, len(association.release_asked)):
            self._released(association)

    @staticmethod
    def _answers(association: Association) -> int:
        """How many A-RELEASE-RPs answer anything: the other side has asked, or may have where nobody captured it.

        Reference: PS3.8 Table 9-10, Evt13
        """
        all_seen = (association.requested and association.connection.handshake
                    and not association.missed and not association.passed_over)  # fmt: skip
        by_acceptor, by_requestor = association.release_answers
        asked_by_acceptor, asked_by_requestor = association.asked_by
        return (0 if all_seen and not asked_by_requestor else by_acceptor) + (
            0 if all_seen and not asked_by_acceptor else by_requestor
        )

    def _released(self, association: Association) -> None:
        if association.release_asked:
            self._end(association, "released", association.release_asked[0])
        else:
            self._end(association, "released", True)
            association.ended_by = None

    # ------------------------------------------------------------------------------ messages

    def _number(self, association: Association, message: Message) -> Message:
        """Give a message its number, its request, its transfer syntax; account for its time."""
        association.message_count += 1
        self.message_count += 1
        message.number = association.message_count
        message.association = association
        message.transfer_syntax = association.transfer_syntax(message.context_id)
        if len(message.command_set) > association.largest_command:
            association.connection.weigh(COMMAND_SETS_HELD * (len(message.command_set) - association.largest_command))
            association.largest_command = len(message.command_set)
        if message.is_request:
            self._request(association, message)
        else:
            self._response(association, message)
        start, covered = message.first_time, association.covered
        if message.last_time > covered:
            association.covered = message.last_time
            association.transfer_time += max(0, message.last_time - max(start, covered))
        if len(association.first_messages) < 2:
            association.first_messages.append(message)
        return message

    def _request(self, association: Association, message: Message) -> None:
        command, message_id = message.command, message.message_id
        if command == "C-CANCEL-RQ":
            asked = association.open.get((message.from_requestor, message_id))
            if asked is not None:
                asked.cancelled = True
            return
        if command == "C-STORE-RQ":
            originator = message.text_of("move_originator_application_entity_title")
            if originator is not None and len(association.move_originators) < 16:
                association.move_originators.add((originator, message.number_of("move_originator_message_id")))
            gets = association.open_gets[not message.from_requestor]
            message.parent = next(reversed(gets.values()), None)  # it belongs to the last C-GET of the other side
        elif command == "C-MOVE-RQ" or command == "N-ACTION-RQ" and message.sop_class_uid == STORAGE_COMMITMENT:
            self._causes.append(_Cause(association, message))
        if command is not None:
            key = message.from_requestor, message_id
            self._close_request(association, key)  # the same Message ID again
            association.open[key] = message
            if command == "C-GET-RQ":
                association.open_gets[message.from_requestor][message_id] = message
            message.weighed = _weight(message)
            self._open_bytes += message.weighed
            many = len(association.open) > MAXIMUM_OPEN_REQUESTS
            if many or self._open_bytes > MAXIMUM_OPEN_REQUEST_BYTES:
                association.connection.table.limit(
                    "MAXIMUM_OPEN_REQUESTS" if many else "MAXIMUM_OPEN_REQUEST_BYTES",
                    MAXIMUM_OPEN_REQUESTS if many else MAXIMUM_OPEN_REQUEST_BYTES, message.last_frame,
                )  # fmt: skip
                self._let_go(association)

    def _close_request(self, association: Association, key: tuple[bool, int | None]) -> None:
        """A request is not open any more, if it was."""
        request = association.open.pop(key, None)
        if request is not None:
            association.open_gets[request.from_requestor].pop(request.message_id, None)
            self._open_bytes -= request.weighed

    def _let_go(self, association: Association) -> None:
        """Too many requests are open: let go of the oldest of this association, or of the one with the most."""
        if len(association.open) < SHORT_LIST:
            untold = (each for each in self.current.values() if not each.told)
            association = max(untold, key=lambda each: len(each.open), default=association)
        association.let_go = True
        for key in list(association.open)[: len(association.open) // 2 + 1]:
            self._close_request(association, key)

    def _response(self, association: Association, message: Message) -> None:
        key = (not message.from_requestor, message.message_id)
        request = association.open.get(key)
        if request is None or (request.command or "")[:-3] != (message.command or "")[:-4]:
            return
        message.request = request
        request.responses += 1
        if request.first_response_time is None:
            request.first_response_time = message.first_time
            start = max(request.last_time, association.covered)
            association.waiting_time += max(0, message.first_time - start)
            association.covered = max(association.covered, message.first_time)
        status = message.status
        if status is None or status.category != PENDING:
            request.final = True
            self._close_request(association, key)

    # ------------------------------------------------------------------------------ causes

    def _cause(self, association: Association) -> tuple[int, int] | None:
        """The C-MOVE that this association carries out, or the commitment request that it reports on."""
        if association.requestor.side is None:
            return None
        reports = any(
            message.command == "N-EVENT-REPORT-RQ" and message.sop_class_uid == STORAGE_COMMITMENT
            for message in association.first_messages
        )
        for cause in reversed(self._causes):
            if cause.fits(association, reports):
                return cause.association, cause.message
        return None


def _weight(request: Message) -> int:
    """What an open request takes, by estimate."""
    return OPEN_REQUEST_BYTES + 4 * len(request.command_set) + sum(map(len, request.data))


class _Cause:
    """A request that makes its acceptor open an association of its own."""

    __slots__ = ("association", "message", "calling", "called", "message_id", "destination", "time", "commitment")

    def __init__(self, association: Association, message: Message) -> None:
        self.association, self.message = association.number, message.number
        self.calling, self.called = association.calling_ae_title, association.called_ae_title
        self.message_id = message.message_id
        self.destination = message.text_of("move_destination")
        self.commitment = message.command == "N-ACTION-RQ"
        self.time = message.last_time

    def fits(self, association: Association, reports: bool) -> bool:
        """Whether an association can have been caused by this: a C-MOVE by what its C-STOREs name, or by its
        destination; a commitment by the two AE titles, the other way round."""
        late = association.start_time - self.time
        if association.number == self.association or not 0 <= late <= CALLBACK_SECONDS * 1_000_000_000:
            return False
        if self.commitment:
            titles = (association.calling_ae_title, association.called_ae_title)
            return reports and titles == (self.called, self.calling)
        if association.move_originators:
            return (self.calling, self.message_id) in association.move_originators
        stores = any(message.command == "C-STORE-RQ" for message in association.first_messages)
        return stores and (association.calling_ae_title, association.called_ae_title) == (self.called, self.destination)


# ------------------------------------------------------------------------------------------------ refused, aborted


def _bytes_of(pdu: Pdu, *places: int) -> list[int | None]:
    """Single bytes of a PDU, None where they were not captured."""
    body = pdu.body or b""
    return [
        body[at] if at < len(body) and not any(first <= at < last for first, last in pdu.missing) else None
        for at in places
    ]


def _may_reject(association: Association, from_requestor: bool) -> bool:
    """Whether an A-ASSOCIATE-RJ rejects: it is the acceptor's answer, and the only one. Any other is not allowed where
    it stands, and has to be answered with an A-ABORT.

    Reference: PS3.8 Table 9-10, Evt4
    """
    return association.acceptor.side is None and not (from_requestor and association.requestor.side is not None)


def _rejection(pdu: Pdu) -> Rejection:
    result, source, reason = _bytes_of(pdu, 7, 8, 9)
    words = [
        REJECT_RESULTS.get(result or 0, "unknown result"), REJECT_SOURCES.get(source or 0, "unknown source"),
        REJECT_REASONS.get(source or 0, {}).get(-1 if reason is None else reason, "unknown reason"),
    ]  # fmt: skip
    return Rejection(result, source, reason, ", ".join(words))


def _abort(pdu: Pdu) -> Abort:
    source, reason = _bytes_of(pdu, 8, 9)
    meaning = ABORT_SOURCES.get(-1 if source is None else source, "unknown source")
    if source == 2:
        meaning += ", " + ABORT_REASONS[2].get(-1 if reason is None else reason, "unknown reason")
    return Abort(source, reason, meaning)
