"""Rules about messages: how they are put together, what they are about, how they are answered.

Strategy: nearly every message is all well, so each rule first asks the one question that says so and returns. What
missing bytes or a lost place in a stream could explain is not reported: after those, order and pairing prove nothing.
What rules remember is a few numbers per association (`_Seen`), never the messages.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any

from ..association import Association
from ..decode import Problem
from ..dimse import HEAD_OF_GROUP_LENGTH, Message
from ..pdu import HEAD_BYTES, PDV_HEAD_BYTES, Pdu
from ..standard import problems, uids
from ..standard.commands import COMMAND_BY_CODE, RESPONSE_BIT
from ..standard.pdus import A_ASSOCIATE_RQ, CONTEXT_RESULTS, P_DATA_TF
from ..standard.problems import ProblemKind
from ..standard.statuses import FAILURE, WARNING
from ..wiretext import tag_text
from .case import (
    ALL, FINAL, PENDING_CODE, REQUEST, Case, Evidence, Finding, at_association_end, at_message,
    at_pdu, duration, sender_of,
)  # fmt: skip

SUCCESS_CODE = 0x0000
CANCEL_CODE = 0xFE00
DESTINATION_UNKNOWN = 0xA801
SUB_OPERATIONS_FAILED = (0xA702, 0xB000)
"""Statuses of C-MOVE and C-GET that say no more than that sub-operations failed."""
UNABLE_TO_PROCESS = 0xC
"""The first digit of those that say nothing more either, when sub-operations failed: Orthanc ends so."""

STORE_RQ, CANCEL_RQ, EVENT_REPORT_RQ, GET_RSP, MOVE_RSP = 0x0001, 0x0FFF, 0x0100, 0x8010, 0x8021

FAILURE_VARIANTS = {
    0x0111: "duplicate", 0x0122: "sop-class", 0x0124: "not-authorised", 0x0213: "resources", 0xA701: "resources",
}  # fmt: skip
"""Failures that mean the same to every service -> the variant of message.failed."""

PDV = "Presentation-Data-Value Item"

NAMES = 5
"""Messages named in one finding."""
CALLED_TITLES = "called AE titles"
"""The fact of a case that holds the AE titles called so far in the whole capture."""
MAXIMUM_CALLED_TITLES = 4096
"""With more of them nothing is said about titles that were not called."""
FINALS_REMEMBERED = 16
"""Requests whose final response is remembered, to know a second one."""
EARLY_REMEMBERED = 64
"""Responses remembered that came before the end of their request."""
SUB_OPERATIONS_REMEMBERED = 16
"""Open C-MOVE and C-GET requests whose sub-operations are counted."""

PRINT_ROOT, STUDY_ROOT, WORKLIST_ROOT = (
    "1.2.840.10008.5.1.1.", "1.2.840.10008.3.1.2.", "1.2.840.10008.5.1.4.32.",
)  # fmt: skip
PATIENT_META = "1.2.840.10008.3.1.2.1.4"
META_MEMBERS: dict[str, tuple[str, ...]] = {
    "1.2.840.10008.5.1.1.9": (PRINT_ROOT,),
    "1.2.840.10008.5.1.1.9.1": (PRINT_ROOT,),
    "1.2.840.10008.5.1.1.18": (PRINT_ROOT,),
    "1.2.840.10008.5.1.1.18.1": (PRINT_ROOT,),
    "1.2.840.10008.5.1.1.32": (PRINT_ROOT,),
    PATIENT_META: (STUDY_ROOT,),
    "1.2.840.10008.3.1.2.5.4": (STUDY_ROOT,),
    "1.2.840.10008.3.1.2.5.5": (STUDY_ROOT,),
    "1.2.840.10008.5.1.4.32": (WORKLIST_ROOT,),
}
"""Meta SOP class -> how the UIDs of its members begin. Wider than the lists of PS3.4: printers add optional members."""
STEP_ROOTS = ("1.2.840.10008.5.1.4.34.6.", "1.2.840.10008.5.1.4.34.4.")
"""Unified Procedure Steps (and their trial edition): messages name the Push SOP class whichever was negotiated."""

Pair = tuple[int, int]


class _Seen:
    """What is remembered of the messages of one association."""

    __slots__ = ("lost", "beyond", "finals", "early", "sub_operations")

    def __init__(self) -> None:
        self.lost = False
        """A reader lost its place: lengths lied, bytes were no PDU. Messages may have been passed over."""
        self.beyond: tuple[Evidence, Problem, str] | None = None
        """The first fragment that ends beyond its PDU."""
        self.finals: deque[int] = deque(maxlen=FINALS_REMEMBERED)
        self.early: set[int] = set()
        self.sub_operations: dict[int, int] = {}
        """Message ID of an open C-GET or C-MOVE -> the C-STOREs seen for it, or the most that were said completed."""


def _seen(case: Case) -> _Seen:
    found: _Seen | None = case.facts.get("messages")
    if found is None:
        found = case.facts["messages"] = _Seen()
    return found


def _side(association: Association | None, requestor: bool) -> str:
    if association is None or not association.roles_known:
        return "sender"
    return "requestor" if requestor else "acceptor"


def _id(message: Message) -> str:
    return "?" if message.message_id is None else str(message.message_id)


def _name(uid: str | None) -> str:
    return "?" if uid is None else uids.name(uid) or uid


def _request_name(message: Message) -> str:
    """The operation that a message belongs to: 'C-STORE-RQ' for its response too."""
    return (message.command or "P-DATA-TF").replace("-RSP", "-RQ")


def _problem(kind: ProblemKind, **values: object) -> Problem:
    return Problem(kind.code, kind.text, values)


def _unsure(case: Case, message: Message) -> bool:
    """Whether messages may have gone by that nobody saw, so that order and pairing prove nothing."""
    association: Association = message.association
    return not association.requested or association.missing_bytes > 0 or _seen(case).lost


def _key(from_requestor: bool, message_id: int | None) -> int:
    return (message_id or 0) << 1 | from_requestor


# ------------------------------------------------------------------------------------------------ how they are cut


@at_pdu("message.fragment-malformed", P_DATA_TF)
def fragment_lengths(case: Case, pdu: Pdu) -> None:
    """Lengths of presentation data values: odd, too short for their header, beyond the end of the PDU.

    Reference: PS3.8 9.3.5.1, E.2
    """
    if pdu.resumed_after >= 0 or pdu.nonsense or pdu.length_wrong:
        _seen(case).lost = True
        if pdu.nonsense:
            return
    for fragment in pdu.fragments:
        length = fragment.length
        if length < 0:
            problem = _problem(problems.FRAGMENT_TOO_SHORT)
            _fragment(case, _side(case.association, pdu.from_requestor), problem, pdu=pdu, start=fragment.start - 4,
                      length=4, what="Item-length")  # fmt: skip
        elif length & 1 or fragment.start + length > pdu.length + HEAD_BYTES:
            _long_or_odd(case, pdu, fragment.start, length)


def _long_or_odd(case: Case, pdu: Pdu, start: int, length: int) -> None:
    association, left = case.association, pdu.length + HEAD_BYTES - start
    if association is None or association.told:
        return
    who, size = _side(association, pdu.from_requestor), min(length, left) + PDV_HEAD_BYTES
    if length <= left:
        _fragment(case, who, _problem(problems.FRAGMENT_ODD, count=length), pdu=pdu, start=start - PDV_HEAD_BYTES,
                  length=size, what=PDV)  # fmt: skip
    elif _seen(case).beyond is None:
        blanks = {"name": "Item-length", "claimed": length + 2, "available": left + 2}
        problem = Problem("message.fragment-malformed", problems.LENGTH_OVERRUNS, blanks)
        frame = next((f for f, first, last in pdu.frames if first <= start < last), pdu.first_frame)
        proof = Evidence(frame, who if association.roles_known else None, pdu.start + start - PDV_HEAD_BYTES, size, PDV)
        _seen(case).beyond = (proof, problem, who)


@at_association_end("message.fragment-malformed")
def fragment_beyond(case: Case) -> None:
    """A fragment longer than its PDU, unless the PDU's length turned out to be what is wrong."""
    seen: _Seen | None = case.facts.get("messages")
    explained = any(case.has(code) for code in ("pdu.length-wrong", "pdu.unknown-type", "pdu.resynchronised"))
    if seen is not None and seen.beyond is not None and not explained:
        proof, problem, who = seen.beyond
        _fragment(case, who, problem, evidence=proof)


