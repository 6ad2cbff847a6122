"""The alignment x autonomy map: how each academy stands to the trust in each area, worked out anew each night from what will be published.

`draw_map` fills marts.alignment_autonomy and marts.alignment_autonomy_evidence of the candidate; `keep_scores` remembers the scores of the
published night, so that later half-terms can be compared with it.
"""

from pipelines.steering.history import keep_scores, kept_scores
from pipelines.steering.nightly import draw_map
from pipelines.steering.writing import write_map

__all__ = ["draw_map", "keep_scores", "kept_scores", "write_map"]
