'use strict';

const { Outcome } = require('../dist/index.js');
const { onAbort } = require('../dist/shared.js');

// A reservation that someone else holds is asked for again this often, and at most this long.
const POLL_MS = 50;
const BUSY_MS = 30_000;

const turnsOf = new WeakMap();

/** The queue in front of a sequencer: one for all adapters that share it. */
function turnsFor(nonces) {
    let turns = turnsOf.get(nonces);
    if (turns === undefined) {
        turns = new Turns(nonces);
        turnsOf.set(nonces, turns);
    }
    return turns;
}

/**
 * Calls wait here, first come first served, until the sequencer has a nonce for them. Where the order
 * of arrival counts (every policy but `unique`), one request is under way at a time.
 */
class Turns {
    #nonces;
    #queue = [];
    #live = 0;
    #wake = () => {};

    constructor(nonces) {
        this.#nonces = nonces;
    }

    /** Whether the order of arrival counts. */
    get inOrder() {
        return this.#nonces.policy !== 'unique';
    }

    /** Reserves a nonce; the answer's `settle(status, reason)` or `release()` must follow. */
    async take(signal) {
        await this.#enter(signal);
        try {
            const reservation = await this.#reserve(signal);
            this.#live += 1;
            return {
                nonce: reservation.nonce,
                settle: (status, reason) => this.#settle(reservation, Outcome.ofHttp(status, reason)),
                release: () => this.#settle(reservation, 'not_consumed'),
            };
        } finally {
            this.#leave();
        }
    }

    async #reserve(signal) {
        const giveUpAt = Date.now() + BUSY_MS;
        for (;;) {
            signal?.throwIfAborted();
            if (this.#live === 0 || !this.inOrder) {
                try {
                    return await this.#nonces.reserve();
                } catch (error) {
                    const isOurs = this.#live > 0;
                    if (error?.code !== 'nonce_busy' || (!isOurs && Date.now() >= giveUpAt)) throw error;
                }
            }
            await this.#change(signal, this.#live > 0 ? null : POLL_MS);
        }
    }

    async #settle(reservation, outcome) {
        try {
            await this.#nonces.settle(reservation, outcome);
        } catch (error) {
            // The answer is worth more than the bookkeeping: an unsettled nonce counts as unknown.
            process.emitWarning(`nonce ${reservation.nonce} could not be settled: ${error?.message}`, 'PartnerSignWarning');
        } finally {
            this.#live -= 1;
            this.#wake();
        }
    }

    /** Waits until a reservation of ours is settled, the time is over, or the call is aborted. */
    #change(signal, milliseconds) {
        return new Promise((resolve) => {
            if (signal?.aborted) return resolve();
            const stop = signal && onAbort(signal, done);
            const timer = milliseconds === null ? undefined : setTimeout(done, milliseconds);
            const self = this;
            function done() {
                clearTimeout(timer);
                stop?.();
                self.#wake = () => {};
                resolve();
            }
            this.#wake = done;
        });
    }

    /** Waits until all earlier calls have reserved. */
    #enter(signal) {
        signal?.throwIfAborted();
        if (this.#queue.push({ enter: () => {} }) === 1) return undefined;
        const place = this.#queue.at(-1);
        return new Promise((resolve, reject) => {
            const stop = signal && onAbort(signal, () => {
                stop();
                this.#queue.splice(this.#queue.indexOf(place), 1);
                reject(signal.reason);
            });
            place.enter = () => {
                stop?.();
                resolve();
            };
        });
    }

    #leave() {
        this.#queue.shift();
        this.#queue[0]?.enter();
    }
}

module.exports = { turnsFor };
