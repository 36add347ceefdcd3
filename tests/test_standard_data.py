"""The data modules hold what pydicom, pynetdicom and, where they lie beside the repository, the compiled facts say."""

from __future__ import annotations

import ast
import json
import re
import runpy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydicom._dicom_dict import DicomDictionary
from pynetdicom import dimse_messages, fsm
from pynetdicom import status as pynetdicom_status

from dissector.standard import commands, services, states, statuses, structure, uids
from dissector.standard.zh_commands import ZH

ROOT = Path(__file__).resolve().parent.parent
STANDARD = ROOT / "dissector" / "standard"
FACTS = ROOT.parent / "shared" / "standard"
MODULES = ("commands", "services", "states", "statuses", "uids", "zh_commands")

CT = "1.2.840.10008.5.1.4.1.1.2"
STUDY_ROOT_MOVE = "1.2.840.10008.5.1.4.1.2.2.2"
UPS_PUSH = "1.2.840.10008.5.1.4.34.6.1"
PRIVATE = "1.2.3.4.5"


def facts(name: str) -> Any:
    """One of the files of compiled facts; the test is skipped where they are not."""
    path = FACTS / f"{name}.json"
    if not path.exists():
        pytest.skip("the compiled facts are not beside this repository")
    return json.loads(path.read_text(encoding="utf-8"))


def snake_case(keyword: str) -> str:
    """`MessageID` -> `message_id`."""
    keyword = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", keyword)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", keyword).lower()


def number(identifier: str) -> int:
    """`Sta13` -> 13."""
    return int(re.sub(r"\D", "", identifier))


# The modules themselves


@pytest.mark.parametrize("module", MODULES)
def test_imports_nothing_but_its_siblings(module: str) -> None:
    for node in ast.walk(ast.parse((STANDARD / f"{module}.py").read_text(encoding="utf-8"))):
        assert not isinstance(node, ast.Import)
        if isinstance(node, ast.ImportFrom):
            assert node.level == 1 or node.module in {"__future__", "typing", "collections.abc", "functools"}


def test_importing_loads_neither_pydicom_nor_pynetdicom() -> None:
    names = ", ".join(f"dissector.standard.{module}" for module in MODULES)
    loaded = "{name.partition('.')[0] for name in sys.modules}"
    code = f"import sys, {names}; print(sorted({loaded} & {{'pydicom', 'pynetdicom'}}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("module", ["uids", "services"])
def test_generated_modules_are_current(module: str) -> None:
    generate = runpy.run_path(str(ROOT / "tests" / "generate_standard.py"))
    assert (STANDARD / f"{module}.py").read_text(encoding="utf-8") == generate[f"render_{module}"](), (
        "run: python tests/generate_standard.py"
    )


# UIDs and services


def test_names_of_uids() -> None:
    assert len(uids.UIDS) > 480
    assert uids.name("1.2.840.10008.1.2") == "Implicit VR Little Endian"
    assert uids.name("1.2.840.10008.1.1") == "Verification SOP Class"
    assert uids.name("1.2.840.10008.3.1.1.1") == "DICOM Application Context Name"
    assert uids.UIDS[CT] == ("CT Image Storage", "SOP Class")
    assert uids.KEYWORDS[CT] == "CTImageStorage"
    assert "1.2.840.10008.1.2.2" in uids.RETIRED and CT not in uids.RETIRED
    assert uids.name(PRIVATE) is None and uids.name("") is None


def test_families_of_sop_classes() -> None:
    assert len(services.FAMILY_BY_UID) == sum(len(text.split()) for text in services.FAMILIES.values()) > 250
    assert services.family("1.2.840.10008.1.1") == "Verification"
    assert services.family(CT) == "Storage"
    assert services.family(STUDY_ROOT_MOVE) == "Query/Retrieve"
    assert services.family(PRIVATE) is None and services.family(None) is None


def test_families_equal_the_facts() -> None:
    listed = {entry["family"]: entry["uid_count"] for entry in facts("services")["families"]}
    assert {family: len(text.split()) for family, text in services.FAMILIES.items()} == listed


