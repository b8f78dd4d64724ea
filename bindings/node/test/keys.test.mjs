// Keys: files, formats, generation; verifying and nonces beyond what the vectors say.
import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, verify } from 'node:crypto';
import { chmodSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { ApiKeys, MemoryReplay, NonceSequencer, Outcome, Signer, SigningKey, Verifier, VerifyingKey, diagnose } from 'partnersign';
import { API_KEY, PEM, URL_COMPANY, URL_SEARCH } from './support.mjs';

const key = SigningKey.fromPem(PEM);
const signer = new Signer(key, API_KEY);
const get = { method: 'GET', url: URL_SEARCH };

test('a key file that others can read is refused, with the command that mends it', { skip: process.platform === 'win32' }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'partnersign-'));
    const [path, link] = [join(folder, 'key.pem'), join(folder, 'link.pem')];
    writeFileSync(path, PEM, { mode: 0o600 });
    symlinkSync(path, link);
    assert.equal(SigningKey.fromFile(link).fingerprint, key.fingerprint);
    chmodSync(path, 0o644);
    assert.throws(() => SigningKey.fromFile(path), (error) => error.code === 'insecure_key_file' && error.message.includes(`chmod 600 ${path}`));
    assert.equal(SigningKey.fromFile(path, { allowInsecure: true }).bits, 2048);
    writeFileSync(join(folder, 'locked.pem'), key.privatePem('open sesame'), { mode: 0o600 });
    assert.equal(SigningKey.fromFile(join(folder, 'locked.pem'), { passphrase: 'open sesame' }).fingerprint, key.fingerprint);
    assert.equal(SigningKey.fromFile(pathToFileURL(join(folder, 'locked.pem')), 'open sesame').fingerprint, key.fingerprint);
    assert.throws(() => SigningKey.fromFile(join(folder, 'locked.pem')), { code: 'encrypted_private_key' });
    assert.throws(() => SigningKey.fromFile(path, { allow_insecure: true }), (error) => error.code === 'invalid_argument' && /allow_insecure.*allowInsecure/.test(error.message));
    for (const where of [new URL('https://api.example/key.pem'), new URL('file:///a%2Fb')]) assert.throws(() => SigningKey.fromFile(where), { code: 'invalid_argument' });
    writeFileSync(join(folder, 'public.pem'), key.publicPem());
    assert.equal(VerifyingKey.fromFile(join(folder, 'public.pem')).fingerprint, key.fingerprint);
    assert.equal(VerifyingKey.fromFile(pathToFileURL(join(folder, 'public.pem'))).fingerprint, key.fingerprint);
});

test('what is written is read by OpenSSL and back', () => {
    const made = SigningKey.generate();
    assert.equal(made.bits, 2048);
    for (const [pem, passphrase] of [[made.privatePem()], [made.privatePem('p\u00e4ss'), 'p\u00e4ss'], [made.privatePem(Buffer.from('x')), 'x']]) {
        assert.equal(SigningKey.fromPem(pem, passphrase).fingerprint, made.fingerprint);
        assert.equal(SigningKey.fromPem(pem, { passphrase }).fingerprint, made.fingerprint);
        const theirs = createPrivateKey({ key: pem, passphrase });
        assert.equal(SigningKey.fromDer(theirs).fingerprint, made.fingerprint);
    }
    assert.deepEqual(VerifyingKey.fromDer(made.verifyingKey.publicDer()).publicPem(), made.publicPem());
    const { payload, signature } = new Signer(made).sign(get);
    assert.ok(verify('RSA-SHA256', payload, made.publicPem(), Buffer.from(signature, 'base64url')));
    assert.throws(() => SigningKey.generate(1024), { code: 'invalid_argument' });
});

test('a PEM from an environment variable', () => {
    for (const text of [PEM.replaceAll('\n', '\\n'), PEM.replaceAll('\n', ' '), PEM.replaceAll('\n', '\r\n'), `the key:\n${PEM}`]) {
        assert.equal(SigningKey.fromPem(text).fingerprint, key.fingerprint);
    }
});

test('headers in every form, keys in every form', () => {
    const { headers } = signer.sign({ ...get, timestamp: 1000 });
    const table = new ApiKeys([[API_KEY, key.verifyingKey]]);
    const raw = Object.entries(headers).flat();
    for (const form of [headers, Object.entries(headers), raw, new Headers(headers), new Map(Object.entries(headers)), { ...headers, via: ['a', 'b'], none: undefined }]) {
        for (const keys of [key.verifyingKey, table, (apiKey) => (apiKey.keyId === 'Vm3cT0rT3stK3y' ? key.verifyingKey : undefined)]) {
            const verified = new Verifier(keys).verify({ ...get, headers: form }, 1000);
            assert.deepEqual([verified.keyId, verified.freshness], ['Vm3cT0rT3stK3y', { kind: 'timestamp', value: '1000' }]);
        }
    }
    const twice = { ...get, headers: [...raw, 'X-Sign', headers['x-sign']] };
    assert.throws(() => new Verifier(table).verify(twice, 1000), { code: 'conflicting_headers' });
    assert.throws(() => new Verifier(() => undefined).verify({ ...get, headers }, 1000), { code: 'unknown_api_key' });
    assert.throws(() => new Verifier(() => 5).verify({ ...get, headers }, 1000), { code: 'invalid_argument' });
    for (const later of [async () => key.verifyingKey, () => Promise.reject(new Error('database'))]) {
        assert.throws(() => new Verifier(later).verify({ ...get, headers }, 1000), (error) => error.code === 'invalid_argument' && /promise/.test(error.message));
    }
    const mine = new Error('database');
    assert.throws(() => new Verifier(() => { throw mine; }).verify({ ...get, headers }, 1000), mine);
    assert.throws(() => new Verifier(table).verify({ ...get, headers }), { code: 'timestamp_out_of_window' });
    assert.ok(new Verifier(table).verify({ ...get, headers: signer.sign(get).headers }));
});

