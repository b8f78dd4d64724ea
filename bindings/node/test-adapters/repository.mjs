// Where this repository is: the tests themselves run from the project into which the package is installed.

import { pathToFileURL } from 'node:url';

export const repository = pathToFileURL(`${process.env.PARTNERSIGN_REPOSITORY}/`);
export const vectors = new URL('tests/vectors/', repository);
