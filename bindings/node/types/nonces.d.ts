import type { NoncePolicy } from './verifier.js';
/** What became of a nonce. */
export type Outcome = 'consumed' | 'not_consumed' | 'unknown' | 'refused';
/** What an answer says about the nonce that its request carried. */
export declare const Outcome: Readonly<{
    /**
     * @param status That of the final answer; `undefined` or `null` if there was none (a time-out, a lost connection).
     * @param reason The `reason` of the error body, if it has one.
     */
    ofHttp(status?: number | null, reason?: string | null): Outcome;
}>;
/** A nonce, as `sign` takes it: a number as text or BigInt. */
export type NonceNumber = string | bigint | number;
/** All of a sequencer that outlives it, in JSON's own types: to be on disk before a nonce leaves. */
export interface NonceState {
    policy: NoncePolicy;
    last: string;
    consumed: string;
    stopped: boolean;
    doubtful: Array<[string, string]>;
}
/** A nonce that was handed out and must be settled. */
export declare class Reservation {
    #private;
    /** The nonce to sign with. */
    readonly nonce: string;
    /** Whether an earlier request with this nonce may have reached the server, or may yet. */
    readonly uncertain: boolean;
    private constructor();
}
/**
 * Hands out the nonces of one API key: reserve, sign and send, settle. One process, one sequencer per key.
 *
 * `sequential`: one live reservation at a time; a nonce whose outcome is unknown is offered again, marked
 * `uncertain`: of all requests that carry it the server accepts at most one. `increasing`, `unique`: a
 * nonce that has left is never offered again.
 */
export declare class NonceSequencer {
    #private;
    readonly policy: NoncePolicy;
    /** @param last The last nonce that the server has seen; none unless said otherwise. */
    constructor(policy?: NoncePolicy, last?: NonceNumber);
    /** The sequencer that `state` was asked of, with every holder of a reservation gone. */
    static restore(state: NonceState): NonceSequencer;
    /** The nonce before the next one, `undefined` if there is none. */
    get last(): string | undefined;
    /**
     * Hands out the next nonce. `nonce_busy` while too many are live (`sequential`: one), `nonce_rejected`
     * while out of step with the server, `nonce_exhausted` past 2^53 - 1.
     */
    reserve(): Reservation;
    /** Takes back what became of a reserved nonce; see {@link Outcome.ofHttp}. */
    settle(reservation: Reservation, outcome: Outcome): void;
    /** Every holder of a live reservation is gone: the same as settling each with `unknown`. */
    abandon(): void;
    /** Takes the server's word for the last nonce that it has seen, and starts again after a stop. */
    resync(serverLast: NonceNumber): void;
    /** What must be durable before a reserved nonce leaves; every live reservation counts as abandoned. */
    state(): NonceState;
    toJSON(): object;
}