test('the time of a verifier goes into the request or beside it', () => {
    const { headers } = signer.sign({ ...get, timestamp: 1000 });
    const verifier = new Verifier(key.verifyingKey, { windowSeconds: 60 });
    const request = { ...get, headers };
    assert.ok(verifier.verify({ ...request, now: 1060 }));
    assert.ok(verifier.verify({ ...request, now: 1060.9 }), 'Date.now() / 1000');
    assert.ok(verifier.verify(request, 940));
    assert.throws(() => verifier.verify({ ...request, now: 1061 }), { code: 'timestamp_out_of_window' });
    assert.throws(() => verifier.verify({ ...request, now: 1000 }, 1000), { code: 'invalid_argument' });
    for (const now of [-1, NaN, Infinity, null, '1000', 1000n]) assert.throws(() => verifier.verify({ ...request, now }), { code: 'invalid_argument' });
});

test('a verifier refuses an option that it does not have', () => {
    assert.throws(() => new Verifier(key.verifyingKey, { window: 60 }), (error) => error.code === 'invalid_argument' && /window.*windowSeconds/.test(error.message));
});

test('a replay memory is shared between verifiers', () => {
    const replay = new MemoryReplay('increasing');
    const [one, two] = [new Verifier(key.verifyingKey, { replay }), new Verifier(new ApiKeys([[API_KEY, key.verifyingKey]]), { replay })];
    const signed = signer.sign({ ...get, nonce: 5n });
    assert.equal(one.verify({ ...get, headers: signed.headers }).freshness.kind, 'nonce');
    assert.throws(() => two.verify({ ...get, headers: signed.headers }), { code: 'nonce_rejected' });
    assert.throws(() => new Verifier(key.verifyingKey).verify({ ...get, headers: signed.headers }), { code: 'nonce_rejected' });
});

test('the diagnosis says what to do', () => {
    const signed = signer.sign({ method: 'POST', url: URL_COMPANY, body: '{ "name": "ACME" }', timestamp: 1 });
    const found = diagnose([key.verifyingKey], { method: 'POST', url: URL_COMPANY, headers: signed.headers, body: '{ "name": "ACME" }' });
    assert.deepEqual([found.found, found.valid, found.causes], [true, false, ['body_compacted']]);
    assert.match(found.message, /send the bytes that were signed/);
    assert.deepEqual(found.signedPayload, signed.payload);
    assert.deepEqual(found.signedDigest, signed.digest);
    const request = { method: 'POST', url: URL_COMPANY, headers: signed.headers, body: '{ "name": "ACME" }' };
    for (const keys of [key.verifyingKey, createPublicKey(PEM), new Set([key.verifyingKey])]) assert.deepEqual(diagnose(keys, request), found);
});

test('nonces: reserve, settle, resync, restore', () => {
    const sequencer = new NonceSequencer('sequential', '10');
    const first = sequencer.reserve();
    assert.deepEqual([first.nonce, first.uncertain, sequencer.last], ['11', false, '10']);
    assert.throws(() => sequencer.reserve(), { code: 'nonce_busy' });
    sequencer.settle(first, Outcome.ofHttp());
    assert.throws(() => sequencer.settle(first, 'consumed'), { code: 'invalid_argument' });
    const again = sequencer.reserve();
    assert.deepEqual([again.nonce, again.uncertain], ['11', true]);
    const state = JSON.parse(JSON.stringify(sequencer.state()));
    const restored = NonceSequencer.restore(state);
    assert.deepEqual(restored.state(), state);
    assert.deepEqual([restored.reserve().uncertain, restored.policy], [true, 'sequential']);
    sequencer.settle(again, Outcome.ofHttp(401, 'nonce'));
    assert.equal(sequencer.reserve().nonce, '12');
    sequencer.abandon();
    sequencer.settle(sequencer.reserve(), Outcome.ofHttp(200));
    sequencer.settle(sequencer.reserve(), 'refused');
    assert.throws(() => sequencer.reserve(), { code: 'nonce_rejected' });
    sequencer.resync(20n);
    assert.equal(sequencer.reserve().nonce, '21');
    assert.equal(new NonceSequencer('unique').last, undefined);
    assert.throws(() => new NonceSequencer('unique', 2n ** 53n), { code: 'invalid_argument' });
    assert.throws(() => new NonceSequencer('Sequential'), { code: 'invalid_argument' });
    assert.throws(() => new NonceSequencer('unique').settle(new NonceSequencer('unique').reserve(), 'consumed'), { code: 'invalid_argument' });
    for (const bad of [undefined, {}, { ...state, last: 'x' }, { ...state, consumed: '99' }, { ...state, doubtful: [['1']] }]) {
        assert.throws(() => NonceSequencer.restore(bad), { code: 'nonce_store_corrupt' });
    }
});
