import { describe, expect, test } from 'vitest'
import type { ReplyOutcome } from '../../../src/stores/influx/answer.js'
import { type Isolated, Isolator } from '../../../src/stores/influx/isolate.js'

const PROBE = 'probe'

const taken: ReplyOutcome = { kind: 'taken' }
const refused = (detail: string): ReplyOutcome => ({ kind: 'refused', detail })
const broken: ReplyOutcome = { kind: 'broken', detail: 'internal error' }
const partial = (dropped: number, detail: string): ReplyOutcome => ({ kind: 'partial', dropped, detail, lines: [] })

/** A server as a function of the lines it is sent, and what was asked of it. */
function against(server: (lines: readonly string[], requests: number) => ReplyOutcome) {
  const requests: (readonly string[])[] = []
  const isolator = new Isolator({
    store: 's',
    send: async (sent) => {
      const lines = Array.from({ length: sent.length }, (_, index) => sent.at(index)!)
      requests.push(lines)
      return server(lines, requests.length)
    },
    probe: () => PROBE,
  })
  return { isolator, requests }
}

/** `n` lines of one meter, a second apart; those of `odd` say something else. */
function linesOf(n: number, odd: Readonly<Record<number, string>> = {}): string[] {
  return Array.from({ length: n }, (_, i) => `energy,device=m${i} ${odd[i] ?? 'kw=1,quality="good"'} ${i}`)
}

const culpritsOf = (isolated: Isolated) =>
  isolated.kind === 'done' ? isolated.culprits.map(({ index }) => index) : isolated

/** InfluxDB 1.x: one field has a type, and what has another is dropped. */
function typed(lines: readonly string[]): ReplyOutcome {
  const dropped = lines.filter((line) => line.includes('kw="')).length
  const words = 'input field "kw" on measurement "energy" is type string, already exists as type float'
  return dropped === 0 ? taken : partial(dropped, `partial write: field type conflict: ${words} dropped=${dropped}`)
}

describe('what is refused is found, and nothing but that', () => {
  test('a batch that is taken is one request', async () => {
    const { isolator, requests } = against(() => taken)
    expect(await isolator.write(linesOf(1000))).toEqual({ kind: 'done', culprits: [] })
    expect(requests).toHaveLength(1)
    expect(await isolator.write([])).toEqual({ kind: 'done', culprits: [] })
    expect(requests).toHaveLength(1)
  })

  test.each([0, 1, 499, 999])('one line of 1,000 that cannot be read, in place %i', async (place) => {
    const { isolator, requests } = against((lines) =>
      lines.some((line) => line.includes('bad')) ? refused('unable to parse') : taken,
    )
    const isolated = await isolator.write(linesOf(1000, { [place]: 'bad' }))
    expect(isolated).toEqual({ kind: 'done', culprits: [{ index: place, detail: 'unable to parse' }] })
    expect(requests.length).toBeLessThanOrEqual(21)
  })

  test('300 conflicts spread over 1,000 lines cost three requests', async () => {
    const odd = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [i * 3 + 1, 'kw="word"']))
    const { isolator, requests } = against(typed)
    expect(culpritsOf(await isolator.write(linesOf(1000, odd)))).toEqual(Object.keys(odd).map(Number))
    expect(requests.map((lines) => lines.length)).toEqual([1000, 300, 700])
  })

  test('a server that counts the dropped points of one of its shards only is not believed', async () => {
    // It says 1 whatever it drops.
    const { isolator } = against((lines) => {
      const answer = typed(lines)
      return answer.kind === 'partial' ? { ...answer, dropped: 1 } : answer
    })
    const odd = { 3: 'kw="word"', 4: 'kw="word"', 90: 'kw="word"' }
    expect(culpritsOf(await isolator.write(linesOf(100, odd)))).toEqual([3, 4, 90])
  })

  test('conflicts of two fields, of which the server names one, are all found', async () => {
    const { isolator } = against((lines) => {
      const kw = lines.filter((line) => line.includes('kw="'))
      const kwh = lines.filter((line) => line.includes('kwh="'))
      const field = kw.length > 0 ? 'kw' : 'kwh'
      const dropped = kw.length + kwh.length
      return dropped === 0
        ? taken
        : partial(
            dropped,
            `partial write: input field "${field}" on measurement "energy" is type string dropped=${dropped}`,
          )
    })
    const odd = { 3: 'kw="word"', 50: 'kwh="word"', 51: 'quality="good",kwh="word"', 90: 'kw="word"' }
    expect(culpritsOf(await isolator.write(linesOf(100, odd)))).toEqual([3, 50, 51, 90])
  })

  test('points older than the retention are the oldest', async () => {
    const timeOf = (line: string) => Number(line.split(' ').at(-1))
    const { isolator, requests } = against((lines) => {
      const dropped = lines.filter((line) => timeOf(line) < 7).length
      return dropped === 0
        ? taken
        : partial(dropped, `partial write: points beyond retention policy dropped=${dropped}`)
    })
    const mixed = linesOf(100).sort((a, b) => (timeOf(a) % 10) - (timeOf(b) % 10))
    const culprits = culpritsOf(await isolator.write(mixed)) as number[]
    expect(culprits.map((index) => timeOf(mixed[index] as string)).sort()).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(requests.map((lines) => lines.length)).toEqual([100, 7, 93])
  })

  test('lines that the server names are believed as soon as it names all of a group, each with its own words', async () => {
    const { isolator, requests } = against((lines) => {
      const named = lines.flatMap((line, index) =>
        line.includes('bad') ? [{ index, detail: `fault of ${line}` }] : [],
      )
      return named.length === 0 ? taken : { kind: 'partial', dropped: 0, detail: 'partial write', lines: named }
    })
    const lines = linesOf(100, { 7: 'bad', 70: 'bad' })
    expect(await isolator.write(lines)).toEqual({
      kind: 'done',
      culprits: [7, 70].map((index) => ({ index, detail: `fault of ${lines[index]}` })),
    })
    expect(requests.map((group) => group.length)).toEqual([100, 2, 98])
  })

  test('a server that names the first hundred of many, as 3 Core does, is not believed about the others', async () => {
    const odd = Object.fromEntries(Array.from({ length: 250 }, (_, i) => [4 * i, 'bad']))
    const { isolator } = against((lines) => {
      const bad = lines.flatMap((line, index) => (line.includes('bad') ? [{ index, detail: 'cannot be read' }] : []))
      return bad.length === 0
        ? taken
        : { kind: 'partial', dropped: 0, detail: 'partial write', lines: bad.slice(0, 100) }
    })
    expect(culpritsOf(await isolator.write(linesOf(1000, odd)))).toEqual(Object.keys(odd).map(Number))
  })

  test('series that were refused lately are the first to be suspected', async () => {
    const isFull = (line: string) => /^energy,device=m(3|33|66|90) /.test(line)
    const { isolator, requests } = against((lines) => {
      const dropped = lines.filter(isFull).length
      return dropped === 0
        ? taken
        : partial(dropped, `partial write: max-series-per-database limit exceeded dropped=${dropped}`)
    })
    expect(culpritsOf(await isolator.write(linesOf(100)))).toEqual([3, 33, 66, 90])
    const first = requests.length
    expect(culpritsOf(await isolator.write(linesOf(100)))).toEqual([3, 33, 66, 90])
    expect(requests.length - first).toBe(3)
  })

  test('when everything is refused one by one, n lines cost 2n - 1 requests and no more', async () => {
    const { isolator, requests } = against(() => refused('no'))
    expect(culpritsOf(await isolator.write(linesOf(64)))).toHaveLength(64)
    expect(requests).toHaveLength(127)
  })

  test('a body that is too large is halved, and only a line that is too large alone is refused', async () => {
    const tooLarge: ReplyOutcome = { kind: 'too_large', detail: 'too large' }
    const { isolator } = against((lines) => (lines.join('\n').length > 200 ? tooLarge : taken))
    const long = `v="${'x'.repeat(300)}"`
    expect(culpritsOf(await isolator.write(linesOf(50, { 20: long })))).toEqual([20])
  })
})

