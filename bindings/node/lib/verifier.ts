import type { ExternalObject, Replay, SharedApiKeys, VerifiedRequest } from '../native.js';
import { ApiKey, ApiKeys } from './api-keys.js';
import { isThenable, kind, options, text, whole } from './check.js';
import { ask, invalidArgument } from './errors.js';
import { INSPECT, type Inspect } from './inspect.js';
import type { KeyObjectLike } from './key-object.js';
import { VerifyingKey } from './keys.js';
import { native } from './native.js';
import { unpolluted } from './properties.js';
import { readReceived, type ReceivedRequest } from './received.js';
import { clock, MAX_BODY_BYTES } from './request.js';

/** Which nonces a server accepts: exactly the last plus one; anything greater; anything not seen before. */
export type NoncePolicy = 'sequential' | 'increasing' | 'unique';

/** Finds the public key for an API key, or `undefined`. */
export type Lookup = (apiKey: ApiKey) => VerifyingKey | KeyObjectLike | undefined;

/** Options of {@link Verifier}. */
export interface VerifierOptions {
    /** How far a timestamp may lie from the verifier's time; 300 unless said otherwise. */
    windowSeconds?: number | undefined;
    /** The longest body in bytes; 10 MiB unless said otherwise. */
    maxBodyBytes?: number | undefined;
    /** What was accepted before. Without it a nonce is refused, and a timestamp can be replayed within the window. */
    replay?: MemoryReplay | undefined;
}

/** What a verified request turned out to be. */
export interface Verified {
    /** The `key_id` of the API key that came along, if one did. */
    keyId: string | undefined;
    /** What was signed against replay, as it was sent. */
    freshness: { kind: 'timestamp' | 'nonce'; value: string };
    /** SHA-256 of the payload. */
    digest: Uint8Array<ArrayBuffer>;
}

/**
 * Remembers what was accepted, in this process. The same GET with the same timestamp passes again, any
 * other repeat is `replayed_request`; nonces go by the policy.
 */
export class MemoryReplay {
    readonly #handle: ExternalObject<Replay>;

    constructor(policy: NoncePolicy = 'sequential') {
        text(policy, 'the nonce policy');
        this.#handle = ask(() => native.memoryReplayNew(policy));
    }

    /** @internal */
    static handleOf(replay: unknown): ExternalObject<Replay> {
        if (typeof replay === 'object' && replay !== null && #handle in replay) return replay.#handle;
        throw invalidArgument(`replay must be a MemoryReplay, not ${kind(replay)}`);
    }
}

/** A received request, and the time to verify it at. */
export interface RequestToVerify extends ReceivedRequest {
    /** The verifier's time in Unix seconds; the system clock's unless said otherwise. */
    now?: number | undefined;
}

const OPTIONS = ['windowSeconds', 'maxBodyBytes', 'replay'];

type Keys = VerifyingKey | ExternalObject<SharedApiKeys> | Lookup;

/** Checks received requests. */
export class Verifier {
    readonly #keys: Keys;
    readonly #windowSeconds: number;
    readonly #maxBodyBytes: number;
    readonly #replay: ExternalObject<Replay> | undefined;

    /**
     * @param keys One public key (`x-api-key` may then be absent), the {@link ApiKeys} that are known, or a
     * function that finds the public key for an API key. `ApiKeys` looks up in constant time.
     */
    constructor(keys: VerifyingKey | KeyObjectLike | ApiKeys | Lookup, settings?: VerifierOptions) {
        const { windowSeconds = 300, maxBodyBytes = MAX_BODY_BYTES, replay } = options(settings, 'the options of a verifier', OPTIONS);
        this.#keys = typeof keys === 'function' ? (keys as Lookup) : (ApiKeys.handleOf(keys) ?? VerifyingKey.of(keys));
        this.#windowSeconds = whole(windowSeconds, 'windowSeconds', 0);
        this.#maxBodyBytes = whole(maxBodyBytes, 'maxBodyBytes', 0);
        this.#replay = replay === undefined ? undefined : MemoryReplay.handleOf(replay);
    }

    /**
     * Verifies one request, or throws what is wrong with it. `now`, in the request or beside it, is the
     * verifier's time in Unix seconds. Nothing is remembered of a request that is refused.
     */
    verify(request: RequestToVerify, now?: number): Verified {
        const received = readReceived(request);
        const at = unpolluted(request, ['now']).now;
        if (at !== undefined && now !== undefined) throw invalidArgument('give now in the request or beside it, not both');
        const rules = {
            windowSeconds: this.#windowSeconds,
            maxBodyBytes: this.#maxBodyBytes,
            now: readNow(at === undefined ? now : at),
        };
        const [keys, replay] = [this.#keys, this.#replay];
        if (typeof keys === 'function') {
            const found = this.#find(keys, ask(() => native.receivedApiKey(received, rules.maxBodyBytes)));
            return verified(ask(() => native.verifyWithFound(found, replay, rules, received)));
        }
        if (keys instanceof VerifyingKey) {
            const key = VerifyingKey.handleOf(keys);
            return verified(ask(() => native.verifyWithKey(key, replay, rules, received)));
        }
        return verified(ask(() => native.verifyWithTable(keys, replay, rules, received)));
    }

    #find(lookup: Lookup, apiKey: Parameters<typeof ApiKey.ofHandle>[0]) {
        const found: unknown = lookup(ApiKey.ofHandle(apiKey));
        if (found === undefined || found === null) return undefined;
        if (isThenable(found)) {
            // Nobody will wait for it: its failure must not end the process.
            found.then(undefined, () => {});
            throw invalidArgument('the look-up returned a promise: verify does not wait, so have the public keys at hand');
        }
        return VerifyingKey.handleOf(VerifyingKey.of(found, 'what the look-up returned'));
    }

    toJSON(): object {
        return { windowSeconds: this.#windowSeconds, maxBodyBytes: this.#maxBodyBytes, replay: this.#replay !== undefined };
    }

    /** @internal */
    [INSPECT](_depth: number, options: object, inspect: Inspect): string {
        return `Verifier ${inspect(this.toJSON(), options)}`;
    }
}

/** Whole seconds; `Date.now() / 1000` has a fraction too. */
function readNow(now: unknown): number {
    if (now === undefined) return clock();
    return whole(typeof now === 'number' ? Math.floor(now) : now, 'now', 0);
}

function verified(request: VerifiedRequest): Verified {
    return {
        keyId: unpolluted(request, ['keyId']).keyId,
        freshness: { kind: request.isNonce ? 'nonce' : 'timestamp', value: request.freshness },
        digest: request.digest as Uint8Array<ArrayBuffer>,
    };
}
