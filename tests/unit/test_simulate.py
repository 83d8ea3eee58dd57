"""The demo company keeps its promises: same bytes, right volumes, readable exports, and the truth that it declares.

Here: what the exports show when they are read back (`exports_of`). Not here: the warehouse's own numbers.
"""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest

from ingest.column_map import read_column_map
from ingest.contracts import CONTRACTS
from ingest.contracts.talent import LADDER_RULES
from ingest.home import ConfigurationError, Home
from ingest.landing import Ingest
from ingest.pseudonyms import open_pseudonyms
from ingest.raw_store import open_raw_store
from ingest.simulate import Specification, Summary, simulate
from ingest.simulate.company import SOURCES
from ingest.simulate.framework import LADDER
from ingest.simulate.specification import Streams, months_of
from tests.exports_of import Exports, exported_on, number_of

EMPLOYEES, MONTHS = 2000, 36
THOUSAND_YEARS = EMPLOYEES / 1000 * MONTHS / 12
SMALL = Specification(employees=1000, months=12, seed=5)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("company"))


@pytest.fixture(scope="module")
def summary(home: Home) -> Summary:
    return simulate(home, Specification(EMPLOYEES, MONTHS))


@pytest.fixture(scope="module")
def company(home: Home, summary: Summary) -> Exports:
    return Exports(home.root)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Exports:
    """The same company with nothing planted."""
    root = tmp_path_factory.mktemp("plain")
    simulate(Home(root), Specification(EMPLOYEES, MONTHS, effects=False))
    return Exports(root)


def effect(exports: Exports, name: str, measure: str) -> dict[str, object]:
    return next(one for one in exports.truth["effects"] if (one["name"], one["measure"]) == (name, measure))


# Bytes, volumes, folders


def digests(root: Path) -> dict[str, str]:
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_seed_gives_the_same_bytes_of_every_file(tmp_path: Path) -> None:
    for name, seed in (("one", 5), ("again", 5), ("other", 6)):
        simulate(Home(tmp_path / name), Specification(300, 12, seed))
    one, again, other = (digests(tmp_path / name) for name in ("one", "again", "other"))
    assert one == again
    assert len(one) > 100
    landing = [name for name in one if name.startswith("landing")]
    differing = [name for name in landing if one[name] != other.get(name)]
    # Catalogue, framework, ladder and questionnaires are no draws.
    assert len(differing) > 0.9 * len(landing)


def test_a_new_domain_leaves_the_draws_of_the_others_as_they_were() -> None:
    plain, more = Streams(1), Streams(1)
    more["a table that is added later"].random(10)
    assert plain["exits"].random(5).tolist() == more["exits"].random(5).tolist()
    assert plain["exits"].random(5).tolist() != plain["hires"].random(5).tolist()


def test_volumes_per_thousand_people_and_year(summary: Summary, company: Exports) -> None:
    answers = sum(company.answers[f"Q{number}"].count() for number in range(1, 15))
    enrolments = pl.concat(
        pl.read_csv(path.read_bytes().decode("utf-16").encode(), separator="|", infer_schema=False)
        for path in company.files("learnhub", "transcript")
    )["Registration"].n_unique()
    pay = summary.n_rows["corehr/pay_changes"] + summary.n_rows["corehr/bonus_payments"]
    volumes = {
        "survey answers": (answers, 20_000),
        "360 ratings": (summary.n_rows["rate360/ratings"], 8_000),
        "check-ins": (summary.n_rows["talentsuite/checkins"], 7_000),
        "learning records": (enrolments, 6_000),
        "pay rows": (pay, 1_200),
    }
    for name, (n, least) in volumes.items():
        assert least <= n / THOUSAND_YEARS <= 1.34 * least, (name, n / THOUSAND_YEARS)


def test_files_stay_few(summary: Summary, company: Exports) -> None:
    assert summary.n_files <= 12 * MONTHS
    assert summary.n_files == sum(1 for path in (company.root / "landing").rglob("*") if path.is_file())


def test_every_file_carries_the_last_day_of_its_month(company: Exports) -> None:
    for path in (company.root / "landing").rglob("*.*"):
        assert (exported_on(path) + dt.timedelta(days=1)).day == 1, path.name


def test_months_end_with_the_last_one_asked_for() -> None:
    months = list(months_of(Specification(300, 14, last_month=dt.date(2024, 2, 10))))
    assert [(month.year, month.number) for month in (months[0], months[-1])] == [(2023, 1), (2024, 2)]
    assert months[-1].stamp == "2024-02-29"
    assert [month.is_final for month in months] == [False] * 13 + [True]


