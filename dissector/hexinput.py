"""Bytes from the hexadecimal that people paste: plain, 0x, C arrays, Python bytes, and the dumps of xxd, hexdump,
od, tcpdump and Wireshark with their offsets and text columns.

Strategy: a text is a dump when its lines start with offsets that grow as their bytes do; then each line holds exactly
as many bytes as the next offset says, and what follows them is the text column. Otherwise everything must be
hexadecimal, or it is an error that names the first thing that is not. What could be read in two ways that differ
(words of two bytes in the order of some machine, a dump with a line missing) is an error too, never a guess.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .errors import UsageError

MAXIMUM_REPEATED_BYTES = 64 * 1024 * 1024
"""A dump whose `*` stands for more than this is no dump."""

MAXIMUM_ROW_BYTES = 64
"""How many bytes one line of a dump may hold."""

_OFFSET = re.compile(r"^\s*(?:0x)?([0-9a-fA-F]{3,16})(:?)(?=\s|$)\s*(.*)$")
_SPLIT = re.compile(r"(?:[0-9a-fA-F]{2} ){8} [0-9a-fA-F]{2}(?:\s|$)")
_TOKEN = re.compile(r"[0-9a-fA-F]+")
_LITERAL = re.compile(r"[bB]?\"((?:[^\"\\]|\\.)*)\"|[bB]?'((?:[^'\\]|\\.)*)'", re.DOTALL)
_BEFORE_LITERAL = re.compile(r"\s*(?:[\w\s*\[\]]+=)?[\s({\[]*(?=[bB]?[\"'])")
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|([0-7]{1,3})|(.))", re.DOTALL)
_ESCAPED_LETTERS = {"a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13}


class _Row(NamedTuple):
    """One line of a dump: `*` has no text, and says that the line above is repeated."""

    offset: str
    colon: bool
    text: str


def parse_hex(text: str) -> bytes:
    """The bytes that a text names; raises `UsageError` with one line when it is no hexadecimal."""
    text = re.sub(r"/\*.*?\*/", " ", text.lstrip("\ufeff"), flags=re.DOTALL)  # Wireshark's C arrays are commented
    lines = [line for line in text.splitlines() if line.strip()]
    out = _dump(lines)
    if out is None:
        joined = "\n".join(lines)
        out = _escaped(joined) if _is_escaped(joined) else _plain(joined)
    if not out:
        raise UsageError("no bytes: give hexadecimal as arguments or on standard input")
    return out


def _plain(text: str) -> bytes:
    array = re.search(r"\{(.*?)\}", text, re.DOTALL)  # of a C array, without its declaration
    cleaned = re.sub(r"0[xX]|[\s,;:\-{}\[\]()<>\"']|\b[bB](?=[\"'])", " ", array.group(1) if array else text)
    out = bytearray()
    for token in cleaned.split():
        if not _TOKEN.fullmatch(token):
            raise UsageError(f"not hexadecimal: {token[:20]!r}")
        if len(token) % 2:
            if len(token) > 1:
                raise UsageError(f"an odd number of hexadecimal digits: {token[:20]!r}")
            token = "0" + token
        out += bytes.fromhex(token)
    return bytes(out)


# ------------------------------------------------------------------------------------------------ strings


def _is_escaped(text: str) -> bool:
    """Whether a text is a string with escapes, or Python bytes that are not just hexadecimal."""
    if "\\x" in text:
        return True
    match = _LITERAL.fullmatch(text.strip())
    if match is None or text.strip()[0] not in "bB":
        return False
    return re.fullmatch(r"[0-9a-fA-F\s]*", match.group(1) or match.group(2) or "") is None


def _escaped(text: str) -> bytes:
    """Python or C strings, one or several in a row, or a bare text with \\xNN; other characters stand for
    themselves."""
    before = _BEFORE_LITERAL.match(text)
    literals = list(_LITERAL.finditer(text, before.end())) if before else []
    if before and literals:
        if re.sub(r"[\s\\,;(){}\[\]]", "", _LITERAL.sub("", text[before.end() :])):
            raise UsageError("something stands outside of the quotes")
        source = "".join(match.group(1) or match.group(2) or "" for match in literals)
    elif not re.sub(r"\\x[0-9a-fA-F]{2}|\s", "", text):
        source = re.sub(r"\s", "", text)
    else:
        source = text.replace("\n", "")
    if not source.isascii():
        raise UsageError("only ASCII characters may stand among \\x escapes")
    out, at = bytearray(), 0
    for match in _ESCAPE.finditer(source):
        out += source[at : match.start()].encode("ascii")
        digits, octal, letter = match.groups()
        if digits:
            out.append(int(digits, 16))
        elif octal:
            out.append(int(octal, 8) & 0xFF)
        elif letter == "x":
            raise UsageError(f"not an escape of two hexadecimal digits: {source[match.start() : match.start() + 4]!r}")
        elif letter != "\n":
            out.append(_ESCAPED_LETTERS.get(letter, ord(letter)))
        at = match.end()
    return bytes(out + source[at:].encode("ascii"))


# ------------------------------------------------------------------------------------------------ dumps


def _dump(lines: list[str]) -> bytes | None:
    """The bytes of a dump with offsets, or None when the text is not one."""
    rows: list[_Row] = []
    for line in lines:
        match = _OFFSET.match(line)
        if match is not None:
            rows.append(_Row(match.group(1), bool(match.group(2)), match.group(3)))
        elif line.strip() == "*" and rows:
            rows.append(_Row("*", False, ""))
        else:
            return None
    if not rows or rows[-1].offset == "*":
        return None
    counted = all(row.offset == "*" or len(row.offset) == 7 and not row.colon for row in rows)
    readings: list[bytes] = []
    for base in (8, 10, 16) if counted else (16,):  # seven digits are those of od: octal, or with -A d decimal
        if base == 16 and readings:
            break
        try:
            offsets = [-1 if row.offset == "*" else int(row.offset, base) for row in rows]
        except ValueError:
            continue
        out = _rows(offsets, rows)
        if out is not None:
            readings.append(out)
    if len(readings) > 1 and readings[0] != readings[1]:
        raise UsageError("a dump whose offsets may be octal or decimal: use od -A x")
    if readings:
        return readings[0]
    _refuse_damaged(rows)
    return None


def _refuse_damaged(rows: list[_Row]) -> None:
    """Lines of two-digit bytes after offsets that do not fit them: not to be read as if the offsets were bytes."""
    offsets = [int(row.offset, 16) for row in rows if row.offset != "*"]
    if len(offsets) < 2 or any(later <= offset for offset, later in zip(offsets, offsets[1:], strict=False)):
        return
    if len(rows[0].offset) >= 4 and (rows[0].colon or re.match(r"[0-9a-fA-F]{2}(\s|$)", rows[0].text)):
        raise UsageError("a dump whose offsets do not fit its bytes: is a line missing?")


def _rows(offsets: list[int], rows: list[_Row]) -> bytes | None:
    out = bytearray()
    first = offsets[0]
    if not rows[0].colon and (first and len(rows) == 1 or _is_group(rows[0].text, len(rows[0].offset))):
        return None
    typical = MAXIMUM_ROW_BYTES if len(rows) == 1 else 16 if offsets[1] < 0 else offsets[1] - first
    if not 0 < typical <= MAXIMUM_ROW_BYTES:
        return None
    split = _SPLIT.match(rows[0].text) is not None and (typical > 8 if len(rows) > 1 else len(rows[0].text) > 33)
    last_row, repeated = b"", False
    for index, (offset, row) in enumerate(zip(offsets, rows, strict=True)):
        if row.offset == "*":
            repeated = True
            continue
        if repeated:
            missing = offset - first - len(out)
            if not 0 < missing <= MAXIMUM_REPEATED_BYTES or missing % len(last_row):
                return None
            out += last_row * (missing // len(last_row))
            repeated = False
        if offset - first != len(out):
            return None
        last = index + 1 == len(rows)
        if last and not row.text.strip():
            break
        wanted = typical if last or offsets[index + 1] < 0 else offsets[index + 1] - offset
        last_row = _row(row, wanted, split)
        if len(last_row) < wanted and not last or not last_row:
            return None
        out += last_row
    return bytes(out) or None


def _is_group(text: str, digits: int) -> bool:
    """Whether a text starts with a group of so many digits: then what precedes it is one, too, and no offset."""
    match = _TOKEN.match(text)
    return match is not None and len(match.group()) == digits


def _row(row: _Row, wanted: int, split: bool) -> bytes:
    """The bytes of one line, at most `wanted`; the text column is left alone. `split`: two spaces after 8 bytes."""
    text = row.text.split("|", 1)[0]
    out = bytearray()
    width = 0
    for match in re.finditer(r"(\s*)(\S+)", text):
        gap, token = len(match.group(1)), match.group(2)
        if not _TOKEN.fullmatch(token) or len(token) % 2:
            break
        if len(out) >= wanted:
            if gap == 1 and len(token) == width:
                return b""  # more bytes than the next offset leaves room for
            break
        if width and len(token) > width or out and gap > (2 if split and len(out) == 8 else 1):
            break
        width = width or len(token)
        out += bytes.fromhex(token)
    if len(out) > wanted:
        return b""
    if width > 2 and not row.colon:
        raise UsageError("words of several bytes, whose order is that of a machine: use xxd, hexdump -C or od -t x1")
    return bytes(out)