@at_message("message.fragment-malformed")
def fragment_order(case: Case, message: Message) -> None:
    """Fragments that do not follow each other as they should: contexts mixed, command and data mixed.

    Reference: PS3.8 E.1, E.2
    """
    if not message.remarks or message.missing or _unsure(case, message):
        return
    for problem in message.remarks:
        by_length = problem.text in (problems.FRAGMENT_ODD.text, problems.FRAGMENT_TOO_SHORT.text)
        if problem.code != "message.fragment-malformed" or by_length or _never_came(message, problem):
            continue
        _fragment(case, sender_of(message), problem, message=message)


def _fragment(case: Case, who: str, problem: Problem, **evidence: Any) -> None:
    """Report a fragment; those of one side are one finding."""
    draft = case.report("message.fragment-malformed", key=who, who=who, reason=problem, **evidence)
    if draft is not None and draft.count > 1:
        draft.variant = "several"


def _never_came(message: Message, problem: Problem) -> bool:
    """Whether a remark says no more than that the data set announced never came."""
    return (problem.text == problems.COMMAND_BEFORE_DATA_END.text and bool(message.announces_data_set)
            and not message.has_data_set)  # fmt: skip


@at_message("message.command-malformed")
def command_set(case: Case, message: Message) -> None:
    """Command sets that cannot be read, say no command or an unknown one, or give a wrong group length.

    Reference: PS3.7 6.3.1, E.1
    """
    elements = message.elements
    field = elements.get("command_field")
    size = len(message.command_set) - HEAD_OF_GROUP_LENGTH
    if (message.fault is None and not message.remarks and field in COMMAND_BY_CODE
            and elements.get("command_group_length") == size):  # fmt: skip
        return
    if message.missing:
        return
    for problem in _command_problems(message, case):
        variant = "" if message.command is None or message.message_id is None else "command"
        _command(case, message, problem, variant)
    if isinstance(field, int) and field not in COMMAND_BY_CODE:
        case.report("message.command-malformed", key=("unknown", sender_of(message), field), variant="unknown",
                    message=message, who=sender_of(message), value=f"{field:04X}H")  # fmt: skip


