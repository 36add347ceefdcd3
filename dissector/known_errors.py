"""Where tshark is known to differ: each error with the versions that have it, what it does, and how it is recognised.

Strategy: one table. A difference is held against each entry that the version at hand has; the first whose test says
yes explains it. A test looks at our reading alone: whether the bytes are such that tshark is known to fail on them.
The words are English here; their Chinese is in `standard/zh_comparison.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from .standard.pdus import A_ABORT, A_ASSOCIATE_RJ, A_RELEASE_RP, ITEM_CODES
from .standard.tshark import FIELDS

Version = tuple[int, int]

KNOWN_VERSIONS: tuple[Version, ...] = ((4, 0),)
"""The versions of tshark whose differences have been looked at byte by byte, on all our captures."""


class OurPdu(NamedTuple):
    """A PDU as we tell it, and what may be odd about it."""

    pdu_type: int | None
    """None when it is no PDU as the standard has them."""
    length: int
    start: int
    end: int
    """Its place in its stream."""
    first_frame: int
    last_frame: int
    connection: int
    association: int
    number: int
    sender: str | None
    fragments: tuple[tuple[int, int, int], ...]
    """Context, message control header and length of each fragment."""
    has_hole: bool
    """Bytes of it were not captured."""
    after_hole: bool
    """Bytes of its direction were not captured, before it or in it."""
    complete: bool
    length_wrong: bool
    problems: frozenset[str]
    """The codes of what is wrong with its fields."""
    resumed: bool
    """Bytes before it could not be read."""
    fields: dict[tuple[str, int], Any]
    """What is compared of it, by tshark's name and place."""
    beside_tls: bool
    """The client began the connection with a TLS ClientHello."""


class OurCommand(NamedTuple):
    """A command set as we tell it."""

    key: Any
    pdu: int
    """The index of the PDU in which it starts, within its direction."""
    context_id: int
    transfer_syntax: str | None
    association: int
    message: int
    sender: str | None
    first_frame: int
    command_set: bytes
    incomplete: bool
    last_pdu: int
    """The index of the PDU in which it ends."""
    last_frame: int
    """The frame in which its message ends."""
    is_odd: Callable[[], bool]
    """Whether tshark ends inside an element of its data set: see `element-carried-over`."""


@dataclass(slots=True)
class Difference:
    """One thing that the two tell differently. `ours` or `tshark` is None where one of them does not tell it."""

    row: str
    """'pdu', 'command', or what is compared in them: a key of `standard.tshark.FIELDS`, 'command.' and an element."""
    title: str
    association: int | None
    pdu: int | None
    message: int | None
    sender: str | None
    frame: int
    start: int | None
    """Where it stands in its PDU or command set."""
    ours: str | None
    tshark: str | None
    text: bytes = b""
    """The bytes of a text, where both tell the same ones: what differs is how they read them."""
    known: KnownError | None = None


class Context(NamedTuple):
    """Where a difference stands."""

    difference: Difference
    pdus: Sequence[OurPdu]
    """Those of its direction that are compared together, in order."""
    at: int
    """The index of the one that it is in; -1 where only tshark tells one."""
    told: frozenset[int]
    """The indices of those that tshark tells too."""
    earlier: Sequence[OurPdu] = ()
    """Of those of its direction that were compared before, what is `lasting`."""
    other: Sequence[OurPdu] = ()
    """The same of the other direction, and all of it that is compared now."""
    command: OurCommand | None = None
    previous: OurCommand | None = None
    """The message before it on its presentation context, whoever sent that."""
    previous_told: bool = True
    """tshark tells the command set of that."""

    @property
    def pdu(self) -> OurPdu | None:
        """The PDU that the difference is in, if we tell one."""
        return self.pdus[self.at] if self.at >= 0 else None

    @property
    def is_missing(self) -> bool:
        """Only we tell a PDU, or a command set in a PDU that only we tell."""
        whole = self.difference.row in ("pdu", "command") and self.difference.tshark is None
        return whole and self.at >= 0 and self.at not in self.told

    @property
    def is_unread(self) -> bool:
        """Both tell the PDU, but only we tell this field of it."""
        difference = self.difference
        return difference.row not in ("pdu", "command") and difference.tshark is None and self.command is None

    def told_at(self, row: str, start: int) -> Any:
        """What we tell of a row at a place of the PDU, or None."""
        return self.pdu.fields.get((FIELDS[row], start)) if self.pdu else None

    @property
    def before(self) -> Sequence[OurPdu]:
        """The PDUs before it, on its connection."""
        here = self.pdu
        if here is None:
            return []
        return [each for each in (*self.earlier, *self.pdus[: self.at]) if each.connection == here.connection]


