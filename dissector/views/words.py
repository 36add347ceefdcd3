"""How values, meanings and ranges are put into words, for every view alike.

Strategy: nothing that came from the wire reaches a terminal or a page as it is: what is not plainly printable is
escaped. Credentials are masked here, once, for value and bytes alike, so that no view can forget it.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..decode import Field, Problem, is_secret, meaning
from ..masking import is_masked
from ..standard import uids
from ..standard.datasets import ELEMENT_TEXT, NUMBERS, REPRESENTATIONS, VR
from ..standard.structure import (
    AE_TITLE, BYTES, TAG, TAGS, TEXT, UID, UID_PADDED, UINT, UINT_LE, UTF8, FieldSpec, Structure, hexadecimal,
)  # fmt: skip
from ..standard.zh import translate
from ..wiretext import ae_title, bytes_text, tag_text, visible

_AS_HEXADECIMAL = frozenset(("command_field", "command_data_set_type", "status", "error_id"))


def title(field: Field, lang: str = "en") -> str:
    """The printed name of a field's row or table, with the type of an item."""
    return spec_title(field.spec, lang)


def spec_title(spec: FieldSpec | Structure, lang: str = "en") -> str:
    """The printed name of a row or table, with the type of an item."""
    text = translate(spec.title, lang)
    if isinstance(spec, Structure) and spec.code is not None and spec.length_field == "value_length":
        return f"{tag_text(spec.code)} {text}"
    if isinstance(spec, Structure) and spec.code is not None:
        return f"{text} ({hexadecimal(spec.code)})"
    return text


LONGEST_TEXT, MOST_NUMBERS = 256, 16
"""Characters and numbers of a data element's value that are shown where not all are asked for."""


def value_text(
    field: Field, parent: Field | None, *, lang: str = "en", show_secrets: bool = False, full: bool = True,
) -> str:  # fmt: skip
    """A leaf's value in words; empty for structures, for bytes and for what was not captured."""
    spec, value = field.spec, field.value
    if isinstance(spec, Structure) or value is None:
        return ""
    if is_secret(field, parent) and not show_secrets:
        return translate("masked", lang) if field.end > field.start else ""
    if spec.kind == UINT or spec.kind == UINT_LE:
        return _number(field, spec, parent) if isinstance(value, int) else ""
    if spec.kind == AE_TITLE:
        return f"'{ae_title(value)}'"
    if spec.kind == UID or spec.kind == UID_PADDED:
        return bytes_text(value) if value else "''"
    if spec.kind == TEXT:
        return f"'{bytes_text(value)}'"
    if spec.kind == UTF8:
        return f"'{visible(value)}'"
    if spec.kind == TAG:
        return tag_text(value)
    if spec.kind == VR:
        return bytes_text(value)
    if spec.kind == ELEMENT_TEXT:
        text, more = (value, 0) if full else (value[:LONGEST_TEXT], max(0, len(value) - LONGEST_TEXT))
        text = f"'{element_text(text)}'"
        if not more:
            return text
        return translate("{text}.. {count} more characters; --full shows them", lang).format(text=text, count=more)
    if spec.kind == NUMBERS:
        return _numbers(value, lang, full)
    if spec.kind == TAGS and isinstance(value, tuple):
        return " ".join(map(tag_text, value))
    return ""


def element_text(text: str) -> str:
    """Text of a data element, safe to print; the backslashes that separate values stay."""
    return "\\".join(map(visible, text.split("\\")))


def _numbers(value: object, lang: str, full: bool) -> str:
    """Numbers as decimals, the first of many."""
    if not isinstance(value, list):
        return str(value)
    shown = value if full else value[:MOST_NUMBERS]
    text = ", ".join(map(str, shown))
    more = len(value) - len(shown)
    if not more:
        return text
    return translate("{text}, .. {count} more values; --full shows them", lang).format(text=text, count=more)


def masked(field: Field, parents: Sequence[Field]) -> bool:
    """Whether a leaf is dotted where identifying values are masked: see `masking`, and fragments of data sets, in
    which nothing is told apart."""
    return is_masked(field, parents) or field.name == "fragment" and not field.children


