'use strict';

const { refuse } = require('./refuse.js');

// What only the signed request says. `x-api-key` is the caller's if the signer has none.
const OURS = new Set(['x-sign', 'x-timestamp', 'x-nonce', 'content-type', 'content-length']);
// What would change the bytes of the body on their way.
const REFUSED = new Set(['content-encoding', 'transfer-encoding']);

/** The caller's headers for `url` as lower-case pairs, less those that only the signed request says. */
function callerHeaders(entries, url) {
    const kept = [];
    for (const [name, value] of entries) {
        const lower = String(name).toLowerCase();
        const isThere = value !== undefined && value !== null && value !== false;
        if (isThere && REFUSED.has(lower)) {
            refuse('invalid_argument', `the header ${lower} is refused: the body is sent as it was signed`);
        }
        if (isThere && lower === 'host' && String(value).toLowerCase() !== url.host) {
            refuse(
                'invalid_argument',
                `the header host says ${value}, but the signed URL ${url.host}; leave it out (or, if the dns interceptor ` +
                    'of undici sets it, compose that one before this)',
            );
        }
        if (!OURS.has(lower)) kept.push([lower, value]);
    }
    return kept;
}

/** The headers of the request: the signed ones win. */
function withSigned(kept, signed) {
    return [...kept.filter(([name]) => !Object.hasOwn(signed.headers, name)), ...Object.entries(signed.headers)];
}

/** For clients that take an object: a name that came more than once has a list of values. */
function toObject(pairs) {
    const headers = {};
    for (const [name, value] of pairs) {
        headers[name] = Object.hasOwn(headers, name) ? [headers[name], value].flat() : value;
    }
    return headers;
}

module.exports = { callerHeaders, toObject, withSigned };
