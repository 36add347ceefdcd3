"""Rules about TCP connections: whether they came about, what was spoken on them, how well the path carried them.

Strategy: a rule looks at a connection once, when it has ended, at counts that the streams kept anyway. What happened
without any association (refused, silent, TLS, another protocol) repeats itself all day, so those findings are gathered
over the capture by client host and server and told once, at its end, with their number (`remember_connection`,
`judge_connections`). Then it is also known who only scans: whom somebody scans is no failure of DICOM.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..stream import Conflict, Connection, Stream, endpoint
from ..wiretext import bytes_text
from .case import MAXIMUM_EVIDENCE, Case, Evidence, Finding, at_association_end, at_connection_end, duration

RETRANSMISSIONS_AT_LEAST = 5
RETRANSMISSIONS_SHARE = 0.01
"""Fewer, or a smaller share of the segments with data, are no loss worth a word."""
ZERO_WINDOW_NANOSECONDS = 100_000_000
"""A receive buffer that is full for less than this in all is everyday business: a busy machine takes 50 ms to give a
healthy server its turn, and nobody notices."""
ANSWER_NANOSECONDS = 1_000_000_000
"""A server that is silent for so long after a TLS ClientHello does not speak TLS; a SYN sent again after so long was
not answered."""
SYN_NANOSECONDS = 3_000_000_000
"""A single SYN was not answered if the capture goes on for so long after it."""
MAXIMUM_GATHERED = 512
"""Kinds of repeated findings (by code, client host and server) that are told apart over a capture."""
MAXIMUM_SCANNED = 1024
"""Pairs of hosts, and client hosts, watched for scanning."""
SCANNED_PORTS = 5
"""Ports of one server at which a client that gets in nowhere is a scanner."""
SCANNED_HOSTS = 16
"""The same for hosts."""
VALUE_BYTES = 8
"""First bytes of an unknown protocol that are shown."""

GATHERED = (
    "transport.refused", "transport.no-answer", "transport.no-pdu", "transport.tls", "transport.tls-to-plain",
    "transport.not-dicom",
)  # fmt: skip
"""Findings on connections without an association, told once per client host and server."""
FAILED = ("transport.refused", "transport.no-answer")
PROTOCOL_TOLD = "protocol told"
"""The fact of a case that what the caller speaks instead of DICOM was told with the association."""

HANDSHAKE, ALERT, CLIENT_HELLO, SERVER_HELLO = 22, 21, 1, 2
TLS_VERSIONS = {0x0300: "SSL 3.0", 0x0301: "TLS 1.0", 0x0302: "TLS 1.1", 0x0303: "TLS 1.2", 0x0304: "TLS 1.3"}
SERVER_NAME, SUPPORTED_VERSIONS = 0, 43
"""Extensions of the TLS hellos (RFC 6066 3, RFC 8446 4.2.1)."""

STARTS: tuple[tuple[int, bytes, str], ...] = (
    *((0, method, "HTTP") for method in (
        b"GET ", b"HEAD ", b"POST ", b"PUT ", b"DELETE ", b"OPTIONS ", b"PATCH ", b"TRACE ", b"CONNECT ", b"HTTP/",
    )),
    (0, b"PRI * HTTP/2", "HTTP/2"), (0, b"SSH-", "SSH"), (0, b"\x0bMSH", "HL7 (MLLP)"), (0, b"MSH|", "HL7"),
    (4, b"\xffSMB", "SMB"), (4, b"\xfeSMB", "SMB"), (0, b"PROXY ", "PROXY protocol"),
    (0, b"\r\n\r\n\0\r\nQUIT\n", "PROXY protocol"), (0, b"EHLO ", "SMTP"), (0, b"HELO ", "SMTP"),
    (0, b"220 ", "SMTP/FTP"), (0, b"220-", "SMTP/FTP"), (0, b"RFB 00", "VNC"), (0, b"RTSP/", "RTSP"),
    (0, b"* OK", "IMAP"), (0, b"+OK", "POP3"), (0, b"\x05\x00\x0b", "DCE/RPC"),
    (0, b"\xff\xfb", "Telnet"), (0, b"\xff\xfd", "Telnet"),
)  # fmt: skip
"""Where in a stream, which bytes, which protocol."""


def host(address: str) -> str:
    """The host of 'ip:port' or '[ip6]:port'."""
    return address.rpartition(":")[0].strip("[]")


def side_of(case: Case, stream: Stream) -> str:
    """Who sends on a stream, one of the catalogue's words for sides."""
    association, connection = case.association, stream.connection
    if association is not None and association.roles_known:
        return "requestor" if stream is association.requestor_stream else "acceptor"
    return ("client" if stream.from_client else "server") if connection.client_known else "sender"


