"""Eight hours condensed: real associations over loopback, one after the other, and the memory of `dissector live`.

Strategy: two small programs say the PDUs of a recorded C-ECHO to each other over sockets, as often as they are told to,
in a network namespace of our own; the resident memory of `live` is told every so many associations. Needs root and
tcpdump.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from dissector import open_capture  # noqa: E402
from tests.peers.live import ENGINES, private_network  # noqa: E402

PORT = 11112
ADDRESSES = 64
"""So many addresses of loopback are called in turn: closed connections keep their ports for a minute."""


def spoken() -> tuple[list[bytes], list[bytes]]:
    """What the two sides of the recorded C-ECHO say."""
    with open_capture(str(ROOT / "captures/echo.pcap"), keep_bytes=True) as capture:
        pdus = [(pdu.from_requestor, bytes(pdu.body or b"")) for pdu in capture.pdus()]
    return [body for mine, body in pdus if mine], [body for mine, body in pdus if not mine]


def take(peer: socket.socket, count: int) -> None:
    """Read so many bytes."""
    while count:
        got = len(peer.recv(count))
        assert got
        count -= got


def answer(server: socket.socket, asked: list[bytes], answers: list[bytes]) -> None:
    while True:
        peer, _ = server.accept()
        for question, reply in zip(asked, answers, strict=True):
            take(peer, len(question))
            peer.sendall(reply)
        peer.recv(1)  # the requestor closes first
        peer.close()


def ask(number: int, asked: list[bytes], answers: list[bytes]) -> None:
    with socket.create_connection((f"127.0.0.{1 + number % ADDRESSES}", PORT)) as peer:
        for question, reply in zip(asked, answers, strict=True):
            peer.sendall(question)
            take(peer, len(reply))


def resident(process: int) -> float:
    """Resident memory in MB."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--associations", type=int, default=100_000)
    parser.add_argument("--step", type=int, default=10_000)
    parser.add_argument("--rate", type=float, default=500, help="associations a second, at most")
    parser.add_argument("--engine", choices=ENGINES, default="tcpdump")
    parser.add_argument("arguments", nargs="*", help="for `live`, such as -- --json")
    options = parser.parse_args()
    private_network()
    asked, answers = spoken()
    server = socket.create_server(("", PORT), backlog=128)
    helper = os.fork()
    if not helper:
        answer(server, asked, answers)
    live = subprocess.Popen(
        [sys.executable, "-m", "dissector", "live", "-i", "lo", "--engine", options.engine, *options.arguments],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    try:
        assert live.stderr is not None and "capturing on" in live.stderr.readline()
        begun = time.monotonic()
        for number in range(1, options.associations + 1):
            ask(number, asked, answers)
            time.sleep(max(0.0, begun + number / options.rate - time.monotonic()))
            if number % options.step == 0 or number == 1000:
                time.sleep(1)
                rate = number / (time.monotonic() - begun)
                memory = resident(live.pid)
                print(f"{number:7} associations, {memory:6.1f} MB resident, {rate:.0f} a second", flush=True)
        live.send_signal(signal.SIGINT)
        print(live.communicate(timeout=120)[1].strip())
    finally:
        os.kill(helper, signal.SIGKILL)
        os.waitpid(helper, 0)
        live.kill()


if __name__ == "__main__":
    main()
