// One table of cases for all adapters, in every way to send with them.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { PartnerSignError, Signer, SigningKey } from 'partnersign';

import { clients, closeAgents } from './clients.mjs';
import { assertNoSecrets } from './secrets.mjs';
import { API_KEY, closedPort, privatePem, startServer } from './server.mjs';
import { certificate } from './tls.mjs';

const signer = new Signer(SigningKey.fromPem(privatePem), API_KEY);
const text = '{ "name": "Zoë \u{1f600}\u2028", "n": 1.0, "a": [1, 2] }';
const compact = '{"name":"Zoë \u{1f600}\u2028","n":1.0,"a":[1,2]}';
const bytes = new TextEncoder().encode(text);
const long = JSON.stringify({ text: 'x'.repeat(1_000_000) });

// [name, body, the bytes that must arrive; null for none], and which kinds of client it is not for.
const BODIES = [
    ['a string', text, compact],
    ['bytes', bytes, compact],
    ['a Buffer', Buffer.from(text), compact],
    ['an ArrayBuffer', bytes.buffer.slice(0), compact],
    ['a long string', long, long],
    ['an object', { b: 'é', a: [1, null] }, '{"b":"é","a":[1,null]}', ['dispatcher']],
    ['an array', [1, { a: 2 }], '[1,{"a":2}]', ['dispatcher']],
    ['null', null, null],
    ['undefined', undefined, null],
    // axios sends the whole buffer behind a view; see its transformRequest.
    ['a part of a buffer', new Uint8Array([...Buffer.from('..{"a":1}..')]).subarray(2, 9), '{"a":1}', ['axios', 'axios-fetch']],
    ['a DataView', new DataView(Uint8Array.from(Buffer.from('{"a":1}')).buffer), '{"a":1}'],
];

// [path and query as given, as it must arrive]
const TARGETS = [
    ['/', '/'],
    ['/api/v1/p/company/search?query=cme&limit=20', '/api/v1/p/company/search?query=cme&limit=20'],
    ['/caf\u00e9/\u{1f600}', '/caf%C3%A9/%F0%9F%98%80'],
    ['/a b?c=d e', '/a%20b?c=d%20e'],
    ["/it's?q='", "/it's?q=%27"],
    ['/a/../b/./c', '/b/c'],
    ['/%2Fa%20b?x=%2B', '/%2Fa%20b?x=%2B'],
    ["/a//b;c=d/@:!$&'()*+,=~-._", "/a//b;c=d/@:!$&'()*+,=~-._"],
    ['\\back\\slash', '/back/slash'],
    // What clients send in different ways.
    ['/%c3%a9?q=%2f%2F', '/%C3%A9?q=%2F%2F'],
    ['/%41%7Eb?query=a%7eb%2D%5f%30', '/A~b?query=a~b-_0'],
    ['/a|b^c?q=`{"d\\e"}`', '/a%7Cb%5Ec?q=%60%7B%22d%5Ce%22%7D%60'],
    ['/a[0]?ids=[1]', '/a%5B0%5D?ids=%5B1%5D'],
    ['/100%?q=5%&r=%zz', '/100%25?q=5%25&r=%25zz'],
    ['/a?', '/a'],
    ['/a??b?', '/a??b?'],
    ['/a#fragment?b', '/a'],
    ['/a?#', '/a'],
    ['/\u017f\u212a', '/%C5%BF%E2%84%AA'],
];

const REFUSED_BODIES = [
    ['FormData', () => Object.assign(new FormData(), {}), 'invalid_body'],
    ['URLSearchParams', () => new URLSearchParams({ a: '1' }), 'invalid_body'],
    ['a Blob', () => new Blob(['{}']), 'invalid_body'],
    ['a web stream', () => new Blob(['{}']).stream(), 'invalid_body'],
    ['a Node.js stream', () => (async () => (await import('node:stream')).Readable.from(['{}']))(), 'invalid_body'],
    // (axios has made an empty object of it before its adapter sees it)
    ['an async iterable', () => (async function* () { yield '{}'; })(), 'invalid_body', { 'axios': null, 'axios-fetch': null }],
    // (axios calls such a text a form)
    ['text that is no JSON', () => 'a=1', 'invalid_json', { 'axios': 'invalid_body', 'axios-fetch': 'invalid_body' }],
    ['a scalar', () => '1', 'invalid_body'],
    ['half of a JSON text', () => '{"a":', 'invalid_json'],
];

