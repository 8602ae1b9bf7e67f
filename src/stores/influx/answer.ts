import type { Busy } from '../store.js'

/** Reply of a server, or the reason why none came. */
export type ServerReply =
  | {
      readonly status: number
      readonly body: string
      /** As in the header, null without one. */
      readonly retryAfter: string | null
    }
  | { readonly failure: string }

/** Meaning of a reply: what is to be done about it. A `detail` is the server's own words, a `reason` a sentence for the operator. */
export type ReplyOutcome =
  | { readonly kind: 'taken' }
  /** Some lines were dropped, the others may have been taken. */
  | {
      readonly kind: 'partial'
      /** Number of lines, at least: a server that keeps times in several shards counts those of one shard only. 0 when it does not say. */
      readonly dropped: number
      readonly detail: string
      /** Lines that the server names, counted from 0, with its words for each; empty when it names none. */
      readonly lines: readonly { readonly index: number; readonly detail: string }[]
    }
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'too_large'; readonly detail: string }
  /** Nothing can be written before somebody has changed a setting. */
  | { readonly kind: 'denied'; readonly reason: string }
  | { readonly kind: 'busy'; readonly retryAfterMs: number | null; readonly reason: string }
  /** A fault of the server that passes, or one that these very lines cause for ever. */
  | { readonly kind: 'broken'; readonly detail: string }

/** Name and version of the server that sentences are made with. */
export interface ServerWords {
  readonly store: string
  readonly version: 1 | 2
}

type Rule = readonly [
  status: (status: number) => boolean,
  words: RegExp,
  answer: (
    said: { readonly detail: string; readonly retryAfterMs: number | null },
    server: ServerWords,
  ) => ReplyOutcome,
]

const is =
  (...statuses: readonly number[]) =>
  (status: number) =>
    statuses.includes(status)
const between = (from: number, to: number) => (status: number) => status >= from && status <= to
const ANY = /^/

/** The settings that decide who we are, and where we write, by version of the store. */
const CREDENTIALS = {
  1: 'user or password is refused (username, password_file)',
  2: 'the token is refused (token_file)',
}
const PERMISSION = {
  1: 'the user may not do this (username): grant ALL on the database',
  2: 'the token may not do this (token_file): it needs to read and write the bucket',
}
const PLACE = { 1: 'the database is not there (database)', 2: 'the organization or bucket is not there (org, bucket)' }

function denied(what: (version: 1 | 2) => string): Rule[2] {
  return ({ detail }, { store, version }) => ({
    kind: 'denied',
    reason: `store ${store}: ${what(version)}: ${detail}`,
  })
}
const notInfluxdb = denied(() => 'what answers is no InfluxDB (url)')
const busy: Rule[2] = ({ detail, retryAfterMs }, { store }) => ({
  kind: 'busy',
  retryAfterMs,
  reason: `store ${store}: the server cannot take it now: ${detail}`,
})
/** Seen with 1.6: once its disk was full, every write fails until it is started anew, however much room there is. */
const fullDisk: Rule[2] = ({ detail, retryAfterMs }, { store, version }) => ({
  kind: 'busy',
  retryAfterMs,
  reason: `store ${store}: the server's disk is full${version === 1 ? ', make room and start it anew' : ''}: ${detail}`,
})
/**
 * A log of writes that has failed once fails until InfluxDB is started anew, and that of another shard may work meanwhile: not
 * one line is the cause.
 */
const brokenLog: Rule[2] = ({ detail, retryAfterMs }, { store }) => ({
  kind: 'busy',
  retryAfterMs,
  reason: `store ${store}: the server cannot write to its disk, look there and start it anew: ${detail}`,
})
const refused: Rule[2] = ({ detail }) => ({ kind: 'refused', detail })

/**
 * The first rule that fits decides. Sources: InfluxDB API references 1.8, 2.7 and 3 Core (write data, response codes);
 * the words of 1.x, which has no codes for them, from its sources.
 */
