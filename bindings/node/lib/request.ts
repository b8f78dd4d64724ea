import { types } from 'node:util';
import { kind, refuseUnknown, text, urlText, whole } from './check.js';
import { jsonBytes } from './compact.js';
import { invalidArgument, PartnerSignError } from './errors.js';
import { stringify } from './json.js';
import { unpolluted } from './properties.js';

/** What the caller wants to send. Other fields are refused; `null` is the same as absent where it is allowed. */
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
    timestamp?: number | string | null | undefined;
    /** 1 to 128 of `A-Za-z0-9_-`. A number must be a safe integer. */
    nonce?: string | bigint | number | null | undefined;
    /** `compact` (the default) removes the whitespace between tokens; `exact` leaves the bytes alone. */
    form?: 'compact' | 'exact' | undefined;
    /** The longest body in bytes; 10 MiB unless said otherwise. */
    maxBodyBytes?: number | undefined;
}

/** @internal A request as the native side takes it. */
export interface Wanted {
    readonly method: string;
    readonly url: string;
    /** Let go when it is handed over. */
    body: Uint8Array | undefined;
    readonly exact: boolean;
    readonly maxBodyBytes: number;
    /** Whether `freshness` is a nonce; else it is a timestamp. */
    readonly isNonce: boolean;
    readonly freshness: string;
}

/** @internal */
export const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** @internal The system clock's Unix seconds. */
export function clock(): number {
    return Math.floor(Date.now() / 1000);
}

const FIELDS: readonly (keyof Request)[] = ['method', 'url', 'body', 'timestamp', 'nonce', 'form', 'maxBodyBytes'];

/** @internal Reads each property once. `now`: one reading of the clock for many; `copy`: of a body that others may change. */
export function readRequest(request: unknown, how: { now?: number; copy?: boolean } = {}): Wanted {
    if (typeof request !== 'object' || request === null) {
        throw invalidArgument(`the request must be an object with method and url, not ${kind(request)}`);
    }
    const { method, url, body, timestamp, nonce, form = 'compact', maxBodyBytes = MAX_BODY_BYTES } =
        unpolluted(request, FIELDS) as Record<keyof Request, unknown>;
    refuseUnknown(request, "the request's fields", FIELDS);
    if (form !== 'compact' && form !== 'exact') throw invalidArgument("the form must be 'compact' or 'exact'");
    return {
        method: text(method, 'the method'),
        url: urlText(url),
        exact: form === 'exact',
        maxBodyBytes: whole(maxBodyBytes, 'maxBodyBytes', 0),
        isNonce: nonce !== undefined && nonce !== null,
        freshness: readFreshness(timestamp, nonce, how.now),
        body: readBody(body, how.copy),
    };
}

function readFreshness(timestamp: unknown, nonce: unknown, now?: number): string {
    if (nonce === undefined || nonce === null) {
        if (timestamp === undefined || timestamp === null) return String(now ?? clock());
        if (typeof timestamp === 'number' || typeof timestamp === 'string') return String(timestamp);
        throw invalidArgument(`the timestamp must be a number of seconds, not ${kind(timestamp)}`);
    }
    if (timestamp !== undefined && timestamp !== null) throw invalidArgument('give a timestamp or a nonce, not both');
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

function readBody(body: unknown, copy?: boolean): Uint8Array | undefined {
    if (body === undefined || body === null) return undefined;
    if (typeof body === 'string') return jsonBytes(body, 'the body');
    if (types.isUint8Array(body)) {
        const given = jsonBytes(body, 'the body');
        return copy ? new Uint8Array(given) : given;
    }
    if (typeof body === 'object') return Buffer.from(stringify(body), 'utf8');
    throw invalidArgument(`the body must be a string, a Uint8Array or an object, not ${kind(body)}`);
}