# Command sets


def test_elements_equal_those_of_pydicom() -> None:
    assert len(commands.ELEMENTS) == len(commands.ELEMENT_BY_TAG) == len(commands.ELEMENT_BY_NAME) == 46
    ours = {element.tag: (element.vr, element.vm, element.keyword) for element in commands.ELEMENTS}
    theirs = {
        tag: (entry[0], entry[1], entry[4]) for tag, entry in DicomDictionary.items() if tag >> 16 == 0 and entry[4]
    }
    assert ours == theirs
    assert {element.tag for element in commands.ELEMENTS if element.retired} == {
        tag for tag in theirs if DicomDictionary[tag][3] == "Retired"
    }
    assert [element.name for element in commands.ELEMENTS] == [snake_case(e.keyword) for e in commands.ELEMENTS]


def test_codes_of_messages_equal_those_of_pynetdicom() -> None:
    ours = {command.code: command.name for command in commands.COMMANDS}
    theirs = {code: name for code, (name, _) in dimse_messages._MESSAGE_TYPES.items()}
    assert ours == commands.COMMAND_NAMES
    assert ours == theirs
    assert len(ours) == 23


def test_elements_of_messages_include_those_of_pynetdicom() -> None:
    for command in commands.COMMANDS:
        theirs = set(dimse_messages._COMMAND_SET_KEYWORDS[command.name])
        ours = {commands.ELEMENT_BY_NAME[name].keyword for name, _ in command.elements}
        status_elements = {commands.ELEMENT_BY_NAME[name].keyword for name in commands.STATUS_ELEMENTS}
        assert ours <= theirs, command.name
        assert theirs - ours <= (set() if command.is_request else status_elements), command.name


@pytest.mark.parametrize("command", commands.COMMANDS, ids=lambda command: command.name)
def test_messages_are_consistent(command: commands.Command) -> None:
    names = [name for name, _ in command.elements]
    tags = [commands.ELEMENT_BY_NAME[name].tag for name in names]
    assert tags == sorted(set(tags)), "ascending, none twice"
    assert {"command_group_length", "command_field", "command_data_set_type"} <= set(names)
    assert command.is_request == (command.code & commands.RESPONSE_BIT == 0) == command.name.endswith("-RQ")
    assert ("status" in names) == (not command.is_request)
    if not command.is_request:
        request = commands.COMMAND_BY_CODE[command.code & ~commands.RESPONSE_BIT]
        assert request.name == command.name.removesuffix("RSP") + "RQ"
    assert {usage for _, usage in command.elements} <= {"M", "U", "C", "U(=)", "C(=)"}
    assert (command.data_set == commands.NEVER) == (command.data_set_name == "") == (command.data_set_usage == "")
    assert (command.data_set == commands.ALWAYS) == (command.data_set_usage == "M")
    assert set(command.conditions) <= {*names, "data_set"}
    assert command.explanation.endswith(".")


def test_structures_of_elements() -> None:
    structures = commands.COMMAND_SET_STRUCTURES
    assert list(structures) == [*(element.name for element in commands.ELEMENTS), "command_element_unknown"]
    for key, one in structures.items():
        tag, length, value = one.fields
        assert (one.key, one.code, one.length_field) == (key, tag.fixed, "value_length")
        assert (tag.name, tag.kind, tag.size) == ("tag", structure.TAG, 4)
        assert (length.name, length.kind, length.size) == ("value_length", structure.UINT_LE, 4)
        assert (value.name, value.size) == ("value", "value_length")
    kinds = {key: one.fields[2].kind for key, one in structures.items()}
    assert kinds["message_id"] == kinds["command_group_length"] == structure.UINT_LE
    assert kinds["affected_sop_class_uid"] == structure.UID_PADDED
    assert kinds["move_destination"] == structure.AE_TITLE
    assert kinds["error_comment"] == structure.TEXT
    assert kinds["offending_element"] == structure.TAGS
    assert kinds["command_element_unknown"] == structure.BYTES
    assert structures["message_id"].code == 0x00000110
    assert structures["command_element_unknown"].code is None
    assert (structures["command_field"].fields[2].values or {})[0x8001] == "C-STORE-RSP"
    assert structures["priority"].fields[2].values == {0: "MEDIUM", 1: "HIGH", 2: "LOW"}


