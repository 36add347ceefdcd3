"""Which of tshark's fields tells which row of the standard's tables: the mapping to its names, as data.

Strategy: a row is looked up as 'structure.name', then as 'name' alone, so that what every table repeats (types,
lengths, context IDs) is written once; `_rq` and `_ac` at the end of an item's key are left out. A row without an entry
is one that tshark does not show: reserved bytes, most lengths inside sub-items, sub-items that it does not know.
"""

from __future__ import annotations

from .structure import FieldSpec, Structure

FIELDS: dict[str, str] = {
    "pdu_type": "dicom.pdu.type",
    "pdu_length": "dicom.pdu.len",
    "protocol_version": "dicom.assoc.version",
    "called_ae_title": "dicom.assoc.ae.called",
    "calling_ae_title": "dicom.assoc.ae.calling",
    "a_associate_ac.reserved_11_26": "dicom.assoc.ae.called",
    "a_associate_ac.reserved_27_42": "dicom.assoc.ae.calling",
    "a_associate_rj.result": "dicom.assoc.reject.result",
    "a_associate_rj.source": "dicom.assoc.reject.source",
    "a_associate_rj.reason": "dicom.assoc.reject.reason",
    "a_abort.source": "dicom.assoc.abort.source",
    "a_abort.reason": "dicom.assoc.abort.reason",
    "item_type": "dicom.assoc.item.type",
    "item_length": "dicom.assoc.item.len",
    "application_context_name": "dicom.actx",
    "presentation_context_id": "dicom.pctx.id",
    "result_reason": "dicom.pctx.result",
    "abstract_syntax_name": "dicom.pctx.abss.syntax",
    "transfer_syntax_name": "dicom.pctx.xfer.syntax",
    "maximum_length_received": "dicom.max_pdu_len",
    "implementation_class_uid": "dicom.userinfo.uid",
    "implementation_version_name": "dicom.userinfo.version",
    "maximum_number_operations_invoked": "dicom.userinfo.asyncneg.maxnumopsinv",
    "maximum_number_operations_performed": "dicom.userinfo.asyncneg.maxnumopsper",
    "scp_scu_role_selection.uid_length": "dicom.userinfo.rolesel.sopclassuid.len",
    "scp_scu_role_selection.sop_class_uid": "dicom.userinfo.rolesel.sopclassuid",
    "scu_role": "dicom.userinfo.rolesel.scurole",
    "scp_role": "dicom.userinfo.rolesel.scprole",
    "sop_class_extended_negotiation.sop_class_uid_length": "dicom.userinfo.extneg.sopclassuid.len",
    "sop_class_extended_negotiation.sop_class_uid": "dicom.userinfo.extneg.sopclassuid",
    "relational_queries": "dicom.userinfo.extneg.relational",
    "relational_retrieval": "dicom.userinfo.extneg.relational",
    "date_time_matching": "dicom.userinfo.extneg.datetimematching",
    "fuzzy_semantic_matching": "dicom.userinfo.extneg.fuzzymatching",
    "timezone_query_adjustment": "dicom.userinfo.extneg.timezone",
    "user_identity_type": "dicom.userinfo.user_identify.type",
    "positive_response_requested": "dicom.userinfo.user_identify.response_requested",
    "primary_field_length": "dicom.userinfo.user_identify.primary_field_length",
    "primary_field": "dicom.userinfo.user_identify.primary_field",
    "secondary_field_length": "dicom.userinfo.user_identify.secondary_field_length",
    "secondary_field": "dicom.userinfo.user_identify.secondary_field",
    "presentation_data_value.item_length": "dicom.pdv.len",
    "presentation_data_value.presentation_context_id": "dicom.pdv.ctx",
    "message_control_header": "dicom.pdv.flags",
}
"""A row, alone or with its structure -> tshark's name."""

TAG, VALUE_LENGTH, VALUES = "dicom.tag", "dicom.tag.vl", (
    "dicom.tag.value.16u", "dicom.tag.value.32u", "dicom.tag.value.str", "dicom.tag.value.byte",
    "dicom.tag.value.16s", "dicom.tag.value.32s",
)  # fmt: skip
"""The fields of an element of a command set, with `dicom.tag_tree` on."""

WITHOUT_ROW = {
    "dicom.userinfo": "a heading", "dicom.userinfo.extneg": "a heading", "dicom.userinfo.rolesel": "a heading",
    "dicom.userinfo.asyncneg": "a heading", "dicom.userinfo.unknown": "a heading",
    "dicom.userinfo.user_identify": "a heading", "dicom.assoc.reject": "a heading", "dicom.assoc.abort": "a heading",
    "dicom.userinfo.data": "the bytes of a sub-item that tshark does not know",
}  # fmt: skip
"""tshark's fields for associations that tell no row of a table, and what they are."""


def row(structure: Structure | None, spec: FieldSpec) -> str | None:
    """The key in `FIELDS` of a row of a table; None for one that tshark does not show."""
    if structure is not None:
        owner = structure.key if structure.key in _PDU_KEYS else structure.key.removesuffix("_rq").removesuffix("_ac")
        if f"{owner}.{spec.name}" in FIELDS:
            return f"{owner}.{spec.name}"
    return spec.name if spec.name in FIELDS else None


_PDU_KEYS = frozenset(("a_associate_rq", "a_associate_ac"))