def evidence_side(case: Case, stream: Stream) -> str | None:
    """The same for evidence: 'requestor', 'acceptor' or not known."""
    side = side_of(case, stream)
    return side if side in ("requestor", "acceptor") else None


def direction_of(case: Case, stream: Stream) -> str:
    """Which way a stream goes; without an association who opened the connection is taken for the requestor."""
    association = case.association
    requests = stream.from_client if association is None else stream is association.requestor_stream
    return "from requestor to acceptor" if requests else "from acceptor to requestor"


# ------------------------------------------------------------------------------------------------ getting connected


@at_connection_end("transport.refused")
def refused(case: Case, connection: Connection) -> None:
    """The SYN was answered by a reset."""
    if connection.how == "refused":
        case.report("transport.refused", frame=connection.ended_frame, what="RST in answer to SYN")


def unanswered(connection: Connection) -> bool:
    """Whether a SYN got no reply: what goes on after it (data, FIN or RST of the client) shows that it did."""
    client = connection.client
    return (
        connection.syn_time is not None and connection.how == "" and not connection.handshake
        and not connection.server.begun and client.position == 0 and client.fin_at < 0
    )  # fmt: skip


@at_connection_end("transport.no-answer")
def no_answer(case: Case, connection: Connection) -> None:
    """The SYN got no reply; whether it was waited for long enough is known at the end of the capture."""
    if unanswered(connection):
        case.report("transport.no-answer", frame=connection.syn_frame, what="SYN", count=connection.syn_count, time="")


@at_connection_end("transport.no-pdu")
def no_pdu(case: Case, connection: Connection) -> None:
    """Handshake, no bytes at all, closed."""
    client, server = connection.client, connection.server
    if not connection.handshake or client.position or server.position or client.waiting or server.waiting:
        return
    by_client, frame, time = _ending(connection)
    if by_client is not None:
        lasted = duration(time - (connection.answered_time or time))
        case.report("transport.no-pdu", variant="" if by_client else "server", frame=frame,
                    what="closed" if connection.fin_by_client is not None else "reset", time=lasted)  # fmt: skip


def _ending(connection: Connection) -> tuple[bool | None, int, int]:
    """Who ended a connection (True: the client; None: nobody did), the frame and the time."""
    if connection.fin_by_client is not None:
        return connection.fin_by_client, connection.fin_frame, connection.fin_time
    return connection.reset_by_client, connection.ended_frame, connection.last_time


# ------------------------------------------------------------------------------------------------ what is spoken


def is_tls(data: bytes) -> bool:
    """Whether bytes begin with a record of the TLS handshake, or an alert in answer to one."""
    return len(data) >= 3 and data[0] in (HANDSHAKE, ALERT) and data[1] == 3 and data[2] <= 4


def is_client_hello(data: bytes) -> bool:
    """Whether bytes begin as a TLS ClientHello does."""
    return len(data) >= 6 and is_tls(data) and data[0] == HANDSHAKE and data[5] == CLIENT_HELLO


class Hello(NamedTuple):
    """What the first bytes of a side tell of TLS."""

    version: int | None
    host: str | None


def read_hello(data: bytes) -> Hello:
    """The version and the host name in a ClientHello or ServerHello, as far as its bytes were kept.

    Reference: RFC 8446 4.1
    """
    if len(data) < 11 or data[0] != HANDSHAKE or data[5] not in (CLIENT_HELLO, SERVER_HELLO):
        return Hello(int.from_bytes(data[1:3], "big") if len(data) >= 3 else None, None)
    from_client = data[5] == CLIENT_HELLO
    version, name = int.from_bytes(data[9:11], "big"), None
    for kind, content in _extensions(data, from_client):
        if kind == SUPPORTED_VERSIONS and not from_client and len(content) == 2:
            version = int.from_bytes(content, "big")
        elif kind == SERVER_NAME and from_client and len(content) > 5 and content[2] == 0:
            length = int.from_bytes(content[3:5], "big")
            if 0 < length == len(content) - 5:
                name = bytes_text(content[5:].decode("latin-1"))
    return Hello(version, name)


