"""A pytest plugin: what pynetdicom's own test suite sends and receives, as pynetdicom itself tells it.

    pytest -p tests.peers.pynetdicom_log --pyargs pynetdicom.tests      (WIRE_LOG=FILE says where to)

Strategy: every event of pynetdicom passes through one function, whether a test bound a handler or not. It is wrapped,
and writes one JSON object a line for bytes sent, bytes received, PDUs that could be decoded, and DIMSE messages, each
with the two addresses of its connection. The suite's "parrot", a server that sends any bytes a test wants, is wrapped
too. Nothing of our own program is used here: this is the other witness. Each worker of pytest-xdist gets two ports
of its own, which the suite's `get_port` hands out; tests of the applications have theirs written into them, and run one
after the other.
"""

from __future__ import annotations

import json
import os
import struct
import threading
import time
from collections.abc import Callable
from typing import Any

FIRST_PORT = 11114
"""The applications have 11112 and 11113."""
HEAD = struct.Struct(">BxL")

_lock = threading.Lock()
_log = open(os.environ["WIRE_LOG"], "a", buffering=1) if "WIRE_LOG" in os.environ else None  # noqa: SIM115


def tell(what: str, addresses: tuple[str, str] | None, **more: object) -> None:
    """Write one line."""
    if _log is None or _log.closed:
        return
    test = os.environ.get("PYTEST_CURRENT_TEST", "?").split(" ")[0]
    sender, receiver = addresses or (None, None)
    line = json.dumps({"what": what, "time": time.time(), "local": sender, "remote": receiver, **more, "test": test})
    with _lock:
        _log.write(line + "\n")


def heads(data: bytes) -> list[tuple[int, int]]:
    """Type and PDU-length of each PDU that is in some bytes; the last one may be less than whole."""
    found, at = [], 0
    while at + HEAD.size <= len(data):
        kind, length = HEAD.unpack_from(data, at)
        found.append((kind, length))
        at += HEAD.size + length
    return found


def addresses_of(connection: Any) -> tuple[str, str] | None:
    """Both ends of a socket as 'ip:port', or None where there is no connection."""
    try:
        ends = connection.getsockname(), connection.getpeername()
    except (OSError, AttributeError):
        return None
    here, there = (f"[{end[0]}]:{end[1]}" if ":" in end[0] else f"{end[0]}:{end[1]}" for end in ends)
    return here, there


def _of_association(association: Any) -> tuple[str, str] | None:
    """The ends of an association's connection; remembered, because it may be closed when the last event comes."""
    found = addresses_of(getattr(getattr(getattr(association, "dul", None), "socket", None), "socket", None))
    if found is None:
        return getattr(association, "_told_addresses", None)
    association._told_addresses = found
    return found


def _command(message: Any) -> dict[str, object]:
    """What a DIMSE message is told by."""
    command = message.command_set
    field = command.get("CommandField")
    own = None if field is None or field & 0x8000 else command.get("MessageID")
    return {
        "field": field, "status": command.get("Status"),
        "id": own if own is not None else command.get("MessageIDBeingRespondedTo"),
    }  # fmt: skip


def _wrapped(trigger: Callable[..., Any]) -> Callable[..., Any]:
    """pynetdicom's `trigger`, which tells what it was called with."""
    from pynetdicom import events

    def telling(association: Any, event: Any, attributes: dict[str, Any] | None = None) -> Any:
        ends, given = _of_association(association), attributes or {}
        tls = hasattr(getattr(getattr(association.dul, "socket", None), "socket", None), "cipher")
        if event is events.EVT_DATA_SENT:
            tell("sent", ends, size=len(given["data"]), pdus=heads(given["data"]), tls=tls)
        elif event is events.EVT_DATA_RECV:
            tell("received", ends, size=len(given["data"]), pdus=heads(given["data"]), tls=tls)
        elif event is events.EVT_PDU_RECV:
            tell("decoded", ends, pdu=type(given["pdu"]).__name__)
        elif event is events.EVT_DIMSE_SENT:
            tell("message sent", ends, **_command(given["message"]))
        elif event is events.EVT_DIMSE_RECV:
            tell("message received", ends, **_command(given["message"]))
        return trigger(association, event, attributes)

    return telling


def _wrap_parrot() -> None:
    from pynetdicom.tests import parrot

    request = parrot.ParrotRequest
    send, read = request.send, request.read_data

    def telling_send(self: Any, data: bytes) -> Any:
        ends = addresses_of(self.socket)
        done = send(self, data)
        if done:
            tell("sent", ends, size=len(data), pdus=heads(data), tls=False, parrot=True)
        return done

    def telling_read(self: Any) -> Any:
        data = read.fget(self)
        tell("received", addresses_of(self.socket), size=len(data), pdus=heads(data), tls=False, parrot=True)
        return data

    request.send, request.read_data = telling_send, property(telling_read)


def pytest_configure() -> None:
    """Wrap everything, and give each worker its ports."""
    from pynetdicom import events
    from pynetdicom.tests import utils

    events.trigger = _wrapped(events.trigger)  # type: ignore[assignment]
    _wrap_parrot()
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is not None:
        first = FIRST_PORT + 2 * int(worker.removeprefix("gw"))
        utils.PORTS[worker] = (first, first + 1)


def pytest_unconfigure() -> None:
    """The end."""
    if _log is not None:
        _log.close()
