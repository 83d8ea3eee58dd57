"""Pseudonyms: keyed, stable, apart by domain, and their key never beside the data."""

import stat
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from ingest.home import ConfigurationError, Home
from ingest.pseudonyms import Pseudonyms, key_folder, open_pseudonyms

KEYS = {domain: domain.encode().ljust(32, b"k") for domain in ("person", "survey", "feedback360")}


@pytest.fixture
def pseudonyms() -> Pseudonyms:
    return Pseudonyms("test", KEYS)


def test_the_key_lies_outside_the_home_and_is_its_owners_alone(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    made = open_pseudonyms(home)
    path = key_folder() / f"{made.key_id}.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert home.root not in path.parents
    assert all(len(key) == 32 for key in made.keys.values()) and len(set(made.keys.values())) == 3
    for file in home.root.rglob("*"):
        assert not any(key in file.read_bytes() for key in made.keys.values())


def test_a_home_keeps_its_pseudonyms_and_two_homes_share_none(tmp_path: Path) -> None:
    one, two = Home(tmp_path / "one"), Home(tmp_path / "two")
    assert open_pseudonyms(one).token("E1") == open_pseudonyms(one).token("E1")
    assert open_pseudonyms(one).token("E1") != open_pseudonyms(two).token("E1")
    one.root.rename(tmp_path / "moved")
    moved = Home(tmp_path / "moved")
    assert open_pseudonyms(moved).token("E1") != open_pseudonyms(two).token("E1")


def test_a_lost_key_is_refused_and_not_replaced(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    made = open_pseudonyms(home)
    (key_folder() / f"{made.key_id}.json").unlink()
    with pytest.raises(ConfigurationError, match="the key of this warehouse is missing"):
        open_pseudonyms(home)
    (home.root / "key_id").unlink()
    home.raw.touch()
    with pytest.raises(ConfigurationError, match="missing beside an existing raw.duckdb"):
        open_pseudonyms(home)


def test_a_token_is_twelve_letters_and_digits(pseudonyms: Pseudonyms) -> None:
    tokens = [pseudonyms.token(str(i)) for i in range(2000)]
    assert all(len(token) == 12 and token.isalnum() and token.isascii() for token in tokens)
    assert len(set(tokens)) == 2000
    letters = Counter("".join(tokens))
    assert len(letters) == 62 and max(letters.values()) < 2 * min(letters.values())


def test_writing_does_not_make_another_person_where_it_means_nothing(pseudonyms: Pseudonyms) -> None:
    assert pseudonyms.token(" Ann@Example.com ", "email") == pseudonyms.token("ann@example.com", "email")
    assert pseudonyms.token("Doe,  Jo", "name") == pseudonyms.token("doe, jo", "display_name")
    assert pseudonyms.token("a1") != pseudonyms.token("A1"), "ids are kept as written: case may tell two people apart"


def test_an_alias_is_a_former_id(pseudonyms: Pseudonyms) -> None:
    assert pseudonyms.token("OLD7", "alias") == pseudonyms.token("OLD7", "id")
    assert pseudonyms.token("OLD7", "login") != pseudonyms.token("OLD7", "id")


def test_namespaces_and_domains_do_not_join(pseudonyms: Pseudonyms) -> None:
    assert pseudonyms.token("7", namespace="people") != pseudonyms.token("7", namespace="other")
    keys = pl.Series(["w1", "w2"])
    survey, feedback = pseudonyms.confidential(keys, "survey"), pseudonyms.confidential(keys, "feedback360")
    assert len({*survey, *feedback, *keys}) == 6


def test_columns_keep_their_nulls_and_equal_the_single_tokens(pseudonyms: Pseudonyms) -> None:
    column = pseudonyms.tokens(pl.Series(["a", None, "b", "a"]))
    assert column.to_list() == [pseudonyms.token("a"), None, pseudonyms.token("b"), pseudonyms.token("a")]
    assert pseudonyms.tokens(pl.Series([None, None], dtype=pl.String)).to_list() == [None, None]
