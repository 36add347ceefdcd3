"""An association in the layout of the debug log of DCMTK's tools (`echoscu -d`, `storescp -d`), so that what was on
the wire can be laid beside what a program said of it.

Strategy: the order of lines, the labels and the words are those that the tools of DCMTK 3.6.7 printed when they were
run; a test compares both line by line. A log says "Our" and "Their", which an observer cannot: by default the lines
say Requestor and Acceptor, in the place where the requestor's log has its own view; with `seen_from` they are those of
one of the two logs, word for word. What was not captured is left empty, credentials are always masked, and texts come
from `Side` and `Message`, where all that came from the wire was made safe to print.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..association import Answer, Association, Context, Side
from ..dimse import Message
from ..standard.structure import hexadecimal
from ..standard.uids import KEYWORDS, RETIRED, UIDS
from ..wiretext import tag_text
from .hexdump import Line, Span

MESSAGES_HELD = 10_000
"""Messages held of all associations that go on at once; the others are counted."""
WIDTH = 65
"""Columns of the ruled lines that begin and end a block."""
MASKED = "masked"

REQUESTOR, ACCEPTOR = "requestor", "acceptor"


class LogView:
    """Collects messages and gives the lines of an association when it is told, as `text.TextView` does.

    `seen_from`: None for an observer, 'requestor' or 'acceptor' for the log of that side; `mask` puts dots for the
    names of users.
    """

    def __init__(self, seen_from: str | None = None, mask: bool = False) -> None:
        self.seen_from = seen_from
        self.mask = mask
        self._messages: dict[int, list[list[Line]]] = {}
        self._further: dict[int, int] = {}
        self._held = 0

    def message(self, message: Message) -> None:
        """Take a message of an association that is not yet told."""
        number = message.association.number
        if self._held < MESSAGES_HELD and number not in self._further:
            self._messages.setdefault(number, []).append(list(message_lines(message, self.seen_from)))
            self._held += 1
        else:
            self._further[number] = self._further.get(number, 0) + 1

    def association(self, association: Association) -> Iterator[Line]:
        """The lines of an association that has ended."""
        yield from lines_rq(association, self.seen_from, self.mask)
        yield from lines_ac(association, self.seen_from, self.mask)
        messages = self._messages.pop(association.number, [])
        self._held -= len(messages)
        for lines_of_message in messages:
            yield from lines_of_message
        more = self._further.pop(association.number, 0)
        if more:
            yield _line(f"({more} more DIMSE messages)", "note")
        yield from lines_end(association, self.seen_from)
        yield []


def lines(association: Association, seen_from: str | None = None) -> Iterator[Line]:
    """An association without its messages: what was proposed, what was answered, how it ended."""
    yield from lines_rq(association, seen_from)
    yield from lines_ac(association, seen_from)
    yield from lines_end(association, seen_from)
    yield []


def _line(text: str, style: str = "") -> Line:
    return [Span(text, style)]


def _rule(text: str) -> Line:
    """A text in the middle of a line of equals signs."""
    free = WIDTH - len(text) - 2
    return _line(f"{'=' * (free - free // 2)} {text} {'=' * (free // 2)}", "title")


# ------------------------------------------------------------------------------------------------ association


def lines_rq(association: Association, seen_from: str | None = None, mask: bool = False) -> Iterator[Line]:
    """The block of the A-ASSOCIATE-RQ."""
    requested = association.requestor.side
    if requested is None:
        yield _line("(A-ASSOCIATE-RQ not captured)", "note")
        return
    # The requestor does not know the acceptor yet when it writes this; the acceptor knows itself.
    answered = association.acceptor.side if seen_from == ACCEPTOR else None
    yield _rule("BEGIN A-ASSOCIATE-RQ")
    yield from _parameters(requested, requested, answered, "" if seen_from == ACCEPTOR else None, seen_from)
    for context in requested.contexts:
        yield _line(f"  Context ID:        {context.id} (Proposed)")
        yield from _syntax_and_role(association, context)
        yield _line("    Proposed Transfer Syntax(es):")
        for uid in context.transfer_syntaxes:
            yield _line(f"      {uid_label(uid)}")
    yield from _extended("Requested Extended Negotiation:", requested, " none")
    yield from _extended("Accepted Extended Negotiation:", None, "  none")
    yield from _identity(requested, None, mask)
    yield _rule("END A-ASSOCIATE-RQ")


def lines_ac(association: Association, seen_from: str | None = None, mask: bool = False) -> Iterator[Line]:
    """The block of the A-ASSOCIATE-AC; nothing when none was captured."""
    requested, answered = association.requestor.side, association.acceptor.side
    if answered is None:
        return
    yield _rule("BEGIN A-ASSOCIATE-AC")
    yield from _parameters(requested or answered, requested, answered, None, seen_from)
    for context, answer in association.contexts():
        yield _line(f"  Context ID:        {context.id} ({_result(answer)})")
        yield from _syntax_and_role(association, context)
        yield _line(f"    Accepted SCP/SCU Role: {_role(association.role(context.abstract_syntax, False))}")
        if answer is not None and answer.result == 0:
            yield _line(f"    Accepted Transfer Syntax: {uid_label(answer.transfer_syntax)}")
    yield from _extended("Requested Extended Negotiation:", requested, " none")
    yield from _extended("Accepted Extended Negotiation:", answered, "  none")
    yield from _identity(requested, answered, mask)
    yield _rule("END A-ASSOCIATE-AC")


def lines_end(association: Association, seen_from: str | None = None) -> Iterator[Line]:
    """How an association ended: rejection, release or abort in DCMTK's words, the rest in plain ones."""
    outcome, own = association.outcome, seen_from is not None and seen_from == association.ended_by
    style = f"outcome-{outcome}"
    if outcome == "rejected" and association.rejection is not None:
        result, source, reason, _ = association.rejection
        known = REJECT_REASONS.get((source or 0, -1 if reason is None else reason))
        yield _line("Association Rejected:", style)
        yield _line(f"Result: {REJECT_RESULTS.get(result or 0, _unknown(result))}, "
                    f"Source: {REJECT_SOURCES.get(source or 0, _unknown(source))}", style)  # fmt: skip
        yield _line(f"Reason: {known or _unknown(reason)}", style)
    elif outcome == "aborted":
        if own:
            yield _line("Aborting Association", style)
        elif seen_from == REQUESTOR:
            yield _line("Peer Aborted Association", style)
        else:
            by = f" (by {association.ended_by})" if seen_from is None and association.ended_by else ""
            yield _line("Association Aborted" + by, style)
    elif outcome == "released":
        yield _line("Releasing Association" if own else "Association Release", style)
    elif outcome in ("closed", "reset"):
        how = "closed without release" if outcome == "closed" else "reset"
        by = f" by {association.ended_by}" if association.ended_by else ""
        yield _line(f"TCP connection {how}{by}", style)
    else:
        yield _line("(end of association not captured)", style)


