"""tasks_api: plans become tracked assignments, and assignments report, complete and raise alerts."""

from fastapi import FastAPI

from services.tasks_api.alerts.routes import router as alerts
from services.tasks_api.amendments.routes import router as amendments
from services.tasks_api.assignments.routes import router as assignments
from services.tasks_api.audit_log.routes import router as audit_log
from services.tasks_api.calendar_days.routes import router as calendar_days
from services.tasks_api.callers.routes import router as callers
from services.tasks_api.clients.routes import router as clients
from services.tasks_api.indicators.routes import router as indicators
from services.tasks_api.measurements.bulk_rows import BULK_LIMIT
from services.tasks_api.measurements.routes import router as measurements
from services.tasks_api.memberships.routes import router as memberships
from services.tasks_api.name_corrections.routes import router as name_corrections
from services.tasks_api.organizations.routes import router as organizations
from services.tasks_api.plan_imports.routes import router as plan_imports
from services.tasks_api.plans.routes import router as plans
from services.tasks_api.renames.routes import router as renames
from services.tasks_api.successions.routes import router as successions
from services.tasks_api.tasks.routes import router as tasks
from services.tasks_api.users.routes import router as users
from shared.db import roles
from shared.http.app import create_service
from shared.settings import get_settings


def create_app() -> FastAPI:
    """The service; settings come from the environment."""
    return create_service(
        "tasks_api",
        role=roles.TASKS_API,
        title="Theodoi – kế hoạch, nhiệm vụ, cảnh báo",
        # Each request tries them in this order: the most asked ones come first.
        routers=[
            assignments,
            tasks,
            alerts,
            plans,
            amendments,
            organizations,
            callers,
            indicators,
            measurements,
            plan_imports,
            name_corrections,
            clients,
            users,
            memberships,
            successions,
            renames,
            calendar_days,
            audit_log,
        ],
        limits={"/v1/plan-imports": get_settings().document_limit, "/v1/indicators": BULK_LIMIT},
    )
