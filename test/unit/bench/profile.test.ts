import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { summarize } from '../../bench/measure/profile.js'

let dir: string
let file: string

/** As the build leaves it: many modules in one file. */
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'greengauge-profile-'))
  file = join(dir, 'dist', 'src', 'runtime', 'pipeline-thread.js')
  mkdirSync(join(dir, 'dist', 'src', 'runtime'), { recursive: true })
  const modules = [
    'src/pipeline/pipeline.ts',
    'src/decode/payload/json.ts',
    'src/runtime/pipeline-thread.ts',
    'node_modules/@a/b/c.js',
  ]
  writeFileSync(file, modules.map((module) => `// ${module}\ncode()\n`).join(''))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

/** @param module of those above, by its place; undefined for what is in no file */
const node = (id: number, functionName: string, module?: number | string, children: number[] = []) => ({
  id,
  callFrame: {
    functionName,
    url: module === undefined ? '' : typeof module === 'string' ? module : pathToFileURL(file).href,
    lineNumber: typeof module === 'number' ? 2 * module + 1 : 0,
  },
  children,
})

test('time belongs to the folder of our own code that is nearest to it, and sleep to nobody', () => {
  const thread = summarize({
    name: 'pipeline-thread',
    cpuSeconds: 2,
    profile: {
      nodes: [
        node(1, '(root)', undefined, [2, 3, 8, 9]),
        node(2, '(idle)'),
        node(3, 'step', 0, [4, 7]),
        node(4, 'decode', 1, [5]),
        node(5, 'parse', undefined, [6]),
        node(6, 'sort', 'file:///x/node_modules/some/index.js'),
        node(7, '(garbage collector)'),
        node(8, 'run', 2),
        node(9, 'read', 3),
      ],
      samples: [2, 3, 4, 5, 6, 7, 8, 9],
      timeDeltas: [1000, 10, 20, 5, 5, 30, 20, 10],
    },
  })
  expect(Object.fromEntries([...thread.stages].map(([stage, share]) => [stage, Math.round(share * 100)]))).toEqual({
    pipeline: 10,
    decode: 30,
    'garbage collector': 30,
    runtime: 20,
    '@a/b': 10,
  })
  expect(thread.functions.find(({ where }) => where === 'step pipeline.ts:2')).toEqual({
    where: 'step pipeline.ts:2',
    self: 0.1,
    inclusive: 0.7,
  })
})
