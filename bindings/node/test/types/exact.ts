// The five lines of the README hold under exactOptionalPropertyTypes too.
import { Signer, SigningKey } from 'partnersign';

const signer = new Signer(SigningKey.fromFile('private.pem'), process.env['PARTNER_API_KEY']);
const signed = signer.sign({ method: 'POST', url: 'https://api.qredo.network/api/v1/p/company', body: { name: 'ACME Corp' } });
const response = await fetch(signed.url, signed);
response.ok;
