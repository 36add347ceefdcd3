"""For all tests: a program whose start the kernel refused with EFAULT is started once more.

A suite starts thousands of programs. On a virtual machine one start failed so ("Bad address": the path of Python), of
the same command that succeeds before and after; 20,000 further starts did not. No caller can hand a bad address to
`Popen`, so nothing is hidden by it.
"""

from __future__ import annotations

import errno
import subprocess
from typing import Any


class Popen(subprocess.Popen):  # type: ignore[type-arg]
    """`subprocess.Popen`, with a second try."""

    def __init__(self, *args: Any, **options: Any) -> None:
        try:
            super().__init__(*args, **options)
        except OSError as error:
            if error.errno != errno.EFAULT:
                raise
            super().__init__(*args, **options)


subprocess.Popen = Popen  # type: ignore[misc]
