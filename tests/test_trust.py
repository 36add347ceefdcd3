"""The page that says why to trust the program holds the figures of today."""

from __future__ import annotations

import json
import subprocess
import sys

from dissector.known_errors import KNOWN_ERRORS

from .captures import FOLDERS, PATHS, ROOT
from .misreadings import MISREADINGS


def test_the_figures_are_current() -> None:
    run = subprocess.run([sys.executable, "docs/make_trust.py", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, f"python docs/make_trust.py {run.stderr}"


def test_agreement_was_counted_over_what_there_is_now() -> None:
    """`make compare` counts anew."""
    told = json.loads((ROOT / "docs" / "agreement.json").read_text(encoding="utf-8"))
    assert told["repository"]["captures"] == sum(path.parent == FOLDERS[0] for path in PATHS)
    assert told["built"]["captures"] == len(MISREADINGS)
    assert told["built"]["known_errors"].keys() == {each.name for each in KNOWN_ERRORS}
    for each in ("repository", "built", "corpus"):
        assert not any(field["unexplained"] for field in told[each]["fields"])
