"""What PS3.5 says of data sets: value representations and how their values are written, the rows of an element, the
delimiters, and what can be wrong with them; and the attributes that PS3.15 counts as identifying.

Strategy: data only. Names, VRs and multiplicities of the attributes themselves are not here: they are pydicom's
dictionaries, which `dataset` asks. The rows are those of every element, so a data set's tree is made of few specs.

Sources: PS3.5 2024b 6.2 and Table 6.2-1, 7.1, 7.5, 8.2, Annex A; PS3.15 2024b Table E.1-1 as machine-readable in
innolitics/dicom-standard (standard/confidentiality_profile_attributes.json).
"""

from __future__ import annotations

from typing import NamedTuple

from .problems import ProblemKind
from .structure import (
    AE_TITLE, BYTES, REST, TAG, TAGS, TEXT, UID_PADDED, UINT, UINT_LE, FieldSpec, Reference, Structure,
)  # fmt: skip

ELEMENT_TEXT = "element_text"
"""A kind: characters of a data element as the character set says, a str; backslashes separate values."""
NUMBERS = "numbers"
"""A kind: numbers of a data element, a list, or a float when there is one."""
ELEMENT_KINDS = frozenset((ELEMENT_TEXT, NUMBERS))
VR = "value_representation"
"""A kind, and the name of the row: two letters."""

UNDEFINED_LENGTH = 0xFFFFFFFF
ITEM, ITEM_DELIMITER, SEQUENCE_DELIMITER = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
SPECIFIC_CHARACTER_SET, SOP_CLASS_UID, SOP_INSTANCE_UID = 0x00080005, 0x00080016, 0x00080018
QUERY_RETRIEVE_LEVEL, PIXEL_REPRESENTATION, PIXEL_DATA = 0x00080052, 0x00280103, 0x7FE00010

FOREIGN_GROUPS = frozenset((0x0000, 0x0001, 0x0002, 0x0003, 0x0005, 0x0007, 0xFFFF))
"""Groups of command sets and files, and odd ones that are not for private elements (PS3.5 7.1, 7.8)."""

IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG = (
    "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2",
)  # fmt: skip
DEFLATED = "1.2.840.10008.1.2.1.99"
DEFLATED_SYNTAXES = frozenset((DEFLATED, "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205"))
"""Transfer syntaxes whose whole data set is deflated (PS3.5 A.5, A.7, A.11)."""
IMPLICIT_SYNTAXES = frozenset((IMPLICIT_LITTLE, "1.2.840.113619.5.2"))
"""Implicit VR little endian; the second is General Electric's, which differs in its pixel data only."""


class Representation(NamedTuple):
    """One row of Table 6.2-1: `unit` bytes a value (0: characters), `longest` characters a value (0: no limit),
    `wide`: its length has 32 bits in explicit VR, after two reserved bytes."""

    code: str
    name: str
    unit: int = 0
    longest: int = 0
    wide: bool = False
    character_set: bool = False
    """Its characters are those of the Specific Character Set."""
    single: bool = False
    """A backslash separates no values."""
    number: str = ""
    """Of numbers: the letter of `struct`."""


