import axios = require('axios');
import partnersign = require('partnersign');
import partnersignAxios = require('partnersign/axios');
import partnersignFetch = require('partnersign/fetch');
import partnersignUndici = require('partnersign/undici');
import undici = require('undici');

declare const signer: partnersign.Signer;

export const call: typeof fetch = partnersignFetch.signedFetch(signer);
export const dispatcher: undici.Dispatcher = new undici.Agent().compose(partnersignUndici.partnerInterceptor(signer));
export const api = axios.create({ adapter: partnersignAxios.partnerAdapter(signer) });
