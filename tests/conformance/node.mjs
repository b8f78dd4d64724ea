// Works through tests/vectors with the npm package and prints what its user gets: a JSON object on a line.
// Usage: node node.mjs [FOLDER of the package, or of a project that has it installed]
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const VECTORS = new URL('../vectors/', import.meta.url);
const FILES = [
    'keys', 'signing', 'compaction', 'urls', 'freshness', 'api_keys', 'requests', 'verifying', 'replay', 'diagnosis',
    'outcome_of_http',
];

export const read = (path) => readFileSync(new URL(path, VECTORS));
export const cases = (file) => JSON.parse(read(`${file}.json`)).cases;
export const hex = (bytes) => (bytes === undefined ? null : Buffer.from(bytes).toString('hex'));
export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** What a bytes value of the vectors stands for. */
export function bytesOf(value) {
    if (value === null || value === undefined) return undefined;
    if (typeof value === 'string') return Buffer.from(value);
    if (Array.isArray(value)) return Buffer.concat(value.map(bytesOf));
    if ('hex' in value) return Buffer.from(value.hex, 'hex');
    return Buffer.from(value.repeat.repeat(value.times));
}

/** Every case of every file, with what `partnersign` (the module) makes of it. */
export function* results(partnersign) {
    const { ApiKeys, MemoryReplay, Outcome, SigningKey, Signer, Verifier, VerifyingKey, compactJson, diagnose } = partnersign;
    const keys = new Map(cases('keys').map((one) => [one.name, one]));
    const loaded = new Map();
    const load = (one) => {
        const bytes = one.file === undefined ? bytesOf(one.bytes) : read(one.file);
        const Key = one.kind === 'private' ? SigningKey : VerifyingKey;
        return one.encoding === 'pem' ? Key.fromPem(bytes, bytesOf(one.passphrase)) : Key.fromDer(bytes, bytesOf(one.passphrase));
    };
    const key = (name) => {
        if (!loaded.has(name)) loaded.set(name, load(keys.get(name)));
        return loaded.get(name);
    };
    const anySigner = (apiKey) => new Signer(key('rsa2048.pkcs8.pem'), apiKey);
    const request = (one) => ({
        method: one.method,
        url: one.url,
        body: bytesOf(one.body_in),
        form: one.form,
        ...(one.freshness ?? { timestamp: 1 }),
    });
    const received = (one) => ({ method: one.method, url: one.url, headers: one.headers, body: bytesOf(one.body) });
    const verifier = (one, policy) => {
        const table = new ApiKeys((one.api_keys ?? []).map((entry) => [entry.api_key, key(entry.public_key)]));
        const replay = policy ? new MemoryReplay(policy) : undefined;
        return new Verifier(one.public_key ? key(one.public_key) : table, { windowSeconds: one.window_seconds, replay });
    };

    const runners = {
        keys(one) {
            const loaded = load(one);
            return { bits: loaded.bits, fingerprint: loaded.fingerprint, public_pem: loaded.publicPem() };
        },
        signing(one) {
            const signed = new Signer(key(one.key), one.api_key ?? undefined).sign(request(one));
            const { method, url, headers, signature } = signed;
            const bytes = { body: hex(signed.body), payload: hex(signed.payload), digest: hex(signed.digest) };
            return { method, url, headers: Object.entries(headers), ...bytes, signature };
        },
        compaction(one) {
            const output = compactJson(bytesOf(one.input));
            return { output_sha256: sha256(output), length: output.length };
        },
        urls(one) {
            const bytes = bytesOf(one.url);
            const url = bytes.toString();
            if (!Buffer.from(url).equals(bytes)) return { leftOut: 'a string cannot hold what is not Unicode' };
            const signed = anySigner().sign({ method: 'GET', url, timestamp: 1 });
            return { url: signed.url, digest: hex(signed.digest) };
        },
        freshness(one) {
            const url = 'https://api.qredo.network/api/v1/p/company/search';
            const { headers } = anySigner().sign({ method: 'GET', url, ...one.freshness });
            const header = 'x-nonce' in headers ? 'x-nonce' : 'x-timestamp';
            return { header, value: headers[header] };
        },
        api_keys(one) {
            const signer = anySigner(one.api_key);
            const url = 'https://api.qredo.network/api/v1/p/company/search';
            return { key_id: signer.keyId, sent: signer.sign({ method: 'GET', url, timestamp: 1 }).headers['x-api-key'] };
        },
        requests(one) {
            const { method, body, digest } = anySigner().sign(request(one));
            return { method, body_sha256: body === undefined ? null : sha256(body), digest: hex(digest) };
        },
        verifying(one) {
            const { keyId, freshness, digest } = verifier(one, one.replay).verify(received(one), one.now);
            return { key_id: keyId ?? null, freshness: [freshness.kind, freshness.value], digest: hex(digest) };
        },
        replay(one) {
            const checker = verifier(one, one.policy);
            return one.steps.map((step) =>
                refusalOr(() => {
                    checker.verify(received(step), step.now);
                    return { ok: true };
                }),
            );
        },
        diagnosis(one) {
            const { found, message, causes, signedDigest, signedPayload } = diagnose(one.public_keys.map(key), received(one));
            return { found, message, causes, signed_digest: hex(signedDigest), signed_payload: hex(signedPayload) };
        },
        outcome_of_http: (one) => ({ outcome: Outcome.ofHttp(one.status, one.reason) }),
    };

    function refusalOr(work) {
        try {
            return work();
        } catch (error) {
            if (!(error instanceof partnersign.PartnerSignError)) throw error;
            const { code, number, message, position = null } = error;
            return { error: { code, number, message, position } };
        }
    }

    for (const file of FILES) {
        for (const one of cases(file)) {
            yield { file, one, result: refusalOr(() => runners[file](one)) };
        }
    }
}

function main(folder = fileURLToPath(new URL('../../bindings/node', import.meta.url))) {
    const partnersign = createRequire(pathToFileURL(`${folder}/index.js`))('partnersign');
    for (const { file, one, result } of results(partnersign)) {
        const { leftOut } = result;
        const line = leftOut === undefined ? { file, name: one.name, result } : { file, name: one.name, left_out: leftOut };
        process.stdout.write(`${JSON.stringify(line)}\n`);
    }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main(process.argv[2]);
