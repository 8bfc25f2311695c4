"""Plans with replies: how a row becomes a brief and an example, what a bad line says, other makers' names, and the rows of this project."""

import json
from random import Random

import pytest

from chatbot.errors import TrainingError
from chatbot.phrasing.brief import Brief
from chatbot.training.phrasing import brands_of
from chatbot.training.replies import MARK, Example, brief_of, example_of, exchanged, read_replies
from chatbot.values import LANGUAGES, PLAN_KINDS, Product
from tests.conftest import PROJECT

LEAST, LEAST_SHARE = 1200, 0.45
BARE = {"kind": "greet", "language": "en", "message": "hi", "shop": "Hob", "currency": "USD", "reply": "Hello."}
NIB = {"title": "Nib Kettle", "brand": "Nib", "price": 49, "points": ["1.5 L", "54 dB"], "description": "It is quiet."}
OKA = {"title": "Oka Pour", "brand": "Oka", "price": 62.5, "list_price": 70, "in_stock": False, "reasons": ["cheap"]}
KETTLES = {
    **BARE,
    "kind": "recommend",
    "message": "a Nib kettle",
    "products": [NIB, OKA],
    "reply": "For tea, |the Nib Kettle, $49, or the Oka Pour, $62.50.",
}


def without(row, name):
    return {key: value for key, value in row.items() if key != name}


# ── rows to briefs ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_bare_row_is_a_bare_brief():
    assert brief_of(BARE) == Brief(kind="greet", language="en", message="hi", shop="Hob", currency="USD")


def a_product(identity, title, brand, price, **parts):
    plain = {
        "category": (),
        "list_price": None,
        "currency": "USD",
        "in_stock": True,
        "url": "",
        "image": "",
        "attributes": {},
        "score": 0.0,
        "reasons": (),
    }
    return Product(id=identity, title=title, brand=brand, price=price, **plain | parts)


FIRST = a_product("1", "Nib Kettle", "Nib", 49.0)
SECOND = a_product("2", "Oka Pour", "Oka", 62.5, list_price=70, in_stock=False, reasons=("cheap",))


def test_products_are_numbered_in_their_order_and_the_closest_comes_last():
    brief = brief_of({**KETTLES, "closest": {"title": "Far Kettle", "brand": "Far", "price": 9, "points": ["far"]}})
    assert brief.products == (FIRST, SECOND)
    assert brief.closest == a_product("3", "Far Kettle", "Far", 9.0)
    assert brief.descriptions == {"1": "It is quiet.", "2": "", "3": ""}
    assert brief.points == {"1": ("1.5 L", "54 dB"), "2": (), "3": ("far",)}


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ({"note": "cheaper"}, {"note": "cheaper"}), ({"category": "Kettles", "total": 3}, {"category": "Kettles", "total": 3}), ({"quantity": 2}, {"quantity": 2}),
        ({"wanted": ["quiet"], "unknown_brand": "Zed"}, {"wanted": ("quiet",), "unknown_brand": "Zed"}), ({"changed": True}, {"changed": ("price",)}),
        ({"changed": False, "exhausted": False}, {}), ({"exhausted": True}, {"exhausted": True}), ({"unknown": ["weight"]}, {"unknown": ("weight",)}),
        ({"blocking": ["a"], "relaxed": ["b"], "without": 4, "lowest": 89}, {"blocking": ("a",), "relaxed": ("b",), "without": 4, "lowest": 89}),
        ({"asked": [["noise", "54 dB"]]}, {"asked": (("noise", "54 dB"),)}), ({"differences": [["size", "1 L", "2 L"]]}, {"differences": (("size", "1 L", "2 L"),)}),
        ({"answer": "In 30 days.", "title": "Returns"}, {"answer": "In 30 days.", "title": "Returns"}), ({"contact": {"phone": "800"}}, {"contact": {"phone": "800"}}),
        ({"question": "which_item"}, {"question": "which_item"}), ({"note": None, "total": None, "wanted": None, "products": None, "contact": None}, {}),
    ],
)  # fmt: skip
def test_every_part_of_a_row_has_its_place(part, expected):
    plain = {"kind": "greet", "language": "en", "message": "hi", "shop": "Hob", "currency": "USD"}
    assert brief_of({**BARE, **part}) == Brief(**plain, **expected)


@pytest.mark.parametrize(
    ("kind", "reply", "opener", "rest"),
    [
        ("recommend", "For tea, |the Nib.", "For tea,", "the Nib."), ("compare", "喝茶，|选这款。", "喝茶，", "选这款。"), ("nothing_fits", " For that, | none. ", "For that,", "none."),
        ("greet", "Hello.", "", "Hello."), ("answer", "Yes, |in 30 days.", "", "Yes, in 30 days."),
    ],
)  # fmt: skip
def test_a_reply_about_products_has_an_opener_and_others_none(kind, reply, opener, rest):
    row = {**BARE, "kind": kind, "reply": reply}
    assert example_of(row) == Example(brief_of(row), opener, rest)


# ── files ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_files_are_read_in_order(tmp_path, write_lines):
    write_lines({**BARE, "message": "3"}, name="b.jsonl")
    write_lines({**BARE, "message": "1"}, {**BARE, "message": "2"}, name="a.jsonl")
    (tmp_path / "CARD.md").write_text("no row")
    assert [row["message"] for row in read_replies(tmp_path)] == ["1", "2", "3"]


