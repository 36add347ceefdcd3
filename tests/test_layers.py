"""The Scapy layers: exact for any bytes, well-formed for real peers, and PDUs whole whatever TCP did to them.

Strategy: what is built is sent to dcmtk and pynetdicom, what is dissected is held against the streams and against its
own bytes after every cache is gone. What concerns the order of imports runs in interpreters of its own.
"""

from __future__ import annotations

import copy
import io
import json
import os
import pickle
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scapy.config import conf
from scapy.fields import RawVal
from scapy.layers.inet import IP, TCP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Ether
from scapy.packet import Packet, Padding, Raw, fuzz, ls
from scapy.sendrecv import AsyncSniffer, sniff
from scapy.sessions import TCPSession
from scapy.supersocket import StreamSocket
from scapy.utils import wrpcap
from scapy.volatile import RandByte, RandShort

from dissector import layers
from dissector.capture import Batch, Capture
from dissector.decode import COMMAND_SET, decode, decode_pdu
from dissector.layers import (
    A_ABORT, A_ASSOCIATE_AC, A_ASSOCIATE_RJ, A_ASSOCIATE_RQ, A_RELEASE_RP, A_RELEASE_RQ, CLASSES, DICOM, P_DATA_TF,
    PDU_CLASSES, Abstract_Syntax, Affected_SOP_Class_UID, Application_Context, Command_Element_Unknown, Command_Field,
    Command_Group_Length, Command_Set, DicomSession, Error_Comment, Implementation_Class_UID_RQ,
    Implementation_Version_Name_RQ, Maximum_Length_RQ, Misplaced_Item, Offending_Element, Presentation_Context_AC,
    Presentation_Context_RQ, Presentation_Data_Value, Query_Application_Information_RQ, SOP_Class_Extended_Negotiation,
    Transfer_Syntax_RQ, Unknown_PDU, User_Identity_RQ, User_Information_RQ, bind, command_set,
)  # fmt: skip
from dissector.pdu import Pdu
from dissector.standard.application_information import APPLICATION_INFORMATION
from dissector.standard.commands import COMMAND_SET_STRUCTURES, ELEMENTS
from dissector.standard.pdus import PDU_STRUCTURES, STRUCTURES
from dissector.stream import Streams
from tests import builders, transcript
from tests.transcript import (
    RELEASE_RP, RELEASE_RQ, Talk, abort, answered, associate_ac, associate_rj, associate_rq, command, echo_rq, echo_rsp,
    item, p_data, pdu, pdv, proposed, uid, us, user_information,
)  # fmt: skip
from tests.vectors import all_vectors

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = (ROOT / "captures", ROOT.parent / "shared" / "corpus")
CAPTURES = [path for folder in FOLDERS if folder.is_dir() for path in sorted(folder.iterdir())
            if path.name.endswith((".pcap", ".pcapng", ".pcap.gz"))]  # fmt: skip
SHARED_VECTORS = ROOT.parent / "shared" / "vectors" / "vectors.json"

VERIFICATION, CT, STUDY_ROOT_FIND = "1.2.840.10008.1.1", "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.2.2.1"
IMPLICIT_LITTLE = "1.2.840.10008.1.2"
IDENTITY = item(0x58, b"\2\1" + struct.pack("!H", 4) + b"anna" + struct.pack("!H", 6) + b"secret")
SAMPLES = [
    associate_rq(), associate_rq(*(proposed(n, CT.encode()) for n in range(1, 256, 2))), associate_ac(), associate_rj(),
    associate_rq(user=user_information(0, IDENTITY, item(0x53, bytes(4)), item(0x55, b"NAME"))),
    associate_rq(user=user_information(
        0, item(0x56, struct.pack("!H", 27) + STUDY_ROOT_FIND.encode() + b"\1\1\0"),
        item(0x57, struct.pack("!H", 3) + b"1.2" + struct.pack("!H", 3) + b"1.3" + b"\0\x0a\0\3" + b"1.4\0\3" + b"1.5"),
        item(0x54, struct.pack("!H", 17) + VERIFICATION.encode() + b"\1\0"))),
    p_data(pdv(1, 3, echo_rq())), p_data(pdv(1, 3, echo_rsp()), pdv(3, 0, bytes(range(100)))),
    RELEASE_RQ, RELEASE_RP, abort(2, 1),
]  # fmt: skip


def bare(packet: Packet) -> bytes:
    """The bytes of a packet, made of nothing but its fields."""
    packet.clear_cache()
    packet.original = b""
    return bytes(packet)


def request(**more: Any) -> Packet:
    """An A-ASSOCIATE-RQ for Verification, as a user writes it."""
    context = Presentation_Context_RQ(presentation_context_id=1, syntax_sub_items=[
        Abstract_Syntax(abstract_syntax_name=VERIFICATION), Transfer_Syntax_RQ(transfer_syntax_name=IMPLICIT_LITTLE),
    ])  # fmt: skip
    information = User_Information_RQ(user_data=[
        Maximum_Length_RQ(maximum_length_received=16384),
        Implementation_Class_UID_RQ(implementation_class_uid="1.2.3.4"),
    ])  # fmt: skip
    return A_ASSOCIATE_RQ(
        **{"called_ae_title": "ANY-SCP", "calling_ae_title": "ECHOSCU",
           "variable_items": [Application_Context(), context, information], **more},
    )  # fmt: skip


def echo(message_id: int = 7) -> Packet:
    """A P-DATA-TF with a C-ECHO-RQ."""
    return P_DATA_TF(presentation_data_value_items=[Presentation_Data_Value(
        presentation_context_id=1,
        message_fragment=command_set(
            affected_sop_class_uid=VERIFICATION, command_field=0x0030, message_id=message_id,
            command_data_set_type=0x0101,
        ),
    )])  # fmt: skip


# ------------------------------------------------------------------------------------------------ the classes


def test_there_is_a_class_for_every_structure_of_the_standard() -> None:
    keys = [*STRUCTURES, *COMMAND_SET_STRUCTURES, *APPLICATION_INFORMATION, "command_set"]
    assert sorted(CLASSES) == sorted(keys) and len(set(keys)) == len(keys)
    names = [each.__name__ for each in CLASSES.values()]
    assert len(set(names)) == len(names)
    assert {f"{structure.title.replace('-', '_')}" for structure in PDU_STRUCTURES.values()} < set(names)
    for key, each in CLASSES.items():
        assert getattr(layers, each.__name__) is each and each.__module__ == "dissector.layers"
        assert each.structure.key == key and str(each.structure.reference) in each.__doc__
    assert {each.__name__ for each in CLASSES.values()} < set(layers.__all__)


def test_every_row_is_a_field_with_nothing_for_a_default() -> None:
    for each in CLASSES.values():
        rows = [field.name for field in each.fields_desc if field.name != "undecoded"]
        assert len(rows) == sum(spec.name != "undecoded" for spec in each.structure.fields)
        assert all(field.default in (None, []) for field in each.fields_desc)


