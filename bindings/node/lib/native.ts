import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type * as Native from '../native.js';
import { VERSION } from './generated.js';

/** Of Linux there are two kinds; the wrong one does not load. */
function platforms(): string[] {
    const { platform, arch } = process;
    if (platform === 'linux') return [`linux-${arch}-gnu`, `linux-${arch}-musl`];
    if (platform === 'win32') return [`win32-${arch}-msvc`];
    return [`${platform}-${arch}`];
}

/**
 * Beside this package, or in the platform's package in the `node_modules` above: nowhere else.
 * `require` would also look into NODE_PATH, and no environment variable may bring in another library.
 */
function candidates(platform: string): string[] {
    const file = `partnersign.${platform}.node`;
    const installed = module.paths.map((folder) => join(folder, `partnersign-${platform}`, file));
    return [join(__dirname, '..', file), ...installed];
}

function load(): typeof Native {
    const failures: unknown[] = [];
    for (const file of platforms().flatMap(candidates)) {
        if (!existsSync(file)) continue;
        try {
            const native = require(file) as typeof Native;
            const found = native.version();
            if (found === VERSION) {
                native.silencePanics();
                return native;
            }
            failures.push(new Error(`${file} is version ${found}, this is partnersign ${VERSION}`));
        } catch (error) {
            failures.push(error);
        }
    }
    const names = platforms().map((platform) => `partnersign-${platform}`).join(' or ');
    throw new Error(
        failures.length > 0
            ? `partnersign: the native library does not load: ${failures.map(String).join('; ')}`
            : `partnersign: the package ${names} is not installed. Install without --omit=optional; ` +
              'if it is missing although you did, delete package-lock.json and node_modules and install again.',
        { cause: failures[0] },
    );
}

/** @internal */
export const native: typeof Native = load();
