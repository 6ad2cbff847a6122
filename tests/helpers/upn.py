"""Unique pupil numbers for invented pupils, by the rule of the Department: written here again, so that a wrong rule of ours shows."""

LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"


def upn(twelve: str) -> str:
    """Put the check letter before twelve characters: each times its position (2 … 13), a last letter by its index, summed, mod 23."""
    total = 0
    for position, character in enumerate(twelve, start=2):
        total += position * (LETTERS.index(character) if character in LETTERS else int(character))
    return LETTERS[total % 23] + twelve


assert upn("207000016049") == "P207000016049"
assert upn("801200005001") == "B801200005001"
assert upn("80120000500A") == "M80120000500A"
