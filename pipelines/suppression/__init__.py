"""Small numbers are hidden from readers who may not see pupils: exactly, and so that none can be worked back.

Here: which figures say something of which (relations), reading them as counts (counts), choosing what is hidden (choosing, within, between,
exchange) and writing it into a reader's file (hiding). Not here: who reads what (access).
"""

from pipelines.suppression.hiding import HIDES
from pipelines.suppression.small_numbers import SmallNumbers

__all__ = ["HIDES", "SmallNumbers"]
