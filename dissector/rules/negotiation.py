"""Rules on what was proposed and what was answered, judged when the association has ended.

Strategy: both sides are read by then, in whatever order they were captured. One look at the contexts of both tells
everything that the rules below ask of them (`compare`); it is remembered, for the same two devices negotiate the same
all day. The two PDUs are kept until the end, only to point at the items that prove a finding. What is absent proves
nothing where bytes were not captured or a length is wrong, and who gives back what the other side sent wrongly is not
to blame for it.

Reference: PS3.8 7.1.1, 9.3.2, 9.3.3
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from ..association import Answer, Context, Side
from ..dimse import Message
from ..negotiation import sound_side
from ..pdu import Pdu
from ..remembering import RememberedOfTwo
from ..standard.findings import CONTEXT_VARIANTS
from ..standard.pdus import A_ASSOCIATE_AC, A_ASSOCIATE_RQ
from ..standard.services import family
from ..standard.structure import hexadecimal
from .case import FINAL, Case, at_association_end, at_message, at_pdu
from .items import content, context_places, listed, name_of, readable, who

APPLICATION_CONTEXT = "1.2.840.10008.3.1.1.1"
VERSION_1 = 1

MAXIMUM_COMPARED = 16
"""Pairs of sides of which it is remembered how their contexts compare."""
MAXIMUM_COMPARED_BYTES = 32 * 1024
"""Larger PDUs are compared anew each time: 128 contexts with four transfer syntaxes each have 20 KB."""

# Where the evidence stands: PS3.8 9.3.2.
_VERSION_AT, _RESERVED_AT = (6, 2), (42, 74)


class Scanner(NamedTuple):
    """How the request of a program that looks for DICOM servers differs from all others."""

    name: str
    reserved: bytes
    """The 32 reserved bytes before the items."""
    version_name: bytes
    """Implementation Version Name."""
    value: str
    source: str


SCANNERS = (
    # Nmap fills the reserved bytes by Lua's string.pack("c32", 0), which writes the number as the character "0" and
    # pads with NULs. All else it copies from echoscu of DCMTK 3.6.2, so nothing else tells it from an honest C-ECHO.
    Scanner(
        "Nmap (dicom-ping, dicom-brute)", b"0" + bytes(31), b"OFFIS_DCMTK_362",
        "OFFIS_DCMTK_362, reserved bytes 43-74: 30H 00H ...",
        "https://github.com/nmap/nmap/blob/master/nselib/dicom.lua",
    ),
)  # fmt: skip
"""Fingerprints that a public source proves. AE titles alone (ECHOSCU, ANY-SCP) and implementation UIDs of libraries
that honest programs use too are none."""


@at_pdu("association.no-context-accepted", A_ASSOCIATE_RQ, A_ASSOCIATE_AC)
def keep(case: Case, pdu: Pdu) -> None:
    """Keeps the two PDUs of the negotiation for the rules below."""
    if pdu.pdu_type == A_ASSOCIATE_RQ and not pdu.nonsense:
        case.facts.setdefault("negotiation.request", pdu)
    elif pdu.pdu_type == A_ASSOCIATE_AC and not pdu.nonsense:
        case.facts.setdefault("negotiation.answer", pdu)


@at_pdu("association.scanner", A_ASSOCIATE_RQ)
def scanner(case: Case, pdu: Pdu) -> None:
    """The A-ASSOCIATE-RQ has the marks of a known scanner."""
    if pdu.pdu_type != A_ASSOCIATE_RQ or pdu.nonsense or not pdu.body or pdu.missing:
        return
    first, last = _RESERVED_AT
    for each in SCANNERS:
        if pdu.body[first:last] == each.reserved and each.version_name in pdu.body[last:]:
            case.report("association.scanner", pdu=pdu, start=first, length=last - first, what="Reserved",
                        name=each.name, value=each.value)  # fmt: skip


class Compared(NamedTuple):
    """What the contexts of a request and of its answer say together. A pair is a context with its answer, if the result
    was captured; there is one for each ID."""

    pairs: tuple[tuple[Context, Answer], ...]
    accepted: bool
    """Any of them is."""
    refused: Mapping[int, list[Context]]
    """By result: the contexts whose abstract syntax was accepted in no other context either."""
    other_syntax: tuple[tuple[Context, str], ...]
    """Contexts with the transfer syntax of their answer, which is none that was offered with the ID first."""
    unanswered: tuple[Context, ...]
    not_proposed: tuple[int, ...]
    """IDs that only the answer has."""
    repeating: tuple[Context, ...]
    """Contexts that offer a transfer syntax more than once, of all that were proposed."""


_compared: RememberedOfTwo[Compared] = RememberedOfTwo(MAXIMUM_COMPARED)
_NO_ANSWERS: Mapping[int, Answer] = MappingProxyType({})


def _contexts(case: Case) -> Compared | None:
    """How the contexts of the association compare, if its request was captured; as remembered."""
    association, facts = case.association, case.facts
    request: Pdu | None = facts.get("negotiation.request")
    proposed = association.requestor.side if association is not None else None
    if association is None or request is None or proposed is None:
        return None
    answer: Pdu | None = facts.get("negotiation.answer")
    answered = association.acceptor.side
    answers = answered.answers if answered is not None else _NO_ANSWERS
    found = _compared.get(proposed.contexts, answers)
    if found is None:
        found = compare(proposed.contexts, proposed.by_id, answers)
        if answer is not None and max(request.length, answer.length) <= MAXIMUM_COMPARED_BYTES:
            _compared.keep(proposed.contexts, answers, found)
    return found


def compare(contexts: tuple[Context, ...], by_id: Mapping[int, Context], answers: Mapping[int, Answer]) -> Compared:
    """How the contexts of a request (all of them, and the first of each ID) and their answers compare."""
    pairs = [(context, answers[context.id]) for context in by_id.values() if context.id in answers]
    pairs = [pair for pair in pairs if pair[1].result is not None]
    usable = {context.abstract_syntax for context, answer in pairs if answer.result == 0}
    refused: dict[int, list[Context]] = {}
    other_syntax: list[tuple[Context, str]] = []
    for context, answer in pairs:
        syntax = answer.transfer_syntax
        if answer.result:
            if context.abstract_syntax not in usable:
                refused.setdefault(answer.result, []).append(context)
        elif syntax and syntax not in context.transfer_syntaxes:
            other_syntax.append((context, syntax))
    offers = {each.transfer_syntaxes for each in contexts}  # most contexts offer the same
    twice = {each for each in offers if len(set(each)) < len(each)}
    return Compared(
        tuple(pairs), 0 in {answer.result for _, answer in pairs}, refused, tuple(other_syntax),
        tuple([each for each in by_id.values() if each.id not in answers]),
        tuple([each for each in answers if each not in by_id]),
        tuple([each for each in contexts if each.transfer_syntaxes in twice]) if twice else (),
    )  # fmt: skip


class Both(NamedTuple):
    """Both sides of a negotiation and their PDUs."""

    proposed: Side
    answered: Side
    request: Pdu
    answer: Pdu

    readable: bool
    """It is sure that what is not in the PDUs was not sent."""
    compared: Compared


def _both(case: Case) -> Both | None:
    """The negotiation, if both of its PDUs were captured; put together once for all rules."""
    facts = case.facts
    if "negotiation.both" not in facts:
        facts["negotiation.both"] = _put_together(case)
    both: Both | None = facts["negotiation.both"]
    return both


def _put_together(case: Case) -> Both | None:
    association = case.association
    request, answer = case.facts.get("negotiation.request"), case.facts.get("negotiation.answer")
    if association is None or request is None or answer is None:
        return None
    proposed, answered, compared = association.requestor.side, association.acceptor.side, _contexts(case)
    if proposed is None or answered is None or compared is None:
        return None
    return Both(proposed, answered, request, answer, readable(request) and readable(answer), compared)


def _report(case: Case, code: str, pdu: Pdu, context_ids: list[int], key: object = None, **values: Any) -> None:
    """Report a finding about some contexts: each is counted once, its first item is the evidence."""
    places = context_places(pdu) if context_ids else {}
    for context_id in context_ids:
        start, end = places.get(context_id) or (0, pdu.end - pdu.start)
        case.report(code, key=key, pdu=pdu, start=start, length=end - start,
                    what=f"Presentation Context Item, ID {context_id}", **values)  # fmt: skip


# ------------------------------------------------------------------------------------ what was accepted


@at_association_end("association.no-context-accepted")
def no_context_accepted(case: Case) -> None:
    """The A-ASSOCIATE-AC refuses every context: nothing can be sent."""
    both = _both(case)
    if both is None or both.compared.accepted or not both.compared.pairs or not both.readable:
        return
    pairs = both.compared.pairs
    names = [f"{name_of(context.abstract_syntax)} (result {answer.result})" for context, answer in pairs]
    _report(case, "association.no-context-accepted", both.answer, [context.id for context, _ in pairs],
            names=listed(names))  # fmt: skip


QUERY_FAMILIES = ("Verification", "Query/Retrieve", "Basic Worklist Management")
"""Services of query clients. Such a client proposes every model it knows, also where it only wants a C-ECHO."""


@at_message("association.context-refused", (FINAL,))
def success(case: Case, message: Message) -> None:
    """Remember that the requestor got something done."""
    if message.from_requestor or message.request is None or message.status_code != 0:
        return
    case.facts["succeeded"] = True


def _unneeded(case: Case, refused: Mapping[int, list[Context]]) -> bool:
    """Whether a query client did its work, and only other models of its kind were refused.

    Images are another matter: which of them were not sent because their SOP class was refused shows nowhere else.
    """
    return "succeeded" in case.facts and all(
        family(each.abstract_syntax) in QUERY_FAMILIES for contexts in refused.values() for each in contexts
    )


@at_association_end("association.context-refused")
def context_refused(case: Case) -> None:
    """Some contexts are refused: one finding for each result. A SOP class that was accepted in another context can be
    used all the same: proposing a context for each transfer syntax is how many peers ask."""
    both = _both(case)
    refused = both.compared.refused if both is not None else {}
    if both is None or not refused or case.has("association.no-context-accepted") or _unneeded(case, refused):
        return
    expected = len(both.proposed.by_id)
    for result, contexts in refused.items():
        _report(case, "association.context-refused", both.answer, [context.id for context in contexts], key=result,
                variant=CONTEXT_VARIANTS.get(result, ""), expected=expected,
                names=listed([name_of(context.abstract_syntax) for context in contexts]))  # fmt: skip


@at_association_end("association.transfer-syntax-not-proposed")
def transfer_syntax_not_proposed(case: Case) -> None:
    """A context is accepted in a transfer syntax that was not offered for it."""
    both = _both(case)
    wrong = both.compared.other_syntax if both is not None else ()
    if both is None or not wrong or not both.readable:
        return
    offered: dict[int, set[str | None]] = {}
    for context in both.proposed.contexts:  # an ID may stand for several proposals
        offered.setdefault(context.id, set()).update(context.transfer_syntaxes)
    for context, syntax in wrong:
        known = offered[context.id]
        if syntax not in known and known.isdisjoint((None, "")):  # an empty offer is a malformed UID and told as that
            _report(case, "association.transfer-syntax-not-proposed", both.answer, [context.id], context=context.id,
                    name=name_of(context.abstract_syntax), value=name_of(syntax),
                    names=listed([name_of(each) for each in context.transfer_syntaxes]))  # fmt: skip


# ------------------------------------------------------------------------------------ questions and answers


@at_association_end("association.context-id-repeated")
def context_id_repeated(case: Case) -> None:
    """An ID stands for two proposals, or gets two answers. An acceptor that answers both is not to blame."""
    repeated: set[int] = set()
    for fact in ("negotiation.request", "negotiation.answer"):
        pdu: Pdu | None = case.facts.get(fact)
        if pdu is None or sound_side(pdu) is not None:
            continue
        found = {each: items for each, items in content(pdu).contexts.items()
                 if items.total > 1 and each not in repeated}  # fmt: skip
        repeated.update(found)
        association = case.association
        side = association.requestor.side if association is not None else None
        names = [name_of(each.abstract_syntax) for each in side.contexts if each.id in found] if side and found else []
        said: dict[str, Any] = {
            "who": who(pdu), "context": listed([str(each) for each in found]), "names": listed(names),
        }  # fmt: skip
        places = sorted((start, end, each) for each, items in found.items() for start, end in items.places)
        more = sum(items.total for items in found.values()) - len(places)
        for start, end, each in places:
            case.report("association.context-id-repeated", key=fact, pdu=pdu, start=start, length=end - start,
                        what=f"Presentation Context Item, ID {each}", count=1 + more, **said)  # fmt: skip
            more = 0  # those whose places are not known are counted once


@at_association_end("association.context-unanswered")
def context_unanswered(case: Case) -> None:
    """A proposal without an answer. An even ID is not a proposal that has to be answered."""
    both = _both(case)
    if both is None or not both.compared.unanswered or not both.answered.answers or not both.readable:
        return  # an answer without any context is a missing item
    missing = [each for each in both.compared.unanswered if each.id & 1]
    _report(case, "association.context-unanswered", both.request, [each.id for each in missing],
            expected=len(both.proposed.by_id),
            names=listed([name_of(each.abstract_syntax) for each in missing]))  # fmt: skip


@at_association_end("association.context-not-proposed")
def context_not_proposed(case: Case) -> None:
    """An answer to an ID that nobody proposed."""
    both = _both(case)
    extra = both.compared.not_proposed if both is not None else ()
    if both is None or not extra or not readable(both.request):
        return
    _report(case, "association.context-not-proposed", both.answer, list(extra),
            names=listed([str(each) for each in extra]))  # fmt: skip


# ------------------------------------------------------------------------------------ what one side says


@at_association_end("association.transfer-syntax-repeated")
def transfer_syntax_repeated(case: Case) -> None:
    """The same transfer syntax twice in one context: harmless."""
    request: Pdu | None = case.facts.get("negotiation.request")
    compared = _contexts(case)
    doubled = compared.repeating if compared is not None else ()
    if request is None or not doubled:
        return
    first = doubled[0]
    syntax = next(each for each, count in Counter(first.transfer_syntaxes).items() if count > 1)
    _report(case, "association.transfer-syntax-repeated", request, [each.id for each in doubled],
            variant="several" if len(doubled) > 1 else "", who=who(request), context=first.id, value=name_of(syntax),
            name=name_of(first.abstract_syntax),
            names=listed([name_of(each.abstract_syntax) for each in doubled]))  # fmt: skip


@at_association_end("association.protocol-version")
def protocol_version(case: Case) -> None:
    """A protocol version other than 1; who gives back the other side's is not to blame."""
    for pdu, side, other in _sides(case):
        version = side.protocol_version
        if version is None or version == VERSION_1 or other is not None and other.protocol_version == version:
            continue
        case.report("association.protocol-version", key=pdu.pdu_type, variant="" if version & 1 else "bit-0", pdu=pdu,
                    start=_VERSION_AT[0], length=_VERSION_AT[1], what="Protocol-version", who=who(pdu),
                    version=hexadecimal(version, 4), expected=hexadecimal(VERSION_1, 4))  # fmt: skip


@at_association_end("association.application-context")
def application_context(case: Case) -> None:
    """An application context other than DICOM's; an empty one is a malformed UID and told as that."""
    for pdu, side, other in _sides(case):
        name = side.application_context_name
        if not name or name == APPLICATION_CONTEXT or other is not None and other.application_context_name == name:
            continue
        start, end = content(pdu).application_context
        case.report("association.application-context", key=pdu.pdu_type, pdu=pdu, start=start, length=end - start,
                    what="Application Context Item", who=who(pdu), value=name,
                    expected=APPLICATION_CONTEXT)  # fmt: skip


def _sides(case: Case) -> list[tuple[Pdu, Side, Side | None]]:
    """The PDUs of the negotiation that were captured, what each says, and what it answers to."""
    association = case.association
    found: list[tuple[Pdu, Side, Side | None]] = []
    if association is not None:
        request, answer = association.requestor.side, association.acceptor.side
        pdus = case.facts.get("negotiation.request"), case.facts.get("negotiation.answer")
        if pdus[0] is not None and request is not None:
            found.append((pdus[0], request, None))
        if pdus[1] is not None and answer is not None:
            found.append((pdus[1], answer, request))
    return found
