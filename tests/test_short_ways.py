"""What is read of plain PDUs in short ways is what the long ones read.

Strategy: `Pdu.plain` is what opens the short ways, from the gatherer to the judge. The same bytes are read as they are,
and with every PDU said not to be plain and shown to every rule; the records of all that is told must be equal.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dissector.association import Association
from dissector.capture import Batch, Capture
from dissector.dimse import Message
from dissector.pdu import Pdu
from dissector.reading import Reading
from dissector.rules import Finding
from dissector.stream import Begun, Event, Streams
from dissector.views import findings, records
from tests.captures import CAPTURES
from tests.hostile import with_fault
from tests.transcript import (
    Talk, associate_ac, associate_rq, command, echo_rq, echo_rsp, p_data, pdv, uid, us, user_information,
)  # fmt: skip

FAULTS = 200
KEPT = 4096
STUDY_ROOT = b"1.2.840.10008.5.1.4.1.2.2.1"


class Careful(Streams):
    """Streams whose PDUs are not plain."""

    def feed(self, batch: Batch) -> Iterator[Pdu | Event | Begun]:
        for each in super().feed(batch):
            if isinstance(each, Pdu):
                each.plain = False
            yield each

    def finish(self) -> list[Pdu | Event | Begun]:
        found = super().finish()
        for each in found:
            if isinstance(each, Pdu):
                each.plain = False
        return found


def told(capture: str | Capture, careful: bool) -> list[dict[str, Any]]:
    """The records of all messages, associations and findings, with the bytes of data sets, as far as they are kept."""
    found: list[dict[str, Any]] = []
    with Reading(capture, keep_data=KEPT, telling_pdus=False) as reading:
        if careful:
            reading.streams = Careful(keep_data=KEPT)
        reading.judging()
        if careful and reading.judge is not None:
            rules = reading.judge._pdu_rules
            reading.judge._pdu_rules = dict.fromkeys(rules, rules[0])
        for each in reading:
            if isinstance(each, Message):
                fault = None if each.fault is None else each.fault.code
                found.append(records.message(each) | {
                    "data": b"".join(each.data), "fault": fault, "remarks": list(each.remarks),
                    "place": (each.start, each.first_end), "command_set": each.command_set,
                })  # fmt: skip
            elif isinstance(each, Association):
                found.append(records.association(each))
            elif isinstance(each, Finding):
                found.append(findings.record(each, "en"))
    return found


def both(data: bytes) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What is told of a capture in both ways."""
    one, other = (told(Capture("made", io.BytesIO(data)), careful) for careful in (False, True))
    return one, other


@pytest.mark.parametrize("name", CAPTURES)
def test_captures(name: str) -> None:
    path = str(CAPTURES[name])
    assert told(path, False) == told(path, True)


@pytest.mark.parametrize("number", range(FAULTS))
def test_connections_with_faults(number: int) -> None:
    one, other = both(with_fault(number).pcap())
    assert one == other


def find_rsp(status: int, data_set: int = 1, length: bool = True) -> bytes:
    whole = command(uid(2, STUDY_ROOT), us(0x100, 0x8020), us(0x120, 7), us(0x800, data_set), us(0x900, status))
    return whole if length else whole[:8] + b"\1\0\0\0" + whole[12:]


COMMAND_SETS = (
    echo_rq(1), echo_rsp(1), command(uid(2, STUDY_ROOT), us(0x100, 0x20), us(0x110, 7), us(0x700, 0), us(0x800, 1)),
    find_rsp(0xFF00), find_rsp(0, 0x101), find_rsp(0xFF00, length=False), command(us(0x100, 0x8020)), b"no command set",
)  # fmt: skip
PARTS = st.tuples(
    st.sampled_from((1, 1, 1, 3, 5)), st.sampled_from((3, 3, 3, 2, 2, 0, 1)),
    st.one_of(st.sampled_from(COMMAND_SETS), st.sampled_from((b"", b"odd", b"even", bytes(300)))),
)  # fmt: skip
"""Presentation data values: context, message control header, fragment."""


@given(
    st.lists(st.tuples(st.booleans(), st.lists(PARTS, min_size=1, max_size=2)), max_size=12),
    st.sampled_from((0, 100, 16_384)), st.sampled_from((1460, 97)), st.booleans(),
)  # fmt: skip
def test_any_values_in_any_order(
    sent: list[tuple[bool, list[tuple[int, int, bytes]]]], maximum: int, segment: int, answered: bool
) -> None:
    user = user_information(maximum)
    talk = Talk().open().client(associate_rq(user=user))
    if answered:
        talk.server(associate_ac(user=user))
    for from_client, values in sent:
        data = p_data(*(pdv(*value) for value in values))
        for start in range(0, len(data), segment):
            (talk.client if from_client else talk.server)(data[start : start + segment])
    one, other = both(talk.close().pcap())
    assert one == other
    assert len(one) > 0