def _number(field: Field, spec: FieldSpec, parent: Field | None) -> str:
    """Codes in hexadecimal as the standard writes them, amounts in decimal, identifiers in both."""
    value, size = field.value, field.end - field.start
    name = spec.name
    if name == "value" and parent is not None:
        name = parent.name
        if name in _AS_HEXADECIMAL:
            return hexadecimal(value, 2 * size)
        return f"{value} ({hexadecimal(value, 2 * size)})" if "message_id" in name else str(value)
    if name == "presentation_context_id":
        return f"{value} ({hexadecimal(value)})"
    if "length" in name or name.startswith("maximum"):
        return str(value)
    if spec.reserved or name.endswith(("type", "version", "header")):
        return hexadecimal(value, 2 * size)
    return str(value)


def meaning_text(field: Field, parents: Sequence[Field], *, lang: str = "en", show_secrets: bool = False) -> str:
    """What a value means; `parents` are the fields above it, the nearest last."""
    parent = parents[-1] if parents else None
    spec, value = field.spec, field.value
    if isinstance(spec, Structure) or value is None or is_secret(field, parent) and not show_secrets:
        return ""
    if spec.kind == VR:
        known = REPRESENTATIONS.get(value)
        return translate(known.name, lang) if known else ""
    if spec.kind in (UID, UID_PADDED):
        return uids.name(value.rstrip("\0 ")) or ""
    element = parent.name if parent is not None and spec.name == "value" else ""
    if element == "status" and len(parents) > 1 and isinstance(value, int):
        return _status(value, parents[-2], lang)
    if element == "command_data_set_type" and isinstance(value, int):
        from ..standard.commands import DATA_SET_PRESENT, NO_DATA_SET

        if value != NO_DATA_SET:
            return translate(DATA_SET_PRESENT, lang)
    found = meaning(field, parent)
    return _bits(found, lang) if spec.bits else translate(found, lang)


def _bits(found: str, lang: str) -> str:
    """The meanings of flags, each translated; the number of bits that have none stays."""
    out = []
    for part in found.split(", "):
        name, space, number = part.rpartition(" ")
        known = translate(part, lang)
        out.append(translate(name, lang) + space + number if known == part and number.endswith("H") else known)
    return ", ".join(out)


def _status(code: int, command_set: Field, lang: str) -> str:
    """A status in the words of the service class that the command set names."""
    from ..standard.commands import COMMAND_BY_CODE
    from ..standard.statuses import status

    def element(name: str) -> object:
        found = command_set.child(name)
        value = found.child("value") if found is not None else None
        return value.value if value is not None else None

    code_of_command = element("command_field")
    command = COMMAND_BY_CODE.get(code_of_command) if isinstance(code_of_command, int) else None
    uid = element("affected_sop_class_uid") or element("requested_sop_class_uid")
    found = status(code, command.name if command else "", uid if isinstance(uid, str) else None)
    return translate(found.meaning, lang)


def is_bytes(field: Field) -> bool:
    """A leaf whose bytes are shown as text beside the hexadecimal."""
    return isinstance(field.spec, FieldSpec) and field.spec.kind == BYTES and not field.spec.reserved


def is_folded(field: Field) -> bool:
    """A leaf of which only the first and last rows are shown where not all are asked for."""
    return is_bytes(field) or isinstance(field.spec, FieldSpec) and field.spec.kind in (ELEMENT_TEXT, NUMBERS)


def problem_texts(field: Field, lang: str = "en") -> list[tuple[str, str]]:
    """The code and the sentence of each problem of a field."""
    return [(problem.code, problem_text(problem, lang)) for problem in field.problems]


def problem_text(problem: Problem, lang: str = "en") -> str:
    """The sentence of a problem; values from the wire are made safe to print."""
    values = {
        key: visible(translate(value, lang)) if isinstance(value, str) else value
        for key, value in problem.values.items()
    }
    return translate(problem.text, lang).format_map(values)