@dataclass(frozen=True, slots=True)
class KnownError:
    """One way in which tshark differs."""

    name: str
    first: Version
    last: Version
    title: str
    explanation: str
    is_it: Callable[[Context], bool]
    error: bool = True
    """tshark is wrong; otherwise both are right, and tell different things."""


def _unfinished(context: Context) -> bool:
    pdu = context.pdu
    return context.is_missing and pdu is not None and not (pdu.complete or pdu.after_hole or pdu.pdu_type is None)


def _after_hole(context: Context) -> bool:
    return context.is_missing and context.pdu is not None and context.pdu.after_hole


def _not_whole(context: Context) -> bool:
    return context.is_unread and context.pdu is not None and (context.pdu.has_hole or not context.pdu.complete)


def _unknown_type(context: Context) -> bool:
    pdu = context.pdu
    return context.is_missing and pdu is not None and pdu.pdu_type is None and not _is_lost(context.before)


def _short_pdu(context: Context) -> bool:
    pdu = context.pdu
    return context.is_missing and pdu is not None and pdu.complete and pdu.end - pdu.start < 10


def _lost_place(context: Context) -> bool:
    pdu = context.pdu
    if not context.is_missing or pdu is None:
        return False
    return _is_lost(context.before) or pdu.pdu_type is not None and _is_lost([pdu])


def _is_lost(pdus: Sequence[OurPdu]) -> bool:
    """Whether one of these misleads a reader that goes by lengths alone."""
    return any(each.length_wrong or each.resumed or FRAGMENT_MALFORMED in each.problems for each in pdus)


def lasting(pdu: OurPdu) -> Iterator[Hashable]:
    """What may mislead tshark long after a PDU: one PDU of each is enough to explain it."""
    if _is_lost([pdu]):
        yield pdu.connection
    if pdu.pdu_type in ENDS:
        yield pdu.connection, "ended"
    for context_id, _, length in pdu.fragments:
        if length == 0:
            yield pdu.connection, context_id


FRAGMENT_MALFORMED = "message.fragment-malformed"
ENDS = (A_ASSOCIATE_RJ, A_RELEASE_RP, A_ABORT)
NAME_AND_PASSCODE = 2
"""The type of user identity that has a secondary field (PS3.7 D.3.3.7.1)."""
RECENT_PDUS = 16
"""So many PDUs of what was compared before are kept to explain what comes."""
UNCOMPRESSED = ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2")
FRAGMENT_ROWS = ("presentation_data_value.presentation_context_id", "message_control_header")


def _command_missing(context: Context) -> OurCommand | None:
    """The command set that only we tell, though its PDU is told by both."""
    only_ours = context.difference.row == "command" and context.difference.tshark is None
    return context.command if only_ours and context.at in context.told else None


def _carried_over(context: Context) -> bool:
    previous = context.previous
    if _command_missing(context) is None or previous is None:
        return False
    return not context.previous_told or previous.incomplete or previous.is_odd()


