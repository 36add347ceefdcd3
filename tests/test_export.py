"""Objects as files: their bytes are those that were transferred, their heads right, their names harmless."""

from __future__ import annotations

import hashlib
import json
import os
import random
import resource
import subprocess
import sys
import tracemalloc
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pydicom
import pytest

from dissector import export as exporting
from dissector.dataset import annotate_data_set
from dissector.cli import main
from dissector.dimse import Message
from dissector.export import IDENTIFIERS, MANIFEST, OWN_IMPLEMENTATION, SMALL_BYTES, Exporter
from dissector.reading import Reading

from . import tshark
from .builders import CAPTURES
from .peers_support import capturing, free_port, needed, serving
from .transcript import (
    RELEASE_RP, RELEASE_RQ, Talk, answered, associate_ac, associate_rq, command, item, p_data, pcap, pdv,
    proposed, uid, us, user_information,
)  # fmt: skip

CORPUS = CAPTURES.parent.parent / "shared" / "corpus"
FOLDERS = (CAPTURES, CORPUS)
CT = b"1.2.840.10008.5.1.4.1.1.2"
EXPLICIT_LITTLE, DEFLATED = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99"
HEAD_BYTES = 132
MEGABYTE = 1024 * 1024


# ------------------------------------------------------------------------------------------------ helpers


def export(capture: Path, folder: Path, *options: str) -> list[dict[str, Any]]:
    """Run the command; returns the lines of the manifest."""
    assert main(["export", str(capture), "-d", str(folder), *options]) == 0
    return lines(folder / MANIFEST)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line, parse_constant=pytest.fail) for line in path.read_text(encoding="utf-8").splitlines()]