def test_commands_equal_the_facts() -> None:
    listed = facts("commands")
    assert {
        e["tag_int"]: (e["keyword"], e["name"], e["vr"], e["vm"], e["retired"], e["ref"]["table"])
        for e in listed["elements"]
    } == {e.tag: (e.keyword, e.title, e.vr, e.vm, e.retired, e.reference.table) for e in commands.ELEMENTS}
    presence = {"always (not 0101H)": "always", "never (0101H)": "never", "by content": "by content"}
    for message in listed["messages"]:
        command = commands.COMMAND_BY_CODE[message["code"]]
        assert command.name == message["name"]
        assert command.is_request == (message["direction"] == "request")
        assert command.reference.section == message["ref"]["section"]
        assert command.reference.table == re.sub(r" \([A-Z]+\)", "", message["ref"]["table"])
        assert command.elements == tuple(
            (snake_case(e["keyword"]), e["usage"]) for e in sorted(message["elements"], key=lambda e: e["tag"])
        )
        data_set = message["data_set"] or {"name": "", "usage": "", "condition": ""}
        assert command.data_set == presence[message["data_set_present"]]
        assert (command.data_set_name, command.data_set_usage) == (data_set["name"], data_set["usage"])
        conditions = {snake_case(e["keyword"]): e["condition"] for e in message["elements"]}
        conditions["data_set"] = data_set["condition"]
        assert command.conditions == {name: text for name, text in conditions.items() if text}
        allowed = {snake_case(keyword) for keyword in message["status_fields_allowed"]} - {"status"}
        assert allowed == (set() if command.is_request else set(commands.STATUS_ELEMENTS))
    assert len(listed["messages"]) == len(commands.COMMANDS)


# Statuses


