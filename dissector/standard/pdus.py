"""The seven PDUs, their items and sub-items, row by row as PS3.8 9.3, PS3.8 Annex D and E and PS3.7 Annex D print them.

Strategy: one `Structure` per printed table, one `FieldSpec` per printed row, in the printed order. Where the standard
has one table for the A-ASSOCIATE-RQ and another for the A-ASSOCIATE-AC there are two structures, because names,
values and meaning differ. Rows that every table repeats (type, reserved, length) are made by two small helpers so
that their wording exists once. Adding a sub-item is one structure here, one name in `allowed`, and one vector.

Source: PS3.7 and PS3.8, edition 2020c, compared with 2013: the network tables are the same, JWT (2018b) apart.
"""

from __future__ import annotations

from typing import Final

from .structure import (
    AE_TITLE, BYTES, ITEMS, REST, TEXT, UID, UINT, UTF8, Allowed, Bit, FieldSpec, Reference, Structure,
)  # fmt: skip

A_ASSOCIATE_RQ: Final = 1
A_ASSOCIATE_AC: Final = 2
A_ASSOCIATE_RJ: Final = 3
P_DATA_TF: Final = 4
A_RELEASE_RQ: Final = 5
A_RELEASE_RP: Final = 6
A_ABORT: Final = 7

APPLICATION_CONTEXT_NAME = "1.2.840.10008.3.1.1.1"
"""The one application context name that DICOM registers (PS3.7 A.2.1)."""

_UID_RULE = "a UID is digits and dots, at most 64 characters, no component with a leading zero, never padded here"


# ---------------------------------------------------------------------------------------- rows that tables share


def _reserved(first: int, last: int | None = None, title: str = "Reserved", explanation: str = "") -> FieldSpec:
    """A reserved row by its printed byte positions; up to four bytes are shown as a number."""
    size = (last or first) - first + 1
    name = f"reserved_{first}" if last is None else f"reserved_{first}_{last}"
    return FieldSpec(name, title, size, UINT if size <= 4 else BYTES,
                     explanation or "Kept for later use: sent as zero, and the receiver does not test it.",
                     reserved=True, fixed=None if explanation else 0)  # fmt: skip


def _pdu_head(code: int, length: int | None = None) -> tuple[FieldSpec, ...]:
    return (
        FieldSpec("pdu_type", "PDU-type", 1, UINT, "Says which of the seven PDUs this is.", fixed=code,
                  values=PDU_NAMES),
        _reserved(2),
        FieldSpec("pdu_length", "PDU-length", 4, UINT,
                  "Counts the bytes that follow this field, to the end of the PDU." if length is None else
                  "Counts the bytes that follow this field, to the end of the PDU: always 4 in this PDU.",
                  fixed=length),
    )  # fmt: skip


def _item_head(code: int, length: int | None = None) -> tuple[FieldSpec, ...]:
    return (
        FieldSpec("item_type", "Item-type", 1, UINT, "Says which item or sub-item this is.", fixed=code),
        _reserved(2),
        FieldSpec("item_length", "Item-length", 2, UINT,
                  "Counts the bytes that follow this field, to the end of the item." if length is None else
                  f"Counts the bytes that follow this field, to the end of the item: always {length} here.",
                  fixed=length),
    )  # fmt: skip


def _length_of(name: str, title: str) -> FieldSpec:
    return FieldSpec(name, title, 2, UINT, "Counts the bytes of the next field.")


# ---------------------------------------------------------------------------------------- values with a meaning

PDU_NAMES = {
    A_ASSOCIATE_RQ: "A-ASSOCIATE-RQ", A_ASSOCIATE_AC: "A-ASSOCIATE-AC", A_ASSOCIATE_RJ: "A-ASSOCIATE-RJ",
    P_DATA_TF: "P-DATA-TF", A_RELEASE_RQ: "A-RELEASE-RQ", A_RELEASE_RP: "A-RELEASE-RP", A_ABORT: "A-ABORT",
}  # fmt: skip

