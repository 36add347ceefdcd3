"""Records for programs: JSON Lines, one object a line. The names are promised to other programs; keys may be added,
none changes its meaning."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ..decode import Field, is_secret
from ..standard.structure import Structure
from ..standard.zh import translate
from . import words


def line(record: dict[str, Any]) -> str:
    """A record as a line of JSON."""
    return json.dumps(record, ensure_ascii=False, separators=(", ", ": "))


def seconds(time: int | None) -> float | None:
    """Nanoseconds as seconds."""
    return None if time is None else time / 1_000_000_000


def dissection(
    root: Field, *, association: int | None, number: int | None, sender: str | None, pdu_type: str,
    stream_offset: int | None, frames: Sequence[tuple[int, int, int]], lang: str = "en", show_secrets: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """The record of one decoded PDU. `frames` says which bytes of it came from which frame."""
    return {
        "record": "dissection", "association": association, "pdu": number, "from": sender, "pdu_type": pdu_type,
        "stream_offset": stream_offset,
        "frames": [{"frame": frame, "start": start, "end": end} for frame, start, end in frames],
        "fields": field_record(root, [], lang, show_secrets),
    }  # fmt: skip


def field_record(field: Field, parents: list[Field], lang: str, show_secrets: bool) -> dict[str, Any]:
    """A field and all below it; positions are half-open, within the PDU."""
    parent = parents[-1] if parents else None
    spec = field.spec
    value = field.value
    if isinstance(value, bytes):
        value = value.hex()
    elif isinstance(value, tuple):
        value = [words.tag_text(tag) for tag in value]
    if is_secret(field, parent) and not show_secrets:
        value = None
    meaning = words.meaning_text(field, parents, lang=lang, show_secrets=show_secrets)
    return {
        "name": field.name,
        "title": translate(spec.title, lang),
        "start": field.start,
        "end": field.end,
        "value": value,
        "meaning": meaning or None,
        "reference": str(_reference(field, parents)),
        "problems": [{"code": code, "text": text} for code, text in words.problem_texts(field, lang)],
        "children": [field_record(child, [*parents, field], lang, show_secrets) for child in field.children],
    }


def _reference(field: Field, parents: Sequence[Field]) -> object:
    """Where the standard prints a field: its own clause, or that of the structure around it."""
    for each in (field, *reversed(parents)):
        if each.spec.reference is not None:
            return each.spec.reference
        if isinstance(each.spec, Structure):
            break
    return ""
