//! The options of curl that are understood, and what they do to the request.

/// What an option does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Method,
    Header,
    Url,
    /// `@file` is read without its line breaks.
    Data,
    /// `@` means nothing.
    DataRaw,
    /// `@file` is read as it is.
    DataBinary,
    /// As [`Self::DataBinary`], joined with nothing between.
    Json,
    Head,
    Get,
    /// Nothing to method, URL, body or our headers.
    Flag,
    /// As [`Self::Flag`], with a value.
    Ignored,
}

impl Meaning {
    pub(super) const fn takes_value(self) -> bool {
        !matches!(self, Self::Head | Self::Get | Self::Flag)
    }
}

/// The meaning of `-c`, if it is understood.
pub(super) fn short_option(letter: char) -> Option<Meaning> {
    OPTIONS.iter().find(|(short, ..)| *short == letter && letter != NONE).map(|(.., meaning)| *meaning)
}

/// The meaning of `--name`, or of the opposite `--no-name` of a flag, if it is understood.
pub(super) fn long_option(name: &str) -> Option<Meaning> {
    let find = |name: &str| OPTIONS.iter().find(|(_, long, _)| *long == name).map(|(.., meaning)| *meaning);
    find(name).or_else(|| find(name.strip_prefix("no-")?).filter(|meaning| *meaning == Meaning::Flag))
}

const NONE: char = '\0';

const OPTIONS: &[(char, &str, Meaning)] = &[
    ('X', "request", Meaning::Method),
    ('H', "header", Meaning::Header),
    (NONE, "url", Meaning::Url),
    ('d', "data", Meaning::Data),
    (NONE, "data-ascii", Meaning::Data),
    (NONE, "data-raw", Meaning::DataRaw),
    (NONE, "data-binary", Meaning::DataBinary),
    (NONE, "json", Meaning::Json),
    ('I', "head", Meaning::Head),
    ('G', "get", Meaning::Get),
    ('s', "silent", Meaning::Flag),
    ('S', "show-error", Meaning::Flag),
    ('i', "include", Meaning::Flag),
    (NONE, "show-headers", Meaning::Flag),
    ('v', "verbose", Meaning::Flag),
    ('k', "insecure", Meaning::Flag),
    ('L', "location", Meaning::Flag),
    ('f', "fail", Meaning::Flag),
    (NONE, "fail-with-body", Meaning::Flag),
    (NONE, "fail-early", Meaning::Flag),
    (NONE, "compressed", Meaning::Flag),
    ('N', "buffer", Meaning::Flag),
    (NONE, "no-buffer", Meaning::Flag),
    ('#', "progress-bar", Meaning::Flag),
    (NONE, "progress-meter", Meaning::Flag),
    ('g', "globoff", Meaning::Flag),
    (NONE, "path-as-is", Meaning::Flag),
    ('4', "ipv4", Meaning::Flag),
    ('6', "ipv6", Meaning::Flag),
    ('0', "http1.0", Meaning::Flag),
    (NONE, "http1.1", Meaning::Flag),
    (NONE, "http2", Meaning::Flag),
    (NONE, "http2-prior-knowledge", Meaning::Flag),
    (NONE, "http3", Meaning::Flag),
    ('1', "tlsv1", Meaning::Flag),
    (NONE, "tlsv1.2", Meaning::Flag),
    (NONE, "tlsv1.3", Meaning::Flag),
    (NONE, "ssl-no-revoke", Meaning::Flag),
    (NONE, "keepalive", Meaning::Flag),
    (NONE, "tcp-nodelay", Meaning::Flag),
    ('O', "remote-name", Meaning::Flag),
    ('J', "remote-header-name", Meaning::Flag),
    ('j', "junk-session-cookies", Meaning::Flag),
    (NONE, "raw", Meaning::Flag),
    (NONE, "styled-output", Meaning::Flag),
    (NONE, "trace-time", Meaning::Flag),
    ('q', "disable", Meaning::Flag),
    ('o', "output", Meaning::Ignored),
    (NONE, "output-dir", Meaning::Ignored),
    ('w', "write-out", Meaning::Ignored),
    ('D', "dump-header", Meaning::Ignored),
    (NONE, "stderr", Meaning::Ignored),
    (NONE, "trace", Meaning::Ignored),
    (NONE, "trace-ascii", Meaning::Ignored),
    ('m', "max-time", Meaning::Ignored),
    (NONE, "connect-timeout", Meaning::Ignored),
    (NONE, "retry", Meaning::Ignored),
    (NONE, "retry-delay", Meaning::Ignored),
    (NONE, "retry-max-time", Meaning::Ignored),
    ('A', "user-agent", Meaning::Ignored),
    ('e', "referer", Meaning::Ignored),
    ('b', "cookie", Meaning::Ignored),
    ('c', "cookie-jar", Meaning::Ignored),
    ('u', "user", Meaning::Ignored),
    (NONE, "cacert", Meaning::Ignored),
    (NONE, "capath", Meaning::Ignored),
    ('E', "cert", Meaning::Ignored),
    (NONE, "key", Meaning::Ignored),
    (NONE, "tls-max", Meaning::Ignored),
    (NONE, "ciphers", Meaning::Ignored),
    ('x', "proxy", Meaning::Ignored),
    (NONE, "noproxy", Meaning::Ignored),
    (NONE, "resolve", Meaning::Ignored),
    (NONE, "connect-to", Meaning::Ignored),
    (NONE, "interface", Meaning::Ignored),
];
