"""Rules about time: what made a transfer slow, where the capture proves it.

Strategy: times are experience, not law, so each rule asks for enough of it (bytes, messages, seconds) that the effect
cannot be chance, and says nothing of associations that nobody would call slow. A PDU that came in one frame costs one
comparison.
"""

from __future__ import annotations

from ..decode import Problem
from ..dimse import Message
from ..pdu import Pdu
from ..standard.pdus import P_DATA_TF
from .case import ANY_LENGTH, EVERY_PDU, FINAL, Case, Evidence, at_association_end, at_every_pdu, at_message, duration

SMALL_MAXIMUM_LENGTH = 16_000
"""A receiver that allows less is told of. Most defaults are about 16 KB (16384, 16382): no remark on these."""
SMALL_PDU_BYTES = 1_000_000
"""Below so many bytes sent to it nobody notices the size of PDUs."""
PDU_HEADERS = 12
"""Bytes of a P-DATA-TF that are not data: its own head and that of one presentation data value."""

WAITING_MESSAGES = 20
"""With fewer requests it was one slow operation, not the waiting between many."""
WAITING_NANOSECONDS = 5_000_000_000
"""What nobody notices is not worth a note."""
WAITING_SHARE = 50
"""Per cent of the association's time."""

STALLS = ((35_000_000, 60_000_000, "40 ms"), (190_000_000, 220_000_000, "200 ms"))
"""Between the first and the last segment of a PDU: the delayed acknowledgement of Linux (40 ms) and of Windows and
others (200 ms), with what a machine adds. dcmtk on loopback shows 40 to 48 ms."""
RETRANSMISSION = STALLS[1][0]
"""Where a wait this long can also be a lost segment sent again."""
STALLED_BYTES = 2 * 1460
"""Nagle's algorithm holds back what does not fill a segment: only PDUs of less than about two segments."""
NEAR_NANOSECONDS = 20_000_000
"""A host that takes longer to answer a SYN is far: waiting for its acknowledgement then takes that time anyway."""
STALLS_SHOWN = 8


class _Stalls:
    """The waits inside small PDUs of one side."""

    __slots__ = ("waits", "evidence")

    def __init__(self) -> None:
        self.waits: dict[str, tuple[int, int]] = {}
        """By the kind of wait: how many, and their nanoseconds."""
        self.evidence: list[Evidence] = []


@at_every_pdu("transport.delayed-ack-stall", P_DATA_TF)
def stalls(case: Case, pdu: Pdu) -> int:
    """Note a small PDU whose last segment waited for a delayed acknowledgement. The judge shows it every one that came
    in more than one frame.

    Reference: RFC 9293 3.7.4, RFC 1122 4.2.3.2
    """
    if pdu.first_frame == pdu.last_frame or pdu.pdu_type != P_DATA_TF or pdu.end - pdu.start >= STALLED_BYTES:
        return ANY_LENGTH
    wait = pdu.last_time - pdu.first_time
    if wait < STALLS[0][0]:
        return ANY_LENGTH
    name = next((name for shortest, longest, name in STALLS if shortest <= wait <= longest), None)
    if name is None or not pdu.complete or pdu.missing:
        return ANY_LENGTH
    found: dict[bool, _Stalls] = case.facts.setdefault("stalls", {})
    side = found.setdefault(pdu.from_requestor, _Stalls())
    count, time = side.waits.get(name, (0, 0))
    side.waits[name] = count + 1, time + wait
    if len(side.evidence) < STALLS_SHOWN:
        who = ("requestor" if pdu.from_requestor else "acceptor") if pdu.roles_known else None
        side.evidence.append(Evidence(pdu.first_frame, who, pdu.start, pdu.end - pdu.start, pdu.name))
    return ANY_LENGTH


@at_association_end("transport.delayed-ack-stall")
def delayed_acknowledgements(case: Case) -> None:
    """The same waits again and again: Nagle's algorithm against delayed acknowledgements. Whether they have come to
    matter is seen when the waits of other associations are added to them (`once`)."""
    found: dict[bool, _Stalls] | None = case.facts.get("stalls")
    association = case.association
    if found is None or association is None:
        return
    connection = association.connection
    if connection.syn_time is not None and connection.answered_time is not None:
        if connection.answered_time - connection.syn_time > NEAR_NANOSECONDS:
            return
    for from_requestor, side in found.items():
        sender = association.requestor_stream if from_requestor else association.requestor_stream.other
        if sender.retransmitted:  # segments sent again come after about 200 ms
            side.waits.pop(STALLS[1][2], None)
        who = ("requestor" if from_requestor else "acceptor") if association.roles_known else "sender"
        for proof in side.evidence if side.waits else ():
            case.report("transport.delayed-ack-stall", key=who, evidence=proof, who=who, waits=side.waits)


