//! Listening, connections and their limits, and which path leads where.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderValue, Request, Response, StatusCode, header};
use axum::routing::{any, get};
use hyper::body::Incoming;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Semaphore;

use crate::answer::Answer;
use crate::args::ServeArgs;
use crate::log::Verdict;
use crate::received::RawTarget;
use crate::sandbox::Sandbox;
use crate::wire::{Head, Heads, Wire};
use crate::{api, control, openapi};

/// How many connections are served at once; further ones wait to be accepted.
const MAX_CONNECTIONS: usize = 1024;

/// How long a client may take to send the head of a request, or stay silent between two.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// The longest head of a request, and the most header lines.
pub(crate) const MAX_HEAD_BYTES: usize = 32 * 1024;
pub(crate) const MAX_HEADERS: usize = 64;

/// Serves until SIGINT or SIGTERM.
pub(crate) fn serve(args: &ServeArgs) -> Result<(), String> {
    if !args.allow_remote && !args.listen.ip().is_loopback() {
        return Err(format!(
            "{} can be reached from other machines; listen on 127.0.0.1, or say --allow-remote",
            args.listen.ip()
        ));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|why| format!("no threads: {why}"))?;
    runtime.block_on(run(args))
}

async fn run(args: &ServeArgs) -> Result<(), String> {
    let listener = TcpListener::bind(args.listen)
        .await
        .map_err(|why| format!("cannot listen on {}: {why}", args.listen))?;
    let address = listener.local_addr().map_err(|why| format!("no address: {why}"))?;
    let origins = if args.origins.is_empty() { default_origins(address) } else { args.origins.clone() };
    let sandbox = Sandbox::open(args, origins)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(|why| format!("no signals: {why}"))?;
    let mut terminate = signal(SignalKind::terminate()).map_err(|why| format!("no signals: {why}"))?;
    println!("listening on http://{address}");
    tokio::select! {
        () = accept(listener, &sandbox) => {}
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    Ok(())
}

fn default_origins(address: SocketAddr) -> Vec<String> {
    let port = address.port();
    // Clients leave the scheme's own port out.
    let port = if port == 80 { String::new() } else { format!(":{port}") };
    let mut origins = vec![format!("http://127.0.0.1{port}"), format!("http://localhost{port}")];
    if address.is_ipv6() {
        origins.push(format!("http://[::1]{port}"));
    }
    origins
}

async fn accept(listener: TcpListener, sandbox: &Arc<Sandbox>) {
    let router = router(Arc::clone(sandbox));
    let connections = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let Ok(permit) = Arc::clone(&connections).acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else {
            // Out of file descriptors, most likely: let some connections end.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let (sandbox, router) = (Arc::clone(sandbox), router.clone());
        tokio::spawn(async move {
            serve_connection(stream, sandbox, router).await;
            drop(permit);
        });
    }
}

async fn serve_connection(stream: TcpStream, sandbox: Arc<Sandbox>, router: Router) {
    let _ = stream.set_nodelay(true);
    let heads = Heads::default();
    let wire = Wire::new(stream, heads.clone());
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |request: Request<Incoming>| {
        let head = heads.next();
        let is_last = head.as_ref().is_none_or(|head| head.is_last);
        let checked = check_head(&sandbox, head, request);
        let router = router.clone();
        async move {
            let mut response = match checked {
                Ok(request) => router.call(request).await?,
                Err(answer) => answer.into_response(),
            };
            if is_last && response.status() != StatusCode::SWITCHING_PROTOCOLS {
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, Infallible>(response)
        }
    });
    // What ends a connection early is the client's affair.
    let _ = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEAD_BYTES)
        .serve_connection(TokioIo::new(wire), service)
        .await;
}

/// The request with its raw target; refused if the target or the framing can be read in two ways.
fn check_head(
    sandbox: &Sandbox,
    head: Option<Head>,
    mut request: Request<Incoming>,
) -> Result<Request<Incoming>, Answer> {
    let (reason, why) = match head {
        Some(Head { target, fault: None, .. }) if request.uri() == target.as_str() => {
            request.extensions_mut().insert(RawTarget(target));
            return Ok(request);
        }
        Some(Head { fault: Some(fault), .. }) => fault,
        _ => ("target", "the request target can be read in two ways"),
    };
    let answer = Answer::bad_request(reason).diagnosed(why).closing();
    let (method, url) = (request.method().as_str(), request.uri().to_string());
    sandbox.log.record(method, &url, answer.status.as_u16(), Verdict::Refused, answer.diagnosis.as_deref());
    Err(answer)
}

fn router(sandbox: Arc<Sandbox>) -> Router {
    Router::new()
        .route("/healthz", get(healthy))
        .route("/openapi.json", get(openapi_document))
        .route("/", any(not_yet))
        .route("/docs", any(not_yet))
        .nest("/_sandbox", control::router(&sandbox))
        .route("/api/v1/p/{*rest}", any(api::handle))
        .fallback(not_found)
        .layer(DefaultBodyLimit::disable())
        .with_state(sandbox)
}

async fn healthy() -> Response<Body> {
    Answer::ok(&json!({ "status": "ok" })).into_response()
}

async fn openapi_document(State(sandbox): State<Arc<Sandbox>>) -> Response<Body> {
    let document = sandbox.openapi.get_or_init(|| openapi::document(&sandbox.rules));
    Answer::ok(document).into_response()
}

async fn not_yet(State(_): State<Arc<Sandbox>>, request: Request<Body>) -> Response<Body> {
    Answer::not_built(request.uri().path()).into_response()
}

async fn not_found() -> Response<Body> {
    Answer::not_found("path").into_response()
}
