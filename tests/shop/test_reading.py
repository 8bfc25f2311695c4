"""A shop folder is read whole, and everything broken in it is refused with its file, its line and its value."""

import json

import pytest

from chatbot.errors import ShopError
from chatbot.shop.reading import LONGEST_TEXT, read_items, read_shop
from tests.tiny_shop import TOML, rows, write_shop


def refusal(action, *arguments) -> str:
    with pytest.raises(ShopError) as caught:
        action(*arguments)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def _break_item(folder, number, **changes):
    def change(items):
        items[number].update(changes)

    return write_shop(folder, change=change)


# ── a whole shop ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_shop_is_read_as_it_was_written(tmp_path):
    shop = read_shop(write_shop(tmp_path))
    assert (shop.name("zh"), shop.name("en")) == ("小店", "Tiny Shop")
    assert (shop.languages, shop.default_language, shop.currency) == (("zh", "en"), "zh", "CNY")
    assert (shop.contact.phone, shop.contact.wait_minutes) == ("400-000-0000", 5)
    assert len(shop.catalogue) == len(rows())
    item = shop.catalogue.by_id["lap-2"]
    assert (item.price, item.list_price, item.stock, item.rating, item.rating_count) == (3999.0, 4499.0, 10, 4.7, 400)
    assert item.category == ("Computers", "Laptops")
    assert item.attributes["color"] == ("black",)
    assert item.text("zh").title == "诺林 Air 14 笔记本电脑"
    assert item.text("zh").attributes["颜色"] == ("黑色",)
    assert item.text("zh").description == item.description
    assert item.text("en").title == "Norin Air 14 Laptop"
    assert shop.catalogue.words["Laptops"] == ("laptop", "电脑")


def test_documents_and_answers_are_read_in_both_languages(tmp_path):
    shop = read_shop(write_shop(tmp_path))
    assert [(entry.id, entry.language) for entry in shop.entries] == [("returns", "en"), ("shipping", "en"), ("returns", "zh"), ("shipping", "zh")]
    assert shop.entries[0].title == "Can I return something?"
    assert shop.entries[0].text == "Unopened goods can be returned within 7 days. The collection costs ¥10."
    assert [(past.language, past.source) for past in shop.answers] == [("en", ""), ("zh", "returns")]


def test_only_items_are_needed(tmp_path):
    (tmp_path / "items.jsonl").write_text(json.dumps({"id": 7, "title": "Cup", "category": "Kitchen > Cups", "price": 3}) + "\n\n", "utf-8")
    shop = read_shop(tmp_path)
    assert shop.catalogue.by_id["7"].category == ("Kitchen", "Cups")
    assert shop.catalogue.by_id["7"].in_stock
    assert (shop.entries, shop.answers, shop.currency) == ((), (), "CNY")


def test_a_byte_order_mark_and_windows_line_ends_are_taken(tmp_path):
    text = (write_shop(tmp_path) / "items.jsonl").read_text("utf-8")
    (tmp_path / "items.jsonl").write_bytes("\ufeff".encode() + text.replace("\n", "\r\n").encode())
    assert len(read_shop(tmp_path).catalogue) == len(rows())


def test_lines_break_at_line_ends_alone(tmp_path):
    """U+2028 inside a text is a character of it, though str.splitlines breaks there."""
    row = json.dumps(rows()[0] | {"description": "one\u2028two\x85three"}, ensure_ascii=False)
    (tmp_path / "items.jsonl").write_text(row + "\n", "utf-8")
    assert "two" in read_items(tmp_path / "items.jsonl")[0].description


def test_values_of_attributes_become_text(tmp_path):
    folder = _break_item(tmp_path, 0, attributes={"a": 3, "b": 1.5, "c": True, "d": False, "e": ["x", 2], "f": " y "}, i18n=None)
    assert read_shop(folder).catalogue.items[0].attributes == {"a": ("3",), "b": ("1.5",), "c": ("yes",), "d": ("no",), "e": ("x", "2"), "f": ("y",)}


