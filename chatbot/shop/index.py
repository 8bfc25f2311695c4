"""The index of a shop: item vectors in Chroma (cosine), entry vectors beside them, made once per shop, model and texts.

An index folder is never changed after it is whole, so any number of processes may read it: Chroma is safe between
threads but not between processes. A change of the shop makes a new folder; vectors of unchanged texts are taken from
the one before, and Chroma's folder is copied and brought up to date rather than filled again.
The index knows nothing about constraints, ranking or shoppers.
"""

import hashlib
import json
import re
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from chatbot.errors import IndexBroken
from chatbot.shop.answer_head import answer_head, elsewhere_questions
from chatbot.shop.reading import Shop
from chatbot.shop.wishes import fit_head, wishes_of
from chatbot.values import Entry, Item
from chatbot.weights.cache import is_whole, locked, make_once, write_atomically
from chatbot.weights.encoder import Encoder

__all__ = ["Index", "Progress", "graph_over", "open_index"]

Progress = Callable[[int, int], None]
"""Told (texts embedded so far, texts to embed)."""

LAYOUT = "5"
"""Raised whenever the files or the texts below change, so that an older index is not taken for a new one."""
COLLECTION = "items"
CHROMA_ROWS = 5000
"""Chroma refuses batches of more than 5,461 rows."""
LONGEST_PASSAGE = 600
"""Characters of a text that are embedded; the encoder reads 256 tokens."""
SHORTEST_SENTENCE = 3
HEAD = "answer_head.npy"
KEPT_INDEXES, KEPT_SECONDS, USED = 2, 7 * 24 * 3600, "used"
_SENTENCE = re.compile(r"(?<=[。！？；])|(?<=[.!?;])\s+|\n+")


@dataclass(frozen=True)
class Index:
    """What was built: the vectors by row and Chroma's collection over the items.

    item_vectors: (items, dimensions), rows in the catalogue's order; entry_vectors: (passages, dimensions), of which
    entry_owners, (passages,), gives the entry: first the whole entry, then each of its sentences; answer_vectors: (past
    questions, dimensions); title_vectors: (entries, dimensions), their titles read as questions; category_vectors: (leaf categories, dimensions). All float32 and of unit length.
    interest_head: (leaf categories, dimensions + 1), the softmax that `chatbot.shop.wishes` trained. elsewhere_vectors: (questions, dimensions), those
    that few shops answer; answer_head: (entry ids + 1, dimensions + 1), the softmax of `chatbot.shop.answer_head`.
    """

    folder: Path
    item_vectors: np.ndarray
    entry_vectors: np.ndarray
    entry_owners: np.ndarray
    answer_vectors: np.ndarray
    title_vectors: np.ndarray
    elsewhere_vectors: np.ndarray
    category_vectors: np.ndarray
    interest_head: np.ndarray
    answer_head: np.ndarray
    counts: dict[str, int]
    collection: Any

    @cached_property
    def dimensions(self) -> int:
        return int(self.item_vectors.shape[1])

    def nearest(self, vector: np.ndarray, count: int) -> list[tuple[str, float]]:
        """Up to `count` items by cosine similarity, nearest first: (id, cosine). Raises IndexBroken."""
        if not len(self.item_vectors) or count < 1:
            return []
        try:
            found = self.collection.query(query_embeddings=[vector.tolist()], n_results=min(count, len(self.item_vectors)), include=["distances"])
        except Exception as error:  # Chroma raises a dozen kinds, its Rust core among them
            raise IndexBroken(f"Chroma cannot search {self.folder}: {error}", fix="delete that folder, it is built again") from error
        return [(identifier, 1.0 - float(distance)) for identifier, distance in zip(found["ids"][0], found["distances"][0], strict=True)]


