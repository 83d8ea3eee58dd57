"""`truth.json`: what was planted where, how large it is, how surely it could be found, and what came out.

Here: estimates from what was generated, and their power (normal approximation, two-sided, alpha .05). Only tests read
the file. Not here: the effects' sizes (`effects`) and the draws in which they act (the domains).
"""

import json
import math
from dataclasses import asdict
from statistics import NormalDist
from typing import Any

import numpy as np

from ingest.home import ConfigurationError, Home
from ingest.simulate.effects import LEADERS
from ingest.simulate.learnhub import EFFECTIVE
from ingest.simulate.pay import GAP_FAMILY
from ingest.simulate.pulse import DEVIATION as SURVEY_DEVIATION
from ingest.simulate.pulse import ENPS, ITEMS
from ingest.simulate.rate360 import DEVIATION as FEEDBACK_DEVIATION
from ingest.simulate.specification import Array, Specification, day_of
from ingest.simulate.tallies import Tally
from ingest.simulate.vocabulary import FAMILIES, WOMAN
from ingest.simulate.world import World

ALPHA = 0.05
NORMAL = NormalDist()
FILE = "truth.json"
WOMEN, BLACK_PEOPLE = {"attribute": "gender", "value": "female"}, {"attribute": "ethnicity", "value": "black"}


def open_truth(home: Home, specification: Specification) -> None:
    """Enter what is about to be simulated. ConfigurationError where the home holds another simulated company."""
    path = home.root / FILE
    content = {"specification": _specification(specification)}
    if path.exists() and json.loads(path.read_text())["specification"] != content["specification"]:
        raise ConfigurationError(
            f"{path}: this home holds another simulated company, and exports of two would mix. Choose another home, or "
            "move this one away."
        )
    path.write_text(json.dumps(content, indent=2) + "\n")


def write_truth(home: Home, world: World) -> None:
    """What was planted, the dirt, and other happenings that are worth finding again."""
    content = {
        "specification": _specification(world.specification),
        "effects": effects(world) if world.specification.effects else [],
        "dirt": [
            {"file": file, "table": table, "what": what, "expected": expected, "count": count}
            for (file, table, what, expected), count in sorted(world.dirt.items())
        ],
        "happenings": dict(sorted(world.happenings.items())),
    }
    (home.root / FILE).write_text(json.dumps(content, indent=2) + "\n")


def _specification(specification: Specification) -> dict[str, Any]:
    return {**asdict(specification), "last_month": specification.last_month.isoformat()}


def effects(world: World) -> list[dict[str, Any]]:
    """Every planted effect: name, measure, where, group, size, n per side, power at that n, estimate."""
    return [_pay_gap(world), _committee(world), *_leaders(world), _stretch(world), _programme(world)]


def _entry(
    name: str, measure: str, where: dict[str, str], group: dict[str, str] | None, scale: str, size: float,
    n: tuple[float, float], power: float, estimate: float,
) -> dict[str, Any]:  # fmt: skip
    return {
        "name": name, "measure": measure, "where": where, "group": group, "scale": scale, "size": _number(size),
        "n": {"exposed": round(n[0]), "others": round(n[1])}, "power": _number(power), "estimate": _number(estimate),
    }  # fmt: skip


def _number(value: float) -> float | None:
    return round(float(value), 4) if math.isfinite(value) else None


def power_of(effect: float, standard_error: float) -> float:
    """Chance that a two-sided z-test finds `effect`."""
    critical = NORMAL.inv_cdf(1 - ALPHA / 2)
    shift = abs(effect) / standard_error
    return NORMAL.cdf(shift - critical) + NORMAL.cdf(-shift - critical)


def _pay_gap(world: World) -> dict[str, Any]:
    """Least squares of log pay on being a woman, level, country and tenure, within the family, on the last day."""
    people = world.people
    ids = people.at_work()
    ids = ids[(people.family[ids] == GAP_FAMILY) & (people.gender[ids] <= 1)]
    is_woman = people.gender[ids] == WOMAN
    tenure = (day_of(world.specification.last_month) - people.hired[ids]) / 365.25
    design = np.column_stack([is_woman, tenure, *_dummies(people.level[ids]), *_dummies(people.site[ids])]).astype(float)
    log_pay = np.log(people.pay[ids])
    coefficients, *_ = np.linalg.lstsq(design, log_pay, rcond=None)
    residual = float(np.std(log_pay - design @ coefficients))
    n = (int(is_woman.sum()), int((~is_woman).sum()))
    size = world.effects.pay_gap
    error = residual * math.sqrt(1 / n[0] + 1 / n[1])
    return _entry(
        "pay_gap", "base_pay", {"job_family": FAMILIES[GAP_FAMILY]}, WOMEN, "share of pay", size, n,
        power_of(math.log1p(-size), error), -math.expm1(coefficients[0]),
    )  # fmt: skip


