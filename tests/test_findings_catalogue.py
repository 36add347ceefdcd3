"""The catalogue of findings is complete, in both languages, and agrees with the list the project keeps of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from dissector.standard import findings, problems, zh, zh_commands, zh_findings, zh_pdus
from dissector.standard.findings import FINDINGS, FindingKind
from dissector.standard.limits import LIMITS
from dissector.standard.pdus import CONTEXT_RESULTS, REJECT_REASONS, REJECT_RESULTS, REJECT_SOURCES
from dissector.standard.structure import Reference

CATALOGUE = Path(__file__).resolve().parent.parent.parent / "shared" / "FINDINGS.md"

BLANKS = {
    "client", "server", "client_title", "server_title", "count", "value", "expected", "context", "name", "names",
    "command", "message_id", "status", "meaning", "comment", "elements", "time", "frame", "direction", "size", "limit",
    "outcome", "who", "reason", "source", "result", "destination", "state", "event", "cell", "protocol", "version",
    "host", "timer",
}  # fmt: skip

WITHOUT_CLAUSE = {
    "capture.cut-short", "capture.snaplen", "capture.missing-bytes", "capture.starts-mid-association",
    "capture.ends-mid-association", "capture.one-direction", "capture.duplicate-frames", "transport.retransmissions",
    "transport.conflicting-overlap", "association.scanner", "security.ae-title-guessing", "capture.limit-reached",
    "transport.ambiguous-segments", "transport.checksum-wrong",
}  # fmt: skip
"""Codes of which no standard speaks: what happens to a capture, and what only experience calls remarkable."""

IDENTIFIERS = r"\d\d+H|PS3\.\d|(?<![A-Z-])[ACNP]-[A-Z]+(?:-[A-Z]+)*"
"""What is the same in both languages."""

KINDS = list(FINDINGS.values())
EACH = pytest.mark.parametrize("kind", KINDS, ids=list(FINDINGS))


def blanks(text: str) -> set[str]:
    """The names of the blanks of a sentence."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def sentences_of(kind: FindingKind) -> Iterator[str]:
    """The texts of one finding but its title."""
    yield from (kind.explanation, kind.shows, kind.remedy, *kind.details.values())


def words() -> set[str]:
    """The words that fill blanks."""
    rejections = {*findings.REJECT_RESULTS.values(), *findings.REJECT_SOURCES.values(), findings.UNDEFINED}
    return rejections | set(findings.SIDES) | {findings.ERROR, findings.WARNING, findings.NOTE}


def texts() -> set[str]:
    """Every text for people in the catalogue."""
    of_kinds = {text for kind in KINDS for text in (kind.title, *sentences_of(kind))}
    lost = {each.lost for each in LIMITS if each.lost}
    return of_kinds | set(findings.FOLLOWING) | {findings.PROBLEM} | words() | lost


def chinese(text: str) -> str:
    """The Chinese of a text of the catalogue, its own or that of another module."""
    return zh_findings.ZH[text] if text in zh_findings.ZH else zh.ZH[text]


# The list


def test_codes_and_severities_are_those_of_the_list() -> None:
    if not CATALOGUE.exists():
        pytest.skip("the list is not beside this repository")
    rows = re.findall(r"^\| ([a-z-]+\.[a-z0-9-]+) \| (\w+) \|", CATALOGUE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rows) > 60
    listed = {code for code, _ in rows}
    assert [(kind.code, kind.severity) for kind in KINDS if kind.code in listed] == rows, "and in its order"


def test_codes_are_unique_and_keys() -> None:
    assert len(FINDINGS) == len(findings._KINDS)
    for code, kind in FINDINGS.items():
        assert code == kind.code
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*\.[a-z0-9]+(-[a-z0-9]+)*", code)
        assert kind.severity in {"error", "warning", "note"}


def test_every_problem_of_the_decoder_has_a_finding() -> None:
    kinds = [value for value in vars(problems).values() if isinstance(value, problems.ProblemKind)]
    codes = {kind.code for kind in kinds}
    assert len(kinds) > 25
    assert codes <= set(FINDINGS)
    told = {kind.code for kind in KINDS if "problem" in kind.details}
    assert told <= {*codes, "item.length-wrong"}, "the decoder puts the sentences about lengths under that one"
    assert {FINDINGS[code].details["problem"] for code in told} == {findings.PROBLEM}


# The texts


@EACH
def test_texts_are_whole(kind: FindingKind) -> None:
    assert kind.title and not kind.title.endswith(".") and kind.title[0].isupper()
    assert len(kind.title) <= 60
    assert "" in kind.details
    for text in sentences_of(kind):
        assert text.endswith("."), text
        assert text == text.strip() and "  " not in text
    for text in (kind.title, kind.explanation, kind.shows, kind.remedy):
        assert not blanks(text), "only a case has values"
    assert 1 <= len(re.findall(r"\.(?= |$)", kind.explanation)) <= 3, "one to three sentences"
    for variant, text in kind.details.items():
        assert re.fullmatch(r"[a-z0-9-]*", variant)
        assert blanks(text) <= BLANKS, variant
        assert blanks(text), "a case names its values"


