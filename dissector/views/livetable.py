"""The associations that are open right now, as a table that is drawn anew while what has ended scrolls by above it.

Strategy: rich keeps the table at the foot of the terminal and lets lines be printed above it, so that what was told
stays in the terminal's history. The table only reads what the tracker holds; it decides nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from typing import Any

from rich.console import Console
from rich.live import Live as Display
from rich.table import Table
from rich.text import Text

from ..association import Association, Associations
from ..standard.zh import translate
from .hexdump import STYLES, Line
from .text import size

DRAWN_A_SECOND = 4
ROWS_SHOWN = 15
"""Open associations beyond this are counted, not listed."""
NOTHING_OPEN = "no association is open; {count} have ended, {frames} frames"
MORE_OPEN = "and {count} more"


class _Terminal(Console):
    """A console on which one thread prints at a time, whole: else the table of one is drawn over the lines of
    another."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self.turn = threading.RLock()

    def print(self, *what: Any, **how: Any) -> None:
        with self.turn:
            super().print(*what, **how)


class LiveTable:
    """Draws the open associations of a tracker for as long as it is entered; `write` prints lines above them."""

    def __init__(self, tracker: Associations, frames: object, lang: str, colour: bool) -> None:
        self.tracker = tracker
        self.frames = frames
        """What counts the frames: has `frame_count`."""
        self.lang = lang
        self.console = _Terminal(highlight=False, no_color=not colour)
        self.display = Display(get_renderable=self._draw, console=self.console, auto_refresh=False, transient=True)
        self._ended = threading.Event()
        self._clock = threading.Thread(target=self._redraw, daemon=True)

    def __enter__(self) -> LiveTable:
        self.display.start()
        self._clock.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._clock.join()
        self.display.stop()

    def write(self, lines: Iterable[Line]) -> None:
        """Print lines above the table."""
        texts = [Text.assemble(*((span.text, STYLES.get(span.style, "")) for span in line)) for line in lines]
        for text in texts:
            text.rstrip()
        if texts:
            self.console.print(Text("\n").join(texts), soft_wrap=True)

    def _redraw(self) -> None:
        """Time goes by in the table although nothing happens."""
        while not self._ended.wait(1 / DRAWN_A_SECOND):
            with self.console.turn:
                self.display.refresh()

    def _draw(self) -> Table | Text:
        """What is open now; called from the thread that draws, so the dictionary is copied at once."""
        still = [each for each in list(self.tracker.current.values()) if not each.told]
        if not still:
            text = translate(NOTHING_OPEN, self.lang)
            count = getattr(self.frames, "frame_count", 0)
            return Text(text.format(count=self.tracker.count, frames=count), style="dim")
        table = Table(box=None, padding=(0, 1), header_style="dim", expand=False)
        table.add_column("", justify="right")
        for title in ("association", "since", "sent", "messages", "quiet"):
            table.add_column(translate(title, self.lang), justify="right" if title != "association" else "left",
                             overflow="ellipsis", no_wrap=True)  # fmt: skip
        for each in still[-ROWS_SHOWN:]:
            table.add_row(*self._row(each))
        if len(still) > ROWS_SHOWN:
            table.add_row("", translate(MORE_OPEN, self.lang).format(count=len(still) - ROWS_SHOWN))
        return table

    def _row(self, of: Association) -> tuple[str, ...]:
        calling, called = of.calling_ae_title or of.client, of.called_ae_title or of.server
        since = max(0.0, time.time() - of.start_time / 1e9)
        quiet = max(0.0, time.time() - of.end_time / 1e9)
        return (
            str(of.number), f"{calling} -> {called}", f"{since:.0f} s", size(of.requestor.bytes + of.acceptor.bytes),
            str(of.message_count), f"{quiet:.0f} s",
        )  # fmt: skip
