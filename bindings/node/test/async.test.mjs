// The thread pool, abort signals, batches.
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { test } from 'node:test';
import { PartnerSignError, Signer, SigningKey } from 'partnersign';
import { API_KEY, PEM, URL_COMPANY, URL_SEARCH, keyFile } from './support.mjs';

const signer = new Signer(SigningKey.fromPem(PEM), API_KEY);
const publicKey = createPublicKey(PEM);
const valid = ({ payload, signature }) => verify('RSA-SHA256', payload, publicKey, Buffer.from(signature, 'base64url'));
const get = { method: 'GET', url: URL_SEARCH };

test('signAsync gives what sign gives', async () => {
    const request = { method: 'POST', url: URL_COMPANY, body: { name: 'ACME' }, timestamp: 1639490495 };
    assert.deepEqual(await signer.signAsync(request), signer.sign(request));
});

test('many at once are each right, and the event loop turns meanwhile', async () => {
    let turns = 0;
    const ticker = setInterval(() => (turns += 1), 1);
    const signed = await Promise.all(Array.from({ length: 200 }, (_, nonce) => signer.signAsync({ ...get, nonce: BigInt(nonce) })));
    clearInterval(ticker);
    assert.ok(turns >= 1, `${turns} turns`);
    assert.ok(signed.every(valid));
    assert.deepEqual(signed.map(({ headers }) => headers['x-nonce']), signed.map((_, nonce) => String(nonce)));
});

test('errors are the same from a promise as from a call', async () => {
    for (const request of [undefined, {}, { ...get, url: 'http://api.example' }, { ...get, timestamp: '01' }, { ...get, body: '{}' }, { ...get, method: 'POST', body: '{"a":}' }]) {
        let sync;
        try {
            signer.sign(request);
        } catch (error) {
            sync = error;
        }
        const later = await signer.signAsync(request).then(assert.fail, (error) => error);
        assert.ok(sync instanceof PartnerSignError && later instanceof PartnerSignError);
        for (const field of ['name', 'code', 'number', 'message', 'position']) assert.deepEqual(later[field], sync[field], field);
    }
});

test('a signal that is aborted already, later, or never', async () => {
    const reason = new Error('mine');
    await assert.rejects(signer.signAsync(get, { signal: AbortSignal.abort(reason) }), reason);
    await assert.rejects(signer.signAsync(get, { signal: AbortSignal.abort() }), { name: 'AbortError' });
    await assert.rejects(signer.signBatch([get], { signal: AbortSignal.abort(reason) }), reason);

    const controller = new AbortController();
    const onabort = () => {};
    controller.signal.onabort = onabort;
    const slow = new Signer(SigningKey.fromFile(keyFile('rsa4096.pkcs8.pem'), { allowInsecure: true }));
    const started = performance.now();
    const many = Array.from({ length: 400 }, () => slow.signAsync(get, { signal: controller.signal }));
    setTimeout(() => controller.abort(reason), 30);
    const results = await Promise.allSettled(many);
    const rejected = results.filter(({ status }) => status === 'rejected');
    assert.ok(rejected.length > 100, `${rejected.length} rejected`);
    assert.ok(rejected.every((result) => result.reason === reason));
    assert.equal(controller.signal.onabort, onabort);
    // What had not begun is left out: the pool is free again.
    await slow.signAsync(get);
    assert.ok(performance.now() - started < (400 * 5) / 2, 'the queued work was done although nobody waited');

    const signed = await signer.signAsync(get, { signal: new AbortController().signal });
    assert.ok(valid(signed));
    for (const signal of [null, 1, {}, { aborted: true }]) await assert.rejects(signer.signAsync(get, { signal }), { code: 'invalid_argument' });
    await assert.rejects(signer.signAsync(get, null), { code: 'invalid_argument' });
});

test('a batch gives each request its own result, in order, under one reading of the clock', async () => {
    const requests = Array.from({ length: 50 }, (_, index) => {
        if (index % 10 === 3) return { ...get, url: 'nowhere' };
        if (index % 10 === 5) return index;
        return index % 2 ? { ...get, nonce: String(index) } : { ...get };
    });
    const results = await signer.signBatch(requests);
    assert.equal(results.length, requests.length);
    const stamps = new Set();
    results.forEach((result, index) => {
        if (index % 10 === 3) assert.equal(result.reason.code, 'invalid_url');
        else if (index % 10 === 5) assert.equal(result.reason.code, 'invalid_argument');
        else {
            assert.ok(valid(result.value));
            if (index % 2) assert.equal(result.value.headers['x-nonce'], String(index));
            else stamps.add(result.value.headers['x-timestamp']);
        }
    });
    assert.equal(stamps.size, 1);
    assert.deepEqual(await signer.signBatch([]), []);
    assert.equal((await signer.signBatch(new Set([get]), { concurrency: 1 }))[0].status, 'fulfilled');
    for (const bad of [undefined, null, 'x', 5, {}]) await assert.rejects(signer.signBatch(bad), { code: 'invalid_argument' });
    for (const concurrency of [0, -1, 1.5, 'x', null, 1e9]) await assert.rejects(signer.signBatch([get], { concurrency }), { code: 'invalid_argument' });
});

test('the event loop is not held by a batch', async () => {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    await signer.signBatch(Array.from({ length: 200 }, () => get));
    delay.disable();
    assert.ok(delay.count > 5, `${delay.count} turns`);
});

test('a thousand calls of one turn settle each on its own, with the body as it was when they were made', async () => {
    const body = new TextEncoder().encode('{"n":10}');
    const calls = Array.from({ length: 1000 }, (_, index) => {
        body.set(new TextEncoder().encode(String(10 + (index % 90))), 5);
        const url = index % 100 === 50 ? 'nowhere' : URL_COMPANY;
        return signer.signAsync({ method: 'POST', url, body, nonce: `n${index}` });
    });
    body.fill(0);
    for (const [index, result] of (await Promise.allSettled(calls)).entries()) {
        if (index % 100 === 50) {
            assert.equal(result.reason.code, 'invalid_url');
            continue;
        }
        const text = `{"n":${10 + (index % 90)}}`;
        assert.equal(Buffer.from(result.value.payload).toString(), `n${index}${URL_COMPANY}${text}`);
        assert.equal(Buffer.from(result.value.body).toString(), text);
        assert.deepEqual(result.value, signer.sign({ method: 'POST', url: URL_COMPANY, body: text, nonce: `n${index}` }));
    }
});
