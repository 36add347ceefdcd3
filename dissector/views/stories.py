"""What each PDU is for, in plain words and for this case: the sentences of the page's story.

Strategy: a sentence is a template with blanks, in English, with its Chinese in `standard.zh_page`; the values come from
the decoded fields and from what the association knows. Nothing is decided here that a rule or the tracker decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ..association import Association, Side
from ..dimse import Message
from ..pdu import Pdu
from ..standard.pdus import (
    A_ABORT, A_ASSOCIATE_AC, A_ASSOCIATE_RJ, A_ASSOCIATE_RQ, A_RELEASE_RP, A_RELEASE_RQ, P_DATA_TF,
)  # fmt: skip
from .text import short_name


class Amount(int):
    """So many bytes, a value that is told in the language of its sentence."""


class Sentence(NamedTuple):
    """A template and the values of its blanks."""

    text: str
    values: dict[str, object]


REQUEST = (
    "{calling} asks {called} for an association. It proposes {contexts} presentation contexts: each pairs a kind of "
    "object or service with the ways in which its data may be encoded."
)
REQUEST_LIMIT = "It takes P-DATA-TF PDUs of up to {limit} bytes."
REQUEST_NO_LIMIT = "It takes P-DATA-TF PDUs of any length."
ACCEPTED = (
    "{called} accepts the association and answers {contexts} presentation contexts: {accepted} accepted, {refused} "
    "refused."
)
REJECTED = "{called} refuses the association: {meaning}."
RELEASE_ASKED = "{sender} has nothing more to send and asks to release the association."
RELEASE_CONFIRMED = "{sender} confirms: the association has ended in good order."
ABORTED = "{sender} ends the association at once; what was under way is lost: {meaning}."
COMMAND = "{sender} sends the command {command} (Message ID {id}) on presentation context {context}, about {name}."
COMMAND_PLAIN = "{sender} sends the command {command} (Message ID {id}) on presentation context {context}."
RESPONSE = "{sender} responds with {command} to Message ID {id}: {status}."
COMMAND_UNKNOWN = "{sender} sends a command that could not be read, on presentation context {context}."
COMMAND_PART = "{sender} sends a part of a command."
DATA = "{size} of a data set travel in it."
DATA_LAST = "{size} of a data set travel in it, the last ones of that data set."
NOTHING = "{sender} sends presentation data that hold nothing."
UNKNOWN = "These bytes stand where a PDU should stand, and are none that the standard knows."
NOT_CAPTURED = "{count} of its bytes were not captured."
RESUMED = "Before it, {count} bytes could not be read; here the reading found its place again."


def story(pdu: Pdu, association: Association | None, messages: Sequence[Message]) -> list[Sentence]:
    """The sentences about one PDU. `association` is None when nothing is known of it; `messages` are those that have
    fragments in this PDU, and begin with it."""
    told: list[Sentence] = []
    if pdu.resumed_after >= 0 and pdu.start > pdu.resumed_after:
        told.append(Sentence(RESUMED, {"count": pdu.start - pdu.resumed_after}))
    told += _about(pdu, association, messages)
    missing = sum(end - start for start, end in pdu.missing)
    if missing:
        told.append(Sentence(NOT_CAPTURED, {"count": missing}))
    return told


def _about(pdu: Pdu, of: Association | None, messages: Sequence[Message]) -> list[Sentence]:
    calling, called = (of.calling_ae_title, of.called_ae_title) if of else (None, None)
    names = {"calling": calling or "the requestor", "called": called or "the acceptor"}
    names["sender"] = names["calling"] if pdu.from_requestor else names["called"]
    if pdu.nonsense:
        return [Sentence(UNKNOWN, {})]
    if pdu.pdu_type == A_ASSOCIATE_RQ:
        return _request(of.requestor.side if of else None, names)
    if pdu.pdu_type == A_ASSOCIATE_AC:
        answers = list(of.acceptor.side.answers.values()) if of and of.acceptor.side else []
        accepted = sum(answer.result == 0 for answer in answers)
        counts = {"contexts": len(answers), "accepted": accepted, "refused": len(answers) - accepted}
        return [Sentence(ACCEPTED, {**names, **counts})]
    if pdu.pdu_type == A_ASSOCIATE_RJ:
        meaning = of.rejection.meaning if of and of.rejection else "not captured"
        return [Sentence(REJECTED, {**names, "meaning": meaning})]
    if pdu.pdu_type == A_ABORT:
        return [Sentence(ABORTED, {**names, "meaning": of.abort.meaning if of and of.abort else "not captured"})]
    if pdu.pdu_type == A_RELEASE_RQ:
        return [Sentence(RELEASE_ASKED, dict(names))]
    if pdu.pdu_type == A_RELEASE_RP:
        return [Sentence(RELEASE_CONFIRMED, dict(names))]
    return _data(pdu, names, messages) if pdu.pdu_type == P_DATA_TF else [Sentence(UNKNOWN, {})]


def _request(side: Side | None, names: dict[str, str]) -> list[Sentence]:
    told = [Sentence(REQUEST, {**names, "contexts": len(side.contexts) if side else 0})]
    if side is not None and side.maximum_length:
        told.append(Sentence(REQUEST_LIMIT, {"limit": side.maximum_length}))
    elif side is not None and side.maximum_length == 0:
        told.append(Sentence(REQUEST_NO_LIMIT, {}))
    return told


def _data(pdu: Pdu, names: dict[str, str], messages: Sequence[Message]) -> list[Sentence]:
    told = [_command(message, names) for message in messages]
    commands = [each for each in pdu.fragments if each.header & 1]
    if commands and not messages:
        told.append(Sentence(COMMAND_PART, dict(names)))
    data = [each for each in pdu.fragments if not each.header & 1 and each.length > 0]
    if data:
        last = any(each.header & 2 for each in data)
        told.append(Sentence(DATA_LAST if last else DATA, {"size": Amount(sum(each.length for each in data))}))
    return told or [Sentence(NOTHING, dict(names))]


def _command(message: Message, names: dict[str, str]) -> Sentence:
    values: dict[str, object] = {
        **names, "command": message.command, "id": message.message_id, "context": message.context_id,
    }  # fmt: skip
    if message.command is None:
        return Sentence(COMMAND_UNKNOWN, values)
    status = message.status
    if status is not None:
        return Sentence(RESPONSE, {**values, "status": status.meaning})
    name = short_name(message.sop_class_uid)
    return Sentence(COMMAND, {**values, "name": name}) if name else Sentence(COMMAND_PLAIN, values)
