#!/usr/bin/env python3
"""Records anew every capture of this folder from real DICOM peers.

    python captures/record.py [NAME ...]

Without a NAME every capture is recorded. Each capture NAME is written together with
NAME.truth.json, which holds what the peers themselves knew of the exchange (their own
logs, or the events their library reported), and README.md is written from those files.

All patients are synthetic or those of the test files that come with pydicom.

The script runs as root inside a network namespace of its own: the ports are free there,
nobody else's traffic is seen, and nothing remains afterwards.
"""

from __future__ import annotations

import array
import ctypes
import gzip
import http.client
import http.server
import importlib.util
import json
import logging
import os
import random
import re
import secrets
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
from base64 import encodebytes
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

try:
    import pydicom
    import pynetdicom
    from pydicom.data import get_testdata_file
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.tag import Tag
    from pydicom.uid import UID, JPEGBaseline8Bit, generate_uid
    from pynetdicom import AE, build_context, build_role, evt, sop_class
    from pynetdicom.pdu_primitives import (
        A_ASSOCIATE,
        AsynchronousOperationsWindowNegotiation,
        ImplementationClassUIDNotification,
        ImplementationVersionNameNotification,
        MaximumLengthNotification,
        SOPClassCommonExtendedNegotiation,
        SOPClassExtendedNegotiation,
        UserIdentityNegotiation,
    )
except ModuleNotFoundError as absent:
    sys.exit(f"record.py: needs {absent.name}")

sop: Any = sop_class  # its names are made at run time

FOLDER = Path(__file__).resolve().parent
LOOPBACK = "127.0.0.1"
PORT = 11112  # where an acceptor listens unless the scenario says otherwise
BACK_PORT = 11113  # where a second acceptor (move destination, commitment report) listens

IMPLICIT_LE = "1.2.840.10008.1.2"
EXPLICIT_LE = "1.2.840.10008.1.2.1"
EXPLICIT_BE = "1.2.840.10008.1.2.2"

Truth = dict[str, Any]


# ---------------------------------------------------------------------------
# Registry
# ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Scenario:
    """One capture: who talks, on which port, and the function that makes it."""

    name: str
    peers: str
    port: str
    about: str  # the docstring of `run`: the provenance sentence
    run: Callable[[Path], Truth]
    derived_from: str | None = None


SCENARIOS: dict[str, Scenario] = {}


def scenario(
    name: str, peers: str, port: int | str = PORT
) -> Callable[[Callable[[Path], Truth]], Callable[[Path], Truth]]:
    """Registers a function that records the capture `name` into the path it is given."""

    def register(function: Callable[[Path], Truth]) -> Callable[[Path], Truth]:
        about = " ".join((function.__doc__ or "").split())
        SCENARIOS[name] = Scenario(name, peers, str(port), about, function)
        return function

    return register


# ---------------------------------------------------------------------------
# Capturing and running peers
# ---------------------------------------------------------------------------


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 20) -> None:
    """Waits for a condition, or gives up loudly."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"gave up waiting for {what}")
        time.sleep(0.02)


def wait_quiet(path: Path, seconds: float = 0.5) -> None:
    """Waits until a growing file has not grown for a while."""
    size, since = -1, time.monotonic()
    while time.monotonic() - since < seconds:
        now = path.stat().st_size
        if now != size:
            size, since = now, time.monotonic()
        time.sleep(0.02)


@contextmanager
def capturing(
    out: Path, *ports: int, interface: str = "lo", options: Sequence[str] = ()
) -> Iterator[None]:
    """Captures the traffic of some TCP ports while the body runs."""
    expression = " or ".join(f"tcp port {port}" for port in ports)
    command = ["tcpdump", "-i", interface, "-n", "-U", "--immediate-mode", "-Z", "root"]
    tcpdump = subprocess.Popen(
        [*command, *options, "-w", str(out), expression], stderr=subprocess.PIPE, text=True
    )
    assert tcpdump.stderr is not None
    heard = ""
    while "listening on" not in heard:
        heard = tcpdump.stderr.readline()
        if not heard:
            raise RuntimeError("tcpdump ended before it listened")
    try:
        yield
        wait_quiet(out)
    finally:
        tcpdump.send_signal(signal.SIGINT)
        tcpdump.communicate(timeout=10)


@contextmanager
def workspace() -> Iterator[Path]:
    """A folder that exists while the body runs."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def is_listening(pid: int, port: int) -> bool:
    """Whether anything listens on a port in the network namespace of a process.

    Asking the kernel, rather than connecting, keeps the probe out of the capture.
    """
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            _, local, _, state = line.split()[:4]
            if state == "0A" and int(local.rpartition(":")[2], 16) == port:
                return True
    return False


@contextmanager
def serving(
    folder: Path, port: int, *command: str | Path, prefix: Sequence[str] = ()
) -> Iterator[Path]:
    """Runs a server program of dcmtk while the body runs; yields the path of its log."""
    log = folder / f"{command[0]}-{port}.log"
    with log.open("wb") as sink:
        server = subprocess.Popen(
            [*prefix, *map(str, command)], stdout=sink, stderr=subprocess.STDOUT, cwd=folder
        )
        try:
            wait_until(lambda: is_listening(server.pid, port), f"{command[0]} on port {port}")
            yield log
        finally:
            time.sleep(0.2)  # lets the log of the last association be written
            server.terminate()
            server.wait(10)


def call(*command: str | Path) -> str:
    """Runs a client program of dcmtk to its end and returns its log."""
    done = subprocess.run(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=60,
        check=False,
    )
    return done.stdout.decode("utf-8", "replace")


def ip(*arguments: str) -> None:
    """Runs the network configuration program."""
    subprocess.run(["ip", *arguments], check=True, stdout=subprocess.DEVNULL)


# ---------------------------------------------------------------------------
# What the peers knew: logs of dcmtk
# ---------------------------------------------------------------------------

UIDS: dict[str, tuple[str, ...]] = vars(pydicom.uid)["UID_dictionary"]
KEYWORDS = {entry[4]: uid for uid, entry in UIDS.items()} | {
    "LittleEndianImplicit": IMPLICIT_LE,
    "LittleEndianExplicit": EXPLICIT_LE,
    "BigEndianExplicit": EXPLICIT_BE,
    "VerificationSOPClass": "1.2.840.10008.1.1",
}
CONTEXT_RESULTS = {
    "Accepted": 0,
    "User Rejection": 1,
    "Provider Reject": 2,
    "No Reason": 2,
    "Abstract Syntax Not Supported": 3,
    "Transfer Syntaxes Not Supported": 4,
}


def uid_of(text: str) -> str | None:
    """The UID behind a name as dcmtk writes it (`=CTImageStorage`), if it is known."""
    text = text.strip()
    if re.fullmatch(r"[0-9.]+", text):
        return text
    name = text.lstrip("=")
    for verb in ("FIND", "MOVE", "GET"):
        if name.startswith(verb):
            name = name[len(verb) :] + verb.capitalize()
    return KEYWORDS.get(name)


def known(**values: Any) -> Truth:
    """A dictionary of those values that are known."""
    return {key: value for key, value in values.items() if value is not None}


def log_fields(lines: Sequence[str]) -> dict[str, str]:
    """The `name : value` lines of a block in a dcmtk log."""
    pairs = (line.partition(":")[::2] for line in lines)
    return {name.strip(): value.strip() for name, value in pairs}


def log_contexts(lines: Sequence[str]) -> list[Truth]:
    """The presentation contexts of an association block in a dcmtk log."""
    contexts: list[Truth] = []
    for line in lines:
        name, _, value = (part.strip() for part in line.partition(":"))
        if name == "Context ID":
            number, _, state = value.partition(" ")
            contexts.append({"id": int(number)})
            if state.strip("( )") in CONTEXT_RESULTS:
                contexts[-1]["result"] = CONTEXT_RESULTS[state.strip("( )")]
        elif contexts and name == "Abstract Syntax":
            contexts[-1] |= known(abstract_syntax=uid_of(value))
        elif contexts and name == "Proposed Transfer Syntax(es)":
            contexts[-1]["proposed_transfer_syntaxes"] = []
        elif contexts and name == "Accepted Transfer Syntax":
            contexts[-1] |= known(accepted_transfer_syntax=uid_of(value))
        elif contexts and name.startswith("=") and "proposed_transfer_syntaxes" in contexts[-1]:
            contexts[-1]["proposed_transfer_syntaxes"].append(uid_of(name) or name)
    return contexts


def log_peer(fields: dict[str, str], whose: str) -> Truth:
    """What an association block says of one of the two peers (`Our` or `Their`)."""
    length = fields.get(f"{whose} Max PDU Receive Size") or None
    return known(
        maximum_length=int(length) if length else None,
        implementation_class_uid=fields.get(f"{whose} Implementation Class UID") or None,
        implementation_version_name=fields.get(f"{whose} Implementation Version Name") or None,
    )


def log_message(fields: dict[str, str], outgoing: bool, writer: str) -> Truth:
    """One DIMSE message of a dcmtk log."""
    other = "acceptor" if writer == "requestor" else "requestor"
    number = fields.get("Message ID") or fields.get("Message ID Being Responded To")
    status = fields.get("DIMSE Status")
    class_name = fields.get("Affected SOP Class UID") or fields.get("Requested SOP Class UID")
    instance = fields.get("Affected SOP Instance UID") or fields.get("Requested SOP Instance UID")
    data_set = fields.get("Data Set", fields.get("Identifier"))
    return {
        "from": writer if outgoing else other,
        "command": fields["Message Type"].replace(" ", "-"),
    } | known(
        message_id=int(number) if number else None,
        status=int(status.split(":")[0], 16) if status else None,
        affected_sop_class_uid=uid_of(class_name) if class_name else None,
        affected_sop_instance_uid=instance if instance and instance[0].isdigit() else None,
        has_data_set=data_set == "present" if data_set else None,
    )


def log_echo(sender: str, command: str, number: int, status: int | None = None) -> Truth:
    """A message of echoscu, which logs a line of its own kind for it."""
    return {"from": sender, "command": command, "message_id": number} | known(
        status=status, affected_sop_class_uid="1.2.840.10008.1.1", has_data_set=False
    )


