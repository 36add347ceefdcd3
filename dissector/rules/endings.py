"""Rules on the states of the two peers, and on how an association ended.

Strategy: one `Watch` per association sees every PDU and keeps a few references to the last ones, so that the rules at
the end can say what came before it; its memory does not grow. The state machine runs only where the order of the two
directions is sure: as soon as one of them had to wait for missing bytes, nothing is said about states any more.

Reference: PS3.8 9.2
"""

from __future__ import annotations

from ..association import Association
from ..dimse import Message
from ..pdu import Pdu
from ..standard.findings import REJECT_RESULTS, REJECT_SOURCES, REJECTION_VARIANTS, UNDEFINED
from ..standard.pdus import (
    A_ABORT, A_ASSOCIATE_RJ, A_ASSOCIATE_RQ, A_RELEASE_RP, A_RELEASE_RQ, ABORT_REASONS, P_DATA_TF,
)  # fmt: skip
from ..standard.structure import hexadecimal
from ..stream import Connection
from .case import (
    ANY_LENGTH, EVERY_PDU, PDU_TYPES, Case, Evidence, Finding, at_association_end, at_connection_end, at_every_pdu,
    duration,
)  # fmt: skip
from .items import listed, who
from .machine import Machine, Violation
from .negotiation import APPLICATION_CONTEXT

SECOND = 1_000_000_000
TIMEOUT = 10 * SECOND
"""Who aborts after so long a silence, with a request open, has probably given up waiting (experience)."""
IDLE = 25 * SECOND
"""A connection that ends after so long a silence has probably run into a timeout: 30 and 60 s are usual ones."""
PATIENCE = 30 * SECOND
"""A request is unanswered when the connection was watched for so long after it and is still open."""
TIMERS = (30, 60)
"""Seconds of the timers of many implementations: ARTIM, and those of association, message and network (experience)."""
TIMER_EARLY, TIMER_LATE = SECOND // 5, SECOND * 3 // 2
"""How much sooner and later than its timer a machine may act."""
MAXIMUM_RELEASES = 4

_DIRECTIONS = {True: "from requestor to acceptor", False: "from acceptor to requestor"}


class Watch:
    """What the rules below remember of one association."""

    __slots__ = ("machine", "missed", "calm", "sure", "request_seen", "ending", "releases", "stray_answer")

    def __init__(self, known: bool, missed: int) -> None:
        self.machine = Machine(known)
        self.missed = missed
        """Bytes that were not captured when the machine last looked."""
        self.calm = 0
        """Directions (1: requestor, 2: acceptor) in which another P-DATA-TF changes no state."""
        self.sure = True
        """The two directions are in the order in which they were sent."""
        self.request_seen = known
        self.ending: Pdu | None = None
        """The first A-ASSOCIATE-RJ or A-ABORT."""
        self.releases: list[Pdu] = []
        self.stray_answer: tuple[Pdu, Violation] | None = None
        """An A-RELEASE-RP before the A-RELEASE-RQ: wrong, unless the capture has swapped the two."""


def _watch(case: Case) -> Watch | None:
    watch: Watch | None = case.facts.get("endings")
    return watch


# ------------------------------------------------------------------------------------ states


@at_every_pdu("association.state", *PDU_TYPES)
def state(case: Case, pdu: Pdu) -> int:
    """A PDU that its sender may not send in the state that it is in, or after the end."""
    watch: Watch | None = case.facts.get("endings")
    if watch is None:
        watch = case.facts["endings"] = _begin(case, pdu)
    if pdu.pdu_type == P_DATA_TF and pdu.missed == watch.missed and not pdu.nonsense:
        case.last_pdu = pdu
        if watch.calm & (1 if pdu.from_requestor else 2) and not pdu.other_waits:
            return ANY_LENGTH
    else:
        _remember(case, watch, pdu)
    if pdu.other_waits:
        watch.sure = False  # what stands behind missing bytes may have allowed it
    if watch.sure and not pdu.nonsense:
        _run(case, watch, pdu)
    return EVERY_PDU


