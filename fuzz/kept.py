"""The regression inputs, `tests/fuzz/TARGET.json`: a list of texts in which a byte that is no UTF-8 is a surrogate."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

MOST, MANY = 3000, 100  # bytes of an input, inputs of a target
FOLDER = Path(__file__).resolve().parent.parent / "tests" / "fuzz"


def inputs(target: str) -> list[bytes]:
    file = FOLDER / f"{target}.json"
    found: list[str] = json.loads(file.read_text("utf-8")) if file.exists() else []
    return [text.encode("utf-8", "surrogateescape") for text in found]


def keep(target: str, files: Iterable[Path]) -> None:
    """Add those inputs that take a step in the source which no seed, kept or smaller input takes, or that are refused for
    reasons which stand together nowhere else."""
    import coverage
    import seeds
    import targets

    known: set[object] = set()
    meter = coverage.Coverage(data_file=None, branch=True, source=["subsidy_rules"])
    meter.set_option("run:disable_warnings", ["module-not-measured"])

    def new(data: bytes) -> bool:
        meter.erase()
        meter.start()
        try:
            outcome = targets.check(target, data)
        finally:
            meter.stop()
        found = meter.get_data()
        taken = {(file, *arc) for file in found.measured_files() for arc in found.arcs(file) or ()}
        fresh = ({outcome} | taken) - known
        known.update(fresh)
        return bool(fresh)

    old = inputs(target)
    for data in (*seeds.seeds(target), *old):
        new(data)
    found = sorted((data for file in files if len(data := file.read_bytes()) <= MOST), key=len)
    more = [data for data in found if new(data)][: MANY - len(old)]
    FOLDER.mkdir(exist_ok=True)
    texts = [targets.text_of(data) for data in (*old, *more)]
    (FOLDER / f"{target}.json").write_text(json.dumps(texts, indent=0) + "\n", "utf-8")
    print(f"{target}: {len(more)} inputs more, {len(texts)} in all")
