"""The state machine of the upper layer, as data: 13 states, 19 events, 28 actions, 123 transitions.

Strategy: the tables as printed, states and events by number, PDUs by their type, so that an observer of the wire can
run one machine for each peer. What an observer cannot see (local primitives, the ARTIM timer) has to be inferred from
the PDUs: the tables for that stand at the end; they are derived from the printed ones, not printed themselves.
An observer applies a PDU first to its sender (`SENDING`: the local event that made it send) and then to its receiver
(`RECEIVING`); the end of a TCP connection (FIN or RST) is event 17 at the side that did not close.

Two cautions. PDUs cross: P-DATA-TF may lawfully reach a peer that has sent A-RELEASE-RQ (state 7, AR-6), and one that
has got A-RELEASE-RQ may still send P-DATA-TF (state 8, AR-7), and the order at the tap is not the order at either
end. And where the capture starts in the middle the state is unknown, and only certain moves may be taken: after
A-ASSOCIATE-AC both peers are in state 6; a sender of P-DATA-TF is in state 6 or 8, its receiver in 6 or 7.

Source: PS3.8 9.2, editions 2013 and 2020c, which agree; transitions and next states are those of pynetdicom too. The
standard does not number the events: they are counted in the order of the rows, as pynetdicom does.
"""

from __future__ import annotations

from typing import NamedTuple

from .structure import Reference

LOCAL = "local"
"""An event between a peer and its own user: never on the wire."""
TCP = "tcp"
"""An event of the transport connection."""
PDU = "pdu"
"""The arrival of a PDU."""
TIMER = "timer"
"""The ARTIM timer; its time is local configuration (PS3.8 9.1.5), and it guards states 2 and 13 only."""


class State(NamedTuple):
    """One state, of one peer."""

    number: int
    identifier: str
    """As printed: "Sta1"."""
    meaning: str
    group: str
    """The heading it is printed under."""
    reference: Reference


class Event(NamedTuple):
    """Something that happens to one peer."""

    number: int
    identifier: str
    """"Evt1"."""
    title: str
    """As printed."""
    kind: str
    """`LOCAL`, `TCP`, `PDU` or `TIMER`."""
    observation: str
    """What someone who sees only the wire can know of it."""


class Action(NamedTuple):
    """What one peer does at an event."""

    identifier: str
    """As printed: "AE-1"."""
    effect: str
    """In our own words."""
    next_states: tuple[int, ...]
    sends: int | None
    """The type of the PDU it sends; AE-6 sends it only when the request is not acceptable."""
    abort_source: int | None
    """The source in the A-ABORT it sends; None where there is none, and for AA-7, where none is printed."""
    transport: str
    """What it does to the transport connection: "accept", "close" or nothing."""
    reference: Reference


# fmt: off
STATES: tuple[State, ...] = (
    State(1, "Sta1", "Idle",
          "No Association", Reference("PS3.8", "9.2.1", "9-1")),
    State(2, "Sta2", "Transport connection open, waiting for an A-ASSOCIATE-RQ PDU",
          "Association Establishment", Reference("PS3.8", "9.2.1", "9-2")),
    State(3, "Sta3", "waiting for the local user to answer the association request",
          "Association Establishment", Reference("PS3.8", "9.2.1", "9-2")),
    State(4, "Sta4", "waiting for the transport connection to open",
          "Association Establishment", Reference("PS3.8", "9.2.1", "9-2")),
    State(5, "Sta5", "waiting for an A-ASSOCIATE-AC or -RJ PDU",
          "Association Establishment", Reference("PS3.8", "9.2.1", "9-2")),
    State(6, "Sta6", "association established, data transfer",
          "Data Transfer", Reference("PS3.8", "9.2.1", "9-3")),
    State(7, "Sta7", "waiting for an A-RELEASE-RP PDU",
          "Association Release", Reference("PS3.8", "9.2.1", "9-4")),
    State(8, "Sta8", "waiting for the local user to answer the release request",
          "Association Release", Reference("PS3.8", "9.2.1", "9-4")),
    State(9, "Sta9", "release collision, requestor side: waiting for the local release response",
          "Association Release", Reference("PS3.8", "9.2.1", "9-4")),
    State(10, "Sta10", "release collision, acceptor side: waiting for an A-RELEASE-RP PDU",
          "Association Release", Reference("PS3.8", "9.2.1", "9-4")),
    State(11, "Sta11", "release collision, requestor side: waiting for an A-RELEASE-RP PDU",
          "Association Release", Reference("PS3.8", "9.2.1", "9-4")),
    State(12, "Sta12", "release collision, acceptor side: waiting for the local release response",
          "Association Release", Reference("PS3.8", "9.2.1", "9-4")),
    State(13, "Sta13", "association gone, waiting for the transport connection to close",
          "Waiting for Transport Connection Close", Reference("PS3.8", "9.2.1", "9-5")),
)

