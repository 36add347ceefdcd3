"""PS3.8's state machine, run for both peers from what is on the wire.

Strategy: an observer does not know when a peer got what was sent to it, so each peer may be in several states at once:
those before and after the PDUs that are under way to it. A PDU breaks the rules only when its sender may send it in
none of them. After bytes that were not captured, and in the middle of an association, nothing is known, and nothing is
said until an A-ASSOCIATE-AC or P-DATA-TF tells again.

Reference: PS3.8 9.2
"""

from __future__ import annotations

from typing import NamedTuple

from ..standard.pdus import A_ABORT, A_ASSOCIATE_AC, A_ASSOCIATE_RQ, P_DATA_TF
from ..standard.states import EVENT_BY_NUMBER, RECEIVING, RECEIVING_INVALID, SENDING, STATE_BY_NUMBER, TRANSITIONS

MAXIMUM_UNDER_WAY = 64
"""More PDUs other than P-DATA-TF than this in one direction: the machine starts over, knowing nothing."""
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


class Machine:
    """Both peers of one association; `known` False when the capture starts in its middle."""

    __slots__ = ("places", "sent_to")

    def __init__(self, known: bool) -> None:
        self.places: list[frozenset[Place] | None] = (
            [frozenset({(4, 0)}), frozenset({(2, 0)})] if known else [None, None]
        )
        """Of the requestor and of the acceptor: where each may be; None when nothing is known."""
        self.sent_to: tuple[list[int], list[int]] = ([], [])
        """The types of the PDUs sent to each, but P-DATA-TF, which moves nobody who may get it."""

    def lose(self) -> None:
        """Bytes are missing: anything may have happened."""
        self.places = [None, None]
        self.sent_to = ([], [])

    def pdu(self, from_requestor: bool, pdu_type: int) -> Violation | None:
        """A PDU goes by; says whether its sender was allowed to send it."""
        sender, receiver = (0, 1) if from_requestor else (1, 0)
        if len(self.sent_to[receiver]) >= MAXIMUM_UNDER_WAY:
            self.lose()
        violation = None
        if self.places[sender] is None:
            self._learn(sender, receiver, pdu_type)
        else:
            reachable = self._reachable(sender)
            if pdu_type == A_ABORT:
                after = {(state, got) for _, got in reachable for state in (13, 1)}
            else:
                after = {
                    (following, got)
                    for at, got in reachable
                    for state, event in SENDING.get(pdu_type, ())
                    if state == at
                    for following in TRANSITIONS[event, state][1]
                }
            if after:
                self.places[sender] = frozenset(after)
            else:
                states = {state for state, _ in reachable}
                others = None if self.places[receiver] is None else {state for state, _ in self._reachable(receiver)}
                violation = self._violation(states, others, pdu_type)
        if pdu_type != P_DATA_TF:
            self.sent_to[receiver].append(pdu_type)
        return violation

    def _learn(self, sender: int, receiver: int, pdu_type: int) -> None:
        """What a PDU tells when nothing was known."""
        got = [len(each) for each in self.sent_to]
        if pdu_type == A_ASSOCIATE_AC:
            self.places[sender] = frozenset({(6, got[sender])})
            self.places[receiver] = frozenset({(6, got[receiver] + 1)})
        elif pdu_type == P_DATA_TF:
            self.places[sender] = frozenset({(6, got[sender]), (8, got[sender])})
            if self.places[receiver] is None:
                self.places[receiver] = frozenset((state, got[receiver]) for state in (6, 7, 8))
        elif pdu_type == A_ASSOCIATE_RQ:
            self.places[sender], self.places[receiver] = frozenset({(5, got[sender])}), frozenset({(2, got[receiver])})

    def _reachable(self, peer: int) -> set[Place]:
        """Where a peer may be by now: it may have got any number of the PDUs that are under way to it, in order."""
        sent = self.sent_to[peer]
        reached = set(self.places[peer] or ())
        edge = list(reached)
        while edge:
            state, got = edge.pop()
            if got >= len(sent):
                continue
            event = RECEIVING.get(sent[got], RECEIVING_INVALID)
            for following in TRANSITIONS.get((event, state), ("", ()))[1]:
                if following in (9, 10) and following != _AFTER_COLLISION[peer == 0]:
                    continue
                place = (following, got + 1)
                if place not in reached:
                    reached.add(place)
                    edge.append(place)
        return reached

    @staticmethod
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
