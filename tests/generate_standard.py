"""Write `dissector/standard/uids.py` and `services.py` from the tables of pydicom and pynetdicom.

Strategy: the program must not import pydicom or pynetdicom to tell the name of a UID, so both tables are copied into
data modules here, by a script, and a test fails as soon as the installed packages say something else.

    python tests/generate_standard.py            write both modules
    python tests/generate_standard.py --check    change nothing; exit status 1 when one of them is out of date
"""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

from pydicom._uid_dict import UID_dictionary
from pynetdicom import sop_class

STANDARD = Path(__file__).resolve().parent.parent / "dissector" / "standard"
WIDTH = 120
ROOT = "1.2.840.10008."

FAMILIES = {
    "_VERIFICATION_CLASSES": "Verification",
    "_STORAGE_CLASSES": "Storage",
    "_QR_CLASSES": "Query/Retrieve",
    "_BASIC_WORKLIST_CLASSES": "Basic Worklist Management",
    "_PROCEDURE_STEP_CLASSES": "Procedure Step (MPPS)",
    "_STORAGE_COMMITMENT_CLASSES": "Storage Commitment",
    "_STORAGE_MANAGEMENT_CLASSES": "Storage Management",
    "_PRINT_MANAGEMENT_CLASSES": "Print Management",
    "_APPLICATION_EVENT_CLASSES": "Application Event Logging",
    "_RELEVANT_PATIENT_QUERY_CLASSES": "Relevant Patient Information Query",
    "_MEDIA_CREATION_CLASSES": "Media Creation Management",
    "_INSTANCE_AVAILABILITY_CLASSES": "Instance Availability Notification",
    "_SUBSTANCE_ADMINISTRATION_CLASSES": "Substance Administration Query",
    "_UNIFIED_PROCEDURE_STEP_CLASSES": "Unified Procedure Step",
    "_RT_MACHINE_VERIFICATION_CLASSES": "RT Machine Verification",
    "_NON_PATIENT_OBJECT_CLASSES": "Non-Patient Object Storage",
    "_COLOR_PALETTE_CLASSES": "Color Palette Query/Retrieve",
    "_DEFINED_PROCEDURE_CLASSES": "Defined Procedure Protocol Query/Retrieve",
    "_HANGING_PROTOCOL_CLASSES": "Hanging Protocol Query/Retrieve",
    "_IMPLANT_TEMPLATE_CLASSES": "Implant Template Query/Retrieve",
    "_PROTOCOL_APPROVAL_CLASSES": "Protocol Approval Query/Retrieve",
    "_INVENTORY_CLASSES": "Inventory Query/Retrieve",
    "_DISPLAY_SYSTEM_CLASSES": "Display System Management",
    "_MEDIA_STORAGE_CLASSES": "Media Storage (no network service)",
}
"""The groups of `pynetdicom.sop_class` and our names for them."""

NOT_A_FAMILY = {"_SERVICE_CLASSES"}
"""Groups of `pynetdicom.sop_class` that hold service class UIDs, not SOP classes."""

UIDS_HEAD = '''"""Every UID the standard registers (PS3.6 Annex A): name, type, keyword, whether retired.

Strategy: plain literals, so that a name costs no import of pydicom. Written by `tests/generate_standard.py` from the
UID dictionary of pydicom (MIT): do not edit by hand. A test compares it with the installed pydicom.
"""

from __future__ import annotations


def name(uid: str) -> str | None:
    """The registered name of a UID (text without padding), None for private, unknown or malformed ones.

    Reference: PS3.6 A
    """
    entry = UIDS.get(uid)
    return entry[0] if entry else None


'''

SERVICES_HEAD = '''"""Which family of services a SOP class belongs to: it decides what its status codes mean.

Strategy: one line of UIDs per family, without their common root, turned into a dict once. Written by
`tests/generate_standard.py` from the groups of `pynetdicom.sop_class` (MIT): do not edit by hand. A test compares it
with the installed pynetdicom. Retired SOP classes are not in those groups, and so not here.
"""

from __future__ import annotations

ROOT = "1.2.840.10008."

'''

