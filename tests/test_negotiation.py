"""What association PDUs say: the lean reader says of sound ones what their field trees say, and nothing of others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dissector.decode import decode_pdu
from dissector.negotiation import context_ranges, read_side, read_sound
from dissector.standard.pdus import A_ASSOCIATE_AC, A_ASSOCIATE_RQ

from .transcript import answered, associate_ac, associate_rq, item, proposed, user_information
from .vectors import all_vectors

CT, LITTLE, BIG = b"1.2.840.10008.5.1.4.1.1.2", b"1.2.840.10008.1.2.1", b"1.2.840.10008.1.2.2"
EXTENDED = item(0x56, b"\0\x19" + CT + b"\1\0\2")
ROLES = item(0x54, b"\0\x19" + CT + b"\1\1")
USERS = (
    user_information(0), user_information(16384, item(0x53, b"\0\0\0\1"), ROLES, item(0x55, b"STORE_1 ")),
    user_information(1, EXTENDED, item(0x58, b"\2\1\0\1a\0\1b")), user_information(9, item(0x59, b"\0\1x")),
    user_information(9, item(0x57, b"\0\x19" + CT + b"\0\x031.2\0\5\0\x031.4")),
)  # fmt: skip
REQUESTS = (
    associate_rq(proposed(1)), associate_rq(*(proposed(1 + 2 * each, CT, LITTLE, BIG) for each in range(128))),
    *(associate_rq(proposed(255, CT, LITTLE), proposed(3), user=user) for user in (*USERS[:3], USERS[4])),
)  # fmt: skip
ANSWERS = (
    associate_ac(answered(1)), associate_ac(*(answered(1 + 2 * each, each % 5, LITTLE) for each in range(128))),
    associate_ac(answered(1, 3, b""), item(0x21, b"\3\0\4\0"), item(0x21, b"\5\0\0\0"), answered(7, 2, b"1.2")),
    *(associate_ac(answered(5), user=user) for user in (USERS[1], USERS[3])),
)  # fmt: skip
SOUND = [*REQUESTS, *ANSWERS]
RECORDED = [vector.data for vector in all_vectors() if vector.data[:1] in (b"\1", b"\2")]


def equal_to_the_tree(data: bytes) -> bool:
    """Whether bytes are sound, and then told as their tree tells them."""
    side = read_sound(data)
    if side is None:
        return False
    root = decode_pdu(data)
    assert side == read_side(root) == read_sound(data)  # the second time by what is remembered of its items
    assert not list(root.all_problems())
    ids = [each for item in root.children for each in item.named("presentation_context_id")]
    assert context_ranges(data) == {
        each.value: (item.start, item.end) for item in root.children for each in item.named("presentation_context_id")
    }
    assert len({each.value for each in ids}) == len(ids)
    return True


@pytest.mark.parametrize("data", SOUND)
def test_what_is_sound_needs_no_tree(data: bytes) -> None:
    assert equal_to_the_tree(data)


def test_recorded_ones() -> None:
    assert sum(map(equal_to_the_tree, RECORDED)) >= 3


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\1", REQUESTS[0][:-1], REQUESTS[0] + b"\0", b"\3" + REQUESTS[0][1:], b"\2" + REQUESTS[0][1:],
        associate_rq(user=b""), associate_ac(user=b""), associate_rq(proposed(2)),
        associate_rq(proposed(1), proposed(1)),
        associate_ac(answered(1), answered(1)), associate_rq(answered(1)), associate_rq(proposed(1, b"")),
        associate_rq(proposed(1, b"1.02")), associate_ac(answered(1, 0, b"")),
        associate_rq(proposed(1), user=user_information(1, item(0x77, b""))),
        associate_rq(proposed(1), item(0x10, b"1.2")), associate_rq(proposed(1), item(0x60, b"")),
    ],
)  # fmt: skip
def test_what_is_out_of_the_ordinary_is_left_to_the_tree(data: bytes) -> None:
    assert read_sound(data) is None


@given(st.data())
def test_mutated_ones(data: st.DataObject) -> None:
    """A few bytes changed, removed, put in or doubled anywhere, with PDU-length put right or not."""
    body = bytearray(data.draw(st.sampled_from([each for each in (*SOUND, *RECORDED) if len(each) < 2000])))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(body) - 1))
        size = data.draw(st.integers(0, 6))
        new = data.draw(
            st.one_of(
                st.binary(max_size=4), st.sampled_from([b"\0", b"\1", b"\x20\0", b"\x21", b"\x30\0", b"\x40\0\0\0"]),
                st.just(bytes(body[at : at + 60])), st.just(bytes([body[at] ^ 1])),
            )
        )  # fmt: skip
        body[at : at + size] = new
        if len(body) < 7:
            return
    if data.draw(st.booleans()):
        body[0] = data.draw(st.sampled_from([A_ASSOCIATE_RQ, A_ASSOCIATE_AC]))
    if data.draw(st.integers(0, 3)):
        body[2:6] = (len(body) - 6).to_bytes(4, "big")
    equal_to_the_tree(bytes(body))


ITEMS = st.recursive(
    st.one_of(
        st.builds(item, st.sampled_from([0x10, 0x30, 0x40, 0x52]), st.sampled_from([b"", CT, b"1.02", b"1.2 "])),
        st.builds(item, st.sampled_from([0x51, 0x53, 0x54, 0x55, 0x56, 0x58, 0x59, 0x99]), st.binary(max_size=8)),
    ),
    lambda inner: st.builds(
        lambda code, head, parts: item(code, head + b"".join(parts)), st.sampled_from([0x20, 0x21, 0x50]),
        st.sampled_from([b"\1\0\0\0", b"\3\0\1\0", b"\2\0\0\0", b"\5\0\7\0", b""]), st.lists(inner, max_size=3),
    ),
    max_leaves=8,
)  # fmt: skip


@given(st.sampled_from([associate_rq, associate_ac]), st.lists(ITEMS, max_size=4), st.sampled_from(USERS))
def test_any_items(build: object, items: list[bytes], user: bytes) -> None:
    assert callable(build)
    equal_to_the_tree(build(*items, user=user))
