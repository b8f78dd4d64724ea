/** @internal The name of the method that `console.log` and `util.inspect` call. */
export const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** @internal What `util.inspect` hands to that method. */
export type Inspect = (value: unknown, options: object) => string;
