import { ApiKey, ApiKeys } from './api-keys.js';
import type { KeyObjectLike } from './key-object.js';
import { VerifyingKey } from './keys.js';
import { type ReceivedRequest } from './received.js';
/** Which nonces a server accepts: exactly the last plus one; anything greater; anything not seen before. */
export type NoncePolicy = 'sequential' | 'increasing' | 'unique';
/** Finds the public key for an API key, or `undefined`. */
export type Lookup = (apiKey: ApiKey) => VerifyingKey | KeyObjectLike | undefined;
/** Options of {@link Verifier}. */
export interface VerifierOptions {
    /** How far a timestamp may lie from the verifier's time; 300 unless said otherwise. */
    windowSeconds?: number | undefined;
    /** The longest body in bytes; 10 MiB unless said otherwise. */
    maxBodyBytes?: number | undefined;
    /** What was accepted before. Without it a nonce is refused, and a timestamp can be replayed within the window. */
    replay?: MemoryReplay | undefined;
}
/** What a verified request turned out to be. */
export interface Verified {
    /** The `key_id` of the API key that came along, if one did. */
    keyId: string | undefined;
    /** What was signed against replay, as it was sent. */
    freshness: {
        kind: 'timestamp' | 'nonce';
        value: string;
    };
    /** SHA-256 of the payload. */
    digest: Uint8Array<ArrayBuffer>;
}
/**
 * Remembers what was accepted, in this process. The same GET with the same timestamp passes again, any
 * other repeat is `replayed_request`; nonces go by the policy.
 */
export declare class MemoryReplay {
    #private;
    constructor(policy?: NoncePolicy);
}
/** A received request, and the time to verify it at. */
export interface RequestToVerify extends ReceivedRequest {
    /** The verifier's time in Unix seconds; the system clock's unless said otherwise. */
    now?: number | undefined;
}
/** Checks received requests. */
export declare class Verifier {
    #private;
    /**
     * @param keys One public key (`x-api-key` may then be absent), the {@link ApiKeys} that are known, or a
     * function that finds the public key for an API key. `ApiKeys` looks up in constant time.
     */
    constructor(keys: VerifyingKey | KeyObjectLike | ApiKeys | Lookup, settings?: VerifierOptions);
    /**
     * Verifies one request, or throws what is wrong with it. `now`, in the request or beside it, is the
     * verifier's time in Unix seconds. Nothing is remembered of a request that is refused.
     */
    verify(request: RequestToVerify, now?: number): Verified;
    toJSON(): object;
}
