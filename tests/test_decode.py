"""The decoder never raises, its leaves tile the input, and what it says agrees with vectors of many makers."""

from __future__ import annotations

import json
import random
import struct
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dissector.decode import Field, decode, decode_command_set, decode_pdu, meaning
from dissector.standard.pdus import STRUCTURES
from dissector.standard.structure import Structure
from tests import vectors
from tests.transcript import associate_ac, associate_rq, echo_rq, item, p_data, pdu, pdv, proposed, user_information

SHARED_VECTORS = Path(__file__).parents[2] / "shared" / "vectors" / "vectors.json"
SEEDS = [vector.data for vector in vectors.all_vectors() if vector.about.get("kind", "pdu") == "pdu"]
DEPTH_OF_THE_TABLES = 8


def assert_tiles(root: Field, data: bytes) -> None:
    """The leaves stand one after the other from the first byte to the last, inside their parents."""
    position = 0
    for leaf in root.leaves():
        assert leaf.start == position, leaf
        position = leaf.end
    assert position == len(data)
    for field in root.walk():
        if field.children:
            assert (field.children[0].start, field.children[-1].end) == (field.start, field.end), field
    assert b"".join(data[leaf.start : leaf.end] for leaf in root.leaves()) == data


def depth(field: Field) -> int:
    return 1 + max((depth(child) for child in field.children), default=0)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A PDU of a vector, truncated, flipped, cut up, doubled or nested in itself, several times over."""
    data = bytearray(draw(st.sampled_from(SEEDS)))
    rng = random.Random(draw(st.integers(0, 2**32)))
    for _ in range(rng.randrange(1, 6)):
        if not data:
            break
        at, length = rng.randrange(len(data)), rng.choice([1, 2, 4, 8, 40])
        match rng.randrange(7):
            case 0:
                del data[at:]
            case 1:
                data[at] ^= 1 << rng.randrange(8)
            case 2:
                del data[at : at + length]
            case 3:
                data[at:at] = rng.randbytes(length)
            case 4:
                data[at:at] = data[rng.randrange(len(data)) :][: rng.randrange(200)]
            case 5:
                data[at : at + 2] = rng.choice([b"\0\0", b"\xff\xff", b"\0\1", b"\x7f\xff", b"\x50\0", b"\x20\0"])
            case _:
                data += bytes(data)
    return bytes(data)


@given(mutated())
@settings(max_examples=3000, deadline=None)
def test_mutated_pdus_never_raise_and_always_tile(data: bytes) -> None:
    root = decode_pdu(data)
    assert_tiles(root, data)
    assert depth(root) <= DEPTH_OF_THE_TABLES
    for field, problem in root.all_problems():
        assert "{" not in str(problem), (field, problem)


@pytest.mark.parametrize("seed", range(10))
def test_five_thousand_more_mutations(seed: int) -> None:
    """Fast mutations in bulk; with hypothesis above, and ten seeds, more than fifty thousand PDUs."""
    rng = random.Random(seed)
    for _ in range(5000):
        data = bytearray(rng.choice(SEEDS))
        for _ in range(rng.randrange(1, 5)):
            at = rng.randrange(len(data) + 1)
            match rng.randrange(4):
                case 0:
                    data = data[:at]
                case 1 if at < len(data):
                    data[at] = rng.randrange(256)
                case 2:
                    data[at:at] = rng.randbytes(rng.randrange(9))
                case _:
                    del data[at : at + rng.randrange(9)]
        raw = bytes(data)
        root = decode_pdu(raw)
        position = 0
        for leaf in root.leaves():
            assert leaf.start == position
            position = leaf.end
        assert position == len(raw)


@given(st.binary(max_size=300), st.sampled_from(sorted(STRUCTURES)))
@settings(max_examples=1000, deadline=None)
def test_any_structure_takes_any_bytes(data: bytes, key: str) -> None:
    assert_tiles(decode(STRUCTURES[key], data), data)


@given(st.binary(max_size=300))
@settings(max_examples=1000, deadline=None)
def test_command_sets_take_any_bytes(data: bytes) -> None:
    assert_tiles(decode_command_set(data), data)
    assert_tiles(decode_command_set(echo_rq()[:40] + data), echo_rq()[:40] + data)


@given(mutated(), st.lists(st.tuples(st.integers(0, 300), st.integers(1, 60)), max_size=4), st.booleans())
@settings(max_examples=1500, deadline=None)
def test_no_value_is_read_from_bytes_that_were_not_captured(
    data: bytes, holes: list[tuple[int, int]], cut: bool
) -> None:
    ranges = [(start, min(start + length, len(data))) for start, length in holes if start < len(data)]
    zeroed, filled = bytearray(data), bytearray(data)
    for start, end in ranges:
        zeroed[start:end] = bytes(end - start)
        filled[start:end] = b"\xa5" * (end - start)
    trees = [
        decode_pdu(bytes(each), cut=cut, missing=ranges) for each in (zeroed, filled)
    ]
    if not any(start == 0 for start, _ in ranges):
        told = [[(f.name, f.start, f.end, f.value if isinstance(f.value, int | str) else None) for f in tree.walk()]
                for tree in trees]  # fmt: skip
        assert told[0] == told[1], "what stands in a hole changed what was decoded"
    assert_tiles(trees[0], bytes(zeroed))


def expected_root(kind: str, data: bytes) -> tuple[Field, bytes]:
    if kind.startswith("message-control-header + command"):
        return decode_command_set(data[1:]), data[1:]
    if kind.startswith("item 0x"):
        code = int(kind[5:], 16)
        return decode(next(s for s in STRUCTURES.values() if s.code == code and s.code > 7), data), data
    if kind == "PDV item":
        return decode(STRUCTURES["presentation_data_value"], data), data
    return decode_pdu(data), data


@pytest.mark.skipif(not SHARED_VECTORS.exists(), reason="../shared/vectors is not here")
def test_labelled_pdus_of_other_implementations() -> None:
    """Every byte covered; every labelled value found, where the label is not known to be wrong."""
    checked = 0
    for vector in json.loads(SHARED_VECTORS.read_text()):
        data = bytes.fromhex(vector["hex"])
        if "data set" in vector["kind"]:
            continue
        root, body = expected_root(vector["kind"], data)
        assert_tiles(root, body)
        said = [str(field.value) for field in root.walk() if field.value is not None]
        for line in vector["expected"].get("label_lines", []) + vector["expected"].get("inline_labels", []):
            for word in line.replace("'", " ").replace(",", " ").split():
                if word.count(".") >= 3 and word.strip(".").replace(".", "").isdigit():
                    if vector["name"] in ("role_selection",):
                        continue  # its label names another UID than its bytes spell, as its notes say
                    assert any(word == value for value in said), (vector["name"], word)
                    checked += 1
        expected = vector["expected"]
        for key in ("called", "calling"):
            if key in expected:
                assert root.child(f"{key}_ae_title").value.strip() == expected[key], vector["name"]  # type: ignore[union-attr]
                checked += 1
    assert checked > 40


def test_labelled_values_that_are_not_uids() -> None:
    if not SHARED_VECTORS.exists():
        pytest.skip("../shared/vectors is not here")
    by_name = {vector["name"]: bytes.fromhex(vector["hex"]) for vector in json.loads(SHARED_VECTORS.read_text())}
    rj = decode_pdu(by_name["a_associate_rj"])
    assert [rj.child(name).value for name in ("result", "source", "reason")] == [1, 1, 1]  # type: ignore[union-attr]
    ab = decode_pdu(by_name["a_p_abort"])
    assert (ab.child("source").value, ab.child("reason").value) == (2, 4)  # type: ignore[union-attr]
    assert meaning(ab.child("reason"), ab) == "unrecognized-PDU parameter"  # type: ignore[arg-type]
    reserved = decode_pdu(by_name["dicomrs_abort_reserved"])
    assert meaning(reserved.child("source"), reserved) == "reserved"  # type: ignore[arg-type]
    window = decode(STRUCTURES["asynchronous_operations_window_rq"], by_name["asynchronous_window_ops"])
    assert [field.value for field in window.children][3:] == [5, 5]
    # The label of this one says type 1 and no response asked for; its bytes say otherwise, and the bytes win.
    identity = decode(STRUCTURES["user_identity_rq"], by_name["user_identity_rq_user_pass"])
    assert identity.child("user_identity_type").value == 2  # type: ignore[union-attr]
    assert identity.child("secondary_field").value == b"p4ssw0rd"  # type: ignore[union-attr]
    # Its PDU-length is stale, as its notes say: the PDU ends earlier, and the rest is told.
    stale = decode_pdu(by_name["a_associate_ac_user"])
    assert {problem.code for _, problem in stale.all_problems()} == {"pdu.length-wrong", "item.length-wrong"}


def problems(data: bytes) -> dict[str, list[str]]:
    """Problem codes by the name of the field that they stand on."""
    told: dict[str, list[str]] = {}
    for field, problem in decode_pdu(data).all_problems():
        told.setdefault(field.name, []).append(problem.code)
    return told


def test_a_healthy_association_has_no_problem() -> None:
    for data in (associate_rq(), associate_ac(), p_data(pdv(1, 3, echo_rq())), pdu(5, bytes(4))):
        assert problems(data) == {}


def test_faults_show_on_the_field_where_they_are() -> None:
    even = associate_rq(proposed(2))
    assert problems(even) == {"presentation_context_id": ["association.context-id-even"]}
    assert problems(associate_rq(called=b"")) == {"called_ae_title": ["association.ae-title-blank"]}
    assert problems(associate_rq(calling=b"A\\B")) == {"calling_ae_title": ["association.ae-title-malformed"]}
    assert problems(associate_rq(proposed(1), item(0x7F, b""))) == {"unknown_item": ["item.unknown"]}
    assert problems(associate_rq(user=item(0x50, item(0x51, struct.pack("!I", 0))))) == {
        "user_information_rq": ["item.missing"]
    }
    assert problems(p_data(pdv(1, 0, b"abc"))) == {"fragment": ["message.fragment-malformed"]}
    assert problems(pdu(4, b"")) == {"p_data_tf": ["item.missing"]}
    assert problems(b"\x42\0\0\0\0\0") == {"unknown_pdu": ["pdu.unknown-type"]}


def test_a_refused_context_may_hold_anything_for_a_transfer_syntax() -> None:
    for junk in (b"", b"\xff\xfe", b"not a uid"):
        refused = item(0x21, bytes((1, 0, 3, 0)) + item(0x40, junk))
        assert problems(associate_ac(refused)) == {}
        accepted = item(0x21, bytes((1, 0, 0, 0)) + item(0x40, junk))
        assert problems(associate_ac(accepted)) == {"transfer_syntax_name": ["association.uid-malformed"]}


def test_decoding_goes_on_after_a_fault() -> None:
    broken = associate_rq(item(0x20, b"\x01"), proposed(3))
    root = decode_pdu(broken)
    contexts = list(root.named("presentation_context_rq"))
    assert [context.child("presentation_context_id").value for context in contexts] == [1, 3]  # type: ignore[union-attr]
    assert contexts[1].child("abstract_syntax").child("abstract_syntax_name").value == "1.2.840.10008.1.1"  # type: ignore[union-attr]


def test_common_extended_negotiation_is_decoded_to_the_end() -> None:
    def counted(uid: bytes) -> bytes:
        return struct.pack("!H", len(uid)) + uid

    related = counted(b"1.2.3") + counted(b"1.2.4")
    body = counted(b"1.2") + counted(b"1.2.840.10008.4.2") + counted(related)
    root = decode_pdu(associate_rq(user=user_information(0, item(0x57, body))))
    found = next(field for field in root.walk() if field.name == "sop_class_common_extended_negotiation")
    assert [child.child("related_general_sop_class_uid").value for child in found.named("related_general_sop_class")] \
        == ["1.2.3", "1.2.4"]  # type: ignore[union-attr]  # fmt: skip
    assert list(root.all_problems()) == []


@pytest.mark.parametrize(
    ("sop_class", "information", "names"),
    [
        (b"1.2.840.10008.5.1.4.1.1.2", b"\2\0\3\0\1\0", ["level_of_support", "element_coercion"]),
        (b"1.2.840.10008.5.1.4.1.2.2.1", b"\1\1\1", ["relational_queries", "fuzzy_semantic_matching"]),
        (b"1.2.840.10008.5.1.4.1.2.1.2", b"\1", ["relational_retrieval"]),
        (b"1.2.840.10008.5.1.4.31", b"\1\1\1\0", ["fuzzy_semantic_matching", "timezone_query_adjustment"]),
        (b"1.2.840.10008.5.1.4.1.2.4.2", b"\0\1", ["enhanced_multi_frame_image_conversion"]),
        (b"1.2.3.4", b"\1\2\3", []),
    ],
)
def test_application_information_of_the_service_classes(sop_class: bytes, information: bytes, names: list[str]) -> None:
    body = struct.pack("!H", len(sop_class)) + sop_class + information
    for make, word in ((associate_rq, "requested"), (associate_ac, "performed")):
        root = decode_pdu(make(user=user_information(0, item(0x56, body))))
        found = next(field for field in root.walk() if field.name == "service_class_application_information")
        inner = {child.name: child for child in found.children}
        assert set(names) <= set(inner)
        if not names:
            assert found.value == information
        if "fuzzy_semantic_matching" in inner:
            assert word in meaning(inner["fuzzy_semantic_matching"], found)
        assert list(root.all_problems()) == []


def test_a_cut_pdu_is_not_called_wrong() -> None:
    whole = associate_rq()
    for length in range(6, len(whole)):
        codes = {p.code for _, p in decode_pdu(whole[:length], cut=True).all_problems()}
        assert codes == {"capture.missing-bytes"}, (length, codes)


def test_every_structure_and_field_carries_what_it_must() -> None:
    for structure in STRUCTURES.values():
        assert isinstance(structure, Structure)
        assert structure.explanation.endswith(".") and structure.reference.part in ("PS3.7", "PS3.8")
        names = [spec.name for spec in structure.fields]
        assert len(set(names)) == len(names)
        assert all(spec.explanation.endswith(".") and spec.title for spec in structure.fields)


def test_128_contexts_and_nested_bombs_are_quick() -> None:
    """Not a timed test: the number of fields is what must stay small. The times are in the benchmarks."""
    bomb = b""
    for _ in range(900):
        bomb = item(0x50, bomb)
    bomb = pdu(1, bytes(68) + bomb[:3700])
    started = time.perf_counter()
    assert sum(1 for _ in decode_pdu(bomb).walk()) < 40
    many = associate_rq(*(proposed(number, b"1.2.840.10008.5.1.4.1.1.2") for number in range(1, 256, 2)))
    assert len(list(decode_pdu(many).named("presentation_context_rq"))) == 128
    assert time.perf_counter() - started < 5
