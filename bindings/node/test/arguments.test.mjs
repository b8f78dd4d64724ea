// Whatever is handed in, the answer is a PartnerSignError with a code: never a bare TypeError, never a crash.
import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, createSecretKey, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import * as partnersign from 'partnersign';
import { API_KEY, PEM, URL_COMPANY, URL_SEARCH } from './support.mjs';

const {
    ApiKey, ApiKeys, MemoryReplay, NonceSequencer, Outcome, PartnerSignError, Prepared, Reservation, SignedRequest, Signer,
    SigningKey, Verifier, VerifyingKey, compactJson, diagnose, prepare,
} = partnersign;
const key = SigningKey.fromPem(PEM);
const signer = new Signer(key, API_KEY);
const get = { method: 'GET', url: URL_SEARCH };
const post = { method: 'POST', url: URL_COMPANY, timestamp: 1 };
const sign = (more) => signer.sign({ ...post, ...more });
const refused = (code) => (error) => {
    assert.ok(error instanceof PartnerSignError, String(error));
    assert.equal(error.code, code, error.message);
    assert.equal(typeof error.number, 'number');
    assert.equal(error.name, 'PartnerSignError');
    return true;
};

const NONSENSE = [undefined, null, true, 0, -1, NaN, 1n, '', 'x', Symbol('s'), [], {}, () => {}, new Date(NaN), new Map(), new Proxy({}, {}), Object.create(null), new DataView(new ArrayBuffer(1)), new Float64Array(2)];

test('every export takes nonsense in every place and refuses it with a code', () => {
    const calls = {
        ApiKey: (a) => ApiKey.parse(a),
        ApiKeys: (a) => new ApiKeys(a),
        'ApiKeys.set': (a, b) => new ApiKeys().set(a, b),
        MemoryReplay: (a) => new MemoryReplay(a),
        NonceSequencer: (a, b) => new NonceSequencer(a, b),
        'NonceSequencer.restore': (a) => NonceSequencer.restore(a),
        'NonceSequencer.settle': (a, b) => new NonceSequencer().settle(a, b),
        'NonceSequencer.resync': (a) => new NonceSequencer().resync(a),
        'Outcome.ofHttp': (a, b) => Outcome.ofHttp(a, b),
        'new ApiKey': (a) => new ApiKey(a),
        'new Prepared': (a, b) => new Prepared(a, b),
        'new Reservation': (a) => new Reservation(a),
        'new SigningKey': (a) => new SigningKey(a),
        'new VerifyingKey': (a) => new VerifyingKey(a),
        'new SignedRequest': (a, b) => new SignedRequest(a, b),
        Signer: (a, b) => new Signer(a, b),
        'Signer.external': (a, b, c) => Signer.external(a, b, c),
        sign: (a) => signer.sign(a),
        'SigningKey.fromPem': (a, b) => SigningKey.fromPem(a, b),
        'SigningKey.fromDer': (a, b) => SigningKey.fromDer(a, b),
        'SigningKey.fromFile': (a, b) => SigningKey.fromFile(a, b),
        'SigningKey.privatePem': (a) => key.privatePem(a),
        'VerifyingKey.fromPem': (a) => VerifyingKey.fromPem(a),
        'VerifyingKey.fromDer': (a) => VerifyingKey.fromDer(a),
        'VerifyingKey.fromFile': (a) => VerifyingKey.fromFile(a),
        Verifier: (a, b) => new Verifier(a, b),
        verify: (a, b) => new Verifier(key.verifyingKey).verify(a, b),
        compactJson: (a) => compactJson(a),
        diagnose: (a, b) => diagnose(a, b),
        'diagnose request': (a) => diagnose([key.verifyingKey], a),
        prepare: (a) => prepare(a),
        finish: (a, b, c) => prepare(get).finish(a, b, c),
        'finish after': (a, b) => prepare(get).finish(new Uint8Array(256), a, b),
    };
    let number = 0;
    for (const [name, call] of Object.entries(calls)) {
        for (const a of NONSENSE) {
            for (const b of NONSENSE) {
                try {
                    call(a, b, a);
                } catch (error) {
                    assert.ok(error instanceof PartnerSignError, `${name}(${typeof a}, ${typeof b}): ${error.stack}`);
                    assert.notEqual(error.code, 'internal', `${name}(${typeof a}, ${typeof b})`);
                    number += 1;
                }
            }
        }
    }
    assert.ok(number > 5000, String(number));
});

