"""Real peers talk while `dissector live` watches: the records have to be those of `read` on the capture it wrote.

Strategy: everything happens in network namespaces of its own, so that nobody else's traffic is seen and none leaves.
dcmtk, pynetdicom and, where installed, Orthanc exchange echo, store, find and move for as long as they are told to;
every line that `live --json` prints is held against the clock as it comes. Run it by hand, as root, with --seconds 120;
the tests run a short form of it. Exit status: 0 all is well, 1 it is not, 77 it cannot be tried here.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).parents[2]))

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian
from pynetdicom import AE, evt, sop_class

from tests.peers_support import serving

CANNOT = 77
ENGINES = ("tcpdump", "dumpcap", "scapy")
NEAR, FAR = "192.0.2.1", "192.0.2.2"
"""Addresses reserved for documentation, at the two ends of the cable."""
ORTHANC_PORT, ARCHIVE_PORT, STORAGE_PORT, PYNETDICOM_PORT = 104, 11112, 2761, 2762
"""All of them ports that the default filter watches."""
IMAGE = UID("1.2.840.10008.5.1.4.1.1.2")
SUBJECTS = 3


def ip(*arguments: str) -> None:
    """Run `ip`; what it has to say against it ends the script."""
    done = subprocess.run(["ip", *arguments], capture_output=True, text=True)
    if done.returncode:
        print(f"cannot be tried here: ip {' '.join(arguments)}: {done.stderr.strip()}")
        sys.exit(CANNOT)


def private_network() -> None:
    """Move this process into a network namespace of its own."""
    clone_newnet = 0x40000000
    if os.geteuid() != 0 or ctypes.CDLL(None, use_errno=True).unshare(clone_newnet) != 0:
        print("cannot be tried here: network namespaces need root")
        sys.exit(CANNOT)
    ip("link", "set", "lo", "up")


@contextmanager
def far_host() -> Iterator[list[str]]:
    """Another host behind a virtual Ethernet cable with an MTU of 1500 and one segment a packet; the words that go
    before a command to run it there."""
    with subprocess.Popen(["unshare", "--net", "sleep", "infinity"]) as holder:
        try:
            here = os.readlink("/proc/self/ns/net")
            while os.readlink(f"/proc/{holder.pid}/ns/net") == here:
                time.sleep(0.02)
            there = ["nsenter", "--target", str(holder.pid), "--net"]
            ip("link", "add", "cable0", "type", "veth", "peer", "name", "cable1", "netns", str(holder.pid))
            ip("link", "set", "cable0", "gso_max_segs", "1", "mtu", "1500", "up")
            ip("address", "add", f"{NEAR}/24", "dev", "cable0")
            for words in (("link", "set", "lo", "up"), ("address", "add", f"{FAR}/24", "dev", "cable1"),
                          ("link", "set", "cable1", "gso_max_segs", "1", "mtu", "1500", "up")):  # fmt: skip
                subprocess.run([*there, "ip", *words], check=True)
            yield there
        finally:
            holder.kill()


def image(number: int) -> Dataset:
    """A small CT image of one of a few made-up subjects."""
    ds = Dataset()
    ds.SOPClassUID, ds.SOPInstanceUID = IMAGE, UID(f"1.2.826.0.1.3680043.2.1143.7.{number + 1}")
    ds.StudyInstanceUID, ds.SeriesInstanceUID = UID(f"{ds.SOPInstanceUID}.1"), UID(f"{ds.SOPInstanceUID}.1.1")
    ds.PatientName, ds.PatientID, ds.Modality = f"Subject^{number}", f"LIVE{number}", "CT"
    ds.StudyID, ds.SeriesNumber, ds.InstanceNumber, ds.StudyDate = "1", 1, 1, "20260101"
    ds.PatientBirthDate, ds.PatientSex, ds.AccessionNumber, ds.StudyTime = "", "", "", "120000"
    ds.Rows = ds.Columns = 128
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 12, 11, 0
    ds.PixelData = bytes(range(256)) * 128
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.file_meta.MediaStorageSOPClassUID, ds.file_meta.MediaStorageSOPInstanceUID = IMAGE, ds.SOPInstanceUID
    return ds


# ------------------------------------------------------------------------------------------------ who talks


class Peers:
    """Archives on the far host, storage on the near one, and rounds of talk between them."""

    def __init__(self, folder: Path, near: str, far: str, there: list[str]) -> None:
        self.folder, self.near, self.far, self.there = folder, near, far, there
        self.images = [image(number) for number in range(SUBJECTS)]
        self.files = [folder / f"{number}.dcm" for number in range(SUBJECTS)]
        for file, ds in zip(self.files, self.images, strict=True):
            ds.save_as(file, enforce_file_format=True)
        self.archives = {"QRSCP": ARCHIVE_PORT}
        self.failures: list[str] = []
        self.rounds = 0

    @contextmanager
    def running(self) -> Iterator[None]:
        with ExitStack() as stack:
            stack.enter_context(serving(ARCHIVE_PORT, *self.there, "dcmqrscp", "-c", self._archive_configuration()))
            stack.enter_context(serving(STORAGE_PORT, "storescp", "--ignore", "-aet", "STORAGE", STORAGE_PORT))
            orthanc = shutil.which("Orthanc") or shutil.which("/usr/sbin/Orthanc")
            if orthanc:
                self.archives["ORTHANC"] = ORTHANC_PORT
                stack.enter_context(serving(ORTHANC_PORT, *self.there, orthanc, self._orthanc_configuration()))
            entity = AE("PYNETDICOM")
            entity.add_supported_context(IMAGE, ExplicitVRLittleEndian)
            entity.add_supported_context(sop_class.Verification)  # type: ignore[attr-defined]
            server = entity.start_server(
                ("", PYNETDICOM_PORT), block=False, evt_handlers=[(evt.EVT_C_STORE, lambda event: 0)]
            )
            stack.callback(server.shutdown)
            yield

    def _archive_configuration(self) -> Path:
        path, storage = self.folder / "dcmqrscp.cfg", self.folder / "archive"
        storage.mkdir()
        path.write_text(
            f"NetworkTCPPort = {ARCHIVE_PORT}\nMaxPDUSize = 16384\nMaxAssociations = 16\n"
            f"HostTable BEGIN\nstorage = (STORAGE, {self.near}, {STORAGE_PORT})\n"
            f"pynetdicom = (PYNETDICOM, {self.near}, {PYNETDICOM_PORT})\nHostTable END\n"
            f"VendorTable BEGIN\nVendorTable END\nAETable BEGIN\nQRSCP {storage} RW (99, 64mb) ANY\nAETable END\n"
        )
        return path

    def _orthanc_configuration(self) -> Path:
        path = self.folder / "orthanc.json"
        path.write_text(json.dumps({
            "DicomAet": "ORTHANC", "DicomPort": ORTHANC_PORT, "HttpServerEnabled": False, "DicomCheckCalledAet": False,
            "StorageDirectory": str(self.folder / "orthanc"), "IndexDirectory": str(self.folder / "orthanc"),
            "OverwriteInstances": True, "DicomAlwaysAllowFind": True, "DicomAlwaysAllowMove": True,
            "DicomModalities": {"storage": ["STORAGE", self.near, STORAGE_PORT],
                                "pynetdicom": ["PYNETDICOM", self.near, PYNETDICOM_PORT]},
        }))  # fmt: skip
        return path

    def talk(self, seconds: float) -> None:
        """Rounds of every kind, two at a time, until the time is over."""
        end = time.monotonic() + seconds
        each = [threading.Thread(target=self._rounds, args=(kind, end)) for kind in (self._dcmtk, self._pynetdicom)]
        for thread in each:
            thread.start()
        for thread in each:
            thread.join()

    def _rounds(self, kind: Callable[[str, int], None], end: float) -> None:
        while time.monotonic() < end:
            for title, port in self.archives.items():
                kind(title, port)
                self.rounds += 1

    def _dcmtk(self, title: str, port: int) -> None:
        where = ("-aet", "DCMTK", "-aec", title, self.far, str(port))
        query = ("-P", "-k", "0008,0052=PATIENT", "-k", "0010,0020=LIVE1")
        for command in (
            ("echoscu", *where), ("storescu", "-R", *where, *map(str, self.files)),
            ("findscu", *query, "-k", "0010,0010", *where), ("movescu", *query, "-aem", "STORAGE", *where),
        ):  # fmt: skip
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
            if done.returncode:
                self.failures.append(f"{command[0]} to {title}: {(done.stderr or done.stdout).strip()}")

    def _pynetdicom(self, title: str, port: int) -> None:
        entity = AE("PYNETDICOM")
        entity.add_requested_context(sop_class.Verification)  # type: ignore[attr-defined]
        entity.add_requested_context(IMAGE, ExplicitVRLittleEndian)
        find = sop_class.PatientRootQueryRetrieveInformationModelFind  # type: ignore[attr-defined]
        move = sop_class.PatientRootQueryRetrieveInformationModelMove  # type: ignore[attr-defined]
        entity.add_requested_context(find)
        entity.add_requested_context(move)
        association = entity.associate(self.far, port, ae_title=title)
        if not association.is_established:
            self.failures.append(f"pynetdicom to {title}: no association")
            return
        statuses = [association.send_c_echo().get("Status")]
        statuses += [association.send_c_store(each).get("Status") for each in self.images]
        query = Dataset()
        query.QueryRetrieveLevel, query.PatientID, query.PatientName = "PATIENT", "LIVE*", ""
        statuses += [status.get("Status") for status, _ in association.send_c_find(query, find)][-1:]
        query.PatientID = "LIVE2"
        del query.PatientName
        statuses += [s.get("Status") for s, _ in association.send_c_move(query, "PYNETDICOM", move)][-1:]
        association.release()
        if any(statuses):
            self.failures.append(f"pynetdicom to {title}: {statuses}")


# ------------------------------------------------------------------------------------------------ who watches


class Watcher:
    """`dissector live --json`, and when each of its lines came."""

    def __init__(self, interface: str, engine: str, out: Path) -> None:
        command = [sys.executable, "-m", "dissector", "live", "--json", "--engine", engine, "-i", interface]
        self.process = subprocess.Popen(
            [*command, "-w", str(out)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            cwd=Path(__file__).parents[2],
        )  # fmt: skip
        assert self.process.stderr is not None
        self.said = self.process.stderr.readline()
        if "capturing on" not in self.said:
            self.process.kill()
            sys.exit(f"live did not begin: {self.said}")
        self.lines: list[tuple[float, dict[str, Any]]] = []
        self.thread = threading.Thread(target=self._listen)
        self.thread.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append((time.time(), json.loads(line)))

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        status = self.process.wait(60)
        self.thread.join(60)
        assert self.process.stderr is not None
        self.said += self.process.stderr.read()
        return status

    def latencies(self) -> list[float]:
        """From the last frame of each record that tells one to the moment its line came; what only the end of the
        capture told is left out."""
        told = [
            (came, record["end_time"]) for came, record in self.lines
            if record["record"] == "message" or record["record"] == "association" and record["outcome"] != "open"
        ]  # fmt: skip
        self.late = [number for number, (came, ended) in enumerate(told) if came - ended > 0.2]
        """Which of the records came late, by their place."""
        return sorted(came - ended for came, ended in told)


def alike(record: dict[str, Any]) -> dict[str, Any]:
    """A record without what a live capture and its file cannot have in common: the name and the format."""
    return {key: value for key, value in record.items() if key not in ("file", "format")}


def watch(engine: str, link: str, seconds: float) -> dict[str, Any]:
    """One run; what came of it."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        there = stack.enter_context(far_host()) if link == "veth" else []
        near, far = (NEAR, FAR) if there else ("127.0.0.1", "127.0.0.1")
        peers = Peers(folder, near, far, there)
        stack.enter_context(peers.running())
        out = folder / "live.pcapng"
        watcher = Watcher("cable0" if there else "lo", engine, out)
        try:
            peers.talk(seconds)
            time.sleep(1)  # nothing is said after Ctrl-C that was not said before, but for the end
        finally:
            status = watcher.end()
        read = subprocess.run(
            [sys.executable, "-m", "dissector", "read", "--json", str(out)], capture_output=True, text=True,
            cwd=Path(__file__).parents[2],
        )  # fmt: skip
        lived = [record for _, record in watcher.lines]
        again = [json.loads(line) for line in read.stdout.splitlines()]
        differing = [
            (mine, theirs) for mine, theirs in zip(lived, again, strict=False) if alike(mine) != alike(theirs)
        ]  # fmt: skip
        latencies = watcher.latencies()
        end = lived[-1] if lived else {}
        return {
            "engine": engine, "link": link, "seconds": seconds, "rounds": peers.rounds, "archives": [*peers.archives],
            "status": status, "read_status": read.returncode, "said": watcher.said.splitlines(),
            "records": len(lived), "records_of_read": len(again), "differing": differing[:2],
            "associations": end.get("associations"), "messages": end.get("messages"), "frames": end.get("frames"),
            "dropped_frames": end.get("dropped_frames"), "findings": end.get("findings"),
            "latency_median": round(latencies[len(latencies) // 2], 4) if latencies else None,
            "latency_99_percent": round(latencies[len(latencies) * 99 // 100], 4) if latencies else None,
            "latency_worst": round(latencies[-1], 4) if latencies else None,
            "late": watcher.late[:20], "late_count": len(watcher.late), "failures": peers.failures[:3],
            "equal": bool(lived) and len(lived) == len(again) and not differing and end.get("record") == "capture_end",
        }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--engine", choices=ENGINES, action="append")
    parser.add_argument("--link", choices=("lo", "veth"), action="append")
    options = parser.parse_args()
    private_network()
    well = True
    for link in options.link or ("lo", "veth"):
        for engine in options.engine or ENGINES:
            result = watch(engine, link, options.seconds)
            print(json.dumps(result), flush=True)
            well = well and result["equal"] and not result["status"]
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
