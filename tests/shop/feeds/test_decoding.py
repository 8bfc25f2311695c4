"""The encoding of a feed is found from its bytes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chatbot.errors import ShopError
from chatbot.shop.feeds.decoding import encoding_of
from tests.shop.feeds.shops import imported

CHINESE = "商品编号,商品名称,价格,分类\n1,竹制砧板与菜刀套装,99元,厨房/砧板\n2,陶瓷碗,88元,厨房\n"
WESTERN = 'id,title,price,category\n1,Café crème brûlée dish,"12,50 €",Küche\n2,Plain dish,"9,00 €",Küche\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_chinese_feeds(tmp_path, encoding):
    (tmp_path / "a.csv").write_bytes(CHINESE.encode(encoding))
    done = imported(tmp_path, tmp_path / "a.csv")
    assert [item.title for item in done.shop.catalogue.items] == ["竹制砧板与菜刀套装", "陶瓷碗"]
    assert not done.report["rows"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_western_feeds(tmp_path, encoding):
    (tmp_path / "a.csv").write_bytes(WESTERN.encode(encoding))
    done = imported(tmp_path, tmp_path / "a.csv")
    assert done.item("1").title == "Café crème brûlée dish"
    assert (done.item("1").price, done.shop.currency) == (12.5, "EUR")


def test_xml_in_gbk_and_utf16(tmp_path):
    for encoding in ("gbk", "utf-16"):
        text = f'<?xml version="1.0" encoding="{encoding}"?><rss><channel><item><id>1</id><title>电水壶</title><price>99.00 CNY</price></item></channel></rss>'
        (tmp_path / "a.xml").write_bytes(text.encode(encoding))
        assert imported(tmp_path, tmp_path / "a.xml", into=encoding).item("1").title == "电水壶"


def test_a_damaged_character_is_told_and_the_rest_read(tmp_path):
    text = "id,title,price,category\n" + "".join(f"{n},竹制砧板与菜刀套装 {n},9,厨房\n" for n in range(50))
    (tmp_path / "a.csv").write_bytes(text.encode().replace("竹制砧板与菜刀套装 7".encode(), "竹制砧板与菜刀套装 ".encode() + b"\xe7\x9a 7"))
    done = imported(tmp_path, tmp_path / "a.csv")
    assert len(done.ids) == 50
    assert "damaged" in done.told("repaired")[9]


def test_a_character_that_begins_after_the_first_megabyte(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"a" * (1 << 20) + "竹制砧板".encode("gbk"))
    assert encoding_of(tmp_path / "a.csv") == "gb18030"


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ShopError, match=r"nowhere\.csv"):
        encoding_of(tmp_path / "nowhere.csv")


@given(
    st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=6, max_size=60),
    st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
)
@settings(max_examples=100, deadline=None)
def test_chinese_text_is_read_back_from_every_encoding(tmp_path_factory, text, encoding):
    path = tmp_path_factory.getbasetemp() / "text"
    path.write_bytes(f"title\n{text}\n".encode(encoding))
    assert text in path.read_bytes().decode(encoding_of(path))
