"""What is wrong with a file that was to be loaded, as a sentence for whoever loads it."""


class BenchmarkError(Exception):
    """The file cannot be loaded; the text says why and what to do."""
