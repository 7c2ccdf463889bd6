// Unpacks Chromium with its libraries and fonts below TMPDIR, and says where the program is.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import chromium, { inflate } from '@sparticuz/chromium';

const packed = join(dirname(fileURLToPath(import.meta.resolve('@sparticuz/chromium'))), '..', 'bin');
const program = await chromium.executablePath(packed);
await inflate(join(packed, 'al2023.tar.br')); // what a machine without a desktop may lack
console.log(program);
