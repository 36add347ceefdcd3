"""Live: a capture that is still growing.

Strategy: a small program that has the right to (tcpdump or dumpcap), or Scapy's sockets in a thread, writes frames as
pcap or pcapng into a pipe; from there on it is a file like any other, read by the same code. The filter works in the
kernel. What an engine says is read beside it: frames that the kernel dropped, an interface that went away, rights that
are missing. Nothing is told by the clock: the records of a live capture are those of its file.
"""

from __future__ import annotations

import os
import re
import select
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from struct import Struct
from time import monotonic, time_ns
from typing import Any, BinaryIO, NamedTuple

from .capture import Batch, Capture
from .errors import InterfaceGone, MissingTool, PermissionNeeded, UsageError
from .recording import Recording
from .stream import DICOM_PORTS

ENGINES = ("tcpdump", "dumpcap", "scapy")
"""In the order in which they are tried: tcpdump hands over each frame at once and can be asked how many were dropped,
dumpcap holds frames for up to a quarter of a second, Scapy's sockets are the slowest."""
KERNEL_BUFFER_MIB = 64
"""Room for bursts while this program is busy."""
LONGEST_FRAME = 262_144
ASK_SECONDS = 1.0
"""How often the engine is asked for dropped frames."""
LOOK_UP_SECONDS = 0.2
"""How long it may take until a signal is looked at while no frames come."""
PIPE_BYTES = 1 << 20
ANY = "any"
"""The name under which Linux captures all interfaces."""


class Interface(NamedTuple):
    """A network interface, and whether it is up."""

    name: str
    addresses: tuple[str, ...]
    is_up: bool


def interfaces() -> list[Interface]:
    """What can be captured here, by name."""
    import psutil

    states, addresses = psutil.net_if_stats(), psutil.net_if_addrs()
    families = (socket.AF_INET, socket.AF_INET6)
    found = [
        Interface(name, tuple(each.address for each in addresses.get(name, ()) if each.family in families),
                  name in states and states[name].isup)
        for name in sorted({*states, *addresses})  # one may have no address at all
    ]  # fmt: skip
    if sys.platform == "linux":
        found.append(Interface(ANY, (), True))
    return found


def port_filter(interface: str, ports: Iterable[int] = (), any_port: bool = False) -> str:
    """The kernel's filter: TCP of the DICOM ports (and `ports`), or of any, IPv4 and IPv6, with the fragments of IP
    packets, which tell no port; under up to two VLAN tags where an interface has them."""
    wanted = " or ".join(f"tcp port {port}" for port in dict.fromkeys((*DICOM_PORTS, *ports)))
    wanted = "tcp" if any_port else wanted
    # 'and' and 'or' bind alike in this language: what belongs together has its own brackets.
    plain = f"({wanted} or (ip[6:2] & 0x1fff != 0 and ip[9] = 6) or ip6[6] = 44)"
    if not _has_tags(interface):
        return plain
    return f"{plain} or (vlan and ({plain} or (vlan and {plain})))"


def _has_tags(interface: str) -> bool:
    """Whether frames of an interface are Ethernet; of others, libpcap does not take a filter for VLAN tags."""
    try:
        with open(f"/sys/class/net/{interface}/type", encoding="ascii") as kind:
            return kind.read().strip() in _ETHERNET_KINDS
    except OSError:
        return interface != ANY


_ETHERNET_KINDS = ("1", "772")
"""Ethernet, and the loopback interface, in the kernel's numbers."""


# ------------------------------------------------------------------------------------------------ rights and engines


def _may_capture() -> bool:
    """Whether this very process may open packet sockets."""
    if sys.platform != "linux":
        return os.geteuid() == 0 if hasattr(os, "geteuid") else True
    with suppress(OSError), open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith("CapEff:"):
                return bool(int(line.split()[1], 16) >> 13 & 1)
    return False


