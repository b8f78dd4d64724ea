// The native half: panics, memory, and which library is loaded.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PartnerSignError, Signer, SigningKey } from 'partnersign';
import { PEM, URL_SEARCH, installed, project, require, root, scale } from './support.mjs';

const platform = 'linux-x64-gnu';
const library = join(project, 'node_modules', `partnersign-${platform}`, `partnersign.${platform}.node`);
const node = (code, env = {}, ...flags) =>
    spawnSync(process.execPath, [...flags, '-e', code], { cwd: project, encoding: 'utf8', env: { ...process.env, PEM, URL_SEARCH, ...env } });

/** The package loaded once more, and the exports of the native library that it calls. */
function freshFace() {
    const { dlopen } = process;
    let native;
    process.dlopen = (opened, ...more) => {
        dlopen.call(process, opened, ...more);
        native = opened.exports;
    };
    const file = require.resolve('partnersign');
    const { [file]: loaded } = require.cache;
    delete require.cache[file];
    try {
        return { face: require(file), native };
    } finally {
        process.dlopen = dlopen;
        require.cache[file] = loaded;
    }
}

test('a panic becomes an error, on this thread and on the pool, and says nothing secret', async () => {
    const { native, face } = freshFace();
    const { PartnerSignError, Signer, SigningKey } = face;
    const signer = new Signer(SigningKey.fromPem(PEM));
    const request = { method: 'GET', url: URL_SEARCH };
    const isInternal = (error) => {
        assert.ok(error instanceof PartnerSignError);
        assert.deepEqual([error.code, error.number], ['internal', 901]);
        assert.ok(!JSON.stringify([error.message, error.stack, error.cause]).includes('hunter2'));
        return true;
    };
    // The face calls what the library exports: here, what panics.
    const { sign, signAsync, signBatch } = native;
    Object.assign(native, { sign: native.panicOnPurpose, signAsync: native.panicOnPurposeAsync, signBatch: native.panicOnPurpose });
    try {
        assert.throws(() => signer.sign(request), isInternal);
        await assert.rejects(signer.signAsync(request), isInternal);
        await assert.rejects(signer.signBatch([request]), isInternal);
    } finally {
        Object.assign(native, { sign, signAsync, signBatch });
    }
    assert.ok(signer.sign(request), 'and life goes on');
    const quiet = node(`require('partnersign'); const native = require('${library}'); try { native.panicOnPurpose() } catch {} native.panicOnPurposeAsync().then(() => console.log('alive'))`);
    assert.deepEqual([quiet.stdout, quiet.stderr, quiet.status], ['alive\n', '', 0]);
});

