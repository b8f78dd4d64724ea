// Whoever gets something into Object.prototype must not choose what is signed or which key is taken.

/** @internal The properties of its own of an options object, with nothing behind them. */
export function own(value: object): Record<string, unknown> {
    return { __proto__: null, ...value } as Record<string, unknown>;
}

/**
 * @internal An object to read `names` from: classes may inherit them, but what `Object.prototype` itself
 * holds does not count.
 */
export function unpolluted<T extends object>(value: T, names: readonly string[]): T {
    for (const name of names) {
        if (name in Object.prototype) return copyOf(value, names);
    }
    return value;
}

function copyOf<T extends object>(value: T, names: readonly string[]): T {
    const copy = own({});
    for (const name of names) {
        if (holds(value, name)) copy[name] = value[name as keyof T];
    }
    return copy as T;
}

function holds(value: object, name: string): boolean {
    for (let at: object | null = value; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
        if (Object.hasOwn(at, name)) return true;
    }
    return false;
}
