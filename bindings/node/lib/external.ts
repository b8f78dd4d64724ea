import { types } from 'node:util';
import { bytes, isThenable, kind } from './check.js';
import { invalidArgument, PartnerSignError } from './errors.js';

/** Signs a 32-byte SHA-256 digest by RSASSA-PKCS1-v1_5: an HSM, a KMS, another process. */
export type SignDigest = (digest: Uint8Array<ArrayBuffer>) => Uint8Array | PromiseLike<Uint8Array>;

/** @internal A private key that is elsewhere. */
export class ExternalKey {
    readonly signDigest: SignDigest;

    constructor(signDigest: unknown) {
        if (typeof signDigest !== 'function') {
            throw invalidArgument(`signDigest must be a function, not ${kind(signDigest)}`);
        }
        this.signDigest = signDigest as SignDigest;
    }

    /** The signature from a function that gives it at once. */
    sign(digest: Uint8Array<ArrayBuffer>): Uint8Array {
        const { signDigest } = this;
        const signature = signDigest(digest);
        if (isThenable(signature)) {
            // Nobody will wait for it: its failure must not end the process.
            signature.then(undefined, () => {});
            throw invalidArgument('signDigest returned a promise: use signAsync or signBatch');
        }
        return returned(signature);
    }

    /** The signature, now or later. */
    async signAsync(digest: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
        const { signDigest } = this;
        return returned(await signDigest(digest));
    }
}

/** What is no signature at all is refused like one that does not verify. */
function returned(signature: unknown): Uint8Array {
    const what = 'what signDigest returned';
    if (types.isUint8Array(signature)) return bytes(signature, what);
    throw new PartnerSignError('signature_rejected', `${what} must be a Uint8Array, not ${kind(signature)}`);
}

/** @internal Calls `work` for each index below `count`, at most `concurrency` at once. */
export async function eachAtOnce(count: number, concurrency: number, work: (index: number) => Promise<void>) {
    let next = 0;
    const worker = async () => {
        while (next < count) await work(next++);
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, count) }, worker));
}
