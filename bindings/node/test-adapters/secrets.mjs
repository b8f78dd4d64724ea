// Looks for what must stay secret in everything that a log could show of an error.

import assert from 'node:assert/strict';
import { inspect } from 'node:util';

import { API_KEY, API_KEY_SECRET } from './server.mjs';

const SIGNATURE = /[\w-]{342}/;

/** Fails if `error`, or anything that it leads to, shows the API key or a signature. */
export function assertNoSecrets(error) {
    const texts = [inspect(error, { depth: Infinity, showHidden: true, maxStringLength: null, maxArrayLength: null })];
    for (let at = error; typeof at === 'object' && at !== null; at = at.cause) {
        texts.push(String(at), String(at.stack), json(at), json(at.toJSON?.()), json(at.config), json(at.response));
    }
    for (const text of texts) {
        for (const secret of [API_KEY, API_KEY_SECRET, SIGNATURE]) {
            const at = typeof secret === 'string' ? text.indexOf(secret) : text.search(secret);
            assert.equal(at, -1, `a secret shows: ${text.slice(Math.max(0, at - 300), at + 40)}`);
        }
    }
}

function json(value) {
    const seen = new Set();
    return (
        JSON.stringify(value, (_, part) => {
            if (typeof part !== 'object' || part === null) return typeof part === 'bigint' ? String(part) : part;
            if (seen.has(part)) return undefined;
            seen.add(part);
            return part;
        }) ?? ''
    );
}