REJECT_RESULTS = {1: "rejected-permanent", 2: "rejected-transient"}
REJECT_SOURCES = {
    1: "DICOM UL service-user",
    2: "DICOM UL service-provider (ACSE related function)",
    3: "DICOM UL service-provider (Presentation related function)",
}
_RESERVED = "reserved"
REJECT_REASONS = {
    1: {
        1: "no-reason-given", 2: "application-context-name-not-supported", 3: "calling-AE-title-not-recognized",
        4: _RESERVED, 5: _RESERVED, 6: _RESERVED, 7: "called-AE-title-not-recognized",
        8: _RESERVED, 9: _RESERVED, 10: _RESERVED,
    },
    2: {1: "no-reason-given", 2: "protocol-version-not-supported"},
    3: {
        0: _RESERVED, 1: "temporary-congestion", 2: "local-limit-exceeded",
        3: _RESERVED, 4: _RESERVED, 5: _RESERVED, 6: _RESERVED, 7: _RESERVED,
    },
}  # fmt: skip
ABORT_SOURCES = {
    0: "DICOM UL service-user (initiated abort)", 1: _RESERVED, 2: "DICOM UL service-provider (initiated abort)",
}  # fmt: skip
_NOT_SIGNIFICANT = {0: "not significant"}
ABORT_REASONS = {
    0: _NOT_SIGNIFICANT,
    1: _NOT_SIGNIFICANT,
    2: {
        0: "reason-not-specified", 1: "unrecognized-PDU", 2: "unexpected-PDU", 3: _RESERVED,
        4: "unrecognized-PDU parameter", 5: "unexpected-PDU parameter", 6: "invalid-PDU-parameter value",
    },
}  # fmt: skip
CONTEXT_RESULTS = {
    0: "acceptance", 1: "user-rejection", 2: "no-reason (provider rejection)",
    3: "abstract-syntax-not-supported (provider rejection)",
    4: "transfer-syntaxes-not-supported (provider rejection)",
}  # fmt: skip
USER_IDENTITY_TYPES = {
    1: "Username as a string in UTF-8", 2: "Username as a string in UTF-8 and passcode", 3: "Kerberos Service ticket",
    4: "SAML Assertion", 5: "JSON Web Token (JWT)",
}  # fmt: skip


# ---------------------------------------------------------------------------------------- PDUs


_CALLED = "The name of the application that is called, 16 characters filled up with spaces; all spaces is not allowed."
_CALLING = "The name of the application that calls, 16 characters filled up with spaces; all spaces is not allowed."
_VERSION = FieldSpec("protocol_version", "Protocol-version", 2, UINT,
                     "Bit 0 set means version 1 of the protocol, the only one; receivers test this bit alone.",
                     bits=(Bit(0x0001, "version 1", {0: "not version 1", 1: "version 1"}),))  # fmt: skip