def _unknown(value: int | None) -> str:
    """A code without a word of DCMTK's, which would pass it off as another one."""
    return "" if value is None else f"Unknown ({hexadecimal(value)})"


def _parameters(
    names: Side, requested: Side | None, answered: Side | None, responding: str | None, seen_from: str | None
) -> Iterator[Line]:  # fmt: skip
    """The head of a block: the two implementations, the application names, the sizes of PDUs."""
    sides = ((_word(REQUESTOR, seen_from), requested), (_word(ACCEPTOR, seen_from), answered))
    if seen_from == ACCEPTOR:
        sides = (sides[1], sides[0])
    wide = 9 if seen_from is None else 5  # columns of 'Requestor', of 'Their'
    for word, side in sides:
        uid = side.implementation_class_uid if side else None
        version = side.implementation_version_name if side else None
        yield _line(f"{word} Implementation Class UID:".ljust(wide + 30) + (uid or ""))
        yield _line(f"{word} Implementation Version Name:".ljust(wide + 30) + (version or ""))
    called = names.called_ae_title or ""
    yield _line(f"Application Context Name:    {names.application_context_name or ''}")
    yield _line(f"Calling Application Name:    {names.calling_ae_title or ''}")
    yield _line(f"Called Application Name:     {called}")
    yield _line(f"Responding Application Name: {called if responding is None else responding}")
    for word, side in sides:
        length: int | str | None = side.maximum_length if side else None if seen_from is None else 0
        yield _line(f"{word} Max PDU Receive Size:".ljust(wide + 24) + ("" if length is None else str(length)))
    yield _line("Presentation Contexts:")