@pytest.mark.parametrize(
    ("code", "command", "sop_class_uid", "category", "meaning"),
    [
        (0x0000, "C-ECHO-RSP", "1.2.840.10008.1.1", "success", "done"),
        (0xA700, "C-STORE-RSP", CT, "failure", "no resources left"),
        (0xA701, "C-STORE-RSP", CT, "failure", "no resources left"),
        (0xA7FF, "C-STORE-RSP", PRIVATE, "failure", "no resources left"),
        (0xA701, "C-MOVE-RSP", STUDY_ROOT_MOVE, "failure", "no resources to count the matches"),
        (0xA702, "C-MOVE-RSP", PRIVATE, "failure", "no resources to do the sub-operations"),
        (0xA801, "C-MOVE-RSP", None, "failure", "move destination AE not known to the SCP"),
        (0xA700, "C-MOVE-RSP", STUDY_ROOT_MOVE, "failure", "failure, not listed for this service class"),
        (0xA9AB, "C-STORE-RSP", None, "failure", "Data Set or Identifier does not fit the SOP Class"),
        (0xC123, "C-STORE-RSP", CT, "failure", "SCP cannot interpret the Data Set"),
        (0xCFFF, "C-FIND-RSP", None, "failure", "SCP could not process the request"),
        (0xB000, "C-STORE-RSP", CT, "warning", "stored, some elements were changed"),
        (0xB000, "C-MOVE-RSP", STUDY_ROOT_MOVE, "warning", "finished, some sub-operations failed"),
        (0xB000, "C-GET-RSP", None, "warning", "finished, some sub-operations failed or warned"),
        (0xFF00, "C-FIND-RSP", PRIVATE, "pending", "one match, more may follow; optional keys honoured"),
        (0xFF00, "C-MOVE-RSP", None, "pending", "sub-operations still running"),
        (0xFE00, "C-MOVE-RSP", None, "cancel", "sub-operations stopped by C-CANCEL"),
        (0xAA00, "C-MOVE-RSP", "1.2.840.10008.5.1.4.1.2.4.2", "failure", "none of the asked frames exist"),
        (0x0122, "C-STORE-RSP", CT, "failure", "SOP Class not supported by the peer"),
        (0x0107, "N-GET-RSP", PRIVATE, "warning", "done, but some attributes were not recognised"),
        (0x0116, "N-SET-RSP", PRIVATE, "warning", "done, with a value out of range or changed"),
        (0x0110, "N-CREATE-RSP", "1.2.840.10008.3.1.2.3.3", "failure", "general failure while processing"),
        (0x0001, "N-GET-RSP", "1.2.840.10008.3.1.2.3.4", "warning", "some optional attributes not supported"),
        (
            0xB605,
            "N-CREATE-RSP",
            "1.2.840.10008.5.1.1.2",
            "warning",
            "density outside the printer range, printer limit used",
        ),
        (0x0000, "N-CREATE-RSP", "1.2.840.10008.5.1.1.1", "success", "film session created"),
        (0x0000, "N-SET-RSP", "1.2.840.10008.5.1.1.1", "success", "done"),
        (0xB600, "N-SET-RSP", "1.2.840.10008.5.1.1.1", "warning", "memory allocation not supported"),
        (0x0000, "N-CREATE-RSP", "1.2.840.10008.5.1.1.9", "success", "done"),
        (0x0000, "N-ACTION-RSP", UPS_PUSH, "success", "done"),
        (0xC310, "N-ACTION-RSP", UPS_PUSH, "failure", "UPS not yet IN PROGRESS"),
        (0xC310, "N-SET-RSP", UPS_PUSH, "failure", "UPS not IN PROGRESS"),
        (0xC301, "N-DELETE-RSP", PRIVATE, "failure", "failure, not listed for this service class"),
        (0xB999, "C-STORE-RSP", CT, "warning", "warning, not listed for this service class"),
        (0x02AB, "C-ECHO-RSP", None, "failure", "failure, not listed for this service class"),
        (0xFF01, "C-GET-RSP", None, "pending", "pending, not listed for this service class"),
        (0xD000, "C-STORE-RSP", CT, "failure", statuses.NO_CLASS),
        (0x0003, "C-STORE-RSP", CT, "failure", statuses.NO_CLASS),
    ],
)
def test_status(code: int, command: str, sop_class_uid: str | None, category: str, meaning: str) -> None:
    found = statuses.status(code, command, sop_class_uid)
    assert (found.category, found.meaning) == (category, meaning)
    assert found.first <= code <= found.last
    assert statuses.status(code, command.removesuffix("-RSP"), sop_class_uid) == found


def test_status_says_when_a_general_code_is_not_listed_for_the_command() -> None:
    assert statuses.status(0x0110, "C-STORE-RSP", CT).note == statuses.NOT_LISTED
    assert statuses.status(0x0110, "N-SET-RSP", PRIVATE).note == ""
    assert statuses.status(0xB001, "C-FIND-RSP", "1.2.840.10008.5.1.4.1.1.201.6").note == statuses.NOT_IN_2020C


def test_status_never_fails() -> None:
    for command in ("C-STORE-RSP", "C-FIND-RSP", "N-ACTION-RSP", "", "nonsense"):
        for code in range(0x10000):
            assert statuses.status(code, command).category in statuses.CATEGORIES


def test_tables_are_reachable_and_agree() -> None:
    assert set(statuses.SERVICE_TABLES) == set(statuses.TABLE_COMMANDS)
    used = {key for keys in (*statuses.FAMILY_TABLES.values(), *statuses.CLASS_TABLES.values()) for key in keys}
    assert used == set(statuses.SERVICE_TABLES)
    assert set(statuses.FAMILY_TABLES) <= set(services.FAMILIES)
    assert set(statuses.CLASS_TABLES) <= set(services.FAMILY_BY_UID)
    requests = {command.name.removesuffix("-RQ") for command in commands.COMMANDS}
    assert {name for names in statuses.TABLE_COMMANDS.values() for name in names} <= requests
    for keys in statuses.FAMILY_TABLES.values():
        meanings: dict[tuple[str, int, int], set[str]] = {}
        for key in keys:
            for command in statuses.TABLE_COMMANDS[key]:
                for row in statuses.SERVICE_TABLES[key]:
                    meanings.setdefault((command, row.first, row.last), set()).add(row.meaning)
        assert {first for (_, first, _), texts in meanings.items() if len(texts) > 1} <= {0x0000}