def read_log(text: str, writer: str, server: str) -> list[Truth]:
    """The associations in the debug log of a dcmtk program that was `writer` in them.

    The log of a requestor shows what it proposes (RQ) and what came back (AC); that of an
    acceptor shows both with `Their` and `Our` the other way round.
    """
    mine, theirs = ("requestor", "acceptor")[:: 1 if writer == "requestor" else -1]
    found: list[Truth] = []
    block: list[str] = []
    for line in text.splitlines():
        body = line[3:] if line[1:3] == ": " else line
        title = body.strip(" =")
        if re.match(r"BEGIN A-ASSOCIATE|(IN|OUT)(COMING|GOING) DIMSE MESSAGE", title):
            block, opening = [], title
        elif title == "END A-ASSOCIATE-RQ":
            fields = log_fields(block)
            found.append(
                {
                    "calling_ae_title": fields["Calling Application Name"],
                    "called_ae_title": fields["Called Application Name"],
                    "outcome": "open",
                    mine: log_peer(fields, "Our"),
                    theirs: log_peer(fields, "Their"),
                    "server": server,
                    "presentation_contexts": log_contexts(block),
                    "messages": [],
                }
            )
            # Neither program knows yet how long a PDU the other one takes: it logs 0.
            if writer == "requestor":
                found[-1][theirs] = {}
        elif title == "END A-ASSOCIATE-AC":
            fields = log_fields(block)
            found[-1][mine] |= log_peer(fields, "Our")
            found[-1][theirs] |= log_peer(fields, "Their")
            answers = {context["id"]: context for context in log_contexts(block)}
            for context in found[-1]["presentation_contexts"]:
                answer = answers.get(context["id"], {})
                for key in ("result", "accepted_transfer_syntax"):
                    if key in answer:
                        context[key] = answer[key]
        elif title == "END DIMSE MESSAGE":
            message = log_message(log_fields(block), opening.startswith("OUT"), writer)
            found[-1]["messages"].append(message)
        elif match := re.search(r"Sending Echo Request \(MsgID (\d+)\)", body):
            found[-1]["messages"].append(log_echo("requestor", "C-ECHO-RQ", int(match[1])))
        elif "Received Echo Response (Success)" in body:
            number = found[-1]["messages"][-1]["message_id"]
            found[-1]["messages"].append(log_echo("acceptor", "C-ECHO-RSP", number, 0))
        elif re.search(r"(Releasing Association|Association Release)", body):
            found[-1]["outcome"] = "released"
        elif re.search(r"(Aborting Association|Association Abort)", body):
            found[-1]["outcome"] = "aborted"
        else:
            block.append(body)
    return found


# ---------------------------------------------------------------------------
# What the peers knew: events of pynetdicom
# ---------------------------------------------------------------------------


