/** Headers as they arrived: `rawHeaders` of Node.js, pairs (a `Headers` object is some), or an object. */
export type ReceivedHeaders = readonly string[] | Iterable<readonly [string, string]> | Readonly<Record<string, string | readonly string[] | undefined>>;
/** A request as it arrived. */
export interface ReceivedRequest {
    /** In any case. */
    method: string;
    /** The absolute URL that the client signed: your configured origin and the raw request target, never decoded. */
    url: string;
    /**
     * Every header, duplicates included. Best is `rawHeaders`: Node.js joins or drops duplicates in `headers`.
     */
    headers: ReceivedHeaders;
    /** The raw body bytes; empty is the same as none. */
    body?: Uint8Array | string | null | undefined;
}
