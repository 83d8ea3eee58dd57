"""Coarse places for confidential answers: no combination of attributes is held by fewer than the promised minimum.

Here: one pure function on counts. Not here: which attributes there are (SQL), what is released (`models/release`).
"""

from collections import Counter
from collections.abc import Callable, Hashable

Place = Hashable


def coarsened(counts: dict[Place, int], broader: Callable[[Place], Place | None], minimum: int) -> dict[Place, Place]:
    """For each place the finest broader one that at least `minimum` people share; places of nobody are left out.

    `broader` gives the next broader place, None for the broadest. Whoever is in too small a place moves up together,
    and where only a few end in the broadest place, the smallest group joins them. With fewer than `minimum` people in
    all, the broadest place holds everybody: the caller must then not show it.
    """
    target = {place: place for place, n in counts.items() if n > 0}
    while True:
        sizes: Counter[Place] = Counter()
        for place, to in target.items():
            sizes[to] += counts[place]
        small = {to for to, n in sizes.items() if n < minimum}
        movable = {to for to in small if broader(to) is not None}
        if not movable:
            if not small or len(sizes) == 1:
                return target
            # the remainder is too small: the smallest group among the rest joins it
            others = [to for to in sizes if to not in small]
            movable = {min(others, key=lambda to: (sizes[to], repr(to)))} if others else set()
            if not movable:
                return target
            broadest = next(iter(small))
            target = {place: broadest if to in movable else to for place, to in target.items()}
            continue
        target = {place: (broader(to) if to in movable else to) for place, to in target.items()}
