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
    if (known) refuseUnknown(value, name, known);
    return own(value);
}

/** @internal Refuses properties that would be passed over in silence: one may be misspelt. */
export function refuseUnknown(value: object, name: string, known: readonly string[]): void {
    // `in` makes no array of the names, but gives the inherited ones too.
    for (const key in value) {
        if (known.includes(key) || !Object.hasOwn(value, key)) continue;
        const near = known.filter((one) => isNear(one.toLowerCase(), key.toLowerCase()));
        const meant = near.length > 0 ? ` (did you mean ${near.join(' or ')}?)` : '';
        throw invalidArgument(`${name} have no ${key}${meant}; there are ${known.join(', ')}`);
    }
}

/** Whether one is part of the other, or two changes of a letter make one of the other. */
function isNear(known: string, given: string): boolean {
    if (given.length > 2 && (known.includes(given) || given.includes(known))) return true;
    let row = Array.from({ length: given.length + 1 }, (_, index) => index);
    for (let at = 1; at <= known.length; at++) {
        const next = [at];
        for (let to = 1; to <= given.length; to++) {
            const same = row[to - 1]! + Number(known[at - 1] !== given[to - 1]);
            next.push(Math.min(same, row[to]! + 1, next[to - 1]! + 1));
        }
        row = next;
    }
    return row[given.length]! <= 2;
}

/** @internal A URL: its text, for what is signed are the very characters that are sent. */
export function urlText(value: unknown): string {
    if (typeof value === 'string') return value;
    const mend = typeof value === 'object' && value !== null && 'href' in value ? ': give its href' : '';
    throw invalidArgument(`the URL must be a string, not ${kind(value)}${mend}`);
}

/** @internal Whether it is text or bytes, and so perhaps a key not yet loaded. */
export function mayBeFile(value: unknown): boolean {
    return typeof value === 'string' || types.isUint8Array(value);
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
