"""Serve: the published night in PostgreSQL, where each login reads what trust.yml gives it and nothing else.

Here: loading, swapping, roles' rights and row-level security. Not here: the command (commands/serve.py), which rows and columns an audience
has (access), or hiding figures (suppression). PostgreSQL's driver is an extra: import `loading` only where it is there.
"""
