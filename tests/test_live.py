"""The command `live`: what it shows, what it writes, and how it ends.

Strategy: traffic of the recorded captures is sent again over a virtual Ethernet cable, frame by frame, and real peers
talk in network namespaces (`peers/live.py`); what `live` says is held against what `read` says of the capture that it
wrote. Both need root; where that is missing the tests are skipped, and say so.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import pty
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dissector import live as module
from dissector.capture import Capture
from dissector.errors import PermissionNeeded

from . import builders as make
from .peers_support import SECONDS, needed, wait_until
from .test_cli import dissector, environment

ROOT = make.CAPTURES.parent
ENGINES = ("tcpdump", "dumpcap", "scapy")
MOVE = make.CAPTURES / "move.pcap"
ECHO = make.CAPTURES / "echo.pcap"
BACK_PORT = "11113"
"""Where the objects of the move go to."""


# ------------------------------------------------------------------------------------------------ a cable of our own


CLONE_NEWNET = 0x40000000


@pytest.fixture(scope="module", autouse=True)
def own_network() -> Iterator[None]:
    """While the tests of this module run: a network of our own with its loopback, where nobody else's traffic is."""
    system = ctypes.CDLL(None, use_errno=True)
    if sys.platform != "linux" or os.geteuid() != 0:
        yield
        return
    before = os.open("/proc/self/ns/net", os.O_RDONLY)
    try:
        if system.unshare(CLONE_NEWNET):
            pytest.skip(f"no network of our own: {os.strerror(ctypes.get_errno())}")
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        yield
        system.setns(before, CLONE_NEWNET)
    finally:
        os.close(before)


@pytest.fixture(scope="module")
def cable(own_network: None, worker_id: str) -> Iterator[tuple[str, str]]:
    """The two ends of a virtual Ethernet cable that nobody else uses."""
    near, far = (f"dd{end}{worker_id[-4:]}{os.getpid() % 10_000}" for end in "nf")
    if os.name != "posix" or os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("a virtual cable needs root and iproute2")
    made = subprocess.run(
        ["ip", "link", "add", near, "mtu", "65535", "type", "veth", "peer", "name", far, "mtu", "65535"],
        capture_output=True, text=True,
    )  # fmt: skip
    if made.returncode:
        pytest.skip(f"no virtual cable here: {made.stderr.strip()}")
    try:
        for name in (near, far):
            Path(f"/proc/sys/net/ipv6/conf/{name}/disable_ipv6").write_text("1")  # or it would talk by itself
            subprocess.run(["ip", "link", "set", name, "up"], check=True)
        yield near, far
    finally:
        subprocess.run(["ip", "link", "delete", near], check=True)


def send(interface: str, *captures: Path, pause: float = 0.0) -> None:
    """Send the frames of captures, as they are."""
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as out:
        out.bind((interface, 0))
        for path in captures:
            with Capture(str(path)) as capture:
                for batch in capture.batches():
                    for frame in batch.frames:
                        start, captured, *_ = frame
                        out.send(batch.data[start : start + captured])
                        time.sleep(pause)


class Watcher:
    """`dissector live`, begun; its output is collected."""

    def __init__(
        self, interface: str, *arguments: object, engine: str = "tcpdump", stdout: Any = subprocess.PIPE
    ) -> None:
        if engine != "scapy":
            needed(engine)
        words = [sys.executable, "-m", "dissector", "live", "-i", interface, "--engine", engine, "--port", BACK_PORT]
        self.process = subprocess.Popen(
            [*words, *map(str, arguments)], stdout=stdout, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
            env=environment(),
        )  # fmt: skip
        assert self.process.stderr is not None
        self.first = self.process.stderr.readline().decode()
        assert self.first == f"dissector: capturing on {interface} with {engine}; Ctrl-C ends it\n"
        self.engines = children(self.process.pid)
        time.sleep(0.2)  # Scapy's thread is reading by then

    def end(self, number: int | None = signal.SIGINT, after: float = 0.7) -> tuple[int, str, str]:
        """Signal it, and wait: the exit status, what it printed, and what it said besides."""
        time.sleep(after)  # dumpcap hands frames over up to a quarter of a second late
        if number is not None:
            self.process.send_signal(number)
        out, said = self.process.communicate(timeout=SECONDS)
        wait_until(lambda: not any(alive(each) for each in self.engines), "the engine to end")
        return self.process.returncode, (out or b"").decode(), said.decode()


