"""Data sets: positions are ours and tile, values and names are pydicom's, and no bytes make it raise."""

from __future__ import annotations

import json
import re
import time
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from string import Formatter
from struct import pack

import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.filereader import _read_file_meta_info, read_preamble
from pydicom.filewriter import write_dataset
from pydicom.filebase import DicomFileLike
from pydicom.sequence import Sequence

from dissector import dataset
from dissector.dataset import (
    MAXIMUM_DEPTH, DataSet, Element, annotate_data_set, element_values, infer_transfer_syntax, misread, read_head,
    sop_uids,
)  # fmt: skip
from dissector.decode import Field
from dissector.lazyfields import Lazy
from dissector.masking import identifying_ranges, is_masked
from dissector.reading import Reading
from dissector.standard import datasets as told
from dissector.standard import zh_commands, zh_datasets, zh_pdus
from dissector.standard.datasets import DEFLATED, EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE, is_identifying
from dissector.standard.problems import ProblemKind
from dissector.standard.structure import FieldSpec, Structure
from dissector.standard.zh import INTERFACE, translate
from dissector.summary import summary

CAPTURES = Path(__file__).resolve().parent.parent / "captures"
CORPUS = CAPTURES.parent.parent / "shared" / "corpus"
PYDICOM = Path(pydicom.__file__).parent / "data"
FILES = sorted(
    path for folder in ("test_files", "charset_files") for path in (PYDICOM / folder).iterdir() if path.is_file()
)
SYNTAXES = (IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG, DEFLATED, "1.2.840.10008.1.2.4.50")
JPEG = SYNTAXES[-1]

# ---------------------------------------------------------------------------------------- bytes to look at


def written(content: Dataset, syntax: str = EXPLICIT_LITTLE) -> bytes:
    """A data set as pydicom writes it."""
    stream = BytesIO()
    file = DicomFileLike(stream)
    file.is_implicit_VR = syntax == IMPLICIT_LITTLE
    file.is_little_endian = syntax != EXPLICIT_BIG
    write_dataset(file, content)
    data = stream.getvalue()
    if syntax == DEFLATED:
        machine = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        data = machine.compress(data) + machine.flush()
        data += b"\0" * (len(data) % 2)
    return data


def sample(syntax: str = EXPLICIT_LITTLE) -> Dataset:
    """A data set with something of everything."""
    content = Dataset()
    content.SpecificCharacterSet = ["", "ISO 2022 IR 87"]
    content.ImageType = ["ORIGINAL", "PRIMARY"]
    content.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    content.SOPInstanceUID = "1.2.3.4"
    content.StudyDate = "20261122"
    content.Modality = "OT"
    content.PatientName = "Yamada^Tarou=山田^太郎"
    content.PatientID = "4711"
    inner = Dataset()
    inner.SpecificCharacterSet = "ISO_IR 192"
    inner.CodeMeaning = "左肺"
    outer = Dataset()
    outer.PurposeOfReferenceCodeSequence = Sequence([inner])
    outer.ReferencedFrameNumber = [1, 2]
    content.ReferencedImageSequence = Sequence([outer, Dataset()])
    content.ReferencedImageSequence[1].is_undefined_length_sequence_item = True
    content.SourceImageSequence = Sequence([inner])
    content["SourceImageSequence"].is_undefined_length = True
    block = content.private_block(0x0019, "MAKER", create=True)
    block.add_new(1, "DS", "1.5")
    content.PixelRepresentation = 1
    content.SmallestImagePixelValue = -5
    content.FrameIncrementPointer = 0x00181063
    content.PixelSpacing = ["0.5", "0.5"]
    if syntax == JPEG:
        content.PixelData = encapsulate([b"\xff\xd8\1\2", b"\xff\xd8\3\4\5\6"])
        content["PixelData"].is_undefined_length = True
        content["PixelData"].VR = "OB"
    else:
        content.add_new("PixelData", "OW", bytes(range(64)))
    return content


SAMPLES = {syntax: written(sample(syntax), syntax) for syntax in SYNTAXES}


def element(tag: int, vr: str, value: bytes, length: int | None = None) -> bytes:
    """One element, explicit VR little endian."""
    size = len(value) if length is None else length
    head = pack("<HH", tag >> 16, tag & 0xFFFF) + vr.encode()
    wide = vr not in told.REPRESENTATIONS or told.REPRESENTATIONS[vr].wide
    return head + (pack("<HI", 0, size) if wide else pack("<H", size)) + value


def item(content: bytes, length: int | None = None) -> bytes:
    return pack("<HHI", 0xFFFE, 0xE000, len(content) if length is None else length) + content


ITEM_END, SEQUENCE_END = pack("<HHI", 0xFFFE, 0xE00D, 0), pack("<HHI", 0xFFFE, 0xE0DD, 0)
OPEN = 0xFFFFFFFF


def depth(field: Field) -> int:
    return 1 + max(map(depth, field.children), default=0)


