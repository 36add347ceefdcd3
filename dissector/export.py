"""The objects that travelled, as DICOM Part 10 files whose data set is byte for byte what was transferred.

Strategy: a message is written when its last fragment is there, by blocks of a few fragments, so that no large object
is put together in memory, and let go of at once. Two threads write and digest while the capture is read on: Python does
both without holding its lock. What waits for them is bounded, and the manifest is written by nobody but the reader, in
the order of the messages. Only the file meta group is made; nothing of the data set is decoded, re-encoded or mended.
Files are only ever created: a name that is taken gets a number behind it, a link is not followed, and a file that could
not be written to its end is removed, with those begun after it.

Reference: PS3.10 7.1
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import struct
import warnings
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import IO, Any, NamedTuple

from .association import Association
from .dimse import Message
from .errors import DissectorError, PermissionNeeded
from .jsonlines import json_line

MANIFEST, IDENTIFIERS = "manifest.jsonl", "identifiers.jsonl"
OWN_IMPLEMENTATION = "2.25.250919637093513812376413306415735034713"
"""Implementation Class UID of files whose sender is not known; a UUID as PS3.5 B.2 allows."""
MAXIMUM_IDENTIFIER_BYTES = 16 * 1024 * 1024
"""A query's data set that is larger than this is not turned into JSON."""
INFERRING_BYTES = 65_536
"""How much of a data set is looked at where its transfer syntax is not known."""

WRITERS = 2
"""Threads that write and digest; one object takes one of them."""
MAXIMUM_UNDER_WAY = 8
"""Objects that are being written, or wait for it."""
MAXIMUM_UNDER_WAY_BYTES = 4 * 1024 * 1024
"""Their bytes; a larger object is waited for."""
SMALL_BYTES = 128 * 1024
"""A smaller object is written at once: to hand it to a thread takes longer (0.2 ms)."""
BLOCK_BYTES = 512 * 1024
"""Bytes written and digested at once: with less, the threads would wait for each other more than they work."""

_NO_LINKS: int = getattr(os, "O_NOFOLLOW", 0)
_UID = re.compile(r"[0-9]+(?:\.[0-9]+)*")
_PLAIN = re.compile(r"[!-\[\]-~]{1,64}")
"""What can stand in a UID of the file meta group, right or wrong: no padding, no backslash, no control characters."""
_WITH_IDENTIFIERS = ("C-FIND", "C-MOVE", "C-GET")


class ExportError(DissectorError):
    """The folder cannot be written to."""


class Written(NamedTuple):
    """A file that was written: its size in bytes, the SHA-256 of all of it and of its data set."""

    size: int
    sha256: str
    data_set_sha256: str


class _UnderWay(NamedTuple):
    """A line of the manifest that is not written yet."""

    record: dict[str, Any]
    path: Path | None
    """The file that is being written; None where the object is left out."""
    size: int
    """Bytes that are held for it."""
    written: Future[Written] | Written | None

    @property
    def done(self) -> bool:
        """Whether there is nothing to wait for."""
        return self.written.done() if isinstance(self.written, Future) else True


