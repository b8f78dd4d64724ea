import { types } from 'node:util';
import type * as Native from '../native.js';
import { bytes, filePath, kind, made, mayBeFile, options, textOrBytes, whole } from './check.js';
import { ask, invalidArgument } from './errors.js';
import { INSPECT, type Inspect } from './inspect.js';
import { isKeyObject, withDer, type KeyObjectLike } from './key-object.js';
import { native } from './native.js';

type PublicHandle = Native.ExternalObject<Native.VerifyingKey>;
type PrivateHandle = Native.ExternalObject<Native.SigningKey>;

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

function passphraseBytes(passphrase: unknown): Uint8Array | undefined {
    return passphrase === undefined ? undefined : textOrBytes(passphrase, 'the passphrase');
}

/** The options, or a passphrase alone in their place. */
function keyOptions(settings: unknown, ...more: string[]): Record<string, unknown> {
    const isPassphrase = typeof settings === 'string' || ArrayBuffer.isView(settings) || types.isAnyArrayBuffer(settings);
    return isPassphrase ? { passphrase: settings } : options(settings, 'the options of a key', ['passphrase', ...more]);
}

/** An RSA public key of 2048 to 8192 bits. */
export class VerifyingKey {
    readonly #handle: PublicHandle;
    readonly #facts: Native.KeyFacts;

    private constructor(handle: PublicHandle) {
        this.#handle = made(handle, 'fromPem, fromDer or fromFile');
        this.#facts = ask(() => native.verifyingKeyFacts(handle));
    }

    /** From PEM: SPKI or PKCS#1. */
    static fromPem(pem: string | Uint8Array): VerifyingKey {
        const input = textOrBytes(pem, 'the PEM');
        return new VerifyingKey(ask(() => native.verifyingKeyFromPem(input)));
    }

    /** From DER, SPKI or PKCS#1, or from a `KeyObject`. */
    static fromDer(der: Uint8Array | KeyObjectLike): VerifyingKey {
        if (isKeyObject(der)) return withDer(der, (exported) => VerifyingKey.fromDer(exported));
        const input = bytes(der, 'the DER');
        return new VerifyingKey(ask(() => native.verifyingKeyFromDer(input)));
    }

    /** From a PEM or DER file. */
    static fromFile(path: string | FileUrl): VerifyingKey {
        const file = filePath(path);
        return new VerifyingKey(ask(() => native.verifyingKeyFromFile(file)));
    }

    /** The size of the modulus. */
    get bits(): number {
        return this.#facts.bits;
    }

    /** SHA-256 of the SPKI, in hexadecimal: the key's name. */
    get fingerprint(): string {
        return this.#facts.fingerprint;
    }

    /** SPKI as PEM, as the web application takes it. */
    publicPem(): string {
        return this.#facts.pem;
    }

