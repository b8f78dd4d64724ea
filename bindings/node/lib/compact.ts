import { types } from 'node:util';
import { bytes, kind } from './check.js';
import { ask, invalidArgument, PartnerSignError } from './errors.js';
import { native } from './native.js';

/** Removes the whitespace between the tokens of a JSON object or array, and changes nothing else. */
export function compactJson(json: string | Uint8Array): Uint8Array<ArrayBuffer> {
    const input = jsonBytes(json, 'the JSON');
    return ask(() => native.compactJson(input)) as Uint8Array<ArrayBuffer>;
}

/** @internal */
export function jsonBytes(json: unknown, name: string): Uint8Array {
    if (typeof json === 'string') {
        if (json.isWellFormed()) return Buffer.from(json, 'utf8');
        throw new PartnerSignError('invalid_json', `${name} has half of a surrogate pair, which UTF-8 cannot carry`);
    }
    if (types.isUint8Array(json)) return bytes(json, name);
    throw invalidArgument(`${name} must be a string or a Uint8Array, not ${kind(json)}`);
}
