'use strict';

const { stringify } = require('node:querystring');

const { signableBody } = require('./adapters/body.js');
const { callerHeaders, toObject, withSigned } = require('./adapters/headers.js');
const { ERROR_BODY_MS, PassingBody } = require('./adapters/reason.js');
const { refuse } = require('./adapters/refuse.js');
const { redirectTarget } = require('./adapters/redirect.js');
const { readSettings, signNow } = require('./adapters/signing.js');
const { checkTarget, isForUs, parseUrl } = require('./adapters/target.js');
const { fail, watched } = require('./adapters/watch.js');
const { wireTarget } = require('./adapters/wire-url.js');
const { unpolluted } = require('./dist/shared.js');

const READ = ['body', 'headers', 'method', 'origin', 'path', 'query', 'signal', 'upgrade'];

// Interceptors that are composed inside must not send a second time what was signed once.
const ONCE = {
    maxRedirections: 0,
    retryOptions: { maxRetries: 0, statusCodes: [], retry: (error, _, done) => done(error) },
};

/** An interceptor for `dispatcher.compose(...)` that signs each request as the last thing before it leaves. */
function partnerInterceptor(signer, options) {
    const settings = readSettings(signer, options);
    return (dispatch) => {
        return function partnerDispatch(given, handler) {
            const opts = unpolluted(given, READ);
            let wanted;
            try {
                const origin = originOf(opts, settings);
                if (!isForUs(origin, settings)) return dispatch(given, handler);
                checkTarget(origin, settings);
                wanted = readOptions(opts, origin);
            } catch (error) {
                fail(handler, error);
                return true;
            }
            signAndDispatch(settings, dispatch, wanted, given, opts, handler);
            return true;
        };
    };
}

async function signAndDispatch(settings, dispatch, { method, origin, target, headers }, given, opts, handler) {
    const { query: _, ...rest } = given;
    const url = origin + target;
    let signed, settle;
    try {
        const body = await bodyOf(opts);
        ({ signed, settle } = await signNow(settings, { method, url, body }, signalOf(opts)));
    } catch (error) {
        return fail(handler, error);
    }
    const sent = {
        ...rest,
        ...ONCE,
        origin,
        path: target,
        method: signed.method,
        headers: toObject(withSigned(headers, signed)),
        body: signed.body ?? null,
    };
    try {
        dispatch(sent, watched(handler, watcherOf(settings, url, settle)));
    } catch (error) {
        settle(null);
        fail(handler, error);
    }
}

/** Settles the nonce by the answer, and refuses an answer that redirects to where nothing signed may go. */
function watcherOf(settings, url, settle) {
    let open = true;
    let errorBody = null;
    let timer;
    const settleOnce = (status, reason) => {
        if (!open) return;
        open = false;
        clearTimeout(timer);
        settle(status, () => reason);
    };
    return {
        answered(status, location) {
            if (status !== 401) {
                settleOnce(status, null);
                redirectTarget(settings, new URL(url), status, location, { isRedirect: (code) => code >= 300 && code < 400 });
                return;
            }
            errorBody = new PassingBody();
            timer = setTimeout(settleOnce, ERROR_BODY_MS, status, null).unref();
        },
        data(chunk) {
            if (errorBody?.add(chunk) === false) settleOnce(401, null);
        },
        ended() {
            if (errorBody !== null) settleOnce(401, errorBody.reason());
        },
        failed() {
            settleOnce(errorBody === null ? null : 401, null);
        },
    };
}

/** A Client or Pool of its own is not told the origin: then it is the one that the settings name. */
function originOf(opts, { origins }) {
    if (opts.origin !== undefined && opts.origin !== null) return new URL(parseUrl(String(opts.origin)).origin);
    if (origins?.size === 1) return new URL([...origins][0]);
    return refuse(
        'invalid_url',
        "this dispatcher does not say which origin it sends to; name it: { origins: ['https://api.example.com'] }",
    );
}

function readOptions(opts, origin) {
    if (opts.upgrade) refuse('invalid_argument', 'an upgrade to another protocol is not signed');
    if (typeof opts.path !== 'string' || !opts.path.startsWith('/')) refuse('invalid_url', "the path does not begin with '/'");
    const headers = callerHeaders(headerPairs(opts.headers), origin);
    const target = wireTarget(withQuery(opts.path, opts.query));
    return { method: opts.method ?? 'GET', origin: origin.origin, target, headers };
}

/** The path with `query` in it, as undici itself writes it. */
function withQuery(path, query) {
    if (query === undefined || query === null) return path;
    if (/[?#]/.test(path)) refuse('invalid_url', 'the path has a query already, so the option query cannot add another');
    const text = stringify(query);
    return text === '' ? path : `${path}?${text}`;
}

async function bodyOf({ body, headers }) {
    const said = (wanted) => headerPairs(headers).find(([name]) => String(name).toLowerCase() === wanted)?.[1];
    const length = said('content-length');
    const isKnown = isOfFetch(body) && length !== undefined;
    return signableBody(isKnown ? await collect(body, Number(length)) : body, said('content-type'));
}

/** fetch hands even a string on as a generator, but says how long it is. */
function isOfFetch(body) {
    return Object.prototype.toString.call(body) === '[object AsyncGenerator]';
}

async function collect(generator, length) {
    const chunks = [];
    let read = 0;
    for await (const chunk of generator) {
        chunks.push(chunk);
        read += chunk.length;
        if (read > length) break;
    }
    if (read !== length) refuse('invalid_body', `the body is not as long as its content-length, ${length}`);
    return Buffer.concat(chunks);
}

/** Headers as undici takes them: a flat list, pairs, or an object. */
function headerPairs(headers) {
    if (headers === undefined || headers === null) return [];
    if (Array.isArray(headers) && !Array.isArray(headers[0])) {
        return Array.from({ length: Math.floor(headers.length / 2) }, (_, index) => headers.slice(2 * index, 2 * index + 2));
    }
    const pairs = typeof headers[Symbol.iterator] === 'function' ? [...headers] : Object.entries(headers);
    return pairs.filter(([, value]) => value !== undefined);
}

/** undici also takes an EventEmitter, which its own handler listens to. */
function signalOf({ signal }) {
    return typeof signal?.throwIfAborted === 'function' ? signal : undefined;
}

module.exports = { partnerInterceptor };
