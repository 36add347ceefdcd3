#!/usr/bin/env python3
"""What is said of healthy traffic: every client of dcmtk, Orthanc and pynetdicom against every server that offers it.

    python -m tests.peers.healthy [--quick] [--keep FOLDER] [--capture FILE]

Runs as root, on loopback. Every job has to succeed by what its own client says (its exit status, the answer of
Orthanc's REST interface, the statuses that pynetdicom got), so that whatever is found is either a false alarm or
something that the peers themselves wrote down. Prints, per pair and service, the number of associations and the
findings, and then each warning and error with the lines of the peers' logs that speak of trouble, or that none does.

Strategy: jobs run one after the other, so that an association belongs to the job in whose time it began, and lines
that were added to the logs meanwhile are what the peers said of it.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.uid import generate_uid
from pynetdicom import build_context, build_role, evt

from dissector.association import Association
from dissector.reading import Reading
from dissector.rules import Finding
from dissector.views.findings import detail

from .. import peers_support as support
from .servers import LOOPBACK, PENDING, SUCCESS, Peers, associated, contexts_for, sop

PROGRAMS = ("tcpdump", "storescp", "dcmqrscp", "wlmscpfs", "echoscu", "storescu", "dcmsend", "findscu", "movescu",
            "getscu", "Orthanc")  # fmt: skip

FILES = {
    # Test files of pydicom, and what storescu has to propose to send them as they are.
    "CT_small.dcm": "-xe",
    "MR_small_implicit.dcm": "-xi",
    "MR_small_bigendian.dcm": "-xb",
    "MR_small_RLE.dcm": "-xr",
    "SC_rgb_jpeg_dcmtk.dcm": "-xy",
    "JPGExtended.dcm": "-xx",
    "SC_rgb_jpeg_gdcm.dcm": "-xs",
    "MR_small_jp2klossless.dcm": "-xv",
    "693_J2KI.dcm": "-xw",
    "MR_small_jpeg_ls_lossless.dcm": "-xt",
    "JPEGLSNearLossless_16.dcm": "-xu",
    "image_dfl.dcm": "-xd",
    "examples_rgb_color.dcm": "-xe",
    "waveform_ecg.dcm": "-xe",
    "test-SR.dcm": "-xe",
    "rtplan.dcm": "-xi",
}
UNCOMPRESSED = ("-xe", "-xi", "-xb")
"""dcmqrscp takes compressed images only in the one transfer syntax that it is told to prefer."""
QUICK_FILES = ("CT_small.dcm", "MR_small_implicit.dcm", "SC_rgb_jpeg_dcmtk.dcm", "examples_rgb_color.dcm")
VARIATIONS = {
    "echoscu": (("--repeat", "5"), ("-pdu", "4096"), ("--propose-ts", "38", "--propose-pc", "128")),
    "storescu": (("-R", "-pdu", "4096"), ("-R", "-pdu", "131072", "--max-send-pdu", "131072"), ("-R", "+C"),
                 ("-R", "--repeat", "5")),
}  # fmt: skip
"""Other ways to ask for the same."""
PATIENTS = ("1CT1", "4MR1")
"""Those whose images queries ask for."""
PLAIN_PATIENTS = ("1CT1", "13US1")
"""Those whose images are not compressed: getscu takes no others, and a server that cannot transcode fails then."""
TROUBLE = re.compile(
    r"^[EWF](: |\d{4} )|\b[EWF]: |\babort|\berror|\bfail|refused|reject|\btimed out|\bunable|\bcannot|\breset by|"
    r"status[: ]+0x[1-9abc]|Abstract Syntax Not Supported|Transfer Syntaxes Not Supported", re.I,
)  # fmt: skip
"""Lines of logs that speak of trouble."""
CALM = re.compile(
    r"(Failed|Warning) Suboperations +: (0|none)$|Failed: 0, Warning: 0$|already exists, overwriting|: Success: "
)
"""Such that do not."""
SHOWN = 6


@dataclass
class Job:
    """One thing that a client does with a server, and what came of it."""

    service: str
    client: str
    server: str
    run: Callable[[], object]
    begun: int = 0
    ended: int = 0
    marks: dict[str, int] = field(default_factory=dict)
    failed: str = ""


# ---------------------------------------------------------------------------------------------- jobs


class Jobs:
    """The jobs of a run: each method gives those of one service."""

    def __init__(self, peers: Peers, quick: bool) -> None:
        self.peers = peers
        self.quick = quick
        self.files = {name: prepared(peers.folder, name) for name in (QUICK_FILES if quick else FILES)}
        self.images = {name: pydicom.dcmread(path) for name, path in self.files.items()}
        self.identifiers: dict[str, str] = {}
        """By file: its identifier in Orthanc."""

    def all(self) -> list[Job]:
        """Stores come first: what is stored can then be asked for."""
        jobs: list[Job] = []
        for service in (self.echo, self.store, self.find, self.move, self.get, self.worklist, self.mpps,
                        self.commitment):  # fmt: skip
            jobs += service()
        return jobs

    # -------------------------------------------------------------------------------- verification

    def echo(self) -> Iterator[Job]:
        """C-ECHO."""
        for server in ("storescp", "dcmqrscp", "wlmscpfs", "Orthanc", "pynetdicom"):
            yield Job("echo", "dcmtk", server, self._run("echoscu", server))
            if server != "Orthanc":
                yield Job("echo", "Orthanc", server, self._ask(f"/modalities/{server}/echo", {}))
            yield Job("echo", "pynetdicom", server, lambda server=server: self._pynetdicom_echo(server))
            for words in () if self.quick else VARIATIONS["echoscu"]:
                yield Job("echo", "dcmtk", server, self._run("echoscu", server, *words))

    def _pynetdicom_echo(self, server: str) -> None:
        with associated(self.peers, server, [build_context(sop.Verification)]) as association:
            assert association.send_c_echo().Status == SUCCESS

    # -------------------------------------------------------------------------------- storage

    def store(self) -> Iterator[Job]:
        """C-STORE, in many transfer syntaxes; and everything at once."""
        for server in ("storescp", "dcmqrscp", "Orthanc", "pynetdicom"):
            files = {name: path for name, path in self.files.items()
                     if server != "dcmqrscp" or FILES[name] in UNCOMPRESSED}  # fmt: skip
            for name, path in files.items():
                yield Job("store", "dcmtk", server, self._run("storescu", server, "-R", FILES[name], path))
            if not self.quick:
                # Without -R storescu proposes all SOP classes it knows.
                yield Job("store", "dcmtk", server, self._run("storescu", server, self.files["CT_small.dcm"]))
                for words in VARIATIONS["storescu"]:
                    yield Job("store", "dcmtk", server, self._run(
                        "storescu", server, *words, self.files["CT_small.dcm"], self.files["examples_rgb_color.dcm"],
                    ))  # fmt: skip
            yield Job("store", "dcmtk", server, self._run("dcmsend", server, *files.values(), plain=True))
            for names in ([list(files)] if self.quick else [[name] for name in files]):
                images = [self.images[name] for name in names]
                yield Job("store", "pynetdicom", server, lambda server=server, images=images: self._pynetdicom_store(
                    server, images))  # fmt: skip
            if server != "Orthanc":
                for names in [list(files)] if self.quick else [[name] for name in files]:
                    yield Job("store", "Orthanc", server, lambda server=server, names=names: self._orthanc_store(
                        server, names))  # fmt: skip

    def _pynetdicom_store(self, server: str, images: Sequence[Dataset]) -> None:
        with associated(self.peers, server, contexts_for(images)) as association:
            for image in images:
                assert association.send_c_store(image).Status == SUCCESS

    def _orthanc_store(self, server: str, names: Sequence[str]) -> None:
        for name in names:
            if name not in self.identifiers:
                self.identifiers[name] = self.peers.rest("/instances", self.files[name].read_bytes())["ID"]
        job = self.peers.rest(f"/modalities/{server}/store", [self.identifiers[name] for name in names])
        assert job["FailedInstancesCount"] == 0, job

    # -------------------------------------------------------------------------------- query

    def find(self) -> Iterator[Job]:
        """C-FIND at every level, and one that is cancelled."""
        for server in ("dcmqrscp", "Orthanc", "pynetdicom"):
            for patient in PATIENTS[: 1 if self.quick else None]:
                for level, keys in self._queries(patient):
                    words = [word for key in keys.items() for word in ("-k", "=".join(key))]
                    yield Job("find", "dcmtk", server, self._run(
                        "findscu", server, "-S", "-k", f"QueryRetrieveLevel={level}", *words))  # fmt: skip
                    yield Job("find", "pynetdicom", server, lambda server=server, level=level, keys=keys:
                              self._pynetdicom_find(server, level, keys))  # fmt: skip
                    if server != "Orthanc":
                        yield Job("find", "Orthanc", server, self._ask(
                            f"/modalities/{server}/query", {"Level": level.capitalize(), "Query": keys}))  # fmt: skip
            yield Job("find", "dcmtk", server, self._run(
                "findscu", server, "-P", "--cancel", "1", "-k", "QueryRetrieveLevel=PATIENT", "-k", "PatientID",
                "-k", "PatientName"))  # fmt: skip

    def _queries(self, patient: str) -> Iterator[tuple[str, dict[str, str]]]:
        image = next(each for each in self.images.values() if each.get("PatientID") == patient)
        study, series = image.StudyInstanceUID, image.SeriesInstanceUID
        yield "STUDY", {"PatientID": patient, "StudyInstanceUID": "", "StudyDate": ""}
        if not self.quick:
            yield "SERIES", {"StudyInstanceUID": study, "SeriesInstanceUID": "", "Modality": ""}
            yield "IMAGE", {"StudyInstanceUID": study, "SeriesInstanceUID": series, "SOPInstanceUID": ""}

    def _pynetdicom_find(self, server: str, level: str, keys: dict[str, str]) -> None:
        model = sop.StudyRootQueryRetrieveInformationModelFind
        with associated(self.peers, server, [build_context(model)]) as association:
            statuses = [status.Status for status, _ in association.send_c_find(_identifier(level, keys), model)]
        assert statuses[-1] == SUCCESS and len(statuses) > 1, statuses

    # -------------------------------------------------------------------------------- retrieve

    def move(self) -> Iterator[Job]:
        """C-MOVE to every destination; the association that brings the images is judged too."""
        for server in ("dcmqrscp", "Orthanc", "pynetdicom"):
            for destination in ("storescp", "Orthanc", "pynetdicom"):
                if destination == server or self.quick and destination != "storescp":
                    continue
                for patient in PATIENTS[: 1 if self.quick else None]:
                    title = destination.upper()
                    yield Job("move", "dcmtk", server, self._run(
                        "movescu", server, "-P", "-aem", title, "-k", "QueryRetrieveLevel=PATIENT",
                        "-k", f"PatientID={patient}"))  # fmt: skip
                    yield Job("move", "pynetdicom", server, lambda server=server, title=title, patient=patient:
                              self._pynetdicom_move(server, title, patient))  # fmt: skip
                    if server != "Orthanc":
                        yield Job("move", "Orthanc", server, lambda server=server, title=title, patient=patient:
                                  self._orthanc_move(server, title, patient))  # fmt: skip

    def _pynetdicom_move(self, server: str, title: str, patient: str) -> None:
        model = sop.PatientRootQueryRetrieveInformationModelMove
        with associated(self.peers, server, [build_context(model)]) as association:
            query = _identifier("PATIENT", {"PatientID": patient})
            statuses = [status.Status for status, _ in association.send_c_move(query, title, model)]
        assert statuses[-1] == SUCCESS, statuses

    def _orthanc_move(self, server: str, title: str, patient: str) -> None:
        query = self.peers.rest(f"/modalities/{server}/query", {"Level": "Study", "Query": {"PatientID": patient}})
        done = self.peers.rest(f"/queries/{query['ID']}/retrieve", {"TargetAet": title, "Synchronous": True})
        assert done, done

    def get(self) -> Iterator[Job]:
        """C-GET, with role selection."""
        for server in ("dcmqrscp", "Orthanc", "pynetdicom"):
            for patient in PLAIN_PATIENTS[: 1 if self.quick else None]:
                yield Job("get", "dcmtk", server, self._run(
                    "getscu", server, "-P", "-od", self.peers.folder / "received",
                    "-k", "QueryRetrieveLevel=PATIENT", "-k", f"PatientID={patient}"))  # fmt: skip
                yield Job("get", "pynetdicom", server, lambda server=server, patient=patient: self._pynetdicom_get(
                    server, patient))  # fmt: skip

    def _pynetdicom_get(self, server: str, patient: str) -> None:
        model = sop.PatientRootQueryRetrieveInformationModelGet
        kept = [each for each in self.images.values() if each.get("PatientID") == patient]
        contexts = [build_context(model), *contexts_for(kept)]
        roles = [build_role(uid, scp_role=True) for uid in {each.SOPClassUID for each in kept}]
        taken: list[Any] = []

        def store(event: evt.Event) -> int:
            taken.append(event.request.AffectedSOPInstanceUID)
            return SUCCESS

        with associated(self.peers, server, contexts, ext_neg=roles,
                        evt_handlers=[(evt.EVT_C_STORE, store)]) as association:  # fmt: skip
            query = _identifier("PATIENT", {"PatientID": patient})
            statuses = [status.Status for status, _ in association.send_c_get(query, model)]
        assert statuses[-1] == SUCCESS and taken, (statuses, taken)

    # -------------------------------------------------------------------------------- workflow

    def worklist(self) -> Iterator[Job]:
        """Modality worklist."""
        for server in ("wlmscpfs", "Orthanc", "pynetdicom"):
            step = "ScheduledProcedureStepSequence[0]"
            yield Job("worklist", "dcmtk", server, self._run(
                "findscu", server, "-W", "-k", "PatientName", "-k", "PatientID", "-k", "AccessionNumber",
                "-k", f"{step}.Modality=CT", "-k", f"{step}.ScheduledProcedureStepStartDate"))  # fmt: skip
            yield Job("worklist", "pynetdicom", server, lambda server=server: self._pynetdicom_worklist(server))
            if server != "Orthanc":
                yield Job("worklist", "Orthanc", server, self._ask(
                    f"/modalities/{server}/find-worklist",
                    {"PatientName": "", "PatientID": "", "ScheduledProcedureStepSequence": [{"Modality": "CT"}]},
                ))  # fmt: skip

    def _pynetdicom_worklist(self, server: str) -> None:
        model, step = sop.ModalityWorklistInformationFind, Dataset()
        step.Modality, step.ScheduledProcedureStepStartDate = "CT", ""
        query = Dataset()
        query.PatientName = query.PatientID = query.AccessionNumber = ""
        query.ScheduledProcedureStepSequence = [step]
        with associated(self.peers, server, [build_context(model)]) as association:
            statuses = [status.Status for status, _ in association.send_c_find(query, model)]
        assert statuses == [PENDING] * 3 + [SUCCESS], statuses

    def mpps(self) -> Iterator[Job]:
        """A modality performed procedure step, begun and completed. Neither dcmtk's tools nor Orthanc offer it."""
        for _ in range(1 if self.quick else 5):
            yield Job("mpps", "pynetdicom", "pynetdicom", self._mpps)

    def _mpps(self) -> None:
        service, instance = sop.ModalityPerformedProcedureStep, generate_uid()
        scheduled = Dataset()
        scheduled.AccessionNumber, scheduled.StudyInstanceUID = "ACC001", generate_uid()
        begun = Dataset()
        begun.Modality, begun.PatientName, begun.PatientID = "CT", "Synthetic^Patient1", "SYN001"
        begun.ScheduledStepAttributesSequence = [scheduled]
        begun.PerformedProcedureStepStatus, begun.PerformedProcedureStepID = "IN PROGRESS", "PPS001"
        begun.PerformedProcedureStepStartDate, begun.PerformedProcedureStepStartTime = "20240102", "030405"
        begun.PerformedSeriesSequence = []
        done = Dataset()
        done.PerformedProcedureStepStatus = "COMPLETED"
        done.PerformedProcedureStepEndDate, done.PerformedProcedureStepEndTime = "20240102", "031005"
        with associated(self.peers, "pynetdicom", [build_context(service)]) as association:
            assert association.send_n_create(begun, service, instance)[0].Status == SUCCESS
            assert association.send_n_set(done, service, instance)[0].Status == SUCCESS

    def commitment(self) -> Iterator[Job]:
        """Storage commitment; the report comes on an association of its own."""
        for _ in range(1 if self.quick else 5):
            for server in ("Orthanc", "pynetdicom"):
                yield Job("commitment", "pynetdicom", server, lambda server=server: self._commitment(server))
            yield Job("commitment", "Orthanc", "pynetdicom", self._orthanc_commitment)

    def _commitment(self, server: str) -> None:
        service, image = sop.StorageCommitmentPushModel, self.images["CT_small.dcm"]
        request, reference = Dataset(), Dataset()
        reference.ReferencedSOPClassUID = image.SOPClassUID
        reference.ReferencedSOPInstanceUID = image.SOPInstanceUID
        request.TransactionUID, request.ReferencedSOPSequence = generate_uid(), [reference]
        # A report is sent by one side and taken by the other: both are this process where pynetdicom is the server.
        expected = self.peers.reports + (2 if server == "pynetdicom" else 1)
        with associated(self.peers, server, [build_context(service)]) as association:
            status, _ = association.send_n_action(request, 1, service, sop.StorageCommitmentPushModelInstance)
            assert status.Status == SUCCESS, status
        support.wait_until(lambda: self.peers.reports >= expected, f"the report of {server}")
        time.sleep(0.2)  # until its association is released

    def _orthanc_commitment(self) -> None:
        expected = self.peers.reports + 1
        self.peers.rest("/modalities/pynetdicom/storage-commitment",
                        {"Resources": [self.identifiers["CT_small.dcm"]]})  # fmt: skip
        support.wait_until(lambda: self.peers.reports >= expected, "the report to Orthanc")
        time.sleep(0.2)

    # -------------------------------------------------------------------------------- helpers

    def _run(self, program: str, server: str, *words: object, plain: bool = False) -> Callable[[], object]:
        """A client of dcmtk. `plain`: where options end with the address (dcmsend)."""
        options = [word for word in words if not isinstance(word, Path)]
        paths = [word for word in words if isinstance(word, Path)]
        if program == "getscu":  # its folder is an option's value
            options, paths = list(words), []
        titles = ["-aet", "DCMTK", "-aec", server.upper()]
        return lambda: self.peers.client(program, "-v" if plain else "-d", *titles, *options, LOOPBACK,
                                         self.peers.ports[server], *paths)  # fmt: skip

    def _ask(self, path: str, body: object) -> Callable[[], object]:
        return lambda: self.peers.rest(path, body)


