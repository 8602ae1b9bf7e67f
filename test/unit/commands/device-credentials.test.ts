import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { digestOf } from '../../../src/access/token.js'
import { EXIT } from '../../../src/base/exit-codes.js'
import { addDeviceCommand } from '../../../src/commands/device/device.js'
import { writeWhole } from '../../../src/config/files/access-file.js'
import { credentialsPath, readCredentials } from '../../../src/config/files/credentials-file.js'
import { runCommand } from '../../support/command.js'
import { configFile, loaded } from '../../support/loaded.js'

/** The command where no gateway runs. */
function registry() {
  const { file, dataDir } = configFile({ http: { port: 1 } })
  const device = async (...args: readonly string[]) => {
    const ran = await runCommand(addDeviceCommand, ['device', ...args, '--config', file])
    const token = /^token\t(\S+)$/m.exec(ran.stdout)?.[1]
    return { ...ran, token }
  }
  const kept = () => {
    const read = readCredentials(dataDir)
    if ('problems' in read) throw new Error(JSON.stringify(read.problems))
    return read.credentials
  }
  return { device, kept, file, dataDir }
}

test('a device with a client gets a token that is shown once and kept as a digest; named again it keeps it', async () => {
  const { device, kept, file, dataDir } = registry()
  const added = await device('add', 'p/press/robot-7', '--client', 'plc-7')
  expect(added.token).toMatch(/^ggd_[\w-]{43}$/)
  expect(kept()).toMatchObject([
    { client: 'plc-7', role: 'device', tokens: [{ sha256: digestOf(added.token!), until: null }] },
  ])
  expect(readFileSync(credentialsPath(dataDir), 'utf8')).not.toContain(added.token)
  expect(
    (await device('add', 'p/press/robot-7', '--client', 'plc-7', '--topic', 'tele/robot-7/#')).token,
  ).toBeUndefined()

  const list = await device('list')
  expect(list.stdout).toContain('device, token since ')
  const [listed] = JSON.parse((await device('list', '--json')).stdout)
  expect(listed.credential).toEqual({
    role: 'device',
    tokens: [{ since: kept()[0]!.tokens[0]!.since, until: null }],
    subject: null,
    disabled: false,
  })
  expect(list.stdout + JSON.stringify(listed)).not.toContain(digestOf(added.token!))

  // Neither a token nor its digest is in what the journal keeps, and the gateway looks at the file.
  const { content, files, credentials } = loaded(file)
  expect(content).not.toContain(digestOf(added.token!))
  expect(files).toContain(credentialsPath(dataDir))
  expect(credentials).toEqual(kept())
})

test('a token is rotated with an overlap, at once, and revoked; its name stays taken', async () => {
  const { device, kept } = registry()
  const first = (await device('add', 'p/press/robot-7', '--client', 'plc-7')).token!
  const second = (await device('rotate', 'p/press/robot-7', '--overlap', '2h')).token!
  const [newest, older] = kept()[0]!.tokens
  expect([newest!.sha256, older!.sha256]).toEqual([second, first].map(digestOf))
  expect(newest!.until).toBeNull()
  expect(Date.parse(older!.until!) - Date.parse(newest!.since)).toBe(7_200_000)
  const third = (await device('token', '--client', 'plc-7', '--overlap', '0')).token!
  expect(kept()[0]!.tokens.map(({ sha256 }) => sha256)).toEqual([digestOf(third)])
  const revoked = await device('revoke', 'p/press/robot-7')
  expect(revoked.stdout).toBe('plc-7\tdevice, revoked\n')
  expect(kept()).toMatchObject([{ client: 'plc-7', tokens: [], subject: null }])
  const [json] = JSON.parse((await device('rotate', '--client', 'plc-7', '--json')).stdout)
  expect(json).toMatchObject({ client: 'plc-7', token: expect.stringMatching(/^ggd_/) })
})

test('a certificate stands in place of a token; with --no-token nothing is to be proven', async () => {
  const { device, kept } = registry()
  const added = await device('add', 'p/press/robot-7', '--client', 'plc-7', '--certificate', 'CN=press-7,O=Acme')
  expect(added.token).toBeUndefined()
  expect(added.stdout).toContain('device, certificate CN=press-7,O=Acme')
  await device('add', 'p/press/robot-8', '--client', 'plc-8', '--no-token')
  expect(kept()).toMatchObject([{ client: 'plc-7', tokens: [], subject: 'CN=press-7,O=Acme' }])
})

test('the credential of a client goes with its last device', async () => {
  const { device, kept } = registry()
  for (const id of ['robot-7', 'robot-8']) await device('add', `p/press/${id}`, '--client', 'plc-7')
  await device('remove', 'p/press/robot-7')
  expect(kept()).toHaveLength(1)
  await device('add', 'p/press/robot-8', '--client', 'plc-8')
  expect(kept().map(({ client }) => client)).toEqual(['plc-8'])
  await device('remove', 'p/press/robot-8')
  expect(kept()).toEqual([])
})

