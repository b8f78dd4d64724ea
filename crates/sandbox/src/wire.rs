//! Stands between the socket and the HTTP library, and sees every head as it was sent.
//!
//! The library reads a request line leniently (it drops a fragment, takes absolute targets apart) and
//! decides between two framings where a client sent both. Signatures are over raw bytes and nothing
//! here may be read in two ways, so each head is held back until it is whole, checked, and noted
//! with its raw target. The library then gets the very same bytes.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::server::{MAX_HEAD_BYTES, MAX_HEADERS};

/// The head of a request, as it stood on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// The request target of the request line.
    pub(crate) target: String,
    /// What is wrong with it, as a reason and a sentence.
    pub(crate) fault: Option<(&'static str, &'static str)>,
    /// Whether nothing that follows on this connection is looked at.
    pub(crate) is_last: bool,
}

/// The heads of one connection that the library has not yet turned into requests.
#[derive(Clone, Default)]
pub(crate) struct Heads(Arc<Mutex<VecDeque<Head>>>);

impl Heads {
    /// The head of the request that the library hands out now.
    pub(crate) fn next(&self) -> Option<Head> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    fn push(&self, head: Head) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push_back(head);
    }
}

/// What the next bytes are.
enum Expected {
    Head,
    Body {
        left: u64,
    },
    /// Whatever the library makes of them: this connection serves no further request.
    Rest,
}

pub(crate) struct Wire<S> {
    stream: S,
    heads: Heads,
    expected: Expected,
    /// Bytes from the socket; those before `released` may go on.
    held: Vec<u8>,
    released: usize,
}

impl<S> Wire<S> {
    pub(crate) fn new(stream: S, heads: Heads) -> Self {
        Self { stream, heads, expected: Expected::Head, held: Vec::new(), released: 0 }
    }

    /// Releases what is understood of the bytes that are held.
    fn release(&mut self) {
        while self.released < self.held.len() {
            let waiting = &self.held[self.released..];
            match self.expected {
                Expected::Rest => self.released = self.held.len(),
                Expected::Body { left } => {
                    let here = usize::try_from(left).unwrap_or(usize::MAX).min(waiting.len());
                    self.released += here;
                    self.expected = match left - here as u64 {
                        0 => Expected::Head,
                        left => Expected::Body { left },
                    };
                }
                Expected::Head => match read_head(waiting) {
                    Parsed::Partial if waiting.len() <= MAX_HEAD_BYTES => return,
                    // The library refuses it for what it is.
                    Parsed::Partial | Parsed::Broken => self.expected = Expected::Rest,
                    Parsed::Whole { length, head, body_bytes } => {
                        self.released += length;
                        self.expected = match body_bytes {
                            _ if head.is_last => Expected::Rest,
                            0 => Expected::Head,
                            left => Expected::Body { left },
                        };
                        self.heads.push(head);
                    }
                },
            }
        }
    }
}

enum Parsed {
    Partial,
    Broken,
    Whole { length: usize, head: Head, body_bytes: u64 },
}

enum Framing {
    Length(u64),
    /// In chunks, which only the library takes apart.
    Chunked,
}

fn read_head(bytes: &[u8]) -> Parsed {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    let length = match request.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Parsed::Partial,
        Err(_) => return Parsed::Broken,
    };
    let target = request.path.unwrap_or_default().to_owned();
    let (body, framing_fault) = match framing(request.headers, request.version == Some(1)) {
        Ok(body) => (body, None),
        Err(fault) => (Framing::Length(0), Some(fault)),
    };
    let has_bare_newline = bytes[..length]
        .iter()
        .enumerate()
        .any(|(at, byte)| *byte == b'\n' && (at == 0 || bytes[at - 1] != b'\r'));
    let line_fault =
        has_bare_newline.then_some(("head", "a line of the head ends without a carriage return"));
    let size_fault = (length > MAX_HEAD_BYTES).then_some(("size", "the head is larger than 32 KiB"));
    let fault = target_fault(&target).or(framing_fault).or(line_fault).or(size_fault);
    // After a handshake the bytes are no HTTP any more.
    let is_websocket = request.headers.iter().any(|header| {
        header.name.eq_ignore_ascii_case("upgrade") && header.value.eq_ignore_ascii_case(b"websocket")
    });
    let (body_bytes, is_chunked) = match body {
        Framing::Length(bytes) => (bytes, false),
        Framing::Chunked => (0, true),
    };
    let is_last = fault.is_some() || is_chunked || is_websocket;
    Parsed::Whole { length, head: Head { target, fault, is_last }, body_bytes }
}

