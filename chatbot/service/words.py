"""The words that a question shares with texts: BM25 over Latin words and pairs of Chinese characters. Knows no entries."""

import re
from collections.abc import Sequence

import bm25s
import numpy as np

from chatbot.text import folded

__all__ = ["Words", "terms_of"]

_LATIN = re.compile(r"[a-z0-9]+")
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")


class Words:
    """BM25 over `texts`; read-only."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._count = len(texts)
        self._found = bm25s.BM25(backend="numpy")
        terms = [terms_of(text) for text in texts]
        self._empty = not any(terms)
        if not self._empty:
            self._found.index(terms, show_progress=False)

    def shared(self, question: str) -> np.ndarray:
        """log(1 + BM25) of every text, shape (texts,)."""
        terms = [] if self._empty else [term for term in terms_of(question) if term in self._found.vocab_dict]
        return np.log1p(self._found.get_scores(terms)) if terms else np.zeros(self._count, np.float32)


def terms_of(text: str) -> list[str]:
    """Latin words with their ending cut, Chinese by pairs of characters."""
    text = folded(text)
    latin = [re.sub(r"(?:ing|ed|es|s)$", "", word) if len(word) > 4 else word for word in _LATIN.findall(text)]
    han = [run[start : start + 2] for run in _HAN_RUN.findall(text) for start in range(max(1, len(run) - 1))]
    return latin + han
