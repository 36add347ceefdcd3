"""What the makers of peers test them with, read and held against what the peers wrote down and against tshark.

The whole, thousands of associations, is `python -m tests.peers.suites`; here is its reduced form.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from . import peers_support as support
from . import tshark
from .peers import suites
from .peers.live import CANNOT


@pytest.mark.xdist_group("peers")
@pytest.mark.parametrize(("suite", "associations"), [("pynetdicom", 40), ("dcmtk", 40), ("orthanc", 25)])
def test_everything_is_read_as_the_peers_tell_it(suite: str, associations: int) -> None:
    support.needed(*suites.PROGRAMS)
    tshark.path()
    run = subprocess.run(
        [sys.executable, "-m", "tests.peers.suites", "--reduced", "--only", suite], capture_output=True, text=True,
        cwd=Path(__file__).parents[1], timeout=300,
    )  # fmt: skip
    if run.returncode == CANNOT:
        pytest.skip(run.stdout.strip())
    assert run.returncode == 0, run.stdout + run.stderr
    rows = re.findall(r"^ *([\d,]+)  (.*)$", run.stdout, re.M)
    figures = {what: int(number.replace(",", "")) for number, what in rows}
    assert figures["associations"] >= associations
    assert figures["compared with tshark: agree"] > 1000
    assert figures["disagreements that nothing explains"] == 0


def test_every_disagreement_that_is_expected_says_whose_and_why() -> None:
    for each in suites.EXPECTED:
        assert each.who in ("pynetdicom", "dcmtk", "Orthanc") and each.reason.endswith(".")
    assert len({each.name for each in suites.EXPECTED}) == len(suites.EXPECTED)
