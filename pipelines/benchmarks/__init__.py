"""Official figures to compare with, and registers of schools: DfE's published files, as downloaded, into the store.

Not here: which comparator stands beside which figure (models/benchmarks), and anything an academy delivers.
"""

from pipelines.benchmarks.delivered import BenchmarkError
from pipelines.benchmarks.figures import Occasion
from pipelines.benchmarks.known import FigureFile, RegisterFile, SchoolFile, known_files
from pipelines.benchmarks.listing import Kept, kept_files
from pipelines.benchmarks.load import Loaded, load_file

__all__ = [
    "BenchmarkError",
    "FigureFile",
    "Kept",
    "Loaded",
    "Occasion",
    "RegisterFile",
    "SchoolFile",
    "kept_files",
    "known_files",
    "load_file",
]
