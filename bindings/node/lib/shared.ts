/** What the adapters share with the core of the package, and nobody else: dist/shared.js. */

export { onAbort } from './listeners.js';
export { own, unpolluted } from './properties.js';
export { kind } from './kind.js';
