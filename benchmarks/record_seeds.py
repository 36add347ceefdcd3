#!/usr/bin/env python3
"""Records the small real recordings from which the inputs of the benchmarks are made.

    python benchmarks/record_seeds.py

They lie in benchmarks/seeds/, so that `make bench` needs neither peers nor rights. Recording them anew needs root,
dcmtk, pynetdicom, tcpdump and ip, like captures/record.py, whose tools this uses. All patients are invented.
"""

from __future__ import annotations

import ctypes
import gzip
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "captures"))
import record  # type: ignore[import-not-found]  # noqa: E402

SEEDS = Path(__file__).resolve().parent / "seeds"
CLONE_NEWNET = 0x40000000


def keep(name: str, capture: Path) -> None:
    """Write a recording into the folder of seeds, compressed."""
    data = capture.read_bytes()
    (SEEDS / f"{name}.pcap.gz").write_bytes(gzip.compress(data, 9, mtime=0))
    print(f"{name}: {len(data)} bytes")


def store(out: Path, address: str, interface: str, there: list[str]) -> None:
    """storescu sends two CT images of 512 x 512 pixels of 16 bits in one association."""
    with record.workspace() as folder:
        images = [record.save(folder, record.ct_image(512, instance=number)) for number in (1, 2)]
        serving = record.serving(folder, record.PORT, "storescp", "--ignore", str(record.PORT), prefix=there)
        with serving, record.capturing(out, record.PORT, interface=interface, options=("-B", "65536")):
            record.call("storescu", "-R", "-aet", "SENDER", "-aec", "ARCHIVE", address, str(record.PORT), *images)


def find(out: Path) -> None:
    """findscu asks dcmqrscp for studies, and gets fifty responses: 49 pending ones and the last."""
    with record.workspace() as folder, record.archive(folder, record.PORT, patients=49):
        with record.capturing(out, record.PORT):
            record.call("findscu", "-S", "-aet", "WORKSTATION", "-aec", "QRSCP", record.LOOPBACK, str(record.PORT),
                        *("-k", "0008,0052=STUDY", "-k", "0010,0010", "-k", "0010,0020"),
                        *("-k", "0020,000D"))  # fmt: skip


def contexts(out: Path) -> None:
    """storescu proposes its 128 presentation contexts, and sends one small image."""
    with record.workspace() as folder:
        image = record.save(folder, record.ct_image(16))
        serving = record.serving(folder, record.PORT, "storescp", "--ignore", str(record.PORT))
        with serving, record.capturing(out, record.PORT):
            record.call("storescu", "-aet", "SENDER", "-aec", "ARCHIVE", record.LOOPBACK, str(record.PORT), image)


def main() -> None:
    """Record every seed, in a network namespace of its own."""
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET):
        sys.exit(f"record_seeds.py: no network namespace: {os.strerror(ctypes.get_errno())}")
    record.ip("link", "set", "lo", "up")
    SEEDS.mkdir(exist_ok=True)
    with record.workspace() as folder:
        with record.far_host() as (cable, there):
            store(folder / "store", record.VETH[1], cable, there)
        keep("store", folder / "store")
        store(folder / "loopback", record.LOOPBACK, "lo", [])
        keep("loopback", folder / "loopback")
        record.ip("link", "set", "lo", "gso_max_segs", "1", "mtu", "1500")  # from here on as a network has it
        find(folder / "find")
        keep("find", folder / "find")
        record.echo(folder / "echo")
        keep("echo", folder / "echo")
        contexts(folder / "contexts")
        keep("contexts", folder / "contexts")


if __name__ == "__main__":
    main()
