"""Real servers, and a browser, for the tests: from the distribution's packages; servers on loopback, with folders of their own.

python tests/servers.py    install what is missing where CI=true, else say which command would
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy

PACKAGES = {
    "postgresql": ["postgresql"],
    "mariadb": ["mariadb-server-core", "mariadb-client-core"],
    "chromium": ["chromium", "fonts-noto-cjk"],
    "java": ["openjdk-17-jre-headless"],
    "jdk": ["default-jdk-headless"],
    "node": ["nodejs"],
    "curl": ["curl"],
}
PATIENCE = 60  # seconds for a server to start


def program(name: str) -> str | None:
    """A server's program; Debian keeps those of PostgreSQL in a folder by version."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    return shutil.which(name, path=os.pathsep.join([*map(str, folders), "/usr/sbin", os.environ["PATH"]]))


PROGRAMS = {
    "postgresql": ["postgres", "initdb"],
    "mariadb": ["mariadbd", "mariadb-install-db", "my_print_defaults"],
    "chromium": ["chromium"],
    "java": ["java"],
    "jdk": ["java", "javac"],
    "node": ["node"],
    "curl": ["curl"],
}


def missing(name: str) -> bool:
    return not all(map(program, PROGRAMS[name]))


def command(name: str) -> str:
    return "apt-get install --no-install-recommends " + " ".join(PACKAGES[name])


def need(name: str) -> None:
    """Skips the test where a part of the system is missing, and says what installs it; with CI=true that is a failure."""
    if missing(name):
        said = f"{name} is not here: {command(name)}"
        if os.environ.get("CI"):
            pytest.fail(f"{said}, or python tests/servers.py")
        pytest.skip(said)


def install(names: list[str]) -> None:
    """As root, with the distribution's own client."""
    apt = ["apt-get", "-o", "DPkg::Lock::Timeout=300", "-y", "-qq"]
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    packages = [package for name in names for package in PACKAGES[name]]
    for arguments in (["update"], ["install", "--no-install-recommends", *packages]):
        subprocess.run([*apt, *arguments], env=environment, stdout=sys.stderr, check=True)


class Server:
    """One server; `start` again after `kill`. Neither runs as root, so root lends it to `nobody`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.folder = Path(tempfile.mkdtemp(prefix=f"{name}-"))
        self.data = self.folder / "data"
        self.port = _free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.user: dict[str, Any] = {}
        if os.getuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            self.user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self._prepare(*(self._initdb() if name == "postgresql" else self._install_db()))
        self.start()

    def _prepare(self, *arguments: str) -> None:
        subprocess.run(arguments, check=True, capture_output=True, cwd=self.folder, timeout=120, **self.user)

    def _initdb(self) -> list[str]:
        return [_found("initdb"), "-D", str(self.data), "-U", "ledger", "--auth=trust", "-E", "UTF8", "--locale=C"]

    def _install_db(self) -> list[str]:
        options = ["--auth-root-authentication-method=normal", "--skip-test-db"]
        return [_found("mariadb-install-db"), "--no-defaults", f"--datadir={self.data}", *options]

    def _command(self) -> list[str]:
        if self.name == "postgresql":
            options = ["-h", "127.0.0.1", "-p", str(self.port), "-k", str(self.folder), "-c", "max_connections=150"]
            return [_found("postgres"), "-D", str(self.data), *options]
        options = [f"--datadir={self.data}", f"--socket={self.folder}/socket", f"--port={self.port}"]
        options += ["--bind-address=127.0.0.1", f"--pid-file={self.folder}/pid", "--innodb-buffer-pool-size=64M"]
        return [_found("mariadbd"), "--no-defaults", *options]

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self._command(), stdout=log, stderr=log, cwd=self.folder, start_new_session=True, **self.user
            )
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return self.run("SELECT 1")
            except sqlalchemy.exc.OperationalError:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise AssertionError((self.folder / "log").read_text("utf-8", "replace")[-2000:]) from None
                time.sleep(0.05)

    def kill(self) -> None:
        """`kill -9` of the server and of the processes that it made."""
        assert self.process
        own = _children(self.process.pid)
        for process in (self.process.pid, *own):
            os.kill(process, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str, user: str = "") -> str:
        scheme, owner = ("postgresql", "ledger") if self.name == "postgresql" else ("mysql", "root")
        return f"{scheme}://{user or owner}@127.0.0.1:{self.port}/{database}"

    def create(self, database: str) -> str:
        """A new, empty database; its URL."""
        self.run(f"CREATE DATABASE {database}")
        return self.url(database)

    def run(self, statement: str, database: str | None = None) -> None:
        """As the owner of all."""
        scheme, first = ("postgresql+psycopg", "postgres") if self.name == "postgresql" else ("mysql+pymysql", "mysql")
        url = sqlalchemy.make_url(self.url(database or first)).set(drivername=scheme)
        engine = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool)
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)


def _found(name: str) -> str:
    path = program(name)
    assert path, name
    return path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _children(parent: int) -> list[int]:
    """By the table of processes."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(state[1]) == parent:
            found.append(int(path.parent.name))
    return found


if __name__ == "__main__":
    wanted = [name for name in PACKAGES if missing(name)]
    if wanted and os.environ.get("CI"):
        install(wanted)
        sys.exit("not installed: " + ", ".join(wanted) if any(map(missing, wanted)) else 0)
    for name in wanted:
        print(f"{name} is not here, its tests will be skipped: {command(name)}")
