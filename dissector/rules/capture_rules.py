"""Rules about the capture: what is not in it, through no fault of the peers.

Strategy: what is missing from one association is found at its end, before the other rules, for it explains what they
would find. What is wrong with the capture as a whole is told once, at its end.
"""

from __future__ import annotations

import re
from typing import Literal

from ..association import Association
from ..capture import Capture
from ..pdu import Pdu
from ..standard.pdus import A_ASSOCIATE_AC, A_ASSOCIATE_RJ
from ..stream import MAXIMUM_CONFLICTS, Connection, Stream, Streams
from ..standard.limits import BY_NAME
from . import connections, evasion, security
from .case import (
    ANY_LENGTH, LIMIT_REACHED, PDU_TYPES, Case, Evidence, at_association_end, at_connection_end, at_every_pdu,
)  # fmt: skip
from .connections import direction_of, evidence_side, side_of

OUTSTANDING_NAMES = 5
"""Messages named that were under way at the end of the capture."""
RECORD_HEAD_BYTES = 16
PCAP_ORDERS: dict[bytes, Literal["little", "big"]] = {
    b"\xd4\xc3\xb2\xa1": "little", b"\x4d\x3c\xb2\xa1": "little",
    b"\xa1\xb2\xc3\xd4": "big", b"\xa1\xb2\x3c\x4d": "big",
}  # fmt: skip
"""How the numbers of a pcap are written, by its first bytes."""
PCAPNG_START = b"\x0a\x0d\x0d\x0a"

Gap = tuple[int, int, int, Stream]
"""The frame at which a gap was noticed, its stream offset, its length, whose it is."""


# ------------------------------------------------------------------------------------------------ of an association


@at_association_end("capture.snaplen")
def snaplen_of_association(case: Case) -> None:
    """Frames of this association were cut off: the cause of what is missing. `remember` makes one finding of all."""
    association, connection = case.association, case.connection
    if association is not None and connection is not None and association.missing_bytes and _cut(connection):
        frame, size, expected = connection.table.first_cut or (None, 0, 0)
        finding = case.report("capture.snaplen", frame=frame, what="frame cut off", size=size, expected=expected)
        if finding is not None:
            finding.values["frame"] = frame


def _cut(connection: Connection) -> int:
    """Bytes of a connection that are missing because their frames were cut off."""
    return connection.client.cut + connection.server.cut if connection.table.first_cut else 0


@at_association_end("capture.one-direction")
def one_direction(case: Case) -> None:
    """Nothing of one side was captured, neither its SYN nor a byte, although the other went on as if answered.

    A silent server is another thing: its part of the handshake is there, and the requestor does not go on.
    """
    association, connection = case.association, case.connection
    if association is None or connection is None:
        return
    for stream in (connection.client, connection.server):
        if not stream.other.begun and _was_answered(association, stream is association.requestor_stream):
            case.report(
                "capture.one-direction", direction=direction_of(case, stream),
                evidence=Evidence(association.last_frame, evidence_side(case, stream), None, None, "nothing in answer"),
            )  # fmt: skip


def _was_answered(association: Association, requests: bool) -> bool:
    """Whether one side's PDUs show that the other side sent some: those of the requestor, or of the acceptor."""
    if association.requested and requests:
        return association.message_count > 0 or bool(association.release_asked)
    if association.acceptor.side is not None or association.rejection is not None or any(association.release_answers):
        return True
    return any(not each.is_request for each in association.first_messages) or len(association.open) > 1


@at_association_end("capture.missing-bytes")
def missing_bytes(case: Case) -> None:
    """Bytes of a side were not captured, and not because frames were cut off."""
    association, connection = case.association, case.connection
    if association is None or connection is None or association.missing_bytes <= _cut(connection):
        return
    gaps = _gaps(association, connection)
    for stream in (connection.client, connection.server):
        own = [gap for gap in gaps if gap[3] is stream]
        size = sum(length for _, _, length, _ in own)
        if len(stream.gaps) >= MAXIMUM_CONFLICTS and not association.missed_before:
            size = stream.missed  # the further ones are only counted
        if own and size > stream.cut:
            _missing(case, stream, own, size - stream.cut)


