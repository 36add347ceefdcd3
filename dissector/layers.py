"""The Scapy face of the decoder: one `Packet` class per structure of the standard, `bind`, and `DicomSession`.

Strategy: nothing of the protocol is written here. The classes and their `fields_desc` are made from `standard/` at
import; dissecting calls the one decoder and puts its field tree into the packet; reassembly is `stream`.

A packet holds its fields and nothing else: no ranges, no cache of its bytes. Numbers are kept as numbers and all
else as the bytes of the wire, so that building is exact for any input, and an edit anywhere inside shows at once.
A field whose bytes were never reached is remembered as such: it reads None and builds to nothing. After dissection
all lengths are explicit values, as on the wire; `del packet.pdu_length`, or `recompute_lengths()` for all of them,
makes them computed again.

In packets made by hand every default is None, which stands for what the standard asks for there: types, lengths,
zeros for reserved bytes, spaces for AE titles. What is given is sent as given: text (`str`) is encoded and padded as
the standard asks, `bytes` go out as they are, and so does a wrong length.
"""

# mypy: disallow-subclassing-any=False, warn-return-any=False

from __future__ import annotations

import socket
import sys
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from scapy.config import conf
from scapy.fields import ConditionalField, Field, PacketListField, RawVal
from scapy.layers.inet import IP, TCP
from scapy.packet import Packet, Padding, Raw, bind_bottom_up, bind_top_down, split_bottom_up
from scapy.sessions import DefaultSession
from scapy.utils import EDecimal
from scapy.volatile import RandBin, VolatileValue

from . import decode as decoder
from .capture import Batch
from .link import LINK_TYPES, RAW
from .pdu import HEAD_BYTES, MAXIMUM_ASSOCIATION_PDU_BYTES, PDV_HEAD_BYTES, Pdu, head_stands, pdu_head
from .standard import pdus, uids
from .standard.application_information import APPLICATION_INFORMATION
from .standard.commands import COMMAND_BY_CODE, COMMAND_SET_STRUCTURES, ELEMENT_BY_NAME
from .standard.pdus import PDU_STRUCTURES, STRUCTURES, UNDECODED, UNKNOWN_PDU
from .standard.structure import (
    AE_TITLE, ITEMS, REST, TAG, TAGS, UID, UID_PADDED, UINT, UINT_LE, UTF8, FieldSpec, Structure, hexadecimal,
)  # fmt: skip
from .stream import Stream, Streams, endpoint, ports

PORTS = (104, 11112)
"""The ports bound on import: well known and registered (PS3.8 9.1.1)."""
MAXIMUM_STACKED_PDUS = 32
"""How many PDUs of one TCP segment become layers of one packet; more stay Raw, for Scapy's layers nest."""
MAXIMUM_FRAME_BYTES = 1 << 18
"""How much is asked of a socket or file per frame: loopback frames are larger than Scapy's own 65535."""
LIVE_BUFFER_BYTES = 16 * 1024 * 1024
"""The kernel's buffer asked for when sniffing live: Scapy's 64 KiB lose frames of any large PDU."""
REMEMBERED_HEADERS = 16_384
"""Of how many frames with data `DicomSession` remembers the headers, for PDUs that are told of later."""
_LARGEST_IN_IP = 65_535 - 120
"""A PDU larger than this may not fit behind IP and TCP headers with options."""


# ------------------------------------------------------------------------------------------------ fields


