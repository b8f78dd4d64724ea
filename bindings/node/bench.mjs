// Measures the package beside node:crypto doing the same whole job; prints one JSON object on a line for each row.
// Every comparison is of medians of alternated rounds, because the speed of shared machines drifts.
// Usage: build.sh && node bench.mjs [--quick]
import { execFileSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { createRequire } from 'node:module';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Signer, SigningKey, prepare } from './index.mjs';

const quick = process.argv.includes('--quick');
const ROUNDS = quick ? 3 : 15;
const ROUND_MS = quick ? 30 : 300;
const MANY = quick ? 100 : 1000;
const URL_COMPANY = 'https://api.qredo.network/api/v1/p/company';
const API_KEY = Buffer.from(JSON.stringify({ key_id: 'Vm3cT0rT3stK3y', key: 'b3Qtc2VjcmV0' })).toString('base64url');
const company = { name: 'ACME Corp', city: 'Paris', country: 'FR', domain: 'acme.com', ref: '9827feec-4eae-4e80-bda3-daa7c3b97add' };
const keyFile = (bits) => fileURLToPath(new URL(`../../tests/vectors/keys/rsa${bits}.pkcs8.pem`, import.meta.url));
const pem = (bits) => readFileSync(keyFile(bits), 'utf8');

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
const round = (number) => Number(number.toPrecision(4));

function row(id, what, value, unit, bound, beside) {
    const { at_most = null, at_least = null } = bound;
    const besides = beside.map(([name, number, of]) => ({ what: name, value: round(number), unit: of }));
    console.log(JSON.stringify({ id, what: `Node.js: ${what}`, value: round(value), unit, at_most, at_least, beside: besides }));
}

/** The job with node:crypto: text, payload, signature, headers, by hand. */
function byHand(privateKey) {
    return (then = (payload) => sign('sha256', payload, privateKey)) => {
        const body = JSON.stringify(company);
        const timestamp = String(Math.floor(Date.now() / 1000));
        const payload = Buffer.from(timestamp + URL_COMPANY + body);
        const finish = (signature) => ({
            method: 'POST',
            url: URL_COMPANY,
            headers: {
                'x-api-key': API_KEY,
                'x-sign': signature.toString('base64url'),
                'x-timestamp': timestamp,
                accept: 'application/json',
                'content-type': 'application/json',
            },
            body: Buffer.from(body),
        });
        const signature = then(payload);
        return signature instanceof Promise ? signature.then(finish) : finish(signature);
    };
}

/** Microseconds of a call: the medians over alternated rounds. */
function contest(...contestants) {
    const counts = contestants.map((call) => {
        const start = performance.now();
        let count = 0;
        while (performance.now() - start < ROUND_MS) for (let i = 0; i < 5; i++, count++) call();
        return Math.max(count, 1);
    });
    const times = contestants.map(() => []);
    for (let number = 0; number < ROUNDS; number++) {
        contestants.forEach((call, index) => {
            const start = performance.now();
            for (let i = 0; i < counts[index]; i++) call();
            times[index].push(((performance.now() - start) * 1000) / counts[index]);
        });
    }
    return times;
}

/** The median of the ratios of rounds that lie beside each other. */
const ratio = (ours, theirs) => median(ours.map((time, index) => time / theirs[index]));

function signing(bits) {
    const [privateKey, publicKey] = [createPrivateKey(pem(bits)), createPublicKey(pem(bits))];
    const signer = new Signer(SigningKey.fromPem(pem(bits)), API_KEY);
    const request = { method: 'POST', url: URL_COMPANY, body: company };
    const job = byHand(privateKey);
    const verified = (payload) => {
        const signature = sign('sha256', payload, privateKey);
        if (!verify('sha256', payload, publicKey, signature)) throw new Error('node:crypto');
        return signature;
    };
    const [ours, theirs, theirsVerified] = contest(() => signer.sign(request), () => job(), () => job(verified));
    const beside = [['partnersign', median(ours), 'us']];
    row(`node-sign-${bits}`, `sign, ${bits} bits, ours with its verification / node:crypto without one`, ratio(ours, theirs), 'x', { at_most: 1.03 }, [...beside, ['node:crypto', median(theirs), 'us']]);
    row(`node-sign-verified-${bits}`, `sign, ${bits} bits, both with a verification`, ratio(ours, theirsVerified), 'x', { at_most: 1 }, [...beside, ['node:crypto with crypto.verify', median(theirsVerified), 'us']]);
}

function preparing() {
    const body = Buffer.from(JSON.stringify(company, null, 1));
    const request = { method: 'POST', url: URL_COMPANY, body, timestamp: 1639490495 };
    const native = createRequire(import.meta.url)('./partnersign.linux-x64-gnu.node');
    const count = quick ? 1000 : 100_000;
    const [face, core] = [[], []];
    for (let number = 0; number < ROUNDS; number++) {
        const start = performance.now();
        for (let i = 0; i < count; i++) prepare(request);
        face.push(((performance.now() - start) * 1000) / count);
        core.push(native.timePrepare(URL_COMPANY, body, count));
    }
    const above = median(face.map((time, index) => time - core[index]));
    row('node-prepare', 'call overhead above core, on prepare with a body of 150 bytes', above, 'us', { at_most: 3 }, [['prepare from Node.js', median(face), 'us'], ["core's prepare", median(core), 'us']]);
}