@at_connection_end("capture.missing-bytes")
def missing_afterwards(case: Case, connection: Connection) -> None:
    """Bytes that turn out to be missing after the association has been told, by the end of the connection: the request
    of an association that was rejected, for one."""
    association = case.association
    if association is None or connection.missed() <= association.missed_when_told or _cut(connection):
        return
    for stream in (connection.client, connection.server):
        own = [gap for gap in _gaps(association, connection, afterwards=True) if gap[3] is stream]
        if own:
            _missing(case, stream, own, sum(length for _, _, length, _ in own))


def _gaps(association: Association, connection: Connection, afterwards: bool = False) -> list[Gap]:
    """The gaps of both sides that were noticed during an association, or after it, in their order."""
    gaps = [(frame, offset, length, stream) for stream in (connection.client, connection.server)
            for offset, length, frame in stream.gaps]  # fmt: skip
    gaps.sort(key=lambda gap: gap[0])
    first, last = association.missed_before, association.missed
    if afterwards:
        first, last = association.missed_when_told, connection.missed()
    chosen, before = [], 0
    for gap in gaps:
        if first <= before < last:
            chosen.append(gap)
        before += gap[2]
    return chosen


def _missing(case: Case, stream: Stream, gaps: list[Gap], size: int) -> None:
    """One finding per direction, with the ranges as evidence."""
    frame, offset, length, _ = gaps[0]
    single = len(gaps) == 1 and size == length
    variant = "several" if not single else "acknowledged" if stream.acknowledged >= offset + length else ""
    finding = None
    for noticed, start, count, _ in gaps:
        proof = Evidence(noticed, evidence_side(case, stream), start, count, "bytes that were not captured")
        finding = case.report("capture.missing-bytes", key=stream.from_client, variant=variant, evidence=proof,
                              who=side_of(case, stream), value=f"{offset}-{offset + length - 1}")  # fmt: skip
    if finding is not None:
        finding.values.update(count=size, frame=frame)


@at_every_pdu("capture.starts-mid-association", *PDU_TYPES)
def first_pdu(case: Case, pdu: Pdu) -> int:
    """Remember with what an association began that was not asked for."""
    if "first PDU" not in case.facts and not pdu.nonsense:
        if case.association is None or case.association.requested:
            case.facts["first PDU"] = None
        else:
            side = ("requestor" if pdu.from_requestor else "acceptor") if pdu.roles_known else None
            proof = Evidence(pdu.first_frame, side, pdu.start, pdu.end - pdu.start, pdu.name)
            case.facts["first PDU"] = (pdu.pdu_type, proof)
    return ANY_LENGTH


@at_association_end("capture.starts-mid-association")
def starts_mid_association(case: Case) -> None:
    """Neither the handshake nor the A-ASSOCIATE-RQ was captured."""
    association, connection, first = case.association, case.connection, case.facts.get("first PDU")
    if association is None or connection is None or association.requested or first is None:
        return
    if connection.handshake or connection.syn_time is not None:
        return
    pdu_type, proof = first
    if pdu_type in (A_ASSOCIATE_AC, A_ASSOCIATE_RJ) and case.has("capture.one-direction"):
        return  # the beginning is there, only not the side that asked
    finding = case.report("capture.starts-mid-association", name=proof.what, evidence=proof)
    if finding is not None:
        finding.values["frame"] = proof.frame


@at_association_end("capture.ends-mid-association")
def ends_mid_association(case: Case) -> None:
    """The association is open in the last frame of the capture."""
    association, connection = case.association, case.connection
    if association is None or connection is None or association.outcome != "open" or connection.how:
        return
    last = connection.table.frame
    if not connection.table.finished or connection.ended_frame not in (0, last):
        return  # its addresses and ports were used again, or too many connections were open
    open_requests = [each for each in association.open.values() if not each.cancelled]
    names = [f"{each.command} {'' if each.message_id is None else each.message_id}".strip()
             for each in open_requests[:OUTSTANDING_NAMES]]  # fmt: skip
    names += ["..."] * (len(open_requests) > OUTSTANDING_NAMES)
    finding = case.report("capture.ends-mid-association", variant="outstanding" if names else "", names=names,
                          frame=association.last_frame, what="last PDU captured")  # fmt: skip
    if finding is not None:
        finding.values["frame"] = last


