import type { Failure } from '../native.js';
import { ERROR_NUMBERS, type PartnerSignErrorCode } from './generated.js';

/**
 * Every refusal, from synchronous calls and promises alike.
 *
 * `message` names the rule, the place and the mend. It never holds a secret or a part of a body.
 */
export class PartnerSignError extends Error {
    /** What kind of refusal this is. Codes never change meaning. */
    readonly code: PartnerSignErrorCode;
    /** The number of the code, as C callers see it. */
    readonly number: number;
    /** Offset in bytes into the input that was refused, counted from 0; `undefined` if there is no such place. */
    readonly position: number | undefined;

    constructor(
        code: PartnerSignErrorCode,
        message: string,
        options: { position?: number | undefined; cause?: unknown } = {},
    ) {
        super(message, 'cause' in options ? { cause: options.cause } : undefined);
        this.code = code;
        this.number = ERROR_NUMBERS[code];
        this.position = options.position;
    }

    static {
        Object.defineProperty(this.prototype, 'name', {
            value: 'PartnerSignError',
            configurable: true,
            writable: true,
        });
    }
}

/** @internal */
export function invalidArgument(message: string, options?: { cause: unknown }): PartnerSignError {
    return new PartnerSignError('invalid_argument', message, options);
}

function isFailure(answer: unknown): answer is Failure {
    return typeof answer === 'object' && answer !== null && 'code' in answer;
}

/** @internal The value, or a `PartnerSignError` thrown. */
export function unwrap<T>(answer: T | Failure): T {
    if (!isFailure(answer)) return answer;
    throw new PartnerSignError(answer.code as PartnerSignErrorCode, answer.message, { position: answer.position });
}

/** @internal The native side returns its refusals; what it throws is a bug, and may say too much. */
export function internal(): PartnerSignError {
    return new PartnerSignError('internal', 'a panic was caught: a bug in partnersign; please report it');
}

/** @internal */
export function ask<T>(call: () => T | Failure): T {
    let answer: T | Failure;
    try {
        answer = call();
    } catch {
        throw internal();
    }
    return unwrap(answer);
}
