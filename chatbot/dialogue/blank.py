"""A wish for a recommendation that names nothing: what is known of the shopper says the rest. Pure rules."""

import re

from chatbot.text import folded
from chatbot.values import Understanding

__all__ = ["asks_for_anything"]

_ANYTHING = re.compile(
    r"(?:那|那就|你|您|请|麻烦|能|可以|帮我|给我|跟我|再)*(?:随便|看着)?推荐(?:一?下|一?[点些]|[几两][个款样]|个|款)*(?:什么|东西|好东西|好物|商品|产品|好的|别的)?(?:的)?[吗吧呗呀]?"
    r"|(?:有没有|有|有些|都有)(?:什么)?(?:好|值得)?(?:推荐|东西|买)的?(?:东西)?[吗么呢呀]?|(?:看看)?(?:今天|最近)?(?:有什么|买点什么|买什么|看点什么)好(?:物|东西|的)?呢?|猜猜?我(?:会)?喜欢(?:什么|啥)|随便(?:看看|逛逛|来[点个])?"
    r"|(?:just )?surprise me|(?:please |can you |could you |would you )*(?:recommend|suggest|show me|pick) (?:me )?(?:something|anything|some ?things?|a few things?|stuff)(?: nice| good| cool| for me)?(?: please)?"
    r"|(?:so |and )?(?:what (?:do|would|can|should) (?:you|i) (?:recommend|suggest|buy|get)(?: me)?(?: here| today)?)|any (?:recommendations?|suggestions?|ideas?)(?: for me)?|(?:got )?anything (?:good|nice|interesting)(?: today| for me)?"
)
_AROUND = " \t,.!?~，。！？～…"


def asks_for_anything(understanding: Understanding) -> bool:
    """Whether the message is such a wish and nothing else: 推荐点什么, "surprise me"."""
    return not understanding.topics and bool(_ANYTHING.fullmatch(folded(understanding.text).strip(_AROUND)))
