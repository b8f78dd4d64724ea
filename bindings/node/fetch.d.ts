import type { AdapterOptions } from './adapters/options.js';
import type { Signer } from './types/index.js';

export type { AdapterOptions, NonceReservation, Nonces } from './adapters/options.js';

export interface SignedFetchOptions extends AdapterOptions {
    /** Sends the signed request: the global `fetch` unless said otherwise, or that of the npm package undici. */
    fetch?: ((url: string, init: any) => Promise<any>) | undefined;
}

/** What `fetch` takes; the body may also be an object or array, which is written as JSON. */
export interface SignedRequestInit extends Omit<RequestInit, 'body' | 'dispatcher'> {
    body?: string | ArrayBuffer | ArrayBufferView | object | null | undefined;
    /** An `Agent` or the like, of the same undici as `fetch`. */
    dispatcher?: any;
}

/** Called like `fetch`, and can be handed to whatever takes a `fetch`. */
export type SignedFetch = (input: string | URL | Request, init?: SignedRequestInit) => Promise<Response>;

/** A `fetch` that signs each request as the last thing before it leaves, and again for each redirect. */
export function signedFetch(signer: Signer, options?: SignedFetchOptions): SignedFetch;