def _word(side: str, seen_from: str | None) -> str:
    if seen_from is None:
        return side.capitalize()
    return "Our" if side == seen_from else "Their"


def _syntax_and_role(association: Association, context: Context) -> Iterator[Line]:
    yield _line(f"    Abstract Syntax: {uid_label(context.abstract_syntax)}")
    yield _line(f"    Proposed SCP/SCU Role: {_role(association.role(context.abstract_syntax, True))}")


def _role(role: tuple[int | None, int | None]) -> str:
    """What role selection says: SCU role, SCP role."""
    scu, scp = role
    if scu is None and scp is None:
        return "Default"
    return "SCP/SCU" if scu and scp else "SCU" if scu else "SCP" if scp else "None"


def _result(answer: Answer | None) -> str:
    if answer is None or answer.result is None:
        return "Not Answered"
    return CONTEXT_RESULTS.get(answer.result, "--Invalid Result/Reason--")


def _extended(head: str, side: Side | None, none: str) -> Iterator[Line]:
    """What SOP Class Extended Negotiation of one side says."""
    if side is None or not side.extended:
        yield _line(head + none)
        return
    yield _line(head)
    for uid, information in side.extended:
        octets = ", ".join(f"0x{information[at : at + 2]}" for at in range(0, len(information), 2))
        yield _line(f"  ={dcmtk_name(uid) or 'Unknown-UID'} ({uid})")
        yield _line(f"    [{octets}]")


def _identity(requested: Side | None, answered: Side | None, mask: bool) -> Iterator[Line]:
    """User identity, its credentials masked; lengths of tickets and assertions are not told either."""
    identity = requested.identity if requested else None
    if identity is None:
        yield _line("Requested User Identity Negotiation: none")
    else:
        kind, user_name, asked = identity
        yield _line("Requested User Identity Negotiation:")
        yield _line(f"  Authentication mode {kind}: {IDENTITY_MODES[kind]}" if kind in IDENTITY_MODES
                    else "  Authentication mode: Unknown ")  # fmt: skip
        if kind in (1, 2):
            yield _line(f"  Username: [{'.' * len(user_name or '') if mask else user_name or ''}]")
        if kind == 2:
            yield _line(f"  Password: [{MASKED}]")
        if kind in IDENTITY_FIELDS:
            yield _line(f"  {IDENTITY_FIELDS[kind]} (not dumped)")
        yield _line(f"  Positive Response requested: {'Yes' if asked else 'No'}")
    if answered is not None and answered.identity_answered:
        yield _line("User Identity Negotiation Response:")
        yield _line("  Server Response (not dumped)")
    else:
        yield _line("User Identity Negotiation Response:  none")


CONTEXT_RESULTS = {
    0: "Accepted", 1: "User Rejection", 2: "No Reason", 3: "Abstract Syntax Not Supported",
    4: "Transfer Syntaxes Not Supported",
}  # fmt: skip
IDENTITY_MODES = {1: "Username", 2: "Username/Password", 3: "Kerberos", 4: "SAML", 5: "JWT"}
IDENTITY_FIELDS = {3: "Kerberos Service Ticket", 4: "SAML Assertion", 5: "JSON Web Token"}
REJECT_RESULTS = {1: "Rejected Permanent", 2: "Rejected Transient"}
REJECT_SOURCES = {
    1: "Service User", 2: "Service Provider (ACSE Related)", 3: "Service Provider (Presentation Related)",
}  # fmt: skip
REJECT_REASONS = {
    (1, 1): "No Reason", (1, 2): "App Context Name Not Supported", (1, 3): "Calling AE Title Not Recognized",
    (1, 7): "Called AE Title Not Recognized", (2, 1): "No Reason", (2, 2): "Protocol Version Not Supported",
    (3, 1): "Temporary Congestion", (3, 2): "Local Limit Exceeded",
}  # fmt: skip
"""Source and reason -> DCMTK's words."""


