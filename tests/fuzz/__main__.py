"""Run harnesses under atheris, each in a process of its own; see the package."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import pkgutil
import re
import resource
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
WORK = ROOT / "build" / "fuzz"
HARNESSES = ("decoder", "data_sets", "readers", "streams", "program")
LONGEST_INPUT = {"decoder": 4096, "data_sets": 4096, "readers": 16384, "streams": 601, "program": 16384}
MEMORY_MEGABYTES = 1024
"""Where libFuzzer itself would stop, its own tables included; the harnesses measure what the input takes."""
HANG_SECONDS = 300
"""On the clock, for what never returns; a harness measures processor time, which a busy machine does not change."""
WITHOUT = ("dissector.live", "dissector.layers", "dissector.second_opinion", "dissector.__main__")
"""Modules that need a network or another program."""


def main() -> int:
    """Run what was asked for; the exit status is 1 when an invariant was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("harness", nargs="?", choices=HARNESSES)
    parser.add_argument("inputs", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0, help="of the chances taken; 0 takes another one each time")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inputs:
        module = importlib.import_module(f"tests.fuzz.{options.harness}")
        for path in options.inputs:
            module.check(path.read_bytes())
        print(f"{len(options.inputs)} inputs hold")
        return 0
    if options.inside:
        return _inside(options.harness, options.seconds, options.seed)
    if importlib.util.find_spec("atheris") is None:
        print("fuzzing is left out: there is no atheris for this Python (pip install atheris)")
        return 0
    broken = 0
    for name in [options.harness] if options.harness else HARNESSES:
        broken += _outside(name, options.seconds, options.seed)
    return 1 if broken else 0


def _outside(name: str, seconds: int, seed: int) -> bool:
    """Run one harness in a process of its own, and say in a line what came of it; True when it was broken."""
    WORK.mkdir(parents=True, exist_ok=True)
    log = WORK / f"{name}.log"
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    with log.open("wb") as file:
        status = subprocess.run(
            [sys.executable, "-m", "tests.fuzz", name, "--inside", "--seconds", str(seconds), "--seed", str(seed)],
            cwd=ROOT, stdout=file, stderr=subprocess.STDOUT, check=False,
        ).returncode  # fmt: skip
    text = log.read_text(encoding="utf-8", errors="replace")
    figures = re.findall(r"^#(\d+)\s+\w+\s+cov: (\d+) ft: (\d+) corp: (\d+)", text, re.MULTILINE)
    done = re.search(r"Done (\d+) runs", text) or re.search(r"number_of_executed_units: (\d+)", text)
    edges, features, inputs = figures[-1][1:] if figures else ("?", "?", "?")
    count = int(done.group(1)) if done else int(figures[-1][0]) if figures else 0
    took = round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before)
    print(f"{name}: {count} executions in {took} s of processor time, {edges} edges, {features} features, "
          f"{inputs} inputs kept" + (f"; BROKEN, see {log}" if status else ""), flush=True)  # fmt: skip
    record = {"harness": name, "executions": count, "seconds": took, "edges": edges, "features": features,
              "inputs": inputs, "broken": bool(status)}  # fmt: skip
    with (WORK / "runs.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(record) + "\n")
    if status:
        print(text[-3000:])
    return bool(status)


def _inside(name: str, seconds: int, seed: int) -> int:
    import atheris

    with atheris.instrument_imports(include=["dissector"]):
        import dissector

        for each in pkgutil.walk_packages(dissector.__path__, "dissector."):
            if each.name not in WITHOUT:
                importlib.import_module(each.name)
        module = importlib.import_module(f"tests.fuzz.{name}")
    corpus = WORK / name
    start = WORK / f"{name}.seeds"
    for folder in (corpus, start):
        folder.mkdir(parents=True, exist_ok=True)
    for data in module.seeds():
        (start / sha256(data).hexdigest()[:16]).write_bytes(data)
    arguments = [
        sys.argv[0], str(corpus), str(start), f"-max_total_time={seconds}", f"-max_len={LONGEST_INPUT[name]}",
        f"-rss_limit_mb={MEMORY_MEGABYTES}", f"-timeout={HANG_SECONDS}", f"-artifact_prefix={WORK}/{name}-",
        f"-seed={seed}", "-print_final_stats=1",
    ]  # fmt: skip
    more = {}
    if hasattr(module, "mutate"):
        more["custom_mutator"] = lambda data, size, chance: module.mutate(data, size, chance, atheris.Mutate)
    atheris.Setup(arguments, module.check, **more)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
