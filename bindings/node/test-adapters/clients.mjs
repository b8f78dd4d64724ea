// Every way to send with an adapter, behind one function, so that all run the same table of cases.

import { createRequire } from 'node:module';

import axios from 'axios';
import axios17 from 'axios-1.7';
import * as undici from 'undici';
import * as undici6 from 'undici6';

import { partnerAdapter } from 'partnersign/axios';
import { signedFetch } from 'partnersign/fetch';
import { partnerInterceptor } from 'partnersign/undici';

const require = createRequire(import.meta.url);
const axiosCommonJs = require('axios');

// `*.test` is this machine: so that a name that is not loopback can be reached.
export function lookup(hostname, options, callback) {
    const address = { address: '127.0.0.1', family: 4 };
    if (options.all) callback(null, [address]);
    else callback(null, address.address, address.family);
}

const agents = [];

/** A dispatcher that reaches `*.test` and trusts `ca`. */
export function agentOf({ Agent }, { ca } = {}) {
    const agent = new Agent({ connect: { lookup, ca } });
    agents.push(agent);
    return agent;
}

export async function closeAgents() {
    for (const agent of agents.splice(0)) await agent.destroy();
}

function fetchClient(name, lib) {
    return {
        name,
        kind: 'fetch',
        make(signer, options = {}, { ca } = {}) {
            const call = signedFetch(signer, { fetch: lib?.fetch, ...options });
            const dispatcher = agentOf(lib ?? undici6, { ca });
            return async ({ url, redirect, ...init }) => {
                const response = await call(url, { dispatcher, redirect, ...init });
                return { status: response.status, text: await response.text(), url: response.url };
            };
        },
    };
}

function undiciClient(name, lib) {
    return {
        name,
        kind: 'undici',
        make(signer, options, { ca } = {}) {
            const signing = agentOf(lib, { ca }).compose(partnerInterceptor(signer, options));
            const following = signing.compose(lib.interceptors.redirect({ maxRedirections: 20 }));
            return async ({ url, redirect, ...init }) => {
                const dispatcher = redirect === 'manual' ? signing : following;
                const { statusCode, body } = await lib.request(url, { dispatcher, method: 'GET', ...init });
                return { status: statusCode, text: await body.text() };
            };
        },
    };
}

/** fetch over a dispatcher that signs: what the global dispatcher does. */
function dispatcherClient(name, lib, fetch) {
    return {
        name,
        kind: 'dispatcher',
        make(signer, options, { ca } = {}) {
            const dispatcher = agentOf(lib, { ca }).compose(partnerInterceptor(signer, options));
            return async ({ url, ...init }) => {
                const response = await fetch(url, { dispatcher, ...init });
                return { status: response.status, text: await response.text() };
            };
        },
    };
}

function axiosClient(name, lib, adapter) {
    return {
        name,
        kind: adapter === 'fetch' ? 'axios-fetch' : 'axios',
        make(signer, options, { ca } = {}) {
            const dispatcher = adapter === 'fetch' ? agentOf(undici6, { ca }) : undefined;
            const api = lib.create({
                adapter: partnerAdapter(signer, { adapter, axios: lib, ...options }),
                lookup,
                httpsAgent: ca && new (require('node:https').Agent)({ ca }),
                fetchOptions: { dispatcher },
                proxy: false,
                validateStatus: null,
                responseType: 'text',
                transformResponse: [],
            });
            return async ({ url, body, redirect, ...config }) => {
                const response = await api.request({ url, data: body, maxRedirects: redirect === 'manual' ? 0 : undefined, ...config });
                return { status: response.status, text: response.data };
            };
        },
    };
}

export const clients = [
    fetchClient('fetch'),
    fetchClient('fetch of undici 7', undici),
    undiciClient('undici 7', undici),
    undiciClient('undici 6', undici6),
    dispatcherClient('fetch over undici 6', undici6, globalThis.fetch),
    dispatcherClient('fetch of undici 7 over undici 7', undici, undici.fetch),
    axiosClient('axios http', axios, 'http'),
    axiosClient('axios fetch', axios, 'fetch'),
    axiosClient('axios 1.7 http', axios17, 'http'),
    axiosClient('axios 1.7 fetch', axios17, 'fetch'),
    axiosClient('axios of CommonJS', axiosCommonJs, 'http'),
];

/** Without the older version of a library, whose way through the adapter is the same. */
export const current = clients.filter(({ name }) => !name.startsWith('axios 1.7'));
