"""The grounding check on labelled sentences: what is faithful passes, what was planted wrong is found.

Every sentence stands as a model might write it about one of two laptops, or as rules might about both.
"""

from dataclasses import replace

import pytest

from chatbot.phrasing.evidence import Facts
from chatbot.phrasing.grounding import Grounding
from tests.phrasing.briefs import CATALOGUE, brief_of

GROUNDING = Grounding(CATALOGUE)
A_EN, B_EN = "Norin Air 14 Laptop", "Brio Fold 14 Laptop"
A_ZH, B_ZH = "诺林 Air 14 笔记本电脑", "布里欧 Fold 14 笔记本电脑"

FAITHFUL_EN = [
    f"For travel, I'd go with the {A_EN} at ¥3,999: just 1.1 kg.",
    f"For travel, I'd go with the {A_EN} at ¥3,999, with 16 GB memory and 10 h battery.",
    f"I'd start with the {A_EN} at ¥3,999, thin enough to slide between two folders.",
    f"Have a look at the {A_EN} at ¥3,999, which weighs 1.1 kg.",
    f"There's the {A_EN} at ¥3,999, and it comes in black.",
    f"There's the {A_EN} at ¥3,999, which has 16 GB of memory but no touchscreen.",
    f"The {A_EN} is ¥3,999, down from ¥4,499.",
    f"The {A_EN} costs ¥3,999 and has a 10 h battery.",
    f"The {A_EN}, at ¥3,999, is black.",
    f"Look at the {A_EN} at ¥3,999; the weight is 1.1 kg.",
    f"The {A_EN} at ¥3,999 is within ¥7,000.",
    f"The {A_EN} at ¥3,999 is rated 4.7 by 400 shoppers.",
    f"With more to spend, there's the {B_EN} at ¥6,499, with a touchscreen.",
    f"With more to spend, there's the {B_EN} at ¥6,499, which has a touchscreen and weighs 1.3 kg.",
    f"You might also like the {B_EN} at ¥6,499: the screen folds all the way over.",
    f"There's also the {B_EN} at ¥6,499, ¥2,500 more, in white.",
    f"The {B_EN} costs ¥2,500 more.",
    f"The {B_EN} has 16 GB of memory and a touchscreen.",
    f"The {B_EN} at ¥6,499 has a 10 h battery.",
    f"The {A_EN} at ¥3,999; the {B_EN} is ¥6,499, ¥2,500 more.",
    f"The {A_EN} weighs 1.1 kg, the {B_EN} 1.3 kg.",
    f"The {A_EN} has no touchscreen; the {B_EN} has a touchscreen.",
    f"The {A_EN} saves ¥2,500.",
    f"Both have 16 GB of memory: the {A_EN} and the {B_EN}.",
    f"For a light laptop under ¥7,000, see first the {A_EN} at ¥3,999.",
    f"For travel, the {A_EN} is a good choice at ¥3,999, because it is light at 1.1 kg.",
    f"If you want a touchscreen, take the {B_EN} at ¥6,499.",
    f"I'd go with the {A_EN} at ¥3,999, without a touchscreen.",
    f"To save a little, there's the {A_EN} at ¥3,999, ¥2,500 less.",
]
FAITHFUL_ZH = [
    f"出差用的话，首选{A_ZH}，3999 元，只有 1.1 公斤。",
    f"首选{A_ZH}，3999 元，内存 16 GB，续航 10 小时。",
    f"首选{A_ZH}，3999 元，放进通勤包几乎不占地方。",
    f"先看{A_ZH}，3999 元，重 1.1 公斤。",
    f"可以看{A_ZH}，3999 元，黑色。",
    f"可以看{A_ZH}，3999 元，内存 16 GB，不过没有触摸屏。",
    f"{A_ZH}现在 3999 元，原价 4499 元。",
    f"{A_ZH}要 3999 元，续航 10 小时。",
    f"{A_ZH}，3999元，重量 1.1 公斤。",
    f"{A_ZH}，3999 元，在 7000 元以内。",
    f"{A_ZH}，3999 元，评分 4.7，400 人评价。",
    f"{A_ZH}，三千九百九十九元，轻一点。",
    f"预算宽一点，看{B_ZH}，6499 元，带触摸屏。",
    f"预算宽一点，看{B_ZH}，6499 元，有触摸屏，重 1.3 公斤。",
    f"还可以看{B_ZH}，6499 元，屏幕可以整个翻过来。",
    f"还有{B_ZH}，6499 元，贵 2500 元，白色。",
    f"{B_ZH}贵 2500 元。",
    f"{B_ZH}内存 16 GB，有触摸屏。",
    f"{B_ZH}，6499 元，续航 10 小时。",
    f"{A_ZH}，3999 元；{B_ZH}，6499 元，贵 2500 元。",
    f"{A_ZH}重 1.1 公斤，{B_ZH}重 1.3 公斤。",
    f"{A_ZH}没有触摸屏，{B_ZH}有触摸屏。",
    f"{A_ZH}便宜 2500 元。",
    f"两款内存都是 16 GB：{A_ZH}和{B_ZH}。",
    f"7000 元以内的笔记本电脑，首选{A_ZH}，3999 元。",
    f"{A_ZH}，3999 元，才 1.1 公斤，带着方便。",
    f"想要触摸屏的话，选{B_ZH}，6499 元。",
    f"首选{A_ZH}，3999 元，不带触摸屏。",
    f"想省点的话，有{A_ZH}，3999 元，便宜 2500 元。",
]
OF_RULES = [
    ("en", "Of the 4 options, here are two."), ("en", "Unopened goods can be returned within 7 days."), ("en", "You asked for Laptops under ¥7,000, and 4 fit."),
    ("en", "They're here 9:00-21:00, and it's usually about 5 minutes."), ("en", "If it's urgent you can also ring 400-000-0000."),
    ("zh", "您要的是7000 元以内的笔记本电脑，符合的有 4 款。"), ("zh", "签收后 7 天内没拆封就能退。"), ("zh", "人工时间是 9:00-21:00，一般 5 分钟左右。"),
    ("zh", "着急的话也可以打 400-000-0000。"),
]  # fmt: skip
"""What rules say of more than one product; their words are not looked at."""
WRONG_EN = {
    "another price": f"I'd go with the {A_EN} at ¥3,499: just 1.1 kg.",
    "a price a little off": f"I'd go with the {A_EN} at ¥3,998.",
    "a price in words of another sum": f"The {A_EN} is only 3000 yuan, or ¥3,000.",
    "the price of the other": f"I'd go with the {A_EN} at ¥6,499.",
    "prices swapped": f"The {A_EN} is ¥6,499 and the {B_EN} ¥3,999.",
    "second price swapped": f"The {B_EN} is ¥3,999.",
    "another gap": f"The {B_EN} costs ¥1,500 more.",
    "another list price": f"The {A_EN} is ¥3,999, down from ¥4,999.",
    "another currency": f"The {A_EN} is $3,999.",
    "unit changed, kg to g": f"The {A_EN} weighs 1.1 g at ¥3,999.",
    "unit changed, h to minutes": f"The {A_EN} at ¥3,999 runs 10 minutes.",
    "unit changed, GB to TB": f"The {A_EN} at ¥3,999 has 16 TB.",
    "another weight": f"The {A_EN} at ¥3,999 is just 0.9 kg.",
    "the weight of the other": f"The {A_EN} at ¥3,999 weighs 1.3 kg.",
    "weights swapped": f"The {A_EN} weighs 1.3 kg, the {B_EN} 1.1 kg.",
    "another battery": f"The {A_EN} at ¥3,999 has a 20 h battery.",
    "another memory": f"The {B_EN} at ¥6,499 has 32 GB memory.",
    "memory taken for storage": f"The {A_EN} at ¥3,999 has 16 GB storage.",
    "a foreign brand of the shop": "I'd go with the Pax Go 13 at ¥3,999.",
    "a foreign brand from outside": f"The {A_EN} at ¥3,999 is like an Apple MacBook.",
    "a made-up name": "I'd go with the Norin Zephyr at ¥3,999.",
    "a promise: free delivery": f"The {A_EN} at ¥3,999 comes with free delivery.",
    "a promise: warranty": f"The {A_EN} at ¥3,999 has a two year warranty.",
    "a promise: refund": f"The {A_EN} at ¥3,999, and we refund the difference.",
    "a promise: gift": f"The {A_EN} at ¥3,999 comes with a gift.",
    "a promise: discount": f"The {A_EN} at ¥3,999, with a discount today.",
    "a promise: guarantee": f"The {A_EN} at ¥3,999 is guaranteed.",
    "a promise: tomorrow": f"The {A_EN} at ¥3,999 ships tomorrow.",
    "a promise: percent off": f"The {A_EN} at ¥3,999 is 20% off.",
    "a superlative: lightest": f"The {A_EN} at ¥3,999 is the lightest.",
    "a superlative: best": f"The {A_EN} at ¥3,999 is the best laptop.",
    "a superlative: cheapest": f"The {A_EN} is the cheapest at ¥3,999.",
    "a superlative: most": f"The {A_EN} at ¥3,999 is the most powerful.",
    "flipped: has what it lacks": f"The {A_EN} at ¥3,999 has a touchscreen.",
    "flipped: lacks what it has": f"The {B_EN} at ¥6,499 has no touchscreen.",
    "flipped: without": f"The {B_EN} at ¥6,499, without touchscreen.",
    "a link": f"The {A_EN} at ¥3,999, see http://evil.example/x.",
    "a link without a scheme": f"The {A_EN} at ¥3,999, see www.evil.example.",
    "a mail address": f"The {A_EN} at ¥3,999, write to me@evil.example.",
    "the wrong language": f"首选{A_ZH}，3999 元。",
    "half in the wrong language": f"The {A_EN} at ¥3,999，非常轻薄便携。",
    "the attribute of the other: colour": f"The {A_EN} at ¥3,999 comes in white.",
    "a quantity of another attribute, behind": f"The {A_EN} at ¥3,999, with 16 GB of memory and a color that's 1.1 kg.",
    "a quantity of another attribute, before": f"The {A_EN} at ¥3,999, with a 16 GB weight.",
    "a word twice": f"The {A_EN} at ¥3,999, with 16 GB memory memory.",
    "an attribute of neither": f"The {A_EN} at ¥3,999 is waterproof.",
    "a use of neither": f"The {A_EN} at ¥3,999 is ideal for gaming.",
    "another rating": f"The {A_EN} at ¥3,999 is rated 4.9 by 400 shoppers.",
    "another count of ratings": f"The {A_EN} at ¥3,999 is rated 4.7 by 9000 shoppers.",
    "another total": "Of the 12 options, two stand out.",
    "another return period": "Unopened goods can be returned within 30 days.",
    "the prompt repeated": f"The {A_EN} at ¥3,999. Facts: {A_EN} | ¥3,999",
    "a stray claim": f"The {A_EN} at ¥3,999 won awards from critics.",
}  # fmt: skip
WRONG_ZH = {
    "another price": f"首选{A_ZH}，3499 元，只有 1.1 公斤。",
    "a price a little off": f"首选{A_ZH}，3998 元。",
    "a price in Chinese": f"首选{A_ZH}，三千四百元。",
    "the price of the other": f"首选{A_ZH}，6499 元。",
    "prices swapped": f"{A_ZH}，6499 元；{B_ZH}，3999 元。",
    "second price swapped": f"{B_ZH}，3999 元。",
    "another gap": f"{B_ZH}贵 1500 元。",
    "another list price": f"{A_ZH}现在 3999 元，原价 4999 元。",
    "another currency": f"{A_ZH}要 3999 美元。",
    "unit changed, kg to g": f"{A_ZH}，3999 元，重 1.1 克。",
    "unit changed, h to minutes": f"{A_ZH}，3999 元，续航 10 分钟。",
    "unit changed, kg to jin": f"{A_ZH}，3999 元，重 1.1 斤。",
    "another weight": f"{A_ZH}，3999 元，只有 0.9 公斤。",
    "the weight of the other": f"{A_ZH}，3999 元，重 1.3 公斤。",
    "weights swapped": f"{A_ZH}重 1.3 公斤，{B_ZH}重 1.1 公斤。",
    "another battery": f"{A_ZH}，3999 元，续航 20 小时。",
    "another memory": f"{B_ZH}，6499 元，内存 32 GB。",
    "memory taken for storage": f"{A_ZH}，3999 元，硬盘 16 GB。",
    "a foreign brand of the shop": "首选帕克斯 Go 13，3999 元。",
    "a foreign brand from outside": f"{A_ZH}，3999 元，跟苹果的差不多。",
    "a made-up name": "首选诺林 星河，3999 元。",
    "a promise: free delivery": f"{A_ZH}，3999 元，包邮。",
    "a promise: warranty": f"{A_ZH}，3999 元，质保两年。",
    "a promise: refund": f"{A_ZH}，3999 元，差价退款。",
    "a promise: gift": f"{A_ZH}，3999 元，送您一个包。",
    "a promise: discount": f"{A_ZH}，3999 元，今天打折。",
    "a promise: guarantee": f"{A_ZH}，3999 元，保证好用。",
    "a promise: tomorrow": f"{A_ZH}，3999 元，明天到。",
    "a promise: free": f"{A_ZH}，3999 元，免费试用。",
    "a superlative: lightest": f"{A_ZH}，3999 元，是最轻的。",
    "a superlative: best": f"{A_ZH}，3999 元，最好的选择。",
    "a superlative: cheapest": f"{A_ZH}，3999 元，全网价格低。",
    "a superlative: only": f"{A_ZH}，3999 元，唯一合适的。",
    "flipped: has what it lacks": f"{A_ZH}，3999 元，带触摸屏。",
    "flipped: lacks what it has": f"{B_ZH}，6499 元，没有触摸屏。",
    "flipped: without": f"{B_ZH}，6499 元，不带触摸屏。",
    "a link": f"{A_ZH}，3999 元，详见 http://evil.example/x。",
    "a link without a scheme": f"{A_ZH}，3999 元，看 www.evil.example。",
    "a mail address": f"{A_ZH}，3999 元，写信给 me@evil.example。",
    "the wrong language": f"I'd go with the {A_EN} at ¥3,999, just 1.1 kg.",
    "half in the wrong language": f"{A_ZH}，3999 元，very light and easy to carry。",
    "the attribute of the other: colour": f"{A_ZH}，3999 元，白色的。",
    "an attribute of neither": f"{A_ZH}，3999 元，防水。",
    "a use of neither": f"{A_ZH}，3999 元，适合打游戏。",
    "another rating": f"{A_ZH}，3999 元，评分 4.9。",
    "another count of ratings": f"{A_ZH}，3999 元，9000 人评价。",
    "another total": "符合的有 12 款。",
    "another return period": "签收后 30 天内没拆封就能退。",
    "the prompt repeated": f"{A_ZH}，3999 元。事实：{A_ZH}｜3999 元",
    "a stray claim": f"{A_ZH}，3999 元，屡获国际大奖。",
}  # fmt: skip