test('clients that are no device are added by role, disabled, enabled, listed and removed', async () => {
  const { device, kept } = registry()
  const { token } = await device('client', 'add', 'scada', '--role', 'reader')
  expect(token).toMatch(/^ggd_/)
  expect(kept()).toMatchObject([{ client: 'scada', role: 'reader', disabled: false }])
  expect((await device('client', 'add', 'scada', '--role', 'gateway')).token).toBeUndefined()
  expect(kept()).toMatchObject([{ role: 'gateway', tokens: [{ sha256: digestOf(token!) }] }])
  expect((await device('client', 'disable', 'scada')).stdout).toMatch(/^scada\tgateway, disabled, token since /)
  await device('client', 'enable', 'scada')
  expect(JSON.parse((await device('client', 'list', '--json')).stdout)).toMatchObject([
    { client: 'scada', disabled: false },
  ])
  await device('client', 'remove', 'scada')
  expect(kept()).toEqual([])
})

test.each([
  [['rotate'], 'either PLANT/LINE/DEVICE or --client ID'],
  [['rotate', 'p/press/robot-9'], 'p/press/robot-9 is not in the registry'],
  [['rotate', '--client', 'nobody'], 'device client add nobody'],
  [['rotate', '--client', 'scada', '--overlap', '1y'], '--overlap 1y is no time'],
  [['rotate', '--client', 'scada', '--overlap', '91d'], '--overlap 91d is no time up to 90d'],
  [['client', 'add', 'x', '--role', 'device'], 'Allowed choices are gateway, reader'],
  [['client', 'add', '', '--role', 'reader'], 'a client id has 1 to 256 characters'],
  [['client', 'disable', 'nobody'], 'client nobody has no credential'],
  [['add', 'p/l/d', '--certificate', 'CN=x'], '--certificate needs --client ID'],
  [['add', 'p/l/d', '--client', 'c', '--topic', '#'], 'reaches into topics of other devices below plants/'],
  [['add', 'p/l/d', '--client', 'c', '--topic', '+/l/#'], 'reaches into topics of other devices below plants/'],
  [['add', 'p/l/d', '--client', 'c', '--topic', 'plants/p/+/#'], 'plants/p/+/d/# is its own'],
  [['add', 'p/l/d', '--client', 'c', '--topic', 'spBv1.0/#'], 'spBv1.0/STATE/'],
  [['add', 'p/l/d', '--client', 'c', '--topic', 'tele/#'], 'reaches into topics of p/press/robot-7'],
])('%j is refused', async (args, why) => {
  const { device, kept } = registry()
  await device('add', 'p/press/robot-7', '--client', 'plc-7', '--topic', 'tele/robot-7/+')
  await device('client', 'add', 'scada', '--role', 'reader')
  const before = kept()
  const ran = await device(...args)
  expect(ran.stderr).toContain(why)
  expect(ran.code).not.toBe(EXIT.ok)
  expect(kept()).toEqual(before)
})

test('a topic of its own, one beside those of others, and any with --force are taken', async () => {
  const { device } = registry()
  await device('add', 'p/press/robot-7', '--client', 'plc-7', '--topic', 'tele/robot-7/+')
  for (const topic of ['plants/p/+/d/#', 'tele/d/+', 'spBv1.0/acme/+/edge-1/#']) {
    expect((await device('add', 'p/l/d', '--client', 'c', '--topic', topic)).code).toBe(EXIT.ok)
  }
  expect((await device('add', 'p/l/d', '--client', 'c', '--topic', 'tele/#', '--force')).code).toBe(EXIT.ok)
  // The same client stands for both.
  expect((await device('add', 'p/l/e', '--client', 'plc-7', '--topic', 'tele/robot-7/#')).code).not.toBe(EXIT.ok)
  await device('remove', 'p/l/d')
  expect((await device('add', 'p/l/e', '--client', 'plc-7', '--topic', 'tele/robot-7/#')).code).toBe(EXIT.ok)
})

test.each([
  ['a file that was cut', '[{"client":"p"', 'is no JSON'],
  [
    'a token that is not hashed',
    '[{"client":"c","tokens":[{"sha256":"ggd_secret","since":"2026-11-01T00:00:00Z"}]}]',
    'pattern',
  ],
  ['two of one client', '[{"client":"c","tokens":[]},{"client":"c","tokens":[]}]', 'one credential'],
])('%s is refused with path and remedy, shows no secret, and stays as it is', async (_, content, why) => {
  const { device, dataDir } = registry()
  writeWhole(credentialsPath(dataDir), content)
  const read = readCredentials(dataDir)
  expect(JSON.stringify(read)).toContain(why)
  expect(JSON.stringify(read)).not.toContain('ggd_secret')
  await expect(device('client', 'list')).rejects.toThrow()
  expect(readFileSync(credentialsPath(dataDir), 'utf8')).toBe(content)
  writeFileSync(credentialsPath(dataDir), '[]')
  expect((await device('client', 'list')).code).toBe(EXIT.ok)
  expect(existsSync(`${credentialsPath(dataDir)}.lock`)).toBe(false)
})
