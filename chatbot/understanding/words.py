"""Words of the two languages that mean the same in every shop: negation, measure words, well-known brands, units.

What a particular shop calls its things comes from its catalogue, never from here.
"""

__all__ = [
    "ALSO_CALLED",
    "ATTRIBUTE_QUESTIONS",
    "COVERED",
    "KNOWN_BRANDS",
    "MEASURE_WORDS",
    "NEGATORS",
    "NO",
    "ORDINARY_WORDS",
    "SHORT_FORMS",
    "UNITS",
    "YES",
]

YES = frozenset({"yes", "true", "有", "支持", "是", "能", "可以", "带"})
NO = frozenset({"no", "false", "none", "无", "没有", "不支持", "否", "不能", "不带"})

NEGATORS = (
    r"(?:\bnot?\b(?! more| less| problem| too| so | very| that )|\bwithout\b|\bexcept(?: for)?\b|\bexcluding\b|\banything but\b|\bother than\b|\bapart from\b|\bdon'?t (?:want|like|need)\b|"
    r"\bhate\b|\bavoid\b|\bnothing\b|\bisn'?t\b(?! there)|\baren'?t\b(?! there)|\binstead of\b|(?<!要)不要(?!太|那么|这么|特别)|不想要(?!太|那么|这么|特别)|不喜欢|别要|别是|(?<!用)不用|(?<!是)不是|除了|排除|讨厌|(?<!带)不带|(?<!有)没有|不含|别给我|不买|非(?!常))"
)
"""A negator rules out what follows it in the same clause."""

MEASURE_WORDS: dict[str, tuple[str, ...]] = {
    "台": ("电脑", "机", "器", "电视", "显示", "平板", "相机", "音箱", "灯", "空调"),
    "部": ("手机", "相机", "电影", "影", "电脑"),
    "本": ("书", "小说", "文具", "本子", "笔记本", "绘本", "图书", "杂志"),
    "双": ("鞋", "靴", "袜", "筷", "手套"),
    "支": ("笔", "口红", "唇", "牙", "护肤", "枪"),
    "辆": ("车",),
    "顶": ("帐篷", "帽"),
    "把": ("椅", "伞", "刀", "锁", "吉他"),
    "盏": ("灯",),
    "张": ("桌", "床", "碟", "椅", "地毯", "影"),
    "口": ("锅",),
    "副": ("耳机", "眼镜", "手套", "棋", "牌"),
    "条": ("床", "被", "毯", "线", "裤", "裙", "巾"),
    "盒": ("积木", "拼图", "玩具", "茶", "巧克力"),
}
"""Measure word → what its nouns contain. It decides between two categories that share a word: 一台/一本 笔记本."""

SHORT_FORMS: dict[str, tuple[str, ...]] = {
    "笔记本电脑": ("笔记本", "笔记型电脑", "手提电脑", "笔电", "电脑", "macbook"), "平板电脑": ("平板", "ipad"), "台式电脑": ("台式机", "电脑"), "智能手机": ("手机", "iphone"), "耳机": ("airpods",),
    "智能手表": ("手表",), "双肩包": ("背包", "书包"), "行李箱": ("拉杆箱", "旅行箱"), "电水壶": ("水壶", "热水壶"), "显示器": ("显示屏",),
    "Laptops": ("laptop", "notebook computer", "macbook"), "Smartphones": ("phone", "mobile phone", "iphone"), "Tablets": ("ipad",), "Headphones": ("airpods",), "Televisions": ("tv",),
}  # fmt: skip
"""What people call a thing whose full name stands in the catalogue."""

KNOWN_BRANDS: dict[str, str] = {
    "apple": "Apple", "苹果": "Apple", "iphone": "Apple", "ipad": "Apple", "macbook": "Apple", "airpods": "Apple",
    "samsung": "Samsung", "三星": "Samsung", "huawei": "Huawei", "华为": "Huawei", "xiaomi": "Xiaomi", "小米": "Xiaomi",
    "oppo": "OPPO", "vivo": "vivo", "honor": "Honor", "荣耀": "Honor", "lenovo": "Lenovo", "联想": "Lenovo",
    "thinkpad": "Lenovo", "dell": "Dell", "戴尔": "Dell", "asus": "ASUS", "华硕": "ASUS", "acer": "Acer", "宏碁": "Acer",
    "microsoft": "Microsoft", "微软": "Microsoft", "sony": "Sony", "索尼": "Sony", "bose": "Bose", "jbl": "JBL",
    "canon": "Canon", "佳能": "Canon", "nikon": "Nikon", "尼康": "Nikon", "fujifilm": "Fujifilm", "富士": "Fujifilm",
    "philips": "Philips", "飞利浦": "Philips", "dyson": "Dyson", "戴森": "Dyson", "midea": "Midea", "美的": "Midea",
    "haier": "Haier", "海尔": "Haier", "nike": "Nike", "耐克": "Nike", "adidas": "Adidas", "阿迪达斯": "Adidas",
    "阿迪": "Adidas", "ikea": "IKEA", "宜家": "IKEA", "lego": "LEGO", "乐高": "LEGO", "logitech": "Logitech", "罗技": "Logitech",
    "kindle": "Kindle", "nintendo": "Nintendo", "任天堂": "Nintendo", "garmin": "Garmin", "佳明": "Garmin", "moleskine": "Moleskine",
}  # fmt: skip
"""Brands that shoppers name wherever they are; used to say that the shop does not carry one, and in exclusions."""