COMMANDS_OF_PYNETDICOM_TABLES: dict[str, list[tuple[str, str | None]]] = {
    "VERIFICATION": [("C-ECHO-RSP", "1.2.840.10008.1.1")],
    "STORAGE": [("C-STORE-RSP", CT), ("C-STORE-RSP", PRIVATE)],
    "QR_FIND": [("C-FIND-RSP", "1.2.840.10008.5.1.4.1.2.1.1"), ("C-FIND-RSP", "1.2.840.10008.5.1.4.1.1.201.6")],
    "QR_MOVE": [("C-MOVE-RSP", STUDY_ROOT_MOVE), ("C-MOVE-RSP", "1.2.840.10008.5.1.4.1.2.4.2")],
    "QR_GET": [("C-GET-RSP", "1.2.840.10008.5.1.4.1.2.2.3"), ("C-GET-RSP", "1.2.840.10008.5.1.4.1.2.4.3")],
    "MODALITY_WORKLIST": [("C-FIND-RSP", "1.2.840.10008.5.1.4.31")],
    "RELEVANT_PATIENT": [("C-FIND-RSP", "1.2.840.10008.5.1.4.37.1")],
    "SUBSTANCE_ADMINISTRATION": [("C-FIND-RSP", "1.2.840.10008.5.1.4.41")],
    "NON_PATIENT": [("C-STORE-RSP", "1.2.840.10008.5.1.4.38.1")],
    "STORAGE_COMMITMENT": [("N-ACTION-RSP", "1.2.840.10008.1.20.1"), ("N-EVENT-REPORT-RSP", "1.2.840.10008.1.20.1")],
    "STORAGE_MANAGEMENT": [("N-ACTION-RSP", "1.2.840.10008.5.1.4.1.1.201.5")],
    "PROCEDURE": [("N-GET-RSP", "1.2.840.10008.3.1.2.3.4"), ("N-CREATE-RSP", "1.2.840.10008.3.1.2.3.3")],
    "PRINT_JOB_MANAGEMENT": [("N-CREATE-RSP", "1.2.840.10008.5.1.1.1"), ("N-ACTION-RSP", "1.2.840.10008.5.1.1.9")],
    "APPLICATION_EVENT_LOGGING": [("N-ACTION-RSP", "1.2.840.10008.1.40"), ("N-ACTION-RSP", "1.2.840.10008.1.42")],
    "MEDIA_CREATION_MANAGEMENT": [("N-ACTION-RSP", "1.2.840.10008.5.1.1.33"), ("N-GET-RSP", "1.2.840.10008.5.1.1.33")],
    "UNIFIED_PROCEDURE_STEP": [("N-ACTION-RSP", UPS_PUSH), ("N-SET-RSP", UPS_PUSH), ("C-FIND-RSP", UPS_PUSH)],
    "RT_MACHINE_VERIFICATION": [("N-CREATE-RSP", "1.2.840.10008.5.1.4.34.9")],
    "GENERAL": [("N-SET-RSP", PRIVATE), ("C-ECHO-RSP", None)],
}

CATEGORY_EXCEPTIONS: dict[tuple[str, int], str] = {}
"""(pynetdicom's table, code) -> why our category is another one. There is none."""


def pynetdicom_tables() -> dict[str, dict[int, tuple[str, str]]]:
    """pynetdicom's status tables by the first words of their names."""
    pattern = re.compile(r"(\w+?)(?:_SERVICE_CLASS|_STEP)?_STATUS$")
    return {
        match[1]: table
        for name, table in vars(pynetdicom_status).items()
        if (match := pattern.match(name)) and isinstance(table, dict)
    }


