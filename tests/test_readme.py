"""The README's examples run as they are printed."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", README, re.S))
def test_python_examples(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    if "iface=" in code and (os.name != "posix" or os.geteuid() != 0):
        pytest.skip("sniffing needs root")
    exec(compile(code.replace("timeout=60", "timeout=1"), "README.md", "exec"), {})


def test_the_dump_in_the_readme_is_what_the_command_prints(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from dissector.cli import main

    monkeypatch.chdir(ROOT)
    assert main(["dump", "captures/associate-rq.pcap", "--pdu", "1"]) == 0
    printed = capsys.readouterr().out
    shown = README[README.index("A-ASSOCIATE-RQ  PDU 1 of") :].split("```")[0]
    for part in shown.split("...\n"):
        assert part in printed


def test_every_file_it_links_to_is_there() -> None:
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / link).exists(), link


def test_the_pictures_are_current() -> None:
    """The text in the pictures is what `read` prints; their drawing depends on the version of rich."""
    import subprocess
    import sys

    code = (
        "import sys; sys.path.insert(0, 'docs'); import html, os, subprocess, make_pictures as m\n"
        "for name, (capture, _) in m.PICTURES.items():\n"
        "    command = [sys.executable, '-m', 'dissector', 'read', f'captures/{capture}']\n"
        "    told = subprocess.run(command, stdout=-1, text=True, env={**os.environ, 'COLUMNS': '80'}).stdout\n"
        "    text = [''.join(span.text for span in line).rstrip() for line in m.lines(capture)]\n"
        "    assert text == [line.rstrip() for line in told.splitlines()], name\n"
        "    drawn = (m.HERE / f'{name}.svg').read_text(encoding='utf-8').replace('&#160;', ' ')\n"
        "    for line in m.lines(capture):\n"
        "        for span in line:\n"
        "            for word in span.text.split():\n"
        "                assert html.escape(word) in drawn, (name, word)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_the_reference_pages_are_current() -> None:
    import subprocess
    import sys

    command = [sys.executable, "docs/make_reference.py", "--check"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
