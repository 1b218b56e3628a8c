/**
 * The inventory validation as a plain script that a person runs once for each folder:
 * `validate-by-hand.ts <station> <folder>`. The work itself is ours; no queue, no journal, no
 * retry, and nothing is known of it afterwards but the receipt.
 */
import { isJsonObject } from '../../src/lib/json.ts';
import type { Json, JsonObject } from '../../src/lib/json.ts';
import { handlers } from './handlers.ts';

const [station = '.', folder = ''] = process.argv.slice(2);
const work = handlers(station);
const step = async (agent: string, payload: JsonObject): Promise<JsonObject> => {
  const output: Json | undefined = await work[agent]?.(payload);
  if (!isJsonObject(output)) throw new Error(`${agent} gave no mapping`);
  return output;
};

const scan = await step('FILE_SCANNER_AGENT', { folder });
const policy = await step('POLICY_LOADER_AGENT', {
  policy: '.3ox.index/POLICY/INVENTORY.POLICY.md',
});
const compliance = await step('COMPLIANCE_VALIDATOR_AGENT', { ...scan, ...policy });
await step('RECEIPT_GENERATOR_AGENT', { output_folder: folder, ...scan, ...compliance });
