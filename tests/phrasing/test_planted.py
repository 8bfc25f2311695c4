"""The grounding check on sentences that others wrote: faithful ones, and ones with a single planted error of many kinds.

`planted.jsonl` holds plans of shops that nothing else has seen, with three faithful and four wrong sentences to each.
The bounds are what the check reaches today; 98 % found and 2 % flagged is the aim.
"""

import json
from collections import Counter
from pathlib import Path

import pytest

from chatbot.phrasing.evidence import Facts
from chatbot.phrasing.grounding import Grounding
from chatbot.shop.catalogue import Catalogue
from chatbot.training.replies import brief_of

ROWS = [json.loads(line) for line in (Path(__file__).parent / "planted.jsonl").read_text("utf-8").splitlines()]
GROUNDING = Grounding(Catalogue(()))
FOUND, FLAGGED = {"zh": 0.98, "en": 0.955}, {"zh": 0.045, "en": 0.02}
SURE = ("price", "currency", "number", "link", "name_misspelt", "name_foreign", "name_script", "language")
"""Kinds of errors of which one in fifty may pass, at the most."""


def of(language):
    return [row for row in ROWS if row["plan"]["language"] == language]


def faults(language, name):
    """(kind, what the check says) of every sentence."""
    for row in of(language):
        facts = Facts(brief_of(row["plan"]))
        for one in row[name]:
            kind, sentence = one if name == "planted" else ("faithful", one)
            yield kind, GROUNDING.fault(sentence, facts)


def test_there_are_enough_of_every_kind():
    planted = Counter(kind for row in ROWS for kind, _ in row["planted"])
    assert sum(planted.values()) >= 300
    assert sum(len(row["faithful"]) for row in ROWS) >= 300
    assert min(planted.values()) >= 4


@pytest.mark.parametrize("language", ["zh", "en"])
def test_planted_errors_are_found(language):
    found = [bool(fault) for _, fault in faults(language, "planted")]
    assert sum(found) / len(found) >= FOUND[language]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_can_be_compared_is_nearly_always_found(language):
    found = [bool(fault) for kind, fault in faults(language, "planted") if kind in SURE]
    assert sum(found) / len(found) >= 0.98


@pytest.mark.parametrize("language", ["zh", "en"])
def test_faithful_sentences_pass(language):
    flagged = [bool(fault) for _, fault in faults(language, "faithful")]
    assert sum(flagged) / len(flagged) <= FLAGGED[language]
