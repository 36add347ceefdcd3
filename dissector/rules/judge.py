"""Runs the rules while a capture is read, and gives their findings as soon as their association has been told.

Strategy: the judge sees what the tracker of associations sees, in the same order, and keeps one `Case` per
association until its connection has ended. Rules collect; at the end of an association what comes first explains the
rest: a rejection, an abort, a reset or a gap takes with it the messages that could then not finish.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..association import Association, Associations
from ..capture import Capture
from ..dimse import Message
from ..pdu import Pdu
from ..stream import Begun, Connection, Event, Streams
from . import (  # noqa: F401  (each registers its rules)
    capture_rules, connections, contents, endings, evasion, items, messages, negotiation, performance, security,
)  # fmt: skip
from . import once
from .case import (
    ASSOCIATION_RULES, CONNECTION_RULES, EVERY_PDU, PLAIN_PDU_RULES, SEVERITIES, Case, Finding, pdu_rules, rules_for,
)  # fmt: skip

EXPLAINING = (
    "association.rejected", "association.no-answer", "association.aborted", "transport.reset", "capture.missing-bytes",
    "capture.snaplen", "capture.one-direction", "capture.ends-mid-association", "capture.starts-mid-association",
    "transport.closed-without-release",
)  # fmt: skip
"""Findings that explain why messages did not finish, the strongest first."""
EXPLAINED = ("message.no-response", "message.incomplete", "association.unfinished")
MAXIMUM_CONSEQUENCES = 5
"""Messages named as consequences of a finding."""


class Judge:
    """Judges one capture, or several that are read one after the other (`first_finding` numbers on)."""

    def __init__(
        self, tracker: Associations, streams: Streams, capture: Capture, first_finding: int = 1,
        whole_data_sets: bool = False,
    ) -> None:  # fmt: skip
        self.tracker = tracker
        self.streams = streams
        self.capture = capture
        self.next_finding = first_finding
        self.counts = dict.fromkeys(SEVERITIES, 0)
        self.whole_data_sets = whole_data_sets
        """Data sets are kept whole, and to be read to their end."""
        self.called_titles: set[str] = set()
        """AE titles that were called in this capture, as far as `messages` remembers them."""
        self.cases: dict[int, Case] = {}
        """By connection: the case of its present association."""
        self._pdu_rules, self._plain_pdu_rules = pdu_rules(), tuple(PLAIN_PDU_RULES.values())
        self.overall = Case()
        self.overall.streams = streams
        """Findings on the capture as a whole."""

    # ------------------------------------------------------------------------------ while reading

    def event(self, event: Pdu | Event | Begun) -> Iterator[Finding]:
        """Something that the streams tell, after the tracker has taken it."""
        if isinstance(event, Pdu):
            self.pdu(event)
        elif isinstance(event, Begun):
            previous = self.cases.get(event.connection.number)
            if previous is not None and previous.association is not None:
                if previous.association.number == event.association:
                    return
                yield from self._number(previous.take())
            association = self.tracker.current.get(event.connection.number)
            case = self.cases[event.connection.number] = Case(association, event.connection)
            case.facts[messages.CALLED_TITLES] = self.called_titles
            if self.whole_data_sets:
                case.facts[contents.WHOLE_DATA_SETS] = True
        elif event.kind == "end":
            yield from self._connection(event.connection)

    def pdu(self, pdu: Pdu) -> None:
        """A PDU, after the tracker has taken it: no finding is told before its association has ended."""
        case = self.cases.get(pdu.connection)
        if case is None:
            return
        calm = case.calm
        if not pdu.plain:
            calm[0] = calm[1] = EVERY_PDU
            odd = pdu.nonsense or pdu.length_wrong or pdu.resumed_after >= 0
            for rule in self._pdu_rules[0 if odd else pdu.pdu_type]:  # every type that is none is nonsense
                rule(case, pdu)
        elif (
            pdu.length <= calm[pdu.from_requestor] and pdu.missed == case.calm_missed and not pdu.other_waits
            and (pdu.first_frame == pdu.last_frame or pdu.length >= performance.STALLED_BYTES)
        ):  # fmt: skip
            case.last_pdu = pdu  # as nearly all: a tenth of the time that reading takes goes into the rules otherwise
        else:
            if pdu.missed != case.calm_missed:
                calm[0] = calm[1] = EVERY_PDU
                case.calm_missed = pdu.missed
            calm[pdu.from_requestor] = min([rule(case, pdu) for rule in self._plain_pdu_rules])

    def message(self, message: Message) -> None:
        """A message, when it is told."""
        case = self.cases.get(message.association.connection.number)
        if case is not None:
            for rule in rules_for(message):
                rule(case, message)
            case.last_messages[message.from_requestor] = message

    def association(self, association: Association) -> Iterator[Finding]:
        """An association, when it has been told: its findings, worst first."""
        case = self.cases.get(association.connection.number)
        if case is None or case.association is not association:
            return
        for rule in ASSOCIATION_RULES.values():
            rule(case)
        _explain(case)
        once.tell_once(self.overall, case)
        self._remember(case)
        yield from self._number(case.take())

    def _connection(self, connection: Connection) -> Iterator[Finding]:
        case = self.cases.pop(connection.number, None)
        if case is None:
            case = Case(connection=connection)
        if connection.expected or connection.association:
            for rule in CONNECTION_RULES.values():
                rule(case, connection)
        self._remember(case)
        yield from self._number(case.take())

    def finish(self) -> Iterator[Finding]:
        """The capture has ended."""
        for case in list(self.cases.values()):
            yield from self._number(case.take())
        self.cases.clear()
        capture_rules.judge_capture(self.overall, self.capture, self.streams)
        yield from self._number(self.overall.take())

    def _remember(self, case: Case) -> None:
        """What the capture as a whole wants to know of this association."""
        security.remember(self.overall, case)

    def _number(self, findings: list[Finding]) -> Iterator[Finding]:
        for finding in findings:
            finding.number = self.next_finding
            self.next_finding += 1
            self.counts[finding.severity] += 1
            yield finding


def _explain(case: Case) -> None:
    """What comes first explains the rest."""
    if connections.PROTOCOL_TOLD in case.facts:
        for code in ("association.aborted", "association.state"):
            case.drop(code)
    if any(each.code == "pdu.unknown-type" and each.variant == "protocol" for each in case.drafts.values()):
        case.drop("transport.closed-without-release")  # who does not speak DICOM cannot release
    cause = next((each for code in EXPLAINING for (reported, _), each in case.drafts.items() if reported == code), None)
    if cause is None:
        return
    names: list[str] = []
    for code in EXPLAINED:
        for draft in case.drop(code):
            names += [str(each) for each in draft.values.get("all_names", ())]
    seen = list(dict.fromkeys(names))
    cause.consequences = seen[:MAXIMUM_CONSEQUENCES]
