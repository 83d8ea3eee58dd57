"""Erasing people from a home, step by step: raw store, releases, what builds left, and the landing files that remain.

Here: the order of the steps and what is said of them. Each step is a function of the ledger, so a run that dies is
finished by the next one, `refresh` or `forget`. Not here: rows (`ingest.erasure`), files of a release
(`orchestration.erased_releases`).
"""

import shutil
from contextlib import suppress
from dataclasses import dataclass, field

import duckdb
import polars as pl

from ingest.erasure import blank_words, enter_erasure, erase_quarantined, erase_rows, is_erased, rebuild
from ingest.holdings import find_holdings, standing_files, words_of
from ingest.home import ConfigurationError, Home
from ingest.inputs import read_inputs
from ingest.landing import Ingest, utc_now
from ingest.persons import Person, find_person, people_of
from ingest.pseudonyms import Pseudonyms, open_pseudonyms
from ingest.raw_store import lent, open_raw_store, transaction
from ingest.tombstone import note_file, read_tombstone
from orchestration.erased_releases import rewrite_releases
from orchestration.publication import read_current


class Undone(Exception):
    """A dry run ends here: what its transaction did is rolled back."""


@dataclass
class Standing:
    """How the erasures of a home stand: those complete, and the landing files that keep the others from it."""

    n_complete: int = 0
    incomplete: dict[int, list[str]] = field(default_factory=dict)

    @property
    def files(self) -> list[str]:
        return sorted({name for names in self.incomplete.values() for name in names})


@dataclass
class Forgotten:
    """What forgetting people took, or would take."""

    n_people: int
    n_known_before: int = 0
    n_rows: dict[str, int] = field(default_factory=dict)
    n_mentions: dict[str, int] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    standing: Standing = field(default_factory=Standing)


def forget_person(home: Home, written: str, source: str | None, reason: str, by: str, *, dry_run: bool) -> Forgotten:
    """Erase the person who is meant by a worker key or an HRIS id. ConfigurationError where that is not one person."""
    pseudonyms = open_pseudonyms(home)
    with home.lock(), open_raw_store(home.raw) as raw:
        person = find_person(raw, home.read_configuration(), pseudonyms, written, source)
        forgotten = _erase(home, raw, pseudonyms, [person], reason, by, dry_run=dry_run)
    return forgotten if dry_run else _finished(home, forgotten)


def forget_expired(home: Home, by: str, *, dry_run: bool) -> Forgotten:
    """Erase the leavers whom the policy keeps no longer. ConfigurationError without such a policy."""
    configuration = home.read_configuration()
    months = configuration.policy.retention.months_after_exit
    if months is None:
        raise ConfigurationError(
            f"{home.sources_file}: policy.retention.months_after_exit is not set; nobody is erased by age without it."
        )
    pseudonyms = open_pseudonyms(home)
    with home.lock(), open_raw_store(home.raw) as raw:
        people = people_of(raw, configuration, pseudonyms, _expired(home, raw, months))
        reason = f"retention: {months} months after exit"
        forgotten = _erase(home, raw, pseudonyms, people, reason, by, dry_run=dry_run)
    return forgotten if dry_run else _finished(home, forgotten)


def _expired(home: Home, raw: duckdb.DuckDBPyConnection, months: int) -> list[str]:
    """Worker keys of those who left so long ago, by the current release: the models own what an exit is."""
    current = read_current(home)
    inputs = read_inputs(raw, home.read_configuration(), None)
    if current is None or [entry["load_seq"] for entry in current.manifest["inputs"]] != inputs.loads:
        raise ConfigurationError("the current release does not show all accepted loads; run `fairlead refresh` first.")
    with duckdb.connect(str(current.path / "people.duckdb"), read_only=True) as people:
        left = people.execute(
            """
            select worker_key from dim_worker
            where not is_employed and exit_date <= least(as_of, current_date) - to_months(?::integer) order by 1
            """,
            [months],
        ).fetchall()
    # somebody who comes back in a load that waits for a decision stays until it is taken
    waiting = raw.execute(
        """
        select worker_id from hris.workers inner join ledger.loads using (load_seq)
        where status in ('pending', 'held') and op <> 'd' and exit_date is null
        """
    ).fetchall()
    return [key for (key,) in left if (key,) not in set(waiting)]


