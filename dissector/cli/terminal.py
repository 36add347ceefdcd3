"""What the commands share of the terminal: exit statuses, complaints, colours, width, files that are written whole."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from ..errors import UsageError

if TYPE_CHECKING:
    from ..capture import Capture
    from ..stream import Streams

DONE, FOUND_ERROR, FOUND_DIFFERENCE, WRONG_USAGE, INTERRUPTED = 0, 1, 1, 2, 130


def complain(text: str) -> None:
    print(f"dissector: {text}", file=sys.stderr)


def coloured(options: argparse.Namespace) -> bool:
    if getattr(options, "coloured", None) is not None:  # decided already, for output that is written elsewhere first
        return bool(options.coloured)
    return sys.stdout.isatty() and not options.no_color and not os.environ.get("NO_COLOR")


def columns(options: argparse.Namespace) -> int:
    if options.width:
        return int(options.width)
    if not sys.stdout.isatty():
        return 80
    return max(40, shutil.get_terminal_size().columns)


def write_text(path: str, text: str, *sources: str) -> None:
    """A whole file, or standard output for '-'. A file is complete or not there, and none of the `sources`. A device, a
    pipe or a link is written to as it is: another file must not take its place."""
    if path == "-":
        sys.stdout.write(text)
        return
    if os.path.exists(path) and any(os.path.samefile(path, source) for source in sources if os.path.exists(source)):
        raise UsageError(f"{path}: that is the capture; -o would overwrite it")
    direct = os.path.islink(path) or os.path.exists(path) and not os.path.isfile(path)
    part = path if direct else f"{path}.part"
    try:
        with open(part, "w", encoding="utf-8") as out:
            out.write(text)
        if not direct:
            if os.path.exists(path):
                shutil.copymode(path, part)
            os.replace(part, path)
    except BrokenPipeError:
        raise
    except OSError as error:
        if not direct:
            with suppress(OSError):
                os.unlink(part)
        raise UsageError(f"{path}: {error.strerror}") from None


def progress(capture: Capture) -> Any:
    """A progress bar on standard error, on a terminal, when it takes more than a second."""
    from contextlib import nullcontext

    if capture.total_bytes is None or not sys.stderr.isatty():
        return nullcontext()
    from ..views.progress import bar

    return bar(capture)


def remarks(capture: Capture, streams: Streams, judged: bool = False) -> None:
    """What the reader of the file has to say at its end; where it was `judged`, findings have told of limits and
    checksums."""
    from ..link import link_type_name
    from ..standard.limits import BY_NAME

    for link_type, count in streams.link.unsupported.items():
        complain(f"{capture.path}: {count} frames of link type {link_type_name(link_type)} cannot be read")
    if capture.dropped_frames:
        complain(f"{capture.path}: {capture.dropped_frames} frames were dropped while capturing: what they held shows "
                  "as missing bytes")  # fmt: skip
    for name, (value, _, frame) in () if judged else streams.limits.items():
        complain(f"{capture.path}: {name} ({value}) was reached in frame {frame}: {BY_NAME[name].lost}")
    wrong = 0 if judged else sum(each.wrong for each in streams.checksums.values())
    if wrong:
        complain(f"{capture.path}: {wrong} segments with wrong checksums were left out; `dissector check` tells more")
    if capture.damage:
        complain(f"{capture.path}: {capture.damage}; what stands before it was read")
