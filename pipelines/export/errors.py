"""What can stop an export. Not here: what a command makes of it."""


class ExportError(Exception):
    """The export cannot be made; the message is a sentence that says what to do."""
