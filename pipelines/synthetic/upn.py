"""Unique pupil numbers whose check letter is right (spec of the field: each of characters 2–13 times its position, mod 23).

Not here: judging a delivered UPN.
"""

ALPHABET = "ABCDEFGHJKLMNPQRTUVWXYZ"
LA_CODE = "201"  # with establishment numbers that no school has: those of England begin at 1000 and end before 9000


def check_letter(twelve: str) -> str:
    """The first letter of a UPN from its other twelve characters (the last may be a letter of a temporary UPN)."""
    total = sum(position * (int(char) if char.isdigit() else ALPHABET.index(char)) for position, char in enumerate(twelve, start=2))
    return ALPHABET[total % 23]


def permanent(establishment: int, number: int) -> str:
    """A permanent UPN: up to 9,999 establishments with 99,999 pupils each have one of their own."""
    twelve = f"{LA_CODE}{establishment:04d}{number:05d}"
    return check_letter(twelve) + twelve


def temporary(establishment: int, number: int) -> str:
    """A temporary UPN, as a school gives a pupil whose own is not known yet: it ends in a letter."""
    twelve = f"{LA_CODE}{establishment:04d}{number % 10_000:04d}{ALPHABET[number % 23]}"
    return check_letter(twelve) + twelve
