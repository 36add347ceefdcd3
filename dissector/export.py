"""The objects that travelled, as DICOM Part 10 files whose data set is byte for byte what was transferred.

Strategy: a message is written when its last fragment is there, piece by piece as the fragments were kept, so that no
object is put together in memory. Only the file meta group is made, by pydicom; nothing of the data set is decoded,
re-encoded or mended. A name that is taken gets a number behind it; nothing is ever written over.

Reference: PS3.10 7.1
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from .association import Association
from .dimse import Message
from .errors import DissectorError, PermissionNeeded

MANIFEST, IDENTIFIERS = "manifest.jsonl", "identifiers.jsonl"
OWN_IMPLEMENTATION = "2.25.250919637093513812376413306415735034713"
"""Implementation Class UID of files whose sender is not known; a UUID as PS3.5 B.2 allows."""
MAXIMUM_IDENTIFIER_BYTES = 16 * 1024 * 1024
"""A query's data set that is larger than this is not turned into JSON."""

_UID = re.compile(r"[0-9]+(?:\.[0-9]+)*")
_WITH_IDENTIFIERS = ("C-FIND", "C-MOVE", "C-GET")


class ExportError(DissectorError):
    """The folder cannot be written to."""


class Exporter:
    """Writes objects into a folder, with a manifest; use it as a context manager.

    Arguments: `folder`, made if it is not there; `incomplete`, also write what was captured of incomplete objects,
    named so; `identifiers`, also write query identifiers and responses as JSON. Raises `PermissionNeeded` and
    `ExportError`.
    """

    def __init__(self, folder: str, incomplete: bool = False, identifiers: bool = False) -> None:
        self.folder = Path(folder)
        self.incomplete = incomplete
        self.identifiers = identifiers
        self.files = 0
        self.bytes = 0
        self.left_out = 0
        self.queries = 0
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._manifest: IO[str] = (self.folder / MANIFEST).open("a", encoding="utf-8")
        except OSError as error:
            raise _cannot_write(self.folder, error) from None
        self._json: IO[str] | None = None

    def __enter__(self) -> Exporter:
        return self

    def __exit__(self, *_: object) -> None:
        self._manifest.close()
        if self._json is not None:
            self._json.close()

    def message(self, message: Message) -> dict[str, Any] | None:
        """Write the object of a C-STORE-RQ (or the identifier of a query); returns its line of the manifest."""
        try:
            if message.command == "C-STORE-RQ":
                return self._store(message)
            if self.identifiers and message.has_data_set and (message.command or "").startswith(_WITH_IDENTIFIERS):
                self._identifier(message)
        except OSError as error:
            raise _cannot_write(self.folder, error) from None
        return None

    def summary(self) -> str:
        """One line on what was written."""
        parts = [f"{self.files} objects, {self.bytes} bytes, in {self.folder}"]
        if self.left_out:
            parts.append(f"{self.left_out} incomplete ones left out (--incomplete writes what there is)")
        if self.identifiers:
            parts.append(f"{self.queries} identifiers")
        return "; ".join(parts)

    # ------------------------------------------------------------------------------ objects

    def _store(self, message: Message) -> dict[str, Any]:
        of: Association = message.association
        syntax = message.transfer_syntax or _inferred(message)
        record: dict[str, Any] = {
            "record": "export", "file": None, "association": of.number, "message": message.number,
            "calling_ae_title": of.calling_ae_title, "called_ae_title": of.called_ae_title,
            "sop_class_uid": message.sop_class_uid, "sop_instance_uid": message.sop_instance_uid,
            "transfer_syntax": message.transfer_syntax,
            "transfer_syntax_inferred": None if message.transfer_syntax else syntax,
            "data_set_bytes": message.data_set_bytes, "file_bytes": None, "sha256": None, "data_set_sha256": None,
            "complete": message.complete, "written_again": False, "why": None,
        }  # fmt: skip
        pieces = list(_before_first_hole(message))
        if not message.complete and not self.incomplete:
            record["why"] = "incomplete"
            self.left_out += 1
        elif syntax is None:
            record["why"] = "its transfer syntax is not known"
            self.left_out += 1
        elif not pieces:
            record["why"] = "no data set was captured"
            self.left_out += 1
        else:
            self._write(message, syntax, pieces, record)
        self._manifest.write(json.dumps(record, ensure_ascii=False) + "\n")
        self._manifest.flush()
        return record

    def _write(self, message: Message, syntax: str, pieces: list[bytes], record: dict[str, Any]) -> None:
        head = _file_head(message, syntax)
        whole, data_set = hashlib.sha256(head), hashlib.sha256()
        path, again = self._free(_stem(message), "" if message.complete else ".incomplete")
        size = len(head)
        with path.open("xb") as file:
            file.write(head)
            for piece in pieces:
                file.write(piece)
                whole.update(piece)
                data_set.update(piece)
                size += len(piece)
        record.update(file=path.name, file_bytes=size, sha256=whole.hexdigest(), data_set_sha256=data_set.hexdigest(),
                      written_again=again)  # fmt: skip
        self.files += 1
        self.bytes += size

    def _free(self, stem: str, middle: str) -> tuple[Path, bool]:
        """A name that is not taken, and whether the instance's own name was."""
        path, number = self.folder / f"{stem}{middle}.dcm", 1
        while os.path.lexists(path):
            number += 1
            path = self.folder / f"{stem}{middle}.{number}.dcm"
        return path, number > 1

    # ------------------------------------------------------------------------------ identifiers

    def _identifier(self, message: Message) -> None:
        of: Association = message.association
        data = b"".join(message.data)
        if len(data) > MAXIMUM_IDENTIFIER_BYTES:
            return
        if self._json is None:
            self._json = (self.folder / IDENTIFIERS).open("a", encoding="utf-8")
        record = {
            "record": "identifier", "association": of.number, "message": message.number, "command": message.command,
            "message_id": message.message_id, "status": message.status_code, "complete": message.complete,
            **_as_json(data, message.transfer_syntax or _inferred(message)),
        }  # fmt: skip
        self._json.write(json.dumps(record, ensure_ascii=False) + "\n")
        self.queries += 1