test('every export catches panics', () => {
    const folder = join(root, 'bindings/node/src');
    let exports = 0;
    for (const file of readdirSync(folder)) {
        const source = readFileSync(join(folder, file), 'utf8');
        for (const [, attribute] of source.matchAll(/#\[napi\(?([^)\]]*)\)?\]\n(?:#\[[^\n]*\n)*pub fn/g)) {
            exports += 1;
            assert.match(attribute, /catch_unwind/, `${file}: ${attribute}`);
        }
    }
    assert.equal(exports, Object.keys(require(library)).length);
});

test('no environment variable brings in another library', () => {
    const evil = join(project, 'evil');
    const decoy = join(evil, `partnersign-${platform}`);
    mkdirSync(decoy, { recursive: true });
    writeFileSync(join(decoy, 'package.json'), JSON.stringify({ name: `partnersign-${platform}`, version: '0.1.0', main: 'index.js' }));
    for (const file of ['index.js', `partnersign.${platform}.node`, 'evil.node']) writeFileSync(join(decoy, file), `console.log('evil')`);
    const env = { NODE_PATH: evil, NAPI_RS_NATIVE_LIBRARY_PATH: join(decoy, 'index.js'), NAPI_RS_FORCE_WASI: '1', LD_LIBRARY_PATH: evil };
    const code = `require('partnersign'); console.log(process.report.getReport().sharedObjects.filter((path) => path.endsWith('.node')).join())`;
    const { stdout, stderr } = node(code, env);
    assert.deepEqual([stdout.trim(), stderr], [library, '']);

    // Nor where the real one is missing.
    const alone = join(project, 'alone');
    rmSync(alone, { recursive: true, force: true });
    cpSync(installed, join(alone, 'node_modules', 'partnersign'), { recursive: true });
    const missing = spawnSync(process.execPath, ['-e', `require('partnersign')`], { cwd: alone, encoding: 'utf8', env: { ...process.env, ...env, HOME: evil } });
    // The project above has it; hide that by asking from a place of its own.
    assert.ok(!missing.stdout.includes('evil'));
    rmSync(evil, { recursive: true });
    rmSync(alone, { recursive: true });
});

test('the loader finds the library beside itself, through links, and says what is missing', () => {
    const place = execFileSync('mktemp', ['-d'], { encoding: 'utf8' }).trim();
    const code = `const { version } = require('partnersign'); console.log(version)`;
    const run = (folder) => spawnSync(process.execPath, ['-e', code], { cwd: folder, encoding: 'utf8' });
    const copy = join(place, 'node_modules', 'partnersign');
    cpSync(installed, copy, { recursive: true });
    const missing = run(place);
    assert.notEqual(missing.status, 0);
    assert.match(missing.stderr, /partnersign-linux-x64-gnu .*is not installed/);
    cpSync(library, join(copy, `partnersign.${platform}.node`));
    assert.equal(run(place).stdout, '0.1.0\n');
    // pnpm's layout: the package is a link, its dependency beside the link's target.
    const store = join(place, 'store', 'node_modules');
    mkdirSync(store, { recursive: true });
    cpSync(installed, join(store, 'partnersign'), { recursive: true });
    cpSync(join(project, 'node_modules', `partnersign-${platform}`), join(store, `partnersign-${platform}`), { recursive: true });
    const linked = join(place, 'linked', 'node_modules');
    mkdirSync(linked, { recursive: true });
    symlinkSync(join(store, 'partnersign'), join(linked, 'partnersign'));
    assert.equal(run(join(place, 'linked')).stdout, '0.1.0\n');
    writeFileSync(join(copy, `partnersign.${platform}.node`), 'not a library');
    assert.match(run(place).stderr, /does not load/);
    rmSync(place, { recursive: true });
});

test('memory does not grow with signatures, and handles go with the garbage', () => {
    const count = scale === 'full' ? 100_000 : 2_000;
    const { stdout, stderr, status } = node(
        `const { Signer, SigningKey, VerifyingKey, prepare, ApiKey } = require('partnersign');
        const signer = new Signer(SigningKey.fromPem(process.env.PEM));
        const body = { text: 'x'.repeat(1000) };
        const sign = (nonce) => signer.sign({ method: 'POST', url: process.env.URL_SEARCH, body, nonce });
        const rest = () => new Promise((resolve) => setImmediate(() => { gc(); setImmediate(() => { gc(); resolve(process.memoryUsage().rss / 1048576); }); }));
        (async () => {
            const rounds = async (number, work) => { for (let i = 0; i < number; i++) { await work(i); if (i % 200 === 0) await rest(); } };
            const work = async (i) => {
                sign(BigInt(i));
                if (i % 10 === 0) await signer.signAsync({ method: 'GET', url: process.env.URL_SEARCH });
                if (i % 10 === 1) await signer.signAsync({ method: 'GET', url: 'x' }).catch(() => {});
                if (i % 10 === 2) prepare({ method: 'POST', url: process.env.URL_SEARCH, body: '[' + ' '.repeat(100_000) + ']', form: 'exact' });
                if (i % 40 === 3) new Signer(SigningKey.fromPem(process.env.PEM));
            };
            await rounds(500, work);
            const before = await rest();
            await rounds(${count}, work);
            console.log(Math.round(await rest() - before));
        })();`,
        {},
        '--expose-gc',
    );
    assert.equal(status, 0, stderr);
    assert.ok(Number(stdout) < 24, `grew by ${stdout.trim()} MiB over ${count} signatures`);
});

test('10,000 signers are freed', () => {
    const { stdout, stderr, status } = node(
        `const { Signer, SigningKey } = require('partnersign');
        const key = SigningKey.fromPem(process.env.PEM);
        const make = async (count) => { for (let i = 0; i < count; i++) { new Signer(key); key.verifyingKey.publicDer(); if (i % 1000 === 0) { gc(); await new Promise(setImmediate); } } gc(); await new Promise(setImmediate); return process.memoryUsage().rss / 1048576; };
        (async () => { const before = await make(10_000); console.log(Math.round(await make(10_000) - before)); })();`,
        {},
        '--expose-gc',
    );
    assert.equal(status, 0, stderr);
    assert.ok(Number(stdout) < 8, `grew by ${stdout.trim()} MiB`);
});

test('the library is at most 4 MiB and needs no libcrypto', () => {
    // The aim is 3 MiB: AWS-LC 0.47 brings 0.7 MiB of AES-GCM for AVX-512, which its generator of random bytes links.
    const size = statSync(library).size;
    assert.ok(size <= 4 * 1024 * 1024, `${size} bytes`);
    const needed = execFileSync('readelf', ['--dynamic', library], { encoding: 'utf8' });
    assert.doesNotMatch(needed, /libcrypto|libssl|tokio/);
});
