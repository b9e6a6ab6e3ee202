"""A document that was read, as the contract publishes it."""


def proposal_of(title: str) -> dict[str, object]:
    """What an import of one task proposes."""
    cells = ("group", "general_task", "required_output", "kpi", "lead_text", "coordinating_text", "deadline_text")
    task: dict[str, object] = {
        "row": {"table": 1, "row": 2},
        "code": "1",
        "title": title,
        "leads": [],
        "coordinating": [],
        "deadline": {"kind": "unknown", "start": None, "due": None, "recurrence": None},
        "milestones": [],
        "issues": [],
        "clarity": {"tasks": 1, "clear": 0, "questions": [], "missing": []},
    }
    return {
        "document": dict.fromkeys(("number", "issued_on", "issuer_text", "title")),
        "reporting_rules": [],
        "tasks": [task | dict.fromkeys(cells)],
        "indicators": [],
        "issues": [],
        "clarity": {"tasks": 1, "clear": 0, "questions": [], "missing": []},
    }
