"""Draw the pictures of the README from real captures: `python docs/make_pictures.py`.

What `dissector` prints on a terminal of 80 columns, in the colours of `dump --format svg`. Times are shown in UTC so
that the pictures do not depend on where they are made.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

os.environ["TZ"] = "UTC"
time.tzset()

from dissector.association import Association  # noqa: E402
from dissector.dimse import Message  # noqa: E402
from dissector.reading import Reading  # noqa: E402
from dissector.rules import Finding  # noqa: E402
from dissector.views import findings  # noqa: E402
from dissector.views.figure import svg  # noqa: E402
from dissector.views.hexdump import Line, Span  # noqa: E402
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
    associations, last, severities = 0, None, dict.fromkeys(findings.SEVERITIES, 0)
    with Reading(str(HERE.parent / "captures" / capture), keep_data=2048) as reading:
        for each in reading.judging():
            if isinstance(each, Message):
                view.message(each)
            elif isinstance(each, Association):
                out += view.association(each)
                associations, last = associations + 1, each.number
            elif isinstance(each, Finding):
                where = [] if each.association == last else findings.place(each, "en")
                out += [*where, *findings.lines([each], "en", 80), []]
                last = each.association
                severities[each.severity] += 1
    if any(severities.values()):
        out.append(findings.summary(associations, severities, "en"))
    return out


def draw(name: str, capture: str) -> str:
    """The SVG of one picture, under the command that it shows."""
    command = f"dissector {capture}"
    return svg([[Span(f"$ {command}", "note")], [], *lines(capture)], command, "en", 80, name=name)


if __name__ == "__main__":
    for name, (capture, _) in PICTURES.items():
        (HERE / f"{name}.svg").write_text(draw(name, capture), encoding="utf-8")
        print(f"docs/{name}.svg")