ALSO_CALLED: dict[str, tuple[str, ...]] = {
    "sim card": ("cellular", "phone card"), "插卡上网": ("插卡", "插电话卡", "电话卡", "手机卡", "流量卡", "sim卡"), "expandable": ("expanding", "extendable"), "可扩容": ("可扩展", "能扩展", "扩展", "扩容", "能扩容"),
    "fountain pen friendly": ("fountain pen ink", "takes fountain pen", "for fountain pens"), "适合钢笔": ("钢笔不洇", "写钢笔", "用钢笔写"), "adjustable height": ("standing desk", "sit-stand"), "可升降": ("升降",),
    "cabin size": ("in the cabin", "cabin-size", "on board", "carry-on"), "可带上飞机": ("带上飞机", "能上飞机", "上飞机"),
    "commuting": ("commute", "for work", "to work"), "通勤": ("上班", "上下班"),
}  # fmt: skip
"""A feature or a use as the catalogue has it, folded → what shoppers call it."""

COVERED: dict[str, tuple[str, ...]] = {
    "wireless": ("wireless", "bluetooth"), "cordless": ("wireless", "bluetooth", "cordless"), "无线": ("无线", "蓝牙"), "wired": ("wired", "cable"), "有线": ("有线", "线缆"),
}  # fmt: skip
"""A wish → words of the values that meet it, any one of which is enough: Bluetooth is wireless too."""

ORDINARY_WORDS = {"苹果", "apple", "小米", "荣耀", "honor", "联想", "微软", "宜家", "美的"}
"""Spellings of brands that are words of every day too."""

UNITS: dict[str, str] = {
    "in": "in", "inch": "in", "inches": "in", '"': "in", "寸": "in", "英寸": "in",
    "gb": "gb", "g": "g", "克": "g", "gram": "g", "grams": "g", "tb": "tb",
    "kg": "kg", "kilo": "kg", "kilos": "kg", "公斤": "kg", "千克": "kg",
    "l": "l", "升": "l", "litre": "l", "litres": "l", "liter": "l", "liters": "l", "ml": "ml", "毫升": "ml",
    "w": "w", "瓦": "w", "watt": "w", "watts": "w", "h": "h", "小时": "h", "hour": "h", "hours": "h",
    "mah": "mah", "毫安": "mah", "毫安时": "mah", "hz": "hz", "赫兹": "hz", "cm": "cm", "厘米": "cm", "mm": "mm", "毫米": "mm",
    "mp": "mp", "页": "pages", "pages": "pages", "人": "people", "people": "people", "persons": "people", "person": "people", "片": "pieces", "pieces": "pieces", "pcs": "pieces", "岁": "years", "years": "years",
}  # fmt: skip
"""Every spelling of a unit → one of them."""

ATTRIBUTE_QUESTIONS: dict[str, tuple[str, ...]] = {
    "price": (r"how much (?:is|are|does|do|for|it)", r"\bprice\b", r"\bcosts?\b", "多少钱", "价格", "什么价", "几块", "多少块"),
    "stock": (r"\bstock\b", r"\bavailable\b", r"do you have (?:it|that|this)", "有货", "现货", "库存", "有没有货", "还有吗"),
    "rating": (r"\brating", r"\breviews?\b", r"any good", "评分", "评价", "好评", "口碑", "好不好"),
    "color": (r"\bcolou?rs?\b", "颜色", "什么色", "色号", "配色"),
    "weight": (r"how heavy", r"\bweigh", "多重", "重量", "几斤", "沉不沉", "重不重", "多少斤", "多沉"),
    "size": (r"how (?:big|large|wide|tall|long is)", r"\bdimensions?\b", r"\bsizes?\b", "多大", "尺寸", "尺码", "大小", "多高", "多宽"),
    "battery": (r"battery", "续航", "电池", "能用多久", "充一次电"),
    "material": (r"made (?:of|from)", r"\bmaterial", "材质", "什么做的", "什么材料", "面料"),
    "capacity": (r"\bcapacity\b", r"how much does it hold", "容量", "能装多少", "装多少"),
    "author": (r"who wrote", r"\bauthor", "谁写的", "作者"),
    "director": (r"who (?:directed|made)", r"\bdirector", "谁导的", "谁拍的", "导演"),
    "screen": (r"\bscreen\b", "屏幕", "多少寸", "几寸"),
}
"""What a question about an item asks for: a field or an attribute's usual name → how people ask for it."""
