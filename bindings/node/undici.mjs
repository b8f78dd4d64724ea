export { partnerInterceptor } from './undici.js';