def open_index(shop: Shop, encoder: Encoder, cache: Path, progress: Progress | None = None) -> Index:
    """The index of `shop`, built or refreshed where its texts or the model changed.

    Raises IndexBroken where the cache cannot be written or Chroma fails.
    """
    texts = _Texts.of(shop)
    root = cache / "indexes" / hashlib.sha256(str(shop.folder.resolve()).encode()).hexdigest()[:16]
    name = hashlib.sha256(f"{LAYOUT}|{encoder.name}|{texts.digest}".encode()).hexdigest()[:24]
    folder = root / name
    before = _latest(root)
    counts = {"items": len(shop.catalogue), "entries": len(shop.entries), "embedded": 0, "reused": 0}
    if not is_whole(folder):
        known = _known_vectors(before, encoder) if before else {}

        def make(scratch: Path) -> None:
            _release(folder / "chroma")  # who opened it before it was broken would hand on files that are gone
            vectors = _embed(texts, encoder, known, progress, counts)
            _write(scratch, shop, texts, vectors, encoder, before)

        make_once(folder, make, volatile="chroma")
        with locked(root / "latest"):
            write_atomically(root / "latest", name)
    index = _read(folder, texts, counts)
    _forget_old(root)
    return index


# ── texts ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Texts:
    """Every text to embed, grouped; a group's rows are averaged over `spans` (an item has one text per language)."""

    items: tuple[tuple[str, ...], ...]
    entries: tuple[tuple[str, ...], ...]
    answers: tuple[tuple[str, ...], ...]
    titles: tuple[tuple[str, ...], ...]
    elsewhere: tuple[tuple[str, ...], ...]
    categories: tuple[tuple[str, ...], ...]
    wishes: tuple[tuple[str, ...], ...]
    wished: tuple[int, ...]
    """The row of each wish's category."""

    @classmethod
    def of(cls, shop: Shop) -> "_Texts":
        wishes = wishes_of(shop.catalogue)
        return cls(
            items=tuple(_item_texts(item) for item in shop.catalogue.items),
            entries=tuple(_entry_texts(entry) for entry in shop.entries),
            answers=tuple((f"query: {answer.question}"[:LONGEST_PASSAGE],) for answer in shop.answers),
            titles=tuple((f"query: {entry.title}"[:LONGEST_PASSAGE],) for entry in shop.entries),
            elsewhere=tuple((f"query: {question}",) for question in elsewhere_questions()),
            categories=tuple(
                tuple(f"query: {word}" for word in dict.fromkeys([*category.names.values(), *category.extra]))
                for category in shop.catalogue.categories
            ),
            wishes=tuple((f"query: {wish}"[:LONGEST_PASSAGE],) for wish, _ in wishes),
            wished=tuple(row for _, row in wishes),
        )

    @property
    def groups(self) -> tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]:
        return (
            ("items", self.items), ("entries", self.entries), ("answers", self.answers), ("titles", self.titles), ("elsewhere", self.elsewhere), ("categories", self.categories), ("wishes", self.wishes),
        )  # fmt: skip

    @property
    def digest(self) -> str:
        found = hashlib.sha256()
        for name, rows in self.groups:
            found.update(f"{name}:{len(rows)}\0".encode())
            for row in rows:
                found.update(_digest("\0".join(row)).encode())
        return found.hexdigest()


def _item_texts(item: Item) -> tuple[str, ...]:
    """One passage per language, what it is first: the encoder reads the beginning best."""
    texts = []
    for language in dict.fromkeys(language for language in item.texts if language) or [""]:
        text = item.texts[language]
        attributes = ", ".join(f"{name} {'/'.join(values)}" for name, values in text.attributes.items())
        texts.append(f"passage: {text.title}. {' > '.join(text.category)}. {attributes}. {text.description}"[:LONGEST_PASSAGE])
    return tuple(dict.fromkeys(texts))


def _entry_texts(entry: Entry) -> tuple[str, ...]:
    """The whole entry, then each sentence below its heading: a question is mostly about one of them."""
    texts = [f"{entry.title}\n{entry.text}", *(f"{entry.title} {sentence}" for sentence in _entry_sentences(entry))]
    return tuple(f"passage: {text}"[:LONGEST_PASSAGE] for text in texts)


