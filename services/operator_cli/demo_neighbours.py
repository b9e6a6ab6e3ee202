"""The chapter of the story about two wards: each sees its own plan, and of the other's not even that there is one."""

from typing import Any

from services.operator_cli.demo_client import Caller
from services.operator_cli.output import print_table
from services.operator_cli.refusals import OperatorError


def show_neighbours(home: tuple[str, Caller, Any], neighbour: tuple[str, Caller], document: bytes, issuer: str) -> None:
    """`home` is a ward's name, its plan administrator and its plan; the neighbour's plan is `document`, by `issuer`.

    Raises OperatorError when one sees what is the other's.
    """
    home_name, home_caller, home_plan = home
    name, caller = neighbour
    plan = _import_plan(caller, document, issuer)
    rows = [_look(home_name, home_caller, home_plan, plan), _look(name, caller, plan, home_plan)]
    print_table(
        "Cùng một hệ thống, mỗi phường một dữ liệu", ("Người xem", "Thấy kế hoạch", "Mở kế hoạch của phường kia"), rows
    )


def _import_plan(caller: Caller, document: bytes, issuer: str) -> Any:
    made = caller.post("/v1/plan-imports", document, issuer=issuer, filename="ke-hoach-lang-gieng.xlsx")
    committed = caller.post(f"/v1/plan-imports/{made['id']}/commit", {"ends_on": "2026-12-31"})
    return caller.get(f"/v1/plans/{committed['plan_id']}")


def _look(name: str, caller: Caller, own: Any, foreign: Any) -> tuple[str, str, str]:
    seen = {plan["id"]: f"{plan['number']}: {plan['title']}" for plan in caller.get("/v1/plans", limit=200)["items"]}
    answer = caller.try_get(f"/v1/plans/{foreign['id']}")
    if foreign["id"] in seen or answer.status_code != 404 or own["id"] not in seen:
        raise OperatorError("demo-failed", f"{name} thấy điều không phải của mình, hoặc không thấy kế hoạch của mình.")
    return name, ", ".join(sorted(seen.values())), f"Bị từ chối: {answer.json()['detail']}"
