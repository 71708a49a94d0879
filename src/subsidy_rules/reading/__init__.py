"""Bytes of YAML or JSON into plain trees of text, each value with its place in the file; anything doubtful is refused.

A tree is text, a list of trees or a mapping from text to trees. Every scalar is text exactly as written: `no`, `0.30`,
`12:30` and `2026-01-01` mean what the model says, not what the notation guesses. All problems are raised together as
:class:`ProblemsError`. Work and memory are bounded by the size of the input, which is checked first.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import yaml

from ..errors import ProblemsError, echo
from .json_tree import json_tree
from .text import MAX_DEPTH, Path, Place, Report, Tree, check_key, check_text, decode, position

MAX_YAML_BYTES = 2_000_000
MAX_JSON_BYTES = 20_000_000  # a list of applications may be long
MAX_YAML_NODES = 100_000  # keys count as well as values


@dataclass(frozen=True)
class Document:
    """What a file says. `marks` gives line and column, from 1, of each value: a mapping's value stands at its key."""

    value: Tree
    marks: Mapping[Path, Place]
    file: str
    sha256: str


def read(path: str | os.PathLike[str]) -> Document:
    """Read a .yaml, .yml or .json file. Raises ProblemsError, also if the file is missing, too large or no file."""
    file = os.fspath(path)
    report = Report(file)
    suffix = os.path.splitext(file)[1].lower()
    if suffix not in (".yaml", ".yml", ".json"):
        report.refuse("SR104", (0, 0), found=echo(suffix), expected=".yaml, .yml or .json")
    limit = MAX_JSON_BYTES if suffix == ".json" else MAX_YAML_BYTES
    try:
        regular = stat.S_ISREG(os.stat(file).st_mode)  # asked before opening: a pipe would wait for ever
        data = _first_bytes(file, limit + 1) if regular else None  # one byte too many tells that a file is too large
    except FileNotFoundError:
        report.refuse("SR101", (0, 0))
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        report.refuse("SR103", (0, 0), found=echo(getattr(error, "strerror", None) or str(error)))
    if data is None:
        report.refuse("SR102", (0, 0))
    return read_json(data, file) if suffix == ".json" else read_yaml(data, file)


def _first_bytes(file: str, count: int) -> bytes:
    with open(file, "rb") as stream:
        return stream.read(count)


def read_json(data: bytes, file: str) -> Document:
    """Read a JSON object or array. Raises ProblemsError with all that is wrong; values have no marks."""
    report = Report(file)
    value = json_tree(decode(data, MAX_JSON_BYTES, report, tabs=True), report)
    return Document(value, {}, file, hashlib.sha256(data).hexdigest())


def locate(document: Document, loc: Sequence[str | int]) -> Place:
    """The place of the longest known beginning of `loc`; (0, 0) if none is known, as in JSON."""
    path = tuple(loc)
    while path and path not in document.marks:
        path = path[:-1]
    return document.marks.get(path, (0, 0))


# libyaml is some fifty times as fast as the parser in Python. Both hand out a stream of events without recursion, so
# depth is counted here, before anything is built; the composers and constructors of PyYAML are not used at all.
_ENGINE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BLOCKS = ("|", ">")  # styles of scalars
_TIGHT_HASH = re.compile(r"[|>][-+0-9]*#")
_TIGHT_COLON = re.compile(r" *:[\[\]{},]")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_MARKER = re.compile(r"^(?:%.*|(?:---|\.\.\.)(?=\s|$).*)", re.MULTILINE)


def read_yaml(data: bytes, file: str) -> Document:
    """Read one YAML document whose top is a mapping. Raises ProblemsError with all that is wrong."""
    report = Report(file)
    text = decode(data, MAX_YAML_BYTES, report, tabs=False)
    _check_markers(text, report)
    tree = _YamlTree(text, report)
    try:
        for event in yaml.parse(text, Loader=_ENGINE):
            tree.take(event)
    except ProblemsError:
        raise
    except yaml.MarkedYAMLError as error:
        _add_syntax(error, report)
    except (yaml.YAMLError, ValueError, OverflowError):  # the parser in Python on "\UFFFFFFFF"
        report.add("SR110", tree.at, message="an escape that names no character")
    report.stop()
    return Document(tree.top, tree.marks, file, hashlib.sha256(data).hexdigest())


def _check_markers(text: str, report: Report) -> None:
    """Directives, and document marks with anything else in their line: the engines disagree about those."""
    for match in _MARKER.finditer(text):
        line = match[0]
        if line.startswith("%"):
            report.add("SR119", position(text, match.start()), found=echo(line))
        elif line.rstrip(" ") not in ("---", "..."):
            report.add("SR120", position(text, match.start()), found=echo(line))
    report.stop()


def _add_syntax(error: yaml.MarkedYAMLError, report: Report) -> None:
    at = _place(error.problem_mark or error.context_mark)
    says = ", ".join(part for part in (error.context, error.problem) if part)[:200]
    if "maximum nesting" in says:
        report.add("SR113", at, expected=f"at most {MAX_DEPTH} levels")
    else:
        report.add("SR110", at, message=f"not well-formed YAML: {says}")


def _place(mark: Any) -> Place:
    return (mark.line + 1, mark.column + 1) if mark else (0, 0)