def _command_problems(message: Message, case: Case) -> Iterable[Problem]:
    """What is wrong with a command set; nothing where it only never came to its end."""
    fault, elements = message.fault, message.elements
    if fault is not None and fault.code == "message.command-malformed" and fault.text != problems.COMMAND_CUT.text:
        yield fault
    data_alone = any(problem.text == problems.DATA_WITHOUT_COMMAND.text for problem in message.remarks)
    explained = _announced_nothing(case, message) is not None or case.has("message.fragment-malformed")
    if data_alone and not explained and not _unsure(case, message):
        yield _problem(problems.DATA_WITHOUT_COMMAND)
    if fault is not None or data_alone:
        return
    if not isinstance(elements.get("command_field"), int):
        yield _absent("Command Field", "0000,0100")
        return
    claimed, size = elements.get("command_group_length"), len(message.command_set) - HEAD_OF_GROUP_LENGTH
    if claimed is None:
        yield _absent("Command Group Length", "0000,0000")
    elif claimed != size:
        shown = claimed if isinstance(claimed, int) else "?"
        yield _problem(problems.COMMAND_GROUP_LENGTH, claimed=shown, available=size)


def _absent(name: str, tag: str) -> Problem:
    return Problem("message.command-malformed", problems.ITEM_MISSING.text, {"name": name, "value": tag})


