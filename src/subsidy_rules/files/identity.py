"""Check characters of the numbers that name a company or a person."""

from __future__ import annotations

import re
from operator import mul

_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: without I, O, S, V, Z
_CREDIT_FORM = re.compile(f"[{_CREDIT}]{{18}}")
_CREDIT_VALUES = {char: at for at, char in enumerate(_CREDIT)}
_CREDIT_WEIGHTS = [pow(3, at, 31) for at in range(17)]
_CITIZEN_FORM = re.compile(r"\d{17}[\dX]", re.ASCII)
_CITIZEN_WEIGHTS = [pow(2, 17 - at, 11) for at in range(17)]
_CITIZEN_CHECKS = "10X98765432"


def credit_check(first: str) -> str:
    """The 18th character of a unified social credit code, from the 17 before it (GB 32100-2015, 31 characters)."""
    return _CREDIT[-sum(map(mul, map(_CREDIT_VALUES.__getitem__, first), _CREDIT_WEIGHTS)) % 31]


def is_credit_code(text: str) -> bool:
    return bool(_CREDIT_FORM.fullmatch(text)) and credit_check(text[:17]) == text[17]


def citizen_check(first: str) -> str:
    """The 18th character of a citizen id, from the 17 digits before it (GB 11643, ISO 7064 MOD 11-2)."""
    return _CITIZEN_CHECKS[sum(int(char) * weight for char, weight in zip(first, _CITIZEN_WEIGHTS, strict=True)) % 11]


def is_citizen_id(text: str) -> bool:
    return bool(_CITIZEN_FORM.fullmatch(text)) and citizen_check(text[:17]) == text[17]