def _identifier(level: str, keys: dict[str, str]) -> Dataset:
    """The identifier of a query."""
    identifier = Dataset()
    identifier.QueryRetrieveLevel = level
    for keyword, value in keys.items():
        setattr(identifier, keyword, value)
    return identifier


def prepared(folder: Path, name: str) -> Path:
    """A test file of pydicom with what an archive asks for: some of them have no UIDs, or share them.

    An archive refuses, or replaces, another image with the same UID; each file is a study of its own here.
    """
    source = get_testdata_file(name, download=False)
    assert isinstance(source, str), name
    image = pydicom.dcmread(source)
    image.PatientID = image.get("PatientID") or "SYNTHETIC"
    image.PatientName = image.get("PatientName") or "Synthetic^Patient"
    image.StudyID = image.get("StudyID") or "1"
    image.StudyInstanceUID, image.SeriesInstanceUID, image.SOPInstanceUID = (
        generate_uid(entropy_srcs=[word, name]) for word in ("study", "series", "instance"))  # fmt: skip
    image.file_meta.MediaStorageSOPInstanceUID = image.SOPInstanceUID
    files = folder / "files"
    files.mkdir(exist_ok=True)
    image.save_as(files / name, enforce_file_format=True)
    return files / name


# ---------------------------------------------------------------------------------------------- a run


