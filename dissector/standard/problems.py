"""What the decoder can say about bytes that are not as the standard prints them: a code of the catalogue and a
sentence with blanks. The codes are those of the findings, so that a finding can be built from a problem as it is."""

from __future__ import annotations

from typing import NamedTuple


class ProblemKind(NamedTuple):
    """One thing that can be wrong with a field; `text` has the names of its blanks in braces."""

    code: str
    text: str


LENGTH_OVERRUNS = "{name} says {claimed} bytes, but only {available} are left in what encloses it"
LENGTH_LEFT_OVER = "{count} bytes are left over after the last field"
LENGTH_ENDS_INSIDE = "ends inside {name}: {available} of {needed} bytes are there"
LENGTH_FIXED = "{name} is {value}; the standard says {fixed}"

NOT_CAPTURED = ProblemKind("capture.missing-bytes", "{count} bytes of this were not captured")
CUT_SHORT = ProblemKind("capture.missing-bytes", "{name} says {claimed} bytes, the capture holds {available} of them")

PDU_TYPE_UNKNOWN = ProblemKind("pdu.unknown-type", "PDU type {value} is not one of 01H to 07H")
PDU_TRAILING = ProblemKind("pdu.length-wrong", "{count} bytes follow the end that PDU-length gives")

ITEM_UNKNOWN = ProblemKind("item.unknown", "item type {value} is not defined by the standard; receivers skip it")
ITEM_MISPLACED = ProblemKind("item.unexpected", "item type {value} may not stand here")
ITEM_MISSING = ProblemKind("item.missing", "no {name} ({value})")
PDV_MISSING = ProblemKind("item.missing", "no Presentation-Data-Value Item")
ITEM_REPEATED = ProblemKind("item.repeated", "{name} ({value}) stands {count} times; once is allowed")

CONTEXT_ID_EVEN = ProblemKind("association.context-id-even", "presentation context ID {value} is not odd")
AE_TITLE_BLANK = ProblemKind("association.ae-title-blank", "the AE title is all spaces")
AE_TITLE_MALFORMED = ProblemKind(
    "association.ae-title-malformed",
    "the AE title holds bytes outside the printable ISO 646 characters, or a backslash",
)
UID_MALFORMED = ProblemKind("association.uid-malformed", "not a UID as PS3.8 Annex F has it: {why}")

FRAGMENT_ODD = ProblemKind("message.fragment-malformed", "the fragment has an odd number of bytes ({count})")

COMMAND_GROUP_LENGTH = ProblemKind("message.command-malformed",
                                   "Command Group Length says {claimed}, {available} bytes follow")  # fmt: skip
COMMAND_ORDER = ProblemKind("message.command-malformed", "this element does not stand in the order of tags")
COMMAND_REPEATED = ProblemKind("message.command-malformed", "this element stands twice")
COMMAND_FOREIGN = ProblemKind("message.command-malformed", "this tag does not belong into a command set")
COMMAND_ODD = ProblemKind("message.command-malformed", "the value has an odd number of bytes ({count})")
COMMAND_VALUE_SIZE = ProblemKind("message.command-malformed",
                                 "{name} has {count} bytes; {needed} fit its value representation")  # fmt: skip

UID_REASONS = {
    "empty": "it is empty",
    "long": "it has more than 64 characters",
    "padded": "it is padded",
    "characters": "it holds other characters than digits and dots",
    "component": "a component is empty",
    "zero": "a component starts with a zero",
}

# What gathering fragments into messages can find.
FRAGMENT_TOO_SHORT = ProblemKind("message.fragment-malformed",
                                 "a presentation data value is too short for its header")  # fmt: skip
FRAGMENT_OTHER_CONTEXT = ProblemKind(
    "message.fragment-malformed", "a fragment of context {context} came before the last one of this message"
)
COMMAND_BEFORE_DATA_END = ProblemKind("message.fragment-malformed",
                                      "another command set came before the data set ended")  # fmt: skip
COMMAND_NOT_ENDED = ProblemKind("message.fragment-malformed",
                                "the command set has no last fragment: another one starts")  # fmt: skip
DATA_WITHOUT_COMMAND = ProblemKind("message.command-malformed", "the data set came without a command set")
DATA_INSIDE_COMMAND = ProblemKind("message.fragment-malformed",
                                  "a fragment of the data set came inside the command set")  # fmt: skip
COMMAND_CUT = ProblemKind("message.command-malformed", "the command set is not complete")
COMMAND_LEFT_OVER = ProblemKind("message.command-malformed",
                                "{count} bytes are left over at the end of the command set")  # fmt: skip
COMMAND_OVERRUN = ProblemKind("message.command-malformed",
                              "the value of {tag} would end {count} bytes beyond the command set")  # fmt: skip
COMMAND_NO_DATA_SET_TYPE = ProblemKind(
    "message.command-malformed", "no Command Data Set Type says whether a data set follows"
)
