// Writes each built file compressed beside itself, as .br and .gz, for app/pages/assets.py to serve: the last step of the build.
// The console at Brotli's best, a fifteenth smaller than at 9 for four times the time; that would be a minute for GraphiQL.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const smallest = 1024; // bytes; what is shorter fits into a packet or two anyway
const qualities = { 'dist/assets': 11, 'dist/graphiql/assets': 9 };
const encodings = {
  br: (content, quality) =>
    promisify(brotliCompress)(content, {
      params: { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
    }),
  gz: content => promisify(gzip)(content, { level: 9 }),
};

async function compress(file, quality) {
  const content = await readFile(file);
  if (content.length < smallest) return;
  for (const [suffix, encoded] of Object.entries(encodings)) {
    const result = await encoded(content, quality);
    if (result.length < content.length) await writeFile(`${file}.${suffix}`, result);
  }
}

for (const [directory, quality] of Object.entries(qualities)) {
  const names = (await readdir(directory)).filter(name => /\.(js|css|svg|json|ttf)$/.test(name));
  await Promise.all(names.map(name => compress(join(directory, name), quality)));
}
