// The adapters as TypeScript sees them, and the package as a whole once more.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { repository } from './repository.mjs';

const folder = new URL('types/', import.meta.url);
const tools = (path) => fileURLToPath(new URL(`bindings/node/tools/node_modules/${path}`, repository));

function check(name, files, options) {
    const compilerOptions = { strict: true, noEmit: true, skipLibCheck: false, target: 'es2022', types: ['node'], ...options };
    const config = new URL(`tsconfig.${name}.json`, folder);
    writeFileSync(config, JSON.stringify({ compilerOptions, files }));
    try {
        execFileSync(tools('.bin/tsc'), ['--project', fileURLToPath(config)], { encoding: 'utf8', stdio: 'pipe' });
    } catch (error) {
        assert.fail(String(error.stdout) || String(error));
    }
}

const nodeNext = { module: 'nodenext', moduleResolution: 'nodenext' };
// The types of axios and undici do not hold without it; ours are in the files that are checked.
const clients = { skipLibCheck: true };

test('beside axios and undici, with the types of Node.js', () => check('node', ['adapters.mts', 'common.cts'], { ...nodeNext, ...clients, lib: ['es2023'] }));

test('with the types of a browser too', () => check('dom', ['adapters.mts', 'common.cts'], { ...nodeNext, ...clients, lib: ['es2023', 'dom', 'dom.iterable'] }));

test('under every strict switch, and in a bundler', () => {
    const strict = { isolatedModules: true, erasableSyntaxOnly: true, verbatimModuleSyntax: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true };
    check('strict', ['adapters.mts'], { ...nodeNext, ...clients, ...strict, lib: ['es2023', 'dom'] });
    check('bundler', ['adapters.mts'], { module: 'esnext', moduleResolution: 'bundler', ...clients, lib: ['es2023', 'dom'] });
});

test('our declarations hold by themselves', () => {
    const text = ['fetch', 'undici', 'axios'].map((name) => `export * as ${name} from 'partnersign/${name}';\n`).join('');
    writeFileSync(new URL('own.mts', folder), text);
    check('own', ['own.mts'], { ...nodeNext, lib: ['es2023'] });
    check('own-dom', ['own.mts'], { ...nodeNext, types: [], lib: ['es2023', 'dom'] });
});

test('what the adapters export is what their types say', async () => {
    for (const [name, value] of [['fetch', 'signedFetch'], ['undici', 'partnerInterceptor'], ['axios', 'partnerAdapter']]) {
        const [esm, declared] = [await import(`partnersign/${name}`), readFileSync(new URL(`bindings/node/${name}.d.ts`, repository), 'utf8')];
        assert.deepEqual(Object.keys(esm).filter((key) => key !== 'default' && key !== 'module.exports'), [value]);
        assert.match(declared, new RegExp(`export function ${value}\\(`));
    }
});
