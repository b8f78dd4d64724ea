// An object body is written once, as JSON.stringify writes it; what that would drop or change is refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Signer, SigningKey } from 'partnersign';
import { PEM, URL_COMPANY } from './support.mjs';

const signer = new Signer(SigningKey.fromPem(PEM));
const sent = (body) => Buffer.from(signer.sign({ method: 'POST', url: URL_COMPANY, body, timestamp: 1 }).body).toString();

test('what JSON can hold is written as JSON.stringify writes it', () => {
    class Order {
        constructor() {
            this.amount = '0.1';
        }
        get total() {
            return 1;
        }
    }
    const decimal = { toJSON: () => '0.30000000000000004' };
    const bodies = [
        {},
        [],
        [1, 'two', null, true, [{}]],
        { name: 'ACME', 'k"ey': 'é\u2028\u0000', n: 1e21, zero: -0 },
        new Order(),
        { when: new Date(0), amount: decimal },
        Object.create(null, { a: { value: 1, enumerable: true }, hidden: { value: 2 } }),
        { a: '\\ud800 \\\\udfff', '\\\\ud800': '\u{1f600}' },
        { __proto__: null, b: 1, 2: 'first' },
        new Proxy({ a: [1] }, {}),
    ];
    for (const body of bodies) assert.equal(sent(body), JSON.stringify(body));
});

test('what JSON would drop or write as something else is refused, with its key', () => {
    const circular = {};
    circular.itself = circular;
    const bodies = [
        [{ ref: undefined }, '"ref"'],
        [[undefined], 'element 0'],
        [[, 1], 'element 0'],
        [{ a: { b: () => {} } }, '"b"'],
        [{ a: Symbol('s') }, '"a"'],
        [{ a: 1n }, 'bigint'],
        [{ a: NaN }, 'NaN'],
        [{ a: [-Infinity] }, 'Infinity'],
        [{ a: new Date(NaN) }, '"a"'],
        [{ a: new Map([[1, 2]]) }, 'Map'],
        [{ a: new Set() }, 'Set'],
        [{ a: new Proxy(new Set(), {}) }, 'Set'],
        [{ a: /x/ }, 'RegExp'],
        [{ a: new Error('x') }, 'Error'],
        [{ a: Promise.resolve() }, 'Promise'],
        [{ a: new Uint8Array(2) }, 'Uint8Array'],
        [{ a: new Number(NaN) }, 'Number'],
        [{ a: new ArrayBuffer(2) }, 'ArrayBuffer'],
        [{ a: { [Symbol('s')]: 1 } }, '"a"'],
        [{ a: Object.assign([1], { more: 1 }) }, '"a"'],
        [{ a: 'x\ud800' }, 'surrogate'],
        [['\\\udfff'], 'surrogate'],
        [{ '\udc00': 1 }, 'surrogate'],
        [circular, 'itself'],
        [{ toJSON: () => undefined }, 'undefined'],
    ];
    for (const [body, named] of bodies) {
        assert.throws(() => sent(body), (error) => {
            assert.equal(error.code, 'invalid_json', named);
            assert.ok(error.message.includes(named), `${error.message} names ${named}`);
            return true;
        });
    }
    for (const scalar of [new Date(0), { toJSON: () => 1 }]) assert.throws(() => sent(scalar), { code: 'invalid_body' });
    for (const other of [1, true, 1n, () => {}, new Map(), new URLSearchParams('a=1'), new ArrayBuffer(2), Promise.resolve({})]) assert.throws(() => sent(other), { code: 'invalid_argument' });
});

test('what toJSON throws is the cause', () => {
    const mine = new Error('mine');
    assert.throws(() => sent({ a: { toJSON() { throw mine; } } }), (error) => error.code === 'invalid_json' && error.cause === mine);
});

test('text and bytes are compacted or left alone, and null is no body', () => {
    const text = '{ "n": 1.0, "n": 1e2 }';
    assert.equal(sent(text), '{"n":1.0,"n":1e2}');
    assert.equal(sent(Buffer.from(text)), '{"n":1.0,"n":1e2}');
    const exact = signer.sign({ method: 'PUT', url: URL_COMPANY, body: text, form: 'exact' });
    assert.equal(Buffer.from(exact.body).toString(), text);
    assert.equal(signer.sign({ method: 'POST', url: URL_COMPANY, body: null }).body, undefined);
    assert.throws(() => signer.sign({ method: 'GET', url: URL_COMPANY, body: '{}' }), { code: 'body_not_allowed' });
});
