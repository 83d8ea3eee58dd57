"""Who asked a release what: one line a statement, in a file beside the home that outlives releases.

Here: adding a line, and taking the erased out. A line is JSON: at (UTC), who, release, audience, statement; where a
statement named somebody erased, `erased-N` stands. Not here: who looked at whose case, or running the statement (`query`).
"""

import datetime as dt
import json
import os
import re
from collections.abc import Mapping

from ingest.files import sync
from ingest.home import Home

WORD = re.compile(r"[A-Za-z0-9]+")


def write_statement(home: Home, release_id: str, audience: str, sql: str, by: str, now: dt.datetime) -> None:
    """Add one line; it is on disk when this returns. The file is closed to everybody but the home's owner."""
    line = {"at": f"{now:%Y-%m-%dT%H:%M:%SZ}", "who": by, "release": release_id, "audience": audience, "statement": sql}
    descriptor = os.open(home.query_log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a") as handle:
        handle.write(json.dumps(line) + "\n")
        handle.flush()
        os.fsync(handle.fileno())


def erase_statements(home: Home, stand_ins: Mapping[str, str]) -> None:
    """Put a stand-in in the place of each erased key, given key -> stand-in. A kill leaves the old log or the new one."""
    if not home.query_log.exists():
        return
    before = home.query_log.read_text()
    after = WORD.sub(lambda word: stand_ins.get(word[0], word[0]), before)
    if after != before:
        fresh = home.query_log.with_name(f".next-{home.query_log.name}")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
            handle.write(after)
        sync(fresh)
        fresh.rename(home.query_log)
        sync(home.query_log.parent)
