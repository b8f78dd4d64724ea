// What every adapter does alike with Locations, nonces in order, headers, empty bodies and what is around it.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import axios from 'axios';
import { fetch as undiciFetch } from 'undici';

import { NonceSequencer, PartnerSignError, Signer, SigningKey } from 'partnersign';
import { partnerAdapter } from 'partnersign/axios';
import { signedFetch } from 'partnersign/fetch';

import { closeAgents, current } from './clients.mjs';
import { assertNoSecrets } from './secrets.mjs';
import { API_KEY, privatePem, startServer } from './server.mjs';

const signer = new Signer(SigningKey.fromPem(privatePem), API_KEY);

async function refused(promise, code, message) {
    const error = await promise.then(
        (value) => assert.fail(`not refused: ${JSON.stringify(value)}`),
        (reason) => reason,
    );
    const ours = error instanceof PartnerSignError ? error : error.cause;
    assert.ok(ours instanceof PartnerSignError, error.stack);
    assert.equal(ours.code, code, ours.message);
    assert.match(ours.message, message);
    assertNoSecrets(error);
}

async function polluted(properties, work) {
    for (const [name, value] of Object.entries(properties)) {
        Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true });
    }
    try {
        return await work();
    } finally {
        for (const name of Object.keys(properties)) delete Object.prototype[name];
    }
}

