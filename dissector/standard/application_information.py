"""What the service classes put into the SOP Class Extended Negotiation Sub-Item (56H), byte by byte.

Strategy: four layouts of PS3.4, each in a variant for the request and one for the answer, because a flag that asks in
one grants in the other. The SOP class picks the layout: storage classes by their family, the others by UID. Service
classes that define no layout have none here, and their bytes stay bytes.

Source: PS3.4 2020c, read in full. Two flags of C-FIND are later (names and order seen in 2024d, their rows not):
Empty Value Matching and Multiple Value Matching; no layout was seen for the Inventory classes, so they have none.
"""

from __future__ import annotations

from .services import family
from .structure import UINT, FieldSpec, Reference, Structure

REQUEST, ANSWER = "rq", "ac"


def _flag(name: str, title: str, explanation: str, values: dict[int, str], optional: bool = True) -> FieldSpec:
    return FieldSpec(name, title, 1, UINT, explanation, values=values, optional=optional)


def _unused(position: int, sent: int = 0) -> FieldSpec:
    return FieldSpec(f"reserved_{position}", "Reserved", 1, UINT,
                     f"Kept for later use: sent as {sent:02X}H, and the receiver does not test it.",
                     reserved=True, fixed=sent)  # fmt: skip


_SUPPORT = {0: "not supported", 1: "supported"}
_ASKED = {REQUEST: {0: "not requested", 1: "requested"}, ANSWER: {0: "not performed", 1: "performed"}}
_VIEW = {0: "Query/Retrieve View not supported", 1: "Query/Retrieve View supported"}


def _fuzzy(side: str, optional: bool) -> FieldSpec:
    return _flag("fuzzy_semantic_matching", "Fuzzy semantic matching of person names",
                 "Whether person names are matched by meaning or sound, not letter by letter.", _ASKED[side],
                 optional)  # fmt: skip


def _timezone(side: str) -> FieldSpec:
    return _flag("timezone_query_adjustment", "Timezone query adjustment",
                 "Whether Timezone Offset From UTC (0008,0201) shifts the dates and times of the query.", _ASKED[side])


def _conversion(optional: bool) -> FieldSpec:
    return _flag("enhanced_multi_frame_image_conversion", "Enhanced Multi-Frame Image Conversion",
                 "Whether Query/Retrieve View (0008,0053) may ask for the classic or the enhanced multi-frame view.",
                 _VIEW, optional)  # fmt: skip


def _storage(side: str, section: str, table: str) -> Structure:
    return Structure(
        f"storage_application_information_{side}", "Storage application information",
        "Says how faithfully the sender of this item keeps what is stored with it.",
        Reference("PS3.4", section, table),
        (
            _flag("level_of_support", "Level of support",
                  "How much the sender keeps when it is the SCP: a selection, all Type 1 and 2 attributes, or "
                  "everything.",
                  {0: "Level 0 SCP (local)", 1: "Level 1 SCP (base)", 2: "Level 2 SCP (full)",
                   3: "not applicable: SCU only"}, False),
            _unused(2),
            _flag("level_of_digital_signature_support", "Level of Digital Signature support",
                  "How a Level 2 SCP treats digital signatures: may lose them, signs again, or keeps them.",
                  {0: "unspecified, SCU only, or not a Level 2 SCP", 1: "signature level 1", 2: "signature level 2",
                   3: "signature level 3"}, False),
            _unused(4),
            _flag("element_coercion", "Element Coercion",
                  "Whether the sender, as SCP, may change values of what it stores.",
                  {0: "does not coerce any element", 1: "may coerce elements", 2: "not applicable: SCU only"}, False),
            _unused(6),
        ),
    )  # fmt: skip


def _find(side: str, section: str, table: str) -> Structure:
    return Structure(
        f"query_application_information_{side}", "Query application information",
        "Says which kinds of matching beyond the basic ones are wanted or done.",
        Reference("PS3.4", section, table),
        (
            _flag("relational_queries", "Relational-queries",
                  "Whether keys of any level may be used without the unique keys of the levels above.", _SUPPORT,
                  False),
            _flag("date_time_matching", "Date-time matching",
                  "Whether a date key and its time key are matched as one range.",
                  {REQUEST: {0: "combined matching not requested", 1: "combined matching requested"},
                   ANSWER: {0: "combined matching not performed", 1: "combined matching performed"}}[side]),
            _fuzzy(side, True),
            _timezone(side),
            _conversion(True),
            _flag("empty_value_matching", "Empty Value Matching",
                  "Whether a key can ask for attributes that are absent or empty (after 2020c).", _ASKED[side]),
            _flag("multiple_value_matching", "Multiple Value Matching",
                  "Whether every value of a key with several values must be found (after 2020c).", _ASKED[side]),
        ),
    )  # fmt: skip


