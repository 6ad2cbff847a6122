"""Official figures to compare with: DfE's published files, as downloaded, into the store.

Not here: which comparator stands beside which figure (models/benchmarks), and anything an academy delivers.
"""

from pipelines.benchmarks.known import KnownFile, known_files
from pipelines.benchmarks.load import BenchmarkError, Loaded, load_file

__all__ = ["BenchmarkError", "KnownFile", "Loaded", "known_files", "load_file"]
