"""What stands above a dumped PDU: which it is, who sent it, and the frames that its bytes came in."""

from __future__ import annotations

from collections.abc import Sequence

from ..pdu import Pdu
from ..reading import decode_located, sender
from ..rules.case import Finding
from ..standard.zh import translate
from ..stream import endpoint
from .hexdump import Options, Subject, Tree
from .records import dissection

FRAMES_TOLD = 6
"""How many frames are listed one by one above a PDU."""


def subject(pdu: Pdu, lang: str, marked: Sequence[tuple[int, int]] = ()) -> Subject:
    """A PDU whose bytes were kept, to be dumped; ranges may be marked."""
    where = translate("PDU {number} of association {association}", lang).format(
        number=pdu.number, association=pdu.association
    )
    requestor = sender(pdu) == "requestor"
    direction = translate(
        "direction not known" if not pdu.roles_known else
        "from requestor to acceptor" if requestor else "from acceptor to requestor", lang
    )  # fmt: skip
    address = pdu.stream.address  # type: ignore[attr-defined]
    remarks = []
    if 0 <= pdu.resumed_after < pdu.start:
        text = translate("reading resumed here after {count} bytes that could not be read", lang)
        remarks.append(text.format(count=pdu.start - pdu.resumed_after))
    gone = sum(end - start for start, end in pdu.missing)
    if gone:
        remarks.append(translate("{count} bytes were not captured", lang).format(count=gone))
    return Subject(
        f"{pdu.name}  {where}{'，' if lang == 'zh' else ', '}{direction}",
        f"{endpoint(address)} -> {endpoint(address, False)}, {_frames(pdu, lang)}",
        remarks, [Tree(decode_located(pdu), pdu.body or b"", pdu.missing, marked)],
    )  # fmt: skip


def dump_record(pdu: Pdu, options: Options) -> dict[str, object]:
    """A PDU whose bytes were kept, as a record."""
    return dissection(
        decode_located(pdu), association=pdu.association, number=pdu.number,
        sender=sender(pdu) if pdu.roles_known else None, pdu_type=pdu.name,
        stream_offset=pdu.start, frames=pdu.frames, missing=pdu.missing, lang=options.lang,
        show_secrets=options.show_secrets, mask=options.mask,
    )  # fmt: skip


def marks(finding: Finding, pdu: Pdu) -> list[tuple[int, int]]:
    """The ranges of a PDU that prove a finding; an evidence that names a frame only marks the PDUs that are in it. A
    finding on the capture as a whole shows in the association that its evidence names by a frame."""
    if finding.association not in (None, pdu.association):
        return []
    found = []
    came_in = {frame for frame, _, _ in pdu.frames}
    for each in finding.evidence:
        if each.stream_offset is None:
            if each.frame in came_in:
                found.append((0, pdu.end - pdu.start))
            continue
        if finding.association is None and each.frame not in came_in:
            continue
        if each.sender is not None and each.sender != sender(pdu):
            continue
        first, last = each.stream_offset - pdu.start, each.stream_offset + (each.length or 1) - pdu.start
        if first < pdu.end - pdu.start and last > 0:
            found.append((max(first, 0), last))
    return found


def _frames(pdu: Pdu, lang: str) -> str:
    """'in frame 4', or the frames with the bytes of the PDU that each brought."""
    if len({frame for frame, _, _ in pdu.frames}) <= 1:
        return translate("in frame {frames}", lang).format(frames=pdu.first_frame)
    shown = [f"{frame} ({start:04X}-{end - 1:04X})" for frame, start, end in pdu.frames[:FRAMES_TOLD]]
    if len(pdu.frames) > FRAMES_TOLD:
        shown.append(f".. {pdu.frames[-1][0]}")
    return translate("in frames {frames}", lang).format(frames=", ".join(shown))
