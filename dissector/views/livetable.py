"""The associations that are open right now, as a table that is drawn anew while what has ended scrolls by above it.

Strategy: rich keeps the table at the foot of the terminal and lets lines be printed above it, so that what was told
stays in the terminal's history. The table only reads what the tracker holds; it decides nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

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


class LiveTable:
    """Draws the open associations of a tracker for as long as it is entered; `write` prints lines above them."""

    def __init__(self, tracker: Associations, frames: object, lang: str, colour: bool) -> None:
        self.tracker = tracker
        self.frames = frames
        """What counts the frames: has `frame_count`."""
        self.lang = lang
        self.console = Console(highlight=False, no_color=not colour)
        self.display = Display(
            get_renderable=self._draw, console=self.console, refresh_per_second=DRAWN_A_SECOND, transient=True,
        )  # fmt: skip

    def __enter__(self) -> LiveTable:
        self.display.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.display.stop()

    def write(self, lines: Iterable[Line]) -> None:
        """Print lines above the table."""
        for line in lines:
            text = Text.assemble(*((span.text, STYLES.get(span.style, "")) for span in line))
            text.rstrip()
            self.console.print(text, soft_wrap=True)

    def _draw(self) -> Table | Text:
        """What is open now; called from the thread that draws, so the dictionary is copied at once."""
        still = [each for each in list(self.tracker.current.values()) if not each.told]
        if not still:
            text = translate(NOTHING_OPEN, self.lang)
            count = getattr(self.frames, "frame_count", 0)
            return Text(text.format(count=self.tracker.count, frames=count), style="dim")
        table = Table(box=None, padding=(0, 1), header_style="dim", expand=False)
        table.add_column("", justify="right")
        for title in ("association", "since", "sent", "messages", "last"):
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
