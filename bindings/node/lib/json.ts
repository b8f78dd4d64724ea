import { types } from 'node:util';
import { kind } from './check.js';
import { invalidArgument, PartnerSignError } from './errors.js';

/**
 * @internal The text of an object body, written once, as `JSON.stringify` writes it. What that drops or
 * turns into `null` without a word is refused: the server would get other data than the caller has.
 */
export function stringify(body: object): string {
    if (!isPlain(body) && !('toJSON' in body)) {
        throw invalidArgument(`the body must be a string, a Uint8Array, or an object that JSON can hold, not ${kind(body)}`);
    }
    let written: string | undefined;
    try {
        written = isSimple(body, DEEPEST_SIMPLE) ? JSON.stringify(body) : JSON.stringify(body, check);
    } catch (error) {
        if (error instanceof PartnerSignError) throw error;
        throw invalidJson('the body cannot be written as JSON: it refers to itself, nests too deep, or throws', {
            cause: error,
        });
    }
    if (written === undefined) throw invalidJson('the body cannot be written as JSON');
    if (HALF_PAIR.test(written)) throw invalidJson('the body has half of a surrogate pair, which UTF-8 cannot carry');
    return written;
}

/** How deep to look for what needs no check: within the stack, and not for ever where a body refers to itself. */
const DEEPEST_SIMPLE = 32;

/** Whether JSON writes all of it as what it is, which most bodies can be told at once: `check` doubles the time. */
function isSimple(value: unknown, depth: number): boolean {
    if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true;
    if (typeof value === 'number') return Number.isFinite(value);
    if (typeof value !== 'object' || depth === 0) return false;
    const { toJSON, [Symbol.toStringTag]: tag } = value as { toJSON?: unknown; [Symbol.toStringTag]?: unknown };
    if (toJSON !== undefined || tag !== undefined || hasMore(value)) return false;
    if (Array.isArray(value)) {
        // Not by `every`, which leaves holes out.
        for (let index = 0; index < value.length; index++) {
            if (!isSimple(value[index], depth - 1)) return false;
        }
        return true;
    }
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return false;
    for (const key in value) {
        if (!isSimple((value as Record<string, unknown>)[key], depth - 1)) return false;
    }
    return true;
}

function check(this: unknown, key: string, value: unknown): unknown {
    // `value` is what toJSON gave, if there is one: a Date is its ISO text, and null if it is no date.
    const before = (this as Record<string, unknown>)[key];
    const problem = value === null && before !== null ? 'a value that JSON writes as null' : problemOf(value);
    if (problem === undefined) return value;
    const place = key === '' ? 'the body' : `the body's ${Array.isArray(this) ? `element ${key}` : `key ${JSON.stringify(key)}`}`;
    throw invalidJson(`${place} is ${problem}`);
}

function problemOf(value: unknown): string | undefined {
    switch (typeof value) {
        case 'undefined':
            return 'undefined, which JSON leaves out or writes as null: leave the key out yourself, or write null';
        case 'function':
        case 'symbol':
            return `a ${typeof value}, which JSON leaves out`;
        case 'bigint':
            return 'a bigint, which JSON has no form for: write it as a string, or give the body as a string';
        case 'number':
            return Number.isFinite(value) ? undefined : `${value}, which JSON writes as null`;
        case 'object':
            if (value === null) return undefined;
            if (!isPlain(value)) return `${kind(value)}, which JSON does not write as what it is`;
            return hasMore(value) ? `${kind(value)} with properties that JSON leaves out` : undefined;
        default:
            return undefined;
    }
}

/** Symbols as keys, or names beside the elements of an array. */
function hasMore(value: object): boolean {
    const isSeen = (key: symbol) => Object.prototype.propertyIsEnumerable.call(value, key);
    return Object.getOwnPropertySymbols(value).some(isSeen) || (Array.isArray(value) && Object.keys(value).length > value.length);
}

/** Arrays and objects with fields of their own; no Map, typed array, Error, boxed number or the like. */
function isPlain(value: object): boolean {
    if (Array.isArray(value)) return true;
    return !types.isBoxedPrimitive(value) && Object.prototype.toString.call(value) === '[object Object]';
}

/** JSON.stringify escapes them, and no pair: `\ud800` after an even number of backslashes. */
const HALF_PAIR = /(?<!\\)(?:\\\\)*\\ud[89a-f]/;

function invalidJson(message: string, options?: { cause: unknown }): PartnerSignError {
    return new PartnerSignError('invalid_json', message, options);
}
