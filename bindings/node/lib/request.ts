import { types } from 'node:util';
import type { Wanted } from '../native.js';
import { kind, text, whole } from './check.js';
import { jsonBytes } from './compact.js';
import { invalidArgument, PartnerSignError } from './errors.js';
import { stringify } from './json.js';
import { unpolluted } from './properties.js';

/** What the caller wants to send. */
export interface Request {
    /** GET, HEAD, POST, PUT, PATCH or DELETE, in any case. */
    method: string;
    /** The absolute URL, exactly as the HTTP client will send it. */
    url: string;
    /**
     * A JSON object or array: as text, as UTF-8 bytes, or as an object, which is written once as
     * `JSON.stringify` does. An object with what JSON has no form for (undefined, NaN, a bigint, a Map)
     * is refused.
     */
    body?: string | Uint8Array | object | null | undefined;
    /** Unix seconds. With neither timestamp nor nonce: the system clock's. */
    timestamp?: number | string | undefined;
    /** 1 to 128 of `A-Za-z0-9_-`. A number must be a safe integer. */
    nonce?: string | bigint | number | undefined;
    /** `compact` (the default) removes the whitespace between tokens; `exact` leaves the bytes alone. */
    form?: 'compact' | 'exact' | undefined;
    /** The longest body in bytes; 10 MiB unless said otherwise. */
    maxBodyBytes?: number | undefined;
}

const FIELDS = ['method', 'url', 'body', 'timestamp', 'nonce', 'form', 'maxBodyBytes'];

/** @internal */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** @internal The system clock's Unix seconds. */
export function clock(): number {
    return Math.floor(Date.now() / 1000);
}

/** @internal Reads each property once. */
export function readRequest(request: unknown, now: () => number = clock): Wanted {
    if (typeof request !== 'object' || request === null) {
        throw invalidArgument(`the request must be an object with method and url, not ${kind(request)}`);
    }
    const { method, url, body, timestamp, nonce, form = 'compact', maxBodyBytes = MAX_BODY_BYTES } =
        unpolluted(request, FIELDS) as Record<keyof Request, unknown>;
    if (form !== 'compact' && form !== 'exact') throw invalidArgument("the form must be 'compact' or 'exact'");
    const wanted: Wanted = {
        method: text(method, 'the method'),
        url: text(url, 'the URL'),
        exact: form === 'exact',
        maxBodyBytes: whole(maxBodyBytes, 'maxBodyBytes', 0),
        isNonce: nonce !== undefined,
        freshness: readFreshness(timestamp, nonce, now),
    };
    // Also where there is none: else the native side would find the one of a prototype.
    wanted.body = readBody(body) as Uint8Array;
    return wanted;
}

function readFreshness(timestamp: unknown, nonce: unknown, now: () => number): string {
    if (nonce === undefined) {
        if (timestamp === undefined) return String(now());
        if (typeof timestamp === 'number' || typeof timestamp === 'string') return String(timestamp);
        throw invalidArgument(`the timestamp must be a number of seconds, not ${kind(timestamp)}`);
    }
    if (timestamp !== undefined) throw invalidArgument('give a timestamp or a nonce, not both');
    return nonceText(nonce);
}

function invalidNonce(message: string): PartnerSignError {
    return new PartnerSignError('invalid_nonce', message);
}

/** @internal */
export function nonceText(nonce: unknown): string {
    switch (typeof nonce) {
        case 'string':
            return nonce;
        case 'bigint':
            if (nonce < 0n) throw invalidNonce('the nonce is negative');
            return String(nonce);
        case 'number':
            if (Number.isSafeInteger(nonce) && nonce >= 0) return String(nonce);
            throw invalidNonce('as a number the nonce must be whole, from 0 to 2^53 - 1: give it as a string or a BigInt');
        default:
            throw invalidArgument(`the nonce must be a string or a bigint, not ${kind(nonce)}`);
    }
}

function readBody(body: unknown): Uint8Array | undefined {
    if (body === undefined || body === null) return undefined;
    if (typeof body === 'string' || types.isUint8Array(body)) return jsonBytes(body, 'the body');
    if (typeof body === 'object') return Buffer.from(stringify(body), 'utf8');
    throw invalidArgument(`the body must be a string, a Uint8Array or an object, not ${kind(body)}`);
}
