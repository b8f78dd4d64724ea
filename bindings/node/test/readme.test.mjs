// Runs every JavaScript example of the README, with what its text says is there.
import assert from 'node:assert/strict';
import { constants, createPrivateKey, privateEncrypt } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as partnersign from 'partnersign';
import { API_KEY, DIGEST_INFO, PEM, URL_COMPANY, URL_SEARCH, installed, project } from './support.mjs';

const { PartnerSignError, Signer, SigningKey, VerifyingKey, Verifier } = partnersign;
const readme = readFileSync(join(installed, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code);
const key = SigningKey.fromPem(PEM);
const raw = (bytes) => privateEncrypt({ key: PEM, padding: constants.RSA_PKCS1_PADDING }, bytes);
class SignCommand {
    constructor(input) {
        Object.assign(this, input);
    }
}
const AsyncFunction = (async () => {}).constructor;
const received = [];
let server;

before(async () => {
    writeFileSync(join(project, 'private.pem'), key.privatePem('open sesame'), { mode: 0o600 });
    writeFileSync(join(project, 'public.pem'), key.publicPem());
    process.chdir(project);
    server = createServer((request, response) => {
        const chunks = [];
        request.on('data', (chunk) => chunks.push(chunk)).on('end', () => {
            received.push({ method: request.method, path: request.url, headers: request.rawHeaders, body: Buffer.concat(chunks) });
            response.end('{}');
        });
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
});
after(() => server.close());

/** Runs the one block that contains `mark`; gives the values of the names that it declares. */
let run = 0;
const ran = new Set();
async function example(mark, given, wanted = []) {
    const found = blocks.filter((code) => code.includes(mark));
    assert.equal(found.length, 1, `${found.length} blocks have ${mark}`);
    ran.add(found[0]);
    run += 1;
    const code = found[0].replace(/^import .*$/gm, '');
    const declared = [...code.matchAll(/^(?:const|let) (\w+)/gm)].map(([, name]) => name);
    const context = { ...partnersign, ...given };
    const names = Object.keys(context).filter((name) => !declared.includes(name));
    const body = `${code}\nreturn { ${wanted.join(', ')} };`;
    return new AsyncFunction(...names, body)(...names.map((name) => context[name]));
}

const origin = () => `http://127.0.0.1:${server.address().port}`;
const signer = new Signer(key, API_KEY);
const valid = (signed) => new Verifier(key.verifyingKey).verify({ ...signed, body: signed.body });

test('the five lines, as they are, as a module', async () => {
    assert.ok(readme.indexOf('```js') < 30, 'the README begins with them');
    writeFileSync(join(project, 'private.pem'), key.privatePem(), { mode: 0o600 });
    const code = blocks[0].replace('https://api.qredo.network', origin()) + '\nexport { response, signed };\n';
    ran.add(blocks[0]);
    assert.equal(blocks[0].trim().split('\n').filter(Boolean).length, 5);
    writeFileSync(join(project, 'five-lines.mjs'), code);
    process.env.PARTNER_API_KEY = API_KEY;
    const { response, signed } = await import(join(project, 'five-lines.mjs'));
    assert.equal(response.status, 200);
    const [{ method, path, headers, body }] = received;
    assert.equal(path, '/api/v1/p/company');
    assert.deepEqual(body, Buffer.from('{"name":"ACME Corp"}'));
    assert.equal(new Verifier(key.verifyingKey).verify({ method, url: signed.url, headers, body }).keyId, 'Vm3cT0rT3stK3y');
    writeFileSync(join(project, 'private.pem'), key.privatePem('open sesame'), { mode: 0o600 });
});

test('what a signed request has', async () => {
    const { signed } = await example('signed.digest; //', { signer }, ['signed']);
    assert.deepEqual(Object.keys(signed), ['method', 'url', 'headers', 'body', 'signature', 'payload', 'digest']);
    assert.deepEqual(Object.keys(signed.headers), ['x-api-key', 'x-sign', 'x-timestamp', 'accept', 'content-type']);
});

test('signAsync and signBatch', async () => {
    valid((await example('AbortSignal.timeout', { signer, url: URL_SEARCH }, ['signed'])).signed);
    const [sent, reported] = [[], []];
    const requests = [{ method: 'GET', url: URL_SEARCH }, { method: 'GET', url: 'x' }];
    await example('signBatch', { signer, requests, send: (signed) => sent.push(valid(signed)), report: (code) => reported.push(code) });
    assert.deepEqual([sent.length, reported], [1, ['invalid_url']]);
});

test('the key in a file and in the environment', async () => {
    process.env.KEY_PASSPHRASE = 'open sesame';
    assert.equal((await example('KEY_PASSPHRASE', {}, ['key'])).key.fingerprint, key.fingerprint);
    process.env.PARTNER_PRIVATE_KEY = PEM.replaceAll('\n', '\\n');
    assert.equal((await example('PARTNER_PRIVATE_KEY', {}, ['key'])).key.fingerprint, key.fingerprint);
    assert.equal(process.env.PARTNER_PRIVATE_KEY, undefined);
});

test('the key in a KMS, an HSM, on another machine, in node:crypto', async () => {
    const kms = {
        async send({ KeyId, Message, MessageType, SigningAlgorithm }) {
            assert.deepEqual([KeyId, MessageType, SigningAlgorithm], ['id', 'DIGEST', 'RSASSA_PKCS1_V1_5_SHA_256']);
            return { Signature: new Uint8Array(raw(Buffer.concat([DIGEST_INFO, Message]))) };
        },
    };
    valid((await example('SignCommand', { kms, SignCommand, KeyId: 'id', url: URL_SEARCH }, ['signed'])).signed);
    const publicKey = key.verifyingKey;
    valid((await example('hsm.sign', { publicKey, hsm: { sign: raw }, url: URL_SEARCH }, ['signed'])).signed);
    const elsewhere = async (digest) => raw(Buffer.concat([DIGEST_INFO, digest]));
    valid((await example('elsewhere', { publicKey, elsewhere, apiKey: API_KEY, url: URL_SEARCH }, ['signed'])).signed);
    assert.ok(readme.includes('`new Signer(createPrivateKey(pem))`'));
    valid(new Signer(createPrivateKey(PEM)).sign({ method: 'GET', url: URL_SEARCH }));
});

test('errors', async () => {
    await example('error.position', { signer });
    assert.throws(() => signer.sign({ method: 'GET', url: 'https://api.qredo.network:443/api/v1/p/company' }), (error) => {
        assert.ok(error instanceof PartnerSignError);
        assert.deepEqual([error.code, error.number, error.position], ['invalid_url', 101, 25]);
        return true;
    });
});

test('nonces', async () => {
    const given = { lastSeenByTheServer: '10', signer, url: `${origin()}/api/v1/p/company/search` };
    const { sequencer, reservation } = await example('sequencer.reserve()', given, ['sequencer', 'reservation']);
    assert.deepEqual([reservation.nonce, sequencer.last], ['11', '11']);
});

test('verify and diagnose', async () => {
    const url = 'https://api.example.com/api/v1/p/company';
    const signed = signer.sign({ method: 'POST', url, body: '{ "a": 1 }', nonce: 5n });
    const request = { method: 'POST', url: '/api/v1/p/company', rawHeaders: Object.entries(signed.headers).flat() };
    const { verified } = await example('MemoryReplay', { apiKey: API_KEY, request, body: signed.body }, ['verified']);
    assert.equal(verified.keyId, 'Vm3cT0rT3stK3y');
    const { diagnosis } = await example('diagnose([', { url, headers: signed.headers, body: '{ "a": 1 }' }, ['diagnosis']);
    assert.deepEqual(diagnosis.causes, ['body_compacted']);
    assert.ok(readme.includes(`'${diagnosis.message}'`));
    assert.equal(VerifyingKey.fromFile('public.pem').fingerprint, key.fingerprint);
    assert.equal(signer.sign({ method: 'POST', url: URL_COMPANY, body: {} }).method, 'POST');
});

test('no example was left out', () => {
    assert.equal(ran.size, blocks.length);
});
