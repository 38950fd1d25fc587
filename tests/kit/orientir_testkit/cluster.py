"""A throw-away PostgreSQL cluster made of the system's binaries: own folder, own socket, no port, no fsync."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

DEBIAN = Path("/usr/lib/postgresql")
SETTINGS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "autovacuum=off",
    "listen_addresses=",
    "max_connections=60",
    "shared_buffers=32MB",
)


def find_binaries() -> Path | None:
    """Return the folder with initdb and pg_ctl of the newest PostgreSQL on this machine, or None."""
    folders = sorted(DEBIAN.glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    on_path = shutil.which("pg_ctl")
    folders += [Path(on_path).resolve().parent] if on_path else []
    return next((folder for folder in folders if (folder / "initdb").is_file()), None)


@dataclass(frozen=True)
class Cluster:
    """A running server; `url(name)` addresses one of its databases."""

    binaries: Path
    folder: Path

    @classmethod
    def start(cls, binaries: Path) -> Cluster:
        """Return a started cluster in a new folder under the system's temporary one."""
        # A socket's path may have 107 bytes; the folders pytest hands out are too long for it.
        cluster = cls(binaries, Path(tempfile.mkdtemp(prefix="orientir-pg-")))
        if owner := _owner():
            os.chown(cluster.folder, owner.pw_uid, owner.pw_gid)
        data, log = str(cluster.folder / "data"), str(cluster.folder / "log")
        cluster._run("initdb", "--no-sync", "--auth=trust", "--username=orientir", "--encoding=UTF8",
                     "--locale=C", "-D", data)  # fmt: skip
        options = " ".join(f"-c {setting}" for setting in (*SETTINGS, f"unix_socket_directories={cluster.folder}"))
        cluster._run("pg_ctl", "start", "--wait", "--timeout=300", "--silent", "-D", data, "-l", log, "-o", options)
        return cluster

    def stop(self) -> None:
        """Stop the server without ceremony and remove its folder."""
        self._run("pg_ctl", "stop", "--mode=immediate", "--silent", "-D", str(self.folder / "data"))
        shutil.rmtree(self.folder)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://orientir@/{database}?host={self.folder}"

    def _run(self, program: str, *arguments: str) -> None:
        """Run as somebody else than root, because PostgreSQL refuses to be root."""
        command = [str(self.binaries / program), *arguments]
        owner = _owner()
        user, group = (owner.pw_uid, owner.pw_gid) if owner else (None, None)
        # Not a pipe: the server inherits it and would keep it open for ever.
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(
                command, stdout=said, stderr=said, cwd="/", check=False, user=user, group=group,
                extra_groups=() if owner else None,
            )  # fmt: skip
            said.seek(0)
            if done.returncode:
                raise RuntimeError(f"{program} failed: {said.read().decode(errors='replace')}")


def _owner() -> pwd.struct_passwd | None:
    if os.getuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]
