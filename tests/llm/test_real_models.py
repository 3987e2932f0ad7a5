"""Real models: SmolLM2 behind a llama.cpp server and in this process, and a tiny transformers model in a folder."""

from __future__ import annotations

import asyncio
import gc
import json
import socket
import time
from dataclasses import replace
from pathlib import Path

import pytest
from llama_server import MODEL, LlamaServer, gguf
from loopback import returned, text_of

from assistant.answers import Intent
from assistant.backends.base import Backend, Brief, Piece
from assistant.backends.chat_model import ChatModelBackend
from assistant.backends.registry import choose, open_backend
from assistant.commands.checks import check_language_model
from assistant.errors import BackendRefused
from assistant.generation.strength import FILE, Strength, Strengths
from assistant.prompts import messages_for, tokens_in
from assistant.settings import Settings

compiled = pytest.mark.compiled


def settings(llm: str, **more: object) -> Settings:
    return Settings(_env_file=None, llm=llm, **more)  # type: ignore[call-arg,arg-type]


def opened(llm: str, **more: object) -> Backend:
    return open_backend(llm, settings(llm, **more))


def assert_is_a_draft(pieces: list[Piece]) -> None:
    """Words that came one by one, or a cut that says why; and what it cost."""
    last = pieces[-1]
    if not last.cut:
        assert sum(bool(piece.text) for piece in pieces) > 3
        assert last.usage is not None
        assert last.usage.tokens_out
        assert (last.usage.tokens_in or 0) > 200
        assert last.usage.dollars is None
    assert last.prompts == ("answer v1",)


def test_a_real_server_answers_through_openais_protocol(smollm: str, brief: Brief) -> None:
    pieces = list(opened(f"openai:{MODEL}", llm_base_url=smollm).write(brief))
    said = sum(bool(piece.text) for piece in pieces)
    assert said > 3
    usage = pieces[-1].usage
    assert pieces[-1].cut or (usage is not None and usage.tokens_out is not None and usage.tokens_out >= said)


def test_auto_takes_the_real_server_and_says_why(smollm: str) -> None:
    choice = choose(settings("auto", llm_base_url=smollm))
    assert (choice.backend.name, choice.backend.model) == ("openai", MODEL)
    assert choice.reason == f"FOOTNOTE_LLM_BASE_URL is set and the server there has {MODEL}"


def test_auto_falls_back_to_quotes_when_the_server_is_gone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
    choice = choose(settings("auto", llm_base_url=address))
    assert choice.backend.name == "extractive"
    assert address in choice.reason


def test_the_probe_calls_a_tiny_model_small_and_keeps_that(smollm: str, tmp_path: Path) -> None:
    llm = f"openai:{MODEL}"
    strengths = Strengths(tmp_path)
    assert returned(strengths.of(opened(llm, llm_base_url=smollm))) is Strength.SMALL
    assert json.loads((tmp_path / FILE).read_text(encoding="utf-8"))[llm]["strength"] == "small"  # it was really asked


def test_the_doctor_looks_at_the_real_server(smollm: str) -> None:
    checks = {check.name: check for check in check_language_model(settings(f"openai:{MODEL}", llm_base_url=smollm))}
    assert checks["reachable"].ok
    assert checks["model present"].ok
    assert checks["answers"].ok
    assert all(check.ok or check.mend for check in checks.values())


def test_the_doctor_names_the_models_that_are_there(smollm: str) -> None:
    checks = {check.name: check for check in check_language_model(settings("openai:gpt-9", llm_base_url=smollm))}
    assert not checks["model present"].ok
    assert checks["model present"].mend == f"choose one that it has: {MODEL}"


def test_stopping_frees_the_real_server(llama: LlamaServer, brief: Brief) -> None:
    backend = opened(f"openai:{MODEL}", llm_base_url=llama.address)
    long = replace(brief, question="Describe each of these papers in detail.")
    list(backend.write(long))  # it keeps the prompt in mind from here on
    began = llama.seconds_worked()
    list(backend.write(long))
    whole = llama.seconds_worked() - began
    began = llama.seconds_worked()
    pieces = backend.write(long)
    next(piece for piece in pieces if piece.text.strip())
    pieces.close()  # type: ignore[attr-defined]
    assert llama.is_idle()
    assert llama.seconds_worked() - began < whole / 2


@compiled
@pytest.mark.parametrize("form", ["llamacpp", "local"])
def test_a_gguf_file_answers_in_this_process(form: str, brief: Brief, capfd: pytest.CaptureFixture[str]) -> None:
    backend = opened(f"llamacpp:{gguf()}" if form == "llamacpp" else "local")
    assert_is_a_draft(list(backend.write(brief)))
    assert capfd.readouterr() == ("", "")  # llama.cpp likes to talk


@compiled
def test_a_gguf_file_counts_in_its_own_tokens(brief: Brief) -> None:
    backend = opened("local", llm_window=2048)
    assert isinstance(backend, ChatModelBackend)
    backend.connect()
    connection = backend._connect_once()
    request = messages_for(brief, connection.window, connection.count_tokens)
    counted = tokens_in(request.messages, connection.count_tokens)
    usage = [piece.usage for piece in backend.write(brief) if piece.usage]
    assert connection.window == 2048
    if usage and usage[-1].tokens_in:
        assert counted * 0.9 <= usage[-1].tokens_in <= counted