def test_no_field_hides_behind_a_name_of_scapys_own() -> None:
    for each in CLASSES.values():
        assert not [field.name for field in each.fields_desc if hasattr(Packet, field.name)]
    assert Presentation_Data_Value.fields_desc[3].name == "message_fragment"


def test_the_standards_names_find_the_classes() -> None:
    assert A_ASSOCIATE_RQ.structure.title == "A-ASSOCIATE-RQ"
    packet = IP() / TCP() / request()
    for name in (DICOM, "DICOM", A_ASSOCIATE_RQ, "A_ASSOCIATE_RQ", "A-ASSOCIATE-RQ"):
        assert packet.haslayer(name) and name in packet and packet[name] is packet[TCP].payload
    assert A_ABORT not in packet and packet.getlayer(A_ABORT) is None
    assert packet[Abstract_Syntax].abstract_syntax_name == VERIFICATION
    assert packet["DICOM"].called_ae_title == "ANY-SCP         "
    assert packet.layers() == [IP, TCP, A_ASSOCIATE_RQ]


# ------------------------------------------------------------------------------------------------ exactness


@pytest.mark.parametrize("data", SAMPLES, ids=range(len(SAMPLES)))
def test_a_pdu_is_rebuilt_from_its_fields(data: bytes) -> None:
    packet = DICOM(data)
    assert packet.original == data and not isinstance(packet.payload, Raw)
    assert bare(packet) == data
    assert type(packet).structure is PDU_STRUCTURES[data[0]]


def test_the_vectors_are_rebuilt_from_their_fields() -> None:
    for vector in all_vectors():
        assert bare(DICOM(vector.data)) == vector.data, vector.path
        assert bare(DICOM.whole(vector.data)) == vector.data


def test_the_shared_vectors_are_rebuilt_from_their_fields() -> None:
    if not SHARED_VECTORS.exists():
        pytest.skip("the vectors of other implementations are not beside this repository")
    by_code = {structure.code: CLASSES[key] for key, structure in STRUCTURES.items() if structure.code is not None}
    for vector in json.loads(SHARED_VECTORS.read_text(encoding="utf-8")):
        data = bytes.fromhex(vector["hex"])
        kind = vector["kind"]
        if kind.startswith("item"):
            packet = by_code[data[0]](data)
        elif kind == "PDV item":
            packet = Presentation_Data_Value(data)
        elif kind.startswith("message-control-header"):
            packet = Presentation_Data_Value(struct.pack("!IB", len(data) + 1, 1) + data)
            assert isinstance(packet.message_fragment, Command_Set) == ("command" in kind)
            assert bare(packet)[5:] == data
            if not list(decode(Presentation_Data_Value.structure, bytes(packet)).all_problems()):
                packet.recompute_lengths()
                assert bytes(packet)[5:] == data
            continue
        else:
            packet = DICOM(data)
            assert packet.structure.title == kind
        assert bare(packet) == data, vector["name"]


