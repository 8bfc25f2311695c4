"""The prompt of the language model, in one place for every model that phrases.

A base model continues patterns, so the prompt is a few worked cases and then the case at hand in the same form: one
product's facts, and how the sentence begins. The fixed part comes first and stays in llama.cpp's cache. The shopper's own
words are not in it; a shop's texts go in as one line of data without the marks that the form is made of.
"""

import re

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from chatbot.phrasing.brief import Brief, Sentence
from chatbot.values import Language, Product

__all__ = ["fixed_part", "messages"]

POINTS = 3
LONGEST_LINE = 120

_FIXED: dict[Language, str] = {
    "zh": """店员介绍商品，一句话，只说事实里有的，先说全名和价格。

事实：罗恩城市通勤双肩包｜299 元｜0.9 公斤｜容量 18 升
介绍：上班背的话，首选罗恩城市通勤双肩包，299 元，只有 0.9 公斤，能装 18 升。

事实：维诺 Lite 入耳式耳机｜129 元｜续航 20 小时｜没有降噪
介绍：想省点的话，有维诺 Lite 入耳式耳机，129 元，续航 20 小时，不过没有降噪。

事实：贝奥 R3 速热电水壶｜169 元｜容量 1.7 升｜功率 1800 瓦
介绍：电水壶的话，先看贝奥 R3 速热电水壶，169 元，容量 1.7 升，功率 1800 瓦。

事实：路捷缓震跑鞋｜239 元｜260 克｜鞋面织物
介绍：预算宽一点，看路捷缓震跑鞋，239 元，一只 260 克。

事实：松禾阅读台灯｜189 元｜带调光｜功率 12 瓦
介绍：还可以看松禾阅读台灯，189 元，带调光，功率 12 瓦。

""",
    "en": """A shop assistant introduces a product in one sentence, from the facts only, with its full name and price.

Facts: Rowan City Backpack | ¥299 | 0.9 kg | 18 L capacity
Introduction: For work, I'd go with the Rowan City Backpack at ¥299: just 0.9 kg, and it holds 18 L.

Facts: Velo Lite In-Ear Headphones | ¥129 | 20 h battery | no noise cancelling
Introduction: To save a little, there's the Velo Lite In-Ear Headphones at ¥129, with 20 h of battery but no noise cancelling.

Facts: Beo R3 Rapid Kettle | ¥169 | 1.7 L capacity | 1800 W power
Introduction: For kettles, I'd start with the Beo R3 Rapid Kettle at ¥169, with 1.7 L capacity and 1800 W power.

Facts: Lodge Cushion Running Shoes | ¥239 | 260 g | knit upper
Introduction: With more to spend, there's the Lodge Cushion Running Shoes at ¥239, with a knit upper and a weight of 260 g.

Facts: Pinewood Reading Lamp | ¥189 | dimmable | 12 W power
Introduction: You might also like the Pinewood Reading Lamp at ¥189, which is dimmable and uses 12 W.

""",
}


def fixed_part(language: Language) -> str:
    """The part that is the same in every prompt of a language: worth keeping in the model's cache."""
    return _FIXED[language]


def messages(brief: Brief, sentence: Sentence, product: Product) -> list[BaseMessage]:
    """The worked cases, and the case at hand up to where the lead of `sentence` ends."""
    chinese = brief.language == "zh"
    facts, introduction, bar = ("事实：", "介绍：", "｜") if chinese else ("Facts: ", "Introduction: ", " | ")
    parts = (brief.name(product), brief.price(product.price), *brief.points.get(product.id, ())[:POINTS])
    case = f"{facts}{bar.join(_line(part) for part in parts)}\n{introduction}{_line(sentence.lead)}"
    return [SystemMessage(_FIXED[brief.language]), HumanMessage(case)]


def _line(text: str) -> str:
    """Untrusted text as one line without the marks that the prompt's form is made of."""
    flat = re.sub(r"[\s|｜]+", " ", text)
    return re.sub(r"(?i)(?:facts|introduction)\s*:|(?:事实|介绍)：", " ", flat).strip()[:LONGEST_LINE]