describe('trouble of the server is nobody’s fault', () => {
  const busy: ReplyOutcome = { kind: 'busy', retryAfterMs: 3000, reason: 'later' }

  test('a server that is busy in the middle of the search is waited for', async () => {
    const { isolator } = against((lines, requests) =>
      requests === 3 ? busy : lines.some((line) => line.includes('bad')) ? refused('no') : taken,
    )
    expect(await isolator.write(linesOf(100, { 5: 'bad' }))).toEqual(busy)
  })

  test('one that answers everything with 500 costs two requests', async () => {
    const { isolator, requests } = against(() => broken)
    expect(await isolator.write(linesOf(1000))).toEqual({
      kind: 'busy',
      retryAfterMs: null,
      reason: 'store s: the server answers with an error of its own: internal error',
    })
    expect(requests.map((lines) => lines.length)).toEqual([1000, 1])
  })

  test('a line that alone makes it answer with 500, twice, is refused', async () => {
    const { isolator, requests } = against((lines) => (lines.some((line) => line.includes('bad')) ? broken : taken))
    expect(culpritsOf(await isolator.write(linesOf(1000, { 123: 'bad' })))).toEqual([123])
    expect(requests.length).toBeLessThanOrEqual(24)
    expect(requests.slice(-40)).toContainEqual([PROBE])
  })

  test('even when it is the only line of the batch', async () => {
    const { isolator } = against((lines) => (lines.some((line) => line.includes('bad')) ? broken : taken))
    expect(culpritsOf(await isolator.write(linesOf(1, { 0: 'bad' })))).toEqual([0])
  })

  test('a 500 that passes refuses nothing', async () => {
    const { isolator } = against((lines, requests) => (requests === 1 && lines.length === 1 ? broken : taken))
    expect(culpritsOf(await isolator.write(linesOf(1)))).toEqual([])
  })

  test('a server that breaks while a line is looked for refuses nothing', async () => {
    const { isolator } = against((lines, requests) =>
      requests > 5 || lines.some((line) => line.includes('bad')) ? broken : taken,
    )
    expect(await isolator.write(linesOf(1000, { 123: 'bad' }))).toMatchObject({ kind: 'busy' })
  })

  test('one that takes the probe and nothing of a batch is broken after all', async () => {
    const { isolator, requests } = against((lines) => (lines.includes(PROBE) ? taken : broken))
    expect(await isolator.write(linesOf(1000))).toMatchObject({ kind: 'busy' })
    expect(requests.length).toBeLessThan(120)
  })
})
