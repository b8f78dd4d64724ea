#!/usr/bin/env bash
# The documents' own request, POST /company, signed with a fresh key and checked by OpenSSL.
set -euo pipefail
cd "$(dirname "$0")/../.."
sign=${CARGO_TARGET_DIR:-$PWD/target}/debug/partnerapi-sign
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cd "$place"

step() { printf '\n\033[1m%s\033[0m\n' "$*" | { [ -t 1 ] && cat || sed 's/\x1b\[[0-9]*m//g'; }; }

step '1. Make an RSA key: the private key stays here, the public key would go to the web application'
"$sign" keygen

url=https://api.qredo.network/api/v1/p/company
cat > company.json <<'JSON'
{
"name": "ACME Corp",
"city": "Paris",
"country": "FR",
"domain": "acme.com",
"ref": "9827feec-4eae-4e80-bda3-daa7c3b97add"
}
JSON
step "2. Sign POST $url with this body"
cat company.json
step '   $ partnerapi-sign sign --url URL --body-file company.json --body-out send.json'
"$sign" sign --url "$url" --body-file company.json --body-out send.json | tee signed.txt

step '3. Let OpenSSL check it over timestamp + URL + body'
header() { sed -n "s/^$1: //p" signed.txt; }
{ header x-timestamp | tr -d '\n'; printf %s "$url"; cat send.json; } > payload
header x-sign | tr -d '\n' | tr -- '-_' '+/' | sed 's/$/==/' | base64 --decode > signature
openssl dgst -sha256 -verify public.pem -signature signature payload

step '4. Our own verdict, and what it says of a spoiled body'
check() {
    "$sign" verify --public-key public.pem --url "$url" --body-file "$1" \
        --header "x-sign: $(header x-sign)" --header "x-timestamp: $(header x-timestamp)"
}
check send.json
echo
verdict=0
check company.json || verdict=$?
[ "$verdict" = 5 ] || { echo "a body that was not signed: exit code $verdict, not 5" >&2; exit 1; }
step '5. And why it is refused'
"$sign" diagnose --public-key public.pem --url "$url" --body-file company.json \
    --header "x-sign: $(header x-sign)" --header "x-timestamp: $(header x-timestamp)" > diagnosis || verdict=$?
head -n 3 diagnosis
grep --quiet '^cause: body_compacted$' diagnosis

step 'Done: OpenSSL accepts what partnersign signed, and the uncompacted body is refused, with its reason.'
