/** @internal A value's kind for a message: never the value itself, which may be secret. */
export function kind(value: unknown): string {
    if (value === null) return 'null';
    if (Array.isArray(value)) return 'an array';
    if (typeof value !== 'object') return typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`;
    const name = nameOf(value);
    return OURS.includes(name) ? `a ${name} of another copy of partnersign` : `an object (${name})`;
}

/** What two copies of the package, each with a library of its own, cannot hand to each other. */
const OURS = ['ApiKey', 'ApiKeys', 'MemoryReplay', 'Reservation', 'Signer', 'SigningKey', 'VerifyingKey'];

function nameOf(value: object): string {
    const tag = Object.prototype.toString.call(value).slice(8, -1);
    const maker = tag === 'Object' ? Object.getPrototypeOf(value)?.constructor : undefined;
    return typeof maker === 'function' && typeof maker.name === 'string' ? maker.name : tag;
}
