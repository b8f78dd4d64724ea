'use strict';

const { signableBody } = require('./adapters/body.js');
const { callerHeaders, withSigned } = require('./adapters/headers.js');
const { reasonInStream } = require('./adapters/reason.js');
const { refuse } = require('./adapters/refuse.js');
const { MAX_REDIRECTS, redirectTarget, redirected } = require('./adapters/redirect.js');
const { checkOrigin, readSettings, signNow } = require('./adapters/signing.js');
const { checkTarget, parseUrl } = require('./adapters/target.js');
const { onAbort, unpolluted } = require('./dist/shared.js');

const MAX_BODY_BYTES = 10 * 1024 * 1024;
// What a Request says beside its URL, method, headers and body.
const OPTIONS = ['cache', 'credentials', 'integrity', 'keepalive', 'mode', 'referrer', 'referrerPolicy'];
const READ = [...OPTIONS, 'body', 'headers', 'method', 'redirect', 'signal'];

/** A function that is called like fetch, and signs each request as the last thing before it leaves. */
function signedFetch(signer, options) {
    const settings = readSettings(signer, options, ['fetch']);
    const { fetch: chosen } = settings;
    if (chosen !== undefined && typeof chosen !== 'function') refuse('invalid_argument', 'fetch is not a function');

    return async function signedFetch(input, init) {
        const call = readCall(input, init);
        const url = parseUrl(call.url);
        const kept = callerHeaders(call.headers, url);
        let request = { method: call.method, url, body: undefined };
        checkTarget(request.url, settings);
        checkOrigin(request.url, settings);
        request.body = await readBody(call);
        for (let redirects = 0; ; redirects += 1) {
            const { signed, settle } = await signNow(settings, { ...request, url: request.url.href }, call.signal);
            const response = await send(chosen ?? globalThis.fetch, settle, signed.url, {
                ...call.rest,
                method: signed.method,
                headers: withSigned(kept, signed),
                body: signed.body ?? undefined,
                redirect: call.redirect === 'error' ? 'error' : 'manual',
                signal: call.signal,
            });
            const to = call.redirect === 'follow' ? await redirectOf(settings, request.url, response) : null;
            if (to === null) {
                return redirects === 0 ? response : Object.defineProperty(response, 'redirected', { value: true });
            }
            // As fetch says it.
            if (redirects === MAX_REDIRECTS) throw new TypeError('fetch failed', { cause: new Error('redirect count exceeded') });
            request = redirected({ method: signed.method, url: request.url, body: signed.body ?? undefined }, response.status, to);
        }
    };
}

async function send(fetch, settle, url, init) {
    let response;
    try {
        response = await fetch(url, init);
    } catch (error) {
        await settle(null);
        throw error;
    }
    await settle(response.status, () => reasonIn(response));
    init.signal?.throwIfAborted();
    return response;
}

/** Where the answer redirects to, or null; the body of a redirect is not read. */
async function redirectOf(settings, url, response) {
    if (response.type === 'opaqueredirect') {
        refuse('invalid_url', 'this fetch hides where a redirect goes, so it cannot be followed');
    }
    let to;
    try {
        const location = response.headers.get('location');
        to = redirectTarget(settings, url, response.status, location, { instead: "redirect: 'manual'" });
        return to;
    } finally {
        if (to !== null) await response.body?.cancel().catch(() => {});
    }
}

/** The parts of a call, as fetch reads them: what `init` says goes before what a Request says. */
function readCall(input, given) {
    const init = typeof given === 'object' && given !== null ? unpolluted(given, READ) : undefined;
    const request = isRequest(input) ? input : null;
    const said = (name) => init?.[name] ?? request?.[name] ?? undefined;
    const { method: _m, headers: _h, body: _b, redirect: _r, signal: _s, duplex: _d, ...rest } = given ?? {};
    for (const name of OPTIONS) {
        if (said(name) !== undefined) rest[name] = said(name);
    }
    const redirect = said('redirect') ?? 'follow';
    if (!['follow', 'manual', 'error'].includes(redirect)) {
        refuse('invalid_argument', "redirect is 'follow', 'manual' or 'error'");
    }
    return {
        url: request === null ? String(input) : request.url,
        method: said('method') ?? 'GET',
        headers: new Headers(said('headers')),
        body: init?.body,
        request,
        redirect,
        signal: init?.signal === null ? undefined : said('signal'),
        rest,
    };
}

/** Also one of another realm, or of the npm package undici. */
function isRequest(input) {
    return typeof input === 'object' && input !== null && typeof input.url === 'string' && typeof input.arrayBuffer === 'function';
}

/** The body to sign; that of a Request is read into memory, as its bytes are not to be had otherwise. */
async function readBody({ body, headers, request, signal }) {
    const type = headers.get('content-type');
    if (body !== undefined && body !== null) return signableBody(body, type);
    if (request === null || request.body === null || request.body === undefined) return undefined;
    if (request.bodyUsed) refuse('invalid_body', 'the body of the Request has been read before');
    const reader = request.body.getReader();
    const chunks = [];
    let length = 0;
    const stop = () => reader.cancel().catch(() => {});
    const ignore = signal && onAbort(signal, stop);
    try {
        for (;;) {
            signal?.throwIfAborted();
            const { done, value } = await reader.read();
            signal?.throwIfAborted();
            if (done) return signableBody(Buffer.concat(chunks), type);
            chunks.push(value);
            length += value.length;
            if (length > MAX_BODY_BYTES) {
                stop();
                refuse('too_large', 'the body of the Request is longer than 10 MiB');
            }
        }
    } finally {
        ignore?.();
    }
}

/** The reason of an error body, read from a copy: the caller's body stays unread. */
async function reasonIn(response) {
    const copy = response.clone().body;
    return copy === null ? null : reasonInStream(copy);
}

module.exports = { signedFetch };