def _begin(case: Case, pdu: Pdu) -> Watch:
    """The machine starts at the beginning where that was captured: with the A-ASSOCIATE-RQ, or with the first byte
    of a connection whose handshake was."""
    association, connection = case.association, case.connection
    requested = association is not None and association.requested and pdu.pdu_type == A_ASSOCIATE_RQ
    from_start = (
        connection is not None and connection.handshake and pdu.from_requestor and not pdu.start and not pdu.missed
    )
    watch = Watch(requested or from_start, pdu.missed)
    watch.sure = not pdu.missed  # of an earlier association on this connection: which answer is whose is not sure
    return watch


def _remember(case: Case, watch: Watch, pdu: Pdu) -> None:
    """What the rules at the end want to know of it."""
    if not pdu.nonsense and pdu.pdu_type in (A_ASSOCIATE_RJ, A_ABORT):
        watch.ending = watch.ending or pdu
    elif watch.ending is None:
        case.last_pdu = pdu
    if pdu.pdu_type == A_RELEASE_RQ and not pdu.nonsense and len(watch.releases) < MAXIMUM_RELEASES:
        watch.releases.append(pdu)


def _run(case: Case, watch: Watch, pdu: Pdu) -> None:
    machine = watch.machine
    if pdu.missed != watch.missed:
        machine.lose()
        watch.missed, watch.calm = pdu.missed, 0
    if pdu.pdu_type == A_ASSOCIATE_RQ and not watch.request_seen:
        watch.request_seen = True  # captured after its answer: both peers are further on than that
        return
    before = machine.state.places
    violation = machine.pdu(pdu.from_requestor, pdu.pdu_type)
    moved = machine.state.places != before
    if moved:
        watch.calm = 0
    if violation is None:
        if pdu.pdu_type == P_DATA_TF and not moved:
            watch.calm |= 1 if pdu.from_requestor else 2
        return
    if pdu.pdu_type == A_RELEASE_RP and watch.ending is None and not watch.releases and watch.stray_answer is None:
        watch.stray_answer = pdu, violation
        return
    _out_of_turn(case, watch, pdu, violation)


def _out_of_turn(case: Case, watch: Watch, pdu: Pdu, violation: Violation) -> None:
    association = case.association
    if association is not None and not association.requestor_stream.other.begun:
        return  # of the acceptor nothing was captured
    over = association is not None and (association.over or association.told)
    variant = "after-end" if over and pdu is not watch.ending else ""
    draft = case.report("association.state", key=(pdu.from_requestor, pdu.pdu_type), variant=variant, pdu=pdu,
                        who=who(pdu), name=pdu.name, state=violation.state, event=violation.event,
                        cell=violation.cell)  # fmt: skip
    if draft is not None:
        draft.values.setdefault("frame", pdu.first_frame)


@at_association_end("association.state")
def unsure_after_all(case: Case) -> None:
    """Nothing is said where bytes turned out to be missing: what they held may have allowed it."""
    if case.association is not None and case.association.missing_bytes:
        case.drop("association.state")


@at_connection_end("association.state")
def answer_without_request(case: Case, connection: Connection) -> None:
    """An A-RELEASE-RP that answers no A-RELEASE-RQ, not even one captured after it: that is known when all that the
    other side sent was captured, up to its FIN."""
    watch = _watch(case)
    if case.association is None or case.association.missing_bytes or watch is None or watch.stray_answer is None:
        return
    pdu, violation = watch.stray_answer
    asker = pdu.stream.other  # type: ignore[attr-defined]
    if watch.releases or not watch.sure or asker.fin_at < 0 or asker.fin_at != asker.position:
        return
    draft = case.report("association.state", key=(pdu.from_requestor, pdu.pdu_type), pdu=pdu, who=who(pdu),
                        name=pdu.name, state=violation.state, event=violation.event,
                        cell=violation.cell)  # fmt: skip
    if draft is not None:
        draft.values.setdefault("frame", pdu.first_frame)


# ------------------------------------------------------------------------------------ words


def _side(association: Association, by: str | None) -> str:
    """Who ended it: by role, or by who opened the connection where the role is a guess."""
    if by is None or association.roles_known:
        return by or "sender"
    return "client" if by == "requestor" else "server"