def _command(case: Case, message: Message, problem: Problem, variant: str) -> None:
    who = sender_of(message)
    case.report("message.command-malformed", key=(who, problem.text), variant=variant, message=message, who=who,
                reason=problem, command=message.command or "?", message_id=_id(message))  # fmt: skip


def _announced_nothing(case: Case, message: Message) -> Message | None:
    """The message before in the same direction, if it announced that no data set follows."""
    before = case.last_messages[message.from_requestor]
    return before if before is not None and before.announces_data_set is False else None


@at_message("message.data-set-missing")
def data_set(case: Case, message: Message) -> None:
    """A data set that was announced and never came, or came unannounced.

    One that did not come because the association broke off is not missing but incomplete.

    Reference: PS3.7 6.3.1, E.1
    """
    if message.complete or message.missing or _unsure(case, message):
        return
    before = _announced_nothing(case, message)
    who, announces = sender_of(message), message.announces_data_set
    alone = any(problem.text == problems.DATA_WITHOUT_COMMAND.text for problem in message.remarks)
    if alone and before is not None and before.context_id == message.context_id:
        case.report("message.data-set-missing", key=(who, "unannounced", before.command), variant="unannounced",
                    message=before, who=who, command=before.command or "?", message_id=_id(before))  # fmt: skip
    elif announces and not message.has_data_set and message.fault is None:
        if any(_never_came(message, each) for each in message.remarks) or message.association.outcome == "released":
            case.report("message.data-set-missing", key=(who, "", message.command), message=message, who=who,
                        command=message.command or "?", message_id=_id(message))  # fmt: skip


@at_message("message.incomplete")
def incomplete(case: Case, message: Message) -> None:
    """A message of which bytes were not captured, or that never came to its end.

    Reference: PS3.8 E.1
    """
    if message.complete or message.command is None and not message.missing:
        return
    if not (message.missing and message.association.missing_bytes) and not _broke_off(case, message):
        return
    who = sender_of(message)
    draft = case.report("message.incomplete", key=who, message=message, who=who, command=message.command or "P-DATA-TF",
                        message_id=_id(message), size=message.data_set_bytes)  # fmt: skip
    _name_it(draft, message)


def _broke_off(case: Case, message: Message) -> bool:
    """Whether a message has only no end, and nothing else is wrong with it that is told already."""
    fault = message.fault
    if fault is not None and fault.code != problems.NOT_CAPTURED.code and fault.text != problems.COMMAND_CUT.text:
        return False
    if _seen(case).lost and not message.association.missing_bytes:
        return False  # lengths lied
    if message.remarks and not _unsure(case, message):
        return False
    return not _reported_missing(case, message)


def _reported_missing(case: Case, message: Message) -> bool:
    return ("message.data-set-missing", (sender_of(message), "", message.command)) in case.drafts and (
        not message.has_data_set)  # fmt: skip


def _name_it(draft: Finding | None, message: Message) -> None:
    """Add a message to those that a finding is about, for the finding that may explain it."""
    if draft is not None:
        names = draft.values.setdefault("all_names", [])
        if len(names) < NAMES and message.command is not None:
            names.append(f"{message.command} {_id(message)}")


# ------------------------------------------------------------------------------------------------ what was agreed on


@at_message("message.context-not-accepted")
def context(case: Case, message: Message) -> None:
    """A message on a presentation context that was refused, or that nobody proposed.

    Reference: PS3.8 9.3.5.1; PS3.7 D.3
    """
    if message.transfer_syntax is not None:
        return
    if message.request is not None and message.request.context_id == message.context_id:
        return  # the response only repeats what the request says
    association: Association = message.association
    requestor, acceptor = association.requestor.side, association.acceptor.side
    if requestor is None or acceptor is None or _seen(case).lost:
        return
    context_id = message.context_id
    answer = acceptor.answers.get(context_id)
    if answer is not None and answer.result in (0, None):
        return  # accepted, but the transfer syntax is not there: that is another finding
    proposed = context_id in requestor.by_id
    if association.missing_bytes and (answer is None or not proposed):
        return  # its item may have been among the missing bytes
    variant = "not-proposed" if not proposed else "refused" if answer is not None else ""
    result = answer.result if answer is not None and answer.result is not None else -1
    case.report("message.context-not-accepted", key=(context_id, message.from_requestor), variant=variant,
                message=message, who=sender_of(message), command=message.command or "P-DATA-TF", context=context_id,
                name=_name(association.abstract_syntax(context_id)),
                result=CONTEXT_RESULTS.get(result, str(result)))  # fmt: skip


