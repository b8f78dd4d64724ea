/** Signs and verifies Partner API requests. Every function refuses with {@link PartnerSignError}. */

export { PartnerSignError } from './errors.js';
export type { Cause, PartnerSignErrorCode } from './generated.js';
// Signing,
export { SigningKey, VerifyingKey, type FileUrl, type KeyFileOptions, type KeyOptions } from './keys.js';
export type { KeyObjectLike } from './key-object.js';
export { ApiKey, ApiKeys } from './api-keys.js';
export type { Request } from './request.js';
export { Signer, type BatchOptions, type BatchResult } from './signer.js';
export type { SignDigest } from './external.js';
export type { AbortSignalLike, AsyncOptions } from './abort.js';
export { SignedRequest } from './signed.js';
export { Prepared, prepare } from './prepared.js';
export { compactJson } from './compact.js';
// verifying,
export { MemoryReplay, Verifier } from './verifier.js';
export type { Lookup, NoncePolicy, RequestToVerify, Verified, VerifierOptions } from './verifier.js';
export type { ReceivedHeaders, ReceivedRequest } from './received.js';
export { diagnose, type Diagnosis } from './diagnosis.js';
// and which nonce comes next.
export { NonceSequencer, Outcome, Reservation, type NonceNumber, type NonceState } from './nonces.js';
export { VERSION as version } from './generated.js';
