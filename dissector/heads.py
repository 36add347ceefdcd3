"""The heads that are read for nearly every frame and every PDU.

Strategy: each is one function from bytes and a position to a fixed tuple. Interpreted, that is `Struct.unpack_from`;
compiled, indices and shifts are faster than the objects that a Struct makes. So these few have two spellings, which a
test holds equal on random bytes; all others are a Struct, in the module that reads them.
"""

from __future__ import annotations

from struct import Struct
from types import FunctionType
from typing import Final

RECORD_HEAD_BYTES: Final = 16
"""What `record_head` reads."""
PLAIN_BYTES: Final = 38
"""What `plain_head` reads, from the ethertype on."""
HEADS_BYTES: Final = 12
"""What `usual_heads` reads."""


def _nothing() -> None:
    """Compiled, this is no function as Python makes them."""


COMPILED = not isinstance(_nothing, FunctionType)
"""mypyc and mypy are told which branch is for them (setup.py, pyproject.toml): of the other nothing is compiled."""
if COMPILED:

    def record_head(data: bytes, at: int) -> tuple[int, int, int, int]:
        return (
            data[at] | data[at + 1] << 8 | data[at + 2] << 16 | data[at + 3] << 24,
            data[at + 4] | data[at + 5] << 8 | data[at + 6] << 16 | data[at + 7] << 24,
            data[at + 8] | data[at + 9] << 8 | data[at + 10] << 16 | data[at + 11] << 24,
            data[at + 12] | data[at + 13] << 8 | data[at + 14] << 16 | data[at + 15] << 24,
        )

    def plain_head(data: bytes, at: int) -> tuple[int, int, int, int, bytes, int, int, int]:
        return (
            data[at] << 8 | data[at + 1],
            data[at + 2],
            data[at + 4] << 8 | data[at + 5],
            data[at + 8] << 24 | data[at + 9] << 16 | data[at + 10] << 8 | data[at + 11],
            data[at + 14 : at + 26],
            data[at + 26] << 24 | data[at + 27] << 16 | data[at + 28] << 8 | data[at + 29],
            data[at + 34] << 8 | data[at + 35],
            data[at + 36] << 8 | data[at + 37],
        )

    def usual_heads(data: bytes, at: int) -> tuple[int, int, int, int, int]:
        return (
            data[at],
            data[at + 2] << 24 | data[at + 3] << 16 | data[at + 4] << 8 | data[at + 5],
            data[at + 6] << 24 | data[at + 7] << 16 | data[at + 8] << 8 | data[at + 9],
            data[at + 10],
            data[at + 11],
        )

else:
    record_head = Struct("<IIII").unpack_from
    """That of a frame in a little-endian pcap: seconds, their fraction, bytes captured, bytes on the wire."""
    plain_head = Struct("!HBxHxxI2x12sI4xHH").unpack_from
    """From the ethertype on, as IPv4 and TCP without options have them: ethertype, IP version with length of header,
    total length, fragment with time to live and protocol, addresses and ports (as one key), sequence, offset and flags,
    window."""
    usual_heads = Struct(">BxIIBB").unpack_from
    """Those of a PDU and of the first PDV in it: PDU type and length; length, context ID, message control header."""