class _Absent:
    """What a dissected field holds whose bytes were never reached; users see None."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "<not there>"

    def __reduce__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()

_WHEN_NONE: dict[str, int | bytes] = {
    "protocol_version": 1,
    "application_context_name": pdus.APPLICATION_CONTEXT_NAME.encode(),
}
"""The only useful value of two rows for which the tables hold no fixed number."""
_WIDTHS = {"US": 2, "UL": 4}


def _field_name(spec: FieldSpec) -> str:
    """The name of a row as an attribute: its own, or one made of its title where `Packet` uses that name itself."""
    return spec.title.lower().replace(" ", "_") if hasattr(Packet, spec.name) else spec.name


def _counted(spec: FieldSpec, structure: Structure) -> str | None:
    """What a length row counts: `REST` (all after it), the name of another row, or None where it is no length."""
    if spec.name == structure.length_field:
        return REST
    return next((_field_name(other) for other in structure.fields if other.size == spec.name), None)


class RowField(Field[Any, Any]):
    """A row of a table as a Scapy field."""

    __slots__ = ["spec", "structure", "counts"]

    def __init__(self, spec: FieldSpec, structure: Structure, format: str = "H") -> None:
        self.spec = spec
        self.structure = structure
        self.counts = _counted(spec, structure)
        Field.__init__(self, _field_name(spec), None, format)

    def computed(self, packet: Packet) -> bytes:
        """The bytes that None stands for; lengths are filled in by `Structured.self_build`."""
        raise NotImplementedError

    def encode(self, value: Any) -> bytes:
        """The bytes of a value."""
        raise NotImplementedError

    def addfield(self, pkt: Packet, s: bytes, val: Any) -> bytes:
        if val is ABSENT:
            return s
        if isinstance(val, VolatileValue):
            val = val._fix()
        return s + (self.computed(pkt) if val is None else self.encode(val))

    def i2len(self, pkt: Packet, x: Any) -> int:
        return len(self.addfield(pkt, b"", x))

    def i2h(self, pkt: Packet | None, x: Any) -> Any:
        return None if x is ABSENT else x

    def i2repr(self, pkt: Packet | None, x: Any) -> str:
        """The value and what it means; a credential is masked."""
        if x is None or x is ABSENT or isinstance(x, (RawVal, VolatileValue)):
            return repr(x)
        value = self.i2h(pkt, x)
        if self.secret(pkt):
            return f"<{len(x)} bytes, masked>"
        parent = pkt.as_field() if isinstance(pkt, Structured) else None
        meaning = decoder.meaning(decoder.Field(self.spec, 0, 0, value), parent)
        if self.spec.kind in (UID, UID_PADDED) and isinstance(value, str):
            meaning = uids.name(value) or ""
        text = self._text(value)
        return f"{text} ({meaning})" if meaning else text

    def secret(self, packet: Packet | None) -> bool:
        """Whether this row of a packet is a credential, which is not to be shown."""
        parent = packet.as_field() if isinstance(packet, Structured) else None
        if self.structure.key == "misplaced_item" and self.spec.name == UNDECODED.name and parent is not None:
            code = parent.child("item_type")
            return code is not None and code.value in pdus.SECRET_ITEM_CODES
        return decoder.is_secret(decoder.Field(self.spec, 0, 0), parent)

    def _text(self, value: Any) -> str:
        return repr(value)


class NumberField(RowField):
    """A number or tag of fixed size; kept as an int, tags as group and element in one."""

    __slots__ = ["size", "order"]

    def __init__(self, spec: FieldSpec, structure: Structure) -> None:
        assert isinstance(spec.size, int)
        self.size = spec.size
        self.order: Literal["big", "little"] = "big" if spec.kind == UINT else "little"
        RowField.__init__(self, spec, structure, {1: "B", 2: "H"}.get(self.size, "I"))

    def computed(self, packet: Packet) -> bytes:
        spec = self.spec
        value = spec.fixed if spec.fixed is not None else _WHEN_NONE.get(spec.name, 0)
        if spec.name == "message_control_header" and isinstance(packet.getfieldval("message_fragment"), Packet):
            value = 3  # a whole command set: command, last fragment
        return self.encode(value)

    def encode(self, value: Any) -> bytes:
        number = int(value)
        if self.spec.kind == TAG:
            number = (number & 0xFFFF) << 16 | number >> 16
        try:
            return number.to_bytes(self.size, self.order)
        except OverflowError:
            raise ValueError(
                f"{self.structure.title}: {value} does not fit into the {self.size} bytes of {self.name}; "
                "set it to what is to be sent, or to a RawVal"
            ) from None

    def _text(self, value: Any) -> str:
        name = self.name
        if self.spec.kind == TAG:
            return f"({value >> 16:04X},{value & 0xFFFF:04X})"
        if name in ("pdu_type", "item_type", "message_control_header"):
            return hexadecimal(value)
        return f"{value} ({hexadecimal(value)})" if name == "presentation_context_id" else str(value)


class BytesField(RowField):
    """Anything that is no number: kept as the bytes of the wire, read as the value the decoder makes of them."""

    __slots__ = ["alone"]

    def __init__(self, spec: FieldSpec, structure: Structure) -> None:
        row = replace(spec, size=REST, choose="", reserved=False)
        self.alone = Structure(f"{structure.key}.{spec.name}", spec.title, "", structure.reference, (row,))
        RowField.__init__(self, spec, structure)

    def any2i(self, pkt: Packet | None, x: Any) -> Any:
        return x if x is None or x is ABSENT or isinstance(x, (bytes, RawVal, VolatileValue)) else self.encode(x)

    def i2h(self, pkt: Packet | None, x: Any) -> Any:
        return decoder.decode(self.alone, x).children[0].value if isinstance(x, bytes) else RowField.i2h(self, pkt, x)

    def computed(self, packet: Packet) -> bytes:
        size = self.spec.size
        if isinstance(size, int):
            return size * (b" " if self.spec.kind == AE_TITLE else b"\0")
        if self.structure.code == 0:
            return bytes(4)  # Command Group Length, filled in by the command set
        value = _WHEN_NONE.get(self.spec.name, b"")
        return value if isinstance(value, bytes) else b""

    def encode(self, value: Any) -> bytes:
        """Bytes stay as they are; text is encoded and padded, a number of a command element gets its VR's size."""
        spec = self.spec
        if isinstance(value, (bytes, bytearray, memoryview)):
            return bytes(value)
        if isinstance(value, str):
            text = value.encode("utf-8" if spec.kind == UTF8 else "latin-1")
            if isinstance(spec.size, int):
                return text.ljust(spec.size, b" ")
            odd = spec.size == "value_length" and len(text) % 2
            return text + (b"\0" if spec.kind == UID_PADDED else b" ") if odd else text
        if spec.kind == UINT_LE and isinstance(value, int):
            width = _WIDTHS.get(ELEMENT_BY_NAME[self.structure.key].vr, 2)
            if not 0 <= value < 1 << 8 * width:
                raise ValueError(f"{self.structure.title}: {value} does not fit into {width} bytes; give bytes instead")
            return value.to_bytes(width, "little")
        if spec.kind == TAGS and isinstance(value, (list, tuple)):
            return b"".join(((tag & 0xFFFF) << 16 | tag >> 16).to_bytes(4, "little") for tag in value)
        raise TypeError(f"{self.name}: give text or bytes, not {type(value).__name__}")

    def randval(self) -> Any:
        return RandBin(self.spec.size) if isinstance(self.spec.size, int) else RandBin()

    def _text(self, value: Any) -> str:
        if self.spec.kind == UINT_LE and isinstance(value, int):
            return f"{value} ({hexadecimal(value, 4)})"
        if isinstance(value, tuple):
            return " ".join(f"({tag >> 16:04X},{tag & 0xFFFF:04X})" for tag in value)
        return repr(value)