def tiles(root: Field) -> None:
    """The leaves cover the range, once; every value and problem can be had."""
    at = root.start
    for leaf in root.leaves():
        assert leaf.start == at
        at = leaf.end
        assert leaf.value is None or leaf.value is not leaf
    assert at == root.end
    for field, problem in root.all_problems():
        assert str(problem) and root.start <= field.start <= field.end <= root.end


def codes(root: Field) -> list[str]:
    return [problem.code for _, problem in root.all_problems()]


def texts(root: Field) -> list[str]:
    return [problem.text for _, problem in root.all_problems()]


def only(data: bytes, syntax: str | None = EXPLICIT_LITTLE, **more: object) -> Field:
    """The one element of a data set."""
    root = annotate_data_set(data, syntax, **more)  # type: ignore[arg-type]
    tiles(root)
    (child,) = root.children
    return child


def value(field: Field) -> object:
    found = field.child("value")
    return found.value if found else None


def without_meta(path: Path) -> tuple[bytes, str | None]:
    """The data set of a file, and its transfer syntax."""
    raw = path.read_bytes()
    if raw[128:132] != b"DICM":
        return raw, None
    stream = BytesIO(raw)
    read_preamble(stream, False)
    meta = _read_file_meta_info(stream)
    uid = meta.get("TransferSyntaxUID")
    return raw[stream.tell() :], str(uid) if uid else None


# ---------------------------------------------------------------------------------------- promises


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_files_of_pydicom_tile(path: Path) -> None:
    for data, syntax in ((path.read_bytes(), None), without_meta(path)):
        for each in {syntax, None, IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG, DEFLATED}:
            root = annotate_data_set(data, each)
            tiles(root)
            if root.compressed:
                tiles(root.compressed)


def flattened(content: Dataset) -> Iterator[tuple[int, str]]:
    for each in content:
        yield int(each.tag), each.VR
        if each.VR == "SQ":
            for one in each.value:
                yield from flattened(one)


UNREADABLE = ("no_meta.dcm", "meta_missing_tsyntax.dcm", "rtplan_truncated.dcm", "UN_sequence.dcm")


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix == ".dcm" and path.name not in UNREADABLE],
                         ids=lambda path: path.name)  # fmt: skip
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_elements_are_those_that_pydicom_finds(path: Path) -> None:
    """The same tags in the same order, with the same representation, at the same bytes."""
    content = pydicom.dcmread(path, force=True)
    data, syntax = without_meta(path)
    root = annotate_data_set(data, syntax)
    ours = [(each.tag, each.vr) for each in root.walk() if isinstance(each, Element)]
    theirs = list(flattened(content))
    assert [tag for tag, _ in ours] == [tag for tag, _ in theirs]
    differing = [(ours[at], theirs[at]) for at in range(len(ours)) if ours[at][1] != theirs[at][1]]
    assert all(mine[1] in "US OW OB UN" and other[1] in "US OW OB UN SS" for mine, other in differing), differing
    raw = pydicom.dcmread(path, force=True)
    for each in root.children:
        if isinstance(each, Element) and each.vr != "SQ" and each.child("value"):
            found = raw.get_item(each.tag)
            if getattr(found, "is_raw", False) and found.value is not None and found.length != OPEN:
                assert root.data[each.value_start : each.end] == found.value


@given(st.data())
@settings(max_examples=400, deadline=None)
def test_any_damage_tiles(data: st.DataObject) -> None:
    """Bytes changed, cut off, put in; holes; read in the syntax they have or in another."""
    syntax = data.draw(st.sampled_from(SYNTAXES))
    damaged = bytearray(SAMPLES[syntax])
    for _ in range(data.draw(st.integers(0, 6))):
        at = data.draw(st.integers(0, max(len(damaged) - 1, 0)))
        kind = data.draw(st.integers(0, 3))
        if kind == 0:
            damaged[at : at + 1] = bytes([data.draw(st.integers(0, 255))])
        elif kind == 1:
            damaged[at : at + data.draw(st.integers(0, 20))] = b""
        elif kind == 2:
            damaged[at:at] = data.draw(st.sampled_from(
                [ITEM_END, SEQUENCE_END, item(b""), item(b"", OPEN), b"\xff" * 4, b"SQ\0\0" + b"\xff" * 4,
                 element(0x00081140, "SQ", b"", OPEN), b"\x1b$B", b"\\"]))  # fmt: skip
        else:
            del damaged[at:]
    ends = sorted(data.draw(st.lists(st.integers(0, len(damaged)), max_size=6)))
    holes = [(first, last) for first, last in zip(ends[::2], ends[1::2], strict=False) if first < last]
    used = data.draw(st.sampled_from([syntax, syntax, syntax, None, *SYNTAXES, "1.2.3"]))
    root = annotate_data_set(
        bytes(damaged), used, holes=holes, cut=data.draw(st.booleans()), query=data.draw(st.booleans()),
        limit_elements=data.draw(st.sampled_from([3, 10_000])),
    )  # fmt: skip
    tiles(root)
    if root.compressed:
        tiles(root.compressed)
    else:
        assert root.data == bytes(damaged)
        for leaf in root.leaves():
            if any(first < leaf.end and last > leaf.start for first, last in holes) and leaf.name == "value":
                assert leaf.value is None, "no value is read from what was not captured"
    summary(bytes(damaged), used, holes=holes)
    sop_uids(bytes(damaged), used, holes=holes)
    list(identifying_ranges(root))


