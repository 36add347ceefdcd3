"""The shape of what the standard prints: a table is a `Structure`, a row of it a `FieldSpec`.

Strategy: the modules beside this one hold data only, in the words below, and import nothing but each other. The
decoder, the Scapy classes, the annotated dump and the reference texts are all derived from that data, so that a
field exists once. Texts are English here; `zh.py` holds the Chinese for each of them, keyed by the English.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

REST = "rest"
"""A field size: the bytes left inside the enclosing length."""

UINT = "uint"
"""Unsigned integer, big endian: the byte order of every PDU and item header."""
UINT_LE = "uint_le"
"""Unsigned integer, little endian: the byte order of command sets (PS3.7 6.3.1)."""
TAG = "tag"
"""A tag of a command set: group and element, each an unsigned 16-bit integer, little endian."""
TAGS = "tags"
"""A list of such tags."""
AE_TITLE = "ae_title"
"""An AE title padded with spaces (PS3.8 9.3.2; value representation AE in command sets)."""
TEXT = "text"
"""ISO 646 text."""
UTF8 = "utf8"
"""UTF-8 text."""
UID = "uid"
"""A UID as text, not padded (PS3.8 Annex F)."""
UID_PADDED = "uid_padded"
"""A UID as text, padded to an even length with one NUL (value representation UI, PS3.5 6.2)."""
BYTES = "bytes"
"""Opaque bytes."""
ITEMS = "items"
"""A sequence of structures, each telling its own length."""


class Reference(NamedTuple):
    """Where the standard prints something, for example PS3.8, section 9.3.2, Table 9-11."""

    part: str
    section: str
    table: str = ""

    def __str__(self) -> str:
        return f"{self.part} {self.section}" + (f" Table {self.table}" if self.table else "")

    @property
    def url(self) -> str:
        """The public page of the standard's current edition, at this table or section; empty for other documents."""
        if not self.part.startswith("PS3."):
            return ""
        part = int(self.part.partition(".")[2])
        kind = "sect" if "." in self.section else "chapter"
        anchor = f"table_{self.table}" if self.table else f"{kind}_{self.section}"
        return f"https://dicom.nema.org/medical/dicom/current/output/html/part{part:02}.html#{anchor}"


class Allowed(NamedTuple):
    """A structure that may stand in a sequence of items, and how often: `maximum` None means any number."""

    structure: str
    minimum: int = 0
    maximum: int | None = 1


@dataclass(frozen=True, slots=True)
class Bit:
    """One flag or group of bits inside an integer field."""

    mask: int
    title: str
    values: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One row of a table: a field of a PDU, an item or an element."""

    name: str
    """The standard's term in snake_case; unique within its structure."""
    title: str
    """The field's name as printed."""
    size: int | str
    """Bytes; or the name of the earlier field that counts them; or `REST`."""
    kind: str
    """One of the kinds above."""
    explanation: str
    """One sentence, in our own words."""
    reserved: bool = False
    """Printed as reserved: sent as given, not tested when received."""
    fixed: int | None = None
    """The only value the standard allows, for fields that are not reserved the value to hold against."""
    values: Mapping[int, str] | None = None
    """The meanings of the values, where the standard lists them."""
    values_by: str = ""
    """The name of the earlier field on which the meanings depend; then `value_tables` maps its value to a table."""
    value_tables: Mapping[int, Mapping[int, str]] | None = None
    bits: tuple[Bit, ...] = ()
    allowed: tuple[Allowed, ...] = ()
    """For `ITEMS`: which structures may stand here."""
    choose: str = ""
    """The name of a table in the decoder's vocabulary that picks a structure for this field's bytes by content:
    `application_information` (by SOP class UID) or `fragment` (command set or data set)."""
    secret: bool = False
    """A credential: masked in everything that is shown."""
    public_when: tuple[str, tuple[int, ...]] | None = None
    """The earlier field and its values for which a secret field is not secret (a plain user name)."""
    significant_when: tuple[str, tuple[int, ...]] | None = None
    """The earlier field and its values for which this field means anything; otherwise it is not tested."""
    odd: bool = False
    """The standard allows odd numbers only."""
    optional: bool = False
    """May be absent at the end of its structure."""
    reference: Reference | None = None
    """Where it is printed, if not in the table of its structure."""


@dataclass(frozen=True, slots=True)
class Structure:
    """One table: a PDU, an item, a sub-item, a PDV, a command element."""

    key: str
    """Unique snake_case name, used by `Allowed` and in records."""
    title: str
    explanation: str
    reference: Reference
    fields: tuple[FieldSpec, ...]
    code: int | None = None
    """The PDU or item type, or the tag, in its first field; None where the structure has no such byte."""
    length_field: str = ""
    """The field that counts the bytes after itself to the end of the structure; empty where there is none."""
    occurrence: str = ""
    """How often it may stand where it is allowed, in words."""


def hexadecimal(code: int, digits: int = 2) -> str:
    """A number as the standard writes it: `hexadecimal(0x51)` is '51H'."""
    return f"{code:0{digits}X}H"
