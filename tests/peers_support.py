"""Real DICOM peers on loopback and tcpdump beside them, for tests.

Strategy: every helper is a context manager that waits until what it starts is there, and ends just that. Ports are
free ones, so that tests can run side by side.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SECONDS = 20
"""How long anything may take to be there, or to be done."""


def path_of(program: str) -> str | None:
    """Where a program is, or None. Debian has servers where only root's PATH leads."""
    return shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")


def needed(*programs: str) -> None:
    """Skip the test where a program is missing, but fail where CI is 'true': there it has to be installed."""
    missing = [program for program in programs if path_of(program) is None]
    if missing:
        packages = sorted({program.lower() if program in ("tcpdump", "Orthanc") else "dcmtk" for program in missing})
        why = f"not installed: {', '.join(missing)} (apt-get install {' '.join(packages)})"
        if os.environ.get("CI") == "true":
            pytest.fail(why)
        pytest.skip(why)


def free_port() -> int:
    """A TCP port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def free_ports(count: int) -> list[int]:
    """Several such ports, all different."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Wait for a condition, or fail."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"gave up waiting for {what}"
        time.sleep(0.02)


def listening(port: int, process: int | str = "self") -> bool:
    """Whether anybody listens on a port, on the host that a process is on; the kernel is asked, so that the capture
    shows no probe."""
    for table in ("tcp", "tcp6"):
        path = Path("/proc") / str(process) / "net" / table
        for line in path.read_text().splitlines()[1:] if path.exists() else ():
            _, local, _, state = line.split()[:4]
            if state == "0A" and int(local.rpartition(":")[2], 16) == port:
                return True
    return False


@contextmanager
def capturing(out: Path, *ports: int) -> Iterator[None]:
    """Capture the traffic of ports on loopback into a file; skips the test where that is not allowed."""
    needed("tcpdump")
    command = ["tcpdump", "-i", "lo", "-n", "-U", "-s", "0", "-B", "32768", "--immediate-mode", "-w", str(out)]
    command += ["-Z", "root"] if os.geteuid() == 0 else []
    command.append(" or ".join(f"tcp port {port}" for port in ports))
    tcpdump = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert tcpdump.stderr is not None
    try:
        heard = ""
        while "listening on" not in heard:
            line = tcpdump.stderr.readline()
            if not line:
                pytest.skip(f"no right to capture on loopback (run as root): {heard.strip()}")
            heard += line
        yield
        _quiet(out)
    finally:
        tcpdump.send_signal(signal.SIGINT)
        said = tcpdump.communicate(timeout=SECONDS)[1]
    assert "\n0 packets dropped" in said, said


def _quiet(path: Path, seconds: float = 0.4) -> None:
    """Wait until a growing file has not grown for a while."""
    size, since = -1, time.monotonic()
    while time.monotonic() - since < seconds:
        now = path.stat().st_size
        if now != size:
            size, since = now, time.monotonic()
        time.sleep(0.02)


@contextmanager
def serving(port: int, *command: object, log: Path | None = None) -> Iterator[None]:
    """A server program that listens on a port, on whichever host, while the body runs; what it says goes to the end of
    a file, if any."""
    with (
        open(log or os.devnull, "ab") as sink,
        subprocess.Popen([*map(str, command)], stdout=sink, stderr=subprocess.STDOUT) as server,
    ):
        try:
            wait_until(lambda: server.poll() is not None or listening(port, server.pid), f"{command[0]} on port {port}")
            assert server.poll() is None, f"{command[0]} ended with {server.returncode}"
            yield
        finally:
            server.terminate()
