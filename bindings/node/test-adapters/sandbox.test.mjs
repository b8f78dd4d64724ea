// Each adapter against the sandbox, which verifies every request as the real API does.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { NonceSequencer, Signer, SigningKey } from 'partnersign';

import { closeAgents, current } from './clients.mjs';
import { register, startSandbox } from './sandbox.mjs';

const company = { name: 'ACME Corp é', city: 'Paris', country: 'FR', domain: 'acme.com', ref: '9827feec-4eae-4e80-bda3-daa7c3b97add' };

async function newSigner(origin) {
    const key = SigningKey.generate();
    return new Signer(key, await register(origin, key));
}

describe('the sandbox', { concurrency: false }, () => {
    let byTime, byNonce;
    before(async () => {
        [byTime, byNonce] = await Promise.all([startSandbox(), startSandbox('--nonce', 'sequential')]);
    });
    after(async () => {
        await closeAgents();
        byTime?.stop();
        byNonce?.stop();
    });

    for (const client of current) {
        test(`${client.name}: a company is made, found and changed`, async () => {
            const api = `${byTime.origin}/api/v1/p`;
            const send = client.make(await newSigner(byTime.origin));
            const made = await send({ url: `${api}/company`, method: 'POST', body: JSON.stringify(company, null, 2) });
            assert.equal(made.status, 200, made.text);
            const { company_id: id } = JSON.parse(made.text);
            const found = await send({ url: `${api}/company/search?query=ACME Corp é&limit=10` });
            assert.equal(found.status, 200, found.text);
            const changed = await send({ url: `${api}/company/${id}`, method: 'PUT', body: JSON.stringify({ ...company, city: 'Nice' }) });
            assert.equal(changed.status, 200, changed.text);
            const missing = await send({ url: `${api}/company/none` });
            assert.ok(missing.status >= 400 && missing.status < 500 && missing.status !== 401, missing.text);
        });

        test(`${client.name}: 20 companies at once, one nonce after the other`, async () => {
            const api = `${byNonce.origin}/api/v1/p`;
            const sequencer = new NonceSequencer('sequential');
            const send = client.make(await newSigner(byNonce.origin), { nonces: sequencer });
            const calls = Array.from({ length: 20 }, (_, n) =>
                send({ url: `${api}/company`, method: 'POST', body: JSON.stringify({ ...company, name: `ACME ${n}` }) }),
            );
            for (const { status, text } of await Promise.all(calls)) assert.equal(status, 200, text);
            assert.equal(Number(sequencer.last), 20);
        });
    }
});
