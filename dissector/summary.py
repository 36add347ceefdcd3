"""One line on a data set: the keys of a query, the identifiers of a response or an instance.

Strategy: only elements that tell something are asked for their values; the rest of a data set is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from .dataset import Element, annotate_data_set, name_of, plain_value, representation_of
from .decode import Field
from .standard import datasets as told
from .standard.datasets import REPRESENTATIONS, is_identifying
from .standard.zh import translate

KEYS_TOLD, KEY_CELLS = 4, 32
"""How many values a summary tells, and how many characters of each."""

_OF_AN_INSTANCE = (0x00100020, 0x00100010, 0x00080060, 0x00080020, 0x00200011, 0x00200013)
"""What tells an instance: patient's ID and name, modality, study date, series and instance number."""
_NOT_TOLD = frozenset((told.SPECIFIC_CHARACTER_SET, told.QUERY_RETRIEVE_LEVEL))


def summary(
    data: bytes, transfer_syntax_uid: str | None, *, holes: Sequence[tuple[int, int]] = (), cut: bool = False,
    mask: bool = False, lang: str = "en",
) -> str:  # fmt: skip
    """One line on a data set: the level and the keys of a query, the identifiers of a response or an instance.

    'STUDY level, PatientName=DOE*, StudyDate=20200101-, returns 7 keys'. Values are safe to print, shortened, and
    with `mask` dotted where they identify.
    """
    root = annotate_data_set(data, transfer_syntax_uid, holes=holes, cut=cut)
    level, empty = "", 0
    given: list[tuple[int, str]] = []
    for element in _keys(root.children, 0):
        if any(first < element.end and last > element.value_start for first, last in holes):
            continue
        if element.tag == told.QUERY_RETRIEVE_LEVEL:
            level = plain_value(element, root.data)
        elif element.tag in _NOT_TOLD or not element.tag & 0xFFFF:
            continue
        elif element.value_start >= element.end or element.vr == "SQ":
            empty += 1
        elif element.end - element.value_start <= _SHORT_VALUE:
            given.append((element.tag, plain_value(element, root.data)))
    parts = []
    if level:
        parts.append(translate(told.QUERY_LEVEL, lang).format(level=level))
    else:
        tags = {tag for tag, _ in given}
        if told.SOP_CLASS_UID in tags and told.SOP_INSTANCE_UID in tags:
            chosen = [(wanted, dict(reversed(given))[wanted]) for wanted in _OF_AN_INSTANCE if wanted in tags]
            given, empty = chosen or given, 0
    for tag, value in given[:KEYS_TOLD]:
        text = "." * len(value) if mask and is_identifying(tag) else value
        if len(text) > KEY_CELLS:
            text = text[: KEY_CELLS - 1] + "…"
        parts.append(f"{name_of(tag)}={_quoted(text, tag)}")
    if len(given) > KEYS_TOLD:
        parts.append(translate(told.MORE, lang).format(count=len(given) - KEYS_TOLD))
    if empty:
        parts.append(translate(told.RETURNS, lang).format(count=empty))
    return ("，" if lang == "zh" else ", ").join(parts or [translate(told.EMPTY_DATA_SET, lang)])


_SHORT_VALUE = 1024
_KEYS_LOOKED_AT = 512
_EMPTY_SEQUENCE = 24
"""Bytes of a sequence with nothing in it, or one empty item, and their delimiters."""


def _quoted(text: str, tag: int) -> str:
    """Names and descriptions in quotes; dates, codes, numbers and UIDs as they are."""
    known = representation_of(tag)
    return f"'{text}'" if known in REPRESENTATIONS and REPRESENTATIONS[known].character_set else text


def _keys(children: Iterable[Field], depth: int) -> Iterator[Element]:
    """Elements with their values, those inside the first item of a sequence too (a worklist asks there)."""
    for count, child in enumerate(children):
        if count >= _KEYS_LOOKED_AT:
            return
        if not isinstance(child, Element):
            continue
        if child.vr != "SQ":
            yield child
            continue
        first = next((each for each in child.children if each.spec is told.ITEM_STRUCTURE), None)
        if first is None or depth >= 2 or len(first.children) <= 2:
            if child.end - child.value_start <= _EMPTY_SEQUENCE:
                yield child
        else:
            yield from _keys(first.children, depth + 1)
