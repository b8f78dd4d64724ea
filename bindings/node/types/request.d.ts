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
