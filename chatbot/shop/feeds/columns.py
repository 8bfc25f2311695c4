"""Column names, English and Chinese, → what they hold. Knows names alone, no values.

A name is compared without its case, blanks, marks and namespace. What no name is known for is an attribute of its
product, but for what shoppers should not see or have no use for.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from chatbot.errors import SettingError, brief
from chatbot.text import compact
from chatbot.values import LANGUAGES

__all__ = ["FIELDS", "TRANSLATED", "Mapped", "field_of", "fields_of", "key_of", "mapping_of"]

_NAMES = {
    "id": "id product_id item_id product_code article_number article item_number asin isbn 编号 商品编号 商品id 产品编号 产品id 商品编码 产品编码 编码 货号",
    "sku": "sku variant_sku sku_id sku编码 sku编号 sku码",
    "group": "item_group_id group_id parent_id parent_sku spu spu_id 款号 商品组 spu编码",
    "title": "title name product_name product_title item_name product display_name 标题 名称 商品名称 商品名 商品标题 产品名称 产品名 品名 名字 片名 书名 电影名 店名 酒店名称",
    "description": "description body_html body long_description product_description full_description details content summary overview extract "
    "描述 商品描述 产品描述 详情 商品详情 产品详情 简介 介绍 商品介绍 产品介绍 说明 内容简介 剧情简介 商品简介",
    "short_description": "short_description excerpt subtitle teaser 短描述 简短描述 副标题 卖点 商品卖点 一句话介绍",
    "brand": "brand brand_name vendor manufacturer maker publisher 品牌 品牌名称 品牌名 商品品牌 厂商 制造商 生产商 厂家 出版社",
    "category": "category product_type product_category categories category_path category_name breadcrumb breadcrumbs department type "
    "分类 类目 类别 商品分类 商品类目 商品类别 产品分类 产品类目 产品类别 品类 所属分类 所属类目 分类路径 类目路径",
    "google_category": "google_product_category google_shopping_google_product_category",
    "category_1": "category_1 category1 level_1 main_category 一级分类 一级类目 大类",
    "category_2": "category_2 category2 level_2 subcategory sub_category 二级分类 二级类目 中类 小类 子分类",
    "category_3": "category_3 category3 level_3 三级分类 三级类目",
    "price": "price unit_price current_price selling_price retail_price price_incl_tax amount 价格 售价 单价 销售价 销售价格 现价 商品价格 产品价格 零售价 当前价 到手价 常规售价 人均消费 人均",
    "sale_price": "sale_price special_price discount_price discounted_price offer_price promo_price promotional_price 促销价 促销价格 活动价 折扣价 折后价 优惠价 特价 秒杀价 会员价",
    "list_price": "list_price compare_at_price variant_compare_at_price regular_price original_price msrp rrp was_price old_price strikethrough_price full_price "
    "原价 市场价 划线价 吊牌价 标价 建议零售价 指导价 官方价",
    "sale_dates": "sale_price_effective_date",
    "currency": "currency currency_code price_currency 币种 货币 货币单位 货币代码",
    "stock": "stock quantity qty inventory inventory_quantity variant_inventory_qty stock_quantity current_stock units_in_stock available_quantity 库存 库存数量 库存量 数量 可售数量 现有库存",
    "available": "availability available in_stock is_in_stock stock_status 库存状态 是否有货 有货 现货 是否现货 有无库存",
    "status": "status published is_published active visibility 状态 上架状态 是否上架",
    "rating": "rating average_rating rating_value stars score review_score 评分 星级 打分 综合评分 商品评分 用户评分 豆瓣评分",
    "rating_count": "rating_count review_count reviews number_of_reviews ratings_count num_reviews votes 评价数 评论数 评价数量 评论数量 评分人数 评价人数 评价总数",
    "url": "url link product_url canonical_url permalink item_url 链接 商品链接 产品链接 网址 商品网址 详情链接 商品地址",
    "image": "image image_link image_url image_src images picture photo thumbnail main_image primary_image 图片 商品图片 主图 图片链接 图片地址 图片url 主图链接 商品主图 封面 海报",
    "added": "added date_added created created_at publish_date published_at launch_date release_date 上架时间 上架日期 发布日期 创建时间 创建日期 添加时间",
    "tags": "tags keywords labels 标签 商品标签 关键词 关键字",
    "attributes": "attributes specs specifications properties additional_property features 属性 规格参数 参数 商品属性",
    "variants": "variants has_variant skus",
    "product_detail": "product_detail",
    "i18n": "i18n translations",
    "question": "question questions query q 问题 提问 问 常见问题 用户问题",
    "answer": "answer answers reply response a 答案 回答 答 回复 答复 解答 标准答案",
    "language": "language lang locale 语言",
}  # fmt: skip
"""Field → its names, the surest first: where a file has several, the first that holds something counts."""
_UNSEEN = """
    gtin gtin8 gtin12 gtin13 gtin14 ean upc mpn barcode variant_barcode 条码 条形码 identifier_exists condition adult multipack is_bundle ads_redirect mobile_link additional_image_link
    additional_image_links lifestyle_image_link shipping shipping_label shipping_weight shipping_length shipping_width shipping_height transit_time_label min_handling_time max_handling_time
    tax tax_category tax_status tax_class shipping_class excluded_destination included_destination expiration_date availability_date custom_label_0 custom_label_1 custom_label_2
    custom_label_3 custom_label_4 promotion_id size_system size_type external_seller_id store_code pickup_method pickup_sla cost cost_per_item cost_price cost_of_goods_sold purchase_price
    成本 成本价 进价 进货价 采购价 利润 毛利 margin profit supplier supplier_id 供应商 seo_title seo_description meta_title meta_description handle url_handle slug position image_position
    image_alt_text gift_card variant_image variant_image_url variant_tax_code tax_code charge_tax template_suffix where_visible promoted updated updated_at modified 更新时间
    序号 row index unnamed
