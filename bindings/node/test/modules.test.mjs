// ESM, CommonJS, vm contexts and worker threads have one implementation and the same behaviour.
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import { inspect } from 'node:util';
import vm from 'node:vm';
import { Worker } from 'node:worker_threads';
import * as esm from 'partnersign';
import { PEM, URL_COMPANY, URL_SEARCH, require } from './support.mjs';

const cjs = require('partnersign');

test('both module systems export the same values', () => {
    assert.deepEqual(Object.keys(esm).sort(), Object.keys(cjs).sort());
    for (const name of Object.keys(esm)) assert.equal(esm[name], cjs[name], name);
});

test('every class has its name, which stack traces and console.log show', () => {
    const functions = Object.entries(esm).filter(([, value]) => typeof value === 'function');
    assert.ok(functions.length >= 12);
    for (const [name, value] of functions) assert.equal(value.name, name);
    assert.match(inspect(new esm.NonceSequencer().reserve()), /^Reservation /);
});

test('objects, arrays and errors of another context are taken', () => {
    const signer = new esm.Signer(esm.SigningKey.fromPem(PEM));
    const context = vm.createContext({ signer, esm, PEM, url: URL_COMPANY });
    const run = (code) => vm.runInContext(code, context);
    const signed = run(`signer.sign({ method: 'POST', url, body: { list: [1, { a: null }] }, timestamp: 1 })`);
    assert.equal(Buffer.from(signed.body).toString(), '{"list":[1,{"a":null}]}');
    const bytes = run(`signer.sign({ method: 'POST', url, body: new Uint8Array([91, 32, 93]), timestamp: 1 })`);
    assert.equal(Buffer.from(bytes.body).toString(), '[]');
    assert.equal(run(`try { signer.sign({}) } catch (error) { error instanceof esm.PartnerSignError && error.code }`), 'invalid_argument');
    assert.throws(() => run(`signer.sign({ method: 'POST', url, body: new Map() })`), { code: 'invalid_argument' });
});

test('the package loads again in a fresh module cache, beside the first', () => {
    const paths = Object.keys(require.cache).filter((path) => path.includes('node_modules/partnersign/'));
    const saved = paths.map((path) => [path, require.cache[path]]);
    for (const path of paths) delete require.cache[path];
    const again = require('partnersign');
    for (const [path, module] of saved) require.cache[path] = module;
    assert.notEqual(again.Signer, cjs.Signer);
    const key = again.SigningKey.fromPem(PEM);
    assert.ok(new again.Signer(key).sign({ method: 'GET', url: URL_SEARCH }));
    assert.throws(() => new esm.Signer(key), { code: 'invalid_argument', message: /a SigningKey of another copy of partnersign/ });
    assert.throws(() => again.SigningKey.fromPem(''), (error) => error instanceof again.PartnerSignError);
    assert.throws(() => esm.SigningKey.fromPem(''), (error) => error instanceof esm.PartnerSignError);
});

test('worker threads sign at once and at the same time, and can be ended in the middle', async () => {
    const code = `
        const { parentPort, workerData } = require('node:worker_threads');
        const { Signer, SigningKey, PartnerSignError } = require('partnersign');
        const signer = new Signer(SigningKey.fromPem(workerData.pem));
        (async () => {
            const signed = [];
            for (let nonce = 1; nonce <= 20; nonce++) {
                const request = { method: 'GET', url: workerData.url, nonce: BigInt(nonce) };
                signed.push(nonce % 2 ? signer.sign(request) : await signer.signAsync(request));
            }
            const refused = await signer.signAsync({ method: 'GET', url: 'x' }).catch((error) => error instanceof PartnerSignError);
            parentPort.postMessage({ signed: signed.map(({ payload, signature }) => ({ payload, signature })), refused });
            for (;;) await signer.signAsync({ method: 'GET', url: workerData.url });
        })();`;
    const work = async () => {
        const worker = new Worker(code, { eval: true, workerData: { pem: PEM, url: URL_SEARCH } });
        const answer = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
        await worker.terminate();
        return answer;
    };
    const publicKey = createPublicKey(PEM);
    for (const { signed, refused } of await Promise.all([work(), work(), work()])) {
        assert.equal(refused, true);
        assert.equal(signed.length, 20);
        for (const { payload, signature } of signed) {
            assert.ok(verify('RSA-SHA256', payload, publicKey, Buffer.from(signature, 'base64url')));
        }
    }
});
