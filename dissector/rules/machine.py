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

_REQUESTOR_START, _ACCEPTOR_START = frozenset({4}), frozenset({2})
_ABORTED = frozenset({13, 1})
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


class Machine:
    """Both peers of one association; `known` False when the capture starts in its middle."""

    __slots__ = ("states",)

    def __init__(self, known: bool) -> None:
        self.states: list[frozenset[int] | None] = [_REQUESTOR_START, _ACCEPTOR_START] if known else [None, None]
        """Of the requestor and of the acceptor: where each may be; None when nothing is known."""

    def lose(self) -> None:
        """Bytes are missing: anything may have happened."""
        self.states = [None, None]

    def pdu(self, from_requestor: bool, pdu_type: int) -> Violation | None:
        """A PDU goes by; says whether its sender was allowed to send it."""
        sender, receiver = (0, 1) if from_requestor else (1, 0)
        states = self.states[sender]
        violation = None
        if states is None:
            self._learn(sender, receiver, pdu_type)
        elif pdu_type == A_ABORT:
            self.states[sender] = _ABORTED
        else:
            after = {
                following
                for state, event in SENDING.get(pdu_type, ())
                if state in states
                for following in TRANSITIONS[event, state][1]
            }
            if after:
                self.states[sender] = frozenset(after)
            else:
                violation = self._violation(states, self.states[receiver], pdu_type)
        self._receive(receiver, pdu_type)
        return violation

    def _learn(self, sender: int, receiver: int, pdu_type: int) -> None:
        """What a PDU tells when nothing was known."""
        if pdu_type == A_ASSOCIATE_AC:
            self.states = [frozenset({6}), frozenset({6})]
        elif pdu_type == P_DATA_TF:
            self.states[sender] = frozenset({6, 8})
            self.states[receiver] = self.states[receiver] or frozenset({6, 7, 8})
        elif pdu_type == A_ASSOCIATE_RQ:
            self.states[sender], self.states[receiver] = frozenset({5}), _ACCEPTOR_START

    def _receive(self, receiver: int, pdu_type: int) -> None:
        """The PDU is under way to the receiver: it may have got it, or not yet."""
        states = self.states[receiver]
        if states is None:
            return
        event = RECEIVING.get(pdu_type, RECEIVING_INVALID)
        reached = set(states)
        for state in states:
            for following in TRANSITIONS.get((event, state), ("", ()))[1]:
                if following in (9, 10) and following != _AFTER_COLLISION[receiver == 0]:
                    continue
                reached.add(following)
        self.states[receiver] = frozenset(reached)

    @staticmethod
    def _violation(states: frozenset[int], receiving: frozenset[int] | None, pdu_type: int) -> Violation:
        state = STATE_BY_NUMBER[max(states)]
        event = EVENT_BY_NUMBER[RECEIVING.get(pdu_type, RECEIVING_INVALID)]
        cell = event.identifier
        for at in sorted(receiving or ()):
            action = TRANSITIONS.get((event.number, at))
            if action is not None and action[0].startswith("AA"):
                cell = f"{event.identifier} / {STATE_BY_NUMBER[at].identifier}: {action[0]}"
                break
        return Violation(state.identifier, state.meaning, event.title, cell)
