'use strict';

// The one spelling of a URL that can be signed. Clients differ in what they leave as it was given: lower-case
// and needless escapes (URLSearchParams writes `~` as %7E), characters that no URL has, an empty query. The
// adapters sign and send what these return.

const ODD_IN_PATH = /%[0-9A-Fa-f]{2}|[^A-Za-z0-9._~/:@!$&'()*+,;=-]/gu;
const ODD_IN_QUERY = /%[0-9A-Fa-f]{2}|[^A-Za-z0-9._~/:@!$&()*+,;=?-]/gu;
const UNRESERVED = /[A-Za-z0-9._~-]/;

/** The URL as it is signed and sent. */
function wireUrl(url) {
    if (url.protocol !== 'https:' && url.protocol !== 'http:') return url;
    const target = url.href.indexOf('/', url.protocol.length + '//'.length);
    return new URL(url.href.slice(0, target) + wireTarget(url.href.slice(target)));
}

/** The same for path and query alone; a fragment is never sent. */
function wireTarget(target) {
    const [sent] = target.split('#', 1);
    const end = sent.includes('?') ? sent.indexOf('?') : sent.length;
    const [path, query] = [sent.slice(0, end), sent.slice(end + 1)];
    return path.replace(ODD_IN_PATH, spell) + (query === '' ? '' : `?${query.replace(ODD_IN_QUERY, spell)}`);
}

function spell(odd) {
    if (odd.length < 3) return escape(odd);
    const character = String.fromCharCode(parseInt(odd.slice(1), 16));
    return UNRESERVED.test(character) ? character : odd.toUpperCase();
}

/** Of the UTF-8 bytes; half of a surrogate pair is U+FFFD, as in URL. */
function escape(character) {
    return [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}

module.exports = { wireTarget, wireUrl };