REPRESENTATIONS = {
    each.code: each
    for each in (
        Representation("AE", "Application Entity", longest=16),
        Representation("AS", "Age String", longest=4),
        Representation("AT", "Attribute Tag", unit=4),
        Representation("CS", "Code String", longest=16),
        Representation("DA", "Date", longest=8),
        Representation("DS", "Decimal String", longest=16),
        Representation("DT", "Date Time", longest=26),
        Representation("FL", "Floating Point Single", unit=4, number="f"),
        Representation("FD", "Floating Point Double", unit=8, number="d"),
        Representation("IS", "Integer String", longest=12),
        Representation("LO", "Long String", longest=64, character_set=True),
        Representation("LT", "Long Text", longest=10240, character_set=True, single=True),
        Representation("OB", "Other Byte", wide=True, unit=1),
        Representation("OD", "Other Double", wide=True, unit=8),
        Representation("OF", "Other Float", wide=True, unit=4),
        Representation("OL", "Other Long", wide=True, unit=4),
        Representation("OV", "Other 64-bit Very Long", wide=True, unit=8),
        Representation("OW", "Other Word", wide=True, unit=2),
        Representation("PN", "Person Name", longest=64, character_set=True),
        Representation("SH", "Short String", longest=16, character_set=True),
        Representation("SL", "Signed Long", unit=4, number="l"),
        Representation("SQ", "Sequence of Items", wide=True),
        Representation("SS", "Signed Short", unit=2, number="h"),
        Representation("ST", "Short Text", longest=1024, character_set=True, single=True),
        Representation("SV", "Signed 64-bit Very Long", wide=True, unit=8, number="q"),
        Representation("TM", "Time", longest=16),
        Representation("UC", "Unlimited Characters", wide=True, character_set=True),
        Representation("UI", "Unique Identifier", longest=64),
        Representation("UL", "Unsigned Long", unit=4, number="L"),
        Representation("UN", "Unknown", wide=True, unit=1),
        Representation("UR", "Universal Resource Identifier or Locator", wide=True, single=True),
        Representation("US", "Unsigned Short", unit=2, number="H"),
        Representation("UT", "Unlimited Text", wide=True, character_set=True, single=True),
        Representation("UV", "Unsigned 64-bit Very Long", wide=True, unit=8, number="Q"),
    )
}

FORMATS = {
    "AS": (r"[0-9]{3}[DWMY]", "three digits and D, W, M or Y"),
    "CS": (r"[A-Z0-9_ ]*", "capital letters, digits, spaces and underscores only"),
    "DA": (r"[0-9]{4}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])", "YYYYMMDD"),
    "DS": (r" *[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([Ee][+-]?[0-9]+)? *", "a decimal number"),
    "DT": (r"[0-9]{4}((0[1-9]|1[0-2])((0[1-9]|[12][0-9]|3[01])(([01][0-9]|2[0-3])([0-5][0-9](([0-5][0-9]|60)"
           r"(\.[0-9]{1,6})?)?)?)?)?)?([+-][01][0-9][0-5][0-9])? *", "YYYYMMDDHHMMSS.FFFFFF&ZZXX"),
    "IS": (r" *[+-]?[0-9]+ *", "a whole number"),
    "TM": (r"([01][0-9]|2[0-3])([0-5][0-9](([0-5][0-9]|60)(\.[0-9]{1,6})?)?)? *", "HHMMSS.FFFFFF"),
    "UI": (r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))*", "digits and dots, no component empty or with a leading zero"),
    "UR": (r"[^ ](.*[^ ])? *", "no spaces before it"),
}  # fmt: skip
"""How one value reads, as a regular expression, and in words."""

RANGED = frozenset(("DA", "TM", "DT"))
"""Value representations of which a query may give a range (PS3.4 C.2.2.2.5)."""

# ------------------------------------------------------------------------------------------- rows and tables

_ELEMENT = Reference("PS3.5", "7.1.1")
_EXPLICIT = Reference("PS3.5", "7.1.2")
_SEQUENCES = Reference("PS3.5", "7.5")
_FRAGMENTS = Reference("PS3.5", "A.4")
_VALUES = Reference("PS3.5", "6.2", "6.2-1")

TAG_ROW = FieldSpec("tag", "Tag", 4, TAG, "Group number and element number: which attribute this is.",
                    reference=_ELEMENT)  # fmt: skip
VR_ROW = FieldSpec(VR, "VR", 2, VR, "Value representation: how the value is written, in two letters.",
                   reference=_EXPLICIT)  # fmt: skip
RESERVED_ROW = FieldSpec("reserved", "Reserved", 2, UINT, "Two bytes of zero before a length of 32 bits.",
                         reserved=True, fixed=0, reference=_EXPLICIT)  # fmt: skip


def _length(size: int, kind: str) -> FieldSpec:
    return FieldSpec("value_length", "Value Length", size, kind, "Counts the bytes of the value.", reference=_ELEMENT)