_PDUS = (
    Structure(
        "a_associate_rq", "A-ASSOCIATE-RQ",
        "Opens an association: says who calls whom and proposes what could be exchanged, and how.",
        Reference("PS3.8", "9.3.2", "9-11"),
        (
            *_pdu_head(A_ASSOCIATE_RQ),
            _VERSION,
            _reserved(9, 10),
            FieldSpec("called_ae_title", "Called-AE-title", 16, AE_TITLE, _CALLED),
            FieldSpec("calling_ae_title", "Calling-AE-title", 16, AE_TITLE, _CALLING),
            _reserved(43, 74),
            FieldSpec("variable_items", "Variable items", REST, ITEMS,
                      "One application context, one or more presentation contexts, one user information item.",
                      allowed=(Allowed("application_context", 1), Allowed("presentation_context_rq", 1, None),
                               Allowed("user_information_rq", 1))),
        ),
        A_ASSOCIATE_RQ, "pdu_length", "exactly one, the first PDU of an association",
    ),
    Structure(
        "a_associate_ac", "A-ASSOCIATE-AC",
        "Accepts the association and answers each proposed presentation context.",
        Reference("PS3.8", "9.3.3", "9-17"),
        (
            *_pdu_head(A_ASSOCIATE_AC),
            _VERSION,
            _reserved(9, 10),
            _reserved(11, 26, "Reserved (Called-AE-title sent back)",
                      "Repeats the called AE title of the request; the receiver does not test it."),
            _reserved(27, 42, "Reserved (Calling-AE-title sent back)",
                      "Repeats the calling AE title of the request; the receiver does not test it."),
            _reserved(43, 74, "Reserved", "Repeats the same bytes of the request; the receiver does not test them."),
            FieldSpec("variable_items", "Variable items", REST, ITEMS,
                      "One application context, one answer per proposed presentation context, one user information "
                      "item.",
                      allowed=(Allowed("application_context", 1), Allowed("presentation_context_ac", 1, None),
                               Allowed("user_information_ac", 1))),
        ),
        A_ASSOCIATE_AC, "pdu_length", "at most one, the answer to an A-ASSOCIATE-RQ",
    ),
    Structure(
        "a_associate_rj", "A-ASSOCIATE-RJ",
        "Refuses the association: says whether for good or for now, which part refused, and why.",
        Reference("PS3.8", "9.3.4", "9-21"),
        (
            *_pdu_head(A_ASSOCIATE_RJ, 4),
            _reserved(7),
            FieldSpec("result", "Result", 1, UINT, "Whether trying again later can help.", values=REJECT_RESULTS),
            FieldSpec("source", "Source", 1, UINT, "Which part of the other side refused.", values=REJECT_SOURCES),
            FieldSpec("reason", "Reason/Diag.", 1, UINT, "Why it refused; what the number means depends on Source.",
                      values_by="source", value_tables=REJECT_REASONS),
        ),
        A_ASSOCIATE_RJ, "pdu_length", "at most one, the answer to an A-ASSOCIATE-RQ",
    ),
    Structure(
        "p_data_tf", "P-DATA-TF",
        "Carries pieces of DIMSE messages: command sets and data sets, cut into presentation data values.",
        Reference("PS3.8", "9.3.5", "9-22"),
        (
            *_pdu_head(P_DATA_TF),
            FieldSpec("presentation_data_value_items", "Presentation-data-value Item(s)", REST, ITEMS,
                      "One or more presentation data values, all of the same DICOM message.",
                      allowed=(Allowed("presentation_data_value", 1, None),)),
        ),
        P_DATA_TF, "pdu_length", "any number, once the association is accepted",
    ),
    Structure(
        "a_release_rq", "A-RELEASE-RQ", "Asks to end the association in good order.",
        Reference("PS3.8", "9.3.6", "9-24"),
        (*_pdu_head(A_RELEASE_RQ, 4), _reserved(7, 10)),
        A_RELEASE_RQ, "pdu_length", "at most one per side",
    ),
    Structure(
        "a_release_rp", "A-RELEASE-RP", "Agrees to end the association; the requestor then closes the connection.",
        Reference("PS3.8", "9.3.7", "9-25"),
        (*_pdu_head(A_RELEASE_RP, 4), _reserved(7, 10)),
        A_RELEASE_RP, "pdu_length", "at most one per side",
    ),
    Structure(
        "a_abort", "A-ABORT", "Ends the association at once; what was under way is lost.",
        Reference("PS3.8", "9.3.8", "9-26"),
        (
            *_pdu_head(A_ABORT, 4),
            _reserved(7),
            _reserved(8),
            FieldSpec("source", "Source", 1, UINT, "Which part of the sender aborted.", values=ABORT_SOURCES),
            FieldSpec("reason", "Reason/Diag.", 1, UINT,
                      "Why; it means something only when Source is 2, else it is sent as zero and not tested.",
                      values_by="source", value_tables=ABORT_REASONS),
        ),
        A_ABORT, "pdu_length", "at most one per side; it ends the association",
    ),
)  # fmt: skip