/// The signed URL is an origin and the target: so that must be a path and a query, and nothing else.
fn target_fault(target: &str) -> Option<(&'static str, &'static str)> {
    if !target.starts_with('/') {
        return Some(("target", "the request target must begin with '/': a path and perhaps a query"));
    }
    target.contains('#').then_some(("target", "the request target has a fragment, which is never sent"))
}

/// How the body is delimited, if there is only one way to read it.
fn framing(
    headers: &[httparse::Header<'_>],
    is_http_1_1: bool,
) -> Result<Framing, (&'static str, &'static str)> {
    let values = |wanted: &'static str| {
        headers
            .iter()
            .filter(move |header| header.name.eq_ignore_ascii_case(wanted))
            .map(|header| header.value)
    };
    let lengths: Vec<&[u8]> = values("content-length").collect();
    let encodings: Vec<&[u8]> = values("transfer-encoding").collect();
    match (lengths.as_slice(), encodings.as_slice()) {
        ([], []) => Ok(Framing::Length(0)),
        ([], [encoding]) if is_http_1_1 && encoding.eq_ignore_ascii_case(b"chunked") => Ok(Framing::Chunked),
        ([_, ..], [_, ..]) => {
            Err(("transfer-encoding", "the request has both Content-Length and Transfer-Encoding"))
        }
        (_, [_, ..]) => {
            Err(("transfer-encoding", "Transfer-Encoding is allowed once, as chunked, and in HTTP/1.1 only"))
        }
        ([length], []) => std::str::from_utf8(length)
            .ok()
            .filter(|length| length.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|length| length.parse().ok())
            .map(Framing::Length)
            .ok_or(("content-length", "Content-Length is no decimal number")),
        _ => Err(("content-length", "the header Content-Length appears more than once")),
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if this.released > 0 {
                let here = this.released.min(out.remaining());
                out.put_slice(&this.held[..here]);
                this.held.drain(..here);
                this.released -= here;
                return Poll::Ready(Ok(()));
            }
            let mut bytes = [0; 8 * 1024];
            let mut read = ReadBuf::new(&mut bytes);
            ready!(Pin::new(&mut this.stream).poll_read(context, &mut read))?;
            if read.filled().is_empty() {
                // The end: what is held will never be whole.
                this.expected = Expected::Rest;
                if this.held.is_empty() {
                    return Poll::Ready(Ok(()));
                }
            }
            this.held.extend_from_slice(read.filled());
            this.release();
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::{Head, Heads, Parsed, Wire, read_head};
    use tokio::io::AsyncReadExt;

    fn fault(head: &str) -> Option<&'static str> {
        match read_head(head.as_bytes()) {
            Parsed::Whole { head, .. } => head.fault.map(|(reason, _)| reason),
            Parsed::Partial => Some("partial"),
            Parsed::Broken => Some("broken"),
        }
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_a_fault() {
        for (head, reason) in [
            ("GET /a?b=%2F HTTP/1.1\r\nhost: h\r\n\r\n", None),
            ("POST /a HTTP/1.1\r\ncontent-length: 5\r\n\r\n", None),
            ("POST /a HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n", None),
            ("GET /a#b HTTP/1.1\r\n\r\n", Some("target")),
            ("GET http://h/a HTTP/1.1\r\n\r\n", Some("target")),
            ("OPTIONS * HTTP/1.1\r\n\r\n", Some("target")),
            ("CONNECT h:1 HTTP/1.1\r\n\r\n", Some("target")),
            ("GET /a HTTP/1.1\nhost: h\r\n\r\n", Some("head")),
            ("GET /a HTTP/1.1\r\nhost: h\n\n", Some("head")),
            ("POST /a HTTP/1.1\r\ncontent-length: 5\r\ncontent-length: 5\r\n\r\n", Some("content-length")),
            ("POST /a HTTP/1.1\r\ncontent-length: +5\r\n\r\n", Some("content-length")),
            ("POST /a HTTP/1.1\r\ncontent-length: 5, 5\r\n\r\n", Some("content-length")),
            ("POST /a HTTP/1.1\r\ncontent-length: \r\n\r\n", Some("content-length")),
            (
                "POST /a HTTP/1.1\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n",
                Some("transfer-encoding"),
            ),
            ("POST /a HTTP/1.1\r\ntransfer-encoding: gzip, chunked\r\n\r\n", Some("transfer-encoding")),
            (
                "POST /a HTTP/1.1\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n",
                Some("transfer-encoding"),
            ),
            ("POST /a HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n", Some("transfer-encoding")),
            ("GET /a HTTP/1.1\r\nx: a\r\n b\r\n\r\n", Some("broken")),
            ("GET /a HTTP/1.1\r\nhost : h\r\n\r\n", Some("broken")),
            ("GET /a HTTP/1.1\r\n", Some("partial")),
        ] {
            assert_eq!(fault(head), reason, "{head:?}");
        }
    }

    #[test]
    fn the_target_is_kept_as_it_was_sent() {
        let Parsed::Whole { head, body_bytes, .. } = read_head(b"GET /a/%7e/../b?c='&d HTTP/1.1\r\n\r\n")
        else {
            panic!("not whole");
        };
        assert_eq!(head, Head { target: "/a/%7e/../b?c='&d".to_owned(), fault: None, is_last: false });
        assert_eq!(body_bytes, 0);
    }

    #[tokio::test]
    async fn pipelined_requests_keep_their_heads_apart_and_every_byte_goes_on() {
        let sent = b"POST /one HTTP/1.1\r\ncontent-length: 18\r\n\r\nGET /no HTTP/1.1\r\nGET /two HTTP/1.1\r\n\r\nGET /three HTTP/1.1\r\n\r\n";
        for step in [1, 7, sent.len()] {
            let heads = Heads::default();
            let mut mock = in_steps(sent, step);
            let mut wire = Wire::new(&mut mock, heads.clone());
            let mut got = Vec::new();
            wire.read_to_end(&mut got).await.unwrap();
            assert_eq!(got, sent);
            let targets: Vec<String> = std::iter::from_fn(|| heads.next()).map(|head| head.target).collect();
            assert_eq!(targets, ["/one", "/two", "/three"], "in steps of {step}");
        }
    }

    /// A stream that gives `step` bytes at a time.
    fn in_steps(bytes: &'static [u8], step: usize) -> impl tokio::io::AsyncRead + Unpin {
        struct Steps(&'static [u8], usize);
        impl tokio::io::AsyncRead for Steps {
            fn poll_read(
                mut self: std::pin::Pin<&mut Self>,
                _: &mut std::task::Context<'_>,
                out: &mut tokio::io::ReadBuf<'_>,
            ) -> std::task::Poll<std::io::Result<()>> {
                let here = self.1.min(self.0.len()).min(out.remaining());
                let (now, later) = self.0.split_at(here);
                out.put_slice(now);
                self.0 = later;
                std::task::Poll::Ready(Ok(()))
            }
        }
        Steps(bytes, step)
    }
}
