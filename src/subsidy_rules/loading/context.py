"""Where a problem is, and the collecting of problems: one context for each file that is checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from ..errors import Problem, ProblemsError, echo, nearest
from ..expr import ExprError, FactType, Tree, parse
from ..reading import Document
from ..reading.codes import CODES as READING
from ..reading.text import MAX_PROBLEMS
from .codes import CODES

Loc = tuple[str | int, ...]
M = TypeVar("M", bound=BaseModel)


@dataclass
class Context:
    """One file with its marks, and what was found wrong with it so far."""

    document: Document
    problems: list[Problem] = field(default_factory=list)

    def add(
        self,
        code: str,
        loc: Loc,
        message: str = "",
        *,
        found: str = "",
        expected: str = "",
        nearest: str = "",
        severity: str = "error",
        offset: int = 0,
    ) -> None:
        """Note a problem at a field; `offset` moves the column into the field's text.

        Raises ProblemsError when there are too many: looking for the nearest name takes time.
        """
        line, column = self.place(loc)
        message = message or CODES[code].en
        self.problems.append(
            Problem(
                self.document.file,
                line,
                column + offset,
                code,
                self.path(loc),
                message,
                found,
                expected,
                nearest,
                severity,
            )
        )
        if severity == "error" and len(self.problems) >= MAX_PROBLEMS:
            self.problems.append(Problem(self.document.file, line, column, "SR128", message=READING["SR128"][1]))
            self.stop()

    def place(self, loc: Loc) -> tuple[int, int]:
        """Line and column of the nearest thing in the file; a shorthand (`pays: {…}` for a list of one) is seen through."""
        node: object = self.document.value
        path: Loc = ()
        for part in loc:
            if (isinstance(node, dict) and part in node) or (isinstance(node, list) and isinstance(part, int)):
                node = node[part]  # type: ignore[index]
                path += (part,)
        return self.document.marks.get(path, (0, 0))

    def path(self, loc: Loc) -> str:
        """`rules.compute-voucher.pays.0.rate`: list positions replaced by ids where the entries have one."""
        node: object = self.document.value
        parts: list[str] = []
        for part in loc:
            inside = (isinstance(node, dict) and part in node) or (isinstance(node, list) and isinstance(part, int))
            node = node[part] if inside else node  # type: ignore[index]
            named = isinstance(part, int) and isinstance(node, dict) and isinstance(node.get("id"), str)
            text = str(node["id"]) if named else str(part)  # type: ignore[index]
            parts.append(text if text.isprintable() and len(text) <= 64 else echo(text))
        return ".".join(parts)

    def expression(self, text: str, scope: Mapping[str, FactType], want: str | None, loc: Loc) -> Tree | None:
        """Parse one expression of the file; its slips become problems at its place."""
        try:
            return parse(text, scope, want)
        except ExprError as error:
            for slip in error.problems:
                self.add(
                    slip.code,
                    loc,
                    slip.message,
                    found=slip.found,
                    expected=slip.expected,
                    nearest=slip.nearest,
                    offset=slip.column - 1,
                )
            return None

    def stop(self) -> None:
        """Raise all problems, if one of them is an error."""
        if any(problem.severity == "error" for problem in self.problems):
            raise ProblemsError(self.problems)


def shaped(model: type[M], context: Context) -> M | None:
    """The file as a model; None where its shape is wrong, with every deviation noted."""
    try:
        return model.model_validate(context.document.value)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_context=False):
            _add_detail(model, context, detail["type"], detail["loc"], detail["msg"], detail["input"])
        return None


def _add_detail(model: type[BaseModel], context: Context, kind: str, loc: Loc, message: str, value: object) -> None:
    if kind == "extra_forbidden":
        name = str(loc[-1])
        known = _known_keys(model, loc[:-1])
        context.add("SR301", loc, found=echo(name), expected=_listed(known), nearest=nearest(name, known))
    elif kind == "missing":
        context.add("SR302", loc, expected=str(loc[-1]))
    else:
        found = echo(value) if isinstance(value, str) else type(value).__name__ if value is not None else ""
        found = {"dict": "a mapping", "list": "a list"}.get(found, found)
        context.add("SR303", loc, found=found, expected=message.removeprefix("Value error, "))


def _listed(names: Sequence[str]) -> str:
    return "one of " + ", ".join(sorted(names)[:40]) if names else ""


def _known_keys(model: type[BaseModel], loc: Loc) -> list[str]:
    """The keys that a mapping at `loc` may have, found by walking the models along the path."""
    here: list[type[BaseModel]] = [model]
    for part in loc:
        if isinstance(part, int):
            continue
        fields = [f for m in here for name, f in m.model_fields.items() if part in (f.alias or name, name)]
        if fields:
            here = [m for f in fields for m in _models(f.annotation)]
    return sorted({f.alias or name for m in here for name, f in m.model_fields.items()})


def _models(annotation: object) -> list[type[BaseModel]]:
    """Every model that a type mentions."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [m for arg in getattr(annotation, "__args__", ()) for m in _models(arg)]
