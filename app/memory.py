"""How often Python looks for objects that only hold one another: seldom."""

import gc


def collect_seldom() -> None:
    """A run makes thousands of objects and hardly any ring of them, so looking after every few
    hundred finds nothing; and what was loaded at the start is never looked at again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)
