import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Of Linux there are two kinds; the wrong one does not load. */
function platforms(): string[] {
    const { platform, arch } = process;
    if (platform === 'linux') return [`linux-${arch}-gnu`, `linux-${arch}-musl`];
    if (platform === 'win32') return [`win32-${arch}-msvc`];
    return [`${platform}-${arch}`];
}

/** Every `node_modules` that a package in `folder` may use, as `require` looks for them. */
function nodeModules(folder: string): string[] {
    const above = dirname(folder) === folder ? [] : nodeModules(dirname(folder));
    return basename(folder) === 'node_modules' ? above : [join(folder, 'node_modules'), ...above];
}

/**
 * @internal The files that may be the native library: beside this package, or in the platform's package in the
 * `node_modules` above, and nowhere else. `require` would also look into NODE_PATH, and no environment
 * variable may bring in another library. (`module.paths` says the same, but not under test runners and in bundles.)
 */
export function* installed(): Generator<string> {
    const here = typeof __dirname === 'string' ? __dirname : '.';
    for (const platform of platforms()) {
        const file = `partnersign.${platform}.node`;
        const folders = nodeModules(here).map((folder) => join(folder, `partnersign-${platform}`));
        for (const folder of [dirname(here), ...folders]) {
            if (existsSync(join(folder, file))) yield join(folder, file);
        }
    }
}

/** @internal Why there is no such file, and what to do. */
export function notInstalled(): string {
    const names = platforms().map((platform) => `partnersign-${platform}`).join(' or ');
    const isBundled = typeof __dirname !== 'string' || basename(dirname(__dirname)) !== 'partnersign';
    return isBundled
        ? `partnersign is in a bundle, and there is no native library beside it: leave it out of the bundle (esbuild, Rollup, ` +
              `webpack: list partnersign as external), or install ${names} in a node_modules folder above it.`
        : `the package ${names} is not installed. Install without --omit=optional; if it is missing although you did, ` +
              'delete package-lock.json and node_modules and install again.';
}
