"""One process works the queue and the clock of an installation: whoever holds the lock of its folder.

The lock ends with the process, however it ends. Two workers would remind everybody twice, and the second one to start
would take the jobs of the first for those of a dead one.
"""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO

LOCK_FILE = "jobs.lock"


def hold_alone(folder: Path) -> IO[bytes] | None:
    """Return what holds the lock until it is closed, or None where another process holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / LOCK_FILE).open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock
