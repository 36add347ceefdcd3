"""Rules about data sets: is a C-STORE's object the one its command names, in the encoding that was agreed on?

Strategy: a sender that does right writes SOP Class UID and SOP Instance UID as its command set names them, in the
transfer syntax of the context. Those two elements are built and looked for in the first bytes kept: found, all three
rules are content, and nothing heavy is loaded. Only otherwise is the head of the data set read (`dataset`, and with it
pydicom). What stands behind the SOP Instance UID is only looked at when that is asked for (`check --data-sets`).
"""

from __future__ import annotations

import zlib
from struct import pack
from typing import NamedTuple

from ..decode import Problem
from ..dimse import Message
from ..standard import datasets, uids
from ..standard.datasets import (
    DEFLATED_SYNTAXES, EXPLICIT_BIG, IMPLICIT_SYNTAXES, SOP_CLASS_UID, SOP_INSTANCE_UID,
)  # fmt: skip
from ..wiretext import uid_text
from .case import ALL, REQUEST, Case, at_message, sender_of

WHOLE_DATA_SETS = "whole data sets"
"""The fact of a case that asks for data sets to be read to their end."""
_BREAKING = frozenset(
    kind.text for kind in (
        datasets.LENGTH_OVERRUNS, datasets.ENDS_INSIDE, datasets.VR_INVALID, datasets.NOT_ENDED,
        datasets.ITEM_EXPECTED, datasets.INFLATE_FAULT,
    )
)  # fmt: skip
"""The problems behind which a data set cannot be read any further."""
STORE_RQ = 0x0001
MAXIMUM_CAREFUL_LOOKS = 1024
"""Data sets of one association that are read with care; after so many it is known what is wrong with them."""
INFLATED_BYTES = 4096
"""How much of a deflated data set is inflated."""
STANDARD_SYNTAXES = "1.2.840.10008.1.2."
NAMES = {SOP_CLASS_UID: "SOP Class UID", SOP_INSTANCE_UID: "SOP Instance UID"}


class _Verdict(NamedTuple):
    """What is wrong with the head of a data set; all None when nothing is, or nothing can be said."""

    other_syntax: str | None = None
    """The transfer syntax that it is in instead."""
    stop: tuple[int, Problem] | None = None
    """Where reading stops, and why."""
    identity: tuple[str | None, str | None] | None = None
    """SOP Class UID and SOP Instance UID as the data set has them."""


_WELL = _Verdict()


def _verdict(case: Case, message: Message) -> _Verdict:
    """The verdict on a message's data set, made once for all rules."""
    if not message.data or message.command_field != STORE_RQ:
        return _WELL
    facts = case.facts
    if facts.get("contents of") != message.number:
        facts["contents of"] = message.number
        facts["contents"] = _quick(message) or _careful(case, message)
    verdict: _Verdict = facts["contents"]
    return verdict


def _quick(message: Message) -> _Verdict | None:
    """All is well, or nothing can be judged; None when a careful look is needed."""
    syntax, head = message.transfer_syntax, message.data[0]
    if syntax is None or message.holes and message.holes[0][0] < len(head):
        return _WELL
    explicit = syntax not in IMPLICIT_SYNTAXES
    if explicit and not syntax.startswith(STANDARD_SYNTAXES):
        return _WELL  # a private transfer syntax: nobody knows how it is written
    if syntax in DEFLATED_SYNTAXES:
        try:
            head = zlib.decompressobj(-zlib.MAX_WBITS).decompress(head, INFLATED_BYTES)
        except zlib.error:
            return None
    said = (message.text_of("affected_sop_class_uid"), message.text_of("affected_sop_instance_uid"))
    order = ">" if syntax == EXPLICIT_BIG else "<"
    for tag, uid in zip(NAMES, said, strict=True):
        if uid is not None and _element(tag, uid, explicit, order) not in head:
            return None
    return _WELL if said != (None, None) else None


def _element(tag: int, uid: str, explicit: bool, order: str) -> bytes:
    """An element with a UID as it should be written; its padding is not looked at."""
    value = uid.encode("latin-1", "replace")
    length = len(value) + len(value) % 2
    if explicit:
        return pack(order + "HH2sH", tag >> 16, tag & 0xFFFF, b"UI", length) + value
    return pack("<HHI", tag >> 16, tag & 0xFFFF, length) + value


