"""What can stop a load. Not here: what a command makes of it."""


class ServeError(Exception):
    """PostgreSQL could not be loaded; the message is a sentence that says what to do and holds no value of anybody's data."""
