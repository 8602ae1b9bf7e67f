import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadConfig } from '../../../../src/config/config.js'
import { readRegistry, registryFile, writeRegistry } from '../../../../src/config/files/registry-file.js'
import { configFile, loaded } from '../../../support/loaded.js'

const DEVICE = { plant: 'p', line: 'l', device: 'm-1', topics: [], disabled: false, since: '2026-11-01T00:00:00Z' }

function problemsOf(content: string) {
  const { file, dataDir } = configFile({})
  mkdirSync(dataDir)
  writeFileSync(registryFile(dataDir), content)
  const found = loadConfig({ file, env: {}, flags: {} })
  if (!('problems' in found)) throw new Error('it was accepted')
  expect(readFileSync(registryFile(dataDir), 'utf8')).toBe(content)
  return found.problems.map((problem) => ({ ...problem, isOfFile: problem.where === registryFile(dataDir) }))
}

test('what is written is read, and no file is an empty registry', () => {
  const { file, dataDir } = configFile({})
  expect(readRegistry(dataDir)).toEqual({ devices: [] })
  const before = loaded(file)
  writeRegistry(dataDir, [DEVICE, { ...DEVICE, device: 'm-2', client: 'plc', topics: ['a/+/#'], disabled: true }])
  expect(readRegistry(dataDir)).toMatchObject({ devices: [DEVICE, { device: 'm-2', client: 'plc', disabled: true }] })
  const after = loaded(file)
  expect(after.registry).toHaveLength(2)
  expect(after.hash).not.toBe(before.hash)
  expect(JSON.parse(after.content).registry).toHaveLength(2)
  expect(after.files).toContain(registryFile(dataDir))
})

test('an empty registry says what none says', () => {
  const { file, dataDir } = configFile({})
  const { hash } = loaded(file)
  writeRegistry(dataDir, [])
  expect(loaded(file).hash).toBe(hash)
})

test.each([
  ['a file that was cut', '[{"plant":"p"', '', /^cannot be read: /],
  ['an id that is none', JSON.stringify([{ ...DEVICE, device: 'M 1' }]), '0.device', /an id is/],
  ['a key that nobody knows', JSON.stringify([{ ...DEVICE, colour: 'red' }]), '0', /colour/],
  [
    'a filter that is none',
    JSON.stringify([{ ...DEVICE, topics: ['a/#/b'] }]),
    '0.topics',
    /fills the whole of the last/,
  ],
  ['what is no list', '{}', '', /array/],
])('%s is refused with its file, path and remedy', (_, content, path, problem) => {
  expect(problemsOf(content)).toMatchObject([
    {
      isOfFile: true,
      path,
      problem: expect.stringMatching(problem),
      remedy: expect.stringContaining('greengauge device'),
    },
  ])
})
