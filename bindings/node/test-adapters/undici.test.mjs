// What only undici has: its forms of headers and handlers, other interceptors, the global dispatcher.

import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { Writable } from 'node:stream';

import * as undici7 from 'undici';
import * as undici6 from 'undici6';

import { NonceSequencer, PartnerSignError, Signer, SigningKey } from 'partnersign';
import { partnerInterceptor } from 'partnersign/undici';

import { agentOf, closeAgents } from './clients.mjs';
import { assertNoSecrets } from './secrets.mjs';
import { API_KEY, privatePem, startServer } from './server.mjs';

const signer = new Signer(SigningKey.fromPem(privatePem), API_KEY);
const refusal = (code, message) => (error) => {
    assert.ok(error instanceof PartnerSignError, error.stack);
    assert.equal(error.code, code);
    if (message) assert.match(error.message, message);
    assertNoSecrets(error);
    return true;
};

for (const [name, undici] of [['undici 7', undici7], ['undici 6', undici6]]) {
    describe(`partnerInterceptor with ${name}`, { concurrency: false }, () => {
        let server, other, dispatcher;
        before(async () => {
            [server, other] = await Promise.all([startServer(), startServer()]);
            dispatcher = agentOf(undici).compose(partnerInterceptor(signer));
        });
        after(async () => {
            await closeAgents();
            await Promise.all([server.close(), other.close()]);
        });
        const last = () => server.requests.at(-1);
        const passes = async (options, over = dispatcher) => {
            const { statusCode, body } = await undici.request(`${server.origin}/a`, { dispatcher: over, ...options });
            const text = await body.text();
            assert.equal(statusCode, 200, text);
            return text;
        };

        test('headers in every form', async () => {
            const forms = [
                { 'X-A': '1', 'X-B': ['2', '3'], 'X-C': undefined },
                ['X-A', '1', 'X-B', '2', 'X-B', '3'],
                [['X-A', '1'], ['X-B', '2'], ['X-B', '3']],
                new Map([['X-A', '1'], ['X-B', ['2', '3']]]),
                new Headers([['X-A', '1'], ['X-B', '2'], ['X-B', '3']]),
            ];
            for (const headers of forms) {
                await passes({ headers });
                assert.deepEqual([last().headers['x-a'], last().headers['x-b']], ['1', '2, 3']);
            }
            for (const headers of [null, undefined, {}, []]) await passes({ headers });
        });

        test('the option query', async () => {
            await passes({ query: { a: 'é b', list: [1, 2], on: true } });
            assert.equal(last().target, '/a?a=%C3%A9%20b&list=1&list=2&on=true');
            await passes({ query: {} });
            assert.equal(last().target, '/a');
            const twice = undici.request(`${server.origin}/a?b=1`, { dispatcher, query: { a: 1 } });
            await assert.rejects(twice, refusal('invalid_url', /query/));
        });

        test('a path is not resolved: one that would be is refused', async () => {
            const pool = new undici.Pool(server.origin);
            try {
                const signing = pool.compose(partnerInterceptor(signer, { origins: [server.origin] }));
                const { statusCode } = await signing.request({ path: "/it's;a=b/%C3%A9?q=%27", method: 'GET' });
                assert.deepEqual([statusCode, last().target], [200, "/it's;a=b/%C3%A9?q=%27"]);
                for (const path of ['/a/../b', '/a/%2e%2E/b', '/.', 'http://127.0.0.1/', 'a']) {
                    await assert.rejects(signing.request({ path, method: 'GET' }), refusal('invalid_url'));
                }
            } finally {
                await pool.destroy();
            }
        });

        test('a dispatcher that does not say its origin', async () => {
            const client = new undici.Client(server.origin);
            try {
                const unnamed = client.compose(partnerInterceptor(signer));
                await assert.rejects(unnamed.request({ path: '/a', method: 'GET' }), refusal('invalid_url', /name it/));
            } finally {
                await client.destroy();
            }
        });

        test('stream and pipeline', async () => {
            let text = '';
            const sink = () => new Writable({ write: (chunk, _, done) => ((text += chunk), done()) });
            await undici.stream(`${server.origin}/a`, { dispatcher, method: 'POST', body: '{"a":1}' }, sink);
            assert.equal(JSON.parse(text).length, 7);
            const piped = undici.pipeline(`${server.origin}/a`, { dispatcher, method: 'POST' }, ({ body }) => body);
            await assert.rejects(async () => {
                piped.end('{}');
                for await (const chunk of piped) assert.fail(String(chunk));
            }, refusal('invalid_body', /stream/));
        });

        test('an upgrade is refused', async () => {
            await assert.rejects(undici.upgrade(`${server.origin}/a`, { dispatcher }), refusal('invalid_argument', /upgrade/));
        });

        test('an EventEmitter as the signal', async () => {
            const signal = new EventEmitter();
            const sent = undici.request(`${server.origin}/hang`, { dispatcher, signal });
            setTimeout(() => signal.emit('abort'), 50);
            await assert.rejects(sent, { code: 'UND_ERR_ABORTED' });
        });

        test('time-outs of undici', async () => {
            const nonces = new NonceSequencer('sequential');
            const over = agentOf(undici).compose(partnerInterceptor(signer, { nonces }));
            const error = await undici.request(`${server.origin}/hang`, { dispatcher: over, headersTimeout: 100 }).catch((reason) => reason);
            assert.equal(error.code, 'UND_ERR_HEADERS_TIMEOUT');
            assertNoSecrets(error);
            await passes({}, over);
            assert.equal(last().headers['x-nonce'], '1');
        });

        test('composed before retry and redirect, each attempt is signed anew', async () => {
            const nonces = new NonceSequencer('unique');
            const over = agentOf(undici).compose(
                partnerInterceptor(signer, { nonces }),
                undici.interceptors.retry({ minTimeout: 5, maxRetries: 3 }),
                undici.interceptors.redirect({ maxRedirections: 3 }),
            );
            const before = server.requests.length;
            const { statusCode } = await undici.request(`${server.origin}/flaky/2?for=${name}`, { dispatcher: over });
            assert.equal(statusCode, 200);
            const { statusCode: again } = await undici.request(`${server.origin}/redirect/307?to=%2Fx`, { dispatcher: over, method: 'PUT', body: '{"a": 1}' });
            assert.equal(again, 200);
            const seen = server.requests.slice(before);
            assert.deepEqual(seen.map(({ headers }) => headers['x-nonce']), ['1', '2', '3', '4', '5']);
            assert.equal(new Set(seen.map(({ headers }) => headers['x-sign'])).size, 5);
            assert.ok(seen.every(({ fault }) => fault === null));
            assert.equal(String(last().body), '{"a":1}');
        });

        test('composed after retry and redirect, these send nothing twice', async () => {
            const over = agentOf(undici).compose(
                undici.interceptors.redirect({ maxRedirections: 3 }),
                undici.interceptors.retry({ minTimeout: 5, maxRetries: 3 }),
                partnerInterceptor(signer),
            );
            const before = server.requests.length;
            const { statusCode } = await undici.request(`${server.origin}/flaky/1?after=${name}`, { dispatcher: over });
            assert.equal(statusCode, 503);
            const { statusCode: moved } = await undici.request(`${server.origin}/redirect/307?to=%2Fx`, { dispatcher: over });
            assert.equal(moved, 307);
            await assert.rejects(undici.request(`${server.origin}/redirect/307?to=${encodeURIComponent(other.origin)}`, { dispatcher: over }), refusal('invalid_url'));
            await assert.rejects(undici.request(`${server.origin}/reset`, { dispatcher: over }));
            assert.equal(server.requests.length, before + 4);
            assert.equal(other.requests.length, 0);
        });

        test('dns before it works, after it is refused', async () => {
            const dns = () => undici.interceptors.dns({ lookup: (_, __, done) => done(null, [{ address: '127.0.0.1', family: 4, ttl: 1000 }]) });
            const url = `http://name.localhost:${server.port}/a`;
            const right = agentOf(undici).compose(dns(), partnerInterceptor(signer));
            const { statusCode } = await undici.request(url, { dispatcher: right, method: 'POST', body: '{}' });
            assert.equal(statusCode, 200);
            assert.match(last().headers.host, /^name\.localhost/);
            const wrong = agentOf(undici).compose(partnerInterceptor(signer), dns());
            await assert.rejects(undici.request(url, { dispatcher: wrong }), refusal('invalid_argument', /dns/));
        });

        test('the global dispatcher, for the origins that are named', async () => {
            const previous = undici.getGlobalDispatcher();
            undici.setGlobalDispatcher(agentOf(undici).compose(partnerInterceptor(signer, { origins: [server.origin] })));
            try {
                const { statusCode } = await undici.request(`${server.origin}/a`, { method: 'POST', body: '{"a":1}' });
                assert.equal(statusCode, 200);
                const response = await fetch(`${server.origin}/a`, { method: 'POST', body: '{ "a": 1 }' });
                assert.deepEqual([response.status, String(last().body)], [200, '{"a":1}']);
                assert.equal((await undici.fetch(`${server.origin}/a`)).status, 200);
                await fetch(`${other.origin}/a`);
                assert.equal(other.requests.at(-1).headers['x-sign'], undefined);
                assert.equal(other.requests.at(-1).headers['x-api-key'], undefined);
            } finally {
                undici.setGlobalDispatcher(previous);
            }
        });

        test('trailers and information answers do not disturb', async () => {
            const raw = await rawServer('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-t\r\n\r\n2\r\n{}\r\n0\r\nx-t: 1\r\n\r\n');
            try {
                const settled = [];
                const sequencer = new NonceSequencer('unique');
                const nonces = { policy: 'unique', reserve: () => sequencer.reserve(), settle: (_, outcome) => settled.push(outcome) };
                const over = agentOf(undici).compose(partnerInterceptor(signer, { nonces }));
                const { statusCode, body, trailers } = await undici.request(raw.url, { dispatcher: over });
                assert.deepEqual([statusCode, await body.text(), trailers], [200, '{}', { 'x-t': '1' }]);
                assert.deepEqual(settled, ['consumed']);
            } finally {
                raw.close();
            }
        });
    });
}

async function rawServer(answer) {
    const { createServer } = await import('node:net');
    const server = createServer((socket) => socket.once('data', () => socket.end(answer)).on('error', () => {}));
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}
