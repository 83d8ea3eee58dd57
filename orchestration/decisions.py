"""Decisions of a person on loads: accept and reject, with the home locked and the reason recorded."""

from ingest.files import UnreadableFile
from ingest.home import ConfigurationError, Home
from ingest.landing import Ingest, utc_now
from ingest.loads import accept_loads, reject_load
from ingest.pseudonyms import open_pseudonyms
from ingest.raw_store import open_raw_store


def accept(home: Home, load_seq: int, by: str, reason: str) -> str:
    """Accept a load; gives the sentence to print. ConfigurationError where it cannot be accepted."""
    configuration = home.read_configuration()
    with home.lock(), open_raw_store(home.raw) as raw:
        ingest = Ingest(home, configuration, raw, open_pseudonyms(home))
        try:
            accepted = accept_loads(raw, [load_seq], by, reason, ingest.reread, utc_now())
        except UnreadableFile as error:
            raise ConfigurationError(str(error)) from error
    if not accepted:
        return f"load {load_seq} was accepted already."
    moved = "" if accepted == [load_seq] else f" under the new number {accepted[0]}, on the base of today"
    return f"load {load_seq} is accepted{moved}. `fairlead refresh` builds with it."


def reject(home: Home, load_seq: int, by: str, reason: str) -> str:
    """Reject a load; gives the sentence to print. ConfigurationError where it cannot be rejected."""
    with home.lock(), open_raw_store(home.raw) as raw:
        reject_load(raw, load_seq, by, reason, utc_now())
    return f"load {load_seq} is rejected; its file stays in landing and is not read again under this column map."
