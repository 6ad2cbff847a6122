"""Tests: `unit` beside one function each, `integration` through the public surface, `helpers` for both."""
