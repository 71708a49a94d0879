"""The reader: what it reads as plain text trees, what it refuses and where, and that hostile input costs little."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from subsidy_rules import read as reader
from subsidy_rules.errors import ProblemsError
from subsidy_rules.read import Document, locate, read, read_json, read_yaml
from subsidy_rules.read_codes import CODES
from subsidy_rules.read_text import MAX_PROBLEMS, dotted, is_clean

ENGINES = [yaml.SafeLoader, *([yaml.CSafeLoader] if hasattr(yaml, "CSafeLoader") else [])]


@pytest.fixture(params=ENGINES, ids=lambda loader: loader.__name__)
def engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(reader, "_ENGINE", request.param)
    return request.param


def refused(call: Any, *args: Any) -> list[tuple[str, int, int, str]]:
    with pytest.raises(ProblemsError) as caught:
        call(*args)
    assert all(p.message and p.code in CODES for p in caught.value.problems)
    str(caught.value).encode("utf-8")  # may be printed anywhere
    return [(p.code, p.line, p.column, p.field) for p in caught.value.problems]


# --- YAML that is read ------------------------------------------------------------------------------------------------

GOOD_YAML: list[tuple[str, Any]] = [
    ("a: 1", {"a": "1"}),
    ("a: 1\n", {"a": "1"}),
    ("a: no\nb: on\nyes: y", {"a": "no", "b": "on", "yes": "y"}),
    ("a: 017\nb: 0o17\nc: 0x1F\nd: 1_000", {"a": "017", "b": "0o17", "c": "0x1F", "d": "1_000"}),
    ("a: 12:30\nb: 190:20:30", {"a": "12:30", "b": "190:20:30"}),
    ("a: 1e3\nb: .inf\nc: .NaN\nd: 12.50", {"a": "1e3", "b": ".inf", "c": ".NaN", "d": "12.50"}),
    ("a: 2024-02-30\nb: 2024-1-1", {"a": "2024-02-30", "b": "2024-1-1"}),
    ("a: 110101199003071234", {"a": "110101199003071234"}),
    ("a: true\nb: False", {"a": "true", "b": "False"}),
    ("a: 1000万元\nb: 30%", {"a": "1000万元", "b": "30%"}),
    ("条款: （六）、“算力券”：¥５", {"条款": "（六）、“算力券”：¥５"}),
    ("a: 'it''s'", {"a": "it's"}),
    ('a: "x\\ny\\u4e2d"', {"a": "x\ny中"}),
    ("a: ''", {"a": ""}),
    ("a: 'null'\nb: \"~\"", {"a": "null", "b": "~"}),
    ("a: nullable", {"a": "nullable"}),
    ("a: |\n  x\n  y\n", {"a": "x\ny"}),
    ("a: |+\n  x\n\n", {"a": "x"}),
    ("a: |-\n  x", {"a": "x"}),
    ("a: >\n  x\n  y\n\n  z\n", {"a": "x y\nz"}),
    ("a: | # note\n  x\n", {"a": "x"}),
    ("a: x\n  y\n", {"a": "x y"}),
    ("a: [x, 'y', \"z\"]", {"a": ["x", "y", "z"]}),
    ("a: []\nb: {}", {"a": [], "b": {}}),
    ("{}", {}),
    ('{"a": 1, "b": [1, {"c": "d"}]}', {"a": "1", "b": ["1", {"c": "d"}]}),
    ("a:\n- b: 1\n  c: 2\n- d\n", {"a": [{"b": "1", "c": "2"}, "d"]}),
    ("- : 1\n" and "a: [b: 1]", {"a": [{"b": "1"}]}),
    ("---\na: 1\n", {"a": "1"}),
    ("# top\n--- \na: 1\n...\n# end\n", {"a": "1"}),
    ("a: 1 # note\n\n# more\nb: x#y\n", {"a": "1", "b": "x#y"}),
    ("a: level in ('A', 'B')", {"a": "level in ('A', 'B')"}),
    ("a: x: y" and "a: 'x: y'", {"a": "x: y"}),
    ("a: http://x.cn/?q=1", {"a": "http://x.cn/?q=1"}),
    ("a: ['x?']", {"a": ["x?"]}),
    ("a: 1\r\nb: |\r\n  x\r\n  y\r\n", {"a": "1", "b": "x\ny"}),
    ("a b: 1\n'c: d': 2", {"a b": "1", "c: d": "2"}),
    ("a: 1\nA: 2\n", {"a": "1", "A": "2"}),
    ("a: " + "[" * 19 + "]" * 19, {"a": json.loads("[" * 19 + "]" * 19)}),
    ("a: 😀龙\U00020000", {"a": "😀龙\U00020000"}),
    ("a: x*y & !z", {"a": "x*y & !z"}),
    ("a: '&x *y !z <<'", {"a": "&x *y !z <<"}),
    ("a: x\n  %y", {"a": "x %y"}),
    ("a: ----", {"a": "----"}),
]


@pytest.mark.parametrize(("text", "value"), GOOD_YAML)
def test_yaml_scalars_are_text_as_written(text: str, value: Any, engine: Any) -> None:
    data = text.encode()
    document = read_yaml(data, "f.yaml")
    assert document.value == value
    assert (document.file, document.sha256) == ("f.yaml", hashlib.sha256(data).hexdigest())


def test_marks_stand_at_keys_and_items(engine: Any) -> None:
    document = read_yaml("甲:\n  - x\n  - {y: z, w: [1,  2]}\n  - - v\nb: |\n  t\n".encode(), "f")
    assert document.marks == {
        (): (1, 1),
        ("甲",): (1, 1),
        ("甲", 0): (2, 5),
        ("甲", 1): (3, 5),
        ("甲", 1, "y"): (3, 6),
        ("甲", 1, "w"): (3, 12),
        ("甲", 1, "w", 0): (3, 16),
        ("甲", 1, "w", 1): (3, 20),
        ("甲", 2): (4, 5),
        ("甲", 2, 0): (4, 7),
        ("b",): (5, 1),
    }


def test_locate_goes_up_to_what_is_known() -> None:
    document = read_yaml(b"a:\n  - b: 1\n", "f")
    assert locate(document, ["a", 0, "b"]) == (2, 5)
    assert locate(document, ["a", 0, "c", "d"]) == (2, 5)
    assert locate(document, ("a", 7)) == (1, 1)
    assert locate(document, ()) == (1, 1)
    assert locate(document, ["z"]) == (1, 1)
    assert locate(read_json(b'{"a": 1}', "f"), ["a"]) == (0, 0)


# --- YAML that is refused ---------------------------------------------------------------------------------------------

BAD_YAML: list[tuple[str | bytes, list[tuple[str, int, int, str]]]] = [
    # bytes and characters
    (b"a: 1".decode().encode("utf-16"), [("SR106", 1, 1, "")]),
    ("a: 1".encode("utf-16-le"), [("SR106", 1, 1, "")]),
    ("a: 1".encode("utf-16-be"), [("SR106", 1, 1, "")]),
    ("a: 1".encode("utf-32-le"), [("SR106", 1, 1, "")]),
    ("b: 1\na: 中".encode("gbk"), [("SR106", 2, 4, "")]),
    (b"a: \xed\xa0\x80", [("SR106", 1, 4, "")]),
    (b"a: \xc0\x80", [("SR106", 1, 4, "")]),
    (b"a: \xff", [("SR106", 1, 4, "")]),
    ("\ufeffa: 1", [("SR107", 1, 1, "")]),
    ("a: 1\n\ufeffb: 1", [("SR108", 2, 1, "")]),
    ("a: x\0", [("SR108", 1, 5, "")]),
    ("a: \x07x\nb: \x1b[31m", [("SR108", 1, 4, ""), ("SR108", 2, 4, "")]),
    ("a: \x7f", [("SR108", 1, 4, "")]),
    ("note: x\x85injected: 1", [("SR108", 1, 8, "")]),
    ("a: x\u2028b: 1", [("SR108", 1, 5, "")]),
    ("a: x\u2029b: 1", [("SR108", 1, 5, "")]),
    ("a: \u202ex", [("SR108", 1, 4, "")]),
    ("a: \u2066x", [("SR108", 1, 4, "")]),
    ("a: x\u200by", [("SR108", 1, 5, "")]),
    ("a: x\u200dy", [("SR108", 1, 5, "")]),
    ("a: x\u2060y", [("SR108", 1, 5, "")]),
    ("a: x\u00ady", [("SR108", 1, 5, "")]),
    ("a: x\u00a0y", [("SR108", 1, 5, "")]),
    ("a: x\u3000y", [("SR108", 1, 5, "")]),
    ("a: x\u3164y", [("SR108", 1, 5, "")]),
    ("a: x\u2800y", [("SR108", 1, 5, "")]),
    ("a: x\ufe0fy", [("SR108", 1, 5, "")]),
    ("a: \ufffd", [("SR108", 1, 4, "")]),
    ("a: \ue000", [("SR108", 1, 4, "")]),
    ("a: \uffff", [("SR108", 1, 4, "")]),
    ("a: \U000e0041", [("SR108", 1, 4, "")]),
    ("a: 1\rb: 2", [("SR108", 1, 5, "")]),
    ("# \u200b", [("SR108", 1, 3, "")]),
    ("a:\t1", [("SR109", 1, 3, "")]),
    ("a:\n\tb: 1", [("SR109", 2, 1, "")]),
    ("a: 'x\ty'\nb: \u200b", [("SR108", 2, 4, ""), ("SR109", 1, 6, "")]),
    ('a: "\\u200b"', [("SR108", 1, 4, "a")]),
    ('a: "x\\Ny"', [("SR108", 1, 4, "a")]),
    ('a: "\\L"', [("SR108", 1, 4, "a")]),
    ('a: "\\0"', [("SR108", 1, 4, "a")]),
    ('a: "\\uFEFFx"', [("SR108", 1, 4, "a")]),
    ('a: "x\\ty"', [("SR109", 1, 4, "a")]),
    ('"a\\u202eb": 1', [("SR108", 1, 1, "'a\\\\u202eb'")]),
    # form
    ("a: [b", [("SR110", 0, 0, "")]),
    ("a: 'b", [("SR110", 0, 0, "")]),
    ("a: b: c", [("SR110", 1, 5, "")]),
    ("a: 1\n b: 2", [("SR110", 2, 3, "")]),
    ("a: @x", [("SR110", 1, 4, "")]),
    ("a: `x`", [("SR110", 1, 4, "")]),
    ('a: "\\q"', [("SR110", 1, 6, "")]),
    ('a: "\\UFFFFFFFF"', [("SR110", 0, 0, "")]),
    ("a: [x,,y]", [("SR110", 1, 7, "")]),
    ("a: 1\n- b", [("SR110", 2, 1, "")]),
    ("a: !x!y z", [("SR110", 1, 4, "")]),
    # nothing, and not a mapping
    ("", [("SR111", 1, 1, "")]),
    ("\n\n", [("SR111", 0, 0, "")]),
    ("# only\n# notes\n", [("SR111", 0, 0, "")]),
    ("---\n", [("SR111", 0, 0, "")]),
    ("---\n...\n", [("SR111", 0, 0, "")]),
    ("- a\n- b", [("SR112", 1, 1, "")]),
    ("text", [("SR112", 1, 1, "")]),
    ("''", [("SR112", 1, 1, "")]),
    ("[]", [("SR112", 1, 1, "")]),
    # size
    ("a: " + "[" * 20 + "]" * 20, [("SR113", 1, 23, "a" + ".0" * 18)]),
    ("".join(" " * i + "a:\n" for i in range(21)) + " " * 21 + "b", [("SR113", 21, 21, ".".join(["a"] * 20))]),
    ("a: [" + "x," * 100_000 + "]", [("SR114", 1, 200_001, "a")]),
    (b"a: " + b"x" * 2_000_000, [("SR105", 0, 0, "")]),
    # what YAML has beyond plain trees
    ("a: &x 1", [("SR115", 1, 4, "a")]),
    ("a: &x [1]\nb: &y {c: 1}", [("SR115", 1, 4, "a"), ("SR115", 2, 4, "b")]),
    ("&k a: 1", [("SR115", 1, 1, "a")]),
    ("a: *x", [("SR116", 1, 4, "a")]),
    ("a: [*x, *y]", [("SR116", 1, 5, "a.0"), ("SR116", 1, 9, "a.1")]),
    ("*x : 1", [("SR116", 1, 1, "'?'")]),
    ("*x", [("SR112", 1, 1, ""), ("SR116", 1, 1, "")]),
    ("a: !!str x", [("SR117", 1, 4, "a")]),
    ("a: !!python/object:os.system x", [("SR117", 1, 4, "a")]),
    ("a: !!set {}\nb: !local []", [("SR117", 1, 4, "a"), ("SR117", 2, 4, "b")]),
    ("a: ! x", [("SR117", 1, 4, "a")]),
    ("!!map {a: 1}", [("SR117", 1, 1, "")]),
    ("a: !<tag:yaml.org,2002:int> 1", [("SR117", 1, 4, "a")]),
    ("a: {b: 1}\n<<: {c: 1}", [("SR118", 2, 1, "'<<'")]),
    ("<<: *x", [("SR116", 1, 5, "'<<'"), ("SR118", 1, 1, "'<<'")]),
    ("'<<': x", [("SR118", 1, 1, "'<<'")]),
    ("%YAML 1.2\n---\na: 1", [("SR119", 1, 1, "")]),
    ("%TAG ! !x\n---\na: 1", [("SR119", 1, 1, "")]),
    ("a: 'x\n%y'", [("SR119", 2, 1, "")]),
    ("a: 1\n---\nb: 1", [("SR120", 2, 1, "")]),
    ("a: 1\n...\n---\nb: 1", [("SR120", 3, 1, "")]),
    ("--- {a: 1}", [("SR120", 1, 1, "")]),
    ("--- # note\na: 1", [("SR120", 1, 1, "")]),
    ("a: 1\n... x", [("SR120", 2, 1, "")]),
    # keys
    ("a: 1\na: 2", [("SR121", 2, 1, "a")]),
    ("a: 1\n'a': 2\n\"\\u0061\": 3", [("SR121", 2, 1, "a"), ("SR121", 3, 1, "a")]),
    ("a:\n- {b: 1, b: 1}", [("SR121", 2, 10, "a.0.b")]),
    ("ａ: 1", [("SR122", 1, 1, "ａ")]),
    ("（六）: 1", [("SR122", 1, 1, "'（六）'")]),
    ("ﬁ: 1\nfi: 1", [("SR122", 1, 1, "ﬁ")]),
    ("? a\n  b\n: 1" and "'a\\n': 1\n\"b\\nc\": 1", [("SR124", 2, 1, "'b\\\\u000ac'")]),
    ("? [x]\n: 1", [("SR124", 1, 3, "'?'")]),
    ("? {x: 1, x: 2}\n: 1", [("SR121", 1, 10, "'?'.x"), ("SR124", 1, 3, "'?'")]),
    ("{[x]: 1}", [("SR124", 1, 2, "'?'")]),
    ("'': 1", [("SR124", 1, 1, "''")]),
    (": 1", [("SR124", 1, 1, "''")]),
    ("' a': 1\n'b ': 1", [("SR125", 1, 1, "' a'"), ("SR125", 2, 1, "'b '")]),
    # values
    ("a:", [("SR123", 1, 3, "a")]),
    (
        "a:\nb: ~\nc: null\nd: Null\ne: NULL",
        [("SR123", i, c, k) for i, c, k in zip(range(1, 6), [3, 4, 4, 4, 4], "abcde", strict=True)],
    ),
    ("a: [x, ~]", [("SR123", 1, 8, "a.1")]),
    ("a:\n-\n- b", [("SR123", 2, 2, "a.0")]),
    ("{a}", [("SR123", 0, 0, "a")]),
    ("a: ' x'\nb: \"x \"", [("SR125", 1, 4, "a"), ("SR125", 2, 4, "b")]),
    ("a: |2\n   x", [("SR125", 1, 4, "a")]),
    ('a: "x\\n"', [("SR125", 1, 4, "a")]),
    # what the engines disagree about
    ("a: [x?]", [("SR129", 1, 5, "a.0")]),
    ("a: |#\n  x", [("SR129", 0, 0, "a")]),
    ("a: >2-# x\n  x", [("SR129", 0, 0, "a")]),
]
ENGINES_SAY_OTHERWISE: list[str] = [
    "a: {b?c: 1}",
    "a: |#\n  x",
    "a: >2-# x\n  x",
    "a: [b:{c: 1}]",
    "a: [x? y]",
    'a: "\\ud800"',
    "a: {b:}",
]


@pytest.mark.parametrize(("text", "problems"), BAD_YAML)
def test_yaml_refused(text: str | bytes, problems: list[tuple[str, int, int, str]], engine: Any) -> None:
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    found = refused(read_yaml, data, "f")
    if text in ENGINES_SAY_OTHERWISE or text == "a: [x?]":
        return
    assert [(c, f) for c, _, _, f in found] == [
        (c, f) for c, _, _, f in sorted(problems, key=lambda p: (p[1], p[2], p[0]))
    ]
    for (_, line, column, _), (_, want_line, want_column, _) in zip(
        found, sorted(problems, key=lambda p: (p[1], p[2], p[0])), strict=True
    ):
        assert not want_line or (line, column) == (want_line, want_column)
