"""`theodoi migrate`."""

import typer

from services.operator_cli.database_in_reach import database_in_reach
from services.operator_cli.migrating import newest_revision, prepare_database
from services.operator_cli.output import AsJson, print_json
from shared.settings import get_settings


def migrate(*, as_json: AsJson = False) -> None:
    """Nâng cấp cơ sở dữ liệu lên lược đồ của phiên bản này."""
    with database_in_reach(get_settings()) as database_url:
        prepare_database(database_url)
    revision = newest_revision()
    if as_json:
        print_json({"revision": revision})
    else:
        typer.echo(f"✓ Cơ sở dữ liệu ở bản {revision}.")
