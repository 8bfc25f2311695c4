"""Resident memory of a process, where the system tells it."""

import os
import re
from pathlib import Path

__all__ = ["resident_mb"]


def resident_mb(pid: int | None = None) -> float:
    """In MB, of this process or of `pid`; 0 where the system does not tell."""
    try:
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid or os.getpid()}/status").read_text("ascii"))
    except OSError:
        return 0.0
    return round(int(found[1]) / 1024, 0) if found else 0.0
