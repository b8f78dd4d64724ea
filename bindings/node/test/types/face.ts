// Compiled, never run: the face as a TypeScript program sees it.
import {
    ApiKey, ApiKeys, MemoryReplay, NonceSequencer, Outcome, PartnerSignError, Signer, SigningKey, Verifier, VerifyingKey,
    compactJson, diagnose, prepare, version,
} from 'partnersign';
import type {
    BatchResult, Cause, Diagnosis, NoncePolicy, NonceState, PartnerSignErrorCode, Prepared, ReceivedRequest, Request,
    Reservation, SignDigest, SignedRequest, Verified,
} from 'partnersign';

const key: SigningKey = SigningKey.fromPem('', new Uint8Array());
const publicKey: VerifyingKey = key.verifyingKey;
const signer: Signer = new Signer(key, 'api key');
new Signer(SigningKey.fromFile('private.pem', { passphrase: 'x', allowInsecure: false }), ApiKey.parse(''));
SigningKey.fromFile('private.pem', 'x');
SigningKey.fromPem('', { passphrase: 'x' });
SigningKey.generate(4096).privatePem('passphrase').length;

const request: Request = { method: 'POST', url: 'https://api.example/', body: { a: 1 }, nonce: 5n, form: 'exact' };
const signed: SignedRequest = signer.sign(request);
const headers: Record<string, string> = signed.headers;
const body: Uint8Array<ArrayBuffer> | undefined = signed.body;
interface Company { name: string; ref?: string }
const company: Company = { name: 'ACME' };
signer.sign({ method: 'POST', url: '', body: company, timestamp: 1 });
signer.sign({ method: 'POST', url: '', body: undefined, timestamp: undefined, nonce: undefined });

const later: Promise<SignedRequest> = signer.signAsync(request, { signal: new AbortController().signal });
const batch: Promise<BatchResult[]> = signer.signBatch([request], { concurrency: 2 });
for (const result of await batch) {
    if (result.status === 'fulfilled') result.value.signature.length;
    else result.reason.code.length;
}
const signDigest: SignDigest = async (digest) => digest;
Signer.external(publicKey, signDigest);
Signer.external(publicKey, (digest: Uint8Array) => new Uint8Array(digest));
const prepared: Prepared = prepare(request);
prepared.finish(prepared.digest, publicKey).payload.length;

try {
    await later;
} catch (error) {
    if (!(error instanceof PartnerSignError)) throw error;
    const code: PartnerSignErrorCode = error.code;
    if (code === 'invalid_url') error.position?.toFixed();
    // @ts-expect-error no such code
    if (code === 'invalid_uri') error.number.toFixed();
}

const policy: NoncePolicy = 'increasing';
const replay = new MemoryReplay(policy);
const verifier = new Verifier(new ApiKeys([['api key', publicKey]]), { windowSeconds: 60, replay });
new Verifier((apiKey) => (apiKey.keyId === 'x' ? publicKey : undefined));
const received: ReceivedRequest = { method: 'GET', url: '', headers: { 'x-sign': 'a', via: ['a', 'b'] } };
const verified: Verified = verifier.verify(received, 1);
verifier.verify({ method: 'GET', url: '', headers: {}, now: 1 });
verified.freshness.kind === 'nonce';
const diagnosis: Diagnosis = diagnose([publicKey], { ...received, headers: ['x-sign', 'a'] });
diagnose(publicKey, received);
const cause: Cause | undefined = diagnosis.causes[0];

const sequencer = new NonceSequencer('sequential', 10n);
const reservation: Reservation = sequencer.reserve();
signer.sign({ method: 'GET', url: '', nonce: reservation.nonce });
const outcome: Outcome = Outcome.ofHttp(200);
sequencer.settle(reservation, outcome);
const state: NonceState = sequencer.state();
NonceSequencer.restore(state).last?.length;
compactJson('{}').byteLength;

// @ts-expect-error a method is needed
signer.sign({ url: '' });
// @ts-expect-error a PEM is no key
new Signer('-----BEGIN');
// @ts-expect-error no such form
signer.sign({ method: 'GET', url: '', form: 'pretty' });
// @ts-expect-error made by sign
new (signed.constructor as typeof SignedRequest)();
// @ts-expect-error not writable
signed.method = 'GET';

export { headers, body, cause, version };
