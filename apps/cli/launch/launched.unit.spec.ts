import { describe, expect, it } from '@jest/globals';
import { Launched } from './launched.js';

describe('what a program has launched', () => {
  it('is ended whole when the program is interrupted, whatever of it fails', async () => {
    const launched = new Launched();
    const ended: string[] = [];
    launched.add(() => Promise.reject(new Error('It is gone.')));
    launched.add(() => Promise.resolve(ended.push('server')));
    launched.add(() => Promise.resolve(ended.push('folder')));
    await launched.endAll();
    expect(ended).toEqual(['server', 'folder']);
  });

  it('is not ended again where the program has ended it', async () => {
    const launched = new Launched();
    let ended = 0;
    const end = launched.add(() => Promise.resolve((ended += 1)));
    await end();
    await launched.endAll();
    expect(ended).toBe(1);
  });

  it('is waited for by everybody who wants it ended', async () => {
    const launched = new Launched();
    let end = () => {};
    launched.add(() => new Promise<void>((resolve) => (end = resolve)));
    const both = [launched.endAll(), launched.endAll()];
    end();
    expect(await Promise.all(both)).toHaveLength(2);
  });
});
