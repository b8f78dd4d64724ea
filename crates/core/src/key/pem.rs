//! From PEM text, in the shapes in which people keep it, to the DER inside.
//!
//! The text is laid out as RFC 7468 wants it and then read by the crate `pem-rfc7468` (in constant
//! time). Accepted: CRLF, text around the block, literal `\n`, and everything on one line, as an
//! environment variable holds it. The label is not trusted: the ASN.1 content decides.

use pkcs8::der::pem;
use zeroize::Zeroizing;

use super::{Wanted, unsupported};
use crate::Error;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// RFC 7468 section 2: lines of 64 characters.
const LINE: usize = 64;

/// The DER of the one PEM block in `text`.
pub(super) fn decode_pem(text: &[u8], wanted: Wanted) -> Result<Zeroizing<Vec<u8>>, Error> {
    let block = find_block(armoured_part(text, wanted)?, wanted)?;
    let strict = lay_out(&block);
    let (_, der) = pem::decode_vec(strict.as_bytes())
        .map_err(|_| wanted.invalid("the base64 between BEGIN and END is damaged or cut off"))?;
    Ok(Zeroizing::new(der))
}

/// From the first BEGIN to the last dashes. What stands around it may be in any encoding.
fn armoured_part(text: &[u8], wanted: Wanted) -> Result<&str, Error> {
    let positions = |mark: &'static str| {
        text.windows(mark.len())
            .enumerate()
            .filter(move |(_, window)| *window == mark.as_bytes())
            .map(|(at, _)| at)
    };
    let begin = positions(BEGIN).next().ok_or_else(|| {
        if text.starts_with(b"ssh-") || text.starts_with(b"---- BEGIN SSH2") {
            return unsupported("this is a public key in OpenSSH's own format; write it anew with: ssh-keygen -e -m PKCS8 -f FILE");
        }
        wanted.invalid(if text.iter().all(u8::is_ascii_whitespace) {
            "the key is empty"
        } else {
            "the text has no '-----BEGIN …-----' line, so it is no PEM key"
        })
    })?;
    let end = positions(DASHES).next_back().map_or(text.len(), |dashes| dashes + DASHES.len());
    let part = text.get(begin..end).unwrap_or_default();
    std::str::from_utf8(part).map_err(|_| wanted.invalid("the PEM block contains bytes that are no text"))
}

struct Block<'a> {
    label: &'a str,
    base64: &'a str,
}

/// The only block of the text; more than one is refused, since none should be picked by chance.
fn find_block(text: &str, wanted: Wanted) -> Result<Block<'_>, Error> {
    // `openssl ecparam -genkey` writes the curve in a block of its own.
    let is_key = |block: &&str| !block.starts_with("EC PARAMETERS");
    let mut begins = text.split(BEGIN).skip(1).filter(is_key);
    let block = begins.next().unwrap_or_default();
    let others = begins.count();
    if others > 0 {
        let why = format!("the file holds {} PEM blocks; keep one key in a file of its own", others + 1);
        return Err(wanted.invalid(why));
    }
    let damaged = || {
        wanted.invalid(
            "the PEM block has a BEGIN line, but no END line that matches: the file is cut off or damaged",
        )
    };
    let (label, rest) = block.split_once(DASHES).ok_or_else(damaged)?;
    let (base64, end) = rest.split_once(END).ok_or_else(damaged)?;
    if !end.strip_prefix(label).is_some_and(|end| end.starts_with(DASHES)) {
        return Err(damaged());
    }
    if base64.contains("Proc-Type:") {
        return Err(unsupported(
            "the key is in OpenSSL's old encrypted format (Proc-Type: 4,ENCRYPTED), whose key derivation is weak; mend it with: openssl pkcs8 -topk8 -in OLD.pem -out NEW.pem",
        ));
    }
    if label == "OPENSSH PRIVATE KEY" {
        return Err(unsupported(
            "the key is in OpenSSH's own format; on a copy of the file run: ssh-keygen -p -m PEM -f COPY",
        ));
    }
    Ok(Block { label, base64 })
}

/// The same block in the layout of RFC 7468: whitespace and literal `\n`, `\r` between the
/// characters of the base64 text removed, lines of 64.
fn lay_out(block: &Block<'_>) -> Zeroizing<String> {
    let Block { label, base64 } = block;
    let lines = base64.len() / LINE + 1;
    let capacity = base64.len() + lines + 2 * (BEGIN.len() + label.len() + DASHES.len() + 2);
    let mut text = Zeroizing::new(String::with_capacity(capacity));
    for part in [BEGIN, label, DASHES, "\n"] {
        text.push_str(part);
    }
    let mut column = 0;
    for part in base64
        .split(['\n', '\r', ' ', '\t'])
        .flat_map(|part| part.split("\\n"))
        .flat_map(|part| part.split("\\r"))
    {
        for character in part.chars() {
            if column == LINE {
                text.push('\n');
                column = 0;
            }
            text.push(character);
            column += 1;
        }
    }
    if column > 0 {
        text.push('\n');
    }
    for part in [END, label, DASHES, "\n"] {
        text.push_str(part);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Wanted, decode_pem};

    #[test]
    fn layouts_of_the_same_block() {
        let base64 = "QUJD".repeat(40);
        let wrapped: Vec<&str> =
            base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        for body in [
            wrapped.join("\n"),
            wrapped.join("\r\n"),
            wrapped.join("\\n"),
            wrapped.join(" "),
            wrapped.concat(),
        ] {
            for text in [
                format!("-----BEGIN X-----\n{body}\n-----END X-----\n"),
                format!("\"-----BEGIN X-----\\n{body}\\n-----END X-----\\n\""),
                format!("\u{feff}Bag Attributes\n-----BEGIN X-----{body}-----END X-----"),
            ] {
                let der = decode_pem(text.as_bytes(), Wanted::Private)
                    .unwrap_or_else(|error| panic!("{error}: {text}"));
                assert_eq!(*der, b"ABC".repeat(40));
            }
        }
    }
}
