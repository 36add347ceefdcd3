"""What a rule is given, and how it reports.

Strategy: a rule is a function registered under the code of its finding and the moment it wants to look: at a PDU, at a
message, at the end of an association, at the end of a connection, at the end of the capture. It reports to a `Case`;
the same code reported again under the same key is the same finding, counted. One cause gives one finding.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from ..association import Association
from ..dimse import Message
from ..pdu import Pdu
from ..standard.commands import COMMAND_BY_CODE
from ..standard.findings import FINDINGS, FindingKind
from ..standard.pdus import P_DATA_TF, PDU_STRUCTURES
from ..stream import Connection, Streams, endpoint

MAXIMUM_EVIDENCE = 8
"""Pieces of evidence kept per finding; the count goes on."""
MAXIMUM_DRAFTS = 256
"""Findings that are being collected for one association; further ones are not told apart any more."""

PENDING_CODE = 0xFF00
"""From here on a response is pending."""
LIMIT_REACHED = "capture.limit-reached"
PDU_TYPES = tuple(PDU_STRUCTURES)
ASSOCIATION_PDUS = tuple([each for each in PDU_TYPES if each != P_DATA_TF])
EVERY_PDU, ANY_LENGTH = 0, 1 << 32
"""What a rule on plain PDUs returns when it wants to look at every one of them, or at no more."""

SEVERITIES = ("error", "warning", "note")
"""Worst first."""


class Evidence(NamedTuple):
    """The bytes that prove a finding, or the frame where it shows."""

    frame: int | None
    sender: str | None
    """'requestor' or 'acceptor'; None where that is not known."""
    stream_offset: int | None
    length: int | None
    what: str


class Finding:
    """Something to know about a capture, an association or a message."""

    __slots__ = ("number", "kind", "variant", "values", "association", "message", "client", "server", "count",
                 "evidence", "consequences")  # fmt: skip

    def __init__(self, kind: FindingKind, variant: str, values: dict[str, Any]) -> None:
        self.number = 0
        self.kind = kind
        self.variant = variant
        self.values = values
        self.association: int | None = None
        self.message: int | None = None
        self.client: str | None = None
        self.server: str | None = None
        self.count = 0
        self.evidence: list[Evidence] = []
        self.consequences: list[str] = []
        """What could not finish because of it, in words."""

    @property
    def code(self) -> str:
        """'association.rejected' and so on."""
        return self.kind.code

    @property
    def severity(self) -> str:
        """'error', 'warning' or 'note'."""
        return self.kind.severity

    def __repr__(self) -> str:
        return f"<Finding {self.code} of association {self.association} x {self.count}>"


class Case:
    """The findings on one association, one connection or the capture while they are collected."""

    def __init__(self, association: Association | None = None, connection: Connection | None = None) -> None:
        self.association = association
        self.connection = connection if association is None else association.connection
        self.streams: Streams | None = None if self.connection is None else self.connection.table
        """Where limits are told that were reached; the judge sets it for the case of the whole capture."""
        self.drafts: dict[tuple[str, object], Finding] = {}
        self.facts: dict[str, Any] = {}
        """What rules remember between their looks, by their own names."""
        self.last_messages: list[Message | None] = [None, None]
        """The last message of the acceptor and of the requestor, before the one that is looked at."""
        self.last_pdu: Pdu | None = None
        """The last PDU of the association, but for the A-ASSOCIATE-RJ or A-ABORT that ended it."""
        self.calm = [EVERY_PDU, EVERY_PDU]
        """Of the acceptor and of the requestor: plain PDUs up to this PDU-length change nothing for any rule."""
        self.calm_missed = 0
        """`missed` of the PDUs that this was found with."""

    def report(
        self, code: str, *, key: object = None, variant: str = "", pdu: Pdu | None = None, start: int = 0,
        length: int | None = None, message: Message | None = None, what: str = "", frame: int | None = None,
        evidence: Evidence | None = None, count: int = 1, **values: Any,
    ) -> Finding | None:  # fmt: skip
        """Report a finding, or count one more of it.

        `key` tells findings of one code apart; `pdu` with `start` and `length` is the evidence (the whole PDU when
        `length` is None), or `message`, or `frame`, or `evidence` itself; `values` fill the blanks of the detail.
        """
        draft = self.drafts.get((code, key))
        if draft is None:
            if len(self.drafts) >= MAXIMUM_DRAFTS and code != LIMIT_REACHED:
                self.limit("MAXIMUM_DRAFTS", MAXIMUM_DRAFTS)
                return None
            kind = FINDINGS[code]
            draft = Finding(kind, variant if variant in kind.details else "", {**self._values(), **values})
            if self.association is not None:
                draft.association = self.association.number
                draft.client, draft.server = self.association.client, self.association.server
            elif self.connection is not None:
                draft.client = endpoint(self.connection.client.address)
                draft.server = endpoint(self.connection.server.address)
            draft.message = message.number if message is not None and message.number else None
            self.drafts[code, key] = draft
        draft.count += count
        draft.values["count"] = draft.count
        if len(draft.evidence) < MAXIMUM_EVIDENCE:
            proof = evidence or self._evidence(pdu, start, length, message, what, frame)
            if proof is not None:
                draft.evidence.append(proof)
                draft.values.setdefault("frame", proof.frame)
        return draft

    def limit(self, name: str, value: int, frame: int = 0) -> None:
        """A limit was reached: the name of its constant, its value, and the frame (that which is read, if 0)."""
        if self.streams is not None:
            self.streams.limit(name, value, frame or self.streams.frame)

    def _values(self) -> dict[str, Any]:
        """The blanks that every detail may use."""
        if self.association is not None:
            of = self.association
            return {"client": of.client, "server": of.server, "client_title": of.calling_ae_title or of.client,
                    "server_title": of.called_ae_title or of.server}  # fmt: skip
        if self.connection is not None:
            client, server = (endpoint(each.address) for each in (self.connection.client, self.connection.server))
            return {"client": client, "server": server, "client_title": client, "server_title": server}
        return {}

    @staticmethod
    def _evidence(
        pdu: Pdu | None, start: int, length: int | None, message: Message | None, what: str, frame: int | None
    ) -> Evidence | None:
        if pdu is not None:
            at = next((f for f, first, last in pdu.frames if first <= start < last), pdu.first_frame)
            side = ("requestor" if pdu.from_requestor else "acceptor") if pdu.roles_known else None
            size = pdu.end - pdu.start - start if length is None else length
            return Evidence(at, side, pdu.start + start, size, what or pdu.name)
        if message is not None:
            side = "requestor" if message.from_requestor else "acceptor"
            known = message.association is not None and message.association.roles_known
            return Evidence(message.first_frame, side if known else None, message.start,
                            message.first_end - message.start, what or message.command or "")  # fmt: skip
        return Evidence(frame, None, None, None, what) if frame is not None or what else None

    def has(self, code: str) -> bool:
        """Whether a finding of this code was reported."""
        return any(reported == code for reported, _ in self.drafts)

    def drop(self, code: str) -> list[Finding]:
        """Take back all findings of a code: another one explains them."""
        gone = [draft for (reported, _), draft in self.drafts.items() if reported == code]
        self.drafts = {key: draft for key, draft in self.drafts.items() if key[0] != code}
        return gone

    def take(self) -> list[Finding]:
        """The findings collected so far, worst first; the case goes on empty."""
        found = sorted(self.drafts.values(), key=lambda each: SEVERITIES.index(each.severity))
        self.drafts = {}
        return found


def sender_of(message: Message) -> str:
    """Who sent a message, one of the catalogue's words for sides."""
    if message.association is None or not message.association.roles_known:
        return "sender"
    return "requestor" if message.from_requestor else "acceptor"


