"""The index: made once, brought up to date by what changed, whole or made again, whoever asks at the same time."""

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from chatbot.errors import WeightsError
from chatbot.shop.index import KEPT_INDEXES, KEPT_SECONDS, USED, open_index
from chatbot.shop.reading import read_shop
from tests.fakes import FakeEncoder
from tests.tiny_shop import DOCUMENTS, rows, write_shop

PROJECT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def folder(tmp_path):
    return write_shop(tmp_path / "shop")


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "cache"


def opened(folder, cache, encoder=None):
    encoder = encoder or FakeEncoder()
    return open_index(read_shop(folder), encoder, cache), encoder


def test_an_index_holds_a_unit_vector_of_everything(folder, cache):
    index, encoder = opened(folder, cache)
    assert index.item_vectors.shape == (len(rows()), encoder.dimensions)
    assert index.answer_vectors.shape[0] == 2
    assert index.category_vectors.shape[0] == 4
    assert len(index.entry_owners) == len(index.entry_vectors)
    assert set(index.entry_owners) == {0, 1, 2, 3}
    for vectors in (index.item_vectors, index.entry_vectors, index.answer_vectors, index.category_vectors):
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert index.counts["items"] == len(rows())
    assert index.counts["embedded"] == len(encoder.embedded) == len(set(encoder.embedded))


def test_chroma_finds_what_the_vectors_say(folder, cache):
    index, encoder = opened(folder, cache)
    vector = encoder.queries(["a long neck for coffee kettle"])[0]
    found = index.nearest(vector, 16)
    ids = [item.id for item in read_shop(folder).catalogue.items]
    cosines = dict(zip(ids, index.item_vectors @ vector, strict=True))
    assert found[0][0] == "ket-3"
    assert {identifier for identifier, _ in found} == set(ids)
    assert all(cosine == pytest.approx(float(cosines[identifier]), abs=1e-4) for identifier, cosine in found)
    assert [cosine for _, cosine in found] == sorted((cosine for _, cosine in found), reverse=True)
    assert len(index.nearest(vector, 3)) == 3
    assert index.nearest(vector, 0) == []
    assert len(index.nearest(vector, 1000)) == len(ids)


def test_it_is_built_once(folder, cache):
    opened(folder, cache)
    index, encoder = opened(folder, cache)
    assert encoder.calls == []
    assert (index.counts["embedded"], index.counts["reused"]) == (0, 0)
    assert len(index.nearest(index.item_vectors[0], 1)) == 1


@pytest.mark.parametrize(
    ("change", "texts"),
    [
        (lambda items: items[0].update(price=1.0, stock=0, rating=1.0), 0),
        (lambda items: items[0].update(description="Quite another description."), 3),
        (lambda items: items[0]["i18n"]["zh"].update(title="新的名字"), 2),
        (lambda items: items.append(items[0] | {"id": "new", "title": "A new one", "i18n": {}}), 2),
        (lambda items: items.pop(), 0),
        (lambda items: items.reverse(), 0),
    ],
    ids=["price", "description", "title", "added", "removed", "order"],
)
def test_only_what_changed_is_embedded_again(folder, cache, change, texts):
    opened(folder, cache)
    write_shop(folder, change=change)
    index, encoder = opened(folder, cache)
    assert len(encoder.embedded) == texts  # passages, and wishes of the same words
    shop = read_shop(folder)
    fresh, _ = opened(folder, cache.with_name("fresh"))
    assert np.allclose(index.item_vectors, fresh.item_vectors, atol=1e-6)
    for row, item in enumerate(shop.catalogue.items):
        assert index.nearest(index.item_vectors[row], 1)[0][1] == pytest.approx(1.0, abs=1e-4)
        assert item.id in [identifier for identifier, _ in index.nearest(index.item_vectors[row], 3)]
    assert {identifier for identifier, _ in index.nearest(index.item_vectors[0], 100)} == set(shop.catalogue.by_id)


def test_a_changed_document_embeds_that_document_alone(folder, cache):
    opened(folder, cache)
    write_shop(folder, documents=DOCUMENTS | {"returns.en.md": "## Can I return something? {#returns}\n\nNo.\n"})
    _, encoder = opened(folder, cache)
    assert encoder.embedded == ["Can I return something?\nNo."]


def test_the_interest_head_has_a_row_for_every_category(folder, cache):
    index, _ = opened(folder, cache)
    catalogue = read_shop(folder).catalogue
    assert index.interest_head.shape == (len(catalogue.categories), index.dimensions + 1)
    for row, item in enumerate(catalogue.items):
        logits = index.interest_head[:, :-1] @ index.item_vectors[row] + index.interest_head[:, -1]
        assert catalogue.categories[int(logits.argmax())].leaf == item.leaf


def test_another_encoder_builds_everything_again(folder, cache):
    first, _ = opened(folder, cache)
    second, encoder = opened(folder, cache, FakeEncoder("other", dimensions=64))
    assert len(encoder.embedded) == first.counts["embedded"]
    assert second.item_vectors.shape == (len(rows()), 64)
    assert second.nearest(second.item_vectors[0], 1)[0][1] == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize("missing", ["manifest.json", "items.npy", "texts.json"])
