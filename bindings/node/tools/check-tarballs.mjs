// Fails unless the packed tarballs hold exactly what they must: npm leaves out silently what it does not find.
// Usage: node check-tarballs.mjs FOLDER
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const root = new URL('..', import.meta.url);
const tarballs = readdirSync(folder).filter((name) => name.endsWith('.tgz')).sort();
const problems = [];

const modules = readdirSync(new URL('lib', root)).map((file) => file.replace(/\.ts$/, ''));
const adapters = ['fetch', 'undici', 'axios'].flatMap((name) => ['js', 'mjs', 'd.ts', 'd.mts'].map((ext) => `${name}.${ext}`));
const shared = readdirSync(new URL('adapters', root)).map((file) => `adapters/${file}`);
const pages = existsSync(new URL('docs', root)) ? readdirSync(new URL('docs', root)).map((page) => `docs/${page}`) : [];
const common = ['package.json', 'LICENSE-APACHE', 'LICENSE-MIT'];
const expected = {
    'partnersign-0': [
        ...common,
        'README.md',
        'index.mjs',
        'index.d.mts',
        'dist/index.js',
        'dist/shared.js',
        ...modules.map((name) => `types/${name}.d.ts`),
        ...adapters,
        ...shared,
        ...pages,
    ],
    'partnersign-linux-x64-gnu-': [...common, 'partnersign.linux-x64-gnu.node'],
};

for (const [prefix, files] of Object.entries(expected)) {
    const tarball = tarballs.find((name) => name.startsWith(prefix));
    if (tarball === undefined) {
        problems.push(`no tarball ${prefix}*`);
        continue;
    }
    const listed = execFileSync('tar', ['--list', '--gzip', '--file', join(folder, tarball)], { encoding: 'utf8' });
    const packed = listed.trim().split('\n').map((path) => path.replace(/^package\//, ''));
    for (const file of files) if (!packed.includes(file)) problems.push(`${tarball} lacks ${file}`);
    for (const file of packed) if (!files.includes(file)) problems.push(`${tarball} has ${file}`);
}
const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
if (manifest.scripts !== undefined) problems.push('package.json has scripts; nothing may run at install');

if (problems.length > 0) {
    console.error(`error: ${problems.join('\nerror: ')}`);
    process.exit(1);
}
console.log(tarballs.map((name) => join(folder, name)).join('\n'));
