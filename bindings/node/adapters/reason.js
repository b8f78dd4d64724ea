'use strict';

// Error bodies are a line of JSON. Whoever sends more does not get more read, and a server that
// never ends it does not keep the nonce.
const MAX_BYTES = 64 * 1024;
const ERROR_BODY_MS = 5_000;

/** `detail.reason` of a JSON error body (text or bytes), null if it has none. */
function reasonOf(body) {
    try {
        const text = typeof body === 'string' ? body : Buffer.from(body).toString('utf8');
        const reason = JSON.parse(text)?.detail?.reason;
        return typeof reason === 'string' ? reason : null;
    } catch {
        return null;
    }
}

/** Collects an error body as it passes by. */
class PassingBody {
    #chunks = [];
    #length = 0;

    /** Whether there was room for it. */
    add(chunk) {
        this.#length += chunk.length;
        const fits = this.#length <= MAX_BYTES;
        if (fits) this.#chunks.push(chunk);
        return fits;
    }

    reason() {
        return this.#length > MAX_BYTES ? null : reasonOf(Buffer.concat(this.#chunks));
    }
}

/** The reason in a web stream that nobody else reads. */
async function reasonInStream(stream) {
    const reader = stream.getReader();
    const passing = new PassingBody();
    const stop = () => reader.cancel().catch(() => {});
    const timer = setTimeout(stop, ERROR_BODY_MS);
    try {
        for (;;) {
            const { done, value } = await reader.read();
            if (done) return passing.reason();
            if (!passing.add(value)) {
                stop();
                return null;
            }
        }
    } catch {
        return null;
    } finally {
        clearTimeout(timer);
    }
}

module.exports = { ERROR_BODY_MS, PassingBody, reasonInStream, reasonOf };
