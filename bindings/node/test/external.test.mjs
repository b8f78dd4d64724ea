// Private keys that are elsewhere. node:crypto plays the HSM: it signs the digest that it is given.
import assert from 'node:assert/strict';
import { constants, createPublicKey, privateEncrypt, verify } from 'node:crypto';
import { test } from 'node:test';
import { PartnerSignError, Signer, SigningKey, VerifyingKey, prepare } from 'partnersign';
import { API_KEY, DIGEST_INFO, PEM, URL_COMPANY, URL_SEARCH } from './support.mjs';

const own = new Signer(SigningKey.fromPem(PEM), API_KEY);
const publicKey = VerifyingKey.fromPem(SigningKey.fromPem(PEM).publicPem());
const hsm = (digest) => privateEncrypt({ key: PEM, padding: constants.RSA_PKCS1_PADDING }, Buffer.concat([DIGEST_INFO, digest]));
const post = { method: 'POST', url: URL_COMPANY, body: { name: 'ACME' }, timestamp: 1639490495 };
const get = { method: 'GET', url: URL_SEARCH, timestamp: 1 };
const later = (value) => new Promise((resolve) => setTimeout(resolve, 2, value));

test('a function that signs gives what a key of one\'s own gives', async () => {
    const digests = [];
    const signer = Signer.external(publicKey, (digest) => (digests.push(digest), hsm(digest)), API_KEY);
    assert.deepEqual(signer.sign(post), own.sign(post));
    assert.deepEqual(await signer.signAsync(post), own.sign(post));
    assert.deepEqual(digests[0], own.sign(post).digest);
    assert.equal(Signer.external(createPublicKey(PEM), hsm).sign(get).headers['x-api-key'], undefined);
});

test('a function that promises signs later, in batches too', async () => {
    let atOnce = 0;
    let most = 0;
    const signer = Signer.external(publicKey, async (digest) => {
        most = Math.max(most, (atOnce += 1));
        await later();
        atOnce -= 1;
        return hsm(digest);
    }, API_KEY);
    assert.deepEqual(await signer.signAsync(post), own.sign(post));
    assert.throws(() => signer.sign(post), (error) => error.code === 'invalid_argument' && /signAsync/.test(error.message));
    while (atOnce > 0) await later();
    most = 0;
    const results = await signer.signBatch([...Array(20).fill(get), { ...get, url: 'x' }], { concurrency: 4 });
    assert.ok(results.slice(0, 20).every(({ value }) => value.signature === own.sign(get).signature));
    assert.equal(results[20].reason.code, 'invalid_url');
    assert.equal(most, 4);
});

test('what it throws is thrown on; in a batch it is the cause', async () => {
    const mine = new Error('the KMS is throttled');
    const throwing = Signer.external(publicKey, () => { throw mine; });
    assert.throws(() => throwing.sign(get), mine);
    await assert.rejects(throwing.signAsync(get), mine);
    await assert.rejects(Signer.external(publicKey, () => Promise.reject(mine)).signAsync(get), mine);
    const [result] = await throwing.signBatch([get]);
    assert.equal(result.reason.cause, mine);
    assert.ok(result.reason instanceof PartnerSignError);
    // A promise that sign() has no use for must not end the process.
    assert.throws(() => Signer.external(publicKey, () => Promise.reject(mine)).sign(get), { code: 'invalid_argument' });
    await later();
});

test('a signature that does not verify never leaves', async () => {
    const wrong = [() => new Uint8Array(256), () => new Uint8Array(0), (digest) => hsm(digest).subarray(1), () => hsm(new Uint8Array(32))];
    for (const signDigest of wrong) {
        const signer = Signer.external(publicKey, signDigest);
        assert.throws(() => signer.sign(get), { code: 'signature_rejected', number: 302 });
        await assert.rejects(signer.signAsync(get), { code: 'signature_rejected' });
    }
    for (const value of [undefined, null, 'text', 5, {}, new ArrayBuffer(256)]) {
        const signer = Signer.external(publicKey, () => value);
        assert.throws(() => signer.sign(get), { code: 'signature_rejected' });
        await assert.rejects(signer.signAsync(get), { code: 'signature_rejected', message: /must be a Uint8Array/ });
    }
    const signer = Signer.external(publicKey, (digest) => (digest.fill(0), hsm(digest)));
    assert.throws(() => signer.sign(get), { code: 'signature_rejected' }, 'changing the digest changes nothing that is verified');
});

test('abort while the HSM works', async () => {
    const controller = new AbortController();
    const signer = Signer.external(publicKey, () => new Promise(() => {}));
    setTimeout(() => controller.abort(), 5);
    await assert.rejects(signer.signAsync(get, { signal: controller.signal }), { name: 'AbortError' });
    // The signal's own timer does not keep the process.
    const keep = setTimeout(() => {}, 10_000);
    await assert.rejects(signer.signBatch([get, get], { signal: AbortSignal.timeout(5) }), { name: 'TimeoutError' });
    clearTimeout(keep);
});

test('two phases', () => {
    const prepared = prepare(post);
    assert.equal(Buffer.from(prepared.payload).toString(), `1639490495${URL_COMPANY}{"name":"ACME"}`);
    assert.deepEqual(prepared.finish(hsm(prepared.digest), publicKey, API_KEY), own.sign(post));
    assert.throws(() => prepared.finish(new Uint8Array(256), publicKey), { code: 'signature_rejected' });
    const { payload, signature } = prepared.finish(hsm(prepared.digest), publicKey);
    assert.ok(verify('RSA-SHA256', payload, PEM, Buffer.from(signature, 'base64url')));
});
