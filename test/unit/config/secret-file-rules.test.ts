import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { NO_SECRET, readSecret } from '../../../src/access/secret.js'
import { formatProblem, loadConfig } from '../../../src/config/config.js'
import { configSchema } from '../../../src/config/schema.js'
import { ownFilesAsSecrets } from '../../../src/config/secret-file-rules.js'

const dir = mkdtempSync(join(tmpdir(), 'greengauge-secrets-'))
const dataDir = join(dir, 'data')
mkdirSync(join(dataDir, 'ledger'), { recursive: true })
const key = join(dataDir, 'ledger', 'key.pem')
writeFileSync(key, '-----BEGIN PRIVATE KEY-----\nMC4CAQAw\n-----END PRIVATE KEY-----\n')
writeFileSync(join(dataDir, 'influx-password'), 'p')
const link = join(dir, 'link')
symlinkSync(key, link)
afterAll(() => rmSync(dir, { recursive: true }))

const store = (passwordFile: string) => ({
  type: 'influxdb1',
  url: 'http://127.0.0.1:8086',
  database: 'd',
  username: 'u',
  password_file: passwordFile,
})
const found = (settings: object, file?: string) =>
  ownFilesAsSecrets(configSchema.parse(settings), dataDir, file).map(({ path }) => path.join('.'))

describe('a file of the gateway itself is no secret that others are sent', () => {
  test('the key of the ledger, by its path, over a link and over ..', () => {
    for (const path of [key, link, join(dataDir, 'x', '..', 'ledger', 'key.pem')]) {
      expect(found({ store: [{ type: 'duckdb' }, store(path)] })).toEqual(['store.1.password_file'])
    }
  })

  test('accounts, tokens, older configurations and the configuration itself, wherever a file is sent from', () => {
    const at = (name: string) => join(dataDir, name)
    expect(found({ notify: { channels: [{ id: 'w', type: 'webhook', url_file: at('access/people.json') }] } })).toEqual(
      ['notify.channels.0.url_file'],
    )
    expect(found({ http: { metrics_token_file: at('access/local-token') } })).toEqual(['http.metrics_token_file'])
    expect(found({ store: [{ type: 'duckdb' }, store(at('configurations/1.yaml'))] })).toHaveLength(1)
    expect(found({ store: [{ type: 'duckdb' }, store(link)] }, link)).toHaveLength(1)
    expect(found({ store: [{ type: 'duckdb' }, store('/proc/self/environ')] })).toHaveLength(1)
  })

  test('a file of its own is none of them, also in the data directory', () => {
    expect(found({ store: [{ type: 'duckdb' }, store(join(dataDir, 'influx-password'))] })).toEqual([])
    expect(found({ store: [{ type: 'duckdb' }, store(join(dataDir, 'ledgers'))] })).toEqual([])
  })

  test('the configuration is refused with the place and what to do', () => {
    const text = JSON.stringify({ data_dir: dataDir, store: [{ type: 'duckdb' }, store(key)] })
    const loaded = loadConfig({ file: join(dir, 'greengauge.yaml'), text, env: {}, flags: {} })
    expect('problems' in loaded && loaded.problems.map(formatProblem)).toEqual([
      expect.stringMatching(
        /store\[1\]\.password_file .*is a file of the gateway itself, which is sent to nobody.*name a file/s,
      ),
    ])
  })
})

test('a private key is sent to nobody, wherever it lies', () => {
  const file = join(dir, 'server.pem')
  writeFileSync(file, 'first line\n-----BEGIN EC PRIVATE KEY-----\nMC4CAQAw\n-----END EC PRIVATE KEY-----\n')
  const read = () => readSecret({ value: undefined, file, fileSetting: 'password_file' })
  expect(read).toThrow(`password_file ${file} holds a private key, which is sent to nobody`)
  expect(read).toThrow(expect.objectContaining({ code: NO_SECRET }))
})