@given(st.binary(max_size=300), st.sampled_from([None, *SYNTAXES]), st.booleans())
@settings(max_examples=300, deadline=None)
def test_any_bytes_tile(data: bytes, syntax: str | None, cut: bool) -> None:
    tiles(annotate_data_set(data, syntax, cut=cut))
    summary(data, syntax, cut=cut)
    infer_transfer_syntax(data, cut=cut)


CHARACTER_SETS = [b"", b"ISO_IR 192", b"\\ISO 2022 IR 87\\ISO 2022 IR 149", b"GB18030", b"ISO_IR 13", b"rot13", b"\0",
                  b"ISO 2022 IR 58"]  # fmt: skip


@given(st.sampled_from(sorted(told.REPRESENTATIONS)), st.binary(max_size=40), st.sampled_from(CHARACTER_SETS))
@settings(max_examples=400, deadline=None)
def test_any_value_of_any_representation_tiles(vr: str, content: bytes, characters: bytes) -> None:
    data = element(0x00080005, "CS", characters) + element(0x00091010, vr, content)
    for query in (False, True):
        root = annotate_data_set(data, EXPLICIT_LITTLE, query=query)
        tiles(root)
        assert len(root.children) == 2


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_every_cut_of_a_sample_is_no_fault_of_the_sender(syntax: str) -> None:
    whole = SAMPLES[syntax]
    for end in range(0, len(whole), 3):
        root = annotate_data_set(whole[:end], syntax, cut=True)
        tiles(root)
        assert set(codes(root)) <= {"capture.missing-bytes"}, (end, texts(root))


# ---------------------------------------------------------------------------------------- what is read


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_a_sample_reads_the_same_in_every_transfer_syntax(syntax: str) -> None:
    root = annotate_data_set(SAMPLES[syntax], syntax)
    assert not codes(root), texts(root)
    assert root.transfer_syntax == syntax and not root.inferred
    found = {each.name: each for each in root.children}
    assert value(found["patient_name"]) == "Yamada^Tarou=山田^太郎"
    assert value(found["image_type"]) == "ORIGINAL\\PRIMARY"
    assert value(found["sop_instance_uid"]) == "1.2.3.4"
    assert value(found["smallest_image_pixel_value"]) == (-5 if syntax != IMPLICIT_LITTLE else -5)
    assert value(found["frame_increment_pointer"]) == (0x00181063,)
    assert found["patient_name"].spec.title == "Patient's Name"
    first, second = found["referenced_image_sequence"].named("item")
    purpose = first.child("purpose_of_reference_code_sequence")
    assert purpose is not None
    meaning = next(purpose.named("item")).child("code_meaning")
    assert meaning is not None and value(meaning) == "左肺", "an item may have a character set of its own"
    if syntax != IMPLICIT_LITTLE:
        private = next(each for each in root.children if getattr(each, "tag", 0) == 0x00191001)
        assert "MAKER" in private.spec.title and value(private) == "1.5"
    names = [each.name for each in found["source_image_sequence"].children]
    assert names[-1] == "sequence_delimitation_item"
    pixels = found["pixel_data"]
    if syntax == JPEG:
        names = [each.name for each in pixels.children]
        assert names[4:] == ["basic_offset_table", "fragment", "fragment", "sequence_delimitation_item"]
        assert pixels.children[4].child("offsets").value == [0, 12]  # type: ignore[union-attr]
    else:
        assert value(pixels) == bytes(range(64)) or syntax == EXPLICIT_BIG


NUMBERS = {"US": (0, 2), "SS": (-2, 2), "UL": (3, 4), "SL": (-3, 4), "UV": (2**60, 8), "SV": (-(2**60), 8)}