# ------------------------------------------------------------------------------------------------ of the whole


def judge_capture(case: Case, capture: Capture, streams: Streams) -> None:
    """Findings on the capture as a whole."""
    _cut_short(case, capture)
    _snaplen(case, capture, streams)
    _duplicate_frames(case)
    connections.judge_connections(case, capture.last_time or 0)
    security.judge_security(case)
    evasion.judge_checksums(case, streams)
    _limits(case, capture, streams)


def _cut_short(case: Case, capture: Capture) -> None:
    """The file ends inside a record, or is damaged: nothing could be read from there on."""
    if capture.complete:
        return
    frames = capture.frame_count
    variant, values = _unfinished(capture)
    finding = case.report("capture.cut-short", variant=variant, frame=frames or None, what=capture.damage)
    if finding is not None:
        finding.values.update({"frame": frames, **values})


def _unfinished(capture: Capture) -> tuple[str, dict[str, object]]:
    """The variant, and how many bytes the last record announces and how many of them are there.

    `Capture` does not keep these numbers, so the record's head is read again. What came through a pipe is past.
    """
    if "compressed" in capture.damage:
        return "compressed", {}
    values: dict[str, object] = {"frame": capture.frame_count + 1, "expected": "?", "size": "?"}
    if capture.total_bytes is None:
        return ("", values) if re.search(r"inside the record|claims", capture.damage) else ("header", {})
    try:
        with open(capture.path, "rb") as file:
            magic = file.read(4)
            file.seek(capture.bytes_read)
            record = file.read(RECORD_HEAD_BYTES)
    except OSError:
        return "header", {}
    left = capture.total_bytes - capture.bytes_read
    if magic == PCAPNG_START:
        little = int.from_bytes(record[4:8], "little") <= int.from_bytes(record[4:8], "big")
        announced = int.from_bytes(record[4:8], "little" if little else "big")
    elif magic in PCAP_ORDERS:
        announced, left = int.from_bytes(record[8:12], PCAP_ORDERS[magic]), left - RECORD_HEAD_BYTES
    else:
        return "compressed", {}
    claimed = re.search(r"frame \d+ claims (\d+) bytes", capture.damage)
    announced = int(claimed.group(1)) if claimed is not None else announced
    if len(record) < RECORD_HEAD_BYTES or not 0 <= left < announced:
        return "header", {}
    return "", {**values, "expected": announced, "size": left}


def _snaplen(case: Case, capture: Capture, streams: Streams) -> None:
    """Frames were stored shorter than they were."""
    if capture.cut_frames and streams.first_cut is not None:
        number, size, expected = streams.first_cut
        finding = case.report("capture.snaplen", count=capture.cut_frames, frame=number, what="frame cut off",
                              size=size, expected=expected)  # fmt: skip
        if finding is not None:
            finding.values["frame"] = number
            finding.consequences = list(security.remembered(case).snaplen_consequences)


def _limits(case: Case, capture: Capture, streams: Streams) -> None:
    """What was let go or not looked at, because too much of it would have had to be held."""
    reached = dict(streams.limits)
    if capture.comments_left_out:
        reached["MAXIMUM_COMMENTS"] = (len(capture.comments), capture.comments_left_out, 0)
    for name, (value, count, frame) in reached.items():
        case.report(LIMIT_REACHED, key=name, variant="" if frame else "placeless", frame=frame or None,
                    what="limit reached", count=count, name=name, limit=value, reason=BY_NAME[name].lost)  # fmt: skip


def _duplicate_frames(case: Case) -> None:
    """Frames with data were captured twice."""
    known = connections.remembered(case)
    if known.duplicates:
        finding = case.report("capture.duplicate-frames", count=known.duplicates, frame=known.first_duplicate,
                              what="the same frame again")  # fmt: skip
        if finding is not None:
            finding.values["frame"] = known.first_duplicate
