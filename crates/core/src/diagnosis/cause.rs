//! The table of causes: each mistake that the diagnosis can name, with its code and its sentence.

/// Makes [`Cause`] and everything that must list all causes from one table.
macro_rules! causes {
    ($($variant:ident = $code:literal, $sentence:literal;)+) => {
        /// One mistake that makes a signature fail. Codes never change their meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Cause {
            $(#[doc = $sentence] $variant,)+
        }

        impl Cause {
            /// Every cause.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable text, such as `body_compacted`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// What was done and what mends it, in one sentence for a developer.
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence,)+ }
            }
        }
    };
}

causes! {
    // Read off the header's text.
    SignaturePadded = "signature_padded", "x-sign has base64 padding ('='): send base64url without it.";
    SignatureStandardBase64 = "signature_standard_base64", "x-sign is in the standard base64 alphabet: send base64url, with '-' and '_' for '+' and '/'.";
    SignatureHex = "signature_hex", "x-sign is the signature in hexadecimal: send it in base64url without padding.";
    SignatureEncodedTwice = "signature_encoded_twice", "x-sign is the text of a signature, encoded once more: send the base64url of the signature's bytes, not of its hexadecimal or base64 text.";
    SignatureSpelling = "signature_spelling", "x-sign has something in or around it that is no base64url (whitespace, quotes, percent escapes, a prefix), or spare bits in its last character that are not zero: send exactly the base64url text.";
    SignatureLength = "signature_length", "x-sign lacks the zero bytes at the front of the signature, or has one too many, as a big number written out has: write the signature with exactly the length of the modulus.";
    SignatureReversed = "signature_reversed", "x-sign has the signature's bytes in reverse order, as the crypto API of Windows gives them: send them the other way round, the most significant byte first.";
    // Read off the number that the signature gives back.
    NotASignature = "not_a_signature", "x-sign holds something else than a signature by a known key, or a part of one: send the base64url of all bytes of the signature, as many as the modulus has.";
    WrongKey = "wrong_key", "No hash comes back under any known public key: the signature was made with another private key or without the padding of PKCS#1 v1.5, or x-sign was damaged on its way.";
    OtherKey = "other_key", "The signature was made with another of the known keys than the one that this API key belongs to: use the private key whose public key was uploaded for it.";
    Pss = "pss", "The signature is RSASSA-PSS: sign with PKCS#1 v1.5.";
    NoDigestInfo = "no_digest_info", "The bare hash was signed, without the DigestInfo in front: use an RSA-SHA256 signing function, or tell yours that the input is a SHA-256 digest.";
    NoPadding = "no_padding", "The signature was made without the padding of PKCS#1 v1.5: use a library's RSA-SHA256 signing function.";
    DigestInfoWithoutNull = "digest_info_without_null", "The DigestInfo was written without its NULL parameters: use a library's RSA-SHA256 signing function.";
    NotHashed = "not_hashed", "The payload itself was signed, without hashing it: use an RSA-SHA256 signing function.";
    Sha1 = "sha1", "The payload was hashed with SHA-1: use SHA-256.";
    Sha224 = "sha224", "The payload was hashed with SHA-224: use SHA-256.";
    Sha384 = "sha384", "The payload was hashed with SHA-384: use SHA-256.";
    Sha512 = "sha512", "The payload was hashed with SHA-512: use SHA-256.";
    OtherHash = "other_hash", "The DigestInfo names another hash function than SHA-256, such as MD5 or SHA-3: use SHA-256.";
    // Found by trying what could have been hashed.
    HexDigestSigned = "hex_digest_signed", "The hexadecimal text of the hash was signed as if it were the payload: sign the payload itself, or the 32 raw bytes as a digest.";
    Base64DigestSigned = "base64_digest_signed", "The base64 text of the hash was signed as if it were the payload: sign the payload itself, or the 32 raw bytes as a digest.";
    HashedTwice = "hashed_twice", "The payload was hashed and the hash was hashed again: give the signing function the payload, or tell it that its input is a digest.";
    BodyCompacted = "body_compacted", "The body was signed compacted, but sent with whitespace between its tokens: send the bytes that were signed.";
    BodyPretty = "body_pretty", "The body was signed pretty-printed, but sent in another form: send the bytes that were signed.";
    BodySpaced = "body_spaced", "The body was signed re-serialised with ', ' and ': ' between its tokens, as Python's json.dumps does, but sent in another form: send the bytes that were signed.";
    BodyFinalNewline = "body_final_newline", "The body was signed with a line break at its end that was not sent: sign without it (echo adds one, printf %s does not), or send it too.";
    BodyNoFinalNewline = "body_no_final_newline", "The body was sent with a line break at its end that was not signed: send the bytes that were signed.";
    BodyCrlf = "body_crlf", "The body was signed with CRLF line breaks, but sent with LF: send the bytes that were signed.";
    BodyLf = "body_lf", "The body was signed with LF line breaks, but sent with CRLF: send the bytes that were signed.";
    BodyBom = "body_bom", "The body was signed with a byte order mark in front that was not sent: leave it out of both.";
    BodyNoBom = "body_no_bom", "The body was sent with a byte order mark in front that was not signed: leave it out of both.";
    BodySortedKeys = "body_sorted_keys", "The body was signed with its keys sorted, but sent in another order: send the bytes that were signed.";
    BodyAsciiEscaped = "body_ascii_escaped", "The body was signed with non-ASCII characters as \\u escapes, but sent as UTF-8: send the bytes that were signed.";
    BodyNotEscaped = "body_not_escaped", "The body was signed with its characters as they are, but sent with \\u escapes or \\/: send the bytes that were signed.";
    BodyHtmlEscaped = "body_html_escaped", "The body was signed with characters such as &, < and > as \\u escapes, as Go's json.Marshal and others write them, but sent without: send the bytes that were signed.";
    BodySlashesEscaped = "body_slashes_escaped", "The body was signed with every slash as \\/, as PHP writes it, but sent without: send the bytes that were signed.";
    BodyNumbersRewritten = "body_numbers_rewritten", "The body was signed with its numbers written anew, as JSON.stringify and json.dumps do (1.50 becomes 1.5), but sent as they were: send the bytes that were signed.";
    BodyDoubleEncoded = "body_double_encoded", "The body was signed as a JSON string that contains the JSON, that is encoded twice: sign the bytes that are sent.";
    BodySentDoubleEncoded = "body_sent_double_encoded", "The body was sent as a JSON string that contains the JSON that was signed, that is encoded twice: send the bytes that were signed.";
    BodyOtherCharset = "body_other_charset", "The body was signed in another character set (Latin-1, ASCII or UTF-16), but sent as UTF-8: sign the bytes that are sent.";
    BodyHashed = "body_hashed", "The hash of the body was signed in place of the body: append the body itself to the payload.";
    BodyMissing = "body_missing", "The body was sent, but not signed: append it to the payload, or do not send it.";
    BodyEmptyObject = "body_empty_object", "An empty JSON value ({}, [], null or \"\") was signed, but no body was sent: append nothing where there is no body.";
    UrlWithoutQuery = "url_without_query", "The URL was signed without its query: sign it as it is sent, query included.";
    UrlEmptyQuery = "url_empty_query", "The URL was signed with a question mark at its end and no query, which clients leave out: leave it out too.";
    UrlQueryReordered = "url_query_reordered", "The URL was signed with the fields of its query in another order: sign it as it is sent.";
    UrlRewritten = "url_rewritten", "The URL was signed as clients send it (a slash for an empty path, no default port, no empty query, escapes), and is given here otherwise: take the URL that goes out.";
    UrlPathOnly = "url_path_only", "Only the path was signed: sign the absolute URL, with scheme and host.";
    UrlWithoutScheme = "url_without_scheme", "The URL was signed without its scheme: sign the absolute URL.";
    UrlWithoutPrefix = "url_without_prefix", "The URL was signed without /api/v1/p: sign it as it is sent.";
    UrlWithPrefix = "url_with_prefix", "The URL was signed with /api/v1/p, but sent without: send what was signed.";
    UrlScheme = "url_scheme", "The URL was signed with another scheme (http, https, ws or wss) than it was sent with: sign it as it is sent.";
    UrlTrailingSlash = "url_trailing_slash", "The URL was signed with a slash at the end of its path that was not sent: sign it as it is sent.";
    UrlNoTrailingSlash = "url_no_trailing_slash", "The URL was sent with a slash at the end of its path that was not signed: sign it as it is sent.";
    UrlDefaultPort = "url_default_port", "The URL was signed with the scheme's default port, which clients leave out: leave it out too.";
    UrlWithoutPort = "url_without_port", "The URL was signed without its port: sign it as it is sent.";
    UrlEscapeCase = "url_escape_case", "The URL was signed with its percent escapes in the other letter case (%2f for %2F): sign it as it is sent.";
    UrlEscapedOtherwise = "url_escaped_otherwise", "The URL was signed with other percent escapes than it was sent with, such as + for %20, or with some characters escaped that need not be: sign it as it is sent.";
    UrlDecoded = "url_decoded", "The URL was signed percent-decoded: sign it as it is sent.";
    UrlOtherOrigin = "url_other_origin", "The URL was signed for another host than it was sent to: sign the URL that is sent.";
    TimestampMilliseconds = "timestamp_milliseconds", "The timestamp was signed in milliseconds, but sent in seconds: sign what is sent, Unix seconds.";
    TimestampSentMilliseconds = "timestamp_sent_milliseconds", "The timestamp was signed in seconds, but sent in milliseconds: send what is signed, Unix seconds.";
    TimestampShifted = "timestamp_shifted", "Another timestamp was signed than was sent, at most 60 seconds away: read the clock once and use that for both.";
    FreshnessSwapped = "freshness_swapped", "Both x-timestamp and x-nonce were sent, and the wrong one of them counts as signed: send only the one that was signed.";
    FreshnessMissing = "freshness_missing", "Neither timestamp nor nonce was signed: put it in front of the URL.";
    PartsReordered = "parts_reordered", "The parts were signed in another order: sign timestamp or nonce, then URL, then body.";
    PartsSeparated = "parts_separated", "The parts were signed with separators between them: join them with nothing between.";
    PayloadNewline = "payload_newline", "A line break was signed at the end of the payload, as echo adds one: sign without it (printf %s).";
    PayloadUtf16 = "payload_utf16", "The payload was hashed as UTF-16: hash its UTF-8 bytes.";
    MethodSigned = "method_signed", "The method was signed too: leave it out of the payload.";
    ApiKeySigned = "api_key_signed", "The API key was signed too: leave it out of the payload.";
}
