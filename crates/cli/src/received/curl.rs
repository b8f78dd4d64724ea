//! A curl command as it was typed or copied from a browser: what it would send.

use std::path::Path;

use super::Received;
use super::curl_options::{Meaning, long_option, short_option};
use super::shell_words::{Word, split};
use crate::failure::Failure;
use crate::input::read_body_file;

/// Reads the command by curl's own rules; files that it names as the body are read.
///
/// What only the shell could fill in is refused where it matters for the signature.
pub(super) fn parse(text: &str) -> Result<Received, Failure> {
    refuse_windows_form(text)?;
    let mut words = split(text)?.into_iter().skip_while(|word| word.bytes == b"$").peekable();
    match words.next() {
        Some(word) if word.bytes == b"curl" || word.bytes.ends_with(b"/curl") => {}
        _ => return Err(Failure::input("the command line does not begin with curl")),
    }
    let mut command = Curl::default();
    while let Some(word) = words.next() {
        let option = word.bytes.strip_prefix(b"-").filter(|rest| !rest.is_empty());
        match option {
            None => command.apply(Meaning::Url, "the URL", word)?,
            Some(b"-") => {
                for word in words.by_ref() {
                    command.apply(Meaning::Url, "the URL", word)?;
                }
            }
            Some(_) => command.read_option(word, &mut || words.next())?,
        }
    }
    command.into_received()
}

/// Browsers can copy for the Windows command prompt; its quoting is another.
fn refuse_windows_form(text: &str) -> Result<(), Failure> {
    if text.contains("^\"") || text.lines().any(|line| line.trim_end().ends_with(" ^")) {
        return Err(Failure::input(
            "the command is quoted for the Windows command prompt (^); in the browser choose: Copy as cURL (bash)",
        ));
    }
    Ok(())
}

#[derive(Default)]
struct Curl {
    method: Option<String>,
    urls: Vec<String>,
    headers: Vec<(String, String)>,
    data: Option<Vec<u8>>,
    /// `--json` was given: data is joined with nothing between from then on.
    json: bool,
    head: bool,
    get: bool,
}

impl Curl {
    /// `--name`, or `-abc` with the value of the last letter behind it or in the next word.
    fn read_option(&mut self, word: Word, next: &mut dyn FnMut() -> Option<Word>) -> Result<(), Failure> {
        let is_expanded = word.is_expanded;
        let option = &*text_of(Word { is_expanded: false, ..word }, "an option")?;
        let unknown = |name: &str| {
            Failure::input(format!(
                "the curl option {name} is not understood: leave it out if it does not change the request, else give --url, --header and --body-file"
            ))
        };
        let no_value = |name: &str| Failure::input(format!("the curl option {name} has no value"));
        if let Some(name) = option.strip_prefix("--") {
            let meaning = long_option(name).filter(|_| !is_expanded).ok_or_else(|| unknown(option))?;
            let value =
                if meaning.takes_value() { next().ok_or_else(|| no_value(option))? } else { Word::default() };
            return self.apply(meaning, option, value);
        }
        let mut letters = option.chars();
        letters.next();
        while let Some(letter) = letters.next() {
            let name = format!("-{letter}");
            let meaning = short_option(letter).ok_or_else(|| unknown(&name))?;
            if meaning.takes_value() {
                let rest = letters.as_str();
                let value = if rest.is_empty() {
                    next().ok_or_else(|| no_value(&name))?
                } else {
                    Word { bytes: rest.as_bytes().to_vec(), is_expanded }
                };
                return self.apply(meaning, &name, value);
            }
            self.apply(meaning, &name, Word::default())?;
        }
        Ok(())
    }

    fn apply(&mut self, meaning: Meaning, name: &str, value: Word) -> Result<(), Failure> {
        match meaning {
            Meaning::Flag | Meaning::Ignored => {}
            Meaning::Head => self.head = true,
            Meaning::Get => self.get = true,
            Meaning::Method => self.method = Some(text_of(value, name)?),
            Meaning::Url => self.urls.push(text_of(value, name)?),
            Meaning::Header => self.add_header(value)?,
            Meaning::Data | Meaning::DataRaw | Meaning::DataBinary | Meaning::Json => {
                self.json |= meaning == Meaning::Json;
                let piece = data(meaning, name, value)?;
                self.join(piece);
            }
        }
        Ok(())
    }

    /// `name: value`; `name;` has an empty value, and `name:` takes a header of curl's own away.
    fn add_header(&mut self, word: Word) -> Result<(), Failure> {
        if word.bytes.starts_with(b"@") {
            return Err(Failure::input(
                "curl reads headers from a file (-H @FILE); write them out in the command",
            ));
        }
        let is_expanded = word.is_expanded;
        let header = text_of(Word { is_expanded: false, ..word }, "-H")?;
        let (name, value) = match header.split_once(':') {
            Some((_, "")) => return Ok(()),
            Some((name, value)) => (name.trim(), value.trim()),
            None => match header.strip_suffix(';') {
                Some(name) => (name, ""),
                None if is_expanded => return Err(expanded("a header")),
                None => return Ok(()),
            },
        };
        if is_expanded {
            // All others have no part in the signature.
            let matters = ["x-sign", "x-timestamp", "x-nonce", "host"];
            if name.contains('$') || matters.iter().any(|matters| matters.eq_ignore_ascii_case(name)) {
                return Err(expanded(&format!("the header {name}")));
            }
            return Ok(());
        }
        self.headers.push((name.to_owned(), value.to_owned()));
        Ok(())
    }

