'use strict';

// Where a signed request may go.

const { refuse } = require('./refuse.js');

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 20;

/** The URL of `text`, as every WHATWG client puts it on the wire. */
function parseUrl(text) {
    if (!URL.canParse(text)) {
        refuse('invalid_url', 'the URL is not absolute; write it with https:// and the host');
    }
    return new URL(text);
}

/** Refuses what must not be sent to `url`; whether to sign for its origin at all says `isForUs`. */
function checkTarget(url, { allowHttp }) {
    if (url.protocol !== 'https:' && url.protocol !== 'http:') {
        refuse('invalid_url', `the scheme '${url.protocol.slice(0, -1)}' is not https`);
    }
    if (url.protocol === 'http:' && !allowHttp && !isLoopback(url.hostname)) {
        refuse(
            'invalid_url',
            `plain http to ${url.host} would show the API key to everyone on the way; use https, ` +
                'or set allowHttp if the way is safe',
        );
    }
}

function isForUs(url, { origins }) {
    return origins === null || origins.has(url.origin);
}

function isLoopback(hostname) {
    return (
        hostname === 'localhost' ||
        hostname.endsWith('.localhost') ||
        hostname === '[::1]' ||
        /^127\.\d+\.\d+\.\d+$/.test(hostname)
    );
}

/** Where an answer sends us: a URL of the same origin, or null if it is no redirect. */
function redirectTarget(from, status, location, isRedirect = (code) => REDIRECTS.has(code)) {
    if (!isRedirect(status) || location === null || location === undefined) return null;
    const text = fromHeader(location);
    if (!URL.canParse(text, from)) {
        refuse('invalid_url', `${from.host} redirects to something that is no URL`);
    }
    const to = new URL(text, from);
    if (to.origin !== from.origin) {
        refuse(
            'invalid_url',
            `${from.origin} redirects to another origin, ${to.origin}: nothing signed is sent there`,
        );
    }
    return to;
}

/**
 * The request that follows a redirect, as in the Fetch Standard: 303, and 301 or 302 after POST,
 * become GET without a body; all others keep method and body.
 */
function redirected(request, status, to) {
    const becomesGet =
        (status === 303 && request.method !== 'GET' && request.method !== 'HEAD') ||
        ((status === 301 || status === 302) && request.method === 'POST');
    return becomesGet ? { method: 'GET', url: to, body: undefined } : { ...request, url: to };
}

function checkRedirectCount(count, limit) {
    if (count >= limit) refuse('invalid_url', `more than ${limit} redirects`);
}

/** HTTP clients hand out header bytes as Latin-1; a Location that is not ASCII is UTF-8. */
function fromHeader(value) {
    return /^[\x00-\x7f]*$/.test(value) ? value : Buffer.from(value, 'latin1').toString('utf8');
}

module.exports = {
    MAX_REDIRECTS,
    checkRedirectCount,
    checkTarget,
    isForUs,
    parseUrl,
    redirectTarget,
    redirected,
};
