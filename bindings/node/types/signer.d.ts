import { type AsyncOptions } from './abort.js';
import { ApiKey } from './api-keys.js';
import { PartnerSignError } from './errors.js';
import { type SignDigest } from './external.js';
import type { KeyObjectLike } from './key-object.js';
import { SigningKey, VerifyingKey } from './keys.js';
import { type Request } from './request.js';
import { SignedRequest } from './signed.js';
/** One result of a batch, as `Promise.allSettled` gives them. */
export type BatchResult = {
    status: 'fulfilled';
    value: SignedRequest;
} | {
    status: 'rejected';
    reason: PartnerSignError;
};
/** Options of {@link Signer.signBatch}. */
export interface BatchOptions extends AsyncOptions {
    /** How many signatures are made at once: the number of processors, or 16 by an external signer, unless said otherwise. */
    concurrency?: number | undefined;
}
/** Signs requests. Immutable, and free to share within a thread; a worker thread makes its own. */
export declare class Signer {
    #private;
    /** With a key of its own: a `SigningKey`, or a private `KeyObject` of `node:crypto`. */
    constructor(key: SigningKey | KeyObjectLike, apiKey?: string | ApiKey | null);
    /**
     * With a private key that is elsewhere: an HSM, a KMS, another process.
     *
     * `signDigest` gets the 32-byte SHA-256 digest and gives back the RSASSA-PKCS1-v1_5 signature, or a
     * promise of it (then `signAsync` and `signBatch` work, `sign` does not). Every signature is verified
     * against `publicKey`: one that does not verify is `signature_rejected`. What `signDigest` throws is
     * thrown on as it is.
     */
    static external(publicKey: VerifyingKey | KeyObjectLike, signDigest: SignDigest, apiKey?: string | ApiKey | null): Signer;
    /** The public key that the signatures verify against. */
    get verifyingKey(): VerifyingKey;
    /** The `key_id` of the API key, if there is one. */
    get keyId(): string | undefined;
    /** Checks, signs and verifies one request on this thread: 0.7 ms at 2048 bits. */
    sign(request: Request): SignedRequest;
    /** The same on the thread pool: the event loop goes on. The body is copied first. */
    signAsync(request: Request, settings?: AsyncOptions): Promise<SignedRequest>;
    /**
     * Signs many requests at once. The results are in the order of the requests, each its own success or
     * error; all without timestamp and nonce get the same reading of the clock.
     */
    signBatch(requests: Iterable<Request>, settings?: BatchOptions): Promise<BatchResult[]>;
    toString(): string;
    toJSON(): object;
}
