import { abortable, readSignal, type AsyncOptions } from './abort.js';
import { ApiKey } from './api-keys.js';
import { kind, options, whole } from './check.js';
import { internal, invalidArgument, PartnerSignError } from './errors.js';
import { eachAtOnce, ExternalKey, type SignDigest } from './external.js';
import { INSPECT, type Inspect } from './inspect.js';
import type { KeyObjectLike } from './key-object.js';
import { SigningKey, VerifyingKey } from './keys.js';
import { OwnKey } from './own-key.js';
import { Prepared } from './prepared.js';
import { clock, readRequest, type Request, type Wanted } from './request.js';
import { SignedRequest } from './signed.js';

/** One result of a batch, as `Promise.allSettled` gives them. */
export type BatchResult =
    | { status: 'fulfilled'; value: SignedRequest }
    | { status: 'rejected'; reason: PartnerSignError };

/** Options of {@link Signer.signBatch}. */
export interface BatchOptions extends AsyncOptions {
    /** How many signatures are made at once: the number of processors, or 16 by an external signer, unless said otherwise. */
    concurrency?: number | undefined;
}

/** How many calls of an external signer are under way at once in a batch. */
const EXTERNAL_CONCURRENCY = 16;

/** Signs requests. Immutable, and free to share within a thread; a worker thread makes its own. */
export class Signer {
    readonly #key: OwnKey | ExternalKey;
    readonly #public: VerifyingKey;
    readonly #apiKey: ApiKey | undefined;

    /** With a key of its own: a `SigningKey`, or a private `KeyObject` of `node:crypto`. */
    constructor(key: SigningKey | KeyObjectLike, apiKey?: string | ApiKey | null) {
        this.#apiKey = apiKey === undefined || apiKey === null ? undefined : ApiKey.of(apiKey);
        if ((key as unknown) instanceof External) {
            ({ key: this.#key, public: this.#public } = key as unknown as External);
        } else {
            const own = SigningKey.of(key);
            this.#key = new OwnKey(own, this.#apiKey?.exposeSecret());
            this.#public = own.verifyingKey;
        }
    }

    /**
     * With a private key that is elsewhere: an HSM, a KMS, another process.
     *
     * `signDigest` gets the 32-byte SHA-256 digest and gives back the RSASSA-PKCS1-v1_5 signature, or a
     * promise of it (then `signAsync` and `signBatch` work, `sign` does not). Every signature is verified
     * against `publicKey`: one that does not verify is `signature_rejected`. What `signDigest` throws is
     * thrown on as it is.
     */
    static external(
        publicKey: VerifyingKey | KeyObjectLike,
        signDigest: SignDigest,
        apiKey?: string | ApiKey | null,
    ): Signer {
        const external = new External(VerifyingKey.of(publicKey), new ExternalKey(signDigest));
        return new Signer(external as unknown as SigningKey, apiKey);
    }

    /** The public key that the signatures verify against. */
    get verifyingKey(): VerifyingKey {
        return this.#public;
    }

    /** The `key_id` of the API key, if there is one. */
    get keyId(): string | undefined {
        return this.#apiKey?.keyId;
    }

    /** Checks, signs and verifies one request on this thread: 0.7 ms at 2048 bits. */
    sign(request: Request): SignedRequest {
        const wanted = readRequest(request);
        const key = this.#key;
        if (key instanceof ExternalKey) {
            const prepared = Prepared.of(wanted);
            return prepared.finish(key.sign(prepared.digest), this.#public, this.#apiKey);
        }
        return key.sign(wanted);
    }

    /** The same on the thread pool: the event loop goes on. The body is copied first. */
    signAsync(request: Request, settings?: AsyncOptions): Promise<SignedRequest> {
        // No `async`: each would be one more promise and turn of the loop, of which a thousand calls feel each.
        try {
            const signal = readSignal(settings);
            return this.#start(readRequest(request, { copy: true }), signal);
        } catch (error) {
            return Promise.reject(error);
        }
    }

    /**
     * Signs many requests at once. The results are in the order of the requests, each its own success or
     * error; all without timestamp and nonce get the same reading of the clock.
     */
    async signBatch(requests: Iterable<Request>, settings?: BatchOptions): Promise<BatchResult[]> {
        const signal = readSignal(settings);
        const { concurrency } = options(settings, 'the options');
        const atOnce = concurrency === undefined ? undefined : whole(concurrency, 'concurrency', 1, 1024);
        const read = readAll(requests);
        const good = read.filter((one): one is Wanted => !(one instanceof PartnerSignError));
        const key = this.#key;
        const signed =
            key instanceof ExternalKey
                ? await this.#signEach(good, atOnce ?? EXTERNAL_CONCURRENCY, signal)
                : await this.#signAll(key, good, atOnce ?? processors(), signal);
        let next = 0;
        return read.map((one) => {
            if (one instanceof PartnerSignError) return { status: 'rejected', reason: one };
            return signed[next++] ?? { status: 'rejected', reason: internal() };
        });
    }

    #start(wanted: Wanted, signal: AsyncOptions['signal']): Promise<SignedRequest> {
        const key = this.#key;
        if (key instanceof ExternalKey) return this.#startExternal(key, wanted, signal);
        return signal === undefined ? key.signSoon(wanted) : this.#startAlone(key, wanted, signal);
    }

    async #startAlone(key: OwnKey, wanted: Wanted, signal: AsyncOptions['signal']): Promise<SignedRequest> {
        const [answer] = await abortable(signal, (cancelled) => key.signMany([wanted], 1, cancelled));
        return key.finish(wanted, answer!);
    }

    async #startExternal(key: ExternalKey, wanted: Wanted, signal: AsyncOptions['signal']): Promise<SignedRequest> {
        const prepared = Prepared.of(wanted);
        const signature = await abortable(signal, () => key.signAsync(prepared.digest));
        return prepared.finish(signature, this.#public, this.#apiKey);
    }

    async #signAll(
        key: OwnKey,
        requests: Wanted[],
        threads: number,
        signal: AsyncOptions['signal'],
    ): Promise<BatchResult[]> {
        const answers = await abortable(signal, (cancelled) => key.signMany(requests, threads, cancelled));
        return answers.map((answer, index) => settle(() => key.finish(requests[index]!, answer)));
    }

