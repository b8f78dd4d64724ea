import { type PartnerSignErrorCode } from './generated.js';
/**
 * Every refusal, from synchronous calls and promises alike.
 *
 * `message` names the rule, the place and the mend. It never holds a secret or a part of a body.
 */
export declare class PartnerSignError extends Error {
    /** What kind of refusal this is. Codes never change meaning. */
    readonly code: PartnerSignErrorCode;
    /** The number of the code, as C callers see it. */
    readonly number: number;
    /** Offset in bytes into the input that was refused, counted from 0; `undefined` if there is no such place. */
    readonly position: number | undefined;
    constructor(code: PartnerSignErrorCode, message: string, options?: {
        position?: number | undefined;
        cause?: unknown;
    });
}
