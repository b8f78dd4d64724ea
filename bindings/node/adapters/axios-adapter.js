'use strict';

const { detached, isNodeStream, reasonInData } = require('./axios-data.js');
const { signableBody } = require('./body.js');
const { callerHeaders, toObject, withSigned } = require('./headers.js');
const { MAX_REDIRECTS, redirectTarget, redirected } = require('./redirect.js');
const { redactConfig, redactError, standIn } = require('./redact.js');
const { refuse } = require('./refuse.js');
const { checkOrigin, readSettings, signNow } = require('./signing.js');
const { checkTarget, parseUrl } = require('./target.js');
const { own } = require('../dist/shared.js');

/** `partnerAdapter`, for the axios that `load` gives. */
function makePartnerAdapter(load) {
    /** An axios adapter that signs what axios has made of a request, and has axios's own adapter send it. */
    return function partnerAdapter(signer, options) {
        const settings = readSettings(signer, options, ['adapter', 'axios']);
        const { adapter = 'http', axios: given } = settings;
        if (given !== undefined) checkAxios(given);

        return async function partnersignAdapter(config) {
            const said = own(config);
            const axios = given ?? (await loadAxios(load));
            const send = typeof adapter === 'function' ? adapter : axios.getAdapter(adapter, config);
            const cancel = cancellationOf(said);
            try {
                return conclude(axios, said, await exchange(settings, axios, send, { config, said }, cancel.signal));
            } catch (error) {
                if (cancel.signal?.aborted && !axios.isCancel(error)) throwCancelled(axios, config);
                throw error;
            } finally {
                cancel.done();
            }
        };
    };
}

/** Signs, sends, and follows redirects within the origin, each signed anew. `said` is what of the config is its own. */
async function exchange(settings, axios, send, { config, said }, signal) {
    const url = parseUrl(uriOf(axios, said));
    checkTarget(url, settings);
    checkOrigin(url, settings);
    const headers = Object.entries({ ...said.headers });
    const kept = callerHeaders(headers, url);
    const limit = said.maxRedirects ?? MAX_REDIRECTS;
    const sending = { ...said, ...proxyOf(said, url, settings) };
    const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
    let request = { method: said.method ?? 'get', url, body: signableBody(said.data, type && String(type)) };
    for (let redirects = 0; ; redirects += 1) {
        const { signed, settle } = await signNow(settings, { ...request, url: request.url.href }, signal);
        const response = await sendSigned(send, config, sending, signed, settle, withSigned(kept, signed));
        const location = headerOf(response.headers, 'location');
        const follows = { instead: 'maxRedirects: 0' };
        const to = limit === 0 ? null : redirectTarget(settings, request.url, response.status, location, follows);
        if (to === null) return response;
        if (isNodeStream(response.data)) response.data.destroy();
        if (redirects >= limit) throwTooManyRedirects(axios, response);
        const from = request.url;
        request = redirected({ method: signed.method, url: from, body: signed.body ?? undefined }, response.status, to);
        tellBeforeRedirect(said, from, request, response);
    }
}

async function sendSigned(send, config, sending, signed, settle, headers) {
    const request = standIn(signed);
    let response;
    try {
        response = await send({
            ...sending,
            method: signed.method.toLowerCase(),
            url: signed.url,
            baseURL: undefined,
            params: undefined,
            paramsSerializer: undefined,
            headers: toObject(headers),
            data: bytesOf(signed.body),
            maxRedirects: 0,
            beforeRedirect: undefined,
            fetchOptions: { ...sending.fetchOptions, redirect: 'manual' },
            validateStatus: null,
        });
    } catch (error) {
        redactError(error, config, request);
        await settle(error?.response?.status ?? null, () => reasonInData(error.response));
        throw error;
    }
    if (isNodeStream(response.data)) {
        response.data = detached(response.data, (error) => redactError(error, config, request));
    }
    await settle(response.status, () => reasonInData(response));
    return Object.assign(response, { config: redactConfig(config), request });
}

/** What axios does with an answer, by the caller's `validateStatus`. */
function conclude(axios, config, response) {
    const { validateStatus } = config;
    if (!response.status || !validateStatus || validateStatus(response.status)) return response;
    const { ERR_BAD_REQUEST, ERR_BAD_RESPONSE } = axios.AxiosError;
    throw new axios.AxiosError(
        `Request failed with status code ${response.status}`,
        response.status >= 400 && response.status < 500 ? ERR_BAD_REQUEST : ERR_BAD_RESPONSE,
        response.config,
        response.request,
        response,
    );
}

/** The URL with `baseURL` and `params` in it, as axios writes it. */
function uriOf(axios, { allowAbsoluteUrls, baseURL, params, paramsSerializer, url }) {
    const config = { allowAbsoluteUrls, baseURL, params, paramsSerializer, url };
    for (const name of Object.keys(config)) {
        if (config[name] === undefined || config[name] === null) delete config[name];
    }
    return new axios.Axios({}).getUri(config);
}

function bytesOf(body) {
    return body ? Buffer.from(body.buffer, body.byteOffset, body.byteLength) : undefined;
}

function headerOf(headers, name) {
    return typeof headers?.get === 'function' ? headers.get(name) : headers?.[name];
}

/** Plain http to this machine does not leave it by a proxy. */
function proxyOf({ proxy }, url, { allowHttp }) {
    if (allowHttp || url.protocol !== 'http:') return {};
    if (proxy) refuse('invalid_url', 'plain http through a proxy would show the API key to everyone on the way; use https, or leave the proxy out');
    // Also none that the environment names.
    return { proxy: false };
}

/** As axios says it. */
function throwTooManyRedirects({ AxiosError }, { config, request }) {
    throw new AxiosError('Maximum number of redirects exceeded', 'ERR_FR_TOO_MANY_REDIRECTS', config, request);
}

/** The callback may throw to forbid a redirect; what it changes has no effect. */
function tellBeforeRedirect({ beforeRedirect }, from, { method, url }, response) {
    const { hostname, href, pathname, port, protocol, search } = url;
    beforeRedirect?.(
        { method, href, protocol, hostname, port, path: pathname + search, headers: {} },
        { headers: response.headers, statusCode: response.status },
        { method: response.request.method, url: from.href, headers: {} },
    );
}

/** One signal for `signal` and for axios's older `cancelToken`. */
function cancellationOf({ cancelToken, signal }) {
    if (!cancelToken && (!signal || signal instanceof AbortSignal)) return { signal: signal ?? undefined, done() {} };
    const controller = new AbortController();
    const abort = () => controller.abort();
    cancelToken?.subscribe(abort);
    signal?.addEventListener?.('abort', abort);
    if (signal?.aborted) abort();
    return {
        signal: controller.signal,
        done() {
            cancelToken?.unsubscribe(abort);
            signal?.removeEventListener?.('abort', abort);
        },
    };
}

/** axios would do it with the caller's config as it is. */
function throwCancelled(axios, config) {
    config.cancelToken?.throwIfRequested();
    throw new axios.CanceledError(null, redactConfig(config));
}

async function loadAxios(load) {
    let axios;
    try {
        axios = await load();
    } catch (error) {
        if (error?.code !== 'MODULE_NOT_FOUND' && error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
        refuse('invalid_argument', 'axios is not installed beside partnersign; pass the one that you use: { axios }');
    }
    checkAxios(axios);
    return axios;
}

function checkAxios(axios) {
    if (typeof axios?.getAdapter !== 'function' || typeof axios.Axios !== 'function') {
        refuse('invalid_argument', 'axios is not the default export of axios 1.5 or newer');
    }
}

module.exports = { makePartnerAdapter };
