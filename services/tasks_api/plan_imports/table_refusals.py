"""What is said of a document whose tables cannot be read: the headers it has, and those that are needed."""

from collections.abc import Iterator

from services.tasks_api.plan_imports.columns import Columns, Role
from services.tasks_api.plan_imports.documents import Document, Place, Table, texts_of
from services.tasks_api.plan_imports.issues import shortened
from shared.domain import errors

_SEARCHED_ROWS = 30
_TABLES_TOLD = 3
_HEADERS_TOLD = 12


def no_task_table(document: Document) -> errors.Invalid:
    needed = (
        "Bảng nhiệm vụ cần có cột nhiệm vụ và ít nhất một trong hai cột: đơn vị chủ trì, thời hạn hoàn thành, với tên "
        "cột ở dòng đầu."
    )
    seen = list(_likely_headers(document))
    if not seen:
        return errors.Invalid("no-task-table", f"Tài liệu không có bảng nào liệt kê nhiệm vụ. {needed}")
    told = "; ".join(f"{place} ghi “{' | '.join(texts)}”" for place, texts in seen)
    return errors.Invalid(
        "no-task-table",
        f"Không tìm thấy bảng nhiệm vụ trong tài liệu: {told}. {needed}",
        errors=[
            errors.FieldError(str(place), "no-task-table", f"Các cột đã thấy: {', '.join(texts)}.")
            for place, texts in seen
        ],
        facts={"tables": [{"table": place.table, "row": place.row, "headers": texts} for place, texts in seen]},
    )


def _likely_headers(document: Document) -> Iterator[tuple[Place, list[str]]]:
    """The first row with several texts of the largest tables: what their author may have meant as the header."""
    lists = [table for table in document.tables if table.width > 1 and len(table.rows) > 1]
    for table in sorted(sorted(lists, key=_squares, reverse=True)[:_TABLES_TOLD], key=lambda table: table.index):
        row = next((at for at, row in enumerate(table.rows[:_SEARCHED_ROWS]) if len(texts_of(row)) > 1), None)
        if row is not None:
            yield table.place(row), [shortened(text, 40) for text in texts_of(table.rows[row])[:_HEADERS_TOLD]]


def _squares(table: Table) -> int:
    return table.width * len(table.rows)


def headers_unknown(table: Table, row: int, columns: Columns) -> errors.Invalid:
    missing = "cột nhiệm vụ" if Role.TASK not in columns.roles else "cột đơn vị chủ trì hoặc thời hạn hoàn thành"
    place = table.place(row)
    return errors.Invalid(
        "headers-unknown",
        f"Tiêu đề của {place} giống bảng nhiệm vụ nhưng không nhận ra {missing}. Hãy đặt tên cột theo mẫu: "
        "STT, Nhiệm vụ, Sản phẩm, Đơn vị chủ trì, Đơn vị phối hợp, Thời hạn hoàn thành.",
        errors=[
            errors.FieldError(
                f"{place}, cột {column + 1}",
                "header-unknown",
                f"Không hiểu tiêu đề cột “{shortened(columns.headers[column])}”.",
            )
            for column in columns.unknown
        ],
        facts={"table": place.table, "row": place.row},
    )