def _undefined(kind: str) -> FieldSpec:
    return FieldSpec("value_length", "Value Length", 4, kind, "No number is given: a delimiter ends the value.",
                     values={UNDEFINED_LENGTH: "undefined length: a delimiter ends it"},
                     reference=_SEQUENCES)  # fmt: skip


LENGTH_ROWS = {(size, little): _length(size, UINT_LE if little else UINT)
               for size in (2, 4) for little in (True, False)}  # fmt: skip
UNDEFINED_ROWS = {True: _undefined(UINT_LE), False: _undefined(UINT)}

_VALUE = "The value, padded to an even number of bytes."


def _value(kind: str) -> FieldSpec:
    return FieldSpec("value", "Value", "value_length", kind, _VALUE, reference=_VALUES)


VALUE_ROWS = {kind: _value(kind)
              for kind in (ELEMENT_TEXT, NUMBERS, AE_TITLE, UID_PADDED, UINT, UINT_LE, TAGS, BYTES, TEXT)}  # fmt: skip
OFFSETS_ROW = FieldSpec("offsets", "Offsets", "value_length", NUMBERS,
                        "Where each frame starts, counted from the first byte after this table.",
                        reference=_FRAGMENTS)  # fmt: skip
FRAGMENT_ROW = FieldSpec("fragment_bytes", "Bytes of the fragment", "value_length", BYTES,
                         "A piece of the compressed pixel data.", reference=_FRAGMENTS)  # fmt: skip
_HEAD = (TAG_ROW, LENGTH_ROWS[4, True])

DATA_SET = Structure("data_set", "Data Set", "Attributes with their values, in the order of their tags.",
                     Reference("PS3.5", "7.1"), ())  # fmt: skip
ITEM_STRUCTURE = Structure("item", "Item", "One data set inside a sequence.", _SEQUENCES, _HEAD, ITEM, "value_length")
OFFSET_TABLE = Structure("basic_offset_table", "Item: Basic Offset Table",
                         "The first item of encapsulated pixel data; empty, or where each frame starts.", _FRAGMENTS,
                         (*_HEAD, OFFSETS_ROW), ITEM, "value_length")  # fmt: skip
FRAGMENT = Structure("fragment", "Item: Fragment", "One piece of the compressed pixel data.", _FRAGMENTS,
                     (*_HEAD, FRAGMENT_ROW), ITEM, "value_length")  # fmt: skip
ITEM_END = Structure("item_delimitation_item", "Item Delimitation Item", "Ends an item of undefined length.",
                     _SEQUENCES, _HEAD, ITEM_DELIMITER, "value_length")  # fmt: skip
SEQUENCE_END = Structure("sequence_delimitation_item", "Sequence Delimitation Item",
                         "Ends a sequence, or encapsulated pixel data, of undefined length.", _SEQUENCES, _HEAD,
                         SEQUENCE_DELIMITER, "value_length")  # fmt: skip
DELIMITERS = {ITEM: ITEM_STRUCTURE, ITEM_DELIMITER: ITEM_END, SEQUENCE_DELIMITER: SEQUENCE_END}
COMPRESSED_ROW = FieldSpec("deflated_bytes", "Deflated bytes", REST, BYTES,
                           "The data set as it was sent, compressed as RFC 1951 says.",
                           reference=Reference("PS3.5", "A.5"))  # fmt: skip
COMPRESSED = Structure("deflated_data_set", "Deflated Data Set",
                       "Compressed as a whole; its elements are shown in the inflated bytes.",
                       Reference("PS3.5", "A.5"), (COMPRESSED_ROW,))  # fmt: skip

GROUP_LENGTH, PRIVATE_CREATOR = "Group Length", "Private Creator"
PRIVATE_ELEMENT, UNKNOWN_ELEMENT = "Private Element", "Unknown Element"
EXPLANATIONS = {
    GROUP_LENGTH: "How many bytes the group takes after this element; retired.",
    PRIVATE_CREATOR: "Whose private elements the block holds that this element reserves.",
    PRIVATE_ELEMENT: "What it means is known to its creator.",
    UNKNOWN_ELEMENT: "Not in the data dictionary.",
    "": "An attribute of the data dictionary (PS3.6).",
}
ELEMENT_REFERENCE = _ELEMENT

