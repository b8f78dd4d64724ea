// Nonce mode: each call reserves, signs, sends and settles; the server checks the numbers.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';

import { NonceSequencer, Signer, SigningKey } from 'partnersign';

import { clients, closeAgents, current } from './clients.mjs';
import { assertNoSecrets } from './secrets.mjs';
import { API_KEY, closedPort, privatePem, startServer } from './server.mjs';
import { vectors } from './repository.mjs';

const signer = new Signer(SigningKey.fromPem(privatePem), API_KEY);
const outcomes = JSON.parse(readFileSync(new URL('outcome_of_http.json', vectors))).cases;
// What a server can answer with; the others are no final answer.
const answers = outcomes.filter(({ status }) => status >= 200 && status <= 599 && status !== 407);

/** A sequencer that writes down what is settled, and may be as slow as a store. */
function recording(sequencer, milliseconds = null) {
    const pause = () => milliseconds === null ? undefined : new Promise((resolve) => setTimeout(resolve, milliseconds));
    const settled = [];
    return {
        settled,
        get policy() {
            return sequencer.policy;
        },
        reserve: milliseconds === null ? () => sequencer.reserve() : async () => (await pause(), sequencer.reserve()),
        settle(reservation, outcome) {
            settled.push([Number(reservation.nonce), outcome]);
            if (milliseconds === null) return sequencer.settle(reservation, outcome);
            return pause().then(() => sequencer.settle(reservation, outcome));
        },
    };
}

async function until(condition) {
    const end = Date.now() + 5_000;
    while (!condition()) {
        assert.ok(Date.now() < end, 'it does not come');
        await new Promise((resolve) => setTimeout(resolve, 5));
    }
}