class Exporter:
    """Writes objects into a folder, with a manifest; use it as a context manager.

    Arguments: `folder`, made if it is not there; `incomplete`, also write what was captured of incomplete objects,
    named so; `identifiers`, also write query identifiers and responses as JSON; `tell`, is called with each line of the
    manifest when it has been written. Raises `PermissionNeeded` and `ExportError`.
    """

    def __init__(
        self, folder: str, incomplete: bool = False, identifiers: bool = False,
        tell: Callable[[dict[str, Any]], None] | None = None,
    ) -> None:  # fmt: skip
        self.folder = Path(folder)
        self.incomplete = incomplete
        self.identifiers = identifiers
        self.tell = tell
        self.files = 0
        self.bytes = 0
        self.left_out = 0
        self.queries = 0
        self._numbers: dict[str, int] = {}
        """The number to put behind a name next, where it was taken."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._manifest = self._lines(MANIFEST)
        except OSError as error:
            raise _cannot_write(self.folder, error) from None
        self._json: IO[str] | None = None
        self._threads = ThreadPoolExecutor(WRITERS)
        self._under_way: deque[_UnderWay] = deque()
        self._bytes_under_way = 0

    def __enter__(self) -> Exporter:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            while self._under_way:
                self._finish_one()
        finally:
            self._forget()
            self._threads.shutdown()
            try:
                self._manifest.close()
                if self._json is not None:
                    self._json.close()
            except OSError as error:
                raise _cannot_write(self.folder, error) from None

    def message(self, message: Message) -> None:
        """Write the object of a C-STORE-RQ (or the identifier of a query) and let go of its data set."""
        try:
            if message.command == "C-STORE-RQ":
                self._store(message)
            elif self.identifiers and message.has_data_set and (message.command or "").startswith(_WITH_IDENTIFIERS):
                self._identifier(message)
        except OSError as error:
            raise _cannot_write(self.folder, error) from None
        finally:
            message.data.clear()
        while self._under_way and (
            len(self._under_way) > MAXIMUM_UNDER_WAY or self._bytes_under_way > MAXIMUM_UNDER_WAY_BYTES
            or self._under_way[0].done
        ):  # fmt: skip
            self._finish_one()

    def summary(self) -> str:
        """One line on what was written."""
        objects, identifiers = ("" if count == 1 else "s" for count in (self.files, self.queries))
        parts = [f"{self.files} object{objects}, {self.bytes} bytes, in {self.folder}"]
        if self.left_out:
            parts.append(f"{self.left_out} left out ({MANIFEST} says why; --incomplete writes what there is)")
        if self.identifiers:
            parts.append(f"{self.queries} identifier{identifiers}")
        return "; ".join(parts)

    def _lines(self, name: str) -> IO[str]:
        """A file of JSON Lines, to add to. A lone surrogate is written as JSON's escape for it."""
        handle = os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND | _NO_LINKS, 0o666)
        return open(handle, "w", encoding="utf-8", errors="backslashreplace", newline="\n")

    # ------------------------------------------------------------------------------ objects

    def _store(self, message: Message) -> None:
        of: Association = message.association
        pieces = list(_before_first_hole(message))
        inferred = None if _plain(message.transfer_syntax) else _inferred(message, pieces)
        syntax = inferred or _plain(message.transfer_syntax)
        record: dict[str, Any] = {
            "record": "export", "file": None, "association": of.number, "message": message.number,
            "calling_ae_title": of.calling_ae_title, "called_ae_title": of.called_ae_title,
            "sop_class_uid": message.sop_class_uid, "sop_instance_uid": message.sop_instance_uid,
            "transfer_syntax": message.transfer_syntax, "transfer_syntax_inferred": inferred,
            "data_set_bytes": message.data_set_bytes, "file_bytes": None, "sha256": None, "data_set_sha256": None,
            "complete": message.complete, "written_again": False, "why": None,
        }  # fmt: skip
        if not message.complete and not self.incomplete:
            record["why"] = "incomplete"
        elif not pieces:
            record["why"] = "no data set was captured"
        elif syntax is None:
            record["why"] = "its transfer syntax is not known"
        under_way = _UnderWay(record, None, 0, None)
        if record["why"] is None and syntax is not None:
            under_way = self._begin(message, syntax, pieces, record)
        self._under_way.append(under_way)
        self._bytes_under_way += under_way.size

    def _begin(self, message: Message, syntax: str, pieces: list[bytes], record: dict[str, Any]) -> _UnderWay:
        head = _file_head(message, syntax)
        file, path, again = self._create(_stem(message) + ("" if message.complete else ".incomplete"))
        record.update(file=path.name, written_again=again)
        held = message.data_set_bytes
        if held < SMALL_BYTES:
            return _UnderWay(record, path, 0, _write(file, path, head, pieces))
        return _UnderWay(record, path, held, self._threads.submit(_write, file, path, head, pieces))

    def _finish_one(self) -> None:
        """Wait for the object that was begun first; its line of the manifest."""
        record, _, held, written = self._under_way[0]
        try:
            if written is None:
                self.left_out += 1
            else:
                size, sha256, data_set_sha256 = written.result() if isinstance(written, Future) else written
                record.update(file_bytes=size, sha256=sha256, data_set_sha256=data_set_sha256)
                self.files += 1
                self.bytes += size
            self._under_way.popleft()
            self._bytes_under_way -= held
            _add(self._manifest, record)
        except OSError as error:
            self._forget()
            raise _cannot_write(self.folder, error) from None
        if self.tell is not None:
            self.tell(record)

    def _forget(self) -> None:
        """Nothing remains of objects that were begun and will not be told."""
        for each in self._under_way:
            if each.path is not None:
                if isinstance(each.written, Future):
                    each.written.exception()  # waits for it
                each.path.unlink(missing_ok=True)
        self._under_way.clear()

    def _create(self, name: str) -> tuple[IO[bytes], Path, bool]:
        """A new file of that name, or with a number behind it; its path, and whether the name itself was taken. The
        number stands behind a hyphen: no UID holds one, so no instance takes the name of another."""
        number = self._numbers.get(name, 0)
        while True:
            path = self.folder / (f"{name}-{number}.dcm" if number else f"{name}.dcm")
            try:
                file = path.open("xb")
            except FileExistsError:
                number = max(2, number + 1)
                continue
            if number:
                self._numbers[name] = number + 1
            return file, path, number > 0

    # ------------------------------------------------------------------------------ identifiers

    def _identifier(self, message: Message) -> None:
        of: Association = message.association
        pieces = list(_before_first_hole(message))
        if self._json is None:
            self._json = self._lines(IDENTIFIERS)
        if not message.complete and not self.incomplete:
            said: dict[str, Any] = {"identifier": None, "why": "incomplete"}
        elif message.data_set_bytes > MAXIMUM_IDENTIFIER_BYTES:
            said = {"identifier": None, "why": f"larger than {MAXIMUM_IDENTIFIER_BYTES} bytes"}
        else:
            said = _as_json(b"".join(pieces), message.transfer_syntax or _inferred(message, pieces))
        record = {
            "record": "identifier", "association": of.number, "message": message.number, "command": message.command,
            "message_id": message.message_id, "status": message.status_code, "complete": message.complete, **said,
        }  # fmt: skip
        _add(self._json, record)
        self.queries += 1