@at_message("message.sop-class-mismatch", ALL)
def sop_class(case: Case, message: Message) -> None:
    """A SOP class in the command set that is not the one the presentation context stands for.

    Reference: PS3.7 D.3.2; PS3.4 H.4 (print), CC.2 (Unified Procedure Steps)
    """
    uid = message.sop_class_uid
    if uid is None or message.transfer_syntax is None:
        return
    expected = message.association.abstract_syntax(message.context_id)
    if expected is None or uid == expected or _carries(expected, uid, message):
        return
    if message.request is not None and message.request.sop_class_uid == uid:
        return  # the response repeats what the request says
    case.report("message.sop-class-mismatch", key=(uid, message.context_id), message=message, who=sender_of(message),
                command=message.command or "?", message_id=_id(message), name=_name(uid),
                context=message.context_id, expected=_name(expected))  # fmt: skip


def _carries(abstract_syntax: str, uid: str, message: Message) -> bool:
    """Whether a context of an abstract syntax may carry messages about another SOP class."""
    members = META_MEMBERS.get(abstract_syntax)
    if members is not None:
        return uid.startswith(members)
    if abstract_syntax.startswith(STEP_ROOTS):
        return uid.startswith(STEP_ROOTS)
    # A vendor's own abstract syntax may stand for a group of SOP classes; only C-STORE leaves no choice.
    return abstract_syntax not in uids.UIDS and (message.command_field or 0) & ~RESPONSE_BIT != STORE_RQ


@at_message("association.role-missing", (REQUEST,))
def role(case: Case, message: Message) -> None:
    """An operation from the acceptor, or an event report from the requestor, without accepted role selection.

    Reference: PS3.7 D.3.3.4
    """
    field = message.elements.get("command_field")
    if message.from_requestor == (field != EVENT_REPORT_RQ) or not isinstance(field, int):
        return
    if field & RESPONSE_BIT or field == CANCEL_RQ or field not in COMMAND_BY_CODE:
        return
    association: Association = message.association
    if association.requestor.side is None or association.acceptor.side is None or _unsure(case, message):
        return
    agreed = association.abstract_syntax(message.context_id)
    if agreed is None or not association.roles_known:
        return
    asked, granted = (association.role(agreed, side)[1] for side in (True, False))
    if asked == 1 and granted == 1:
        return
    variant = "event" if field == EVENT_REPORT_RQ else "" if asked != 1 else "not-granted"
    case.report("association.role-missing", key=(agreed, variant), variant=variant, message=message,
                who=sender_of(message), command=message.command or "?", message_id=_id(message),
                name=_name(agreed))  # fmt: skip


# ------------------------------------------------------------------------------------------------ how they are answered


@at_message("message.failed", (FINAL,))
def failed(case: Case, message: Message) -> None:
    """A failure status. Cancelled and pending operations have not failed.

    Reference: PS3.7 C
    """
    code = message.elements.get("status")
    if not code or not _judged(message, code, FAILURE):
        return
    _status(case, "message.failed", message, code, _failure_variant(message, code))


@at_message("message.warned", (FINAL,))
def warned(case: Case, message: Message) -> None:
    """A warning status.

    Reference: PS3.7 C
    """
    code = message.elements.get("status")
    if code and _judged(message, code, WARNING):
        _status(case, "message.warned", message, code, "")