@compiled
def test_stopping_frees_the_model_even_while_it_reads(brief: Brief) -> None:
    wordy = [replace(hit, passage=replace(hit.passage, text=f"{hit.passage.text} " * 60)) for hit in brief.evidence]
    long = replace(brief, evidence=tuple(wordy))
    backend = opened("local")
    pieces = backend.write(long)
    for _ in range(4):  # it is reading the prompt
        next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    began = time.monotonic()
    next(piece for piece in backend.write(brief) if piece.text.strip())
    assert time.monotonic() - began < 15


@compiled
def test_two_at_once_take_turns(brief: Brief) -> None:
    backend = opened("local")
    first, second = backend.write(brief), backend.write(replace(brief, question="What is Lyra?"))
    next(first)
    next(second)
    assert text_of(list(first)).strip()
    assert text_of(list(second)).strip()


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A llama of random weights with a word-level tokenizer and a chat template, saved as anybody saves a model."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    words = ["<unk>", "<eos>", *"the model makes music from text and it is fast [ 1 ] .".split()]
    tokenizer = Tokenizer(models.WordLevel({word: place for place, word in enumerate(words)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    wrapped = PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="<unk>", eos_token="<eos>")
    wrapped.chat_template = "{% for m in messages %}{{ m['role'] }} : {{ m['content'] }} {% endfor %} answer"
    torch.manual_seed(1)
    shape = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4}
    config = LlamaConfig(vocab_size=len(words), max_position_embeddings=2048, eos_token_id=1, bos_token_id=1, **shape)
    folder = tmp_path_factory.mktemp("models") / "tiny"
    LlamaForCausalLM(config).save_pretrained(folder)
    wrapped.save_pretrained(folder)
    return folder


def test_a_transformers_folder_answers_in_this_process(tiny_folder: Path, brief: Brief) -> None:
    backend = opened(f"huggingface:{tiny_folder}")
    pieces = list(backend.write(brief))
    assert any(piece.text for piece in pieces)
    assert pieces[-1].prompts == ("answer v1",)


def test_a_transformers_folder_tells_what_an_answer_cost(tiny_folder: Path) -> None:
    from assistant.backends.transformers_folder import load_folder

    chat = load_folder(tiny_folder, 0)

    async def costs() -> list[int]:
        chunks = [chunk async for chunk in chat.astream("Say something.")]
        return [chunk.usage_metadata["output_tokens"] for chunk in chunks if chunk.usage_metadata]

    (tokens,) = asyncio.run(costs())
    assert tokens > 3


def test_a_transformers_folder_has_its_own_window(tiny_folder: Path, brief: Brief) -> None:
    backend = opened(f"huggingface:{tiny_folder}")
    assert isinstance(backend, ChatModelBackend)
    backend.connect()
    assert backend._connect_once().window == 2048


def test_a_transformers_folder_stops_where_it_is_told_to(tiny_folder: Path) -> None:
    from assistant.backends.transformers_folder import load_folder

    model = load_folder(tiny_folder, 0)
    whole = model.invoke("What makes music?").text
    word = whole.split()[2]
    assert model.invoke("What makes music?", stop=[word]).text == whole[: whole.index(word)]


def test_a_folder_with_a_broken_model_is_told_in_one_line(tmp_path: Path, brief: Brief) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "nonsense"}', encoding="utf-8")
    with pytest.raises(Exception, match="huggingface:") as caught:
        list(opened(f"huggingface:{tmp_path}").write(brief))
    assert "\n" not in str(caught.value)


@compiled
def test_a_broken_gguf_file_is_told_in_one_line(tmp_path: Path, brief: Brief) -> None:
    (tmp_path / "broken.gguf").write_bytes(b"GGUF" + bytes(200))
    with pytest.raises(Exception, match="llamacpp:") as caught:
        list(opened(f"llamacpp:{tmp_path / 'broken.gguf'}").write(brief))
    assert "\n" not in str(caught.value)


@compiled
def test_a_window_too_small_is_refused(brief: Brief) -> None:
    with pytest.raises(BackendRefused, match="too small"):
        list(opened("local", llm_window=256).write(brief))


@compiled
def test_every_intent_gets_through_a_real_model(brief: Brief) -> None:
    backend = opened("local")
    for intent in (Intent.COMPARISON, Intent.LIST):
        pieces = list(backend.write(replace(brief, intent=intent)))
        assert pieces[-1].prompts[0].split()[0] in ("compare", "list")


@pytest.mark.parametrize("form", [pytest.param("local", marks=compiled), "huggingface"])
def test_a_draft_that_was_given_up_holds_nobody_up(form: str, tiny_folder: Path, brief: Brief) -> None:
    backend = opened("local" if form == "local" else f"huggingface:{tiny_folder}", llm_timeout=30.0)
    gc.collect()
    gc.disable()  # it is not to be relied on
    try:
        for heard in (1, 2, 3, 5, 8, 13):
            pieces = backend.write(brief)
            for _ in range(heard):
                next(pieces, None)
            pieces.close()  # type: ignore[attr-defined]
        assert text_of(backend.write(brief)).strip()
    finally:
        gc.enable()
