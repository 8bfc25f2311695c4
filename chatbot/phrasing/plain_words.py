"""Words of plain speech that claim nothing: a language model may use them though they stand in no fact."""

__all__ = ["PLAIN_ENGLISH", "PLAIN_HAN"]

_ENGLISH = """
about after all also although and another any are aren't around ask asked available because been before being better between big bigger bit
both budget but can cheap cheaper choice choices choose come comes cost costing costs could daily day days dear dearer did does doesn't
don't down each easy even every everyday extra few find fine first fit fits fitting for four from get gets give gives go goes going good got
had happy has have heavier heavy help helps here here's high higher hold holds how i'd i'll i've instead into isn't it's item items its just
keep keeps kind large larger last less let lets light lighter like likes little long longer look looking looks lot low lower made main make
makes many may might model models money more mostly much need needs next nice nor not now off one only onto option options other others
otherwise out over pay per pick plain plus price priced product products put quite rather right said same save saves saving say says second
see shall shop short shorter should simple since small smaller some sort spend spending spending weigh weighs weighing holds hold start
still stock suit suits sure take takes than that that's the then there there's these they're thing things think third this those though
three today too total two under until use used using very want wants was way we'd we've weigh weighing weighs well were what when where
which while who why will with within without work working works would yes you you'd you'll you're your yuan
"""
_HAN = """
还可以 也可以 差不多 怎么样 我们 咱们 这款 那款 这个 那个 这台 那台 这本 那本 这双 那双 一款 一台 一本 一双 一个 几款
两款 三款 另外 还有 可以 首选 推荐 看看 想要 要是 如果 的话 只要 只有 比较 稍微 有点 一点 一些 不过 但是 而且 并且
或者 以及 因为 所以 没有 价格 价钱 售价 标价 便宜 实惠 省钱 预算 以内 左右 上下 里面 其中 一样 同样 相比 适合 合适
够用 方便 好用 不错 喜欢 需要 带着 正好 刚好 店里 现在 目前 有货 现货 您看 觉得 什么 来说 方面 考虑 主要 平时 日常
家用 家里 出门 您 你 我 推 看 选 想 的 了 吧 呢 吗 啊 就 也 还 都 只 才 稍 略 更 挺 很 点 些 但 和 跟 与 或
先 再 又 在 是 有 没 不 用 给 把 让 对 从 到 价 元 块 钱 贵 省 里 比 够 好 要 带 配 款 台 种 样 轻 重 大
小 高 低 长 短 多 少 那 这 哪 话 宽
"""
PLAIN_ENGLISH = frozenset(_ENGLISH.split())
PLAIN_HAN = tuple(sorted(_HAN.split(), key=len, reverse=True))