EVENTS: tuple[Event, ...] = (
    Event(1, "Evt1", "A-ASSOCIATE Request (local user)", LOCAL,
          "not visible itself; a TCP SYN from the requestor follows"),
    Event(2, "Evt2", "Transport Conn. Confirmn (local transport service)", TCP,
          "TCP three-way handshake completed (seen from the requestor)"),
    Event(3, "Evt3", "A-ASSOCIATE-AC PDU (received on transport connection)", PDU,
          "02H seen towards this side"),
    Event(4, "Evt4", "A-ASSOCIATE-RJ PDU (received on transport connection)", PDU,
          "03H seen towards this side"),
    Event(5, "Evt5", "Transport Connection Indication (local transport service)", TCP,
          "TCP three-way handshake completed (seen from the acceptor)"),
    Event(6, "Evt6", "A-ASSOCIATE-RQ PDU (received on transport connection)", PDU,
          "01H seen towards this side"),
    Event(7, "Evt7", "A-ASSOCIATE response primitive (accept)", LOCAL,
          "not visible itself; 02H follows"),
    Event(8, "Evt8", "A-ASSOCIATE response primitive (reject)", LOCAL,
          "not visible itself; 03H follows"),
    Event(9, "Evt9", "P-DATA request primitive", LOCAL,
          "not visible itself; 04H follows"),
    Event(10, "Evt10", "P-DATA-TF PDU", PDU,
          "04H seen towards this side"),
    Event(11, "Evt11", "A-RELEASE Request primitive", LOCAL,
          "not visible itself; 05H follows"),
    Event(12, "Evt12", "A-RELEASE-RQ PDU (received on open transport connection)", PDU,
          "05H seen towards this side"),
    Event(13, "Evt13", "A-RELEASE-RP PDU (received on transport connection)", PDU,
          "06H seen towards this side"),
    Event(14, "Evt14", "A-RELEASE Response primitive", LOCAL,
          "not visible itself; 06H follows"),
    Event(15, "Evt15", "A-ABORT Request primitive", LOCAL,
          "not visible itself; 07H (source 0) or a close follows"),
    Event(16, "Evt16", "A-ABORT PDU (received on open transport connection)", PDU,
          "07H seen towards this side"),
    Event(17, "Evt17", "Transport connection closed indication (local transport service)", TCP,
          "FIN or RST seen, or keep-alive failure (not visible)"),
    Event(18, "Evt18", "ARTIM timer expired (Association reject/release timer)", TIMER,
          "not visible; a close with no PDU after the ARTIM time (value is local configuration) suggests it"),
    Event(19, "Evt19", "Unrecognized or invalid PDU received", PDU,
          "a PDU type outside 01H-07H, or a malformed one, seen towards this side"),
)

