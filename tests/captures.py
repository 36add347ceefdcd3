"""The captures that tests of every capture run over: those of the repository, and the corpus beside it."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = (ROOT / "captures", ROOT.parent / "shared" / "corpus")
"""The second one lies beside the repository where there is one."""
ENDINGS = (".pcap", ".pcapng", ".gz", ".zst")
PATHS = [path for folder in FOLDERS if folder.is_dir() for path in sorted(folder.iterdir())
         if path.name.endswith(ENDINGS)]  # fmt: skip
CAPTURES = {path.name: path for path in PATHS}
"""By file name: a test says that these are unique."""
