"""How fast `dissector live` is: a sustained C-STORE load on loopback, `tcpdump -w` beside it in the same run.

Strategy: several storescu send big images to storescp, which throws them away, in a network namespace of our own, for a
bounded time and, with --rate, no faster than a network of that rate. Frames that each program says were dropped,
processor time and the largest resident memory of each, from the kernel. Needs root, dcmtk and tcpdump. Run it by hand;
it says one line for each engine.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.peers.live import ENGINES, image, private_network  # noqa: E402
from tests.peers_support import serving  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")
PORT = 11112


def usage(process: int) -> tuple[float, float]:
    """Processor seconds used so far and the largest resident memory in MB of a process."""
    words = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    return (int(words[11]) + int(words[12])) / TICKS, int(found[1]) / 1024 if found else 0.0


def child(process: int) -> int | None:
    """The first child of a process."""
    words = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return int(words[0]) if words else None


def sent() -> int:
    """Bytes that have gone over loopback."""
    line = next(each for each in Path("/proc/net/dev").read_text().splitlines() if each.strip().startswith("lo:"))
    return int(line.split(":")[1].split()[0])


def dropped(said: str) -> str:
    """What a program says was dropped, the last time that it said it."""
    return ([*re.findall(r"(\d+) (?:packets? )?dropped by", said)] or ["?"])[-1]


def run(engine: str | None, seconds: float, senders: int, pause: float, beside: bool, keep: bool) -> str:
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        big = image(0)
        big.Rows = big.Columns = 4096
        big.PixelData = os.urandom(1 << 20) * 32
        big.save_as(folder / "big.dcm", enforce_file_format=True)
        stack.enter_context(serving(PORT, "storescp", "--fork", "--ignore", "-pdu", "131072", PORT))
        witness = None
        if beside:
            witness = subprocess.Popen(
                ["tcpdump", "-i", "lo", "-n", "-B", "65536", "-Z", "root", "-C", "100", "-W", "2", "-w",
                 str(folder / "beside.pcap"), f"tcp port {PORT}"],
                stderr=subprocess.PIPE, text=True,
            )  # fmt: skip
        live = None
        if engine:
            words = [sys.executable, "-m", "dissector", "live", "-i", "lo", "-q", "--engine", engine]
            words += ["-w", str(folder / "live.pcapng"), "--rotate", "100MB", "--keep", "2"] if keep else []
            live = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=ROOT)
            assert live.stderr is not None and "capturing on" in live.stderr.readline()
        time.sleep(1)
        before, began, end = sent(), time.monotonic(), time.monotonic() + seconds
        loop = (
            "import subprocess, sys, time\n"
            "end = time.monotonic() + float(sys.argv[1])\n"
            "while time.monotonic() < end:\n"
            "    subprocess.run(['storescu', '-R', '-pdu', '131072', '--repeat', '4', '127.0.0.1', sys.argv[2],\n"
            "                    sys.argv[3]], capture_output=True)\n"
            "    time.sleep(float(sys.argv[4]))\n"
        )
        each = [
            subprocess.Popen([sys.executable, "-c", loop, str(seconds), str(PORT), str(folder / "big.dcm"), str(pause)])
            for _ in range(senders)
        ]  # fmt: skip
        while time.monotonic() < end:
            time.sleep(0.1)
        rate = (sent() - before) / (time.monotonic() - began) / 1e6
        for sender in each:
            sender.wait()
        time.sleep(1)
        told = f"{engine or 'none':8} {rate:6.0f} MB/s"
        if live is not None:
            ours = usage(live.pid)
            program = child(live.pid)
            theirs = usage(program) if program else (0.0, 0.0)
            live.send_signal(signal.SIGINT)
            said = live.communicate(timeout=120)[1]
            frames = re.search(r"(\d+) frames captured", said)
            told += f"; frames {frames[1] if frames else '?'}, dropped {dropped(said)}; ours {ours[0]:.1f} s CPU"
            told += f" {ours[1]:.0f} MB; engine {theirs[0]:.1f} s CPU {theirs[1]:.0f} MB"
        if witness is not None:
            cost = usage(witness.pid)
            witness.send_signal(signal.SIGINT)
            said = witness.communicate(timeout=60)[1]
            told += f"; tcpdump -w beside it: dropped {dropped(said)}, {cost[0]:.1f} s CPU {cost[1]:.0f} MB"
        return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--senders", type=int, default=2)
    parser.add_argument("--pause", type=float, default=0.0, help="seconds between the associations of a sender")
    parser.add_argument("--rate", help="of the network, such as 1gbit; else as fast as it goes")
    parser.add_argument("--alone", action="store_true", help="without tcpdump beside it")
    parser.add_argument("--keep", action="store_true", help="write the capture too, 100MB at a time")
    parser.add_argument("--engine", choices=(*ENGINES, "none"), action="append")
    options = parser.parse_args()
    private_network()
    if options.rate:
        shape = ("root", "tbf", "rate", options.rate, "burst", "1mb", "latency", "200ms")
        subprocess.run(["tc", "qdisc", "add", "dev", "lo", *shape], check=True)
    for engine in options.engine or ENGINES:
        name = None if engine == "none" else engine
        print(run(name, options.seconds, options.senders, options.pause, not options.alone, options.keep), flush=True)


if __name__ == "__main__":
    main()
