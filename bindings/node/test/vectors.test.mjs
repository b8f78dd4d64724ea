// All of tests/vectors. Expected values come from OpenSSL, Go and the written rules (tests/vectors/README.md).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as partnersign from 'partnersign';
import { conformance } from './support.mjs';

const { bytesOf, cases, hex, read, results, sha256 } = conformance;

function freshness(expected) {
    return Object.entries(expected)[0];
}

const expectations = {
    keys({ ok }) {
        return { bits: ok.bits, fingerprint: ok.spki_sha256, public_pem: read(ok.public_pem_file).toString() };
    },
    signing(one) {
        return {
            method: one.method_sent,
            url: one.url,
            headers: one.headers,
            body: hex(bytesOf(one.body_sent)),
            payload: hex(bytesOf(one.payload)),
            digest: one.sha256,
            signature: one.signature,
        };
    },
    compaction(one) {
        const output = bytesOf(one.output);
        return { output_sha256: sha256(output), length: output.length };
    },
    urls(one) {
        const url = bytesOf(one.url).toString();
        return { url, digest: sha256(`1${url}`) };
    },
    freshness(one) {
        const [kind, value] = freshness(one.freshness);
        return { header: `x-${kind}`, value };
    },
    api_keys: (one) => one.ok,
    requests(one) {
        const body = bytesOf(one.ok.body_sent);
        return { method: one.method.toUpperCase(), body_sha256: body === undefined ? null : sha256(body), digest: one.ok.sha256 };
    },
    verifying({ ok }) {
        return { key_id: ok.key_id, freshness: freshness(ok.freshness), digest: ok.sha256 };
    },
    outcome_of_http: (one) => ({ outcome: one.outcome }),
};

function withoutWords(result) {
    const { code, number } = result.error ?? assert.fail(`accepted: ${JSON.stringify(result)}`);
    return { code, number };
}

function compare(file, one, result) {
    if (file === 'replay') {
        const verdicts = result.map((step) => (step.error ? withoutWords(step) : step.ok));
        assert.deepEqual(verdicts, one.steps.map((step) => step.error ?? true));
    } else if (file === 'diagnosis') {
        compareDiagnosis(one, result);
    } else if (one.error !== undefined) {
        const { position, ...error } = one.error;
        assert.deepEqual(withoutWords(result), error);
        if (position !== undefined) assert.equal(result.error.position, position);
    } else {
        assert.deepEqual(result, expectations[file](one));
    }
}

function compareDiagnosis({ expected, signed_payload, signed_digest }, result) {
    // Where no DigestInfo says so, nobody knows that what comes back is a digest.
    if (result.signed_digest !== null) assert.equal(result.signed_digest, signed_digest);
    if (expected.unknown) {
        assert.deepEqual([result.found, result.causes], [false, []]);
    } else if (expected.valid) {
        assert.deepEqual([result.found, result.causes], [true, []]);
    } else {
        const right = [expected.causes, ...(expected.also ?? [])].map((causes) => [...causes].sort().join());
        assert.ok(right.includes([...result.causes].sort().join()), `${result.causes} is none of ${right.join(' or ')}`);
        // (nor, with a hash of another kind, what was hashed)
        if (signed_payload !== null && result.signed_payload !== null) assert.equal(result.signed_payload, hex(bytesOf(signed_payload)));
    }
}

const ran = new Map();
for (const { file, one, result } of results(partnersign)) {
    const count = ran.get(file) ?? ran.set(file, { cases: 0, leftOut: 0, failures: [] }).get(file);
    count.cases += 1;
    if (result.leftOut !== undefined) {
        count.leftOut += 1;
        continue;
    }
    try {
        compare(file, one, result);
    } catch (error) {
        count.failures.push(`${one.name}: ${error.message}`);
    }
}

for (const [file, { cases: number, leftOut, failures }] of ran) {
    test(`${file}.json: ${number} cases, ${leftOut} left out`, () => {
        assert.equal(number, cases(file).length);
        assert.ok(leftOut <= 5);
        assert.deepEqual(failures, []);
    });
}
