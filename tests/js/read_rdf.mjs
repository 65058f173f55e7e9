// Reads RDF files with the parsers of the JavaScript world and writes each as N-Quads.
//
//   node read_rdf.mjs FOLDER FILE...
//
// For each FILE and each parser that can read it, FOLDER gets FILE.PARSER.nq. Nothing is fetched: a JSON-LD file that
// asks for a context from elsewhere is a failure.
import { createReadStream, readFileSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import jsonld from 'jsonld';
import { JsonLdParser } from 'jsonld-streaming-parser';
import N3 from 'n3';

function refuse(url) {
  throw new Error(`the file asks for ${url}`);
}

async function toNQuads(stream) {
  const writer = new N3.Writer({ format: 'N-Quads' });
  for await (const quad of stream) writer.addQuad(quad);
  return new Promise((resolve, reject) => writer.end((error, text) => (error ? reject(error) : resolve(text))));
}

const n3 = (format) => (file) => toNQuads(createReadStream(file).pipe(new N3.StreamParser({ format })));
const parsers = {
  '.jsonld': {
    jsonldjs: (file) =>
      jsonld.toRDF(JSON.parse(readFileSync(file, 'utf8')), { format: 'application/n-quads', documentLoader: refuse }),
    // In its strictest mode, in which @context and @type must stand where a stream needs them.
    streaming: (file) =>
      toNQuads(createReadStream(file).pipe(new JsonLdParser({ streamingProfile: true, documentLoader: { load: refuse } }))),
  },
  '.nt': { n3: n3('N-Triples') },
  '.trig': { n3: n3('TriG') },
  '.ttl': { n3: n3('Turtle') },
};

const [folder, ...files] = process.argv.slice(2);
for (const file of files) {
  for (const [parser, read] of Object.entries(parsers[extname(file)] ?? {})) {
    writeFileSync(join(folder, `${basename(file)}.${parser}.nq`), await read(file));
  }
}
