"""Each line with a mark is a mistake that the type checkers must find, and no other line."""

import partnersign

key = partnersign.SigningKey.generate()
signer = partnersign.Signer(key)
signer.sign("GET", b"https://a.example/x")  # wrong
signer.sign("GET", "https://a.example/x", timestamp=1.5)  # wrong
signer.sign("GET", "https://a.example/x", form="pretty")  # wrong
signer.sign("GET", "https://a.example/x", None, 1)  # wrong
signer.sign("POST", "https://a.example/x", 5)  # wrong
partnersign.Signer(b"pem")  # wrong
partnersign.NonceSequencer("other")  # wrong
partnersign.Signer.external(key.verifying_key, lambda: b"")  # wrong
signer.sign("GET", "https://a.example/x").url = "https://a.example/y"  # wrong
partnersign.Verifier(key)  # wrong
print(partnersign.Singer)  # wrong
partnersign.diagnose(5, "GET", "https://a.example/x", {})  # wrong
