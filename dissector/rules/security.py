"""Rules about what others can read or try: credentials and data in the clear, AE titles that are guessed.

Strategy: what an association did is looked at while it goes by; what matters for the capture as a whole is added up in
`remember`, for every connection and association that has ended, and told at the end in `judge_security`. Everything
remembered has a cap. No secret gets into a finding: its evidence is a place, its values are the type's number and name.
"""

from __future__ import annotations

from collections import OrderedDict

from ..association import Association
from ..decode import decode_pdu
from ..dimse import Message
from ..negotiation import sound_side
from ..pdu import Pdu
from ..standard.pdus import A_ASSOCIATE_RQ, USER_IDENTITY_TYPES
from .case import ALL, MAXIMUM_EVIDENCE, Case, Evidence, Finding, at_message, at_pdu, duration
from .connections import host, remember_connection

SECRET_IDENTITIES = (2, 3, 4, 5)
"""User identity types that carry a passcode, ticket, assertion or token; type 1 is a mere name (PS3.7 D.3.3.7)."""
USER_IDENTITY = 0x58
"""The type of the user identity sub-item: a request without such a byte need not be decoded, nor one that is sound and
names no user."""

GUESSED_TITLES = 5
"""So many different titles, most of them turned away, are no typing error."""
GUESSING_NANOSECONDS = 600 * 1_000_000_000
"""After a silence of this length counting starts anew: guessing is done in a short time."""
MAXIMUM_GUESSERS = 256
"""Pairs of client host and server that are watched; the one that was silent longest is let go."""
MAXIMUM_TITLES = 64
"""Titles kept per pair."""
TITLES_SHOWN = 10

CLEAR = "security.cleartext-data"


# ------------------------------------------------------------------------------------------------ while it goes by


@at_pdu("security.cleartext-credentials", A_ASSOCIATE_RQ)
def cleartext_credentials(case: Case, pdu: Pdu) -> None:
    """A user identity that carries a secret: it could be read here, so it travelled without TLS."""
    body = pdu.body
    if pdu.pdu_type != A_ASSOCIATE_RQ or pdu.nonsense or body is None:
        return
    side = sound_side(pdu)
    if side is not None and side.identity is None or USER_IDENTITY not in body:
        return
    root = decode_pdu(body, cut=pdu.cut, missing=pdu.missing)
    user = root.child("user_information_rq")
    for item in user.named("user_identity_rq") if user is not None else ():
        kind = item.child("user_identity_type")
        secret = item.child("secondary_field" if kind is not None and kind.value == 2 else "primary_field")
        if kind is None or kind.value not in SECRET_IDENTITIES or secret is None or secret.end <= secret.start:
            continue
        case.report("security.cleartext-credentials", pdu=pdu, start=item.start, length=item.end - item.start,
                    what="user identity", value=kind.value, meaning=USER_IDENTITY_TYPES[kind.value])  # fmt: skip
        return


@at_message("security.cleartext-data", ALL)
def cleartext_data(case: Case, message: Message) -> None:
    """A data set: it is counted per association, and told once per capture."""
    if message.data_set_bytes and CLEAR not in case.facts:
        case.facts[CLEAR] = Evidence(message.first_frame, _sender(message), message.start,
                                    message.first_end - message.start, message.command or "data set")


def _sender(message: Message) -> str | None:
    association: Association = message.association
    if not association.roles_known:
        return None
    return "requestor" if message.from_requestor else "acceptor"


# ------------------------------------------------------------------------------------------------ over the capture


class Guesser:
    """What one client host tried at one server."""

    __slots__ = ("client", "server", "called", "calling", "count", "rejected", "first_time", "last_time", "accepted",
                 "evidence")  # fmt: skip

    def __init__(self, association: Association) -> None:
        self.client, self.server = association.client, association.server
        self.begin(association.start_time)

    def begin(self, time: int) -> None:
        """A new series."""
        self.called: dict[str, None] = {}
        self.calling: dict[str, None] = {}
        self.count = self.rejected = 0
        self.first_time = self.last_time = time
        self.accepted: str | None = None
        self.evidence: list[Evidence] = []

    def guesses(self) -> list[str]:
        """The titles that were varied, if these are many and most of them were turned away."""
        titles = max(self.called, self.calling, key=len)
        return list(titles) if len(titles) >= GUESSED_TITLES and self.rejected * 2 > self.count else []


class Security:
    """What is remembered over a capture."""

    def __init__(self) -> None:
        self.clear_count = 0
        self.clear_first: tuple[Association, Evidence] | None = None
        self.guessers: OrderedDict[tuple[str, str], Guesser] = OrderedDict()
        self.snaplen_consequences: dict[str, None] = {}


def remembered(overall: Case) -> Security:
    """What `overall` remembers."""
    found = overall.facts.get("security")
    if not isinstance(found, Security):
        found = overall.facts["security"] = Security()
    return found


