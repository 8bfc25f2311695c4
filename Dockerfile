# The assistant in a container: docker build -t xiaoer . && docker run -p 7860:7860 -v xiaoer:/data xiaoer
FROM python:3.12-slim

RUN useradd --uid 1000 --create-home shop && mkdir /data && chown shop /data
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir -r requirements.txt
COPY . .

# The models are converted and the shop is indexed once, at the first start; the volume keeps both, and the conversations.
ENV XDG_CACHE_HOME=/data/cache XDG_DATA_HOME=/data GRADIO_SERVER_NAME=0.0.0.0
VOLUME /data
USER shop
EXPOSE 7860
HEALTHCHECK --start-period=5m CMD python -c "import urllib.request; urllib.request.urlopen('http://127.0.0.1:7860/readyz')"
CMD ["python", "app.py"]
