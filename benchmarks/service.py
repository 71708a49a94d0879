"""`python benchmarks/service.py`: requests a second and p99 of the service → service.json and service.md.

The same 50 rules and the same application, asked of the service, of zen-engine behind the same framework, and of OpenFisca's own
`serve`, each with two processes that evaluate, by wrk on this machine. All must give the same total first. Then, in rounds and in
random order, each is asked as fast as it answers, and then at half of the most that it answered, with pauses of random length.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import run
from workload import YEAR, Workload, application, make

HERE = Path(__file__).resolve().parent
BIN = run.PYTHON.parent
RULES, CONNECTIONS, PACED = 50, 16, 32
FLOAT32 = 1e-6  # relative: what OpenFisca computes with
REQUIREMENTS = ["-r", str(HERE / "service-requirements.txt"), "-e", f"{HERE.parent}[service]"]
NAMES = {"ours": "**subsidy_rules**", "zen": "zen-engine + FastAPI", "openfisca": "OpenFisca `serve`"}
DOES = {
    "ours": "admits and assesses: both ends, every reason",
    "zen": "one end, no reasons",
    "openfisca": "one end, no reasons, float32",
}
LUA = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = io.open({body!r}):read("*a")
{pause}
"""
PAUSE = "math.randomseed({seed})\nfunction delay() return math.floor(-math.log(1 - math.random()) * {mean} + 0.5) end"


@dataclass
class Contender:
    """A server. `path` and `body`: what it is asked; `total`: the answer's, in yuan."""

    name: str
    command: list[str]
    path: str
    body: Any
    port: int = 0
    total: float = 0.0
    peaks: list[float] = field(default_factory=list)
    paced: list[dict[str, float]] = field(default_factory=list)


def contenders(work: Workload) -> list[Contender]:
    items = [{"kind": kind, "facts": facts} for _, kind, facts in work.items]
    python, openfisca = str(run.PYTHON), str(BIN / "openfisca")
    country = ["--country-package", "serving.openfisca_workload", "--workers", "2", "--timeout", "60"]
    return [
        Contender("ours", [python, "-m", "serving.ours", "{port}"], "/v1/assess", {"application": application(work)}),
        Contender(
            "zen", [python, "-m", "serving.zen", "{port}"], "/assess", {"applicant": work.applicant, "items": items}
        ),
        Contender("openfisca", [openfisca, "serve", *country, "--port", "{port}"], "/calculate", situation(work)),
    ]


def situation(work: Workload) -> dict[str, Any]:
    """As `peers/openfisca.py` states it, with the total asked for."""

    def dated(values: dict[str, Any]) -> dict[str, Any]:
        return {name: {str(YEAR): value} for name, value in values.items()}

    items = {name: dated(facts | {f"is_{kind}": True}) for name, kind, facts in work.items}
    firm = dated(work.applicant) | {"claimed": list(items), "total": {str(YEAR): None}}
    return {"items": items, "firms": {"firm": firm}}


def total_of(name: str, answer: Any) -> float:
    if name == "ours":
        return float(answer["assessment"]["totals"][0]["ceiling"])
    return answer["total"] / 100 if name == "zen" else float(answer["firms"]["firm"]["total"][str(YEAR)])


@contextmanager
def serving(one: Contender, folder: Path) -> Iterator[None]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        one.port = probe.getsockname()[1]
    body = folder / f"{one.name}.json"
    body.write_text(json.dumps(one.body), "utf-8")
    command = [part.format(port=one.port) for part in one.command]
    environment = os.environ | {"PYTHONPATH": str(HERE)}
    log = (folder / f"{one.name}.log").open("w")
    process = subprocess.Popen(command, cwd=HERE, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        one.total = total_of(one.name, asked(one, process))
        yield
    finally:
        with suppress(ProcessLookupError):  # it ended by itself
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def asked(one: Contender, process: subprocess.Popen[bytes]) -> Any:
    """One answer, as soon as the server gives one."""
    address = f"http://127.0.0.1:{one.port}{one.path}"
    for _ in range(300):
        request = urllib.request.Request(address, json.dumps(one.body).encode(), {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=20) as reply:
                return json.load(reply)
        except (ConnectionError, urllib.error.URLError) as error:
            if isinstance(error, urllib.error.HTTPError) or process.poll() is not None:
                raise SystemExit(f"{one.name}: {error}") from error
            time.sleep(0.2)
    raise SystemExit(f"{one.name} does not answer")


def wrk(one: Contender, folder: Path, seconds: float, connections: int, pause: float = 0.0) -> dict[str, float]:
    """Requests a second, and p50 and p99 in milliseconds. `pause`: mean milliseconds between two requests of a connection."""
    script = folder / "script.lua"
    paced = PAUSE.format(seed=random.randrange(10**6), mean=pause) if pause else ""
    script.write_text(LUA.format(body=str(folder / f"{one.name}.json"), pause=paced), "utf-8")
    command = [
        "wrk",
        "-t1",
        f"-c{connections}",
        f"-d{seconds:.0f}s",
        "--latency",
        "--timeout",
        "10s",
        "-s",
        str(script),
    ]
    done = subprocess.run(
        [*command, f"http://127.0.0.1:{one.port}{one.path}"], check=True, capture_output=True, text=True
    )
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise SystemExit(f"{one.name}:\n{done.stdout}")
    found = re.search(r"Requests/sec: +([\d.]+)", done.stdout)
    assert found, done.stdout
    return {"rps": float(found[1]), "p50": _latency(done.stdout, "50%"), "p99": _latency(done.stdout, "99%")}


def _latency(text: str, share: str) -> float:
    found = re.search(rf"^ +{share} +([\d.]+)(us|ms|s) *$", text, re.M)
    assert found, text
    return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]]


