// Another vendor's client in spirit: it signs with a timestamp and sends an empty x-nonce beside it.
// Usage: node empty_nonce.mjs METHOD URL PEM-FILE KEY-FILE [BODY]; prints {"status", "body"}.
import { createSign } from 'node:crypto';
import { readFileSync } from 'node:fs';

const [method, url, pemFile, keyFile, body] = process.argv.slice(2);
const timestamp = String(Math.floor(Date.now() / 1000));
const signer = createSign('RSA-SHA256').update(timestamp + url + (body ?? ''));
const headers = {
  'X-API-KEY': readFileSync(keyFile, 'utf8').trim(),
  'x-sign': signer.sign(readFileSync(pemFile)).toString('base64url'),
  'x-timestamp': timestamp,
  'x-nonce': '',
  accept: 'application/json',
  ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
};
const answer = await fetch(url, { method, headers, body });
console.log(JSON.stringify({ status: answer.status, body: await answer.text() }));