ACTIONS: tuple[Action, ...] = (
    Action("AE-1", "open a transport connection",
           (4,), None, None, "", Reference("PS3.8", "9.2.2", "9-6")),
    Action("AE-2", "send A-ASSOCIATE-RQ",
           (5,), 1, None, "", Reference("PS3.8", "9.2.2", "9-6")),
    Action("AE-3", "tell the user: accepted",
           (6,), None, None, "", Reference("PS3.8", "9.2.2", "9-6")),
    Action("AE-4", "tell the user: rejected; close transport",
           (1,), None, None, "close", Reference("PS3.8", "9.2.2", "9-6")),
    Action("AE-5", "accept the transport connection; start ARTIM",
           (2,), None, None, "accept", Reference("PS3.8", "9.2.2", "9-6")),
    Action("AE-6", "stop ARTIM; if the provider finds the request acceptable tell the user, else send "
           "A-ASSOCIATE-RJ and start ARTIM",
           (3, 13,), 3, None, "", Reference("PS3.8", "9.2.2", "9-6")),
    Action("AE-7", "send A-ASSOCIATE-AC",
           (6,), 2, None, "", Reference("PS3.8", "9.2.2", "9-6")),
    Action("AE-8", "send A-ASSOCIATE-RJ; start ARTIM",
           (13,), 3, None, "", Reference("PS3.8", "9.2.2", "9-6")),
    Action("DT-1", "send P-DATA-TF",
           (6,), 4, None, "", Reference("PS3.8", "9.2.2", "9-7")),
    Action("DT-2", "hand data to the user",
           (6,), None, None, "", Reference("PS3.8", "9.2.2", "9-7")),
    Action("AR-1", "send A-RELEASE-RQ",
           (7,), 5, None, "", Reference("PS3.8", "9.2.2", "9-8")),
    Action("AR-2", "tell the user: release asked",
           (8,), None, None, "", Reference("PS3.8", "9.2.2", "9-8")),
    Action("AR-3", "tell the user: released; close transport",
           (1,), None, None, "close", Reference("PS3.8", "9.2.2", "9-8")),
    Action("AR-4", "send A-RELEASE-RP; start ARTIM",
           (13,), 6, None, "", Reference("PS3.8", "9.2.2", "9-8")),
    Action("AR-5", "stop ARTIM",
           (1,), None, None, "", Reference("PS3.8", "9.2.2", "9-8")),
    Action("AR-6", "hand data to the user",
           (7,), None, None, "", Reference("PS3.8", "9.2.2", "9-8")),
    Action("AR-7", "send P-DATA-TF",
           (8,), 4, None, "", Reference("PS3.8", "9.2.2", "9-8")),
    Action("AR-8", "tell the user: release collision; association requestor to Sta9, acceptor to Sta10",
           (9, 10,), None, None, "", Reference("PS3.8", "9.2.2", "9-8")),
    Action("AR-9", "send A-RELEASE-RP",
           (11,), 6, None, "", Reference("PS3.8", "9.2.2", "9-8")),
    Action("AR-10", "tell the user: released",
           (12,), None, None, "", Reference("PS3.8", "9.2.2", "9-8")),
    Action("AA-1", "send A-ABORT with service-user source; start or restart ARTIM",
           (13,), 7, 0, "", Reference("PS3.8", "9.2.2", "9-9")),
    Action("AA-2", "stop ARTIM if running; close transport",
           (1,), None, None, "close", Reference("PS3.8", "9.2.2", "9-9")),
    Action("AA-3", "tell the user A-ABORT or A-P-ABORT by the source of the abort; close transport",
           (1,), None, None, "close", Reference("PS3.8", "9.2.2", "9-9")),
    Action("AA-4", "tell the user A-P-ABORT",
           (1,), None, None, "", Reference("PS3.8", "9.2.2", "9-9")),
    Action("AA-5", "stop ARTIM",
           (1,), None, None, "", Reference("PS3.8", "9.2.2", "9-9")),
    Action("AA-6", "ignore the PDU",
           (13,), None, None, "", Reference("PS3.8", "9.2.2", "9-9")),
    Action("AA-7", "send A-ABORT",
           (13,), 7, None, "", Reference("PS3.8", "9.2.2", "9-9")),
    Action("AA-8", "send A-ABORT with service-provider source; tell the user A-P-ABORT; start ARTIM",
           (13,), 7, 2, "", Reference("PS3.8", "9.2.2", "9-9")),
)

