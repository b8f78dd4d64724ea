import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
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
function* candidates(): Generator<string> {
    const folder = dirname(__dirname);
    for (const platform of platforms()) {
        const file = `partnersign.${platform}.node`;
        yield `${folder}/${file}`;
        for (const above of module.paths) yield `${above}/partnersign-${platform}/${file}`;
    }
}

/** As `require` does it, less a third of a millisecond of looking for what has been found. */
function open(file: string): typeof Native {
    const opened = { exports: {} };
    process.dlopen(opened, file);
    return opened.exports as typeof Native;
}

function load(): typeof Native {
    const failures: unknown[] = [];
    for (const file of candidates()) {
        if (!existsSync(file)) continue;
        try {
            const native = open(file);
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