class Judged(NamedTuple):
    """An association, the job that it belongs to, and what was found."""

    association: Association
    job: Job
    findings: list[Finding]


class Run:
    """What was captured, and what is said of it."""

    def __init__(self, peers: Peers, jobs: list[Job], capture: Path) -> None:
        self.peers = peers
        self.jobs = jobs
        self.capture = capture
        self.judged: list[Judged] = []
        self.others: list[Finding] = []
        """Findings on the capture or on a connection without an association."""
        self._judge()

    def _judge(self) -> None:
        findings: list[Finding] = []
        associations: list[Association] = []
        with Reading(str(self.capture), ports=self.peers.dicom_ports, keep_data=2048).judging() as reading:
            for each in reading:
                if isinstance(each, Finding):
                    findings.append(each)
                elif isinstance(each, Association):
                    associations.append(each)
        by_number: dict[int, list[Finding]] = {}
        for finding in findings:
            if finding.association is None:
                self.others.append(finding)
            else:
                by_number.setdefault(finding.association, []).append(finding)
        for association in associations:
            job = next((job for job in self.jobs if job.begun <= association.start_time <= job.ended), None)
            assert job is not None, f"association {association.number} belongs to no job"
            self.judged.append(Judged(association, job, by_number.pop(association.number, [])))
        for rest in by_number.values():
            self.others += rest

    def alarms(self) -> list[tuple[Judged | None, Finding]]:
        """The warnings and errors."""
        of_associations = [(each, finding) for each in self.judged for finding in each.findings]
        return [(each, finding) for each, finding in [*of_associations, *((None, each) for each in self.others)]
                if finding.severity != "note"]  # fmt: skip

    def pair(self, association: Association) -> str:
        """Who called whom, by the AE title of the one and the port of the other."""
        ports = {port: name for name, port in self.peers.ports.items()}
        return f"{(association.calling_ae_title or '?').lower()} > {ports[int(association.server.rpartition(':')[2])]}"

    def witness(self, job: Job, names: Sequence[str]) -> dict[str, list[str]]:
        """What the logs say of trouble during a job."""
        index = self.jobs.index(job)
        until = self.jobs[index + 1].marks if index + 1 < len(self.jobs) else {}
        said = {name: self.peers.said(name, job.marks[name], until.get(name)) for name in names}
        return {name: [line for line in map(str.strip, lines) if TROUBLE.search(line) and not CALM.search(line)]
                for name, lines in said.items()}  # fmt: skip

    def report(self) -> Iterator[str]:
        """The table, and what each warning and error rests on."""
        counts: Counter[tuple[str, str]] = Counter((each.job.service, self.pair(each.association))
                                                   for each in self.judged)  # fmt: skip
        found: dict[tuple[str, str], Counter[str]] = {}
        for each in self.judged:
            codes = found.setdefault((each.job.service, self.pair(each.association)), Counter())
            codes.update(f"{finding.severity} {finding.code}" for finding in each.findings)
        yield f"{'service':12}{'pair':28}{'associations':>12}  findings"
        for (service, pair), count in sorted(counts.items()):
            codes = found[service, pair]
            listed = ", ".join(f"{number} x {code}" for code, number in codes.items())
            yield f"{service:12}{pair:28}{count:12}  {listed or '-'}"
        yield f"{len(self.judged)} associations of {len(self.jobs)} jobs"
        for job in self.jobs:
            if job.failed:
                yield f"NOT HEALTHY: {job.service}, {job.client} > {job.server}: {job.failed}"
        for number, (whose, finding) in enumerate(self.alarms(), 1):
            yield ""
            yield f"{number}. {finding.severity} {finding.code}: {detail(finding)}"
            if whose is None:
                yield "   of the capture, or of a connection without an association"
                continue
            yield f"   association {whose.association.number}, {whose.job.service}, {self.pair(whose.association)}"
            witness = self.witness(whose.job, list(self.peers.logs))
            for name, lines in witness.items():
                for line, times in list(Counter(lines).items())[:SHOWN]:
                    yield f"   {name}: {line}" + (f" ({times} times)" if times > 1 else "")
            if not any(witness.values()):
                yield "   no log speaks of trouble"
        yield ""
        yield "other notes: " + (", ".join(sorted({each.code for each in self.others})) or "none")


