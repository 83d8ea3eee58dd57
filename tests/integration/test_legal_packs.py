"""Legal packs: in a file of their own, equal to figures worked out by hand from the exports, with every choice told."""

import datetime as dt
import statistics
from collections.abc import Iterator
from typing import Any

import duckdb
import polars as pl
import pytest

from tests.exports_of import Exports

from .conftest import Shop, manifest_of

DAY = dt.date(2025, 4, 5)
UK = "uk_gender_pay_gap"


def rows(shop: Shop, query: str, audience: str = "regulator") -> list[tuple[Any, ...]]:
    with duckdb.connect(str(shop.home.current / f"{audience}.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def people(published: Shop) -> pl.DataFrame:
    """Women and men in Britain on the day: gender, pay an hour, bonus of twelve months, and whether on full pay."""
    exports = Exports(published.home.root)
    keys = ["Employee_ID", "Effective_Date", "Sequence"]
    pay = exports.csv("corehr", "pay_changes").unique(subset=keys, keep="last", maintain_order=True).sort(keys)
    pay = pay.filter(pl.col("Effective_Date").str.to_date() <= DAY).group_by("Employee_ID", maintain_order=True).last()
    bonus = exports.csv("corehr", "bonus_payments").filter(
        pl.col("Payment_Date").str.to_date().is_between(dt.date(2024, 4, 6), DAY)
    )
    bonus = bonus.group_by("Employee_ID").agg(pl.col("Bonus_Amount").cast(pl.Float64).sum().alias("bonus"))
    away = exports.csv("corehr", "leaves").filter(
        (pl.col("Leave_Start").str.to_date() <= DAY)
        & (pl.col("Leave_Last_Day").str.to_date() >= DAY)
        & (pl.col("Paid_Percent").cast(pl.Int64) < 100)
    )
    found = exports.jobs_on(DAY).filter((pl.col("country") == "GB") & pl.col("Gender").is_in(["F", "M"]))
    return (
        found.join(pay, left_on="worker", right_on="Employee_ID")
        .join(bonus, left_on="worker", right_on="Employee_ID", how="left")
        .select(
            "Gender", pl.col("bonus").fill_null(0),
            hourly=pl.col("Amount").cast(pl.Float64) / pl.col("Paid_Hours").cast(pl.Float64),
            is_full_pay=~pl.col("worker").is_in(away["Employee_ID"].to_list()),
        )
    )  # fmt: skip


@pytest.fixture(scope="module")
def figures(published: Shop) -> dict[tuple[str, str], float]:
    found = rows(published, f"select figure, group_value, value from legal_packs where pack = '{UK}' and value is not null")
    return {(figure, group): value for figure, group, value in found}


def gap(women: float, men: float) -> float:
    return 100 * (men - women) / men


def test_the_six_british_figures_are_those_worked_out_from_the_exports(
    people: pl.DataFrame, figures: dict[tuple[str, str], float]
) -> None:
    side = {name: people.filter(pl.col("Gender") == letter) for name, letter in (("women", "F"), ("men", "M"))}
    hourly = {name: sorted(each.filter("is_full_pay")["hourly"].to_list()) for name, each in side.items()}
    paid = {name: each.filter(pl.col("bonus") > 0)["bonus"].to_list() for name, each in side.items()}
    assert min(len(each) for each in hourly.values()) > 20 and min(len(each) for each in paid.values()) > 1
    expected = {
        "mean_hourly_gap": gap(*(statistics.mean(hourly[name]) for name in ("women", "men"))),
        "median_hourly_gap": gap(*(statistics.median(hourly[name]) for name in ("women", "men"))),
        "mean_bonus_gap": gap(*(statistics.mean(paid[name]) for name in ("women", "men"))),
        "median_bonus_gap": gap(*(statistics.median(paid[name]) for name in ("women", "men"))),
    }
    for name, value in expected.items():
        assert figures[name, "women"] == pytest.approx(value), name
    for name, each in side.items():
        assert figures["paid_a_bonus", name] == pytest.approx(len(paid[name]) / each.height)
    ranked = people.filter("is_full_pay").sort("hourly")
    size, over = divmod(ranked.height, 4)
    ends = [0]
    for quarter in range(4):
        ends.append(ends[-1] + size + (quarter < over))
    for quarter, name in enumerate(("1_lower", "2_lower_middle", "3_upper_middle", "4_upper")):
        part = ranked[ends[quarter] : ends[quarter + 1]]
        women = (part["Gender"] == "F").mean()
        # rates at a boundary may be shared, and then a quarter's women are a fraction
        assert figures[f"pay_quarter_{name}", "women"] == pytest.approx(women, abs=1.01 / part.height)
        assert figures[f"pay_quarter_{name}", "women"] + figures[f"pay_quarter_{name}", "men"] == pytest.approx(1)


def test_every_pack_has_its_figures_and_its_choices(published: Shop) -> None:
    found = rows(
        published,
        """
        select pack, count(distinct figure) filter (value is not null), count(*) filter (figure = 'convention')
        from legal_packs group by pack order by pack
        """,
    )
    assert [pack for pack, *_ in found] == [
        "eeo_1",
        "eu_pay_transparency",
        "ie_gender_pay_gap",
        "iso_30414",
        "nyc_ll144",
        UK,
    ]
    figures = {pack: n for pack, n, _ in found}
    assert figures[UK] == 9 and figures["eu_pay_transparency"] >= 10 and figures["ie_gender_pay_gap"] >= 11
    assert all(n_conventions >= 1 for *_, n_conventions in found)
    # of what no system tells nothing is made up
    silent = "select count(*), count(value) from legal_packs where convention_id = 'not_collected'"
    assert rows(published, silent) == [(4, 0)]


def test_the_eeo_grid_counts_everybody_once(published: Shop) -> None:
    exports = Exports(published.home.root)
    day = dt.date(2024, 12, 31)
    expected = exports.jobs_on(day).filter(pl.col("country") == "US").height
    assert expected > 3
    assert rows(published, f"select sum(n) from legal_packs where pack = 'eeo_1' and snapshot_date = '{day}'") == [
        (expected,)
    ]


def test_the_clock_of_article_10_runs_for_large_gaps_alone(published: Shop) -> None:
    query = """
        select value, note from legal_packs
        where figure = 'article_10_category_gap' and value is not null order by all
    """
    clocks = rows(published, query)
    assert len(clocks) >= 5
    for value, note in clocks:
        is_large = abs(value) >= 5
        assert note.startswith(("justified", "remedied", "to be remedied", "joint")) == is_large, (value, note)
    assert len({note.split(" ")[0] for _, note in clocks}) > 1


def test_exact_figures_lie_in_a_file_of_their_own_that_its_owner_alone_opens(published: Shop) -> None:
    release = published.home.current.resolve()
    assert (release / "regulator.duckdb").stat().st_mode & 0o777 == 0o600
    assert set(manifest_of(published.home)["tables"]["regulator"]) == {"legal_packs"}
    assert not (release / "parquet" / "legal_packs.parquet").exists()
    for audience in ("leadership", "people"):
        assert "legal_packs" not in {name for (name,) in rows(published, "select table_name from duckdb_tables()", audience)}
    [(small,)] = rows(published, "select count(*) from legal_packs where n between 1 and 4 and value is not null")
    assert small > 5, "the regulator reads what leadership does not"


@pytest.fixture
def printed(published: Shop) -> Iterator[str]:
    run = published.run("packs", UK, "--format", "csv")
    assert run.exit_code == 0, run.output
    yield run.output


def test_a_pack_is_printed_with_its_conventions(published: Shop, printed: str) -> None:
    assert "mean_hourly_gap,SI 2017/172 reg. 8,2025-04-05,Kestrelway Ltd,GB" in printed
    assert "The median of an even number is the middle of the two." in printed
    assert "uk_gender_pay_gap" in published.run("packs").output
    wrong = published.run("packs", "x' or '1'='1")
    assert wrong.exit_code == 2 and "there is no such pack" in wrong.output
