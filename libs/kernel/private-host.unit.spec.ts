import { describe, expect, it } from '@jest/globals';
import { isPrivateAddress } from './private-host.js';

describe('an address', () => {
  it.each([
    'http://127.0.0.1:4010',
    'http://2130706433/',
    'http://localhost:1',
    'http://simulator:4010/base',
    'http://phones.internal',
    'http://10.1.2.3',
    'http://172.16.0.1',
    'http://172.31.255.1',
    'http://192.168.0.7',
    'http://[::1]:1',
    'http://[fd00::1]',
  ])('%s is private', (url) => {
    expect(isPrivateAddress(url)).toBe(true);
  });

  it.each([
    'https://api.twilio.com',
    'https://api.dublin.ie1.twilio.com/',
    'https://API.TWILIO.COM.',
    'https://twilio.com',
    'https://localhost.example.com',
    'https://10.example.com',
    'http://8.8.8.8',
    'http://172.32.0.1',
    'http://[2606:4700::1]',
    'nonsense',
  ])('%s is not', (url) => {
    expect(isPrivateAddress(url)).toBe(false);
  });
});
