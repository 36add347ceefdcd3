"""Figures to pass on, `dump --format svg` and `html`: they name nobody, fetch nothing and lose nothing."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from dissector.cli import main
from dissector.views.hexdump import Options, Subject, Tree, cells
from tests.builders import CAPTURES
from tests.test_cli import secrets, shown
from tests.transcript import Talk, associate_rq

SVG = "{http://www.w3.org/2000/svg}"
REQUEST = CAPTURES / "associate-rq.pcap"
IDENTITY = CAPTURES / "user-identity.pcap"
MOVE = CAPTURES / "move.pcap"
ONE = ("--pdu", "1")
DATA_SET = ("--data-sets", "--association", "2", "--message", "1")


@pytest.fixture
def dump(capsys: pytest.CaptureFixture[str]):
    """The figure that `dump` prints."""

    def run(capture: Path, *arguments: str) -> str:
        status = main(["dump", str(capture), *arguments])
        out = capsys.readouterr()
        assert (status, out.err) == (0, "")
        return out.out

    return run


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]):
    """The one line with which `dump` refuses."""

    def run(capture: Path, *arguments: str) -> str:
        status = main(["dump", str(capture), *arguments])
        out = capsys.readouterr()
        assert (status, out.out) == (2, "")
        assert len(out.err.splitlines()) == 1, out.err
        return out.err

    return run


class Table(HTMLParser):
    """The elements of a document and the texts of its table's cells, by class."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.cells: dict[str, list[str]] = {}
        self.links: list[str] = []
        self._cell: list[str] | None = None
        self.feed(text)
        assert self.open == [], "every element ends"

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        named = dict(attributes)
        assert not [name for name in named if name.startswith("on") or name in ("src", "style")]
        if tag == "a":
            self.links.append(named["href"] or "")
        if tag not in ("meta", "br"):
            self.open.append(tag)
        if tag in ("td", "th"):
            self._cell = self.cells.setdefault(named.get("class") or tag, [])
            self._cell.append("")
        if tag == "br" and self._cell is not None:
            self._cell[-1] += " "

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag in ("td", "th"):
            self._cell = None

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell[-1] += data

    def bytes(self) -> bytes:
        return b"".join(bytes.fromhex(each) for each in self.cells["bytes"])


def texts(svg: str) -> list[tuple[float, float, str]]:
    """Where each text of a picture begins: x, y and the text."""
    root = ElementTree.fromstring(svg)
    return [(float(each.get("x", "").split()[0]), float(each.get("y", "")), each.text or "")
            for each in root.iter(f"{SVG}text")]  # fmt: skip


def spoken(figure: str) -> str:
    """The text of a figure without its markup, as a search would see it."""
    return re.sub(r"<[^>]*>", "\n", figure).replace("\xa0", " ").replace("&#160;", " ")


# ------------------------------------------------------------------------------------------------ what it holds


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_picture_shows_the_lines_of_the_dump(dump, lang: str) -> None:
    printed = dump(REQUEST, *ONE, "--lang", lang).splitlines()
    lines: dict[float, list[tuple[float, str]]] = {}
    for x, y, text in texts(dump(REQUEST, *ONE, "--lang", lang, "--format", "svg")):
        lines.setdefault(y, []).append((x, text.replace("\xa0", " ")))
    drawn = []
    for _, parts in sorted(lines.items()):
        line = ""
        for x, text in parts:
            line += " " * (round(x / 12.2) - cells(line)) + text
        drawn.append(line.rstrip())
    assert drawn == [line for line in printed if line], "every text stands in the column that the dump gives it"


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("capture", ["associate-rq.pcap", "c-store-associate-104.pcap"])
def test_the_table_holds_every_byte(dump, lang: str, capture: str) -> None:
    html = dump(CAPTURES / capture, *ONE, "--lang", lang, "--format", "html")
    table = Table(html)
    data = table.bytes()
    assert data[0] == 1 and int.from_bytes(data[2:6], "big") + 6 == len(data)
    assert f'<html lang="{"zh-Hans" if lang == "zh" else "en"}">' in html
    assert ("被调用实体名称" if lang == "zh" else "Called-AE-title") in html
    assert "https://dicom.nema.org/medical/dicom/current/output/html/part08.html#table_9-11" in table.links
    assert ("发送时为零" if lang == "zh" else "sent as zero, and the receiver does not test it") in html


def test_the_table_shows_the_nesting(dump) -> None:
    html = dump(REQUEST, *ONE, "--format", "html")
    found = [int(depth) for depth in re.findall(r'class="structure depth-(\d)"', html)]
    assert found[:5] == [0, 1, 1, 2, 2] and html.count('class="leaf depth-3') > 8


