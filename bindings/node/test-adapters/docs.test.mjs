// The examples of the documentation run as they stand, against the sandbox in place of the API.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';

import { SigningKey } from 'partnersign';

import { register, startSandbox } from './sandbox.mjs';

const docs = new URL('../docs/', import.meta.url);
const ORIGIN = /https:\/\/api\.qredo\.network/g;

describe('the examples', { concurrency: false }, () => {
    let sandbox, folder;
    before(async () => {
        // Where they find node_modules.
        folder = mkdtempSync(new URL('../examples-', import.meta.url).pathname);
        sandbox = await startSandbox();
    });
    after(() => {
        sandbox?.stop();
        rmSync(folder, { recursive: true });
    });

    for (const page of ['adapters.md', 'axios.md', 'fetch.md', 'undici.md']) {
        const examples = [...readFileSync(new URL(page, docs), 'utf8').matchAll(/^```js\n(.*?)^```$/gms)].map((match) => match[1]);
        test(`${page} has examples`, () => assert.ok(examples.length > 0));
        examples.forEach((example, index) => {
            test(`${page}, example ${index + 1}`, async () => {
                const file = join(folder, `${page}-${index}.mjs`);
                writeFileSync(file, example.replace(ORIGIN, sandbox.origin));
                // A key of its own: two examples may send the same POST in one second, which is a replay.
                const key = SigningKey.generate();
                writeFileSync(join(folder, 'private.pem'), key.privatePem(), { mode: 0o600 });
                const env = { ...process.env, PARTNER_API_KEY: await register(sandbox.origin, key) };
                const { stdout } = await promisify(execFile)(process.execPath, [file], { cwd: folder, env, timeout: 60_000 });
                assert.match(stdout, /\b200\b/);
                assert.doesNotMatch(stdout, /\b[45]\d\d\b/);
            });
        });
    }

    test('every page is run', () => {
        assert.deepEqual(readdirSync(docs).filter((name) => /^(adapters|axios|fetch|undici)\.md$/.test(name)).length, 4);
    });
});