async function pooled() {
    const signer = new Signer(SigningKey.fromPem(pem(2048)), API_KEY);
    const request = { method: 'POST', url: URL_COMPANY, body: company };
    const [privateKey, publicKey] = [createPrivateKey(pem(2048)), createPublicKey(pem(2048))];
    const job = byHand(privateKey);
    const [signLater, verifyLater] = [promisify(sign), promisify(verify)];
    const signed = (payload) => signLater('sha256', payload, privateKey);
    const verified = async (payload) => {
        const signature = await signed(payload);
        if (!(await verifyLater('sha256', payload, publicKey, signature))) throw new Error('node:crypto');
        return signature;
    };
    const contestants = [() => signer.signAsync(request), () => job(signed), () => job(verified)];
    const [rates, delays] = [contestants.map(() => []), contestants.map(() => [])];
    for (let number = 0; number < ROUNDS; number++) {
        // Each round is begun by another one.
        for (let turn = 0; turn < contestants.length; turn++) {
            const index = (number + turn) % contestants.length;
            const delay = monitorEventLoopDelay({ resolution: 1 });
            delay.enable();
            const start = performance.now();
            await Promise.all(Array.from({ length: MANY }, contestants[index]));
            rates[index].push((MANY * 1000) / (performance.now() - start));
            delay.disable();
            delays[index].push(delay.percentile(99) / 1e6);
        }
    }
    const [ours, theirs, theirsVerified] = rates;
    const job1000 = `signAsync x ${MANY} / crypto.sign with a callback`;
    row('node-async-throughput', `${job1000}, ours with its verification`, ratio(ours, theirs), 'x', { at_least: 1 }, [['partnersign', median(ours), '/s'], ['node:crypto', median(theirs), '/s']]);
    row('node-async-verified', `${job1000}, both with a verification`, ratio(ours, theirsVerified), 'x', { at_least: 1 }, [['partnersign', median(ours), '/s'], ['node:crypto with crypto.verify', median(theirsVerified), '/s']]);
    row('node-async-delay', `event-loop delay, p99, of ${job1000}`, ratio(delays[0], delays[1]), 'x', { at_most: 1 }, [['partnersign', median(delays[0]), 'ms'], ['node:crypto', median(delays[1]), 'ms']]);
}

async function batch() {
    const signer = new Signer(SigningKey.fromPem(pem(2048)), API_KEY);
    const requests = Array.from({ length: MANY }, () => ({ method: 'POST', url: URL_COMPANY, body: company }));
    const cores = availableParallelism();
    const times = [[], []];
    for (let number = 0; number < Math.ceil(ROUNDS / 3); number++) {
        for (const [index, concurrency] of [1, cores].entries()) {
            const start = performance.now();
            await signer.signBatch(requests, { concurrency });
            times[index].push(performance.now() - start);
        }
    }
    row('node-batch', `signBatch of ${MANY} on ${cores} cores / (${cores} x one core)`, ratio(times[0], times[1]) / cores, 'x', { at_least: 0.95 }, [['one core', median(times[0]), 'ms'], [`${cores} cores`, median(times[1]), 'ms']]);
}

/** Milliseconds of whole processes above an empty one. */
function processes() {
    const index = fileURLToPath(new URL('dist/index.js', import.meta.url));
    const file = keyFile(2048);
    const programs = [
        '',
        `const { Signer, SigningKey } = require('${index}'); new Signer(SigningKey.fromFile('${file}', { allowInsecure: true })).sign({ method: 'GET', url: '${URL_COMPANY}' })`,
        `const { createPrivateKey, sign } = require('node:crypto'); sign('sha256', Buffer.from('1${URL_COMPANY}'), createPrivateKey(require('node:fs').readFileSync('${file}'))).toString('base64url')`,
    ];
    const times = programs.map(() => []);
    for (let number = 0; number < (quick ? 5 : 40); number++) {
        programs.forEach((program, at) => {
            const start = performance.now();
            execFileSync(process.execPath, ['-e', program]);
            times[at].push(performance.now() - start);
        });
    }
    const [empty, ours, theirs] = times.map(median);
    row('node-first-signature', 'require, key load and first signature above an empty process / node:crypto', (ours - empty) / (theirs - empty), 'x', { at_most: 1 }, [['partnersign', ours - empty, 'ms'], ['node:crypto', theirs - empty, 'ms'], ['empty process', empty, 'ms']]);
}

for (const bits of [2048, 3072, 4096]) signing(bits);
preparing();
await pooled();
await batch();
processes();
