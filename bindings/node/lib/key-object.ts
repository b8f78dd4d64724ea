import { types } from 'node:util';
import { PartnerSignError } from './errors.js';

/** A `KeyObject` of `node:crypto`. */
export interface KeyObjectLike {
    readonly type: string;
    export(options?: any): any;
}

/** @internal */
export function isKeyObject(value: unknown): value is KeyObjectLike {
    return types.isKeyObject(value);
}

/** @internal Uses the key's DER, PKCS#8 or SPKI, and erases it. */
export function withDer<T>(key: KeyObjectLike, use: (der: Uint8Array) => T): T {
    if (key.type === 'secret') {
        throw new PartnerSignError('unsupported_key', 'this is a secret key, where an RSA key belongs');
    }
    let der: Buffer;
    try {
        der = key.export({ format: 'der', type: key.type === 'private' ? 'pkcs8' : 'spki' });
    } catch (error) {
        const why = 'node:crypto does not export the key; if it never leaves its device, use Signer.external';
        throw new PartnerSignError('unsupported_key', why, { cause: error });
    }
    try {
        return use(der);
    } finally {
        der.fill(0);
    }
}