# ---------------------------------------------------------------------------------------- items of an association

_ITEMS = (
    Structure(
        "application_context", "Application Context Item",
        "Names the application context, that is, DICOM itself.",
        Reference("PS3.8", "9.3.2.1", "9-12"),
        (
            *_item_head(0x10),
            FieldSpec("application_context_name", "Application-context-name", REST, UID,
                      f"Always {APPLICATION_CONTEXT_NAME}, the only name DICOM registers (PS3.7 A.2.1)."),
        ),
        0x10, "item_length", "exactly one",
    ),
    Structure(
        "presentation_context_rq", "Presentation Context Item",
        "Proposes one kind of exchange: a service (abstract syntax) and the encodings offered for it.",
        Reference("PS3.8", "9.3.2.2", "9-13"),
        (
            *_item_head(0x20),
            FieldSpec("presentation_context_id", "Presentation-context-ID", 1, UINT,
                      "The number both sides use for this context: odd, 1 to 255, used once in a request.", odd=True),
            _reserved(6),
            _reserved(7),
            _reserved(8),
            FieldSpec("syntax_sub_items", "Abstract/Transfer Syntax Sub-Items", REST, ITEMS,
                      "One abstract syntax, then one or more transfer syntaxes.",
                      allowed=(Allowed("abstract_syntax", 1), Allowed("transfer_syntax_rq", 1, None))),
        ),
        0x20, "item_length", "one or more",
    ),
    Structure(
        "abstract_syntax", "Abstract Syntax Sub-Item", "Names the service that the context is for.",
        Reference("PS3.8", "9.3.2.2.1", "9-14"),
        (
            *_item_head(0x30),
            FieldSpec("abstract_syntax_name", "Abstract-syntax-name", REST, UID,
                      f"The SOP Class or Meta SOP Class, by its UID; {_UID_RULE}."),
        ),
        0x30, "item_length", "exactly one",
    ),
    Structure(
        "transfer_syntax_rq", "Transfer Syntax Sub-Item", "Offers one encoding for the data sets of this context.",
        Reference("PS3.8", "9.3.2.2.2", "9-15"),
        (
            *_item_head(0x40),
            FieldSpec("transfer_syntax_name", "Transfer-syntax-name(s)", REST, UID,
                      f"The encoding offered, by its UID; one name per sub-item; {_UID_RULE}."),
        ),
        0x40, "item_length", "one or more",
    ),
    Structure(
        "presentation_context_ac", "Presentation Context Item", "Answers one proposed presentation context.",
        Reference("PS3.8", "9.3.3.2", "9-18"),
        (
            *_item_head(0x21),
            FieldSpec("presentation_context_id", "Presentation-context-ID", 1, UINT,
                      "The number of the proposed context that this answers: odd, 1 to 255.", odd=True),
            _reserved(6),
            FieldSpec("result_reason", "Result/Reason", 1, UINT, "Whether the context may be used, and if not, why.",
                      values=CONTEXT_RESULTS),
            _reserved(8),
            FieldSpec("transfer_syntax_sub_item", "Transfer Syntax Sub-Item", REST, ITEMS,
                      "The one encoding chosen; when the context is refused it means nothing and is not tested.",
                      allowed=(Allowed("transfer_syntax_ac", 0),), significant_when=("result_reason", (0,))),
        ),
        0x21, "item_length", "one per proposed context, in any order",
    ),
    Structure(
        "transfer_syntax_ac", "Transfer Syntax Sub-Item", "Names the encoding that the acceptor chose.",
        Reference("PS3.8", "9.3.3.2.1", "9-19"),
        (
            *_item_head(0x40),
            FieldSpec("transfer_syntax_name", "Transfer-syntax-name", REST, UID,
                      f"The encoding chosen, by its UID: one of those offered; {_UID_RULE}."),
        ),
        0x40, "item_length", "exactly one; without meaning in a refused context",
    ),
    Structure(
        "user_information_rq", "User Information Item",
        "Holds what the requestor tells about itself and asks for, one sub-item each.",
        Reference("PS3.8", "9.3.2.3", "9-16"),
        (
            *_item_head(0x50),
            FieldSpec("user_data", "User-data", REST, ITEMS,
                      "Sub-items in any order; unknown ones are skipped.",
                      allowed=(Allowed("maximum_length_rq", 1), Allowed("implementation_class_uid_rq", 1),
                               Allowed("asynchronous_operations_window_rq"),
                               Allowed("scp_scu_role_selection_rq", 0, None),
                               Allowed("implementation_version_name_rq"),
                               Allowed("sop_class_extended_negotiation", 0, None),
                               Allowed("sop_class_common_extended_negotiation", 0, None),
                               Allowed("user_identity_rq"))),
        ),
        0x50, "item_length", "exactly one",
    ),
    Structure(
        "user_information_ac", "User Information Item",
        "Holds what the acceptor tells about itself and grants, one sub-item each.",
        Reference("PS3.8", "9.3.3.3", "9-20"),
        (
            *_item_head(0x50),
            FieldSpec("user_data", "User-data", REST, ITEMS,
                      "Sub-items in any order; unknown ones are skipped.",
                      allowed=(Allowed("maximum_length_ac", 1), Allowed("implementation_class_uid_ac", 1),
                               Allowed("asynchronous_operations_window_ac"),
                               Allowed("scp_scu_role_selection_ac", 0, None),
                               Allowed("implementation_version_name_ac"),
                               Allowed("sop_class_extended_negotiation", 0, None),
                               Allowed("user_identity_ac"))),
        ),
        0x50, "item_length", "exactly one",
    ),
)  # fmt: skip


