"""The last step of a night: audit the candidate, then put it in the published file's place in one rename.

Here: what must be true of a warehouse before anyone reads it, the keeping of earlier ones, and the swap. Not here: what the data says about
an academy (quality), nor who may read which file.
"""

from pipelines.publish.audit import CandidateRefusedError
from pipelines.publish.publishing import PublishedFile, PublishError, clean_leftovers, publish

__all__ = ["CandidateRefusedError", "PublishError", "PublishedFile", "clean_leftovers", "publish"]