class ChosenField(BytesField):
    """Bytes whose content may have a structure of its own, which is then a packet: a command set, flags."""

    __slots__: list[str] = []
    holds_packets = 1

    def any2i(self, pkt: Packet | None, x: Any) -> Any:
        if not isinstance(x, Packet):
            return BytesField.any2i(self, pkt, x)
        if pkt is not None:
            x.add_parent(pkt)
        return x

    def encode(self, value: Any) -> bytes:
        return bytes(value) if isinstance(value, Packet) else BytesField.encode(self, value)


class ItemsField(PacketListField):
    """A sequence of structures: a list of packets of any length. Bytes in the list are sent as they are."""

    __slots__ = ["spec", "structure", "counts"]

    def __init__(self, spec: FieldSpec, structure: Structure) -> None:
        self.spec = spec
        self.structure = structure
        self.counts = None
        PacketListField.__init__(self, _field_name(spec), [], conf.raw_layer)

    def any2i(self, pkt: Packet | None, x: Any) -> Any:
        items = list(x) if isinstance(x, (list, tuple)) else [] if x is None or x is ABSENT else [x]
        packets = [Raw(load=item) if isinstance(item, (bytes, bytearray)) else item for item in items]
        return PacketListField.any2i(self, pkt, packets)

    def addfield(self, pkt: Packet, s: bytes, val: Any) -> bytes:
        parts = [bytes(item) for item in val]
        for at, item in enumerate(val):
            if isinstance(item, Structured) and item.structure.code == 0 and item.getfieldval("value") is None:
                parts[at] = parts[at][:-4] + sum(map(len, parts[at + 1 :])).to_bytes(4, "little")
        return s + b"".join(parts)


def _row(spec: FieldSpec, structure: Structure) -> Field[Any, Any]:
    if spec.kind == ITEMS:
        return ItemsField(spec, structure)
    if spec.choose:
        return ChosenField(spec, structure)
    return (NumberField if spec.kind in (UINT, UINT_LE, TAG) and isinstance(spec.size, int) else BytesField)(
        spec, structure
    )


def _has_undecoded(packet: Packet) -> bool:
    return bool(packet.fields.get(UNDECODED.name))


def _rows(structure: Structure) -> list[Any]:
    """The `fields_desc` of a structure; bytes that could not be read as any row come last, and show when there are."""
    rows: list[Any] = [_row(spec, structure) for spec in structure.fields]
    if all(spec.name != UNDECODED.name for spec in structure.fields):
        secret = any(spec.secret for spec in structure.fields)
        rest = BytesField(replace(UNDECODED, secret=secret), structure)
        rows.append(ConditionalField(rest, _has_undecoded))
    return rows


# ------------------------------------------------------------------------------------------------ packets


