"""Who reads what in PostgreSQL: the access data of trust.yml as a table, functions that ask it, grants and row-level security.

Two locks on every row. A reader must be a member of an audience's group, which alone may select; and the policies ask matlas.login who the
reader is. Membership without a line there reads no row, a line without membership sees no table. Here: making both from trust.yml, anew
with each load. Not here: roles and passwords, which are the administrator's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from psycopg import errors, sql

from pipelines.readers import Audience, Login
from pipelines.serve.errors import ServeError
from pipelines.serve.plan import ACADEMY, READERS, Part, Reader, Rule, Served
from pipelines.serve.stored import DATA, NEVER_NULL

if TYPE_CHECKING:
    import psycopg

AUDIENCES: tuple[str, ...] = get_args(Audience)
SETUP = "`matlas serve postgres --setup` prints what an administrator of the server types."

FUNCTIONS = """
create table {data}.login (login name primary key, audience text not null, academies text[] not null);
create table {data}.reader (number smallint primary key, audience text not null, academies text[] not null);

create function {data}.lines_of(reader name) returns setof {data}.login
stable security definer set search_path = pg_catalog, pg_temp
begin atomic
    with recursive
        mine(role) as (
            select oid from pg_catalog.pg_roles where rolname = reader
            union
            select member.roleid
            from pg_catalog.pg_auth_members as member
            join mine on mine.role = member.member
        )
    select login.*
    from {data}.login
    join pg_catalog.pg_roles on pg_roles.rolname = login.login
    join mine on mine.role = pg_roles.oid;
end;

create function {data}.audience(reader name) returns text
stable security definer set search_path = pg_catalog, pg_temp
begin atomic
    select case when count(distinct audience) = 1 then min(audience) end from {data}.lines_of(reader);
end;

create function {data}.academies(reader name) returns text[]
stable security definer set search_path = pg_catalog, pg_temp
begin atomic
    select coalesce(array_agg(distinct academy order by academy), '{{}}')
    from {data}.lines_of(reader), unnest(academies) as academy;
end;

create function {data}.number(reader name) returns smallint
stable security definer set search_path = pg_catalog, pg_temp
begin atomic
    select number from {data}.reader
    where reader.audience = {data}.audience($1) and reader.academies = {data}.academies($1);
end;

revoke all on all functions in schema {data} from public;
grant execute on function {data}.audience(name), {data}.academies(name), {data}.number(name) to {groups};
"""
"""lines_of climbs from a reader through the groups it is in. A reader in lines of two audiences has none: which of two views of the same
pupil to show is not Matlas's guess to make."""


@dataclass(frozen=True)
class Members:
    """The roles of the server that trust.yml's logins reach: for each role its audiences and, over all its groups, its academies."""

    audiences: Mapping[str, frozenset[str]]
    academies: Mapping[str, tuple[str, ...]]

    @property
    def torn(self) -> list[str]:
        """Roles in lines of more than one audience, which therefore read nothing."""
        return sorted(role for role, audiences in self.audiences.items() if len(audiences) > 1)

    def leaders_of(self) -> set[tuple[str, ...]]:
        """The academies, together, of each leader there is."""
        return {self.academies[role] for role, audiences in self.audiences.items() if audiences == {"academy"}}


def group(audience: str) -> str:
    """The group of an audience."""
    return f"matlas_{audience}"


def members(cursor: "psycopg.Cursor", logins: Mapping[str, Login]) -> Members:
    """Who is what, by the memberships that the server has now."""
    cursor.execute(
        """
        with recursive
            mine(reader, role) as (
                select oid, oid from pg_catalog.pg_roles
                union
                select mine.reader, member.roleid
                from mine
                join pg_catalog.pg_auth_members as member on member.member = mine.role
            )
        select reader.rolname, role.rolname
        from mine
        join pg_catalog.pg_roles as reader on reader.oid = mine.reader
        join pg_catalog.pg_roles as role on role.oid = mine.role
        where role.rolname = any(%s)
        """,
        [list(logins)],
    )
    lines: dict[str, list[Login]] = {}
    for reader, login in cursor.fetchall():
        lines.setdefault(reader, []).append(logins[login])
    return Members(
        {reader: frozenset(line.audience for line in of) for reader, of in lines.items()},
        {reader: tuple(sorted({academy for line in of for academy in line.academies})) for reader, of in lines.items()},
    )


def grant_membership(cursor: "psycopg.Cursor", logins: Mapping[str, Login]) -> list[str]:
    """Make the members of each audience's group those that trust.yml names; return the logins that the server does not have."""
    _require_groups(cursor)
    cursor.execute("select rolname from pg_catalog.pg_roles where rolname = any(%s)", [list(logins)])
    there = {name for (name,) in cursor.fetchall()}
    try:
        for audience in AUDIENCES:
            named = {name for name, login in logins.items() if login.audience == audience} & there
            members_now = _members_of(cursor, group(audience))
            for verb, names in (("revoke {} from {}", members_now - named), ("grant {} to {}", named - members_now)):
                for name in sorted(names):
                    cursor.execute(sql.SQL(verb).format(sql.Identifier(group(audience)), sql.Identifier(name)))
    except errors.InsufficientPrivilege:
        raise ServeError(f"The login of the URL may not give out Matlas's groups. {SETUP}") from None
    return sorted(set(logins) - there)


