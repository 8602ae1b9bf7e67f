import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { formatProblem, loadConfig } from '../../../src/config/config.js'

function load(channels: string) {
  const dir = mkdtempSync(join(tmpdir(), 'greengauge-'))
  try {
    const file = join(dir, 'greengauge.yaml')
    writeFileSync(file, `plants: [{ id: suzhou-1, name: {}, timezone: UTC }]\nnotify: { channels: [${channels}] }\n`)
    return loadConfig({ file, env: {}, flags: {} })
  } finally {
    rmSync(dir, { recursive: true, force: true })
  }
}

/** Path and problem of all that is wrong. */
function wrong(channels: string): string[] {
  const loaded = load(channels)
  return 'problems' in loaded ? loaded.problems.map(({ path, problem }) => `${path} ${problem}`) : []
}

const HOOK = 'type: webhook, url: "https://user:pw-778@example.com/x?key=hunter2"'
const MAIL = 'type: mail, host: mail, from: a@example.com, to: [b@example.com]'

test.each([
  [`{ id: a, ${HOOK} }`, []],
  [
    '{ id: a, type: webhook, url: "https://ops:100%sure%@example.com/x" }',
    ['notify.channels[0].url has a % in its user or password that stands for nothing'],
  ],
  ['{ id: a, type: webhook, url: "https://ops:100%25sure%25@example.com/x" }', []],
  ['{ id: a, type: wecom }', ['notify.channels[0].url is missing']],
  [`{ id: a, ${HOOK}, url_file: /x }`, ['notify.channels[0].url is given twice, here and by url_file']],
  [`{ id: a, ${HOOK} }, { id: a, ${HOOK} }`, ['notify.channels[1].id is already used at notify.channels[0].id']],
  [`{ id: a, ${MAIL}, username: x }`, ['notify.channels[0].password_file is missing, while there is a username']],
  [`{ id: a, ${MAIL}, password: x }`, ['notify.channels[0].username is missing, while there is a password']],
  [
    '{ id: a, type: mail, host: m, from: "a@b\\nBcc: c@d", to: [x] }',
    ['notify.channels[0].from is not allowed', 'notify.channels[0].to[0] is not allowed'],
  ],
])('%s', (channels, expected) => {
  expect(wrong(channels)).toEqual(expected)
})

test('a plant that is not there and a password without TLS are doubted', () => {
  const loaded = load(`{ id: a, ${MAIL}, plants: [suzhou-2], username: x, password_file: /p, starttls: auto }`)
  const lines = 'problems' in loaded ? [] : loaded.warnings.map(formatProblem)
  expect(lines).toHaveLength(2)
  expect(lines[0]).toContain('"suzhou-2" is not a configured plant; did you mean suzhou-1?')
  expect(lines[1]).toContain('lets the password go over the network as it is; set it to required')
})

test('an address is kept as a secret: not in what the journal gets, and not in what is said of a slip', () => {
  const loaded = load(`{ id: a, ${HOOK}, token: tok-9911 }`)
  const content = 'problems' in loaded ? '' : loaded.content
  expect(content).toContain('"url":"(secret)"')
  const slips = [
    `{ id: a, ${HOOK.replace('url', 'ulr')} }`,
    `{ id: a, ${HOOK.replace('url', 'webhook_address')} }`,
    `{ id: a, ${HOOK.replace('https', 'ftp')} }`,
  ]
  for (const text of [content, ...slips.map((slip) => JSON.stringify(load(slip)))]) {
    expect(text).not.toBe('')
    for (const secret of ['hunter2', 'pw-778', 'tok-9911']) expect(text).not.toContain(secret)
  }
})