class Witness:
    """Writes down what one pynetdicom peer sends and receives, association by association."""

    def __init__(self, role: str = "requestor") -> None:
        self.role = role
        self.other = "acceptor" if role == "requestor" else "requestor"
        self._found: dict[Any, Truth] = {}
        self._lock = threading.Lock()

    @property
    def associations(self) -> list[Truth]:
        """The associations so far, in the order in which they were requested."""
        for truth in self._found.values():
            truth["messages"] = truth.pop("messages")  # to the end, for the reader
        return list(self._found.values())

    @property
    def handlers(self) -> list[Any]:
        """The event handlers to give to `associate` or `start_server`."""
        return [
            (evt.EVT_ACSE_SENT, self._negotiation),
            (evt.EVT_ACSE_RECV, self._negotiation),
            (evt.EVT_DIMSE_SENT, self._message, [self.role]),
            (evt.EVT_DIMSE_RECV, self._message, [self.other]),
            (evt.EVT_PDU_SENT, self._pdu),
            (evt.EVT_PDU_RECV, self._pdu),
        ]

    def _of(self, event: Any) -> Truth:
        assoc = event.assoc
        with self._lock:
            if assoc not in self._found:
                self._found[assoc] = {"outcome": "open", "messages": []}
            return self._found[assoc]

    def _address(self, event: Any, role: str) -> str:
        """Address and port of one of the two peers, from the socket of this one."""
        its = event.assoc.dul.socket.socket
        host, port = (its.getsockname() if role == self.role else its.getpeername())[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def _negotiation(self, event: Any) -> None:
        """A-ASSOCIATE request, acceptance or rejection, sent or received."""
        primitive = event.primitive
        if not isinstance(primitive, A_ASSOCIATE):
            return
        truth = self._of(event)
        peer: Truth = {}
        for item in primitive.user_information:
            if isinstance(item, MaximumLengthNotification):
                peer["maximum_length"] = item.maximum_length_received
            elif isinstance(item, ImplementationClassUIDNotification):
                peer["implementation_class_uid"] = str(item.implementation_class_uid)
            elif isinstance(item, ImplementationVersionNameNotification):
                peer["implementation_version_name"] = item.implementation_version_name
        if primitive.result is None:
            truth |= {
                "calling_ae_title": primitive.calling_ae_title,
                "called_ae_title": primitive.called_ae_title,
                "requestor": peer,
                "presentation_contexts": [
                    {
                        "id": context.context_id,
                        "abstract_syntax": str(context.abstract_syntax),
                        "proposed_transfer_syntaxes": [str(s) for s in context.transfer_syntax],
                    }
                    for context in primitive.presentation_context_definition_list
                ],
            }
        elif primitive.result == 0:
            truth["acceptor"] = peer
            answers = {
                context.context_id: context
                for context in primitive.presentation_context_definition_results_list
            }
            for context in truth["presentation_contexts"]:
                answer = answers.get(context["id"])
                if answer is None:
                    continue
                context["result"] = answer.result
                if answer.result == 0:
                    context["accepted_transfer_syntax"] = str(answer.transfer_syntax[0])

    def _message(self, event: Any, sender: str) -> None:
        """A DIMSE message, sent or received."""
        message, command = event.message, event.message.command_set
        number = command.get("MessageID", command.get("MessageIDBeingRespondedTo"))
        class_uid = command.get("AffectedSOPClassUID") or command.get("RequestedSOPClassUID")
        instance = command.get("AffectedSOPInstanceUID") or command.get("RequestedSOPInstanceUID")
        self._of(event)["messages"].append(
            {"from": sender, "command": type(message).__name__.replace("_", "-")}
            | known(
                message_id=number,
                status=command.get("Status"),
                affected_sop_class_uid=str(class_uid) if class_uid else None,
                affected_sop_instance_uid=str(instance) if instance else None,
                presentation_context_id=message.context_id,
                has_data_set=command.CommandDataSetType != 0x0101,
            )
        )

    def _pdu(self, event: Any) -> None:
        """A PDU, sent or received: the first one tells the addresses, the last one the outcome."""
        pdu, truth = event.pdu, self._of(event)
        kind = type(pdu).__name__
        if kind == "A_ASSOCIATE_RQ":
            truth["client"] = self._address(event, "requestor")
            truth["server"] = self._address(event, "acceptor")
        elif kind == "A_ASSOCIATE_RJ":
            truth["outcome"] = "rejected"
            truth["rejection"] = {
                "result": pdu.result,
                "source": pdu.source,
                "reason": pdu.reason_diagnostic,
            }
        elif kind == "A_ABORT_RQ":
            truth["outcome"] = "aborted"
            truth["abort"] = {"source": pdu.source, "reason": pdu.reason_diagnostic}
        elif kind == "A_RELEASE_RP":
            truth["outcome"] = "released"


@contextmanager
def accepting(
    ae: AE,
    handlers: Sequence[Any] = (),
    address: str = LOOPBACK,
    port: int = PORT,
    context: ssl.SSLContext | None = None,
) -> Iterator[None]:
    """Runs a pynetdicom acceptor while the body runs."""
    server = ae.start_server(
        (address, port), block=False, evt_handlers=list(handlers), ssl_context=context
    )
    assert server is not None
    try:
        wait_until(lambda: is_listening(os.getpid(), port), f"pynetdicom on port {port}")
        yield
    finally:
        server.shutdown()


def application(title: str) -> AE:
    """A pynetdicom application entity."""
    ae = AE(ae_title=title)
    ae.acse_timeout = ae.dimse_timeout = ae.network_timeout = 20
    return ae


# ---------------------------------------------------------------------------
# Synthetic data
# ---------------------------------------------------------------------------


def synthetic_uid(*words: object) -> UID:
    """A UID that is the same each time for the same words."""
    return generate_uid(entropy_srcs=["dicom-dissector captures", *map(str, words)])


def ct_image(side: int = 32, patient: int = 1, instance: int = 1) -> Dataset:
    """A CT image of a disc, `side` pixels wide, of a patient who does not exist."""
    ds = Dataset()
    ds.SOPClassUID = sop.CTImageStorage
    ds.SOPInstanceUID = synthetic_uid("instance", patient, instance)
    ds.StudyDate, ds.StudyTime = "20240102", "030405"
    ds.AccessionNumber = f"ACC{patient:03}"
    ds.Modality = "CT"
    ds.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    ds.StudyDescription = "Disc phantom"
    ds.PatientName = f"Synthetic^Patient{patient}"
    ds.PatientID = f"SYN{patient:03}"
    ds.PatientBirthDate, ds.PatientSex = f"19{50 + patient}0101", "O"
    ds.StudyInstanceUID = synthetic_uid("study", patient)
    ds.SeriesInstanceUID = synthetic_uid("series", patient)
    ds.StudyID, ds.SeriesNumber, ds.InstanceNumber = str(patient), 1, instance
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.Rows = ds.Columns = side
    ds.PixelSpacing = ["1", "1"]
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, 12, 11
    ds.PixelRepresentation = 0
    ds.RescaleIntercept, ds.RescaleSlope = "-1024", "1"
    middle = (side - 1) / 2
    noise = random.Random(patient * 1000 + instance)  # the same noise each time
    pixels = array.array(
        "H",
        (
            (1064 if (x - middle) ** 2 + (y - middle) ** 2 < middle**2 else 24)
            + noise.randrange(16)
            for y in range(side)
            for x in range(side)
        ),
    )
    if sys.byteorder == "big":
        pixels.byteswap()
    ds.add_new(0x7FE00010, "OW", pixels.tobytes())
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = UID(EXPLICIT_LE)
    return ds


def save(folder: Path, ds: Dataset) -> Path:
    """Writes a data set as a file and returns its path."""
    path = folder / f"{ds.SOPInstanceUID}.dcm"
    ds.save_as(path, enforce_file_format=True)
    return path


@contextmanager
def archive(folder: Path, port: int, patients: int = 3, images: int = 1) -> Iterator[None]:
    """Runs dcmqrscp (AE title QRSCP) holding the images of some patients."""
    (folder / "db").mkdir()
    config = folder / "dcmqrscp.cfg"
    config.write_text(
        f"NetworkTCPPort = {port}\nMaxPDUSize = 16384\nMaxAssociations = 16\n"
        f"HostTable BEGIN\nthird = (THIRD, {LOOPBACK}, {BACK_PORT})\nHostTable END\n"
        "VendorTable BEGIN\nVendorTable END\n"
        f"AETable BEGIN\nQRSCP {folder / 'db'} RW (99, 64mb) ANY\nAETable END\n"
    )
    files = [
        save(folder, ct_image(16, patient + 1, image + 1))
        for patient in range(patients)
        for image in range(images)
    ]
    with serving(folder, port, "dcmqrscp", "-d", "-c", config):
        call("storescu", "-R", "-aec", "QRSCP", LOOPBACK, str(port), *files)
        time.sleep(0.3)
        yield


# ---------------------------------------------------------------------------
# Scenarios: dcmtk peers
# ---------------------------------------------------------------------------


@scenario("associate-rq.pcap", "dcmtk findscu -> dcmqrscp", 104)
def associate_rq(out: Path) -> Truth:
    """findscu asks for every patient (Patient Root Query/Retrieve FIND) and dcmqrscp answers
    with three of them."""
    with workspace() as folder, archive(folder, 104), capturing(out, 104):
        log = call(
            *("findscu", "-d", "-P", "-aet", "FINDSCU", "-aec", "QRSCP", LOOPBACK, "104"),
            *("-k", "0008,0052=PATIENT", "-k", "0010,0010", "-k", "0010,0020"),
            *("-k", "0010,0030", "-k", "0010,0040"),
        )
    return {"associations": read_log(log, "requestor", f"{LOOPBACK}:104")}


def store(out: Path, port: int, side: int = 48, options: Sequence[str] = ()) -> Truth:
    """storescu (GD) sends one CT image to storescp (ANY-SCP)."""
    with workspace() as folder:
        image = save(folder, ct_image(side))
        scp = serving(folder, port, "storescp", "--ignore", str(port))
        with scp, capturing(out, port, options=options):
            log = call("storescu", "-d", "-R", "-aet", "GD", LOOPBACK, str(port), image)
    return {"associations": read_log(log, "requestor", f"{LOOPBACK}:{port}")}


@scenario("c-store-associate-104.pcap", "dcmtk storescu -> storescp", 104)
def c_store_104(out: Path) -> Truth:
    """storescu (AE title GD) sends one small CT image to storescp (ANY-SCP) on port 104."""
    return store(out, 104)


@scenario("c-store-associate-11112.pcap", "dcmtk storescu -> storescp")
def c_store_11112(out: Path) -> Truth:
    """storescu (AE title GD) sends one small CT image to storescp (ANY-SCP) on port 11112."""
    return store(out, PORT)


def echo(out: Path, port: int = PORT, **how: Any) -> Truth:
    """echoscu (ECHOSCU) verifies storescp (ECHOSCP)."""
    with workspace() as folder, serving(folder, port, "storescp", "--ignore", str(port)):
        with capturing(out, port, **how):
            log = call("echoscu", "-d", "-aet", "ECHOSCU", "-aec", "ECHOSCP", LOOPBACK, str(port))
    return {"associations": read_log(log, "requestor", f"{LOOPBACK}:{port}")}


@scenario("echo.pcap", "dcmtk echoscu -> storescp")
def echo_plain(out: Path) -> Truth:
    """echoscu verifies storescp with one C-ECHO."""
    return echo(out)


VETH = ("192.0.2.1", "192.0.2.2")  # addresses reserved for documentation


@contextmanager
def far_host() -> Iterator[tuple[str, list[str]]]:
    """A second host behind a virtual Ethernet cable of MTU 1500.

    Yields the name of the near end of the cable and the words to put before a command
    which is to run on the far host.
    """
    space, near, far = f"dicomrec{os.getpid()}", "dicomrec0", "dicomrec1"
    ip("netns", "add", space)
    try:
        ip("link", "add", near, "address", "02:00:00:00:00:01", "type", "veth", "peer", "name",
           far, "address", "02:00:00:00:00:02", "netns", space)  # fmt: skip
        # One segment per packet: without this the kernel hands over far larger ones.
        ip("link", "set", near, "gso_max_segs", "1", "mtu", "1500", "up")
        ip("-n", space, "link", "set", far, "gso_max_segs", "1", "mtu", "1500", "up")
        ip("address", "add", f"{VETH[0]}/24", "dev", near)
        ip("-n", space, "address", "add", f"{VETH[1]}/24", "dev", far)
        yield near, ["ip", "netns", "exec", space]
    finally:
        ip("netns", "delete", space)


@scenario("store-veth.pcap", "dcmtk storescu -> storescp")
def store_veth(out: Path) -> Truth:
    """storescu sends a CT image to storescp on another host (a network namespace) over a
    virtual Ethernet cable of MTU 1500, so that the image takes many TCP segments; the
    checksums are those the sending kernel left to the cable."""
    with workspace() as folder, far_host() as (cable, there):
        image = save(folder, ct_image(100))
        scp = serving(folder, PORT, "storescp", "--ignore", str(PORT), prefix=there)
        with scp, capturing(out, PORT, interface=cable):
            log = call("storescu", "-d", "-R", "-aet", "GD", VETH[1], str(PORT), image)
    return {"associations": read_log(log, "requestor", f"{VETH[1]}:{PORT}")}


@scenario("echo-other-port.pcap", "dcmtk echoscu -> storescp", 4242)
def echo_other_port(out: Path) -> Truth:
    """echoscu verifies storescp on port 4242, which is not a registered DICOM port."""
    return echo(out, 4242)


@scenario("echo-any-sll2.pcap", "dcmtk echoscu -> storescp")
def echo_any(out: Path) -> Truth:
    """One C-ECHO captured on every interface at once (link type LINUX_SLL2)."""
    return echo(out, interface="any", options=["-y", "LINUX_SLL2"])


@scenario("echo-nanoseconds.pcap", "dcmtk echoscu -> storescp")
def echo_nanoseconds(out: Path) -> Truth:
    """One C-ECHO captured with times in nanoseconds."""
    return echo(out, options=["--time-stamp-precision=nano"])


@scenario("echo-gzip.pcap.gz", "dcmtk echoscu -> storescp")
def echo_gzip(out: Path) -> Truth:
    """One C-ECHO; the capture file is compressed with gzip."""
    with workspace() as folder:
        truth = echo(folder / "echo.pcap")
        out.write_bytes(gzip.compress((folder / "echo.pcap").read_bytes(), mtime=0))
    return truth


@scenario("echo-zstd.pcap.zst", "dcmtk echoscu -> storescp")
def echo_zstd(out: Path) -> Truth:
    """One C-ECHO; the capture file is compressed with Zstandard."""
    import zstandard

    with workspace() as folder:
        truth = echo(folder / "echo.pcap")
        out.write_bytes(zstandard.compress((folder / "echo.pcap").read_bytes()))
    return truth


@scenario("worklist.pcap", "dcmtk findscu -> wlmscpfs")
def worklist(out: Path) -> Truth:
    """findscu asks wlmscpfs for the CT steps of an invented worklist and gets two of three."""
    with workspace() as folder:
        (folder / "WLMSCP").mkdir()
        (folder / "WLMSCP" / "lockfile").touch()
        for number, modality in enumerate(("CT", "MR", "CT"), 1):
            step = Dataset()
            step.Modality = modality
            step.ScheduledStationAETitle = f"{modality}STATION"
            step.ScheduledProcedureStepStartDate = "20240102"
            step.ScheduledProcedureStepStartTime = f"0{number}0000"
            step.ScheduledPerformingPhysicianName = "Invented^Physician"
            step.ScheduledProcedureStepDescription = f"{modality} of a phantom"
            step.ScheduledProcedureStepID = f"SPS{number:03}"
            item = Dataset()
            item.AccessionNumber = f"ACC{number:03}"
            item.PatientName, item.PatientID = f"Synthetic^Patient{number}", f"SYN{number:03}"
            item.PatientBirthDate, item.PatientSex = f"19{50 + number}0101", "O"
            item.StudyInstanceUID = synthetic_uid("study", number)
            item.RequestedProcedureDescription = f"{modality} phantom"
            item.RequestedProcedureID = f"RP{number:03}"
            item.ScheduledProcedureStepSequence = [step]
            item.file_meta = FileMetaDataset()
            item.file_meta.MediaStorageSOPClassUID = sop.ModalityWorklistInformationFind
            item.file_meta.MediaStorageSOPInstanceUID = synthetic_uid("worklist", number)
            item.file_meta.TransferSyntaxUID = UID(EXPLICIT_LE)
            item.save_as(folder / "WLMSCP" / f"{number}.wl", enforce_file_format=True)
        with serving(folder, PORT, "wlmscpfs", "-s", "-dfp", folder, str(PORT)):
            with capturing(out, PORT):
                step_key = "ScheduledProcedureStepSequence[0]"
                log = call(
                    *("findscu", "-d", "-W", "-aet", "FINDSCU", "-aec", "WLMSCP"),
                    *(LOOPBACK, str(PORT), "-k", "PatientName", "-k", "PatientID"),
                    *("-k", "AccessionNumber", "-k", "StudyInstanceUID"),
                    *("-k", f"{step_key}.Modality=CT"),
                    *("-k", f"{step_key}.ScheduledProcedureStepStartDate"),
                    *("-k", f"{step_key}.ScheduledProcedureStepID"),
                )
    return {"associations": read_log(log, "requestor", f"{LOOPBACK}:{PORT}")}


@scenario("move.pcap", "dcmtk movescu -> dcmqrscp -> storescp", f"{PORT}, {BACK_PORT}")
def move(out: Path) -> Truth:
    """movescu has dcmqrscp (QRSCP) send two images to a third application entity, storescp
    (THIRD); the association from QRSCP to THIRD is in the same capture."""
    with workspace() as folder, archive(folder, PORT, patients=1, images=2):
        third = ("storescp", "-d", "--ignore", "-aet", "THIRD", str(BACK_PORT))
        with serving(folder, BACK_PORT, *third) as third_log, capturing(out, PORT, BACK_PORT):
            log = call(
                *("movescu", "-d", "-P", "-aet", "MOVESCU", "-aec", "QRSCP", "-aem", "THIRD"),
                *(LOOPBACK, str(PORT), "-k", "0008,0052=PATIENT", "-k", "0010,0020=SYN001"),
            )
        received = third_log.read_text(errors="replace")
    associations = read_log(log, "requestor", f"{LOOPBACK}:{PORT}")
    associations += read_log(received, "acceptor", f"{LOOPBACK}:{BACK_PORT}")
    # storescp logs what it receives, not what it answers: the end of the move tells that.
    for message in list(associations[1]["messages"]):
        answer = message | {"from": "acceptor", "command": "C-STORE-RSP", "has_data_set": False}
        at = associations[1]["messages"].index(message) + 1
        if associations[0]["messages"][-1]["status"] == 0:
            answer["status"] = 0
        associations[1]["messages"].insert(at, answer)
    return {"associations": associations}


# ---------------------------------------------------------------------------
# Scenarios: pynetdicom peers
# ---------------------------------------------------------------------------


@scenario("echo-ipv6.pcapng", "pynetdicom -> pynetdicom")
def echo_ipv6(out: Path) -> Truth:
    """One C-ECHO over IPv6; the capture is a pcapng file with a comment on the section and on
    two packets (put there by editcap)."""
    acceptor, requestor, witness = application("ECHOSCP"), application("ECHOSCU"), Witness()
    acceptor.add_supported_context(sop.Verification)
    requestor.add_requested_context(sop.Verification)
    with workspace() as folder, accepting(acceptor, address="::1"):
        plain = folder / "echo.pcap"
        with capturing(plain, PORT):
            assoc = requestor.associate(
                "::1", PORT, ae_title="ECHOSCP", evt_handlers=witness.handlers
            )
            assoc.send_c_echo()
            assoc.release()
        subprocess.run(
            [
                *("editcap", "-F", "pcapng", "--capture-comment", "A C-ECHO over IPv6"),
                *("-a", "1:The connection is opened", "-a", "4:The association is requested"),
                *(str(plain), str(out)),
            ],
            check=True,
            stderr=subprocess.DEVNULL,
        )
    return {"associations": witness.associations}


@scenario("find-cancel.pcap", "pynetdicom -> pynetdicom")
def find_cancel(out: Path) -> Truth:
    """A C-FIND is answered slowly with many responses; after the fifth the requestor sends a
    C-CANCEL and the acceptor ends with status FE00."""
    model = sop.StudyRootQueryRetrieveInformationModelFind

    def answer(event: Any) -> Iterator[tuple[int, Dataset | None]]:
        for number in range(1, 200):
            if event.is_cancelled:
                yield 0xFE00, None
                return
            match = Dataset()
            match.QueryRetrieveLevel = "STUDY"
            match.PatientName = f"Synthetic^Patient{number}"
            match.PatientID = f"SYN{number:03}"
            match.StudyInstanceUID = synthetic_uid("study", number)
            yield 0xFF00, match
            time.sleep(0.03)

    acceptor, requestor, witness = application("QRSCP"), application("FINDSCU"), Witness()
    acceptor.add_supported_context(model)
    requestor.add_requested_context(model, EXPLICIT_LE)
    query = Dataset()
    query.QueryRetrieveLevel = "STUDY"
    query.PatientName = query.PatientID = query.StudyInstanceUID = ""
    with accepting(acceptor, [(evt.EVT_C_FIND, answer)]), capturing(out, PORT):
        assoc = requestor.associate(LOOPBACK, PORT, ae_title="QRSCP", evt_handlers=witness.handlers)
        for number, _ in enumerate(assoc.send_c_find(query, model, msg_id=7), 1):
            if number == 5:
                assoc.send_c_cancel(7, query_model=model)
        assoc.release()
    return {"associations": witness.associations}


@scenario("get-roles.pcap", "pynetdicom -> dcmtk dcmqrscp")
def get_roles(out: Path) -> Truth:
    """A C-GET: the requestor proposes to be the SCP of CT Image Storage too (role selection),
    and dcmqrscp sends it two images on the same association."""
    model = sop.PatientRootQueryRetrieveInformationModelGet
    requestor, witness = application("GETSCU"), Witness()
    requestor.add_requested_context(model, EXPLICIT_LE)
    requestor.add_requested_context(sop.CTImageStorage, EXPLICIT_LE)
    query = Dataset()
    query.QueryRetrieveLevel, query.PatientID = "PATIENT", "SYN001"
    handlers = [*witness.handlers, (evt.EVT_C_STORE, lambda event: 0x0000)]
    with workspace() as folder, archive(folder, PORT, patients=1, images=2):
        with capturing(out, PORT):
            assoc = requestor.associate(
                LOOPBACK,
                PORT,
                ae_title="QRSCP",
                ext_neg=[build_role(sop.CTImageStorage, scp_role=True)],
                evt_handlers=handlers,
            )
            for _ in assoc.send_c_get(query, model):
                pass
            assoc.release()
    witness.associations[0]["negotiation"] = {
        "roles": [{"sop_class_uid": sop.CTImageStorage, "scu_role": False, "scp_role": True}]
    }
    return {"associations": witness.associations}


@scenario("mpps.pcap", "pynetdicom -> pynetdicom")
def mpps(out: Path) -> Truth:
    """A modality performed procedure step is begun (N-CREATE) and completed (N-SET)."""
    step_class = sop.ModalityPerformedProcedureStep
    acceptor, requestor, witness = application("MPPSSCP"), application("MODALITY"), Witness()
    acceptor.add_supported_context(step_class)
    requestor.add_requested_context(step_class)
    instance = synthetic_uid("mpps", 1)
    scheduled = Dataset()
    scheduled.AccessionNumber = "ACC001"
    scheduled.StudyInstanceUID = synthetic_uid("study", 1)
    scheduled.RequestedProcedureID = "RP001"
    scheduled.ScheduledProcedureStepID = "SPS001"
    begun = Dataset()
    begun.Modality = "CT"
    begun.PatientName, begun.PatientID = "Synthetic^Patient1", "SYN001"
    begun.ScheduledStepAttributesSequence = [scheduled]
    begun.PerformedStationAETitle = "MODALITY"
    begun.PerformedProcedureStepStartDate = "20240102"
    begun.PerformedProcedureStepStartTime = "030405"
    begun.PerformedProcedureStepStatus = "IN PROGRESS"
    begun.PerformedProcedureStepID = "PPS001"
    begun.PerformedSeriesSequence = []
    series = Dataset()
    series.SeriesInstanceUID = synthetic_uid("series", 1)
    series.ProtocolName = "Phantom"
    series.PerformingPhysicianName = "Invented^Physician"
    done = Dataset()
    done.PerformedProcedureStepStatus = "COMPLETED"
    done.PerformedProcedureStepEndDate = "20240102"
    done.PerformedProcedureStepEndTime = "031005"
    done.PerformedSeriesSequence = [series]
    handlers = [
        (evt.EVT_N_CREATE, lambda event: (0x0000, None)),
        (evt.EVT_N_SET, lambda event: (0x0000, None)),
    ]
    with accepting(acceptor, handlers), capturing(out, PORT):
        assoc = requestor.associate(
            LOOPBACK, PORT, ae_title="MPPSSCP", evt_handlers=witness.handlers
        )
        assoc.send_n_create(begun, step_class, instance, msg_id=1)
        assoc.send_n_set(done, step_class, instance, msg_id=2)
        assoc.release()
    return {"associations": witness.associations}


@scenario("storage-commitment.pcap", "pynetdicom -> pynetdicom", f"{PORT}, {BACK_PORT}")
def storage_commitment(out: Path) -> Truth:
    """A modality asks for storage commitment of two images (N-ACTION); the archive then opens
    an association back to it, in the SCP role, and reports success (N-EVENT-REPORT)."""
    service = sop.StorageCommitmentPushModel
    instance = sop.StorageCommitmentPushModelInstance
    request = Dataset()
    request.TransactionUID = synthetic_uid("transaction", 1)
    request.ReferencedSOPSequence = []
    for number in (1, 2):
        reference = Dataset()
        reference.ReferencedSOPClassUID = sop.CTImageStorage
        reference.ReferencedSOPInstanceUID = synthetic_uid("instance", 1, number)
        request.ReferencedSOPSequence.append(reference)

    archive_ae, modality = application("ARCHIVE"), application("MODALITY")
    archive_ae.add_supported_context(service)
    archive_ae.add_requested_context(service, EXPLICIT_LE)
    modality.add_requested_context(service, EXPLICIT_LE)
    modality.add_supported_context(service, scu_role=False, scp_role=True)
    asked, reported = Witness(), Witness()
    with (
        accepting(archive_ae, [(evt.EVT_N_ACTION, lambda event: (0x0000, None))]),
        accepting(
            modality,
            [(evt.EVT_N_EVENT_REPORT, lambda event: (0x0000, None))],
            port=BACK_PORT,
        ),
        capturing(out, PORT, BACK_PORT),
    ):
        assoc = modality.associate(LOOPBACK, PORT, ae_title="ARCHIVE", evt_handlers=asked.handlers)
        assoc.send_n_action(request, 1, service, instance)
        assoc.release()
        assoc = archive_ae.associate(
            LOOPBACK,
            BACK_PORT,
            ae_title="MODALITY",
            ext_neg=[build_role(service, scp_role=True)],
            evt_handlers=reported.handlers,
        )
        assoc.send_n_event_report(request, 1, service, instance)
        assoc.release()
    reported.associations[0]["negotiation"] = {
        "roles": [{"sop_class_uid": service, "scu_role": False, "scp_role": True}]
    }
    return {"associations": asked.associations + reported.associations}


@scenario("n-get-n-delete.pcap", "pynetdicom -> pynetdicom")
def print_session(out: Path) -> Truth:
    """A print client reads the state of the printer (N-GET), makes a film session (N-CREATE),
    prints it (N-ACTION) and deletes it (N-DELETE), in the Basic Grayscale Print Management
    meta SOP class."""
    meta = sop.BasicGrayscalePrintManagementMeta
    acceptor, requestor, witness = application("PRINTSCP"), application("PRINTSCU"), Witness()
    acceptor.add_supported_context(meta)
    requestor.add_requested_context(meta, EXPLICIT_LE)
    printer = Dataset()
    printer.PrinterStatus, printer.PrinterStatusInfo = "NORMAL", "NORMAL"
    session = Dataset()
    session.NumberOfCopies, session.PrintPriority = 1, "LOW"
    session.MediumType, session.FilmDestination = "PAPER", "MAGAZINE"
    film = synthetic_uid("film session", 1)
    handlers = [
        (evt.EVT_N_GET, lambda event: (0x0000, printer)),
        (evt.EVT_N_CREATE, lambda event: (0x0000, session)),
        (evt.EVT_N_ACTION, lambda event: (0x0000, None)),
        (evt.EVT_N_DELETE, lambda event: 0x0000),
    ]
    with accepting(acceptor, handlers), capturing(out, PORT):
        assoc = requestor.associate(
            LOOPBACK, PORT, ae_title="PRINTSCP", evt_handlers=witness.handlers
        )
        assoc.send_n_get(
            [Tag("PrinterStatus"), Tag("PrinterStatusInfo")],
            sop.Printer,
            sop.PrinterInstance,
            msg_id=1,
            meta_uid=meta,
        )
        assoc.send_n_create(session, sop.BasicFilmSession, film, msg_id=2, meta_uid=meta)
        assoc.send_n_action(None, 1, sop.BasicFilmSession, film, msg_id=3, meta_uid=meta)
        assoc.send_n_delete(sop.BasicFilmSession, film, msg_id=4, meta_uid=meta)
        assoc.release()
    return {"associations": witness.associations}


@scenario("rejected-called-ae.pcap", "dcmtk echoscu -> pynetdicom")
def rejected_called_ae(out: Path) -> Truth:
    """echoscu calls an application entity that does not exist; the acceptor rejects the
    association: called AE title not recognized."""
    acceptor, witness = application("ECHOSCP"), Witness("acceptor")
    acceptor.add_supported_context(sop.Verification)
    acceptor.require_called_aet = True
    with accepting(acceptor, witness.handlers), capturing(out, PORT):
        call("echoscu", "-aet", "ECHOSCU", "-aec", "NOT-THERE", LOOPBACK, str(PORT))
    return {"associations": witness.associations}


@scenario("contexts-refused.pcap", "pynetdicom -> pynetdicom")
def contexts_refused(out: Path) -> Truth:
    """Of three presentation contexts one is accepted (0), one refused for its abstract syntax
    (3) and one for its transfer syntaxes (4); one C-ECHO follows."""
    acceptor, requestor, witness = application("STORESCP"), application("STORESCU"), Witness()
    acceptor.add_supported_context(sop.Verification)
    acceptor.add_supported_context(sop.CTImageStorage, JPEGBaseline8Bit)
    requestor.add_requested_context(sop.Verification)
    requestor.add_requested_context(sop.MRImageStorage)
    requestor.add_requested_context(sop.CTImageStorage, [EXPLICIT_LE, IMPLICIT_LE])
    with accepting(acceptor), capturing(out, PORT):
        assoc = requestor.associate(
            LOOPBACK, PORT, ae_title="STORESCP", evt_handlers=witness.handlers
        )
        assoc.send_c_echo()
        assoc.release()
    return {"associations": witness.associations}


@scenario("aborted.pcap", "pynetdicom -> pynetdicom")
def aborted(out: Path) -> Truth:
    """The acceptor answers a C-ECHO, then aborts the association when it gets a C-STORE."""

    def abort(event: Any) -> int:
        event.assoc.abort()
        return 0x0000

    acceptor, requestor, witness = application("STORESCP"), application("STORESCU"), Witness()
    for ae, add in ((acceptor, AE.add_supported_context), (requestor, AE.add_requested_context)):
        add(ae, sop.Verification)
        add(ae, sop.CTImageStorage, EXPLICIT_LE)
    with accepting(acceptor, [(evt.EVT_C_STORE, abort)]), capturing(out, PORT):
        assoc = requestor.associate(
            LOOPBACK, PORT, ae_title="STORESCP", evt_handlers=witness.handlers
        )
        assoc.send_c_echo(msg_id=1)
        assoc.send_c_store(ct_image(16), msg_id=2)
        assoc.join(10)
    return {"associations": witness.associations}


# Type of the identity, its two fields and what the acceptor answers (PS3.7 D.3.3.7).
IDENTITIES: tuple[tuple[int, bytes, bytes, bytes | None], ...] = (
    (1, b"invented.user", b"", None),
    (2, b"invented.user", b"not-a-real-passcode", None),
    (3, b"made-up Kerberos ticket \x00\x01\x02\xfe\xff", b"", b"made-up server ticket"),
    (4, b"<saml:Assertion>made up</saml:Assertion>", b"", b"<saml:Response>ok</saml:Response>"),
)


@scenario("user-identity.pcap", "pynetdicom -> pynetdicom")
def user_identity(out: Path) -> Truth:
    """Four associations with a user identity each: user name, user name and passcode, Kerberos
    ticket, SAML assertion (all made up). A positive response is requested each time; pynetdicom
    sends one for the ticket and the assertion only."""
    responses = {kind: response for kind, _, _, response in IDENTITIES}

    def verify(event: Any) -> tuple[bool, bytes | None]:
        return True, responses[event.user_id_type]

    acceptor, requestor, witness = application("ECHOSCP"), application("ECHOSCU"), Witness()
    acceptor.add_supported_context(sop.Verification)
    requestor.add_requested_context(sop.Verification)
    with accepting(acceptor, [(evt.EVT_USER_ID, verify)]), capturing(out, PORT):
        for kind, primary, secondary, response in IDENTITIES:
            identity = UserIdentityNegotiation()
            identity.user_identity_type = kind
            identity.positive_response_requested = True
            identity.primary_field = primary
            if secondary:
                identity.secondary_field = secondary
            assoc = requestor.associate(
                LOOPBACK,
                PORT,
                ae_title="ECHOSCP",
                ext_neg=[identity],
                evt_handlers=witness.handlers,
            )
            assoc.send_c_echo()
            assoc.release()
            witness.associations[-1]["user_identity"] = {
                "type": kind,
                "positive_response_requested": True,
                "primary_field_hex": primary.hex(),
                "secondary_field_hex": secondary.hex(),
                "server_response_hex": None if response is None else response.hex(),
            }
    return {"associations": witness.associations}


@scenario("negotiation.pcap", "pynetdicom -> pynetdicom")
def negotiation(out: Path) -> Truth:
    """An association with every kind of user information: asynchronous operations window, role
    selection, SOP class extended negotiation for Storage and for Query/Retrieve FIND, common
    extended negotiation with two related general SOP classes, implementation version name."""
    find = sop.StudyRootQueryRetrieveInformationModelFind
    report = sop.Comprehensive3DSRStorage
    general = [sop.ComprehensiveSRStorage, sop.EnhancedSRStorage]
    extended = {
        sop.CTImageStorage: (b"\x02\x00\x03\x00\x01\x00", b"\x02\x00\x03\x00\x01\x00"),
        find: (b"\x01\x01\x01\x00", b"\x01\x01\x00\x00"),
    }
    window = AsynchronousOperationsWindowNegotiation()
    window.maximum_number_operations_invoked = 5
    window.maximum_number_operations_performed = 3
    items: list[Any] = [window, build_role(sop.CTImageStorage, scu_role=True, scp_role=True)]
    for uid, (proposal, _) in extended.items():
        item = SOPClassExtendedNegotiation()
        item.sop_class_uid = uid
        item.service_class_application_information = proposal
        items.append(item)
    common = SOPClassCommonExtendedNegotiation()
    common.sop_class_uid = report
    common.service_class_uid = UID("1.2.840.10008.4.2")
    common.related_general_sop_class_identification = general
    items.append(common)

    acceptor, requestor, witness = application("ANYSCP"), application("ANYSCU"), Witness()
    acceptor.add_supported_context(sop.CTImageStorage, scu_role=True, scp_role=True)
    acceptor.add_supported_context(find)
    acceptor.add_supported_context(report)
    for uid in (sop.CTImageStorage, find, report):
        requestor.add_requested_context(uid, [EXPLICIT_LE, IMPLICIT_LE])
    handlers = [
        # pynetdicom has one operation at a time: whatever is returned here, it answers 1, 1.
        (evt.EVT_ASYNC_OPS, lambda event: (1, 1)),
        (evt.EVT_SOP_EXTENDED, lambda event: {uid: extended[uid][1] for uid in event.app_info}),
        (evt.EVT_SOP_COMMON, lambda event: event.items),
    ]
    with accepting(acceptor, handlers), capturing(out, PORT):
        assoc = requestor.associate(
            LOOPBACK, PORT, ae_title="ANYSCP", ext_neg=items, evt_handlers=witness.handlers
        )
        answered = assoc.acceptor.asynchronous_operations
        assoc.release()
    witness.associations[0]["negotiation"] = {
        "asynchronous_operations_window": {"requestor": [5, 3], "acceptor": list(answered)},
        "roles": [{"sop_class_uid": sop.CTImageStorage, "scu_role": True, "scp_role": True}],
        "sop_class_extended": [
            {"sop_class_uid": uid, "requestor_hex": ask.hex(), "acceptor_hex": answer.hex()}
            for uid, (ask, answer) in extended.items()
        ],
        "sop_class_common_extended": [
            {
                "sop_class_uid": report,
                "service_class_uid": "1.2.840.10008.4.2",
                "related_general_sop_class_uids": general,
            }
        ],
    }
    return {"associations": witness.associations}


@scenario("two-interleaved.pcap", "pynetdicom -> pynetdicom")
def two_interleaved(out: Path) -> Truth:
    """Two associations at the same time to one acceptor, whose messages take turns."""
    acceptor = application("STORESCP")
    acceptor.add_supported_context(sop.Verification)
    acceptor.add_supported_context(sop.CTImageStorage)
    witness, requestors = Witness(), []
    handlers = [(evt.EVT_C_STORE, lambda event: 0x0000)]
    with accepting(acceptor, handlers), capturing(out, PORT):
        for title in ("STORESCU1", "STORESCU2"):
            ae = application(title)
            ae.add_requested_context(sop.Verification)
            ae.add_requested_context(sop.CTImageStorage, EXPLICIT_LE)
            requestors.append(
                ae.associate(LOOPBACK, PORT, ae_title="STORESCP", evt_handlers=witness.handlers)
            )
        for turn in (1, 2):
            for number, assoc in enumerate(requestors, 1):
                assoc.send_c_echo(msg_id=turn * 2 - 1)
                assoc.send_c_store(ct_image(16, number, turn), msg_id=turn * 2)
        for assoc in requestors:
            assoc.release()
    return {"associations": witness.associations}


@scenario("store-variety.pcap", "pynetdicom -> pynetdicom")
def store_variety(out: Path) -> Truth:
    """Test files of pydicom are stored in five transfer syntaxes on one association: Implicit
    VR Little Endian, Explicit VR Big Endian, RLE Lossless, JPEG Baseline, Deflated Explicit VR
    Little Endian."""
    names = (
        *("MR_small_implicit.dcm", "MR_small_bigendian.dcm", "MR_small_RLE.dcm"),
        *("SC_rgb_small_odd_jpeg.dcm", "image_dfl.dcm"),
    )
    images = []
    for name in names:
        path = get_testdata_file(name, download=False)
        assert isinstance(path, str)
        images.append(pydicom.dcmread(path))
    syntaxes = [image.file_meta.TransferSyntaxUID for image in images]
    contexts = [
        build_context(image.SOPClassUID, syntax)
        for image, syntax in zip(images, syntaxes, strict=True)
    ]
    acceptor, requestor, witness = application("STORESCP"), application("STORESCU"), Witness()
    for uid in {image.SOPClassUID for image in images}:
        acceptor.add_supported_context(uid, syntaxes)
    handlers = [(evt.EVT_C_STORE, lambda event: 0x0000)]
    with accepting(acceptor, handlers), capturing(out, PORT):
        assoc = requestor.associate(
            LOOPBACK, PORT, contexts, ae_title="STORESCP", evt_handlers=witness.handlers
        )
        for number, image in enumerate(images, 1):
            assoc.send_c_store(image, msg_id=number)
        assoc.release()
    return {"associations": witness.associations}


# Specific Character Set and a name in it; the first five are examples of PS3.5 (H, I, J).
NAMES: tuple[tuple[list[str], str], ...] = (
    (["", "ISO 2022 IR 87"], "Yamada^Tarou=山田^太郎=やまだ^たろう"),
    (["ISO 2022 IR 13", "ISO 2022 IR 87"], "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう"),
    (["", "ISO 2022 IR 149"], "Hong^Gildong=洪^吉洞=홍^길동"),
    (["ISO_IR 192"], "Wang^XiaoDong=王^小東"),
    (["GB18030"], "Wang^XiaoDong=王^小东"),
    (["ISO_IR 144"], "Иванов^Иван"),
    (["ISO_IR 100"], "Übung^Jérôme"),
    (["ISO_IR 126"], "Διονυσιος"),
)


@scenario("characters.pcap", "pynetdicom -> pynetdicom")
def characters(out: Path) -> Truth:
    """A C-FIND is answered with patients whose names are in several character sets: Japanese,
    Korean, Chinese, Cyrillic, Greek and Latin ones, with and without code extensions."""
    model = sop.PatientRootQueryRetrieveInformationModelFind

    def answer(event: Any) -> Iterator[tuple[int, Dataset]]:
        for number, (character_set, name) in enumerate(NAMES, 1):
            match = Dataset()
            match.SpecificCharacterSet = character_set
            match.QueryRetrieveLevel = "PATIENT"
            match.PatientName, match.PatientID = name, f"SYN{number:03}"
            yield 0xFF00, match

    acceptor, requestor, witness = application("QRSCP"), application("FINDSCU"), Witness()
    acceptor.add_supported_context(model)
    requestor.add_requested_context(model, EXPLICIT_LE)
    query = Dataset()
    query.QueryRetrieveLevel = "PATIENT"
    query.PatientName = query.PatientID = ""
    with accepting(acceptor, [(evt.EVT_C_FIND, answer)]), capturing(out, PORT):
        assoc = requestor.associate(LOOPBACK, PORT, ae_title="QRSCP", evt_handlers=witness.handlers)
        for _ in assoc.send_c_find(query, model):
            pass
        assoc.release()
    pending = [m for m in witness.associations[0]["messages"] if m.get("status") == 0xFF00]
    for message, (character_set, name) in zip(pending, NAMES, strict=True):
        message |= {"specific_character_set": "\\".join(character_set), "patient_name": name}
    return {"associations": witness.associations}


# ---------------------------------------------------------------------------
# Scenarios: other peers
# ---------------------------------------------------------------------------


def item(kind: int, value: bytes) -> bytes:
    """An item of an association PDU: type, reserved, length, value."""
    return struct.pack(">BxH", kind, len(value)) + value


def pdu(kind: int, value: bytes) -> bytes:
    """A PDU: type, reserved, length, value."""
    return struct.pack(">BxI", kind, len(value)) + value


@scenario("release-collision.pcap", "python (sockets)")
def release_collision(out: Path) -> Truth:
    """Both peers request the release at the same time (PS3.8 9.2, release collision): the
    requestor of the association answers first, then the acceptor."""
    implementation = "1.2.826.0.1.3680043.8.498.1"
    titles = b"RAWSCP".ljust(16) + b"RAWSCU".ljust(16) + bytes(32)
    start = struct.pack(">HH", 1, 0) + titles + item(0x10, b"1.2.840.10008.3.1.1.1")
    user = item(0x51, struct.pack(">I", 16384)) + item(0x52, implementation.encode())
    proposed = item(0x30, b"1.2.840.10008.1.1") + item(0x40, IMPLICIT_LE.encode())
    accepted = item(0x40, IMPLICIT_LE.encode())
    request = start + item(0x20, b"\x01\0\0\0" + proposed) + item(0x50, user)
    accept = start + item(0x21, b"\x01\0\0\0" + accepted) + item(0x50, user)
    release_rq, release_rp = pdu(0x05, bytes(4)), pdu(0x06, bytes(4))

    with socket.create_server((LOOPBACK, PORT)) as server, capturing(out, PORT):
        requestor = socket.create_connection((LOOPBACK, PORT))
        acceptor, _ = server.accept()
        client = f"{LOOPBACK}:{requestor.getsockname()[1]}"
        with requestor, acceptor:
            for sender, receiver, message in (
                (requestor, acceptor, pdu(0x01, request)),
                (acceptor, requestor, pdu(0x02, accept)),
            ):
                sender.sendall(message)
                receiver.recv(4096)
            requestor.sendall(release_rq)
            acceptor.sendall(release_rq)
            requestor.recv(4096)
            acceptor.recv(4096)
            requestor.sendall(release_rp)
            acceptor.recv(4096)
            acceptor.sendall(release_rp)
            requestor.recv(4096)
    peer = {"maximum_length": 16384, "implementation_class_uid": implementation}
    association = {
        "calling_ae_title": "RAWSCU",
        "called_ae_title": "RAWSCP",
        "outcome": "released",
        "requestor": peer,
        "acceptor": peer,
        "client": client,
        "server": f"{LOOPBACK}:{PORT}",
        "presentation_contexts": [
            {
                "id": 1,
                "abstract_syntax": "1.2.840.10008.1.1",
                "proposed_transfer_syntaxes": [IMPLICIT_LE],
                "result": 0,
                "accepted_transfer_syntax": IMPLICIT_LE,
            }
        ],
        "messages": [],
    }
    return {"associations": [association], "notes": ["both peers send A-RELEASE-RQ"]}


class Page(http.server.BaseHTTPRequestHandler):
    """Answers every GET with a page that is not DICOM."""

    server_version = "Example"
    sys_version = ""

    def do_GET(self) -> None:
        body = b"<!doctype html><title>Not DICOM</title><p>" + b"Nothing to see. " * 40
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@scenario("http.pcap", "python (http.client -> http.server)")
def http_traffic(out: Path) -> Truth:
    """An HTTP request and its response on a DICOM port: there is no DICOM in this capture."""
    server = http.server.HTTPServer((LOOPBACK, PORT), Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    with capturing(out, PORT):
        connection = http.client.HTTPConnection(LOOPBACK, PORT, timeout=10)
        connection.request("GET", "/index.html")
        connection.getresponse().read()
        connection.close()
    server.shutdown()
    thread.join()
    server.server_close()
    return {"associations": [], "notes": ["0 associations"]}


def prime(bits: int) -> int:
    """A random (probable) prime with its two highest bits set."""
    while True:
        number = secrets.randbits(bits) | (3 << (bits - 2)) | 1
        if all(number % small for small in range(3, 2000, 2)) and all(
            pow(2 + secrets.randbelow(number - 3), number - 1, number) == 1 for _ in range(8)
        ):
            return number


def der(tag: int, *parts: bytes) -> bytes:
    """A DER value made of parts."""
    value = b"".join(parts)
    size = len(value)
    if size < 0x80:
        return bytes([tag, size]) + value
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + value


def throwaway_certificate(path: Path) -> None:
    """Writes a new RSA key and a certificate it signs itself, for tests on loopback only.

    The standard library makes no certificates, so this writes the DER of RFC 5280 and RFC 8017.
    """
    exponent = 65537
    while True:
        p, q = prime(1024), prime(1024)
        if p != q and (p - 1) % exponent and (q - 1) % exponent:
            break
    modulus, private = p * q, pow(exponent, -1, (p - 1) * (q - 1))

    def integer(number: int) -> bytes:
        return der(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))

    def algorithm(last: int) -> bytes:  # 1.2.840.113549.1.1.last, without parameters
        return der(0x30, der(0x06, bytes.fromhex("2a864886f70d0101") + bytes([last])), der(0x05))

    key_parts = (0, modulus, exponent, private, p, q, private % (p - 1), private % (q - 1))
    key = der(0x30, *map(integer, key_parts), integer(pow(q, -1, p)))
    common_name = der(0x30, der(0x06, bytes.fromhex("550403")), der(0x0C, b"localhost"))
    name = der(0x30, der(0x31, common_name))
    validity = der(0x30, der(0x17, b"200101000000Z"), der(0x17, b"491231235959Z"))
    public = der(0x30, integer(modulus), integer(exponent))
    subject_key = der(0x30, algorithm(1), der(0x03, b"\0", public))
    body = der(0x30, integer(1), algorithm(11), name, validity, name, subject_key)
    sha256_prefix = bytes.fromhex("3031300d060960864801650304020105000420")
    digest = sha256_prefix + sha256(body).digest()
    padded = b"\0\1" + b"\xff" * (256 - 3 - len(digest)) + b"\0" + digest
    signature = pow(int.from_bytes(padded, "big"), private, modulus).to_bytes(256, "big")
    certificate = der(0x30, body, algorithm(11), der(0x03, b"\0", signature))
    with path.open("wb") as file:
        for label, value in ((b"RSA PRIVATE KEY", key), (b"CERTIFICATE", certificate)):
            text = encodebytes(value)
            file.write(b"-----BEGIN %s-----\n%s-----END %s-----\n" % (label, text, label))


@scenario("tls.pcap", "pynetdicom -> pynetdicom", 2762)
def tls(out: Path) -> Truth:
    """One C-ECHO inside TLS, with a certificate made for this recording and thrown away."""
    acceptor, requestor, witness = application("ECHOSCP"), application("ECHOSCU"), Witness()
    acceptor.add_supported_context(sop.Verification)
    requestor.add_requested_context(sop.Verification)
    with workspace() as folder:
        throwaway_certificate(folder / "throwaway.pem")
        theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        theirs.load_cert_chain(folder / "throwaway.pem")
        ours = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        ours.check_hostname = False
        ours.verify_mode = ssl.CERT_NONE
        with accepting(acceptor, port=2762, context=theirs), capturing(out, 2762):
            assoc = requestor.associate(
                LOOPBACK,
                2762,
                ae_title="ECHOSCP",
                tls_args=(ours, "localhost"),
                evt_handlers=witness.handlers,
            )
            assoc.send_c_echo()
            assoc.release()
    return {"associations": witness.associations, "notes": ["encrypted: nothing can be read"]}


@scenario("snaplen-96.pcap", "dcmtk storescu -> storescp")
def snaplen(out: Path) -> Truth:
    """storescu sends a CT image; the capture keeps only the first 96 bytes of each frame."""
    return store(out, PORT, options=["-s", "96"])


# ---------------------------------------------------------------------------
# Derived captures
# ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Frame:
    """One record of a pcap file."""

    seconds: int
    fraction: int
    data: bytes


@dataclass(frozen=True)
class Segment:
    """An Ethernet frame with an IPv4 packet with a TCP segment."""

    frame: Frame
    ethernet: bytes
    ip: bytes  # the header
    tcp: bytes  # the header
    payload: bytes

    @classmethod
    def of(cls, frame: Frame) -> Segment:
        """Takes a frame apart."""
        ip_end = 14 + (frame.data[14] & 0x0F) * 4
        tcp_end = ip_end + (frame.data[ip_end + 12] >> 4) * 4
        ip_total = 14 + struct.unpack_from(">H", frame.data, 16)[0]
        return cls(
            frame,
            frame.data[:14],
            frame.data[14:ip_end],
            frame.data[ip_end:tcp_end],
            frame.data[tcp_end:ip_total],
        )

    @property
    def source_port(self) -> int:
        return int(struct.unpack_from(">H", self.tcp)[0])

    @property
    def sequence(self) -> int:
        return int(struct.unpack_from(">I", self.tcp, 4)[0])

    @property
    def acknowledgement(self) -> int:
        return int(struct.unpack_from(">I", self.tcp, 8)[0])

    def numbered(self, sequence: int, acknowledgement: int) -> Segment:
        """The same segment with other sequence and acknowledgement numbers."""
        numbers = struct.pack(">II", sequence % 2**32, acknowledgement % 2**32)
        return replace(self, tcp=self.tcp[:4] + numbers + self.tcp[12:])

    def packet(self) -> bytes:
        """The IP packet, with the lengths and checksums right."""
        length = len(self.tcp) + len(self.payload)
        pseudo = self.ip[12:20] + struct.pack(">xBH", 6, length)
        blank = self.tcp[:16] + b"\0\0" + self.tcp[18:]
        check = struct.pack(">H", checksum(pseudo + blank + self.payload))
        tcp = self.tcp[:16] + check + self.tcp[18:]
        return ip_header(self.ip, length) + tcp + self.payload

    def repacked(self) -> Frame:
        """The frame, with the lengths and checksums right."""
        return replace(self.frame, data=self.ethernet + self.packet())


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    data += b"\0" * (len(data) % 2)
    total: int = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ip_header(header: bytes, length: int, fragment: int | None = None) -> bytes:
    """An IPv4 header for another payload length (and fragment word), its checksum right."""
    parts = bytearray(header)
    struct.pack_into(">H", parts, 2, len(header) + length)
    if fragment is not None:
        struct.pack_into(">H", parts, 6, fragment)
    struct.pack_into(">H", parts, 10, 0)
    struct.pack_into(">H", parts, 10, checksum(bytes(parts)))
    return bytes(parts)


@dataclass
class Pcap:
    """A pcap file that fits in memory."""

    link_type: int
    frames: list[Frame]

    @classmethod
    def read(cls, path: Path) -> Pcap:
        """Reads a file as tcpdump writes it on this machine (microseconds, own byte order)."""
        data = path.read_bytes()
        magic, _, _, _, _, _, link_type = struct.unpack_from("=IHHiIII", data)
        if magic != 0xA1B2C3D4:
            raise ValueError(f"{path.name} is not such a file")
        frames, at = [], 24
        while at < len(data):
            seconds, fraction, size, _ = struct.unpack_from("=IIII", data, at)
            frames.append(Frame(seconds, fraction, data[at + 16 : at + 16 + size]))
            at += 16 + size
        return cls(link_type, frames)

    def pack(self) -> bytes:
        """The file, little-endian."""
        out = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, self.link_type)
        for frame in self.frames:
            size = len(frame.data)
            out += struct.pack("<IIII", frame.seconds, frame.fraction, size, size) + frame.data
        return out

    def data_segments(self) -> list[int]:
        """The indices of the frames with a full TCP segment."""
        return [
            index
            for index, frame in enumerate(self.frames)
            if len(Segment.of(frame).payload) >= 1400
        ]