# ------------------------------------------------------------------------------------------------ messages


def message_lines(message: Message, seen_from: str | None = None) -> Iterator[Line]:
    """A message as DCMTK dumps one; `lines` does not have them."""
    sender = REQUESTOR if message.from_requestor else ACCEPTOR
    way = sender.upper() if seen_from is None else "OUTGOING" if sender == seen_from else "INCOMING"
    yield _rule(f"{way} DIMSE MESSAGE")
    command = message.command
    base, dash, kind = (command or "").rpartition("-")
    yield _row("Message Type", f"{base} {kind}" if dash else command or "unknown")
    yield _row("Presentation Context ID", str(message.context_id))
    for name in _ROWS.get(command or "", _ANY_ROWS):
        label, optional = _LABELS[name]
        text = _value(message, name)
        if text is None and optional is None:
            continue
        yield _row(label, optional or "" if text is None else text)
    if message.missing:
        yield _line("(not captured as a whole)", "problem")
    elif not message.complete:
        yield _line("(not complete)", "problem")
    yield _rule("END DIMSE MESSAGE")


def _row(label: str, value: str) -> Line:
    return [Span(f"{label:<30}: ", ""), Span(value, "value")]


def _value(message: Message, name: str) -> str | None:
    """The value of a row, None when the message does not say."""
    if name == "data_set":
        return "present" if message.announces_data_set or message.has_data_set else "none"
    if name == "status":
        code = message.status_code
        return None if code is None else f"0x{code:04x}: {status_words(code, message.command or '')}"
    if name == "priority":
        number = message.number_of(name)
        return None if number is None else _PRIORITIES.get(number, hexadecimal(number, 4))
    if name.endswith("class_uid"):
        uid = message.text_of(name)
        return None if uid is None else dcmtk_name(uid) or uid
    value = message.elements.get(name)
    if isinstance(value, tuple):
        return " ".join(map(tag_text, value)).lower() or None
    return str(value) if isinstance(value, (int, str)) else None


_PRIORITIES = {0: "medium", 1: "high", 2: "low"}
_LABELS: dict[str, tuple[str, str | None]] = {
    "message_id": ("Message ID", ""),
    "message_id_being_responded_to": ("Message ID Being Responded To", ""),
    "affected_sop_class_uid": ("Affected SOP Class UID", "none"),
    "affected_sop_instance_uid": ("Affected SOP Instance UID", "none"),
    "requested_sop_class_uid": ("Requested SOP Class UID", "none"),
    "requested_sop_instance_uid": ("Requested SOP Instance UID", "none"),
    "number_of_remaining_suboperations": ("Remaining Suboperations", "none"),
    "number_of_completed_suboperations": ("Completed Suboperations", "none"),
    "number_of_failed_suboperations": ("Failed Suboperations", "none"),
    "number_of_warning_suboperations": ("Warning Suboperations", "none"),
    "data_set": ("Data Set", ""),
    "priority": ("Priority", ""),
    "move_destination": ("Move Destination", ""),
    "move_originator_application_entity_title": ("Move Originator AE Title", None),
    "move_originator_message_id": ("Move Originator ID", None),
    "event_type_id": ("Event Type ID", "none"),
    "action_type_id": ("Action Type ID", "none"),
    "attribute_identifier_list": ("Attribute Identifier List", "none"),
    "status": ("DIMSE Status", ""),
}
"""Element -> the label of its row, and what stands there when the message does not have it (None: no row)."""

