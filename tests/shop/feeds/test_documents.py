"""Documents of every kind become entries with ids that last, and questions become past answers too."""

import pytest

from chatbot.errors import ShopError
from tests.shop.feeds.pdf import pdf
from tests.shop.feeds.shops import imported

MARKDOWN = """---
layout: page
---
# Shop rules

We are [kind](https://x.example) to ![all](a.png) people.

## Returns {#returns}

Within 30 days.

### Opened goods

Not these:
- ear buds
- socks

How long is delivery?
---------------------

Two days.

```
## not a heading
```

## Empty

## 支付 & Payment

<b>Cards</b> &amp; cash.
"""
QUESTIONS = '问题,答案,language\n能退货吗？,"签收后 7 天内，\n没拆封就能退。",zh\nDo you ship abroad?,"No, not yet.",en\nNo answer?,,en\n'


def entries(done):
    return [(entry.id, entry.title, entry.text, entry.language) for entry in done.shop.entries]


def test_markdown(tmp_path):
    (tmp_path / "rules.md").write_text(MARKDOWN, "utf-8")
    done = imported(tmp_path, tmp_path / "rules.md")
    assert entries(done) == [
        ("rules", "Shop rules", "We are kind to all people.", "en"),
        ("returns", "Returns", "Within 30 days.\n\nOpened goods\n\nNot these:\n- ear buds\n- socks", "en"),
        ("how-long-is-delivery", "How long is delivery?", "Two days.\n\n    ## not a heading", "en"),
        ("支付-payment", "支付 & Payment", "Cards & cash.", "en"),
    ]
    assert done.outcome.documents == {"added": 4, "updated": 0, "removed": 0, "unchanged": 0}
    assert "'Empty'" in done.told("repaired")[0]
    assert len(done.shop.catalogue) == 0


def test_a_document_without_headings_is_one_entry(tmp_path):
    (tmp_path / "退货政策.zh.md").write_text("签收后 7 天内可以退。\n", "utf-8")
    assert entries(imported(tmp_path, tmp_path / "退货政策.zh.md")) == [("退货政策", "退货政策", "签收后 7 天内可以退。", "zh")]


def test_html(tmp_path):
    (tmp_path / "faq.html").write_text(
        "<html><head><title>FAQ - Shop</title><style>x{}</style></head><body><nav>Menu</nav><script>bad()</script><h1>Questions</h1><h2>Can I pay later?</h2><p>Yes, in<br>14 days.</p>"
        "<h2>Sizes</h2><table><tr><td>S</td><td>36</td></tr><tr><td>M</td><td>38</td></tr></table><footer>Imprint</footer></body></html>",
        "utf-8",
    )
    assert entries(imported(tmp_path, tmp_path / "faq.html")) == [
        ("can-i-pay-later", "Can I pay later?", "Yes, in\n14 days.", "en"),
        ("sizes", "Sizes", "S: 36\nM: 38", "en"),
    ]


def test_pdf(tmp_path):
    (tmp_path / "terms.pdf").write_bytes(
        pdf("Our terms (2026)", "1. Returns", "Goods can come back within 30 days.", "How much is shipping?", "A: 5 euros, free above 50.")
    )
    assert entries(imported(tmp_path, tmp_path / "terms.pdf")) == [
        ("terms", "Terms", "Our terms (2026)", "en"),
        ("returns", "Returns", "Goods can come back within 30 days.", "en"),
        ("how-much-is-shipping", "How much is shipping?", "5 euros, free above 50.", "en"),
    ]


def test_a_long_section_is_cut_at_its_lines(tmp_path):
    (tmp_path / "long.md").write_text("## Long\n\n" + "\n\n".join(f"Line {n} " + "word " * 60 for n in range(20)), "utf-8")
    found = entries(imported(tmp_path, tmp_path / "long.md"))
    assert [one[0] for one in found] == ["long", "long-2", "long-3", "long-4"]
    assert all(len(one[2]) <= 1600 for one in found)
    assert found[1][1] == "Long (2)"


