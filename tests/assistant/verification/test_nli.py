"""The cross-encoder: a tiny one is made here, saved, loaded and asked; what cannot be used says so in one line."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

from assistant.errors import AssistantError
from assistant.verification.nli import CrossEncoderEntailment, Relation

WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] alto is free not".split()


def saved_model(folder: Path, labels: list[str], likeliest: int) -> str:
    """A classifier of two texts with random weights that always finds the same label likeliest."""
    (folder / "vocab.txt").write_text("\n".join(WORDS), encoding="utf-8")
    tokenizer = BertTokenizerFast(vocab=str(folder / "vocab.txt"))
    sizes = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 8}
    config = BertConfig(
        vocab_size=len(WORDS), id2label=dict(enumerate(labels)), label2id={n: i for i, n in enumerate(labels)}, **sizes
    )
    model = BertForSequenceClassification(config)
    with torch.no_grad():
        model.classifier.weight.zero_()
        model.classifier.bias.copy_(torch.tensor([9.0 if place == likeliest else 0.0 for place in range(len(labels))]))
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


@pytest.mark.parametrize(
    ("likeliest", "relation"), [(0, Relation.CONTRADICTS), (1, Relation.ENTAILS), (2, Relation.NEUTRAL)]
)
def test_a_model_is_loaded_and_its_labels_are_read(tmp_path: Path, likeliest: int, relation: Relation) -> None:
    model = CrossEncoderEntailment(saved_model(tmp_path, ["contradiction", "entailment", "neutral"], likeliest))
    assert model.relation("Alto is free.", "Alto is not free.") is relation


def test_other_labels_are_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(AssistantError, match="needs entailment and contradiction") as caught:
        CrossEncoderEntailment(saved_model(tmp_path, ["good", "bad"], 0))
    assert "\n" not in str(caught.value)


def test_a_folder_without_a_model_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(AssistantError, match="cannot load the entailment model") as caught:
        CrossEncoderEntailment(str(tmp_path))
    assert "\n" not in str(caught.value)
