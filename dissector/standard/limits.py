"""The limits of what is held: one row for each, where it stands, and what is not told when it is reached.

Strategy: data only. The number itself is a named constant in the module that holds it, beside the code that it
bounds; here stands what a user loses by it. A row without a sentence loses nothing that is not told otherwise, and says
why. A test walks all modules and finds that every `MAXIMUM_` has its row.
"""

from __future__ import annotations

from typing import NamedTuple


class Limit(NamedTuple):
    """One limit."""

    module: str
    name: str
    lost: str = ""
    """What is not told because of it, a clause that ends a sentence: the blank {reason} of capture.limit-reached."""
    otherwise: str = ""
    """Without `lost`: what tells of it, or why nothing is lost."""

    @property
    def key(self) -> str:
        """'stream.MAXIMUM_WAITING_BYTES'."""
        return f"{self.module}.{self.name}"


# fmt: off
_GIVEN_UP_WAITING = "bytes that came before their turn were no longer held, and those before them are told as missing"
_LET_GO = "connections that had been silent longest were let go, and how they went on is not told"
_HUNTED = "bytes in which the next PDU was looked for were passed over"
_REQUESTS = "requests that had waited longest were let go, and their responses are not paired with them"
_CACHE = "a cache: what it lets go is worked out again"
_DATAGRAMS = "IP datagrams whose fragments had not all come were let go"