def _extensions(data: bytes, from_client: bool) -> Iterator[tuple[int, bytes]]:
    """The whole extensions of a hello: their numbers and contents."""
    at = 43  # record and handshake heads, version, random
    at += 1 + data[at] if at < len(data) else 1  # session identifier
    if from_client:
        at += 2 + int.from_bytes(data[at : at + 2], "big")  # cipher suites
        at += 1 + data[at] if at < len(data) else 1  # compression methods
    else:
        at += 3
    at += 2
    while at + 4 <= len(data):
        kind, length = int.from_bytes(data[at : at + 2], "big"), int.from_bytes(data[at + 2 : at + 4], "big")
        at += 4
        if at + length > len(data):
            return
        yield kind, data[at : at + length]
        at += length


def _first_bytes(case: Case, stream: Stream, what: str) -> Evidence:
    """Where a stream that is not DICOM begins."""
    return Evidence(stream.first_bytes_frame, evidence_side(case, stream), 0, len(stream.first_bytes), what)


@at_connection_end("transport.tls")
def tls(case: Case, connection: Connection) -> None:
    """The server answered in TLS."""
    server = connection.server
    if connection.association or not is_tls(server.first_bytes):
        return
    name = read_hello(connection.client.first_bytes).host
    protocol = TLS_VERSIONS.get(read_hello(server.first_bytes).version or 0, "TLS")
    case.report("transport.tls", variant="host" if name else "", protocol=protocol, host=name,
                evidence=_first_bytes(case, server, "TLS record"))  # fmt: skip


@at_connection_end("transport.tls-to-plain")
def tls_to_plain(case: Case, connection: Connection) -> None:
    """The client began with TLS, and the server answered in something else, hung up, or let it wait.

    A client that leaves at once proves nothing: the server had no time to answer.
    """
    client, server = connection.client, connection.server
    if not is_client_hello(client.first_bytes) or is_tls(server.first_bytes) or PROTOCOL_TOLD in case.facts:
        return
    by_client, _, time = _ending(connection)
    hung_up = by_client is False
    waited = by_client is not None and time - client.time >= ANSWER_NANOSECONDS
    if server.position or hung_up or waited:
        _tls_to_plain(case, client)


def _tls_to_plain(case: Case, client: Stream) -> None:
    hello = client.first_bytes
    name, length = read_hello(hello).host, int.from_bytes(hello[2:6], "big")
    case.report("transport.tls-to-plain", variant="host" if name else "", host=name, value=length,
                evidence=_first_bytes(case, client, "TLS ClientHello"))  # fmt: skip


@at_association_end("transport.tls-to-plain")
def answered_in_dicom(case: Case) -> None:
    """The server answered in DICOM, with an A-ABORT, what is no DICOM at all: what the caller spoke is the cause, and
    told instead of the abort."""
    association, connection = case.association, case.connection
    if association is None or connection is None or association.requested or not connection.handshake:
        return
    client = connection.client
    if is_client_hello(client.first_bytes):
        _tls_to_plain(case, client)
    elif client.first_bytes:
        _not_dicom(case, client)
    else:
        return
    case.facts[PROTOCOL_TOLD] = True


@at_connection_end("transport.not-dicom")
def not_dicom(case: Case, connection: Connection) -> None:
    """Another protocol: the caller's, or that of a server that speaks first."""
    client, server = connection.client, connection.server
    if connection.association or is_tls(server.first_bytes) or case.has("transport.tls-to-plain"):
        return
    known, answered = protocol_of(client.first_bytes), protocol_of(server.first_bytes)
    if answered and not known:
        case.report("transport.not-dicom", variant="server", protocol=answered,
                    evidence=_first_bytes(case, server, answered))  # fmt: skip
    elif client.first_bytes:
        _not_dicom(case, client)


def _not_dicom(case: Case, client: Stream) -> None:
    known = protocol_of(client.first_bytes)
    shown = client.first_bytes[:VALUE_BYTES].hex(" ").upper()
    case.report("transport.not-dicom", variant="" if known else "unknown", protocol=known, value=shown,
                evidence=_first_bytes(case, client, known or "first bytes"))  # fmt: skip


def protocol_of(data: bytes) -> str:
    """The protocol that begins with these bytes; empty when unknown."""
    if is_client_hello(data):
        return "TLS"
    if data[:2] == b"\x03\x00" and data[5:6] in (b"\xe0", b"\xd0"):  # TPKT, connection request or confirm
        return "RDP"
    return next((name for at, start, name in STARTS if data[at : at + len(start)] == start), "")


# ------------------------------------------------------------------------------------------------ how well it went


