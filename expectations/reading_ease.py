"""How easy a text is to read: Flesch's reading ease, from words to a sentence and syllables to a word.

Here: counting. Not here: which texts must be how easy (formative_summative.py). Syllables are counted by the vowels that one hears, near
enough for texts of a few sentences. What is written in figures or as an acronym counts as it is spoken.
"""

import re

_SENTENCE_END = re.compile(r"[.!?:;](?=\s|$)")
_WORD = re.compile(r"[A-Za-z]+|\d+(?:[.,]\d+)?")
_VOWELS = re.compile(r"[aeiouy]+")
# An e that is written and not heard: home, scale; missed, but not started; times, but not classes.
_SILENT_END = re.compile(r"(?:[^aeiouyl]|[aeiouy]l|rl)e$|[^aeiouytd]ed$|(?:[^aeiouyszxgc]|[aeiouy][dtklmnpr])es$")
# Two vowels that are written together and heard apart: period, but not session; actual, but not quality; being.
_HIATUS = re.compile(r"i[ao](?!u)(?<![tscg]i[ao])|eo(?=[^u])(?<!peo)|ua(?<!qua)|uou|ing$(?<=[aeiouy]ing)")


def reading_ease(text: str) -> float:
    """100 is very easy, 50 is fairly difficult, below 30 is for specialists."""
    words = _WORD.findall(text.replace("'", "").replace("’", ""))
    if not words:
        raise ValueError("There is no word to read.")
    sentences = max(1, len(_SENTENCE_END.findall(text)))
    return 206.835 - 1.015 * len(words) / sentences - 84.6 * sum(map(syllables, words)) / len(words)


def syllables(word: str) -> int:
    """How many syllables a word has when it is spoken."""
    if word[0].isdigit():
        return _of_figures(word)
    if word.isupper() and len(word) > 1:
        return len(word) + 2 * word.count("W")
    spoken = _SILENT_END.sub("", word.lower())
    return max(1, len(_VOWELS.findall(spoken)) + len(_HIATUS.findall(spoken)))


def _of_figures(figures: str) -> int:
    """One a figure, and one for *hundred* or *point*: near enough for marks, grades and years."""
    digits = figures.rstrip("0") or "0"
    return len(re.sub(r"\D", "", digits)) + (len(figures) > len(digits) or "." in figures or "," in figures)