test('each field of a request takes nonsense and refuses it with a code, sync and async alike', async () => {
    for (const field of ['method', 'url', 'body', 'timestamp', 'nonce', 'form', 'maxBodyBytes']) {
        for (const value of NONSENSE) {
            const request = { ...(field === 'body' ? post : get), [field]: value };
            const [sync, later] = [outcome(() => signer.sign(request)), await outcomeLater(signer.signAsync(request))];
            assert.deepEqual(later, sync, field);
            const [batched] = await signer.signBatch([request]);
            assert.equal(batched.status === 'rejected' ? batched.reason.code : 'signed', sync.code ?? 'signed', field);
        }
    }
    function outcome(call) {
        try {
            return { url: call().url };
        } catch (error) {
            return said(error);
        }
    }
    function outcomeLater(promise) {
        return promise.then(({ url }) => ({ url }), said);
    }
    function said(error) {
        assert.ok(error instanceof PartnerSignError);
        const { code, number, message, position } = error;
        return { code, number, message, position };
    }
});

test('nonces are strings, bigints, or safe integers', () => {
    const header = (nonce) => signer.sign({ ...get, nonce }).headers['x-nonce'];
    assert.equal(header('a-Z_9'), 'a-Z_9');
    assert.equal(header(7n), '7');
    assert.equal(header(2n ** 60n), '1152921504606846976');
    assert.equal(header(Number.MAX_SAFE_INTEGER), '9007199254740991');
    for (const nonce of [2 ** 53, -1, 1.5, NaN, Infinity, -1n, '', 'é']) assert.throws(() => header(nonce), refused('invalid_nonce'));
    assert.throws(() => signer.sign({ ...get, nonce: 1n, timestamp: 1 }), refused('invalid_argument'));
});

test('timestamps are seconds; without one the clock is read', () => {
    const header = (timestamp) => signer.sign({ ...get, timestamp }).headers['x-timestamp'];
    assert.equal(header(1639490495), '1639490495');
    assert.equal(header(0), '0');
    for (const timestamp of [-1, 1.5, NaN, Infinity, 1e21, '', '01']) assert.throws(() => header(timestamp), refused('invalid_timestamp'));
    assert.throws(() => header(Date.now()), (error) => refused('invalid_timestamp')(error) && /milliseconds/.test(error.message));
    assert.throws(() => header(new Date()), refused('invalid_argument'));
    const before = Math.floor(Date.now() / 1000);
    const clock = Number(header(undefined));
    assert.ok(before <= clock && clock <= Math.floor(Date.now() / 1000));
});

test('a getter is read once', () => {
    const reads = {};
    const request = {};
    for (const [name, values] of Object.entries({ method: ['POST', 'GET'], url: [URL_COMPANY, 'x'], body: ['{ }', 'no'], timestamp: [1, 'no'] })) {
        Object.defineProperty(request, name, { get: () => values[(reads[name] = (reads[name] ?? -1) + 1)] });
    }
    const signed = signer.sign(request);
    assert.deepEqual(reads, { method: 0, url: 0, body: 0, timestamp: 0 });
    assert.equal(Buffer.from(signed.body).toString(), '{}');
    const error = new Error('mine');
    assert.throws(() => signer.sign({ get method() { throw error; } }), error);
});

test('shared memory is copied, detached memory refused', async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(3));
    shared.set(Buffer.from('{ }'));
    assert.equal(Buffer.from(sign({ body: shared }).body).toString(), '{}');
    const later = signer.signAsync({ ...post, body: shared });
    shared.fill(0);
    assert.equal(Buffer.from((await later).body).toString(), '{}');

    const detached = new Uint8Array(3);
    structuredClone(detached.buffer, { transfer: [detached.buffer] });
    assert.throws(() => sign({ body: detached }), refused('invalid_argument'));
    assert.throws(() => SigningKey.fromDer(detached), refused('invalid_argument'));
    assert.throws(() => sign({ body: new Uint8Array(0) }), refused('invalid_json'));
});

test('a view of a larger buffer is that view alone, and what comes back has memory of its own', () => {
    const buffer = Buffer.from('xx{ "a": 1 }yy');
    const { body, payload, digest } = sign({ body: buffer.subarray(2, -2) });
    assert.equal(Buffer.from(body).toString(), '{"a":1}');
    for (const bytes of [body, payload, digest]) {
        assert.equal(Object.getPrototypeOf(bytes), Uint8Array.prototype);
        assert.deepEqual([bytes.byteOffset, bytes.buffer.byteLength], [0, bytes.byteLength]);
    }
});

test('a body that changes after signAsync was called changes nothing', async () => {
    const body = Buffer.from('{"a":1}');
    const promise = signer.signAsync({ ...post, body });
    body.fill('x');
    assert.equal(Buffer.from((await promise).body).toString(), '{"a":1}');
});

