'use strict';

// Which redirects are followed.

const { refuse } = require('./refuse.js');
const { wireUrl } = require('./wire-url.js');

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 20;

/**
 * Where an answer sends us: a URL of the same origin, or null if it is no redirect. `instead` names the way
 * to get a redirect as it is.
 */
function redirectTarget({ turns }, from, status, location, { isRedirect = (code) => REDIRECTS.has(code), instead = '' } = {}) {
    if (!isRedirect(status) || location === null || location === undefined) return null;
    const text = fromHeader(location);
    if (!URL.canParse(text, from)) {
        refuse('invalid_url', `${from.host} redirects to something that is no URL`);
    }
    const to = wireUrl(new URL(text, from));
    if (to.origin !== from.origin) {
        refuse(
            'invalid_url',
            `${from.origin} redirects to another origin, ${to.origin}: nothing signed is sent there`,
        );
    }
    if (to.username !== '' || to.password !== '') {
        refuse('invalid_url', `the Location that ${from.host} redirects to has user info (before '@'): not followed`);
    }
    if (turns?.inOrder) {
        refuse(
            'invalid_url',
            `${from.host} redirects, which is not followed with nonces in order: no answer says whether the server has ` +
                `taken the nonce, so the next could be refused; send to the final URL${instead && `, or say ${instead}`}`,
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

/** HTTP clients hand out header bytes as Latin-1; a Location that is not ASCII is UTF-8. */
function fromHeader(value) {
    return /^[\x00-\x7f]*$/.test(value) ? value : Buffer.from(value, 'latin1').toString('utf8');
}

module.exports = { MAX_REDIRECTS, redirectTarget, redirected };
