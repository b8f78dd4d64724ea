'use strict';

// CommonJS; undici.mjs passes it on, so that both module systems have one implementation.
