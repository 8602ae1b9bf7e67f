import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { taggedFiles } from './tagged.js'

/** `npm run test:slow [-- OPTION OF VITEST …]`: the tests that `npm test` has no time for, all of them. */

const ROOT = join(import.meta.dirname, '..', '..')
const VITEST = 'node_modules/vitest/vitest.mjs'

const args = [VITEST, 'run', '--tags-filter=slow && !deep', ...process.argv.slice(2), ...taggedFiles('slow')]
process.exitCode = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' }).status ?? 1