_ID, _TO, _CLASS, _INSTANCE = (
    "message_id", "message_id_being_responded_to", "affected_sop_class_uid", "affected_sop_instance_uid",
)  # fmt: skip
_REQUESTED = ("requested_sop_class_uid", "requested_sop_instance_uid")
_COUNTS = tuple(f"number_of_{which}_suboperations" for which in ("remaining", "completed", "failed", "warning"))
_N_RESPONSE = (_TO, _CLASS, _INSTANCE, "data_set", "status")
_RETRIEVED = (_TO, _CLASS, *_COUNTS, "data_set", "status")
_ROWS: dict[str, tuple[str, ...]] = {
    "C-ECHO-RQ": (_ID, "data_set"),
    "C-ECHO-RSP": (_TO, _CLASS, "data_set", "status"),
    "C-STORE-RQ": (_ID, _CLASS, _INSTANCE, "data_set", "priority", "move_originator_application_entity_title",
                   "move_originator_message_id"),
    "C-STORE-RSP": (_TO, _CLASS, _INSTANCE, "data_set", "status"),
    "C-FIND-RQ": (_ID, _CLASS, "data_set", "priority"),
    "C-FIND-RSP": (_TO, _CLASS, "data_set", "status"),
    "C-GET-RQ": (_ID, _CLASS, "data_set", "priority"),
    "C-GET-RSP": _RETRIEVED,
    "C-MOVE-RQ": (_ID, _CLASS, "data_set", "priority", "move_destination"),
    "C-MOVE-RSP": _RETRIEVED,
    "C-CANCEL-RQ": (_TO, "data_set"),
    "N-EVENT-REPORT-RQ": (_ID, _CLASS, _INSTANCE, "data_set", "event_type_id"),
    "N-EVENT-REPORT-RSP": (_TO, _CLASS, _INSTANCE, "data_set", "event_type_id", "status"),
    "N-GET-RQ": (_ID, *_REQUESTED, "data_set", "attribute_identifier_list"),
    "N-GET-RSP": _N_RESPONSE,
    "N-SET-RQ": (_ID, *_REQUESTED, "data_set"),
    "N-SET-RSP": _N_RESPONSE,
    "N-ACTION-RQ": (_ID, *_REQUESTED, "action_type_id", "data_set"),
    "N-ACTION-RSP": (_TO, _CLASS, _INSTANCE, "data_set", "action_type_id", "status"),
    "N-CREATE-RQ": (_ID, _CLASS, _INSTANCE, "data_set"),
    "N-CREATE-RSP": _N_RESPONSE,
    "N-DELETE-RQ": (_ID, *_REQUESTED, "data_set"),
    "N-DELETE-RSP": _N_RESPONSE,
}  # fmt: skip
"""Command -> the rows of its block, in order."""
_ANY_ROWS = (_ID, "data_set")


class _Words(NamedTuple):
    commands: str
    """Those that print it, by their second halves."""
    first: int
    last: int
    words: str


def _words(commands: str, first: int, words: str, last: int | None = None) -> _Words:
    return _Words(commands, first, first if last is None else last, words)


_RETRIEVE = "GET MOVE"
_STATUS_WORDS = (
    _words("FIND", 0x0000, "Success: Matching is complete"),
    _words(_RETRIEVE, 0x0000, "Success: Sub-operations complete - No failures or warnings"),
    _words("STORE FIND GET MOVE", 0x0122, "Refused: SOP Class not supported"),
    _words("STORE MOVE", 0x0124, "Refused: Not authorized"),
    _words("STORE", 0x0117, "Invalid SOP Class"),
    _words("STORE GET MOVE", 0x0210, "Duplicate invocation"),
    _words("STORE GET MOVE", 0x0211, "Unrecognized operation"),
    _words("STORE GET MOVE", 0x0212, "Mistyped argument"),
    _words("STORE", 0xA700, "Refused: Out of resources", 0xA7FF),
    _words("FIND", 0xA700, "Refused: Out of resources"),
    _words(_RETRIEVE, 0xA701, "Refused: Out of resources - Unable to calculate number of matches"),
    _words(_RETRIEVE, 0xA702, "Refused: Out of resources - Unable to perform sub-operations"),
    _words("MOVE", 0xA801, "Refused: Move Destination unknown"),
    _words("STORE FIND", 0xA900, "Error: Data Set does not match SOP Class", 0xA9FF),
    _words(_RETRIEVE, 0xA900, "Error: Data Set does not match SOP Class"),
    _words(_RETRIEVE, 0xAA00, "Failed: None of the frames requested were found in SOP Instance"),
    _words(_RETRIEVE, 0xAA02, "Failed: Unable to extract frames"),
    _words(_RETRIEVE, 0xAA03, "Failed: Time-based request for non-time-based SOP Instance"),
    _words(_RETRIEVE, 0xAA04, "Failed: Invalid request"),
    _words("STORE", 0xB000, "Warning: Coercion of Data Elements"),
    _words("STORE", 0xB006, "Warning: Elements discarded"),
    _words("STORE", 0xB007, "Warning: Data Set does not match SOP Class"),
    _words(_RETRIEVE, 0xB000, "Warning: Sub-operations complete - One or more failures or warnings"),
    _words("STORE", 0xC000, "Error: Cannot understand", 0xCFFF),
    _words("FIND GET MOVE", 0xC000, "Failed: Unable to process", 0xCFFF),
    _words("FIND", 0xFE00, "Cancel: Matching terminated due to Cancel Request"),
    _words(_RETRIEVE, 0xFE00, "Cancel: Sub-operations terminated due to Cancel Indication"),
    _words("FIND", 0xFF00, "Pending: Matches are continuing"),
    _words("FIND", 0xFF01, "Pending: Matches are continuing - Warning: Unsupported optional keys"),
    _words(_RETRIEVE, 0xFF00, "Pending: Sub-operations are continuing"),
)


