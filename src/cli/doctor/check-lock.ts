import { errorMessage } from '../../lib/error-code.ts';
import { readLock } from '../../journal/lock.ts';
import { connectRemote } from '../../remote/client.ts';
import { layoutOf } from '../../station/layout.ts';
import { fine, wrong, type Finding } from './finding.ts';

/** Who holds the station, and whether it answers. */
export const checkLock = async (root: string): Promise<Finding> => {
  const holder = readLock(layoutOf(root).workspace);
  if (holder === null)
    return fine('engine', 'none is running', 'workflow serve or npm start starts one');
  const who = `process ${holder.pid} on ${holder.host}`;
  if (holder.state === 'gone') {
    return fine(
      'engine',
      `none is running; ${who} ended without a word`,
      'workflow serve or npm start goes on from there',
    );
  }
  if (holder.address === null) return fine('engine', `${who} works on the station for a moment`);
  try {
    const remote = await connectRemote(holder.address);
    remote.close();
    return fine('engine', `${who} answers at ${holder.address}`);
  } catch (error) {
    return wrong(
      'engine',
      errorMessage(error),
      `see whether ${who} is alive; when it is gone, the next engine takes over after 6 s`,
    );
  }
};
