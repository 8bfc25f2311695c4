"""Every kind of feed, as such systems write it, good and broken, becomes the items that its rows say."""

import datetime
import json
import sys
import zipfile

import openpyxl
import pyarrow
import pytest
from pyarrow import parquet

from chatbot.errors import SettingError, ShopError
from tests.shop.feeds.shops import imported

ROWS = [
    {
        "id": "k1",
        "title": "Swan Kettle",
        "price": 39.5,
        "category": ["Kitchen", "Kettles"],
        "stock": 4,
        "attributes": {"color": ["black"], "volume": 0.8},
    },
    {"id": "k2", "title": "Glass Kettle", "price": "59,00 EUR", "category": "Kitchen > Kettles", "stock": 0, "i18n": {"zh": {"title": "玻璃水壶"}}},
]


def written(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


# ── Google Merchant ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_merchant_xml(tmp_path):
    done = imported(tmp_path, "merchant.xml")
    assert done.ids == ["TV-1", "TS", "SALT"]
    tv = done.item("TV-1")
    assert (tv.price, tv.list_price, tv.stock, tv.brand) == (39.99, 49.99, None, "Google")
    assert tv.category == ("Home", "TV", "Streaming Players")
    assert tv.description == "Streams in 4K.\n- Remote\n- Voice search"
    assert tv.url == "https://shop.example/tv-1?a=1&b=2"
    assert tv.attributes == {"Connectors": ("HDMI",), "Resolution": ("4K",)}
    shirt = done.item("TS")
    assert (shirt.title, shirt.price, shirt.in_stock) == ("Oak T-Shirt", 15.0, True)
    assert shirt.attributes == {"color": ("Red", "Blue"), "size": ("S", "M")}
    assert done.item("SALT").title == "Salt & Pepper Mill Set"
    assert done.shop.currency == "USD"
    refused = done.told("refused")
    assert "ask us" in refused[39]
    assert "EUR" in refused[50] and "USD" in refused[50]
    assert "mismatched tag" in refused[57]
    assert set(done.told("repaired")) == {44}
    assert (done.outcome.refused, done.outcome.repaired) == (3, 1)


def test_merchant_atom(tmp_path):
    done = imported(tmp_path, "merchant-atom.xml")
    assert (done.item("A1").url, done.item("A1").description, done.shop.currency) == ("https://shop.example/a1", "Boils water.", "GBP")


def test_merchant_tsv(tmp_path):
    done = imported(tmp_path, "merchant.tsv")
    assert done.item("M1").title == '5" Tablet Stand'
    assert done.item("M1").attributes == {"color": ("black", "silver")}
    assert (done.item("M3").price, done.item("M3").list_price, done.item("M3").stock, done.item("M3").url) == (20.0, 24.0, 0, "")
    assert done.told("refused") == {3: "it has no price"}
    assert "not a link" in done.told("repaired")[4]


ITEM = "<item><g:id>{}</g:id><title>T</title><g:price>5 USD</g:price></item>"


@pytest.mark.parametrize(
    ("xml", "words"),
    [
        ('<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><rss>' + ITEM.format("&b;") + "</rss>", "document type"),
        ('<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss>' + ITEM.format("&x;") + "</rss>", "document type"),
        ("<rss><channel>" + ITEM.format(1) + "\n<item><g:id>2</g:id>", "line 2"),
        ("<rss><channel></channel></rss>", "no <item>"),
        ("hello", "no <item>"),
        ("", "no <item>"),
        ("<rss><item>" + "x" * 1_200_000, "no end"),
    ],
)  # fmt: skip
def test_a_feed_that_is_dangerous_or_torn_is_refused_whole(tmp_path, xml, words):
    with pytest.raises(ShopError, match=words):
        imported(tmp_path, written(tmp_path / "feed.xml", xml))
    assert not (tmp_path / "shop").exists()


def test_an_entity_that_nobody_defined_is_text(tmp_path):
    done = imported(tmp_path, written(tmp_path / "feed.xml", "<rss>" + ITEM.format("1").replace("T<", "a &xxe; b &lt;<") + "</rss>"))
    assert done.item("1").title == "a &xxe; b <"


# ── Shopify and WooCommerce ───────────────────────────────────────────────────────────────────────────────────────────


def test_shopify_with_the_old_header(tmp_path):
    done = imported(tmp_path, "shopify-old.csv", currency="USD")
    scarf = done.item("wool-scarf")
    assert (scarf.title, scarf.description, scarf.brand, scarf.category) == ("Wool Scarf", "Warm, soft and long.", "Larch", ("Scarves",))
    # the blue one is cheaper but sold out
    assert (scarf.price, scarf.list_price, scarf.stock) == (39.0, 49.0, 3)
    assert scarf.attributes == {"Color": ("Grey", "Blue"), "Size": ("One",), "tags": ("winter", "wool")}
    assert (done.item("mug").price, done.item("mug").stock, done.item("mug").attributes) == (1299.0, None, {})
    assert "draft" in done.told("refused")[6]
    text = (tmp_path / "shop" / "items.jsonl").read_text("utf-8")
    assert "alert" not in text and "12.00" not in text


def test_shopify_with_the_new_header(tmp_path):
    shoe = imported(tmp_path, "shopify-new.csv", currency="EUR").item("trail-shoe")
    assert (shoe.title, shoe.price, shoe.list_price, shoe.stock, shoe.category) == ("Trail Shoe", 89.0, 99.0, 7, ("Running Shoes",))
    assert shoe.attributes["Size"] == ("41", "42")
    assert shoe.attributes["Color"] == ("black", "green")


def test_shopify_json_with_variants_inside(tmp_path):
    product = {
        "id": 7, "title": "Cap", "body_html": "<p>Shade.</p>", "vendor": "Fern", "product_type": "Hats", "tags": ["sun"], "options": [{"name": "Color", "values": ["Red", "Blue"]}],
        "variants": [{"id": 1, "title": "Red", "option1": "Red", "price": "20.00", "available": False}, {"id": 2, "title": "Blue", "option1": "Blue", "price": "18.00", "compare_at_price": "25.00", "available": True}],
        "images": [{"src": "https://cdn.example/cap.jpg"}],
    }  # fmt: skip
    done = imported(tmp_path, written(tmp_path / "products.json", json.dumps({"products": [product]})))
    cap = done.item("7")
    assert (cap.title, cap.price, cap.list_price, cap.in_stock, cap.image) == ("Cap", 18.0, 25.0, True, "https://cdn.example/cap.jpg")
    assert cap.attributes["Color"] == ("Red", "Blue")


def test_woocommerce(tmp_path):
    done = imported(tmp_path, "woocommerce.csv", currency="USD")
    hoodie = done.item("woo-hoodie")
    assert (hoodie.title, hoodie.description, hoodie.category) == ("Hoodie", "A warm hoodie.", ("Clothing", "Hoodies"))
    assert (hoodie.price, hoodie.list_price, hoodie.stock) == (42.0, 45.0, None)
    assert hoodie.attributes["Color"] == ("Red", "Blue")
    assert hoodie.attributes["weight"] == ("1.5 kg",)
    beanie = done.item("woo-beanie")
    # its sale begins in December
    assert (beanie.price, beanie.list_price, beanie.stock, beanie.category) == (20.0, None, 0, ("Clothing", "Hats, Caps"))
    assert set(done.told("refused")) == {6, 7}


# ── pages ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_saved_page_with_a_product(tmp_path):
    done = imported(tmp_path, "product.html")
    (anvil,) = done.shop.catalogue.items
    assert (anvil.id, anvil.price, anvil.list_price, anvil.rating, anvil.rating_count) == ("0446310786", 119.99, 149.99, 4.4, 20)
    assert anvil.category == ("Tools", "Anvils")
    assert anvil.attributes == {"color": ("black",), "weight": ("50 kg",)}
    assert anvil.url == "https://acme.example/anvil"
    assert "commas" in done.told("repaired")[4]


def test_a_product_group_and_a_broken_script(tmp_path):
    done = imported(tmp_path, "group.html")
    coat = done.item("44E01")
    assert (coat.title, coat.price, coat.stock) == ("Wool winter coat", 39.99, None)
    assert coat.attributes == {"color": ("Green", "light blue"), "size": ("small", "large")}
    assert "no JSON" in done.told("refused")[5]


def test_a_folder_of_pages_holds_products_and_documents(tmp_path):
    pages = tmp_path / "site"
    pages.mkdir()
    offer = {"@type": "Offer", "price": 5, "priceCurrency": "USD"}
    listing = {
        "@type": "ItemList",
        "itemListElement": [
            {"@type": "ListItem", "item": {"@type": "Product", "sku": f"p{n}", "name": f"P {n}", "category": "Things", "offers": offer}}
            for n in (1, 2)
        ],
    }
    written(pages / "list.html", f'<script type="application/ld+json">{json.dumps(listing)}</script>')
    written(pages / "returns.html", "<title>Shop</title><nav>Home</nav><h1>Returns</h1><p>Within 30 days.</p>")
    done = imported(tmp_path, pages)
    assert done.ids == ["p1", "p2"]
    assert [(entry.id, entry.title, entry.text) for entry in done.shop.entries] == [("returns", "Returns", "Within 30 days.")]


# ── tables ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_chinese_table(tmp_path):
    done = imported(tmp_path, "chinese.csv")
    board, bowl = done.shop.catalogue.items
    assert (board.title, board.price, board.list_price, board.stock, board.rating, board.rating_count) == ("竹制砧板", 99.0, 129.0, 12, 4.6, 340)
    assert (board.category, board.attributes, board.added) == (("厨房", "刀具砧板"), {"颜色": ("原木色",), "材质": ("竹",)}, "2026-03-01")
    assert (bowl.stock, bowl.url, bowl.added, bowl.attributes["颜色"]) == (0, "https://www.shop.example/a002", "2026-04-02", ("白", "蓝"))
    assert (done.shop.currency, done.shop.default_language) == ("CNY", "zh")
    assert set(done.told("refused")) == {5, 6, 7}
    assert "line 2" in done.told("refused")[6]


def same_kettles(done):
    first, second = done.shop.catalogue.items
    assert (first.id, first.price, first.category, first.stock) == ("k1", 39.5, ("Kitchen", "Kettles"), 4)
    assert (second.price, second.in_stock, second.category) == (59.0, False, ("Kitchen", "Kettles"))
    assert done.shop.currency == "EUR"
    return first, second


def test_json_lists_objects_of_lists_and_lines(tmp_path):
    for name, text in (
        ("a.json", json.dumps(ROWS)), ("b.json", json.dumps({"shop": {"name": "x"}, "items": ROWS, "next": None}, indent=2)), ("c.jsonl", "\n\n".join(map(json.dumps, ROWS))),
        ("d.json", "\n".join(map(json.dumps, ROWS))),
    ):  # fmt: skip
        first, second = same_kettles(imported(tmp_path, written(tmp_path / name, text), into=name[0]))
        assert first.attributes == {"color": ("black",), "volume": ("0.8",)}
        assert second.text("zh").title == "玻璃水壶"


def test_broken_lines_of_json_cost_themselves_alone(tmp_path):
    text = "\n".join([json.dumps(ROWS[0]), "{", "[1]", "[" * 100_000, json.dumps(ROWS[1])])
    done = imported(tmp_path, written(tmp_path / "a.jsonl", text))
    same_kettles(done)
    assert set(done.told("refused")) == {2, 3, 4}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[{"id": 1,\n "title" "x"}]', "line 2"),
        ("[", "line 1"),
        ("3", "begins"),
        ("", "begins"),
        ("[" * 100_000, "broken JSON"),
        ('[{"title": "a", "price": 1} {"title": "b"}]', "comma"),
    ],
)
def test_broken_json_is_refused_whole_with_its_line(tmp_path, text, words):
    with pytest.raises(ShopError, match=words):
        imported(tmp_path, written(tmp_path / "a.json", text))