def derived(
    name: str, source: str
) -> Callable[[Callable[[Pcap, Truth], bytes]], Callable[[Pcap, Truth], bytes]]:
    """Registers a function that makes a capture from a recording.

    The function gets the recording and a copy of what its peers knew, which it may change, and
    returns the bytes of the new file.
    """

    def register(edit: Callable[[Pcap, Truth], bytes]) -> Callable[[Pcap, Truth], bytes]:
        def run(out: Path) -> Truth:
            whole = json.loads(truth_path(source).read_text(encoding="utf-8"))
            truth: Truth = {"associations": whole["associations"]}
            pcap = Pcap.read(FOLDER / source)
            # Offloading left most checksums of the recording unfinished.
            pcap.frames = [Segment.of(frame).repacked() for frame in pcap.frames]
            out.write_bytes(edit(pcap, truth))
            return truth

        about = " ".join((edit.__doc__ or "").split())
        SCENARIOS[name] = Scenario(name, "", str(PORT), about, run, source)
        return edit

    return register


def later(frame: Frame, microseconds: int) -> Frame:
    """The same frame a little later."""
    seconds, fraction = divmod(frame.fraction + microseconds, 1_000_000)
    return replace(frame, seconds=frame.seconds + seconds, fraction=fraction)


def straddling(first: Segment, second: Segment, flip: bool = False) -> Frame:
    """A retransmission of the second half of a segment and the first half of the next one.

    With `flip` its bytes differ from those sent before.
    """
    half = len(first.payload) // 2
    payload = first.payload[half:] + second.payload[: len(second.payload) // 2]
    if flip:
        payload = bytes(byte ^ 0xFF for byte in payload)
    number = struct.unpack_from(">H", first.ip, 4)[0] ^ 0x8000
    again = replace(
        first.numbered(first.sequence + half, first.acknowledgement),
        ip=first.ip[:4] + struct.pack(">H", number) + first.ip[6:],
        payload=payload,
    )
    return again.repacked()


@derived("out-of-order.pcap", "store-veth.pcap")
def out_of_order(pcap: Pcap, truth: Truth) -> bytes:
    """Some data segments have changed places: two neighbours, two that are three apart, and
    the last two."""
    data, frames = pcap.data_segments(), pcap.frames
    for one, two in ((1, 2), (5, 8), (-2, -1)):
        a, b = data[one], data[two]
        frames[a], frames[b] = (
            replace(frames[a], data=frames[b].data),
            replace(frames[b], data=frames[a].data),
        )
    return pcap.pack()


@derived("missing-segment.pcap", "store-veth.pcap")
def missing_segment(pcap: Pcap, truth: Truth) -> bytes:
    """One data segment in the middle of the image is missing; the peers did receive it."""
    index = pcap.data_segments()[5]
    lost = Segment.of(pcap.frames.pop(index))
    truth["missing_frames"] = [index + 1]
    truth["notes"] = [f"{len(lost.payload)} bytes from requestor to acceptor are missing"]
    return pcap.pack()


@derived("duplicated-frames.pcap", "store-veth.pcap")
def duplicated_frames(pcap: Pcap, truth: Truth) -> bytes:
    """Every frame is there twice, as a mirror port delivers them."""
    pcap.frames = [twin for frame in pcap.frames for twin in (frame, later(frame, 1))]
    return pcap.pack()


@derived("overlap.pcap", "store-veth.pcap")
def overlap(pcap: Pcap, truth: Truth) -> bytes:
    """Two retransmissions straddle two data segments each, with the same bytes: one comes
    after both segments, one between them, so that half of it is new."""
    data, frames = pcap.data_segments(), pcap.frames
    for first, second, at in ((8, 9, 8), (3, 4, 4)):
        again = straddling(Segment.of(frames[data[first]]), Segment.of(frames[data[second]]))
        before = frames[data[at]]
        again = later(replace(before, data=again.data), 1)
        frames.insert(data[at] + 1, again)
    return pcap.pack()


@derived("conflicting-overlap.pcap", "store-veth.pcap")
def conflicting_overlap(pcap: Pcap, truth: Truth) -> bytes:
    """A retransmission straddles two data segments which came before it, and all of its bytes
    differ from theirs; the acceptor received the bytes that came first."""
    data, frames = pcap.data_segments(), pcap.frames
    again = straddling(Segment.of(frames[data[6]]), Segment.of(frames[data[7]]), flip=True)
    frames.insert(data[7] + 1, later(replace(frames[data[7]], data=again.data), 1))
    truth["notes"] = [f"frame {data[7] + 2} contradicts frames {data[6] + 1} and {data[7] + 1}"]
    return pcap.pack()


@derived("vlan-qinq.pcap", "store-veth.pcap")
def vlan_qinq(pcap: Pcap, truth: Truth) -> bytes:
    """VLAN tags are inserted: 802.1ad outside and 802.1Q inside (QinQ) in the frames of the
    requestor, 802.1Q alone in those of the acceptor."""
    outer, inner = struct.pack(">HH", 0x88A8, 0x2064), struct.pack(">HH", 0x8100, 0x00C8)
    for index, frame in enumerate(pcap.frames):
        tags = inner if Segment.of(frame).source_port == PORT else outer + inner
        pcap.frames[index] = replace(frame, data=frame.data[:12] + tags + frame.data[12:])
    return pcap.pack()


@derived("ipv4-fragments.pcap", "store-veth.pcap")
def ipv4_fragments(pcap: Pcap, truth: Truth) -> bytes:
    """Two IP packets with image data are in three fragments each; those of the second one
    arrive in the reverse order."""
    data = pcap.data_segments()
    for order, index in ((-1, data[7]), (1, data[2])):
        segment = Segment.of(pcap.frames[index])
        body = segment.packet()[len(segment.ip) :]
        pieces = []
        for start in range(0, len(body), 496):
            piece = body[start : start + 496]
            more = 0x2000 if start + 496 < len(body) else 0
            header = ip_header(segment.ip, len(piece), more | start // 8)
            pieces.append(segment.ethernet + header + piece)
        pcap.frames[index : index + 1] = [
            later(replace(segment.frame, data=piece), number)
            for number, piece in enumerate(pieces[::order])
        ]
    return pcap.pack()


@derived("mid-association.pcap", "c-store-associate-11112.pcap")
def mid_association(pcap: Pcap, truth: Truth) -> bytes:
    """The capture begins inside the association: the frames up to the A-ASSOCIATE-AC are not
    there."""
    accept = next(
        index
        for index, frame in enumerate(pcap.frames)
        if Segment.of(frame).source_port == PORT and Segment.of(frame).payload
    )
    truth["missing_frames"] = list(range(1, accept + 2))
    truth["notes"] = ["what the association negotiated cannot be read from the capture"]
    pcap.frames = pcap.frames[accept + 1 :]
    return pcap.pack()


@derived("one-direction.pcap", "c-store-associate-11112.pcap")
def one_direction(pcap: Pcap, truth: Truth) -> bytes:
    """Only the frames from the requestor to the acceptor are there."""
    numbered = list(enumerate(pcap.frames, 1))
    pcap.frames = [f for _, f in numbered if Segment.of(f).source_port != PORT]
    truth["missing_frames"] = [n for n, f in numbered if Segment.of(f).source_port == PORT]
    truth["notes"] = ["the messages from the acceptor were sent but are not in the capture"]
    return pcap.pack()


@derived("cut-short.pcap", "store-veth.pcap")
def cut_short(pcap: Pcap, truth: Truth) -> bytes:
    """The file ends in the middle of a record with image data."""
    index = pcap.data_segments()[8]
    truth["missing_frames"] = list(range(index + 1, len(pcap.frames) + 1))
    truth["notes"] = [f"frame {index + 1} is incomplete, nothing follows it"]
    pcap.frames = pcap.frames[: index + 1]
    return pcap.pack()[: -len(pcap.frames[-1].data) // 2]


@derived("raw-ip.pcap", "c-store-associate-11112.pcap")
def raw_ip(pcap: Pcap, truth: Truth) -> bytes:
    """The frames begin with the IP header (link type RAW, 101)."""
    pcap.link_type = 101
    pcap.frames = [replace(frame, data=frame.data[14:]) for frame in pcap.frames]
    return pcap.pack()


@derived("null-loopback.pcap", "c-store-associate-11112.pcap")
def null_loopback(pcap: Pcap, truth: Truth) -> bytes:
    """The frames begin with the address family in four bytes (link type NULL, 0)."""
    pcap.link_type = 0
    family = struct.pack("<I", 2)
    pcap.frames = [replace(frame, data=family + frame.data[14:]) for frame in pcap.frames]
    return pcap.pack()


@derived("sequence-wrap.pcap", "store-veth.pcap")
def sequence_wrap(pcap: Pcap, truth: Truth) -> bytes:
    """The sequence and acknowledgement numbers are moved so that those of the requestor pass
    2^32 inside the image and those of the acceptor inside the A-ASSOCIATE-AC."""
    segments = [Segment.of(frame) for frame in pcap.frames]
    # The first two frames open the connection: SYN of the requestor, SYN-ACK of the acceptor.
    shift = {
        segments[0].source_port: 2**32 - 8000 - segments[0].sequence,
        segments[1].source_port: 2**32 - 100 - segments[1].sequence,
    }
    requestor, acceptor = shift
    other = {requestor: acceptor, acceptor: requestor}
    for index, segment in enumerate(segments):
        acknowledged = segment.acknowledgement
        if index > 0:  # the SYN acknowledges nothing
            acknowledged += shift[other[segment.source_port]]
        sequence = segment.sequence + shift[segment.source_port]
        pcap.frames[index] = segment.numbered(sequence, acknowledged).repacked()
    return pcap.pack()


# ---------------------------------------------------------------------------
# Running the script
# ---------------------------------------------------------------------------


def versions() -> dict[str, str]:
    """The versions of the peers, for the README."""
    found = re.search(r"echoscu v(\S+)", call("echoscu", "--version"))
    return {
        "dcmtk": found[1] if found else "(unknown)",
        "pynetdicom": pynetdicom.__version__,
        "python": sys.version.split()[0],
    }


def with_versions(peers: str) -> str:
    """`dcmtk a -> b` with the versions of the programs and libraries named in it."""
    for name, version in versions().items():
        peers = re.sub(rf"\b{name}\b", f"{name} {version}", peers)
    return peers


def record(wanted: Scenario) -> None:
    """Records one capture and writes what the peers knew of it."""
    source: Truth = {}
    if wanted.derived_from:
        if not truth_path(wanted.derived_from).exists():
            record(SCENARIOS[wanted.derived_from])
        source = json.loads(truth_path(wanted.derived_from).read_text())
    out = FOLDER / wanted.name
    out.unlink(missing_ok=True)
    truth = wanted.run(out)
    out.chmod(0o644)
    head: Truth = {
        "capture": wanted.name,
        "about": wanted.about,
        "peers": source.get("peers") or with_versions(wanted.peers),
        "port": wanted.port,
    } | known(derived_from=wanted.derived_from)
    text = json.dumps(head | truth, indent=1, ensure_ascii=False) + "\n"
    truth_path(wanted.name).write_text(text, encoding="utf-8")
    print(f"{wanted.name}: {out.stat().st_size} bytes", flush=True)


def truth_path(name: str) -> Path:
    """Where the truth of a capture is written: its name without `.pcap` and what follows."""
    return FOLDER / f"{name.partition('.pcap')[0]}.truth.json"


INTRO = """\
# Captures

DICOM traffic of real peers, recorded by [`record.py`](record.py) on loopback or between two
network namespaces, and captures derived from such recordings. All patients are invented, or
those of the test files that come with pydicom; passcodes and tickets are made up.

`NAME.truth.json` beside each capture holds what the peers themselves knew: AE titles, outcome,
presentation contexts and messages as their logs or the events of their library told. What the
peers did not tell is left out.

To record anew, as root: `python captures/record.py [NAME ...]`. It needs tcpdump, ip, dcmtk,
editcap, pynetdicom and zstandard, and writes this file too.
"""
DERIVED = """
## Derived captures

These were not recorded: `record.py` made each from a recording, frame by frame, and finished
the checksums that offloading had left. The truth is that of the recording: `missing_frames`
are the frames of the recording that are not (or not whole) in the capture, counted from 1.

| capture | made from | how | port |
| --- | --- | --- | --- |
"""


def write_readme() -> None:
    """Writes README.md from the truth files that exist."""
    recorded, derived = "", ""
    for each in SCENARIOS.values():
        if not truth_path(each.name).exists():
            continue
        truth = json.loads(truth_path(each.name).read_text())
        peers = f"`{each.derived_from}`" if each.derived_from else truth["peers"]
        row = f"| `{each.name}` | {peers} | {truth['about']} | {truth['port']} |\n"
        if each.derived_from:
            derived += row
        else:
            recorded += row
    table = (
        "\n## Recorded captures\n\n| capture | peers and versions | what happens | port |\n"
        "| --- | --- | --- | --- |\n"
    )
    text = INTRO + table + recorded + (DERIVED + derived if derived else "")
    (FOLDER / "README.md").write_text(text, encoding="utf-8")


PROGRAMS = (
    *("tcpdump", "ip", "editcap", "echoscu", "storescu", "storescp", "findscu", "movescu"),
    *("dcmqrscp", "wlmscpfs"),
)


def private_network() -> None:
    """Moves this process into a network namespace of its own, with a loopback interface."""
    clone_newnet = 0x40000000
    if ctypes.CDLL(None, use_errno=True).unshare(clone_newnet) != 0:
        sys.exit(f"record.py: no network namespace: {os.strerror(ctypes.get_errno())}")
    ip("link", "set", "lo", "up")


def main(names: Sequence[str]) -> None:
    """Records the captures with these names, or all of them."""
    unknown = [name for name in names if name not in SCENARIOS]
    if unknown:
        sys.exit(f"record.py: no such capture: {', '.join(unknown)}")
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    if not importlib.util.find_spec("zstandard"):
        missing.append("the package zstandard")
    if os.geteuid() != 0:
        missing.insert(0, "root")
    if missing:
        sys.exit(f"record.py: needs {', '.join(missing)}")
    logging.basicConfig(level=logging.ERROR)  # an event handler that failed says so
    private_network()
    for each in SCENARIOS.values():
        # What was derived from a recording goes out of date with it.
        if not names or each.name in names or each.derived_from in names:
            record(each)
    write_readme()


if __name__ == "__main__":
    main(sys.argv[1:])
