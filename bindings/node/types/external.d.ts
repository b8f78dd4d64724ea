/** Signs a 32-byte SHA-256 digest by RSASSA-PKCS1-v1_5: an HSM, a KMS, another process. */
export type SignDigest = (digest: Uint8Array<ArrayBuffer>) => Uint8Array | PromiseLike<Uint8Array>;
