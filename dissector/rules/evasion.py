"""Rules about segments that receivers take differently: by what a monitor may be made to see something else.

Strategy: the streams decide what to read (docs/evasion.md says how, and why) and count what they had to decide; here it
is told, once per connection, side and kind. Checksums are looked at only when asked for, and told once per sender.
"""

from __future__ import annotations

from ipaddress import ip_address

from ..stream import ODD, Connection, Streams
from .case import Case, at_connection_end
from .connections import shown, side_of

VARIANTS = {kind: "" if kind == "outside" else kind for kind in ODD}
"""By the kinds that the streams count: the variant that tells of it."""


@at_connection_end("transport.ambiguous-segments")
def ambiguous_segments(case: Case, connection: Connection) -> None:
    """Segments of kinds that receivers take differently, or that no honest sender sends."""
    for stream in (connection.client, connection.server):
        for kind, (count, frame) in (stream.odd or {}).items():
            if kind in VARIANTS:
                case.report("transport.ambiguous-segments", key=(kind, stream.from_client), variant=VARIANTS[kind],
                            count=count, who=side_of(case, stream),
                            evidence=shown(case, stream, frame, kind))  # fmt: skip


def judge_checksums(case: Case, streams: Streams) -> None:
    """Who sent segments with wrong checksums, over the whole capture; fragments whose headers are wrong."""
    for sender, counts in streams.checksums.items():
        if counts.wrong:
            every = counts.wrong >= EVERY_AT_LEAST and not counts.right
            case.report("transport.checksum-wrong", key=sender, variant="all" if every else "", count=counts.wrong,
                        expected=counts.wrong + counts.right, host=str(ip_address(sender)), frame=counts.first_wrong,
                        what="wrong checksum")  # fmt: skip
    if streams.first_wrong_fragment:
        case.report("transport.checksum-wrong", key="fragments", variant="fragments", what="wrong checksum",
                    count=streams.link.fragments_wrong, frame=streams.first_wrong_fragment)  # fmt: skip


EVERY_AT_LEAST = 3
"""So many segments of a sender, all of them wrong, are no damage on the way."""
