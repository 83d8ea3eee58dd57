"""Who looked at what: one line a look, in a file beside the home that outlives releases and rebuilt stores.

Here: adding a look, taking the erased out, letting go of what the policy keeps no longer. A line is JSON: at (UTC), who,
release, and what was looked at: worker_key of a case, or audience and statement of a query. Where either named somebody
erased, `erased-N` stands, so that looks stay counted. Not here: who may look (`explain`, `query`), who is erased
(`ingest.erasure`).
"""

import datetime as dt
import fcntl
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from ingest.files import sync
from ingest.home import ConfigurationError, Home

Look = dict[str, str]
WORD = re.compile(r"[A-Za-z0-9]+")
MOMENT = "%Y-%m-%dT%H:%M:%SZ"


def write_look(home: Home, release_id: str, by: str, now: dt.datetime, **looked_at: str) -> None:
    """Add one look; it is on disk when this returns. The file is closed to everybody but the home's owner."""
    with _held(home.access_log) as handle:
        look = {"at": f"{now:{MOMENT}}", "who": by, "release": release_id, **looked_at}
        handle.write(json.dumps(look) + "\n")
        handle.flush()
        os.fsync(handle.fileno())


def erase_looks(home: Home, stand_ins: Mapping[str, str]) -> int:
    """Put a stand-in in the place of each erased key, given key -> stand-in; how many looks that were."""

    def erased(look: Look) -> Look:
        return {name: WORD.sub(lambda word: stand_ins.get(word[0], word[0]), said) for name, said in look.items()}

    return _rewrite(home.access_log, erased)


def prune_looks(home: Home, days: int, now: dt.datetime) -> int:
    """Remove the looks of more than so many days ago; how many that were."""
    oldest = f"{now - dt.timedelta(days=days):{MOMENT}}"
    return _rewrite(home.access_log, lambda look: look if look["at"] >= oldest else None)


def _rewrite(path: Path, keep: Callable[[Look], Look | None]) -> int:
    """Write the log anew where that changes a line; gives how many it changed or left out. A kill leaves either."""
    if not path.exists():
        return 0
    with _held(path) as handle:
        handle.seek(0)
        before = [_look(path, number, line) for number, line in enumerate(handle, start=1)]
        after = [keep(look) for look in before]
        n_changed = sum(old != new for old, new in zip(before, after, strict=True))
        if n_changed:
            fresh = path.with_name(f".next-{path.name}")
            with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as written:
                written.writelines(json.dumps(look) + "\n" for look in after if look is not None)
            sync(fresh)
            fresh.rename(path)
            sync(path.parent)
    return n_changed


def _look(path: Path, number: int, line: str) -> Look:
    try:
        look = {str(name): str(said) for name, said in json.loads(line).items()}
        look["at"], look["who"]
    except (ValueError, AttributeError, KeyError) as error:
        raise ConfigurationError(f"{path}, line {number}: no look that was logged; put it right or remove it.") from error
    return look


@contextmanager
def _held(path: Path) -> Iterator[TextIO]:
    """The log, open for reading and appending, held against every other writer; made where there is none."""
    while True:
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "a+") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            # whoever held it before may have put another file in its place
            if path.exists() and os.fstat(handle.fileno()).st_ino == path.stat().st_ino:
                yield handle
                return
