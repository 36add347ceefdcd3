"""Write the reference pages from the data of the program: `python docs/make_reference.py`; `--check` only compares.

findings.md is the catalogue of findings, state-machine.md PS3.8's state machine as a diagram and a table.
"""

from __future__ import annotations

import sys
from pathlib import Path

from dissector.standard.findings import FINDINGS
from dissector.standard.states import ACTION_BY_IDENTIFIER, EVENT_BY_NUMBER, STATES, TRANSITIONS
from dissector.standard.zh import translate

HERE = Path(__file__).parent


def findings_page() -> str:
    """The catalogue, English with the Chinese title and explanation."""
    out = ["# Findings", "",
           "Every finding that `dissector read` and `dissector check` can report; `dissector findings CODE` prints the "
           "same. Codes are stable. Severity is for the reader: an **error** failed or breaks peers, a **warning** "
           "works but is wrong, risky or slow, a **note** is worth knowing.", "",
           "Made by `docs/make_reference.py` from `dissector/standard/findings.py`: do not edit.", ""]  # fmt: skip
    group = ""
    for kind in FINDINGS.values():
        if kind.code.split(".")[0] != group:
            group = kind.code.split(".")[0]
            out += [f"## {group}", ""]
        reference = str(kind.reference) if kind.reference else "experience; no clause of the standard"
        out += [f"### {kind.code}", "", f"**{kind.severity}**: {kind.title} / {translate(kind.title, 'zh')}", "",
                kind.explanation, "", translate(kind.explanation, "zh"), "", f"- How it shows: {kind.shows}",
                f"- What to do: {kind.remedy}", f"- Reference: {reference}", ""]  # fmt: skip
    return "\n".join(out)


def machine_page() -> str:
    """The state machine: a diagram that Markdown viewers draw, and the table."""
    out = ["# The state machine of the upper layer", "",
           "PS3.8 9.2, as `association.state` watches it for both peers. Drawn by `docs/make_reference.py` from "
           "`dissector/standard/states.py`, the same data that the judge runs on: do not edit.", "",
           "```mermaid", "stateDiagram-v2"]  # fmt: skip
    for state in STATES:
        out.append(f"    {state.identifier}: {state.identifier} {state.meaning}")
    arrows: dict[tuple[int, int], list[str]] = {}
    for (event, state_number), (action, following) in TRANSITIONS.items():
        if action.startswith("AA"):
            continue  # aborts lead from everywhere to Sta13 or Sta1; the table has them
        for after in following:
            arrows.setdefault((state_number, after), []).append(f"{EVENT_BY_NUMBER[event].identifier}/{action}")
    out += [f"    Sta{before} --> Sta{after}: {', '.join(labels)}" for (before, after), labels in arrows.items()]
    out += ["```", "", "Transitions that abort (AA-1 to AA-8) are left out of the drawing.", "",
            "| event | state | action | what is done | next |", "| --- | --- | --- | --- | --- |"]  # fmt: skip
    for (event, state_number), (action, following) in sorted(TRANSITIONS.items()):
        doing = ACTION_BY_IDENTIFIER[action].effect
        after = " or ".join(f"Sta{each}" for each in following)
        title = EVENT_BY_NUMBER[event]
        out.append(f"| {title.identifier} {title.title} | Sta{state_number} | {action} | {doing} | {after} |")
    return "\n".join(out) + "\n"


PAGES = {"findings.md": findings_page, "state-machine.md": machine_page}

if __name__ == "__main__":
    for name, make in PAGES.items():
        page = make()
        if "--check" in sys.argv:
            if (HERE / name).read_text(encoding="utf-8") != page:
                sys.exit(f"docs/{name} is not current: python docs/make_reference.py")
        else:
            (HERE / name).write_text(page, encoding="utf-8")
            print(f"docs/{name}")