# ---------------------------------------------------------------------------------------- sub-items 51H to 59H


def _maximum_length(side: str, table: str, section: str, other: str) -> Structure:
    return Structure(
        f"maximum_length_{side}", "Maximum Length Sub-Item",
        "Says how long a P-DATA-TF PDU the sender of this item can take.",
        Reference("PS3.8", section, table),
        (
            *_item_head(0x51, 4),
            FieldSpec("maximum_length_received", "Maximum-length-received", 4, UINT,
                      f"The largest PDU-length of the P-DATA-TF PDUs that the {other} may send to this side; 0 means "
                      "no limit."),
        ),
        0x51, "item_length", "exactly one",
    )  # fmt: skip


def _implementation_class_uid(side: str, table: str, section: str) -> Structure:
    return Structure(
        f"implementation_class_uid_{side}", "Implementation Class UID Sub-Item",
        "Identifies the software of the sender.",
        Reference("PS3.7", section, table),
        (
            *_item_head(0x52),
            FieldSpec("implementation_class_uid", "Implementation-class-uid", REST, UID,
                      f"A UID that the maker of the software chose; {_UID_RULE}."),
        ),
        0x52, "item_length", "exactly one",
    )  # fmt: skip


def _implementation_version_name(side: str, table: str, section: str) -> Structure:
    return Structure(
        f"implementation_version_name_{side}", "Implementation Version Name Sub-Item",
        "Names the version of the sender's software.",
        Reference("PS3.7", section, table),
        (
            *_item_head(0x55),
            FieldSpec("implementation_version_name", "Implementation-version-name", REST, TEXT,
                      "1 to 16 characters that the maker of the software chose."),
        ),
        0x55, "item_length", "at most one",
    )  # fmt: skip


