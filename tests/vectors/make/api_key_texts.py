"""API keys that several vector files use: base64 of JSON, in the forms that are seen in the wild."""

import base64
import json


def encode(document, *, urlsafe=True, padded=False):
    """The text of an API key; `document` is JSON text or something to print compactly."""
    if not isinstance(document, (str, bytes)):
        document = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    data = document if isinstance(document, bytes) else document.encode()
    text = (base64.urlsafe_b64encode if urlsafe else base64.b64encode)(data).decode()
    return text if padded else text.rstrip("=")


# Invented, in the shape of the documents' sample: 10 and 32 random bytes.
KEY_ID, KEY = "Vm3cT0rT3stK3y", "b3R3c3QtdmVjdG9yLWtleS0wMTIzNDU2Nzg5YWJjZGVm"[:43]
ALPHA = encode({"key_id": KEY_ID, "key": KEY})
BETA = encode({"key_id": "B3taT3stK3yId1", "key": "QmV0YS10ZXN0LXZlY3Rvci1rZXktMDEyMzQ1Njc4OTA"})
SANDBOX = encode({"key_id": "Sandb0xK3yId00", "key": KEY[::-1], "sandbox": True})
# The id of ALPHA with another key: nobody has registered it.
IMPOSTOR = encode({"key_id": KEY_ID, "key": KEY[::-1]})
