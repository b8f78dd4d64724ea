/** What is used of an `AbortSignal` to wait for it. */
interface Source {
    addEventListener(type: 'abort', listener: () => void): void;
    removeEventListener(type: 'abort', listener: () => void): void;
}

interface Calls {
    readonly waiting: Set<() => void>;
    readonly listener: () => void;
}

const callsOf = new WeakMap<Source, Calls>();

/**
 * @internal Calls `call` when the signal aborts; what comes back ends that. All calls share one listener, as
 * Node.js warns of more than ten on one signal.
 */
export function onAbort(signal: Source, call: () => void): () => void {
    const calls = callsOf.get(signal) ?? listen(signal);
    calls.waiting.add(call);
    return () => {
        calls.waiting.delete(call);
        if (calls.waiting.size > 0 || callsOf.get(signal) !== calls) return;
        callsOf.delete(signal);
        signal.removeEventListener('abort', calls.listener);
    };
}

function listen(signal: Source): Calls {
    const waiting = new Set<() => void>();
    const calls = {
        waiting,
        listener: () => {
            for (const call of [...waiting]) call();
        },
    };
    callsOf.set(signal, calls);
    signal.addEventListener('abort', calls.listener);
    return calls;
}