def _asynchronous_operations_window(side: str, table: str, section: str, verb: str) -> Structure:
    return Structure(
        f"asynchronous_operations_window_{side}", "Asynchronous Operations Window Sub-Item",
        "Says how many operations may be under way at once; without it, one.",
        Reference("PS3.7", section, table),
        (
            *_item_head(0x53, 4),
            FieldSpec("maximum_number_operations_invoked", "Maximum-number-operations-invoked", 2, UINT,
                      f"How many operations the requestor {verb} have open at once; 0 means any number."),
            FieldSpec("maximum_number_operations_performed", "Maximum-number-operations-performed", 2, UINT,
                      f"How many operations the acceptor {verb} have open at once; 0 means any number."),
        ),
        0x53, "item_length", "at most one",
    )  # fmt: skip


def _role_selection(side: str, table: str, section: str, values: dict[str, dict[int, str]]) -> Structure:
    return Structure(
        f"scp_scu_role_selection_{side}", "SCP/SCU Role Selection Sub-Item",
        "Settles who plays which role for a SOP Class; without it the requestor is SCU and the acceptor SCP.",
        Reference("PS3.7", section, table),
        (
            *_item_head(0x54),
            _length_of("uid_length", "UID-length"),
            FieldSpec("sop_class_uid", "SOP-class-uid", "uid_length", UID,
                      f"The SOP Class or Meta SOP Class that the roles are for; {_UID_RULE}."),
            FieldSpec("scu_role", "SCU-role", 1, UINT, "Whether the requestor is to be SCU.", values=values["SCU"]),
            FieldSpec("scp_role", "SCP-role", 1, UINT, "Whether the requestor is to be SCP.", values=values["SCP"]),
        ),
        0x54, "item_length", "at most one per SOP Class",
    )  # fmt: skip


