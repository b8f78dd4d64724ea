import type { AdapterOptions } from './adapters/options.js';
import type { Signer } from './types/index.js';

export type { AdapterOptions, NonceReservation, Nonces } from './adapters/options.js';

/** For `dispatcher.compose(...)` of undici 6, 7 and 8. */
export type PartnerInterceptor = <Dispatch extends (options: any, handler: any) => boolean>(dispatch: Dispatch) => Dispatch;

/**
 * An interceptor that signs each request as the last thing before it leaves. Compose it before
 * `retry` and `redirect`, so that each attempt is signed anew.
 */
export function partnerInterceptor(signer: Signer, options?: AdapterOptions): PartnerInterceptor;