def remember(overall: Case, case: Case) -> None:
    """What the capture as a whole wants to know of an association or connection that has ended.

    It is called at the end of each association, then once more at the end of its connection.
    """
    association, connection = case.association, case.connection
    known = remembered(overall)
    if association is not None and "remembered" not in case.facts:
        case.facts["remembered"] = True
        _remember_association(known, case, association)
    elif connection is not None:
        remember_connection(overall, case, connection)


def _remember_association(known: Security, case: Case, association: Association) -> None:
    """Count an association; take back what was told of another one already."""
    evidence = case.facts.get(CLEAR)
    if evidence is not None:
        known.clear_count += 1
        known.clear_first = known.clear_first or (association, evidence)
    if case.drafts:
        _name_once(case)
        for finding in case.drop("capture.snaplen"):  # a fact about the capture: told at its end, once
            for name in finding.consequences[: MAXIMUM_EVIDENCE - len(known.snaplen_consequences)]:
                known.snaplen_consequences[name] = None
    _watch(known, association)


def _name_once(case: Case) -> None:
    """What was under way when the capture ended is named by that finding itself: not again as its consequence."""
    ending = case.drafts.get(("capture.ends-mid-association", None))
    if ending is not None:
        ending.consequences = [name for name in ending.consequences if name not in ending.values["names"]]


def _turned_away(association: Association) -> bool:
    """Whether the acceptor did not let the requestor in: by its service user, or with an abort or close instead."""
    if association.rejection is not None:
        return association.rejection.source == 1
    return association.acceptor.side is None and association.ended_by == "acceptor" and association.missing_bytes == 0


def _watch(known: Security, association: Association) -> None:
    """Count titles per client host and server, from the first one that is turned away."""
    if association.called_ae_title is None or association.calling_ae_title is None:
        return
    away = _turned_away(association)
    if not away and not known.guessers:
        return
    pair = host(association.client), association.server
    guesser = known.guessers.get(pair)
    if guesser is None:
        if not away:
            return
        guesser = known.guessers[pair] = Guesser(association)
        if len(known.guessers) > MAXIMUM_GUESSERS:
            association.connection.table.limit("MAXIMUM_GUESSERS", MAXIMUM_GUESSERS, association.last_frame)
            _let_go(known)
    elif association.start_time - guesser.last_time > GUESSING_NANOSECONDS and not guesser.guesses():
        guesser.begin(association.start_time)
    known.guessers.move_to_end(pair)
    guesser.last_time = max(guesser.last_time, association.end_time)
    guesser.count += 1
    if away:
        guesser.rejected += 1
        _add(guesser.called, association.called_ae_title)
        _add(guesser.calling, association.calling_ae_title)
        if len(guesser.evidence) < MAXIMUM_EVIDENCE:
            guesser.evidence.append(Evidence(association.first_frame, "requestor", None, None, "A-ASSOCIATE-RQ"))
    elif association.acceptor.side is not None:
        guesser.accepted = guesser.accepted or association.called_ae_title


def _add(titles: dict[str, None], title: str) -> None:
    if len(titles) < MAXIMUM_TITLES:
        titles[title] = None


def _let_go(known: Security) -> None:
    """Make room: the pair that was silent longest and guessed nothing, else the oldest."""
    oldest = next((pair for pair, guesser in known.guessers.items() if not guesser.guesses()), None)
    if oldest is not None:
        del known.guessers[oldest]
    else:
        known.guessers.popitem(last=False)


def judge_security(overall: Case) -> None:
    """The capture has ended."""
    known = remembered(overall)
    if known.clear_first is not None:
        association, evidence = known.clear_first
        _place(overall.report(CLEAR, count=known.clear_count, evidence=evidence, client=association.client,
                              server=association.server), association.client, association.server)  # fmt: skip
    for pair, guesser in known.guessers.items():
        _guessing(overall, pair, guesser)


def _guessing(overall: Case, pair: tuple[str, str], guesser: Guesser) -> None:
    """Report a client that tries one title after another."""
    titles = guesser.guesses()
    if not titles:
        return
    names = [f"'{title}'" for title in titles[:TITLES_SHOWN]]
    finding = overall.report(
        "security.ae-title-guessing", key=pair, variant="accepted" if guesser.accepted else "", client=pair[0],
        server=guesser.server, time=duration(guesser.last_time - guesser.first_time), value=guesser.accepted,
        names=names + ["..."] * (len(titles) > TITLES_SHOWN), count=len(titles),
    )  # fmt: skip
    if finding is not None:
        finding.evidence = guesser.evidence
        _place(finding, guesser.client, guesser.server)


def _place(finding: Finding | None, client: str, server: str) -> None:
    """Between whom it was, where `overall` does not know."""
    if finding is not None:
        finding.client, finding.server = client, server
