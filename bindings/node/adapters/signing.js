'use strict';

const { Signer } = require('../dist/index.js');
const { kind, own } = require('../dist/shared.js');
const { refuse } = require('./refuse.js');
const { isForUs } = require('./target.js');
const { turnsFor } = require('./turns.js');

const COMMON = ['allowHttp', 'form', 'nonces', 'origins'];

/** Checks what the maker of an adapter was given; `more` names the options of that adapter alone. */
function readSettings(signer, options = {}, more = []) {
    if (!(signer instanceof Signer)) refuse('invalid_argument', `the first argument must be a Signer, not ${kind(signer)}`);
    if (typeof options !== 'object' || options === null) refuse('invalid_argument', 'the options are not an object');
    for (const name of Object.keys(options)) {
        if (!COMMON.includes(name) && !more.includes(name)) {
            refuse('invalid_argument', `no such option: ${name}; there are ${[...COMMON, ...more].sort().join(', ')}`);
        }
    }
    const { allowHttp = false, form = 'compact', nonces = null, origins = null, ...ofTheAdapter } = own(options);
    if (typeof allowHttp !== 'boolean') refuse('invalid_argument', 'allowHttp is neither true nor false');
    if (form !== 'compact' && form !== 'exact') refuse('invalid_argument', "form is 'compact' or 'exact'");
    if (nonces !== null && (typeof nonces.reserve !== 'function' || typeof nonces.settle !== 'function')) {
        refuse('invalid_argument', 'nonces is not a NonceSequencer');
    }
    return {
        ...ofTheAdapter,
        signer,
        allowHttp,
        form,
        turns: nonces === null ? null : turnsFor(nonces),
        origins: origins === null ? null : readOrigins(origins),
    };
}

function readOrigins(origins) {
    if (!Array.isArray(origins) || origins.length === 0) {
        refuse('invalid_argument', "origins is not a list of texts like 'https://api.example.com'");
    }
    return new Set(
        origins.map((origin) => {
            if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
                refuse('invalid_argument', `'${origin}' is no origin; write scheme, host and port as in https://api.example.com`);
            }
            return origin;
        }),
    );
}

/**
 * Signs one request that is about to leave: nothing comes between this and sending it. The answer's
 * `settle(status, reason)` must follow, with null for a status if there was no answer; `reason` gives
 * the reason of the error body, and is called only where that matters.
 */
async function signNow({ signer, form, turns }, { method, url, body }, signal) {
    const turn = turns === null ? null : await turns.take(signal);
    try {
        const signed = await signer.signAsync({ method, url, body, form, nonce: turn?.nonce }, { signal });
        signal?.throwIfAborted();
        return { signed, settle: turn === null ? async () => {} : (status, reason) => settleBy(turn, status, reason) };
    } catch (error) {
        await turn?.release();
        signal?.throwIfAborted();
        throw error;
    }
}

/** Of all answers only a 401 means different things by its reason. Settles within the call for the others. */
async function settleBy(turn, status, reason) {
    return turn.settle(status, status === 401 ? await reason() : null);
}

/** Refuses a URL of an origin that the adapter is not for. */
function checkOrigin(url, settings) {
    if (!isForUs(url, settings)) {
        refuse('invalid_url', `${url.origin} is none of the origins that this adapter signs for`);
    }
}

module.exports = { checkOrigin, readSettings, signNow };