def test_sources_are_declared_only_where_nobody_did(tmp_path: Path) -> None:
    declared = Home(tmp_path / "declared")
    declared.prepare()
    declared.sources_file.write_text("policy: {company: Ours}\n")
    simulate(declared, Specification(200, 1))
    assert declared.read_configuration().policy.company == "Ours"

    fresh = Home(tmp_path / "fresh")
    simulate(fresh, Specification(200, 2))
    configuration = fresh.read_configuration()
    assert configuration.policy.history_from == dt.date(2025, 11, 1)
    assert {name: source.map for name, source in configuration.sources.items()} == {
        name: map_name for name, (map_name, _) in SOURCES.items()
    }


def test_a_home_takes_only_one_company(tmp_path: Path) -> None:
    simulate(Home(tmp_path), Specification(200, 1))
    simulate(Home(tmp_path), Specification(200, 1))
    with pytest.raises(ConfigurationError, match="another simulated company"):
        simulate(Home(tmp_path), Specification(200, 1, seed=2))


def test_a_company_too_small_for_two_leaders_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="too few"):
        Specification(employees=40)


def test_progress_ends_with_the_whole(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    simulate(Home(tmp_path), Specification(200, 3), lambda what, share: told.append((what, share)))
    assert [what for what, _ in told] == ["2025-10", "2025-11", "2025-12"]
    assert told[-1][1] == 1.0


# The exports through the column maps


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The raw store of a smaller company, everything read; `statuses` says what became of the files."""
    root = tmp_path_factory.mktemp("read")
    home = Home(root / "home")
    simulate(home, SMALL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FAIRLEAD_KEYS", str(root / "keys"))
        pseudonyms = open_pseudonyms(home)
        with open_raw_store(home.raw) as connection:
            ingest = Ingest(home, home.read_configuration(), connection, pseudonyms)
            statuses = pl.DataFrame({"status": [one.status for one in ingest.ingest(ingest.new_files())]})
            dirt = pl.DataFrame(Exports(home.root).truth["dirt"])
            connection.register("statuses", statuses)
            connection.register("dirt", dirt)
            yield connection


def test_every_export_fits_its_map(store: duckdb.DuckDBPyConnection) -> None:
    # A snapshot without any change has the bytes of the one before and is seen, not read again.
    assert {status for (status,) in store.execute("select status from statuses").fetchall()} <= {"pending", "seen"}
    filled = {
        name for name, table in CONTRACTS.items() if store.execute(f"select 1 from {table.raw_name} limit 1").fetchone()
    }
    assert set(CONTRACTS) - filled == {"hris.reporting_lines"}


@pytest.mark.parametrize(("expected", "column"), [("quarantined", "n_quarantined"), ("duplicate", "n_duplicates")])
def test_nothing_but_planted_dirt_is_kept_out(store: duckdb.DuckDBPyConnection, expected: str, column: str) -> None:
    found = store.execute(
        f"select table_name, sum({column})::integer as n from ledger.load_tables group by all having n > 0 order by all"
    ).fetchall()
    planted = store.execute(
        'select "table", sum(count)::integer as n from dirt where expected = ? group by all having n > 0 order by all',
        [expected],
    ).fetchall()
    assert found == planted
    assert planted


def test_everybody_but_planted_strangers_is_known_to_the_hris(store: duckdb.DuckDBPyConnection) -> None:
    """Ids that lost prefix and zeros, addresses in capitals and former addresses all lead to an HRIS id."""
    store.execute(
        """
        create or replace temp table known as
        select worker_id as token from hris.workers union select value_token from identity.identifiers
        """
    )
    strangers = {}
    for name, table in CONTRACTS.items():
        for column in table.persons if not table.is_identity else ():
            (n,) = store.execute(
                f"""
                select count(*) from {table.raw_name} as rows anti join known on rows.{column} = known.token
                where rows.{column} is not null and rows.op <> 'd'
                """
            ).fetchone()  # type: ignore[misc]
            if n:
                strangers[name] = n
    planted = store.execute(
        "select \"table\", sum(count)::integer from dirt where expected = 'unresolved' and count > 0 group by all"
    ).fetchall()
    assert strangers == dict(planted)
    assert strangers["lms.learning_records"] > 5


def test_the_systems_write_as_different_vendors_do(company: Exports) -> None:
    written = {source: {path.suffix for path in (company.root / "landing" / source).iterdir()} for source in SOURCES}
    assert written == {
        "corehr": {".csv"},
        "learnhub": {".txt", ".xlsx"},
        "pulse": {".csv"},
        "rate360": {".parquet"},
        "talentsuite": {".csv", ".json", ".xlsx"},
    }
    assert company.files("learnhub", "transcript")[0].read_bytes()[:2] == b"\xff\xfe"
    with pytest.raises(UnicodeDecodeError):
        company.files("learnhub", "certificates")[0].read_bytes().decode()
    third = company.files("pulse", "responses")[0].read_text().splitlines()[3]
    assert third.startswith('"{""ImportId"":""startDate""}"')


def test_every_map_names_only_its_own_domain_and_the_hris() -> None:
    for name, domain in zip(
        (map_name for map_name, _ in SOURCES.values()), ("hris", "lms", "survey", "feedback360", "talent"), strict=True
    ):
        assert {table.split(".")[0] for table in read_column_map(name).tables} == {domain}


def test_dirt_is_counted_and_stays_below_half_a_percent(company: Exports, summary: Summary) -> None:
    by_file: Counter[str] = Counter()
    for one in company.truth["dirt"]:
        by_file[one["file"]] += one["count"]
        assert one["expected"] in ("quarantined", "duplicate", "unresolved")
    assert sum(by_file.values()) > 50
    for file, n in by_file.items():
        assert n < 0.005 * summary.n_rows[file], file
    known = set(company.workers_by_mail["mail"])
    transcript = pl.concat(
        pl.read_csv(path.read_bytes().decode("utf-16").encode(), separator="|", infer_schema=False)
        for path in company.files("learnhub", "transcript")
    )
    unknown = transcript.filter(~pl.col("Login").is_in(known)).height
    assert unknown == next(one["count"] for one in company.truth["dirt"] if one["what"].startswith("a login"))


# People and their managers


def test_the_manager_tree_is_whole_in_every_month(company: Exports) -> None:
    for day in company.month_ends:
        jobs = company.jobs_on(day)
        assert jobs["day"].null_count() == 0, day
        assert jobs.filter(pl.col("manager").is_null())["level"].to_list() == [8], day
        with_manager = jobs.join(
            jobs.select("worker", "level"), left_on="manager", right_on="worker", how="left", suffix="_of"
        )
        reports = with_manager.filter(pl.col("manager").is_not_null())
        assert reports["level_of"].null_count() == 0, f"{day}: a manager who is not employed"
        assert (reports["level_of"] >= reports["level"]).all(), day
        assert set(heights(dict(zip(jobs["worker"], jobs["manager"], strict=True))).values()) <= set(range(8)), day


def heights(above: dict[str, str | None]) -> dict[str, int]:
    """Steps from each person up to the one who reports to nobody; more than there are levels where it is a circle."""
    steps = dict.fromkeys(above, 0)
    for worker, first in above.items():
        manager = first
        while manager is not None and steps[worker] <= 8:
            steps[worker], manager = steps[worker] + 1, above[manager]
    return steps


def test_job_history_never_goes_back_in_time_but_for_promotions_told_late(company: Exports) -> None:
    first = company.month_ends[0]
    rows = company.csv("corehr", "job_changes").with_columns(pl.col("Effective_Date").str.to_date().alias("day"))
    told = rows.filter(pl.col("told") > first)
    late = told.filter(pl.col("day") < pl.col("told").dt.month_start())
    promotions_late = late.filter(pl.col("Event_Reason") == "Promote Employee").height
    assert promotions_late >= company.truth["happenings"]["promotions_told_late"] > 20
    again = rows.filter(pl.struct("Employee_ID", "day", "Sequence").is_duplicated())
    assert again.height == 2 * company.truth["happenings"]["corrected_job_rows"]


def test_corrections_keep_the_key_and_change_the_value(company: Exports) -> None:
    pay = company.csv("corehr", "pay_changes").unique(maintain_order=True)
    keys = ["Employee_ID", "Effective_Date", "Sequence"]
    corrected = pay.filter(pl.struct(keys).is_duplicated())
    n = company.truth["happenings"]["corrected_pay_rows"]
    assert n > 3
    assert corrected.group_by(keys).agg(pl.col("Amount").n_unique(), pl.col("told").n_unique()).height == n
    assert (corrected.group_by(keys).agg(pl.col("Amount").n_unique())["Amount"] == 2).all()


def test_spans_levels_and_places_look_like_a_company(company: Exports) -> None:
    jobs = company.jobs_on(company.month_ends[-1])
    spans = jobs.drop_nulls("manager").group_by("manager").len()["len"]
    assert spans.is_between(5, 12).mean() > 0.8
    assert set(jobs["level"]) == set(range(1, 9))
    assert set(jobs["track"]) == {"people_lead", "technical", "strategy"}
    assert jobs["family"].n_unique() == 6
    assert set(jobs["country"]) == {"GB", "DE", "IE"}
    assert 0.1 < (jobs["fte"] < 100).mean() < 0.2
    assert abs(jobs.height / (EMPLOYEES * 1.02**3) - 1) < 0.01
    leads = set(jobs.drop_nulls("manager")["manager"])
    assert set(jobs.filter(pl.col("worker").is_in(leads))["track"]) == {"people_lead"}


def test_leavers_stay_in_the_snapshots_and_some_come_back(company: Exports) -> None:
    seen: set[str] = set()
    for path in company.files("corehr", "workers"):
        now = set(pl.read_csv(path, columns=["Employee_ID"])["Employee_ID"])
        assert seen <= now
        seen = now
    spells = company.workers.group_by("worker").len()
    assert spells.filter(pl.col("len") == 2).height == company.truth["happenings"]["rehires"] > 5
    again = company.workers.filter((pl.col("Rehire") == "Yes") & (pl.col("Hire_Date") > company.month_ends[0]))
    assert again.height == company.truth["happenings"]["rehires"]


def test_attributes_are_declared_by_most_and_by_some_late(company: Exports) -> None:
    for column, unsaid in (("Gender", "Not Declared"), ("Ethnicity", "Prefer Not to Say")):
        assert 0.03 < (company.workers[column] == unsaid).mean() < 0.11
    first = pl.read_csv(company.files("corehr", "workers")[0], infer_schema=False)
    both = first.join(company.workers.unique("worker"), left_on="Employee_ID", right_on="worker", suffix="_now")
    changed = both.filter(pl.col("Ethnicity") != pl.col("Ethnicity_now"))
    assert changed.height > 5
    assert set(changed["Ethnicity"]) == {"Prefer Not to Say"}


def test_a_new_name_brings_a_new_address_that_some_systems_ignore(company: Exports) -> None:
    renamed = company.workers.drop_nulls("Previous_Email").unique("worker")
    assert renamed.height == company.truth["happenings"]["renames"] > 30
    logins = set(company.transcript()["Login"])
    assert 0 < len(logins & set(renamed["Previous_Email"])) < renamed.height


def test_the_company_reorganises_once_a_year(company: Exports) -> None:
    units = company.csv("corehr", "org_units").filter(pl.col("told") == pl.col("told").max())
    moved = units.filter(pl.col("Effective_Date") > str(company.month_ends[0]))
    assert set(moved["Effective_Date"]) == {"2023-07-01", "2024-07-01", "2025-07-01"}
    assert moved["Organization_Type"].unique().to_list() == ["Department"]


def test_yearly_rates_are_plausible(company: Exports) -> None:
    start = dt.date(2023, 1, 1)
    years = EMPLOYEES * MONTHS / 12 * 1.03
    left = company.workers.filter(pl.col("Termination_Date").is_between(start, dt.date(2025, 12, 31)))
    by_choice = left.filter(pl.col("Termination_Category") == "Voluntary").height / years
    assert 0.075 < by_choice < 0.105
    assert 0.02 < left.height / years - by_choice < 0.04
    promoted = company.jobs.filter((pl.col("event") == "Promote Employee") & (pl.col("day") > start)).height / years
    assert 0.07 < promoted < 0.1
    assert company.jobs.filter(pl.col("event") == "Demote Employee").height > 5


# Surveys, feedback, learning


def test_answers_are_plausible_and_items_stay_the_same(company: Exports) -> None:
    answers = company.answers
    answered = answers.filter(pl.col("EndDate").is_not_null())
    assert 0.74 < answered.height / answers.height < 0.8
    items = [f"Q{number}" for number in range(1, 15)]
    assert answers.filter(pl.col("EndDate").is_null()).select(pl.sum_horizontal(pl.col(items).count())).item() == 0
    left_open = sum(answered[item].null_count() for item in items) / answered.height / len(items)
    assert 0.05 < left_open < 0.07
    assert 3.7 < answered.select(pl.mean_horizontal([f"Q{number}" for number in range(1, 6)]).mean()).item() < 3.9
    recommend = answered["Q6"].drop_nulls()
    assert 10 < 100 * ((recommend >= 9).mean() - (recommend <= 6).mean()) < 20
    asked = company.csv("pulse", "questionnaire")
    by_wave = asked.group_by("survey_id").agg(pl.struct("item_id", "wording_hash", "keyed").sort().hash().sum())
    assert by_wave.height == 6
    assert by_wave.columns[1:] and by_wave[by_wave.columns[1]].n_unique() == 1
    assert asked.filter(pl.col("keyed") == "reverse")["item_id"].n_unique() == 1


def test_the_reverse_keyed_item_runs_against_the_others(company: Exports) -> None:
    pairs = company.answers.select("Q11", "Q12").drop_nulls()
    assert pairs.select(pl.corr("Q11", "Q12")).item() < -0.2


def test_ratings_learning_and_checkins_are_plausible(company: Exports, summary: Summary) -> None:
    ratings = pl.concat(pl.read_parquet(path) for path in company.files("rate360", "ratings"))
    assert 3.6 < ratings["score"].mean() < 3.8
    assert ratings["score"].is_between(1, 5).all()
    learned = company.transcript().filter(pl.col("Status") == "CMP")["Hours"].sum()
    assert 18 < learned / (THOUSAND_YEARS * 1000) < 25
    checkins = company.csv("talentsuite", "checkins", separator=";")
    months = checkins.select("Employee No", pl.col("Held On").str.slice(0, 7)).unique().height
    assert 0.53 < months / (EMPLOYEES * MONTHS * 1.03) < 0.62


# The framework and its ladder


def test_the_ladder_uses_every_rule_and_tenure_never_alone() -> None:
    assert {one.rule for named in LADDER.values() for one in named.values()} == set(LADDER_RULES)
    for named in LADDER.values():
        required = {one.rule for one in named.values() if one.group is None}
        assert required - {"months_in_level"}
        groups = Counter(one.group for one in named.values() if one.group)
        assert all(n > 1 for n in groups.values()), groups


def level_since(company: Exports, day: dt.date) -> pl.DataFrame:
    """Since when everybody has held the level that they hold on a day."""
    so_far = company.jobs.filter(pl.col("day") <= day)
    steps = so_far.filter(pl.col("level") != pl.col("level").shift(1).over("worker").fill_null(0))
    return steps.group_by("worker").agg(pl.col("day").max().alias("since"))


def measures(company: Exports) -> dict[tuple[str, str | None], pl.Series]:
    """What the ladder's rules measure, for those who could show it, straight from the exports."""
    last = company.month_ends[-1]
    reviews = company.csv("corehr", "performance").filter(pl.col("told") == pl.col("told").max())
    ratings = pl.concat(pl.read_parquet(path) for path in company.files("rate360", "ratings"))
    others = ratings.filter(pl.col("evaluator_is") != "Self").group_by("cycle_code", "subject_email", "competency")
    scores = others.agg(pl.col("score").mean()).partition_by("competency", as_dict=True)
    learned = company.transcript().filter(pl.col("Status") == "CMP")
    year = learned.filter(pl.col("Completed").str.to_date("%d.%m.%Y") > last - dt.timedelta(days=365))
    jobs = company.jobs_on(last)
    everybody = jobs.select(pl.col("worker").map_elements(number_of, return_dtype=pl.String))
    mentors = company.records("opportunities", "mentoring").filter(pl.col("accepted").is_not_null())
    led = company.records("opportunities", "assignment").filter(
        pl.col("accepted").is_not_null() & (pl.col("role") == "Lead") & (pl.col("across") | pl.col("critical"))
    )
    milestones = company.records("contracts", "milestone").filter(pl.col("met").is_not_null())
    teams = company.answers.join(company.jobs_on(last).select("worker", "manager"), on="worker")
    waves = teams.group_by("manager", "told").agg(pl.mean("Q1"), pl.len()).filter(pl.col("len") >= 5).sort("told")
    uplift = waves.group_by("manager", maintain_order=True).agg(pl.col("Q1").last() - pl.col("Q1").first())["Q1"]

    def count(frame: pl.DataFrame, column: str) -> pl.Series:
        counted = frame.group_by(column).len().rename({column: "worker"})
        return everybody.join(counted, on="worker", how="left")["len"].fill_null(0)

    found: dict[tuple[str, str | None], pl.Series] = {
        ("rating", None): reviews["Overall_Rating"].cast(pl.Int32),
        ("months_in_level", None): (last - jobs.join(level_since(company, last), on="worker")["since"]).dt.total_days()
        / 30.4,
        ("learning_hours", None): year.group_by("worker").agg(pl.col("Hours").sum())["Hours"],
        ("mentoring_given", None): count(mentors, "partner"),
        ("led_initiative", None): count(led, "employee"),
        ("milestones_met", None): milestones.unique("id").group_by("leader").len()["len"],
        ("team_uplift", None): uplift,
    }
    for (competency,), frame in scores.items():
        found["competency_360", str(competency)] = frame["score"]
    for name in ("direction", "decisions", "coaching", "inclusion"):
        found["competency_review", name] = reviews[f"Competency_{name}"].drop_nulls().cast(pl.Int32)
    return found


def test_every_criterion_is_met_by_some_and_missed_by_some(company: Exports) -> None:
    found = measures(company)
    for one in {one for named in LADDER.values() for one in named.values()}:
        met = (found[one.rule, one.competency] >= one.threshold).mean()
        assert 0.01 < met < 0.99, (one, met)


# What is planted, read back from the exports


def pay_gaps(exports: Exports) -> dict[str, float]:
    """Share by which women are paid less, by family: least squares on level, country and tenure, on the last day."""
    keys = ["Employee_ID", "Effective_Date", "Sequence"]
    pay = exports.csv("corehr", "pay_changes").unique(subset=keys, keep="last", maintain_order=True).sort(keys)
    pay = pay.group_by("Employee_ID", maintain_order=True).last()
    pay = pay.select(pl.col("Employee_ID").alias("worker"), pl.col("Amount").cast(pl.Float64))
    last = exports.month_ends[-1]
    jobs = exports.jobs_on(last).join(pay, on="worker").filter(pl.col("Gender").is_in(["F", "M"]))
    gaps = {}
    for (family,), frame in jobs.partition_by("family", as_dict=True).items():
        tenure = frame.select((pl.lit(last) - pl.col("Hire_Date")).dt.total_days() / 365.25).to_series().to_numpy()
        dummies = frame.select(pl.col("level").cast(pl.String), "country").to_dummies(drop_first=True).to_numpy()
        woman = (frame["Gender"] == "F").to_numpy()
        design = np.column_stack([np.ones(frame.height), woman, np.minimum(tenure, 12), dummies]).astype(float)
        log_pay = np.log((frame["Amount"] / frame["fte"] * 100).to_numpy())
        gaps[str(family)] = 1 - float(np.exp(np.linalg.lstsq(design, log_pay, rcond=None)[0][1]))
    return gaps


def test_women_of_one_family_are_paid_less_and_of_no_other(company: Exports, plain: Exports) -> None:
    truth = effect(company, "pay_gap", "base_pay")
    family, gaps = truth["where"]["job_family"], pay_gaps(company)
    assert 0.055 < gaps.pop(family) < 0.105
    assert all(abs(gap) < 0.03 for gap in gaps.values()), gaps
    assert all(abs(gap) < 0.03 for gap in pay_gaps(plain).values())
    assert truth["size"] == 0.08 and abs(truth["estimate"] - 0.08) < 0.02 and truth["power"] > 0.99


def odds_ratio(yes: pl.Series, group: pl.Series) -> float:
    """Odds of yes in the group over the odds of everybody else."""
    a, b = yes.filter(group).sum(), (~yes.filter(group)).sum()
    c, d = yes.filter(~group).sum(), (~yes.filter(~group)).sum()
    return (a / b) / (c / d)


def panel_odds(exports: Exports) -> dict[str, float]:
    """Women's odds of promotion over everybody else's, before the panels of the biased division and all others."""
    decisions = exports.records("panels", "decision").join(
        exports.records("panels", "panel").select("panel", "unit"), on="panel"
    )
    people = exports.workers.unique("worker").select(
        pl.col("worker").map_elements(number_of, return_dtype=pl.String).alias("employee"), "Gender"
    )
    decisions = decisions.join(people, on="employee").filter(pl.col("Gender") != "Not Declared")
    promoted, woman = decisions["decision"] == "Promote", decisions["Gender"] == "F"
    here = decisions["unit"] == "OU00001"
    return {"here": odds_ratio(promoted.filter(here), woman.filter(here)),
            "elsewhere": odds_ratio(promoted.filter(~here), woman.filter(~here))}  # fmt: skip


def test_one_division_s_panels_halve_the_odds_of_women(company: Exports, plain: Exports) -> None:
    truth = effect(company, "biased_committee", "promotion")
    assert truth["where"] == {"org_unit_id": "OU00001"}
    with_effect, without = panel_odds(company), panel_odds(plain)
    assert 0.3 < with_effect["here"] < 0.75
    assert 0.7 < with_effect["elsewhere"] < 1.35
    assert 0.65 < without["here"] < 1.55
    assert 0.7 < without["elsewhere"] < 1.35
    assert truth["power"] > 0.7


def test_what_panels_decide_is_what_happens(company: Exports) -> None:
    """The bias sits in the decisions from which careers follow, not in a file painted afterwards."""
    decided = company.records("panels", "decision").filter(pl.col("decision") == "Promote")
    decided = decided.filter(pl.col("told") < company.month_ends[-1])
    promised = {(one["employee"], one["told"] + dt.timedelta(days=1), one["to_level"]) for one in decided.to_dicts()}
    promoted = company.jobs.filter((pl.col("event") == "Promote Employee") & (pl.col("day") > company.month_ends[0]))
    happened = {(number_of(one["worker"]), one["day"], one["level"]) for one in promoted.to_dicts()}
    assert happened <= promised
    # Whoever left in the weeks between was not promoted any more.
    assert len(promised - happened) < 0.03 * len(promised)


def stretch_ratio(exports: Exports) -> float:
    """Stretch offers to Black people over those to everybody else, a head."""
    offers = exports.records("opportunities", "assignment").filter(pl.col("activity") == "stretch").unique("id")
    people = exports.workers.unique("worker").select(
        pl.col("worker").map_elements(number_of, return_dtype=pl.String).alias("employee"), "Ethnicity"
    )
    people = people.filter(pl.col("Ethnicity") != "Prefer Not to Say")
    offered = people.join(offers.group_by("employee").len(), on="employee", how="left").with_columns(
        pl.col("len").fill_null(0)
    )
    black = offered["Ethnicity"] == "Black"
    return float(offered["len"].filter(black).mean() / offered["len"].filter(~black).mean())


def test_one_group_is_offered_half_the_stretch_work(company: Exports, plain: Exports) -> None:
    truth = effect(company, "unequal_stretch", "stretch_offers")
    assert truth["group"] == {"attribute": "ethnicity", "value": "black"}
    assert 0.35 < stretch_ratio(company) < 0.68
    assert 0.75 < stretch_ratio(plain) < 1.3
    assert truth["power"] > 0.95


def below(exports: Exports, leader: str, day: dt.date) -> tuple[list[str], list[str]]:
    """Who reports to a leader directly, and everybody below them."""
    jobs = exports.jobs_on(day)
    direct = jobs.filter(pl.col("manager") == leader)["worker"].to_list()
    everybody, newest = list(direct), direct
    while newest:
        newest = jobs.filter(pl.col("manager").is_in(newest))["worker"].to_list()
        everybody += newest
    return direct, everybody


LEADERS = ("excellent_leader", "poor_leader")
# The planted leaders are the same people with and without effects: the first of two departments.


def leader_of(company: Exports, name: str) -> str:
    return str(effect(company, name, "engagement")["where"]["worker_id"])


@pytest.mark.parametrize("name", LEADERS)
def test_the_planted_leaders_stay_with_enough_people(company: Exports, name: str) -> None:
    for day in company.month_ends:
        direct, everybody = below(company, leader_of(company, name), day)
        assert len(direct) >= 8 and len(everybody) >= 40, day


def leader_figures(exports: Exports, leader: str) -> dict[str, tuple[float, float]]:
    """Figures of the people below a leader, and of everybody else."""
    per_wave = []
    for day in sorted(set(exports.answers["told"])):
        _, people = below(exports, leader, day)
        index = pl.mean_horizontal([f"Q{number}" for number in range(1, 6)])
        wave = exports.answers.filter(pl.col("told") == day).with_columns(index.alias("index"))
        per_wave.append(wave.with_columns(pl.col("worker").is_in(people).alias("below")))
    answers = pl.concat(per_wave)
    checkins = exports.csv("talentsuite", "checkins", separator=";").with_columns(pl.col("Held On").str.slice(0, 7))
    pairs = {(number, month) for number, month in checkins.select("Employee No", "Held On").iter_rows()}
    met: dict[bool, list[bool]] = {True: [], False: []}
    for day in exports.month_ends:
        people = set(below(exports, leader, day)[1])
        for worker in exports.jobs_on(day)["worker"]:
            met[worker in people].append((number_of(worker), f"{day:%Y-%m}") in pairs)
    figures = {
        name: tuple(float(answers.filter(pl.col("below") == side)[column].mean()) for side in (True, False))
        for name, column in (("engagement", "index"), ("coaching", "Q7"), ("recommend", "Q6"))
    }
    return figures | {"checkins": (float(np.mean(met[True])), float(np.mean(met[False])))}


@pytest.mark.parametrize(("name", "sign", "cadence"), [("excellent_leader", 1, 1.3), ("poor_leader", -1, 0.4)])
def test_a_planted_leader_s_people_differ_and_without_effects_do_not(
    company: Exports, plain: Exports, name: str, sign: int, cadence: float
) -> None:
    leader = leader_of(company, name)
    figures = leader_figures(company, leader)
    for measure, least in (("engagement", 0.45), ("coaching", 0.45), ("recommend", 0.9)):
        here, elsewhere = figures[measure]
        assert sign * (here - elsewhere) > least, measure
    here, elsewhere = figures["checkins"]
    assert abs(here / elsewhere / cadence - 1) < 0.1
    for measure, (here, elsewhere) in leader_figures(plain, leader).items():
        assert abs(here - elsewhere) < (0.35 if measure == "recommend" else 0.2), measure


def test_people_stay_with_the_excellent_and_leave_the_poor(company: Exports) -> None:
    """Exits by choice of each leader's department, over those of everybody else, a head."""
    units = {name: str(effect(company, name, "exits")["where"]["org_unit_id"]) for name in LEADERS}
    tree = company.csv("corehr", "org_units").filter(pl.col("told") == pl.col("told").max())
    last = company.jobs.group_by("worker", maintain_order=True).last()
    ever = company.workers.unique("worker", keep="last").join(last.select("worker", "unit"), on="worker")
    left = (ever["Termination_Category"] == "Voluntary").fill_null(False)
    shares = {}
    for name, unit in units.items():
        inside = tree.filter((pl.col("Superior_Organization") == unit) | (pl.col("Organization_ID") == unit))
        here = ever["unit"].is_in(inside["Organization_ID"].implode())
        shares[name] = left.filter(here).mean() / left.filter(~here).mean()
    assert shares["excellent_leader"] < 0.7
    assert shares["poor_leader"] > 1.4


def test_reports_rate_the_planted_leaders_apart(company: Exports, plain: Exports) -> None:
    def mean_by_reports(exports: Exports, leader: str) -> float:
        ratings = pl.concat(pl.read_parquet(path) for path in exports.files("rate360", "ratings"))
        mine = ratings.join(exports.workers_by_mail, left_on="subject_email", right_on="mail")
        return float(
            mine.filter((pl.col("worker") == leader) & (pl.col("evaluator_is") == "Team member"))["score"].mean()
        )

    excellent, poor = (leader_of(company, name) for name in LEADERS)
    assert mean_by_reports(company, excellent) > 4.0
    assert mean_by_reports(company, poor) < 3.3
    assert all(3.3 < mean_by_reports(plain, leader) < 4.0 for leader in (excellent, poor))


def test_truth_lists_every_effect_with_its_size_power_and_estimate(company: Exports, plain: Exports) -> None:
    listed = company.truth["effects"]
    assert {one["name"] for one in listed} == {"pay_gap", "biased_committee", *LEADERS, "unequal_stretch"}
    for one in listed:
        assert one["n"]["exposed"] > 0 and one["n"]["others"] > 0
        assert 0 < one["power"] <= 1
        # Where it can hardly be missed, the estimate lies on the side of the size; a ratio or a difference.
        neutral = 1 if "ratio" in one["scale"] else 0
        assert one["power"] < 0.8 or (one["estimate"] - neutral) * (one["size"] - neutral) > 0, one
    assert sum(one["power"] > 0.8 for one in listed) >= 14
    assert plain.truth["effects"] == []


def test_without_effects_the_headlines_stay_as_they_are(company: Exports, plain: Exports) -> None:
    def headlines(exports: Exports) -> dict[str, float]:
        left = exports.workers.filter(pl.col("Termination_Date") <= exports.month_ends[-1])
        promoted = exports.jobs.filter(
            (pl.col("event") == "Promote Employee") & (pl.col("day") > exports.month_ends[0])
        )
        return {
            "headcount": float(exports.jobs_on(exports.month_ends[-1]).height),
            "left": float(left.height),
            "promoted": float(promoted.height),
            "engagement": float(exports.answers.select(pl.mean_horizontal("Q1", "Q3", "Q4").mean()).item()),
            "checkins": float(exports.csv("talentsuite", "checkins", separator=";").height),
            "enrolments": float(exports.transcript().height),
        }

    with_effects, without = headlines(company), headlines(plain)
    for name, value in with_effects.items():
        assert abs(value / without[name] - 1) < (0.12 if name in ("left", "promoted") else 0.03), name


# Promotion follows growth


def test_those_who_are_promoted_were_rated_better_before(company: Exports) -> None:
    decisions = company.records("panels", "decision").filter(pl.col("told") >= dt.date(2025, 3, 1))
    reviews = company.csv("corehr", "performance").filter(pl.col("told") == dt.date(2025, 2, 28))
    reviews = reviews.select(
        pl.col("Employee_ID").map_elements(number_of, return_dtype=pl.String).alias("employee"),
        pl.col("Overall_Rating").cast(pl.Int32),
    )
    rated = decisions.join(reviews, on="employee")
    promoted = rated.filter(pl.col("decision") == "Promote")["Overall_Rating"].mean()
    assert promoted > rated.filter(pl.col("decision") != "Promote")["Overall_Rating"].mean() + 0.15
    assert promoted > reviews["Overall_Rating"].mean() + 0.3


def test_tenure_alone_promotes_nobody(company: Exports) -> None:
    start = company.month_ends[0]
    in_level = company.jobs_on(start).filter(pl.col("level") <= 3).join(level_since(company, start), on="worker")
    promoted = company.jobs.filter((pl.col("event") == "Promote Employee") & (pl.col("day") > start))["worker"]
    waited = (start - in_level["since"]).dt.total_days() / 365.25
    is_promoted = in_level["worker"].is_in(promoted.implode())
    long, usual = is_promoted.filter(waited > 4), is_promoted.filter(waited.is_between(1.5, 4))
    assert len(long) > 100
    # Two standard errors of a quarter of some two hundred people.
    assert abs(long.mean() - usual.mean()) < 0.08