def status_words(code: int, command: str) -> str:
    """DCMTK's words for the status of a response; the class of the code where it has none of its own."""
    parts = command.split("-")
    verb = parts[1] if len(parts) == 3 and parts[0] == "C" else ""
    for row in _STATUS_WORDS:
        if row.first <= code <= row.last and verb in row.commands.split():
            return row.words
    if code == 0:
        return "Success"
    if code in (0x0001, 0x0107, 0x0116) or code >> 12 == 0xB:
        return "Warning"
    if code >> 12 in (0xA, 0xC) or code >> 8 in (1, 2):
        return "Failure"
    if code == 0xFE00:
        return "Cancel"
    return "Pending" if code in (0xFF00, 0xFF01) else "Unknown Status Code (non-standard)"


# ------------------------------------------------------------------------------------------------ names of UIDs


def uid_label(uid: str | None) -> str:
    """'=CTImageStorage', or the UID itself when it has no name; empty when there is none."""
    if uid is None:
        return ""
    name = dcmtk_name(uid)
    return uid if name is None else f"={name}"


def dcmtk_name(uid: str) -> str | None:
    """DCMTK's name of a UID; the keyword of the standard for those that DCMTK 3.6.7 does not know.

    Most names are the keyword with the verb in front (FINDStudyRoot...), with 'SOPClass' behind where the registered
    name has it and it is no storage class, and with RETIRED_, DRAFT_ or DICOS_ in front; the table has the others.
    """
    known = _NAMES.get(uid.removeprefix(_ROOT)) if uid.startswith(_ROOT) else None
    keyword = KEYWORDS.get(uid)
    if known is not None or not keyword:
        return known
    registered, kind = UIDS[uid][:2]
    name = keyword.replace("MultiFrame", "Multiframe")
    for verb in ("Find", "Move", "Get"):
        if name.endswith(verb):
            name = verb.upper() + name.removesuffix(verb)
    if kind not in ("SOP Class", "Meta SOP Class"):
        return name
    draft = name.endswith("Trial")
    name = name.removesuffix("Trial").removesuffix("Retired")
    if "SOP Class" in registered and "Storage" not in name.removeprefix("StorageCommitment"):
        name += "SOPClass"
    if name.startswith("DICOS"):
        name = "DICOS_" + name.removeprefix("DICOS")
    return ("DRAFT_" if draft else "RETIRED_" if uid in RETIRED else "") + name


