'use strict';

// Where a signed request may go.

const { refuse } = require('./refuse.js');
const { wireUrl } = require('./wire-url.js');

/** The URL of `text`, as it is signed and sent. */
function parseUrl(text) {
    if (!URL.canParse(text)) {
        refuse('invalid_url', 'the URL is not absolute; write it with https:// and the host');
    }
    return wireUrl(new URL(text));
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

module.exports = { checkTarget, isForUs, parseUrl };