def _named(message: Message) -> str:
    """'C-STORE-RQ 1'."""
    message_id = "" if message.message_id is None else f" {message.message_id}"
    return f"{message.command or 'P-DATA-TF'}{message_id}"


def _before(case: Case, association: Association) -> str:
    """What was sent last: a message, or a PDU that belongs to none."""
    last = case.last_pdu
    if last is None:
        return ""
    name, requestor = last.name, last.from_requestor
    message = case.last_messages[requestor]
    if last.pdu_type == P_DATA_TF and message is not None and message.last_frame == last.last_frame:
        name = _named(message)
    return f"{name}, {_DIRECTIONS[requestor]}" if association.roles_known else name


def _add(draft: Finding | None, case: Case, association: Association, watch: Watch | None) -> None:
    """What follows the detail: what came before, and whether missing bytes may have it otherwise."""
    if draft is None or watch is None:
        return
    draft.values["before"] = _before(case, association)
    if association.missing_bytes:
        draft.values["uncertain"] = True


def _silence(case: Case, association: Association, until: int) -> int:
    return max(0, until - (association.start_time if case.last_pdu is None else case.last_pdu.last_time))


def _timer(draft: Finding | None, silence: int) -> None:
    """Say so where a silence is as long as a usual timer."""
    for seconds in TIMERS:
        if draft is not None and -TIMER_EARLY <= silence - seconds * SECOND <= TIMER_LATE:
            draft.values["timer"] = seconds


# ------------------------------------------------------------------------------------ said with a PDU


@at_association_end("association.rejected")
def rejected(case: Case) -> None:
    """An A-ASSOCIATE-RJ: the variant says what it refuses, with the values of the request."""
    association, watch = case.association, _watch(case)
    if association is None or association.outcome != "rejected" or association.rejection is None:
        return
    result, source, reason, meaning = association.rejection
    side = association.requestor.side
    variant = REJECTION_VARIANTS.get((source or 0, reason or 0), "")
    if variant == "no-reason" and result == 1 and source == 2 and side is not None and side.identity is not None:
        variant = "identity"
    if side is None:
        variant = ""  # what was asked for was not captured
    value = (side.identity or ("",))[0] if side is not None and variant == "identity" else (
        side.application_context_name if side is not None else None)  # fmt: skip
    version = side.protocol_version if side is not None else None
    case.report(
        "association.rejected", variant=variant, pdu=watch.ending if watch is not None else None, start=7, length=3,
        what="Result, Source, Reason/Diag.", meaning=meaning, result=_said(REJECT_RESULTS, result),
        source=_said(REJECT_SOURCES, source), reason="?" if reason is None else reason, value=value,
        expected=APPLICATION_CONTEXT, version="?" if version is None else hexadecimal(version, 4),
    )  # fmt: skip


def _said(table: dict[int, str], value: int | None) -> str:
    return table.get(-1 if value is None else value) or UNDEFINED.format(value="?" if value is None else value)


@at_association_end("association.aborted")
def aborted(case: Case) -> None:
    """An A-ABORT; one that only ends the waiting for an answer to the request is told as that."""
    association, watch = case.association, _watch(case)
    if association is None or association.outcome != "aborted" or association.abort is None or watch is None:
        return
    if _unanswered(case):
        return
    source, reason, meaning = association.abort
    variant = {0: "user", 2: "provider"}.get(-1 if source is None else source, "")
    if variant == "provider" and reason in ABORT_REASONS[2]:
        meaning = ABORT_REASONS[2][reason or 0]
    by_requestor = association.ended_by == "requestor"
    open_requests = [each for (asked, _), each in association.open.items() if asked == by_requestor]
    ending = watch.ending
    silence = _silence(case, association, ending.first_time if ending is not None else association.end_time)
    if open_requests and silence >= TIMEOUT:
        variant = "timeout"
    draft = case.report(
        "association.aborted", variant=variant, pdu=ending, start=8, length=2, what="Source, Reason/Diag.",
        who=_side(association, association.ended_by), meaning=meaning, source="?" if source is None else source,
        reason="?" if reason is None else reason, time=duration(silence),
        names=listed([_named(each) for each in open_requests]),
    )  # fmt: skip
    _add(draft, case, association, watch)
    _timer(draft, silence)


