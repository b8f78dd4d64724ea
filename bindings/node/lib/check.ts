import { fileURLToPath } from 'node:url';
import { types } from 'node:util';
import { invalidArgument } from './errors.js';
import { kind } from './kind.js';
import { own } from './properties.js';

export { kind };

/** @internal */
export function text(value: unknown, name: string): string {
    if (typeof value !== 'string') throw invalidArgument(`${name} must be a string, not ${kind(value)}`);
    return value;
}

/** @internal A string that UTF-8 can carry. */
export function wellFormed(value: string, name: string): string {
    if (!value.isWellFormed()) throw invalidArgument(`${name} has half of a surrogate pair, which UTF-8 cannot carry`);
    return value;
}

/** @internal An object whose properties can be read; with `known`, one that has no others. */
export function options(value: unknown, name: string, known?: readonly string[]): Record<string, unknown> {
    if (value === undefined) return own({});
    if (typeof value !== 'object' || value === null) throw invalidArgument(`${name} must be an object, not ${kind(value)}`);
    const unknown = known && Object.keys(value).find((key) => !known.includes(key));
    if (unknown !== undefined) throw invalidArgument(`${name} have no ${unknown}; there are ${known?.join(', ')}`);
    return own(value);
}

/** @internal */
export function filePath(path: unknown): string {
    const href = typeof path === 'object' && path !== null ? (path as { href?: unknown }).href : undefined;
    if (typeof href !== 'string') return withoutNul(text(path, 'the path'));
    try {
        return fileURLToPath(href);
    } catch (error) {
        throw invalidArgument('the path is a URL, but none of a file on this machine', { cause: error });
    }
}

function withoutNul(path: string): string {
    if (path.includes('\0')) throw invalidArgument('the path has a NUL character, which no file name can have');
    return path;
}

/** @internal */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
    return types.isPromise(value) || (typeof value === 'object' && value !== null && 'then' in value);
}

/** @internal A whole number from `least` to `most`. */
export function whole(value: unknown, name: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
    if (typeof value !== 'number') throw invalidArgument(`${name} must be a number, not ${kind(value)}`);
    if (!Number.isSafeInteger(value) || value < least || value > most) {
        throw invalidArgument(`${name} must be a whole number from ${least} to ${most}`);
    }
    return value;
}

function isDetached(view: Uint8Array): boolean {
    if (view.byteLength > 0) return false;
    try {
        new Uint8Array(view.buffer);
        return false;
    } catch {
        return true;
    }
}

/** @internal A byte array whose memory is ours alone for the length of a synchronous call. */
export function bytes(value: unknown, name: string): Uint8Array {
    if (!types.isUint8Array(value)) throw invalidArgument(`${name} must be a Uint8Array, not ${kind(value)}`);
    if (isDetached(value)) throw invalidArgument(`${name} is detached: its memory was transferred elsewhere`);
    // Another thread could change shared memory between check and use.
    return types.isSharedArrayBuffer(value.buffer) ? new Uint8Array(value) : value;
}

/** @internal */
export function textOrBytes(value: unknown, name: string): Uint8Array {
    if (typeof value === 'string') return Buffer.from(wellFormed(value, name), 'utf8');
    if (types.isUint8Array(value)) return bytes(value, name);
    throw invalidArgument(`${name} must be a string or a Uint8Array, not ${kind(value)}`);
}

/** @internal Refuses what a constructor gets from anyone but us. */
export function made<T>(handle: T, how: string): T {
    if (!types.isExternal(handle)) throw invalidArgument(`this class is made by ${how}, not by new`);
    return handle;
}
