"""The machine and the versions a bench was run on.

Here: facts read from the system. Not here: anything measured.
"""

import os
import platform
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

PACKAGES = ("matlas", "duckdb", "dagster", "dbt-core", "dbt-duckdb", "great-expectations", "pyarrow", "pandas")
PROJECT = Path(__file__).parents[1]


def machine(disk_of: Path) -> dict[str, str]:
    """What a reader must know to compare these figures with others."""
    usage = psutil.disk_usage(str(disk_of))
    return {
        "processor": f"{processor()}, {os.cpu_count()} cores",
        "memory": f"{psutil.virtual_memory().total / 1024**3:.0f} GiB",
        "disk": f"{_file_system(disk_of)}, {usage.total / 1024**3:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        **{name: found for name in PACKAGES if (found := _version(name))},
    }


def processor() -> str:
    """The processor's name as the system gives it."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def commit() -> str:
    """The commit that is measured; with a plus where files were changed since."""
    head = _git("rev-parse", "--short=10", "HEAD")
    changed = _git("status", "--porcelain", "--", "pipelines", "models", "dbt_project", "expectations", "bench/*.py", "bench/peers")
    return (head or "unknown") + ("+" if changed else "")


def peers_versions(python: Path) -> dict[str, str]:
    """The versions of what the peers are made with."""
    asked = "from importlib.metadata import version; print(*[f'{n}={version(n)}' for n in ('duckdb','pandas','dlt','dbt-core')], sep='\\n')"
    found = subprocess.run([str(python), "-c", asked], capture_output=True, text=True, check=False)
    return dict(line.split("=", 1) for line in found.stdout.splitlines())


def _git(*arguments: str) -> str:
    found = subprocess.run(["git", *arguments], cwd=PROJECT, capture_output=True, text=True, check=False)
    return found.stdout.strip()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _file_system(path: Path) -> str:
    mounts = [one for one in psutil.disk_partitions(all=True) if path.resolve().is_relative_to(one.mountpoint)]
    nearest = max(mounts, key=lambda one: len(one.mountpoint), default=None)
    return nearest.fstype if nearest else sys.platform
