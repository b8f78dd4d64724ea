import type { ExternalObject, Prepared as NativePrepared } from '../native.js';
import { ApiKey } from './api-keys.js';
import { bytes, made } from './check.js';
import { ask } from './errors.js';
import { INSPECT, type Inspect } from './inspect.js';
import type { KeyObjectLike } from './key-object.js';
import { VerifyingKey } from './keys.js';
import { native } from './native.js';
import { readRequest, type Request, type Wanted } from './request.js';
import { SignedRequest } from './signed.js';

/** A checked request that waits for its signature. */
export class Prepared {
    readonly #handle: ExternalObject<NativePrepared>;
    readonly #wanted: Wanted;

    private constructor(handle: ExternalObject<NativePrepared>, wanted: Wanted) {
        this.#handle = made(handle, 'prepare');
        this.#wanted = wanted;
    }

    /** @internal */
    static of(wanted: Wanted): Prepared {
        const { method, url, body, exact, maxBodyBytes, isNonce, freshness } = wanted;
        wanted.body = undefined;
        return new Prepared(
            ask(() => native.prepare(method, url, body, exact, maxBodyBytes, isNonce, freshness)),
            wanted,
        );
    }

    /** The exact bytes that are hashed: freshness, URL, body. */
    get payload(): Uint8Array<ArrayBuffer> {
        return ask(() => native.preparedPayload(this.#handle)) as Uint8Array<ArrayBuffer>;
    }

    /** SHA-256 of the payload: what an HSM or KMS signs by RSASSA-PKCS1-v1_5. */
    get digest(): Uint8Array<ArrayBuffer> {
        return ask(() => native.preparedDigest(this.#handle)) as Uint8Array<ArrayBuffer>;
    }

    /** The request to send, if the signature verifies against the public key; else `signature_rejected`. */
    finish(signature: Uint8Array, publicKey: VerifyingKey | KeyObjectLike, apiKey?: string | ApiKey | null): SignedRequest {
        const input = bytes(signature, 'the signature');
        const key = VerifyingKey.handleOf(VerifyingKey.of(publicKey));
        const goesAlong = apiKey === undefined || apiKey === null ? undefined : ApiKey.of(apiKey);
        const packed = ask(() => native.finish(this.#handle, input, key));
        return SignedRequest.of(this.#wanted, packed, goesAlong?.exposeSecret());
    }

    toJSON(): object {
        return { url: this.#wanted.url, digest: Buffer.from(this.digest).toString('hex') };
    }

    /** @internal */
    [INSPECT](_depth: number, options: object, inspect: Inspect): string {
        return `Prepared ${inspect(this.toJSON(), options)}`;
    }
}

/** Checks a request by every rule and makes what is hashed, for a signature that is made elsewhere. */
export function prepare(request: Request): Prepared {
    return Prepared.of(readRequest(request));
}
