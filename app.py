"""The Gradio page, with the API beside it. `python app.py` serves both; a Hugging Face Space does the same.

The bot loads in the background, so the page is there within seconds and says that it is getting ready.
"""

import os
import sys

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # before gradio is imported: it reads this once

from chatbot.errors import XiaoerError
from chatbot.settings import load_settings
from chatbot.web.server import Loader, create_app, serve

try:
    settings = load_settings()
except XiaoerError as error:
    print(f"error: {error}", file=sys.stderr)
    sys.exit(2)
loader = Loader(settings)
if __name__ == "__main__":
    loader.start()  # the models load while gradio is imported, which alone takes three seconds

import gradio as gr

from chatbot.web.page import build_page, page_options

demo = build_page(loader, settings)
app = gr.mount_gradio_app(create_app(settings, loader), demo, path="/", **page_options())

if __name__ == "__main__":
    serve(app, settings)
