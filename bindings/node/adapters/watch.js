'use strict';

// What an undici handler is told, in both forms that undici has: the one of version 6 (`onHeaders`)
// and the one since version 7 (`onResponseStart`).

/**
 * A handler that passes everything on to `handler`, and tells `watcher` first:
 * `answered(status, location)`, which may throw to refuse the answer; `data(chunk)`, `ended()`,
 * `failed()`.
 */
function watched(handler, watcher) {
    const copy = {};
    for (const name of eventsOf(handler)) copy[name] = (...args) => handler[name](...args);
    const before = (name, tell) => {
        if (copy[name] === undefined) return;
        copy[name] = (...args) => {
            tell(...args);
            return handler[name](...args);
        };
    };
    before('onHeaders', (status, raw) => final(status) && watcher.answered(status, rawHeader(raw, 'location')));
    before('onData', (chunk) => watcher.data(chunk));
    before('onComplete', () => watcher.ended());
    before('onError', () => watcher.failed());
    before('onUpgrade', (status) => watcher.answered(status, null));
    before('onResponseStart', (_, status, headers) => final(status) && watcher.answered(status, first(headers?.location)));
    before('onResponseData', (_, chunk) => watcher.data(chunk));
    before('onResponseEnd', () => watcher.ended());
    before('onResponseError', () => watcher.failed());
    before('onRequestUpgrade', (_, status) => watcher.answered(status, null));
    return copy;
}

/** Ends a request that was never handed on. */
function fail(handler, error) {
    if (typeof handler.onResponseError === 'function') handler.onResponseError(null, error);
    else handler.onError(error);
}

function eventsOf(handler) {
    const names = new Set();
    for (let at = handler; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
        for (const name of Object.getOwnPropertyNames(at)) {
            if (/^on[A-Z]/.test(name) && typeof handler[name] === 'function') names.add(name);
        }
    }
    return names;
}

/** 100 Continue and its like come before the answer. */
function final(status) {
    return status >= 200;
}

function rawHeader(raw, name) {
    for (let index = 0; index + 1 < (raw?.length ?? 0); index += 2) {
        if (raw[index].toString('latin1').toLowerCase() === name) return first(raw[index + 1]);
    }
    return null;
}

function first(value) {
    const one = Array.isArray(value) ? value[0] : value;
    return one === null || one === undefined ? null : one.toString('latin1');
}

module.exports = { fail, watched };
