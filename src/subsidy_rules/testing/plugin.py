"""The pytest plugin: `pytest --subsidy-policy my.yaml`. Every pytest run of an installation imports this file, so it imports
nothing before the option is given."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("subsidy-rules", "policies of subsidy-rules as tests")
    group.addoption(
        "--subsidy-policy",
        action="append",
        metavar="ID|FILE",
        help="a policy to test: every invariant over random and boundary cases, and its worked cases; repeatable",
    )
    group.addoption("--subsidy-facts", metavar="FILE", help="its vocabulary; by default facts.yaml beside the policy")


@pytest.hookimpl(tryfirst=True)  # so that -k and -m select among these tests too
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    named = config.getoption("subsidy_policy")
    if named:
        from .collecting import policy_items

        items += policy_items(session, named, config.getoption("subsidy_facts"))
