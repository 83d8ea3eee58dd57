"""Pay gaps at equal work: a curve of specifications, each with its gap, its verdict and what closing it would cost.

Here: cells of people who are alike in group and controls in, records out. Not here: the algebra (`decomposition`), gaps as
they are paid (`pay_gaps`), and which controls are legitimate (a seed of the warehouse).
"""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
from scipy import special

from people_stats.decomposition import METHODS, Decomposition, decompose
from people_stats.pay_gaps import MARGIN, Floats, smallest_gap, verdict
from people_stats.regression import Cells, hc3, least_squares
from people_stats.verdicts import ALPHA, q_values

# Below thirty people beyond the model's own columns a robust error is no better than a guess; a group of four has none.
FEWEST_PEOPLE, FEWEST_OF_A_GROUP = 30, 5
OLS = "ols_hc3"
SEGMENTS = ("company", "job_family", "level")
PLACE = ("segment_kind", "segment_id", "attribute")
COUNTED = ("segment_kind", "attribute", "controls", "method")
SCHEMA = {
    **dict.fromkeys(PLACE, pl.String), "group_value": pl.String, "n": pl.Int64, "reference_group": pl.String,
    "reference_n": pl.Int64, "controls": pl.String, "biased_controls": pl.String, "method": pl.String,
    "is_default": pl.Boolean, "raw_gap_percent": pl.Float64, "gap_percent": pl.Float64, "ci_low": pl.Float64,
    "ci_high": pl.Float64, "p_value": pl.Float64, "q_value": pl.Float64, "n_tests": pl.Int64,
    "smallest_detectable_gap": pl.Float64, "verdict": pl.String, "is_material": pl.Boolean, "difference": pl.Float64,
    "explained": pl.Float64, "unexplained": pl.Float64, "explained_by": pl.String, "remediation_cost": pl.Float64,
    "status": pl.String,
}  # fmt: skip


def cells_of(people: pl.DataFrame, controls: list[str]) -> pl.DataFrame:
    """People as cells. `people`: attribute, group_value, reference_group, the controls, hourly_pay and yearly_pay."""
    log_pay = pl.col("hourly_pay").log()
    return people.group_by("attribute", "group_value", "reference_group", *controls).agg(
        n=pl.len(), sum_log=log_pay.sum(), sum_log_squares=(log_pay**2).sum(), yearly_pay=pl.col("yearly_pay").sum()
    )


def adjusted_gaps(
    cells: pl.DataFrame, place: str, controls: dict[str, bool], default: list[str], segments: tuple[str, ...] = SEGMENTS
) -> pl.DataFrame:
    """The specification curve of every attribute, for the company, each job family and each level.

    `cells`: attribute, group_value, reference_group, `place` and the controls as strings, n, sum_log, sum_log_squares of
    hourly pay in local money, yearly_pay in one currency. `place` (where money and law are one) is in every specification;
    `controls` says of each other control whether it may itself carry the bias; `default` names those of the specification
    that leads. By least squares with HC3 errors every subset of them is fitted for the company, and for its parts the
    leading one with and without what may carry the bias; all of the company's and the leading ones are decomposed, three-
    and twofold. A gap is what is unexplained, in percent of the reference:
    100 (1 - exp(beta)). The cost is that of a raise of the whole group; nothing where the group is not behind.
    """
    records: list[dict[str, Any]] = []
    for (attribute,), of_attribute in sorted(cells.group_by("attribute"), key=lambda one: str(one[0])):
        for kind in segments:
            parts = [(("company",), of_attribute)] if kind == "company" else of_attribute.group_by(kind)
            for (segment,), members in sorted(parts, key=lambda one: str(one[0])):
                key = dict(zip(PLACE, (kind, str(segment), str(attribute)), strict=True))
                within = {name: biased for name, biased in controls.items() if name != kind}
                leading = tuple(name for name in within if name in default)
                for chosen in _curve(within) if kind == "company" else _two(within, leading):
                    biased = [name for name in chosen if within[name]]
                    label = {
                        "controls": " + ".join((place, *chosen)), "biased_controls": " + ".join(biased) or None,
                    }  # fmt: skip
                    is_decomposed = kind == "company" or chosen == leading
                    for record in _specification(members, (place, *chosen), is_decomposed):
                        is_default = chosen == leading and record["method"] == OLS
                        records.append(key | label | record | {"is_default": is_default})
    found = pl.DataFrame(records, schema={name: kind for name, kind in SCHEMA.items() if name not in _LATER})
    found = found.with_columns(
        q_value=q_values(COUNTED),
        n_tests=pl.col("p_value").count().over(COUNTED).cast(pl.Int64),
    )
    numbers = [found[name].fill_null(np.nan).to_numpy() for name in ("p_value", "q_value", "ci_low", "ci_high")]
    is_tested = pl.col("p_value").is_not_null()
    return (
        found.with_columns(
            n_tests=pl.when(is_tested).then("n_tests"),
            verdict=pl.when(is_tested).then(pl.Series(verdict(*numbers), dtype=pl.String)),
        )
        .with_columns(is_material=(pl.col("verdict") == "gap") & (pl.col("gap_percent").abs() >= 100 * MARGIN))
        .select(list(SCHEMA))
    )


