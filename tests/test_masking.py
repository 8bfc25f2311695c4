"""Personal data as it may be shown: enough to recognise one's own, too little for anybody else."""

import pytest

from chatbot.masking import mask_address, mask_email, mask_phone, mask_text


def test_an_email():
    assert mask_email("anna.berg@mail.example") == "a***@…"
    assert mask_email("") == ""


@pytest.mark.parametrize(("number", "shown"), [("13800001234", "***1234"), ("+86 138 0000 1234", "***1234"), ("", "")])
def test_a_phone(number, shown):
    assert mask_phone(number) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("青禾市云溪区柳巷 18 号 3 单元 502 室", "青禾市云溪区***"), ("浙江省杭州市西湖区文三路 5 号", "浙江省杭州市西湖区***"), ("柳巷18号", "***"), ("Flat 4, 112 Station Road, Qinghe", "***, Qinghe"),
        ("18 Willow Lane, Qinghe 310000", "***, Qinghe"), ("18 Willow Lane", "***"), ("", ""),
    ],
)  # fmt: skip
def test_an_address(address, shown):
    assert mask_address(address) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("my e-mail is anna.berg@mail.example, thanks", "my e-mail is a***@…, thanks"), ("邮箱lin@mail.example", "邮箱l***@…"), ("电话13800001234", "电话***1234"),
        ("138 0000 1234 and +44 20 7946 0958", "***1234 and ***0958"), ("order XM48201736, 8842", "order XM48201736, 8842"), ("under 5000", "under 5000"), ("订单12345678901234", "订单12345678901234"),
        ("身份证 11010519491231002X 谢谢", "身份证 ***002X 谢谢"), ("SSN 123-45-6789", "SSN ***6789"), ("卡号 6222 0210 0111 1111 111", "卡号 6222 0210 0111 1111 111"),
        ("card 4111 1111 1111 1111, exp 12/29", "card ***1111, exp 12/29"), ("寄到浙江省杭州市西湖区文三路 5 号 2 单元 301 室吧", "寄到浙江省杭州市西湖区***吧"),
        ("send it to 112 Station Road please", "send it to *** please"), ("有 3 号电池吗，走路去要 5 分钟", "有 3 号电池吗，走路去要 5 分钟"),
    ],
)  # fmt: skip
def test_a_message(text, shown):
    assert mask_text(text) == shown