def _has_rights(program: str) -> bool:
    """Whether an installed program carries the right to capture itself, and we may start it."""
    if not os.access(program, os.X_OK):
        return False
    try:
        os.getxattr(program, "security.capability")
    except (OSError, AttributeError):
        mode = os.stat(program).st_mode
        return bool(mode & stat.S_ISUID)
    return True


def choose_engine(wanted: str | None = None) -> str:
    """The engine to capture with: the wanted one, else the first that is there and has the right to.

    Raises `MissingTool` and `PermissionNeeded`.
    """
    may = _may_capture()
    for engine in (wanted,) if wanted else ENGINES:
        if engine == "scapy":
            if may:
                return engine
            continue
        program = shutil.which(engine)
        if program is None:
            if wanted:
                raise MissingTool(f"{engine} is not installed; install it, or choose another --engine")
            continue
        if may or _has_rights(program):
            return engine
    raise PermissionNeeded(_ways_out())


def _ways_out() -> str:
    """Who may capture on this system, and how to become one of them, in one line."""
    ways = []
    dumpcap = shutil.which("dumpcap") or "/usr/bin/dumpcap"
    if os.path.exists(dumpcap):
        group = _group_of(dumpcap)
        if group not in ("", "root"):
            ways.append(f"join the group that may use dumpcap (sudo usermod -aG {group} $USER, then log in again)")
        else:
            ways.append(f"give dumpcap the right (sudo setcap cap_net_raw,cap_net_admin=eip {dumpcap})")
    else:
        tcpdump = shutil.which("tcpdump") or "/usr/bin/tcpdump"
        ways.append(f"give tcpdump the right (sudo setcap cap_net_raw,cap_net_admin=eip {tcpdump})")
    ways.append("or run it with sudo")
    return f"no permission to capture here: {', '.join(ways)}"


def _group_of(path: str) -> str:
    try:
        import grp

        return grp.getgrgid(os.stat(path).st_gid).gr_name
    except (ImportError, KeyError, OSError):
        return ""


class Live:
    """Frames from an interface, as a `Capture` to be read like a file.

    Arguments: `interface`; `engine`, one of `ENGINES` or None; `capture_filter`, in the syntax of libpcap (None:
    everything); `count`, end after so many frames; `recording`, where frames are kept too. Raises `UsageError` (no such
    interface, a wrong filter), `PermissionNeeded`, `MissingTool`.
    """

    def __init__(
        self, interface: str, engine: str | None = None, capture_filter: str | None = None, count: int = 0,
        recording: Recording | None = None, told_dropped: Callable[[int], None] | None = None,
    ) -> None:  # fmt: skip
        names = [each.name for each in interfaces()]
        if interface not in names:
            raise UsageError(f"there is no interface {interface!r}; there are {', '.join(names)}")
        self.interface = interface
        self.engine = choose_engine(engine)
        self.recording = recording
        self.dropped = 0
        """Frames that the kernel had to drop, as far as the engine has said; `told_dropped` is called with it when it
        grows, in another thread."""
        self._told_dropped = told_dropped
        self.stopping = False
        self._source = (
            _Sockets(self, capture_filter, count) if self.engine == "scapy"
            else _Program(self, capture_filter, count)
        )  # fmt: skip
        try:
            self._source.begin()
            if recording is not None:
                recording.begin()  # not before: a capture that cannot begin leaves an older file alone
            self.capture = GrowingCapture(self)
        except BaseException:
            self.abandon()
            self._source.close()
            raise

    def __enter__(self) -> Live:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._source.close()
        if self.recording is not None:
            self.recording.close()

    def drop(self, total: int) -> None:
        """The engine says how many frames were dropped in all."""
        if total > self.dropped:
            self.dropped = total
            if self.recording is not None:
                self.recording.dropped = total
            if self._told_dropped is not None:
                self._told_dropped(total)

    def stop(self) -> None:
        """Let the engine end; what it has captured is still read."""
        if not self.stopping:
            self.stopping = True
            self._source.stop()

    def abandon(self) -> None:
        """Leave at once, without what is still on its way. May be called while a signal is handled: waits for
        nothing."""
        self.stopping = True
        self._source.kill()

    def settle(self) -> None:
        """After the last frame: wait for the engine's last words, so that what was dropped is known."""
        self._source.settle()
        self.drop(self.capture.dropped_frames)
        self.capture.dropped_frames = self.dropped

    def finish(self) -> None:
        """When all has been told: raises `InterfaceGone` when it was not `stop` that ended the capture."""
        failure = self._source.failure()
        if failure is not None:
            raise failure

    @property
    def frames(self) -> BinaryIO:
        """Where the frames come from."""
        frames: BinaryIO = self._source.frames
        return frames