LIMITS: tuple[Limit, ...] = (
    Limit("capture", "MAXIMUM_COMMENTS", "further comments kept in the capture are not shown"),
    Limit("capture", "MAXIMUM_RECORD_BYTES", otherwise="capture.cut-short: such a record is damage"),
    Limit("link", "MAXIMUM_FRAGMENTED_DATAGRAMS", _DATAGRAMS),
    Limit("link", "MAXIMUM_FRAGMENTS", _DATAGRAMS),
    Limit("link", "MAXIMUM_FRAGMENT_BYTES", _DATAGRAMS),
    Limit("stream", "MAXIMUM_WAITING_BYTES", _GIVEN_UP_WAITING),
    Limit("stream", "MAXIMUM_WAITING_SEGMENTS", _GIVEN_UP_WAITING),
    Limit("stream", "MAXIMUM_TOTAL_WAITING_BYTES", _GIVEN_UP_WAITING),
    Limit("stream", "MAXIMUM_CONNECTIONS", _LET_GO),
    Limit("stream", "MAXIMUM_OPEN_BYTES", _LET_GO),
    Limit("stream", "MAXIMUM_LOOKS_BACK",
          "bytes that were sent again were not compared with those captured first"),
    Limit("stream", "HUNT_BYTES_WHEN_MANY", _HUNTED),
    Limit("stream", "MAXIMUM_WATCHED_HOSTS", "checksums of further hosts are not counted"),
    Limit("stream", "MAXIMUM_SEQUENCE_LEAP", otherwise="transport.ambiguous-segments"),
    Limit("stream", "MAXIMUM_ENDED_CONNECTIONS", otherwise="late segments of the oldest are not recognised as late"),
    Limit("stream", "MAXIMUM_CONFLICTS", otherwise="the count goes on; evidence is enough"),
    Limit("stream", "MAXIMUM_COUNTED_BYTES", otherwise="who asks for whole data sets gets them"),
    Limit("stream", "MAXIMUM_IGNORED_START_BYTES", otherwise="enough to tell a protocol by"),
    Limit("pdu", "MAXIMUM_HUNTED_BYTES", _HUNTED),
    Limit("pdu", "MAXIMUM_CANDIDATES", _HUNTED),
    Limit("pdu", "MAXIMUM_KEPT_PDU_BYTES", "the bytes of a PDU beyond it are not shown"),
    Limit("pdu", "MAXIMUM_COMMAND_BYTES_PER_PDU", "command fragments of a PDU beyond it were not read"),
    Limit("pdu", "MAXIMUM_FRAGMENTS_PER_PDU", "further presentation data values of the same PDU were passed over"),
    Limit("pdu", "MAXIMUM_ASSOCIATION_PDU_BYTES", otherwise="pdu.length-wrong: no such PDU is that long"),
    Limit("pdu", "MAXIMUM_PLACEHOLDER_BYTES", otherwise="capture.missing-bytes tells what is missing"),
    Limit("pdu", "MAXIMUM_HOLE_BYTES", otherwise="capture.missing-bytes tells what is missing"),
    Limit("dimse", "MAXIMUM_COMMAND_SET_BYTES", "the rest of a command set was not read"),
    Limit("dimse", "MAXIMUM_TEXT_BYTES", otherwise="the text ends with an ellipsis"),
    Limit("dimse", "MAXIMUM_REMARKS", otherwise="one message with so many faults is known to be wrong"),
    Limit("dimse", "MAXIMUM_UIDS", otherwise=_CACHE),
    Limit("dimse", "MAXIMUM_COMMAND_SETS", otherwise=_CACHE),
    Limit("negotiation", "MAXIMUM_REMEMBERED", otherwise=_CACHE),
    Limit("negotiation", "MAXIMUM_REMEMBERED_BYTES", otherwise=_CACHE),
    Limit("rules.machine", "MAXIMUM_STEPS", otherwise=_CACHE),
    Limit("rules.negotiation", "MAXIMUM_COMPARED", otherwise=_CACHE),
    Limit("views.records", "MAXIMUM_TOLD", otherwise=_CACHE),
    Limit("views.records", "MAXIMUM_TOLD_CHARACTERS", otherwise=_CACHE),
    Limit("rules.negotiation", "MAXIMUM_COMPARED_BYTES", otherwise=_CACHE),
    Limit("association", "MAXIMUM_OPEN_REQUESTS", _REQUESTS),
    Limit("association", "MAXIMUM_OPEN_REQUEST_BYTES", _REQUESTS),
    Limit("association", "MAXIMUM_DEFERRED",
          "responses were read before the missing bytes of their requests came, and may not be paired with them"),
    Limit("decode", "MAXIMUM_FIELDS", otherwise="what is not decoded is a field of its own that says so"),
    Limit("dataset", "MAXIMUM_DEPTH", otherwise="data-set.malformed: the sequence itself says so"),
    Limit("dataset", "MAXIMUM_ELEMENTS", otherwise="data-set.malformed: the rest itself says so"),
    Limit("dataset", "MAXIMUM_INFLATED_BYTES", otherwise="data-set.malformed: the compressed bytes say so"),
    Limit("remembering", "MAXIMUM_VALUES", otherwise=_CACHE),
    Limit("remembering", "MAXIMUM_BYTES", otherwise=_CACHE),
    Limit("rules.case", "MAXIMUM_DRAFTS", "further findings on the same association are not told"),
    Limit("rules.case", "MAXIMUM_EVIDENCE", otherwise="the count goes on; evidence is enough"),
    Limit("rules.connections", "MAXIMUM_GATHERED", "further kinds of connections without an association are not told"),
    Limit("rules.connections", "MAXIMUM_SCANNED", "further clients are not watched for scanning"),
    Limit("rules.security", "MAXIMUM_GUESSERS", "clients that were silent longest are no longer watched for guessing"),
    Limit("rules.security", "MAXIMUM_TITLES", otherwise="so many titles are guessing, and told"),
    Limit("rules.once", "MAXIMUM_REMEMBERED", otherwise="nothing is lost: something may be told twice"),
    Limit("rules.items", "MAXIMUM_PROBLEMS", "further faults of the same PDU are not judged"),
    Limit("rules.items", "MAXIMUM_UNJUDGED",
          "further PDUs before the answer to the request are not held against the length that it allows"),
    Limit("rules.items", "MAXIMUM_SHOWN_CHARACTERS", otherwise="the text ends with an ellipsis"),
    Limit("rules.contents", "MAXIMUM_CAREFUL_LOOKS", otherwise="what is wrong with so many data sets has been told"),
    Limit("rules.messages", "MAXIMUM_CALLED_TITLES",
          otherwise="nothing is said of destinations that were not called, rather than something wrong"),
    Limit("rules.endings", "MAXIMUM_RELEASES", otherwise="association.state tells of the others"),
    Limit("rules.machine", "MAXIMUM_UNDER_WAY", otherwise="association.state has been told by then"),
    Limit("rules.judge", "MAXIMUM_CONSEQUENCES", otherwise="examples in one sentence"),
    Limit("views.text", "MAXIMUM_GROUPS", otherwise="the line itself counts what it does not tell apart"),
    Limit("views.text", "MAXIMUM_GROUPS_IN_ALL", otherwise="the line itself counts what it does not tell apart"),
    Limit("views.text", "MAXIMUM_COMMAND_BYTES", otherwise="the line itself counts what it does not tell apart"),
    Limit("views.pagenodes", "MAXIMUM_FIELDS", otherwise="the page says what it leaves out"),
    Limit("views.pagedata", "MAXIMUM_ROWS", otherwise="the page says what it leaves out"),
    Limit("views.pagedata", "MAXIMUM_ASSOCIATIONS", otherwise="the page says what it leaves out"),
    Limit("views.pagedata", "MAXIMUM_FINDINGS", otherwise="the page says what it leaves out"),
    Limit("views.pagedata", "MAXIMUM_CONTEXT_LISTS", otherwise="the page says what it leaves out"),
    Limit("views.pagedata", "MAXIMUM_RESPONSES", otherwise="the page says what it leaves out"),
    Limit("export", "MAXIMUM_IDENTIFIER_BYTES", otherwise="the record of the identifier says so"),
    Limit("export", "MAXIMUM_UNDER_WAY", otherwise="the capture is read on when the first is done"),
    Limit("export", "MAXIMUM_UNDER_WAY_BYTES", otherwise="the capture is read on when the first is done"),
    Limit("second_opinion", "MAXIMUM_FRAGMENTS", otherwise="a command set in more PDUs is told as a difference"),
    Limit("second_opinion", "MAXIMUM_ALIGNED", otherwise="what follows the first difference is told as different"),
    Limit("layers", "MAXIMUM_STACKED_PDUS", otherwise="what follows is a layer of raw bytes"),
    Limit("layers", "MAXIMUM_FRAME_BYTES", otherwise="a packet that is built cannot be longer"),
    Limit("hexinput", "MAXIMUM_REPEATED_BYTES", otherwise="an error message"),
    Limit("hexinput", "MAXIMUM_ROW_BYTES", otherwise="how rows of dumps are recognised"),
    Limit("recording", "MAXIMUM_LENGTH", otherwise="the longest frame that a capture holds"),
)
# fmt: on
BY_NAME: dict[str, Limit] = {limit.name: limit for limit in LIMITS if limit.lost}
"""Those that lose something, by the name of the constant."""