def test_a_workbook(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "notes"
    sheet = book.create_sheet("products")
    sheet.append(["ID", "Name", "Price", "Category", "Stock", "Added", "Colour"])
    sheet.append(["k1", "Swan Kettle", 39.5, "Kitchen > Kettles", 4, datetime.datetime(2026, 3, 1), "black"])
    sheet.append([None] * 7)
    sheet.append(["k2", "Glass Kettle", "59,00 EUR", "Kitchen/Kettles", 0, None, None])
    sheet.append(["k3", "Nothing", None, "Kitchen", 0, None, None])
    book.save(tmp_path / "book.xlsx")
    done = imported(tmp_path, tmp_path / "book.xlsx")
    first, _ = same_kettles(done)
    assert (first.added, first.attributes) == ("2026-03-01", {"Colour": ("black",)})
    assert done.told("refused") == {5: "it has no price"}


def test_a_workbook_that_is_none_or_defines_entities_is_refused(tmp_path):
    with pytest.raises(ShopError, match=r"no readable workbook"):
        imported(tmp_path, written(tmp_path / "a.xlsx", "no zip"))
    with zipfile.ZipFile(tmp_path / "b.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
    with pytest.raises(ShopError, match="document type"):
        imported(tmp_path, tmp_path / "b.xlsx")


def test_parquet(tmp_path):
    rows = [
        {**row, "attributes": None, "category": "Kitchen > Kettles", "price": str(row["price"]), "tags": ["a", "b"], "i18n": None} for row in ROWS
    ]
    parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "a.parquet")
    first, _ = same_kettles(imported(tmp_path, tmp_path / "a.parquet"))
    assert first.attributes == {"tags": ("a", "b")}
    with pytest.raises(ShopError, match="no readable Parquet"):
        imported(tmp_path, written(tmp_path / "b.parquet", "PAR1 nonsense"))


def test_parquet_without_its_library_names_the_fix(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ShopError, match="pip install pyarrow"):
        imported(tmp_path, written(tmp_path / "a.parquet", "PAR1"))


def test_a_broken_row_in_the_middle_of_a_table_costs_itself_alone(tmp_path):
    text = 'sep=;\nid;title;price;category\n1;One;5,00;A\n2;"Two;6,00;A\n3;Three;7,00;A\n4;Fo;ur;8,00;A\n5;Five;9,00\n\n6;"S""ix";1.299,00;A\n7;"Seven\nlines";10,00;A\n8;"Eig;ht;1;A\n9;Nine;11,00;A\n'
    done = imported(tmp_path, written(tmp_path / "a.csv", text))
    assert [(item.id, item.title, item.price) for item in done.shop.catalogue.items] == [
        ("1", "One", 5.0), ("2", "Two", 6.0), ("3", "Three", 7.0), ("5", "Five", 9.0), ("6", 'S"ix', 1299.0), ("7", "Seven lines", 10.0), ("9", "Nine", 11.0),
    ]  # fmt: skip
    assert set(done.told("refused")) == {6, 12}
    assert "5 values for 4 columns" in done.told("refused")[6]
    assert "quote" in done.told("refused")[12]
    assert set(done.told("repaired")) == {4, 7}
    assert "no category" in done.told("repaired")[7]


@pytest.mark.parametrize(("line", "told"), [('1,"One,5', "repaired"), ('1,"One, two,5', "refused"), ('1,"One" two,5', "repaired")])
def test_a_quote_that_is_never_closed_costs_its_own_line(tmp_path, line, told):
    text = f"id,title,price,category\n{line},A\n" + "".join(f"{n},T{n},{n},A\n" for n in range(2, 5000))
    done = imported(tmp_path, written(tmp_path / "a.csv", text))
    assert len(done.ids) == 4998 + (told == "repaired")
    assert list(done.told(told)) == [2]


# ── --map and columns ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_columns_are_named_by_hand(tmp_path):
    feed = written(tmp_path / "a.csv", 'nr,was,kostet,art,sorte,farbe\n1,Tasse,"3,50 €",Küche,Tassen,rot\n')
    done = imported(tmp_path, feed, mapping=["id=nr,title=was,price=kostet", "category=art>sorte,attributes.color=farbe"])
    (cup,) = done.shop.catalogue.items
    assert (cup.id, cup.title, cup.price, cup.category, cup.attributes) == ("1", "Tasse", 3.5, ("Küche", "Tassen"), {"color": ("rot",)})


def test_columns_that_nobody_knows_are_named_in_the_error(tmp_path):
    with pytest.raises(ShopError, match=r"title and price; its columns are 'nr, was'.*--map"):
        imported(tmp_path, written(tmp_path / "a.csv", "nr,was\n1,Tasse\n"))


@pytest.mark.parametrize("mapping", ["title", "title=", "color=x", "title=a,title=b", "title=nowhere", "price:zh=x"])
def test_a_wrong_map_is_refused(tmp_path, mapping):
    with pytest.raises(SettingError, match="--map"):
        imported(tmp_path, written(tmp_path / "a.csv", "title,price\nx,1\n"), mapping=[mapping])


def test_languages_in_columns_of_their_own(tmp_path):
    feed = written(
        tmp_path / "a.csv", "id,title_zh,title_en,英文描述,中文描述,price,category\n1,水壶,Kettle,Boils.,烧水。,99元,厨房\n2,杯子,,,,9元,厨房\n"
    )
    done = imported(tmp_path, feed, language="zh")
    kettle = done.item("1")
    assert (kettle.title, kettle.description, kettle.text("en").title, kettle.text("en").description) == ("水壶", "烧水。", "Kettle", "Boils.")
    # a missing translation stays missing
    assert "en" not in done.item("2").texts


# ── currencies ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_currency_of_most_prices_is_the_shops(tmp_path):
    feed = written(tmp_path / "a.csv", "id,title,price,currency\n1,a,5,EUR\n2,b,6,USD\n3,c,7,USD\n4,d,£8,\n5,e,9,\n6,f,€5,USD\n")
    done = imported(tmp_path, feed)
    assert (done.shop.currency, done.ids) == ("USD", ["2", "3", "5"])
    assert {line: "USD" in reason for line, reason in done.told("refused").items()} == {2: True, 5: True, 7: True}


def test_a_sign_means_the_shops_currency_where_it_can(tmp_path):
    feed = written(tmp_path / "a.csv", "id,title,price\n1,a,¥500\n2,b,$5\n")
    assert imported(tmp_path, feed, currency="JPY").ids == ["1"]
    assert imported(tmp_path, feed, into="other", currency="CAD").ids == ["2"]


def test_a_currency_that_nobody_names_is_told(tmp_path):
    done = imported(tmp_path, written(tmp_path / "a.csv", "id,title,price\n1,a,5\n"))
    assert done.shop.currency == "USD"
    assert "--currency" in done.outcome.notes[0]


# ── untrusted texts ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_texts_are_cleaned_and_bounded(tmp_path):
    row = {"id": "x\x00\u202e1", "title": "<b>A</b>\x07 cup" + " x" * 400, "price": 5, "category": ["A\nB", "C"], "description": "<img src=x onerror=alert(1)>Fine <3 &amp;lt;b&amp;gt;" + "y" * 60_000,
           "image": "javascript:alert(1)", "url": "https://x.example/a b", "attributes": {f"n{n}": ["v"] * 500 for n in range(200)} | {"long": "z" * 999}}  # fmt: skip
    done = imported(tmp_path, written(tmp_path / "a.jsonl", json.dumps(row)))
    (item,) = done.shop.catalogue.items
    assert item.id == "x1"
    assert item.title.startswith("A cup x") and len(item.title) <= 300
    assert item.description.startswith("Fine <3") and len(item.description) <= 20_000
    assert (item.category, item.image, item.url) == (("A B", "C"), "", "https://x.example/a%20b")
    assert len(item.attributes) == 40 and "long" not in item.attributes
    assert len(done.report["rows"]) == 3


def test_what_is_told_holds_no_control_characters(tmp_path):
    rows = [
        {"id": "\ud800\x1b[31m1", "title": "", "price": 1},
        {"id": "2", "title": "T", "price": "\ud800\x1b[31m"},
        {"id": "3\ud800", "title": "\ud800T", "price": 1},
    ]
    done = imported(tmp_path, written(tmp_path / "a.jsonl", "\n".join(map(json.dumps, rows))))
    assert done.ids == ["3"]
    assert "\x1b" not in str(done.report) and "\ud800" not in str(done.report)
    assert [row["id"] for row in done.report["rows"] if row["status"] == "refused"] == ["[31m1", "2"]


@pytest.mark.parametrize("markup", ["<" * 200_000, "<a " * 100_000, "<!--" * 50_000, "&#" * 100_000, "<ul>" * 100_000, "<script>" * 50_000])
def test_hostile_markup_takes_no_time(tmp_path, markup):
    feed = written(tmp_path / "a.jsonl", json.dumps({"id": "1", "title": "T", "price": 1, "description": markup}))
    assert imported(tmp_path, feed).ids == ["1"]
