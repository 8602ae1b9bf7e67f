import { appendFileSync } from 'node:fs'
import { relative } from 'node:path'
import { type RunnerTestFile, type RunnerTestSuite, TestRunner } from 'vitest'
import { secondsOf } from './file-seconds.js'

const ROOT = process.cwd()
/** The end of the deep run, epoch ms. */
const END_MS = Number(process.env.DEEP_END_MS)
/** Seconds of a file that is not known to be long; those of a deep one where nothing is said. */
const FILE_S = process.env.DEEP_FILE_S === undefined ? undefined : Number(process.env.DEEP_FILE_S)
/** A line of this file names a test file that was left out. */
const LEFT_OUT = process.env.DEEP_LEFT_OUT ?? ''
/** A machine may take so many times as long as the one on which the times were measured. */
const SLOWER_TIMES = 1.7

/** Begins no file that may not be done by the end of the run: its tests are skipped, and its name is written down. */
export default class InTimeRunner extends TestRunner {
  override async onBeforeRunSuite(suite: RunnerTestSuite): Promise<void> {
    if (isFile(suite)) {
      const path = relative(ROOT, suite.filepath)
      if (Date.now() + SLOWER_TIMES * 1000 * secondsOf(path, FILE_S) > END_MS) {
        skip(suite)
        appendFileSync(LEFT_OUT, `${path}\n`)
      }
    }
    await super.onBeforeRunSuite(suite)
  }
}

function isFile(suite: RunnerTestSuite): suite is RunnerTestFile {
  return 'filepath' in suite
}

function skip(suite: RunnerTestSuite): void {
  suite.mode = 'skip'
  for (const task of suite.tasks) {
    if (task.type === 'suite') skip(task)
    else task.mode = 'skip'
  }
}
