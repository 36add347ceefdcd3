"""The annotator of data sets, in every transfer syntax that is read, and the judging of its values.

Invariant: no bytes, cut or with holes anywhere, make it raise. The leaves tile the data set (inflated, if it was
deflated, and then those of the compressed bytes tile these); the dump in both languages, the summary and the JSON
record hold nothing that a terminal obeys; heads are read alike with and without the tree.
"""

from __future__ import annotations

import json
from itertools import islice

from dissector.dataset import annotate_data_set, infer_transfer_syntax, misread, read_head, sop_uids
from dissector.reading import Reading
from dissector.standard.datasets import DEFLATED, EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE
from dissector.views import records
from dissector.views.hexdump import Options, annotate, plain

from ..captures import CAPTURES
from ..vectors import all_vectors
from .promises import bounded, nothing_obeyed, tiles

SYNTAXES = (None, IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG, DEFLATED, "1.2.840.10008.1.2.4.50", "1.2.3")
SHOWN = (Options(lang="en", width=80), Options(lang="zh", full=True, explain=True, mask=True))
LINES = 2000
"""Of a dump that is looked at: a deflated kilobyte can hold a million elements."""


def check(data: bytes) -> None:
    """Flags, transfer syntax, two positions of a hole, and the bytes."""
    if len(data) < 4:
        return
    flags, syntax, body = data[0], SYNTAXES[data[1] % len(SYNTAXES)], data[4:]
    holes = [(data[2], min(data[2] + data[3], len(body)))] if flags & 2 else []
    holes = [hole for hole in holes if hole[0] < hole[1]]
    cut, query = bool(flags & 1), bool(flags & 8)
    with bounded(len(body)):
        root = annotate_data_set(body, syntax, holes=holes, cut=cut, query=query, limit_elements=5000)
        tiles(root, len(root.data))
        if root.compressed is not None:
            tiles(root.compressed, len(body))
        else:
            assert root.data == body
        for line in islice(annotate(root, root.data, SHOWN[flags >> 2 & 1]), LINES):
            nothing_obeyed(plain(line))
        if len(root.data) < 16384:
            nothing_obeyed(json.dumps(records.field_record(root, [], "en", True)))
        infer_transfer_syntax(body, cut=cut)
        misread(body, syntax or "", cut=cut)
        for value in read_head(body, syntax, 0x7FE00010, holes=holes, cut=cut).values():
            assert value in root.data, "a value that does not stand in the data set"
        sop_uids(body, syntax, holes=holes)


def seeds() -> list[bytes]:
    """Every vector of a data set, and those that travelled in the captures."""
    bodies = [(vector.data, vector.about["transfer_syntax"]) for vector in all_vectors()
              if vector.about.get("kind") == "data_set"]  # fmt: skip
    for path in CAPTURES.values():
        with Reading(str(path), keep_data=4096) as reading:
            for message in islice(reading.messages(), 50):
                if message.has_data_set and message.data:
                    bodies.append((b"".join(message.data)[:4096], message.transfer_syntax or ""))
    known = dict(bodies)
    return [bytes((flags, SYNTAXES.index(syntax) if syntax in SYNTAXES else 5, 30, 9)) + body
            for body, syntax in known.items() for flags in (0, 3, 12)]  # fmt: skip
