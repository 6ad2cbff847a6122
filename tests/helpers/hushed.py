"""Sends what a run in this process prints to files: at the level of file descriptors, so that libraries' own handles go there too."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def standard_streams_to(out_file: Path, err_file: Path) -> Iterator[None]:
    """Write stdout and stderr to these files while the block runs."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = os.dup(1), os.dup(2)
    with out_file.open("wb") as to_out, err_file.open("wb") as to_err:
        os.dup2(to_out.fileno(), 1)
        os.dup2(to_err.fileno(), 2)
        out = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115  a descriptor, not a path
        err = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                yield
        finally:
            out.flush()
            err.flush()
            os.dup2(kept[0], 1)
            os.dup2(kept[1], 2)
            os.close(kept[0])
            os.close(kept[1])
