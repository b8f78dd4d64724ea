// What TypeScript says of the adapters, beside the types of their clients. It is checked, not run.

import axios from 'axios';
import * as undici from 'undici';
import * as undici6 from 'undici6';

import { NonceSequencer, type Signer } from 'partnersign';
import { partnerAdapter, type PartnerAdapter, type PartnerAdapterOptions } from 'partnersign/axios';
import { signedFetch, type SignedFetch, type SignedFetchOptions } from 'partnersign/fetch';
import { partnerInterceptor, type AdapterOptions, type Nonces, type PartnerInterceptor } from 'partnersign/undici';

declare const signer: Signer;

const nonces: Nonces = new NonceSequencer('sequential', 10n);
const common: AdapterOptions = { nonces, form: 'exact', allowHttp: true, origins: ['https://api.qredo.network'] as const };

const fetchOptions: SignedFetchOptions = { ...common, fetch: globalThis.fetch };
const call: SignedFetch = signedFetch(signer, fetchOptions);
const asFetch: typeof fetch = signedFetch(signer);
export const answers: Array<Promise<Response>> = [
    asFetch('https://api.qredo.network/'),
    call(new URL('https://api.qredo.network/'), { method: 'POST', body: { name: 'ACME', list: [1] } }),
    call(new Request('https://api.qredo.network/'), { signal: AbortSignal.timeout(1), headers: new Headers(), redirect: 'manual' }),
    call('https://api.qredo.network/', { method: 'PUT', body: new Uint8Array(1) }),
    call('https://api.qredo.network/', { method: 'PUT', body: '{}' }),
    call('https://api.qredo.network/', { body: null }),
];
answers.push(signedFetch(signer, { fetch: undici.fetch })('https://api.qredo.network/', { dispatcher: new undici.Agent() }));
answers.push(signedFetch(signer, { fetch: undici6.fetch })('https://api.qredo.network/', { dispatcher: new undici6.Agent() }));

const interceptor: PartnerInterceptor = partnerInterceptor(signer, common);
const dispatcher: undici.Dispatcher = new undici.Agent().compose(
    interceptor,
    undici.interceptors.retry({ maxRetries: 1 }),
    undici.interceptors.redirect({ maxRedirections: 1 }),
);
undici.setGlobalDispatcher(new undici.Pool('https://api.qredo.network').compose([partnerInterceptor(signer)]));
undici6.setGlobalDispatcher(new undici6.Agent().compose(partnerInterceptor(signer)));
export const response: Promise<undici.Dispatcher.ResponseData> = undici.request('https://api.qredo.network/', { dispatcher });

const axiosOptions: PartnerAdapterOptions = { ...common, adapter: 'fetch', axios };
const adapter: PartnerAdapter = partnerAdapter(signer, axiosOptions);
export const api = axios.create({ adapter });
api.defaults.adapter = partnerAdapter(signer, { adapter: axios.getAdapter('http') });

// @ts-expect-error: no such option
signedFetch(signer, { allowHTTP: true });
// @ts-expect-error: no such form
partnerInterceptor(signer, { form: 'raw' });
// @ts-expect-error: not a signer
partnerAdapter({});
// @ts-expect-error: a number is no body
void call('https://api.qredo.network/', { body: 1 });
// @ts-expect-error: no sequencer
signedFetch(signer, { nonces: {} });
