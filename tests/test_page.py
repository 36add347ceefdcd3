"""The data of the teaching page: nobody is named in it, no byte is lost or invented, and it stays small."""

from __future__ import annotations

import json
import os
import re
from base64 import b64decode
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dissector.association import Association
from dissector.cli import main
from dissector.decode import is_secret
from dissector.dimse import Message
from dissector.masking import identifying_ranges
from dissector.pdu import Pdu
from dissector.reading import Reading, decode_located
from dissector.rules import Finding
from dissector.standard import uids
from dissector.standard.zh_page import ZH
from dissector.views import datasets, ladder, pagedata, pagenodes, words
from dissector.views.page import data_block, render
from dissector.views.pagedata import Options, PageData
from tests.builders import CAPTURES
from tests.test_cli import secrets
from tests.transcript import (
    RELEASE_RP, RELEASE_RQ, Talk, abort, associate_ac, associate_rq, command, echo_rq, echo_rsp, item, p_data, pdv,
    uid, us, user_information,
)  # fmt: skip

TEMPLATES = Path(pagedata.__file__).parent / "templates"
EVERY_CAPTURE = sorted(each for each in CAPTURES.iterdir() if ".pcap" in each.name)
EVERYTHING = Options(show_values=True, maximum_bytes=1 << 24)
Page = dict[str, Any]


def page_of(capture: Path, options: Options = EVERYTHING) -> Page:
    """The data of the page of a capture, as the browser gets it, its tables unfolded as the browser does."""
    data = PageData(options)
    with Reading(str(capture), keep_bytes=True) as reading:
        data.read(reading.judging())
    page: Page = json.loads(json.dumps(data.record()))
    for association in page["associations"]:
        for name in ("rows", "message_list"):
            keys, found = association[name]["keys"], association[name]["rows"]
            association[name] = [
                {key: value for key, value in zip(keys, row, strict=False) if value is not None} for row in found
            ]
    return page


def written(tmp_path: Path, talk: Talk) -> Path:
    capture = tmp_path / "crafted.pcap"
    capture.write_bytes(talk.pcap())
    return capture


def embedded(page: Page) -> bytes:
    """All bytes of all documents."""
    return b"\0\0".join(b64decode(each["bytes"]) for each in page["documents"])


def pieces(document: dict[str, Any]) -> Iterator[tuple[int, bytes]]:
    """The embedded bytes of a document with their positions."""
    data, at = b64decode(document["bytes"]), 0
    for start, end in document.get("runs", [[0, document["length"]]]):
        yield start, data[at : at + end - start]
        at += end - start
    assert at == len(data)


