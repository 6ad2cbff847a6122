"""`python -m pipelines.synthetic` writes data_samples/ anew (make sample)."""

from pipelines.synthetic.demo import write_samples

write_samples()