def test_categories_equal_those_of_pynetdicom() -> None:
    tables = pynetdicom_tables()
    assert set(tables) == set(COMMANDS_OF_PYNETDICOM_TABLES)
    compared = 0
    for name, table in tables.items():
        for command, sop_class_uid in COMMANDS_OF_PYNETDICOM_TABLES[name]:
            for code, (category, _) in table.items():
                if (name, code) not in CATEGORY_EXCEPTIONS:
                    ours = statuses.status(code, command, sop_class_uid).category
                    assert ours == category.lower(), (name, command, sop_class_uid, f"{code:04X}")
                    compared += 1
    assert compared > 25_000


PYNETDICOM_TABLE = {
    "storage": "STORAGE",
    "qr_find": "QR_FIND",
    "qr_move": "QR_MOVE",
    "qr_get": "QR_GET",
    "worklist": "MODALITY_WORKLIST",
    "composite_instance_root_move": "QR_MOVE",
    "composite_instance_root_get": "QR_GET",
    "without_bulk_data_get": "QR_GET",
    "pps_get": "PROCEDURE",
    "relevant_patient": "RELEVANT_PATIENT",
    "substance_administration": "SUBSTANCE_ADMINISTRATION",
    "non_patient_storage": "NON_PATIENT",
    "repository_query": "QR_FIND",
    "storage_management": "STORAGE_MANAGEMENT",
    "print_": "PRINT_JOB_MANAGEMENT",
    "event_logging_": "APPLICATION_EVENT_LOGGING",
    "media_creation_": "MEDIA_CREATION_MANAGEMENT",
    "ups_": "UNIFIED_PROCEDURE_STEP",
    "rt_verification_": "RT_MACHINE_VERIFICATION",
}
"""Key of our table, or with an underscore at its end the beginning of the keys of several -> pynetdicom's table."""


def test_every_listed_code_is_in_the_table_of_pynetdicom() -> None:
    tables = pynetdicom_tables()
    different = set()
    for key, rows in statuses.SERVICE_TABLES.items():
        (name,) = (PYNETDICOM_TABLE[k] for k in PYNETDICOM_TABLE if k == key or (k[-1] == "_" and key.startswith(k)))
        for row in rows:
            for code in range(row.first, row.last + 1):
                if tables[name].get(code, ("",))[0].lower() != row.category:
                    different.add((key, code))
    assert different == {("print_retired", 0xC604)}, "retired, so pynetdicom does not have it"
    assert {(row.first, row.category) for row in statuses.GENERAL.values()} == {
        (code, category.lower()) for code, (category, _) in tables["GENERAL"].items()
    }


def test_statuses_equal_the_facts() -> None:
    listed = facts("statuses")
    assert {
        (g["code"], g["type"].lower(), g["name"], g["meaning"], g["ref"]["section"]) for g in listed["general"]
    } == {(row.first, row.category, row.title, row.meaning, row.reference.section) for row in statuses.GENERAL.values()}
    assert {name: set(entry["general_codes"]) for name, entry in listed["per_service"].items()} == {
        name: set(codes) for name, codes in statuses.GENERAL_BY_COMMAND.items()
    }
    for entry in listed["service_classes"]:
        rows = [
            (*(code["range"] or (code["code"], code["code"])), code["type"].lower(), code["meaning"])
            for code in entry["codes"]
        ]
        assert [row[:4] for row in map(tuple, statuses.SERVICE_TABLES[entry["key"]])] == rows, entry["key"]
        reference = structure.Reference("PS3.4", entry["ref"]["section"], entry["ref"]["table"])
        assert {row.reference for row in statuses.SERVICE_TABLES[entry["key"]]} == {reference}
        names = list(statuses.TABLE_COMMANDS[entry["key"]])
        if entry["service"] == "N-CREATE, N-SET":
            both = entry["key"].removesuffix("_create") + "_set"
            names += statuses.TABLE_COMMANDS[both]
            assert statuses.SERVICE_TABLES[both] == tuple(
                row for row in statuses.SERVICE_TABLES[entry["key"]] if row.first != 0x0000
            )
        assert ", ".join(names) == entry["service"]
    ours = set(statuses.SERVICE_TABLES) - {entry["key"] for entry in listed["service_classes"]}
    assert ours == {
        "print_film_session_set",
        "print_film_box_set",
        "print_retired",
        "repository_query",
        "storage_management",
    }
    later = {(code["code"], code["type"].lower(), code["meaning"]) for code in listed["later_than_2020c"]}
    assert later == {
        (row.first, row.category, row.meaning)
        for key in ("repository_query", "storage_management")
        for row in statuses.SERVICE_TABLES[key]
    }
    assert statuses.FAILURE_REASONS == {
        code["code"]: code["meaning"] for code in listed["storage_commitment_failure_reason"]["codes"]
    }


