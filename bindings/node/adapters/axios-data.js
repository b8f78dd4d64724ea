'use strict';

const { PassThrough, pipeline } = require('node:stream');

const { ERROR_BODY_MS, PassingBody, reasonInStream, reasonOf } = require('./reason.js');

const ROOM = 64 * 1024;

function isNodeStream(data) {
    return typeof data?.pipe === 'function';
}

/**
 * The same stream without the way back to its request, which holds what was signed. `onError` sees
 * an error before the reader does.
 */
function detached(source, onError) {
    const copy = new PassThrough({ highWaterMark: ROOM });
    source.once('error', onError);
    pipeline(source, copy, () => {});
    return copy;
}

/** The reason of an error body in any form that axios gives it; `response.data` can still be read. */
async function reasonInData(response) {
    const { data } = response;
    if (isNodeStream(data)) return reasonPassing(data);
    if (typeof data?.tee === 'function') {
        const [copy, rest] = data.tee();
        response.data = rest;
        return reasonInStream(copy);
    }
    return reasonOf(typeof data?.text === 'function' ? await data.text() : data);
}

function reasonPassing(source) {
    const passing = new PassingBody();
    return new Promise((resolve) => {
        const timer = setTimeout(done, ERROR_BODY_MS, null);
        function done(reason) {
            clearTimeout(timer);
            resolve(reason);
        }
        source.on('data', (chunk) => passing.add(chunk) || done(null));
        source.once('end', () => done(passing.reason()));
        source.once('close', () => done(null));
    });
}

module.exports = { detached, isNodeStream, reasonInData };
