"""Writing beside the target and renaming when all is there: a result is whole, or it is not there."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .source import refuse

MARK = ".unfinished-"  # what a killed process may leave behind is called TARGET.unfinished-XXXX


@contextmanager
def beside(target: Path) -> Iterator[Path]:
    """A folder beside the target for what is being written; its entry with the target's name takes the target's place at the end,
    in one step. It is removed whatever happens. Raises ProblemsError where writing fails (no space, no right)."""
    # Its name is known before it is made: a signal may come between.
    folder = target.with_name(f"{target.name}{MARK}{secrets.token_hex(4)}")
    try:
        if target.is_dir() and any(target.iterdir()):
            refuse(str(target), "SR941", found="a folder that is not empty", expected="a new name")
        folder.mkdir(mode=0o700)
        yield folder
        made = folder / target.name
        for path in (made, *(made.iterdir() if made.is_dir() else ())):
            _settle(path)
        os.replace(made, target)
        _settle(target.parent)
    except OSError as error:
        refuse(str(target), "SR941", found=error.strerror or str(error))
    finally:
        try:
            shutil.rmtree(folder, ignore_errors=True)
        finally:  # where a signal ended the first
            shutil.rmtree(folder, ignore_errors=True)


def _settle(path: Path) -> None:
    """On the disk, not only in a cache, before the name says that it is there."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