def _entry_sentences(entry: Entry) -> tuple[str, ...]:
    """The sentences of an entry in order, each once, in the order of its vectors."""
    sentences = (part.strip(" -*") for part in _SENTENCE.split(entry.text))
    return tuple(dict.fromkeys(sentence for sentence in sentences if len(sentence) > SHORTEST_SENTENCE))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


# ── building ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _embed(texts: _Texts, encoder: Encoder, known: dict[str, np.ndarray], progress: Progress | None, counts: dict[str, int]) -> dict[str, np.ndarray]:
    """The vectors of every distinct text, by digest; those of `known` are not embedded again."""
    wanted = {_digest(text): text for _, rows in texts.groups for row in rows for text in row}
    vectors = {digest: known[digest] for digest in wanted if digest in known}
    missing = [digest for digest in wanted if digest not in known]
    counts.update(embedded=len(missing), reused=len(vectors))
    done = 0

    def told(count: int) -> None:
        nonlocal done
        done += count
        if progress:
            progress(done, len(missing))

    for prefix, embed in (("passage: ", encoder.passages), ("query: ", encoder.queries)):
        chosen = [digest for digest in missing if wanted[digest].startswith(prefix)]
        plain = [wanted[digest].removeprefix(prefix) for digest in chosen]
        found = embed(plain, told)
        vectors.update(zip(chosen, found, strict=True))
    told(0)
    return vectors


def _write(scratch: Path, shop: Shop, texts: _Texts, vectors: dict[str, np.ndarray], encoder: Encoder, before: Path | None) -> None:
    digests = list(vectors)
    np.save(scratch / "texts.npy", np.stack([vectors[digest] for digest in digests]) if digests else np.zeros((0, encoder.dimensions), np.float32))
    digest_of_items = [_digest("\0".join(row)) for row in texts.items]
    owners = np.repeat(np.arange(len(texts.entries)), [len(row) for row in texts.entries]).astype(np.intp)
    np.save(scratch / "entry_owners.npy", owners)
    made: dict[str, np.ndarray] = {}
    for name, rows in texts.groups:
        if name == "entries":
            rows = tuple((text,) for row in rows for text in row)
        made[name] = _means(rows, vectors, encoder.dimensions)
        if name == "wishes":
            made[name] = fit_head(made[name], texts.wished, len(texts.categories))
        np.save(scratch / f"{name}.npy", made[name])
    asked = np.concatenate([made["answers"], made["titles"]])
    np.save(scratch / HEAD, answer_head(shop, made["entries"], owners, asked, made["elsewhere"]))
    ids = [item.id for item in shop.catalogue.items]
    (scratch / "texts.json").write_text(
        json.dumps({"encoder": encoder.name, "texts": digests, "items": dict(zip(ids, digest_of_items, strict=True))}), "utf-8"
    )
    _fill_chroma(scratch, ids, digest_of_items, before if before and _encoder_of(before) == encoder.name else None)


def _means(rows: Sequence[Sequence[str]], vectors: dict[str, np.ndarray], dimensions: int) -> np.ndarray:
    if not rows:
        return np.zeros((0, dimensions), np.float32)
    means = np.stack([np.mean([vectors[_digest(text)] for text in row], axis=0) for row in rows])
    return (means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)).astype(np.float32)