def test_a_half_written_index_is_made_again(folder, cache, missing):
    index, _ = opened(folder, cache)
    (index.folder / missing).unlink()
    again, encoder = opened(folder, cache)
    assert encoder.embedded
    assert again.nearest(again.item_vectors[0], 1)


def test_a_cut_file_is_made_again(folder, cache):
    index, _ = opened(folder, cache)
    file = index.folder / "items.npy"
    file.write_bytes(file.read_bytes()[:100])
    again, encoder = opened(folder, cache)
    assert encoder.embedded
    assert np.allclose(again.item_vectors, index.item_vectors)


def test_a_lost_chroma_folder_is_one_line_or_made_again(tmp_path):
    """In a process of its own: Chroma keeps what it has read of a folder for the life of a process."""
    folder, cache = write_shop(tmp_path / "shop"), tmp_path / "cache"
    index, _ = opened(folder, cache)
    shutil.rmtree(index.folder / "chroma")
    done = _in_process(folder, cache)
    assert "Traceback" not in done.stderr
    assert done.returncode == 0 or "delete that folder" in done.stderr


SCRIPT = """
import sys
from pathlib import Path
from chatbot.errors import XiaoerError
from chatbot.shop.index import open_index
from chatbot.shop.reading import read_shop
from tests.fakes import FakeEncoder
try:
    index = open_index(read_shop(Path(sys.argv[1])), FakeEncoder(), Path(sys.argv[2]))
    print(index.counts["embedded"], len(index.nearest(index.item_vectors[0], 100)))
except XiaoerError as error:
    sys.exit(str(error))
"""


def _in_process(folder, cache) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", SCRIPT, str(folder), str(cache)], capture_output=True, text=True, cwd=PROJECT, check=False)


def test_two_processes_make_one_index(folder, cache):
    both = [
        subprocess.Popen([sys.executable, "-c", SCRIPT, str(folder), str(cache)], stdout=subprocess.PIPE, text=True, cwd=PROJECT) for _ in range(2)
    ]
    found = sorted(one.communicate()[0].split() for one in both)
    assert [one.returncode for one in both] == [0, 0]
    assert [count for _, count in found] == ["16", "16"]
    assert len([path for path in (cache / "indexes").glob("*/*") if path.is_dir()]) == 1


def test_two_threads_make_one_index(folder, cache):
    found, failures = [], []

    def make() -> None:
        try:
            found.append(opened(folder, cache)[0])
        except Exception as error:  # noqa: BLE001 - what is raised in a thread must reach the test
            failures.append(error)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert len({index.folder for index in found}) == 1
    assert all(len(index.nearest(index.item_vectors[0], 100)) == len(rows()) for index in found)


def test_an_index_in_use_stays_readable_when_a_newer_one_is_made(folder, cache):
    old, _ = opened(folder, cache)
    for number in range(KEPT_INDEXES + 1):
        write_shop(folder, change=lambda items, number=number: items[0].update(description=f"Description number {number}."))
        opened(folder, cache)
        assert len(old.nearest(old.item_vectors[0], 100)) == len(rows())


def _folders(cache) -> set[Path]:
    return {path for path in (cache / "indexes").glob("*/*") if path.is_dir()}


def test_indexes_in_use_are_kept_and_those_long_unused_forgotten(folder, cache):
    made = []
    for number in range(KEPT_INDEXES + 2):
        write_shop(folder, change=lambda items, number=number: items[0].update(description=f"Description number {number}."))
        made.append(opened(folder, cache)[0].folder)
    assert _folders(cache) == set(made)
    for one in made[:-1]:
        os.utime(one / USED, (0, time.time() - KEPT_SECONDS - 60))
    write_shop(folder, change=lambda items: items[0].update(description="The newest description."))
    newest, _ = opened(folder, cache)
    assert newest.folder in _folders(cache)
    assert made[-1] in _folders(cache)
    assert len(_folders(cache)) == KEPT_INDEXES


def test_two_shops_in_one_cache_do_not_meet(tmp_path, cache):
    one, two = write_shop(tmp_path / "one"), write_shop(tmp_path / "two", change=lambda items: items.pop())
    first, _ = opened(one, cache)
    second, _ = opened(two, cache)
    assert len(first.nearest(first.item_vectors[0], 100)) == len(rows())
    assert len(second.nearest(second.item_vectors[0], 100)) == len(rows()) - 1


def test_progress_counts_up_to_everything(folder, cache):
    told = []
    index = open_index(read_shop(folder), FakeEncoder(), cache, lambda done, total: told.append((done, total)))
    totals = {total for _, total in told}
    assert totals == {index.counts["embedded"]}
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][0] == index.counts["embedded"]


def test_a_shop_without_anything_has_an_index(tmp_path, cache):
    folder = write_shop(tmp_path / "shop", change=lambda items: items.clear(), documents={}, answers="question,answer,language,source\n")
    index, encoder = opened(folder, cache)
    assert index.nearest(encoder.queries(["x"])[0], 5) == []


def test_a_cache_that_cannot_be_written_gives_one_line(folder, tmp_path):
    (tmp_path / "file").write_text("a file, no folder")
    with pytest.raises(WeightsError, match="XIAOER_CACHE") as caught:
        opened(folder, tmp_path / "file")
    assert "\n" not in str(caught.value)