def test_what_was_not_captured_and_what_is_wrong_is_said(dump) -> None:
    for form in ("html", "svg"):
        capture = CAPTURES / "missing-segment.pcap"
        text = spoken(dump(capture, "--finding", "1", "--format", form, "--show-values", "--full"))
        assert "1448 bytes were not captured" in text and "-- -- --" in text


def test_a_finding_marks_its_bytes(dump) -> None:
    html = dump(CAPTURES / "rejected-called-ae.pcap", "--finding", "1", "--type", "A-ASSOCIATE-RJ", "--format", "html")
    assert "<mark>" in html


# ------------------------------------------------------------------------------------------------ what it must not


@pytest.mark.parametrize("form", ["svg", "html"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_identifying_values_are_masked_unless_asked_for(dump, form: str, lang: str) -> None:
    more = ("--format", form, "--lang", lang)
    for capture, chosen in ((MOVE, DATA_SET), (IDENTITY, ("--association", "1", *ONE))):
        open_figure = spoken(dump(capture, *chosen, *more, "--show-values"))
        masked = spoken(dump(capture, *chosen, *more))
        values = identifying(dump(capture, *chosen, "--json"))
        assert values
        for value in values:
            assert value.encode().hex() in hexadecimal(open_figure), value
            assert value.encode()[:8].hex() not in hexadecimal(masked) and value[:8] not in masked, value
        told = masked.replace("\n", "")
        assert ("圆点代表" if lang == "zh" else "Dots stand for") in told
        assert not re.search("圆点代表|Dots stand for", open_figure)


def hexadecimal(text: str) -> str:
    """The bytes that stand in a text, joined over its lines."""
    return "".join(re.findall(r"\b[0-9A-F]{2}\b(?=[ \n]|$)", text)).lower()


def identifying(record: str) -> set[str]:
    """Values of patients and users in the record of a dissection."""
    import json

    found: set[str] = set()

    def walk(field: dict, element: str) -> None:
        element = field["title"] if field["children"] else element
        value = field["value"]
        if isinstance(value, str) and len(value) > 3 and (
            field["name"] == "primary_field"
            or field["name"] == "value" and re.search("Patient's Name|Patient ID|Instance UID", element)
        ):  # fmt: skip
            found.add(re.sub(r"\s", "", value.rstrip("\0 ")))
        for child in field["children"]:
            walk(child, element)

    walk(json.loads(record)["fields"], "")
    return found


@pytest.mark.parametrize("form", ["svg", "html"])
def test_secrets_are_never_shown(dump, refused, form: str) -> None:
    for association in "1234":
        for more in ((), ("--show-values",), ("--full", "--explain")):
            figure = dump(IDENTITY, "--association", association, *ONE, "--format", form, *more)
            for name, secret in secrets().items():
                assert not shown(secret, spoken(figure)), name
    assert "always masked" in refused(IDENTITY, *ONE, "--format", form, "--show-secrets")


@pytest.mark.parametrize("more", [(), ("--dark",), ("--lang", "zh"), ("--explain", "--reference")], ids=" ".join)
def test_a_picture_asks_nothing_of_any_other_host(dump, more: tuple[str, ...]) -> None:
    svg = dump(REQUEST, *ONE, "--format", "svg", *more)
    ElementTree.fromstring(svg)
    assert re.findall(r"https?:", svg.replace('xmlns="http://www.w3.org/2000/svg"', "")) == []
    assert not re.search(r"url\(|@import|@font-face|href|<script|<image|<foreignObject", svg)


def test_a_document_asks_nothing_of_any_other_host(dump) -> None:
    html = dump(REQUEST, *ONE, "--format", "html")
    table = Table(html)
    assert {"script", "link", "img", "iframe", "object"} & set(table.tags) == set()
    assert not re.search(r"url\(|@import", html)
    assert "default-src &#39;none&#39;" in html and "script-src" not in html
    assert set(re.findall(r"https?://[^\"<]*", html)) == set(table.links), "but links that a reader follows"


HOSTILE = (b"<script>alert(1)", b"</title></style>", b"\x1b[2J\x1b]0;x\x07", b"{x}]]>&amp;'\"", "\u202e\u2028".encode())


@pytest.mark.parametrize("title", HOSTILE, ids=ascii)
def test_a_hostile_title_is_text(dump, tmp_path: Path, title: bytes) -> None:
    capture = tmp_path / "hostile.pcap"
    capture.write_bytes(Talk().open().client(associate_rq(called=title, calling=title)).close().pcap())
    svg = dump(capture, *ONE, "--format", "svg")
    assert {each.tag for each in ElementTree.fromstring(svg).iter()} == {
        SVG + tag for tag in ("svg", "title", "style", "rect", "g", "text")
    }
    html = dump(capture, *ONE, "--format", "html")
    table = Table(html)
    assert "script" not in table.tags and table.tags.count("style") == 1
    assert table.bytes().count(title.ljust(16)) == 2
    for figure in (svg, html):
        assert all(char.isprintable() or char == "\n" for char in figure.replace("\xa0", " "))
    if title.isascii() and title.isalnum():
        assert title.decode() in spoken(html)


def test_braces_in_a_title_are_text() -> None:
    from dissector.decode import decode_pdu
    from dissector.views.figure import subject_html, subject_svg

    data = associate_rq()
    subject = Subject("{unique_id} <b>", "{width}", ["{x}"], [Tree(decode_pdu(data), data)])
    assert "<title>{unique_id} &lt;b&gt;</title>" in subject_svg(subject, Options())
    assert "<title>{unique_id} &lt;b&gt;</title>" in subject_html(subject, Options())


# ------------------------------------------------------------------------------------------------ how it looks


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_of_a_picture_can_be_read(dark: bool) -> None:
    """Against its ground, or where it is drawn reversed against the block behind it."""
    from dissector.views.figure import svg
    from dissector.views.hexdump import STYLES, Span

    for style, drawn in STYLES.items():
        picture = svg([[Span("text", style)]], "", "en", 40, dark)
        grounds = re.findall(r'<rect [^>]*fill="(#\w+)"', picture) + re.findall(r'<rect fill="(#\w+)"', picture)
        ground = grounds[-1] if "reverse" in drawn else grounds[0]
        (fill,) = re.findall(r"-r1 \{ fill: (#\w+)", picture)
        assert contrast(fill, ground) >= 4.5, (style, fill, ground)


def test_every_colour_of_a_document_can_be_read() -> None:
    from dissector.views.page import joined

    for block in re.findall(r":root \{([^}]*)\}", joined(("dump.css",))):
        colours = dict(re.findall(r"--([\w-]+): (#\w{6})", block))
        for name, colour in colours.items():
            if name not in ("paper", "shade", "line", "mark"):
                assert contrast(colour, colours["paper"]) >= 4.5 and contrast(colour, colours["shade"]) >= 4.5, name
        assert contrast(colours["soft"], colours["mark"]) >= 4.5


def test_a_figure_does_not_depend_on_where_it_is_made(dump, monkeypatch: pytest.MonkeyPatch) -> None:
    first = [dump(REQUEST, *ONE, "--format", form) for form in ("svg", "html")]
    for name, value in {"COLUMNS": "200", "TERM": "dumb", "NO_COLOR": "1", "TZ": "Asia/Tokyo"}.items():
        monkeypatch.setenv(name, value)
    assert [dump(REQUEST, *ONE, "--format", form) for form in ("svg", "html")] == first
    assert str(CAPTURES) not in "".join(first)


def test_the_width_of_a_picture_can_be_chosen(dump) -> None:
    narrow, wide = (dump(REQUEST, *ONE, "--format", "svg", "--width", width) for width in ("60", "120"))
    assert float(re.findall(r'viewBox="0 0 (\S+)', narrow)[0]) < float(re.findall(r'viewBox="0 0 (\S+)', wide)[0])


# ------------------------------------------------------------------------------------------------ how it is asked for


@pytest.mark.parametrize("form", ["svg", "html"])
@pytest.mark.parametrize(
    ("capture", "arguments", "part"),
    [
        (MOVE, (), "choose with --association N --pdu N"),
        (MOVE, ONE, "choose with --association N --pdu N"),
        (MOVE, ("--data-sets",), "choose with --association N --message N"),
        (MOVE, ("--data-sets", "--association", "2", "--message", "99"), "no such data set"),
        (REQUEST, ("--pdu", "99"), "no such PDU"),
        (REQUEST, (*ONE, "--json"), "--json goes with neither"),
        (REQUEST, (*ONE, "--mask", "--show-values"), "contradict each other"),
        (REQUEST, (*ONE, "-o", "/nowhere/figure"), "/nowhere/figure: No such file or directory"),
        (CAPTURES / "http.pcap", (), "no DICOM PDU found"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    refused, form: str, capture: Path, arguments: tuple[str, ...], part: str
) -> None:
    assert part in refused(capture, *arguments, "--format", form)


def test_options_of_figures_go_with_figures(refused) -> None:
    assert "-o goes with --format html or svg" in refused(REQUEST, *ONE, "-o", "file")
    assert "--dark goes with --format svg" in refused(REQUEST, *ONE, "--dark")
    assert "--dark goes with --format svg" in refused(REQUEST, *ONE, "--dark", "--format", "html")


@pytest.mark.parametrize("form", ["svg", "html"])
def test_a_figure_goes_to_a_file(dump, form: str, tmp_path: Path) -> None:
    target = tmp_path / "figure"
    assert dump(REQUEST, *ONE, "--format", form, "-o", str(target)) == ""
    assert target.read_text(encoding="utf-8") == dump(REQUEST, *ONE, "--format", form)
    assert [each.name for each in tmp_path.iterdir()] == ["figure"]
