//! The examples below each command's help. Each of them runs: `tests/cli/help.rs` tries them all.

pub(super) const OVERVIEW: &str = "\
Examples:
  partnerapi-sign keygen
  partnerapi-sign sign --url https://api.qredo.network/api/v1/p/company/search --method GET
  partnerapi-sign diagnose --public-key public.pem --curl command.txt

Begin with keygen and upload public.pem. When the server answers 401, ask diagnose, then compare
your bytes with payload. COMMAND --help has more examples.

Data goes to stdout, messages to stderr. Flags work with one dash too (-url).
Colour is for terminals alone, and never used where NO_COLOR is set.

Exit codes: 0 done; 2 usage; 3 bad input; 4 key or API key; 5 signature does not verify; 6 network;
7 the server answered with an error; 8 nonce store; 1 a bug.";

pub(super) const SIGN: &str = "\
Examples:
  partnerapi-sign sign --url https://api.qredo.network/api/v1/p/company/search --method GET
  partnerapi-sign sign --url https://api.qredo.network/api/v1/p/company \\
      --body-file company.json --body-out send.json
  partnerapi-sign sign --url https://api.qredo.network/api/v1/p/company/search --nonce 42 --json
  printf '%s\\n%s' \"$URL\" \"$BODY\" | partnerapi-sign sign

Send the printed body (or the file of --body-out) byte for byte: nothing else is signed.
Without --url, the URL and the body are asked for on a terminal; from a pipe the first line is the URL
and the rest the body. With --url, a body may come from --body-file or from the pipe.";

pub(super) const SEND: &str = "\
Examples:
  partnerapi-sign send --url http://127.0.0.1:8080/api/v1/p/company/search
  partnerapi-sign send --url http://127.0.0.1:8080/api/v1/p/company --body-file company.json
  partnerapi-sign send --url http://127.0.0.1:8080/api/v1/p/company/search --nonce 42 --json

What is signed is sent, to the byte: the URL as it stands, the body as it is (or compacted, with
--compact). Shown are the request's hash and headers, then, below ---, the status and the answer.
The API key's secret is never shown. No redirect is followed and nothing is sent twice.
Plain HTTP goes to this machine alone unless --allow-http. For https the system's certificates count
(SSL_CERT_FILE names others), and HTTPS_PROXY is obeyed.

Exit codes: 0 a 2xx answer; 7 any other answer, which is shown too, with the sandbox's diagnosis on
stderr; 6 no whole answer: the message says whether the server can have acted on the request.";

pub(super) const VERIFY: &str = "\
Examples:
  partnerapi-sign verify --public-key public.pem --body-file send.json \\
      --url https://api.qredo.network/api/v1/p/company \\
      --header \"x-sign: $X_SIGN\" --header \"x-timestamp: $X_TIMESTAMP\"

A nonce is checked by its form alone: one call remembers nothing. Exit code 5: the request is refused;
diagnose says why a signature does not match.";

pub(super) const DIAGNOSE: &str = "\
Examples:
  partnerapi-sign diagnose --public-key public.pem --body-file company.json \\
      --url https://api.qredo.network/api/v1/p/company \\
      --header \"x-sign: $X_SIGN\" --header \"x-timestamp: $X_TIMESTAMP\"
  partnerapi-sign diagnose --public-key public.pem --curl command.txt
  partnerapi-sign diagnose --public-key public.pem --public-key old-public.pem \\
      --curl - < command.txt
  partnerapi-sign diagnose --public-key public.pem --request request.http --json

Give what was really sent: the URL, the body and the headers x-sign and x-timestamp (or x-nonce). An
RSA signature gives its hash back, so what was signed instead can be found and is shown beside what
was received. Nothing is guessed: a payload is named only if it gives exactly the hash that was
signed. Bodies above 4 KiB are tried with fewer candidates.
A curl command is read, never run: its $VARIABLES must be filled in where they matter.

Exit codes: 0 the signature is valid; 5 it is not, whether the cause was found or not (the answer is
on stdout in each case), or x-sign is missing, doubled or no signature (then it is an error on
stderr); 3 the request cannot be read; 4 a public key is refused.";

pub(super) const PAYLOAD: &str = "\
Examples:
  partnerapi-sign payload --url https://api.qredo.network/api/v1/p/company \\
      --body-file company.json --timestamp 1639490495
  partnerapi-sign payload --url https://api.qredo.network/api/v1/p/company --raw \\
      --body-file send.json --timestamp 1639490495 --out payload.bin
  openssl dgst -sha256 payload.bin

No key is needed. Each row begins with its offset in bytes. · is a space, → a tab, ⏎ a line feed,
␍ a carriage return; ⟨U+00A0⟩ is a character that cannot be seen, 'е⟨U+0435⟩' one that can be
mistaken for another, ⟨FF⟩ a byte that is no UTF-8. --out writes the bytes themselves.";

pub(super) const COMPACT: &str = "\
Examples:
  partnerapi-sign compact company.json > send.json
  echo '{ \"name\": \"ACME Corp\" }' | partnerapi-sign compact";

pub(super) const KEYGEN: &str = "\
Examples:
  partnerapi-sign keygen
  partnerapi-sign keygen --bits 4096 --pem-file big.pem --public-key big-public.pem
  partnerapi-sign keygen --passphrase-file passphrase \\
      --pem-file locked.pem --public-key locked-public.pem";

pub(super) const INSPECT: &str = "\
Examples:
  partnerapi-sign inspect private.pem
  partnerapi-sign inspect public.pem --json
  partnerapi-sign inspect apikey

A secret is never shown. The fingerprint is the SHA-256 of the public key's SubjectPublicKeyInfo: the
same for a private key and its public key.

Exit codes: 0 the file is good; 4 something is wrong with it. What it is, what is wrong and how to mend
it is on stdout in both cases.";

pub(super) const COMPLETIONS: &str = "\
Examples:
  partnerapi-sign completions bash > partnerapi-sign.bash
  partnerapi-sign completions zsh > _partnerapi-sign
  partnerapi-sign completions fish > partnerapi-sign.fish

bash: put the file into ~/.local/share/bash-completion/completions/partnerapi-sign
zsh: into a folder of $fpath; fish: into ~/.config/fish/completions/";

pub(super) const MAN: &str = "\
Examples:
  partnerapi-sign man > partnerapi-sign.1
  partnerapi-sign man diagnose > partnerapi-sign-diagnose.1

Put the files into ~/.local/share/man/man1/, or read one with: man -l FILE";
