import { expect, test } from 'vitest'
import { summarize } from '../../bench/measure/profile.js'

const node = (id: number, functionName: string, url: string, children: number[] = []) => ({
  id,
  callFrame: { functionName, url, lineNumber: 0 },
  children,
})

test('time belongs to the folder of our own code that is nearest to it, and sleep to nobody', () => {
  const thread = summarize({
    name: 'pipeline-thread',
    cpuSeconds: 2,
    profile: {
      nodes: [
        node(1, '(root)', '', [2, 3, 8, 9]),
        node(2, '(idle)', ''),
        node(3, 'step', 'file:///x/dist/src/pipeline/pipeline.js', [4, 7]),
        node(4, 'decode', 'file:///x/dist/src/decode/payload/json.js', [5]),
        node(5, 'parse', '', [6]),
        node(6, 'sort', 'file:///x/node_modules/some/index.js'),
        node(7, '(garbage collector)', ''),
        node(8, 'run', 'file:///x/dist/src/pipeline-thread.js'),
        node(9, 'read', 'file:///x/node_modules/@a/b/c.js'),
      ],
      samples: [2, 3, 4, 5, 6, 7, 8, 9],
      timeDeltas: [1000, 10, 20, 5, 5, 30, 20, 10],
    },
  })
  expect(Object.fromEntries([...thread.stages].map(([stage, share]) => [stage, Math.round(share * 100)]))).toEqual({
    pipeline: 10,
    decode: 30,
    'garbage collector': 30,
    wiring: 20,
    '@a/b': 10,
  })
  expect(thread.functions.find(({ where }) => where === 'step pipeline.js:1')).toEqual({
    where: 'step pipeline.js:1',
    self: 0.1,
    inclusive: 0.7,
  })
})