@pytest.mark.parametrize("little", [True, False])
@pytest.mark.parametrize("vr", sorted(told.REPRESENTATIONS))
def test_every_representation_in_both_byte_orders(vr: str, little: bool) -> None:
    order = "<" if little else ">"
    each = told.REPRESENTATIONS[vr]
    contents = {
        "AE": (b"STORE ", "STORE"), "AS": (b"045Y", "045Y"), "CS": (b"A\\B ", "A\\B"), "DA": (b"20261122", "20261122"),
        "DS": (b"1.5\\-2e3", "1.5\\-2e3"), "DT": (b"20261122101112.5", "20261122101112.5"), "IS": (b"-12 ", "-12"),
        "TM": (b"1011", "1011"), "UI": (b"1.2.840\0", "1.2.840"), "AT": (pack(order + "HH", 0x10, 0x20), (0x100020,)),
        "FL": (pack(order + "f", 1.5), 1.5), "FD": (pack(order + "2d", 1.5, -2), [1.5, -2.0]),
        **{code: (number.to_bytes(size, "little" if little else "big", signed=number < 0), number)
           for code, (number, size) in NUMBERS.items()},
        "SQ": (b"", None), "UR": (b"http://xy ", "http://xy"),
    }  # fmt: skip
    content, expected = contents.get(vr, (bytes(8), bytes(8)) if each.unit else (b"some text ", "some text"))
    head = pack(order + "HH", 0x0009, 0x1010) + vr.encode()
    head += pack(order + "HI", 0, len(content)) if each.wide else pack(order + "H", len(content))
    found = only(head + content, EXPLICIT_LITTLE if little else EXPLICIT_BIG)
    assert not codes(found) and value(found) == expected
    names = [leaf.name for leaf in found.children]
    reserved = ["reserved"] if each.wide else []
    assert names == ["tag", "value_representation", *reserved, "value_length", *([] if vr == "SQ" else ["value"])]


def names_in(path: Path) -> list[tuple[str, str]]:
    found = []
    with Reading(str(path), keep_data=1 << 30) as reading:
        for message in reading.messages():
            if message.has_data_set and message.command == "C-FIND-RSP":
                values = element_values(b"".join(message.data), message.transfer_syntax, [0x00080005, 0x00100010])
                found.append((values[0x00080005], values[0x00100010]))
    return found


def test_names_are_those_that_their_authors_wrote() -> None:
    truth = json.loads((CAPTURES / "characters.truth.json").read_text(encoding="utf-8"))
    messages = truth["associations"][0]["messages"]
    wanted = [(each["specific_character_set"], each["patient_name"]) for each in messages if "patient_name" in each]
    assert len(wanted) >= 8
    assert names_in(CAPTURES / "characters.pcap") == wanted


STORING = [CAPTURES / "store-variety.pcap", CORPUS / "hard_gb.pcap", CORPUS / "hard_latin1.pcap"]


@pytest.mark.parametrize("path", STORING, ids=lambda path: path.name)
def test_data_sets_of_captures(path: Path) -> None:
    if not path.exists():
        pytest.skip("not beside this repository")
    count = 0
    with Reading(str(path), keep_data=1 << 30) as reading:
        for message in reading.messages():
            if not message.has_data_set:
                continue
            count += 1
            data = b"".join(message.data)
            store = message.command == "C-STORE-RQ"
            root = annotate_data_set(
                data, message.transfer_syntax, holes=message.holes, query=message.command == "C-FIND-RQ",
                sop_class_uid=message.sop_class_uid if store else None,
                sop_instance_uid=message.sop_instance_uid if store else None,
            )  # fmt: skip
            tiles(root)
            assert "data-set.identity-mismatch" not in codes(root)
            assert "data-set.transfer-syntax-wrong" not in codes(root)
            assert not any(leaf.name == "undecoded" for leaf in root.leaves())
            inferred = infer_transfer_syntax(data)
            assert inferred is not None and dataset.syntax_of(inferred) == dataset.syntax_of(root.transfer_syntax)
            if store:
                assert sop_uids(data, message.transfer_syntax) == (message.sop_class_uid, message.sop_instance_uid)
    assert count


# ---------------------------------------------------------------------------------------- which transfer syntax


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_the_bytes_tell_the_transfer_syntax(syntax: str) -> None:
    expected = EXPLICIT_LITTLE if syntax == JPEG else syntax
    assert infer_transfer_syntax(SAMPLES[syntax]) == expected
    root = annotate_data_set(SAMPLES[syntax], None)
    assert root.transfer_syntax == expected and root.inferred and not codes(root)


@pytest.mark.parametrize("sent", [IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG, DEFLATED])
@pytest.mark.parametrize("agreed", [IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG, DEFLATED])
def test_another_transfer_syntax_than_agreed_is_found_and_shown(sent: str, agreed: str) -> None:
    root = annotate_data_set(SAMPLES[sent], agreed)
    tiles(root)
    assert misread(SAMPLES[sent], agreed) == (None if sent == agreed else sent)
    assert codes(root) == ([] if sent == agreed else ["data-set.transfer-syntax-wrong"])
    assert root.transfer_syntax == sent and root.inferred == (sent != agreed)
    assert sop_uids(SAMPLES[sent], agreed)[1] == "1.2.3.4"


def test_nothing_is_inferred_from_nothing() -> None:
    assert infer_transfer_syntax(b"") is None
    assert infer_transfer_syntax(b"hello world, no data set") is None
    assert list(annotate_data_set(b"", None).leaves()) and not annotate_data_set(b"", None).children


# ---------------------------------------------------------------------------------------- deflated