def _retrieve(side: str, section: str, table: str) -> Structure:
    return Structure(
        f"retrieve_application_information_{side}", "Retrieve application information",
        "Says which kinds of retrieval beyond the basic ones are wanted or done.",
        Reference("PS3.4", section, table),
        (
            _flag("relational_retrieval", "Relational-retrieval",
                  "Whether the unique keys of the levels above the retrieve level may be left out.", _SUPPORT, False),
            _conversion(True),
        ),
    )  # fmt: skip


def _instance_root(side: str, section: str, table: str) -> Structure:
    return Structure(
        f"instance_root_retrieve_application_information_{side}", "Instance root retrieve application information",
        "Says whether views of multi-frame images can be converted.",
        Reference("PS3.4", section, table), (_unused(1), _conversion(False)),
    )  # fmt: skip


def _worklist(side: str, section: str, table: str) -> Structure:
    return Structure(
        f"worklist_application_information_{side}", "Worklist application information",
        "Says which kinds of matching beyond the basic ones are wanted or done.",
        Reference("PS3.4", section, table), (_unused(1, 1), _unused(2, 1), _fuzzy(side, False), _timezone(side)),
    )  # fmt: skip


_LAYOUTS = {
    "storage": (_storage(REQUEST, "B.3.1.1", "B.3-1"), _storage(ANSWER, "B.3.1.2", "B.3-2")),
    "find": (_find(REQUEST, "C.5.1.1.1", "C.5-1"), _find(ANSWER, "C.5.1.1.2", "C.5-2")),
    "retrieve": (_retrieve(REQUEST, "C.5.2.1.1", "C.5-3"), _retrieve(ANSWER, "C.5.2.1.2", "C.5-4")),
    "instance_root": (
        _instance_root(REQUEST, "Y.5.1.1.1", "Y.5.1-1"), _instance_root(ANSWER, "Y.5.1.1.2", "Y.5.1-2"),
    ),
    "worklist": (_worklist(REQUEST, "K.5.1.1", "K.5.1-1"), _worklist(ANSWER, "K.5.1.2", "K.5.1-2")),
}  # fmt: skip

_ROOT = "1.2.840.10008.5.1.4."
_LAYOUT_BY_CLASS = {
    **dict.fromkeys(("1.2.1.1", "1.2.2.1", "1.2.3.1", "1.1.201.6"), "find"),
    **dict.fromkeys(("1.2.1.2", "1.2.2.2", "1.2.3.2", "1.2.1.3", "1.2.2.3", "1.2.3.3"), "retrieve"),
    **dict.fromkeys(("1.2.4.2", "1.2.4.3", "1.2.5.3"), "instance_root"),
    # K.5, and the classes whose annexes point to it: hanging protocols (U.5), color palettes (X.5), implant templates
    # (BB.5), defined procedure protocols (HH.5), protocol approval (II.5), unified procedure steps (CC.3.2).
    **dict.fromkeys(
        ("31", "38.2", "39.2", "43.2", "44.2", "45.2", "20.1", "1.1.200.4", "34.6.3", "34.6.2", "34.6.5"),
        "worklist",
    ),
}  # fmt: skip

APPLICATION_INFORMATION: dict[str, Structure] = {
    structure.key: structure for pair in _LAYOUTS.values() for structure in pair
}


def choose_application_information(sop_class_uid: str, answer: bool = False) -> Structure | None:
    """The layout that a SOP class's service defines, for the A-ASSOCIATE-RQ or (`answer`) the A-ASSOCIATE-AC; None
    where no layout is defined."""
    name = _LAYOUT_BY_CLASS.get(sop_class_uid.removeprefix(_ROOT)) if sop_class_uid.startswith(_ROOT) else None
    if name is None:
        if family(sop_class_uid) != "Storage":
            return None
        name = "storage"
    return _LAYOUTS[name][answer]
