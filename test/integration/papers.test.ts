import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { INSTALLED_CONFIG, INSTALLED_DATA } from '../../src/config/place.js'
import { findServer } from '../support/servers.js'

/** Papers that come with the program for those who have to trust it: the service, the list of what it is made of, its promises. */

const root = join(import.meta.dirname, '..', '..')
const readText = (name: string) => readFileSync(join(root, name), 'utf8')
const UNIT = 'deploy/systemd/greengauge.service'
const BACKUP = ['deploy/systemd/greengauge-backup.service', 'deploy/systemd/greengauge-backup.timer'] as const
/** Exposure by systemd-analyze, of ten; 0 is nothing, 9.6 what a service has that says nothing. Stated in SECURITY.md. */
const EXPOSURE_MAX = 2.0

const analyze = findServer('systemd-analyze')

describe.skipIf(analyze === null)('the service of systemd', () => {
  let dir: string
  let unit: string
  let backup: readonly string[]
  const run = (...args: readonly string[]) => spawnSync(analyze!, [...args], { encoding: 'utf8' })

  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'greengauge-unit-'))
    // The command is on the path of systemd where the package is installed, and here beside the units.
    const command = join(dir, 'greengauge')
    writeFileSync(command, '#!/bin/sh\n', { mode: 0o755 })
    const installed = (name: string) => {
      const file = join(dir, basename(name))
      writeFileSync(file, readText(name).replaceAll('ExecStart=greengauge ', `ExecStart=${command} `))
      return file
    }
    unit = installed(UNIT)
    backup = BACKUP.map(installed)
  })
  afterAll(() => rmSync(dir, { recursive: true, force: true }))

  test('it is one that systemd understands', () => {
    const { status, stderr } = run('verify', '--man=no', unit)
    expect([status, stderr]).toEqual([0, ''])
  })

  test('so are those of the backup, which run as a user who is there while the service is not', () => {
    const { status, stderr } = run('verify', '--man=no', ...backup)
    expect([status, stderr]).toEqual([0, ''])
    expect(readText(UNIT)).toMatch(/^DynamicUser=yes$/m)
    for (const name of BACKUP) expect(readText(name)).not.toMatch(/^User=/m)
  })

  test('it runs the command that npm installs, wherever the package lies', () => {
    expect(readText(UNIT)).toMatch(/^ExecStart=greengauge run /m)
    for (const name of [UNIT, ...BACKUP]) expect(readText(name)).not.toMatch(/^[^#]*(\/opt\/|cli\.js)/m)
  })

  test('it leaves it to the configuration where the data are, as the commands do', () => {
    expect(readText(UNIT)).not.toMatch(/^[^#]*GREENGAUGE_DATA_DIR/m)
    expect(readText(UNIT)).toContain(`WorkingDirectory=${INSTALLED_DATA}`)
    expect(readText(UNIT)).toContain(`--config ${INSTALLED_CONFIG}`)
  })

  test(`what an attacker in it could reach is at most ${EXPOSURE_MAX} of 10`, () => {
    const { status, stdout } = run('security', '--offline=true', `--threshold=${EXPOSURE_MAX * 10}`, '--no-pager', unit)
    expect(stdout).toMatch(/Overall exposure level for greengauge.service: [01]\.\d/)
    expect(status).toBe(0)
    expect(readText('SECURITY.md')).toContain(`at most ${EXPOSURE_MAX.toFixed(1)}`)
  })

  test('it does not forbid what V8 does', () => {
    expect(readText(UNIT)).not.toMatch(/^MemoryDenyWriteExecute=/m)
  })
})

/** Not `--omit dev`: npm leaves out with it what a package for development asks for as well, and so misses `yaml`. */
test('npm run sbom lists every package, each with its hash, and marks those that are for development alone', () => {
  const { scripts } = JSON.parse(readText('package.json')) as { scripts: Readonly<Record<string, string>> }
  const { stdout, status } = spawnSync('sh', ['-c', scripts.sbom!], { cwd: root, encoding: 'utf8' })
  expect(status).toBe(0)
  const bill = JSON.parse(stdout) as {
    bomFormat: string
    components: { name: string; hashes?: unknown[]; properties: { name: string }[] }[]
  }
  expect(bill.bomFormat).toBe('CycloneDX')
  const names = (isForDevelopment: boolean) =>
    bill.components.flatMap(({ name, properties }) =>
      properties.some((one) => one.name === 'cdx:npm:package:development') === isForDevelopment ? [name] : [],
    )
  const { dependencies } = JSON.parse(readText('package.json'))
  expect(Object.keys(dependencies).filter((name) => !names(false).includes(name))).toEqual([])
  expect(names(true)).toContain('vitest')
  expect(bill.components.filter(({ hashes }) => (hashes?.length ?? 0) === 0)).toEqual([])
})

test('the papers are in the package, and the README leads to them', () => {
  const { files } = JSON.parse(readText('package.json')) as { files: readonly string[] }
  expect(files).toEqual(expect.arrayContaining(['SECURITY.md', 'deploy', 'CHANGELOG.md', 'LICENSE']))
  expect(readText('README.md')).toContain('(SECURITY.md)')
  expect(readText('README.md')).toContain(UNIT)
})
