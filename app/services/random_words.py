"""Whether a word was drawn by lot rather than written by somebody: what keys of all makes share."""

import math
import re
from collections import Counter
from itertools import pairwise
from typing import Final

_WORDS: Final = re.compile(r"[\w+=./:!$%^*@#~&-]{16,}", re.ASCII)
_DRAWN: Final = re.compile(r"[\w+=-]{20,}", re.ASCII)


def random_word_in(text: str) -> bool:
    return any(map(_mixed, _WORDS.findall(text))) or any(map(_drawn, _DRAWN.findall(text)))


def _mixed(word: str) -> bool:
    """Digits and letters, or small and capital ones, take turns far oftener than in any name."""
    pairs = [(a, b) for a, b in pairwise(word) if a.isalnum() and b.isalnum()]
    turns = sum(a.isdigit() != b.isdigit() or (a.islower() and b.isupper()) for a, b in pairs)
    if turns < 4 or turns * 6 < len(word) - 1:
        return False
    # hasOptedOutOfEmail is a name.
    return any(map(str.isdigit, word)) or sum(a.isupper() and b.isupper() for a, b in pairs) > 1


def _drawn(word: str) -> bool:
    counts = Counter(word)
    entropy = -sum(n / len(word) * math.log2(n / len(word)) for n in counts.values())
    kinds = sum(any(test(one) for one in word) for test in (str.isdigit, str.isupper, str.islower))
    return entropy > 3.3 and kinds >= 2 and any(map(str.isdigit, word))