# The state machine


def test_transitions_equal_those_of_pynetdicom() -> None:
    assert len(states.TRANSITIONS) == 123
    ours = {(f"Evt{event}", f"Sta{state}"): action for (event, state), (action, _) in states.TRANSITIONS.items()}
    assert ours == fsm.TRANSITION_TABLE


def test_next_states_equal_those_of_pynetdicom() -> None:
    assert set(states.ACTION_BY_IDENTIFIER) == set(fsm.ACTIONS)
    for name, (_, _, next_states) in fsm.ACTIONS.items():
        theirs = (next_states,) if isinstance(next_states, str) else tuple(next_states)
        assert tuple(f"Sta{state}" for state in states.ACTION_BY_IDENTIFIER[name].next_states) == theirs, name
    for action, next_numbers in states.TRANSITIONS.values():
        assert next_numbers == states.ACTION_BY_IDENTIFIER[action].next_states


def test_states_are_consistent() -> None:
    assert [state.number for state in states.STATES] == list(range(1, 14))
    assert [event.number for event in states.EVENTS] == list(range(1, 20))
    assert len(states.ACTIONS) == 28
    for pdu_type, pairs in states.SENDING.items():
        for state, event in pairs:
            action, _ = states.TRANSITIONS[event, state]
            assert states.ACTION_BY_IDENTIFIER[action].sends == pdu_type
            assert pdu_type in states.LEGAL_TO_SEND[state]
    sent = {
        (state, states.ACTION_BY_IDENTIFIER[action].sends)
        for (_, state), (action, _) in states.TRANSITIONS.items()
        if states.ACTION_BY_IDENTIFIER[action].sends
    }
    assert sent == {(state, pdu_type) for state, types in states.LEGAL_TO_SEND.items() for pdu_type in types}
    for event in states.RECEIVING.values():
        assert states.EVENT_BY_NUMBER[event].kind == states.PDU
    reachable = {(state, after) for (_, state), (_, following) in states.TRANSITIONS.items() for after in following}
    for roles in states.TYPICAL_PATHS.values():
        for path in roles.values():
            assert set(zip(path, path[1:], strict=False)) <= reachable


