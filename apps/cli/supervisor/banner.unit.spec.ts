import { describe, expect, it } from '@jest/globals';
import { readyBanner } from './banner.js';

const stack = { publicUrl: 'http://127.0.0.1:3000', dataDir: '/data' };

describe('what is printed when everything runs', () => {
  it('has the address of the api and of its docs', () => {
    const banner = readyBanner({ ...stack, demoKey: 'l2i_key' });
    expect(banner).toContain('Api    http://127.0.0.1:3000\n');
    expect(banner).toContain('Docs   http://127.0.0.1:3000/docs\n');
  });

  it('has a request to paste, its body valid JSON that no shell quote cuts short', () => {
    const banner = readyBanner({ ...stack, demoKey: 'l2i_key' });
    const [, body = ''] = /-d '([^']*)'/.exec(banner) ?? [];
    expect(banner).toContain('curl -X POST http://127.0.0.1:3000/v1/leads \\\n');
    expect(banner).toContain('"Authorization: Bearer l2i_key"');
    expect(JSON.parse(body)).toMatchObject({ phone: '5551234567', source: 'my-webform' });
  });

  it('says how to make a key where there is no demo tenant', () => {
    const banner = readyBanner({ ...stack, demoKey: null });
    expect(banner).toContain('keys create --tenant acme');
    expect(banner).not.toContain('Bearer');
  });
});
