"""evidence_api: files become evidence in versions, and reviewing bodies give their verdicts."""

from fastapi import FastAPI

from services.evidence_api.appraisals.routes import router as appraisals
from services.evidence_api.evidence.routes import router as evidence
from services.evidence_api.evidence_archives.routes import router as evidence_archives
from services.evidence_api.evidence_files.routes import router as evidence_files
from services.evidence_api.uploads.routes import router as uploads
from shared.db import roles
from shared.http.app import create_service


def create_app() -> FastAPI:
    """The service; settings come from the environment."""
    return create_service(
        "evidence_api",
        role=roles.EVIDENCE_API,
        title="Theodoi – minh chứng và thẩm định",
        routers=[uploads, evidence, evidence_files, evidence_archives, appraisals],
        streaming=("/v1/uploads",),
    )
