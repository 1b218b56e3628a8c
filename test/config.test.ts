import { describe, expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';

const read = (environment: Readonly<Record<string, string>>) =>
  readConfig('/nowhere/at/all', environment);

describe('the configuration', () => {
  test('has a value for everything that is not said; blanks say nothing', () => {
    const plain = {
      station: null,
      discord: null,
      prefix: '@workflow',
      httpPort: null,
      logLevel: 'warn',
      engine: 'embedded',
      secrets: {},
    };
    expect(read({})).toMatchObject(plain);
    expect(read({ STATION: ' ', DISCORD_TOKEN: '', HTTP_PORT: '', LOG_LEVEL: '  ' })).toMatchObject(
      plain,
    );
  });

  test('takes what is said', () => {
    const said = {
      STATION: ' /stations/one ',
      DISCORD_TOKEN: 'token',
      HTTP_PORT: '0',
      LOG_LEVEL: 'debug',
      SECRET_KEY: 'x',
    };
    expect(read(said)).toMatchObject({
      station: '/stations/one',
      discord: { token: 'token', api: null },
      httpPort: 0,
      logLevel: 'debug',
      secrets: { KEY: 'x' },
    });
  });

  test('names every variable that cannot be used, and where to look', () => {
    expect(() =>
      read({ HTTP_PORT: '80a', LOG_LEVEL: 'loud', ENGINE: 'restate', WEBHOOK_SECRET: 'short' }),
    ).toThrow(
      [
        'HTTP_PORT: write a port, such as 8080 (see .env.example)',
        'WEBHOOK_SECRET: write at least 16 characters (see .env.example)',
        'LOG_LEVEL: write one of debug, info, warn, error, silent (see .env.example)',
        'ENGINE: write one of embedded (see .env.example)',
      ].join('\n'),
    );
    for (const port of ['65536', '-1', '1.5', '1e3']) {
      expect(() => read({ HTTP_PORT: port })).toThrow('such as 8080');
    }
  });
});
