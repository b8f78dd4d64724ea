/**
 * What must be sent: `method` to `url` with `headers`, and exactly the bytes of `body`.
 *
 * It fits into `fetch`: `fetch(signed.url, signed)`. Printed or written as JSON it shows neither
 * signature nor API key nor body.
 */
export declare class SignedRequest {
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
    private constructor();
    toString(): string;
    toJSON(): object;
}
