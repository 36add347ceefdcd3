"""PS3.8's state machine, run for both peers from what is on the wire.

Strategy: an observer does not know when a peer got what was sent to it, so each peer may be in several states at once:
those before and after the PDUs that are under way to it. A PDU breaks the rules only when its sender may send it in
none of them. After bytes that were not captured, and in the middle of an association, nothing is known, and nothing is
said until an A-ASSOCIATE-AC or P-DATA-TF tells again.

Reference: PS3.8 9.2
"""

from __future__ import annotations

from typing import NamedTuple

from ..remembering import remember
from ..standard.pdus import A_ABORT, A_ASSOCIATE_AC, A_ASSOCIATE_RQ, P_DATA_TF
from ..standard.states import EVENT_BY_NUMBER, RECEIVING, RECEIVING_INVALID, SENDING, STATE_BY_NUMBER, TRANSITIONS

MAXIMUM_UNDER_WAY = 64
"""More PDUs other than P-DATA-TF than this in one direction: the machine starts over, knowing nothing."""
MAXIMUM_STEPS = 1024
"""Steps that are remembered; then they are all let go."""
SHORT_HISTORY = 8
"""Steps are remembered where each peer was sent fewer PDUs than this: what a long odd history leaves open is large."""
_AFTER_COLLISION = {True: 9, False: 10}
"""The state after a release collision, by who opened the association (True: the requestor)."""


class Violation(NamedTuple):
    """A PDU that its sender may not send in the state that it is in."""

    state: str
    """'Sta7' and so on: the sender's."""
    meaning: str
    event: str
    """The event at the receiver, as printed."""
    cell: str
    """The cell of Table 9-10 at the receiver: event, state and action."""


Place = tuple[int, int]
"""A state, and how many of the PDUs sent to the peer it has got in it."""


class State(NamedTuple):
    """What is known of both peers of an association."""

    places: tuple[frozenset[Place] | None, frozenset[Place] | None]
    """Where the requestor and the acceptor may be; None when nothing is known."""
    sent_to: tuple[tuple[int, ...], tuple[int, ...]] = ((), ())
    """The types of the PDUs sent to each, but P-DATA-TF, which moves nobody who may get it."""


_UNKNOWN = State((None, None))
_BEGINNING = State((frozenset({(4, 0)}), frozenset({(2, 0)})))

_steps: dict[tuple[State, bool, int], tuple[State, Violation | None]] = {}
"""Steps made before: nearly all associations go the same way, and to work out a step takes ten times as long as to
look it up."""


class Machine:
    """Both peers of one association; `known` False when the capture starts in its middle."""

    __slots__ = ("state",)

    def __init__(self, known: bool) -> None:
        self.state = _BEGINNING if known else _UNKNOWN

    def lose(self) -> None:
        """Bytes are missing: anything may have happened."""
        self.state = _UNKNOWN

    def pdu(self, from_requestor: bool, pdu_type: int) -> Violation | None:
        """A PDU goes by; says whether its sender was allowed to send it."""
        step = self.state, from_requestor, pdu_type
        made = _steps.get(step)
        if made is None:
            made = follow(*step)
            if max(map(len, self.state.sent_to)) < SHORT_HISTORY:
                remember(_steps, step, made, MAXIMUM_STEPS)
        self.state, violation = made
        return violation


def follow(state: State, from_requestor: bool, pdu_type: int) -> tuple[State, Violation | None]:
    """Where both peers may be after a PDU, and whether its sender was allowed to send it."""
    sender, receiver = (0, 1) if from_requestor else (1, 0)
    if len(state.sent_to[receiver]) >= MAXIMUM_UNDER_WAY:
        state = _UNKNOWN
    places, violation = list(state.places), None
    if places[sender] is None:
        _learn(places, state, sender, receiver, pdu_type)
    else:
        reachable = _reachable(state, sender)
        if pdu_type == A_ABORT:
            after = {(at, got) for _, got in reachable for at in (13, 1)}
        else:
            after = {
                (following, got)
                for place, got in reachable
                for at, event in SENDING.get(pdu_type, ())
                if at == place
                for following in TRANSITIONS[event, at][1]
            }
        if after:
            places[sender] = frozenset(after)
        else:
            states = {at for at, _ in reachable}
            others = None if places[receiver] is None else {at for at, _ in _reachable(state, receiver)}
            violation = _violation(states, others, pdu_type)
    sent_to = list(state.sent_to)
    if pdu_type != P_DATA_TF and violation is None:  # who gets it may abort; who goes on has passed over it
        sent_to[receiver] = (*sent_to[receiver], pdu_type)
    return State((places[0], places[1]), (sent_to[0], sent_to[1])), violation


def _learn(places: list[frozenset[Place] | None], state: State, sender: int, receiver: int, pdu_type: int) -> None:
    """What a PDU tells when nothing was known."""
    got = [len(each) for each in state.sent_to]
    if pdu_type == A_ASSOCIATE_AC:
        places[sender] = frozenset({(6, got[sender])})
        places[receiver] = frozenset({(6, got[receiver] + 1)})
    elif pdu_type == P_DATA_TF:
        places[sender] = frozenset({(6, got[sender]), (8, got[sender])})
        if places[receiver] is None:
            places[receiver] = frozenset([(at, got[receiver]) for at in (6, 7, 8)])
    elif pdu_type == A_ASSOCIATE_RQ:
        places[sender], places[receiver] = frozenset({(5, got[sender])}), frozenset({(2, got[receiver])})


def _reachable(state: State, peer: int) -> set[Place]:
    """Where a peer may be by now: it may have got any number of the PDUs that are under way to it, in order."""
    sent = state.sent_to[peer]
    reached = set(state.places[peer] or ())
    edge = list(reached)
    while edge:
        at, got = edge.pop()
        if got >= len(sent):
            continue
        event = RECEIVING.get(sent[got], RECEIVING_INVALID)
        for following in TRANSITIONS.get((event, at), ("", ()))[1]:
            if following in (9, 10) and following != _AFTER_COLLISION[peer == 0]:
                continue
            place = (following, got + 1)
            if place not in reached:
                reached.add(place)
                edge.append(place)
    return reached


def _violation(states: set[int], receiving: set[int] | None, pdu_type: int) -> Violation:
    # Nobody comes to Sta13 by what it gets alone: it has rejected or aborted, which would have been seen.
    state = STATE_BY_NUMBER[max(states - {13} or states)]
    event = EVENT_BY_NUMBER[RECEIVING.get(pdu_type, RECEIVING_INVALID)]
    cell = event.identifier
    for at in sorted(receiving or ()):
        action = TRANSITIONS.get((event.number, at))
        if action is not None and action[0].startswith("AA"):
            cell = f"{event.identifier} / {STATE_BY_NUMBER[at].identifier}: {action[0]}"
            break
    return Violation(state.identifier, state.meaning, event.title, cell)