def _curve(controls: dict[str, bool]) -> list[tuple[str, ...]]:
    """Every set of controls."""
    return [chosen for size in range(len(controls) + 1) for chosen in combinations(controls, size)]


def _two(controls: dict[str, bool], leading: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The leading set, and what is left of it without controls that may carry the bias."""
    return list(dict.fromkeys([leading, tuple(name for name in leading if not controls[name])]))


_LATER = ("q_value", "n_tests", "verdict", "is_material")


def _specification(members: pl.DataFrame, controls: tuple[str, ...], is_decomposed: bool) -> Iterator[dict[str, Any]]:
    """One record a group and method of one set of controls in one segment."""
    alike = members.group_by("group_value", *controls, maintain_order=True).agg(
        pl.col("n", "sum_log", "sum_log_squares", "yearly_pay").sum(), pl.col("reference_group").first()
    )
    # sums over cells in one order, so that a run can be repeated to the last digit
    alike = alike.sort("group_value", *controls, nulls_last=True)
    reference = alike["reference_group"][0]
    sizes = dict(alike.group_by("group_value").agg(pl.col("n").sum()).sort("group_value").iter_rows())
    keys = [
        {"group_value": value, "n": sizes[value], "reference_group": reference, "reference_n": sizes.get(reference)}
        for value in sizes if value != reference
    ]  # fmt: skip
    is_large = [min(key["n"], key["reference_n"] or 0) >= FEWEST_OF_A_GROUP for key in keys]
    if not any(is_large) or sum(sizes.values()) < FEWEST_PEOPLE:
        yield from (key | {"method": OLS, "status": "insufficient"} for key in keys)
        return
    of_controls, owner = _design(alike, controls)
    n, total = (alike[name].cast(pl.Float64).to_numpy() for name in ("n", "sum_log"))
    within = np.maximum(alike["sum_log_squares"].to_numpy() - total**2 / n, 0.0)
    group = alike["group_value"].to_numpy()
    plain = Cells(of_controls, n, total / n, within)
    dummies = np.column_stack([np.ones(n.size), *(group == key["group_value"] for key in keys)]).astype(float)
    both = Cells(np.column_stack([dummies, of_controls[:, 1:]]), n, total / n, within)
    fit = least_squares(both)
    covariance = hc3(both, fit)
    for position, (key, enough) in enumerate(zip(keys, is_large, strict=True), start=1):
        is_side, is_base = ((alike["group_value"] == one).to_numpy() for one in (key["group_value"], reference))
        side, base = plain.chosen(is_side), plain.chosen(is_base)
        asked = np.eye(both.design.shape[1])[position]
        error = float(np.sqrt(max(covariance[position, position], 0.0)))
        if not (enough and fit.freedom >= FEWEST_PEOPLE and fit.tells(asked) and error > 0):
            yield key | {"method": OLS, "status": "insufficient"}
            continue
        yearly = float(alike["yearly_pay"].filter(pl.Series(is_side)).sum())
        record = key | {"status": "ok", "raw_gap_percent": _percent(base.outcome - side.outcome)}
        yield record | {"method": OLS} | _tested(fit.coefficients[position], error, fit.freedom, yearly)
        if is_decomposed:
            sides = _overlapping(base, side)
            parts = decompose(*sides) if min(one.n.sum() for one in sides) >= FEWEST_OF_A_GROUP else None
            if parts is not None:
                yield from (record | one for one in _parts(parts, owner, controls, yearly))


def _design(alike: pl.DataFrame, controls: tuple[str, ...]) -> tuple[Floats, list[int]]:
    """An intercept, an indicator a value of every control, and which control each column belongs to (-1: none)."""
    parts, owner = [np.ones((alike.height, 1))], [-1]
    for position, control in enumerate(controls):
        if alike[control].n_unique() > 1:
            dummies = alike[control].to_dummies(drop_first=False).to_numpy().astype(float)
            parts.append(dummies)
            owner += [position] * dummies.shape[1]
    return np.hstack(parts), owner


def _overlapping(reference: Cells, group: Cells) -> tuple[Cells, Cells]:
    """Both sides without people of a kind that the other side does not have: nobody there can be compared."""
    sides = [reference, group]
    for _ in range(reference.design.shape[1]):
        held = [(side.design > 0).any(axis=0) for side in sides]
        lacking = held[0] != held[1]
        if not lacking.any():
            break
        sides = [side.chosen(np.asarray((side.design[:, lacking] == 0).all(axis=1))) for side in sides]
        if not all(side.n.size for side in sides):
            break
    return sides[0], sides[1]


def _tested(coefficient: float, error: float, freedom: float, yearly: float) -> dict[str, Any]:
    half = float(special.stdtrit(freedom, 1 - ALPHA / 2)) * error
    return {
        "gap_percent": _percent(-coefficient),
        "ci_low": _percent(-coefficient - half),
        "ci_high": _percent(-coefficient + half),
        "p_value": float(2 * special.stdtr(freedom, -abs(coefficient) / error)),
        "smallest_detectable_gap": float(smallest_gap(np.array([error]))[0]),
        "unexplained": -float(coefficient),
        "remediation_cost": remediation_cost(-float(coefficient), yearly),
    }


def _percent(log_gap: float) -> float:
    """A difference of logarithms, reference less group, as a gap in percent of the reference."""
    return float(-100 * np.expm1(-log_gap))


def remediation_cost(log_gap: float, yearly_pay: float) -> float:
    """What a year costs more once the group's pay is raised by an unexplained gap (logarithms); 0 where it is not behind."""
    return float(yearly_pay * np.expm1(max(log_gap, 0.0)))


def _parts(parts: Decomposition, owner: list[int], controls: tuple[str, ...], yearly: float) -> Iterator[dict[str, Any]]:
    def told(columns: Floats) -> str:
        """Explained part of each control, in the order of the controls."""
        sums = {control: float(columns[[mine == i for mine in owner]].sum()) for i, control in enumerate(controls)}
        return "; ".join(f"{control} {part:+.4f}" for control, part in sums.items())

    for method in METHODS:
        left = parts.unexplained[method]
        yield {
            "method": method, "gap_percent": _percent(left), "difference": parts.difference,
            "explained": parts.explained[method], "unexplained": left,
            "explained_by": told(parts.explained_by_column[method]), "remediation_cost": remediation_cost(left, yearly),
        }  # fmt: skip
    threefold = {
        "threefold_endowments": parts.endowments,
        "threefold_coefficients": parts.coefficients,
        "threefold_interaction": parts.interaction,
    }
    for method, part in threefold.items():
        detail = told(parts.endowments_by_column) if method == "threefold_endowments" else None
        yield {"method": method, "gap_percent": _percent(part), "difference": parts.difference, "explained_by": detail}
