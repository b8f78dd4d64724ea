// One implementation for both module systems, so that `instanceof` holds across them.
export {
    ApiKey,
    ApiKeys,
    PartnerSignError,
    Prepared,
    SignedRequest,
    Signer,
    SigningKey,
    VerifyingKey,
    prepare,
} from './dist/index.js';
