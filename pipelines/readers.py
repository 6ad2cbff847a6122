"""`access:` in trust.yml: who reads besides the trust's central team, and which login of a PostgreSQL reads what.

Here: its shape, its mistakes, and what is asked of it. Not here: which tables and columns an audience has (expectations/audiences.yml), nor
the files and roles that are made from it (publish, serve).
"""

import re
from collections.abc import Collection, Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

from pipelines.trust_errors import Place, nearest

Audience = Literal["trust", "academy", "teacher", "analyst", "governor"]
GrantedAudience = Literal["academy", "analyst", "governor", "teacher"]
OF_ONE_ACADEMY = ("academy", "teacher")
"""Audiences whose readers belong to academies; the others read of all of them, or of none by name."""

_LOGIN = re.compile(r"^[a-z][a-z0-9_]{0,62}$")
_TAKEN = {"matlas", "postgres", "public", "none", "user", "current_user", "current_role", "session_user", *Audience.__args__}  # type: ignore[attr-defined]


def _is_a_login(value: str) -> str:
    if not _LOGIN.match(value):
        raise ValueError("expected at most 63 lower-case letters, digits and _, beginning with a letter, such as ashby_leaders")
    if value.startswith("pg_") or value in _TAKEN:
        raise ValueError("the name is taken by PostgreSQL or Matlas; give the login another, such as ashby_leaders")
    return value


LoginName = Annotated[str, AfterValidator(_is_a_login)]


class Login(BaseModel):
    """One login, or one group of logins: the audience that it is, and of which academies."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    audience: Audience
    academies: tuple[str, ...] = ()


class Access(BaseModel):
    """`access:` the audiences that are published for besides the trust's central team (deny by default), and the logins."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    audiences: tuple[GrantedAudience, ...] = ()
    logins: dict[LoginName, Login] = {}


def access_mistakes(access: Access, academy_ids: Collection[str]) -> Iterator[tuple[Place, str]]:
    """What no type can see, each with its place under `access:`."""
    for number, audience in enumerate(access.audiences):
        if audience in access.audiences[:number]:
            yield ("audiences", number), f"names {audience} a second time; once is enough."
    granted = ("trust", *access.audiences)
    for name, login in access.logins.items():
        place = ("logins", name)
        if login.audience not in granted:
            yield (
                (*place, "audience"),
                f"is `{login.audience}`, which is not among `audiences` ({', '.join(granted)}). Add it there, or give the login another.",
            )
        if login.audience in OF_ONE_ACADEMY and not login.academies:
            yield place, f"reads as {login.audience} and names no academies; expected such as `academies: [{min(academy_ids)}]`."
        if login.audience not in OF_ONE_ACADEMY and login.academies:
            yield (
                (*place, "academies"),
                f"stands beside the audience {login.audience}, which reads of the whole trust. Leave academies out, or make it academy or "
                "teacher.",
            )
        yield from academy_mistakes(login.academies, academy_ids, (*place, "academies"))


def academy_mistakes(named: tuple[str, ...], academy_ids: Collection[str], place: Place) -> Iterator[tuple[Place, str]]:
    """Academies that trust.yml does not have, and those named twice."""
    for number, academy_id in enumerate(named):
        if unknown := academy_mistake(academy_id, academy_ids):
            yield (*place, number), unknown
        elif academy_id in named[:number]:
            yield (*place, number), f"names {academy_id} a second time; once is enough."


def academy_mistake(named: str, academy_ids: Collection[str]) -> str | None:
    """What is wrong with the name of an academy that trust.yml does not have; None where it has it."""
    known = sorted(academy_ids)
    return None if named in known else f"names `{named}`, which is no academy here.{nearest(named, known) or _known(known)}"


def _known(names: list[str]) -> str:
    return f" Known: {', '.join(names[:10])}{' …' if len(names) > 10 else ''}."
