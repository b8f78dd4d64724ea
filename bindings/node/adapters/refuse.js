'use strict';

const { PartnerSignError } = require('../dist/index.js');

/** Throws the error that users of every adapter get; `code` is one of core's table. */
function refuse(code, message) {
    throw new PartnerSignError(code, message);
}

module.exports = { refuse };