class Structured(Packet):
    """A packet of one table of the standard: the base of all classes here."""

    structure: Structure = UNKNOWN_PDU

    def do_dissect(self, s: bytes) -> bytes:
        """Fill the fields from the decoder's tree; returns what follows the end of the structure. Never raises."""
        root = decoder.decode(self.structure, s)
        end = len(s)
        counter = root.child(self.structure.length_field)
        if counter is not None and isinstance(counter.value, int):
            end = min(end, counter.end + counter.value)
        root.children = [child for child in root.children if child.end <= end]
        self.fill(root, s)
        return s[end:]

    def fill(self, field: decoder.Field, data: bytes) -> None:
        """Take over the values of a decoded structure; `data` is what was decoded."""
        values: dict[str, Any] = {}
        items: list[Packet] = []
        loose: list[bytes] = []
        for child in field.children:
            spec = child.spec
            piece = data[child.start : child.end]
            if child.name == UNDECODED.name:
                loose.append(piece)
                continue
            if loose:  # between items, where it must stay
                items.append(Raw(load=b"".join(loose)))
                loose = []
            if isinstance(spec, Structure):
                items.append(_packet_of(child, data))
            elif child.children:
                values[_field_name(spec)] = _chosen(child, data)
            else:
                number = isinstance(self.fieldtype[_field_name(spec)], NumberField)
                values[_field_name(spec)] = child.value if number else piece
        for row in self.fields_desc:
            if row.islist:
                values[row.name] = items
            elif row.name == UNDECODED.name:
                values[row.name] = b"".join(loose)
            else:
                values.setdefault(row.name, ABSENT)
            for inner in (items if row.islist else [values[row.name]]):
                if isinstance(inner, Packet):
                    inner.add_parent(self)
        self.fields = values
        self.explicit = 1

    def self_build(self) -> bytes:
        """The bytes of this layer: given values as given, None as the standard asks, lengths from what they count."""
        rows: list[Any] = self.fields_desc
        values = [self.getfieldval(row.name) for row in rows]
        cells = [
            bytes(value) if isinstance(value, RawVal) else row.addfield(self, b"", value)
            for row, value in zip(rows, values, strict=True)
        ]
        for at in reversed(range(len(rows))):
            if rows[at].spec.optional and values[at] is None:
                cells[at] = b""
            elif cells[at]:
                break
        for at, row in enumerate(rows):
            if values[at] is None and row.counts is not None:
                names = [each.name for each in rows]
                counted = cells[at + 1 :] if row.counts == REST else [cells[names.index(row.counts)]]
                cells[at] = row.encode(sum(map(len, counted)))
        return b"".join(cells)

    def extract_padding(self, s: bytes) -> tuple[bytes, bytes | None]:
        return b"", s

    def recompute_lengths(self) -> None:
        """Make every length in this structure and below it computed again: what to do after editing."""
        for row in self.fields_desc:
            value = self.fields.get(row.name)
            group_length = self.structure.code == 0 and row.name == "value"
            if (getattr(row, "counts", None) is not None or group_length) and value is not ABSENT:
                self.delfieldval(row.name)
            for inner in value if isinstance(value, list) else [value]:
                if isinstance(inner, Structured):
                    inner.recompute_lengths()

    def as_field(self) -> decoder.Field:
        """The numbers of this packet as a field of the decoder, for meanings that depend on another row."""
        children = [
            decoder.Field(row.spec, 0, 0, value)
            for row in self.fields_desc
            if isinstance(row, NumberField) and isinstance(value := self.getfieldval(row.name), int)
        ]
        return decoder.Field(self.structure, 0, 0, None, children)

    def _command(self, json: bool = False) -> list[tuple[str, Any]]:
        """As Scapy's; in JSON, which is for showing only, credentials are masked."""
        pairs: list[tuple[str, Any]] = super()._command(json)
        for at, (name, _) in enumerate(pairs):
            row, value = self.getfield_and_val(name)
            if json and isinstance(value, bytes) and row.secret(self):
                pairs[at] = (name, row.i2repr(self, value))
            elif json and isinstance(value, list):  # Scapy would not ask the items' own class
                pairs[at] = (name, [dict(item._command(json=True)) for item in value])
            elif not json and value is ABSENT:
                pairs[at] = (name, "RawVal(b'')")
        return pairs


def _packet_of(field: decoder.Field, data: bytes) -> Packet:
    """The packet of a decoded structure."""
    assert isinstance(field.spec, Structure)
    packet = CLASSES[field.spec.key](_internal=1)
    packet.fill(field, data)
    return packet


def _chosen(field: decoder.Field, data: bytes) -> Packet:
    """The packet of a field that the decoder found to have a structure: flags by their first row, else a command."""
    structure = _BY_FIRST_ROW.get(id(field.children[0].spec), decoder.COMMAND_SET)
    return _packet_of(decoder.Field(structure, field.start, field.end, None, field.children), data)


_BY_FIRST_ROW = {id(structure.fields[0]): structure for structure in APPLICATION_INFORMATION.values()}


