"""Processes as the kernel counts them: CPU to the nanosecond, memory, and who is whose child."""

import os
from pathlib import Path

_PROC = Path("/proc")


def cpu_of(pid: int) -> int:
    """Nanoseconds, user and system, that the threads of a process have run; 0 for one that has ended."""
    total = 0
    try:
        for task in os.scandir(_PROC / str(pid) / "task"):
            total += int(Path(task.path, "schedstat").read_text().split()[0])
    except (FileNotFoundError, ProcessLookupError):
        return total
    return total


def memory_of(pid: int) -> int:
    """Resident memory in bytes."""
    for line in (_PROC / str(pid) / "status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise ValueError(f"process {pid} tells no memory")


def family_of(pid: int) -> list[int]:
    """A process and its children: PostgreSQL's postmaster with all its backends."""
    found = [pid]
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
            if parent == pid:
                found.append(int(entry.name))
    return found


class Meter:
    """CPU of a process, or of a family of them, between two readings."""

    def __init__(self, pid: int, *, family: bool = False) -> None:
        self._pid, self._family = pid, family
        self._before = self._read()

    def _read(self) -> dict[int, int]:
        return {pid: cpu_of(pid) for pid in (family_of(self._pid) if self._family else [self._pid])}

    def seconds(self) -> float:
        """CPU seconds since the meter was made."""
        return sum(now - self._before.get(pid, 0) for pid, now in self._read().items()) / 1e9