TRANSITIONS: dict[tuple[int, int], tuple[str, tuple[int, ...]]] = {
    (1, 1): ("AE-1", (4,)),
    (2, 4): ("AE-2", (5,)),
    (3, 2): ("AA-1", (13,)), (3, 3): ("AA-8", (13,)), (3, 5): ("AE-3", (6,)), (3, 6): ("AA-8", (13,)),
    (3, 7): ("AA-8", (13,)), (3, 8): ("AA-8", (13,)), (3, 9): ("AA-8", (13,)), (3, 10): ("AA-8", (13,)),
    (3, 11): ("AA-8", (13,)), (3, 12): ("AA-8", (13,)), (3, 13): ("AA-6", (13,)),
    (4, 2): ("AA-1", (13,)), (4, 3): ("AA-8", (13,)), (4, 5): ("AE-4", (1,)), (4, 6): ("AA-8", (13,)),
    (4, 7): ("AA-8", (13,)), (4, 8): ("AA-8", (13,)), (4, 9): ("AA-8", (13,)), (4, 10): ("AA-8", (13,)),
    (4, 11): ("AA-8", (13,)), (4, 12): ("AA-8", (13,)), (4, 13): ("AA-6", (13,)),
    (5, 1): ("AE-5", (2,)),
    (6, 2): ("AE-6", (3, 13)), (6, 3): ("AA-8", (13,)), (6, 5): ("AA-8", (13,)), (6, 6): ("AA-8", (13,)),
    (6, 7): ("AA-8", (13,)), (6, 8): ("AA-8", (13,)), (6, 9): ("AA-8", (13,)), (6, 10): ("AA-8", (13,)),
    (6, 11): ("AA-8", (13,)), (6, 12): ("AA-8", (13,)), (6, 13): ("AA-7", (13,)),
    (7, 3): ("AE-7", (6,)),
    (8, 3): ("AE-8", (13,)),
    (9, 6): ("DT-1", (6,)), (9, 8): ("AR-7", (8,)),
    (10, 2): ("AA-1", (13,)), (10, 3): ("AA-8", (13,)), (10, 5): ("AA-8", (13,)), (10, 6): ("DT-2", (6,)),
    (10, 7): ("AR-6", (7,)), (10, 8): ("AA-8", (13,)), (10, 9): ("AA-8", (13,)), (10, 10): ("AA-8", (13,)),
    (10, 11): ("AA-8", (13,)), (10, 12): ("AA-8", (13,)), (10, 13): ("AA-6", (13,)),
    (11, 6): ("AR-1", (7,)),
    (12, 2): ("AA-1", (13,)), (12, 3): ("AA-8", (13,)), (12, 5): ("AA-8", (13,)), (12, 6): ("AR-2", (8,)),
    (12, 7): ("AR-8", (9, 10)), (12, 8): ("AA-8", (13,)), (12, 9): ("AA-8", (13,)), (12, 10): ("AA-8", (13,)),
    (12, 11): ("AA-8", (13,)), (12, 12): ("AA-8", (13,)), (12, 13): ("AA-6", (13,)),
    (13, 2): ("AA-1", (13,)), (13, 3): ("AA-8", (13,)), (13, 5): ("AA-8", (13,)), (13, 6): ("AA-8", (13,)),
    (13, 7): ("AR-3", (1,)), (13, 8): ("AA-8", (13,)), (13, 9): ("AA-8", (13,)), (13, 10): ("AR-10", (12,)),
    (13, 11): ("AR-3", (1,)), (13, 12): ("AA-8", (13,)), (13, 13): ("AA-6", (13,)),
    (14, 8): ("AR-4", (13,)), (14, 9): ("AR-9", (11,)), (14, 12): ("AR-4", (13,)),
    (15, 3): ("AA-1", (13,)), (15, 4): ("AA-2", (1,)), (15, 5): ("AA-1", (13,)), (15, 6): ("AA-1", (13,)),
    (15, 7): ("AA-1", (13,)), (15, 8): ("AA-1", (13,)), (15, 9): ("AA-1", (13,)), (15, 10): ("AA-1", (13,)),
    (15, 11): ("AA-1", (13,)), (15, 12): ("AA-1", (13,)),
    (16, 2): ("AA-2", (1,)), (16, 3): ("AA-3", (1,)), (16, 5): ("AA-3", (1,)), (16, 6): ("AA-3", (1,)),
    (16, 7): ("AA-3", (1,)), (16, 8): ("AA-3", (1,)), (16, 9): ("AA-3", (1,)), (16, 10): ("AA-3", (1,)),
    (16, 11): ("AA-3", (1,)), (16, 12): ("AA-3", (1,)), (16, 13): ("AA-2", (1,)),
    (17, 2): ("AA-5", (1,)), (17, 3): ("AA-4", (1,)), (17, 4): ("AA-4", (1,)), (17, 5): ("AA-4", (1,)),
    (17, 6): ("AA-4", (1,)), (17, 7): ("AA-4", (1,)), (17, 8): ("AA-4", (1,)), (17, 9): ("AA-4", (1,)),
    (17, 10): ("AA-4", (1,)), (17, 11): ("AA-4", (1,)), (17, 12): ("AA-4", (1,)), (17, 13): ("AR-5", (1,)),
    (18, 2): ("AA-2", (1,)), (18, 13): ("AA-2", (1,)),
    (19, 2): ("AA-1", (13,)), (19, 3): ("AA-8", (13,)), (19, 5): ("AA-8", (13,)), (19, 6): ("AA-8", (13,)),
    (19, 7): ("AA-8", (13,)), (19, 8): ("AA-8", (13,)), (19, 9): ("AA-8", (13,)), (19, 10): ("AA-8", (13,)),
    (19, 11): ("AA-8", (13,)), (19, 12): ("AA-8", (13,)), (19, 13): ("AA-7", (13,)),
}
"""Event number and state number -> action and the states that may follow. Where AE-6 leaves two, the first is for an
acceptable request; where AR-8 does, the first is for the requestor of the association. A missing pair cannot happen or
is a local matter. Reference: PS3.8 9.2.3 Table 9-10."""
# fmt: on

