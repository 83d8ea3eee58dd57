"""Keyed tokens in place of identifiers.

Here: the key file and the tokens made with it. Not here: who is who (the identity map is raw data, resolved in the
build). A token is HMAC-SHA-256 (RFC 2104) over kind, namespace and value, cut to 71 bits and written in twelve letters
and digits: DuckDB keeps strings of up to twelve bytes inline, and among a million people two tokens meet with a
probability of 2e-10 (DECISIONS 7).
"""

import base64
import hmac
import json
import os
import secrets
import string
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

import polars as pl

from ingest.home import ConfigurationError, Home

DOMAINS = ("person", "survey", "feedback360")
_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]

# An alias is a former id: what was written as an id then must find the person under either name.
_TOKEN_KINDS = {"alias": "id", "display_name": "name"}
# Tools differ in how they write these; ids are kept as they are, for "a1" and "A1" may be two people.
FOLDED = {"email", "login", "name", "display_name"}


def normalised(value: str, kind: str) -> str:
    """The form under which a value is compared: spaces squeezed, and case folded where case means nothing."""
    squeezed = " ".join(value.split())
    return squeezed.casefold() if kind in FOLDED else squeezed


@dataclass
class Pseudonyms:
    """Token maker of one warehouse; one key a domain, so that domains cannot be joined."""

    key_id: str
    keys: dict[str, bytes]
    # (kind, namespace) -> the values met so far as categories, and the token of each by the category's number
    _met: dict[tuple[str, str], tuple[pl.Series, pl.Series]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def token(self, value: str, kind: str = "id", namespace: str = "people", domain: str = "person") -> str:
        """The twelve-character token of one identifier."""
        kind = _TOKEN_KINDS.get(kind, kind)
        message = f"{kind}\x1f{namespace}\x1f{normalised(value, kind)}".encode()
        number = int.from_bytes(hmac.digest(self.keys[domain], message, "sha256")[:9])
        letters = []
        for _ in range(6):
            number, pair = divmod(number, 3844)
            letters.append(_PAIRS[pair])
        return "".join(letters)

    def tokens(self, values: pl.Series, kind: str = "id", namespace: str = "people") -> pl.Series:
        """Tokens of a column of identifiers, nulls kept; each distinct value is computed once a process.

        Several threads may ask at once.
        """
        with self._lock:
            met, tokens = self._met.get((kind, namespace)) or _nothing_met()
            values = values.cast(pl.String)
            # a category's number finds its token without looking at any other: months of a large company meet 100,000 names
            numbers = values.cast(met.dtype).to_physical()
            n_more = int(numbers.max() or 0) + 1 - len(tokens)  # type: ignore[arg-type]
            tokens = tokens.extend_constant(None, n_more) if n_more > 0 else tokens
            found = tokens.gather(numbers)
            if found.null_count() > values.null_count():
                new = values.filter(found.is_null() & values.is_not_null()).unique()
                made = [self.token(value, kind, namespace) for value in new.to_list()]
                tokens = tokens.scatter(new.cast(met.dtype).to_physical(), made)
                found = tokens.gather(numbers)
                self._met[kind, namespace] = met, tokens
            return found.alias("token")

    def confidential(self, worker_keys: pl.Series, domain: str) -> pl.Series:
        """Keys of a confidential domain (survey, feedback360) for worker keys; they join to nothing else."""
        return pl.Series(
            [self.token(worker_key, kind="worker", domain=domain) for worker_key in worker_keys.to_list()],
            dtype=pl.String,
        )


def _nothing_met() -> tuple[pl.Series, pl.Series]:
    # polars forgets categories that no column has: the empty one keeps them
    met = pl.Series([], dtype=pl.Categorical(pl.Categories.random()))
    return met, pl.Series([], dtype=pl.String)


def key_folder() -> Path:
    """Where keys live: outside repository and warehouse. FAIRLEAD_KEYS, else the user's configuration folder."""
    configured = os.environ.get("FAIRLEAD_KEYS")
    if configured:
        return Path(configured)
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "fairlead" / "keys"


def open_pseudonyms(home: Home) -> Pseudonyms:
    """The home's keys, made on the first run (file mode 0600).

    The home holds only the key's name, so it can be moved. A home whose key is gone is refused: new keys would give
    every person a new pseudonym, silently.
    """
    name_file = home.root / "key_id"
    if name_file.exists():
        key_id = name_file.read_text().strip()
        key_file = key_folder() / f"{key_id}.json"
        if not key_file.exists():
            raise ConfigurationError(
                f"{key_file}: the key of this warehouse is missing. Restore it from your backup, or point "
                "FAIRLEAD_KEYS at its folder; without it nobody keeps their pseudonym."
            )
        content = json.loads(key_file.read_text())
        return Pseudonyms(key_id, {domain: base64.b64decode(content["keys"][domain]) for domain in DOMAINS})
    if home.raw.exists():
        raise ConfigurationError(f"{name_file}: missing beside an existing raw.duckdb. Restore it from your backup.")
    key_id = secrets.token_hex(8)
    keys = {domain: secrets.token_bytes(32) for domain in DOMAINS}
    key_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(key_folder() / f"{key_id}.json", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        json.dump(
            {"key_id": key_id, "keys": {domain: base64.b64encode(key).decode() for domain, key in keys.items()}}, handle
        )
        handle.flush()
        os.fsync(handle.fileno())
    home.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    name_file.write_text(key_id + "\n")
    return Pseudonyms(key_id, keys)
