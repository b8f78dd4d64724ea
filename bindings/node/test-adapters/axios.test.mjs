// What only axios has: parameters, transforms, its own redirects and cancelling, and errors that carry everything.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { text as textOf } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';

import axios from 'axios';

import { NonceSequencer, PartnerSignError, Signer, SigningKey } from 'partnersign';
import { partnerAdapter } from 'partnersign/axios';

import { assertNoSecrets } from './secrets.mjs';
import { API_KEY, closedPort, privatePem, startServer } from './server.mjs';

const require = createRequire(import.meta.url);
const signer = new Signer(SigningKey.fromPem(privatePem), API_KEY);
const refusal = (code, message) => (error) => {
    assert.ok(error instanceof PartnerSignError, error.stack);
    assert.equal(error.code, code);
    if (message) assert.match(error.message, message);
    assertNoSecrets(error);
    return true;
};

for (const adapter of ['http', 'fetch']) {
    describe(`partnerAdapter over ${adapter}`, { concurrency: false }, () => {
        let server, other, api;
        before(async () => {
            [server, other] = await Promise.all([startServer(), startServer()]);
            api = axios.create({ baseURL: server.origin, adapter: partnerAdapter(signer, { adapter }), proxy: false });
        });
        after(() => Promise.all([server.close(), other.close()]));
        const last = () => server.requests.at(-1);
        const failure = async (sent) => {
            const error = await sent.then(
                () => assert.fail('no error'),
                (reason) => reason,
            );
            assertNoSecrets(error);
            return error;
        };

        test('parameters in every form', async () => {
            const forms = [
                [{ params: { a: 'é b+c', list: [1, 2], nested: { x: true }, none: null } }, '/a?a=%C3%A9+b%2Bc&list%5B%5D=1&list%5B%5D=2&nested%5Bx%5D=true'],
                [{ params: new URLSearchParams([['a', '1'], ['a', "it's"]]) }, '/a?a=1&a=it%27s'],
                [{ params: { q: "it's (a) test!" } }, '/a?q=it%27s+(a)+test!'],
                [{ params: { at: new Date(0) } }, '/a?at=1970-01-01T00:00:00.000Z'],
                [{ params: { a: 1 }, paramsSerializer: { serialize: () => 'x=%C3%A9 y' } }, '/a?x=%C3%A9%20y'],
                [{ params: { list: [1, 2] }, paramsSerializer: { indexes: null } }, '/a?list=1&list=2'],
                [{ params: {} }, '/a'],
            ];
            for (const [config, wire] of forms) {
                await api.get('/a', config);
                assert.deepEqual([last().target, last().fault], [wire, null]);
            }
            await api.get('/a?b=1', { params: { c: 2 } });
            assert.equal(last().target, '/a?b=1&c=2');
        });

        test('baseURL, absolute URLs, and none', async () => {
            await api.get('b', { baseURL: `${server.origin}/base/` });
            assert.equal(last().target, '/base/b');
            await api.get(`${server.origin}/c`, { baseURL: 'https://elsewhere.example' });
            assert.equal(last().target, '/c');
            const bare = axios.create({ adapter: partnerAdapter(signer, { adapter }) });
            await assert.rejects(bare.get('/c'), refusal('invalid_url', /not absolute/));
        });

        test('what axios makes of data is signed', async () => {
            await api.post('/a', { when: new Date(0), skip: undefined, 'é': 1 });
            assert.equal(String(last().body), '{"when":"1970-01-01T00:00:00.000Z","é":1}');
            await api.post('/a', { b: 1 }, { transformRequest: [(data) => ({ ...data, added: true }), ...axios.defaults.transformRequest] });
            assert.equal(String(last().body), '{"b":1,"added":true}');
            await api.post('/a', { b: 1 }, { transformRequest: (data) => data });
            assert.equal(String(last().body), '{"b":1}');
            await api.put('/a', '{ "text": 1 }');
            assert.deepEqual([String(last().body), last().headers['content-type']], ['{"text":1}', 'application/json']);
            await api.post('/a');
            assert.deepEqual([last().body.length, last().headers['content-type']], [0, undefined]);
            await assert.rejects(api.postForm('/a', { a: 1 }), refusal('invalid_body', /FormData|stream/));
            await assert.rejects(api.post('/a', { a: 1 }, { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }), refusal('invalid_body', /form/));
        });

        test('interceptors and default headers', async () => {
            const mine = axios.create({ ...api.defaults, headers: { 'X-Mine': '1' } });
            mine.interceptors.request.use((config) => (config.headers.set('X-Late', '2'), (config.data = { c: 3 }), config));
            await mine.post('/a', { b: 1 }, { auth: { username: 'u', password: 'p' } });
            assert.deepEqual([last().headers['x-mine'], last().headers['x-late'], String(last().body)], ['1', '2', '{"c":3}']);
            assert.equal(last().headers.authorization, `Basic ${Buffer.from('u:p').toString('base64')}`);
        });

        test('answers in every form', async () => {
            assert.deepEqual((await api.get('/a')).data, { method: 'GET', target: '/a', length: 0 });
            assert.equal(JSON.parse((await api.get('/a', { responseType: 'text', transformResponse: [] })).data).target, '/a');
            assert.equal(JSON.parse(Buffer.from((await api.get('/a', { responseType: 'arraybuffer' })).data)).target, '/a');
            assert.equal(JSON.parse(await textOf((await api.get('/a', { responseType: 'stream' })).data)).target, '/a');
            const response = await api.get('/a');
            assert.deepEqual([response.status, response.request.path, response.config.url], [200, '/a', '/a']);
            assertNoSecrets(response);
        });

        test('an error answer is an AxiosError as ever', async () => {
            for (const [status, code] of [[400, 'ERR_BAD_REQUEST'], [401, 'ERR_BAD_REQUEST'], [404, 'ERR_BAD_REQUEST'], [500, 'ERR_BAD_RESPONSE']]) {
                const error = await failure(api.post(`/status/${status}?reason=why`, { a: 1 }));
                assert.ok(error instanceof axios.AxiosError && axios.isAxiosError(error));
                assert.deepEqual([error.code, error.status, error.response.data.detail.reason], [code, status, 'why']);
                assert.equal(error.message, `Request failed with status code ${status}`);
                assert.deepEqual([error.config.method, error.config.data, error.request.method], ['post', '{"a":1}', 'POST']);
            }
            assert.equal((await api.get('/status/404', { validateStatus: () => true })).status, 404);
        });

        test('no error shows a secret, whatever the caller put in', async () => {
            const agent = new (require('node:http').Agent)({ keepAlive: true });
            const held = [1, 2, 3].map(() => api.get('/late/300', { httpAgent: agent }));
            const keys = { headers: { 'X-Api-Key': API_KEY, 'x-sign': 'A'.repeat(342) }, httpAgent: agent };
            const port = await closedPort();
            const calls = [
                api.get('/status/500', keys),
                api.get('/status/401', { ...keys, responseType: 'stream' }),
                api.get('/status/401', { ...keys, responseType: 'arraybuffer' }),
                api.get('/reset', keys),
                api.get('/hang', { ...keys, timeout: 100 }),
                api.get('/hang', { ...keys, signal: AbortSignal.timeout(100) }),
                api.get(`http://127.0.0.1:${port}/`, keys),
                api.get('/status/200', { ...keys, responseType: 'json', transitional: { silentJSONParsing: false }, transformResponse: () => { throw new Error('mine'); } }),
                api.get('/a', { ...keys, maxContentLength: 3 }),
                api.get(`/${'a'.repeat(9000)}`, keys),
                api.get(`/redirect/302?to=${encodeURIComponent(other.origin)}`, keys),
            ];
            for (const error of await Promise.all(calls.map(failure))) assert.ok(error instanceof Error);
            await Promise.all(held);
            agent.destroy();
        });

        test('the config of an error can be sent again', async () => {
            const error = await failure(api.post('/flaky/1?again=1', { a: 1 }, { headers: { 'X-Api-Key': API_KEY }, params: { p: 1 } }));
            assert.equal(error.status, 503);
            const response = await api.request(error.config);
            assert.deepEqual([response.status, last().target, String(last().body)], [200, '/flaky/1?again=1&p=1', '{"a":1}']);
        });

        test('a retry is signed anew', async () => {
            const mine = axios.create({ ...api.defaults, adapter: partnerAdapter(signer, { adapter, nonces: new NonceSequencer('unique') }) });
            mine.interceptors.response.use(undefined, (error) => mine.request(error.config));
            const before = server.requests.length;
            await mine.get('/flaky/2?retry=1');
            assert.deepEqual(server.requests.slice(before).map(({ headers, fault }) => [headers['x-nonce'], fault]), [['1', null], ['2', null], ['3', null]]);
        });

        test('maxRedirects and beforeRedirect', async () => {
            assert.equal((await failure(api.get('/redirect/302?to=%2Fx', { maxRedirects: 0 }))).status, 302);
            await api.get('/redirect/302?to=%2Fx', { maxRedirects: 1 });
            const twice = `/redirect/302?to=${encodeURIComponent('/redirect/302?to=/x')}`;
            assert.equal((await failure(api.get(twice, { maxRedirects: 1 }))).code, 'ERR_FR_TOO_MANY_REDIRECTS');
            const seen = [];
            const beforeRedirect = (options, { statusCode }) => seen.push([options.href, options.method, statusCode]);
            await api.post('/redirect/307?to=%2Fx', { a: 1 }, { beforeRedirect });
            assert.deepEqual(seen, [[`${server.origin}/x`, 'POST', 307]]);
            const no = () => { throw new Error('no redirects, please'); };
            await assert.rejects(api.get('/redirect/302?to=%2Fx', { beforeRedirect: no }), /no redirects, please/);
        });

        test('cancelling in both ways, before and while', async () => {
            const { CancelToken } = axios;
            for (const wait of [0, 50]) {
                const source = CancelToken.source();
                setTimeout(() => source.cancel('enough'), wait);
                const error = await failure(api.get('/hang', { cancelToken: source.token }));
                assert.ok(axios.isCancel(error), error.stack);
                assert.equal(error.message, 'enough');
                const controller = new AbortController();
                setTimeout(() => controller.abort(), wait);
                assert.ok(axios.isCancel(await failure(api.get('/hang', { signal: controller.signal }))));
            }
        });

        test('a time-out', async () => {
            const error = await failure(api.get('/hang', { timeout: 50 }));
            assert.match(error.code, /ECONNABORTED|ETIMEDOUT/);
        });

        test('progress of an upload', async () => {
            const seen = [];
            await api.post('/a', { text: 'x'.repeat(200_000) }, { onUploadProgress: ({ loaded }) => seen.push(loaded) }).catch(() => {});
            // The fetch adapter makes a stream of it, without a length; the bytes are the same.
            assert.ok([null, 'content-length undefined'].includes(last().fault), last().fault);
            assert.ok(last().body.length > 200_000);
        });
    });
}

