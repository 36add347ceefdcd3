"""What people paste as hexadecimal gives its bytes, in every common format, or one line that says why not."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dissector.errors import UsageError
from dissector.hexinput import parse_hex

from . import builders as make

RELEASE = bytes.fromhex("05000000000400000000")
TEXT = b"cafe 1234 beef 00 11 deadbeef 0102"
"""Bytes whose text column looks like bytes."""

# ------------------------------------------------------------------------------------------------ the formats


def letters(data: bytes) -> str:
    return "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in data)


def lines_of(data: bytes, per_line: int = 16) -> list[tuple[int, bytes]]:
    return [(at, data[at : at + per_line]) for at in range(0, len(data), per_line)]


def groups(data: bytes, size: int) -> str:
    return " ".join(data[at : at + size].hex() for at in range(0, len(data), size))


def xxd(data: bytes, group: int = 2, per_line: int = 16) -> str:
    width = len(groups(bytes(per_line), group))
    return "\n".join(f"{at:08x}: {groups(row, group):{width}}  {letters(row)}" for at, row in lines_of(data, per_line))


def squeezed(rows: list[tuple[int, bytes]]) -> list[tuple[int, bytes] | None]:
    """Rows as hexdump and od write them: those that are as the one before become one `*`, None here."""
    out: list[tuple[int, bytes] | None] = []
    for index, (at, row) in enumerate(rows):
        if index and row == rows[index - 1][1] and len(row) == 16:
            if out[-1] is not None:
                out.append(None)
        else:
            out.append((at, row))
    return out


def hexdump_canonical(data: bytes) -> str:
    lines = []
    for entry in squeezed(lines_of(data)):
        if entry is None:
            lines.append("*")
        else:
            at, row = entry
            halves = f"{groups(row[:8], 1):23}  {groups(row[8:], 1):23}"
            lines.append(f"{at:08x}  {halves}  |{letters(row)}|")
    return "\n".join([*lines, f"{len(data):08x}"])


def od(data: bytes, base: str = "06x", text: bool = False) -> str:
    lines = []
    for entry in squeezed(lines_of(data)):
        if entry is None:
            lines.append("*")
        else:
            at, row = entry
            column = f" {groups(row, 1):47}  >{letters(row)}<" if text else f" {groups(row, 1)}"
            lines.append(f"{at:{base}}{column}")
    return "\n".join([*lines, f"{len(data):{base}}"])


def tcpdump(data: bytes) -> str:
    return "\n".join(f"\t0x{at:04x}:  {groups(row, 2):39}  {letters(row)}" for at, row in lines_of(data))


def wireshark(data: bytes) -> str:
    return "\n".join(f"{at:04x}   {groups(row, 1):47}   {letters(row)}" for at, row in lines_of(data))


def python_hexdump(data: bytes) -> str:
    return "\n".join(
        f"{at:08X}: {groups(row[:8], 1).upper():23}  {groups(row[8:], 1).upper():23}  {letters(row)}"
        for at, row in lines_of(data)
    )


FORMATS: dict[str, Callable[[bytes], str]] = {
    "plain": lambda data: data.hex(),
    "plain capitals": lambda data: data.hex().upper(),
    "plain lines": lambda data: "\n".join(data.hex()[at : at + 60] for at in range(0, 2 * len(data), 60)),
    "spaces": lambda data: data.hex(" "),
    "colons": lambda data: data.hex(":"),
    "hyphens": lambda data: data.hex("-"),
    "0x": lambda data: "0x" + data.hex(),
    "0x each": lambda data: " ".join(f"0x{byte:02X}" for byte in data),
    "0x, short": lambda data: ", ".join(f"{byte:#x}" for byte in data),
    "C array": lambda data: "{ " + ", ".join(f"0x{byte:02x}" for byte in data) + " };",
    "xxd -i": lambda data: "unsigned char a_pdu[] = {\n  " + ",\n  ".join(f"0x{byte:02x}" for byte in data)
    + f"\n}};\nunsigned int a_pdu_len = {len(data)};\n",
    "Python list": lambda data: str([hex(byte) for byte in data]),
    "\\x": lambda data: "".join(f"\\x{byte:02x}" for byte in data),
    "\\x apart": lambda data: " ".join(f"\\x{byte:02x}" for byte in data) + "\n",
    "\\x lines": lambda data: "\n".join("".join(f"\\x{byte:02x}" for byte in row) for _, row in lines_of(data)),
    "C string": lambda data: '"' + "".join(f"\\x{byte:02x}" for byte in data) + '";',
    "Wireshark's escaped string": lambda data: " \\\n".join(
        '"' + "".join(f"\\x{byte:02x}" for byte in row) + '"' for _, row in lines_of(data)
    ),
    "octal escapes": lambda data: '"\\x' + data[:1].hex() + "".join(f"\\{byte:03o}" for byte in data[1:]) + '"',
    "bytes.hex() shown": lambda data: repr(data.hex()),
    "hexlify() shown": lambda data: repr(data.hex().encode()),
    "xxd": xxd,
    "xxd -u": lambda data: "\n".join(f"{at:08x}: {groups(row, 2).upper():39}  {letters(row)}" for at, row in lines_of(data)),  # noqa: E501
    "xxd -g1": lambda data: xxd(data, 1),
    "xxd -g4": lambda data: xxd(data, 4),
    "xxd -c 8": lambda data: xxd(data, 2, 8),
    "xxd -g1 -c 8": lambda data: xxd(data, 1, 8),
    "xxd -c 20": lambda data: xxd(data, 2, 20),
    "xxd -p": lambda data: "\n".join(row.hex() for _, row in lines_of(data, 30)),
    "hexdump -C": hexdump_canonical,
    "od -A x -t x1": od,
    "od -A x -t x1z": lambda data: od(data, text=True),
    "od -t x1": lambda data: od(data, "07o"),
    "od -A d -t x1": lambda data: od(data, "07d"),
    "od -A n -t x1": lambda data: "\n".join(f" {groups(row, 1)}" for _, row in lines_of(data)),
    "tcpdump -X": tcpdump,
    "tcpdump -x": lambda data: "\n".join(f"\t0x{at:04x}:  {groups(row, 2)}" for at, row in lines_of(data)),
    "Wireshark": wireshark,
    "Wireshark, bytes only": lambda data: "\n".join(f"{at:04x}   {groups(row, 1)}" for at, row in lines_of(data)),
    "tshark -x": lambda data: "\n".join(f"{at:04x}  {groups(row, 1):47}   {letters(row)}" for at, row in lines_of(data)),  # noqa: E501
    "Scapy": lambda data: "\n".join(f"{at:04X}  {groups(row, 1).upper():47}  {letters(row)}" for at, row in lines_of(data)),  # noqa: E501
    "hexdump of PyPI": python_hexdump,
}  # fmt: skip
SAMPLES = {
    "A-RELEASE-RQ": RELEASE, "eight": bytes(range(8)), "sixteen": bytes(range(16)), "seventeen": bytes(range(17)),
    "text like bytes": TEXT, "text like bytes, 8": b"cafe 123", "text of 16": b"cafe 1234 abcdef",
    "zeros": b"\x01" + bytes(200) + b"end", "zeros to the end": bytes(35), "every byte": bytes(range(256)) * 2,
    "bars": b"\x01|cafe|cafe|cafe||" * 3, "quotes": b"\x01\"'\\{}*\n\r\t" * 4,
}  # fmt: skip


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_bytes(name: str, sample: str) -> None:
    data = SAMPLES[sample]
    for text in (FORMATS[name](data), FORMATS[name](data) + "\n", "\n" + FORMATS[name](data).replace("\n", "\r\n")):
        assert parse_hex(text) == data


@pytest.mark.parametrize("name", FORMATS)
@settings(deadline=None)  # a busy machine is no failure
@given(st.binary(min_size=1, max_size=100))
@example(b"\x00")
@example(b"\x00\x00")
@example(b"\x00\x10" + b"a0" * 8)
@example(b"abcdef01" * 4)
@example(b"\x01" + b"00 " * 20)
def test_round_trip(name: str, data: bytes) -> None:
    assert parse_hex(FORMATS[name](data)) == data


@given(st.binary(min_size=1, max_size=60))
def test_round_trip_of_python_bytes(data: bytes) -> None:
    """All but bytes that are nothing but hexadecimal digits: those are what `hexlify` gives."""
    shown = repr(b"\x01" + data)
    assert parse_hex(shown) == b"\x01" + data
    assert parse_hex(f"({shown},)") == b"\x01" + data
    if not all(byte in b"0123456789abcdefABCDEF \\tnr" for byte in data):
        assert parse_hex(repr(data)) == data


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("01", b"\1"),
        ("1 2 a", b"\1\2\x0a"),
        ("\ufeff0100", b"\1\0"),
        ("01\u00a000", b"\1\0"),
        ("00000000 04000000 38000000", bytes.fromhex("000000000400000038000000")),
        ("0000 0002 0004", bytes.fromhex("000000020004")),
        ("0100 0000 00cd", bytes.fromhex("0100000000cd")),
        ("0100 0000\n0102 0304", bytes.fromhex("0100000001020304")),
        ("00000000: 0500", b"\5\0"),
        ("00000040: 0500 0000  ....", b"\5\0\0\0"),
        ("0000  05 00 00 00", b"\5\0\0\0"),
        ("0010  01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10\n0020  11", bytes(range(1, 18))),
        (r"\x01ECHO SCP  \x00", b"\1ECHO SCP  \0"),
        (r"'\x01it\'s'", b"\1it's"),
        (r'"\x01\a\b\t\n\v\f\r\\\"\0\17\377"', b'\1\7\10\11\12\13\14\15\\"\0\17\xff'),
        ("b'hello'", b"hello"),
        (r'static const char pdu[] = "\x05\x00" "\x00";', b"\5\0\0"),
        ("0000", b"\0\0"),
        ("00000000", bytes(4)),
        ("b'0500'", b"\5\0"),
    ],
)
def test_single_cases(text: str, data: bytes) -> None:
    assert parse_hex(text) == data


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no bytes"),
        (" \n\t\n", "no bytes"),
        ("{}", "no bytes"),
        ("0x", "no bytes"),
        ("010", "an odd number of hexadecimal digits: '010'"),
        ("01 234 05", "an odd number of hexadecimal digits: '234'"),
        ("01 0g", "not hexadecimal: '0g'"),
        ("hello world", "not hexadecimal: 'hello'"),
        ("x" * 500, "not hexadecimal: '" + "x" * 20 + "'"),
        ("０１", "not hexadecimal"),
        ("01 \x00", "not hexadecimal: '\\x00'"),
        (r"\x1", "not an escape of two hexadecimal digits"),
        (r"\x01\xzz", "not an escape of two hexadecimal digits"),
        (r'"\x01" + "\x02"', "something stands outside of the quotes"),
        ("\\x01\u00e9", "only ASCII characters"),
        ("0000  01 02 03 04 05 06 07 08\n0010  01 02", "a dump whose offsets do not fit its bytes"),
        ("\n".join(xxd(bytes(range(64))).splitlines()[1::2]), "a dump whose offsets do not fit its bytes"),
        ("\n".join(wireshark(bytes(80)).splitlines()[::2]), "a dump whose offsets do not fit its bytes"),
        ("0000000 0201 0403 0605 0807 0a09 0c0b 0e0d 100f\n0000010 1211\n0000012", "words of several bytes"),
        ("000000 0201 0403\n000004", "words of several bytes"),
    ],
)  # fmt: skip
def test_what_is_no_hexadecimal_is_one_line(text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_hex(text)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 120


def test_an_absurd_repetition_is_no_dump() -> None:
    with pytest.raises(UsageError):
        parse_hex(f"00000000  {groups(bytes(16), 1)}\n*\nfffffffffff0")


@given(st.text(alphabet=st.sampled_from("0123456789abcdefx \n\t:*|\\'\"b{},;-.z"), max_size=200))
@example("0000 *\n0010")
@example("*\n*\n0000")
@example("0000\n*\n0010")
@example("0000  01\n*\n0001")
def test_any_text_gives_bytes_or_our_error(text: str) -> None:
    try:
        assert parse_hex(text)
    except UsageError as error:
        assert "\n" not in str(error)


@given(st.text(max_size=60))
def test_any_unicode_gives_bytes_or_our_error(text: str) -> None:
    try:
        assert parse_hex(text)
    except UsageError as error:
        assert len(str(error).splitlines()) == 1


# ------------------------------------------------------------------------------------------------ the tools themselves


def tool(*command: str, data: bytes) -> str:
    if shutil.which(command[0]) is None:
        make.missing(f"{command[0]} is not installed")
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout.decode()


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("arguments", [("-A", "x"), (), ("-A", "d"), ("-A", "n")], ids=" ".join)
def test_what_od_writes(arguments: tuple[str, ...], sample: str) -> None:
    if arguments == ("-A", "n") and "zeros" in sample:
        pytest.skip("without offsets nothing says how much a * stands for")
    assert parse_hex(tool("od", *arguments, "-t", "x1", data=SAMPLES[sample])) == SAMPLES[sample]
    assert parse_hex(tool("od", *arguments, "-v", "-t", "x1", data=SAMPLES[sample])) == SAMPLES[sample]


def test_offsets_that_may_be_octal_or_decimal_are_refused() -> None:
    text = od(bytes(160), "07o")
    assert text.splitlines()[1:] == ["*", "0000240"]
    with pytest.raises(UsageError, match="octal or decimal"):
        parse_hex(text)
    assert parse_hex(od(bytes(160))) == bytes(160)


def test_what_od_writes_in_words_is_refused() -> None:
    for arguments in (("-x",), ("-A", "x", "-t", "x4"), ()):
        with pytest.raises(UsageError):
            parse_hex(tool("od", *arguments, data=bytes(range(1, 65))))


def test_what_tcpdump_and_tshark_write() -> None:
    path = str(make.CAPTURES / "user-identity.pcap")
    text = tool("tshark", "-r", path, "-x", "-Y", "frame.number == 4", data=b"")
    frame = parse_hex(text)
    # the record of frame 4: after the header and three records
    raw = (make.CAPTURES / "user-identity.pcap").read_bytes()
    at = 24
    for _ in range(3):
        at += 16 + int.from_bytes(raw[at + 8 : at + 12], "little")
    assert frame == raw[at + 16 : at + 16 + int.from_bytes(raw[at + 8 : at + 12], "little")]
    lines = tool("tcpdump", "-n", "-r", path, "-X", "-c", "4", data=b"").splitlines()
    last = max(index for index, line in enumerate(lines) if not line.startswith("\t"))
    assert parse_hex("\n".join(lines[last + 1 :])) == frame[14:]


@pytest.mark.parametrize("arguments", [(), ("-g1",), ("-p",), ("-i",), ("-u",), ("-c", "12")], ids=" ".join)
def test_our_xxd_is_that_of_xxd(arguments: tuple[str, ...]) -> None:
    if shutil.which("xxd") is None:
        pytest.skip("xxd is not installed; its format is tested without it")
    for data in SAMPLES.values():
        assert parse_hex(tool("xxd", *arguments, data=data)) == data


def test_our_hexdump_is_that_of_hexdump() -> None:
    if shutil.which("hexdump") is None:
        pytest.skip("hexdump is not installed; its format is tested without it")
    for data in SAMPLES.values():
        assert tool("hexdump", "-C", data=data).rstrip("\n") == hexdump_canonical(data)