_SUB_ITEMS = (
    _maximum_length("rq", "D.1-1", "D.1.1", "acceptor"),
    _maximum_length("ac", "D.1-2", "D.1.2", "requestor"),
    _implementation_class_uid("rq", "D.3-1", "D.3.3.2.1"),
    _implementation_class_uid("ac", "D.3-2", "D.3.3.2.2"),
    _implementation_version_name("rq", "D.3-3", "D.3.3.2.3"),
    _implementation_version_name("ac", "D.3-4", "D.3.3.2.4"),
    _asynchronous_operations_window("rq", "D.3-7", "D.3.3.3.1", "would like to"),
    _asynchronous_operations_window("ac", "D.3-8", "D.3.3.3.2", "may"),
    _role_selection("rq", "D.3-9", "D.3.3.4.1", {
        "SCU": {0: "requestor does not support the SCU role", 1: "requestor supports the SCU role"},
        "SCP": {0: "requestor does not support the SCP role", 1: "requestor supports the SCP role"},
    }),
    _role_selection("ac", "D.3-10", "D.3.3.4.2", {
        "SCU": {0: "acceptor rejects the proposed SCU role", 1: "acceptor accepts the proposed SCU role"},
        "SCP": {0: "acceptor rejects the proposed SCP role", 1: "acceptor accepts the proposed SCP role"},
    }),
    Structure(
        "sop_class_extended_negotiation", "SOP Class Extended Negotiation Sub-Item",
        "Settles details of one SOP Class in a form that its service class defines.",
        Reference("PS3.7", "D.3.3.5", "D.3-11"),
        (
            *_item_head(0x56),
            _length_of("sop_class_uid_length", "SOP-class-uid-length"),
            FieldSpec("sop_class_uid", "SOP-class-uid", "sop_class_uid_length", UID,
                      f"The SOP Class that the details are for; {_UID_RULE}."),
            FieldSpec("service_class_application_information", "Service-class-application-information", REST, BYTES,
                      "Details whose form and meaning the service class defines (PS3.4).",
                      choose="application_information"),
        ),
        0x56, "item_length", "at most one per SOP Class",
    ),
    Structure(
        "sop_class_common_extended_negotiation", "SOP Class Common Extended Negotiation Sub-Item",
        "Tells to which service class a SOP Class belongs and which more general classes it can be taken for.",
        Reference("PS3.7", "D.3.3.6.1", "D.3-12"),
        (
            FieldSpec("item_type", "Item-type", 1, UINT, "Says which item or sub-item this is.", fixed=0x57),
            FieldSpec("sub_item_version", "Sub-Item-version", 1, UINT,
                      "The version of this sub-item's layout: 0. The only item whose second byte is not reserved.",
                      fixed=0),
            _item_head(0x57)[2],
            _length_of("sop_class_uid_length", "SOP-class-uid-length"),
            FieldSpec("sop_class_uid", "SOP-class-uid", "sop_class_uid_length", UID,
                      f"The SOP Class that this is about; {_UID_RULE}."),
            _length_of("service_class_uid_length", "Service-class-uid-length"),
            FieldSpec("service_class_uid", "Service-class-uid", "service_class_uid_length", UID,
                      f"The service class that the SOP Class belongs to; {_UID_RULE}."),
            _length_of("related_general_sop_class_identification_length",
                       "Related-general-sop-class-identification-length"),
            FieldSpec("related_general_sop_class_identification", "Related-general-sop-class-identification",
                      "related_general_sop_class_identification_length", ITEMS,
                      "The more general SOP Classes, each as a length and a UID; may be none.",
                      allowed=(Allowed("related_general_sop_class", 0, None),)),
            FieldSpec("reserved_tail", "Reserved", REST, BYTES,
                      "Kept for later versions of the layout: of no length in version 0.", reserved=True),
        ),
        0x57, "item_length", "at most one per SOP Class, in the A-ASSOCIATE-RQ only",
    ),
    Structure(
        "related_general_sop_class", "Related-General-SOP-Class-Identification Sub-Field",
        "Names one more general SOP Class.",
        Reference("PS3.7", "D.3.3.6.1", "D.3-13"),
        (
            _length_of("related_general_sop_class_uid_length", "Related-general-sop-class-uid-length"),
            FieldSpec("related_general_sop_class_uid", "Related-general-sop-class-uid", REST, UID,
                      f"The more general SOP Class, by its UID; {_UID_RULE}."),
        ),
        None, "related_general_sop_class_uid_length", "any number",
    ),
    Structure(
        "user_identity_rq", "User Identity Sub-Item",
        "Tells who the user behind the requestor is, and proves it; without TLS anybody on the way can read it.",
        Reference("PS3.7", "D.3.3.7.1", "D.3-14"),
        (
            *_item_head(0x58),
            FieldSpec("user_identity_type", "User-Identity-Type", 1, UINT, "The form of the proof.",
                      values=USER_IDENTITY_TYPES),
            FieldSpec("positive_response_requested", "Positive-response-requested", 1, UINT,
                      "Whether the acceptor is to confirm the identity with a sub-item of its own.",
                      values={0: "no response requested", 1: "positive response requested"}),
            _length_of("primary_field_length", "Primary-field-length"),
            FieldSpec("primary_field", "Primary-field", "primary_field_length", UTF8,
                      "The user name, Kerberos ticket, SAML assertion or JSON Web Token, by type.",
                      secret=True, public_when=("user_identity_type", (1, 2))),
            _length_of("secondary_field_length", "Secondary-field-length"),
            FieldSpec("secondary_field", "Secondary-field", "secondary_field_length", BYTES,
                      "The passcode, for type 2 only.", secret=True),
        ),
        0x58, "item_length", "at most one",
    ),
    Structure(
        "user_identity_ac", "User Identity Sub-Item", "Confirms the identity of the user, if that was asked for.",
        Reference("PS3.7", "D.3.3.7.2", "D.3-15"),
        (
            *_item_head(0x59),
            _length_of("server_response_length", "Server-response-length"),
            FieldSpec("server_response", "Server-response", "server_response_length", BYTES,
                      "A Kerberos server ticket (type 3) or a SAML response (type 4); empty for the other types.",
                      secret=True),
        ),
        0x59, "item_length", "at most one, only where it was asked for",
    ),
)  # fmt: skip


# ---------------------------------------------------------------------------------------- presentation data values

