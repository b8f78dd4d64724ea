// The tests run in a project that has the packed tarballs installed; PARTNERSIGN_ROOT is the repository.

import { pathToFileURL } from 'node:url';

export const repository = pathToFileURL(`${process.env.PARTNERSIGN_ROOT}/`);
export const vectors = new URL('tests/vectors/', repository);