class _Small:
    """P-DATA-TF PDUs towards a receiver that allows only small ones."""

    __slots__ = ("limit", "count", "bytes", "frame")

    def __init__(self, limit: int, frame: int) -> None:
        self.limit = limit
        self.count = self.bytes = 0
        self.frame = frame


@at_every_pdu("performance.small-pdu", P_DATA_TF)
def small_pdus(case: Case, pdu: Pdu) -> int:
    """Count the PDUs towards a receiver that allows only small ones.

    Reference: PS3.8 D.1
    """
    facts = case.facts
    key = "small to acceptor" if pdu.from_requestor else "small to requestor"
    known: _Small | None = facts.get(key)
    if known is None:
        if key in facts:
            return ANY_LENGTH
        if pdu.pdu_type != P_DATA_TF or case.association is None:
            return EVERY_PDU
        receiver = case.association.acceptor if pdu.from_requestor else case.association.requestor
        limit = receiver.side.maximum_length if receiver.side is not None else None
        known = facts[key] = _Small(limit, pdu.first_frame) if limit and limit < SMALL_MAXIMUM_LENGTH else None
        if known is None:
            return ANY_LENGTH
    if pdu.pdu_type == P_DATA_TF:
        known.count += 1
        known.bytes += pdu.end - pdu.start
    return EVERY_PDU


@at_association_end("performance.small-pdu")
def small_maximum_length(case: Case) -> None:
    """Large objects cut into very many pieces, because the receiver allows only small ones."""
    association = case.association
    for from_requestor, key in ((True, "small to acceptor"), (False, "small to requestor")):
        small: _Small | None = case.facts.get(key)
        if association is None or small is None or small.bytes < SMALL_PDU_BYTES:
            continue
        who = ("acceptor" if from_requestor else "requestor") if association.roles_known else "client"
        draft = case.report("performance.small-pdu", key=who, who=who, limit=small.limit, size=small.bytes,
                            value=f"{100 * PDU_HEADERS * small.count / small.bytes:.2g}",
                            evidence=Evidence(small.frame, None, None, None, "P-DATA-TF"))  # fmt: skip
        if draft is not None:
            draft.values["count"] = small.count


@at_message("performance.waiting", (FINAL,))
def count_requests(case: Case, message: Message) -> None:
    """Count the requests that were answered."""
    request = message.request
    if request is not None and request.final:
        case.facts["answered"] = case.facts.get("answered", 0) + 1


@at_association_end("performance.waiting")
def waiting(case: Case) -> None:
    """Most of the time was spent waiting for responses to many messages.

    Reference: PS3.7 D.3.3.3
    """
    association, answered = case.association, case.facts.get("answered", 0)
    if association is None or answered < WAITING_MESSAGES or association.waiting_time < WAITING_NANOSECONDS:
        return
    total = association.end_time - association.start_time
    if total <= 0 or 100 * association.waiting_time < WAITING_SHARE * total:
        return
    connection, network = association.connection, None
    if connection.syn_time is not None and connection.answered_time is not None:
        # A response cannot come sooner than the network takes there and back, as the handshake showed it.
        network = min(association.waiting_time, answered * (connection.answered_time - connection.syn_time))
    rest = max(0, total - association.waiting_time - association.transfer_time)
    shares = [_share("transfer {count} %", association.transfer_time, total)]
    if network is None:
        shares.append(_share("network and receiver {count} %", association.waiting_time, total))
    else:
        shares.append(_share("network {count} %", network, total))
        shares.append(_share("receiver {count} %", association.waiting_time - network, total))
    shares.append(_share("sender {count} %", rest, total))
    window = _window(case)
    draft = case.report("performance.waiting", variant="window" if window is not None else "", limit=window or "",
                        value=round(100 * association.waiting_time / total), time=duration(total), names=shares,
                        frame=association.first_frame, what="A-ASSOCIATE-RQ")  # fmt: skip
    if draft is not None:
        draft.values["count"] = answered


def _share(text: str, part: int, total: int) -> Problem:
    """A share in words that a view can translate."""
    return Problem("performance.waiting", text, {"count": round(100 * part / total)})


def _window(case: Case) -> int | str | None:
    """How many operations were allowed at once, when that was more than one."""
    association = case.association
    if association is None or association.requestor.side is None or association.acceptor.side is None:
        return None
    asked, granted = association.requestor.side.window, association.acceptor.side.window
    if asked is None or granted is None:
        return None
    invoked = granted[0]  # the A-ASSOCIATE-AC has the last word, in the requestor's terms
    return None if invoked == 1 else invoked or "unlimited"