@given(data=st.binary(min_size=1, max_size=200), at=st.integers(0, len(CLASSES) - 1))
def test_any_class_takes_any_bytes(data: bytes, at: int) -> None:
    each = list(CLASSES.values())[at]
    packet = each(data)
    assert bytes(packet) == data and bare(packet) == data and bare(packet.copy()) == data
    assert bytes(DICOM(data)) == data and bytes(DICOM.whole(data)) == data


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A PDU with some bytes changed, cut, doubled or taken out."""
    data = bytearray(draw(st.sampled_from(SAMPLES)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        how = draw(st.sampled_from(("change", "change", "cut", "insert", "remove")))
        if how == "change" and data:
            data[at] = draw(st.integers(0, 255))
        elif how == "cut":
            del data[at:]
        elif how == "insert":
            data[at:at] = draw(st.binary(max_size=8))
        else:
            del data[at : at + draw(st.integers(0, 8))]
    return bytes(data) or b"\1"  # of no bytes at all Scapy makes a packet of defaults


@given(data=mutated())
@settings(max_examples=300, deadline=None)
def test_broken_pdus_are_rebuilt_copied_and_shown(data: bytes) -> None:
    packet = DICOM(data)
    assert bytes(packet) == data
    assert bare(packet) == data
    assert bytes(packet.copy()) == data and bytes(pickle.loads(pickle.dumps(packet))) == data
    assert bytes(DICOM.whole(data)) == data
    assert bytes(IP() / TCP() / DICOM.whole(data))[40:] == data
    assert isinstance(packet.summary() + repr(packet) + packet.show(dump=True) + packet.command() + packet.json(), str)


@given(data=mutated())
@settings(deadline=None)
def test_tcp_never_fails_on_what_it_carries(data: bytes) -> None:
    frame = bytes(Ether() / IP() / TCP(dport=104) / data)
    packet = Ether(frame)
    assert bytes(packet) == frame and bytes(packet[TCP].payload) == data


def test_fields_that_were_never_reached_are_none_and_nothing() -> None:
    packet = A_ASSOCIATE_RQ(associate_rq()[:30])
    assert packet.called_ae_title == "ANY-SCP         " and packet.pdu_length == len(associate_rq()) - 6
    assert packet.calling_ae_title is None and packet.reserved_43_74 is None and packet.variable_items == []
    assert packet.undecoded == b"ECHO"
    assert bare(packet) == associate_rq()[:30]
    assert "not there" in packet.show(dump=True)
    assert eval(packet.command(), {**vars(layers), "RawVal": RawVal}).build() == associate_rq()[:30]
    packet.calling_ae_title = "BACK"
    packet.undecoded = b""
    assert bytes(packet) == associate_rq()[:26] + b"BACK            "


def test_none_left_undecoded_is_not_shown() -> None:
    assert "undecoded" not in DICOM(associate_rq()).show(dump=True)
    assert "undecoded" in DICOM(associate_rq()[:30]).show(dump=True)


def test_more_items_than_scapys_limit() -> None:
    assert conf.max_list_count == 100
    packet = DICOM(SAMPLES[1])
    assert len(packet.variable_items) == 130 and bare(packet) == SAMPLES[1]
    many = p_data(*(pdv(1, 0, b"ab") for _ in range(500)))
    assert len(DICOM(many).presentation_data_value_items) == 500


# ------------------------------------------------------------------------------------------------ what is read


def test_values_are_those_of_the_decoder() -> None:
    packet = DICOM(SAMPLES[5])
    common = packet["SOP_Class_Common_Extended_Negotiation"]
    assert common.service_class_uid == "1.3" and common.related_general_sop_class_identification_length == 10
    related = common.related_general_sop_class_identification
    assert [each.related_general_sop_class_uid for each in related] == ["1.4", "1.5"]
    flags = packet[SOP_Class_Extended_Negotiation].service_class_application_information
    assert isinstance(flags, Query_Application_Information_RQ)
    assert (flags.relational_queries, flags.date_time_matching, flags.timezone_query_adjustment) == (1, 1, None)
    assert packet["SCP_SCU_Role_Selection_RQ"].parent is packet["User_Information_RQ"]
    assert packet.variable_items[0].parent is packet


def test_command_sets_are_read() -> None:
    tags = struct.pack("<HHHH", 0, 0x0110, 0, 0x0900)
    data = command(uid(2, VERIFICATION.encode()), us(0x100, 0x8030), us(0x900, 0xA900), transcript.element(0x901, tags),
                   transcript.element(0x902, b"why "), transcript.element(0x777, b"xy"))  # fmt: skip
    packet = DICOM(p_data(pdv(1, 3, data)))
    assert packet[Affected_SOP_Class_UID].value == VERIFICATION and packet[Affected_SOP_Class_UID].value_length == 18
    assert packet[Command_Field].value == 0x8030 and packet[Command_Field].tag == 0x00000100
    assert packet[Offending_Element].value == (0x00000110, 0x00000900)
    assert packet[Error_Comment].value == "why "
    assert packet[Command_Element_Unknown].tag == 0x00000777 and packet[Command_Element_Unknown].value == b"xy"
    assert packet[Command_Group_Length].value == len(data) - 12
    assert "32816 (8030H) (C-ECHO-RSP)" in packet.show(dump=True) and "(0000,0110)" in packet.show(dump=True)
    assert bare(packet) == p_data(pdv(1, 3, data))


def test_meanings_are_shown_and_credentials_are_not() -> None:
    packet = DICOM(SAMPLES[4])
    identity = packet[User_Identity_RQ]
    assert identity.secondary_field == b"secret" and identity.primary_field == "anna"
    told = packet.show(dump=True) + repr(packet) + packet.json() + packet.summary()
    assert "anna" in told and "secret" not in told.replace("secret_", "") and "6 bytes, masked" in told
    assert "secret" in packet.command()
    identity.user_identity_type = 3
    assert "anna" not in packet.show(dump=True)
    misplaced = DICOM(associate_rq(item(0x58, IDENTITY[4:])))
    assert isinstance(misplaced[Misplaced_Item], Misplaced_Item) and "secret" not in misplaced.show(dump=True)
    assert "masked" in DICOM(associate_rq(user=user_information(0, IDENTITY[:-8]))[:-1]).show(dump=True)
    text = DICOM(associate_rj()).show(dump=True)
    assert "1 (rejected-permanent)" in text and "7 (called-AE-title-not-recognized)" in text
    assert "(Verification SOP Class)" in DICOM(associate_rq()).show(dump=True)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (associate_rq(called=b"QRSCP", calling=b"FINDSCU"), "A-ASSOCIATE-RQ FINDSCU -> QRSCP, 1 presentation context"),
        (SAMPLES[1], "A-ASSOCIATE-RQ ECHOSCU -> ANY-SCP, 128 presentation contexts"),
        (associate_rq(called=b"A\nB\xe9"), "A-ASSOCIATE-RQ ECHOSCU -> A\\nB\\xe9, 1 presentation context"),
        (associate_ac(answered(1), answered(3, 3)), "A-ASSOCIATE-AC, 1 of 2 presentation contexts accepted"),
        (associate_rj(), "A-ASSOCIATE-RJ rejected-permanent by DICOM UL service-user: called-AE-title-not-recognized"),
        (p_data(pdv(1, 3, echo_rsp())), "P-DATA-TF context 1: C-ECHO-RSP, status 0000H"),
        (p_data(*[pdv(3, 0, bytes(8))] * 4), f"P-DATA-TF {'context 3: data set fragment, 8 bytes; ' * 3}and 1 more"),
        (p_data(pdv(5, 2, b"ab")), "P-DATA-TF context 5: data set fragment, 2 bytes, last"),
        (p_data(), "P-DATA-TF"),
        (RELEASE_RQ, "A-RELEASE-RQ"),
        (abort(2, 1), "A-ABORT by DICOM UL service-provider (initiated abort): unrecognized-PDU"),
        (pdu(0x4D, b"abc"), "PDU of unknown type"),
        (associate_rq()[:20], "A-ASSOCIATE-RQ  -> , 0 presentation contexts"),
    ],
)
def test_summaries(data: bytes, text: str) -> None:
    assert DICOM(data).summary() == f"DICOM {text}"
    assert Ether(bytes(Ether() / IP() / TCP(sport=5000, dport=104) / data)).summary().startswith("Ether / IP / TCP ")


def test_a_summary_tells_of_every_pdu_and_of_the_addresses() -> None:
    packet = IP(bytes(IP(src="10.0.0.1", dst="10.0.0.2") / TCP(sport=5000, dport=104) / (RELEASE_RQ + abort())))
    assert packet.summary() == (
        "IP / TCP 10.0.0.1:5000 > 10.0.0.2:acr_nema S / DICOM A-RELEASE-RQ / "
        "DICOM A-ABORT by DICOM UL service-user (initiated abort): not significant"
    ).replace("acr_nema", packet[TCP].sprintf("%dport%"))


def test_annotate_decodes_the_packet_as_it_is_now() -> None:
    packet = IP(bytes(IP() / TCP(dport=104) / (associate_rq() + RELEASE_RQ)))
    text = packet[DICOM].annotate()
    assert "Called-AE-title" in text and "ANY-SCP" in text and "A-RELEASE" not in text
    assert text != packet[DICOM].annotate(lang="zh")
    assert max(map(len, packet[DICOM].annotate(width=60).split("\n"))) <= 60
    packet[DICOM].called_ae_title = "CHANGED"
    assert "CHANGED" in packet[DICOM].copy().annotate()


# ------------------------------------------------------------------------------------------------ what is built


def test_what_is_not_given_is_computed() -> None:
    mine = request(calling_ae_title="ECHOSCU")
    assert bytes(mine) == associate_rq(proposed(1))
    assert bytes(echo(1)) == p_data(pdv(1, 3, echo_rq()))
    assert (bytes(A_RELEASE_RQ()), bytes(A_RELEASE_RP()), bytes(A_ABORT(source=2, reason=1))) == (
        RELEASE_RQ, RELEASE_RP, abort(2, 1),
    )  # fmt: skip
    assert bytes(A_ASSOCIATE_RJ(result=1, source=1, reason=7)) == associate_rj()
    acceptance = bytes(A_ASSOCIATE_AC(variable_items=[Presentation_Context_AC(presentation_context_id=1)]))
    assert acceptance == pdu(2, struct.pack("!HH", 1, 0) + bytes(64) + item(0x21, b"\1\0\0\0"))
    assert bytes(A_ASSOCIATE_AC(reserved_11_26="ANY-SCP"))[10:26] == b"ANY-SCP         "
    assert bytes(A_ASSOCIATE_RQ())[10:42] == b" " * 32
    assert len(mine) == len(associate_rq())


def test_building_from_scratch_gives_what_the_decoder_likes() -> None:
    information = User_Information_RQ(user_data=[
        Maximum_Length_RQ(maximum_length_received=0), Implementation_Class_UID_RQ(implementation_class_uid="1.2.3"),
        Implementation_Version_Name_RQ(implementation_version_name="ODD"),
        SOP_Class_Extended_Negotiation(
            sop_class_uid=STUDY_ROOT_FIND,
            service_class_application_information=Query_Application_Information_RQ(
                relational_queries=1, date_time_matching=1,
            ),
        ),
        layers.SOP_Class_Common_Extended_Negotiation(
            sop_class_uid=CT, service_class_uid="1.2.840.10008.4.2", related_general_sop_class_identification=[
                layers.Related_General_SOP_Class(related_general_sop_class_uid="1.2.3"),
            ],
        ),
        User_Identity_RQ(
            user_identity_type=2, positive_response_requested=1, primary_field="анна", secondary_field=b"x",
        ),
    ])  # fmt: skip
    packet = request()
    packet.variable_items[2] = information
    root = decode_pdu(bytes(packet))
    assert not [(str(field), str(problem)) for field, problem in root.all_problems()]
    again = DICOM(bytes(packet))
    assert again[User_Identity_RQ].primary_field == "анна" and again[User_Identity_RQ].primary_field_length == 8
    assert again[SOP_Class_Extended_Negotiation].service_class_application_information.fuzzy_semantic_matching is None
    assert again[SOP_Class_Extended_Negotiation].item_length == 2 + len(STUDY_ROOT_FIND) + 2
    assert not list(decode_pdu(bytes(echo())).all_problems())
    for element in ELEMENTS:
        value = {"US": 1, "UL": 1, "AT": (0x00000110,)}.get(element.vr, "1")
        data = bytes(Command_Set(command_elements=[CLASSES[element.name](value=value)]))
        assert len(data) == {"US": 10, "UL": 12, "AT": 12}.get(element.vr, 10), element


def test_optional_flags_are_there_up_to_the_last_one_given() -> None:
    assert bytes(Query_Application_Information_RQ()) == b"\0"
    assert bytes(Query_Application_Information_RQ(fuzzy_semantic_matching=1)) == b"\0\0\1"
    assert bytes(layers.Worklist_Application_Information_RQ(fuzzy_semantic_matching=0)) == b"\1\1\0"


def test_what_is_given_is_sent_as_given() -> None:
    assert bytes(A_ABORT(pdu_length=0xFFFFFFFF, reserved_2=0xFF, pdu_type=9)) == b"\x09\xff\xff\xff\xff\xff" + bytes(4)
    assert bytes(Abstract_Syntax(abstract_syntax_name=b"1.2\0\0", item_length=1)) == b"\x30\0\0\1" + b"1.2\0\0"
    assert bytes(A_ASSOCIATE_RQ(called_ae_title=b"AB"))[10:28] == b"AB" + b" " * 16
    assert bytes(A_ASSOCIATE_RQ(called_ae_title="LONGER THAN SIXTEEN"))[10:29] == b"LONGER THAN SIXTEEN"
    assert bytes(A_ABORT(reason=RawVal(b"abc")))[6:] == b"\0\0\0abc" and bytes(A_ABORT(reason=RawVal(b"abc")))[5] == 6
    assert bytes(Affected_SOP_Class_UID(value=b"1.2"))[4:] == b"\3\0\0\0" + b"1.2"
    assert bytes(Affected_SOP_Class_UID(value="1.2"))[4:] == b"\4\0\0\0" + b"1.2\0"
    assert bytes(Command_Field(value=b"\1\2\3"))[8:] == b"\1\2\3"
    assert bytes(P_DATA_TF(undecoded=b"loose"))[5:] == b"\5loose"
    odd = A_ASSOCIATE_RQ(variable_items=[b"\x99\0\0\1x", Application_Context()])
    assert bytes(odd)[74:79] == b"\x99\0\0\1x" and "Raw" in odd.show(dump=True)
    assert bytes(Command_Group_Length(value=5))[8:] == b"\5\0\0\0" and bytes(Command_Group_Length())[8:] == bytes(4)
    wrong = Command_Set(command_elements=[Command_Group_Length(value=5), Command_Field(value=1)])
    assert bytes(wrong)[8:12] == b"\5\0\0\0"
    pdv_of_bytes = Presentation_Data_Value(presentation_context_id=3, message_fragment=b"abcd")
    assert bytes(pdv_of_bytes) == pdv(3, 0, b"abcd")


def test_the_caller_is_told_what_cannot_be_sent() -> None:
    with pytest.raises(ValueError, match="does not fit into the 1 bytes of reason"):
        bytes(A_ABORT(reason=256))
    with pytest.raises(ValueError, match="item_length"):
        bytes(Abstract_Syntax(abstract_syntax_name=bytes(70_000)))
    with pytest.raises(TypeError, match="abstract_syntax_name: give text or bytes, not float"):
        Abstract_Syntax(abstract_syntax_name=1.2)
    with pytest.raises(ValueError, match="Command Field: 65536 does not fit into 2 bytes"):
        Command_Field(value=65536)
    with pytest.raises(TypeError, match="no_such"):
        command_set(no_such=1)
    with pytest.raises(AttributeError):
        A_ABORT(no_such=1)


def test_volatile_values_and_fuzz() -> None:
    assert len({bytes(A_ABORT(reason=RandByte())) for _ in range(50)}) > 5
    packet = A_ASSOCIATE_RQ(variable_items=[Maximum_Length_RQ(item_length=RandShort())])
    assert len({bytes(packet) for _ in range(50)}) > 5
    assert isinstance(bytes(fuzz(request())), bytes)
    for each in CLASSES.values():
        values = {field.name: field.randval() for field in each.fields_desc if not field.holds_packets}
        assert isinstance(bytes(each(**values)), bytes)


def test_ports_are_set_when_stacked_on_tcp() -> None:
    assert (IP() / TCP() / A_ABORT())[TCP].dport == 11112
    assert (IP() / TCP(dport=4242) / A_ABORT())[TCP].dport == 4242


# ------------------------------------------------------------------------------------------------ edits and copies


def test_an_edit_deep_inside_is_built_and_lengths_stay_as_they_were() -> None:
    packet = IP(bytes(IP() / TCP(dport=104) / associate_rq()))[DICOM]
    syntax = packet.variable_items[1].syntax_sub_items[0]
    syntax.abstract_syntax_name = CT
    data = bytes(packet)
    assert CT.encode() in data and VERIFICATION.encode() not in data
    assert len(data) == len(associate_rq()) + len(CT) - len(VERIFICATION)
    assert packet.pdu_length == len(associate_rq()) - 6 and syntax.item_length == len(VERIFICATION)
    del packet.pdu_length
    assert packet.pdu_length is None and DICOM(bytes(packet)).pdu_length == len(data) - 6
    packet.recompute_lengths()
    assert bytes(packet) == associate_rq(proposed(1, CT.encode()))
    assert DICOM(bytes(packet))[Abstract_Syntax].abstract_syntax_name == CT


def test_an_edit_of_a_command_set_recomputes_its_group_length() -> None:
    packet = DICOM(p_data(pdv(1, 3, echo_rq())))
    elements = packet[Command_Set].command_elements
    elements[1].value = CT
    elements.append(Error_Comment(value="odd"))
    packet.recompute_lengths()
    wanted = [uid(2, CT.encode()), us(0x100, 0x30), us(0x110, 1), us(0x800, 0x101), transcript.element(0x902, b"odd ")]
    assert bytes(packet) == p_data(pdv(1, 3, command(*wanted)))


def test_recomputing_leaves_what_was_never_reached() -> None:
    packet = DICOM(associate_rq()[:4])
    packet.recompute_lengths()
    assert bytes(packet) == associate_rq()[:4]


@pytest.mark.parametrize("duplicate", [
    lambda packet: packet.copy(), copy.copy, copy.deepcopy, lambda packet: pickle.loads(pickle.dumps(packet)),
])  # fmt: skip
def test_copies_are_equal_and_apart(duplicate: Callable[[Packet], Packet]) -> None:
    for data in (*SAMPLES, associate_rq()[:60], pdu(0x4D, b"x")):
        packet = DICOM(data)
        other = duplicate(packet)
        assert type(other) is type(packet) and other == packet and bytes(other) == data
    packet = DICOM(associate_rq())
    other = packet.copy()
    other[Abstract_Syntax].abstract_syntax_name = "1.2"
    assert bytes(packet) == associate_rq() and bytes(other) != bytes(packet)
    built = request()
    again = duplicate(built)
    assert bytes(again) == bytes(built)


@pytest.mark.parametrize("each", CLASSES.values(), ids=lambda each: each.__name__)
def test_ls_show_and_pickle_hold_for_every_class(each: Any) -> None:
    with redirect_stdout(io.StringIO()) as out:
        ls(each)
        ls(each())
        each().show()
        each().show2()
    assert each.fields_desc[0].name in out.getvalue()
    assert bytes(pickle.loads(pickle.dumps(each()))) == bytes(each()) and isinstance(repr(each()), str)


def test_show2_shows_what_is_computed() -> None:
    assert "pdu_length= None" in request().show(dump=True)
    assert f"pdu_length= {len(associate_rq()) - 6}" in request().show2(dump=True)
    assert DICOM(associate_rq()).show(dump=True) == DICOM(associate_rq()).show2(dump=True)


def test_the_command_of_a_packet_builds_it() -> None:
    for data in SAMPLES:
        again = eval(DICOM(data).command(), {**vars(layers), "Raw": Raw, "RawVal": RawVal})
        assert bytes(again) == data


# ------------------------------------------------------------------------------------------------ on TCP


def segment(data: bytes, **ports: int) -> Packet:
    return IP(bytes(IP() / TCP(**{"sport": 40000, "dport": 104, **ports}) / data))


def test_both_ports_and_both_directions_are_bound() -> None:
    for port in (104, 11112):
        assert A_ABORT in segment(abort(), dport=port) and A_ABORT in segment(abort(), sport=port, dport=40000)
    assert DICOM not in segment(abort(), dport=4242)
    assert A_ABORT in Ether(bytes(Ether() / IPv6() / TCP(dport=104) / abort()))


def test_further_ports_can_be_bound() -> None:
    code = "\n".join((
        "from dissector.layers import *", "from scapy.layers.inet import TCP", "before = len(TCP.payload_guess)",
        "bind(4242); bind(4242); bind()", "assert len(TCP.payload_guess) == before + 2",
        "p = TCP(bytes(TCP(dport=4242)/A_ABORT()))", "assert A_ABORT in p and DICOM in p",
    ))  # fmt: skip
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_several_pdus_in_one_segment_become_layers() -> None:
    data = p_data(pdv(1, 3, echo_rq())) + RELEASE_RQ + abort()
    packet = segment(data)
    assert packet.layers() == [IP, TCP, P_DATA_TF, A_RELEASE_RQ, A_ABORT]
    assert packet.getlayer(DICOM, 2) is packet[A_RELEASE_RQ]
    packet.clear_cache()
    assert bytes(packet)[40:] == data
    assert segment(RELEASE_RQ + b"tail").layers() == [IP, TCP, A_RELEASE_RQ, Raw]
    assert bytes(segment(RELEASE_RQ * 500))[40:] == RELEASE_RQ * 500
    assert len(segment(RELEASE_RQ * 500).layers()) == 2 + layers.MAXIMUM_STACKED_PDUS + 1


def test_a_segment_with_the_beginning_of_a_pdu_shows_what_is_there() -> None:
    packet = segment(p_data(pdv(1, 0, bytes(5000)))[:1400])
    assert packet[DICOM].pdu_length == 5006 and len(packet[Presentation_Data_Value].message_fragment) == 1388
    assert A_ASSOCIATE_RQ in segment(associate_rq()[:40]) and A_ASSOCIATE_RQ in segment(associate_rq()[:6])
    assert A_ASSOCIATE_RQ in segment(SAMPLES[1][:1400])


@pytest.mark.parametrize("data", [
    b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(200)), b"SSH-2.0-x\r\n",
    bytes(1400), bytes(range(4, 250)), struct.pack("<700H", *range(4, 704)), b"\4\0\5\0\6\0\7\0" * 100, b"\x04",
    struct.pack("<700H", *([1, 0, 2, 3] * 175)), b"\7" * 1400, pdu(0x4D, b"abc"), b"",
], ids=range(12))  # fmt: skip
def test_what_is_no_pdu_stays_raw(data: bytes) -> None:
    packet = segment(data)
    assert DICOM not in packet and bytes(packet)[40:] == data


@pytest.mark.parametrize("data", [
    pdu(5, b""), pdu(7, b"abc"), pdu(1, b"too short"), pdu(4, pdv(2, 0xFF, b"x")), b"\5\xff\0\0\0\4" + bytes(4),
    associate_rq(called=b"\xe9"), associate_rq(version=0), p_data(struct.pack("!IBB", 999, 1, 3) + b"ab"),
], ids=range(8))  # fmt: skip
def test_malformed_pdus_on_a_dicom_port_are_pdus(data: bytes) -> None:
    assert DICOM in segment(data) and bytes(segment(data)[DICOM]) == data


def test_a_client_of_another_service_may_use_a_dicom_port() -> None:
    from scapy.layers.http import HTTP

    packet = segment(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", sport=80, dport=11112)
    assert HTTP in packet and DICOM not in packet


CONTRIB = """
import sys
first = sys.argv[1] == "first"
if first:
    import scapy.contrib.dicom as contrib
