"""The decoder of PDUs, items and command sets, and the annotated dump of what it gives.

Invariant: no bytes, cut or with holes anywhere, make it raise. The leaves tile the input; nothing is read from bytes
that were not captured; the dump in both languages, with everything shown, and the record hold nothing that a terminal
obeys; every byte that the dump shows stands in the input at the place that it names.
"""

from __future__ import annotations

import json
import re

from dissector.decode import decode, decode_command_set, decode_pdu
from dissector.standard.pdus import STRUCTURES
from dissector.views import records
from dissector.views.hexdump import Options, annotate, plain

from ..vectors import all_vectors
from .promises import bounded, nothing_obeyed, tiles

KINDS = ("pdu", "command_set", *STRUCTURES)
"""What the second byte of an input chooses."""
SHOWN = [Options(lang=lang, full=full, show_secrets=True, explain=full, reference=full)
         for lang, full in (("en", False), ("zh", True))]  # fmt: skip
ROW = re.compile(r"^([0-9A-F]{4,})  ((?:[0-9A-F]{2} )*[0-9A-F]{2})(?:  |$)")


def check(data: bytes) -> None:
    """Flags, kind, two positions of a hole, and the bytes."""
    if len(data) < 4:
        return
    flags, kind, first, length, body = data[0], KINDS[data[1] % len(KINDS)], data[2], data[3], data[4:]
    cut, missing = bool(flags & 1), [(first, min(first + length, len(body)))] if flags & 2 and first < len(body) else []
    missing = [hole for hole in missing if hole[0] < hole[1]]
    with bounded(len(body)):
        if kind == "pdu":
            root = decode_pdu(body, cut=cut, missing=missing)
        elif kind == "command_set":
            root = decode_command_set(body, cut=cut, missing=missing)
        else:
            root = decode(STRUCTURES[kind], body, cut=cut, missing=missing)
        tiles(root, len(body))
        for leaf in root.leaves():
            gone = any(start < leaf.end and end > leaf.start for start, end in missing)
            assert not gone or leaf.value is None or isinstance(leaf.value, bytes), f"{leaf} is read from a hole"
        shown = SHOWN[flags >> 2 & 1]
        for line in annotate(root, body, shown):
            text = plain(line)
            nothing_obeyed(text)
            row = ROW.match(text)
            if row is not None and not missing:
                at, told = int(row.group(1), 16), bytes.fromhex(row.group(2))
                assert body[at : at + len(told)] == told, f"bytes invented at {at}"
        nothing_obeyed(json.dumps(records.field_record(root, [], shown.lang, True), ensure_ascii=True))


def seeds() -> list[bytes]:
    """Every vector, whole, cut and with a hole."""
    found = []
    for vector in all_vectors():
        kind = vector.about.get("kind", "pdu")
        if kind in KINDS:
            number = KINDS.index(kind)
            found += [bytes((flags, number, 20, 7)) + vector.data for flags in (0, 4, 3)]
    return found
