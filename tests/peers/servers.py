"""The servers that healthy traffic goes to, each with its log: those of dcmtk, Orthanc, and one made with pynetdicom.

Strategy: one `Peers` starts them all on free ports and lets every server know every other one, as the administrator of
a hospital would. Logs are files that only grow, so that what a peer said of one job is what came after a mark.
"""

from __future__ import annotations

import json
import logging
import re
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid
from pynetdicom import AE, AllStoragePresentationContexts, build_context, build_role, evt, sop_class
from pynetdicom.transport import ThreadedAssociationServer

from .. import peers_support as support

sop: Any = sop_class  # its names are made at run time

LOOPBACK = "127.0.0.1"
SERVERS = ("storescp", "dcmqrscp", "wlmscpfs", "Orthanc", "pynetdicom")
PLUGINS = Path("/usr/share/orthanc/plugins")
SUCCESS, PENDING = 0x0000, 0xFF00
HEALTHY_SECONDS = 20
"""How long a peer of pynetdicom waits for another."""
TRANSFER_SYNTAXES = [uid for uid in pydicom.uid.UID_dictionary
                     if pydicom.uid.UID(uid).is_transfer_syntax and not pydicom.uid.UID(uid).is_private]  # fmt: skip


def application(title: str) -> AE:
    """A pynetdicom application entity."""
    entity = AE(ae_title=title)
    entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = HEALTHY_SECONDS
    return entity


def worklist_item(number: int) -> Dataset:
    """A scheduled procedure step of a patient who does not exist."""
    step = Dataset()
    step.Modality, step.ScheduledStationAETitle = "CT", "CTSTATION"
    step.ScheduledProcedureStepStartDate, step.ScheduledProcedureStepStartTime = "20240102", f"0{number}0000"
    step.ScheduledPerformingPhysicianName = "Invented^Physician"
    step.ScheduledProcedureStepDescription, step.ScheduledProcedureStepID = "CT of a phantom", f"SPS{number:03}"
    item = Dataset()
    item.AccessionNumber = f"ACC{number:03}"
    item.PatientName, item.PatientID = f"Synthetic^Patient{number}", f"SYN{number:03}"
    item.PatientBirthDate = f"19{50 + number}0101"
    item.StudyInstanceUID = generate_uid(entropy_srcs=["worklist", str(number)])
    item.RequestedProcedureDescription, item.RequestedProcedureID = "CT phantom", f"RP{number:03}"
    item.ScheduledProcedureStepSequence = [step]
    item.file_meta = FileMetaDataset()
    item.file_meta.MediaStorageSOPClassUID = sop.ModalityWorklistInformationFind
    item.file_meta.MediaStorageSOPInstanceUID = generate_uid(entropy_srcs=["item", str(number)])
    item.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return item


