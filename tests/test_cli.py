"""The command: what it prints, where, and how it ends."""

from __future__ import annotations

import gzip
import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import zstandard
from wcwidth import wcswidth

from dissector.cli import main

from . import builders as make

ROOT = make.CAPTURES.parent
ECHO = make.CAPTURES / "echo.pcap"
IDENTITY = make.CAPTURES / "user-identity.pcap"
STORE = make.CAPTURES / "store-veth.pcap"
NAMES = ("A-ASSOCIATE-RQ", "A-ASSOCIATE-AC", "P-DATA-TF", "P-DATA-TF", "A-RELEASE-RQ", "A-RELEASE-RP")
RELEASE = "05000000000400000000"


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS", "FORCE_COLOR")}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **more}


def dissector(*arguments: object, data: bytes = b"", **more: Any) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "dissector", *map(str, arguments)], input=data, capture_output=True, timeout=60,
        env=environment(), check=False, **more,
    )  # fmt: skip
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def good(*arguments: object, data: bytes = b"") -> str:
    """What a command prints that has nothing to complain about."""
    done = dissector(*arguments, data=data)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout, "colours in a pipe"
    return done.stdout


def records(*arguments: object, data: bytes = b"") -> list[dict[str, Any]]:
    return [json.loads(line) for line in good(*arguments, "--json", data=data).splitlines()]


def refused(*arguments: object, data: bytes = b"", **more: Any) -> str:
    """The one line that a command says when it cannot do what it was asked to."""
    done = dissector(*arguments, data=data, **more)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1 and done.stderr.startswith("dissector: "), done.stderr
    return done.stderr.removeprefix("dissector: ").rstrip("\n")


def leaves(field: dict[str, Any]) -> list[tuple[int, int]]:
    if not field["children"]:
        return [(field["start"], field["end"])] if field["end"] > field["start"] else []
    return [leaf for child in field["children"] for leaf in leaves(child)]


# ------------------------------------------------------------------------------------------------ help


def test_help_and_version() -> None:
    text = good("--help")
    for command in ("read", "dump", "explain"):
        assert re.search(rf"^ +{command} ", text, re.MULTILINE)
        assert good(command, "--help").startswith(f"usage: dissector {command}")
    assert "Exit status" in text
    assert re.fullmatch(r"dissector \d+\.\d+\S* \((compiled|plain Python)\)\n", good("--version"))


def test_without_arguments_the_help_stands_on_standard_error() -> None:
    done = dissector()
    assert (done.returncode, done.stdout) == (2, "")
    assert "usage: dissector" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["read"], "CAPTURE"),
        (["dump"], "CAPTURE"),
        (["--nonsense"], "try: dissector"),
        (["dump", ECHO, "--nonsense"], "--nonsense"),
        (["dump", ECHO, "--association", "0"], "numbers count from 1"),
        (["dump", ECHO, "--association", "one"], "--association"),
        (["dump", ECHO, "--lang", "fr"], "--lang"),
        (["dump", ECHO, "--width", "39"], "between 40 and 1000"),
        (["dump", ECHO, "--port", "65536"], "between 1 and 65535"),
        (["dump", ECHO, "--type", "A-NONSENSE"], "no PDU type 'A-NONSENSE'; there are A-ASSOCIATE-RQ"),
        (["dump", ECHO, "--association", "2"], "no such PDU"),
        (["dump", ECHO, "--pdu", "7"], "no such PDU"),
        (["explain", "0g"], "not hexadecimal: '0g'"),
        (["explain", "010"], "an odd number of hexadecimal digits"),
        (["explain"], "no bytes"),
    ],
)
def test_wrong_arguments_are_one_line(arguments: list[object], part: str) -> None:
    assert part in refused(*arguments)


# ------------------------------------------------------------------------------------------------ unreadable


@pytest.mark.parametrize("command", [[], ["read"], ["dump"]], ids=["alone", "read", "dump"])
def test_what_is_no_capture_is_one_line(command: list[str], tmp_path: Path) -> None:
    text, empty = tmp_path / "text", tmp_path / "empty"
    text.write_text("not a capture\n")
    empty.touch()
    assert refused(*command, tmp_path / "missing") == f"{tmp_path / 'missing'}: there is no such file"
    assert refused(*command, text) == f"{text}: not a capture (neither pcap nor pcapng)"
    assert refused(*command, empty) == f"{empty}: the file is empty"
    assert refused(*command, tmp_path) == f"{tmp_path}: is a folder, not a capture"
    assert refused(*command, "-") == "-: the file is empty"