from dissector.layers import *
if not first:
    import scapy.contrib.dicom as contrib
from scapy.layers.inet import IP, TCP
from scapy.sendrecv import sniff
for port in (104, 11112):
    for side in ("sport", "dport"):
        packet = IP(bytes(IP()/TCP(**{"sport": 40000, "dport": 40001, side: port})/A_ABORT(source=2)))
        assert type(packet[TCP].payload) is A_ABORT and DICOM in packet and contrib.DICOM not in packet, packet
        other = IP(bytes(IP()/TCP(**{"sport": 40000, "dport": 40001, side: port})/b"GET / HTTP/1.1"))
        assert "DICOM" not in other, other
assert [type(p[DICOM]).__name__ for p in sniff(offline=sys.argv[2], session=DicomSession)][0] == "A_ASSOCIATE_RQ"
assert A_ASSOCIATE_RQ in sniff(offline=sys.argv[2])[3]
assert contrib.DICOM in contrib.DICOM(bytes(contrib.DICOM()/contrib.A_RELEASE_RQ()))
bind()
assert bool([1 for _, cls in TCP.payload_guess if cls is contrib.DICOM]) is False
"""


@pytest.mark.parametrize("order", ["first", "second"])
def test_scapys_own_dicom_layer_does_not_get_in_the_way(order: str) -> None:
    pytest.importorskip("scapy.contrib.dicom", reason="this Scapy has no contrib.dicom")
    subprocess.run([sys.executable, "-c", CONTRIB, order, str(ROOT / "captures" / "echo.pcap")], check=True, cwd=ROOT)


# ------------------------------------------------------------------------------------------------ the session


def expected(path: Path) -> list[tuple[bytes, float]]:
    """The PDUs of a capture, up to their first gaps, with the times of their last frames."""
    streams, events = Streams(keep_bytes=True), []
    with closing(Capture(str(path))) as capture:
        for batch in capture.batches():
            events += streams.feed(batch)
    found = [event for event in events + streams.finish() if isinstance(event, Pdu)]
    bodies = [(event.body or b"")[: event.missing[0][0] if event.missing else None] for event in found]
    return list(zip(bodies, (event.last_time / 1e9 for event in found), strict=True))


CUT_BY_SCAPY = {"cut-short.pcap", "truncated_file.pcap"}
"""Captures that end inside a record: Scapy gives what there is of that last frame, our reader does not."""


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("path", CAPTURES, ids=lambda path: path.name)
def test_the_pdus_of_the_session_are_those_of_the_streams(path: Path) -> None:
    wanted = expected(path)
    packets = sniff(offline=str(path), session=DicomSession, quiet=True)
    assert len(packets) == len(wanted)
    for packet, (body, last_time) in zip(packets, wanted, strict=True):
        ours = bytes(packet[DICOM])
        assert ours == body or path.name in CUT_BY_SCAPY and ours.startswith(body)
        assert path.name in CUT_BY_SCAPY or abs(float(packet.time) - last_time) < 2e-6
        assert TCP in packet and (IP in packet or IPv6 in packet) and isinstance(packet.summary(), str)
        assert bytes(packet).endswith(ours)


def sniffed(talk: Talk, path: Path, **options: Any) -> list[Packet]:
    path.write_bytes(talk.pcap())
    return list(sniff(offline=str(path), quiet=True, **{"session": DicomSession, **options}))


PIXELS = bytes(range(256)) * 300


def conversation(**where: Any) -> Talk:
    talk = Talk(**where).open().client(associate_rq()).server(associate_ac())
    return talk.client(p_data(pdv(1, 0, PIXELS)), RELEASE_RQ).server(RELEASE_RP).close()


def test_each_packet_has_the_headers_of_the_frame_in_which_its_pdu_ended(tmp_path: Path) -> None:
    talk = conversation(server=("10.0.0.2", 4242))
    packets = sniffed(talk, tmp_path / "talk.pcap")
    assert [type(packet[DICOM]) for packet in packets] == [
        A_ASSOCIATE_RQ, A_ASSOCIATE_AC, P_DATA_TF, A_RELEASE_RQ, A_RELEASE_RP,
    ]  # fmt: skip
    assert [(packet[IP].src, packet[TCP].sport) for packet in packets[:2]] == [("10.0.0.1", 40000), ("10.0.0.2", 4242)]
    assert packets[2].time == packets[3].time and Ether in packets[2]
    ending = [p for p in talk.packets if p.payload.endswith(RELEASE_RQ)][0]
    assert int(packets[3].time * 10**9) == ending.time and packets[3][TCP].seq == ending.sequence
    assert bytes(packets[3][DICOM]) == RELEASE_RQ and not any(packet.comment for packet in packets)
    again = Ether(bytes(packets[0]))
    assert again[IP].len == 40 + len(associate_rq()) and again[TCP].chksum != 0
    assert bytes(packets[2][DICOM]) == p_data(pdv(1, 0, PIXELS))
    wrpcap(str(tmp_path / "small.pcap"), [packets[0], packets[1], packets[3]])
    assert bytes(sniff(offline=str(tmp_path / "small.pcap"), session=DicomSession)[0][DICOM]) == associate_rq()


def test_a_pdu_that_no_ip_packet_can_hold_still_builds(tmp_path: Path) -> None:
    packet = sniffed(conversation(), tmp_path / "talk.pcap")[2]
    assert len(packet[DICOM]) > 65535 and packet[IP].len == 0 and packet[TCP].chksum == 0
    assert bytes(Ether(bytes(packet))[DICOM]) == bytes(packet[DICOM])
    again = pickle.loads(pickle.dumps(packet))
    assert again[DICOM] == packet[DICOM] and again.time == packet.time


def test_packets_can_be_handled_one_by_one_without_being_kept(tmp_path: Path) -> None:
    seen: list[str] = []
    kept = sniffed(conversation(), tmp_path / "a", store=False, prn=lambda packet: seen.append(packet[DICOM].summary()))
    assert not kept and len(seen) == 5
    assert len(sniffed(conversation(), tmp_path / "b", count=2)) == 2
    assert len(sniffed(conversation(), tmp_path / "c", lfilter=lambda packet: A_RELEASE_RQ in packet)) == 1
    sniffer = AsyncSniffer(offline=str(tmp_path / "a"), session=DicomSession, quiet=True)
    sniffer.start()
    sniffer.join()
    assert len(sniffer.results) == 5


def test_packets_from_a_list_are_put_together(tmp_path: Path) -> None:
    frames = [Ether(packet.frame()) for packet in conversation().packets]
    assert len(sniff(offline=frames, session=DicomSession, quiet=True)) == 5
    session = DicomSession()
    built = [Ether() / IP(src="10.0.0.1", dst="10.0.0.2") / TCP(sport=5000, dport=104, seq=1000 + at, flags="A") / part
             for at, part in ((0, associate_rq()[:80]), (80, associate_rq()[80:]))]  # fmt: skip
    assert session.feed(built[0]) == []
    (packet,) = session.feed(built[1])
    assert bytes(packet[DICOM]) == associate_rq() and TCP in built[0] and Raw not in packet
    assert session.feed(Ether() / b"no IP") == [] and session.finish() == []


def test_link_layers_that_only_scapy_knows(tmp_path: Path) -> None:
    from scapy.layers.ppp import PPP

    parts = [associate_rq()[:80], associate_rq()[80:]]
    frames = [PPP() / IP(src="10.0.0.1", dst="10.0.0.2") / TCP(sport=5000, dport=104, seq=1000 + at, flags="A") / part
              for at, part in zip((0, 80), parts, strict=True)]  # fmt: skip
    wrpcap(str(tmp_path / "ppp.pcap"), frames)
    (packet,) = sniff(offline=str(tmp_path / "ppp.pcap"), session=DicomSession)
    assert PPP in packet and bytes(packet[DICOM]) == associate_rq()


def test_nothing_is_invented_for_bytes_that_were_not_captured(tmp_path: Path) -> None:
    talk = conversation()
    gone = next(p for p in talk.packets if len(p.payload) == 1400 and p.payload not in associate_rq())
    at = talk.packets.index(gone) + 4
    assert len(talk.packets[at].payload) == 1400
    del talk.packets[at]
    packets = {type(packet[DICOM]): packet for packet in sniffed(talk, tmp_path / "gap.pcap")}
    assert len(packets) == 5
    data, cut = p_data(pdv(1, 0, PIXELS)), packets[P_DATA_TF]
    assert bytes(cut[DICOM]) == data[:2800] and cut.pdu_length == len(data) - 6
    assert cut.comment == f"dicom-dissector: 2800 of {len(data)} bytes of this PDU are here".encode()
    assert not packets[A_RELEASE_RQ].comment and bytes(packets[A_RELEASE_RQ][DICOM]) == RELEASE_RQ
    assert cut.time == packets[A_RELEASE_RQ].time < packets[A_RELEASE_RP].time


def test_what_is_left_at_the_end_is_given(tmp_path: Path) -> None:
    talk = Talk().open().client(associate_rq()).server(associate_ac()).client(p_data(pdv(1, 0, PIXELS))[:3000])
    packets = sniffed(talk, tmp_path / "cut.pcap")
    assert len(packets) == 3 and len(packets[2][DICOM]) == 3000 and b"3000 of" in packets[2].comment
    session = DicomSession()
    frames = [Ether(packet.frame()) for packet in talk.packets]
    assert len([packet for frame in frames for packet in session.feed(frame)]) == 2
    assert [len(packet[DICOM]) for packet in session.finish()] == [3000]
    assert session.finish() == []


def test_headers_that_are_not_remembered_are_not_guessed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layers, "REMEMBERED_HEADERS", 1)
    talk = Talk().open().client(associate_rq()).server(associate_ac()).client(p_data(pdv(1, 0, PIXELS))[:3000])
    packet = sniffed(talk.server(b"\4"), tmp_path / "cut.pcap")[2]
    assert packet.layers()[:2] == [IP, TCP] and len(packet[DICOM]) == 3000
    assert (packet[IP].src, packet[IP].dst) == ("10.0.0.1", "10.0.0.2")
    assert (packet[TCP].sport, packet[TCP].dport) == (40000, 11112)
    ended = [p for p in talk.packets if p.payload and p.source[1] == 40000][-1]
    assert int(packet.time * 10**9) == ended.time


def test_bytes_where_a_pdu_should_be_are_an_unknown_pdu(tmp_path: Path) -> None:
    talk = Talk().open().client(associate_rq()).server(associate_ac()).client(pdu(0x4D, b"what is this?")).close()
    packets = sniffed(talk, tmp_path / "unknown.pcap")
    assert isinstance(packets[2][DICOM], Unknown_PDU) and bytes(packets[2][DICOM]) == pdu(0x4D, b"what is this?")


def test_files_are_read_apart_from_each_other(tmp_path: Path) -> None:
    files = [str(tmp_path / name) for name in ("a", "b")]
    for name in files:
        Path(name).write_bytes(conversation().pcap())
    packets = sniff(offline=files, session=DicomSession, quiet=True)
    assert len(packets) == 10 and {packet.sniffed_on for packet in packets} == set(files)


def test_a_session_on_top_of_another_one(tmp_path: Path) -> None:
    from scapy.sessions import IPSession

    assert len(sniffed(conversation(), tmp_path / "talk.pcap", session=DicomSession(IPSession))) == 5


def test_live_traffic_is_put_together() -> None:
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("sniffing needs root")
    server = socket.create_server(("127.0.0.1", 0))  # closed below
    port = server.getsockname()[1]
    big = p_data(pdv(1, 0, PIXELS * 3))
    started = threading.Event()
    session = DicomSession()
    sniffer = AsyncSniffer(
        iface="lo", session=session, started_callback=started.set, stop_filter=lambda packet: A_RELEASE_RQ in packet,
        lfilter=lambda packet: port in (packet[TCP].sport, packet[TCP].dport),
    )  # fmt: skip
    sniffer.start()
    assert started.wait(10)
    time.sleep(0.2)
    with closing(server), socket.create_connection(("127.0.0.1", port)) as client:
        peer, _ = server.accept()
        with closing(peer):
            threading.Thread(target=lambda: [None for _ in iter(lambda: peer.recv(1 << 20), b"")], daemon=True).start()
            client.sendall(associate_rq())
            time.sleep(0.1)
            client.sendall(big + RELEASE_RQ)
            sniffer.join(30)
    bodies = [bytes(packet[DICOM]) for packet in sniffer.results]
    assert bodies == [associate_rq(), big, RELEASE_RQ]
    assert all(packet[IP].src == "127.0.0.1" and packet[TCP].dport == port for packet in sniffer.results)


def test_each_live_pdu_is_shown_once() -> None:
    """Scapy's sockets see each frame of loopback twice: going out and coming in."""
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("sniffing needs root")
    server = socket.create_server(("127.0.0.1", 0))  # closed below
    port = server.getsockname()[1]
    shown: list[str] = []
    started = threading.Event()
    sniffer = AsyncSniffer(
        iface="lo", session=DicomSession, filter=f"tcp port {port}", started_callback=started.set, store=False,
        prn=lambda packet: shown.append(packet.show(dump=True)), stop_filter=lambda packet: A_RELEASE_RQ in packet,
    )  # fmt: skip
    sniffer.start()
    assert started.wait(10)
    time.sleep(0.2)
    with closing(server), socket.create_connection(("127.0.0.1", port)) as client:
        peer, _ = server.accept()
        with closing(peer):
            client.sendall(associate_rq())
            time.sleep(0.1)
            peer.sendall(associate_ac())
            time.sleep(0.1)
            client.sendall(RELEASE_RQ)
            sniffer.join(30)
    titles = [next(name for name in ("A-ASSOCIATE-RQ", "A-ASSOCIATE-AC", "A-RELEASE-RQ") if f"[ {name} ]" in text)
              for text in shown]  # fmt: skip
    assert titles == ["A-ASSOCIATE-RQ", "A-ASSOCIATE-AC", "A-RELEASE-RQ"]


