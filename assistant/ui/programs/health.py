"""Whether the server lives and can answer, for whoever watches over it: no name, no paper, no count is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.responses import JSONResponse

from assistant.ui.programs.description import HEALTH, READINESS
from ingest.errors import IngestError

if TYPE_CHECKING:
    from assistant.answering import Assistant


def add_health(app: FastAPI, assistant: Assistant) -> None:
    """`/healthz`: the process answers. `/readyz`: the index can be read; 503 where it cannot."""

    @app.get("/healthz", responses=HEALTH)
    def healthz() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    @app.get("/readyz", responses=READINESS)
    def readyz() -> JSONResponse:
        try:
            assistant.papers()
        except IngestError:
            return JSONResponse({"status": "index cannot be read"}, 503)
        return JSONResponse({"status": "ready"})
