"""dicom-dissector: DICOM network traffic, every byte named.

    from dissector import open_capture

    with open_capture("capture.pcap") as capture:
        for message in capture.messages():
            print(message.command, message.message_id)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from .association import Association as Association
    from .decode import decode_command_set as decode_command_set
    from .decode import decode_pdu as decode_pdu
    from .dimse import Message as Message
    from .errors import DissectorError as DissectorError
    from .pdu import Pdu as Pdu
    from .reading import Reading as Reading
    from .reading import open_capture as open_capture

_HOMES = {
    "Association": "association", "decode_command_set": "decode", "decode_pdu": "decode", "Message": "dimse",
    "DissectorError": "errors", "Pdu": "pdu", "Reading": "reading", "open_capture": "reading",
}  # fmt: skip

__all__ = [*_HOMES, "__version__"]


def __getattr__(name: str) -> Any:
    """Public names are imported when they are first used, so that the command starts quickly."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{home}", __name__), name)
