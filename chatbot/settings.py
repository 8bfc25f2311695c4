"""Every setting, read from the environment in this file alone.

A setting `name` is taken from `XIAOER_NAME`. The README's table lists them all; a test compares the two.
"""

import os
import re
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from chatbot.errors import SettingError, brief

__all__ = ["ANSWERS", "PHRASING", "PROJECT", "UNDERSTANDING", "Settings", "load_settings"]

PROJECT = Path(__file__).resolve().parent.parent
"""The checkout or the installed folder that holds `chatbot` and `knowledge`."""
ANSWERS = PROJECT / "knowledge" / "trained" / "answers"
"""What finds and trusts the answers to questions: weights, and questions that few shops answer."""
UNDERSTANDING = PROJECT / "knowledge" / "trained" / "understanding"
"""What `train understanding` wrote."""
PHRASING = PROJECT / "knowledge" / "trained" / "phrasing"
"""What `train phrasing` wrote."""
SHORTEST_PASSWORD = 8
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d+)?|https?://\[[0-9a-f:]+\](:\d+)?")
"""As a browser writes it: in small letters, without a path."""
_SERVER = re.compile(r"https?://(?:[^\s/@]+@)?(?:[\w.-]+|\[[0-9a-fA-F:]+\])(?::\d+)?(?:/\S*)?")
_PASSWORD = re.compile(r"(?<=:)[^:@/\s]+(?=@)")


def _xdg(variable: str, fallback: str) -> Path:
    return Path(os.environ.get(variable) or Path.home() / fallback) / "xiaoer"


class Settings(BaseSettings):
    """What an owner may choose; every field has a default that works without network or key."""

    model_config = SettingsConfigDict(env_prefix="XIAOER_", frozen=True, extra="ignore")

    shop: Path = Field(PROJECT / "knowledge" / "shop", description="The shop folder that is served.")
    cache: Path = Field(
        default_factory=lambda: _xdg("XDG_CACHE_HOME", ".cache"),
        description="Converted weights and indexes; may be deleted at any time.",
    )
    database: str = Field("", description="SQLAlchemy URL of the store; empty: a SQLite file in the user's data directory.")
    encoder: str = Field("e5-small", description="`e5-small` (from the package), a folder, or a hub id.")
    generator: str = Field(
        "gemma-270m",
        description="`gemma-270m` (from the package), `gemma-270m-tuned` (with the adapter), a .gguf file, a folder or hub id for transformers, "
        "`openai:MODEL` for a server, or `none` to phrase by rule.",
    )
    generator_url: str = Field("", description="Base URL of an OpenAI-compatible server, for `openai:MODEL`.")
    generator_key: str = Field("", description="Its key, where it wants one.", repr=False)
    generator_seconds: float = Field(8.0, gt=0, description="Longest time the language model may take over one reply.")
    orders: str = Field(
        "", description="Base URL of the shop's own order server; empty: the demo orders of the shop folder, where it has any.", repr=False
    )
    shopper_secret: str = Field(
        "", description="Secret that the shop's server signs its shoppers' ids with; empty: every shopper is unknown.", repr=False
    )
    retention_days: int = Field(0, ge=0, description="Days without a turn or an event after which a session is erased; 0: never.")
    desk_password: str = Field(
        "", description="Password of the desk, /desk, where people of the shop join conversations; empty: there is no desk.", repr=False
    )
    threads: int = Field(0, ge=0, description="Threads of the models; 0: as many as there are cores.")
    slots: int = Field(4, ge=1, le=64, description="Shoppers whose replies are generated at the same time.")
    max_message: int = Field(2000, ge=1, description="Longest message in characters; what is beyond is cut off.")
    origins: str = Field(
        "", description="Origins whose pages may carry the widget and frame the pages, such as `https://shop.example`, with commas; `*` for all."
    )
    rate: str = Field("60/minute", description="Most chat messages of one address, and of one session, as `limits` writes it.")
    watch_seconds: float = Field(5.0, ge=0, description="How often the shop folder is looked at for changes while it is served; 0: never.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("warning", description="Which log lines are written.")
    host: str = Field(
        default_factory=lambda: os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1"),
        description="Address the page listens on (`GRADIO_SERVER_NAME`).",
    )
    port: int = Field(
        default_factory=lambda: int(os.environ.get("GRADIO_SERVER_PORT", "7860")),
        ge=0,
        le=65535,
        description="Its port (`GRADIO_SERVER_PORT`).",
    )

    @field_validator("orders")
    @classmethod
    def _is_a_server(cls, orders: str) -> str:
        if orders and not _SERVER.fullmatch(orders):
            raise ValueError("write https://user:password@shop.example/api")
        return orders

    @field_validator("desk_password")
    @classmethod
    def _is_hard_to_guess(cls, password: str) -> str:
        if password and len(password) < SHORTEST_PASSWORD:
            raise ValueError(f"use at least {SHORTEST_PASSWORD} characters")
        return password

    @field_validator("origins")
    @classmethod
    def _are_origins(cls, origins: str) -> str:
        for origin in _parts(origins):
            if origin != "*" and not _ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin} is no origin; write https://shop.example, without a path or a slash at the end")
        return origins

    @cached_property
    def database_url(self) -> str:
        """The store's URL, with the default filled in: the user's data directory, or the cache where that cannot be written, as in a Space."""
        if self.database:
            return self.database
        home = _xdg("XDG_DATA_HOME", ".local/share")
        return f"sqlite:///{(home if _may_be_written(home) else self.cache) / 'xiaoer.db'}"

    @cached_property
    def thread_count(self) -> int:
        """Threads for one model, at least 1."""
        return self.threads or max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)

    @cached_property
    def origin_list(self) -> list[str]:
        """The allowed origins, one an entry."""
        return _parts(self.origins)


def _may_be_written(folder: Path) -> bool:
    """Whether `folder` is there or can be made, and files can be made in it."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def _parts(listed: str) -> list[str]:
    return [part.strip() for part in listed.split(",") if part.strip()]


def load_settings(**overrides: object) -> Settings:
    """The settings of this process, with `overrides` on top (None means: not overridden).

    Raises SettingError with the variable's name and its value when one does not fit.
    """
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"])
        shown = "***" if name == "desk_password" else _PASSWORD.sub("***", brief(first["input"]))
        raise SettingError(
            f"the setting XIAOER_{name.upper()} has the value {shown}: {first['msg']}",
            fix="see the table of settings in README.md",
        ) from error
    except ValueError as error:
        raise SettingError(f"GRADIO_SERVER_PORT is not a number: {error}", fix="set it to a port such as 7860") from error