# ------------------------------------------------------------------------------------------------ Scapy's TCPSession


def test_scapys_tcp_session_gets_whole_pdus(tmp_path: Path) -> None:
    packets = sniffed(conversation(), tmp_path / "talk.pcap", session=TCPSession)
    found = [layer for packet in packets for layer in pdus_of(packet)]
    assert [type(each) for each in found] == [A_ASSOCIATE_RQ, A_ASSOCIATE_AC, P_DATA_TF, A_RELEASE_RQ, A_RELEASE_RP]
    alone = found[2].copy()
    alone.remove_payload()
    assert bytes(alone) == p_data(pdv(1, 0, PIXELS))


def pdus_of(packet: Packet) -> list[Packet]:
    found, at = [], 1
    while (layer := packet.getlayer(DICOM, at)) is not None:
        found.append(layer)
        at += 1
    return found


def test_tcp_reassemble_waits_cuts_and_lets_go() -> None:
    metadata: dict[str, Any] = {}
    assert DICOM.tcp_reassemble(b"\1\0\0", metadata, {}) is None
    assert DICOM.tcp_reassemble(associate_rq()[:90], metadata, {}) is None
    assert metadata["tcp_min_len"] == len(associate_rq())
    packet = DICOM.tcp_reassemble(associate_rq() + RELEASE_RQ, {}, {})
    assert isinstance(packet, A_ASSOCIATE_RQ) and packet[Padding].load == RELEASE_RQ
    assert isinstance(DICOM.tcp_reassemble(b"HTTP/1.1 200 OK", {}, {}), Raw)
    cut = DICOM.tcp_reassemble(associate_rq()[:90], {"tcp_end": True}, {})
    assert cut is not None and bytes(cut) == associate_rq()[:90]