_PDV = Structure(
    "presentation_data_value", "Presentation-Data-Value Item",
    "One fragment of a command set or a data set.",
    Reference("PS3.8", "9.3.5.1", "9-23"),
    (
        FieldSpec("item_length", "Item-length", 4, UINT,
                  "Counts the bytes that follow this field, to the end of the fragment."),
        FieldSpec("presentation_context_id", "Presentation-context-ID", 1, UINT,
                  "The accepted presentation context that the message uses: odd, 1 to 255.", odd=True),
        FieldSpec("message_control_header", "Message Control Header", 1, UINT,
                  "Says whether the fragment is of a command set or a data set, and whether it is the last one.",
                  bits=(Bit(0x01, "command/data", {0: "data set", 1: "command set"}),
                        Bit(0x02, "last fragment", {0: "more to come", 1: "last fragment"}),
                        Bit(0xFC, "reserved bits", {0: "zero"})),
                  reference=Reference("PS3.8", "E.2")),
        FieldSpec("fragment", "Message fragment", REST, BYTES,
                  "An even number of bytes: of a command set, always implicit VR little endian (PS3.7 6.3.1), or of a "
                  "data set, in the negotiated transfer syntax.",
                  choose="fragment", reference=Reference("PS3.8", "E.1")),
    ),
    None, "item_length", "one or more",
)  # fmt: skip


# ---------------------------------------------------------------------------------------- what no table names

UNKNOWN_PDU = Structure(
    "unknown_pdu", "PDU of unknown type", "A PDU whose type the standard does not define.",
    Reference("PS3.8", "9.3.1"),
    (
        FieldSpec("pdu_type", "PDU-type", 1, UINT, "Says which of the seven PDUs this is."),
        _reserved(2),
        FieldSpec("pdu_length", "PDU-length", 4, UINT,
                  "Counts the bytes that follow this field, to the end of the PDU."),
        FieldSpec("undecoded", "Undecoded bytes", REST, BYTES, "Bytes that no table of the standard explains here."),
    ),
    None, "pdu_length",
)  # fmt: skip

UNKNOWN_ITEM = Structure(
    "unknown_item", "Unknown item", "An item whose type the standard does not define; receivers skip it.",
    Reference("PS3.8", "9.3.1"),
    (
        FieldSpec("item_type", "Item-type", 1, UINT, "Says which item or sub-item this is."),
        _reserved(2),
        FieldSpec("item_length", "Item-length", 2, UINT,
                  "Counts the bytes that follow this field, to the end of the item."),
        FieldSpec("undecoded", "Undecoded bytes", REST, BYTES, "Bytes that no table of the standard explains here."),
    ),
    None, "item_length",
)  # fmt: skip

UNDECODED = UNKNOWN_ITEM.fields[-1]
"""A leaf for bytes that could not be read as any field."""

MISPLACED_ITEM = Structure(
    "misplaced_item", "Misplaced item", "An item that the standard defines, at a place where it may not stand.",
    Reference("PS3.8", "9.3.1"), UNKNOWN_ITEM.fields, None, "item_length",
)  # fmt: skip

STRUCTURES: dict[str, Structure] = {
    structure.key: structure
    for structure in (*_PDUS, *_ITEMS, *_SUB_ITEMS, _PDV, UNKNOWN_PDU, UNKNOWN_ITEM, MISPLACED_ITEM)
}
PDU_STRUCTURES: dict[int, Structure] = {structure.code: structure for structure in _PDUS if structure.code}
ITEM_CODES: frozenset[int] = frozenset(structure.code for structure in (*_ITEMS, *_SUB_ITEMS) if structure.code)
"""The item and sub-item types that the standard defines anywhere."""
SECRET_ITEM_CODES: frozenset[int] = frozenset(
    structure.code for structure in _SUB_ITEMS if structure.code and any(spec.secret for spec in structure.fields)
)
"""The item types that can hold a credential: their bytes are masked even where they cannot be decoded."""