def children(process: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(path.read_text().rpartition(") ")[2].split()[1]) == process:
                found.append(int(path.parent.name))
    return found


def alive(process: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2][0] != "Z"
    return False


def told(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def alike(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Records without what a live capture and its file cannot have in common."""
    return [{key: value for key, value in each.items() if key not in ("file", "format")} for each in records]


def read(path: Path) -> list[dict[str, Any]]:
    return told(dissector("read", "--json", path).stdout)


def summary(said: str) -> str:
    return said.splitlines()[-1].removeprefix("dissector: ")


# ------------------------------------------------------------------------------------------------ real peers


@pytest.mark.parametrize("link", ["lo", "veth"])
@pytest.mark.parametrize("engine", ENGINES)
def test_real_peers_live_and_from_the_file(engine: str, link: str) -> None:
    needed("dcmqrscp", "storescp", *(() if engine == "scapy" else (engine,)))
    run = subprocess.run(
        [sys.executable, "tests/peers/live.py", "--seconds", "2", "--engine", engine, "--link", link],
        cwd=ROOT, capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    if run.returncode == 77:
        pytest.skip(run.stdout.strip())
    assert run.returncode == 0, run.stdout + run.stderr
    result = json.loads(run.stdout)
    assert result["equal"] and result["associations"] > 5 and result["messages"] > 20
    assert result["dropped_frames"] == 0
    assert result["latency_median"] < 0.4, "dumpcap holds frames for a quarter of a second"


# ------------------------------------------------------------------------------------------------ the kernel's filter


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["move.pcap", "echo-ipv6.pcapng", "vlan-qinq.pcap", "ipv4-fragments.pcap"])
def test_the_filter_lets_dicom_through_and_nothing_else(
    cable: tuple[str, str], tmp_path: Path, engine: str, name: str
) -> None:
    near, far = cable
    capture, out = make.CAPTURES / name, tmp_path / "live.pcapng"
    watcher = Watcher(near, "--json", "-w", out, engine=engine)
    send(far, make.CAPTURES / "echo-other-port.pcap", capture)
    status, text, _ = watcher.end()
    assert status == 0
    lived, there = told(text), read(capture)
    assert lived[-1]["frames"] == there[-1]["frames"], "none is missing, and none of another port is there"
    assert lived[-1]["messages"] == there[-1]["messages"] > 0
    assert alike(lived) == alike(read(out))


@pytest.mark.parametrize("engine", ["tcpdump", "dumpcap"])
@pytest.mark.parametrize("name", ["move.pcap", "echo-ipv6.pcapng", "ipv4-fragments.pcap"])
def test_all_interfaces_at_once(cable: tuple[str, str], tmp_path: Path, engine: str, name: str) -> None:
    """Both ends of the cable see each frame, so every one comes twice, and is told once."""
    capture, out = make.CAPTURES / name, tmp_path / "live.pcapng"
    watcher = Watcher("any", "--json", "-w", out, engine=engine)
    send(cable[1], capture)
    status, text, _ = watcher.end()
    assert status == 0
    lived = told(text)
    wanted = [each["command"] for each in read(capture) if each["record"] == "message"]
    clients = {each["client"] for each in read(capture) if each["record"] == "association"}
    ours = {each["association"] for each in lived if each["record"] == "association" and each["client"] in clients}
    messages = [each for each in lived if each["record"] == "message" and each["association"] in ours]
    assert [each["command"] for each in messages] == wanted
    assert alike(lived) == alike(read(out))


def test_other_ports(cable: tuple[str, str]) -> None:
    near, far = cable
    capture = make.CAPTURES / "echo-other-port.pcap"
    there = read(capture)
    port = next(each["server"] for each in there if each["record"] == "association").rpartition(":")[2]
    for arguments in ((), ("--port", port), ("--any-port",), ("--filter-capture", f"tcp port {port}")):
        watcher = Watcher(near, "--json", *arguments)
        send(far, capture)
        _, text, _ = watcher.end()
        assert told(text)[-1]["messages"] == (there[-1]["messages"] if arguments else 0), arguments


def test_the_filter_compiles_for_what_interfaces_there_are() -> None:
    needed("tcpdump")
    for interface in module.interfaces():
        for any_port in (False, True):
            wanted = module.port_filter(interface.name, (4242,), any_port)
            done = subprocess.run(["tcpdump", "-d", "-i", interface.name, wanted], capture_output=True, text=True)
            if "permission" in done.stderr:
                pytest.skip("asking for the link type of an interface needs root")
            assert done.returncode == 0 or "is not up" in done.stderr, done.stderr


# ------------------------------------------------------------------------------------------------ what is shown


def test_words_in_a_pipe(cable: tuple[str, str]) -> None:
    near, far = cable
    for engine in ENGINES:
        watcher = Watcher(near, engine=engine)
        send(far, MOVE)
        status, text, said = watcher.end()
        assert status == 0
        requested = [number for number, line in enumerate(text.splitlines()) if "MOVESCU" in line]
        assert len(requested) >= 2, "when it is requested, and when it has ended"
        assert "C-MOVE" in text and "C-STORE" in text
        frames = read(MOVE)[-1]["frames"]
        assert summary(said) == f"{frames} frames captured, 0 dropped by the kernel"


@pytest.mark.parametrize(
    "arguments",
    [("-q",), ("-v",), ("--all",), ("--lang", "zh"), ("--filter", "command=C-STORE"), ("--only", "transport"),
     ("--ignore", "transport"), ("-v", "--mask")],
    ids=" ".join,
)  # fmt: skip
def test_the_words_are_those_of_read(cable: tuple[str, str], tmp_path: Path, arguments: tuple[str, ...]) -> None:
    near, far = cable
    out = tmp_path / "live.pcapng"
    watcher = Watcher(near, *arguments, "-w", out)
    send(far, MOVE)
    status, text, _ = watcher.end()
    assert status == 0
    theirs = dissector("read", *arguments, out).stdout.splitlines()
    mine = text.splitlines()
    extra = list(mine)
    for line in theirs:
        assert line in extra, line
        extra.remove(line)
    assert len(extra) <= 2, "no more than a line for each request"


def test_each_pdu_annotated_as_it_arrives(cable: tuple[str, str], tmp_path: Path) -> None:
    near, far = cable
    for arguments in ((), ("--lang", "zh"), ("--json",), ("--mask",)):
        out = tmp_path / "live.pcapng"
        watcher = Watcher(near, "--dump", *arguments, "-w", out)
        send(far, ECHO)
        status, text, _ = watcher.end()
        assert status == 0
        assert text == dissector("dump", *arguments, out).stdout
        assert text.count("A-ASSOCIATE-RQ") >= 1


def test_a_record_for_every_pdu(cable: tuple[str, str], tmp_path: Path) -> None:
    near, far = cable
    out = tmp_path / "live.pcapng"
    watcher = Watcher(near, "--json", "--pdus", "-w", out)
    send(far, MOVE)
    _, text, _ = watcher.end()
    assert alike(told(text)) == alike(told(dissector("read", "--json", "--pdus", out).stdout))
    assert sum(each["record"] == "pdu" for each in told(text)) > 10


def test_records_leave_when_they_are_known(cable: tuple[str, str]) -> None:
    """Nothing waits for what comes next, or for a buffer to fill."""
    near, far = cable
    watcher = Watcher(near, "--json")
    send(far, ECHO)
    assert watcher.process.stdout is not None
    seen = b""
    deadline = time.monotonic() + SECONDS
    while b'"record":"association"' not in seen:
        assert time.monotonic() < deadline and watcher.process.poll() is None
        if select.select([watcher.process.stdout], [], [], 0.2)[0]:
            seen += os.read(watcher.process.stdout.fileno(), 1 << 16)
    assert watcher.end()[0] == 0


def on_a_terminal(interface: str, far: str, *arguments: str, width: int = 80) -> str:
    """What a terminal of 24 lines is sent while the traffic of a move goes by slowly."""
    import fcntl
    import struct
    import termios

    main, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    command = [sys.executable, "-m", "dissector", "live", "-i", interface, "--port", BACK_PORT, *arguments]
    with subprocess.Popen(command, stdin=side, stdout=side, stderr=side, env=environment(TERM="xterm")) as process:
        os.close(side)
        seen = b""
        sent = False
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            try:
                seen += os.read(main, 1 << 16) if select.select([main], [], [], 0.1)[0] else b""
            except OSError:
                break
            if not sent and b"capturing on" in seen:
                sent = True
                sender = subprocess.Popen([sys.executable, "-c", (
                    "import sys; from pathlib import Path; from tests.test_live import send\n"
                    "send(sys.argv[1], Path(sys.argv[2]), pause=0.02)"
                ), far, str(MOVE)], cwd=ROOT)  # fmt: skip
            elif sent and sender.poll() is not None and process.poll() is None:
                time.sleep(0.7)
                seen += os.read(main, 1 << 16) if select.select([main], [], [], 0.1)[0] else b""
                process.send_signal(signal.SIGINT)
                sender.wait()
                sent, sender = True, subprocess.Popen(["sleep", "100"])
        process.wait(SECONDS)
        sender.kill()
        sender.wait()
        os.close(main)
        assert process.returncode == 0
        return seen.decode()


def test_a_table_on_a_terminal(cable: tuple[str, str]) -> None:
    near, far = cable
    needed("tcpdump")
    for lang, word in (("en", "messages"), ("zh", "消息")):
        seen = on_a_terminal(near, far, "--lang", lang)
        plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen)
        assert "MOVESCU -> QRSCP" in plain and word in plain
        assert "frames captured" in plain and seen.endswith("\n")
        assert seen.count("\x1b[?25l") == seen.count("\x1b[?25h"), "the cursor is shown again"


# ------------------------------------------------------------------------------------------------ how it ends


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_in_good_order(
    cable: tuple[str, str], tmp_path: Path, engine: str, number: signal.Signals
) -> None:
    near, far = cable
    out = tmp_path / "live.pcapng"
    watcher = Watcher(near, "--json", "-w", out, engine=engine)
    send(far, MOVE)
    status, text, said = watcher.end(number)
    frames = read(MOVE)[-1]["frames"]
    assert status == 0
    assert said == f"dissector: {frames} frames captured, 0 dropped by the kernel; {frames} written to {out}\n"
    assert told(text)[-1]["record"] == "capture_end"
    assert read(out)[-1]["complete"]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_second_ctrl_c_leaves_at_once(cable: tuple[str, str], engine: str) -> None:
    """The first one finds it busy: it is stopped while it is signalled twice, so that both are waiting for it."""
    watcher = Watcher(cable[0], engine=engine)
    watcher.process.send_signal(signal.SIGINT)
    watcher.process.send_signal(signal.SIGTERM)  # counts alike, and the kernel does not fold it into the first
    status, _, said = watcher.end(None)
    assert status in (0, 130)
    assert "Traceback" not in said


@pytest.mark.parametrize("engine", ENGINES)
def test_killed_the_capture_is_readable(cable: tuple[str, str], tmp_path: Path, engine: str) -> None:
    near, far = cable
    out = tmp_path / "live.pcapng"
    watcher = Watcher(near, "-w", out, engine=engine)
    send(far, MOVE)
    time.sleep(0.7)
    watcher.process.kill()
    status, _, _ = watcher.end(None)
    assert status == -signal.SIGKILL
    there = read(out)[-1]
    assert there["complete"] and there["frames"] == read(MOVE)[-1]["frames"]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_readers_end_is_ours(cable: tuple[str, str], engine: str) -> None:
    near, far = cable
    reading, writing = os.pipe()
    watcher = Watcher(near, "--json", engine=engine, stdout=writing)
    os.close(writing)
    os.close(reading)
    send(far, MOVE, pause=0.01)
    status, _, said = watcher.end(None)
    assert (status, said) == (0, "")


@pytest.mark.parametrize("engine", ENGINES)
def test_the_interface_goes_away(tmp_path: Path, engine: str, cable: tuple[str, str]) -> None:
    out = tmp_path / "live.pcapng"
    near, far = f"{cable[0][:12]}x", f"{cable[1][:12]}x"
    subprocess.run(["ip", "link", "add", near, "mtu", "65535", "type", "veth", "peer", "name", far, "mtu", "65535"],
                   check=True)  # fmt: skip
    try:
        for name in (near, far):
            subprocess.run(["ip", "link", "set", name, "up"], check=True)
        watcher = Watcher(near, "--json", "-w", out, engine=engine)
        send(far, MOVE)
        time.sleep(0.7)
    finally:
        subprocess.run(["ip", "link", "delete", near], check=True)
    status, text, said = watcher.end(None)
    assert status == 2
    assert told(text)[-1]["messages"] == read(MOVE)[-1]["messages"], "what was captured so far is told"
    assert said.splitlines()[-1].startswith(f"dissector: the interface {near} is gone or down (")
    assert len(said.splitlines()) == 2 and alike(told(text)) == alike(read(out))


@pytest.mark.parametrize("engine", ["tcpdump", "dumpcap"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_somebody_else_ends_the_engine(
    cable: tuple[str, str], tmp_path: Path, engine: str, number: signal.Signals
) -> None:
    """Its own exit status is 0 when it is asked to end: it was not us who asked, so the capture is not all there is."""
    near, far = cable
    out = tmp_path / "live.pcapng"
    watcher = Watcher(near, "--json", "-w", out, engine=engine)
    send(far, MOVE)
    time.sleep(0.7)
    (process,) = [each for each in watcher.engines if Path(f"/proc/{each}/comm").read_text().strip() == engine]
    os.kill(process, number)
    status, text, said = watcher.end(None)
    assert status == 2
    assert said.splitlines()[-1].startswith(f"dissector: {engine} ended by itself: ")
    assert told(text)[-1]["frames"] == read(MOVE)[-1]["frames"], "what was captured so far is told"
    assert alike(told(text)) == alike(read(out))


def refused(*arguments: object, **more: Any) -> str:
    done = dissector("live", *arguments, **more)
    assert done.returncode == 2 and done.stdout == "", done
    assert len(done.stderr.splitlines()) == 1 and done.stderr.startswith("dissector: "), done.stderr
    return done.stderr.removeprefix("dissector: ").rstrip("\n")


def test_wrong_usage() -> None:
    assert refused("-i", "nosuch").startswith("there is no interface 'nosuch'; there are ")
    assert refused("-i", "lo", "--pdus") == "--pdus goes with --json"
    assert refused("-i", "lo", "--keep", "3") == "--rotate and --keep go with -w FILE"
    assert refused("-i", "lo", "-w", "x", "--keep", "3") == "--keep goes with --rotate"
    assert refused("-i", "lo", "-w", "-") == "-w takes the name of a file; --json streams records"
    for arguments in (("--rotate", "5"), ("--duration", "-1"), ("--duration", "soon"), ("--count", "0")):
        done = dissector("live", "-i", "lo", *arguments)
        assert done.returncode == 2 and len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("engine", ENGINES)
def test_what_keeps_it_from_beginning(cable: tuple[str, str], tmp_path: Path, engine: str) -> None:
    if engine != "scapy":
        needed(engine)
    how = ("-i", cable[0], "--engine", engine)
    old = tmp_path / "old.pcapng"
    old.write_bytes(ECHO.read_bytes())
    assert refused(*how, "--filter-capture", "tcp prt 5", "-w", old).startswith("the capture filter is wrong: ")
    assert old.read_bytes() == ECHO.read_bytes(), "what cannot begin leaves an older capture alone"
    assert refused(*how, "-w", "/dev/full") == "/dev/full: writing stopped after 0 bytes (No space left on device)"
    nowhere = tmp_path / "no" / "x"
    assert refused(*how, "-w", nowhere) == f"{nowhere}: cannot be written (No such file or directory)"


@pytest.mark.parametrize("engine", ENGINES)
def test_an_ordinary_user(engine: str) -> None:
    if os.name != "posix" or os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("becoming an ordinary user needs root and setpriv")
    if engine != "scapy" and module._has_rights(shutil.which(engine) or "/nowhere"):
        pytest.skip(f"{engine} may be used by anybody here")
    command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", sys.executable, "-m", "dissector", "live"]
    done = subprocess.run([*command, "-i", "lo", "--engine", engine], capture_output=True, text=True, timeout=60,
                          env=environment())  # fmt: skip
    if "Permission denied" in done.stderr and "dissector:" not in done.stderr:
        pytest.skip("an ordinary user cannot reach this checkout")
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.startswith("dissector: no permission to capture here: "), done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "setcap" in done.stderr or "usermod" in done.stderr
    assert done.stderr.endswith("or run it with sudo\n")


def test_an_engine_that_is_not_there() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dissector", "live", "-i", "lo", "--engine", "dumpcap"], capture_output=True, text=True,
        env=environment(PATH="/nowhere"), timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "dissector: dumpcap is not installed; install it, or choose another --engine\n"


def test_the_way_out_names_the_group(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "dumpcap"
    program.write_text("")
    monkeypatch.setattr(module, "_may_capture", lambda: False)
    monkeypatch.setattr(module, "_group_of", lambda path: "wireshark")
    monkeypatch.setattr(shutil, "which", lambda name: str(program))
    with pytest.raises(PermissionNeeded, match=r"usermod -aG wireshark \$USER.*sudo"):
        module.choose_engine()


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True)
    if made.returncode:
        pytest.skip(f"no small file system here: {made.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_full_disk(cable: tuple[str, str], tmp_path: Path, engine: str) -> None:
    near, far = cable
    with small_disk(tmp_path / "disk", "64k") as folder:
        out = folder / "live.pcapng"
        watcher = Watcher(near, "-q", "-w", out, engine=engine)
        send(far, *[make.CAPTURES / "store-veth.pcap"] * 10, pause=0.001)
        status, _, said = watcher.end(None)
        assert status == 2
        assert re.fullmatch(rf"dissector: {out}: writing stopped after \d+ bytes \(No space left on device\)\n", said)
        assert read(out)[-1]["frames"] > 5 and read(out)[-1]["complete"], "whole up to there"


# ------------------------------------------------------------------------------------------------ how much


@pytest.mark.parametrize("engine", ENGINES)
def test_count_and_duration(cable: tuple[str, str], engine: str) -> None:
    near, far = cable
    watcher = Watcher(near, "--json", "--count", 5, engine=engine)
    send(far, MOVE)
    status, text, _ = watcher.end(None)
    assert status == 0 and told(text)[-1]["frames"] == 5
    begun = time.monotonic()
    watcher = Watcher(near, "--json", "--duration", "1s", engine=engine)
    status, text, _ = watcher.end(None)
    assert status == 0 and told(text)[-1]["frames"] == 0 and 1 < time.monotonic() - begun < 15


def test_files_that_take_turns(cable: tuple[str, str], tmp_path: Path) -> None:
    near, far = cable
    watcher = Watcher(near, "-q", "-w", tmp_path / "live.pcapng", "--rotate", "20KB", "--keep", "3")
    capture = make.CAPTURES / "store-veth.pcap"
    send(far, *[capture] * 5, pause=0.001)
    status, _, said = watcher.end()
    files = sorted(tmp_path.iterdir())
    assert status == 0 and len(files) == 3 and "live-00001.pcapng" not in [each.name for each in files]
    assert summary(said).endswith(f"written to {files[0]} to {files[-1]} (3 files)")
    for each in files:
        assert each.stat().st_size <= 20_000 and read(each)[-1]["complete"]


# ------------------------------------------------------------------------------------------------ dropped frames


def test_what_the_kernel_dropped_is_told(cable: tuple[str, str], tmp_path: Path) -> None:
    """A program that is stopped cannot take frames: those beyond the buffers are counted, said, and show as gaps."""
    near, far = cable
    out = tmp_path / "live.pcapng"
    watcher = Watcher(near, "--json", "-w", out)
    for process in (*watcher.engines, watcher.process.pid):
        os.kill(process, signal.SIGSTOP)
    send(far, *[make.CAPTURES / "store-veth.pcap"] * 60)
    for process in (*watcher.engines, watcher.process.pid):
        os.kill(process, signal.SIGCONT)
    status, text, said = watcher.end(after=2.5)
    end = told(text)[-1]
    assert status == 0 and end["dropped_frames"] > 0
    assert f"the kernel has dropped {end['dropped_frames']} frames so far" in said
    assert f"{end['dropped_frames']} dropped by the kernel" in summary(said)
    assert alike(told(text)) == alike(read(out))
    again = dissector("read", "-q", out)
    assert f"{end['dropped_frames']} frames were dropped while capturing" in again.stderr


# ------------------------------------------------------------------------------------------------ interfaces


def test_interfaces() -> None:
    done = dissector("interfaces")
    assert done.returncode == 0 and re.search(r"^lo +up +127\.0\.0\.1", done.stdout, re.MULTILINE)
    for each in told(dissector("interfaces", "--json").stdout):
        assert set(each) == {"record", "name", "addresses", "up"}