# ------------------------------------------------------------------------------------------------ real peers


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def connected(port: int) -> socket.socket:
    deadline = time.monotonic() + 20
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=20)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def dcmtk(folder: Path) -> Iterator[int]:
    program = shutil.which("storescp")
    if program is None:
        builders.missing("storescp of dcmtk is not installed")
        return
    port = free_port()
    process = subprocess.Popen(
        [program, "--output-directory", str(folder), str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        connected(port).close()
        yield port
    finally:
        process.terminate()
        process.wait(20)


def pynetdicom_peer(folder: Path) -> Iterator[int]:
    from pynetdicom import AE

    entity = AE(ae_title="ANY-SCP")
    entity.add_supported_context(VERIFICATION)
    server = entity.start_server(("127.0.0.1", 0), block=False)
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()


@pytest.fixture(params=[dcmtk, pynetdicom_peer], ids=["dcmtk", "pynetdicom"])
def peer(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[int]:
    """The port of a real SCP that answers C-ECHO."""
    yield from request.param(tmp_path)


def received(client: socket.socket) -> Packet:
    """The next PDU from a peer."""

    def exactly(count: int) -> bytes:
        data = b""
        while len(data) < count:
            more = client.recv(count - len(data))
            assert more, "the peer closed the connection"
            data += more
        return data

    head = exactly(6)
    return DICOM(head + exactly(int.from_bytes(head[2:], "big")))


def test_peers_understand_what_is_built(peer: int) -> None:
    with connected(peer) as client:
        client.sendall(bytes(request()))
        acceptance = received(client)
        assert isinstance(acceptance, A_ASSOCIATE_AC) and bytes(acceptance) == acceptance.original
        assert acceptance[Presentation_Context_AC].result_reason == 0
        assert acceptance.summary() == "DICOM A-ASSOCIATE-AC, 1 of 1 presentation context accepted"
        client.sendall(bytes(echo(message_id=1234)))
        response = received(client)
        elements = {each.structure.key: each.value for each in response[Command_Set].command_elements}
        assert elements["command_field"] == 0x8030 and elements["status"] == 0
        assert elements["message_id_being_responded_to"] == 1234
        client.sendall(bytes(A_RELEASE_RQ()))
        assert isinstance(received(client), A_RELEASE_RP)


def test_peers_take_an_edited_request_and_reject_a_wrong_one(peer: int) -> None:
    with connected(peer) as client:
        packet = DICOM(associate_rq())
        packet.variable_items.insert(1, Presentation_Context_RQ(presentation_context_id=3, syntax_sub_items=[
            Abstract_Syntax(abstract_syntax_name="1.2.3.4.5"), Transfer_Syntax_RQ(transfer_syntax_name=IMPLICIT_LITTLE),
        ]))  # fmt: skip
        packet.recompute_lengths()
        client.sendall(bytes(packet))
        acceptance = received(client)
        results = {each.presentation_context_id: each.result_reason for each in acceptance.variable_items
                   if isinstance(each, Presentation_Context_AC)}  # fmt: skip
        assert results == {1: 0, 3: 3}
        client.sendall(bytes(A_ABORT()))
    with connected(peer) as client:
        client.sendall(bytes(request(protocol_version=2)))
        refusal = received(client)
        assert isinstance(refusal, A_ASSOCIATE_RJ) and refusal.reason == 2, refusal.show(dump=True)


def test_a_stream_socket_speaks_dicom(peer: int) -> None:
    stream = StreamSocket(connected(peer), DICOM)
    with closing(stream):
        assert isinstance(stream.sr1(request(), verbose=False, timeout=20), A_ASSOCIATE_AC)
        response = stream.sr1(echo(), verbose=False, timeout=20)
        assert response.summary() == "DICOM P-DATA-TF context 1: C-ECHO-RSP, status 0000H"
        assert isinstance(stream.sr1(A_RELEASE_RQ(), verbose=False, timeout=20), A_RELEASE_RP)


def test_answers_are_matched_by_type() -> None:
    assert DICOM(associate_ac()).answers(request()) and DICOM(associate_rj()).answers(request())
    assert not DICOM(RELEASE_RP).answers(request()) and not request().answers(Raw(b"x"))
    assert DICOM(abort()).answers(echo())


def test_importing_does_not_load_the_rest() -> None:
    code = (
        "import sys, dissector.layers as l; print(sorted(m for m in sys.modules if m.startswith(('dissector.', "
        "'pydicom', 'pynetdicom', 'scapy.all', 'scapy.layers.http', 'dissector.views'))))"
    )
    out = subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True, text=True).stdout
    assert "pydicom" not in out and "scapy" not in out and "views" not in out and "rules" not in out


def test_bound_ports_are_dicom_ports_for_the_session() -> None:
    streams = layers._Source().streams
    assert {104, 11112} <= streams.ports and list(streams.feed(Batch(b"", [], 1, 0))) == []
    assert COMMAND_SET.key in CLASSES and set(PDU_CLASSES) < set(CLASSES) and bind.__doc__
