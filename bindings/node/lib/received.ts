import type { Received } from '../native.js';
import { kind, text, textOrBytes, urlText } from './check.js';
import { invalidArgument } from './errors.js';
import { unpolluted } from './properties.js';

/** Headers as they arrived: `rawHeaders` of Node.js, pairs (a `Headers` object is some), or an object. */
export type ReceivedHeaders =
    | readonly string[]
    | Iterable<readonly [string, string]>
    | Readonly<Record<string, string | readonly string[] | undefined>>;

/** A request as it arrived. */
export interface ReceivedRequest {
    /** In any case. */
    method: string;
    /** The absolute URL that the client signed: your configured origin and the raw request target, never decoded. */
    url: string;
    /**
     * Every header, duplicates included. Best is `rawHeaders`: Node.js joins or drops duplicates in `headers`.
     */
    headers: ReceivedHeaders;
    /** The raw body bytes; empty is the same as none. */
    body?: Uint8Array | string | null | undefined;
}

const FIELDS = ['method', 'url', 'headers', 'body'];

/** @internal Reads each property once. */
export function readReceived(request: unknown): Received {
    if (typeof request !== 'object' || request === null) {
        throw invalidArgument(`the request must be an object with method, url and headers, not ${kind(request)}`);
    }
    const { method, url, headers, body } = unpolluted(request, FIELDS) as Record<keyof ReceivedRequest, unknown>;
    const received: Received = {
        method: text(method, 'the method'),
        url: urlText(url),
        headers: readHeaders(headers),
    };
    if (body !== undefined && body !== null) received.body = textOrBytes(body, 'the body');
    return received;
}

function readHeaders(headers: unknown): string[] {
    if (typeof headers !== 'object' || headers === null) {
        throw invalidArgument(`the headers must be an array or an object, not ${kind(headers)}`);
    }
    if (Symbol.iterator in headers) {
        const entries = Array.from(headers as Iterable<unknown>);
        return entries.length > 0 && typeof entries[0] === 'string' ? readFlat(entries) : entries.flatMap(readPair);
    }
    return Object.entries(headers).flatMap(([name, value]: [string, unknown]) => {
        if (value === undefined) return [];
        const values: unknown[] = Array.isArray(value) ? value : [value];
        return values.flatMap((one) => [name, text(one, `the header ${name}`)]);
    });
}

function readFlat(entries: unknown[]): string[] {
    if (entries.length % 2 !== 0) throw invalidArgument('the headers are names and values in turn, but their number is odd');
    return entries.map((entry) => text(entry, 'each header name and value'));
}

function readPair(entry: unknown): [string, string] {
    if (!Array.isArray(entry) || entry.length !== 2) throw invalidArgument('each header must be a pair of name and value');
    return [text(entry[0], 'the name of a header'), text(entry[1], 'the value of a header')];
}
