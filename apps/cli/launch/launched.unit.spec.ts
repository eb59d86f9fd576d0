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

  it('is ended at once where it was launched after the end had begun, and waited for', async () => {
    const launched = new Launched();
    const ended: string[] = [];
    let release = () => {};
    launched.add(() => new Promise<void>((resolve) => (release = resolve)));
    const all = launched.endAll();
    launched.add(async () => {
      await Promise.resolve();
      release();
      await Promise.resolve();
      ended.push('late');
    });
    await all;
    launched.add(() => Promise.resolve(ended.push('later')));
    expect(ended).toEqual(['late', 'later']);
  });

  it('is waited for where the program had begun to end it', async () => {
    const launched = new Launched();
    const ended: string[] = [];
    const end = launched.add(async () => {
      await Promise.resolve();
      ended.push('server');
    });
    void end();
    await launched.endAll();
    expect(ended).toEqual(['server']);
  });
});