def measure(rounds: int, seconds: float, folder: Path) -> list[Contender]:
    """Only the one that is asked runs: the others are stopped meanwhile, so that no idle server takes anything from it."""
    found = contenders(make(RULES))
    for at in range(rounds):
        for one in random.sample(found, len(found)):
            print(f"round {at + 1} of {rounds}: {one.name}", file=sys.stderr, flush=True)
            with serving(one, folder):
                wrk(one, folder, 2, CONNECTIONS)  # until everything is warm
                one.peaks.append(wrk(one, folder, seconds, CONNECTIONS)["rps"])
                half = max(one.peaks) / 2
                one.paced.append(wrk(one, folder, seconds, PACED, PACED / half * 1000) | {"asked": half})
        if any(abs(one.total - found[0].total) > FLOAT32 * found[0].total for one in found):
            raise SystemExit(f"not the same total: {[(one.name, one.total) for one in found]}")
    return found


def summary(found: list[Contender]) -> list[dict[str, Any]]:
    return [
        {
            "contender": one.name,
            "requests_per_second": {"most": max(one.peaks), "median": statistics.median(one.peaks), "all": one.peaks},
            "at_half": {
                "requests_per_second": statistics.median(each["rps"] for each in one.paced),
                "p50_ms": statistics.median(each["p50"] for each in one.paced),
                "p99_ms": statistics.median(each["p99"] for each in one.paced),
                "p99_ms_all": [each["p99"] for each in one.paced],
            },
        }
        for one in found
    ]


def table(results: dict[str, Any]) -> str:
    machine, found = results["machine"], {one["contender"]: one for one in results["contenders"]}
    lines = [
        "# Benchmark of the service", "",
        f"Python {machine['python']}, {machine['system']}, {machine['cores']} cores that also ask, load {machine['load']} at the "
        f"start; {results['rounds']} rounds of {results['seconds']} s in random order; medians. {RULES} rules, 10 items, 60 "
        "claims; all give the same total. Made by `python benchmarks/service.py`.", "",
        "| | does | requests/s | at half of it: requests/s | p50, ms | p99, ms |", "| --- | --- | ---: | ---: | ---: | ---: |",
    ]  # fmt: skip
    for name, one in found.items():
        half = one["at_half"]
        cells = [f"{one['requests_per_second']['median']:,.0f}", f"{half['requests_per_second']:,.0f}"]
        cells += [f"{half['p50_ms']:.1f}", f"{half['p99_ms']:.1f}"]
        lines.append(f"| {NAMES[name]} | {DOES[name]} | {' | '.join(cells)} |")
    ratio = found["ours"]["requests_per_second"]["median"] / found["openfisca"]["requests_per_second"]["median"]
    p99 = found["ours"]["at_half"]["p99_ms"]
    lines += [
        "", "| target | asked | measured | |", "| --- | --- | --- | --- |",
        f"| requests/s ÷ OpenFisca's | ≥ 5 | {ratio:.1f} | {_met(ratio >= 5)} |",
        f"| p99 at half of the most | < 20 ms | {p99:.1f} ms | {_met(p99 < 20)} |",
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _met(met: bool) -> str:
    return "met" if met else "**missed**"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--to", type=Path, default=HERE, help="folder of service.json and service.md")
    options = parser.parse_args()
    if not shutil.which("wrk"):
        raise SystemExit("wrk is missing: apt-get install wrk")
    run.install()
    subprocess.run([run.PYTHON, "-m", "pip", "install", "-qq", *REQUIREMENTS], check=True)
    folder = HERE.parent / "build" / "service-benchmark"
    folder.mkdir(parents=True, exist_ok=True)
    machine = run.machine()
    found = measure(options.rounds, options.seconds, folder)
    results = {"machine": machine, "rounds": options.rounds, "seconds": options.seconds, "contenders": summary(found)}
    (options.to / "service.json").write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    (options.to / "service.md").write_text(table(results), "utf-8")
    print(table(results))


if __name__ == "__main__":
    main()
