import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { chineseOf, chineseOfAll } from '../../../dashboards/src/configuration/problems/chinese.js'
import { troubleOf } from '../../../src/access/certificates.js'
import { DAY_MS } from '../../../src/base/durations.js'
import { loadConfig } from '../../../src/config/config.js'
import { whyReadOnly, whyUnwritable } from '../../../src/config/edit/config-file.js'
import { handshakeFault, pageHandshakeFault } from '../../../src/intake/handshake-fault.js'
import { CATALOGUE } from '../../../src/kpi/catalogue.js'
import { clockHealth } from '../../../src/pipeline/clock-health.js'
import { lagHealth } from '../../../src/pipeline/health.js'
import { answerOf, hindrance } from '../../../src/stores/influx/answer.js'
import { tempFile } from '../../support/house-config.js'

/** Proves that what rules say against a setting is Chinese on Chinese pages, whatever is put into it. */

const ROOT = join(import.meta.dirname, '..', '..', '..')
const LOOKED_AT = [
  'src/audit/reports/options.ts',
  'src/base/mail-address.ts',
  'src/config',
  'src/base/options',
  'src/base/plant.ts',
  'src/notify/options.ts',
  'src/results',
  'src/stores/influx/options.ts',
  'src/stores/server-kind.ts',
  'src/views/device-table',
  'src/views/options.ts',
]
/** These only commands say, or whoever writes a profile as a file of its own; the schema's own faults are looked at as they come out. */
const LEFT_OUT = /config\/(files\/|place\.ts|problems\.ts|profile-check\.ts|profile-files\.ts)/

function filesBelow(path: string): readonly string[] {
  if (statSync(path).isFile()) return [path]
  return readdirSync(path).flatMap((name) => filesBelow(join(path, name)))
}

/** Texts that a node stands for, with a sample in each place that is filled in; none where it is no text of its own. */
function textsOf(node: ts.Node | undefined): readonly string[] {
  if (node === undefined) return []
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return [node.text]
  if (ts.isConditionalExpression(node)) return [...textsOf(node.whenTrue), ...textsOf(node.whenFalse)]
  if (!ts.isTemplateExpression(node)) return []
  return [node.templateSpans.reduce((text, { literal }) => `${text}sample${literal.text}`, node.head.text)]
}

/** Places in which sentences stand: arguments of functions by their names, and properties and variables. */
interface SentencePlaces {
  readonly calls: ReadonlyMap<string, readonly number[]>
  readonly properties: RegExp
  readonly variables: RegExp
}

const OF_RULES: SentencePlaces = {
  calls: new Map([
    ['findingAt', [2, 3]],
    ['EditRefused', [1, 2]],
    ['refine', [1]],
    ['regex', [1]],
    ['date', [0]],
    ['union', [1]],
    ['TableUnreadable', [0]],
  ]),
  properties: /^(problem|remedy|message)$/,
  variables: /problem|remedy/i,
}
const OF_ANSWERS: SentencePlaces = {
  calls: new Map([
    ['ProblemError', [1]],
    ['NotNow', [0]],
    ['notFound', [0]],
  ]),
  properties: /^$/,
  variables: /^(none|detail|remedy)$/,
}

function saidIn(node: ts.Node, { calls, properties, variables }: SentencePlaces): readonly string[] {
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
    const name = node.expression.getText().split('.').at(-1) ?? ''
    return (calls.get(name) ?? []).flatMap((at) => textsOf(node.arguments?.[at]))
  }
  if (ts.isPropertyAssignment(node) && properties.test(node.name.getText())) {
    return textsOf(node.initializer)
  }
  return ts.isVariableDeclaration(node) && variables.test(node.name.getText()) ? textsOf(node.initializer) : []
}

function textsIn(file: string, places: SentencePlaces = OF_RULES): readonly string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    found.push(...saidIn(node, places))
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

const files = LOOKED_AT.flatMap((path) => filesBelow(join(ROOT, path))).filter((file) => !LEFT_OUT.test(file))
const texts = [...new Set(files.flatMap((file) => textsIn(file)))].filter((text) =>
  /[a-z]{2,} /.test(text.replaceAll('sample', '')),
)

test('every rule has its words in Chinese', () => {
  expect(texts.length).toBeGreaterThan(150)
  expect(texts.filter((text) => !/[一-鿿]/.test(chineseOf(text)))).toEqual([])
})

test('names and values stay as they are, and what a setting is for is left out', () => {
  expect(chineseOf('is not among the lines of works')).toBe('不在 works 的产线之中')
  expect(chineseOf('is not a KPI of this version')).toBe('不是本版本的指标')
  expect(chineseOf('did you mean oee?')).toBe('是否指 oee？')
  expect(chineseOf('give a number (all in, in the currency; may be negative)')).toBe('请给出数字')
  expect(chineseOf('did you mean sub? use main, sub, pv (what it measures)')).toBe('是否指 sub？可用：main, sub, pv')
  expect(chineseOf('a sentence that nobody has translated')).toBe('a sentence that nobody has translated')
})

