//! `diagnose` reads the same request from flags, from a saved HTTP request and from a curl command.

use std::path::Path;

use crate::diagnose::signature;
use crate::support::{Ran, folder_with_key, public_key, run_in};

const BODY: &str = "{ \"name\": \"ACME Corp\" }";

fn diagnose(folder: &Path, args: &[&str], stdin: &str) -> Ran {
    let public = public_key();
    run_in(folder, &[&["diagnose", "--json", "--public-key", &public], args].concat(), stdin.as_bytes())
}

#[test]
fn a_saved_request() {
    let folder = folder_with_key();
    let sign = signature(folder.path());
    let headers = format!("X-Sign: {sign}\r\nX-Timestamp: 1639490495\r\n");
    let target = "/api/v1/p/company";
    for (text, extra) in [
        (format!("POST {target} HTTP/1.1\r\nHost: api.qredo.network\r\n{headers}\r\n{BODY}"), &[][..]),
        (format!("POST https://api.qredo.network{target} HTTP/1.1\r\n{headers}\r\n{BODY}"), &[]),
        (
            format!("POST {target} HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n{headers}\r\n{BODY}"),
            &["--origin", "https://api.qredo.network"],
        ),
        (
            format!(
                "POST {target} HTTP/1.1\nHost: api.qredo.network\nContent-Length: {}\n{}\n{BODY}\n",
                BODY.len(),
                headers.replace('\r', "")
            ),
            &[],
        ),
    ] {
        let ran = diagnose(folder.path(), &[&["--request", "-"], extra].concat(), &text);
        assert_eq!(ran.answer(5)["causes"], serde_json::json!(["body_compacted"]), "{text}");
    }
    diagnose(folder.path(), &["--request", "-"], "not a request").refused_in_json(3, "invalid_argument");
}

#[test]
fn a_curl_command() {
    let folder = folder_with_key();
    std::fs::write(folder.path().join("body.json"), BODY).unwrap();
    let sign = signature(folder.path());
    let url = crate::support::URL;
    let headers = format!("-H 'x-sign: {sign}' -H 'x-timestamp: 1639490495' -H \"x-api-key: $(cat apikey)\"");
    for text in [
        format!("curl -sS {url} {headers} --data-binary @body.json"),
        format!("$ curl {headers} \\\n  -XPOST \\\n  -d @body.json '{url}' | jq ."),
        format!("curl --url {url} {headers} --json '{BODY}' -o /dev/null -w '%{{http_code}}'"),
        format!("curl {url} {headers} -d $'{{ \\u0022name\\x22: \"ACME Corp\" }}' > out.json 2>&1"),
        format!("curl {url} {headers} --data-raw \"{}\"\n", BODY.replace('"', "\\\"")),
    ] {
        let ran = diagnose(folder.path(), &["--curl", "-"], &text);
        assert_eq!(ran.answer(5)["causes"], serde_json::json!(["body_compacted"]), "{text}");
        std::fs::write(folder.path().join("command.txt"), &text).unwrap();
        assert_eq!(diagnose(folder.path(), &["--curl", "command.txt"], "").stdout, ran.stdout);
    }
}

/// curl's `-d @file` strips line breaks; `--data-binary` does not.
#[test]
fn curl_reads_files_in_two_ways() {
    let folder = folder_with_key();
    std::fs::write(folder.path().join("body.json"), "{\"name\":\n\"ACME Corp\"}\r\n").unwrap();
    let sign = signature(folder.path());
    let command = |option: &str| {
        let url = crate::support::URL;
        let text = format!("curl {url} -H 'x-sign: {sign}' -H 'x-timestamp: 1639490495' {option} @body.json");
        diagnose(folder.path(), &["--curl", "-"], &text)
    };
    assert_eq!(command("-d").answer(0)["causes"], serde_json::json!([]));
    assert_eq!(command("--data-binary").answer(5)["causes"], serde_json::json!(["body_compacted"]));
}

#[test]
fn a_curl_command_that_cannot_be_read_is_refused_by_name() {
    let folder = folder_with_key();
    for (text, why) in [
        ("curl https://h/ -T body.json", "option -T"),
        ("curl https://h/ --data-urlencode a=b", "option --data-urlencode"),
        ("curl https://h/ -G -d a=b", "-G"),
        ("curl https://h/ -H \"x-sign: $SIGNATURE\"", "the header x-sign"),
        ("curl https://h/ -d \"$BODY\"", "-d holds"),
        ("curl https://h/ -d @nowhere.json", "nowhere.json"),
        ("curl https://h/\n -d '{}'", "backslash"),
        ("curl 'https://h/", "not closed"),
        ("curl -d @- https://h/ <<EOF\n{}\nEOF", "--data-binary @FILE"),
        ("curl ^\"https://h/^\"", "Copy as cURL (bash)"),
        ("wget https://h/", "does not begin with curl"),
    ] {
        let ran = diagnose(folder.path(), &["--curl", "-"], text);
        assert!(ran.refused_in_json(3, "invalid_argument").contains(why), "{text}: {}", ran.stderr);
    }
}