def _careful(case: Case, message: Message) -> _Verdict:
    """Read the head of the data set."""
    looks = case.facts["careful looks"] = case.facts.get("careful looks", 0) + 1
    syntax = message.transfer_syntax
    if looks > MAXIMUM_CAREFUL_LOOKS or syntax is None:
        return _WELL
    from ..dataset import misread, sop_uids

    kept = sum(map(len, message.data))
    whole = kept == message.data_set_bytes and not message.missing and message.complete
    data = b"".join(message.data) if whole else message.data[0]
    other = misread(data, syntax, cut=not whole)
    if other is not None:
        return _Verdict(other_syntax=other)
    stop = _stop(data, syntax, whole)
    if stop is not None:
        return _Verdict(stop=stop)
    return _Verdict(identity=sop_uids(data, syntax))


def _stop(data: bytes, syntax: str, whole: bool) -> tuple[int, Problem] | None:
    """Where the reading of the head stops for good: what cannot be decoded is not what was merely not kept."""
    from ..dataset import Element, annotate_data_set

    root = annotate_data_set(data, syntax, cut=not whole)
    if root.compressed is not None:
        for leaf in root.compressed.children:
            for problem in leaf.problems:
                if whole and problem.code == "data-set.malformed" and not root.data:
                    return leaf.start, problem
    for each in root.children:
        if not isinstance(each, Element):
            found = [problem for problem in each.problems if problem.code == "data-set.malformed"]
            return (each.start, found[0]) if found else None
        if each.tag >= SOP_INSTANCE_UID:
            return None
        if whole and each.end == len(root.data):
            # The last element takes all that is left: does it say that it is longer?
            stopped = [problem for leaf in each.leaves() for problem in leaf.problems
                       if problem.code == "data-set.malformed" and "claimed" in problem.values]  # fmt: skip
            return (each.start, stopped[0]) if stopped else None
    return None


def _broken(message: Message) -> tuple[int, Problem] | None:
    """Where the whole data set stops making sense, if every byte of it was kept. Values that break the rules of their
    VR do not keep a data set from being read: the annotated dump shows them."""
    from ..dataset import annotate_data_set

    if message.missing or not message.complete or sum(map(len, message.data)) != message.data_set_bytes:
        return None
    root = annotate_data_set(b"".join(message.data), message.transfer_syntax)
    for tree in (root, root.compressed):
        for field in tree.walk() if tree is not None else ():
            for problem in field.problems:
                if problem.text in _BREAKING:
                    return field.start, problem
    return None


def _syntax_name(uid: str | None) -> str:
    return "?" if uid is None else uids.name(uid) or uid


@at_message("data-set.transfer-syntax-wrong", (REQUEST,), commands=(STORE_RQ,))
def transfer_syntax(case: Case, message: Message) -> None:
    """A data set that reads only in another transfer syntax than the one accepted.

    Reference: PS3.5 10
    """
    other = _verdict(case, message).other_syntax
    if other is not None:
        case.report("data-set.transfer-syntax-wrong", key=(message.context_id, other), message=message,
                    who=sender_of(message), command=message.command or "?", message_id=message.message_id,
                    value=_syntax_name(other), context=message.context_id,
                    expected=_syntax_name(message.transfer_syntax))  # fmt: skip


@at_message("data-set.malformed", ALL)
def malformed(case: Case, message: Message) -> None:
    """A data set that cannot be read up to its SOP Instance UID in any transfer syntax.

    Reference: PS3.5 7.1
    """
    stop = _verdict(case, message).stop
    if stop is None and case.facts.get(WHOLE_DATA_SETS) and message.data:
        stop = _broken(message)
    if stop is not None:
        case.report("data-set.malformed", key=(message.context_id, stop[1].text), message=message,
                    who=sender_of(message),
                    command=message.command or "?", message_id=message.message_id, value=stop[0], reason=stop[1],
                    name=_syntax_name(message.transfer_syntax))  # fmt: skip


@at_message("data-set.identity-mismatch", (REQUEST,), commands=(STORE_RQ,))
def identity(case: Case, message: Message) -> None:
    """A SOP Class UID or SOP Instance UID in the data set that is not the one in the command set.

    Reference: PS3.4 B.2.3; PS3.7 9.1.1.1
    """
    found = _verdict(case, message).identity
    if found is None:
        return
    said = (message.text_of("affected_sop_class_uid"), message.text_of("affected_sop_instance_uid"))
    for name, inside, outside in zip(NAMES.values(), found, said, strict=True):
        if inside and outside and uid_text(inside.strip()) != outside.strip():
            case.report("data-set.identity-mismatch", key=name, message=message, name=name, value=inside,
                        command=message.command or "?", message_id=message.message_id, expected=outside)  # fmt: skip
