"""Documents of nested records: JSON, JSON lines and XML, each record a row, nested names joined with dots."""

import json
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, islice
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import polars as pl
from defusedxml import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import iterparse  # type: ignore[import-untyped]

from ingest.files import FileFacts, UnreadableFile
from ingest.readers.options import ROW, RawTable

CHUNK = 50_000


# Recognising a document reads all of it, and reading it comes next.
@lru_cache(maxsize=2)
def read_json(facts: FileFacts, records: str, decode: tuple[str, ...]) -> RawTable:
    """A JSON document: a list of records, or an object that keeps them under `records`, a path of keys.

    What is a list already needs no path: tools that answer in pages wrap it, and save it bare.
    """
    try:
        document = json.loads(facts.path.read_bytes())
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        row = getattr(error, "lineno", None)
        raise UnreadableFile(facts.path, "not a whole JSON document; export it again", row=row) from error
    for key in records.split("."):
        if key and not isinstance(document, list):
            document = document.get(key) if isinstance(document, dict) else None
    if isinstance(document, dict) and not records:
        document = [document]
    if not isinstance(document, list) or not all(isinstance(record, dict) for record in document):
        raise UnreadableFile(
            facts.path, f"expected a list of records under {records or 'the document'}; check `read.records`"
        )
    return _table(enumerate((flattened(record, decode) for record in document), start=1))


@lru_cache(maxsize=2)
def read_json_lines(facts: FileFacts, decode: tuple[str, ...]) -> RawTable:
    """One JSON record a line. A line that is none is unplaced: trackers write such lines among the good ones."""
    pieces = list(read_json_lines_pieces(facts, decode))
    frame = pl.concat([piece.frame for piece in pieces], how="diagonal") if pieces else _frame([])
    return RawTable(frame, [found for piece in pieces for found in piece.unplaced])


def read_json_lines_pieces(facts: FileFacts, decode: tuple[str, ...]) -> Iterator[RawTable]:
    """The same table in pieces, in order; each has the columns of its own records."""
    rows: list[tuple[int, dict[str, str | None]]] = []
    unplaced: list[tuple[int, str]] = []
    last_row = 0
    with open(facts.path, "rb") as handle:
        for number, line in enumerate(handle, start=1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except (json.JSONDecodeError, UnicodeDecodeError):
                record = None
            if not isinstance(record, dict):
                unplaced.append((number, "not_a_JSON_record"))
                continue
            if len(rows) == CHUNK:
                yield RawTable(_frame(rows), unplaced)
                rows, unplaced = [], []
            rows.append((number, flattened(record, decode)))
            last_row = number
    if not facts.ends_with_newline and unplaced and unplaced[-1][0] > last_row:
        raise UnreadableFile(facts.path, "the last record is cut off; export the file again", row=unplaced[-1][0])
    if rows or unplaced:
        yield RawTable(_frame(rows), unplaced)


def _table(rows: Iterator[tuple[int, dict[str, str | None]]]) -> RawTable:
    """Rows as one frame, in chunks: records differ in the names that they have."""
    frames = []
    while chunk := list(islice(rows, CHUNK)):
        frames.append(_frame(chunk))
    return RawTable(pl.concat(frames, how="diagonal") if frames else _frame([]))


def _frame(rows: list[tuple[int, dict[str, str | None]]]) -> pl.DataFrame:
    names = dict.fromkeys(chain.from_iterable(record for _, record in rows))
    columns = {name: pl.Series([record.get(name) for _, record in rows], dtype=pl.String) for name in names}
    return pl.DataFrame({ROW: pl.Series([row for row, _ in rows], dtype=pl.Int32), **columns})


def flattened(record: dict[str, Any], decode: tuple[str, ...] = ()) -> dict[str, str | None]:
    """A record's values as text, by name; names of nested ones joined with dots, lists of plain values with `;`."""
    flat: dict[str, str | None] = {}
    _flatten(record, decode, "", flat)
    return flat


def _flatten(record: dict[str, Any], decode: tuple[str, ...], prefix: str, flat: dict[str, str | None]) -> None:
    for key, written in record.items():
        name = prefix + key
        value = _decoded(written) if name in decode and isinstance(written, str) else written
        if value is None or isinstance(value, str):
            flat[name] = value
        elif isinstance(value, dict):
            _flatten(value, decode, name + ".", flat)
        elif isinstance(value, list):
            plain = all(not isinstance(item, (dict, list)) for item in value)
            flat[name] = ";".join(_text(item) or "" for item in value) if plain else json.dumps(value)
        else:
            flat[name] = _text(value)


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _text(value: Any) -> str | None:
    """A JSON value as the text that a CSV would hold."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


@lru_cache(maxsize=2)
def read_xml(facts: FileFacts, records: str) -> RawTable:
    """Elements at `records`, a path such as person/employment_information/job_information, each a row.

    A row has the record's own values by their names, and those of the elements around it with their paths before them; so
    have attributes, as @name. A first part such as course|block|au takes each of these elements wherever it stands, and the
    column @ says which it was. Entities and external references are refused. UnreadableFile where the document is damaged.
    """
    first, *path = records.split("/")
    tags = first.split("|")
    unplaced: list[tuple[int, str]] = []

    def rows() -> Iterator[tuple[int, dict[str, str | None]]]:
        number = 0
        for _, element in iterparse(facts.path, forbid_dtd=True):
            tag = _tag(element.tag)
            if tag in tags:
                for record in _records(element, [tag, *path], {"@": tag} if len(tags) > 1 else {}):
                    number += 1
                    yield number, record
                element.clear()

    try:
        return RawTable(_table(rows()).frame, unplaced)
    except ParseError as error:
        raise UnreadableFile(facts.path, "not a whole XML document; export it again", row=error.position[0]) from error
    except DefusedXmlException as error:
        raise UnreadableFile(facts.path, "declares entities or a document type, which no export needs") from error


def _tag(name: str) -> str:
    """A name without its namespace."""
    return name.rsplit("}", 1)[-1]


def _records(element: Element, path: list[str], around: dict[str, str | None]) -> Iterator[dict[str, str | None]]:
    """Records below `element`, the first of `path`."""
    if len(path) == 1:
        yield around | _attributes(element) | _values(element, "", "")
        return
    own = _attributes(element) | _values(element, "", path[1])
    around = {**around, **{f"{path[0]}.{name}": value for name, value in own.items()}}
    for child in element:
        if _tag(child.tag) == path[1]:
            yield from _records(child, path[1:], around)


def _attributes(element: Element) -> dict[str, str | None]:
    return {f"@{_tag(name)}": value.strip() or None for name, value in element.attrib.items()}


def _values(element: Element, prefix: str, besides: str) -> dict[str, str | None]:
    """Texts by name; of an element that stands several times the first."""
    values: dict[str, str | None] = {}
    for child in element:
        name = prefix + _tag(child.tag)
        if _tag(child.tag) == besides:
            continue
        if len(child):
            values = {**_values(child, name + ".", ""), **values}
        else:
            values.setdefault(name, (child.text or "").strip() or None)
    return values
