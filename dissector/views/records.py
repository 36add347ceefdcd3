"""Records for programs: JSON Lines, one object a line. The names are promised to other programs; keys may be added,
none changes its meaning."""

from __future__ import annotations

from collections.abc import Sequence
from operator import truediv
from typing import Any, Final

from ..association import Association, Party
from ..capture import Capture
from ..decode import Field, is_secret
from ..dimse import LONGEST_COMMAND_SET_BYTES, MAXIMUM_COMMAND_SETS, Message
from ..pdu import Pdu
from ..reading import sender
from ..remembering import RememberedOfTwo, remember_short
from ..standard.structure import FieldSpec, Reference, Structure
from ..standard.uids import name as uid_name
from ..standard.zh import translate
from ..wiretext import tag_text
from . import words


def seconds(time: int | None) -> float | None:
    """Nanoseconds as seconds."""
    # Not `/`: compiled, it would first make a floating point number of the time, and lose its last digit.
    return None if time is None else truediv(time, 1_000_000_000)


def capture(source: Capture) -> dict[str, Any]:
    """The first record of a capture."""
    return {"record": "capture", "file": source.path, **_files(source), "format": source.format}


def _files(source: Capture) -> dict[str, list[str]]:
    """The files of a capture that is read from several."""
    return {"files": source.files} if len(source.files) > 1 else {}


def capture_end(
    source: Capture, *, tcp_connections: int, associations: int, messages: int, findings: int
) -> dict[str, Any]:
    """The last record of a capture."""
    return {
        "record": "capture_end", "file": source.path, **_files(source),
        "frames": source.frame_count, "bytes": source.byte_count,
        "first_time": seconds(source.first_time), "last_time": seconds(source.last_time),
        "tcp_connections": tcp_connections, "associations": associations, "messages": messages, "findings": findings,
        "complete": source.complete, "dropped_frames": source.dropped_frames,
    }  # fmt: skip


def association(each: Association, mask: bool = False) -> dict[str, Any]:
    """The record of an association that has ended, or that the capture ends in; `mask` leaves out the user's name."""
    requested, accepted = each.requestor.side, each.acceptor.side
    identity = requested.identity if requested else None
    connection = each.connection
    connect = None
    if connection.syn_time is not None and connection.answered_time is not None:
        connect = seconds(connection.answered_time - connection.syn_time)
    negotiation = None
    if each.request_time is not None and each.answer_time is not None:
        negotiation = each.answer_time - each.request_time
    total = each.end_time - each.start_time
    idle = max(0, total - (negotiation or 0) - each.transfer_time - each.waiting_time)
    return {
        "record": "association", "association": each.number, "client": each.client, "server": each.server,
        "calling_ae_title": each.calling_ae_title, "called_ae_title": each.called_ae_title,
        "application_context_name": requested.application_context_name if requested else None,
        "protocol_version": requested.protocol_version if requested else None,
        "outcome": each.outcome, "ended_by": each.ended_by,
        "outcome_inferred": each.outcome_inferred,
        "start_time": seconds(each.start_time), "end_time": seconds(each.end_time),
        "first_frame": each.first_frame, "last_frame": each.last_frame,
        "requestor": _party(each.requestor), "acceptor": _party(each.acceptor),
        "presentation_contexts": _contexts(each),
        "rejection": each.rejection._asdict() if each.rejection else None,
        "abort": each.abort._asdict() if each.abort else None,
        "user_identity": None if identity is None else {
            "type": identity[0], "primary_field": identity[1] if identity[0] in (1, 2) and not mask else MASKED,
            "positive_response_requested": identity[2],
            "server_response": accepted.identity_answered if accepted else None,
        },
        "messages": each.message_count, "missing_bytes": each.missing_bytes,
        "caused_by": None if each.caused_by is None else {
            "association": each.caused_by[0], "message": each.caused_by[1],
        },
        "timing": {
            "connect_seconds": connect, "negotiation_seconds": seconds(negotiation),
            "transfer_seconds": seconds(each.transfer_time), "waiting_seconds": seconds(each.waiting_time),
            "idle_seconds": seconds(idle), "total_seconds": seconds(total),
        },
    }  # fmt: skip


MAXIMUM_TOLD = 16
"""Negotiations of which it is remembered how their contexts are told."""
MAXIMUM_TOLD_CHARACTERS = 64 * 1024
"""Of the UIDs in them; others are told anew each time."""
_told: RememberedOfTwo[list[dict[str, Any]]] = RememberedOfTwo(MAXIMUM_TOLD)


