import type { Cause } from './generated.js';
import { PartnerSignError } from './errors.js';
import type { KeyObjectLike } from './key-object.js';
import { VerifyingKey } from './keys.js';
import { type ReceivedRequest } from './received.js';
/** What a diagnosis found. */
export interface Diagnosis {
    /** Whether the failure is explained, or the signature is right. */
    found: boolean;
    /** Whether the signature is right and the request breaks no rule. */
    valid: boolean;
    /** What a developer should know and do. */
    message: string;
    /** The mistakes; none if the signature is right or nothing was found. */
    causes: Cause[];
    /** The rule that the request breaks although its signature is right. */
    brokenRule: PartnerSignError | undefined;
    /** The digest that was signed, where the signature gives one back. */
    signedDigest: Uint8Array<ArrayBuffer> | undefined;
    /** The payload that was signed, where it was found. */
    signedPayload: Uint8Array<ArrayBuffer> | undefined;
    /** The offset of the first byte in which the signed payload differs from that of the request. */
    firstDifference: number | undefined;
}
/**
 * Finds out why the signature of a received request does not match: an RSA signature gives its hash back
 * to whoever has the public key. Takes up to 20 ms.
 *
 * @param publicKeys The known key, or the known keys, the one that the request's API key belongs to first.
 */
export declare function diagnose(publicKeys: VerifyingKey | KeyObjectLike | Iterable<VerifyingKey | KeyObjectLike>, request: ReceivedRequest): Diagnosis;