class GrowingCapture(Capture):
    """A capture that comes through a pipe; its frames are recorded before they are looked at."""

    def __init__(self, live: Live) -> None:
        self.live = live
        super().__init__(live.interface, live.frames)

    def batches(self) -> Iterator[Batch]:
        recording = self.live.recording
        for batch in super().batches():
            if recording is not None:
                recording.write(batch)
            yield batch
        self.live.settle()


# ------------------------------------------------------------------------------------------------ engines: programs

_DROPPED = re.compile(rb"(\d+) packets? dropped by kernel|dropped on interface .*?: \d+/(\d+)")
_ASKED = getattr(signal, "SIGUSR1", None)
_NO_RIGHT = re.compile(r"permission|not permitted", re.IGNORECASE)
_WRONG_FILTER = re.compile(
    r"syntax error|filter expression|valid capture filter|can't parse|compil|no VLAN support", re.IGNORECASE
)
_GONE = re.compile(r"disappeared|no longer|Network is down|network is down|went down|No such device", re.IGNORECASE)


class _Program:
    """tcpdump or dumpcap, writing into a pipe; a thread reads what it says."""

    def __init__(self, live: Live, capture_filter: str | None, count: int) -> None:
        self.live = live
        self.count = count
        # In a session of its own: Ctrl-C reaches us alone, and we end it in good order.
        self.process = subprocess.Popen(
            _command(live.engine, live.interface, capture_filter, count), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0, start_new_session=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        self._guard = _guard(self.process.pid)
        self.frames: Any = self.process.stdout
        self.said: list[str] = []
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self._done = threading.Event()

    def begin(self) -> None:
        """Wait until the capture has begun: then its head is written. Raises what kept it from beginning."""
        _widen(self.frames.fileno())
        head = os.read(self.frames.fileno(), 1)
        if not head:
            self.settle()
            raise self._why()
        self.frames = _Frames(self.frames, head)
        if self.live.engine == "tcpdump" and _ASKED is not None:  # not before: it would end the program
            threading.Thread(target=self._ask, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            found = _DROPPED.search(line)
            if found:
                self.live.drop(int(found[1] or found[2]))
            self.said = [*self.said[-20:], line.decode("utf-8", "replace").strip()]

    def _ask(self) -> None:
        while not self._done.wait(ASK_SECONDS):
            self._signal(_ASKED)

    def _signal(self, number: Any) -> None:
        with suppress(ProcessLookupError, PermissionError):
            self.process.send_signal(number)

    def _why(self) -> Exception:
        """Why it did not begin, or ended by itself."""
        engine, text = self.live.engine, self._words()
        if _NO_RIGHT.search(text):
            return PermissionNeeded(_ways_out())
        if _GONE.search(text):
            return InterfaceGone(f"the interface {self.live.interface} is gone or down ({text})")
        if _WRONG_FILTER.search(text):
            return UsageError(f"the capture filter is wrong: {text}")
        return InterfaceGone(f"{engine} ended by itself: {text or 'it gave no reason'}")

    def _words(self) -> str:
        """The line that says why."""
        lines = [line.removeprefix("tcpdump: ").removeprefix("dumpcap: ") for line in self.said]
        noise = ("listening on", "packets captured", "packet captured", "packets received", "packet received",
                 "packets dropped", "packet dropped", "Capturing on", "File: ", "Packets ", "Packets captured",
                 "Running as user", "verbose output", "tcpdump:", "data link type")  # fmt: skip
        told = [line for line in lines if line and not any(part in line for part in noise)]
        telling = [line for line in told if _NO_RIGHT.search(line) or _GONE.search(line) or _WRONG_FILTER.search(line)]
        return (telling or told or [""])[0]

    def stop(self) -> None:
        self._signal(signal.SIGINT)

    def settle(self) -> None:
        self._done.set()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        self._listener.join(5)

    def failure(self) -> Exception | None:
        """What ended it, when it was not us, nor the number of frames asked for."""
        if self.live.stopping:
            return None
        # The status tells nothing: that of an engine which somebody else sent a signal to end is 0, too.
        counted = self.count and self.live.capture.frame_count >= self.count
        if counted and self.process.returncode == 0 and not _GONE.search(self._words()):
            return None
        return self._why()

    def kill(self) -> None:
        """End it at once."""
        self._done.set()
        self._signal(signal.SIGKILL)

    def close(self) -> None:
        self._done.set()
        self.frames.close()
        try:
            self.process.wait(2)
        except subprocess.TimeoutExpired:
            self.kill()
            self.process.wait()
        if self._guard is not None:
            with suppress(subprocess.TimeoutExpired):
                self._guard.communicate(b"ended\n", 2)
        if self.process.stderr is not None:
            self._listener.join(5)
            self.process.stderr.close()


def _guard(engine: int) -> subprocess.Popen[bytes] | None:
    """A shell that ends an engine should we be killed: it waits for a word, or for the end of the pipe on which that
    would come. Without it an engine would stay until the next frame found no reader."""
    with suppress(OSError):
        return subprocess.Popen(
            ["/bin/sh", "-c", 'read -r word || kill "$0"', str(engine)], stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    return None


def _command(engine: str, interface: str, capture_filter: str | None, count: int) -> Sequence[str]:
    if engine == "tcpdump":
        command = ["tcpdump", "-i", interface, "-n", "-U", "--immediate-mode", "-s", str(LONGEST_FRAME), "-B",
                   str(KERNEL_BUFFER_MIB * 1024), "-w", "-"]  # fmt: skip
        command += ["-c", str(count)] if count else []
        return [*command, "--", capture_filter] if capture_filter else command
    command = ["dumpcap", "-q", "-i", interface, "-B", str(KERNEL_BUFFER_MIB), "-w", "-"]
    command += ["-c", str(count)] if count else []
    return [*command, "-f", capture_filter] if capture_filter else command


class _Frames:
    """The reading end of an engine's pipe, of which the first byte may have been read already."""

    def __init__(self, stream: Any, head: bytes = b"") -> None:
        self.head = head
        self.stream = stream

    def read(self, count: int) -> bytes:
        """What there is. Waits a little at a time: a signal that reaches another thread of this process does not end
        a read, and would be looked at only when the next frame comes."""
        if self.head:
            head, self.head = self.head, b""
            return head
        while os.name == "posix" and not select.select([self.stream], (), (), LOOK_UP_SECONDS)[0]:
            pass
        return os.read(self.stream.fileno(), count)

    def close(self) -> None:
        self.stream.close()


def _widen(descriptor: int) -> None:
    """A larger pipe, where the system has them: fewer switches between the two programs."""
    with suppress(ImportError, OSError, AttributeError):
        import fcntl

        fcntl.fcntl(descriptor, fcntl.F_SETPIPE_SZ, PIPE_BYTES)


# ------------------------------------------------------------------------------------------------ engines: sockets

_PCAP_NANOSECONDS = Struct("<IHHiIII").pack(0xA1B23C4D, 2, 4, 0, 0, LONGEST_FRAME, 1)
_PCAP_RECORD = Struct("<IIII")
_SOL_PACKET, _PACKET_STATISTICS, _SO_RCVBUFFORCE = 263, 6, 33
_OUTGOING = 4


class _Sockets:
    """Scapy's packet sockets in a thread, written into a pipe as a capture."""

    def __init__(self, live: Live, capture_filter: str | None, count: int) -> None:
        self.live = live
        self.count = count
        self._failure: Exception | None = None
        self._ended = threading.Event()
        self.socket = self._open(capture_filter)
        reading, self.writing = os.pipe()
        _widen(reading)
        self.frames: Any = _Frames(os.fdopen(reading, "rb", buffering=0))
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def begin(self) -> None:
        """Opening the socket was the beginning."""

    def _open(self, capture_filter: str | None) -> Any:
        import scapy.arch  # noqa: F401 - finds out which sockets there are
        import scapy.layers.l2  # noqa: F401 - or it would warn of link types that it does not know
        from scapy.config import conf
        from scapy.data import ARPHDR_ETHER, ARPHDR_LOOPBACK
        from scapy.error import Scapy_Exception

        try:
            opened: Any = conf.L2listen(iface=self.live.interface, filter=capture_filter)
        except PermissionError:
            raise PermissionNeeded(_ways_out()) from None
        except Scapy_Exception as error:
            if "libpcap" in str(error):
                raise MissingTool("Scapy needs libpcap for its kernel filter; install it (libpcap0.8)") from None
            raise UsageError(f"the capture filter is wrong: {error}") from None
        except ValueError:  # it knows nothing of 'any'
            raise UsageError(f"Scapy's sockets cannot capture on {self.live.interface}; choose another --engine"
                             ) from None  # fmt: skip
        except OSError as error:
            raise UsageError(f"Scapy cannot capture on {self.live.interface}: {error.strerror or error}") from None
        if opened.ins.getsockname()[3] not in (ARPHDR_ETHER, ARPHDR_LOOPBACK):
            opened.close()
            raise UsageError(f"Scapy's sockets know only Ethernet here; choose another --engine for "
                             f"{self.live.interface}")  # fmt: skip
        with suppress(OSError):
            opened.ins.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, KERNEL_BUFFER_MIB << 20)
            opened.ins.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 8)  # forget what was dropped before it was ready
        opened.ins.settimeout(0.1)
        return opened

    def _run(self) -> None:
        """Until told to stop: frames as records; in between what the kernel dropped."""
        loopback = self.live.interface == "lo"
        written, asked = 0, monotonic()
        try:
            self._write(_PCAP_NANOSECONDS)
            while not self._ended.is_set() and not (self.count and written >= self.count):
                if monotonic() - asked > ASK_SECONDS:
                    self._ask()
                    asked = monotonic()
                try:
                    frame, address, time = self.socket._recv_raw(self.socket.ins, LONGEST_FRAME)
                except (TimeoutError, BlockingIOError):
                    continue
                if loopback and address[2] == _OUTGOING:
                    continue  # on the loopback interface every frame goes out and comes in
                nanoseconds = time_ns() if time is None else round(time * 1e9)
                seconds, fraction = divmod(nanoseconds, 1_000_000_000)
                self._write(_PCAP_RECORD.pack(seconds, fraction, len(frame), len(frame)) + frame)
                written += 1
        except OSError as error:
            if not self._ended.is_set():
                self._failure = InterfaceGone(
                    f"the interface {self.live.interface} is gone or down ({error.strerror})"
                )
        finally:
            self._ask()
            os.close(self.writing)
            with suppress(OSError):
                self.socket.close()

    def _write(self, data: bytes) -> None:
        while data:
            data = data[os.write(self.writing, data) :]

    def _ask(self) -> None:
        """The kernel counts dropped frames from one question to the next."""
        with suppress(OSError):
            counters = self.socket.ins.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 8)
            self.live.drop(self.live.dropped + int.from_bytes(counters[4:], sys.byteorder))

    def stop(self) -> None:
        self._ended.set()

    def settle(self) -> None:
        self._thread.join(5)

    def failure(self) -> Exception | None:
        """What ended it, when it was not us."""
        return self._failure

    def kill(self) -> None:
        """End it at once."""
        self._ended.set()
        self.frames.close()

    def close(self) -> None:
        self.kill()
        self.settle()
