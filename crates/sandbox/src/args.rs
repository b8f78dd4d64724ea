//! The command line.

use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use partnersign::{NoncePolicy, Request, Timestamp, Verifier};

/// A local Partner API that checks every signature as production would.
#[derive(Parser)]
#[command(name = "partnerapi-sandbox", version, about)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Serve the API until SIGINT or SIGTERM.
    Serve(ServeArgs),
}

#[derive(clap::Args)]
pub(crate) struct ServeArgs {
    /// Address and port; port 0 takes any free one, which the first line on stdout names.
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:8080", value_parser = parse_listen)]
    pub(crate) listen: SocketAddr,
    /// SQLite file that keeps everything; without it all is in memory and lost at the end.
    #[arg(long, value_name = "FILE")]
    pub(crate) database: Option<PathBuf>,
    /// Whether an API key alone suffices.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) auth: AuthMode,
    /// Which nonces are accepted: sequential, increasing or unique.
    #[arg(long, value_name = "POLICY", default_value = "sequential", value_parser = parse_policy)]
    pub(crate) nonce: NoncePolicy,
    /// How far a timestamp may lie from the sandbox's clock.
    #[arg(long, value_name = "SECONDS", default_value_t = Verifier::DEFAULT_WINDOW_SECONDS)]
    pub(crate) timestamp_window: u64,
    /// Scheme, host and port of the URLs that clients sign; repeatable. Default: 127.0.0.1 and
    /// localhost with the port that is listened on.
    #[arg(long = "origin", value_name = "URL", value_parser = parse_origin)]
    pub(crate) origins: Vec<String>,
    /// Listen on an address that other machines can reach.
    #[arg(long)]
    pub(crate) allow_remote: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum AuthMode {
    /// API key and signature, as production.
    #[default]
    Strict,
    /// An API key alone suffices, as in the vendor's sandbox; a signature that is sent is verified.
    Relaxed,
}

fn parse_policy(text: &str) -> Result<NoncePolicy, String> {
    NoncePolicy::parse(text).map_err(|error| error.message().to_owned())
}

fn parse_listen(text: &str) -> Result<SocketAddr, String> {
    let mut addresses = text.to_socket_addrs().map_err(|why| format!("{text} is no HOST:PORT: {why}"))?;
    addresses.next().ok_or_else(|| format!("{text} has no address"))
}

/// An origin is what stands in front of the path in the URL that is signed.
fn parse_origin(text: &str) -> Result<String, String> {
    let origin = text.strip_suffix('/').unwrap_or(text);
    let host = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    if host.is_none_or(|host| host.contains(['/', '?', '#'])) {
        return Err("an origin is http:// or https://, a host and perhaps a port, without a path".to_owned());
    }
    let url = format!("{origin}/");
    let freshness = Timestamp::from_seconds(0).map_err(|error| error.message().to_owned())?.into();
    partnersign::prepare(&Request::new(partnersign::Method::Get, &url), &freshness)
        .map_err(|error| error.message().to_owned())?;
    Ok(origin.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Args, Command, parse_origin};
    use clap::Parser;

    #[test]
    fn the_defaults_are_strict_sequential_and_loopback() {
        let Command::Serve(serve) = Args::try_parse_from(["sandbox", "serve"]).unwrap().command;
        assert!(serve.listen.ip().is_loopback());
        assert_eq!(serve.auth, super::AuthMode::Strict);
        assert_eq!(serve.nonce, partnersign::NoncePolicy::Sequential);
        assert_eq!(serve.timestamp_window, 300);
    }

    #[test]
    fn origins_have_no_path_and_no_default_port() {
        assert_eq!(parse_origin("https://api.qredo.network").unwrap(), "https://api.qredo.network");
        assert_eq!(parse_origin("http://localhost:8001/").unwrap(), "http://localhost:8001");
        for bad in [
            "api.qredo.network",
            "ws://a",
            "https://a/api",
            "https://A",
            "https://a:443",
            "http://",
            "http://a?b",
        ] {
            assert!(parse_origin(bad).is_err(), "{bad}");
        }
    }
}
