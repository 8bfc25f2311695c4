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
    ],
)  # fmt: skip
def test_a_message(text, shown):
    assert mask_text(text) == shown