def test_states_equal_the_facts() -> None:
    listed = facts("states")
    assert [(s["number"], s["id"], s["meaning"], s["group"], s["ref"]["table"]) for s in listed["states"]] == [
        (s.number, s.identifier, s.meaning, s.group, s.reference.table) for s in states.STATES
    ]
    assert [(e["id"], e["name"], e["kind"], e["observer"]) for e in listed["events"]] == [
        (e.identifier, e.title, e.kind, e.observation) for e in states.EVENTS
    ]
    pdu_types = {
        "A-ASSOCIATE-RQ": 1,
        "A-ASSOCIATE-AC": 2,
        "A-ASSOCIATE-RJ": 3,
        "P-DATA-TF": 4,
        "A-RELEASE-RQ": 5,
        "A-RELEASE-RP": 6,
        "A-ABORT": 7,
    }
    for entry, action in zip(listed["actions"], states.ACTIONS, strict=True):
        assert (entry["id"], entry["effect"]) == (action.identifier, action.effect)
        assert tuple(map(number, entry["next_states"])) == action.next_states
        wire = " ".join(entry["wire"])
        send = re.search(r"send:([A-Z-]+)", wire)
        source = re.search(r"source (\d)", wire)
        transport = re.search(r"tcp:(\w+)", wire)
        assert action.sends == (pdu_types[send[1]] if send else None)
        assert action.abort_source == (int(source[1]) if source else None)
        assert action.transport == (transport[1] if transport else "")
    assert states.TRANSITIONS == {
        (number(t["event"]), number(t["state"])): (t["action"], tuple(map(number, t["next"])))
        for t in listed["transitions"]
    }
    observer = listed["observer"]
    assert {f"{pdu_type:02X}H": f"Evt{event}" for pdu_type, event in states.RECEIVING.items()} | {
        "other": f"Evt{states.RECEIVING_INVALID}"
    } == observer["receive"]
    assert {number(state): tuple(int(text[:2], 16) for text in types) for state, types in
            observer["legal_by_sender_state"].items()} == states.LEGAL_TO_SEND  # fmt: skip
    assert {
        what: {role: tuple(map(number, path)) for role, path in roles.items()}
        for what, roles in observer["typical_paths"].items()
    } == states.TYPICAL_PATHS


# Chinese


def english_texts() -> Iterator[str]:
    """Every text for people in the modules this file is about, empty ones included."""
    for element in commands.ELEMENTS:
        yield from (element.title, element.explanation, *(element.values or {}).values())
    yield commands.DATA_SET_PRESENT
    for command in commands.COMMANDS:
        yield from (command.explanation, command.data_set, command.data_set_name, *command.conditions.values())
    for one in commands.COMMAND_SET_STRUCTURES.values():
        yield from (one.title, one.explanation, one.occurrence)
        for field in one.fields:
            yield from (field.title, field.explanation, *(field.values or {}).values())
    yield from (*statuses.CATEGORIES, statuses.NOT_LISTED, statuses.NOT_IN_2020C, statuses.NO_CLASS)
    yield from statuses.FAILURE_REASONS.values()
    for table in (statuses.GENERAL.values(), *statuses.SERVICE_TABLES.values(), statuses.CODE_CLASSES):
        for row in table:
            yield from (row.title, row.meaning, row.note)
    for state in states.STATES:
        yield from (state.meaning, state.group)
    for event in states.EVENTS:
        yield from (event.title, event.kind, event.observation)
    for action in states.ACTIONS:
        yield from (action.effect, action.transport)
    yield from states.TYPICAL_PATHS
    yield from services.FAMILIES


def test_every_text_has_its_chinese() -> None:
    texts = {text for text in english_texts() if text}
    assert texts - set(ZH) == set(), "without translation"
    assert set(ZH) - texts == set(), "translated, but used nowhere"
    same = {english for english, chinese in ZH.items() if not re.search("[\u4e00-\u9fff]", chinese)}
    assert same == {"tcp", "pdu"}, "abbreviations only"
    for english, chinese in ZH.items():
        assert chinese == chinese.strip()
        assert english.endswith(".") == chinese.endswith("。"), english


def test_chinese_terms_are_those_of_the_glossary() -> None:
    glossary: dict[str, str] = {}
    for term in sorted(facts("glossary.zh")["terms"], key=lambda term: not term["origin"]):
        glossary.setdefault(term["en"], term["zh"])
    spelled_out = {
        "SCP cannot interpret the Data Set": "whole sentence",
        "SCP could not process the request": "whole sentence",
    }
    messages = {command.name for command in commands.COMMANDS}
    different = {
        english: (chinese, glossary[english])
        for english, chinese in ZH.items()
        if english in glossary and english not in spelled_out
        if chinese != (f"{glossary[english]}（{english}）" if english in messages else glossary[english])
    }
    assert different == {}