describe('nonce mode', { concurrency: false }, () => {
    let server;
    before(async () => {
        server = await startServer();
    });
    after(async () => {
        await closeAgents();
        await server.close();
    });

    for (const client of current) {
        describe(client.name, () => {
            test('every answer settles as the vectors say, and its body is still there', async () => {
                for (const { name, status, reason, outcome } of answers) {
                    // fetch sends a request again after 421, by its standard.
                    if (status === 421 && client.kind === 'dispatcher') continue;
                    const nonces = recording(new NonceSequencer('unique'));
                    const send = client.make(signer, { nonces });
                    const query = reason === null ? '' : `?reason=${encodeURIComponent(reason)}`;
                    const answer = await send({ url: `${server.origin}/status/${status}${query}`, redirect: 'manual' });
                    assert.deepEqual(nonces.settled, [[1, outcome]], name);
                    assert.equal(answer.status, status);
                    const hasBody = ![204, 205, 304].includes(status);
                    if (hasBody) assert.equal(JSON.parse(answer.text).detail?.reason ?? null, reason, name);
                }
            });

            test('no answer settles as unknown, and the number comes back', async () => {
                const nonces = recording(new NonceSequencer('sequential', 10));
                const send = client.make(signer, { nonces });
                await assert.rejects(send({ url: `${server.origin}/reset` }));
                await assert.rejects(send({ url: `${server.origin}/hang`, signal: AbortSignal.timeout(50) }));
                await assert.rejects(send({ url: `http://127.0.0.1:${await closedPort()}/` }));
                assert.equal((await send({ url: `${server.origin}/` })).status, 200);
                assert.deepEqual(nonces.settled, [[11, 'unknown'], [11, 'unknown'], [11, 'unknown'], [11, 'consumed']]);
                assert.equal(server.requests.at(-1).headers['x-nonce'], '11');
                assert.equal(server.requests.at(-1).headers['x-timestamp'], undefined);
            });

            test('what is refused before it leaves consumes nothing', async () => {
                const nonces = recording(new NonceSequencer('sequential', 10));
                const send = client.make(signer, { nonces });
                await assert.rejects(send({ url: `${server.origin}/`, method: 'OPTIONS' }));
                await assert.rejects(send({ url: `${server.origin}/`, method: 'POST', body: '{' }));
                await assert.rejects(send({ url: `${server.origin}/`, signal: AbortSignal.abort() }));
                await assert.rejects(send({ url: `http://partner.test:${server.port}/` }));
                assert.ok(nonces.settled.every(([, outcome]) => outcome === 'not_consumed'), String(nonces.settled));
                assert.equal((await send({ url: `${server.origin}/` })).status, 200);
                assert.deepEqual(nonces.settled.at(-1), [11, 'consumed']);
            });

            test('200 calls at once, each in its turn', async () => {
                const strict = await startServer({ policy: 'sequential' });
                try {
                    const send = client.make(signer, { nonces: new NonceSequencer('sequential') });
                    const calls = Array.from({ length: 200 }, (_, n) => send({ url: `${strict.origin}/`, method: 'POST', body: `{"n":${n}}` }));
                    for (const { status, text } of await Promise.all(calls)) assert.equal(status, 200, text);
                    assert.deepEqual(
                        strict.requests.map(({ headers, body }) => [headers['x-nonce'], JSON.parse(body).n]),
                        Array.from({ length: 200 }, (_, n) => [String(n + 1), n]),
                    );
                } finally {
                    await strict.close();
                }
            });

            test('increasing and unique numbers at once', async () => {
                for (const policy of ['increasing', 'unique']) {
                    const strict = await startServer({ policy });
                    try {
                        const send = client.make(signer, { nonces: new NonceSequencer(policy) });
                        const calls = Array.from({ length: 50 }, () => send({ url: `${strict.origin}/late/5` }));
                        for (const { status, text } of await Promise.all(calls)) assert.equal(status, 200, text);
                        assert.equal(strict.accepted.size, 50);
                    } finally {
                        await strict.close();
                    }
                }
            });

            test('a refused number stops the sequencer, and the caller reads why', async () => {
                const strict = await startServer({ policy: 'sequential' });
                try {
                    const sequencer = new NonceSequencer('sequential', 7);
                    const send = client.make(signer, { nonces: sequencer });
                    const answer = await send({ url: `${strict.origin}/` });
                    assert.deepEqual([answer.status, JSON.parse(answer.text).detail.reason], [401, 'nonce']);
                    const error = await send({ url: `${strict.origin}/` }).catch((reason) => reason);
                    assert.equal((error.cause ?? error).code, 'nonce_rejected');
                    assertNoSecrets(error);
                    sequencer.resync(0);
                    assert.equal((await send({ url: `${strict.origin}/` })).status, 200);
                } finally {
                    await strict.close();
                }
            });

            test('a lost answer: the number is offered again, and the next one after that', async () => {
                const strict = await startServer({ policy: 'sequential' });
                try {
                    const nonces = recording(new NonceSequencer('sequential'));
                    const send = client.make(signer, { nonces });
                    await assert.rejects(send({ url: `${strict.origin}/reset` }));
                    assert.equal((await send({ url: `${strict.origin}/` })).status, 401);
                    assert.equal((await send({ url: `${strict.origin}/` })).status, 200);
                    assert.deepEqual(nonces.settled, [[1, 'unknown'], [1, 'refused'], [2, 'consumed']]);
                } finally {
                    await strict.close();
                }
            });

            test('a call that is aborted in the queue leaves it', async () => {
                const nonces = recording(new NonceSequencer('sequential'));
                const send = client.make(signer, { nonces });
                const first = send({ url: `${server.origin}/late/100` });
                const waits = new AbortController();
                const [second, third] = [send({ url: `${server.origin}/`, signal: waits.signal }), send({ url: `${server.origin}/` })];
                second.catch(() => {});
                setTimeout(() => waits.abort(), 20);
                await assert.rejects(second);
                assert.deepEqual([(await first).status, (await third).status], [200, 200]);
                const consumed = nonces.settled.filter(([, outcome]) => outcome === 'consumed');
                assert.deepEqual(consumed, [[1, 'consumed'], [2, 'consumed']]);
            });

            test('a slow store, shared by two adapters', async () => {
                const strict = await startServer({ policy: 'sequential' });
                try {
                    const nonces = recording(new NonceSequencer('sequential'), 2);
                    const [one, two] = [client.make(signer, { nonces }), clients[0].make(signer, { nonces })];
                    const calls = Array.from({ length: 20 }, (_, n) => (n % 2 ? one : two)({ url: `${strict.origin}/` }));
                    for (const { status, text } of await Promise.all(calls)) assert.equal(status, 200, text);
                    await until(() => nonces.settled.length === 20);
                } finally {
                    await strict.close();
                }
            });

            test('long and endless error bodies', async () => {
                for (const [path, outcome] of [['long/1000', 'refused'], ['long/200000', client.kind.startsWith('axios') ? 'refused' : 'unknown']]) {
                    const nonces = recording(new NonceSequencer('unique'));
                    const answer = await client.make(signer, { nonces })({ url: `${server.origin}/${path}` });
                    assert.ok(answer.text.length > Number(path.split('/')[1]));
                    assert.deepEqual(nonces.settled, [[1, outcome]]);
                }
                const nonces = recording(new NonceSequencer('unique'));
                const send = client.make(signer, { nonces });
                await assert.rejects(send({ url: `${server.origin}/endless`, signal: AbortSignal.timeout(100) }));
                await until(() => nonces.settled.length === 1);
                assert.deepEqual(nonces.settled, [[1, 'unknown']]);
            });
        });
    }

    test('a reservation that someone else holds is waited for', async () => {
        const sequencer = new NonceSequencer('sequential');
        const held = sequencer.reserve();
        const sent = clients[0].make(signer, { nonces: sequencer })({ url: `${server.origin}/` });
        setTimeout(() => sequencer.settle(held, 'consumed'), 100);
        assert.equal((await sent).status, 200);
        assert.equal(server.requests.at(-1).headers['x-nonce'], '2');
    });

    test('a nonce that cannot be settled is a warning, not a lost answer', async () => {
        const sequencer = new NonceSequencer('unique');
        const nonces = { policy: 'unique', reserve: () => sequencer.reserve(), settle: () => Promise.reject(new Error('disk full')) };
        const warned = new Promise((resolve) => process.once('warning', resolve));
        const answer = await clients[0].make(signer, { nonces })({ url: `${server.origin}/` });
        assert.equal(answer.status, 200);
        const warning = await warned;
        assert.equal(warning.name, 'PartnerSignWarning');
        assert.match(warning.message, /nonce 1 could not be settled: disk full/);
    });

    test('each redirect has a nonce of its own', async () => {
        const nonces = recording(new NonceSequencer('unique'));
        const before = server.requests.length;
        assert.equal((await clients[0].make(signer, { nonces })({ url: `${server.origin}/redirect/307?to=%2Fx` })).status, 200);
        assert.deepEqual(server.requests.slice(before).map(({ headers }) => headers['x-nonce']), ['1', '2']);
        assert.deepEqual(nonces.settled, [[1, 'unknown'], [2, 'consumed']]);
    });
});
