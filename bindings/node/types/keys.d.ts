import { type KeyObjectLike } from './key-object.js';
/** A `URL` of a file, such as `new URL('private.pem', import.meta.url)`. */
export interface FileUrl {
    readonly href: string;
}
/** Options of {@link SigningKey.fromPem} and {@link SigningKey.fromDer}. */
export interface KeyOptions {
    /** Opens an encrypted PKCS#8 key. */
    passphrase?: string | Uint8Array | undefined;
}
/** Options of {@link SigningKey.fromFile}. */
export interface KeyFileOptions extends KeyOptions {
    /** Takes a file that others can read, too. */
    allowInsecure?: boolean | undefined;
}
/** An RSA public key of 2048 to 8192 bits. */
export declare class VerifyingKey {
    #private;
    private constructor();
    /** From PEM: SPKI or PKCS#1. */
    static fromPem(pem: string | Uint8Array): VerifyingKey;
    /** From DER, SPKI or PKCS#1, or from a `KeyObject`. */
    static fromDer(der: Uint8Array | KeyObjectLike): VerifyingKey;
    /** From a PEM or DER file. */
    static fromFile(path: string | FileUrl): VerifyingKey;
    /** The size of the modulus. */
    get bits(): number;
    /** SHA-256 of the SPKI, in hexadecimal: the key's name. */
    get fingerprint(): string;
    /** SPKI as PEM, as the web application takes it. */
    publicPem(): string;
    /** SPKI as DER. */
    publicDer(): Uint8Array<ArrayBuffer>;
    toString(): string;
    toJSON(): object;
}
/** An RSA private key of 2048 to 8192 bits, checked at load. The native memory that holds it is erased when it is collected. */
export declare class SigningKey {
    #private;
    private constructor();
    /**
     * From PEM: PKCS#1, PKCS#8 or encrypted PKCS#8. CRLF, literal `\n` and one-line PEM from an
     * environment variable are accepted.
     *
     * @param settings The passphrase, or options.
     */
    static fromPem(pem: string | Uint8Array, settings?: string | Uint8Array | KeyOptions): SigningKey;
    /** From DER, PKCS#1, PKCS#8 or encrypted PKCS#8, or from a `KeyObject` of `node:crypto`. */
    static fromDer(der: Uint8Array | KeyObjectLike, settings?: string | Uint8Array | KeyOptions): SigningKey;
    /** From a PEM or DER file. One of ours that group or others can read is `insecure_key_file`. */
    static fromFile(path: string | FileUrl, settings?: string | Uint8Array | KeyFileOptions): SigningKey;
    /** A new key of 2048, 3072 or 4096 bits. Takes from a tenth of a second to seconds. */
    static generate(bits?: 2048 | 3072 | 4096): SigningKey;
    /** The size of the modulus. */
    get bits(): number;
    /** SHA-256 of the public key's SPKI, in hexadecimal: the key's name. */
    get fingerprint(): string;
    /** The public key that belongs to it. */
    get verifyingKey(): VerifyingKey;
    /** The public key as PEM, as the web application takes it. */
    publicPem(): string;
    /** The private key as PKCS#8 PEM; encrypted (AES-256) if there is a passphrase. A secret. */
    privatePem(passphrase?: string | Uint8Array): string;
    toString(): string;
    toJSON(): object;
}
