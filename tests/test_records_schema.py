"""The records as programs get them: every one fits the JSON Schema that comes with the package, and none holds a
secret."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from dissector.cli import main
from dissector.decode import Field, is_secret
from dissector.reading import decode_located, open_capture

from . import tshark

ROOT = Path(__file__).parent.parent
FOLDERS = (ROOT / "captures", ROOT.parent / "shared" / "corpus")
FILES = sorted(path for folder in FOLDERS if folder.is_dir() for path in folder.glob("*.pcap*"))
SCHEMA = json.loads((files("dissector") / "views" / "records.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
VALIDATORS = {
    name: Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": SCHEMA["$defs"]})
    for name in SCHEMA["properties"]["record"]["enum"]
}
SHORTEST_SECRET = 4
"""Shorter ones would be found in anything."""

PROMISED = {
    "capture": "file format",
    "capture_end": "file frames bytes first_time last_time tcp_connections associations messages findings complete "
    "dropped_frames",
    "association": "association client server calling_ae_title called_ae_title application_context_name "
    "protocol_version outcome ended_by start_time end_time first_frame last_frame requestor acceptor "
    "presentation_contexts rejection abort user_identity messages missing_bytes caused_by timing",
    "message": "association message from command message_id presentation_context_id affected_sop_class_uid "
    "affected_sop_instance_uid requested_sop_class_uid requested_sop_instance_uid sop_class_name priority "
    "move_destination move_originator_ae_title move_originator_message_id status status_meaning status_category "
    "error_comment offending_elements has_data_set data_set_bytes transfer_syntax transfer_syntax_inferred "
    "sub_operations start_time end_time first_frame last_frame pdvs complete responds_to response_seconds",
    "finding": "finding code severity title detail association message client server count reference remedy evidence",
    "pdu": "association pdu from pdu_type pdu_length stream_offset first_frame last_frame time missing_bytes",
    "dissection": "association from pdu_type stream_offset frames fields",
    "difference": "association pdu message from frame field title tshark_field start ours tshark known_error "
    "explanation",
    "comparison": "file tshark_version version_known ports fields known_errors differences unexplained",
}
"""The keys that are promised to be always present, written out here so that neither schema nor code can drop one."""
PROMISED_INSIDE = {
    ("association", "requestor"): "maximum_length implementation_class_uid implementation_version_name "
    "asynchronous_operations_window extended_negotiation common_extended_negotiation bytes pdus",
    ("association", "acceptor"): "maximum_length implementation_class_uid implementation_version_name "
    "asynchronous_operations_window extended_negotiation common_extended_negotiation bytes pdus",
    ("association", "presentation_contexts"): "id abstract_syntax abstract_syntax_name proposed_transfer_syntaxes "
    "result accepted_transfer_syntax requestor_role acceptor_role",
    ("association", "rejection"): "result source reason meaning",
    ("association", "abort"): "source reason meaning",
    ("association", "user_identity"): "type primary_field positive_response_requested server_response",
    ("association", "caused_by"): "association message",
    ("association", "timing"): "connect_seconds negotiation_seconds transfer_seconds waiting_seconds idle_seconds "
    "total_seconds",
    ("message", "sub_operations"): "remaining completed failed warning",
    ("comparison", "fields"): "field title tshark_field agree known unexplained",
    ("comparison", "known_errors"): "name title count",
    ("finding", "evidence"): "frame from stream_offset length what",
    ("dissection", "frames"): "frame start end",
    ("dissection", "fields"): "name title start end value meaning reference problems children",
}


def lines(capsys: pytest.CaptureFixture[str], *arguments: object) -> list[str]:
    """The lines that a command prints."""
    assert main(list(map(str, arguments))) == 0
    return capsys.readouterr().out.splitlines()


def check(record: dict[str, Any]) -> None:
    """One record: its schema, and the keys that the schema must not forget."""
    kind = record["record"]
    error = next(VALIDATORS[kind].iter_errors(record), None)
    assert error is None, f"{kind} {error.json_path}: {error.message}"
    assert set(PROMISED[kind].split()) <= record.keys()
    for (of, key), names in PROMISED_INSIDE.items():
        if of == kind:
            inside = record[key]
            for each in inside if isinstance(inside, list) else [inside]:
                assert each is None or set(names.split()) <= each.keys()


def secrets(path: Path) -> set[bytes]:
    """What stands in the fields of a capture that hold credentials."""
    found: set[bytes] = set()
    with open_capture(str(path), keep_bytes=True) as reading:
        for pdu in reading.pdus():
            root = decode_located(pdu)
            found |= {(pdu.body or b"")[leaf.start : leaf.end] for leaf in secret_leaves(root, None)}
    return {each for each in found if len(each) >= SHORTEST_SECRET}


def secret_leaves(field: Field, parent: Field | None) -> Iterator[Field]:
    if is_secret(field, parent):
        yield field
    for child in field.children:
        yield from secret_leaves(child, field)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_record_of_every_capture(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    read = lines(capsys, "read", "--json", "--pdus", path)
    dump = lines(capsys, "dump", "--json", path)
    records = [json.loads(line) for line in read]
    for record in records:
        check(record)
    assert [record["record"] for record in records].count("capture") == 1
    assert (records[0]["record"], records[-1]["record"]) == ("capture", "capture_end")
    for line in dump:
        record = json.loads(line)
        check(record)
        assert record["record"] == "dissection"
    assert len(dump) == sum(record["record"] == "pdu" for record in records)
    text = "\n".join([*read, *dump])
    text = re.sub(r'"(remedy|title)":"[^"]*"', "", text)  # our own words, the same for every capture
    for secret in secrets(path):
        assert secret.hex() not in text.lower()
        for part in re.findall(rb"[ -~]{%d,}" % SHORTEST_SECRET, secret):
            assert part.decode() not in text


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_data_set_of_every_capture(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for line in lines(capsys, "dump", "--json", "--data-sets", path):
        check(json.loads(line))


def test_values_that_are_lists(capsys: pytest.CaptureFixture[str]) -> None:
    """The offsets of a Basic Offset Table are numbers."""
    told = lines(capsys, "dump", "--json", "--data-sets", ROOT / "captures" / "store-variety.pcap")
    assert any('"name":"offsets"' in line and '"value":[0]' in line for line in told)
    field = {"name": "x", "title": "X", "start": 0, "end": 4, "meaning": None, "reference": "", "problems": [],
             "children": []}  # fmt: skip
    fits = Draft202012Validator({"$ref": "#/$defs/field", "$defs": SCHEMA["$defs"]}).is_valid
    for value in (1, 0.5, "text", None, [0, 4], [0.5, "nan"], ["(0008,0018)"]):
        assert fits({**field, "value": value})
    for value in (True, {}, [None], [[1]]):
        assert not fits({**field, "value": value})


@pytest.mark.parametrize("name", ["echo", "http", "missing-segment", "snaplen-96", "store-variety", "user-identity"])
def test_records_of_compare(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    tshark.path()
    for line in lines(capsys, "compare", "--json", ROOT / "captures" / f"{name}.pcap"):
        check(json.loads(line))


def test_secrets_that_the_peers_knew(capsys: pytest.CaptureFixture[str]) -> None:
    """The same held against what the recording knew, not against what the decoder takes for a secret."""
    truth = json.loads((ROOT / "captures" / "user-identity.truth.json").read_text())
    path = ROOT / "captures" / "user-identity.pcap"
    text = "\n".join([*lines(capsys, "read", "--json", "--pdus", path), *lines(capsys, "dump", "--json", path)]).lower()
    checked = 0
    for association in truth["associations"]:
        identity = association["user_identity"]
        hidden = [identity["secondary_field_hex"], identity["server_response_hex"]]
        if identity["type"] > 2:
            hidden.append(identity["primary_field_hex"])
        for secret in filter(None, hidden):
            assert secret not in text
            assert bytes.fromhex(secret).decode("latin-1").lower() not in text
            checked += 1
    assert checked >= 5
    shown = "\n".join(lines(capsys, "dump", "--json", "--show-secrets", path))
    assert b"not-a-real-passcode".hex() in shown, "it would have been found"
    records = map(json.loads, lines(capsys, "read", "--json", path))
    names = [each["user_identity"]["primary_field"] for each in records if each["record"] == "association"]
    assert names == ["invented.user", "invented.user", "masked", "masked"]


def test_explained_bytes(capsys: pytest.CaptureFixture[str]) -> None:
    for data in ("05000000000400000000", "0700000000040000 0205", "51000004 00004000", "01 00", "ff00000000020102"):
        found = lines(capsys, "explain", "--json", data)
        assert found
        for line in found:
            record = json.loads(line)
            check(record)
            assert (record["association"], record["pdu"], record["from"], record["frames"]) == (None, None, None, [])


def test_schema_is_a_schema_and_requires_what_is_promised() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    definitions = SCHEMA["$defs"]
    assert set(PROMISED) == set(SCHEMA["properties"]["record"]["enum"]) == set(VALIDATORS)
    for kind, names in PROMISED.items():
        assert set(names.split()) <= set(definitions[kind]["required"]), kind
        assert f"#/$defs/{kind}" in {each["then"]["$ref"] for each in SCHEMA["allOf"]}
    for (kind, key), names in PROMISED_INSIDE.items():
        inside = definitions[kind]["properties"][key]
        inside = inside.get("items", inside)
        inside = definitions[inside["$ref"].rpartition("/")[2]] if "$ref" in inside else inside
        assert set(names.split()) <= set(inside["required"]), (kind, key)


def test_every_property_is_described_and_none_is_forbidden() -> None:
    def walk(node: Any) -> None:
        if isinstance(node, dict):
            assert "additionalProperties" not in node
            assert "unevaluatedProperties" not in node
            if "required" in node and "properties" in node:
                assert set(node["required"]) <= node["properties"].keys()
                for name, each in node["properties"].items():
                    assert each.get("description", "").endswith("."), name
            for each in node.values():
                walk(each)
        elif isinstance(node, list):
            for each in node:
                walk(each)

    walk(SCHEMA["$defs"])


FINDING: dict[str, Any] = {
    "record": "finding", "finding": 1, "code": "some-code", "severity": "error", "title": "A title", "detail": "This",
    "association": None, "message": None, "client": None, "server": None, "count": 1, "reference": None, "remedy": None,
    "evidence": [{"frame": 3, "from": "acceptor", "stream_offset": 0, "length": 10, "what": "The A-ABORT"}],
}  # fmt: skip
CAPTURE = {"record": "capture", "file": "-", "format": "pcap"}


def test_records_that_fit() -> None:
    for record in (FINDING, CAPTURE, {**CAPTURE, "key_of_a_later_version": 1}):
        assert VALIDATOR.is_valid(record)


@pytest.mark.parametrize(
    "record",
    [
        {}, [], {"record": "else"}, {"record": "capture"}, {**CAPTURE, "format": "snoop"}, {**CAPTURE, "file": None},
        {**FINDING, "severity": "fatal"}, {**FINDING, "finding": 0}, {**FINDING, "evidence": [{}]},
        {**FINDING, "count": "1"}, {**FINDING, "evidence": None},
    ],
)  # fmt: skip
def test_records_that_do_not_fit(record: Any) -> None:
    """The schema as a whole tells the kinds apart and refuses."""
    assert not VALIDATOR.is_valid(record)


@pytest.mark.parametrize("kind", ["association", "message", "pdu", "dissection"])
def test_no_key_can_be_missing(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = ROOT / "captures" / "echo.pcap"
    every = [*lines(capsys, "read", "--json", "--pdus", path), *lines(capsys, "dump", "--json", path)]
    record = next(each for each in map(json.loads, every) if each["record"] == kind)
    assert VALIDATOR.is_valid(record)
    for key in PROMISED[kind].split():
        assert not VALIDATOR.is_valid({name: value for name, value in record.items() if name != key}), key
    if kind == "message":
        assert not VALIDATOR.is_valid({**record, "from": None}), "a sender that is not known has its guess"
        assert VALIDATOR.is_valid({**record, "from": None, "from_inferred": "acceptor"})
