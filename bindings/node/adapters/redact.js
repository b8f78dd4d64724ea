'use strict';

// An axios error carries the whole request with it. What leaves here says what was asked, and
// nothing that signs.

const SECRET = new Set(['x-api-key', 'x-sign']);
const LEADS_ON = ['cancelToken', 'fetchOptions', 'httpAgent', 'httpsAgent', 'transport'];
const REDACTED = '[redacted]';
const MAX_CAUSES = 8;

/**
 * The caller's config to show: a copy if it has a secret header, or an agent, which leads to the
 * requests that are under way. Those can still be read, so that the copy can be sent again.
 */
function redactConfig(config) {
    const headers = Object.keys(config.headers ?? {}).filter((name) => SECRET.has(name.toLowerCase()));
    const agents = LEADS_ON.filter((name) => config[name]);
    if (headers.length === 0 && agents.length === 0) return config;
    const copy = { ...config };
    if (headers.length > 0) copy.headers = redactHeaders(config.headers, headers);
    for (const name of agents) {
        Object.defineProperty(copy, name, {
            get: () => config[name],
            set: (value) => Object.defineProperty(copy, name, { value, writable: true }),
            configurable: true,
            enumerable: true,
        });
    }
    const toJSON = () => Object.fromEntries(Object.entries(copy).filter(([name]) => !agents.includes(name)));
    return Object.defineProperty(copy, 'toJSON', { value: toJSON, configurable: true, writable: true });
}

function redactHeaders(headers, names) {
    const copy = typeof headers.set === 'function' ? new headers.constructor(headers) : { ...headers };
    for (const name of names) copy[name] = REDACTED;
    return copy;
}

/** What stands for the request of Node.js or fetch, which hold the sent bytes. */
function standIn(signed) {
    const { host, pathname, protocol, search } = new URL(signed.url);
    return { method: signed.method, url: signed.url, protocol, host, path: pathname + search };
}

/** Changes the error in place: whoever has it already must not see more. */
function redactError(error, config, request) {
    let at = error;
    for (let depth = 0; depth < MAX_CAUSES && typeof at === 'object' && at !== null; depth += 1) {
        if (at.config) at.config = redactConfig(config);
        if (at.request) at.request = request;
        if (at.response) Object.assign(at.response, { config: redactConfig(config), request });
        at = at.cause;
    }
    return error;
}

module.exports = { redactConfig, redactError, standIn };
