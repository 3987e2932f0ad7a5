"""What other programs can ask: as functions, by gradio_client, and by a real MCP client."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fake_assistant import FakeAssistant
from serving import served

from assistant.errors import AssistantError
from assistant.ui.programs.tools import Tools

NAMES = {"ask", "search", "compare", "list_papers", "get_paper"}
TOOLS = Tools(FakeAssistant()).by_name()
# Gradio's queue, which runs in this process, sets an option that pandas deprecates.
pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")


def test_an_answer_is_text_with_citations() -> None:
    answer = TOOLS["ask"]("What is MeLoDy?")
    assert "95.7%" in answer["text"] and answer["citations"][0]["paper_id"] == "2305.15719"


def test_papers_are_listed_found_and_read() -> None:
    assert TOOLS["list_papers"](limit=2, offset=40)["total"] == 41
    found = TOOLS["list_papers"]("efficient neural")["papers"]
    assert found == [
        {"id": "2305.15719", "title": "Efficient Neural Music Generation", "first_author": "Lam", "year": 2023}
    ]
    paper = TOOLS["get_paper"]("2305.15719")
    assert "MeLoDy" in paper["names"] and len(paper["nearest"]) == 5


def test_a_comparison_says_null_where_nothing_is_stated() -> None:
    cells = TOOLS["compare"](["2308.01546", "2311.08355"])["cells"]
    assert any(cell is None for row in cells for cell in row) and any(cell for row in cells for cell in row)


@pytest.mark.parametrize("limit", [0, 51, -1])
def test_a_limit_out_of_bounds_is_one_clear_line(limit: int) -> None:
    with pytest.raises(AssistantError, match="limit must be 1 to 50"):
        TOOLS["search"]("music", limit=limit)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(FakeAssistant()) as found:
        yield found


def test_gradio_client_finds_and_calls_all_five(address: str) -> None:
    from gradio_client import Client
    from gradio_client.exceptions import AppError

    client = Client(address, verbose=False)
    endpoints = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    assert set(endpoints) == {f"/{name}" for name in NAMES}
    assert "95.7%" in client.predict("What is MeLoDy?", api_name="/ask")["text"]
    assert len(client.predict("music", 3, api_name="/search")) == 3
    assert client.predict(["2308.01546", "2311.08355"], api_name="/compare")["aspects"]
    assert client.predict(api_name="/list_papers")["total"] == 41
    with pytest.raises(AppError, match="no paper here has the id"):
        client.predict("0000.00000", api_name="/get_paper")


def test_an_mcp_client_finds_and_calls_all_five(address: str) -> None:
    async def conversation() -> None:
        from mcp import Client

        async with Client(f"{address}/mcp") as client:
            tools = {tool.name: tool for tool in (await client.list_tools()).tools}
            assert set(tools) == NAMES and "cited to the exact words" in (tools["ask"].description or "")

            async def call(name: str, **values: Any) -> str:
                result = await client.call_tool(name, values)
                return str(getattr(result.content[0], "text", ""))

            assert "95.7%" in await call("ask", question="What is MeLoDy?")
            assert "passage" in await call("search", question="music", limit=1)
            assert "aspects" in await call("compare", paper_ids=["2308.01546", "2311.08355"])
            assert '"total": 41' in await call("list_papers")
            assert "MeLoDy" in await call("get_paper", paper_id="2305.15719")
            assert "no paper here has the id" in await call("get_paper", paper_id="0000.00000")

    # In a thread of its own: asyncio.run would take this one's event loop away.
    with ThreadPoolExecutor(1) as threads:
        threads.submit(asyncio.run, conversation()).result()