def duration(nanoseconds: int) -> str:
    """A time with its unit, in three digits or so."""
    amount = max(0, nanoseconds) / 1_000_000
    if amount < 1000:
        return f"{amount:.3g} ms" if amount < 100 else f"{amount:.0f} ms"
    return f"{amount / 1000:.3g} s" if amount < 100_000 else f"{amount / 1000:.0f} s"


PduRule = Callable[[Case, Pdu], object]
PlainPduRule = Callable[[Case, Pdu], int]
MessageRule = Callable[[Case, Message], None]
AssociationRule = Callable[[Case], None]
ConnectionRule = Callable[[Case, Connection], None]

PDU_RULES: dict[str, PduRule] = {}
PLAIN_PDU_RULES: dict[str, PlainPduRule] = {}
"""Those of them that look at plain PDUs too."""
_looked_at: dict[str, tuple[int, ...]] = {}
"""By the code of a PDU rule: the types of the PDUs in order that it wants to see."""
MESSAGE_RULES: dict[str, MessageRule] = {}
ASSOCIATION_RULES: dict[str, AssociationRule] = {}
CONNECTION_RULES: dict[str, ConnectionRule] = {}


def at_pdu(code: str, *types: int) -> Callable[[PduRule], PduRule]:
    """Register a rule that looks at the PDUs of an association that are out of order (see `pdu_rules`), and of the
    others at those of the `types`, but for the plain ones (`Pdu.plain`), which nearly all are."""
    _looked_at[code] = types
    return _register(PDU_RULES, code)


