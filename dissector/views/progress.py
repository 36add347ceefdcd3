"""A progress bar on standard error, drawn by rich in a thread of its own, so that reading is not held up."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ..capture import Capture

PATIENCE_SECONDS = 1.0
"""No bar for what takes less."""


@contextmanager
def bar(capture: Capture) -> Iterator[None]:
    """Show how much of the file has been read, for as long as the body runs."""
    done = threading.Event()
    thread = threading.Thread(target=_draw, args=(capture, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _draw(capture: Capture, done: threading.Event) -> None:
    if done.wait(PATIENCE_SECONDS):
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

    with Progress(
        "reading", BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn(),
        console=Console(stderr=True), transient=True,
    ) as progress:  # fmt: skip
        task = progress.add_task("reading", total=capture.total_bytes)
        while not done.wait(0.2):
            progress.update(task, completed=capture.bytes_read)
