import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { LoadedConfig, LoadSettings } from '../../../../src/config/config.js'
import { keepLists, readLists, unreadReason } from '../../../../src/config/files/lists.js'
import { registryFile, writeRegistry } from '../../../../src/config/files/registry-file.js'
import { rereading } from '../../../../src/runtime/reread.js'
import { accepted } from '../../../support/house-config.js'

/** Proves that a list which cannot be read does not take the one away that is in force. */

const DEVICE = { plant: 'p', line: 'l', device: 'm-1', topics: [], disabled: false, since: '2026-11-26T08:00:00Z' }

const newDir = () => {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-lists-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}
const broken = (dir: string) => writeFileSync(registryFile(dir), '[{"plant":')

test('a start takes the list that the gateway has kept, and says which one it could not read', () => {
  const dir = newDir()
  writeRegistry(dir, [DEVICE])
  const read = readLists(dir)
  if ('problems' in read) throw new Error('not read')
  keepLists(dir, read, () => {})
  broken(dir)
  expect(readLists(dir)).toMatchObject({ problems: [{ where: registryFile(dir) }] })
  const again = readLists(dir, 'kept')
  expect(again).toMatchObject({ registry: [DEVICE], people: [], unread: [{ where: registryFile(dir) }] })
  expect(unreadReason('unread' in again ? again.unread : [])).toMatch(
    /devices\.json: cannot be read.*mend the file.*until then the gateway goes on with the one it has$/,
  )
})

test('without a copy it is a problem as before', () => {
  const dir = newDir()
  broken(dir)
  expect(readLists(dir, 'kept')).toMatchObject({ problems: [{ where: registryFile(dir) }] })
})

test('a disk that refuses the copy is told, and nothing stops', () => {
  const said: string[] = []
  keepLists('/proc/none', { registry: [], people: [], credentials: [] }, (line) => said.push(line))
  expect(said).toEqual([expect.stringContaining('/proc/none/last-lists.json cannot be written')])
})

test('a gateway that runs goes on with the list in force, says so until it can be read, and takes it then', () => {
  const dir = newDir()
  writeRegistry(dir, [DEVICE])
  const load: LoadSettings = (last) => {
    const lists = readLists(dir, last)
    return 'problems' in lists ? lists : { ...accepted({}), ...lists }
  }
  const [applied, reasons]: [LoadedConfig[], string[]] = [[], []]
  const reread = rereading({
    load,
    started: load() as LoadedConfig,
    apply: (loaded) => applied.push(loaded),
    unread: (reason) => reasons.push(reason),
    note: () => {},
    say: () => {},
  })
  broken(dir)
  reread()
  expect([applied.length, reasons.at(-1)]).toEqual([0, expect.stringContaining('devices.json: cannot be read')])
  writeRegistry(dir, [{ ...DEVICE, disabled: true }])
  reread()
  expect(applied.map(({ registry }) => registry)).toEqual([[{ ...DEVICE, disabled: true }]])
  expect(reasons.at(-1)).toBe('')
})