def test_no_permission_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "secret.pcap"
    path.write_bytes(ECHO.read_bytes())
    path.chmod(0)
    if os.geteuid() != 0:
        assert refused("read", path) == f"{path}: no permission to read it"
        return
    # Root may read anything: a child imports the program, gives its rights up, and then runs it.
    program = (
        "import os, sys, dissector.cli\n"
        f"dissector.cli.main(['dump', '--type', 'A-ABORT', {str(ECHO)!r}])\n"
        "os.setuid(65534)\n"
        "sys.exit(dissector.cli.main(['dump', 'secret.pcap']))"
    )
    tmp_path.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, env=environment(), check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[1:] == ["dissector: secret.pcap: no permission to read it"]


def test_a_capture_cut_short_is_read_up_to_the_cut() -> None:
    done = dissector("dump", make.CAPTURES / "cut-short.pcap", "--json")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [record["pdu_type"] for record in told][:4] == ["A-ASSOCIATE-RQ", "A-ASSOCIATE-AC", "P-DATA-TF", "P-DATA-TF"]
    assert len(done.stderr.splitlines()) == 1
    assert "cut short inside the record of frame " in done.stderr
    assert dissector("read", make.CAPTURES / "cut-short.pcap").returncode == 0


def test_of_several_captures_those_that_can_be_read_are(tmp_path: Path) -> None:
    done = dissector("read", ECHO, tmp_path / "missing", make.CAPTURES / "echo-ipv6.pcapng")
    assert done.returncode == 2
    assert "127.0.0.1:11112" in done.stdout and "[::1]:11112" in done.stdout
    assert done.stderr == f"dissector: {tmp_path / 'missing'}: there is no such file\n"


def test_a_link_type_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "wireless.pcap"
    path.write_bytes(make.pcap([b"frame", b"frame"], link_type=105))
    done = dissector("dump", path)
    assert done.returncode == 0
    assert "2 frames of link type IEEE 802.11 wireless (105) cannot be read" in done.stderr


# ------------------------------------------------------------------------------------------------ dump


def test_dump_names_every_pdu() -> None:
    text = good("dump", ECHO)
    heads = re.findall(r"^(\S+)  PDU (\d+) of association (\d+)", text, re.MULTILINE)
    assert heads == [(name, str(index + 1), "1") for index, name in enumerate(NAMES)]
    assert "127.0.0.1:49314 -> 127.0.0.1:11112" in text
    assert "'ECHOSCP'" in text and "Verification SOP Class" in text


def test_dump_as_records_tiles_every_pdu() -> None:
    told = records("dump", ECHO)
    assert [record["pdu_type"] for record in told] == list(NAMES)
    assert [record["pdu"] for record in told] == [1, 2, 3, 4, 5, 6]
    assert [record["from"] for record in told] == ["requestor", "acceptor"] * 3
    for record in told:
        root = record["fields"]
        tiles = leaves(root)
        assert tiles[0][0] == root["start"] == 0 and tiles[-1][1] == root["end"]
        assert all(before[1] == after[0] for before, after in zip(tiles, tiles[1:], strict=False))
        assert sum(part["end"] - part["start"] for part in record["frames"]) == root["end"]
        assert record["record"] == "dissection"


def test_dump_of_one_association_pdu_or_type() -> None:
    told = records("dump", IDENTITY, "--association", 2)
    assert {record["association"] for record in told} == {2} and len(told) == 6
    (one,) = records("dump", IDENTITY, "--association", 3, "--pdu", 2)
    assert (one["association"], one["pdu"], one["pdu_type"]) == (3, 2, "A-ASSOCIATE-AC")
    told = records("dump", IDENTITY, "--type", "a-associate-rq")
    assert [(record["association"], record["pdu_type"]) for record in told] == [
        (number, "A-ASSOCIATE-RQ") for number in (1, 2, 3, 4)
    ]


