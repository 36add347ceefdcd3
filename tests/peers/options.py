"""The network tools of dcmtk through their options, and Orthanc through its REST interface: what there is to try.

Strategy: one `Trial` is one run of a client. Each option that changes what goes over the wire is tried by itself, and
some together; servers that refuse, reject, abort or stumble are started for one trial. A trial need not succeed: what
is asked afterwards is whether it was read as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from .servers import Peers

Words = tuple[str | Path, ...]

REQUESTORS = ("echoscu", "findscu", "movescu", "getscu", "storescu", "dcmsend", "termscu")
TRANSFER_SYNTAXES = ("-x=", "-xe", "-xb", "-xd", "-xi")
"""Those that findscu, movescu and getscu propose."""
STORAGE_SYNTAXES = ("-x=", "-xe", "-xb", "-xi", "-xs", "-xy", "-xx", "-xv", "-xw", "-xt", "-xu", "-xm", "-xh", "-xn",
                    "-xl", "-x2", "-x3", "-xo", "-x4", "-x5", "-xr", "-xd")  # fmt: skip
PREFERRED = ("+x=", "+xe", "+xb", "+xs", "+xy", "+xx", "+xv", "+xw", "+xt", "+xu", "+xm", "+xh", "+xn", "+xl", "+x2",
             "+x3", "+xo", "+x4", "+x5", "+xr", "+xd", "+xi", "+xa")  # fmt: skip
TITLES: tuple[Words, ...] = (
    ("-aet", "A", "-aec", "B"), ("-aet", "SIXTEEN_LETTERS_", "-aec", "SIXTEEN_LETTERS_"),
    ("-aet", "  SPACES  ", "-aec", " INSIDE IT "), ("-aet", "\u00fcml\u00e4ut", "-aec", "\u6f22\u5b57"),
    ("-aet", "SEVENTEEN_LETTERS", "-aec", "EIGHTEEN__LETTERS_"), ("-aet", "", "-aec", ""),
    ("-aet", "back\\slash", "-aec", "lower.case-1"),
)  # fmt: skip
ODD = "ODD"
"""A title that Orthanc is told to take for its own."""
TIMEOUTS: Words = ("-to", "5", "-ta", "5", "-td", "5")
SIZES: tuple[Words, ...] = (("-pdu", "4096"), ("-pdu", "4098"), ("-pdu", "16383"), ("-pdu", "131072"))


class Trial(NamedTuple):
    """One run of a client against a server: one that runs anyway, by its name, or one that is started for it."""

    client: Words
    server: str | Words
    files: Words = ()


class Trials:
    """All there is to try with some peers and files."""

    def __init__(self, peers: Peers, files: dict[str, Path], reduced: bool) -> None:
        self.peers, self.files, self.reduced = peers, files, reduced
        self.image = files["CT_small.dcm"]
        self.folder = peers.folder / "trials"
        self.folder.mkdir()
        for name in ("ticket", "saml", "jwt"):
            (self.folder / name).write_text(f"made up {name}" * 20)

    def dcmtk(self) -> Iterator[Trial]:
        """Every tool of dcmtk against the servers of dcmtk; a few also against pynetdicom."""
        found = [*self._echo(), *self._store(), *self._find(), *self._move(), *self._get(), *self._servers()]
        yield from found[:: 15 if self.reduced else 1]

    def orthanc(self) -> Iterator[Trial]:
        """The tools of dcmtk against Orthanc."""
        found = [
            trial._replace(server="Orthanc")
            for trial in (*self._echo(), *self._store(), *self._find(), *self._move(), *self._get())
            if trial.server in ("storescp", "dcmqrscp")
        ]
        yield from found[:: 17 if self.reduced else 1]

    def requests(self) -> list[tuple[str, object]]:
        """What Orthanc is asked for through its REST interface; the last word of a path may be a query's."""
        asked: list[tuple[str, object]] = []
        for name in ("storescp", "dcmqrscp", "wlmscpfs", "pynetdicom"):
            asked += [
                (f"/modalities/{name}/echo", {}), (f"/modalities/{name}/echo", {"Timeout": 2}),
                (f"/modalities/{name}/echo", {"CheckFind": True}),
            ]  # fmt: skip
        for name in ("dcmqrscp", "pynetdicom"):
            for level in ("Patient", "Study", "Series", "Instance"):
                asked.append((f"/modalities/{name}/query", {"Level": level, "Query": {"PatientID": "*"}}))
                asked.append((f"/modalities/{name}/query", {
                    "Level": level, "Query": {"PatientName": "*", "StudyDate": "19000101-20991231"}, "LocalAet": ODD,
                    "Normalize": False,
                }))  # fmt: skip
        for name in ("wlmscpfs", "pynetdicom"):
            asked.append((f"/modalities/{name}/find-worklist", {"Query": {"PatientName": ""}}))
            asked.append((f"/modalities/{name}/find-worklist", {"PatientName": "Nobody"}))
        for name in ("dcmqrscp", "pynetdicom", "storescp"):
            for target in ("ORTHANC", "STORESCP", "NOBODY"):
                asked.append((f"/modalities/{name}/move", {
                    "Level": "Patient", "TargetAet": target, "Resources": [{"PatientID": "1CT1"}],
                }))  # fmt: skip
            asked.append((f"/modalities/{name}/get", {"Level": "Patient", "Resources": [{"PatientID": "1CT1"}]}))
        for name in ("storescp", "dcmqrscp", "wlmscpfs", "pynetdicom"):
            asked.append((f"/modalities/{name}/store-straight", self.image.read_bytes()))
        return asked[:: 5 if self.reduced else 1]

    # -------------------------------------------------------------------------------- clients

    def _echo(self) -> Iterator[Trial]:
        more: list[Words] = [(), ("--repeat", "5"), ("--abort",), ("--repeat", "3", "--abort"), TIMEOUTS, *SIZES,
                             *TITLES]  # fmt: skip
        more += [("-pts", str(number)) for number in (1, 2, 3, 12, 25, 37, 38)]
        more += [("-ppc", str(number)) for number in (1, 2, 3, 64, 127, 128)]
        more += [("-pts", "38", "-ppc", "128"), ("-pts", "38", "-ppc", "128", "-pdu", "4096", "--repeat", "2")]
        for server in ("storescp", "dcmqrscp", "wlmscpfs", "pynetdicom"):
            for words in more if server == "storescp" else more[::3]:
                yield Trial(("echoscu", *words), server)

    def _store(self) -> Iterator[Trial]:
        every = tuple(self.files.values())
        for server in ("storescp", "dcmqrscp"):
            for words in STORAGE_SYNTAXES:
                yield Trial(("storescu", words), server, (self.image,))
                yield Trial(("storescu", "-R", "+C", words), server, every)
        mine: list[Words] = [
            (), ("-R",), ("+C",), ("-R", "+C"), ("--abort",), ("--repeat", "3"), ("--repeat", "2", "--abort"), ("-up",),
            ("-nh",), ("-u",), ("+II",), ("+IR", "1"), ("+IS", "1"), ("+IP", "1"), TIMEOUTS, *SIZES, *TITLES,
            ("-pdu", "4096", "--max-send-pdu", "4096"), ("--max-send-pdu", "4097"), ("--max-send-pdu", "131072"),
            ("-usr", "somebody"), ("-usr", "somebody", "-pwd", "made-up"), ("-usr", "somebody", "-epw"),
            ("-usr", "somebody", "-rsp"), ("-usr", "somebody", "-pwd", "made-up", "-rsp"), ("-usr", "J\u00fcrgen"),
            ("-kt", self.folder / "ticket"), ("-kt", self.folder / "ticket", "-rsp"), ("--saml", self.folder / "saml"),
            ("--jwt", self.folder / "jwt"), ("--jwt", self.folder / "jwt", "-rsp"),
            ("-xf", "/etc/dcmtk/storescu.cfg", "Default"),
        ]  # fmt: skip
        for server in ("storescp", "pynetdicom"):
            for words in mine if server == "storescp" else mine[::4]:
                yield Trial(("storescu", *words), server, (self.image, every[-1]))
        for words in ((), ("+ma",), ("-ma",), ("-pdu", "4096"), ("--max-send-pdu", "4096"), TIMEOUTS, *TITLES[:3]):
            yield Trial(("dcmsend", *words), "storescp", every)

    def _find(self) -> Iterator[Trial]:
        keys: tuple[Words, ...] = (
            ("-k", "QueryRetrieveLevel=PATIENT", "-k", "PatientID", "-k", "PatientName"),
            ("-k", "QueryRetrieveLevel=STUDY", "-k", "StudyDate=19000101-20991231", "-k", "PatientName=*"),
            ("-k", "QueryRetrieveLevel=SERIES", "-k", "Modality=C?", "-k", "PatientID=1CT1"),
            ("-k", "QueryRetrieveLevel=NONE", "-k", "PatientID"),
        )  # fmt: skip
        for model in ("-P", "-S", "-O", "-W"):
            for words in TRANSFER_SYNTAXES:
                yield Trial(("findscu", model, words, *keys[0]), "dcmqrscp")
        mine: list[Words] = [("--cancel", "1"), ("--cancel", "0"), ("--abort",), ("--repeat", "3"), ("-u",), TIMEOUTS,
                             *SIZES, *TITLES]  # fmt: skip
        for words in mine:
            yield Trial(("findscu", "-S", *words, *keys[1]), "dcmqrscp")
        for each in keys:
            yield Trial(("findscu", "-P", *each), "dcmqrscp")
            yield Trial(("findscu", "-S", *each), "pynetdicom")
        worklist: Words = ("-k", "PatientName", "-k", "(0040,0100)[0].Modality=CT", "-k", "(0040,0100)[0].(0040,0002)")
        for words in (*((each,) for each in TRANSFER_SYNTAXES), *mine):
            yield Trial(("findscu", "-W", *words, *worklist), "wlmscpfs")

    def _move(self) -> Iterator[Trial]:
        keys: Words = ("-k", "QueryRetrieveLevel=PATIENT", "-k", "PatientID=1CT1")
        for model in ("-P", "-S", "-O"):
            for words in TRANSFER_SYNTAXES:
                yield Trial(("movescu", model, words, "-aem", "STORESCP", *keys), "dcmqrscp")
        mine: list[Words] = [
            ("-aem", "NOBODY"), ("-aem", "PYNETDICOM"), ("-aem", "ORTHANC"), ("-aem", "STORESCP", "--cancel", "1"),
            ("-aem", "STORESCP", "--abort"), ("-aem", "STORESCP", "--repeat", "2"), ("-aem", "STORESCP", "-pr"),
            *(("-aem", "STORESCP", *words) for words in (*SIZES, *TITLES[:4], TIMEOUTS)),
        ]  # fmt: skip
        for words in mine:
            yield Trial(("movescu", "-P", *words, *keys), "dcmqrscp")
        yield Trial(("movescu", "-S", "-aem", "STORESCP", "-k", "QueryRetrieveLevel=STUDY", "-k", "PatientID=1CT1"),
                    "dcmqrscp")  # fmt: skip
        yield Trial(("movescu", "-P", "-aem", "STORESCP", *keys), "pynetdicom")

    def _get(self) -> Iterator[Trial]:
        keys: Words = ("-od", self.folder, "-k", "QueryRetrieveLevel=PATIENT", "-k", "PatientID=1CT1")
        for model in ("-P", "-S", "-O"):
            for words in TRANSFER_SYNTAXES:
                yield Trial(("getscu", model, words, *keys), "dcmqrscp")
        mine: list[Words] = [("--abort",), ("--repeat", "2"), ("--ignore",), ("+B",), TIMEOUTS, *SIZES, *TITLES[:4],
                             *((each,) for each in PREFERRED if each != "+xa")]  # fmt: skip
        for words in mine:
            yield Trial(("getscu", "-P", *words, *keys), "dcmqrscp")
        yield Trial(("getscu", "-P", *keys), "pynetdicom")

    # -------------------------------------------------------------------------------- servers

    def _servers(self) -> Iterator[Trial]:
        store, every = ("storescu", "-R"), tuple(self.files.values())
        received: Words = ("-od", self.folder)
        for words in (
            ("--refuse",), ("--reject",), ("--ignore",), ("--abort-after",), ("--abort-during",), ("--fork",),
            ("--sleep-after", "1"), ("--sleep-during", "1"), ("-pm",), ("-up",), ("-ta", "2", "-td", "2"), ("-dhl",),
            ("-aet", "OTHER"), ("-xf", "/etc/dcmtk/storescp.cfg", "Default"),
            ("-xf", "/etc/dcmtk/storescp.cfg", "AllDICOM"), *SIZES, *((each,) for each in PREFERRED),
        ):  # fmt: skip
            yield Trial((*store, "-aec", "ANY"), ("storescp", *words, *received), every)
            yield Trial(("storescu", "-pdu", "4096", "-xs"), ("storescp", *words, *received), (self.image,))
        for words in (("-uca",), ("-aet", "OTHER"), ("-pdu", "4096"), ("-xf", "/etc/dcmtk/storescp.cfg", "Default")):
            yield Trial((*store, "-aec", "ANY"), ("dcmrecv", *words, *received), every)
        move: Words = ("movescu", "-P", "-aem", "STORESCP", "-k", "QueryRetrieveLevel=PATIENT", "-k", "PatientID=1CT1")
        find: Words = ("findscu", "-P", "-k", "QueryRetrieveLevel=PATIENT", "-k", "PatientID")
        get: Words = ("getscu", "-P", *received, "-k", "QueryRetrieveLevel=PATIENT", "-k", "PatientID=1CT1")
        for words in (
            ("--refuse",), ("--reject",), ("--require-find",), ("--no-parallel-store",), ("--disable-get",), ("-QP",),
            ("-QS",), ("-QO",), ("-XF",), ("-XM",), ("-ZA",), ("-ZH",), ("-ZV",), ("-s",), ("--ignore",),
            *((each,) for each in (*PREFERRED[:3], "+xi", "+xd", "-x=", "-xe", "-xb", "-xi", "-xd", "-xs")),
        ):  # fmt: skip
            for client in (move, find, get):
                yield Trial(client, ("dcmqrscp", *words))
            yield Trial(store, ("dcmqrscp", *words), (self.image,))
        yield Trial(("termscu",), ("dcmqrscp", "--allow-shutdown"))
        yield Trial(("termscu", "-pdu", "4096"), "dcmqrscp")
        worklist: Words = ("findscu", "-W", "-k", "PatientName", "-k", "(0040,0100)[0].Modality=CT")
        for words in (
            ("--refuse",), ("--reject",), ("--no-fail",), ("--sleep-before", "1"), ("--sleep-during", "1"),
            ("--sleep-after", "1"), ("-s",), ("-cs1",), ("-csk",), ("-nse",), ("-dfr",), ("--max-associations", "1"),
            ("-pdu", "4096"), *((each,) for each in (*PREFERRED[:3], "+xd", "+xi")),
        ):  # fmt: skip
            yield Trial(worklist, ("wlmscpfs", *words, "-dfp", self.peers.folder / "worklists"))
            yield Trial((*worklist, "--cancel", "1"), ("wlmscpfs", *words, "-dfp", self.peers.folder / "worklists"))
