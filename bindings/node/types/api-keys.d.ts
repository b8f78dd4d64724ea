import type { KeyObjectLike } from './key-object.js';
import { VerifyingKey } from './keys.js';
/** The key that goes into `x-api-key`: base64 of JSON with `key_id` and `key`. A secret. */
export declare class ApiKey {
    #private;
    /** The public part: it names the key in logs. */
    readonly keyId: string;
    private constructor();
    /** Reads an API key as the web application shows it. */
    static parse(apiKey: string): ApiKey;
    /** The text that is sent as `x-api-key`. Keep it out of logs. */
    exposeSecret(): string;
    toString(): string;
    toJSON(): object;
}
/** The public keys that a verifier knows, by API key. Looks up in constant time. */
export declare class ApiKeys {
    #private;
    /** Starts with pairs of an API key and the public key that its owner uploaded. */
    constructor(entries?: Iterable<readonly [string | ApiKey, VerifyingKey | KeyObjectLike]>);
    /** Registers a public key for an API key, in place of the one before. */
    set(apiKey: string | ApiKey, publicKey: VerifyingKey | KeyObjectLike): this;
}