test('KeyObjects are keys', () => {
    const privateKey = createPrivateKey(PEM);
    const publicKey = createPublicKey(PEM);
    const expected = signer.sign({ ...get, timestamp: 1 }).signature;
    assert.equal(new Signer(privateKey).sign({ ...get, timestamp: 1 }).signature, expected);
    assert.equal(SigningKey.fromDer(privateKey).fingerprint, key.fingerprint);
    assert.equal(VerifyingKey.fromDer(publicKey).fingerprint, key.fingerprint);
    const headers = signer.sign({ ...get, timestamp: 1 }).headers;
    assert.equal(new Verifier(publicKey).verify({ ...get, headers }, 1).keyId, 'Vm3cT0rT3stK3y');
    const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    assert.throws(() => new Signer(elliptic.privateKey), refused('unsupported_key'));
    assert.throws(() => new Signer(createSecretKey(Buffer.alloc(32))), refused('unsupported_key'));
    assert.throws(() => new Signer(publicKey), refused('unsupported_key'));
    assert.throws(() => new Verifier(privateKey), refused('unsupported_key'));
});

test('half a surrogate pair is refused, not replaced', () => {
    assert.throws(() => sign({ body: '{"a":"\ud800"}' }), refused('invalid_json'));
    assert.throws(() => compactJson('["\udfff"]'), refused('invalid_json'));
    assert.throws(() => key.privatePem('\ud800'), refused('invalid_argument'));
    assert.throws(() => sign({ body: { a: '\ud800' } }), refused('invalid_json'));
});

test('a size limit of one\'s own', () => {
    assert.throws(() => sign({ body: '[1,2,3]', maxBodyBytes: 6 }), refused('too_large'));
    assert.ok(sign({ body: '[1,2,3]', maxBodyBytes: 7 }));
});

test('a misspelt field of a request is refused by its name, with what may be meant', async () => {
    const message = (more) => {
        let found;
        assert.throws(() => signer.sign({ ...get, ...more }), (error) => refused('invalid_argument')(error) && ((found = error.message), true));
        return found;
    };
    assert.match(message({ nonse: 5 }), /have no nonse \(did you mean nonce\?\); there are method, url, body, timestamp, nonce, form, maxBodyBytes/);
    assert.match(message({ timeStamp: 1 }), /no timeStamp \(did you mean timestamp\?\)/);
    assert.match(message({ methd: 'GET' }), /no methd \(did you mean method\?\)/);
    assert.match(message({ maxBody: 5 }), /did you mean (body or )?maxBodyBytes\?/);
    assert.match(message({ headers: {} }), /have no headers; there are/);
    // Also where nothing is in it, and in every call that takes a request.
    assert.match(message({ nonse: undefined }), /no nonse/);
    assert.throws(() => signer.sign({ methd: 'GET', url: URL_SEARCH }), /did you mean method\?/);
    assert.throws(() => prepare({ ...get, nonse: 5 }), refused('invalid_argument'));
    await assert.rejects(signer.signAsync({ ...get, nonse: 5 }), refused('invalid_argument'));
    const [good, bad] = await signer.signBatch([get, { ...get, nonse: 5 }]);
    assert.equal(good.status, 'fulfilled');
    assert.ok(refused('invalid_argument')(bad.reason));
});

test('a URL object, and a key that is still text, are refused with the mend', () => {
    assert.throws(() => signer.sign({ ...get, url: new URL(URL_SEARCH) }), /must be a string, not an object \(URL\): give its href/);
    assert.throws(() => new Verifier(key.verifyingKey).verify({ method: 'GET', url: new URL(URL_SEARCH), headers: {} }), /give its href/);
    assert.throws(() => signer.sign({ ...get, url: 5 }), /must be a string, not a number$/);
    for (const text of [PEM, Buffer.from(PEM)]) {
        assert.throws(() => new Signer(text), (error) => refused('invalid_argument')(error) && /SigningKey\.fromPem/.test(error.message) && !error.message.includes('MII'));
    }
    assert.throws(() => new Verifier(key.publicPem()), /VerifyingKey\.fromPem/);
    assert.throws(() => Signer.external(key.publicPem(), () => {}), /VerifyingKey\.fromPem/);
});

test('null is absent for nonce, timestamp, body and API key', async () => {
    const absent = { nonce: null, timestamp: null, body: null };
    assert.deepEqual(Object.keys(new Signer(key, null).sign({ ...get, ...absent }).headers), ['x-sign', 'x-timestamp', 'accept']);
    assert.equal(signer.sign({ ...get, timestamp: null, nonce: 7 }).headers['x-nonce'], '7');
    assert.equal(signer.sign({ ...get, timestamp: 7, nonce: null }).headers['x-timestamp'], '7');
    assert.equal(new Signer(key, null).keyId, undefined);
    const signature = Buffer.from(signer.sign({ ...get, timestamp: 7 }).signature, 'base64url');
    assert.equal(prepare({ ...get, timestamp: 7 }).finish(signature, key.verifyingKey, null).headers['x-api-key'], undefined);
    for (const field of ['form', 'maxBodyBytes', 'method', 'url']) assert.throws(() => sign({ [field]: null }), refused('invalid_argument'));
});