def run(folder: Path, quick: bool, capture: Path | None = None) -> Run:
    """Start the servers, run the jobs, and judge what was captured. What is missing skips the test that asks."""
    support.needed(*PROGRAMS)
    capture = capture or folder / "healthy.pcap"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydicom's, about odd values of its own test files
        with Peers(folder) as peers, support.capturing(capture, *peers.dicom_ports):
            jobs = Jobs(peers, quick).all()
            for job in jobs:
                job.marks = peers.marks()
                job.begun = time.time_ns()
                try:
                    job.run()
                except AssertionError as error:
                    job.failed = str(error)
                job.ended = time.time_ns()
            time.sleep(0.3)  # Orthanc releases its last association a moment later
    return Run(peers, jobs, capture)


def main(arguments: Sequence[str]) -> int:
    """Run, print, and say by the status whether there was an error-level finding or a job that failed."""
    parser = argparse.ArgumentParser(description="What is said of healthy traffic of dcmtk, Orthanc and pynetdicom.")
    parser.add_argument("--quick", action="store_true", help="a few dozen associations")
    parser.add_argument("--keep", type=Path, help="keep capture and logs in this folder, which must not exist")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(exist_ok=options.keep is None, parents=True)
        try:
            done = run(folder, options.quick)
        except (pytest.skip.Exception, pytest.fail.Exception) as why:
            print(why, file=sys.stderr)
            return 2
        for line in done.report():
            print(line)
    errors = [finding for _, finding in done.alarms() if finding.severity == "error"]
    return 1 if errors or any(job.failed for job in done.jobs) else 0


if __name__ == "__main__":
    assert os.name == "posix"
    sys.exit(main(sys.argv[1:]))