# ------------------------------------------------------------------------------------------- what can be wrong

_CODE = "data-set.malformed"

LENGTH_OVERRUNS = ProblemKind(
    _CODE, "Value Length says {claimed} bytes, but only {available} are left in what encloses it (PS3.5 7.1.1)"
)
ENDS_INSIDE = ProblemKind(_CODE, "ends inside {name}: {available} of {needed} bytes are there (PS3.5 7.1.1)")
VR_INVALID = ProblemKind(_CODE, "no value representation stands here, so nothing after it can be read (PS3.5 7.1.2)")
VR_ABSENT = ProblemKind(_CODE, "no value representation stands here; read as implicit VR (PS3.5 7.1.2)")
VR_UNDEFINED = ProblemKind(_CODE, "value representation {vr} is not one of Table 6.2-1 (PS3.5 6.2)")
VR_OTHER = ProblemKind(_CODE, "value representation {vr}; the data dictionary says {expected} (PS3.6 6)")
UNDEFINED_NOT_ALLOWED = ProblemKind(_CODE, "{vr} may not have an undefined length (PS3.5 7.1.2)")
TAG_ORDER = ProblemKind(_CODE, "this element does not stand in the order of tags (PS3.5 7.1)")
TAG_REPEATED = ProblemKind(_CODE, "this element stands twice (PS3.5 7.1)")
GROUP_FOREIGN = ProblemKind(_CODE, "group {group} does not belong into a data set (PS3.5 7.1)")
GROUP_LENGTH_WRONG = ProblemKind(_CODE, "the group would end {count} bytes beyond the data set (PS3.5 7.2)")
DELIMITER_MISPLACED = ProblemKind(_CODE, "nothing is open that this could belong to (PS3.5 7.5)")
DELIMITER_LENGTH = ProblemKind(_CODE, "the length of a delimiter is 0, not {claimed} (PS3.5 7.5.1)")
NOT_ENDED = ProblemKind(_CODE, "no {name} ends this (PS3.5 7.5)")
ITEM_EXPECTED = ProblemKind(_CODE, "an Item should stand here (PS3.5 7.5)")
PREAMBLE = ProblemKind(_CODE, "the preamble of a file stands here: files are not sent as they are (PS3.10 7.1)")
TOO_DEEP = ProblemKind(_CODE, "sequences are nested deeper than {limit} levels; not looked into")
TOO_MANY = ProblemKind(_CODE, "more than {limit} elements; the rest is not looked into")
INFLATE_FAULT = ProblemKind(_CODE, "cannot be inflated beyond {count} bytes (PS3.5 A.5)")
INFLATE_TOO_MUCH = ProblemKind(_CODE, "inflates to more than {limit} bytes; the rest is not looked into")
INFLATE_REST = ProblemKind(_CODE, "{count} bytes follow the end of the deflated data (PS3.5 A.5)")

SYNTAX_WRONG = ProblemKind("data-set.transfer-syntax-wrong",
                           "does not read as {negotiated}; it does as {found}, which is shown")  # fmt: skip
SYNTAX_UNREADABLE = ProblemKind(_CODE, "does not read as {negotiated}, nor in another transfer syntax")
IDENTITY = ProblemKind("data-set.identity-mismatch", "the command set says {other}")

