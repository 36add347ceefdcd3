"""Draw the pictures of the README from real captures: `python docs/make_pictures.py`.

What `dissector` prints on a terminal of 80 columns, in its colours, exported by rich as SVG. Times are shown in UTC so
that the pictures do not depend on where they are made.
"""

from __future__ import annotations

import io
import os
import time
from pathlib import Path

os.environ["TZ"] = "UTC"
time.tzset()

from rich.console import Console  # noqa: E402
from rich.text import Text  # noqa: E402

from dissector.association import Association  # noqa: E402
from dissector.dimse import Message  # noqa: E402
from dissector.reading import Reading  # noqa: E402
from dissector.rules import Finding  # noqa: E402
from dissector.views import findings  # noqa: E402
from dissector.views.hexdump import STYLES, Line  # noqa: E402
from dissector.views.text import Options, TextView  # noqa: E402

HERE = Path(__file__).parent
PICTURES = {
    "read-store": ("c-store-associate-104.pcap", "a healthy C-STORE"),
    "read-move": ("move.pcap", "a C-MOVE and the association that it caused"),
    "read-rejected": ("rejected-called-ae.pcap", "a rejected association"),
}


def lines(capture: str) -> list[Line]:
    """What `dissector read` shows of a capture."""
    view, out = TextView(Options(width=80)), []
    with Reading(str(HERE.parent / "captures" / capture), keep_data=2048) as reading:
        for each in reading.judging():
            if isinstance(each, Message):
                view.message(each)
            elif isinstance(each, Association):
                out += view.association(each)
            elif isinstance(each, Finding):
                out += [*findings.lines([each], "en", 80), []]
    return out


def draw(name: str, capture: str) -> str:
    """The SVG of one picture."""
    console = Console(record=True, width=80, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    for line in lines(capture)[:-1]:
        console.print(Text.assemble(*((span.text, STYLES.get(span.style, "")) for span in line)), soft_wrap=True)
    return console.export_svg(title=f"dissector {capture}", unique_id=name)


if __name__ == "__main__":
    for name, (capture, _) in PICTURES.items():
        (HERE / f"{name}.svg").write_text(draw(name, capture), encoding="utf-8")
        print(f"docs/{name}.svg")