def _dummies(codes: Array) -> list[Array]:
    return [codes == code for code in np.unique(codes)]


def _committee(world: World) -> dict[str, Any]:
    """The odds of promotion of women before the panels of the division, over everybody else's there."""
    tally, size = world.tallies["panel_biased"], world.effects.panel_odds
    n, odds = (float(tally.n[1]), float(tally.n[0])), _odds(tally)
    variance = sum(1 / part for side in (0, 1) for part in (tally.total[side], tally.n[side] - tally.total[side]) if part)
    unit = str(world.organisation.unit_ids(np.array([world.organisation.biased_division]))[0])
    power = power_of(math.log(size), math.sqrt(variance)) if variance else math.nan
    return _entry(
        "biased_committee", "promotion", {"org_unit_id": unit}, WOMEN, "odds ratio at equal growth", size, n, power,
        odds[1] / odds[0] if odds[0] else math.nan,
    )  # fmt: skip


def _odds(tally: Tally) -> Array:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(tally.mean / (1 - tally.mean))


def _stretch(world: World) -> dict[str, Any]:
    tally, size = world.tallies["stretch"], world.effects.stretch_rate
    return _ratio("unequal_stretch", "stretch_offers", {}, BLACK_PEOPLE, size, tally, side=1)


def _programme(world: World) -> dict[str, Any]:
    """Scores by others, over what they would be, of those who took the programme less the others', a ratee and cycle."""
    tally, size = world.tallies["programme"], world.effects.programme * FEEDBACK_DEVIATION
    n = (float(tally.n[1]), float(tally.n[0]))
    error = tally.deviation * math.sqrt(1 / n[0] + 1 / n[1]) if min(n) else math.nan
    return _entry(
        "programme", "score_360", {"programme": EFFECTIVE.title}, None, "difference of scores", size, n,
        power_of(size, error) if min(n) else math.nan, tally.mean[1] - tally.mean[0],
    )  # fmt: skip


def _leaders(world: World) -> list[dict[str, Any]]:
    """Per leader: differences of survey and 360 in points, a wave or cycle at a time; ratios of what is counted."""
    found = []
    for name, side in LEADERS.items():
        leader, unit = world.leaders[name], np.array([world.organisation.planted[side]])
        where = {
            "worker_id": str(world.directory.employee_ids(np.array([leader]))[0]),
            "org_unit_id": str(world.organisation.unit_ids(unit)[0]),
        }
        climate = float(world.effects.climate[side])
        sizes = {
            "engagement": climate * SURVEY_DEVIATION,
            "coaching": climate * SURVEY_DEVIATION,
            "enps": _enps(climate) - _enps(0.0),
            "feedback360": climate * FEEDBACK_DEVIATION,
        }
        for measure, size in sizes.items():
            tally = world.tallies[measure]
            rounds = world.happenings["feedback_cycles" if measure == "feedback360" else "survey_waves"] or math.nan
            n = (tally.n[side] / rounds, tally.n[0] / rounds)
            error = tally.deviation * math.sqrt(1 / n[0] + 1 / n[1]) if n[0] > 0 else math.nan
            if math.isfinite(error):
                found.append(
                    _entry(name, measure, where, None, "difference from everybody else, a round", size, n,
                           power_of(size, error), tally.mean[side] - tally.mean[0])
                )  # fmt: skip
        for measure, ratios in (
            ("exits", world.effects.exits), ("checkins", world.effects.cadence),
            ("learning", world.effects.development), ("stretch_by_leader", world.effects.development),
        ):  # fmt: skip
            found.append(_ratio(name, measure, where, None, float(ratios[side]), world.tallies[measure], side))
    return found


def _enps(climate: float) -> float:
    """The net promoter score that the latent answer has, as a share."""
    item = ITEMS[ENPS]
    answer = NormalDist(item.mean + climate * item.spread, item.spread)
    return 1 - answer.cdf(8.5) - answer.cdf(6.5)


def _ratio(
    name: str, measure: str, where: dict[str, str], group: dict[str, str] | None, size: float, tally: Tally, side: int
) -> dict[str, Any]:
    """A ratio of events a person-month, with the error of a log ratio of Poisson counts at the true size."""
    expected = (tally.n[side] * tally.mean[0] * size, tally.total[0])
    error = math.sqrt(1 / expected[0] + 1 / expected[1]) if min(expected) > 0 else math.inf
    return _entry(
        name, measure, where, group, "ratio of rates", size, (tally.n[side], tally.n[0]),
        power_of(math.log(size), error), tally.mean[side] / tally.mean[0] if tally.total[0] else math.nan,
    )  # fmt: skip
