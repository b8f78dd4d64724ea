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
        written = JSON.stringify(body, check);
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
