"""An import that is repeated changes what has changed; one that fails changes nothing."""

import json
import sqlite3
from pathlib import Path

import pytest

from chatbot.errors import SettingError, ShopError
from chatbot.shop.feeds import folder as folders
from chatbot.shop.feeds.spool import Spool
from tests.shop.feeds.shops import FIXTURES, imported

HEAD = "id,title,price,category\n"


def feed(path: Path, *rows: str) -> Path:
    path.write_text(HEAD + "".join(f"{row}\n" for row in rows), "utf-8")
    return path


def state(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.rglob("*") if path.is_file()}


def test_only_what_changed_is_counted_and_written(tmp_path):
    path = feed(tmp_path / "a.csv", "1,One,$5,A", "2,Two,$6,A", "3,Three,$7,A")
    assert imported(tmp_path, path).outcome.items == {"added": 3, "updated": 0, "removed": 0, "unchanged": 0}
    before = state(tmp_path / "shop")
    assert imported(tmp_path, path).outcome.items == {"added": 0, "updated": 0, "removed": 0, "unchanged": 3}
    assert state(tmp_path / "shop") == before
    done = imported(tmp_path, feed(path, "3,Three,$7,A", "2,Two,$8,A", "4,Four,$1,A"))
    assert done.outcome.items == {"added": 1, "updated": 1, "removed": 1, "unchanged": 1}
    assert done.ids == ["3", "2", "4"]


def test_documents_and_items_do_not_touch_each_other(tmp_path):
    (tmp_path / "rules.md").write_text("## Returns\n\nYes.\n", "utf-8")
    imported(tmp_path, feed(tmp_path / "a.csv", "1,One,$5,A"))
    done = imported(tmp_path, tmp_path / "rules.md")
    assert (done.ids, len(done.shop.entries)) == (["1"], 1)
    assert not any(done.outcome.items.values())
    done = imported(tmp_path, feed(tmp_path / "a.csv", "2,Two,$5,A"))
    assert (done.ids, len(done.shop.entries)) == (["2"], 1)


def test_several_feeds_are_one_shop_and_an_id_counts_once(tmp_path):
    first, second = feed(tmp_path / "a.csv", "1,One,$5,A"), feed(tmp_path / "b.csv", "1,Uno,$5,A", "2,Two,$6,A")
    done = imported(tmp_path, first, second)
    assert [(item.id, item.title) for item in done.shop.catalogue.items] == [("1", "One"), ("2", "Two")]
    assert "a.csv" in done.told("refused")[2]


def test_a_group_and_a_product_of_the_same_id(tmp_path):
    rows = [{"id": "a", "title": "Alone", "price": 1}, {"id": "b", "item_group_id": "a", "title": "Variant", "price": 2}]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    done = imported(tmp_path, tmp_path / "a.jsonl")
    assert [item.title for item in done.shop.catalogue.items] == ["Alone"]
    assert "'a'" in done.told("refused")[2]


@pytest.mark.parametrize("broken", ["torn.xml", "nothing.csv", "no.parquet", "bad.json", "unknown.docx"])
def test_a_broken_file_in_the_middle_changes_nothing(tmp_path, broken):
    texts = {"torn.xml": "<rss><item><g:id>1</g:id>", "bad.json": '[{"title": "x"', "no.parquet": "x"}
    first, last = feed(tmp_path / "a.csv", "1,One,$5,A"), feed(tmp_path / "z.csv", "9,Nine,$5,A")
    imported(tmp_path, first, last)
    before = state(tmp_path / "shop")
    (tmp_path / broken).write_text(texts.get(broken, ""), "utf-8")
    with pytest.raises(ShopError, match=broken):
        imported(tmp_path, feed(first, "1,Changed,$5,A"), tmp_path / broken, last)
    assert state(tmp_path / "shop") == before


def test_a_feed_of_which_nothing_can_be_sold_changes_nothing_and_is_reported(tmp_path):
    path = feed(tmp_path / "a.csv", "1,One,$5,A")
    imported(tmp_path, path)
    before = state(tmp_path / "shop")
    with pytest.raises(ShopError, match=r"none of the 1 rows.*'soon' cannot be read"):
        imported(tmp_path, feed(path, "1,One,soon,A"))
    assert state(tmp_path / "shop") == before
    assert json.loads((tmp_path / "report.json").read_text("utf-8"))["rows"][0]["line"] == 2


