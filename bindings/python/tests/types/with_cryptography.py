"""A key of the package `cryptography` goes in directly."""

from cryptography.hazmat.primitives.asymmetric import rsa

import partnersign

private = rsa.generate_private_key(65537, 2048)
signer = partnersign.Signer(private)
external = partnersign.Signer.external(private.public_key(), lambda digest: digest)
