"""Keys of callers: each has a name and a role, and of the key itself only the SHA-256 is kept.

A key is 32 random bytes, so that a fast hash is enough: there is nothing to guess. A file has one key a line: name,
role, hash."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from ..errors import Problem, ProblemsError, echo
from .codes import CODES

Role = Literal["read", "decide", "admin"]  # each may do what those before it may
ROLES: tuple[Role, ...] = get_args(Role)
_LINE = re.compile(r"(?P<name>[a-z0-9][a-z0-9._-]{0,63})\s+(?P<role>read|decide|admin)\s+(?P<hash>[0-9a-f]{64})")


@dataclass(frozen=True)
class Key:
    """Who calls."""

    name: str
    role: Role
    hash: str

    def may(self, role: Role) -> bool:
        return ROLES.index(role) <= ROLES.index(self.role)


def digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def new_key(name: str, role: Role) -> tuple[str, str]:
    """A new key, and its line for the file."""
    key = secrets.token_urlsafe(32)
    line = f"{name} {role} {digest(key)}"
    if not _LINE.fullmatch(line):
        raise ValueError("a name of small letters, digits and . _ -")
    return key, line


def read_keys(path: Path) -> tuple[Key, ...]:
    """Raises ProblemsError with every line that is none."""
    problems: list[Problem] = []
    keys: list[Key] = []
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ProblemsError([_problem(path, 0, echo(str(error)))]) from None
    for number, line in enumerate(lines, 1):
        text = line.partition("#")[0].strip()
        match = _LINE.fullmatch(text)
        if match and match["name"] not in {key.name for key in keys}:
            keys.append(Key(match["name"], match["role"], match["hash"]))  # type: ignore[arg-type]
        elif text:
            problems.append(_problem(path, number, ""))
    if problems:
        raise ProblemsError(problems)
    return tuple(keys)


def _problem(path: Path, line: int, found: str) -> Problem:
    expected = "name role sha256; each name once; roles: " + ", ".join(ROLES)
    return Problem(
        str(path), line, 1 if line else 0, "SR998", message=CODES["SR998"].en, found=found, expected=expected
    )


def find(keys: tuple[Key, ...], given: str) -> Key | None:
    """Whose key it is. All are compared, each in constant time."""
    own = digest(given)
    found = [key for key in keys if hmac.compare_digest(key.hash, own)]
    return found[0] if found else None
