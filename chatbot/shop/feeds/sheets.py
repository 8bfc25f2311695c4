"""XLSX and Parquet → raw rows. Their libraries are loaded when such a file is read."""

import datetime
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from chatbot.errors import ShopError
from chatbot.shop.feeds.values import Raw, Source

__all__ = ["read_parquet", "read_workbook"]

MOST_UNPACKED = 1_000_000_000
"""Bytes of a workbook when unpacked; 100,000 products with long descriptions take 300 MB."""
MOST_COLUMNS = 2000
BATCH = 1000
HEAD = 2048


def read_workbook(source: Source) -> Iterator[Raw]:
    """The rows of the first sheet that has a header and a row. Raises ShopError where the file is no workbook."""
    from openpyxl import load_workbook  # type: ignore[import-untyped]

    _check_archive(source)
    try:
        book = load_workbook(source.path, read_only=True, data_only=True)
    except Exception as error:  # openpyxl lets KeyError, ValueError and those of zipfile and the XML parser through
        raise ShopError(f"{source.path} is no readable workbook: {error}", fix="save it again as .xlsx or .csv") from error
    try:
        for sheet in book.worksheets:
            empty = True
            for raw in _sheet(source, sheet):
                empty = False
                yield raw
            if not empty:
                return
    finally:
        book.close()
    raise ShopError(f"{source.path} has no sheet with a line of column names and a row", fix="put the column names on the first line")


def _check_archive(source: Source) -> None:
    """No archive that unpacks to more than memory holds, and no part that defines entities."""
    try:
        with zipfile.ZipFile(source.path) as archive:
            if (size := sum(part.file_size for part in archive.infolist())) > MOST_UNPACKED:
                raise ShopError(f"{source.path} unpacks to {size} bytes", fix="save it as .csv")
            for part in archive.infolist():
                if part.filename.endswith((".xml", ".rels")):
                    with archive.open(part) as file:
                        if b"<!DOCTYPE" in (head := file.read(HEAD)) or b"<!ENTITY" in head:
                            raise ShopError(f"{source.path}: {part.filename} declares a document type", fix="save it again as .xlsx")
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise ShopError(f"{source.path} is no readable workbook: {error}", fix="save it again as .xlsx or .csv") from error


def _sheet(source: Source, sheet: Any) -> Iterator[Raw]:
    names: list[str] = []
    height = sheet.max_row or 0
    try:
        for number, cells in enumerate(sheet.iter_rows(values_only=True, max_col=min(sheet.max_column or MOST_COLUMNS, MOST_COLUMNS)), 1):
            source.done = source.size * min(number, height) // height if height else source.done
            if not any(cell is not None and str(cell).strip() for cell in cells):
                continue
            if not names:
                names = source.columns = ["" if cell is None else str(cell).strip() for cell in cells]
            else:
                yield Raw(number, {name: _plain(cell) for name, cell in zip(names, cells, strict=False) if name and cell is not None})
    except Exception as error:  # see read_workbook: a sheet is read while its rows are taken
        raise ShopError(f"{source.path} is broken in its sheet {sheet.title!r}: {error}", fix="save it again as .xlsx or .csv") from error


def read_parquet(source: Source) -> Iterator[Raw]:
    """The rows of a Parquet file, numbered from 1. Raises ShopError where it is none or pyarrow is missing."""
    try:
        import pyarrow as arrow  # type: ignore[import-untyped]
        from pyarrow.parquet import ParquetFile  # type: ignore[import-untyped]
    except ImportError as error:
        raise ShopError(f"{source.path} needs the package pyarrow", fix="run pip install pyarrow, or save it as .csv") from error
    try:
        with ParquetFile(source.path) as file:
            source.columns = list(file.schema_arrow.names)
            number, height = 0, file.metadata.num_rows
            for batch in file.iter_batches(batch_size=BATCH):
                for cells in batch.to_pylist():
                    number += 1
                    source.done = source.size * number // height
                    yield Raw(number, {name: _plain(value) for name, value in cells.items() if value is not None})
    except (arrow.ArrowException, OSError) as error:
        raise ShopError(f"{source.path} is no readable Parquet file: {error}", fix="write it again, or save it as .csv") from error


def _plain(value: Any) -> Any:
    """A cell as JSON knows it."""
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ", "seconds") if value.time() != datetime.time() else value.date().isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        # Parquet writes a map as pairs
        return [_plain(inner) for inner in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return float(value) if isinstance(value, Decimal) else str(value)