def _require_groups(cursor: "psycopg.Cursor") -> None:
    groups = [group(audience) for audience in AUDIENCES]
    cursor.execute("select rolname from pg_catalog.pg_roles where rolname = any(%s)", [groups])
    missing = sorted(set(groups) - {name for (name,) in cursor.fetchall()})
    if missing:
        raise ServeError(f"The server has no role {', '.join(missing)}. {SETUP}")


def _members_of(cursor: "psycopg.Cursor", name: str) -> set[str]:
    """The direct members of a group; the one that gives it out is none of its readers."""
    cursor.execute(
        """
        select member.rolname
        from pg_catalog.pg_auth_members
        join pg_catalog.pg_roles as given on given.oid = roleid
        join pg_catalog.pg_roles as member on member.oid = pg_auth_members.member
        where given.rolname = %s and member.rolname <> current_user
        """,
        [name],
    )
    return {member for (member,) in cursor.fetchall()}


def write_access(cursor: "psycopg.Cursor", logins: Mapping[str, Login], readers: Sequence[Reader]) -> None:
    """The lines of trust.yml, the readers with rows of their own, and the functions by which the policies ask for them."""
    groups = sql.SQL(", ").join(sql.Identifier(group(audience)) for audience in AUDIENCES)
    cursor.execute(sql.SQL(FUNCTIONS).format(data=sql.Identifier(DATA), groups=groups))
    cursor.executemany(
        sql.SQL("insert into {} values (%s, %s, %s)").format(sql.Identifier(DATA, "login")),
        [(name, login.audience, sorted(login.academies)) for name, login in logins.items()],
    )
    cursor.executemany(
        sql.SQL("insert into {} values (%s, %s, %s)").format(sql.Identifier(DATA, "reader")),
        [(reader.number, reader.audience, list(reader.academies)) for reader in readers],
    )


def protect(cursor: "psycopg.Cursor", served: Served) -> None:
    """Row-level security on every part of a table, and the right to select for whoever reads any of them.

    A part has no row for whom no policy names. For readers of the table's other parts that is said once more, with a condition that
    PostgreSQL refutes before it opens the part.
    """
    groups = _groups(served.audiences)
    for part in served.parts:
        name = sql.Identifier(DATA, part.name)
        cursor.execute(sql.SQL("alter table {} enable row level security").format(name))
        cursor.execute(sql.SQL("grant select on {} to {}").format(name, groups))
        rules = {rule.audience: _rows(part, rule) for rule in part.rules}
        for audience in served.audiences:
            none = sql.SQL("{} is null").format(sql.Identifier(NEVER_NULL))
            cursor.execute(
                sql.SQL("create policy {} on {} for select to {} using ({})").format(
                    sql.Identifier(audience), name, sql.Identifier(group(audience)), rules.get(audience, none)
                )
            )


def _rows(part: Part, rule: Rule) -> sql.Composed:
    """Which rows of a part an audience reads. A function in a select of its own is asked once a query, not once a row."""

    def ask(function: str) -> sql.Composed:
        return sql.SQL("(select {}(current_user))").format(sql.Identifier(DATA, function))

    conditions = [sql.SQL("{} = {}").format(ask("audience"), sql.Literal(rule.audience))]
    if rule.rows == "versions":
        conditions.append(sql.SQL("{} = any({})").format(ask("number"), sql.Identifier(READERS)))
    elif part.has_versions:
        conditions.append(sql.SQL("0 = any({})").format(sql.Identifier(READERS)))
    if rule.rows == "academy":
        conditions.append(sql.SQL("{} = any({}::text[])").format(sql.Identifier(ACADEMY), ask("academies")))
    return sql.SQL(" and ").join(conditions)


def _groups(audiences: Iterable[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(group(audience)) for audience in audiences)


def let_in(cursor: "psycopg.Cursor", served: Sequence[Served], schema_of: Mapping[str, str]) -> None:
    """Nobody connects to this database but Matlas's groups, and no group looks into a schema that has nothing for it."""
    cursor.execute("select current_database()")
    (database,) = cursor.fetchone() or ("",)
    everybody = _groups(AUDIENCES)
    cursor.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(database)))
    cursor.execute(sql.SQL("grant connect on database {} to {}").format(sql.Identifier(database), everybody))
    cursor.execute("revoke all on schema public from public")
    for published, loading in schema_of.items():
        inside = sorted({audience for each in served if each.table.startswith(f"{published}.") for audience in each.audiences})
        if inside:
            cursor.execute(sql.SQL("grant usage on schema {} to {}").format(sql.Identifier(loading), _groups(inside)))
