"""What each PDU is for, in plain words and for this case: the sentences of the page's story.

Strategy: a sentence is a template with blanks, in English, with its Chinese in `standard.zh_page`; the values come from
the decoded fields and from what the association knows. Nothing is decided here that a rule or the tracker decides.
"""

from __future__ import annotations

from typing import NamedTuple

from ..association import Association, Side
from ..dimse import Message
from ..pdu import Pdu
from ..standard.pdus import (
    A_ABORT, A_ASSOCIATE_AC, A_ASSOCIATE_RJ, A_ASSOCIATE_RQ, A_RELEASE_RP, A_RELEASE_RQ, P_DATA_TF,
)  # fmt: skip
from .text import short_name


class Sentence(NamedTuple):
    """A template and the values of its blanks."""

    text: str
    values: dict[str, object]


REQUESTOR, ACCEPTOR = "the requestor", "the acceptor"
"""Names of those whose AE titles were not captured."""

REQUEST = (
    "{calling} asks {called} for an association. Presentation contexts proposed: {contexts}. Each pairs a kind of "
    "object or service with the ways in which its data may be encoded."
)
REQUEST_LIMIT = "It takes P-DATA-TF PDUs of up to {limit} bytes."
REQUEST_NO_LIMIT = "It takes P-DATA-TF PDUs of any length."
ACCEPTED = "{called} accepts the association. Of the presentation contexts it accepts {accepted} and refuses {refused}."
REJECTED = "{called} refuses the association: {meaning}."
RELEASE_ASKED = "{sender} has nothing more to send and asks to release the association."
RELEASE_CONFIRMED = "{sender} confirms: the association has ended in good order."
ABORTED = "{sender} ends the association at once; what was under way is lost: {meaning}."
COMMAND = "{sender} sends the command {command} (Message ID {id}) on presentation context {context}, about {name}."
COMMAND_PLAIN = "{sender} sends the command {command} (Message ID {id}) on presentation context {context}."
RESPONSE = "{sender} responds with {command} to Message ID {id}: {status}."
COMMAND_UNKNOWN = "{sender} sends a command that could not be read, on presentation context {context}."
COMMAND_PART = "{sender} sends a part of a command."
DATA = "It carries a part of a data set, {count} bytes long."
DATA_LAST = "It carries the last part of a data set, {count} bytes long."
NOTHING = "{sender} sends presentation data that hold nothing."
UNKNOWN = "These bytes stand where a PDU should stand, and are none that the standard knows."
NOT_CAPTURED = "{count} of its bytes were not captured."
RESUMED = "Before it, {count} bytes could not be read; here the reading found its place again."


def story(pdu: Pdu, association: Association, commands_told: bool) -> list[Sentence]:
    """The sentences about one PDU; of commands only when they were not told by `command_story`."""
    told: list[Sentence] = []
    if pdu.resumed_after >= 0 and pdu.start > pdu.resumed_after:
        told.append(Sentence(RESUMED, {"count": pdu.start - pdu.resumed_after}))
    told += _about(pdu, association, commands_told)
    missing = sum(end - start for start, end in pdu.missing)
    if missing:
        told.append(Sentence(NOT_CAPTURED, {"count": missing}))
    return told


def command_story(message: Message) -> Sentence:
    """The sentence about a command."""
    names = _names(message.association, message.from_requestor)
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


def _names(of: Association, from_requestor: bool) -> dict[str, object]:
    calling, called = of.calling_ae_title or REQUESTOR, of.called_ae_title or ACCEPTOR
    return {"calling": calling, "called": called, "sender": calling if from_requestor else called}


def _about(pdu: Pdu, of: Association, commands_told: bool) -> list[Sentence]:
    names = _names(of, of.from_requestor(pdu))
    if pdu.nonsense:
        return [Sentence(UNKNOWN, {})]
    if pdu.pdu_type == A_ASSOCIATE_RQ:
        return _request(of.requestor.side, names)
    if pdu.pdu_type == A_ASSOCIATE_AC:
        answers = list(of.acceptor.side.answers.values()) if of.acceptor.side else []
        accepted = sum(answer.result == 0 for answer in answers)
        return [Sentence(ACCEPTED, {**names, "accepted": accepted, "refused": len(answers) - accepted})]
    if pdu.pdu_type == A_ASSOCIATE_RJ:
        return [Sentence(REJECTED, {**names, "meaning": of.rejection.meaning if of.rejection else "not captured"})]
    if pdu.pdu_type == A_ABORT:
        return [Sentence(ABORTED, {**names, "meaning": of.abort.meaning if of.abort else "not captured"})]
    if pdu.pdu_type == A_RELEASE_RQ:
        return [Sentence(RELEASE_ASKED, names)]
    if pdu.pdu_type == A_RELEASE_RP:
        return [Sentence(RELEASE_CONFIRMED, names)]
    return _data(pdu, names, commands_told) if pdu.pdu_type == P_DATA_TF else [Sentence(UNKNOWN, {})]


def _request(side: Side | None, names: dict[str, object]) -> list[Sentence]:
    told = [Sentence(REQUEST, {**names, "contexts": len(side.contexts) if side else 0})]
    if side is not None and side.maximum_length:
        told.append(Sentence(REQUEST_LIMIT, {"limit": side.maximum_length}))
    elif side is not None and side.maximum_length == 0:
        told.append(Sentence(REQUEST_NO_LIMIT, {}))
    return told


def _data(pdu: Pdu, names: dict[str, object], commands_told: bool) -> list[Sentence]:
    told = []
    if not commands_told and any(each.header & 1 for each in pdu.fragments):
        told.append(Sentence(COMMAND_PART, names))
    data = [each for each in pdu.fragments if not each.header & 1 and each.length > 0]
    if data:
        last = any(each.header & 2 for each in data)
        told.append(Sentence(DATA_LAST if last else DATA, {"count": sum(each.length for each in data)}))
    return told if told or commands_told else [Sentence(NOTHING, names)]
