// What the tests share. They run in a project that has the packed tarballs installed; PARTNERSIGN_ROOT is
// the repository.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = process.env.PARTNERSIGN_ROOT;
export const scale = process.env.SCALE === 'full' ? 'full' : 'ci';
export const project = dirname(dirname(fileURLToPath(import.meta.url)));
export const require = createRequire(join(project, 'index.js'));
export const installed = join(project, 'node_modules', 'partnersign');
export const conformance = await import(pathToFileURL(join(root, 'tests/conformance/node.mjs')));

export const keyFile = (name) => join(root, 'tests/vectors/keys', name);
export const PEM = readFileSync(keyFile('rsa2048.pkcs8.pem'), 'utf8');
export const URL_SEARCH = 'https://api.qredo.network/api/v1/p/company/search';
export const URL_COMPANY = 'https://api.qredo.network/api/v1/p/company';
export const SECRET = 'b3Qtc2VjcmV0LWtleQ';
export const API_KEY = Buffer.from(JSON.stringify({ key_id: 'Vm3cT0rT3stK3y', key: SECRET })).toString('base64url');
/** What AWS KMS and the like do with a digest. */
export const DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');