# ── broken items ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"id": ""}, ["id"]), ({"id": None}, ["id"]), ({"id": 1.5}, ["id", "1.5"]), ({"id": ["a"]}, ["id"]), ({"id": True}, ["id"]),
        ({"title": ""}, ["title"]), ({"title": "  "}, ["title"]), ({"title": None}, ["title"]), ({"title": 5}, ["title", "5"]),
        ({"title": "x" * (LONGEST_TEXT + 1)}, ["title", str(LONGEST_TEXT)]),
        ({"description": 5}, ["description"]), ({"description": ["a"]}, ["description"]), ({"brand": 3}, ["brand"]), ({"brand": {"a": 1}}, ["brand"]),
        ({"category": None}, ["category"]), ({"category": []}, ["category"]), ({"category": [""]}, ["category"]), ({"category": ["a", 3]}, ["category"]), ({"category": ""}, ["category"]),
        ({"category": 3}, ["category"]),
        ({"price": None}, ["price"]), ({"price": "12"}, ["price", "12"]), ({"price": -1}, ["price", "-1"]), ({"price": True}, ["price"]), ({"price": [1]}, ["price"]),
        ({"list_price": "a"}, ["list_price"]), ({"list_price": -5}, ["list_price"]), ({"stock": -1}, ["stock"]), ({"stock": "many"}, ["stock", "many"]), ({"stock": True}, ["stock"]),
        ({"rating": 5.1}, ["rating", "5.1"]), ({"rating": -1}, ["rating"]), ({"rating": "4"}, ["rating"]), ({"rating_count": -1}, ["rating_count"]), ({"rating_count": "9"}, ["rating_count"]),
        ({"attributes": []}, ["attributes"]), ({"attributes": "red"}, ["attributes", "red"]), ({"attributes": {"color": {"a": 1}}}, ["color"]), ({"attributes": {"color": [["a"]]}}, ["color"]),
        ({"attributes": {"color": None}}, ["color"]),
        ({"url": "javascript:alert(1)"}, ["url", "javascript"]), ({"url": "//evil.example"}, ["url"]), ({"url": "item/1"}, ["url"]), ({"url": "/a b"}, ["url"]), ({"url": 3}, ["url"]),
        ({"image": "data:text/html,x"}, ["image", "data:"]), ({"image": "/x\"onerror=\"y"}, ["image"]), ({"image": "https://x/<script>"}, ["image"]),
        ({"added": 20250101}, ["added"]),
        ({"i18n": "zh"}, ["i18n"]), ({"i18n": ["zh"]}, ["i18n"]), ({"i18n": {"zh": "电脑"}}, ["i18n.zh"]), ({"i18n": {"zh": {"title": 3}}}, ["i18n.zh", "title"]),
        ({"i18n": {"zh": {"category": []}}}, ["i18n.zh", "category"]), ({"i18n": {"zh": {"attributes": []}}}, ["i18n.zh", "attributes"]),
    ],
)  # fmt: skip
def test_a_broken_item_is_refused_with_its_line(tmp_path, changes, words):
    line = refusal(read_shop, _break_item(tmp_path, 2, **changes))
    assert "items.jsonl line 3" in line
    assert all(word in line for word in words), line
    assert len(line) < 400


@pytest.mark.parametrize(
    "changes",
    [{"attributes": {"色": ["黑"]}}, {"attributes": {"a": ["x"], "b": ["y"], "c": ["z"], "d": ["u"], "e": ["v", "w"]}}, {"category": ["电脑"]}],
)
def test_a_translation_that_does_not_match_its_item_is_left_out(tmp_path, changes):
    """Names and values are paired by place: with one missing, every later value would get a wrong name."""

    def change(items):
        items[2]["i18n"]["zh"].update(changes)

    item = read_shop(write_shop(tmp_path, change=change)).catalogue.items[2]
    name = "category" if "category" in changes else "attributes"
    assert getattr(item.texts["zh"], name) == getattr(item, name)


def test_an_id_that_stands_twice_is_refused(tmp_path):
    line = refusal(read_shop, _break_item(tmp_path, 4, id="lap-1"))
    assert "line 5" in line
    assert "'lap-1'" in line


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not JSON"),
        ("[1]", "[1]"),
        ("3", "3"),
        ("null", "None"),
        ('"text"', "text"),
        ('{"id": "a", "title": "b"', "not JSON"),
        ("nonsense", "not JSON"),
    ],
)
def test_a_line_that_is_no_object_is_refused(tmp_path, text, words):
    good = json.dumps(rows()[0], ensure_ascii=False)
    (tmp_path / "items.jsonl").write_text(f"{good}\n\n{text}\n", "utf-8")
    line = refusal(read_items, tmp_path / "items.jsonl")
    assert "items.jsonl line 3" in line
    assert words in line


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_none_are_refused(tmp_path, number):
    (tmp_path / "items.jsonl").write_text('{"id": "a", "title": "b", "category": ["c"], "price": ' + number + "}\n", "utf-8")
    assert "line 1: price" in refusal(read_items, tmp_path / "items.jsonl")


def test_deep_nesting_is_refused(tmp_path):
    (tmp_path / "items.jsonl").write_text("[" * 100_000 + "\n", "utf-8")
    assert "line 1" in refusal(read_items, tmp_path / "items.jsonl")


