"""Made-up organisations as tables of counts: units within units, levels, functions, crossed groups."""

from collections import Counter

import numpy as np
import polars as pl

CROSSED = {"gender_x_ethnicity": ("gender", "ethnicity")}
DIVIDED_FROM = 30


def organisation(seed: int, n_people: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Cells (period_end, segment_kind, segment_id, attribute, group_value, n, n_members), zeros too, and units' parents."""
    random = np.random.default_rng(seed)
    n_units = max(4, n_people // int(random.integers(20, 45)))
    # the first few units are departments; the others hang below whatever was there before
    parents = {f"u{i}": None if i < 4 else f"u{random.integers(0, i)}" for i in range(n_units)}
    weights = random.dirichlet(np.full(n_units, 1.5))
    unit = random.choice(n_units, n_people, p=weights)
    level = np.minimum(random.geometric(0.4, n_people), 6)
    function = random.choice(8, n_people, p=random.dirichlet(np.full(8, 1.0)))
    gender = random.choice(["female", "male", "nonbinary", "undisclosed"], n_people, p=[0.42, 0.52, 0.02, 0.04])
    ethnicity = random.choice(["a", "b", "c", "d", "undisclosed"], n_people, p=[0.6, 0.18, 0.1, 0.04, 0.08])
    age = random.choice(["20s", "30s", "40s", "50s"], n_people, p=[0.2, 0.4, 0.3, 0.1])
    both = np.where(
        (gender == "undisclosed") | (ethnicity == "undisclosed"),
        "undisclosed",
        np.char.add(np.char.add(gender, " / "), ethnicity),
    )
    groups = {"gender": gender, "ethnicity": ethnicity, "gender_x_ethnicity": both, "age_band": age}

    places: list[list[tuple[str, str]]] = []
    for person in range(n_people):
        of = [("company", "company"), ("level", str(level[person])), ("function", f"f{function[person]}")]
        above: str | None = f"u{unit[person]}"
        while above is not None:
            of.append(("org_unit", above))
            above = parents[above]
        places.append(of)
    sizes = Counter(place for of in places for place in of)
    members = Counter(
        (*place, attribute, str(values[person])) for attribute, values in groups.items()
        for person, of in enumerate(places) for place in of
    )  # fmt: skip
    rows = [
        ("2025-12-31", *place, attribute, value, size, members[*place, attribute, value])
        for place, size in sorted(sizes.items())
        if size >= DIVIDED_FROM
        for attribute, values in groups.items()
        for value in sorted({str(v) for v in values})
    ]
    columns = ["period_end", "segment_kind", "segment_id", "attribute", "group_value", "n", "n_members"]
    above_units = [("2025-12-31", name, parent) for name, parent in parents.items() if parent is not None]
    return (
        pl.DataFrame(rows, schema=columns, orient="row"),
        pl.DataFrame(above_units, schema=["period_end", "segment_id", "parent_id"], orient="row"),
    )