    /// Pieces of data are joined by `&`, those of `--json` by nothing.
    fn join(&mut self, piece: Vec<u8>) {
        match &mut self.data {
            None => self.data = Some(piece),
            Some(data) => {
                if !self.json && !data.is_empty() {
                    data.push(b'&');
                }
                data.extend(piece);
            }
        }
    }

    fn into_received(self) -> Result<Received, Failure> {
        if self.get && self.data.is_some() {
            return Err(Failure::input(
                "-G makes curl append the data to the URL; give the whole URL, or --url and --header",
            ));
        }
        let method = match (self.method, self.head, &self.data) {
            (Some(method), ..) => method,
            (None, true, _) => "HEAD".to_owned(),
            (None, false, Some(_)) => "POST".to_owned(),
            (None, false, None) => "GET".to_owned(),
        };
        let mut urls = self.urls.into_iter();
        let (Some(url), None) = (urls.next(), urls.next()) else {
            return Err(Failure::input(
                "the curl command has no URL, or more than one; quote each value that has a space",
            ));
        };
        Ok(Received {
            method,
            url: sent_url(&url),
            headers: self.headers,
            body: self.data.unwrap_or_default(),
        })
    }
}

/// The body that one option gives.
fn data(meaning: Meaning, name: &str, value: Word) -> Result<Vec<u8>, Failure> {
    if value.is_expanded {
        return Err(expanded(name));
    }
    let file = match value.bytes.strip_prefix(b"@") {
        Some(file) if meaning != Meaning::DataRaw => file,
        _ => return Ok(value.bytes),
    };
    let file =
        std::str::from_utf8(file).map_err(|_| Failure::input(format!("the file of {name} has no name")))?;
    let mut bytes = read_body_file(Path::new(file))?;
    if meaning == Meaning::Data {
        bytes.retain(|byte| !matches!(byte, b'\r' | b'\n' | 0));
    }
    Ok(bytes)
}

/// curl takes a URL without a scheme for http, and keeps the fragment to itself.
fn sent_url(url: &str) -> String {
    let url = url.split('#').next().unwrap_or_default();
    if url.contains("://") { url.to_owned() } else { format!("http://{url}") }
}

fn text_of(word: Word, what: &str) -> Result<String, Failure> {
    if word.is_expanded {
        return Err(expanded(what));
    }
    String::from_utf8(word.bytes)
        .map_err(|_| Failure::input(format!("{what} contains bytes that are no UTF-8")))
}

fn expanded(what: &str) -> Failure {
    Failure::input(format!(
        "{what} holds something that only the shell can fill in, such as $NAME, $(…) or {{a,b}}: write out what it stood for"
    ))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn what_curl_would_send() {
        let request = |text: &str| {
            let received = parse(text).unwrap_or_else(|failure| panic!("{failure:?}: {text}"));
            (received.method, received.url, String::from_utf8(received.body).unwrap())
        };
        for (text, method, url, body) in [
            ("curl https://h/a", "GET", "https://h/a", ""),
            ("$ /usr/bin/curl -sSL --compressed 'https://h/a#b' | jq .", "GET", "https://h/a", ""),
            ("curl h/a -I", "HEAD", "http://h/a", ""),
            ("curl -XPUT --url https://h/a -d '{}'", "PUT", "https://h/a", "{}"),
            ("curl https://h/a -d '{\n \"a\": 1\n}\n'", "POST", "https://h/a", "{\n \"a\": 1\n}\n"),
            ("curl https://h/a -d a --data-raw @b --data-binary c", "POST", "https://h/a", "a&@b&c"),
            ("curl https://h/a --json '{' --json '}'", "POST", "https://h/a", "{}"),
            (
                "curl --no-progress-meter -o /dev/null -w '%{http_code}' -- https://h/a",
                "GET",
                "https://h/a",
                "",
            ),
            ("curl -G https://h/a?b", "GET", "https://h/a?b", ""),
            ("curl https://h/a $'-d\\u007b\\x7d'", "POST", "https://h/a", "{}"),
        ] {
            assert_eq!(request(text), (method.to_owned(), url.to_owned(), body.to_owned()), "{text}");
        }
    }

    #[test]
    fn headers() {
        let received = parse("curl h -H 'X-Sign: a:b' -H'x-nonce:1' -H 'Accept:' -H 'x-timestamp;' -H \"x-api-key: $(cat apikey)\" -H junk").unwrap();
        let headers: Vec<(&str, &str)> =
            received.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(headers, [("X-Sign", "a:b"), ("x-nonce", "1"), ("x-timestamp", "")]);
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for text in [
            "",
            "wget h",
            "curl",
            "curl a b",
            "curl h -d",
            "curl h -T f",
            "curl h -F a=b",
            "curl h --data-urlencode a",
            "curl h --request=POST",
            "curl h --next",
            "curl h -G -d a=b",
            "curl h -H @file",
            "curl h -H \"x-sign: $S\"",
            "curl h -H \"$H\"",
            "curl h -d \"$B\"",
            "curl h -d {\"a\":1,\"b\":2}",
            "curl $URL",
            "curl $OPTIONS h",
            "curl h -d @/nowhere/at/all",
            "curl ^\"h^\"",
            "curl h ^\n -d a",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
