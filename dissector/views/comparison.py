"""tshark's reading beside ours, in words and as records: what differs, worst first, then how often they agree."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from ..known_errors import KNOWN_ERRORS, Difference, KnownError
from ..second_opinion import COMMAND, MASKED, PDU, Comparison, Count
from ..standard.pdus import STRUCTURES
from ..standard.tshark import FIELDS
from ..standard.zh import translate
from ..wiretext import visible
from .hexdump import Line, Span, cells, pad, wrap

SHOWN = 8
"""Differences that are shown of one known error; records have them all."""
COLUMNS = ("agree", "known", "unexplained")


def lines(comparison: Comparison, lang: str, width: int) -> Iterator[Line]:
    """All that `dissector compare` shows."""
    yield from _heading(comparison, lang, width)
    if not comparison.counts():
        text = translate("Neither finds DICOM in it. `dissector CAPTURE` tells what else is there; --port N takes a "
                         "port for DICOM whose associations began before the capture did.", lang)  # fmt: skip
        yield from _wrapped(text, width)
        return
    for known, group in groupby(_by_error(comparison), lambda each: each.known):
        yield []
        yield from _group(known, list(group), lang, width)
    yield []
    yield from _table(comparison, lang, width)
    yield []
    yield from _wrapped(_summary(comparison, lang), width, "outcome-rejected" if comparison.unexplained else
                        "outcome-released")  # fmt: skip


def _by_error(comparison: Comparison) -> list[Difference]:
    """The unexplained ones, then those that one error explains together, real errors before other differences."""
    order: dict[str, int] = {}
    for each in comparison.differences:
        order.setdefault(each.known.name if each.known else "", len(order))
    return sorted(comparison.differences, key=lambda each: (
        each.known is not None, each.known is not None and not each.known.error,
        order[each.known.name if each.known else ""],
    ))  # fmt: skip


def _version(comparison: Comparison) -> str:
    return ".".join(map(str, comparison.version))


def _heading(comparison: Comparison, lang: str, width: int) -> Iterator[Line]:
    port_numbers = ", ".join(map(str, comparison.server_ports))
    text = translate("tshark {version} beside our reading of {file}", lang)
    yield from _wrapped(text.format(version=_version(comparison), file=visible(comparison.path)), width, "head")
    if port_numbers:
        yield from _wrapped(translate("TCP ports taken for DICOM: {ports}", lang).format(ports=port_numbers), width)
    if not comparison.version_is_known:
        text = translate("This version of tshark is not one that we have looked at: its errors are not known to us, "
                         "and nothing that differs is explained.", lang)  # fmt: skip
        yield from _wrapped(text, width, "problem")


def _group(known: KnownError | None, differences: list[Difference], lang: str, width: int) -> Iterator[Line]:
    """What one known error explains, or what nothing does."""
    if known is None:
        yield from _wrapped(translate("Differences that no known error explains", lang), width, "problem")
    else:
        yield from _wrapped(f"{translate(known.title, lang)} [{known.name}]", width, "title")
        yield from _wrapped(translate(known.explanation, lang), width, "plain", 2)
        who = "tshark is wrong" if known.error else "neither is wrong"
        yield from _wrapped(translate(who, lang), width, "note", 2)
    shown = differences if known is None else differences[:SHOWN]
    for each in shown:
        yield from _difference(each, lang, width)
    if len(shown) < len(differences):
        text = translate("and {count} more; --json shows them", lang)
        yield from _wrapped(text.format(count=len(differences) - len(shown)), width, "note", 2)


def _difference(difference: Difference, lang: str, width: int) -> Iterator[Line]:
    """Where it is, and what each of the two says."""
    where = [translate("frame {frames}", lang).format(frames=difference.frame)]
    if difference.pdu is not None:
        where.append(translate("PDU {number} of association {association}", lang).format(
            number=difference.pdu, association=difference.association))  # fmt: skip
    if difference.message is not None:
        where.append(translate("message {number}", lang).format(number=difference.message))
    if difference.start is not None:
        where.append(f"{difference.start:04X}H")
    comma = "，" if lang == "zh" else ", "
    yield from _wrapped(f"{_title(difference.title, lang)}{'：' if lang == 'zh' else ': '}{comma.join(where)}", width,
                        "plain", 2)  # fmt: skip
    names = [pad(translate(each, lang), 8) for each in ("ours", "tshark")]
    for name, text in zip(names, (difference.ours, difference.tshark), strict=True):
        told = translate("not told", lang) if text is None else translate("masked", lang) if text == MASKED else text
        for index, part in enumerate(wrap(told, width - 4 - cells(name))):
            yield [Span("    " + (name if index == 0 else " " * cells(name)), "note"), Span(part, "value")]


def _title(title: str, lang: str) -> str:
    return translate({PDU: "PDU", COMMAND: "command set"}.get(title, title), lang)


def _table(comparison: Comparison, lang: str, width: int) -> Iterator[Line]:
    """How often both tell the same, per field; the worst first."""
    heads = [translate(each, lang) for each in COLUMNS]
    sizes = [max(cells(each), 7) + 2 for each in heads]
    left = max(width - sum(sizes), 20)
    yield [Span(pad(translate("Field", lang), left) + "".join(_right(*each) for each in zip(heads, sizes)), "title")]
    rows = sorted(comparison.counts().items(), key=lambda item: (-item[1].unexplained, -item[1].known))
    for row, count in rows:
        owner = STRUCTURES.get(row.partition(".")[0])
        of = f" ({translate(owner.title, lang)})" if owner and row != owner.key else ""
        parts = wrap(_title(comparison.titles[row], lang) + of, min(left, 46) - 2)
        numbers = "".join(_right(str(each) if each else "-", size) for each, size in zip(count, sizes))
        style = "problem" if count.unexplained else "note" if count.known else "plain"
        for index, part in enumerate(parts):
            yield [Span(pad(part, left) + numbers if index == 0 else "  " + part, style)]


def _right(text: str, size: int) -> str:
    return " " * (size - cells(text)) + text


def _summary(comparison: Comparison, lang: str) -> str:
    agree = sum(comparison.agreed.values())
    known = len(comparison.differences) - comparison.unexplained
    text = translate("{agree} agree; {known} differ as known of tshark; {unexplained} differ without explanation", lang)
    return text.format(agree=agree, known=known, unexplained=comparison.unexplained)


def _wrapped(text: str, width: int, style: str = "note", indent: int = 0) -> Iterator[Line]:
    for part in wrap(text, width - indent):
        yield [Span(" " * indent + part, style)]


# ------------------------------------------------------------------------------------------------ records


def records(comparison: Comparison, lang: str) -> Iterator[dict[str, Any]]:
    """One record for each difference, then one that sums up."""
    for each in comparison.differences:
        known = each.known
        yield {
            "record": "difference", "association": each.association, "pdu": each.pdu, "message": each.message,
            "from": each.sender, "frame": each.frame, "field": each.row, "title": _title(each.title, lang),
            "tshark_field": FIELDS.get(each.row), "start": each.start, "ours": each.ours, "tshark": each.tshark,
            "known_error": known.name if known else None,
            "explanation": translate(known.explanation, lang) if known else None,
        }  # fmt: skip
    yield {
        "record": "comparison", "file": comparison.path, "tshark_version": _version(comparison),
        "version_known": comparison.version_is_known, "ports": comparison.server_ports,
        "fields": [_count(comparison, row, count, lang) for row, count in comparison.counts().items()],
        "known_errors": [{"name": each.name, "title": translate(each.title, lang), "count": comparison.known[each.name]}
                         for each in KNOWN_ERRORS if comparison.known[each.name]],
        "differences": len(comparison.differences),
        "unexplained": comparison.unexplained,
    }  # fmt: skip


def _count(comparison: Comparison, row: str, count: Count, lang: str) -> dict[str, Any]:
    return {"field": row, "title": _title(comparison.titles[row], lang), "tshark_field": FIELDS.get(row),
            **count._asdict()}  # fmt: skip
