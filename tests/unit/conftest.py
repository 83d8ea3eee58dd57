"""The simulated company that the tests share, made once a session: with what is planted, and without."""

import pytest

from ingest.home import Home
from ingest.simulate import Specification, Summary, simulate
from tests.exports_of import EMPLOYEES, MONTHS, Exports


@pytest.fixture(scope="session")
def company_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("company"))


@pytest.fixture(scope="session")
def summary(company_home: Home) -> Summary:
    """What the simulation said that it wrote."""
    return simulate(company_home, Specification(EMPLOYEES, MONTHS))


@pytest.fixture(scope="session")
def company(company_home: Home, summary: Summary) -> Exports:
    """The company with everything planted."""
    return Exports(company_home.root)


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Exports:
    """The same company with nothing planted."""
    root = tmp_path_factory.mktemp("plain")
    simulate(Home(root), Specification(EMPLOYEES, MONTHS, effects=False))
    return Exports(root)
