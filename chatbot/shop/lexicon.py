"""Common kinds, attributes and values in both languages, for shops whose catalogue has only one.

A shop's own translations always come first; what is not here stays as the shop wrote it.
"""

from chatbot.values import Language

__all__ = ["translate"]

_KINDS = {
    "laptops": "笔记本电脑", "laptop": "笔记本电脑", "tablets": "平板电脑", "monitors": "显示器", "keyboards": "键盘", "mice": "鼠标", "desktops": "台式电脑",
    "computers": "电脑", "smartphones": "智能手机", "phones": "手机", "mobile phones": "手机", "chargers": "充电器", "power banks": "充电宝", "headphones": "耳机",
    "earphones": "耳机", "earbuds": "耳机", "speakers": "音箱", "cameras": "相机", "televisions": "电视", "tvs": "电视", "smartwatches": "智能手表", "watches": "手表",
    "kettles": "电水壶", "coffee makers": "咖啡机", "coffee machines": "咖啡机", "cookware": "锅具", "pans": "锅", "air fryers": "空气炸锅", "bottles": "水杯",
    "cups": "杯子", "mugs": "杯子", "vacuum cleaners": "吸尘器", "vacuums": "吸尘器", "air purifiers": "空气净化器", "lamps": "灯", "lighting": "灯具", "chairs": "椅子",
    "desks": "书桌", "tables": "桌子", "sofas": "沙发", "beds": "床", "bedding": "床品", "furniture": "家具", "fitness": "健身器材", "bicycles": "自行车", "bikes": "自行车",
    "tents": "帐篷", "sleeping bags": "睡袋", "backpacks": "双肩包", "bags": "包", "handbags": "手提包", "suitcases": "行李箱", "luggage": "行李箱", "shoes": "鞋",
    "sneakers": "运动鞋", "running shoes": "跑鞋", "boots": "靴子", "hiking boots": "徒步鞋", "strollers": "婴儿车", "skincare": "护肤品", "lipsticks": "口红",
    "books": "图书", "novels": "小说", "children's books": "童书", "films": "电影", "movies": "电影", "notebooks": "笔记本", "pens": "笔", "stationery": "文具",
    "toys": "玩具", "puzzles": "拼图", "board games": "桌游", "jackets": "外套", "shirts": "衬衫", "t-shirts": "T恤", "dresses": "连衣裙", "trousers": "裤子",
    "jeans": "牛仔裤", "hats": "帽子", "umbrellas": "雨伞", "sunglasses": "太阳镜", "jewelry": "首饰", "audio": "影音", "kitchen": "厨房用品", "clothing": "服装",
}  # fmt: skip
_NAMES = {
    "color": "颜色", "colour": "颜色", "weight": "重量", "size": "尺寸", "sizes": "尺码", "material": "材质", "memory": "内存", "ram": "内存", "storage": "存储",
    "screen": "屏幕", "display": "屏幕", "screen size": "屏幕", "battery": "续航", "battery life": "续航", "capacity": "容量", "power": "功率", "processor": "处理器",
    "resolution": "分辨率", "type": "类型", "style": "款式", "good for": "适合", "age": "适用年龄", "pages": "页数", "author": "作者", "genre": "类型", "year": "年份",
    "gender": "适用性别", "noise cancelling": "降噪", "waterproof": "防水", "wireless": "无线", "bluetooth": "蓝牙", "foldable": "折叠", "dimensions": "尺寸",
    "warranty": "保修", "length": "长度", "width": "宽度", "height": "高度", "connectivity": "连接方式", "fit": "佩戴方式", "rechargeable": "充电",
    "noise": "噪音", "brightness": "亮度", "thickness": "厚度", "suction": "吸力", "runtime": "续航", "camera": "摄像头", "charging": "充电", "refresh rate": "刷新率",
}  # fmt: skip
_VALUES = {
    "black": "黑色", "white": "白色", "grey": "灰色", "gray": "灰色", "silver": "银色", "gold": "金色", "blue": "蓝色", "navy": "藏青色", "green": "绿色", "red": "红色",
    "pink": "粉色", "yellow": "黄色", "orange": "橙色", "brown": "棕色", "beige": "米色", "purple": "紫色", "transparent": "透明", "multicolor": "彩色",
    "yes": "有", "no": "无", "leather": "皮革", "cotton": "棉", "wood": "木", "steel": "钢", "stainless steel": "不锈钢", "plastic": "塑料", "glass": "玻璃",
    "men": "男士", "women": "女士", "kids": "儿童", "unisex": "通用", "gaming": "游戏", "office": "办公", "students": "学生", "travel": "旅行",
}  # fmt: skip
_TO_CHINESE = {"kind": _KINDS, "name": _NAMES, "value": _VALUES}
_TO_ENGLISH = {group: {chinese: english for english, chinese in reversed(words.items())} for group, words in _TO_CHINESE.items()}


def translate(word: str, group: str, language: Language) -> str:
    """`word` of a group ("kind", "name", "value") in `language`, "" where it is not known."""
    table = _TO_CHINESE if language == "zh" else _TO_ENGLISH
    return table[group].get(word.lower(), "")