def test_a_disk_that_fails_while_files_are_written_leaves_no_part(tmp_path, monkeypatch):
    path = feed(tmp_path / "a.csv", "1,One,$5,A")
    imported(tmp_path, path)
    before = state(tmp_path / "shop")

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folders.os, "fsync", fail)
    with pytest.raises(ShopError, match="No space left"):
        imported(tmp_path, feed(path, "1,One,$6,A"))
    with pytest.raises(ShopError, match="No space left"):
        imported(tmp_path, path, into="new/shop")
    assert state(tmp_path / "shop") == before
    assert not (tmp_path / "new").exists()


def test_a_full_temporary_folder_is_told(tmp_path, monkeypatch):
    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(Spool, "add", fail)
    with pytest.raises(ShopError, match=r"disk is full.*free some space"):
        imported(tmp_path, feed(tmp_path / "a.csv", "1,One,$5,A"))


def test_the_owners_settings_stay(tmp_path):
    path = feed(tmp_path / "a.csv", "1,One,5,A", "2,Two,€6,A")
    (tmp_path / "shop").mkdir()
    toml = 'name = "Mine"\ncurrency = "GBP"\nlanguages = ["en"]\n'
    (tmp_path / "shop" / "shop.toml").write_text(toml, "utf-8")
    done = imported(tmp_path, path)
    assert (done.shop.currency, done.ids, done.shop.name("en")) == ("GBP", ["1"], "Mine")
    assert (tmp_path / "shop" / "shop.toml").read_text("utf-8") == toml
    for options in ({"currency": "EUR"}, {"language": "zh"}, {"name": "Yours"}):
        with pytest.raises(SettingError, match=r"shop\.toml"):
            imported(tmp_path, path, **options)


def test_a_new_shop_has_the_name_and_language_it_is_given(tmp_path):
    done = imported(tmp_path, feed(tmp_path / "a.csv", "1,One,5,A"), name='Pine "&" Oak', language="zh", currency="EUR")
    assert (done.shop.name("zh"), done.shop.default_language, done.shop.languages, done.shop.currency) == ('Pine "&" Oak', "zh", ("zh", "en"), "EUR")


@pytest.mark.parametrize(
    ("options", "words"), [({"language": "fr"}, "--language"), ({"currency": "XYZ"}, "--currency"), ({"into": "a.csv"}, "is a file")]
)
def test_wrong_options(tmp_path, options, words):
    with pytest.raises((SettingError, ShopError), match=words):
        imported(tmp_path, feed(tmp_path / "a.csv", "1,One,5,A"), **options)


def test_feeds_that_are_not_there_or_inside_the_shop(tmp_path):
    with pytest.raises(ShopError, match="no feed at"):
        imported(tmp_path, tmp_path / "nowhere.csv")
    (tmp_path / "shop").mkdir()
    with pytest.raises(ShopError, match="inside"):
        imported(tmp_path, feed(tmp_path / "shop" / "a.csv", "1,One,5,A"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(ShopError, match="no feed"):
        imported(tmp_path, tmp_path / "empty")


def test_all_fixtures_together_load(tmp_path):
    feeds = [path for path in sorted(FIXTURES.iterdir()) if path.suffix != ".csv" or "woo" in path.name]
    done = imported(tmp_path, *feeds, currency="USD")
    assert {"TV-1", "woo-hoodie", "44E01", "0446310786"} <= set(done.ids)
    assert done.outcome.refused == len({(row["file"], row["line"]) for row in done.report["rows"] if row["status"] == "refused"})


def test_memory_does_not_grow_with_the_rows(tmp_path):
    import tracemalloc

    def peak(count: int) -> int:
        path = feed(tmp_path / "a.csv", *(f"{n},Thing {n} of wood and steel,{n % 90 + 1}.50 USD,A > B{n % 9}" for n in range(count)))
        tracemalloc.start()
        imported_only(tmp_path, path)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    small, large = peak(500), peak(4000)
    assert large < small + 2_000_000


def imported_only(folder: Path, path: Path) -> None:
    from chatbot.shop.feeds.importing import Import, import_feeds

    import_feeds(Import(feeds=[path], into=folder / "shop"))
