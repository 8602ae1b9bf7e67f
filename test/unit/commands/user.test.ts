import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isPassword } from '../../../src/access/password.js'
import type { Account } from '../../../src/access/people.js'
import { digestOf } from '../../../src/access/token.js'
import { tokenFor } from '../../../src/commands/client/call-gateway.js'
import { addUserCommand } from '../../../src/commands/user/user.js'
import { readPeople, withFirstAdmin } from '../../../src/config/files/people-file.js'
import { runCommand } from '../../support/command.js'

let dir: string
let dataDir: string
let file: string

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'greengauge-'))
  dataDir = join(dir, 'data')
  file = join(dir, 'greengauge.yaml')
  writeFileSync(file, `data_dir: ${dataDir}\n`)
})
afterEach(() => rmSync(dir, { recursive: true }))

const user = (...args: readonly string[]) => runCommand(addUserCommand, ['user', ...args, '--config', file])

function kept(): readonly Account[] {
  const read = readPeople(dataDir)
  if ('problems' in read) throw new Error(read.problems[0]?.problem)
  return read.people
}

test('an account is added, changed and removed; its secrets are printed once and kept as digests', async () => {
  const made = await user('add', 'Li Na', '--role', 'auditor', '--generate')
  expect(made.code).toBe(0)
  const password = made.stdout.trim()
  expect(await isPassword(password, kept()[0]!.password)).toBe(true)
  const path = join(dataDir, 'access', 'people.json')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readFileSync(path, 'utf8')).not.toContain(password)
  expect(made.stderr).toContain('warning: nobody has the right administer')

  const token = (await user('token', 'add', 'Li Na', 'erp')).stdout.trim()
  expect(kept()[0]!.tokens).toMatchObject([{ name: 'erp', sha256: digestOf(token) }])
  expect(await user('token', 'add', 'Li Na', 'erp')).toMatchObject({ code: 65, stdout: '' })
  const before = kept()[0]!.sessions_from
  expect((await user('role', 'Li Na', 'admin', '--json')).stdout).toContain('"role":"admin"')
  expect(kept()[0]!.sessions_from >= before).toBe(true)
  await user('disable', 'Li Na')
  expect((await user('list')).stdout).toMatch(/^Li Na\tadmin\tdisabled\tsince \S+\ttoken erp\n$/)
  await user('enable', 'Li Na')
  await user('token', 'remove', 'Li Na', 'erp')
  expect(kept()[0]).toMatchObject({ disabled: false, tokens: [] })
  await user('remove', 'Li Na')
  expect(kept()).toEqual([])
})

test.each([
  [['add', 'li', '--role', 'boss', '--generate'], 64, 'boss is no role: it is one of operator, auditor, admin'],
  [['add', '../etc', '--role', 'admin', '--generate'], 64, 'a name is 1 to 64 letters'],
  [['add', 'li', '--role', 'admin', '--password-file', '/nowhere'], 74, '/nowhere'],
  [['role', 'li', 'admin'], 65, 'there is no account li'],
  [['token', 'add', 'li', 'x y'], 65, 'there is no account li'],
] as const)('%j ends with %i: %s', async (args, code, said) => {
  const answer = await user(...args)
  expect(answer).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(said) })
  expect(existsSync(join(dataDir, 'access', 'people.json'))).toBe(false)
})

test('a password that is too short is refused with the length that it wants', async () => {
  const secret = join(dir, 'secret')
  writeFileSync(secret, 'short\n')
  const { code, stderr } = await user('add', 'li', '--role', 'admin', '--password-file', secret)
  expect([code, stderr]).toEqual([64, 'error: a password has 12 to 256 characters; this one has 5\n'])
})

test('the first admin is made once; a file that says nobody stays as it is', async () => {
  const said: string[] = []
  const [admin] = await withFirstAdmin(dataDir, [], (line) => said.push(line))
  expect(admin).toMatchObject({ name: 'admin', role: 'admin' })
  expect(said.join('\n')).toMatch(/name admin, password [a-z2-9-]{27}/)
  said.length = 0
  expect(await withFirstAdmin(dataDir, kept(), (line) => said.push(line))).toEqual(kept())
  await user('remove', 'admin')
  expect(await withFirstAdmin(dataDir, [], (line) => said.push(line))).toEqual([])
  expect(said).toEqual([])
})

test('a broken file is said with its place and without what it holds', async () => {
  await user('add', 'li', '--role', 'admin', '--generate')
  const path = join(dataDir, 'access', 'people.json')
  const [account] = kept()
  writeFileSync(path, JSON.stringify([{ ...account, password: 'in clear' }]))
  const problem = { where: path, path: '0.password', problem: expect.not.stringContaining('clear') }
  expect(readPeople(dataDir)).toMatchObject({ problems: [problem] })
  writeFileSync(path, JSON.stringify([account, account]))
  expect(readPeople(dataDir)).toMatchObject({ problems: [{ path: '1.name', problem: 'li appears twice' }] })
  writeFileSync(path, '[secret')
  expect(readPeople(dataDir)).toMatchObject({ problems: [{ problem: 'cannot be read: it is no JSON' }] })
})

test('commands send the token of the environment, else that of the data directory', async () => {
  expect(tokenFor(dataDir, {})).toBe('')
  const own = join(dir, 'token')
  writeFileSync(own, 'ggp_of_file\n')
  expect(tokenFor(dataDir, { GREENGAUGE_TOKEN_FILE: own })).toBe('ggp_of_file')
  expect(tokenFor(dataDir, { GREENGAUGE_TOKEN: 'ggp_of_env' })).toBe('ggp_of_env')
})
