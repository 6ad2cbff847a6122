"""Tests through the public surface only: a trust home, the `matlas` command, the published file."""
