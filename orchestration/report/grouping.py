"""Order and grouping that sections share. Nothing here knows what is ordered; nothing orders by a value."""

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

Item = TypeVar("Item")
Key = TypeVar("Key")


def grouped(items: Iterable[Item], key: Callable[[Item], Key]) -> list[tuple[Key, list[Item]]]:
    """Items by key, in the order in which keys first appear."""
    groups: dict[Key, list[Item]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return list(groups.items())


def unique(items: Iterable[Item]) -> list[Item]:
    """Items without repetition, in the order of their first appearance."""
    return list(dict.fromkeys(items))


def natural(text: str) -> list[tuple[bool, int, str]]:
    """A sort key in which `Team 9` comes before `Team 10`."""
    parts = re.split(r"([0-9]+)", text)
    return [(not part.isdecimal(), int(part) if part.isdecimal() else 0, part.casefold()) for part in parts]
