// Where `require` and `module` are not those of Node.js: test runners and bundlers.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import vm from 'node:vm';
import { PEM, URL_SEARCH, installed, project, root } from './support.mjs';

/** Loads a CommonJS file in a context of its own, as the vm pools of vitest do: no `module.paths`, no libraries. */
function loadAsRunner(file) {
    const real = createRequire(file);
    const module = { exports: {} };
    const required = (id) => {
        if (id.endsWith('.node')) throw new Error(`Unknown file extension ".node"`);
        return real(id);
    };
    const context = vm.createContext({ process, Buffer, URL, AbortSignal, structuredClone });
    const wrapper = vm.compileFunction(readFileSync(file, 'utf8'), ['module', 'exports', 'require', '__filename', '__dirname'], { parsingContext: context });
    wrapper(module, module.exports, required, file, dirname(file));
    return module.exports;
}

test('it loads in a test runner that has a require of its own', () => {
    for (let time = 0; time < 2; time += 1) {
        const { Signer, SigningKey } = loadAsRunner(join(installed, 'dist', 'index.js'));
        assert.ok(new Signer(SigningKey.fromPem(PEM)).sign({ method: 'GET', url: URL_SEARCH }));
    }
});

test('where it does not load, the error says why, and has the cause', () => {
    const place = mkdtempSync(join(tmpdir(), 'partnersign-'));
    try {
        const copy = join(place, 'node_modules', 'partnersign');
        cpSync(installed, copy, { recursive: true });
        assert.throws(() => loadAsRunner(join(copy, 'dist', 'index.js')), /partnersign-linux-x64-gnu .*is not installed/);
        writeFileSync(join(copy, 'partnersign.linux-x64-gnu.node'), 'not a library');
        assert.throws(() => loadAsRunner(join(copy, 'dist', 'index.js')), (error) => {
            assert.match(error.message, /does not load: .*(invalid ELF header|file too short)/);
            assert.equal(error.cause.code, 'ERR_DLOPEN_FAILED');
            return true;
        });
    } finally {
        rmSync(place, { recursive: true });
    }
});

test('in a bundle it loads, or says that it belongs outside', () => {
    const place = mkdtempSync(join(tmpdir(), 'partnersign-'));
    const source = join(project, 'bundled.mjs');
    writeFileSync(source, `import { version } from 'partnersign'; console.log(version);`);
    const bundle = (format, folder, ...flags) => {
        const file = join(folder, format === 'cjs' ? 'bundle.cjs' : 'bundle.mjs');
        const esbuild = join(root, 'bindings/node/tools/node_modules/.bin/esbuild');
        const made = spawnSync(esbuild, [source, '--bundle', '--platform=node', `--format=${format}`, `--outfile=${file}`, ...flags], { encoding: 'utf8' });
        assert.equal(made.status, 0, made.stderr);
        return spawnSync(process.execPath, [file], { cwd: folder, encoding: 'utf8' });
    };
    try {
        assert.equal(bundle('esm', project, '--external:partnersign').stdout, '0.1.0\n');
        assert.equal(bundle('cjs', project).stdout, '0.1.0\n');
        const shim = `--banner:js=import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;
        for (const [format, ...flags] of [['cjs'], ['esm', shim]]) {
            const { status, stderr } = bundle(format, place, ...flags);
            assert.notEqual(status, 0);
            assert.match(stderr, /partnersign is in a bundle.*leave it out of the bundle/, format);
        }
    } finally {
        rmSync(place, { recursive: true });
    }
});
