import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { demoConfig } from '../../../src/commands/demo.js'
import { configFileOf, dataDirOf, firstConfigIn, folderTrouble, movedData } from '../../../src/config/place.js'
import { accepted, tempFile } from '../../support/house-config.js'

/** Proves which data directory service and commands mean, wherever they are run. */

const newDir = () => {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-place-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}
const usedDir = () => {
  const dir = newDir()
  writeFileSync(join(dir, 'format.json'), '{"format":1}')
  return dir
}

test.each([
  ['relative in the file', './data', 'file', '/etc/plant/gg.yaml', '/etc/plant/data'],
  ['relative in the file, upwards', '../data', 'file', '/etc/plant/gg.yaml', '/etc/data'],
  ['the default beside a file', './data', 'nobody', '/etc/plant/gg.yaml', '/etc/plant/data'],
  [
    'the default beside the installed file',
    './data',
    'nobody',
    '/etc/greengauge/greengauge.yaml',
    '/var/lib/greengauge',
  ],
  ['relative in the installed file', './data', 'file', '/etc/greengauge/greengauge.yaml', '/etc/greengauge/data'],
  ['absolute', '/srv/gg', 'file', '/etc/plant/gg.yaml', '/srv/gg'],
  ['on the command line: as any path there', './drill', 'elsewhere', '/etc/plant/gg.yaml', './drill'],
  ['without a file', './data', 'nobody', undefined, resolve('data')],
  ['of the demo plants, whose file is the program’s', './data', 'file', demoConfig, './data'],
] as const)('data_dir %s', (_, dir, by, file, meant) => {
  expect(dataDirOf({ dir, by, file })).toBe(meant)
})

test('a configuration means the same folder from wherever it is read, and the same settings', () => {
  const yaml = 'data_dir: ./data\n'
  const { config, content } = accepted({ yaml })
  expect(config.data_dir).toMatch(/^\/.*greengauge-config-\w+\/data$/)
  expect(JSON.parse(content)).toMatchObject({ data_dir: './data' })
  expect(accepted({ yaml, flags: { data_dir: './drill' } }).config.data_dir).toBe('./drill')
})

test('the installed configuration is found where none is named', () => {
  const installed = tempFile('greengauge.yaml', '')
  expect(configFileOf(undefined, installed)).toBe(installed)
  expect(configFileOf('mine.yaml', installed)).toBe('mine.yaml')
  expect(configFileOf(undefined, `${installed}.none`)).toBe(undefined)
})

test('a first configuration is found in its data directory, and means that directory, from wherever it is read', () => {
  const [dir, other] = [usedDir(), newDir()]
  expect(firstConfigIn(dir)).toBe(undefined)
  const file = join(dir, 'greengauge.yaml')
  writeFileSync(file, '')
  expect(firstConfigIn(dir)).toBe(file)
  expect(dataDirOf({ dir: './data', by: 'nobody', file })).toBe(dir)
  expect(dataDirOf({ dir: './data', by: 'file', file })).toBe(join(dir, 'data'))
  // A folder named archive or journal may be anybody's.
  mkdirSync(join(other, 'archive'))
  expect(dataDirOf({ dir: './data', by: 'nobody', file: join(other, 'greengauge.yaml') })).toBe(join(other, 'data'))
})

test('a folder that was never a gateway’s is refused by what needs one, and where nobody has named it', () => {
  const [empty, used] = [newDir(), usedDir()]
  expect(folderTrouble(empty, { isNamed: true, isUsed: true })).toEqual({
    refused: true,
    said: expect.stringContaining(
      `error: ${empty} was never the data directory of a gateway: name the gateway's config`,
    ),
  })
  expect(folderTrouble(empty, { isNamed: false, isUsed: false }).refused).toBe(true)
  expect(folderTrouble(empty, { isNamed: true, isUsed: false })).toEqual({ refused: false, said: '' })
  expect(folderTrouble(used, { isNamed: true, isUsed: true })).toEqual({ refused: false, said: '' })
  expect(folderTrouble(used, { isNamed: false, isUsed: true })).toEqual({
    refused: false,
    said: expect.stringContaining(`this is about ${used}`),
  })
})

test('a gateway does not begin anew while its data are where it saw ./data before', () => {
  const before = process.cwd()
  const stood = newDir()
  mkdirSync(join(stood, 'data', 'journal'), { recursive: true })
  const beside = join(newDir(), 'data')
  process.chdir(stood)
  try {
    expect(movedData(beside, './data')).toContain(
      `write data_dir: ${join(stood, 'data')}; to begin anew, write data_dir: ${beside}`,
    )
    expect(movedData(beside, beside)).toBe('')
    mkdirSync(join(beside, 'journal'), { recursive: true })
    expect(movedData(beside, './data')).toBe('')
  } finally {
    process.chdir(before)
  }
})
