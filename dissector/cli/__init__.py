"""The command `dissector`: arguments in, a view out, an exit status.

Strategy: a module for each kind of command, loaded when it is asked for, and in it every import that a command needs
stands where it needs it, so that `--help` and `dump` stay light. Errors of ours are one line on standard error and
status 2; a closed pipe is no error; Ctrl-C ends cleanly with 130.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib import import_module

from ..errors import DissectorError
from .terminal import DONE, INTERRUPTED, WRONG_USAGE, complain

COMMANDS = {
    "read": "telling", "check": "telling", "dump": "dumping", "explain": "dumping", "page": "dumping",
    "live": "capturing", "interfaces": "capturing", "export": "asking", "compare": "asking", "findings": "asking",
}  # fmt: skip
"""The module in which each command stands, as `NAME_command`."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns its exit status (see `dissector --help`)."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started this: what goes there is not wanted
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 - until the end
    try:
        try:
            status = _run(words)
        finally:
            sys.stdout.flush()
        return status
    except DissectorError as error:
        complain(str(error))
        return WRONG_USAGE
    except BrokenPipeError:
        _write_no_more()  # the reader has gone (`| head`): that is its right
        return DONE
    except OSError as error:
        _write_no_more()
        complain(f"{error.filename or 'standard output'}: {error.strerror or error}")
        return WRONG_USAGE
    except KeyboardInterrupt:
        if arguments is None:  # a program that ends: what was left half made may not complain when it is put away
            sys.unraisablehook = lambda _: None
        return INTERRUPTED


def _write_no_more() -> None:
    """Point standard output away, so that Python does not complain when it flushes at the end."""
    with suppress(OSError, ValueError):  # what has no descriptor needs none of this
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(words: list[str]) -> int:
    from .options import parser as new_parser

    parser = new_parser()
    if words and words[0] not in COMMANDS and words[0] not in ("-h", "--help", "--version"):
        words.insert(0, "read")
    if not words:
        parser.print_help(sys.stderr)
        return WRONG_USAGE
    options = parser.parse_args(words)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    module = import_module(f".{COMMANDS[options.command]}", __name__)
    return int(getattr(module, f"{options.command}_command")(options))
