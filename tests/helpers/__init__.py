"""What several tests need: a trust home on disk, registers in shorthand, a reckoner of the measures in plain Python."""
