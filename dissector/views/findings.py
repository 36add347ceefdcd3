"""Findings in words: titles, details with their values, remedies, in English and Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..decode import Field, Problem, decode_command_set, decode_pdu
from ..rules.case import SEVERITIES, Evidence, Finding
from ..standard.examples import DATA_SET_SYNTAX, EXAMPLES
from ..standard.findings import BEFORE, COMMENT, CONSEQUENCES, ELEMENTS, TIMER, UNCERTAIN, FindingKind
from ..standard.zh import translate
from .hexdump import Line, Options, Span, pad, part_of, wrap
from .words import problem_text

SEVERITY_STYLES = {"error": "outcome-rejected", "warning": "outcome-open", "note": "note"}


IDENTIFYING_VALUES = {"data-set.identity-mismatch": ("value", "expected")}
"""The blanks of a detail that name a person or an instance of theirs."""


def detail(finding: Finding, lang: str = "en", mask: bool = False) -> str:
    """The sentences that tell this case, with its values; `mask` puts dots for those that identify somebody."""
    template = finding.kind.details[finding.variant]
    values = finding.values
    if mask:
        hidden = IDENTIFYING_VALUES.get(finding.code, ())
        values = {key: "." * len(str(value)) if key in hidden else value for key, value in values.items()}
    sentences = [_fill(template, values, lang)]
    if values.get("before"):
        sentences.append(_fill(BEFORE, {"event": values["before"]}, lang))
    if values.get("comment"):
        sentences.append(_fill(COMMENT, values, lang))
    if values.get("elements"):
        sentences.append(_fill(ELEMENTS, values, lang))
    if values.get("timer"):
        sentences.append(_fill(TIMER, values, lang))
    if values.get("uncertain"):
        sentences.append(translate(UNCERTAIN, lang))
    if finding.consequences:
        sentences.append(_fill(CONSEQUENCES, {"names": finding.consequences}, lang))
    return ("" if lang == "zh" else " ").join(sentences)


class _Blanks(dict[str, str]):
    """A blank that a rule left open shows as itself, rather than as an exception."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _fill(template: str, values: dict[str, Any], lang: str) -> str:
    return translate(template, lang).format_map(_Blanks({key: _word(value, lang) for key, value in values.items()}))


def _word(value: object, lang: str) -> str:
    """A value as it stands in a sentence: lists joined, words translated, problems told."""
    if isinstance(value, Problem):
        return problem_text(value, lang)
    if isinstance(value, list | tuple | set):
        return ("、" if lang == "zh" else ", ").join(_word(each, lang) for each in value)
    if isinstance(value, str):
        whole = translate(value, lang)
        if whole != value:
            return whole
        parts = value.split(", ")
        words = [translate(part, lang) for part in parts]
        return value if words == parts else ("，" if lang == "zh" else ", ").join(words)
    return str(value)


def lines(
    findings: Sequence[Finding], lang: str, width: int, indent: int = 5, verbose: bool = False, mask: bool = False,
) -> Iterator[Line]:  # fmt: skip
    """Findings as blocks of text, worst first: severity and code, the case, what to do, where it shows."""
    for finding in findings:
        style = SEVERITY_STYLES[finding.severity]
        mark = {"error": "!!", "warning": "! ", "note": "- "}[finding.severity]
        head = f"{mark} {translate(finding.severity, lang)} {finding.number} [{finding.code}]"
        yield [Span(" " * indent + head, style), Span(f"  {_where(finding, lang)}", "note")]
        for part in wrap(detail(finding, lang, mask), width - indent - 3):
            yield [Span(" " * (indent + 3) + part, "plain")]
        if verbose or finding.severity != "note":
            for part in wrap("-> " + translate(finding.kind.remedy, lang), width - indent - 3):
                yield [Span(" " * (indent + 3) + part, "note")]
        if verbose and finding.kind.reference:
            yield [Span(" " * (indent + 3) + f"[{finding.kind.reference}]", "note")]


def _where(finding: Finding, lang: str) -> str:
    frames = list(dict.fromkeys(each.frame for each in finding.evidence if each.frame is not None))
    if not frames:
        return ""
    text = ", ".join(map(str, frames[:4])) + (" .." if len(frames) > 4 or finding.count > len(frames) else "")
    return translate("frames {frames}" if len(frames) > 1 else "frame {frames}", lang).format(frames=text)


