"""The annotated dump: what the vectors show, and that no byte is left out."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dissector.decode import decode_pdu
from dissector.views.hexdump import Options, annotate, annotate_bytes, cells, plain, wrap
from tests import vectors
from tests.test_decode import mutated
from tests.transcript import associate_rq, item, p_data, pdv, user_information


@pytest.mark.parametrize("vector", vectors.all_vectors(), ids=lambda vector: vector.path.stem)
def test_vectors(vector: vectors.Vector) -> None:
    assert vector.path.read_text(encoding="utf-8") == vector.text()
    assert {"title", "source", "lesson"} <= set(vector.about)


def shown_bytes(text: str) -> bytes:
    rows = re.findall(r"^[0-9A-F]{4}  ((?:[0-9A-F]{2} )*[0-9A-F]{2})(?:  |$)", text, re.M)
    return b"".join(map(bytes.fromhex, rows))


@given(mutated(), st.sampled_from(["en", "zh"]), st.sampled_from([40, 60, 80, 120]))
@settings(max_examples=200, deadline=None)
def test_every_byte_is_shown_once_and_lines_hold_their_width(data: bytes, lang: str, width: int) -> None:
    root = decode_pdu(data)
    options = Options(lang=lang, width=width, full=True, show_secrets=True, explain=True, reference=True)
    lines = [plain(line) for line in annotate(root, data, options)]
    assert shown_bytes("\n".join(lines)) == data
    for line in lines:
        assert cells(line) <= width, line
        assert line.isprintable(), line


def test_long_runs_fold_and_say_how_much() -> None:
    data = p_data(pdv(1, 2, bytes(16000)))
    folded = annotate_bytes(data)
    assert "15960 bytes folded; --full shows them" in folded and len(folded.splitlines()) < 25
    assert shown_bytes(annotate_bytes(data, full=True)) == data


def test_credentials_are_masked_everywhere() -> None:
    secret = b"correct horse"
    identity = item(0x58, b"\2\1\0\4user" + len(secret).to_bytes(2, "big") + secret)
    broken = item(0x58, b"\2\1\0\4user\0\xff" + secret)
    for sub_item in (identity, broken):
        for data in (associate_rq(user=user_information(0, sub_item)), b"\2" + associate_rq(
            user=user_information(0, sub_item))[1:]):  # fmt: skip
            text = annotate_bytes(data)
            assert secret.hex(" ", 1).upper()[:11] not in text and "correct" not in text and "horse" not in text
            assert "**" in text
            assert "63 6F 72 72" in annotate_bytes(data, show_secrets=True)
    token = b"eyJhbGciOi.eyJz.c2ln"
    for kind in (3, 4, 5):
        body = bytes((kind, 0)) + len(token).to_bytes(2, "big") + token + b"\0\0"
        text = annotate_bytes(associate_rq(user=user_information(0, item(0x58, body))))
        assert "eyJ" not in text and "65 79 4A" not in text


def test_what_was_not_captured_is_shown_as_such() -> None:
    data = associate_rq()
    root = decode_pdu(data[:20] + bytes(6) + data[26:], missing=[(20, 26)])
    text = "\n".join(plain(line) for line in annotate(root, data, Options(), [(20, 26)]))
    assert "-- -- -- -- -- --" in text and "6 bytes of this were not captured" in text


def test_terminals_cannot_be_made_to_obey() -> None:
    hostile = "\x1b[2J\x1b]0;x\x07‮".encode()
    data = associate_rq(called=hostile[:16], user=user_information(0, item(0x55, hostile), item(0x58,
        b"\1\0" + len(hostile).to_bytes(2, "big") + hostile + b"\0\0")))  # fmt: skip
    for lang in ("en", "zh"):
        for line in annotate_bytes(data, lang=lang).splitlines():
            assert line.isprintable(), line


def test_wrapping_keeps_the_words_and_the_width() -> None:
    assert wrap("one two three", 8) == ["one two", "three"]
    assert wrap("1.2.840.10008.5.1.4.1.1.2", 10) == ["1.2.840.10", "008.5.1.4.", "1.1.2"]
    assert wrap("类型标识（PDU类型）", 12) == ["类型标识", "（PDU类型）"]
    assert all(cells(part) <= 7 for part in wrap("被调用实体名称 Called-AE-title", 7))


def test_a_masked_byte_alone_on_its_line_is_no_fold() -> None:
    """Nine bytes: the ninth stands by itself, covered by the same two dots with which a fold begins."""
    identity = item(0x58, b"\1\0\0\x09nine byte\0\0")
    data = associate_rq(user=user_information(0, identity))
    start = data.index(b"nine byte")
    text = annotate_bytes(data, mask=True)
    assert f"{start + 8:04X}  .." in text and "nine" not in text and "6E 69 6E" not in text
