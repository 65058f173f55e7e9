// Validates JSON documents with ajv in its strictest mode, and says on stdout how many are right.
//
//   node validate.mjs SCHEMA.json DOCUMENT.json...
import { readFileSync } from 'node:fs';
import Ajv2020 from 'ajv/dist/2020.js';

const read = (file) => JSON.parse(readFileSync(file, 'utf8'));
const [schema, ...files] = process.argv.slice(2);
const valid = new Ajv2020({ strict: true, allErrors: true }).compile(read(schema));
for (const file of files) {
  if (!valid(read(file))) throw new Error(`${file}: ${JSON.stringify(valid.errors.slice(0, 5), null, 1)}`);
}
console.log(files.length);