def test_bytes_that_are_not_utf8_are_refused_with_their_place(tmp_path):
    folder = write_shop(tmp_path)
    (folder / "items.jsonl").write_bytes('{"id": "电脑"}'.encode("gbk"))
    line = refusal(read_shop, folder)
    assert "items.jsonl" in line
    assert "UTF-8" in line


def test_missing_items_and_folders_are_told(tmp_path):
    assert "no shop folder" in refusal(read_shop, tmp_path / "nowhere")
    assert "no shop folder" in refusal(read_shop, write_shop(tmp_path) / "items.jsonl")
    (tmp_path / "items.jsonl").unlink()
    assert "items.jsonl is missing" in refusal(read_shop, tmp_path)


def test_items_that_are_a_folder_are_told(tmp_path):
    (tmp_path / "items.jsonl").mkdir()
    assert "items.jsonl" in refusal(read_shop, tmp_path)


# ── broken settings ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("toml", "word"),
    [
        ("name = ", "TOML"), ("languages = 3", "languages"), ("languages = []", "languages"), ('languages = ["fr"]', "fr"), ('languages = "zh"', "languages"),
        ('default_language = "fr"', "fr"), ('languages = ["en"]\ndefault_language = "zh"', "zh"), ('contact = "me"', "contact"), ('words = ["a"]', "words"),
        ('[contact]\nwait_minutes = "soon"', "wait_minutes"), ('[contact]\nwait_minutes = -3', "wait_minutes"), ("pinned = 3", "pinned"), ("blocked = true", "blocked"),
        ('pinned = "lap-1"', "pinned"), ("currency = 3", "currency"), ("[name]\n", "name"), ('[words]\n"Laptops" = "laptop"', "words"),
    ],
)  # fmt: skip
def test_a_broken_shop_toml_is_refused(tmp_path, toml, word):
    line = refusal(read_shop, write_shop(tmp_path, toml=toml))
    assert "shop.toml" in line
    assert word in line


def test_a_toml_that_is_not_utf8_is_refused(tmp_path):
    write_shop(tmp_path)
    (tmp_path / "shop.toml").write_bytes(b"name = '\xff'")
    assert "UTF-8" in refusal(read_shop, tmp_path)


def test_pinned_and_blocked_items_are_read(tmp_path):
    shop = read_shop(write_shop(tmp_path, toml='pinned = ["lap-1"]\nblocked = ["lap-2"]\n' + TOML))
    assert shop.pinned == ("lap-1",)
    assert shop.blocked == {"lap-2"}


# ── broken documents and answers ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# A\n\n## No id here\n\ntext\n", ["line 3", "No id here"]),
        ("## A {#a}\n\ntext\n\n## B {#b c}\n\ntext\n", ["line 5"]),
        ("## A {#}\n\ntext\n", ["line 1"]),
        ("## A {#a}\n\n## B {#b}\n\ntext\n", ["line 1", "'a'", "no text"]),
        ("## A {#a}\n\ntext\n\n## Again {#a}\n\ntext\n", ["line 5", "'a'", "twice"]),
    ],
)
def test_a_broken_document_is_refused(tmp_path, text, words):
    line = refusal(read_shop, write_shop(tmp_path, documents={"policy.md": text}))
    assert "policy.md" in line
    assert all(word in line for word in words), line


def test_a_document_without_a_language_in_its_name_has_that_of_its_words(tmp_path):
    entries = read_shop(write_shop(tmp_path, documents={"a.md": "## 能退吗 {#a}\n\n能。\n\n## May I? {#b}\n\nYes.\n", "sub.md": ""})).entries
    assert [(entry.id, entry.language) for entry in entries] == [("a", "zh"), ("b", "en")]


def test_the_same_id_in_two_files_of_one_language_is_refused(tmp_path):
    text = "## A {#a}\n\ntext\n"
    assert "twice" in refusal(read_shop, write_shop(tmp_path, documents={"one.en.md": text, "two.en.md": text}))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("question,answer,language,source\nq,,en,\n", ["line 2"]), ("question,answer,language,source\nok,yes,en,\n,a,en,\n", ["line 3"]),
        ("question,answer,language,source\nq,a,fr,\n", ["line 2", "fr"]), ("frage,antwort\na,b\n", ["line 2"]),
    ],
)  # fmt: skip
def test_a_broken_answer_is_refused(tmp_path, text, words):
    line = refusal(read_shop, write_shop(tmp_path, answers=text))
    assert "answers.csv" in line
    assert all(word in line for word in words), line


def test_an_answer_may_have_commas_and_lines_in_quotes(tmp_path):
    shop = read_shop(write_shop(tmp_path, answers='question,answer,language,source\n"a, b","one\ntwo",en,\n'))
    assert (shop.answers[0].question, shop.answers[0].answer) == ("a, b", "one\ntwo")
