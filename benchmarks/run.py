"""`python benchmarks/run.py`: all measurements in one run → results.json and results.md.

Makes `benchmarks/.venv` with the library of this checkout and its peers. Every contender has a process of its own; in each round
each of them, in random order, is timed for a moment, so that whatever disturbs the machine disturbs all. Before
anything is timed, every contender's prices and total must equal ours, claim by claim.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import report

HERE = Path(__file__).resolve().parent
PYTHON = HERE / ".venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
PEERS = ("zen", "jsonlogic", "ruleengine", "openfisca", "simple")
SIZES = (20, 50, 100, 200, 500, 1000)
HEAD = 50  # rules of the comparison with the peers


def install() -> None:
    if not PYTHON.exists():
        venv.create(HERE / ".venv", with_pip=True)
    requirements = ["-r", str(HERE / "requirements.txt"), "-e", str(HERE.parent)]
    subprocess.run([PYTHON, "-m", "pip", "install", "-qq", *requirements], check=True)


@dataclass
class Contender:
    """A worker process, and what it said about itself."""

    name: str
    process: subprocess.Popen[str]

    def ask(self, **command: Any) -> Any:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} stopped at {command}")
        return json.loads(line)


@contextmanager
def contender(name: str) -> Iterator[Contender]:
    pipe = subprocess.PIPE
    with subprocess.Popen([PYTHON, HERE / "worker.py", name], stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield Contender(name, process)
        finally:
            process.kill()


def differences(mine: dict[str, Any], theirs: dict[str, Any]) -> Iterator[str]:
    pairs = [*zip(mine["prices"], theirs["prices"], strict=True), (mine["total"], theirs["total"])]
    for at, (one, other) in enumerate(pairs):
        if abs(one - other) > theirs["tolerance"] * max(one, other):
            yield f"{'total' if at == len(mine['prices']) else f'claim {at}'}: {one} here, {other} there"


def compare(rounds: int, seconds: float) -> list[dict[str, Any]]:
    """All contenders on the same rules and ours at every size, interleaved."""
    with ExitStack() as stack:
        running = {name: stack.enter_context(contender(name)) for name in ("ours", "noise", *PEERS)}
        said = {name: one.ask(do="prepare", size=HEAD) for name, one in running.items()}
        for name in PEERS:
            if found := list(differences(said["ours"], said[name])):
                raise SystemExit(f"{name} computes something else:\n" + "\n".join(found[:5]))
        todo = [(name, HEAD, variant) for name in running for variant in said[name]["variants"]]
        for size in (size for size in SIZES if size != HEAD):
            running["ours"].ask(do="prepare", size=size)
            todo += [("ours", size, variant) for variant in ("totals", "assess")]
        samples: dict[tuple[str, int, str], list[float]] = {one: [] for one in todo}
        for at in range(rounds):
            print(f"\rround {at + 1} of {rounds}", end="", file=sys.stderr, flush=True)
            for name, size, variant in random.sample(todo, len(todo)):
                taken = running[name].ask(do="measure", size=size, variant=variant, seconds=seconds)
                samples[name, size, variant].append(taken * 1e6)
        print(file=sys.stderr)
    claims = len(said["ours"]["prices"])
    return [
        {"contender": name, "rules": size, "variant": variant, "does": said[name]["does"]}
        | ({"claims": claims} if size == HEAD else {})
        | {"microseconds": spread(taken)}
        for (name, size, variant), taken in samples.items()
    ]


def once(rounds: int) -> list[dict[str, Any]]:
    """What a fresh process is timed for: importing and loading."""
    names = ["import", "import everything", "load 50 rules", "load 1000 rules", "load all policies"]
    samples: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in random.sample(names, len(names)):
            taken = subprocess.run([PYTHON, HERE / "fresh.py", name], check=True, capture_output=True, text=True).stdout
            if taken.strip():
                samples[name].append(float(taken) * 1e3)
    return [{"what": name, "milliseconds": spread(taken)} for name, taken in samples.items() if taken]


def real(rounds: int, seconds: float) -> list[dict[str, Any]]:
    """The policies that come with the library, on their own worked cases."""
    command = [PYTHON, HERE / "real.py", str(rounds), str(seconds)]
    found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    return [one | {"microseconds": spread(one["microseconds"])} for one in found]


def spread(taken: list[float]) -> dict[str, float]:
    low, median, high = statistics.quantiles(taken, n=4) if len(taken) > 1 else taken * 3
    return {key: round(x, 2) for key, x in (("min", min(taken)), ("q1", low), ("median", median), ("q3", high))}


def machine() -> dict[str, Any]:
    freeze = [PYTHON, "-m", "pip", "list", "--format", "json"]
    installed = json.loads(subprocess.run(freeze, check=True, capture_output=True, text=True).stdout)
    names = {line.split("==")[0].lower() for line in (HERE / "requirements.txt").read_text().splitlines()}
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "load": round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None,
        "versions": {p["name"]: p["version"] for p in installed if p["name"].lower() in names | {"pydantic"}},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--seconds", type=float, default=0.02, help="least time of one batch")
    parser.add_argument("--to", type=Path, default=HERE, help="folder of results.json and results.md")
    options = parser.parse_args()
    install()
    results = {
        "machine": machine(),
        "rounds": options.rounds,
        "evaluations": compare(options.rounds, options.seconds),
        "fresh": once(max(3, options.rounds // 5)),
        "real": real(options.rounds, options.seconds),
    }
    (options.to / "results.json").write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    text = report.table(results)
    (options.to / "results.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