def _write(file: IO[bytes], path: Path, head: bytes, pieces: list[bytes]) -> Written:
    """Write and close a new file; remove it if it cannot be written to its end."""
    whole, data_set, size = hashlib.sha256(), hashlib.sha256(), 0
    try:
        with file:
            for block in _blocks(head, pieces):
                file.write(block)
                whole.update(block)
                data_set.update(block if size else memoryview(block)[len(head) :])
                size += len(block)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Written(size, whole.hexdigest(), data_set.hexdigest())


def _blocks(head: bytes, pieces: list[bytes]) -> Iterator[bytes]:
    """The head and the pieces behind it, put together to blocks."""
    gathered, size = [head], len(head)
    for piece in pieces:
        if size >= BLOCK_BYTES:
            yield b"".join(gathered)
            gathered, size = [], 0
        gathered.append(piece)
        size += len(piece)
    yield b"".join(gathered)


def _add(file: IO[str], record: dict[str, Any]) -> None:
    file.write(json_line(record) + "\n")
    file.flush()


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
    """Preamble, prefix and file meta group, as the sender of the object would have written them.

    Reference: PS3.10 7.1
    """
    of: Association = message.association
    titles = of.calling_ae_title, of.called_ae_title
    sending, receiving = titles if message.from_requestor else titles[::-1]
    side = (of.requestor if message.from_requestor else of.acceptor).side
    version = side.implementation_version_name if side else None
    elements = [
        (0x02, "UI", _plain(message.sop_class_uid) or ""),
        (0x03, "UI", _plain(message.sop_instance_uid) or ""),
        (0x10, "UI", syntax),
        (0x12, "UI", _plain(side.implementation_class_uid if side else None) or OWN_IMPLEMENTATION),
        (0x13, "SH", version if version and len(version) <= 16 else None),
        (0x16, "AE", sending),
        (0x17, "AE", sending),
        (0x18, "AE", receiving),
    ]
    group = b"\x02\x00\x01\x00OB\x00\x00\x02\x00\x00\x00\x00\x01"
    for number, vr, text in elements:
        # The backslash would make it two values; it stands for bytes that may not be there at all.
        if text is not None and "\\" not in text and (text or vr == "UI"):
            value = text.encode("ascii") + (b"\0" if vr == "UI" else b" ") * (len(text) % 2)
            group += struct.pack("<HH2sH", 2, number, vr.encode(), len(value)) + value
    return bytes(128) + b"DICM" + struct.pack("<HH2sHI", 2, 0, b"UL", 4, len(group)) + group


