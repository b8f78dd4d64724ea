import type { Cancelled, ExternalObject } from '../native.js';
import { options } from './check.js';
import { ask, invalidArgument } from './errors.js';
import { onAbort } from './listeners.js';
import { native } from './native.js';

/** What is used of an `AbortSignal`. */
export interface AbortSignalLike {
    readonly aborted: boolean;
    readonly reason?: any;
    addEventListener(type: 'abort', listener: () => void): void;
    removeEventListener(type: 'abort', listener: () => void): void;
}

/** Options of the asynchronous calls. */
export interface AsyncOptions {
    /** Rejects with the signal's reason, as `fetch` does. Work that has not begun is left out. */
    signal?: AbortSignalLike | undefined;
}

/** @internal */
export function readSignal(settings: unknown): AbortSignalLike | undefined {
    const { signal } = options(settings, 'the options');
    if (signal === undefined) return undefined;
    const { aborted, addEventListener, removeEventListener } = (signal ?? {}) as Record<string, unknown>;
    if (typeof aborted !== 'boolean' || typeof addEventListener !== 'function' || typeof removeEventListener !== 'function') {
        throw invalidArgument('the signal must be an AbortSignal');
    }
    return signal as AbortSignalLike;
}

/** @internal Starts work that a signal can end early. */
export async function abortable<T>(
    signal: AbortSignalLike | undefined,
    start: (cancelled?: ExternalObject<Cancelled>) => Promise<T>,
): Promise<T> {
    if (signal === undefined) return start();
    if (signal.aborted) throw signal.reason;
    const cancelled = ask(() => native.cancelledNew());
    let stop!: () => void;
    const aborted = new Promise<never>((_, reject) => {
        stop = onAbort(signal, () => {
            native.cancel(cancelled);
            reject(signal.reason);
        });
    });
    try {
        return await Promise.race([start(cancelled), aborted]);
    } finally {
        stop();
    }
}