def test_dump_with_references_explanations_and_everything() -> None:
    plain = good("dump", STORE, "--pdu", 1)
    reference = good("dump", STORE, "--pdu", 1, "--reference")
    assert "[PS3.8 " in reference and "[PS3.8 " not in plain
    assert len(good("dump", STORE, "--pdu", 1, "--explain").splitlines()) > len(plain.splitlines()) + 10
    folded, full = good("dump", STORE, "--pdu", 4), good("dump", STORE, "--pdu", 4, "--full")
    assert "bytes folded; --full shows them" in folded and "folded" not in full
    assert len(full.splitlines()) > 16_384 // 8 > len(folded.splitlines())


def test_dump_in_chinese_has_the_same_bytes() -> None:
    english, chinese = good("dump", ECHO), good("dump", ECHO, "--lang", "zh")
    assert re.search(r"[\u4e00-\u9fff]", chinese) and not re.search(r"[\u4e00-\u9fff]", english)
    in_lines = re.compile(r"^[0-9A-F]{4}  ((?:[0-9A-F]{2} ){0,7}[0-9A-F]{2})(?:  |$)", re.MULTILINE)
    assert in_lines.findall(english) == in_lines.findall(chinese)
    keys = [set(record) for record in records("dump", ECHO)]
    assert keys == [set(record) for record in records("dump", ECHO, "--lang", "zh")]


def test_a_capture_without_dicom_says_so() -> None:
    done = dissector("dump", make.CAPTURES / "http.pcap")
    assert (done.returncode, done.stdout) == (0, "")
    assert len(done.stderr.splitlines()) == 1 and "no DICOM PDU found" in done.stderr


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [80, 100])
def test_no_line_is_wider_than_asked_for(lang: str, width: int) -> None:
    for name in ("negotiation.pcap", "rejected-called-ae.pcap", "user-identity.pcap", "characters.pcap"):
        text = good("dump", make.CAPTURES / name, "--lang", lang, "--width", width, "--reference", "--explain")
        lines = text.splitlines()
        assert len(lines) > 20
        wide = [line for line in lines if wcswidth(line) > width or wcswidth(line) < 0]
        assert not wide, wide[:3]


def test_the_same_pdus_from_file_pipe_and_compressed(tmp_path: Path) -> None:
    expected = good("dump", STORE, "--json")
    raw = STORE.read_bytes()
    assert len(expected.splitlines()) > 5
    assert good("dump", "-", "--json", data=raw) == expected
    for name, packed in (("c.gz", gzip.compress(raw)), ("c.zst", zstandard.compress(raw))):
        (tmp_path / name).write_bytes(packed)
        assert good("dump", tmp_path / name, "--json") == expected
        assert good("dump", "-", "--json", data=packed) == expected


def test_a_capture_alone_is_read() -> None:
    assert good(ECHO) == good("read", ECHO)
    assert "127.0.0.1:11112" in good("-", data=ECHO.read_bytes())


# ------------------------------------------------------------------------------------------------ explain


def test_explain_from_arguments_and_standard_input() -> None:
    text = good("explain", RELEASE)
    assert "A-RELEASE-RQ" in text and "05 " in text
    for arguments in (["05", "00", "00 00 00 04", "00000000"], ["0x05, 0x00,", "0,0,0,4,0,0,0,0"]):
        assert good("explain", *arguments) == text
    for data in (
        RELEASE.encode(),
        b"00000000: 0500 0000 0004 0000 0000            ..........\n",
        rb'"\x05\0\x00\x00\x00\x04\x00\x00\x00\x00"',
    ):
        assert good("explain", data=data) == text
    (record,) = records("explain", RELEASE)
    assert (record["pdu_type"], record["association"], record["from"], record["fields"]["end"]) == (
        "A-RELEASE-RQ", None, None, 10,
    )  # fmt: skip


def test_explain_in_chinese_of_several_pdus() -> None:
    told = records("explain", RELEASE + RELEASE.replace("05", "06", 1), "--lang", "zh")
    assert [(record["pdu_type"], record["stream_offset"]) for record in told] == [
        ("A-RELEASE-RQ", 0),
        ("A-RELEASE-RP", 10),
    ]
    assert re.search(r"[\u4e00-\u9fff]", good("explain", RELEASE, "--lang", "zh", "--explain"))


