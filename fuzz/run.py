"""`python fuzz/run.py [TARGET …] --seconds 60`: coverage-guided fuzzing with atheris; prints what each target reached.

A finding is left in `fuzz/.work/TARGET/crash-…` and makes the run fail. `--keep` adds to `tests/fuzz/` the few inputs found that
reach what no kept input reaches yet. `--replay FILE` runs one input under TARGET.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path
from random import Random

HERE = Path(__file__).resolve().parent
WORK = HERE / ".work"
NAMES = ("expression", "json", "policy", "facts", "application", "receipt")
MAX_BYTES = 8192
REACHED = re.compile(r"#(\d+)\t\S+ +cov: (\d+) ft: (\d+) corp: (\d+)")


def fuzz(target: str, flags: list[str]) -> None:
    """In this process, which libFuzzer ends."""
    import atheris

    with atheris.instrument_imports(include=["subsidy_rules"]):
        import targets
    import kept
    import mutate
    import seeds

    inputs = [*seeds.seeds(target), *kept.inputs(target)]
    corpus = WORK / target / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for data in inputs:
        if len(data) <= MAX_BYTES:
            (corpus / hashlib.sha1(data).hexdigest()).write_bytes(data)
    change = mutate.Mutator(targets.text_of(data) for data in inputs)

    def mutator(data: bytes, size: int, seed: int) -> bytes:
        random = Random(seed)
        if random.random() < 0.1:
            return atheris.Mutate(data, size)
        return targets.bytes_of(change(targets.text_of(data), random))[:size]

    where = [f"-artifact_prefix={WORK / target}/", f"-max_len={MAX_BYTES}", "-rss_limit_mb=1024", "-timeout=10"]
    atheris.Setup(
        [sys.argv[0], *where, *flags, str(corpus)], lambda data: targets.check(target, data), custom_mutator=mutator
    )
    atheris.Fuzz()


def run(target: str, flags: list[str]) -> bool:
    """In a process of its own. Prints a line, and the report where there is a finding; returns whether there is none."""
    command = [sys.executable, __file__, target, "--inside", *flags]
    done = subprocess.run(
        command, capture_output=True, text=True, errors="replace", env=os.environ | {"PYTHONHASHSEED": "0"}
    )
    reached = REACHED.findall(done.stderr)
    count, edges, features, inputs = reached[-1] if reached else ("0", "0", "0", "0")
    print(f"{target:<12}{count:>9} executions{edges:>7} edges{features:>7} features{inputs:>6} inputs", flush=True)
    if done.returncode or not reached:
        print(done.stdout[-2000:], done.stderr[-6000:], sep="\n")
    return not done.returncode and bool(reached)


def replay(target: str, file: str) -> None:
    import targets

    print(targets.check(target, Path(file).read_bytes()))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", nargs="*", default=NAMES, help=", ".join(NAMES))
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--runs", type=int, default=-1, help="executions at most, for each target")
    parser.add_argument("--seed", type=int, default=0, help="0: another one each time")
    parser.add_argument("--keep", action="store_true", help="add what was found to the regression inputs")
    parser.add_argument("--replay", metavar="FILE", help="run one input")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    flags = [f"-max_total_time={given.seconds}", f"-runs={given.runs}", f"-seed={given.seed}"]
    if given.replay:
        replay(given.target[0], given.replay)
        return 0
    if given.inside:
        given_flags = ["-print_final_stats=1", *flags]
        fuzz(given.target[0], given_flags)
    wanted = [f"--seconds={given.seconds}", f"--runs={given.runs}", f"--seed={given.seed}"]
    results = [run(target, wanted) for target in given.target]  # each of them, also after one that fails
    sound = all(results)
    if given.keep:
        import kept

        for target in given.target:
            kept.keep(target, sorted((WORK / target / "corpus").iterdir()))
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
