"""Every finding: what it means, how the capture proves it, what to do about it, and where the standard says so.

Strategy: data only. A rule finds a case and picks a code, a variant and the values of the blanks; the words are all
here, in English, with their Chinese in `zh_findings.py`. Where several causes share a code, `details` has a variant for
each, and always "" for the case that fits no other. A detail ends with a period, so that `CONSEQUENCES`, `COMMENT` and
the other sentences below can follow it. Sentences are joined by a space in English and by nothing in Chinese.

The blanks, the same everywhere:

    {client} {server}               "ip:port" of the two ends; by the A-ASSOCIATE-RQ or SYN, the caller and the called
    {client_title} {server_title}   calling and called AE title, as in records; used only where the request was captured
    {who}                           a side, one of `SIDES`
    {direction}                     "from requestor to acceptor" and the like, as the views say it
    {frame}                         a frame's number
    {time} {timer}                  a duration with its unit; the seconds of a usual timer
    {count} {expected}              how many, and of how many or what instead
    {size} {limit}                  bytes there are, bytes (or operations) there may be
    {value}                         the value it is about; of a place in a stream the byte range ("1000-2459"), of
                                    a share the percentage
    {name} {names}                  a SOP class, transfer syntax, PDU, item, field or program; a list of such, or
                                    of messages
    {context}                       a presentation context ID
    {command} {message_id}          "C-STORE-RQ" and its Message ID
    {status}                        "A700H"; {meaning} says it in the words of its service
    {meaning}                       what the numbers beside it mean
    {comment} {elements}            Error Comment, Offending Element
    {outcome}                       how the association ended: "released", "closed", ...
    {result} {source}               of a rejection one of `REJECT_RESULTS` and `REJECT_SOURCES`; of an abort the
                                    source's number; of a presentation context the meaning of its result
    {reason}                        a reason's number; of a malformed thing the sentence that says what is wrong with
                                    it; of a limit what is not told because of it
    {destination}                   the Move Destination
    {state} {event} {cell}          of the state machine: "Sta6", "Evt10", what Table 9-10 has there; in `BEFORE`,
                                    {event} is what happened, in words
    {protocol} {version} {host}     "TLS 1.3" or "HTTP"; a protocol version's bytes; a host name (SNI) or address
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from .structure import Reference

Severity = Literal["error", "warning", "note"]
"""Error: something failed, or breaks peers. Warning: it works, but is wrong, risky or slow. Note: worth knowing."""

ERROR: Severity = "error"
WARNING: Severity = "warning"
NOTE: Severity = "note"


class FindingKind(NamedTuple):
    """One thing that can be found; all texts are English and have a translation."""

    code: str
    """Stable and dotted."""
    severity: Severity
    title: str
    """A few plain words, without a period."""
    explanation: str
    """What it means and why it matters."""
    shows: str
    """How the capture proves it."""
    remedy: str
    """What to do."""
    reference: Reference | Literal[""]
    """The clause; empty where no standard speaks of it."""
    details: dict[str, str]
    """Variant -> the sentences that tell one case, with blanks; "" is always there."""
    experience: bool = False
    """No standard speaks of it, only experience and the capture itself."""


CONSEQUENCES = "Because of it, this could not finish: {names}."
"""Follows a detail whose cause took messages with it."""
BEFORE = "Last before it: {event}."
"""Follows an abort, reset or close."""
COMMENT = "The error comment says: '{comment}'."
"""Follows a failed or warned operation."""
ELEMENTS = "Offending elements: {elements}."
"""Follows a failed or warned operation."""
TIMER = "A timer of {timer} s is usual for this, so one has probably run out."
"""Follows a detail that tells of a silence as long as a timer that many implementations have."""
UNCERTAIN = "Bytes of this connection were not captured, so it may have been otherwise."
"""Follows a detail that missing bytes might explain."""
FOLLOWING: tuple[str, ...] = (CONSEQUENCES, BEFORE, COMMENT, ELEMENTS, TIMER, UNCERTAIN)
"""All sentences that may follow a detail."""

PROBLEM = "In {name} from the {who}: {reason}."
"""The detail of a finding made from a problem of the decoder: {reason} is the problem's sentence."""

SIDES: tuple[str, ...] = ("requestor", "acceptor", "client", "server", "sender")
"""Who did it: by role, by who opened the connection (before there is a request), or "sender" where nothing is known."""

REJECT_RESULTS: dict[int, str] = {1: "rejected permanently", 2: "rejected for the moment"}
"""Result of an A-ASSOCIATE-RJ, within a sentence."""
REJECT_SOURCES: dict[int, str] = {
    1: "the service user",
    2: "the service provider (association)",
    3: "the service provider (presentation)",
}
"""Source of an A-ASSOCIATE-RJ, within a sentence."""
UNDEFINED = "undefined ({value})"
"""For a result or source that the standard does not define."""

REJECTION_VARIANTS: dict[tuple[int, int], str] = {
    (1, 1): "no-reason",
    (1, 2): "application-context",
    (1, 3): "calling",
    (1, 7): "called",
    (2, 1): "no-reason",
    (2, 2): "protocol-version",
    (3, 1): "congestion",
    (3, 2): "limit",
}
"""Source and reason of an A-ASSOCIATE-RJ -> the variant of association.rejected; "identity" instead of "no-reason"
where result and source are 1 and 2 and the request carried a user identity (PS3.7 D.3.3.7.3)."""
CONTEXT_VARIANTS: dict[int, str] = {1: "user", 2: "no-reason", 3: "abstract-syntax", 4: "transfer-syntaxes"}
"""Result of a refused presentation context, if all have the same -> the variant of association.context-refused."""

