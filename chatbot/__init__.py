"""Xiaoer (小二): an assistant that recommends from a shop's own catalogue and answers from its own documents.

`from chatbot import Bot, load_settings` is the programming interface; importing the package loads no model and no torch.
"""

import os
from typing import Any

os.environ.update(ORT_DISABLE_TELEMETRY="1", HF_HUB_DISABLE_TELEMETRY="1")
"""ONNX Runtime's packages report to their maker unless this stands before they are loaded; the hub's client likewise. Nobody is told of anything here."""

__all__ = ["Bot", "XiaoerError", "load_settings"]


def __getattr__(name: str) -> Any:
    if name == "Bot":
        from chatbot.bot import Bot

        return Bot
    if name == "load_settings":
        from chatbot.settings import load_settings

        return load_settings
    if name == "XiaoerError":
        from chatbot.errors import XiaoerError

        return XiaoerError
    raise AttributeError(f"module 'chatbot' has no attribute {name!r}")
