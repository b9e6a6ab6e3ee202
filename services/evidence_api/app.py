"""evidence_api: files become evidence in versions, and reviewing bodies give their verdicts."""

from fastapi import FastAPI
from starlette.middleware import Middleware

from services.evidence_api.appraisal_queue.routes import router as appraisal_queue
from services.evidence_api.appraisal_statistics.routes import router as appraisal_statistics
from services.evidence_api.appraisals.routes import router as appraisals
from services.evidence_api.evidence.routes import router as evidence
from services.evidence_api.evidence_archives.routes import router as evidence_archives
from services.evidence_api.evidence_files.routes import router as evidence_files
from services.evidence_api.notices.routes import router as notices
from services.evidence_api.supplement_requests.routes import router as supplement_requests
from services.evidence_api.uploads.routes import router as uploads
from services.evidence_api.uploads.standing_routes import router as standing_uploads
from services.evidence_api.uploads.tus_edge import TusEdge
from services.evidence_api.uploads.tus_routes import router as resumable_uploads
from shared.db import roles
from shared.http.app import create_service


def create_app() -> FastAPI:
    """The service; settings come from the environment."""
    app = create_service(
        "evidence_api",
        role=roles.EVIDENCE_API,
        title="Theodoi – minh chứng và thẩm định",
        routers=[
            resumable_uploads,
            uploads,
            standing_uploads,
            evidence,
            evidence_files,
            evidence_archives,
            appraisal_queue,
            appraisals,
            supplement_requests,
            appraisal_statistics,
            notices,
        ],
        streaming=("/v1/uploads",),
    )
    app.user_middleware.append(Middleware(TusEdge))  # within the edge, which heads and limits its answers too
    return app
