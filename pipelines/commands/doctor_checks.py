"""The doctor's checks: each looks at one thing and says what it found and, where it is wrong, what to do.

Here: looking only; nothing is changed. Not here: how the list is shown (doctor.py).
"""

import os
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal

from pipelines.publish.space import needed_bytes
from pipelines.store.home import Home

GIB = 1024**3
PYTHON_FROM, PYTHON_TO = (3, 11), (3, 13)
MEMORY_WANTED = 2 * GIB


@dataclass(frozen=True)
class Finding:
    """What one check says: `note` is worth knowing, `wrong` stops a night or its readers."""

    about: str
    state: Literal["ok", "note", "wrong"]
    says: str


def python() -> Finding:
    """Is this Python one that Matlas is tested on?"""
    is_known = PYTHON_FROM <= sys.version_info[:2] <= PYTHON_TO
    shown = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python", "ok", shown) if is_known else Finding("Python", "wrong", f"{shown}; Matlas needs 3.11, 3.12 or 3.13.")


def packages() -> Finding:
    """Is every package there, in a version that Matlas allows?"""
    from packaging.requirements import Requirement

    problems = []
    for line in requires("matlas") or []:
        requirement = Requirement(line)
        try:
            found = version(requirement.name)
        except PackageNotFoundError:
            problems.append(f"{requirement.name} is missing")
            continue
        if not requirement.specifier.contains(found, prereleases=True):
            problems.append(f"{requirement.name} is {found}, needed {requirement.specifier}")
    if problems:
        return Finding("packages", "wrong", f"{'; '.join(problems)}. Delete .venv and type: make run")
    return Finding("packages", "ok", "all there, in versions that work together")


def memory() -> Finding:
    """Is there memory for a build?"""
    try:
        pages = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):
        return Finding("memory", "note", "this system does not say how much is free")
    shown = f"{pages / GIB:.1f} GiB free"
    if pages < MEMORY_WANTED:
        return Finding("memory", "note", f"{shown}; large trusts want 3 GiB. Set MATLAS_MEMORY_LIMIT=1GiB to build within less.")
    return Finding("memory", "ok", shown)


def clock() -> Finding:
    """Is the clock plausible? Deliveries are ordered by when they were first seen."""
    newest_file = Path(__file__).stat().st_mtime
    if time.time() < newest_file:
        return Finding(
            "clock", "wrong", "it stands before this program was installed. Set the machine's time: deliveries are ordered by it."
        )
    return Finding("clock", "ok", time.strftime("%Y-%m-%d %H:%M %Z"))


def trust_file(home: Home) -> Finding:
    """Can trust.yml be used?"""
    from pipelines.trust import TrustConfigError, load_trust

    try:
        trust = load_trust(home.trust_file)
    except TrustConfigError as error:
        return Finding("trust.yml", "wrong", str(error))
    said = f"{trust.trust.name}, {len(trust.academies)} academies"
    if trust.calendar_is_default:
        return Finding("trust.yml", "note", f"{said}; it has no calendar, so England's usual half-terms are used. Add `calendar:`.")
    return Finding("trust.yml", "ok", said)


def profiles(home: Home) -> Finding:
    """Can the profile of every MIS be read?"""
    from pipelines.sources import load_profile, profile_names

    broken = []
    for name in profile_names():
        try:
            load_profile(name)
        except Exception as error:
            broken.append(f"{name}: {error}")
    if broken:
        return Finding("profiles", "wrong", "; ".join(broken))
    return Finding("profiles", "ok", ", ".join(profile_names()))


def landing(home: Home) -> Finding:
    """Does every academy have its folder, and can it be read?"""
    from pipelines.trust import TrustConfigError, load_trust

    try:
        academies = [academy.id for academy in load_trust(home.trust_file).academies]
    except TrustConfigError:
        return Finding("landing", "note", "not looked at: trust.yml comes first")
    missing = [each for each in academies if not home.landing(each).is_dir()]
    shut = [each for each in academies if each not in missing and not os.access(home.landing(each), os.R_OK | os.X_OK)]
    if shut:
        return Finding("landing", "wrong", f"this account may not read landing/ of {', '.join(shut)}. Give it read permission.")
    if missing:
        return Finding("landing", "note", f"no folder yet for {', '.join(missing)}. Make landing/<academy>/ and let its MIS write there.")
    return Finding("landing", "ok", "a folder for every academy")


def writing(home: Home) -> Finding:
    """May this account write where a run writes, and do the folders lie on one disk?"""
    folders = [folder for folder in (home.root, home.store, home.published) if folder.exists()]
    shut = [str(folder) for folder in folders if not os.access(folder, os.W_OK | os.X_OK)]
    if shut:
        return Finding("permission", "wrong", f"this account may not write to {', '.join(shut)}. Run as the account that owns the home.")
    if len({folder.stat().st_dev for folder in folders[1:]}) > 1:
        return Finding(
            "permission", "wrong", "store/ and published/ lie on different disks; publishing is one rename. Put them on one disk."
        )
    return Finding("permission", "ok", "this account may write to store/ and published/")


