"""The teaching page: a capture as one HTML file that needs no network and can be mailed.

Strategy: everything from the wire goes in as JSON inside a data block, never as markup, and the scripts put it on the
page as text. Styles and scripts stand in the page itself; its content security policy allows just these, by their
hashes, and nothing else.
"""

from __future__ import annotations

import json
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from ..standard.zh_page import ZH

if TYPE_CHECKING:
    from jinja2 import Environment

STYLES = ("page.css",)
SCRIPTS = ("data.js", "draw.js", "overview.js", "explore.js", "story.js", "lesson.js", "page.js")
"""In the order in which they stand in the page; together they are one script."""


def render(data: dict[str, Any]) -> str:
    """The whole page for what `PageData.record` gives."""
    style, script = joined(STYLES), joined(SCRIPTS)
    return environment().get_template("page.html").render(
        language=data["language"], file=data["capture"]["file"], policy=policy(style, script), style=style,
        script=script, data=data_block({**data, "words": ZH}),
    )  # fmt: skip


def environment() -> Environment:
    """The template engine: what it is given is text, unless a template says otherwise."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("dissector.views"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip


def policy(style: str, script: str = "") -> str:
    """The content security policy that allows this style sheet and this script, by their hashes, and nothing else."""
    scripts = f"script-src '{_hash(script)}'; " if script else ""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; {scripts}img-src data:; base-uri 'none'; form-action 'none'"
    )


def data_block(data: dict[str, Any]) -> str:
    """JSON that may stand inside a script element: no character of it can end the element or begin a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


@cache
def joined(names: tuple[str, ...]) -> str:
    """Files beside the templates as one text."""
    folder = files("dissector.views") / "templates"
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names)


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