def _mixed(context: Context) -> bool:
    """Whether this message, or what came before it on its context, was interrupted by a fragment of the other side."""
    command, here = _command_missing(context), context.pdu
    if command is None or here is None:
        return False
    end = context.pdus[command.last_pdu].last_frame
    sides = (*context.earlier, *context.pdus[max(0, context.at - RECENT_PDUS) : command.last_pdu + 1]), context.other
    fragments = sorted(
        (pdu.last_frame, pdu.start, number, side, bool(header & 2))
        for side, pdus in enumerate(sides) for pdu in pdus
        if pdu.connection == here.connection and pdu.last_frame <= end
        for number, (context_id, header, _) in enumerate(pdu.fragments) if context_id == command.context_id
    )  # fmt: skip
    unfinished = [False, False]
    now = before = False
    for *_, side, is_last in fragments:
        if not any(unfinished):
            before, now = now, False
        now = now or unfinished[1 - side]
        unfinished[side] = not is_last
    return now or before


def _fragment_unread(context: Context) -> bool:
    return context.is_unread and context.difference.row in FRAGMENT_ROWS


def _has_odd(pdu: OurPdu) -> bool:
    return any(length > 0 and length % 2 for _, _, length in pdu.fragments)


def _has_empty(pdu: OurPdu) -> bool:
    return any(length == 0 for _, _, length in pdu.fragments)


def _has_short(pdu: OurPdu) -> bool:
    """A fragment whose length leaves no room for context and message control header."""
    return any(length < 0 for _, _, length in pdu.fragments)


def _short_fragment(context: Context) -> bool:
    return _fragment_unread(context) and context.pdu is not None and _has_short(context.pdu)


def _overrun(context: Context) -> bool:
    command, pdu = _command_missing(context), context.pdu
    if pdu is None or pdu.length_wrong or FRAGMENT_MALFORMED not in pdu.problems:
        return False
    if _has_odd(pdu) or _has_empty(pdu) or _has_short(pdu):
        return False
    if command is not None:
        return command.incomplete
    return context.is_unread and context.difference.row in (*FRAGMENT_ROWS, "presentation_data_value.item_length")


def _odd_fragment(context: Context) -> bool:
    command, pdu = _command_missing(context), context.pdu
    if pdu is None:
        return False
    if command is not None:
        return any(map(_has_odd, context.pdus[context.at : command.last_pdu + 1]))
    return _fragment_unread(context) and _has_odd(pdu)


def _empty_fragment(context: Context) -> bool:
    command, pdu = _command_missing(context), context.pdu
    if pdu is None:
        return False
    if command is None:
        return _fragment_unread(context) and _has_empty(pdu)
    return any(
        context_id == command.context_id and length == 0 and each.connection == pdu.connection
        for each in (*context.before, *context.other) for context_id, _, length in each.fragments
    )


def _overrunning_item(context: Context) -> bool:
    return context.is_unread and context.pdu is not None and "item.length-wrong" in context.pdu.problems


def _unknown_item(context: Context) -> bool:
    difference = context.difference
    if not context.is_unread or difference.start is None or difference.row not in ("item_type", "item_length"):
        return False
    told = context.told_at("item_type", difference.start - (2 if difference.row == "item_length" else 0))
    return told is not None and told.value not in ITEM_CODES


def _empty_secondary(context: Context) -> bool:
    difference = context.difference
    if not context.is_unread or difference.start is None:
        return False
    start = difference.start - (2 if difference.row == "secondary_field" else 0)
    told = context.told_at("secondary_field_length", start)
    return difference.row in ("secondary_field", "secondary_field_length") and told is not None and told.value == 0


def _other_identity(context: Context) -> bool:
    """A secondary field, not empty, of a user identity that is no name with a passcode."""
    difference, pdu = context.difference, context.pdu
    if not context.is_unread or pdu is None or _empty_secondary(context):
        return False
    if difference.row not in ("secondary_field", "secondary_field_length"):
        return False
    types = [told.value for told in pdu.fields.values() if told.row == "user_identity_type"]
    return len(types) == 1 and types[0] != NAME_AND_PASSCODE


