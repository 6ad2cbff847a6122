"""The parsed dbt project, kept between runs: parsing costs seconds, reading it back a fifth of one.

Here: when a kept manifest is still true, and where it lies. Not here: running it (dbt.py). It is named by the project's own files, so any
change of a model, a seed, a macro or dbt itself parses anew; nothing has to be cleared by hand.
"""

import contextlib
import hashlib
import os
import tempfile
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pipelines.store.home import PROJECT_ROOT

PROJECT = PROJECT_ROOT / "dbt_project"
MODELS = PROJECT_ROOT / "models"
SUFFIXES = frozenset({".sql", ".yml", ".csv", ".md"})
KEPT = 5
NOT_THE_PROJECT = ("target", "logs")


def kept_manifest() -> Any:
    """The project as dbt parsed it, from memory, else from the cache, else parsed now."""
    return _manifest(project_hash())


def project_hash() -> str:
    """A name for the project exactly as it stands: its place, its files and the versions that read them."""
    digest = hashlib.sha256()
    for part in (str(PROJECT_ROOT), version("dbt-core"), version("dbt-duckdb")):
        digest.update(part.encode() + b"\0")
    for path in _project_files():
        digest.update(str(path.relative_to(PROJECT_ROOT)).encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:24]


def cache_folder() -> Path:
    """The user's cache; a machine without one keeps it among its temporary files."""
    base = os.environ.get("XDG_CACHE_HOME")
    folder = (Path(base) if base else Path.home() / ".cache") / "matlas"
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    private = Path(tempfile.gettempdir()) / f"matlas-{os.getuid()}"
    private.mkdir(mode=0o700, exist_ok=True)
    return private


@cache
def _manifest(name: str) -> Any:
    file = cache_folder() / f"dbt-{name}.msgpack"
    if file.exists():
        with contextlib.suppress(Exception):  # a file of another shape or cut short: parse again
            return _read(file)
    return _parse(file)


def _read(file: Path) -> Any:
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumuro_decoder

    manifest = Manifest.from_msgpack(file.read_bytes(), decoder=extended_mashumuro_decoder)
    manifest.build_flat_graph()
    return manifest


def _parse(file: Path) -> Any:
    from dbt.cli.main import dbtRunner

    with tempfile.TemporaryDirectory() as target:
        outcome = dbtRunner().invoke(
            [
                *("--log-level", "none", "--log-level-file", "none", "--no-send-anonymous-usage-stats"),
                *("parse", "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target-path", target),
            ]
        )
        if outcome.result is None:
            raise RuntimeError(f"The dbt project does not parse: {outcome.exception}")
        keep(file, (Path(target) / "partial_parse.msgpack").read_bytes())
    return outcome.result


def keep(file: Path, content: bytes) -> None:
    """Put a file into the cache in one step; all but the last few older ones of its kind go, so that the cache stays small."""
    kind = "".join(file.suffixes)
    with contextlib.suppress(OSError):
        for old in sorted(file.parent.glob(f"dbt-*{kind}"), key=lambda kept: kept.stat().st_mtime)[:-KEPT]:
            old.unlink(missing_ok=True)
        waiting = file.with_suffix(f".{os.getpid()}")
        waiting.write_bytes(content)
        waiting.replace(file)


def _project_files() -> list[Path]:
    found = [path for root in (PROJECT, MODELS) for path in root.rglob("*") if path.suffix in SUFFIXES]
    return sorted(path for path in found if not set(path.relative_to(PROJECT_ROOT).parts[:-1]) & set(NOT_THE_PROJECT))
