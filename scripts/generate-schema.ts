/** Writes `workflows/workflow.schema.json` from the loader's own schema: `npx tsx scripts/generate-schema.ts`. */
import { fileURLToPath } from 'node:url';
import { definitionJsonSchema } from '../src/definition/json-schema.ts';
import { writeFileAtomic } from '../src/lib/atomic-file.ts';

const path = fileURLToPath(new URL('../workflows/workflow.schema.json', import.meta.url));
await writeFileAtomic(path, `${JSON.stringify(definitionJsonSchema(), null, 2)}\n`);
console.log(`Wrote ${path}`);