class DICOM(Structured):
    """The layer on TCP: base of all PDU classes, so that `packet[DICOM]` finds a PDU of any type.

    `DICOM(data)` makes a packet of the class that the PDU type names (`Unknown_PDU` for types that the standard
    does not define); bytes after the end that PDU-length gives become the next layer. On TCP, bytes that do not
    look like the head of a PDU (the middle of one, another protocol) stay Raw; `DicomSession` puts PDUs together.

    Reference: PS3.8 9.3
    """

    name = "DICOM"
    fields_desc: list[Any] = []
    match_subclass = True

    @classmethod
    def dispatch_hook(cls, _pkt: bytes = b"", *args: Any, **kargs: Any) -> type[Packet]:
        """The class for these bytes: by PDU type, or what else is bound to the port when they are no PDU."""
        if not _pkt:
            return cls
        below = kargs.get("_underlayer")
        if isinstance(below, TCP) and not _plausible(_pkt):
            return _otherwise(below, _pkt, *args, **kargs)
        return _pdu_class(_pkt)

    def guess_payload_class(self, payload: bytes) -> type[Packet]:
        depth, below = 1, self.underlayer
        while isinstance(below, DICOM):
            depth, below = depth + 1, below.underlayer
        return DICOM if depth < MAXIMUM_STACKED_PDUS and _plausible(payload) else conf.raw_layer

    def extract_padding(self, s: bytes) -> tuple[bytes, bytes | None]:
        return s, None

    def haslayer(self, cls: Any, _subclass: bool | None = None) -> int:
        return super().haslayer(DICOM if cls == "DICOM" else cls, _subclass)

    def getlayer(
        self, cls: Any, nb: int = 1, _track: list[int] | None = None, _subclass: bool | None = None, **flt: Any
    ) -> Packet | None:
        return super().getlayer(DICOM if cls == "DICOM" else cls, nb, _track, _subclass, **flt)

    @classmethod
    def whole(cls, data: bytes, unknown: bool = False) -> Packet:
        """A packet of all of `data` as one PDU: what follows the end that PDU-length gives is undecoded, no layer.
        `unknown`: whatever its first byte says, it is no PDU of a known type."""
        structure = UNKNOWN_PDU if unknown or not data else PDU_STRUCTURES.get(data[0], UNKNOWN_PDU)
        return _packet_of(decoder.decode(structure, data), data)

    def annotate(self, lang: str = "en", **options: Any) -> str:
        """This PDU as an annotated hex dump, decoded anew from the bytes that it builds to.

        `lang` is 'en' or 'zh'; `options` are those of `views.hexdump.annotate_bytes` (`width` in columns, and flags).
        """
        from .views.hexdump import annotate_bytes

        alone = self.copy()
        alone.remove_payload()
        return annotate_bytes(bytes(alone), lang=lang, **options)

    def mysummary(self) -> Any:
        """'DICOM A-ASSOCIATE-RQ FINDSCU -> QRSCP, 1 presentation context', and the layers to tell of besides."""
        told = _SUMMARIES.get(self.structure.code or 0)
        details = told(self) if told is not None else ""
        return f"DICOM {self.structure.title}{details}", [TCP, *PDU_CLASSES.values()]

    def hashret(self) -> bytes:
        return b""

    def answers(self, other: Packet) -> int:
        """Whether this PDU can be the answer to `other`, for `sr1` over a `StreamSocket`."""
        if not isinstance(other, DICOM):
            return 0
        return int(self.structure.code in _ANSWERS.get(other.structure.code or 0, ()))

    @classmethod
    def tcp_reassemble(
        cls, data: bytes, metadata: dict[str, Any], session: dict[str, Any],
    ) -> Packet | None:  # fmt: skip
        """Cut a PDU out of bytes that Scapy's `TCPSession` or `StreamSocket` have put together, or wait for more.

        Arguments are Scapy's; what follows the PDU comes back as Padding. On a `StreamSocket` this is all it needs.
        With `TCPSession` it cannot do better than the bytes it gets: missing ones are zeros there that nobody can
        tell from real ones, sequence numbers that wrap around end a stream, directions can be mixed up, and only
        bound ports are looked at. `DicomSession` has none of these faults.
        """
        if len(data) < HEAD_BYTES:
            return None
        end = HEAD_BYTES + pdu_head(data)[1]
        if not _plausible(data):
            return Raw(data)
        if len(data) < end and not metadata.get("tcp_end"):
            metadata["tcp_min_len"] = end
            return None
        packet = cls.whole(data[:end])
        if len(data) > end:
            packet.add_payload(Padding(data[end:]))
        return packet


def _plausible(data: bytes) -> bool:
    """Whether a PDU seems to start here. Lenient, for wrong PDUs are worth seeing, but pixels must not pass."""
    if len(data) < HEAD_BYTES or not pdus.A_ASSOCIATE_RQ <= data[0] <= pdus.A_ABORT:
        return False
    pdu_type, length = pdu_head(data)
    if head_stands(data, 0) > 0 or len(data) == HEAD_BYTES + length:
        return True
    if data[1]:
        return False
    if pdu_type == pdus.P_DATA_TF:
        return len(data) < HEAD_BYTES + PDV_HEAD_BYTES and HEAD_BYTES <= length < 1 << 24
    if pdu_type in (pdus.A_ASSOCIATE_RQ, pdus.A_ASSOCIATE_AC):
        name = data[10:26]
        return 0 < length <= MAXIMUM_ASSOCIATION_PDU_BYTES and (
            pdu_type == pdus.A_ASSOCIATE_AC and not any(name) or name.isascii() and name.decode().isprintable()
        )
    return length == 4


def _pdu_class(data: bytes) -> type[Packet]:
    return CLASSES[PDU_STRUCTURES.get(data[0], UNKNOWN_PDU).key]