def fault(text, language, *, strict=True, **changes):
    return GROUNDING.fault(text, Facts(brief_of(language, **changes)), strict=strict)


def test_there_are_enough_sentences():
    assert len(FAITHFUL_EN) + len(FAITHFUL_ZH) + len(OF_RULES) >= 60
    assert len(WRONG_EN) + len(WRONG_ZH) >= 60


@pytest.mark.parametrize(("language", "sentences"), [("en", FAITHFUL_EN), ("zh", FAITHFUL_ZH)])
def test_every_faithful_sentence_passes(language, sentences):
    refused = {text: found for text in sentences if (found := fault(text, language))}
    assert not refused, f"{len(refused)} of {len(sentences)} faithful sentences refused"


@pytest.mark.parametrize(("language", "text"), OF_RULES)
def test_every_faithful_sentence_of_a_rule_passes(language, text):
    assert fault(text, language, strict=False) == ""


@pytest.mark.parametrize(("language", "sentences"), [("en", WRONG_EN), ("zh", WRONG_ZH)])
def test_every_planted_sentence_is_found(language, sentences):
    missed = {name: text for name, text in sentences.items() if not fault(text, language)}
    assert not missed, f"{len(missed)} of {len(sentences)} planted sentences missed"


@pytest.mark.parametrize(
    ("text", "language", "word"),
    [
        (WRONG_EN["another price"], "en", "price"), (WRONG_EN["unit changed, kg to g"], "en", "1.1 g"), (WRONG_EN["a foreign brand of the shop"], "en", "Pax"),
        (WRONG_EN["a promise: free delivery"], "en", "promise"), (WRONG_EN["a superlative: lightest"], "en", "superlative"), (WRONG_EN["a link"], "en", "link"),
        (WRONG_EN["flipped: has what it lacks"], "en", "other way round"), (WRONG_EN["the wrong language"], "en", "English"), (WRONG_ZH["the wrong language"], "zh", "Chinese"),
        (WRONG_ZH["the prompt repeated"], "zh", "prompt"), (WRONG_EN["an attribute of neither"], "en", "waterproof"),
    ],
)  # fmt: skip
def test_the_fault_says_what_it_is(text, language, word):
    assert word in fault(text, language)