class _Frame:
    """A list or mapping that is being filled. `key` is the mapping's key whose value is awaited."""

    __slots__ = ("box", "flow", "key", "path")

    def __init__(self, box: list[Tree] | dict[str, Tree], path: Path, *, flow: bool) -> None:
        self.box = box
        self.path = path
        self.flow = flow  # written with brackets
        self.key: str | None = None


class _YamlTree:
    """Takes events one by one and fills the tree; holds one frame for each open level."""

    def __init__(self, text: str, report: Report) -> None:
        self.text = text
        self.report = report
        self.top: Tree = {}
        self.marks: dict[Path, Place] = {}
        self.frames: list[_Frame] = []
        self.at: Place = (1, 1)
        self.documents = 0
        self.nodes = 0

    def take(self, event: yaml.Event) -> None:
        self.at = _place(event.start_mark)
        if isinstance(event, yaml.NodeEvent):
            self._take_node(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.frames.pop()
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._give_up("SR120")
        elif isinstance(event, yaml.StreamEndEvent) and not self.documents:
            self.report.add("SR111", self.at)

    def _take_node(self, event: yaml.NodeEvent) -> None:
        self.nodes += 1
        if self.nodes > MAX_YAML_NODES:
            self._give_up("SR114", expected=f"at most {MAX_YAML_NODES} keys and values")
        if isinstance(event, yaml.CollectionStartEvent):
            if len(self.frames) >= MAX_DEPTH:
                self._give_up("SR113", expected=f"at most {MAX_DEPTH} levels")
            box: list[Tree] | dict[str, Tree] = {} if isinstance(event, yaml.MappingStartEvent) else []
            path = self._attach(event, box)
            self.frames.append(_Frame(box, path, flow=bool(event.flow_style)))
        elif isinstance(event, yaml.ScalarEvent):
            disputed = self._is_disputed(event)
            # The last line breaks of a block belong to its layout, not to its text.
            path = self._attach(event, event.value.rstrip("\n") if event.style in _BLOCKS else event.value)
            if disputed:
                self.report.add("SR129", self.at, path, found=echo(event.value))
        else:
            path = self._attach(event, "")
        self._refuse_extras(event, path)

    def _is_disputed(self, event: yaml.ScalarEvent) -> bool:
        """What one engine takes and the other refuses: `|#`, and in brackets `?` in plain text or `:[` after it."""
        if event.style in _BLOCKS:
            return self._stands(_TIGHT_HASH, event.start_mark)
        if event.implicit[0] and self.frames and self.frames[-1].flow:
            return "?" in event.value or self._stands(_TIGHT_COLON, event.end_mark)
        return False

    def _stands(self, pattern: re.Pattern[str], mark: Any) -> bool:
        return pattern.match(self.text, mark.index) is not None

    def _attach(self, event: yaml.NodeEvent, value: Tree) -> Path:
        """Put a key or value in its place and return its path."""
        if not self.frames:
            self._attach_top(event, value)
            return ()
        frame = self.frames[-1]
        if isinstance(frame.box, list):
            path = (*frame.path, len(frame.box))
            frame.box.append(value)
            self.marks[path] = self.at
        elif frame.key is None:
            return self._attach_key(event, value, frame, frame.box)
        else:
            path = (*frame.path, frame.key)
            frame.box[frame.key] = value
            frame.key = None
        self._check_value(event, value, path)
        return path

    def _attach_top(self, event: yaml.NodeEvent, value: Tree) -> None:
        self.top = value
        self.marks[()] = self.at
        if isinstance(event, yaml.ScalarEvent) and event.implicit[0] and value == "":
            self.report.add("SR111", self.at)  # nothing but `---`
        elif not isinstance(value, dict):
            self.report.add("SR112", self.at)

    def _attach_key(self, event: yaml.NodeEvent, value: Tree, frame: _Frame, box: dict[str, Tree]) -> Path:
        if not isinstance(event, yaml.ScalarEvent) or not isinstance(value, str):
            frame.key = "?"  # stands for the key that cannot be one, so that reading can go on
            path = (*frame.path, frame.key)
            if not isinstance(event, yaml.AliasEvent):
                self.report.add("SR124", self.at, path)
            return path
        frame.key = value
        path = (*frame.path, value)
        if value in box:
            line, column = self.marks.get(path, (0, 0))
            self.report.add("SR121", self.at, path, found=echo(value), expected=f"once; first at {line}:{column}")
        else:
            self.marks[path] = self.at
        check_key(value, self.at, path, self.report)
        return path

    def _check_value(self, event: yaml.NodeEvent, value: Tree, path: Path) -> None:
        if not isinstance(event, yaml.ScalarEvent) or not isinstance(value, str):
            return
        if event.implicit[0] and value in _NULLS:
            self.report.add("SR123", self.at, path, found=echo(value))
        else:
            check_text(value, self.at, path, self.report)

    def _refuse_extras(self, event: yaml.NodeEvent, path: Path) -> None:
        if isinstance(event, yaml.AliasEvent):
            self.report.add("SR116", self.at, path, found=echo(f"*{event.anchor}"))
        elif event.anchor is not None:
            self.report.add("SR115", self.at, path, found=echo(f"&{event.anchor}"))
        tag = getattr(event, "tag", None)
        if tag is not None:
            self.report.add("SR117", self.at, path, found=echo(tag))

    def _give_up(self, code: str, expected: str = "") -> NoReturn:
        self.report.refuse(code, self.at, self.frames[-1].path if self.frames else (), expected=expected)