def _before_first_hole(message: Message) -> Iterator[bytes]:
    """The bytes of the data set that were captured from its start on; after missing bytes nothing can be trusted."""
    left = message.holes[0][0] if message.holes else None
    for piece in message.data:
        if left is None:
            yield piece
        else:
            if left:
                yield piece[:left]
            left -= min(left, len(piece))
            if not left:
                return


def _stem(message: Message) -> str:
    """The name of an object's file: its SOP Instance UID when it is one, else where it stands in the capture. Nothing
    from the wire but digits and dots gets into a path."""
    uid = message.sop_instance_uid or ""
    if len(uid) <= 64 and _UID.fullmatch(uid):
        return uid
    return f"association-{message.association.number}-message-{message.number}"


def _file_head(message: Message, syntax: str) -> bytes:
    """Preamble, prefix and file meta group. Reference: PS3.10 7.1"""
    from pydicom.dataset import FileMetaDataset
    from pydicom.filewriter import write_file_meta_info

    of: Association = message.association
    sender, receiver = (of.requestor, of.acceptor) if message.from_requestor else (of.acceptor, of.requestor)
    titles = [of.calling_ae_title, of.called_ae_title]
    sending, receiving = titles if message.from_requestor else titles[::-1]
    meta = FileMetaDataset()
    meta.FileMetaInformationVersion = b"\x00\x01"
    meta.MediaStorageSOPClassUID = message.sop_class_uid or ""
    meta.MediaStorageSOPInstanceUID = message.sop_instance_uid or ""
    meta.TransferSyntaxUID = syntax
    side = sender.side
    meta.ImplementationClassUID = (side.implementation_class_uid if side else None) or OWN_IMPLEMENTATION
    version = side.implementation_version_name if side else None
    if version:
        meta.ImplementationVersionName = version[:16]
    for keyword, title in (("SourceApplicationEntityTitle", sending), ("SendingApplicationEntityTitle", sending),
                           ("ReceivingApplicationEntityTitle", receiving)):  # fmt: skip
        if title and "\\" not in title:
            setattr(meta, keyword, title)
    out = BytesIO()
    out.write(bytes(128) + b"DICM")
    write_file_meta_info(out, meta, enforce_standard=False)
    return _with_group_length(out.getvalue())


def _with_group_length(head: bytes) -> bytes:
    """The file meta group with its length, which must come first. Reference: PS3.10 Table 7.1-1"""
    meta = head[132:]
    if meta[:4] == b"\x02\x00\x00\x00":
        return head
    return head[:132] + b"\x02\x00\x00\x00UL\x04\x00" + len(meta).to_bytes(4, "little") + meta


def _inferred(message: Message) -> str | None:
    """The transfer syntax read off the bytes, where the negotiation was not captured."""
    from .dataset import infer_transfer_syntax

    return infer_transfer_syntax(b"".join(message.data[:4])[:65_536])


def _as_json(data: bytes, syntax: str | None) -> dict[str, Any]:
    """An identifier in the DICOM JSON model (PS3.18 F), or why it could not be turned into it."""
    from pydicom.dataset import Dataset
    from pydicom.filereader import read_dataset
    from pydicom.uid import UID

    if syntax is None:
        return {"identifier": None, "why": "its transfer syntax is not known"}
    uid = UID(syntax)
    try:
        if uid.is_deflated:
            import zlib

            data = zlib.decompressobj(-15).decompress(data, MAXIMUM_IDENTIFIER_BYTES)
        read: Dataset = read_dataset(BytesIO(data), uid.is_implicit_VR, uid.is_little_endian)
        return {"identifier": read.to_json_dict(suppress_invalid_tags=True)}
    except Exception as error:  # at this edge: whatever pydicom says of bytes from the wire becomes a reason
        return {"identifier": None, "why": f"{type(error).__name__}: {error}"[:200]}


def _cannot_write(folder: Path, error: OSError) -> DissectorError:
    if isinstance(error, PermissionError):
        return PermissionNeeded(f"{folder}: no permission to write there")
    return ExportError(f"{folder}: cannot be written to ({error.strerror or error})")
