"""What the tests of the teaching page look at: captures made to be hostile or large, the page of a capture, and what
the decoder says must stand on it.

Strategy: the page is made by the command that people use. What it must show is taken from the capture once more, by
the decoder alone, so that a fault in the page's data shows as well as one in its scripts.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from dissector.cli import main
from dissector.decode import Field
from dissector.dimse import Message
from dissector.pdu import Pdu
from dissector.reading import Reading, decode_located
from dissector.views import datasets

from .transcript import (
    IMPLICIT_LITTLE, RELEASE_RP, RELEASE_RQ, Packet, Talk, abort, answered, associate_ac, associate_rq, command,
    echo_rq, echo_rsp, item, p_data, pcap, pdu, pdv, proposed, uid, us,
)  # fmt: skip

LAST, COMMAND = 2, 1
"""Bits of a message control header."""


def make_page(capture: Path, out: Path, *options: str) -> Path:
    """The page of a capture, in a file."""
    assert main(["page", str(capture), "-o", str(out), *options]) == 0
    return out


# ------------------------------------------------------------------------------------------------ what it must show


class Document(NamedTuple):
    """A PDU or a data set: its deep link, its tree, its bytes, and the ranges that were not captured."""

    link: str
    root: Field
    data: bytes
    missing: list[tuple[int, int]]

    def fields(self) -> Iterator[tuple[str, Field]]:
        """Every field below the root with its deep link."""
        return _fields(self.link, self.root)


@cache
def documents(capture: Path) -> list[Document]:
    """Every PDU and every data set of a capture."""
    return list(_documents(capture))


def _documents(capture: Path) -> Iterator[Document]:
    with Reading(str(capture), keep_bytes=True) as reading:
        for each in reading:
            if isinstance(each, Pdu):
                yield Document(
                    f"association-{each.association}/pdu-{each.number}", decode_located(each), each.body or b"",
                    list(each.missing),
                )  # fmt: skip
            elif isinstance(each, Message) and each.has_data_set:
                root, _ = datasets.tree(each)
                holes = list(each.holes) if root.compressed is None else []
                yield Document(f"association-{each.association.number}/message-{each.number}", root, root.data, holes)


def _fields(link: str, parent: Field) -> Iterator[tuple[str, Field]]:
    alike: Counter[str] = Counter()
    for child in parent.children:
        alike[child.name] += 1
        count = alike[child.name]
        below = f"{link}/{child.name.replace('_', '-')}" + (f"-{count}" if count > 1 else "")
        yield below, child
        yield from _fields(below, child)


# ------------------------------------------------------------------------------------------------ captures

MARKER = "owned"
"""No element, attribute or variable of a page may have this name: each hostile text would make one."""

HOSTILE = (
    f"<{MARKER}>",
    f"<u id={MARKER}>",
    f"<script>window.{MARKER}=1</script>",
    f"</script><script>window.{MARKER}=1</script>",
    f"<!--<script>window.{MARKER}=1",
    f"<img src=x class={MARKER} onerror=window.{MARKER}=1>",
    f"\"'><svg id={MARKER} onload=window.{MARKER}=1>",
    f"</style></title><b id={MARKER}>",
    f"*{{}} body{{background:url(http://{MARKER}.invalid/)}}",
    f"javascript:window.{MARKER}=alert(1)",
    f"http://{MARKER}.invalid/?<a id={MARKER} href=/>",
    f"${{window.{MARKER}=1}}{{{{7*7}}}}",
    f"';window.{MARKER}=1;//\\\"",
    "__proto__",
    "\u202egnp.\u2066exe\u200f",
    "\x1b[31mred\x1b]0;title\x07\x1b[2J",
    "\0\x01\x7f\x9b\xff\u2028",
)
"""Texts that would be something else than text if a page took them for markup, script, style or direction."""


def hostile() -> bytes:
    """A capture whose peers put hostile text wherever the protocol has a string: an association for each text."""
    packets: list[Packet] = []
    for index, text in enumerate(HOSTILE):
        talk = Talk(client=("10.0.0.1", 40000 + index), time=1_700_000_000_000_000_000 + index * 10**9)
        packets += _hostile_talk(talk.open(), text.encode()).packets
    return pcap(packets)


def _hostile_talk(talk: Talk, text: bytes) -> Talk:
    title = text[:16].ljust(16)
    counted = struct.pack("!H", len(text)) + text
    user = item(
        0x50,
        item(0x51, struct.pack("!I", 16384)) + item(0x52, text) + item(0x55, text[:16])
        + item(0x54, counted + bytes((1, 1))) + item(0x56, counted + text)
        + item(0x57, counted + counted + struct.pack("!H", len(counted)) + counted)
        + item(0x58, bytes((2, 1)) + counted + counted) + item(0x5F, text),
    )  # fmt: skip
    contexts = proposed(1, text, text, IMPLICIT_LITTLE) + proposed(3, b"1.2.840.10008.5.1.4.1.1.7")
    request = pdu(1, struct.pack("!HH16s16s32s", 1, 0, title, title, text[:32]) + item(0x10, text) + contexts + user)
    answer = item(0x50, item(0x52, text) + item(0x55, text[:16]) + item(0x59, counted))
    accept = associate_ac(answered(1, 0, text), answered(3), user=answer)
    store = command(
        uid(2, text), us(0x100, 1), us(0x110, 1), uid(0x600, text[:16]), us(0x700, 0), us(0x800, 1), uid(0x1000, text),
        uid(0x1030, text[:16]), us(0x1031, 1),
    )  # fmt: skip
    stored = command(
        uid(2, text), us(0x100, 0x8001), us(0x120, 1), us(0x800, 0x101), us(0x900, 0xC000), uid(0x902, text),
        uid(0x1000, text),
    )  # fmt: skip
    data_set = b"".join(data_element(tag, text) for tag in (
        0x00080016, 0x00080018, 0x00080020, 0x00080050, 0x00080054, 0x00080060, 0x00081190, 0x00090010, 0x00091001,
        0x00100010, 0x00100020, 0x00104000, 0x00204000, 0x00400254, 0x0040A160,
    ))  # fmt: skip
    charset = data_element(0x00080005, b"ISO_IR 192")
    talk.client(request).server(accept)
    talk.client(p_data(pdv(3, COMMAND | LAST, store)), p_data(pdv(3, LAST, charset + data_set)))
    return talk.server(p_data(pdv(3, COMMAND | LAST, stored))).client(pdu(9, text), abort()).close()


def data_element(tag: int, value: bytes) -> bytes:
    """An element of a data set, implicit VR little endian, padded."""
    padded = value + b" " * (len(value) % 2)
    return struct.pack("<HHI", tag >> 16, tag & 0xFFFF, len(padded)) + padded


def many_pdus(count: int) -> bytes:
    """A capture of one association with so many PDUs, every one of them different: verifications, and responses."""
    talk = Talk().open().client(associate_rq()).server(associate_ac())
    for number in range((count - 4) // 2):
        message_id = number % 65535 + 1
        talk.client(p_data(pdv(1, COMMAND | LAST, echo_rq(message_id))))
        talk.server(p_data(pdv(1, COMMAND | LAST, echo_rsp(message_id))))
    return talk.client(RELEASE_RQ).server(RELEASE_RP).close().pcap()
