"""`--filter key=value`: which associations and messages are shown.

Strategy: a term is about the association (AE titles, address, outcome, time) or about its messages (command, status,
SOP class). All terms must hold; a term may list values with commas, of which one must. An association is shown when
its own terms hold and, where there are message terms, one of its messages fits them.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable

from .association import Association
from .dimse import Message
from .errors import UsageError
from .filter_keys import FILTER_KEYS
from .standard.commands import COMMAND_BY_NAME
from .standard.uids import name as uid_name

MESSAGE_KEYS = ("command", "status", "sop")


class Selection:
    """The terms of `--filter`; raises `UsageError` on one that makes no sense."""

    def __init__(self, terms: Iterable[str]) -> None:
        self.association_tests: list[Callable[[Association], bool]] = []
        self.message_tests: list[Callable[[Message], bool]] = []
        self.first_day: datetime.date | None = None
        for term in terms:
            key, equals, value = term.partition("=")
            key = key.strip().lower()
            if not equals or key not in FILTER_KEYS or not value.strip():
                raise UsageError(f"--filter {term!r}: write key=value with one of {', '.join(FILTER_KEYS)}")
            values = [each.strip() for each in value.split(",")]
            if key in MESSAGE_KEYS:
                self.message_tests.append(_message_test(key, values))
            elif key in ("after", "before"):
                self.association_tests.append(self._time_test(key, value.strip()))
            else:
                self.association_tests.append(_association_test(key, values))

    def __bool__(self) -> bool:
        return bool(self.association_tests or self.message_tests)

    def association(self, association: Association) -> bool:
        """Whether the association's own terms hold."""
        if self.first_day is None:
            self.first_day = _moment(association).date()
        return all(test(association) for test in self.association_tests)

    def message(self, message: Message) -> bool:
        """Whether the message's terms hold."""
        return all(test(message) for test in self.message_tests)

    def _time_test(self, key: str, value: str) -> Callable[[Association], bool]:
        try:
            if ":" in value[:3] or len(value) <= 8 and ":" in value:
                clock = datetime.time.fromisoformat(value if value.index(":") == 2 else "0" + value)
                limit = None
            else:
                clock = datetime.time()
                limit = datetime.datetime.fromisoformat(value)
        except ValueError:
            raise UsageError(f"--filter {key}={value}: not a time such as 2026-11-22T13:45 or 13:45") from None

        def test(association: Association) -> bool:
            moment = _moment(association)
            edge = limit
            if edge is None:
                edge = datetime.datetime.combine(self.first_day or moment.date(), clock)
            if edge.tzinfo is not None:
                moment = moment.astimezone()
            return moment >= edge if key == "after" else moment < edge

        return test


def _moment(association: Association) -> datetime.datetime:
    """When an association began, in local time."""
    return datetime.datetime.fromtimestamp(association.start_time / 1_000_000_000)


def _association_test(key: str, values: list[str]) -> Callable[[Association], bool]:
    if key == "outcome":
        allowed = ("released", "rejected", "aborted", "closed", "reset", "open")
        for value in values:
            if value not in allowed:
                raise UsageError(f"--filter outcome={value}: one of {', '.join(allowed)}")
        return lambda association: association.outcome in values
    if key == "address":
        return lambda association: any(
            value in (end, end.rpartition(":")[0].strip("[]"))
            for value in values for end in (association.client, association.server)
        )  # fmt: skip
    if key == "calling":
        return lambda association: association.calling_ae_title in values
    if key == "called":
        return lambda association: association.called_ae_title in values
    return lambda association: association.calling_ae_title in values or association.called_ae_title in values


def _message_test(key: str, values: list[str]) -> Callable[[Message], bool]:
    if key == "command":
        wanted = [_command(value) for value in values]
        return lambda message: any(
            message.command is not None and (message.command == value or message.command.rpartition("-")[0] == value)
            for value in wanted
        )
    if key == "status":
        codes = {_code(value) for value in values}
        return lambda message: message.status is not None and (
            message.status_code in codes or message.status.category in codes
        )
    return lambda message: any(_is_sop_class(message.sop_class_uid, value) for value in values)


def _command(value: str) -> str:
    """The name of a command, or of both a request and its response; of an unknown one its number, as 1234H."""
    name = value.upper()
    known = {each for command in COMMAND_BY_NAME for each in (command, command.rpartition("-")[0])}
    if name not in known and not re.fullmatch("[0-9A-F]{4}H", name):
        raise UsageError(f"--filter command={value}: a command such as C-STORE or C-FIND-RSP, or a number as 0F30H")
    return name


def _code(value: str) -> int | str:
    if value.lower() in ("success", "warning", "failure", "pending", "cancel"):
        return value.lower()
    try:
        return int(value.lower().removesuffix("h").removeprefix("0x"), 16)
    except ValueError:
        raise UsageError(f"--filter status={value}: a category, or a code such as A700") from None


def _is_sop_class(uid: str | None, value: str) -> bool:
    return uid is not None and (uid == value or value.lower() in (uid_name(uid) or "").lower())
