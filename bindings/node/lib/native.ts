import { toNamespacedPath } from 'node:path';
import type * as Native from '../native.js';
import { VERSION } from './generated.js';
import { installed, notInstalled } from './locate.js';

/** What `require` does with a library, less its search; that of a test runner or bundler may not do it at all. */
function open(file: string): typeof Native {
    const addon = { exports: {} };
    process.dlopen(addon, toNamespacedPath(file));
    return addon.exports as typeof Native;
}

function load(): typeof Native {
    const failures: unknown[] = [];
    for (const file of installed()) {
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
    if (failures.length === 0) throw new Error(`partnersign: ${notInstalled()}`);
    throw new Error(`partnersign: the native library does not load: ${failures.map(String).join('; ')}`, {
        cause: failures[0],
    });
}

/** @internal */
export const native: typeof Native = load();
