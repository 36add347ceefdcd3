"""Text from the wire made safe to print, the same for records and for people.

Strategy: what a peer sent is shown as its bytes, never as a command to a terminal or a page: anything that is not
plainly printable is written as \\xNN or \\uNNNN, and so is the backslash, so that the writing can be undone.
"""

from __future__ import annotations


class _Escapes(dict[int, str]):
    """How each character is written where text is bytes; made for those of one byte, for others when they come."""

    def __missing__(self, code: int) -> str:
        return f"\\x{code:02X}"


_BYTES = _Escapes((code, chr(code)) for code in range(0x20, 0x7F) if code != ord("\\"))
_BYTES.update((code, _BYTES[code]) for code in range(0x100))

def bytes_text(text: str) -> str:
    """Text of one byte a character: bytes outside 20H-7EH and the backslash as \\xNN."""
    if text.isascii() and text.isprintable() and "\\" not in text:
        return text
    return text.translate(_BYTES)


def ae_title(value: str | bytes) -> str:
    """An AE title without the spaces around it."""
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    return bytes_text(text.strip(" "))


def uid_text(value: str) -> str:
    """A UID without the NUL or space that pads it."""
    return bytes_text(value.rstrip("\0 "))


def visible(text: str) -> str:
    """Text in any characters: control characters and what changes the direction of writing are escaped, as \\xNN,
    \\uNNNN or \\UNNNNNNNN."""
    if text.isprintable() and "\\" not in text:
        return text
    return "".join(char if char.isprintable() and char != "\\" else _escape(char) for char in text)


def _escape(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def tag_text(tag: int) -> str:
    """'(0000,0110)'."""
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})"