def test_deflated_data_sets_name_the_compressed_bytes() -> None:
    root = annotate_data_set(SAMPLES[DEFLATED], DEFLATED)
    assert root.compressed is not None and root.compressed.end == len(SAMPLES[DEFLATED])
    assert root.data == SAMPLES[EXPLICIT_LITTLE] and root.end == len(root.data)


def test_inflating_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dataset, "MAXIMUM_INFLATED_BYTES", 1_000_000)
    machine = zlib.compressobj(wbits=-15)
    content = SAMPLES[EXPLICIT_LITTLE][:-76] + element(0x7FE00010, "OB", bytes(30_000_000))
    bomb = machine.compress(content) + machine.flush()
    root = annotate_data_set(bomb, DEFLATED)
    assert len(root.data) == 1_000_000
    assert root.compressed is not None and texts(root.compressed) == [told.INFLATE_TOO_MUCH.text]
    tiles(root)


def test_broken_and_trailing_deflated_bytes_are_told() -> None:
    whole = SAMPLES[DEFLATED]
    broken = annotate_data_set(whole[:100] + b"\xff" * 20, DEFLATED)
    assert broken.compressed is not None and texts(broken.compressed) == [told.INFLATE_FAULT.text]
    tiles(broken)
    trailing = annotate_data_set(whole + b"more", DEFLATED)
    assert trailing.compressed is not None and texts(trailing.compressed) == [told.INFLATE_REST.text]
    tiles(trailing.compressed)


# ---------------------------------------------------------------------------------------- lengths and nesting


def test_undefined_lengths_end_at_their_delimiters() -> None:
    name = element(0x00100010, "PN", b"A^B ")
    data = element(0x00081140, "SQ", item(name + ITEM_END, OPEN) + item(name) + SEQUENCE_END, OPEN) + name
    root = annotate_data_set(data, EXPLICIT_LITTLE)
    tiles(root)
    assert not codes(root)
    sequence, last = root.children
    assert [each.name for each in sequence.children][4:] == ["item", "item", "sequence_delimitation_item"]
    assert last.name == "patient_name"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (element(0x00081140, "SQ", item(b"", OPEN), OPEN), told.NOT_ENDED),
        (element(0x00100010, "PN", b"AB", 40), told.LENGTH_OVERRUNS),
        (element(0x00081140, "SQ", item(b"", 80)), told.LENGTH_OVERRUNS),
        (element(0x00081140, "SQ", element(0x00100010, "PN", b"AB")), told.ITEM_EXPECTED),
        (element(0x00100010, "PN", b"AB") + SEQUENCE_END, told.DELIMITER_MISPLACED),
        (element(0x00100010, "PN", b"AB") + b"\x10\0", told.ENDS_INSIDE),
        (element(0x00100020, "LO", b"AB") + element(0x00100010, "PN", b"AB"), told.TAG_ORDER),
        (element(0x00100010, "PN", b"AB") * 2, told.TAG_REPEATED),
        (element(0x00020010, "UI", b"1.2.3\0"), told.GROUP_FOREIGN),
        (element(0x00100010, "PN", b"AB") + bytes(range(16, 40)), told.VR_INVALID),
        (element(0x00100010, "PN", b"AB") + pack("<HHI", 0x10, 0x20, 2) + b"AB", told.VR_ABSENT),
        (element(0x00100010, "ZZ", b"AB"), told.VR_UNDEFINED),
        (element(0x00100010, "LO", b"AB"), told.VR_OTHER),
        (element(0x00100000, "UL", pack("<I", 500)), told.GROUP_LENGTH_WRONG),
        (element(0x00420010, "ST", b"AB") + element(0x00420011, "UT", b"AB", OPEN), told.UNDEFINED_NOT_ALLOWED),
        (bytes(128) + b"DICM" + element(0x00020010, "UI", b"1.2.3\0"), told.PREAMBLE),
    ],
    ids=lambda each: each.text[:30] if isinstance(each, ProblemKind) else "",
)
def test_structure_that_breaks_the_rules(data: bytes, problem: ProblemKind) -> None:
    root = annotate_data_set(data, EXPLICIT_LITTLE)
    tiles(root)
    assert problem.text in texts(root)
    assert {*codes(root)} == {problem.code}
    assert "PS3." in problem.text


def test_after_a_wrong_length_inside_an_item_the_next_element_is_read() -> None:
    broken = element(0x00081140, "SQ", item(element(0x00100010, "PN", b"AB", 40)))
    root = annotate_data_set(broken + element(0x00100020, "LO", b"4711"), EXPLICIT_LITTLE)
    tiles(root)
    assert [each.name for each in root.children] == ["referenced_image_sequence", "patient_id"]
    assert [leaf.name for leaf in root.leaves()].count("undecoded") == 1


def nested(levels: int, open_ended: bool) -> bytes:
    data = b""
    for _ in range(levels):
        inside = item(data + ITEM_END, OPEN) + SEQUENCE_END if open_ended else item(data)
        data = element(0x00081140, "SQ", inside, OPEN if open_ended else None)
    return data


