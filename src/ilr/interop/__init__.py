"""Interop: the borders. Text and plain data in and out; no file is opened here."""

from ilr.interop.documents import SCHEMA_VERSION, dumps, loads

__all__ = ["SCHEMA_VERSION", "dumps", "loads"]
