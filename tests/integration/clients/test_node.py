"""DuckDB's own client for Node.js reads the published file."""

from pathlib import Path

from tests.helpers.clients import need, program, said
from tests.helpers.home import TrustHome
from tests.integration.clients.question import QUESTION, figures_of, published_figures

HERE = Path(__file__).parent / "node"


def test_node_reads_the_published_file(demo_night: TrustHome) -> None:
    node = program("node", "No Node.js here: install it (Debian, Ubuntu: apt-get install nodejs npm) to have DuckDB's Node client tested.")
    need((HERE / "node_modules" / "@duckdb").exists(), "DuckDB's Node client is not installed here (make clients).")
    assert figures_of(said(node, HERE / "read.mjs", demo_night.published, QUESTION)) == published_figures(demo_night)