def _judged(message: Message, code: object, category: str) -> bool:
    """Whether the status of a response is of a category, and no other rule tells of it."""
    if not isinstance(code, int) or code == CANCEL_CODE or code >= PENDING_CODE or message.is_request:
        return False
    status = message.status
    if status is None or status.category != category:
        return False
    if code == DESTINATION_UNKNOWN and message.command == "C-MOVE-RSP":
        return False
    return not ((code in SUB_OPERATIONS_FAILED or code >> 12 == UNABLE_TO_PROCESS)
                and message.command in ("C-MOVE-RSP", "C-GET-RSP")
                and message.number_of("number_of_failed_suboperations"))  # fmt: skip


def _status(case: Case, finding: str, message: Message, code: int, variant: str) -> None:
    """Report a status; the same one of the same command is one finding."""
    command = _request_name(message)
    status = message.status
    tags = message.elements.get("offending_element")
    draft = case.report(
        finding, key=(command, code), variant=variant, message=message, command=command, message_id=_id(message),
        status=f"{code:04X}H", meaning=status.meaning if status is not None else "?", name=_name(_sop_class(message)),
        comment=message.text_of("error_comment") or "",
        elements=[tag_text(tag) for tag in tags[:NAMES]] if isinstance(tags, tuple) else [],
    )  # fmt: skip
    if draft is not None and draft.count > 1:
        draft.variant = "repeated"


def _sop_class(message: Message) -> str | None:
    request = message.request
    uid = message.sop_class_uid or (request.sop_class_uid if request is not None else None)
    agreed: str | None = message.association.abstract_syntax(message.context_id)
    return uid or agreed


def _failure_variant(message: Message, code: int) -> str:
    """What more can be said of a failure."""
    command = message.command
    if code in FAILURE_VARIANTS:
        return FAILURE_VARIANTS[code]
    if command in ("C-STORE-RSP", "C-FIND-RSP") and code >> 8 == 0xA7:
        return "resources"
    if command == "C-STORE-RSP":
        return {0xA9: "mismatch"}.get(code >> 8, "not-understood" if code >> 12 == 0xC else "")
    return ""


def _destination(message: Message) -> str | None:
    """The Move Destination of the request that a response answers."""
    return message.request.text_of("move_destination") if message.request is not None else None


@at_message("message.move-destination-unknown", (FINAL,), commands=(MOVE_RSP,))
def move_destination(case: Case, message: Message) -> None:
    """A C-MOVE refused because the server does not know where to send.

    Reference: PS3.4 C.4.2.1.5
    """
    if message.elements.get("status") != DESTINATION_UNKNOWN or message.command != "C-MOVE-RSP":
        return
    destination = _destination(message) or "?"
    case.report("message.move-destination-unknown", key=destination, message=message, destination=destination,
                message_id=_id(message))  # fmt: skip


@at_pdu("message.move-without-delivery", A_ASSOCIATE_RQ)
def called_title(case: Case, pdu: Pdu) -> None:
    """Remember whom somebody in this capture has called."""
    titles: set[str] | None = case.facts.get(CALLED_TITLES)
    if pdu.pdu_type == A_ASSOCIATE_RQ and titles is not None and case.association is not None:
        title = case.association.called_ae_title
        if title is not None and len(titles) < MAXIMUM_CALLED_TITLES:
            titles.add(title)


@at_message("message.move-without-delivery", ALL, commands=(MOVE_RSP,))
def move_delivery(case: Case, message: Message) -> None:
    """A C-MOVE that ended with success and 0 objects, or that says it delivered to its requestor, whom nobody called.

    Sub-operations completed to a third party are believed: their association may go between other hosts than those
    captured here. Those to the requestor's own title go to a host whose traffic this capture has.

    Reference: PS3.4 C.4.2.1.5
    """
    if message.elements.get("command_field") != MOVE_RSP or message.request is None:
        return
    done = [message.number_of(f"number_of_{each}_suboperations") for each in ("completed", "warning", "failed")]
    counted, key = _seen(case).sub_operations, _key(message.request.from_requestor, message.request.message_id)
    if (message.status_code or 0) >= PENDING_CODE:
        # Some servers count in pending responses only.
        if len(counted) < SUB_OPERATIONS_REMEMBERED or key in counted:
            counted[key] = max(counted.get(key, 0), sum(each or 0 for each in done))
        return
    before = counted.pop(key, 0)
    if message.status_code == SUCCESS_CODE and done[0] == 0 and not any(done) and not before:
        destination = _destination(message) or "?"
        case.report("message.move-without-delivery", key=destination, message=message,
                    destination=destination, message_id=_id(message))  # fmt: skip
    elif message.status_code == SUCCESS_CODE and done[0] and _went_elsewhere(case, message):
        draft = case.report("message.move-without-delivery", key="elsewhere", variant="elsewhere", message=message,
                            destination=_destination(message), message_id=_id(message))  # fmt: skip
        if draft is not None:
            draft.values["completed"] = draft.values["count"] = draft.values.get("completed", 0) + done[0]


