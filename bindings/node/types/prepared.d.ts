import { ApiKey } from './api-keys.js';
import type { KeyObjectLike } from './key-object.js';
import { VerifyingKey } from './keys.js';
import { type Request } from './request.js';
import { SignedRequest } from './signed.js';
/** A checked request that waits for its signature. */
export declare class Prepared {
    #private;
    private constructor();
    /** The exact bytes that are hashed: freshness, URL, body. */
    get payload(): Uint8Array<ArrayBuffer>;
    /** SHA-256 of the payload: what an HSM or KMS signs by RSASSA-PKCS1-v1_5. */
    get digest(): Uint8Array<ArrayBuffer>;
    /** The request to send, if the signature verifies against the public key; else `signature_rejected`. */
    finish(signature: Uint8Array, publicKey: VerifyingKey | KeyObjectLike, apiKey?: string | ApiKey | null): SignedRequest;
    toJSON(): object;
}
/** Checks a request by every rule and makes what is hashed, for a signature that is made elsewhere. */
export declare function prepare(request: Request): Prepared;
