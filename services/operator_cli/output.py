"""How commands answer: one JSON document for machines, a table for people."""

import json
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

AsJson = Annotated[bool, typer.Option("--json", help="In kết quả dạng JSON.")]


PIPE_WIDTH = 120
"""Characters a table may take where no terminal says its width."""


def print_json(value: Any) -> None:
    """One JSON document on stdout, Vietnamese letters as they are."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table of text cells."""
    table = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    Console(width=None if Console().is_terminal else PIPE_WIDTH).print(table)
