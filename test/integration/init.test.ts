import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const CLI = join(import.meta.dirname, '..', '..', 'dist', 'src', 'cli.js')
const dir = mkdtempSync(join(tmpdir(), 'greengauge-init-'))
afterAll(() => rmSync(dir, { recursive: true }))

const run = (...args: string[]) =>
  spawnSync(process.execPath, [CLI, ...args], { cwd: dir, encoding: 'utf8', input: '' })

test('a first file is written once, with the schema beside it, and is right', () => {
  const args = ['--plant', 'wuxi-1', '--timezone', 'Asia/Shanghai', '--shifts', 'three', '--lines', 'press, hall']
  const first = run('init', ...args)
  expect(first.status, first.stderr).toBe(0)
  expect(run('check-config', 'greengauge.yaml').stdout).toContain('config is fine: 1 plant')
  expect(JSON.parse(readFileSync(join(dir, 'greengauge.schema.json'), 'utf8')).properties.plants).toBeDefined()
  const text = readFileSync(join(dir, 'greengauge.yaml'), 'utf8')
  const second = run('init', ...args)
  expect(second.status).not.toBe(0)
  expect(second.stderr).toContain('is there already')
  expect(readFileSync(join(dir, 'greengauge.yaml'), 'utf8')).toBe(text)
})

test('wrong answers are said in the words of the rules, and nothing is written', () => {
  const { status, stderr } = run('init', 'other.yaml', '--timezone', 'Mars/Base')
  expect(status).toBe(78)
  expect(stderr).toContain('an IANA zone')
  expect(() => readFileSync(join(dir, 'other.yaml'))).toThrow()
})

test('the schema is printed for editors', () => {
  expect(JSON.parse(run('config-schema').stdout).properties.http).toBeDefined()
})