def _fill_chroma(scratch: Path, ids: list[str], digests: list[str], before: Path | None) -> None:
    old: dict[str, str] = {}
    if before:
        shutil.copytree(before / "chroma", scratch / "chroma")
        old = json.loads((before / "texts.json").read_text("utf-8"))["items"]
    vectors = np.load(scratch / "items.npy")
    try:
        collection = _collection(scratch / "chroma")
        if gone := [identifier for identifier in old if identifier not in set(ids)]:
            for start in range(0, len(gone), CHROMA_ROWS):
                collection.delete(ids=gone[start : start + CHROMA_ROWS])
        changed = [row for row, identifier in enumerate(ids) if old.get(identifier) != digests[row]]
        for start in range(0, len(changed), CHROMA_ROWS):
            rows = changed[start : start + CHROMA_ROWS]
            collection.upsert(ids=[ids[row] for row in rows], embeddings=vectors[rows])
    except Exception as error:  # see Index.nearest
        raise IndexBroken(f"Chroma cannot write {scratch}: {error}", fix="free some space or set XIAOER_CACHE") from error
    _release(scratch / "chroma")


def _collection(path: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(str(path), Settings(anonymized_telemetry=False))
    return client.get_or_create_collection(COLLECTION, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None)


def _release(path: Path) -> None:
    """Let go of the files under `path`, which is about to be moved: Chroma keeps one system per path."""
    from chromadb.api.shared_system_client import SharedSystemClient

    system = SharedSystemClient._identifier_to_system.pop(str(path), None)  # it offers no public way to close by path
    if system:
        system.stop()


# ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _read(folder: Path, texts: _Texts, counts: dict[str, int]) -> Index:
    try:
        (folder / USED).touch()
        collection = _collection(folder / "chroma")
        if (held := collection.count()) != len(texts.items):
            raise IndexBroken(f"Chroma holds {held} items in {folder}, the shop has {len(texts.items)}", fix="delete that folder")
        arrays = {name: np.load(folder / f"{name}.npy") for name, _ in texts.groups}
        owners, head = np.load(folder / "entry_owners.npy"), np.load(folder / HEAD)
    except (OSError, ValueError) as error:
        raise IndexBroken(f"the index {folder} cannot be read: {error}", fix="delete that folder, it is built again") from error
    return Index(
        folder, arrays["items"], arrays["entries"], owners, arrays["answers"], arrays["titles"], arrays["elsewhere"], arrays["categories"], arrays["wishes"], head, counts, collection
    )  # fmt: skip


def _latest(root: Path) -> Path | None:
    try:
        folder = root / (root / "latest").read_text("utf-8").strip()
    except OSError:
        return None
    return folder if is_whole(folder) else None


def _encoder_of(folder: Path) -> str:
    return str(json.loads((folder / "texts.json").read_text("utf-8"))["encoder"])


def _known_vectors(folder: Path, encoder: Encoder) -> dict[str, np.ndarray]:
    if _encoder_of(folder) != encoder.name:
        return {}
    digests = json.loads((folder / "texts.json").read_text("utf-8"))["texts"]
    return dict(zip(digests, np.load(folder / "texts.npy"), strict=True))


def _forget_old(root: Path) -> None:
    """Remove indexes that nobody has opened for a week, but never the newest: a process may still search an older one."""
    folders = sorted((path for path in root.iterdir() if path.is_dir() and is_whole(path)), key=_last_use)
    for folder in folders[:-KEPT_INDEXES]:
        if time.time() - _last_use(folder) > KEPT_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


def _last_use(folder: Path) -> float:
    return (folder / USED if (folder / USED).exists() else folder).stat().st_mtime


def graph_over(name: str, vectors: np.ndarray, metadata: Sequence[dict[str, float]]) -> Any:
    """Chroma's graph in memory over made-up vectors (ids are their rows): what `bench` compares with."""
    import chromadb
    from chromadb.config import Settings

    client = chromadb.EphemeralClient(Settings(anonymized_telemetry=False))
    collection = client.get_or_create_collection(name, configuration={"hnsw": {"space": "cosine"}}, embedding_function=None)
    for start in range(0, len(vectors), CHROMA_ROWS):
        rows = range(start, min(start + CHROMA_ROWS, len(vectors)))
        collection.add(ids=[str(row) for row in rows], embeddings=vectors[rows.start : rows.stop], metadatas=list(metadata[rows.start : rows.stop]))
    return collection
