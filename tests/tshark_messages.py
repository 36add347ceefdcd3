"""The commands that tshark tells of a capture, through pyshark: a second reader of the same bytes, for tests.

Strategy: tshark is asked for the frames in which it shows a command set, with the preferences without which it cannot
be compared: segments out of order are put in order, and each tag is a field with its number and its value. pyshark
gives the fields of a layer by name, each list in the order of the bytes, so the value of a tag is found by its place:
a command set is Implicit VR Little Endian, its values follow 8 bytes after the tag.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pyshark

COMMAND_FIELD, MESSAGE_ID, MESSAGE_ID_BEING_RESPONDED_TO, STATUS = 0x0100, 0x0110, 0x0120, 0x0900
RESPONSE = 0x8000
ARGUMENTS = (
    "-o", "tcp.reassemble_out_of_order:TRUE",
    "-o", "dicom.tag_tree:TRUE",
    "-Y", "dicom.pdv.flags & 1",
    "-J", "ip ipv6 tcp dicom",
)  # fmt: skip
"""Only frames with a fragment of a command set; only the layers that are read here."""


class Command(NamedTuple):
    """What is compared of a message."""

    field: int
    """The number of the command."""
    message_id: int | None
    """Of a response: the one responded to; of a C-CANCEL-RQ: the one being cancelled."""
    status: int | None


Conversations = dict[tuple[str, str], dict[int, list[Command]]]
"""Sender and receiver as 'ip:port' -> number of the TCP connection -> what was sent, in order."""


class _Capture(pyshark.FileCapture):  # type: ignore[misc]
    """Lets tshark end by itself. pyshark kills it as soon as its output has ended, and may then take a run that went
    well for a crash."""

    status: int | None = None

    async def _cleanup_subprocess(self, process: asyncio.subprocess.Process) -> None:
        if not self._eof_reached and process.returncode is None:
            process.kill()
        self.status = await process.wait()

    @property
    def complaint(self) -> str:
        """The last line on its standard error."""
        return self._last_error_line or ""


def commands(capture: Path, port_numbers: Iterable[int]) -> Conversations:
    """The commands of a capture, with every one of the ports taken for DICOM."""
    found: Conversations = {}
    loop = asyncio.new_event_loop()
    try:
        packets = _Capture(
            str(capture), keep_packets=False, eventloop=loop, custom_parameters=list(ARGUMENTS),
            decode_as={f"tcp.port=={number}": "dicom" for number in port_numbers},
        )  # fmt: skip
        with packets:
            for packet in packets:
                told = [each for layer in packet.get_multiple_layers("dicom") for each in _commands(layer)]
                if told:
                    connections = found.setdefault(_direction(packet), {})
                    connections.setdefault(int(packet.tcp.stream), []).extend(told)
    finally:
        loop.close()
    ended_well = packets.status == 0 or "cut short" in packets.complaint
    assert ended_well, f"tshark could not read {capture.name}: status {packets.status}, {packets.complaint}"
    return found


def _direction(packet: Any) -> tuple[str, str]:
    """'ip:port' of the sender and of the receiver, by the innermost IP header."""
    network = [layer for layer in packet.layers if layer.layer_name in ("ip", "ipv6")][-1]
    source, destination = (f"[{each}]" if ":" in each else str(each) for each in (network.src, network.dst))
    return f"{source}:{packet.tcp.srcport}", f"{destination}:{packet.tcp.dstport}"


def _commands(layer: Any) -> Iterator[Command]:
    """The command sets of a PDU in which tshark shows a Command Field."""
    for values in _command_sets(_fields(layer, "dicom.tag"), _fields(layer, "dicom.tag.value.16u")):
        field = values.get(COMMAND_FIELD)
        if field is not None:
            message_id = None if field & RESPONSE else values.get(MESSAGE_ID)
            if message_id is None:
                message_id = values.get(MESSAGE_ID_BEING_RESPONDED_TO)
            yield Command(field, message_id, values.get(STATUS))


def _fields(layer: Any, name: str) -> list[Any]:
    container = layer.get_field(name)
    return [] if container is None else list(container.all_fields)


def _command_sets(tags: list[Any], values: list[Any]) -> Iterator[dict[int, int]]:
    """The 16-bit values of each command set, by their tags. A set ends where the tags do not go up, or at a tag of
    another group."""
    gathered: dict[int, int] = {}
    last, at = -1, 0
    for each in tags:
        tag = int(each.show, 16)
        if tag <= last or tag > 0xFFFF:
            yield gathered
            gathered = {}
        last = -1 if tag > 0xFFFF else tag
        if tag <= 0xFFFF:
            place = int(each.pos) + 8
            here = next((index for index in range(at, len(values)) if int(values[index].pos) == place), None)
            if here is not None:
                gathered[tag] = int(values[here].show)
                at = here + 1
    yield gathered