def _went_elsewhere(case: Case, message: Message) -> bool:
    """Whether objects were said to have gone to the requestor itself, and no association to it began before."""
    titles: set[str] = case.facts.get(CALLED_TITLES, set())
    destination = _destination(message)
    return (destination == message.association.calling_ae_title and destination not in titles
            and not _unsure(case, message) and 0 < len(titles) < MAXIMUM_CALLED_TITLES)  # fmt: skip


@at_message("message.sub-operations-failed", ALL, commands=(STORE_RQ, MOVE_RSP, GET_RSP))
def sub_operations(case: Case, message: Message) -> None:
    """Sub-operations of C-MOVE or C-GET that failed, or counters that claim more than was seen.

    Reference: PS3.4 C.4.2.1.5, C.4.3.1.4
    """
    if message.parent is not None:
        _count_store(case, message.parent)
        return
    field, code = message.elements.get("command_field"), message.elements.get("status")
    if field not in (MOVE_RSP, GET_RSP) or not isinstance(code, int) or code >= PENDING_CODE:
        return
    completed, warning, lost, left = (
        message.number_of(f"number_of_{each}_suboperations") or 0
        for each in ("completed", "warning", "failed", "remaining")
    )
    stores = _stores_seen(case, message) if field == GET_RSP else None
    command, destination, status = _request_name(message), _destination(message), f"{code:04X}H"
    if lost and code != CANCEL_CODE:
        draft = case.report("message.sub-operations-failed", key=(command, destination, code), message=message,
                            variant="destination" if destination else "", destination=destination or "",
                            command=command, status=status, message_id=[])  # fmt: skip
        count = lost
    elif stores is not None and completed + warning > stores and not _unsure(case, message):
        draft = case.report("message.sub-operations-failed", key=(command, "counters"), variant="counters",
                            message=message, command=command, message_id=[])  # fmt: skip
        count = stores
    else:
        return
    if draft is not None:  # told in sub-operations, over all operations that ended so
        values = draft.values
        values["counted"] = values["count"] = values.get("counted", 0) + count
        values["expected"] = values.get("expected", 0) + completed + warning + lost + left
        values["value"] = values.get("value", 0) + completed + warning
        if len(values["message_id"]) < NAMES:
            values["message_id"].append(_id(message))


def _stores_seen(case: Case, message: Message) -> int | None:
    """How many C-STORE went by for the C-GET that ends with this response; None when not all were counted."""
    if message.request is None:
        return None
    counted = _seen(case).sub_operations
    full = len(counted) >= SUB_OPERATIONS_REMEMBERED
    stores = counted.pop(_key(message.request.from_requestor, message.request.message_id), 0)
    return None if full else stores


def _count_store(case: Case, parent: Message) -> None:
    """A C-STORE inside a C-GET."""
    counted, key = _seen(case).sub_operations, _key(parent.from_requestor, parent.message_id)
    if key in counted or len(counted) < SUB_OPERATIONS_REMEMBERED:
        counted[key] = counted.get(key, 0) + 1


