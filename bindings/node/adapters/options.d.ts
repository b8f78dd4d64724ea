/** A sequencer: `NonceSequencer`, or anything with its two calls, which may be asynchronous. */
export interface Nonces {
    /** Under `unique` calls run at once; else one at a time. */
    readonly policy?: string | undefined;
    reserve(): NonceReservation | PromiseLike<NonceReservation>;
    settle(reservation: any, outcome: any): unknown;
}

export interface NonceReservation {
    readonly nonce: string | bigint | number;
}

/** What all adapters take. */
export interface AdapterOptions {
    /**
     * Sign with nonces from here instead of the time. Calls wait for their turn, and each nonce is
     * settled by what came of its request.
     */
    nonces?: Nonces | undefined;
    /** `compact` (the default) removes the whitespace between JSON tokens; `exact` sends bodies as they are. */
    form?: 'compact' | 'exact' | undefined;
    /** Allows `http:` to other machines, which shows the API key to everyone on the way. */
    allowHttp?: boolean | undefined;
    /** The only origins to sign for, as in `https://api.example.com`; all unless said otherwise. */
    origins?: readonly string[] | undefined;
}
