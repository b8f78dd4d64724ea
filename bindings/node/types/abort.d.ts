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
