import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Account } from '../../../../src/access/people.js'
import { type LoadedConfig, loadConfig } from '../../../../src/config/config.js'
import { ConfigEditor } from '../../../../src/config/edit/editor.js'
import { firstConfigIn } from '../../../../src/config/place.js'
import type {
  ConfigAnswer,
  ConfigPreview,
  ConfigRefusal,
  ConfigStored,
  ConfigVersions,
} from '../../../../src/views/wire/configuration.js'
import { inFiles, newAuthority, signedBy } from '../../../support/certificates.js'

const SINCE = '2026-01-01T00:00:00Z'
const ADA: Account = {
  name: 'ada',
  role: 'admin',
  password: '',
  disabled: false,
  since: SINCE,
  sessions_from: SINCE,
  tokens: [],
}
const TEXT = 'hj212:\n  stations:\n    - { mn: A1, plant: a, line: l, device: s, password: before }\n'

/** An editor of a file of its own, as it is in a gateway that reads it again after each change. */
function editorOf(text: string, other: { isClosing?: () => boolean; reread?: () => void } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-editor-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  const file = join(dir, 'greengauge.yaml')
  writeFileSync(file, text)
  let people: readonly Account[] = []
  const load = (_last?: unknown, given?: string) => {
    const loaded = loadConfig({ file, text: given, env: {}, flags: { data_dir: join(dir, 'data') } })
    return 'problems' in loaded ? loaded : { ...loaded, people }
  }
  let inForce = load() as LoadedConfig
  const editor = new ConfigEditor({
    load,
    started: inForce,
    clock: { nowMs: () => 0 },
    inForce: () => inForce,
    isClosing: () => false,
    reread: () => {
      inForce = load() as LoadedConfig
    },
    ...other,
  })
  const hash = () => (editor.answer({ ask: 'read' }) as ConfigAnswer).hash
  return {
    text: () => readFileSync(file, 'utf8'),
    read: () => editor.answer({ ask: 'read' }) as ConfigAnswer,
    remove: () => rmSync(file),
    people: (now: readonly Account[]) => {
      people = now
    },
    preview: (wish: { text?: string; version?: number }) => editor.answer({ ask: 'preview', wish }) as ConfigPreview,
    save: (wish: string) =>
      editor.answer({ ask: 'save', wish: { text: wish }, match: hash(), by: 'ada' }) as ConfigStored,
    undo: (version: number) => editor.answer({ ask: 'undo', version, match: hash(), by: 'ada' }) as ConfigStored,
  }
}

test('a change of a secret alone is one, though no line shows it', () => {
  const { preview, save, text } = editorOf(TEXT)
  const after = TEXT.replace('before', 'after')
  expect(preview({ text: after })).toMatchObject({ difference: [], same: false, problems: [] })
  expect(preview({ text: TEXT.replace('before', '(secret)') })).toMatchObject({ difference: [], same: true })
  save(after)
  expect(text()).toBe(after)
})

test('an older version is previewed as an undo brings it, with secrets that the file no longer has', () => {
  const { preview, save, undo, text } = editorOf(TEXT)
  save('hj212: { stations: [] }\n')
  const seen = preview({ version: 1 })
  expect(seen).toMatchObject({ same: false, problems: [] })
  expect(seen.text).toContain('password: (secret)')
  undo(1)
  expect(text()).toBe(TEXT)
  expect(preview({ version: 9 })).toMatchObject({ refused: 404 })
})

test('what is written and could not be read again is not said to stay as it was', () => {
  const { save, text } = editorOf(TEXT, {
    reread: () => {
      throw new Error('no more threads')
    },
  })
  const refusal = save(TEXT.replace('before', 'after')) as unknown as ConfigRefusal
  expect(text()).toContain('after')
  expect(refusal).toMatchObject({ refused: 503, detail: expect.stringContaining('Version 2 is written') })
})

test('nothing is written while the gateway stops', () => {
  const { save, text } = editorOf(TEXT, { isClosing: () => true })
  expect(save(TEXT.replace('before', 'after'))).toMatchObject({
    refused: 503,
    detail: expect.stringContaining('stops'),
  })
  expect(text()).toBe(TEXT)
})

test('lines that a browser gives without their returns get them back', () => {
  const { save, text } = editorOf(TEXT.replaceAll('\n', '\r\n'))
  save(TEXT.replace('before', 'after'))
  expect(text()).toBe(TEXT.replace('before', 'after').replaceAll('\n', '\r\n'))
})

test('a file that cannot be read has no text, and is no empty one', () => {
  const { read, remove } = editorOf(TEXT)
  remove()
  expect(read()).toMatchObject({ text: null, settings: null, writable: false })
  expect(read().problems.map(({ problem }) => problem)).toEqual(['cannot be read (ENOENT)'])
})

