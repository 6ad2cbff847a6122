"""What an administrator of the server types: a database, the login that loads it, Matlas's groups and the logins of trust.yml.

Here: the SQL, which can be typed again after each change of trust.yml. Not here: a password, which Matlas never knows; nor typing it:
making roles is a right that a nightly job should not have.
"""

from collections.abc import Mapping

from pipelines.readers import Login
from pipelines.serve.rights import AUDIENCES, group

LOADER = "matlas_loader"
DATABASE = "matlas"


def setup_sql(logins: Mapping[str, Login]) -> str:
    """For psql, as a superuser: makes what is missing and touches nothing else."""
    lines = [
        "-- For psql, as an administrator of the server. It makes what is missing, so it can be run again when trust.yml has new logins.",
        _role(LOADER, "login"),
        *(_role(group(audience), f"nologin admin {_quoted(LOADER)}") for audience in AUDIENCES),
        "",
        "-- trust.yml's logins, as groups without a password. For a person or a BI tool: create a login of its own and grant it the",
        "-- group; or, where one login is enough: alter role … login, and \\password …",
        *(_role(name, "nologin") for name in sorted(logins)),
        "",
        _unless(
            "pg_database where datname",
            DATABASE,
            f"create database {_quoted(DATABASE)} owner {_quoted(LOADER)} encoding 'UTF8' template template0",
        ),
        "",
        f"-- The password of {LOADER}, for MATLAS_PG:",
        f"\\password {LOADER}",
    ]
    return "\n".join(lines) + "\n"


def _role(name: str, how: str) -> str:
    return _unless("pg_roles where rolname", name, f"create role {_quoted(name)} {how}")


def _unless(where: str, name: str, statement: str) -> str:
    """The way of psql to say *create if it is not there*."""
    return f"select {_text(statement)} where not exists (select from {where} = {_text(name)}) \\gexec"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