    /** SPKI as DER. */
    publicDer(): Uint8Array<ArrayBuffer> {
        return ask(() => native.verifyingKeyDer(this.#handle)) as Uint8Array<ArrayBuffer>;
    }

    toString(): string {
        return `VerifyingKey(${this.fingerprint})`;
    }

    toJSON(): object {
        return { bits: this.bits, fingerprint: this.fingerprint };
    }

    /** @internal */
    [INSPECT](_depth: number, options: object, inspect: Inspect): string {
        return `VerifyingKey ${inspect(this.toJSON(), options)}`;
    }

    /** @internal */
    static ofHandle(handle: PublicHandle): VerifyingKey {
        return new VerifyingKey(handle);
    }

    /** @internal A key, or the key that a `KeyObject` holds. */
    static of(key: unknown, name = 'the public key'): VerifyingKey {
        if (typeof key === 'object' && key !== null && #handle in key) return key;
        if (isKeyObject(key)) return VerifyingKey.fromDer(key);
        const mend = mayBeFile(key) ? ': load it by VerifyingKey.fromPem, fromDer or fromFile' : '';
        throw invalidArgument(`${name} must be a VerifyingKey or a public KeyObject, not ${kind(key)}${mend}`);
    }

    /** @internal */
    static handleOf(key: VerifyingKey): PublicHandle {
        return key.#handle;
    }
}

/** An RSA private key of 2048 to 8192 bits, checked at load. The native memory that holds it is erased when it is collected. */
export class SigningKey {
    readonly #handle: PrivateHandle;
    readonly #public: VerifyingKey;

    private constructor(handle: PrivateHandle) {
        this.#handle = made(handle, 'fromPem, fromDer, fromFile or generate');
        this.#public = VerifyingKey.ofHandle(ask(() => native.signingKeyPublic(handle)));
    }

    /**
     * From PEM: PKCS#1, PKCS#8 or encrypted PKCS#8. CRLF, literal `\n` and one-line PEM from an
     * environment variable are accepted.
     *
     * @param settings The passphrase, or options.
     */
    static fromPem(pem: string | Uint8Array, settings?: string | Uint8Array | KeyOptions): SigningKey {
        const [input, secret] = [textOrBytes(pem, 'the PEM'), passphraseBytes(keyOptions(settings).passphrase)];
        return new SigningKey(ask(() => native.signingKeyFromPem(input, secret)));
    }

    /** From DER, PKCS#1, PKCS#8 or encrypted PKCS#8, or from a `KeyObject` of `node:crypto`. */
    static fromDer(der: Uint8Array | KeyObjectLike, settings?: string | Uint8Array | KeyOptions): SigningKey {
        if (isKeyObject(der)) return withDer(der, (exported) => SigningKey.fromDer(exported));
        const [input, secret] = [bytes(der, 'the DER'), passphraseBytes(keyOptions(settings).passphrase)];
        return new SigningKey(ask(() => native.signingKeyFromDer(input, secret)));
    }

    /** From a PEM or DER file. One of ours that group or others can read is `insecure_key_file`. */
    static fromFile(path: string | FileUrl, settings?: string | Uint8Array | KeyFileOptions): SigningKey {
        const { passphrase, allowInsecure = false } = keyOptions(settings, 'allowInsecure');
        const file = filePath(path);
        if (typeof allowInsecure !== 'boolean') throw invalidArgument('allowInsecure must be true or false');
        const secret = passphraseBytes(passphrase);
        return new SigningKey(ask(() => native.signingKeyFromFile(file, secret, allowInsecure)));
    }

    /** A new key of 2048, 3072 or 4096 bits. Takes from a tenth of a second to seconds. */
    static generate(bits: 2048 | 3072 | 4096 = 2048): SigningKey {
        whole(bits, 'bits', 0, 65536);
        return new SigningKey(ask(() => native.signingKeyGenerate(bits)));
    }

    /** The size of the modulus. */
    get bits(): number {
        return this.#public.bits;
    }

    /** SHA-256 of the public key's SPKI, in hexadecimal: the key's name. */
    get fingerprint(): string {
        return this.#public.fingerprint;
    }

    /** The public key that belongs to it. */
    get verifyingKey(): VerifyingKey {
        return this.#public;
    }

    /** The public key as PEM, as the web application takes it. */
    publicPem(): string {
        return this.#public.publicPem();
    }

    /** The private key as PKCS#8 PEM; encrypted (AES-256) if there is a passphrase. A secret. */
    privatePem(passphrase?: string | Uint8Array): string {
        const secret = passphraseBytes(passphrase);
        return ask(() => native.signingKeyToPem(this.#handle, secret));
    }

    toString(): string {
        return `SigningKey(${this.fingerprint})`;
    }

    toJSON(): object {
        return { bits: this.bits, fingerprint: this.fingerprint };
    }

    /** @internal */
    [INSPECT](_depth: number, options: object, inspect: Inspect): string {
        return `SigningKey ${inspect(this.toJSON(), options)}`;
    }

    /** @internal A key, or the key that a `KeyObject` holds. */
    static of(key: unknown): SigningKey {
        if (typeof key === 'object' && key !== null && #handle in key) return key;
        if (isKeyObject(key)) return SigningKey.fromDer(key);
        const mend = mayBeFile(key) ? ': load it by SigningKey.fromPem, fromDer or fromFile' : '';
        throw invalidArgument(`the key must be a SigningKey or a private KeyObject, not ${kind(key)}${mend}`);
    }

    /** @internal */
    static handleOf(key: SigningKey): PrivateHandle {
        return key.#handle;
    }
}