def test_nothing_is_said_twice() -> None:
    titles = [kind.title for kind in KINDS]
    assert len(set(titles)) == len(titles)
    translated = [zh_findings.ZH[title] for title in titles]
    assert len(set(translated)) == len(translated)
    details = [text for kind in KINDS for variant, text in kind.details.items() if variant != "problem"]
    assert len(set(details)) == len(details)
    explanations = [kind.explanation for kind in KINDS]
    assert len(set(explanations)) == len(explanations)


def test_what_follows_a_detail_is_a_sentence() -> None:
    assert {findings.CONSEQUENCES, findings.BEFORE, findings.COMMENT} < set(findings.FOLLOWING)
    for text in (*findings.FOLLOWING, findings.PROBLEM):
        assert text.endswith(".")
        assert blanks(text) <= BLANKS


def test_every_blank_is_explained() -> None:
    used = {name for text in texts() for name in blanks(text)}
    assert used == BLANKS
    assert set(re.findall(r"\{(\w+)\}", findings.__doc__ or "")) == BLANKS


def test_examples_read_well() -> None:
    detail = FINDINGS["association.rejected"].details["called"]
    values = {
        "server": "10.0.0.5:4242", "server_title": "NOTTHIS", "result": findings.REJECT_RESULTS[1],
        "source": findings.REJECT_SOURCES[1], "reason": "7",
    }  # fmt: skip
    assert detail.format(**values) == (
        "10.0.0.5:4242 refused the association: it does not know the called AE title 'NOTTHIS' (rejected permanently "
        "by the service user, reason 7). Ask its administrator which AE title it answers to, or whether case and "
        "spaces agree."
    )
    values |= {"result": chinese(values["result"]), "source": chinese(values["source"])}
    assert chinese(detail).format(**values) == (
        "10.0.0.5:4242拒绝了关联：它不认识被调用实体名称'NOTTHIS'（永久拒绝，由服务用户给出，原因7）。"
        "请向其管理员询问它应答的AE名称，或核对大小写和空格是否一致。"
    )


# The references


@EACH
def test_references(kind: FindingKind) -> None:
    assert kind.experience == (kind.code in WITHOUT_CLAUSE)
    if kind.experience:
        assert kind.reference == ""
        return
    assert isinstance(kind.reference, Reference)
    assert kind.reference.section
    group = kind.code.split(".")[0]
    if group in {"pdu", "item", "association", "message"}:
        assert kind.reference.part in {"PS3.7", "PS3.8", "PS3.4"}, "rules of the network parts"
    elif group != "transport":
        assert kind.reference.part.startswith("PS3.")


def test_what_breaks_a_rule_cites_it() -> None:
    errors = [kind for kind in KINDS if kind.severity == "error"]
    assert len(errors) > 30
    assert [kind.code for kind in errors if not kind.reference] == []


# The variants


def test_variants_of_rejections_and_refusals() -> None:
    assert set(findings.REJECT_RESULTS) == set(REJECT_RESULTS)
    assert set(findings.REJECT_SOURCES) == set(REJECT_SOURCES)
    defined = {(s, r) for s, table in REJECT_REASONS.items() for r, text in table.items() if text != "reserved"}
    assert set(findings.REJECTION_VARIANTS) == defined
    variants = set(FINDINGS["association.rejected"].details)
    assert {*findings.REJECTION_VARIANTS.values(), "identity", ""} == variants
    assert set(findings.CONTEXT_VARIANTS) == set(CONTEXT_RESULTS) - {0}
    assert {*findings.CONTEXT_VARIANTS.values(), ""} == set(FINDINGS["association.context-refused"].details)


# The Chinese


def test_everything_is_translated_once() -> None:
    everything = texts()
    assert set(zh_findings.ZH) <= everything, "translated, but used nowhere"
    others = {*zh_commands.ZH, *zh_pdus.ZH, *zh.INTERFACE}
    assert everything - set(zh_findings.ZH) <= others, "without a translation"
    assert not set(zh_findings.ZH) & others, "translated in two modules"


def test_chinese_has_the_same_blanks() -> None:
    for english, translation in zh_findings.ZH.items():
        assert blanks(english) == blanks(translation), english


def test_chinese_is_well_formed() -> None:
    for english, translation in zh_findings.ZH.items():
        assert re.search("[\u4e00-\u9fff]", translation), english
        assert translation == translation.strip()
        assert translation.endswith("。") == english.endswith("."), english
        assert not re.search("[\u4e00-\u9fff] ?[,;:.?!]|[,;:?!] ?[\u4e00-\u9fff]", translation), english
        assert translation.count("（") == translation.count("）"), english
        assert sorted(re.findall(IDENTIFIERS, translation)) == sorted(
            re.findall(IDENTIFIERS, english)
        ), english