def rows(page: Page) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Associations and their rows."""
    for association in page["associations"]:
        for row in association["rows"]:
            yield association, row


# ------------------------------------------------------------------------------------------------ nobody is named


def identifying(capture: Path) -> Iterator[tuple[str, bytes]]:
    """Values that name somebody: of data sets, command sets and user identities, as text and as bytes."""
    with Reading(str(capture), keep_bytes=True) as reading:
        for each in reading:
            if isinstance(each, Message) and each.has_data_set:
                root, _ = datasets.tree(each)
                data = root.data
            elif isinstance(each, Pdu):
                root, data = decode_located(each), each.body or b""
            else:
                continue
            ranges = set(identifying_ranges(root))
            for field in root.walk():
                for leaf in field.children:
                    if leaf.children or leaf.name == "undecoded" or is_secret(leaf, field):
                        continue
                    if (leaf.start, leaf.end) in ranges and leaf.end - leaf.start > 5:
                        yield words.value_text(leaf, field).strip("'"), data[leaf.start : leaf.end]


@pytest.mark.parametrize("name", ["move", "characters", "user-identity", "worklist", "mpps", "store-variety"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nobody_is_named_unless_asked_for(name: str, lang: str) -> None:
    capture = CAPTURES / f"{name}.pcap"
    masked, shown = (page_of(capture, Options(lang, show, 1 << 24)) for show in (False, True))
    titles = {each[key] for each in masked["associations"] for key in ("calling_ae_title", "called_ae_title")}
    # What names a peer or a class of objects may stand elsewhere for its own sake.
    values = {(text, raw) for text, raw in identifying(capture) if text not in titles and not uids.name(text)}
    assert len(values) >= (1 if name == "user-identity" else 3)
    html, data = render(masked), embedded(masked)
    for text, raw in values:
        assert raw not in data, text
        assert not text or not re.search(rf"(?<![\w.]){re.escape(text)}(?![\w.])", html), text
        assert raw in embedded(shown), text
    assert masked["masked"] and masked["left_out"]["masked_bytes"] > 0 and not shown["masked"]


@pytest.mark.parametrize("show", [False, True], ids=["masked", "with values"])
def test_secrets_are_never_in_a_page(show: bool) -> None:
    page = page_of(CAPTURES / "user-identity.pcap", Options("en", show, 1 << 24))
    html = render(page)
    for name, secret in secrets().items():
        assert secret not in embedded(page), name
        assert secret.decode("latin-1") not in html and secret.hex() not in html.lower(), name
    assert ("invented.user" in html) == show


def test_the_command_masks_and_refuses_to_show_secrets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capture, target = str(CAPTURES / "user-identity.pcap"), tmp_path / "page.html"
    assert main(["page", capture, "-o", str(target)]) == 0
    assert "invented.user" not in target.read_text(encoding="utf-8")
    assert main(["page", capture, "-o", str(target), "--show-values"]) == 0
    assert "invented.user" in target.read_text(encoding="utf-8")
    assert capsys.readouterr() == ("", "")
    for more in (["--show-secrets"], ["--json"], ["-o", "/nowhere/page.html"]):
        assert main(["page", capture, "-o", str(target), *more]) == 2
        out = capsys.readouterr()
        assert out.out == "" and len(out.err.splitlines()) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["page.html"]


# ------------------------------------------------------------------------------------------------ hostile captures


class Scripts(HTMLParser):
    """The contents of the script elements of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.contents: list[tuple[dict[str, str | None], str]] = []
        self._inside = False
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "script":
            self.contents.append((dict(attributes), ""))
        self._inside = tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.contents[-1] = (self.contents[-1][0], self.contents[-1][1] + data)


def test_the_data_block_cannot_be_broken_out_of(tmp_path: Path) -> None:
    hostile = "</script><script>alert(1)</script><!--\u2028\u2029]]>&lt;\x1b[2J"
    raw = hostile.encode()
    identity = item(0x58, b"\1\0" + len(raw).to_bytes(2, "big") + raw + b"\0\0")
    request = associate_rq(
        called=b"</script><!--x>", calling=b"<script>alert(1", user=user_information(0, item(0x55, raw), identity)
    )  # fmt: skip
    talk = Talk().open().client(request).server(associate_ac()).close()
    page = page_of(written(tmp_path, talk))
    html = render(page)
    found = Scripts(html).contents
    assert [attributes.get("type") for attributes, _ in found] == ["application/json", None]
    data = json.loads(found[0][1])
    assert data.pop("words") == ZH
    assert data == page
    assert "</script><script>alert(1)</script>" in json.dumps(data["texts"], ensure_ascii=False)
    assert data["associations"][0]["called_ae_title"] == "</script><!--x>"
    assert not re.search("[<>&\u2028\u2029\x1b]", found[0][1])


