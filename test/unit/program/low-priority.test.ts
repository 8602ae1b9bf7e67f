import { readFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'

/** Field 19 of proc(5)'s stat, behind the name in brackets, which may hold anything. */
function nicenessIn(stat: string): number {
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])
}

it.runIf(process.platform === 'linux')(
  'steps back alone: the other threads of the process stay as they are',
  async () => {
    const module = new URL('../../../src/program/low-priority.ts', import.meta.url).href
    const worker = new Worker(
      `import { parentPort } from 'node:worker_threads'
     import { readFileSync } from 'node:fs'
     import { tsImport } from 'tsx/esm/api'
     const { stepBack } = await tsImport('${module}', import.meta.url)
     stepBack(10)
     parentPort.postMessage(readFileSync('/proc/thread-self/stat', 'utf8'))`,
      { eval: true, execArgv: ['--input-type=module'] },
    )
    const stat = await new Promise<string>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
    })
    const before = nicenessIn(readFileSync('/proc/self/stat', 'utf8'))
    expect(nicenessIn(stat)).toBe(Math.max(10, before))
    expect(nicenessIn(readFileSync('/proc/self/stat', 'utf8'))).toBe(before)
  },
)
