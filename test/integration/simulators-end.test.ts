// @module-tag slow

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { freePort, until } from '../support/gateway.js'
import { childrenOf, signal } from '../support/process-tree.js'

const CLI = join(import.meta.dirname, '..', '..', 'dist', 'src', 'cli.js')

const runs = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** The demo on free ports, with what it says; it is killed at the end, and its simulators with it. */
async function demo() {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-'))
  const [mqtt, http] = [await freePort(), await freePort()]
  const settings = [`data_dir=${dir}`, `mqtt.port=${mqtt}`, `http.port=${http}`]
  const child = spawn(process.execPath, [CLI, 'demo', ...settings.flatMap((one) => ['--set', one])])
  const exited = once(child, 'exit')
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const simulators = () => childrenOf(child.pid!)
  onTestFinished(async () => {
    const left = simulators()
    child.kill('SIGKILL')
    for (const pid of left) signal(pid, 'SIGKILL')
    // One that has not ended yet writes into the folder.
    await exited
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
  })
  return { child, simulators, said: () => said, url: `http://127.0.0.1:${http}` }
}

test('simulators end with a gateway that is killed, and what they say is in its log', async () => {
  const { child, simulators, said } = await demo()
  await until(() => said().includes('back-fill 24 h'))
  const [pid = 0] = simulators()
  expect(runs(pid)).toBe(true)
  const lines = said().trimEnd().split('\n')
  expect(lines.filter((line) => !line.startsWith('{"level":"'))).toEqual([])
  child.kill('SIGKILL')
  await until(() => !runs(pid))
})

test('simulators that end while the gateway goes on are a warning in its log, and the API has their code', async () => {
  const { child, simulators, said, url } = await demo()
  await until(() => said().includes('back-fill 24 h'))
  const gateway = async () => (await fetch(`${url}/api/v1/gateway`)).json()
  expect(await gateway()).not.toHaveProperty('simulators_ended')
  const [pid = 0] = simulators()
  signal(pid, 'SIGKILL')
  await until(async () => 'simulators_ended' in ((await gateway()) as object))
  expect(await gateway()).toMatchObject({ simulators_ended: 137 })
  const levels = () => {
    const lines = said()
      .split('\n')
      .slice(0, -1)
      .filter((line) => line.includes('the simulators ended with code 137'))
    return lines.map((line) => (JSON.parse(line) as { level: string }).level)
  }
  // A line of the log comes by another way than an answer, and can come after it.
  await expect.poll(levels).toEqual(['warn'])
  expect(child.exitCode).toBeNull()
})
