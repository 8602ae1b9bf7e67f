// @module-tag slow

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LONG_FILES } from '../../deep/file-seconds.js'
import { taggedFiles } from '../../deep/tagged.js'

/** Proves that the deep run begins no file for which no time is left, and names it. */

const ROOT = join(import.meta.dirname, '..', '..', '..')
const FILE = 'test/unit/deep/plan.test.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'greengauge-in-time-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** Runs one file in a deep run that ends so many seconds from now. */
function runUntil(seconds: number): { readonly passed: number; readonly isSuccess: boolean; readonly leftOut: string } {
  const [output, leftOut] = [join(dir, 'output.json'), join(dir, 'left-out')]
  const args = ['run', '--project=fast', FILE, '--reporter=json', `--outputFile.json=${output}`]
  const env = { ...process.env, DEEP_END_MS: String(Date.now() + seconds * 1000), DEEP_LEFT_OUT: leftOut }
  const { status } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', ...args], { cwd: ROOT, env })
  const { numPassedTests, success } = JSON.parse(readFileSync(output, 'utf8')) as Record<string, unknown>
  return {
    passed: Number(numPassedTests),
    isSuccess: success === true && status === 0,
    leftOut: existsSync(leftOut) ? readFileSync(leftOut, 'utf8') : '',
  }
}

test('a file that would not be done in time is skipped, named, and no failure', () => {
  expect(runUntil(10)).toEqual({ passed: 0, isSuccess: true, leftOut: `${FILE}\n` })
})

test('a file for which time is left runs', () => {
  const { passed, isSuccess, leftOut } = runUntil(3600)
  expect(passed).toBeGreaterThan(3)
  expect([isSuccess, leftOut]).toEqual([true, ''])
})

test('files said to take long are files of the deep run', () => {
  expect(Object.keys(LONG_FILES).filter((file) => !taggedFiles('deep').includes(file))).toEqual([])
})