def disk(home: Home) -> Finding:
    """Is there room for a build?"""
    free, needed = shutil.disk_usage(home.root).free, needed_bytes(home)
    shown = f"{free / GIB:.1f} GiB free, a run may need {needed / GIB:.1f}"
    if free < needed:
        return Finding("disk", "wrong", f"{shown}. Make room; old files of store/previous and published/as_at may go.")
    return Finding("disk", "ok", shown)


def lock(home: Home) -> Finding:
    """Is a run under way?"""
    from pipelines.store.lock import LockedError, held

    if not home.lock.exists():
        return Finding("lock", "ok", "no run is under way")
    try:
        with held(home, "matlas doctor"):
            return Finding("lock", "ok", "no run is under way")
    except LockedError as error:
        return Finding("lock", "note", str(error))
    except OSError:
        return Finding("lock", "wrong", f"{home.lock} cannot be opened. Run as the account that owns the home.")


def one_night(home: Home) -> Finding:
    """Are the published files all of one night?"""
    from pipelines.commands.waiting import SWAP_NEXT, SWAP_UNFINISHED

    if not home.swap_list.exists():
        return Finding("published together", "ok", "no run was stopped while it put files in their places")
    return Finding("published together", "wrong", f"{SWAP_UNFINISHED}. Type: matlas run --home {home.root} ({SWAP_NEXT})")


def erasures(home: Home) -> Finding:
    """Is everybody who was to be erased gone?"""
    from pipelines.commands.waiting import erasure_unfinished
    from pipelines.store.erasures import Erasures

    if not home.manifest.exists():
        return Finding("erasures", "ok", "none")
    with Erasures(home.manifest) as known:
        unfinished = [each for each in known.all() if each.is_unfinished]
    if not unfinished:
        return Finding("erasures", "ok", "every erasure that was begun is finished")
    said = "; ".join(erasure_unfinished(each) for each in unfinished)
    return Finding("erasures", "note", f"{said}. Type: matlas run --home {home.root}")


def pseudonym_key(home: Home) -> Finding:
    """Is there a key for pseudonyms? Colleagues are joined across academies by them."""
    from pipelines.trust import TrustConfigError, load_trust

    try:
        variable = load_trust(home.trust_file).privacy.pseudonym_key_env
    except TrustConfigError:
        return Finding("pseudonym key", "note", "not looked at: trust.yml comes first")
    if os.environ.get(variable):
        return Finding("pseudonym key", "ok", f"in ${variable}")
    if home.pseudonym_key.exists():
        return Finding("pseudonym key", "ok", f"{home.pseudonym_key}; keep a copy of it: with another key all pseudonyms change")
    return Finding("pseudonym key", "note", f"${variable} is not set; the first night that reads colleagues makes a key in the store.")


def channels(home: Home) -> Finding:
    """Does the environment have the address of every reader who is told of alerts?"""
    from pipelines.trust import TrustConfigError, load_trust

    try:
        readers = load_trust(home.trust_file).alerts.readers
    except TrustConfigError:
        return Finding("channels", "note", "not looked at: trust.yml comes first")
    missing = [each.url_env for each in readers if not os.environ.get(each.url_env, "").strip()]
    if missing:
        said = f"${', $'.join(missing)} not set here; what these readers are told waits. Set them where the night runs."
        return Finding("channels", "note", said)
    return Finding("channels", "ok", f"{len(readers)} readers, each with an address" if readers else "trust.yml names nobody who is told")


def warehouse(home: Home) -> Finding:
    """Does the published file open?"""
    import duckdb

    if not home.published_file.exists():
        return Finding("published file", "note", f"none yet. Type: matlas run --home {home.root}")
    try:
        with duckdb.connect(str(home.published_file), read_only=True) as connection:
            found = connection.execute("select count(*) from duckdb_tables() where not internal").fetchone()
    except duckdb.Error:
        return Finding(
            "published file", "wrong", f"{home.published_file} does not open. Copy the newest of {home.previous} over it, or run again."
        )
    return Finding("published file", "ok", f"opens, {found[0] if found else 0} tables, {home.published_file.stat().st_size / GIB:.2f} GiB")


MACHINE: tuple[Callable[[], Finding], ...] = (python, packages, memory, clock)
OF_HOME: tuple[Callable[[Home], Finding], ...] = (
    trust_file,
    profiles,
    landing,
    writing,
    disk,
    lock,
    pseudonym_key,
    channels,
    warehouse,
    one_night,
    erasures,
)