def _beside_tls(context: Context) -> bool:
    return context.is_missing and context.pdu is not None and context.pdu.beside_tls


def _after_the_end(context: Context) -> bool:
    """A command that only tshark tells, in a PDU that came after the end of its association."""
    difference = context.difference
    if difference.row != "command" or difference.ours is not None:
        return False
    here = next((each for each in context.pdus if each.last_frame == difference.frame), None)
    return here is not None and any(
        each.connection == here.connection and each.pdu_type in ENDS and each.last_frame < here.first_frame
        for each in (*context.earlier, *context.pdus, *context.other)
    )


def _not_ascii(context: Context) -> bool:
    return any(not 0x20 <= byte < 0x7F for byte in context.difference.text.strip(b" \0"))


def _national(context: Context) -> bool:
    return any(byte in NATIONAL_CHARACTERS for byte in context.difference.text)


NATIONAL_CHARACTERS = b"#$@[\\]^`{|}~"


def _reserved_flags(context: Context) -> bool:
    difference = context.difference
    told = context.told_at("message_control_header", difference.start or 0)
    return difference.row == "message_control_header" and told is not None and bool(told.value & 0xFC)


_SEEN = ((4, 0), (4, 0))

KNOWN_ERRORS: tuple[KnownError, ...] = (
    KnownError(
        "whole-pdus-only", *_SEEN, "tshark tells whole PDUs only",
        "The capture ends inside this PDU. What there is of it is told by us as not complete, and not at all by "
        "tshark.",
        _unfinished, error=False,
    ),
    KnownError(
        "waits-for-missing-bytes", *_SEEN, "tshark waits for missing bytes to the end",
        "Bytes of this direction are not in the capture. tshark waits for them and tells nothing more of this "
        "direction; the PDUs behind them were captured, and are read.",
        _after_hole,
    ),
    KnownError(
        "cut-pdu-not-read", *_SEEN, "tshark does not read on in a PDU that was not captured as a whole",
        "Frames were cut short when they were captured. What was captured of this PDU is read by us as far as it goes.",
        _not_whole, error=False,
    ),
    KnownError(
        "unknown-pdu-skipped", *_SEEN, "tshark passes over PDUs of unknown type in silence",
        "The type of this PDU is none that the standard defines. A receiver has to answer it with an A-ABORT.",
        _unknown_type,
    ),
    KnownError(
        "short-pdu-skipped", *_SEEN, "tshark passes over PDUs of less than ten bytes",
        "The head says that fewer than 4 bytes follow. No PDU that the standard defines is so short but a P-DATA-TF "
        "without an item, which it does not allow. tshark takes it for something else than DICOM.",
        _short_pdu,
    ),
    KnownError(
        "loses-its-place", *_SEEN, "tshark loses its place after a wrong length",
        "A length before this PDU is wrong, or the capture begins inside a PDU. tshark takes what follows for the head "
        "of a PDU and reads on from there; we look for the next real head.",
        _lost_place,
    ),
    KnownError(
        "overrunning-fragment-left-out", *_SEEN, "tshark leaves out a fragment that is longer than its PDU",
        "The length of the fragment points beyond the end of its PDU. What there is of it is told by us as not "
        "complete, and not at all by tshark.",
        _overrun, error=False,
    ),
    KnownError(
        "odd-fragment-left-out", *_SEEN, "tshark leaves out fragments of odd length",
        "PS3.8 E.1 does not allow an odd length, but the bytes are there: we read them, and say what is wrong.",
        _odd_fragment, error=False,
    ),
    KnownError(
        "short-fragment-left-out", *_SEEN, "tshark leaves out a fragment that is too short for its own head",
        "The length of the fragment is less than 2, which the context ID and the message control header take. "
        "tshark calls it invalid, rightly; we tell what there is of it, and say what is wrong.",
        _short_fragment, error=False,
    ),
    KnownError(
        "empty-fragment-invalid", *_SEEN, "tshark takes an empty fragment for invalid",
        "The fragment has no bytes. PS3.8 E.1 asks for an even number, which 0 is. For tshark the data set never ends "
        "then; and where both peers have the same IP address, as on loopback, it takes the next response for the rest "
        "of it.",
        _empty_fragment,
    ),
    KnownError(
        "sides-mixed-up", *_SEEN, "tshark puts fragments of both sides together",
        "The fragments of a message were interrupted by a message of the other side, as by a C-CANCEL: each side may "
        "send at any time. tshark goes through the fragments of a presentation context without regard to who sent "
        "them, and loses this command set or the next.",
        _mixed,
    ),
    KnownError(
        "element-carried-over", *_SEEN, "tshark takes a command set for the rest of what came before it",
        "tshark ended inside an element of the data set before it on this presentation context: it reads compressed "
        "pixel data and deflated bytes as if they were elements, and does not know the VRs SV, UV and OV; or the data "
        "set, or the command set, did end inside an element. It takes what comes next on the context for the rest of "
        "that element, though it is another message, and mostly from the other side; and shows a bare Command.",
        _carried_over,
    ),
    KnownError(
        "stops-at-wrong-item-length", *_SEEN, "tshark stops reading at an item whose length is wrong",
        "The length of an item points beyond the end of its PDU. tshark calls the PDU malformed from there; "
        "we read on as far as the bytes honestly go.",
        _overrunning_item,
    ),
    KnownError(
        "unknown-item-skipped", *_SEEN, "tshark passes over items of unknown type in silence",
        "The type of this item is none that the standard defines. Receivers skip it; its bytes are there all the "
        "same. Inside the user information tshark shows such items.",
        _unknown_item, error=False,
    ),
    KnownError(
        "empty-secondary-field", *_SEEN, "tshark does not show an empty secondary field",
        "User identities other than a name with a passcode have a secondary field of length 0. It is part of the "
        "sub-item all the same.",
        _empty_secondary, error=False,
    ),
    KnownError(
        "secondary-field-of-others", *_SEEN, "tshark shows a secondary field only of a name with a passcode",
        "The secondary field is meant for that type of user identity only (PS3.7 D.3.3.7.1). Here another type has one "
        "that is not empty, and we show what is there.",
        _other_identity, error=False,
    ),
    KnownError(
        "taken-for-tls", *_SEEN, "tshark takes a connection for TLS as soon as one side speaks it",
        "The client began with a TLS ClientHello, and the server answered with PDUs.",
        _beside_tls,
    ),
    KnownError(
        "after-the-end", *_SEEN, "tshark tells messages after the end of their association too",
        "The PDU came after the association was rejected, aborted or released. A receiver ignores it (PS3.8 "
        "Table 9-10), and we tell the PDU, with a finding, but no message.",
        _after_the_end, error=False,
    ),
    KnownError(
        "not-ascii", *_SEEN, "tshark does not show bytes outside of printable ASCII as they are",
        "Both tell the same bytes. tshark replaces those that are not text, and sometimes the next one too; "
        "control characters it writes in its own way. We write each as its number.",
        _not_ascii,
    ),
    KnownError(
        "national-characters", *_SEEN, "tshark does not show characters that ISO 646 leaves to each country",
        "Both tell the same bytes. tshark takes texts for ISO 646, in which # $ @ [ \\ ] ^ ` { | } ~ differ from "
        "country to country, and replaces them. In DICOM they are what they are in ASCII (PS3.5 6.1).",
        _national,
    ),
    KnownError(
        "reserved-flag-bits", *_SEEN, "tshark leaves reserved bits out of the value of a message control header",
        "Bits 2 to 7 are to be 0 (PS3.8 E.2), and in this fragment they are not. tshark warns of that in its text; the "
        "value of its field, which filters look at, has the two other bits only.",
        _reserved_flags, error=False,
    ),
)
"""In the order in which they are tried. Each has versions, the first and the last that are known to have it."""
