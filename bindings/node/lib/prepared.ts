import type { ExternalObject, Prepared as NativePrepared, Wanted } from '../native.js';
import { ApiKey } from './api-keys.js';
import { bytes, made } from './check.js';
import { ask } from './errors.js';
import { INSPECT, type Inspect } from './inspect.js';
import type { KeyObjectLike } from './key-object.js';
import { VerifyingKey } from './keys.js';
import { native } from './native.js';
import { readRequest, type Request } from './request.js';
import { SignedRequest } from './signed.js';

/** A checked request that waits for its signature. */
export class Prepared {
    readonly #handle: ExternalObject<NativePrepared>;
    readonly #url: string;

    private constructor(handle: ExternalObject<NativePrepared>, url: string) {
        this.#handle = made(handle, 'prepare');
        this.#url = url;
    }

    /** @internal */
    static of(handle: ExternalObject<NativePrepared>, url: string): Prepared {
        return new Prepared(handle, url);
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
    finish(signature: Uint8Array, publicKey: VerifyingKey | KeyObjectLike, apiKey?: string | ApiKey): SignedRequest {
        const input = bytes(signature, 'the signature');
        const key = VerifyingKey.handleOf(VerifyingKey.of(publicKey));
        const goesAlong = apiKey === undefined ? undefined : ApiKey.handleOf(ApiKey.of(apiKey));
        const signed = ask(() => native.finish(this.#handle, input, key, goesAlong));
        return SignedRequest.of(this.#url, signed);
    }

    toJSON(): object {
        return { url: this.#url, digest: Buffer.from(this.digest).toString('hex') };
    }

    /** @internal */
    [INSPECT](_depth: number, options: object, inspect: Inspect): string {
        return `Prepared ${inspect(this.toJSON(), options)}`;
    }
}

/** @internal */
export function prepareWanted(wanted: Wanted): Prepared {
    const handle = ask(() => native.prepare(wanted));
    return Prepared.of(handle, wanted.url);
}

/** Checks a request by every rule and makes what is hashed, for a signature that is made elsewhere. */
export function prepare(request: Request): Prepared {
    const wanted = readRequest(request);
    return prepareWanted(wanted);
}