ODD = ProblemKind(_CODE, "the value has an odd number of bytes ({count}) (PS3.5 7.1.1)")
UNIT = ProblemKind(_CODE, "{count} bytes do not divide into values of {needed} bytes as {vr} has them (PS3.5 6.2)")
TOO_LONG = ProblemKind(_CODE, "a value has {count} characters, {vr} allows {limit} (PS3.5 6.2)")
FORMAT = ProblemKind(_CODE, "a value is not written as {vr} asks: {rule} (PS3.5 6.2)")
OUT_OF_RANGE = ProblemKind(_CODE, "a number does not fit 32 bits, as IS asks (PS3.5 6.2)")
CONTROL = ProblemKind(_CODE, "a value holds control characters that {vr} does not allow (PS3.5 6.2)")
NUL_PADDED = ProblemKind(_CODE, "padded with NUL; {vr} is padded with a space (PS3.5 6.2)")
NAME_GROUPS = ProblemKind(_CODE, "a name has {count} component groups or components; {limit} are allowed (PS3.5 6.2.1)")
NOT_IN_SET = ProblemKind(_CODE, "bytes that are not characters of the Specific Character Set (PS3.5 6.1)")
NO_SET = ProblemKind(_CODE, "bytes above 7FH, but no Specific Character Set says what they mean (PS3.5 6.1.2)")
SET_UNKNOWN = ProblemKind(_CODE, "not a defined term for a character set (PS3.3 C.12.1.1.2)")
MULTIPLICITY = ProblemKind(_CODE, "{count} values; the data dictionary allows {expected} (PS3.5 6.4)")

# ------------------------------------------------------------------------------------------- summaries

QUERY_LEVEL = "{level} level"
RETURNS = "returns {count} keys"
MORE = "and {count} more"
EMPTY_DATA_SET = "empty data set"
SUMMARY_TEXTS = (QUERY_LEVEL, RETURNS, MORE, EMPTY_DATA_SET)

# ------------------------------------------------------------------------------------------- who is who (PS3.15)

