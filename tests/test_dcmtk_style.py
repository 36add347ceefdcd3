"""`--style dcmtk` beside real debug logs of DCMTK's tools: the same lines, but for what an observer cannot know."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from dissector.association import Abort, Rejection
from dissector.reading import Reading
from dissector.views import dcmtk
from dissector.views.hexdump import plain

from .dcmtk_logs import CONTEXT_ROW, blocks, comparable, known_to_all, read, without_context
from .transcript import Talk, abort, associate_ac, associate_rq, command, p_data, pdv, uid, us

DATA = Path(__file__).parent / "data" / "dcmtk"
CAPTURES = Path(__file__).parent.parent / "captures"
LOGS = sorted(path.name for path in DATA.glob("*.log*"))


def capture_of(log: str) -> Path:
    name = log.partition(".")[0]
    return next(DATA.glob(f"{name}.pcap*"))


def log_lines(log: str) -> list[str]:
    """A log of the folder, as it is compared."""
    raw = (DATA / log).read_bytes()
    return comparable((gzip.decompress(raw) if log.endswith(".gz") else raw).decode())


@pytest.mark.parametrize("log", [log for log in LOGS if ".requestor." in log])
def test_requestor_log_line_by_line(log: str) -> None:
    """Seen from the requestor nothing is left to differ but secrets; not every message is in every log, and some are
    there without their context."""
    theirs, ours = log_lines(log), read(capture_of(log), "requestor")
    their_associations, their_messages, their_ends = blocks(theirs)
    our_associations, our_messages, our_ends = blocks(ours)
    assert len(their_associations) in (1, 2)
    assert our_associations == their_associations
    rest = iter(our_messages)
    for block in their_messages:
        has_context = any(line.startswith(CONTEXT_ROW) for line in block)
        assert any((each if has_context else without_context(each)) == block for each in rest), "\n".join(block)
    if their_ends:
        assert our_ends == their_ends


@pytest.mark.parametrize("log", [log for log in LOGS if ".acceptor." in log])
def test_acceptor_log_line_by_line(log: str) -> None:
    """Seen from the acceptor: the roles that it would have accepted beyond the proposed ones never went over the wire,
    and its answer may leave the responding name empty. What it sent is not told reliably in its own log."""

    theirs, ours = blocks(log_lines(log)), blocks(read(capture_of(log), "acceptor"))
    assert [known_to_all(block) for block in ours[0]] == [known_to_all(block) for block in theirs[0]]
    incoming = [without_context(block) for block in theirs[1] if "INCOMING" in block[0]]
    assert incoming == [without_context(block) for block in ours[1] if "INCOMING" in block[0]]
    assert ours[2] == theirs[2]


@pytest.mark.parametrize("log", [log for log in LOGS if ".requestor." in log])
def test_observer_says_requestor_and_acceptor(log: str) -> None:
    """By default only the words for the two sides are others, and what the requestor cannot know yet stays empty."""

    def neutral(line: str) -> str:
        line = re.sub("^Their Max PDU Receive Size:  0$", "Their Max PDU Receive Size:", line)
        line = line.replace("OUTGOING", "REQUESTOR").replace("INCOMING", "ACCEPTOR")
        line = re.sub("^Our", "Requestor", re.sub("^Their", "Acceptor", line))
        return re.sub("^=+ | =+$", "=", re.sub(r": +", ": ", line)) if line[0] in "RA=" else line

    def inside(seen_from: str | None) -> list[str]:
        associations, messages, _ = blocks(read(capture_of(log), seen_from))
        return [neutral(line) for block in [*associations, *messages] for line in block]

    assert inside(None) == inside("requestor")


def test_names_of_uids() -> None:
    """Every name that storescp printed."""
    for row in (DATA / "names.txt").read_text().splitlines():
        uid, name = row.split()
        assert dcmtk.dcmtk_name(uid) == name, uid
    assert dcmtk.uid_label("1.2.3") == "1.2.3"
    assert dcmtk.uid_label("1.2.840.10008.9.9.9") == "1.2.840.10008.9.9.9"
    assert dcmtk.uid_label(None) == ""
    assert dcmtk.uid_label("1.2.840.10008.1.2.4.201") == "=HTJ2KLossless", "the keyword, where DCMTK had no name yet"


def test_words_of_statuses() -> None:
    for row in (DATA / "statuses.txt").read_text().splitlines():
        command, code, words = row.split(" ", 2)
        assert dcmtk.status_words(int(code.rstrip(":"), 16), command) == words, row


@pytest.mark.parametrize(
    ("rejection", "expected"),
    [
        ((1, 1, 2), ["Result: Rejected Permanent, Source: Service User", "Reason: App Context Name Not Supported"]),
        ((1, 2, 2), ["Result: Rejected Permanent, Source: Service Provider (ACSE Related)",
                     "Reason: Protocol Version Not Supported"]),
        ((2, 3, 1), ["Result: Rejected Transient, Source: Service Provider (Presentation Related)",
                     "Reason: Temporary Congestion"]),
        ((9, 8, 7), ["Result: Unknown (09H), Source: Unknown (08H)", "Reason: Unknown (07H)"]),
        ((None, None, None), ["Result: , Source:", "Reason:"]),
    ],
)  # fmt: skip
def test_words_of_rejections(rejection: tuple[int | None, int | None, int | None], expected: list[str]) -> None:
    """As echoscu printed them; what it would take for another code is not passed off as that one."""
    with Reading(str(DATA / "rejected.pcap")) as reading:
        (association,) = reading.associations()
    association.rejection = Rejection(*rejection, "")
    lines = [plain(line) for line in dcmtk.lines_end(association)]
    assert lines[0] == "Association Rejected:"
    assert lines[1:] == expected


@pytest.mark.parametrize("path", sorted(CAPTURES.glob("*.pcap*")), ids=lambda path: path.name)
@pytest.mark.parametrize("seen_from", [None, "requestor", "acceptor"])
def test_every_capture_is_safe_to_print(path: Path, seen_from: str | None) -> None:
    for line in read(path, seen_from):
        assert line.isprintable()
        for secret in ("not-a-real-passcode", "made-up Kerberos", "made-up server ticket", "saml:Assertion"):
            assert secret not in line


def test_secret_of_the_log_is_not_in_ours() -> None:
    assert "swordfish" in (DATA / "roles.requestor.log").read_text()
    assert not any("swordfish" in line for line in read(DATA / "roles.pcap", None))


def test_what_was_not_captured_is_said() -> None:
    lines = read(CAPTURES / "mid-association.pcap", None)
    assert "(A-ASSOCIATE-RQ not captured)" in lines
    with Reading(str(DATA / "abort-requestor.pcap")) as reading:
        (association,) = reading.associations()
    assert association.abort == Abort(0, 0, association.abort.meaning if association.abort else "")
    assert [plain(line) for line in dcmtk.lines_end(association)] == ["Association Aborted (by requestor)"]
    for outcome, words in (("closed", "TCP connection closed without release by requestor"),
                           ("reset", "TCP connection reset by requestor"),
                           ("open", "(end of association not captured)")):  # fmt: skip
        association.outcome = outcome
        assert [plain(line) for line in dcmtk.lines_end(association)] == [words]


def test_a_message_that_an_abort_cut_short_was_captured(tmp_path: Path) -> None:
    """It is not complete, but nothing of it is missing in the capture."""
    asked = command(uid(2, b"1.2.840.10008.5.1.4.1.1.2"), us(0x100, 1), us(0x110, 1), us(0x700, 0), us(0x800, 1))
    talk = Talk().open().client(associate_rq()).server(associate_ac())
    talk.client(p_data(pdv(1, 3, asked), pdv(1, 0, bytes(100)))).server(abort()).close()
    path = tmp_path / "cut.pcap"
    path.write_bytes(talk.pcap())
    assert [line for line in read(path, None) if line.startswith("(")] == ["(not complete)"]


def test_many_messages_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dcmtk, "MESSAGES_HELD", 1)
    lines = read(DATA / "store.pcap", None)
    assert sum("BEGIN" not in line and "DIMSE MESSAGE" in line and " END " not in line for line in lines) == 1
    assert "(3 more DIMSE messages)" in lines
