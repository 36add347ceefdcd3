"""Where tshark is, for the tests that ask it."""

from __future__ import annotations

import os

import pytest

from dissector.errors import MissingTool
from dissector.second_opinion import tshark_path

SECONDS = 120
"""How long one run may take."""


def path() -> str:
    """Where tshark is. Without it the test is skipped, but fails where CI is 'true': there it has to be installed."""
    try:
        return tshark_path()
    except MissingTool as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(str(missing))
        pytest.skip(str(missing))
