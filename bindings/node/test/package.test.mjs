// The package as npm and TypeScript see it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { installed, project, root } from './support.mjs';

const tools = join(root, 'bindings/node/tools/node_modules');
const tarball = join(root, 'bindings/node/pack', 'partnersign-0.1.0.tgz');
const run = (command, ...args) => {
    const { stdout, stderr, status, error } = spawnSync(join(tools, '.bin', command), args, { cwd: project, encoding: 'utf8' });
    assert.equal(status, 0, `${command}: ${error ?? ''}${stdout}${stderr}`);
};

/** Type-checks files of test/types with these options of the compiler beside `strict`. */
function check(name, files, options) {
    const config = join(project, `tsconfig.${name}.json`);
    const compilerOptions = { strict: true, noEmit: true, skipLibCheck: false, target: 'es2022', types: [], typeRoots: [join(tools, '@types')], ...options };
    writeFileSync(config, JSON.stringify({ compilerOptions, files: files.map((file) => join('test/types', file)) }));
    run('tsc', '--project', config);
}

const nodeNext = { module: 'nodenext', moduleResolution: 'nodenext' };

test('types hold without the types of Node.js or a browser', () => {
    writeFileSync(join(project, 'test/types/package.json'), '{ "type": "module" }');
    writeFileSync(join(project, 'test/types/abort.d.ts'), 'declare class AbortController { readonly signal: import("partnersign").AbortSignalLike }');
    check('bare', ['face.ts', 'abort.d.ts'], { ...nodeNext, lib: ['es2022'] });
});

test('types hold under isolatedModules, type stripping and every strict switch', () => {
    const strict = { isolatedModules: true, erasableSyntaxOnly: true, verbatimModuleSyntax: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, noPropertyAccessFromIndexSignature: true };
    check('strict', ['face.ts'], { ...nodeNext, ...strict, lib: ['es2022', 'dom'] });
});

test('types hold in a bundler\'s resolution and in CommonJS', () => {
    check('bundler', ['face.ts'], { module: 'esnext', moduleResolution: 'bundler', lib: ['es2022', 'dom'] });
    writeFileSync(join(project, 'test/types/common.cts'), `import partnersign = require('partnersign');\nconst signer: partnersign.Signer = new partnersign.Signer(partnersign.SigningKey.fromPem(''));\nsigner.sign({ method: 'GET', url: '' });\n`);
    check('common', ['common.cts'], { ...nodeNext, lib: ['es2022'] });
});

test('what is signed fits into fetch, Node.js and the browser\'s types', () => {
    check('web-node', ['web.ts'], { ...nodeNext, types: ['node'], lib: ['es2022'] });
    check('web-dom', ['web.ts'], { ...nodeNext, types: ['node'], lib: ['es2022', 'dom'] });
    check('exact-node', ['exact.ts'], { ...nodeNext, types: ['node'], lib: ['es2022'], exactOptionalPropertyTypes: true });
    check('exact-dom', ['exact.ts'], { ...nodeNext, types: ['node'], lib: ['es2022', 'dom'], exactOptionalPropertyTypes: true });
});

test('the program of the types runs as it is, with its types stripped', () => {
    const { stripTypeScriptTypes } = process.getBuiltinModule?.('node:module') ?? {};
    const source = readFileSync(join(project, 'test/types/face.ts'), 'utf8');
    assert.doesNotMatch(source, /\benum\b|\bnamespace\b/);
    if (stripTypeScriptTypes) assert.ok(stripTypeScriptTypes(source).includes('new Signer'));
});

test('publint and attw find nothing', () => {
    run('publint', tarball, '--strict');
    run('attw', tarball, '--profile', 'node16');
});

test('nothing runs or is fetched at install, and nothing but the native library is depended upon', () => {
    for (const folder of [installed, join(project, 'node_modules/partnersign-linux-x64-gnu')]) {
        const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
        assert.deepEqual([manifest.scripts, manifest.dependencies, manifest.gypfile], [undefined, undefined, undefined]);
        assert.equal(manifest.engines.node, '>=20');
        assert.equal(manifest.version, '0.1.0');
    }
    assert.deepEqual(readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.')), ['partnersign', 'partnersign-linux-x64-gnu']);
});

test('no declaration names what is not shipped', () => {
    for (const file of readdirSync(join(installed, 'types'))) {
        assert.doesNotMatch(readFileSync(join(installed, 'types', file), 'utf8'), /native\.js|from 'node:|@internal/, file);
    }
});
