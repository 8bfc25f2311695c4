"""Which language a message is in."""

import pytest

from chatbot.understanding.language import detect


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("你好", "zh"), ("我要 MacBook Pro", "zh"), ("有没有 Kindle 保护套", "zh"), ("I want a 笔记本", "zh"), ("便宜点", "zh"), ("繁體中文也可以嗎", "zh"),
        ("hello", "en"), ("any laptop under 800?", "en"), ("USB-C hub for macbook pro 手机", "en"), ("wireless noise cancelling headphones", "en"), ("cheap laptop", "en"),
    ],
)  # fmt: skip
def test_the_language_of_words(text, language):
    assert detect(text, None, "zh") == (language, False)
    assert detect(text, "en", "zh") == (language, False)


@pytest.mark.parametrize("text", ["2000-3000", "😀", "???", "500", ""])
def test_a_message_without_words_goes_on_in_the_language_of_before(text):
    assert detect(text, None, "zh") == ("zh", False)
    assert detect(text, None, "en") == ("en", False)
    assert detect(text, "en", "zh") == ("en", False)


def test_a_name_alone_does_not_change_the_language():
    assert detect("Norin Air 13", "zh", "zh") == ("zh", False)
    assert detect("Norin Air 13", "en", "zh") == ("en", False)


def test_a_sentence_changes_the_language():
    assert detect("please show me laptops", "zh", "zh") == ("en", False)
    assert detect("有笔记本吗", "en", "en") == ("zh", False)


@pytest.mark.parametrize(
    "text",
    [
        "こんにちは、ノートパソコンが欲しいです", "안녕하세요", "Привет, мне нужен ноутбук", "مرحبا", "สวัสดี", "bonjour, je cherche un ordinateur portable",
        "ich suche einen Laptop für die Arbeit", "quiero una computadora barata por favor",
    ],
)  # fmt: skip
def test_a_third_language_is_told_and_the_language_of_before_kept(text):
    assert detect(text, None, "zh") == ("en", True)
    assert detect(text, "zh", "zh") == ("zh", True)


@pytest.mark.parametrize("text", ["XM48201736", "91330100MA2B0C1D2E", "anna.berg@mail.example", "XM48201736 8842"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_orders_number_or_an_address_changes_no_language(text, language):
    assert detect(text, language, "zh") == (language, False)
