"""What stands above a dumped data set: whose it is, its transfer syntax, and the frames that its bytes came in."""

from __future__ import annotations

from ..dataset import DataSet, annotate_data_set
from ..dimse import Message
from ..standard.uids import name as uid_name
from ..standard.zh import translate
from ..wiretext import bytes_text
from .hexdump import Options, Subject, Tree
from .records import dissection

QUERIES = frozenset(("C-FIND-RQ", "C-GET-RQ", "C-MOVE-RQ"))


def tree(message: Message) -> tuple[DataSet, bytes]:
    """The tree of a message's data set, and its bytes as sent; the reading kept the bytes of PDUs."""
    data, holes = b"".join(message.data), message.holes
    cut = not message.complete and not holes
    if holes and len(data) != message.data_set_bytes + sum(end - start for start, end in holes):
        # Bytes behind the first gap do not stand where they belong: only what comes before it is certain.
        data, holes, cut = data[: holes[0][0]], [], True
    store = message.command == "C-STORE-RQ"
    root = annotate_data_set(
        data, message.transfer_syntax, holes=holes, cut=cut,
        query=message.command in QUERIES, sop_class_uid=message.text_of("affected_sop_class_uid") if store else None,
        sop_instance_uid=message.text_of("affected_sop_instance_uid") if store else None,
    )  # fmt: skip
    return root, data


def subject(message: Message, lang: str) -> Subject:
    """The data set of a message, to be dumped."""
    root, data = tree(message)
    where = translate("data set of message {message} of association {association}", lang).format(
        message=message.number, association=message.association.number
    )
    syntax = uid_name(root.transfer_syntax) or bytes_text(root.transfer_syntax)
    if root.inferred:
        syntax += f" ({translate('inferred from the bytes', lang)})"
    first, last = message.first_frame, message.last_frame
    if first == last:
        frames = translate("in frame {frames}", lang).format(frames=first)
    else:
        frames = translate("in frames {frames}", lang).format(frames=f"{first}-{last}")
    if root.compressed is None:
        trees = [Tree(root, root.data, message.holes)]
    else:
        note = translate("positions are those of the inflated bytes", lang)
        trees = [Tree(root.compressed, data, message.holes), Tree(root, root.data, note=note)]
    return Subject(f"{message.command or '?'}  {where}", f"{syntax}, {frames}", [], trees)


def dump_record(message: Message, options: Options) -> dict[str, object]:
    """The data set of a message as a record: `message` instead of `pdu`, positions within the data set."""
    root, data = tree(message)
    record = dissection(
        root, association=message.association.number, number=None,
        sender="requestor" if message.from_requestor else "acceptor", pdu_type=message.command or "",
        stream_offset=None, frames=message.data_frames, missing=message.holes if root.compressed is None else (),
        lang=options.lang, show_secrets=options.show_secrets, mask=options.mask,
    )  # fmt: skip
    del record["pdu"]
    record["message"] = message.number
    record["transfer_syntax"], record["transfer_syntax_inferred"] = root.transfer_syntax, root.inferred
    record["inflated"] = root.compressed is not None
    return record