test('why the file cannot be changed has its words in Chinese', () => {
  const [locked, foreign] = [tempFile('locked.yaml', 'plants: []\n'), tempFile('foreign.yaml', '')]
  chmodSync(locked, 0o444)
  writeFileSync(foreign, Buffer.from([0x61, 0x3a, 0x20, 0xc4, 0xe3]))
  const nowhere = join(locked, 'below', 'a file.yaml')
  const said = [whyReadOnly(locked), whyReadOnly(foreign), whyReadOnly(nowhere), whyUnwritable(nowhere)]
  expect(said.filter((text) => !/[一-鿿]/.test(chineseOf(text)))).toEqual([])
  expect(chineseOf(whyUnwritable(nowhere))).toContain(`网关无法写入 ${nowhere}（ENOTDIR）。请在别处`)
})

/** Replies of a server, each for a sentence of its own on what to do. */
const REPLIES: readonly (readonly [status: number, body: string])[] = [
  [401, 'authorization failed'],
  [403, 'requires admin privilege'],
  [403, 'forbidden'],
  [404, '404 page not found'],
  [307, 'elsewhere'],
  [429, 'later'],
  [200, '<!doctype html><title>x</title>'],
  [400, 'retention policy not found: x'],
  [500, 'no space left on device'],
  [500, '[shard 1] error writing WAL entry: x'],
  [404, 'database not found: x'],
  [400, 'unable to parse'],
  [500, 'a fault'],
]

test('why a change of the configuration, or a client, is refused has its words in Chinese', () => {
  const REFUSERS = [
    'config/edit/editor.ts',
    'pipeline/config-asks.ts',
    'pipeline/access-asks.ts',
    'views/access-ask.ts',
    'pipeline/store-trial.ts',
    'cluster/viewer/sources.ts',
  ]
  const CLIENTS = ['intake/credential-access.ts', 'intake/own-topics.ts']
  const said = [...REFUSERS, ...CLIENTS].flatMap((file) =>
    textsIn(join(ROOT, 'src', file), { ...OF_RULES, properties: /^(detail|sentence)$/ }),
  )
  const whole = said.filter((text) => !text.startsWith('sample'))
  expect(whole.length).toBeGreaterThan(10)
  expect(whole.filter((text) => !/[一-鿿]/.test(chineseOf(text)))).toEqual([])
})

test('what the API refuses has its words in Chinese', () => {
  const said = ['src/views', 'src/pipeline', 'src/audit/reports'].flatMap((path) =>
    filesBelow(join(ROOT, path)).flatMap((file) => textsIn(file, OF_ANSWERS)),
  )
  const whole = [...new Set(said)].filter((text) => /[a-z]{3,} [a-z]{2,}/.test(text.replaceAll('sample', '')))
  expect(whole.length).toBeGreaterThan(50)
  expect(whole.filter((text) => !/[一-鿿]/.test(chineseOf(text)))).toEqual([])
  const role = 'This needs the right operate (acknowledge), which operator and admin have; the role here is auditor.'
  expect(chineseOf(role)).toBe('此操作需要权限 operate，角色 operator、admin 拥有该权限；当前角色为 auditor。')
  const twice =
    'Certificates A1 to A9 of I-REC are claimed: a certificate counts once over all plants, so wuxi cannot claim it.'
  expect(chineseOf(twice)).toBe('I-REC 的证书 A1 to A9 已被登记：一张证书在所有工厂中只计一次，因此 wuxi 不能再登记。')
  expect(chineseOf('There is no alarm a-1 in wuxi; /api/v1/plants/wuxi/alarms lists those there are.')).toBe(
    'wuxi 中没有报警 a-1。',
  )
})

test('why an order to remove something waits or has failed has its words in Chinese', () => {
  const places = { ...OF_ANSWERS, calls: new Map(['RemovalFailed', 'RemovalWaits'].map((name) => [name, [0]])) }
  const made = ['src/pipeline/removals.ts', 'src/archive/record/removal-search.ts', 'src/audit/ledger/removed-days.ts']
  const said = made.flatMap((file) => textsIn(join(ROOT, file), places)).filter((text) => text !== 'sample')
  expect(said.length).toBeGreaterThan(8)
  expect(said.filter((text) => !/[一-鿿]/.test(chineseOf(text)))).toEqual([])
  const sealed = 'what was sealed (reading) of wuxi on 2026-11-24'
  expect(chineseOf(`${sealed} would have 3 rows, and 4 of 9 are to stay`)).toBe(
    'wuxi 在 2026-11-24 封存的内容（reading） 将剩 3 行，而 9 行中应保留 4 行',
  )
})

