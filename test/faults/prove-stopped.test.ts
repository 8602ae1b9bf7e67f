// @module-tag slow

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { until } from '../support/gateway.js'
import { childrenOf } from '../support/process-tree.js'

/** Proves that a proof which is told to stop leaves neither processes nor their data behind. */

const ROOT = join(import.meta.dirname, '..', '..')
const STOPPED = 130

test('a proof that is interrupted ends its gateway and the process that sends, and removes their data', async () => {
  const args = ['--import', 'tsx', 'test/faults/prove/main.ts', 'year', '--rounds', '1', '--dry']
  const proof = spawn(process.execPath, args, { cwd: ROOT, stdio: 'ignore' })
  onTestFinished(() => void proof.kill('SIGKILL'))
  const isStarted = (words: string) => childrenOf(proof.pid!).some((pid) => commandOf(pid).includes(words))
  await until(() => isStarted('cli.js run') && isStarted('ledger/process.ts'))
  const children = childrenOf(proof.pid!)
  const config = /--config (\S+)/.exec(children.map(commandOf).join('\n'))![1]!
  expect(existsSync(config)).toBe(true)
  proof.kill('SIGINT')
  const [code] = await once(proof, 'exit')
  expect(code).toBe(STOPPED)
  expect(children.filter((pid) => commandOf(pid) !== '')).toEqual([])
  expect(existsSync(config)).toBe(false)
})

/** The command line of a process; empty when it has ended. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
  } catch {
    return ''
  }
}
