"""Drawn pictures: the same on every machine, different between items, and never a place for an item's own text."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from chatbot.shop.illustrations import draw
from chatbot.shop.reading import read_shop

FOLDER = Path(__file__).resolve().parent.parent.parent / "knowledge" / "shop" / "illustrations"


def drawn(folder=FOLDER, **changes) -> str:
    return draw(
        folder, **({"identifier": "x-1", "category": ("Computers", "Laptops"), "words": "Norin Air 13 silver", "colors": ("black",)} | changes)
    )


@pytest.fixture
def templates(tmp_path):
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><rect fill="{main}"/><desc>NAME</desc></svg>'
    for name in ("laptops", "laptops--gaming", "laptops--thin-light", "computers", "default"):
        (tmp_path / f"{name}.svg").write_text(svg.replace("NAME", name), "utf-8")
    return tmp_path


def test_the_same_item_looks_the_same():
    assert drawn() == drawn()


def test_two_items_of_one_kind_and_colour_differ():
    assert len({drawn(identifier=f"x-{number}") for number in range(20)}) == 20


def test_another_colour_gives_another_picture():
    assert len({drawn(colors=(color,)) for color in ("black", "white", "red", "blue")}) == 4


@pytest.mark.parametrize(("one", "other"), [("black", "黑色"), ("white", "白色"), ("red", "红色"), ("grey", "gray"), ("blue", "navy blue")])
def test_a_colour_has_one_look_in_every_language(one, other):
    assert drawn(colors=(one,)) == drawn(colors=(other,))


@pytest.mark.parametrize("colors", [(), ("unheard of",), ("multicolor",), ("multicolor", "red"), ("",), ("black",) * 50])
def test_any_colours_give_a_picture(colors):
    ElementTree.fromstring(drawn(colors=colors))
    assert "{" not in drawn(colors=colors)


@pytest.mark.parametrize(
    ("category", "words", "template"),
    [
        (("Computers", "Laptops"), "plain", "laptops"), (("Computers", "Laptops"), "a gaming laptop", "laptops--gaming"), (("Computers", "Laptops"), "Thin, light", "laptops--thin-light"),
        (("Computers", "Laptops"), "programming", "laptops"), (("Computers", "Servers"), "x", "computers"), (("Shoes",), "x", "default"), ((), "", "default"),
    ],
)  # fmt: skip
def test_the_nearest_template_is_taken(templates, category, words, template):
    assert f"<desc>{template}</desc>" in drawn(templates, category=category, words=words)


def test_without_templates_a_parcel_is_drawn(tmp_path):
    ElementTree.fromstring(drawn(tmp_path))
    ElementTree.fromstring(drawn(tmp_path / "nowhere"))


@pytest.mark.parametrize("bad", ["<script>alert(1)</script>", '"/><script>', "{main}", "../../etc/passwd", "😀", "\x00", "\udc80", "x" * 5000])
def test_an_items_own_text_never_enters_the_picture(bad):
    picture = drawn(identifier=bad, words=bad, category=(bad, bad), colors=(bad,))
    ElementTree.fromstring(picture)
    assert "script" not in picture
    assert "passwd" not in picture


def test_every_item_of_the_demo_shop_has_a_sound_picture():
    for item in read_shop(FOLDER.parent).catalogue.items:
        values = " ".join(value for values in item.attributes.values() for value in values)
        picture = draw(FOLDER, identifier=item.id, category=item.category, words=f"{item.title} {values}", colors=item.attributes.get("color", ()))
        root = ElementTree.fromstring(picture)
        assert root.tag.endswith("svg")
        assert "{" not in picture
        assert not re.search(r"<script|\bon\w+=|href=\"http|<image|<foreignObject", picture)