STATE_BY_NUMBER: dict[int, State] = {state.number: state for state in STATES}
EVENT_BY_NUMBER: dict[int, Event] = {event.number: event for event in EVENTS}
ACTION_BY_IDENTIFIER: dict[str, Action] = {action.identifier: action for action in ACTIONS}

RECEIVING: dict[int, int] = {1: 6, 2: 3, 3: 4, 4: 10, 5: 12, 6: 13, 7: 16}
"""PDU type -> the event at its receiver."""
RECEIVING_INVALID = 19
"""The event at the receiver of a PDU of any other type, or of a malformed one."""
TRANSPORT_OPENED_REQUESTOR = 2
TRANSPORT_OPENED_ACCEPTOR = 5
TRANSPORT_CLOSED = 17

SENDING: dict[int, tuple[tuple[int, int], ...]] = {
    1: ((4, 2),),
    2: ((3, 7),),
    3: ((3, 8), (2, 6)),
    4: ((6, 9), (8, 9)),
    5: ((6, 11),),
    6: ((8, 14), (9, 14), (12, 14)),
}
"""PDU type -> the pairs of state and event at its sender that make it send, the likeliest first. An A-ABORT (7) is sent
in any state but 1 and 4: of source 0 by AA-1, of source 2 by AA-8, of either by AA-7."""

LEGAL_TO_SEND: dict[int, tuple[int, ...]] = {
    2: (3, 7),
    3: (2, 3, 7),
    4: (1,),
    5: (7,),
    6: (4, 5, 7),
    7: (7,),
    8: (4, 6, 7),
    9: (6, 7),
    10: (7,),
    11: (7,),
    12: (6, 7),
    13: (7,),
}
"""State of the sender -> the PDU types it may send; in state 13 only the A-ABORT of AA-7. In state 1 none."""

TYPICAL_PATHS: dict[str, dict[str, tuple[int, ...]]] = {
    "accepted and released": {
        "requestor": (1, 4, 5, 6, 7, 1),
        "acceptor": (1, 2, 3, 6, 8, 13, 1),
    },
    "rejected by user": {
        "requestor": (1, 4, 5, 1),
        "acceptor": (1, 2, 3, 13, 1),
    },
    "release collision": {
        "requestor": (6, 7, 9, 11, 1),
        "acceptor": (6, 7, 10, 12, 13, 1),
    },
}
"""What happens -> role -> the states passed through."""