@pytest.mark.parametrize(
    "line",
    [
        "{torn", "3", "null", "[1]", *(without(BARE, name) for name in ("kind", "language", "message", "shop", "currency", "reply")), without(KETTLES, "reply"),
        *({**KETTLES, "products": [without(NIB, name)]} for name in ("title", "brand", "price")), {**KETTLES, "products": [{**NIB, "price": "cheap"}]}, {**KETTLES, "products": ["Nib"]},
        {**KETTLES, "closest": {"title": "Far"}}, {**BARE, "asked": [["noise"]]}, {**BARE, "differences": [["size", "1 L"]]}, {**BARE, "total": "many"},
        {**KETTLES, "reply": "no mark"}, {**KETTLES, "reply": "|no opener"}, {**KETTLES, "reply": "no rest, | "},
        {**BARE, "kind": "recomend"}, {**BARE, "language": "fr"}, {**BARE, "reply": " "},
    ],
)  # fmt: skip
def test_a_bad_line_is_told_with_its_file_and_line(tmp_path, write_lines, line):
    write_lines(BARE, line, BARE, name="some.jsonl")
    with pytest.raises(TrainingError, match=r"some\.jsonl:2 ") as caught:
        read_replies(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_line_ends_at_its_newline_alone(tmp_path, write_lines):
    row = {**BARE, "message": "one\u2028two"}
    write_lines(row)
    assert read_replies(tmp_path) == [row]


def test_a_folder_without_rows_is_one_line(tmp_path):
    with pytest.raises(TrainingError, match="knowledge/training/replies") as caught:
        read_replies(tmp_path)
    assert "\n" not in str(caught.value)


# ── other makers' names ───────────────────────────────────────────────────────────────────────────────────────────────


def renamed(row, old, new):
    return json.loads(json.dumps(row, ensure_ascii=False).replace(old, new))


CHINESE = {
    **BARE, "kind": "recommend", "language": "zh", "message": "暮炊的有吗", "unknown_brand": "牌子", "reply": "有的，|暮炊锅 99 元。", "products": [{"title": "暮炊锅", "brand": "暮炊", "price": 99}],
}  # fmt: skip
BOTH = {**CHINESE, "message": "轻居和Nib，哪个好", "reply": "单看价格，|Nib Kettle 49 元，选Nib。", "products": [NIB]}
ONE = {**KETTLES, "products": [NIB], "message": "NIB or a Nib? nibble, Nibble, SNib", "reply": "For tea, |the Nib Kettle; Nib's best."}


@pytest.mark.parametrize(
    ("row", "names", "expected"),
    [
        (KETTLES, ["Nib", "Oka", "Brio"], renamed(KETTLES, "Nib", "Brio")),  # names that the row has are not drawn, nor is one for two makers
        (ONE, ["Brio"], {**renamed(ONE, "Nib", "Brio"), "message": "NIB or a Brio? nibble, Nibble, SNib"}), (CHINESE, ["晨铃"], renamed(CHINESE, "暮炊", "晨铃")),
        (CHINESE, ["Brio"], CHINESE), (KETTLES, ["晨铃"], KETTLES), (KETTLES, ["Nib", "Oka"], KETTLES), (BARE, [], BARE),
        ({**CHINESE, "products": [{"title": "澄锅", "brand": "澄", "price": 99}]}, ["晨铃"], {**CHINESE, "products": [{"title": "澄锅", "brand": "澄", "price": 99}]}),
        (BOTH, ["Brio"], renamed(BOTH, "Nib", "Brio")),
        ({**KETTLES, "products": [NIB]}, ['5" Co'], renamed({**KETTLES, "products": [NIB]}, "Nib", '5\\" Co')),
    ],
)  # fmt: skip
def test_a_makers_name_is_exchanged_everywhere_and_nothing_else_is(row, names, expected):
    class First(Random):
        """Draws what fits first."""

        def choice(self, seq):
            return next((name for name in seq if name not in json.dumps(row, ensure_ascii=False)), seq[0])

    before = json.dumps(row)
    assert exchanged(row, {"en": names, "zh": names}, First()) == expected
    assert json.dumps(row) == before


# ── the rows of this project ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def own():
    return read_replies(PROJECT / "knowledge" / "training" / "replies")


def test_there_are_enough_rows_in_both_languages_and_of_every_kind(own):
    assert len(own) >= LEAST
    for language in LANGUAGES:
        assert sum(row["language"] == language for row in own) >= LEAST_SHARE * len(own)
        assert {row["kind"] for row in own if row["language"] == language} == set(PLAN_KINDS)


def test_every_reply_is_one_line_with_one_mark_at_most(own):
    """The model stops at a newline, and what it says is shown as it stands."""
    bad = [row["reply"] for row in own if "\n" in row["reply"] or row["reply"].count(MARK) > 1]
    assert not bad


@pytest.mark.parametrize("changed", [False, True])
def test_recommended_products_are_named_in_full_under_other_names_too(own, changed):
    """What the model learns is to copy a title: one reply that cuts it teaches the contrary."""
    brands, random = brands_of(own), Random(1)
    rows = [exchanged(row, brands, random) if changed else row for row in own if row["kind"] == "recommend"]
    assert sum(len(row["products"]) for row in rows) > LEAST / 2
    bad = [(one["title"], row["reply"]) for row in rows for one in row["products"] if one["title"] not in row["reply"]]
    assert not bad