def _plain(uid: str | None) -> str | None:
    """A UID as it was sent, right or wrong, if it is text that a UID can hold at all."""
    return uid if uid is not None and _PLAIN.fullmatch(uid) else None


def _inferred(message: Message, pieces: list[bytes]) -> str | None:
    """The transfer syntax read off the bytes, where the negotiation was not captured."""
    from .dataset import infer_transfer_syntax

    head = b""
    for piece in pieces:
        if len(head) >= INFERRING_BYTES:
            break
        head += piece[: INFERRING_BYTES - len(head)]
    return infer_transfer_syntax(head, cut=not message.complete or len(head) >= INFERRING_BYTES)


def _as_json(data: bytes, syntax: str | None) -> dict[str, Any]:
    """An identifier in the DICOM JSON model, or why it could not be turned into it. Specific Character Set is that of
    the wire, the text is UTF-8.

    Reference: PS3.18 F.2
    """
    from pydicom.filereader import read_dataset
    from pydicom.uid import UID

    if syntax is None:
        return {"identifier": None, "why": "its transfer syntax is not known"}
    try:
        uid = UID(syntax)
        if uid.is_deflated:
            data = zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, MAXIMUM_IDENTIFIER_BYTES)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            read = read_dataset(BytesIO(data), uid.is_implicit_VR, uid.is_little_endian)
            found = _tidied(read.to_json_dict(suppress_invalid_tags=True))
        json.dumps(found, allow_nan=False)
        return {"identifier": found}
    except Exception as error:  # at this edge: whatever pydicom says of bytes from the wire becomes a reason
        return {"identifier": None, "why": f"{type(error).__name__}: {error}"[:200]}


def _tidied(found: dict[str, Any]) -> dict[str, Any]:
    """The DICOM JSON model has no group lengths, and null for a value that is empty beside others.

    Reference: PS3.18 F.2.2, F.2.5
    """
    kept = {tag: element for tag, element in found.items() if not tag.endswith("0000")}
    for element in kept.values():
        values = element.get("Value", ())
        if element["vr"] == "SQ":
            values = [_tidied(item) for item in values]
        elif values:
            values = [None if value in ("", {}) else value for value in values]
        if values:
            element["Value"] = values
    return kept


def _cannot_write(folder: Path, error: OSError) -> DissectorError:
    path = error.filename or folder
    if isinstance(error, PermissionError):
        return PermissionNeeded(f"{path}: no permission to write there")
    if isinstance(error, FileExistsError | NotADirectoryError):
        return ExportError(f"{folder}: is no folder")
    return ExportError(f"{path}: cannot be written to ({error.strerror or error})")
