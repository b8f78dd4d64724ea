"""Makes the shared contract vectors with OpenSSL and Go; see ../README.md."""
