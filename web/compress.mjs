// Writes each built file compressed beside itself, as .br and .gz, for app/pages/assets.py to serve: the last step of the build.
// Brotli's quality 9: 11 would make the console a fifteenth smaller and take four times as long, a minute for GraphiQL.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const smallest = 1024; // bytes; what is shorter fits into a packet or two anyway
const directories = ['dist/assets', 'dist/graphiql/assets'];
const encodings = {
  br: content => promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  gz: content => promisify(gzip)(content, { level: 9 }),
};

async function compress(file) {
  const content = await readFile(file);
  if (content.length < smallest) return;
  for (const [suffix, encoded] of Object.entries(encodings)) {
    const result = await encoded(content);
    if (result.length < content.length) await writeFile(`${file}.${suffix}`, result);
  }
}

for (const directory of directories) {
  const names = (await readdir(directory)).filter(name => /\.(js|css|svg|json|ttf)$/.test(name));
  await Promise.all(names.map(name => compress(join(directory, name))));
}