def at_every_pdu(code: str, *types: int) -> Callable[[PlainPduRule], PlainPduRule]:
    """Register a rule that looks at plain PDUs too. It returns up to which PDU-length plain PDUs from the same side
    would make no difference to it, until one comes that is not plain, or more bytes turn out to be missing, or wait."""
    also = _register(PLAIN_PDU_RULES, code)

    def register(rule: PlainPduRule) -> PlainPduRule:
        at_pdu(code, *types)(rule)
        return also(rule)

    return register


def pdu_rules() -> dict[int, tuple[PduRule, ...]]:
    """By PDU type, the rules that want to look at a PDU in order that is not plain; under 0 all of them, for one that
    is out of order: bytes that are no PDU, one with a wrong length, one where the reading had lost its place before."""
    rules = {each: tuple([rule for code, rule in PDU_RULES.items() if each in _looked_at[code]]) for each in PDU_TYPES}
    return rules | {0: tuple(PDU_RULES.values())}


TROUBLED, REQUEST, PENDING, FINAL = "troubled", "request", "pending", "final"
"""What a message is to the rules. Troubled is one with which something is out of the ordinary: it is not complete, its
fragments or its command set are not as they should be, its context was not accepted, or it responds to nothing. Of the
others there are requests, pending responses and final ones."""
ALL = (REQUEST, PENDING, FINAL)
_wanted: dict[str, tuple[tuple[str, ...], tuple[int, ...]]] = {}
"""By the code of a message rule: what it wants to see besides troubled messages, and of which commands."""
_chosen: dict[tuple[str, int | None], tuple[MessageRule, ...]] = {}


def at_message(
    code: str, sound: tuple[str, ...] = (), commands: tuple[int, ...] = ()
) -> Callable[[MessageRule], MessageRule]:
    """Register a rule that looks at messages: at all that are troubled, of the others at those in `sound`; of both only
    at those of the `commands`, if these are given."""
    _wanted[code] = sound, commands
    return _register(MESSAGE_RULES, code)


def rules_for(message: Message) -> tuple[MessageRule, ...]:
    """The rules that want to look at a message, in their order."""
    field, request = message.command_field, message.is_request
    if (
        not (message.sound and message.complete) or message.remarks or message.transfer_syntax is None
        or not request and message.request is None
    ):  # fmt: skip
        kind = TROUBLED
        field = field if field in COMMAND_BY_CODE else None
    elif request:
        kind = REQUEST
    else:
        kind = PENDING if (message.status_code or 0) >= PENDING_CODE else FINAL
    key = kind, field
    rules = _chosen.get(key)
    if rules is None:
        rules = _chosen[key] = tuple(
            rule for code, rule in MESSAGE_RULES.items()
            if (kind == TROUBLED or kind in _wanted[code][0]) and (not _wanted[code][1] or field in _wanted[code][1])
        )  # fmt: skip
    return rules


def at_association_end(code: str) -> Callable[[AssociationRule], AssociationRule]:
    """Register a rule that looks at an association when it has ended."""
    return _register(ASSOCIATION_RULES, code)


def at_connection_end(code: str) -> Callable[[ConnectionRule], ConnectionRule]:
    """Register a rule that looks at a connection of a DICOM port, or with DICOM on it, when it has ended."""
    return _register(CONNECTION_RULES, code)


Rule = TypeVar("Rule")


def _register(table: dict[str, Rule], code: str) -> Callable[[Rule], Rule]:
    if code not in FINDINGS:
        raise LookupError(f"{code} is not in the catalogue")

    def keep(rule: Rule) -> Rule:
        if code in table:
            raise LookupError(f"{code} has a rule already")
        table[code] = rule
        return rule

    return keep