def _otherwise(below: Packet, data: bytes, *args: Any, **kargs: Any) -> type[Packet]:
    """The class that is bound to these ports besides ours, for bytes that are no PDU: a client of another service
    may well use a DICOM port as its own."""
    for condition, other in below.payload_guess:
        if other is DICOM or _is_contrib(other) or any(below.getfieldval(k) != v for k, v in condition.items()):
            continue
        hook = other.__dict__.get("dispatch_hook")
        return other.dispatch_hook(data, *args, **kargs) if hook is not None else other
    return conf.raw_layer


_ANSWERS = {
    pdus.A_ASSOCIATE_RQ: (pdus.A_ASSOCIATE_AC, pdus.A_ASSOCIATE_RJ, pdus.A_ABORT),
    pdus.P_DATA_TF: (pdus.P_DATA_TF, pdus.A_ABORT),
    pdus.A_RELEASE_RQ: (pdus.A_RELEASE_RP, pdus.A_RELEASE_RQ, pdus.A_ABORT),
}


# ------------------------------------------------------------------------------------------------ summaries


def _shown(value: Any) -> str:
    """Text from the wire on one line: without padding, what is not printable escaped."""
    text = value.decode("latin-1") if isinstance(value, bytes) else str(value or "")
    return text.strip(" \0").encode("unicode_escape").decode()


def _of(packet: Packet, name: str) -> str:
    """What a value means, or the value."""
    row, value = packet.getfield_and_val(name)
    text = row.i2repr(packet, value)
    return text.partition(" (")[2][:-1] or text


def _request(packet: Packet) -> str:
    count = sum(isinstance(item, CLASSES["presentation_context_rq"]) for item in packet.variable_items)
    return (
        f" {_shown(packet.calling_ae_title)} -> {_shown(packet.called_ae_title)}, "
        f"{count} presentation context{'' if count == 1 else 's'}"
    )


def _acceptance(packet: Packet) -> str:
    answers = [item for item in packet.variable_items if isinstance(item, CLASSES["presentation_context_ac"])]
    accepted = sum(item.result_reason == 0 for item in answers)
    return f", {accepted} of {len(answers)} presentation context{'' if len(answers) == 1 else 's'} accepted"


def _rejection(packet: Packet) -> str:
    return f" {_of(packet, 'result')} by {_of(packet, 'source')}: {_of(packet, 'reason')}"


def _abortion(packet: Packet) -> str:
    return f" by {_of(packet, 'source')}: {_of(packet, 'reason')}"


def _data(packet: Packet) -> str:
    values = [item for item in packet.presentation_data_value_items if isinstance(item, Structured)]
    told = [_value(item) for item in values[:3] if isinstance(item, CLASSES["presentation_data_value"])]
    if len(values) > 3:
        told.append(f"and {len(values) - 3} more")
    return f" {'; '.join(told)}" if told else ""


def _value(item: Packet) -> str:
    fragment, context = item.getfieldval("message_fragment"), item.presentation_context_id
    where = f"context {context}" if context is not None else "no context"
    header = item.message_control_header or 0
    last = ", last" if header & 2 else ""
    if isinstance(fragment, Structured):
        elements = {e.structure.key: e.value for e in fragment.command_elements if isinstance(e, Structured)}
        command = COMMAND_BY_CODE.get(elements.get("command_field", -1))
        status = elements.get("status")
        name = command.name if command is not None else "command set"
        return f"{where}: {name}" + (f", status {hexadecimal(status, 4)}" if isinstance(status, int) else "")
    size = len(fragment) if isinstance(fragment, bytes) else 0
    return f"{where}: {'command set' if header & 1 else 'data set'} fragment, {size} bytes{last}"


_SUMMARIES: dict[int, Callable[[Packet], str]] = {
    pdus.A_ASSOCIATE_RQ: _request,
    pdus.A_ASSOCIATE_AC: _acceptance,
    pdus.A_ASSOCIATE_RJ: _rejection,
    pdus.P_DATA_TF: _data,
    pdus.A_ABORT: _abortion,
}


# ------------------------------------------------------------------------------------------------ the classes, made

_ABBREVIATIONS = frozenset(("rq", "ac", "scp", "scu", "sop", "uid", "id", "pdu"))


def _class_name(structure: Structure) -> str:
    """'A_ASSOCIATE_RQ' for a PDU, 'Presentation_Context_RQ', 'SOP_Class_Extended_Negotiation' for the rest."""
    if structure.key in (each.key for each in PDU_STRUCTURES.values()):
        return structure.key.upper()
    return "_".join(word.upper() if word in _ABBREVIATIONS else word.title() for word in structure.key.split("_"))


def _make(structure: Structure, base: type[Structured]) -> Any:
    """The class of a structure."""
    return type(Packet)(
        _class_name(structure),
        (base,),
        {
            "__module__": __name__,
            "__doc__": f"{structure.explanation}\n\nReference: {structure.reference}",
            "name": structure.title,
            "structure": structure,
            "fields_desc": _rows(structure),
        },
    )


