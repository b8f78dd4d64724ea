import adapter from './fetch.js';

export const { signedFetch } = adapter;