describe('on the wire', { concurrency: false }, () => {
    let server;
    before(async () => {
        server = await startServer();
    });
    after(async () => {
        await closeAgents();
        await server.close();
    });
    const last = () => server.requests.at(-1);

    for (const client of current) {
        describe(client.name, () => {
            const send = client.make(signer);
            const redirect = (to) => `${server.origin}/redirect/307?to=${encodeURIComponent(to)}`;

            test('a Location is followed in the spelling that can be signed', async () => {
                for (const [to, target] of [['/end#fragment', '/end'], ['/end?', '/end'], ['/end?a=%7e%c3%a9|', '/end?a=~%C3%A9%7C']]) {
                    const { status, text } = await send({ url: redirect(to) });
                    assert.equal(status, 200, text);
                    assert.equal(last().target, target);
                }
            });

            test('user info in a Location is refused', () =>
                refused(send({ url: redirect(`${server.origin.replace('//', '//u:p@')}/end`) }), 'invalid_url', /Location .* user info/));

            test('with nonces in order a redirect is not followed, and the next call passes', async () => {
                for (const policy of ['sequential', 'increasing']) {
                    const ordered = client.make(signer, { nonces: new NonceSequencer(policy) });
                    const before = server.requests.length;
                    await refused(ordered({ url: redirect('/end') }), 'invalid_url', /not followed with nonces in order/);
                    assert.equal(server.requests.length, before + 1);
                    assert.equal((await ordered({ url: `${server.origin}/x` })).status, 200);
                }
            });

            test('an empty body is none', async () => {
                for (const body of ['', new Uint8Array(0), Buffer.alloc(0), new ArrayBuffer(0)]) {
                    const { status, text } = await send({ url: `${server.origin}/x`, method: 'POST', body });
                    assert.equal(status, 200, text);
                    assert.deepEqual([last().body.length, last().headers['content-type']], [0, undefined]);
                }
            });

            test('JSON with a content-type of forms is JSON', async () => {
                const headers = { 'content-type': 'application/x-www-form-urlencoded' };
                assert.equal((await send({ url: `${server.origin}/x`, method: 'POST', body: ' [1]', headers })).status, 200);
                assert.deepEqual([String(last().body), last().headers['content-type']], ['[1]', 'application/json']);
                await refused(send({ url: `${server.origin}/x`, method: 'POST', body: 'a=[1]', headers }), 'invalid_body', /form fields/);
            });

            test('a header host that differs from the URL is refused', async () => {
                // (fetch itself drops the header)
                if (client.kind === 'dispatcher') return;
                const before = server.requests.length;
                await refused(send({ url: `${server.origin}/x`, headers: { Host: 'evil.example' } }), 'invalid_argument', /host says evil.example/);
                assert.equal(server.requests.length, before);
                const { host } = new URL(server.origin);
                assert.equal((await send({ url: `${server.origin}/x`, headers: { Host: host } })).status, 200);
            });

            test('what is in Object.prototype changes nothing', async () => {
                const before = server.requests.length;
                await polluted({ allowHttp: true, form: 'exact', nonces: {}, origins: ['https://elsewhere.example'] }, async () => {
                    const clean = client.make(signer);
                    await refused(clean({ url: `http://partner.test:${server.port}/x` }), 'invalid_url', /plain http/);
                    assert.equal(server.requests.length, before);
                    assert.equal((await clean({ url: `${server.origin}/x`, method: 'POST', body: '{ }' })).status, 200);
                    assert.equal(String(last().body), '{}');
                });
            });
        });
    }

    test('what is in Object.prototype is no part of a call of fetch', async () => {
        // (that of Node.js takes a body from there)
        const sent = [];
        const call = signedFetch(signer, { fetch: async (_, init) => (sent.push(init), new Response('{}')) });
        await polluted({ method: 'POST', body: '{"evil":1}', redirect: 'error' }, async () => {
            for (const init of [undefined, {}]) await call(`${server.origin}/x`, init);
        });
        assert.deepEqual(sent.map(({ method, body, redirect }) => [method, body, redirect]), Array(2).fill(['GET', undefined, 'manual']));
    });

    test('a URL that is built with searchParams', async () => {
        const url = new URL(`${server.origin}/search`);
        url.searchParams.set('query', "a~b's *");
        for (const fetch of [undefined, undiciFetch]) assert.equal((await signedFetch(signer, { fetch })(url)).status, 200);
        assert.equal(last().target, '/search?query=a~b%27s+*');
        const api = axios.create({ adapter: partnerAdapter(signer) });
        await api.get(`${server.origin}/search`, { params: new URLSearchParams({ query: 'a~b' }) });
        assert.equal(last().target, '/search?query=a~b');
    });

    test('the body of a Request that is a form is refused as one', async () => {
        const form = new FormData();
        form.set('a', '1');
        for (const body of [form, new FormData(), new URLSearchParams({ a: 1 })]) {
            const request = new Request(`${server.origin}/x`, { method: 'POST', body });
            await refused(signedFetch(signer)(request), 'invalid_body', /form fields/);
        }
        assert.equal((await signedFetch(signer)(new Request(`${server.origin}/x`, { method: 'POST', body: '' }))).status, 200);
    });

    test('one signal for many calls: no warning', async () => {
        const warnings = [];
        const onWarning = (warning) => warnings.push(warning.name);
        process.on('warning', onWarning);
        const { signal } = new AbortController();
        for (const nonces of [undefined, new NonceSequencer('sequential')]) {
            const call = signedFetch(signer, { nonces });
            const calls = Array.from({ length: 30 }, () => call(`${server.origin}/x`, { signal }).then((response) => response.text()));
            await Promise.all(calls);
        }
        await new Promise(setImmediate);
        process.off('warning', onWarning);
        assert.deepEqual(warnings, []);
    });

    test('axios takes plain http to this machine through no proxy', async () => {
        const proxy = await startServer();
        const names = ['http_proxy', 'HTTP_PROXY', 'no_proxy', 'NO_PROXY'];
        const saved = names.map((name) => [name, process.env[name]]);
        for (const name of names) delete process.env[name];
        process.env.http_proxy = proxy.origin;
        try {
            const api = axios.create({ adapter: partnerAdapter(signer) });
            assert.equal((await api.get(`${server.origin}/x`)).status, 200);
            const given = { proxy: { host: '127.0.0.1', port: proxy.port } };
            await refused(api.get(`${server.origin}/x`, given), 'invalid_url', /through a proxy/);
            assert.equal(proxy.requests.length, 0);
            const allowed = axios.create({ adapter: partnerAdapter(signer, { allowHttp: true }), validateStatus: null });
            await allowed.get(`${server.origin}/x`, given);
            assert.equal(proxy.requests.length, 1);
        } finally {
            for (const [name, value] of saved) value === undefined ? delete process.env[name] : (process.env[name] = value);
            await proxy.close();
        }
    });
});
