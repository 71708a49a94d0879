"""The expression language: small, total, without division, attributes or calls of its own.

`parse` gives a typed tree; `evaluate` is what it means; `known` and `interval` are Python source of the same meaning.
"""

from .codes import CODES, ExprError, Meaning, Slip
from .generate import compile_function, interval, known
from .parse import parse
from .reference import evaluate
from .runtime import NAMESPACE
from .tokens import FUNCTIONS, RESERVED
from .tree import (
    QUANTITIES,
    Binary,
    Bool,
    Call,
    Compare,
    Fact,
    FactType,
    In,
    Literal,
    Not,
    Tree,
    children,
    facts,
    show,
    written,
)

__all__ = [
    "CODES",
    "FUNCTIONS",
    "NAMESPACE",
    "QUANTITIES",
    "RESERVED",
    "Binary",
    "Bool",
    "Call",
    "Compare",
    "ExprError",
    "Fact",
    "FactType",
    "In",
    "Literal",
    "Meaning",
    "Not",
    "Slip",
    "Tree",
    "children",
    "compile_function",
    "evaluate",
    "facts",
    "interval",
    "known",
    "parse",
    "show",
    "written",
]