const RULES: readonly Rule[] = [
  [is(413), ANY, ({ detail }) => ({ kind: 'too_large', detail })],
  [is(401, 407), ANY, denied((version) => CREDENTIALS[version])],
  [is(403), /requires admin privilege/i, denied(() => 'only an administrator may do this (username): let one do it')],
  [is(403), ANY, denied((version) => PERMISSION[version])],
  [is(404), /^404 page not found/i, denied(() => 'the server has no such door (url, type)')],
  [between(300, 399), ANY, denied(() => 'the server sends us elsewhere (url)')],
  [is(408, 425, 429), ANY, busy],
  [between(502, 504), ANY, busy],
  [between(200, 499), /^a page: /, notInfluxdb],
  [between(200, 299), ANY, () => ({ kind: 'taken' })],
  [between(400, 499), /partial write/i, partial],
  [
    between(400, 599),
    /database not found|(?:bucket|organi[sz]ation) .{0,300}not found/i,
    denied((version) => PLACE[version]),
  ],
  [
    between(400, 599),
    /retention policy not found/i,
    denied(() => 'a retention policy is not there (readings_retention, kpi_retention)'),
  ],
  [between(400, 599), /no space left|disk quota exceeded|file too large/i, fullDisk],
  [between(500, 599), /error writing WAL entry/i, brokenLog],
  [
    between(500, 599),
    /timeout|cache-max-memory-size exceeded|engine is closed|shard is disabled|too many requests/i,
    busy,
  ],
  [is(404), ANY, denied((version) => PLACE[version])],
  [is(405, 501, 505), ANY, notInfluxdb],
  [between(400, 499), ANY, refused],
  [between(500, 599), ANY, ({ detail }) => ({ kind: 'broken', detail })],
]

/** Meaning of a reply to a write. */
export function answerOf(reply: ServerReply, server: ServerWords, nowMs: number): ReplyOutcome {
  if ('failure' in reply) {
    return {
      kind: 'busy',
      retryAfterMs: null,
      reason: `store ${server.store}: the server does not answer (url): ${reply.failure}`,
    }
  }
  const detail = wordsOf(reply)
  const rule = RULES.find(([status, words]) => status(reply.status) && words.test(detail))
  if (rule === undefined) return notInfluxdb({ detail, retryAfterMs: null }, server)
  const answer = rule[2]({ detail, retryAfterMs: retryAfterMs(reply.retryAfter, nowMs) }, server)
  return answer.kind === 'partial' ? { ...answer, lines: namedLines(reply.body) } : answer
}

/** The same for what is no write: whatever hinders it, a pause is all there is to do. */
export function hindrance(answer: Exclude<ReplyOutcome, { kind: 'taken' }>, { store }: ServerWords): Busy {
  const retryAfterMs = answer.kind === 'busy' ? answer.retryAfterMs : null
  if ('reason' in answer) return { kind: 'busy', retryAfterMs, reason: answer.reason }
  const does = answer.kind === 'broken' ? 'answers with an error of its own' : 'refuses'
  return { kind: 'busy', retryAfterMs, reason: `store ${store}: the server ${does}: ${answer.detail}` }
}

function partial({ detail }: { readonly detail: string }): ReplyOutcome {
  return { kind: 'partial', dropped: Number(/dropped=(\d+)/.exec(detail)?.[1] ?? 0), detail, lines: [] }
}

/** Longest part of a server's words that is kept. */
const WORDS_MAX = 500

/** 1.x says `{"error": "…"}`, 2.x `{"code": "…", "message": "…"}`, a proxy says it with a page. */
function wordsOf({ status, body }: { readonly status: number; readonly body: string }): string {
  const json = parsed(body)
  const words = json?.error ?? json?.message
  const text = typeof words === 'string' ? words : body.trim()
  const name = status >= 300 && text === '' ? `status ${status}` : text
  const isPage = json === null && /^<(!doctype|html|\?xml)/i.test(text)
  return isPage ? `a page: ${pageTitle(text)} (status ${status})` : cut(name.replaceAll(/\s+/g, ' '))
}

function pageTitle(page: string): string {
  return cut(/<title>([^<]*)<\/title>/i.exec(page)?.[1]?.trim() ?? 'without a title')
}

function cut(text: string): string {
  return text.length > WORDS_MAX ? `${text.slice(0, WORDS_MAX)}…` : text
}

function parsed(body: string): { error?: unknown; message?: unknown; data?: unknown } | null {
  if (!body.trimStart().startsWith('{')) return null
  try {
    return JSON.parse(body) as { error?: unknown; message?: unknown; data?: unknown }
  } catch {
    // A body that is no JSON is read as text, as any other answer of a server that is none of ours.
    return null
  }
}

/** The lines that 3.x names in `data`, numbered from 1 there. */
function namedLines(body: string): { index: number; detail: string }[] {
  const data = parsed(body)?.data
  if (!Array.isArray(data)) return []
  return (data as readonly { line_number?: unknown; error_message?: unknown }[]).flatMap((one) =>
    typeof one?.line_number === 'number'
      ? [{ index: one.line_number - 1, detail: cut(String(one.error_message)) }]
      : [],
  )
}

/** Source: RFC 9110 §10.2.3, seconds or a date. */
function retryAfterMs(header: string | null, nowMs: number): number | null {
  if (header === null) return null
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000
  const at = Date.parse(header)
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs)
}
