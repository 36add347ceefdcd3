"""What is told once per capture, however many associations show it: one cause, one finding.

Strategy: at the end of each association its findings of these kinds are compared with what was told before, and taken
back where the same two hosts showed the same. A finding is told with the first association that proves it, not at the
end, because a growing capture has none. Everything remembered has a cap; past it, findings are told again.
"""

from __future__ import annotations

from ..association import Association
from .case import Case, Finding, duration
from .connections import host

MAXIMUM_REMEMBERED = 1024
"""Things told, and pairs of hosts whose waits are added up."""
STALLS_NEEDED = 3
"""One or two waits can be chance."""
STALLED_NANOSECONDS = 1_000_000_000
STALLED_SHARE = 5
"""Per cent of the associations' time. With less of it, or less than a second, nobody would notice."""

STALL = "transport.delayed-ack-stall"
ONCE = ("security.cleartext-credentials", "association.context-refused")


class Stalled:
    """The waits of one side, added up over the associations of two hosts."""

    __slots__ = ("counts", "time", "whole", "associations", "told")

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        """By the kind of wait."""
        self.time = self.whole = 0
        """Nanoseconds waited, and that the associations with waits took in all."""
        self.associations = 0
        self.told = False


class Told:
    """What was told, and what is not yet worth telling."""

    def __init__(self) -> None:
        self.findings: set[tuple[object, ...]] = set()
        self.stalls: dict[tuple[str, str, object], Stalled] = {}


def tell_once(overall: Case, case: Case) -> None:
    """Take back the findings of an association that were told with another one, or are not yet worth telling."""
    association = case.association
    if association is None or not case.drafts:
        return
    told = overall.facts.get("told")
    if not isinstance(told, Told):
        told = overall.facts["told"] = Told()
    for key, draft in list(case.drafts.items()):
        hosts = host(draft.client or ""), draft.server or ""
        if draft.code in ONCE and _told(told, hosts, draft) or draft.code == STALL and not _worth(
            told, hosts, association, draft
        ):  # fmt: skip
            del case.drafts[key]


def _told(told: Told, hosts: tuple[str, str], draft: Finding) -> bool:
    """Whether the same was told of the same hosts; if not, it is now."""
    if draft.code == ONCE[0]:
        what: tuple[object, ...] = (draft.values["value"],)  # a passcode told does not warn of a ticket
    else:
        what = (draft.variant, str(draft.values["names"]), draft.count)
    known = (draft.code, *hosts, *what)
    if known in told.findings:
        return True
    if len(told.findings) < MAXIMUM_REMEMBERED:
        told.findings.add(known)
    return False


def _worth(told: Told, hosts: tuple[str, str], association: Association, draft: Finding) -> bool:
    """Add up the waits of an association; when they have come to matter, tell of all of them, and never again."""
    key = (*hosts, draft.values["who"])
    sums = told.stalls.get(key)
    if sums is None:
        sums = Stalled()
        if len(told.stalls) < MAXIMUM_REMEMBERED:
            told.stalls[key] = sums
    for name, (count, time) in draft.values.pop("waits").items():
        sums.counts[name] = sums.counts.get(name, 0) + count
        sums.time += time
    sums.whole += max(0, association.end_time - association.start_time)
    sums.associations += 1
    name = max(sums.counts, key=lambda each: sums.counts[each])
    if sums.told or sums.counts[name] < STALLS_NEEDED or sums.time < STALLED_NANOSECONDS:
        return False
    if 100 * sums.time < STALLED_SHARE * sums.whole:
        return False
    sums.told = True
    draft.count = sum(sums.counts.values())
    if sums.associations > 1:
        draft.variant = "several"
    draft.values.update(count=draft.count, value=name, time=duration(sums.time), expected=sums.associations,
                        result=round(100 * sums.time / sums.whole) if sums.whole else 100)  # fmt: skip
    return True
