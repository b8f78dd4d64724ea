// A certificate for 127.0.0.1 that lives as long as the test.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function certificate() {
    const folder = mkdtempSync(join(tmpdir(), 'partnersign-tls-'));
    try {
        const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name));
        execFileSync(
            'openssl',
            ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1',
                '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert],
            { stdio: 'ignore' },
        );
        return { key: readFileSync(key), cert: readFileSync(cert) };
    } finally {
        rmSync(folder, { recursive: true });
    }
}
