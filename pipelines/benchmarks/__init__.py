"""Official figures to compare with: DfE's published files, as downloaded, into the store.

Not here: which comparator stands beside which figure (models/benchmarks), and anything an academy delivers.
"""

from pipelines.benchmarks.errors import BenchmarkError
from pipelines.benchmarks.known import KnownFile, known_files
from pipelines.benchmarks.load import Loaded, load_file
from pipelines.benchmarks.school_data import LoadedSchools, SchoolFile, school_files

__all__ = ["BenchmarkError", "KnownFile", "Loaded", "LoadedSchools", "SchoolFile", "known_files", "load_file", "school_files"]
