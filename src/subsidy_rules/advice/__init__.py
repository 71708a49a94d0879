"""What to ask next, and what would pay more: found by settling the same case with other values of one fact."""

from .advise import advise
from .questions import questions
from .readers import Readers

__all__ = ["Readers", "advise", "questions"]