def record(finding: Finding, lang: str = "en", mask: bool = False) -> dict[str, Any]:
    """The record of a finding; `mask` puts dots for values that identify somebody."""
    return {
        "record": "finding", "finding": finding.number, "code": finding.code, "severity": finding.severity,
        "title": translate(finding.kind.title, lang), "detail": detail(finding, lang, mask),
        "association": finding.association, "message": finding.message, "client": finding.client,
        "server": finding.server, "count": finding.count, "reference": str(finding.kind.reference),
        "remedy": translate(finding.kind.remedy, lang), "evidence": [_evidence(each) for each in finding.evidence],
    }  # fmt: skip


def _evidence(evidence: Evidence) -> dict[str, Any]:
    return {"frame": evidence.frame, "from": evidence.sender, "stream_offset": evidence.stream_offset,
            "length": evidence.length, "what": evidence.what}  # fmt: skip


def _example(kind: FindingKind, lang: str, width: int) -> Iterator[Line]:
    """The annotated bytes of a vector that shows this finding, where a few bytes can."""
    example = EXAMPLES.get(kind.code)
    if example is None:
        return
    data = bytes.fromhex(example.data)
    if example.kind == "data_set":
        from ..dataset import annotate_data_set

        root: Field = annotate_data_set(data, DATA_SET_SYNTAX)
    else:
        root = decode_pdu(data) if example.kind == "pdu" else decode_command_set(data)
    fitting = [field for field in root.walk() if field.name == example.structure]
    about = [field for field in fitting if any(problem.code == kind.code for _, problem in field.all_problems())]
    yield []
    yield [Span(translate("An example", lang), "title")]
    yield from part_of(about[0] if about else fitting[0], root, data, Options(lang, width))


def place(finding: Finding, lang: str) -> Iterator[Line]:
    """A line that says what a finding is about, where it does not stand below its association."""
    if finding.association is not None:
        text = translate("Association {number}", lang).format(number=finding.association)
        yield [Span(f"{text}  {finding.client} -> {finding.server}", "title")]
    elif finding.client is not None:
        yield [Span(f"{finding.client} -> {finding.server}", "title")]


def summary(associations: int, severities: dict[str, int], lang: str) -> Line:
    """'3 associations, 1 error, 2 warnings, 0 notes'."""
    parts = [_counted(associations, "association", lang)]
    parts += [_counted(severities[severity], severity, lang) for severity in SEVERITIES]
    style = next((SEVERITY_STYLES[severity] for severity in SEVERITIES if severities[severity]), "outcome-released")
    return [Span(("，" if lang == "zh" else ", ").join(parts), style)]


def _counted(count: int, word: str, lang: str) -> str:
    if lang == "zh":
        return f"{count}个{translate(word, lang)}"
    return f"{count} {word}" + ("" if count == 1 else "s")


def kind_record(kind: FindingKind, lang: str) -> dict[str, Any]:
    """One entry of the catalogue as a record."""
    return {
        "record": "finding_kind", "code": kind.code, "severity": kind.severity, "title": translate(kind.title, lang),
        "explanation": translate(kind.explanation, lang), "shows": translate(kind.shows, lang),
        "remedy": translate(kind.remedy, lang), "reference": str(kind.reference),
    }  # fmt: skip


def catalogue(kinds: Sequence[FindingKind], lang: str, width: int) -> Iterator[Line]:
    """Every code with its severity and title."""
    widest = max(len(kind.code) for kind in kinds) + 2
    for kind in kinds:
        severity = pad(translate(kind.severity, lang), 9)
        for index, part in enumerate(wrap(translate(kind.title, lang), width - widest - 9)):
            left = [Span(f"{kind.code:{widest}}", "title"), Span(severity, SEVERITY_STYLES[kind.severity])]
            yield [*(left if index == 0 else [Span(" " * (widest + 9), "plain")]), Span(part, "plain")]


def explained(kind: FindingKind, lang: str, width: int) -> Iterator[Line]:
    """One code: what it means, how it shows, what to do, where the standard says so."""
    yield [Span(kind.code, "title"), Span(f"  {translate(kind.severity, lang)}", SEVERITY_STYLES[kind.severity])]
    yield [Span(translate(kind.title, lang), "title")]
    sections = (("What it means", kind.explanation), ("How it shows", kind.shows), ("What to do", kind.remedy))
    for title, text in sections:
        yield []
        yield [Span(translate(title, lang), "title")]
        for part in wrap(translate(text, lang), width - 2):
            yield [Span("  " + part, "plain")]
    yield from _example(kind, lang, width)
    yield []
    reference = str(kind.reference) if kind.reference else translate("from experience; no clause of the standard", lang)
    yield [Span(f"{translate('Reference', lang)}: {reference}", "note")]
