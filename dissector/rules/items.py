"""Rules on single PDUs: what they hold, how long they are, whether they are PDUs at all.

Strategy: association PDUs are decoded once per distinct content, for devices send the same request all day; what the
decoder finds wrong is remembered by their bytes, and a healthy PDU costs one lookup. Each problem of the decoder has
the code of a finding, and one short function below (`PROBLEM_RULES`) makes the one from the other. P-DATA is never
decoded here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from ..decode import Field, Problem, decode_pdu
from ..negotiation import context_ranges, sound_side
from ..pdu import MAXIMUM_ASSOCIATION_PDU_BYTES, Pdu
from ..remembering import Remembered
from ..standard import problems
from ..standard.pdus import A_ABORT, A_ASSOCIATE_AC, A_ASSOCIATE_RQ, P_DATA_TF, PDU_NAMES
from ..standard.structure import Structure, hexadecimal
from ..standard.uids import name as uid_name
from ..wiretext import bytes_text, uid_text
from .case import (
    ANY_LENGTH, ASSOCIATION_PDUS, EVERY_PDU, MAXIMUM_EVIDENCE, Case, Evidence, Finding, at_association_end,
    at_every_pdu, at_pdu,
)  # fmt: skip
from .connections import is_tls, protocol_of

MAXIMUM_PROBLEMS = 256
"""Problems looked at per PDU."""
MAXIMUM_UNJUDGED = 64
"""P-DATA-TF PDUs per association whose limit is not known yet."""
MAXIMUM_SHOWN_CHARACTERS = 80
NAMES_SHOWN = 8


class Place(NamedTuple):
    """Something wrong with a field: where it stands in its PDU, and inside what. The fields have no children: a place
    is remembered, and the tree of a PDU may be large."""

    code: str
    problem: Problem
    field: Field
    inside: Field
    """The structure around it, or itself."""
    around: Field
    """The structure around that one."""
    abstract_syntax: Field | None
    """The abstract syntax name inside `inside`."""


class ContextItems(NamedTuple):
    """The presentation context items of one ID: how many they are, and where the first ones stand in their PDU."""

    total: int
    places: tuple[tuple[int, int], ...]


class Content(NamedTuple):
    """What the rules want to know of an association PDU."""

    problems: tuple[Place, ...]
    contexts: Mapping[int, ContextItems]
    """By their ID, in the order of their first ones."""
    application_context: tuple[int, int]
    readable: bool
    """Every byte was captured, and no length is wrong."""


_contents: Remembered[Content] = Remembered()


def content(pdu: Pdu) -> Content:
    """What a PDU other than P-DATA-TF holds, and what is wrong with it; the last ones are remembered by their bytes."""
    body = pdu.body or b""
    whole = pdu.complete and not pdu.missing
    known = _contents.get(body) if whole else None
    if known is not None:
        return known
    made = _read(decode_pdu(body, cut=pdu.cut, missing=pdu.missing), whole)
    if whole:
        _contents.keep(body, made)
    return made


def readable(pdu: Pdu) -> bool:
    """Whether what is not in an association PDU was not sent."""
    return sound_side(pdu) is not None or content(pdu).readable


def context_places(pdu: Pdu) -> Mapping[int, tuple[int, int]]:
    """Where the first presentation context item of each ID stands."""
    if sound_side(pdu) is not None:
        return context_ranges(pdu.body or b"")
    return {each: items.places[0] for each, items in content(pdu).contexts.items()}


def _read(root: Field, whole: bool) -> Content:
    contexts: dict[int, ContextItems] = {}
    application_context = (0, root.end)
    for item in root.children:
        if item.name in ("presentation_context_rq", "presentation_context_ac"):
            context_id = item.child("presentation_context_id")
            if context_id is not None and isinstance(context_id.value, int):
                count, places = contexts.get(context_id.value, (0, ()))
                if count < MAXIMUM_EVIDENCE:
                    places = (*places, (item.start, item.end))
                contexts[context_id.value] = ContextItems(count + 1, places)
        elif item.name == "application_context":
            application_context = item.start, item.end
    found: list[Place] = []
    for place in _places(root, root, root):
        if place.code != problems.NOT_CAPTURED.code:  # said by the rules on the capture
            found.append(place)
            if len(found) >= MAXIMUM_PROBLEMS:
                break
    wrong = [place for place in found if place.code.endswith(".length-wrong")]
    if wrong:
        # A wrong length makes everything around and behind it look wrong: it is the cause, the rest is not told.
        start = min(place.field.start for place in wrong)
        found = [place for place in found if place in wrong or place.field.end <= start]
    return Content(tuple(found), contexts, application_context, whole and not wrong)


def _places(field: Field, inside: Field, around: Field) -> Iterator[Place]:
    """Every problem below a field with the structures that it stands in."""
    if isinstance(field.spec, Structure):
        inside, around = field, inside
    if field.problems:
        abstract = inside.child("abstract_syntax")
        name = abstract.child("abstract_syntax_name") if abstract is not None else None
        for problem in field.problems:
            yield Place(problem.code, problem, _bare(field), _bare(inside), _bare(around), name)
    for child in field.children:
        yield from _places(child, inside, around)


def _bare(field: Field) -> Field:
    """A field without what it holds."""
    return Field(field.spec, field.start, field.end, field.value)


def who(pdu: Pdu) -> str:
    """'requestor', 'acceptor', or 'sender' where that is not known."""
    if not pdu.roles_known:
        return "sender"
    return "requestor" if pdu.from_requestor else "acceptor"


def title(field: Field) -> str:
    """The printed name of a structure, with the type of an item."""
    spec = field.spec
    if isinstance(spec, Structure) and spec.code is not None and spec.length_field != "pdu_length":
        return f"{spec.title} ({hexadecimal(spec.code)})"
    return spec.title


def listed(names: list[str]) -> str:
    """Names in one line, each once; not more than a few."""
    once = list(dict.fromkeys(names))
    return ", ".join(once[:NAMES_SHOWN] + ["…"] * (len(once) > NAMES_SHOWN))


def name_of(uid: str | None) -> str:
    """The name of a UID, or the UID itself."""
    return uid_name(uid) or bytes_text(uid)[:MAXIMUM_SHOWN_CHARACTERS] if uid else "''"


def _of_side(fact: str, pdu: Pdu) -> str:
    """The name of a fact about one direction."""
    return f"{fact}.{pdu.from_requestor}"


# --------------------------------------------------------------------------------- what the decoder finds

ProblemRule = Callable[[Case, Pdu, Place], None]
PROBLEM_RULES: dict[str, ProblemRule] = {}
"""Code of a problem -> the rule that makes a finding from it."""


def for_problem(code: str) -> Callable[[ProblemRule], ProblemRule]:
    """Register the rule for the problems of one code."""

    def keep(rule: ProblemRule) -> ProblemRule:
        PROBLEM_RULES[code] = rule
        return rule

    return keep


@at_pdu("item.length-wrong", *ASSOCIATION_PDUS)
def decoded(case: Case, pdu: Pdu) -> None:
    """Every problem of a PDU other than P-DATA-TF goes to the rule of its code."""
    if pdu.pdu_type == P_DATA_TF or pdu.nonsense or sound_side(pdu) is not None:
        return
    found = content(pdu).problems
    if len(found) >= MAXIMUM_PROBLEMS:
        case.limit("MAXIMUM_PROBLEMS", MAXIMUM_PROBLEMS, pdu.first_frame)
    for place in found:
        rule = PROBLEM_RULES.get(place.code)
        if rule is not None:
            rule(case, pdu, place)


def _told(case: Case, pdu: Pdu, place: Place, *, key: object, variant: str = "problem", **said: Any) -> None:
    """Report a problem; the evidence is the field where it shows."""
    field = place.field
    values: dict[str, Any] = {"name": title(place.inside), "who": who(pdu), "reason": place.problem, **said}
    case.report(place.code, key=key, variant=variant, pdu=pdu, start=field.start, length=field.end - field.start,
                what=field.spec.title, **values)  # fmt: skip


@for_problem("item.length-wrong")
def item_length_wrong(case: Case, pdu: Pdu, place: Place) -> None:
    """An item ends outside of what encloses it, or holds more or less than its fields need."""
    values = place.problem.values
    overruns = place.problem.text is problems.LENGTH_OVERRUNS
    said = {"value": values["claimed"], "limit": values["available"]} if overruns else {}
    _told(case, pdu, place, key=(pdu.from_requestor, overruns), variant="" if overruns else "problem", **said)


@for_problem("item.unexpected")
@for_problem("item.unknown")
def item_out_of_place(case: Case, pdu: Pdu, place: Place) -> None:
    """An item that may not stand where it stands, or that the standard does not define."""
    value = place.problem.values["value"]
    _told(case, pdu, place, key=(pdu.from_requestor, value), variant="", value=value, name=title(place.around))


@for_problem("item.missing")
def item_missing(case: Case, pdu: Pdu, place: Place) -> None:
    """A mandatory item is absent: one finding per kind of structure that lacks something, with all that it lacks."""
    key = pdu.from_requestor, place.inside.name
    values = place.problem.values
    item = f"{values['name']} ({values['value']})" if values else "Presentation-Data-Value Item"
    earlier = case.drafts.get((place.code, key))
    names = earlier.values["names"] if earlier is not None else item
    if item not in names:
        names += f", {item}"
    _told(case, pdu, place, key=key, variant="", names=names)
    if earlier is not None:
        earlier.values["names"] = names


@for_problem("item.repeated")
def item_repeated(case: Case, pdu: Pdu, place: Place) -> None:
    """An item stands more often than it may; the evidence is what holds it, the count is how often it stands."""
    values = place.problem.values
    key = pdu.from_requestor, place.inside.start, values["value"]
    if (place.code, key) in case.drafts:
        return  # the same request again
    case.report(place.code, key=key, pdu=pdu, start=place.field.start, length=place.field.end - place.field.start,
                what=title(place.inside), count=int(str(values["count"])), who=who(pdu), name=title(place.inside),
                names=f"{values['name']} ({values['value']})")  # fmt: skip


@for_problem("pdu.length-wrong")
def pdu_length_wrong(case: Case, pdu: Pdu, place: Place) -> None:
    """PDU-length does not fit the fields: too short for them, or bytes are left over."""
    _told(case, pdu, place, key=(pdu.from_requestor, pdu.pdu_type), name=pdu.name)


@for_problem("association.context-id-even")
def context_id_even(case: Case, pdu: Pdu, place: Place) -> None:
    """A presentation context ID is even. Who answers an even one is not to blame for it."""
    context_id = place.field.value
    side = case.association.requestor.side if case.association is not None else None
    if pdu.pdu_type == A_ASSOCIATE_AC and side is not None and context_id in side.by_id:
        return
    uid = place.abstract_syntax
    named = name_of(uid_text(uid.value)) if uid is not None and isinstance(uid.value, str) else "''"
    _told(case, pdu, place, key=(pdu.from_requestor, context_id), variant="", context=context_id, name=named)


@for_problem("association.ae-title-blank")
def ae_title_blank(case: Case, pdu: Pdu, place: Place) -> None:
    """An AE title is sixteen spaces."""
    _told(case, pdu, place, key=place.field.name, variant="", name=place.field.spec.title)


_FILLED_WITH_NULS = re.compile(r"[ -\[\]-~]*\0+ *")
_NAME_THEN_GARBAGE = re.compile(r"[ -\[\]-~]*[!-\[\]-~] *\0.*", re.DOTALL)


@for_problem("association.ae-title-malformed")
def ae_title_malformed(case: Case, pdu: Pdu, place: Place) -> None:
    """An AE title holds bytes that are no plain characters: NULs that fill it up, the rest of an older name behind a
    NUL, or anything else."""
    value = str(place.field.value)
    variant = ""
    if _FILLED_WITH_NULS.fullmatch(value):
        variant = "nul"
    elif _NAME_THEN_GARBAGE.fullmatch(value):
        variant = "garbage"
    _told(case, pdu, place, key=place.field.name, variant=variant, name=place.field.spec.title,
          value=f"'{bytes_text(value)}'")  # fmt: skip


@for_problem("association.uid-malformed")
def uid_malformed(case: Case, pdu: Pdu, place: Place) -> None:
    """UIDs that are not written as they should be: one finding per side. Who gives one back as it came is not to
    blame for it."""
    value = str(place.field.value)
    seen: set[str] = case.facts.setdefault("items.uids", set())
    if pdu.pdu_type == A_ASSOCIATE_AC and value in seen:
        return
    if len(seen) < MAXIMUM_PROBLEMS:
        seen.add(value)
    shown = bytes_text(value[:MAXIMUM_SHOWN_CHARACTERS]) + "…" * (len(value) > MAXIMUM_SHOWN_CHARACTERS)
    key = pdu.from_requestor
    _told(case, pdu, place, key=key, variant="", name=place.field.spec.title, value=shown,
          reason=place.problem.values["why"])  # fmt: skip
    draft = case.drafts.get((place.code, key))
    if draft is not None and draft.count > 1:
        draft.variant = "several"


# --------------------------------------------------------------------------------- PDUs as a whole


@at_pdu("pdu.length-wrong", P_DATA_TF)
def length_of_pdu(case: Case, pdu: Pdu) -> None:
    """PDU-length reaches into the next PDU, ends inside a presentation data value, or is absurd."""
    if pdu.length_wrong:
        _length_wrong(case, pdu, pdu.start, pdu.first_frame, pdu.name, pdu.length, pdu.end - pdu.start - 6)
    elif pdu.nonsense:
        short = case.facts.pop(_of_side("items.short", pdu), None)
        if short is not None and short[0] == pdu.start:
            _length_wrong(case, pdu, *short[1:])
        elif A_ASSOCIATE_RQ <= pdu.pdu_type <= A_ABORT and pdu.length > MAXIMUM_ASSOCIATION_PDU_BYTES:
            draft = case.report("pdu.length-wrong", key=(pdu.from_requestor, "absurd"), variant="absurd", pdu=pdu,
                                start=2, length=4, what="PDU-length", name=PDU_NAMES[pdu.pdu_type], who=who(pdu),
                                value=pdu.length)  # fmt: skip
            _first_frame(draft, pdu.first_frame)
    elif pdu.pdu_type == P_DATA_TF and pdu.complete and pdu.fragments:
        last = pdu.fragments[-1]
        if last.start + last.length > pdu.length + 6:
            # Nothing is sure yet: only when no PDU follows where PDU-length says was that too short.
            case.facts[_of_side("items.short", pdu)] = (
                pdu.end, pdu.start, pdu.first_frame, pdu.name, pdu.length, last.start + last.length - 6
            )  # fmt: skip


def _length_wrong(case: Case, pdu: Pdu, start: int, frame: int, name: str, length: int, expected: int) -> None:
    side = who(pdu) if pdu.roles_known else None
    evidence = Evidence(frame, side, start + 2, 4, "PDU-length")
    draft = case.report("pdu.length-wrong", key=(pdu.from_requestor, "content"), who=who(pdu), name=name, value=length,
                        expected=expected, evidence=evidence)  # fmt: skip
    _first_frame(draft, frame)


def _first_frame(draft: Finding | None, frame: int) -> None:
    """Fill the blank for the frame (`Case.report` takes `frame` for evidence)."""
    if draft is not None:
        draft.values.setdefault("frame", frame)


@at_pdu("pdu.unknown-type")
def unknown_type(case: Case, pdu: Pdu) -> None:
    """A byte other than 01H to 07H where a PDU should begin, if no wrong PDU-length before it explains it."""
    if not pdu.nonsense or A_ASSOCIATE_RQ <= pdu.pdu_type <= A_ABORT:
        return
    if ("pdu.length-wrong", (pdu.from_requestor, "content")) in case.drafts:
        return
    body = pdu.body or b"" if pdu.start == 0 else b""  # further on, bytes look like anything by chance
    protocol = "TLS" if is_tls(body) else protocol_of(body)
    draft = case.report("pdu.unknown-type", key=pdu.from_requestor, variant="protocol" if protocol else "", pdu=pdu,
                        length=1, what="PDU-type", who=who(pdu), value=hexadecimal(pdu.pdu_type), size=pdu.length,
                        protocol=protocol)  # fmt: skip
    _first_frame(draft, pdu.first_frame)
    if pdu.complete:
        case.facts[_of_side("items.unknown", pdu)] = pdu.end


@at_pdu("pdu.resynchronised")
def resynchronised(case: Case, pdu: Pdu) -> None:
    """The place of the next PDU was lost and found again further on."""
    if not 0 <= pdu.resumed_after < pdu.start or pdu.nonsense:
        return
    if case.facts.get(_of_side("items.unknown", pdu)) == pdu.start:
        return  # what was passed over is one whole PDU of unknown type, and told as that
    association, connection = case.association, case.connection
    if association is not None and connection is not None and not connection.handshake:
        party = association.requestor if pdu.from_requestor else association.acceptor
        if party.pdus <= 1:
            return  # the capture starts in the middle: nothing was lost, it was never there
    draft = case.report("pdu.resynchronised", key=pdu.from_requestor, pdu=pdu, what=pdu.name, who=who(pdu),
                        name=pdu.name, count=pdu.start - pdu.resumed_after)  # fmt: skip
    _first_frame(draft, pdu.first_frame)


@at_association_end("pdu.resynchronised")
def never_found_again(case: Case) -> None:
    """The place of the next PDU was lost and not found again, although bytes were captured behind it."""
    association, connection = case.association, case.connection
    if association is None or connection is None or not connection.handshake:
        return  # where a capture starts in the middle nothing was lost
    for stream in (connection.client, connection.server):
        if stream.lost_at < 0 or stream.missed == 0:
            continue  # nonsense has its own finding, and all that follows is its cost
        start = max((offset + length for offset, length, _ in stream.gaps), default=stream.position)
        frame = next((frame for offset, length, frame in stream.gaps if offset + length == start), None)
        if start < stream.position and frame is not None:
            requests = stream is association.requestor_stream
            side = ("requestor" if requests else "acceptor") if association.roles_known else None
            case.report("pdu.resynchronised", key=requests, variant="lost", who=side or "sender",
                        count=stream.position - start,
                        evidence=Evidence(frame, side, start, stream.position - start, "no PDU found"))  # fmt: skip


# --------------------------------------------------------------------------------- the maximum length


@at_every_pdu("pdu.exceeds-maximum-length", P_DATA_TF)
def exceeds_maximum_length(case: Case, pdu: Pdu) -> int:
    """A P-DATA-TF that is longer than its receiver said it takes (51H; 0 means any length).

    Reference: PS3.8 D.1
    """
    association = case.association
    if pdu.pdu_type != P_DATA_TF or association is None or pdu.nonsense or pdu.length_wrong:
        return EVERY_PDU
    receiver = association.acceptor.side if pdu.from_requestor else association.requestor.side
    if receiver is None:
        if association.requested:  # its answer may still come: captured late, or the sender did not wait for it
            unjudged = case.facts.setdefault("items.unjudged", [])
            if len(unjudged) < MAXIMUM_UNJUDGED:
                unjudged.append((pdu.from_requestor, pdu.length, pdu.first_frame, pdu.start))
            else:
                case.limit("MAXIMUM_UNJUDGED", MAXIMUM_UNJUDGED, pdu.first_frame)
        return EVERY_PDU
    limit = receiver.maximum_length
    if limit and pdu.length > limit:
        _too_long(case, pdu.from_requestor, pdu.length, pdu.first_frame, pdu.start, limit)
    return limit or ANY_LENGTH


@at_association_end("pdu.exceeds-maximum-length")
def exceeded_before_the_answer(case: Case) -> None:
    """The same for P-DATA-TF PDUs that were read before the answer with the limit."""
    association = case.association
    for from_requestor, length, frame, start in case.facts.pop("items.unjudged", ()):
        receiver = None
        if association is not None:
            receiver = association.acceptor.side if from_requestor else association.requestor.side
        limit = receiver.maximum_length if receiver is not None else None
        if limit and length > limit:
            _too_long(case, from_requestor, length, frame, start, limit)


def _too_long(case: Case, from_requestor: bool, length: int, frame: int, start: int, limit: int) -> None:
    known = case.association is not None and case.association.roles_known
    side = ("requestor" if from_requestor else "acceptor") if known else None
    draft = case.report(
        "pdu.exceeds-maximum-length", key=from_requestor, who=side or "sender", size=length, limit=limit,
        evidence=Evidence(frame, side, start + 2, 4, "PDU-length"),
    )  # fmt: skip
    _first_frame(draft, frame)
    if draft is not None and length > draft.values["size"]:
        draft.values["size"] = length
