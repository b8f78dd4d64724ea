import type { ApiKey as NativeApiKey, ExternalObject, SharedApiKeys } from '../native.js';
import { kind, made, text } from './check.js';
import { ask, invalidArgument } from './errors.js';
import { INSPECT, type Inspect } from './inspect.js';
import type { KeyObjectLike } from './key-object.js';
import { VerifyingKey } from './keys.js';
import { native } from './native.js';

type Handle = ExternalObject<NativeApiKey>;
type TableHandle = ExternalObject<SharedApiKeys>;

/** The key that goes into `x-api-key`: base64 of JSON with `key_id` and `key`. A secret. */
export class ApiKey {
    readonly #handle: Handle;
    /** The public part: it names the key in logs. */
    readonly keyId: string;

    private constructor(handle: Handle) {
        this.#handle = made(handle, 'parse');
        this.keyId = ask(() => native.apiKeyId(handle));
    }

    /** Reads an API key as the web application shows it. */
    static parse(apiKey: string): ApiKey {
        text(apiKey, 'the API key');
        return new ApiKey(ask(() => native.apiKeyParse(apiKey)));
    }

    /** The text that is sent as `x-api-key`. Keep it out of logs. */
    exposeSecret(): string {
        return ask(() => native.apiKeySecret(this.#handle));
    }

    toString(): string {
        return `ApiKey(${this.keyId})`;
    }

    toJSON(): object {
        return { keyId: this.keyId };
    }

    /** @internal */
    [INSPECT](_depth: number, options: object, inspect: Inspect): string {
        return `ApiKey ${inspect(this.toJSON(), options)}`;
    }

    /** @internal */
    static ofHandle(handle: Handle): ApiKey {
        return new ApiKey(handle);
    }

    /** @internal The API key itself, or the one that a text holds. */
    static of(apiKey: unknown): ApiKey {
        if (typeof apiKey === 'string') return ApiKey.parse(apiKey);
        if (typeof apiKey === 'object' && apiKey !== null && #handle in apiKey) return apiKey;
        throw invalidArgument(`the API key must be a string or an ApiKey, not ${kind(apiKey)}`);
    }

    /** @internal */
    static handleOf(apiKey: ApiKey): Handle {
        return apiKey.#handle;
    }
}

/** The public keys that a verifier knows, by API key. Looks up in constant time. */
export class ApiKeys {
    readonly #handle: TableHandle;

    /** Starts with pairs of an API key and the public key that its owner uploaded. */
    constructor(entries: Iterable<readonly [string | ApiKey, VerifyingKey | KeyObjectLike]> = []) {
        this.#handle = ask(() => native.apiKeysNew());
        if (entries === null || typeof entries !== 'object' || typeof entries[Symbol.iterator] !== 'function') {
            throw invalidArgument(`the API keys must be pairs of API key and public key, not ${kind(entries)}`);
        }
        for (const entry of entries) {
            if (!Array.isArray(entry)) throw invalidArgument('each entry must be a pair of API key and public key');
            this.set(entry[0], entry[1]);
        }
    }

    /** Registers a public key for an API key, in place of the one before. */
    set(apiKey: string | ApiKey, publicKey: VerifyingKey | KeyObjectLike): this {
        const key = ApiKey.handleOf(ApiKey.of(apiKey));
        const handle = VerifyingKey.handleOf(VerifyingKey.of(publicKey));
        ask(() => native.apiKeysInsert(this.#handle, key, handle));
        return this;
    }

    /** @internal The handle, if it is a table. */
    static handleOf(value: unknown): TableHandle | undefined {
        return typeof value === 'object' && value !== null && #handle in value ? value.#handle : undefined;
    }
}
