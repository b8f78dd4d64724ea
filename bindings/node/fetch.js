'use strict';

const { signableBody } = require('./adapters/body.js');
const { callerHeaders, withSigned } = require('./adapters/headers.js');
const { reasonInStream } = require('./adapters/reason.js');
const { refuse } = require('./adapters/refuse.js');
const { checkOrigin, readSettings, signNow } = require('./adapters/signing.js');
const { MAX_REDIRECTS, checkRedirectCount, checkTarget, parseUrl, redirectTarget, redirected } = require('./adapters/target.js');

const MAX_BODY_BYTES = 10 * 1024 * 1024;
// What a Request says beside its URL, method, headers and body.
const OPTIONS = ['cache', 'credentials', 'integrity', 'keepalive', 'mode', 'referrer', 'referrerPolicy'];

/** A function that is called like fetch, and signs each request as the last thing before it leaves. */
function signedFetch(signer, options) {
    const settings = readSettings(signer, options, ['fetch']);
    const chosen = options?.fetch;
    if (chosen !== undefined && typeof chosen !== 'function') refuse('invalid_argument', 'fetch is not a function');

    return async function signedFetch(input, init) {
        const call = readCall(input, init);
        const kept = callerHeaders(call.headers);
        let request = { method: call.method, url: parseUrl(call.url), body: undefined };
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
            const to = call.redirect === 'follow' ? await redirectOf(request.url, response) : null;
            if (to === null) {
                return redirects === 0 ? response : Object.defineProperty(response, 'redirected', { value: true });
            }
            checkRedirectCount(redirects, MAX_REDIRECTS);
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
async function redirectOf(url, response) {
    if (response.type === 'opaqueredirect') {
        refuse('invalid_url', 'this fetch hides where a redirect goes, so it cannot be followed');
    }
    let to;
    try {
        to = redirectTarget(url, response.status, response.headers.get('location'));
        return to;
    } finally {
        if (to !== null) await response.body?.cancel().catch(() => {});
    }
}

/** The parts of a call, as fetch reads them: what `init` says goes before what a Request says. */
function readCall(input, init) {
    const request = isRequest(input) ? input : null;
    const said = (name) => init?.[name] ?? request?.[name] ?? undefined;
    const { method: _m, headers: _h, body: _b, redirect: _r, signal: _s, duplex: _d, ...rest } = init ?? {};
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
async function readBody({ body, request, signal }) {
    if (body !== undefined && body !== null) return signableBody(body);
    if (request === null || request.body === null || request.body === undefined) return undefined;
    if (request.bodyUsed) refuse('invalid_body', 'the body of the Request has been read before');
    const reader = request.body.getReader();
    const chunks = [];
    let length = 0;
    const stop = () => reader.cancel().catch(() => {});
    signal?.addEventListener('abort', stop, { once: true });
    try {
        for (;;) {
            signal?.throwIfAborted();
            const { done, value } = await reader.read();
            signal?.throwIfAborted();
            if (done) return Buffer.concat(chunks);
            chunks.push(value);
            length += value.length;
            if (length > MAX_BODY_BYTES) {
                stop();
                refuse('too_large', 'the body of the Request is longer than 10 MiB');
            }
        }
    } finally {
        signal?.removeEventListener('abort', stop);
    }
}

/** The reason of an error body, read from a copy: the caller's body stays unread. */
async function reasonIn(response) {
    const copy = response.clone().body;
    return copy === null ? null : reasonInStream(copy);
}

module.exports = { signedFetch };