def _contexts(each: Association) -> list[dict[str, Any]]:
    """The presentation contexts of an association. Where no roles are selected, the proposals and their answers say all
    of it, and devices negotiate the same all day: nobody may change the list."""
    requested, accepted = each.requestor.side, each.acceptor.side
    proposals, answers = requested.contexts if requested else None, accepted.answers if accepted else None
    roles = requested is not None and requested.roles or accepted is not None and accepted.roles
    known = None if roles else _told.get(proposals, answers)
    if known is not None:
        return known
    told: list[dict[str, Any]] = []
    characters = 0
    for context, answer in each.contexts():
        syntax = answer.transfer_syntax if answer else None
        told.append({
            "id": context.id, "abstract_syntax": context.abstract_syntax,
            "abstract_syntax_name": uid_name(context.abstract_syntax) if context.abstract_syntax else None,
            "proposed_transfer_syntaxes": list(context.transfer_syntaxes),
            "result": answer.result if answer else None,
            "accepted_transfer_syntax": syntax if answer and answer.result == 0 else None,
            "requestor_role": _role(each.role(context.abstract_syntax, True)),
            "acceptor_role": _role(each.role(context.abstract_syntax, False)),
        })  # fmt: skip
        characters += sum([len(uid or "") for uid in (context.abstract_syntax, *context.transfer_syntaxes, syntax)])
    if not roles and characters <= MAXIMUM_TOLD_CHARACTERS:
        _told.keep(proposals, answers, told)
    return told


MASKED = "masked"
"""What stands for a credential, and for a user name where identifying values are masked."""


def _party(party: Party) -> dict[str, Any]:
    side = party.side
    window = side.window if side else None
    return {
        "maximum_length": side.maximum_length if side else None,
        "implementation_class_uid": side.implementation_class_uid if side else None,
        "implementation_version_name": side.implementation_version_name if side else None,
        "asynchronous_operations_window":
            None if window is None else {"invoked": window[0], "performed": window[1]},
        "extended_negotiation": [
            {"sop_class_uid": uid, "information": information} for uid, information in (side.extended if side else ())
        ],
        "common_extended_negotiation": [
            {"sop_class_uid": uid, "service_class_uid": service, "related_general_sop_class_uids": list(related)}
            for uid, service, related in (side.common if side else ())
        ],
        "bytes": party.bytes, "pdus": party.pdus,
    }  # fmt: skip


def _role(role: tuple[int | None, int | None]) -> dict[str, int | None]:
    return {"scu": role[0], "scp": role[1]}


_COUNTERS = {name: f"number_of_{name}_suboperations" for name in ("remaining", "completed", "failed", "warning")}


_commands: Final[dict[bytes, tuple[dict[str, Any], dict[str, int | None] | None]]] = {}
"""What `_command` tells, by the bytes of the command set."""


def _command(each: Message) -> tuple[dict[str, Any], dict[str, int | None] | None]:
    """What of the record of a message its command set alone says; and its counts of sub-operations, if it has any."""
    known = _commands.get(each.command_set)
    if known is not None:
        return known
    uid, offending = each.sop_class_uid, each.elements.get("offending_element")
    said = {
        "affected_sop_class_uid": each.text_of("affected_sop_class_uid"),
        "affected_sop_instance_uid": each.text_of("affected_sop_instance_uid"),
        "requested_sop_class_uid": each.text_of("requested_sop_class_uid"),
        "requested_sop_instance_uid": each.text_of("requested_sop_instance_uid"),
        "sop_class_name": uid_name(uid) if uid else None, "priority": each.number_of("priority"),
        "move_destination": each.text_of("move_destination"),
        "move_originator_ae_title": each.text_of("move_originator_application_entity_title"),
        "move_originator_message_id": each.number_of("move_originator_message_id"),
        "status": each.status_code, "status_meaning": None, "status_category": None,
        "error_comment": each.text_of("error_comment"),
        "offending_elements": [tag_text(tag) for tag in offending] if isinstance(offending, tuple) else None,
    }  # fmt: skip
    counts = {name: each.number_of(element) for name, element in _COUNTERS.items()}
    counted = counts if any(value is not None for value in counts.values()) else None
    remember_short(_commands, each.command_set, (said, counted), MAXIMUM_COMMAND_SETS, LONGEST_COMMAND_SET_BYTES)
    return said, counted


