'use strict';

// CommonJS; axios.mjs passes it on, so that both module systems have one implementation.
