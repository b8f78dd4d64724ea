'use strict';

const { makePartnerAdapter } = require('./adapters/axios-adapter.js');

/** For CommonJS: the axios that `require` finds. */
const partnerAdapter = makePartnerAdapter(async () => require('axios'));

module.exports = { partnerAdapter };
