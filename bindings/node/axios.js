'use strict';

const { makePartnerAdapter } = require('./adapters/axios-adapter.js');

// The axios that `require` finds; axios.mjs has the one that `import` finds.
const partnerAdapter = makePartnerAdapter(async () => require('axios'));

module.exports = { partnerAdapter };
