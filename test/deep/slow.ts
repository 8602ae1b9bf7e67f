import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { taggedFiles } from './tagged.js'

/**
 * `npm run test:slow [-- --minutes N] [-- OPTION OF VITEST …]`: the tests that `npm test` has no time for, all of them; with `--minutes`
 * files that would not be done by then are left out, and named.
 */

const ROOT = join(import.meta.dirname, '..', '..')
const USAGE = 64
const VITEST = 'node_modules/vitest/vitest.mjs'
/** Most files take no longer beside five others on two cores; `file-seconds.ts` has those that do. */
const FILE_S = 60

const given = process.argv.slice(2)
const place = given.indexOf('--minutes')
const minutes = place === -1 ? null : Number(given.splice(place, 2)[1])
if (minutes !== null && !(minutes > 0)) {
  console.error('npm run test:slow [-- --minutes N] [-- OPTION OF VITEST …]: N is a number above 0')
  process.exit(USAGE)
}
const scratch = mkdtempSync(join(tmpdir(), 'greengauge-slow-'))
const leftOut = join(scratch, 'left-out')
const inTime =
  minutes === null
    ? {}
    : { DEEP_END_MS: `${Date.now() + minutes * 60_000}`, DEEP_LEFT_OUT: leftOut, DEEP_FILE_S: `${FILE_S}` }
try {
  const args = [VITEST, 'run', '--tags-filter=slow && !deep', ...given, ...taggedFiles('slow')]
  const env = { ...process.env, ...inTime }
  process.exitCode = spawnSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit', env }).status ?? 1
  const names = existsSync(leftOut) ? readFileSync(leftOut, 'utf8').trim().split('\n') : []
  for (const path of names) console.error(`left out: ${path}, for which no time is left`)
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
