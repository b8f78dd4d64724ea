import { invalidArgument } from './errors.js';
import { INSPECT, type Inspect } from './inspect.js';
import type { Wanted } from './request.js';

/** What only this module has. */
const MAKER = {};

/**
 * What must be sent: `method` to `url` with `headers`, and exactly the bytes of `body`.
 *
 * It fits into `fetch`: `fetch(signed.url, signed)`. Printed or written as JSON it shows neither
 * signature nor API key nor body.
 */
export class SignedRequest {
    /** In upper case. */
    readonly method: string;
    /** As it was given. */
    readonly url: string;
    /** `x-api-key` (if the signer has one), `x-sign`, `x-timestamp` or `x-nonce`, `accept`, and with a body `content-type`. */
    readonly headers: Record<string, string>;
    /** The exact bytes to send; `undefined` for a request without a body. Optional as in `RequestInit`. */
    readonly body?: Uint8Array<ArrayBuffer>;
    /** The value of `x-sign`. */
    readonly signature: string;
    /** The exact bytes that were hashed: freshness, URL, body. */
    readonly payload: Uint8Array<ArrayBuffer>;
    /** SHA-256 of the payload. */
    readonly digest: Uint8Array<ArrayBuffer>;

    private constructor(maker: object, wanted: Wanted, packed: Uint8Array<ArrayBuffer>, apiKey: string | undefined) {
        if (maker !== MAKER) throw invalidArgument('this class is made by sign, not by new');
        const signature = packed.subarray(34, 34 + packed[32]! + packed[33]! * 256);
        // Each array gets memory of its own.
        const payload = packed.slice(34 + signature.length);
        const unsigned = wanted.freshness.length + wanted.url.length;
        const body = payload.length > unsigned ? payload.slice(unsigned) : undefined;
        this.method = wanted.method.toUpperCase();
        this.url = wanted.url;
        this.signature = ascii(signature);
        this.headers = headersOf(wanted, this.signature, body !== undefined, apiKey);
        this.body = body as Uint8Array<ArrayBuffer>;
        this.payload = payload;
        this.digest = packed.slice(0, 32);
        Object.freeze(this);
    }

    /** @internal Takes apart what the native side packed (`signed.rs`); the API key comes along in the clear. */
    static of(wanted: Wanted, packed: Uint8Array, apiKey: string | undefined): SignedRequest {
        return new SignedRequest(MAKER, wanted, packed as Uint8Array<ArrayBuffer>, apiKey);
    }

    toString(): string {
        return `SignedRequest(${this.method} ${this.url})`;
    }

    toJSON(): object {
        const { 'x-timestamp': timestamp, 'x-nonce': nonce } = this.headers;
        return {
            method: this.method,
            url: this.url,
            ...(nonce === undefined ? { timestamp } : { nonce }),
            bodyBytes: this.body?.length ?? null,
            digest: Buffer.from(this.digest).toString('hex'),
        };
    }

    /** @internal */
    [INSPECT](_depth: number, options: object, inspect: Inspect): string {
        return `SignedRequest ${inspect(this.toJSON(), options)}`;
    }
}

/** In the order of the contract. What was accepted stands there as it was given: core accepts one form only. */
function headersOf(wanted: Wanted, signature: string, hasBody: boolean, apiKey: string | undefined): Record<string, string> {
    const headers: Record<string, string> = {};
    if (apiKey !== undefined) headers['x-api-key'] = apiKey;
    headers['x-sign'] = signature;
    headers[wanted.isNonce ? 'x-nonce' : 'x-timestamp'] = wanted.freshness;
    headers['accept'] = 'application/json';
    if (hasBody) headers['content-type'] = 'application/json';
    return headers;
}

function ascii(bytes: Uint8Array): string {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