_PDUS = {structure.key: structure for structure in (*PDU_STRUCTURES.values(), UNKNOWN_PDU)}
PDU_CLASSES: dict[str, Any] = {key: _make(structure, DICOM) for key, structure in _PDUS.items()}
CLASSES: dict[str, Any] = PDU_CLASSES | {
    key: _make(structure, Structured)
    for table in (STRUCTURES, COMMAND_SET_STRUCTURES, APPLICATION_INFORMATION, {"command_set": decoder.COMMAND_SET})
    for key, structure in table.items()
    if key not in _PDUS
}
"""The key of every structure -> its class. The classes are also names of this module: `layers.A_ASSOCIATE_RQ`."""

globals().update({each.__name__: each for each in CLASSES.values()})
__all__ = ["CLASSES", "DICOM", "DicomSession", "PDU_CLASSES", "bind", "command_set"]
__all__ += [each.__name__ for each in CLASSES.values()]

if TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """For type checkers: any other name of this module is a packet class."""


def command_set(**values: Any) -> Packet:
    """A command set from the values of its elements by name, in the order of tags, Command Group Length in front.

    Values are int, text or bytes, or tuples of tags; `command_set(command_field=0x0030, message_id=1, ...)`.
    Raises TypeError for a name that is no element of a command set.

    Reference: PS3.7 6.3.1
    """
    unknown = [name for name in values if name not in ELEMENT_BY_NAME]
    if unknown:
        raise TypeError(f"not an element of a command set: {', '.join(unknown)}")
    values.setdefault("command_group_length", None)
    names = sorted(values, key=lambda name: ELEMENT_BY_NAME[name].tag)
    packet: Packet = CLASSES["command_set"](command_elements=[CLASSES[name](value=values[name]) for name in names])
    return packet


# ------------------------------------------------------------------------------------------------ ports

_bound: set[int] = set()


def _is_contrib(cls: type[Packet]) -> bool:
    return cls.__module__ == "scapy.contrib.dicom"


def bind(*port_numbers: int) -> None:
    """Read TCP on these ports as DICOM (without arguments: on 104 and 11112, which importing has done already).

    `scapy.contrib.dicom` binds the same two; it is unbound from the ports if it came first, and comes second if it
    is loaded later. Other layers on these ports still get what is no PDU.
    """
    for port in port_numbers or PORTS:
        _bound.add(port)
        for side in ("sport", "dport"):
            for condition, cls in TCP.payload_guess:
                if condition == {side: port} and (cls is DICOM or _is_contrib(cls)):
                    split_bottom_up(TCP, cls, **condition)
            bind_bottom_up(TCP, DICOM, **{side: port})
            TCP.payload_guess.insert(0, TCP.payload_guess.pop())


bind()
bind_top_down(TCP, DICOM, dport=PORTS[1])


# ------------------------------------------------------------------------------------------------ the session


class DicomSession(DefaultSession):
    """PDUs instead of frames: `sniff(offline="file.pcap", session=DicomSession)`, live or from a list of packets.

    Each packet has the headers of the frame in which its PDU ended, and the PDU as the layer on TCP: `packet[IP].src`,
    `packet[TCP].sport`, `packet[DICOM]`, `packet.time` are those of that frame, lengths and checksums of IP and TCP
    are computed anew for the new content (zero where a PDU is too large for an IP packet). Frames that end no PDU
    give nothing, nor does anything that is not DICOM. DICOM is recognised on any port.

    Bytes that were not captured are never invented: of such a PDU the packet holds what stands before the gap, the
    fields after it are None, and `packet.comment` tells how much there is. Bytes that stand where a PDU should be and
    are none become an `Unknown_PDU`. Where the ending frame's headers are not known (IP fragments), addresses and
    ports are right and all else is Scapy's default.

    At the end of a file what is left is given; when live sniffing has been stopped, `finish()` of the instance that
    was handed to `sniff` gives it. Interfaces and files are read apart from each other. The receive buffer of a live
    socket is made larger, as far as the system allows, for a frame that the kernel drops is a gap.
    """

    def __init__(self, supersession: Any = None) -> None:
        import scapy.layers.inet6  # noqa: F401 - teaches Scapy to read IPv6

        super().__init__(supersession)
        self._sources: dict[Any, _Source] = {}

    def recv(self, sock: Any) -> Iterator[Packet]:
        """Read a frame and give the PDUs that it completes; raises EOFError, as the socket does, at the end."""
        if sock not in self._sources:
            _widen(getattr(sock, "ins", None))
            self._sources[sock] = _Source()
        try:
            packet = sock.recv(MAXIMUM_FRAME_BYTES, stop_dissection_after=TCP)
        except EOFError:
            yield from self._sources.pop(sock).finish()
            raise
        if packet is not None:
            packet = self.process(packet)
        if packet is not None:
            yield from self.feed(packet, sock)

    def feed(self, packet: Packet, source: Any = None) -> list[Packet]:
        """Take a frame as a Scapy packet; the PDUs that it completes. Frames of one `source` belong together."""
        if source not in self._sources:
            self._sources[source] = _Source()
        return self._sources[source].feed(packet, getattr(source, "linktype", None))

    def finish(self) -> list[Packet]:
        """No more frames will come: the PDUs that were still waiting for bytes, as far as they came."""
        sources, self._sources = self._sources, {}
        return [packet for source in sources.values() for packet in source.finish()]