def message(each: Message) -> dict[str, Any]:
    """The record of a message."""
    of: Association = each.association
    status = each.status
    said, counted = _command(each)
    side = "requestor" if each.from_requestor else "acceptor"
    known = of.roles_known
    request = each.request
    response_seconds = None if request is None or not known else seconds(each.first_time - request.last_time)
    record = {
        "record": "message", "association": of.number, "message": each.number,
        "from": side if known else None, "command": each.command, "message_id": each.message_id,
        "presentation_context_id": each.context_id, **said,
        "status_meaning": status.meaning if status else None, "status_category": status.category if status else None,
        "has_data_set": each.has_data_set or bool(each.announces_data_set),
        "data_set_bytes": each.data_set_bytes, "transfer_syntax": each.transfer_syntax,
        "transfer_syntax_inferred": each.inferred_transfer_syntax, "sub_operations": counted,
        "start_time": seconds(each.first_time), "end_time": seconds(each.last_time),
        "first_frame": each.first_frame, "last_frame": each.last_frame, "pdvs": each.pdvs,
        "complete": each.complete, "responds_to": request.number if request and known else None,
        "response_seconds": response_seconds,
        "sub_operation_of": each.parent.number if each.parent else None,
    }  # fmt: skip
    if not known:
        record["from_inferred"] = side
        record["responds_to_inferred"] = request.number if request else None
    return record


def pdu(each: Pdu) -> dict[str, Any]:
    """The record of a PDU."""
    record = {
        "record": "pdu", "association": each.association, "pdu": each.number,
        "from": sender(each) if each.roles_known else None,
        "pdu_type": each.name, "pdu_length": each.length, "stream_offset": each.start,
        "first_frame": each.first_frame, "last_frame": each.last_frame, "time": seconds(each.first_time),
        "missing_bytes": sum(end - start for start, end in each.missing),
    }  # fmt: skip
    if not each.roles_known:
        record["from_inferred"] = sender(each)
    return record


def dissection(
    root: Field, *, association: int | None, number: int | None, sender: str | None, pdu_type: str,
    stream_offset: int | None, frames: Sequence[tuple[int, int, int]], missing: Sequence[tuple[int, int]] = (),
    lang: str = "en", show_secrets: bool = False, mask: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """The record of one decoded PDU. `frames` says which of its bytes came from which frame, `missing` which from
    none."""
    return {
        "record": "dissection", "association": association, "pdu": number, "from": sender, "pdu_type": pdu_type,
        "stream_offset": stream_offset,
        "frames": [{"frame": frame, "start": start, "end": end} for frame, start, end in frames],
        "missing": [{"start": start, "end": end} for start, end in missing],
        "fields": field_record(root, [], lang, show_secrets, mask),
    }  # fmt: skip


MASKED_BYTE = "."
LONGEST_BYTES = 4096
"""Values of more bytes are null in records: positions and the capture say what they are."""


def field_record(
    field: Field, parents: list[Field], lang: str, show_secrets: bool, mask: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """A field and all below it; positions are half-open, within the PDU."""
    parent = parents[-1] if parents else None
    spec = field.spec
    value = field.value if field.end - field.start <= LONGEST_BYTES or field.children else None
    if isinstance(value, bytes):
        value = value.hex()
    elif isinstance(value, tuple):
        value = [tag_text(tag) for tag in value]
    if is_secret(field, parent) and not show_secrets:
        value = None
    meaning = words.meaning_text(field, parents, lang=lang, show_secrets=show_secrets)
    if mask and not field.children and words.masked(field, parents):
        value, meaning = None if value is None else MASKED_BYTE * (field.end - field.start), ""
    return {
        "name": field.name,
        "title": translate(spec.title, lang),
        "start": field.start,
        "end": field.end,
        "value": value,
        "meaning": meaning or None,
        "reference": str(reference_of(field.spec, parents)),
        "problems": [{"code": code, "text": text} for code, text in words.problem_texts(field, lang)],
        "children": [field_record(child, [*parents, field], lang, show_secrets, mask) for child in field.children],
    }


def reference_of(spec: FieldSpec | Structure, parents: Sequence[Field]) -> Reference | str:
    """Where the standard prints a row or table: its own clause, or that of the structure around it; else ''."""
    for each in (spec, *(parent.spec for parent in reversed(parents))):
        if each.reference is not None:
            return each.reference
        if isinstance(each, Structure):
            break
    return ""
