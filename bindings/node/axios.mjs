import shared from './adapters/axios-adapter.js';

/** For ESM: the axios that `import` finds. */
export const partnerAdapter = shared.makePartnerAdapter(async () => (await import('axios')).default);
