"""The state machine watched from outside: what every order of lawful PDUs allows, and what it does not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dissector.rules import machine as rules_machine
from dissector.rules.machine import MAXIMUM_STEPS, Machine, follow

RQ, AC, RJ, DATA, RELEASE_RQ, RELEASE_RP, ABORT = range(1, 8)

LAWFUL = {
    "released": [(True, RQ), (False, AC), (True, DATA), (False, DATA), (True, RELEASE_RQ), (False, RELEASE_RP)],
    "released by the acceptor": [(True, RQ), (False, AC), (False, RELEASE_RQ), (True, DATA), (True, RELEASE_RP)],
    "rejected": [(True, RQ), (False, RJ)],
    "aborted": [(True, RQ), (False, AC), (True, DATA), (False, ABORT), (True, DATA)],
    "data crossing a release": [(True, RQ), (False, AC), (True, RELEASE_RQ), (False, DATA), (False, RELEASE_RP)],
    "collision": [(True, RQ), (False, AC), (True, RELEASE_RQ), (False, RELEASE_RQ), (True, RELEASE_RP),
                  (False, RELEASE_RP)],
    "collision, seen at the acceptor": [(True, RQ), (False, AC), (False, RELEASE_RQ), (True, RELEASE_RQ),
                                        (True, RELEASE_RP), (False, RELEASE_RP)],
}  # fmt: skip


@pytest.mark.parametrize("pdus", LAWFUL.values(), ids=list(LAWFUL))
def test_lawful(pdus: list[tuple[bool, int]]) -> None:
    machine = Machine(True)
    assert [machine.pdu(*each) for each in pdus] == [None] * len(pdus)


@pytest.mark.parametrize(
    ("before", "offence", "state"),
    [
        ([], (True, DATA), "Sta4"),
        ([(True, RQ)], (True, DATA), "Sta5"),
        ([(True, RQ)], (False, DATA), "Sta3"),
        ([(True, RQ), (False, AC)], (True, RQ), "Sta6"),
        ([(True, RQ), (False, AC)], (False, AC), "Sta6"),
        ([(True, RQ), (False, AC), (True, RELEASE_RQ)], (True, DATA), "Sta7"),
        ([(True, RQ), (False, AC)], (False, RELEASE_RP), "Sta6"),
    ],
)
def test_unlawful(before: list[tuple[bool, int]], offence: tuple[bool, int], state: str) -> None:
    machine = Machine(True)
    assert all(machine.pdu(*each) is None for each in before)
    violation = machine.pdu(*offence)
    assert violation is not None and violation.state == state and "Evt" in violation.cell


def test_nothing_is_said_from_the_middle_until_something_is_known() -> None:
    machine = Machine(False)
    assert machine.pdu(True, RELEASE_RP) is None and machine.pdu(True, DATA) is None
    assert machine.pdu(True, RQ) is not None
    machine.lose()
    assert machine.pdu(True, RQ) is None


def test_an_offence_that_is_passed_over_is_no_offence_of_those_who_go_on() -> None:
    machine = Machine(True)
    opened = [(True, RQ), (False, AC)]
    assert [machine.pdu(*each) for each in opened] == [None, None]
    assert [machine.pdu(*each) is None for each in opened] == [False, False]  # the same once more
    rest = [(True, DATA), (False, DATA), (True, RELEASE_RQ), (False, RELEASE_RP)]
    assert [machine.pdu(*each) for each in rest] == [None] * 4


PDUS = st.lists(st.tuples(st.booleans(), st.sampled_from([RQ, AC, RJ, DATA, RELEASE_RQ, RELEASE_RP, ABORT, 9])))


@given(st.booleans(), PDUS)
def test_steps_that_are_remembered_are_those_that_are_made(known: bool, pdus: list[tuple[bool, int]]) -> None:
    machine = Machine(known)
    state = machine.state
    for from_requestor, pdu_type in pdus:
        state, violation = follow(state, from_requestor, pdu_type)
        assert (machine.pdu(from_requestor, pdu_type), machine.state) == (violation, state)
    assert len(rules_machine._steps) <= MAXIMUM_STEPS
