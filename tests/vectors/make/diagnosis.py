"""diagnosis.json: received requests whose signature fails, and why it does (design 4.11)."""

from . import (api_key_texts, diagnosis_bodies, diagnosis_forms, diagnosis_layouts, diagnosis_pairs,
               diagnosis_signatures, diagnosis_unknown, diagnosis_urls)
from .diagnosis_signers import RIGHT
from .signing import API, TIMESTAMP, base64url
from .values import expand, join

# Every code of the table of causes.
CAUSES = """
signature_padded signature_standard_base64 signature_hex signature_encoded_twice signature_spelling signature_length
signature_reversed not_a_signature wrong_key other_key pss no_digest_info no_padding digest_info_without_null not_hashed
sha1 sha224 sha384 sha512 other_hash hex_digest_signed base64_digest_signed hashed_twice
body_compacted body_pretty body_spaced body_final_newline body_no_final_newline body_crlf body_lf body_bom body_no_bom
body_sorted_keys body_ascii_escaped body_not_escaped body_html_escaped body_slashes_escaped body_numbers_rewritten body_double_encoded
body_sent_double_encoded body_other_charset body_hashed body_missing body_empty_object
url_without_query url_empty_query url_query_reordered url_rewritten url_path_only url_without_scheme url_without_prefix url_with_prefix url_scheme url_trailing_slash
url_no_trailing_slash url_default_port url_without_port url_escape_case url_escaped_otherwise url_decoded url_other_origin
timestamp_milliseconds timestamp_sent_milliseconds timestamp_shifted freshness_swapped freshness_missing
parts_reordered parts_separated payload_newline payload_utf16 method_signed api_key_signed
""".split()


def make(entries):
    diagnosis_forms.check()
    maker = Maker(entries.pem)
    for part in (diagnosis_signatures, diagnosis_bodies, diagnosis_urls, diagnosis_layouts, diagnosis_pairs,
                 diagnosis_unknown):
        part.add(maker)
    named = {cause for case in maker.cases for cause in case["expected"].get("causes", [])}
    if named != set(CAUSES):
        raise ValueError(f"no case for {set(CAUSES) - named}, or unknown causes {named - set(CAUSES)}")
    return {"description": "Received requests whose signature does not match, and why (design 4.11).",
            "cases": maker.cases}


class Maker:
    """Makes a request as it is received, with a signature over what its sender really signed."""

    def __init__(self, pem):
        self.pem = pem
        self.cases = []

    def cause(self, name, causes, also=(), **request):
        """A mistake. `causes` are codes between spaces; `also` other explanations of the very same bytes."""
        expected = {"causes": causes.split()}
        if also:
            expected["also"] = [other.split() for other in ([also] if isinstance(also, str) else also)]
        self._add(name, expected, **request)

    def unknown(self, name, **request):
        """Something that no cause explains."""
        self._add(name, {"unknown": True}, **request)

    def valid(self, name, **request):
        self._add(name, {"valid": True}, **request)

    def _add(self, name, expected, *, method=None, url=f"{API}/company", body=None, freshness=TIMESTAMP, signed=None,
             payload=None, sign=RIGHT, key="rsa2048", public_keys=("rsa2048",), spell=base64url, headers=(),
             api_key=api_key_texts.ALPHA, signature=None):
        """`signed`: the parts that were signed otherwise than sent; `payload`: all that was signed;
        `body` and `payload` are bytes values; `spell`: how the signature becomes x-sign;
        `signature`: bytes in its place."""
        if payload is None:
            parts = {"freshness": next(iter(freshness.values())), "url": url, "body": body or "", **(signed or {})}
            payload = join(parts["freshness"], parts["url"], parts["body"])
        digest = None
        if signature is None:
            signature, digest = sign(self.pem[key], expand(payload))
        no_hash = "wrong_key" in expected.get("causes", [])
        sent = [["x-api-key", api_key]] if api_key else []
        sent += [["x-sign", spell(signature)], *([f"x-{kind}", text] for kind, text in freshness.items())]
        self.cases.append({
            "name": name,
            "public_keys": [f"{public}.spki.pem" for public in public_keys],
            "method": method or ("GET" if body is None else "POST"),
            "url": url,
            "headers": sent + [list(header) for header in headers],
            "body": body,
            "expected": expected,
            "signed_payload": None if no_hash or "unknown" in expected else payload,
            "signed_digest": None if no_hash else digest,
        })