@at_message("message.response-unexpected", (FINAL,))
def response(case: Case, message: Message) -> None:
    """A response to no open request, a second final one, or one of another kind than the request.

    Reference: PS3.7 9.1, 10.1, A.4
    """
    request = message.request
    if request is not None:
        if request.final:
            _seen(case).finals.append(_key(request.from_requestor, request.message_id))
        return
    if message.is_request or message.missing or message.fault is not None or message.message_id is None:
        return
    if _answers_what_comes(case, message):
        return
    association: Association = message.association
    asking = association.acceptor if message.from_requestor else association.requestor
    if _unsure(case, message) or not asking.pdus or message.command_field not in COMMAND_BY_CODE:
        return
    if association.let_go:
        return  # its request may be one that was not kept
    opened = association.open.get((not message.from_requestor, message.message_id))
    second = _key(not message.from_requestor, message.message_id) in _seen(case).finals
    variant = "kind" if opened is not None else "second" if second else ""
    who = sender_of(message)
    case.report("message.response-unexpected", key=(who, message.command, variant), variant=variant, message=message,
                who=who, command=message.command or "?", message_id=_id(message),
                name=opened.command if opened is not None else "")  # fmt: skip


@at_association_end("message.response-unexpected")
def requests_missing(case: Case) -> None:
    """Take it back when bytes were missing after all: a lost request shows only with the next bytes of its side, or
    never, when they were its last ones."""
    association = case.association
    if association is None or not case.has("message.response-unexpected"):
        return
    streams = (association.requestor_stream, association.requestor_stream.other)
    unread = any(stream.pdu is not None or stream.waits() for stream in streams)
    answer_alone = sum(association.release_answers) > len(association.release_asked)
    if association.missing_bytes or unread or answer_alone:
        case.drop("message.response-unexpected")


def _answers_what_comes(case: Case, message: Message) -> bool:
    """Whether the request is still on its way: refusing one need not wait for the end of its data set."""
    coming = message.association.gatherers[message.from_requestor].current
    if coming is None or coming.message_id != message.message_id or not coming.is_request:
        return False
    early = _seen(case).early
    if len(early) < EARLY_REMEMBERED:
        early.add(_key(coming.from_requestor, coming.message_id))
    return True


@at_association_end("message.no-response")
def no_response(case: Case) -> None:
    """Requests that were never answered, as far as that was captured; cancelled ones do not count.

    Reference: PS3.7 A.4
    """
    association = case.association
    if association is None or not association.open:
        return
    seen: _Seen | None = case.facts.get("messages")
    if seen is not None and seen.lost and not association.missing_bytes:
        return  # lengths lied, and the answer may have been passed over
    for asking in (True, False):
        answering = association.acceptor if asking else association.requestor
        if not answering.pdus:
            continue
        waiting = [each for (side, _), each in association.open.items()
                   if side == asking and _was_due(case, seen, each)]  # fmt: skip
        if waiting:
            _unanswered(case, association, waiting, _side(association, asking))


def _was_due(case: Case, seen: _Seen | None, message: Message) -> bool:
    """Whether a request should have been answered."""
    if message.cancelled or not message.complete or message.command_field not in COMMAND_BY_CODE:
        return False
    if ("message.context-not-accepted", (message.context_id, message.from_requestor)) in case.drafts:
        return False
    return seen is None or _key(message.from_requestor, message.message_id) not in seen.early


def _unanswered(case: Case, association: Association, waiting: list[Message], who: str) -> None:
    """Report the unanswered requests of one side."""
    first = waiting[0]
    names = [f"{each.command} {_id(each)}" for each in waiting[:NAMES]]
    variant = "several" if len(waiting) > 1 else "pending" if first.responses else ""
    outcome = association.outcome_inferred or association.outcome
    draft = case.report(
        "message.no-response", key=who, variant=variant, message=first, who=who, command=first.command or "?",
        message_id=_id(first), names=[*names, "..."] if len(waiting) > NAMES else names, all_names=names,
        time=duration(association.end_time - first.last_time), outcome=outcome, count=len(waiting),
    )  # fmt: skip
    if draft is not None and variant == "pending":
        draft.values["count"] = first.responses
