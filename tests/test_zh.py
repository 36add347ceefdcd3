"""Every text of the PDUs, items, elements and problems can be shown in Chinese, in the terms of the glossary."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from dissector.decode import COMMAND_SET, Field, meaning
from dissector.standard import problems, zh, zh_commands, zh_comparison, zh_datasets, zh_findings, zh_page, zh_pdus
from dissector.standard.application_information import APPLICATION_INFORMATION
from dissector.standard.commands import COMMAND_SET_STRUCTURES
from dissector.standard.pdus import PDU_NAMES, STRUCTURES
from dissector.standard.structure import Structure
from dissector.standard.zh import INTERFACE, LANGUAGES, ZH, translate

ROOT = Path(__file__).resolve().parent.parent
GLOSSARY = ROOT.parent / "shared" / "standard" / "glossary.zh.json"

WITHOUT_OWN_TEXT = {
    "Presentation-data-value": "here two rows, Message Control Header and Message fragment (PS3.8 Annex E)",
    "Transfer syntax sub-item": "here written as its table, Transfer Syntax Sub-Item",
    "Item-Length": "here written as everywhere, Item-length",
    "Related-General-SOP-Class-Identification Sub-Fields": "here in the singular",
    "User Identity Sub-Item (A-ASSOCIATE-RQ)": "here without the PDU",
    "User Identity Sub-Item (A-ASSOCIATE-AC)": "here without the PDU",
    "Reserved bits": "here in lower case",
    "non support of the SCU role": "here with who does not support it",
    "support of the SCU role": "here with who supports it",
    "non support of the SCP role": "here with who does not support it",
    "support of the SCP role": "here with who supports it",
}
"""Terms of the glossary that are not texts of ours, and why."""

OTHER_CHINESE = {
    "last fragment": "the glossary has the flag; ours is also the meaning of the flag when set",
}
"""Terms whose Chinese is not that of the glossary, and why."""


def texts_of(structure: Structure) -> Iterator[str]:
    """Every text for people in one table."""
    yield from (structure.title, structure.explanation, structure.occurrence)
    for spec in structure.fields:
        yield from (spec.title, spec.explanation, *(spec.values or {}).values())
        for table in (spec.value_tables or {}).values():
            yield from table.values()
        for bit in spec.bits:
            yield from (bit.title, *bit.values.values())


def texts_of_commands() -> set[str]:
    """The texts of the command elements."""
    return {text for one in COMMAND_SET_STRUCTURES.values() for text in texts_of(one) if text}


def texts_of_problems() -> set[str]:
    """The sentences of the problems, and the words that fill their blanks."""
    values = [value for name, value in vars(problems).items() if name.isupper()]
    kinds = {value.text for value in values if isinstance(value, problems.ProblemKind)}
    return kinds | {value for value in values if isinstance(value, str)} | set(problems.UID_REASONS.values())


def texts_of_pdus() -> set[str]:
    """The texts of the PDUs, of the application information, of the decoder and of its problems."""
    structures = (*STRUCTURES.values(), *APPLICATION_INFORMATION.values(), COMMAND_SET)
    result = next(spec for spec in STRUCTURES["a_associate_rj"].fields if spec.name == "result")
    not_listed = meaning(Field(result, 0, 1, 99), None)
    return {text for one in structures for text in texts_of(one) if text} | texts_of_problems() | {not_listed}


def blanks(text: str) -> list[str]:
    """The names of the blanks of a sentence."""
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def test_the_collection_of_texts_finds_what_it_should() -> None:
    assert len(STRUCTURES) > 30
    assert len(texts_of_problems()) > 25
    assert {"last fragment", "temporary-congestion", "not listed in the standard", "it is padded"} <= texts_of_pdus()
    assert problems.LENGTH_OVERRUNS in texts_of_problems()
    assert problems.COMMAND_ODD.text in texts_of_problems()


def test_every_text_has_its_chinese() -> None:
    assert texts_of_pdus() - set(zh_pdus.ZH) == set(), "without translation"
    assert texts_of_commands() - set(ZH) == set(), "without translation"


def test_no_translation_is_dead_or_written_twice() -> None:
    assert set(zh_pdus.ZH) - texts_of_pdus() == set(), "translated, but used nowhere"
    assert set(zh_pdus.ZH) & set(zh_commands.ZH) == set(), "translated in both files"


def test_merged_dictionaries_agree_where_they_meet() -> None:
    parts = (zh_commands.ZH, zh_comparison.ZH, zh_datasets.ZH, zh_page.STORIES, zh_pdus.ZH, zh_findings.ZH, INTERFACE)
    for part in parts:
        assert {english: ZH[english] for english in part} == part
    assert set(ZH) == {english for part in parts for english in part}


@pytest.mark.parametrize("part", [zh_pdus.ZH, INTERFACE], ids=["pdus", "interface"])
def test_chinese_is_well_formed(part: dict[str, str]) -> None:
    same = {english for english, chinese in part.items() if not re.search("[\u4e00-\u9fff]", chinese)}
    assert same <= {"PDU"}, "abbreviations only"
    for english, chinese in part.items():
        assert chinese == chinese.strip()
        # "Reason/Diag." ends in an abbreviation, not in the end of a sentence.
        assert chinese.endswith("。") == (english.endswith(".") and " " in english), english
        assert not re.search("[\u4e00-\u9fff] ?[,;:.?!]|[,;:?!] ?[\u4e00-\u9fff]", chinese), english
        assert chinese.count("（") == chinese.count("）"), english
        # Identifiers, numbers and codes are the same on both sides.
        assert sorted(re.findall(r"\d\d+H|PS3\.\d|--[a-z-]+", chinese)) == sorted(
            re.findall(r"\d\d+H|PS3\.\d|--[a-z-]+", english)
        )


def test_blanks_have_the_same_names() -> None:
    assert {english for english, chinese in ZH.items() if blanks(english) != blanks(chinese)} == set()
    assert blanks(problems.LENGTH_OVERRUNS) == ["available", "claimed", "name"]


def test_only_problems_and_views_have_blanks() -> None:
    elsewhere = {*INTERFACE, *zh_comparison.ZH, *zh_findings.ZH, *zh_datasets.ZH, *zh_page.STORIES}
    assert {text for text in ZH if blanks(text)} <= texts_of_problems() | elsewhere


# The glossary


def test_terms_are_those_of_the_glossary() -> None:
    if not GLOSSARY.exists():
        pytest.skip("the glossary is not beside this repository")
    terms = json.loads(GLOSSARY.read_text(encoding="utf-8"))["terms"]
    wanted = {term["en"]: term for term in terms if term["kind"] in {"pdu", "item", "field"}}
    wanted |= {term["en"]: term for term in terms if term["kind"] == "value" and term["en"] not in wanted}
    absent = {english for english in wanted if english not in ZH}
    assert absent == set(WITHOUT_OWN_TEXT), "a term of the glossary without a text of ours"
    different: dict[str, tuple[str, str]] = {}
    for english in wanted.keys() - absent:
        chinese, term = ZH[english], wanted[english]
        accepted = {term["zh"], *(f"{term['zh']}（{variant}）" for variant in term["variants"])}
        if term["kind"] == "pdu":
            accepted = {f"{term['zh']}（{english}）"}
        if chinese not in accepted:
            different[english] = (chinese, term["zh"])
            assert not term["origin"], f"{english}: the origin's term is {term['zh']}, not {chinese}"
    assert set(different) == set(OTHER_CHINESE), different


def test_pdus_keep_their_identifier() -> None:
    for name in PDU_NAMES.values():
        assert ZH[name].endswith(f"PDU（{name}）")


# Looking up


def test_translate() -> None:
    assert LANGUAGES == ("en", "zh")
    assert translate("Called-AE-title", "en") == "Called-AE-title"
    assert translate("Called-AE-title", "zh") == "被调用实体名称"
    assert translate("Priority", "zh") == "优先级"
    assert translate("direction not known", "zh") == "方向未知"
    assert translate("nobody wrote this", "zh") == "nobody wrote this"
    assert translate("", "zh") == ""


def test_zh_is_the_only_name_made_on_demand() -> None:
    assert zh.ZH["Reserved"] == "保留"
    name = "nonsense"
    with pytest.raises(AttributeError, match=name):
        getattr(zh, name)


def test_english_loads_no_dictionary() -> None:
    code = (
        "import sys\n"
        "from dissector.standard.zh import translate\n"
        "english = translate('Reserved', 'en'), 'dissector.standard.zh_pdus' in sys.modules\n"
        "chinese = translate('Reserved', 'zh'), 'dissector.standard.zh_pdus' in sys.modules\n"
        "assert (english, chinese) == (('Reserved', False), ('\\u4fdd\\u7559', True)), (english, chinese)\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
