"""A population in several processes gets the answer that it gets in one, and pools are shared by all of it."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from columnar_help import given, units_of
from partition_help import decoded, plain
from stream_help import Folder
from test_columnar import YEAR, rules, worked
from test_partition import in_one, setting_of

from subsidy_rules.columnar.assess import Assessor
from subsidy_rules.columnar.stream import Stream, assess_stream
from subsidy_rules.errors import ProblemsError

POOLS = {"binjiang/compute-pool": 5_000_000, "jiangyin/scene-pool": 100_000_000, "yancheng/demonstration-scenes": 1}


def test_several_processes_agree_with_one(tmp_path: Path) -> None:
    program, cases = rules().program, worked()
    parts = [cases[at::3] for at in range(3)]
    setting, folder = setting_of(cases, POOLS), Folder(tmp_path, units_of(program))
    for number, part in enumerate(parts):
        folder.store(number, given(program, part))
    found = assess_stream(Stream(program, setting, folder.read, folder.write), len(parts), workers=2)
    wanted = in_one(program, setting, parts)
    for name, whole in (("awards", wanted.awards), ("totals", wanted.totals)):
        tables = [decoded(pq.read_table(tmp_path / f"{number}.{name}")) for number in range(3)]
        assert plain(pa.concat_tables(tables)) == plain(whole)
    assert plain(found.pools) == plain(wanted.pools) and plain(found.questions) == plain(wanted.questions)
    assert found.by_engine == wanted.by_engine
    assert any(row["paid_ceiling"] < row["demand_ceiling"] for row in found.pools.to_pylist())


def test_what_is_asked_needs_fewer_rules_and_facts() -> None:
    assessor = Assessor(rules().program, setting_of(worked(), POOLS))
    assert 0 < len(assessor.sharing) < len(rules().program.rules) // 5
    assert None in assessor.asked and len(assessor.asked) < len(rules().program.item_facts)


def test_a_problem_in_any_partition_is_raised(tmp_path: Path) -> None:
    folder = Folder(tmp_path, units_of(rules().program))
    for number, cases in enumerate((worked()[:5], [*worked()[5:8], worked()[5]])):
        folder.store(number, given(rules().program, cases))
    setting = setting_of(worked(), {})
    with pytest.raises(ProblemsError, match="SR708"):
        assess_stream(Stream(rules().program, setting, folder.read, folder.write), 2, workers=1)
    assert setting.year == YEAR