def _widen(live: Any) -> None:
    """Ask for a larger receive buffer, beyond the system's limit where we may."""
    if isinstance(live, socket.socket):
        for option in (*((_SO_RCVBUFFORCE,) if sys.platform == "linux" else ()), socket.SO_RCVBUF):
            try:
                live.setsockopt(socket.SOL_SOCKET, option, LIVE_BUFFER_BYTES)
                return
            except OSError:
                continue


_SO_RCVBUFFORCE = 33
"""Of Linux; Python has no name for it."""


class _Source:
    """One interface or file: its streams, and the headers of its latest frames."""

    def __init__(self) -> None:
        self.streams = Streams(_bound, keep_bytes=True)
        self.number = 0
        self.headers: OrderedDict[int, tuple[type[Packet], bytes, Any]] = OrderedDict()

    def feed(self, packet: Packet, link_type: int | None) -> list[Packet]:
        if not packet.original:
            time, packet = packet.time, type(packet)(bytes(packet))
            packet.time = time
        self.number += 1
        found = _frame_of(packet, link_type)
        if found is None:
            return []
        data, wire, link_type = found
        tcp = packet.getlayer(TCP)
        if tcp is not None and tcp.payload:
            self._remember(packet, tcp)
        frame = (0, len(data), wire, int(EDecimal(packet.time) * 1_000_000_000), link_type)
        return self._packets(self.streams.feed(Batch(data, [frame], self.number, len(data))))

    def finish(self) -> list[Packet]:
        return self._packets(self.streams.finish())

    def _remember(self, packet: Packet, tcp: Packet) -> None:
        """Keep the headers, down to TCP, without what they carry."""
        header, layer = [packet.self_build()], packet
        while layer is not tcp:
            layer = layer.payload
            header.append(layer.self_build())
        self.headers[self.number] = (type(packet), b"".join(header), packet.time)
        if len(self.headers) > REMEMBERED_HEADERS:
            self.headers.popitem(last=False)

    def _packets(self, events: Iterable[Any]) -> list[Packet]:
        return [self._packet(event) for event in events if isinstance(event, Pdu)]

    def _packet(self, pdu: Pdu) -> Packet:
        body = pdu.body or b""
        present = body[: pdu.missing[0][0]] if pdu.missing else body
        layer = DICOM.whole(present, pdu.nonsense)
        packet = self._headers(pdu)
        tcp = packet.getlayer(TCP)
        assert tcp is not None
        tcp.add_payload(layer)
        large = len(present) > _LARGEST_IN_IP
        tcp.chksum = 0 if large else None
        below = tcp.underlayer
        while below is not None:
            if isinstance(below, IP):
                below.len, below.chksum = 0 if large else None, None
            elif "plen" in below.fields:  # IPv6
                below.plen = 0 if large else None
            below = below.underlayer
        if pdu.missing or not pdu.complete:
            total = max(HEAD_BYTES + pdu.length, len(body))
            packet.comment = f"dicom-dissector: {len(present)} of {total} bytes of this PDU are here".encode()
        packet.wirelen = None
        return packet

    def _headers(self, pdu: Pdu) -> Packet:
        """The headers of the frame in which a PDU ended, parsed anew; else what its stream knows."""
        known = self.headers.get(pdu.last_frame)
        if known is not None:
            cls, header, time = known
            packet = cls(header)
            packet.time = time
            if packet.haslayer(TCP):
                return packet
        stream = pdu.stream
        assert isinstance(stream, Stream)
        source, destination = (endpoint(stream.address, side).rpartition(":")[0].strip("[]") for side in (True, False))
        if ":" in source:
            from scapy.layers.inet6 import IPv6

            packet = IPv6(src=source, dst=destination)
        else:
            packet = IP(src=source, dst=destination)
        sport, dport = ports(stream.address)
        packet = packet / TCP(sport=sport, dport=dport)
        packet.time = EDecimal(pdu.last_time) / 1_000_000_000
        return packet


def _frame_of(packet: Packet, link_type: int | None) -> tuple[bytes, int, int] | None:
    """The bytes of a frame, its length on the wire and its link type; from the IP header on for link layers that
    only Scapy knows; None where there is no IP."""
    data = packet.original
    wire = max(packet.wirelen or 0, len(data))
    number: Any = conf.l2types.layer2num.get(type(packet), link_type if isinstance(packet, Raw) else None)
    if number in LINK_TYPES:
        return data, wire, number
    from scapy.layers.inet6 import IPv6

    inner = packet.getlayer(IP) or packet.getlayer(IPv6)
    if inner is None:
        return None
    return inner.original, wire - len(data) + len(inner.original), RAW