@pytest.mark.parametrize("open_ended", [True, False])
def test_depth_and_number_are_bounded(open_ended: bool) -> None:
    root = annotate_data_set(nested(500, open_ended), EXPLICIT_LITTLE)
    tiles(root)
    assert told.TOO_DEEP.text in texts(root)
    assert depth(root) <= 2 * MAXIMUM_DEPTH + 4
    assert not codes(annotate_data_set(nested(MAXIMUM_DEPTH, open_ended), EXPLICIT_LITTLE))
    many = b"".join(element(0x00091000 + number, "UN", b"") for number in range(200))
    root = annotate_data_set(many, EXPLICIT_LITTLE, limit_elements=100)
    tiles(root)
    assert texts(root) == [told.TOO_MANY.text] and len(root.children) == 101


def test_hostile_data_sets_take_no_time() -> None:
    started = time.perf_counter()
    bad = [
        b"".join(element(0x00090010 + number % 0xF0 + (number // 0xF0 % 0x7000 << 17), "LO", b"X")
                 for number in range(10_000)),
        element(0x00081140, "SQ", item(b"", OPEN) * 15_000, OPEN),
        element(0x00280008, "IS", b"9" * 60_000),
        element(0x00281052, "DS", b"1" * 60_000 + b"e"),
        element(0x00080008, "CS", b"\\" * 65_000),
        b"\x08\0\x40\x11SQ\0\0\xff\xff\xff\xff" * 20_000,
    ]  # fmt: skip
    for data in bad:
        tiles(annotate_data_set(data, EXPLICIT_LITTLE))
    many = [(at, at + 1) for at in range(50_000, 120_000, 20)]
    tiles(annotate_data_set(bad[0], EXPLICIT_LITTLE, holes=many))
    assert time.perf_counter() - started < 30


def test_holes_are_no_values() -> None:
    data = SAMPLES[EXPLICIT_LITTLE]
    whole = annotate_data_set(data, EXPLICIT_LITTLE)
    name = next(each for each in whole.children if each.name == "patient_name")
    assert isinstance(name, Element)
    root = annotate_data_set(data, EXPLICIT_LITTLE, holes=[(name.value_start + 1, name.value_start + 3)])
    tiles(root)
    assert codes(root) == ["capture.missing-bytes"]
    found = {each.name: each for each in root.children}
    assert value(found["patient_name"]) is None and value(found["patient_id"]) == "4711"
    root = annotate_data_set(data, EXPLICIT_LITTLE, holes=[(name.start + 1, name.start + 3)])
    tiles(root)
    assert [each.name for each in root.children][-1] == "undecoded", "decoded up to the gap"
    assert codes(root) == ["capture.missing-bytes"]


# ---------------------------------------------------------------------------------------- values held against PS3.5


GOOD = [
    ("DA", b"20240229"), ("TM", b"235960.123456 "), ("TM", b"10"), ("DT", b"2024+0100 "), ("DS", b" -1.5E-3"),
    ("IS", b"+12 "), ("CS", b"A_1 B "), ("UI", b"1.2.840.10008\0"), ("AS", b"003M"), ("PN", b"A^B^C^D^E=X=Y "),
    ("LO", b"a" * 64), ("LT", b"line\r\nline\tx "), ("UR", b"https://a.b/c?d "), ("UC", b"x" * 600),
    ("AE", b"  A B   "),
]  # fmt: skip
BAD = [
    ("DA", b"2024.01.01", told.TOO_LONG), ("DA", b"20241301", told.FORMAT), ("TM", b"25", told.FORMAT),
    ("DT", b"20241", told.ODD), ("DS", b"1,5 ", told.FORMAT), ("DS", b"1" * 18, told.TOO_LONG),
    ("IS", b"1.", told.FORMAT), ("IS", b"2147483648", told.OUT_OF_RANGE), ("CS", b"lower ", told.FORMAT),
    ("CS", b"A" * 18, told.TOO_LONG), ("UI", b"1.02", told.FORMAT), ("UI", b"1.2 ", told.FORMAT),
    ("UI", b"1." * 32 + b"1\0", told.TOO_LONG), ("AS", b"12", told.FORMAT), ("PN", b"A=B=C=D ", told.NAME_GROUPS),
    ("PN", b"a^b^c^d^e^f ", told.NAME_GROUPS), ("PN", b"x" * 66, told.TOO_LONG), ("LO", b"a" * 66, told.TOO_LONG),
    ("SH", b"a\nb ", told.CONTROL), ("SH", b"abc\0", told.NUL_PADDED), ("LO", b"\xdcber", told.NO_SET),
    ("LO", b"abc", told.ODD), ("US", b"abc", told.ODD), ("UL", b"abcdef", told.UNIT), ("OW", b"abc", told.ODD),
    ("OF", b"abcdef", told.UNIT), ("AT", b"ab", told.UNIT), ("AE", b"A" * 18, told.TOO_LONG),
    ("UR", b" http:/", told.FORMAT),
]  # fmt: skip


@pytest.mark.parametrize(("vr", "content"), GOOD)
def test_values_that_keep_the_rules(vr: str, content: bytes) -> None:
    content += b"" if len(content) % 2 == 0 else b" "
    found = only(element(0x00091010, vr, content))
    assert not codes(found), texts(found)


@pytest.mark.parametrize(("vr", "content", "problem"), BAD)
def test_values_that_break_the_rules(vr: str, content: bytes, problem: ProblemKind) -> None:
    found = only(element(0x00091010, vr, content))
    assert problem.text in texts(found)
    field, one = next(found.all_problems())
    assert field.name == "value" and one.code == "data-set.malformed" and "(PS3.5 " in one.text


def test_numbers_of_values() -> None:
    assert told.MULTIPLICITY.text in texts(only(element(0x00280030, "DS", b"1.5 ")))
    assert not codes(only(element(0x00280030, "DS", b"1.5\\1.5 ")))
    assert told.MULTIPLICITY.text in texts(only(element(0x00280010, "US", b"\1\0\2\0")))
    assert not codes(only(element(0x00080008, "CS", b"A\\B\\C ")))
    assert not codes(only(element(0x00280030, "DS", b"")))


def test_bytes_that_the_character_set_does_not_have() -> None:
    data = element(0x00080005, "CS", b"ISO_IR 192") + element(0x00100010, "PN", b"\xdcber^A")
    assert texts(annotate_data_set(data, EXPLICIT_LITTLE)) == [told.NOT_IN_SET.text]
    assert told.SET_UNKNOWN.text in texts(only(element(0x00080005, "CS", b"LATIN1")))


def test_a_query_may_ask_with_wildcards_ranges_and_lists() -> None:
    data = (
        element(0x00080018, "UI", b"1.2\\1.3\0") + element(0x00080020, "DA", b"20200101- ") +
        element(0x00080030, "TM", b"10-12 ") + element(0x00080060, "CS", b"C?") + element(0x00100010, "PN", b"DOE*")
    )  # fmt: skip
    root = annotate_data_set(data, EXPLICIT_LITTLE, query=True)
    assert not codes(root), texts(root)
    assert codes(annotate_data_set(data, EXPLICIT_LITTLE))
    assert codes(annotate_data_set(element(0x00080020, "DA", b"2020-2021 "), EXPLICIT_LITTLE, query=True))


def test_command_set_and_data_set_that_disagree() -> None:
    data = SAMPLES[EXPLICIT_LITTLE]
    root = annotate_data_set(data, EXPLICIT_LITTLE, sop_class_uid="1.2.840.10008.5.1.4.1.1.7", sop_instance_uid="1.2.9")
    ((field, problem),) = root.all_problems()
    assert problem.code == "data-set.identity-mismatch" and field.value == "1.2.3.4" and "1.2.9" in str(problem)


# ---------------------------------------------------------------------------------------- lazy


def test_the_first_elements_of_a_big_data_set_cost_little() -> None:
    tags = (0x00091000 + number % 0xF00 + (number // 0xF00 << 17) for number in range(60_000))
    many = b"".join(element(tag, "LO", b"v" * 60) for tag in tags)
    data = SAMPLES[EXPLICIT_LITTLE][:-76] + many
    assert len(data) > 4_000_000
    root = annotate_data_set(data, EXPLICIT_LITTLE)
    first = [child for child, _ in zip(root.children, range(10), strict=False)]
    assert isinstance(root.children, Lazy) and root.children.made <= 11
    unmade = [each for each in first if isinstance(each, Element) and each.head.length != OPEN]
    assert unmade and all(each._children is None for each in unmade), "no leaf was made"
    started = time.perf_counter()
    for _ in range(100):
        root = annotate_data_set(data, EXPLICIT_LITTLE)
        for child, _ in zip(root.children, range(10), strict=False):
            list(child.walk())
        read_head(data, EXPLICIT_LITTLE)
    assert (time.perf_counter() - started) / 100 < 0.02


# ---------------------------------------------------------------------------------------- who may be told, in a line


def test_identifying_attributes() -> None:
    assert is_identifying(0x00100010) and is_identifying(0x00091001) and is_identifying(0x50020010)
    assert is_identifying(0x60023000) and is_identifying(0x60004000) and not is_identifying(0x60000010)
    assert not is_identifying(0x00280010) and not is_identifying(0x7FE00010) and not is_identifying(0x00080016)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_masking_covers_the_values_and_nothing_else(syntax: str) -> None:
    root = annotate_data_set(SAMPLES[syntax], syntax)
    masked = [root.data[start:end] for start, end in identifying_ranges(root)]
    joined = b"|".join(masked)
    assert b"Yamada" in joined and b"4711" in joined and b"MAKER" in joined and b"1.2.3.4" in joined
    assert b"ORIGINAL" not in joined
    nested_name = element(0x0040A730, "SQ", item(element(0x0040A160, "UT", b"text"))) + b"\x50\0"
    found = annotate_data_set(nested_name, EXPLICIT_LITTLE)
    assert [nested_name[start:end] for start, end in identifying_ranges(found)] == [b"text", b"\x50\0"]
    assert not is_masked(found, [])


def test_summaries() -> None:
    query = Dataset()
    query.QueryRetrieveLevel = "STUDY"
    query.PatientName = "DOE*"
    query.StudyDate = "20200101-"
    for keyword in ("PatientID", "StudyInstanceUID", "AccessionNumber", "StudyTime", "StudyID", "ModalitiesInStudy",
                    "StudyDescription"):  # fmt: skip
        setattr(query, keyword, "")
    for syntax in SYNTAXES[:4]:
        data = written(query, syntax)
        assert summary(data, syntax) == "STUDY level, StudyDate=20200101-, PatientName='DOE*', returns 7 keys"
        masked = summary(data, syntax, mask=True)
        assert masked == "STUDY level, StudyDate=........., PatientName='....', returns 7 keys"
        level, keys = translate(told.QUERY_LEVEL, "zh"), translate(told.RETURNS, "zh")
        expected = [level.format(level="STUDY"), "StudyDate=20200101-", "PatientName='DOE*'", keys.format(count=7)]
        assert summary(data, syntax, lang="zh") == "，".join(expected)
    assert "Modality=OT" in summary(SAMPLES[EXPLICIT_LITTLE], EXPLICIT_LITTLE)
    worklist = Dataset()
    step = Dataset()
    step.ScheduledStationAETitle = "CT1"
    step.ScheduledProcedureStepStartDate = ""
    worklist.ScheduledProcedureStepSequence = Sequence([step])
    assert summary(written(worklist), EXPLICIT_LITTLE) == "ScheduledStationAETitle=CT1, returns 1 keys"
    assert summary(b"", None) == "empty data set"
    evil = element(0x00100010, "PN", b"\x1b]0;x\x07\xe2\x80\xae")
    assert summary(evil, EXPLICIT_LITTLE).isprintable()


def test_only_the_head_is_read() -> None:
    head = read_head(SAMPLES[EXPLICIT_LITTLE], EXPLICIT_LITTLE)
    assert max(head) == 0x00080018 and head[0x00080018] == b"1.2.3.4\0"
    assert sop_uids(b"", None) == (None, None)


# ---------------------------------------------------------------------------------------- data and words


def texts_of_data_sets() -> set[str]:
    """Every text for people that data sets bring."""
    found: set[str] = set(told.EXPLANATIONS) | set(told.EXPLANATIONS.values()) | set(told.SUMMARY_TEXTS)
    found |= {each.name for each in told.REPRESENTATIONS.values()} | {words for _, words in told.FORMATS.values()}
    for kind in vars(told).values():
        specs = kind.values() if isinstance(kind, dict) else [kind]
        for spec in specs:
            if isinstance(spec, ProblemKind):
                found.add(spec.text)
            elif isinstance(spec, FieldSpec):
                found |= {spec.title, spec.explanation, *(spec.values or {}).values()}
            elif isinstance(spec, Structure):
                found |= {spec.title, spec.explanation}
                for row in spec.fields:
                    found |= {row.title, row.explanation}
    return found - {""}


def test_every_text_has_its_chinese_and_no_translation_is_dead() -> None:
    elsewhere = {**zh_commands.ZH, **zh_pdus.ZH, **INTERFACE}
    assert texts_of_data_sets() - set(zh_datasets.ZH) - set(elsewhere) == set()
    assert set(zh_datasets.ZH) - texts_of_data_sets() == set()
    assert set(zh_datasets.ZH) & set(elsewhere) == set()
    for english, chinese in zh_datasets.ZH.items():
        blanks = [sorted(name for _, name, _, _ in Formatter().parse(text) if name) for text in (english, chinese)]
        assert blanks[0] == blanks[1], english
        assert chinese.endswith("。") == (english.endswith(".") and " " in english), english
        assert sorted(re.findall(r"PS3\.\d+", chinese)) == sorted(re.findall(r"PS3\.\d+", english))


def test_the_table_of_representations_is_pydicoms() -> None:
    from pydicom.valuerep import EXPLICIT_VR_LENGTH_32, MAX_VALUE_LEN, VR

    assert set(told.REPRESENTATIONS) == {each.value for each in VR if len(each.value) == 2}
    wide = {code for code, each in told.REPRESENTATIONS.items() if each.wide}
    assert wide == {str(each.value) for each in EXPLICIT_VR_LENGTH_32}
    for code, longest in MAX_VALUE_LEN.items():
        if code != "TM" and longest:
            assert told.REPRESENTATIONS[str(code)].longest == longest, code


def test_roots_say_what_they_were_read_as() -> None:
    assert isinstance(annotate_data_set(b"", EXPLICIT_LITTLE), DataSet)
    assert annotate_data_set(SAMPLES[EXPLICIT_LITTLE], "1.2.3.4").transfer_syntax == EXPLICIT_LITTLE