/** The PartnerSignError in an error or its causes: fetch wraps what its dispatcher says. */
function signError(error) {
    for (let at = error; at; at = at.cause) if (at instanceof PartnerSignError) return at;
    return null;
}

async function refused(promise, code, message) {
    const error = await promise.then(
        (value) => assert.fail(`not refused: ${JSON.stringify(value)}`),
        (reason) => reason,
    );
    assert.equal(signError(error)?.code, code, error.stack);
    if (message) assert.match(signError(error).message, message);
    assertNoSecrets(error);
}

describe('every adapter', { concurrency: false }, () => {
    let server, other, secure, tls;
    before(async () => {
        tls = certificate();
        [server, other, secure] = await Promise.all([startServer(), startServer(), startServer({ tls })]);
    });
    after(async () => {
        await closeAgents();
        await Promise.all([server.close(), other.close(), secure.close()]);
    });

    for (const client of clients) {
        describe(client.name, () => {
            let send;
            before(() => {
                send = client.make(signer, {}, { ca: tls.cert });
            });
            const isFetchOver = client.kind === 'dispatcher';
            const last = () => server.requests.at(-1);

            for (const [name, body, expected, notFor = []] of BODIES) {
                if (notFor.includes(client.kind)) continue;
                for (const method of ['POST', 'PUT', 'PATCH']) {
                    test(`${method} with ${name}`, async () => {
                        const { status, text: said } = await send({ url: `${server.origin}/a?b=c`, method, body });
                        assert.equal(status, 200, said);
                        assert.equal(last().method, method);
                        assert.equal(last().body.toString(), expected ?? '');
                        if (expected !== null) assert.equal(last().headers['content-length'], String(Buffer.byteLength(expected)));
                    });
                }
            }

            test('exact bodies stay as they are', async () => {
                const exact = client.make(signer, { form: 'exact' });
                assert.equal((await exact({ url: server.origin + '/', method: 'POST', body: text })).status, 200);
                assert.equal(last().body.toString(), text);
            });

            for (const [given, wire] of TARGETS) {
                test(`the URL ${given}`, async () => {
                    const { status, text: said } = await send({ url: server.origin + given });
                    assert.equal(status, 200, said);
                    assert.equal(last().target, wire);
                });
            }

            for (const method of ['GET', 'HEAD', 'DELETE']) {
                test(`${method} without a body`, async () => {
                    const { status } = await send({ url: server.origin + '/x', method });
                    assert.equal(status, 200);
                    assert.deepEqual([last().method, last().body.length, last().fault], [method, 0, null]);
                    assert.equal(last().headers['content-type'], undefined);
                });
                test(`${method} with a body is refused`, async () => {
                    const before = server.requests.length;
                    // fetch itself refuses it before it asks the dispatcher.
                    if (isFetchOver && method !== 'DELETE') {
                        await assert.rejects(send({ url: server.origin + '/x', method, body: '{}' }), TypeError);
                    } else {
                        await refused(send({ url: server.origin + '/x', method, body: '{}' }), 'body_not_allowed');
                    }
                    assert.equal(server.requests.length, before);
                });
            }

            test('lower-case methods', async () => {
                assert.equal((await send({ url: server.origin + '/x', method: client.kind === 'undici' ? 'POST' : 'post', body: '{}' })).status, 200);
                assert.equal(last().method, 'POST');
            });

            test('OPTIONS is refused', () => refused(send({ url: server.origin + '/x', method: 'OPTIONS' }), 'invalid_method'));

            for (const [name, make, code, others = {}] of REFUSED_BODIES) {
                if (others[client.kind] === null) continue;
                test(`${name} as the body is refused`, async () => {
                    const before = server.requests.length;
                    const body = await make();
                    const sent = send({ url: server.origin + '/x', method: 'POST', body, ...(isFetchOver && { duplex: 'half' }) });
                    // (the fetch of another undici makes text of the FormData of Node.js)
                    const isForeign = name === 'FormData' && client.name === 'fetch of undici 7 over undici 7';
                    const expected = isForeign ? 'invalid_json' : (others[client.kind] ?? code);
                    if (isFetchOver && name === 'a Blob') {
                        // fetch has made bytes of it, which are JSON.
                        assert.equal((await sent).status, 200);
                        return;
                    }
                    await refused(sent, expected);
                    assert.equal(server.requests.length, before);
                });
            }

            test('headers of the caller stay, those of the signature do not', async () => {
                const headers = { 'X-Request-Id': '7', 'x-sign': 'forged', 'X-Nonce': '1', 'x-timestamp': '1', 'x-api-key': 'other', Accept: 'text/html', 'Content-Type': 'text/plain' };
                const { status, text: said } = await send({ url: server.origin + '/x', method: 'POST', body: '{}', headers });
                assert.equal(status, 200, said);
                assert.equal(last().headers['x-request-id'], '7');
                assert.equal(last().headers['x-nonce'], undefined);
                assert.equal(last().headers['x-api-key'], API_KEY);
            });

            test('a content-encoding is refused', () =>
                refused(send({ url: server.origin + '/x', method: 'POST', body: '{}', headers: { 'Content-Encoding': 'gzip' } }), 'invalid_argument', /content-encoding/));

            test('plain http goes to this machine only', async () => {
                const before = server.requests.length;
                await refused(send({ url: `http://partner.test:${server.port}/x` }), 'invalid_url', /plain http/);
                await refused(send({ url: `http://127.0.0.1.partner.test:${server.port}/x` }), 'invalid_url', /plain http/);
                assert.equal(server.requests.length, before);
                const allowed = client.make(signer, { allowHttp: true });
                assert.equal((await allowed({ url: `http://partner.test:${server.port}/x` })).status, 200);
                assert.equal(last().headers.host, `partner.test:${server.port}`);
            });

            test('https', async () => {
                const { status, text: said } = await send({ url: `${secure.origin}/x`, method: 'POST', body: '{}' });
                assert.equal(status, 200, said);
            });

            for (const status of [301, 302, 303, 307, 308]) {
                for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE']) {
                    test(`${method} ${status} to the same origin is signed anew`, async () => {
                        const body = method === 'POST' || method === 'PUT' ? text : undefined;
                        const to = encodeURIComponent('/moved?to=caf%C3%A9');
                        const before = server.requests.length;
                        const answer = await send({ url: `${server.origin}/redirect/${status}?to=${to}`, method, body });
                        assert.equal(answer.status, 200, answer.text);
                        const becomesGet =
                            (status === 303 && method !== 'GET' && method !== 'HEAD') ||
                            // The redirect interceptor of undici 6 keeps the method here.
                            (status < 303 && method === 'POST' && client.name !== 'undici 6');
                        assert.equal(server.requests.length, before + 2);
                        assert.deepEqual([last().method, last().target, last().fault], [becomesGet ? 'GET' : method, '/moved?to=caf%C3%A9', null]);
                        assert.equal(last().body.toString(), body && !becomesGet ? compact : '');
                    });
                }

                test(`${status} to another origin is refused`, async () => {
                    const before = other.requests.length;
                    for (const to of [`${other.origin}/x`, `http://localhost:${server.port}/x`, `//${other.origin.slice(7)}/x`]) {
                        const url = `${server.origin}/redirect/${status}?to=${encodeURIComponent(to)}`;
                        await refused(send({ url }), 'invalid_url', /another origin/);
                        await refused(send({ url, method: 'POST', body: '{}' }), 'invalid_url', /another origin/);
                    }
                    assert.equal(other.requests.length, before);
                });

                test(`${status} from https to http is refused`, async () => {
                    const before = server.requests.length;
                    const to = encodeURIComponent(`${server.origin}/x`);
                    await refused(send({ url: `${secure.origin}/redirect/${status}?to=${to}` }), 'invalid_url', /another origin/);
                    assert.equal(server.requests.length, before);
                });
            }

            test('a redirect that is not to be followed is handed over', async () => {
                const { status } = await send({ url: `${server.origin}/redirect/302?to=%2Fx`, redirect: 'manual' });
                assert.equal(status, 302);
            });

            test('a circle of redirects ends', async () => {
                // undici gives the last redirect, or says that it goes round.
                const url = `${server.origin}/redirect/302?to=${encodeURIComponent('/redirect/302?to=%2Fx')}`;
                const circle = new URL(url);
                circle.searchParams.set('to', circle.pathname + '?to=x');
                if (client.kind === 'undici' || isFetchOver) return;
                const error = await send({ url: `${server.origin}/redirect/302?to=` }).catch((reason) => reason);
                const isAxios = client.kind.startsWith('axios');
                assert.equal(isAxios ? error.code : error.cause.message, isAxios ? 'ERR_FR_TOO_MANY_REDIRECTS' : 'redirect count exceeded');
                assertNoSecrets(error);
            });

            test('an abort before, while signing, and while waiting for the answer', async () => {
                await assert.rejects(send({ url: server.origin + '/x', signal: AbortSignal.abort() }), isAbort);
                const soon = new AbortController();
                const sent = send({ url: server.origin + '/hang', signal: soon.signal });
                queueMicrotask(() => soon.abort());
                await assert.rejects(sent, isAbort);
                const late = new AbortController();
                setTimeout(() => late.abort(), 50);
                await assert.rejects(send({ url: server.origin + '/hang', signal: late.signal }), isAbort);
                await assert.rejects(send({ url: server.origin + '/hang', signal: AbortSignal.timeout(50) }));
            });

            test('an answer that is an error is an answer', async () => {
                for (const status of [400, 401, 404, 500]) {
                    const answer = await send({ url: `${server.origin}/status/${status}?reason=x` });
                    assert.deepEqual([answer.status, JSON.parse(answer.text).detail.reason], [status, 'x']);
                }
            });

            test('errors of the network show no secret', async () => {
                for (const url of [`${server.origin}/reset`, `http://127.0.0.1:${await closedPort()}/x`, `${server.origin}/hang`]) {
                    const error = await send({ url, method: 'POST', body: '{}', signal: AbortSignal.timeout(300) }).then(
                        () => assert.fail('no error'),
                        (reason) => reason,
                    );
                    assertNoSecrets(error);
                }
            });

            test('200 requests at once', async () => {
                const before = server.requests.length;
                const answers = await Promise.all(
                    Array.from({ length: 200 }, (_, n) => send({ url: `${server.origin}/n?n=${n}`, method: 'POST', body: `{"n": ${n}}` })),
                );
                assert.ok(answers.every(({ status }) => status === 200));
                assert.equal(server.requests.length, before + 200);
            });

            test('only for the origins that are named', async () => {
                const bound = client.make(signer, { origins: [server.origin] });
                assert.equal((await bound({ url: server.origin + '/x' })).status, 200);
                if (client.kind === 'undici' || isFetchOver) {
                    await bound({ url: other.origin + '/x', headers: { 'x-other': '1' } });
                    assert.deepEqual(
                        Object.keys(other.requests.at(-1).headers).filter((name) => name.startsWith('x-')),
                        ['x-other'],
                    );
                } else {
                    const before = other.requests.length;
                    await refused(bound({ url: other.origin + '/x' }), 'invalid_url', /none of the origins/);
                    assert.equal(other.requests.length, before);
                }
            });
        });
    }
});

function isAbort(error) {
    assertNoSecrets(error);
    return error.name === 'AbortError' || error.code === 'ERR_CANCELED' || error.cause?.name === 'AbortError';
}
