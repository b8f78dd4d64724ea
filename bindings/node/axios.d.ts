import type { AdapterOptions } from './adapters/options.js';
import type { Signer } from './types/index.js';

export type { AdapterOptions, NonceReservation, Nonces } from './adapters/options.js';

/** axios's `AxiosAdapter`, of any version and module system. */
export type PartnerAdapter = (config: any) => Promise<any>;

export interface PartnerAdapterOptions extends AdapterOptions {
    /** What sends the signed request: `http` (the default), `fetch`, or an adapter of your own. */
    adapter?: 'http' | 'fetch' | ((config: any) => Promise<any>) | undefined;
    /** The default export of the axios that you use, if it is not the one beside partnersign. */
    axios?: { getAdapter: any; Axios: any; AxiosError: any } | undefined;
}

/**
 * An adapter for `axios.create({ adapter })`: it signs what axios has made of a request, and has
 * axios's own adapter send exactly that.
 */
export function partnerAdapter(signer: Signer, options?: PartnerAdapterOptions): PartnerAdapter;
