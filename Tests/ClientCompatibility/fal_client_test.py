"""The official Python client against a simulator: python fal_client_test.py BASE_URL RUN_PORT.

The client insists on https. Over plain http its URL constants are replaced after the import; with FAL_TLS=1 nothing
is touched and FAL_QUEUE_RUN_HOST, FAL_RUN_HOST and SSL_CERT_FILE point it at a TLS front (uploads have no such variable
and are left out).
"""

import asyncio
import http.server
import io
import json
import os
import queue
import struct
import sys
import threading
import urllib.request
import zipfile
import zlib

BASE_URL, RUN_PORT = sys.argv[1], sys.argv[2]
TLS = os.environ.get("FAL_TLS") == "1"
os.environ["FAL_KEY"] = "python-id:python-secret"
os.environ["NO_PROXY"] = "127.0.0.1"

import fal_client
import fal_client.client as client_module

if not TLS:
    client_module.QUEUE_URL_FORMAT = BASE_URL + "/"
    client_module.RUN_URL_FORMAT = f"http://127.0.0.1:{RUN_PORT}/"
    client_module.REST_URL = client_module.CDN_URL = BASE_URL

PROMPT = "портрет TOK в парке"
INPUT = {"prompt": PROMPT, "seed": 0, "image_size": "square"}


def fetch(url):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=20) as reply:
        return reply.read(), reply.headers["content-type"]


def check(result):
    assert result["prompt"] == PROMPT, result
    assert result["seed"] == 0 and result["simulated"] is True, result
    image = result["images"][0]
    assert (image["width"], image["height"]) == (512, 512), image
    return image


def test_subscribe():
    seen, ids = [], []
    result = fal_client.subscribe(
        "fal-ai/flux-lora", INPUT, with_logs=True, on_enqueue=ids.append, on_queue_update=seen.append
    )
    data, content_type = fetch(check(result)["url"])
    assert content_type == "image/jpeg" and data[:3] == b"\xff\xd8\xff"
    assert ids and isinstance(seen[-1], fal_client.Completed), seen
    assert any(isinstance(update, (fal_client.Queued, fal_client.InProgress)) for update in seen), seen
    assert seen[-1].logs, "no log lines"


def test_submit_status_result():
    handler = fal_client.submit("fal-ai/flux-lora", INPUT)
    states = [type(status).__name__ for status in handler.iter_events(with_logs=True)]
    assert states[-1] == "Completed", states
    assert isinstance(handler.status(with_logs=True), fal_client.Completed)
    check(handler.get())
    check(fal_client.result("fal-ai/flux-lora", handler.request_id))


def test_submit_to_a_path_and_webhook():
    handler = fal_client.submit(
        "fal-ai/flux-pro/v1.1-ultra-finetuned",
        {"prompt": PROMPT, "finetune_id": "f", "finetune_strength": 1.1, "aspect_ratio": "1:1"},
        webhook_url="https://example.com/hook?a=1",
        priority="low",
    )
    image = handler.get()["images"][0]
    assert (image["width"], image["height"]) == (2048, 2048), image
    job = json.loads(fetch(f"{BASE_URL}/_simulator/jobs/{handler.request_id}")[0])
    assert job["webhook"] == "https://example.com/hook?a=1", job
    assert job["headers"]["x-fal-queue-priority"] == "low", job


def test_cancel():
    order("job:endless:endpoint=test/endless")
    handler = fal_client.submit("test/endless", {})
    handler.cancel()
    assert isinstance(handler.status(), fal_client.Completed)


def test_validation_error():
    try:
        fal_client.subscribe("fal-ai/flux-lora", {"prompt": PROMPT, "num_images": 9})
    except fal_client.FalClientHTTPError as error:
        assert error.status_code == 422, error
        assert error.response.json()["detail"][0]["type"] == "less_than_equal"
    else:
        raise AssertionError("num_images=9 was taken")


def test_unauthorized():
    client = fal_client.SyncClient(key="invalid:secret")
    try:
        client.submit("fal-ai/flux-lora", INPUT)
    except fal_client.FalClientHTTPError as error:
        assert error.status_code == 401, error
    else:
        raise AssertionError("a bad key was taken")


def test_retries():
    order("submit:429:times=2\nsubmit:nginx-503\nresult:reset-before")
    check(fal_client.subscribe("fal-ai/flux-lora", INPUT))


def test_run():
    check(fal_client.run("fal-ai/flux-lora", INPUT))


def test_stream():
    events = list(fal_client.stream("fal-ai/flux-lora", INPUT))
    assert len(events) == 2, events
    check(events[-1])


def test_async():
    async def both():
        return await asyncio.gather(*(fal_client.subscribe_async("fal-ai/flux-lora", INPUT) for _ in range(4)))

    for result in asyncio.run(both()):
        check(result)


