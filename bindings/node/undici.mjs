import adapter from './undici.js';

export const { partnerInterceptor } = adapter;
