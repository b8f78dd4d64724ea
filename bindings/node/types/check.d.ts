import { kind } from './kind.js';
export { kind };