class Peers:
    """Every server, running: use it as a context manager. `folder` holds the logs and what the servers keep."""

    def __init__(self, folder: Path, detail: str = "-v") -> None:
        self.folder = folder
        self.detail = detail
        """How much dcmtk's servers write down: -v, or -d for all."""
        names = [*SERVERS, "http"]
        self.ports = dict(zip(names, support.free_ports(len(names)), strict=True))
        self.logs = {name: folder / f"{name}.log" for name in (*SERVERS, "dcmtk client")}
        self.worklist = [worklist_item(number) for number in (1, 2, 3)]
        self.reports = 0
        """Storage commitment reports that pynetdicom has sent or received."""
        self._reporting: list[threading.Thread] = []
        self._stack = ExitStack()

    @property
    def dicom_ports(self) -> list[int]:
        """The ports of the servers, without the one of Orthanc's REST interface."""
        return [self.ports[name] for name in SERVERS]

    def __enter__(self) -> Peers:
        try:
            self._pynetdicom()
            self._dcmtk()
            self._orthanc()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    # -------------------------------------------------------------------------------- logs

    def marks(self) -> dict[str, int]:
        """How long each log is now."""
        return {name: path.stat().st_size if path.exists() else 0 for name, path in self.logs.items()}

    def said(self, name: str, first: int, last: int | None = None) -> list[str]:
        """What a log says between two marks."""
        if not self.logs[name].exists():
            return []
        data = self.logs[name].read_bytes()[first:last]
        return data.decode("utf-8", "replace").splitlines()

    # -------------------------------------------------------------------------------- dcmtk

    def _dcmtk(self) -> None:
        (self.folder / "received").mkdir()
        database = self.folder / "database"
        database.mkdir()
        lists = self.folder / "worklists" / "WLMSCPFS"
        lists.mkdir(parents=True)
        (lists / "lockfile").touch()
        for number, item in enumerate(self.worklist):
            item.save_as(lists / f"{number}.wl", enforce_file_format=True)
        known = "".join(
            f"{name.lower()} = ({name.upper()}, {LOOPBACK}, {self.ports[name]})\n"
            for name in ("storescp", "Orthanc", "pynetdicom")
        )
        config = self.folder / "dcmqrscp.cfg"
        config.write_text(
            f"NetworkTCPPort = {self.ports['dcmqrscp']}\nMaxPDUSize = 16384\nMaxAssociations = 16\n"
            f"HostTable BEGIN\n{known}HostTable END\nVendorTable BEGIN\nVendorTable END\n"
            f"AETable BEGIN\nDCMQRSCP {database} RW (200, 1024mb) ANY\nAETable END\n"
        )
        self._serve("storescp", "storescp", self.detail, "+xa", "-aet", "STORESCP", "-od", self.folder / "received",
                    self.ports["storescp"])  # fmt: skip
        self._serve("dcmqrscp", "dcmqrscp", self.detail, "-c", config)
        self._serve("wlmscpfs", "wlmscpfs", self.detail, "-dfp", lists.parent, self.ports["wlmscpfs"])

    def _serve(self, name: str, *command: object) -> None:
        self._stack.enter_context(support.serving(self.ports[name], *command, log=self.logs[name]))

    def client(self, *command: object) -> str:
        """Run a client of dcmtk, which has to succeed; its log is returned and kept."""
        done = subprocess.run([*map(str, command)], capture_output=True, text=True, errors="replace",
                              timeout=support.SECONDS * 2)  # fmt: skip
        said = done.stdout + done.stderr
        with self.logs["dcmtk client"].open("a") as log:
            log.write(f"$ {' '.join(map(str, command))}\n{said}")
        assert done.returncode == 0, f"{command[0]} ended with {done.returncode}: {said[-400:]}"
        # movescu and getscu end with 0 whatever became of the images.
        lost = re.search(r"Failed Suboperations +: [1-9]\d*", said)
        assert lost is None, f"{command[0]}: {lost and lost[0]}"
        return said

    # -------------------------------------------------------------------------------- Orthanc

    def _orthanc(self) -> None:
        modalities = {
            name: {"AET": name.upper(), "Host": LOOPBACK, "Port": self.ports[name], "AllowStorageCommitment": True}
            for name in SERVERS
        }
        config = self.folder / "orthanc.json"
        config.write_text(json.dumps({
            "Name": "healthy", "StorageDirectory": str(self.folder / "orthanc"),
            "IndexDirectory": str(self.folder / "orthanc"), "DicomAet": "ORTHANC", "DicomPort": self.ports["Orthanc"],
            "HttpPort": self.ports["http"], "RemoteAccessAllowed": False, "AuthenticationEnabled": False,
            "DicomCheckCalledAet": False, "DicomAlwaysAllowEcho": True, "DicomAlwaysAllowStore": True,
            "DicomAlwaysAllowFind": True, "DicomAlwaysAllowGet": True, "DicomAlwaysAllowMove": True,
            "DicomAlwaysAllowFindWorklist": True, "UnknownSopClassAccepted": True, "DicomModalities": modalities,
            "SynchronousCMove": True, "OverwriteInstances": True,
            "Plugins": [str(PLUGINS / "libModalityWorklists.so")],
            "Worklists": {"Enable": True, "Database": str(self.folder / "worklists" / "WLMSCPFS")},
        }))  # fmt: skip
        self._serve("Orthanc", support.path_of("Orthanc"), "--verbose", "--trace-dicom", config)
        support.wait_until(self._http_answers, "Orthanc's REST interface")

    def _http_answers(self) -> bool:
        try:
            return bool(self.rest("/system"))
        except urllib.error.URLError:
            return False

    def rest(self, path: str, body: object = None) -> Any:
        """Ask Orthanc through its REST interface; a body makes it a POST. It has to succeed."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://{LOOPBACK}:{self.ports['http']}{path}", data)
        try:
            with urllib.request.urlopen(request, timeout=support.SECONDS * 2) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            raise AssertionError(f"Orthanc {path}: {error.read()[:300].decode('utf-8', 'replace')}") from error

    # -------------------------------------------------------------------------------- pynetdicom

    def _pynetdicom(self) -> None:
        """One application entity that offers every service. It keeps what it is sent in memory."""
        handler = logging.FileHandler(self.logs["pynetdicom"])
        handler.setFormatter(logging.Formatter("%(threadName)s %(levelname).1s: %(message)s"))
        logger = logging.getLogger("pynetdicom")
        before = logger.level, logger.propagate
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False

        def silence() -> None:
            logger.removeHandler(handler)
            logger.level, logger.propagate = before
            handler.close()

        self._stack.callback(silence)
        self.kept: dict[str, Dataset] = {}
        entity = application("PYNETDICOM")
        entity.maximum_associations = 20
        for context in AllStoragePresentationContexts:
            # To be sent images on the association of a C-GET, the other side asks for the role of their SCP.
            entity.add_supported_context(context.abstract_syntax, TRANSFER_SYNTAXES, scu_role=True, scp_role=True)
        for service in (
            sop.Verification, sop.PatientRootQueryRetrieveInformationModelFind,
            sop.StudyRootQueryRetrieveInformationModelFind, sop.PatientRootQueryRetrieveInformationModelMove,
            sop.StudyRootQueryRetrieveInformationModelMove, sop.PatientRootQueryRetrieveInformationModelGet,
            sop.StudyRootQueryRetrieveInformationModelGet, sop.ModalityWorklistInformationFind,
            sop.ModalityPerformedProcedureStep,
        ):  # fmt: skip
            entity.add_supported_context(service)
        # It asks Orthanc for commitment, and gets the report on an association of Orthanc's; and the other way round.
        entity.add_supported_context(sop.StorageCommitmentPushModel, scu_role=True, scp_role=True)
        handlers: list[Any] = [
            (evt.EVT_C_STORE, self._store), (evt.EVT_C_FIND, self._find), (evt.EVT_C_MOVE, self._move),
            (evt.EVT_C_GET, self._get), (evt.EVT_N_CREATE, lambda event: (SUCCESS, None)),
            (evt.EVT_N_SET, lambda event: (SUCCESS, None)), (evt.EVT_N_ACTION, self._commit),
            (evt.EVT_N_EVENT_REPORT, self._report),
        ]  # fmt: skip
        server = entity.start_server((LOOPBACK, self.ports["pynetdicom"]), block=False, evt_handlers=handlers)
        assert isinstance(server, ThreadedAssociationServer)
        self._stack.callback(server.shutdown)

    def _store(self, event: evt.Event) -> int:
        data_set = event.dataset
        data_set.file_meta = event.file_meta
        self.kept.setdefault(data_set.SOPInstanceUID, data_set)
        return SUCCESS

    def _matching(self, identifier: Dataset) -> list[Dataset]:
        """The images kept that agree with the UIDs and the patient ID of a query."""
        keys = [(key, identifier.get(key)) for key in ("PatientID", "StudyInstanceUID", "SeriesInstanceUID",
                                                       "SOPInstanceUID")]  # fmt: skip
        return [each for each in self.kept.values()
                if all(not value or each.get(key) == value for key, value in keys)]  # fmt: skip

    def _find(self, event: evt.Event) -> Iterator[tuple[int, Dataset | None]]:
        if event.request.AffectedSOPClassUID == sop.ModalityWorklistInformationFind:
            for item in self.worklist:
                yield PENDING, item
            return
        level = event.identifier.QueryRetrieveLevel
        unique = {"PATIENT": "PatientID", "STUDY": "StudyInstanceUID", "SERIES": "SeriesInstanceUID"}
        told: set[object] = set()
        for each in self._matching(event.identifier):
            value = each.get(unique.get(level, "SOPInstanceUID"))
            if value in told:
                continue
            told.add(value)
            match = Dataset()
            for element in event.identifier:
                match[element.tag] = each.get(element.tag, element)
            match.QueryRetrieveLevel = level
            yield PENDING, match

    def _move(self, event: evt.Event) -> Iterator[Any]:
        found = self._matching(event.identifier)
        port = {name.upper(): port for name, port in self.ports.items()}[event.move_destination]
        yield LOOPBACK, port, {"contexts": contexts_for(found)}
        yield len(found)
        for each in found:
            yield PENDING, each

    def _get(self, event: evt.Event) -> Iterator[Any]:
        found = self._matching(event.identifier)
        yield len(found)
        for each in found:
            yield PENDING, each

    def _commit(self, event: evt.Event) -> tuple[int, None]:
        """Take a request for storage commitment, and report on an association of its own, as archives do."""
        asking, request = event.assoc.requestor.ae_title, event.action_information
        reporting = threading.Thread(target=self._send_report, args=(asking, request), name="report")
        self._reporting.append(reporting)
        reporting.start()
        return SUCCESS, None

    def _send_report(self, asking: str, request: Dataset) -> None:
        time.sleep(0.1)
        entity = application("PYNETDICOM")
        service = sop.StorageCommitmentPushModel
        entity.add_requested_context(service)
        port = {name.upper(): port for name, port in self.ports.items()}[asking.strip()]
        association = entity.associate(LOOPBACK, port, ae_title=asking, ext_neg=[build_role(service, scp_role=True)])
        assert association.is_established, f"no association for a report to {asking}"
        status, _ = association.send_n_event_report(request, 1, service, sop.StorageCommitmentPushModelInstance)
        association.release()
        assert status and status.Status == SUCCESS
        self.reports += 1

    def _report(self, event: evt.Event) -> tuple[int, None]:
        self.reports += 1
        return SUCCESS, None


def contexts_for(data_sets: Iterable[Dataset]) -> list[Any]:
    """A presentation context for each SOP class and transfer syntax of some data sets."""
    pairs = {(each.SOPClassUID, each.file_meta.TransferSyntaxUID) for each in data_sets}
    return [build_context(abstract_syntax, [syntax]) for abstract_syntax, syntax in sorted(pairs)]


@contextmanager
def associated(peers: Peers, server: str, contexts: Sequence[Any], **how: Any) -> Iterator[Any]:
    """An association of pynetdicom with one of the servers, released at the end."""
    entity = application("PYNETDICOM")
    entity.requested_contexts = list(contexts)
    association = entity.associate(LOOPBACK, peers.ports[server], ae_title=server.upper(), **how)
    assert association.is_established, f"pynetdicom was not let in by {server}"
    try:
        yield association
    finally:
        association.release()