test('why a certificate that a change names cannot be used has its words in Chinese', () => {
  const places = { calls: new Map([['refuse', [1, 2]]]), properties: /^$/, variables: /^(remedy|FOR_THE_SERVICE)$/ }
  const said = textsIn(join(ROOT, 'src/access/certificates.ts'), places)
  expect(said.length).toBeGreaterThan(8)
  expect(said.filter((text) => !/[一-鿿]/.test(chineseOf(text)))).toEqual([])
  expect(chineseOf('holds no private key in PEM')).toBe('其中没有 PEM 格式的私钥')
  expect(chineseOf('has 1024 bits, and RSA takes 2048 or more')).toBe('为 1024 位，RSA 至少 2048 位')
})

test('what is not well with a gateway has its words in Chinese, sentence by sentence', () => {
  const clock = (standing: 'doubted' | 'returned' | 'followed', isOfStart = false) =>
    clockHealth({ clock: { standing, fromMs: 0, toMs: 1, sinceMs: 2, isOfStart }, nowMs: 3, waitsUntilMs: 9 } as never)
  const certificate = (validFromMs: number, validToMs: number) =>
    troubleOf({ subject: '', names: [], fingerprint: '', validFromMs, validToMs }, 10 * DAY_MS)
  const said = [
    ...(['doubted', 'returned', 'followed'] as const).map((standing) => clock(standing).reason),
    ...(['doubted', 'returned'] as const).map((standing) => clock(standing, true).reason),
    ...[60_000, 0].map(
      (liveMs) => lagHealth({ lag: { liveMs, wholeMs: 60_000 } }, { hasCaughtUp: true, hasComputed: true }).reason,
    ),
    certificate(0, 5 * DAY_MS),
    certificate(20 * DAY_MS, 90 * DAY_MS),
    certificate(0, 10.5 * DAY_MS),
    certificate(0, 20 * DAY_MS),
    'devices of plant p are being removed; a of plant p cannot be removed yet: the ledger lags behind',
    'store central: the server cannot take it now: HTTP 503; what it is to be given waits in the archive',
  ]
  const chinese = said.map(chineseOfAll)
  expect(said.filter((_, i) => chinese[i]!.split('；').some((part) => !/[一-鿿]/.test(part)))).toEqual([])
  expect(chinese[11]).toBe('正在移除工厂 p 的设备或测点；暂时无法移除工厂 p 的 a：账本尚未跟上')
  expect(chinese[12]).toContain('存储 central：')
})

test('what a store says when it is tried has its words in Chinese', () => {
  const said = ([1, 2] as const).flatMap((version) => {
    const server = { store: 's', version }
    const replies = REPLIES.map(([status, body]) => ({ status, body, retryAfter: null }))
    return [...replies, { failure: 'ECONNREFUSED' }].flatMap((reply) => {
      const answer = answerOf(reply, server, 0)
      return answer.kind === 'taken' ? [] : [hindrance(answer, server).reason.replace('store s: ', '')]
    })
  })
  expect(said).toHaveLength(2 * REPLIES.length + 2)
  expect(said.filter((text) => !/[一-鿿]/.test(chineseOf(text)))).toEqual([])
})

const WRONG = `
plants:
  - id: Works
    name: {}
    timezone: Mars/Base
    employees: many
    shifts: [{ name: day, start: "8", end: "17:00", breaks: [{ start: "12:00", end: "12:30" }] }]
    calendar: [{ date: 2026-13-01, planned: true }]
    lines: [{ id: hall }]
    devices:
      - { id: m, line: hal, role: mian }
    targets: [{ kpi: oeee, window: 1d }, { window: 1d }]
    tariffs: [{ id: t, valid_from: 2026-01-01, currency: yuan, periods: [{ name: peak, price_per_kwh: cheap, from: "8:20", to: "12:00" }] }]
notify: { channels: [{ id: a, type: webhook }, { id: b, type: pigeon }] }
`

test('a file with a mistake in every section is told in Chinese', () => {
  const loaded = loadConfig({ file: tempFile('wrong.yaml', WRONG), env: {}, flags: {}, kpis: CATALOGUE })
  const said = 'problems' in loaded ? loaded.problems.flatMap(({ problem, remedy }) => [problem, remedy]) : []
  expect(said.length).toBeGreaterThan(20)
  expect(said.filter((text) => !/[一-鿿]/.test(chineseOf(text)))).toEqual([])
})

test('why a handshake fails has its words in Chinese, whatever the fault', () => {
  const codes = ['ECONNRESET', 'TLSV1_ALERT_UNKNOWN_CA', 'CERTIFICATE_EXPIRED', 'HTTP_REQUEST', 'UNSUPPORTED_PROTOCOL']
  const faults = [...codes, 'PEER_DID_NOT_RETURN_A_CERTIFICATE', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'another'].map(
    handshakeFault,
  )
  expect(new Set(faults).size).toBe(8)
  const ofPages = codes.map(pageHandshakeFault)
  expect([...faults, ...ofPages].filter((text) => !/[一-鿿]/.test(chineseOf(text)))).toEqual([])
})
