// What must be sent fits into fetch and into Node.js, and a KeyObject into a Signer.
import { createPrivateKey, createPublicKey, createSign } from 'node:crypto';
import { request } from 'node:https';
import { Signer, SigningKey, Verifier } from 'partnersign';

const signer = new Signer(createPrivateKey(''), '');
const signed = await signer.signAsync({ method: 'POST', url: '', body: Buffer.from('{}') }, { signal: AbortSignal.timeout(5) });
await fetch(signed.url, signed);
await fetch(signed.url, { method: signed.method, headers: signed.headers, body: signed.body });
request(signed.url, { method: signed.method, headers: signed.headers }).end(signed.body);
new Verifier(createPublicKey(''));
Signer.external(createPublicKey(''), (digest) => createSign('RSA-SHA256').update(digest).sign(''));
SigningKey.fromDer(createPrivateKey(''));
SigningKey.fromFile(new URL('private.pem', 'file:///'), 'passphrase');
