"""The access log keeps every look for as long as the policy says, whoever writes at the same time, and no longer."""

import datetime as dt
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from ingest.home import ConfigurationError
from orchestration import refresh
from orchestration.access_log import erase_looks, prune_looks, write_look
from orchestration.progress import Progress

from ..conftest import Workshop

Make = Callable[..., Workshop]
Read = Callable[[Path], list[Any]]
NOW = dt.datetime(2026, 1, 1, 12)


@pytest.fixture
def shop(workshop: Make) -> Workshop:
    """A home with a look of today, and one of each of the days around two years ago."""
    made = workshop({})
    for days in (731, 730, 0):
        write_look(made.home, "r1", "hr", NOW - dt.timedelta(days=days), worker_key=f"w{days}")
    return made


def keys(shop: Workshop, jsonl: Read) -> list[str]:
    return [look["worker_key"] for look in jsonl(shop.home.access_log)]


def test_looks_older_than_the_policy_keeps_go_and_no_other(shop: Workshop, jsonl: Read) -> None:
    assert prune_looks(shop.home, 730, NOW) == 1
    assert keys(shop, jsonl) == ["w730", "w0"]
    assert prune_looks(shop.home, 730, NOW) == 0
    assert shop.home.access_log.stat().st_mode & 0o077 == 0


def test_a_refresh_keeps_looks_as_long_as_its_policy_says(
    shop: Workshop, jsonl: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresh, "utc_now", lambda: NOW)
    monkeypatch.setattr(refresh, "nothing_to_do", lambda *_: None)
    monkeypatch.setattr(refresh, "_run_job", lambda *_: refresh.Outcome("published"))
    refresh.run_refresh(shop.home, None, Progress())
    assert keys(shop, jsonl) == ["w730", "w0"]
    shop.home.sources_file.write_text(yaml.safe_dump({"policy": {"retention": {"days_of_looks": 200}}}))
    refresh.run_refresh(shop.home, None, Progress())
    assert keys(shop, jsonl) == ["w0"]


def test_no_policy_keeps_looks_for_less_than_six_months(shop: Workshop) -> None:
    shop.home.sources_file.write_text(yaml.safe_dump({"policy": {"retention": {"days_of_looks": 183}}}))
    with pytest.raises(ConfigurationError, match="days_of_looks: Input should be greater than or equal to 184"):
        shop.home.read_configuration()


def test_a_look_taken_while_the_log_is_rewritten_is_in_it(shop: Workshop, jsonl: Read) -> None:
    def look() -> None:
        for number in range(50):
            write_look(shop.home, "r2", "hr", NOW, worker_key=f"new{number}")

    writer = threading.Thread(target=look)
    writer.start()
    for number in range(50):
        erase_looks(shop.home, {"w730" if number == 0 else f"gone{number}": f"gone{number + 1}"})
    writer.join()
    assert sorted(key for key in keys(shop, jsonl) if key.startswith("new")) == sorted(f"new{n}" for n in range(50))
    assert keys(shop, jsonl)[1] == "gone50"


def test_a_line_that_is_no_look_is_named_and_nothing_is_lost(shop: Workshop) -> None:
    with open(shop.home.access_log, "a") as handle:
        handle.write("not a look\n")
    before = shop.home.access_log.read_bytes()
    with pytest.raises(ConfigurationError, match=r"access.jsonl, line 4: no look that was logged"):
        prune_looks(shop.home, 184, NOW)
    assert shop.home.access_log.read_bytes() == before


def test_where_nobody_looked_there_is_no_log(workshop: Make) -> None:
    shop = workshop({})
    assert prune_looks(shop.home, 184, NOW) == erase_looks(shop.home, {"a": "b"}) == 0
    assert not shop.home.access_log.exists()
