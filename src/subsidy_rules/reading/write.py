"""Trees of text back into YAML that `read_yaml` reads as the same tree."""

from __future__ import annotations

from typing import Any

import yaml


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True  # the reader refuses them


def yaml_text(tree: Any) -> str:
    """A mapping as a YAML document: keys in their order, the innermost mappings and lists in one line, text that could be taken
    for anything else in quotes."""
    layout: Any = {"allow_unicode": True, "sort_keys": False, "width": 10_000, "default_flow_style": None}
    text: str = yaml.dump(tree, Dumper=_Dumper, **layout)
    return text