def test_a_promise_of_the_documents_may_be_said():
    assert fault("Unopened goods can be returned within 7 days.", "en") == ""
    assert "promise" in fault("Unopened goods can be returned.", "en", answer="", title="")


def test_a_rules_sentence_may_use_any_words_but_no_other_facts():
    text = "Rhubarb crumble is what the {} reminds people of."
    assert fault(text.format(A_EN), "en", strict=False) == ""
    assert fault(text.format(A_EN), "en") != ""
    assert fault(f"The {A_EN} is ¥1.", "en", strict=False) != ""


@pytest.mark.parametrize("text", ["", " ", "😀", "。", "¥", "Norin" * 500, "\n", "1" * 500])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_strange_sentences_end(text, language):
    fault(text, language)


def test_a_brief_without_products_backs_no_price():
    assert fault("That is ¥3,999.", "en", items=(), points={}, descriptions={}) != ""
    assert fault("价格是 3999 元。", "zh", items=(), points={}, descriptions={}) != ""


@pytest.mark.parametrize(
    ("language", "unknown", "said", "honest"),
    [
        ("en", "noise", "The Norin Air 14 Laptop's noise is low.", "Its noise isn't in our data."),
        ("en", "waterproof", "Yes, it's waterproof.", "The data doesn't say whether it's waterproof."),
        ("zh", "防水", "诺林 Air 14 笔记本电脑能防水。", "防水这一项资料里没写。"),
        ("zh", "噪音", "它的噪音很小。", "噪音多大没有标注，我帮您问同事。"),
    ],
)
def test_what_is_not_known_is_not_claimed(language, unknown, said, honest):
    facts = Facts(brief_of(language, kind="details", items=("lap-2",), unknown=(unknown,)))
    assert "not known" in GROUNDING.fault(said, facts)
    assert "not known" not in GROUNDING.fault(honest, facts)


def test_the_colours_of_a_product_may_be_counted_and_nothing_else_by_them():
    brief = brief_of("zh", kind="details", items=("lap-2",))
    colours = ("黑色", "白色", "蓝色")
    facts = Facts(replace(brief, products=(replace(brief.products[0], attributes={"颜色": colours}),)))
    assert not GROUNDING.fault(f"{A_ZH}有黑色、白色、蓝色3种颜色。", facts, strict=False)
    assert GROUNDING.fault(f"{A_ZH}有黑色、白色、蓝色6种颜色。", facts, strict=False)
    assert GROUNDING.fault(f"这样的有3款，首选{A_ZH}。", facts, strict=False)