    async #signEach(requests: Wanted[], concurrency: number, signal: AsyncOptions['signal']): Promise<BatchResult[]> {
        const results: BatchResult[] = [];
        const signOne = async (index: number) => {
            if (signal?.aborted) throw signal.reason;
            try {
                results[index] = { status: 'fulfilled', value: await this.#start(requests[index]!, signal) };
            } catch (error) {
                if (signal?.aborted) throw error;
                results[index] = { status: 'rejected', reason: asPartnerSignError(error) };
            }
        };
        await eachAtOnce(requests.length, concurrency, signOne);
        return results;
    }

    toString(): string {
        return `Signer(${this.#public.fingerprint})`;
    }

    toJSON(): object {
        const { bits, fingerprint } = this.#public;
        return { bits, fingerprint, external: this.#key instanceof ExternalKey, keyId: this.keyId };
    }

    /** @internal */
    [INSPECT](_depth: number, options: object, inspect: Inspect): string {
        return `Signer ${inspect(this.toJSON(), options)}`;
    }
}

/** Loaded when a batch needs it: who signs one request should not wait for it. */
function processors(): number {
    return (require('node:os') as typeof import('node:os')).availableParallelism();
}

/** What `Signer.external` hands to the constructor. */
class External {
    readonly public: VerifyingKey;
    readonly key: ExternalKey;

    constructor(publicKey: VerifyingKey, key: ExternalKey) {
        this.public = publicKey;
        this.key = key;
    }
}

/** Every request read, each with its own refusal, under one reading of the clock. */
function readAll(requests: unknown): Array<Wanted | PartnerSignError> {
    if (typeof requests !== 'object' || requests === null || !(Symbol.iterator in requests)) {
        throw invalidArgument(`the requests must be an array, not ${kind(requests)}`);
    }
    const now = clock();
    return Array.from(requests as Iterable<unknown>, (request) => {
        try {
            return readRequest(request, { now });
        } catch (error) {
            return asPartnerSignError(error);
        }
    });
}

/** A getter's or an external signer's own error, for a result that holds ours. */
function asPartnerSignError(error: unknown): PartnerSignError {
    if (error instanceof PartnerSignError) return error;
    return new PartnerSignError('signing_failed', 'the request or the external signer threw; cause has its error', {
        cause: error,
    });
}

function settle(signed: () => SignedRequest): BatchResult {
    try {
        return { status: 'fulfilled', value: signed() };
    } catch (error) {
        return { status: 'rejected', reason: asPartnerSignError(error) };
    }
}
