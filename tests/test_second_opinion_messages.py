"""Every capture: the same commands, Message IDs and statuses, in the same order, as tshark tells through pyshark.

Strategy: each capture is a test of its own, so that xdist can spread them: read once in this process, once by tshark
with every server port where we found DICOM. What is compared are the DIMSE messages with a command, per TCP
connection and direction. Where the two differ, the capture is listed with both answers and with what its bytes say;
an answer that changes, or a difference that is gone, fails as loudly as a new one.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import pytest

from dissector.association import Association
from dissector.dimse import Message
from dissector.reading import Reading
from dissector.standard.commands import COMMAND_BY_CODE

from . import tshark
from .captures import CAPTURES, FOLDERS
from .tshark_messages import Command, Conversations, commands

WE = "we are right"
TSHARK = "tshark is right"
BOTH = "both are right"


class Disagreement(NamedTuple):
    """One capture of which tshark and we tell different commands, and what each tells where they differ."""

    ours: str
    tshark: str
    right: str
    reason: str


DISAGREEMENTS = {
    "store-variety.pcap": Disagreement(
        "from acceptor: C-STORE-RSP 1 0000H, C-STORE-RSP 2 0000H, C-STORE-RSP 3 0000H, C-STORE-RSP 4 0000H, "
        "C-STORE-RSP 5 0000H",
        "from acceptor: C-STORE-RSP 1 0000H, C-STORE-RSP 2 0000H",
        WE,
        "The responses in frames 22, 27 and 32 are to images in RLE Lossless, JPEG Baseline and Deflated Explicit VR. "
        "Their bytes are those of frame 17, which tshark reads, but for context and Message ID: 00 00 00 00 04 00 00 "
        "00 .. 00 00 00 01 02 00 00 00 01 80. tshark reads the command set, too, in the transfer syntax of the "
        "context: 'Command', first tag (def1,e5d9), 'Early termination of tag'. PS3.7 6.3.1: a command set is always "
        "Implicit VR Little Endian.",
    ),
    "gap_one_segment.pcap": Disagreement(
        "from requestor: C-STORE-RQ 1, C-STORE-RQ 2",
        "from requestor: C-STORE-RQ 1",
        WE,
        "1,448 bytes are missing before frame 18, inside the first data set. tshark waits for them to the end and "
        "tells nothing more of the requestor. Frame 45 is the head of the second command (04 00 00 00 00 92, context "
        "5, last fragment of a command), frame 46 begins with its 142 bytes: Command Field 01 00, Message ID 02 00. "
        "The acceptor answers it with status 0000H in frames 55 to 57, and its log has both.",
    ),
    "mal_pdu_len_too_long.pcap": Disagreement(
        "from requestor: C-ECHO-RQ 1, C-ECHO-RQ 2",
        "from requestor: C-ECHO-RQ 1",
        WE,
        "The PDU-length in frame 8 says 114, but its one PDV ends after 74 bytes, and frame 10 is a whole P-DATA-TF: "
        "04 00 00 00 00 4A, Command Field 30 00, Message ID 02 00. tshark takes its first 40 bytes for the rest of "
        "the PDU before and calls both malformed. A peer that goes by the length alone does not see the second "
        "request either; it is in the capture all the same.",
    ),
    "mal_pdu_len_too_short.pcap": Disagreement(
        "from requestor: C-ECHO-RQ 1, C-ECHO-RQ 2",
        "from requestor: none",
        WE,
        "The PDU-length in frame 8 says 64, its PDV-length 70. The 58 bytes of the command set that are inside the "
        "PDU end with Message ID 01 00, so we tell the C-ECHO-RQ as not complete; tshark drops the PDV ('Invalid PDV "
        "length') and takes the ten bytes that are left over for a PDU head that announces half a megabyte. Frame 10 "
        "is a whole P-DATA-TF with the second C-ECHO-RQ.",
    ),
    "mid_no_assoc.pcap": Disagreement(
        "from requestor: C-STORE-RQ 2",
        "from requestor: none",
        WE,
        "The capture begins with the last 142 bytes of a P-DATA-TF of the requestor. tshark takes them for a PDU head "
        "and never comes back. Frame 38 is the head of the second command, frame 39 begins with it: Command Field "
        "01 00, Message ID 02 00; its response, in frames 48 to 50, tshark tells too. (Those first 142 bytes are the "
        "first C-STORE-RQ, without its PDU head: neither of us tells it.)",
    ),
    "pdv_empty_last_pynd.pcap": Disagreement(
        "from acceptor: C-STORE-RSP 1 0000H",
        "from acceptor: none",
        WE,
        "Frame 14 ends the data set with a last fragment of no bytes (00 00 00 02 01 02). PS3.8 E.1 asks for an even "
        "number, which 0 is, and pynetdicom takes it. tshark calls the PDV-length of 2 'too small', so for it the data "
        "set never ends; and as it gathers the fragments of a context without regard to the direction, it puts the "
        "142 bytes of the response in frame 16 (Command Field 01 80, Status 00 00) behind the 38,870 of the data set "
        "and reads all of it as one.",
    ),
    "pdv_odd_fragments_abort.pcap": Disagreement(
        "from requestor: C-STORE-RQ 1",
        "from requestor: none",
        WE,
        "The command set comes in fragments of 1, 6, 53 and 82 bytes (frames 8 to 11). PS3.8 E.1 does not allow the "
        "odd ones, and the acceptor aborts; but put together they are a whole C-STORE-RQ. tshark leaves the odd "
        "ones out, reads only the other two, and does not come to the Command Field.",
    ),
    "store_variety_pynd_dcmtk.pcap": Disagreement(
        "from acceptor: C-STORE-RSP 1 0000H (13 times)",
        "from acceptor: C-STORE-RSP 1 0000H (7 times)",
        WE,
        "As store-variety.pcap: the six responses in frames 36 to 38, 44 to 46, 52 to 54, 60 to 62, 68 to 70 and 76 to "
        "78 are on contexts with Deflated Explicit VR, JPEG 2000, RLE, JPEG-LS and two kinds of JPEG. storescp's log "
        "has all 13.",
    ),
}  # fmt: skip
"""Captures of which the two tell different commands: all looked at byte by byte, with tshark 4.0."""


class Told(NamedTuple):
    """What we tell of a capture."""

    conversations: Conversations
    requestors: set[str]
    server_ports: list[int]


def read(path: Path) -> Told:
    """The messages that we find, those without a command left out."""
    found: Conversations = {}
    requestors, server_ports = set(), set()
    with Reading(str(path)) as reading:
        for each in reading:
            if isinstance(each, Association):
                requestors.add(each.client)
                server_ports.add(int(each.server.rpartition(":")[2]))
            elif isinstance(each, Message) and each.command_field is not None:
                of: Association = each.association
                direction = (of.client, of.server) if each.from_requestor else (of.server, of.client)
                connections = found.setdefault(direction, {})
                command = Command(each.command_field, each.message_id, each.status_code)
                connections.setdefault(of.connection.number, []).append(command)
    return Told(found, requestors, sorted(server_ports))


def in_order(conversations: Conversations) -> dict[tuple[str, str], list[list[Command]]]:
    """The commands per direction and, in order, per connection: ports may be used again."""
    return {
        direction: [connections[number] for number in sorted(connections)]
        for direction, connections in conversations.items()
    }


def words(command: Command) -> str:
    """'C-ECHO-RSP 1 0000H'"""
    known = COMMAND_BY_CODE.get(command.field)
    name = known.name if known else f"{command.field:04X}H"
    status = "" if command.status is None else f" {command.status:04X}H"
    return f"{name} {'?' if command.message_id is None else command.message_id}{status}"


def telling(connections: list[list[Command]]) -> str:
    """The commands of one direction in words, those of each connection apart."""
    runs = (((text, len(list(run))) for text, run in groupby(map(words, each))) for each in connections)
    texts = (", ".join(text if count == 1 else f"{text} ({count} times)" for text, count in each) for each in runs)
    return " | ".join(texts) or "none"


@pytest.mark.parametrize("name", CAPTURES)
def test_same_commands_as_tshark(name: str) -> None:
    tshark.path()
    told = read(CAPTURES[name])
    ours, theirs = in_order(told.conversations), in_order(commands(CAPTURES[name], told.server_ports))
    told_by_us, told_by_tshark = [], []
    for direction in sorted(ours.keys() | theirs.keys()):
        if ours.get(direction) != theirs.get(direction):
            sender = "from requestor" if direction[0] in told.requestors else "from acceptor"
            told_by_us.append(f"{sender}: {telling(ours.get(direction, []))}")
            told_by_tshark.append(f"{sender}: {telling(theirs.get(direction, []))}")
    listed = DISAGREEMENTS.get(name)
    if listed is None:
        assert told_by_us == told_by_tshark
    else:
        assert ("; ".join(told_by_us), "; ".join(told_by_tshark)) == (listed.ours, listed.tshark), "listed, but not so"


def test_listed_disagreements_are_captures_and_disagree() -> None:
    for name, listed in DISAGREEMENTS.items():
        assert listed.ours != listed.tshark, name
        assert listed.right in (WE, TSHARK, BOTH), name
        assert name in CAPTURES or not FOLDERS[1].is_dir(), f"{name} is listed, but there is no such capture"
