"""Superset's settings, as docs/how-to/connect/superset.md gives them; the secret key comes from SUPERSET_SECRET_KEY."""

# Superset refuses files of its own machine unless told otherwise. Here the file is what we want to read, and the connection is read-only.
PREVENT_UNSAFE_DB_CONNECTIONS = False
