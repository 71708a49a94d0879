"""`python benchmarks/scale.py`: a population under all policies, the same with its peers → scale.json and scale.md.

Every measurement is a process of its own; while it runs, the memory of it and of all processes that it started is added up ten
times a second. Peers are compared with us claim by claim before. `--largest` is for 10,000,000 applicants as well, which takes
some minutes and 3 GB of disk; `--only TASK …` measures again what is named and keeps the rest.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import scale_report
from run import HERE, PYTHON, install, machine

SIZES = (10_000, 100_000, 1_000_000)
LARGEST = 10_000_000
RULES = (20, 50, 100, 200, 500, 1000)
KNOWN = 3_000  # applicants whose claims are compared
PEERS = ("openfisca", "openfisca, apart", "duckdb", "zen", "engine")
TASKS = ("read", "ours", "ours, one process", "ours, written", *PEERS, "sizes", "rules")
PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
Entry = dict[str, Any]


def memory(root: int) -> int:
    """Bytes that a process and its descendants hold; what they share counts for each of them. 0 where there is no /proc."""
    total, known = 0, {root}
    processes = sorted(int(one.name) for one in Path("/proc").glob("[0-9]*"))
    for process in processes:
        try:
            fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if process == root or int(fields[1]) in known:
            known.add(process)
            total += int(fields[21]) * PAGE
    return total


def measure(task: str, folder: Path, *more: int) -> Entry:
    command = [PYTHON, HERE / "scale_worker.py", task, folder, *map(str, more)]
    most = 0
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            most = max(most, memory(process.pid))
            time.sleep(0.1)
        assert process.stdout is not None
        if process.returncode:
            raise SystemExit(f"{task} failed: {process.returncode}")
        return {**json.loads(process.stdout.read()), "bytes": most}


def middle(found: list[Entry]) -> Entry:
    """The medians of several runs."""
    numbers = ("seconds", "cpu", "bytes")
    return {**found[0], **{name: statistics.median(one[name] for one in found) for name in numbers}}


def store(size: int, work: Path, known: bool = False) -> Path:
    folder = work / f"{size}{'-known' if known else ''}"
    code = (
        "import sys, stored, subsidy_rules as s; from pathlib import Path; "
        f"stored.store(s.load().program, Path(sys.argv[1]), {size}, {known})"
    )
    subprocess.run([PYTHON, "-c", code, folder], check=True, cwd=HERE)
    return folder


def peers(names: list[str], size: int, work: Path, rounds: int) -> dict[str, Entry]:
    """All on the same applicants. Peers know no unknown facts: theirs are all known."""
    folder, known = store(size, work), store(size, work, known=True)
    found: dict[str, list[Entry]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            found[name].append(measure(name, known if name in PEERS else folder))
            print(f"{name}: {found[name][-1]}", file=sys.stderr)
    return {name: {"applicants": size, **middle(runs)} for name, runs in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--applicants", type=int, default=SIZES[-1])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--largest", action="store_true", help=f"{LARGEST} applicants as well")
    parser.add_argument("--only", nargs="+", choices=TASKS, default=list(TASKS), metavar="TASK")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir(), "subsidy-rules-scale"))
    parser.add_argument("--to", type=Path, default=HERE, help="folder of scale.json and scale.md")
    options = parser.parse_args()
    install()
    file = options.to / "scale.json"
    results: Entry = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    results |= {"machine": machine(), "rounds": options.rounds, "applicants": options.applicants}
    if set(PEERS) & set(options.only):
        results["compared"] = measure("compare", store(KNOWN, options.work, known=True))
    names = [name for name in TASKS if name in options.only and name not in ("sizes", "rules")]
    results.setdefault("peers", {}).update(peers(names, options.applicants, options.work, options.rounds))
    if "sizes" in options.only:
        sizes = results.setdefault("sizes", {})
        for size in (*SIZES, *([LARGEST] if options.largest else [])):
            sizes[str(size)] = measure("ours", store(size, options.work))
    if "rules" in options.only:
        results["rules"] = [measure("rules", options.work / f"rules{number}", number) for number in RULES]
    file.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    text = scale_report.page(results)
    (options.to / "scale.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
