"""Who is shown what: the tables, columns and rows of each audience, from the privacy classes and expectations/audiences.yml.

Here: the answer as data, for everything that gives readers something (the published files, PostgreSQL, the checks). Not here: giving it,
and which people an audience is (trust.yml, pipelines/readers.py).
"""

from pipelines.access.shown import Shown, ShownColumn, described, shown_to

__all__ = ["Shown", "ShownColumn", "described", "shown_to"]
