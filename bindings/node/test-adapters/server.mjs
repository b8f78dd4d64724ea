// A server that knows nothing of partnersign: it recomputes each signature with node:crypto over the
// target and the body as they came over the wire, and then does what the path says.

import crypto from 'node:crypto';
import http from 'node:http';
import https from 'node:https';

export const { privateKey, publicKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
export const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' });
export const API_KEY_SECRET = 'the-secret-half-of-the-api-key';
export const API_KEY = Buffer.from(JSON.stringify({ key_id: 'test', key: API_KEY_SECRET })).toString('base64url');

/** `{ tls: { key, cert }, policy: 'sequential' }`; what came is in `requests`. */
export async function startServer({ tls, policy } = {}) {
    const state = { requests: [], last: 0, connections: new Set(), attempts: new Map(), accepted: new Set() };
    const answer = (request, response) =>
        handle(state, policy, tls ? 'https' : 'http', request, response).catch((error) => reply(response, 500, errorBody(String(error))));
    const server = tls ? https.createServer(tls, answer) : http.createServer(answer);
    server.on('connection', (socket) => {
        state.connections.add(socket);
        socket.on('close', () => state.connections.delete(socket));
    });
    state.opened = 0;
    server.on('connection', () => (state.opened += 1));
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address();
    return Object.assign(state, {
        port,
        origin: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
        async close() {
            for (const socket of state.connections) socket.destroy();
            await new Promise((resolve) => server.close(resolve));
        },
    });
}

async function handle(state, policy, scheme, request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const got = { method: request.method, target: request.url, headers: request.headers, body };
    state.requests.push(got);
    got.fault = faultOf(scheme, state.port, got) ?? (policy ? nonceFault(state, policy, request.headers) : null);
    if (got.fault) return reply(response, 401, errorBody(got.fault));
    const { pathname, searchParams } = new URL(request.url, 'http://any');
    const [, action, value] = pathname.split('/');
    switch (action) {
        case 'redirect':
            response.writeHead(Number(value), { location: searchParams.get('to') });
            return response.end('moved');
        case 'status':
            return reply(response, Number(value), searchParams.has('reason') ? errorBody(searchParams.get('reason')) : '{}');
        case 'hang':
            return undefined;
        case 'late':
            await new Promise((resolve) => setTimeout(resolve, Number(value)));
            break;
        case 'reset':
            return request.socket.destroy();
        case 'endless':
            response.writeHead(401, { 'content-type': 'application/json' });
            return response.write('{"detail":{"reason":"nonce"');
        case 'long':
            return reply(response, 401, `{"pad":"${'x'.repeat(Number(value))}","detail":{"reason":"nonce"}}`);
        case 'flaky': {
            const count = (state.attempts.get(request.url) ?? 0) + 1;
            state.attempts.set(request.url, count);
            if (count <= Number(value)) return reply(response, 503, errorBody('busy'));
        }
    }
    return reply(response, 200, JSON.stringify({ method: got.method, target: got.target, length: body.length }));
}

/** What is wrong with a received request, null if it is signed rightly. */
function faultOf(scheme, port, { method, target, headers, body }) {
    if (headers['x-api-key'] !== API_KEY) return 'key';
    if (!headers['x-timestamp'] === !headers['x-nonce']) return 'timestamp/nonce';
    const freshness = headers['x-timestamp'] ?? headers['x-nonce'];
    if (headers['x-timestamp'] && Math.abs(Number(freshness) - Date.now() / 1000) > 60) return 'timestamp';
    // (undici 6's dns interceptor leaves the port out)
    const host = /:\d+$/.test(headers.host) ? headers.host : `${headers.host}:${port}`;
    const payload = Buffer.concat([Buffer.from(`${freshness}${scheme}://${host}${target}`, 'latin1'), body]);
    const signature = Buffer.from(headers['x-sign'] ?? '', 'base64url');
    if (!/^[\w-]{342}$/.test(headers['x-sign'] ?? '') || !crypto.verify('sha256', payload, publicKey, signature)) return 'signature';
    if (headers['content-encoding']) return 'content-encoding';
    if (headers.accept !== 'application/json') return `accept ${headers.accept}`;
    if (body.length > 0 && headers['content-type'] !== 'application/json') return `content-type ${headers['content-type']}`;
    if (body.length > 0 && headers['content-length'] !== String(body.length)) return `content-length ${headers['content-length']}`;
    if (body.length > 0 && method === 'GET') return 'body';
    return null;
}

function nonceFault(state, policy, headers) {
    const nonce = Number(headers['x-nonce']);
    const accepted = { sequential: nonce === state.last + 1, increasing: nonce > state.last, unique: !state.accepted.has(nonce) }[policy];
    if (!accepted) return 'nonce';
    state.last = Math.max(nonce, state.last);
    state.accepted.add(nonce);
    return null;
}

function errorBody(reason) {
    return JSON.stringify({ code: 1, msg: 'errPartnerAuth', detail: { reason } });
}

function reply(response, status, body) {
    if ([204, 205, 304].includes(status)) return response.writeHead(status).end();
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    response.end(body);
}

/** A port that nobody listens on. */
export async function closedPort() {
    const server = http.createServer();
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address();
    await new Promise((resolve) => server.close(resolve));
    return port;
}
