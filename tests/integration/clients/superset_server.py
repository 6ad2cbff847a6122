"""A Superset of the tests' own, asked by the REST API that its pages use.

Here: starting the server on a copy of the settings that `make clients` made, logging in, and the four things a person makes there: a
connection, a dataset, a chart, a query in SQL Lab. Not here: what is asked, nor what must come back.
"""

import json
import os
import secrets
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

from tests.helpers.clients import free_port, need
from tests.helpers.home import PROJECT

ENVIRONMENT = PROJECT / ".venv-superset"
CONFIG = PROJECT / "tests" / "integration" / "clients" / "superset" / "superset_config.py"
LOGIN = {"username": "admin", "password": "admin", "provider": "db", "refresh": True}  # as superset/set_up.py makes it
PATIENCE = 120


class Superset:
    """One person's session."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self._headers = {"Referer": address}
        self._headers["Authorization"] = "Bearer " + self._ask("POST", "security/login", LOGIN)["access_token"]
        self._headers["X-CSRFToken"] = self._ask("GET", "security/csrf_token/")["result"]

    def connect(self, name: str, url: str, **arguments: object) -> int:
        """Settings, Database connections, + Database."""
        extra = {"engine_params": {"connect_args": arguments}} if arguments else {}
        made = self._ask(
            "POST", "database/", {"database_name": name, "sqlalchemy_uri": url, "expose_in_sqllab": True, "extra": json.dumps(extra)}
        )
        return int(made["id"])

    def schemas(self, database: int) -> list[str]:
        """What the dataset's page offers as schemas."""
        return list(self._ask("GET", f"database/{database}/schemas/")["result"])

    def tables(self, database: int, schema: str) -> list[str]:
        """What the dataset's page offers as tables."""
        return [each["value"] for each in self._ask("GET", f"database/{database}/tables/?q=(schema_name:{schema})")["result"]]

    def make_dataset(self, database: int, schema: str, table: str) -> int:
        """Datasets, + Dataset."""
        return int(self._ask("POST", "dataset/", {"database": database, "schema": schema, "table_name": table})["id"])

    def columns(self, dataset: int) -> dict[str, str | None]:
        """The columns of a dataset with the descriptions that its pages show."""
        return {each["column_name"]: each["description"] for each in self._ask("GET", f"dataset/{dataset}")["result"]["columns"]}

    def make_chart(self, name: str, dataset: int, by: str, column: str, where: tuple[str, str]) -> int:
        """Charts, + Chart, Table: the largest `column` for each `by`."""
        metric = {"expressionType": "SIMPLE", "column": {"column_name": column}, "aggregate": "MAX", "label": column}
        params = {"viz_type": "table", "datasource": f"{dataset}__table", "groupby": [by], "metrics": [metric]}
        query = {"columns": [by], "metrics": [metric], "filters": [{"col": where[0], "op": "==", "val": where[1]}], "row_limit": 1000}
        context = {"datasource": {"id": dataset, "type": "table"}, "queries": [query], "result_format": "json", "result_type": "full"}
        made = self._ask(
            "POST",
            "chart/",
            {
                "slice_name": name,
                "viz_type": "table",
                "datasource_id": dataset,
                "datasource_type": "table",
                "params": json.dumps(params),
                "query_context": json.dumps(context),
            },
        )
        return int(made["id"])

    def read_chart(self, chart: int) -> list[dict[str, Any]]:
        """The rows that a chart shows now."""
        return list(self._ask("GET", f"chart/{chart}/data/")["result"][0]["data"])

    def query(self, database: int, sql: str) -> list[dict[str, Any]]:
        """SQL, SQL Lab, Run."""
        return list(self._ask("POST", "sqllab/execute/", {"database_id": database, "sql": sql, "runAsync": False})["data"])

    def forget(self, chart: int, dataset: int) -> None:
        """Delete a chart and its dataset: Superset with settings in SQLite takes each table's name only once."""
        self._ask("DELETE", f"chart/{chart}")
        self._ask("DELETE", f"dataset/{dataset}")

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        content = None if body is None else json.dumps(body).encode()
        headers = self._headers if content is None else {**self._headers, "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self._address}/api/v1/{path}", method=method, headers=headers, data=content)
        try:
            with self._opener.open(request, timeout=PATIENCE) as answer:
                found: dict[str, Any] = json.load(answer)
                return found
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode(errors='replace')[:1000]}") from None


@contextmanager
def superset(folder: Path) -> Iterator[Superset]:
    """A server with its settings in `folder`, and somebody logged in."""
    need((ENVIRONMENT / ".installed").exists(), "Apache Superset is not installed here (make clients).")
    shutil.copy(ENVIRONMENT / "home" / "superset.db", folder)
    address, log = f"127.0.0.1:{free_port()}", folder / "log"
    environment = {
        **os.environ,
        "SUPERSET_HOME": str(folder),
        "SUPERSET_CONFIG_PATH": str(CONFIG),
        "SUPERSET_SECRET_KEY": secrets.token_urlsafe(42),
    }
    threads = ["--worker-class", "gthread", "--threads", "4"]
    command = [str(ENVIRONMENT / "bin" / "gunicorn"), "--bind", address, *threads, "superset.app:create_app()"]
    with log.open("wb") as output:
        server = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=folder, env=environment)
    try:
        _wait_for(f"http://{address}/health", server, log)
        yield Superset(f"http://{address}")
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(page: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(page, timeout=PATIENCE):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"Superset does not answer: {log.read_text(errors='replace')[-3000:]}")