test('an adapter of your own, and an axios that is given', async () => {
    const seen = [];
    const own = async (config) => (seen.push(config), { status: 200, statusText: 'OK', headers: {}, data: '{}', config });
    const api = axios.create({ adapter: partnerAdapter(signer, { adapter: own, axios }) });
    const { data } = await api.post('https://api.example.com/a', { a: 1 }, { params: { b: 2 } });
    assert.deepEqual(data, {});
    const [{ url, params, maxRedirects, headers }] = seen;
    assert.deepEqual([url, params, maxRedirects, headers['x-api-key']], ['https://api.example.com/a?b=2', undefined, 0, API_KEY]);
});

test('each module system uses its own axios', async () => {
    const server = await startServer();
    try {
        for (const [lib, make] of [[axios, partnerAdapter], [require('axios'), require('partnersign/axios').partnerAdapter]]) {
            const error = await lib.create({ adapter: make(signer) }).get(`${server.origin}/status/500`).catch((reason) => reason);
            assert.ok(error instanceof lib.AxiosError);
        }
    } finally {
        await server.close();
    }
});

test('wrong options are refused', () => {
    for (const options of [{ adapters: 'http' }, { axios: {} }, { axios: axios.create() }, { form: 1 }]) {
        assert.throws(() => partnerAdapter(signer, options), refusal('invalid_argument'));
    }
});
