"""The database roles of the services. They own nothing and bypass nothing; migrations say what each may do.

A service connects as whoever its URL names and becomes its role (`SET ROLE`), of which that login must be a member.
"""

from typing import Final

TASKS_API: Final = "theodoi_tasks_api"
EVIDENCE_API: Final = "theodoi_evidence_api"
WORKER: Final = "theodoi_worker"
OPERATOR: Final = "theodoi_operator"
"""The `theodoi` command: whoever holds the console sees and changes everything, but not the schema."""