# fmt: off
_KINDS: tuple[FindingKind, ...] = (
    # The capture
    FindingKind(
        "capture.cut-short", WARNING,
        title="The capture file ends inside a frame",
        explanation=(
            "The file stops before its last record is complete, as when recording was interrupted or the file was "
            "still being copied. Everything before that point was read; what came after it is unknown."
        ),
        shows="The last record announces more bytes than the file still holds.",
        remedy=(
            "Stop the recording properly before copying the file, check the free disk space, and copy or record it "
            "again."
        ),
        reference="", experience=True,
        details={
            "": "The last record, frame {frame}, announces {expected} bytes; the file holds {size} of them.",
            "header": "The file ends inside the head of a record, after frame {frame}.",
            "compressed": "The compressed file ends early; frame {frame} is the last one that could be read.",
        },
    ),
    FindingKind(
        "capture.snaplen", WARNING,
        title="Frames were cut off while capturing",
        explanation=(
            "The capture program kept only the first part of each frame. Bytes beyond that part travelled but cannot "
            "be read here, so messages may look incomplete that were not."
        ),
        shows="A frame's captured length is smaller than its length on the wire.",
        remedy="Record again with whole frames, for example with tcpdump -s 0.",
        reference="", experience=True,
        details={
            "":
                "{count} frames are stored shorter than they were on the wire; the first is frame {frame}, with "
                "{size} of {expected} bytes.",
        },
    ),
    FindingKind(
        "capture.missing-bytes", WARNING,
        title="Bytes of the conversation were never captured",
        explanation=(
            "The capture has a hole: bytes that one side sent are not in it, although the conversation went on. The "
            "peers are not to blame, and what lies in the hole is not guessed."
        ),
        shows="Sequence numbers jump over bytes that the other side acknowledged, or that later data passed.",
        remedy=(
            "Capture on one of the two machines or at a point that keeps up: with a larger buffer (tcpdump -B), a "
            "filter on the DICOM port, or a network tap instead of a busy mirror port."
        ),
        reference="", experience=True,
        details={
            "": "{count} bytes that the {who} sent are not in the capture: bytes {value} of its stream.",
            "acknowledged":
                "{count} bytes that the {who} sent are not in the capture: bytes {value} of its stream. The other "
                "side acknowledged them, so they were lost in capturing, not on the way.",
            "several":
                "{count} bytes that the {who} sent are not in the capture, in several places; the first is before "
                "frame {frame}.",
        },
    ),
    FindingKind(
        "capture.starts-mid-association", WARNING,
        title="The capture starts in the middle of an association",
        explanation=(
            "The negotiation at the beginning was not recorded, so AE titles, SOP classes and transfer syntaxes are "
            "not known for certain. What could be inferred from the messages is marked as inferred."
        ),
        shows="The first PDU of the connection in the capture is not an A-ASSOCIATE-RQ.",
        remedy=(
            "Start the capture before the application connects; restart the sending application or wait for its next "
            "association."
        ),
        reference="", experience=True,
        details={
            "":
                "The first PDU between {client} and {server} in this capture is {name}, in frame {frame}; no "
                "A-ASSOCIATE-RQ came before it.",
        },
    ),
    FindingKind(
        "capture.ends-mid-association", WARNING,
        title="The capture ends while an association is open",
        explanation="What the peers did afterwards is unknown. Open requests may well have been answered later.",
        shows="The capture's last frame of the connection comes before any release, abort or close.",
        remedy=(
            "Let the capture run until the application has finished; for long transfers use rotating files and read "
            "them together."
        ),
        reference="", experience=True,
        details={
            "":
                "The association between {client} and {server} is still open in the last frame of the capture, "
                "{frame}.",
            "outstanding":
                "The association between {client} and {server} is still open in the last frame of the capture, "
                "{frame}; not finished by then: {names}.",
        },
    ),
    FindingKind(
        "capture.one-direction", WARNING,
        title="Only one direction of a connection was captured",
        explanation=(
            "Half of the conversation is missing, so answers, results and reasons cannot be known. This comes from "
            "where or how the capture was made, not from the peers."
        ),
        shows="One side acknowledges bytes of the other that never appear in the capture.",
        remedy=(
            "Mirror both directions of the port, leave out filters on source or destination alone, and beware of "
            "links whose two directions take different paths."
        ),
        reference="", experience=True,
        details={
            "":
                "Between {client} and {server} only the traffic {direction} was captured; the other direction is "
                "acknowledged in it, but absent.",
        },
    ),
    FindingKind(
        "capture.duplicate-frames", NOTE,
        title="Frames were captured twice",
        explanation=(
            "Each of these frames travelled once and was recorded more than once, as mirror ports and captures on all "
            "interfaces do. Copies are ignored and not counted as retransmissions."
        ),
        shows="Frames with the same IP identification, sequence number and bytes follow each other within a moment.",
        remedy=(
            "Nothing has to be done. For smaller files capture on one interface, or mirror one direction or one VLAN "
            "only."
        ),
        reference="", experience=True,
        details={
            "": "{count} frames are copies of earlier ones; the first is frame {frame}.",
        },
    ),
    FindingKind(
        "capture.limit-reached", WARNING,
        title="A limit was reached, and something is not told",
        explanation=(
            "Memory and work are bounded, whatever a capture holds, so that nobody can exhaust this program with it. "
            "Healthy traffic stays far below these bounds; damage, a flood, or somebody who wants to hide something "
            "may reach one."
        ),
        shows="The named constant and its value; the frame in which it was reached first.",
        remedy=(
            "Look at what else is told of these frames. Read the part of the capture around the frame alone, filtered "
            "to one connection, or raise the constant when the traffic is meant to be like this."
        ),
        reference="", experience=True,
        details={
            "": "{name} ({limit}) was reached {count} times, first in frame {frame}: {reason}.",
            "placeless": "{name} ({limit}) was reached, with {count} more: {reason}.",
        },
    ),

    # Transport: TCP and TLS
    FindingKind(
        "transport.refused", ERROR,
        title="The connection was refused",
        explanation=(
            "The server's address answers, but nobody accepts connections on that port. The DICOM service is not "
            "running, listens on another port, or a firewall rejects the caller."
        ),
        shows="The connection request (SYN) is answered by a reset (RST).",
        remedy=(
            "Check that the DICOM service is running and listens on this port, that address and port are right on the "
            "calling side, and that no firewall in between rejects the connection."
        ),
        reference=Reference("RFC 9293", "3.5.2"),
        details={
            "": "{client} tried to connect to {server} and was refused.",
            "repeated": "{client} tried {count} times within {time} to connect to {server} and was refused each time.",
        },
    ),
    FindingKind(
        "transport.no-answer", ERROR,
        title="Nobody answers at that address",
        explanation=(
            "The connection request got no reply at all, neither yes nor no. The machine is off or unreachable, the "
            "address is wrong, or a firewall drops the packets silently."
        ),
        shows="The same connection request (SYN) is repeated and nothing comes back.",
        remedy=(
            "Check address and port on the calling side, whether the machine is on and reachable (ping, traceroute), "
            "and whether every firewall on the way lets this port through."
        ),
        reference=Reference("RFC 9293", "3.8.3"),
        details={
            "": "{client} asked {server} for a connection and got no reply within {time} (attempts: {count}).",
        },
    ),
    FindingKind(
        "transport.no-pdu", NOTE,
        title="Connected and closed without any DICOM",
        explanation=(
            "Somebody opened the connection only to see whether it opens, as health checks, load balancers and port "
            "scanners do. It is harmless, but each one takes a connection slot of the server for a moment."
        ),
        shows="The TCP handshake is complete and the connection ends without a byte of DICOM from the caller.",
        remedy=(
            "Nothing has to be done if the caller is your own monitoring. If it is unknown, find out who it is; if "
            "the server's log fills up, let the check send a C-ECHO instead."
        ),
        reference=Reference("PS3.8", "9.1.2"),
        details={
            "": "{client} connected to {server} and left after {time} without sending any DICOM.",
            "repeated": "{client} connected to {server} {count} times without sending any DICOM.",
            "server": "{client} connected to {server} and sent nothing; the server closed the connection after {time}.",
        },
    ),
    FindingKind(
        "transport.reset", ERROR,
        title="The connection was reset inside an association",
        explanation=(
            "One side, or a device between them, cut the connection without a word of DICOM. What was under way is "
            "lost; an application that crashed, ran into a timeout or was stopped looks like this, and so does a "
            "firewall that forgot the connection."
        ),
        shows="A TCP segment with RST before A-RELEASE-RP or A-ABORT.",
        remedy=(
            "Read the log of the side that reset at that moment. If the reset follows a long silence, compare the "
            "idle timeouts of firewalls on the way with the pauses of the application, and let it keep the connection "
            "alive."
        ),
        reference=Reference("PS3.8", "9.1.4"),
        details={
            "": "The {who} reset the connection between {client} and {server}, {time} after the last PDU.",
            "idle":
                "The {who} reset the connection between {client} and {server} after {time} of silence: an idle "
                "timeout, of an application or of a firewall on the way, is likely.",
        },
    ),
    FindingKind(
        "transport.closed-without-release", WARNING,
        title="The connection was closed without release",
        explanation=(
            "An association should end with A-RELEASE, or with A-ABORT if something is wrong. Closing the connection "
            "instead leaves the other side to guess whether everything arrived, and fills its log with errors."
        ),
        shows="The TCP connection ends (FIN) while the association is open.",
        remedy=(
            "Read the log of the side that closed. If it happens after every transfer, its software skips the "
            "release: report it to its vendor. If it follows a long silence, look for a timeout."
        ),
        reference=Reference("PS3.8", "9.1.4"),
        details={
            "":
                "The {who} closed the connection between {client} and {server} without A-RELEASE or A-ABORT, {time} "
                "after the last PDU.",
            "idle":
                "The {who} closed the connection between {client} and {server} without A-RELEASE or A-ABORT after "
                "{time} of silence: a timeout is likely.",
        },
    ),
    FindingKind(
        "transport.tls", NOTE,
        title="The connection is encrypted with TLS",
        explanation=(
            "Both sides speak TLS, as they should where patient data crosses a network. The DICOM inside cannot be "
            "read from this capture."
        ),
        shows="The first bytes of both sides are TLS handshake records.",
        remedy=(
            "Nothing is wrong. To see the DICOM inside, capture behind the point where TLS ends, or use the "
            "applications' own logs."
        ),
        reference=Reference("RFC 8446", "5.1"),
        details={
            "": "{client} and {server} speak {protocol}; the content is encrypted and was not read.",
            "host":
                "{client} and {server} speak {protocol}; the caller asked for the host name {host}. The content is "
                "encrypted and was not read.",
        },
    ),
    FindingKind(
        "transport.tls-to-plain", ERROR,
        title="TLS was spoken to a plain DICOM port",
        explanation=(
            "The caller began with TLS, but the server did not answer in TLS. A plain DICOM server takes the greeting "
            "for a PDU of an unknown type and absurd length and aborts, closes or waits for bytes that never come."
        ),
        shows="The caller's first bytes are a TLS ClientHello (16H 03H), and no TLS record comes back.",
        remedy=(
            "Either switch TLS off for this destination on the calling side, or point it to the server's TLS port "
            "(often 2762), or switch TLS on at the server."
        ),
        reference=Reference("RFC 8446", "5.1"),
        details={
            "":
                "{client} sent a TLS ClientHello to {server}, which does not speak TLS there. Taken for a PDU it has "
                "type 16H and PDU-length {value}; the server's log may show these numbers.",
            "host":
                "{client} sent a TLS ClientHello for the host name {host} to {server}, which does not speak TLS "
                "there. Taken for a PDU it has type 16H and PDU-length {value}; the server's log may show these "
                "numbers.",
        },
    ),
    FindingKind(
        "transport.not-dicom", NOTE,
        title="Another protocol on a DICOM port",
        explanation=(
            "Something that is not DICOM talks on a port taken for DICOM: a browser, a scanner, or another service "
            "that uses this port by right."
        ),
        shows="The first bytes are not the head of a PDU.",
        remedy=(
            "Find out what runs on this port. If it is not a DICOM service, leave the port out; if it is one, find "
            "out who talks to it in this way."
        ),
        reference=Reference("PS3.8", "9.1.3"),
        details={
            "": "{client} speaks {protocol} to {server}, a port taken for DICOM.",
            "server": "{server}, a port taken for DICOM, speaks {protocol} to {client}.",
            "unknown": "What {client} sends to {server}, a port taken for DICOM, begins with {value}, which is no PDU.",
        },
    ),
    FindingKind(
        "transport.retransmissions", WARNING,
        title="Packets are lost on the way",
        explanation=(
            "Segments had to be sent again because they, or their acknowledgements, were lost or came late. Above "
            "about one percent transfers become noticeably slow; experience, not the standard, sets this limit."
        ),
        shows="The same sequence range is sent more than once, and the copies are no duplicates of capturing.",
        remedy=(
            "Look for a bad cable, port errors, a duplex mismatch, an overloaded link, a weak wireless or VPN path; "
            "compare with captures at both ends to find where packets vanish."
        ),
        reference="", experience=True,
        details={
            "":
                "Between {client} and {server} {count} segments were sent again ({value} % of those with data), most "
                "of them {direction}.",
        },
    ),
    FindingKind(
        "transport.zero-window", WARNING,
        title="The receiver could not keep up",
        explanation=(
            "The receiving application did not take data from its network buffer fast enough, and the sender had to "
            "stop. The network is not at fault: a slow disk, database or virus scanner on the receiving machine "
            "usually is."
        ),
        shows="The receiver announces a window of 0 bytes; the time until it opens again is counted.",
        remedy=(
            "Look at disk, database, memory and virus scanner of the receiving machine at that time, and at how many "
            "associations it served at once."
        ),
        reference=Reference("RFC 9293", "3.8.6.1"),
        details={
            "":
                "The {who} announced a full receive buffer (periods: {count}); the other side had to wait {time} in "
                "all.",
        },
    ),
    FindingKind(
        "transport.conflicting-overlap", WARNING,
        title="A retransmission carries different bytes",
        explanation=(
            "The same place of the stream was sent twice with different content. A faulty network device, a broken "
            "capture, or an attempt to deceive inspection can do this; which version the receiver used cannot be "
            "known."
        ),
        shows="Two frames hold different bytes for the same sequence numbers; the first version is kept.",
        remedy=(
            "Look at devices on the way that rewrite traffic (firewalls, proxies, WAN accelerators), and take a "
            "second capture at the other end to compare."
        ),
        reference="", experience=True,
        details={
            "":
                "Frame {frame} repeats {count} bytes of the {who} with different content, at bytes {value} of its "
                "stream; the first version was kept.",
            "fragments":
                "{count} IP datagrams of the {who} were put together from fragments that overlap with different "
                "content; the last fragment of the first is in frame {frame}. The fragments captured first were kept.",
        },
    ),
    FindingKind(
        "transport.ambiguous-segments", WARNING,
        title="Segments that receivers treat differently",
        explanation=(
            "An honest sender hardly ever sends such segments, and receivers differ in what they make of them. They "
            "can be used to show an observer another conversation than the receiver sees."
        ),
        shows="Flags, sequence numbers and order of the segments themselves.",
        remedy=(
            "Find out which device sent these frames: another hardware address or time to live than the rest of the "
            "connection has shows an intruder. A second capture at the receiver tells what arrived there."
        ),
        reference="", experience=True,
        details={
            "":
                "{count} segments of the {who} lie far outside of any window, the first in frame {frame}. A receiver "
                "drops such segments, so they were left out.",
            "urgent":
                "{count} segments of the {who} are marked urgent, the first in frame {frame}. A receiver may take a "
                "byte of them out of the stream; here every byte was left where it stands.",
            "syn-data":
                "The SYN of the {who} carries data, in frame {frame}, without the option of TCP Fast Open. Receivers "
                "differ on such data; what the other side acknowledged decided.",
            "syn":
                "{count} SYNs of the {who}, the first in frame {frame}, came within the open connection, and nothing "
                "answers or follows them. A receiver ignores them, and reading went on.",
            "reset":
                "{count} resets of the {who}, the first in frame {frame}, have a sequence number outside of any "
                "window. A receiver ignores them, and reading went on.",
            "fin":
                "The {who} gave more than one end of its data, or sent more behind it; the first such frame is "
                "{frame}. All of its data were read.",
            "after-end":
                "The {who} went on in frame {frame} behind the end that it had given: the FIN or reset before it did "
                "not come from it, or did not arrive. Reading went on there, as in the middle of an association.",
        },
    ),
    FindingKind(
        "transport.checksum-wrong", WARNING,
        title="Segments with a wrong checksum were left out",
        explanation=(
            "A receiver drops such segments, and an observer who reads them can be shown bytes that never arrived. "
            "When all segments of one machine are wrong, though, they were usually captured on that machine before its "
            "network card filled the checksums in."
        ),
        shows="The sum over the IPv4 header, or over the TCP segment with its pseudo header (RFC 1071, RFC 9293 3.1).",
        remedy=(
            "If the capture was made on the sending machine, read it without --checksums. Otherwise look for damage "
            "on the way, or for a device that sends what the receiver is not meant to take."
        ),
        reference="", experience=True,
        details={
            "":
                "{count} of {expected} segments from {host} have a wrong checksum and were left out; the first is "
                "frame {frame}.",
            "all":
                "All {count} segments from {host} have a wrong checksum and were left out; the first is frame "
                "{frame}. So it looks when they were captured on the sending machine itself, whose network card "
                "fills the checksums in later: read again without --checksums.",
            "fragments":
                "{count} IP fragments have a wrong header checksum and were left out; the first is frame {frame}.",
        },
    ),
    FindingKind(
        "transport.delayed-ack-stall", WARNING,
        title="Small waits between acknowledgement and last segment",
        explanation=(
            "The sender holds back a small last segment until the data before it is acknowledged (Nagle's algorithm), "
            "while the receiver delays that acknowledgement. Each message then loses about 40 or 200 ms, however fast "
            "the network is."
        ),
        shows=(
            "Again and again a small last segment leaves only when a late acknowledgement has come. Told once for two "
            "hosts, when it has cost a second and a twentieth of the time."
        ),
        remedy=(
            "Switch Nagle's algorithm off in the sending application (socket option TCP_NODELAY), or let it write a "
            "whole PDU at once."
        ),
        reference=Reference("RFC 9293", "3.7.4"),
        details={
            "":
                "The {who} held back the last small segment of its messages until an acknowledgement came: {count} "
                "waits of about {value}, {time} in all: {result} % of the association's time.",
            "several":
                "In {expected} associations between these hosts up to this one, the {who} held back the last small "
                "segment of its messages until an acknowledgement came: {count} waits of about {value}, {time} in "
                "all: {result} % of their time.",
        },
    ),

    # PDUs
    FindingKind(
        "pdu.unknown-type", ERROR,
        title="A PDU of unknown type",
        explanation=(
            "Every PDU begins with a type from 01H to 07H. Another value means that the sender is not speaking DICOM "
            "at this point or has lost its place in its own data; the receiver has to abort."
        ),
        shows="The first byte where a PDU should begin.",
        remedy=(
            "Look at what the sender sent before: a PDU whose length is wrong is the usual cause. Report it to the "
            "sender's vendor with this capture."
        ),
        reference=Reference("PS3.8", "9.3.1"),
        details={
            "": "The {who} sent a PDU of type {value} in frame {frame}; only 01H to 07H exist.",
            "protocol":
                "What the {who} sent in frame {frame} looks like {protocol}, not like DICOM. Taken for a PDU it has "
                "type {value} and PDU-length {size}; a log may show these numbers.",
        },
    ),
    FindingKind(
        "pdu.length-wrong", ERROR,
        title="A PDU's length does not fit its content",
        explanation=(
            "The PDU-length tells the receiver where the next PDU begins. If it is wrong, everything after it is read "
            "at the wrong place, and the association usually ends in an abort or a timeout."
        ),
        shows="The PDU-length beside what the fields inside it need, and where reading could resume.",
        remedy="The sender is at fault: update it, or report it to its vendor with this capture.",
        reference=Reference("PS3.8", "9.3.1"),
        details={
            "": "The {name} from the {who} in frame {frame} has a PDU-length of {value}; its content needs {expected}.",
            "absurd":
                "The {name} from the {who} in frame {frame} has a PDU-length of {value}, far more than any real one.",
            "problem": PROBLEM,
        },
    ),
    FindingKind(
        "pdu.exceeds-maximum-length", ERROR,
        title="PDUs are longer than the receiver allows",
        explanation=(
            "Each side says in the negotiation how long the P-DATA-TF PDUs may be that it takes, and the other side "
            "must keep to it. Receivers with a fixed buffer abort, or lose data, when it does not."
        ),
        shows="The receiver's Maximum Length Sub-Item (51H) and the PDU-length of each P-DATA-TF sent to it.",
        remedy=(
            "The sender is at fault: set its maximum PDU size to the receiver's limit or below, or update it. Raising "
            "the receiver's maximum length may help until then."
        ),
        reference=Reference("PS3.8", "D.1"),
        details={
            "":
                "The {who} sent P-DATA-TF PDUs of up to {size} bytes, but the other side takes at most {limit} (too "
                "long: {count}; first in frame {frame}).",
        },
    ),
    FindingKind(
        "pdu.resynchronised", WARNING,
        title="Reading resumed at a later PDU",
        explanation=(
            "After missing bytes or nonsense the place where the next PDU begins was lost and had to be found again. "
            "The bytes in between are not explained."
        ),
        shows="How many bytes were skipped, and the PDU that was found behind them.",
        remedy="See the finding about missing bytes or a wrong PDU just before; this one only says how much it cost.",
        reference=Reference("PS3.8", "9.3.1"),
        details={
            "": "{count} bytes from the {who} were skipped; reading resumed at {name} in frame {frame}.",
            "lost": "{count} bytes from the {who} were skipped, and no later PDU was found.",
        },
    ),

    # Items of the negotiation
    FindingKind(
        "item.length-wrong", ERROR,
        title="An item ends outside its container",
        explanation=(
            "An item inside a negotiation PDU says that it is longer or shorter than what it holds or what encloses "
            "it. Receivers may reject or abort, or misread what was proposed."
        ),
        shows="The end that the item's length gives and the end of what encloses it.",
        remedy="The sender is at fault: update it, or report it to its vendor with the dump of this PDU.",
        reference=Reference("PS3.8", "9.3.1"),
        details={
            "": "The {name} from the {who} says it has {value} bytes; what encloses it leaves {limit}.",
            "problem": PROBLEM,
        },
    ),
    FindingKind(
        "item.unexpected", WARNING,
        title="An item stands where it may not",
        explanation=(
            "The item is one the standard knows, but not at this place. Lenient receivers skip it, strict ones reject "
            "the association."
        ),
        shows="The item's type and the PDU or item in which it stands.",
        remedy="If the association fails, update the sender or report it to its vendor; otherwise it can be left.",
        reference=Reference("PS3.8", "9.3.1"),
        details={
            "": "The {who} sent an item of type {value} inside {name}, where it may not stand.",
        },
    ),
    FindingKind(
        "item.unknown", NOTE,
        title="An item of unknown type",
        explanation=(
            "The standard defines no item of this type, and receivers have to skip it. It comes from a newer edition "
            "or is a vendor's own."
        ),
        shows="The item's type byte.",
        remedy="Nothing has to be done, unless the receiver rejects because of it: then the receiver is at fault.",
        reference=Reference("PS3.8", "9.3.1"),
        details={
            "": "The {who} sent an item of type {value} inside {name}; the standard does not define it.",
        },
    ),
    FindingKind(
        "item.missing", ERROR,
        title="A mandatory item is missing",
        explanation=(
            "The negotiation lacks something the standard requires, such as the application context, the maximum "
            "length or the implementation class UID. Strict peers reject or abort; lenient ones guess."
        ),
        shows="The items that are there, and the one that should stand among them.",
        remedy="The sender is at fault: update it, or report it to its vendor with the dump of this PDU.",
        reference=Reference("PS3.8", "9.3.2", "9-11"),
        details={
            "": "The {name} from the {who} lacks what it must hold: {names}.",
        },
    ),
    FindingKind(
        "item.repeated", ERROR,
        title="An item stands twice that may stand once",
        explanation=(
            "Peers differ in which of the two they believe, so the sides may understand the negotiation differently."
        ),
        shows="Both items, with their places.",
        remedy="The sender is at fault: update it, or report it to its vendor with the dump of this PDU.",
        reference=Reference("PS3.8", "9.3.1"),
        details={
            "": "The {name} from the {who} holds {names} {count} times; once is allowed.",
        },
    ),

    # Associations
    FindingKind(
        "association.rejected", ERROR,
        title="The association was rejected",
        explanation=(
            "The server read the request and said no. The three bytes of its answer tell whether trying again can "
            "help, which part of it refused, and why; most often an AE title is not registered there."
        ),
        shows="Result, Source and Reason of the A-ASSOCIATE-RJ, and the values of the request that it refuses.",
        remedy=(
            "Compare called AE title, calling AE title and address in the request with what is registered at the "
            "server, byte for byte; then read the server's log at that moment."
        ),
        reference=Reference("PS3.8", "9.3.4", "9-21"),
        details={
            "":
                "{server} refused the association that {client_title} at {client} asked of '{server_title}': "
                "{meaning} ({result} by {source}, reason {reason}).",
            "called":
                "{server} refused the association: it does not know the called AE title '{server_title}' ({result} by "
                "{source}, reason {reason}). Ask its administrator which AE title it answers to, or whether case and "
                "spaces agree.",
            "calling":
                "{server_title} at {server} refused the association: it does not know the calling AE title "
                "'{client_title}' ({result} by {source}, reason {reason}). Ask its administrator to register this "
                "title, with the same case and spaces, for the caller at {client}.",
            "application-context":
                "{server_title} at {server} refused the association: it does not support the application context "
                "'{value}' ({result} by {source}, reason {reason}). DICOM has only {expected}.",
            "protocol-version":
                "{server_title} at {server} refused the association: it does not support the protocol version that "
                "{client_title} offers, {version} ({result} by {source}, reason {reason}). Version 1, with bit 0 set, "
                "is the only one.",
            "congestion":
                "{server_title} at {server} refused the association for the moment: it is congested ({result} by "
                "{source}, reason {reason}). Try again later; if it comes back often, the server has too little room "
                "for its callers.",
            "limit":
                "{server_title} at {server} refused the association: a limit of its own is exceeded, mostly the "
                "number of associations open at once ({result} by {source}, reason {reason}). Open fewer at a time, "
                "close idle ones, or have the limit raised.",
            "no-reason":
                "{server} refused the association that {client_title} at {client} asked of '{server_title}' and gave "
                "no reason ({result} by {source}, reason {reason}). Its log will say more; an AE title or address "
                "that is not registered, or a limit on associations, is common.",
            "identity":
                "{server} refused the association that {client_title} at {client} asked of '{server_title}' and gave "
                "no reason ({result} by {source}, reason {reason}). The request carried a user identity of type "
                "{value}, which may be what it refused: check user name and passcode, or ticket or token, and their "
                "expiry.",
        },
    ),
    FindingKind(
        "association.aborted", ERROR,
        title="The association was aborted",
        explanation=(
            "One side broke the association off. Source 0 means that its application decided so and gives no reason; "
            "source 2 means that its protocol software could not go on, and the reason says why."
        ),
        shows="Source and Reason of the A-ABORT, who sent it, and what came last before it.",
        remedy=(
            "Read the log of the side that aborted at that moment, and look at the last message before the abort: it "
            "is usually what the application could not bear."
        ),
        reference=Reference("PS3.8", "9.3.8", "9-26"),
        details={
            "":
                "The {who} aborted the association between {client} and {server}: {meaning} (source {source}, reason "
                "{reason}).",
            "user":
                "The application of the {who} aborted the association between {client} and {server}; an A-ABORT of "
                "this kind gives no reason. Its log will say why.",
            "provider":
                "The protocol software of the {who} aborted the association between {client} and {server}: {meaning} "
                "(source {source}, reason {reason}).",
            "timeout":
                "The {who} aborted the association between {client} and {server} after {time} without an answer to "
                "{names}: it probably gave up waiting.",
        },
    ),
    FindingKind(
        "association.no-answer", ERROR,
        title="The association request was never answered",
        explanation=(
            "The connection opened, the request was sent, and neither yes nor no came back. The server's application "
            "hangs, is overloaded or stuck in a name lookup, or does not speak DICOM."
        ),
        shows="Nothing follows the A-ASSOCIATE-RQ but silence; who ended it, and after how long.",
        remedy=(
            "Look whether the server's application is alive and has free associations; try a C-ECHO from another "
            "machine; check whether the server waits for a reverse name lookup of the caller's address."
        ),
        reference=Reference("PS3.8", "7.1.2"),
        details={
            "":
                "{server} never answered the A-ASSOCIATE-RQ by which {client_title} called '{server_title}'; after "
                "{time} the {who} ended it ({outcome}).",
            "open":
                "{server} has not answered the A-ASSOCIATE-RQ by which {client_title} called '{server_title}'; the "
                "capture ends {time} later.",
        },
    ),
    FindingKind(
        "association.no-context-accepted", ERROR,
        title="The association was accepted, but nothing in it",
        explanation=(
            "The server agreed to talk and then refused every presentation context, so no message can be sent. To the "
            "user it looks like a connection that works while nothing arrives."
        ),
        shows="The A-ASSOCIATE-AC answers no proposed presentation context with result 0.",
        remedy=(
            "Enable the SOP class or a transfer syntax in common on one of the sides; the results say which of the "
            "two is lacking."
        ),
        reference=Reference("PS3.8", "9.3.3.2", "9-18"),
        details={
            "":
                "{server_title} at {server} accepted the association of {client_title}, but refused every "
                "presentation context: {names}.",
        },
    ),
    FindingKind(
        "association.context-refused", WARNING,
        title="Some presentation contexts were refused",
        explanation=(
            "The server will not exchange these objects, or not in these encodings, on this association. That is "
            "normal when a client offers everything it knows; it matters when a refused one is needed. Not "
            "told where a query client did its work without them; the same refusals of two hosts are told once."
        ),
        shows="The result (1 to 4) of each presentation context in the A-ASSOCIATE-AC.",
        remedy=(
            "If one of these is needed, enable the SOP class (result 3) or a transfer syntax both sides know (result "
            "4) at the server, or ask its administrator why it is not allowed (results 1 and 2)."
        ),
        reference=Reference("PS3.8", "9.3.3.2", "9-18"),
        details={
            "": "{server_title} at {server} refused {count} of {expected} presentation contexts: {names}.",
            "user":
                "{server_title} at {server} does not want what was proposed in {count} of {expected} presentation "
                "contexts (result 1): {names}.",
            "no-reason":
                "{server_title} at {server} refused {count} of {expected} presentation contexts without a reason "
                "(result 2): {names}.",
            "abstract-syntax":
                "{server_title} at {server} does not support the SOP classes of {count} of {expected} presentation "
                "contexts (result 3): {names}.",
            "transfer-syntaxes":
                "{server_title} at {server} supports none of the transfer syntaxes offered in {count} of {expected} "
                "presentation contexts (result 4): {names}.",
        },
    ),
    FindingKind(
        "association.context-id-even", ERROR,
        title="A presentation context ID is even",
        explanation=(
            "The standard allows odd IDs only. Some servers ignore such a context, others abort the association."
        ),
        shows="The ID's byte in the Presentation Context Item.",
        remedy="The sender is at fault: update it, or report it to its vendor.",
        reference=Reference("PS3.8", "9.3.2.2", "9-13"),
        details={
            "": "The {who} used the even presentation context ID {context} for {name}.",
        },
    ),
    FindingKind(
        "association.context-id-repeated", ERROR,
        title="A presentation context ID is used twice",
        explanation=(
            "Each ID may stand for one proposal only. With two, the sides may disagree about which SOP class and "
            "encoding a message uses."
        ),
        shows="Both Presentation Context Items with the same ID.",
        remedy=(
            "The sender is at fault: update it, or report it to its vendor. Proposing fewer SOP classes helps where "
            "it counts beyond 255 and begins anew."
        ),
        reference=Reference("PS3.8", "7.1.1.13"),
        details={
            "": "The {who} used presentation context ID {context} {count} times: {names}.",
        },
    ),
    FindingKind(
        "association.context-unanswered", ERROR,
        title="A proposed presentation context got no answer",
        explanation=(
            "The server must accept or refuse each proposal. The client cannot know whether the unanswered one may be "
            "used, and some clients abort."
        ),
        shows="IDs in the A-ASSOCIATE-RQ that are absent from the A-ASSOCIATE-AC.",
        remedy=(
            "The server is at fault: update it, or report it to its vendor; as a workaround propose fewer SOP classes."
        ),
        reference=Reference("PS3.8", "7.1.1.14"),
        details={
            "": "{server_title} at {server} left {count} of {expected} presentation contexts unanswered: {names}.",
        },
    ),
    FindingKind(
        "association.context-not-proposed", ERROR,
        title="An answer to a presentation context nobody proposed",
        explanation=(
            "The answers must match the proposals one to one. An extra one shows that the server's software mixes up "
            "associations or IDs."
        ),
        shows="IDs in the A-ASSOCIATE-AC that are absent from the A-ASSOCIATE-RQ.",
        remedy="The server is at fault: update it, or report it to its vendor with both PDUs.",
        reference=Reference("PS3.8", "7.1.1.14"),
        details={
            "": "{server_title} at {server} answered presentation contexts that were not proposed: {names}.",
        },
    ),
    FindingKind(
        "association.transfer-syntax-not-proposed", ERROR,
        title="A transfer syntax was accepted that was not offered",
        explanation=(
            "The server may choose only among the encodings the client offered. The client may be unable to send in "
            "this one, and what it sends may be misread."
        ),
        shows="The transfer syntax in the A-ASSOCIATE-AC and those offered for the same ID in the A-ASSOCIATE-RQ.",
        remedy="The server is at fault: update it, or report it to its vendor with both PDUs.",
        reference=Reference("PS3.8", "7.1.1.14"),
        details={
            "":
                "{server_title} at {server} accepted presentation context {context} ({name}) in {value}, which was "
                "not offered; offered were: {names}.",
        },
    ),
    FindingKind(
        "association.transfer-syntax-repeated", NOTE,
        title="A transfer syntax is offered twice in one context",
        explanation="It changes nothing in meaning, but some servers stumble over it.",
        shows="Two equal Transfer Syntax Sub-Items in one Presentation Context Item.",
        remedy="Remove the double entry from the sender's configuration if it is there; otherwise leave it.",
        reference=Reference("PS3.8", "9.3.2.2", "9-13"),
        details={
            "": "The {who} offers {value} more than once in presentation context {context} ({name}).",
            "several": "The {who} offers a transfer syntax more than once in {count} presentation contexts: {names}.",
        },
    ),
    FindingKind(
        "association.ae-title-blank", ERROR,
        title="An AE title is blank",
        explanation=(
            "Sixteen spaces mean that no name is given, which the standard forbids. Most servers reject such a caller."
        ),
        shows="The sixteen bytes of the AE title in the A-ASSOCIATE-RQ.",
        remedy="Enter the AE title in the configuration of the calling application.",
        reference=Reference("PS3.8", "9.3.2", "9-11"),
        details={
            "": "{name} is all spaces in the A-ASSOCIATE-RQ from {client} to {server}.",
        },
    ),
    FindingKind(
        "association.ae-title-malformed", WARNING,
        title="An AE title holds illegal characters",
        explanation=(
            "An AE title is up to 16 plain printable characters, filled up with spaces. NUL bytes, control or other "
            "characters, or remains of an older name behind it, make the server see another title than the one "
            "displayed."
        ),
        shows="The sixteen bytes of the AE title, shown one by one.",
        remedy=(
            "Retype the title in the calling application with capital letters, digits, underscore or hyphen; if NUL "
            "bytes remain, its software is at fault."
        ),
        reference=Reference("PS3.8", "9.3.2", "9-11"),
        details={
            "": "{name} holds bytes that may not stand there in the A-ASSOCIATE-RQ from {client} to {server}: {value}.",
            "nul":
                "{name} is filled up with NUL bytes instead of spaces in the A-ASSOCIATE-RQ from {client} to "
                "{server}: {value}.",
            "garbage": "{name} has garbage behind the name in the A-ASSOCIATE-RQ from {client} to {server}: {value}.",
        },
    ),
    FindingKind(
        "association.uid-malformed", WARNING,
        title="A UID is malformed",
        explanation=(
            "In a negotiation a UID is digits and dots, at most 64 characters, no number with a leading zero, nothing "
            "filled up at the end. A server that compares UIDs byte by byte does not recognise a malformed one."
        ),
        shows="The UID's bytes and what is wrong with them.",
        remedy=(
            "The sender is at fault: update it, or report it to its vendor. If it matters now, see whether the "
            "affected presentation contexts were refused."
        ),
        reference=Reference("PS3.8", "F.1"),
        details={
            "": "The {who} sent a malformed UID as {name}, '{value}': {reason}.",
            "several": "The {who} sent {count} malformed UIDs; the first is {name}, '{value}': {reason}.",
        },
    ),
    FindingKind(
        "association.protocol-version", WARNING,
        title="An unusual protocol version",
        explanation=(
            "DICOM has one protocol version, marked by bit 0. Without that bit the server should reject; other bits "
            "are to be ignored, but not every server does so."
        ),
        shows="The two bytes of Protocol-version.",
        remedy="The sender is at fault: update it, or report it to its vendor.",
        reference=Reference("PS3.8", "9.3.2", "9-11"),
        details={
            "": "The {who} announced protocol version {version}; it should be {expected}.",
            "bit-0":
                "The {who} announced protocol version {version} without bit 0: it does not claim to support version "
                "1, the only one.",
        },
    ),
    FindingKind(
        "association.application-context", WARNING,
        title="An unusual application context",
        explanation=(
            "DICOM has a single application context name, and every DICOM application names it. Another one means a "
            "private protocol or faulty software, and servers may reject it."
        ),
        shows="The name in the Application Context Item (10H).",
        remedy="Update the sender or report it to its vendor, unless both sides are meant to speak a private protocol.",
        reference=Reference("PS3.7", "A.2.1"),
        details={
            "": "The {who} named the application context '{value}'; it should be {expected}.",
        },
    ),
    FindingKind(
        "association.role-missing", ERROR,
        title="A role was used that was not negotiated",
        explanation=(
            "Unless agreed otherwise, the caller uses the service and the called side provides it. With C-GET the "
            "objects travel back, so the caller must have asked for the SCP role for each storage SOP class and the "
            "server must have granted it."
        ),
        shows="Who sent the request, and the role selection sub-items (54H) of both sides for its SOP class.",
        remedy=(
            "Enable role selection for the storage SOP classes in the application that does the C-GET, or use C-MOVE "
            "instead."
        ),
        reference=Reference("PS3.7", "D.3.3.4"),
        details={
            "":
                "The {who} sent {command} {message_id} as SCU of {name}, but the requestor had not asked for the SCP "
                "role.",
            "event": "The {who} sent {command} {message_id} as SCP of {name}, a role that was not negotiated.",
            "not-granted":
                "The {who} sent {command} {message_id} as SCU of {name}, but the acceptor had not granted the "
                "requestor the SCP role.",
        },
    ),
    FindingKind(
        "association.state", ERROR,
        title="A PDU came that is not allowed at this point",
        explanation=(
            "The protocol says which PDU may be sent when. One out of turn makes the receiver abort, and shows that "
            "the sender's idea of the conversation is wrong."
        ),
        shows=(
            "The peer's state, the event, and the cell of the state table; PDUs that merely crossed on the way are "
            "not counted."
        ),
        remedy="The sender is at fault: report it to its vendor with this capture.",
        reference=Reference("PS3.8", "9.2.3", "9-10"),
        details={
            "": "The {who} sent {name} in state {state}, where it may not (event {event}, Table 9-10: {cell}).",
            "after-end": "The {who} sent {name} in frame {frame} after the association had ended.",
        },
    ),
    FindingKind(
        "association.release-collision", NOTE,
        title="Both sides asked for release at once",
        explanation=(
            "It is rare and allowed: each side sent its A-RELEASE-RQ before it saw the other's. Only the requestor "
            "should ask for release, so one of the two goes beyond its part."
        ),
        shows="An A-RELEASE-RQ in each direction, neither of them an answer to the other.",
        remedy=(
            "Nothing has to be done if the association ends well. If it hangs or aborts, one side does not know this "
            "case: report it to its vendor."
        ),
        reference=Reference("PS3.8", "7.2.2"),
        details={
            "": "{client} and {server} sent each other an A-RELEASE-RQ at the same time; outcome: {outcome}.",
        },
    ),
    FindingKind(
        "association.unfinished", WARNING,
        title="The association ended before its work was done",
        explanation=(
            "The association was ended in good order or closed while a message was incomplete or a response "
            "outstanding. Whether that operation was done is unknown to the side that asked for it."
        ),
        shows="The requests without a final response, and the incomplete messages, when the release or close came.",
        remedy="Find out why the side that ended it did not wait, often a short timeout, and repeat the operation.",
        reference=Reference("PS3.7", "A.5"),
        details={
            "":
                "The {who} ended the association between {client} and {server} ({outcome}) before this was finished: "
                "{names}.",
        },
    ),
    FindingKind(
        "association.scanner", NOTE,
        title="The caller looks like a known mass scanner",
        explanation=(
            "The request has the marks of a program that searches the internet or a network for open DICOM servers. "
            "If it came from outside, this server can be reached from there."
        ),
        shows="The fields of the A-ASSOCIATE-RQ that match the fingerprint.",
        remedy=(
            "Find out who the caller is. Let only registered addresses and AE titles reach the DICOM port, and never "
            "expose it to the internet."
        ),
        reference="", experience=True,
        details={
            "": "The A-ASSOCIATE-RQ from {client} to {server} looks like that of {name}: {value}.",
        },
    ),

    # Messages
    FindingKind(
        "message.context-not-accepted", ERROR,
        title="A message on a presentation context that was not accepted",
        explanation=(
            "A message may be sent only where both sides agreed on the SOP class and the encoding. The receiver "
            "cannot know how to read it and will usually abort."
        ),
        shows="The presentation context ID of the fragment and the answer to it in the A-ASSOCIATE-AC.",
        remedy=(
            "The sender is at fault: report it to its vendor. If the context was refused, enabling the SOP class or "
            "transfer syntax at the receiver lets the message through."
        ),
        reference=Reference("PS3.8", "9.3.5.1", "9-23"),
        details={
            "": "The {who} sent {command} on presentation context {context}, which was not accepted.",
            "refused":
                "The {who} sent {command} on presentation context {context} ({name}), which was refused: {result}.",
            "not-proposed": "The {who} sent {command} on presentation context {context}, which nobody had proposed.",
        },
    ),
    FindingKind(
        "message.fragment-malformed", ERROR,
        title="A message fragment breaks the rules",
        explanation=(
            "Messages travel in fragments whose order and length are ruled: an even number of bytes, one message at a "
            "time, the command set before the data set. Otherwise receivers put the message together wrongly, or "
            "abort."
        ),
        shows="The length and message control header of the fragment, and the fragments around it.",
        remedy="The sender is at fault: update it, or report it to its vendor with this capture.",
        reference=Reference("PS3.8", "E.1"),
        details={
            "": "A message fragment from the {who} in frame {frame} is malformed: {reason}.",
            "several": "{count} message fragments from the {who} are malformed; the first, in frame {frame}: {reason}.",
        },
    ),
    FindingKind(
        "message.command-malformed", ERROR,
        title="A command set cannot be read as it should",
        explanation=(
            "The command set says what is wanted and for which object. If it is malformed, the receiver may refuse "
            "it, take it for something else, or abort."
        ),
        shows="The elements of the command set and where they stop making sense.",
        remedy="The sender is at fault: update it, or report it to its vendor with the dump of this message.",
        reference=Reference("PS3.7", "6.3.1"),
        details={
            "": "The command set of a message from the {who} in frame {frame} is malformed: {reason}.",
            "command": "The command set of {command} {message_id} from the {who} is malformed: {reason}.",
            "unknown": "The {who} sent a command that the standard does not define, {value}, in frame {frame}.",
        },
    ),
    FindingKind(
        "message.data-set-missing", ERROR,
        title="Announced and sent data sets do not agree",
        explanation=(
            "Each command says whether a data set follows. If it never comes, the receiver waits for it; if it comes "
            "unannounced, the receiver takes it for something else."
        ),
        shows="The Command Data Set Type and the fragments that follow.",
        remedy="The sender is at fault: update it, or report it to its vendor with this capture.",
        reference=Reference("PS3.7", "E.1", "E.1-1"),
        details={
            "": "{command} {message_id} from the {who} announces a data set that never came.",
            "unannounced": "{command} {message_id} from the {who} announces no data set, but one came.",
        },
    ),
    FindingKind(
        "message.sop-class-mismatch", ERROR,
        title="The message is about another SOP class than its context",
        explanation=(
            "A presentation context is agreed on for one SOP class, or for the members of a meta SOP class. A message "
            "about another one on it may be refused, or stored wrongly."
        ),
        shows="The SOP class in the command set and the abstract syntax of the presentation context.",
        remedy="The sender is at fault: update it, or report it to its vendor.",
        reference=Reference("PS3.7", "D.3.2"),
        details={
            "":
                "{command} {message_id} from the {who} names {name}, but presentation context {context} stands for "
                "{expected}.",
        },
    ),
    FindingKind(
        "message.failed", ERROR,
        title="An operation failed",
        explanation=(
            "The other side got the request, tried or declined it, and reported a failure. The status says why in the "
            "words of its service; an error comment and offending elements say more where they were sent."
        ),
        shows="The Status of the response, with its Error Comment and Offending Element.",
        remedy=(
            "Look up the status here and read the log of the responding side at that moment; correct what it names "
            "and repeat the operation."
        ),
        reference=Reference("PS3.7", "C"),
        details={
            "": "{command} {message_id} failed: {meaning} ({status}).",
            "repeated":
                "{count} operations of the kind {command} failed: {meaning} ({status}); the first is message ID "
                "{message_id}.",
            "resources":
                "{command} {message_id} failed: {meaning} ({status}). The responding side says that it is out of "
                "room: look at its disk, memory and database, and at its log, for some say so of any failure.",
            "mismatch":
                "{command} {message_id} failed: {meaning} ({status}). The data set lacks something that {name} "
                "requires, or says another SOP class than the command.",
            "not-understood":
                "{command} {message_id} failed: {meaning} ({status}). The responding side could not read or process "
                "the data set; its log will say which element.",
            "sop-class":
                "{command} {message_id} failed: {meaning} ({status}). The responding side accepted the presentation "
                "context for {name}, but does not carry out this operation for it.",
            "not-authorised":
                "{command} {message_id} failed: {meaning} ({status}). Ask the responding side's administrator to "
                "allow {client_title} this operation.",
            "duplicate":
                "{command} {message_id} failed: {meaning} ({status}). The responding side already has an object with "
                "this UID.",
        },
    ),
    FindingKind(
        "message.warned", WARNING,
        title="An operation was done with a warning",
        explanation=(
            "The operation was carried out, but not quite as asked: elements were changed or dropped, or only part of "
            "the work was done."
        ),
        shows="The Status of the response, with its Error Comment and Offending Element.",
        remedy=(
            "Check in the responding side's log what it changed; decide whether the sender should deliver it "
            "differently."
        ),
        reference=Reference("PS3.7", "C"),
        details={
            "": "{command} {message_id} was done with a warning: {meaning} ({status}).",
            "repeated":
                "{count} operations of the kind {command} were done with a warning: {meaning} ({status}); the first "
                "is message ID {message_id}.",
        },
    ),
    FindingKind(
        "message.move-destination-unknown", ERROR,
        title="The move destination is unknown to the server",
        explanation=(
            "A C-MOVE names only the AE title the objects should go to; the server must know address and port of that "
            "title. It does not, so nothing was sent."
        ),
        shows="The response to the C-MOVE has status A801H, and the request names the Move Destination.",
        remedy=(
            "Register the destination's AE title, address and port at the server, with the same case and spaces, and "
            "open the way from the server to that port."
        ),
        reference=Reference("PS3.4", "C.4.2.1.5", "C.4-2"),
        details={
            "":
                "{server_title} at {server} does not know the move destination '{destination}' of C-MOVE-RQ "
                "{message_id} (A801H). Have AE title, address and port of '{destination}' registered there, with the "
                "same case and spaces.",
        },
    ),
    FindingKind(
        "message.move-without-delivery", WARNING,
        title="A C-MOVE succeeded and nothing arrived",
        explanation=(
            "The server reports success, yet no object travelled as far as this capture shows. Either nothing matched "
            "the request, or the objects went where this capture cannot see them."
        ),
        shows=(
            "The counters of sub-operations in the final C-MOVE-RSP, and whether the capture has an association to "
            "the move destination."
        ),
        remedy=(
            "With 0 completed, compare the UIDs in the request with what the server holds. Otherwise check which "
            "address and port the server has registered for the destination, and capture there."
        ),
        reference=Reference("PS3.4", "C.4.2.1.5", "C.4-2"),
        details={
            "":
                "C-MOVE-RQ {message_id} to '{destination}' ended with success and 0 completed sub-operations: nothing "
                "matched what it asked for.",
            "elsewhere":
                "C-MOVE-RQ {message_id} to '{destination}' ended with success and {count} completed sub-operations, "
                "but no association to '{destination}' is in this capture.",
        },
    ),
    FindingKind(
        "message.sub-operations-failed", ERROR,
        title="Some of the objects could not be transferred",
        explanation=(
            "A C-MOVE or C-GET consists of one C-STORE for each object, and some of them failed. The requester has an "
            "incomplete study."
        ),
        shows="The counters of failed, completed and warning sub-operations in the final response.",
        remedy=(
            "Look at the C-STORE responses and refused presentation contexts of the association that carried the "
            "objects; a SOP class or transfer syntax that the destination does not take is the usual cause."
        ),
        reference=Reference("PS3.4", "C.4.2.1.5", "C.4-2"),
        details={
            "": "{command} {message_id}: {count} of {expected} sub-operations failed ({status}).",
            "destination":
                "{command} {message_id} to '{destination}': {count} of {expected} sub-operations failed ({status}).",
            "counters":
                "{command} {message_id}: the counters of sub-operations do not add up; they say {value}, but {count} "
                "C-STORE were seen.",
        },
    ),
    FindingKind(
        "message.no-response", ERROR,
        title="A request was never answered",
        explanation=(
            "Every operation has to be answered on the association on which it was asked. The side that asked cannot "
            "know whether it was done, and often hangs until its own timeout."
        ),
        shows=(
            "The request, the time that passed, and how the association ended; nothing before it explains the silence."
        ),
        remedy=(
            "Read the log of the side that should have answered; a crash, a database lock, or a timeout shorter than "
            "the work takes is the usual cause."
        ),
        reference=Reference("PS3.7", "A.4"),
        details={
            "":
                "{command} {message_id} from the {who} was never answered; the association ended {time} later "
                "({outcome}).",
            "pending":
                "{command} {message_id} from the {who} got {count} pending responses, but no final one; the "
                "association ended {time} later ({outcome}).",
            "several":
                "{count} requests from the {who} were never answered: {names}; the association ended {time} later "
                "({outcome}).",
        },
    ),
    FindingKind(
        "message.response-unexpected", ERROR,
        title="A response to no open request",
        explanation=(
            "Each request has exactly one final response with its Message ID. A stray one makes the receiver match "
            "answers to the wrong requests, or abort."
        ),
        shows="The Message ID Being Responded To and the requests that were open at that moment.",
        remedy="The responding side is at fault: update it, or report it to its vendor with this capture.",
        reference=Reference("PS3.7", "A.4"),
        details={
            "": "{command} from the {who} answers message ID {message_id}, but no request with this ID is open.",
            "second": "{command} from the {who} is a second final response to message ID {message_id}.",
            "kind": "{command} from the {who} answers message ID {message_id}, but the request with this ID is {name}.",
        },
    ),
    FindingKind(
        "message.incomplete", WARNING,
        title="Bytes of a message are missing",
        explanation=(
            "The message was not captured, or not sent, to its end. What is there is shown; what is missing is not "
            "guessed."
        ),
        shows="The missing ranges of the stream, or the last fragment that never came.",
        remedy=(
            "If bytes were not captured, record again at a point that keeps up. If the sender stopped, look at how "
            "the association ended."
        ),
        reference=Reference("PS3.8", "E.1"),
        details={
            "":
                "{command} {message_id} from the {who} is not whole: {size} bytes of its data set came, but not its "
                "last fragment, or not all before it.",
        },
    ),

    # Data sets
    FindingKind(
        "data-set.malformed", ERROR,
        title="A data set cannot be read to its end",
        explanation=(
            "The data set does not follow the encoding that was negotiated for it, from some point on. The receiver "
            "will refuse it, store it damaged, or fail later when it is opened."
        ),
        shows="Reading it in the negotiated transfer syntax stops at that byte.",
        remedy=(
            "The sender is at fault: update it, or report it to its vendor. Check whether the object was already "
            "damaged where it is stored."
        ),
        reference=Reference("PS3.5", "7.1"),
        details={
            "":
                "The data set of {command} {message_id} from the {who} cannot be read as {name} from its byte {value} "
                "on: {reason}.",
        },
    ),
    FindingKind(
        "data-set.transfer-syntax-wrong", ERROR,
        title="A data set is in another transfer syntax than agreed",
        explanation=(
            "Both sides agreed on an encoding, and the data set comes in another. The receiver reads nonsense, and "
            "may store it under the wrong label."
        ),
        shows="The data set cannot be read in the negotiated transfer syntax, but can in another.",
        remedy=(
            "The sender is at fault: let it convert objects to the accepted transfer syntax, or propose the one they "
            "are stored in as a presentation context of its own."
        ),
        reference=Reference("PS3.5", "10"),
        details={
            "":
                "The data set of {command} {message_id} from the {who} is in {value}, but presentation context "
                "{context} was accepted for {expected}.",
        },
    ),
    FindingKind(
        "data-set.identity-mismatch", ERROR,
        title="The data set is not the object its command names",
        explanation=(
            "The command set names one SOP class or instance, the data set inside says another. Archives then index "
            "the object under one identity and deliver it under the other."
        ),
        shows="The UIDs in the command set and those in the data set, side by side.",
        remedy=(
            "The sender is at fault: look for software on the way that rewrites UIDs in one place only (anonymisers, "
            "routers), or report it to the vendor."
        ),
        reference=Reference("PS3.4", "B.2.3", "B.2-1"),
        details={
            "": "{name} is {value} in the data set of {command} {message_id}, but {expected} in its command set.",
        },
    ),

    # Security
    FindingKind(
        "security.cleartext-credentials", WARNING,
        title="Credentials were sent without encryption",
        explanation=(
            "A passcode, ticket or token travelled where everyone on the path can read and reuse it. It should be "
            "regarded as known to others."
        ),
        shows=(
            "A user identity sub-item (58H) of a type that carries a secret, on a connection without TLS; the secret "
            "is shown masked. Told once for two hosts and a type."
        ),
        remedy=(
            "Switch TLS on for this connection, then change the passcode or withdraw the ticket or token. Delete "
            "captures that hold it."
        ),
        reference=Reference("PS3.7", "D.3.3.7"),
        details={
            "":
                "{client_title} at {client} sent credentials to {server} without TLS: user identity type {value} "
                "({meaning}).",
        },
    ),
    FindingKind(
        "security.cleartext-data", NOTE,
        title="Patient data travelled without encryption",
        explanation=(
            "Plain DICOM can be read by everyone on its path. Inside a protected network this is common; across the "
            "internet or shared networks it is not acceptable."
        ),
        shows="Data sets could be read in this capture.",
        remedy=(
            "Use TLS or a VPN wherever the path leaves a protected network, and keep this capture as safe as the "
            "patient data it holds."
        ),
        reference=Reference("PS3.15", "B"),
        details={
            "": "Data sets travelled without TLS, first between {client} and {server} (associations: {count}).",
        },
    ),
    FindingKind(
        "security.ae-title-guessing", WARNING,
        title="One client tries many AE titles",
        explanation=(
            "The client calls with one AE title after another, as somebody does who looks for a name that is let in. "
            "An AE title is no password: whoever finds one may get at the images."
        ),
        shows="The number of different titles from one address in a short time, and how many were rejected.",
        remedy=(
            "Find out who the client is, block it, and let the server accept registered addresses only, with TLS and "
            "client certificates where possible."
        ),
        reference="", experience=True,
        details={
            "": "{client} tried {count} different AE titles at {server} within {time}: {names}.",
            "accepted":
                "{client} tried {count} different AE titles at {server} within {time} and was let in with '{value}': "
                "{names}.",
        },
    ),

    # Performance
    FindingKind(
        "performance.small-pdu", NOTE,
        title="Small PDUs slow the transfer down",
        explanation=(
            "The receiver allows only short PDUs, so large objects are cut into very many pieces, each with headers "
            "and work on both sides. Raising the limit costs only memory."
        ),
        shows="The maximum length of the receiver, the number of PDUs and the share of their headers.",
        remedy=(
            "Raise the maximum PDU size at the receiver, for example to 128 KB or more, and see that the sender makes "
            "use of it."
        ),
        reference=Reference("PS3.8", "D.1"),
        details={
            "":
                "The {who} takes PDUs of at most {limit} bytes; {size} bytes of data were cut into {count} PDUs, with "
                "{value} % of overhead.",
        },
    ),
    FindingKind(
        "performance.waiting", NOTE,
        title="Most of the time was spent waiting for responses",
        explanation=(
            "Messages went one at a time, and the sender waited for each response before the next. The wider the "
            "distance and the smaller the objects, the more this costs, whatever the bandwidth."
        ),
        shows=(
            "The time between the end of each request and its response, and what share of it is network, sender and "
            "receiver."
        ),
        remedy=(
            "If the receiver is slow, look at its disk and database. If the network is far, send over several "
            "associations at once, or negotiate an asynchronous operations window where both sides support it."
        ),
        reference=Reference("PS3.7", "D.3.3.3"),
        details={
            "":
                "{value} % of {time} were spent waiting for responses to {count} messages sent one at a time; shares: "
                "{names}.",
            "window":
                "{value} % of {time} were spent waiting for responses to {count} messages, although an asynchronous "
                "operations window of {limit} was negotiated; shares: {names}.",
        },
    ),
)
# fmt: on

FINDINGS: dict[str, FindingKind] = {kind.code: kind for kind in _KINDS}
"""Code -> what is known of it, in the order of the catalogue."""
