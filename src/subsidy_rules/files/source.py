"""A file that was given: bytes or a path, how large it may be, and what its first bytes say it is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Literal, NoReturn

from ..errors import Problem, ProblemsError
from .codes import CODES

Kind = Literal["xlsx", "csv", "parquet"]
OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # the container of .xls, .et and of every workbook with a password


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may be. Bytes: `file` as it is, `unpacked` for all parts of a workbook together, `line` for one line or cell;
    `ratio`: how many times larger a part may become when unpacked; `rows` of one table and `columns`."""

    file: int = 2 << 30
    unpacked: int = 1 << 30
    ratio: int = 200
    line: int = 1 << 20
    rows: int = 5_000_000
    columns: int = 1_000


@dataclass(frozen=True, slots=True)
class Source:
    """`name` is what problems and the cover call it; `content`: its bytes, or where it is."""

    name: str
    content: bytes | Path

    @classmethod
    def of(cls, path: Path) -> Source:
        return cls(path.name, path)

    @contextmanager
    def open(self, limits: Limits) -> Iterator[BinaryIO]:
        """Raises ProblemsError where it can't be read or is too large."""
        try:
            handle: BinaryIO = BytesIO(self.content) if isinstance(self.content, bytes) else self.content.open("rb")
        except OSError as error:
            refuse(self.name, "SR901", found=error.strerror or str(error))
        with handle:
            size = handle.seek(0, 2)
            if size > limits.file:
                refuse(self.name, "SR904", found=f"{size} bytes", expected=f"at most {limits.file}")
            handle.seek(0)
            yield handle


def kind_of(name: str, handle: BinaryIO) -> Kind:
    """By the first bytes, which must agree with how the name ends."""
    head = handle.read(8)
    handle.seek(0)
    if head == OLE:
        everything = handle.read(1 << 20)
        handle.seek(0)
        refuse(name, "SR902" if "EncryptedPackage".encode("utf-16-le") in everything else "SR903")
    found: Kind = "xlsx" if head[:2] == b"PK" else "parquet" if head[:4] == b"PAR1" else "csv"
    suffix = Path(name).suffix.lower()
    if suffix in (".xls", ".et") or (suffix in (".xlsx", ".csv", ".parquet") and suffix != f".{found}"):
        refuse(name, "SR901", found=f"the content of a {found} file" if head else "nothing", expected=suffix)
    return found


def digest_of(handle: BinaryIO) -> str:
    """SHA-256; the file is at its beginning again afterwards."""
    handle.seek(0)
    found = hashlib.file_digest(handle, "sha256").hexdigest()  # type: ignore[arg-type]
    handle.seek(0)
    return found


def refuse(file: str, code: str, line: int = 0, column: int = 0, field: str = "", **said: str) -> NoReturn:
    """The file as a whole can't be used. `said`: found, expected, nearest."""
    raise ProblemsError([Problem(file, line, column, code, field, CODES[code].en, **said)])