@at_association_end("association.release-collision")
def release_collision(case: Case) -> None:
    """Each side asked for release before it was asked."""
    association, watch = case.association, _watch(case)
    if association is None or watch is None or len(set(association.release_asked)) < 2:
        return
    for pdu in watch.releases:
        case.report("association.release-collision", pdu=pdu, count=pdu is watch.releases[0],
                    outcome=association.outcome)  # fmt: skip


@at_association_end("association.unfinished")
def unfinished(case: Case) -> None:
    """Released or closed while a message was under way. Requests without a response are `message.no-response`."""
    association, watch = case.association, _watch(case)
    if association is None or watch is None or association.outcome not in ("released", "closed"):
        return
    if association.missing_bytes:
        return  # it may well have been complete
    cut = [each for each in reversed(case.last_messages) if each is not None and _under_way(each)]
    if not cut:
        return
    names = [f"{_named(each)} ({'requestor' if each.from_requestor else 'acceptor'})" for each in cut]
    case.report("association.unfinished", message=cut[0], who=_side(association, association.ended_by),
                outcome=association.outcome, names=listed(names), all_names=[_named(each) for each in cut])  # fmt: skip


def _under_way(message: Message) -> bool:
    """Whether its last fragment never came; unreadable ones are another matter."""
    if message.complete or message.fault is not None and not message.missing:
        return False
    return message.missing > 0 or message.announces_data_set is True


# ------------------------------------------------------------------------------------ said without one


def _unanswered(case: Case) -> bool:
    """Whether the A-ASSOCIATE-RQ got no answer at all, as far as this can be known from the capture."""
    association = case.association
    if association is None or association.request_time is None or association.acceptor.pdus:
        return False
    server = association.requestor_stream.other
    # Without its handshake or any byte of it the server's direction may just not have been captured.
    return server.begun and server.position == 0 and not association.missing_bytes and not server.waiting


@at_association_end("association.no-answer")
def no_answer(case: Case) -> None:
    """Silence follows the A-ASSOCIATE-RQ: until somebody ends it, or for long enough."""
    association = case.association
    if association is None or association.request_time is None or not _unanswered(case):
        return
    open_still = association.outcome == "open"
    until = max(association.end_time, association.connection.table.time) if open_still else association.end_time
    silence = max(0, until - association.request_time)
    if open_still and silence < PATIENCE:
        return
    draft = case.report("association.no-answer", variant="open" if open_still else "",
                        pdu=case.facts.get("negotiation.request"), what="A-ASSOCIATE-RQ", time=duration(silence),
                        who=_side(association, association.ended_by), outcome=association.outcome)  # fmt: skip
    if not open_still:
        _timer(draft, silence)


@at_association_end("transport.reset")
def reset(case: Case) -> None:
    """RST inside an association."""
    _cut(case, "transport.reset", "reset", "TCP RST")


@at_association_end("transport.closed-without-release")
def closed_without_release(case: Case) -> None:
    """FIN inside an association. What was not captured just before it may have been the release."""
    association = case.association
    if association is None or association.missing_bytes and not _end_captured(association):
        return
    _cut(case, "transport.closed-without-release", "closed", "TCP FIN")


def _end_captured(association: Association) -> bool:
    """Whether nothing is missing at the end of either direction."""
    streams = association.requestor_stream, association.requestor_stream.other
    return all(
        stream.lost_at < 0 and all(start + length < stream.position for start, length, _ in stream.gaps)
        for stream in streams
    )


def _cut(case: Case, code: str, outcome: str, what: str) -> None:
    association, watch = case.association, _watch(case)
    if association is None or watch is None or association.outcome != outcome or association.outcome_inferred:
        return
    if _unanswered(case):
        return
    if not (association.requestor.pdus and association.acceptor.pdus) and association.requested:
        return  # one direction only: the other may have said why
    silence = _silence(case, association, association.end_time)
    draft = case.report(code, variant="idle" if silence >= IDLE else "", evidence=Evidence(
        association.last_frame, None, None, None, what), who=_side(association, association.ended_by),
        time=duration(silence))  # fmt: skip
    _add(draft, case, association, watch)
    _timer(draft, silence)
