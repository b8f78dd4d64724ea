// Nothing that is printed, logged or thrown shows a secret.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { ApiKey, ApiKeys, PartnerSignError, Signer, SigningKey, Verifier, prepare } from 'partnersign';
import { API_KEY, PEM, SECRET, URL_COMPANY, keyFile } from './support.mjs';

const key = SigningKey.fromPem(PEM);
const signer = new Signer(key, API_KEY);
const request = { method: 'POST', url: URL_COMPANY, body: { password: 'hunter2' }, timestamp: 1 };
const signed = signer.sign(request);
const objects = { key, signer, signed, apiKey: ApiKey.parse(API_KEY), apiKeys: new ApiKeys([[API_KEY, key.verifyingKey]]), prepared: prepare(request), verifier: new Verifier(key.verifyingKey) };
const secrets = [API_KEY, SECRET, signed.signature, 'hunter2', ...PEM.split('\n').slice(1, -2)];

test('inspect, toString, JSON.stringify, templates', () => {
    const shown = [];
    for (const [name, object] of Object.entries(objects)) {
        const ways = [inspect(object), inspect({ object }, { depth: 9 }), inspect(object, { depth: 9, showHidden: true }), String(object), `${object}`, JSON.stringify(object), JSON.stringify({ object })];
        if (name !== 'signed') ways.push(inspect(object, { customInspect: false, showHidden: true, depth: 9 }));
        shown.push(...ways.map((text) => [name, text]));
    }
    for (const [name, text] of shown) {
        for (const secret of secrets) assert.ok(!text.includes(secret), `${name}: ${text}`);
    }
    assert.match(inspect(key), /^SigningKey \{ bits: 2048, fingerprint: '[0-9a-f]{64}' \}$|^SigningKey \{\n/);
    assert.match(inspect(signer), /keyId: 'Vm3cT0rT3stK3y'/);
});

test('own keys of keys and signers are none', () => {
    for (const object of [key, signer, objects.apiKeys]) assert.deepEqual(Reflect.ownKeys(object), []);
});

test('errors', () => {
    const attempts = [
        () => SigningKey.fromPem(PEM.replace(/[A-Z]/, '!')),
        () => SigningKey.fromPem(PEM.slice(0, 900)),
        () => SigningKey.fromFile(keyFile('rsa2048.pkcs8.pem') + '.none', { passphrase: 'hunter2' }),
        () => ApiKey.parse(`${API_KEY}!`),
        () => new Signer(PEM),
        () => new Signer(key, { apiKey: API_KEY }),
        () => signer.sign({ ...request, body: '{"password":"hunter2",}' }),
        () => signer.sign({ ...request, url: `https://user:hunter2@api.example/` }),
        () => signer.sign({ ...request, nonce: {} }),
    ];
    for (const attempt of attempts) {
        assert.throws(attempt, (error) => {
            const text = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error) + error.stack;
            assert.ok(error instanceof PartnerSignError, text);
            for (const secret of secrets) assert.ok(!text.includes(secret), `${secret} in ${text}`);
            return true;
        });
    }
});

test('keys are no plain objects that structuredClone could copy', () => {
    const copy = structuredClone(key);
    assert.deepEqual(Reflect.ownKeys(copy), []);
    assert.throws(() => new Signer(copy), { code: 'invalid_argument' });
});
