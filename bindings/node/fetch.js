'use strict';

// CommonJS; fetch.mjs passes it on, so that both module systems have one implementation.
