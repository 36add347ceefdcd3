"""Records as JSON Lines: one object a line, safe to print."""

from __future__ import annotations

import json
from typing import Any

import orjson


def json_line(record: dict[str, Any]) -> str:
    """A record as a line of JSON. What a terminal could obey, or what is not to be seen, stands as \\uNNNN."""
    try:
        text = orjson.dumps(record).decode()
    except orjson.JSONEncodeError:  # a file name that is no UTF-8, or a number of more than 64 bits
        text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    if text.isascii() and "\x7f" not in text or text.isprintable():
        return text
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in text)
