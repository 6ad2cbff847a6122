"""A figure that cannot be traced because it does not exist; the message says which there are."""


class TraceError(Exception):
    """Wrong usage: there is no such academy, measure, period or group."""
