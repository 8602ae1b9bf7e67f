// @module-tag deep
/** Proves that a short look of the fuzzer at all of its targets finds nothing. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

/** A short look; `npm run fuzz -- TARGET --seconds N` is the long one. */
const SECONDS = Number(process.env.FUZZ_SECONDS ?? 2)
const MAIN = join(import.meta.dirname, '..', 'fuzz', 'main.ts')

test('coverage-guided fuzzing of all targets finds nothing', { timeout: 600_000 + 2000 * SECONDS }, async () => {
  const args = ['--import', 'tsx', MAIN, 'all', '--seconds', String(SECONDS), '--seed', '1']
  const { stdout } = await promisify(execFile)(process.execPath, args)
  expect(stdout).toContain(' 0 findings')
  // Else it would be the fuzzer that finds nothing because it does nothing.
  expect(Number(/all: (\d+) inputs/.exec(stdout)?.[1])).toBeGreaterThan(500)
  expect(Number(/(\d+) places reached/.exec(stdout)?.[1])).toBeGreaterThan(500)
})