"""  # fmt: skip
"""Of no use to a shopper, or not theirs to see (what the shop itself pays)."""

FIELDS = frozenset(_NAMES)
TRANSLATED = ("title", "description", "brand", "category")
"""Fields that may stand once per language: title_zh, 英文名称."""
_IN_LANGUAGE = {"zh": "zh_cn|zh_hans|zh|cn|chinese|中文|汉语|简体", "en": "en_us|en_gb|en|english|英文|英语"}
_SUFFIX = {language: re.compile(rf"^(.+?)[\s_.:：（(\[-]+(?:{words})[)）\]]*$") for language, words in _IN_LANGUAGE.items()}
_PREFIX = {language: re.compile(rf"^(?:{words})[\s_.:：-]*(.+)$") for language, words in {"zh": "中文", "en": "英文"}.items()}
LAST = 1000
"""The place of a field's own name among its names, where it is no other's."""
_SPACE = re.compile(r"^(?:g|c|content|dc)[:_]")


@lru_cache(maxsize=4096)
def key_of(name: str) -> str:
    """`name` as names are compared: "g:Sale_Price" and "sale price" are one."""
    return re.sub(r"[\W_]+", "", _SPACE.sub("", compact(name)))


_FIELD_OF = {key_of(field): (field, LAST) for field in _NAMES} | {
    key_of(name): (field, place) for field, names in _NAMES.items() for place, name in enumerate(names.split())
}
_HIDDEN = frozenset(map(key_of, _UNSEEN.split()))


@lru_cache(maxsize=4096)
def field_of(name: str) -> str:
    """The field that a column of this name holds, "" for none; "title:zh" for one in a language."""
    if found := _FIELD_OF.get(key_of(name)):
        return found[0]
    lowered = name.strip().lower().replace("-", "_")
    for language in LANGUAGES:
        for pattern in (_SUFFIX[language], _PREFIX[language]):
            if (match := pattern.match(lowered)) and (found := _FIELD_OF.get(key_of(match[1]))) and found[0] in TRANSLATED:
                return f"{found[0]}:{language}"
    return ""


def fields_of(cells: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """(values by field, values of columns that name no field and may be seen)."""
    fields: dict[str, tuple[int, Any]] = {}
    others: dict[str, Any] = {}
    for name, value in cells.items():
        if value in (None, "", [], {}):
            continue
        key = key_of(name)
        if field := field_of(name):
            place = _FIELD_OF.get(key, ("", 0))[1]
            if field not in fields or place < fields[field][0]:
                fields[field] = (place, value)
        elif key and key not in _HIDDEN and not key.startswith(("unnamed", "metafield", "seo", "googleshopping", "customlabel")):
            others[name] = value
    return {field: value for field, (_, value) in fields.items()}, others


@dataclass(frozen=True, slots=True)
class Mapped:
    """What --map says: this field is in these columns. Several columns are the levels of a category."""

    field: str
    columns: tuple[str, ...]

    def value(self, cells: Mapping[str, Any]) -> Any:
        """The value in `cells`, None where it lacks the columns."""
        whole = ">".join(self.columns)
        if whole in cells or len(self.columns) == 1:
            return cells.get(whole)
        levels = [str(cells[column]) for column in self.columns if cells.get(column)]
        return levels or None


def mapping_of(texts: Iterable[str]) -> tuple[Mapped, ...]:
    """`title=name,price=cost` as fields and columns. Raises SettingError where it is not written so."""
    found: dict[str, Mapped] = {}
    for part in (part for text in texts for part in text.split(",") if part.strip()):
        field, equals, column = (one.strip() for one in part.partition("="))
        known = field in FIELDS or field.startswith("attributes.") or (field.split(":")[0] in TRANSLATED and field.split(":")[-1] in LANGUAGES)
        if not equals or not column:
            raise SettingError(f"--map holds {brief(part)}", fix="write FIELD=COLUMN, with commas between")
        if not known:
            raise SettingError(f"--map names the field {brief(field)}", fix=f"give one of {', '.join(sorted(FIELDS))}, or attributes.NAME")
        if field in found:
            raise SettingError(f"--map names the field {brief(field)} twice", fix="give each field one column")
        found[field] = Mapped(field, tuple(one.strip() for one in column.split(">") if one.strip()) or (column,))
    return tuple(found.values())
