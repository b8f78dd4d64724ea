// What only fetch has: Request objects, Headers, its ways to redirect, and what it gives back.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { signedFetch } from 'partnersign/fetch';
import { PartnerSignError, Signer, SigningKey } from 'partnersign';

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

describe('signedFetch', { concurrency: false }, () => {
    let server, call;
    before(async () => {
        server = await startServer();
        call = signedFetch(signer);
    });
    after(() => server.close());
    const last = () => server.requests.at(-1);
    const passes = async (...args) => {
        const response = await call(...args);
        assert.equal(response.status, 200, await response.clone().text());
        return response;
    };

    test('a URL object, a Request, and what init says before it', async () => {
        await passes(new URL(`${server.origin}/url`));
        await passes(new Request(`${server.origin}/a`, { method: 'PUT', body: '{ "a": 1 }', headers: { 'x-request-id': '1' } }));
        assert.deepEqual([last().method, String(last().body), last().headers['x-request-id']], ['PUT', '{"a":1}', '1']);
        await passes(new Request(`${server.origin}/a`, { method: 'PUT', body: '{}' }), { method: 'PATCH', body: { b: 2 }, headers: [['X-Two', '2']] });
        assert.deepEqual([last().method, String(last().body), last().headers['x-two']], ['PATCH', '{"b":2}', '2']);
        await passes(`${server.origin}/a`, new Request('http://127.0.0.1/', { method: 'DELETE', headers: { 'x-three': '3' } }));
        assert.deepEqual([last().method, last().headers['x-three']], ['DELETE', '3']);
    });

    test('the body of a Request is used up, as by fetch, and is read to 10 MiB', async () => {
        const request = new Request(`${server.origin}/a`, { method: 'POST', body: '{}' });
        await passes(request);
        assert.equal(request.bodyUsed, true);
        await assert.rejects(call(request), refusal('invalid_body', /read before/));
        let sent = 0;
        const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array((sent += 1, 1_000_000)).fill(32)) });
        const long = new Request(`${server.origin}/a`, { method: 'POST', body: endless, duplex: 'half' });
        await assert.rejects(call(long), refusal('too_large'));
        assert.ok(sent < 20);
        const stuck = new Request(`${server.origin}/a`, { method: 'POST', body: new ReadableStream(), duplex: 'half' });
        await assert.rejects(call(stuck, { signal: AbortSignal.timeout(30) }), { name: 'TimeoutError' });
    });

    test('the signal of a Request, and the reason of an abort', async () => {
        const aborted = new Request(`${server.origin}/a`, { signal: AbortSignal.abort() });
        await assert.rejects(call(aborted), { name: 'AbortError' });
        const reason = new Error('enough');
        await assert.rejects(call(`${server.origin}/a`, { signal: AbortSignal.abort(reason) }), (error) => error === reason);
        await passes(aborted, { signal: null });
    });

    test('headers in every form', async () => {
        for (const headers of [{ 'X-A': '1' }, [['X-A', '1']], new Headers({ 'X-A': '1' }), new Map([['X-A', '1']])]) {
            await passes(`${server.origin}/a`, { headers });
            assert.equal(last().headers['x-a'], '1');
        }
        await assert.rejects(call(`${server.origin}/a`, { headers: { 'bad header': '1' } }), TypeError);
    });

    test('user info, and what is no URL for fetch, is refused', async () => {
        await assert.rejects(call(server.origin.replace('//', '//user:pass@') + '/a'), refusal('invalid_url', /user info/));
        for (const url of ['/relative', 'not a url', '']) await assert.rejects(call(url), refusal('invalid_url', /not absolute/));
        for (const url of ['ftp://127.0.0.1/a', 'data:,a', 'ws://127.0.0.1/a']) await assert.rejects(call(url), refusal('invalid_url', /not https/));
    });

    test('a host in capitals and a default port are sent as WHATWG writes them', async () => {
        await passes(`HTTP://LOCALHOST:${server.port}/a`);
        assert.equal(last().headers.host, `localhost:${server.port}`);
    });

    test('a Location that is relative, or not ASCII', async () => {
        await passes(`${server.origin}/redirect/307?to=${encodeURIComponent('../next?a=1')}`);
        assert.equal(last().target, '/next?a=1');
        await passes(`${server.origin}/redirect/307?to=${encodeURIComponent(Buffer.from('/é').toString('latin1'))}`);
        assert.equal(last().target, '/%C3%A9');
    });

    test('the answer says where it came from', async () => {
        const response = await passes(`${server.origin}/redirect/302?to=%2Fx`);
        assert.deepEqual([response.redirected, response.url, response.ok], [true, `${server.origin}/x`, true]);
        assert.equal((await passes(`${server.origin}/x`)).redirected, false);
    });

    test("redirect: 'error' and nonsense", async () => {
        await assert.rejects(call(`${server.origin}/redirect/302?to=%2Fx`, { redirect: 'error' }), TypeError);
        await assert.rejects(call(`${server.origin}/x`, { redirect: 'nowhere' }), refusal('invalid_argument'));
    });

    test('a redirect without a Location is an answer', async () => {
        assert.equal((await call(`${server.origin}/status/302`)).status, 302);
    });

    test('connections are used again', async () => {
        const before = server.opened;
        for (let n = 0; n < 20; n += 1) await (await passes(`${server.origin}/redirect/307?to=%2Fx`)).arrayBuffer();
        assert.ok(server.opened - before <= 3, `${server.opened - before} connections`);
    });

    test('another fetch', async () => {
        const calls = [];
        const other = signedFetch(signer, { fetch: (url, init) => (calls.push([url, init]), new Response('{}')) });
        await other('https://api.example.com/a', { method: 'POST', body: [1] });
        const [[url, init]] = calls;
        assert.deepEqual([url, init.method, String(Buffer.from(init.body)), init.redirect], ['https://api.example.com/a', 'POST', '[1]', 'manual']);
        const hiding = signedFetch(signer, { fetch: async () => Object.defineProperty(new Response(), 'type', { value: 'opaqueredirect' }) });
        await assert.rejects(hiding('https://api.example.com/a'), refusal('invalid_url', /hides/));
    });

    test('wrong options are refused', () => {
        for (const options of [null, 1, { allowHTTP: true }, { allowHttp: 1 }, { form: 'raw' }, { nonces: {} }, { fetch: 1 }, { origins: 'https://a.b' }, { origins: [] }, { origins: ['https://a.b/'] }]) {
            assert.throws(() => signedFetch(signer, options), refusal('invalid_argument'));
        }
        assert.throws(() => signedFetch({}), refusal('invalid_argument', /Signer/));
    });
});