def test_questions_become_entries_and_past_answers(tmp_path):
    (tmp_path / "faq.csv").write_bytes(QUESTIONS.encode("gbk"))
    done = imported(tmp_path, tmp_path / "faq.csv")
    assert entries(done) == [
        ("do-you-ship-abroad", "Do you ship abroad?", "No, not yet.", "en"),
        ("能退货吗", "能退货吗？", "签收后 7 天内，\n没拆封就能退。", "zh"),
    ]
    assert [(past.question, past.source, past.language) for past in done.shop.answers] == [
        ("能退货吗？", "能退货吗", "zh"),
        ("Do you ship abroad?", "do-you-ship-abroad", "en"),
    ]
    assert "no answer" in done.told("refused")[5]


def test_questions_that_an_entry_answers_cite_it(tmp_path):
    (tmp_path / "faq.csv").write_text("question,answer,language,source\nSend it back?,Within 30 days.,en,returns\n", "utf-8")
    (tmp_path / "rules.md").write_text("## Returns {#returns}\n\nWithin 30 days.\n", "utf-8")
    done = imported(tmp_path, tmp_path / "faq.csv", tmp_path / "rules.md")
    assert [(past.question, past.source) for past in done.shop.answers] == [("Send it back?", "returns")]
    assert [one[0] for one in entries(done)] == ["returns"]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.pdf", b"%PDF-1.4 nonsense", "no readable PDF"),
        ("a.pdf", pdf(), "no text"),
        ("a.md", b"", "no text"),
        ("a.html", b"<nav>x</nav>", "no text"),
    ],
)
def test_a_document_that_cannot_be_read(tmp_path, name, data, words):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ShopError, match=words):
        imported(tmp_path, tmp_path / name)
    # among others it is told and the others are read
    (tmp_path / "good.md").write_text("## Good\n\nYes.\n", "utf-8")
    done = imported(tmp_path, tmp_path / name, tmp_path / "good.md")
    assert [one[0] for one in entries(done)] == ["good"]
    assert words in done.told("refused")[0]


def test_what_the_owner_wrote_stays_and_imported_documents_follow_their_sources(tmp_path):
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "rules.md").write_text("## Returns {#returns}\n\nWithin 30 days.\n\n## Delivery\n\nTwo days.\n", "utf-8")
    (docs / "gifts.md").write_text("## Gifts\n\nWrapped.\n", "utf-8")
    (docs / "faq.csv").write_text("question,answer\nOpen on Sunday?,No.\n", "utf-8")
    own = tmp_path / "shop" / "documents"
    own.mkdir(parents=True)
    (own / "rules.en.md").write_text("## Our own returns {#returns}\n\nAsk us.\n", "utf-8")
    (tmp_path / "shop" / "answers.csv").write_text("question,answer,language,source\nMine?,Yes.,en,\n", "utf-8")
    done = imported(tmp_path, docs)
    assert {one[:3] for one in entries(done)} == {
        ("returns", "Our own returns", "Ask us."), ("returns-2", "Returns", "Within 30 days."), ("delivery", "Delivery", "Two days."), ("gifts", "Gifts", "Wrapped."), ("open-on-sunday", "Open on Sunday?", "No."),
    }  # fmt: skip
    assert [past.question for past in done.shop.answers] == ["Mine?", "Open on Sunday?"]
    assert "returns-2" in done.told("repaired")[0]
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "shop").rglob("*") if path.is_file()}
    again = imported(tmp_path, docs)
    assert again.outcome.documents == {"added": 0, "updated": 0, "removed": 0, "unchanged": 4}
    assert again.outcome.answers == {"added": 0, "updated": 0, "removed": 0, "unchanged": 1}
    assert before == {path: path.stat().st_mtime_ns for path in (tmp_path / "shop").rglob("*") if path.is_file()}
    (docs / "gifts.md").unlink()
    (docs / "faq.csv").unlink()
    (docs / "rules.md").write_text("## Returns {#returns}\n\nWithin 14 days.\n\n## Warranty\n\nTwo years.\n", "utf-8")
    last = imported(tmp_path, docs)
    assert last.outcome.documents == {"added": 1, "updated": 1, "removed": 3, "unchanged": 0}
    assert last.outcome.answers["removed"] == 1
    assert {one[1] for one in entries(last)} == {"Our own returns", "Returns", "Warranty"}
    assert [past.question for past in last.shop.answers] == ["Mine?"]
