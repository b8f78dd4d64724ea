// The sandbox as a child process.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { repository } from './repository.mjs';

const binary = process.env.PARTNERAPI_SANDBOX ?? fileURLToPath(new URL('target/debug/partnerapi-sandbox', repository));

export async function startSandbox(...args) {
    const child = spawn(binary, ['serve', '--listen', '127.0.0.1:0', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    const started = new Promise((resolve, reject) => {
        child.once('error', reject).once('exit', () => reject(new Error('the sandbox ended')));
        createInterface(child.stdout).once('line', resolve);
    });
    const origin = (await started).replace('listening on ', '');
    return { origin, stop: () => child.kill() };
}

/** Gives the API key that belongs to `key`. */
export async function register(origin, key) {
    const response = await fetch(`${origin}/_sandbox/api-keys`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ public_key: key.publicPem() }),
    });
    assert.equal(response.status, 201, await response.clone().text());
    return (await response.json()).api_key;
}
