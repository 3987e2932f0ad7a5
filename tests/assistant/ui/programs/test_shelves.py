"""Libraries over HTTP, at the real page: made, opened, renamed and set aside."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from serving import served

from assistant.answering import Assistant
from assistant.libraries import Libraries

# Gradio's queue, which runs in this process, sets an option that pandas deprecates.
pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")


@pytest.fixture(scope="module")
def site(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    libraries = Libraries(assistant, (), tmp_path_factory.mktemp("shelf") / "libraries")
    with served(assistant, libraries=libraries) as address, httpx.Client(base_url=address, timeout=60) as client:
        yield client
    libraries.close()


def names(site: httpx.Client) -> list[str]:
    return [library["name"] for library in site.get("/libraries").json()["libraries"]]


def test_a_library_is_made_opened_renamed_and_set_aside(site: httpx.Client) -> None:
    made = site.post("/libraries", json={"name": "Bees & honey"}).json()
    address = f"/library/{made['key']}"
    assert site.get(f"{address}/", headers={"Accept": "text/html"}).status_code == 200
    assert site.get(f"{address}/v1/models").status_code == 200
    assert site.patch(f"/libraries/{made['key']}", json={"name": "Honey"}).json()["key"] == made["key"]
    assert "Honey" in names(site)
    assert site.delete(f"/libraries/{made['key']}").status_code == 200
    assert site.get(f"{address}/v1/models").status_code == 404
    assert "Honey" not in names(site)


@pytest.mark.parametrize(
    ("method", "path", "name", "status"),
    [
        ("POST", "/libraries", "…", 422),
        ("PATCH", "/libraries/nowhere", "Honey", 404),
        ("DELETE", "/libraries/nowhere", None, 404),
        ("DELETE", "/libraries/-", None, 409),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(
    site: httpx.Client, method: str, path: str, name: str | None, status: int
) -> None:
    reply = site.request(method, path, json={"name": name} if name else None)
    assert reply.status_code == status
    assert "\n" not in reply.json()["detail"]


def test_another_site_makes_no_library(site: httpx.Client) -> None:
    reply = site.post("/libraries", json={"name": "Theirs"}, headers={"Origin": "http://evil.example"})
    assert reply.status_code == 403
    assert "Theirs" not in names(site)
