"""How much of the machine DuckDB may use, whoever opens it in a night.

Here: what the environment says, as DuckDB's settings. Not here: what is done with a connection, nor dbt's own (dbt_project/profiles.yml
takes the same two words).
"""

import os
from dataclasses import dataclass
from typing import Any

from pipelines.store.home import Home


@dataclass(frozen=True)
class Machine:
    """Memory as DuckDB writes it (1.5GiB), and threads."""

    memory_limit: str = "1.5GiB"
    threads: int = 2

    @classmethod
    def from_environment(cls) -> "Machine":
        """MATLAS_MEMORY_LIMIT and MATLAS_DUCKDB_THREADS, where set."""
        return cls(
            memory_limit=os.environ.get("MATLAS_MEMORY_LIMIT", cls.memory_limit),
            threads=int(os.environ.get("MATLAS_DUCKDB_THREADS", str(cls.threads))),
        )

    def settings(self, home: Home) -> dict[str, Any]:
        """For `duckdb.connect(config=…)`; what does not fit into memory is written below the home."""
        return {"memory_limit": self.memory_limit, "threads": self.threads, "temp_directory": str(home.temporary / "duckdb")}
