'use strict';

const { types } = require('node:util');
const { refuse } = require('./refuse.js');

/**
 * The body as `Signer.sign` takes it: a string, bytes, an object or array that is written as JSON,
 * or undefined for none. What cannot be signed before it is sent is refused, never read.
 */
function signableBody(body) {
    if (body === null || body === undefined) return undefined;
    if (typeof body === 'string') return body;
    if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
    if (types.isAnyArrayBuffer(body)) return new Uint8Array(body);
    if (typeof body !== 'object') {
        refuse('invalid_body', `a body is a string, bytes, an object or null, not a ${typeof body}`);
    }
    const kind = unsignable(body);
    if (kind !== null) {
        refuse(
            'invalid_body',
            `${kind} cannot be signed: its bytes are not known before it is sent; pass the JSON as a string, ` +
                'bytes, or an object',
        );
    }
    return body;
}

function unsignable(body) {
    if (Array.isArray(body)) return null;
    const tag = Object.prototype.toString.call(body).slice('[object '.length, -1);
    if (['Blob', 'File', 'FormData', 'URLSearchParams', 'ReadableStream'].includes(tag)) return `a ${tag}`;
    if (typeof body.pipe === 'function' || typeof body.pipeTo === 'function') return 'a stream';
    if (typeof body[Symbol.asyncIterator] === 'function') return 'an async iterable';
    if (typeof body[Symbol.iterator] === 'function') return `a ${tag} (an iterable)`;
    if (typeof body.then === 'function') return 'a promise';
    return null;
}

module.exports = { signableBody };
