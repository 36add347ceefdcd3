"""The DIMSE messages and the elements of a command set.

Strategy: two tables as the standard prints them, elements (PS3.7 Annex E) and messages (PS3.7 9.3 and 10.3), the usage
of an element in a message from the service tables (9.1 and 10.1), where M is mandatory, U the sender's choice, C
conditional and (=) the value of the request. What decoding needs, one structure per element, is derived from them at
the end: a command set is always implicit VR little endian, each element a tag, a length and a value (PS3.7 6.3.1).

Source: PS3.7, editions 2013 and 2020c, which agree in these tables; tags, keywords, VR and VM are those of pydicom too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from .structure import AE_TITLE, BYTES, TAG, TAGS, TEXT, UID_PADDED, UINT_LE, FieldSpec, Reference, Structure

NO_DATA_SET: Final = 0x0101
"""The Command Data Set Type that says no data set follows; every other value says one does."""
DATA_SET_PRESENT = "Data Set present"
"""The meaning of every Command Data Set Type but `NO_DATA_SET`; senders commonly use 0000H, 0001H and 0102H."""
RESPONSE_BIT: Final = 0x8000
"""Set in the Command Field of responses: a response has the code of its request plus 8000H."""

ALWAYS = "always"
NEVER = "never"
BY_CONTENT = "by content"


class Element(NamedTuple):
    """One row of Table E.1-1 or E.2-1: an element that may stand in a command set."""

    tag: int
    """Group and element in one number: (0000,0110) is 0x00000110."""
    name: str
    """The keyword in snake_case."""
    keyword: str
    title: str
    """The name as printed."""
    vr: str
    vm: str
    explanation: str
    """One sentence, in our own words."""
    retired: bool
    values: Mapping[int, str] | None
    """The meanings of the values, where the standard lists them."""
    reference: Reference


class Command(NamedTuple):
    """One DIMSE message: its Command Field and what its command set holds."""

    code: int
    name: str
    is_request: bool
    explanation: str
    """One sentence, in our own words."""
    reference: Reference
    elements: tuple[tuple[str, str], ...]
    """The names of its elements in ascending order of tags, as on the wire (Table 9.3-9 prints Move Destination last),
    each with its usage: M, U or C, with (=) or without."""
    data_set: str
    """Whether a data set follows: `ALWAYS`, `NEVER` or `BY_CONTENT`."""
    data_set_name: str
    """What the standard calls the data set here; empty where there never is one."""
    data_set_usage: str
    """M, U or C; empty where there never is one."""
    conditions: Mapping[str, str]
    """Element name, or `data_set`, -> when it is there, in words."""


_E1 = Reference("PS3.7", "E.1", "E.1-1")
_E2 = Reference("PS3.7", "E.2", "E.2-1")
_ENCODING = Reference("PS3.7", "6.3.1")
_RETIRED_EXPLANATION = "A retired element from the time of ACR-NEMA, not to be relied on."

# fmt: off
COMMANDS: tuple[Command, ...] = (
    Command(0x0001, "C-STORE-RQ", True, "Asks the peer to store the object in the data set that follows.",
            Reference("PS3.7", "9.3.1.1", "9.3-1"),
            (("command_group_length", "M"), ("affected_sop_class_uid", "M"), ("command_field", "M"),
             ("message_id", "M"), ("priority", "M"), ("command_data_set_type", "M"),
             ("affected_sop_instance_uid", "M"), ("move_originator_application_entity_title", "U"),
             ("move_originator_message_id", "U")),
            ALWAYS, "Data Set", "M", {
                "move_originator_application_entity_title": "sent when this store is a C-MOVE sub-operation",
                "move_originator_message_id": "sent when this store is a C-MOVE sub-operation",
            }),
    Command(0x8001, "C-STORE-RSP", False, "Says whether the object was stored.",
            Reference("PS3.7", "9.3.1.2", "9.3-2"),
            (("command_group_length", "M"), ("affected_sop_class_uid", "U(=)"), ("command_field", "M"),
             ("message_id_being_responded_to", "M"), ("command_data_set_type", "M"), ("status", "M"),
             ("affected_sop_instance_uid", "U(=)")),
            NEVER, "", "", {}),
    Command(0x0020, "C-FIND-RQ", True, "Asks for everything that matches the keys in the identifier.",
            Reference("PS3.7", "9.3.2.1", "9.3-3"),
            (("command_group_length", "M"), ("affected_sop_class_uid", "M"), ("command_field", "M"),
             ("message_id", "M"), ("priority", "M"), ("command_data_set_type", "M")),
            ALWAYS, "Identifier", "M", {}),
    Command(0x8020, "C-FIND-RSP", False, "Brings one match while the status is pending, and at last the outcome.",
            Reference("PS3.7", "9.3.2.2", "9.3-4"),
            (("command_group_length", "M"), ("affected_sop_class_uid", "U(=)"), ("command_field", "M"),
             ("message_id_being_responded_to", "M"), ("command_data_set_type", "M"), ("status", "M")),
            BY_CONTENT, "Identifier", "C", {"data_set": "only when Status is Pending"}),
    Command(0x0FFF, "C-CANCEL-RQ", True,
            "Asks the peer to stop a running C-FIND, C-GET or C-MOVE, and gets no response of its own.",
            Reference("PS3.7", "9.3.2.3, 9.3.3.3, 9.3.4.3", "9.3-5, 9.3-8, 9.3-11"),
            (("command_group_length", "M"), ("command_field", "M"), ("message_id_being_responded_to", "M"),
             ("command_data_set_type", "M")),
            NEVER, "", "", {}),
    Command(0x0010, "C-GET-RQ", True, "Asks for objects to be sent back by C-STORE over this same association.",
            Reference("PS3.7", "9.3.3.1", "9.3-6"),
            (("command_group_length", "M"), ("affected_sop_class_uid", "M"), ("command_field", "M"),
             ("message_id", "M"), ("priority", "M"), ("command_data_set_type", "M")),
            ALWAYS, "Identifier", "M", {}),
    Command(0x8010, "C-GET-RSP", False, "Counts the C-STORE sub-operations of a C-GET, and at last gives the outcome.",
            Reference("PS3.7", "9.3.3.2", "9.3-7"),
            (("command_group_length", "M"), ("affected_sop_class_uid", "U(=)"), ("command_field", "M"),
             ("message_id_being_responded_to", "M"), ("command_data_set_type", "M"), ("status", "M"),
             ("number_of_remaining_suboperations", "C"), ("number_of_completed_suboperations", "C"),
             ("number_of_failed_suboperations", "C"), ("number_of_warning_suboperations", "C")),
            BY_CONTENT, "Identifier", "U", {
                "number_of_remaining_suboperations": "shall be present when Pending, may be present otherwise",
                "number_of_completed_suboperations": "shall be present when Pending, may be present otherwise",
                "number_of_failed_suboperations": "shall be present when Pending, may be present otherwise",
                "number_of_warning_suboperations": "shall be present when Pending, may be present otherwise",
            }),
    Command(0x0021, "C-MOVE-RQ", True,
            "Asks for objects to be sent by C-STORE to the move destination, over another association.",
            Reference("PS3.7", "9.3.4.1", "9.3-9"),
            (("command_group_length", "M"), ("affected_sop_class_uid", "M"), ("command_field", "M"),
             ("message_id", "M"), ("move_destination", "M"), ("priority", "M"), ("command_data_set_type", "M")),
            ALWAYS, "Identifier", "M", {}),
    Command(0x8021, "C-MOVE-RSP", False,
            "Counts the C-STORE sub-operations of a C-MOVE, and at last gives the outcome.",
            Reference("PS3.7", "9.3.4.2", "9.3-10"),
            (("command_group_length", "M"), ("affected_sop_class_uid", "U(=)"), ("command_field", "M"),
             ("message_id_being_responded_to", "M"), ("command_data_set_type", "M"), ("status", "M"),
             ("number_of_remaining_suboperations", "C"), ("number_of_completed_suboperations", "C"),
             ("number_of_failed_suboperations", "C"), ("number_of_warning_suboperations", "C")),
            BY_CONTENT, "Identifier", "U", {
                "number_of_remaining_suboperations": "shall be present when Pending, may be present otherwise",
                "number_of_completed_suboperations": "shall be present when Pending, may be present otherwise",
                "number_of_failed_suboperations": "shall be present when Pending, may be present otherwise",
                "number_of_warning_suboperations": "shall be present when Pending, may be present otherwise",
            }),
    Command(0x0030, "C-ECHO-RQ", True, "Asks whether the peer answers DICOM messages at all.",
            Reference("PS3.7", "9.3.5.1", "9.3-12"),
            (("command_group_length", "M"), ("affected_sop_class_uid", "M"), ("command_field", "M"),
             ("message_id", "M"), ("command_data_set_type", "M")),
            NEVER, "", "", {}),
    Command(0x8030, "C-ECHO-RSP", False, "Answers a C-ECHO, which proves that DICOM messages get through.",
            Reference("PS3.7", "9.3.5.2", "9.3-13"),
            (("command_group_length", "M"), ("affected_sop_class_uid", "U(=)"), ("command_field", "M"),
             ("message_id_being_responded_to", "M"), ("command_data_set_type", "M"), ("status", "M")),
            NEVER, "", "", {}),
    Command(0x0100, "N-EVENT-REPORT-RQ", True, "Reports to the peer that something happened to an object.",
            Reference("PS3.7", "10.3.1.1", "10.3-1"),
            (("command_group_length", "M"), ("affected_sop_class_uid", "M"), ("command_field", "M"),
             ("message_id", "M"), ("command_data_set_type", "M"), ("affected_sop_instance_uid", "M"),
             ("event_type_id", "M")),
            BY_CONTENT, "Event Information", "U", {}),
    Command(0x8100, "N-EVENT-REPORT-RSP", False, "Says whether the event report was taken.",
            Reference("PS3.7", "10.3.1.2", "10.3-2"),
            (("command_group_length", "M"), ("affected_sop_class_uid", "U(=)"), ("command_field", "M"),
             ("message_id_being_responded_to", "M"), ("command_data_set_type", "M"), ("status", "M"),
             ("affected_sop_instance_uid", "U(=)"), ("event_type_id", "C(=)")),
            BY_CONTENT, "Event Reply", "C", {
                "event_type_id": "shall be present with an Event Reply; allowed in a success response",
                "data_set": "success response only, optional content",
            }),
    Command(0x0110, "N-GET-RQ", True, "Asks for attribute values of an object the peer manages.",
            Reference("PS3.7", "10.3.2.1", "10.3-3"),
            (("command_group_length", "M"), ("requested_sop_class_uid", "M"), ("command_field", "M"),
             ("message_id", "M"), ("command_data_set_type", "M"), ("requested_sop_instance_uid", "M"),
             ("attribute_identifier_list", "U")),
            NEVER, "", "", {}),
    Command(0x8110, "N-GET-RSP", False, "Brings the attribute values asked for, or says why not.",
            Reference("PS3.7", "10.3.2.2", "10.3-4"),
            (("command_group_length", "M"), ("affected_sop_class_uid", "U"), ("command_field", "M"),
             ("message_id_being_responded_to", "M"), ("command_data_set_type", "M"), ("status", "M"),
             ("affected_sop_instance_uid", "U")),
            BY_CONTENT, "Attribute List", "C", {"data_set": "present in a success response"}),
    Command(0x0120, "N-SET-RQ", True, "Asks the peer to change attributes of an object it manages.",
            Reference("PS3.7", "10.3.3.1", "10.3-5"),
            (("command_group_length", "M"), ("requested_sop_class_uid", "M"), ("command_field", "M"),
             ("message_id", "M"), ("command_data_set_type", "M"), ("requested_sop_instance_uid", "M")),
            ALWAYS, "Modification List", "M", {}),
    Command(0x8120, "N-SET-RSP", False, "Says whether the attributes were changed.",
            Reference("PS3.7", "10.3.3.2", "10.3-6"),
            (("command_group_length", "M"), ("affected_sop_class_uid", "U"), ("command_field", "M"),
             ("message_id_being_responded_to", "M"), ("command_data_set_type", "M"), ("status", "M"),
             ("affected_sop_instance_uid", "U")),
            BY_CONTENT, "Attribute List", "U", {}),
    Command(0x0130, "N-ACTION-RQ", True, "Asks the peer to do something with an object it manages.",
            Reference("PS3.7", "10.3.4.1", "10.3-7"),
            (("command_group_length", "M"), ("requested_sop_class_uid", "M"), ("command_field", "M"),
             ("message_id", "M"), ("command_data_set_type", "M"), ("requested_sop_instance_uid", "M"),
             ("action_type_id", "M")),
            BY_CONTENT, "Action Information", "U", {}),
    Command(0x8130, "N-ACTION-RSP", False, "Says whether the action was taken up.",
            Reference("PS3.7", "10.3.4.2", "10.3-8"),
            (("command_group_length", "M"), ("affected_sop_class_uid", "U"), ("command_field", "M"),
             ("message_id_being_responded_to", "M"), ("command_data_set_type", "M"), ("status", "M"),
             ("affected_sop_instance_uid", "U"), ("action_type_id", "C(=)")),
            BY_CONTENT, "Action Reply", "C", {
                "action_type_id": "shall be present with an Action Reply; allowed in a success response",
                "data_set": "success response only",
            }),
    Command(0x0140, "N-CREATE-RQ", True, "Asks the peer to make a new object with the given attributes.",
            Reference("PS3.7", "10.3.5.1", "10.3-9"),
            (("command_group_length", "M"), ("affected_sop_class_uid", "M"), ("command_field", "M"),
             ("message_id", "M"), ("command_data_set_type", "M"), ("affected_sop_instance_uid", "U")),
            BY_CONTENT, "Attribute List", "U", {}),
    Command(0x8140, "N-CREATE-RSP", False, "Says whether the object was made, and under which UID.",
            Reference("PS3.7", "10.3.5.2", "10.3-10"),
            (("command_group_length", "M"), ("affected_sop_class_uid", "U(=)"), ("command_field", "M"),
             ("message_id_being_responded_to", "M"), ("command_data_set_type", "M"), ("status", "M"),
             ("affected_sop_instance_uid", "C")),
            BY_CONTENT, "Attribute List", "U", {
                "affected_sop_instance_uid": "success response only; shall be present when the request left it out",
            }),
    Command(0x0150, "N-DELETE-RQ", True, "Asks the peer to delete an object it manages.",
            Reference("PS3.7", "10.3.6.1", "10.3-11"),
            (("command_group_length", "M"), ("requested_sop_class_uid", "M"), ("command_field", "M"),
             ("message_id", "M"), ("command_data_set_type", "M"), ("requested_sop_instance_uid", "M")),
            NEVER, "", "", {}),
    Command(0x8150, "N-DELETE-RSP", False, "Says whether the object was deleted.",
            Reference("PS3.7", "10.3.6.2", "10.3-12"),
            (("command_group_length", "M"), ("affected_sop_class_uid", "U"), ("command_field", "M"),
             ("message_id_being_responded_to", "M"), ("command_data_set_type", "M"), ("status", "M"),
             ("affected_sop_instance_uid", "U")),
            NEVER, "", "", {}),
)
"""The 23 messages, in the order the standard describes them."""
# fmt: on

COMMAND_BY_CODE: dict[int, Command] = {command.code: command for command in COMMANDS}
COMMAND_BY_NAME: dict[str, Command] = {command.name: command for command in COMMANDS}
COMMAND_NAMES: dict[int, str] = {command.code: command.name for command in COMMANDS}
"""Command Field -> name of the message."""

# fmt: off
ELEMENTS: tuple[Element, ...] = (
    Element(0x00000000, "command_group_length", "CommandGroupLength", "Command Group Length",
            "UL", "1", "How many bytes of the command set follow this value.", False, None, _E1),
    Element(0x00000002, "affected_sop_class_uid", "AffectedSOPClassUID", "Affected SOP Class UID",
            "UI", "1", "The SOP class the operation or notification is about.", False, None, _E1),
    Element(0x00000003, "requested_sop_class_uid", "RequestedSOPClassUID", "Requested SOP Class UID",
            "UI", "1", "The SOP class of the object the request names.", False, None, _E1),
    Element(0x00000100, "command_field", "CommandField", "Command Field",
            "US", "1", "Which DIMSE message this is.", False, COMMAND_NAMES, _E1),
    Element(0x00000110, "message_id", "MessageID", "Message ID",
            "US", "1", "The number the sender chose for this request.", False, None, _E1),
    Element(0x00000120, "message_id_being_responded_to", "MessageIDBeingRespondedTo", "Message ID Being Responded To",
            "US", "1", "The Message ID of the request that is answered, or cancelled.", False, None, _E1),
    Element(0x00000600, "move_destination", "MoveDestination", "Move Destination",
            "AE", "1", "The AE title that is to receive the objects by C-STORE.", False, None, _E1),
    Element(0x00000700, "priority", "Priority", "Priority",
            "US", "1", "How urgent the sender says the request is.", False, {0: "MEDIUM", 1: "HIGH", 2: "LOW"}, _E1),
    Element(0x00000800, "command_data_set_type", "CommandDataSetType", "Command Data Set Type",
            "US", "1", "Whether a data set follows the command set: 0101H means none, any other value means one does.",
            False, {NO_DATA_SET: "no Data Set"}, _E1),
    Element(0x00000900, "status", "Status", "Status",
            "US", "1", "How the operation went, or how it is going.", False, None, _E1),
    Element(0x00000901, "offending_element", "OffendingElement", "Offending Element",
            "AT", "1-n", "The tags of the elements that were found wrong.", False, None, _E1),
    Element(0x00000902, "error_comment", "ErrorComment", "Error Comment",
            "LO", "1", "A few words of the responder about the error.", False, None, _E1),
    Element(0x00000903, "error_id", "ErrorID", "Error ID",
            "US", "1", "An error code the application defines for itself.", False, None, _E1),
    Element(0x00001000, "affected_sop_instance_uid", "AffectedSOPInstanceUID", "Affected SOP Instance UID",
            "UI", "1", "The SOP instance the operation or notification is about.", False, None, _E1),
    Element(0x00001001, "requested_sop_instance_uid", "RequestedSOPInstanceUID", "Requested SOP Instance UID",
            "UI", "1", "The SOP instance the request names.", False, None, _E1),
    Element(0x00001002, "event_type_id", "EventTypeID", "Event Type ID",
            "US", "1", "Which kind of event is reported, numbered by the service.", False, None, _E1),
    Element(0x00001005, "attribute_identifier_list", "AttributeIdentifierList", "Attribute Identifier List",
            "AT", "1-n", "The tags of the attributes asked for, or concerned.", False, None, _E1),
    Element(0x00001008, "action_type_id", "ActionTypeID", "Action Type ID",
            "US", "1", "Which kind of action is asked for, numbered by the service.", False, None, _E1),
    Element(0x00001020, "number_of_remaining_suboperations", "NumberOfRemainingSuboperations",
            "Number of Remaining Sub-operations",
            "US", "1", "How many C-STORE sub-operations are still to be done.", False, None, _E1),
    Element(0x00001021, "number_of_completed_suboperations", "NumberOfCompletedSuboperations",
            "Number of Completed Sub-operations",
            "US", "1", "How many C-STORE sub-operations have succeeded.", False, None, _E1),
    Element(0x00001022, "number_of_failed_suboperations", "NumberOfFailedSuboperations",
            "Number of Failed Sub-operations",
            "US", "1", "How many C-STORE sub-operations have failed.", False, None, _E1),
    Element(0x00001023, "number_of_warning_suboperations", "NumberOfWarningSuboperations",
            "Number of Warning Sub-operations",
            "US", "1", "How many C-STORE sub-operations ended with a warning.", False, None, _E1),
    Element(0x00001030, "move_originator_application_entity_title", "MoveOriginatorApplicationEntityTitle",
            "Move Originator Application Entity Title",
            "AE", "1", "The AE title of whoever asked for the C-MOVE that caused this C-STORE.", False, None, _E1),
    Element(0x00001031, "move_originator_message_id", "MoveOriginatorMessageID", "Move Originator Message ID",
            "US", "1", "The Message ID of the C-MOVE request that caused this C-STORE.", False, None, _E1),
    Element(0x00000001, "command_length_to_end", "CommandLengthToEnd", "Command Length to End",
            "UL", "1", _RETIRED_EXPLANATION, True, None, _E2),
    Element(0x00000010, "command_recognition_code", "CommandRecognitionCode", "Command Recognition Code",
            "SH", "1", _RETIRED_EXPLANATION, True, None, _E2),
    Element(0x00000200, "initiator", "Initiator", "Initiator", "AE", "1", _RETIRED_EXPLANATION, True, None, _E2),
    Element(0x00000300, "receiver", "Receiver", "Receiver", "AE", "1", _RETIRED_EXPLANATION, True, None, _E2),
    Element(0x00000400, "find_location", "FindLocation", "Find Location",
            "AE", "1", _RETIRED_EXPLANATION, True, None, _E2),
    Element(0x00000850, "number_of_matches", "NumberOfMatches", "Number of Matches",
            "US", "1", _RETIRED_EXPLANATION, True, None, _E2),
    Element(0x00000860, "response_sequence_number", "ResponseSequenceNumber", "Response Sequence Number",
            "US", "1", _RETIRED_EXPLANATION, True, None, _E2),
    Element(0x00004000, "dialog_receiver", "DialogReceiver", "Dialog Receiver",
            "LT", "1", _RETIRED_EXPLANATION, True, None, _E2),
    Element(0x00004010, "terminal_type", "TerminalType", "Terminal Type",
            "LT", "1", _RETIRED_EXPLANATION, True, None, _E2),
    Element(0x00005010, "message_set_id", "MessageSetID", "Message Set ID",
            "SH", "1", _RETIRED_EXPLANATION, True, None, _E2),
    Element(0x00005020, "end_message_id", "EndMessageID", "End Message ID",
            "SH", "1", _RETIRED_EXPLANATION, True, None, _E2),
    Element(0x00005110, "display_format", "DisplayFormat", "Display Format",
            "LT", "1", _RETIRED_EXPLANATION, True, None, _E2),
    Element(0x00005120, "page_position_id", "PagePositionID", "Page Position ID",
            "LT", "1", _RETIRED_EXPLANATION, True, None, _E2),
    Element(0x00005130, "text_format_id", "TextFormatID", "Text Format ID",
            "CS", "1", _RETIRED_EXPLANATION, True, None, _E2),
    Element(0x00005140, "normal_reverse", "NormalReverse", "Normal/Reverse",
            "CS", "1", _RETIRED_EXPLANATION, True, None, _E2),
    Element(0x00005150, "add_gray_scale", "AddGrayScale", "Add Gray Scale",
            "CS", "1", _RETIRED_EXPLANATION, True, None, _E2),
    Element(0x00005160, "borders", "Borders", "Borders", "CS", "1", _RETIRED_EXPLANATION, True, None, _E2),
    Element(0x00005170, "copies", "Copies", "Copies", "IS", "1", _RETIRED_EXPLANATION, True, None, _E2),
    Element(0x00005180, "command_magnification_type", "CommandMagnificationType", "Command Magnification Type",
            "CS", "1", _RETIRED_EXPLANATION, True, None, _E2),
    Element(0x00005190, "erase", "Erase", "Erase", "CS", "1", _RETIRED_EXPLANATION, True, None, _E2),
    Element(0x000051A0, "print", "Print", "Print", "CS", "1", _RETIRED_EXPLANATION, True, None, _E2),
    Element(0x000051B0, "overlays", "Overlays", "Overlays", "US", "1-n", _RETIRED_EXPLANATION, True, None, _E2),
)
"""The 24 elements in use and the 22 retired ones, each group in ascending order of tags."""
# fmt: on

ELEMENT_BY_TAG: dict[int, Element] = {element.tag: element for element in ELEMENTS}
ELEMENT_BY_NAME: dict[str, Element] = {element.name: element for element in ELEMENTS}

STATUS_ELEMENTS: tuple[str, ...] = (
    "offending_element",
    "error_comment",
    "error_id",
    "attribute_identifier_list",
    "affected_sop_class_uid",
    "affected_sop_instance_uid",
)
"""Elements any response may carry besides those of its own table, depending on its status (PS3.7 C.4 and C.5)."""

KIND_BY_VR: dict[str, str] = {
    "US": UINT_LE,
    "UL": UINT_LE,
    "UI": UID_PADDED,
    "AE": AE_TITLE,
    "LO": TEXT,
    "SH": TEXT,
    "LT": TEXT,
    "CS": TEXT,
    "IS": TEXT,
    "AT": TAGS,
}
"""How the value of an element is read."""

_VALUE_LENGTH = FieldSpec(
    "value_length",
    "Value Length",
    4,
    UINT_LE,
    "How many bytes the value has, padding included; always even.",
    reference=_ENCODING,
)


def _structure(element: Element) -> Structure:
    """The table of one element: tag, length, value."""
    return Structure(
        key=element.name,
        title=element.title,
        explanation=element.explanation,
        reference=element.reference,
        fields=(
            FieldSpec(
                "tag",
                "Tag",
                4,
                TAG,
                "Which element this is: its group number, then its element number.",
                fixed=element.tag,
                reference=_ENCODING,
            ),
            _VALUE_LENGTH,
            FieldSpec(
                "value",
                "Value",
                "value_length",
                KIND_BY_VR[element.vr],
                element.explanation,
                values=element.values,
            ),
        ),
        code=element.tag,
        length_field="value_length",
        occurrence="at most once",
    )


COMMAND_SET_STRUCTURES: dict[str, Structure] = {element.name: _structure(element) for element in ELEMENTS}
"""Element name -> what decoding needs to know of it; `command_element_unknown` is for every other tag."""

COMMAND_SET_STRUCTURES["command_element_unknown"] = Structure(
    key="command_element_unknown",
    title="Unknown Command Element",
    explanation="An element the standard does not define for command sets.",
    reference=_ENCODING,
    fields=(
        FieldSpec(
            "tag",
            "Tag",
            4,
            TAG,
            "Which element this is: its group number, then its element number.",
            reference=_ENCODING,
        ),
        _VALUE_LENGTH,
        FieldSpec("value", "Value", "value_length", BYTES, "Bytes whose meaning only the sender knows."),
    ),
    length_field="value_length",
    occurrence="not in the standard",
)
