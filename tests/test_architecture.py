"""Layers hold: imports go down only, without cycles, and each third-party library has its one place."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "subsidy_rules"
FLOORS = {
    "errors": 0, "money": 0, "version": 0,
    "expr": 1, "reading": 1,
    "model": 2,
    "loading": 3, "engine": 3, "explain": 3,
    "advice": 4, "columnar": 4, "examples": 4, "schemas": 4, "lint": 4, "rules": 5,
    "verify": 6, "testing": 6, "ledger": 6, "files": 6, "cluster": 6,
    "service": 7, "simulate": 7,
    "cli": 8,
    "": 9,  # the face; it imports at first use
}  # fmt: skip
SIDE_BY_SIDE = {"loading", "engine", "explain"}  # agree by test, not by sharing code
FENCES = {
    "yaml": {"reading"}, "simpleeval": {"expr"},
    "pydantic": {"model", "loading", "rules", "schemas", "service", "simulate"},
    "typer": {"cli"}, "click": {"cli"}, "rich": {"cli"}, "z3": {"verify"},
    "matplotlib": {"verify", "simulate"}, "jinja2": {"simulate"},
    "numpy": {"columnar", "files", "simulate", "cluster"}, "pyarrow": {"columnar", "files", "simulate", "cluster"},
    "pyspark": {"cluster"}, "distributed": {"cluster"},
    "hypothesis": {"testing"}, "pytest": {"testing"}, "openpyxl": {"testing"},
    "sqlalchemy": {"ledger"}, "alembic": {"ledger"}, "xlsxwriter": {"files", "service"},
    "anyio": {"service"}, "fastapi": {"service"}, "pebble": {"service"}, "prometheus_client": {"service"},
    "starlette": {"service"}, "uvicorn": {"service"},
}  # fmt: skip
STANDARD = set(__import__("sys").stdlib_module_names)


def modules() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def part(path: Path) -> str:
    """The floor's name: the package or module directly below `subsidy_rules`."""
    first = path.relative_to(SOURCE).parts[0]
    return "" if first == "__init__.py" else first.removesuffix(".py")


def imports(path: Path) -> list[tuple[int, str]]:
    """(line, dotted name) of every import, relative ones resolved against the package."""
    package = ["subsidy_rules", *path.relative_to(SOURCE).parts[:-1]]
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            stem = [*base, *(node.module.split(".") if node.module else [])]
            if node.level and not node.module:  # a module beside this one, or the face
                found += [(node.lineno, ".".join([*stem, alias.name])) for alias in node.names]
            else:
                found.append((node.lineno, ".".join(stem)))
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_go_down_and_stay_inside_their_fence(path: Path) -> None:
    mine = part(path)
    for line, name in imports(path):
        top, *rest = name.split(".")
        where = f"{path.relative_to(SOURCE)}:{line} imports {name}"
        if top == "subsidy_rules":
            other = rest[0] if rest else ""
            assert other == mine or FLOORS[other] <= FLOORS[mine], f"{where}: upwards"
            sideways = other != mine and {other, mine} <= SIDE_BY_SIDE
            assert not sideways, f"{where}: sideways"
        elif top not in STANDARD:
            assert top in FENCES and mine in FENCES[top], f"{where}: outside its fence"


def test_no_cycles() -> None:
    """Between modules, by depth-first search."""
    names = {
        ".".join(["subsidy_rules", *p.relative_to(SOURCE).with_suffix("").parts]).removesuffix(".__init__"): p
        for p in modules()
    }
    edges = {
        name: {i for _, i in imports(path) if i in names and i != name}
        for name, path in names.items()
        if name != "subsidy_rules"
    }
    done: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, " → ".join((*above, name))
        if name not in done:
            for other in sorted(edges.get(name, ())):
                visit(other, (*above, name))
            done.add(name)

    for name in edges:
        visit(name, ())


def test_nothing_in_the_source_knows_a_city() -> None:
    for path in modules():
        text = path.read_text(encoding="utf-8").lower()
        for city in ("jiangyin", "yancheng", "suzhou", "binjiang", "tongxiang", "江阴", "盐城", "苏州", "滨江", "桐乡"):
            assert city not in text, f"{path}: {city}"
