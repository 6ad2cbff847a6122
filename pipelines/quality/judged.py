"""What Great Expectations said of findings that it has judged before: kept, so that a night which finds the same need not ask again.

Here: when a kept judgement still holds, and where it lies. Not here: the judging (gx.py). A judgement is a function of the findings and of
what is asserted about them, so it hangs on exactly these: every finding that is judged (whose it is, how much of it failed), every
assertion, and the versions of Great Expectations and of gx.py. One finding more or less and all of them are judged anew; so they are by
`--full`. Dates do not come into it: a check that depends on the day finds something else on another day. What could not be run is not kept.
"""

import contextlib
import hashlib
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import duckdb
import orjson

from pipelines.quality import gx
from pipelines.quality.gx import FINDING_TABLE, Assertion, Judgement
from pipelines.store.home import Home

KEPT = 12
"""Three are made in a night; some more for runs that look back."""


def judged(home: Home, database: Path, assertions: Sequence[Assertion], key: str, *, is_full: bool) -> dict[str, Judgement]:
    """Return the judgement of each assertion on the findings in `database`: the kept one if it still holds, else Great Expectations'."""
    if not assertions:
        return {}
    file = home.store / "quality" / "judged.json"
    of = _fingerprint(database, assertions, key)
    kept = _read(file)
    if not is_full and of in kept:
        return {name: Judgement(name, has_run=True, broken_by=frozenset(broken_by)) for name, broken_by in kept[of].items()}
    judgements = gx.judge(database, assertions, key)
    if all(each.has_run for each in judgements.values()):
        kept.pop(of, None)
        kept[of] = {name: sorted(each.broken_by) for name, each in judgements.items()}
        _write(file, dict(list(kept.items())[-KEPT:]))
    return judgements


def _fingerprint(database: Path, assertions: Sequence[Assertion], key: str) -> str:
    """A name for all that a judgement is made of."""
    digest = hashlib.sha256(f"{version('great_expectations')} {key} {list(assertions)!r}".encode())
    digest.update(Path(gx.__file__).read_bytes())
    names = sorted({each.finding for each in assertions})
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(f"select * from {FINDING_TABLE} where finding in (select unnest(?)) order by all", [names])
        for row in rows.fetchall():
            digest.update(repr(row).encode())
    return digest.hexdigest()


def _read(file: Path) -> dict[str, dict[str, list[str]]]:
    with contextlib.suppress(OSError, ValueError):
        kept = orjson.loads(file.read_bytes())
        if isinstance(kept, dict):
            return kept
    return {}


def _write(file: Path, kept: dict[str, dict[str, list[str]]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".partial")
    partial.write_bytes(orjson.dumps(kept))
    partial.replace(file)