def refused(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    """The one line of a command that cannot do what it was asked to."""
    assert main([str(word) for word in words]) == 2
    said = capsys.readouterr()
    assert said.out == "" and len(said.err.splitlines()) == 1 and said.err.startswith("dissector: ")
    return said.err


def stores(capture: Path) -> list[Message]:
    """The C-STORE-RQs of a capture with their data."""
    with Reading(str(capture), keep_data=1 << 40) as reading:
        return [message for message in reading.messages() if message.command == "C-STORE-RQ"]


def split(data: bytes) -> tuple[bytes, bytes]:
    """The file meta group of a DICOM file, and its data set, cut by nothing but the encoding of group 0002H."""
    assert data[128:HEAD_BYTES] == b"DICM"
    at = HEAD_BYTES
    while data[at : at + 2] == b"\x02\x00":
        if data[at + 4 : at + 6] in (b"OB", b"OW", b"UN", b"SQ", b"UT"):
            at += 12 + int.from_bytes(data[at + 8 : at + 12], "little")
        else:
            at += 8 + int.from_bytes(data[at + 6 : at + 8], "little")
    return data[HEAD_BYTES:at], data[at:]


def dcmdump_complaints(*files: Path) -> str:
    """What dcmdump warns of in files."""
    needed("dcmdump")
    run = subprocess.run(["dcmdump", *map(str, files)], capture_output=True, timeout=60, check=False)
    said = (run.stdout + run.stderr).decode("utf-8", "replace").splitlines()
    return "\n".join(line for line in said if line.startswith(("W:", "E:", "F:")))


def data_set(instance: bytes, pixels: bytes) -> bytes:
    """A small CT image in Explicit VR Little Endian."""
    def text(group: int, number: int, vr: bytes, value: bytes) -> bytes:
        value += b"\0" * (len(value) % 2)
        return b"".join((group.to_bytes(2, "little"), number.to_bytes(2, "little"), vr,
                         len(value).to_bytes(2, "little"), value))  # fmt: skip
    head = text(8, 0x16, b"UI", CT) + text(8, 0x18, b"UI", instance)
    return head + b"\xe0\x7f\x10\x00OB\0\0" + len(pixels).to_bytes(4, "little") + pixels


def store_rq(instance: bytes | None, message_id: int = 1) -> bytes:
    """A C-STORE-RQ command set."""
    named = [] if instance is None else [uid(0x1000, instance)]
    return command(uid(2, CT), us(0x100, 1), us(0x110, message_id), us(0x700, 0), us(0x800, 1), *named)


def storing(instances: list[tuple[bytes | None, bytes]], fragment: int = 4000, segment: int = 1400, each: bool = False,
            **options: Any) -> Talk:  # fmt: skip
    """An association that stores data sets. `each`: every PDU begins in a segment of its own."""
    syntax = options.pop("syntax", EXPLICIT_LITTLE.encode())
    talk = Talk().open().client(associate_rq(proposed(1, CT, syntax), **options))
    talk.server(associate_ac(answered(1, 0, syntax)))
    for number, (instance, data) in enumerate(instances, 1):
        pdus = [p_data(pdv(1, 3, store_rq(instance, number)))]
        pdus += [p_data(pdv(1, 2 if start + fragment >= len(data) else 0, data[start : start + fragment]))
                 for start in range(0, len(data), fragment)]  # fmt: skip
        for pdu in pdus if each else [b"".join(pdus)]:
            talk.client(pdu, segment=segment)
        talk.server(p_data(pdv(1, 3, command(uid(2, CT), us(0x100, 0x8001), us(0x120, number), us(0x800, 0x101),
                                             us(0x900, 0)))))  # fmt: skip
    return talk.client(RELEASE_RQ).server(RELEASE_RP).close()


def written(folder: Path, talk: Talk, name: str = "crafted.pcap") -> Path:
    path = folder / name
    path.write_bytes(talk.pcap())
    return path


# ------------------------------------------------------------------------------------------------ recorded captures

RECORDED = sorted(path for folder in FOLDERS if folder.is_dir() for path in folder.glob("*.pcap*"))


@pytest.fixture(params=["at once", "by threads"])
def either_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Objects are written as small ones are, then as large ones are, of many blocks."""
    if request.param == "by threads":
        monkeypatch.setattr(exporting, "SMALL_BYTES", 0)
        monkeypatch.setattr(exporting, "BLOCK_BYTES", 5000)


@pytest.mark.usefixtures("either_way")
@pytest.mark.parametrize("capture", RECORDED, ids=lambda path: path.name)
def test_every_object_is_written_as_it_was_transferred(capture: Path, tmp_path: Path) -> None:
    expected = stores(capture)
    manifest = export(capture, tmp_path / "out")
    assert [(r["association"], r["message"]) for r in manifest] == [(m.association.number, m.number) for m in expected]
    files = set()
    for record, message in zip(manifest, expected, strict=True):
        assert (record["file"] is None) == (record["why"] is not None)
        assert record["complete"] == message.complete and record["data_set_bytes"] == message.data_set_bytes
        if record["file"] is None:
            continue
        data = (tmp_path / "out" / record["file"]).read_bytes()
        files.add(record["file"])
        meta, found = split(data)
        assert found == b"".join(message.data) and len(found) == record["data_set_bytes"]
        assert (len(data), hashlib.sha256(data).hexdigest()) == (record["file_bytes"], record["sha256"])
        assert hashlib.sha256(found).hexdigest() == record["data_set_sha256"]
        assert meta[:8] == b"\x02\0\0\0UL\x04\0" and int.from_bytes(meta[8:12], "little") == len(meta) - 12
        assert record["complete"], "an incomplete object is only written when asked for"
    assert len(files) == sum(record["file"] is not None for record in manifest)
    assert files | {MANIFEST} == set(os.listdir(tmp_path / "out"))
    if files and capture.parent == CAPTURES:
        assert dcmdump_complaints(*(tmp_path / "out" / name for name in files)) == ""


@pytest.mark.parametrize("name", ["store-veth", "store-variety", "move", "get-roles"])
def test_the_file_meta_group(name: str, tmp_path: Path) -> None:
    for record, message in zip(export(CAPTURES / f"{name}.pcap", tmp_path), stores(CAPTURES / f"{name}.pcap"),
                               strict=True):  # fmt: skip
        file = pydicom.dcmread(tmp_path / record["file"])
        meta, of = file.file_meta, message.association
        sender = of.requestor if message.from_requestor else of.acceptor
        assert [each.tag.element for each in meta] == sorted(each.tag.element for each in meta)
        assert meta.MediaStorageSOPClassUID == file.SOPClassUID
        assert meta.MediaStorageSOPInstanceUID == file.SOPInstanceUID
        assert meta.TransferSyntaxUID == message.transfer_syntax == record["transfer_syntax"]
        assert meta.ImplementationClassUID == sender.side.implementation_class_uid
        assert meta.ImplementationVersionName == sender.side.implementation_version_name
        titles = [of.calling_ae_title, of.called_ae_title][:: 1 if message.from_requestor else -1]
        assert [meta.SendingApplicationEntityTitle, meta.ReceivingApplicationEntityTitle] == titles
        assert meta.SourceApplicationEntityTitle == titles[0]
        assert record["file"].removesuffix(".dcm").partition("-")[0] == file.SOPInstanceUID
    assert {message.from_requestor for message in stores(CAPTURES / "get-roles.pcap")} == {False}


def test_objects_of_a_move_come_with_the_association_that_carried_them(tmp_path: Path) -> None:
    manifest = export(CAPTURES / "move.pcap", tmp_path)
    assert [(r["association"], r["calling_ae_title"], r["called_ae_title"]) for r in manifest] == [
        (2, "QRSCP", "THIRD"), (2, "QRSCP", "THIRD")
    ]  # fmt: skip


def test_the_same_instance_again_gets_a_number(tmp_path: Path) -> None:
    first = export(CAPTURES / "store-veth.pcap", tmp_path)[0]
    before = (tmp_path / first["file"]).read_bytes()
    again = [export(CAPTURES / "store-veth.pcap", tmp_path)[-1] for _ in range(2)]
    stem = first["file"].removesuffix(".dcm")
    assert [each["file"] for each in again] == [f"{stem}-2.dcm", f"{stem}-3.dcm"]
    assert [each["written_again"] for each in (first, *again)] == [False, True, True]
    assert all((tmp_path / each["file"]).read_bytes() == before for each in (first, *again))
    assert len(lines(tmp_path / MANIFEST)) == 3, "the manifest goes on"


def test_a_number_never_looks_like_another_instance(tmp_path: Path) -> None:
    sent = [b"1.2", b"1.2", b"1.2.2"]
    talk = storing([(instance, data_set(instance, bytes([count]) * 8)) for count, instance in enumerate(sent)])
    manifest = export(written(tmp_path, talk), tmp_path / "out")
    assert [each["file"] for each in manifest] == ["1.2.dcm", "1.2-2.dcm", "1.2.2.dcm"]
    assert [each["written_again"] for each in manifest] == [False, True, False]


def test_without_the_negotiation_the_transfer_syntax_is_inferred_and_said_so(tmp_path: Path) -> None:
    (record,) = export(CAPTURES / "mid-association.pcap", tmp_path)
    meta = pydicom.dcmread(tmp_path / record["file"]).file_meta
    assert (record["transfer_syntax"], record["transfer_syntax_inferred"]) == (None, meta.TransferSyntaxUID)
    assert meta.ImplementationClassUID == OWN_IMPLEMENTATION and pydicom.uid.UID(OWN_IMPLEMENTATION).is_valid
    assert "SourceApplicationEntityTitle" not in meta
    whole = _exported("c-store-associate-11112", tmp_path)
    assert split((tmp_path / record["file"]).read_bytes())[1] == split(whole)[1]


def _exported(name: str, folder: Path) -> bytes:
    (record,) = export(CAPTURES / f"{name}.pcap", folder / name)
    return Path(folder / name / record["file"]).read_bytes()


@pytest.mark.usefixtures("either_way")
def test_json_prints_the_manifest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export(CAPTURES / "store-variety.pcap", tmp_path, "--json")
    assert capsys.readouterr().out == (tmp_path / MANIFEST).read_text(encoding="utf-8")
    export(CAPTURES / "store-veth.pcap", tmp_path / "text")
    assert capsys.readouterr().out == f"1 object, 20976 bytes, in {tmp_path / 'text'}\n"


# ------------------------------------------------------------------------------------------------ incomplete objects


@pytest.mark.parametrize("name", ["missing-segment", "cut-short"])
def test_an_incomplete_object_is_written_only_when_asked_for_and_ends_where_bytes_are_missing(
    name: str, tmp_path: Path
) -> None:
    whole = split(_exported("store-veth", tmp_path))[1]
    (record,) = export(CAPTURES / f"{name}.pcap", tmp_path / "without")
    assert (record["file"], record["complete"], record["why"]) == (None, False, "incomplete")
    assert os.listdir(tmp_path / "without") == [MANIFEST]
    (record,) = export(CAPTURES / f"{name}.pcap", tmp_path / "with", "--incomplete")
    assert record["file"].endswith(".incomplete.dcm") and not record["complete"]
    found = split((tmp_path / "with" / record["file"]).read_bytes())[1]
    assert 0 < len(found) < len(whole) and whole.startswith(found)


@pytest.mark.parametrize("fragment", [400, 1000, 1388])
@pytest.mark.parametrize("each", [False, True], ids=["stream", "aligned"])
def test_whatever_segments_are_missing_no_wrong_object_is_called_complete(
    fragment: int, each: bool, tmp_path: Path
) -> None:
    random_bytes = random.Random(fragment).randbytes
    sizes = {b"1.2.1": 4000, b"1.2.2": 3000}
    sent = {instance: data_set(instance, random_bytes(size)) for instance, size in sizes.items()}
    packets = storing(list(sent.items()), fragment, each=each).packets
    data = [index for index, packet in enumerate(packets) if packet.payload and packet.destination[1] == 11112]
    for count in (1, 2, 5):
        for first in range(1, len(data)):
            gone = set(data[first : first + count])
            path = tmp_path / "cut.pcap"
            path.write_bytes(pcap([packet for index, packet in enumerate(packets) if index not in gone]))
            out = tmp_path / f"{count}-{first}"
            for record in export(path, out, "--incomplete"):
                if record["file"] is None:
                    continue
                found = split((out / record["file"]).read_bytes())[1]
                if record["sop_instance_uid"] is None:
                    assert not record["complete"]
                elif record["complete"]:
                    assert found == sent[record["sop_instance_uid"].encode()], (count, first)
                else:
                    assert sent[record["sop_instance_uid"].encode()].startswith(found), (count, first)


# ------------------------------------------------------------------------------------------------ hostile captures

HOSTILE = [
    b"../../etc/passwd", b"/abs", b"", b"1" * 200, b"1.2\x003", b"..", b".", b"1..2", b"C:\\x", b"1.2/3",
    b"\xc3\xa9\xff",
    b"-rf", b"manifest.jsonl", b"1.2\n3", b"\x1b[31m", b"CON", b"1.2 ", b"a" * 60_000, None,
]  # fmt: skip


def test_names_from_the_wire_stay_inside_the_folder(tmp_path: Path) -> None:
    talk = storing([(instance, data_set(b"1.2", b"12345678")) for instance in HOSTILE])
    out = tmp_path / "deep" / "down" / "out"
    manifest = export(written(tmp_path, talk), out)
    assert len(manifest) == len(HOSTILE) == len({record["file"] for record in manifest})
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()} == {
        "crafted.pcap", f"deep/down/out/{MANIFEST}", *(f"deep/down/out/{record['file']}" for record in manifest)
    }  # fmt: skip
    harmless = set("0123456789.-") | set("associationmessagedcm")
    for record in manifest:
        assert set(record["file"]) <= harmless and record["file"][0] not in ".-"
        meta, found = split((out / record["file"]).read_bytes())
        assert found == data_set(b"1.2", b"12345678") and int.from_bytes(meta[8:12], "little") == len(meta) - 12
        assert pydicom.dcmread(out / record["file"]).SOPInstanceUID == "1.2"


def test_the_meta_group_holds_whatever_the_negotiation_says(tmp_path: Path) -> None:
    odd = user_information(16384, item(0x55, b"V" * 60_000))
    cases: list[dict[str, Any]] = [
        {"calling": b"A\\B", "called": b"\xff\0\x1b[m"}, {"user": odd}, {"syntax": b"1.2\\..\\3"}, {"syntax": b""},
        {"syntax": b"9" * 300}, {"user": item(0x50, item(0x52, b"1.2\\3\n" * 10_000))},
    ]  # fmt: skip
    for number, options in enumerate(cases):
        talk = storing([(b"1.2.3", data_set(b"1.2.3", b"12345678"))], **options)
        (record,) = export(written(tmp_path, talk), tmp_path / str(number))
        file = pydicom.dcmread(tmp_path / str(number) / record["file"])
        assert file.file_meta.TransferSyntaxUID == EXPLICIT_LITTLE and file.SOPInstanceUID == "1.2.3"
        assert dcmdump_complaints(tmp_path / str(number) / record["file"]) == ""


def test_links_are_not_followed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, victim = tmp_path / "out", tmp_path / "victim"
    out.mkdir()
    victim.write_bytes(b"mine")
    capture = written(tmp_path, storing([(b"1.2", data_set(b"1.2", b"12345678"))]))
    (out / "1.2.dcm").symlink_to(victim)
    (out / "1.2-2.dcm").symlink_to(tmp_path / "nowhere")
    (record,) = export(capture, out)
    assert record["file"] == "1.2-3.dcm" and record["written_again"]
    capsys.readouterr()
    (out / MANIFEST).unlink()
    (out / MANIFEST).symlink_to(victim)
    assert MANIFEST in refused(capsys, "export", capture, "-d", out)
    assert victim.read_bytes() == b"mine" and not (tmp_path / "nowhere").exists()


# ------------------------------------------------------------------------------------------------ no place to write


def test_a_file_in_place_of_the_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_bytes(b"mine")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        assert "is no folder" in refused(capsys, "export", CAPTURES / "store-veth.pcap", "-d", folder)
    assert (tmp_path / "file").read_bytes() == b"mine"


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="needs /proc")
def test_a_folder_that_cannot_be_written_to(capsys: pytest.CaptureFixture[str]) -> None:
    refused(capsys, "export", CAPTURES / "store-veth.pcap", "-d", "/proc/self/nowhere")


def test_a_capture_that_cannot_be_read_makes_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "text").write_text("no capture at all, but long enough to look at")
    refused(capsys, "export", tmp_path / "text", "-d", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("limit", [100, 2000, 9740])
def test_nothing_half_written_is_left_when_the_disk_is_full(limit: int, tmp_path: Path) -> None:
    """A limit on the size of files stands in for the disk."""
    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    words = [sys.executable, "-m", "dissector", "export", "captures/store-variety.pcap", "-d", str(tmp_path / "o")]
    run = subprocess.run(words, capture_output=True, text=True, preexec_fn=limited, cwd=CAPTURES.parent, check=False,
                         timeout=60, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})  # fmt: skip
    assert run.returncode == 2 and run.stdout == "" and len(run.stderr.splitlines()) == 1, run.stderr
    whole = {record["file"]: record["sha256"] for record in _whole_lines(tmp_path / "o" / MANIFEST)}
    for path in (tmp_path / "o").glob("*.dcm"):
        assert hashlib.sha256(path.read_bytes()).hexdigest() == whole[path.name]
    assert len(whole) == (limit == 9740), "the first object fits, the second does not"


def large_objects(folder: Path, *sizes: int) -> Path:
    """A capture of one association that stores objects of these sizes, 1.2.1 and so on."""
    named = [(b"1.2.%d" % number, data_set(b"1.2.%d" % number, bytes(size))) for number, size in enumerate(sizes, 1)]
    return written(folder, storing([*named], fragment=16_000, segment=8192))


def test_the_disk_is_full_while_others_are_being_written(tmp_path: Path) -> None:
    """What was begun before the object that does not fit is told, what was begun after it is removed."""
    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (3 * SMALL_BYTES, 3 * SMALL_BYTES))
    size = 2 * SMALL_BYTES
    capture = large_objects(tmp_path, size, size, 2 * size, 100, size, size)
    words = [sys.executable, "-m", "dissector", "export", str(capture), "-d", str(tmp_path / "o"), "--json"]
    run = subprocess.run(words, capture_output=True, text=True, preexec_fn=limited, cwd=CAPTURES.parent, check=False,
                         timeout=60, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})  # fmt: skip
    assert run.returncode == 2 and len(run.stderr.splitlines()) == 1 and "cannot be written to" in run.stderr
    assert sorted(os.listdir(tmp_path / "o")) == ["1.2.1.dcm", "1.2.2.dcm", MANIFEST]
    assert run.stdout == (tmp_path / "o" / MANIFEST).read_text() and len(run.stdout.splitlines()) == 2


@pytest.mark.parametrize("stop", [KeyboardInterrupt, BrokenPipeError])
@pytest.mark.parametrize("after", range(4))
def test_files_and_manifest_agree_wherever_it_is_stopped(
    after: int, stop: type[BaseException], tmp_path: Path
) -> None:
    def tell(record: dict[str, Any]) -> None:
        if int(record["file"][4]) > after:
            raise stop
    capture = large_objects(tmp_path, *[2 * SMALL_BYTES] * 5)
    with Reading(str(capture), keep_data=1 << 40) as reading, pytest.raises(stop):
        with Exporter(str(tmp_path / "o"), tell=tell) as exporter:
            for message in reading.messages():
                exporter.message(message)
                assert len(exporter._under_way) <= exporting.MAXIMUM_UNDER_WAY
    told = [record["file"] for record in lines(tmp_path / "o" / MANIFEST)]
    assert told == [f"1.2.{number}.dcm" for number in range(1, len(told) + 1)] and len(told) > after
    assert {MANIFEST, *told} == set(os.listdir(tmp_path / "o"))


def _whole_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines(keepends=True) if line.endswith("\n")]


# ------------------------------------------------------------------------------------------------ identifiers


def test_identifiers_are_dicom_json(tmp_path: Path) -> None:
    export(CAPTURES / "characters.pcap", tmp_path, "--identifiers")
    truth = json.loads((CAPTURES / "characters.truth.json").read_text(encoding="utf-8"))["associations"][0]["messages"]
    expected = [message for message in truth if message["has_data_set"]]
    found = lines(tmp_path / IDENTIFIERS)
    assert [each["command"] for each in found] == [each["command"] for each in expected]
    compared = 0
    for record, message in zip(found, expected, strict=True):
        identifier = record["identifier"]
        assert list(identifier) == sorted(identifier)
        pydicom.Dataset.from_json(json.dumps(identifier))
        if "patient_name" in message:
            name = identifier["00100010"]["Value"][0]
            said = "=".join(name.get(part, "") for part in ("Alphabetic", "Ideographic", "Phonetic")).rstrip("=")
            assert said == message["patient_name"]
            terms = identifier["00080005"]["Value"]
            assert "\\".join(term or "" for term in terms) == message["specific_character_set"]
            compared += 1
    assert compared >= 7


@pytest.mark.parametrize("capture", RECORDED, ids=lambda path: path.name)
def test_identifiers_of_any_capture(capture: Path, tmp_path: Path) -> None:
    export(capture, tmp_path, "--identifiers", "--incomplete")
    for record in lines(tmp_path / IDENTIFIERS) if (tmp_path / IDENTIFIERS).exists() else ():
        assert record["record"] == "identifier" and record["command"].startswith(("C-FIND", "C-GET", "C-MOVE"))
        assert record["identifier"] is not None or record["why"]


def test_identifiers_that_make_no_sense_are_said_so(tmp_path: Path) -> None:
    find = command(uid(2, CT), us(0x100, 0x20), us(0x110, 1), us(0x700, 0), us(0x800, 1))
    nan = b"\x18\x00\x55\x00FD\x08\x00" + b"\xff" * 8
    nested = b"\x08\x00\x15\x11SQ\0\0\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff" * 3000
    lengths = b"\x08\0\0\0UL\x04\0\x12\0\0\0" + b"\x08\0\x52\0CS\x08\0PATIENT " + b"\x10\0\x10\0PN\0\0"
    talk = Talk().open().client(associate_rq(proposed(1, CT)))
    talk.server(associate_ac(answered(1, 0, EXPLICIT_LITTLE.encode())))
    for data in (nan, nested, lengths, os.urandom(1) * 33):
        talk.client(p_data(pdv(1, 3, find)), p_data(pdv(1, 2, data)))
    export(written(tmp_path, talk), tmp_path, "--identifiers")
    found = lines(tmp_path / IDENTIFIERS)
    assert len(found) == 4 and found[0]["identifier"] is None and found[1]["identifier"] is None
    assert found[2]["identifier"] == {"00080052": {"vr": "CS", "Value": ["PATIENT"]}, "00100010": {"vr": "PN"}}


# ------------------------------------------------------------------------------------------------ memory


@pytest.mark.parametrize(("fragment", "copies"), [(16_370, 1), (16 * MEGABYTE, 2)], ids=["fragments", "one-fragment"])
def test_an_object_is_held_once_and_let_go_of_when_it_is_written(fragment: int, copies: int, tmp_path: Path) -> None:
    """What larger objects add to the peak is one copy (two where one fragment has to be joined); the reader's window
    of 4 MiB comes on top, whatever the size. The second object adds nothing."""
    peaks = []
    for number, size in enumerate((0, 4 * MEGABYTE, 8 * MEGABYTE)):
        pixels = random.Random(4).randbytes(size)
        named: list[tuple[bytes | None, bytes]] = [(uid, data_set(uid, pixels)) for uid in (b"1.2.1", b"1.2.2")]
        capture = written(tmp_path, storing(named, fragment, 8192))
        tracemalloc.start()
        assert len(export(capture, tmp_path / f"out{number}")) == 2
        peaks.append(tracemalloc.get_traced_memory()[1] / (4 * MEGABYTE))
        tracemalloc.stop()
    assert peaks[2] - peaks[1] < copies + 0.2, peaks
    assert peaks[1] < copies + 1.5, peaks


# ------------------------------------------------------------------------------------------------ tshark


TSHARK = [f"{name}.pcap" for name in ("store-variety", "store-veth", "move", "get-roles", "two-interleaved", "aborted")]


@pytest.mark.parametrize("name", TSHARK)
def test_beside_the_export_of_tshark(name: str, tmp_path: Path) -> None:
    """tshark drops small objects and its (0002,0002) is no bare UID: what it does write, we have, byte for byte."""
    command_line = [tshark.path(), "-n", "-q", "-r", str(CAPTURES / name), "-o", "tcp.reassemble_out_of_order:TRUE"]
    command_line += ["--export-objects", f"dicom,{tmp_path / 'tshark'}"]
    subprocess.run(command_line, capture_output=True, timeout=tshark.SECONDS, check=True)
    theirs = [path.read_bytes() for path in sorted((tmp_path / "tshark").glob("*"))]
    manifest = export(CAPTURES / name, tmp_path / "ours")
    ours = [(tmp_path / "ours" / record["file"]).read_bytes() for record in manifest if record["file"]]
    assert len(ours) >= len(theirs)
    sets = {split(data)[1] for data in ours}
    for data in theirs:
        assert any(data.endswith(found) for found in sets), "an object of tshark's that is not among ours"
    for data in ours:
        meta = pydicom.dcmread(pydicom.filebase.DicomBytesIO(data), stop_before_pixels=True).file_meta
        assert meta.MediaStorageSOPClassUID.is_valid and " " not in meta.MediaStorageSOPClassUID


# ------------------------------------------------------------------------------------------------ real peers


class Sample(NamedTuple):
    """One of pydicom's test files that can be sent."""

    path: Path
    sop_class: str
    instance: str
    syntax: str
    data: bytes


SAMPLES = Path(pydicom.__file__).parent / "data" / "test_files"
NO_OBJECTS = ("DICOMDIR",)
"""Of pydicom's files these are directories, no objects that C-STORE carries."""


def samples() -> Iterator[Sample]:
    """pydicom's test files, as far as they come with the package and say what they are."""
    for path in SAMPLES.rglob("*"):
        if not path.is_file() or path.name.startswith(NO_OBJECTS):
            continue
        if "TINY_ALPHA" in path.parts and not path.name.endswith("0"):
            continue  # of 50 files that are all but the same
        try:
            head = pydicom.dcmread(path, specific_tags=["SOPClassUID", "SOPInstanceUID"], stop_before_pixels=True)
            syntax = head.file_meta.TransferSyntaxUID
            yield Sample(path, head.SOPClassUID, head.SOPInstanceUID, syntax, split(path.read_bytes())[1])
        except (pydicom.errors.InvalidDicomError, AttributeError):
            continue


@pytest.fixture(scope="module")
def files() -> list[Sample]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return sorted(samples(), key=lambda sample: (sample.path.stat().st_size, str(sample.path)))


def pairs(files: list[Sample]) -> list[tuple[str, str]]:
    """SOP classes with the transfer syntaxes to propose for them."""
    return sorted({(sample.sop_class, sample.syntax) for sample in files})


def digests(data_sets: Iterable[bytes]) -> Counter[str]:
    return Counter(hashlib.sha256(data).hexdigest() for data in data_sets)


def test_the_samples_are_many(files: list[Sample]) -> None:
    assert len(files) > 90 and len({sample.syntax for sample in files}) >= 12 and 30 < len(pairs(files)) <= 128


REFUSED_BY_STORESCU = {
    "MR_truncated.dcm": "ends inside an element",
    "rtplan_truncated.dcm": "ends inside an element",
    "SC_rgb_jpeg.dcm": "its elements are in another transfer syntax than it says",
    "rtdose_rle.dcm": "storescu finds no SOP class in it",
    "rtdose_rle_1frame.dcm": "storescu finds no SOP class in it",
}


@pytest.mark.xdist_group("peers")
def test_round_trip_from_storescu(files: list[Sample], tmp_path: Path) -> None:
    """storescu sends each file in its own transfer syntax to a storescp that keeps what it gets, bit for bit. What is
    exported is what arrived, without exception; and it is what was in the file, unless storescu wrote the data set
    anew: it leaves out group lengths and padding, writes other lengths of sequences, deflates again."""
    needed("storescu", "storescp", "dcmdump")
    (tmp_path / "in").mkdir()
    profile, port = _profile(tmp_path, pairs(files)), free_port()
    with capturing(tmp_path / "c.pcap", port), serving(port, "storescp", "+B", "+xa", "-pm", "+uf", "-od",
                                                       tmp_path / "in", port):  # fmt: skip
        words = ["storescu", "-q", "-nh", "-xf", profile, "ALL", "localhost", port, *(sample.path for sample in files)]
        subprocess.run([*map(str, words)], check=False, timeout=60, capture_output=True,
                       env={**os.environ, "TCP_NODELAY": "1"})  # fmt: skip
    manifest = export(tmp_path / "c.pcap", tmp_path / "out", "--port", str(port))
    arrived = digests(split(path.read_bytes())[1] for path in (tmp_path / "in").iterdir())
    assert Counter(record["data_set_sha256"] for record in manifest) == arrived
    sent = [sample for sample in files if sample.path.name not in REFUSED_BY_STORESCU]
    assert [record["sop_instance_uid"] for record in manifest] == [sample.instance for sample in sent]
    anew = []
    for record, sample in zip(manifest, sent, strict=True):
        assert record["transfer_syntax"] == sample.syntax
        if split((tmp_path / "out" / record["file"]).read_bytes())[1] != sample.data:
            anew.append(sample.path.name)
            assert elements(tmp_path / "out" / record["file"]) == elements(sample.path), sample.path.name
    assert len(anew) < len(sent) / 3, anew
    ours = dcmdump_complaints(*(tmp_path / "out" / record["file"] for record in manifest))
    assert sorted(ours.splitlines()) == sorted(dcmdump_complaints(*(tmp_path / "in").iterdir()).splitlines())


def _profile(folder: Path, contexts: list[tuple[str, str]]) -> Path:
    """A profile of storescu: a presentation context for each SOP class and transfer syntax."""
    syntaxes = sorted({syntax for _, syntax in contexts})
    text = ["[[TransferSyntaxes]]"]
    for number, syntax in enumerate(syntaxes):
        text += [f"[S{number}]", f"TransferSyntax1 = {syntax}"]
    text += ["[[PresentationContexts]]", "[C]"]
    text += [f"PresentationContext{number} = {sop_class}\\S{syntaxes.index(syntax)}"
             for number, (sop_class, syntax) in enumerate(contexts, 1)]  # fmt: skip
    path = folder / "storescu.cfg"
    path.write_text("\n".join([*text, "[[Profiles]]", "[ALL]", "PresentationContexts = C", ""]))
    return path


def elements(path: Path) -> dict[str, Any]:
    """What a data set says, without how it was written down."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found: dict[str, Any] = pydicom.dcmread(path).to_json_dict(suppress_invalid_tags=True)
    return _said(found)


def _said(found: dict[str, Any]) -> dict[str, Any]:
    kept = {tag: element for tag, element in found.items() if tag[4:] != "0000" and tag != "FFFCFFFC"}
    if "7FE00010" in kept:
        kept["7FE00010"]["vr"] = "OB or OW"  # storescu mends the OW of encapsulated pixel data
    for element in kept.values():
        if element["vr"] == "SQ":
            element["Value"] = [_said(item) for item in element.get("Value", ())]
    return kept


@pytest.mark.xdist_group("peers")
def test_round_trip_from_pynetdicom(files: list[Sample], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """pynetdicom sends the data sets of files as they are: every one comes out byte for byte."""
    pynetdicom = pytest.importorskip("pynetdicom")
    monkeypatch.setattr(pynetdicom._config, "STORE_SEND_CHUNKED_DATASET", True)
    received: list[bytes] = []

    def keep(event: Any) -> int:
        received.append(event.request.DataSet.getvalue())
        return 0

    requestor, acceptor, port = pynetdicom.AE("SENDER"), pynetdicom.AE("KEEPER"), free_port()
    for sop_class, syntax in pairs(files):
        requestor.add_requested_context(sop_class, syntax)
        acceptor.add_supported_context(sop_class, syntax)
    sent = []
    with capturing(tmp_path / "c.pcap", port):
        handlers = [(pynetdicom.evt.EVT_C_STORE, keep)]
        server = acceptor.start_server(("127.0.0.1", port), block=False, evt_handlers=handlers)
        association = requestor.associate("127.0.0.1", port, ae_title="KEEPER")
        try:
            for sample in files:
                try:
                    status = association.send_c_store(sample.path)
                except (ValueError, AttributeError):
                    continue
                assert status.Status == 0
                sent.append(sample)
        finally:
            association.release()
            server.shutdown()
    assert {sample.path.name for sample in files} - {sample.path.name for sample in sent} == set()
    manifest = export(tmp_path / "c.pcap", tmp_path / "out", "--port", str(port))
    assert len(manifest) == len(sent) == len(received)
    for record, sample, arrived in zip(manifest, sent, received, strict=True):
        assert split((tmp_path / "out" / record["file"]).read_bytes())[1] == sample.data == arrived, sample.path.name
        assert record["complete"] and record["transfer_syntax"] == sample.syntax
        assert (record["calling_ae_title"], record["called_ae_title"]) == ("SENDER", "KEEPER")
        root = annotate_data_set(arrived, sample.syntax)
        position = 0
        for leaf in root.leaves():  # of a deflated one, the leaves tile what was inflated
            assert leaf.start == position, (sample.path.name, leaf)
            position = leaf.end
        assert position == len(root.data), sample.path.name


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of captures is not there")
def test_objects_of_the_corpus_are_those_of_the_files_sent(files: list[Sample], tmp_path: Path) -> None:
    """Where an exported object is one of pydicom's files in its own transfer syntax, it says the same."""
    known: dict[tuple[str, str], list[Sample]] = {}
    for sample in files:
        known.setdefault((sample.instance, sample.syntax), []).append(sample)
    same = anew = 0
    for capture in sorted(CORPUS.glob("*.pcap*")):
        for record in export(capture, tmp_path / capture.name):
            candidates = known.get((record["sop_instance_uid"], record["transfer_syntax"]), [])
            if record["file"] is None or not candidates:
                continue
            path = tmp_path / capture.name / record["file"]
            if any(split(path.read_bytes())[1] == sample.data for sample in candidates):
                same += 1
            else:
                assert elements(path) in [elements(sample.path) for sample in candidates], (capture.name, path.name)
                anew += 1
    assert same >= 20, (same, anew)