_ROOT = "1.2.840.10008."
_NAMES = {
    "1.2": "LittleEndianImplicit",
    "1.2.1": "LittleEndianExplicit",
    "1.2.1.99": "DeflatedLittleEndianExplicit",
    "1.2.2": "BigEndianExplicit",
    "1.2.4.50": "JPEGBaseline",
    "1.2.4.51": "JPEGExtended:Process2+4",
    "1.2.4.52": "JPEGExtended:Process3+5",
    "1.2.4.53": "JPEGSpectralSelection:Non-hierarchical:Process6+8",
    "1.2.4.54": "JPEGSpectralSelection:Non-hierarchical:Process7+9",
    "1.2.4.55": "JPEGFullProgression:Non-hierarchical:Process10+12",
    "1.2.4.56": "JPEGFullProgression:Non-hierarchical:Process11+13",
    "1.2.4.57": "JPEGLossless:Non-hierarchical:Process14",
    "1.2.4.58": "JPEGLossless:Non-hierarchical:Process15",
    "1.2.4.59": "JPEGExtended:Hierarchical:Process16+18",
    "1.2.4.60": "JPEGExtended:Hierarchical:Process17+19",
    "1.2.4.61": "JPEGSpectralSelection:Hierarchical:Process20+22",
    "1.2.4.62": "JPEGSpectralSelection:Hierarchical:Process21+23",
    "1.2.4.63": "JPEGFullProgression:Hierarchical:Process24+26",
    "1.2.4.64": "JPEGFullProgression:Hierarchical:Process25+27",
    "1.2.4.65": "JPEGLossless:Hierarchical:Process28",
    "1.2.4.66": "JPEGLossless:Hierarchical:Process29",
    "1.2.4.70": "JPEGLossless:Non-hierarchical-1stOrderPrediction",
    "1.2.4.81": "JPEGLSLossy",
    "1.2.4.90": "JPEG2000LosslessOnly",
    "1.2.4.92": "JPEG2000MulticomponentLosslessOnly",
    "1.2.4.93": "JPEG2000Multicomponent",
    "1.2.4.100": "MPEG2MainProfile@MainLevel",
    "1.2.4.101": "MPEG2MainProfile@HighLevel",
    "1.2.4.102": "MPEG4HighProfile/Level4.1",
    "1.2.4.103": "MPEG4BDcompatibleHighProfile/Level4.1",
    "1.2.4.104": "MPEG4HighProfile/Level4.2For2DVideo",
    "1.2.4.105": "MPEG4HighProfile/Level4.2For3DVideo",
    "1.2.4.106": "MPEG4StereoHighProfile/Level4.2",
    "1.2.4.107": "HEVCMainProfile/Level5.1",
    "1.2.4.108": "HEVCMain10Profile/Level5.1",
    "1.2.7.1": "SMPTEST2110-20:UncompressedProgressiveActiveVideo",
    "1.2.7.2": "SMPTEST2110-20:UncompressedInterlacedActiveVideo",
    "1.2.7.3": "SMPTEST2110-30:PCMDigitalAudio",
    "4.2": "StorageServiceClass",
    "5.1.4.1.1.77.1": "RETIRED_VLImageStorage",
    "5.1.4.1.1.77.2": "RETIRED_VLMultiframeImageStorage",
    "5.1.4.1.1.88.1": "DRAFT_SRTextStorage",
    "5.1.4.1.1.88.2": "DRAFT_SRAudioStorage",
    "5.1.4.1.1.88.3": "DRAFT_SRDetailStorage",
    "5.1.4.1.1.88.4": "DRAFT_SRComprehensiveStorage",
    "5.1.4.1.1.88.70": "ImplantationPlanSRDocumentStorage",
    "5.1.4.1.1.601.1": "DICONDE_EddyCurrentImageStorage",
    "5.1.4.1.1.601.2": "DICONDE_EddyCurrentMultiframeImageStorage",
    "5.1.4.34.4": "DRAFT_UnifiedWorklistAndProcedureStepServiceClass",
    "5.1.4.34.6": "UnifiedWorklistAndProcedureStepServiceClass",
    "5.1.4.39.2": "FINDColorPaletteInformationModel",
    "5.1.4.39.3": "MOVEColorPaletteInformationModel",
    "5.1.4.39.4": "GETColorPaletteInformationModel",
}
"""What comes after 1.2.840.10008. -> DCMTK's name, where it does not follow from the keyword."""
