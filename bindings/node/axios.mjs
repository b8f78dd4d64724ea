import shared from './adapters/axios-adapter.js';

// The axios that `import` finds: its classes are others than those that `require` finds.
export const partnerAdapter = shared.makePartnerAdapter(async () => (await import('axios')).default);
