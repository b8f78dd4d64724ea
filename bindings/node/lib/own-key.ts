import type { Cancelled, ExternalObject, Failure, Signer as NativeSigner } from '../native.js';
import { ask, internal, unwrap } from './errors.js';
import { SigningKey } from './keys.js';
import { native } from './native.js';
import type { Wanted } from './request.js';
import { SignedRequest } from './signed.js';

/** @internal What the native side says of one request of many. */
export type Answer = Uint8Array | Failure;

interface Call {
    readonly wanted: Wanted;
    readonly resolve: (answer: Answer) => void;
    readonly reject: (reason: unknown) => void;
}

/** How many tasks a turn starts, and how many there are at least before one gets a second request: no thread is left idle. */
const TASKS = 32;
/** How many signatures of 2048 bits may take as long as one task: other users of the thread pool wait for no more. */
const LONGEST = 4;

/** @internal A private key in this process, and the API key that goes along. */
export class OwnKey {
    readonly #signer: ExternalObject<NativeSigner>;
    readonly #apiKey: string | undefined;
    /** How many requests a task gets at most. The time of a signature grows with the third power of the size. */
    readonly #most: number;
    #calls: Call[] = [];

    constructor(key: SigningKey, apiKey: string | undefined) {
        this.#most = Math.max(Math.floor(LONGEST * (2048 / key.bits) ** 3), 1);
        this.#signer = ask(() => native.signerNew(SigningKey.handleOf(key)));
        this.#apiKey = apiKey;
    }

    /** On this thread. */
    sign(wanted: Wanted): SignedRequest {
        const { method, url, body, exact, maxBodyBytes, isNonce, freshness } = wanted;
        return this.finish(
            wanted,
            ask(() => native.sign(this.#signer, method, url, body, exact, maxBodyBytes, isNonce, freshness)),
        );
    }

    /**
     * On the thread pool, together with what else is called in this turn of the event loop: a task costs two
     * switches between threads. Fewer than 64 requests are tasks of their own; of more, up to four share one.
     * Nobody else may change the body.
     */
    signSoon(wanted: Wanted): Promise<SignedRequest> {
        return new Promise<Answer>((resolve, reject) => {
            if (this.#calls.push({ wanted, resolve, reject }) === 1) queueMicrotask(() => this.#startSome());
        }).then((answer) => this.finish(wanted, answer));
    }

    /** Hands over what the pool can take for now, and the rest in later turns: none is long. */
    #startSome(): void {
        const size = Math.min(Math.max(Math.floor(this.#calls.length / TASKS), 1), this.#most);
        for (let task = 0; task < TASKS && this.#calls.length > 0; task++) this.#start(this.#calls.splice(0, size));
        if (this.#calls.length > 0) setImmediate(() => this.#startSome());
    }

    #start(calls: Call[]): void {
        this.signMany(calls.map(({ wanted }) => wanted), 1).then(
            (answers) => calls.forEach(({ resolve }, index) => resolve(answers[index]!)),
            (error) => calls.forEach(({ reject }) => reject(error)),
        );
    }

    /** In one task of the thread pool, on as many threads. Copies the bodies at once. */
    async signMany(requests: Wanted[], threads: number, cancelled?: ExternalObject<Cancelled>): Promise<Answer[]> {
        const texts: string[] = [];
        const numbers = new Float64Array(requests.length * 3);
        const bodies: Array<Uint8Array | undefined> = [];
        requests.forEach((wanted, index) => {
            texts.push(wanted.method, wanted.url, wanted.freshness);
            numbers.set([Number(wanted.exact), wanted.maxBodyBytes, Number(wanted.isNonce)], index * 3);
            bodies.push(wanted.body);
            wanted.body = undefined;
        });
        const later = ask(() => native.signBatch(this.#signer, texts, numbers, bodies, threads, cancelled));
        const answers = await later.catch(() => {
            throw internal();
        });
        return unwrap(answers);
    }

    finish(wanted: Wanted, answer: Answer): SignedRequest {
        return SignedRequest.of(wanted, unwrap(answer), this.#apiKey);
    }
}