# ------------------------------------------------------------------------------------------------ secrets


def secrets() -> dict[str, bytes]:
    """What the peers kept secret: passcode, ticket, assertion, and what a server answered."""
    truth = json.loads((make.CAPTURES / "user-identity.truth.json").read_text())
    found = {}
    for index, association in enumerate(truth["associations"]):
        identity = association["user_identity"]
        if identity["type"] >= 3:
            found[f"{index} primary"] = bytes.fromhex(identity["primary_field_hex"])
        for key in ("secondary_field_hex", "server_response_hex"):
            if identity.get(key):
                found[f"{index} {key}"] = bytes.fromhex(identity[key])
    return found


def shown(secret: bytes, text: str) -> bool:
    """Whether a line's worth of a secret stands in a text: 8 bytes in hexadecimal, or 17 letters (fewer may be words
    such as `Kerberos ticket`, which the text says for its own reasons)."""
    hexadecimal = re.sub(r"[^0-9a-f]", "", text.lower())
    spelled = "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in secret)
    return (
        secret.hex() in hexadecimal
        or any(secret[at : at + 8].hex(" ").upper() in text for at in range(max(len(secret) - 7, 1)))
        or any(spelled[at : at + 17] in text for at in range(max(len(secret) - 16, 1)))
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["dump"], ["dump", "--json"], ["dump", "--lang", "zh", "--full"], ["dump", "--explain", "--reference"],
        ["read"], ["read", "--json"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_secrets_are_masked(arguments: list[str]) -> None:
    text = good(*arguments, IDENTITY)
    found = secrets()
    assert len(found) >= 5
    for name, secret in found.items():
        assert not shown(secret, text), name


def test_secrets_are_shown_on_request_only() -> None:
    for arguments in (["dump", "--full"], ["dump", "--json"]):
        text = good(*arguments, IDENTITY, "--show-secrets")
        assert all(shown(secret, text) for secret in secrets().values())
    assert "invented.user" in good("dump", IDENTITY)


@pytest.mark.parametrize(
    "arguments", [["dump"], ["dump", "--json"], ["read", "-v"], ["read", "--json"], ["read", "--style", "dcmtk"]],
    ids=" ".join,
)  # fmt: skip
def test_user_names_are_masked_with_the_other_identifying_values(arguments: list[str]) -> None:
    name = "invented.user"
    text = good(*arguments, IDENTITY, "--mask")
    assert name not in text and name[:8].encode().hex(" ").upper() not in text
    assert name in good(*arguments, IDENTITY)


def test_secrets_are_masked_in_explained_bytes() -> None:
    """The sub-item with a passcode, given as hexadecimal, alone."""
    item = bytes([0x58, 0, 0, 19, 2, 0, 0, 4]) + b"user" + bytes([0, 7]) + b"Zq7xKwP"
    for more in ([], ["--json"], ["--lang", "zh"]):
        text = good("explain", item.hex(), *more)
        assert not shown(b"Zq7xKwP", text)
        assert shown(b"Zq7xKwP", good("explain", item.hex(), *more, "--show-secrets"))


# ------------------------------------------------------------------------------------------------ pipes, colours


def test_a_closed_pipe_is_no_error() -> None:
    for arguments in (["dump", STORE, "--full"], ["dump", STORE, "--json"]):
        process = subprocess.Popen(
            [sys.executable, "-m", "dissector", *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=environment(),
        )  # fmt: skip
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        process.stderr.close()
        assert process.wait(30) == 0


def test_ctrl_c_ends_cleanly() -> None:
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "dissector", "dump", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env=environment(),
    )  # fmt: skip
    assert process.stdin is not None and process.stdout is not None and process.stderr is not None
    process.stdin.write(ECHO.read_bytes())
    process.stdin.flush()
    assert process.stdout.readline().startswith(b"A-ASSOCIATE-RQ"), "PDUs are told while the pipe is open"
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 130
    assert process.stderr.read() == b""
    for stream in (process.stdin, process.stdout, process.stderr):
        stream.close()


def on_terminal(*arguments: object, **more: str) -> str:
    """What a command prints on a terminal."""
    reader, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "dissector", *map(str, arguments)], stdout=terminal, stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL, env=environment(TERM="xterm-256color", **more),
    )  # fmt: skip
    os.close(terminal)
    out = b""
    try:
        while piece := os.read(reader, 65536):
            out += piece
    except OSError:
        pass  # how a terminal ends on Linux
    os.close(reader)
    assert process.wait(30) == 0
    return out.decode()


