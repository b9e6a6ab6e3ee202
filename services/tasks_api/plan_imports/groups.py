"""The groups of a plan's tasks."""

from services.tasks_api.plan_imports.documents import Place
from services.tasks_api.plan_imports.issues import Issue, shortened
from services.tasks_api.plan_imports.rows import Group


class GroupBook:
    """Groups told apart by number: of two with one number and different titles, the later gets a mark behind it."""

    def __init__(self) -> None:
        self.issues: list[Issue] = []
        self._titles: dict[str, list[str]] = {}

    def known(self, group: Group, place: Place) -> Group:
        """The group as it is to be stored; `place` is that of a task in it."""
        titles = self._titles.setdefault(group.no, [])
        if group.title not in titles:
            titles.append(group.title)
            if len(titles) > 1:
                message = (
                    f"Hai nhóm cùng mang số “{group.no}”: “{shortened(titles[0])}” và “{shortened(group.title)}”; "
                    f"nhóm sau tạm nhận số “{self._number(group)}”. Hãy kiểm tra lại."
                )
                self.issues.append(Issue(place, "duplicate-group", message))
        return Group(self._number(group), group.title)

    def _number(self, group: Group) -> str:
        place = self._titles[group.no].index(group.title)
        return f"{group.no} ({place + 1})" if place else group.no
