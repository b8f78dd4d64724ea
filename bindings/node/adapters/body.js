'use strict';

const { types } = require('node:util');
const { refuse } = require('./refuse.js');

const FORMS = /^\s*(application\/x-www-form-urlencoded|multipart\/)/i;

/**
 * The body as `Signer.sign` takes it: a string, bytes, an object or array that is written as JSON,
 * or undefined for none; an empty one is none on the wire. What cannot be signed before it is sent is
 * refused, never read.
 */
function signableBody(body, contentType) {
    if (body === null || body === undefined) return undefined;
    const written = textOrBytes(body);
    if (written === null) return writable(body);
    if (written.length === 0) return undefined;
    // (axios calls every text a form that has no other content type)
    if (FORMS.test(contentType ?? '') && !/^\s*[{[]/.test(startOf(written))) {
        refuse('invalid_body', 'form fields and files are no JSON: pass an object, or JSON as text or bytes');
    }
    return written;
}

function textOrBytes(body) {
    if (typeof body === 'string') return body;
    if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
    return types.isAnyArrayBuffer(body) ? new Uint8Array(body) : null;
}

function startOf(written) {
    return typeof written === 'string' ? written : Buffer.from(written.subarray(0, 64)).toString('latin1');
}

/** An object or array to be written as JSON. */
function writable(body) {
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