def test_upload():
    if TLS:
        return "left out: no variable for the storage host"
    data = bytes(range(256)) * 400
    url = fal_client.upload(data, "application/octet-stream", "data.bin")
    assert fetch(url) == (data, "application/octet-stream")
    path = os.path.join(os.environ["WORK_FOLDER"], "words.txt")
    with open(path, "w", encoding="utf-8") as file:
        file.write("привет")
    assert fetch(fal_client.upload_file(path))[0].decode() == "привет"


def test_upload_in_parts():
    if TLS:
        return "left out: no variable for the storage host"
    data = os.urandom(1 << 20) * 101
    assert fetch(fal_client.upload(data, "application/zip", "big.zip"))[0] == data


def photo(number, side=256):
    """A PNG of one grey."""
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = (b"\0" + bytes([number * 20]) * side) * side
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def archive(count, method=zipfile.ZIP_STORED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as zip:
        for number in range(count):
            zip.writestr(f"anna/{number}.png", photo(number))
            zip.writestr(f"anna/{number}.txt", f"[trigger], photo {number}")
    return file.getvalue()


def train(endpoint, field, arguments):
    """Uploads, submits, watches the log, and returns the output."""
    path = os.path.join(os.environ["WORK_FOLDER"], "photos.zip")
    with open(path, "wb") as file:
        file.write(archive(5, zipfile.ZIP_DEFLATED))
    handler = fal_client.submit(endpoint, {field: fal_client.upload_file(path), **arguments})
    lines = []
    for status in handler.iter_events(with_logs=True):
        lines = getattr(status, "logs", None) or lines
    messages = [line["message"] for line in lines]
    assert "Found 5 images and 5 captions" in messages, messages
    assert any(message.startswith("100%|██████████|") for message in messages), messages
    return handler.get()


def check_lora(output, steps):
    file = output["diffusers_lora_file"]
    data, _ = fetch(file["url"])
    assert len(data) == file["file_size"], file
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + length])
    assert header["__metadata__"]["steps"] == str(steps), header
    ends = [tensor["data_offsets"][1] for name, tensor in header.items() if name != "__metadata__"]
    assert max(ends) == len(data) - 8 - length, header
    assert json.loads(fetch(output["config_file"]["url"])[0])["images"] == 5
    return file["url"]


def test_train_portrait():
    if TLS:
        return "left out: no variable for the storage host"
    output = train(
        "fal-ai/flux-lora-portrait-trainer", "images_data_url", {"trigger_phrase": "TOK anna", "steps": 1000}
    )
    lora = check_lora(output, 1000)
    check(fal_client.subscribe("fal-ai/flux-lora", {**INPUT, "loras": [{"path": lora, "scale": 1.1}]}))


def test_train_style():
    if TLS:
        return "left out: no variable for the storage host"
    output = train(
        "fal-ai/flux-lora-fast-training", "images_data_url", {"trigger_word": "TOK", "is_style": True, "steps": 500}
    )
    assert output["debug_preprocessed_output"] is None, output
    check_lora(output, 500)


def test_train_finetune():
    if TLS:
        return "left out: no variable for the storage host"
    output = train("fal-ai/flux-pro-trainer", "data_url", {"finetune_comment": "anna", "mode": "style"})
    result = fal_client.subscribe(
        "fal-ai/flux-pro/v1.1-ultra-finetuned",
        {"prompt": PROMPT, "finetune_id": output["finetune_id"], "finetune_strength": 1.0},
    )
    assert result["prompt"] == PROMPT, result


def test_train_on_too_few():
    if TLS:
        return "left out: no variable for the storage host"
    url = fal_client.upload(archive(3), "application/zip", "few.zip")
    try:
        fal_client.subscribe("fal-ai/flux-lora-fast-training", {"images_data_url": url})
    except fal_client.FalClientHTTPError as error:
        detail = error.response.json()["detail"][0]
        assert detail["type"] == "archive_file_count_below_minimum", detail
        assert (detail["ctx"]["min_count"], detail["ctx"]["provided_count"]) == (4, 3), detail
    else:
        raise AssertionError("three photos were taken")


def test_webhook():
    deliveries = queue.Queue()

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()
            deliveries.put((self.path, self.headers, json.loads(body)))

        def log_message(self, *arguments):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    handler = fal_client.submit(
        "fal-ai/flux-lora", INPUT, webhook_url=f"http://127.0.0.1:{server.server_port}/hook?run=1&x=%20"
    )
    path, headers, body = deliveries.get(timeout=30)
    server.shutdown()
    assert path == "/hook?run=1&x=%20", path
    assert (body["status"], body["request_id"]) == ("OK", handler.request_id), body
    assert body["payload"] == handler.get(), body
    assert len(headers["X-Fal-Webhook-Signature"]) == 128, headers


def order(text):
    request = urllib.request.Request(f"{BASE_URL}/_simulator/faults", text.encode(), method="POST")
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20).read()


if __name__ == "__main__":
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            print(name, test() or "ok", flush=True)
