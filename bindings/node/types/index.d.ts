/** Signs and verifies Partner API requests. Every function refuses with {@link PartnerSignError}. */
export { PartnerSignError } from './errors.js';
export type { PartnerSignErrorCode } from './generated.js';
export { SigningKey, VerifyingKey, type KeyFileOptions } from './keys.js';
export type { KeyObjectLike } from './key-object.js';
export { ApiKey, ApiKeys } from './api-keys.js';
export { Signer, type BatchOptions, type BatchResult } from './signer.js';
export type { SignDigest } from './external.js';
export type { AbortSignalLike, AsyncOptions } from './abort.js';
export type { Request } from './request.js';
export { SignedRequest } from './signed.js';
export { Prepared, prepare } from './prepared.js';
