"""The status codes of DIMSE responses, and which table of them a response is to be read with.

Strategy: the general codes (PS3.7 Annex C) and one table per service (PS3.4), rows as printed, meanings in our own
words. The same code means different things to different services (B000H: elements changed in C-STORE, sub-operations
failed in C-MOVE), so `status` first picks tables by the SOP class and the command, and only then looks at the general
codes and at last at the class of the code. Where a SOP class leaves several tables possible and they do not say the
same (0000H of the actions of a Unified Procedure Step), the general meaning is given instead of a guess.

Source: PS3.7 Annex C and PS3.4, edition 2020c; what other sources say is marked so.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from .services import family
from .structure import Reference

SUCCESS = "success"
WARNING = "warning"
FAILURE = "failure"
CANCEL = "cancel"
PENDING = "pending"
CATEGORIES = (SUCCESS, WARNING, FAILURE, CANCEL, PENDING)

NOT_LISTED = "a general code, not listed for this command"
"""The note on a general code in the response to a command for which PS3.7 does not list it."""
NOT_IN_2020C = "from pynetdicom, not in edition 2020c of the standard"
"""The note on codes that were not seen in the standard itself."""


class Status(NamedTuple):
    """One row of a status table: a code, or a range of codes that mean the same."""

    first: int
    last: int
    """The same as `first`, but for a range (A7xx is A700H to A7FFH)."""
    category: str
    """One of `CATEGORIES`."""
    meaning: str
    """In our own words."""
    reference: Reference
    title: str = ""
    """The printed name, of general codes only."""
    note: str = ""
    """What else should be known: `NOT_LISTED`, `NOT_IN_2020C` or nothing."""


def _general(code: int, category: str, title: str, meaning: str, section: str) -> Status:
    """A row of PS3.7 Annex C."""
    return Status(code, code, category, meaning, Reference("PS3.7", section), title)


def _table(section: str, table: str, *rows: tuple[int, int, str, str]) -> tuple[Status, ...]:
    """A table of PS3.4 from its rows: first code, last code, category, meaning."""
    reference = Reference("PS3.4", section, table)
    return tuple(Status(first, last, category, meaning, reference) for first, last, category, meaning in rows)


_PYNETDICOM_FIND = Reference("pynetdicom 3.0.4", "QR_FIND_SERVICE_CLASS_STATUS")
_PYNETDICOM_STORAGE_MANAGEMENT = Reference("pynetdicom 3.0.4", "STORAGE_MANAGEMENT_SERVICE_CLASS_STATUS")

# fmt: off
GENERAL: dict[int, Status] = {
    row.first: row for row in (
        _general(0x0000, SUCCESS, "Success", "done", "C.1.1"),
        _general(0xFE00, CANCEL, "Cancel", "stopped on request", "C.3.1"),
        _general(0x0107, WARNING, "Attribute list error", "done, but some attributes were not recognised", "C.4.2"),
        _general(0x0116, WARNING, "Attribute Value out of range", "done, with a value out of range or changed",
                 "C.4.3"),
        _general(0x0122, FAILURE, "Refused: SOP Class not supported", "SOP Class not supported by the peer", "C.5.6"),
        _general(0x0119, FAILURE, "Class-Instance conflict", "instance does not belong to that class", "C.5.7"),
        _general(0x0111, FAILURE, "Duplicate SOP Instance", "instance UID already in use", "C.5.8"),
        _general(0x0210, FAILURE, "Duplicate invocation", "Message ID already in use", "C.5.9"),
        _general(0x0115, FAILURE, "Invalid argument value", "argument value wrong or out of range", "C.5.10"),
        _general(0x0106, FAILURE, "Invalid Attribute Value", "attribute value wrong or out of range", "C.5.11"),
        _general(0x0117, FAILURE, "Invalid SOP Instance", "instance UID breaks the UID rules", "C.5.12"),
        _general(0x0120, FAILURE, "Missing Attribute", "required attribute not sent", "C.5.13"),
        _general(0x0121, FAILURE, "Missing Attribute Value", "required value not sent, no default", "C.5.14"),
        _general(0x0212, FAILURE, "Mistyped argument", "parameter not agreed for this association", "C.5.15"),
        _general(0x0114, FAILURE, "No such argument", "argument not recognised", "C.5.16"),
        _general(0x0105, FAILURE, "No such Attribute", "attribute tag not recognised", "C.5.17"),
        _general(0x0113, FAILURE, "No such Event Type", "event type not recognised", "C.5.18"),
        _general(0x0112, FAILURE, "No such SOP Instance", "instance not known", "C.5.19"),
        _general(0x0118, FAILURE, "No such SOP Class", "class not known", "C.5.20"),
        _general(0x0110, FAILURE, "Processing Failure", "general failure while processing", "C.5.21"),
        _general(0x0213, FAILURE, "Resource Limitation", "not enough resources", "C.5.22"),
        _general(0x0211, FAILURE, "Unrecognized operation", "operation not agreed between the peers", "C.5.23"),
        _general(0x0123, FAILURE, "No such Action Type", "action type not supported", "C.5.24"),
        _general(0x0124, FAILURE, "Refused: Not authorized", "user not allowed", "C.5.25"),
    )
}
"""Code -> what it means wherever a service does not say otherwise."""

GENERAL_BY_COMMAND: dict[str, frozenset[int]] = {
    "C-STORE": frozenset({0x0000, 0x0117, 0x0122, 0x0124, 0x0210, 0x0211, 0x0212}),
    "C-FIND": frozenset({0x0000, 0x0122, 0xFE00}),
    "C-GET": frozenset({0x0000, 0x0122, 0x0124, 0x0210, 0x0211, 0x0212, 0xFE00}),
    "C-MOVE": frozenset({0x0000, 0x0122, 0x0124, 0x0210, 0x0211, 0x0212, 0xFE00}),
    "C-ECHO": frozenset({0x0000, 0x0122, 0x0210, 0x0211, 0x0212}),
    "N-EVENT-REPORT": frozenset({
        0x0000, 0x0110, 0x0112, 0x0113, 0x0114, 0x0115, 0x0117, 0x0118, 0x0119, 0x0210, 0x0211, 0x0212, 0x0213
    }),
    "N-GET": frozenset({
        0x0000, 0x0107, 0x0110, 0x0112, 0x0117, 0x0118, 0x0119, 0x0124, 0x0210, 0x0211, 0x0212, 0x0213
    }),
    "N-SET": frozenset({
        0x0000, 0x0105, 0x0106, 0x0107, 0x0110, 0x0112, 0x0116, 0x0117, 0x0118, 0x0119, 0x0121, 0x0124, 0x0210,
        0x0211, 0x0212, 0x0213
    }),
    "N-ACTION": frozenset({
        0x0000, 0x0110, 0x0112, 0x0114, 0x0115, 0x0117, 0x0118, 0x0119, 0x0123, 0x0124, 0x0210, 0x0211, 0x0212,
        0x0213
    }),
    "N-CREATE": frozenset({
        0x0000, 0x0105, 0x0106, 0x0107, 0x0110, 0x0111, 0x0116, 0x0117, 0x0118, 0x0120, 0x0121, 0x0124, 0x0210,
        0x0211, 0x0212, 0x0213
    }),
    "N-DELETE": frozenset({0x0000, 0x0110, 0x0112, 0x0117, 0x0118, 0x0119, 0x0124, 0x0210, 0x0211, 0x0212, 0x0213}),
}
"""Command without its ending -> the general codes PS3.7 9.1 and 10.1 list for it."""

SERVICE_TABLES: dict[str, tuple[Status, ...]] = {
    "storage": _table(
        "B.2.3", "B.2-1",
        (0xA700, 0xA7FF, FAILURE, "no resources left"),
        (0xA900, 0xA9FF, FAILURE, "Data Set or Identifier does not fit the SOP Class"),
        (0xC000, 0xCFFF, FAILURE, "SCP cannot interpret the Data Set"),
        (0xB000, 0xB000, WARNING, "stored, some elements were changed"),
        (0xB007, 0xB007, WARNING, "stored, although the Data Set does not fit the SOP Class"),
        (0xB006, 0xB006, WARNING, "stored, some elements were dropped"),
        (0x0000, 0x0000, SUCCESS, "done"),
    ),
    "qr_find": _table(
        "C.4.1.1.4", "C.4-1",
        (0xA700, 0xA700, FAILURE, "no resources left"),
        (0xA900, 0xA900, FAILURE, "Data Set or Identifier does not fit the SOP Class"),
        (0xC000, 0xCFFF, FAILURE, "SCP could not process the request"),
        (0xFE00, 0xFE00, CANCEL, "matching stopped by C-CANCEL"),
        (0x0000, 0x0000, SUCCESS, "no more matches"),
        (0xFF00, 0xFF00, PENDING, "one match, more may follow; optional keys honoured"),
        (0xFF01, 0xFF01, PENDING, "one match, more may follow; some optional key not honoured"),
    ),
    "qr_move": _table(
        "C.4.2.1.5", "C.4-2",
        (0xA701, 0xA701, FAILURE, "no resources to count the matches"),
        (0xA702, 0xA702, FAILURE, "no resources to do the sub-operations"),
        (0xA801, 0xA801, FAILURE, "move destination AE not known to the SCP"),
        (0xA900, 0xA900, FAILURE, "Data Set or Identifier does not fit the SOP Class"),
        (0xC000, 0xCFFF, FAILURE, "SCP could not process the request"),
        (0xFE00, 0xFE00, CANCEL, "sub-operations stopped by C-CANCEL"),
        (0xB000, 0xB000, WARNING, "finished, some sub-operations failed"),
        (0x0000, 0x0000, SUCCESS, "finished, no sub-operation failed"),
        (0xFF00, 0xFF00, PENDING, "sub-operations still running"),
    ),
    "qr_get": _table(
        "C.4.3.1.4", "C.4-3",
        (0xA701, 0xA701, FAILURE, "no resources to count the matches"),
        (0xA702, 0xA702, FAILURE, "no resources to do the sub-operations"),
        (0xA900, 0xA900, FAILURE, "Data Set or Identifier does not fit the SOP Class"),
        (0xC000, 0xCFFF, FAILURE, "SCP could not process the request"),
        (0xFE00, 0xFE00, CANCEL, "sub-operations stopped by C-CANCEL"),
        (0xB000, 0xB000, WARNING, "finished, some sub-operations failed or warned"),
        (0x0000, 0x0000, SUCCESS, "finished, all sub-operations fine"),
        (0xFF00, 0xFF00, PENDING, "sub-operations still running"),
    ),
    "worklist": _table(
        "K.4.1.1.4", "K.4-1",
        (0xA700, 0xA700, FAILURE, "no resources left"),
        (0xA900, 0xA900, FAILURE, "Data Set or Identifier does not fit the SOP Class"),
        (0xC000, 0xCFFF, FAILURE, "SCP could not process the request"),
        (0xFE00, 0xFE00, CANCEL, "matching stopped by C-CANCEL"),
        (0x0000, 0x0000, SUCCESS, "no more matches"),
        (0xFF00, 0xFF00, PENDING, "one match, more may follow; optional keys honoured"),
        (0xFF01, 0xFF01, PENDING, "one match, more may follow; some optional key not honoured"),
    ),
    "composite_instance_root_move": _table(
        "Y.4.1.1.4", "Y.4-1",
        (0xA701, 0xA701, FAILURE, "no resources to count the matches"),
        (0xA702, 0xA702, FAILURE, "no resources to do the sub-operations"),
        (0xA801, 0xA801, FAILURE, "move destination AE not known to the SCP"),
        (0xA900, 0xA900, FAILURE, "Data Set or Identifier does not fit the SOP Class"),
        (0xC000, 0xCFFF, FAILURE, "SCP could not process the request"),
        (0xAA00, 0xAA00, FAILURE, "none of the asked frames exist"),
        (0xAA01, 0xAA01, FAILURE, "cannot build the new object for this class"),
        (0xAA02, 0xAA02, FAILURE, "cannot extract the frames"),
        (0xAA03, 0xAA03, FAILURE, "time-based request for an object without time"),
        (0xAA04, 0xAA04, FAILURE, "request not valid"),
        (0xFE00, 0xFE00, CANCEL, "sub-operations stopped by C-CANCEL"),
        (0xB000, 0xB000, WARNING, "finished, some sub-operations failed or warned"),
        (0x0000, 0x0000, SUCCESS, "finished, all sub-operations fine"),
        (0xFF00, 0xFF00, PENDING, "sub-operations still running"),
    ),
    "composite_instance_root_get": _table(
        "Y.4.2.1.4", "Y.4-2",
        (0xA701, 0xA701, FAILURE, "no resources to count the matches"),
        (0xA702, 0xA702, FAILURE, "no resources to do the sub-operations"),
        (0xA900, 0xA900, FAILURE, "Data Set or Identifier does not fit the SOP Class"),
        (0xC000, 0xCFFF, FAILURE, "SCP could not process the request"),
        (0xAA00, 0xAA00, FAILURE, "none of the asked frames exist"),
        (0xAA01, 0xAA01, FAILURE, "cannot build the new object for this class"),
        (0xAA02, 0xAA02, FAILURE, "cannot extract the frames"),
        (0xAA03, 0xAA03, FAILURE, "time-based request for an object without time"),
        (0xAA04, 0xAA04, FAILURE, "request not valid"),
        (0xFE00, 0xFE00, CANCEL, "sub-operations stopped by C-CANCEL"),
        (0xB000, 0xB000, WARNING, "finished, some sub-operations failed or warned"),
        (0x0000, 0x0000, SUCCESS, "finished, all sub-operations fine"),
        (0xFF00, 0xFF00, PENDING, "sub-operations still running"),
    ),
    "without_bulk_data_get": _table(
        "Z.4.2.1.4", "Z.4-1",
        (0xA701, 0xA701, FAILURE, "no resources to count the matches"),
        (0xA702, 0xA702, FAILURE, "no resources to do the sub-operations"),
        (0xA900, 0xA900, FAILURE, "Data Set or Identifier does not fit the SOP Class"),
        (0xC000, 0xCFFF, FAILURE, "SCP could not process the request"),
        (0xFE00, 0xFE00, CANCEL, "sub-operations stopped by C-CANCEL"),
        (0xB000, 0xB000, WARNING, "finished, some sub-operations failed or warned"),
        (0x0000, 0x0000, SUCCESS, "finished, all sub-operations fine"),
        (0xFF00, 0xFF00, PENDING, "sub-operations still running"),
    ),
    "print_film_session_create": _table(
        "H.4.1.2.1.2", "H.4.1.2.1.2-1",
        (0x0000, 0x0000, SUCCESS, "film session created"),
        (0xB600, 0xB600, WARNING, "memory allocation not supported"),
    ),
    "print_film_session_action": _table(
        "H.4.1.2.4.2", "H.4-4",
        (0x0000, 0x0000, SUCCESS, "accepted for printing"),
        (0xB601, 0xB601, WARNING, "film session collation not supported"),
        (0xB602, 0xB602, WARNING, "hierarchy has no image box: empty page"),
        (0xB604, 0xB604, WARNING, "image larger than box, demagnified"),
        (0xB609, 0xB609, WARNING, "image larger than box, cropped"),
        (0xB60A, 0xB60A, WARNING, "image or combined image larger than box, decimated"),
        (0xC600, 0xC600, FAILURE, "film session has no film box"),
        (0xC601, 0xC601, FAILURE, "print queue full, no print job made"),
        (0xC603, 0xC603, FAILURE, "image larger than the box"),
        (0xC613, 0xC613, FAILURE, "combined image larger than the box"),
    ),
    "print_film_box_create": _table(
        "H.4.2.2.1.2", "H.4.2.2.1.2-1",
        (0x0000, 0x0000, SUCCESS, "film box created"),
        (0xB605, 0xB605, WARNING, "density outside the printer range, printer limit used"),
        (0xC616, 0xC616, FAILURE, "earlier film box not yet printed"),
    ),
    "print_film_box_action": _table(
        "H.4.2.2.4.2", "H.4-9",
        (0x0000, 0x0000, SUCCESS, "accepted for printing"),
        (0xB603, 0xB603, WARNING, "hierarchy has no image box: empty page"),
        (0xB604, 0xB604, WARNING, "image larger than box, demagnified"),
        (0xB609, 0xB609, WARNING, "image larger than box, cropped"),
        (0xB60A, 0xB60A, WARNING, "image or combined image larger than box, decimated"),
        (0xC602, 0xC602, FAILURE, "print queue full, no print job made"),
        (0xC603, 0xC603, FAILURE, "image larger than the box"),
        (0xC613, 0xC613, FAILURE, "combined image larger than the box"),
    ),
    "print_gray_image_box": _table(
        "H.4.3.1.2.1.2", "H.4.3.1.2.1.2-1",
        (0x0000, 0x0000, SUCCESS, "image stored in the box"),
        (0xB604, 0xB604, WARNING, "image larger than box, demagnified"),
        (0xB605, 0xB605, WARNING, "density outside the printer range, printer limit used"),
        (0xB609, 0xB609, WARNING, "image larger than box, cropped"),
        (0xB60A, 0xB60A, WARNING, "image or combined image larger than box, decimated"),
        (0xC603, 0xC603, FAILURE, "image larger than the box"),
        (0xC605, 0xC605, FAILURE, "printer memory full"),
        (0xC613, 0xC613, FAILURE, "combined image larger than the box"),
    ),
    "print_color_image_box": _table(
        "H.4.3.2.2.1.2", "H.4.3.2.2.1.2-1",
        (0xB604, 0xB604, WARNING, "image larger than box, demagnified"),
        (0xB609, 0xB609, WARNING, "image larger than box, cropped"),
        (0xB60A, 0xB60A, WARNING, "image or combined image larger than box, decimated"),
        (0xC603, 0xC603, FAILURE, "image larger than the box"),
        (0xC605, 0xC605, FAILURE, "printer memory full"),
        (0xC613, 0xC613, FAILURE, "combined image larger than the box"),
    ),
    "print_presentation_lut": _table(
        "H.4.9.2.1.2", "H.4.9.2.1.2-1",
        (0x0000, 0x0000, SUCCESS, "presentation LUT created"),
        (0xB605, 0xB605, WARNING, "density outside the printer range, printer limit used"),
    ),
    "pps_get": _table(
        "F.8.2.1.4", "F.8.2-2",
        (0x0001, 0x0001, WARNING, "some optional attributes not supported"),
    ),
    "event_logging_procedural": _table(
        "P.2.2.4", "P.2-3",
        (0x0000, 0x0000, SUCCESS, "done"),
        (0xB101, 0xB101, WARNING, "frame of reference UID differs from that of the SCP"),
        (0xB102, 0xB102, WARNING, "logged under another study UID"),
        (0xB104, 0xB104, WARNING, "IDs inconsistent, event logged"),
        (0xC101, 0xC101, FAILURE, "no logging for that study"),
        (0xC102, 0xC102, FAILURE, "event does not fit its template"),
        (0xC103, 0xC103, FAILURE, "no current study fits the event"),
        (0xC104, 0xC104, FAILURE, "IDs inconsistent, event not logged"),
    ),
    "event_logging_substance": _table(
        "P.3.2.4", "P.3-3",
        (0x0000, 0x0000, SUCCESS, "done"),
        (0xC10E, 0xC10E, FAILURE, "operator not authorised"),
        (0xC110, 0xC110, FAILURE, "patient not identified"),
        (0xC111, 0xC111, FAILURE, "record update failed"),
    ),
    "relevant_patient": _table(
        "Q.2.1.1.4", "Q.2-1",
        (0xA700, 0xA700, FAILURE, "no resources left"),
        (0xA900, 0xA900, FAILURE, "Data Set or Identifier does not fit the SOP Class"),
        (0xC000, 0xC000, FAILURE, "SCP could not process the request"),
        (0xC100, 0xC100, FAILURE, "more than one match"),
        (0xC200, 0xC200, FAILURE, "template not supported"),
        (0xFE00, 0xFE00, CANCEL, "matching stopped by C-CANCEL"),
        (0x0000, 0x0000, SUCCESS, "no more matches"),
        (0xFF00, 0xFF00, PENDING, "one match"),
    ),
    "media_creation_initiate": _table(
        "S.3.2.1.4", "S.3.2.2.4-1",
        (0xA510, 0xA510, FAILURE, "media creation already initiated for this instance"),
    ),
    "media_creation_cancel": _table(
        "S.3.2.3.4", "S.3.2.3.4-1",
        (0xC201, 0xC201, FAILURE, "media request already completed"),
        (0xC202, 0xC202, FAILURE, "media request in progress, cannot be stopped"),
        (0xC203, 0xC203, FAILURE, "cancel refused, no reason given"),
    ),
    "media_creation_get": _table(
        "S.3.2.4.4", "S.3.2.4.4-1",
        (0x0001, 0x0001, WARNING, "some optional attributes not supported"),
    ),
    "substance_administration": _table(
        "V.4.1.1.4", "V.4-1",
        (0xA700, 0xA700, FAILURE, "no resources left"),
        (0xA900, 0xA900, FAILURE, "Data Set or Identifier does not fit the SOP Class"),
        (0xC000, 0xCFFF, FAILURE, "SCP could not process the request"),
        (0xFE00, 0xFE00, CANCEL, "matching stopped by C-CANCEL"),
        (0x0000, 0x0000, SUCCESS, "no more matches"),
        (0xFF00, 0xFF00, PENDING, "one match, more may follow; optional keys honoured"),
        (0xFF01, 0xFF01, PENDING, "one match, more may follow; some optional key not honoured"),
    ),
    "ups_change_state": _table(
        "CC.2.1.4", "CC.2.1-2",
        (0x0000, 0x0000, SUCCESS, "state changed"),
        (0xB304, 0xB304, WARNING, "UPS already CANCELED"),
        (0xB306, 0xB306, WARNING, "UPS already COMPLETED"),
        (0xC300, 0xC300, FAILURE, "step can no longer be changed"),
        (0xC301, 0xC301, FAILURE, "wrong or no Transaction UID"),
        (0xC302, 0xC302, FAILURE, "UPS already IN PROGRESS"),
        (0xC303, 0xC303, FAILURE, "SCHEDULED only through N-CREATE"),
        (0xC304, 0xC304, FAILURE, "final-state requirements not met"),
        (0xC307, 0xC307, FAILURE, "UPS instance not known here"),
        (0xC310, 0xC310, FAILURE, "UPS not yet IN PROGRESS"),
    ),
    "ups_request_cancel": _table(
        "CC.2.2.4", "CC.2.2-2",
        (0x0000, 0x0000, SUCCESS, "cancel request taken"),
        (0xB304, 0xB304, WARNING, "UPS already CANCELED"),
        (0xC311, 0xC311, FAILURE, "UPS already COMPLETED"),
        (0xC313, 0xC313, FAILURE, "performer will not cancel"),
        (0xC307, 0xC307, FAILURE, "UPS instance not known here"),
        (0xC312, 0xC312, FAILURE, "performer not reachable"),
    ),
    "ups_subscribe": _table(
        "CC.2.3.4", "CC.2.3-3",
        (0x0000, 0x0000, SUCCESS, "subscription changed"),
        (0xB301, 0xB301, WARNING, "deletion lock not granted"),
        (0xC307, 0xC307, FAILURE, "UPS instance not known here"),
        (0xC308, 0xC308, FAILURE, "receiving AE title not known"),
        (0xC314, 0xC314, FAILURE, "action does not suit the instance"),
        (0xC315, 0xC315, FAILURE, "SCP has no event reports"),
    ),
    "ups_create": _table(
        "CC.2.5.4", "CC.2.5-4",
        (0x0000, 0x0000, SUCCESS, "UPS created"),
        (0xB300, 0xB300, WARNING, "UPS created with changes"),
        (0xC309, 0xC309, FAILURE, "UPS State sent was not SCHEDULED"),
    ),
    "ups_set": _table(
        "CC.2.6.4", "CC.2.6-1",
        (0x0000, 0x0000, SUCCESS, "modification done"),
        (0x0001, 0x0001, WARNING, "some optional attributes not supported"),
        (0xB305, 0xB305, WARNING, "invalid values coerced"),
        (0xC310, 0xC310, FAILURE, "UPS not IN PROGRESS"),
        (0xC301, 0xC301, FAILURE, "wrong or no Transaction UID"),
        (0xC300, 0xC300, FAILURE, "step can no longer be changed"),
        (0xC307, 0xC307, FAILURE, "UPS instance not known here"),
    ),
    "ups_get": _table(
        "CC.2.7.4", "CC.2.7-1",
        (0x0001, 0x0001, WARNING, "some optional attributes not supported"),
        (0xC307, 0xC307, FAILURE, "UPS instance not known here"),
    ),
    "ups_find": _table(
        "CC.2.8.4", "CC.2.8-2",
        (0xA700, 0xA700, FAILURE, "no resources left"),
        (0xA900, 0xA900, FAILURE, "Data Set or Identifier does not fit the SOP Class"),
        (0x0122, 0x0122, FAILURE, "SOP Class not supported"),
        (0xC000, 0xCFFF, FAILURE, "SCP could not process the request"),
        (0xFE00, 0xFE00, CANCEL, "matching stopped by C-CANCEL"),
        (0x0000, 0x0000, SUCCESS, "no more matches"),
        (0xFF00, 0xFF00, PENDING, "one match, more may follow; optional keys honoured"),
        (0xFF01, 0xFF01, PENDING, "one match, more may follow; some optional key not honoured"),
    ),
    "rt_verification_create": _table(
        "DD.3.2.1.2", "DD.3.2.1.2-1",
        (0x0000, 0x0000, SUCCESS, "verification created"),
        (0xC227, 0xC227, FAILURE, "RT plan not found"),
        (0xC221, 0xC221, FAILURE, "fraction group not in the plan"),
        (0xC222, 0xC222, FAILURE, "no beam in the fraction group"),
        (0xC223, 0xC223, FAILURE, "already verifying, busy"),
    ),
    "rt_verification_set": _table(
        "DD.3.2.1.2", "DD.3.2.1.2-2",
        (0x0000, 0x0000, SUCCESS, "verification updated"),
        (0xC224, 0xC224, FAILURE, "beam not in the fraction group"),
        (0xC225, 0xC225, FAILURE, "device or accessory not supported"),
        (0xC226, 0xC226, FAILURE, "device or accessory not in the beam"),
    ),
    "rt_verification_get": _table(
        "DD.3.2.2.3", "DD.3.2.2.3-1",
        (0x0000, 0x0000, SUCCESS, "status returned"),
        (0xC112, 0xC112, FAILURE, "verification instance not found"),
    ),
    "rt_verification_action": _table(
        "DD.3.2.3.2", "DD.3.2.3-2",
        (0x0000, 0x0000, SUCCESS, "verification started"),
        (0xC112, 0xC112, FAILURE, "verification instance not found"),
    ),
    "non_patient_storage": _table(
        "GG.4.2", "GG.4-1",
        (0xA700, 0xA700, FAILURE, "no resources left"),
        (0xA900, 0xA900, FAILURE, "Data Set or Identifier does not fit the SOP Class"),
        (0xC000, 0xC000, FAILURE, "SCP cannot interpret the Data Set"),
        (0x0000, 0x0000, SUCCESS, "done"),
    ),
    "print_retired": _table(
        "H.4.1.2.4.2, H.4.2.2.4.2", "",
        (0xC604, 0xC604, FAILURE, "print: image position collision (retired)"),
    ),
    "repository_query": (
        Status(0xA710, 0xA710, FAILURE, "prior record key not valid", _PYNETDICOM_FIND, "", NOT_IN_2020C),
        Status(0xB001, 0xB001, WARNING, "response limit reached, ask again for more", _PYNETDICOM_FIND,
               "", NOT_IN_2020C),
    ),
    "storage_management": (
        Status(0xB010, 0xB010, WARNING, "some key attribute not supported for matching", _PYNETDICOM_STORAGE_MANAGEMENT,
               "", NOT_IN_2020C),
    ),
}
"""Key of a table -> its rows in the printed order."""

for _key in ("print_film_session", "print_film_box"):  # one printed table for N-CREATE and N-SET; a set creates nothing
    SERVICE_TABLES[f"{_key}_set"] = tuple(row for row in SERVICE_TABLES[f"{_key}_create"] if row.category != SUCCESS)

TABLE_COMMANDS: dict[str, tuple[str, ...]] = {
    "storage": ("C-STORE",),
    "qr_find": ("C-FIND",),
    "qr_move": ("C-MOVE",),
    "qr_get": ("C-GET",),
    "worklist": ("C-FIND",),
    "composite_instance_root_move": ("C-MOVE",),
    "composite_instance_root_get": ("C-GET",),
    "without_bulk_data_get": ("C-GET",),
    "print_film_session_create": ("N-CREATE",),
    "print_film_session_action": ("N-ACTION",),
    "print_film_box_create": ("N-CREATE",),
    "print_film_box_action": ("N-ACTION",),
    "print_gray_image_box": ("N-SET",),
    "print_color_image_box": ("N-SET",),
    "print_presentation_lut": ("N-CREATE",),
    "pps_get": ("N-GET",),
    "event_logging_procedural": ("N-ACTION",),
    "event_logging_substance": ("N-ACTION",),
    "relevant_patient": ("C-FIND",),
    "media_creation_initiate": ("N-ACTION",),
    "media_creation_cancel": ("N-ACTION",),
    "media_creation_get": ("N-GET",),
    "substance_administration": ("C-FIND",),
    "ups_change_state": ("N-ACTION",),
    "ups_request_cancel": ("N-ACTION",),
    "ups_subscribe": ("N-ACTION",),
    "ups_create": ("N-CREATE",),
    "ups_set": ("N-SET",),
    "ups_get": ("N-GET",),
    "ups_find": ("C-FIND",),
    "rt_verification_create": ("N-CREATE",),
    "rt_verification_set": ("N-SET",),
    "rt_verification_get": ("N-GET",),
    "rt_verification_action": ("N-ACTION",),
    "non_patient_storage": ("C-STORE",),
    "print_retired": ("N-ACTION",),
    "print_film_session_set": ("N-SET",),
    "print_film_box_set": ("N-SET",),
    "repository_query": ("C-FIND",),
    "storage_management": ("N-ACTION",),
}
"""Key of a table -> the commands whose responses it is for."""
# fmt: on

_QUERY_RETRIEVE = ("qr_find", "qr_move", "qr_get")
_PRINT = (
    "print_film_session_create",
    "print_film_session_set",
    "print_film_session_action",
    "print_film_box_create",
    "print_film_box_set",
    "print_film_box_action",
    "print_gray_image_box",
    "print_color_image_box",
    "print_presentation_lut",
    "print_retired",
)

FAMILY_TABLES: dict[str, tuple[str, ...]] = {
    "Storage": ("storage",),
    "Query/Retrieve": _QUERY_RETRIEVE,
    "Basic Worklist Management": ("worklist",),
    "Procedure Step (MPPS)": ("pps_get",),
    "Storage Management": ("storage_management",),
    "Print Management": _PRINT,
    "Application Event Logging": ("event_logging_procedural", "event_logging_substance"),
    "Relevant Patient Information Query": ("relevant_patient",),
    "Media Creation Management": ("media_creation_initiate", "media_creation_cancel", "media_creation_get"),
    "Substance Administration Query": ("substance_administration",),
    "Unified Procedure Step": (
        "ups_change_state",
        "ups_request_cancel",
        "ups_subscribe",
        "ups_create",
        "ups_set",
        "ups_get",
        "ups_find",
    ),
    "RT Machine Verification": (
        "rt_verification_create",
        "rt_verification_set",
        "rt_verification_get",
        "rt_verification_action",
    ),
    "Non-Patient Object Storage": ("non_patient_storage",),
    "Color Palette Query/Retrieve": _QUERY_RETRIEVE,
    "Defined Procedure Protocol Query/Retrieve": _QUERY_RETRIEVE,
    "Hanging Protocol Query/Retrieve": _QUERY_RETRIEVE,
    "Implant Template Query/Retrieve": _QUERY_RETRIEVE,
    "Protocol Approval Query/Retrieve": _QUERY_RETRIEVE,
    "Inventory Query/Retrieve": (*_QUERY_RETRIEVE, "repository_query"),
}
"""Family of services -> its tables; families without codes of their own are left out."""

CLASS_TABLES: dict[str, tuple[str, ...]] = {
    "1.2.840.10008.5.1.4.1.2.4.2": ("composite_instance_root_move",),
    "1.2.840.10008.5.1.4.1.2.4.3": ("composite_instance_root_get",),
    "1.2.840.10008.5.1.4.1.2.5.3": ("without_bulk_data_get",),
    "1.2.840.10008.5.1.4.1.1.201.6": ("qr_find", "repository_query"),
    "1.2.840.10008.1.40": ("event_logging_procedural",),
    "1.2.840.10008.1.42": ("event_logging_substance",),
    "1.2.840.10008.5.1.1.1": (
        "print_film_session_create",
        "print_film_session_set",
        "print_film_session_action",
        "print_retired",
    ),
    "1.2.840.10008.5.1.1.2": ("print_film_box_create", "print_film_box_set", "print_film_box_action", "print_retired"),
    "1.2.840.10008.5.1.1.4": ("print_gray_image_box",),
    "1.2.840.10008.5.1.1.4.1": ("print_color_image_box",),
    "1.2.840.10008.5.1.1.14": (),
    "1.2.840.10008.5.1.1.15": (),
    "1.2.840.10008.5.1.1.16": (),
    "1.2.840.10008.5.1.1.16.376": (),
    "1.2.840.10008.5.1.1.23": ("print_presentation_lut",),
}
"""SOP class UID -> its tables, where its family has more than it. Not for Unified Procedure Steps: their messages name
the Push SOP class whichever of them was negotiated."""

DEFAULT_TABLES: dict[str, tuple[str, ...]] = {
    "C-STORE": ("storage",),
    "C-FIND": ("qr_find",),
    "C-MOVE": ("qr_move",),
    "C-GET": ("qr_get",),
}
"""Command -> the tables for SOP classes that have none: private, retired or unknown ones."""

_CLASSES = Reference("PS3.7", "C")
CODE_CLASSES: tuple[Status, ...] = (
    Status(0x0001, 0x0001, WARNING, "warning, not listed for this service class", _CLASSES),
    Status(0xB000, 0xBFFF, WARNING, "warning, not listed for this service class", _CLASSES),
    Status(0xA000, 0xAFFF, FAILURE, "failure, not listed for this service class", _CLASSES),
    Status(0xC000, 0xCFFF, FAILURE, "failure, not listed for this service class", _CLASSES),
    Status(0x0100, 0x02FF, FAILURE, "failure, not listed for this service class", _CLASSES),
    Status(0xFF00, 0xFF01, PENDING, "pending, not listed for this service class", _CLASSES),
    Status(
        0xFF02, 0xFFFF, PENDING, "pending by its first two digits, though only FF00H and FF01H are defined", _CLASSES
    ),
)
"""What a code is by its digits alone, for codes no table lists."""
NO_CLASS = "not a status code of the standard, to be taken as a failure"
"""The meaning of codes outside `CODE_CLASSES`: only the codes the standard lists say that the work was done."""

FAILURE_REASONS: dict[int, str] = {
    0x0110: "Processing failure",
    0x0112: "No such object instance",
    0x0213: "Resource limitation",
    0x0122: "Referenced SOP Class not supported",
    0x0119: "Class / Instance conflict",
    0x0131: "Duplicate transaction UID",
}
"""Failure Reason (0008,1197) of one object in the result of a storage commitment (PS3.3 C.14.1.1)."""


def tables(command: str, sop_class_uid: str | None) -> tuple[str, ...]:
    """The keys of the status tables for the responses to a command; empty when only the general codes apply.

    `command` may have its ending ("C-STORE-RSP") or not ("C-STORE").

    Reference: PS3.4
    """
    service = command.removesuffix("-RSP").removesuffix("-RQ")
    keys = CLASS_TABLES.get(sop_class_uid) if sop_class_uid else None
    if keys is None:
        keys = FAMILY_TABLES.get(family(sop_class_uid) or "", ())
    return tuple(key for key in keys if service in TABLE_COMMANDS[key]) or DEFAULT_TABLES.get(service, ())


@lru_cache(maxsize=4096)
def status(code: int, command: str, sop_class_uid: str | None = None) -> Status:
    """What a status code means in the response to a command about a SOP class.

    The row of the service's table, else the general code (noted when PS3.7 does not list it for the command), else the
    class of the code. Never fails: a code outside every class is called a failure, and said to be none of the standard.

    Reference: PS3.7 C, PS3.4
    """
    rows = [
        row for key in tables(command, sop_class_uid) for row in SERVICE_TABLES[key] if row.first <= code <= row.last
    ]
    general = GENERAL.get(code)
    if rows:
        narrowest = min(row.last - row.first for row in rows)
        rows = [row for row in rows if row.last - row.first == narrowest]
        if general is None or all(row.meaning == rows[0].meaning for row in rows):
            return rows[0]
    if general is not None:
        listed = GENERAL_BY_COMMAND.get(command.removesuffix("-RSP").removesuffix("-RQ"))
        return general if listed is None or code in listed else general._replace(note=NOT_LISTED)
    for row in CODE_CLASSES:
        if row.first <= code <= row.last:
            return row
    return Status(code, code, FAILURE, NO_CLASS, _CLASSES)
