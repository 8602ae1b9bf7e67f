/** Proves what the command line says of wrong calls, configuration files and its version. */
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { EXIT } from '../../src/base/exit-codes.js'
import { INSTALLED_CONFIG } from '../../src/config/place.js'
import { greengauge } from '../support/cli.js'
import { tempFile } from '../support/house-config.js'

test.concurrent('a mistyped command is a wrong call, answered with the one that was meant', async () => {
  const { code, stdout, stderr } = await greengauge('chekc-config')
  expect(code).toBe(EXIT.usage)
  expect(stderr).toContain('Did you mean check-config?')
  expect(stdout).toBe('')
})

test.concurrent('a mistyped option is a wrong call, answered with the one that was meant', async () => {
  const { code, stderr } = await greengauge('run', '--confg', 'x.yaml')
  expect(code).toBe(EXIT.usage)
  expect(stderr).toContain('Did you mean --config?')
})

test('check-config looks at the installed file where none is named, and says that there is none', async () => {
  const { code, stderr } = await greengauge('check-config')
  if (existsSync(INSTALLED_CONFIG)) return
  expect(stderr).toContain(`there is none in ${INSTALLED_CONFIG}`)
  expect(code).toBe(EXIT.usage)
})

test('check-config counts what a good file holds', async () => {
  const plant = '{ id: a, name: {}, timezone: UTC, devices: [ { id: m1 }, { id: m2 } ] }'
  const { code, stdout } = await greengauge('check-config', tempFile('good.yaml', `plants: [ ${plant} ]`))
  expect(stdout).toBe('config is fine: 1 plant, 2 devices\n')
  expect(code).toBe(EXIT.ok)
})

test('check-config says every problem of a bad file, one a line or as JSON', async () => {
  const file = tempFile('bad.yaml', 'http: { port: x }\nmqtt: { prt: 1 }\n')
  const { code, stdout } = await greengauge('check-config', file)
  expect(stdout.trim().split('\n')).toHaveLength(2)
  expect(code).toBe(EXIT.config)
  const asJson = await greengauge('check-config', '--json', file)
  expect(JSON.parse(asJson.stdout)).toMatchObject({ ok: false, problems: [{}, {}] })
  expect(asJson.code).toBe(EXIT.config)
})

test.concurrent('a run with a bad setting starts nothing', async () => {
  const { code, stderr } = await greengauge('run', '--set', 'mqtt.host=0.0.0.0')
  expect(stderr).toContain('mqtt.host')
  expect(stderr).toContain('nothing was started')
  expect(code).toBe(EXIT.config)
})

test('a file of an import that cannot be read is told in plain words, before anything is sent', async () => {
  const config = tempFile('import.yaml', 'plants: [ { id: a, name: {}, timezone: UTC } ]')
  const mapping = tempFile('mapping.yaml', 'plant: a\nline: l\ndevice: d\ntime: { column: ts }\nvalues: []\n')
  for (const [file, says] of [
    ['/nowhere/a.csv', 'there is no file /nowhere/a.csv'],
    ['/tmp', '/tmp is a folder: name a file'],
    [tempFile('empty.csv', ''), 'empty.csv is empty'],
  ] as const) {
    const { code, stderr } = await greengauge('import', file, '--suggest', '--config', config)
    expect(stderr).toContain(says)
    expect(stderr).not.toMatch(/ENOENT|EISDIR|at .*\.js/)
    expect(code).toBe(file.endsWith('empty.csv') ? EXIT.badData : EXIT.io)
  }
  const none = await greengauge('import', '--mapping', `${mapping}.none`, '/nowhere/a.csv', '--config', config)
  expect(none.stderr).toContain('check the path and who may read it')
})

test.concurrent('the version is a line for people and JSON for programs', async () => {
  expect((await greengauge('version')).stdout).toMatch(/^greengauge \d+\.\d+\.\d+ \(commit \S+, node \d+/)
  const asOption = await greengauge('--version')
  expect(asOption.stdout).toMatch(/^greengauge \d+\.\d+\.\d+ \(commit \S+, node \d+/)
  expect(asOption).toMatchObject({ code: EXIT.ok, stderr: '' })
  const { stdout } = await greengauge('version', '--json')
  expect(JSON.parse(stdout)).toMatchObject({ node: process.versions.node, version: expect.any(String) })
})

test.concurrent('a setting may be given to every command that reads a configuration', async () => {
  for (const command of [['doctor'], ['device', 'list'], ['user', 'list']]) {
    const { code, stderr } = await greengauge(...command, '--set', 'mqtt.prt=1')
    expect(stderr).toContain('did you mean mqtt.port?')
    expect(code).toBe(EXIT.config)
  }
})
