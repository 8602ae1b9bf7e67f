import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { EXIT } from '../../../src/base/exit-codes.js'
import { addDeviceCommand } from '../../../src/commands/device/device.js'
import { registryFile } from '../../../src/config/files/registry-file.js'
import { runCommand } from '../../support/command.js'
import { configFile } from '../../support/loaded.js'

const PLANTS = [{ id: 'p', name: {}, timezone: 'UTC', devices: [{ id: 'main-1', line: 'grid' }] }]

/** The command where no gateway runs: its port is one that nothing listens on. */
function registry() {
  const { file, dataDir } = configFile({ plants: PLANTS, http: { port: 1 } })
  const device = async (...args: readonly string[]) => {
    const ran = await runCommand(addDeviceCommand, ['device', ...args, '--config', file])
    const rows = ran.stdout.trimEnd().split('\n')
    return { ...ran, rows: rows.map((row) => row.split('\t')) }
  }
  const kept = () => JSON.parse(readFileSync(registryFile(dataDir), 'utf8')) as { device: string; since: string }[]
  return { device, kept }
}

test('a device is added with client and topics, changed, disabled, enabled and removed', async () => {
  const { device, kept } = registry()
  const added = await device('add', 'p/press/robot-7', '--client', 'plc-7', '--topic', 'a/+', '--topic', 'b')
  expect(added.code).toBe(EXIT.ok)
  expect(added.rows[0]!.slice(0, 5)).toEqual([
    'p/press/robot-7',
    'registered',
    'enabled',
    'client plc-7',
    'topics a/+ b',
  ])
  const { since } = kept()[0]!
  expect(since).toMatch(/Z$/)

  expect((await device('disable', 'p/press/robot-7')).rows[0]![2]).toBe('disabled')
  expect(kept()).toMatchObject([{ client: 'plc-7', topics: ['a/+', 'b'], disabled: true, since }])
  expect((await device('enable', 'p/press/robot-7')).rows[0]![2]).toBe('enabled')

  // Disabling one of the configuration is a matter of the registry too.
  await device('disable', 'p/grid/main-1')
  expect((await device('list')).rows.map((row) => row.slice(0, 3))).toEqual([
    ['p/grid/main-1', 'configured and registered', 'disabled'],
    ['p/press/robot-7', 'registered', 'enabled'],
  ])

  // A device that is named once more is not let in again by that.
  await device('add', 'p/grid/main-1')
  expect(kept().find((one) => one.device === 'main-1')).toMatchObject({ disabled: true })

  await device('add', 'p/press/robot-7')
  expect(kept().find((one) => one.device === 'robot-7')).toMatchObject({ topics: [], since })
  await device('remove', 'p/press/robot-7')
  expect(kept().map((one) => one.device)).toEqual(['main-1'])
})

test('one of a plant that is not configured is registered, and said to be so', async () => {
  const { device } = registry()
  const { code, stderr } = await device('add', 'pp/press/robot-7')
  expect(code).toBe(EXIT.ok)
  expect(stderr).toContain('warning: pp is not a plant of the configuration; did you mean p?')
  expect((await device('add', 'p/press/robot-8')).stderr).not.toContain('warning')
})

test.each([
  [['forget', 'p/robot-7'], 'p/robot-7 is no PLANT/LINE/DEVICE'],
  [['forget', 'p/press/robot-7', '--plant', 'p'], 'give either PLANT/LINE/DEVICE or --plant'],
  [['forget'], 'name PLANT/LINE/DEVICE, or --plant ID'],
  [['add', 'p/robot-7'], 'p/robot-7 is no PLANT/LINE/DEVICE'],
  [['add', 'p/press/Robot 7'], 'an id is'],
  [['add', 'p/press/robot-7', '--topic', 'a/#/b'], '--topic a/#/b: in a topic filter "#"'],
  [['remove', 'p/press/robot-7'], 'p/press/robot-7 is not in the registry'],
  [
    ['remove', 'p/press/robot-7'],
    'only seen is forgotten, with its figures, by: greengauge device forget p/press/robot-7 --yes',
  ],
  [['remove', 'p/grid/main-1'], 'p/grid/main-1 is not in the registry: remove it from the configuration'],
])('%j is a wrong call that changes nothing', async (args, sentence) => {
  const { device, kept } = registry()
  const { stderr, code } = await device(...args)
  expect(stderr).toContain(sentence)
  expect(code).toBe(EXIT.usage)
  expect(kept).toThrow('ENOENT')
})
