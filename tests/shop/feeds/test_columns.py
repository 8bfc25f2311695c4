"""Columns are known by their names, however these are written, and what is secret or useless is no attribute."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.shop.feeds.columns import FIELDS, field_of, fields_of, key_of, mapping_of
from chatbot.shop.feeds.dialects import dialect_of, holds_products, holds_questions, plain


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("g:id", "id"), ("Product Name", "title"), ("product_name", "title"), ("productName", "title"), ("商品名称", "title"), ("ｔｉｔｌｅ", "title"), ("Price ", "price"), ("售价", "price"), ("原价", "list_price"), ("促销价", "sale_price"),
        ("Sale-Price", "sale_price"), ("image link", "image"), ("g:image_link", "image"), ("主图", "image"), ("库存", "stock"), ("Title (EN)", "title:en"), ("title_zh", "title:zh"), ("英文名称", "title:en"), ("name-en", "title:en"),
        ("price_zh", ""), ("memory", ""), ("颜色", ""), ("", ""), ("___", ""),
    ],
)  # fmt: skip
def test_names(name, field):
    assert field_of(name) == field


def test_the_surest_column_counts_and_what_a_shop_pays_is_not_shown():
    fields, others = fields_of({"Name": "plain", "title": "sure", "成本价": 3, "cost per item": 2, "gtin": "x", "memory": "8 GB", "price": ""})
    assert fields == {"title": "sure"}
    assert others == {"memory": "8 GB"}


@pytest.mark.parametrize("field", sorted(FIELDS))
def test_every_field_is_named_by_its_own_name(field):
    assert field_of(field) == field
    assert mapping_of([f"{field}=x"])[0].field == field


@given(st.sampled_from(sorted(FIELDS)), st.sampled_from(["_", " ", "-", ".", ""]), st.booleans(), st.sampled_from(["", "g:", "g_"]))
@settings(deadline=None)
def test_case_blanks_and_prefixes_do_not_matter(field, blank, upper, prefix):
    name = prefix + field.replace("_", blank)
    assert field_of(name.upper() if upper else name) == field


@given(
    st.dictionaries(
        st.text(max_size=20), st.one_of(st.text(max_size=20), st.integers(), st.none(), st.lists(st.text(max_size=5), max_size=3)), max_size=8
    )
)
@settings(deadline=None)
def test_any_columns_can_be_read(cells):
    row = dialect_of(cells)(cells)
    fields, others = fields_of(cells)
    assert not set(fields) & {""}
    assert set(others) <= set(cells)
    assert row.kind in {"single", "variant", "parent"}
    assert holds_products(cells) in {True, False} and holds_questions(cells) in {True, False}
    assert all(key_of(name) == key_of(key_of(name)) or ":" in name for name in cells)


def test_dialects_are_told_by_their_columns():
    assert dialect_of(["id", "title", "price"]) is plain
    assert dialect_of(["Handle", "Title", "Variant Price"]) is not plain
    assert dialect_of(["Type", "SKU", "Name", "Regular price"]) is not plain
