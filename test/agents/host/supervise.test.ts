import { expect, it } from 'vitest';
import { withoutSecrets } from '../../../src/agents/host/supervise.ts';

it('keeps the token and the secrets to itself', () => {
  const environment = { PATH: '/bin', DISCORD_TOKEN: 't', DISCORD_API_URL: 'u', SECRET_KEY: 'k' };
  expect(withoutSecrets(environment)).toEqual({ PATH: '/bin' });
});