def test_colours_are_for_terminals_that_want_them() -> None:
    coloured = on_terminal("dump", ECHO, "--width", 80)
    assert "\x1b[" in coloured
    for plain in (
        on_terminal("dump", ECHO, "--width", 80, "--no-color"),
        on_terminal("dump", ECHO, "--width", 80, NO_COLOR="1"),
    ):
        assert "\x1b" not in plain
        assert plain.replace("\r\n", "\n") == good("dump", ECHO)
    uncoloured = re.sub(r"\x1b\[[0-9;]*m", "", coloured).replace("\r\n", "\n")
    assert [line.rstrip() for line in uncoloured.splitlines()] == good("dump", ECHO).splitlines()


# ------------------------------------------------------------------------------------------------ what is loaded


@pytest.mark.parametrize(
    ("arguments", "banned"),
    [
        (["--help"], {"scapy", "pydicom", "pynetdicom", "pyshark", "rich", "zstandard", "dissector.decode"}),
        (["dump", str(ECHO)], {"scapy", "pydicom", "pynetdicom", "pyshark", "rich", "zstandard"}),
        (["explain", RELEASE], {"scapy", "pydicom", "pynetdicom", "pyshark", "rich", "zstandard"}),
    ],
)
def test_what_a_command_does_not_need_is_not_loaded(arguments: list[str], banned: set[str]) -> None:
    program = (
        "import sys\nfrom dissector.cli import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit:\n    pass\n"
        "print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=environment(), check=True, timeout=60
    )
    loaded = set(done.stderr.split())
    assert "dissector.cli" in loaded
    assert not loaded & banned


@pytest.mark.parametrize("command", [["read"], ["read", "--json"], ["check", "-v"], ["dump"], ["findings"]])
def test_a_full_disk_behind_standard_output(command: list[str]) -> None:
    if not Path("/dev/full").is_char_device():
        pytest.skip("there is no /dev/full here")
    file = [] if command == ["findings"] else [str(ROOT / "captures" / "rejected-called-ae.pcap")]
    with open("/dev/full", "w") as full:
        done = subprocess.run([sys.executable, "-m", "dissector", *command, *file], stdout=full, env=environment(),
                              stderr=subprocess.PIPE, text=True, timeout=60)  # fmt: skip
    assert (done.returncode, done.stderr) == (2, "dissector: standard output: No space left on device\n")


def test_standard_output_may_be_closed(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    done = subprocess.run(
        ["sh", "-c", 'exec "$0" -m dissector page "$1" -o "$2" >&-', sys.executable, str(ECHO), str(page)],
        env=environment(), stderr=subprocess.PIPE, text=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "") and page.stat().st_size > 1000


@pytest.mark.parametrize("command", [["page"], ["dump", "--pdu", "1", "--format", "svg"]])
def test_the_capture_is_not_overwritten(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    own = tmp_path / "own.pcap"
    own.write_bytes(ECHO.read_bytes())
    assert main([*command, "own.pcap", "-o", "./own.pcap"]) == 2
    assert capsys.readouterr().err == "dissector: ./own.pcap: that is the capture; -o would overwrite it\n"
    assert own.read_bytes() == ECHO.read_bytes()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--message", "1"], "--message goes with --data-sets"),
        (["--data-sets", "--pdu", "1"], "--pdu and --type choose PDUs; with --data-sets it is --message"),
        (["--data-sets", "--message", "99"], f"{ECHO}: no such data set"),
        (["--data-sets", "--finding", "1"], "--finding chooses PDUs, not data sets"),
        (["--width", "x"], "argument --width: 'x' is no number (try: dissector dump --help)"),
    ],
)
def test_options_of_dump_that_do_not_go_together(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        status = main(["dump", str(ECHO), *words])
    except SystemExit as left:
        status = int(left.code or 0)
    assert (status, capsys.readouterr().err) == (2, f"dissector: {said}\n")