@at_connection_end("transport.retransmissions")
def retransmissions(case: Case, connection: Connection) -> None:
    """More than one percent of the segments with data were sent again."""
    client, server = connection.client, connection.server
    again = client.retransmitted + server.retransmitted
    if again < RETRANSMISSIONS_AT_LEAST:
        return
    share = again / max(again, _segments(client) + _segments(server))
    if share > RETRANSMISSIONS_SHARE:
        worse = max(client, server, key=lambda each: each.retransmitted)
        case.report("transport.retransmissions", count=again, value=f"{100 * share:.2g}",
                    direction=direction_of(case, worse),
                    evidence=shown(case, worse, worse.first_retransmission, "sent again"))  # fmt: skip


def shown(case: Case, stream: Stream, frame: int, what: str) -> Evidence:
    """The frame where something shows first."""
    return Evidence(frame, evidence_side(case, stream), None, None, what)


def _segments(stream: Stream) -> int:
    """About how many segments with data were sent, those sent again among them."""
    return max(stream.segment_count(), stream.position // max(stream.longest, 1) + stream.retransmitted)


@at_connection_end("transport.zero-window")
def zero_window(case: Case, connection: Connection) -> None:
    """A side's receive buffer was full, for a time that matters; a period may still be open at the end."""
    last = max(connection.last_time, connection.client.time, connection.server.time)
    for stream in (connection.client, connection.server):
        if stream.zero_windows:
            total = stream.zero_window_time + (max(0, last - stream.zero_since) if stream.zero_since else 0)
            if total >= ZERO_WINDOW_NANOSECONDS:
                case.report("transport.zero-window", key=stream.from_client, count=stream.zero_windows,
                            who=side_of(case, stream), time=duration(total),
                            evidence=shown(case, stream, stream.first_zero_window, "window 0"))  # fmt: skip


@at_connection_end("transport.conflicting-overlap")
def conflicting_overlap(case: Case, connection: Connection) -> None:
    """The same place of a stream was sent with different bytes."""
    for stream in (connection.client, connection.server):
        if stream.conflicts:
            _conflicts(case, stream)
        count, frame = (stream.odd or {}).get("fragments", (0, 0))
        if count:
            case.report("transport.conflicting-overlap", key=("fragments", stream.from_client), variant="fragments",
                        count=count, who=side_of(case, stream),
                        evidence=shown(case, stream, frame, "the last fragment"))  # fmt: skip


def _conflicts(case: Case, stream: Stream) -> None:
    """One finding per direction: it tells of the first such frame, the others are its evidence."""
    frames: dict[int, list[Conflict]] = {}
    for conflict in stream.conflicts:
        frames.setdefault(conflict.frame, []).append(conflict)
    first_size, finding = 0, None
    for frame, conflicts in frames.items():
        start, end = _overlap(conflicts)
        first_size = first_size or end - start
        proof = Evidence(frame, evidence_side(case, stream), start, end - start, _versions(conflicts[0]))
        finding = case.report("transport.conflicting-overlap", key=stream.from_client, frame=frame,
                              who=side_of(case, stream), value=f"{start}-{end - 1}", evidence=proof)  # fmt: skip
    if finding is not None:
        finding.values.update(frame=next(iter(frames)), count=first_size)


def _overlap(conflicts: list[Conflict]) -> tuple[int, int]:
    """The range of a stream that one frame repeats otherwise."""
    return min(each.stream_offset for each in conflicts), max(each.stream_offset + each.length for each in conflicts)


def _versions(conflict: Conflict) -> str:
    """Both versions, from the first byte that differs."""
    one, other = (each[:VALUE_BYTES].hex(" ").upper() for each in (conflict.first, conflict.later))
    return f"at byte {conflict.differs}: first {one}, later {other}"


# ------------------------------------------------------------------------------------------------ over the capture


class Gathered:
    """A finding that repeats itself: the first of its kind, and how often and how long."""

    __slots__ = ("finding", "client", "server", "count", "first_time", "last_time")

    def __init__(self, finding: Finding, connection: Connection) -> None:
        self.finding = finding
        self.client, self.server = _hosts(connection)
        self.count = finding.count
        self.first_time = connection.first_time
        self.last_time = connection.last_time

    def add(self, finding: Finding, connection: Connection) -> None:
        """One more of its kind."""
        self.count += finding.count
        self.last_time = max(self.last_time, connection.last_time)
        room = MAXIMUM_EVIDENCE - len(self.finding.evidence)
        self.finding.evidence += finding.evidence[:room]


class Connections:
    """What is remembered of all connections of a capture."""

    def __init__(self) -> None:
        self.duplicates = 0
        """Segments with data that were captured twice, and the frame of the first of them."""
        self.first_duplicate = 0
        self.gathered: dict[tuple[str, ...], Gathered] = {}
        self.ports: dict[tuple[str, str], set[str]] = {}
        """By client and server host: the ports where the client did not get in."""
        self.servers: dict[str, set[str]] = {}
        """By client host: the hosts where it did not get in."""

    def failed(self, connection: Connection) -> None:
        """A connection that did not come about, on any port: a scanner has many."""
        client, server = _hosts(connection)
        port = endpoint(connection.server.address).rpartition(":")[2]
        room = _note(self.ports, (client, server), port, SCANNED_PORTS)
        if not _note(self.servers, client, server, SCANNED_HOSTS) or not room:
            connection.table.limit("MAXIMUM_SCANNED", MAXIMUM_SCANNED, connection.last_frame)

    def scans(self, client: str, server: str) -> bool:
        """Whether a client host scans, this server or many."""
        ports, servers = self.ports.get((client, server), ()), self.servers.get(client, ())
        return len(ports) >= SCANNED_PORTS or len(servers) >= SCANNED_HOSTS


def _note(table: dict[Any, set[str]], key: object, value: str, enough: int) -> bool:
    """Put a value into the set of a key, if there is room in the table; says whether there was."""
    values = table.get(key)
    if values is None:
        if len(table) >= MAXIMUM_SCANNED:
            return False
        values = table[key] = set()
    if len(values) < enough:
        values.add(value)
    return True


def _hosts(connection: Connection) -> tuple[str, str]:
    return host(endpoint(connection.client.address)), host(endpoint(connection.server.address))


def remembered(overall: Case) -> Connections:
    """What `overall` remembers of all connections."""
    found = overall.facts.get("connections")
    if not isinstance(found, Connections):
        found = overall.facts["connections"] = Connections()
    return found


def remember_connection(overall: Case, case: Case, connection: Connection) -> None:
    """A connection has ended: add up what concerns the capture, take over what repeats itself."""
    known = remembered(overall)
    for stream in (connection.client, connection.server):
        if stream.duplicated:
            known.duplicates += stream.duplicated
            known.first_duplicate = min(known.first_duplicate or stream.first_duplicate, stream.first_duplicate)
    if connection.how == "refused" or unanswered(connection):
        known.failed(connection)
    if case.association is None and case.drafts:
        for (code, key), finding in list(case.drafts.items()):
            if code in GATHERED:
                del case.drafts[code, key]
                _gather(known, finding, connection)


def _gather(known: Connections, finding: Finding, connection: Connection) -> None:
    """Count a finding with others of its kind; beyond the cap, further kinds are not told."""
    client, server = host(finding.client or ""), finding.server or ""
    variant = "" if finding.variant == "server" and finding.code == "transport.no-pdu" else finding.variant
    kind = (finding.code, client, server, variant, str(finding.values.get("protocol", "")))
    gathered = known.gathered.get(kind)
    if gathered is not None:
        gathered.add(finding, connection)
    elif len(known.gathered) < MAXIMUM_GATHERED:
        known.gathered[kind] = Gathered(finding, connection)
    else:
        connection.table.limit("MAXIMUM_GATHERED", MAXIMUM_GATHERED, connection.last_frame)


def judge_connections(overall: Case, last_time: int) -> None:
    """The capture has ended (its last frame at `last_time`): tell what was gathered."""
    known = remembered(overall)
    for kind, gathered in known.gathered.items():
        finding, code = gathered.finding, gathered.finding.code
        if code in FAILED and known.scans(gathered.client, gathered.server):
            continue
        lasted = gathered.last_time - gathered.first_time
        if code == "transport.no-answer":
            waited = lasted if lasted >= ANSWER_NANOSECONDS else last_time - gathered.first_time
            if lasted < ANSWER_NANOSECONDS and waited < SYN_NANOSECONDS:
                continue
            finding.values["time"] = duration(waited)
        elif gathered.count > 1 and "repeated" in finding.kind.details:
            finding.variant = "repeated"
            finding.values["time"] = duration(lasted)
        if gathered.count > 1:
            finding.values["client"] = gathered.client  # its ports differ
        finding.count = finding.values["count"] = gathered.count
        overall.drafts[code, kind] = finding