SERVICES_TAIL = '''
FAMILY_BY_UID: dict[str, str] = {
    ROOT + uid: family_name for family_name, uids in FAMILIES.items() for uid in uids.split()
}


def family(sop_class_uid: str | None) -> str | None:
    """The name of a SOP class's family of services, None for private, retired or unknown SOP classes.

    Reference: PS3.4
    """
    return FAMILY_BY_UID.get(sop_class_uid) if sop_class_uid else None
'''


def by_number(uid: str) -> tuple[int, ...]:
    """A key that sorts UIDs by their components as numbers."""
    return tuple(int(component) for component in uid.split("."))


def quoted(text: str) -> str:
    """A string literal in double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def render_uids() -> str:
    """The text of `uids.py` for the installed pydicom."""
    uids, keywords, retired = [], [], []
    for uid in sorted(UID_dictionary, key=by_number):
        name, kind, _, state, keyword = UID_dictionary[uid]
        line = f"    {quoted(uid)}: ({quoted(name)}, {quoted(kind)}),"
        if len(line) > WIDTH:
            line = f"    {quoted(uid)}: (\n        {quoted(name)},\n        {quoted(kind)},\n    ),"
        uids.append(line)
        if keyword:
            keywords.append(f"    {quoted(uid)}: {quoted(keyword)},")
        if state:
            retired.append(f"        {quoted(uid)},")
    return (
        UIDS_HEAD
        + "UIDS: dict[str, tuple[str, str]] = {\n"
        + "\n".join(uids)
        + '\n}\n"""UID -> its name and its type."""\n\n'
        + "KEYWORDS: dict[str, str] = {\n"
        + "\n".join(keywords)
        + '\n}\n"""UID -> its keyword."""\n\n'
        + "RETIRED: frozenset[str] = frozenset(\n    {\n"
        + "\n".join(retired)
        + '\n    }\n)\n"""The UIDs that are retired."""\n'
    )


def render_services() -> str:
    """The text of `services.py` for the installed pynetdicom; an unknown group raises `SystemExit`."""
    groups = {name for name in vars(sop_class) if name.startswith("_") and name.endswith("_CLASSES")} - NOT_A_FAMILY
    if groups != set(FAMILIES):
        raise SystemExit(f"pynetdicom has other groups of SOP classes: {sorted(groups ^ set(FAMILIES))}")
    lines = ["FAMILIES: dict[str, str] = {"]
    for group, family in FAMILIES.items():
        uids = sorted(vars(sop_class)[group].values(), key=by_number)
        if not all(uid.startswith(ROOT) for uid in uids):
            raise SystemExit(f"a SOP class of {group} does not begin with {ROOT}")
        texts = [""]
        for uid in uids:
            if len(texts[-1]) + len(uid) - len(ROOT) > WIDTH - 12:
                texts.append("")
            texts[-1] += uid.removeprefix(ROOT) + " "
        texts[-1] = texts[-1].rstrip()
        line = f"    {quoted(family)}: {quoted(texts[0])},"
        if len(texts) == 1 and len(line) <= WIDTH:
            lines.append(line)
        else:
            lines += [f"    {quoted(family)}: (", *(f"        {quoted(text)}" for text in texts), "    ),"]
    lines += ["}", '"""Family -> its SOP class UIDs without `ROOT`, separated by spaces."""', ""]
    return SERVICES_HEAD + "\n".join(lines) + SERVICES_TAIL


def main(arguments: list[str]) -> int:
    """Write the modules, or compare them; the exit status."""
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    status = 0
    for file_name, text in (("uids.py", render_uids()), ("services.py", render_services())):
        path = STANDARD / file_name
        if not arguments:
            path.write_text(text, encoding="utf-8")
            continue
        present = path.read_text(encoding="utf-8") if path.exists() else ""
        if present != text:
            status = 1
            sys.stdout.writelines(
                difflib.unified_diff(present.splitlines(True), text.splitlines(True), str(path), "generated")
            )
    return status


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