def _erase(
    home: Home, raw: duckdb.DuckDBPyConnection, pseudonyms: Pseudonyms, people: list[Person], reason: str, by: str,
    *, dry_run: bool,
) -> Forgotten:  # fmt: skip
    """The transaction that makes the erasure true; nothing of it stays of a dry run."""
    new = [person for person in people if not is_erased(raw, person)]
    forgotten = Forgotten(len(people), len(people) - len(new))
    if not new:
        return forgotten
    ingest = Ingest(home, home.read_configuration(), raw, pseudonyms)
    home.scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
    words: dict[str, set[int]] = {}
    with suppress(Undone), transaction(raw):
        for person in new:
            erasure_id = enter_erasure(raw, person, reason, by, utc_now())
            for word in words_of(person.written):
                words.setdefault(word, set()).add(erasure_id)
        erased = erase_rows(raw)
        forgotten.n_rows, forgotten.n_mentions = erased.n_rows, erased.n_mentions
        lines = [erased.lines]
        for holding in find_holdings(ingest, read_tombstone(raw), words):
            forgotten.files.append(holding.file)
            for erasure_id in sorted(holding.erasures):
                note_file(raw, erasure_id, holding.file, holding.sha256)
            lines.append(_lines_by_load(raw, holding.sha256, holding.lines))
        erase_quarantined(raw, pl.concat(lines).unique())
        blank_words(raw, words)
        if dry_run:
            raise Undone
    return forgotten


def _lines_by_load(raw: duckdb.DuckDBPyConnection, sha256: str, lines: pl.Series) -> pl.DataFrame:
    """Lines of a file as lines of every load that was made of its bytes."""
    with lent(raw, "found", lines.alias("row_no").to_frame()):
        return raw.sql(f"select load_seq, row_no from ledger.loads cross join found where sha256 = '{sha256}'").pl()


def _finished(home: Home, forgotten: Forgotten) -> Forgotten:
    forgotten.standing = _finish(home)
    return forgotten


def look_again(home: Home) -> Standing:
    """How the home's erasures stand, after doing what was left to do of them."""
    with home.lock():
        return finish_erasures(home)


def finish_erasures(home: Home) -> Standing:
    """Do what is left to do of the home's erasures, and look which landing files still stand; nothing where there is none.

    For a holder of the home's lock. It costs two queries and a look at each listed file where nothing is left to do.
    """
    if not home.raw.exists():
        return Standing()
    with open_raw_store(home.raw, read_only=True) as raw:
        if raw.execute("select 1 from duckdb_tables() where table_name = 'erasures'").fetchone() is None:
            return Standing()
        standing, open_steps, is_new = read_standing(raw, home)
    return _finish(home) if open_steps or is_new else standing


def read_standing(raw: duckdb.DuckDBPyConnection, home: Home) -> tuple[Standing, bool, bool]:
    """How erasures stand; whether some step of one is left to do, and whether one has become complete."""
    files = standing_files(raw, home)
    rows = raw.execute(
        """
        select erasure_id, raw_rebuilt_at is null or releases_rewritten_at is null, completed_at is not null
        from ledger.erasures order by 1
        """
    ).fetchall()
    standing = Standing()
    for erasure_id, is_open, _ in rows:
        if is_open or erasure_id in files:
            standing.incomplete[erasure_id] = files.get(erasure_id, [])
    standing.n_complete = len(rows) - len(standing.incomplete)
    is_new = any(not completed and erasure_id not in standing.incomplete for erasure_id, _, completed in rows)
    return standing, any(is_open for _, is_open, _ in rows), is_new


def _finish(home: Home) -> Standing:
    """The steps after the transaction, each left out where it is done: fresh raw store, releases, builds, landing."""
    with open_raw_store(home.raw, read_only=True) as raw:
        (is_stale,) = raw.execute("select count(*) > 0 from ledger.erasures where raw_rebuilt_at is null").fetchone() or (0,)
        unwritten = raw.execute(
            """
            select token, erasure_id from ledger.erased_tokens
            where erasure_id in (select erasure_id from ledger.erasures where releases_rewritten_at is null)
            """
        ).fetchall()
    if is_stale:
        rebuild(home.raw)
    if unwritten:
        # compiled queries, logs, half a build and what a killed run had read: the next run makes anew what it needs
        for path in [*home.builds.glob("*"), *home.scratch.glob("*")]:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        rewrite_releases(home, open_pseudonyms(home), dict(unwritten), utc_now())
    with open_raw_store(home.raw) as raw:
        now = utc_now()
        with transaction(raw):
            raw.execute("update ledger.erasures set releases_rewritten_at = ? where releases_rewritten_at is null", [now])
            standing, _, _ = read_standing(raw, home)
            raw.execute(
                """
                update ledger.erasures set completed_at = ?
                where completed_at is null and erasure_id not in (select unnest(?::integer[]))
                """,
                [now, list(standing.incomplete)],
            )
            # a file's name may be a person's
            raw.execute(
                """
                delete from ledger.erasure_files
                where erasure_id in (select erasure_id from ledger.erasures where completed_at is not null)
                """
            )
    return standing