_IDENTIFYING = {
    0x0000: "1000 1001",
    0x0002: "0003",
    0x0004: "1511",
    0x0008: "0012 0013 0014 0015 0017 0018 0019 0020 0021 0022 0023 0024 0025 002A 0030 0031 0032 0033 0034 0035 "
            "0050 0054 0055 0058 0080 0081 0082 0090 0092 0094 0096 009C 009D 0106 0107 0201 1000 1010 1030 103E "
            "1040 1041 1048 1049 1050 1052 1060 1062 1070 1072 1080 1084 1088 1110 1111 1120 1140 1155 1195 2111 "
            "2112 3010 4000",
    0x0010: "0010 0020 0021 0030 0032 0040 0050 0101 0102 1000 1001 1002 1005 1010 1020 1030 1040 1050 1060 1080 "
            "1081 1090 1100 2000 2110 2150 2152 2154 2155 2160 2180 21A0 21B0 21C0 21D0 21F0 2203 2297 2299 4000",
    0x0012: "0010 0020 0021 0022 0023 0030 0031 0032 0040 0041 0042 0043 0050 0051 0055 0060 0071 0072 0073 0081 "
            "0082 0086 0087",
    0x0014: "407C 407E",
    0x0016: "002B 004B 004D 004E 004F 0050 0051 0070 0071 0072 0073 0074 0075 0076 0077 0078 0079 007A 007B 007C "
            "007D 007E 007F 0080 0081 0082 0083 0084 0085 0086 0087 0088 0089 008A 008B 008C 008D 008E",
    0x0018: "0010 0027 0035 1000 1002 1004 1005 1007 1008 1009 100A 100B 1012 1014 1030 1042 1043 1072 1073 1078 "
            "1079 11BB 1200 1201 1202 1203 1204 1205 1400 2042 4000 5011 700A 700C 700E 9074 9151 9185 9367 9369 "
            "936A 9371 9373 937B 937F 9424 9516 9517 9623 9701 9804 9919 9937 A002 A003",
    0x0020: "000D 000E 0010 0027 0052 0200 3401 3403 3405 3406 4000 9158 9161 9164",
    0x0028: "1199 1214 4000",
    0x0032: "0012 0032 0033 0034 0035 1000 1001 1010 1011 1020 1021 1030 1032 1033 1040 1041 1050 1051 1060 1066 "
            "1067 1070 4000",
    0x0034: "0001 0002 0005 0007",
    0x0038: "0004 0010 0011 0014 001A 001B 001C 001D 001E 0020 0021 0030 0032 0040 0050 0060 0061 0062 0064 0300 "
            "0400 0500 4000",
    0x003A: "0310 0314 0329 032B",
    0x0040: "0001 0002 0003 0004 0005 0006 0007 0009 000B 0010 0011 0012 0241 0242 0243 0244 0245 0250 0251 0253 "
            "0254 0275 0280 0310 050A 0512 0513 051A 0551 0554 0555 0562 0600 0602 0610 06FA 1001 1002 1004 1005 "
            "100A 1010 1011 1101 1102 1103 1104 1400 2001 2004 2005 2008 2009 2010 2011 2016 2017 2400 3001 4005 "
            "4008 4010 4011 4023 4025 4027 4028 4030 4034 4035 4036 4037 4050 4051 4052 A023 A024 A027 A030 A032 "
            "A033 A073 A075 A078 A07A A07C A082 A088 A110 A112 A120 A121 A122 A123 A124 A13A A171 A172 A192 A193 "
            "A307 A352 A353 A354 A358 A402 A730 DB06 DB07 DB0C DB0D E004",
    0x0042: "0011",
    0x0044: "0004 000B 0010 0104 0105",
    0x0050: "001B 0020 0021",
    0x0062: "0021",
    0x0064: "0003",
    0x0068: "6226 6270",
    0x006A: "0003 0005 0006",
    0x0070: "0001 0082 0083 0084 0086 031A 1101 1102",
    0x0072: "000A 005E 005F 0061 0063 0065 0066 0068 006A 006B 006C 006D 006E 0070 0071",
    0x0074: "1234 1236",
    0x0088: "0140 0200 0904 0906 0910 0912",
    0x0100: "0420",
    0x0400: "0100 0105 0115 0310 0402 0403 0404 0550 0551 0552 0561 0562 0563 0564 0565 0600",
    0x2030: "0020",
    0x2100: "0040 0050 0070 0140",
    0x2200: "0002 0005",
    0x3002: "0121 0123",
    0x3006: "0002 0004 0006 0008 0009 0024 0026 0028 002D 002E 0038 004D 004E 0085 0088 00A6 00C2",
    0x3008: "0024 0025 0054 0056 0105 0162 0164 0166 0168 0250 0251",
    0x300A: "0002 0003 0004 0006 0007 000B 000E 0013 0016 0072 0083 00B2 00C3 00DD 0196 01A6 01B2 0216 022C 022E "
            "02EB 0608 0609 0611 0615 0619 0623 062A 0650 0676 067C 067D 0700 0734 0736 073A 0741 0742 0760 0783 "
            "0785 078E 0792 0794 079A",
    0x300C: "0113 0127",
    0x300E: "0004 0005 0008",
    0x3010: "0006 000B 000F 0013 0015 0017 001B 002D 0031 0033 0034 0035 0036 0037 0038 003B 0043 004C 004D 0054 "
            "0056 005A 005C 0061 006E 006F 0077 007A 007B 007F 0081 0085",
    0x4000: "0010 4000",
    0x4008: "0040 0042 0100 0101 0102 0108 0109 010A 010B 010C 0111 0112 0113 0114 0115 0118 0119 011A 0200 0202 "
            "0300 4000",
    0xFFFA: "FFFA",
    0xFFFC: "FFFC",
}  # fmt: skip
"""Elements by group: every row of the Basic Application Level Confidentiality Profile with one tag."""

IDENTIFYING = frozenset(
    group << 16 | int(element, 16) for group, elements in _IDENTIFYING.items() for element in elements.split()
)
"""The tags of Table E.1-1 that name one attribute each."""
IDENTIFYING_REPEATED = ((0xFF000000, 0x50000000), (0xFF00FFFF, 0x60003000), (0xFF00FFFF, 0x60004000))
"""Masks and tags of those that name many: curves (50xx,xxxx), overlay data and comments (60xx,3000), (60xx,4000).
Private attributes, which are all attributes of odd groups, come in addition."""


def is_identifying(tag: int) -> bool:
    """Whether an attribute identifies: it is in the basic profile of PS3.15 Table E.1-1, or private.

    Reference: PS3.15 E.1
    """
    return bool(tag >> 16 & 1) or tag in IDENTIFYING or any(
        tag & mask == wanted for mask, wanted in IDENTIFYING_REPEATED
    )  # fmt: skip
