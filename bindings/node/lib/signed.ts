import type { Signed } from '../native.js';
import { invalidArgument } from './errors.js';
import { INSPECT, type Inspect } from './inspect.js';

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

    private constructor(url: string, signed: Signed) {
        if (typeof signed !== 'object' || signed === null || !('digest' in signed)) {
            throw invalidArgument('this class is made by sign, not by new');
        }
        this.method = signed.method;
        this.url = url;
        this.headers = signed.headers;
        this.body = (Object.hasOwn(signed, 'body') ? signed.body : undefined) as Uint8Array<ArrayBuffer>;
        this.signature = signed.signature;
        this.payload = signed.payload as Uint8Array<ArrayBuffer>;
        this.digest = signed.digest as Uint8Array<ArrayBuffer>;
        Object.freeze(this);
    }

    /** @internal */
    static of(url: string, signed: Signed): SignedRequest {
        return new SignedRequest(url, signed);
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
