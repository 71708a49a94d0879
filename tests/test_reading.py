"""The reader: what it reads as plain text trees, what it refuses and where, and that hostile input costs little."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import subsidy_rules.reading as reader
from subsidy_rules.errors import ProblemsError
from subsidy_rules.reading import Document, locate, read, read_json, read_yaml
from subsidy_rules.reading.codes import CODES
from subsidy_rules.reading.text import MAX_PROBLEMS, dotted, is_clean

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


def encoded(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def assert_problems(found: list[tuple[str, int, int, str]], expected: str) -> None:
    said = [f"{code} {line}:{column} {field}".strip() for code, line, column, field in found]
    loose = [
        re.sub(r"(?<= )\d+:\d+", "*", one) if " *" in want else one
        for one, want in zip(said, expected.split("; "), strict=False)
    ]
    assert "; ".join(loose + said[len(loose) :]) == expected


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
    ("a: [b: 1]", {"a": [{"b": "1"}]}),
    ("---\na: 1\n", {"a": "1"}),
    ("# top\n--- \na: 1\n...\n# end\n", {"a": "1"}),
    ("a: 1 # note\n\n# more\nb: x#y\n", {"a": "1", "b": "x#y"}),
    ("a: level in ('A', 'B')", {"a": "level in ('A', 'B')"}),
    ("a: 'x: y'", {"a": "x: y"}),
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

# Expected problems are written `code line:column field`, joined by `; `; a `*` for a place that differs by engine.
BAD_YAML: list[tuple[str | bytes, str]] = [
    # bytes and characters
    (b"a: 1".decode().encode("utf-16"), "SR106 1:1"),
    ("a: 1".encode("utf-16-le"), "SR106 1:1"),
    ("a: 1".encode("utf-16-be"), "SR106 1:1"),
    ("a: 1".encode("utf-32-le"), "SR106 1:1"),
    ("b: 1\na: 中".encode("gbk"), "SR106 2:4"),
    (b"a: \xed\xa0\x80", "SR106 1:4"),
    (b"a: \xc0\x80", "SR106 1:4"),
    (b"a: \xff", "SR106 1:4"),
    ("\ufeffa: 1", "SR107 1:1"),
    ("a: 1\n\ufeffb: 1", "SR108 2:1"),
    ("a: x\0", "SR108 1:5"),
    ("a: \x07x\nb: \x1b[31m", "SR108 1:4; SR108 2:4"),
    ("a: \x7f", "SR108 1:4"),
    ("note: x\x85injected: 1", "SR108 1:8"),
    ("a: x\u2028b: 1", "SR108 1:5"),
    ("a: x\u2029b: 1", "SR108 1:5"),
    ("a: \u202ex", "SR108 1:4"),
    ("a: \u2066x", "SR108 1:4"),
    ("a: x\u200by", "SR108 1:5"),
    ("a: x\u200dy", "SR108 1:5"),
    ("a: x\u2060y", "SR108 1:5"),
    ("a: x\u00ady", "SR108 1:5"),
    ("a: x\u00a0y", "SR108 1:5"),
    ("a: x\u3000y", "SR108 1:5"),
    ("a: x\u3164y", "SR108 1:5"),
    ("a: x\u2800y", "SR108 1:5"),
    ("a: x\ufe0fy", "SR108 1:5"),
    ("a: \ufffd", "SR108 1:4"),
    ("a: \ue000", "SR108 1:4"),
    ("a: \uffff", "SR108 1:4"),
    ("a: \U000e0041", "SR108 1:4"),
    ("a: 1\rb: 2", "SR108 1:5"),
    ("# \u200b", "SR108 1:3"),
    ("a:\t1", "SR109 1:3"),
    ("a:\n\tb: 1", "SR109 2:1"),
    ("a: 'x\ty'\nb: \u200b", "SR109 1:6; SR108 2:4"),
    ('a: "\\u200b"', "SR108 1:4 a"),
    ('a: "x\\Ny"', "SR108 1:4 a"),
    ('a: "\\L"', "SR108 1:4 a"),
    ('a: "\\0"', "SR108 1:4 a"),
    ('a: "\\uFEFFx"', "SR108 1:4 a"),
    ('a: "x\\ty"', "SR109 1:4 a"),
    ('"a\\u202eb": 1', "SR108 1:1 'a\\\\u202eb'"),
    # form
    ("a: [b", "SR110 *"),
    ("a: 'b", "SR110 *"),
    ("a: b: c", "SR110 1:5"),
    ("a: 1\n b: 2", "SR110 2:3"),
    ("a: @x", "SR110 1:4"),
    ("a: `x`", "SR110 1:4"),
    ('a: "\\q"', "SR110 *"),
    ('a: "\\UFFFFFFFF"', "SR110 *"),
    ("a: [x,,y]", "SR110 1:7"),
    ("a: 1\n- b", "SR110 2:1"),
    ("a: !x!y z", "SR110 1:4"),
    # nothing, and not a mapping
    ("", "SR111 1:1"),
    ("\n\n", "SR111 *"),
    ("# only\n# notes\n", "SR111 *"),
    ("---\n", "SR111 *"),
    ("---\n...\n", "SR111 *"),
    ("- a\n- b", "SR112 1:1"),
    ("text", "SR112 1:1"),
    ("''", "SR112 1:1"),
    ("[]", "SR112 1:1"),
    # size
    ("a: " + "[" * 20 + "]" * 20, "SR113 1:23 a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0"),
    (
        "".join(" " * i + "a:\n" for i in range(21)) + " " * 21 + "b",
        "SR113 21:21 a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a",
    ),
    (b"a: " + b"x" * 2_000_000, "SR105 0:0"),
    # what YAML has beyond plain trees
    ("a: &x 1", "SR115 1:4 a"),
    ("a: &x [1]\nb: &y {c: 1}", "SR115 1:4 a; SR115 2:4 b"),
    ("&k a: 1", "SR115 1:1 a"),
    ("a: *x", "SR116 1:4 a"),
    ("a: [*x, *y]", "SR116 1:5 a.0; SR116 1:9 a.1"),
    ("*x : 1", "SR116 1:1 '?'"),
    ("*x", "SR112 1:1; SR116 1:1"),
    ("a: !!str x", "SR117 1:4 a"),
    ("a: !!python/object:os.system x", "SR117 1:4 a"),
    ("a: !!set {}\nb: !local []", "SR117 1:4 a; SR117 2:4 b"),
    ("a: ! x", "SR117 1:4 a"),
    ("!!map {a: 1}", "SR117 1:1"),
    ("a: !<tag:yaml.org,2002:int> 1", "SR117 1:4 a"),
    ("a: {b: 1}\n<<: {c: 1}", "SR118 2:1 '<<'"),
    ("<<: *x", "SR118 1:1 '<<'; SR116 1:5 '<<'"),
    ("'<<': x", "SR118 1:1 '<<'"),
    ("%YAML 1.2\n---\na: 1", "SR119 1:1"),
    ("%TAG ! !x\n---\na: 1", "SR119 1:1"),
    ("a: 'x\n%y'", "SR119 2:1"),
    ("a: 1\n---\nb: 1", "SR120 2:1"),
    ("a: 1\n...\n---\nb: 1", "SR120 3:1"),
    ("--- {a: 1}", "SR120 1:1"),
    ("--- # note\na: 1", "SR120 1:1"),
    ("a: 1\n... x", "SR120 2:1"),
    # keys
    ("a: 1\na: 2", "SR121 2:1 a"),
    ("a: 1\n'a': 2\n\"\\u0061\": 3", "SR121 2:1 a; SR121 3:1 a"),
    ("a:\n- {b: 1, b: 1}", "SR121 2:10 a.0.b"),
    ("ａ: 1", "SR122 1:1 ａ"),
    ("（六）: 1", "SR122 1:1 '（六）'"),
    ("ﬁ: 1\nfi: 1", "SR122 1:1 ﬁ"),
    ("'a\\n': 1\n\"b\\nc\": 1", "SR124 2:1 'b\\\\u000ac'"),
    ("? [x]\n: 1", "SR124 1:3 '?'"),
    ("? {x: 1, x: 2}\n: 1", "SR124 1:3 '?'; SR121 1:10 '?'.x"),
    ("{[x]: 1}", "SR124 1:2 '?'"),
    ("'': 1", "SR124 1:1 ''"),
    (": 1", "SR110 1:1"),
    ("' a': 1\n'b ': 1", "SR125 1:1 ' a'; SR125 2:1 'b '"),
    # values
    ("a:", "SR123 1:3 a"),
    ("a:\nb: ~\nc: null\nd: Null\ne: NULL", "SR123 1:3 a; SR123 2:4 b; SR123 3:4 c; SR123 4:4 d; SR123 5:4 e"),
    ("a: [x, ~]", "SR123 1:8 a.1"),
    ("a:\n-\n- b", "SR123 2:2 a.0"),
    ("{a}", "SR123 * a"),
    ("a: ' x'\nb: \"x \"", "SR125 1:4 a; SR125 2:4 b"),
    ("a: |2\n   x", "SR125 1:4 a"),
    ('a: "x\\n"', "SR125 1:4 a"),
]
# What one engine takes and the other refuses, by event or by text.
DISPUTED = [
    "a: [x?]",
    "a: [x? y]",
    "a: {b?c: 1}",
    "a: {b: c?}",
    "a: |#\n  x",
    "a: >2-# x\n  x",
    "a: [b:{c: 1}]",
    "a: [b :[c]]",
    "a: {b:}",
    'a: "\\ud800"',
    "a: 1\n... x",
    "a:\t1",
    "\ufeff\ufeffa: 1",
]


@pytest.mark.parametrize(("text", "problems"), BAD_YAML)
def test_yaml_refused(text: str | bytes, problems: str, engine: Any) -> None:
    assert_problems(refused(read_yaml, encoded(text), "f"), problems)


@pytest.mark.parametrize("text", DISPUTED)
def test_what_the_engines_dispute_is_refused_by_both(text: str, engine: Any) -> None:
    refused(read_yaml, text.encode(), "f")


def test_all_problems_at_once(engine: Any) -> None:
    text = "a: &x 1\nb: *x\na: 2\nc:\n? [k]\n: !!int ' 3'\n<<: 1\nd: [unclosed\n"
    codes = [code for code, *_ in refused(read_yaml, text.encode(), "f")]
    assert codes == ["SR115", "SR116", "SR121", "SR123", "SR124", "SR117", "SR125", "SR118", "SR110"]


def test_reading_stops_after_many_problems(engine: Any) -> None:
    problems = refused(read_yaml, b"".join(b"k%d:\n" % i for i in range(1000)), "f")
    assert len(problems) == MAX_PROBLEMS + 1
    assert problems[-1][:2] == ("SR128", MAX_PROBLEMS)


def test_deep_brackets_are_refused_by_both(engine: Any) -> None:
    assert "SR113" in [code for code, *_ in refused(read_yaml, b"a: " + b"[" * 200_000, "f")]
    assert "SR113" in [code for code, *_ in refused(read_yaml, b"a:\n" + b"- " * 2_000, "f")]


def test_too_many_nodes(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_YAML_NODES", 1000)
    read_yaml(b"a: [" + b"x," * 997 + b"]", "f")
    assert_problems(refused(read_yaml, b"a: [" + b"x," * 998 + b"]", "f"), "SR114 1:1999 a")


def test_an_error_without_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Iterator[yaml.Event]:
        raise yaml.scanner.ScannerError(problem="no idea")
        yield

    monkeypatch.setattr(yaml, "parse", broken)
    with pytest.raises(ProblemsError, match=r"f: \[SR110\] .*no idea"):
        read_yaml(b"a: 1", "f")


# --- JSON -------------------------------------------------------------------------------------------------------------

GOOD_JSON: list[tuple[str, Any]] = [
    ('{"a": 1}', {"a": "1"}),
    ("[]", []),
    (" {\r\n\t} ", {}),
    ("[1, -0, 0.10, 12.50, 99999999999999999999.01]", ["1", "-0", "0.10", "12.50", "99999999999999999999.01"]),
    ('[true, false, "true", "null"]', ["true", "false", "true", "null"]),
    ('{"a": {"b": [{"c": "中\\u6587\\n\\"x\\""}]}}', {"a": {"b": [{"c": '中文\n"x"'}]}}),
    ('[""]', [""]),
    ('["\\ud83d\\ude00"]', ["😀"]),
    ('["' + "[" * 50 + '\\"[[", "\\\\"]', ["[" * 50 + '"[[', "\\"]),
    ("[" * 20 + "]" * 20, json.loads("[" * 20 + "]" * 20)),
    ("[" + "1" * 40 + "]", ["1" * 40]),
    ('{"a": [{}, [], {"b": 1}, [2]]}', {"a": [{}, [], {"b": "1"}, ["2"]]}),
]


@pytest.mark.parametrize(("text", "value"), GOOD_JSON)
def test_json_keeps_numbers_as_written(text: str, value: Any) -> None:
    document = read_json(text.encode(), "f.json")
    assert document == Document(value, {}, "f.json", hashlib.sha256(text.encode()).hexdigest())


BAD_JSON: list[tuple[str | bytes, str]] = [
    ("", "SR111 1:1"),
    (" \n", "SR111 1:1"),
    ('"a"', "SR112 1:1"),
    ("1", "SR112 1:1"),
    ("null", "SR112 1:1"),
    ("NaN", "SR112 1:1"),
    ("{", "SR110 1:2"),
    ('{"a": 1,\n}', "SR110 *"),
    ("[1,\n 2 3]", "SR110 2:4"),
    ("[01]", "SR110 1:3"),
    ("[+1]", "SR110 1:2"),
    ("[.5]", "SR110 1:2"),
    ("['a']", "SR110 1:2"),
    ("[1] 2", "SR110 1:5"),
    ("[1] // x", "SR110 1:5"),
    ('["a\nb"]', "SR110 1:4"),
    ('["a\tb"]', "SR110 1:4"),
    ('["\\x41"]', "SR110 *"),
    ('["\\', "SR110 *"),
    ('["x', "SR110 1:2"),
    ("[" * 21 + "]" * 21, "SR113 1:21"),
    ("[\n" + "[" * 100_000, "SR113 2:20"),
    ('{"a":' * 100_000, "SR113 1:101"),
    ("[" + "1," * 1_000_000 + "1]", "SR114 1:2000001"),
    (b" " * 20_000_001, "SR105 0:0"),
    ("\ufeff[]", "SR107 1:1"),
    ("[]".encode("utf-16"), "SR106 1:1"),
    ('["中"]'.encode("gbk"), "SR106 1:3"),
    (b'["\xed\xa0\x80"]', "SR106 1:3"),
    ('["\u200b"]', "SR108 1:3"),
    ('[\n"\x85"]', "SR108 2:2"),
    ("[1]\r", "SR108 1:4"),
    ('["\\ud800"]', "SR108 0:0 0"),
    ('["\\u0000", "\\u202e"]', "SR108 0:0 0; SR108 0:0 1"),
    ('{"a\\ud800": 1}', "SR108 0:0 'a\\\\ud800'"),
    ('["\\t", "\\r"]', "SR108 0:0 1; SR109 0:0 0"),
    ('{"a": 1, "b": {"c": 1, "c": 2, "c": 3}, "a": 1}', "SR121 0:0 a; SR121 0:0 b.c; SR121 0:0 b.c"),
    ('{"ａ": 1}', "SR122 0:0 ａ"),
    ('{"a": null, "b": [null]}', "SR123 0:0 a; SR123 0:0 b.0"),
    ('{"": 1, "x\\ny": 2}', "SR124 0:0 ''; SR124 0:0 'x\\\\u000ay'"),
    ('{"<<": 1}', "SR118 0:0 '<<'"),
    ('{" a": "b "}', "SR125 0:0 ' a'; SR125 0:0 ' a'"),
    ('{"a": {"b": [1e3, 1.5E2, NaN, Infinity, -Infinity]}}', "; ".join(f"SR126 0:0 a.b.{i}" for i in range(5))),
    ("[1e400]", "SR126 0:0 0"),
    ("[" + "1" * 41 + ", 0." + "1" * 39 + "]", "SR127 0:0 0; SR127 0:0 1"),
    ("[" + "1" * 5_000 + "]", "SR127 0:0 0"),
]


@pytest.mark.parametrize(("text", "problems"), BAD_JSON)
def test_json_refused(text: str | bytes, problems: str) -> None:
    assert_problems(refused(read_json, encoded(text), "f"), problems)


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["p.yaml", "p.yml", "P.YAML", "p.json"])
def test_read_goes_by_suffix(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b'{"a": 1}')
    assert read(tmp_path / name).value == {"a": "1"}
    assert read(str(tmp_path / name)).file == str(tmp_path / name)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "d.yaml").mkdir()
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "t.txt").write_text("a: 1")
    for name, code in [
        ("none.yaml", "SR101"),
        ("d.yaml", "SR102"),
        ("pipe.yaml", "SR102"),
        ("loop.yaml", "SR103"),
        ("x\0.yaml", "SR103"),
        ("d.yaml/../t.txt/x.json", "SR103"),
        ("n" * 300 + ".json", "SR103"),
        ("t.txt", "SR104"),
        ("t", "SR104"),
    ]:
        assert [c for c, *_ in refused(read, os.path.join(tmp_path, name))] == [code]


def test_a_large_file_is_not_read_whole(tmp_path: Path) -> None:
    for name in ("big.yaml", "big.json"):
        with open(tmp_path / name, "wb") as stream:
            stream.truncate(10**12)  # a sparse file: more than any memory
        tracemalloc.start()
        assert_problems(refused(read, tmp_path / name), "SR105 0:0")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 100_000_000


def test_every_code_says_what_to_do_in_both_languages() -> None:
    for code, (chinese, english) in CODES.items():
        assert code.startswith("SR1")
        assert len(code) == 5
        assert any("一" <= c <= "鿿" for c in chinese)
        assert english.isascii() or "…" in english


def test_every_code_has_a_case() -> None:
    cases = " ".join(problems for _, problems in BAD_YAML + BAD_JSON)
    elsewhere = {"SR101", "SR102", "SR103", "SR104", "SR128", "SR129"}
    assert {code for code in CODES if code not in cases} == elsewhere


# --- properties -------------------------------------------------------------------------------------------------------

SCRAPS = [
    *"ab中1-:?[]{},|>\"'#&*!%@`\\~=\n ",
    *["- ", ": ", "? ", "\n  ", "\n    ", "|-", ">2", "''", "\\n", "\\u4e2d", "\n---\n", "\n...\n", "&a ", "!!str "],
    *["<<", "null", "\r\n", "a: ", "b: ", "a?b", ":[", "|#", "\t", "\ufeff", "\x85", "\u200b", "{a: ", "😀", "\\ud800"],
]
SEEDS = [
    "a: 1\nb:\n  - x\n  - y: z\n    w: [1, 2, {q: r}]\nc: |\n  foo\n  bar\nd: \"x\\n y\"\ne: 'it''s'\n",
    "---\n# hi\nrules:\n- id: x\n  when: >-\n    a and\n    b\n\n    c\n  t: {zh: 算力券, en: x}\n- id: y # z\n...\n",
]


@st.composite
def mutants(draw: st.DrawFn, seeds: list[str]) -> str:
    text = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        gone = draw(st.integers(0, 4))
        text = text[:start] + draw(st.sampled_from(["", *SCRAPS])) + text[start + gone :]
    return text


def outcome(loader: Any, text: str) -> Any:
    kept, reader._ENGINE = reader._ENGINE, loader
    try:
        document = read_yaml(text.encode(), "f")
        return document.value, document.marks
    except ProblemsError:
        return "refused"
    finally:
        reader._ENGINE = kept


@settings(max_examples=800, deadline=None)
@given(st.one_of(st.lists(st.sampled_from(SCRAPS), max_size=16).map("".join), mutants(SEEDS)))
def test_the_engines_agree(text: str) -> None:
    assert len({repr(outcome(loader, text)) for loader in ENGINES}) == 1


@settings(max_examples=500, deadline=None)
@given(st.binary(max_size=60))
def test_random_bytes_raise_nothing_else(data: bytes) -> None:
    for call in (read_yaml, read_json):
        try:
            call(data, "f")
        except ProblemsError as error:
            str(error).encode()


@settings(max_examples=500, deadline=None)
@given(mutants(['{"a": [1, 2.50, true, {"b": "中\\n"}], "c": {}}', '[{"id": "x", "facts": {"n": -1}}]']))
def test_json_mutants_raise_nothing_else(text: str) -> None:
    try:
        read_json(text.encode(), "f")
    except ProblemsError as error:
        str(error).encode()


SAFE_TEXT = st.text(st.characters(exclude_categories=("C", "Z"), include_characters=" \n"), max_size=12).filter(
    lambda t: is_clean(t.replace("\n", "")) and t == t.strip()
)
SAFE_KEYS = st.text(st.sampled_from("abcxyz中文_09 ?:-#[&*!|>%@'\""), min_size=1, max_size=8).filter(
    lambda k: k == k.strip()
)
TREES: st.SearchStrategy[Any] = st.recursive(
    SAFE_TEXT, lambda t: st.lists(t, max_size=4) | st.dictionaries(SAFE_KEYS, t, max_size=4), max_leaves=8
)
MAPPINGS = st.dictionaries(SAFE_KEYS, TREES, max_size=4)


@settings(max_examples=100, deadline=None)
@given(MAPPINGS, st.booleans(), st.sampled_from(ENGINES))
def test_yaml_round_trip(tree: dict[str, Any], flow: bool, loader: Any) -> None:
    unaliased = json.loads(json.dumps(tree))
    text = yaml.safe_dump(unaliased, allow_unicode=True, default_flow_style=flow, default_style='"' if flow else None)
    assert outcome(loader, text)[0] == tree


@settings(max_examples=100, deadline=None)
@given(MAPPINGS | st.lists(TREES), st.booleans())
def test_json_round_trip(tree: Any, ascii_only: bool) -> None:
    assert read_json(json.dumps(tree, ensure_ascii=ascii_only).encode(), "f").value == tree


@settings(max_examples=60, deadline=None)
@given(MAPPINGS)
def test_every_value_has_a_mark(tree: dict[str, Any]) -> None:
    def paths(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
        yield path
        parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for part, inner in parts:
            yield from paths(inner, (*path, part))

    data = yaml.safe_dump(json.loads(json.dumps(tree)), allow_unicode=True, default_style='"').encode()
    marks = read_yaml(data, "f").marks
    assert set(marks) == set(paths(tree, ()))


def test_dotted_paths_are_short_and_visible() -> None:
    assert dotted(("rules", 3, "when", "甲_1", "a.b", "k" * 500)) == "rules.3.when.甲_1.'a.b'.'" + "k" * 40 + "…'"


# --- cost -------------------------------------------------------------------------------------------------------------

COSTLY = {
    "yaml brackets": ("read_yaml", 'b"a: " + b"[" * 1_999_990'),
    "yaml dashes": ("read_yaml", 'b"a:\\n" + b"- " * 999_990'),
    "yaml questions": ("read_yaml", 'b"? " * 999_990'),
    "yaml one text": ("read_yaml", 'b"a: " + b"x" * 1_999_990'),
    "yaml one comment": ("read_yaml", 'b"#" * 2_000_000'),
    "yaml line breaks": ("read_yaml", 'b"\\n" * 2_000_000'),
    "yaml items": ("read_yaml", 'b"a: [" + b"x," * 999_990 + b"]"'),
    "yaml keys in one line": ("read_yaml", 'b"{" + b"".join(b"k%d: v," % i for i in range(49_000)) + b"}"'),
    "yaml keys twice": ("read_yaml", 'b"a: 1\\n" * 400_000'),
    "yaml bad at the end": ("read_yaml", '("é" * 999_990 + "\\x01").encode()'),
    "yaml bad throughout": ("read_yaml", 'b"\\x01" * 2_000_000'),
    "yaml anchors": ("read_yaml", 'b"".join(b"k%d: &a%d x\\n" % (i, i) for i in range(90_000))'),
    "yaml tag": ("read_yaml", 'b"a: !<" + b"%41" * 600_000 + b"> x"'),
    "yaml too large": ("read_yaml", 'b"a" * 50_000_000'),
    "json brackets": ("read_json", 'b"[" * 20_000_000'),
    "json empty lists": ("read_json", 'b"[" + b"[]," * 499_990 + b"[]]"'),
    "json objects": ("read_json", """b"[" + b'{"a":1},' * 249_000 + b"{}]\""""),
    "json quotes": ("read_json", "b'\"' * 8_000_000"),
    "json escapes": ("read_json", """b'["' + b"\\\\\\\\" * 9_999_990 + b'"]'"""),
    "json number": ("read_json", 'b"[" + b"1" * 19_999_990 + b"]"'),
    "json same key": ("read_json", """b"{" + b'"a":1,' * 300_000 + b'"a":1}'"""),
    "json wide text": ("read_json", """('["' + "😀" * 4_999_990 + '"]').encode()"""),
}
PROBE = """
import resource, sys, time
from subsidy_rules import reading
from subsidy_rules.errors import ProblemsError
data = {expression}
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
started = time.process_time()
try:
    reading.{call}(data, "f")
except ProblemsError:
    pass
print(time.process_time() - started, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


@pytest.mark.parametrize("name", COSTLY)
def test_cost_is_bounded(name: str) -> None:
    """In a process of its own: at most 1 s of CPU for each 2 MB, and 200 MB; several times what is measured."""
    assert hasattr(yaml, "CSafeLoader"), (
        "PyYAML was built without libyaml, and its parser in Python keeps no such promise"
    )
    call, expression = COSTLY[name]
    source = str(Path(reader.__file__).parents[1])
    probe = subprocess.run(
        [sys.executable, "-c", PROBE.format(call=call, expression=expression)],
        env={**os.environ, "PYTHONPATH": source},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    seconds, megabytes = map(float, probe.stdout.split())
    assert seconds < (2 if call == "read_yaml" else 10)
    assert megabytes < 200
