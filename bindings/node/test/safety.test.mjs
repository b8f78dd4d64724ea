// What happens elsewhere in the process does not change what is signed, nor is it disturbed.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { MemoryReplay, Signer, SigningKey, Verifier, VerifyingKey } from 'partnersign';
import { PEM, URL_COMPANY, URL_SEARCH, keyFile } from './support.mjs';

const key = SigningKey.fromPem(PEM);
const signer = new Signer(key);
const get = { method: 'GET', url: URL_SEARCH };

/** Runs `work` while every object seems to have these properties. */
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

test('what is in Object.prototype is no option', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'partnersign-'));
    const open = join(folder, 'open.pem');
    copyFileSync(keyFile('rsa2048.pkcs8.pem'), open);
    chmodSync(open, 0o644);
    try {
        await polluted({ allowInsecure: true, href: 'file:///nowhere' }, () => {
            for (const options of [undefined, {}, { passphrase: undefined }]) {
                assert.throws(() => SigningKey.fromFile(open, options), { code: 'insecure_key_file' });
            }
            assert.equal(SigningKey.fromFile(open, { allowInsecure: true }).fingerprint, key.fingerprint);
        });
    } finally {
        rmSync(folder, { recursive: true });
    }
    await polluted({ passphrase: 'x', signal: AbortSignal.abort(), concurrency: 'x' }, async () => {
        assert.equal(SigningKey.fromPem(PEM).fingerprint, key.fingerprint);
        for (const options of [undefined, {}]) {
            assert.ok(await signer.signAsync(get, options));
            assert.equal((await signer.signBatch([get], options))[0].status, 'fulfilled');
        }
    });
    const signed = signer.sign({ ...get, timestamp: 1 });
    await polluted({ keyId: 'evil', 'x-api-key': 'evil' }, () => {
        assert.equal(new Verifier(key.verifyingKey).verify({ ...get, headers: signed.headers, now: 1 }).keyId, undefined);
    });
    await polluted({ windowSeconds: 1e9, replay: new MemoryReplay(), now: 1 }, () => {
        assert.throws(() => new Verifier(key.verifyingKey, {}).verify({ ...get, headers: signed.headers }, 1000), { code: 'timestamp_out_of_window' });
        assert.throws(() => new Verifier(key.verifyingKey).verify({ ...get, headers: signed.headers }), { code: 'timestamp_out_of_window' });
    });
});

test('what is in Object.prototype is no part of a request', async () => {
    const expected = signer.sign({ ...get, timestamp: 1 }).signature;
    await polluted({ nonce: 'evil', body: '{"evil":1}', form: 'exact', maxBodyBytes: 1 }, async () => {
        assert.equal(signer.sign({ ...get, timestamp: 1 }).signature, expected);
        assert.equal(signer.sign(get).body, undefined);
        assert.equal((await signer.signAsync({ ...get, timestamp: 1 })).signature, expected);
        const post = signer.sign({ method: 'POST', url: URL_COMPANY, body: '{ "a": 1 }', timestamp: 1 });
        assert.equal(Buffer.from(post.body).toString(), '{"a":1}');
    });
    await polluted({ timestamp: 1, method: 'GET', url: URL_SEARCH }, () => {
        assert.notEqual(signer.sign(get).headers['x-timestamp'], '1');
        assert.throws(() => signer.sign({}), { code: 'invalid_argument' });
    });
});

test('a request of a class of one\'s own is read through its prototypes, polluted or not', async () => {
    class Base {
        get method() {
            return 'POST';
        }
    }
    class Order extends Base {
        url = URL_COMPANY;
        get body() {
            return { a: 1 };
        }
    }
    const body = () => Buffer.from(signer.sign(new Order()).body).toString();
    assert.equal(body(), '{"a":1}');
    await polluted({ body: '{"evil":1}', method: 'GET' }, () => assert.equal(body(), '{"a":1}'));
    const bare = Object.assign(Object.create(null), get, { timestamp: 1 });
    await polluted({ nonce: 'evil' }, () => assert.equal(signer.sign(bare).headers['x-timestamp'], '1'));
});

test('one signal for many calls: no warning, and nothing left on it', async () => {
    const warnings = [];
    const onWarning = (warning) => warnings.push(warning.name);
    process.on('warning', onWarning);
    const { signal } = new AbortController();
    let listeners = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args) => (listeners++, addEventListener.apply(signal, args));
    signal.removeEventListener = (...args) => (listeners--, removeEventListener.apply(signal, args));
    const later = Signer.external(VerifyingKey.fromPem(key.publicPem()), () => new Promise((resolve) => setTimeout(resolve, 2, new Uint8Array(256))));
    const calls = Array.from({ length: 40 }, (_, n) => (n % 2 ? signer : later).signAsync(get, { signal }));
    assert.equal(listeners, 1);
    await Promise.allSettled([...calls, signer.signBatch([get, get], { signal })]);
    await new Promise(setImmediate);
    process.off('warning', onWarning);
    assert.deepEqual([warnings, listeners], [[], 0]);

    // And an abort reaches them all.
    const controller = new AbortController();
    const never = Signer.external(VerifyingKey.fromPem(key.publicPem()), () => new Promise(() => {}));
    const waiting = Array.from({ length: 20 }, () => never.signAsync(get, { signal: controller.signal }));
    const aborted = once(controller.signal, 'abort');
    controller.abort(new Error('enough'));
    await aborted;
    for (const { reason } of await Promise.allSettled(waiting)) assert.equal(reason.message, 'enough');
});

test('a path with a NUL character is a wrong argument', () => {
    for (const load of [SigningKey, VerifyingKey]) assert.throws(() => load.fromFile('private.pem\0.txt'), { code: 'invalid_argument' });
});
