"""Builds the modules of the hot path with mypyc where DISSECTOR_COMPILE is set; otherwise there is nothing to build.

Strategy: the compiled modules are the same files as the plain ones, and lie beside them once installed. Without the
variable nothing here runs; where mypyc or a C compiler is missing, the extensions are left out and the files run as
Python, so that an installation never fails for speed.

    DISSECTOR_COMPILE=1 pip install .

`dissector --version` says which it became. DISSECTOR_COMPILE=quick builds in half the time, for tests: the same code,
not optimised.
"""

from __future__ import annotations

import os
import sys
from glob import glob
from typing import Any

from setuptools import setup

MODULES = (
    "capture", "heads", "link", "pdu", "stream",  # every frame
    "dimse", "association", "remembering", "wiretext", "reading",  # every PDU and message
    "rules/*", "summary", "negotiation", "views/text", "views/records",  # every association
)  # fmt: skip
"""Where compiling was measured to pay. `decode` is not among them, for classes inherit from `Field` that make its
attributes properties. Compiled code divides large integers as floating point numbers, so that the last digit of a time
would be another one: `operator.truediv` does not. Whoever adds a module runs `make test-compiled`."""

WANTED = os.environ.get("DISSECTOR_COMPILE", "0")


def extensions() -> list[Any]:
    """The extensions to build; none where mypyc is not there (yet: the build asks for it, see `setup_requires`)."""
    if WANTED in ("", "0") or {"egg_info", "dist_info"} & set(sys.argv):  # those only ask what the package is called
        return []
    try:
        from mypyc.build import mypycify
    except ImportError:
        return []
    files = [path for module in MODULES for path in sorted(glob(f"dissector/{module}.py"))]
    # `make lint` is strict; a build has not all packages.
    checked = ["--config-file=", "--ignore-missing-imports", "--always-true=COMPILED"]
    built: list[Any] = mypycify([*checked, *files], opt_level="0" if WANTED == "quick" else "3", debug_level="0")
    for each in built:
        each.optional = True
    return built


setup(
    ext_modules=extensions(),
    setup_requires=["mypy[mypyc]>=1.11"] if WANTED not in ("", "0") else [],
)