@given(st.recursive(st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_any_data_is_the_same_on_the_other_side(value: Any) -> None:
    block = data_block({"value": value})
    assert json.loads(block) == {"value": value}
    assert not re.search("[<>&\u2028\u2029]", block)


def test_a_file_name_is_text(tmp_path: Path) -> None:
    capture = tmp_path / "<script>alert(1)<b>.pcap"
    capture.write_bytes((CAPTURES / "echo.pcap").read_bytes())
    html = render(page_of(capture))
    assert len(Scripts(html).contents) == 2 and "<title>&lt;script&gt;alert(1)&lt;b&gt;.pcap" in html
    assert str(tmp_path) not in html


# ------------------------------------------------------------------------------------------------ every byte


@pytest.mark.parametrize("capture", EVERY_CAPTURE, ids=lambda path: path.name)
def test_nodes_tile_and_point_at_what_is_there(capture: Path) -> None:
    page = page_of(capture, Options(maximum_bytes=64))
    nodes, specs, texts = page["nodes"], page["specs"], page["texts"]
    for number, node in enumerate(nodes):
        spec, length, value, meaning, _, children, problems = [*node, *[-1, 0, -1, -1, 0, [], []][len(node) :]]
        assert 0 <= spec < len(specs) and length >= 0
        assert -1 <= value < len(texts) and -1 <= meaning < len(texts)
        assert all(child < number for child in children), "no loops"
        if children:
            assert sum(nodes[child][1] for child in children) == length
        assert all(0 <= text < len(texts) for _, text in problems)
    for spec in specs:
        assert 0 <= spec["title"] < len(texts) and spec["explanation"] < len(texts)
        assert spec.get("url", "https://").startswith("https://") or spec["url"] == ""
    for document in page["documents"]:
        assert nodes[document["root"]][1] == document["length"]
        runs = document.get("runs", [])
        assert all(start < end <= document["length"] for start, end in runs)
        assert all(before[1] < after[0] for before, after in pairwise(runs))
        assert sum(len(piece) for _, piece in pieces(document)) <= document["length"]
    for association, row in rows(page):
        if "document" in row:
            assert page["documents"][row["document"]]["length"] <= row["bytes"], "less where the capture cuts it short"
        messages = {message["message"] for message in association["message_list"]}
        assert set(row.get("messages", ())) <= messages or page["left_out"]["messages"]


@pytest.mark.parametrize("capture", EVERY_CAPTURE, ids=lambda path: path.name)
def test_the_bytes_of_a_document_are_those_of_the_capture(capture: Path) -> None:
    page = page_of(capture)
    shown = {
        (association["association"], row["pdu"]): page["documents"][row["document"]]
        for association, row in rows(page) if "document" in row
    }  # fmt: skip
    data_sets = {
        (association["association"], message["message"]): page["documents"][message["data_set"]]
        for association in page["associations"] for message in association["message_list"] if "data_set" in message
    }  # fmt: skip
    with Reading(str(capture), keep_bytes=True) as reading:
        for each in reading:
            if isinstance(each, Pdu) and (each.association, each.number) in shown:
                root, data, gone = decode_located(each), each.body or b"", list(each.missing)
                document = shown.pop((each.association, each.number))
            elif isinstance(each, Message) and each.has_data_set:
                root, _ = datasets.tree(each)
                data, gone = root.data, [] if root.compressed is not None else each.holes
                document = data_sets.pop((each.association.number, each.number))
            else:
                continue
            assert document["length"] == len(data)
            gone = [hole for hole in gone if hole[0] < len(data)]
            assert [tuple(hole) for hole in document.get("missing", [])] == [tuple(hole) for hole in gone]
            present = set()
            for start, piece in pieces(document):
                assert data[start : start + len(piece)] == piece
                present.update(range(start, start + len(piece)))
            left = set(range(document["length"])) - present - {at for hole in gone for at in range(*hole)}
            hidden = {at for field in root.walk() for child in field.children if not child.children
                      and is_secret(child, field) for at in range(child.start, child.end)}  # fmt: skip
            assert left == hidden - {at for hole in gone for at in range(*hole)}
    assert not shown and not data_sets


def test_equal_pdus_share_a_document() -> None:
    page = page_of(CAPTURES / "two-interleaved.pcap")
    releases = [row["document"] for _, row in rows(page) if row["type"] == "A-RELEASE-RQ"]
    assert len(releases) == 2 and len(set(releases)) == 1
    assert len({row["document"] for _, row in rows(page)}) < sum(1 for _ in rows(page))


# ------------------------------------------------------------------------------------------------ small


STORE = command(uid(2, b"1.2.840.10008.5.1.4.1.1.2"), us(0x100, 1), us(0x110, 7), us(0x700, 0), us(0x800, 1),
                uid(0x1000, b"1.2.3.4.5.6"))  # fmt: skip


def stored(middle: int, fragment: int = 100) -> list[bytes]:
    """The PDUs of a C-STORE-RQ: its command, a first fragment of its data set, many alike, and a last one."""
    body = bytes(fragment)
    return [p_data(pdv(1, 3, STORE)), *[p_data(pdv(1, 0, body + bytes((each % 251, 0)))) for each in range(middle)],
            p_data(pdv(1, 2, body))]  # fmt: skip


@pytest.mark.parametrize("middle", [0, 1, 2, 4, 5, 6, 7, 8, 40, 3000])
def test_runs_of_middle_pdus_are_folded(tmp_path: Path, middle: int) -> None:
    sent = [associate_rq(), *stored(middle), *stored(middle), RELEASE_RQ]
    talk = Talk().open().client(sent[0]).server(associate_ac()).client(*sent[1:]).server(RELEASE_RP).close()
    page = page_of(written(tmp_path, talk))
    (association,) = page["associations"]
    listed = [row for row in association["rows"] if row["from_requestor"]]
    assert sum(row.get("run", 1) for row in listed) == len(sent)
    assert sum(row["bytes"] for row in listed) == sum(map(len, sent))
    assert all("document" in row or row.get("run", 1) > 1 for row in listed)
    offset = 0
    for row in listed:
        assert row["offset"] == offset
        offset += row["bytes"]
    numbers = sorted((row["pdu"], row.get("last", row["pdu"])) for row in association["rows"])
    assert numbers[0][0] == 1 and all(before[1] + 1 == after[0] for before, after in pairwise(numbers))
    limit = pagedata.RUN_HEAD + pagedata.RUN_TAIL
    runs = [row for row in listed if "run" in row]
    assert len(runs) == (2 if middle > limit + 1 else 0)
    assert all(row["run"] == middle - limit and row["messages"] for row in runs)
    assert page["left_out"]["pdus"] == 0


def test_sixty_thousand_pdus_stay_within_the_limits(tmp_path: Path) -> None:
    echoes, talk = 30_000, Talk().open().client(associate_rq()).server(associate_ac())
    for first in range(0, echoes, 500):
        numbers = [each % 65536 for each in range(first, first + 500)]
        talk.client(*[p_data(pdv(1, 3, echo_rq(number))) for number in numbers], segment=60_000)
        talk.server(*[p_data(pdv(1, 3, echo_rsp(number))) for number in numbers], segment=60_000)
    talk.client(RELEASE_RQ).server(RELEASE_RP).close()
    page = page_of(written(tmp_path, talk), Options())
    (association,) = page["associations"]
    assert len(association["rows"]) == pagedata.MAXIMUM_ROWS
    assert len(association["rows"]) + association["left_out"] == 2 * echoes + 4
    assert page["left_out"]["pdus"] == association["left_out"]
    assert len(association["message_list"]) + page["left_out"]["messages"] == association["messages"] == 2 * echoes
    annotated = sum("document" in row for row in association["rows"])
    assert annotated + page["left_out"]["annotated_pdus"] == len(association["rows"])
    assert len(association["timeline"]["responses"]) <= 2 * pagedata.MAXIMUM_RESPONSES
    assert sum(association["timeline"]["requestor"]) == association["requestor"]["bytes"]
    assert len(association["ladder"]) < 200
    assert len(render(page)) < 16_000_000


def test_a_timeline_counts_every_byte() -> None:
    for name in ("store-variety", "move", "store-veth"):
        for association in page_of(CAPTURES / f"{name}.pcap")["associations"]:
            if association["timeline"]:
                for side in ("requestor", "acceptor"):
                    assert sum(association["timeline"][side]) == association[side]["bytes"]


def test_long_fields_are_folded() -> None:
    page = page_of(CAPTURES / "store-variety.pcap", Options(show_values=True, maximum_bytes=32))
    held = sum(len(piece) for document in page["documents"] for _, piece in pieces(document))
    lengths = sum(document["length"] for document in page["documents"])
    assert page["left_out"]["folded_bytes"] == lengths - held > 1000


def test_too_many_fields_are_left_out_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagenodes, "MAXIMUM_FIELDS", 30)
    page = page_of(CAPTURES / "associate-rq.pcap")
    names = [spec["name"] for spec in page["specs"]]
    assert "fields_left_out" in names and page["left_out"]["folded_bytes"] > 0
    for node in page["nodes"]:
        if len(node) > 5 and node[5]:
            assert sum(page["nodes"][child][1] for child in node[5]) == node[1]


# ------------------------------------------------------------------------------------------------ findings, order


@pytest.mark.parametrize("capture", EVERY_CAPTURE, ids=lambda path: path.name)
def test_places_of_findings_point_at_their_evidence(capture: Path) -> None:
    page = page_of(capture, Options(maximum_bytes=64))
    with Reading(str(capture), keep_bytes=True) as reading:
        found = [each for each in reading.judging() if isinstance(each, Finding)]
    assert [each["code"] for each in page["findings"]] == [each.code for each in found]
    by_number = {each["association"]: each for each in page["associations"]}
    for record, finding in zip(page["findings"], found, strict=True):
        association = by_number.get(finding.association)
        if association is None:
            assert record["places"] == []
            continue
        assert page["findings"].index(record) in association["findings"]
        for index, start, end in record["places"]:
            row = association["rows"][index]
            sender = "requestor" if row["from_requestor"] else "acceptor"
            assert any(
                each.stream_offset is None and each.frame is not None
                and row["frames"][0] <= each.frame <= row["frames"][1]
                or each.stream_offset is not None and each.sender in (None, sender)
                and row["offset"] + (start or 0) >= (each.stream_offset if start else row["offset"])
                and (start is None or row["offset"] + start < each.stream_offset + (each.length or 1))
                for each in finding.evidence
            ), (record["code"], index, start, end)
            assert start is None or 0 <= start < end <= row["bytes"]
        for each in finding.evidence:
            if each.stream_offset is None or each.sender is None:
                continue
            holding = [
                index for index, row in enumerate(association["rows"])
                if (row["from_requestor"] == (each.sender == "requestor"))
                and row["offset"] < each.stream_offset + (each.length or 1)
                and each.stream_offset < row["offset"] + row["bytes"]
            ]  # fmt: skip
            assert set(holding) <= {index for index, _, _ in record["places"]}, (record["code"], each)


@pytest.mark.parametrize("capture", EVERY_CAPTURE, ids=lambda path: path.name)
def test_the_ladder_shows_or_counts_every_arrow_once(capture: Path) -> None:
    for association in page_of(capture, Options(maximum_bytes=64))["associations"]:
        steps = association["ladder"]
        pdus = [step[1] for step in steps if step[0] == "pdu"]
        messages = [step[1] for step in steps if step[0] == "message"]
        folded = sum(step[1] for step in steps if step[0] == "fold")
        assert len(set(pdus)) == len(pdus) and len(set(messages)) == len(messages)
        others = [index for index, row in enumerate(association["rows"])
                  if row["type"] != "P-DATA-TF" or not row.get("messages")]  # fmt: skip
        assert len(pdus) + len(messages) + folded == len(others) + len(association["message_list"])
        assert set(pdus) <= set(others)


@given(st.lists(st.integers(0, 3), max_size=60) | st.lists(st.sampled_from("ab"), max_size=5).flatmap(
    lambda part: st.integers(0, 30).map(lambda times: part * times)))  # fmt: skip
@settings(max_examples=500)
def test_folds_never_overlap_and_leave_the_first_and_last_round(kinds: list[object]) -> None:
    end = 0
    for fold in ladder.folds(kinds):
        first_round = fold.first - fold.period
        assert first_round >= end, "ascending, and the first round is not part of the fold before it"
        end = fold.end + fold.period
        assert end <= len(kinds), "the last round stays"
        assert (fold.end - fold.first) % fold.period == 0
        assert fold.end - fold.first >= fold.period * (ladder.ROUNDS_SHOWN - 1)
        assert 1 <= fold.period <= ladder.LONGEST_PERIOD
        pattern = kinds[first_round : fold.first]
        assert kinds[first_round:end] == pattern * ((end - first_round) // fold.period), "what is hidden repeats"


def test_a_long_run_is_one_fold() -> None:
    assert ladder.folds(["rq", "rsp"] * 500) == [ladder.Fold(2, 998, 2)]
    assert ladder.folds(["rq", *["pending"] * 40, "success"]) == [ladder.Fold(2, 40, 1)]
    assert ladder.folds(["a", "b"] * ladder.ROUNDS_SHOWN) == []


# ------------------------------------------------------------------------------------------------ words, repeatable


LITERAL = r'"(?:[^"\\\n]|\\.)*"'


def said_by_scripts() -> set[str]:
    """Every text that a script of the page asks for in the reader's language; long ones are joined from parts."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(TEMPLATES.glob("*.js")))
    said = re.findall(rf"\bsay\(\s*({LITERAL}(?:\s*\+\s*{LITERAL})*)", source)
    return {"".join(json.loads(part) for part in re.findall(LITERAL, text)) for text in said}


def test_every_word_of_the_scripts_has_its_chinese() -> None:
    said = said_by_scripts()
    assert said - set(ZH) == set(), "without translation"
    assert set(ZH) - said == set(), "translated, but said nowhere"
    for english, chinese in ZH.items():
        assert sorted(re.findall(r"\{\w*\}", english)) == sorted(re.findall(r"\{\w*\}", chinese)), english


def test_both_languages_are_in_the_data() -> None:
    english, chinese = (page_of(CAPTURES / "move.pcap", Options(lang)) for lang in ("en", "zh"))
    assert (english.pop("language"), chinese.pop("language")) == ("en", "zh")
    assert english == chinese, "only the first language differs"
    pairs = [each for each in english["texts"] if isinstance(each, list)]
    assert ["Called-AE-title", "被调用实体名称"] in pairs
    assert all(len(pair) == 2 and pair[0] != pair[1] for pair in pairs)


def test_why_an_association_was_rejected_or_aborted_is_said_in_chinese(tmp_path: Path) -> None:
    """It is said in several parts, each of which has its translation."""
    path = written(tmp_path, Talk().open().client(associate_rq()).server(abort(2, 6)).close())
    for capture, said in (
        (CAPTURES / "rejected-called-ae.pcap", "永久拒绝, DICOM上层服务用户, 无法识别的被调用实体名称"),
        (path, "DICOM上层服务提供者（发起中止）, 无效的PDU参数值"),
    ):
        page = page_of(capture, Options("zh"))
        for each in page["associations"]:
            assert page["texts"][each["meaning"]][1] == said


@pytest.mark.parametrize("name", ["move", "worklist", "user-identity"])
def test_the_same_capture_gives_the_same_page(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    capture = CAPTURES / f"{name}.pcap"
    first = render(page_of(capture, Options()))
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert render(page_of(capture, Options())) == first
    assert str(CAPTURES) not in first


def test_what_the_page_says_of_an_association_is_what_was_read() -> None:
    page = page_of(CAPTURES / "move.pcap")
    with Reading(str(CAPTURES / "move.pcap")) as reading:
        read = {each.number: each for each in reading if isinstance(each, Association)}
    assert [each["association"] for each in page["associations"]] == sorted(read)
    for each in page["associations"]:
        of = read[each["association"]]
        assert (each["outcome"], each["client"], each["messages"]) == (of.outcome, of.client, of.message_count)


def test_what_is_no_file_is_not_replaced_by_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`-o /dev/null` and `-o /dev/stdout` are the device and the link afterwards, also for root."""
    capture = str(CAPTURES / "echo.pcap")
    true, link = tmp_path / "true.html", tmp_path / "link.html"
    true.write_text("before")
    link.symlink_to(true)
    assert main(["page", capture, "-o", str(link)]) == 0
    assert link.is_symlink() and true.read_text(encoding="utf-8").startswith("<!doctype html>")
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDWR)  # so that nobody waits; what is written fits into the pipe
    assert main(["dump", "--pdu", "1", "--format", "svg", "-o", str(fifo), capture]) == 0
    assert fifo.is_fifo() and os.read(reader, 4) == b"<svg"
    os.close(reader)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["fifo", "link.html", "true.html"]
    if os.path.exists("/dev/full"):
        before = os.stat("/dev/full")
        assert main(["page", capture, "-o", "/dev/full"]) == 2
        assert capsys.readouterr().err.endswith("dissector: /dev/full: No space left on device\n")
        assert os.stat("/dev/full").st_rdev == before.st_rdev
