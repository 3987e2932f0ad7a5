"""Libraries as the page changes them: listed, made, renamed and set aside, by requests that hold JSON."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from anyio import to_thread
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from assistant.errors import AssistantError
from assistant.libraries import LONGEST_NAME, Libraries, Library, LibraryRefused
from assistant.ui.base import texts
from assistant.ui.programs.description import LIBRARIES, LIBRARY
from ingest.errors import IngestError

PATH = "/libraries"
_STATUS = {"gone": 404, "nameless": 422, "closed": 403}


class Named(BaseModel):
    """What a library is to be called."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=LONGEST_NAME)


def add_libraries(
    app: FastAPI, libraries: Libraries, may_change: bool, forget: Callable[[str], Awaitable[None]]
) -> None:
    """Serve the list, and where they `may_change` its changes; `forget` lets go of the pages of a library."""

    async def told(change: Callable[..., Library], *values: str) -> JSONResponse:
        if not (may_change and libraries.may_change):
            return _refused(LibraryRefused("closed"))
        try:
            return JSONResponse(_record(await to_thread.run_sync(change, *values)))
        except LibraryRefused as error:
            return _refused(error)
        except (AssistantError, IngestError) as error:
            return JSONResponse({"detail": str(error)}, 409)

    def removed(key: str) -> Library:
        library = libraries.get(key)
        libraries.remove(key)
        return library

    @app.get(PATH, responses=LIBRARIES)
    def listed() -> JSONResponse:
        return JSONResponse({"libraries": [_record(library) for library in libraries.all()]})

    @app.post(PATH, responses=LIBRARY)
    async def made(asked: Named) -> JSONResponse:
        return await told(libraries.make, asked.name)

    @app.patch(f"{PATH}/{{key}}", responses=LIBRARY)
    async def renamed(key: str, asked: Named) -> JSONResponse:
        return await told(libraries.rename, "" if key == "-" else key, asked.name)

    @app.delete(f"{PATH}/{{key}}", responses=LIBRARY)
    async def set_aside(key: str) -> JSONResponse:
        reply = await told(removed, "" if key == "-" else key)
        if reply.status_code == 200:
            await forget(key)
        return reply


def _record(library: Library) -> dict[str, Any]:
    return {"key": library.key, "name": library.name, "fixed": library.fixed}


def _refused(error: LibraryRefused) -> JSONResponse:
    line = str(texts.LIBRARY_REFUSALS[error.why]).format(error.about)
    return JSONResponse({"detail": line}, _STATUS.get(error.why, 409))
