export * from './axios.js';