test('where a gateway runs without a file the first change writes one into its data directory, which the next start finds', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'greengauge-first-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  const file = join(dataDir, 'greengauge.yaml')
  const load = (_last?: unknown, text?: string) => {
    const found = text === undefined ? firstConfigIn(dataDir) : file
    return loadConfig({ file: found, text, env: {}, flags: { data_dir: dataDir } })
  }
  const started = load() as LoadedConfig
  let inForce = started
  const editor = new ConfigEditor({
    load,
    started,
    clock: { nowMs: () => 0 },
    inForce: () => inForce,
    isClosing: () => false,
    reread: () => {
      inForce = load() as LoadedConfig
    },
  })
  const read = () => editor.answer({ ask: 'read' }) as ConfigAnswer
  expect(read()).toMatchObject({ file: null, first_file: file, text: '', settings: {}, writable: true, problems: [] })
  const plant = { id: 'works', name: { en: 'Works' }, timezone: 'Europe/Berlin' }
  const edits = [{ op: 'add' as const, path: ['plants'], value: plant }]
  const preview = editor.answer({ ask: 'preview', wish: { edits } }) as ConfigPreview
  expect(preview).toMatchObject({ problems: [], changes: [{ path: 'plants', when: 'now' }] })
  expect(existsSync(file)).toBe(false)
  editor.answer({ ask: 'save', wish: { edits }, match: read().hash, by: '' })
  expect(readFileSync(file, 'utf8')).toBe(preview.text)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(read()).toMatchObject({ file, first_file: null, writable: true, waiting: [] })
  expect(inForce.config.plants.map(({ id }) => id)).toEqual(['works'])
  const versions = editor.answer({ ask: 'versions' }) as ConfigVersions
  expect(versions.versions).toMatchObject([{ version: 1, how: 'edit', current: true }])
})

describe('signing in', () => {
  const REQUIRED = 'auth: { required: true }\n'
  const PLAIN = 'log: { level: info }\n'
  const LOCKED = { path: 'auth.required', problem: expect.stringContaining('locks everybody out') }

  test('is not turned on while nobody could administer, and the line says so', () => {
    const { preview, save, undo, text } = editorOf(PLAIN)
    expect(preview({ text: PLAIN + REQUIRED }).problems).toEqual([
      expect.objectContaining({ ...LOCKED, line: 2, remedy: expect.stringContaining('role admin') }),
    ])
    expect(save(PLAIN + REQUIRED)).toMatchObject({
      refused: 400,
      detail: expect.stringContaining('auth.required locks everybody out'),
    })
    expect(text()).toBe(PLAIN)
    expect(undo(1)).toMatchObject({ refused: 404 })
  })

  test('is turned on where an administrator has an account, or single sign-on makes one', () => {
    const one = editorOf(PLAIN)
    one.people([
      { ...ADA, disabled: true },
      { ...ADA, name: 'bo', role: 'operator' },
    ])
    expect(one.preview({ text: PLAIN + REQUIRED }).problems).toMatchObject([LOCKED])
    one.people([ADA])
    expect(one.preview({ text: PLAIN + REQUIRED }).problems).toEqual([])
    one.save(PLAIN + REQUIRED)
    expect(one.text()).toBe(PLAIN + REQUIRED)

    const oidc = (role: string) =>
      `auth:\n  required: true\n  oidc: { issuer: 'https://id.example', client_id: g, public_url: 'https://g.example', roles: { ${role}: [staff] } }\n`
    const other = editorOf(PLAIN)
    expect(other.preview({ text: oidc('operator') }).problems).toMatchObject([{ ...LOCKED, line: 2 }])
    expect(other.preview({ text: oidc('admin') }).problems).toEqual([])
  })

  test('stays as a file has it that says so already, and goes with an older version that does not', () => {
    const { preview, save, undo, text } = editorOf(PLAIN + REQUIRED)
    expect(preview({ text: `${PLAIN}${REQUIRED}http: { port: 8124 }\n` }).problems).toEqual([])
    save(PLAIN)
    expect(text()).toBe(PLAIN)
    // Bringing the older version back turns it on again, which is as much of a change as any other.
    expect(undo(1)).toMatchObject({ refused: 400, detail: expect.stringContaining('locks everybody out') })
    expect(preview({ version: 1 }).problems).toMatchObject([LOCKED])
    expect(text()).toBe(PLAIN)
  })
})

describe('a certificate that a change names', () => {
  const tls = (files: object) => `mqtt:\n  tls: ${JSON.stringify({ port: 8883, ...files })}\n`

  test('has to be one that the next start can use, else its line says why', async () => {
    const files = inFiles(await signedBy(await newAuthority(), 'gateway'))
    const other = inFiles(await signedBy(await newAuthority('another'), 'gateway'))
    const { preview, save, text } = editorOf('log: { level: info }\n')
    const problemOf = (named: object) => preview({ text: tls(named) }).problems[0]
    expect(problemOf({ cert_file: '/nowhere.pem', key_file: files.key_file })).toMatchObject({
      path: 'mqtt.tls.cert_file',
      line: 2,
      value: '"/nowhere.pem"',
      problem: 'cannot be read (ENOENT)',
    })
    expect(problemOf({ cert_file: files.cert_file, key_file: other.key_file })).toMatchObject({
      path: 'mqtt.tls.key_file',
      problem: expect.stringContaining('is not the key of the certificate'),
      remedy: 'give the two that belong together',
    })
    expect(save(tls({ cert_file: '/nowhere.pem', key_file: '/nowhere.pem' }))).toMatchObject({ refused: 400 })
    expect(preview({ text: tls(files) }).problems).toEqual([])
    save(tls(files))
    expect(text()).toBe(tls(files))
  })

  test('is left as it is where the file has it already', () => {
    const named = tls({ cert_file: '/nowhere.pem', key_file: '/nowhere.pem' })
    const { preview } = editorOf(named)
    expect(preview({ text: `${named}log: { level: debug }\n` }).problems).toEqual([])
    expect(preview({ text: named.replace('8883', '8884') }).problems).toHaveLength(1)
  })
})
