import type { ExternalObject, Reservation as NativeReservation, Sequencer } from '../native.js';
import { kind, made, text, whole } from './check.js';
import { ask, invalidArgument, PartnerSignError } from './errors.js';
import { INSPECT, type Inspect } from './inspect.js';
import { native } from './native.js';
import type { NoncePolicy } from './verifier.js';

/** What became of a nonce. */
export type Outcome = 'consumed' | 'not_consumed' | 'unknown' | 'refused';

/** What an answer says about the nonce that its request carried. */
export const Outcome = Object.freeze({
    /**
     * @param status That of the final answer; `undefined` or `null` if there was none (a time-out, a lost connection).
     * @param reason The `reason` of the error body, if it has one.
     */
    ofHttp(status?: number | null, reason?: string | null): Outcome {
        const code = status === undefined || status === null ? undefined : whole(status, 'the status', 0, 65535);
        const why = reason === undefined || reason === null ? undefined : text(reason, 'the reason');
        return ask(() => native.outcomeOfHttp(code, why)) as Outcome;
    },
});

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

/** A nonce up to 2^53 - 1, as every way to write it. */
function numberOf(nonce: unknown, name: string): number {
    const isText = typeof nonce === 'string' && /^(0|[1-9][0-9]{0,15})$/.test(nonce);
    if (!isText && typeof nonce !== 'bigint' && typeof nonce !== 'number') {
        throw invalidArgument(`${name} must be a whole number as a string or a bigint, not ${kind(nonce)}`);
    }
    return whole(Number(nonce), name, 0);
}

/** A nonce that was handed out and must be settled. */
export class Reservation {
    readonly #handle: ExternalObject<NativeReservation>;
    /** The nonce to sign with. */
    readonly nonce: string;
    /** Whether an earlier request with this nonce may have reached the server, or may yet. */
    readonly uncertain: boolean;

    private constructor(handle: ExternalObject<NativeReservation>) {
        this.#handle = made(handle, 'reserve');
        this.nonce = String(ask(() => native.reservationNonce(handle)));
        this.uncertain = ask(() => native.reservationUncertain(handle));
    }

    /** @internal */
    static of(handle: ExternalObject<NativeReservation>): Reservation {
        return new Reservation(handle);
    }

    /** @internal */
    static handleOf(reservation: unknown): ExternalObject<NativeReservation> {
        if (typeof reservation === 'object' && reservation !== null && #handle in reservation) return reservation.#handle;
        throw invalidArgument(`the reservation must be one that reserve gave, not ${kind(reservation)}`);
    }
}

/**
 * Hands out the nonces of one API key: reserve, sign and send, settle. One process, one sequencer per key.
 *
 * `sequential`: one live reservation at a time; a nonce whose outcome is unknown is offered again, marked
 * `uncertain`: of all requests that carry it the server accepts at most one. `increasing`, `unique`: a
 * nonce that has left is never offered again.
 */
export class NonceSequencer {
    #handle: ExternalObject<Sequencer>;
    readonly policy: NoncePolicy;

    /** @param last The last nonce that the server has seen; none unless said otherwise. */
    constructor(policy: NoncePolicy = 'sequential', last: NonceNumber = 0) {
        text(policy, 'the nonce policy');
        const number = numberOf(last, 'the last nonce');
        this.#handle = ask(() => native.sequencerNew(policy, number));
        this.policy = policy;
    }

    /** The sequencer that `state` was asked of, with every holder of a reservation gone. */
    static restore(state: NonceState): NonceSequencer {
        const read = readState(state);
        const sequencer = new NonceSequencer(read.policy);
        sequencer.#handle = ask(() => native.sequencerRestore(read));
        return sequencer;
    }

    /** The nonce before the next one, `undefined` if there is none. */
    get last(): string | undefined {
        const last = ask(() => native.sequencerLast(this.#handle));
        return last === null || last === undefined ? undefined : String(last);
    }

    /**
     * Hands out the next nonce. `nonce_busy` while too many are live (`sequential`: one), `nonce_rejected`
     * while out of step with the server, `nonce_exhausted` past 2^53 - 1.
     */
    reserve(): Reservation {
        return Reservation.of(ask(() => native.sequencerReserve(this.#handle)));
    }

    /** Takes back what became of a reserved nonce; see {@link Outcome.ofHttp}. */
    settle(reservation: Reservation, outcome: Outcome): void {
        const handle = Reservation.handleOf(reservation);
        text(outcome, 'the outcome');
        ask(() => native.sequencerSettle(this.#handle, handle, outcome));
    }

    /** Every holder of a live reservation is gone: the same as settling each with `unknown`. */
    abandon(): void {
        ask(() => native.sequencerAbandon(this.#handle));
    }

    /** Takes the server's word for the last nonce that it has seen, and starts again after a stop. */
    resync(serverLast: NonceNumber): void {
        const last = numberOf(serverLast, "the server's last nonce");
        ask(() => native.sequencerResync(this.#handle, last));
    }

    /** What must be durable before a reserved nonce leaves; every live reservation counts as abandoned. */
    state(): NonceState {
        const state = ask(() => native.sequencerState(this.#handle));
        return {
            policy: state.policy as NoncePolicy,
            last: String(state.last),
            consumed: String(state.consumed),
            stopped: state.stopped,
            doubtful: state.doubtful.map(([low, high]) => [String(low), String(high)]),
        };
    }

    toJSON(): object {
        return this.state();
    }

    /** @internal */
    [INSPECT](_depth: number, options: object, inspect: Inspect): string {
        return `NonceSequencer ${inspect(this.state(), options)}`;
    }
}

function readState(state: unknown) {
    const corrupt = () => new PartnerSignError('nonce_store_corrupt', 'the nonce state is none that state() gave');
    if (typeof state !== 'object' || state === null) throw corrupt();
    const { policy, last, consumed, stopped, doubtful } = state as Record<keyof NonceState, unknown>;
    if (typeof policy !== 'string' || typeof stopped !== 'boolean' || !Array.isArray(doubtful)) throw corrupt();
    try {
        return {
            policy: policy as NoncePolicy,
            last: numberOf(last, 'last'),
            consumed: numberOf(consumed, 'consumed'),
            stopped,
            doubtful: doubtful.map((range: unknown) => {
                if (!Array.isArray(range) || range.length !== 2) throw corrupt();
                return [numberOf(range[0], 'doubtful'), numberOf(range[1], 'doubtful')];
            }),
        };
    } catch {
        throw corrupt();
    }
}
