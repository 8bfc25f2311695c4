"""Rules: every kind of plan gives a text in each language, and every such text holds before the grounding check."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from chatbot.phrasing import en, en_measures, zh, zh_measures
from chatbot.phrasing.brief import Group
from chatbot.phrasing.evidence import Facts
from chatbot.phrasing.grounding import Grounding
from chatbot.text import is_han
from tests.phrasing.briefs import CATALOGUE, KINDS, brief_of, product_of

LANGUAGES = {"zh": zh, "en": en}
GROUNDING = Grounding(CATALOGUE)


def _variants(language, kind):
    """Briefs of one kind in its different situations."""
    whole = brief_of(language, kind)
    chinese = language == "zh"
    one = brief_of(language, kind, items=("lap-2",))
    yield whole
    yield replace(whole, turn=2)
    yield replace(whole, turn=3)
    yield replace(whole, wanted=(), total=0, category="")
    if kind != "compare":
        yield replace(one, total=1)
        yield replace(one, descriptions={}, points={}, wanted=())
    yield replace(whole, unknown_brand="Apple", changed=("price_max",))
    for note in ("popular", "rejected", "cheaper", "dearer", "more", "similar", "another", "reduced", "not_reduced", "discount", "language"):
        yield replace(whole, note=note)
    past, figures = (
        ("比 1.2 公斤更轻", {"lap-2": "1.1 公斤", "lap-1": "1.4 公斤"})
        if chinese
        else ("lighter than 1.2 kg", {"lap-2": "1.1 kg", "lap-1": "1.4 kg"})
    )
    yield replace(whole, note="measured", past=past, figures=figures, wanted=(*whole.wanted, past), changed=("ceiling",))
    yield replace(whole, unmeasured="噪音" if chinese else "noise")
    yield replace(whole, unmeasured="重量" if chinese else "weight", figures=figures)
    yield replace(whole, question="which_item")
    yield replace(whole, contact={}, answer="", title="")
    if kind == "nothing_fits":
        closest = product_of("lap-1", language)
        wish = ("1000 元以内",) if chinese else ("under ¥1,000",)
        yield replace(whole, products=(), closest=closest, blocking=wish, relaxed=wish, without=1, lowest=2999.0)
        yield replace(whole, products=(), closest=closest, blocking=wish, relaxed=wish, without=4, lowest=2999.0, unknown_brand="Apple")
        yield replace(
            whole, products=(), closest=closest, note="measured", past=past, figures=figures, blocking=(past,), relaxed=wish, without=2, lowest=2999.0
        )
        yield replace(whole, products=(), exhausted=True)
        yield replace(whole, products=())
    if kind == "details":
        asked = (("价格", "3999 元"), ("重量", "1.1 公斤"), ("触摸屏", "无"), ("颜色", "黑色"), ("库存", "有现货")) if chinese else (
            ("price", "¥3,999"), ("weight", "1.1 kg"), ("touchscreen", "no"), ("color", "black"), ("stock", "in stock"),
        )  # fmt: skip
        for fact in asked:
            yield replace(one, asked=(fact,))
        yield replace(one, asked=asked, unknown=("材质",) if chinese else ("material",))
        yield replace(one, unknown=("材质",) if chinese else ("material",))
    if kind == "compare":
        difference = (("重量", "1.1 公斤", "1.3 公斤"),) if chinese else (("weight", "1.1 kg", "1.3 kg"),)
        for best in whole.products:
            yield replace(whole, differences=difference, asked=(("best", best.title),))
        yield replace(whole, products=(whole.products[0], replace(whole.products[1], price=whole.products[0].price)))
        yield replace(whole, products=tuple(reversed(whole.products)))
    if kind == "choose":
        yield replace(one, products=(replace(one.products[0], in_stock=False),))
    if kind == "recommend":
        yield brief_of(language, items=("lap-5", "lap-2", "lap-1"))
        yield brief_of(language, items=("lap-2", "lap-5", "lap-4"))
        yield brief_of(language, items=("ket-1", "ket-2"))
        yield brief_of(language, items=("lap-2", "lap-5", "ket-3"), groups=_groups(chinese))


def _groups(chinese):
    kettles, mice = ("电水壶", "鼠标") if chinese else ("Kettles", "Mice")
    laptops = Group("笔记本电脑" if chinese else "Laptops", ("7000 元以内",) if chinese else ("under ¥7,000",), ("lap-2", "lap-5"))
    return (laptops, Group(kettles, (), ("ket-3",)), Group(mice, (), ()))


CASES = [
    pytest.param(language, brief, id=f"{language}-{kind}-{number}")
    for language in LANGUAGES for kind in KINDS for number, brief in enumerate(_variants(language, kind))
]  # fmt: skip


def _text(brief, *, opened=False):
    return [one.text for one in LANGUAGES[brief.language].sentences(brief, opened=opened)]


@pytest.mark.parametrize("opened", [False, True])
@pytest.mark.parametrize(("language", "brief"), CASES)
def test_every_plan_has_a_whole_text_in_its_language(language, brief, opened):
    texts = _text(brief, opened=opened)
    if not (brief.kind == "answer" and not brief.answer):
        assert texts
    for text in texts:
        assert not re.search(r"[{}]|\bNone\b|  | ,|，，|。。|\.\.", text), text
        assert text == text.strip()
        assert text[-1] in "。！？.!?”：:", text
        assert not re.search(r"\(\s*\)|：[，。]|: [.,]|（\s*）|“”", text), text
        own = text
        for name in [
            title for product in (*brief.products, *((brief.closest,) if brief.closest else ())) for title in (product.title, product.brand)
        ]:
            own = own.replace(name, "")
        if language == "en":
            assert not [char for char in own if is_han(char) or char in "，。；！？"], text
        else:
            assert not re.search(r"[a-z]{3,}", own.replace("Apple", "")), text


@pytest.mark.parametrize("opened", [False, True])
@pytest.mark.parametrize(("language", "brief"), CASES)
def test_every_rule_holds_before_the_grounding_check(language, brief, opened):
    facts = Facts(brief)
    said = LANGUAGES[language].sentences(brief, opened=opened)
    faults = {one.text: found for one in said if (found := GROUNDING.fault(one, facts, strict=False))}
    assert not faults


@pytest.mark.parametrize("opened", [False, True])
@pytest.mark.parametrize(("language", "brief"), CASES)
def test_a_sentence_says_what_it_owes(language, brief, opened):
    """What is owed and not said would be owed again."""
    owed = [part for one in LANGUAGES[language].sentences(brief, opened=opened) for part in one.owes]
    for one in LANGUAGES[language].sentences(brief, opened=opened):
        assert all(part in one.text for part in one.owes), one
    if brief.kind in ("recommend", "compare"):
        unmeasured = [brief.unmeasured] if brief.kind == "recommend" and brief.unmeasured and not brief.groups else []
        assert owed == [*unmeasured, *(product.title for product in brief.products)]
    if brief.kind in ("explain", "choose"):
        assert owed == [brief.products[0].title]
    if brief.kind == "nothing_fits" and brief.closest and brief.note == "" and not brief.exhausted:
        assert owed == [brief.closest.title]


@pytest.mark.parametrize(
    ("language", "asked", "owed"),
    [
        ("en", (("weight", "1.1 kg"), ("color", "black")), ["1.1 kg", "black"]),
        ("zh", (("重量", "1.1 公斤"), ("颜色", "黑色")), ["1.1 公斤", "黑色"]),
    ],
)
def test_values_that_were_asked_for_are_owed(language, asked, owed):
    brief = brief_of(language, "details", items=("lap-2",), asked=asked)
    assert [part for one in LANGUAGES[language].sentences(brief) for part in one.owes] == owed


@pytest.mark.parametrize(("language", "brief"), CASES)
def test_a_recommended_product_is_named_with_its_price(language, brief):
    for one in LANGUAGES[language].sentences(brief):
        if brief.kind == "recommend" and one.owes:
            for product in brief.products:
                assert product.id not in one.items or (product.title in one.text and brief.money(product.price) in one.text)


@pytest.mark.parametrize("note", ["", "cheaper", "dearer", "more", "similar", "rejected", "profile", "again", "popular"])
@pytest.mark.parametrize(("language", "begins"), [("en", "there is the Norin Air 14 Laptop at"), ("zh", "先看诺林 Air 14 笔记本电脑，")])
def test_behind_an_opener_the_wishes_are_not_said_again(language, begins, note):
    for turn in (1, 2, 3):
        brief = brief_of(language, note=note, turn=turn)
        assert _text(brief, opened=True)[0].startswith(begins)
        assert not _text(brief)[0].startswith(begins)
        assert _text(brief, opened=True)[1:] == _text(brief)[1:]


@pytest.mark.parametrize(("kind", "begins"), [("details", "the Norin"), ("compare", "the Norin"), ("explain", "you asked"), ("choose", "done: the")])
def test_behind_an_opener_an_english_sentence_goes_on(kind, begins):
    brief = brief_of("en", kind)
    assert _text(brief, opened=True)[0].startswith(begins)
    assert _text(brief)[0].startswith(begins.capitalize().replace("norin", "Norin"))


@pytest.mark.parametrize(("language", "brief"), CASES)
def test_a_sentence_begins_with_its_lead_and_names_its_product(language, brief):
    for one in LANGUAGES[language].sentences(brief):
        assert one.text.startswith(one.lead)
        if one.product:
            (product,) = [product for product in brief.products if product.id == one.product]
            assert product.title in one.text
            assert brief.money(product.price) in one.text


@pytest.mark.parametrize(
    ("items", "chinese", "english"),
    [
        (("lap-5", "lap-2"), ("想省点", "便宜 2500 元"), ("save a little", "¥2,500 less")),
        (("lap-2", "lap-5"), ("预算宽一点", "贵 2500 元"), ("With more to spend", "¥2,500 more")),
        (("ket-1", "ket-2"), ("同样价位",), ("At the same price",)),
    ],
)
def test_a_further_product_is_told_against_the_first(items, chinese, english):
    for language, expected in (("zh", chinese), ("en", english)):
        (text,) = [one.text for one in LANGUAGES[language].sentences(brief_of(language, items=items)) if one.items == {items[1]}]
        assert all(words in text for words in expected), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_model_phrases_one_sentence_of_a_reply_at_most(language):
    for kind in KINDS:
        for brief in _variants(language, kind):
            assert sum(bool(one.product) for one in LANGUAGES[language].sentences(brief)) <= 1


@pytest.mark.parametrize("name", ["CHIPS", "REASONS", "WISHES"])
def test_both_languages_have_the_same_texts(name):
    one, other = getattr(zh, name), getattr(en, name)
    assert one.keys() == other.keys()
    for key in one:
        places = [sorted(set(re.findall(r"{\w+}", text)) - {"{measure}"}) for text in (one[key], other[key])]  # English has no measure words
        assert places[0] == places[1]
        assert not re.search(r"[A-Za-z]", re.sub(r"{\w+}", "", one[key]))
        assert not any(map(is_han, other[key]))


@pytest.mark.parametrize(
    ("language", "name", "value", "flag", "expected"),
    [
        ("zh", "降噪", "有", True, "带降噪"), ("zh", "降噪", "无", False, "没有降噪"), ("zh", "续航", "14 小时", None, "续航 14 小时"), ("zh", "重量", "1.1 公斤", None, "1.1 公斤"),
        ("zh", "材质", "棉", None, "材质棉"), ("en", "noise cancelling", "yes", True, "noise cancelling"), ("en", "noise cancelling", "no", False, "no noise cancelling"),
        ("en", "memory", "16 GB", None, "16 GB memory"), ("en", "weight", "1.1 kg", None, "1.1 kg"), ("en", "material", "cotton", None, "cotton material"),
    ],
)  # fmt: skip
def test_points(language, name, value, flag, expected):
    assert LANGUAGES[language].point(name, value, flag) == expected


def test_no_turn_begins_like_the_one_before():
    for language in LANGUAGES:
        texts = [_text(brief_of(language, turn=turn))[0] for turn in range(1, 5)]
        assert all(one != other for one, other in pairwise(texts))


@pytest.mark.parametrize(
    ("kind", "sign", "name", "value", "chinese"),
    [
        ("weight", -1, "重量", "1.1 公斤", "比 1.1 公斤更轻"), ("weight", 1, "单只重量", "180 克", "单只重量比 180 克更重"), ("time", 1, "续航", "14 小时", "续航比 14 小时更长"),
        ("length", 1, "屏幕", "13.3 英寸", "屏幕比 13.3 英寸更大"), ("noise", -1, "噪音", "62 分贝", "噪音比 62 分贝更低"), ("storage", 1, "内存", "16 GB", "内存比 16 GB 更大"), ("", 1, "页数", "192", "页数比 192 更多"),
    ],
)  # fmt: skip
def test_chinese_compares_as_people_say_it(kind, sign, name, value, chinese):
    assert zh_measures.past(kind, sign, name, value) == chinese


@pytest.mark.parametrize(
    ("kind", "sign", "name", "value", "english"),
    [
        ("weight", -1, "weight", "1.1 kg", "lighter than 1.1 kg"), ("time", 1, "battery", "14 h", "with longer battery life than 14 h"), ("length", 1, "screen", "13.3 in", "with a bigger screen than 13.3 in"),
        ("noise", -1, "sleep noise", "30 dB", "quieter than 30 dB"), ("storage", 1, "memory", "16 GB", "with more memory than 16 GB"), ("", -1, "pages", "192", "with fewer pages than 192"),
        ("weight", 1, "max load", "110 kg", "with a higher max load than 110 kg"), ("time", -1, "length", "118 min", "shorter than 118 min"),
    ],
)  # fmt: skip
def test_english_compares_as_people_say_it(kind, sign, name, value, english):
    assert en_measures.past(kind, sign, name, value) == english


def test_every_need_of_a_message_is_told_and_so_is_one_that_nothing_fits():
    chinese, english = (
        " ".join(_text(brief_of(language, items=("lap-2", "lap-5", "ket-3"), groups=_groups(language == "zh")))) for language in ("zh", "en")
    )
    assert "7000 元以内的笔记本电脑可以看" in chinese
    assert "鼠标暂时没有合适的" in chinese
    assert "For laptops under ¥7,000, there's" in english
    assert "We have no mice" in english
