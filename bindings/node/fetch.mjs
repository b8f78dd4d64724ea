export { signedFetch } from './fetch.js';
