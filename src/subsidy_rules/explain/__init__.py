"""An answer in words, in three depths: a sentence, a table of clauses, a tree. Reads the answer alone; computes nothing."""

from .comparison import Comparison, Line, compared
from .labels import Lang, say
from .names import Names
from .sentence import headline, sentence
from .table import Row, Sheet, TotalRow, sheets, together
from .tree import Node, lines, nested, tree
from .wording import article, interval, label, money, span

__all__ = [
    "Comparison",
    "Lang",
    "Line",
    "Names",
    "Node",
    "Row",
    "Sheet",
    "TotalRow",
    "article",
    "compared",
    "headline",
    "interval",
    "label",
    "lines",
    "money",
    "nested",
    "say",
    "sentence",
    "sheets",
    "span",
    "together",
    "tree",
]
