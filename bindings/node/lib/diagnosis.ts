import type { PartnerSignErrorCode, Cause } from './generated.js';
import { kind } from './check.js';
import { ask, invalidArgument, PartnerSignError } from './errors.js';
import type { KeyObjectLike } from './key-object.js';
import { VerifyingKey } from './keys.js';
import { native } from './native.js';
import { readReceived, type ReceivedRequest } from './received.js';

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
export function diagnose(
    publicKeys: VerifyingKey | KeyObjectLike | Iterable<VerifyingKey | KeyObjectLike>,
    request: ReceivedRequest,
): Diagnosis {
    if (typeof publicKeys !== 'object' || publicKeys === null) {
        throw invalidArgument(`the public keys must be an array, not ${kind(publicKeys)}`);
    }
    const known = Symbol.iterator in publicKeys ? publicKeys : [publicKeys];
    const keys = Array.from(known, (key) => VerifyingKey.handleOf(VerifyingKey.of(key)));
    const received = readReceived(request);
    const found = ask(() => native.diagnose(keys, received));
    const rule = found.brokenRule;
    return {
        found: found.found,
        valid: found.valid,
        message: found.message,
        causes: found.causes as Cause[],
        brokenRule: rule && new PartnerSignError(rule.code as PartnerSignErrorCode, rule.message, { position: rule.position }),
        signedDigest: found.signedDigest as Uint8Array<ArrayBuffer> | undefined,
        signedPayload: found.signedPayload as Uint8Array<ArrayBuffer> | undefined,
        firstDifference: found.firstDifference,
    };
}
